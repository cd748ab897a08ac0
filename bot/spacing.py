"""Whom a 429 blames: the chat or the whole bot. Telegram does not say (see `bot.refusals`)."""

from messaging.business import SenderId
from messaging.clock import Clock

CHAT_GAP_SECONDS = 1.0
"""Telegram asks for no more than about one message a second in one chat
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this, read in November
2026)."""

_PRUNE_ABOVE = 1000


class Spacing:
    """Remembers for a second which chats were written to, and each bot's last 429."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: dict[tuple[SenderId, str], float] = {}
        self._flooded: dict[SenderId, tuple[str, float]] = {}

    def sent(self, sender_id: SenderId, address: str) -> None:
        """Note that something was sent to the chat now."""
        now = self._clock.monotonic()
        if len(self._sent) >= _PRUNE_ABOVE:
            self._sent = {key: at for key, at in self._sent.items() if now - at < CHAT_GAP_SECONDS}
        self._sent[sender_id, address] = now

    def blames_chat(self, sender_id: SenderId, address: str) -> bool:
        """Return whether a 429 for this chat is the chat's own affair.

        It is if the chat is a group, or was written to a moment ago. A second chat of the same bot
        that meets one within the second makes it the bot's.
        """
        now = self._clock.monotonic()
        other, at = self._flooded.get(sender_id, (address, now))
        self._flooded[sender_id] = (address, now)
        if other != address and now - at < CHAT_GAP_SECONDS:
            return False
        last = self._sent.get((sender_id, address))
        recent = last is not None and now - last < CHAT_GAP_SECONDS
        return recent or address.startswith("-")
