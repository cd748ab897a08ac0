"""The composition root: which parts there are, and who is handed what. Nothing else knows all of them."""

import os
import secrets
import socket
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.bots import Bots
from bot.courier import Courier
from bot.fleet import Fleet
from bot.presenter import Presenter
from bot.sender import TelegramSender
from bot.session import PhasedSession
from bot.updates import create_dispatcher
from cli.house import House
from messaging.actions.doors import secret_of
from messaging.business import SenderId
from messaging.customer import Channel
from messaging.sender import Sender
from push.pool import open_pool
from push.sender import PushSender
from scheduler.alarm import Alarm
from scheduler.dispatcher import Dispatcher
from scheduler.housekeeper import Housekeeper
from scheduler.occurrences import cron_days
from scheduler.planner import Planner

POLL_ALONE = timedelta(seconds=5)
POLL_TOGETHER = timedelta(seconds=0.5)
"""How often to look for what another process left. Alone, every change rings the bell itself; with several
processes on PostgreSQL the query costs about 0.1 ms, and LISTEN/NOTIFY would take a lock at every commit."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways out, and the bots' way in."""

    senders: Mapping[Channel, Sender]
    bots: Bots
    fleet: Fleet
    courier: Courier
    presenter: Presenter
    push: PushSender


@asynccontextmanager
async def open_channels(house: House) -> AsyncIterator[Channels]:
    """Open the channels: another one is one folder, and one line here."""
    source = partial(secret_of, house.store)
    session = PhasedSession(house.settings.telegram_api_url)
    bots = Bots(session, source)
    async with open_pool() as pool:
        push = PushSender(
            pool, fcm_url=house.settings.fcm_api_url, secrets=source, clock=house.clock
        )
        fleet = Fleet(
            house.store,
            bots,
            create_dispatcher(house.store, house.clock, cron_days),
            house.clock,
            owner=owner_name(),
            webhook_url=house.settings.webhook_url(),
            look_every=None if house.store.is_sqlite else POLL_TOGETHER,
        )

        def ours() -> Collection[SenderId]:
            return fleet.status.keys()

        try:
            yield Channels(
                senders={Channel.TELEGRAM: TelegramSender(bots, house.clock), Channel.PUSH: push},
                bots=bots,
                fleet=fleet,
                courier=Courier(house.store, bots, house.clock, ours=ours),
                presenter=Presenter(house.store, bots, house.clock, ours=ours),
                push=push,
            )
        finally:
            push.close()
            await bots.close()


@dataclass(frozen=True, slots=True)
class Works:
    """The loops that make notices leave."""

    alarm: Alarm
    planner: Planner
    dispatcher: Dispatcher
    housekeeper: Housekeeper


def owner_name() -> str:
    """Return this process's name in the rows that it claims; it is new at every start."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[-64:]


def works_of(house: House, channels: Channels, *, in_flight: int = 30) -> Works:
    """Return the loops of one process."""
    owner = owner_name()
    alarm = Alarm(poll=POLL_ALONE if house.store.is_sqlite else POLL_TOGETHER)
    return Works(
        alarm=alarm,
        planner=Planner(store=house.store, clock=house.clock, alarm=alarm),
        dispatcher=Dispatcher(
            store=house.store,
            clock=house.clock,
            alarm=alarm,
            senders=channels.senders,
            owner=owner,
            in_flight=in_flight,
        ),
        housekeeper=Housekeeper(store=house.store, clock=house.clock, alarm=alarm, owner=owner),
    )
