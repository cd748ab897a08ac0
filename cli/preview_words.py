"""The dry run of a campaign as people and programs are told of it: one line for each customer, and the sum."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cli import words
from cli.explanation_words import CHANNELS
from cli.house import Answer, Table
from messaging.actions.prospecting import Seen
from messaging.actions.rehearsing import Page
from messaging.business import Business
from messaging.customer import Channel
from messaging.explanation import Goes, Stays
from messaging.remedy import Act, Remedy

SHOWN = 50
"""Customers that a terminal shows of those who get it, and of those who do not; `--json` has them all."""

_ACTS: Mapping[Act, str] = {
    Act.LINKED: "links {channel}",
    Act.UNBLOCKED: "unblocks the bot",
    Act.AGREED: "agrees to such messages on {channel}",
    Act.FILLED: "the books say {name}",
    Act.JOINED: "comes into the audience",
    Act.RESUMED: "the pause is lifted",
    Act.SENDER_GIVEN: "the business gets a sender for {channel}",
    Act.SENDER_MENDED: "the sender of {channel} is mended",
}


def advice(ways: Sequence[Sequence[Remedy]]) -> str:
    """Return what would make it go out, the alternatives after one another; "": nothing would."""
    return ", or: ".join(" and ".join(_act(each) for each in way) for way in ways)


def _act(remedy: Remedy) -> str:
    channel = "" if remedy.channel is None else CHANNELS[remedy.channel]
    said = _ACTS.get(remedy.act, remedy.act.value.replace("_", " "))
    return said.format(channel=channel, name=remedy.name or "")


def seen_data(seen: Seen, business: Business) -> dict[str, object]:
    """Return what becomes of it for one customer, for programs; `goes` false: `reason` says why."""
    told: dict[str, object] = {
        "customer": seen.customer.external_id,
        "name": seen.customer.name,
        "goes": isinstance(seen.outlook, Goes),
        "state": seen.state,
        "reason": seen.reason,
        "would_change": [[_remedy(each) for each in way] for way in seen.ways],
        "advice": advice(seen.ways),
    }
    match seen.outlook:
        case Goes() as goes:
            told |= {
                "at": goes.at.isoformat(),
                "local": _local(goes.at, business),
                "channel": goes.channel,
                "title": goes.message.title,
                "text": goes.message.text,
                "later": goes.later,
            }
        case Stays() as stays:
            told |= {"reason": stays.reason, "detail": stays.detail}
        case None:
            pass
    return told


def _remedy(remedy: Remedy) -> dict[str, object]:
    return {"act": remedy.act, "channel": remedy.channel, "name": remedy.name}


def page_data(page: Page, business: Business) -> dict[str, object]:
    """Return a page for whoever puts the pages together."""
    following = page.following
    return {
        "size": page.size,
        "customers": [seen_data(each, business) for each in page.seen],
        "next": None
        if following is None
        else {"after": following.after, "at": following.at.isoformat()},
    }


def preview_answer(name: str, told: Sequence[Mapping[str, Any]]) -> Answer:
    """Return the dry run as a whole, from what the pages say of each customer."""
    going = [each for each in told if each["goes"]]
    over = [each for each in told if each["state"] is not None]
    not_going = [each for each in told if not each["goes"] and each["state"] is None]
    reasons = Counter(each["reason"] for each in not_going)
    lines = [f"{name}: {len(going)} would get it, {len(not_going)} would not."]
    lines += [f"  {many}: {words.reason(why)}" for why, many in reasons.most_common()]
    if over:
        lines.append(f"{len(over)} have it behind them already: avvisa campaign show tells.")
    if max(len(going), len(not_going)) > SHOWN:
        lines.append(
            f"The first {SHOWN} of each are shown: add --json to see all, with every text."
        )
    return Answer(
        data={
            "campaign": name,
            "going": len(going),
            "not_going": len(not_going),
            "over": len(over),
            "reasons": dict(reasons),
            "customers": list(told),
        },
        lines=lines,
        tables=[each for each in (_going(going[:SHOWN]), _staying(not_going[:SHOWN])) if each.rows],
    )


def _going(told: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        "Would get it",
        ["when", "customer", "name", "channel", "text"],
        [
            [
                each["local"],
                each["customer"],
                each["name"] or "",
                CHANNELS[Channel(each["channel"])],
                each["text"],
            ]
            for each in told
        ],
    )


def _staying(told: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        "Would not",
        ["customer", "name", "why not", "what would change it"],
        [
            [each["customer"], each["name"] or "", _why(each), each["advice"] or "-"]
            for each in told
        ],
    )


def _why(told: Mapping[str, Any]) -> str:
    detail = f" ({told['detail']})" if told.get("detail") else ""
    return f"{words.reason(told['reason'])}{detail}"


def seen_lines(seen: Seen, business: Business) -> list[str]:
    """Return what becomes of it for one customer, for people."""
    who = (
        f"{seen.customer.external_id} ({seen.customer.name})"
        if seen.customer.name
        else (seen.customer.external_id)
    )
    match seen.outlook:
        case Goes() as goes:
            later = f" ({words.reason(goes.later)})" if goes.later else ""
            return [
                f"{who} gets it on {CHANNELS[goes.channel]}, {_local(goes.at, business)}{later}:",
                *(f"  {line}" for line in goes.message.text.splitlines()),
            ]
        case Stays():
            why = _why(seen_data(seen, business))
            would = advice(seen.ways)
            return [
                f"{who} does not get it: {why}.",
                f"It goes out if: {would}."
                if would
                else "Nothing that anybody does changes that now.",
            ]
        case None:
            state = "" if seen.state is None else words.STATES[seen.state]
            why = f": {words.reason(seen.reason)}" if seen.reason else ""
            return [f"{who}: {state}{why}."]


def _local(moment: datetime, business: Business) -> str:
    return _by_the_clock(moment, business.zone)


@lru_cache(maxsize=64)  # many have their turn at one moment
def _by_the_clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %d %b %Y %H:%M}"
