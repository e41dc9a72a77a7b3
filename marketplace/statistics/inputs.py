"""Reading the forms of the statistics, field by field, gathering what is wrong."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.i18n import today
from marketplace.core.identifiers.characters import without_invisible
from marketplace.statistics.problems import FormProblems

GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
NUMBER = re.compile(r"\d{1,12}(\.\d{1,4})?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_REASON = 1000


class FormReader:
    """One form being read."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.problems: dict[str, LazyString | str] = {}

    def raw(self, field: str) -> str:
        """What was typed, without what nobody sees."""
        return without_invisible(self._form.get(field, "").replace("\r\n", "\n")).strip()

    def text(self, field: str, longest: int, missing: LazyString | None = None) -> str:
        """A text; one that ``missing`` speaks of must be there."""
        value = self.raw(field)
        if not value and missing is not None:
            self.problems[field] = missing
        elif len(value) > longest:
            self.problems[field] = _l(
                "有 %(count)s 个字，最多 %(limit)s 个。请缩短。", count=len(value), limit=longest
            )
        return value

    def reason(self) -> str:
        """Why: every change of what is published needs one."""
        return self.text("reason", LONGEST_REASON, _l("请写明原因，它会留在历史里。"))

    def choice(self, field: str, choices: Container[str], missing: LazyString) -> str:
        """One of the choices."""
        value = self.raw(field)
        if value not in choices:
            self.problems[field] = missing
        return value

    def number(self, field: str) -> str:
        """A number that isn't negative, at most four places, as it was typed."""
        value = self.raw(field).replace("，", ",")
        if GROUPED.fullmatch(value):
            value = value.replace(",", "")
        if not NUMBER.fullmatch(value):
            self.problems[field] = _l("请写一个数，最多四位小数，例如 150 或 61.25。")
        return value

    def year(self, field: str) -> int:
        """A year of four digits."""
        value = self.raw(field)
        is_year = value.isascii() and value.isdecimal() and len(value) == 4
        if not is_year or not FIRST_YEAR <= int(value) <= LAST_YEAR:
            self.problems[field] = _l("请写四位数的年份，例如 2026。")
            return 0
        return int(value)

    def past_day(self, field: str) -> date | None:
        """A day that has come."""
        try:
            day = date.fromisoformat(self.raw(field))
        except ValueError:
            self.problems[field] = _l("请写日期，例如 2026-11-23。")
            return None
        if day > today() or day.year < FIRST_YEAR:
            self.problems[field] = _l("这一天还没有到，或者太早。请核对日期。")
        return day

    def finish(self) -> None:
        """Refuse the form where anything is wrong.

        :raises FormProblems: with a sentence for each field.
        """
        if self.problems:
            raise FormProblems(self.problems)
