"""An audience as JSON: what `messaging.audience_door` reads back as the same."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from messaging.audience import (
    AllOf,
    Allowing,
    AnyOf,
    Audience,
    BornIn,
    CustomerSince,
    Day,
    DaySpan,
    FromToday,
    HasAsset,
    HasRecord,
    IsCompany,
    LinkedOn,
    Named,
    Not,
    OneOf,
    Speaks,
    Tagged,
    Where,
)


def audience_to_json(audience: Audience) -> dict[str, object]:
    """Return what `audience_from_json` reads back as the same audience."""
    match audience:
        case AllOf(of=of):
            return {"all": [audience_to_json(each) for each in of]}
        case AnyOf(of=of):
            return {"any": [audience_to_json(each) for each in of]}
        case Not(one=one):
            return {"not": audience_to_json(one)}
        case HasAsset():
            return {"asset": _asset_out(audience)}
        case HasRecord():
            return {"record": _record_out(audience)}
        case Allowing(message_class=message_class, channels=channels):
            return {"consent": {"class": message_class.value, "channel": _values(channels)}}
        case _:
            return _plain_out(audience)


def _plain_out(
    audience: Named | Speaks | BornIn | IsCompany | Tagged | CustomerSince | LinkedOn,
) -> dict[str, object]:
    match audience:
        case Named(words=words):
            return {"name": words}
        case Speaks(languages=languages):
            return {"language": list(languages)}
        case BornIn(months=months):
            return {"born_month": list(months)}
        case IsCompany(company=company):
            return {"company": company}
        case Tagged(tags=tags):
            return {"tag": list(tags)}
        case CustomerSince(span=span):
            return {"since": _span_out(span)}
        case LinkedOn(channels=channels):
            return {"linked": _values(channels)}


def _values(members: Iterable[StrEnum]) -> list[str]:
    return [each.value for each in members]


def _told(parts: Mapping[str, object | None]) -> dict[str, object]:
    return {name: value for name, value in parts.items() if value not in (None, [], {})}


def _asset_out(asset: HasAsset) -> dict[str, object]:
    role = None if asset.role is None else asset.role.value
    return _told({"type": asset.type, "role": role, "where": _where_out(asset.where)})


def _record_out(record: HasRecord) -> dict[str, object]:
    spans = {"due": record.due, "starts": record.starts, "entered": record.entered}
    return _told(
        {
            "type": record.type,
            "status": list(record.statuses),
            **{name: _span_out(span) for name, span in spans.items() if span is not None},
            "where": _where_out(record.where),
            "count": _told({"at_least": record.at_least, "at_most": record.at_most}),
        }
    )


def _span_out(span: DaySpan) -> dict[str, object]:
    return _told({"from": _day_out(span.first), "to": _day_out(span.last)})


def _day_out(day: Day | None) -> str | None:
    if isinstance(day, FromToday):
        return f"today{day.days:+d}d"
    return None if day is None else day.isoformat()


def _where_out(where: Iterable[Where]) -> dict[str, object]:
    return {
        each.name: list(each.values)
        if isinstance(each, OneOf)
        else _told({"at_least": each.at_least, "at_most": each.at_most})
        for each in where
    }
