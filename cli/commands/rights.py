"""What a customer may ask of a business about their data."""

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House
from messaging.actions import erasing, exporting


class EraseCustomer(CommandModel):
    """`avvisa erase`. `by`: who gave the command."""

    slug: str
    customer: str
    by: str

    @override
    async def run(self, house: House) -> Answer:
        done = await erasing.erase(
            house.store, slug=self.slug, customer=self.customer, by=self.by, now=house.clock.now()
        )
        left = ", ".join(done.customers)
        lines = [
            f"Erased. What proves what they agreed to is kept as {left}, without a name.",
            "A file that names this code again brings nobody back.",
            "Copies elsewhere (your own software, backups) are yours to clear.",
        ]
        return Answer(data={"left": list(done.customers)}, lines=lines)


class ExportCustomer(CommandModel):
    """`avvisa export`. The files are in `data`, for the caller to write. `by`: who gave the command."""

    slug: str
    customer: str
    by: str

    @override
    async def run(self, house: House) -> Answer:
        copy = await exporting.export(
            house.store, slug=self.slug, customer=self.customer, by=self.by, now=house.clock.now()
        )
        return Answer(data={"json": copy.json, "html": copy.html})
