"""Which records, things or customers a rule speaks of in a window: shared by planning, forecast and
preview.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from messaging.anniversary import Anniversary, days_of_year
from messaging.asset import Asset
from messaging.calendar import local_day
from messaging.customer import Customer
from messaging.record import Record
from messaging.rule import (
    AfterDate,
    AfterEvent,
    BeforeDate,
    Circumstances,
    Cron,
    DateField,
    Inactivity,
    OnDate,
    OnEvent,
    Rule,
    Season,
    Threshold,
    applies,
    crossing_after,
    date_window,
    day_span,
    entered_window,
    instant_window,
    last_seen_window,
    longest_lead,
    on_instant,
    open_window,
    season_rungs,
    strike_rungs,
)
from messaging.store import assets, crossings, customers, records, silences
from messaging.store.connection import Connection
from messaging.subject import CUSTOMER, Subject, asset_type_in, subject_of

FIRST = 0
"""Before the id of every record, asset and customer."""

_EVER = date(1900, 1, 1)
_DAY = timedelta(days=1)
_A_YEAR = timedelta(days=365)
"""What lies further back is not looked for when a rule is switched on."""


async def in_window(  # noqa: C901 - one case for each trigger
    conn: Connection,
    rule: Rule,
    zone: ZoneInfo,
    *,
    since: datetime,
    until: datetime,
    after: int,
    limit: int,
    strikes: Sequence[date],
) -> Sequence[Subject]:
    """Return a page of the subjects that may have a rung in `(since, until]`; whoever asks compares
    exact moments. `strikes`: the days of the window on which a cron strikes.
    """
    match rule.trigger:
        case BeforeDate() | OnDate() | AfterDate() as trigger:
            return await _dated(conn, rule, trigger, zone, since, until, after, limit)
        case AfterEvent() as trigger:
            entered = entered_window(trigger, since, until, zone)
            return await records.entered_between(
                conn,
                rule.business_id,
                trigger.record_type,
                trigger.status,
                entered,
                after=after,
                limit=limit,
            )
        case OnEvent() | Threshold():
            return []
        case Anniversary():
            days = days_of_year(*day_span(since, until, zone))
            return await customers.born_between(
                conn, rule.business_id, days, after=after, limit=limit
            )
        case Season() as trigger:
            begins = season_rungs(trigger, zone, since=since, until=until)
            return await _everybody(conn, rule, after, limit) if begins else []
        case Cron() as trigger:
            struck = strike_rungs(trigger, strikes, zone, since=since, until=until)
            return await _everybody(conn, rule, after, limit) if struck else []
        case Inactivity() as trigger:
            stretch = last_seen_window(trigger, since, until, zone)
            if stretch is None:
                return []
            return await silences.silent_since(
                conn,
                rule.business_id,
                trigger.record_type,
                trigger.status,
                first=stretch[0],
                last=stretch[1],
                after=after,
                limit=limit,
            )
        case _:
            assert_never(rule.trigger)


async def _dated(
    conn: Connection,
    rule: Rule,
    trigger: BeforeDate | OnDate | AfterDate,
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
    after: int,
    limit: int,
) -> Sequence[Subject]:
    business_id, record_type = rule.business_id, trigger.record_type
    if trigger.date_field is DateField.DUE_ON:
        days = date_window(trigger, since, until, zone)
        return await records.due_between(
            conn, business_id, record_type, days, after=after, limit=limit
        )
    spans = instant_window(trigger, since, until, zone)
    return await records.starting_between(
        conn, business_id, record_type, spans, after=after, limit=limit
    )


async def _everybody(conn: Connection, rule: Rule, after: int, limit: int) -> Sequence[Subject]:
    """Return a page of all that the rule may speak of: the things of its type, or the customers."""
    asset_type = asset_type_in(rule.subject_type)
    if rule.subject_type == CUSTOMER:
        return await customers.page(conn, rule.business_id, after=after, limit=limit)
    if asset_type is not None:
        return await assets.of_type(conn, rule.business_id, asset_type, after=after, limit=limit)
    return await records.of_type(
        conn, rule.business_id, rule.subject_type, after=after, limit=limit
    )


async def with_something_passed(
    conn: Connection,
    rule: Rule,
    zone: ZoneInfo,
    *,
    now: datetime,
    after: int,
    limit: int,
) -> Sequence[Subject]:
    """Return a page of the subjects for which a rung has passed already, whose state has been
    entered, or who may be silent for long or beyond a limit: those are looked through once, when
    their rule is switched on. An anniversary or a strike that has passed is over.
    """
    match rule.trigger:
        case BeforeDate() | OnDate() | AfterDate() as trigger:
            return await _dated_before(conn, rule, trigger, zone, now, after, limit)
        case OnEvent() | AfterEvent() as trigger:
            return await records.in_status(
                conn,
                rule.business_id,
                trigger.record_type,
                trigger.status,
                entered_after=now - _A_YEAR,
                after=after,
                limit=limit,
            )
        case Anniversary() | Cron():
            return []
        case Season() as trigger:
            opened = open_window(trigger, zone, now)
            return [] if opened is None else await _everybody(conn, rule, after, limit)
        case Threshold() | Inactivity():
            return await _everybody(conn, rule, after, limit)
        case _:
            assert_never(rule.trigger)


async def _dated_before(
    conn: Connection,
    rule: Rule,
    trigger: BeforeDate | OnDate | AfterDate,
    zone: ZoneInfo,
    now: datetime,
    after: int,
    limit: int,
) -> Sequence[Subject]:
    business_id, record_type = rule.business_id, trigger.record_type
    lead = longest_lead(trigger)
    if trigger.date_field is DateField.DUE_ON:
        days = [(_EVER, local_day(now, zone) + lead + _DAY)]
        return await records.due_between(
            conn, business_id, record_type, days, after=after, limit=limit, wide=True
        )
    # An appointment that is over needs no reminder, held or not; one that is to be followed up may be long past.
    first = now if on_instant(rule) else now - _A_YEAR
    spans = [(first, now + lead + 2 * _DAY)]
    return await records.starting_between(
        conn, business_id, record_type, spans, after=after, limit=limit, wide=True
    )


async def circumstances_of(
    conn: Connection,
    rule: Rule,
    found: Sequence[Subject],
    *,
    now: datetime,
    strikes: Sequence[date] = (),
    lock: bool = False,
) -> dict[str, Circumstances]:
    """Return what the rule has to know of each subject besides, by what keys name it, as it is now; a
    thing that has just crossed a limit has.

    With `lock`, ours alone until the transaction ends.
    """
    match rule.trigger:
        case Inactivity(record_type=record_type, status=status):
            ids = [each.id for each in found if isinstance(each, Customer)]
            last = await silences.last_of(conn, ids, record_type, status)
            return {
                subject_of(each): Circumstances(last=last.get(each.id))
                for each in found
                if isinstance(each, Customer)
            }
        case Threshold() as trigger:
            names = {subject_of(each) for each in found}
            stood = await crossings.of_subjects(conn, rule.id, names, lock=lock)
            return {
                name: Circumstances(
                    crossing=crossing_after(trigger, each, stood.get(name), now)
                    if applies(rule, each)
                    else stood.get(name)
                )
                for each in found
                if isinstance(each, Record | Asset) and (name := subject_of(each))
            }
        case Cron():
            struck = Circumstances(strikes=tuple(strikes))
            return {subject_of(each): struck for each in found}
        case _:
            return {}


async def note_crossings(
    conn: Connection, rule: Rule, besides: Mapping[str, Circumstances]
) -> None:
    """Write down how the things stand to the rule's limit, as far as one ever crossed it."""
    stands = {
        name: each.crossing
        for name, each in besides.items()
        if each.crossing is not None and each.crossing.number
    }
    await crossings.note(conn, rule.id, stands)
