"""Reading rows of technical indicators, those of a result or wanted by a demand; evaluations."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, texts, values
from marketplace.catalogue.inputs.declaration import Cell, InputError, is_blank
from marketplace.core.codelists import find_code
from marketplace.core.i18n import Bilingual

INDICATOR_COUNT = 50
INDICATOR_LIMIT = 500
_PART_ENDS = re.compile(r"[|｜]")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")
_OPERATORS = {
    ">=": "≥",
    "≧": "≥",
    "不低于": "≥",
    "不小于": "≥",
    "至少": "≥",
    "<=": "≤",
    "≦": "≤",
    "不超过": "≤",
    "不大于": "≤",
    "不高于": "≤",
    "至多": "≤",
    ">": "＞",
    "大于": "＞",
    "高于": "＞",
    "<": "＜",
    "小于": "＜",
    "低于": "＜",
    "＝": "=",
    "等于": "=",
    "~": "≈",
    "约": "≈",
}


def indicators(cell: Cell) -> list[dict[str, Any]]:
    """Rows of name, value, baseline and method: a list of objects, or lines with | between."""
    rows = [_indicator(item) for item in _items(cell)]
    if len(rows) > INDICATOR_COUNT:
        raise InputError(_("技术指标最多 %(limit)s 行。", limit=INDICATOR_COUNT))
    return rows


def _items(cell: Cell) -> list[Any]:
    """The objects of a list, or the lines of a text, without blank ones."""
    if isinstance(cell.value, list):
        return [item for item in cell.value if not is_blank(item)]
    return [line for line in texts.plain_text(cell.value).split("\n") if line.strip()]


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


def requirements(cell: Cell) -> list[dict[str, Any]]:
    """Rows of name, operator, value, unit and method: a list of objects, or lines with | between.

    The value is a decimal number as text, so that it can be compared and loses no digit.
    """
    items = _items(cell)
    if len(items) > INDICATOR_COUNT:
        raise InputError(_("技术指标最多 %(limit)s 行。", limit=INDICATOR_COUNT))
    return [_requirement(line, item) for line, item in enumerate(items, start=1)]


def _requirement(line: int, item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        parts = (part.strip() for part in _PART_ENDS.split(texts.one_line(item)))
        item = dict(zip(("name", "operator", "value", "unit", "method"), parts, strict=False))
    if any(is_blank(item.get(part)) for part in ("name", "operator", "value")):
        raise InputError(
            _("第 %(line)s 行指标不完整：名称、比较和数值不能少，单位和测试方法可不填。", line=line)
        )
    row: dict[str, Any] = {
        "name": _short(item["name"]).as_dict(),
        "operator": _operator(line, item["operator"]),
        "value": _figure(line, item["value"]),
    }
    if not is_blank(item.get("unit")):
        row["unit"] = _short(item["unit"]).zh
    if not is_blank(item.get("method")):
        row["method"] = _short(item["method"]).as_dict()
    return row


def _operator(line: int, value: Any) -> str:
    text = "".join(texts.one_line(value).split())
    found = _OPERATORS.get(text) or find_code("indicator_operator", text)
    if found is None:
        raise InputError(
            _(
                "第 %(line)s 行的比较“%(text)s”看不懂。请写 ≥、≤、＞、＜、= 或 ≈。",
                line=line,
                text=text[:20],
            )
        )
    return found


def _figure(line: int, value: Any) -> str:
    text = unicodedata.normalize("NFKC", texts.one_line(value)).replace(",", "").replace("−", "-")
    if not _NUMBER.fullmatch(text):
        raise InputError(
            _(
                "第 %(line)s 行的数值要填数字，现在是“%(text)s”。单位和“约”请写进别的格。",
                line=line,
                text=text[:40],
            )
        )
    return text


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
