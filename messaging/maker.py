"""Frozen values in a fraction of the time, where one or more are made for each of a hundred thousand customers.

A frozen dataclass refuses assignments, its own too, so that it sets every field by a call; and a class that is called
packs its arguments into a dict. For fifteen fields both together take 3.6 µs, a maker's way 0.5 µs (measured): a
third of a dry run was that.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")


def maker(kind: Callable[_P, _T]) -> Callable[_P, _T]:
    """Return a function that makes what the dataclass (frozen, slotted, keywords only) makes of the same arguments.

    The value is of that class and as frozen. Raises TypeError for a dataclass that does more than keep its arguments.
    """
    known: tuple[Field[Any], ...] = fields(cast("Any", kind))
    if hasattr(kind, "__post_init__") or not all(each.init and each.kw_only for each in known):
        raise TypeError(f"{kind} does more than keep what it is given")
    # Of the same layout, so that a value becomes one of `kind` when its fields are set, and is frozen from then on.
    plain = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    thawed = type("Thawed", (cast("type", kind),), {"__slots__": (), **plain})
    names: dict[str, object] = {"_new": object.__new__, "_thawed": thawed, "_kind": kind}
    lines = ["_made = _new(_thawed)"]
    for each in known:
        given = each.name
        if each.default_factory is not MISSING:
            names[f"_fresh_{each.name}"] = each.default_factory
            given = f"_fresh_{each.name}() if {each.name} is _missing else {each.name}"
        lines.append(f"_made.{each.name} = {given}")
    lines += ["_made.__class__ = _kind", "return _made"]
    names["_missing"] = MISSING
    arguments = ", ".join(_argument(each, names) for each in known)
    source = f"def make(*, {arguments}):\n " + "\n ".join(lines)
    exec(source, names)  # noqa: S102 - as dataclasses writes its own: only names of fields are in it
    return cast("Callable[_P, _T]", names["make"])


def _argument(of: Field[Any], names: dict[str, object]) -> str:
    if of.default_factory is not MISSING:
        return f"{of.name}=_missing"
    if of.default is MISSING:
        return of.name
    names[f"_else_{of.name}"] = of.default
    return f"{of.name}=_else_{of.name}"
