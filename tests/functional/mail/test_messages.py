"""What a letter looks like to a mail program: headers, text, footer, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core.db import now
from marketplace.core.mail.letters import Letter, Topic
from marketplace.core.mail.message import Envelope, envelope_of
from marketplace.core.mail.refusals import read_refusal_token
from marketplace.core.mail.rendering import one_line
from marketplace.core.outbox import drain
from tests.functional.mail.conftest import NEWS, write_to
from tests.functional.mail.smtp_server import MailHost

MOMENT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
# A letter needs an application, and one serves all examples.
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
HOSTILE = st.text(alphabet=st.characters(), max_size=120) | st.sampled_from(
    [
        "张三\r\nBcc: everybody@example.cn",
        "x\n\nmalicious text",
        "a\u2028Bcc: b@example.cn",
        "=?utf-8?q?a=0aBcc=3a_b=40example=2ecn?=",
        "\udc80 half",
        "逆\u202e序",
        "很长" * 90,
        "word " * 40,
    ]
)


def made(letter: Letter, topic: Topic | None = None) -> Envelope:
    return envelope_of(letter, "p1@example.cn", topic, 7, MOMENT)


def read(envelope: Envelope) -> EmailMessage:
    return message_from_bytes(envelope.content, policy=default)


def letter(**values: str) -> Letter:
    given_values = {"language": "zh", "subject": "成果", "text": "你好。"} | values
    return Letter(to="p1@example.cn", recipient_id=1, **given_values)


def lines_of(message: EmailMessage) -> list[str]:
    return str(message.get_content()).splitlines()


def test_a_letter_says_who_when_what_and_that_no_person_wrote_it(
    mailing: Flask, mail_host: MailHost
) -> None:
    write_to(1)
    drain()
    message = mail_host.received[0].message
    assert message["From"].addresses[0].display_name == "科技成果转化市场"
    assert message["From"].addresses[0].addr_spec == "noreply@market.example.cn"
    assert message["To"] == "p1@example.cn"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "zh-CN"
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert re.fullmatch(r"<\d+\.[0-9a-f]{16}@market\.example\.cn>", message["Message-ID"])
    assert abs(parsedate_to_datetime(message["Date"]) - now()) < timedelta(minutes=2)
    assert message.defects == []


def test_a_letter_is_ascii_in_lines_that_every_server_takes(app: Flask) -> None:
    content = made(letter(subject="成果" * 60, text="很长的一段。" * 400), NEWS).content
    assert content.isascii()
    # RFC 5322, 2.1.1: at most 998 characters, and CRLF ends each.
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_the_same_event_has_the_same_message_id_and_no_other_has(app: Flask) -> None:
    first, again = read(made(letter())), read(made(letter(subject="另一个")))
    assert first["Message-ID"] == again["Message-ID"]
    other = read(envelope_of(letter(), "p1@example.cn", None, 8, MOMENT))
    assert other["Message-ID"] != first["Message-ID"]


@pytest.mark.parametrize(("language", "prefix"), [("zh", ""), ("en", "/en")])
def test_a_letter_about_a_topic_says_how_to_get_no_more(
    mailing: Flask, language: str, prefix: str
) -> None:
    message = read(made(letter(language=language), NEWS))
    address = message["List-Unsubscribe"].removeprefix("<").removesuffix(">")
    start, _slash, token = address.rpartition("/")
    assert start == f"https://market.example.cn{prefix}/mail/unsubscribe"
    named = read_refusal_token(token)
    assert named is not None
    assert (named[0], named[1].name) == (1, "news")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert any(line.endswith(address) for line in lines_of(message))
    # RFC 8058, 4: a program looks for the whole address on one line of the source.
    assert f"<{address}>".encode() in made(letter(language=language), NEWS).content


@pytest.mark.parametrize(
    ("language", "reason"), [("zh", "所以不能退订"), ("en", "you can't unsubscribe")]
)
def test_a_letter_of_the_account_offers_no_way_out_and_says_why(
    app: Flask, language: str, reason: str
) -> None:
    message = read(made(letter(language=language)))
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None
    assert reason in message.get_content()
    assert "/mail/unsubscribe/" not in message.get_content()


@pytest.mark.parametrize(
    ("language", "site", "why"),
    [
        ("zh", "科技成果转化市场", "你收到这封信，是因为你在本站收“成果”这类邮件。"),
        ("en", "Technology Transfer Market", "You get this letter because you receive mail about"),
    ],
)
def test_the_footer_names_the_site_and_why_the_letter_came(
    mailing: Flask, language: str, site: str, why: str
) -> None:
    lines = lines_of(read(made(letter(language=language), NEWS)))
    footer = lines[lines.index("-- ") :]
    assert footer[1:3] == [site, "https://market.example.cn"]
    assert any(line.startswith(why) for line in footer)
    if language == "en":
        # The topic's own name is translated elsewhere.
        assert not re.search(r"[\u4e00-\u9fff]", "".join(footer).replace("成果", ""))


def test_without_a_public_address_links_lead_to_where_the_demo_answers(app: Flask) -> None:
    assert "http://127.0.0.1:8000" in lines_of(read(made(letter())))
    app.extensions["settings"].host = "::1"
    assert "http://[::1]:8000" in lines_of(read(made(letter())))


@many
@given(subject=HOSTILE)
def test_nothing_in_a_subject_becomes_another_header(app: Flask, subject: str) -> None:
    usual = set(read(made(letter())).keys())
    content = made(letter(subject=subject)).content
    message = message_from_bytes(content, policy=default)
    assert set(message.keys()) == usual
    assert len(message.keys()) == len(usual)
    assert message["To"] == "p1@example.cn"
    assert "你好。" in lines_of(message)
    assert "\n" not in str(message["Subject"])
    spaces = re.compile(r"\s+")
    expected = spaces.sub(" ", one_line(subject)).strip()
    assert spaces.sub(" ", str(message["Subject"])).strip() == expected


@many
@given(name=HOSTILE)
def test_nothing_in_the_site_s_name_becomes_another_header(app: Flask, name: str) -> None:
    settings_before = app.extensions["settings"].site_name_zh
    app.extensions["settings"].site_name_zh = name
    try:
        message = read(made(letter()))
    finally:
        app.extensions["settings"].site_name_zh = settings_before
    assert [one.addr_spec for one in message["From"].addresses] == ["noreply@localhost"]
    assert set(message.keys()) == set(read(made(letter())).keys())


@many
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_a_text_arrives_as_it_was_written(app: Flask, text: str) -> None:
    arrived = read(made(letter(text=text))).get_payload(decode=True).decode()
    assert arrived.startswith(re.sub(r"\r\n?|\n", "\r\n", f"{text}\n\n-- \n"))


def test_a_line_of_a_single_dot_does_not_end_a_letter(mailing: Flask, mail_host: MailHost) -> None:
    write_to(1, text="前\n.\n后")
    drain()
    assert lines_of(mail_host.received[0].message)[:3] == ["前", ".", "后"]
