"""What stands against a notice, and what somebody may do, as sentences for whoever runs the shop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cli import words
from cli.pause_words import paused, resuming
from messaging.actions.explaining import ConsentStand, Explanation, RuleStory, Subject
from messaging.calendar import MessageClass
from messaging.customer import AddressState, Channel
from messaging.explanation import Stays, Why
from messaging.gate import Reason
from messaging.ladder import Wait
from messaging.remedy import Act, Remedy
from messaging.rule import (
    AfterEvent,
    Newer,
    OnEvent,
    Stated,
    Threshold,
    number_of,
    stated,
    where_of,
)
from messaging.store.addresses import Known
from messaging.subject import asset_type_in

CLASSES: Mapping[MessageClass, str] = {
    MessageClass.SERVICE: "service notices",
    MessageClass.REMINDER: "reminders",
    MessageClass.MARKETING: "offers",
}
CHANNELS: Mapping[Channel, str] = {Channel.TELEGRAM: "Telegram", Channel.PUSH: "the app"}
PRESSED: Mapping[str, str] = {
    "book": "asked to book",
    "done": "said that it is done",
    "not_now": "said «not now»",
    "asset_gone": "said that they no longer have it",
    "move": "asked to move it",
    "confirm": "confirmed it",
}


def long_day(day: date) -> str:
    """Return a day as people say it."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def long_moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as the business's own clock and calendar say it."""
    local = moment.astimezone(zone)
    return f"{long_day(local.date())} at {local:%H:%M}"


def short_moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment for a column: 20 characters, such as `Mon 30 Nov 2026 10:00`."""
    return f"{moment.astimezone(zone):%a %d %b %Y %H:%M}"


def step(rung: str) -> str:
    """Return what a step of a ladder is called."""
    if rung in _STEPS:
        return _STEPS[rung]
    after = rung.startswith("+")
    count, unit = rung.strip("+modh"), rung.lstrip("+0123456789")
    if not count.isdigit() or unit not in _UNITS:
        return rung
    if int(count) == 0:
        return "on the day" if unit == "d" else "when it begins"
    told = f"{count} {_UNITS[unit]}{'' if int(count) == 1 else 's'}"
    if unit == "mo":
        return f"after {told} of silence"
    return f"{told} {'after' if after else 'before'}"


_STEPS: Mapping[str, str] = {
    "entered": "at once",
    "crossed": "at once",
    "window": "when the season begins",
    "strike": "as it recurs",
}
_UNITS: Mapping[str, str] = {"d": "day", "h": "hour", "m": "minute", "mo": "month"}


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what a reason or a change means for this customer, this rule and this record."""

    told: Explanation
    story: RuleStory
    subject: Subject

    @property
    def who(self) -> str:
        """Return what the customer is called here: their name, or their code if they have none."""
        return self.told.customer.name or self.told.customer.external_id

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which moments are told."""
        return self.told.business.zone

    # -------------------------------------------------- what stands against it

    def why(self, stays: Stays) -> str:
        """Return the sentence for one reason, with what makes it so here."""
        special: Mapping[str, Callable[[Stays], str]] = {
            Reason.NOT_LINKED: self._not_linked,
            Reason.NO_CONSENT: self._no_consent,
            Reason.NOT_IN_AUDIENCE: self._not_meant,
            Reason.BLOCKED: self._address,
            Reason.ADDRESS_GONE: self._address,
            Reason.FINISHED: self._status,
            Reason.RECORD_GONE: self._status,
            Reason.ANSWERED: self._answered,
            Reason.CAP: self._cap,
            Why.OTHER_STATUS: self._status,
            Why.NOT_MATCHING: self._not_matching,
            Why.NO_ASSET: self._no_record,
            Why.NOT_CROSSED: self._not_crossed,
            Reason.EXCLUDED: self._excluded,
            Reason.NEWER: self._newer,
            Why.ALL_PASSED: self._passed,
            Why.SENT: self._sent,
            Why.NO_RECORD: self._no_record,
            Why.NOT_TOLD: self._not_told,
            Why.SENDER_REFUSED: self._refused,
            Why.PAUSED: self._paused,
            Reason.RULE_OFF: lambda _: "the rule is off",
            Reason.ASSET_GONE: self._asset_gone,
            Reason.EXPIRED: self._expired,
            Reason.DECEASED: lambda _: f"the books say that {self.who} has died",
            Reason.MINOR: lambda _: f"{self.who} is under age: no offers",
            Reason.NEVER_OPEN: lambda _: (
                f"the sending hours for {CLASSES[self.story.rule.message_class]} never open"
            ),
            Wait.MISSING_FIELD: self._missing,
        }
        if stays.reason in special:
            return special[stays.reason](stays)
        if stays.held and stays.notification_id is None:
            return "its moment has passed, so it would wait for you first"
        return words.reason(stays.reason)

    def _not_linked(self, _: Stays) -> str:
        invitation = self.told.invitation
        begun = f"{self.who} is not linked to the bot or the app"
        if not any(channel in self.told.channels for channel in self.story.rule.channels):
            return f"{begun}: {self.told.business.name} has neither a bot nor an app yet"
        if invitation is None:
            return f"{begun}, and was never invited"
        if invitation.used_at is not None:
            return f"{begun} any more"
        day = long_day(invitation.expires_at.astimezone(self.zone).date())
        if invitation.expires_at <= self.told.now:
            return f"{begun}: the invitation expired on {day}"
        opened = invitation.chat_id is not None
        waits = "was opened but not accepted" if opened else "has not been opened yet"
        return f"{begun}: the invitation {waits} (it works until {day})"

    def _no_consent(self, _: Stays) -> str:
        mine = [
            each
            for each in self.told.consents
            if each.message_class is self.story.rule.message_class
            and each.channel in self.story.rule.channels
        ]
        what = CLASSES[self.story.rule.message_class]
        withdrawn = [each for each in mine if each.given is False]
        if withdrawn:
            return f"{self.who} {refusal(withdrawn[-1], self.zone)} to {what}"
        if any(each.declared for each in mine):
            return (
                f"{self.who} did not agree to {what}: a file says so, which proves nothing; only "
                "the person can say it, in the chat or the app"
            )
        return f"{self.who} did not agree to {what}"

    def _not_meant(self, stays: Stays) -> str:
        begun = f"{self.who} {words.reason(Reason.NOT_IN_AUDIENCE)}"
        return f"{begun}: not met is {stays.detail}" if stays.detail else begun

    def _address(self, stays: Stays) -> str:
        known = [each for each in self.told.reached if each.channel in self.story.rule.channels]
        lost = [each for each in known if each.state is not AddressState.ACTIVE]
        return lost_address(lost[-1], self.zone) if lost else words.reason(stays.reason)

    def _status(self, _: Stays) -> str:
        record = self.subject.record
        status = "" if record is None else record.status
        trigger = self.story.rule.trigger
        if isinstance(trigger, OnEvent | AfterEvent) and status != trigger.status:
            return f"its status is «{status}», and this tells of «{trigger.status}»"
        return f"its status is «{status}»: nothing more is said of it"

    def _answered(self, _: Stays) -> str:
        said = [each for each in self.subject.replies if each.action in PRESSED]
        if not said:
            return words.reason(Reason.ANSWERED)
        last = said[-1]
        own = last.customer_id == self.told.customer.id
        who = self.who if own else "somebody who shares it"
        return f"{who} {PRESSED[last.action]} on {long_moment(last.at, self.zone)}"

    def _cap(self, _: Stays) -> str:
        sent, again = self.subject.last_offer, self.subject.offers_again_at
        if sent is None or again is None:
            return words.reason(Reason.CAP)
        return (
            f"{self.who} had an offer on {long_moment(sent, self.zone)}: the next one may go from "
            f"{long_moment(again, self.zone)} on"
        )

    def _not_matching(self, _: Stays) -> str:
        about = self.subject.record or self.subject.asset
        where = where_of(self.story.rule)
        if about is None or not where:
            return words.reason(Why.NOT_MATCHING)
        wrong = [
            f"{name} is «{stated(about, name)}», and this rule speaks of «{value}»"
            for name, value in where.items()
            if stated(about, name) != value
        ]
        return "; ".join(wrong)

    def _not_crossed(self, _: Stays) -> str:
        about, trigger = self.subject.record or self.subject.asset, self.story.rule.trigger
        if about is None or not isinstance(trigger, Threshold):
            return words.reason(Why.NOT_CROSSED)
        value = number_of(about, trigger.value)
        told = "not told" if value is None else f"{value:f}"
        wanted = f"{trigger.side} {trigger.limit}".replace("_", " ")
        return f"its {trigger.value} is {told}, and this tells when it is {wanted}"

    def _excluded(self, _: Stays) -> str:
        told = [
            f"{stop.path} is «{stop.value}»"
            for stop in self.story.rule.stops
            if isinstance(stop, Stated) and self._says(stop)
        ]
        return " and ".join(told) or words.reason(Reason.EXCLUDED)

    def _says(self, stop: Stated) -> bool:
        group, _, name = stop.path.partition(".")
        about = self.subject.record if group == "record" else self.subject.asset
        return about is not None and stated(about, name) == stop.value

    def _newer(self, _: Stays) -> str:
        types = [stop.record_type for stop in self.story.rule.stops if isinstance(stop, Newer)]
        return f"the books tell of a newer {' or '.join(types).replace('_', ' ')}"

    def _passed(self, _: Stays) -> str:
        passed = [
            f"{step(each.name)} was {long_moment(each.moment, self.zone)}"
            for each in self.subject.rungs
        ]
        since = self.story.on_since
        begun = "" if since is None else f"; the rule is on since {long_moment(since, self.zone)}"
        return f"no step lies ahead: {', '.join(passed)}{begun}"

    def _sent(self, stays: Stays) -> str:
        when = "" if stays.at is None else f" on {long_moment(stays.at, self.zone)}"
        last = "" if stays.rung in {None, "entered", "crossed"} else f", {step(stays.rung or '')}"
        return f"it went out already{when}{last}, and no step lies ahead"

    def _no_record(self, _: Stays) -> str:
        return f"the books hold no {self.kind} of {self.who}"

    def _not_told(self, _: Stays) -> str:
        return f"it is not {self.who}'s own, and {self.story.rule.name} tells nobody else of it"

    def _asset_gone(self, _: Stays) -> str:
        asset = self.subject.asset
        named = "it" if asset is None else asset.code or asset.external_id
        return f"the books say that {named} is sold or scrapped"

    def _expired(self, stays: Stays) -> str:
        if stays.at is None or stays.at <= self.told.now:
            return words.reason(Reason.EXPIRED)
        return (
            f"it would be too late: the sending hours open on {long_moment(stays.at, self.zone)}, "
            "when it has expired"
        )

    def _missing(self, stays: Stays) -> str:
        if stays.detail is None:
            return words.reason(Wait.MISSING_FIELD)
        return f"its text needs {stays.detail}, which the books do not tell"

    def _refused(self, stays: Stays) -> str:
        return f"{words.reason(Why.SENDER_REFUSED)} ({stays.detail}): avvisa check"

    def _paused(self, stays: Stays) -> str:
        known = [each for each in self.story.pauses if each.scope.reach == stays.detail]
        return paused(known[0], self.told.business) if known else words.reason(Why.PAUSED)

    @property
    def kind(self) -> str:
        """Return what the rule's records or things are called: their type, in words."""
        rule = self.story.rule
        return (asset_type_in(rule.subject_type) or rule.heard_type).replace("_", " ")

    # -------------------------------------------------- what would change it

    def act(self, remedy: Remedy) -> str:  # noqa: C901 - one line for each act
        """Return the sentence for one change."""
        slug, code = self.told.business.slug, self.told.customer.external_id
        what = CLASSES[self.story.rule.message_class]
        channel = CHANNELS[remedy.channel or Channel.TELEGRAM]
        match remedy.act:
            case Act.RULE_ON:
                return f"the rule is switched on (avvisa rule on {slug} {self.story.rule.name})"
            case Act.RECORD_ADDED:
                return f"the books tell of one for {self.who}{self._ahead(remedy)}"
            case Act.RECORD_SHARED:
                return f"the books give it to {self.who} too"
            case Act.JOINED:
                return f"{self.who} comes to be among those whom the rule is meant for"
            case Act.ASSET_BACK:
                return "the books no longer say that it is sold or scrapped"
            case Act.REOPENED:
                return "the books say that it is not finished"
            case Act.ENTERED:
                return f"its status becomes «{remedy.value}»"
            case Act.RESCHEDULED:
                return f"the books give it a new date{self._ahead(remedy)}"
            case Act.BORN:
                return f"the books tell when {self.who} was born{self._ahead(remedy)}"
            case Act.ASSET_ADDED:
                return f"the books tell of one for {self.who}"
            case Act.REACHED:
                return f"its {remedy.name} becomes {remedy.value}"
            case Act.UNSTATED:
                return f"{remedy.name} is no longer «{remedy.value}»"
            case Act.MATCHED:
                return f"the books say «{remedy.value}» for its {remedy.name}"
            case Act.FILLED:
                return f"the books tell {remedy.name}"
            case Act.HOURS_OPENED:
                return f"the sending hours for {what} are open then"
            case Act.SENDER_GIVEN:
                option = "--token-file FILE"
                return f"{self.told.business.name} gets a bot (avvisa business telegram {slug} {option})"
            case Act.SENDER_MENDED:
                return f"what {channel} refuses is mended (avvisa check {slug})"
            case Act.LINKED:
                where = " in the app" if remedy.channel is Channel.PUSH else ""
                return (
                    f"{self.who} opens an invitation{where} (avvisa business invite {slug} {code})"
                )
            case Act.UNBLOCKED:
                return f"{self.who} starts the bot again"
            case Act.AGREED:
                return f"{self.who} agrees to {what} {'in' if channel == 'the app' else 'on'} {channel}"
            case Act.RESUMED:
                known = [each for each in self.story.pauses if each.scope.reach == remedy.name]
                return f"sending is resumed ({resuming(known[0], slug)})"
            case Act.RELEASED:
                return f"you let it go (avvisa held {slug} release)"

    def _ahead(self, remedy: Remedy) -> str:
        return "" if remedy.day is None else f": {long_day(remedy.day)} or later"


def refusal(stand: ConsentStand, zone: ZoneInfo) -> str:
    """Return how and when somebody said no."""
    when = "" if stand.at is None else f" on {long_moment(stand.at, zone)}"
    return f"said no{when}"


_LOST: Mapping[str, str] = {
    "blocked_by_user": "blocked the bot",
    "never_started": "never started the bot",
    "user_deactivated": "the Telegram account no longer exists",
    "chat_not_found": "the chat no longer exists",
    "unregistered": "the app was uninstalled",
    "replaced": "the app got another name for this phone",
}


def lost_address(known: Known, zone: ZoneInfo) -> str:
    """Return what became of an address that cannot be written to, and when."""
    default = {"blocked": "blocked the bot", "unlinked": "unlinked by themselves"}
    happened = _LOST.get(known.reason or "") or default.get(known.state.value, "no longer there")
    return f"{happened}, on {long_moment(known.updated_at, zone)}"
