"""What a customer answers about an appointment acts on the appointment as it is now.

A message lives in a chat for months: what its buttons ask for may have become impossible. Then
nothing is done, and the customer hears what is the case.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from messaging.business import Business
from messaging.ladder import Arrival
from messaging.notification import Notification
from messaging.record import CANCELLED, Record
from messaging.reply import ABOUT_AN_APPOINTMENT, Action
from messaging.store import changes, records, replies
from messaging.store.connection import Connection

SURE = "yes"
KEEP = "no"
"""The values of the two buttons under "really cancel?"; the notice's own button has none."""

NOTICE = timedelta(hours=1)
"""A free moment that is nearer than that nobody can prepare for."""

CONFIRMED = "confirmed"
"""The status of an appointment that its customer has confirmed."""

Hindrance: TypeAlias = Literal["already", "sure", "kept", "moved", "called_off", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """An appointment as a chat may speak of it. `starts_at`: UTC, as it is now; told in `zone`."""

    starts_at: datetime
    zone: ZoneInfo


def appointment_of(record: Record | None, business: Business) -> Appointment | None:
    """Return the appointment that the record is, or None if it is none."""
    if record is None or record.starts_at is None:
        return None
    return Appointment(starts_at=record.starts_at, zone=business.zone)


async def lock_appointment(conn: Connection, subject: Notification, action: str) -> Record | None:
    """Return the record that the press acts on, locked; None: this action acts on no record."""
    if action not in ABOUT_AN_APPOINTMENT or subject.record_id is None:
        return None
    return await records.lock(conn, subject.record_id)


async def hindrance(
    conn: Connection,
    subject: Notification,
    record: Record,
    *,
    action: str,
    value: str,
    now: datetime,
) -> Hindrance | None:
    """Return what comes before the answer counts; None: it counts.

    `already`: it did, earlier. `sure`: the customer is to be asked once more. `kept`: they thought
    better of it. The others: the appointment is no longer what the message says.
    """
    mine = action == Action.CANCEL and record.status == CANCELLED
    mine = mine and await replies.given(conn, subject.id, action)
    seen = _instant(subject.key.anchor)
    return stands_against(
        record,
        moved=seen not in (None, record.starts_at),
        mine=mine,
        action=action,
        value=value,
        now=now,
    )


def stands_against(
    record: Record, *, moved: bool, mine: bool, action: str, value: str, now: datetime
) -> Hindrance | None:
    """Return the same of an answer to what the customer saw: whether the appointment has `moved` since, and whether
    it was called off by the same customer (`mine`).
    """
    if record.starts_at is None:
        return None
    if record.status == CANCELLED:
        return "already" if mine else "called_off"
    if record.starts_at <= now:
        return "over"
    if moved:
        return "moved"
    if action == Action.CANCEL and value != SURE:
        return "kept" if value == KEEP else "sure"
    return None


def _instant(anchor: str) -> datetime | None:
    """Return the instant that a ladder of appointments hangs on; None: the anchor is something else."""
    try:
        moment = datetime.fromisoformat(anchor)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


async def take_effect(conn: Connection, record: Record, action: str, now: datetime) -> None:
    """Let the answer change the appointment, and leave word for the planner. Moving is for the
    business to do.
    """
    becomes = {Action.CONFIRM.value: CONFIRMED, Action.CANCEL.value: CANCELLED}.get(action)
    if becomes is None or becomes == record.status:
        return
    await records.answered(conn, record.id, status=becomes, now=now)
    entered = {record.id: Arrival.ENTERED}
    await changes.note(conn, record.business_id, records=entered, now=now)
