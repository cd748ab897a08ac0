"""A campaign's text on somebody's own phone, before anybody else sees it: a test, marked as one and not counted.

It goes the way of every notice, by the gate, and so to whoever agreed to such messages; only no cap looks at it, and
no pause of the campaign stops it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from messaging.actions.campaigning import refuse_unless
from messaging.actions.doors import Store
from messaging.actions.expanding import notice
from messaging.actions.naming import campaign_named, customer_named
from messaging.actions.prospecting import ground, outlook
from messaging.actions.settling import as_notification
from messaging.campaign import Act
from messaging.customer import Customer
from messaging.explanation import Goes, Outlook
from messaging.prospect import Prospect
from messaging.store import audit, businesses, contexts
from messaging.store import planned as planned_rows

LASTS = timedelta(days=1)
"""How long a test may take to arrive: whoever wanted to see it has long gone on by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was sent to whom, or why nothing was."""

    customer: Customer
    outlook: Outlook


async def send_test(
    store: Store, *, slug: str, name: str, customer: str, by: str, now: datetime
) -> Tried:
    """Send the customer a test of the campaign's text, and return how it goes out; if it does not, nothing is made.

    Raises NotFound, with whom it may mean; Refused if the campaign is over, or its text cannot be filled at all.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        row = await campaign_named(conn, business, name)
        refuse_unless(row.campaign, Act.TEST, slug)
        on = await ground(conn, business, row)
        person = await customer_named(conn, business, customer)
        pattern = notice(on.campaign, person.id, business, due_at=now)
        key = replace(
            pattern.key, source=on.campaign.test_source, rung="test", anchor=now.isoformat()
        )
        test = replace(pattern, key=key, expires_at=now + LASTS, route_at=now)
        asked = as_notification(test)
        loaded = await contexts.load(conn, [asked], now=now)
        ahead = outlook(
            Prospect(
                at=now,
                notice=asked,
                campaign=on.campaign,
                context=loaded.contexts[0],
                template=on.template,
                speakers=on.speakers,
                pauses=[each for each in on.pauses if not each.scope.stream],
            )
        )
        if isinstance(ahead, Goes):
            await planned_rows.make(conn, [test], now)
            await audit.note(
                conn,
                business.id,
                actor=by,
                act=f"campaign.{Act.TEST}",
                subject=on.campaign.source,
                now=now,
                detail={"customer": person.id},
            )
        return Tried(customer=person, outlook=ahead)
