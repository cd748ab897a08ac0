"""Whatever is due together, however the calls end: no notice is lost in a list, and none comes twice in silence."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.actions.doors import Vault, new_key, open_store
from messaging.notification import State
from messaging.sender import Accepted, Message, Outcome, Rejected, RetryLater, Scope, Unknown
from tests.automations import skip_to
from tests.conftest import NewDatabase
from tests.given import StillClock, Workshop, workshop_on
from tests.prepared import prepare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

TUESDAY = date(2026, 11, 24)
IN_A_WEEK = date(2026, 12, 1)
MINUTE = timedelta(minutes=1)
ANSWERS: dict[str, Outcome] = {
    "taken": Accepted(provider_id="m"),
    "busy": RetryLater(reason="flood", code="429", after=timedelta(seconds=20), counts=False),
    "later": RetryLater(reason="server_error", code="500"),
    "chat rests": RetryLater(
        reason="flood", code="429", after=timedelta(seconds=40), scope=Scope.ADDRESS, counts=False
    ),
    "refused": Rejected(reason="content_refused", code="400"),
    "cut off": Unknown(reason="cut_off", code="crash"),
}
answers = st.lists(st.sampled_from(sorted(ANSWERS)), max_size=8)
of_each = st.lists(st.integers(1, 8), min_size=1, max_size=3)
comes_late = st.lists(st.integers(0, 2), max_size=2)

few = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def due_together(workshop: Workshop, cars: Sequence[int]) -> None:
    """Let every customer have so many inspections that are reminded of on Tuesday at ten."""
    await workshop.switch_on()
    for number, owned in enumerate(cars):
        await workshop.customer(f"c{number}", name=f"Anna {number}")
        for car in range(owned):
            await a_car(workshop, number, car)


async def a_car(workshop: Workshop, owner: int, car: int) -> None:
    await workshop.inspection(f"C{owner}N{car:02}", due_on=IN_A_WEEK, customer=f"c{owner}")


@given(cars=of_each, told=answers, late=comes_late)
@few
async def test_every_notice_is_told_in_one_message_and_its_state_is_that_of_the_message(
    new_database: NewDatabase, cars: list[int], told: list[str], late: list[int]
) -> None:
    clock = StillClock()
    store = open_store(await new_database(prepare), vault=Vault([new_key()]), clock=clock)
    try:
        workshop = await workshop_on(store, clock)
        left = list(told)
        calls: list[tuple[Message, Outcome]] = []

        def answer(message: Message) -> Outcome:
            calls.append((message, ANSWERS[left.pop(0) if left else "taken"]))
            return calls[-1][1]

        workshop.telegram.answer = answer
        await due_together(workshop, cars)
        await skip_to(workshop, TUESDAY)
        for place, owner in enumerate(late):
            if owner < len(cars):
                await a_car(workshop, owner, 20 + place)
        await workshop.wait(40 * MINUTE, step=MINUTE)

        ends = {(each.about or "")[:5]: each.state for each in await workshop.notices()}
        assert set(ends.values()) <= {State.ACCEPTED, State.FAILED, State.UNKNOWN}
        for code, end in ends.items():
            about_it = [(each, outcome) for each, outcome in calls if code in each.text]
            in_doubt = False
            for message, outcome in about_it:
                assert (
                    message.repeat is in_doubt
                )  # who may have seen it is told that it comes again
                in_doubt = in_doubt or isinstance(outcome, Unknown)
            assert sum(isinstance(outcome, Accepted) for _, outcome in about_it) <= 1
            match about_it[-1][1]:
                case Accepted():
                    assert end is State.ACCEPTED
                case _:
                    assert end is (State.UNKNOWN if in_doubt else State.FAILED)
    finally:
        await store.close()
