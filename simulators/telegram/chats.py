"""The private chats between bots and people, message by message."""

from dataclasses import dataclass, field
from typing import Any

from simulators.journal import Fact, Journal

Buttons = list[list[dict[str, Any]]]


@dataclass(slots=True)
class ChatMessage:
    """One message as it is now; ``at`` and ``edited_at`` are seconds since 1970."""

    id: int
    at: float
    from_bot: bool
    text: str
    entities: list[dict[str, Any]]
    buttons: Buttons | None = None
    silent: bool = False
    protected: bool = False
    contact: dict[str, Any] | None = None
    file: dict[str, Any] | None = None
    edited_at: float | None = None


@dataclass(slots=True)
class Chat:
    """A chat that exists since the person started the bot. ``keyboard`` is the reply keyboard
    they see; ``waiting`` are the presses that the bot has not answered yet.
    """

    bot_id: int
    person_id: int
    blocked: bool = False
    messages: dict[int, ChatMessage] = field(default_factory=dict)
    keyboard: dict[str, Any] | None = None
    toasts: list[dict[str, Any]] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    touched: int = 0

    @property
    def next_message_id(self) -> int:
        """Messages are never deleted, so they are numbered by counting."""
        return len(self.messages) + 1


@dataclass(slots=True, frozen=True)
class Delivered:
    """A line of the ledger: what reached a person's phone."""

    at: float
    bot_id: int
    chat_id: int
    message_id: int
    method: str
    text: str
    buttons: Buttons | None
    silent: bool


class Chats:
    """Every chat by (bot, person), and the ledger of what was delivered, in order."""

    def __init__(self, journal: Journal) -> None:
        self.all: dict[tuple[int, int], Chat] = {}
        self.ledger: list[Delivered] = []
        self.callbacks: dict[str, Chat] = {}
        self.met: set[tuple[int, int]] = set()
        self._journal = journal
        journal.on("met", lambda fact: self.met.add((fact["bot"], fact["person"])))
        journal.on("chat", self._on_chat)
        journal.on("message", self._on_message)
        journal.on("edited", self._on_edited)
        journal.on("pressed", self._on_pressed)
        journal.on("answered", self._on_answered)
        journal.on("presses_expired", lambda _: self.callbacks.clear())
        journal.on("reset", self._on_reset)

    def open(self, bot_id: int, person_id: int, *, blocked: bool) -> Chat:
        """The chat, made if need be, with the block as given."""
        self._journal.record("chat", {"bot": bot_id, "person": person_id, "blocked": blocked})
        return self.all[bot_id, person_id]

    def meet(self, bot_id: int, person_id: int) -> None:
        """The bot has seen the person, in a group perhaps, who has not started it."""
        self._journal.record("met", {"bot": bot_id, "person": person_id})

    def post(self, chat: Chat, fact: Fact) -> ChatMessage:
        """Put a message into the chat. The fact has at, from_bot, text, entities; for a bot also
        method, and as needed buttons, silent, protected, contact, file, and keyboard (None takes it away).
        """
        message_id = chat.next_message_id
        place = {"bot": chat.bot_id, "person": chat.person_id, "id": message_id}
        self._journal.record("message", place | fact)
        return chat.messages[message_id]

    def edit(self, chat: Chat, message_id: int, fact: Fact) -> ChatMessage:
        """Change a message: at, method, text, entities, buttons."""
        place = {"bot": chat.bot_id, "person": chat.person_id, "id": message_id}
        self._journal.record("edited", place | fact)
        return chat.messages[message_id]

    def press(self, chat: Chat, callback_id: str) -> None:
        """A button was pressed and waits for the bot's answer."""
        place = {"bot": chat.bot_id, "person": chat.person_id, "id": callback_id}
        self._journal.record("pressed", place)

    def answer(self, callback_id: str, toast: Fact) -> None:
        """The bot answers the press; a toast without text is not shown."""
        self._journal.record("answered", {"id": callback_id, "toast": toast})

    def expire_presses(self) -> None:
        """Every press that waits has waited too long: it can be answered no more."""
        self._journal.record("presses_expired", {})

    def _of(self, fact: Fact) -> Chat:
        chat = self.all[fact["bot"], fact["person"]]
        chat.touched = self._journal.changes
        return chat

    def _on_chat(self, fact: Fact) -> None:
        key = (fact["bot"], fact["person"])
        if key not in self.all:
            self.all[key] = Chat(*key)
        self._of(fact).blocked = fact["blocked"]

    def _on_message(self, fact: Fact) -> None:
        chat = self._of(fact)
        message = ChatMessage(
            id=fact["id"],
            at=fact["at"],
            from_bot=fact["from_bot"],
            text=fact["text"],
            entities=fact["entities"],
            buttons=fact.get("buttons"),
            silent=fact.get("silent", False),
            protected=fact.get("protected", False),
            contact=fact.get("contact"),
            file=fact.get("file"),
        )
        chat.messages[message.id] = message
        if "keyboard" in fact:
            chat.keyboard = fact["keyboard"]
        if message.from_bot:
            self._enter(chat, message, message.at, fact["method"])

    def _on_edited(self, fact: Fact) -> None:
        chat = self._of(fact)
        message = chat.messages[fact["id"]]
        message.text, message.entities = fact["text"], fact["entities"]
        message.buttons, message.edited_at = fact["buttons"], fact["at"]
        self._enter(chat, message, fact["at"], fact["method"])

    def _on_pressed(self, fact: Fact) -> None:
        chat = self._of(fact)
        chat.waiting.add(fact["id"])
        self.callbacks[fact["id"]] = chat

    def _on_answered(self, fact: Fact) -> None:
        chat = self.callbacks.pop(fact["id"])
        chat.touched = self._journal.changes
        chat.waiting.discard(fact["id"])
        if fact["toast"]["text"]:
            chat.toasts.append(fact["toast"])

    def _on_reset(self, _: Fact) -> None:
        self.all.clear()
        self.ledger.clear()
        self.callbacks.clear()
        self.met.clear()

    def _enter(self, chat: Chat, message: ChatMessage, at: float, method: str) -> None:
        self.ledger.append(
            Delivered(
                at=at,
                bot_id=chat.bot_id,
                chat_id=chat.person_id,
                message_id=message.id,
                method=method,
                text=message.text,
                buttons=message.buttons,
                silent=message.silent,
            )
        )
