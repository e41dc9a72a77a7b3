"""Reading the forms of a science report and of a deposit: values, or a sentence a field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.calendar.terms import years_after
from marketplace.core.codelists import find_item
from marketplace.core.i18n import today
from marketplace.core.identifiers.characters import without_invisible
from marketplace.obligations.days import MOST_DEFERRED_YEARS
from marketplace.obligations.kinds import CLOSED, CONVERSIONS, CONVERTED, DEFERRED, SCOPES
from marketplace.obligations.problems import FormProblems

Draft = Mapping[str, list[str]]

LONGEST_TITLE, LONGEST_ABSTRACT, LONGEST_REASON, LONGEST_NAME = 200, 4000, 1000, 100
LONGEST_LIST = 8000
LONGEST = {
    "title": LONGEST_TITLE,
    "unit": LONGEST_TITLE,
    "abstract": LONGEST_ABSTRACT,
    "closed_reason": LONGEST_REASON,
}
"""Characters of a field; of any other, :data:`LONGEST_LIST`."""
MOST_AUTHORS, MOST_PARTNERS = 50, 5
FEWEST_KEYWORDS, MOST_KEYWORDS = 3, 8
_BETWEEN_NAMES = re.compile(r"[;；、\n]+")
_BETWEEN_KEYWORDS = re.compile(r"[;；\n]+")


@dataclass(frozen=True)
class ReportInput:
    """A science report as it is handed in."""

    title: str
    authors: list[str]
    unit: str
    partners: list[str]
    written_on: date
    abstract: str
    keywords: list[str]
    scope: str
    opens_on: date | None
    closed_reason: str | None
    told_on: date | None


@dataclass(frozen=True)
class DepositInput:
    """One deposited result as it is handed in."""

    result_id: int
    conversion: str
    mode: str | None
    converted_on: date | None


class _Reader:
    """One form being read; gathers what is wrong."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self.problems: dict[str, LazyString | str] = {}

    def raw(self, field: str) -> str:
        values = self._draft.get(field) or [""]
        return without_invisible(_with_plain_lines(values[0])).strip()

    def text(self, field: str, longest: int, missing: LazyString) -> str:
        value = self.raw(field)
        if not value:
            self.problems[field] = missing
        elif len(value) > longest:
            self.problems[field] = _too_long(len(value), longest)
        return value

    def names(self, field: str, between: re.Pattern[str]) -> list[str]:
        parts = (" ".join(part.split()) for part in between.split(self.raw(field)))
        found = list(dict.fromkeys(part for part in parts if part))
        if any(len(one) > LONGEST_NAME for one in found):
            self.problems[field] = _l(
                "有一项超过 %(limit)s 个字。各项之间请用“；”隔开。", limit=LONGEST_NAME
            )
        return found

    def day(self, field: str, missing: LazyString) -> date | None:
        value = self.raw(field)
        if not value:
            self.problems[field] = missing
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.problems[field] = _l("这不是一个日期。请写成 2026-11-23 这样。")
            return None

    def past_day(self, field: str, missing: LazyString) -> date | None:
        day = self.day(field, missing)
        if day and day > today():
            self.problems[field] = _l("这一天还没有到。请核对日期。")
        return day


def read_report(draft: Draft) -> ReportInput:
    """A complete science report.

    :raises FormProblems: with a sentence for each field that isn't right.
    """
    form = _Reader(draft)
    title = form.text("title", LONGEST_TITLE, _l("请写报告名称。"))
    unit = form.text("unit", LONGEST_TITLE, _l("请写报告的编写单位。"))
    authors = form.names("authors", _BETWEEN_NAMES)
    if not 1 <= len(authors) <= MOST_AUTHORS:
        form.problems.setdefault("authors", _l("请写作者，最多 50 位，用“；”隔开。"))
    partners = form.names("partners", _BETWEEN_NAMES)
    if len(partners) > MOST_PARTNERS:
        form.problems["partners"] = _l(
            "合作单位最多 5 家，现在是 %(count)s 家。", count=len(partners)
        )
    written_on = form.past_day("written_on", _l("请写报告的编写日期。"))
    abstract = form.text("abstract", LONGEST_ABSTRACT, _l("请写摘要。"))
    keywords = form.names("keywords", _BETWEEN_KEYWORDS)
    if not FEWEST_KEYWORDS <= len(keywords) <= MOST_KEYWORDS:
        form.problems.setdefault(
            "keywords",
            _l("关键词要 3 到 8 个，用“；”隔开，现在是 %(count)s 个。", count=len(keywords)),
        )
    scope = form.raw("scope")
    if scope not in SCOPES:
        form.problems["scope"] = _l("请选公开范围。")
    opens_on = _opening(form, written_on) if scope == DEFERRED else None
    is_closed = scope == CLOSED
    reason = (
        form.text("closed_reason", LONGEST_REASON, _l("不公开要写明原因。")) if is_closed else None
    )
    told_on = form.past_day("told_on", _l("不公开要写明告知完成人的日期。")) if is_closed else None
    if form.problems or written_on is None:
        raise FormProblems(form.problems)
    return ReportInput(
        title, authors, unit, partners, written_on, abstract, keywords, scope, opens_on, reason,
        told_on,
    )  # fmt: skip


def _opening(form: _Reader, written_on: date | None) -> date | None:
    opens_on = form.day("opens_on", _l("延期公开要写明从哪一天起公开。"))
    if opens_on is None or written_on is None:
        return opens_on
    latest = years_after(written_on, MOST_DEFERRED_YEARS)
    if opens_on <= written_on:
        form.problems["opens_on"] = _l("公开的日期要晚于编写日期。")
    elif opens_on > latest:
        form.problems["opens_on"] = _l(
            "最多延期 5 年：编写日期是 %(written)s，最晚 %(latest)s 公开。",
            written=written_on.isoformat(),
            latest=latest.isoformat(),
        )
    return opens_on


def read_deposit(draft: Draft, results: Collection[int]) -> list[DepositInput]:
    """The results that are deposited; ``results`` are those of the project that can be chosen.

    :raises FormProblems: as above; ``result`` when none is chosen.
    """
    form = _Reader(draft)
    chosen = [
        one
        for one in sorted(results)
        if str(one) in {value.strip() for value in draft.get("result", [])}
    ]
    if not chosen:
        form.problems["result"] = _l("请至少选一项成果。还没有登记的成果，先到成果目录登记。")
    rows = [_deposited(form, one) for one in chosen]
    if form.problems:
        raise FormProblems(form.problems)
    return rows


def _deposited(form: _Reader, result_id: int) -> DepositInput:
    conversion = form.raw(f"conversion-{result_id}")
    if conversion not in CONVERSIONS:
        form.problems[f"conversion-{result_id}"] = _l("请选这项成果的转化情况。")
    if conversion != CONVERTED:
        return DepositInput(result_id, conversion, None, None)
    mode = form.raw(f"mode-{result_id}")
    if find_item("conversion_mode", mode) is None:
        form.problems[f"mode-{result_id}"] = _l("已转化的成果要选转化方式。")
    day = form.past_day(f"converted-{result_id}", _l("已转化的成果要写转化日期。"))
    return DepositInput(result_id, conversion, mode, day)


def as_draft(form: Draft) -> dict[str, list[str]]:
    """A form as it is kept until it is handed in: all that was typed."""
    return {field: list(values) for field, values in form.items() if field != "csrf_token"}


def check_draft(draft: Draft) -> None:
    """See that no field holds more than fits, so that nothing has to be cut.

    :raises FormProblems: with a sentence for each field that is too long.
    """
    problems: dict[str, LazyString | str] = {}
    for field, values in draft.items():
        count = max((len(_with_plain_lines(one)) for one in values), default=0)
        limit = LONGEST.get(field, LONGEST_LIST)
        if count > limit:
            problems[field] = _too_long(count, limit)
    if problems:
        raise FormProblems(problems)


def _with_plain_lines(text: str) -> str:
    """Text with line ends counted once, as the browser counts them."""
    return text.replace("\r\n", "\n")


def _too_long(count: int, limit: int) -> LazyString:
    return _l("有 %(count)s 个字，最多 %(limit)s 个。请缩短。", count=count, limit=limit)
