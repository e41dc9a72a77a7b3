"""Typography of mixed Chinese and Latin text, and strings translated for templates.

Which words a page uses does not belong here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import rjieba
from flask_babel import get_translations
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from marketplace.core.i18n import HTML_LANGUAGES, NBSP, Bilingual, language

HAN = "\u4e00-\u9fff"
PLACEHOLDER = r"%\(\w+\)[sd]"
UNITS = (
    "mm|cm|dm|km|nm|μm|kg|mg|μg|min|ms|kHz|MHz|GHz|THz|Hz|kV|mV|mA|mAh|Ah|kWh|Wh|kW|MW|"
    "kPa|MPa|GPa|Pa|kN|mL|mol|dB|GB|MB|TB|rpm|ppm|ppb|bar|HRC|HV|eV|Mbps|Gbps|"
    "[mgsthLVAWNKJTh]"
)
_AFTER_FIGURE = re.compile(rf"(?<=\d) (?=[{HAN}℃°Ω‰μ]|(?:{UNITS})(?![A-Za-z]))")
_AFTER_PLACEHOLDER = re.compile(rf"({PLACEHOLDER}) (?=[{HAN}])")
_BEFORE_FIGURE = re.compile(rf"\b(TRL|CNY) (?=\d|{PLACEHOLDER})")
_HAN_THEN_LATIN = re.compile(rf"([{HAN}])((?:<b>)?[A-Za-z0-9])")
_LATIN_THEN_HAN = re.compile(rf"([A-Za-z0-9](?:</b>)?)([{HAN}])")
_HAN_ANYWHERE = re.compile(rf"[{HAN}]")
_NO_BREAK_BEFORE = frozenset("，。、；：？！）》」』】〉”’%…·-–—/)]},.;:?!")
_NO_BREAK_AFTER = frozenset("（《「『【〈“‘([{-–—/·")
_NOTHING = Markup("")
LONGEST_SEGMENTED = 400


def has_han(text: str) -> bool:
    """Whether a Chinese character stands in the text."""
    return _HAN_ANYWHERE.search(text) is not None


def tie(text: object) -> str:
    """The text with each figure tied to the unit or counter after it by U+00A0."""
    plain = str(text)
    if " " not in plain:
        return plain
    return _AFTER_FIGURE.sub(NBSP, _BEFORE_FIGURE.sub(rf"\1{NBSP}", plain))


def spaced(text: str) -> str:
    """The text with a space wherever 汉字 and Latin letters or figures touch.

    Only for sentences that the pages build: a record's own text stays as it was written.
    """
    return _LATIN_THEN_HAN.sub(r"\1 \2", _HAN_THEN_LATIN.sub(r"\1 \2", text))


def words(text: object) -> Markup:
    """The text with ``<wbr>`` between its words, for ``word-break: keep-all``."""
    plain = str(text)
    if len(plain) <= LONGEST_SEGMENTED:
        return _with_breaks(plain)
    return _with_breaks(plain[:LONGEST_SEGMENTED]) + escape(plain[LONGEST_SEGMENTED:])


@lru_cache(maxsize=8192)
def _with_breaks(text: str) -> Markup:
    parts: list[str] = []
    before = ""
    for token in rjieba.cut(tie(text)):
        if before and _may_break(before, token):
            parts.append("<wbr>")
        parts.append(escape(token))
        before = token
    return Markup("".join(parts))  # noqa: S704 - every token was escaped above


def _may_break(before: str, after: str) -> bool:
    if before[-1] in _NO_BREAK_AFTER or after[0] in _NO_BREAK_BEFORE:
        return False
    return has_han(before[-1] + after[0])


def paragraphs(text: object) -> Markup:
    """The text as ``<p>`` elements, one a line that isn't empty."""
    lines = [line.strip() for line in str(text).splitlines()]
    return Markup("").join(Markup("<p>{}</p>").format(tie(line)) for line in lines if line)


def lang(text: Bilingual | None) -> Markup:
    """A ``lang`` attribute when the text stands in another language than the page."""
    page = language()
    if not text or (shown := text.language_of(page)) == page:
        return _NOTHING
    return Markup(' lang="{}"').format(HTML_LANGUAGES[shown])


def gettext(message: str, **variables: object) -> str:
    """A string in the language of the page, its figures tied to their units.

    Remembered for each language, which templates with a hundred strings feel.
    """
    text = _translated(language(), message)
    return text % variables if variables else text


def ngettext(singular: str, plural: str, number: int, /, **variables: object) -> str:
    """Like :func:`gettext`, in the form for ``number``, which the string names as ``num``."""
    text = _plural(language(), singular, plural, number)
    return text % {"num": f"{number:,}", **variables}


def lazy_gettext(message: str) -> LazyString:
    """A label declared once, read in the language of the page that shows it, as it is written."""
    return LazyString(lambda: _as_written(language(), message))


@lru_cache(maxsize=4096)
def _translated(language_code: str, message: str) -> str:
    return _tied_message(_as_written(language_code, message))


@lru_cache(maxsize=4096)
def _as_written(language_code: str, message: str) -> str:
    return str(_catalogue(language_code).ugettext(message))


def _plural(language_code: str, singular: str, plural: str, number: int) -> str:
    return _tied_message(_catalogue(language_code).ungettext(singular, plural, number))


@lru_cache
def _catalogue(_language: str) -> Any:
    # flask_babel looks for it along the whole way from the request at each string.
    return get_translations()


@lru_cache(maxsize=4096)
def _tied_message(message: str) -> str:
    return _AFTER_PLACEHOLDER.sub(rf"\1{NBSP}", tie(message))


def _template_ngettext(singular: str, plural: str, number: int, /, **variables: Any) -> Markup:
    """The plural form as markup: the string may hold tags, the variables are escaped."""
    text = _plural(language(), singular, plural, number)
    return Markup(text) % {"num": f"{number:,}", **variables}  # noqa: S704 - our own string


def translate_templates_tied(jinja_env: Any) -> None:
    """Have ``_`` and ``ngettext`` in templates answer with tied, remembered strings."""
    jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)
    jinja_env.globals["ngettext"] = _template_ngettext
