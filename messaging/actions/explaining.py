"""Why did Mario get it, or not, and what would change that: for any customer, also one never selected.

What has been is read; what will be is asked of the planner's and the gate's own functions
(`foreseeing`), and asked again with other facts for what would change it. Nothing is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from messaging.actions import braking
from messaging.actions.doors import Store
from messaging.actions.drafting import recipients
from messaging.actions.foreseeing import A_YEAR_AHEAD, empty_fields, outlook, probe, steps
from messaging.actions.naming import customer_named, rules_named
from messaging.actions.pausing import stopping
from messaging.actions.striking import strikes_between
from messaging.actions.told_before import told_before
from messaging.asset import Asset
from messaging.audience import Audience, conditions_of
from messaging.business import Business
from messaging.calendar import MessageClass
from messaging.choice import remedies
from messaging.consent import ConsentEntry, Method, allows
from messaging.customer import Channel, Customer
from messaging.explanation import Outlook, Stays, Way, obstacles, together, ways
from messaging.ladder import Arrival
from messaging.notification import State
from messaging.pause import Pause
from messaging.record import Record
from messaging.reply import Reply
from messaging.rule import Inactivity, Rule, RuleId, Rung, Strikes
from messaging.store import (
    addresses,
    assets,
    audiences,
    audit,
    businesses,
    changes,
    consents,
    contexts,
    histories,
    invitations,
    pauses,
    records,
    senders,
    templates,
)
from messaging.store.addresses import Known
from messaging.store.connection import Connection
from messaging.store.histories import History
from messaging.store.invitations import InvitationRow
from messaging.store.rules import Label
from messaging.subject import CUSTOMER, asset_type_in, subject_of
from messaging.subject import Subject as About
from messaging.template import Template, TemplateId
from messaging.world import Made, Speaker, World

NEWEST = 500
"""So many records and notices of one customer are looked at."""

OF_ONE_RULE = 20
"""So many records are explained for one rule, those with the latest date first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One rule, and one record of this customer (None: the books hold none that it speaks of, or it
    speaks of a thing, `asset`, or of the customer).

    `rungs` are the steps of the ladder, past ones too; `stands_against` and `ways` say, where it
    does not go out, what stands against it and which changes would make it go.
    """

    record: Record | None
    asset: Asset | None
    outlook: Outlook
    stands_against: Sequence[Stays]
    ways: Sequence[Way]
    rungs: Sequence[Rung]
    notices: Sequence[History]
    replies: Sequence[Reply]
    last_offer: datetime | None
    """When the business last sent this customer an offer (UTC); None: not in the last days."""
    offers_again_at: datetime | None
    """From when on the next offer may go (UTC); None: nothing ever stood in its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStory:
    """A rule, what it is called, since when it is on (UTC; None: it is off), and what it means for
    each record. `unseen`: how many older records were left out. `pauses`: those that stop it now.
    """

    rule: Rule
    label: Label
    on_since: datetime | None
    subjects: Sequence[Subject]
    unseen: int
    pauses: Sequence[Pause]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStand:
    """What a customer last said to a class on a channel. `given` None: they never did.

    `declared`: a file claims a consent, which proves nothing and opens nothing.
    """

    message_class: MessageClass
    channel: Channel
    given: bool | None
    at: datetime | None
    declared: bool
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that decides what one customer gets, as of `now` (UTC)."""

    business: Business
    customer: Customer
    now: datetime
    channels: Mapping[Channel, Speaker]
    reached: Sequence[Known]
    invitation: InvitationRow | None
    consents: Sequence[ConsentStand]
    rules: Sequence[RuleStory]


async def explain(
    store: Store,
    *,
    slug: str,
    customer: str,
    now: datetime,
    strikes: Strikes,
    rule: str | None = None,
) -> Explanation:
    """Return why the customer does or does not get what the business's rules (or one of them) send.

    Raises NotFound, with what may have been meant.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        person = await customer_named(conn, business, customer)
        chosen = await rules_named(conn, business, rule)
        known = await _known(conn, business, person, chosen)
        worlds = {
            each.id: await _worlds(conn, known, each, now=now, strikes=strikes)
            for each, _ in chosen
        }
        since = await audit.last(conn, business.id, act="rule.on")
        reached = await addresses.known_of(conn, person.id)
        invitation = await invitations.latest_of(conn, person.id)
        ledger = (await consents.of_customers(conn, [person.id])).get(person.id, [])
    subjects = {
        each.id: [_subject(world, known) for world in worlds[each.id][:OF_ONE_RULE]]
        for each, _ in chosen
    }
    if rule is None:
        subjects = _together(subjects)
    return Explanation(
        business=business,
        customer=person,
        now=now,
        channels=known.speakers,
        reached=reached,
        invitation=invitation,
        consents=[
            _stand(ledger, each, channel) for channel in known.speakers for each in MessageClass
        ],
        rules=[
            RuleStory(
                rule=each,
                label=label,
                on_since=since.get(f"rule:{each.id}") if each.on else None,
                subjects=subjects[each.id],
                unseen=max(0, len(worlds[each.id]) - OF_ONE_RULE),
                pauses=stopping(known.pauses, each),
            )
            for each, label in chosen
        ],
    )


def _together(subjects: Mapping[RuleId, Sequence[Subject]]) -> dict[RuleId, list[Subject]]:
    """Return the subjects of all rules, told of each how many others will share its message."""
    outlooks = iter(together([each.outlook for those in subjects.values() for each in those]))
    return {
        rule_id: [replace(each, outlook=next(outlooks)) for each in those]
        for rule_id, those in subjects.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was read once for all rules."""

    business: Business
    customer: Customer
    records: Sequence[Record]
    arrivals: Mapping[str, Sequence[Arrival]]
    histories: Sequence[History]
    speakers: Mapping[Channel, Speaker]
    templates: Mapping[TemplateId, Template]
    latest: Mapping[str, TemplateId]
    pauses: Sequence[Pause]


async def _known(
    conn: Connection,
    business: Business,
    person: Customer,
    chosen: Sequence[tuple[Rule, Label]],
) -> _Known:
    past = await histories.of_customer(conn, person.id, limit=NEWEST)
    mine = await records.of_customer(conn, business.id, person.id, limit=NEWEST)
    seen = {each.id for each in mine}
    spoken_of = {r for each in past if (r := each.notification.record_id) and r not in seen}
    mine += (await records.of_ids(conn, spoken_of)).values()
    speakers = {}
    for channel in Channel:
        sender_id = await businesses.sender_of(conn, business.id, channel)
        row = None if sender_id is None else await senders.by_id(conn, sender_id)
        if row is not None:
            speakers[channel] = Speaker(id=row.id, refused=row.refused)
    newest = {
        each.template: await templates.latest(conn, business.id, each.template)
        for each, _ in chosen
    }
    used = {TemplateId(each.notification.template_id) for each in past}
    return _Known(
        business=business,
        customer=person,
        records=mine,
        arrivals=await changes.arrivals_of(conn, [person, *mine]),
        histories=past,
        speakers=speakers,
        templates={each.id: each for each in newest.values()} | await templates.of_ids(conn, used),
        latest={name: each.id for name, each in newest.items()},
        pauses=await pauses.standing(conn, business.id),
    )


async def _worlds(
    conn: Connection, known: _Known, rule: Rule, *, now: datetime, strikes: Strikes
) -> list[World]:
    """Return a world for each record or thing that the rule may speak of, the latest date first; at
    least one, without any. A rule about customers has one.
    """
    mine = [each for each in known.records if each.type == rule.heard_type]
    mine.sort(key=_date_of, reverse=True)
    chosen: list[About | None] = [*mine] or [None]
    arrivals = dict(known.arrivals)
    if rule.subject_type == CUSTOMER:
        chosen = [known.customer]
    elif (asset_type := asset_type_in(rule.subject_type)) is not None:
        person = known.customer.id
        things = await assets.of_customer(conn, person, asset_type, limit=NEWEST)
        arrivals |= await changes.arrivals_of(conn, things)
        chosen = [*things] or [None]
    template = known.templates[known.latest[rule.template]]
    told = await recipients(
        conn,
        rule,
        [each for each in chosen if each is not None],
        confidential=template.confidential,
    )
    if isinstance(rule.trigger, Inactivity):
        heard = [arrival for each in mine for arrival in known.arrivals.get(subject_of(each), ())]
        arrivals = {subject_of(known.customer): heard}
    until = now + A_YEAR_AHEAD
    struck = strikes_between(strikes, rule, known.business.zone, since=now, until=until)
    probes = [
        probe(rule, known.customer.id, each, template_id=template.id, now=now) for each in chosen
    ]
    loaded = await contexts.load(conn, probes, now=now)
    unmet = await _unmet(conn, rule, known, now)
    before = await told_before(
        conn, rule, told, known.customer.id, template_id=template.id, now=now
    )
    braked = await braking.braked_days(conn, rule.id, known.business, now)
    return [
        World(
            now=now,
            context=context,
            rule=rule,
            told=each is not None and known.customer.id in told[subject_of(each)],
            template_id=template.id,
            templates=known.templates,
            speakers=known.speakers,
            made=() if each is None else _made(known, rule, each),
            arrivals=() if each is None else tuple(arrivals.get(subject_of(each), ())),
            strikes=tuple(struck),
            unmet=unmet,
            told_before=frozenset() if each is None else before.get(subject_of(each), frozenset()),
            braked=braked,
            pauses=stopping(known.pauses, rule),
        )
        for each, context in zip(chosen, loaded.contexts, strict=True)
    ]


async def _unmet(conn: Connection, rule: Rule, known: _Known, now: datetime) -> list[Audience]:
    """Return the conditions of the rule's audience that the customer does not meet."""
    setting, person = audiences.setting_of(known.business, now), known.customer.id
    parts = () if rule.audience is None else conditions_of(rule.audience)
    return [each for each in parts if not await audiences.among(conn, each, [person], setting)]


def _date_of(record: Record) -> str:
    """Return what sorts records by their date; a day sorts like its midnight."""
    if record.due_on is not None:
        return record.due_on.isoformat()
    return (record.starts_at or record.entered_at).isoformat()


def _made(known: _Known, rule: Rule, subject: About) -> tuple[Made, ...]:
    return tuple(
        Made(
            notification=each.notification,
            tried=each.tried,
            waits_until=each.waits_until
            or (None if each.notification.state is State.HELD else each.route_at),
            # What waits in its lane goes where it waits; what looks for another way does not go back.
            tried_addresses=each.addresses if each.route_at is not None else frozenset(),
        )
        for each in _notices(known, rule, subject)
    )


def _notices(known: _Known, rule: Rule, subject: About | None) -> list[History]:
    """Return what became of the notices that the rule made about the subject."""
    if subject is None:
        return []
    about = subject_of(subject)
    return [
        each
        for each in known.histories
        if each.notification.rule_id == rule.id and each.notification.key.subject == about
    ]


def _subject(world: World, known: _Known) -> Subject:
    world = replace(world, empty=empty_fields(world))
    record = world.context.record
    found = outlook(world)
    leads: list[Way] = []
    if isinstance(found, Stays):
        leads = ways(world, remedies(world), outlook)
    return Subject(
        record=record,
        asset=world.context.asset,
        replies=world.context.replies,
        last_offer=max(world.context.marketing_sent, default=None),
        offers_again_at=known.business.caps.offers_again_at(world.context.marketing_sent),
        outlook=found,
        stands_against=obstacles(world, next(iter(leads), None), outlook)
        if isinstance(found, Stays)
        else [],
        ways=leads,
        rungs=steps(world),
        notices=_notices(known, world.rule, world.subject),
    )


def _stand(
    ledger: Sequence[ConsentEntry], message_class: MessageClass, channel: Channel
) -> ConsentStand:
    mine = [
        each
        for each in ledger
        if each.message_class is message_class and each.channel in (channel, None)
    ]
    claims = [each for each in mine if each.given and each.method is Method.DECLARED]
    said = [each for each in mine if each not in claims and each.channel is channel]
    last = said[-1] if said else None
    return ConsentStand(
        message_class=message_class,
        channel=channel,
        given=None if last is None else last.given,
        at=None if last is None else last.at,
        declared=bool(claims),
        allowed=allows(ledger, message_class, channel),
    )
