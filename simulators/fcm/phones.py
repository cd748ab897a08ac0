"""The phones that have a company's app: their FCM addresses and what they show."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from simulators import clock
from simulators.journal import Fact, Journal


@dataclass(slots=True, kw_only=True)
class Push:
    """A push that reached a phone; ``seq`` numbers all of them, ``at`` is seconds since 1970."""

    seq: int
    at: float
    project: str
    address: str
    phone_id: int
    name: str
    title: str
    body: str
    data: dict[str, str]
    tag: str
    message: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Phone:
    """An installed app. ``shown`` is the lock screen by tag: a push with a known tag replaces
    what was there.
    """

    id: int
    owner: str
    app: str
    project: str
    kind: str
    platform: str
    key: str | None
    address: str
    uninstalled: bool = False
    shown: dict[str, Push] = field(default_factory=dict)
    touched: int = 0


class Phones:
    """Every phone by id, key and address, and the ledger of pushes, in order."""

    def __init__(self, journal: Journal) -> None:
        self.by_id: dict[int, Phone] = {}
        self.by_address: dict[str, Phone] = {}
        self.ledger: list[Push] = []
        self._by_key: dict[str, Phone] = {}
        self._journal = journal
        journal.on("phone", self._on_phone)
        journal.on("uninstalled", self._on_uninstalled)
        journal.on("push", self._on_push)
        journal.on("reset", self._on_reset)

    def add(self, details: dict[str, Any]) -> Phone:
        """A new installation with an address of its own, or the one that has this key."""
        known = self._by_key.get(details.get("key") or "")
        if known is not None:
            return known
        phone_id = len(self.by_id) + 1
        address = _new_address(details["kind"])
        self._journal.record("phone", {"id": phone_id, "address": address, **details})
        return self.by_id[phone_id]

    def uninstall(self, phone: Phone) -> None:
        """The app goes; its address is dead from now on."""
        self._journal.record("uninstalled", {"id": phone.id})

    def deliver(self, phone: Phone, name: str, message: dict[str, Any]) -> Push:
        """Show the push on the phone and enter it in the ledger."""
        fact = {
            "seq": len(self.ledger) + 1,
            "at": clock.seconds(),
            "phone": phone.id,
            "name": name,
            "message": message,
        }
        self._journal.record("push", fact)
        return self.ledger[-1]

    def _on_phone(self, fact: Fact) -> None:
        phone = Phone(**fact, touched=self._journal.changes)
        self.by_id[phone.id] = phone
        self.by_address[phone.address] = phone
        if phone.key:
            self._by_key[phone.key] = phone

    def _on_uninstalled(self, fact: Fact) -> None:
        phone = self.by_id[fact["id"]]
        phone.uninstalled = True
        phone.shown.clear()
        phone.touched = self._journal.changes

    def _on_push(self, fact: Fact) -> None:
        phone = self.by_id[fact["phone"]]
        message = fact["message"]
        notification = {**message.get("notification", {}), **_of_android(message)}
        data = message.get("data", {})
        tag = str(notification.get("tag") or data.get("notification_id") or "")
        push = Push(
            seq=fact["seq"],
            at=fact["at"],
            project=phone.project,
            address=phone.address,
            phone_id=phone.id,
            name=fact["name"],
            title=notification.get("title") or data.get("title", ""),
            body=notification.get("body") or data.get("body", ""),
            data=data,
            tag=tag,
            message=message,
        )
        self.ledger.append(push)
        # Without a tag nothing replaces it: its number is a name of its own.
        phone.shown.pop(tag, None)
        phone.shown[tag or f"#{push.seq}"] = push
        phone.touched = self._journal.changes

    def _on_reset(self, _: Fact) -> None:
        self.by_id.clear()
        self.by_address.clear()
        self._by_key.clear()
        self.ledger.clear()


def _of_android(message: dict[str, Any]) -> dict[str, Any]:
    notification = message.get("android", {}).get("notification") or {}
    return {key: value for key, value in notification.items() if value}


def _new_address(kind: str) -> str:
    if kind == "fid":
        # A Firebase installation id is 22 characters that begin with c, d, e or f.
        return secrets.choice("cdef") + secrets.token_urlsafe(16)[:21]
    return f"{secrets.token_urlsafe(16)}:APA91b{secrets.token_urlsafe(100)}"
