"""What an outcome makes of a delivery: when it is tried again, and when it ends, and as what."""

from dataclasses import replace
from datetime import timedelta

import pytest

from messaging.calendar import MessageClass
from messaging.customer import AddressState, Channel
from messaging.delivery import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MAX_TRIES,
    NEVER_REACHED_WAIT,
    REPEAT_PAUSE,
    SENDER_PROBE,
    DeliveryState,
    PlatformRefused,
    Step,
)
from messaging.sender import (
    Accepted,
    AddressGone,
    Outcome,
    Rejected,
    RetryLater,
    Scope,
    SenderDown,
)
from tests.pure.given import HOUR, NOW
from tests.pure.outcomes import (
    BLOCKED,
    BUSY,
    CUT_OFF,
    DOWN,
    FIRST,
    IN_DOUBT,
    PATIENCE,
    REFUSED,
    SECOND,
    UNREACHABLE,
    UNREGISTERED,
    everything,
    of,
    step,
)

# ---------------------------------------------------------------- each outcome


@everything
@pytest.mark.parametrize("doubts", [0, 1])
def test_what_the_provider_took_is_accepted_also_after_a_doubt(
    channel: Channel, message_class: MessageClass, doubts: int
) -> None:
    tried = replace(of(channel, message_class), doubts=doubts)

    assert step(tried, Accepted(provider_id="m1")) == Step(
        state=DeliveryState.ACCEPTED, provider_id="m1", code="200"
    )


@everything
@pytest.mark.parametrize(
    ("outcome", "address"), [(BLOCKED, AddressState.BLOCKED), (UNREGISTERED, AddressState.GONE)]
)
def test_a_closed_address_ends_it_and_is_remembered(
    channel: Channel, message_class: MessageClass, outcome: AddressGone, address: AddressState
) -> None:
    assert step(of(channel, message_class), outcome) == Step(
        state=DeliveryState.FAILED,
        reason=outcome.reason,
        code=outcome.code,
        address_state=address,
    )


@everything
def test_refused_content_ends_it_and_blames_no_address(
    channel: Channel, message_class: MessageClass
) -> None:
    assert step(of(channel, message_class), REFUSED) == Step(
        state=DeliveryState.FAILED, reason="content_refused", code="400"
    )


@everything
@pytest.mark.parametrize(("named", "rest"), [(None, SENDER_PROBE), (HOUR, HOUR)])
def test_a_refused_sender_rests_and_the_delivery_with_it_without_spending_a_try(
    channel: Channel, message_class: MessageClass, named: timedelta | None, rest: timedelta
) -> None:
    assert step(of(channel, message_class), replace(DOWN, after=named)) == Step(
        state=DeliveryState.WAITING,
        reason="token_revoked",
        code="401",
        due_at=NOW + rest,
        uncounted=True,
        sender_rests_until=NOW + rest,
        sender_refused="token_revoked",
    )


@everything
@pytest.mark.parametrize(("named", "rest"), [(None, SENDER_PROBE), (HOUR, HOUR)])
def test_a_refused_platform_rests_and_its_sender_does_not(
    channel: Channel, message_class: MessageClass, named: timedelta | None, rest: timedelta
) -> None:
    down = SenderDown(reason="platform_key", code="401", after=named, platform_only=True)

    assert step(of(channel, message_class), down) == Step(
        state=DeliveryState.WAITING,
        reason="platform_key",
        code="401",
        due_at=NOW + rest,
        uncounted=True,
        platform_refused=PlatformRefused(reason="platform_key", probe_at=NOW + rest),
    )


@pytest.mark.parametrize(
    ("outcome", "sender", "platform"),
    [
        (Accepted(provider_id="m1"), True, True),
        (UNREGISTERED, True, False),
        (REFUSED, False, False),
        (BUSY, False, False),
        (CUT_OFF, False, False),
        (DOWN, False, False),
    ],
)
def test_a_refusal_is_over_when_the_provider_judges_what_it_would_not_look_at_before(
    outcome: Outcome, *, sender: bool, platform: bool
) -> None:
    found = step(FIRST, outcome)

    assert (found.shows_that_sender_works, found.shows_that_platform_works) == (sender, platform)


@everything
def test_a_refusal_for_now_is_tried_again_after_the_backoff(
    channel: Channel, message_class: MessageClass
) -> None:
    assert step(of(channel, message_class), BUSY) == Step(
        state=DeliveryState.WAITING, reason="server_error", code="500", due_at=NOW + FIRST_WAIT
    )


def test_the_wait_that_a_provider_names_is_kept() -> None:
    assert step(FIRST, replace(BUSY, after=HOUR)).due_at == NOW + HOUR


def test_patience_that_was_asked_for_spends_no_try_and_lets_the_sender_rest() -> None:
    assert step(replace(FIRST, tries=MAX_TRIES), PATIENCE) == Step(
        state=DeliveryState.WAITING,
        reason="flood",
        code="429",
        due_at=NOW + 35 * SECOND,
        uncounted=True,
        sender_rests_until=NOW + 35 * SECOND,
    )


@pytest.mark.parametrize(
    ("scope", "address_rests", "sender_rests"),
    [(Scope.MESSAGE, False, False), (Scope.ADDRESS, True, False), (Scope.SENDER, False, True)],
)
def test_what_was_asked_to_be_spared_rests_as_long_as_the_delivery(
    scope: Scope, *, address_rests: bool, sender_rests: bool
) -> None:
    found = step(FIRST, replace(BUSY, scope=scope))

    assert found.address_rests_until == (found.due_at if address_rests else None)
    assert found.sender_rests_until == (found.due_at if sender_rests else None)
    assert found.sender_refused is None


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_a_provider_that_was_not_reached_is_tried_again_soon(spread: float) -> None:
    found = step(FIRST, UNREACHABLE, spread=spread)

    assert found.due_at == NOW + NEVER_REACHED_WAIT * (1 + spread)
    assert found.uncounted


@pytest.mark.parametrize(
    ("tries", "state"),
    [(MAX_TRIES - 1, DeliveryState.WAITING), (MAX_TRIES, DeliveryState.FAILED)],
)
def test_after_six_refusals_that_count_it_has_failed(tries: int, state: DeliveryState) -> None:
    found = step(replace(FIRST, tries=tries), BUSY)

    assert (found.state, found.reason, found.code) == (state, "server_error", "500")


# ---------------------------------------------------------------- doubt


@everything
def test_a_doubt_is_repeated_after_a_pause_but_never_with_an_offer(
    channel: Channel, message_class: MessageClass
) -> None:
    found = step(of(channel, message_class), CUT_OFF)

    assert found.doubt
    if message_class is MessageClass.MARKETING:
        assert (found.state, found.due_at) == (DeliveryState.UNKNOWN, None)
    else:
        assert (found.state, found.due_at) == (DeliveryState.WAITING, NOW + REPEAT_PAUSE)
    assert not found.uncounted


@everything
def test_a_second_doubt_is_the_end_but_on_push_where_the_repeat_replaces_what_is_shown(
    channel: Channel, message_class: MessageClass
) -> None:
    found = step(of(channel, message_class, tried=IN_DOUBT), CUT_OFF)

    again = channel is Channel.PUSH and message_class is not MessageClass.MARKETING
    assert found.state is (DeliveryState.WAITING if again else DeliveryState.UNKNOWN)
    assert found.doubt


@pytest.mark.parametrize(
    ("named", "pause"), [(None, REPEAT_PAUSE), (SECOND, REPEAT_PAUSE), (HOUR, HOUR)]
)
def test_the_pause_before_a_repeat_is_never_shorter_than_ours(
    named: timedelta | None, pause: timedelta
) -> None:
    assert step(FIRST, replace(CUT_OFF, after=named)).due_at == NOW + pause


@pytest.mark.parametrize("doubts", [5, 8, 60, 2000])
def test_a_push_that_stays_in_doubt_is_repeated_ever_less_often_but_until_it_expires(
    doubts: int,
) -> None:
    tried = replace(of(Channel.PUSH, MessageClass.REMINDER), doubts=doubts)

    found = step(tried, CUT_OFF)

    assert found.state is DeliveryState.WAITING
    assert found.due_at == NOW + min(FIRST_WAIT * 2 ** min(doubts, 20), LONGEST_WAIT)


# ---------------------------------------------------------------- expiry


@pytest.mark.parametrize(
    ("outcome", "over"),
    [
        (BUSY, DeliveryState.EXPIRED),
        (PATIENCE, DeliveryState.EXPIRED),
        (UNREACHABLE, DeliveryState.EXPIRED),
        (DOWN, DeliveryState.FAILED),
        (CUT_OFF, DeliveryState.UNKNOWN),
    ],
)
def test_what_would_come_due_only_after_it_has_expired_ends_now(
    outcome: Outcome, over: DeliveryState
) -> None:
    waits = step(FIRST, outcome)
    assert waits.due_at is not None

    just_in_time = step(replace(FIRST, expires_at=waits.due_at + SECOND), outcome)
    too_late = step(replace(FIRST, expires_at=waits.due_at), outcome)

    assert just_in_time == waits
    assert (too_late.state, too_late.due_at) == (over, None)
    assert (too_late.reason, too_late.code, too_late.doubt) == (
        waits.reason,
        waits.code,
        waits.doubt,
    )
    # The sender rests all the same.
    assert too_late.sender_rests_until == waits.sender_rests_until
    assert too_late.sender_refused == waits.sender_refused


@pytest.mark.parametrize("outcome", [BUSY, PATIENCE, UNREACHABLE, DOWN, CUT_OFF])
def test_what_expires_after_a_doubt_is_unknown(outcome: Outcome) -> None:
    found = step(replace(IN_DOUBT, expires_at=NOW + SECOND), outcome)

    assert found.state is DeliveryState.UNKNOWN


@pytest.mark.parametrize(
    ("outcome", "address"),
    [
        (BLOCKED, AddressState.BLOCKED),
        (UNREGISTERED, AddressState.GONE),
        (REFUSED, None),
        (BUSY, None),
    ],
)
def test_after_a_doubt_no_refusal_says_that_the_customer_does_not_have_it(
    outcome: AddressGone | Rejected | RetryLater, address: AddressState | None
) -> None:
    found = step(replace(IN_DOUBT, tries=MAX_TRIES), outcome)

    assert found == Step(
        state=DeliveryState.UNKNOWN,
        reason=outcome.reason,
        code=outcome.code,
        address_state=address,
    )
