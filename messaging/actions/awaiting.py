"""Whose turn a campaign has yet to come to, and when: in the order and at the pace in which it lets go.

Read page by page, all campaigns of a business side by side, so that whoever is in several of them is met once, and a
hundred thousand customers need no memory.
"""

from collections import deque
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from messaging.actions.advancing import LATEST, starts_at
from messaging.actions.expanding import notice
from messaging.actions.settling import as_notification
from messaging.business import Business
from messaging.campaign import Campaign, CampaignState
from messaging.customer import CustomerId
from messaging.notification import Notification
from messaging.pacing import moments
from messaging.store import audiences, campaigns, pendings
from messaging.store.campaigns import CampaignRow
from messaging.store.connection import Connection

PAGE = 500

LIVING = frozenset({CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED})
"""What goes on by itself, or would if nobody had paused it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One customer's notice of a campaign, and when it is to leave, or to be let go (UTC). `tried`: addresses that its
    next way must leave out. `there_from`: when it will be made (UTC); None: it is.
    """

    notification: Notification
    campaign: Campaign
    at: datetime
    let_go: bool = False
    tried: frozenset[int] = frozenset()
    there_from: datetime | None = None

    @property
    def customer_id(self) -> CustomerId:
        """Return whose it is."""
        return self.notification.key.customer_id


@dataclass(slots=True)
class Line:
    """Those to whom one campaign has yet to come, the next of them first. `begins`: when the first has its turn
    (UTC); `stopped`: it has, if a person lets it go on. `done`: there are no more.
    """

    row: CampaignRow
    campaign: Campaign
    business: Business
    begins: datetime
    stopped: bool
    done: bool = False
    _turns: Iterator[datetime] = field(init=False)
    _made_up_to: int = 0
    _looked_up_to: int = 0

    def __post_init__(self) -> None:
        told = self.campaign
        self._turns = moments(self.begins, told.per_hour, self.business, told.message_class)
        self._looked_up_to = self.row.progress.cursor

    async def more(self, conn: Connection, *, now: datetime, until: datetime) -> list[Turn]:
        """Return the next of them who have their turn by `until`, by customer; an empty list: there are no more."""
        while not self.done:
            made = await self._made(conn, now)
            found = self._in_turn(made or await self._still_to_make(conn), until)
            if found:
                return found
        return []

    async def _made(self, conn: Connection, now: datetime) -> list[Turn]:
        if self.campaign.started_at is None:
            return []
        found = await pendings.of_campaign(
            conn, self.campaign, after=self._made_up_to, limit=PAGE, now=now
        )
        if found:
            self._made_up_to = found[-1].notification.key.customer_id
        return [
            Turn(
                notification=each.notification,
                campaign=self.campaign,
                at=each.due_at or self.begins,
                let_go=each.due_at is not None,
                tried=each.tried,
            )
            for each in found
        ]

    async def _still_to_make(self, conn: Connection) -> list[Turn]:
        begun = self.campaign.started_at
        people = await audiences.page(
            conn,
            self.business.id,
            self.campaign.audience,
            audiences.setting_of(self.business, begun or self.begins),
            after=self._looked_up_to,
            limit=PAGE,
            up_to=None if begun is None else self.row.progress.last_customer,
        )
        self.done = len(people) < PAGE
        if people:
            self._looked_up_to = people[-1]
        last = self.campaign.expires_at or self.begins
        return [
            Turn(
                notification=as_notification(
                    notice(self.campaign, each, self.business, due_at=last)
                ),
                campaign=self.campaign,
                at=self.begins,
                there_from=None if begun is not None else self.begins,
            )
            for each in people
        ]

    def _in_turn(self, found: Collection[Turn], until: datetime) -> list[Turn]:
        """Return them with the moments at which they are let go, as far as that is by `until`."""
        told = []
        for each in found:
            turn = each
            if not each.let_go:
                # Where the hours never open again, and after its last day, it ends with the campaign.
                ends = each.notification.expires_at
                turn = replace(each, at=min(next(self._turns, ends), ends))
                if turn.at > until:
                    self.done = True
                    break
            told.append(turn)
        return told


async def lines(conn: Connection, business: Business, now: datetime) -> list[Line]:
    """Return a line for each campaign of the business that is scheduled or under way, the oldest first."""
    rows = reversed(await campaigns.of_business(conn, business.id))
    return [_line(row, business, now) for row in rows if row.campaign.state in LIVING]


def _line(row: CampaignRow, business: Business, now: datetime) -> Line:
    campaign = row.campaign
    stopped = campaign.state is CampaignState.PAUSED
    if campaign.started_at is not None:
        begins = max(row.progress.ready_at or now, now)
    else:
        due = starts_at(campaign, business) or now
        stopped = stopped or now - due > LATEST
        begins = max(due, now)
        campaign = replace(campaign, expires_at=campaign.expires_for(business, begins))
    return Line(row=row, campaign=campaign, business=business, begins=begins, stopped=stopped)


async def turns(
    conn: Connection, of: Collection[Line], *, now: datetime, until: datetime
) -> AsyncIterator[list[Turn]]:
    """Yield who has their turn by `until`, page by page: all turns of one customer are in one page."""
    waiting = {id(line): deque[Turn]() for line in of}
    while True:
        for line in of:
            if not waiting[id(line)]:
                waiting[id(line)].extend(await line.more(conn, now=now, until=until))
        if not any(waiting.values()):
            return
        # Of whoever comes after the end of somebody's page more turns may follow.
        ends = [q[-1].customer_id for line in of if (q := waiting[id(line)]) and not line.done]
        last = min(ends, default=None)
        page = []
        for queue in waiting.values():
            while queue and (last is None or queue[0].customer_id <= last):
                page.append(queue.popleft())
        yield page
