"""Letters are rendered in their language, and no value gets out of its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, UndefinedError

from marketplace.core.i18n import NBSP
from marketplace.core.mail import rendering
from marketplace.core.mail.rendering import LONGEST_SUBJECT, one_line, render_letter, rendered

CHINESE = """
{% block subject %}{{ name }}，你好{% endblock %}
{% block text %}

{{ name }}：

{{ fen|wan }}，{{ day|day }}
{% if note %}
{{ note|lines }}
{% endif %}
<a & b>
{% endblock %}
"""
ENGLISH = """
{% block subject %}Hello {{ name }}{% endblock %}
{% block text %}
{{ fen|wan }}, {{ day|day }}
{% endblock %}
"""
VALUES = {"fen": 60_000_000, "day": date(2026, 11, 23), "note": ""}


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, core_app: Flask) -> Environment:
    """The templates of a letter ``greeting``."""
    environment: Environment = rendering._environment().overlay(loader=FileSystemLoader(tmp_path))
    monkeypatch.setattr(rendering, "_environment", lambda: environment)
    (tmp_path / "greeting.zh.txt").write_text(CHINESE, "utf-8")
    (tmp_path / "greeting.en.txt").write_text(ENGLISH, "utf-8")
    return environment


def test_a_letter_is_in_the_language_of_its_recipient() -> None:
    chinese = render_letter("greeting", "zh", to="a@b.cn", recipient_id=3, name="张三", **VALUES)
    assert (chinese.to, chinese.language, chinese.recipient_id) == ("a@b.cn", "zh", 3)
    assert chinese.subject == "张三，你好"
    assert chinese.text.splitlines() == ["张三：", "", f"60{NBSP}万元，2026-11-23", "<a & b>"]
    english = render_letter("greeting", "en", to="a@b.cn", name="Zhang", **VALUES)
    assert english.subject == "Hello Zhang"
    assert english.text == f"CNY{NBSP}600,000, 23{NBSP}Nov{NBSP}2026"


def test_nothing_is_written_as_html() -> None:
    letter = render_letter("greeting", "zh", to="a@b.cn", name="<b> & 'c'", **VALUES)
    assert letter.subject == "<b> & 'c'，你好"


def test_a_name_that_is_missing_fails_instead_of_leaving_a_gap() -> None:
    with pytest.raises(UndefinedError):
        render_letter("greeting", "zh", to="a@b.cn", **VALUES)


@given(name=st.text(alphabet=st.characters(), max_size=300))
def test_no_value_gets_out_of_its_line(name: str) -> None:
    subject, text = rendered("greeting", "zh", ["subject", "text"], name=name, **VALUES)
    assert len(subject.splitlines()) == 1
    assert text.splitlines()[-1] == "<a & b>"
    assert len(text.splitlines()) == 4
    assert f"{subject}{text}".encode()


def test_a_text_that_says_so_keeps_its_lines() -> None:
    values = VALUES | {"note": "一\n二"}
    letter = render_letter("greeting", "zh", to="a@b.cn", name="张三", **values)
    assert letter.text.splitlines()[-3:] == ["一", "二", "<a & b>"]


def test_a_subject_has_an_end() -> None:
    letter = render_letter("greeting", "zh", to="a@b.cn", name="长" * 500, **VALUES)
    assert len(letter.subject) == LONGEST_SUBJECT


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("张三\r\nBcc: a@b.cn", "张三 Bcc: a@b.cn"),
        ("a\u2028b\u0085c\x1cd\x0be", "a b c d e"),
        ("逆\u202e序", "逆 序"),
        (f"60{NBSP}万元", f"60{NBSP}万元"),
    ],
)
def test_what_ends_a_line_becomes_a_space(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    "path", sorted(rendering.TEMPLATES.glob("*.txt")), ids=lambda one: one.name
)
def test_every_letter_is_there_in_both_languages(path: Path) -> None:
    name, language, _ending = path.name.split(".")
    other = "en" if language == "zh" else "zh"
    assert (path.parent / f"{name}.{other}.txt").exists()
