"""A question about another day for an appointment: what is written next is its answer, whoever restarts in between."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from messaging.actions.conversing import write
from messaging.actions.sweeping import tidy
from messaging.store import tables
from tests.bot.house import House, a_fleet, open_house
from tests.bot.speaking import TOKEN
from tests.bot.telegram_town import Person, until_true
from tests.bot.test_appointments import MONDAY, WHEN
from tests.conftest import NewDatabase
from tests.prepared import prepare

SECOND_TOKEN = "4200002:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"


@pytest.fixture
async def either_house(tmp_path: Path, new_database: NewDatabase) -> AsyncIterator[House]:
    """A house on each database."""
    url = await new_database(prepare)
    async with open_house(tmp_path, token=TOKEN, url=url) as opened:
        yield opened


async def asked_for_a_day(house: House, name: str = "Mario", *, bot: str = "delta_bot") -> Person:
    """Return somebody who has pressed Move, and was asked for another day."""
    person = await house.linked(name, bot=bot)
    await house.notice(person, "move", appointment=MONDAY)
    await person.press("Sposta")
    await person.waits_for("Lo scriva qui")
    await house.settled()
    return person


async def replies(house: House) -> list[tuple[str, str | None]]:
    return [(row["action"], row["text"]) for row in await house.rows(tables.reply)]


async def says(house: House, person: Person, text: str) -> str:
    """Let the person say it; return what they hear."""
    await person.say(text)
    await house.settled()
    return (await person.heard())[-1]


async def test_the_answer_is_kept_about_the_appointment_and_confirmed(either_house: House) -> None:
    house = either_house
    mario = await asked_for_a_day(house)

    heard = await says(house, mario, "giovedì dopo le 15")

    assert heard.startswith("Grazie. Officina Delta la richiamerà per confermare un altro momento.")
    assert f"resta: {WHEN}" in heard
    assert heard.endswith("Se è urgente: 045 123456")
    [reply] = await house.rows(tables.reply)
    [record] = await house.rows(tables.record)
    assert (reply["action"], reply["text"]) == ("move", "giovedì dopo le 15")
    assert (reply["record_id"], reply["anchor"]) == (record["id"], MONDAY.isoformat())
    # That was the answer; what comes after it is a letter again.
    assert "ha ricevuto il suo messaggio" in await says(house, mario, "grazie!")
    assert await replies(house) == [("move", "giovedì dopo le 15"), ("text", "grazie!")]


async def test_a_restart_between_question_and_answer_is_not_noticed(either_house: House) -> None:
    house = either_house
    mario = await asked_for_a_day(house)
    house.fleet.stop()
    await until_true(lambda: house.fleet._tasks is None)
    await mario.say("giovedì dopo le 15")

    # Another process: a dispatcher of its own, which has never heard of Mario.
    again = a_fleet(house.store, house.bots, house.clock, owner="process:2")
    await again.add(house.sender_id)
    async with asyncio.TaskGroup() as group:
        group.create_task(again.run())
        await mario.waits_for("la richiamerà per confermare")
        await house.settled()
        again.stop()

    assert await replies(house) == [("move", "giovedì dopo le 15")]


async def test_an_answer_that_is_handled_twice_is_kept_once(either_house: House) -> None:
    house = either_house
    mario = await asked_for_a_day(house)
    for _ in range(2):  # a process that died between its work and the note that it was done
        for update_id, text in ((1, "giovedì"), (2, "anche venerdì")):
            kept = await write(
                house.store,
                sender_id=house.sender_id,
                chat_id=mario.id,
                update_id=update_id,
                text=text,
                now=house.clock.now(),
            )
            assert kept is not None
            assert (kept.moves is not None) == (update_id == 1)

    assert await replies(house) == [("move", "giovedì"), ("text", "anche venerdì")]


@pytest.mark.parametrize("command", ["/privacy", "/orari", "basta"])
async def test_a_command_in_between_ends_the_question(house: House, command: str) -> None:
    mario = await asked_for_a_day(house)

    await says(house, mario, command)
    await says(house, mario, "giovedì dopo le 15")

    assert await replies(house) == [("move", None), ("text", "giovedì dopo le 15")]


async def test_never_mind_leaves_the_appointment_and_nobody_has_to_call(house: House) -> None:
    mario = await asked_for_a_day(house)

    await mario.press("Lascia stare")
    await house.settled()

    assert (await mario.heard())[-1] == f"Il suo appuntamento resta: {WHEN}"
    assert await mario.buttons() == []
    [reply] = await house.rows(tables.reply)
    assert reply["done_at"] is not None
    assert "ha ricevuto il suo messaggio" in await says(house, mario, "giovedì")


async def test_never_mind_after_the_answer_changes_nothing(house: House) -> None:
    mario = await asked_for_a_day(house)
    await says(house, mario, "giovedì dopo le 15")

    await mario.press("Lascia stare")
    await house.settled()

    assert (await mario.heard())[-1].startswith("Questo pulsante non funziona più")
    [reply] = await house.rows(tables.reply)
    assert reply["done_at"] is None


async def test_after_a_day_it_is_no_answer_any_more(either_house: House) -> None:
    house = either_house
    mario, luigi = await asked_for_a_day(house), await asked_for_a_day(house, "Luigi")
    a_day_ago = house.clock.now() - timedelta(hours=24)
    mine = tables.conversation.c.chat_id == mario.id
    async with house.store.begin() as conn:
        await conn.execute(update(tables.conversation).where(mine).values(updated_at=a_day_ago))

    assert "ha ricevuto il suo messaggio" in await says(house, mario, "giovedì")

    # What nobody answers is forgotten.
    async with house.store.begin() as conn:
        await conn.execute(update(tables.conversation).values(updated_at=a_day_ago))
    [left] = await house.rows(tables.conversation)
    assert left["chat_id"] == luigi.id
    await tidy(house.store, now=house.clock.now())
    assert await house.rows(tables.conversation) == []


async def test_the_same_person_is_asked_by_one_business_and_writes_to_another(
    house: House,
) -> None:
    second = await house.found("epsilon", token=SECOND_TOKEN, name="Sartoria Epsilon")
    await house.fleet.add(house.senders[second])
    mario = await asked_for_a_day(house)
    there = Person(mario.town, second, mario.id)
    await there.start(await house.invitation("C-1", "Mario Rossi", bot=second))
    await house.settled()
    await there.press("Sì, sono io")
    await house.settled()

    await says(house, there, "giovedì dopo le 15")

    assert await replies(house) == [("move", None), ("text", "giovedì dopo le 15")]
    assert len(await house.rows(tables.conversation)) == 1
