"""`avvisa campaign …`: one text to an audience."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli import commands, machinery
from cli.verbs.asking import Json, Slug, Yes, ask, do, read_audience, show, who
from messaging.customer import Channel
from messaging.errors import Misconfigured

campaign = typer.Typer(
    help="One text to an audience, now or at a day and hour.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The name of the campaign.")]
Watch = Annotated[
    bool, typer.Option("--watch", help="Stay, and show how it goes on until it is over.")
]

MOST_WATCHED = 1_000
MOST_FAILED = 25
"""In per cent."""


@campaign.command("new")
def new(
    slug: Slug,
    name: Name,
    template: Annotated[str, typer.Option(help="The name of the text.")],
    audience: Annotated[
        Path | None,
        typer.Option(help="A file with its audience; everybody if left out.", metavar="FILE"),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            help="What the text says as campaign.NAME; days like 24/12/2026. May be repeated.",
            metavar="NAME=TEXT",
        ),
    ] = None,
    channel: Annotated[
        list[Channel] | None,
        typer.Option(help="In this order; may be repeated. All of them if left out."),
    ] = None,
    per_hour: Annotated[
        int | None, typer.Option(help="So many an hour; as fast as possible if left out.")
    ] = None,
    canary: Annotated[
        str,
        typer.Option(
            help="So many go first and are watched, and the share of them, in per cent, that may fail; "
            "0: nobody.",
            metavar="N[:PERCENT]",
        ),
    ] = "20:25",
    until: Annotated[
        str | None,
        typer.Option(
            help="The last day on which it may go out, like 24/12/2026. If left out: the field "
            "valid_until, or seven days after its start."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a campaign. Under the name of one that was never scheduled or started: change it."""
    first, most_failed = _canary(canary)
    do(
        commands.WriteCampaign(
            slug=slug,
            name=name,
            template=template,
            audience=None if audience is None else read_audience(audience),
            fields=dict(_field(each) for each in field or ()),
            channels=tuple(channel or Channel),
            per_hour=per_hour,
            canary=first,
            most_failed=most_failed,
            until=None if until is None else _day(until),
            by=who(),
        ),
        as_json,
    )


def _canary(written: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,4})(?::(\d{1,2}|100))?", written)
    if found is None or int(found[1]) > MOST_WATCHED:
        raise Misconfigured(
            f"{written!r} is no canary", hint="write it like 20, or 20:25; 0 for nobody"
        )
    return int(found[1]), MOST_FAILED if found[2] is None else int(found[2])


def _field(written: str) -> tuple[str, str]:
    name, equals, text = written.partition("=")
    if not equals:
        raise Misconfigured(f"{written!r} is no field", hint="write it like text=From Monday on")
    try:
        return name.strip(), _day(text.strip()).isoformat()
    except Misconfigured:
        return name.strip(), text


def _day(written: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(written, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise Misconfigured(f"{written!r} is no day", hint="write it like 24/12/2026")


@campaign.command("list")
def list_campaigns(slug: Slug, as_json: Json = False) -> None:
    """List the campaigns of a business, the newest first."""
    do(commands.ListCampaigns(slug=slug), as_json)


@campaign.command("show")
def show_campaign(slug: Slug, name: Name, watch: Watch = False, as_json: Json = False) -> None:
    """Show where a campaign stands: counts that add up."""
    if watch:
        machinery.watch(slug, name)
    do(commands.ShowCampaign(slug=slug, name=name), as_json)


@campaign.command("check")
def check(slug: Slug, name: Name, as_json: Json = False) -> None:
    """Look a campaign over: its text, its audience, its days. Status 1 if something needs you."""
    do(commands.CheckCampaign(slug=slug, name=name, by=who()), as_json)


@campaign.command("test")
def try_out(
    slug: Slug,
    name: Name,
    customer: Annotated[
        str, typer.Argument(help="The code of whoever is to see it: you, perhaps.")
    ],
    as_json: Json = False,
) -> None:
    """Send one linked customer a test of the text, marked as one; it counts nowhere."""
    do(commands.TryCampaign(slug=slug, name=name, customer=customer, by=who()), as_json)


@campaign.command("preview")
def preview(slug: Slug, name: Name, as_json: Json = False) -> None:
    """Show who would get it, with every text, and who not, with why and what would change it. Nothing is sent."""
    show(machinery.previewed(slug, name), as_json=as_json)


@campaign.command("schedule")
def schedule(
    slug: Slug,
    name: Name,
    on: Annotated[str, typer.Option("--on", help="The day, like 24/12/2026.")],
    at: Annotated[str, typer.Option("--at", help="The local hour, like 10:00.", metavar="HH:MM")],
    as_json: Json = False,
) -> None:
    """Set the day and hour at which it starts, by the clocks of the business."""
    try:
        hour = datetime.strptime(at, "%H:%M").replace(tzinfo=UTC).time()
    except ValueError as error:
        raise Misconfigured(f"{at!r} is no hour", hint="write it like 10:00") from error
    starts = datetime.combine(_day(on), hour)
    do(commands.ScheduleCampaign(slug=slug, name=name, starts=starts, by=who()), as_json)


@campaign.command("start")
def start(
    slug: Slug, name: Name, watch: Watch = False, yes: Yes = False, as_json: Json = False
) -> None:
    """Start it now. Everybody who is in its audience at this moment belongs to it."""
    if not yes:
        typer.confirm(f"Start {name} now?", abort=True, err=as_json)
    answer = ask(commands.ActOnCampaign(slug=slug, name=name, act="start", by=who()))
    if watch:
        machinery.watch(slug, name)
        answer = ask(commands.ShowCampaign(slug=slug, name=name))
    show(answer, as_json=as_json)


@campaign.command("pause")
def pause(slug: Slug, name: Name, as_json: Json = False) -> None:
    """Stop it at once: nothing of it leaves until you resume it."""
    do(commands.ActOnCampaign(slug=slug, name=name, act="pause", by=who()), as_json)


@campaign.command("resume")
def resume(slug: Slug, name: Name, as_json: Json = False) -> None:
    """Go on after a pause, or after the first ones went wrong and you have looked."""
    do(commands.ActOnCampaign(slug=slug, name=name, act="resume", by=who()), as_json)


@campaign.command("cancel")
def cancel(slug: Slug, name: Name, yes: Yes = False, as_json: Json = False) -> None:
    """End it for good: what was not sent is cancelled."""
    if not yes:
        typer.confirm(f"Cancel {name} for good?", abort=True, err=as_json)
    do(commands.ActOnCampaign(slug=slug, name=name, act="cancel", by=who()), as_json)
