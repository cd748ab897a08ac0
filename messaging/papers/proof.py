"""The proof of what one person agreed to: every entry of the ledger, with its place in the chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messaging.business import Business
from messaging.chain import Broken, Place
from messaging.consent import Entry
from messaging.customer import Customer
from messaging.papers.paper import Fact, Paper, Section, moment
from messaging.papers.words import CHANNELS, CLASSES, FLAWS, METHODS, YES_NO, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """Everything that one person said, oldest first, and the chain that it stands in. `broken` None: it holds, up to
    its `end`. `at`: when that was looked at (UTC).
    """

    business: Business
    person: Customer
    entries: tuple[Entry, ...]
    end: Place
    broken: Broken | None
    at: datetime


_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "it": {
        "title": "Prova dei consensi",
        "intro": "Che cosa questa persona ha accettato o rifiutato di ricevere, con le parole esatte che le sono state "
        "mostrate. Il registro si può solo allungare: ogni voce porta un'impronta (SHA-256) calcolata su ciò che dice "
        "e sull'impronta della voce precedente. Chi cambiasse una voce cambierebbe tutte le impronte seguenti.",
        "business": "Attività",
        "customer": "Cliente",
        "printed": "Stampato il",
        "entries": "Voci di questa persona",
        "chain": "Registro",
        "holds": "integro: tutte le {count} voci dell'attività sono al loro posto e invariate",
        "broken": "NON integro: la voce numero {sequence} {flaw}",
        "end": "Ultima impronta",
        "none": "Per questa persona il registro non contiene nulla.",
        "when": "Quando",
        "how": "Come",
        "through": "Attraverso",
        "chat": "la chat numero {address}",
        "message": "la chat numero {address}, messaggio {message}",
        "text": "Testo",
        "version": "{id}, versione {version}",
        "language": "Lingua",
        "place": "Numero nel registro",
        "hash": "Impronta",
        "unshown": "Nessun testo è stato mostrato.",
        "shown": "Queste le parole mostrate:",
        "clock": "Le ore sono quelle di {zone}.",
    },
    "en": {
        "title": "Proof of consents",
        "intro": "What this person agreed or refused to receive, in the exact words that they were shown. The register "
        "can only grow: each entry carries a hash (SHA-256) over what it says and over the hash of the entry before "
        "it. Whoever changed one entry would change every hash after it.",
        "business": "Business",
        "customer": "Customer",
        "printed": "Printed on",
        "entries": "Entries of this person",
        "chain": "Register",
        "holds": "intact: all {count} entries of the business are in their place and unchanged",
        "broken": "NOT intact: entry number {sequence} {flaw}",
        "end": "Last hash",
        "none": "The register holds nothing about this person.",
        "when": "When",
        "how": "How",
        "through": "Through",
        "chat": "chat number {address}",
        "message": "chat number {address}, message {message}",
        "text": "Text",
        "version": "{id}, version {version}",
        "language": "Language",
        "place": "Number in the register",
        "hash": "Hash",
        "unshown": "No text was shown.",
        "shown": "These words were shown:",
        "clock": "Hours are those of {zone}.",
    },
}


def proof(attested: Attested) -> Paper:
    """Return the proof in the language of the business, its hours by the business's clock."""
    business, person = attested.business, attested.person
    language = spoken(business.language)
    words = _WORDS[language]
    known = f"{person.name} ({person.external_id})" if person.name else person.external_id
    head = Section(
        facts=[
            Fact(words["business"], business.name),
            Fact(words["customer"], known),
            Fact(words["printed"], moment(attested.at, language, business.zone, seconds=True)),
            Fact(words["entries"], str(len(attested.entries))),
            Fact(words["chain"], chain_in_words(attested.end, attested.broken, language)),
            Fact(words["end"], f"{attested.end.sequence}:{attested.end.hash}", hash=True),
        ]
    )
    entries = [_entry(number, each, attested) for number, each in enumerate(attested.entries, 1)]
    return Paper(
        language=language,
        title=f"{words['title']} – {known}",
        lines=[words["intro"], words["clock"].format(zone=business.zone.key)],
        sections=[head, *(entries or [Section(lines=[words["none"]])])],
    )


def chain_in_words(end: Place, broken: Broken | None, language: str) -> str:
    """Return whether the chain holds, as a sentence without its subject."""
    words = _WORDS[language]
    if broken is None:
        return words["holds"].format(count=end.sequence)
    return words["broken"].format(sequence=broken.sequence, flaw=FLAWS[language][broken.flaw])


def _entry(number: int, entry: Entry, attested: Attested) -> Section:
    language = spoken(attested.business.language)
    words, said = _WORDS[language], entry.said
    about = f"{CLASSES[language][said.message_class]} {CHANNELS[language][said.channel]}"
    facts = [
        Fact(words["when"], moment(said.at, language, attested.business.zone, seconds=True)),
        Fact(words["how"], METHODS[language][said.method]),
    ]
    if entry.address_id is not None:
        through = words["chat" if entry.message_id is None else "message"]
        through = through.format(address=entry.address_id, message=entry.message_id)
        facts.append(Fact(words["through"], through))
    if entry.shown is not None:
        version = words["version"].format(id=entry.shown.id, version=entry.shown.version)
        facts += [Fact(words["text"], version), Fact(words["language"], entry.shown.language)]
    elif entry.text_id is not None:
        facts.append(Fact(words["text"], entry.text_id))
    facts += [
        Fact(words["place"], str(entry.place.sequence)),
        Fact(words["hash"], entry.place.hash, hash=True),
    ]
    return Section(
        title=f"{number}. {about}: {YES_NO[language][said.given]}",
        lines=[words["unshown" if entry.shown is None else "shown"]],
        quote="" if entry.shown is None else entry.shown.text,
        facts=facts,
    )
