"""A workshop on a store of the test's kind, with a clock that stands still, and senders that remember."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from messaging.actions import founding, holding, planning, reporting, switching
from messaging.actions.doors import Store
from messaging.actions.founding import NewBusiness
from messaging.actions.upserting import store_rows
from messaging.asset import Role
from messaging.business import Business, BusinessId, SenderId
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.customer import AddressKind, Channel, CustomerId
from messaging.intake import AssetRow, CustomerRow, RecordRow, Row, Verdict
from messaging.notification import State
from messaging.rule import BeforeDate, DateField, Expiry, For, Rule, RuleId, Trigger
from messaging.sender import Accepted, Message, Outcome, SenderSecret
from messaging.store import addresses, businesses, consents, customers, rules
from messaging.store.reports import Sent
from messaging.store.rules import Label
from scheduler.alarm import Alarm
from scheduler.dispatcher import Dispatcher
from scheduler.housekeeper import Housekeeper
from scheduler.planner import Planner

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday in November, nine o'clock in Rome."""

KEY = "3yXoRcv8Zp2sWf1jKq9tLm4uEb6hNa7dGi0oTxVwYzA="


class StillClock:
    """A clock that moves only when it is told to."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self.moment = moment
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self._monotonic

    def move(self, by: timedelta) -> None:
        self.moment += by
        self._monotonic += by.total_seconds()


class RememberingSender:
    """A channel that answers as it is told, and remembers what it was given."""

    def __init__(self, answer: Callable[[Message], Outcome] | None = None) -> None:
        self.messages: list[Message] = []
        self.answer = answer or (lambda message: Accepted(provider_id=f"m{message.delivery_id}"))

    async def send(self, message: Message) -> Outcome:
        self.messages.append(message)
        return self.answer(message)


async def no_secret(sender_id: SenderId) -> SenderSecret | None:
    return None


@dataclass(slots=True)
class Workshop:
    """One business with a bot and an app, and everything that makes its notices leave."""

    store: Store
    clock: StillClock
    business: Business
    bot: SenderId
    project: SenderId
    telegram: RememberingSender = field(default_factory=RememberingSender)
    push: RememberingSender = field(default_factory=RememberingSender)
    alarm: Alarm = field(default_factory=lambda: Alarm(poll=timedelta(seconds=5)))
    owner: str = "worker:1"
    _chats: int = 1000

    # -------------------------------------------------- what runs

    def planner(self) -> Planner:
        return Planner(store=self.store, clock=self.clock, alarm=self.alarm)

    def dispatcher(self, owner: str | None = None) -> Dispatcher:
        return Dispatcher(
            store=self.store,
            clock=self.clock,
            alarm=self.alarm,
            senders={Channel.TELEGRAM: self.telegram, Channel.PUSH: self.push},
            owner=owner or self.owner,
        )

    def housekeeper(self, owner: str | None = None) -> Housekeeper:
        return Housekeeper(
            store=self.store, clock=self.clock, alarm=self.alarm, owner=owner or self.owner
        )

    async def run(self) -> None:
        """Let planner and dispatcher do whatever is to be done at this moment."""
        for _ in range(2):
            routed = await self.planner().work()
            sent = await self.dispatcher().work()
            if not routed and not sent:
                return  # a second look at the same moment would find nothing either

    async def wait(self, by: timedelta, *, step: timedelta = timedelta(hours=1)) -> None:
        """Let time pass, with everything running on the way."""
        until = self.clock.moment + by
        while self.clock.moment < until:
            self.clock.move(min(step, until - self.clock.moment))
            await self.run()

    # -------------------------------------------------- what there is

    async def rows(self, *told: Row, first_types: Sequence[str] = ()) -> None:
        """Store rows as an import would."""
        async with self.store.begin() as conn:
            await store_rows(
                conn,
                self.business,
                list(told),
                first_types=frozenset(first_types),
                now=self.clock.now(),
            )

    async def customer(
        self,
        code: str = "anna",
        *,
        name: str | None = "Anna Bianchi",
        chat: bool = True,
        phone: bool = False,
        allows: Sequence[MessageClass] = (MessageClass.REMINDER,),
        **told: object,
    ) -> CustomerId:
        """Put a customer into the books, linked to the bot (and the app), having agreed to what is told."""
        row = CustomerRow(external_id=code, name=name, **told)  # type: ignore[arg-type]
        await self.rows(Row(line=1, key=code, verdict=Verdict.IMPORTED, customer=row))
        async with self.store.begin() as conn:
            found = await customers.by_external_id(conn, self.business.id, code)
        if chat:
            await self.link_chat(found.id)
        if phone:
            await self.link_phone(found.id, value=f"token-{code}-1")
        for each in allows:
            for channel in Channel:
                await self.consent(found.id, each, channel=channel)
        return found.id

    async def link_chat(self, customer_id: CustomerId, *, chat_id: int | None = None) -> int:
        self._chats += 1
        value = chat_id or self._chats
        async with self.store.begin() as conn:
            address = await addresses.register(
                conn,
                sender_id=self.bot,
                channel=Channel.TELEGRAM,
                kind=AddressKind.CHAT,
                value=str(value),
                language="it",
                now=self.clock.now(),
            )
            await addresses.link(conn, address, customer_id, self.clock.now())
        return value

    async def link_phone(
        self, customer_id: CustomerId, *, value: str, platform: str = "android"
    ) -> None:
        async with self.store.begin() as conn:
            address = await addresses.register(
                conn,
                sender_id=self.project,
                channel=Channel.PUSH,
                kind=AddressKind.TOKEN,
                value=value,
                language="it",
                install_key=value,
                platform=platform,
                now=self.clock.now(),
            )
            await addresses.link(conn, address, customer_id, self.clock.now())

    async def consent(
        self,
        customer_id: CustomerId,
        message_class: MessageClass,
        *,
        given: bool = True,
        channel: Channel = Channel.TELEGRAM,
        method: Method = Method.CHAT,
    ) -> None:
        async with self.store.begin() as conn:
            await customers.of_ids(conn, [customer_id], lock=True)
            await consents.append(
                conn,
                [
                    {
                        "business_id": self.business.id,
                        "customer_id": customer_id,
                        "message_class": message_class,
                        "channel": channel,
                        "given": given,
                        "method": method,
                        "at": self.clock.now(),
                    }
                ],
            )

    async def inspection(
        self,
        code: str = "AB123CD",
        *,
        due_on: date | None,
        customer: str = "anna",
        status: str | None = "open",
        first: bool = False,
        with_car: bool = True,
        gone: bool | None = None,
    ) -> None:
        """Tell of an inspection that is due, as the management software would."""
        await self.record(
            RecordRow(
                type="inspection",
                external_id=f"{code}-inspection",
                customer=customer,
                asset=code if with_car else None,
                due_on=due_on,
                status=status,
                attributes={"date_source": "actual"},
            ),
            asset=AssetRow(
                type="vehicle",
                external_id=code,
                customer=customer,
                role=Role.HOLDER,
                label="Fiat Panda",
                code=code,
                gone=gone,
            )
            if with_car
            else None,
            first=first,
        )

    async def record(
        self, told: RecordRow, *, asset: AssetRow | None = None, first: bool = False
    ) -> None:
        await self.rows(
            Row(
                line=1, key=told.external_id, verdict=Verdict.IMPORTED, asset=asset, records=(told,)
            ),
            first_types=(told.type,) if first else (),
        )

    async def switch_on(self, name: str = "auto.inspection_due", *, at: time | None = None) -> Rule:
        rule = await switching.switch_on(
            self.store, slug=self.business.slug, name=name, now=self.clock.now(), at=at
        )
        while not await planning.plan_backlog(self.store, rule.id, now=self.clock.now()):
            pass
        return rule

    async def marketing_rule(
        self,
        name: str,
        trigger: Trigger,
        *,
        expiry: Expiry | None = None,
        channel: Channel = Channel.TELEGRAM,
    ) -> Rule:
        """Make a rule of marketing class beside the pack's, and switch it on."""
        async with self.store.begin() as conn:
            await rules.add(
                conn,
                Rule(
                    id=RuleId(0),
                    business_id=self.business.id,
                    name=name,
                    version=0,
                    on=False,
                    message_class=MessageClass.MARKETING,
                    template="auto.inspection_due",
                    channels=(channel,),
                    trigger=trigger,
                    expiry=expiry or For(duration=timedelta(days=2)),
                ),
                Label(it=name, en=name),
            )
        return await self.switch_on(name)

    # -------------------------------------------------- what became of it

    async def notices(self) -> list[Sent]:
        """Return every notice that was ever made."""
        return await reporting.latest(
            self.store,
            slug=self.business.slug,
            since=datetime(2000, 1, 1, tzinfo=UTC),
            limit=10_000,
        )

    async def states(self) -> list[tuple[State, str | None]]:
        """Return state and reason of every notice, in the order in which they last changed."""
        return [(each.state, each.reason) for each in await self.notices()]

    async def held(self) -> list[str]:
        """Return why each held notice is held."""
        found = await holding.held_rows(self.store, slug=self.business.slug)
        return [each.reason for each in found]

    @property
    def texts(self) -> list[str]:
        """What went out on Telegram, in order."""
        return [message.text for message in self.telegram.messages]


async def workshop_on(
    store: Store, clock: StillClock, *, slug: str = "officina", pack: str = "auto"
) -> Workshop:
    """Return a new workshop on the store, or a business of another trade; its bot and its project are
    known, its rules off.
    """
    business = await founding.add_business(
        store,
        NewBusiness(
            slug=slug, name="Officina Delta", pack=pack, timezone="Europe/Rome", language="it"
        ),
        now=clock.now(),
    )
    bot = await founding.give_sender(
        store,
        slug=slug,
        channel=Channel.TELEGRAM,
        external_id=f"bot-of-{slug}",
        name=f"{slug}bot",
        secret="123:ABC",
        now=clock.now(),
    )
    project = await founding.give_sender(
        store,
        slug=slug,
        channel=Channel.PUSH,
        external_id=f"project-of-{slug}",
        name=None,
        secret="{}",
        now=clock.now(),
    )
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
    return Workshop(store=store, clock=clock, business=business, bot=bot, project=project)


DUE = date(2026, 12, 8)
"""Fifteen days ahead on the Monday of these tests: a late entrant's reminder goes out at once."""


async def due_reminder(workshop: Workshop, *, chat: bool = True, phone: bool = False) -> None:
    await workshop.switch_on()
    await workshop.customer(chat=chat, phone=phone)
    await workshop.inspection(due_on=DUE)


async def due_offer(workshop: Workshop, *, phone: bool = False) -> None:
    trigger = BeforeDate(
        record_type="inspection",
        date_field=DateField.DUE_ON,
        days_before=(15,),
        at=time(8, 55),
    )
    await workshop.marketing_rule("offer", trigger)
    await workshop.customer(phone=phone, allows=[MessageClass.MARKETING])
    await workshop.inspection(due_on=DUE)


__all__ = [
    "DUE",
    "KEY",
    "MONDAY",
    "BusinessId",
    "StillClock",
    "Workshop",
    "due_offer",
    "due_reminder",
    "workshop_on",
]
