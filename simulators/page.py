"""``/``: every phone on one page, drawn in the browser from ``/phones.json``."""

import heapq
import secrets
from importlib.resources import files
from typing import Any

from aiohttp import web

from simulators import clock
from simulators.control.answers import answer
from simulators.control.fcm import phone_json
from simulators.control.telegram import chat_json, person_json
from simulators.fcm.phones import Phone, Phones
from simulators.journal import Journal
from simulators.telegram.chats import Chat
from simulators.telegram.people import Person
from simulators.telegram.world import Telegram

# A page of phones is for looking at; a benchmark's thousands would only stop the browser.
MOST_PHONES = 40
NEWEST_MESSAGES = 40
NEWEST_PUSHES = 12

STATIC = {
    "phones.js": "text/javascript",
    "elements.js": "text/javascript",
    "phones.css": "text/css",
}
# Nothing comes from elsewhere, and no text of a message can become a script.
SECURITY = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:"}


class Page:
    """The shell, its static files, and the state that the script polls."""

    def __init__(self, journal: Journal, telegram: Telegram, phones: Phones) -> None:
        self._journal = journal
        self._telegram = telegram
        self._phones = phones
        self._run = secrets.token_hex(4)
        folder = files("simulators") / "static"
        self._shell = (folder / "phones.html").read_text("utf-8")
        self._files = {name: (folder / name).read_text("utf-8") for name in STATIC}

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Put them on the router."""
        router.add_get("/", self.shell)
        router.add_get("/static/{name}", self.static)
        router.add_get("/phones.json", self.state)

    async def shell(self, _: web.Request) -> web.Response:
        return web.Response(text=self._shell, content_type="text/html", headers=SECURITY)

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in STATIC:
            raise web.HTTPNotFound
        return web.Response(text=self._files[name], content_type=STATIC[name])

    async def state(self, request: web.Request) -> web.Response:
        """All phones, or 204 if nothing has happened since ``version``."""
        version = f"{self._run}-{self._journal.changes}"
        if request.query.get("version") == version:
            return web.Response(status=204)
        bots = self._telegram.bots
        wanted = bots.find(request.query.get("bot") or "")
        everyone = self._telegram.chats.all.values()
        chats = [chat for chat in everyone if wanted is None or chat.bot_id == wanted.id]
        shown = {id(chat) for chat in heapq.nlargest(MOST_PHONES, chats, key=_touched)}
        apps = list(self._phones.by_id.values())
        shown_apps = {id(app) for app in heapq.nlargest(MOST_PHONES, apps, key=_touched)}
        return answer(
            {
                "version": version,
                "bots": [{"username": b.username, "name": b.name} for b in bots.by_id.values()],
                "chats": [self._chat(chat) for chat in chats if id(chat) in shown],
                "newcomers": [person_json(person) for person in self._newcomers()],
                "apps": [_app(app) for app in apps if id(app) in shown_apps],
                "hidden": len(chats) - len(shown) + len(apps) - len(shown_apps),
                "sent": len(self._telegram.chats.ledger),
                "pushed": len(self._phones.ledger),
                "violations": len(self._telegram.violations),
            }
        )

    def _chat(self, chat: Chat) -> dict[str, Any]:
        bot = self._telegram.bots.by_id[chat.bot_id]
        person = self._telegram.people.by_id[chat.person_id]
        return {
            "bot": {"username": bot.username, "name": bot.name},
            "person": person_json(person),
            **chat_json(chat, NEWEST_MESSAGES),
        }

    def _newcomers(self) -> list[Person]:
        """The newest people who have no chat yet."""
        started = {person_id for _, person_id in self._telegram.chats.all}
        people = self._telegram.people.by_id.values()
        return [person for person in people if person.id not in started][-MOST_PHONES:]


def _touched(phone: Chat | Phone) -> int:
    return phone.touched


def _app(phone: Phone) -> dict[str, Any]:
    pushes = list(phone.shown.values())[-NEWEST_PUSHES:]
    shown = [
        {"seq": push.seq, "at": clock.iso(push.at), "title": push.title, "body": push.body}
        for push in reversed(pushes)
    ]
    return phone_json(phone) | {"pushes": shown}
