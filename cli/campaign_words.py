"""Campaigns as people and programs are told of them: where they stand, and the counts that add up."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cli import words
from cli.house import Table
from messaging.actions.campaigning import Stands
from messaging.audience_json import audience_to_json
from messaging.business import Business
from messaging.campaign import CampaignState, Halt
from messaging.finding import Finding, Severity

STATES: Mapping[CampaignState, str] = {
    CampaignState.DRAFT: "draft: to be checked",
    CampaignState.CHECKED: "checked: it may start",
    CampaignState.SCHEDULED: "scheduled",
    CampaignState.RUNNING: "running",
    CampaignState.PAUSED: "paused",
    CampaignState.FINISHED: "finished",
    CampaignState.CANCELLED: "cancelled",
}

HALTS: Mapping[Halt, str] = {
    Halt.PERSON: "a person paused it",
    Halt.CONTENT: "the text was refused for one of the first: look at the template, and resume or cancel",
    Halt.FAILURES: "too many of the first failed: look at why, and resume or cancel",
    Halt.LATE: "nobody was there at its hour, and more than a day has passed: resume it or cancel it",
}


def state_of(told: Stands) -> str:
    """Return where the campaign stands, and why if it stands still."""
    campaign = told.campaign
    said = STATES[campaign.state]
    if campaign.state is CampaignState.SCHEDULED and campaign.starts is not None:
        return f"{said} for {campaign.starts:%a %d %b %Y %H:%M}"
    if campaign.state is CampaignState.RUNNING and told.watching:
        return f"{said}: the first are being watched"
    return said if campaign.halt is None else f"{said}: {HALTS[campaign.halt]}"


def sum_line(told: Stands) -> str:
    """Return the counts as the sum that they are."""
    by_state: dict[str, int] = {}
    for (state, _), many in told.counts.items():
        by_state[words.STATES[state]] = by_state.get(words.STATES[state], 0) + many
    order = [word for word in words.STATES.values() if word in by_state]
    parts = " + ".join(f"{by_state[word]} {word}" for word in order) or "0"
    made = f"{told.made} made = {parts}"
    return made if told.expanded else f"{made}; not everybody has a notice yet"


def campaign_lines(told: Stands) -> list[str]:
    """Return what is to be said of one campaign."""
    campaign, business = told.campaign, told.business
    lines = [f"{campaign.name} is {state_of(told)}."]
    if campaign.started_at is not None:
        lines.append(f"Started {_local(campaign.started_at, business)}. {sum_line(told)}.")
    if campaign.expires_at is not None and told.ended_at is None:
        lines.append(f"Nothing of it leaves after {_local(campaign.expires_at, business)}.")
    return lines


def counts_table(told: Stands) -> list[Table]:
    """Return the counts by state and reason; no table where there are none."""
    order = list(words.STATES)
    rows = [
        [words.STATES[state], words.reason(why), str(many)]
        for (state, why), many in sorted(
            told.counts.items(), key=lambda each: (order.index(each[0][0]), each[0][1] or "")
        )
    ]
    return [Table(told.campaign.name, ["state", "why", "notices"], rows)] if rows else []


def campaign_data(told: Stands) -> dict[str, object]:
    """Return a campaign for programs."""
    campaign = told.campaign
    canary = campaign.canary
    return {
        "name": campaign.name,
        "state": campaign.state,
        "halt": campaign.halt,
        "template": campaign.template,
        "class": campaign.message_class,
        "channels": list(campaign.channels),
        "audience": audience_to_json(campaign.audience),
        "fields": dict(campaign.fields),
        "per_hour": campaign.per_hour,
        "canary": None
        if canary is None
        else {"first": canary.first, "most_failed": canary.most_failed},
        "starts_at": _iso(told.starts_at),
        "started_at": _iso(campaign.started_at),
        "until": None if campaign.until is None else campaign.until.isoformat(),
        "expires_at": _iso(campaign.expires_at),
        "ended_at": _iso(told.ended_at),
        "expanded": told.expanded,
        "watching": told.watching,
        "made": told.made,
        "pending": told.pending,
        "counts": [
            {"state": state, "reason": why, "count": many}
            for (state, why), many in told.counts.items()
        ],
    }


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Return a line for each finding, what needs somebody first."""
    ordered = sorted(findings, key=lambda each: list(Severity).index(each.severity))
    return [
        f"{'✗' if each.severity is Severity.NEEDS_YOU else '!'} {each.says}. What to do: {each.todo}."
        for each in ordered
    ]


def finding_data(each: Finding) -> dict[str, object]:
    """Return a finding for programs."""
    return {"code": each.code, "severity": each.severity, "says": each.says, "todo": each.todo}


def _local(moment: datetime, business: Business) -> str:
    return f"{moment.astimezone(business.zone):%a %d %b %Y %H:%M}"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
