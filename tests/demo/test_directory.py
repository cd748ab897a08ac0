"""A demo keeps to its own directory, and lets no other demo in."""

from pathlib import Path

import pytest

from cli.demo.diary import Diary
from cli.demo.directory import claimed, write_secret
from messaging.errors import Refused


def test_a_directory_with_something_else_in_it_is_refused(tmp_path: Path):
    (tmp_path / "thesis.txt").touch()

    with pytest.raises(Refused, match="holds something else"), claimed(tmp_path):
        pass

    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_second_demo_in_the_same_directory_is_refused(tmp_path: Path):
    with (
        claimed(tmp_path / "demo"),
        pytest.raises(Refused, match="is running"),
        claimed(tmp_path / "demo"),
    ):
        pass

    with claimed(tmp_path / "demo") as again:
        assert again.is_dir()


def test_a_secret_is_for_its_owner_only(tmp_path: Path):
    write_secret(tmp_path / "keys", "old")
    write_secret(tmp_path / "keys", "new")

    assert (tmp_path / "keys").read_text() == "new"
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600


def test_what_was_done_is_remembered(tmp_path: Path):
    Diary(tmp_path).note("linked C1001", chat="7")

    diary = Diary(tmp_path)

    assert diary.done("linked C1001")
    assert diary.facts("linked C1001") == {"chat": "7"}
    assert not diary.done("pressed")
