"""A template as a file: the same fields as in a pack, so that a piece of one can be saved."""

from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from messaging.actions.templating import NewTemplate
from messaging.business import LANGUAGES
from messaging.calendar import MessageClass
from messaging.errors import BadTemplate
from messaging.packs.document import ButtonEntry, TextsEntry
from messaging.packs.written import Words
from messaging.template import Template

_HOW = "docs/templates.md says how a template is written"


class TemplateFile(BaseModel):
    """A template as it is written. `label` is what a pack calls it: read, and not kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.]{0,63}$")]
    message_class: MessageClass
    texts: dict[str, TextsEntry] = Field(min_length=1)
    confidential: bool = False
    buttons: tuple[ButtonEntry, ...] = ()
    label: Words | None = None

    @property
    def new(self) -> NewTemplate:
        """Return the template that is written here."""
        return NewTemplate(
            name=self.name,
            message_class=self.message_class,
            confidential=self.confidential,
            texts={language: each.texts for language, each in self.texts.items()},
            buttons=tuple(each.button for each in self.buttons),
        )


def parse_template(text: str) -> TemplateFile:
    """Return the template that the YAML (or JSON) text describes. Raises BadTemplate with the place of the
    first thing that is wrong.
    """
    try:
        written = TemplateFile.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise BadTemplate(
            f"the file is no YAML: {' '.join(str(error).split())}", hint=_HOW
        ) from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        raise BadTemplate(f"{place}: {said[0].lower()}{said[1:]}", hint=_HOW) from error
    unknown = [each for each in written.texts if each.split("-")[0] not in LANGUAGES]
    if unknown:
        hint = f"languages: {', '.join(LANGUAGES)}"
        raise BadTemplate(f"texts: avvisa does not speak {unknown[0]!r}", hint=hint)
    return written


def template_data(template: Template) -> dict[str, Any]:
    """Return the template with the fields of its file."""
    return {
        "name": template.name,
        "message_class": template.message_class.value,
        "confidential": template.confidential,
        "texts": {
            language: {
                "telegram": each.telegram,
                "push_title": each.push_title,
                "push_body": each.push_body,
                **({} if each.reveal is None else {"reveal": each.reveal}),
                **({} if each.item is None else {"item": each.item}),
            }
            for language, each in template.texts.items()
        },
        "buttons": [
            {
                "action": each.action,
                **({"value": each.value} if each.value else {}),
                **each.labels,
            }
            for each in template.buttons
        ],
    }


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def template_yaml(template: Template) -> str:
    """Return the file of the template, as `parse_template` reads it."""
    return yaml.dump(
        template_data(template), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000
    )
