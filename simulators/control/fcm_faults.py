"""The levers that set FCM's faults, each by name."""

from typing import Any, Literal, cast, get_args

from aiohttp import web
from pydantic import model_validator

from simulators.control.faults import FaultBody, add_fault_routes
from simulators.faults import Fault, FaultKind, Faults
from simulators.fcm.refusal import BAD_ADDRESS, CODES, TOO_BIG, QuotaOf
from simulators.line import Line, Outage

PAGE = "<html><body><h1>{title}</h1></body></html>"


def _error(code: str, **more: Any) -> dict[str, Any]:
    return {"kind": "error", "code": code, **more}


def _says(status: int, body: str) -> dict[str, Any]:
    return {"kind": "status", "status": status, "body": body}


# What the name of a fault stands for: rows of FCM's table of errors, and what OAuth's door says.
NAMED: dict[str, dict[str, Any]] = {
    "bad_gateway": _says(502, PAGE.format(title="502 Bad Gateway")),
    "bad_message": _error("INVALID_ARGUMENT"),
    "bad_token": _error("INVALID_ARGUMENT", body=BAD_ADDRESS),
    "device_quota": _error("QUOTA_EXCEEDED", quota="device"),
    "gateway_timeout": _says(504, PAGE.format(title="504 Gateway Time-out")),
    "internal": _error("INTERNAL"),
    "invalid_client": _says(
        401, '{"error": "invalid_client", "error_description": "The OAuth client was not found."}'
    ),
    "invalid_grant": _says(
        400, '{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}'
    ),
    "nameless": _says(200, "{}"),
    "permission_denied": _error("PERMISSION_DENIED"),
    "project_quota": _error("QUOTA_EXCEEDED", quota="project"),
    "sender_id_mismatch": _error("SENDER_ID_MISMATCH"),
    "third_party_auth": _error("THIRD_PARTY_AUTH_ERROR"),
    "too_big": _error("INVALID_ARGUMENT", body=TOO_BIG),
    "topic_quota": _error("QUOTA_EXCEEDED", quota="topic"),
    "unauthenticated": _error("UNAUTHENTICATED"),
    "unavailable": _error("UNAVAILABLE"),
    "unreadable": _says(200, PAGE.format(title="200 OK")),
    "unregistered": _error("UNREGISTERED"),
    "wrong_fields": _says(200, '{"id_token": "eyJ.e30.x", "expires_in": "soon"}'),
}
OF_THE_TOKEN = frozenset({"invalid_client", "invalid_grant", "wrong_fields"})
WAITS = frozenset({"project_quota", "device_quota", "topic_quota", "unavailable"})
# What may have been delivered all the same.
DOUBTFUL = frozenset(
    {"bad_gateway", "gateway_timeout", "internal", "nameless", "unavailable", "unreadable"}
)
# What each kind takes besides what it strikes, and how often.
TAKES: dict[str, frozenset[str]] = {
    "error": frozenset({"code", "body", "retry_after", "details", "quota", "deliver"}),
    "status": frozenset({"status", "body", "retry_after", "deliver"}),
    "half_body": frozenset({"deliver"}),
    "hang": frozenset({"seconds", "deliver"}),
    "latency": frozenset({"latency_ms"}),
    "reset": frozenset({"deliver"}),
    **{
        name: frozenset(
            {"details"}
            | ({"retry_after"} if name in WAITS else set())
            | ({"deliver"} if name in DOUBTFUL else set())
        )
        for name in NAMED
    },
}
STRIKES = frozenset({"times", "probability", "project", "address", "platform", "endpoint"})


class FcmFaultBody(FaultBody):
    """A fault of FCM. ``details`` false: the error carries no code of FCM's own. ``endpoint``
    "token": OAuth's door.
    """

    kind: Literal[
        "bad_gateway",
        "bad_message",
        "bad_token",
        "close_before",
        "close_unread",
        "deaf",
        "deliver_then_close",
        "device_quota",
        "error",
        "gateway_timeout",
        "half_body",
        "hang",
        "internal",
        "invalid_client",
        "invalid_grant",
        "latency",
        "nameless",
        "permission_denied",
        "project_quota",
        "refuse",
        "reset",
        "sender_id_mismatch",
        "status",
        "third_party_auth",
        "too_big",
        "topic_quota",
        "unauthenticated",
        "unavailable",
        "unreadable",
        "unregistered",
        "wrong_fields",
    ]
    code: str = "UNAVAILABLE"
    details: bool | None = None
    quota: QuotaOf | None = None
    project: str | None = None
    address: str | None = None
    platform: Literal["android", "ios", "web"] | None = None
    endpoint: Literal["send", "token"] = "send"

    @model_validator(mode="after")
    def _known_code(self) -> "FcmFaultBody":
        if self.code not in CODES:
            raise ValueError(f"code must be one of {', '.join(CODES)}")
        return self

    @model_validator(mode="after")
    def _only_what_the_kind_takes(self) -> "FcmFaultBody":
        takes = STRIKES | TAKES.get(self.kind, frozenset())
        if self.kind in get_args(Outage):
            # A connection that is refused has asked nothing: nobody can tell whose it is.
            takes = frozenset()
        elif self.kind == "close_unread":
            takes = frozenset({"times", "probability", "project"})
        if wrong := sorted(self.model_fields_set - takes - {"kind"}):
            raise ValueError(f"kind {self.kind} does not take {', '.join(wrong)}")
        return self

    @property
    def strikes_at(self) -> str:
        """The door that it concerns."""
        if self.kind == "close_unread":
            return "head"
        return "token" if self.kind in OF_THE_TOKEN else self.endpoint


def add_fcm_fault_routes(router: web.UrlDispatcher, faults: Faults, line: Line) -> None:
    """POST, GET and DELETE of /fcm/faults, and GET of /fcm/line."""
    add_fault_routes(router, "/fcm", faults, line, takes=FcmFaultBody, made=_fault)


def _fault(wanted: FcmFaultBody) -> Fault:
    match = {
        name: value
        for name in ("project", "address", "platform")
        if (value := getattr(wanted, name)) is not None
    }
    fault = Fault(
        id=0,
        kind="error" if wanted.kind in NAMED else cast("FaultKind", wanted.kind),
        name=wanted.kind,
        match={**match, "endpoint": wanted.strikes_at},
        times=wanted.times,
        probability=wanted.probability,
        seconds=wanted.latency_ms / 1000 if wanted.kind == "latency" else wanted.seconds,
        status=wanted.status,
        code=wanted.code,
        details=wanted.details,
        quota=wanted.quota,
        body=wanted.body,
        retry_after=wanted.retry_after,
        deliver=wanted.deliver,
    )
    for name, value in NAMED.get(wanted.kind, {}).items():
        setattr(fault, name, value)
    return fault
