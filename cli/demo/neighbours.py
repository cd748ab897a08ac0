"""Who else has a shop in the demo's street: one business of every other trade, and one customer of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from cli.demo.people import EVERYTHING, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A business with its pack, its bot and the files of its program.

    `rules` are those that it switches on, `expects` the one whose notice its customer gets, with these
    `words` in the chat. `reveals`: what stands there only after a tap. `moves`: what is promised of an
    appointment that the customer moves to a free moment.
    """

    slug: str
    name: str
    pack: str
    token: str
    bot: str
    folder: str
    files: tuple[str, ...]
    person: Person
    rules: tuple[str, ...]
    expects: str
    words: str
    promise: str
    reveals: str | None = None
    moves: str | None = None


LAUNDRY = Neighbour(
    slug="la-bolla",
    name="Lavanderia La Bolla",
    pack="laundry",
    token="7700000002:the-demo-bot-has-no-secrets-abcdefg",  # noqa: S106 - it opens a simulator only
    bot="lavanderia_la_bolla_bot",
    folder="lavanderia",
    files=("lavanderia_scontrini.csv",),
    person=Person(code="L0012", first_name="Matteo", last_name="Gottardo", phone="+393009977487"),
    rules=("laundry.ready", "laundry.not_collected", "laundry.delayed", "laundry.authorise"),
    expects="laundry.ready",
    words="può ritirare i capi dello scontrino 48246",
    promise="A laundry told Matteo Gottardo that a ticket is ready, once its program said so",
)
SHOP = Neighbour(
    slug="fiordaliso",
    name="Emporio Fiordaliso",
    pack="shop",
    token="7700000003:the-demo-bot-has-no-secrets-abcdefg",  # noqa: S106 - as above
    bot="emporio_fiordaliso_bot",
    folder="negozio",
    files=("negozio_clienti.csv",),  # its receipts are read, too, but nobody would see it here
    person=Person(
        code="N005", first_name="Maëlle", last_name="O'Brien", language="en", agrees=EVERYTHING
    ),
    rules=("shop.birthday", "shop.points_expiring"),
    expects="shop.birthday",
    words="we wish you a very happy birthday",
    promise="A shop wished Maëlle O'Brien, who agreed to offers, a happy birthday, in English",
)
OFFICE = Neighbour(
    slug="adige",
    name="Forniture Adige",
    pack="office",
    token="7700000004:the-demo-bot-has-no-secrets-abcdefg",  # noqa: S106 - as above
    bot="forniture_adige_bot",
    folder="ufficio",
    files=("ufficio_fatture.csv",),
    person=Person(code="F0008", first_name="Noemi", last_name="Tessari"),
    rules=("office.invoice_issued", "office.invoice_overdue", "office.payment_received"),
    expects="office.payment_received",
    words="C'è una conferma per lei",
    promise="A firm told Noemi Tessari of a payment only after a tap: what arrived said nothing of it",
    reveals="Abbiamo ricevuto il pagamento della fattura n. 2026/129",
)
STUDIO = Neighbour(
    slug="san-carlo",
    name="Studio San Carlo",
    pack="studio",
    token="7700000005:the-demo-bot-has-no-secrets-abcdefg",  # noqa: S106 - as above
    bot="studio_san_carlo_bot",
    folder="studio",
    files=("studio_appuntamenti.csv", "agenda_disponibilita.csv"),
    person=Person(code="P004", first_name="Alessandro", last_name="Mazzòn"),
    rules=("studio.appointment_reminder", "studio.appointment_confirmed"),
    expects="studio.appointment_reminder",
    words="Le ricordiamo l'appuntamento di",
    promise="A practice asked Alessandro Mazzòn about tomorrow's appointment, and not what it is for",
    moves="Alessandro Mazzòn asked to move it to one of three free moments: it is kept for him, and the "
    "practice is to say yes",
)
NEIGHBOURS = (LAUNDRY, SHOP, OFFICE, STUDIO)

LATER: Mapping[str, tuple[str, str, str]] = {
    LAUNDRY.slug: ("48246;", "In lavorazione;", "Pronto;{today}"),
    OFFICE.slug: ("2026/129\t", "\t\tAperta\t", "\t{short}\tPagata\t"),
}
"""By business, what its program says a little later: in the row that begins so, this becomes that."""

AT_FIRST: Mapping[str, tuple[str, str, str]] = {
    SHOP.slug: ('"N005"', '"1994-11-24"', '"{birthday}"'),
}
"""By business, what is put so that it falls on today."""
