"""`avvisa staff`: the people of a business in its bot."""

from enum import StrEnum
from typing import Annotated

import typer

from cli import commands
from cli.verbs.asking import Json, Slug, do, who
from messaging.errors import Misconfigured
from messaging.staff import Role

staff = typer.Typer()


class StaffAct(StrEnum):
    """What to do about the people of a business."""

    LIST = "list"
    INVITE = "invite"
    REMOVE = "remove"


@staff.command("staff")
def people(
    slug: Slug,
    act: Annotated[StaffAct, typer.Argument()] = StaffAct.LIST,
    whom: Annotated[
        str | None, typer.Argument(help="A name, to invite; the id in the list, to remove.")
    ] = None,
    role: Annotated[
        Role, typer.Option(help="What they may do: everything; answer and decide; or only look.")
    ] = Role.OPERATOR,
    as_json: Json = False,
) -> None:
    """Show who of a business sits at its bot, invite somebody with a link that works once, or remove somebody."""
    if act is StaffAct.LIST:
        do(commands.ListStaff(slug=slug), as_json)
    elif whom is None:
        raise Misconfigured("whom?", hint=f"avvisa staff {slug} {act.value} …")
    elif act is StaffAct.INVITE:
        do(commands.InviteStaff(slug=slug, name=whom, role=role, by=who()), as_json)
    elif not whom.isdecimal():
        raise Misconfigured(f"{whom!r} is no id", hint=f"avvisa staff {slug} list")
    else:
        do(commands.RemoveStaff(slug=slug, id=int(whom), by=who()), as_json)
