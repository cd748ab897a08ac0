"""Is this bot able to work? Telegram is asked, nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Final
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import User, WebhookInfo
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientSession, ClientTimeout, TraceConfig, TraceRequestEndParams
from typing_extensions import override

from bot.refusals import verdict
from bot.session import PhasedSession, phase_of
from messaging.clock import Clock
from messaging.finding import Finding, clock_finding, fine, needs_you, warning
from messaging.sender import SenderDown

PATIENCE: Final = ClientTimeout(total=5, sock_connect=3)
"""A check that hangs is worse than one that says "no answer"."""

MANY_WAITING: Final = 100
"""Updates that nobody fetched. Telegram keeps them for a day
(https://core.telegram.org/bots/api#getting-updates, read in November 2026)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is known of a bot here. `username` is as stored, without its @. `webhook`: what the
    address begins with to which its updates are brought; None: they are fetched.
    """

    slug: str
    token: str
    username: str
    webhook: str | None = None


async def check_bot(post: Post, *, api_url: str, clock: Clock) -> list[Finding]:
    """Return what Telegram says of the bot: its token, its name, its updates, the clock."""
    session = _DatedSession(api_url, clock)
    try:
        bot = Bot(post.token, session=session)
        me, info = await bot.get_me(), await bot.get_webhook_info()
    except (TimeoutError, AiogramError, TokenValidationError) as error:
        return [_refused(post, error), *session.clock_findings()]
    finally:
        await session.close()
    return [*_identity(post, me), *_updates(post, info, clock), *session.clock_findings()]


def _refused(post: Post, error: Exception) -> Finding:
    if isinstance(verdict(error, phase_of(error)), SenderDown):
        return needs_you(
            "bot_token_refused",
            f"Telegram refuses the token of @{post.username}: nothing goes out",
            "get a new one from @BotFather (/mybots, API Token), then: "
            f"avvisa business telegram {post.slug} --token-file FILE",
            about=post.slug,
        )
    return needs_you(
        "telegram_unreachable",
        "Telegram did not answer",
        "check the connection, and AVVISA_TELEGRAM_API_URL if it is set; what waits goes out "
        "when it answers again",
        about=post.slug,
    )


def _identity(post: Post, me: User) -> Sequence[Finding]:
    if me.username != post.username:
        return [
            warning(
                "bot_renamed",
                f"the bot is called @{me.username} now, and invitations still name "
                f"@{post.username}",
                f"avvisa business telegram {post.slug} --token-file FILE",
                about=post.slug,
            )
        ]
    return [fine("bot", f"Telegram knows @{me.username}", about=post.slug)]


def _updates(post: Post, info: WebhookInfo, clock: Clock) -> Sequence[Finding]:
    fetched = post.webhook is None and not info.url
    brought = post.webhook is not None and info.url.startswith(post.webhook)
    if not (fetched or brought):
        return [_misdirected(post, info)]
    found = []
    if info.last_error_message and info.pending_update_count:
        when = "" if info.last_error_date is None else f", {_ago(info.last_error_date, clock)}"
        found.append(
            needs_you(
                "webhook_failing",
                f"Telegram cannot bring what customers write: {info.last_error_message}{when}",
                "is AVVISA_PUBLIC_URL reachable from outside, with a valid certificate?",
                about=post.slug,
            )
        )
    if info.pending_update_count > MANY_WAITING:
        found.append(
            warning(
                "updates_waiting",
                f"{info.pending_update_count} messages to @{post.username} wait to be fetched",
                "is `avvisa serve` running? Telegram keeps them for a day",
                about=post.slug,
            )
        )
    return found


def _misdirected(post: Post, info: WebhookInfo) -> Finding:
    if not info.url:
        return needs_you(
            "webhook_missing",
            f"Telegram does not bring what customers write to @{post.username}: no webhook is set",
            "`avvisa serve` sets it when it starts: is it running?",
            about=post.slug,
        )
    return needs_you(
        "webhook_elsewhere",
        f"what customers write to @{post.username} goes to {urlsplit(info.url).hostname}, not here",
        "another program uses this bot. To take it back: "
        f"avvisa business telegram {post.slug} --token-file FILE",
        about=post.slug,
    )


def _ago(moment: datetime | timedelta | int, clock: Clock) -> str:
    if not isinstance(moment, datetime):
        return ""
    return f"{int((clock.now() - moment).total_seconds() // 60)} minutes ago"


class _DatedSession(PhasedSession):
    """A session that compares the clock with the `Date` of the answers."""

    def __init__(self, api_url: str, clock: Clock) -> None:
        super().__init__(api_url, patience=PATIENCE)
        self._clock = clock
        self._ahead: list[float] = []
        self._dates = TraceConfig()
        self._dates.on_request_end.append(self._note)
        self._dates.freeze()

    def clock_findings(self) -> list[Finding]:
        """Return whether the clock is right, as far as any answer told."""
        return [clock_finding("Telegram's", self._ahead[-1])] if self._ahead else []

    @override
    async def create_session(self) -> ClientSession:
        session = await super().create_session()
        if self._dates not in session.trace_configs:
            session.trace_configs.append(self._dates)
        return session

    async def _note(
        self, _session: ClientSession, _context: SimpleNamespace, params: TraceRequestEndParams
    ) -> None:
        try:
            theirs = parsedate_to_datetime(params.response.headers.get("Date", ""))
        except ValueError:
            return  # whoever answered tells no date
        if theirs.tzinfo is not None:
            self._ahead.append((self._clock.now() - theirs.astimezone(UTC)).total_seconds())
