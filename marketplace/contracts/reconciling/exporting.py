"""What differs in a month, as a workbook to work through."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from marketplace.contracts.batches.wording import month_name
from marketplace.contracts.models import ReconciliationDifference
from marketplace.contracts.reconciling import wording
from marketplace.contracts.reconciling.queries import all_differences
from marketplace.contracts.reconciling.states import CLOSED
from marketplace.core.actor import Actor
from marketplace.core.tables import Column, Sheet, write_xlsx
from marketplace.core.web.demo_mark import marked
from marketplace.core.web.wording import gettext as _


def write_differences(actor: Actor, month: int, target: BinaryIO, *, is_demo: bool) -> None:
    """Write all differences of a month; amounts in 元, differences are theirs less ours."""
    columns = [
        Column("kind", _("差异")),
        Column("number", _("合同登记编号")),
        Column("title", _("项目名称")),
        Column("seller", _("卖方")),
        Column("buyer", _("买方")),
        Column("here_turnover", _("本市合同成交额（元）")),
        Column("there_turnover", _("全国系统合同成交额（元）")),
        Column("by_turnover", _("成交额相差（元）")),
        Column("here_tech_amount", _("本市技术交易额（元）")),
        Column("there_tech_amount", _("全国系统技术交易额（元）")),
        Column("by_tech_amount", _("技术交易额相差（元）")),
        Column("here_on", _("本市登记日期")),
        Column("there_on", _("全国系统登记日期")),
        Column("state", _("是否办结")),
        Column("code", _("原因")),
        Column("reason", _("说明")),
        Column("closed_by", _("谁办结的")),
    ]
    given = marked(columns, _rows(actor, month), is_demo=is_demo)
    write_xlsx(target, [Sheet(month_name(month), *given)])


def _rows(actor: Actor, month: int) -> Iterator[dict[str, object]]:
    for one in all_differences(actor, month):
        here, there = one.here or {}, one.there or {}
        told = there or here
        yield {
            "kind": wording.kind_name(one.kind),
            **{name: told.get(name) for name in ("number", "title", "seller", "buyer")},
            **_amounts(here, there),
            "here_on": here.get("on"),
            "there_on": there.get("on"),
            **_closing(one),
        }


def _amounts(here: dict[str, Any], there: dict[str, Any]) -> dict[str, object]:
    told: dict[str, object] = {}
    for name in ("turnover", "tech_amount"):
        told[f"here_{name}"] = _yuan(here[name]) if here else None
        told[f"there_{name}"] = _yuan(there[name]) if there else None
        told[f"by_{name}"] = _yuan(there.get(name, 0) - here.get(name, 0))
    return told


def _closing(one: ReconciliationDifference) -> dict[str, object]:
    is_closed = one.state == CLOSED
    return {
        "state": _("已办结") if is_closed else _("没有办结"),
        "code": wording.reason_name(one.reason_code) if is_closed else "",
        "reason": one.reason,
        "closed_by": one.closed_by or "",
    }


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100
