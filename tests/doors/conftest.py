"""The day of the workshop's files."""

import pytest

from tests.doors.officina import SUNDAY
from tests.given import StillClock


@pytest.fixture
def clock() -> StillClock:
    """Ten o'clock in Rome, on the Sunday that the files show."""
    return StillClock(SUNDAY)
