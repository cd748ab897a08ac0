"""`avvisa plan --compare`: what came otherwise than the plan said."""

from datetime import timedelta

from messaging.clock import SystemClock
from tests.doors.avvisa import Avvisa


def test_a_plan_is_kept_and_its_day_compared_with_it(avvisa: Avvisa) -> None:
    assert avvisa("business", "add", "officina", "--name", "Delta", "--pack", "auto").code == 0
    tomorrow = (SystemClock().now() + timedelta(days=2)).date().isoformat()

    refused = avvisa("plan", "officina", "--compare", tomorrow)
    assert avvisa("plan", "officina", "--json").document == []
    seen = avvisa("plan", "officina", "--compare", tomorrow, "--json").document
    said = avvisa("plan", "officina", "--compare", tomorrow).out

    assert "no forecast of" in refused.sentence
    assert "avvisa plan officina keeps what it tells" in refused.err
    assert (seen["foretold"], seen["sent"], seen["differences"]) == (0, 0, [])
    assert seen["counts"]["as_foretold"] == 0
    assert "0 foreseen to go out, 0 went out, 0 as foreseen" in said
