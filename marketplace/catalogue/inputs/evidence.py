"""Reading what speaks for a result: rows of technical indicators, and an evaluation."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, texts, values
from marketplace.catalogue.inputs.declaration import Cell, InputError, is_blank
from marketplace.core.i18n import Bilingual

INDICATOR_COUNT = 50
INDICATOR_LIMIT = 500
_PART_ENDS = re.compile(r"[|｜]")


def indicators(cell: Cell) -> list[dict[str, Any]]:
    """Rows of name, value, baseline and method: a list of objects, or lines with | between."""
    value = cell.value
    if isinstance(value, list):
        rows = [_indicator(item) for item in value if not is_blank(item)]
    else:
        lines = texts.plain_text(value).split("\n")
        rows = [_indicator(line) for line in lines if line.strip()]
    if len(rows) > INDICATOR_COUNT:
        raise InputError(_("技术指标最多 %(limit)s 行。", limit=INDICATOR_COUNT))
    return rows


def _indicator(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        parts = _PART_ENDS.split(texts.one_line(item))
        item = dict(zip(("name", "value", "baseline", "method"), parts, strict=False))
    name, figure = item.get("name"), item.get("value")
    if is_blank(name) or is_blank(figure):
        raise InputError(_("每行一个指标：名称 | 指标值 | 对比值 | 测试方法，名称和指标值不能少。"))
    row: dict[str, Any] = {"name": _short(name).as_dict(), "value": _short(figure).zh}
    if not is_blank(item.get("baseline")):
        row["baseline"] = _short(item["baseline"]).zh
    if not is_blank(item.get("method")):
        row["method"] = _short(item["method"]).as_dict()
    return row


def _short(value: Any) -> Bilingual:
    halves = value if isinstance(value, dict) else {"zh": value}
    found = Bilingual(
        zh=texts.one_line(halves.get("zh") or ""), en=texts.one_line(halves.get("en") or "")
    )
    if max(len(found.zh), len(found.en)) > INDICATOR_LIMIT:
        raise InputError(_("技术指标的每一项最多 %(limit)s 个字。", limit=INDICATOR_LIMIT))
    return found


def evaluation(cell: Cell) -> dict[str, Any]:
    """An evaluation as one object with kind, body, date and conclusion."""
    if not isinstance(cell.value, dict):
        raise InputError(_("评价请分四列填写：评价方式、评价机构、评价日期、评价结论。"))
    item = cell.value
    found: dict[str, Any] = {}
    if not is_blank(item.get("kind")):
        found["kind"] = choices.code("evaluation_kind")(_part(cell, item["kind"]))
    if not is_blank(item.get("date")):
        found["date"] = values.day(_part(cell, item["date"])).isoformat()
    for part in ("body", "conclusion"):
        if not is_blank(item.get(part)):
            found[part] = _short(item[part]).as_dict()
    return found


def _part(cell: Cell, value: Any) -> Cell:
    return Cell(value, cell.column, cell.key, cell.draft)
