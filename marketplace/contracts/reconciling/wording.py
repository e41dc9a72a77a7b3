"""What reconciliation says on pages: kinds of differences, reasons, where a month stands."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.reconciling.matching import AMOUNT, DAY, MONTH, ONLY_HERE, ONLY_THERE

KIND_NAMES: dict[str, LazyString] = {
    ONLY_HERE: _l("只有本市计了"),
    ONLY_THERE: _l("只有全国系统有"),
    AMOUNT: _l("金额不同"),
    DAY: _l("登记日期不同"),
    MONTH: _l("计在不同的月份"),
}
GROUP_NAMES: dict[str, LazyString] = {
    ONLY_HERE: KIND_NAMES[ONLY_HERE],
    ONLY_THERE: KIND_NAMES[ONLY_THERE],
    "other": _l("两边都有，内容不同"),
}
GROUPS: dict[str, tuple[str, ...]] = {
    ONLY_HERE: (ONLY_HERE,),
    ONLY_THERE: (ONLY_THERE,),
    "other": (AMOUNT, DAY, MONTH),
}
REASONS: dict[str, LazyString] = {
    "late_there": _l("全国系统还没有录入"),
    "late_here": _l("本市还没有导入或登记"),
    "other_month": _l("两边计入的月份不同，合计一致"),
    "change": _l("变更或注销只在一边办了，另一边随后办"),
    "typo_there": _l("全国系统录错了，已请对方更正"),
    "typo_here": _l("本市录错了，已办变更"),
    "not_ours": _l("不归本市统计"),
    "other": _l("其他，写在下面"),
}
STATUS_NAMES: dict[str, LazyString] = {
    "none": _l("没有核对"),
    "reading": _l("正在核对"),
    "stopped": _l("处理到一半停下了"),
    "failed": _l("导出读不出来"),
    "open": _l("有差异没有办结"),
    "bad": _l("有行读不出来"),
    "changed": _l("核对以后又有变动"),
    "done": _l("已核对"),
}
BADGES = {
    "none": "",
    "reading": "m-badge--info",
    "stopped": "m-badge--no",
    "failed": "m-badge--no",
    "open": "m-badge--no",
    "bad": "m-badge--no",
    "changed": "m-badge--wait",
    "done": "m-badge--yes",
}


def kind_name(kind: str) -> str:
    """In what both sides differ."""
    return str(KIND_NAMES[kind])


def reason_name(code: str) -> str:
    """Why a difference was closed."""
    return str(REASONS.get(code, code))
