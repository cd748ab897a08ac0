"""Telegram: bots, people and their chats, and the Bot API over them."""
