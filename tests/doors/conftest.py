"""The day of the workshop's files, and the command line."""

import sys
from pathlib import Path

import pytest
import structlog

from cli import main as command_line
from cli.settings import Settings
from messaging.actions.doors import new_key
from tests.doors.avvisa import Avvisa, Said
from tests.doors.foundations import Foundations
from tests.doors.officina import SUNDAY
from tests.given import StillClock


@pytest.fixture
def clock() -> StillClock:
    """Ten o'clock in Rome, on the Sunday that the files show."""
    return StillClock(SUNDAY)


@pytest.fixture(scope="session")
def foundations(tmp_path_factory: pytest.TempPathFactory) -> Foundations:
    """What was founded in this session."""
    return Foundations(key=new_key(), folder=tmp_path_factory.mktemp("foundations"))


@pytest.fixture
def avvisa(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    foundations: Foundations,
) -> Avvisa:
    """The command in this process, in a folder of its own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AVVISA_{name.upper()}", raising=False)
    monkeypatch.setenv("AVVISA_SECRET_KEYS", foundations.key)
    monkeypatch.setenv("AVVISA_TELEGRAM_API_URL", "http://127.0.0.1:1")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["avvisa", *arguments])
        capsys.readouterr()
        try:
            command_line.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            structlog.reset_defaults()  # it wrote to what pytest captures just now
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    def run_or_copy(*arguments: str) -> Said:
        if arguments[:2] != ("business", "add") or not foundations.fit():
            return run(*arguments)
        return foundations.copied(arguments) or foundations.kept(arguments, run(*arguments))

    return run_or_copy
