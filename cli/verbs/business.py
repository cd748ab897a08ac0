"""`avvisa business …`: businesses, their bots and projects, invitations."""

from pathlib import Path
from typing import Annotated

import typer

from cli import commands
from cli.verbs.asking import Customer, Json, Slug, Yes, do, read_file, who
from messaging.errors import Misconfigured

business = typer.Typer(
    help="Businesses, their bots and projects, invitations.", no_args_is_help=True
)

Contact = Annotated[
    str | None, typer.Option(help="How customers reach it otherwise: a phone number.")
]
Opening = Annotated[
    str | None,
    typer.Option("--open", help="Opening hours: mon-fri 08:30-12:30 14:30-18:30; sat 08:30-12:30"),
]
Remove = Annotated[bool, typer.Option("--remove", help="Take it away, and forget its secret.")]


def _sure(yes: bool, question: str, as_json: bool) -> None:
    """Ask whether it is meant. Raises Abort if it is not."""
    if not yes:
        typer.confirm(question, abort=True, err=as_json)


@business.command("add")
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
    contact: Contact = None,
    opening: Opening = None,
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
    do(command, as_json)


@business.command("about")
def describe_business(
    slug: Slug,
    contact: Contact = None,
    opening: Opening = None,
    address: Annotated[str | None, typer.Option(help="Street, number and town.")] = None,
    position: Annotated[
        str | None, typer.Option(help="Latitude and longitude, as maps show them: 45.0512, 12.0573")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show or set what customers are told of the shop when they ask: its hours, where it is, its number."""
    command = commands.DescribeBusiness(
        slug=slug, contact=contact, opening=opening, address=address, position=position
    )
    do(command, as_json)


@business.command("closed")
def close_business(
    slug: Slug,
    days: Annotated[
        list[str] | None,
        typer.Argument(help="24/06 for every year, 24/12/2026, or 10/08/2026-22/08/2026."),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="There are no such days any more.")] = False,
    as_json: Json = False,
) -> None:
    """Show or set the patron's day and the shop's own holidays: offers wait for the next open day.

    What is set replaces what was set before.
    """
    told = [] if none else days or None
    do(commands.CloseBusiness(slug=slug, days=told), as_json)


@business.command("caps")
def cap_business(
    slug: Slug,
    offers: Annotated[
        int | None, typer.Option(help="So many offers to one customer at most; 0: none at all.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="In so many days.")] = None,
    daily: Annotated[
        int | None,
        typer.Option(help="So many notices of any kind in one day; 0: as many as come."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show or set how many notices one customer gets, of all rules and campaigns together."""
    do(commands.CapBusiness(slug=slug, offers=offers, days=days, daily=daily), as_json)


@business.command("answers")
def answer_within(
    slug: Slug,
    within: Annotated[
        int | None, typer.Option(help="So many hours in which the shop is open.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show or set how long a customer may wait for a call before the owner is told."""
    do(commands.AnswerWithin(slug=slug, hours=within, by=who()), as_json)


@business.command("pack")
def complete_pack(
    slug: Slug,
    pack: Annotated[
        str | None,
        typer.Argument(
            help="The name of a pack, or the file of one of your own (hives.yaml); those that it has if left out."
        ),
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Add it, every rule off.")] = False,
    remove: Annotated[
        bool,
        typer.Option("--remove", help="Take one of its own away; none of its rules may be on."),
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Show what a pack has by now and a business does not, or add that. What it has stays as it is."""
    if remove:
        _take_pack(slug, pack, add=add, yes=yes, as_json=as_json)
        return
    text = None
    if pack is not None and pack.lower().endswith((".yaml", ".yml")):
        text = read_file(Path(pack)).decode("utf-8", errors="replace")
        pack = Path(pack).stem
    do(commands.CompletePack(slug=slug, pack=pack, text=text, add=add), as_json)


def _take_pack(slug: str, pack: str | None, *, add: bool, yes: bool, as_json: bool) -> None:
    if pack is None or add:
        raise Misconfigured("which pack?", hint="avvisa business pack SLUG NAME --remove")
    name = pack.removesuffix(".yaml").removesuffix(".yml")
    _sure(yes, f"Take the pack {name} of {slug} away?", as_json)
    do(commands.TakePack(slug=slug, pack=name, by=who()), as_json)


@business.command("list")
def list_businesses(as_json: Json = False) -> None:
    """List the businesses of this installation."""
    do(commands.ListBusinesses(), as_json)


@business.command("telegram")
def give_telegram(
    slug: Slug,
    token_file: Annotated[
        Path | None, typer.Option(help="A file with the token from @BotFather.")
    ] = None,
    remove: Remove = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Give a business its bot, or take it away. The token is checked with Telegram and stored encrypted."""
    if remove:
        _sure(yes, f"Take the bot of {slug} away?", as_json)
        do(commands.TakeTelegram(slug=slug), as_json)
        return
    if token_file is None:
        raise Misconfigured("which token?", hint="--token-file FILE, or --remove")
    token = read_file(token_file).decode("utf-8", errors="replace").strip()
    do(commands.GiveTelegram(slug=slug, token=token), as_json)


@business.command("firebase")
def give_firebase(
    slug: Slug,
    service_account: Annotated[
        Path | None, typer.Option(help="The service account's JSON file.")
    ] = None,
    remove: Remove = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Give a business its Firebase project, or take it away. The service account is stored encrypted."""
    if remove:
        _sure(yes, f"Take the Firebase project of {slug} away?", as_json)
        do(commands.TakeFirebase(slug=slug), as_json)
        return
    if service_account is None:
        raise Misconfigured("which service account?", hint="--service-account FILE, or --remove")
    text = read_file(service_account).decode("utf-8", errors="replace")
    do(commands.GiveFirebase(slug=slug, service_account=text), as_json)


@business.command("invite")
def invite(
    slug: Slug,
    customer: Customer,
    again: Annotated[
        bool, typer.Option("--again", help="Even if they were erased: they want to come back.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a link, with its QR code, that ties a chat or an app to a customer. It works once."""
    do(commands.Invite(slug=slug, customer=customer, again=again), as_json)
