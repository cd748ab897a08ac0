"""Many notices asked about together: each is counted in what is left for the next."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.calendar import MessageClass
from messaging.caps import Caps
from messaging.gate import Foreseen, Go, No, NotNow, Reason
from messaging.prediction import Asked, predict
from tests.pure.asking import OFFER, OFFERS, TELEGRAM_FIRST
from tests.pure.given import BRUNO, DAY, HOUR, NOTICE, NOW, ROME, RULE, WORKSHOP, context

_RULES = count(1)
FAR = NOW + 60 * DAY


def asked(
    message_class: MessageClass,
    due_at: datetime,
    *,
    caps: Caps,
    waits: bool = False,
    expires_at: datetime = FAR,
) -> Asked:
    offer = message_class is MessageClass.MARKETING
    key = replace(NOTICE.key, source=f"rule:{next(_RULES)}")
    notice = replace(OFFER if offer else NOTICE, key=key, due_at=due_at, expires_at=expires_at)
    return Asked(
        notification=notice,
        context=context(rule=OFFERS if offer else RULE, business=replace(WORKSHOP, caps=caps)),
        channels=TELEGRAM_FIRST,
        due_at=due_at,
        waits=waits,
    )


def reason_of(seen: Foreseen) -> str | None:
    return seen.later if isinstance(seen.answer, Go) else seen.answer.reason


def test_the_first_of_two_offers_takes_the_place_of_the_week() -> None:
    later, sooner = (asked(MessageClass.MARKETING, NOW + n * HOUR, caps=Caps()) for n in (2, 1))

    seen = predict([later, sooner])

    assert [reason_of(each) for each in seen] == [Reason.CAP, None]


def test_an_offer_of_the_morning_moves_to_the_day_after_the_reminder_of_the_evening() -> None:
    caps = Caps(daily=1)
    offer = asked(MessageClass.MARKETING, NOW, caps=caps)
    reminder = asked(MessageClass.REMINDER, NOW + 5 * HOUR, caps=caps)

    seen = predict([offer, reminder])

    assert [each.at for each in seen] == [NOW + DAY - HOUR, NOW + 5 * HOUR]
    assert [reason_of(each) for each in seen] == [Reason.GIVES_WAY, None]


def test_what_waits_for_a_person_or_behind_a_pause_takes_nobodys_place() -> None:
    caps = Caps(daily=1)
    offer = asked(MessageClass.MARKETING, NOW, caps=caps)
    paused = asked(MessageClass.REMINDER, NOW + 5 * HOUR, caps=caps, waits=True)

    assert [each.at for each in predict([offer, paused])] == [NOW, NOW + 5 * HOUR]


def test_another_customer_has_a_day_of_their_own() -> None:
    caps = Caps(daily=1)
    first = asked(MessageClass.REMINDER, NOW, caps=caps)
    key = replace(first.notification.key, customer_id=BRUNO)
    second = replace(first, notification=replace(first.notification, key=key))

    assert [each.at for each in predict([first, second])] == [NOW, NOW]


many = st.lists(
    st.tuples(
        st.sampled_from([MessageClass.REMINDER, MessageClass.MARKETING]),
        st.integers(0, 14 * 24),
        st.integers(1, 20),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(notices=many, daily=st.integers(1, 3), offers=st.integers(1, 2))
def test_no_day_holds_more_than_it_may_and_no_offer_goes_where_a_reminder_found_no_place(
    notices: list[tuple[MessageClass, int, int]], daily: int, offers: int
) -> None:
    caps = Caps(daily=daily, offers=offers)
    questions = [
        asked(kind, NOW + hours * HOUR, caps=caps, expires_at=NOW + hours * HOUR + days * DAY)
        for kind, hours, days in notices
    ]

    seen = predict(questions)

    gone = [
        (q.notification.message_class, each.at)
        for q, each in zip(questions, seen, strict=True)
        if isinstance(each.answer, Go)
    ]
    assert not any(isinstance(each.answer, NotNow) for each in seen)
    days = Counter(at.astimezone(ROME).date() for _, at in gone)
    assert max(days.values(), default=0) <= daily
    of_offers = sorted(at for kind, at in gone if kind is MessageClass.MARKETING)
    assert all(b - a >= timedelta(days=7) for a, b in pairwise(of_offers[::offers]))
    of_offers_days = {at.astimezone(ROME).date() for at in of_offers}
    for question, each in zip(questions, seen, strict=True):
        first = WORKSHOP.next_slot(MessageClass.REMINDER, question.due_at)
        expired = isinstance(each.answer, No) and each.answer.reason is Reason.EXPIRED
        reminder = question.notification.message_class is MessageClass.REMINDER
        if reminder and first is not None and not expired:
            wanted, found = (at.astimezone(ROME).date() for at in (first, each.at))
            assert found == wanted or wanted not in of_offers_days
