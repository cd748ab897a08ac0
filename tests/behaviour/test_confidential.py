"""A reminder of an unpaid invoice: neutral until its own customer taps, and nobody else's to see."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from messaging.actions.revealing import Revealed, reveal
from messaging.asset import Role
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.delivery import DeliveryState
from messaging.notification import State
from messaging.rule import AfterDate, DateField, Side, Threshold
from messaging.store import tables, templates
from messaging.template import LanguageTexts, Template, TemplateButton, TemplateId
from tests.automations import automate, ends, explained, tell, thing
from tests.given import Workshop

OVERDUE = AfterDate(
    record_type="invoice", date_field=DateField.DUE_ON, days_after=(3,), at=time(9, 30)
)
DUE = date(2026, 11, 20)
REVEAL = "Fattura n. {{ record.number }} del valore di {{ record.amount }}, scaduta il {{ record.due_on }}."


async def unpaid(
    workshop: Workshop,
    *,
    message_class: MessageClass = MessageClass.SERVICE,
    trigger: AfterDate | Threshold = OVERDUE,
    reveal: str = REVEAL,
    channel: Channel = Channel.TELEGRAM,
) -> None:
    """Give the workshop a confidential reminder of what is unpaid, for three days."""
    async with workshop.store.begin() as conn:
        await templates.add(
            conn,
            Template(
                id=TemplateId(0),
                business_id=workshop.business.id,
                name="unpaid",
                version=1,
                message_class=message_class,
                confidential=True,
                texts={
                    "it": LanguageTexts(
                        telegram="{{ business.name }}\nHa una comunicazione riservata.",
                        push_title="Comunicazione riservata",
                        push_body="{{ business.name }}: apra per leggere.",
                        reveal=reveal,
                    )
                },
                buttons=(
                    TemplateButton(action="view", labels={"it": "Apri (riservato)"}),
                    TemplateButton(action="done", labels={"it": "Già pagata"}),
                ),
            ),
            workshop.clock.now(),
        )
    await automate(
        workshop,
        trigger,
        template="unpaid",
        channels=(channel,),
        message_class=message_class,
        stop_statuses=("paid", "cancelled"),
    )


async def invoice(workshop: Workshop, customer: str = "anna", **told: object) -> None:
    known = {"number": "2026/114", "amount_cents": 14_990, "due_on": DUE, **told}
    await tell(workshop, "F1", customer=customer, **known)  # type: ignore[arg-type] # as told


async def sent_to_anna(workshop: Workshop, **told: object) -> int:
    """Let the reminder go out; return the chat."""
    await unpaid(workshop)
    anna = await workshop.customer(chat=False)
    chat = await workshop.link_chat(anna)
    await invoice(workshop, **told)  # type: ignore[arg-type] # as told
    workshop.clock.move(timedelta(minutes=30))
    await workshop.run()
    await workshop.run()
    return chat


async def tapped(workshop: Workshop, chat: int) -> Revealed | None:
    [message] = workshop.telegram.messages
    return await reveal(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=chat,
        delivery_id=message.delivery_id,
        now=workshop.clock.now(),
    )


async def audited(workshop: Workshop) -> Sequence[tuple[str, object]]:
    async with workshop.store.read() as conn:
        asked = select(tables.audit.c.act, tables.audit.c.detail).where(
            tables.audit.c.act.like("confidential.%")
        )
        return [(row[0], row[1]) for row in await conn.execute(asked)]


async def test_what_arrives_names_nobody_and_nothing_and_the_tap_tells_it(
    workshop: Workshop,
) -> None:
    chat = await sent_to_anna(workshop)
    [message] = workshop.telegram.messages

    found = await tapped(workshop, chat)

    assert message.text == "Officina Delta\nHa una comunicazione riservata."
    assert [each.action for each in message.buttons] == ["view"]
    assert found is not None
    assert found.text == "Fattura n. 2026/114 del valore di 149,90 €, scaduta il 20/11/2026."
    assert [each.action for each in found.buttons] == ["done"]
    assert await ends(workshop) == [(State.ANSWERED, None)]
    [(act, detail)] = await audited(workshop)
    assert act == "confidential.reveal"
    assert isinstance(detail, dict)
    assert detail["outcome"] == "shown"


async def test_looking_is_no_answer_and_a_second_look_shows_it_as_it_is_then(
    workshop: Workshop,
) -> None:
    chat = await sent_to_anna(workshop)
    await tapped(workshop, chat)

    await invoice(workshop, amount_cents=9_990)
    again = await tapped(workshop, chat)

    assert again is not None
    assert "99,90 €" in again.text
    async with workshop.store.read() as conn:
        assert (await conn.execute(select(tables.reply))).all() == []


async def test_another_chat_learns_nothing_and_that_it_tried_is_kept(workshop: Workshop) -> None:
    await sent_to_anna(workshop)
    mario = await workshop.customer("mario", name="Mario Rossi", chat=False)
    marios = await workshop.link_chat(mario)

    for chat in (marios, 999_999, -100_777):
        assert await tapped(workshop, chat) == Revealed(outcome="not_yours")

    assert [act for act, _ in await audited(workshop)] == ["confidential.refused"] * 3
    assert await ends(workshop) == [(State.ACCEPTED, None)]


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"status": "paid"}, "settled"),
        ({"status": "cancelled"}, "over"),
        ({"due_on": date(2026, 12, 31)}, "changed"),
        ({"customer": "mario"}, "not_yours"),
    ],
)
async def test_what_has_become_of_the_invoice_meanwhile_counts(
    workshop: Workshop, told: dict[str, object], outcome: str
) -> None:
    chat = await sent_to_anna(workshop)
    await workshop.customer("mario", name="Mario Rossi")
    await invoice(workshop, **told)  # type: ignore[arg-type] # the parameters name its fields

    found = await tapped(workshop, chat)

    assert found is not None
    assert (found.outcome, found.text) == (outcome, "")


async def test_a_chat_that_left_is_told_nothing_and_an_old_notice_says_that_it_is_old(
    workshop: Workshop,
) -> None:
    chat = await sent_to_anna(workshop)

    workshop.clock.move(timedelta(days=4))
    old = await tapped(workshop, chat)
    async with workshop.store.begin() as conn:
        await conn.execute(update(tables.address).values(state="blocked"))
    gone = await tapped(workshop, chat)

    assert old is not None
    assert old.outcome == "expired"
    assert gone == Revealed(outcome="not_yours")


async def test_a_tap_proves_that_a_notice_in_doubt_arrived(workshop: Workshop) -> None:
    chat = await sent_to_anna(workshop)
    async with workshop.store.begin() as conn:
        await conn.execute(update(tables.delivery).values(state=DeliveryState.UNKNOWN))

    await tapped(workshop, chat)

    async with workshop.store.read() as conn:
        assert (await conn.scalar(select(tables.delivery.c.state))) == DeliveryState.ACCEPTED


async def test_a_reveal_that_lacks_something_is_not_announced(workshop: Workshop) -> None:
    await sent_to_anna(workshop, number=None)

    assert workshop.telegram.messages == []
    assert await workshop.held() == ["missing_field"]


async def test_who_shares_the_thing_hears_nothing_of_it_even_where_reminders_go_to_all(
    workshop: Workshop,
) -> None:
    await unpaid(workshop, message_class=MessageClass.REMINDER)
    await workshop.customer()
    await workshop.customer("bruno", name="Bruno Neri")
    await thing(workshop, "AB123CD", asset_type="vehicle")
    await thing(workshop, "AB123CD", asset_type="vehicle", customer="bruno", role=Role.USER)
    await invoice(workshop, asset="AB123CD")
    workshop.clock.move(timedelta(minutes=30))
    await workshop.run()

    assert [each.customer for each in await workshop.notices()] == ["anna"]
    [bruno] = await explained(workshop, "bruno")
    assert getattr(bruno.outlook, "reason", None) in ("not_told", "no_record")


async def test_a_card_s_balance_is_for_its_holder_only(workshop: Workshop) -> None:
    low = Threshold(asset_type="card", value="balance", side=Side.BELOW, limit=Decimal(5))
    await unpaid(
        workshop,
        message_class=MessageClass.REMINDER,
        trigger=low,
        reveal="Restano {{ asset.balance | money }}.",
    )
    await workshop.customer()
    await workshop.customer("bruno", name="Bruno Neri")
    await thing(workshop, balance="8.50")
    await thing(workshop, balance="8.50", customer="bruno", role=Role.USER)
    await workshop.run()

    await thing(workshop, balance="3.20")
    await workshop.run()

    assert [each.customer for each in await workshop.notices()] == ["anna"]


async def test_an_invoice_that_changes_hands_on_the_way_goes_to_nobody(workshop: Workshop) -> None:
    await unpaid(workshop)
    await workshop.customer()
    await workshop.customer("mario", name="Mario Rossi")
    await invoice(workshop)
    workshop.clock.move(timedelta(minutes=30))
    await workshop.planner().work()

    await invoice(workshop, customer="mario")
    await workshop.dispatcher().work()

    assert workshop.telegram.messages == []
    assert (State.WITHHELD, "not_theirs") in await ends(workshop)


async def test_a_push_is_neutral_and_has_no_tap_yet(workshop: Workshop) -> None:
    await unpaid(workshop, channel=Channel.PUSH)
    await workshop.customer(chat=False, phone=True)
    await invoice(workshop)
    workshop.clock.move(timedelta(minutes=30))
    await workshop.run()

    [message] = workshop.push.messages
    assert (message.title, message.text) == (
        "Comunicazione riservata",
        "Officina Delta: apra per leggere.",
    )
