"""Can this Firebase project send? Google is asked for a token, and Firebase to judge a message that
goes to nobody. Nothing is changed, and nothing is sent.
"""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, assert_never
from urllib.parse import quote

from aiohttp import ClientError

from messaging.business import SenderId
from messaging.clock import Clock
from messaging.finding import Finding, clock_finding, fine, needs_you, warning
from messaging.sender import (
    Accepted,
    AddressGone,
    Outcome,
    Rejected,
    RetryLater,
    SecretSource,
    SenderDown,
    Unknown,
)
from push.answers import read
from push.pool import open_pool
from push.projects import Project, Projects
from push.refusals import classify
from push.tokens import NoToken

PATIENCE_S: Final = 5.0
"""A check that hangs is worse than one that says "no answer"."""

_NOBODY: Final = json.dumps(
    {"validate_only": True, "message": {"token": "avvisa-check", "notification": {"title": "-"}}}
).encode()
"""A message that may not leave, to an address that nobody has: who may send is told that the address
is wrong, who may not is told so
(https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send, read in November
2026).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A project and the business that asks."""

    slug: str
    sender_id: SenderId
    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What Firebase said, and how far our clock is ahead of its `Date` (seconds; None: it told
    none).
    """

    outcome: Outcome
    ahead: float | None


async def check_project(
    post: Post, *, fcm_url: str, secrets: SecretSource, clock: Clock
) -> list[Finding]:
    """Return what Google and Firebase say of the project and its service account."""
    projects = Projects(secrets, clock, fcm_url=fcm_url)
    try:
        async with asyncio.timeout(PATIENCE_S):
            project = await projects.of(post.sender_id)
            if isinstance(project, SenderDown):
                return [_unusable(post)]
            header = await project.tokens.header()
            if isinstance(header, NoToken):
                return [_without_token(post, header)]
            judged = await _judge(project, header, fcm_url, clock)
    except (ClientError, OSError):  # TimeoutError is an OSError
        return [_unreachable(post)]
    finally:
        projects.close()
    found = [_told(post, judged.outcome)]
    if judged.ahead is not None:
        found.append(clock_finding("Google's", judged.ahead))
    return found


async def _judge(project: Project, header: str, fcm_url: str, clock: Clock) -> _Judged:
    url = f"{fcm_url.rstrip('/')}/v1/projects/{quote(project.id, safe='')}/messages:send"
    async with (
        open_pool(connections=1) as pool,
        pool.post(
            url,
            data=_NOBODY,
            headers={"Authorization": header, "Content-Type": "application/json"},
            allow_redirects=False,
        ) as response,
    ):
        now = clock.now()
        told = read(response.status, await response.read(), retry_after=None, now=now)
        return _Judged(outcome=classify(told), ahead=_ahead(response.headers.get("Date"), now))


def _ahead(date: str | None, now: datetime) -> float | None:
    with suppress(TypeError, ValueError):  # no date, or none that can be read
        theirs = parsedate_to_datetime(date or "")
        return None if theirs.tzinfo is None else (now - theirs.astimezone(UTC)).total_seconds()
    return None


def _told(post: Post, outcome: Outcome) -> Finding:
    match outcome:
        case Accepted() | AddressGone() | Rejected():
            return fine(
                "firebase",
                f"Firebase lets us send for {post.project}. Whether Apple's key is in order, only a "
                "push to an iPhone tells",
                about=post.slug,
            )
        case SenderDown(platform_only=True):
            return needs_you(
                "firebase_third_party_key",
                f"the key that {post.project} has from Apple (or for web push) is refused",
                "Firebase console, Project settings, Cloud Messaging: put the APNs key there again",
                about=post.slug,
            )
        case SenderDown(code=code):
            return needs_you(
                "firebase_permission_denied",
                f"Firebase does not let us send for {post.project} ({code})",
                "in the Google Cloud console of the project: switch the Firebase Cloud Messaging API "
                "(V1) on, and give the service account the role Firebase Admin",
                about=post.slug,
            )
        case RetryLater(code=code) | Unknown(code=code):
            return warning(
                "firebase_unclear",
                f"Firebase gave no clear answer for {post.project} ({code})",
                "try again in a few minutes",
                about=post.slug,
            )
        case _:
            assert_never(outcome)


def _without_token(post: Post, none: NoToken) -> Finding:
    if none.reason == "machine_clock_wrong":
        return needs_you(
            "clock_off",
            "Google refuses the service account because this machine's clock is off",
            "let it be set from the network (timedatectl set-ntp true)",
            about=post.slug,
        )
    if none.refused:
        return needs_you(
            "service_account_refused",
            f"Google refuses the service account of {post.project} ({none.code}): its key was "
            "deleted, or it was switched off",
            "Firebase console, Project settings, Service accounts, Generate new private key, then: "
            f"avvisa business firebase {post.slug} --service-account FILE",
            about=post.slug,
        )
    return _unreachable(post)


def _unusable(post: Post) -> Finding:
    return needs_you(
        "service_account_unusable",
        f"the stored service account of {post.project} cannot be used",
        f"avvisa business firebase {post.slug} --service-account FILE",
        about=post.slug,
    )


def _unreachable(post: Post) -> Finding:
    return needs_you(
        "firebase_unreachable",
        "Google did not answer",
        "check the connection, and AVVISA_FCM_API_URL if it is set; what waits goes out when it "
        "answers again",
        about=post.slug,
    )
