"""Secrets come from the environment or from files that it names, and never show."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from marketplace.settings import Settings, sentences_about

LONG = "a random text of at least 32 characters"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))


def test_a_secret_is_read_from_the_file_that_its_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(f"{LONG}\n")
    (tmp_path / "password").write_text("p@ss/word\n")
    monkeypatch.setenv("MARKET_MODE", "production")
    monkeypatch.setenv("MARKET_SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("MARKET_DATABASE_URL", "postgresql://market@db/market")
    monkeypatch.setenv("MARKET_DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    settings = Settings()
    assert settings.secret() == LONG
    assert settings.database == "postgresql+psycopg://market:p%40ss%2Fword@db/market"
    assert "p@ss" not in repr(settings)
    assert LONG not in repr(settings)


def test_the_variable_itself_goes_before_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("of-the-file-0123456789")
    monkeypatch.setenv("MARKET_METRICS_TOKEN_FILE", str(tmp_path / "token"))
    token = Settings().metrics_token
    assert token is not None
    assert token.get_secret_value() == "of-the-file-0123456789"
    monkeypatch.setenv("MARKET_METRICS_TOKEN", "of-the-variable-0123")
    token = Settings().metrics_token
    assert token is not None
    assert token.get_secret_value() == "of-the-variable-0123"


def test_a_file_that_cannot_be_read_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MARKET_SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ValidationError) as caught:
        Settings()
    (sentence,) = sentences_about(caught.value)
    assert sentence.startswith("MARKET_SECRET_KEY_FILE")
    assert "nowhere" in sentence


@pytest.mark.parametrize(
    ("name", "value"), [("MARKET_METRICS_TOKEN", "short"), ("MARKET_WORKER_METRICS_PORT", "70000")]
)
def test_what_cannot_be_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert name in sentences_about(caught.value)[0]


def test_empty_ones_count_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("METRICS_TOKEN", "WORKER_METRICS_PORT", "SECRET_KEY_FILE", "COMMIT"):
        monkeypatch.setenv(f"MARKET_{name}", "")
    settings = Settings()
    assert (settings.metrics_token, settings.worker_metrics_port) == (None, None)
