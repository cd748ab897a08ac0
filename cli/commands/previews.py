"""A campaign before it goes out: who would get it, what one customer would, and a test on a phone."""

from datetime import datetime

from pydantic import Field
from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House
from cli.preview_words import page_data, seen_data, seen_lines
from messaging.actions import founding, rehearsing, trying
from messaging.actions.prospecting import Seen
from messaging.actions.rehearsing import Place
from messaging.explanation import Goes
from scheduler.occurrences import cron_days

PAGE = 5_000
"""Customers in one answer: a second's work, so that a bar has something to show."""


class PreviewCampaign(CommandModel):
    """A page of `avvisa campaign preview`. `after` and `at`: where it begins; None: with the first."""

    slug: str
    name: str
    after: int | None = None
    at: datetime | None = None
    limit: int = Field(default=PAGE, ge=1, le=PAGE)

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        begun = self.after is not None and self.at is not None
        place = Place(after=self.after or 0, at=self.at) if begun and self.at else None
        page = await rehearsing.preview(
            house.store,
            slug=self.slug,
            name=self.name,
            now=house.clock.now(),
            strikes=cron_days,
            place=place,
            limit=self.limit,
        )
        return Answer(data=page_data(page, business))


class ExplainCampaign(CommandModel):
    """`avvisa explain --campaign`."""

    slug: str
    name: str
    customer: str

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        seen = await rehearsing.explain(
            house.store,
            slug=self.slug,
            name=self.name,
            customer=self.customer,
            now=house.clock.now(),
            strikes=cron_days,
        )
        return Answer(data=seen_data(seen, business), lines=seen_lines(seen, business))


class TryCampaign(CommandModel):
    """`avvisa campaign test`. Status 1 if nothing was sent."""

    slug: str
    name: str
    customer: str
    by: str

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        tried = await trying.send_test(
            house.store,
            slug=self.slug,
            name=self.name,
            customer=self.customer,
            by=self.by,
            now=house.clock.now(),
        )
        seen = Seen(customer=tried.customer, outlook=tried.outlook)
        sent = isinstance(tried.outlook, Goes)
        return Answer(
            data={**seen_data(seen, business), "sent": sent},
            lines=[
                "A test is on its way; it counts nowhere." if sent else "No test was sent.",
                *seen_lines(seen, business),
            ],
            code=0 if sent else 1,
        )
