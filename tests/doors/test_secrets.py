"""Bot tokens and service accounts lie in the database encrypted, with keys that lie elsewhere."""

import json

import pytest
from sqlalchemy import select

from messaging.actions import founding
from messaging.actions.doors import Store, Vault, fingerprint_of, new_key, open_store, secret_of
from messaging.actions.founding import NewBusiness
from messaging.actions.rotating import key_findings, rotate
from messaging.business import SenderId
from messaging.customer import Channel
from messaging.errors import Misconfigured, Refused
from messaging.store import tables
from tests.conftest import NewDatabase
from tests.given import StillClock
from tests.prepared import prepare

TOKEN = "7712345678:AAH-not-a-real-token-but-as-long-as-one"
ACCOUNT = json.dumps({"project_id": "delta", "private_key": "-----BEGIN PRIVATE KEY-----x"})


def opened(url: str, *keys: str) -> Store:
    return open_store(url, vault=Vault(keys), clock=StillClock())


async def give(store: Store, channel: Channel, secret: str) -> SenderId:
    return await founding.give_sender(
        store,
        slug="officina",
        channel=channel,
        external_id=f"one-{channel}",
        name="delta_bot",
        secret=secret,
        now=StillClock().now(),
    )


async def found(store: Store) -> None:
    new = NewBusiness(
        slug="officina", name="Officina Delta", pack=None, timezone="Europe/Rome", language="it"
    )
    await founding.add_business(store, new, now=StillClock().now())


async def secret(store: Store, sender_id: SenderId) -> str:
    known = await secret_of(store, sender_id)
    assert known is not None
    return known.secret


async def test_what_is_stored_is_not_the_secret(new_database: NewDatabase) -> None:
    store = opened(await new_database(prepare), new_key())
    await found(store)
    bot = await give(store, Channel.TELEGRAM, TOKEN)
    project = await give(store, Channel.PUSH, ACCOUNT)

    async with store.read() as conn:
        rows = [dict(row) for row in (await conn.execute(select(tables.sender))).mappings()]
        audits = [dict(row) for row in (await conn.execute(select(tables.audit))).mappings()]
    everything = repr(rows) + repr(audits)
    assert len(rows) == 2
    for part in (TOKEN, TOKEN.split(":")[1], "PRIVATE KEY"):
        assert part not in everything
    assert (await secret(store, bot), await secret(store, project)) == (TOKEN, ACCOUNT)
    await store.close()


async def test_a_new_key_in_front_opens_what_the_old_one_sealed(new_database: NewDatabase) -> None:
    url, old, new = await new_database(prepare), new_key(), new_key()
    store = opened(url, old)
    await found(store)
    bot = await give(store, Channel.TELEGRAM, TOKEN)
    await store.close()

    store = opened(url, new, old)
    assert await secret(store, bot) == TOKEN
    project = await give(store, Channel.PUSH, ACCOUNT)  # sealed with the new one
    await store.close()

    store = opened(url, new)
    assert await secret(store, project) == ACCOUNT
    with pytest.raises(Misconfigured, match="does not open with any key") as refused:
        await secret(store, bot)
    assert "put the key" in refused.value.hint
    await store.close()


async def test_once_rotated_the_old_key_can_go(new_database: NewDatabase) -> None:
    url, old, new = await new_database(prepare), new_key(), new_key()
    store = opened(url, old)
    await found(store)
    bot = await give(store, Channel.TELEGRAM, TOKEN)
    assert await key_findings(store) == []
    with pytest.raises(Refused, match="before the new key was put in front"):
        await rotate(store, first=fingerprint_of([new, old]))
    await store.close()

    store = opened(url, new, old)
    assert [each.code for each in await key_findings(store)] == ["secrets_old"]
    assert await rotate(store, first=fingerprint_of([new, old])) == 1
    assert await rotate(store, first=fingerprint_of([new, old])) == 1  # twice does no harm
    assert await key_findings(store) == []
    await store.close()

    store = opened(url, new)
    assert (await secret(store, bot), await key_findings(store)) == (TOKEN, [])
    await store.close()

    store = opened(url, new_key())
    assert [each.code for each in await key_findings(store)] == ["secrets_shut"]
    with pytest.raises(Misconfigured, match="does not open with any key"):
        await rotate(store, first=store.vault.fingerprint)
    await store.close()


async def test_without_a_key_nothing_is_stored_and_a_sentence_says_what_to_do(
    new_database: NewDatabase,
) -> None:
    store = opened(await new_database(prepare))
    await found(store)

    with pytest.raises(Misconfigured, match="AVVISA_SECRET_KEYS is empty") as refused:
        await give(store, Channel.TELEGRAM, TOKEN)

    assert "avvisa secrets new" in refused.value.hint
    assert TOKEN not in str(refused.value)
    async with store.read() as conn:
        assert list(await conn.scalars(select(tables.sender.c.id))) == []
    await store.close()


@pytest.mark.parametrize("key", ["short", "x" * 44, "not base64 at all, not at all, not at all..."])
def test_what_is_no_key_is_told_without_showing_it(key: str) -> None:
    with pytest.raises(Misconfigured, match="not a key") as refused:
        Vault([new_key(), key])

    assert key not in f"{refused.value} {refused.value.hint}"


def test_the_same_secret_is_never_sealed_alike() -> None:
    vault = Vault([new_key()])

    assert vault.seal(TOKEN) != vault.seal(TOKEN)
