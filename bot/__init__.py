"""Telegram: what leaves through a business's bot, and what its customers answer there."""
