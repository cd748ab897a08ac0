"""Telegram's flood limits as its FAQ states them: about 30 messages a second per bot, and one a
second per chat with short bursts let through (https://core.telegram.org/bots/faq). A paid broadcast
may send up to 1000 a second (https://core.telegram.org/bots/api#sendmessage, allow_paid_broadcast).

``new_tokens_per_minute`` is the server's limit on tokens that it has not seen (20 in
telegram-bot-api's ClientManager.cpp; what production has is not known), off unless asked for.
Groups, and their 20 a minute, are not simulated.
"""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Limits:
    """What a bot may do; ``enabled`` off lets everything through."""

    per_bot_per_second: int = 30
    per_chat_burst: int = 3
    new_tokens_per_minute: int | None = None
    enabled: bool = True


@dataclass(slots=True)
class BotMeter:
    """The moments of a bot's messages within the last second, and when each chat is free again."""

    sent: deque[float] = field(default_factory=deque)
    chat_free_at: dict[int, float] = field(default_factory=dict)


PAID_PER_SECOND = 1000


def retry_after(
    meter: BotMeter, chat_id: int, limits: Limits, now: float, *, paid: bool = False
) -> int | None:
    """Count one message; None if it may pass, else the whole seconds to wait.

    Per bot a sliding second. Per chat a bucket of ``per_chat_burst`` that one second refills by
    one, kept as the moment when the bucket will be full again. A refused message is not counted.
    """
    if not limits.enabled:
        return None
    sent = meter.sent
    while sent and now - sent[0] >= 1.0:
        sent.popleft()
    if len(sent) >= (PAID_PER_SECOND if paid else limits.per_bot_per_second):
        return max(1, math.ceil(1.0 - (now - sent[0])))
    free_at = max(meter.chat_free_at.get(chat_id, 0.0), now)
    wait = free_at + 1.0 - limits.per_chat_burst - now
    # A hair's breadth of tolerance: the clock is a float.
    if wait > 1e-6:
        return max(1, math.ceil(wait))
    sent.append(now)
    meter.chat_free_at[chat_id] = free_at + 1.0
    return None


@dataclass(slots=True)
class Newcomers:
    """The tokens seen since the start, and when those of the last minute came."""

    known: set[str] = field(default_factory=set)
    came_at: deque[float] = field(default_factory=deque)

    def retry_after(self, token: str, limits: Limits, now: float) -> int | None:
        """Count a token's first call; None if it may pass, else the whole seconds to wait."""
        most = limits.new_tokens_per_minute
        if most is None or not limits.enabled or token in self.known:
            self.known.add(token)
            return None
        while self.came_at and now - self.came_at[0] >= 60.0:
            self.came_at.popleft()
        if len(self.came_at) >= most:
            return max(1, math.ceil(60.0 - (now - self.came_at[0])))
        self.came_at.append(now)
        self.known.add(token)
        return None
