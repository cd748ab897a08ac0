"""What `--for` promises, looked for in the simulators' ledgers and in the product's own states."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.buttons import Press
from cli.demo.founding import SLUG
from cli.demo.levers import Heard, Levers, Phone, Pushed
from cli.demo.neighbours import NEIGHBOURS, Neighbour
from cli.demo.people import ANNA, ELENA, GIULIA, MARIO, NICCOLO, OWNER, STOCCO, WEI, Person
from cli.demo.report import notices
from cli.demo.sample import PLATE
from cli.demo.stage import Stage
from cli.demo.talking import ANSWER
from cli.house import House
from messaging.actions import answering, forecasting
from messaging.gate import Reason
from messaging.notification import PENDING, REACHED, State
from messaging.reply import Action
from messaging.store.replies import Told
from messaging.store.reports import Sent
from scheduler.occurrences import cron_days

LOOK_EVERY_S = 0.5

_INSPECTION = "auto.inspection_due"
_READY = "auto.ready"
_APPOINTMENT = "auto.appointment"
_BIRTHDAY = "auto.birthday"
_LATER = "7d"
_FRESH = "Data of Autofficina Il Ponte, updated today"
_MOVING = "➜ {} ha la sua richiesta di spostarlo a"
_OFFERED = "3"
_LADDER = timedelta(days=24)
"""Mario's inspection is due in 30 days: within this its second reminder, 7 days before, would come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One thing that the demo promises, and whether it was seen."""

    text: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Everything that is looked at, as of one moment."""

    heard: Sequence[Heard]
    pushed: Sequence[Pushed]
    phones: dict[str, Phone]
    chats: dict[str, int]
    blocked: bool
    refused: Collection[int]
    violations: int
    made: Sequence[Sent]
    next_door: Mapping[str, Sequence[Sent]]
    pressed: bool
    ladder_stopped: bool
    confirmed: bool
    came_by: Mapping[str, str]
    """By customer, what they wrote first: who comes from a poster has its word."""
    looked_up: bool
    moved: Collection[str]
    """The neighbours whose customer chose one of three free moments."""

    def told(self, person: Person) -> list[Heard]:
        """Return the notices that reached the person's chat."""
        chat = self.chats.get(person.code)
        return [each for each in self.heard if each.chat_id == chat and delivery_of(each)]

    def on_phone(self, person: Person) -> list[Pushed]:
        """Return the pushes that reached the person's app."""
        phone = self.phones.get(person.code)
        return [each for each in self.pushed if phone and each.address == phone.address]

    def stands(self, person: Person, state: State, reason: str) -> bool:
        """Return whether a notice to the person ended so, and none reached them."""
        mine = [each for each in self.made if each.customer == person.code]
        ended = any(each.state is state and each.reason == reason for each in mine)
        return ended and not any(each.state in REACHED for each in mine)


def delivery_of(message: Heard) -> int | None:
    """Return which delivery a message of the ledger is, by its buttons; None: it is part of a talk."""
    for button in message.buttons:
        if button.data.startswith(f"{Press.__prefix__}|"):
            return Press.unpack(button.data).delivery
    return None


async def look(stage: Stage, house: House, *, again_for: timedelta) -> list[Promise]:
    """Return every promise and whether it was seen kept, looking again for a while where one was not."""
    clock = house.clock
    until = clock.monotonic() + again_for.total_seconds()
    promises = _promises(await _see(stage, house))
    while not all(each.kept for each in promises) and clock.monotonic() < until:
        await asyncio.sleep(LOOK_EVERY_S)
        promises = _promises(await _see(stage, house))
    return promises


async def _see(stage: Stage, house: House) -> _Seen:
    levers: Levers = stage.levers
    chats = {
        each.code: int(stage.diary.facts(f"linked {each.code}").get("chat", 0))
        for each in (MARIO, GIULIA, NICCOLO, WEI, ELENA, *(each.person for each in NEIGHBOURS))
    }
    giulia = chats[GIULIA.code]
    now = house.clock.now()
    replies = await answering.replies_of(house.store, slug=SLUG, only_open=False)
    coming = await forecasting.forecast(
        house.store, slug=SLUG, now=now, until=now + _LADDER, strikes=cron_days
    )
    made = await notices(house)
    told = [
        *((each.rule, each.about or "", each.rung, each.reason) for each in coming),
        *((each.rule, each.about or "", each.rung, each.reason) for each in made),
    ]
    later = [
        reason
        for rule, about, rung, reason in told
        if rule == _INSPECTION and about.startswith(PLATE) and rung == _LATER
    ]
    return _Seen(
        heard=await levers.heard(),
        pushed=await levers.pushed(),
        phones=await levers.phones(),
        chats=chats,
        blocked=bool(giulia) and (await levers.chat(giulia)).blocked,
        refused=await levers.refused(),
        violations=await levers.violations(),
        made=made,
        next_door={each.slug: await notices(house, each.slug) for each in NEIGHBOURS},
        pressed=any(each.customer == MARIO.code and each.action == Action.DONE for each in replies),
        confirmed=await _confirmed(levers, chats[ELENA.code], replies),
        came_by={
            each.person.code: await _first_words(levers.of(each.bot), chats[each.person.code])
            for each in NEIGHBOURS
        },
        looked_up=await _looked_up(levers, chats[WEI.code]),
        moved=[
            each.slug
            for each in NEIGHBOURS
            if each.moves is not None and await _moved(stage, house, each, chats[each.person.code])
        ],
        ladder_stopped=bool(later) and all(reason == Reason.ANSWERED for reason in later),
    )


async def _confirmed(levers: Levers, chat_id: int, replies: Sequence[Told]) -> bool:
    kept = any(each.customer == ELENA.code and each.action == Action.CONFIRM for each in replies)
    messages = (await levers.chat(chat_id)).messages if kept and chat_id else ()
    return any("➜ Confermato: " in each.text and not each.buttons for each in messages)


async def _first_words(levers: Levers, chat_id: int) -> str:
    messages = (await levers.chat(chat_id)).messages if chat_id else ()
    return messages[0].text if messages else ""


async def _looked_up(levers: Levers, chat_id: int) -> bool:
    messages = (await levers.chat(chat_id)).messages if chat_id else ()
    return any(_FRESH in each.text and each.buttons for each in messages)


async def _moved(stage: Stage, house: House, neighbour: Neighbour, chat_id: int) -> bool:
    """Return whether three moments were offered, the shop has the wish for one, and the chat says so."""
    offered = stage.diary.facts(f"moved {neighbour.slug}").get("offered")
    replies = await answering.replies_of(house.store, slug=neighbour.slug)
    wished = [each for each in replies if each.action == Action.MOVE and each.value]
    levers = stage.levers.of(neighbour.bot)
    messages = (await levers.chat(chat_id)).messages if wished and chat_id else ()
    said = any(_MOVING.format(neighbour.name) in each.text for each in messages)
    return (
        offered == _OFFERED
        and said
        and [each.customer for each in wished] == [neighbour.person.code]
    )


def _promises(seen: _Seen) -> list[Promise]:
    kept = {
        "A reminder reached Telegram": bool(seen.told(MARIO)),
        "A reminder reached the app, as a push": bool(seen.on_phone(ANNA)),
        "One reads it in English": any("Hello" in each.text for each in seen.told(WEI)),
        f"{MARIO.name} pressed a button: it is recorded, and the ladder has stopped for both who "
        "share the car": _pressed(seen),
        f"{MARIO.name} asked something in his own words, and {OWNER.name} answered on his own phone": (
            bool(_answers(seen))
        ),
        f"{WEI.name} looked up the deadlines, with how fresh they are": seen.looked_up,
        f"{ELENA.name} confirmed tomorrow's appointment: it is recorded, and the chat shows it in "
        "the place of the buttons": seen.confirmed
        and any(
            each.customer == ELENA.code
            and each.rule == _APPOINTMENT
            and each.state is State.ANSWERED
            for each in seen.made
        ),
        f"{GIULIA.name} has blocked the bot: nothing was tried, and the report says why": (
            seen.blocked
            and not seen.told(GIULIA)
            and seen.chats[GIULIA.code] not in seen.refused
            and seen.stands(GIULIA, State.WITHHELD, Reason.BLOCKED)
        ),
        f"{NICCOLO.name} gave no consent: nothing went out, and the report says why": (
            not seen.told(NICCOLO) and seen.stands(NICCOLO, State.WITHHELD, Reason.NO_CONSENT)
        ),
        f"{STOCCO.name}'s phone is dead: Firebase said so, and the report says why": _dead(seen),
        f"{ELENA.name} heard that the car is ready": _came(seen, ELENA, _READY),
        f"{ELENA.name}, who agreed to offers, was wished a happy birthday": (
            _came(seen, ELENA, _BIRTHDAY)
            and any("compleanno" in each.text for each in seen.told(ELENA))
        ),
        **{
            f"{each.person.name} came in from the poster, with the own number shared in one tap": (
                seen.came_by[each.person.code] == f"/start {each.slug}"
                and bool(seen.told(each.person))
            )
            for each in NEIGHBOURS
            if each.person.phone is not None
        },
        **{each.promise: _heard_next_door(seen, each) for each in NEIGHBOURS},
        **{each.moves: each.slug in seen.moved for each in NEIGHBOURS if each.moves is not None},
        "Everybody who is not linked was left alone, and counted": any(
            each.reason == Reason.NOT_LINKED for each in seen.made
        ),
        "Nothing was sent twice": not doubles(seen.heard, seen.pushed),
        "The report and the providers' ledgers say the same number": _agree(seen),
        "No limit of Telegram was broken": not seen.violations,
    }
    return [Promise(text=text, kept=value) for text, value in kept.items()]


def _answers(seen: _Seen) -> list[Heard]:
    """Return what the owner wrote, as it reached the one who asked."""
    chat = seen.chats[MARIO.code]
    return [each for each in seen.heard if each.chat_id == chat and each.text.endswith(ANSWER)]


def _pressed(seen: _Seen) -> bool:
    answered = any(
        each.customer == MARIO.code and each.rule == _INSPECTION and each.state is State.ANSWERED
        for each in seen.made
    )
    return seen.pressed and answered and seen.ladder_stopped


def _dead(seen: _Seen) -> bool:
    phone = seen.phones.get(STOCCO.code)
    return (
        phone is not None
        and phone.uninstalled
        and not seen.on_phone(STOCCO)
        and seen.stands(STOCCO, State.FAILED, "unregistered")
    )


def _came(seen: _Seen, person: Person, rule: str) -> bool:
    said = any(
        each.customer == person.code and each.rule == rule and each.state in REACHED
        for each in seen.made
    )
    return said and bool(seen.told(person))


def _heard_next_door(seen: _Seen, neighbour: Neighbour) -> bool:
    """Return whether the neighbour's customer got the notice, and nothing of it before the tap."""
    person = neighbour.person
    came = any(
        each.customer == person.code and each.rule == neighbour.expects and each.state in REACHED
        for each in seen.next_door[neighbour.slug]
    )
    said = any(neighbour.words in each.text for each in seen.told(person))
    if neighbour.reveals is None:
        return came and said
    texts = [each.text for each in seen.heard if each.chat_id == seen.chats[person.code]]
    early = any(neighbour.reveals in each.text for each in seen.told(person))
    return came and said and not early and any(neighbour.reveals in each for each in texts)


def doubles(heard: Sequence[Heard], pushed: Sequence[Pushed]) -> list[str]:
    """Return what the ledgers have more than once: the same delivery, or the same words to one chat."""
    notices_heard = [(each, delivery) for each in heard if (delivery := delivery_of(each))]
    counted = Counter(
        [
            *(f"delivery {delivery}" for _, delivery in notices_heard),
            *(f"chat {each.chat_id}: {each.text}" for each, _ in notices_heard),
            *(f"phone {each.address}: notice {each.notice}" for each in pushed),
        ]
    )
    return [what for what, times in counted.items() if times > 1]


def _agree(seen: _Seen) -> bool:
    made = [*seen.made, *(each for told in seen.next_door.values() for each in told)]
    if any(each.state in PENDING | {State.UNKNOWN} for each in made if each.attempts):
        return False
    delivered = sum(delivery_of(each) is not None for each in seen.heard) + len(seen.pushed)
    delivered += len(_answers(seen))  # a notice, too, though it has no button
    return sum(each.state in REACHED for each in made) == delivered
