"""The environment, read once: every setting of an installation."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from messaging.errors import Misconfigured


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
        "first encrypts, all decrypt. `avvisa secrets new` makes one",
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
    telegram_mode: Literal["polling"] = Field(
        default="polling", description="How updates of the bots come in"
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
