"""The whole way of a notice to Firebase, next to the SDK's own `send_each`.

The same messages go to the same phones of the same simulator. `send_each` takes 500 at a time, the
most that it allows, each over a thread of its own. It names no way to another server: its private
addresses are pointed at the simulator, over an adapter of a hundred connections as for Google.
"""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import firebase_admin
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from firebase_admin import credentials
from firebase_admin import messaging as fcm

from benchmarks.cpu import measured
from benchmarks.processes import Simulators
from benchmarks.row import Row
from benchmarks.sending import Run, send_all
from benchmarks.workshop import SLUG, plan_one_each, workshop
from messaging.actions import founding
from messaging.actions.doors import new_key, secret_of
from messaging.clock import SystemClock
from messaging.customer import AddressKind, Channel
from messaging.sender import Message
from push.payload import _firebase
from push.pool import open_pool
from push.sender import PushSender
from scheduler.dispatcher import IN_FLIGHT

PROJECT = "officina-app"
AT_ONCE = 500


async def push(simulators: Simulators, *, messages: int, rounds: int) -> list[Row]:
    """Measure both, in turn; the best round of each counts."""
    account = await _service_account(simulators)
    phones = [
        (await simulators.act("phones", owner=f"Anna {number}", project=PROJECT))["address"]
        for number in range(messages)
    ]
    whole, bare = [], []
    for _ in range(rounds):
        whole.append(await _whole(simulators, phones, account))
        bare.append(await _sdk(simulators, whole[-1].messages, account))
    path = max(whole, key=lambda run: run.per_second)
    alone = max(bare, key=lambda run: run.per_second)
    cpu, cpu_alone = (min(run.cpu_us for run in runs) for runs in (whole, bare))
    return [
        Row(
            "push, whole path / firebase-admin's send_each",
            f"{path.per_second:.0f} msg/s",
            f"{alone.per_second:.0f} msg/s",
            path.per_second / alone.per_second,
            f"{messages} messages, one project, its pace lifted, {IN_FLIGHT} in flight against "
            f"{AT_ONCE} a call over 100 connections, best of {rounds}, no latency; the simulator "
            f"takes {alone.other_us:.0f} µs a message",
        ),
        Row(
            "… its CPU, send_each / whole",
            f"{cpu:.0f} µs/msg",
            f"{cpu_alone:.0f} µs/msg",
            cpu_alone / cpu,
            "all threads of the process, SQLite's included",
        ),
    ]


async def _service_account(simulators: Simulators) -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    email = f"avvisa@{PROJECT}.example"
    await simulators.act("service-accounts", client_email=email)
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "0f1e",
        "private_key": key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode(),
        "client_email": email,
        "client_id": "1042",
        "token_uri": f"{simulators.url}/token",
    }


async def _whole(simulators: Simulators, phones: Sequence[str], account: dict[str, str]) -> Run:
    key = new_key()
    with tempfile.TemporaryDirectory() as folder:
        async with workshop(Path(folder), key) as (store, business, _), open_pool() as pool:
            project = await founding.give_sender(
                store,
                slug=SLUG,
                channel=Channel.PUSH,
                external_id=PROJECT,
                name=None,
                secret=json.dumps(account),
                now=store.clock.now(),
            )
            await plan_one_each(store, business, project, phones, AddressKind.TOKEN)
            sender = PushSender(
                pool,
                fcm_url=simulators.url,
                secrets=partial(secret_of, store),
                clock=store.clock,
            )
            try:
                return await send_all(
                    store,
                    Channel.PUSH,
                    sender,
                    count=len(phones),
                    simulators_pid=simulators.pid,
                )
            finally:
                sender.close()


async def _sdk(simulators: Simulators, messages: Sequence[Message], account: dict[str, str]) -> Run:
    app = firebase_admin.initialize_app(credentials.Certificate(account))
    service: Any = fcm._get_messaging_service(app)  # noqa: SLF001 - the only way to a simulator
    service._fcm_url = f"{simulators.url}/v1/projects/{PROJECT}/messages:send"  # noqa: SLF001 - likewise
    adapter = requests.adapters.HTTPAdapter(pool_connections=100, pool_maxsize=100)
    service._client.session.mount(simulators.url, adapter)  # noqa: SLF001 - likewise
    now = SystemClock().now()
    try:
        with measured(simulators.pid) as cost:
            for start in range(0, len(messages), AT_ONCE):
                # Built for each call, as whoever uses the SDK has to.
                batch = [_firebase(each, now) for each in messages[start : start + AT_ONCE]]
                answer = await asyncio.to_thread(fcm.send_each, batch, False, app)
                if answer.failure_count:
                    raise RuntimeError("send_each failed")
        return Run(len(messages), cost)
    finally:
        await asyncio.to_thread(firebase_admin.delete_app, app)
