"""The workshop's owner in the bot: a customer asks in the chat, and he answers from his own phone."""

import asyncio
from typing import Final

from bot.staff_buttons import AboutReply, JoinStaff, Shop
from cli import commands
from cli.demo.founding import SLUG
from cli.demo.levers import Button, Shown
from cli.demo.linking import LOOK_EVERY_S, THINKS_S
from cli.demo.people import OWNER
from cli.demo.stage import Stage
from cli.house import House
from messaging.staff import Role

QUESTION: Final = "Ho dimenticato gli occhiali in macchina: li avete trovati?"
ANSWER: Final = "Sì, sono qui in cassa. La aspettiamo!"
READS_S: Final = 2


async def link_owner(stage: Stage, house: House) -> int:
    """Let the owner open his invitation and say that it is him; return his chat. Done twice it is done once."""
    levers = stage.levers
    chat_id = await levers.person(
        key=OWNER.code,
        first_name=OWNER.first_name,
        last_name=OWNER.last_name,
        language=OWNER.language,
    )
    invited = await commands.InviteStaff(
        slug=SLUG, name=OWNER.name, role=Role.OWNER, by="demo"
    ).run(house)
    assert isinstance(invited.data, dict)  # noqa: S101 - an object, as `--json` shows it
    await levers.start(chat_id, str(invited.data["link"]).partition("start=")[2])
    message, button = await offered(stage, chat_id, JoinStaff.__prefix__)
    await asyncio.sleep(THINKS_S)
    await levers.press(chat_id, message.message_id, button)
    return chat_id


async def ask(stage: Stage, chat_id: int) -> None:
    """Let a customer write what they want to know."""
    await asyncio.sleep(READS_S)
    await stage.levers.say(chat_id, QUESTION)


async def answer(stage: Stage, chat_id: int) -> None:
    """Wait until the owner is told of it, however long it takes, and let him answer."""
    message, button = await offered(stage, chat_id, AboutReply.__prefix__, about=QUESTION)
    await asyncio.sleep(READS_S)
    await stage.levers.press(chat_id, message.message_id, button)
    await offered(stage, chat_id, Shop.__prefix__, after=message.message_id)  # the way out of it
    await asyncio.sleep(THINKS_S)
    await stage.levers.say(chat_id, ANSWER)


async def offered(
    stage: Stage, chat_id: int, prefix: str, *, about: str = "", after: int = 0
) -> tuple[Shown, Button]:
    """Return the first button of the kind under a later message with these words, once it is there."""
    while True:
        for message in (await stage.levers.chat(chat_id)).messages:
            meant = about in message.text and message.message_id > after
            for button in message.buttons if meant else ():
                if button.data.startswith(f"{prefix}|"):
                    return message, button
        await asyncio.sleep(LOOK_EVERY_S)
