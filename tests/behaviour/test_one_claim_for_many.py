"""One claim serves several senders: what holds for each of them alone holds for all of them together."""

from datetime import date, time, timedelta

import pytest

from messaging.actions import dispatching
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.notification import State
from messaging.rule import BeforeDate, DateField
from tests.given import Workshop

OFFER = BeforeDate(
    record_type="inspection",
    date_field=DateField.DUE_ON,
    days_before=(7,),
    at=time(9, 30),
)


async def _an_offer_waits_on_both_channels(workshop: Workshop) -> None:
    await workshop.marketing_rule("offer.chat", OFFER, channel=Channel.TELEGRAM)
    await workshop.marketing_rule("offer.app", OFFER, channel=Channel.PUSH)
    await workshop.customer(phone=True, allows=[MessageClass.MARKETING])
    await workshop.inspection(due_on=date(2026, 11, 30))
    await workshop.planner().work()
    workshop.clock.move(timedelta(hours=1))
    await workshop.planner().work()


async def test_two_offers_to_one_customer_do_not_both_pass_the_cap_in_one_claim(
    workshop: Workshop,
) -> None:
    await _an_offer_waits_on_both_channels(workshop)

    turn = await dispatching.claim(
        workshop.store,
        {workshop.bot: 5, workshop.project: 5},
        owner=workshop.owner,
        now=workshop.clock.now(),
    )

    assert [each.waiting.channel for each in turn.claimed] == [Channel.TELEGRAM]
    assert sorted(await workshop.states(), key=str) == [
        (State.SENDING, None),
        (State.WITHHELD, "frequency_cap"),
    ]


async def test_a_sender_that_a_full_claim_does_not_get_to_is_named_and_loses_nothing(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "AT_ONCE", 1)
    await workshop.switch_on()
    await workshop.marketing_rule("offer.app", OFFER, channel=Channel.PUSH)
    await workshop.customer("anna", allows=[MessageClass.REMINDER])
    await workshop.customer("bea", chat=False, phone=True, allows=[MessageClass.MARKETING])
    await workshop.inspection("AA111AA", customer="anna", due_on=date(2026, 11, 30))
    await workshop.inspection("BB222BB", customer="bea", due_on=date(2026, 11, 30))
    await workshop.planner().work()
    workshop.clock.move(timedelta(hours=1))
    await workshop.planner().work()
    rooms = {workshop.bot: 5, workshop.project: 5}

    first = await dispatching.claim(
        workshop.store, rooms, owner=workshop.owner, now=workshop.clock.now()
    )
    second = await dispatching.claim(
        workshop.store,
        {each: rooms[each] for each in first.left},
        owner=workshop.owner,
        now=workshop.clock.now(),
    )

    assert [each.waiting.channel for each in first.claimed] == [Channel.TELEGRAM]
    assert first.left == [workshop.project]
    assert [each.waiting.channel for each in second.claimed] == [Channel.PUSH]
    assert not second.left
