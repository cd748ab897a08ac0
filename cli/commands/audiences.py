"""Who is meant by an audience."""

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House, Table
from messaging.actions import choosing

SHOWN = 50


class ShowAudience(CommandModel):
    """`avvisa audience`."""

    slug: str
    audience: dict[str, object]

    @override
    async def run(self, house: House) -> Answer:
        meant = await choosing.who_is_meant(
            house.store,
            slug=self.slug,
            written=self.audience,
            now=house.clock.now(),
            limit=SHOWN,
        )
        rows = [[each.external_id, each.name or "", each.language or ""] for each in meant.first]
        told = "1 customer is" if meant.count == 1 else f"{meant.count} customers are"
        more = meant.count - len(rows)
        return Answer(
            data={
                "count": meant.count,
                "first": [
                    {"customer": each.external_id, "name": each.name} for each in meant.first
                ],
            },
            lines=[f"{told} in it today{f'; the first {SHOWN} of them' if more else ''}."],
            tables=[Table("Who is meant", ["customer", "name", "language"], rows)] if rows else [],
        )
