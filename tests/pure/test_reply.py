"""An answer ends the ladder it answers, for one or for all."""

import pytest

from messaging.reply import STOPS_EVERYBODY, STOPS_ONE, Action, stops
from tests.pure.given import ANNA, BRUNO, reply

ANCHOR = "2026-11-24"


@pytest.mark.parametrize("action", [Action.DONE, Action.ASSET_GONE])
def test_what_is_settled_is_settled_for_everybody_who_shares_it(action: Action) -> None:
    assert stops(reply(action, of=ANNA), ANNA, ANCHOR)
    assert stops(reply(action, of=ANNA), BRUNO, ANCHOR)


@pytest.mark.parametrize("action", [Action.NOT_NOW, Action.BOOK, Action.MOVE])
def test_who_has_had_enough_or_has_booked_hears_no_more_but_the_others_do(action: Action) -> None:
    assert stops(reply(action, of=ANNA), ANNA, ANCHOR)
    assert not stops(reply(action, of=ANNA), BRUNO, ANCHOR)


@pytest.mark.parametrize(
    "action", [Action.CALL_ME, Action.TEXT, Action.NOT_ME, Action.CONFIRM, "a_pack_word"]
)
def test_a_question_or_a_word_of_a_pack_stops_nothing(action: str) -> None:
    assert not stops(reply(action), ANNA, ANCHOR)


@pytest.mark.parametrize("action", sorted(STOPS_EVERYBODY | STOPS_ONE))
@pytest.mark.parametrize("anchor", ["2028-11-30", None])
def test_a_new_date_begins_a_new_ladder(action: str, anchor: str | None) -> None:
    assert not stops(reply(action, anchor=anchor), ANNA, ANCHOR)
