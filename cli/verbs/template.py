"""`avvisa template …`: what a business says."""

from pathlib import Path
from typing import Annotated

import typer

from cli import commands, machinery
from cli.verbs.asking import Json, Slug, do, read_file
from messaging.customer import Channel

template = typer.Typer(help="What a business says.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name of the template.")]
Written = Annotated[
    Path,
    typer.Argument(help="A file with the template (YAML), as `show` prints it.", metavar="FILE"),
]


def _text(file: Path) -> str:
    return read_file(file).decode("utf-8", errors="replace")


@template.command("list")
def list_templates(slug: Slug, as_json: Json = False) -> None:
    """List the templates of a business, and the rules that use them."""
    do(commands.ListTemplates(slug=slug), as_json)


@template.command("show")
def show_template(slug: Slug, name: Name, as_json: Json = False) -> None:
    """Print a template as a file that can be edited and saved."""
    do(commands.ShowTemplate(slug=slug, name=name), as_json)


@template.command("check")
def check_template(slug: Slug, file: Written, as_json: Json = False) -> None:
    """Proofread a template without saving it. Status 1 if it could not be saved."""
    do(commands.CheckTemplate(slug=slug, template=machinery.parse_template(_text(file))), as_json)


@template.command("save")
def save_template(slug: Slug, file: Written, as_json: Json = False) -> None:
    """Save a template as a new version. What is planned already keeps the version it was planned with."""
    do(commands.SaveTemplate(slug=slug, template=machinery.parse_template(_text(file))), as_json)


@template.command("preview")
def preview_template(
    slug: Slug,
    name: Name,
    customer: Annotated[
        str, typer.Option("--customer", help="The customer's code in the management software.")
    ],
    record: Annotated[
        str | None,
        typer.Option(
            "--record", help="The code of the record or thing to tell of; the newest if left out."
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="In place of the customer's own.")
    ] = None,
    channel: Annotated[Channel, typer.Option("--channel")] = Channel.TELEGRAM,
    as_json: Json = False,
) -> None:
    """Show a template as it would arrive at a customer, and how each of its fields is filled."""
    do(
        commands.PreviewTemplate(
            slug=slug,
            name=name,
            customer=customer,
            record=record,
            language=language,
            channel=channel,
        ),
        as_json,
    )
