"""A campaign is watched at a terminal: its preview page by page, and how far it has come."""

import time
from typing import Any, cast

from rich.console import Console
from rich.progress import Progress

from cli.answer import Answer
from cli.carrying import carry_out
from cli.commands.campaigns import ShowCampaign
from cli.commands.previews import PreviewCampaign
from cli.preview_words import preview_answer

BETWEEN_LOOKS_S = 1.0


def previewed(slug: str, name: str) -> Answer:
    """Return who would get the campaign and who not, drawing how far it has come: it may be many pages."""
    told: list[dict[str, object]] = []
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=None)
        page = _page(PreviewCampaign(slug=slug, name=name))
        while True:
            told += page["customers"]
            progress.update(task, completed=len(told))
            if page["size"] is not None:
                progress.update(task, total=page["size"])
            if page["next"] is None:
                return preview_answer(name, told)
            page = _page(PreviewCampaign(slug=slug, name=name, **page["next"]))


def _page(asked: PreviewCampaign) -> dict[str, Any]:
    return cast("dict[str, Any]", carry_out(asked).data)


def watch(slug: str, name: str) -> None:
    """Draw how far the campaign has come until it is over, or stands still."""
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=None)
        while True:
            told = carry_out(ShowCampaign(slug=slug, name=name))
            made, pending, state = _numbers(told)
            progress.update(
                task, total=made or None, completed=made - pending, description=f"{name}: {state}"
            )
            if state not in {"scheduled", "running"}:
                return
            time.sleep(BETWEEN_LOOKS_S)


def _numbers(told: Answer) -> tuple[int, int, str]:
    data = cast("dict[str, object]", told.data)
    return cast("int", data["made"]), cast("int", data["pending"]), str(data["state"])
