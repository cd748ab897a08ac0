"""A campaign begins: its audience is fixed, and becomes notices chunk by chunk.

The rows of a chunk and the cursor behind them are one transaction, so a crash neither skips nor repeats anybody; nor
does a second worker, who finds the campaign taken.
"""

from dataclasses import replace
from datetime import datetime

from messaging.business import Business
from messaging.campaign import Campaign, CampaignState
from messaging.customer import CustomerId
from messaging.maker import maker
from messaging.notification import Key, State
from messaging.store import audiences, campaigns
from messaging.store import planned as planned_rows
from messaging.store.campaigns import Progress
from messaging.store.connection import Connection
from messaging.store.planned import Planned

CHUNK = 1_000
"""Notices made in one transaction, and"""
LOOKED_THROUGH = 5_000
"""ids of customers looked through in one: on SQLite it stays under the 50 ms that a bot's chat may have to wait, also
where one in a thousand is meant."""


async def begin(conn: Connection, campaign: Campaign, business: Business, now: datetime) -> None:
    """Fix the audience as of now: who is in it is asked as of this moment, and nobody who comes later belongs to it.

    The caller has the campaign locked.
    """
    await campaigns.write(
        conn,
        replace(
            campaign,
            state=CampaignState.RUNNING,
            halt=None,
            started_at=now,
            expires_at=campaign.expires_for(business, now),
        ),
        last_customer=await campaigns.newest_customer(conn, business.id),
        ready_at=now,
        watching=campaign.canary is not None,
        look_at=now,
    )


async def expand(
    conn: Connection, campaign: Campaign, progress: Progress, business: Business, now: datetime
) -> None:
    """Make the notices of the next chunk of the audience. The caller has the campaign locked, and it has begun."""
    up_to = min(progress.cursor + LOOKED_THROUGH, progress.last_customer)
    people = await audiences.page(
        conn,
        business.id,
        campaign.audience,
        audiences.setting_of(business, campaign.started_at or now),
        after=progress.cursor,
        up_to=up_to,
        limit=CHUNK,
    )
    if people:
        # Due at the latest at its end, until it is let go: what has no turn yet takes nobody's place in a full day.
        last = campaign.expires_at or campaign.expires_for(business, now)
        pattern = notice(campaign, people[0], business, due_at=last)
        await planned_rows.make_alike(conn, pattern, people, now)
    await campaigns.advance(conn, campaign.id, cursor=people[-1] if len(people) == CHUNK else up_to)


def notice(
    campaign: Campaign, customer_id: CustomerId, business: Business, *, due_at: datetime
) -> Planned:
    """Return what the campaign makes for a customer, before it is let go.

    Raises ValueError if it is not checked: it has no text then.
    """
    if campaign.template_id is None:
        raise ValueError(f"campaign {campaign.id} is not checked")
    return _make_planned(
        business_id=campaign.business_id,
        key=_make_key(
            source=campaign.source, customer_id=customer_id, subject="", rung="", anchor=""
        ),
        message_class=campaign.message_class,
        rule_id=None,
        rule_version=None,
        template_id=campaign.template_id,
        record_id=None,
        asset_id=None,
        campaign_id=campaign.id,
        due_at=due_at,
        expires_at=campaign.expires_at or campaign.expires_for(business, due_at),
        route_at=None,
        state=State.PLANNED,
    )


_make_planned, _make_key = maker(Planned), maker(Key)
