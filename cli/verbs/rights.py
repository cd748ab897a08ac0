"""What people may ask of a business about their data, and what proves what they agreed to."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from cli import commands
from cli.answer import Answer
from cli.verbs.asking import Customer, Json, Slug, Yes, ask, do, show, who
from messaging.errors import Misconfigured

rights = typer.Typer()


class LedgerAct(StrEnum):
    """What to do with the ledger of consents."""

    VERIFY = "verify"
    PROOF = "proof"


@rights.command("ledger")
def ledger(
    slug: Slug,
    act: Annotated[LedgerAct, typer.Argument()] = LedgerAct.VERIFY,
    customer: Annotated[str | None, typer.Argument(help="Whose proof.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the proof, HTML to print.")
    ] = None,
    noted: Annotated[
        str | None,
        typer.Option(
            help="A place as `verify` told it before, NUMBER:HASH: it must be there still."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Walk the chain of consents, or write what a customer agreed to or refused as a page to print.

    Status 1, and the first entry that does not fit, if the ledger is not intact.
    """
    if act is LedgerAct.VERIFY:
        do(commands.VerifyLedger(slug=slug, noted=noted), as_json, working="Reading the ledger")
    elif customer is None or out is None:
        raise Misconfigured(
            "whose proof, and where to?",
            hint="avvisa ledger SLUG proof CUSTOMER --out FILE.html",
        )
    else:
        _prove(slug, customer, out, as_json=as_json)


def _prove(slug: str, customer: str, out: Path, *, as_json: bool) -> None:
    answer = ask(commands.ProveConsents(slug=slug, customer=customer))
    data = cast("dict[str, Any]", answer.data)
    write_file(out, data.pop("html"))
    count = data["entries"]
    answer.lines.append(f"{count} {'entry' if count == 1 else 'entries'}, written to {out}")
    if answer.code:
        answer.lines.append("The ledger is NOT intact: the page says where.")
    show(answer, as_json=as_json)
    raise typer.Exit(answer.code)


@rights.command("erase")
def erase(
    slug: Slug,
    customer: Customer,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase a customer who asked for it. It cannot be undone; a file that names them again brings nobody back."""
    if not yes:
        typer.confirm(f"Erase {customer} for good?", abort=True, err=as_json)
    do(commands.EraseCustomer(slug=slug, customer=customer, by=who()), as_json)


@rights.command("export")
def export(
    slug: Slug,
    customer: Customer,
    out: Annotated[
        Path, typer.Option(help="The folder to write to; it is made if it is not there.")
    ],
    as_json: Json = False,
) -> None:
    """Write a copy of what is kept of a customer: JSON for programs, and a page to read or print."""
    answer = ask(commands.ExportCustomer(slug=slug, customer=customer, by=who()))
    data = cast("dict[str, str]", answer.data)
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"{out} cannot be made: {error.strerror}") from error
    written = [out / "data.json", out / "data.html"]
    for file, text in zip(written, (data["json"], data["html"]), strict=True):
        write_file(file, text)
    lines = [f"Written: {file}" for file in written]
    show(Answer(data={"files": [str(file) for file in written]}, lines=lines), as_json=as_json)


def write_file(file: Path, text: str) -> None:
    """Write a text for its owner's eyes. Raises Misconfigured if that cannot be."""
    try:
        file.touch(mode=0o600)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise Misconfigured(f"{file} cannot be written: {error.strerror}") from error
