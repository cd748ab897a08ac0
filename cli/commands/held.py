"""What waits for a person."""

from typing import Literal

from typing_extensions import override

from cli import words
from cli.commands.model import CommandModel
from cli.commands.plans import said_date
from cli.house import Answer, House, Table
from messaging.actions import founding, holding


class ListHeld(CommandModel):
    """`avvisa held SLUG list`."""

    kind: Literal["held.list"] = "held.list"
    slug: str
    rule: str | None = None

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        groups = await holding.held_groups(house.store, slug=self.slug)
        rows = await holding.held_rows(house.store, slug=self.slug, rule=self.rule)
        tables = []
        if groups:
            tables = [
                Table(
                    "Waits for you",
                    ["rule", "why", "notices"],
                    [[each.rule, words.reason(each.reason), str(each.count)] for each in groups],
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
                    {"rule": each.rule, "reason": each.reason, "count": each.count}
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
                f"Let them go: avvisa held {self.slug} release [--rule RULE | --id ID]; "
                f"or not: avvisa held {self.slug} drop"
                if groups
                else "Nothing waits for you."
            ],
            tables=tables,
        )


class ReleaseHeld(CommandModel):
    """`avvisa held SLUG release`."""

    kind: Literal["held.release"] = "held.release"
    slug: str
    rule: str | None = None
    ids: list[int] | None = None

    @override
    async def run(self, house: House) -> Answer:
        done = await holding.release(
            house.store, slug=self.slug, rule=self.rule, ids=self.ids, now=house.clock.now()
        )
        return Answer(
            data={"released": done.count},
            lines=[f"{done.count} notices go now, if nothing else stands against them."],
        )


class DropHeld(CommandModel):
    """`avvisa held SLUG drop`."""

    kind: Literal["held.drop"] = "held.drop"
    slug: str
    rule: str | None = None
    ids: list[int] | None = None

    @override
    async def run(self, house: House) -> Answer:
        done = await holding.drop(
            house.store, slug=self.slug, rule=self.rule, ids=self.ids, now=house.clock.now()
        )
        return Answer(
            data={"dropped": done.count}, lines=[f"{done.count} notices will not be sent."]
        )
