"""Settings, typed, from the environment alone.

``MARKET_MODE=demo`` (the default of ``make run``) makes its own secret on first start and
binds to this machine only; ``production`` has no built-in secret and refuses to start
without one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 32


class Mode(StrEnum):
    """How the market runs."""

    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


class Settings(BaseSettings):
    """Everything that differs from place to place. Each may also be set as ``MARKET_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="MARKET_", extra="ignore", populate_by_name=True)

    mode: Mode = Mode.DEMO
    host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("MARKET_HOST", "HOST"))
    port: int = Field(
        default=8000, ge=0, le=65535, validation_alias=AliasChoices("MARKET_PORT", "PORT")
    )
    data_dir: Path = Field(
        default=PROJECT_ROOT / "var", validation_alias=AliasChoices("MARKET_DATA_DIR", "DATA_DIR")
    )
    database_url: str | None = None
    secret_key: SecretStr | None = None
    public_url: str | None = None
    web_workers: int = Field(default=2, ge=1, le=64)
    web_threads: int = Field(default=4, ge=1, le=64)
    request_limit: str = "1200 per minute"
    is_behind_https: bool = False
    site_name_zh: str = "科技成果转化市场"
    site_name_en: str = "Technology Transfer Market"

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = self.secret_key.get_secret_value().strip() if self.secret_key else ""
        if self.mode is Mode.PRODUCTION and len(given) < SECRET_LENGTH:
            raise ValueError(
                f"production needs MARKET_SECRET_KEY: a random text of {SECRET_LENGTH} characters "
                "or more"
            )
        if self.mode is Mode.DEMO and self.host not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError(
                "the demo answers on this machine only: HOST must be 127.0.0.1, or set "
                "MARKET_MODE=production"
            )
        self.data_dir = self.data_dir.expanduser().resolve()
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'market.sqlite3'}"

    @property
    def index_dir(self) -> Path:
        """Where the search index lives."""
        return self.data_dir / "index"

    @property
    def files_dir(self) -> Path:
        """Where stored files live."""
        return self.data_dir / "files"

    @property
    def broker_dir(self) -> Path:
        """Where the embedded worker's messages pass through."""
        return self.data_dir / "broker"

    def secret(self) -> str:
        """The key that signs sessions; in the demo made once and kept in the data folder."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.data_dir / "secret_key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            # Web and worker start at the same moment; the file is empty until one has written.
            fcntl.flock(file, fcntl.LOCK_EX)
            secret = file.read()
            if not secret:
                secret = secrets.token_hex(SECRET_LENGTH)
                file.write(secret)
        return secret
