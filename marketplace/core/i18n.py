"""Two languages: bilingual texts, the language of a page, numbers, money and dates.

Chinese is the source language of every string; English stands under ``/en``. What a string
says does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, has_request_context, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}
DISPLAY_ZONE = ZoneInfo("Asia/Shanghai")
NBSP = "\u00a0"
FEN_PER_WAN = 1_000_000
FEN_PER_MILLION = 100_000_000


def _escaped(sentence: LazyString) -> Markup:
    return escape(sentence._func(*sentence._args, **sentence._kwargs))


# Flask-Babel calls what it translates late markup; words that people typed stand in it.
LazyString.__html__ = _escaped


def listed(parts: Iterable[object], *, has_more: bool = False) -> LazyString:
    """The parts as a list in the language of whoever reads it: ``甲、乙``; en ``A, B``."""
    kept = [*parts]
    return LazyString(lambda: _("、").join(map(str, kept)) + (_("……") if has_more else ""))


@dataclass(frozen=True)
class Bilingual:
    """A text in Chinese, English or both; empty when it holds neither."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __str__(self) -> str:
        return self.in_language(language())

    def in_language(self, code: str) -> str:
        """The text in the language ``zh`` or ``en``, else in the one that there is."""
        return (self.en or self.zh) if code == "en" else (self.zh or self.en)

    def language_of(self, code: str) -> str:
        """The language in which :meth:`in_language` really answers."""
        if code == "en":
            return "en" if self.en else "zh"
        return "zh" if self.zh else "en"

    def other(self, code: str) -> str:
        """The second text beside :meth:`in_language`, empty when there is none."""
        if not (self.zh and self.en):
            return ""
        return self.zh if code == "en" else self.en

    def as_dict(self) -> dict[str, str]:
        """The languages that hold text."""
        return {key: text for key, text in (("zh", self.zh), ("en", self.en)) if text}

    @classmethod
    def of(cls, value: Any) -> Bilingual:
        """From a mapping with ``zh`` and ``en``, a plain Chinese text, or nothing."""
        if isinstance(value, Bilingual):
            return value
        if isinstance(value, dict):
            return cls(zh=str(value.get("zh") or ""), en=str(value.get("en") or ""))
        return cls(zh=str(value)) if value else cls()


def language() -> str:
    """The language of the present page: ``zh`` or ``en``."""
    # A page asks hundreds of times: look first where flask_babel keeps its answer.
    try:
        kept = vars(g._get_current_object()).get("_flask_babel")
    except RuntimeError:  # no application context
        return "zh"
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def select_locale() -> str:
    """The locale of the request, which its address alone decides."""
    chosen = request.environ.get("market.language", "zh") if has_request_context() else "zh"
    return LANGUAGES[chosen]


class LanguagePrefix:
    """Serves the same addresses under ``/en`` in English.

    The prefix becomes part of ``SCRIPT_NAME``, so that every address built by ``url_for``
    stays in the visitor's language.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Move ``/en`` from the path into the script name."""
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            environ["market.language"] = "en"
        return self.application(environ, start_response)


def format_count(value: int) -> str:
    """A whole number with thousands separated: ``1,284``."""
    return f"{value:,}"


def format_wan(fen: int) -> str:
    """An amount in 分 as a person says it: ``60 万元``, ``3,500 元``; en ``CNY 600,000``.

    From 1 万元 on (en: 1 million) rounded half up to two places, below that to the 分.
    """
    if language() == "en":
        return _english_money(fen)
    return f"{_yuan(fen)}{NBSP}元" if fen < FEN_PER_WAN else f"{_wan(fen)}{NBSP}万元"


def format_wan_range(low: int, high: int) -> str:
    """A range of amounts in 分: ``60 万–90 万元``; en ``CNY 600,000–900,000``."""
    if low == high:
        return format_wan(low)
    if language() == "en":
        upper = _english_money(high).removeprefix(f"CNY{NBSP}")
        lower = _english_money(low)
        million = f"{NBSP}million"
        if lower.endswith(million) and upper.endswith(million):
            lower = lower.removesuffix(million)
        return f"{lower}–{upper}"
    if high < FEN_PER_WAN:
        return f"{_yuan(low)}–{format_wan(high)}"
    if low < FEN_PER_WAN:
        return f"{format_wan(low)}–{format_wan(high)}"
    return f"{_wan(low)}{NBSP}万–{format_wan(high)}"


def _english_money(fen: int) -> str:
    if fen < FEN_PER_MILLION:
        return f"CNY{NBSP}{_yuan(fen)}"
    return f"CNY{NBSP}{_trim(Decimal(fen) / FEN_PER_MILLION)}{NBSP}million"


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{Decimal(fen) / 100:,.2f}"


def _wan(fen: int) -> str:
    return _trim(Decimal(fen) / FEN_PER_WAN)


def _trim(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{rounded:,.2f}".rstrip("0").rstrip(".")


def local_date(value: date | datetime) -> date:
    """The day in Asia/Shanghai on which a moment falls.

    :raises ValueError: for a moment without a time zone, whose day nobody knows.
    """
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a naive time has no day: give it a time zone")
    return value.astimezone(DISPLAY_ZONE).date()


def format_day(value: date | datetime) -> str:
    """A day in a sentence or a list: ``2026-11-23``; en ``23 Nov 2026``."""
    day = local_date(value)
    return f"{day.day}{NBSP}{day:%b}{NBSP}{day.year}" if language() == "en" else day.isoformat()


def format_day_in_sentence(value: date | datetime, today: date) -> str:
    """A day inside a sentence, with its year only when it isn't the year of ``today``.

    ``11 月 2 日``, ``2025 年 11 月 2 日``; en ``2 Nov``, ``2 Nov 2025``.
    """
    day = local_date(value)
    if language() == "en":
        return format_day(day) if day.year != today.year else f"{day.day}{NBSP}{day:%b}"
    words = f"{day.month}{NBSP}月{NBSP}{day.day}{NBSP}日"
    return words if day.year == today.year else f"{day.year}{NBSP}年{NBSP}{words}"


def format_moment(value: datetime) -> str:
    """A moment on the clock of Asia/Shanghai: ``2026-11-23 09:20``; en ``23 Nov 2026, 09:20``."""
    there = value.astimezone(DISPLAY_ZONE)
    gap = ", " if language() == "en" else " "
    return f"{format_day(there)}{gap}{there:%H:%M}"


def today() -> date:
    """The present day in Asia/Shanghai."""
    return datetime.now(DISPLAY_ZONE).date()


def time_element(value: date | datetime | None) -> str | Markup:
    """A day as a ``<time>`` element, never broken over lines; a dash when unknown."""
    if value is None:
        return _("未知")
    day = local_date(value)
    return Markup('<time class="m-nowrap" datetime="{}">{}</time>').format(
        day.isoformat(), format_day(day)
    )
