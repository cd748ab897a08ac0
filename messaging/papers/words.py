"""The words that papers share, in either language."""

from collections.abc import Mapping
from typing import Final

from messaging.calendar import MessageClass
from messaging.chain import Flaw
from messaging.consent import Method
from messaging.customer import Channel
from messaging.notification import State

CLASSES: Final[Mapping[str, Mapping[MessageClass, str]]] = {
    "it": {
        MessageClass.SERVICE: "Avvisi su ciò che ha in corso",
        MessageClass.REMINDER: "Promemoria delle scadenze",
        MessageClass.MARKETING: "Offerte, promozioni e auguri",
    },
    "en": {
        MessageClass.SERVICE: "Notices of what is under way",
        MessageClass.REMINDER: "Reminders of deadlines",
        MessageClass.MARKETING: "Offers and good wishes",
    },
}
CHANNELS: Final[Mapping[str, Mapping[Channel | None, str]]] = {
    "it": {Channel.TELEGRAM: "su Telegram", Channel.PUSH: "nell'app", None: "ovunque"},
    "en": {Channel.TELEGRAM: "on Telegram", Channel.PUSH: "in the app", None: "anywhere"},
}
METHODS: Final[Mapping[str, Mapping[Method, str]]] = {
    "it": {
        Method.CHAT: "dalla persona, nella chat con il bot",
        Method.APP: "dalla persona, nell'app",
        Method.DECLARED: "dichiarato nei dati del negozio: da solo non autorizza nulla",
    },
    "en": {
        Method.CHAT: "by the person, in the chat with the bot",
        Method.APP: "by the person, in the app",
        Method.DECLARED: "declared in the shop's data: by itself it allows nothing",
    },
}
FLAWS: Final[Mapping[str, Mapping[Flaw, str]]] = {
    "it": {
        Flaw.CHANGED: "è stata cambiata dopo essere stata scritta",
        Flaw.MISSING: "manca",
        Flaw.END: "non è quella con cui il registro dice di finire",
        Flaw.NOTED: "ha un'impronta diversa da quella annotata",
    },
    "en": {
        Flaw.CHANGED: "was changed after it was written",
        Flaw.MISSING: "is missing",
        Flaw.END: "is not the one with which the register says that it ends",
        Flaw.NOTED: "has another hash than the one that was noted",
    },
}
STATES: Final[Mapping[str, Mapping[str, str]]] = {
    "it": {
        State.PLANNED: "previsto",
        State.HELD: "in attesa di una decisione",
        State.SENDING: "in partenza",
        State.ACCEPTED: "inviato",
        State.DELIVERED: "ricevuto",
        State.OPENED: "aperto",
        State.ANSWERED: "ha risposto",
        State.WITHHELD: "non inviato",
        State.EXPIRED: "scaduto prima dell'invio",
        State.CANCELLED: "annullato",
        State.FAILED: "non riuscito",
        State.UNKNOWN: "esito incerto",
    },
    "en": {
        State.PLANNED: "planned",
        State.HELD: "waits for a decision",
        State.SENDING: "on its way",
        State.ACCEPTED: "sent",
        State.DELIVERED: "received",
        State.OPENED: "opened",
        State.ANSWERED: "answered",
        State.WITHHELD: "not sent",
        State.EXPIRED: "expired before it was sent",
        State.CANCELLED: "cancelled",
        State.FAILED: "failed",
        State.UNKNOWN: "outcome uncertain",
    },
}
YES_NO: Final[Mapping[str, Mapping[bool, str]]] = {
    "it": {True: "sì", False: "no"},
    "en": {True: "yes", False: "no"},
}


def spoken(language: str) -> str:
    """Return the language of a paper for somebody who speaks this one: English for whoever does not speak Italian."""
    return language if language in CLASSES else "en"
