"""What is automated: listed, previewed, switched on and off."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.commands.plans import coming_data, coming_rows, local
from cli.house import Answer, House, Table
from cli.pause_words import pause_data, pause_lines
from cli.trigger_words import about, when
from messaging.actions import choosing, forecasting, founding, pausing, planning, switching
from messaging.actions.forecasting import Preview
from messaging.actions.settling import Coming
from messaging.actions.stocking import shelf_at
from messaging.asset import Who
from messaging.audience import Audience
from messaging.audience_json import audience_to_json
from messaging.business import Business
from messaging.calendar import MessageClass
from messaging.rule import Rule
from messaging.subject import CUSTOMER, asset_type_in
from scheduler.occurrences import cron_days

AHEAD = timedelta(days=30)
"""How far the preview of a rule looks."""


class ListRules(CommandModel):
    """`avvisa rule list`."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        found = await switching.rules_of(house.store, slug=self.slug)
        rows = [
            [
                each.rule.name,
                "on" if each.rule.on else "off",
                each.label.it if business.language == "it" else each.label.en,
                about(each.rule),
                when(each.rule),
                each.rule.message_class.value,
            ]
            for each in found
        ]
        return Answer(
            data=[
                {
                    "name": each.rule.name,
                    "on": each.rule.on,
                    "version": each.rule.version,
                    "label": {"it": each.label.it, "en": each.label.en},
                    "record_type": None
                    if each.rule.heard_type == CUSTOMER
                    or asset_type_in(each.rule.heard_type) is not None
                    else each.rule.heard_type,
                    "asset_type": asset_type_in(each.rule.subject_type),
                    "class": each.rule.message_class.value,
                    "audience": None
                    if each.rule.audience is None
                    else audience_to_json(each.rule.audience),
                    "who": None if each.rule.who is None else list(each.rule.who),
                }
                for each in found
            ],
            tables=[Table("Rules", ["rule", "", "what it says", "about", "when", "class"], rows)],
        )


class PreviewRule(CommandModel):
    """What `avvisa rule on` shows before it asks."""

    slug: str
    rule: str
    at: time | None = None
    audience: dict[str, object] | None = None
    who: Who | None = None

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        now = house.clock.now()
        every = [each.rule for each in await switching.rules_of(house.store, slug=self.slug)]
        known = next((each for each in every if each.name == self.rule), None)
        seen = await forecasting.preview(
            house.store,
            slug=self.slug,
            name=self.rule,
            now=now,
            until=now + AHEAD,
            rule=None
            if known is None
            else switching.edited(
                known,
                at=self.at,
                audience=await _audience(house, self.slug, self.rule, self.audience),
                who=self.who,
            ),
            strikes=cron_days,
        )
        beside = [] if known is None else switching.rivals(known, every)
        return await preview_answer(house, business, seen, beside)


async def preview_answer(
    house: House, business: Business, seen: Preview, beside: Sequence[Rule]
) -> Answer:
    """Return what switching a rule on, or editing it, would do. `beside`: rules that speak of the same day."""
    stopped = await pausing.pauses_of(house.store, slug=business.slug, rule=seen.rule.name)
    going = [each for each in seen.coming if each.channel is not None and each.wait is None]
    not_going = [each for each in seen.coming if each.channel is None or each.wait is not None]
    lines = [
        (
            f"In the next {AHEAD.days} days it would make {len(seen.coming)} notices: "
            f"{len(going)} would go out, {len(not_going)} would not."
        ),
        (
            f"{len(seen.held)} more, whose moment has passed already, would wait for you: "
            f"avvisa held {business.slug} list"
        ),
        *(_beside(each, business) for each in beside),
        *pause_lines(stopped),
    ]
    tables = [_told("What it would make", seen.coming, business)] if seen.coming else []
    if seen.held:
        tables.append(_told("What would wait for you", seen.held, business))
    return Answer(
        data={
            "rule": seen.rule.name,
            "until": seen.until.isoformat(),
            "would_send": len(going),
            "would_not": len(not_going),
            "would_hold": len(seen.held),
            "paused": pause_data(stopped),
            "rivals": [each.name for each in beside],
            "coming": [coming_data(each) for each in seen.coming],
            "held": [coming_data(each) for each in seen.held],
        },
        lines=lines,
        tables=tables,
    )


def _beside(rival: Rule, business: Business) -> str:
    """Return what becomes of two rules that speak of the same day."""
    caps = business.caps
    days = caps.offers_in.days
    if rival.message_class is MessageClass.MARKETING and caps.offers < _BOTH:
        so = f"a customer gets at most {caps.offers} in {days} days, so only the first of the two goes out"
    else:
        so = "both go out to each customer"
    return (
        f"{rival.name} is on as well, for the same day: {so}. "
        f"To have only one: avvisa rule off {business.slug} {rival.name}"
    )


_BOTH = 2


async def _audience(
    house: House, slug: str, rule: str, written: dict[str, object] | None
) -> Audience | None:
    if written is None:
        return None
    return choosing.audience_of(await shelf_at(house.store, slug=slug), [rule], written)


def _told(title: str, coming: tuple[Coming, ...], business: Business) -> Table:
    return Table(
        title,
        ["when", "customer", "name", "about", "step", "channel", "why not, or why later"],
        coming_rows(coming[:50], business),
    )


class SwitchOn(CommandModel):
    """`avvisa rule on`, once the person has seen the preview."""

    slug: str
    rule: str
    at: time | None = None
    audience: dict[str, object] | None = None
    who: Who | None = None

    @override
    async def run(self, house: House) -> Answer:
        now: datetime = house.clock.now()
        rule = await switching.switch_on(
            house.store,
            slug=self.slug,
            name=self.rule,
            now=now,
            at=self.at,
            audience=await _audience(house, self.slug, self.rule, self.audience),
            who=self.who,
        )
        while not await planning.plan_backlog(house.store, rule.id, now=now):
            pass
        business = await founding.business_of(house.store, self.slug)
        return Answer(
            data={"rule": rule.name, "on": True, "version": rule.version},
            lines=[f"{rule.name} is on since {local(now, business)}: {when(rule)}."],
        )


class SwitchOff(CommandModel):
    """`avvisa rule off`."""

    slug: str
    rule: str

    @override
    async def run(self, house: House) -> Answer:
        rule = await switching.switch_off(
            house.store, slug=self.slug, name=self.rule, now=house.clock.now()
        )
        return Answer(
            data={"rule": rule.name, "on": False, "version": rule.version},
            lines=[f"{rule.name} is off; what it had planned and not sent is cancelled."],
        )
