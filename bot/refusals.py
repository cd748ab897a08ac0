"""What Telegram's refusals mean, as one table with its sources.

An answer that is not in the table is temporary: a refusal nobody understands must neither retire a
customer's chat nor condemn a text. `Unknown` is kept for what broke off after it may have been
written, and nothing else.

The sources were read in November 2026. Telegram documents none of the texts: they are those of its
own Bot API server, at the commit of version 10.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.utils.token import TokenValidationError

from bot.session import Phase
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
from messaging.trouble import Unheard

_SERVER: Final = (
    "https://github.com/tdlib/telegram-bot-api/blob/01a3679/telegram-bot-api/Client.cpp"
)
_PARAMETERS: Final = "https://core.telegram.org/bots/api#responseparameters"
_AIOGRAM: Final = (
    "https://github.com/aiogram/aiogram/blob/v3.31.0/aiogram/client/session/base.py#check_response"
)
_TOKEN_CHECK: Final = "https://github.com/aiogram/aiogram/blob/v3.31.0/aiogram/utils/token.py"  # noqa: S105 - an address

_OK, _TOO_LARGE, _TOO_MANY, _CLIENT_ERRORS, _SERVER_ERRORS = 200, 413, 429, 400, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One row: the exception, a part of what it says, in lower case, and what that means."""

    raised: type[Exception]
    says: str
    means: Outcome
    source: str


def _gone(reason: str, code: str = "400", *, blocked: bool = False) -> AddressGone:
    return AddressGone(reason=reason, code=code, blocked=blocked)


_CONTENT: Final = Rejected(reason="content_refused", code="400")
_TOKEN: Final = SenderDown(reason="token_refused", code="401")

_ROWS: Final[tuple[tuple[type[Exception], str, Outcome, str], ...]] = (
    # The bot itself. A wrong token is answered 404 when it is malformed and 401 when it was
    # revoked. A server that does not know a method says 404 too, and blames no token.
    (TelegramUnauthorizedError, "", _TOKEN, _SERVER),
    (
        TelegramNotFound,
        "method not found",
        RetryLater(reason="unrecognised_refusal", code="404"),
        _SERVER,
    ),
    (TelegramNotFound, "", SenderDown(reason="token_refused", code="404"), _SERVER),
    (
        TokenValidationError,
        "",
        SenderDown(reason="token_refused", code="token"),
        _TOKEN_CHECK,
    ),
    # The person. Reachability is a matter of this bot: another bot may still reach the same
    # chat.
    (
        TelegramForbiddenError,
        "bot was blocked by the user",
        _gone("blocked_by_user", "403", blocked=True),
        _SERVER,
    ),
    (
        TelegramForbiddenError,
        "user is deactivated",
        _gone("user_deactivated", "403"),
        _SERVER,
    ),
    (TelegramForbiddenError, "bot was kicked", _gone("kicked", "403"), _SERVER),
    (
        TelegramForbiddenError,
        "bot can't initiate conversation",
        _gone("never_started", "403", blocked=True),
        _SERVER,
    ),
    (TelegramBadRequest, "chat not found", _gone("chat_not_found"), _SERVER),
    (TelegramBadRequest, "peer_id_invalid", _gone("chat_not_found"), _SERVER),
    # Only private chats can be linked, and they never move. What moves is a group, whose
    # members are nobody's customers: it is given up, and never followed to its new id.
    (TelegramMigrateToChat, "", _gone("became_group"), _PARAMETERS),
    (
        TelegramBadRequest,
        "group chat was upgraded",
        _gone("became_group"),
        _SERVER,
    ),
    # The content: what cannot be read ("can't parse entities", "… inline keyboard button"),
    # entities outside the text, lengths, buttons.
    *(
        (TelegramBadRequest, says, _CONTENT, _SERVER)
        for says in (
            "can't parse",
            "entity begin",
            "message is too long",
            "text is too long",
            "message text is empty",
            "text must be non-empty",
            "reply markup is too long",
            "wrong http url",
            "button_",
        )
    ),
    (
        TelegramEntityTooLarge,
        "",
        Rejected(reason="content_too_large", code="413"),
        _AIOGRAM,
    ),
    # Another process polls with this token; sending is not hurt, and one more try will tell.
    (
        TelegramConflictError,
        "",
        RetryLater(reason="conflict", code="409"),
        _SERVER,
    ),
)

REFUSALS: Final = tuple(
    Refusal(raised=raised, says=says, means=means, source=source)
    for raised, says, means, source in _ROWS
)

WEBHOOK: Final = "webhook"
"""What tells the conflicts "can't use getUpdates method while webhook is active" and "terminated by
setWebhook request" from "terminated by other getUpdates request" (the server's Client.cpp): deleteWebhook
mends the first two, ending a program the last."""

BENIGN: Final = ("message is not modified", "query is too old", "query id is invalid")
"""Refusals of an edit or of an answer to a tap that change nothing (the server's Client.cpp)."""


def verdict(error: Exception, phase: Phase) -> Outcome:
    """Return what the failed call means, from the exception and from how far the call had come."""
    if isinstance(error, TelegramServerError) or (phase.status or 0) >= _SERVER_ERRORS:
        # Whatever it says, even when to come back: it may have sent the message before it fell.
        return _unknown("unreadable_answer" if _is_unread(error) else "server_error", phase)
    if isinstance(error, TelegramRetryAfter):
        return _flood(timedelta(seconds=error.retry_after))
    for row in REFUSALS:
        if isinstance(error, row.raised) and row.says in _said(error):
            return row.means
    return _not_in_the_table(error, phase)


def unheard(error: Exception, phase: Phase) -> Unheard | None:
    """Return why a bot hears nothing, from a failed call for its updates; None: it may in a moment."""
    if isinstance(error, TelegramConflictError):
        elsewhere = WEBHOOK in _said(error)
        return Unheard.WEBHOOK_ELSEWHERE if elsewhere else Unheard.OTHER_POLLER
    return Unheard.TOKEN_REFUSED if isinstance(verdict(error, phase), SenderDown) else None


def is_benign(error: Exception) -> bool:
    """Return whether a refused edit or answer to a tap says that nothing had to be done."""
    said = _said(error)
    return isinstance(error, TelegramBadRequest) and any(words in said for words in BENIGN)


def _said(error: Exception) -> str:
    """Return Telegram's words in lower case; empty if it gave none.

    Not `str(error)`: of an error without a description aiogram makes a TypeError.
    """
    return str(getattr(error, "message", None) or "").lower()


def _not_in_the_table(error: Exception, phase: Phase) -> Outcome:
    if isinstance(error, TelegramNetworkError):
        return _unknown("no_answer", phase) if phase.written else _unreached()
    if isinstance(error, TelegramAPIError):
        return _flood(None) if phase.status == _TOO_MANY else _temporary(phase)
    if _is_unread(error):
        return _unreadable(error, phase)
    if phase.written:
        return _unknown("broke_off", phase)
    return RetryLater(reason="internal_error", code=type(error).__name__)


def _is_unread(error: Exception) -> bool:
    """Return whether an answer came whole and could not be read: no text, no JSON, no known form."""
    return isinstance(error, ClientDecodeError | UnicodeDecodeError)


def _unreadable(error: Exception, phase: Phase) -> Outcome:
    """Tell an answer that aiogram is too old for from a page of something in between."""
    said = error.data if isinstance(error, ClientDecodeError) else None
    if phase.status == _TOO_LARGE:
        return Rejected(reason="content_too_large", code="413")
    if phase.status == _OK and isinstance(said, Mapping) and said.get("ok") is True:
        return Accepted(provider_id=_message_id(said.get("result")))
    if phase.status == _TOO_MANY:
        return _flood(None)
    says_no = isinstance(said, Mapping) and said.get("ok") is False
    if says_no or _CLIENT_ERRORS <= (phase.status or 0) < _SERVER_ERRORS:
        # Nothing between here and Telegram answers 4xx to a request that it passed on.
        return _temporary(phase)
    return _unknown("unreadable_answer", phase)


def _message_id(result: Any) -> str:  # noqa: ANN401 - whatever the answer held
    found = result.get("message_id") if isinstance(result, Mapping) else None
    return str(found) if isinstance(found, int) else ""


def _flood(after: timedelta | None) -> RetryLater:
    """A 429 does not say what to spare; the sender narrows it where it knows more."""
    return RetryLater(reason="flood", code="429", after=after, scope=Scope.SENDER, counts=False)


def _unreached() -> RetryLater:
    """No connection was made: the network, not this message, so all of the sender waits."""
    return RetryLater(reason="unreachable", code="network", scope=Scope.SENDER, counts=False)


def _temporary(phase: Phase) -> RetryLater:
    return RetryLater(reason="unrecognised_refusal", code=_code(phase))


def _unknown(reason: str, phase: Phase) -> Unknown:
    return Unknown(reason=reason, code=_code(phase))


def _code(phase: Phase) -> str:
    return "network" if phase.status is None else str(phase.status)
