"""Five wrong guesses, then a wait."""

from datetime import UTC, datetime, timedelta

from messaging.guessing import WITH_A_CHAT, Guesses, after_a_wrong_one, must_wait

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_the_fifth_wrong_guess_begins_the_wait_and_an_hour_after_the_first_it_is_over() -> None:
    guesses: Guesses | None = None
    for minute in range(5):
        moment = NOW + timedelta(minutes=minute)
        assert not must_wait(guesses, WITH_A_CHAT, moment)
        guesses = after_a_wrong_one(guesses, WITH_A_CHAT, moment)

    assert must_wait(guesses, WITH_A_CHAT, NOW + timedelta(minutes=59))
    assert not must_wait(guesses, WITH_A_CHAT, NOW + timedelta(minutes=60))


def test_after_the_wait_it_counts_from_one() -> None:
    later = NOW + timedelta(hours=1)

    assert after_a_wrong_one(Guesses(wrong=5, since=NOW), WITH_A_CHAT, later) == Guesses(
        wrong=1, since=later
    )
