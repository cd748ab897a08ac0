"""What becomes of a campaign for each of some customers, and what would change it, by the functions that send it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from messaging.actions.ending import end_of
from messaging.actions.expanding import notice
from messaging.actions.forecasting import besides
from messaging.actions.settling import Meant, as_notification, in_context
from messaging.audience import Audience, conditions_of
from messaging.audience_json import audience_to_json
from messaging.business import Business
from messaging.campaign import Campaign
from messaging.consent import allows
from messaging.customer import Channel, Customer, CustomerId
from messaging.explanation import Goes, Outlook, Stays
from messaging.gate import Context
from messaging.ladder import Wait
from messaging.maker import maker
from messaging.notification import Notification, State
from messaging.pause import Pause, Scope
from messaging.prediction import Predicted
from messaging.prospect import Prospect, ways
from messaging.remedy import Remedy
from messaging.rule import Strikes
from messaging.store import (
    audiences,
    businesses,
    contexts,
    pauses,
    senders,
    templates,
)
from messaging.store.campaigns import CampaignRow
from messaging.store.connection import Connection
from messaging.template import Template, TemplateId
from messaging.world import Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What becomes of the campaign for one customer.

    `outlook` None: their notice is under way or has ended, as `state` and `reason` tell. `ways`: the
    smallest sets of changes after which it goes out, where it does not.
    """

    customer: Customer
    outlook: Outlook | None
    ways: Sequence[Sequence[Remedy]] = ()
    state: State | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is the same for every customer of a campaign; `campaign` with the text that it says or would say."""

    business: Business
    row: CampaignRow
    campaign: Campaign
    template: Template
    speakers: Mapping[Channel, Speaker]
    pauses: Sequence[Pause]


async def ground(conn: Connection, business: Business, row: CampaignRow) -> Ground:
    """Return what is the same for everybody; one that is not checked says the newest text. Raises NotFound."""
    campaign = row.campaign
    if campaign.template_id is None:
        template = await templates.latest(conn, business.id, campaign.template)
        campaign = replace(campaign, template_id=template.id)
    else:
        chosen = TemplateId(campaign.template_id)
        template = (await templates.of_ids(conn, [chosen]))[chosen]
    speakers = {}
    for channel in campaign.channels:
        sender_id = await businesses.sender_of(conn, business.id, channel)
        known = None if sender_id is None else await senders.by_id(conn, sender_id)
        if known is not None:
            speakers[channel] = Speaker(id=known.id, refused=known.refused)
    scope = Scope(business_id=business.id, stream=campaign.source)
    standing = await pauses.standing(conn, business.id)
    return Ground(
        business=business,
        row=row,
        campaign=campaign,
        template=template,
        speakers=speakers,
        pauses=[each for each in standing if each.scope.covers(scope)],
    )


async def seen(
    conn: Connection,
    on: Ground,
    due: Mapping[CustomerId, datetime],
    made: Mapping[CustomerId, Notification],
    *,
    meant: Collection[CustomerId],
    now: datetime,
    strikes: Strikes,
) -> list[Seen]:
    """Return what becomes of it for each of the customers, who have their turn at these moments (UTC). What rules and
    other campaigns will have sent them by then counts.

    `made`: the notices that it has made for them. `meant`: who of them is in its audience; who has a
    notice is, whatever has changed since.
    """
    asked = [
        made.get(each) or as_notification(notice(on.campaign, each, on.business, due_at=at))
        for each, at in due.items()
    ]
    loaded = await contexts.load(conn, asked, now=now)
    told = [
        _in_audience(context, told=each in made or each in meant)
        for each, context in zip(due, loaded.contexts, strict=True)
    ]
    mine = {
        each: (subject, context)
        for each, subject, context in zip(due, asked, told, strict=True)
        if subject.state is State.PLANNED
    }
    by_then = await _by_then(conn, on, mine, due, now=now, strikes=strikes)
    advice: _Advice = {}
    return [
        _seen(on, subject, context, at=due[each], by_then=by_then.get(each), advice=advice)
        for each, subject, context in zip(due, asked, told, strict=True)
    ]


async def _by_then(
    conn: Connection,
    on: Ground,
    mine: Mapping[CustomerId, tuple[Notification, Context]],
    due: Mapping[CustomerId, datetime],
    *,
    now: datetime,
    strikes: Strikes,
) -> dict[CustomerId, Predicted]:
    """Return what the gate will say when each has their turn, by customer; without whoever gets nothing else."""
    if not mine:
        return {}
    others = await besides(
        conn,
        on.business,
        mine.keys(),
        source=on.campaign.source,
        message_class=on.campaign.message_class,
        now=now,
        until=max(subject.expires_at for subject, _ in mine.values()),
        strikes=strikes,
    )
    theirs = {each.notification.key.customer_id for each in others}
    both = [
        Meant(
            notification=replace(subject, due_at=subject.expires_at),
            context=context,
            cause=on.campaign,
            template=on.template,
            due_at=due[each],
            has_turn=False,
        )
        for each, (subject, context) in mine.items()
        if each in theirs
    ]
    by_then = in_context([*others, *both])[len(others) :]
    return {
        each.notification.key.customer_id: predicted
        for each, predicted in zip(both, by_then, strict=True)
    }


_Advice: TypeAlias = dict[object, list[tuple[Remedy, ...]]]
"""What has been found already, by position."""


def _seen(
    on: Ground,
    subject: Notification,
    context: Context,
    *,
    at: datetime,
    by_then: Predicted | None,
    advice: _Advice,
) -> Seen:
    customer = context.customer
    context = context if by_then is None else by_then.context
    if subject.state is not State.PLANNED:
        return Seen(customer=customer, outlook=None, state=subject.state, reason=subject.reason)
    ahead = end_of(
        subject,
        context,
        on.template,
        channels=on.campaign.channels,
        due_at=at,
        speakers=on.speakers,
        pauses=on.pauses,
        foreseen=None if by_then is None else by_then.seen,
    )
    if isinstance(ahead, Goes):
        return _make_seen(customer=customer, outlook=ahead)
    prospect = Prospect(
        at=at,
        notice=subject,
        campaign=on.campaign,
        context=context,
        template=on.template,
        speakers=on.speakers,
        pauses=on.pauses,
    )
    return Seen(customer=customer, outlook=ahead, ways=_ways(prospect, ahead, advice))


_make_seen = maker(Seen)


def _in_audience(context: Context, *, told: bool) -> Context:
    return context if context.in_audience is told else replace(context, in_audience=told)


def outlook(prospect: Prospect) -> Outlook:
    """Return when and as what the campaign goes out to the customer, or why it does not."""
    return end_of(
        prospect.notice,
        prospect.context,
        prospect.template,
        channels=prospect.campaign.channels,
        due_at=prospect.at,
        speakers=prospect.speakers,
        pauses=prospect.pauses,
    )


def _ways(prospect: Prospect, ahead: Stays, advice: _Advice) -> list[tuple[Remedy, ...]]:
    """Return what would change it. Whoever is in the same position gets the same advice, and it is looked for once."""
    if ahead.reason == Wait.MISSING_FIELD:
        prospect = replace(prospect, missing=ahead.detail)
    position = _position(prospect, ahead)
    if position not in advice:
        advice[position] = [each.remedies for each in ways(prospect, outlook)]
    return advice[position]


def _position(prospect: Prospect, ahead: Stays) -> object:
    """Return all that the advice depends on, besides what is the same for everybody."""
    context, campaign = prospect.context, prospect.campaign
    channels = tuple(
        (
            frozenset(each.state for each in context.addresses if each.channel is channel),
            allows(context.consents, campaign.message_class, channel),
        )
        for channel in campaign.channels
    )
    named, meant = bool(context.customer.name), context.in_audience
    return ahead.reason, ahead.detail, named, meant, channels, context.customer.language


async def unmet(
    conn: Connection, on: Ground, customer_id: CustomerId, now: datetime
) -> list[Audience]:
    """Return the conditions of the audience that the customer does not meet."""
    setting = audiences.setting_of(on.business, on.campaign.started_at or now)
    return [
        each
        for each in conditions_of(on.campaign.audience)
        if not await audiences.among(conn, each, [customer_id], setting)
    ]


def said(conditions: Sequence[Audience]) -> str:
    """Return the conditions as they are written."""
    return ", ".join(json.dumps(audience_to_json(each), ensure_ascii=False) for each in conditions)
