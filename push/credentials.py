"""A business's service account: read, checked, and made into a credential."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from messaging.errors import Misconfigured
from push.firebase import credential_of

_GOOGLE: Final = frozenset({"oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"})
"""Where Google sells tokens: the first in today's key files (and in google-auth 2.62 itself, as is
the last), the second in those of years ago."""

_HINT: Final = (
    "in the Firebase console: Project settings, Service accounts, Generate new private key"
)


class GoogleCredential(Protocol):
    """What is used of google-auth's credential; `expiry` is naive UTC, by the machine's clock."""

    token: str | None
    expiry: datetime | None

    def refresh(self, request: object) -> None:
        """Trade the key for a token; blocks."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """Which project a service account speaks for, and under what name. Holds no secret."""

    project_id: str
    client_email: str


class _KeyFile(BaseModel):
    type: Literal["service_account"]
    project_id: str = Field(min_length=1)
    client_email: str = Field(min_length=1)
    private_key: str = Field(min_length=1, repr=False)
    token_uri: str = Field(pattern=r"^https?://")


def check_service_account(json_text: str, *, fcm_url: str) -> ServiceAccount:
    """Return what the JSON of a service account says; asks nobody.

    It takes some 35 ms of CPU, nearly all of them for the key.

    Raises:
        Misconfigured: it is no service account, its key cannot be used, or it would send what the
        key signs to somebody else than Google or the Firebase of `fcm_url`. The sentence never
        quotes the key.
    """
    account, _ = open_service_account(json_text, fcm_url=fcm_url)
    return account


def open_service_account(
    json_text: str, *, fcm_url: str
) -> tuple[ServiceAccount, GoogleCredential]:
    """Return the account and its credential; otherwise as `check_service_account`."""
    try:
        read = _KeyFile.model_validate_json(json_text)
    except ValidationError as error:
        # Without the cause: pydantic's errors quote the input, and the input is a private key.
        raise Misconfigured(_complaint(error), hint=_HINT) from None
    if not _may_sell_tokens(read.token_uri, fcm_url):
        # The host alone: the rest of an address may hold a password.
        raise Misconfigured(
            "the service account would ask for its access tokens at"
            f" {_host(read.token_uri) or 'nowhere'}, which is not Google by https: whoever answers there"
            " could send in this project's name",
            hint=f"{_HINT}; for a simulator, AVVISA_FCM_API_URL must name the same host",
        )
    try:
        # The whole file, not what was read of it: the key's id travels in the request for a token.
        credential: GoogleCredential = credential_of(json.loads(json_text))
    except (ValueError, TypeError):  # TypeError: the key is locked by a password
        raise Misconfigured(
            "the private key of the service account cannot be read: the file was cut or edited",
            hint=_HINT,
        ) from None
    return ServiceAccount(project_id=read.project_id, client_email=read.client_email), credential


def _may_sell_tokens(token_uri: str, fcm_url: str) -> bool:
    """Return whether what the key signs may be sent there: to Google, or, where Firebase itself was
    replaced by a simulator, to the simulator's host.
    """
    seller, firebase = _host(token_uri), _host(fcm_url)
    if seller in _GOOGLE:
        return urlsplit(token_uri).scheme == "https"
    simulated = firebase is not None and not firebase.endswith(".googleapis.com")
    return simulated and seller == firebase


def _host(url: str) -> str | None:
    """Return the host in lower case, every name of this machine as one; None if there is none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return "localhost" if host in {"127.0.0.1", "::1"} else host


def _complaint(error: ValidationError) -> str:
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    fields = sorted({str(part) for fault in faults for part in fault["loc"]})
    if not fields:
        return "the service account is not a JSON object"
    if "type" in fields:
        return 'this is not a service account: its "type" is not "service_account"'
    listed = ", ".join(fields)
    return f"the service account lacks what is needed, or has it wrong: {listed}"
