"""The levers that set the Bot API's faults, each by name."""

from typing import Any, Literal, cast, get_args

from aiohttp import web
from pydantic import model_validator

from simulators.control.faults import FaultBody, add_fault_routes
from simulators.faults import Fault, FaultKind
from simulators.line import Line, Outage
from simulators.telegram.world import Telegram

RESTART_SECONDS = 5
PAGE = "<html><body><h1>{title}</h1></body></html>"

# Answers with a name: the status, and what else the answer has.
NAMED: dict[str, dict[str, Any]] = {
    "bad_gateway": {"status": 502, "body": PAGE.format(title="502 Bad Gateway")},
    "gateway_timeout": {"status": 504, "body": PAGE.format(title="504 Gateway Time-out")},
    "internal_error": {"status": 500, "body": "Internal Server Error: restart"},
    "restart": {"status": 429, "retry_after": RESTART_SECONDS},
    "too_large": {"status": 413, "body": PAGE.format(title="413 Request Entity Too Large")},
    "unauthorized": {"status": 401},
}
# What each kind takes besides what it strikes, and how often.
TAKES: dict[str, frozenset[str]] = {
    "status": frozenset({"status", "body", "retry_after", "deliver"}),
    "half_body": frozenset({"deliver"}),
    "hang": frozenset({"seconds", "deliver"}),
    "latency": frozenset({"latency_ms"}),
    "reset": frozenset({"deliver"}),
    "bad_gateway": frozenset({"deliver"}),
    "gateway_timeout": frozenset({"deliver"}),
    "internal_error": frozenset({"deliver"}),
}
STRIKES = frozenset({"times", "probability", "bot", "chat_id", "method"})


class TelegramFaultBody(FaultBody):
    """A fault of the Bot API. Without ``method`` it strikes all but getUpdates."""

    kind: Literal[
        "bad_gateway",
        "close_before",
        "deaf",
        "deliver_then_close",
        "gateway_timeout",
        "half_body",
        "hang",
        "internal_error",
        "latency",
        "refuse",
        "reset",
        "restart",
        "stale",
        "status",
        "too_large",
        "unauthorized",
        "unparsable",
    ]
    bot: str | int | None = None
    chat_id: int | None = None
    method: str | None = None

    @model_validator(mode="after")
    def _only_what_the_kind_takes(self) -> "TelegramFaultBody":
        # A connection that is refused has asked nothing: nobody can tell whose it is.
        is_outage = self.kind in get_args(Outage)
        takes = frozenset() if is_outage else STRIKES | TAKES.get(self.kind, frozenset())
        if wrong := sorted(self.model_fields_set - takes - {"kind"}):
            raise ValueError(f"kind {self.kind} does not take {', '.join(wrong)}")
        return self


def add_telegram_fault_routes(router: web.UrlDispatcher, world: Telegram, line: Line) -> None:
    """POST, GET and DELETE of /telegram/faults, and GET of /telegram/line."""

    def made(wanted: TelegramFaultBody) -> Fault:
        return _fault(world, wanted)

    add_fault_routes(router, "/telegram", world.faults, line, takes=TelegramFaultBody, made=made)


def _fault(world: Telegram, wanted: TelegramFaultBody) -> Fault:
    match = {"method": wanted.method.lower()} if wanted.method else {"any": "yes"}
    if wanted.bot is not None:
        bot = world.bots.find(wanted.bot)
        match["bot_id"] = str(bot.id if bot else wanted.bot)
    if wanted.chat_id is not None:
        match["chat_id"] = str(wanted.chat_id)
    fault = Fault(
        id=0,
        kind="status" if wanted.kind in NAMED else cast("FaultKind", wanted.kind),
        name=wanted.kind,
        match=match,
        times=wanted.times,
        probability=wanted.probability,
        seconds=wanted.latency_ms / 1000 if wanted.kind == "latency" else wanted.seconds,
        status=wanted.status,
        body=wanted.body,
        retry_after=wanted.retry_after,
        deliver=wanted.deliver or wanted.kind in {"deliver_then_close", "unparsable"},
    )
    for name, value in NAMED.get(wanted.kind, {}).items():
        setattr(fault, name, value)
    return fault
