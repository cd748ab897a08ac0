"""What is wrong with a business, as its own data tell, and what is not."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from cli.commands import Check
from cli.house import House
from cli.settings import Settings
from messaging.actions import answering, importing, inspecting, troubles
from messaging.actions.doors import Store, Vault, new_key
from messaging.calendar import MessageClass
from messaging.clock import SystemClock
from messaging.finding import Severity
from messaging.intake import RecordRow
from messaging.opening import to_json
from messaging.store import businesses
from messaging.store.migrating import migrate_down
from messaging.store.tables import business_sender, rule
from messaging.trouble import Unheard
from tests.given import StillClock, Workshop, due_reminder

DAY = timedelta(days=1)
CUSTOMERS = "Cod. cliente;Cognome e nome / Rag. sociale;Targa\r\nC1;Rossi Bea;AB123CD".encode(
    "cp1252"
)

Scene = Callable[[Workshop], Awaitable[None]]


async def found(workshop: Workshop) -> dict[str, Severity]:
    """Return what is found besides what is as it should be."""
    told = await inspecting.inspect(
        workshop.store, slug=workshop.business.slug, now=workshop.clock.now()
    )
    return {each.code: each.severity for each in told if each.severity is not Severity.FINE}


async def well(workshop: Workshop) -> None:
    """A rule is on and planned, somebody is linked, and a reminder lies ahead."""
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2027, 3, 1))
    await workshop.run()


async def nothing_told(workshop: Workshop) -> None:
    pass


async def no_bot_and_no_app(workshop: Workshop) -> None:
    await well(workshop)
    async with workshop.store.begin() as conn:
        await conn.execute(business_sender.delete())


async def nobody_linked(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer(chat=False)
    await workshop.inspection(due_on=date(2027, 3, 1))
    await workshop.run()


async def planner_asleep(workshop: Workshop) -> None:
    await well(workshop)
    workshop.clock.move(timedelta(hours=1))


async def a_change_unseen(workshop: Workshop) -> None:
    await well(workshop)
    workshop.clock.move(timedelta(hours=1))
    await workshop.run()
    await workshop.inspection(due_on=date(2027, 3, 2))
    workshop.clock.move(timedelta(minutes=9))


async def held(workshop: Workshop) -> None:
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.switch_on()
    await workshop.run()


async def asked_to_be_called(workshop: Workshop) -> None:
    await due_reminder(workshop)
    await workshop.run()
    await answering.press(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=1001,
        delivery_id=workshop.telegram.messages[0].delivery_id,
        action="call_me",
        value="",
        now=workshop.clock.now(),
    )
    await workshop.wait(DAY, step=DAY)


async def forgotten(workshop: Workshop) -> None:
    await asked_to_be_called(workshop)
    await workshop.wait(2 * DAY, step=DAY)


async def no_dates(workshop: Workshop) -> None:
    await well(workshop)
    await workshop.inspection(due_on=None, code="AB123CD")
    await workshop.record(
        RecordRow(type="insurance", external_id="i", customer="anna", status="open")
    )
    await workshop.switch_on("auto.insurance_due")
    await workshop.inspection(due_on=date(2027, 3, 1))
    await workshop.run()


async def no_such_record(workshop: Workshop) -> None:
    await well(workshop)
    await workshop.switch_on("auto.ready")
    await workshop.run()


async def only_estimated(workshop: Workshop) -> None:
    await well(workshop)
    await workshop.switch_on("auto.inspection_due_estimated")
    await workshop.run()


async def all_finished(workshop: Workshop) -> None:
    await well(workshop)
    await workshop.inspection(due_on=date(2027, 3, 1), status="done")
    await workshop.run()


async def never_open(workshop: Workshop) -> None:
    await well(workshop)
    async with workshop.store.begin() as conn:
        closed = {MessageClass.REMINDER: to_json(((),) * 7)}
        await businesses.set_hours(conn, workshop.business.id, {"sending_hours": closed})


async def no_text(workshop: Workshop) -> None:
    await well(workshop)
    async with workshop.store.begin() as conn:
        named = rule.c.name == "auto.inspection_due"
        await conn.execute(update(rule).where(named).values(template="auto.gone"))


async def imported_long_ago(workshop: Workshop) -> None:
    await well(workshop)
    await importing.import_file(
        workshop.store,
        slug=workshop.business.slug,
        name="clienti.csv",
        data=CUSTOMERS,
        now=workshop.clock.now() - 15 * DAY,
    )
    await workshop.run()


NEEDS_YOU, WARNING = Severity.NEEDS_YOU, Severity.WARNING


@pytest.mark.parametrize(
    ("scene", "told"),
    [
        (well, {}),
        (nothing_told, {"no_customers": WARNING, "all_rules_off": WARNING}),
        (no_bot_and_no_app, {"no_sender": NEEDS_YOU}),
        (nobody_linked, {"nobody_linked": NEEDS_YOU}),
        (planner_asleep, {"planner_behind": NEEDS_YOU}),
        (a_change_unseen, {}),
        (held, {"held": NEEDS_YOU}),
        (asked_to_be_called, {}),
        (forgotten, {"replies_waiting": NEEDS_YOU}),
        (no_dates, {"rule_no_dates": WARNING}),
        (no_such_record, {"rule_no_records": WARNING}),
        (only_estimated, {"rule_where_never": WARNING}),
        (all_finished, {"rule_none_ahead": WARNING}),
        (imported_long_ago, {"import_old": WARNING}),
        (never_open, {"rule_never_open": NEEDS_YOU}),
        (no_text, {"rule_no_template": NEEDS_YOU}),
    ],
)
async def test_what_is_wrong_with_a_business_is_found_and_nothing_else(
    workshop: Workshop, scene: Scene, told: dict[str, Severity]
) -> None:
    await scene(workshop)

    assert await found(workshop) == told


async def test_an_old_schema_is_told_and_left_as_it_is(store: Store) -> None:
    before = await inspecting.database_findings(store, SystemClock())
    assert "schema" in {each.code for each in before}

    await migrate_down(store, "0002")

    for _ in range(2):
        told = await inspecting.database_findings(store, SystemClock())
        assert [each.code for each in told] == ["schema_behind"]


async def test_a_schema_from_the_future_is_told(store: Store) -> None:
    async with store.begin() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    told = await inspecting.database_findings(store, SystemClock())

    assert [each.code for each in told] == ["schema_ahead"]


async def test_a_clock_that_differs_from_the_database_servers_is_told_where_there_is_one(
    store: Store,
) -> None:
    clock = StillClock(SystemClock().now() + timedelta(minutes=5))

    codes = [each.code for each in await inspecting.database_findings(store, clock)]

    assert ("clock_off" in codes) is not store.is_sqlite


async def test_bots_and_projects_are_asked_and_what_running_processes_met_is_told_beside(
    workshop: Workshop,
) -> None:
    await troubles.note_unheard(
        workshop.store,
        sender_id=workshop.bot,
        reason=Unheard.OTHER_POLLER,
        now=workshop.clock.now(),
    )
    away = "http://127.0.0.1:1"
    settings = Settings(telegram_api_url=away, fcm_api_url=away)
    house = House(settings=settings, store=workshop.store, clock=SystemClock())

    answer = await Check(slug=workshop.business.slug).run(house)

    assert isinstance(answer.data, list)
    assert {each.code for each in answer.data if each.severity is NEEDS_YOU} == {
        "bot_other_poller",
        "telegram_unreachable",
        "service_account_unusable",
    }


async def test_a_secret_that_this_key_does_not_open_is_told_with_whose_it_is(
    workshop: Workshop,
) -> None:
    workshop.store.vault = Vault([new_key()])
    away = "http://127.0.0.1:1"
    settings = Settings(telegram_api_url=away, fcm_api_url=away)
    house = House(settings=settings, store=workshop.store, clock=SystemClock())

    answer = await Check(slug=workshop.business.slug).run(house)

    assert isinstance(answer.data, list)
    told = [each for each in answer.data if each.code == "secret_unreadable"]
    assert len(told) == 2  # the bot's and the project's
    assert all(each.todo and "key" in each.todo for each in told), [each.todo for each in told]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_file_with_a_page_gone_wrong_is_told(store: Store, tmp_path: Path) -> None:
    async with store.begin() as conn:
        # What a failing disk does: the entry that an index has of a row points nowhere.
        await conn.execute(text("PRAGMA writable_schema = ON"))
        await conn.execute(text("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'ix_lane_due'"))
    told = await inspecting.database_findings(store, SystemClock())

    assert "database_damaged" in {each.code for each in told}
