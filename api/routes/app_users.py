"""What a company's own mobile app calls: it links itself by an invitation, and registers where it can be reached."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Unauthorized
from messaging.actions import joining
from messaging.actions.joining import AppChoice, AppUser
from messaging.calendar import MessageClass
from messaging.consent import ShownText

router = APIRouter(prefix="/v1/app", tags=["app"])

_STORABLE = r"^[^\x00]*$"
"""PostgreSQL stores no NUL in a text (https://www.postgresql.org/docs/18/datatype-character.html)."""

InstallKey = Annotated[
    str,
    Path(
        min_length=1,
        max_length=64,
        pattern=_STORABLE,
        description="What the app calls this installation of itself: made up once, then kept",
    ),
]

_bearer = HTTPBearer(auto_error=False, description="The app user's own token, from /v1/app/link")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Strict):
    """What the person chose for one class of messages, and the exact words that the app showed."""

    message_class: Literal["reminder", "marketing"]
    given: bool
    text_id: str = Field(min_length=1, max_length=64, pattern=_STORABLE)
    text_version: int = Field(ge=1)
    text: str = Field(min_length=1, max_length=4000, pattern=_STORABLE)
    language: str = Field(min_length=2, max_length=8, pattern=_STORABLE)


class LinkRequest(_Strict):
    """An invitation's token, and what the person agreed to. What is not chosen is not agreed to."""

    invitation: str = Field(min_length=8, max_length=64)
    consents: list[Choice] = Field(default_factory=list, max_length=8)


class LinkAnswer(BaseModel):
    """The app user's own token, shown this once: the app keeps it as it keeps a password."""

    token: str
    business: str
    language: str


class DeviceRequest(_Strict):
    """Where Firebase reaches this installation of the app."""

    kind: Literal["token", "fid"]
    value: str = Field(min_length=8, max_length=512, pattern=_STORABLE)
    platform: Literal["android", "ios", "web"]
    language: str | None = Field(default=None, min_length=2, max_length=8, pattern=_STORABLE)


async def _app_user(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> AppUser:
    user = None
    if credentials is not None:
        user = await joining.app_user(request.app.state.store, token=credentials.credentials)
    if user is None:
        raise Unauthorized("this token is nobody's", hint="link the app again by an invitation")
    return user


@router.post("/link")
async def link(request: Request, body: LinkRequest) -> LinkAnswer:
    """Link the app to the customer whom the invitation is for. An invitation works once."""
    state = request.app.state
    joined = await joining.join(
        state.store,
        invitation_token=body.invitation,
        choices=[
            AppChoice(
                message_class=MessageClass(each.message_class),
                given=each.given,
                shown=ShownText(
                    id=each.text_id,
                    version=each.text_version,
                    text=each.text,
                    language=each.language,
                ),
            )
            for each in body.consents
        ],
        now=state.clock.now(),
    )
    return LinkAnswer(token=joined.token, business=joined.business_name, language=joined.language)


@router.put("/devices/{install_key}", status_code=204, response_class=Response)
async def register(
    request: Request,
    install_key: InstallKey,
    body: DeviceRequest,
    user: Annotated[AppUser, Depends(_app_user)],
) -> None:
    """Register this installation, in place of what it registered before. Call it at every start of the app."""
    state = request.app.state
    await joining.register_device(
        state.store,
        user=user,
        install_key=install_key,
        kind=body.kind,
        value=body.value,
        platform=body.platform,
        language=body.language,
        now=state.clock.now(),
    )
