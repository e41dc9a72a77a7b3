"""Reading texts: made clean, never interpreted. HTML in a cell is text like any other."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs.declaration import Cell, InputError, Parse

NAME_LIMIT = 200
TITLE_LIMIT = 300
TEXT_LIMIT = 10_000
KEYWORD_LIMIT = 40
KEYWORD_COUNT = 10

# Control characters, zero-width and direction marks, half surrogates: invisible on a page, and
# partly refused by databases. TAB and LF stay and are treated as white space.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
# A comma between digits belongs to a name such as 2,4-D.
_KEYWORD_ENDS = re.compile(r"[;；，、|\n]|,(?!\d)|(?<!\d),")


def plain_text(value: Any) -> str:
    """A value as text without invisible characters, line ends as LF.

    :raises InputError: for a list or an object, which no text field can hold.
    """
    if isinstance(value, (list, dict)):
        raise InputError(_("这里要一段文字，现在是一组数据。请写成一段文字。"))
    text = value if isinstance(value, str) else _number_text(value)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text)


def one_line(value: Any) -> str:
    """A value as one line of text, runs of white space as one space."""
    return " ".join(plain_text(value).split())


def line(limit: int = NAME_LIMIT) -> Parse:
    """A reader of one line of at most ``limit`` characters."""

    def parse(cell: Cell) -> str | None:
        return _within(one_line(cell.value), limit) or None

    return parse


def paragraphs(limit: int = TEXT_LIMIT) -> Parse:
    """A reader of a text of several paragraphs, at most ``limit`` characters."""

    def parse(cell: Cell) -> str | None:
        text = _SPACES.sub(" ", plain_text(cell.value))
        lines = (part.strip() for part in text.split("\n"))
        return _within(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip(), limit) or None

    return parse


def keywords(count: int = KEYWORD_COUNT) -> Parse:
    """A reader of keywords from a list, or from a text separated by ; ， 、 or lines.

    Over-long ones are most often several that ran together in OCR: they are left out with a
    warning, and so is what comes after the ``count``-th.
    """

    def parse(cell: Cell) -> list[str]:
        value = cell.value
        parts = value if isinstance(value, list) else _KEYWORD_ENDS.split(plain_text(value))
        words: dict[str, None] = {}
        for part in parts:
            word = one_line(part).strip(" .。;；,，、:：")
            if len(word) > KEYWORD_LIMIT:
                cell.warn(
                    _(
                        "关键词“%(word)s…”有 %(count)s 个字，每个最多 %(limit)s 个，"
                        "这一个没有采用。",
                        word=word[:20],
                        count=len(word),
                        limit=KEYWORD_LIMIT,
                    )
                )
            elif word:
                words.setdefault(word)
        if len(words) > count:
            cell.warn(
                _(
                    "关键词有 %(count)s 个，只采用前 %(limit)s 个。",
                    count=len(words),
                    limit=count,
                )
            )
        return list(words)[:count]

    return parse


def web_address(limit: int) -> Parse:
    """A reader of an http or https address of at most ``limit`` characters."""

    def parse(cell: Cell) -> str:
        address = _within(one_line(cell.value), limit)
        if " " in address or not is_web_address(address):
            raise InputError(_("网址要以 https:// 或 http:// 开头，例如 https://example.org/。"))
        return address

    return parse


def is_web_address(address: str) -> bool:
    """Whether a text is an http or https address with a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise InputError(
            _(
                "这里最多 %(limit)s 个字，现在有 %(count)s 个。请缩短。",
                limit=f"{limit:,}",
                count=f"{len(text):,}",
            )
        )
    return text


def _number_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    try:
        return str(value)
    except ValueError:
        # Python writes out no whole number of more than 4,300 digits.
        raise InputError(_("这个数字太长了。请检查这一格。")) from None
