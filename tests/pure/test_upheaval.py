"""When what a file would do to the notices that wait is so much that a person looks first."""

import pytest

from messaging.brake import LEAST
from messaging.upheaval import LEAST_STOPPED, SetOff, Upheaval


@pytest.mark.parametrize(
    ("cancelled", "moved", "waiting", "too_much"),
    [
        (180, 0, 200, True),
        (60, 41, 200, True),  # the two together are most
        (100, 0, 200, False),  # half is not most
        (LEAST_STOPPED, 0, LEAST_STOPPED, True),
        (LEAST_STOPPED - 1, 0, LEAST_STOPPED - 1, False),  # few: a glance shows them
        (500, 0, None, False),  # nobody has counted what waits
    ],
)
def test_most_of_what_waits_is_more_than_half_and_not_just_a_few(
    cancelled: int, moved: int, waiting: int | None, too_much: bool
) -> None:
    assert Upheaval(cancelled=cancelled, moved=moved, waiting=waiting).too_much is too_much


@pytest.mark.parametrize(
    ("count", "of", "judged", "too_much"),
    [
        (LEAST + 1, LEAST + 1, False, True),
        (LEAST, LEAST, False, False),
        (LEAST + 1, 2 * (LEAST + 1), False, False),
        (LEAST + 1, LEAST + 1, True, False),  # its own brake holds them, one by one to look at
    ],
)
def test_most_of_what_a_rule_speaks_of_at_once_is_too_much_unless_its_own_brake_knows_it(
    count: int, of: int, judged: bool, too_much: bool
) -> None:
    found = SetOff(rule="auto.ready", count=count, of=of, judged=judged)

    assert Upheaval(set_off=[found]).too_much is too_much
