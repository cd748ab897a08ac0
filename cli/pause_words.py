"""Pauses as people and programs are told of them: what stands still, since when, by whom, and how to lift it."""

from collections.abc import Sequence
from datetime import UTC

from messaging.actions.pausing import Paused
from messaging.business import Business
from messaging.finding import Finding, warning
from messaging.pause import Pause, Reach


def paused(pause: Pause, business: Business | None) -> str:
    """Return the sentence for one pause, in the zone of the business (None: in UTC)."""
    zone = UTC if business is None else business.zone
    when = f"{pause.since.astimezone(zone):%d %b %Y %H:%M}{' UTC' if business is None else ''}"
    return f"{_what(pause, business)} is paused since {when}, by {pause.by}"


def _what(pause: Pause, business: Business | None) -> str:
    match pause.scope.reach:
        case Reach.INSTALLATION:
            return "the whole installation"
        case Reach.BUSINESS:
            return "this business" if business is None else business.name
        case Reach.STREAM:
            return pause.rule or pause.campaign or pause.scope.stream


def resuming(pause: Pause, slug: str) -> str:
    """Return the command that lifts the pause."""
    match pause.scope.reach:
        case Reach.INSTALLATION:
            return "avvisa resume"
        case Reach.BUSINESS:
            return f"avvisa resume {slug}"
        case Reach.STREAM if pause.campaign is not None:
            return f"avvisa campaign resume {slug} {pause.campaign}"
        case Reach.STREAM:
            return f"avvisa resume {slug} --rule {pause.rule or pause.scope.stream}"


def pause_lines(standing: Sequence[Paused]) -> list[str]:
    """Return a line for each pause: nothing leaves, and how to lift it."""
    return [
        f"{paused(each.pause, each.business)}: nothing of it leaves. To go on: {_resuming(each)}"
        for each in standing
    ]


def _resuming(each: Paused) -> str:
    return resuming(each.pause, "" if each.business is None else each.business.slug)


def pause_data(standing: Sequence[Paused]) -> list[dict[str, object]]:
    """Return the pauses for programs."""
    return [
        {
            "what": each.pause.scope.reach.value,
            "business": None if each.business is None else each.business.slug,
            "rule": each.pause.rule,
            "campaign": each.pause.campaign,
            "since": each.pause.since.isoformat(),
            "by": each.pause.by,
        }
        for each in standing
    ]


def pause_findings(standing: Sequence[Paused]) -> list[Finding]:
    """Return a warning for each pause: somebody meant it, and may have forgotten it."""
    return [
        warning(
            "paused",
            f"{paused(each.pause, each.business)}: nothing of it leaves",
            f"when all is well again: {_resuming(each)}",
            about=None if each.business is None else each.business.slug,
        )
        for each in standing
    ]
