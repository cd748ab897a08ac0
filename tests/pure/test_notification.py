"""A notification stands where its deliveries together have brought it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.delivery import OPEN, DeliveryState
from messaging.notification import (
    ATTEMPTED,
    ENDED,
    PENDING,
    REACHED,
    State,
    rolled_up,
)

deliveries = st.lists(
    st.tuples(st.sampled_from(DeliveryState), st.sampled_from([None, "expired", "no_consent"])),
    min_size=1,
    max_size=6,
)

ALONE = [
    (DeliveryState.WAITING, State.SENDING),
    (DeliveryState.SENDING, State.SENDING),
    (DeliveryState.ACCEPTED, State.ACCEPTED),
    (DeliveryState.FAILED, State.FAILED),
    (DeliveryState.UNKNOWN, State.UNKNOWN),
    (DeliveryState.EXPIRED, State.EXPIRED),
    (DeliveryState.CANCELLED, State.CANCELLED),
    (DeliveryState.WITHHELD, State.WITHHELD),
]


@pytest.mark.parametrize(("delivery", "state"), ALONE)
def test_one_delivery_speaks_for_itself(delivery: DeliveryState, state: State) -> None:
    reason = None if state is State.ACCEPTED else "why"

    assert rolled_up([(delivery, "why")]) == (state, reason)


def test_every_state_of_a_delivery_has_its_place() -> None:
    assert [each for each, _ in ALONE] == list(DeliveryState)


@given(known=deliveries, at=st.integers(0, 6))
def test_one_address_that_took_it_makes_it_accepted_whatever_the_others_did(
    known: list[tuple[DeliveryState, str | None]], at: int
) -> None:
    known.insert(at, (DeliveryState.ACCEPTED, "x"))

    assert rolled_up(known) == (State.ACCEPTED, None)


@given(known=deliveries)
def test_while_one_waits_it_is_sending_unless_another_took_it(
    known: list[tuple[DeliveryState, str | None]],
) -> None:
    states = {state for state, _ in known}

    found, _ = rolled_up(known)

    assert (found is State.SENDING) is (
        bool(states & OPEN) and DeliveryState.ACCEPTED not in states
    )


@given(known=deliveries)
def test_a_doubt_outweighs_every_other_end(known: list[tuple[DeliveryState, str | None]]) -> None:
    ended = [
        (state, why)
        for state, why in known
        if state not in OPEN and state is not DeliveryState.ACCEPTED
    ]

    assert rolled_up([*ended, (DeliveryState.UNKNOWN, "cut_off")])[0] is State.UNKNOWN


@given(known=deliveries)
def test_the_order_of_the_deliveries_does_not_matter_and_the_reason_belongs_to_the_state(
    known: list[tuple[DeliveryState, str | None]],
) -> None:
    state, reason = rolled_up(known)

    assert rolled_up(reversed(known))[0] is state
    if state is not State.ACCEPTED:
        assert (state, reason) in [(dict(ALONE)[each], why) for each, why in known]


def test_a_failure_is_told_before_what_never_left() -> None:
    known = [
        (DeliveryState.WITHHELD, "no_consent"),
        (DeliveryState.FAILED, "content_refused"),
        (DeliveryState.EXPIRED, "expired"),
        (DeliveryState.CANCELLED, "finished"),
    ]

    assert rolled_up(known) == (State.FAILED, "content_refused")


def test_a_notification_without_deliveries_has_nothing_to_roll_up() -> None:
    with pytest.raises(ValueError, match="empty"):
        rolled_up([])


def test_every_state_is_pending_held_or_an_end() -> None:
    assert frozenset(State) == PENDING | ENDED | {State.HELD}
    assert not PENDING & ENDED
    assert REACHED <= ENDED
    assert State.WITHHELD not in ATTEMPTED
