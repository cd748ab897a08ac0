"""`.env.example` is the list of settings: every one, with its default, and no other."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from cli.settings import Settings
from messaging.actions.doors import new_key
from messaging.errors import Misconfigured

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine's environment, and no `.env`."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AVVISA_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def written() -> dict[str, str]:
    """Return what the file sets, by name."""
    lines = re.findall(r"^([A-Za-z_]+)=(.*)$", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    assert len(lines) == len(dict(lines)), "a setting stands there twice"
    return dict(lines)


def plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else str(value)


def test_every_setting_is_in_the_example_and_no_other() -> None:
    assert list(written()) == [f"AVVISA_{name.upper()}" for name in Settings.model_fields]


def test_the_example_shows_the_defaults_and_empty_is_unset() -> None:
    defaults = {
        f"AVVISA_{name.upper()}": plain(field.default)
        for name, field in Settings.model_fields.items()
    }

    assert written() == defaults


def test_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")

    assert Settings() == Settings.model_construct()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name: str) -> None:
    assert Settings.model_fields[name].description


def test_a_variable_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("AVVISA_HTTP_PORT=1111\nAVVISA_HTTP_HOST=::1\n", "utf-8")
    monkeypatch.setenv("AVVISA_HTTP_PORT", "2222")
    monkeypatch.setenv("AVVISA_HTTP_HOST", "")

    assert (Settings().http_port, Settings().http_host) == (2222, "::1")


def test_keys_come_from_the_environment_or_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = new_key(), new_key()
    assert Settings().keys() == []

    monkeypatch.setenv("AVVISA_SECRET_KEYS", f" {first}, {second} ,")
    assert Settings().keys() == [first, second]

    monkeypatch.delenv("AVVISA_SECRET_KEYS")
    (tmp_path / "keys").write_text(f"{first}\n{second}\n")
    monkeypatch.setenv("AVVISA_SECRET_KEYS_FILE", str(tmp_path / "keys"))
    assert Settings().keys() == [first, second]

    monkeypatch.setenv("AVVISA_SECRET_KEYS_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(Misconfigured, match="AVVISA_SECRET_KEYS_FILE cannot be read"):
        Settings().keys()


def test_secrets_do_not_show_in_what_the_settings_print(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    monkeypatch.setenv("AVVISA_SECRET_KEYS", key)
    monkeypatch.setenv("AVVISA_DATABASE_URL", "postgresql+asyncpg://shop:hush@db/avvisa")

    shown = f"{Settings()} {Settings()!r} {Settings().model_dump()}"

    assert key not in shown
    assert "hush" not in shown


SIMULATOR = "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("public", "telegram", "words"),
    [
        ("http://127.0.0.1:8080", "https://api.telegram.org", "https address"),
        ("http://avvisa.example.org", "https://api.telegram.org", "https address"),
        ("https://localhost", "https://api.telegram.org", "https address"),
        ("avvisa.example.org", "https://api.telegram.org", "https address"),
        ("http://avvisa.example.org", SIMULATOR, "https address"),
        ("https://avvisa.example.org:9443", "https://api.telegram.org", "port"),
    ],
)
def test_where_telegram_cannot_bring_updates_is_said_at_once(
    public: str, telegram: str, words: str
) -> None:
    told = Settings(telegram_mode="webhook", public_url=public, telegram_api_url=telegram)

    with pytest.raises(Misconfigured) as refused:
        told.webhook_url()

    assert "AVVISA_PUBLIC_URL" in str(refused.value)
    assert words in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(
    ("public", "telegram"),
    [
        ("https://avvisa.example.org/", "https://api.telegram.org"),
        ("https://avvisa.example.org:8443/shops", "https://api.telegram.org"),
        ("http://127.0.0.1:8080", SIMULATOR),
    ],
)
def test_where_telegram_can_bring_updates_is_taken_as_it_is(public: str, telegram: str) -> None:
    told = Settings(telegram_mode="webhook", public_url=public, telegram_api_url=telegram)

    assert told.webhook_url() == public.rstrip("/")
    assert told.model_copy(update={"telegram_mode": "polling"}).webhook_url() is None
