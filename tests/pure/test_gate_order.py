"""Of several reasons the gate tells the most final one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from messaging.calendar import MessageClass
from messaging.gate import No, Reason
from messaging.reply import Action
from tests.pure.asking import NEVER_OPEN, OFFER, OFFERS, ask
from tests.pure.given import CAR, DAY, NOW, PERSON, RECORD, only_for, reply

FROM_THE_MOST_FINAL: list[tuple[Reason, Mapping[str, Any]]] = [
    (Reason.ERASED, {"customer": replace(PERSON, erased=True, born_on=date(2020, 1, 1))}),
    (Reason.RULE_OFF, {"rule": replace(OFFERS, on=False)}),
    (Reason.RECORD_GONE, {"record": None}),
    (Reason.ASSET_GONE, {"asset": replace(CAR, gone=True)}),
    (Reason.FINISHED, {"record": replace(RECORD, status="done", due_on=None)}),
    (Reason.DATE_MOVED, {"record": replace(RECORD, due_on=None, attributes={"fuel": "diesel"})}),
    (Reason.RULE_CHANGED, {"record": replace(RECORD, attributes={"fuel": "diesel"})}),
    (Reason.ANSWERED, {"replies": [reply(Action.DONE)]}),
    (Reason.DECEASED, {"customer": replace(PERSON, deceased=True, born_on=date(2020, 1, 1))}),
    (Reason.MINOR, {"customer": replace(PERSON, born_on=date(2020, 1, 1))}),
    (Reason.NOT_IN_AUDIENCE, {"in_audience": False}),
    (Reason.CAP, {"marketing_sent": [NOW - DAY]}),
    (Reason.NOT_LINKED, {"addresses": ()}),
    (Reason.NEVER_OPEN, {"business": NEVER_OPEN}),
    (Reason.EXPIRED, {}),
]


@pytest.mark.parametrize("place", range(len(FROM_THE_MOST_FINAL)))
def test_of_several_reasons_the_most_final_is_told(place: int) -> None:
    together: dict[str, Any] = {
        "rule": replace(only_for({"fuel": "lpg"}), message_class=MessageClass.MARKETING),
        "record": replace(RECORD, attributes={"fuel": "lpg"}),
    }
    for _, stands in reversed(FROM_THE_MOST_FINAL[place:]):
        together.update(stands)

    answer = ask(replace(OFFER, expires_at=NOW - DAY), **together)

    assert isinstance(answer, No)
    assert answer.reason is FROM_THE_MOST_FINAL[place][0]
