"""Where letters go and from whom: read from the environment, refused with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from marketplace.service_addresses import Encryption, mail_address
from marketplace.settings import Mode, Settings, sentences_about

SENDER = "noreply@market.example.cn"


def made(folder: Path, **values: Any) -> Settings:
    return Settings(mode=Mode.TEST, data_dir=folder, mail_from=SENDER, **values)


def refusal(folder: Path, **values: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings(data_dir=folder, **values)
    (sentence,) = sentences_about(caught.value)
    return sentence


@pytest.mark.parametrize(
    ("url", "encryption", "port"),
    [
        ("smtp://mail.example.cn", Encryption.STARTTLS, 587),
        ("smtp://mail.example.cn:2525", Encryption.STARTTLS, 2525),
        ("smtps://mail.example.cn", Encryption.FROM_THE_START, 465),
        ("smtp+plain://127.0.0.1", Encryption.NONE, 25),
    ],
)
def test_an_address_says_how_the_server_is_spoken_to(
    tmp_path: Path, url: str, encryption: Encryption, port: int
) -> None:
    server = made(tmp_path, mail_url=url).mail_server
    assert server is not None
    assert (server.encryption, server.port, server.user, server.password) == (
        encryption,
        port,
        "",
        "",
    )


def test_user_and_password_stand_in_the_address_or_the_password_beside_it(tmp_path: Path) -> None:
    url = "smtp://market%40example.cn:p%40ss@mail.example.cn"
    server = made(tmp_path, mail_url=url).mail_server
    assert server is not None
    assert (server.user, server.password) == ("market@example.cn", "p@ss")
    beside = made(tmp_path, mail_url=url, mail_password="beside").mail_server
    assert beside is not None
    assert beside.password == "beside"
    assert "beside" not in repr(beside)


def test_the_password_is_read_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("of-the-file\n")
    monkeypatch.setenv("MARKET_MAIL_PASSWORD_FILE", str(tmp_path / "password"))
    settings = made(tmp_path, mail_url="smtp://market@mail.example.cn")
    assert settings.mail_server is not None
    assert settings.mail_server.password == "of-the-file"
    assert "of-the-file" not in repr(settings)


@pytest.mark.parametrize("url", ["", " ", None, "console:"])
def test_without_a_server_there_is_none(tmp_path: Path, url: str | None) -> None:
    assert Settings(mode=Mode.TEST, data_dir=tmp_path, mail_url=url).mail_server is None


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.cn",
        "http://mail.example.cn",
        "smtp://",
        "smtp://mail.example.cn:0",
        "smtp://mail.example.cn:port",
        "smtp://mail.example.cn/inbox",
        "smtp://market:p@ss/word@mail.example.cn",
        "smtp+plain://mail.example.cn",
    ],
)
def test_what_is_no_mail_server_gets_a_sentence_without_the_password(
    tmp_path: Path, url: str
) -> None:
    sentence = refusal(tmp_path, mail_url=url, mail_from=SENDER)
    assert "MARKET_MAIL_URL" in sentence
    assert "word" not in sentence


@pytest.mark.parametrize("sender", ["market", "张三@example.cn", "a@b c", "市场 <a@b.cn>", "a@b@c"])
def test_a_sender_that_is_no_address_gets_a_sentence(tmp_path: Path, sender: str) -> None:
    assert "MARKET_MAIL_FROM" in refusal(tmp_path, mail_from=sender)


def test_a_server_without_a_sender_gets_a_sentence(tmp_path: Path) -> None:
    assert "MARKET_MAIL_FROM" in refusal(tmp_path, mail_url="smtps://mail.example.cn")


def test_production_prints_no_letters(tmp_path: Path) -> None:
    sentence = refusal(
        tmp_path, mode=Mode.PRODUCTION, secret_key="x" * 32, mail_url="console:", mail_from=SENDER
    )
    assert "MARKET_MAIL_URL" in sentence


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("a.b+c@Example.cn", "a.b+c@Example.cn"),
        ("a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_address_is_given_to_servers_as_all_of_them_take_it(written: str, address: str) -> None:
    assert mail_address(written) == address


@given(st.text(alphabet=st.characters(), max_size=80))
def test_no_text_becomes_an_address_with_more_in_it(text: str) -> None:
    for written in (text, f"{text}@example.cn", f"a@{text}"):
        try:
            address = mail_address(written)
        except ValueError:
            continue
        assert address.isascii()
        assert address.count("@") == 1
        assert not any(mark in address for mark in ' \r\n\t<>,;:\\"')
