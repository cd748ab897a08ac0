"""The ledger of consents: whether nobody changed it, and what one person said."""

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House
from messaging.actions import attesting
from messaging.chain import Broken, Place
from messaging.errors import Refused
from messaging.papers.paper import written
from messaging.papers.proof import proof
from messaging.papers.words import FLAWS


class VerifyLedger(CommandModel):
    """`avvisa ledger SLUG verify`. `noted`: a place of the chain as it was told before, `NUMBER:HASH`."""

    slug: str
    noted: str | None = None

    @override
    async def run(self, house: House) -> Answer:
        noted = None if self.noted is None else _place(self.noted)
        found = await attesting.verify(house.store, slug=self.slug, noted=noted)
        end = f"{found.end.sequence}:{found.end.hash}"
        data = {"entries": found.end.sequence, "end": end, "broken": _broken(found.broken)}
        if found.broken is not None:
            said = [f"Not intact: entry {found.broken.sequence} {FLAWS['en'][found.broken.flaw]}."]
            return Answer(data=data, lines=said, code=1)
        lines = [
            f"Intact: all {found.end.sequence} entries are in their place and unchanged.",
            f"It ends with {end}",
            "Note this down elsewhere; later on `verify --noted` tells whether it is still so.",
        ]
        return Answer(data=data, lines=lines)


class ProveConsents(CommandModel):
    """`avvisa ledger SLUG proof`. The page is in `data`, for the caller to write."""

    slug: str
    customer: str

    @override
    async def run(self, house: House) -> Answer:
        told = await attesting.attest(
            house.store, slug=self.slug, customer=self.customer, now=house.clock.now()
        )
        data = {
            "entries": len(told.entries),
            "broken": _broken(told.broken),
            "html": written(proof(told)),
        }
        return Answer(data=data, code=0 if told.broken is None else 1)


def _broken(broken: Broken | None) -> object:
    return None if broken is None else {"entry": broken.sequence, "flaw": broken.flaw}


def _place(noted: str) -> Place:
    number, _, digits = noted.partition(":")
    if not number.isdecimal() or int(number) < 1 or len(digits) != 64:
        raise Refused(
            f"{noted!r} is no place in the ledger", hint="as `verify` tells it: NUMBER:HASH"
        )
    return Place(sequence=int(number), hash=digits.lower())
