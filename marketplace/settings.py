"""Settings, typed, from the environment alone.

``MARKET_MODE=demo`` (the default of ``make run``) makes its own secret on first start and
binds to this machine only; ``production`` has no built-in secret and refuses to start
without one.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict
from sqlalchemy import make_url

from marketplace.service_addresses import (
    CONSOLE,
    MailServer,
    is_database_address,
    mail_address,
    mail_server,
    mail_url,
    service_url,
    unescaped,
)
from marketplace.site_footer import SiteFooter

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 32
TOKEN_LENGTH = 16
LONGEST_REMINDER = 365
ANSWER_DAYS = 7
"""So many days at least a holder has between the last letter and the hiding of a listing."""
SECRETS = (
    "secret_key",
    "database_url",
    "database_password",
    "redis_url",
    "search_url",
    "metrics_token",
    "mail_url",
    "mail_password",
)
# What SQLAlchemy takes for user and password: up to the first @ after the first colon.
_USER_AND_PASSWORD = re.compile(r"[^:/]*(?::[^@]*)?@")


class Mode(StrEnum):
    """How the market runs."""

    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


class Settings(SiteFooter):
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
    database_password: SecretStr | None = None
    search_url: str | None = None
    redis_url: str | None = None
    secret_key: SecretStr | None = None
    public_url: str | None = None
    allowed_hosts: str = ""
    web_workers: int = Field(default=2, ge=1, le=64)
    web_threads: int = Field(default=4, ge=1, le=64)
    request_limit: str = "1200 per minute"
    upload_limit_mb: int = Field(default=20, ge=1, le=200)
    upload_kept_days: int = Field(default=30, ge=1, le=3650)
    refusal_limit: int = Field(default=30, ge=1, le=10000)
    obligation_reminder_days: str = "30,7,1"
    is_behind_https: bool = False
    metrics_token: SecretStr | None = None
    worker_metrics_port: int | None = Field(default=None, ge=0, le=65535)
    mail_url: str | None = None
    mail_password: SecretStr | None = None
    mail_from: str = ""
    confirm_days: int = Field(default=90, ge=7, le=3650)
    confirm_lower_days: int = Field(default=30, ge=7, le=3650)
    confirm_hide_days: int = Field(default=90, ge=14, le=3650)
    has_semantic_search: bool = True
    encoder_dir: Path | None = None
    commit: str = ""
    site_name_zh: str = "科技成果转化市场"
    site_name_en: str = "Technology Transfer Market"

    @model_validator(mode="before")
    @classmethod
    def _read_files(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What a secret's ``MARKET_…_FILE`` names is read, unless the secret itself is set.

        So containers and systemd hand secrets over: as files that only the service can read.
        """
        for name in SECRETS:
            variable = f"MARKET_{name.upper()}_FILE"
            path = os.environ.get(variable, "")
            if not path or given.get(name):
                continue
            try:
                given[name] = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ValueError(
                    _l("%(name)s 指的文件读不了：%(path)s。", name=variable, path=path)
                ) from error
        return given

    @field_validator("metrics_token")
    @classmethod
    def _check_metrics_token(cls, token: SecretStr | None) -> SecretStr | None:
        """An empty one counts as none."""
        text = token.get_secret_value().strip() if token else ""
        if text and len(text) < TOKEN_LENGTH:
            raise ValueError(
                _l("MARKET_METRICS_TOKEN 要有 %(length)s 个字符以上。", length=TOKEN_LENGTH)
            )
        return SecretStr(text) if text else None

    @field_validator("worker_metrics_port", mode="before")
    @classmethod
    def _check_worker_metrics_port(cls, port: object) -> object:
        return None if port == "" else port

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, url: str | None) -> str | None:
        """An empty one counts as none; pages append their own paths, so it ends at the host."""
        if not url or not url.strip():
            return None
        try:
            parts = urlsplit(url.strip())
            is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
            is_bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
            is_right = is_address and is_bare and parts.port != 0
        except ValueError:  # a port that is no number, brackets that don't match
            is_right = False
        if not is_right:
            raise ValueError(
                _l(
                    "MARKET_PUBLIC_URL 应为 http:// 或 https:// 加主机名，后面什么也不带，"
                    "例如 https://market.example.cn。"
                )
            )
        return url.strip().rstrip("/")

    @field_validator("allowed_hosts")
    @classmethod
    def _check_allowed_hosts(cls, text: str) -> str:
        if any(mark in text for mark in "/@?#"):
            raise ValueError(
                _l(
                    "MARKET_ALLOWED_HOSTS 应为用逗号隔开的主机名，"
                    "例如 market.example.cn,127.0.0.1。"
                )
            )
        return text

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, url: str | None) -> str | None:
        """An empty one counts as none; PostgreSQL is spoken to by psycopg however it is written."""
        if not url or not url.strip():
            return None
        scheme, separator, rest = url.strip().partition("://")
        if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and "/" in rest:
            found = _USER_AND_PASSWORD.match(rest)
            if "@" in rest[found.end() if found else 0 :]:
                raise ValueError(unescaped("MARKET_DATABASE_URL"))
            if is_database_address(f"postgresql+psycopg://{rest}"):
                return f"postgresql+psycopg://{rest}"
        if separator and scheme == "sqlite":
            return url.strip()
        raise ValueError(
            _l(
                "MARKET_DATABASE_URL 应为 PostgreSQL 的地址（postgresql://用户:口令@主机/库名），"
                "不设就用数据文件夹里的 SQLite。"
            )
        )

    @field_validator("obligation_reminder_days")
    @classmethod
    def _check_reminder_days(cls, text: str) -> str:
        parts = [part.strip() for part in text.split(",")]
        if not all(part.isdecimal() and int(part) <= LONGEST_REMINDER for part in parts):
            raise ValueError(
                _l(
                    "MARKET_OBLIGATION_REMINDER_DAYS 应为用逗号隔开的天数（0 到 365），"
                    "例如 30,7,1。"
                )
            )
        return text

    @field_validator("search_url")
    @classmethod
    def _check_search_url(cls, url: str | None) -> str | None:
        return service_url(
            "MARKET_SEARCH_URL",
            url,
            {"http", "https"},
            _l(
                "MARKET_SEARCH_URL 应为 Elasticsearch 的地址，例如 http://127.0.0.1:9200；"
                "后面可以带索引的名字：http://127.0.0.1:9200/market。"
            ),
        )

    @field_validator("redis_url")
    @classmethod
    def _check_redis_url(cls, url: str | None) -> str | None:
        return service_url(
            "MARKET_REDIS_URL",
            url,
            {"redis", "rediss"},
            _l("MARKET_REDIS_URL 应为 Redis 的地址，例如 redis://127.0.0.1:6379/0。"),
        )

    @field_validator("mail_url")
    @classmethod
    def _check_mail_url(cls, url: str | None) -> str | None:
        return mail_url(url)

    @field_validator("mail_from")
    @classmethod
    def _check_mail_from(cls, address: str) -> str:
        if not address.strip():
            return ""
        try:
            return mail_address(address.strip())
        except ValueError as error:
            raise ValueError(
                _l("MARKET_MAIL_FROM 应为发信的邮箱地址，例如 noreply@market.example.cn。")
            ) from error

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = self.secret_key.get_secret_value().strip() if self.secret_key else ""
        if self.mode is Mode.PRODUCTION and len(given) < SECRET_LENGTH:
            raise ValueError(
                _l(
                    "正式运行（MARKET_MODE=production）要有 MARKET_SECRET_KEY："
                    "一段随机的文字，%(length)s 个字符以上。",
                    length=SECRET_LENGTH,
                )
            )
        if self.mode is Mode.DEMO and self.host not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError(
                _l(
                    "演示只在本机应答：HOST 应为 127.0.0.1；要让别的机器访问，"
                    "请设 MARKET_MODE=production。"
                )
            )
        if self.mode is Mode.PRODUCTION and self.mail_url == CONSOLE:
            raise ValueError(
                _l(
                    "正式运行不能把信打印出来，里面有个人信息："
                    "MARKET_MAIL_URL 应为邮件服务器的地址。"
                )
            )
        if self.mail_server is not None and not self.mail_from:
            raise ValueError(_l("设了 MARKET_MAIL_URL，就要有 MARKET_MAIL_FROM：发信的邮箱地址。"))
        if self.confirm_hide_days < self.confirm_lower_days + ANSWER_DAYS:
            raise ValueError(
                _l(
                    "MARKET_CONFIRM_HIDE_DAYS 应比 MARKET_CONFIRM_LOWER_DAYS 至少多 %(days)s 天："
                    "隐藏之前还要再问一次。",
                    days=ANSWER_DAYS,
                )
            )
        self.data_dir = self.data_dir.expanduser().resolve()
        if not _can_hold_data(self.data_dir):
            raise ValueError(
                _l(
                    "DATA_DIR 应为一个可以写入的文件夹，现在是 %(folder)s。",
                    folder=self.data_dir,
                )
            )
        return self

    def site_name(self, language: str) -> str:
        """The market's name in ``zh`` or ``en``."""
        return self.site_name_en if language == "en" else self.site_name_zh

    @property
    def trusted_hosts(self) -> list[str] | None:
        """The host names that requests may name; none when every name is taken as it comes.

        Only production refuses others: there a forged ``Host`` would reach canonical addresses
        and what proxies keep of them.
        """
        named = [name.strip() for name in self.allowed_hosts.split(",") if name.strip()]
        if self.public_url:
            named.append(urlsplit(self.public_url).hostname or "")
        return named if self.mode is Mode.PRODUCTION and named else None

    @property
    def reminder_days(self) -> tuple[int, ...]:
        """So many days before the last day of an obligation its unit is reminded."""
        return tuple(int(part) for part in self.obligation_reminder_days.split(","))

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'market.sqlite3'}"
        if self.database_password is None:
            return self.database_url
        address = make_url(self.database_url).set(
            password=self.database_password.get_secret_value()
        )
        return address.render_as_string(hide_password=False)

    @property
    def has_own_database(self) -> bool:
        """Whether the database is a file of this market's own, which any command may update."""
        return self.database.startswith("sqlite")

    @property
    def mail_server(self) -> MailServer | None:
        """The server that takes letters, where one is set."""
        if not self.mail_url or self.mail_url == CONSOLE:
            return None
        password = self.mail_password.get_secret_value() if self.mail_password else ""
        return mail_server(self.mail_url, password or None)

    @property
    def mail_dir(self) -> Path:
        """Where the console keeps the last letters."""
        return self.data_dir / "mail"

    @property
    def index_dir(self) -> Path:
        """Where the search index lives."""
        return self.data_dir / "index"

    @property
    def encoder_folder(self) -> Path:
        """Where the second encoder lies, if there is one; see docs/matching.md."""
        return (self.encoder_dir or self.data_dir / "encoder").expanduser()

    @property
    def vectors_dir(self) -> Path:
        """Where the files of the vector indexes lie; they can be made anew at any time."""
        return self.data_dir / "vectors"

    @property
    def files_dir(self) -> Path:
        """Where stored files live."""
        return self.data_dir / "files"

    @property
    def broker_dir(self) -> Path:
        """Where the embedded worker's messages pass through."""
        return self.data_dir / "broker"

    @property
    def metrics_dir(self) -> Path:
        """Where the processes of one machine count together."""
        return self.data_dir / "metrics"

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


def _can_hold_data(folder: Path) -> bool:
    """Whether the folder is there or can be made, and can be written to."""
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    except OSError:
        return False


def sentences_about(error: ValidationError) -> list[str]:
    """What is wrong with the settings, a sentence each, in the language of the moment.

    It names the variable and what would be right.
    """
    return [_sentence(dict(problem)) for problem in error.errors()]


def _sentence(problem: dict[str, Any]) -> str:
    own = problem.get("ctx", {}).get("error")
    if own is not None:
        return str(own)
    # Pydantic names the field, or the first of the variable's names, whichever was given.
    short = str(problem["loc"][0]).upper().removeprefix("MARKET_")
    name = f"MARKET_{short}"
    if name not in os.environ and short in os.environ:
        name = short
    field = short.lower()
    given = problem["input"]
    if field == "mode":
        return _("%(name)s 应为 demo 或 production，现在是“%(given)s”。", name=name, given=given)
    if problem["type"].startswith("bool"):
        return _("%(name)s 应为 true 或 false，现在是“%(given)s”。", name=name, given=given)
    bounds = Settings.model_fields[field].metadata
    low = next((bound.ge for bound in bounds if hasattr(bound, "ge")), None)
    high = next((bound.le for bound in bounds if hasattr(bound, "le")), None)
    if low is not None and high is not None:
        return _(
            "%(name)s 应为 %(low)s 到 %(high)s 的整数，现在是“%(given)s”。",
            name=name,
            low=low,
            high=high,
            given=given,
        )
    return _("%(name)s 不能是“%(given)s”。", name=name, given=given)
