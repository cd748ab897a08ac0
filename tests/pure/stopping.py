"""What rules may stop at beside a status, and campaigns: for each the smallest that stops it, and its neighbour."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

from messaging.campaign import CampaignState
from messaging.gate import Reason
from messaging.rule import (
    Answered,
    Circumstances,
    Cleared,
    Inactivity,
    Newer,
    Repeat,
    Side,
    Stated,
    Threshold,
)
from tests.pure.given import BRUNO, CAMPAIGN, CAR, DAY, DUE, NOTICE, NOW, RULE, reply

LAST_SEEN = NOW - 200 * DAY
SILENT = replace(
    RULE, trigger=Inactivity(record_type="purchase", months=6, at=time(10)), stop_statuses=()
)
SILENCE = replace(
    NOTICE,
    record_id=None,
    key=replace(NOTICE.key, subject="customer:1", rung="6mo", anchor=LAST_SEEN.date().isoformat()),
)
UNLESS_NEWER = replace(RULE, stops=(Newer(record_type="inspection"),))
UNLESS_ANSWERED = replace(RULE, stops=(Answered(),))
OF_A_CAMPAIGN: Mapping[str, Any] = {"rule": None, "record": None, "asset": None}
THRICE = replace(RULE, repeat=Repeat(at_most=3))


def _silence_since(last: Circumstances) -> Mapping[str, Any]:
    return {"notification": SILENCE, "rule": SILENT, "record": None, "circumstances": last}


def _with_tyres(tyres: str) -> Mapping[str, Any]:
    rule = replace(RULE, stops=(Stated(path="asset.tyres", value="all_season"),))
    return {"rule": rule, "asset": replace(CAR, attributes={"tyres": tyres})}


def _card_with(euros: str) -> Mapping[str, Any]:
    """Return the notice that a prepaid card is nearly empty, and what is on it now."""
    trigger = Threshold(
        asset_type="prepaid_card", value="balance", side=Side.BELOW, limit=Decimal(5)
    )
    return {
        "notification": replace(
            NOTICE,
            record_id=None,
            asset_id=CAR.id,
            key=replace(NOTICE.key, subject="asset:1", rung="crossed", anchor="crossing:1"),
        ),
        "rule": replace(RULE, trigger=trigger, stop_statuses=(), stops=(Cleared(),)),
        "record": None,
        "asset": replace(CAR, type="prepaid_card", attributes={"balance": euros}),
    }


STOPS: Mapping[str, tuple[Reason, Mapping[str, Any], Mapping[str, Any]]] = {
    "she has bought something again": (
        Reason.CAME_BACK,
        _silence_since(Circumstances(last=NOW - DAY)),
        _silence_since(Circumstances(last=LAST_SEEN)),
    ),
    "her only purchase was called off": (
        Reason.RECORD_GONE,
        _silence_since(Circumstances()),
        _silence_since(Circumstances(last=LAST_SEEN)),
    ),
    "the card was filled up again": (Reason.CLEARED, _card_with("5"), _card_with("4.99")),
    "the car has all-season tyres": (
        Reason.EXCLUDED,
        _with_tyres("all_season"),
        _with_tyres("winter"),
    ),
    "a later inspection is in the books": (
        Reason.NEWER,
        {"rule": UNLESS_NEWER, "newest": {"inspection": DUE + DAY}},
        {"rule": UNLESS_NEWER, "newest": {"inspection": DUE}},
    ),
    "she answered something of her own, where any answer ends it": (
        Reason.ANSWERED,
        {"rule": UNLESS_ANSWERED, "replies": [reply("interested")]},
        {"rule": UNLESS_ANSWERED, "replies": [reply("interested", of=BRUNO)]},
    ),
    "she was told three times": (
        Reason.ENOUGH,
        {"rule": THRICE, "told": ["2026-11-24"] * 3},
        {"rule": THRICE, "told": ["2026-11-24", "2026-11-24", "2024-11-24"]},
    ),
    "the campaign was cancelled": (
        Reason.CAMPAIGN_CANCELLED,
        {**OF_A_CAMPAIGN, "campaign": replace(CAMPAIGN, state=CampaignState.CANCELLED)},
        {**OF_A_CAMPAIGN, "campaign": CAMPAIGN},
    ),
}
