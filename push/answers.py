"""What Firebase answered, read once: the few fields that decide what became of a message."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from pydantic import BaseModel, Field, ValidationError

_FCM_ERROR: Final = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_QUOTA_FAILURE: Final = "type.googleapis.com/google.rpc.QuotaFailure"

_LONGEST_WAIT: Final = timedelta(days=1)
"""A header may say anything; a day is longer than any pause that Firebase documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. `name` is set only where Firebase took the message.

    `code` is Firebase's own `errorCode`, else Google's `status`, else "". `text` is the message of
    the error in lower case. `quota` says in lower case which quota was exceeded, "" where it is not
    told. `retry_after` is None where the server named no wait.
    """

    http: int
    name: str = ""
    code: str = ""
    text: str = ""
    quota: str = ""
    retry_after: timedelta | None = None


class _Violation(BaseModel):
    subject: str = ""
    description: str = ""


class _Detail(BaseModel):
    type: str = Field(default="", alias="@type")
    error_code: str = Field(default="", alias="errorCode")
    violations: list[_Violation] = []


class _Error(BaseModel):
    status: str = ""
    message: str = ""
    details: list[_Detail] = []


class _Body(BaseModel):
    name: str = ""
    error: _Error = _Error()


def read(http: int, body: bytes, *, retry_after: str | None, now: datetime) -> Answer:
    """Return the answer; a body that is not Google's JSON leaves every field but the status empty.

    `now` (UTC) turns a `Retry-After` given as a date into a wait.
    """
    wait = _wait(retry_after, now=now)
    try:
        told = _Body.model_validate_json(body)
    except ValidationError:
        return Answer(http=http, retry_after=wait)
    details = told.error.details
    return Answer(
        http=http,
        name=told.name,
        code=next((d.error_code for d in details if d.type == _FCM_ERROR and d.error_code), "")
        or told.error.status,
        text=told.error.message.lower(),
        quota=" ".join(
            f"{violation.subject} {violation.description}"
            for detail in details
            if detail.type == _QUOTA_FAILURE
            for violation in detail.violations
        ).lower(),
        retry_after=wait,
    )


def _wait(header: str | None, *, now: datetime) -> timedelta | None:
    if header is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return min(timedelta(seconds=int(header)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), _LONGEST_WAIT)
