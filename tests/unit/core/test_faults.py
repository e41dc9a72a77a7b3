"""What is told of a service that doesn't answer, and never its password."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from marketplace.core.faults import database_without_password, is_out_of_reach, without_password
from marketplace.settings import Settings, sentences_about

PART = "s3cret"
# Passwords of which any part is recognised wherever it shows.
PASSWORDS = st.lists(st.sampled_from([PART, *"/?#@:%&=+[] 7"]), min_size=1, max_size=9).map(
    lambda parts: PART + "".join(parts) + PART
)
SERVICES = {
    "redis_url": ("redis://market:{}@127.0.0.1:6379/0", "redis://market@127.0.0.1:6379/0"),
    "search_url": ("https://market:{}@search:9200/market", "https://market@search:9200/market"),
}
DATABASE = "postgresql://market:{}@db:5432/market"
SHOWN_DATABASE = "postgresql+psycopg://market@db:5432/market"


@given(PASSWORDS)
def test_the_address_of_the_database_shows_no_part_of_its_password(password: str) -> None:
    escaped = Settings(database_url=DATABASE.format(quote(password, safe="")))
    assert database_without_password(escaped.database) == SHOWN_DATABASE
    apart = Settings(database_url=DATABASE.replace(":{}", ""), database_password=password)
    assert database_without_password(apart.database) == SHOWN_DATABASE


@given(PASSWORDS.filter(lambda password: "@" not in password))
def test_a_password_that_works_as_it_is_typed_is_not_shown_either(password: str) -> None:
    settings = Settings(database_url=DATABASE.format(password))
    assert database_without_password(settings.database) == SHOWN_DATABASE


@given(PASSWORDS.filter(lambda password: "@" in password))
def test_an_at_sign_in_the_password_of_the_database_must_be_escaped(password: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(database_url=DATABASE.format(password))
    (sentence,) = sentences_about(caught.value)
    assert "@ %40" in sentence
    assert PART not in sentence


@pytest.mark.parametrize("name", SERVICES)
@given(PASSWORDS)
def test_the_address_of_a_service_shows_no_part_of_its_password(name: str, password: str) -> None:
    address, shown = SERVICES[name]
    settings = Settings(**{name: address.format(quote(password, safe=""))})
    assert without_password(getattr(settings, name)) == shown
    try:
        settings = Settings(**{name: address.format(password)})
    except ValidationError as error:
        (sentence,) = sentences_about(error)
        assert PART not in sentence
        return
    assert PART not in without_password(getattr(settings, name))


@pytest.mark.parametrize("name", SERVICES)
def test_a_password_that_would_be_taken_for_a_path_is_refused_with_the_way_to_write_it(
    name: str,
) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**{name: SERVICES[name][0].format("7/word")})
    (sentence,) = sentences_about(caught.value)
    assert sentence.startswith(f"MARKET_{name.upper()} 的口令里")
    assert "/ %2F" in sentence
    assert "word" not in sentence


def test_parameters_of_an_address_are_not_shown() -> None:
    address = "postgresql+psycopg://db/market?user=market&password=s3cret"
    assert database_without_password(address) == "postgresql+psycopg://db/market"


def test_a_port_of_the_database_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(database_url="postgresql://db:s3cret/market")
    (sentence,) = sentences_about(caught.value)
    assert sentence.startswith("MARKET_DATABASE_URL 应为")


def sqlite_error(statement: str, path: str = ":memory:") -> sqlite3.Error:
    """What SQLite says of a statement on this file."""
    with pytest.raises(sqlite3.Error) as caught:
        sqlite3.connect(path, timeout=0).execute(statement)
    return caught.value


@pytest.mark.parametrize("statement", ["SELECT missing", "SELECT * FROM missing", "SELEKT"])
def test_a_mistake_of_the_program_is_no_database_out_of_reach(statement: str) -> None:
    error = OperationalError(statement, {}, sqlite_error(statement))
    assert not is_out_of_reach(error)


def test_a_file_that_is_locked_or_not_there_is_a_database_out_of_reach(tmp_path: Path) -> None:
    path = str(tmp_path / "market.sqlite3")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    locked = sqlite_error("CREATE TABLE one (id)", path)
    holder.close()
    gone = sqlite_error("SELECT 1", str(tmp_path / "nowhere" / "market.sqlite3"))
    for told in (locked, gone):
        assert is_out_of_reach(OperationalError("SELECT 1", {}, told))


def test_a_pool_that_ran_out_and_another_database_are_out_of_reach() -> None:
    assert is_out_of_reach(PoolTimeout("no connection became free"))
    assert is_out_of_reach(OperationalError("SELECT 1", {}, OSError("gone")))
