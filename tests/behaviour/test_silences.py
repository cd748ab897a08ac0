"""Nothing was bought for six months: told once for each silence, and not to who has come back."""

from datetime import date, time

from messaging.calendar import MessageClass
from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.remedy import Act
from messaging.rule import Inactivity, Newer
from tests.automations import (
    RULE,
    automate,
    ends,
    explained,
    foreseen,
    previewed,
    sent,
    skip_to,
    tell,
)
from tests.given import Workshop

SILENT = Inactivity(record_type="purchase", months=6, at=time(10), status="completed")


async def buys(
    workshop: Workshop, day: date | None = None, code: str = "P1", **told: object
) -> None:
    values = {"status": "completed", "entered_on": day, **told}
    await tell(workshop, code, record_type="purchase", **values)  # type: ignore[arg-type] # as told


async def shop(workshop: Workshop, **told: object) -> None:
    await automate(workshop, SILENT, message_class=MessageClass.MARKETING, **told)  # type: ignore[arg-type] # as told
    await workshop.customer(allows=[MessageClass.MARKETING])


async def test_six_months_after_the_last_purchase_once_at_ten(workshop: Workshop) -> None:
    await shop(workshop)
    await buys(workshop)  # on 23 November
    await workshop.run()

    for day in (22, 24, 31):
        await skip_to(workshop, date(2027, 5, day))

    assert await sent(workshop) == [("anna", "6mo", "24/05 10:00")]  # the 23rd is a Sunday


async def test_another_purchase_begins_another_silence_and_each_is_told_once(
    workshop: Workshop,
) -> None:
    await shop(workshop)
    await buys(workshop)
    await skip_to(workshop, date(2027, 3, 1))
    await buys(workshop, code="P2")
    await workshop.run()
    await skip_to(workshop, date(2027, 5, 24))
    assert await workshop.notices() == []
    await skip_to(workshop, date(2027, 9, 1))
    await buys(workshop, code="P2")  # the same file again
    await workshop.run()
    await buys(workshop, code="P3")
    await workshop.run()
    await skip_to(workshop, date(2028, 3, 1))

    assert [moment for *_, moment in await sent(workshop)] == ["01/09 10:00", "01/03 10:00"]


async def test_who_buys_between_planning_and_sending_is_not_written_to(workshop: Workshop) -> None:
    await shop(workshop)
    await buys(workshop, date(2026, 5, 24))
    await skip_to(workshop, date(2026, 11, 24), time(9, 55))
    assert await ends(workshop) == [(State.PLANNED, None)]

    await buys(workshop, code="P2")
    await skip_to(workshop, date(2026, 11, 24))

    assert await ends(workshop) == [(State.CANCELLED, "came_back")]


async def test_a_cancelled_purchase_is_no_sign_of_life(workshop: Workshop) -> None:
    await shop(workshop)
    await buys(workshop, date(2026, 5, 25))
    await buys(workshop, code="P2", status="cancelled")
    await workshop.run()

    await skip_to(workshop, date(2026, 11, 25))

    assert await sent(workshop) == [("anna", "6mo", "25/11 10:00")]


async def test_a_first_import_of_old_purchases_waits_for_a_person_one_each(
    workshop: Workshop,
) -> None:
    await shop(workshop)
    for number, day in enumerate((date(2025, 1, 7), date(2025, 9, 1), date(2026, 4, 1))):
        await buys(workshop, day, code=f"P{number}", first=True)
    await workshop.run()

    assert await workshop.held() == ["first_import"]
    assert [each.rung for each in await workshop.notices()] == ["6mo"]


async def test_switching_on_holds_who_is_silent_already_and_tells_of_who_will_be(
    workshop: Workshop,
) -> None:
    await shop(workshop, on=False)
    await workshop.customer("bruno", name="Bruno Neri", allows=[MessageClass.MARKETING])
    await workshop.customer("carla", name="Carla Verdi")
    await buys(workshop, date(2026, 4, 1))
    await buys(workshop, date(2026, 6, 1), code="P2", customer="bruno")
    await workshop.run()

    seen = await previewed(workshop)
    await workshop.switch_on(RULE)
    await workshop.run()
    told = [(each.customer, each.anchor) for each in await foreseen(workshop, 30)]

    assert [(each.customer, each.wait) for each in seen.held] == [("anna", "switched_on")]
    assert [each.customer for each in seen.coming] == ["bruno"]
    assert told == [("bruno", "2026-06-01")]
    assert await workshop.held() == ["switched_on"]


async def test_a_planner_that_stood_still_for_days_asks_a_person(workshop: Workshop) -> None:
    await shop(workshop)
    await buys(workshop)
    await workshop.run()

    await skip_to(workshop, date(2027, 5, 26))

    assert await workshop.held() == ["late"]


async def test_who_has_an_appointment_is_not_asked_where_they_have_been(workshop: Workshop) -> None:
    await shop(workshop, stops=(Newer(record_type="visit"),))
    await buys(workshop, date(2026, 5, 24))
    await tell(workshop, record_type="visit", due_on=date(2026, 12, 1))
    await workshop.run()

    await skip_to(workshop, date(2026, 11, 24))

    assert await ends(workshop) == [(State.CANCELLED, "newer")]


async def test_the_31st_and_the_29th_meet_short_months(workshop: Workshop) -> None:
    await skip_to(workshop, date(2027, 1, 4))
    await shop(workshop)
    await workshop.customer("bruno", name="Bruno Neri", allows=[MessageClass.MARKETING])
    await buys(workshop, date(2026, 8, 31))
    await buys(workshop, date(2026, 8, 29), code="P2", customer="bruno")
    await workshop.run()

    told = {(each.customer, f"{each.at:%d/%m}") for each in await foreseen(workshop, 90)}

    # 28 February is a Sunday: both on Monday.
    assert told == {("anna", "01/03"), ("bruno", "01/03")}


async def test_why_nobody_writes_to_who_never_bought_and_when_they_would(
    workshop: Workshop,
) -> None:
    await shop(workshop)
    await workshop.run()
    (never,) = await explained(workshop)
    await buys(workshop)
    await workshop.run()
    (later,) = await explained(workshop)

    assert isinstance(never.outlook, Stays)
    assert never.outlook.reason == "no_record"
    assert [each.act for each in never.ways[0].remedies] == [Act.RECORD_ADDED]
    assert f"{never.ways[0].goes.at:%Y-%m-%d}" == "2027-05-24"
    assert isinstance(later.outlook, Goes)
    assert f"{later.outlook.at:%Y-%m-%d}" == "2027-05-24"
