"""Why a customer gets something, or does not, and what would change it."""

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.explanation_data import explanation_data
from cli.explanation_text import explanation_lines
from cli.house import Answer, House
from messaging.actions import explaining
from scheduler.occurrences import cron_days


class Explain(CommandModel):
    """`avvisa explain`."""

    slug: str
    customer: str
    rule: str | None = None

    @override
    async def run(self, house: House) -> Answer:
        told = await explaining.explain(
            house.store,
            slug=self.slug,
            customer=self.customer,
            rule=self.rule,
            now=house.clock.now(),
            strikes=cron_days,
        )
        return Answer(data=explanation_data(told), lines=explanation_lines(told))
