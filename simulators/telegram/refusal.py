"""How the Bot API says no."""

MESSAGE_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
CANNOT_INITIATE = "Forbidden: bot can't initiate conversation with a user"
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_ENDED_POLL = "Conflict: terminated by setWebhook request"
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class RefusedError(Exception):
    """The call is answered with ``ok: false``; ``retry_after`` is in seconds."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


def bad_request(reason: str) -> RefusedError:
    """A 400 with the provider's prefix."""
    return RefusedError(400, f"Bad Request: {reason}")


def too_many(wait: int) -> RefusedError:
    """A 429; ``wait`` in seconds."""
    return RefusedError(429, f"Too Many Requests: retry after {wait}", wait)
