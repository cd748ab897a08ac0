"""What a file would do to the notices that wait, in the words of the business's language."""

from collections.abc import Sequence

from cli.house import Table
from messaging.business import Business
from messaging.upheaval import Effect, SetOff, Upheaval

_SHOWN = 20

_EFFECTS = {
    "it": {
        Effect.CANCELLED: "non partirebbe più",
        Effect.MOVED: "si sposterebbe",
        Effect.SET_OFF: "partirebbe subito",
    },
    "en": {
        Effect.CANCELLED: "would not go out",
        Effect.MOVED: "would move",
        Effect.SET_OFF: "would go out at once",
    },
}


def upheaval_lines(found: Upheaval, business: Business, name: str, *, braked: bool) -> list[str]:
    """Return what the file called `name` would do, and, if it is too much, how to look closer and how to go on."""
    italian = business.language == "it"
    lines = _counts(found, italian=italian)
    if not found.too_much:
        return lines
    look = f"avvisa import {business.slug} {name} --dry-run"
    go_on = f"avvisa import {business.slug} {name} --anyway"
    if italian:
        lines.insert(
            0,
            "Il file aspetta una Sua decisione: non è stato importato nulla."
            if braked
            else _ITALIAN,
        )
        lines += [
            "Succede se una colonna ha cambiato posto, o se il file è di un altro giorno: lo controlli.",
            f"Per vedere quali avvisi: {look}",
            f"Se è giusto così, lo importi lo stesso: {go_on}",
        ]
    else:
        lines.insert(
            0, "The file waits for you: nothing of it was imported." if braked else _ENGLISH
        )
        lines += [
            "That happens if a column has moved, or if the file is of another day: look at it.",
            f"To see which notices: {look}",
            f"If it is right as it is, import it all the same: {go_on}",
        ]
    return lines


_ITALIAN = "Importato così com'è, il file aspetterebbe una Sua decisione."
_ENGLISH = "Imported as it is, the file would wait for you."


def _counts(found: Upheaval, *, italian: bool) -> list[str]:
    lines = []
    if found.cancelled or found.moved:
        of = found.waiting
        if italian:
            among = "avvisi in attesa" if of is None else f"dei {of} avvisi in attesa"
            lines.append(f"Annullerebbe {found.cancelled} e sposterebbe {found.moved} {among}.")
        else:
            among = "notices that wait" if of is None else f"of {of} notices that wait"
            lines.append(f"It would cancel {found.cancelled} and move {found.moved} {among}.")
    return lines + [_set_off(each, italian=italian) for each in found.set_off]


def _set_off(each: SetOff, *, italian: bool) -> str:
    if italian:
        return (
            f"Farebbe partire entro domani sera {each.count} avvisi di {each.rule} "
            f"(su {each.of} possibili)."
        )
    return f"It would send {each.count} notices of {each.rule} by tomorrow night (of {each.of} possible)."


def touched_table(found: Upheaval, business: Business) -> list[Table]:
    """Return the first of the notices that the file touches; nothing if it touches none."""
    italian = business.language == "it"
    effects = _EFFECTS["it" if italian else "en"]
    rows = [
        [
            effects[each.effect],
            each.rule,
            each.customer or "",
            each.about,
            f"{each.at.astimezone(business.zone):%d/%m/%Y %H:%M}",
        ]
        for each in found.touched[:_SHOWN]
    ]
    title, columns = _IN_ITALIAN if italian else _IN_ENGLISH
    return [Table(title, list(columns), rows)] if rows else []


_IN_ITALIAN: tuple[str, Sequence[str]] = (
    "Gli avvisi toccati dal file", ("che cosa", "regola", "cliente", "riguarda", "previsto per"),
)  # fmt: skip
_IN_ENGLISH: tuple[str, Sequence[str]] = (
    "The notices that the file touches", ("what", "rule", "customer", "about", "meant for"),
)  # fmt: skip


def touched_data(found: Upheaval) -> list[dict[str, object]]:
    """Return the first of the notices that the file touches, for programs."""
    return [
        {
            "effect": each.effect.value,
            "rule": each.rule,
            "customer": each.customer,
            "about": each.about,
            "at": each.at.isoformat(),
        }
        for each in found.touched
    ]
