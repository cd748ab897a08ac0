"""A business with its bot on simulated Telegram: the real store, the real actions, the real fleet."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select

from api.service import create_api
from bot.bots import Bots
from bot.ear import Sleep
from bot.fleet import Fleet
from bot.sender import TelegramSender
from bot.session import PhasedSession
from bot.updates import create_dispatcher
from messaging.actions.doors import Store, Vault, open_store
from messaging.actions.founding import NewBusiness, add_business, give_sender
from messaging.actions.inviting import invite
from messaging.actions.receiving import undone_updates
from messaging.business import BusinessId, SenderId
from messaging.calendar import MessageClass
from messaging.clock import Clock, SystemClock
from messaging.customer import AddressKind, Channel
from messaging.delivery import DeliveryState
from messaging.sender import Accepted, Button, DeliveryId, Message
from messaging.store import senders, tables, templates
from messaging.store.tables import metadata
from messaging.template import LanguageTexts, Template, TemplateButton, TemplateId
from scheduler.occurrences import cron_days
from tests.bot.listening import listening
from tests.bot.telegram_town import Person, Town, telegram_town, until, until_true
from tests.given import KEY

BUTTONS = {
    "book": ("Prenota", "Book"),
    "call_me": ("Richiamatemi", "Call me"),
    "done": ("Già fatta", "Done already"),
    "not_now": ("Non ora", "Not now"),
    "stop_marketing": ("Basta offerte", "No more offers"),
    "confirm": ("Conferma", "Confirm"),
    "move": ("Sposta", "Move"),
    "cancel": ("Annulla", "Cancel"),
    "view": ("Apri (riservato)", "Open (private)"),
}


@dataclass(slots=True)
class House:
    """Officina Delta, open for business."""

    town: Town
    store: Store
    clock: SystemClock
    bots: Bots
    fleet: Fleet
    senders: dict[str, SenderId] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    forged: int = 0

    @property
    def sender_id(self) -> SenderId:
        return next(iter(self.senders.values()))

    async def found(self, slug: str, *, token: str, name: str = "Officina Delta") -> str:
        """Add a business with a bot of its own; return the bot's username."""
        now = self.clock.now()
        new = NewBusiness(
            slug=slug,
            name=name,
            pack=None,
            timezone="Europe/Rome",
            language="it",
            contact="045 123456",
            round_the_clock=True,  # whenever the test runs
        )
        await add_business(self.store, new, now=now)
        username = f"{slug}_bot"
        await self.town.add_bot(token, username, name)
        self.senders[username] = await give_sender(
            self.store,
            slug=slug,
            channel=Channel.TELEGRAM,
            external_id=token.partition(":")[0],
            name=username,
            secret=token,
            now=now,
        )
        self.slugs[username] = slug
        return username

    async def rows(self, table: Table) -> Sequence[Mapping[str, Any]]:
        async with self.store.read() as conn:
            return [dict(row) for row in (await conn.execute(select(table))).mappings()]

    async def add(self, table: Table, **values: Any) -> int:
        async with self.store.begin() as conn:
            result = await conn.execute(insert(table).values(values).returning(table.c.id))
            return int(result.scalar_one())

    async def business_id(self, bot: str) -> int:
        found = await self.rows(tables.business)
        return next(int(row["id"]) for row in found if row["slug"] == self.slugs[bot])

    async def invitation(self, code: str, name: str | None, *, bot: str = "delta_bot") -> str:
        """Put a customer into the books and return the token of an invitation for them."""
        await self.add(
            tables.customer,
            business_id=await self.business_id(bot),
            external_id=code,
            name=name,
            company=False,
            phones=[],
            language=None,
            deceased=False,
            updated_at=self.clock.now(),
        )
        invited = await invite(
            self.store, slug=self.slugs[bot], customer=code, now=self.clock.now()
        )
        return invited.invitation.token

    async def linked(self, name: str, *, speaks: str = "it", bot: str = "delta_bot") -> Person:
        """Let somebody come in with an invitation and answer no to every question."""
        person = await self.town.person(name, bot, speaks=speaks)
        await self.add_to(person, f"{name} Rossi", speaks=speaks)
        return person

    async def add_to(self, person: Person, name: str, *, speaks: str = "it") -> None:
        """Let the person's chat be linked to a customer of this name, too, with the code `C-` and the first name."""
        code = f"C-{name.split()[0]}"
        await person.start(await self.invitation(code, name, bot=person.bot))
        yes, no = (
            ("Sì, sono io", "No, grazie") if speaks == "it" else ("Yes, it is me", "No, thank you")
        )
        for button in (yes, no, no):
            await self.settled()
            await person.press(button)
        await self.settled()

    async def settled(self) -> None:
        """Return when every bot has fetched and handled everything."""

        async def nothing_left() -> bool:
            for bot, sender_id in self.senders.items():
                # In this order: an update is kept before Telegram is told to forget it.
                if await self.town.pending(bot):
                    return False
                if await undone_updates(self.store, sender_id=sender_id, limit=1):
                    return False
                # The update that erases somebody is done before they are told.
                line = self.fleet._lines.get(sender_id)
                if line is not None and line.inbox._busy:
                    return False
            return True

        await until(nothing_left)

    async def receive(self, content: Mapping[str, Any], *, bot: str = "delta_bot") -> None:
        """Let the bot fetch an update that no simulated person can make."""
        inbox = self.fleet._lines[self.senders[bot]].inbox
        self.forged += 1
        await inbox.keep([{"update_id": 900_000_000 + self.forged, **content}])

    async def forge(self, person: Person, data: str) -> None:
        """Let the person press a button that carries this, under the newest message."""
        newest = (await person.chat())["data"][-1]
        callback = {
            "id": str(self.forged),
            "from": _user(person),
            "message": a_message(person, newest["message_id"], text=newest["text"]),
            "chat_instance": "1",
            "data": data,
        }
        await self.receive({"callback_query": callback})

    async def notice(
        self,
        to: Person,
        *actions: str,
        state: str = DeliveryState.ACCEPTED,
        appointment: datetime | None = None,
        reveal: str | None = None,
    ) -> DeliveryId:
        """Send a notice with these buttons, as the dispatcher would, and return its delivery; of an
        appointment, if one is given; confidential, if there is something to reveal.
        """
        now = self.clock.now()
        business_id = await self.business_id(to.bot)
        known = await self.rows(tables.address)
        [address] = [row["id"] for row in known if row["value"] == str(to.id)]
        linked = await self.rows(tables.address_customer)
        [customer] = [row["customer_id"] for row in linked if row["address_id"] == address]
        number = len(await self.rows(tables.notification))
        buttons = tuple(
            TemplateButton(
                action=action, labels=dict(zip(("it", "en"), BUTTONS[action], strict=True))
            )
            for action in actions
        )
        texts = LanguageTexts(telegram="…", push_title="…", push_body="…", reveal=reveal)
        async with self.store.begin() as conn:
            template_id = await templates.add(
                conn,
                Template(
                    id=TemplateId(0),
                    business_id=BusinessId(business_id),
                    name=f"revisione-{number}",
                    version=1,
                    message_class=MessageClass.REMINDER,
                    confidential=reveal is not None,
                    texts={"it": texts},
                    buttons=buttons,
                ),
                now,
            )
        record = None
        if appointment is not None:
            record = await self.add(
                tables.record,
                business_id=business_id,
                type="appointment",
                external_id=f"A{number}",
                customer_id=customer,
                starts_at=appointment,
                status="booked",
                entry=1,
                entered_at=now,
                attributes={},
                updated_at=now,
            )
        notification = await self.add(
            tables.notification,
            business_id=business_id,
            source="request",
            customer_id=customer,
            subject=f"request:{number}",
            rung="",
            anchor="" if appointment is None else appointment.isoformat(),
            record_id=record,
            message_class=MessageClass.REMINDER,
            template_id=template_id,
            due_at=now,
            expires_at=now + timedelta(days=1),
            state="sending",
            tried=True,
            created_at=now,
            updated_at=now,
        )
        lane = await self.add(
            tables.lane,
            sender_id=self.senders[to.bot],
            priority=1,
            business_id=business_id,
            stream=f"request:{number}",
            platform="",
            served_at=now,
            zone="",
        )
        delivery_id = DeliveryId(
            await self.add(
                tables.delivery,
                business_id=business_id,
                notification_id=notification,
                lane_id=lane,
                address_id=address,
                channel=Channel.TELEGRAM,
                state=state,
                due_at=now,
                attempts=1,
                tries=1,
                doubts=0,
                updated_at=now,
            )
        )
        message = Message(
            delivery_id=delivery_id,
            attempt=1,
            sender_id=self.senders[to.bot],
            address=str(to.id),
            address_kind=AddressKind.CHAT,
            message_class=MessageClass.REMINDER,
            language="it",
            text="Officina Delta\nLa revisione scade il 30/11/2026.",
            expires_at=now + timedelta(days=1),
            buttons=tuple(
                Button(label=each.labels["it"], action=each.action)
                for each in buttons
                if reveal is None or each.action == "view"
            ),
        )
        outcome = await TelegramSender(self.bots, self.clock).send(message)
        assert isinstance(outcome, Accepted), outcome
        return delivery_id


def _user(person: Person) -> dict[str, Any]:
    return {"id": person.id, "is_bot": False, "first_name": "Mario", "language_code": "it"}


def a_message(person: Person, message_id: int = 1, **content: Any) -> dict[str, Any]:
    """A Message object in the person's private chat."""
    return {
        "message_id": message_id,
        "date": 1_800_000_000,
        "chat": {"id": person.id, "type": "private", "first_name": "Mario"},
        "from": _user(person),
        **content,
    }


def a_fleet(
    store: Store,
    bots: Bots,
    clock: Clock,
    *,
    owner: str = "process:1",
    webhook_url: str | None = None,
    sleep: Sleep = asyncio.sleep,
) -> Fleet:
    """The fleet of one process, with all conversations."""
    return Fleet(
        store,
        bots,
        create_dispatcher(store, clock, cron_days),
        clock,
        owner=owner,
        webhook_url=webhook_url,
        look_every=None if store.is_sqlite else timedelta(milliseconds=100),
        poll_seconds=5,
        renew_seconds=0.2,
        sleep=sleep,
    )


async def hasty(seconds: float) -> None:
    """Sleep a hundredth of it: a bot that waits half a minute waits a third of a second."""
    await asyncio.sleep(seconds / 100)


@asynccontextmanager
async def open_house(
    folder: Path,
    *,
    token: str,
    url: str | None = None,
    by_webhook: bool = False,
    town: Town | None = None,  # another than a new one
    sleep: Sleep = asyncio.sleep,
) -> AsyncIterator[House]:
    """Open the store, the town and the fleet; all is closed in order at the end.

    The store is a new file in the folder, or the migrated database of the URL. With `by_webhook` Telegram brings
    updates: to this process on SQLite, on PostgreSQL to another one, which has a store of its own.
    """
    clock = SystemClock()
    store = open_store(
        url or f"sqlite+aiosqlite:///{folder / 'avvisa.db'}", vault=Vault([KEY]), clock=clock
    )
    if url is None:
        async with store.begin() as conn:
            await conn.run_sync(metadata.create_all)
    async with AsyncExitStack() as stack:
        if town is None:
            town = await stack.enter_async_context(telegram_town())
        await town.act("telegram/limits", enabled=False)
        await town.act("telegram/webhooks", retry_scale=0.1)
        bots = Bots(PhasedSession(town.url), partial(senders.secret_of, store))
        public: str | None = None

        def ring(sender_id: SenderId) -> None:
            house.fleet.look(sender_id)

        if by_webhook and store.is_sqlite:
            api = create_api(store, clock, heard=ring)
            public = await stack.enter_async_context(listening(api))
        elif by_webhook:
            assert url is not None
            other = open_store(url, vault=Vault([KEY]), clock=clock)
            stack.push_async_callback(other.close)
            api = create_api(other, clock, heard=lambda _: None)
            public = await stack.enter_async_context(listening(api))
        fleet = a_fleet(store, bots, clock, webhook_url=public, sleep=sleep)
        house = House(town=town, store=store, clock=clock, bots=bots, fleet=fleet)
        await house.found("delta", token=token)
        await fleet.add(house.sender_id)
        # Not a TaskGroup: pytest ends a fixture in another task than the one that began it.
        running = asyncio.get_running_loop().create_task(fleet.run())
        await until_true(lambda: bool(fleet.status))
        try:
            yield house
        finally:
            fleet.stop()
            await running
            await bots.close()
            await store.close()
