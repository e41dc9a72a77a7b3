"""What a row must satisfy as a whole: order of days and prices, numbers that fit each other.

Each rule reads the draft and says, at the field to mend, what is wrong and what would be right.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs.declaration import Draft, Rule
from marketplace.catalogue.inputs.values import NEGOTIABLE
from marketplace.core.db import now
from marketplace.core.i18n import DISPLAY_ZONE, local_date

# Crosswalk of GB/T 22900 levels to the phases of the registration form.
STAGE_OF_TRL = {1: "1", 2: "1", 3: "1", 4: "2", 5: "2", 6: "2", 7: "3", 8: "3", 9: "3"}
NOT_EVALUATED = "5"


def in_order(first: str, second: str, reason: LazyString) -> Rule:
    """A rule: where both are given, ``first`` doesn't come after ``second``."""

    def check(draft: Draft) -> None:
        earlier, later = draft.values.get(first), draft.values.get(second)
        if earlier and later and earlier > later:
            draft.refuse(second, reason)

    return check


def not_in_future(*keys: str) -> Rule:
    """A rule: what is said to have happened lies today or before."""

    def check(draft: Draft) -> None:
        today = local_date(now())
        for key in keys:
            day = draft.values.get(key)
            if isinstance(day, date) and day > today:
                draft.refuse(key, _("这一天还没有到。请核对日期。"))

    return check


def listing_day(draft: Draft) -> None:
    """The day of listing becomes the moment at which it began in Asia/Shanghai."""
    day = draft.values.get("published_at")
    if isinstance(day, date):
        begin = datetime.combine(day, time(), DISPLAY_ZONE)
        draft.values["published_at"] = begin.astimezone(UTC)


def bounds(
    kind_key: str, least_key: str, most_key: str, *, order: LazyString, single: LazyString
) -> Rule:
    """A rule: two amounts in 分 stand in order, and say what kind they are where the row doesn't.

    ``order`` is the sentence for the upper one being smaller, ``single`` for a fixed amount that
    has two values.
    """

    def check(draft: Draft) -> None:
        values = draft.values
        if NEGOTIABLE in (values.get(least_key), values.get(most_key)):
            for key in (least_key, most_key):
                if values.get(key) == NEGOTIABLE:
                    values[key] = None
            values[kind_key] = values.get(kind_key) or NEGOTIABLE
        least, most, kind = (values.get(key) for key in (least_key, most_key, kind_key))
        if least is not None and most is not None and least > most:
            draft.refuse(most_key, order)
        elif kind == "fixed" and least is not None and most is None:
            values[most_key] = least
        elif kind == "fixed" and least != most:
            draft.refuse(most_key, single)
        elif kind is None and least is not None and most is not None:
            values[kind_key] = "fixed" if least == most else "range"

    return check


price = bounds(
    "price_kind",
    "price_min_fen",
    "price_max_fen",
    order=_("最高价低于最低价。请核对这两格和它们的单位。"),
    single=_("一口价只有一个价格。请改成区间，或只填最低价这一格。"),
)
budget = bounds(
    "budget_kind",
    "budget_min_fen",
    "budget_max_fen",
    order=_("预算上限低于下限。请核对这两格和它们的单位。"),
    single=_("定额只有一个数。请改成区间，或只填下限这一格。"),
)


def trl_fits_stage(draft: Draft) -> None:
    """TRL 1–3 is the first phase, 4–6 the middle one, 7–9 the mature one."""
    trl, stage = draft.values.get("trl"), draft.values.get("stage")
    if trl and stage and STAGE_OF_TRL[trl] != stage:
        draft.refuse(
            "trl",
            _(
                "TRL %(trl)s 和所处阶段不一致：1–3 级是初期，4–6 级是中期，7–9 级是成熟应用。",
                trl=trl,
            ),
        )


def level_is_evaluated(draft: Draft) -> None:
    """A level such as 国际先进 is only taken from an evaluation that the row cites."""
    level = draft.values.get("result_level")
    if level and level != NOT_EVALUATED and not (draft.values.get("evaluation") or {}).get("body"):
        draft.refuse(
            "result_level",
            _("成果水平要引用评价结论。请补上评价机构、日期和结论，或者选“未评价”。"),
        )


def term_of_protection(draft: Draft) -> None:
    """The term's end from filing day and kind (专利法 art. 42)."""
    filed, kind = draft.values.get("filed_on"), draft.values.get("kind")
    if filed and kind:
        draft.values["expires_on"] = years_later(filed, _years_of_protection(kind, filed))


def _years_of_protection(kind: str, filed: date) -> int:
    if kind == "PAT-D":
        # 专利法 as amended on 2021-06-01; designs filed before that day keep their ten years.
        return 15 if filed >= date(2021, 6, 1) else 10
    return 20 if kind == "PAT-I" else 10


def years_later(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February falls back to the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def open_licence_needs_grant(draft: Draft) -> None:
    """Only the owner of a granted patent can declare an open licence (专利法 art. 50)."""
    values = draft.values
    if values.get("open_licence") and values.get("legal_status") != "granted":
        draft.refuse(
            "open_licence",
            _("只有已经授权并且有效的专利可以开放许可。请核对法律状态，或者改成“否”。"),
        )


def evaluation(draft: Draft) -> None:
    """The four columns of an evaluation become one value."""
    parts: dict[str, Any] = {
        part: draft.values.pop(f"evaluation_{part}", None)
        for part in ("kind", "body", "date", "conclusion")
    }
    given = {part: value for part, value in parts.items() if value}
    if not given:
        return
    if "body" not in given:
        draft.refuse(
            "evaluation_body", _("写了评价，还缺评价机构。请补上，或者把评价的几格都清空。")
        )
    day = given.get("date")
    draft.values["evaluation"] = {
        **given,
        **({"date": day.isoformat()} if isinstance(day, date) else {}),
        **{part: {"zh": given[part]} for part in ("body", "conclusion") if part in given},
    }
