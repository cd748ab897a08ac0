"""What a campaign says and to whom, as JSON: what the store keeps beside its states."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from messaging.audience import Audience
from messaging.audience_door import audience_from_json
from messaging.audience_json import audience_to_json
from messaging.campaign import Campaign, Canary
from messaging.customer import Channel

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignBody:
    """The part of a campaign that nothing asks the database for."""

    channels: tuple[Channel, ...]
    audience: Audience
    fields: Mapping[str, str]
    per_hour: int | None
    canary: Canary | None
    starts: datetime | None
    until: date | None


def campaign_body_to_json(campaign: Campaign) -> str:
    """Return what `campaign_body_from_json` reads back as the same."""
    canary = campaign.canary
    return json.dumps(
        {
            "v": _VERSION,
            "channels": list(campaign.channels),
            "audience": audience_to_json(campaign.audience),
            "fields": dict(campaign.fields),
            "per_hour": campaign.per_hour,
            "canary": None
            if canary is None
            else {"first": canary.first, "most_failed": canary.most_failed},
            "starts": None if campaign.starts is None else campaign.starts.isoformat(),
            "until": None if campaign.until is None else campaign.until.isoformat(),
        },
        ensure_ascii=False,
    )


def campaign_body_from_json(text: str) -> CampaignBody:
    """Return what the text holds."""
    body = json.loads(text)
    canary, starts, until = body["canary"], body["starts"], body["until"]
    return CampaignBody(
        channels=tuple(Channel(each) for each in body["channels"]),
        audience=audience_from_json(body["audience"]),
        fields=body["fields"],
        per_hour=body["per_hour"],
        canary=None
        if canary is None
        else Canary(first=canary["first"], most_failed=canary["most_failed"]),
        starts=None if starts is None else datetime.fromisoformat(starts),
        until=None if until is None else date.fromisoformat(until),
    )
