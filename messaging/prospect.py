"""One customer and one campaign: everything that decides, as one value that can be changed in thought.

A campaign speaks of no record and no date, so what would change the answer is little: a link, a
consent, a value that the text needs, the audience, the sender, a pause.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import TypeAlias

from messaging.campaign import Campaign
from messaging.consent import allows
from messaging.customer import AddressState, Channel
from messaging.explanation import Goes, Outlook, Way
from messaging.gate import Context
from messaging.imagined import ANYTHING
from messaging.notification import Notification
from messaging.pause import Pause
from messaging.remedy import Act, Remedy, agreed, linked, speaking
from messaging.template import Template
from messaging.world import Speaker

_TOGETHER = 3
"""So many changes are tried together: a chat, a consent and a name are what a new customer may lack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A campaign's notice for one customer, due at `at` (UTC). `missing`: a field that its text lacks;
    None: none that is known.
    """

    at: datetime
    notice: Notification
    campaign: Campaign
    context: Context
    template: Template
    speakers: Mapping[Channel, Speaker]
    pauses: Sequence[Pause] = ()
    missing: str | None = None


Ask: TypeAlias = Callable[[Prospect], Outlook]


def remedies(prospect: Prospect) -> list[Remedy]:
    """Return the acts that could change anything, in the order in which they are best done."""
    order = list(Act)
    return sorted(_remedies(prospect), key=lambda each: order.index(each.act))


def _remedies(prospect: Prospect) -> Iterator[Remedy]:
    if not prospect.context.in_audience:
        yield Remedy(act=Act.JOINED)
    if prospect.missing is not None:
        yield Remedy(act=Act.FILLED, name=prospect.missing)
    elif not prospect.context.customer.name:
        yield Remedy(act=Act.FILLED, name="customer.name")
    for pause in prospect.pauses:
        yield Remedy(act=Act.RESUMED, name=pause.scope.reach)
    speakers, channels = prospect.speakers, prospect.campaign.channels
    if not any(each in speakers for each in channels):
        yield Remedy(act=Act.SENDER_GIVEN, channel=channels[0])
    for channel in [each for each in channels if each in speakers] or channels[:1]:
        yield from _on(prospect, channel)


def _on(prospect: Prospect, channel: Channel) -> Iterator[Remedy]:
    context, speaker = prospect.context, prospect.speakers.get(channel)
    if speaker is not None and speaker.refused is not None:
        yield Remedy(act=Act.SENDER_MENDED, channel=channel)
    states = {each.state for each in context.addresses if each.channel is channel}
    if AddressState.ACTIVE not in states:
        blocked = AddressState.BLOCKED in states
        yield Remedy(act=Act.UNBLOCKED if blocked else Act.LINKED, channel=channel)
    if not allows(context.consents, prospect.campaign.message_class, channel):
        yield Remedy(act=Act.AGREED, channel=channel)


def changed(prospect: Prospect, remedy: Remedy) -> Prospect:
    """Return the prospect after that."""
    context, channel = prospect.context, remedy.channel
    match remedy.act:
        case Act.JOINED:
            return replace(prospect, context=replace(context, in_audience=True))
        case Act.FILLED if remedy.name == "customer.name":
            named = replace(context.customer, name=ANYTHING)
            return replace(prospect, context=replace(context, customer=named))
        case Act.RESUMED:
            left = [each for each in prospect.pauses if each.scope.reach != remedy.name]
            return replace(prospect, pauses=left)
        case Act.SENDER_GIVEN | Act.SENDER_MENDED if channel is not None:
            return replace(prospect, speakers=speaking(prospect.speakers, channel))
        case Act.LINKED | Act.UNBLOCKED if channel is not None:
            now_linked = linked(context, channel, prospect.speakers, prospect.at)
            return replace(prospect, context=now_linked)
        case Act.AGREED if channel is not None:
            agreeing = agreed(context, prospect.campaign.message_class, channel, prospect.at)
            return replace(prospect, context=agreeing)
        case _:
            return prospect


def ways(prospect: Prospect, ask: Ask) -> list[Way]:
    """Return the smallest sets of changes that make it go out, those on the campaign's first channel first; none: no
    change does.
    """
    possible = remedies(prospect)
    for size in range(1, _TOGETHER + 1):
        found = []
        for chosen in combinations(possible, size):
            seen = prospect
            for each in chosen:
                seen = changed(seen, each)
            outlook = ask(seen)
            if isinstance(outlook, Goes):
                found.append(Way(remedies=chosen, goes=outlook))
        if found:
            channels = prospect.campaign.channels
            return sorted(found, key=lambda each: channels.index(each.goes.channel))
    return []
