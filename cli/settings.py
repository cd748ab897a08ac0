"""The environment, read once: every setting of an installation."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from messaging.errors import Misconfigured

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
"""https://core.telegram.org/bots/api#setwebhook, November 2026."""


class Settings(BaseSettings):
    """What an installation is told from outside, by variables that begin with `AVVISA_` or a file `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="AVVISA_", env_file=".env", frozen=True, extra="ignore", env_ignore_empty=True
    )

    database_url: SecretStr = Field(
        default=SecretStr("sqlite+aiosqlite:///avvisa.db"),
        description="sqlite+aiosqlite:///file.db, or postgresql+asyncpg://user:password@host/name",
    )
    secret_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Keys that encrypt bot tokens and service accounts, separated by commas; the "
        "first encrypts, all decrypt. `avvisa secrets new` makes one, `avvisa secrets rotate` lets old ones go",
    )
    secret_keys_file: Path | None = Field(
        default=None, description="A file with the same, in place of SECRET_KEYS"
    )
    public_url: str = Field(
        default="http://127.0.0.1:8080", description="How apps and browsers reach this installation"
    )
    http_host: str = Field(default="127.0.0.1", description="The address to listen on")
    http_port: int = Field(default=8080, ge=0, le=65535, description="The port to listen on")
    telegram_api_url: str = Field(
        default="https://api.telegram.org", description="Telegram's Bot API"
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="How updates of the bots come in: fetched, or brought to PUBLIC_URL",
    )
    fcm_api_url: str = Field(default="https://fcm.googleapis.com", description="Firebase")
    log_format: Literal["console", "json"] = Field(
        default="console", description="Lines for people, or JSON for programs"
    )

    @model_validator(mode="after")
    def _one_source_of_keys(self) -> Self:
        if self.secret_keys_file is not None and self.secret_keys.get_secret_value():
            raise ValueError("set AVVISA_SECRET_KEYS or AVVISA_SECRET_KEYS_FILE, not both")
        return self

    def webhook_url(self) -> str | None:
        """Return where Telegram is to bring updates, or None if they are fetched.

        Raises Misconfigured if it could not bring them there.
        """
        if self.telegram_mode == "polling":
            return None
        public, telegram = urlsplit(self.public_url), urlsplit(self.telegram_api_url)
        if {public.hostname, telegram.hostname} <= _LOOPBACK:  # a simulator
            return self.public_url.rstrip("/")
        if public.scheme != "https" or public.hostname is None or public.hostname in _LOOPBACK:
            raise Misconfigured(
                f"Telegram cannot bring updates to AVVISA_PUBLIC_URL={self.public_url}",
                hint="AVVISA_TELEGRAM_MODE=webhook needs an https address that is reached from "
                "outside, such as https://avvisa.example.org; polling needs none",
            )
        if (port := public.port or 443) not in _WEBHOOK_PORTS:
            raise Misconfigured(
                f"Telegram brings updates to port 443, 80, 88 or 8443, and not to {port} "
                "as AVVISA_PUBLIC_URL says",
                hint="let it be one of these from outside; AVVISA_HTTP_PORT may be any other",
            )
        return self.public_url.rstrip("/")

    def keys(self) -> list[str]:
        """Return the keys for the vault, the encrypting one first; none if none is set.

        Raises Misconfigured if the file of keys cannot be read.
        """
        text = self.secret_keys.get_secret_value()
        if self.secret_keys_file is not None:
            try:
                text = self.secret_keys_file.read_text()
            except OSError as error:
                raise Misconfigured(
                    f"AVVISA_SECRET_KEYS_FILE cannot be read: {error.strerror}"
                ) from error
        return [key.strip() for key in text.replace("\n", ",").split(",") if key.strip()]
