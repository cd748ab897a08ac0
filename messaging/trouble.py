"""What keeps a bot from hearing its customers until a person mends it: a refused token, another program."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messaging.business import SenderId


class Unheard(StrEnum):
    """Why a bot hears nothing of what its customers write and press."""

    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a reason, not a secret
    OTHER_POLLER = "other_poller"
    """Another program fetches its updates with the same token."""
    WEBHOOK_ELSEWHERE = "webhook_elsewhere"
    """Another program lets Telegram bring its updates to an address of its own."""
    WEBHOOK_FAILING = "webhook_failing"
    """Telegram cannot bring its updates to our address."""
    WEBHOOK_REFUSED = "webhook_refused"
    """Telegram does not take our address at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a bot hears nothing, for the business that has to mend it.

    `name` is the bot's username. `since` (UTC) is when it was first met, `detail` what Telegram said beside it.
    """

    sender_id: SenderId
    name: str | None
    reason: Unheard
    since: datetime
    detail: str | None = None
