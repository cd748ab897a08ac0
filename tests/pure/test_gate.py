"""May this go to this customer now? For every reason the smallest that gives it, and its neighbour that does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

import pytest

from messaging.anniversary import Anniversary, CustomerDate
from messaging.calendar import MessageClass
from messaging.caps import DEFAULT_CAPS, Caps, Rank
from messaging.context import Ahead
from messaging.customer import AddressState, Channel
from messaging.gate import Go, No, Reason
from messaging.notification import NotificationId, State
from messaging.reply import Action
from messaging.rule import DateField
from tests.pure.asking import (
    CAR_IS_READY,
    IS_READY,
    NEVER_OPEN,
    OFFER,
    OFFERS,
    SECOND,
    ask,
    in_state,
)
from tests.pure.given import (
    ANNA,
    BRUNO,
    CAR,
    CHAT,
    DAY,
    HOUR,
    NOTICE,
    NOW,
    PERSON,
    PHONE,
    READY,
    RECORD,
    RULE,
    WORKSHOP,
    ladder_of,
    only_for,
    reply,
    said,
)
from tests.pure.stopping import STOPS


def test_where_nothing_stands_against_it_it_goes_on_the_first_channel() -> None:
    assert ask() == Go(channel=Channel.TELEGRAM, addresses=(CHAT,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What makes the gate say no, and the least change that makes it say yes."""

    reason: Reason
    state: State
    no: Mapping[str, Any]
    yes: Mapping[str, Any] = field(default_factory=dict)


def _appointment_at(starts_at: datetime) -> Mapping[str, Any]:
    return {
        "rule": ladder_of(1, date_field=DateField.STARTS_AT),
        "record": replace(RECORD, due_on=None, starts_at=starts_at),
        "notification": replace(NOTICE, key=replace(NOTICE.key, anchor=starts_at.isoformat())),
    }


def _two_steps_of(starts_at: datetime) -> Mapping[str, Any]:
    known = _appointment_at(starts_at)
    rule = ladder_of(1, date_field=DateField.STARTS_AT, hours_before=(2,))
    notice = known["notification"]
    return {
        **known,
        "rule": rule,
        "notification": replace(notice, key=replace(notice.key, rung="1d")),
    }


def _birthday_of(born_on: date | None) -> Mapping[str, Any]:
    return {
        "rule": replace(OFFERS, trigger=Anniversary(of=CustomerDate.BORN_ON, at=time(10))),
        "record": None,
        "customer": replace(PERSON, born_on=born_on),
        "notification": replace(OFFER, key=replace(NOTICE.key, anchor="2026-11-17")),
        "consents": [said(MessageClass.MARKETING, Channel.TELEGRAM)],
    }


BORN_18_YEARS_AGO = date(2008, 11, 17)
MUTED = said(MessageClass.SERVICE, Channel.TELEGRAM, given=False)

CASES = {
    "the rule was deleted": Case(
        reason=Reason.RULE_OFF, state=State.CANCELLED, no={"rule": None}, yes={"rule": RULE}
    ),
    "the rule is off": Case(
        reason=Reason.RULE_OFF, state=State.CANCELLED, no={"rule": replace(RULE, on=False)}
    ),
    "the record was deleted": Case(
        reason=Reason.RECORD_GONE, state=State.CANCELLED, no={"record": None}
    ),
    "the record was cancelled in the books": Case(
        reason=Reason.RECORD_GONE,
        state=State.CANCELLED,
        no={"record": replace(RECORD, status="cancelled")},
    ),
    "the car is sold": Case(
        reason=Reason.ASSET_GONE,
        state=State.CANCELLED,
        no={"asset": replace(CAR, gone=True)},
        yes={"asset": None},
    ),
    "it is done": Case(
        reason=Reason.FINISHED,
        state=State.CANCELLED,
        no={"record": replace(RECORD, status="done")},
        yes={"record": replace(RECORD, status="in_progress")},
    ),
    "the state was left": Case(
        reason=Reason.FINISHED,
        state=State.CANCELLED,
        no={
            "notification": CAR_IS_READY,
            "rule": READY,
            "record": replace(IS_READY, status="collected", entry=3),
        },
        yes={"notification": CAR_IS_READY, "rule": READY, "record": IS_READY},
    ),
    "the state was entered again": Case(
        reason=Reason.DATE_MOVED,
        state=State.CANCELLED,
        no={
            "notification": CAR_IS_READY,
            "rule": READY,
            "record": replace(IS_READY, entry=4),
        },
        yes={"notification": CAR_IS_READY, "rule": READY, "record": IS_READY},
    ),
    "the date moved": Case(
        reason=Reason.DATE_MOVED,
        state=State.CANCELLED,
        no={"record": replace(RECORD, due_on=date(2026, 11, 25))},
        yes={"record": replace(RECORD, due_on=date(2026, 11, 24))},
    ),
    "the date was cleared": Case(
        reason=Reason.DATE_MOVED, state=State.CANCELLED, no={"record": replace(RECORD, due_on=None)}
    ),
    "the rule speaks of others now": Case(
        reason=Reason.RULE_CHANGED,
        state=State.CANCELLED,
        no={"rule": only_for({"fuel": "lpg"})},
        yes={
            "rule": only_for({"fuel": "lpg"}),
            "record": replace(RECORD, attributes={"fuel": "lpg"}),
        },
    ),
    "somebody said that it is done": Case(
        reason=Reason.ANSWERED,
        state=State.CANCELLED,
        no={"replies": [reply(Action.DONE, of=BRUNO)]},
        yes={"replies": [reply(Action.DONE, of=BRUNO, anchor="2024-11-24")]},
    ),
    "she has had enough": Case(
        reason=Reason.ANSWERED,
        state=State.CANCELLED,
        no={"replies": [reply(Action.NOT_NOW, of=ANNA)]},
        yes={"replies": [reply(Action.NOT_NOW, of=BRUNO)]},
    ),
    "she has died": Case(
        reason=Reason.DECEASED,
        state=State.WITHHELD,
        no={"customer": replace(PERSON, deceased=True)},
    ),
    "she was erased": Case(
        reason=Reason.ERASED,
        state=State.CANCELLED,
        no={"customer": replace(PERSON, erased=True, deceased=True)},
    ),
    "the rule is meant for others": Case(
        reason=Reason.NOT_IN_AUDIENCE,
        state=State.WITHHELD,
        no={"in_audience": False},
        yes={"in_audience": True},
    ),
    "she turns eighteen tomorrow": Case(
        reason=Reason.MINOR,
        state=State.WITHHELD,
        no={
            "notification": OFFER,
            "rule": OFFERS,
            "customer": replace(PERSON, born_on=BORN_18_YEARS_AGO + DAY),
        },
        yes={
            "notification": OFFER,
            "rule": OFFERS,
            "customer": replace(PERSON, born_on=BORN_18_YEARS_AGO),
        },
    ),
    "she had an offer less than seven days ago": Case(
        reason=Reason.CAP,
        state=State.WITHHELD,
        no={
            "notification": OFFER,
            "rule": OFFERS,
            "marketing_sent": [NOW - DEFAULT_CAPS.offers_in + SECOND],
        },
        yes={
            "notification": OFFER,
            "rule": OFFERS,
            "marketing_sent": [NOW - DEFAULT_CAPS.offers_in],
        },
    ),
    "she has never linked herself": Case(
        reason=Reason.NOT_LINKED,
        state=State.WITHHELD,
        no={"addresses": ()},
        yes={"addresses": (PHONE,)},
    ),
    "she did not agree": Case(
        reason=Reason.NO_CONSENT,
        state=State.WITHHELD,
        no={"consents": ()},
        yes={"consents": [said(MessageClass.REMINDER, Channel.TELEGRAM)]},
    ),
    "she agreed to reminders and this is an offer": Case(
        reason=Reason.NO_CONSENT,
        state=State.WITHHELD,
        no={
            "notification": OFFER,
            "rule": OFFERS,
            "consents": [said(MessageClass.REMINDER, each) for each in Channel],
        },
        yes={
            "notification": OFFER,
            "rule": OFFERS,
            "consents": [said(MessageClass.MARKETING, Channel.PUSH)],
        },
    ),
    "she muted even what she waits for": Case(
        reason=Reason.NO_CONSENT,
        state=State.WITHHELD,
        no={
            "notification": CAR_IS_READY,
            "rule": READY,
            "record": IS_READY,
            "addresses": (CHAT,),
            "consents": (MUTED,),
        },
        yes={
            "notification": CAR_IS_READY,
            "rule": READY,
            "record": IS_READY,
            "addresses": (CHAT,),
            "consents": (),
        },
    ),
    "the books know no birthday any more": Case(
        reason=Reason.NO_BIRTHDAY,
        state=State.CANCELLED,
        no=_birthday_of(None),
        yes=_birthday_of(date(1980, 11, 17)),
    ),
    "she blocked the bot": Case(
        reason=Reason.BLOCKED,
        state=State.WITHHELD,
        no={"addresses": (in_state(CHAT, AddressState.BLOCKED),)},
        yes={"addresses": (in_state(CHAT, AddressState.ACTIVE),)},
    ),
    "the app was uninstalled": Case(
        reason=Reason.ADDRESS_GONE,
        state=State.WITHHELD,
        no={"addresses": (in_state(PHONE, AddressState.GONE),)},
        yes={"addresses": (PHONE,)},
    ),
    "the only address has failed already": Case(
        reason=Reason.ADDRESS_GONE,
        state=State.WITHHELD,
        no={"addresses": (CHAT,), "tried": frozenset({CHAT.id})},
        yes={"addresses": (CHAT, PHONE), "tried": frozenset({CHAT.id})},
    ),
    "the hours never open": Case(
        reason=Reason.NEVER_OPEN, state=State.WITHHELD, no={"business": NEVER_OPEN}
    ),
    "it has expired": Case(
        reason=Reason.EXPIRED,
        state=State.EXPIRED,
        no={"notification": replace(NOTICE, expires_at=NOW)},
        yes={"notification": replace(NOTICE, expires_at=NOW + SECOND)},
    ),
    # Also when a person has let it go, which gives a notice a day more.
    "the appointment has begun": Case(
        reason=Reason.EXPIRED,
        state=State.EXPIRED,
        no=_appointment_at(NOW),
        yes=_appointment_at(NOW + SECOND),
    ),
}

THIRTY_DAYS_BEFORE = replace(NOTICE, key=replace(NOTICE.key, rung="30d"))

FULL = replace(WORKSHOP, caps=Caps(daily=1))
BARELY = replace(NOTICE, expires_at=NOW + DAY - HOUR)
REMINDER_OF_TODAY = Ahead(
    id=NotificationId(9),
    rank=Rank.REMINDER,
    message_class=MessageClass.REMINDER,
    due_at=NOW + HOUR,
)

CASES |= {
    "the day is full and tomorrow is too late": Case(
        reason=Reason.DAILY_CAP,
        state=State.WITHHELD,
        no={"notification": BARELY, "business": FULL, "told_lately": [NOW]},
        yes={"notification": BARELY, "business": FULL, "told_lately": [NOW - DAY]},
    ),
    "the last place is a reminder's and tomorrow is too late": Case(
        reason=Reason.GIVES_WAY,
        state=State.WITHHELD,
        no={
            "notification": replace(BARELY, message_class=MessageClass.MARKETING),
            "rule": OFFERS,
            "business": FULL,
            "ahead": [REMINDER_OF_TODAY],
        },
        yes={
            "notification": replace(BARELY, message_class=MessageClass.MARKETING),
            "rule": OFFERS,
            "ahead": [REMINDER_OF_TODAY],
        },
    ),
    "the next step of the same ladder has come": Case(
        reason=Reason.SUPERSEDED,
        state=State.CANCELLED,
        no={"notification": THIRTY_DAYS_BEFORE},
        yes={"notification": THIRTY_DAYS_BEFORE, "now": NOW - SECOND},
    ),
    "two hours before has come when the day before still waits": Case(
        reason=Reason.SUPERSEDED,
        state=State.CANCELLED,
        no=_two_steps_of(NOW + 2 * HOUR),
        yes=_two_steps_of(NOW + 2 * HOUR + SECOND),
    ),
}

CASES |= {
    name: Case(reason=reason, state=State.CANCELLED, no=no, yes=yes)
    for name, (reason, no, yes) in STOPS.items()
}


@pytest.mark.parametrize("name", CASES)
def test_the_gate_says_no_and_why_and_yes_to_its_neighbour(name: str) -> None:
    case = CASES[name]

    assert ask(**case.no) == No(state=case.state, reason=case.reason)
    assert isinstance(ask(**case.yes), Go)


def test_every_reason_is_shown() -> None:
    # What was said at an address already is a claim's to know, not the gate's: tests/behaviour/test_families.py
    assert {case.reason for case in CASES.values()} == set(Reason) - {Reason.SAME_ADDRESS}
