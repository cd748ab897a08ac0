"""How a bot presents itself: for whom it speaks and what can be asked there, and what it was given of that last."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from messaging.actions.displaying import shops_of
from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.display import Section
from messaging.store import businesses, own_packs, senders


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a bot's presentation depends on, in short, and the fingerprint of what it was given; None: nothing yet.

    `depends_on` is cheap to compare: as long as it stays the same, so does the presentation.
    """

    depends_on: str
    presented: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """What a bot tells of itself. `business` None: it speaks for several, and names none of them. `language`: what it
    speaks to people whose language it does not.
    """

    business: str | None
    language: str
    sections: Sequence[Section]


async def standings(store: Store, sender_ids: Collection[SenderId]) -> Mapping[SenderId, Standing]:
    """Return how the bots stand that speak for somebody: one short question, to be asked often."""
    async with store.read() as conn:
        presented = await senders.presented(conn, sender_ids)
        spoken = await businesses.spoken_for(conn, sender_ids)
        brought = await own_packs.versions(
            conn, {one.id for served in spoken.values() for one in served}
        )
    told = {each: [(one, brought.get(one.id)) for one in spoken[each]] for each in spoken}
    return {
        each: Standing(
            depends_on=hashlib.sha256(repr(told[each]).encode()).hexdigest(),
            presented=presented.get(each),
        )
        for each in spoken
    }


async def presentation_of(store: Store, sender_id: SenderId) -> Presentation | None:
    """Return how the bot is to present itself: with the sections of all for whom it speaks. None: for nobody."""
    async with store.read() as conn:
        served = sorted(await businesses.served_by(conn, sender_id))
    shops = await shops_of(store, served)
    if not shops:
        return None
    sections = {one.id: one for shop in reversed(shops) for one in shop.sections}
    order = dict.fromkeys(one.id for shop in shops for one in shop.sections)
    first = shops[0].business
    return Presentation(
        business=first.name if len(shops) == 1 else None,
        language=first.language,
        sections=[sections[each] for each in order],
    )


async def note_presented(store: Store, sender_id: SenderId, fingerprint: str) -> None:
    """Note what the bot was given."""
    async with store.begin() as conn:
        await senders.note_presented(conn, sender_id, fingerprint)
