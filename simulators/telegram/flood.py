"""Telegram's flood limits as its FAQ states them: about 30 messages a second per bot, and one a
second per chat with short bursts let through (https://core.telegram.org/bots/faq).
"""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Limits:
    """What a bot may do; ``enabled`` off lets everything through."""

    per_bot_per_second: int = 30
    per_chat_burst: int = 3
    enabled: bool = True


@dataclass(slots=True)
class BotMeter:
    """The moments of a bot's messages within the last second, and when each chat is free again."""

    sent: deque[float] = field(default_factory=deque)
    chat_free_at: dict[int, float] = field(default_factory=dict)


def retry_after(meter: BotMeter, chat_id: int, limits: Limits, now: float) -> int | None:
    """Count one message; None if it may pass, else the whole seconds to wait.

    Per bot a sliding second. Per chat a bucket of ``per_chat_burst`` that one second refills by
    one, kept as the moment when the bucket will be full again. A refused message is not counted.
    """
    if not limits.enabled:
        return None
    sent = meter.sent
    while sent and now - sent[0] >= 1.0:
        sent.popleft()
    if len(sent) >= limits.per_bot_per_second:
        return max(1, math.ceil(1.0 - (now - sent[0])))
    free_at = max(meter.chat_free_at.get(chat_id, 0.0), now)
    wait = free_at + 1.0 - limits.per_chat_burst - now
    # A hair's breadth of tolerance: the clock is a float.
    if wait > 1e-6:
        return max(1, math.ceil(wait))
    sent.append(now)
    meter.chat_free_at[chat_id] = free_at + 1.0
    return None
