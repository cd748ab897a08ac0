"""What a file would do to the notices that wait, asked of the rules before any of it is stored.

For each subject that the file changes, every rule that is on is asked what it has to say of it as it is, and as it
would be: with the functions by which the planner makes notices and voids them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta

from messaging.actions import braking
from messaging.actions.candidates import FIRST, circumstances_of, in_window
from messaging.actions.doors import Store
from messaging.actions.supposing import Supposed, suppose
from messaging.actions.voiding import no_longer
from messaging.brake import LEAST
from messaging.business import Business
from messaging.calendar import instant, local_day
from messaging.context import Reason
from messaging.customer import Customer, CustomerId
from messaging.intake import Row
from messaging.ladder import drafts_in_window, drafts_on_arrival, only_new
from messaging.record import CANCELLED, Record
from messaging.rule import (
    NONE,
    Circumstances,
    Cron,
    Inactivity,
    Rule,
    RuleId,
    Rung,
    applies,
    recurring_rungs,
    rungs,
)
from messaging.store import assets, customers, pendings, records
from messaging.store.connection import Connection
from messaging.store.pendings import Made
from messaging.subject import CUSTOMER, Subject, asset_type_in, subject_of, subject_type
from messaging.upheaval import AHEAD, LEAST_STOPPED, Effect, SetOff, Touched, Upheaval

SHOWN = 100
"""So many of the notices that a file touches are kept to be shown."""

_PAGE = 500
_DAY = timedelta(days=1)

_Step = tuple[str, str]
"""A rung's name and its anchor."""


def to_weigh(rules: Collection[Rule]) -> list[Rule]:
    """Return the rules whose notices a file can stop or set off in numbers.

    Not those that come round by the calendar, and not those that wait for a customer's silence: whoever comes back
    ends it, and nothing is amiss.
    """
    return [each for each in rules if each.on and not isinstance(each.trigger, Cron | Inactivity)]


class Scales:
    """Weighs a file, a chunk at a time, against the rules that are on."""

    def __init__(self, business: Business, rules: Sequence[Rule], now: datetime) -> None:
        self._business, self._rules, self._now = business, rules, now
        self._until = now + AHEAD
        night = local_day(now, business.zone) + 2 * _DAY
        self._soon = instant(night, time.min, business.zone)
        self._effects: Counter[Effect] = Counter()
        self._touched: list[tuple[Effect, Rule, Subject, datetime]] = []
        self._set_off: Counter[RuleId] = Counter()
        self._new: Counter[RuleId] = Counter()
        self._seen: set[tuple[RuleId, str, str, str]] = set()

    async def take(
        self, conn: Connection, rows: Sequence[Row], *, first_types: Collection[str]
    ) -> None:
        """Weigh the rows of a chunk."""
        changed = await suppose(conn, self._business, rows, first_types=first_types, now=self._now)
        if not changed:
            return
        known = [each.before for each in changed if each.before is not None]
        made: dict[tuple[RuleId, str], list[Made]] = {}
        for one in await pendings.of_subjects(conn, self._business.id, known):
            made.setdefault((one.rule_id, one.subject), []).append(one)
        for rule in self._rules:
            mine = [each for each in changed if _type(each) == rule.subject_type]
            coming = [each.after for each in mine if each.after is not None]
            besides = await circumstances_of(conn, rule, coming, now=self._now)
            for each in mine:
                self._weigh(rule, each, made, besides)

    def _weigh(
        self,
        rule: Rule,
        each: Supposed,
        made: Mapping[tuple[RuleId, str], Sequence[Made]],
        besides: Mapping[str, Circumstances],
    ) -> None:
        subject = each.before or each.after
        if subject is None:
            return
        known = made.get((rule.id, subject_of(subject)), ())
        circumstances = NONE if each.after is None else besides.get(subject_of(each.after), NONE)
        waiting = self._waiting(rule, each.before, known)
        for step, at in waiting.items():
            effect = self._effect(rule, each, step, circumstances)
            if effect is not None:
                self._note(effect, rule, subject, step, at)
        if each.before is None and each.after is not None and applies(rule, each.after):
            self._new[rule.id] += 1
        going = self._going(rule, each, waiting, known, circumstances)
        if going is not None and self._note(Effect.SET_OFF, rule, subject, *going):
            self._set_off[rule.id] += 1

    def _waiting(
        self, rule: Rule, before: Subject | None, known: Sequence[Made]
    ) -> dict[_Step, datetime]:
        """Return when what waits of the subject is to go out: what is made, and what will be."""
        if before is None:
            return {}
        ahead = {(each.name, each.anchor): each.moment for each in self._ahead(rule, before)}
        return ahead | {(each.rung, each.anchor): each.due_at for each in known if each.waits}

    def _ahead(self, rule: Rule, subject: Subject) -> list[Rung]:
        """Return what the rule has to say of the subject in the days ahead and nobody has planned yet."""
        zone, since = self._business.zone, rule.watermark or self._now
        ladder = rungs(rule, subject, zone) or recurring_rungs(
            rule, subject, zone, since=since, until=self._until
        )
        return [each for each in ladder if since < each.moment <= self._until]

    def _effect(
        self, rule: Rule, each: Supposed, step: _Step, circumstances: Circumstances
    ) -> Effect | None:
        """Return what becomes of a notice that waits; None: it goes out all the same."""
        before, after = each.before, each.after
        if after is None:
            return Effect.CANCELLED
        void = no_longer(rule, after, self._business, circumstances, self._now)
        if void is not None and step[1] not in void[1]:
            reason, _ = void
            elsewhere = reason is Reason.DATE_MOVED and self._still_ahead(rule, after)
            return Effect.MOVED if elsewhere else Effect.CANCELLED
        if isinstance(before, Record) and isinstance(after, Record):
            return Effect.MOVED if before.customer_id != after.customer_id else None
        return None

    def _still_ahead(self, rule: Rule, after: Subject) -> bool:
        if isinstance(after, Customer):
            return True  # another birthday comes within the year
        return any(each.moment > self._now for each in rungs(rule, after, self._business.zone))

    def _going(
        self,
        rule: Rule,
        each: Supposed,
        waiting: Mapping[_Step, datetime],
        known: Sequence[Made],
        circumstances: Circumstances,
    ) -> tuple[_Step, datetime] | None:
        """Return a notice that goes out by tomorrow night because of the file, and when; None: none does."""
        if each.after is None or each.arrival is None:
            return None
        drafts = drafts_on_arrival(
            rule,
            each.after,
            self._business.zone,
            arrival=each.arrival,
            planned_until=self._soon,
            now=self._now,
            circumstances=circumstances,
        )
        there = {(one.rung, one.anchor) for one in known if one.stays} | set(waiting)
        said: dict[str, list[str]] = {}
        for one in known:
            if one.tried:
                said.setdefault(one.rung, []).append(one.anchor)
        for draft in only_new(rule, drafts, said.items()):
            step = (draft.rung.name, draft.rung.anchor)
            if draft.wait is None and step not in there:
                return step, max(draft.rung.moment, self._now)
        return None

    def _note(
        self, effect: Effect, rule: Rule, subject: Subject, step: _Step, at: datetime
    ) -> bool:
        """Count a notice that is touched; return whether it was not counted before."""
        about = f"{subject_type(subject)}:{subject.external_id}"
        key = (rule.id, f"{effect}:{about}", *step)
        if key in self._seen:
            return False
        self._seen.add(key)
        self._effects[effect] += 1
        if len(self._touched) < SHOWN:
            self._touched.append((effect, rule, subject, at))
        return True

    async def result(self, store: Store) -> Upheaval:
        """Return what the file would do, with what waits counted only where that matters."""
        cancelled, moved = self._effects[Effect.CANCELLED], self._effects[Effect.MOVED]
        waiting = None
        if cancelled + moved >= LEAST_STOPPED:
            waiting = await _waiting(store, self._business, self._rules, self._until)
        async with store.read() as conn:
            return Upheaval(
                cancelled=cancelled,
                moved=moved,
                waiting=waiting,
                set_off=await self._all_set_off(conn),
                touched=await self._all_touched(conn),
            )

    async def _all_set_off(self, conn: Connection) -> list[SetOff]:
        many = [each for each in self._rules if self._set_off[each.id] > LEAST]
        judged = await braking.judged(conn, [each.id for each in many], self._business, self._now)
        return [
            SetOff(
                rule=each.name,
                count=self._set_off[each.id],
                of=self._new[each.id] + await _spoken_of(conn, each),
                judged=each.id in judged,
            )
            for each in many
        ]

    async def _all_touched(self, conn: Connection) -> list[Touched]:
        ids = {_whose(subject) for _, _, subject, _ in self._touched}
        codes = await customers.external_ids(conn, {each for each in ids if each is not None})
        return [
            Touched(
                effect=effect,
                rule=rule.name,
                customer=None if (whose := _whose(subject)) is None else codes.get(whose),
                about=subject.external_id,
                at=at,
            )
            for effect, rule, subject, at in self._touched
        ]


def _type(each: Supposed) -> str | None:
    subject = each.before or each.after
    return None if subject is None else subject_type(subject)


def _whose(subject: Subject) -> CustomerId | None:
    match subject:
        case Record():
            return subject.customer_id
        case Customer():
            return subject.id
        case _:
            return None


async def _spoken_of(conn: Connection, rule: Rule) -> int:
    """Return how many subjects there are of which the rule may speak."""
    thing = asset_type_in(rule.subject_type)
    if thing is not None:
        return await assets.count(conn, rule.business_id, thing)
    if rule.subject_type == CUSTOMER:
        return await customers.count(conn, rule.business_id)
    done = {*rule.stop_statuses, CANCELLED}
    return await records.open_count(conn, rule.business_id, rule.subject_type, but=done)


async def _waiting(store: Store, business: Business, rules: Sequence[Rule], until: datetime) -> int:
    """Return how many notices wait: those made, and those that the rules will make in the days ahead."""
    async with store.read() as conn:
        count = await pendings.waiting(conn, business.id)
    for rule in rules:
        after: int | None = FIRST
        while after is not None:
            async with store.read() as conn:
                found, after = await _page(conn, business, rule, after, until)
            count += found
    return count


async def _page(
    conn: Connection, business: Business, rule: Rule, after: int, until: datetime
) -> tuple[int, int | None]:
    since = rule.watermark or until
    page = await in_window(
        conn, rule, business.zone, since=since, until=until, after=after, limit=_PAGE, strikes=()
    )
    count = sum(
        len(drafts_in_window(rule, each, business.zone, since=since, until=until, now=since))
        for each in page
    )
    return count, page[-1].id if len(page) == _PAGE else None
