"""What the customers do, one step after the other, each once however often the demo is started."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.buttons import Look, Press
from cli.demo import talking
from cli.demo.founding import switch_rules_on, tell_that_a_car_is_ready
from cli.demo.levers import Button, Shown
from cli.demo.linking import LOOK_EVERY_S, THINKS_S, link_app, link_chat
from cli.demo.people import (
    ELENA,
    GIULIA,
    IN_TELEGRAM,
    IN_THE_APP,
    MARIO,
    OWNER,
    STOCCO,
    WEI,
    Person,
)
from cli.demo.stage import Stage
from cli.house import House
from messaging.calendar import MessageClass
from messaging.reply import Action

READS_S = 3
READY_AFTER_S = 5
STEPS_IN_EVERY_S = 0.4
"""One after the other, so that their phones stand in this order on the page."""
AFTER_THE_FIRST = 0.5
"""The place of the owner: beside the customer whom he answers."""
Tell = Callable[[str], None]


class Cast:
    """The customers. `tell` is given a line for whatever happens."""

    def __init__(self, stage: Stage, house: House, tell: Tell) -> None:
        self._stage = stage
        self._house = house
        self._diary = stage.diary
        self._tell = tell

    async def play(self) -> None:
        """Play everything that has not been played yet; return when all of it has."""
        began = self._house.clock.now()
        async with asyncio.TaskGroup() as group:
            for place, each in enumerate(IN_TELEGRAM):
                group.create_task(self._link(each, self._chat, place))
            for place, each in enumerate(IN_THE_APP):
                group.create_task(self._link(each, self._app, place))
            group.create_task(self._link(OWNER, self._owner, AFTER_THE_FIRST))
        await self._once("blocked", self._block)
        await self._once("uninstalled", self._uninstall)
        if not self._diary.done("rules on"):
            at = await switch_rules_on(self._stage, self._house, began=began)
            self._tell(f"The workshop switches its rules on: they remind at {at:%H:%M:%S}.")
        async with asyncio.TaskGroup() as group:
            group.create_task(self._once("ready", self._ready))
            group.create_task(self._talk())
            group.create_task(self._once("looked up", self._look_up))
            group.create_task(self._once("confirmed", self._confirm))

    async def _once(self, step: str, act: Callable[[], Awaitable[None]]) -> None:
        if not self._diary.done(step):
            await act()
            self._diary.note(step)

    async def _link(
        self, person: Person, how: Callable[[Person], Awaitable[dict[str, str]]], place: float
    ) -> None:
        step = f"linked {person.code}"
        if self._diary.done(step):
            return
        await asyncio.sleep(place * STEPS_IN_EVERY_S)
        self._diary.note(step, **await how(person))

    async def _chat(self, person: Person) -> dict[str, str]:
        chat_id = await link_chat(self._stage, self._house, person)
        offers = " and offers" if MessageClass.MARKETING in person.agrees else ""
        said = f"and wants reminders{offers}" if person.agrees else "and wants no reminders"
        self._tell(f"{person.name} linked a Telegram chat ({person.language}) {said}.")
        return {"chat": str(chat_id)}

    async def _app(self, person: Person) -> dict[str, str]:
        await link_app(self._stage, self._house, person)
        self._tell(f"{person.name} linked the app and wants reminders.")
        return {}

    async def _owner(self, _: Person) -> dict[str, str]:
        chat_id = await talking.link_owner(self._stage, self._house)
        self._tell(
            f"{OWNER.name}, who owns the workshop, is in its bot, too, and hears of customers."
        )
        return {"chat": str(chat_id)}

    async def _block(self) -> None:
        await self._stage.levers.block(self._chat_of(GIULIA))
        self._tell(f"{GIULIA.name} blocked the bot.")

    async def _uninstall(self) -> None:
        phones = await self._stage.levers.phones()
        await self._stage.levers.uninstall(phones[STOCCO.code])
        self._tell(f"{STOCCO.name} took the app off the phone, and told nobody.")

    async def _ready(self) -> None:
        await asyncio.sleep(READY_AFTER_S)
        await tell_that_a_car_is_ready(self._stage, self._house)
        self._tell(f"The workshop's program exports again: {ELENA.name}'s car is ready.")

    async def _press(self) -> None:
        """Press the button that settles Mario's reminder, the one that offers to book, too."""
        label = await self._answer(MARIO, {Action.BOOK, Action.DONE}, Action.DONE)
        self._tell(f"{MARIO.name} pressed «{label}» under the reminder.")

    async def _talk(self) -> None:
        """Let Mario press, ask something in his own words, and be answered."""
        await self._once("pressed", self._press)
        await self._once("asked", self._ask)
        await self._once("answered", self._reply)

    async def _ask(self) -> None:
        await talking.ask(self._stage, self._chat_of(MARIO))
        self._tell(f"{MARIO.name} wrote: «{talking.QUESTION}»")

    async def _reply(self) -> None:
        await talking.answer(self._stage, self._chat_of(OWNER))
        self._tell(f"{OWNER.name} answered on his own phone: «{talking.ANSWER}»")

    async def _look_up(self) -> None:
        """Let Wei ask for the deadlines, once the reminder is there, and open the first."""
        await self._offered(WEI, {Action.BOOK, Action.NOT_NOW}, Action.BOOK)
        await asyncio.sleep(READS_S)
        chat_id = self._chat_of(WEI)
        await self._stage.levers.say(chat_id, "/deadlines")
        message, button = await talking.offered(self._stage, chat_id, Look.__prefix__)
        await asyncio.sleep(READS_S)
        await self._stage.levers.press(chat_id, message.message_id, button)
        self._tell(f"{WEI.name} looked up the deadlines in the chat.")

    async def _confirm(self) -> None:
        label = await self._answer(ELENA, {Action.CONFIRM, Action.MOVE}, Action.CONFIRM)
        self._tell(f"{ELENA.name} pressed «{label}»: the appointment of tomorrow stands.")

    async def _answer(self, person: Person, offers: set[Action], action: Action) -> str:
        """Wait for the notice that offers this, however long it takes, press, and return the label."""
        message, button = await self._offered(person, offers, action)
        await asyncio.sleep(READS_S)
        await self._stage.levers.press(self._chat_of(person), message.message_id, button)
        await asyncio.sleep(THINKS_S)
        return button.text

    async def _offered(
        self, person: Person, offers: set[Action], action: Action
    ) -> tuple[Shown, Button]:
        """Wait for the notice that offers this, and return it with the button of the action."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            messages = (await self._stage.levers.chat(self._chat_of(person))).messages
            if (found := _notice(messages, offers, action)) is not None:
                return found

    def _chat_of(self, person: Person) -> int:
        return int(self._diary.facts(f"linked {person.code}")["chat"])


def _notice(
    messages: tuple[Shown, ...], offers: set[Action], action: Action
) -> tuple[Shown, Button] | None:
    """Return the notice that offers all of this, and the button of the action."""
    for message in messages:
        offered = {
            Press.unpack(each.data).action: each
            for each in message.buttons
            if each.data.startswith(f"{Press.__prefix__}|")
        }
        if offers <= offered.keys():
            return message, offered[action]
    return None
