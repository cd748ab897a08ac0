"""What people do with a bot, each act with the update that it makes."""

import secrets
from typing import Any

from simulators import clock
from simulators.telegram.bots import Bot
from simulators.telegram.chats import Chat, ChatMessage
from simulators.telegram.entities import utf16_length
from simulators.telegram.people import Person
from simulators.telegram.world import Telegram


class CannotError(Exception):
    """A person cannot do this now; the text is a sentence for whoever asked."""

    def __init__(self, sentence: str, *, status: int = 409) -> None:
        super().__init__(sentence)
        self.status = status


def start(world: Telegram, bot: Bot, person: Person, payload: str | None) -> int | None:
    """Press Start, perhaps from a deep link; unblocks. Gives back the update's id."""
    _check_alive(person)
    chat = world.chats.all.get((bot.id, person.id))
    if chat is not None and chat.blocked:
        set_blocked(world, bot, person, blocked=False)
    chat = world.chats.open(bot.id, person.id, blocked=False)
    return _write(world, bot, chat, f"/start {payload}" if payload else "/start")


def say(world: Telegram, bot: Bot, person: Person, text: str) -> int | None:
    """Write something to the bot."""
    return _write(world, bot, _open_chat(world, bot, person), text)


def share_contact(world: Telegram, bot: Bot, person: Person) -> int | None:
    """Share one's own contact, as a request_contact key does; the phone comes without "+"."""
    chat = _open_chat(world, bot, person)
    if not person.phone:
        raise CannotError(f"{person.full_name} has no phone number to share.")
    contact = {
        "phone_number": person.phone.lstrip("+"),
        "first_name": person.first_name,
        "user_id": person.id,
    }
    if person.last_name:
        contact["last_name"] = person.last_name
    fact = {
        "at": clock.seconds(),
        "from_bot": False,
        "text": "",
        "entities": [],
        "contact": contact,
    }
    message = world.chats.post(chat, fact)
    return world.bots.tell(bot, "message", world.message_json(chat, message))


def press(
    world: Telegram, bot: Bot, person: Person, button: str, message_id: int | None
) -> int | None:
    """Press the button with this text or callback data: of that message, or of the newest that
    has one, or of the reply keyboard.
    """
    chat = _open_chat(world, bot, person)
    found = _find_button(chat, button, message_id)
    if found is None:
        return _press_key(world, bot, person, chat, button)
    message, pressed = found
    if "disabled" in pressed:
        raise CannotError(f'The button "{pressed["text"]}" is disabled.')
    if "callback_data" not in pressed:
        raise CannotError(f'The button "{pressed["text"]}" opens a link and tells the bot nothing.')
    callback_id = str(secrets.randbits(63))
    world.chats.press(chat, callback_id)
    return world.bots.tell(
        bot,
        "callback_query",
        {
            "id": callback_id,
            "from": person.as_user(),
            "message": world.message_json(chat, message),
            "chat_instance": f"{bot.id}{person.id}",
            "data": pressed["callback_data"],
        },
    )


def set_blocked(world: Telegram, bot: Bot, person: Person, *, blocked: bool) -> int | None:
    """Block or unblock the bot, which the bot learns as my_chat_member."""
    chat = world.chats.all.get((bot.id, person.id))
    if chat is None:
        raise CannotError(f"{person.full_name} has not started @{bot.username}.")
    if chat.blocked == blocked:
        return None
    world.chats.open(bot.id, person.id, blocked=blocked)
    states = [_member(bot, "member"), _member(bot, "kicked")]
    old, new = states if blocked else reversed(states)
    return world.bots.tell(
        bot,
        "my_chat_member",
        {
            "chat": person.as_chat(),
            "from": person.as_user(),
            "date": int(clock.seconds()),
            "old_chat_member": old,
            "new_chat_member": new,
        },
    )


def _member(bot: Bot, status: str) -> dict[str, Any]:
    member = {"user": bot.as_user(), "status": status}
    return {**member, "until_date": 0} if status == "kicked" else member


def _check_alive(person: Person) -> None:
    if person.deactivated:
        raise CannotError(f"{person.full_name} has no Telegram account any more.")


def _open_chat(world: Telegram, bot: Bot, person: Person) -> Chat:
    _check_alive(person)
    chat = world.chats.all.get((bot.id, person.id))
    if chat is None:
        raise CannotError(f"{person.full_name} has not started @{bot.username}.")
    if chat.blocked:
        raise CannotError(f"{person.full_name} has blocked @{bot.username}.")
    return chat


def _write(world: Telegram, bot: Bot, chat: Chat, text: str) -> int | None:
    entities = []
    if text.startswith("/"):
        length = utf16_length(text.split(maxsplit=1)[0])
        entities.append({"type": "bot_command", "offset": 0, "length": length})
    fact = {"at": clock.seconds(), "from_bot": False, "text": text, "entities": entities}
    message = world.chats.post(chat, fact)
    return world.bots.tell(bot, "message", world.message_json(chat, message))


def _find_button(
    chat: Chat, button: str, message_id: int | None
) -> tuple[ChatMessage, dict[str, Any]] | None:
    for message in reversed(chat.messages.values()):
        if message_id is not None and message.id != message_id:
            continue
        for row in message.buttons or []:
            for candidate in row:
                if button in {candidate["text"], candidate.get("callback_data")}:
                    return message, candidate
    return None


def _press_key(world: Telegram, bot: Bot, person: Person, chat: Chat, button: str) -> int | None:
    rows = chat.keyboard["keyboard"] if chat.keyboard else []
    key = next((key for row in rows for key in row if key["text"] == button), None)
    if key is None:
        raise CannotError(
            f'{person.full_name} sees no button "{button}" in the chat with @{bot.username}.',
            status=404,
        )
    if key.get("request_contact"):
        return share_contact(world, bot, person)
    return _write(world, bot, chat, button)
