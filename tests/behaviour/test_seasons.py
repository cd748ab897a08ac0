"""A season comes, and each car's people hear of it once: also of the car that comes in the middle."""

from collections.abc import Awaitable
from datetime import date, time, timedelta

import pytest

from messaging.actions import planning
from messaging.asset import Role
from messaging.calendar import MessageClass
from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.remedy import Act
from messaging.rule import EndOfWindow, Season, Stated, month_day
from tests.automations import (
    RULE,
    at,
    automate,
    ends,
    explained,
    foreseen,
    previewed,
    release,
    sent,
    skip_to,
    tell,
    thing,
)
from tests.given import Workshop

WINTER = Season(
    first=month_day("12-01"),
    last=month_day("01-15"),
    at=time(10),
    asset_type="vehicle",
    where={"tyres": "summer"},
)
FOR_CUSTOMERS = Season(first=month_day("12-01"), last=month_day("12-10"), at=time(10))
FIRST = date(2026, 12, 1)


async def car(
    workshop: Workshop, code: str = "AB123CD", *, tyres: str = "summer", **told: object
) -> None:
    await thing(workshop, code, asset_type="vehicle", tyres=tyres, **told)  # type: ignore[arg-type] # as told


async def season(workshop: Workshop, **told: object) -> None:
    await automate(workshop, WINTER, **{"expiry": EndOfWindow(), **told})  # type: ignore[arg-type] # as told


async def test_each_car_with_summer_tyres_is_told_of_once_on_the_first_day_at_ten(
    workshop: Workshop,
) -> None:
    await season(workshop)
    await workshop.customer()
    await workshop.customer("mario", name="Mario Rossi")
    await car(workshop)
    await car(workshop, customer="mario", role=Role.USER)
    await car(workshop, "ZZ999ZZ", tyres="winter")
    await car(workshop, "XX111XX", gone=True)

    await at(workshop, date(2027, 1, 20))

    assert await sent(workshop) == [
        ("anna", "window", "01/12 10:00"),
        ("mario", "window", "01/12 10:00"),
    ]
    assert {each.about for each in await workshop.notices()} == {"AB123CD"}


async def test_the_next_winter_is_another_window(workshop: Workshop) -> None:
    await season(workshop)
    await workshop.customer()
    await car(workshop)
    await skip_to(workshop, FIRST)
    await skip_to(workshop, date(2027, 11, 30))

    await skip_to(workshop, date(2027, 12, 1))

    assert [moment for *_, moment in await sent(workshop)] == ["01/12 10:00", "01/12 10:00"]


@pytest.mark.parametrize("day", [date(2026, 12, 20), date(2027, 1, 11)])
async def test_a_car_that_comes_while_the_season_is_open_is_told_of_at_once_also_after_new_year(
    workshop: Workshop, day: date
) -> None:
    await season(workshop)
    await workshop.customer()
    await skip_to(workshop, day)

    await car(workshop)
    await workshop.run()
    await car(workshop)  # the same file again
    await at(workshop, date(2027, 1, 20))

    assert len(await workshop.notices()) == 1
    assert [state for state, _ in await ends(workshop)] == [State.ACCEPTED]


async def test_a_car_that_comes_when_the_season_is_over_is_told_of_next_year(
    workshop: Workshop,
) -> None:
    await season(workshop)
    await workshop.customer()
    await skip_to(workshop, date(2027, 1, 18))
    await car(workshop)
    await workshop.run()

    (subject,) = await explained(workshop)

    assert await workshop.notices() == []
    assert isinstance(subject.outlook, Goes)
    assert f"{subject.outlook.at:%Y-%m-%d}" == "2027-12-01"


async def test_a_car_that_gets_summer_tyres_in_the_season_is_told_of_then(
    workshop: Workshop,
) -> None:
    await season(workshop)
    await workshop.customer()
    await car(workshop, tyres="winter")
    await skip_to(workshop, date(2026, 12, 14))
    assert await workshop.notices() == []

    await car(workshop)
    await workshop.run()

    assert await sent(workshop) == [("anna", "window", "14/12 10:00")]


async def test_a_car_that_is_sold_or_changed_between_planning_and_sending_is_not_told_of(
    workshop: Workshop,
) -> None:
    await season(workshop, stops=(Stated(path="asset.tyre_storage", value="True"),))
    await workshop.customer()
    for code in ("SOLD", "CHANGED", "STORED"):
        await car(workshop, code)
    await skip_to(workshop, FIRST, time(9, 55))
    assert len(await ends(workshop)) == 3

    await car(workshop, "SOLD", gone=True)
    await car(workshop, "CHANGED", tyres="winter")
    await car(workshop, "STORED", tyre_storage=True)
    await skip_to(workshop, FIRST)

    assert await ends(workshop) == [
        (State.CANCELLED, "asset_gone"),
        (State.CANCELLED, "excluded"),
        (State.CANCELLED, "rule_changed"),
    ]


async def test_a_first_import_in_the_season_floods_nobody(workshop: Workshop) -> None:
    await season(workshop)
    await workshop.customer()
    await skip_to(workshop, date(2026, 12, 14))
    for number in range(3):
        await car(workshop, f"CAR{number}", first=True)
    await workshop.run()

    assert await workshop.held() == ["first_import"] * 3
    await release(workshop)
    await workshop.wait(timedelta(seconds=4), step=timedelta(seconds=1))  # one chat, one a second
    assert len(await sent(workshop)) == 3


async def test_what_waits_for_a_person_when_the_season_ends_ends_with_it(
    workshop: Workshop,
) -> None:
    await season(workshop)
    await workshop.customer()
    await skip_to(workshop, date(2026, 12, 14))
    await car(workshop, first=True)
    await workshop.run()
    assert await workshop.held() == ["first_import"]

    await skip_to(workshop, date(2027, 1, 15), time(18))
    assert await workshop.held() == ["first_import"]
    await skip_to(workshop, date(2027, 1, 16), time(9))

    assert await ends(workshop) == [(State.EXPIRED, "expired")]


async def test_what_a_person_lets_go_after_the_season_does_not_leave(workshop: Workshop) -> None:
    await season(workshop)
    await workshop.customer()
    await skip_to(workshop, date(2027, 1, 15), time(21))
    await car(workshop, first=True)
    await workshop.planner().work()
    workshop.clock.move(timedelta(hours=14))

    await release(workshop)

    assert await ends(workshop) == [(State.EXPIRED, "expired")]


async def test_switching_on_in_the_season_holds_what_has_passed_and_before_it_nothing(
    workshop: Workshop,
) -> None:
    await season(workshop, on=False)
    await workshop.customer()
    await car(workshop)
    await workshop.run()
    before = await previewed(workshop)
    await skip_to(workshop, date(2026, 12, 14))
    inside = await previewed(workshop)
    await workshop.switch_on(RULE)
    await workshop.run()

    assert (before.held, [each.about for each in before.coming]) == ((), ["AB123CD"])
    assert ([each.about for each in inside.held], inside.coming) == (["AB123CD"], ())
    assert await workshop.held() == ["switched_on"]


@pytest.mark.parametrize(
    ("day", "hour", "ended"),
    [
        (FIRST, time(18), (State.ACCEPTED, None)),
        (date(2026, 12, 14), time(10), (State.HELD, "late")),
    ],
)
async def test_what_a_stop_of_the_planner_delays_goes_out_for_a_day_and_then_asks_a_person(
    workshop: Workshop, day: date, hour: time, ended: tuple[State, str | None]
) -> None:
    await season(workshop)
    await workshop.customer()
    await car(workshop)
    await workshop.run()

    await skip_to(workshop, day, hour)

    assert await ends(workshop) == [ended]


async def test_a_season_that_nobody_planned_for_is_over(workshop: Workshop) -> None:
    await season(workshop)
    await workshop.customer()
    await car(workshop)
    await workshop.run()

    await skip_to(workshop, date(2027, 1, 18))

    assert await workshop.notices() == []


async def test_every_customer_is_told_once_and_the_forecast_says_so_before(
    workshop: Workshop,
) -> None:
    await automate(
        workshop, FOR_CUSTOMERS, message_class=MessageClass.MARKETING, expiry=EndOfWindow()
    )
    await workshop.customer(allows=[MessageClass.MARKETING])
    await workshop.customer("bruno", name="Bruno Neri")
    await workshop.customer("carla", deceased=True, allows=[MessageClass.MARKETING])

    told = [(each.customer, each.about, each.reason) for each in await foreseen(workshop, 10)]
    await at(workshop, date(2026, 12, 10))

    assert told == [("anna", None, None), ("bruno", None, "no_consent")]
    assert await ends(workshop) == [(State.ACCEPTED, None), (State.WITHHELD, "no_consent")]


async def test_a_season_over_many_customers_is_planned_page_by_page_and_a_stop_loses_none(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "PAGE", 2)
    await automate(workshop, FOR_CUSTOMERS)
    for number in range(5):
        await workshop.customer(f"c{number}", chat=False)
    await workshop.run()
    workshop.clock.move(workshop.clock.moment.replace(month=12, day=1) - workshop.clock.moment)
    until = workshop.clock.now() + planning.LEAD * 12
    behind = await planning.rules_behind(workshop.store, until=until)

    def once() -> Awaitable[bool]:
        return planning.plan_window(
            workshop.store,
            behind[0],
            until=until,
            now=workshop.clock.now(),
            strikes=lambda *_: (),
        )

    assert not await once()
    assert len(await workshop.notices()) == 2
    # Here the process dies. Another goes on where it was.
    await workshop.planner().work()

    assert sorted(each.customer for each in await workshop.notices()) == [f"c{n}" for n in range(5)]


async def test_why_a_car_is_not_told_of_and_what_would_change_that(workshop: Workshop) -> None:
    await season(workshop)
    await workshop.customer()
    (nothing,) = await explained(workshop)
    await car(workshop, tyres="winter")
    await workshop.run()
    (other,) = await explained(workshop)

    assert isinstance(nothing.outlook, Stays)
    assert nothing.outlook.reason == "no_asset"
    assert [each.act for each in nothing.ways[0].remedies] == [Act.ASSET_ADDED]
    assert isinstance(other.outlook, Stays)
    assert other.outlook.reason == "not_matching"
    assert [(each.act, each.name, each.value) for each in other.ways[0].remedies] == [
        (Act.MATCHED, "tyres", "summer")
    ]


async def test_the_forecast_of_a_season_names_the_car(workshop: Workshop) -> None:
    await season(workshop)
    await workshop.customer()
    await car(workshop)
    await workshop.run()

    told = [(each.about, each.anchor, f"{each.at:%H:%M}") for each in await foreseen(workshop, 30)]
    assert told == [("AB123CD", "2026-12-01", "09:00")]
    await tell(workshop)  # a record of another type changes nothing
    await workshop.run()
    assert await workshop.notices() == []
