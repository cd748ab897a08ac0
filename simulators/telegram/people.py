"""The people who have Telegram."""

from dataclasses import dataclass
from typing import Any

from simulators.journal import Fact, Journal

FIRST_PERSON_ID = 700_000_001


@dataclass(slots=True)
class Person:
    """Somebody with Telegram on their phone. ``key`` is how a test knows them again."""

    id: int
    first_name: str
    last_name: str | None
    language_code: str
    phone: str | None
    key: str | None
    deactivated: bool = False
    touched: int = 0

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def as_user(self) -> dict[str, Any]:
        """The person as a User object."""
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            user["last_name"] = self.last_name
        user["language_code"] = self.language_code
        return user

    def as_chat(self) -> dict[str, Any]:
        """The private chat with them as a Chat object: its id is theirs."""
        chat = {"id": self.id, "type": "private", "first_name": self.first_name}
        if self.last_name:
            chat["last_name"] = self.last_name
        return chat


class People:
    """Everybody, by id and by key."""

    def __init__(self, journal: Journal) -> None:
        self.by_id: dict[int, Person] = {}
        self._by_key: dict[str, Person] = {}
        self._journal = journal
        journal.on("person", self._on_person)
        journal.on("person_deactivated", self._on_deactivated)
        journal.on("reset", self._on_reset)

    def add(self, details: dict[str, Any]) -> Person:
        """A new person, or the one who already has this key."""
        known = self._by_key.get(details.get("key") or "")
        if known is not None:
            return known
        person_id = FIRST_PERSON_ID + len(self.by_id)
        self._journal.record("person", {"id": person_id, **details})
        return self.by_id[person_id]

    def deactivate(self, person: Person) -> None:
        """They delete their Telegram account."""
        self._journal.record("person_deactivated", {"id": person.id})

    def _on_person(self, fact: Fact) -> None:
        person = Person(**fact, touched=self._journal.changes)
        self.by_id[person.id] = person
        if person.key:
            self._by_key[person.key] = person

    def _on_deactivated(self, fact: Fact) -> None:
        person = self.by_id[fact["id"]]
        person.deactivated = True
        person.touched = self._journal.changes

    def _on_reset(self, _: Fact) -> None:
        self.by_id.clear()
        self._by_key.clear()
