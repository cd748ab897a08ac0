"""Backoff, and any sequence of outcomes: every delivery comes to an end."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.delivery import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MAX_TRIES,
    OPEN,
    DeliveryState,
    Step,
    Tried,
    after,
    backoff,
)
from messaging.sender import (
    Accepted,
    AddressGone,
    Outcome,
    Rejected,
    RetryLater,
    Scope,
    SenderDown,
    Unknown,
)
from tests.pure.given import HOUR, NOW
from tests.pure.outcomes import FIRST, SECOND, of, step

# ---------------------------------------------------------------- backoff


def test_the_backoff_doubles_up_to_half_an_hour() -> None:
    waits = [backoff(tries, 0.0) for tries in range(1, 12)]

    assert waits[:8] == [FIRST_WAIT * 2**n for n in range(8)]
    assert waits[8:] == [LONGEST_WAIT] * 3


@given(tries=st.integers(1, 100_000), spread=st.floats(0, 1, exclude_max=True))
def test_the_jitter_adds_up_to_half_and_never_takes_away(tries: int, spread: float) -> None:
    plain = backoff(tries, 0.0)

    assert plain <= backoff(tries, spread) <= plain * 1.5
    assert FIRST_WAIT <= plain <= LONGEST_WAIT
    assert backoff(tries + 1, spread) >= backoff(tries, spread)


def test_an_outcome_that_nobody_knows_is_a_surprise() -> None:
    with pytest.raises(AssertionError):
        step(FIRST, cast("Outcome", "whatever"))


# ---------------------------------------------------------------- any sequence of outcomes

durations = st.none() | st.timedeltas(SECOND, 2 * HOUR)
words = st.sampled_from(["x", "y"])
refusals = st.one_of(
    st.builds(
        RetryLater,
        reason=words,
        code=words,
        after=durations,
        scope=st.sampled_from(Scope),
        counts=st.booleans(),
    ),
    st.builds(SenderDown, reason=words, code=words, after=durations, platform_only=st.booleans()),
    st.builds(Unknown, reason=words, code=words, after=durations),
)
ends = st.one_of(
    st.builds(Accepted, provider_id=words),
    st.builds(AddressGone, reason=words, code=words, blocked=st.booleans()),
    st.builds(Rejected, reason=words, code=words),
)
outcomes = st.lists(st.one_of(refusals, refusals, refusals, ends), min_size=1, max_size=12)


def live(
    tried: Tried, cycle: list[Outcome], *, spread: float
) -> tuple[list[Outcome], list[Step], datetime]:
    """Try the delivery whenever it is due, with these outcomes round and round, until it ends."""
    now = NOW
    tried = replace(tried, tries=0, doubts=0)
    told: list[Outcome] = []
    steps: list[Step] = []
    while True:
        outcome = cycle[len(told) % len(cycle)]
        tried = replace(tried, tries=tried.tries + 1)
        found = after(tried, outcome, now=now, spread=spread)
        told.append(outcome)
        steps.append(found)
        if found.state is not DeliveryState.WAITING:
            return told, steps, now
        assert found.due_at is not None
        assert now < found.due_at < tried.expires_at
        now = found.due_at
        tried = replace(
            tried,
            tries=tried.tries - found.uncounted,
            doubts=tried.doubts + found.doubt,
        )


@given(
    channel=st.sampled_from(Channel),
    message_class=st.sampled_from(MessageClass),
    cycle=outcomes,
    spread=st.floats(0, 1, exclude_max=True),
    lasts=st.timedeltas(SECOND, 6 * HOUR),
)
@settings(max_examples=200, deadline=None)
def test_whatever_comes_back_a_delivery_ends_in_time_and_tells_the_truth(
    channel: Channel,
    message_class: MessageClass,
    cycle: list[Outcome],
    spread: float,
    lasts: timedelta,
) -> None:
    tried = replace(of(channel, message_class), expires_at=NOW + lasts)

    told, steps, ended_at = live(tried, cycle, spread=spread)

    doubts = [isinstance(each, Unknown) for each in told]
    last = steps[-1]
    assert last.state not in OPEN
    assert ended_at < tried.expires_at
    assert sum(isinstance(each, RetryLater) and each.counts for each in told) <= MAX_TRIES
    if message_class is MessageClass.MARKETING:
        assert not any(doubts[:-1])  # never attempted again after a doubt
    if channel is Channel.TELEGRAM:
        assert sum(doubts) <= 2  # one repeat at the most that may be seen twice
    assert (last.state is DeliveryState.ACCEPTED) is isinstance(told[-1], Accepted)
    if last.state is not DeliveryState.ACCEPTED:
        assert (last.state is DeliveryState.UNKNOWN) is any(doubts)
