"""What a rule makes of a subject, whatever its trigger: the one place that knows all of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from messaging.anniversary import Anniversary, CustomerDate, date_of, kept_between
from messaging.asset import Asset
from messaging.calendar import end_of_day, instant, local_day
from messaging.customer import Customer
from messaging.record import CANCELLED, Record
from messaging.rule.circumstances import NONE, Circumstances
from messaging.rule.cron import Cron, strike_rungs
from messaging.rule.dates import (
    AfterDate,
    BeforeDate,
    DateField,
    OnDate,
    anchor_day,
    date_anchor,
    date_ladder,
    date_over,
)
from messaging.rule.events import AfterEvent, OnEvent, event_anchor, event_ladder
from messaging.rule.expiry import EndOfWindow, For, NextRung, SameDay, UntilDate
from messaging.rule.inactivity import Inactivity, silence_anchor, silence_rungs
from messaging.rule.rung import HALF_A_YEAR, Rung
from messaging.rule.season import Season, season_rungs, window_ends_at
from messaging.rule.standing import Rule
from messaging.rule.threshold import Threshold, crossing_rungs
from messaging.rule.windows import day_span
from messaging.subject import Subject, subject_type

_YEARLY = {CustomerDate.BORN_ON: "birthday"}


def applies(rule: Rule, subject: Subject) -> bool:
    """Return whether the subject, as it is now, is one that the rule speaks of (and is not stopped)."""
    if subject_type(subject) != rule.subject_type:
        return False
    match subject:
        case Customer():
            return not subject.deceased
        case Asset():
            return not subject.gone and _matches(where_of(rule), subject)
        case Record():
            stopped = subject.status in {*rule.stop_statuses, CANCELLED}
            return not stopped and _in_state(rule, subject) and _matches(where_of(rule), subject)
        case _:
            assert_never(subject)


def _in_state(rule: Rule, record: Record) -> bool:
    trigger = rule.trigger
    return not isinstance(trigger, OnEvent | AfterEvent) or record.status == trigger.status


def where_of(rule: Rule) -> Mapping[str, str]:
    """Return what the attributes of a record or thing have to be for the rule to speak of it."""
    trigger = rule.trigger
    return {} if isinstance(trigger, Anniversary | Inactivity) else trigger.where


def _matches(where: Mapping[str, str], subject: Record | Asset) -> bool:
    return all(stated(subject, name) == value for name, value in where.items())


def stated(subject: Record | Asset, name: str) -> str:
    """Return what the record or thing says of a name that a rule may ask for; "None" if it is silent."""
    if name == "status" and isinstance(subject, Record):
        return subject.status
    return str(subject.attributes.get(name))


def anchor_of(
    rule: Rule, subject: Subject, zone: ZoneInfo, circumstances: Circumstances = NONE
) -> str | None:
    """Return the anchor that the subject gives the rule as it is now; None: the rule has nothing to
    say of it, or comes round and has an anchor for each time.
    """
    match rule.trigger:
        case BeforeDate() | OnDate() | AfterDate() as trigger:
            return date_anchor(trigger, subject, zone) if isinstance(subject, Record) else None
        case OnEvent() | AfterEvent() as trigger:
            return event_anchor(trigger, subject) if isinstance(subject, Record) else None
        case Inactivity():
            return silence_anchor(circumstances.last, zone)
        case Threshold():
            return next((each.anchor for each in crossing_rungs(circumstances.crossing)), None)
        case Anniversary() | Season() | Cron():
            return None
        case _:
            assert_never(rule.trigger)


def rungs(
    rule: Rule, subject: Subject, zone: ZoneInfo, circumstances: Circumstances = NONE
) -> tuple[Rung, ...]:
    """Return the rungs of the rule for the subject, earliest first; none if the rule does not apply
    to it, or comes round: `recurring_rungs` tells of that.
    """
    if not applies(rule, subject):
        return ()
    match rule.trigger:
        case BeforeDate() | OnDate() | AfterDate() as trigger:
            return date_ladder(trigger, subject, zone) if isinstance(subject, Record) else ()
        case OnEvent() | AfterEvent() as trigger:
            return event_ladder(trigger, subject, zone) if isinstance(subject, Record) else ()
        case Inactivity() as trigger:
            return silence_rungs(trigger, circumstances.last, zone)
        case Threshold():
            return crossing_rungs(circumstances.crossing)
        case Anniversary() | Season() | Cron():
            return ()
        case _:
            assert_never(rule.trigger)


def comes_round(rule: Rule) -> bool:
    """Return whether the rule has something to say of the same subject again and again, whatever
    happens to it.
    """
    return isinstance(rule.trigger, Anniversary | Season | Cron)


def recurring_rungs(
    rule: Rule,
    subject: Subject,
    zone: ZoneInfo,
    circumstances: Circumstances = NONE,
    *,
    since: datetime,
    until: datetime,
) -> tuple[Rung, ...]:
    """Return the rungs with a moment in `(since, until]` of a rule that comes round, earliest first."""
    if not applies(rule, subject):
        return ()
    match rule.trigger:
        case Anniversary() as trigger:
            if not isinstance(subject, Customer):
                return ()
            return yearly_rungs(trigger, subject, zone, since=since, until=until)
        case Season() as trigger:
            return season_rungs(trigger, zone, since=since, until=until)
        case Cron() as trigger:
            days = circumstances.strikes
            return strike_rungs(trigger, days, zone, since=since, until=until)
        case BeforeDate() | OnDate() | AfterDate() | OnEvent() | AfterEvent():
            return ()
        case Inactivity() | Threshold():
            return ()
        case _:
            assert_never(rule.trigger)


def yearly_rungs(
    trigger: Anniversary,
    customer: Customer,
    zone: ZoneInfo,
    *,
    since: datetime,
    until: datetime,
) -> tuple[Rung, ...]:
    """Return the anniversaries of the customer's date whose moment lies in `(since, until]`, earliest
    first.
    """
    day = date_of(trigger, customer)
    if day is None:
        return ()
    first, last = day_span(since, until, zone)
    found = (
        Rung(
            name=_YEARLY[trigger.of],
            anchor=kept.isoformat(),
            moment=instant(kept, trigger.at, zone),
            lead=HALF_A_YEAR,
        )
        for kept in kept_between(day, first, last, trigger.leap_day)
    )
    return tuple(rung for rung in found if since < rung.moment <= until)


def on_instant(rule: Rule) -> bool:
    """Return whether the rule's ladder leads up to an instant, as appointments have, not to a day."""
    trigger = rule.trigger
    if not isinstance(trigger, BeforeDate | OnDate):
        return False
    return trigger.date_field is DateField.STARTS_AT


def anchor_passed(rule: Rule, subject: Subject, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether the date that the ladder leads up to is itself over; what follows a date, a
    state, a silence or a crossing never is.
    """
    trigger = rule.trigger
    return (
        isinstance(trigger, BeforeDate | OnDate | AfterDate)
        and isinstance(subject, Record)
        and date_over(trigger, subject, zone, now)
    )


def ends_itself_at(rule: Rule, subject: Subject, anchor: str, zone: ZoneInfo) -> datetime | None:
    """Return the instant (UTC) from which nobody has to decide about a notice any more, however late
    it is: the beginning of its appointment, the end of its window; None: there is none.
    """
    if isinstance(rule.trigger, Season):
        ends = window_ends_at(rule.trigger, zone, date.fromisoformat(anchor))
        return None if ends is None else ends + timedelta(seconds=1)
    return subject.starts_at if isinstance(subject, Record) and on_instant(rule) else None


def superseded_at(
    rule: Rule,
    subject: Subject,
    rung: str,
    anchor: str,
    zone: ZoneInfo,
) -> datetime | None:
    """Return the instant (UTC) at which the next rung of the same anchor comes, and this one has nothing
    to add; None: it is the last, or the ladder as it is now has no such rung.
    """
    if not isinstance(rule.trigger, BeforeDate | AfterDate | AfterEvent):
        return None  # the others have one rung for each anchor
    ladder = [each for each in rungs(rule, subject, zone) if each.anchor == anchor]
    own = next((each.moment for each in ladder if each.name == rung), None)
    if own is None:
        return None
    return min((each.moment for each in ladder if each.moment > own), default=None)


_ITS_MINUTE = timedelta(minutes=1)


def nothing_to_decide_at(
    rule: Rule,
    subject: Subject,
    rung: str,
    anchor: str,
    zone: ZoneInfo,
) -> datetime | None:
    """Return the instant (UTC) from which a notice that waits for a person needs none any more: it ends
    itself, or a later rung has come, and has had its minute; None: there is none.
    """
    superseded = superseded_at(rule, subject, rung, anchor, zone)
    ends = (
        ends_itself_at(rule, subject, anchor, zone),
        # All of them at the very moment of the later rung would stand before what is to go out then.
        None if superseded is None else superseded + _ITS_MINUTE,
    )
    return min((each for each in ends if each is not None), default=None)


def expires_at(rule: Rule, subject: Subject, moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant after which the notice of this moment must not go out any more."""
    match rule.expiry:
        case UntilDate(date_field=date_field, plus=plus):
            return _until(subject, date_field, plus, zone) or moment
        case For(duration=duration):
            return moment + duration
        case SameDay():
            return end_of_day(local_day(moment, zone), zone)
        case EndOfWindow():
            if not isinstance(rule.trigger, Season):
                return moment
            return window_ends_at(rule.trigger, zone, local_day(moment, zone)) or moment
        case NextRung(last=last):
            return _next_moment(rule, subject, moment, zone) or moment + last
        case _:
            assert_never(rule.expiry)


def _next_moment(rule: Rule, subject: Subject, moment: datetime, zone: ZoneInfo) -> datetime | None:
    following = [each.moment for each in rungs(rule, subject, zone) if each.moment > moment]
    return min(following, default=None)


def _until(
    subject: Subject, date_field: DateField, plus: timedelta, zone: ZoneInfo
) -> datetime | None:
    if not isinstance(subject, Record):
        return None
    if date_field is DateField.STARTS_AT and subject.starts_at is not None:
        return subject.starts_at + plus
    day = anchor_day(subject, date_field, zone)
    whole = timedelta(days=plus.days)
    return None if day is None else end_of_day(day + whole, zone) + (plus - whole)


def at_hour(rule: Rule, at: time) -> Rule:
    """Return the rule with another local hour; rules that follow an event at once have none and come
    back unchanged.
    """
    if isinstance(rule.trigger, OnEvent | Threshold):
        return rule
    return replace(rule, trigger=replace(rule.trigger, at=at))
