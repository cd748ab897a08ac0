"""A number crosses a limit: told once, again only after it was back, and never in a flood."""

import asyncio
from datetime import date, time, timedelta
from decimal import Decimal

from messaging.actions import planning
from messaging.calendar import MessageClass
from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.remedy import Act
from messaging.rule import Cleared, For, Side, Threshold
from tests.automations import (
    RULE,
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

POINTS = Threshold(asset_type="card", value="points", side=Side.AT_LEAST, limit=Decimal(100))
BALANCE = Threshold(
    asset_type="card", value="balance", side=Side.BELOW, limit=Decimal(5), margin=Decimal(2)
)
LARGE = Threshold(record_type="invoice", value="amount", side=Side.ABOVE, limit=Decimal(1000))


async def loyal(workshop: Workshop, trigger: Threshold = POINTS, **told: object) -> None:
    await automate(workshop, trigger, message_class=MessageClass.SERVICE, **told)  # type: ignore[arg-type] # as told
    await workshop.customer()


async def points(workshop: Workshop, number: int, **told: object) -> None:
    await thing(workshop, points=number, **told)  # type: ignore[arg-type] # as told
    await workshop.run()


async def test_reaching_the_prize_is_told_once_however_often_it_is_imported(
    workshop: Workshop,
) -> None:
    await loyal(workshop)

    for number in (90, 99, 100, 100, 150):
        await points(workshop, number)
        workshop.clock.move(timedelta(hours=1))

    assert await sent(workshop) == [("anna", "crossed", "23/11 11:00")]


async def test_points_that_were_spent_and_reach_it_again_are_another_crossing(
    workshop: Workshop,
) -> None:
    await loyal(workshop)

    for number in (120, 20, 130):
        await points(workshop, number)
        workshop.clock.move(timedelta(hours=1))

    assert [moment for *_, moment in await sent(workshop)] == ["23/11 09:00", "23/11 11:00"]


async def test_within_the_margin_a_number_that_swings_is_told_once(workshop: Workshop) -> None:
    await loyal(workshop, BALANCE)

    for euros in ("6.00", "4.50", "5.50", "4.80", "6.99", "4.00", "7.00", "4.90"):
        await thing(workshop, balance=euros)
        await workshop.run()
        workshop.clock.move(timedelta(hours=1))

    assert [moment for *_, moment in await sent(workshop)] == ["23/11 10:00", "23/11 16:00"]


async def test_a_limit_may_be_another_number_of_the_same_card(workshop: Workshop) -> None:
    trigger = Threshold(asset_type="card", value="points", side=Side.AT_LEAST, limit="prize_points")
    await loyal(workshop, trigger)

    await points(workshop, 300)
    await points(workshop, 300, prize_points=500)
    assert await sent(workshop) == []
    await points(workshop, 300, prize_points=300)

    assert len(await sent(workshop)) == 1


async def test_a_record_s_amount_may_cross_a_limit_too(workshop: Workshop) -> None:
    await loyal(workshop, LARGE)

    await tell(workshop, amount_cents=100_000)
    await workshop.run()
    assert await sent(workshop) == []
    await tell(workshop, amount_cents=100_001)
    await workshop.run()
    await tell(workshop, amount_cents=100_001)
    await workshop.run()

    assert await sent(workshop) == [("anna", "crossed", "23/11 09:00")]


async def test_what_is_back_before_the_hours_open_is_not_told_where_the_rule_stops_at_that(
    workshop: Workshop,
) -> None:
    await skip_to(workshop, date(2026, 11, 24), time(23))
    await loyal(workshop, BALANCE, stops=(Cleared(),), expiry=For(duration=timedelta(hours=48)))
    await thing(workshop, balance="3.00")
    await workshop.run()
    assert await ends(workshop) == [(State.PLANNED, None)]

    await thing(workshop, balance="50.00")
    await workshop.run()
    await skip_to(workshop, date(2026, 11, 25), time(9))

    assert await ends(workshop) == [(State.CANCELLED, "cleared")]


async def test_a_first_import_of_cards_beyond_the_limit_waits_for_a_person(
    workshop: Workshop,
) -> None:
    await loyal(workshop)
    await points(workshop, 500, first=True)
    assert await workshop.held() == ["first_import"]

    await points(workshop, 510)
    assert await workshop.held() == ["first_import"]
    await release(workshop)

    assert len(await sent(workshop)) == 1


async def test_switching_on_holds_what_is_beyond_already_and_the_preview_said_so(
    workshop: Workshop,
) -> None:
    await loyal(workshop, on=False)
    await points(workshop, 500)
    await thing(workshop, "card-2", points=10)
    await workshop.run()

    seen = await previewed(workshop)
    await workshop.switch_on(RULE)
    await workshop.run()
    held = await workshop.held()
    await workshop.switch_on(RULE)
    await points(workshop, 520)

    assert [(each.about, each.wait) for each in seen.held] == [("card-1", "switched_on")]
    assert held == await workshop.held() == ["switched_on"]


async def test_a_card_given_back_or_out_of_the_rule_is_not_told_of(workshop: Workshop) -> None:
    trigger = Threshold(
        asset_type="card",
        value="points",
        side=Side.AT_LEAST,
        limit=Decimal(100),
        where={"active": "True"},
    )
    await loyal(workshop, trigger)

    await points(workshop, 500, active=False)
    await thing(workshop, "card-2", points=500, active=True, gone=True)
    await workshop.run()
    assert await workshop.notices() == []
    await points(workshop, 500, active=True)

    assert len(await sent(workshop)) == 1


async def test_two_workers_that_look_at_the_same_card_tell_of_one_crossing(
    workshop: Workshop,
) -> None:
    await loyal(workshop)
    await workshop.run()
    for number in (90, 110, 120, 130):
        await thing(workshop, points=number)

    async def looks() -> None:
        while await planning.plan_changes(workshop.store, now=workshop.clock.now(), limit=1):
            pass

    async with asyncio.TaskGroup() as workers:
        for _ in range(3):
            workers.create_task(looks())
    await workshop.run()

    assert await sent(workshop) == [("anna", "crossed", "23/11 09:00")]


async def test_a_planner_that_stood_still_for_long_still_tells_of_a_crossing(
    workshop: Workshop,
) -> None:
    await loyal(workshop)
    await thing(workshop, points=500)  # a change that nobody looks at for three days

    await skip_to(workshop, date(2026, 11, 26))

    assert await sent(workshop) == [("anna", "crossed", "26/11 10:00")]


async def test_why_nothing_is_told_and_which_number_would_change_that(workshop: Workshop) -> None:
    await loyal(workshop)
    await points(workshop, 90)

    (subject,) = await explained(workshop)

    assert isinstance(subject.outlook, Stays)
    assert subject.outlook.reason == "not_crossed"
    (remedy,) = subject.ways[0].remedies
    assert (remedy.act, remedy.name, remedy.value) == (Act.REACHED, "points", "100")
    assert isinstance(subject.ways[0].goes, Goes)
    assert await foreseen(workshop, 30) == []
    await points(workshop, 100)
    assert [each.text for each in workshop.telegram.messages] == [subject.ways[0].goes.message.text]
    (told,) = await explained(workshop)
    assert isinstance(told.outlook, Stays)
    assert told.outlook.reason == "sent"
