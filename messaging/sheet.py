"""What one screen says of one record or thing: pure, for any type that a pack declares."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale

from messaging.asset import Asset
from messaging.calendar import local_day
from messaging.display import Display, DocumentLink, Form, Offer, ShownField, said
from messaging.fields import shown
from messaging.record import CANCELLED, Record
from messaging.reply import ABOUT_AN_APPOINTMENT
from messaging.wording import Money, locale_of, say_date, say_day, say_money, say_time

_LONGEST_URL = 2048
_DATED, _UNDATED, _FINISHED = 0, 1, 2
_SECONDS_OF_DAY = 86_400
_EPOCH_SECONDS = date(1970, 1, 1).toordinal() * _SECONDS_OF_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `moment`: the instant that the text tells (UTC), where it tells one."""

    label: str | None
    text: str
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A button. `taken`: the customer has asked for it already."""

    action: str
    value: str
    label: str
    taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A document that can be looked at, in the management software."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is said of one record or thing. `label`: what its type is called. `when`: its date in words, for a list.
    `order`: what a list goes by.
    """

    label: str
    title: str
    status: str | None
    when: Line | None
    lines: tuple[Line, ...]
    offers: tuple[Offered, ...]
    document: Opened | None
    order: tuple[int, int]
    confidential: bool


def stamp_of(record: Record) -> int:
    """Return a short number for the date that a record has now: a button that carries it notices that the record
    has moved.
    """
    if record.starts_at is not None:
        return int(record.starts_at.timestamp()) // 60
    if record.due_on is not None:
        return record.due_on.toordinal()
    return record.entry


def anchor_of_record(record: Record) -> str:
    """Return what an answer about the record hangs on, as ladders know it: its hour, its day, or the number of the
    status entry.
    """
    if record.starts_at is not None:
        return record.starts_at.isoformat()
    return str(record.entry) if record.due_on is None else record.due_on.isoformat()


def is_current(display: Display, record: Record, now: datetime, zone: ZoneInfo) -> bool:
    """Return whether the record is still something to ask about: it is in an open status, and no appointment of a
    day before today.
    """
    if record.status not in display.open or record.status == CANCELLED:
        return False
    if record.starts_at is None:
        return True
    return local_day(record.starts_at, zone) >= local_day(now, zone)


def sheet_of_record(
    display: Display,
    record: Record,
    asset: Asset | None,
    *,
    zone: ZoneInfo,
    language: str,
    now: datetime,
    own: bool,
    asked: Collection[tuple[str, str]] = (),
) -> Sheet:
    """Return what is said of the record. `own`: it is the customer's, not only of a thing that they share; others
    are not told amounts, and answer for no appointment. `asked`: actions, with their values, that wait for the shop.
    """
    values: dict[str, object] = {
        **record.attributes,
        "number": record.number,
        "due_on": record.due_on,
        "starts_at": record.starts_at,
        "amount": None if record.amount_cents is None or not own else Money(record.amount_cents),
        "code": None if asset is None else asset.code,
    }
    lines = _lines(display.fields, values, locale_of(language), language, zone)
    when = next((line for name, line in lines if name == display.by), None)
    words = display.statuses.get(record.status)
    return Sheet(
        label=said(display.label, language),
        title=_title(display, values, asset, language),
        status=None if words is None else said(words, language),
        when=when,
        lines=tuple(line for _, line in lines),
        offers=_offers(display, record, language=language, now=now, own=own, asked=asked),
        document=_document(display.link, values, language, local_day(now, zone)) if own else None,
        order=_order(display, record, zone),
        confidential=display.confidential,
    )


def sheet_of_asset(display: Display, asset: Asset, *, zone: ZoneInfo, language: str) -> Sheet:
    """Return what is said of the thing."""
    values: dict[str, object] = {**asset.attributes, "code": asset.code, "label": asset.label}
    lines = _lines(display.fields, values, locale_of(language), language, zone)
    return Sheet(
        label=said(display.label, language),
        title=_title(display, values, asset, language),
        status=None,
        when=None,
        lines=tuple(line for _, line in lines),
        offers=(),
        document=None,
        order=(_UNDATED, 0),
        confidential=display.confidential,
    )


def _title(
    display: Display, values: Mapping[str, object], asset: Asset | None, language: str
) -> str:
    own_name = asset.label or asset.code if asset is not None else None
    parts = [said(display.label, language), *(values.get(name) for name in display.title), own_name]
    told = [_text(part) for part in parts]
    return " · ".join(dict.fromkeys(each for each in told if each))


def _lines(
    fields: Collection[ShownField],
    values: Mapping[str, object],
    locale: Locale,
    language: str,
    zone: ZoneInfo,
) -> list[tuple[str, Line]]:
    lines = []
    for each in fields:
        text = _said(each, values.get(each.name), locale, language, zone)
        if text is not None:
            moment = values.get(each.name)
            lines.append(
                (
                    each.name,
                    Line(
                        label=None if each.label is None else said(each.label, language),
                        text=text,
                        moment=moment if isinstance(moment, datetime) else None,
                    ),
                )
            )
    return lines


def _said(
    each: ShownField, value: object, locale: Locale, language: str, zone: ZoneInfo
) -> str | None:
    """Return the value in words; None: there is none, or it cannot be said."""
    if value is None:
        return None
    try:
        match each.form:
            case Form.DAY:
                return say_date(value, locale, zone)
            case Form.MOMENT:
                return _say_moment(value, locale, zone)
            case Form.MONEY:
                return say_money(value, locale, zone)
            case Form.WORDS:
                words = each.words.get(str(value).lower())
                return None if words is None else said(words, language)
            case Form.NUMBER | Form.TEXT:
                return _text(value)
    except (ValueError, OverflowError):
        return None


def _say_moment(value: object, locale: Locale, zone: ZoneInfo) -> str:
    at = {"it": "alle"}.get(locale.language, "at")
    return f"{say_day(value, locale, zone)} {at} {say_time(value, locale, zone)}"


def _text(value: object) -> str | None:
    told = shown(str(value)) if isinstance(value, str | int) else None
    return None if told is None else str(told)


def _order(display: Display, record: Record, zone: ZoneInfo) -> tuple[int, int]:
    if record.starts_at is not None:
        return _DATED, int(record.starts_at.timestamp())
    day = 0 if record.due_on is None else record.due_on.toordinal()
    if record.status in display.finished:
        return _FINISHED, -(day or local_day(record.entered_at, zone).toordinal())
    return (_DATED if day else _UNDATED), day * _SECONDS_OF_DAY - _EPOCH_SECONDS


def _offers(
    display: Display,
    record: Record,
    *,
    language: str,
    now: datetime,
    own: bool,
    asked: Collection[tuple[str, str]],
) -> tuple[Offered, ...]:
    actions = {action for action, _ in asked}
    return tuple(
        Offered(
            action=each.action,
            value=each.value,
            label=said(each.label, language),
            taken=(each.action, each.value) in asked
            or (each.action in ABOUT_AN_APPOINTMENT and each.action in actions),
        )
        for each in display.offers
        if _makes_sense(each, record, now=now, own=own)
    )


def _makes_sense(offer: Offer, record: Record, *, now: datetime, own: bool) -> bool:
    if offer.when is not None and record.status not in offer.when:
        return False
    if offer.action not in ABOUT_AN_APPOINTMENT:
        return True
    # Another's appointment is theirs to cancel; one that has begun is nobody's.
    return own and record.starts_at is not None and record.starts_at > now


def offer_of(display: Display, action: str, value: str) -> Offer | None:
    """Return the button that a record of this type has; None: it has no such one."""
    return next(
        (each for each in display.offers if (each.action, each.value) == (action, value)), None
    )


def _document(
    link: DocumentLink | None, values: Mapping[str, object], language: str, today: date
) -> Opened | None:
    """Return the document, if there is one, it is still good, and its address is one that can be opened."""
    if link is None:
        return None
    url = values.get(link.attribute)
    if not isinstance(url, str) or not _opens(url):
        return None
    if link.until is not None and (until := values.get(link.until)) is not None:
        try:
            if date.fromisoformat(str(until)) < today:
                return None
        except ValueError:
            return None
    return Opened(label=said(link.label, language), url=url)


def _opens(url: str) -> bool:
    """Return whether the address is one of the web: encrypted, with a host that has a dot (Telegram refuses others)."""
    if len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in (parts.hostname or "")
