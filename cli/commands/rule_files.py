"""Rules as files: shown, proved, tried, and saved."""

from dataclasses import replace

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.commands.rules import AHEAD, preview_answer
from cli.house import Answer, House
from cli.rule_file import rule_entry, rule_yaml
from cli.trigger_words import when
from messaging.actions import forecasting, founding, planning, rulemaking, switching
from messaging.packs.rule_writing import rule_fields
from scheduler.occurrences import cron_days


class ShowRule(CommandModel):
    """`avvisa rule show`."""

    slug: str
    rule: str

    @override
    async def run(self, house: House) -> Answer:
        rule, label = await rulemaking.rule_of(house.store, slug=self.slug, name=self.rule)
        fields = rule_fields(rule, label={"it": label.it, "en": label.en})
        return Answer(
            data={
                "on": rule.on,
                "version": rule.version,
                "class": rule.message_class.value,
                "rule": fields,
            },
            lines=[rule_yaml(fields).rstrip("\n")],
        )


class CheckRule(CommandModel):
    """`avvisa rule check`: whether it can be saved, and, where it is on, what it would do."""

    slug: str
    written: dict[str, object]

    @override
    async def run(self, house: House) -> Answer:
        entry = rule_entry(self.written)
        rule, known = await rulemaking.as_written(house.store, slug=self.slug, entry=entry)
        said = f"{rule.name} can be saved: {when(rule)}."
        if known is None or not known.on:
            return Answer(data={"on": False, "preview": None}, lines=[said])
        now = house.clock.now()
        seen = await forecasting.preview(
            house.store,
            slug=self.slug,
            name=rule.name,
            now=now,
            until=now + AHEAD,
            rule=rule,
            strikes=cron_days,
        )
        business = await founding.business_of(house.store, self.slug)
        every = [each.rule for each in await switching.rules_of(house.store, slug=self.slug)]
        beside = switching.rivals(rule, every)
        told = await preview_answer(house, business, seen, beside)
        return replace(told, data={"on": True, "preview": told.data}, lines=[said, *told.lines])


class SaveRule(CommandModel):
    """`avvisa rule save`."""

    slug: str
    written: dict[str, object]

    @override
    async def run(self, house: House) -> Answer:
        now = house.clock.now()
        entry = rule_entry(self.written)
        saved = await rulemaking.save(house.store, slug=self.slug, entry=entry, now=now)
        rule = saved.rule
        if saved.changed and rule.on:
            while not await planning.plan_backlog(house.store, rule.id, now=now):
                pass
        return Answer(
            data={
                "rule": rule.name,
                "new": saved.new,
                "changed": saved.changed,
                "on": rule.on,
                "version": rule.version,
            },
            lines=[_said(saved, self.slug)],
        )


def _said(saved: rulemaking.Saved, slug: str) -> str:
    name = saved.rule.name
    if not saved.changed:
        return f"{name} is like that already."
    if saved.rule.on:
        return f"{name} is saved and on as version {saved.rule.version}: {when(saved.rule)}."
    return f"{name} is saved, and off: avvisa rule on {slug} {name}"
