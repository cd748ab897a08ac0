"""What went wrong, in a customer's words: never a code, never English in an Italian chat."""

from typing import Final

from aiogram import Bot, Router
from aiogram.exceptions import AiogramError
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent

from bot.conversations.telling import tell
from bot.conversations.visit import Visit
from bot.staff_buttons import is_of_the_desk
from bot.words import later
from messaging.actions.receiving import MAX_ATTEMPTS
from messaging.errors import AvvisaError, InvitationRefused, Misconfigured, NotAdmitted

INVITATIONS: Final = {
    "unknown": later(
        "This invitation is not valid. Perhaps the link was cut short: "
        "please ask the business for a new one."
    ),
    "used": later(
        "This invitation has been used already. Each one works once: "
        "please ask the business for a new one."
    ),
    "expired": later(
        "This invitation is too old to be used. Please ask the business for a new one."
    ),
    "wait": later(
        "That was not right several times in a row. For your safety please wait an hour and try "
        "once more then; or ask the shop for a link or a QR code, which work at once."
    ),
}

_NOT_ADMITTED: Final = {
    "stranger": later("This button does not work in this chat."),
    "role": later("Your role does not allow that. Please ask the owner."),
}


def failures() -> Router:
    """Return the router of errors."""
    router = Router(name="failures")
    router.error.register(refused, ExceptionTypeFilter(AvvisaError))
    router.error.register(gone_wrong)
    return router


async def refused(event: ErrorEvent, bot: Bot, visit: Visit | None = None) -> None:
    """Say what cannot be done, and what to do instead. The update is done with that."""
    error = event.exception
    if visit is None or isinstance(error, Misconfigured):
        raise error
    if isinstance(error, InvitationRefused):
        text = INVITATIONS.get(error.why, INVITATIONS["unknown"])
        await tell(bot, visit, visit.say(text))
    elif isinstance(error, NotAdmitted):
        await tell(bot, visit, visit.say(_NOT_ADMITTED[error.why]))
    elif event.update.callback_query and is_of_the_desk(event.update.callback_query.data or ""):
        text = visit.say("This is no longer possible. To see how it stands now: tap /shop")
        await tell(bot, visit, text)
    else:
        await tell(bot, visit, visit.say("This is no longer possible. You can write to us here."))


async def gone_wrong(event: ErrorEvent, bot: Bot, visit: Visit | None = None) -> None:
    """Let the inbox try again; with the last attempt, own up to it instead of falling silent."""
    last = visit is not None and visit.attempt >= MAX_ATTEMPTS - 1
    if visit is not None and last and not isinstance(event.exception, AiogramError):
        await tell(
            bot,
            visit,
            visit.say("We are sorry: something went wrong here. Please try again later."),
        )
    raise event.exception
