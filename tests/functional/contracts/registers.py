"""Registers of fictional contracts: rows, files, and their sums counted a second time."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from marketplace.catalogue.importing import ImportReport, import_into
from marketplace.contracts.saving import contract_target
from marketplace.core.actor import system

Row = dict[str, str]
ROW: Row = {
    "合同登记编号": "2024410100000001",
    "项目名称": "刀具涂层寿命预测软件开发",
    "合同类别": "技术开发",
    "合同子类": "DEV-COM",
    "卖方名称": "河湾理工大学",
    "卖方统一社会信用代码": "1241010041580000XR",
    "卖方性质代码": "022",
    "卖方行政区划": "410172",
    "卖方国别": "",
    "买方名称": "青堤机械有限公司",
    "买方统一社会信用代码": "91410100MA3X000109",
    "买方性质代码": "150",
    "买方行政区划": "410105",
    "买方国别": "156",
    "签订日期": "2024-02-20",
    "登记日期": "2024-03-05",
    "生效日期": "2024-02-21",
    "终止日期": "2025-02-20",
    "合同成交额(元)": "680000.50",
    "技术交易额(元)": "520000.25",
    "币种": "CNY",
    "汇率": "1",
    "支付方式": "1",
    "技术领域": "3",
    "知识产权类型": "SW",
    "专利号": "",
    "计划来源": "X",
    "服务的国民经济行业": "C35",
    "社会经济目标": "10",
    "登记机构": "高新区登记点",
    "状态": "registered",
    "变更日期": "",
    "变更后成交额(元)": "",
    "变更后技术交易额(元)": "",
    "联系电话": "0371-55500001",
    "法定代表人": "沈禾",
    "买方联系电话": "0371-55500002",
    "买方法定代表人": "陆川",
    "是否关联交易声明": "否",
}
AMENDED = {
    "状态": "amended",
    "变更日期": "2024-06-10",
    "变更后成交额(元)": "700000",
    "变更后技术交易额(元)": "530000",
}
DEREGISTERED = {"状态": "deregistered", "变更日期": "2024-09-01"}
REVOKED_LATER = {"状态": "revoked", "变更日期": "2025-01-15"}
SUBMITTED = {"状态": "submitted", "合同登记编号": "", "登记日期": ""}

Figures = dict[Any, list[int]]


def row(**changes: str) -> Row:
    """A registered contract; ``changes`` by column replace what it says."""
    return {**ROW, **changes}


def numbered(count: int, **changes: str) -> Iterator[Row]:
    """Contracts with numbers of their own."""
    for number in range(1, count + 1):
        yield row(**{"合同登记编号": f"2024410100{number:06d}", **changes})


def written(path: Path, rows: Iterable[Row]) -> Path:
    """A register as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(ROW))
        writer.writeheader()
        writer.writerows(rows)
    return path


def bring_in(path: Path, rows: Iterable[Row], *, is_history: bool = True) -> ImportReport:
    """Write a register and import it."""
    target = contract_target(is_history=is_history)
    return import_into(system("import"), target, written(path, rows))


def counted_again(rows: Iterable[Row]) -> dict[str, Figures]:
    """Count, turnover and technology amount in 分: by year, month, class, district, field."""
    found: dict[str, Figures] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for one in rows:
        if not one["登记日期"]:
            continue
        amounts = (1, _fen(one["合同成交额(元)"]), _fen(one["技术交易额(元)"]))
        postings = [(one["登记日期"], amounts)]
        if one["状态"] == "amended":
            after = _fen(one["变更后成交额(元)"]), _fen(one["变更后技术交易额(元)"])
            difference = (0, after[0] - amounts[1], after[1] - amounts[2])
            postings.append((one["变更日期"], difference))
        elif one["状态"] in {"deregistered", "revoked"}:
            postings.append((one["变更日期"], (-1, -amounts[1], -amounts[2])))
        for day, difference in postings:
            for name, code in (
                ("year", day[:4]),
                ("month", day[:7]),
                ("class", one["合同类别"]),
                ("district", one["卖方行政区划"]),
                ("field", one["技术领域"]),
            ):
                for place, amount in enumerate(difference):
                    found[name][code][place] += amount
    return {name: dict(figures) for name, figures in found.items()}


def month_of(day: str) -> int:
    """Year × 100 + month."""
    found = date.fromisoformat(day)
    return found.year * 100 + found.month


def _fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)
