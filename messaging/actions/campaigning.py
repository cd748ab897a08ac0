"""What people do with a campaign: write it, set its hour, start, pause, resume and cancel it. Each is one transaction.

Whether it can go out at all is `vetting`'s matter, and what time does to it `advancing`'s.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from messaging.actions.advancing import starts_at
from messaging.actions.doors import Store
from messaging.actions.expanding import begin
from messaging.actions.naming import campaign_named
from messaging.audience import EVERYBODY, Audience
from messaging.business import Business
from messaging.campaign import (
    MAY,
    PROSE_LIMIT,
    Act,
    Campaign,
    CampaignId,
    CampaignState,
    Canary,
    Halt,
)
from messaging.customer import Channel
from messaging.errors import AlreadyExists, NotFound, Refused
from messaging.notification import PENDING, State
from messaging.pause import Scope
from messaging.store import (
    audit,
    businesses,
    campaign_notices,
    campaigns,
    pauses,
    senders,
    templates,
)
from messaging.store.campaigns import CampaignRow
from messaging.store.connection import Connection

_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,31}")
_FASTEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCampaign:
    """What is told of a campaign that is to be written; see `Campaign` for what each is."""

    name: str
    template: str
    audience: Audience = EVERYBODY
    channels: tuple[Channel, ...] = tuple(Channel)
    fields: Mapping[str, str] = field(default_factory=dict)
    per_hour: int | None = None
    canary: Canary | None = field(default_factory=Canary)
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """A campaign and what became of its notices: how many stand in each state, for which reason.

    `starts_at`: the instant of its hour (UTC); None: none is set. `expanded`: everybody in its audience is among
    the notices; not, while it is still being made, and before it starts.
    """

    campaign: Campaign
    business: Business
    counts: Mapping[tuple[State, str | None], int]
    starts_at: datetime | None
    expanded: bool
    watching: bool
    created_at: datetime
    ended_at: datetime | None

    @property
    def made(self) -> int:
        """Return how many notices it has made."""
        return sum(self.counts.values())

    @property
    def pending(self) -> int:
        """Return how many are under way, or not let go yet."""
        return sum(many for (state, _), many in self.counts.items() if state in PENDING)


async def write(store: Store, *, slug: str, new: NewCampaign, by: str, now: datetime) -> Stands:
    """Write a campaign, or change one that nobody has scheduled or started: a draft again, to be checked.

    Raises NotFound (business, template), AlreadyExists for one that is further on, Refused with what cannot be.
    """
    _check(new)
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        template = await templates.latest(conn, business.id, new.template)
        written = Campaign(
            id=CampaignId(0),
            business_id=business.id,
            name=new.name,
            state=CampaignState.DRAFT,
            template=new.template,
            template_id=None,
            message_class=template.message_class,
            channels=new.channels,
            audience=new.audience,
            fields=new.fields,
            per_hour=new.per_hour,
            canary=new.canary,
            until=new.until,
        )
        try:
            known = await campaigns.by_name(conn, business.id, new.name, lock=True)
        except NotFound:
            written = replace(written, id=await campaigns.add(conn, written, now))
        else:
            if known.campaign.state not in MAY[Act.CHANGE]:
                raise AlreadyExists(
                    f"there is a campaign {new.name!r} already, and it is {known.campaign.state}",
                    hint="take another name",
                )
            written = replace(written, id=known.campaign.id)
            await campaigns.write(conn, written)
        await _note(conn, written, Act.CHANGE, by, now)
        return await _stands(conn, business, written.name)


def _check(new: NewCampaign) -> None:
    if not _NAME.fullmatch(new.name):
        raise Refused(
            f"{new.name!r} cannot be the name of a campaign",
            hint="use lower case letters, digits, dots and hyphens: christmas-2026",
        )
    if not new.channels:
        raise Refused("a campaign needs a channel", hint=f"choose from {', '.join(Channel)}")
    if new.per_hour is not None and not 1 <= new.per_hour <= _FASTEST:
        raise Refused(
            f"{new.per_hour} an hour is no pace", hint=f"choose a number from 1 to {_FASTEST}"
        )
    for name, text in new.fields.items():
        if not _FIELD.fullmatch(name):
            raise Refused(
                f"{name!r} cannot be the name of a field",
                hint="use small letters, digits and _; the text says it as campaign.NAME",
            )
        if len(text) > PROSE_LIMIT:
            raise Refused(f"{name} is longer than {PROSE_LIMIT} characters", hint="say it shorter")


async def schedule(
    store: Store, *, slug: str, name: str, starts: datetime, by: str, now: datetime
) -> Stands:
    """Set the day and hour at which it starts: `starts` is naive, by the clocks of the business.

    An hour that a clock change skips is the one after the gap, one that comes twice its first coming. Raises NotFound,
    Refused if that is past, or if it is not checked.
    """
    async with store.begin() as conn:
        business, found = await _locked(conn, slug, name, Act.SCHEDULE)
        set_for = replace(found.campaign, state=CampaignState.SCHEDULED, starts=starts)
        moment = starts_at(set_for, business)
        if moment is None or moment <= now:
            raise Refused(f"{starts:%d/%m/%Y %H:%M} is past", hint="choose an hour ahead")
        if set_for.expires_for(business, moment) <= moment:
            raise Refused(
                "it would have expired before it starts", hint="let it go out for longer: --until"
            )
        await campaigns.write(conn, set_for, look_at=moment)
        await _note(conn, set_for, Act.SCHEDULE, by, now)
        return await _stands(conn, business, name)


async def start(store: Store, *, slug: str, name: str, by: str, now: datetime) -> Stands:
    """Start it now: its audience is who is in it at this moment. Raises NotFound, Refused if it is not checked."""
    async with store.begin() as conn:
        business, found = await _locked(conn, slug, name, Act.START)
        campaign = replace(found.campaign, starts=None)
        if campaign.expires_for(business, now) <= now:
            raise Refused("its last day is over", hint="write it anew with another --until")
        await begin(conn, campaign, business, now)
        await _note(conn, campaign, Act.START, by, now)
        return await _stands(conn, business, name)


async def pause(store: Store, *, slug: str, name: str, by: str, now: datetime) -> Stands:
    """Let nothing more of it leave: once this has returned, no claim sends any of it.

    What was claimed before may still arrive. Raises NotFound, Refused if it is not running.
    """
    async with store.begin() as conn:
        business, found = await _stopped(conn, slug, name, Act.PAUSE)
        campaign = replace(found.campaign, state=CampaignState.PAUSED, halt=Halt.PERSON)
        over = campaign.expires_at
        await campaigns.write(conn, campaign, look_at=over if found.progress.expanded else now)
        await pauses.put(conn, _scope(campaign), since=now, by=by)
        await _note(conn, campaign, Act.PAUSE, by, now)
        return await _stands(conn, business, name)


async def resume(store: Store, *, slug: str, name: str, by: str, now: datetime) -> Stands:
    """Go on: a person has looked, so whoever was watched is not asked about any more.

    One that was late for its start starts now. Raises NotFound, Refused if it is not paused.
    """
    async with store.begin() as conn:
        business, found = await _locked(conn, slug, name, Act.RESUME)
        campaign = found.campaign
        await pauses.lift(conn, _scope(campaign))
        if campaign.started_at is None:
            await begin(conn, campaign, business, now)
        else:
            running = replace(campaign, state=CampaignState.RUNNING, halt=None)
            # A pause in the middle of the watch is no verdict: only a halt has been looked into.
            watching = found.progress.watching and campaign.halt is Halt.PERSON
            await campaigns.write(conn, running, look_at=now, watching=watching)
        await _note(conn, campaign, Act.RESUME, by, now)
        return await _stands(conn, business, name)


async def cancel(store: Store, *, slug: str, name: str, by: str, now: datetime) -> Stands:
    """End it for good: no claim after this sends any of it, and what was not sent is cancelled page by page.

    Raises NotFound, Refused if it is over.
    """
    async with store.begin() as conn:
        business, found = await _stopped(conn, slug, name, Act.CANCEL)
        over = replace(found.campaign, state=CampaignState.CANCELLED, halt=None)
        await campaigns.write(conn, over, look_at=now, ended_at=now)
        # The gate refuses it from now on. A pause that stood would only keep what is refused in its lanes.
        await pauses.lift(conn, _scope(over))
        await _note(conn, over, Act.CANCEL, by, now)
        return await _stands(conn, business, name)


async def campaigns_of(store: Store, *, slug: str) -> Sequence[Stands]:
    """Return the campaigns of the business, the newest first. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        found = await campaigns.of_business(conn, business.id)
        counted = await campaign_notices.counts(conn, [each.campaign for each in found])
    return [_told(business, each, counted.get(each.campaign.id, {})) for each in found]


async def standing(store: Store, *, slug: str, name: str) -> Stands:
    """Return where the campaign stands. Raises NotFound, with which it may be."""
    async with store.read() as conn:
        return await _stands(conn, await businesses.by_slug(conn, slug), name)


async def _stands(conn: Connection, business: Business, name: str) -> Stands:
    found = await campaign_named(conn, business, name)
    counted = await campaign_notices.counts(conn, [found.campaign])
    return _told(business, found, counted.get(found.campaign.id, {}))


def _told(
    business: Business, found: CampaignRow, counts: Mapping[tuple[State, str | None], int]
) -> Stands:
    return Stands(
        campaign=found.campaign,
        business=business,
        counts=counts,
        starts_at=starts_at(found.campaign, business),
        expanded=found.campaign.started_at is not None and found.progress.expanded,
        watching=found.progress.watching,
        created_at=found.created_at,
        ended_at=found.ended_at,
    )


async def _locked(conn: Connection, slug: str, name: str, act: Act) -> tuple[Business, CampaignRow]:
    """Return the campaign, ours alone, if the act may be done to it."""
    business = await businesses.by_slug(conn, slug)
    found = await campaign_named(conn, business, name, lock=True)
    refuse_unless(found.campaign, act, slug)
    return business, found


async def _stopped(
    conn: Connection, slug: str, name: str, act: Act
) -> tuple[Business, CampaignRow]:
    """Return the same with its senders held: claims under way end first, and no other begins before our commit."""
    business = await businesses.by_slug(conn, slug)
    known = await campaign_named(conn, business, name)
    await senders.lock_waiting(conn, await pauses.senders_under(conn, _scope(known.campaign)))
    return await _locked(conn, slug, name, act)


def refuse_unless(campaign: Campaign, act: Act, slug: str) -> None:
    """Raise Refused if the act may not be done to the campaign as it stands."""
    if campaign.state in MAY[act]:
        return
    unchecked = campaign.state is CampaignState.DRAFT and act in {Act.SCHEDULE, Act.START}
    raise Refused(
        f"{campaign.name} is {campaign.state}: it cannot be asked to {act}",
        hint=f"check it first: avvisa campaign check {slug} {campaign.name}"
        if unchecked
        else f"it can, while it is {' or '.join(each for each in CampaignState if each in MAY[act])}",
    )


def _scope(campaign: Campaign) -> Scope:
    return Scope(business_id=campaign.business_id, stream=campaign.source)


async def _note(conn: Connection, campaign: Campaign, act: Act, by: str, now: datetime) -> None:
    await audit.note(
        conn,
        campaign.business_id,
        actor=by,
        act=f"campaign.{act}",
        subject=campaign.source,
        now=now,
    )
