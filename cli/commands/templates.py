"""What a business says: listed, shown, proofread, saved, and tried on a customer."""

import json
from collections.abc import Sequence

from typing_extensions import override

from cli.commands.model import CommandModel
from cli.house import Answer, House, Table
from cli.template_file import TemplateFile, template_data, template_yaml
from messaging.actions import previewing, templating
from messaging.actions.previewing import Previewed
from messaging.customer import Channel
from messaging.fault import Fault
from messaging.filling import How
from messaging.sender import Message


class ListTemplates(CommandModel):
    """`avvisa template list`."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        found = await templating.templates_of(house.store, slug=self.slug)
        return Answer(
            data=[
                {
                    "name": each.template.name,
                    "version": each.template.version,
                    "class": each.template.message_class.value,
                    "confidential": each.template.confidential,
                    "languages": list(each.template.texts),
                    "rules": list(each.rules),
                }
                for each in found
            ],
            tables=[
                Table(
                    "Templates",
                    ["template", "version", "class", "", "languages", "used by"],
                    [
                        [
                            each.template.name,
                            str(each.template.version),
                            each.template.message_class.value,
                            "confidential" if each.template.confidential else "",
                            ", ".join(each.template.texts),
                            ", ".join(each.rules),
                        ]
                        for each in found
                    ],
                )
            ],
        )


class ShowTemplate(CommandModel):
    """`avvisa template show`."""

    slug: str
    name: str

    @override
    async def run(self, house: House) -> Answer:
        found = await templating.template_of(house.store, slug=self.slug, name=self.name)
        return Answer(
            data={
                "version": found.template.version,
                "rules": list(found.rules),
                "template": template_data(found.template),
            },
            lines=[template_yaml(found.template).rstrip("\n")],
        )


class CheckTemplate(CommandModel):
    """`avvisa template check`. Status 1 if it could not be saved."""

    slug: str
    template: TemplateFile

    @override
    async def run(self, house: House) -> Answer:
        faults = await templating.proof_of(house.store, slug=self.slug, new=self.template.new)
        wrong = [each for each in faults if each.fatal]
        said = "it can be saved" if not wrong else "it cannot be saved like this"
        return Answer(
            data={"name": self.template.name, "faults": [_fault_data(each) for each in faults]},
            lines=[*_fault_lines(faults), f"{self.template.name}: {said}."],
            code=1 if wrong else 0,
        )


class SaveTemplate(CommandModel):
    """`avvisa template save`."""

    slug: str
    template: TemplateFile

    @override
    async def run(self, house: House) -> Answer:
        saved = await templating.save(
            house.store, slug=self.slug, new=self.template.new, now=house.clock.now()
        )
        known = saved.template
        lines = [
            f"{known.name} is saved as version {known.version}; what is planned already keeps its own."
            if saved.changed
            else f"{known.name} is like that already: version {known.version}."
        ]
        if saved.reclassified:
            names = ", ".join(saved.reclassified)
            lines.append(f"Of class {known.message_class} now, as their text is: {names}.")
        return Answer(
            data={
                "name": known.name,
                "version": known.version,
                "changed": saved.changed,
                "reclassified": list(saved.reclassified),
                "hints": [_fault_data(each) for each in saved.hints],
            },
            lines=[*_fault_lines(saved.hints), *lines],
        )


def _fault_data(fault: Fault) -> dict[str, object]:
    return {
        "place": fault.place,
        "what": fault.what,
        "todo": fault.todo,
        "fatal": fault.fatal,
    }


def _fault_lines(faults: Sequence[Fault]) -> list[str]:
    return [f"{'wrong' if each.fatal else 'hint'}   {each}\n        {each.todo}" for each in faults]


class PreviewTemplate(CommandModel):
    """`avvisa template preview`."""

    slug: str
    name: str
    customer: str
    channel: Channel = Channel.TELEGRAM
    record: str | None = None
    language: str | None = None

    @override
    async def run(self, house: House) -> Answer:
        now = house.clock.now()
        seen = await previewing.preview_template(
            house.store,
            slug=self.slug,
            name=self.name,
            customer=self.customer,
            channel=self.channel,
            record=self.record,
            language=self.language,
            now=now,
        )
        about = seen.record or seen.asset
        call = None if seen.message is None else _as_sent(seen.message, self.channel, house)
        return Answer(
            data={
                "template": seen.template.name,
                "version": seen.template.version,
                "customer": seen.customer.external_id,
                "about": None if about is None else about.external_id,
                "channel": self.channel.value,
                "language": seen.language,
                "linked": seen.linked,
                "missing": seen.missing,
                "title": None if seen.message is None else seen.message.title,
                "text": None if seen.message is None else seen.message.text,
                "as_sent": call,
                "reveal": None if seen.reveal is None else seen.reveal.text,
                "fields": [
                    {"name": each.name, "value": each.value, "how": each.how.value}
                    for each in seen.fields
                ],
            },
            lines=_said(seen),
            tables=[
                Table(
                    "Its fields",
                    ["field", "the books say", ""],
                    [[each.name, each.value, _HOW[each.how]] for each in seen.fields],
                )
            ]
            if seen.fields
            else [],
        )


_HOW = {
    How.TOLD: "",
    How.OTHER_WORDS: "other words stand in its place",
    How.MISSING: "missing: the notice waits for you",
}


def _said(seen: Previewed) -> list[str]:
    """Return the message as a person reads it."""
    if seen.message is None:
        return [f"It cannot be told: {seen.missing} is missing, so the notice would wait for you."]
    message = seen.message
    lines = [] if message.title is None else [message.title]
    lines += [*message.text.split("\n"), *(f"[ {each.label} ]" for each in message.buttons)]
    if seen.reveal is not None:
        lines += ["", "After the tap:", *seen.reveal.text.split("\n")]
        lines += [f"[ {each.label} ]" for each in seen.reveal.buttons]
    if not seen.linked:
        who = seen.customer.name or seen.customer.external_id
        lines += ["", f"{who} is not linked on this channel: this is how it would look."]
    return lines


def _as_sent(message: Message, channel: Channel, house: House) -> object:
    """Return what the channel would hand to its provider: text, entities, buttons, or the payload."""
    match channel:
        case Channel.TELEGRAM:
            from bot.sender import body_of

            return json.loads(body_of(message))
        case Channel.PUSH:
            from push.payload import encode

            body = encode(message, now=house.clock.now())
            return json.loads(body) if isinstance(body, bytes) else {"refused": body.reason}
