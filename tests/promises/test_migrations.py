"""The schema that the migrations build is the schema that the code speaks, both ways and with data in it."""

import asyncio
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from messaging.actions import campaigning, pausing, writing
from messaging.actions.admitting import ask_shop
from messaging.actions.attending import attend
from messaging.actions.doors import FileInUse, Store, Vault, migrate, new_key, open_store
from messaging.actions.staffing import invite_staff
from messaging.actions.troubles import note_unheard
from messaging.actions.webhooks import webhook_of
from messaging.audience import Tagged
from messaging.calendar import MessageClass
from messaging.clock import SystemClock
from messaging.conversation import Moving
from messaging.guessing import Guesses
from messaging.notification import NotificationId, State
from messaging.packs import OwnPack
from messaging.rule import MonthDay, Season, Side, Threshold
from messaging.staff import Role, StaffId
from messaging.store import conversations, guesses, own_packs, senders, staff, staff_notices, tables
from messaging.store.migrating import migrate_down
from messaging.store.revision import is_current
from messaging.trouble import Unheard
from tests.automations import automate, thing
from tests.campaigns import crowd, prepared, started
from tests.given import DUE, StillClock, Workshop, due_reminder, workshop_on
from tests.promises.schemas import column_names, differences, table_names


async def test_models_and_migrations_agree(store: Store) -> None:
    assert await differences(store) == []
    assert await is_current(store)


async def test_the_books_survive_a_way_down_and_up_again(store: Store, workshop: Workshop) -> None:
    await _with_traffic(workshop)

    await migrate_down(store, "0001")
    there = await table_names(store)
    assert {"business", "customer", "record", "rule"} <= there
    assert not {"notification", "delivery", "consent", "sender"} & there
    async with store.begin() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM customer")) == 1
    await migrate(store)

    assert await differences(store) == []
    async with store.begin() as conn:
        assert list(await conn.scalars(select(tables.customer.c.external_id))) == ["anna"]
        assert await conn.scalar(select(func.count()).select_from(tables.notification)) == 0


async def test_birthdays_are_numbered_on_the_way_up_and_rules_about_customers_end_on_the_way_down(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    await workshop.switch_on("auto.birthday")
    await workshop.customer(born_on=date(1980, 2, 29))
    await workshop.customer("bruno", born_on=date(1971, 11, 23), allows=[MessageClass.MARKETING])
    clock.move(timedelta(minutes=55))
    await workshop.planner().work()
    await workshop.customer("carla", born_on=date(1971, 12, 1))  # a change that nobody has seen

    await migrate_down(store, "0007")
    async with store.begin() as conn:
        rules = await conn.scalars(text("SELECT name FROM rule WHERE record_type = 'customer'"))
        assert list(rules) == []
        assert await conn.scalar(text("SELECT count(*) FROM change")) == 0
        assert await conn.scalar(text("SELECT count(*) FROM customer")) == 3
        stands = await conn.execute(text("SELECT state, rule_id FROM notification"))
        assert [tuple(row) for row in stands] == [("planned", None)]
    await migrate(store)

    async with store.begin() as conn:
        numbers = await conn.execute(
            select(tables.customer.c.external_id, tables.customer.c.birthday).order_by(
                tables.customer.c.id
            )
        )
        assert [tuple(row) for row in numbers] == [("anna", 229), ("bruno", 1123), ("carla", 1201)]
    clock.move(timedelta(minutes=10))
    await workshop.run()
    assert await workshop.states() == [(State.CANCELLED, "rule_off")]


async def test_rules_with_younger_triggers_end_on_the_way_down_and_what_they_said_of_things_stays(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    await workshop.switch_on()
    season = Season(first=MonthDay(11, 23), last=MonthDay(12, 1), at=time(9, 5), asset_type="card")
    limit = Threshold(asset_type="card", value="points", side=Side.ABOVE, limit=Decimal(9))
    await automate(workshop, season)
    await automate(workshop, limit, name="test.limit")
    await workshop.customer()
    await thing(workshop, points=10)
    await workshop.planner().work()
    await thing(workshop, points=11)  # a change that nobody has seen

    await migrate_down(store, "0008")
    assert "crossing" not in await table_names(store)
    async with store.begin() as conn:
        names = set(await conn.scalars(text("SELECT name FROM rule WHERE name LIKE 'test.%'")))
        kept = await conn.scalar(text("SELECT is_on FROM rule WHERE name = 'auto.inspection_due'"))
        assert (names, bool(kept)) == (set(), True)
        assert await conn.scalar(text("SELECT count(*) FROM change")) == 0
        said = await conn.scalars(text("SELECT subject FROM notification WHERE rule_id IS NULL"))
        assert list(said) == ["asset:1", "asset:1"]
    await migrate(store)

    clock.move(timedelta(minutes=10))
    await workshop.run()
    assert set(await workshop.states()) <= {(State.CANCELLED, "rule_off"), (State.ACCEPTED, None)}


async def test_pauses_end_on_the_way_down_and_what_waited_behind_them_stays(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    await due_reminder(workshop)
    await workshop.planner().work()
    for slug in (None, "officina"):
        await pausing.pause(store, slug=slug, by="test", now=clock.now())

    await migrate_down(store, "0011")
    assert "pause" not in await table_names(store)
    await migrate(store)

    assert await pausing.pauses_of(store) == []
    await workshop.run()
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_on_the_way_down_campaigns_end_with_what_they_had_not_sent(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    await prepared(workshop, 2)
    await started(workshop)
    await workshop.run()
    await crowd(workshop, 1, prefix="n")
    await started(workshop, name="second")
    await workshop.planner().work()
    await campaigning.pause(store, slug="officina", name="second", by="test", now=clock.now())

    await migrate_down(store, "0013")
    assert "campaign" not in await table_names(store)
    async with store.begin() as conn:
        stands = await conn.execute(
            text("SELECT state, count(*) FROM notification GROUP BY state ORDER BY state")
        )
        ends = [("accepted", 2), ("cancelled", 1), ("withheld", 2)]  # no two offers in a week
        assert [tuple(row) for row in stands] == ends
        assert await conn.scalar(text("SELECT count(*) FROM pause")) == 0
    await migrate(store)

    await workshop.run()
    assert len(workshop.texts) == 2


async def test_on_the_way_down_tags_end_and_rules_that_would_be_for_everybody_then(
    store: Store, workshop: Workshop
) -> None:
    await workshop.customer(tags=("fleet",), since=date(2020, 1, 1))
    await workshop.inspection(due_on=DUE)
    limit = Threshold(asset_type="card", value="points", side=Side.ABOVE, limit=Decimal(9))
    await automate(workshop, limit, audience=Tagged(("fleet",)))
    await automate(workshop, limit, name="test.everybody")
    await thing(workshop, points=10)
    await workshop.planner().work()

    await migrate_down(store, "0009")
    assert "customer_tag" not in await table_names(store)
    async with store.begin() as conn:
        names = await conn.scalars(text("SELECT name FROM rule WHERE name LIKE 'test.%'"))
        assert list(names) == ["test.everybody"]
        assert await conn.scalar(text("SELECT count(*) FROM crossing")) == 1
        said = await conn.scalars(
            text("SELECT count(*) FROM notification GROUP BY rule_id IS NULL")
        )
        assert list(said) == [1, 1]
        assert list(await conn.scalars(text("SELECT name FROM customer"))) == ["Anna Bianchi"]
        assert await conn.scalar(text("SELECT count(*) FROM record")) == 1
    await migrate(store)

    async with store.begin() as conn:
        assert list(await conn.scalars(select(tables.customer.c.since))) == [None]
    await workshop.customer(tags=("fleet",), since=date(2020, 1, 1))
    async with store.begin() as conn:
        assert list(await conn.scalars(select(tables.customer_tag.c.tag))) == ["fleet"]


async def test_down_to_nothing_and_up_again_is_an_empty_house(
    store: Store, workshop: Workshop, clock: StillClock
) -> None:
    await due_reminder(workshop)

    await migrate_down(store, "base")
    assert await table_names(store) == {"alembic_version"}
    await migrate(store)

    assert await differences(store) == []
    await _with_traffic(await workshop_on(store, clock))


async def test_what_waits_for_phones_finds_its_lane_by_platform_and_back(
    store: Store, workshop: Workshop
) -> None:
    await workshop.switch_on()
    for number, platform in enumerate(("ios", "android", "android")):
        customer = await workshop.customer(f"c{number}", chat=number == 1)
        await workshop.link_phone(customer, value=f"phone-{number}", platform=platform)
        await workshop.inspection(f"P{number}", customer=f"c{number}", due_on=DUE)
    await workshop.planner().work()
    lanes = {"ios": 1, "android": 1, "": 1}
    assert await _waiting_by_platform(store) == lanes

    await migrate_down(store, "0003")
    assert "platform" not in await column_names(store, "lane")
    async with store.begin() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM delivery")) == 3
        assert await conn.scalar(text("SELECT count(*) FROM lane WHERE next_due IS NOT NULL")) == 2
    await migrate(store)

    assert await _waiting_by_platform(store) == lanes
    await workshop.run()
    assert len(workshop.push.messages) == 2


async def _waiting_by_platform(store: Store) -> dict[str, int]:
    asked = (
        select(tables.lane.c.platform, func.count())
        .join(tables.delivery, tables.delivery.c.lane_id == tables.lane.c.id)
        .group_by(tables.lane.c.platform)
    )
    async with store.read() as conn:
        return {row[0]: row[1] for row in await conn.execute(asked)}


async def test_migrating_again_changes_nothing(store: Store, workshop: Workshop) -> None:
    await migrate(store)

    async with store.begin() as conn:
        assert list(await conn.scalars(select(tables.business.c.id))) == [workshop.business.id]


def _opened(url: str) -> Store:
    return open_store(url, vault=Vault([new_key()]), clock=SystemClock())


async def test_several_that_start_at_once_migrate_once(
    database_url: str, database_kind: str
) -> None:
    if database_kind == "sqlite":  # one owner of the file: another is told so
        store = _opened(database_url)
        with pytest.raises(FileInUse):
            _opened(database_url)
        await store.close()
        return
    stores = [_opened(database_url) for _ in range(4)]

    async with asyncio.TaskGroup() as group:
        for store in stores:
            group.create_task(migrate(store))

    assert await is_current(stores[0])
    assert await differences(stores[0]) == []
    for store in stores:
        await store.close()


async def _with_a_bot_at_work(workshop: Workshop) -> None:
    """Let the bot be attended to, have a webhook and a trouble, and wait for an answer in a chat."""
    store, bot, now = workshop.store, workshop.bot, workshop.clock.now()
    assert await attend(store, [bot], owner="process:1") == {bot}
    await webhook_of(store, sender_id=bot, now=now)
    await note_unheard(store, sender_id=bot, reason=Unheard.OTHER_POLLER, now=now)
    async with store.begin() as conn:
        asked = Moving(notification_id=NotificationId(1))
        await conversations.begin(conn, bot, 1001, asked, now)
        await guesses.keep(conn, bot, 1001, Guesses(wrong=1, since=now))
    await ask_shop(
        store, sender_id=bot, chat_id=1002, business_id=workshop.business.id, name="Mario",
        language="it", now=now,
    )  # fmt: skip


async def _with_traffic(workshop: Workshop) -> None:
    """Let a customer have got a message, so that every table of any weight has rows."""
    await workshop.switch_on()
    await workshop.customer(phone=True)
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(timedelta(days=2), step=timedelta(hours=12))
    async with workshop.store.read() as conn:
        assert await conn.scalar(select(func.count()).select_from(tables.attempt)) == 1
    await writing.write_to(
        workshop.store,
        slug="officina",
        customer="anna",
        text="Ha dimenticato l'ombrello.",
        by="test",
        now=workshop.clock.now(),
    )
    await invite_staff(
        workshop.store,
        slug="officina",
        name="Paolo",
        role=Role.OWNER,
        by="test",
        now=workshop.clock.now(),
    )
    async with workshop.store.begin() as conn:
        await staff.change(conn, StaffId(1), sender_id=workshop.bot, chat_id=1)
        await staff_notices.add(conn, [StaffId(1)], "reply:1", workshop.clock.now())
        own = OwnPack(name="hives", text="v: 1")
        await own_packs.put(conn, workshop.business.id, own, workshop.clock.now())
        enclosed = {"file_kind": "photo", "file_id": "AgAC", "file_of": workshop.bot}
        await conn.execute(tables.letter.update().values(enclosed))
        await senders.note_presented(conn, workshop.bot, "0" * 64)
    await _with_a_bot_at_work(workshop)
