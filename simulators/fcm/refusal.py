"""How FCM says no: its codes with their HTTP status and text
(https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode).

What its front refuses before FCM sees it (a field that is not there, a number for a text) carries
only a BadRequest detail, with no code of FCM: https://github.com/esl/MongoosePush/issues/123. What
FCM refuses carries both: https://github.com/beste/firebase-php/issues/308. The format of a
QuotaFailure is Google's general one; what FCM writes into it is not confirmed.
"""

from dataclasses import dataclass
from typing import Any, Literal

TYPES = "type.googleapis.com/google."
FCM_ERROR = f"{TYPES}firebase.fcm.v1.FcmError"
BAD_REQUEST = f"{TYPES}rpc.BadRequest"
QUOTA_FAILURE = f"{TYPES}rpc.QuotaFailure"
BAD_ADDRESS = "The registration token is not a valid FCM registration token"
TOO_BIG = "Android message is too big"

QuotaOf = Literal["project", "device", "topic"]


@dataclass(frozen=True, slots=True)
class Code:
    """An FCM error code. ``status`` is the canonical one; without ``detail`` the answer has no
    FcmError detail, as answers of Google's own front have none.
    """

    http: int
    status: str
    text: str
    detail: bool = True


CODES = {
    "INVALID_ARGUMENT": Code(400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    "UNREGISTERED": Code(404, "NOT_FOUND", "Requested entity was not found."),
    "SENDER_ID_MISMATCH": Code(403, "PERMISSION_DENIED", "SenderId mismatch"),
    "PERMISSION_DENIED": Code(
        403, "PERMISSION_DENIED", "The caller does not have permission", detail=False
    ),
    "QUOTA_EXCEEDED": Code(
        429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."
    ),
    "UNAVAILABLE": Code(503, "UNAVAILABLE", "The service is currently unavailable."),
    "INTERNAL": Code(500, "INTERNAL", "Internal error encountered."),
    "THIRD_PARTY_AUTH_ERROR": Code(
        401, "UNAUTHENTICATED", "Auth error from APNS or Web Push Service"
    ),
    # The name that the same error had before 2019, and that some libraries still know.
    "APNS_AUTH_ERROR": Code(401, "UNAUTHENTICATED", "Auth error from APNS"),
    "UNAUTHENTICATED": Code(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials.",
        detail=False,
    ),
}


class FcmRefusedError(Exception):
    """The push is answered with this error; ``retry_after`` is in seconds.

    ``detail``: whether FCM's own code is in the answer (None: as usual for the code). ``field`` is
    what a BadRequest detail names, ``quota`` whose quota a QuotaFailure detail says was exceeded.
    """

    def __init__(
        self,
        code: str,
        text: str | None = None,
        retry_after: int | None = None,
        *,
        detail: bool | None = None,
        field: str | None = None,
        quota: str | None = None,
    ) -> None:
        self.code = CODES[code]
        self.error_code = code
        self.retry_after = retry_after
        self._detail = self.code.detail if detail is None else detail
        self._field = field
        self._quota = quota
        super().__init__(text or self.code.text)

    def body(self) -> dict[str, Any]:
        """The error in Google's shape."""
        error: dict[str, Any] = {
            "code": self.code.http,
            "message": str(self),
            "status": self.code.status,
        }
        details: list[dict[str, Any]] = []
        if self._detail:
            details.append({"@type": FCM_ERROR, "errorCode": self.error_code})
        if self._field is not None:
            violation = {"field": self._field, "description": str(self)}
            details.append({"@type": BAD_REQUEST, "fieldViolations": [violation]})
        if self._quota is not None:
            told = {"subject": self._quota, "description": "Message rate exceeded"}
            details.append({"@type": QUOTA_FAILURE, "violations": [told]})
        if details:
            error["details"] = details
        return {"error": error}


def invalid(text: str, field: str | None = None) -> FcmRefusedError:
    """A 400 of FCM with this text."""
    return FcmRefusedError("INVALID_ARGUMENT", text, field=field)


def malformed(text: str, field: str = "") -> FcmRefusedError:
    """A 400 of Google's front: FCM never saw the message."""
    return FcmRefusedError("INVALID_ARGUMENT", text, detail=False, field=field)
