"""Telegram: what leaves through a business's bot, and what its customers answer there."""

from bot import types_when_used

types_when_used.arrange()
