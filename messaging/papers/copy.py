"""A copy of what is kept of a person: for programs (JSON, its keys are in docs/privacy.md) and to read (a paper)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.customer import Channel
from messaging.papers.paper import Fact, Paper, Section, moment
from messaging.papers.words import CHANNELS, CLASSES, METHODS, STATES, YES_NO, spoken
from messaging.wording import Money, locale_of, say_date, say_money

Data = Mapping[str, Any]

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "it": {
        "title": "I suoi dati presso {business}",
        "intro": "Copia di tutto ciò che {business} conserva di Lei in questo servizio, fatta il {day}. Le ore sono "
        "quelle di {zone}. Lo stesso contenuto, per i programmi, è nel file JSON.",
        "person": "Chi è Lei",
        "code": "Codice cliente",
        "name": "Nome",
        "company": "Azienda",
        "phones": "Telefoni",
        "email": "E-mail",
        "born_on": "Data di nascita",
        "language": "Lingua",
        "timezone": "Fuso orario",
        "since": "Cliente dal",
        "tags": "Etichette",
        "things": "Le Sue cose",
        "records": "Scadenze, appuntamenti, ordini e fatture",
        "addresses": "Dove La raggiungiamo",
        "consents": "Che cosa ha accettato o rifiutato",
        "notices": "Avvisi",
        "replies": "Che cosa ha scritto o premuto",
        "letters": "Che cosa Le abbiamo scritto",
        "kind": "Tipo",
        "what": "Che cosa",
        "more": "Altro",
        "day": "Data",
        "state": "Stato",
        "about": "Riguarda",
        "where": "Dove",
        "when": "Quando",
        "how": "Come",
        "answer": "Risposta",
        "text": "Parole mostrate",
        "none": "Niente.",
    },
    "en": {
        "title": "Your data at {business}",
        "intro": "A copy of all that {business} keeps of you in this service, made on {day}. Hours are those of "
        "{zone}. The same, for programs, is in the JSON file.",
        "person": "Who you are",
        "code": "Customer code",
        "name": "Name",
        "company": "Company",
        "phones": "Phones",
        "email": "E-mail",
        "born_on": "Born on",
        "language": "Language",
        "timezone": "Time zone",
        "since": "Customer since",
        "tags": "Tags",
        "things": "Your things",
        "records": "Deadlines, appointments, orders and invoices",
        "addresses": "Where we reach you",
        "consents": "What you agreed to or refused",
        "notices": "Notices",
        "replies": "What you wrote or pressed",
        "letters": "What we wrote to you",
        "kind": "Kind",
        "what": "What",
        "more": "More",
        "day": "Date",
        "state": "State",
        "about": "About",
        "where": "Where",
        "when": "When",
        "how": "How",
        "answer": "Answer",
        "text": "Words shown",
        "none": "Nothing.",
    },
}  # fmt: skip


def as_json(data: Data) -> str:
    """Return the copy for programs: moments in UTC, days and amounts in cents as they are."""
    return json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that a copy holds")


def as_paper(data: Data, *, language: str, kinds: Mapping[str, str]) -> Paper:
    """Return the copy to be read, in the language, its hours by the business's clock.

    `kinds`: what types of things and records are called in it; those that are not there are told by their ids.
    """
    language = spoken(language)
    words, zone = _WORDS[language], ZoneInfo(data["business"]["timezone"])
    business = data["business"]["name"]
    sections = [
        section
        for person in data["customers"]
        for section in _sections(person, _Reader(words, language, zone, kinds))
    ]
    day = moment(data["made_at"], language, zone)
    return Paper(
        language=language,
        title=words["title"].format(business=business),
        lines=[words["intro"].format(business=business, day=day, zone=zone.key)],
        sections=sections,
    )


class _Reader:
    """Says values in one language."""

    def __init__(
        self, words: Mapping[str, str], language: str, zone: ZoneInfo, kinds: Mapping[str, str]
    ) -> None:
        self.words, self.language, self.zone = words, language, zone
        self._kinds = kinds

    def kind(self, type_id: str) -> str:
        return self._kinds.get(type_id, type_id)

    def say(self, value: object) -> str:
        if isinstance(value, bool):
            return YES_NO[self.language][value]
        if isinstance(value, datetime):
            return moment(value, self.language, self.zone)
        if isinstance(value, date):
            return say_date(value, locale_of(self.language), self.zone)
        if isinstance(value, list | tuple):
            return ", ".join(self.say(each) for each in value)
        if isinstance(value, Mapping):
            return ", ".join(f"{name}: {self.say(each)}" for name, each in value.items())
        return "" if value is None else str(value)

    def joined(self, *values: object) -> str:
        return " · ".join(filter(None, map(self.say, values)))

    def money(self, cents: int | None) -> str:
        if cents is None:
            return ""
        return say_money(Money(cents), locale_of(self.language), self.zone)

    def table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> Section:
        return Section(
            title=self.words[title],
            lines=[] if rows else [self.words["none"]],
            columns=[self.words[each] for each in columns],
            rows=[[self.say(cell) for cell in row] for row in rows],
            long=True,
        )


def _sections(person: Data, reader: _Reader) -> list[Section]:
    words, language = reader.words, reader.language
    own = (
        "code", "name", "company", "phones", "email", "born_on", "language", "timezone", "since", "tags",
    )  # fmt: skip
    facts = [
        Fact(words[each], reader.say(person[each]))
        for each in own
        if person[each] not in (None, [], False)
    ]
    return [
        Section(title=words["person"], facts=facts),
        reader.table(
            "things",
            ("kind", "what", "more"),
            [
                (reader.kind(each["type"]), reader.joined(each["label"], each["number"]), each["attributes"])
                for each in person["things"]
            ],
        ),
        reader.table(
            "records",
            ("kind", "day", "about", "state", "more"),
            [
                (
                    reader.kind(each["type"]),
                    each["starts_at"] or each["due_on"],
                    each["about"],
                    each["status"],
                    reader.joined(
                        each["number"], reader.money(each["amount_cents"]), each["attributes"]
                    ),
                )
                for each in person["records"]
            ],
        ),
        reader.table(
            "addresses",
            ("where", "what", "when"),
            [
                (CHANNELS[language][Channel(each["channel"])], each["value"], each["since"])
                for each in person["chats_and_devices"]
            ],
        ),
        reader.table("consents", ("when", "what", "answer", "how", "text"), _consents(person, reader)),
        reader.table(
            "notices",
            ("when", "kind", "state"),
            [
                (
                    each["due_at"],
                    CLASSES[language][MessageClass(each["class"])],
                    STATES[language][each["state"]],
                )
                for each in person["notices"]
            ],
        ),
        reader.table(
            "replies",
            ("when", "what", "text"),
            [
                (each["at"], each["action"], reader.joined(each["value"], each["text"], each["file"]))
                for each in person["replies"]
            ],
        ),
        reader.table(
            "letters", ("when", "text"), [(each["at"], each["text"]) for each in person["letters"]]
        ),
    ]  # fmt: skip


def _consents(person: Data, reader: _Reader) -> list[Sequence[object]]:
    return [
        (
            each["at"],
            _about(each, reader.language),
            each["given"],
            METHODS[reader.language][Method(each["how"])],
            each["text"],
        )
        for each in person["consents"]
    ]


def _about(consent: Data, language: str) -> str:
    channel = None if consent["channel"] is None else Channel(consent["channel"])
    about = CLASSES[language][MessageClass(consent["class"])]
    return f"{about} {CHANNELS[language][channel]}"
