"""Whatever people do with a campaign, in whatever order: the counts add up, nobody is missing, nobody gets it twice."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.actions import expanding
from messaging.actions.doors import Vault, new_key, open_store
from messaging.calendar import MessageClass
from messaging.campaign import OVER, Canary
from messaging.customer import CustomerId
from messaging.errors import Refused
from messaging.notification import State
from messaging.sender import Accepted, AddressGone, Message, Outcome, Rejected, Unknown
from tests.campaigns import act, crowd, prepared, stands, started, step
from tests.conftest import NewDatabase
from tests.given import StillClock, Workshop, workshop_on
from tests.prepared import prepare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

MANY = 7
ANSWERS: dict[str, Outcome] = {
    "taken": Accepted(provider_id="m"),
    "gone": AddressGone(reason="chat_not_found", code="400"),
    "refused": Rejected(reason="content_refused", code="400"),
    "cut off": Unknown(reason="cut_off", code="crash"),
}
acts = st.sampled_from(
    ["step", "plan", "send", "pause", "resume", "cancel", "withdraw", "newcomer", *ANSWERS]
)
waits = st.sampled_from([timedelta(seconds=5), timedelta(hours=1), timedelta(days=1)])

few = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(slots=True)
class Story:
    """A campaign under way, and what was sent to whom."""

    workshop: Workshop
    people: list[CustomerId]
    answer: Outcome = field(default_factory=lambda: ANSWERS["taken"])
    standing_still: bool = False

    def send(self, message: Message) -> Outcome:
        assert not self.standing_still, "something left behind a pause or a cancellation"
        return self.answer

    async def take(self, what: str | timedelta) -> None:
        workshop = self.workshop
        match what:
            case timedelta():
                workshop.clock.move(what)
                await workshop.run()
            case "step":
                await step(workshop)
            case "plan":
                await workshop.planner().work()
            case "send":
                await workshop.dispatcher().work()
            case "withdraw":
                await workshop.consent(self.people[-1], MessageClass.MARKETING, given=False)
            case "newcomer":
                await crowd(workshop, 1, prefix=f"n{workshop._chats}-")
            case "pause" | "resume" | "cancel":
                await self._ask(what)
            case _:
                self.answer = ANSWERS[what]

    async def _ask(self, what: str) -> None:
        try:
            await act(self.workshop, what)
        except Refused:
            return  # it may not be done as the campaign stands
        self.standing_still = what != "resume"

    async def look(self) -> None:
        """See that it adds up at this moment."""
        told = await stands(self.workshop)
        notices = await self.workshop.notices()
        assert told.made == len(notices) == sum(told.counts.values())
        assert Counter((each.state, each.reason) for each in notices) == Counter(told.counts)
        assert max(Counter(each.customer for each in notices).values(), default=1) == 1
        if told.expanded:
            assert told.made == MANY


@asynccontextmanager
async def begun(new_database: NewDatabase, **told: object) -> AsyncIterator[Story]:
    clock = StillClock()
    store = open_store(await new_database(prepare), vault=Vault([new_key()]), clock=clock)
    workshop = await workshop_on(store, clock)
    story = Story(workshop, await prepared(workshop, MANY))
    workshop.telegram.answer = story.send
    await started(workshop, **told)
    try:
        yield story
    finally:
        await store.close()


@given(
    happens=st.lists(acts | waits, min_size=1, max_size=10),
    canary=st.sampled_from([None, Canary(first=2, most_failed=50)]),
    per_hour=st.sampled_from([None, 2, 1_000]),
)
@few
async def test_the_counts_add_up_at_every_moment_and_at_the_end_everybody_has_one(
    new_database: NewDatabase,
    happens: list[str | timedelta],
    canary: Canary | None,
    per_hour: int | None,
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(expanding, "CHUNK", 2)
        async with begun(new_database, canary=canary, per_hour=per_hour) as story:
            for each in happens:
                await story.take(each)
                await story.look()
            await story.take("resume")
            story.answer = ANSWERS["taken"]
            for _ in range(8):
                await story.take(timedelta(days=1))
                await story.look()

            told = await stands(story.workshop)
            assert told.campaign.state in OVER
            assert told.pending == 0
            sent = Counter(each.address for each in story.workshop.telegram.messages)
            assert max(sent.values(), default=1) == 1
            accepted = sum(
                many for (state, _), many in told.counts.items() if state is State.ACCEPTED
            )
            assert accepted <= len(sent)
