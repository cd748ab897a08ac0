"""Thousands of messages through every fault at once: what the product says of each is what became of it.

The clock is moved from one moment at which anything may happen to the next, so that pauses of
minutes and backoffs of half an hour take no time; the faults are real ones, over HTTP.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import pytest

from bot.bots import Bots
from bot.sender import TelegramSender
from bot.session import PhasedSession
from messaging.actions import dispatching, founding, routing
from messaging.actions.doors import Store, Vault, open_store, secret_of
from messaging.clock import SystemClock
from messaging.customer import Channel
from messaging.delivery import DeliveryState
from messaging.gate import Reason
from messaging.notification import State
from messaging.sender import Sender
from push.pool import open_pool
from push.sender import PushSender
from scheduler.alarm import Alarm
from scheduler.dispatcher import Dispatcher
from scheduler.planner import Planner
from tests.conftest import NewDatabase
from tests.given import KEY, StillClock
from tests.journeys.books import attempts_by_outcome, deliveries, everything_ended, never_queued
from tests.journeys.crowd import NOTICES, Paces, fill
from tests.journeys.processes import Providers, providers
from tests.journeys.reckoning import contradictions, ledgers, summary
from tests.prepared import prepare

pytestmark = [pytest.mark.slow, pytest.mark.journey, pytest.mark.timeout(300)]

CHATS, PHONES = 550, 150
SOMETIMES, SELDOM = 0.03, 0.003
STRIDE = timedelta(seconds=15)
"""At least so far the clock is moved: otherwise every jittered retry would be a round of its own."""
ENDS = frozenset(
    {DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.WITHHELD}
)

UNREACHED = {(State.WITHHELD, reason) for reason in (Reason.BLOCKED, Reason.ADDRESS_GONE)}
"""What is due to somebody whose only address has failed already."""

# Whether the message arrived or not, these leave the caller in doubt.
IN_DOUBT_TELEGRAM = (
    {"kind": "close_before"},
    {"kind": "deliver_then_close"},
    {"kind": "half_body"},
    {"kind": "half_body", "deliver": True},
    {"kind": "reset"},
    {"kind": "reset", "deliver": True},
    {"kind": "hang", "seconds": 0.2},
    {"kind": "hang", "seconds": 0.2, "deliver": True},
    {"kind": "bad_gateway"},
    {"kind": "bad_gateway", "deliver": True},
    {"kind": "gateway_timeout"},
    {"kind": "internal_error"},
    {"kind": "internal_error", "deliver": True},
)
PLAIN_TELEGRAM = (
    {"kind": "restart", "probability": SELDOM},
    {"kind": "unauthorized", "probability": SELDOM},
    {"kind": "too_large", "probability": SELDOM},
    {"kind": "unparsable", "probability": SOMETIMES},
    {"kind": "status", "status": 400, "body": "Bad Request: a word of tomorrow"},
    {"kind": "status", "status": 403, "body": "Forbidden: a word of tomorrow"},
)
IN_DOUBT_FIREBASE = (
    {"kind": "close_before"},
    {"kind": "deliver_then_close"},
    {"kind": "half_body", "deliver": True},
    {"kind": "reset", "deliver": True},
    {"kind": "hang", "seconds": 0.2},
    {"kind": "unavailable"},
    {"kind": "unavailable", "deliver": True, "retry_after": 30},
    {"kind": "internal", "deliver": True},
    {"kind": "bad_gateway"},
    {"kind": "gateway_timeout", "deliver": True},
    {"kind": "unreadable", "deliver": True},
    {"kind": "nameless"},
)
PLAIN_FIREBASE = (
    {"kind": "project_quota", "probability": SELDOM},
    {"kind": "project_quota", "retry_after": 90, "probability": SELDOM},
    {"kind": "device_quota", "probability": SELDOM},
    {"kind": "unauthenticated"},
    {"kind": "permission_denied", "probability": SELDOM},
    {"kind": "third_party_auth", "probability": SELDOM},
    {"kind": "unregistered", "probability": SELDOM},
    {"kind": "bad_token", "probability": SELDOM},
    {"kind": "bad_message"},
    {"kind": "too_big"},
)


async def everything_goes_wrong(told: Providers) -> None:
    for fault in (*IN_DOUBT_TELEGRAM, *PLAIN_TELEGRAM):
        await told.act(
            "telegram/faults", **({"method": "sendMessage", "probability": SOMETIMES} | fault)
        )
    for fault in (*IN_DOUBT_FIREBASE, *PLAIN_FIREBASE):
        await told.act("fcm/faults", **({"probability": SOMETIMES} | fault))
    for kind in ("close_before", "bad_gateway", "wrong_fields"):
        await told.act("fcm/faults", endpoint="token", times=2, kind=kind)


async def struck(told: Providers) -> Counter[str]:
    """Return how often a call was left in doubt, by channel."""
    found: Counter[str] = Counter()
    for channel, provider, doubtful in (
        (Channel.TELEGRAM, "telegram", IN_DOUBT_TELEGRAM),
        (Channel.PUSH, "fcm", IN_DOUBT_FIREBASE),
    ):
        listed = await told.look(f"{provider}/faults")
        found[channel.value] = sum(each["struck"] for each in listed[: len(doubtful)])
    return found


@asynccontextmanager
async def senders(store: Store, url: str) -> AsyncIterator[dict[Channel, Sender]]:
    """Both channels as the product wires them, over real HTTP."""
    source = partial(secret_of, store)
    bots = Bots(PhasedSession(url), source)
    async with open_pool() as pool:
        push = PushSender(pool, fcm_url=url, secrets=source, clock=store.clock)
        try:
            yield {Channel.TELEGRAM: TelegramSender(bots, store.clock), Channel.PUSH: push}
        finally:
            push.close()
            await bots.close()


async def live(store: Store, clock: StillClock, ways: dict[Channel, Sender]) -> None:
    """Let planner and dispatcher work, from one moment to the next, until nothing waits any more."""
    alarm = Alarm(poll=timedelta(seconds=5))
    planner = Planner(store=store, clock=clock, alarm=alarm)
    dispatcher = Dispatcher(store=store, clock=clock, alarm=alarm, senders=ways, owner="one")
    while True:
        await planner.work()
        await dispatcher.work()
        moments = (await routing.next_moment(store), await dispatching.next_moment(store))
        ahead = [moment for moment in moments if moment is not None]
        if not ahead:
            return
        clock.move(max(min(ahead) - clock.now(), STRIDE))


async def test_ledgers_and_states_agree_message_by_message(new_database: NewDatabase) -> None:
    expected = (CHATS + PHONES) * NOTICES
    url = await new_database(prepare)
    async with providers() as told:
        await told.act("telegram/limits", enabled=False)
        await fill(url, told, chats=CHATS, phones=PHONES, paces=Paces())
        people, phones = await told.look("people"), await told.look("phones")
        for person in people[:20]:
            await told.act(f"people/{person['id']}/block", bot="officina_bot")
        for person in people[20:30]:
            await told.act(f"people/{person['id']}/deactivate")
        for phone in phones[:20]:
            await told.act(f"phones/{phone['id']}/uninstall")
        await everything_goes_wrong(told)
        clock = StillClock(SystemClock().now())
        store = open_store(url, vault=Vault([KEY]), clock=clock)
        try:
            for sender in await founding.senders_in_use(store):
                await founding.set_pace(store, sender.id, rate=1000, burst=1000)
            async with senders(store, told.url) as ways:
                await live(store, clock, ways)
        finally:
            await store.close()

        said = await deliveries(url)
        arrived = await ledgers(told)
        doubts = await struck(told)
        print(f"{summary(said, arrived)}; {dict(doubts)}")  # noqa: T201 - pytest shows it on failure

        assert await everything_ended(url)
        assert contradictions(said, arrived, ends=ENDS) == []
        unreached = await never_queued(url)
        assert set(unreached) <= UNREACHED
        assert len(said) + unreached.total() == expected
        # Every call that left us in doubt became `unknown`, and no other did.
        assert await attempts_by_outcome(url, "unknown") == doubts
        assert min(doubts.values()) > 50, "without doubts all this would prove nothing"
