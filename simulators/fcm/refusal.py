"""How FCM says no: its codes with their HTTP status and text
(https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode).
"""

from dataclasses import dataclass
from typing import Any

FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_ADDRESS = "The registration token is not a valid FCM registration token"


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
    "UNAUTHENTICATED": Code(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials.",
        detail=False,
    ),
}


class FcmRefusedError(Exception):
    """The push is answered with this error; ``retry_after`` is in seconds."""

    def __init__(self, code: str, text: str | None = None, retry_after: int | None = None) -> None:
        self.code = CODES[code]
        self.error_code = code
        self.retry_after = retry_after
        super().__init__(text or self.code.text)

    def body(self) -> dict[str, Any]:
        """The error in Google's shape."""
        error: dict[str, Any] = {
            "code": self.code.http,
            "message": str(self),
            "status": self.code.status,
        }
        if self.code.detail:
            error["details"] = [{"@type": FCM_ERROR, "errorCode": self.error_code}]
        return {"error": error}


def invalid(text: str) -> FcmRefusedError:
    """A 400 with this text."""
    return FcmRefusedError("INVALID_ARGUMENT", text)
