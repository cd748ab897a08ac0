"""What happens at the neighbours', each step once however often the demo is started."""

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from bot.buttons import Press
from cli import commands
from cli.demo import neighbouring_files
from cli.demo.founding import RULES_AFTER, hour_of_rules
from cli.demo.levers import Levers
from cli.demo.linking import LOOK_EVERY_S, THINKS_S, link_chat
from cli.demo.neighbours import LATER, NEIGHBOURS, Neighbour
from cli.demo.sample import Written
from cli.demo.stage import Stage
from cli.house import House
from messaging.actions.founding import business_of
from messaging.errors import AlreadyExists
from messaging.reply import Action

READS_S = 2
LATER_S = 4
STEPS_IN_EVERY_S = 0.4
COME_AFTER_S = 3
"""The workshop's own customers are there first: so their phones stand on the page."""


async def found(stage: Stage, house: House) -> None:
    """Let there be the neighbours with their bots and their books; what there is already stays."""
    for each in NEIGHBOURS:
        if not stage.diary.done(f"founded {each.slug}"):
            with suppress(AlreadyExists):  # we were stopped just then
                await commands.AddBusiness(
                    slug=each.slug,
                    name=each.name,
                    pack=each.pack,
                    contact="0425 000 000",
                    opening="mon-sat 09:00-12:30 15:30-19:00",
                    round_the_clock=True,
                ).run(house)
            await _levers(stage, each).add_bot(each.token, each.name)
            await commands.GiveTelegram(slug=each.slug, token=each.token).run(house)
            stage.diary.note(f"founded {each.slug}")
        if not stage.diary.done(f"rules on {each.slug}"):
            zone = (await business_of(house.store, each.slug)).zone
            today = (house.clock.now() + RULES_AFTER).astimezone(zone).date()
            for file in neighbouring_files.write(stage.directory, each, today):
                await _import(house, each, file)
            stage.diary.note(f"imported {each.slug}", today=today.isoformat())


def _levers(stage: Stage, neighbour: Neighbour) -> Levers:
    return stage.levers.of(neighbour.bot)


async def _import(house: House, neighbour: Neighbour, file: Written) -> None:
    data = base64.b64encode(file.data).decode()
    await commands.ImportFile(slug=neighbour.slug, name=file.path.name, data=data).run(house)


class Street:
    """The neighbours. `tell` is given a line for whatever happens."""

    def __init__(self, stage: Stage, house: House, tell: Callable[[str], None]) -> None:
        self._stage = stage
        self._house = house
        self._diary = stage.diary
        self._tell = tell

    async def play(self) -> None:
        """Play everything that has not been played yet; return when all of it has."""
        began = self._house.clock.now()
        async with asyncio.TaskGroup() as group:
            for place, each in enumerate(NEIGHBOURS):
                group.create_task(self._live(each, began, place))

    async def _live(self, neighbour: Neighbour, began: datetime, place: int) -> None:
        person = neighbour.person
        stage = replace(self._stage, levers=_levers(self._stage, neighbour))
        if not self._diary.done(f"linked {person.code}"):
            await asyncio.sleep(COME_AFTER_S + place * STEPS_IN_EVERY_S)
            chat_id = await link_chat(stage, self._house, person, slug=neighbour.slug)
            self._diary.note(f"linked {person.code}", chat=str(chat_id))
            self._tell(f"{person.name} linked a chat with {neighbour.name}.")
        if not self._diary.done(f"rules on {neighbour.slug}"):
            await self._switch_on(neighbour, began)
        if neighbour.slug in LATER and not self._diary.done(f"later {neighbour.slug}"):
            await asyncio.sleep(LATER_S)
            for file in neighbouring_files.write(
                self._stage.directory, neighbour, self._today(neighbour), later=True
            ):
                await _import(self._house, neighbour, file)
            self._diary.note(f"later {neighbour.slug}")
            self._tell(f"The program of {neighbour.name} exports again.")
        if neighbour.reveals is not None and not self._diary.done(f"revealed {neighbour.slug}"):
            await self._reveal(stage, neighbour)
            self._diary.note(f"revealed {neighbour.slug}")

    async def _switch_on(self, neighbour: Neighbour, began: datetime) -> None:
        zone = (await business_of(self._house.store, neighbour.slug)).zone
        at = hour_of_rules(self._house, zone, began=began, today=self._today(neighbour))
        for rule in neighbour.rules:
            await commands.SwitchOn(slug=neighbour.slug, rule=rule, at=at).run(self._house)
        self._diary.note(f"rules on {neighbour.slug}", at=at.isoformat())

    def _today(self, neighbour: Neighbour) -> date:
        return date.fromisoformat(self._diary.facts(f"imported {neighbour.slug}")["today"])

    async def _reveal(self, stage: Stage, neighbour: Neighbour) -> None:
        """Wait for the notice that says nothing of what it is about, however long it takes, and tap."""
        chat_id = int(self._diary.facts(f"linked {neighbour.person.code}")["chat"])
        while True:
            for message in (await stage.levers.chat(chat_id)).messages:
                for button in message.buttons:
                    if (
                        button.data.startswith(f"{Press.__prefix__}|")
                        and Press.unpack(button.data).action == Action.VIEW
                    ):
                        await asyncio.sleep(READS_S)
                        await stage.levers.press(chat_id, message.message_id, button)
                        await asyncio.sleep(THINKS_S)
                        self._tell(f"{neighbour.person.name} tapped «{button.text}» to read it.")
                        return
            await asyncio.sleep(LOOK_EVERY_S)
