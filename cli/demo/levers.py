"""The simulators' levers over HTTP: who plays customers, and what the providers' ledgers say."""

from dataclasses import dataclass
from typing import Any

import httpx

_REFUSED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message, as a person sees it; `data` is what the bot is told."""

    text: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message in a person's chat."""

    message_id: int
    from_bot: bool
    text: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat as its person sees it, oldest message first."""

    messages: tuple[Shown, ...]
    blocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A new message that Telegram's ledger has as delivered; edits are not among them."""

    chat_id: int
    text: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """An app on somebody's phone."""

    id: int
    address: str
    uninstalled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A push that Firebase's ledger has as delivered; `notice` is what it says it is about."""

    address: str
    title: str
    notice: str


class Levers:
    """The levers of running simulators. Raises httpx.HTTPError if they do not answer, or refuse."""

    def __init__(self, http: httpx.AsyncClient, bot: str) -> None:
        self._http = http
        self._bot = bot

    def of(self, bot: str) -> "Levers":
        """Return the levers with which people speak to another bot."""
        return Levers(self._http, bot)

    async def add_bot(self, token: str, name: str) -> None:
        """Let there be the bot."""
        await self._post("/bots", token=token, username=self._bot, name=name)

    async def add_service_account(self, client_email: str) -> None:
        """Let the account buy tokens."""
        await self._post("/service-accounts", client_email=client_email)

    async def person(
        self, *, key: str, first_name: str, last_name: str, language: str, phone: str | None = None
    ) -> int:
        """Return the person with this key, made if there is none yet."""
        made = await self._post(
            "/people",
            key=key,
            first_name=first_name,
            last_name=last_name,
            language_code=language,
            phone=phone,
        )
        return int(made["id"])

    async def start(self, person: int, payload: str) -> None:
        """Open the bot by a link."""
        await self._post(f"/people/{person}/start", bot=self._bot, payload=payload)

    async def say(self, person: int, text: str) -> None:
        """Write to the bot."""
        await self._post(f"/people/{person}/say", bot=self._bot, text=text)

    async def share_number(self, person: int) -> None:
        """Let the bot have the person's own number, as a key of its keyboard asks."""
        await self._post(f"/people/{person}/share_contact", bot=self._bot)

    async def press(self, person: int, message_id: int, button: Button) -> None:
        """Press a button of a message."""
        path = f"/people/{person}/press"
        await self._post(path, bot=self._bot, message_id=message_id, button=button.data)

    async def block(self, person: int) -> None:
        """Block the bot."""
        await self._post(f"/people/{person}/block", bot=self._bot)

    async def chat(self, person: int) -> Chat:
        """Return the person's chat with the bot."""
        told = await self._get(f"/people/{person}/chat?bot={self._bot}")
        messages = tuple(
            Shown(
                message_id=each["message_id"],
                from_bot=each["from"] == "bot",
                text=each["text"],
                buttons=tuple(
                    Button(text=button["text"], data=button["data"])
                    for row in each["buttons"]
                    for button in row
                    if button["data"] and not button["disabled"]
                ),
            )
            for each in told["data"]
        )
        return Chat(messages=messages, blocked=told["blocked"])

    async def phone(self, *, key: str, owner: str, app: str, project: str) -> Phone:
        """Return the phone with this key, made if there is none yet."""
        made = await self._post("/phones", key=key, owner=owner, app=app, project=project)
        return Phone(id=made["id"], address=made["address"])

    async def phones(self) -> dict[str, Phone]:
        """Return the phones by key."""
        told = await self._get("/phones")
        return {
            each["key"]: Phone(
                id=each["id"], address=each["address"], uninstalled=each["uninstalled"]
            )
            for each in told["data"]
        }

    async def uninstall(self, phone: Phone) -> None:
        """Take the app off the phone: its address is dead from now on."""
        await self._post(f"/phones/{phone.id}/uninstall")

    async def heard(self) -> list[Heard]:
        """Return the new messages of Telegram's ledger, in order."""
        told = await self._get("/telegram/ledger")
        return [
            Heard(
                chat_id=each["chat_id"],
                text=each["text"],
                buttons=tuple(
                    Button(text=button["text"], data=button.get("callback_data", ""))
                    for row in each["buttons"]
                    for button in row
                ),
            )
            for each in told["data"]
            if each["method"] == "sendMessage"
        ]

    async def pushed(self) -> list[Pushed]:
        """Return Firebase's ledger, in order."""
        told = await self._get("/fcm/ledger")
        return [
            Pushed(
                address=each["address"], title=each["title"], notice=each["data"]["notification_id"]
            )
            for each in told["data"]
        ]

    async def refused(self) -> set[int]:
        """Return the chats that a message was refused to since the simulators started."""
        told = await self._get("/telegram/requests")
        return {
            int(each["chat_id"])
            for each in told["data"]
            if each["method"].lower() == "sendmessage" and each["status"] >= _REFUSED
        }

    async def violations(self) -> int:
        """Return how often a limit of Telegram was broken."""
        told = await self._get("/telegram/violations")
        return len(told["data"])

    async def _post(self, path: str, **body: object) -> dict[str, Any]:
        return _content(await self._http.post(f"/sim{path}", json=body))

    async def _get(self, path: str) -> dict[str, Any]:
        return _content(await self._http.get(f"/sim{path}"))


def _content(response: httpx.Response) -> dict[str, Any]:
    response.raise_for_status()
    content: dict[str, Any] = response.json()
    return content
