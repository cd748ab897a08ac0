"""What was foreseen of a day against what came of it: each notice once, and the counts add up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.comparison import Came, Foretold, Happened, compare
from messaging.customer import Channel, CustomerId
from messaging.notification import Key, State

DAY = timedelta(days=1)
SINCE = datetime(2026, 11, 23, tzinfo=UTC)
NOON = SINCE + DAY / 2


def key(number: int = 1) -> Key:
    return Key(
        source="rule:1", customer_id=CustomerId(number), subject="record:1", rung="d7", anchor=""
    )


def foretold(at: datetime = NOON, *, goes: bool = True, number: int = 1) -> Foretold:
    reason = None if goes else "no_consent"
    channel = Channel.TELEGRAM if goes else None
    return Foretold(key=key(number), at=at, goes=goes, channel=channel, reason=reason)


def happened(
    state: State = State.ACCEPTED, sent_at: datetime | None = NOON, *, number: int = 1
) -> Happened:
    return Happened(
        key=key(number),
        state=state,
        reason=None,
        created_at=SINCE,
        sent_at=sent_at,
        channel=None if sent_at is None else Channel.TELEGRAM,
    )


@pytest.mark.parametrize(
    ("told", "came_of_it", "came"),
    [
        (foretold(), happened(), Came.AS_FORETOLD),
        (foretold(), happened(sent_at=NOON + DAY), Came.OTHER_DAY),
        (foretold(NOON + DAY), happened(), Came.FROM_OTHER_DAY),
        (foretold(), happened(State.PLANNED, None), Came.WAITING),
        (foretold(), happened(State.HELD, None), Came.WAITING),
        (foretold(), happened(State.CANCELLED, None), Came.NOT_SENT),
        (foretold(), None, Came.NOT_MADE),
        (foretold(goes=False), happened(), Came.SENT_AFTER_ALL),
        (foretold(NOON - DAY, goes=False), happened(), Came.SENT_AFTER_ALL),
        (None, happened(), Came.NOT_FORETOLD),
        (foretold(goes=False), None, None),
        (foretold(goes=False), happened(State.WITHHELD, None), None),
        (foretold(NOON - DAY), happened(sent_at=NOON - DAY), None),
        (foretold(NOON + DAY), None, None),
    ],
)
def test_each_notice_is_told_by_what_came_of_it(
    told: Foretold | None, came_of_it: Happened | None, came: Came | None
) -> None:
    compared = compare(
        [] if told is None else [told],
        {} if came_of_it is None else {key(): came_of_it},
        since=SINCE,
        until=SINCE + DAY,
    )

    assert [each for each, count in compared.counts.items() if count] == ([came] if came else [])
    differs = came is not None and came is not Came.AS_FORETOLD
    assert [each.came for each in compared.differences] == ([came] if differs else [])


def test_what_is_foreseen_from_the_middle_of_a_day_is_compared_from_there_on() -> None:
    compared = compare(
        [], {key(): happened(sent_at=SINCE)}, since=SINCE + timedelta(hours=1), until=SINCE + DAY
    )

    assert (compared.sent, compared.differences) == (0, [])


_moments = st.integers(-30, 60).map(lambda hours: SINCE + timedelta(hours=hours))


@given(
    st.lists(
        st.tuples(st.integers(1, 8), _moments, st.booleans()), max_size=8, unique_by=lambda e: e[0]
    ),
    st.lists(
        st.tuples(st.integers(1, 8), st.sampled_from(State), st.none() | _moments),
        max_size=8,
        unique_by=lambda each: each[0],
    ),
)
@settings(max_examples=60)
def test_the_counts_add_up_to_what_was_foreseen_and_to_what_was_sent(
    told: list[tuple[int, datetime, bool]], came: list[tuple[int, State, datetime | None]]
) -> None:
    compared = compare(
        [foretold(at, goes=goes, number=number) for number, at, goes in told],
        {key(number): happened(state, at, number=number) for number, state, at in came},
        since=SINCE,
        until=SINCE + DAY,
    )
    counts = compared.counts

    assert compared.foretold == sum(
        counts[each]
        for each in (
            Came.AS_FORETOLD, Came.OTHER_DAY, Came.WAITING, Came.NOT_SENT, Came.NOT_MADE
        )
    )  # fmt: skip
    assert compared.sent == sum(
        counts[each]
        for each in (
            Came.AS_FORETOLD, Came.FROM_OTHER_DAY, Came.SENT_AFTER_ALL, Came.NOT_FORETOLD
        )
    )  # fmt: skip
    assert len(compared.differences) == sum(counts.values()) - counts[Came.AS_FORETOLD]
