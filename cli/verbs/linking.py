"""`avvisa poster` and `avvisa links`: how customers come in by themselves."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer

from cli import commands, machinery
from cli.verbs.asking import Json, Slug, ask, do, show, who
from messaging.errors import Misconfigured

linking = typer.Typer()


class PaperSize(StrEnum):
    """What the poster is printed on."""

    A4 = "a4"
    A5 = "a5"


@linking.command("poster")
def poster(
    slug: Slug,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to: .svg, a page to print; .png, the code alone."),
    ] = None,
    paper: Annotated[PaperSize, typer.Option(help="The size of the page.")] = PaperSize.A4,
    as_json: Json = False,
) -> None:
    """Make the poster for the counter: whoever frames its code meets the shop's bot."""
    answer = ask(commands.Poster(slug=slug))
    if out is not None:
        told = cast("dict[str, str]", answer.data)
        if out.suffix.lower() == ".svg":
            page = machinery.poster_svg(
                name=told["name"],
                link=told["link"],
                language=told["language"],
                paper=paper.value,
            ).encode()
        elif out.suffix.lower() == ".png":
            page = machinery.code_png(told["link"])
        else:
            raise Misconfigured(
                f"a poster cannot be a {out.suffix or 'file without an ending'}",
                hint="--out poster.svg, or --out code.png",
            )
        try:
            out.write_bytes(page)
        except OSError as error:
            raise Misconfigured(f"{out} cannot be written: {error.strerror}") from error
        whole = out.suffix.lower() == ".svg"
        what = (
            "open it in a browser and print it" if whole else "the code alone, to be put anywhere"
        )
        answer.lines[:] = [told["link"], f"{out} is there: {what}."]
    show(answer, as_json=as_json)


class LinksAct(StrEnum):
    """What to do with who asks to be linked."""

    LIST = "list"
    APPROVE = "approve"
    REFUSE = "refuse"
    CONFIRM = "confirm"


@linking.command("links")
def links(
    slug: Slug,
    act: Annotated[LinksAct, typer.Argument()] = LinksAct.LIST,
    request_id: Annotated[int | None, typer.Argument(help="Which request.")] = None,
    customer: Annotated[
        str | None,
        typer.Option(help="Who they are: the customer's code in the management software."),
    ] = None,
    parent: Annotated[
        bool, typer.Option("--parent", help="A parent of a child was there and agrees.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show who asks to be linked, say who they are, or refuse; confirm a link whose number has changed."""
    if act is LinksAct.LIST:
        do(commands.ListLinks(slug=slug), as_json)
    elif act is LinksAct.CONFIRM:
        if customer is None:
            raise Misconfigured("whose link?", hint="--customer CODE")
        do(commands.ConfirmLink(slug=slug, customer=customer, actor=who()), as_json)
    elif request_id is None:
        raise Misconfigured("which request?", hint=f"avvisa links {slug} {act.value} ID")
    elif act is LinksAct.REFUSE:
        do(commands.RefuseLink(slug=slug, id=request_id, actor=who()), as_json)
    elif customer is None:
        raise Misconfigured("who are they?", hint="--customer CODE")
    else:
        command = commands.ApproveLink(
            slug=slug, id=request_id, customer=customer, with_parent=parent, actor=who()
        )
        do(command, as_json)
