"""When the planner asks to be woken: at the next moment at which something is to be done by itself."""

from datetime import datetime, timedelta

import pytest
from typing_extensions import override

from scheduler.alarm import Alarm
from tests.campaigns import prepared, started
from tests.given import Workshop


class _Remembering(Alarm):
    """Keeps the moment at which the planner is to be woken."""

    def __init__(self) -> None:
        super().__init__(poll=timedelta(seconds=5))
        self.routes_at: datetime | None = None

    @override
    def route_at(self, moment: datetime) -> None:
        self.routes_at = moment


@pytest.fixture
def alarm(workshop: Workshop) -> _Remembering:
    workshop.alarm = _Remembering()
    return workshop.alarm


async def test_the_next_of_a_paced_campaign_wakes_it(
    workshop: Workshop, alarm: _Remembering
) -> None:
    await prepared(workshop, 3)
    await started(workshop, per_hour=60)

    await workshop.run()

    assert len(workshop.texts) == 1
    assert alarm.routes_at == workshop.clock.now() + timedelta(minutes=1)


async def test_where_nothing_comes_by_itself_it_sleeps_until_it_is_told(
    workshop: Workshop, alarm: _Remembering
) -> None:
    await workshop.run()

    assert alarm.routes_at is None
