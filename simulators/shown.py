"""What the page of phones shows, and what of it has changed since a number of the journal."""

import heapq
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from simulators import clock
from simulators.control.fcm import phone_json
from simulators.control.telegram import chat_json, person_json
from simulators.fcm.phones import Phone, Phones, Push
from simulators.telegram.chats import Chat
from simulators.telegram.people import Person
from simulators.telegram.world import Telegram

# A page of phones is for looking at; a benchmark's thousands would only stop the browser.
MOST_PHONES = 40
NEWEST_MESSAGES = 40
NEWEST_PUSHES = 12


class _Touched(Protocol):
    touched: int


TouchedT = TypeVar("TouchedT", bound=_Touched)


class Shown:
    """The phones of both providers as one list: chats, people without a chat, apps."""

    def __init__(self, telegram: Telegram, phones: Phones) -> None:
        self._telegram = telegram
        self._phones = phones

    def since(self, told: int, bot: str) -> dict[str, Any]:
        """The keys of all phones shown, in order, the phones touched after ``told``, and counts.

        ``bot`` shows one bot's chats only; empty, or a bot that does not exist, shows everybody's.
        A chat carries its newest messages whole: drawing it twice changes nothing.
        """
        bots = self._telegram.bots
        wanted = bots.find(bot)
        everyone = self._telegram.chats.all.values()
        chats = [chat for chat in everyone if wanted is None or chat.bot_id == wanted.id]
        apps = list(self._phones.by_id.values())
        shown_chats, shown_apps = _in_use(chats), _in_use(apps)
        newcomers = self._newcomers()
        changed = [
            *(self._chat(chat) for chat in shown_chats if self._touched(chat) > told),
            *(_newcomer(person) for person in newcomers if person.touched > told),
            *(_app(app) for app in shown_apps if app.touched > told),
        ]
        return {
            "order": [
                *(_chat_key(chat) for chat in shown_chats),
                *(_person_key(person) for person in newcomers),
                *(_app_key(app) for app in shown_apps),
            ],
            "phones": changed,
            "bots": {each.username: each.name for each in bots.by_id.values()},
            "hidden": len(chats) - len(shown_chats) + len(apps) - len(shown_apps),
            "sent": len(self._telegram.chats.ledger),
            "pushed": len(self._phones.ledger),
            "violations": len(self._telegram.violations),
        }

    def _touched(self, chat: Chat) -> int:
        return max(chat.touched, self._telegram.people.by_id[chat.person_id].touched)

    def _chat(self, chat: Chat) -> dict[str, Any]:
        return {
            **chat_json(chat, NEWEST_MESSAGES),
            "key": _chat_key(chat),
            "view": "chat",
            "bot": self._telegram.bots.by_id[chat.bot_id].username,
            "person": person_json(self._telegram.people.by_id[chat.person_id]),
        }

    def _newcomers(self) -> list[Person]:
        """The newest people who have no chat yet."""
        started = {person_id for _, person_id in self._telegram.chats.all}
        people = self._telegram.people.by_id.values()
        return [person for person in people if person.id not in started][-MOST_PHONES:]


def _in_use(phones: Sequence[TouchedT]) -> list[TouchedT]:
    """Those where something happened last, in the order in which they were made."""
    newest = {id(phone) for phone in heapq.nlargest(MOST_PHONES, phones, key=_last)}
    return [phone for phone in phones if id(phone) in newest]


def _last(phone: _Touched) -> int:
    return phone.touched


def _chat_key(chat: Chat) -> str:
    return f"chat-{chat.bot_id}-{chat.person_id}"


def _person_key(person: Person) -> str:
    return f"person-{person.id}"


def _app_key(app: Phone) -> str:
    return f"app-{app.id}"


def _newcomer(person: Person) -> dict[str, Any]:
    return {"key": _person_key(person), "view": "newcomer", "person": person_json(person)}


def _app(phone: Phone) -> dict[str, Any]:
    pushes = list(phone.shown.values())[-NEWEST_PUSHES:]
    shown = [_push(push) for push in reversed(pushes)]
    return {**phone_json(phone), "key": _app_key(phone), "view": "app", "pushes": shown}


def _push(push: Push) -> dict[str, Any]:
    # Only the part for browsers says in which language the text is.
    for_browsers = push.message.get("webpush", {}).get("notification") or {}
    return {
        "seq": push.seq,
        "at": clock.iso(push.at),
        "title": push.title,
        "body": push.body,
        "language": for_browsers.get("lang", ""),
    }
