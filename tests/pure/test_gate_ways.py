"""May this go to this customer now? On which channel, at what age, how often, at which hour."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from messaging.calendar import MessageClass
from messaging.customer import Address, AddressId, AddressState, Channel
from messaging.gate import Answer, Go, No, NotNow, Reason
from messaging.notification import State
from tests.pure.asking import (
    CAR_IS_READY,
    IS_READY,
    OFFER,
    OFFERS,
    ON_TUESDAYS_FROM_TEN,
    PUSH_FIRST,
    SECOND,
    TELEGRAM_FIRST,
    ask,
    in_state,
)
from tests.pure.given import (
    ALL_CONSENTS,
    CHAT,
    HOUR,
    NOTICE,
    NOW,
    PERSON,
    PHONE,
    READY,
    said,
)


def test_the_channels_are_tried_in_the_order_of_the_rule() -> None:
    assert ask(channels=TELEGRAM_FIRST) == Go(channel=Channel.TELEGRAM, addresses=(CHAT,))
    assert ask(channels=PUSH_FIRST) == Go(channel=Channel.PUSH, addresses=(PHONE,))


def test_without_a_channel_nobody_is_linked() -> None:
    assert ask(channels=()) == No(state=State.WITHHELD, reason=Reason.NOT_LINKED)


@pytest.mark.parametrize("state", [AddressState.BLOCKED, AddressState.GONE, AddressState.UNLINKED])
def test_where_the_first_channel_is_closed_the_next_is_taken(state: AddressState) -> None:
    assert ask(addresses=(in_state(CHAT, state), PHONE)) == Go(
        channel=Channel.PUSH, addresses=(PHONE,)
    )


def test_where_the_first_channel_is_not_agreed_to_the_next_is_taken() -> None:
    only_push = [said(MessageClass.REMINDER, Channel.PUSH)]

    assert ask(consents=only_push) == Go(channel=Channel.PUSH, addresses=(PHONE,))


def test_every_phone_of_hers_is_written_to_but_those_that_failed() -> None:
    second = replace(PHONE, id=AddressId(3), value="token-anna-2")
    broken = replace(PHONE, id=AddressId(4), state=AddressState.GONE)
    phones = (PHONE, second, broken)

    assert ask(channels=PUSH_FIRST, addresses=phones) == Go(
        channel=Channel.PUSH, addresses=(PHONE, second)
    )
    assert ask(channels=PUSH_FIRST, addresses=phones, tried=frozenset({PHONE.id})) == Go(
        channel=Channel.PUSH, addresses=(second,)
    )


BLOCKED_CHAT = in_state(CHAT, AddressState.BLOCKED)
GONE_CHAT = in_state(CHAT, AddressState.GONE)
GONE_PHONE = in_state(PHONE, AddressState.GONE)


@pytest.mark.parametrize("channels", [TELEGRAM_FIRST, PUSH_FIRST])
@pytest.mark.parametrize(
    ("addresses", "consents", "reason"),
    [
        # A working address without consent is nearest to a yes, on whichever channel.
        ((BLOCKED_CHAT, PHONE), (), Reason.NO_CONSENT),
        ((CHAT, GONE_PHONE), (), Reason.NO_CONSENT),
        # A closed address says more than none at all.
        ((BLOCKED_CHAT,), ALL_CONSENTS, Reason.BLOCKED),
        ((GONE_PHONE,), ALL_CONSENTS, Reason.ADDRESS_GONE),
        ((), ALL_CONSENTS, Reason.NOT_LINKED),
        # Of several chats, the block is what the person can undo.
        ((GONE_CHAT, replace(BLOCKED_CHAT, id=AddressId(9))), ALL_CONSENTS, Reason.BLOCKED),
    ],
)
def test_the_refusal_names_what_stands_nearest_to_a_yes(
    channels: Sequence[Channel],
    addresses: Sequence[Address],
    consents: Sequence[Any],
    reason: Reason,
) -> None:
    answer = ask(channels=channels, addresses=addresses, consents=consents)

    assert answer == No(state=State.WITHHELD, reason=reason)


def test_of_two_closed_channels_the_first_of_the_rule_is_named() -> None:
    both = (BLOCKED_CHAT, GONE_PHONE)

    assert ask(addresses=both) == No(state=State.WITHHELD, reason=Reason.BLOCKED)
    assert ask(channels=PUSH_FIRST, addresses=both) == No(
        state=State.WITHHELD, reason=Reason.ADDRESS_GONE
    )


# ---------------------------------------------------------------- age and frequency


@pytest.mark.parametrize("message_class", [MessageClass.SERVICE, MessageClass.REMINDER])
def test_the_young_get_what_is_no_offer_and_no_cap_counts_for_it(
    message_class: MessageClass,
) -> None:
    answer = ask(
        replace(NOTICE, message_class=message_class),
        customer=replace(PERSON, born_on=date(2015, 1, 1)),
        marketing_sent=[NOW - HOUR],
    )

    assert isinstance(answer, Go)


@pytest.mark.parametrize(
    ("today", "old_enough"),
    [
        (datetime(2026, 2, 27, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 9, 0, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 23, 0, tzinfo=UTC), True),  # midnight in Rome: 1 March
    ],
)
def test_who_was_born_on_29_february_is_of_age_on_1_march_in_the_zone_of_the_business(
    today: datetime, *, old_enough: bool
) -> None:
    answer = ask(OFFER, customer=replace(PERSON, born_on=date(2008, 2, 29)), now=today)

    minor = No(state=State.WITHHELD, reason=Reason.MINOR)
    assert (answer != minor) is old_enough


def test_who_told_no_date_of_birth_gets_offers_if_they_agreed() -> None:
    assert isinstance(ask(OFFER, rule=OFFERS, customer=replace(PERSON, born_on=None)), Go)


# ---------------------------------------------------------------- hours and expiry

NIGHT = datetime(2026, 11, 17, 21, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
"""Ten at night in Rome, and nine of the next morning, when reminders may leave."""


def test_in_closed_hours_it_is_told_when_they_open() -> None:
    assert ask(now=NIGHT) == NotNow(at=MORNING, reason="closed_hours")
    assert isinstance(ask(now=MORNING), Go)


@pytest.mark.parametrize(
    ("expires_at", "answer"),
    [
        (MORNING + SECOND, NotNow(at=MORNING, reason="closed_hours")),
        (MORNING, No(state=State.EXPIRED, reason=Reason.EXPIRED)),
        (NIGHT, No(state=State.EXPIRED, reason=Reason.EXPIRED)),
    ],
)
def test_what_will_have_expired_when_the_hours_open_has_expired(
    expires_at: datetime, answer: Answer
) -> None:
    assert ask(replace(NOTICE, expires_at=expires_at), now=NIGHT) == answer


def test_an_offer_due_on_a_sunday_waits_for_monday() -> None:
    sunday = datetime(2026, 10, 4, 8, 0, tzinfo=UTC)

    assert ask(OFFER, rule=OFFERS, now=sunday) == NotNow(
        at=datetime(2026, 10, 5, 7, 0, tzinfo=UTC), reason="closed_hours"
    )


def test_each_class_has_its_own_hours() -> None:
    at_half_past_eight = NOW - 90 * timedelta(minutes=1)
    ready: dict[str, Any] = {"rule": READY, "record": IS_READY}

    assert isinstance(ask(now=at_half_past_eight), NotNow)
    assert isinstance(ask(CAR_IS_READY, now=at_half_past_eight, **ready), Go)


def test_hours_are_those_of_the_business() -> None:
    assert isinstance(ask(business=ON_TUESDAYS_FROM_TEN), Go)
    assert ask(business=ON_TUESDAYS_FROM_TEN, now=NOW - SECOND) == NotNow(
        at=NOW, reason="closed_hours"
    )


def test_what_is_refused_for_good_is_not_put_off_until_the_morning() -> None:
    assert ask(now=NIGHT, consents=()) == No(state=State.WITHHELD, reason=Reason.NO_CONSENT)
