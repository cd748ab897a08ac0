"""A business's service account: read, checked, and made into a credential."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from firebase_admin.credentials import Certificate
from pydantic import BaseModel, Field, ValidationError

from messaging.errors import Misconfigured

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


def check_service_account(json_text: str) -> ServiceAccount:
    """Return what the JSON of a service account says; asks nobody.

    It takes some 35 ms of CPU, nearly all of them for the key.

    Raises:
        Misconfigured: it is no service account, or its key cannot be used. The sentence never
        quotes the key.
    """
    account, _ = open_service_account(json_text)
    return account


def open_service_account(json_text: str) -> tuple[ServiceAccount, GoogleCredential]:
    """Return the account and its credential; otherwise as `check_service_account`."""
    try:
        read = _KeyFile.model_validate_json(json_text)
    except ValidationError as error:
        # Without the cause: pydantic's errors quote the input, and the input is a private key.
        raise Misconfigured(_complaint(error), hint=_HINT) from None
    try:
        # The whole file, not what was read of it: the key's id travels in the request for a token.
        credential: GoogleCredential = Certificate(json.loads(json_text)).get_credential()
    except (ValueError, TypeError):  # TypeError: the key is locked by a password
        raise Misconfigured(
            "the private key of the service account cannot be read: the file was cut or edited",
            hint=_HINT,
        ) from None
    return ServiceAccount(project_id=read.project_id, client_email=read.client_email), credential


def _complaint(error: ValidationError) -> str:
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    fields = sorted({str(part) for fault in faults for part in fault["loc"]})
    if not fields:
        return "the service account is not a JSON object"
    if "type" in fields:
        return 'this is not a service account: its "type" is not "service_account"'
    listed = ", ".join(fields)
    return f"the service account lacks what is needed, or has it wrong: {listed}"
