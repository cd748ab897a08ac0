"""What a business asks every day: what is coming, why, where it stands, what waits, what came back."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from cli import commands
from cli.verbs.asking import Customer, Json, OnlyRule, Slug, do, read_audience, who
from messaging.errors import Misconfigured

daily = typer.Typer()

Ids = Annotated[list[int] | None, typer.Option("--id", help="Only these; may be repeated.")]


@daily.command("plan")
def plan(
    slug: Slug,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Up to this day; a week if left out."),
    ] = None,
    compare: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Show instead what came of this day otherwise than its forecast said.",
            metavar="DAY",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what will go out, to whom, when, and what will not, and why; it is kept for --compare."""
    if compare is not None:
        do(commands.ComparePlan(slug=slug, day=compare.date()), as_json, working="What came of it")
        return
    day: date | None = None if until is None else until.date()
    do(commands.Plan(slug=slug, until=day), as_json, working="What is coming")


@daily.command("explain")
def explain(
    slug: Slug,
    customer: Customer,
    rule: Annotated[
        str | None, typer.Option("--rule", help="Only this rule; all of them if left out.")
    ] = None,
    campaign: Annotated[
        str | None, typer.Option("--campaign", help="This campaign, instead of the rules.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell why a customer got something or did not, what comes next, and what would change it."""
    if campaign is not None:
        do(commands.ExplainCampaign(slug=slug, name=campaign, customer=customer), as_json)
        return
    command = commands.Explain(slug=slug, customer=customer, rule=rule)
    do(command, as_json, working=customer)


@daily.command("audience")
def audience(
    slug: Slug,
    file: Annotated[Path, typer.Argument(help="A file with the audience, as JSON.")],
    as_json: Json = False,
) -> None:
    """Show who is in an audience today."""
    do(commands.ShowAudience(slug=slug, audience=read_audience(file)), as_json)


@daily.command("status")
def status(slug: Slug, as_json: Json = False) -> None:
    """Show where every notice of a business stands."""
    do(commands.Status(slug=slug), as_json)


class HeldAct(StrEnum):
    """What to do with what waits for a person."""

    LIST = "list"
    SHOW = "show"
    RELEASE = "release"
    DROP = "drop"


@daily.command("held")
def held(
    slug: Slug,
    act: Annotated[HeldAct, typer.Argument()] = HeldAct.LIST,
    group: Annotated[
        str | None,
        typer.Argument(help="A group of the list, RULE:WHY; a RULE stands for all of its groups."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Only this customer, plate or record; may be repeated."),
    ] = None,
    but: Annotated[
        list[str] | None, typer.Option("--except", help="All but this one; may be repeated.")
    ] = None,
    only_rule: OnlyRule = None,
    ids: Ids = None,
    as_json: Json = False,
) -> None:
    """Show what waits for a person in groups, let a group go, all or some of it, or drop it."""
    rule, _, why = (group or only_rule or "").partition(":")
    chosen = _Chosen(rule=rule or None, reason=why or None)
    some = _Some(ids=ids or None, only=tuple(only or ()), but=tuple(but or ()))
    match act:
        case HeldAct.LIST | HeldAct.SHOW:
            do(commands.ListHeld(slug=slug, **chosen), as_json)
        case HeldAct.RELEASE:
            do(commands.ReleaseHeld(slug=slug, **chosen, **some), as_json)
        case HeldAct.DROP:
            do(commands.DropHeld(slug=slug, **chosen, **some), as_json)


class _Chosen(TypedDict):
    rule: str | None
    reason: str | None


class _Some(TypedDict):
    ids: list[int] | None
    only: tuple[str, ...]
    but: tuple[str, ...]


class RepliesAct(StrEnum):
    """What to do with what customers wrote or pressed."""

    LIST = "list"
    ANSWER = "answer"
    DONE = "done"


@daily.command("replies")
def replies(
    slug: Slug,
    act: Annotated[RepliesAct, typer.Argument()] = RepliesAct.LIST,
    reply_id: Annotated[int | None, typer.Argument(help="Which reply.")] = None,
    text: Annotated[str | None, typer.Argument(help="What to answer.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Handled ones too.")] = False,
    as_json: Json = False,
) -> None:
    """Show what customers wrote or pressed, answer one in the chat it came from, or note that it is handled."""
    if act is RepliesAct.LIST:
        do(commands.ListReplies(slug=slug, everything=everything), as_json)
    elif reply_id is None:
        raise Misconfigured("which reply?", hint=f"avvisa replies SLUG {act.value} ID")
    elif act is RepliesAct.ANSWER:
        if text is None:
            raise Misconfigured("what to answer?", hint='avvisa replies SLUG answer ID "text"')
        do(commands.AnswerReply(slug=slug, id=reply_id, text=text, by=who()), as_json)
    else:
        do(commands.CloseReply(slug=slug, id=reply_id), as_json)


@daily.command("write")
def write(
    slug: Slug,
    customer: Customer,
    text: Annotated[
        str, typer.Argument(help="What to write; the name of the business comes first.")
    ],
    as_json: Json = False,
) -> None:
    """Write to one customer, now. An offer goes only to whoever agreed to offers."""
    do(commands.WriteLetter(slug=slug, customer=customer, text=text, by=who()), as_json)
