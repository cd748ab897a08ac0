"""When an update that a webhook did not take is posted again, as Telegram's own server has it
(https://github.com/tdlib/telegram-bot-api, WebhookActor.cpp, on_update_error): the first failure at
once, then after 2, 4, 8… seconds up to one or two minutes, or after what Retry-After asks.
"""

import random
from dataclasses import dataclass, field

LONGEST_DELAY = 60
LONGEST_RETRY_AFTER = 3600

# Only to spread retries, so its quality does not matter.
_dice = random.Random()  # noqa: S311 - chance, not a secret

Queue = tuple[int, str, int]
"""A bot, a kind of update and a chat: what is posted one at a time and in order."""


@dataclass(slots=True)
class Patience:
    """How the caller waits: ``retry_scale`` multiplies every wait between tries, Retry-After's
    too; an answer has ``answer_seconds``; 410 removes the webhook after ``gone_seconds``.
    """

    retry_scale: float = 1.0
    answer_seconds: float = 60.0
    gone_seconds: float = 23 * 3600.0


@dataclass(slots=True)
class _Trouble:
    update_id: int
    failures: int = 0
    delay: int = 1
    due_at: float = 0.0


@dataclass(slots=True)
class Backoff:
    """The queues whose oldest update has failed."""

    _troubles: dict[Queue, _Trouble] = field(default_factory=dict)

    def due_at(self, queue: Queue, update_id: int) -> float:
        """When this update may be posted, in seconds since 1970; 0 if it has not failed yet."""
        trouble = self._troubles.get(queue)
        return trouble.due_at if trouble and trouble.update_id == update_id else 0.0

    def failed(
        self, queue: Queue, update_id: int, *, now: float, retry_after: int, scale: float
    ) -> None:
        """Put it off; ``retry_after`` is 0 where the webhook named no time."""
        trouble = self._troubles.get(queue)
        if trouble is None or trouble.update_id != update_id:
            trouble = self._troubles[queue] = _Trouble(update_id)
        wait = min(retry_after, LONGEST_RETRY_AFTER)
        if not retry_after and trouble.failures:
            most = _dice.randint(LONGEST_DELAY, LONGEST_DELAY * 2)
            wait = trouble.delay = min(most, trouble.delay * 2)
        trouble.failures += 1
        trouble.due_at = now + wait * scale

    def clear(self) -> None:
        """No troubles any more."""
        self._troubles.clear()
