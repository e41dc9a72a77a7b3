"""Letters from templates: plain text in the recipient's language, ``templates/mail/NAME.zh.txt``.

A template has two blocks, ``subject`` and ``text``. Whatever a value holds, it stays on one line;
one that may have many says so with the filter ``lines``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from flask_babel import force_locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from marketplace.core.i18n import LANGUAGES, format_count, format_day, format_moment, format_wan
from marketplace.core.mail.letters import Letter
from marketplace.settings import PROJECT_ROOT

TEMPLATES = PROJECT_ROOT / "templates" / "mail"
LONGEST_SUBJECT = 200
# Control characters, the other two ends of a line, marks that turn the direction of writing round,
# and halves of characters, which no encoding takes.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_HALVES = re.compile(r"[\ud800-\udfff]")


class Lines(str):
    """A text that may have many lines."""

    __slots__ = ()


def one_line(text: object) -> str:
    """The text on one line: nothing in it can end a header or pretend to be another one."""
    return _BREAKS.sub(" ", str(text)).strip()


def render_letter(
    template: str, language: str, /, *, to: str, recipient_id: int | None = None, **values: Any
) -> Letter:
    """A letter from a template, in ``zh`` or ``en``, with the values that the template names.

    Money, days, moments and counts are written as pages write them: ``wan``, ``day``, ``moment``,
    ``count``.
    """
    subject, text = rendered(template, language, ("subject", "text"), **values)
    return Letter(to, language, one_line(subject)[:LONGEST_SUBJECT], text, recipient_id)


def rendered(name: str, language: str, blocks: Sequence[str], /, **values: Any) -> list[str]:
    """Blocks of a template of letters, each without the empty lines around it."""
    with force_locale(LANGUAGES[language]):
        template = _environment().get_template(f"{name}.{language}.txt")
        context = template.new_context(values)
        return ["".join(template.blocks[block](context)).strip() for block in blocks]


def _finalize(value: Any) -> Any:
    if isinstance(value, Lines):
        return _HALVES.sub("�", value)
    return one_line(value)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - plain text, in which no character means anything
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "wan": format_wan,
        "day": format_day,
        "moment": format_moment,
        "count": format_count,
        "lines": Lines,
    }
    return environment
