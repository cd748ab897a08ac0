"""So many an hour, evenly, and no burst after a stop."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from messaging.calendar import MessageClass
from messaging.pacing import SLACK, gap, moments, ready_after, room
from tests.pure.given import NOW, WORKSHOP

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
paces = st.integers(1, 100_000)


def test_sixty_an_hour_are_one_a_minute() -> None:
    assert room(60, NOW, NOW) == 1
    assert ready_after(1, 60, NOW, NOW) == NOW + 60 * SECOND
    assert room(60, NOW + 60 * SECOND, NOW + 59 * SECOND) == 0
    assert room(60, NOW + 60 * SECOND, NOW + 60 * SECOND) == 1


def test_what_a_stop_kept_back_is_not_made_up_for() -> None:
    assert room(60, NOW, NOW + 24 * HOUR) == 1
    assert room(36_000, NOW, NOW + 24 * HOUR) == 1 + 10 * SLACK // SECOND


@given(per_hour=paces, looks=st.lists(st.integers(0, 1_800), min_size=1, max_size=60))
def test_no_hour_sees_more_than_its_pace_and_what_a_late_look_catches_up(
    per_hour: int, looks: list[int]
) -> None:
    now, ready_at = NOW, NOW
    gone: list[tuple[datetime, int]] = []
    for seconds in looks:
        now += seconds * SECOND
        many = room(per_hour, ready_at, now)
        if many:
            ready_at = ready_after(many, per_hour, ready_at, now)
            gone.append((now, many))

    late = SLACK // gap(per_hour) + 1
    for start, _ in gone:
        assert sum(many for at, many in gone if start <= at < start + HOUR) <= per_hour + late


def test_the_moments_of_a_campaign_lie_within_its_hours() -> None:
    evening = datetime(2026, 11, 17, 18, 58, tzinfo=UTC)  # two minutes before eight in Rome

    told = list(islice(moments(evening, 60, WORKSHOP, MessageClass.MARKETING), 4))

    assert [f"{each.astimezone(WORKSHOP.zone):%d %H:%M}" for each in told] == [
        "17 19:58",
        "17 19:59",
        "18 09:00",
        "18 09:01",
    ]


def test_without_a_pace_all_have_their_turn_at_once() -> None:
    assert set(islice(moments(NOW, None, WORKSHOP, MessageClass.MARKETING), 100)) == {NOW}
