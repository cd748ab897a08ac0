"""`avvisa rule …`: what is automated."""

from datetime import time
from pathlib import Path
from typing import Annotated

import typer

from cli import commands, machinery
from cli.answer import Answer
from cli.verbs.asking import Json, Slug, Yes, ask, do, read_audience, read_file, show
from messaging.asset import Who
from messaging.errors import Misconfigured

rule = typer.Typer(help="What is automated.", no_args_is_help=True)

RuleName = Annotated[str, typer.Argument(help="The name of the rule; all of them if left out.")]
OneRule = Annotated[str, typer.Argument(help="The name of the rule.")]
FileOfRule = Annotated[
    Path, typer.Argument(help="A file with the rule (YAML), as `show` prints it.", metavar="FILE")
]
Hour = Annotated[
    str | None, typer.Option("--at", help="Another local hour, such as 09:30.", metavar="HH:MM")
]


To = Annotated[
    Path | None,
    typer.Option(
        "--audience",
        help='A file with the audience that it is meant for; {"all": []} in it: everybody.',
        metavar="FILE",
    ),
]


Whom = Annotated[
    Who | None,
    typer.Option(
        "--who",
        help="Who of those that share a thing is told; usual: as the rule's class has it.",
    ),
]


def _hour(text: str | None) -> time | None:
    if text is None:
        return None
    try:
        hour = time.fromisoformat(text)
    except ValueError as error:
        raise Misconfigured(f"{text!r} is no hour", hint="write it like 09:30") from error
    if hour.tzinfo is not None:
        raise Misconfigured(
            f"{text!r} names a time zone",
            hint="the hour is the business's own: write it like 09:30",
        )
    return hour


@rule.command("list")
def list_rules(slug: Slug, as_json: Json = False) -> None:
    """List the rules of a business."""
    do(commands.ListRules(slug=slug), as_json)


@rule.command("show")
def show_rule(slug: Slug, name: OneRule, as_json: Json = False) -> None:
    """Print a rule as a file that can be edited and saved."""
    do(commands.ShowRule(slug=slug, rule=name), as_json)


@rule.command("check")
def check_rule(slug: Slug, file: FileOfRule, as_json: Json = False) -> None:
    """Say whether a rule can be saved, and, if it is on, what it would send."""
    do(commands.CheckRule(slug=slug, written=_written(file)), as_json)


@rule.command("save")
def save_rule(slug: Slug, file: FileOfRule, yes: Yes = False, as_json: Json = False) -> None:
    """Save a rule: a new one is off; one that is on stays on, after showing what it would send."""
    written = _written(file)
    seen = ask(commands.CheckRule(slug=slug, written=written))
    on = isinstance(seen.data, dict) and seen.data["on"]
    if on and not as_json:
        show(seen, as_json=False)
    if on and not yes:
        typer.confirm("Save it like this?", err=as_json, abort=True)
    do(commands.SaveRule(slug=slug, written=written), as_json)


def _written(file: Path) -> dict[str, object]:
    text = read_file(file).decode("utf-8", errors="replace")
    return machinery.fields_of(machinery.read_rule(text))


def _names(slug: str, name: str) -> list[str]:
    if name:
        return [name]
    listed = ask(commands.ListRules(slug=slug)).data
    return [each["name"] for each in listed] if isinstance(listed, list) else []


@rule.command("on")
def rule_on(
    slug: Slug,
    name: RuleName = "",
    at: Hour = None,
    audience: To = None,
    who: Whom = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Switch a rule on, after showing what it would send."""
    hour, meant = _hour(at), None if audience is None else read_audience(audience)
    done = []
    for each in _names(slug, name):
        if not as_json:
            typer.echo(f"\n{each}:")
            show(
                ask(commands.PreviewRule(slug=slug, rule=each, at=hour, audience=meant, who=who)),
                as_json=False,
            )
        if yes or typer.confirm(f"Switch {each} on?", err=as_json):
            done.append(
                ask(commands.SwitchOn(slug=slug, rule=each, at=hour, audience=meant, who=who))
            )
            if not as_json:
                show(done[-1], as_json=False)
    if as_json:
        _show_all(done, one=bool(name))


def _show_all(answers: list[Answer], *, one: bool) -> None:
    """Print one JSON document: the answer about the one rule that was named, or all of them in a list."""
    told = [each.data for each in answers]
    show(Answer(data=next(iter(told), None) if one else told), as_json=True)


@rule.command("off")
def rule_off(slug: Slug, name: RuleName = "", as_json: Json = False) -> None:
    """Switch a rule off; what it had planned and not sent is cancelled."""
    done = []
    for each in _names(slug, name):
        done.append(ask(commands.SwitchOff(slug=slug, rule=each)))
        if not as_json:
            show(done[-1], as_json=False)
    if as_json:
        _show_all(done, one=bool(name))
