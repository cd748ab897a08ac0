"""What states and reasons are called for whoever reads a terminal."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from messaging.notification import State
from messaging.trouble import Trouble, Unheard

STATES: Mapping[State, str] = {
    State.PLANNED: "planned",
    State.SENDING: "on its way",
    State.ACCEPTED: "accepted",
    State.DELIVERED: "delivered",
    State.OPENED: "opened",
    State.ANSWERED: "answered",
    State.HELD: "held",
    State.WITHHELD: "withheld",
    State.EXPIRED: "expired",
    State.CANCELLED: "cancelled",
    State.FAILED: "failed",
    State.UNKNOWN: "unknown",
}

REASONS: Mapping[str, str] = {
    "not_linked": "not linked to the bot or the app yet",
    "not_in_audience": "is not among those whom the rule is meant for",
    "no_consent": "did not agree to this kind of message",
    "blocked_by_user": "blocked the bot",
    "address_gone": "the account or the app's registration is gone",
    "user_deactivated": "the Telegram account no longer exists",
    "chat_not_found": "the chat no longer exists",
    "kicked": "the bot was put out of the chat",
    "never_started": "has not started the bot yet",
    "became_group": "the chat is a group now: only private chats are written to",
    "content_refused": "Telegram refused the text or its buttons: look at the template",
    "unregistered": "the app was uninstalled",
    "deceased": "deceased, says the books",
    "minor": "under age: no offers",
    "rule_off": "the rule was switched off",
    "rule_changed": "the rule was changed",
    "campaign_cancelled": "the campaign was cancelled",
    "record_gone": "cancelled in the books",
    "asset_gone": "the vehicle is sold or scrapped",
    "no_birthday": "the books give no birthday (any more)",
    "finished": "done already",
    "came_back": "the customer has come back meanwhile",
    "cleared": "the number is back within its limit",
    "excluded": "the books say something that rules it out",
    "newer": "there is a newer one",
    "enough": "was told as often as the rule allows",
    "date_moved": "the date has moved",
    "answered": "the customer has answered",
    "expired": "too late: it had expired",
    "superseded": "a later step of the same ladder has come, and goes instead",
    "frequency_cap": "had as many offers lately as the business sends",
    "daily_cap": "the day is full: had as many notices as the business sends in one",
    "same_address": "was said at this address already, to somebody who shares the thing",
    "gives_way": "gives way to a more important notice of the same day",
    "never_open": "the sending hours never open",
    "closed_hours": "closed hours",
    "erased": "the customer was erased",
    "dropped": "a person decided not to send it",
    "first_import": "came with a first import: its moment had passed",
    "switched_on": "its moment had passed when the rule was switched on",
    "anchor_passed": "its date had passed already",
    "late": "more than a day late",
    "passed": "its moment had passed when it came into the books",
    "brake": "its rule was about to send more than three times its usual day",
    "missing_field": "a value that the text needs is missing",
    "cut_off": "the call was cut off: nobody knows whether it arrived",
    "platform_key": "the Firebase project's key for this kind of phone is refused",
    "flood": "Telegram asked for patience",
    "unreachable": "the provider could not be reached",
    "revived": "planned again: what had stopped it is over",
    "released": "a person let it go",
    "not_theirs": "it is confidential, and by now another customer's",
    "not_made_yet": "nothing stands against it: the planner has not come to it, or it was left out for a nearer one",
    "asked_for": "a person asked for it: a campaign, or a single message",
    "rule_on_later": "its rule was switched on after the forecast",
    "let_go": "it waited for a person when the forecast was taken",
    "campaign_later": "its campaign was started or scheduled after the forecast",
    "by_event": "a change of the books brought it, which no forecast knows of",
    "books_changed": "the books have changed since the forecast",
    "no_record": "the books hold none",
    "not_told": "it is another customer's",
    "no_date": "the books give it no date",
    "no_asset": "the books hold none",
    "not_crossed": "its number has not crossed the limit",
    "other_status": "it is not in the status that this notice tells of",
    "not_matching": "it is not of the kind that this rule speaks of",
    "all_passed": "no step of it lies ahead",
    "sent": "it went out already",
    "sender_refused": "the provider refuses the sender",
    "paused": "sending is paused",
}


PLATFORMS: Mapping[str, str] = {"android": "Android", "ios": "iPhone and iPad", "web": "browsers"}

REFUSALS: Mapping[str, str] = {
    "platform_key": "the key that Firebase needs for it is refused (expired, revoked, of another team);"
    " upload a valid one: Firebase console, Project settings, Cloud Messaging",
    "permission_denied": "the service account may not send: enable the Firebase Cloud Messaging API and"
    " give the account the role Firebase Cloud Messaging API Admin",
    "unauthenticated": "Firebase refuses the service account's tokens; make a new key and give it with"
    " avvisa business firebase",
    "credentials_refused": "Google refuses the service account (deleted, or its key revoked); make a new"
    " key and give it with avvisa business firebase",
    "machine_clock_wrong": "this machine's clock is off, and Google refuses what it signs; set the clock",
    "service_account_unusable": "the stored service account cannot be used; give it again with avvisa"
    " business firebase",
    "token_refused": "Telegram refuses the bot's token; take the current one from @BotFather and give it"
    " with avvisa business telegram",
}
"""Why a sender, or one platform of it, gets nothing through, and what a person can do about it."""


def refusal(word: str) -> str:
    """Return the sentence for a refusal; a word that has none is told as it is."""
    return REFUSALS.get(word, word.replace("_", " "))


def reason(word: str | None) -> str:
    """Return the sentence for a reason; a word that has none is told as it is."""
    return "" if word is None else REASONS.get(word, word.replace("_", " "))


def moved(due_at: datetime, at: datetime, zone: ZoneInfo, why: str | None) -> str:
    """Return from when to when a notice moved, by the business's clock, and why."""
    one, other = due_at.astimezone(zone), at.astimezone(zone)
    days = "" if one.date() == other.date() else "%a %d %b "
    told = f"moved from {one:{days}%H:%M} to {other:{days}%H:%M}"
    return f"{told}, {reason(why)}" if why else told


TROUBLES: Mapping[Unheard, tuple[str, str]] = {
    Unheard.TOKEN_REFUSED: (
        "Telegram refuses the token of this bot",
        (
            "ask @BotFather for its token (/mybots, API Token), then: "
            "avvisa business telegram {slug} --token-file FILE"
        ),
    ),
    Unheard.OTHER_POLLER: (
        "another program fetches the messages of this bot with the same token",
        (
            "stop that program, or another avvisa that serves this bot. If nobody knows of one, let "
            "@BotFather revoke the token, then: avvisa business telegram {slug} --token-file FILE"
        ),
    ),
    Unheard.WEBHOOK_ELSEWHERE: (
        "another program has Telegram bring the messages of this bot to its own address (a webhook)",
        (
            "stop that program, then give avvisa the bot again, which takes the webhook away: "
            "avvisa business telegram {slug} --token-file FILE"
        ),
    ),
    Unheard.WEBHOOK_FAILING: (
        "Telegram cannot bring the messages of this bot to AVVISA_PUBLIC_URL",
        (
            "open that address from outside: does it reach `avvisa serve`, and is its certificate "
            "valid? Telegram tries again by itself"
        ),
    ),
    Unheard.WEBHOOK_REFUSED: (
        "Telegram does not take AVVISA_PUBLIC_URL as an address for this bot",
        (
            "it has to be https, on port 443, 80, 88 or 8443, with a name that can be found from "
            "outside; or set AVVISA_TELEGRAM_MODE=polling, which needs no address"
        ),
    ),
}
"""By reason: what has happened, and what to do about it."""


def trouble(met: Trouble) -> str:
    """Return why a bot hears nothing, in a sentence without its full stop."""
    happened, _ = TROUBLES[met.reason]
    said = f' ("{met.detail}")' if met.detail else ""
    return f"{happened}{said}: what customers write and press does not arrive"


def trouble_remedy(met: Trouble, slug: str) -> str:
    """Return what to do about it, without its full stop."""
    _, do = TROUBLES[met.reason]
    return do.format(slug=slug)
