"""What happens at the neighbours', each step once however often the demo is started."""

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from bot.buttons import Look, Press, Slot, Wish
from cli import commands
from cli.demo import neighbouring_files
from cli.demo.founding import RULES_AFTER, hour_of_rules
from cli.demo.levers import Button, Levers, Shown
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
        if neighbour.moves is not None and not self._diary.done(f"moved {neighbour.slug}"):
            offered = await self._move(stage, neighbour)
            self._diary.note(f"moved {neighbour.slug}", offered=str(offered))

    async def _switch_on(self, neighbour: Neighbour, began: datetime) -> None:
        zone = (await business_of(self._house.store, neighbour.slug)).zone
        at = hour_of_rules(self._house, zone, began=began, today=self._today(neighbour))
        for rule in neighbour.rules:
            await commands.SwitchOn(slug=neighbour.slug, rule=rule, at=at).run(self._house)
        self._diary.note(f"rules on {neighbour.slug}", at=at.isoformat())

    def _today(self, neighbour: Neighbour) -> date:
        return date.fromisoformat(self._diary.facts(f"imported {neighbour.slug}")["today"])

    async def _reveal(self, stage: Stage, neighbour: Neighbour) -> None:
        """Tap the notice that says nothing of what it is about."""
        chat_id = self._chat_of(neighbour)
        message, button = await self._noticed(stage, chat_id, Action.VIEW)
        await asyncio.sleep(READS_S)
        await stage.levers.press(chat_id, message.message_id, button)
        await asyncio.sleep(THINKS_S)
        self._tell(f"{neighbour.person.name} tapped «{button.text}» to read it.")

    async def _move(self, stage: Stage, neighbour: Neighbour) -> int:
        """Look up the next appointment, once its reminder is there, and choose one of the free moments; return how many
        were offered.
        """
        chat_id = self._chat_of(neighbour)
        await self._noticed(stage, chat_id, Action.MOVE)
        await asyncio.sleep(READS_S)
        await stage.levers.say(chat_id, "/appuntamenti")
        for leads_on in (_opens, _wants_to_move):
            message, buttons = await self._buttons(stage, chat_id, leads_on)
            await asyncio.sleep(THINKS_S)
            await stage.levers.press(chat_id, message.message_id, buttons[0])
        message, free = await self._buttons(stage, chat_id, _is_free)
        await asyncio.sleep(READS_S)
        chosen = free[len(free) // 2]
        await stage.levers.press(chat_id, message.message_id, chosen)
        self._tell(f"{neighbour.person.name} asked to come another day: «{chosen.text}».")
        return len(free)

    async def _noticed(self, stage: Stage, chat_id: int, action: Action) -> tuple[Shown, Button]:
        """Return the notice that offers this, however long it takes, and the button."""
        message, buttons = await self._buttons(
            stage, chat_id, lambda data: _is(data, Press) and Press.unpack(data).action == action
        )
        return message, buttons[0]

    async def _buttons(
        self, stage: Stage, chat_id: int, meant: Callable[[str], bool]
    ) -> tuple[Shown, list[Button]]:
        """Return the first message with such buttons, and these, once it is there."""
        while True:
            for message in (await stage.levers.chat(chat_id)).messages:
                if found := [each for each in message.buttons if meant(each.data)]:
                    return message, found
            await asyncio.sleep(LOOK_EVERY_S)

    def _chat_of(self, neighbour: Neighbour) -> int:
        return int(self._diary.facts(f"linked {neighbour.person.code}")["chat"])


def _opens(data: str) -> bool:
    return _is(data, Look)


def _wants_to_move(data: str) -> bool:
    return _is(data, Wish) and Wish.unpack(data).action == Action.MOVE


def _is_free(data: str) -> bool:
    return _is(data, Slot)


def _is(data: str, kind: type[Press | Look | Wish | Slot]) -> bool:
    return data.startswith(f"{kind.__prefix__}|")
