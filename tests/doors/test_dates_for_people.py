"""What a notice hangs on is said as people say it, not as it is kept."""

from zoneinfo import ZoneInfo

import pytest

from cli.commands.plans import said_date
from messaging.business import Business, BusinessId

SHOP = Business(
    id=BusinessId(1), slug="shop", name="Shop", zone=ZoneInfo("Europe/Rome"), language="it"
)


@pytest.mark.parametrize(
    ("anchor", "said"),
    [
        ("2026-11-30", "Mon 30 Nov 2026"),
        ("2026-12-02T09:00:00+00:00", "Wed 02 Dec 2026 10:00"),
        ("entry:1", "-"),
    ],
)
def test_a_day_a_moment_and_a_state_that_was_entered(anchor: str, said: str):
    assert said_date(anchor, SHOP) == said
