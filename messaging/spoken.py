"""The code that a shop tells a customer over the counter or the telephone, to be typed into the chat.

It does the same as an invitation's link. It is short, so that it can be said, and guessing is
limited by `messaging.guessing`.
"""

import hashlib
import re
import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0 and O, 1 and I: what is read aloud must not be two things."""

LENGTH: Final = 8
"""Characters of 32 each: 2**40 codes. With a thousand of them open and the hundred wrong guesses that a whole bot
bears in an hour, whoever guesses without end finds one in a thousand years."""

_DRAWN: Final = re.compile(rf"(?=.*[0-9])(?=.*[A-Z])[{ALPHABET}]{{{LENGTH}}}")
_GAPS: Final = re.compile(r"[\s.\-–_]+")


def new_code() -> str:
    """Return a code with a digit and a letter in it, so that no word and no number is taken for one."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if _DRAWN.fullmatch(code):
            return code


def as_code(text: str) -> str | None:
    """Return the code that somebody typed, however they parted and wrote it; None: it cannot be one."""
    code = _GAPS.sub("", text).upper()
    return code if _DRAWN.fullmatch(code) else None


def parted(code: str) -> str:
    """Return the code as it is shown, in two halves."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def code_hash(code: str) -> str:
    """Return what the store keeps of a code.

    Whoever has a copy of the store can find the code by trying all of them; but they cannot use it
    without a chat with the bot, and its customer's name and number are in the same copy.
    """
    return hashlib.sha256(f"spoken:{code}".encode()).hexdigest()
