"""What work costs in time and in the processor's time, here and in the process of the simulators."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Cost:
    """Seconds: on the clock, of this process, of the other one."""

    took: float = 0
    own: float = 0
    other: float = 0


def cpu_seconds(pid: int) -> float:
    """Return the seconds of processor time that a process has had (Linux only)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


@contextmanager
def measured(other_pid: int) -> Iterator[Cost]:
    """Fill in the cost when the block ends."""
    cost = Cost()
    took, own, other = time.perf_counter(), time.process_time(), cpu_seconds(other_pid)
    yield cost
    cost.took = time.perf_counter() - took
    cost.own = time.process_time() - own
    cost.other = cpu_seconds(other_pid) - other
