"""How many notices one customer gets, of all rules together, and who gives way to whom."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from messaging.actions import capping, switching
from messaging.actions.capping import CapChange
from messaging.actions.doors import Store
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import Refused
from messaging.explanation import Goes
from messaging.notification import State
from messaging.rule import BeforeDate, DateField, For, OnDate
from tests.automations import automate, ends, explained, foreseen, sent, skip_to, tell
from tests.birthdays import rome
from tests.given import StillClock, Workshop, workshop_on
from tests.pauses import pause

TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
BOTH = (MessageClass.REMINDER, MessageClass.MARKETING)


async def caps(workshop: Workshop, **told: int) -> None:
    await capping.cap(
        workshop.store, CapChange(**told), slug=workshop.business.slug, now=workshop.clock.now()
    )


async def on_its_day(
    workshop: Workshop,
    name: str,
    hour: time,
    *,
    message_class: MessageClass = MessageClass.REMINDER,
    channel: Channel = Channel.TELEGRAM,
) -> None:
    """Give the workshop a rule that speaks on the date of each record of its own type."""
    trigger = OnDate(record_type=name, date_field=DateField.DUE_ON, at=hour)
    expiry = For(duration=timedelta(days=5))
    await automate(
        workshop,
        trigger,
        name=name,
        message_class=message_class,
        expiry=expiry,
        channels=(channel,),
    )


async def day_by_hours(workshop: Workshop, day: date, *hours: int) -> None:
    """Let everything run at these hours, and a few seconds later, when each chat has rested."""
    for hour in hours:
        await skip_to(workshop, day, time(hour))
        for _ in range(2):
            workshop.clock.move(timedelta(seconds=2))
            await workshop.run()


async def an_offer_in_the_morning_a_deadline_in_the_afternoon(workshop: Workshop) -> None:
    await on_its_day(workshop, "offer", time(10), message_class=MessageClass.MARKETING)
    await on_its_day(workshop, "deadline", time(15))
    await workshop.customer(allows=BOTH)
    await tell(workshop, "O1", record_type="offer", due_on=TUESDAY)
    await tell(workshop, "D1", record_type="deadline", due_on=TUESDAY)


async def test_where_a_day_has_one_place_the_offer_of_the_morning_gives_way_to_the_deadline(
    workshop: Workshop,
) -> None:
    await caps(workshop, daily=1)
    await an_offer_in_the_morning_a_deadline_in_the_afternoon(workshop)

    told = [(each.rule, each.at, each.reason) for each in await foreseen(workshop, 7)]
    await day_by_hours(workshop, TUESDAY, 8, 10, 15)
    await day_by_hours(workshop, WEDNESDAY, 9, 10)

    assert await sent(workshop) == [
        ("anna", "0d", "24/11 15:00"),
        ("anna", "0d", "25/11 09:00"),
    ]
    gone = {each.rule: each.at for each in await workshop.notices()}
    assert told == [
        ("deadline", gone["deadline"], None),
        ("offer", gone["offer"], "gives_way"),
    ]


async def test_nothing_gives_way_to_a_deadline_that_is_paused(workshop: Workshop) -> None:
    await caps(workshop, daily=1)
    await an_offer_in_the_morning_a_deadline_in_the_afternoon(workshop)
    await pause(workshop, rule="deadline")

    told = {each.rule: (each.channel, each.reason) for each in await foreseen(workshop, 7)}
    await day_by_hours(workshop, TUESDAY, 8, 10)

    assert await sent(workshop) == [("anna", "0d", "24/11 10:00")]
    assert told == {"offer": (Channel.TELEGRAM, None), "deadline": (None, "paused")}


async def test_an_appointment_goes_on_a_full_day_and_the_deadline_after_it_moves(
    workshop: Workshop,
) -> None:
    await caps(workshop, daily=1)
    trigger = BeforeDate(
        record_type="visit",
        date_field=DateField.STARTS_AT,
        days_before=(1,),
        at=time(15),
        hours_before=(2,),
    )
    await automate(workshop, trigger, name="visit", message_class=MessageClass.SERVICE)
    await on_its_day(workshop, "deadline", time(10))
    await workshop.customer()
    await tell(workshop, "V1", record_type="visit", starts_at=_at(WEDNESDAY, 18))
    await tell(workshop, "D1", record_type="deadline", due_on=TUESDAY)

    told = {(each.rule, each.rung): each.at for each in await foreseen(workshop, 7)}
    await day_by_hours(workshop, TUESDAY, 8, 10, 15)
    await day_by_hours(workshop, WEDNESDAY, 9, 16)
    await day_by_hours(workshop, WEDNESDAY + timedelta(days=1), 9)

    gone = {(each.rule, each.rung): each.at for each in await workshop.notices()}
    assert {each.state for each in await workshop.notices()} == {State.ACCEPTED}
    assert gone == told
    # Tuesday belongs to the day before, Wednesday to the two hours before.
    assert [when for _, _, when in await sent(workshop)] == [
        "24/11 15:00",
        "25/11 16:00",
        "26/11 09:00",
    ]


async def test_two_offers_a_week_where_the_business_says_two_and_a_third_is_withheld(
    workshop: Workshop,
) -> None:
    await caps(workshop, offers=2)
    for name, hour in (("one", 10), ("two", 11), ("three", 12)):
        await on_its_day(workshop, name, time(hour), message_class=MessageClass.MARKETING)
    anna = await workshop.customer(allows=BOTH)
    await workshop.link_phone(anna, value="token-1")
    for name in ("one", "two", "three"):
        await tell(workshop, name, record_type=name, due_on=TUESDAY)

    told = [(each.rule, each.reason) for each in await foreseen(workshop, 7)]
    await day_by_hours(workshop, TUESDAY, 10, 11, 12)

    assert await ends(workshop) == [
        (State.ACCEPTED, None),
        (State.ACCEPTED, None),
        (State.WITHHELD, "frequency_cap"),
    ]
    assert told == [("one", None), ("two", None), ("three", "frequency_cap")]


async def test_an_offer_to_two_phones_is_one_offer(workshop: Workshop) -> None:
    await caps(workshop, offers=2)
    for name, hour in (("one", 10), ("two", 11)):
        await on_its_day(
            workshop,
            name,
            time(hour),
            message_class=MessageClass.MARKETING,
            channel=Channel.PUSH,
        )
    anna = await workshop.customer(phone=True, allows=BOTH)
    await workshop.link_phone(anna, value="token-anna-2")
    for name in ("one", "two"):
        await tell(workshop, name, record_type=name, due_on=TUESDAY)

    await day_by_hours(workshop, TUESDAY, 10, 11)

    assert await ends(workshop) == [(State.ACCEPTED, None), (State.ACCEPTED, None)]


async def test_a_reminder_of_the_same_moment_is_no_offer(workshop: Workshop) -> None:
    for name, kind in (("deadline", MessageClass.REMINDER), ("offer", MessageClass.MARKETING)):
        await on_its_day(workshop, name, time(10), message_class=kind, channel=Channel.PUSH)
        await workshop.customer(phone=name == "deadline", chat=False, allows=BOTH)
        await tell(workshop, name, record_type=name, due_on=TUESDAY)

    await day_by_hours(workshop, TUESDAY, 10)

    assert await ends(workshop) == [(State.ACCEPTED, None), (State.ACCEPTED, None)]


async def test_an_explanation_knows_the_caps_of_the_business(workshop: Workshop) -> None:
    await caps(workshop, daily=1)
    await on_its_day(workshop, "deadline", time(10))
    await on_its_day(workshop, "test.rule", time(10))
    await workshop.customer()
    await tell(workshop, "D1", record_type="deadline", due_on=TUESDAY)
    await tell(workshop, "D2", record_type="test.rule", due_on=TUESDAY)
    await day_by_hours(workshop, TUESDAY, 10)

    (subject,) = await explained(workshop)

    assert isinstance(subject.outlook, Goes)
    assert subject.outlook.at == _at(WEDNESDAY, 9)


async def test_what_cannot_be_a_cap_is_refused(workshop: Workshop) -> None:
    with pytest.raises(Refused, match="days cannot be 0"):
        await caps(workshop, days=0)
    with pytest.raises(Refused, match="offers cannot be -1"):
        await caps(workshop, offers=-1)


def _at(day: date, hour: int) -> datetime:
    return rome(day, time(hour))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A rule that speaks on some day at some hour."""

    message_class: MessageClass
    day: int
    hour: int


drawn_rules = st.lists(
    st.builds(
        Drawn,
        message_class=st.sampled_from(BOTH),
        day=st.integers(1, 4),
        hour=st.sampled_from([8, 10, 10, 15, 20]),
    ),
    min_size=2,
    max_size=4,
)


@pytest.mark.slow
@pytest.mark.timeout(180)
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=drawn_rules, daily=st.integers(0, 2), offers=st.integers(1, 2))
async def test_what_the_forecast_says_of_full_days_is_what_happens(
    store: Store, told: list[Drawn], daily: int, offers: int
) -> None:
    workshop = await workshop_on(store, StillClock(), slug=secrets.token_hex(4))
    await caps(workshop, daily=daily, offers=offers)
    await workshop.customer(allows=BOTH)
    for n, each in enumerate(told):
        await on_its_day(workshop, f"rule{n}", time(each.hour), message_class=each.message_class)
        day = workshop.clock.now().date() + timedelta(days=each.day)
        await tell(workshop, f"R{n}", record_type=f"rule{n}", due_on=day)

    foretold = {each.rule: (each.channel, each.at) for each in await foreseen(workshop, 5)}
    for _ in range(11):
        await day_by_hours(
            workshop, workshop.clock.now().date() + timedelta(days=1), 8, 9, 10, 15, 20
        )

    gone = {each.rule: each for each in await workshop.notices()}
    assert foretold.keys() == gone.keys()
    for rule, (channel, moment) in foretold.items():
        assert (gone[rule].state is State.ACCEPTED) == (channel is not None), rule
        if channel is not None:
            assert moment <= gone[rule].at < moment + timedelta(minutes=1), rule
    for n in range(len(told)):
        await switching.switch_off(
            store, slug=workshop.business.slug, name=f"rule{n}", now=workshop.clock.now()
        )
