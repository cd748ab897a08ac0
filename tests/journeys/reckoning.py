"""The providers' ledgers held against the product's own states: whoever lies is found."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bot.buttons import Press
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.delivery import DeliveryState
from tests.journeys.books import Said
from tests.journeys.processes import Providers

MARK = "(reinvio)"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that reached somebody: of which delivery, whether it says that it is a repeat."""

    provider_id: str
    repeat: bool


@dataclass(slots=True)
class Ledgers:
    """All that arrived, by delivery, in order."""

    of: defaultdict[int, list[Arrived]] = field(default_factory=lambda: defaultdict(list))

    def add(self, delivery_id: int, arrived: Arrived) -> None:
        self.of[delivery_id].append(arrived)


async def ledgers(providers: Providers) -> Ledgers:
    """Return what both providers delivered."""
    found = Ledgers()
    for line in await providers.look("telegram/ledger"):
        arrived = Arrived(str(line["message_id"]), line["text"].endswith(MARK))
        found.add(_pressed(line).delivery, arrived)
    for line in await providers.look("fcm/ledger"):
        data = line["data"]
        found.add(int(data["delivery"]), Arrived(line["name"], data.get("repeat") == "1"))
    return found


def _pressed(line: dict[str, Any]) -> Press:
    first = line["buttons"][0][0]
    return Press.unpack(first["callback_data"])


TOOK_OR_IN_DOUBT = frozenset({DeliveryState.ACCEPTED, DeliveryState.UNKNOWN})


def contradictions(
    said: Sequence[Said],
    arrived: Ledgers,
    *,
    ends: frozenset[DeliveryState] = TOOK_OR_IN_DOUBT,
) -> list[str]:
    """Return every sentence in which the product's states and the ledgers disagree; none is right.

    `ends`: the states that deliveries may have ended in.
    """
    strangers = arrived.of.keys() - {each.id for each in said}
    found = [f"delivery {each} arrived and is in no row" for each in sorted(strangers)]
    found += [f"it is {each.state}: {each}" for each in said if each.state not in ends]
    for each in said:
        found += [f"{fault}: {each}" for fault in _faults(each, arrived.of.get(each.id, ()))]
    return found


def _faults(said: Said, arrived: Sequence[Arrived]) -> Iterable[str]:
    if said.state not in TOOK_OR_IN_DOUBT and (arrived or said.doubts):
        yield f"it is {said.state}, and somebody has it or may have it"
    if said.state.value != said.notice.value:
        yield f"its notification says {said.notice}"
    if said.state is DeliveryState.UNKNOWN and not said.doubts:
        yield "unknown without a doubt"
    if said.state is DeliveryState.ACCEPTED:
        if not arrived:
            yield "accepted, and nobody got it"
        elif said.provider_id and said.provider_id not in {each.provider_id for each in arrived}:
            yield "accepted under an id that the provider never gave"
    repeats = sum(each.repeat for each in arrived)
    yield from _of_repeats(said, arrived, repeats)
    yield from _of_its_class(said, len(arrived), repeats)


def _of_repeats(said: Said, arrived: Sequence[Arrived], repeats: int) -> Iterable[str]:
    if len(arrived) > said.attempts:
        yield f"arrived {len(arrived)} times in {said.attempts} attempts"
    if len(arrived) - repeats > 1:
        yield f"arrived {len(arrived) - repeats} times unmarked"
    if repeats and not (said.doubts and said.attempts > 1):
        yield "a repeat without a doubt before it"
    if any(earlier.repeat and not later.repeat for earlier, later in pairwise(arrived)):
        yield "the repeat came before the original"


def _of_its_class(said: Said, arrived: int, repeats: int) -> Iterable[str]:
    may_have_sent = said.attempts - said.refused
    if said.message_class is MessageClass.MARKETING and (arrived > 1 or may_have_sent > 1):
        yield "marketing tried twice"
    if said.channel is Channel.TELEGRAM and (repeats > 1 or may_have_sent > 2):
        yield "repeated more than once on Telegram"


def summary(said: Sequence[Said], arrived: Ledgers) -> str:
    """Return one line for whoever reads the test's output."""
    states = Counter(each.state.value for each in said)
    repeats = sum(one.repeat for each in arrived.of.values() for one in each)
    unknown = [each for each in said if each.state is DeliveryState.UNKNOWN]
    there = sum(bool(arrived.of.get(each.id)) for each in unknown)
    return (
        f"{len(said)} deliveries {dict(states)}, {repeats} repeats arrived, "
        f"{sum(each.doubts for each in said)} doubts, {there} of {len(unknown)} unknown arrived"
    )
