"""An invitation as a link that opens the bot.

Knows nothing of aiogram: the api and the cli print links too.
"""

import re
from typing import Final

_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a start parameter may be (https://core.telegram.org/bots/features#deep-linking, read in
November 2026)."""


def invitation_link(username: str, token: str) -> str:
    """Return the link that opens the bot and hands it the invitation's token.

    `username` is the bot's, with or without its @. Raises `ValueError` if Telegram would not carry
    the token.
    """
    if not _PAYLOAD.fullmatch(token):
        raise ValueError("a start parameter is 1 to 64 letters, digits, - and _")
    return f"https://t.me/{username.removeprefix('@')}?start={token}"
