"""`avvisa pause` and `avvisa resume`: the emergency stop."""

from typing import Annotated

import typer

from cli import commands
from cli.verbs.asking import Json, do, who

pausing = typer.Typer()

Where = Annotated[
    str | None,
    typer.Argument(help="The short name of a business; the whole installation if left out."),
]
OfRule = Annotated[str | None, typer.Option("--rule", help="Only this rule of the business.")]
Yes = Annotated[
    bool, typer.Option("--yes", help="Do not ask, where it is about the whole installation.")
]


@pausing.command("pause")
def pause(slug: Where = None, rule: OfRule = None, yes: Yes = False, as_json: Json = False) -> None:
    """Stop at once: nothing of it leaves until you resume. Planning goes on."""
    if slug is None and rule is None and not yes:
        typer.confirm("Stop everything, of every business?", abort=True, err=as_json)
    do(commands.PauseSending(slug=slug, rule=rule, by=who()), as_json)


@pausing.command("resume")
def resume(
    slug: Where = None, rule: OfRule = None, yes: Yes = False, as_json: Json = False
) -> None:
    """Go on after a pause: what waits leaves, if it has not expired."""
    if slug is None and rule is None and not yes:
        typer.confirm("Let every business send again?", abort=True, err=as_json)
    do(commands.ResumeSending(slug=slug, rule=rule, by=who()), as_json)
