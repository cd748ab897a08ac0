"""Faults on demand: what the network and the provider do wrong when a test asks for it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal[
    "close_before",
    "close_unread",
    "deliver_then_close",
    "error",
    "half_body",
    "hang",
    "latency",
    "reset",
    "stale",
    "status",
    "unparsable",
]

# Only for faults that strike now and then, so its quality does not matter.
_dice = random.Random()  # noqa: S311 - chance, not a secret


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: what it does, what it strikes (``match``), and how many times (None: for ever).
    ``name`` is how it was asked for, where that is not its kind.
    """

    id: int
    kind: FaultKind
    match: Mapping[str, str]
    name: str = ""
    times: int | None = None
    probability: float = 1.0
    seconds: float = 0.0
    status: int = 500
    code: str | None = None
    details: bool | None = None
    quota: str | None = None
    body: str | None = None
    retry_after: int | None = None
    deliver: bool = False
    struck: int = 0

    def strikes(self, call: Mapping[str, str]) -> bool:
        """Whether this call is struck; if so, one of its times is spent."""
        if self.times is not None and self.struck >= self.times:
            return False
        if any(call.get(key) != wanted for key, wanted in self.match.items()):
            return False
        if self.probability < 1.0 and _dice.random() >= self.probability:
            return False
        self.struck += 1
        return True


@dataclass(slots=True)
class Faults:
    """The faults in force, oldest first."""

    waiting: list[Fault] = field(default_factory=list)
    next_id: int = 1

    def add(self, fault: Fault) -> int:
        """Put it in force; gives back its id."""
        fault.id = self.next_id
        self.next_id += 1
        self.waiting.append(fault)
        return fault.id

    def clear(self) -> None:
        """No faults any more."""
        self.waiting.clear()

    def strike(self, call: Mapping[str, str]) -> tuple[float, Fault | None]:
        """Seconds of latency for this call, and the first other fault that strikes it."""
        latency = 0.0
        chosen: Fault | None = None
        for fault in self.waiting:
            if fault.kind == "latency":
                latency += fault.seconds if fault.strikes(call) else 0.0
            elif chosen is None and fault.strikes(call):
                chosen = fault
        return latency, chosen
