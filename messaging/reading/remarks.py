"""What there is to say of a cell or a row: a stable code and one sentence in either language."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from messaging.intake import Remark

_LONGEST_QUOTE: Final = 60


class Code(StrEnum):
    """The stable names of what can be wrong or worth knowing; programs may rely on them."""

    HEADER = "HEADER"
    NOT_DATA = "NOT_DATA"
    NO_CUSTOMER = "NO_CUSTOMER"
    COLUMN_COUNT = "COLUMN_COUNT"
    ROW_TRUNCATED = "ROW_TRUNCATED"
    QUOTE_OPEN = "QUOTE_OPEN"
    TEXT_MOJIBAKE = "TEXT_MOJIBAKE"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    DUPLICATE_IDENTICAL = "DUPLICATE_IDENTICAL"
    DUPLICATE_CONFLICT = "DUPLICATE_CONFLICT"
    ID_MISSING = "ID_MISSING"
    DATE_INVALID = "DATE_INVALID"
    DATE_EMPTY = "DATE_EMPTY"
    DATE_INCOMPLETE = "DATE_INCOMPLETE"
    DATE_IMPLAUSIBLE = "DATE_IMPLAUSIBLE"
    TIME_INVALID = "TIME_INVALID"
    TIME_LEFT_OUT = "TIME_LEFT_OUT"
    AMOUNT_AMBIGUOUS = "AMOUNT_AMBIGUOUS"
    AMOUNT_INVALID = "AMOUNT_INVALID"
    NUMBER_INVALID = "NUMBER_INVALID"
    DECIMAL_INVALID = "DECIMAL_INVALID"
    BOOLEAN_INVALID = "BOOLEAN_INVALID"
    CHOICE_UNKNOWN = "CHOICE_UNKNOWN"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    RECORD_TYPE_UNKNOWN = "RECORD_TYPE_UNKNOWN"
    PHONE_EXCEL = "PHONE_EXCEL"
    PHONE_INVALID = "PHONE_INVALID"
    PHONE_OTHER_PERSON = "PHONE_OTHER_PERSON"
    PHONE_SHARED = "PHONE_SHARED"
    EMAIL_INVALID = "EMAIL_INVALID"
    TIMEZONE_UNKNOWN = "TIMEZONE_UNKNOWN"
    NAME_MISSING = "NAME_MISSING"
    NAME_PLACEHOLDER = "NAME_PLACEHOLDER"
    PLATE_MISSING = "PLATE_MISSING"
    PLATE_UNUSUAL = "PLATE_UNUSUAL"
    MINOR = "MINOR"
    DECEASED_HINT = "DECEASED_HINT"
    CUSTOMER_UNKNOWN = "CUSTOMER_UNKNOWN"
    ASSET_SHARED = "ASSET_SHARED"
    PAST_AT_FIRST_IMPORT = "PAST_AT_FIRST_IMPORT"
    CUSTOMER_ERASED = "CUSTOMER_ERASED"
    CONTACT_ERASED = "CONTACT_ERASED"
    THING_KEPT = "THING_KEPT"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What there is to say of a value; `known`: what would have been understood, or was."""

    code: Code
    value: str
    known: str = ""


# {v} the value as written, {k} what is known or expected, {c} the column
_SENTENCES: Final[dict[Code, tuple[str, str]]] = {
    Code.HEADER: ("Riga di intestazione", "A row of column names"),
    Code.NOT_DATA: ("La riga non contiene dati", "The row holds no data"),
    Code.NO_CUSTOMER: (
        "La riga non è di nessun cliente: è una vendita al banco",
        "The row is no customer's: it was sold at the till",
    ),
    Code.COLUMN_COUNT: (
        "Nella riga ci sono {v} celle, le colonne sono {k}: un separatore è finito in un testo?",
        "The row has {v} cells for {k} columns: is there a separator inside a text?",
    ),
    Code.ROW_TRUNCATED: (
        "Il file si interrompe a metà di questa riga: va esportato di nuovo",
        "The file breaks off in the middle of this row: export it again",
    ),
    Code.QUOTE_OPEN: (
        "La riga apre le virgolette in una cella e non le chiude più",
        "The row opens a quoted cell and never closes it",
    ),
    Code.TEXT_MOJIBAKE: (
        "«{v}» aveva le lettere accentate rovinate: letto come «{k}», lo verifichi",
        "“{v}” had broken accents: read as “{k}”, please check",
    ),
    Code.TEXT_TOO_LONG: ("Testo troppo lungo («{v}»)", "The text is too long (“{v}”)"),
    Code.DUPLICATE_IDENTICAL: (
        "Questa riga c'era già, uguale",
        "This row was there already, unchanged",
    ),
    Code.DUPLICATE_CONFLICT: (
        "«{v}» è scritto più volte con dati diversi (righe {k}): quale vale?",
        "“{v}” is there more than once with different data (lines {k}): which one counts?",
    ),
    Code.ID_MISSING: (
        "Manca «{c}»: senza, non si sa di chi o di che cosa è la riga",
        "“{c}” is missing: without it nobody knows whose row this is",
    ),
    Code.DATE_INVALID: (
        "La data «{v}» non esiste: va scritta come gg/mm/aaaa",
        "There is no such date as “{v}”: write it as dd/mm/yyyy",
    ),
    Code.DATE_EMPTY: (
        "«{v}» sta per una data vuota: nessuna scadenza da qui",
        "“{v}” stands for no date: no deadline from it",
    ),
    Code.DATE_INCOMPLETE: (
        "In «{v}» manca il giorno: è l'ultimo del mese?",
        "“{v}” has no day: is it the last one of the month?",
    ),
    Code.DATE_IMPLAUSIBLE: (
        "«{v}» è molto lontana da oggi: è giusta?",
        "“{v}” is very far from today: is it right?",
    ),
    Code.TIME_INVALID: (
        "«{v}» non è un'ora: va scritta come hh:mm",
        "“{v}” is no time of the day: write it as hh:mm",
    ),
    Code.TIME_LEFT_OUT: (
        "Quella notte le {v} non ci sono, cambia l'ora: letto come {k}, lo verifichi",
        "There is no {v} that night, the clocks change: read as {k}, please check",
    ),
    Code.AMOUNT_AMBIGUOUS: (
        "«{v}» si può leggere {k}: quale dei due?",
        "“{v}” may mean {k}: which one?",
    ),
    Code.AMOUNT_INVALID: (
        "«{v}» non è un importo: contiene altri caratteri",
        "“{v}” is not an amount: it holds other characters",
    ),
    Code.NUMBER_INVALID: ("«{v}» non è un numero intero", "“{v}” is not a whole number"),
    Code.DECIMAL_INVALID: (
        "«{v}» non è un numero: va scritto come 8,50",
        "“{v}” is not a number: write it like 8,50",
    ),
    Code.BOOLEAN_INVALID: (
        "«{v}» non vuol dire né sì né no: vale no",
        "“{v}” is neither yes nor no: taken as no",
    ),
    Code.CHOICE_UNKNOWN: (
        "«{v}» non è un valore previsto ({k})",
        "“{v}” is none of the values known ({k})",
    ),
    Code.STATUS_UNKNOWN: (
        "Lo stato «{v}» non è conosciuto: quale di questi è? {k}",
        "The status “{v}” is not known: which of these is it? {k}",
    ),
    Code.RECORD_TYPE_UNKNOWN: (
        "«{v}» non è un tipo di scadenza conosciuto: quale di questi è? {k}",
        "There is no kind of deadline called “{v}”: which of these is it? {k}",
    ),
    Code.PHONE_EXCEL: (
        "Excel ha accorciato il telefono «{v}»: metta la colonna in formato Testo e la riesporti",
        "Excel has shortened the phone number “{v}”: format the column as text, export it again",
    ),
    Code.PHONE_INVALID: (
        "«{v}» non ha le cifre giuste per un telefono: troppe o troppo poche",
        "“{v}” has too few or too many digits for a phone number",
    ),
    Code.PHONE_OTHER_PERSON: (
        "«{v}» pare il telefono di un'altra persona: non verrà usato, lo verifichi",
        "“{v}” looks like somebody else's phone number: it is not used, please check",
    ),
    Code.PHONE_SHARED: (
        "{k} clienti del file hanno il telefono {v}: è giusto, se sono di una famiglia",
        "{k} customers of the file have the phone {v}: that is right if they are a family",
    ),
    Code.TIMEZONE_UNKNOWN: (
        "«{v}» non è un fuso orario che conosciamo: si scrive come Europe/Lisbon",
        "“{v}” is no time zone that we know: write it as Europe/Lisbon",
    ),
    Code.EMAIL_INVALID: (
        "«{v}» non è un indirizzo e-mail",
        "“{v}” is not an e-mail address",
    ),
    Code.NAME_MISSING: ("Il nome manca", "The name is missing"),
    Code.NAME_PLACEHOLDER: (
        "«{v}» non è il nome di un cliente",
        "“{v}” is not the name of a customer",
    ),
    Code.PLATE_MISSING: (
        "Manca «{c}»: nessuna scadenza creata",
        "“{c}” is missing: no deadline was made",
    ),
    Code.PLATE_UNUSUAL: (
        "La targa «{v}» non ha una forma consueta: la verifichi",
        "“{v}” has an unusual form for a plate: please check",
    ),
    Code.MINOR: (
        "Cliente con meno di diciotto anni: nessuna offerta",
        "The customer is under eighteen: no offers",
    ),
    Code.DECEASED_HINT: (
        "«{v}»: questa persona è deceduta? Intanto non riceve nulla",
        "“{v}”: has this person died? Nothing is sent meanwhile",
    ),
    Code.CUSTOMER_UNKNOWN: (
        "Il cliente {v} non è in archivio e la riga non ne dice altro: importi prima il file dei clienti",
        "There is no customer {v}, and the row tells nothing else: import the file of the customers first",
    ),
    Code.ASSET_SHARED: (
        "«{v}» è già del cliente {k}: chi è l'intestatario? Intanto gli avvisi vanno a entrambi",
        "“{v}” is customer {k}'s already: who is its holder? Both are told meanwhile",
    ),
    Code.PAST_AT_FIRST_IMPORT: (
        "La scadenza del {v} era già passata al primo caricamento: decida Lei se avvisare",
        "The deadline of {v} had passed when the first file came: you decide whether to tell",
    ),
    Code.CUSTOMER_ERASED: (
        "Il cliente {v} ha chiesto di essere cancellato ed è stato cancellato il {k}: la riga non è stata caricata",
        "Customer {v} asked to be erased, and was on {k}: the row was left out",
    ),
    Code.CONTACT_ERASED: (
        "Il cliente {v} ha il recapito di chi è stato cancellato il {k}: se è un altro, o torna, va invitato (--again)",
        "Customer {v} has the number or e-mail of somebody erased on {k}: if another, or back, invite them (--again)",
    ),
    Code.THING_KEPT: (
        "Il cliente {v} è stato cancellato il {k}: della riga vale solo ciò che è della cosa, per chi ce l'ha ancora",
        "Customer {v} was erased on {k}: of the row only what is about the thing counts, for whoever has it still",
    ),
}


def remark(flaw: Flaw, column: str = "") -> Remark:
    """Return the flaw as a remark on the column, named as in the file; empty: on the whole row."""
    value = flaw.value
    if len(value) > _LONGEST_QUOTE:
        value = value[: _LONGEST_QUOTE - 1] + "…"
    it, en = _SENTENCES[flaw.code]
    words = {"v": value, "k": flaw.known, "c": column}
    return Remark(
        code=flaw.code.value,
        column=column,
        value=value,
        it=it.format(**words),
        en=en.format(**words),
    )
