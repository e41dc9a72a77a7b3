"""Settings: from the environment alone, and refused with a sentence."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
from pydantic import ValidationError

from marketplace import settings as module
from marketplace.settings import PROJECT_ROOT, Mode, Settings, sentences_about

LONG_SECRET = "a random text of at least 32 characters"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the market in the environment, whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith("MARKET_") or name in {"HOST", "PORT", "DATA_DIR"}:
            monkeypatch.delenv(name)


def refusal(make: Callable[[], object]) -> str:
    with pytest.raises(ValidationError) as error:
        make()
    (problem,) = error.value.errors()
    return problem["msg"]


def test_without_any_environment_the_demo_runs_on_this_machine_alone() -> None:
    settings = Settings()
    assert (settings.mode, settings.host, settings.port) == (Mode.DEMO, "127.0.0.1", 8000)
    assert settings.data_dir == PROJECT_ROOT / "var"
    assert settings.secret_key is None


def test_port_host_and_data_folder_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORT", "9123")
    monkeypatch.setenv("HOST", "::1")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    settings = Settings()
    assert (settings.port, settings.host) == (9123, "::1")
    assert settings.data_dir == tmp_path / "data"
    assert settings.database == f"sqlite:///{tmp_path}/data/market.sqlite3"
    for folder in (settings.index_dir, settings.files_dir, settings.broker_dir):
        assert folder.parent == tmp_path / "data"


def test_the_name_of_the_market_goes_before_the_general_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "9123")
    monkeypatch.setenv("MARKET_PORT", "9124")
    assert Settings().port == 9124


def test_what_is_given_in_code_goes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DATA_DIR", "MARKET_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "environment"))
    monkeypatch.setenv("PORT", "9123")
    settings = Settings(data_dir=tmp_path / "code", port=9124)
    assert (settings.data_dir, settings.port) == (tmp_path / "code", 9124)


def test_a_relative_data_folder_is_made_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert Settings(data_dir=Path("here")).data_dir == tmp_path / "here"
    assert Settings(data_dir=Path("~/there")).data_dir == tmp_path / "home" / "there"


def test_another_database_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKET_DATABASE_URL", "postgresql+psycopg:///market")
    assert Settings().database == "postgresql+psycopg:///market"


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    assert refusal(Settings)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_the_demo_refuses_to_answer_other_machines(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("HOST", host)
    message = refusal(Settings)
    assert "127.0.0.1" in message
    assert "MARKET_MODE=production" in message


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_the_demo_answers_under_each_name_of_this_machine(host: str) -> None:
    assert Settings(host=host).host == host


@pytest.mark.parametrize("secret", [None, "", "short", "x" * 31, " " * 40])
def test_production_without_a_proper_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    monkeypatch.setenv("MARKET_MODE", "production")
    if secret is not None:
        monkeypatch.setenv("MARKET_SECRET_KEY", secret)
    message = refusal(Settings)
    assert "MARKET_SECRET_KEY" in message
    assert "32" in message


def test_production_with_a_secret_may_answer_other_machines(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MARKET_MODE", "production")
    monkeypatch.setenv("MARKET_SECRET_KEY", LONG_SECRET)
    settings = Settings(host="0.0.0.0", data_dir=tmp_path)
    assert settings.secret() == LONG_SECRET
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "market.example.cn",
        "ftp://market.example.cn",
        "https://",
        "https://market.example.cn/path",
        "https://market.example.cn?x=1",
        "https://user@market.example.cn",
        "https://market.example.cn:port",
        "https://[::1",
    ],
)
def test_a_public_address_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("MARKET_PUBLIC_URL", url)
    message = refusal(Settings)
    assert "MARKET_PUBLIC_URL" in message
    assert "https://market.example.cn" in message


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://market.example.cn/", "https://market.example.cn"),
        ("http://10.0.0.5:8000", "http://10.0.0.5:8000"),
        (" ", None),
    ],
)
def test_a_public_address_ends_at_its_host(
    monkeypatch: pytest.MonkeyPatch, given: str, kept: str | None
) -> None:
    monkeypatch.setenv("MARKET_PUBLIC_URL", given)
    assert Settings().public_url == kept


def test_allowed_hosts_are_names_not_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKET_ALLOWED_HOSTS", "https://market.example.cn")
    assert "MARKET_ALLOWED_HOSTS" in refusal(Settings)


def test_production_trusts_its_public_host_and_the_allowed_ones_alone(tmp_path: Path) -> None:
    def trusted(**values: str) -> list[str] | None:
        mode = Mode(values.pop("mode", "production"))
        return Settings(
            mode=mode, secret_key=LONG_SECRET, data_dir=tmp_path, **values
        ).trusted_hosts

    public = "https://Market.example.cn:8443"
    assert trusted(public_url=public) == ["market.example.cn"]
    assert trusted(public_url=public, allowed_hosts="a.cn, 127.0.0.1,") == [
        "a.cn",
        "127.0.0.1",
        "market.example.cn",
    ]
    assert trusted() is None
    assert trusted(public_url=public, mode="demo") is None


def test_a_secret_does_not_show_when_settings_are_printed() -> None:
    assert LONG_SECRET not in repr(Settings(secret_key=LONG_SECRET))


def test_the_demo_makes_its_own_secret_and_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    secret = Settings(data_dir=folder).secret()
    assert len(secret) >= 32
    assert Settings(data_dir=folder).secret() == secret
    assert Settings(data_dir=tmp_path / "other").secret() != secret


def test_the_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    Settings(data_dir=tmp_path).secret()
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_start_in_the_middle_of_another_agrees_on_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_made = secrets.token_hex
    seen: list[str] = []
    second = Thread(target=lambda: seen.append(Settings(data_dir=tmp_path).secret()))

    def made_slowly(size: int) -> str:
        if second.ident is None:
            second.start()
            second.join(0.2)
        return really_made(size)

    monkeypatch.setattr(module.secrets, "token_hex", made_slowly)
    seen.append(Settings(data_dir=tmp_path).secret())
    second.join()
    assert len(seen[0]) >= 32
    assert seen[0] == seen[1]


def test_a_secret_that_a_killed_start_left_unwritten_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch(0o600)
    secret = Settings(data_dir=tmp_path).secret()
    assert len(secret) >= 32
    assert Settings(data_dir=tmp_path).secret() == secret


def test_many_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    together = Barrier(8)
    seen: list[str] = []

    def start() -> None:
        settings = Settings(data_dir=tmp_path)
        together.wait()
        seen.append(settings.secret())

    threads = [Thread(target=start) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == together.parties
    assert len(set(seen)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_data_folder_that_is_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("")
    for folder in (path, path / "below"):
        with pytest.raises(ValidationError) as refused:
            Settings(mode=Mode.TEST, data_dir=folder)
        assert sentences_about(refused.value) == [
            f"DATA_DIR 应为一个可以写入的文件夹，现在是 {folder}。"
        ]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("MARKET_DATABASE_URL", "mysql://db/market"),
        ("MARKET_DATABASE_URL", "postgresql:market"),
        ("MARKET_SEARCH_URL", "127.0.0.1:9200"),
        ("MARKET_SEARCH_URL", "http://host:many"),
        ("MARKET_REDIS_URL", "http://127.0.0.1:6379"),
        ("MARKET_REDIS_URL", "redis://"),
    ],
)
def test_an_address_of_no_such_service_is_refused_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, wrong: str
) -> None:
    monkeypatch.setenv(name, wrong)
    assert name in refusal(Settings)


@pytest.mark.parametrize("name", ["MARKET_DATABASE_URL", "MARKET_SEARCH_URL", "MARKET_REDIS_URL"])
def test_an_empty_address_of_a_service_means_the_embedded_one(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, " ")
    settings = Settings()
    assert settings.has_own_database
    assert settings.search_url is None
    assert settings.redis_url is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_through_psycopg_however_it_is_written(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://clerk:secret@db:5433/market")
    assert settings.database == "postgresql+psycopg://clerk:secret@db:5433/market"
    assert not settings.has_own_database
