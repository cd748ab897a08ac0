"""Where those who share a thing are told of it before a customer: one chat of several hears each thing once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from messaging.actions.foreseeing import probe
from messaging.calendar import local_day
from messaging.consent import allows
from messaging.context import Context
from messaging.customer import Address, AddressState, CustomerId
from messaging.gate import unsuited
from messaging.rule import Rule
from messaging.store import contexts
from messaging.store.connection import Connection
from messaging.template import TemplateId


async def told_before(
    conn: Connection,
    rule: Rule,
    told: Mapping[str, Sequence[CustomerId]],
    customer_id: CustomerId,
    *,
    template_id: TemplateId,
    now: datetime,
) -> dict[str, frozenset[int]]:
    """Return, by subject, the addresses at which others hear of it first. `told`: whom the rule tells, in order."""
    first = {
        about: people[: people.index(customer_id)]
        for about, people in told.items()
        if customer_id in people
    }
    everybody = sorted({each for people in first.values() for each in people})
    if not everybody:
        return {}
    probes = [probe(rule, each, None, template_id=template_id, now=now) for each in everybody]
    loaded = await contexts.load(conn, probes, now=now)
    where = {
        each: {address.id for address in _told_at(rule, context, now)}
        for each, context in zip(everybody, loaded.contexts, strict=True)
    }
    return {
        about: frozenset(at for each in people for at in where[each])
        for about, people in first.items()
    }


def _told_at(rule: Rule, context: Context, now: datetime) -> Sequence[Address]:
    """Return where the rule reaches the customer: by its first channel that they have and agreed to."""
    person, today = context.customer, local_day(now, context.business.zone)
    if person.deceased or not context.in_audience:
        return ()
    if unsuited(rule.message_class, person, today) is not None:
        return ()
    for channel in rule.channels:
        reached = [
            each
            for each in context.addresses
            if each.channel is channel and each.state is AddressState.ACTIVE
        ]
        if reached and allows(context.consents, rule.message_class, channel):
            return reached
    return ()
