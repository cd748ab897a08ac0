"""Campaigns: what each says, where it stands, and how far it has come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import RowMapping, bindparam, func, insert, select, update

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.campaign import Campaign, CampaignId, CampaignState, Halt
from messaging.campaign_json import campaign_body_from_json, campaign_body_to_json
from messaging.errors import NotFound
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import campaign, customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign has come: `cursor` of `last_customer` have their notice, those up to
    `released_to` were let go. `watching`: its first ones are not judged yet. `ready_at`: when its pace
    lets the next go; `released_at`: when the last went; None: none.
    """

    last_customer: int
    cursor: int
    released_to: int
    released_at: datetime | None
    ready_at: datetime | None
    watching: bool

    @property
    def expanded(self) -> bool:
        """Whether everybody in the audience has a notice."""
        return self.cursor >= self.last_customer


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRow:
    """A campaign, how far it has come, and when it was made and ended (UTC; None: not yet)."""

    campaign: Campaign
    progress: Progress
    created_at: datetime
    ended_at: datetime | None


def _row(row: RowMapping) -> CampaignRow:
    body = campaign_body_from_json(row["body"])
    return CampaignRow(
        campaign=Campaign(
            id=CampaignId(row["id"]),
            business_id=BusinessId(row["business_id"]),
            name=row["name"],
            state=CampaignState(row["state"]),
            template=row["template"],
            template_id=row["template_id"],
            message_class=MessageClass(row["message_class"]),
            channels=body.channels,
            audience=body.audience,
            fields=body.fields,
            per_hour=body.per_hour,
            canary=body.canary,
            starts=body.starts,
            until=body.until,
            started_at=row["started_at"],
            expires_at=row["expires_at"],
            halt=None if row["halt"] is None else Halt(row["halt"]),
        ),
        progress=Progress(
            last_customer=row["last_customer"] or 0,
            cursor=row["cursor"],
            released_to=row["released_to"],
            released_at=row["released_at"],
            ready_at=row["ready_at"],
            watching=row["watching"],
        ),
        created_at=row["created_at"],
        ended_at=row["ended_at"],
    )


def _written(new: Campaign) -> dict[str, object]:
    return {
        "state": new.state,
        "halt": new.halt,
        "template": new.template,
        "template_id": new.template_id,
        "message_class": new.message_class,
        "body": campaign_body_to_json(new),
        "started_at": new.started_at,
        "expires_at": new.expires_at,
    }


async def add(conn: Connection, new: Campaign, now: datetime) -> CampaignId:
    """Insert a campaign and return its id (the one of `new` is not looked at)."""
    values = {
        **_written(new),
        "business_id": new.business_id,
        "name": new.name,
        "cursor": 0,
        "released_to": 0,
        "watching": False,
        "created_at": now,
    }
    result = await conn.execute(insert(campaign).values(values).returning(campaign.c.id))
    return CampaignId(result.scalar_one())


async def write(conn: Connection, known: Campaign, **progress: object) -> None:
    """Write the campaign as it is now, and what is told of its progress. The caller has it locked."""
    await conn.execute(
        update(campaign).where(campaign.c.id == known.id).values({**_written(known), **progress})
    )


async def advance(conn: Connection, campaign_id: CampaignId, **progress: object) -> None:
    """Note how far a campaign has come. The caller has it locked."""
    await conn.execute(update(campaign).where(campaign.c.id == campaign_id).values(progress))


async def of_business(conn: Connection, business_id: BusinessId) -> list[CampaignRow]:
    """Return the campaigns of the business, the newest first."""
    asked = (
        select(campaign).where(campaign.c.business_id == business_id).order_by(campaign.c.id.desc())
    )
    return [_row(row) for row in (await conn.execute(asked)).mappings().all()]


async def by_name(
    conn: Connection, business_id: BusinessId, name: str, *, lock: bool = False
) -> CampaignRow:
    """Return the campaign; with `lock` ours alone until the transaction ends. Raises NotFound."""
    asked = select(campaign).where(campaign.c.business_id == business_id, campaign.c.name == name)
    if lock:
        asked = asked.with_for_update(key_share=True)
    row = (await conn.execute(asked)).mappings().first()
    if row is None:
        raise NotFound(f"this business has no campaign {name!r}", hint="avvisa campaign list SLUG")
    return _row(row)


async def lock_free(conn: Connection, campaign_id: CampaignId) -> CampaignRow | None:
    """Return the campaign, ours alone until the transaction ends; None: another worker has it."""
    asked = (
        select(campaign)
        .where(campaign.c.id == campaign_id)
        .with_for_update(key_share=True, skip_locked=True)
    )
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _row(row)


async def of_ids(conn: Connection, ids: Collection[CampaignId]) -> dict[CampaignId, Campaign]:
    """Return the campaigns with these ids."""
    if not ids:
        return {}
    rows = (await conn.execute(_OF_IDS, {"ids": ids})).mappings().all()
    return {CampaignId(row["id"]): _row(row).campaign for row in rows}


_OF_IDS = select(campaign).where(among(campaign.c.id))


async def to_look_at(conn: Connection, now: datetime) -> Sequence[CampaignId]:
    """Return the campaigns that something is to be done about by `now`, whoever waits longest first."""
    found = await conn.scalars(_TO_LOOK_AT, {"now": now})
    return [CampaignId(each) for each in found]


_TO_LOOK_AT = (
    select(campaign.c.id)
    .where(campaign.c.look_at <= bindparam("now"))
    .order_by(campaign.c.look_at, campaign.c.id)
)


async def next_look(conn: Connection) -> datetime | None:
    """Return when the next campaign is to be looked at; None: none is."""
    return cast("datetime | None", await conn.scalar(_NEXT_LOOK))


_NEXT_LOOK = select(func.min(campaign.c.look_at)).where(campaign.c.look_at.is_not(None))


async def newest_customer(conn: Connection, business_id: BusinessId) -> int:
    """Return the id of the newest customer of the business; 0: it has none."""
    asked = select(func.max(customer.c.id)).where(customer.c.business_id == business_id)
    return cast("int", await conn.scalar(asked) or 0)
