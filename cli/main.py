"""The `avvisa` command: arguments in, a command value out, its answer shown."""

import asyncio
import base64
import sys
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from cli import commands
from cli.commands.model import CommandModel
from cli.execute import execute, show
from cli.house import Answer
from cli.logs import configure
from cli.settings import Settings
from messaging.actions.doors import new_key
from messaging.errors import AvvisaError, Misconfigured

app = typer.Typer(
    name="avvisa",
    help="Reminders and notices from a business to its customers, over channels that cost nothing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_business = typer.Typer(
    help="Businesses, their bots and projects, invitations.", no_args_is_help=True
)
_rule = typer.Typer(help="What is automated.", no_args_is_help=True)
_secrets = typer.Typer(help="The keys that encrypt what is stored.", no_args_is_help=True)
app.add_typer(_business, name="business")
app.add_typer(_rule, name="rule")
app.add_typer(_secrets, name="secrets")

Slug = Annotated[str, typer.Argument(help="The short name of the business.")]
RuleName = Annotated[str, typer.Argument(help="The name of the rule; all of them if left out.")]
OnlyRule = Annotated[str | None, typer.Option("--rule", help="Only what this rule made.")]
Ids = Annotated[list[int] | None, typer.Option("--id", help="Only these; may be repeated.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document, for programs.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Hour = Annotated[
    str | None, typer.Option("--at", help="Another local hour, such as 09:30.", metavar="HH:MM")
]


def settings() -> Settings:
    """Return the settings of the environment. Raises Misconfigured with the first that cannot be."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        said = first["msg"].removeprefix("Value error, ")
        if first["loc"]:
            said = f"AVVISA_{str(first['loc'][0]).upper()}: {said}"
        raise Misconfigured(said, hint="see .env.example") from error


def _ask(command: CommandModel) -> Answer:
    known = settings()
    configure(known.log_format, quiet=True)
    return asyncio.run(execute(command, known))


def _do(command: CommandModel, as_json: bool) -> None:
    answer = _ask(command)
    show(answer, as_json=as_json)
    if answer.code:
        raise typer.Exit(answer.code)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}") from error


@_business.command("add")
def add_business(
    slug: Slug,
    name: Annotated[
        str, typer.Option(help="What customers call it: the first line of every message.")
    ],
    pack: Annotated[
        str | None, typer.Option(help="The trade whose rules and texts it begins with.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="Its time zone.")] = "Europe/Rome",
    language: Annotated[str, typer.Option(help="it or en.")] = "it",
    contact: Annotated[
        str | None, typer.Option(help="How customers reach it otherwise: a phone number.")
    ] = None,
    opening: Annotated[
        str | None,
        typer.Option(
            "--open", help="Opening hours: mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30"
        ),
    ] = None,
    round_the_clock: Annotated[
        bool,
        typer.Option(
            "--round-the-clock", help="Let messages leave at any hour, nights and Sundays too."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a business, with the rules and texts of its trade, all of them off."""
    command = commands.AddBusiness(
        slug=slug,
        name=name,
        pack=pack,
        timezone=timezone,
        language=language,
        contact=contact,
        opening=opening,
        round_the_clock=round_the_clock,
    )
    _do(command, as_json)


@_business.command("list")
def list_businesses(as_json: Json = False) -> None:
    """List the businesses of this installation."""
    _do(commands.ListBusinesses(), as_json)


@_business.command("telegram")
def give_telegram(
    slug: Slug,
    token_file: Annotated[Path, typer.Option(help="A file with the token from @BotFather.")],
    as_json: Json = False,
) -> None:
    """Give a business its bot. The token is checked with Telegram and stored encrypted."""
    token = _read(token_file).decode("utf-8", errors="replace").strip()
    _do(commands.GiveTelegram(slug=slug, token=token), as_json)


@_business.command("firebase")
def give_firebase(
    slug: Slug,
    service_account: Annotated[Path, typer.Option(help="The service account's JSON file.")],
    as_json: Json = False,
) -> None:
    """Give a business its Firebase project. The service account is stored encrypted."""
    text = _read(service_account).decode("utf-8", errors="replace")
    _do(commands.GiveFirebase(slug=slug, service_account=text), as_json)


@_business.command("invite")
def invite(
    slug: Slug,
    customer: Annotated[
        str, typer.Argument(help="The customer's code in the management software.")
    ],
    as_json: Json = False,
) -> None:
    """Make a link, with its QR code, that ties a chat or an app to a customer. It works once."""
    _do(commands.Invite(slug=slug, customer=customer), as_json)


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
    as_json: Json = False,
) -> None:
    """Import a file: a verdict for every row, the good ones stored. Importing it again changes nothing."""
    own = Path(profile) if profile and profile.endswith((".yaml", ".yml")) else None
    command = commands.ImportFile(
        slug=slug,
        name=file.name,
        data=base64.b64encode(_read(file)).decode(),
        profile=None if own else profile,
        own_profile=_read(own).decode("utf-8", errors="replace") if own else None,
        dry_run=dry_run,
    )
    if as_json:
        _do(command, as_json)
        return
    with Console(stderr=True).status(f"Importing {file.name} …"):
        answer = _ask(command)
    show(answer, as_json=False)


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


@_rule.command("list")
def list_rules(slug: Slug, as_json: Json = False) -> None:
    """List the rules of a business."""
    _do(commands.ListRules(slug=slug), as_json)


def _names(slug: str, name: str) -> list[str]:
    if name:
        return [name]
    listed = _ask(commands.ListRules(slug=slug)).data
    return [each["name"] for each in listed] if isinstance(listed, list) else []


@_rule.command("on")
def rule_on(
    slug: Slug, name: RuleName = "", at: Hour = None, yes: Yes = False, as_json: Json = False
) -> None:
    """Switch a rule on, after showing what it would send."""
    hour = _hour(at)
    done = []
    for each in _names(slug, name):
        if not as_json:
            typer.echo(f"\n{each}:")
            show(_ask(commands.PreviewRule(slug=slug, rule=each, at=hour)), as_json=False)
        if yes or typer.confirm(f"Switch {each} on?", err=as_json):
            done.append(_ask(commands.SwitchOn(slug=slug, rule=each, at=hour)))
            if not as_json:
                show(done[-1], as_json=False)
    if as_json:
        _show_all(done, one=bool(name))


def _show_all(answers: list[Answer], *, one: bool) -> None:
    """Print one JSON document: the answer about the one rule that was named, or all of them in a list."""
    told = [each.data for each in answers]
    show(Answer(data=next(iter(told), None) if one else told), as_json=True)


@_rule.command("off")
def rule_off(slug: Slug, name: RuleName = "", as_json: Json = False) -> None:
    """Switch a rule off; what it had planned and not sent is cancelled."""
    done = []
    for each in _names(slug, name):
        done.append(_ask(commands.SwitchOff(slug=slug, rule=each)))
        if not as_json:
            show(done[-1], as_json=False)
    if as_json:
        _show_all(done, one=bool(name))


@app.command("plan")
def plan(
    slug: Slug,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Up to this day; a week if left out."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what will go out, to whom, when, and what will not, and why."""
    day: date | None = None if until is None else until.date()
    _do(commands.Plan(slug=slug, until=day), as_json)


@app.command("explain")
def explain(
    slug: Slug,
    customer: Annotated[
        str, typer.Argument(help="The customer's code in the management software.")
    ],
    rule: Annotated[
        str | None, typer.Option("--rule", help="Only this rule; all of them if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell why a customer got something or did not, what comes next, and what would change it."""
    _do(commands.Explain(slug=slug, customer=customer, rule=rule), as_json)


@app.command("status")
def status(slug: Slug, as_json: Json = False) -> None:
    """Show where every notice of a business stands."""
    _do(commands.Status(slug=slug), as_json)


class HeldAct(StrEnum):
    """What to do with what waits for a person."""

    LIST = "list"
    RELEASE = "release"
    DROP = "drop"


@app.command("held")
def held(
    slug: Slug,
    act: Annotated[HeldAct, typer.Argument()] = HeldAct.LIST,
    only_rule: OnlyRule = None,
    ids: Ids = None,
    as_json: Json = False,
) -> None:
    """Show what waits for a person, let it go, or drop it."""
    match act:
        case HeldAct.LIST:
            _do(commands.ListHeld(slug=slug, rule=only_rule), as_json)
        case HeldAct.RELEASE:
            _do(commands.ReleaseHeld(slug=slug, rule=only_rule, ids=ids or None), as_json)
        case HeldAct.DROP:
            _do(commands.DropHeld(slug=slug, rule=only_rule, ids=ids or None), as_json)


class RepliesAct(StrEnum):
    """What to do with what customers wrote or pressed."""

    LIST = "list"
    DONE = "done"


@app.command("replies")
def replies(
    slug: Slug,
    act: Annotated[RepliesAct, typer.Argument()] = RepliesAct.LIST,
    reply_id: Annotated[int | None, typer.Argument(help="Which reply is done.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Handled ones too.")] = False,
    as_json: Json = False,
) -> None:
    """Show what customers wrote or pressed, or note that one is handled."""
    if act is RepliesAct.LIST:
        _do(commands.ListReplies(slug=slug, everything=everything), as_json)
    elif reply_id is None:
        raise Misconfigured("which reply is done?", hint="avvisa replies SLUG done ID")
    else:
        _do(commands.CloseReply(slug=slug, id=reply_id), as_json)


@_secrets.command("new")
def new_secret() -> None:
    """Make a key for AVVISA_SECRET_KEYS."""
    typer.echo(new_key())


@app.command("migrate")
def migrate() -> None:
    """Bring the database up to the schema that this version speaks. Every other command does so too."""
    _ask(commands.ListBusinesses())
    typer.echo("The database is up to date.")


@app.command("serve")
def serve(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="api, bot or scheduler; may be repeated. All if left out."),
    ] = None,
) -> None:
    """Run everything in one process, or parts of it (several processes need PostgreSQL)."""
    from cli.serving import run_serve

    known = settings()
    configure(known.log_format)
    run_serve(known, only)


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
    from cli.demo.play import run_demo

    raise typer.Exit(run_demo(seconds=seconds, directory=directory))


def main() -> None:
    """Run the command line. A refusal is told in a sentence, with what to do; status 2."""
    try:
        app()
    except AvvisaError as error:
        hint = f"\n{error.hint}" if error.hint else ""
        sys.stderr.write(f"avvisa: {error}{hint}\n")
        raise SystemExit(2) from error
