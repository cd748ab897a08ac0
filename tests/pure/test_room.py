"""Whether there is room for one more: what a customer has had of offers, and what the day still holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from messaging.calendar import MessageClass
from messaging.caps import Caps, Rank, rank_of
from messaging.context import Ahead
from messaging.customer import AddressState, Channel
from messaging.gate import Answer, Go, No, NotNow, Reason
from messaging.notification import NotificationId, State
from messaging.rule import DateField
from tests.pure.asking import CAR_IS_READY, IS_READY, OFFER, OFFERS, SECOND, ask, in_state
from tests.pure.given import (
    ALL_CONSENTS,
    CHAT,
    DAY,
    HOUR,
    NOTICE,
    NOW,
    READY,
    RECORD,
    WORKSHOP,
    ladder_of,
    said,
)

TOMORROW = NOW + DAY - HOUR
"""Nine o'clock on Wednesday, when the hours of reminders and offers begin."""


def with_caps(**told: Any) -> Any:
    return replace(WORKSHOP, caps=Caps(**told))


ONE_A_DAY = with_caps(daily=1)
TWO_A_DAY = with_caps(daily=2)


def coming(
    rank: Rank = Rank.REMINDER,
    message_class: MessageClass = MessageClass.REMINDER,
    due_at: datetime = NOW + 5 * HOUR,
) -> Ahead:
    return Ahead(id=NotificationId(9), rank=rank, message_class=message_class, due_at=due_at)


def offer(**told: Any) -> Answer:
    return ask(replace(OFFER, expires_at=NOW + 9 * DAY), rule=OFFERS, **told)


@pytest.mark.parametrize(
    ("caps", "sent", "room"),
    [
        (Caps(), [], True),
        (Caps(), [NOW - 7 * DAY], True),
        (Caps(), [NOW - 7 * DAY + SECOND], False),
        (Caps(offers=2), [NOW - DAY], True),
        (Caps(offers=2), [NOW - 6 * DAY, NOW - DAY], False),
        (Caps(offers=2), [NOW - 7 * DAY, NOW - DAY], True),
        (Caps(offers_in=30 * DAY), [NOW - 29 * DAY], False),
        (Caps(offers=0), [], False),
    ],
)
def test_so_many_offers_go_in_so_many_days_as_the_business_says(
    caps: Caps, sent: Sequence[datetime], room: bool
) -> None:
    answer = offer(business=replace(WORKSHOP, caps=caps), marketing_sent=sent)

    assert isinstance(answer, Go) if room else answer == No(state=State.WITHHELD, reason=Reason.CAP)


def test_a_full_day_moves_a_reminder_to_the_next() -> None:
    assert ask(business=ONE_A_DAY, told_lately=[NOW - HOUR]) == NotNow(
        at=TOMORROW, reason=Reason.DAILY_CAP
    )
    assert isinstance(ask(business=TWO_A_DAY, told_lately=[NOW - HOUR]), Go)
    assert isinstance(ask(told_lately=[NOW - HOUR] * 9), Go)  # without a cap


def test_what_was_told_yesterday_fills_no_day() -> None:
    last_night = NOW.replace(hour=22, minute=59) - DAY  # a minute to midnight in Rome

    assert isinstance(ask(business=ONE_A_DAY, told_lately=[last_night]), Go)
    assert isinstance(
        ask(business=ONE_A_DAY, told_lately=[last_night + timedelta(minutes=1)]), NotNow
    )


def test_what_a_full_day_would_move_past_its_expiry_ends_there() -> None:
    notice = replace(NOTICE, expires_at=TOMORROW)

    assert ask(notice, business=ONE_A_DAY, told_lately=[NOW]) == No(
        state=State.WITHHELD, reason=Reason.DAILY_CAP
    )


def test_an_appointment_and_what_a_customer_waits_for_know_no_full_day() -> None:
    starts_at = NOW + DAY
    appointment = replace(NOTICE, key=replace(NOTICE.key, anchor=starts_at.isoformat(), rung="1d"))

    assert isinstance(
        ask(
            appointment,
            business=ONE_A_DAY,
            told_lately=[NOW],
            rule=ladder_of(1, date_field=DateField.STARTS_AT),
            record=replace(RECORD, due_on=None, starts_at=starts_at),
        ),
        Go,
    )
    assert isinstance(
        ask(CAR_IS_READY, business=ONE_A_DAY, told_lately=[NOW], rule=READY, record=IS_READY), Go
    )


def test_an_offer_gives_way_to_the_deadline_of_the_same_day() -> None:
    assert offer(business=ONE_A_DAY, ahead=[coming()]) == NotNow(
        at=TOMORROW, reason=Reason.GIVES_WAY
    )
    assert isinstance(offer(business=TWO_A_DAY, ahead=[coming()]), Go)


def test_a_deadline_gives_way_to_the_appointment_of_the_same_day() -> None:
    appointment = coming(Rank.APPOINTMENT, MessageClass.SERVICE)

    assert ask(business=ONE_A_DAY, ahead=[appointment]) == NotNow(
        at=TOMORROW, reason=Reason.GIVES_WAY
    )
    assert isinstance(ask(business=ONE_A_DAY, ahead=[coming()]), Go)  # its equal


def test_nothing_gives_way_to_what_comes_tomorrow_or_never() -> None:
    tomorrow = coming(due_at=NOW + DAY)
    unheard = [said(MessageClass.MARKETING, channel) for channel in Channel]

    assert isinstance(offer(business=ONE_A_DAY, ahead=[tomorrow]), Go)
    assert isinstance(offer(business=ONE_A_DAY, ahead=[coming()], consents=unheard), Go)


def test_what_is_overdue_still_counts_as_of_today() -> None:
    assert isinstance(offer(business=ONE_A_DAY, ahead=[coming(due_at=NOW - DAY)]), NotNow)


def test_who_is_not_reached_is_told_so_before_any_cap() -> None:
    blocked = (in_state(CHAT, AddressState.BLOCKED),)

    answer = ask(business=ONE_A_DAY, told_lately=[NOW], addresses=blocked, consents=ALL_CONSENTS)

    assert answer == No(state=State.WITHHELD, reason=Reason.BLOCKED)


@pytest.mark.parametrize(
    ("message_class", "anchor", "rank"),
    [
        (MessageClass.SERVICE, "2026-11-25T09:00:00+00:00", Rank.APPOINTMENT),
        (MessageClass.REMINDER, "2026-11-25T09:00:00+00:00", Rank.APPOINTMENT),
        (MessageClass.MARKETING, "2026-11-25T09:00:00+00:00", Rank.MARKETING),
        (MessageClass.REMINDER, "2026-11-25", Rank.REMINDER),
        (MessageClass.SERVICE, "2026-11-25", None),
        (MessageClass.SERVICE, "entry:2", None),
    ],
)
def test_the_rank_follows_from_the_class_and_from_what_it_hangs_on(
    message_class: MessageClass, anchor: str, rank: Rank | None
) -> None:
    assert rank_of(message_class, anchor) is rank
