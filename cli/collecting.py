"""How often Python looks for garbage in cycles: seldom, because next to nothing of avvisa's is in any."""

import gc
from functools import cache

NEW_OBJECTS = 200_000
"""How many come between two searches of the garbage collector: more than a page of 5,000 customers has alive at once,
so that none falls into it (a fifth of a dry run's time beside 50,000, measured); 40 MB, were they all in cycles."""


def look_seldom() -> None:
    """Let the collector look less often: what is imported stays, and looking through it again and again on the way was
    a fifth of the start of `avvisa serve` (measured).
    """
    gc.set_threshold(NEW_OBJECTS)


@cache
def collect_seldom() -> None:
    """Let the collector look less often, and pass over what is loaded by now. Doing it twice is doing it once: to ask
    whether anything is frozen counts all of that, 40 ms where much is (measured).
    """
    # What is loaded stays: looking through it at every full collection took a tenth of a message's time (measured).
    gc.freeze()
    # At Python's own 700 it looks for cycles several times in every message: a twelfth of its time, and a quarter of
    # a dry run's (measured).
    look_seldom()
