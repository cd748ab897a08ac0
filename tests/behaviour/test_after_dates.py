"""On the day and after it: told at its hour, while it is still open, and not more often than allowed."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import text

from messaging.explanation import Goes, Stays
from messaging.notification import State
from messaging.remedy import Act
from messaging.rule import (
    AfterDate,
    Answered,
    DateField,
    For,
    LateEntry,
    NextRung,
    OnDate,
    Passed,
    Repeat,
    UntilDate,
)
from tests.automations import (
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
from tests.behaviour.diary import press
from tests.given import Workshop

ON_DAY = OnDate(record_type="contract", date_field=DateField.DUE_ON, at=time(10))
OVERDUE = AfterDate(
    record_type="invoice", date_field=DateField.DUE_ON, days_after=(3, 15, 30), at=time(10)
)
FRIDAY = date(2026, 11, 27)


async def test_a_contract_begins_and_its_customer_is_greeted_that_day_at_ten(
    workshop: Workshop,
) -> None:
    await automate(workshop, ON_DAY, expiry=UntilDate(date_field=DateField.DUE_ON))
    await workshop.customer()
    await tell(workshop, record_type="contract", due_on=FRIDAY)

    await at(workshop, date(2026, 11, 30))

    assert await sent(workshop) == [("anna", "0d", "27/11 10:00")]


async def test_a_contract_that_begins_on_another_day_is_told_on_that_day_and_no_import_repeats_it(
    workshop: Workshop,
) -> None:
    await automate(workshop, ON_DAY)
    await workshop.customer()
    await tell(workshop, record_type="contract", due_on=FRIDAY)
    await at(workshop, date(2026, 11, 26))
    await tell(workshop, record_type="contract", due_on=date(2026, 12, 1))
    await at(workshop, date(2026, 12, 1))
    await tell(workshop, record_type="contract", due_on=date(2026, 12, 1))
    await at(workshop, date(2026, 12, 2))

    assert await sent(workshop) == [("anna", "0d", "01/12 10:00")]


async def test_an_invoice_is_asked_for_three_fifteen_and_thirty_days_after_while_it_is_open(
    workshop: Workshop,
) -> None:
    await automate(workshop, OVERDUE, stop_statuses=("paid", "cancelled"))
    await workshop.customer()
    await workshop.customer("bruno", name="Bruno Neri")
    await tell(workshop, due_on=FRIDAY)
    await tell(workshop, "R2", customer="bruno", due_on=FRIDAY)

    await at(workshop, date(2026, 12, 5))
    await tell(workshop, "R2", customer="bruno", status="paid")
    await at(workshop, date(2026, 12, 30))

    assert await sent(workshop) == [
        ("anna", "+3d", "30/11 10:00"),
        ("bruno", "+3d", "30/11 10:00"),
        ("anna", "+15d", "12/12 10:00"),
        ("anna", "+30d", "28/12 09:00"),  # the 27th is a Sunday
    ]


async def test_what_is_paid_between_planning_and_sending_is_not_asked_for(
    workshop: Workshop,
) -> None:
    await automate(workshop, OVERDUE, stop_statuses=("paid", "cancelled"))
    await workshop.customer()
    await tell(workshop, due_on=FRIDAY)
    await skip_to(workshop, date(2026, 11, 30), time(9, 55))
    assert await ends(workshop) == [(State.PLANNED, None)]

    await tell(workshop, status="paid")
    await skip_to(workshop, date(2026, 11, 30))

    assert await ends(workshop) == [(State.CANCELLED, "finished")]


async def test_at_most_two_are_sent_where_the_rule_says_two(workshop: Workshop) -> None:
    await automate(workshop, OVERDUE, repeat=Repeat(at_most=2))
    await workshop.customer()
    await tell(workshop, due_on=FRIDAY)

    told = [each.rung for each in await foreseen(workshop, 60)]
    await at(workshop, date(2026, 12, 31))

    assert told == ["+3d", "+15d"]
    assert [rung for _, rung, _ in await sent(workshop)] == ["+3d", "+15d"]
    (subject,) = await explained(workshop)
    assert isinstance(subject.outlook, Stays)
    assert subject.outlook.reason == "enough"


async def test_a_third_that_somebody_lets_go_is_refused_by_the_gate(workshop: Workshop) -> None:
    await workshop.customer()
    await tell(workshop, due_on=date(2026, 11, 1))  # 22 days ago
    await automate(workshop, OVERDUE, repeat=Repeat(at_most=1))
    assert await workshop.held() == ["switched_on"]

    await at(workshop, date(2026, 12, 2))  # the thirtieth day was the first of December
    await release(workshop)

    assert await ends(workshop) == [(State.ACCEPTED, None), (State.CANCELLED, "enough")]


async def test_any_answer_ends_a_ladder_that_says_so(workshop: Workshop) -> None:
    await automate(workshop, OVERDUE, stops=(Answered(),), template="auto.ready")
    await workshop.customer()
    await thing(workshop, asset_type="vehicle")
    await tell(workshop, due_on=FRIDAY, asset="card-1")
    await at(workshop, date(2026, 11, 30))

    await press(workshop, "choose", "tomorrow")
    await at(workshop, date(2026, 12, 28))

    answered = (State.CANCELLED, "answered")
    assert await ends(workshop) == [(State.ANSWERED, None), answered, answered]


async def test_a_first_import_of_old_invoices_waits_for_a_person_one_each(
    workshop: Workshop,
) -> None:
    await automate(workshop, OVERDUE)
    await workshop.customer()
    for number, day in enumerate((date(2026, 10, 1), date(2026, 11, 15), date(2026, 12, 1))):
        await tell(workshop, f"R{number}", due_on=day, first=True)

    await workshop.run()

    assert await workshop.held() == ["first_import", "first_import"]
    assert workshop.texts == []


async def test_an_invoice_told_late_gets_the_nearest_step_and_its_policy_may_hold_or_skip_it(
    workshop: Workshop,
) -> None:
    expiry = For(duration=timedelta(days=10))
    await automate(workshop, OVERDUE, expiry=expiry)
    for name, passed in (("test.hold", Passed.HOLD), ("test.skip", Passed.SKIP)):
        late = LateEntry(passed=passed)
        await automate(workshop, OVERDUE, name=name, late=late, expiry=expiry)
    await workshop.customer()

    await tell(
        workshop, due_on=date(2026, 11, 16)
    )  # four days after the first step, eight before the next
    await workshop.run()

    told = {each.rule: (each.rung, each.state) for each in await workshop.notices()}
    assert told == {
        "test.rule": ("+3d", State.ACCEPTED),
        "test.hold": ("+3d", State.HELD),
    }
    assert await workshop.held() == ["passed"]


async def test_a_step_expires_when_the_next_is_due(workshop: Workshop) -> None:
    expiry = NextRung(last=timedelta(days=2))
    await automate(workshop, OVERDUE, expiry=expiry)
    await workshop.customer()
    await tell(workshop, due_on=FRIDAY)

    await at(workshop, date(2026, 12, 29))

    zone = workshop.business.zone
    async with workshop.store.read() as conn:
        rows = await conn.execute(text("SELECT rung, expires_at FROM notification ORDER BY id"))
        ends_at = {row.rung: row.expires_at for row in rows}
    told = {
        rung: f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone):%d/%m %H:%M}"
        for rung, ms in ends_at.items()
    }
    assert told == {"+3d": "12/12 10:00", "+15d": "27/12 10:00", "+30d": "29/12 10:00"}


async def test_the_preview_of_a_rule_that_follows_dates_tells_what_it_would_hold_and_send(
    workshop: Workshop,
) -> None:
    await automate(workshop, OVERDUE, on=False)
    await workshop.customer()
    await tell(workshop, due_on=date(2026, 11, 15))
    await workshop.run()

    seen = await previewed(workshop)

    assert [(each.rung, each.wait) for each in seen.held] == [("+3d", "switched_on")]
    assert [each.rung for each in seen.coming] == ["+15d", "+30d"]


async def test_why_nothing_is_asked_of_who_has_paid_and_what_would_change_that(
    workshop: Workshop,
) -> None:
    await automate(workshop, OVERDUE, stop_statuses=("paid", "cancelled"))
    await workshop.customer()
    await tell(workshop, due_on=FRIDAY, status="paid")
    await workshop.run()

    (subject,) = await explained(workshop)

    assert isinstance(subject.outlook, Stays)
    assert subject.outlook.reason == "finished"
    assert [each.act for each in subject.ways[0].remedies] == [Act.REOPENED]
    assert isinstance(subject.ways[0].goes, Goes)
    assert subject.ways[0].goes.rung == "+3d"
