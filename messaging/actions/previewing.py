"""A template on a real customer: the text as it would arrive, and how each of its fields is filled.

The words are those of the sending path's own `compose`; nobody is asked whether it may go.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from messaging.actions.composing import compose
from messaging.actions.doors import Store
from messaging.actions.naming import customer_named
from messaging.actions.templating import template_named
from messaging.asset import Asset
from messaging.business import Business, SenderId
from messaging.context import Context
from messaging.customer import (
    Address,
    AddressId,
    AddressKind,
    AddressState,
    Channel,
    Customer,
)
from messaging.errors import NotFound
from messaging.fields import facts_of, values
from messaging.filling import Filled, filled
from messaging.notification import Key, Notification, NotificationId, State
from messaging.record import Record
from messaging.sender import DeliveryId, Message
from messaging.store import assets, businesses, contexts, records, rules
from messaging.store.connection import Connection
from messaging.store.deliveries import Waiting
from messaging.store.lanes import LaneId
from messaging.subject import asset_type_in, subject_of
from messaging.template import (
    MissingField,
    Rendered,
    Template,
    render_reveal,
    text_language,
)

_NEVER = datetime.min.replace(tzinfo=UTC)
_ENOUGH = 500
"""So many records or things of one customer are looked through for the one to tell of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """A template as one customer would get it on a channel.

    `message` is None where the text lacks `missing`. `reveal`: what a confidential template shows
    after the tap; None: it is not confidential, or lacks something. `linked`: whether the customer is
    reached on the channel at all.
    """

    template: Template
    customer: Customer
    record: Record | None
    asset: Asset | None
    language: str
    message: Message | None
    missing: str | None
    reveal: Rendered | None
    fields: Sequence[Filled]
    linked: bool


async def preview_template(
    store: Store,
    *,
    slug: str,
    name: str,
    customer: str,
    channel: Channel,
    now: datetime,
    record: str | None = None,
    language: str | None = None,
) -> Previewed:
    """Return the newest version of the template as it would arrive at the customer now.

    `record`: the external id of the record or thing to tell of; None: the newest of theirs that the
    rules with this template speak of. `language`: in place of the customer's own. Raises NotFound.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        template = await template_named(conn, business, name)
        person = await customer_named(conn, business, customer)
        about = await _about(conn, business, template, person, record)
        notice = _notice(business, template, person, about, now)
        context = (await contexts.load(conn, [notice], now=now)).contexts[0]
    if language is not None:
        context = replace(context, customer=replace(context.customer, language=language))
    return _previewed(notice, context, template, channel, now)


def _previewed(
    notice: Notification, context: Context, template: Template, channel: Channel, now: datetime
) -> Previewed:
    known = [each for each in context.addresses if each.channel is channel]
    reached = [each for each in known if each.state is AddressState.ACTIVE]
    address = reached[0] if reached else _imagined(channel, now)
    told = compose(_first(notice, channel), notice, context, address, template, now=now)
    business = context.business
    wanted = context.customer.language or address.language or business.language
    language = text_language(template, wanted, business.language)
    facts = facts_of(
        business,
        context.customer,
        asset=context.asset,
        record=context.record,
        now=now,
        language=language,
    )
    reveal = None
    if template.confidential:
        reveal = render_reveal(
            template, facts, language=language, business_language=business.language
        )
    texts = template.texts[language]
    sources = (
        [texts.telegram] if channel is Channel.TELEGRAM else [texts.push_title, texts.push_body]
    )
    return Previewed(
        template=template,
        customer=context.customer,
        record=context.record,
        asset=context.asset,
        language=language,
        message=None if isinstance(told, MissingField) else told,
        missing=told.name if isinstance(told, MissingField) else None,
        reveal=reveal if isinstance(reveal, Rendered) else None,
        fields=filled(
            [*sources, *([] if texts.reveal is None else [texts.reveal])],
            values(facts),
            language=language,
            zone=business.zone,
        ),
        linked=bool(reached),
    )


async def _about(
    conn: Connection, business: Business, template: Template, person: Customer, code: str | None
) -> Record | Asset | None:
    """Return the customer's record or thing with the code, or the newest that the template may tell of."""
    found = await records.of_customer(conn, business.id, person.id, limit=_ENOUGH)
    # Whoever only shares the thing never gets what is confidential of it.
    mine = [each for each in found if not template.confidential or each.customer_id == person.id]
    mine.sort(key=lambda each: (each.due_on or date.min, each.starts_at or _NEVER, each.id))
    if code is not None:
        return await _named(conn, business, person, mine, code)
    for rule, _ in await rules.of_business(conn, business.id):
        if rule.template == template.name:
            about = await _newest(conn, person, mine, rule.subject_type)
            if about is not None:
                return about
    return None


async def _named(
    conn: Connection, business: Business, person: Customer, mine: Sequence[Record], code: str
) -> Record | Asset:
    things = await assets.of_customer(conn, person.id, None, limit=_ENOUGH)
    known: list[Record | Asset] = [*reversed(mine), *things]
    for each in known:
        if each.external_id == code:
            return each
    raise NotFound(
        f"{person.external_id} has no record or thing {code!r}",
        hint=f"avvisa explain {business.slug} {person.external_id} tells what there is",
    )


async def _newest(
    conn: Connection, person: Customer, mine: Sequence[Record], subject_type: str
) -> Record | Asset | None:
    """Return the customer's latest record, or newest thing, of what a rule speaks of."""
    asset_type = asset_type_in(subject_type)
    if asset_type is not None:
        return next(iter(await assets.of_customer(conn, person.id, asset_type, limit=1)), None)
    return next((each for each in reversed(mine) if each.type == subject_type), None)


def _notice(
    business: Business,
    template: Template,
    person: Customer,
    about: Record | Asset | None,
    now: datetime,
) -> Notification:
    """Return a notice that nobody made, for loading what it would be told with."""
    return Notification(
        id=NotificationId(0),
        business_id=business.id,
        key=Key(
            source="preview",
            customer_id=person.id,
            subject=subject_of(about or person),
            rung="",
            anchor="",
        ),
        message_class=template.message_class,
        rule_id=None,
        template_id=template.id,
        record_id=about.id if isinstance(about, Record) else None,
        asset_id=about.id if isinstance(about, Asset) else None,
        due_at=now,
        expires_at=now,
        state=State.PLANNED,
    )


def _imagined(channel: Channel, now: datetime) -> Address:
    """Return an address for whoever is not linked yet: the words are the same."""
    chat = channel is Channel.TELEGRAM
    return Address(
        id=AddressId(0),
        sender_id=SenderId(0),
        channel=channel,
        kind=AddressKind.CHAT if chat else AddressKind.TOKEN,
        value="0",
        state=AddressState.ACTIVE,
        language=None,
        next_at=now,
    )


def _first(notice: Notification, channel: Channel) -> Waiting:
    return Waiting(
        id=DeliveryId(0),
        notification_id=notice.id,
        lane_id=LaneId(0),
        address_id=AddressId(0),
        channel=channel,
        attempts=0,
        tries=0,
        doubts=0,
    )
