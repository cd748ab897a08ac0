"""Campaigns: written, checked, set for an hour, started, paused, resumed, cancelled, looked at."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Literal

from pydantic import Field
from typing_extensions import override

from cli.campaign_words import (
    campaign_data,
    campaign_lines,
    counts_table,
    finding_data,
    finding_lines,
    state_of,
    sum_line,
)
from cli.commands.model import CommandModel
from cli.house import Answer, House, Table
from messaging.actions import campaigning, choosing, switching, vetting
from messaging.actions.campaigning import NewCampaign, Stands
from messaging.actions.stocking import shelf_at
from messaging.audience import EVERYBODY, Audience
from messaging.campaign import Canary
from messaging.customer import Channel
from messaging.finding import Severity


class WriteCampaign(CommandModel):
    """`avvisa campaign new`. `audience` None: everybody; `canary` 0: nobody is watched first; `by`: who asked."""

    slug: str
    name: str
    template: str
    audience: dict[str, object] | None = None
    channels: tuple[Channel, ...] = tuple(Channel)
    fields: dict[str, str] = Field(default_factory=dict)
    per_hour: int | None = None
    canary: int = Field(default=20, ge=0, le=1_000)
    most_failed: int = Field(default=25, ge=0, le=100)
    until: date | None = None
    by: str

    @override
    async def run(self, house: House) -> Answer:
        meant: Audience = EVERYBODY
        if self.audience is not None:
            known = await switching.rules_of(house.store, slug=self.slug)
            shelf = await shelf_at(house.store, slug=self.slug)
            meant = choosing.audience_of(shelf, [each.rule.name for each in known], self.audience)
        told = await campaigning.write(
            house.store,
            slug=self.slug,
            new=NewCampaign(
                name=self.name,
                template=self.template,
                audience=meant,
                channels=self.channels,
                fields=self.fields,
                per_hour=self.per_hour,
                canary=Canary(first=self.canary, most_failed=self.most_failed)
                if self.canary
                else None,
                until=self.until,
            ),
            by=self.by,
            now=house.clock.now(),
        )
        return Answer(
            data=campaign_data(told),
            lines=[
                f"{self.name} is written. See it on a phone: avvisa campaign test {self.slug} {self.name} CUSTOMER",
                f"Then check it: avvisa campaign check {self.slug} {self.name}",
            ],
        )


class ListCampaigns(CommandModel):
    """`avvisa campaign list`."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        found = await campaigning.campaigns_of(house.store, slug=self.slug)
        rows = [
            [
                each.campaign.name,
                state_of(each),
                each.campaign.template,
                each.campaign.message_class.value,
                sum_line(each) if each.made else "",
            ]
            for each in found
        ]
        return Answer(
            data=[campaign_data(each) for each in found],
            lines=[] if found else [f"No campaign yet: avvisa campaign new {self.slug} NAME"],
            tables=[
                Table("Campaigns", ["campaign", "", "template", "class", "what became of it"], rows)
            ]
            if rows
            else [],
        )


class ShowCampaign(CommandModel):
    """`avvisa campaign show`."""

    slug: str
    name: str

    @override
    async def run(self, house: House) -> Answer:
        return _answer(await campaigning.standing(house.store, slug=self.slug, name=self.name))


class CheckCampaign(CommandModel):
    """`avvisa campaign check`. Status 1 if something needs a person."""

    slug: str
    name: str
    by: str

    @override
    async def run(self, house: House) -> Answer:
        done = await vetting.check(
            house.store, slug=self.slug, name=self.name, by=self.by, now=house.clock.now()
        )
        bad = any(each.severity is Severity.NEEDS_YOU for each in done.findings)
        people = "1 customer is" if done.audience == 1 else f"{done.audience} customers are"
        return Answer(
            data={
                **campaign_data(done.stands),
                "audience_size": done.audience,
                "findings": [finding_data(each) for each in done.findings],
            },
            lines=[
                f"{people} in its audience now.",
                *finding_lines(done.findings),
                "It is still a draft."
                if bad
                else "It is checked. Who would get it, and who not: "
                f"avvisa campaign preview {self.slug} {self.name}",
            ],
            code=1 if bad else 0,
        )


class ScheduleCampaign(CommandModel):
    """`avvisa campaign schedule`. `starts` is naive: by the clocks of the business."""

    slug: str
    name: str
    starts: datetime
    by: str

    @override
    async def run(self, house: House) -> Answer:
        return _answer(
            await campaigning.schedule(
                house.store,
                slug=self.slug,
                name=self.name,
                starts=self.starts,
                by=self.by,
                now=house.clock.now(),
            )
        )


_ACTS: dict[str, Callable[..., Awaitable[Stands]]] = {
    "start": campaigning.start,
    "pause": campaigning.pause,
    "resume": campaigning.resume,
    "cancel": campaigning.cancel,
}


class ActOnCampaign(CommandModel):
    """`avvisa campaign start`, `pause`, `resume` and `cancel`."""

    slug: str
    name: str
    act: Literal["start", "pause", "resume", "cancel"]
    by: str

    @override
    async def run(self, house: House) -> Answer:
        done = _ACTS[self.act]
        return _answer(
            await done(
                house.store, slug=self.slug, name=self.name, by=self.by, now=house.clock.now()
            )
        )


def _answer(told: Stands) -> Answer:
    return Answer(data=campaign_data(told), lines=campaign_lines(told), tables=counts_table(told))
