"""The mother of every process that the journeys kill."""

from collections.abc import Iterator

import pytest

from tests.journeys.processes import Mother, one_mother


@pytest.fixture(scope="session")
def mother() -> Iterator[Mother]:
    """Give the process that has imported avvisa: one for the session."""
    with one_mother() as born:
        yield born
