"""What Firebase's refusals mean, as one table with its sources.

An answer that is not in the table is temporary: a refusal nobody understands must neither retire a
customer's phone nor condemn a text. `Unknown` is kept for what Firebase may have delivered all the
same.

Sources, read in November 2026:

- ERRORS: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
- SCALE: https://firebase.google.com/docs/cloud-messaging/scale-fcm
- TOKENS: https://firebase.google.com/docs/cloud-messaging/manage-tokens
- TEXT: https://github.com/firebase/firebase-admin-java/issues/1064, only the text tells a dead
  token from a bad payload; https://github.com/xtrinch/fcm-django/issues/223, good
  tokens lost by deleting on every 400
- MAYBE: https://github.com/firebase/firebase-admin-node/issues/1248, messages answered 503 were
  delivered
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Final, assert_never

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
from push.answers import Answer

QUOTA_PAUSE: Final = timedelta(seconds=60)
"""The least wait after a 429 (SCALE)."""
OUTAGE_PAUSE: Final = timedelta(seconds=10)
"""The least wait after a 500 or 503 (SCALE)."""
PROBE_AFTER: Final = timedelta(minutes=1)
"""How long a refused project rests until one more message tries it."""

_OK: Final = 200


class Verdict(Enum):
    """The kinds of refusal."""

    GONE = auto()
    REJECTED = auto()
    DOWN = auto()
    PLATFORM_DOWN = auto()
    """The project works; the key that it gave for the receiver's platform does not."""
    STALE_TOKEN = auto()
    """The access token is refused; a new one may not be."""
    QUOTA = auto()
    MAYBE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One row. `code` and `text` (a part, in lower case) say anything where they are ""."""

    http: Container[int]
    code: str
    text: str = ""
    verdict: Verdict
    reason: str
    source: str


REFUSALS: Final = tuple(
    Refusal(http=http, code=code, text=text, verdict=verdict, reason=reason, source=source)
    for http, code, text, verdict, reason, source in (
        # The address. A fid may come back: registering revives it (TOKENS).
        ((404,), "UNREGISTERED", "", Verdict.GONE, "unregistered", "ERRORS"),
        (
            (400,),
            "INVALID_ARGUMENT",
            "not a valid fcm registration token",
            Verdict.GONE,
            "invalid_token",
            "TEXT",
        ),
        # The registration belongs to another project: dead for this one only.
        ((403,), "SENDER_ID_MISMATCH", "", Verdict.GONE, "wrong_project", "ERRORS"),
        # The content.
        ((400,), "INVALID_ARGUMENT", "too big", Verdict.REJECTED, "payload_too_big", "TEXT"),
        ((400,), "INVALID_ARGUMENT", "", Verdict.REJECTED, "invalid_message", "TEXT"),
        # The project; THIRD_PARTY: only the key of Apple or of web push that it gave to Firebase.
        ((403,), "PERMISSION_DENIED", "", Verdict.DOWN, "permission_denied", "ERRORS"),
        ((401,), "THIRD_PARTY_AUTH_ERROR", "", Verdict.PLATFORM_DOWN, "platform_key", "ERRORS"),
        ((401,), "APNS_AUTH_ERROR", "", Verdict.PLATFORM_DOWN, "platform_key", "ERRORS"),
        ((401,), "UNAUTHENTICATED", "", Verdict.STALE_TOKEN, "unauthenticated", "ERRORS"),
        # The pace: whatever the body says, 429 asks for patience.
        ((429,), "", "", Verdict.QUOTA, "quota", "SCALE"),
        # Firebase's own trouble, or that of something between.
        (range(500, 600), "", "", Verdict.MAYBE, "server_error", "MAYBE"),
        # A success that cannot be read is a success of somebody, perhaps of Firebase.
        (range(200, 300), "", "", Verdict.MAYBE, "unreadable_answer", "MAYBE"),
    )
)


def classify(answer: Answer) -> Outcome:
    """Return what the answer means for the message, its address and its project."""
    if answer.http == _OK and answer.name:
        return Accepted(provider_id=answer.name)
    code = answer.code or str(answer.http)
    row = _row(answer)
    if row is None:
        return RetryLater(reason="unrecognised_refusal", code=code, after=answer.retry_after)
    match row.verdict:
        case Verdict.GONE:
            return AddressGone(reason=row.reason, code=code)
        case Verdict.REJECTED:
            return Rejected(reason=row.reason, code=code)
        case Verdict.DOWN | Verdict.STALE_TOKEN | Verdict.PLATFORM_DOWN:
            return SenderDown(
                reason=row.reason,
                code=code,
                after=PROBE_AFTER,
                platform_only=row.verdict is Verdict.PLATFORM_DOWN,
            )
        case Verdict.QUOTA:
            return RetryLater(
                reason=row.reason,
                code=code,
                after=max(answer.retry_after or QUOTA_PAUSE, QUOTA_PAUSE),
                # The format of the detail is not documented: the word is looked for anywhere in it.
                scope=Scope.ADDRESS if "device" in answer.quota else Scope.SENDER,
                counts=False,
            )
        case Verdict.MAYBE:
            return Unknown(
                reason=row.reason,
                code=code,
                after=max(answer.retry_after or OUTAGE_PAUSE, OUTAGE_PAUSE),
            )
        case _ as never:  # pragma: no cover
            assert_never(never)


def blames_token(answer: Answer) -> bool:
    """Return whether a new access token may change the answer."""
    row = _row(answer)
    return row is not None and row.verdict is Verdict.STALE_TOKEN


def broken_off(*, written: bool) -> Outcome:
    """Return what a call without an answer means.

    Unknown if it was written, else nothing left this machine. What was never written is the
    network's trouble, so everything of the sender waits; the backoff says how long.
    """
    if written:
        return Unknown(reason="no_answer", code="network", after=OUTAGE_PAUSE)
    return RetryLater(reason="unreachable", code="network", scope=Scope.SENDER, counts=False)


def _row(answer: Answer) -> Refusal | None:
    return next(
        (
            row
            for row in REFUSALS
            if answer.http in row.http and row.code in {"", answer.code} and row.text in answer.text
        ),
        None,
    )
