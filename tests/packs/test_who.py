"""Who is told of a thing that several share, as a pack's file writes it, and as the store keeps it."""

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from messaging.asset import Role
from messaging.packs.rule_entries import RuleEntry
from messaging.rule_json import rule_body_from_json, rule_body_to_json
from tests.pure.given import RULE

WRITTEN = {
    "name": "x.y",
    "label": {"it": "x", "en": "x"},
    "template": "x.y",
    "channels": ["telegram"],
    "trigger": {"type": "on_event", "record_type": "x", "status": "ready"},
    "expires": {"type": "same_day"},
}


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (None, None),
        ("everybody", (Role.HOLDER, Role.USER)),
        ("holder", (Role.HOLDER,)),
        (["user"], (Role.USER,)),
        (["holder", "user"], (Role.HOLDER, Role.USER)),
    ],
)
def test_who_is_told_is_written_as_a_word_or_as_roles_and_kept(
    who: object, told: tuple[Role, ...] | None
) -> None:
    entry = TypeAdapter(RuleEntry).validate_python(WRITTEN | {"who": who}, strict=False)

    assert entry.told == told
    assert rule_body_from_json(rule_body_to_json(replace(RULE, who=told))).who == told


@pytest.mark.parametrize("who", ["nobody", [], ["neighbour"]])
def test_nobody_else_can_be_told(who: object) -> None:
    with pytest.raises(ValueError, match="who"):
        TypeAdapter(RuleEntry).validate_python(WRITTEN | {"who": who}, strict=False)
