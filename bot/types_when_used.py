"""aiogram's types are built when they are first used, not when they are imported.

Importing `aiogram.types` makes pydantic build some 400 models one after the other, most of them with
the whole graph around `Message` inside: 5.7 s of 7.4, and 100 MB, for models of which a bot uses a few
dozen (aiogram 3.31, pydantic 2.13; `docs/decisions/27-types-when-used.md`). They are declared with
`defer_build`, so each builds itself at its first use, if its module knows the names of the others.
"""

import sys

from pydantic import BaseModel


def arrange() -> None:
    """Import aiogram's types without building them. Whoever imported them before has them built already."""
    if "aiogram.types" in sys.modules:
        return
    rebuild = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(_not_now)  # type: ignore[assignment, method-assign]
    try:
        import aiogram.types
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
    names = {name: getattr(aiogram.types, name) for name in aiogram.types.__all__}
    for each in names.values():
        known = vars(sys.modules[each.__module__])
        # What a module has of its own stays: it imports the others for type checkers only.
        known.update({name: value for name, value in names.items() if name not in known})


def _not_now(_model: type[BaseModel], /, **_told: object) -> None:
    """Stand in the place of `BaseModel.model_rebuild`."""
