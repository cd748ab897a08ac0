"""firebase-admin and google-auth, imported at their first use: this is where, and nowhere else.

With requests and what else they bring they take 8 MB and a fifteenth of every start (measured, November 2026), and are
needed only where a business has an app of its own.
"""

import asyncio
from collections.abc import Mapping
from typing import Any


def fcm() -> Any:  # noqa: ANN401 - firebase-admin ships no types
    """Return `firebase_admin.messaging`: what a message is made of."""
    from firebase_admin import messaging

    return messaging


def credential_of(account: Mapping[str, object]) -> Any:  # noqa: ANN401 - as above
    """Return google-auth's credential of a service account. Raises ValueError or TypeError if its key cannot be
    read.
    """
    from firebase_admin.credentials import Certificate

    return Certificate(account).get_credential()


def token_request() -> Any:  # noqa: ANN401 - it is handed to google-auth, which asks for no type
    """Return what google-auth sends its requests with, and the session of its own inside."""
    from google.auth.transport.requests import Request

    return Request()


def auth_errors() -> Any:  # noqa: ANN401 - a module
    """Return `google.auth.exceptions`."""
    from google.auth import exceptions

    return exceptions


async def load() -> None:
    """Import it beside the event loop, so that the first message does not stop everything else for its time."""
    await asyncio.to_thread(fcm)
