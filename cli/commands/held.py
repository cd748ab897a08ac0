"""What waits for a person."""

from typing_extensions import override

from cli import words
from cli.commands.model import CommandModel
from cli.commands.plans import said_date
from cli.house import Answer, House, Table
from messaging.actions import founding, holding
from messaging.business import Business
from messaging.calendar import local_day
from messaging.store.holds import Chosen, HeldGroup


class _Choosing(CommandModel):
    """Which held notices are meant. `reason` is the word of a group; `only` and `but` are codes of customers,
    records or things.
    """

    slug: str
    rule: str | None = None
    reason: str | None = None
    ids: list[int] | None = None
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def chosen(self) -> Chosen:
        """Return the choice."""
        return Chosen(
            rule=self.rule, reason=self.reason, ids=self.ids, only=self.only, but=self.but
        )


class ListHeld(CommandModel):
    """`avvisa held SLUG list`."""

    slug: str
    rule: str | None = None
    reason: str | None = None

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        groups = await holding.held_groups(house.store, slug=self.slug)
        rows = await holding.held_rows(
            house.store, slug=self.slug, rule=self.rule, reason=self.reason
        )
        tables = []
        if groups:
            tables = [
                Table(
                    "Waits for you",
                    ["group", "why", "notices", "meant for"],
                    [
                        [
                            f"{each.rule}:{each.reason}",
                            words.reason(each.reason),
                            str(each.count),
                            _between(each, business),
                        ]
                        for each in groups
                    ],
                ),
                Table(
                    "One by one",
                    ["id", "rule", "customer", "name", "about", "date", "why"],
                    [
                        [
                            str(each.id),
                            each.rule,
                            each.customer,
                            each.name or "",
                            each.about or "",
                            said_date(each.anchor, business),
                            words.reason(each.reason) + (f": {each.detail}" if each.detail else ""),
                        ]
                        for each in rows
                    ],
                ),
            ]
        return Answer(
            data={
                "groups": [
                    {
                        "group": f"{each.rule}:{each.reason}",
                        "rule": each.rule,
                        "reason": each.reason,
                        "count": each.count,
                        "earliest": each.earliest.isoformat(),
                        "latest": each.latest.isoformat(),
                    }
                    for each in groups
                ],
                "notices": [
                    {
                        "id": each.id,
                        "rule": each.rule,
                        "reason": each.reason,
                        "detail": each.detail,
                        "customer": each.customer,
                        "about": each.about,
                        "anchor": each.anchor,
                    }
                    for each in rows
                ],
            },
            lines=[
                f"Let a group go: avvisa held {self.slug} release GROUP, all of it or --only or --except some "
                f"(a customer, a plate); or not: avvisa held {self.slug} drop GROUP"
                if groups
                else "Nothing waits for you."
            ],
            tables=tables,
        )


def _between(group: HeldGroup, business: Business) -> str:
    """Return for which days the group was meant."""
    first, last = (local_day(each, business.zone) for each in (group.earliest, group.latest))
    return f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y} to {last:%d/%m/%Y}"


class ReleaseHeld(_Choosing):
    """`avvisa held SLUG release`."""

    @override
    async def run(self, house: House) -> Answer:
        done = await holding.release(
            house.store, self.chosen(), slug=self.slug, now=house.clock.now()
        )
        return Answer(
            data={"released": done.count},
            lines=[f"{done.count} notices go now, if nothing else stands against them."],
        )


class DropHeld(_Choosing):
    """`avvisa held SLUG drop`."""

    @override
    async def run(self, house: House) -> Answer:
        done = await holding.drop(house.store, self.chosen(), slug=self.slug, now=house.clock.now())
        return Answer(
            data={"dropped": done.count}, lines=[f"{done.count} notices will not be sent."]
        )
