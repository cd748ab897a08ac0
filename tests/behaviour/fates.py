"""The story of a workshop whose fate is foretold: its rules, its campaigns, its people, and what happens to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from sqlalchemy import func, select

from messaging.actions import (
    campaigning,
    capping,
    dispatching,
    founding,
    rehearsing,
    routing,
    switching,
)
from messaging.actions.awaiting import LIVING
from messaging.actions.capping import CapChange
from messaging.actions.doors import Vault, open_store
from messaging.actions.settling import Coming
from messaging.anniversary import Anniversary, CustomerDate
from messaging.audience import Audience
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import Refused
from messaging.explanation import Outlook
from messaging.intake import CustomerRow, Row, Verdict
from messaging.notification import State
from messaging.rule import BeforeDate, DateField, For, OnDate, Trigger
from messaging.store import campaigns as stored_campaigns
from messaging.store import customers, templates
from messaging.store.tables import attempt, delivery, notification
from messaging.template import LanguageTexts, Template, TemplateId
from scheduler.occurrences import cron_days
from tests.automations import automate, tell
from tests.birthdays import rome
from tests.campaigns import OFFER, checked, offer_text, quick
from tests.conftest import NewDatabase
from tests.given import KEY, StillClock, Workshop
from tests.pauses import pause, resume
from tests.prepared import prepare_workshop, workshop_in

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TODAY = date(2026, 11, 23)
LISTED = "test.listed"
HOURS = (7, 10, 15, 20)
PEOPLE = ("anna", "bruno", "carla")
DAYS_AHEAD = 3
SLACK = timedelta(seconds=30)
"""Each chat rests a second after each message, and a campaign is looked at again after a moment."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule with a record type of its own, and whom it has something to say on which day. `many`: how many records
    each of them has, told in a list where they come together; 0: one, told alone.
    """

    message_class: MessageClass
    channels: tuple[Channel, ...]
    at: time
    about: dict[str, int]
    rungs: tuple[int, ...] = ()
    yearly: bool = False
    lasts: int = 3
    many: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A campaign and when it is to start."""

    message_class: MessageClass
    channels: tuple[Channel, ...]
    day: int
    at: time
    to: Audience
    lasts: int | None
    per_hour: int | None


@dataclass(frozen=True, slots=True)
class Shop:
    """What a story begins with."""

    offers: int
    daily: int
    closed: tuple[int, ...]
    zones: dict[str, str]
    rules: list[Ruled]
    campaigns: list[Sent]


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next; `which` counts rules, campaigns or people, whichever it is about."""

    what: str
    which: int
    day: int


Key: TypeAlias = tuple[str, int, str, str, str]


@dataclass(slots=True)
class Story:
    """A workshop whose fate is foretold."""

    workshop: Workshop
    shop: Shop
    audience: dict[str, int]

    @property
    def now(self) -> datetime:
        return self.workshop.clock.now()

    # -------------------------------------------------- how it begins

    async def begin(self) -> None:
        workshop, shop = self.workshop, self.shop
        slug = workshop.business.slug
        change = CapChange(offers=shop.offers, daily=shop.daily)
        await capping.cap(workshop.store, change, slug=slug, now=self.now)
        shut = [f"{TODAY + each * DAY:%d/%m/%Y}" for each in shop.closed]
        workshop.business = await founding.close_on(
            workshop.store, slug=slug, days=shut, now=self.now
        )
        await quick(workshop)
        for place, each in enumerate(PEOPLE):
            await workshop.customer(
                each,
                name=None if each == "carla" else each.title(),
                chat=each != "carla",
                phone=each != "bruno",
                allows=[MessageClass.REMINDER, MessageClass.MARKETING],
                timezone=shop.zones.get(each),
                tags=("vip",) if place else (),
                born_on=(TODAY + (place + 1) * DAY).replace(year=1970),
            )
        await listed_text(workshop)
        for place, rule in enumerate(shop.rules):
            await automate(
                workshop,
                _trigger(rule, f"type{place}"),
                name=f"rule{place}",
                template=LISTED if rule.many else "shop.birthday_gift",  # both need a name
                message_class=rule.message_class,
                channels=rule.channels,
                expiry=For(duration=rule.lasts * DAY + 6 * HOUR),
                stop_statuses=("done",),
            )
            for person, day in rule.about.items():
                await self.record(place, person, day)
        for message_class in {each.message_class for each in shop.campaigns}:
            await offer_text(workshop, message_class=message_class, name=f"{OFFER}.{message_class}")
        for place, told in enumerate(shop.campaigns):
            await checked(
                workshop,
                name=f"campaign{place}",
                template=f"{OFFER}.{told.message_class}",
                channels=told.channels,
                audience=told.to,
                per_hour=told.per_hour,
                until=None if told.lasts is None else TODAY + (told.day + told.lasts) * DAY,
                fields={"text": "siamo qui."},
            )
            await self.schedule(place, told.day)
        await workshop.run()

    async def record(
        self, place: int, person: str, day: int, *, status: str | None = "open"
    ) -> None:
        for number in range(max(1, self.shop.rules[place].many)):
            await tell(
                self.workshop,
                f"{place}-{person}-{number}",
                record_type=f"type{place}",
                customer=person,
                due_on=TODAY + day * DAY,
                status=status,
            )

    async def schedule(self, place: int, day: int) -> None:
        starts = datetime.combine(TODAY + day * DAY, self.shop.campaigns[place].at)
        await self.act("schedule", place, starts=starts)

    async def act(self, what: str, place: int, **told: object) -> None:
        """Let somebody do this to a campaign, if it may be done."""
        try:
            await getattr(campaigning, what)(
                self.workshop.store,
                slug="officina",
                name=f"campaign{place}",
                by="test",
                now=self.now,
                **told,
            )
        except Refused:
            return

    # -------------------------------------------------- what happens to it

    async def take(self, step: Step) -> None:
        if step.what == "hours":
            await self.lives_until(self.now + step.day * 5 * HOUR + step.which * HOUR)
        elif step.what in ("caps", "untag", "withdraw", "agree"):
            await self.take_of_person(step)
        elif step.what in ("start", "schedule", "pause campaign", "resume campaign", "cancel"):
            await self.take_of_campaign(step)
        elif step.which < len(self.shop.rules):
            await self.take_of_rule(step)
        await self.workshop.run()

    async def take_of_rule(self, step: Step) -> None:
        workshop, now, name = self.workshop, self.now, f"rule{step.which}"
        match step.what:
            case "move" | "finish":
                status = "done" if step.what == "finish" else "open"
                for each in self.shop.rules[step.which].about:
                    await self.record(step.which, each, step.day, status=status)
            case "off":
                await switching.switch_off(workshop.store, slug="officina", name=name, now=now)
            case "on":
                await workshop.switch_on(name)
            case "pause rule":
                await pause(workshop, rule=name)
            case "resume rule":
                await resume(workshop, rule=name)
            case other:
                raise AssertionError(other)

    async def take_of_campaign(self, step: Step) -> None:
        if step.which >= len(self.shop.campaigns):
            return
        if step.what == "schedule":
            await self.schedule(step.which, step.day)
        else:
            await self.act(step.what.split()[0], step.which)

    async def take_of_person(self, step: Step) -> None:
        workshop, person = self.workshop, PEOPLE[step.which]
        match step.what:
            case "withdraw" | "agree":
                async with workshop.store.begin() as conn:
                    known = await customers.by_external_id(conn, workshop.business.id, person)
                for channel in Channel:
                    given = step.what == "agree"
                    await workshop.consent(
                        known.id, MessageClass.MARKETING, given=given, channel=channel
                    )
            case "caps":
                change = CapChange(daily=step.which, offers=step.day)
                await capping.cap(workshop.store, change, slug="officina", now=self.now)
            case _:  # untag
                row = CustomerRow(external_id=person, tags=())
                await workshop.rows(Row(line=1, key=person, verdict=Verdict.IMPORTED, customer=row))

    async def lives_until(self, moment: datetime) -> None:
        """Let time pass with everything running: whenever the alarm rings, at midnight, and before and at every hour of
        which a rule speaks.
        """
        while self.now < moment:
            ahead = [each for each in await self._alarms() if each > self.now]
            said = self.said
            self.workshop.clock.move(min([*ahead, moment]) - self.now)
            await self.workshop.run()
            if said != self.said:
                await self.look()

    @property
    def said(self) -> int:
        """How many messages have left."""
        return len(self.workshop.telegram.messages) + len(self.workshop.push.messages)

    async def _alarms(self) -> list[datetime]:
        store = self.workshop.store
        rung = [
            await routing.next_moment(store),
            await store.in_reading(stored_campaigns.next_look),
            await dispatching.next_moment(store),
        ]
        here = self.now.astimezone(self.workshop.business.zone).date()
        spoken = {each.at for each in self.shop.rules}
        full = [rome(here + n * DAY, hour) for n in range(2) for hour in spoken]
        before = [each - 6 * MINUTE for each in full]
        return [rome(here + DAY, time()), *full, *before, *(each for each in rung if each)]

    async def look(self) -> None:
        """See that the counts of each campaign add up at this moment, and stay what they were once all are made."""
        notices = [each for each in await self.workshop.notices() if each.rule is None]
        everywhere = 0
        for stands in await campaigning.campaigns_of(self.workshop.store, slug="officina"):
            everywhere += stands.made
            if stands.campaign.started_at is not None and stands.expanded:
                known = self.audience.setdefault(stands.campaign.name, stands.made)
                assert stands.made == known
        assert everywhere == len(notices)

    # -------------------------------------------------- what came of it

    async def sent(self) -> dict[Key, tuple[datetime, str]]:
        """Return when each notice that went out left, and by which channel."""
        asked = (
            select(
                notification.c.source, notification.c.customer_id, notification.c.subject,
                notification.c.rung, notification.c.anchor, func.min(attempt.c.begun_at),
                func.min(delivery.c.channel), func.max(delivery.c.attempts), notification.c.state,
            )
            .join(delivery, delivery.c.notification_id == notification.c.id)
            .join(attempt, attempt.c.delivery_id == delivery.c.id)
            .group_by(notification.c.id)
        )  # fmt: skip
        async with self.workshop.store.read() as conn:
            rows = (await conn.execute(asked)).all()
        assert all(row[7] == 1 for row in rows), "a notice went out twice"
        assert all(row[8] == State.ACCEPTED for row in rows)
        return {(row[0], row[1], row[2], row[3], row[4]): (row[5], row[6]) for row in rows}

    async def dry_runs(self) -> dict[tuple[str, str], Outlook]:
        """Return what the dry runs of all living campaigns say of whom they have yet to reach, by their names."""
        told: dict[tuple[str, str], Outlook] = {}
        for stands in await campaigning.campaigns_of(self.workshop.store, slug="officina"):
            if stands.campaign.state in LIVING:
                name = stands.campaign.name
                page = await rehearsing.preview(
                    self.workshop.store, slug="officina", name=name, now=self.now, strikes=cron_days
                )
                told |= {
                    (name, each.customer.external_id): each.outlook
                    for each in page.seen
                    if each.outlook is not None
                }
        return told

    async def ended(self) -> dict[Key, str | None]:
        """Return why each notice that ended without leaving did not go out."""
        n = notification.c
        asked = select(n.source, n.customer_id, n.subject, n.rung, n.anchor, n.reason)
        asked = asked.where(n.state.in_([State.WITHHELD, State.EXPIRED, State.CANCELLED]))
        async with self.workshop.store.read() as conn:
            rows = (await conn.execute(asked)).all()
        return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in rows}


async def listed_text(workshop: Workshop) -> None:
    """Give the business a text that may be one line of a list."""
    texts = LanguageTexts(
        telegram="{{ customer.name }}: {{ record.due_on | date }}",
        push_title="{{ customer.name }}",
        push_body="{{ business.name }}",
        item="{{ customer.name }}, {{ record.due_on | date }}",
    )
    template = Template(
        id=TemplateId(0),
        business_id=workshop.business.id,
        name=LISTED,
        version=1,
        message_class=MessageClass.REMINDER,
        texts={"it": texts},
    )
    async with workshop.store.begin() as conn:
        await templates.add(conn, template, workshop.clock.now())


def _trigger(rule: Ruled, record_type: str) -> Trigger:
    if rule.yearly:
        return Anniversary(of=CustomerDate.BORN_ON, at=rule.at)
    if rule.rungs:
        return BeforeDate(
            record_type=record_type,
            date_field=DateField.DUE_ON,
            days_before=rule.rungs,
            at=rule.at,
        )
    return OnDate(record_type=record_type, date_field=DateField.DUE_ON, at=rule.at)


def key_of(each: Coming) -> Key:
    key = each.key
    return key.source, key.customer_id, key.subject, key.rung, key.anchor


@asynccontextmanager
async def begun(new_database: NewDatabase, shop: Shop) -> AsyncIterator[Story]:
    clock = StillClock()
    store = open_store(await new_database(prepare_workshop), vault=Vault([KEY]), clock=clock)
    story = Story(await workshop_in(store, clock), shop, {})
    try:
        await story.begin()
        yield story
    finally:
        await store.close()
