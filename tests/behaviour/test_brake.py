"""A rule about to send far more than on its usual day waits for a person, with the whole of that day."""

from datetime import date, time, timedelta

from messaging.actions import holding, inspecting
from messaging.brake import LEAST
from messaging.explanation import Stays
from messaging.intake import RecordRow, Row, Verdict
from messaging.ladder import Wait
from messaging.notification import State
from messaging.rule import DateField, For, OnDate, RuleId
from messaging.store import rule_days, rules
from messaging.store.holds import Chosen
from tests.automations import RULE, automate, explained, foreseen, skip_to
from tests.given import Workshop

TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
TOO_MANY = LEAST + 1


async def on_its_day(workshop: Workshop) -> None:
    trigger = OnDate(record_type="invoice", date_field=DateField.DUE_ON, at=time(10))
    await automate(workshop, trigger, expiry=For(duration=timedelta(days=5)))
    await workshop.customer()
    await workshop.customer("bruno", name="Bruno Neri")


async def usually(workshop: Workshop, count: int, *, days: int = 7) -> None:
    """Let the rule have made so many a day lately."""
    async with workshop.store.begin() as conn:
        rule_id = await _rule_id(workshop)
        first = workshop.clock.now().date() - timedelta(days=days)
        counts = {first + timedelta(days=n): count for n in range(days)}
        await rule_days.add(conn, rule_id, counts)


async def _rule_id(workshop: Workshop) -> RuleId:
    async with workshop.store.read() as conn:
        return (await rules.by_name(conn, workshop.business.id, RULE)).id


async def invoices(
    workshop: Workshop, count: int, *, due_on: date = TUESDAY, since: int = 0, **told: object
) -> None:
    rows = [
        RecordRow(
            type="invoice",
            external_id=f"{due_on:%d}-{n}",
            customer="bruno" if n == 0 else "anna",
            status="open",
            due_on=due_on,
            **told,  # type: ignore[arg-type] # the tests name its fields
        )
        for n in range(since, since + count)
    ]
    await workshop.rows(
        *(
            Row(line=1, key=each.external_id, verdict=Verdict.IMPORTED, records=(each,))
            for each in rows
        )
    )


async def groups(workshop: Workshop) -> list[tuple[str, str, int]]:
    found = await holding.held_groups(workshop.store, slug=workshop.business.slug)
    return [(each.rule, each.reason, each.count) for each in found]


async def test_a_day_of_far_too_many_waits_as_one_group_and_that_was_foretold(
    workshop: Workshop,
) -> None:
    await on_its_day(workshop)
    await usually(workshop, 10)
    await invoices(workshop, TOO_MANY)
    await workshop.run()

    told = await foreseen(workshop, 3)
    await skip_to(workshop, TUESDAY)

    assert {each.wait for each in told} == {Wait.BRAKE}
    assert await groups(workshop) == [(RULE, "brake", TOO_MANY)]
    assert workshop.texts == []
    seen = await inspecting.inspect(
        workshop.store, slug=workshop.business.slug, now=workshop.clock.now()
    )
    assert [each.code for each in seen if each.code == "brake"] == ["brake"]


async def test_what_is_not_too_much_goes_and_so_does_all_of_a_rule_that_nobody_knows_yet(
    workshop: Workshop,
) -> None:
    await on_its_day(workshop)
    await invoices(workshop, TOO_MANY)  # a young rule: nothing is usual yet
    await invoices(workshop, 20, due_on=WEDNESDAY)
    await workshop.run()

    await skip_to(workshop, TUESDAY, time(9, 55))
    assert await groups(workshop) == []
    await usually(workshop, 10)
    await skip_to(workshop, WEDNESDAY, time(9, 55))

    assert await groups(workshop) == []


async def test_what_was_planned_before_it_became_too_much_is_held_with_the_rest(
    workshop: Workshop,
) -> None:
    await on_its_day(workshop)
    await usually(workshop, 10)
    await invoices(workshop, LEAST - 1)
    await workshop.run()
    await skip_to(workshop, TUESDAY, time(9, 55))
    assert await groups(workshop) == []

    await invoices(workshop, LEAST - 1)  # an import that says the same again is no flood
    await workshop.run()
    assert await groups(workshop) == []
    await invoices(workshop, 2, since=LEAST)
    await workshop.run()
    await skip_to(workshop, TUESDAY)

    assert await groups(workshop) == [(RULE, "brake", LEAST + 1)]
    assert workshop.texts == []


async def test_editing_the_rule_again_and_again_is_no_flood(workshop: Workshop) -> None:
    await on_its_day(workshop)
    await usually(workshop, 10)
    await invoices(workshop, 30)
    for minute in (50, 51, 52):
        await skip_to(workshop, TUESDAY, time(9, minute))
        await workshop.switch_on(RULE, at=time(10, minute - 50))

    await skip_to(workshop, TUESDAY, time(9, 55))

    assert await groups(workshop) == []


async def test_a_person_lets_some_go_and_drops_the_others(workshop: Workshop) -> None:
    await on_its_day(workshop)
    await usually(workshop, 10)
    await invoices(workshop, TOO_MANY)
    await skip_to(workshop, TUESDAY)
    slug, now = workshop.business.slug, workshop.clock.now()

    brake = Chosen(rule=RULE, reason="brake")
    but = Chosen(rule=RULE, reason="brake", but=("bruno", "24-5"))
    dropped = await holding.drop(workshop.store, but, slug=slug, now=now)
    released = await holding.release(
        workshop.store, Chosen(rule=RULE, reason="brake", only=("24-5",)), slug=slug, now=now
    )
    left = await holding.held_rows(workshop.store, slug=slug, rule=RULE, reason="brake")
    await holding.release(workshop.store, brake, slug=slug, now=now)
    for _ in range(3):
        await workshop.run()
        workshop.clock.move(timedelta(seconds=2))

    assert (dropped.count, released.count) == (TOO_MANY - 2, 1)
    assert [each.customer for each in left] == ["bruno"]
    assert sorted({each.state for each in await workshop.notices()}) == [
        State.ACCEPTED,
        State.CANCELLED,
    ]
    assert len(workshop.texts) == 2


async def test_a_day_that_a_person_let_go_is_usual_from_then_on(workshop: Workshop) -> None:
    await on_its_day(workshop)
    await usually(workshop, 10, days=5)
    await usually(workshop, 100, days=1)  # besides: a mean of 30
    await invoices(workshop, 120)
    await skip_to(workshop, TUESDAY, time(9, 55))
    assert await groups(workshop) == [(RULE, "brake", 120)]

    await holding.release(
        workshop.store, Chosen(), slug=workshop.business.slug, now=workshop.clock.now()
    )
    await invoices(workshop, 100, due_on=WEDNESDAY)
    await skip_to(workshop, WEDNESDAY, time(9, 55))

    assert await groups(workshop) == []


async def test_whoever_asks_is_told_that_a_braked_day_takes_all_that_comes(
    workshop: Workshop,
) -> None:
    await on_its_day(workshop)
    await usually(workshop, 10)
    await invoices(workshop, TOO_MANY)
    await skip_to(workshop, TUESDAY, time(9, 55))
    assert await groups(workshop) == [(RULE, "brake", TOO_MANY)]
    await workshop.customer("carla", name="Carla")
    late = RecordRow(
        type="invoice", external_id="late", customer="carla", status="open", due_on=TUESDAY
    )
    await workshop.record(late)

    (told,) = await explained(workshop, "carla")

    assert isinstance(told.outlook, Stays)
    assert (told.outlook.reason, told.outlook.held) == (Wait.BRAKE, True)
    await workshop.run()
    assert await groups(workshop) == [(RULE, "brake", TOO_MANY + 1)]
