"""Telegram's and Google's half of the conversation, over real HTTP, in a process of its own.

``python -m simulators`` serves the Bot API, FCM HTTP v1, the levers that play people and phones
(``/sim/…``) and a page that shows them, on one port. It is written from the providers' documents
and knows nothing of the product: what it answers is what they would answer.
"""
