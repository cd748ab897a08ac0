"""Birthdays: once a year, on the day, to whoever agreed, and foretold as they come."""

from datetime import UTC, date, datetime, time

import pytest

from messaging.actions import forecasting, switching
from messaging.actions.doors import Store
from messaging.calendar import ALWAYS_OPEN, MessageClass
from messaging.notification import State
from messaging.opening import to_json
from messaging.rule import BeforeDate, DateField
from messaging.store import businesses
from scheduler.occurrences import cron_days
from tests.birthdays import (
    BIRTHDAY,
    BORN,
    DAY,
    HOUR,
    ROME,
    anna,
    rome,
    runs_around,
    runs_at,
)
from tests.given import StillClock, Workshop, workshop_on


async def ends(workshop: Workshop) -> list[tuple[State, str | None]]:
    return sorted(await workshop.states())


# ---------------------------------------------------------------- time passes


async def test_a_wish_goes_out_once_a_year_at_ten_and_greets_by_name(workshop: Workshop) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)

    await runs_around(workshop, rome(date(2026, 11, 25), time(9, 59)))
    assert workshop.texts == []
    await runs_at(workshop, rome(date(2026, 11, 25), time(10)))
    await workshop.wait(2 * DAY, step=12 * HOUR)
    await runs_around(workshop, rome(date(2027, 11, 25), time(10)))

    assert len(workshop.texts) == 2
    assert workshop.texts[0].startswith("Officina Delta\nGentile Anna Bianchi, tanti auguri")
    assert [button.action for button in workshop.telegram.messages[0].buttons] == ["stop_marketing"]
    assert {each.about for each in await workshop.notices()} == {None}
    assert {each.rung for each in await workshop.notices()} == {"birthday"}


async def test_who_was_born_on_29_february_is_wished_on_the_28th_of_a_common_year(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop, date(1980, 2, 29), phone=True)

    moments = [
        rome(date(2028, 2, 28), time(10)),
        rome(date(2028, 2, 29), time(10)),
        rome(date(2029, 2, 28), time(10)),
        rome(date(2029, 3, 1), time(10)),
    ]
    told = []
    for each in moments:
        await runs_around(workshop, each)
        told.append(len(workshop.texts))

    assert told == [0, 1, 2, 2]


async def test_a_wish_of_a_sunday_leaves_on_monday_morning_and_one_of_christmas_after_the_feast(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop, date(1971, 11, 29))  # a Sunday in 2026
    await workshop.customer("bruno", born_on=date(1980, 12, 25), allows=[MessageClass.MARKETING])

    await runs_around(workshop, rome(date(2026, 11, 29), time(10)))
    assert workshop.texts == []
    await runs_at(workshop, rome(date(2026, 11, 30), time(9)))
    assert len(workshop.texts) == 1

    await runs_around(workshop, rome(date(2026, 12, 25), time(10)))
    await workshop.housekeeper().work()
    await runs_at(workshop, rome(date(2026, 12, 27), time(12)))
    await workshop.housekeeper().work()
    assert len(workshop.texts) == 1
    await runs_at(workshop, rome(date(2026, 12, 28), time(9)))
    assert len(workshop.texts) == 2
    assert await ends(workshop) == [(State.ACCEPTED, None)] * 2


async def test_a_stop_of_three_days_over_a_birthday_sends_nothing_and_holds_nothing(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop, date(1971, 11, 24))
    await workshop.customer("bruno", born_on=BORN, allows=[MessageClass.MARKETING])
    await workshop.run()

    await runs_at(workshop, rome(date(2026, 11, 26), time(11)))
    await workshop.wait(DAY)

    assert await workshop.notices() == []


async def test_after_a_stop_of_some_hours_a_wish_still_goes_out_on_the_day(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await workshop.run()

    await runs_at(workshop, rome(date(2026, 11, 25), time(17)))

    assert len(workshop.texts) == 1


async def test_a_wish_that_could_not_leave_on_its_day_has_expired_on_the_next(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)

    await workshop.planner().work()
    workshop.clock.move(rome(date(2026, 11, 25), time(10)) - workshop.clock.moment)
    await workshop.planner().work()
    workshop.clock.move(DAY)
    await workshop.run()

    assert await workshop.states() == [(State.EXPIRED, "expired")]


async def test_the_year_turns_in_each_zone_at_its_own_midnight(
    store: Store, clock: StillClock
) -> None:
    """Half past midnight on New Year's Day: 31 December, 11:30 UTC, in Auckland, 10:30 on the first in Honolulu."""
    clock.moment = datetime(2026, 12, 30, tzinfo=UTC)
    shops = []
    for zone in ("Pacific/Auckland", "Pacific/Honolulu"):
        shop = await workshop_on(store, clock, slug=zone.split("/")[1].lower())
        hours = {"marketing": to_json(ALWAYS_OPEN)}
        async with store.begin() as conn:
            await businesses.set_hours(
                conn, shop.business.id, {"timezone": zone, "sending_hours": hours}
            )
        await switching.switch_on(
            store, slug=shop.business.slug, name=BIRTHDAY, now=clock.now(), at=time(0, 30)
        )
        await anna(shop, date(1971, 1, 1))
        shops.append(shop)
    auckland = shops[0]
    for shop in shops:  # either dispatcher may empty either's lanes
        shop.telegram = auckland.telegram

    told = []
    for moment in (
        datetime(2026, 12, 31, 11, 29, tzinfo=UTC),
        datetime(2026, 12, 31, 11, 30, tzinfo=UTC),
        datetime(2027, 1, 1, 10, 29, tzinfo=UTC),
        datetime(2027, 1, 1, 10, 30, tzinfo=UTC),
        datetime(2027, 1, 2, 12, tzinfo=UTC),
    ):
        await runs_at(auckland, moment)
        told.append(len(auckland.texts))

    assert told == [0, 1, 1, 2, 2]


# ---------------------------------------------------------------- who may be wished


async def test_consent_of_the_evening_before_is_early_enough(workshop: Workshop) -> None:
    await workshop.switch_on(BIRTHDAY)
    customer_id = await anna(workshop, allows=())

    await runs_at(workshop, rome(date(2026, 11, 24), time(22)))
    await workshop.consent(customer_id, MessageClass.MARKETING)
    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    assert len(workshop.texts) == 1


async def test_consent_withdrawn_a_minute_before_counts(workshop: Workshop) -> None:
    await workshop.switch_on(BIRTHDAY)
    customer_id = await anna(workshop)

    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 55)))
    await workshop.consent(customer_id, MessageClass.MARKETING, given=False)
    await runs_at(workshop, rome(date(2026, 11, 25), time(10)))

    assert workshop.texts == []
    assert await workshop.states() == [(State.WITHHELD, "no_consent")]


async def test_the_reminders_that_somebody_asked_for_are_no_consent_to_wishes(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop, allows=[MessageClass.REMINDER])

    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    assert await workshop.states() == [(State.WITHHELD, "no_consent")]


@pytest.mark.parametrize(
    ("born_on", "day", "state"),
    [
        (date(2008, 11, 25), date(2026, 11, 25), (State.ACCEPTED, None)),  # eighteen today
        (date(2009, 11, 25), date(2026, 11, 25), (State.WITHHELD, "minor")),
        # Eighteen on 1 March says the law, and the wish would go out a day before.
        (date(2008, 2, 29), date(2026, 2, 28), (State.WITHHELD, "minor")),
        (date(2008, 2, 29), date(2028, 2, 29), (State.ACCEPTED, None)),
    ],
)
async def test_no_wishes_to_minors_and_from_the_day_on_which_they_come_of_age(
    workshop: Workshop, born_on: date, day: date, state: tuple[State, str | None]
) -> None:
    workshop.clock.moment = rome(day - DAY, time(9))
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop, born_on)

    await runs_around(workshop, rome(day, time(10)))

    assert await workshop.states() == [state]


@pytest.mark.parametrize(
    "told",
    [
        {"born_on": None},
        {"company": True},
        {"deceased": True},
        {"born_on": date(1900, 11, 25)},
        {"born_on": date(2030, 11, 25)},
    ],
)
async def test_companies_the_dead_and_dates_that_nobody_can_be_born_on_have_no_birthday(
    workshop: Workshop, told: dict[str, object]
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop, **told)  # type: ignore[arg-type]  # told by name

    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    assert await workshop.notices() == []


async def test_an_offer_of_the_same_week_and_a_wish_are_one_too_many(workshop: Workshop) -> None:
    trigger = BeforeDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_before=(7,), at=time(10)
    )
    await workshop.marketing_rule("offer", trigger)
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await workshop.inspection(due_on=date(2026, 12, 1))  # an offer on the 24th

    await runs_around(workshop, rome(date(2026, 11, 24), time(10)))
    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    assert await ends(workshop) == [(State.ACCEPTED, None), (State.WITHHELD, "frequency_cap")]


async def test_two_shops_each_wish_their_own_customer_as_each_was_allowed(
    workshop: Workshop, store: Store, clock: StillClock
) -> None:
    other = await workshop_on(store, clock, slug="carrozzeria")
    third = await workshop_on(store, clock, slug="gommista")
    for shop in (workshop, other, third):
        await shop.switch_on(BIRTHDAY)
        await anna(shop, allows=() if shop is third else [MessageClass.MARKETING])

    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    assert await workshop.states() == await other.states() == [(State.ACCEPTED, None)]
    assert await third.states() == [(State.WITHHELD, "no_consent")]


# ---------------------------------------------------------------- on, off, and foretold


async def test_switching_the_rule_on_after_the_hour_holds_nothing(workshop: Workshop) -> None:
    await anna(workshop, date(1971, 11, 23))
    await workshop.customer("bruno", born_on=BORN, allows=[MessageClass.MARKETING])
    workshop.clock.moment = rome(date(2026, 11, 23), time(10, 30))

    seen = await forecasting.preview(
        workshop.store,
        slug="officina",
        name=BIRTHDAY,
        now=workshop.clock.now(),
        until=workshop.clock.now() + 30 * DAY,
        strikes=cron_days,
    )
    await workshop.switch_on(BIRTHDAY)
    await workshop.wait(3 * DAY, step=6 * HOUR)

    assert seen.held == ()
    assert [each.customer for each in seen.coming] == ["bruno"]
    assert [each.customer for each in await workshop.notices()] == ["bruno"]


async def test_moving_the_hour_after_the_wish_repeats_nobody(workshop: Workshop) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    await workshop.switch_on(BIRTHDAY, at=time(11))
    await runs_around(workshop, rome(date(2026, 11, 25), time(11)))

    assert len(workshop.texts) == 1


async def test_the_forecast_tells_who_is_wished_when_and_why_not(workshop: Workshop) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await workshop.customer("bruno", born_on=date(1971, 11, 29), allows=[MessageClass.MARKETING])
    await workshop.customer("carla", born_on=date(2015, 11, 26), allows=[MessageClass.MARKETING])
    await workshop.customer("delia", born_on=date(1980, 2, 29), allows=[MessageClass.MARKETING])

    coming = await forecasting.forecast(
        workshop.store,
        slug="officina",
        now=workshop.clock.now(),
        until=workshop.clock.now() + 100 * DAY,
        strikes=cron_days,
    )

    assert [
        (each.customer, f"{each.at.astimezone(ROME):%d/%m %H:%M}", each.anchor, each.reason)
        for each in coming
    ] == [
        ("anna", "25/11 10:00", "2026-11-25", None),
        ("carla", "26/11 10:00", "2026-11-26", "minor"),
        ("bruno", "30/11 09:00", "2026-11-29", "closed_hours"),
        ("delia", "01/03 09:00", "2027-02-28", "closed_hours"),  # a Sunday
    ]
    assert {(each.about, each.rung) for each in coming} == {(None, "birthday")}
