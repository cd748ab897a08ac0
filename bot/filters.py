"""Filters that are asked where the update is handled.

To aiogram a magic filter is a plain function, and it hands plain functions to a thread: seven times for a message that
is a command, which took longer than all else that it did with it (measured, aiogram 3.29's event/handler.py).
"""

from typing import Any, Final

from aiogram import F
from aiogram.filters import Filter
from aiogram.types import Message
from magic_filter import MagicFilter
from typing_extensions import override


class Is(Filter):
    """Whether a message is what the magic filter says."""

    def __init__(self, magic: MagicFilter) -> None:
        self._magic = magic

    @override
    async def __call__(self, message: Message) -> bool:
        said: Any = self._magic.resolve(message)
        return bool(said)


TEXT: Final = Is(F.text)
TEXT_OR_FILE: Final = Is(F.text | F.photo | F.document | F.voice | F.audio | F.video)
A_COMMAND: Final = Is(F.text.startswith("/"))
NO_COMMAND: Final = Is(~F.text.startswith("/"))
