"""setWebhook and its kin: where updates go instead of waiting for getUpdates
(https://core.telegram.org/bots/api#setwebhook; the wording of telegram-bot-api, Client.cpp).
"""

import ipaddress
import re
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from simulators import clock
from simulators.telegram.bots import Bot
from simulators.telegram.parameters import Parameters
from simulators.telegram.polling import remember_wanted
from simulators.telegram.refusal import bad_request, too_many
from simulators.telegram.world import Telegram

DEFAULT_CONNECTIONS = 40
MOST_CONNECTIONS = 100
LONGEST_SECRET = 256
SECRET = re.compile(r"[A-Za-z0-9_-]*")
PORTS = frozenset({80, 88, 443, 8443})


class Said(NamedTuple):
    """A true result with a description, which only these methods give."""

    description: str


def set_webhook(world: Telegram, bot: Bot, params: Parameters) -> Said:
    """Keep the webhook, so that updates are posted to it and getUpdates is refused; an empty url
    removes it. At most once a second. Where the new one is refused, the old one is gone too.
    """
    url = params.text("url")
    if not url:
        return delete_webhook(world, bot, params)
    _check_pace(world, bot)
    webhook = {
        "url": url,
        "secret_token": params.text("secret_token"),
        "max_connections": _connections(params),
    }
    if bot.webhook == webhook and not params.flag("drop_pending_updates"):
        remember_wanted(world, bot, params)
        return Said("Webhook is already set")
    bot.end_poll("webhook")
    delete_webhook(world, bot, params)
    _check_url(url)
    _check_secret(params.text("secret_token"))
    remember_wanted(world, bot, params)
    world.bots.settle(bot, "webhook", webhook)
    return Said("Webhook was set")


def delete_webhook(world: Telegram, bot: Bot, params: Parameters) -> Said:
    """Forget the webhook, and the waiting updates too if asked."""
    was_set = bot.webhook is not None
    if was_set:
        world.bots.settle(bot, "webhook", None)
    if params.flag("drop_pending_updates"):
        world.bots.confirm(bot, bot.next_update_id)
    return Said("Webhook was deleted" if was_set else "Webhook is already deleted")


def get_webhook_info(world: Telegram, bot: Bot, _: Parameters) -> dict[str, Any]:
    """A WebhookInfo object."""
    world.bots.expire(bot)
    info: dict[str, Any] = {
        "url": bot.webhook["url"] if bot.webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.pending),
    }
    if bot.webhook_error is not None:
        info["last_error_date"] = int(bot.webhook_error.at)
        info["last_error_message"] = bot.webhook_error.message
    if bot.webhook:
        info["max_connections"] = bot.webhook["max_connections"]
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    return info


def is_called(url: str) -> bool:
    """Whether the simulator posts to this address: over http on this machine, and nowhere else."""
    parts = urlsplit(url)
    return parts.scheme == "http" and _is_loopback(parts.hostname or "")


def _check_pace(world: Telegram, bot: Bot) -> None:
    now = clock.seconds()
    if world.limits.enabled and now < bot.webhook_free_at:
        raise too_many(1)
    bot.webhook_free_at = now + 1.0


def _connections(params: Parameters) -> int:
    asked = params.integer("max_connections", DEFAULT_CONNECTIONS)
    return min(max(asked or 1, 1), MOST_CONNECTIONS)


def _check_url(url: str) -> None:
    parts = _split(url)
    if is_called(url):
        # Telegram takes https alone. Without this a test needs certificates for 127.0.0.1.
        return
    if parts.scheme == "http":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if _is_reserved(parts.hostname or ""):
        raise bad_request(f"bad webhook: IP address {parts.hostname} is reserved")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if not is_good:
        raise bad_request("invalid webhook URL specified")
    return parts


def _check_secret(secret: str) -> None:
    if len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_reserved(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
