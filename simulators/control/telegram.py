"""The levers that play bots' owners and people, and the ledgers of Telegram."""

from dataclasses import asdict
from itertools import islice
from typing import Any

from aiohttp import web
from pydantic import Field

from simulators import clock
from simulators.control.answers import Body, NotThereError, after, answer, read_body
from simulators.telegram import acts
from simulators.telegram.bots import Bot
from simulators.telegram.chats import Chat, ChatMessage
from simulators.telegram.people import Person
from simulators.telegram.world import Telegram


class BotBody(Body):
    """A bot to make, or to give another name or token."""

    token: str = Field(pattern=r"^\d{1,15}:[\w-]+$")
    username: str = Field(pattern=r"^\w+$")
    name: str | None = None


class PersonBody(Body):
    """A person to make; the same key gives the same person."""

    first_name: str = Field(min_length=1)
    last_name: str | None = None
    language_code: str = "it"
    phone: str | None = None
    key: str | None = None


class ActBody(Body):
    """Something a person does with a bot."""

    bot: str | int
    payload: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{0,64}$")
    text: str = ""
    button: str = ""
    message_id: int | None = None


class LimitsBody(Body):
    """Flood limits to change; what is absent stays."""

    per_bot_per_second: int | None = Field(default=None, ge=1)
    per_chat_burst: int | None = Field(default=None, ge=1)
    new_tokens_per_minute: int | None = Field(default=None, ge=1)
    enabled: bool | None = None


class TelegramLevers:
    """The routes under /sim that concern Telegram."""

    def __init__(self, world: Telegram) -> None:
        self._world = world

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Put them on the router."""
        router.add_post("/bots", self.add_bot)
        router.add_get("/bots", self.list_bots)
        router.add_post("/bots/{bot}/revoke", self.revoke)
        router.add_post("/people", self.add_person)
        router.add_get("/people", self.list_people)
        router.add_get("/people/{person}/chat", self.show_chat)
        router.add_post("/people/{person}/deactivate", self.deactivate)
        router.add_post("/people/{person}/{act}", self.act)
        router.add_get("/telegram/ledger", self.ledger)
        router.add_get("/telegram/violations", self.violations)
        router.add_get("/telegram/requests", self.requests)
        router.add_post("/telegram/limits", self.limits)
        router.add_post("/telegram/expire-presses", self.expire_presses)

    async def add_bot(self, request: web.Request) -> web.Response:
        body = await read_body(request, BotBody)
        bot = self._world.bots.add(body.token, body.username, body.name or body.username)
        return answer({"id": bot.id, "username": bot.username})

    async def list_bots(self, _: web.Request) -> web.Response:
        return answer({"data": [bot_json(bot) for bot in self._world.bots.by_id.values()]})

    async def revoke(self, request: web.Request) -> web.Response:
        self._world.bots.revoke(self._bot(request.match_info["bot"]))
        return answer({})

    async def add_person(self, request: web.Request) -> web.Response:
        body = await read_body(request, PersonBody)
        return answer({"id": self._world.people.add(body.model_dump()).id})

    async def list_people(self, _: web.Request) -> web.Response:
        chats: dict[int, list[dict[str, Any]]] = {}
        for (bot_id, person_id), chat in self._world.chats.all.items():
            username = self._world.bots.by_id[bot_id].username
            chats.setdefault(person_id, []).append({"bot": username, "blocked": chat.blocked})
        people = self._world.people.by_id.values()
        return answer({"data": [person_json(p) | {"chats": chats.get(p.id, [])} for p in people]})

    async def show_chat(self, request: web.Request) -> web.Response:
        person = self._person(request)
        bot = self._bot(request.query.get("bot", ""))
        chat = self._world.chats.all.get((bot.id, person.id))
        return answer(chat_json(chat) if chat else chat_json(Chat(bot.id, person.id)))

    async def deactivate(self, request: web.Request) -> web.Response:
        self._world.people.deactivate(self._person(request))
        return answer({})

    async def act(self, request: web.Request) -> web.Response:
        person = self._person(request)
        body = await read_body(request, ActBody)
        update_id = self._do(request.match_info["act"], person, self._bot(body.bot), body)
        return answer({"update_id": update_id})

    def _do(self, act: str, person: Person, bot: Bot, body: ActBody) -> int | None:
        world = self._world
        match act:
            case "start":
                return acts.start(world, bot, person, body.payload)
            case "say":
                return acts.say(world, bot, person, body.text)
            case "press":
                return acts.press(world, bot, person, body.button, body.message_id)
            case "share_contact":
                return acts.share_contact(world, bot, person)
            case "meet":
                world.chats.meet(bot.id, person.id)
                return None
            case "block" | "unblock":
                return acts.set_blocked(world, bot, person, blocked=act == "block")
            case _:
                raise NotThereError(f"People cannot {act}.")

    async def ledger(self, request: web.Request) -> web.Response:
        wanted = request.query.get("bot")
        bot_id = self._bot(wanted).id if wanted else None
        first = after(request)
        lines = islice(self._world.chats.ledger, first, None)
        rows = [
            {
                "seq": seq,
                "at": clock.iso(line.at),
                "bot_id": line.bot_id,
                "chat_id": line.chat_id,
                "message_id": line.message_id,
                "method": line.method,
                "text": line.text,
                "buttons": line.buttons or [],
                "silent": line.silent,
            }
            for seq, line in enumerate(lines, start=first + 1)
            if bot_id is None or line.bot_id == bot_id
        ]
        return answer({"data": rows})

    async def violations(self, _: web.Request) -> web.Response:
        return answer({"data": self._world.violations})

    async def requests(self, request: web.Request) -> web.Response:
        first = after(request)
        rows = [
            {**call._asdict(), "at": clock.iso(call.at)}
            for call in self._world.requests
            if call.seq > first
        ]
        return answer({"data": rows})

    async def expire_presses(self, _: web.Request) -> web.Response:
        self._world.chats.expire_presses()
        return answer({})

    async def limits(self, request: web.Request) -> web.Response:
        body = await read_body(request, LimitsBody)
        limits = self._world.limits
        for name, value in body.model_dump(exclude_none=True).items():
            setattr(limits, name, value)
        return answer(asdict(limits))

    def _bot(self, ref: str | int) -> Bot:
        bot = self._world.bots.find(ref)
        if bot is None:
            raise NotThereError(f"There is no bot {ref!r}: POST /sim/bots makes one.")
        return bot

    def _person(self, request: web.Request) -> Person:
        ref = request.match_info["person"]
        person = self._world.people.by_id.get(int(ref)) if ref.isdigit() else None
        if person is None:
            raise NotThereError(f"There is no person {ref}: POST /sim/people makes one.")
        return person


def bot_json(bot: Bot) -> dict[str, Any]:
    """A bot for whoever plays with it."""
    return {
        "id": bot.id,
        "username": bot.username,
        "name": bot.name,
        "revoked": bot.revoked,
        "pending_updates": len(bot.pending),
        "polling": bot.poll is not None,
        "webhook": bot.webhook,
        "profile": bot.profile,
    }


def person_json(person: Person) -> dict[str, Any]:
    """A person for whoever plays them."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": person.full_name,
        "language_code": person.language_code,
        "phone": person.phone,
        "key": person.key,
        "deactivated": person.deactivated,
    }


def chat_json(chat: Chat, newest: int | None = None) -> dict[str, Any]:
    """The chat as the person sees it: all messages or the ``newest`` ones, toasts, keyboard."""
    messages = list(chat.messages.values())
    return {
        "data": [_message_json(message) for message in messages[-newest if newest else 0 :]],
        "toasts": chat.toasts[-newest if newest else 0 :],
        "keyboard": chat.keyboard["keyboard"] if chat.keyboard else None,
        "blocked": chat.blocked,
        "unanswered": sorted(chat.waiting),
    }


def _message_json(message: ChatMessage) -> dict[str, Any]:
    return {
        "message_id": message.id,
        "from": "bot" if message.from_bot else "person",
        "text": message.text,
        "entities": message.entities,
        "buttons": [[_button_json(button) for button in row] for row in message.buttons or []],
        "contact": message.contact,
        "edited": message.edited_at is not None,
        "at": clock.iso(message.at),
        "silent": message.silent,
        "protected": message.protected,
        "file": message.file,
    }


def _button_json(button: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": button["text"],
        "data": button.get("callback_data"),
        "url": button.get("url"),
        "disabled": "disabled" in button,
        "style": button.get("style"),
    }
