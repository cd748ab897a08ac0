"""Whatever the order in which books change and clocks tick: nothing untrue, nothing twice, nothing missing."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.actions.doors import Vault, new_key, open_store
from messaging.calendar import MessageClass, instant
from messaging.customer import Channel
from messaging.ladder import TOO_LATE
from messaging.rule import BeforeDate, DateField, Rule, RuleId, UntilDate
from messaging.store import rules
from messaging.store.reports import Sent
from messaging.store.rules import Label
from tests.conftest import NewDatabase
from tests.given import MONDAY, StillClock, Workshop, workshop_on
from tests.prepared import prepare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]  # shrinking a story takes a while

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SUNDAY = 6
TODAY = MONDAY.date()
AT = time(10)
RUNGS = (5, 2)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next: the books change in one thing, or hours pass and the planner looks."""

    due_in: int | None = None
    status: str | None = None
    gone: bool | None = None
    hours: int | None = None


ahead = st.builds(Step, due_in=st.integers(6, 10))
anywhen = st.builds(Step, due_in=st.integers(-2, 9))
status = st.builds(Step, status=st.sampled_from(["open", "done", "cancelled"]))
gone = st.builds(Step, gone=st.booleans())
hours = st.builds(Step, hours=st.integers(0, 60))

many = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True, slots=True)
class Books:
    """What the books say of the car's inspection, from a moment on."""

    since: datetime
    due_on: date | None = None
    status: str = "open"
    gone: bool = False

    @property
    def alive(self) -> bool:
        return self.due_on is not None and self.status == "open" and not self.gone


@dataclass(slots=True)
class Story:
    """A workshop with Anna's car, and what its books said when."""

    workshop: Workshop
    pages: list[Books] = field(default_factory=list)
    runs: list[datetime] = field(default_factory=list)
    sent: list[tuple[datetime, Books]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.workshop.clock.now()

    async def take(self, step: Step) -> None:
        if step.hours is not None:
            self.workshop.clock.move(timedelta(hours=step.hours))
            await self.run()
            return
        last = self.pages[-1] if self.pages else Books(since=self.now)
        new = replace(
            last,
            since=self.now,
            due_on=last.due_on if step.due_in is None else TODAY + step.due_in * DAY,
            status=step.status or last.status,
            gone=last.gone if step.gone is None else step.gone,
        )
        self.pages.append(new)
        await self.workshop.inspection(due_on=new.due_on, status=new.status, gone=new.gone)

    async def run(self) -> None:
        before = len(self.workshop.telegram.messages)
        await self.workshop.run()
        self.runs.append(self.now)
        more = len(self.workshop.telegram.messages) - before
        self.sent += [(self.now, self.pages[-1])] * more

    async def end(self) -> list[Sent]:
        """Let a fortnight pass, looked at every day at eleven, and return every notice there was."""
        at_eleven = self.now.replace(hour=10, minute=0)
        self.workshop.clock.move(at_eleven + (DAY if at_eleven < self.now else 0 * DAY) - self.now)
        await self.run()
        for _ in range(14):
            self.workshop.clock.move(DAY)
            await self.run()
        return await self.workshop.notices()


@asynccontextmanager
async def begun(new_database: NewDatabase) -> AsyncIterator[Story]:
    """A story that begins on Monday at nine, its ladder on since then."""
    clock = StillClock()
    store = open_store(await new_database(prepare), vault=Vault([new_key()]), clock=clock)
    workshop = await workshop_on(store, clock)
    async with store.begin() as conn:
        await rules.add(
            conn,
            Rule(
                id=RuleId(0),
                business_id=workshop.business.id,
                name="ladder",
                version=0,
                on=False,
                message_class=MessageClass.REMINDER,
                template="auto.inspection_due",
                channels=(Channel.TELEGRAM,),
                trigger=BeforeDate(
                    record_type="inspection",
                    date_field=DateField.DUE_ON,
                    days_before=RUNGS,
                    at=AT,
                ),
                expiry=UntilDate(date_field=DateField.DUE_ON),
                stop_statuses=("done",),
            ),
            Label(it="Scala", en="Ladder"),
        )
    await workshop.switch_on("ladder")
    await workshop.customer()
    try:
        yield Story(workshop)
    finally:
        await store.close()


def moment_of(days: int, due_on: date, story: Story) -> datetime:
    return instant(due_on - days * DAY, AT, story.workshop.business.zone)


@given(
    changes=st.lists(ahead | status | gone, max_size=5),
    ticks=st.lists(st.integers(0, 5), max_size=3),
    due=st.integers(6, 10),
)
@many
async def test_what_goes_out_follows_from_how_the_books_stand_not_from_how_they_came_to_it(
    new_database: NewDatabase, changes: list[Step], ticks: list[int], due: int
) -> None:
    ending = [Step(status="open"), Step(gone=False), Step(due_in=due)]
    async with begun(new_database) as story:
        for place, change in enumerate([Step(due_in=8), *changes, *ending]):
            await story.take(change)
            if place in ticks:
                await story.run()
        notices = await story.end()

    due_on = TODAY + due * DAY
    sent = [(each.rung, each.at) for each in notices if each.attempts]
    assert sorted(rung for rung, _ in sent) == ["2d", "5d"]
    assert len(story.sent) == len(RUNGS)
    for days, (at, _) in zip(RUNGS, story.sent, strict=True):
        moment = moment_of(days, due_on, story)
        assert moment <= at <= moment + (2 * HOUR if moment.weekday() != SUNDAY else DAY + HOUR)


@given(steps=st.lists(anywhen | status | gone | hours, min_size=1, max_size=8))
@many
async def test_in_every_story_what_is_said_is_true_said_once_and_not_left_out(
    new_database: NewDatabase, steps: list[Step]
) -> None:
    async with begun(new_database) as story:
        for step in [Step(due_in=7), *steps]:
            await story.take(step)
        notices = await story.end()

    tried = [each for each in notices if each.attempts]
    said = Counter((each.rung, each.about) for each in tried)
    assert len(tried) == len(story.sent)
    # Two rungs at once would be a flood of its own.
    assert max(Counter(at for at, _ in story.sent).values(), default=1) == 1
    assert all(books.alive for _, books in story.sent), "it spoke of what was over"
    for days in RUNGS:
        assert said[f"{days}d", "AB123CD-inspection"] <= len(
            {page.due_on for page in story.pages if page.due_on}
        )
    last = story.pages[-1]
    if last.alive and last.due_on is not None:
        for days in RUNGS:
            moment = moment_of(days, last.due_on, story)
            looked = next((at for at in story.runs if at >= moment), None)
            if moment > last.since and looked and looked - moment <= TOO_LATE - DAY / 2:
                assert said[f"{days}d", "AB123CD-inspection"] >= 1, f"{days}d was left out"
