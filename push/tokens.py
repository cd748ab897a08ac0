"""The access tokens that a service account buys, and that every message needs.

google-auth trades the key for a token by a call that blocks, so it runs in a thread.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from functools import partial
from typing import Final, TypeAlias

from messaging.clock import Clock, SystemClock
from push.credentials import GoogleCredential
from push.firebase import auth_errors, token_request

PATIENCE: Final = timedelta(seconds=10)
"""The longest that a message waits for a token."""
PAUSE: Final = timedelta(seconds=10)
"""How long a failed refresh answers for those that follow, so that an outage is not hammered."""

_EARLY: Final = timedelta(minutes=5)
"""A token is renewed this long before its end, or at half of its life if that is shorter.
google-auth's own choice is 3 min 45 s (`REFRESH_THRESHOLD`, google-auth 2.62): ours comes first."""
_LIFE: Final = timedelta(hours=1)
"""What Google gives; only where the answer does not say (google-auth 2.62,
`_DEFAULT_TOKEN_LIFETIME_SECS`)."""

_REFUSED: Final = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "access_denied"}
)
"""What says that this account gets no token, however often it asks
(https://www.rfc-editor.org/rfc/rfc6749#section-5.2, read in November 2026); anything else is
temporary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoToken:
    """Why there is no access token; `refused`: until a person mends something there is none."""

    reason: str
    code: str
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """`ends` and `renew` are seconds of the clock's monotonic scale."""

    header: str = field(repr=False)
    ends: float
    renew: float


_Flight: TypeAlias = asyncio.Future[_Token | NoToken]


class TokenSource:
    """The access token of one credential: bought once for all who wait, renewed before it ends.

    Used from one event loop. A refresh belongs to nobody who waits for it: cancelling a waiter
    leaves it running.
    """

    def __init__(
        self,
        credential: GoogleCredential,
        *,
        clock: Clock,
        executor: Executor,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._credential = credential
        self._clock = clock
        self._executor = executor
        self._patience = patience.total_seconds()
        self._token: _Token | None = None
        self._flight: _Flight | None = None
        self._departed = 0.0
        self._failure = NoToken(reason="token_unavailable", code="network")
        self._paused_until = 0.0

    async def header(self, rejected: str | None = None) -> str | NoToken:
        """Return the value of the `Authorization` header, or why there is none.

        `rejected` is a header that Firebase has just refused: it is replaced if it is still the
        current one, so that a burst of late refusals buys one token. Waits `patience` at the most,
        and not at all while a token is valid.
        """
        if self._token is not None and self._token.header == rejected:
            self._token = None
        now = self._clock.monotonic()
        token = self._token
        if token is not None and now < token.ends:
            if now >= token.renew:
                self._depart(now)
            return token.header
        flight = self._depart(now)
        if flight is None:
            return self._failure
        left = self._departed + self._patience - asyncio.get_running_loop().time()
        # Not `wait_for`: `wait` cancels nothing, neither when its time is up nor with the waiter.
        await asyncio.wait({flight}, timeout=max(left, 0))
        if not flight.done():
            return NoToken(reason="token_unavailable", code="network")
        landed = _landed(flight)
        return landed.header if isinstance(landed, _Token) else landed

    def _depart(self, now: float) -> _Flight | None:
        """Return the refresh under way, or a new one; None while the last failure still answers."""
        if self._flight is None and now >= self._paused_until:
            loop = asyncio.get_running_loop()
            self._departed = loop.time()
            self._flight = loop.run_in_executor(self._executor, self._buy)
            self._flight.add_done_callback(self._land)
        return self._flight

    def _land(self, flight: _Flight) -> None:
        self._flight = None
        landed = _landed(flight)
        if isinstance(landed, _Token):
            self._token = landed
        else:
            self._failure = landed
            self._paused_until = self._clock.monotonic() + PAUSE.total_seconds()

    def _buy(self) -> _Token | NoToken:
        """Return a token or why there is none. Blocks: runs in a thread."""
        asked = self._clock.monotonic()
        request, errors = token_request(), auth_errors()
        # Like the pool that sends the messages: without the environment's proxies and netrc.
        request.session.trust_env = False
        try:
            self._credential.refresh(partial(request, timeout=self._patience))
        except errors.RefreshError as error:
            return _no_token(error)
        except errors.GoogleAuthError as error:
            return NoToken(reason="token_unavailable", code=type(error).__name__)
        finally:
            request.session.close()
        life = _LIFE
        if self._credential.expiry is not None:
            # google-auth reckons with the machine's clock, whatever clock this source was given.
            life = self._credential.expiry.replace(tzinfo=UTC) - SystemClock().now()
        seconds = max(life.total_seconds(), 0.0)
        return _Token(
            header=f"Bearer {self._credential.token}",
            ends=asked + seconds,
            renew=asked + max(seconds - _EARLY.total_seconds(), seconds / 2),
        )


def _landed(flight: _Flight) -> _Token | NoToken:
    """Return how a finished refresh ended; a surprise is a failure like any other."""
    if flight.cancelled():
        return NoToken(reason="token_unavailable", code="cancelled")
    if (error := flight.exception()) is not None:
        return NoToken(reason="token_unavailable", code=type(error).__name__)
    return flight.result()


def _no_token(error: Exception) -> NoToken:
    # Google's answer is the second argument, a mapping if it was JSON (google-auth 2.62,
    # `_client`).
    said = error.args[1] if len(error.args) > 1 else None
    code = said.get("error") if isinstance(said, Mapping) else None
    if not isinstance(code, str):
        return NoToken(reason="token_unavailable", code="network")
    if code not in _REFUSED:
        return NoToken(reason="token_unavailable", code=code)
    if "reasonable timeframe" in str(said):
        # This machine's clock is off:
        # https://github.com/googleapis/google-api-php-client/issues/1429
        return NoToken(reason="machine_clock_wrong", code=code, refused=True)
    return NoToken(reason="credentials_refused", code=code, refused=True)
