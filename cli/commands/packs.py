"""The packs of a business."""

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House
from messaging.actions.taking_away import take_away


class TakePack(CommandModel):
    """`avvisa business pack --remove`. `by`: who gave the command."""

    slug: str
    pack: str
    by: str

    @override
    async def run(self, house: House) -> Answer:
        taken = await take_away(
            house.store, slug=self.slug, pack=self.pack, by=self.by, now=house.clock.now()
        )
        lines = [
            f"{self.slug} has the pack {taken.pack} no more: its customers are shown nothing of it.",
            f"{len(taken.rules)} rules, all off, and {len(taken.templates)} texts of it stay as they are.",
        ]
        return Answer(
            data={
                "pack": taken.pack,
                "rules": list(taken.rules),
                "templates": list(taken.templates),
            },
            lines=lines,
        )
