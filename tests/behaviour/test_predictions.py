"""Whatever the rules, the campaigns, the zones and the order of changes: what is foretold is what happens.

Every provider accepts everything at once, and no pace binds. Then a forecast taken after the last change tells of
every notice whether it goes, when and by which channel, caps and closed days and closed hours considered.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from messaging.actions import (
    advancing,
    campaigning,
    capping,
    dispatching,
    founding,
    pausing,
    routing,
    switching,
)
from messaging.actions.capping import CapChange
from messaging.actions.doors import Vault, open_store
from messaging.actions.settling import Coming
from messaging.anniversary import Anniversary, CustomerDate
from messaging.audience import EVERYBODY, Audience, Tagged
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import Refused
from messaging.intake import CustomerRow, Row, Verdict
from messaging.notification import State
from messaging.rule import BeforeDate, DateField, For, OnDate, Trigger
from messaging.store.tables import attempt, customer, delivery, notification
from tests.automations import automate, foreseen, tell
from tests.birthdays import rome
from tests.campaigns import OFFER, checked, offer_text, quick
from tests.conftest import NewDatabase
from tests.given import KEY, StillClock, Workshop
from tests.prepared import prepare_workshop, workshop_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # shrinking a story takes a while

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TODAY = date(2026, 11, 23)
HOURS = (7, 10, 15, 20)
PEOPLE = ("anna", "bruno", "carla")
DAYS_AHEAD = 3
SLACK = timedelta(seconds=30)
"""Each chat rests a second after each message, and a campaign is looked at again after a moment."""

channels = st.sampled_from([(Channel.TELEGRAM,), (Channel.PUSH,), (Channel.TELEGRAM, Channel.PUSH)])
classes = st.sampled_from(list(MessageClass))
hours = st.sampled_from(HOURS).map(time)
days = st.integers(0, DAYS_AHEAD)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule with a record type of its own, and whom it has something to say on which day."""

    message_class: MessageClass
    channels: tuple[Channel, ...]
    at: time
    about: dict[str, int]
    rungs: tuple[int, ...] = ()
    yearly: bool = False
    lasts: int = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """A campaign and when it is to start."""

    message_class: MessageClass
    channels: tuple[Channel, ...]
    day: int
    at: time
    to: Audience
    lasts: int | None


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


rules_ = st.builds(
    Ruled,
    classes,
    channels,
    hours,
    st.dictionaries(st.sampled_from(PEOPLE), days, max_size=3),
    rungs=st.sampled_from([(), (1,), (2, 1)]),
    yearly=st.sampled_from([False, False, False, True]),
    lasts=st.integers(0, 3),
)
campaigns_ = st.builds(
    Sent,
    classes,
    channels,
    days,
    hours,
    st.sampled_from([EVERYBODY, Tagged(("vip",))]),
    st.one_of(st.none(), st.integers(0, 3)),
)
zones = st.dictionaries(
    st.sampled_from(PEOPLE), st.sampled_from(["America/New_York", "Asia/Tokyo"]), max_size=2
)
shops = st.builds(
    Shop,
    offers=st.integers(0, 2),
    daily=st.integers(0, 2),
    closed=st.lists(days, max_size=1).map(tuple),
    zones=zones,
    rules=st.lists(rules_, max_size=3),
    campaigns=st.lists(campaigns_, max_size=2),
)
STEPS = (
    "move", "finish", "withdraw", "agree", "off", "on", "pause rule", "resume rule", "pause campaign",
    "resume campaign", "cancel campaign", "schedule", "start", "caps", "untag", "hours",
)  # fmt: skip
steps = st.lists(st.builds(Step, st.sampled_from(STEPS), st.integers(0, 2), days), max_size=5)

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
                name=each.title(),
                chat=each != "carla",
                phone=each != "bruno",
                allows=[MessageClass.REMINDER, MessageClass.MARKETING],
                timezone=shop.zones.get(each),
                tags=("vip",) if place else (),
                born_on=(TODAY + (place + 1) * DAY).replace(year=1970),
            )
        for place, rule in enumerate(shop.rules):
            await automate(
                workshop,
                _trigger(rule, f"type{place}"),
                name=f"rule{place}",
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
                until=None if told.lasts is None else TODAY + (told.day + told.lasts) * DAY,
                fields={"text": "siamo qui."},
            )
            await self.schedule(place, told.day)
        await workshop.run()

    async def record(
        self, place: int, person: str, day: int, *, status: str | None = "open"
    ) -> None:
        await tell(
            self.workshop,
            f"{place}-{person}",
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
        if place >= len(self.shop.campaigns):
            return
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
        workshop, place = self.workshop, step.which
        person = PEOPLE[place]
        told = {"slug": "officina", "now": self.now}
        ruled = place < len(self.shop.rules)
        match step.what:
            case "move" | "finish" if ruled:
                status = "done" if step.what == "finish" else "open"
                for each in self.shop.rules[place].about:
                    await self.record(place, each, step.day, status=status)
            case "withdraw" | "agree":
                async with workshop.store.read() as conn:
                    known = await conn.scalar(
                        select(customer.c.id).where(customer.c.external_id == person)
                    )
                for channel in Channel:
                    await workshop.consent(
                        known,  # type: ignore[arg-type] # a CustomerId
                        MessageClass.MARKETING,
                        given=step.what == "agree",
                        channel=channel,
                    )
            case "off" if ruled:
                await switching.switch_off(workshop.store, name=f"rule{place}", **told)  # type: ignore[arg-type]
            case "on" if ruled:
                await workshop.switch_on(f"rule{place}")
            case "pause rule" if ruled:
                await pausing.pause(workshop.store, rule=f"rule{place}", by="test", **told)  # type: ignore[arg-type]
            case "resume rule" if ruled:
                await pausing.resume(workshop.store, rule=f"rule{place}", by="test", **told)  # type: ignore[arg-type]
            case "pause campaign" | "resume campaign" | "cancel campaign":
                await self.act(step.what.split()[0], place)
            case "start":
                await self.act("start", place)
            case "schedule" if place < len(self.shop.campaigns):
                await self.schedule(place, step.day)
            case "caps":
                change = CapChange(daily=place, offers=step.day)
                await capping.cap(workshop.store, change, **told)  # type: ignore[arg-type]
            case "untag":
                row = CustomerRow(external_id=person, tags=())
                await workshop.rows(Row(line=1, key=person, verdict=Verdict.IMPORTED, customer=row))
            case "hours":
                await self.lives_until(self.now + step.day * 5 * HOUR + place * HOUR)
            case _:
                return
        await workshop.run()

    async def lives_until(self, moment: datetime) -> None:
        """Let time pass with everything running, whenever the alarm rings, and before and at every full hour that
        counts.
        """
        while self.now < moment:
            ahead = [each for each in await self._alarms() if each > self.now]
            self.workshop.clock.move(min([*ahead, moment]) - self.now)
            await self.workshop.run()
            await self.look()

    async def _alarms(self) -> list[datetime]:
        store = self.workshop.store
        rung = [
            await routing.next_moment(store),
            await advancing.next_moment(store),
            await dispatching.next_moment(store),
        ]
        here = self.now.astimezone(self.workshop.business.zone).date()
        full = [rome(here + n * DAY, time(hour, 0)) for n in range(2) for hour in (0, *HOURS)]
        return [each for each in rung if each] + full + [each - 6 * MINUTE for each in full]

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


@given(shop=shops, steps=steps, hour=st.sampled_from([0, 9, 12]))
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_what_is_foretold_after_the_last_change_is_what_happens(
    new_database: NewDatabase, shop: Shop, steps: list[Step], hour: int
) -> None:
    async with begun(new_database, shop) as story:
        for step in steps:
            await story.take(step)
        before = await story.sent()
        until = rome(story.now.date() + DAYS_AHEAD * DAY, time(hour))
        horizon = (until - story.now) / DAY
        foretold = {key_of(each): each for each in await foreseen(story.workshop, horizon)}  # type: ignore[arg-type]

        await story.lives_until(until)
        sent = await story.sent()

    gone = {key: each for key, each in sent.items() if key not in before and each[0] <= until}
    going = {
        key: each
        for key, each in foretold.items()
        if each.channel is not None and each.wait is None and each.at <= until - SLACK
    }
    missed = {key: each for key, each in going.items() if key not in gone}
    assert not missed, "foretold, and did not happen"
    surprises = {
        key: (each, foretold.get(key))
        for key, each in gone.items()
        if key not in going and each[0] <= until - 2 * SLACK
    }
    assert not surprises, "happened, and was not foretold"
    for key, each in going.items():
        at, channel = gone[key]
        assert each.at <= at <= each.at + SLACK, key
        assert channel == each.channel, key
