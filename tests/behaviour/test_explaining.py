"""Why did Anna get it, or not, and what would change that: one scenario for every answer."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from messaging.actions import answering, explaining, inviting
from messaging.actions.explaining import Explanation, Subject
from messaging.asset import Role
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.customer import Channel
from messaging.explanation import Goes, Stays
from messaging.intake import AssetRow, RecordRow, Row, Verdict
from messaging.opening import to_json
from messaging.remedy import Act
from messaging.rule import BeforeDate, DateField
from messaging.sender import AddressGone, SenderDown, Unknown
from messaging.store import businesses
from scheduler.occurrences import cron_days
from tests.given import DUE, Workshop

DAY = timedelta(days=1)
SOON = date(2026, 12, 1)
"""Its seven days before are on Tuesday, at ten in Rome."""

TUESDAY_AT_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

Scene = Callable[[Workshop], Awaitable[None]]


async def told(
    workshop: Workshop, customer: str = "anna", rule: str = "auto.inspection_due"
) -> Explanation:
    return await explaining.explain(
        workshop.store,
        slug=workshop.business.slug,
        customer=customer,
        rule=rule,
        now=workshop.clock.now(),
        strikes=cron_days,
    )


async def about(
    workshop: Workshop, customer: str = "anna", rule: str = "auto.inspection_due"
) -> Subject:
    """Return what is told of the rule's one record."""
    return (await told(workshop, customer, rule)).rules[0].subjects[0]


async def test_what_will_go_out_is_told_with_its_hour_its_channel_and_its_text(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=SOON)

    outlook = (await about(workshop)).outlook
    assert isinstance(outlook, Goes)
    assert (outlook.at, outlook.channel, outlook.rung) == (TUESDAY_AT_TEN, Channel.TELEGRAM, "7d")
    await workshop.wait(2 * DAY)

    assert workshop.texts == [outlook.message.text]


# ------------------------------------------------------------ why not, and what would change it


async def _ready(workshop: Workshop, **inspection: object) -> None:
    """Let everything be so that the reminder goes out, but for what is told."""
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(**{"due_on": SOON, **inspection})  # type: ignore[arg-type]  # told by name


async def rule_off(workshop: Workshop) -> None:
    await workshop.customer()
    await workshop.inspection(due_on=SOON)


async def no_record(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()


async def a_record_without_a_date(workshop: Workshop) -> None:
    await _ready(workshop, due_on=None)


async def another_customers_order(workshop: Workshop) -> None:
    await workshop.switch_on("auto.ready")
    await workshop.customer()
    await workshop.customer("mario", name="Mario Rossi")
    await workshop.inspection(due_on=SOON, customer="mario")
    car = AssetRow(type="vehicle", external_id="AB123CD", customer="anna", role=Role.USER)
    await workshop.rows(Row(line=1, key="anna", verdict=Verdict.IMPORTED, asset=car))
    await workshop.record(
        RecordRow(
            type="work_order",
            external_id="1",
            customer="mario",
            asset="AB123CD",
            status="ready",
        )
    )


async def finished(workshop: Workshop) -> None:
    await _ready(workshop, status="done")


async def cancelled(workshop: Workshop) -> None:
    await _ready(workshop, status="cancelled")


async def sold_car(workshop: Workshop) -> None:
    await _ready(workshop, gone=True)


async def estimated_date(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=SOON)
    await workshop.record(
        RecordRow(
            type="inspection",
            external_id="AB123CD-inspection",
            customer="anna",
            attributes={"date_source": "estimated"},
        )
    )


async def never_linked(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(chat=False)
    await workshop.inspection(due_on=SOON)


async def never_agreed(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(allows=())
    await workshop.inspection(due_on=SOON)


async def declared_in_a_file(workshop: Workshop) -> None:
    await workshop.switch_on()
    anna = await workshop.customer(allows=())
    await workshop.consent(anna, MessageClass.REMINDER, method=Method.DECLARED)
    await workshop.inspection(due_on=SOON)


async def withdrawn(workshop: Workshop) -> None:
    await _ready(workshop)
    anna = (await told(workshop)).customer.id
    await workshop.consent(anna, MessageClass.REMINDER, given=False)


async def blocked(workshop: Workshop) -> None:
    await workshop.switch_on()
    anna = await workshop.customer(chat=False)
    chat = await workshop.link_chat(anna)
    await workshop.inspection(due_on=SOON)
    await inviting.chat_blocked(
        workshop.store, sender_id=workshop.bot, chat_id=chat, now=workshop.clock.now()
    )


async def app_uninstalled(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(chat=False, phone=True)
    await workshop.inspection(due_on=DUE)  # fifteen days ahead: it goes at once
    workshop.push.answer = lambda _: AddressGone(reason="unregistered", code="UNREGISTERED")
    await workshop.run()
    await workshop.inspection(due_on=DUE + 30 * DAY)


async def deceased(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(deceased=True)
    await workshop.inspection(due_on=SOON)


async def a_minor(workshop: Workshop) -> None:
    trigger = BeforeDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_before=(7,), at=time(10)
    )
    await workshop.marketing_rule("offer", trigger)
    await workshop.customer(allows=[MessageClass.MARKETING], born_on=date(2012, 5, 1))
    await workshop.inspection(due_on=SOON)


async def had_an_offer(workshop: Workshop) -> None:
    def on(days: int) -> BeforeDate:
        return BeforeDate(
            record_type="inspection", date_field=DateField.DUE_ON, days_before=(days,), at=time(10)
        )

    await workshop.marketing_rule("first", on(7))
    await workshop.marketing_rule("offer", on(5))
    await workshop.customer(allows=[MessageClass.MARKETING])
    await workshop.inspection(due_on=SOON)
    await workshop.wait(DAY + timedelta(hours=2))
    assert len(workshop.texts) == 1


async def answered(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=DUE)
    await workshop.run()
    await answering.press(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=1001,
        delivery_id=workshop.telegram.messages[0].delivery_id,
        action="done",
        value="",
        now=workshop.clock.now(),
    )


async def never_open(workshop: Workshop) -> None:
    await _ready(workshop)
    async with workshop.store.begin() as conn:
        closed = {"reminder": to_json(((),) * 7)}
        await businesses.set_hours(conn, workshop.business.id, {"sending_hours": closed})


async def empty_field(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=SOON, with_car=False)


async def held_for_a_person(workshop: Workshop) -> None:
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 11, 27))
    await workshop.switch_on()


async def every_step_passed(workshop: Workshop) -> None:
    await estimated_date(workshop)
    await workshop.wait(3 * DAY)
    await workshop.inspection(due_on=SOON)  # an edit brings nothing back that has passed
    await workshop.run()


async def went_out(workshop: Workshop) -> None:
    await _ready(workshop)
    await workshop.wait(2 * DAY)


async def refused_bot(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=DUE)
    workshop.telegram.answer = lambda _: SenderDown(reason="token_refused", code="401")
    await workshop.run()


async def uncertain(workshop: Workshop) -> None:
    trigger = BeforeDate(
        record_type="inspection", date_field=DateField.DUE_ON, days_before=(7,), at=time(10)
    )
    await workshop.marketing_rule("offer", trigger)
    await workshop.customer(allows=[MessageClass.MARKETING])
    await workshop.inspection(due_on=SOON)
    workshop.telegram.answer = lambda _: Unknown(reason="cut_off", code="timeout")
    await workshop.wait(DAY + timedelta(hours=2))


READY, OFFER = "auto.ready", "offer"


@pytest.mark.parametrize(
    ("scene", "rule", "reasons", "acts"),
    [
        (rule_off, None, ["rule_off"], [(Act.RULE_ON,)]),
        (no_record, None, ["no_record"], [(Act.RECORD_ADDED,)]),
        (a_record_without_a_date, None, ["no_date"], [(Act.RESCHEDULED,)]),
        (another_customers_order, READY, ["not_told"], [(Act.RECORD_SHARED,)]),
        (finished, None, ["finished"], [(Act.REOPENED,)]),
        (cancelled, None, ["record_gone"], [(Act.REOPENED,)]),
        (sold_car, None, ["asset_gone"], [(Act.ASSET_BACK,)]),
        (estimated_date, None, ["not_matching"], [(Act.MATCHED,)]),
        (never_linked, None, ["not_linked"], [(Act.LINKED,), (Act.LINKED,)]),
        (never_agreed, None, ["no_consent"], [(Act.AGREED,)]),
        (declared_in_a_file, None, ["no_consent"], [(Act.AGREED,)]),
        (withdrawn, None, ["no_consent"], [(Act.AGREED,), (Act.LINKED,)]),
        (blocked, None, ["blocked_by_user"], [(Act.UNBLOCKED,), (Act.LINKED,)]),
        (app_uninstalled, None, ["address_gone"], [(Act.LINKED,), (Act.LINKED,)]),
        (deceased, None, ["deceased"], []),
        (a_minor, OFFER, ["minor"], []),
        (had_an_offer, OFFER, ["frequency_cap"], [(Act.RESCHEDULED,)]),
        (answered, None, ["answered"], [(Act.RESCHEDULED,)]),
        (never_open, None, ["never_open"], [(Act.HOURS_OPENED,)]),
        (empty_field, None, ["missing_field"], [(Act.FILLED,)]),
        (held_for_a_person, None, ["switched_on"], [(Act.RELEASED,), (Act.RESCHEDULED,)]),
        (every_step_passed, None, ["all_passed"], [(Act.RESCHEDULED,)]),
        (went_out, None, ["sent"], [(Act.RESCHEDULED,)]),
        (refused_bot, None, ["sender_refused"], [(Act.SENDER_MENDED,)]),
        (uncertain, OFFER, ["cut_off"], [(Act.RESCHEDULED,)]),
    ],
)
async def test_what_stands_against_it_is_told_and_what_would_change_it(
    workshop: Workshop,
    scene: Scene,
    rule: str | None,
    reasons: list[str],
    acts: list[tuple[Act, ...]],
) -> None:
    await scene(workshop)

    subject = await about(workshop, rule=rule or "auto.inspection_due")

    assert isinstance(subject.outlook, Stays)
    assert [each.reason for each in subject.stands_against] == reasons
    assert [tuple(each.act for each in way.remedies) for way in subject.ways] == acts
