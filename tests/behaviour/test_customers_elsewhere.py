"""Customers who live in another zone: rules keep to the shop's clock, sending hours to theirs."""

from datetime import date, time, timedelta

from messaging.explanation import Goes
from messaging.intake import CLEAR
from messaging.rule import DateField, For, OnDate
from tests.automations import automate, explained, foreseen, release, sent, skip_to, tell
from tests.birthdays import rome, tells
from tests.given import Workshop

TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)


async def on_its_day(workshop: Workshop, hour: time, *, on: bool = True) -> None:
    trigger = OnDate(record_type="invoice", date_field=DateField.DUE_ON, at=hour)
    await automate(workshop, trigger, on=on, expiry=For(duration=timedelta(hours=2)))


async def living_in(workshop: Workshop, **zones: str | None) -> None:
    for code, zone in zones.items():
        await workshop.customer(code, name=code.title(), timezone=zone)
        await tell(workshop, f"R-{code}", customer=code, due_on=TUESDAY)


async def test_whoever_sleeps_when_the_shop_sends_gets_it_when_their_own_hours_begin(
    workshop: Workshop,
) -> None:
    await on_its_day(workshop, time(10))
    await living_in(workshop, anna=None, nina="America/New_York")

    told = {each.customer: (each.at, each.reason) for each in await foreseen(workshop, 3)}
    (subject,) = await explained(workshop, "nina")
    for hour in (time(10), time(12), time(14, 55), time(15)):
        await skip_to(workshop, TUESDAY, hour)

    nine_in_new_york = rome(TUESDAY, time(15))
    assert await sent(workshop) == [
        ("anna", "0d", "24/11 10:00"),
        ("nina", "0d", "24/11 15:00"),
    ]
    assert told == {
        "anna": (rome(TUESDAY, time(10)), None),
        "nina": (nine_in_new_york, "closed_hours"),
    }
    assert isinstance(subject.outlook, Goes)
    assert (subject.outlook.due_at, subject.outlook.at, subject.outlook.later) == (
        rome(TUESDAY, time(10)),
        nine_in_new_york,
        "closed_hours",
    )


async def test_hours_are_open_for_them_while_the_shop_sleeps(workshop: Workshop) -> None:
    await on_its_day(workshop, time(19, 30))
    await living_in(workshop, anna=None, taro="Asia/Tokyo")  # half past three in the morning

    told = {each.customer: each.at for each in await foreseen(workshop, 3)}
    for day, hour in ((TUESDAY, time(19, 30)), (WEDNESDAY, time(0, 30)), (WEDNESDAY, time(1))):
        await skip_to(workshop, day, hour)

    assert await sent(workshop) == [
        ("anna", "0d", "24/11 19:30"),
        ("taro", "0d", "25/11 01:00"),
    ]
    assert told == {
        "anna": rome(TUESDAY, time(19, 30)),
        "taro": rome(WEDNESDAY, time(1)),
    }


async def test_what_a_person_lets_go_waits_for_their_hours_and_has_not_expired_by_then(
    workshop: Workshop,
) -> None:
    await living_in(workshop, taro="Asia/Tokyo")
    await skip_to(workshop, TUESDAY, time(11))
    await on_its_day(workshop, time(10))
    assert await workshop.held() == ["switched_on"]
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)

    await skip_to(workshop, saturday, time(18))  # two o'clock on Sunday morning in Tokyo
    await release(workshop)
    await skip_to(workshop, monday, time(1))

    assert await sent(workshop) == [("taro", "0d", "30/11 01:00")]


async def test_a_zone_that_the_books_take_back_is_the_shops_again(workshop: Workshop) -> None:
    await on_its_day(workshop, time(10))
    await living_in(workshop, nina="America/New_York")
    await tells(workshop, "nina", timezone=CLEAR)

    await skip_to(workshop, TUESDAY, time(10))

    assert await sent(workshop) == [("nina", "0d", "24/11 10:00")]
