"""The `avvisa` command: arguments in, a command value out, its answer shown."""

import base64
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from cli import commands, machinery
from cli.collecting import look_seldom
from cli.verbs.asking import Json, Slug, ask, do, read_file, show
from cli.verbs.business import business
from cli.verbs.campaign import campaign
from cli.verbs.daily import daily
from cli.verbs.linking import linking
from cli.verbs.pausing import pausing
from cli.verbs.rights import rights
from cli.verbs.rule import rule
from cli.verbs.staff import staff
from cli.verbs.template import template
from messaging.errors import AvvisaError

app = typer.Typer(
    name="avvisa",
    help="Reminders and notices from a business to its customers, over channels that cost nothing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_secrets = typer.Typer(help="The keys that encrypt what is stored.", no_args_is_help=True)
app.add_typer(business, name="business")
app.add_typer(rule, name="rule")
app.add_typer(template, name="template")
app.add_typer(campaign, name="campaign")
app.add_typer(rights)
app.add_typer(daily)
app.add_typer(pausing)
app.add_typer(linking)
app.add_typer(staff)
app.add_typer(_secrets, name="secrets")


@app.command("import")
def import_file(
    slug: Slug,
    file: Annotated[Path, typer.Argument(help="A file that the management software exported.")],
    profile: Annotated[
        str | None,
        typer.Option(
            help="How to read it: the name of a profile, or a file with one of your own (.yaml). "
            "Found out by its columns if left out."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Judge every row, store nothing.")
    ] = False,
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway",
            help="Import it even if that cancels, moves or sets off most of the notices that wait.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Import a file: a verdict for every row, the good ones stored. Importing it again changes nothing.

    Status 1 if the file waits for a person: it would cancel, move or set off most of the notices that wait.
    """
    own = Path(profile) if profile and profile.endswith((".yaml", ".yml")) else None
    command = commands.ImportFile(
        slug=slug,
        name=file.name,
        data=base64.b64encode(read_file(file)).decode(),
        profile=None if own else profile,
        own_profile=read_file(own).decode("utf-8", errors="replace") if own else None,
        dry_run=dry_run,
        anyway=anyway,
    )
    do(command, as_json, working=f"Importing {file.name}")


@app.command("check")
def check(
    slug: Annotated[
        str, typer.Argument(help="The short name of a business; all of them if left out.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Tell what is wrong with the installation and what to do. Status 1 if something needs a person."""
    answer = machinery.checked(slug or None)
    show(answer, as_json=as_json)
    raise typer.Exit(answer.code)


@_secrets.command("new")
def new_secret() -> None:
    """Make a key for AVVISA_SECRET_KEYS."""
    typer.echo(machinery.new_key())


@_secrets.command("rotate")
def rotate_secrets(as_json: Json = False) -> None:
    """Encrypt all that is stored anew with the first key of AVVISA_SECRET_KEYS; then the others can go."""
    keys = machinery.read_settings().keys()
    do(commands.RotateSecrets(first=machinery.fingerprint_of(keys)), as_json)


@app.command("migrate")
def migrate() -> None:
    """Bring the database up to the schema that this version speaks. Every other command does so too."""
    ask(commands.ListBusinesses())
    typer.echo("The database is up to date.")


@app.command("serve")
def serve(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="api, bot or scheduler; may be repeated. All if left out."),
    ] = None,
) -> None:
    """Run everything in one process, or parts of it (several processes need PostgreSQL)."""
    known = machinery.read_settings()
    machinery.configure(known.log_format)
    machinery.run_serve(known, only)


@app.command("demo")
def demo(
    seconds: Annotated[
        int | None,
        typer.Option(
            "--for",
            help="End after so many seconds, status 0 only if all that it promises was seen.",
        ),
    ] = None,
    directory: Annotated[
        Path | None, typer.Option(help="Where its data live; ./demo-data if left out.")
    ] = None,
) -> None:
    """Show the main job against simulators of Telegram and Firebase: nothing leaves this machine."""
    raise typer.Exit(machinery.run_demo(seconds=seconds, directory=directory))


@cache
def _command_line() -> Callable[[], object]:
    """Return what reads the arguments; `app()` puts all verbs together anew at every call, 60 ms of it (measured)."""
    return typer.main.get_command(app)


def main() -> None:
    """Run the command line. A refusal is told in a sentence, with what to do; status 2."""
    look_seldom()
    try:
        _command_line()()
    except AvvisaError as error:
        hint = f"\n{error.hint}" if error.hint else ""
        sys.stderr.write(f"avvisa: {error}{hint}\n")
        raise SystemExit(2) from error
