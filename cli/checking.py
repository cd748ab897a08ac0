"""`avvisa check`: what this machine tells, and what is asked where the database is open, together."""

import asyncio
import os
import shutil
import stat
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import TypeAdapter

from cli.carrying import read_settings
from cli.commands.checks import ONCE, Check
from cli.execute import execute
from cli.handing_over import word_beside
from cli.house import Answer
from cli.logs import configure
from cli.settings import Settings
from messaging.actions.doors import Vault, sqlite_path
from messaging.errors import AvvisaError, Misconfigured, NotFound
from messaging.finding import Finding, Severity, fine, needs_you, warning

LEAST_FREE = 256 * 2**20
LITTLE_FREE = 2**30
"""Bytes of the database's disk. When it is full nothing can be recorded, and so nothing is sent; the
write-ahead log of a large import alone can take a quarter of a gibibyte.
"""

WIDTH = 78

_findings: TypeAdapter[list[Finding]] = TypeAdapter(list[Finding])


def checked(slug: str | None) -> Answer:
    """Return everything that was found, be it that the settings cannot be read. Raises NotFound for the business."""
    try:
        settings = read_settings()
    except Misconfigured as error:
        return answer_of([_refused("settings_wrong", error)])
    configure(settings.log_format, quiet=True)
    return asyncio.run(check_installation(settings, slug))


async def check_installation(settings: Settings, slug: str | None) -> Answer:
    """Return everything that was found, whether or not `serve` is running. Raises NotFound for the
    business.

    Nothing is changed: an old schema stays as it is.
    """
    found = [*_keys(settings), *_files(settings)]
    path = None
    try:
        settings.webhook_url()
        path = sqlite_path(settings.database_url.get_secret_value())
    except Misconfigured as error:
        return answer_of([*found, _refused("settings_wrong", error)])
    if path is not None:
        found += _database_file(path)
    if all(each.severity is not Severity.NEEDS_YOU for each in found):
        found += await _ask(settings, slug)
        found += _serving(settings)
    return answer_of(found)


def _refused(code: str, error: AvvisaError) -> Finding:
    return needs_you(code, str(error), error.hint)


async def _ask(settings: Settings, slug: str | None) -> list[Finding]:
    try:
        answer = await execute(Check(slug=slug), settings, migrating=False)
    except NotFound:
        raise
    except Misconfigured as error:
        return [_refused("database_unreachable", error)]
    return _findings.validate_python(answer.data)


def _keys(settings: Settings) -> Iterator[Finding]:
    try:
        keys = settings.keys()
        Vault(keys)
    except Misconfigured as error:
        yield _refused("secret_keys_wrong", error)
        return
    if not keys:
        yield warning(
            "secret_keys_missing",
            "AVVISA_SECRET_KEYS is empty: no bot or project can be given to a business",
            "make a key with `avvisa secrets new` and keep a copy of it apart from the database",
        )


def _files(settings: Settings) -> Iterator[Finding]:
    """Tell which files with secrets or people's data everybody on this machine can read."""
    named = [Path(".env"), settings.secret_keys_file]
    for each in named:
        if each is not None and _open_to_all(each):
            yield _readable(each)


def _readable(path: Path) -> Finding:
    return warning(
        "file_readable",
        f"everybody on this machine can read {path.name}",
        f"chmod 600 {path}",
    )


def _open_to_all(path: Path) -> bool:
    if os.name != "posix" or not path.exists():
        return False
    return bool(path.stat().st_mode & stat.S_IROTH)


def _database_file(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield needs_you(
            "no_database",
            f"there is no database yet at {path}",
            "is AVVISA_DATABASE_URL right? If this is a new installation: "
            "avvisa business add SLUG --name NAME",
        )
        return
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        yield needs_you(
            "database_read_only",
            f"avvisa may not write {path.name}, or beside it in {path.parent}",
            "let it belong to whoever runs avvisa",
        )
    if _open_to_all(path):
        yield _readable(path)
    yield disk_finding(path, shutil.disk_usage(path.parent).free)


def disk_finding(path: Path, free: int) -> Finding:
    """Return whether the disk of the file has room left; `free` in bytes."""
    said = f"{free // 2**20} MiB are free on the disk of {path.name}"
    if free < LEAST_FREE:
        return needs_you("disk_full", said, "make room: on a full disk nothing is recorded or sent")
    if free < LITTLE_FREE:
        return warning("disk_nearly_full", said, "make room before it is full")
    return fine("disk", said)


def _serving(settings: Settings) -> Iterator[Finding]:
    word = word_beside(settings)
    if word is not None and not word.exists():
        yield warning(
            "not_serving", "`avvisa serve` is not running: nothing leaves", "avvisa serve"
        )


# ------------------------------------------------------------ what is shown


def answer_of(found: Sequence[Finding]) -> Answer:
    """Return the findings for programs and for people; status 1 if something needs a person."""
    told = [replace(each, about=None) if each.code in ONCE else each for each in found]
    needs = [each for each in told if each.severity is Severity.NEEDS_YOU]
    return Answer(
        data={"ok": not needs, "findings": [asdict(each) for each in told]},
        lines=list(_lines(told)),
        code=1 if needs else 0,
    )


_MARKS = {Severity.NEEDS_YOU: "NEEDS YOU", Severity.WARNING: "warning", Severity.FINE: "fine"}


def _lines(found: Sequence[Finding]) -> Iterator[str]:
    for about in dict.fromkeys(each.about for each in found):
        yield about or "this installation"
        mine = [each for each in found if each.about == about]
        for each in sorted(mine, key=lambda finding: list(Severity).index(finding.severity)):
            yield from _wrapped(f"{each.says}.", first=f"  {_MARKS[each.severity]:<11}")
            if each.todo:
                yield from _wrapped(f"What to do: {each.todo}.", first=" " * 13)
        yield ""
    yield _summary(found)


def _summary(found: Sequence[Finding]) -> str:
    needs = sum(each.severity is Severity.NEEDS_YOU for each in found)
    warnings = sum(each.severity is Severity.WARNING for each in found)
    if not needs and not warnings:
        return "All is well."
    parts = []
    if needs:
        parts.append(f"{needs} {'thing needs' if needs == 1 else 'things need'} you")
    if warnings:
        parts.append(f"{warnings} {'warning' if warnings == 1 else 'warnings'}")
    return f"{', '.join(parts)}."


def _wrapped(text: str, *, first: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * 13,
        break_long_words=False,
        break_on_hyphens=False,
    )
