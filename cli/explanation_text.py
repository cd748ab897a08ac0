"""An explanation in plain words: lines that every terminal shows without breaking one."""

import textwrap
from collections.abc import Iterator
from datetime import date

from cli import words
from cli.explanation_words import (
    CHANNELS,
    CLASSES,
    Teller,
    long_day,
    long_moment,
    lost_address,
    short_moment,
    step,
)
from messaging.actions.explaining import ConsentStand, Explanation, RuleStory
from messaging.anniversary import Anniversary
from messaging.asset import Asset
from messaging.calendar import MessageClass
from messaging.customer import AddressState, Channel
from messaging.explanation import Goes, Stays, Way, Why
from messaging.gate import Reason
from messaging.notification import State
from messaging.record import Record
from messaging.remedy import Act, Remedy
from messaging.store.histories import Attempted, History

WIDTH = 78

ALTERNATIVES = 3
"""So many ways to a yes are told; a program gets them all."""


def explanation_lines(told: Explanation) -> list[str]:
    """Return the whole explanation, for people."""
    lines = list(_head(told))
    quiet = [each for each in told.rules if len(told.rules) > 1 and _nothing_there(each)]
    for story in told.rules:
        if story not in quiet:
            lines += ["", *_rule(told, story)]
    if quiet:
        names = ", ".join(f"{_label(told, each)} ({each.rule.name})" for each in quiet)
        lines += ["", *_wrapped(f"Nothing in the books that these speak of: {names}.")]
    return lines


def _nothing_there(story: RuleStory) -> bool:
    nothing = {Why.NO_RECORD, Reason.NO_BIRTHDAY}
    return all(
        isinstance(each.outlook, Stays) and each.outlook.reason in nothing and not each.notices
        for each in story.subjects
    )


def _label(told: Explanation, story: RuleStory) -> str:
    return story.label.it if told.business.language == "it" else story.label.en


def _wrapped(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


# ------------------------------------------------------------ the customer


def _head(told: Explanation) -> Iterator[str]:
    person = told.customer
    named = f"{person.name} ({person.external_id})" if person.name else person.external_id
    yield f"{named}, as things stand on {long_moment(told.now, told.business.zone)}"
    for channel in Channel:
        if channel in told.channels:
            parts = [*_reached(told, channel), *_agreed(told, channel)]
            name = "Telegram" if channel is Channel.TELEGRAM else "App"
            yield from _wrapped("; ".join(parts), first=f"  {name:<10}", rest=" " * 12)


def _reached(told: Explanation, channel: Channel) -> Iterator[str]:
    known = [each for each in told.reached if each.channel is channel]
    active = [each for each in known if each.state is AddressState.ACTIVE]
    zone = told.business.zone
    if active:
        yield f"linked since {long_day(active[0].linked_at.astimezone(zone).date())}"
    elif known:
        yield lost_address(known[-1], zone)
    else:
        yield "never linked"
    refused = told.channels[channel].refused
    if refused is not None:
        yield f"the provider refuses it at present ({refused})"


def _agreed(told: Explanation, channel: Channel) -> Iterator[str]:
    for stand in told.consents:
        if stand.channel is channel and stand.message_class is not MessageClass.SERVICE:
            yield f"{CLASSES[stand.message_class]} {_answer(told, stand)}"


def _answer(told: Explanation, stand: ConsentStand) -> str:
    if stand.given is None:
        return "claimed by a file, never agreed" if stand.declared else "never agreed"
    day = "" if stand.at is None else f" {stand.at.astimezone(told.business.zone):%d %b %Y}"
    return f"{'agreed' if stand.given else 'refused'}{day}"


# ------------------------------------------------------------ one rule


def _rule(told: Explanation, story: RuleStory) -> Iterator[str]:
    yield f"{_label(told, story)} ({story.rule.name}){'' if story.rule.on else ', off'}"
    for subject in story.subjects:
        yield from _subject(Teller(told, story, subject))
    if story.unseen:
        yield f"  … and {story.unseen} older ones."


def _subject(teller: Teller) -> Iterator[str]:
    subject = teller.subject
    if subject.record is not None:
        yield from _wrapped(_called(teller, subject.record), first="  ", rest="    ")
    elif subject.asset is not None:
        yield from _wrapped(f"{_named(subject.asset)}: {teller.kind}", first="  ", rest="    ")
    elif subject.rungs and isinstance(teller.story.rule.trigger, Anniversary):
        yield f"  birthday: {long_day(date.fromisoformat(subject.rungs[0].anchor))}"
    for notice in subject.notices[::-1]:
        yield from _history(teller, notice)
    other = [each for each in subject.stands_against if each.reason == Why.NOT_MATCHING]
    if other and len(teller.told.rules) > 1:
        yield from _wrapped(f"Not this rule's: {teller.why(other[0])}.", first="    ")
        return
    match subject.outlook:
        case Goes() as goes:
            yield from _goes(teller, goes)
        case Stays() as stays:
            yield from _stays(teller, stays)


def _called(teller: Teller, record: Record) -> str:
    asset = teller.subject.asset
    name = record.external_id if asset is None else _named(asset) or record.external_id
    dates = []
    if record.due_on is not None:
        dates.append(f"due on {long_day(record.due_on)}")
    if record.starts_at is not None:
        dates.append(long_moment(record.starts_at, teller.zone))
    return f"{name}: {', '.join([teller.kind, *dates, f'«{record.status}»'])}"


def _named(asset: Asset) -> str:
    return " ".join(each for each in (asset.label, asset.code) if each)


def _goes(teller: Teller, goes: Goes) -> Iterator[str]:
    when = long_moment(goes.at, teller.zone)
    on = CHANNELS[goes.channel]
    why = f"; {words.moved(goes.due_at, goes.at, teller.zone, goes.later)}" if goes.later else ""
    yield from _wrapped(f"It will go out on {when} on {on} ({step(goes.rung)}{why}):", first="    ")
    if goes.others:
        many = "one other" if goes.others == 1 else f"{goes.others} others"
        alone = f"In one message with {many}, as a line of a list; alone it would say:"
        yield from _wrapped(alone, first="    ")
    title = [goes.message.title] if goes.message.title else []
    for line in [*title, *goes.message.text.splitlines()]:
        yield from _wrapped(line, first="      | ")
    if goes.message.buttons:
        labels = "  ".join(f"[{each.label}]" for each in goes.message.buttons)
        yield from _wrapped(labels, first="      | ")


def _stays(teller: Teller, stays: Stays) -> Iterator[str]:
    begun = "It waits for you" if stays.held and stays.notification_id else "Nothing goes out"
    whys = [teller.why(each) for each in teller.subject.stands_against]
    yield from _wrapped(f"{begun}: {whys[0]}.", first="    ")
    for each in whys[1:]:
        yield from _wrapped(f"Also: {each}.", first="    ")
    found = teller.subject.ways
    if not found and stays.reason != Why.SENT:
        yield "    Nothing that anybody could change would make it go out."
    for number, way in enumerate(found[:ALTERNATIVES]):
        yield from _way(teller, way, first=number == 0)


def _way(teller: Teller, way: Way, *, first: bool) -> Iterator[str]:
    when = long_moment(way.goes.at, teller.zone)
    begun = f"It would go out on {when}" if first else f"Or on {when}"
    now = way.goes.at <= teller.told.now
    if now:
        begun = "It would go out at once" if first else "Or at once"
    yield from _wrapped(f"{begun}, on {CHANNELS[way.goes.channel]}, if:", first="    ")
    for number, each in enumerate(_steps(teller, way.remedies), start=1):
        yield from _wrapped(each, first=f"      {number}. ", rest="         ")


def _steps(teller: Teller, remedies: tuple[Remedy, ...]) -> Iterator[str]:
    """Yield the changes as sentences; who opens an invitation is asked at once what they agree to."""
    left = list(remedies)
    while left:
        each = left.pop(0)
        agrees = Remedy(act=Act.AGREED, channel=each.channel)
        if each.act is Act.LINKED and agrees in left:
            left.remove(agrees)
            opens, command = teller.act(each).split(" (", 1)
            yield f"{opens} and {teller.act(agrees).removeprefix(f'{teller.who} ')} ({command}"
        else:
            yield teller.act(each)


# ------------------------------------------------------------ what has been


def _history(teller: Teller, history: History) -> Iterator[str]:
    zone, notice = teller.zone, history.notification
    rung = step(notice.key.rung)
    old = (
        ""
        if any(each.anchor == notice.key.anchor for each in teller.subject.rungs)
        else (f", for {notice.key.anchor[:10]}" if notice.key.anchor[:1].isdigit() else "")
    )
    events = [(history.created_at, f"{rung}{old}: {_begun(history)}")]
    events += [(each.begun_at, _attempt(each)) for each in history.attempts]
    shown = {State.ACCEPTED, State.SENDING} if history.attempts else set()
    for entered in history.transitions:
        if entered.state not in shown:
            code = f" ({entered.code})" if entered.code else ""
            why = f": {words.reason(entered.reason)}" if entered.reason else ""
            events.append((entered.at, f"{words.STATES[entered.state]}{why}{code}"))
    for at, said in sorted(events, key=lambda each: each[0]):
        yield from _wrapped(said, first=f"    {short_moment(at, zone)}  ", rest=" " * 27)


def _begun(history: History) -> str:
    notice, first = history.notification, next(iter(history.transitions), None)
    held = notice.state is State.HELD and first is None
    released = first is not None and first.reason == "released"
    if held:
        return f"held: {words.reason(notice.reason)}"
    return "held" if released else "planned"


def _attempt(tried: Attempted) -> str:
    where = "Telegram" if tried.channel is Channel.TELEGRAM else "Firebase"
    number = "" if tried.number == 1 else f", attempt {tried.number}"
    if tried.listed:
        number += ", in one message with others"
    match tried.outcome:
        case None:
            return f"on its way to {where}{number}"
        case "accepted":
            return f"sent: {where} accepted it{number}"
        case outcome:
            why = words.reason(tried.reason) or outcome.replace("_", " ")
            code = f" ({tried.code})" if tried.code else ""
            return f"not taken by {where}{number}: {why}{code}"
