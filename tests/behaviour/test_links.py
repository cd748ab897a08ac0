"""What a link lets through, after it was blocked or when the number that made it is gone from the books."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from messaging.actions import blocking
from messaging.actions.arriving import who_is
from messaging.actions.consenting import record_consent
from messaging.actions.inviting import Linked, accept_invitation, invite
from messaging.actions.meeting import share_number
from messaging.actions.revealing import reveal
from messaging.actions.spelling import open_by_code
from messaging.calendar import MessageClass
from messaging.consent import ShownText
from messaging.customer import AddressId, CustomerId
from messaging.errors import InvitationRefused, NotFound
from messaging.store import addresses, tables
from tests.behaviour.test_confidential import invoice, unpaid
from tests.given import Workshop

NUMBER, NEW_NUMBER = "+393331234567", "+393337654321"
HERS, ANOTHERS = 2001, 2002


async def links_itself(workshop: Workshop, chat_id: int) -> Linked:
    """Let a chat share Anna's number and say that it is her."""
    met = await share_number(
        workshop.store, sender_id=workshop.bot, chat_id=chat_id, phone=NUMBER[1:],
        now=workshop.clock.now(),
    )  # fmt: skip
    assert met.invitation is not None
    linked = await accept_invitation(
        workshop.store, sender_id=workshop.bot, invitation_id=met.invitation.invitation_id, chat_id=chat_id,
        language="it", now=workshop.clock.now(),
    )  # fmt: skip
    assert isinstance(linked, Linked)
    return linked


async def address_of(workshop: Workshop, chat_id: int) -> AddressId:
    async with workshop.store.read() as conn:
        found = await addresses.chat(conn, workshop.bot, chat_id)
    assert found is not None
    return found.id


async def says_yes(workshop: Workshop, chat_id: int, customer_id: CustomerId) -> None:
    await record_consent(
        workshop.store, sender_id=workshop.bot, chat_id=chat_id, customer_id=customer_id,
        message_class=MessageClass.REMINDER, given=True, message_id=None, now=workshop.clock.now(),
        shown=ShownText(id="consent.reminder", version=1, text="…", language="it"),
    )  # fmt: skip


async def test_a_blocked_account_gets_nothing_that_waits_and_its_yes_counts_no_more(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    anna = await workshop.customer(phones=(NUMBER,), chat=False, allows=())
    await workshop.inspection(due_on=date(2026, 12, 1))
    await links_itself(workshop, HERS)
    workshop.clock.move(timedelta(minutes=1))
    again = await links_itself(workshop, ANOTHERS)
    await says_yes(workshop, ANOTHERS, anna)
    assert [each.chat_id for each in again.elsewhere] == [HERS]
    await workshop.planner().work()  # its reminder is in the lane, for both chats

    theirs = await address_of(workshop, ANOTHERS)
    for done in (True, False):
        said = await blocking.block_account(
            workshop.store, sender_id=workshop.bot, chat_id=HERS, address_id=theirs,
            customer_id=anna, now=workshop.clock.now(),
        )  # fmt: skip
        assert said is not None
        assert said.done is done
    await workshop.wait(timedelta(days=1), step=timedelta(hours=6))

    assert workshop.telegram.messages == []
    reminder = MessageClass.REMINDER
    async with workshop.store.read() as conn:
        asked = select(tables.consent.c.message_class, tables.consent.c.given)
        told = [tuple(row) for row in await conn.execute(asked)]
        actions = list(await conn.scalars(select(tables.reply.c.action)))
    assert (told, actions) == ([(reminder, True), (reminder, False)], ["link_blocked"])
    met = await share_number(
        workshop.store, sender_id=workshop.bot, chat_id=ANOTHERS, phone=NUMBER,
        now=workshop.clock.now(),
    )  # fmt: skip
    assert met.outcome == "nobody"  # from now on a person decides

    await says_yes(workshop, HERS, anna)
    await workshop.wait(timedelta(days=10), step=timedelta(hours=6))
    assert {each.address for each in workshop.telegram.messages} <= {str(HERS)}


async def test_only_the_chat_that_was_there_first_can_block_and_only_of_its_own_customer(
    workshop: Workshop,
) -> None:
    anna = await workshop.customer(phones=(NUMBER,), chat=False)
    bruno = await workshop.customer("bruno")
    await links_itself(workshop, HERS)
    workshop.clock.move(timedelta(minutes=1))
    await links_itself(workshop, ANOTHERS)
    first, second = await address_of(workshop, HERS), await address_of(workshop, ANOTHERS)
    stranger = await workshop.link_chat(bruno)

    forged = [
        (ANOTHERS, first, anna), (stranger, second, anna), (HERS, second, bruno),
        (HERS, first, anna), (HERS, AddressId(999), anna), (4711, second, anna),
    ]  # fmt: skip
    for chat_id, address_id, customer_id in forged:
        assert (
            await blocking.block_account(
                workshop.store, sender_id=workshop.bot, chat_id=chat_id, address_id=address_id,
                customer_id=customer_id, now=workshop.clock.now(),
            )
            is None
        )  # fmt: skip


async def test_what_is_confidential_waits_after_the_number_changed_until_somebody_confirms(
    workshop: Workshop,
) -> None:
    await unpaid(workshop)
    anna = await workshop.customer(phones=(NUMBER,), chat=False, name="Anna Bianchi")
    await links_itself(workshop, HERS)
    await invoice(workshop)
    await workshop.wait(timedelta(hours=3))
    [neutral] = workshop.telegram.messages

    async def tapped() -> str:
        found = await reveal(
            workshop.store, sender_id=workshop.bot, chat_id=HERS,
            delivery_id=neutral.delivery_id, now=workshop.clock.now(),
        )  # fmt: skip
        assert found is not None
        return found.outcome

    assert await tapped() == "shown"
    await workshop.customer(phones=("+39045123456", NUMBER), chat=False, allows=())
    assert await tapped() == "shown"  # one more number: the old one is still hers
    await workshop.customer(phones=(NEW_NUMBER,), chat=False, allows=())
    assert await tapped() == "in_doubt"
    [known] = await who_is(
        workshop.store, sender_id=workshop.bot, chat_id=HERS, now=workshop.clock.now()
    )
    assert known.doubted
    [doubted] = await blocking.doubted_of(workshop.store, slug=workshop.business.slug)
    assert doubted.customer == "anna"

    said = await blocking.confirm_link(
        workshop.store, sender_id=workshop.bot, chat_id=HERS, customer_id=anna, mine=True,
        now=workshop.clock.now(),
    )  # fmt: skip
    assert said is not None
    assert said.done
    assert await tapped() == "shown"
    await workshop.customer(phones=(NUMBER,), chat=False, allows=())
    assert await tapped() == "shown"  # the link no longer hangs on a number
    with pytest.raises(NotFound):
        await blocking.confirm_for(
            workshop.store, slug=workshop.business.slug, customer="anna", actor="cli",
            now=workshop.clock.now(),
        )  # fmt: skip


async def test_in_a_doubted_chat_somebody_else_says_so_and_is_unlinked(workshop: Workshop) -> None:
    anna = await workshop.customer(phones=(NUMBER,), chat=False)
    await links_itself(workshop, HERS)
    not_doubted = await blocking.confirm_link(
        workshop.store, sender_id=workshop.bot, chat_id=HERS, customer_id=anna, mine=False,
        now=workshop.clock.now(),
    )  # fmt: skip
    assert not_doubted is not None
    assert not not_doubted.done
    await workshop.customer(phones=(NEW_NUMBER,), chat=False, allows=())

    await blocking.confirm_link(
        workshop.store, sender_id=workshop.bot, chat_id=HERS, customer_id=anna, mine=False,
        now=workshop.clock.now(),
    )  # fmt: skip

    known = await who_is(
        workshop.store, sender_id=workshop.bot, chat_id=HERS, now=workshop.clock.now()
    )
    assert known == ()


async def test_who_was_erased_is_not_found_by_number_and_a_new_invitation_links_again(
    workshop: Workshop,
) -> None:
    await workshop.customer(phones=(NUMBER,), chat=False)
    async with workshop.store.begin() as conn:
        await conn.execute(tables.customer.update().values(name=None, phones=None))

    met = await share_number(
        workshop.store, sender_id=workshop.bot, chat_id=HERS, phone=NUMBER, now=workshop.clock.now()
    )
    assert (met.outcome, met.invitation) == ("nobody", None)

    invited = await invite(
        workshop.store, slug=workshop.business.slug, customer="anna", now=workshop.clock.now()
    )
    opened = await open_by_code(
        workshop.store, sender_id=workshop.bot, chat_id=HERS, code=invited.invitation.code,
        now=workshop.clock.now(),
    )  # fmt: skip
    assert opened is not None
    assert opened.masked_name is None


async def test_a_hundred_wrong_codes_from_many_chats_let_the_whole_bot_wait(
    workshop: Workshop,
) -> None:
    now = workshop.clock.now()
    for number in range(100):
        chat_id = 3000 + number // 4
        assert (
            await open_by_code(
                workshop.store, sender_id=workshop.bot, chat_id=chat_id, code="ABCD2222", now=now
            )
            is None
        )

    with pytest.raises(InvitationRefused, match="wait"):
        await open_by_code(
            workshop.store, sender_id=workshop.bot, chat_id=4000, code="ABCD2222", now=now
        )
    later = now + timedelta(hours=1)
    assert (
        await open_by_code(
            workshop.store, sender_id=workshop.bot, chat_id=4000, code="ABCD2222", now=later
        )
        is None
    )
