"""What batches are called on pages: their states, the lines of the statistics, amounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.ledger.posting import (
    AMENDED,
    CANCELLED,
    CANCELLED_EARLIER,
    REGISTERED,
)
from marketplace.contracts.models import Contract, ContractBatch
from marketplace.contracts.models.batch import RELEASED
from marketplace.contracts.saving.rows import Change
from marketplace.core.i18n import format_day, language
from marketplace.core.web.wording import gettext as _

MINUS = "−"
STATE_NAMES: dict[str, LazyString] = {
    "loading": _l("正在读"),
    "failed": _l("读不出来"),
    "held": _l("等放行"),
    "releasing": _l("正在计入"),
    "released": _l("已计入"),
    "undoing": _l("正在撤回"),
    "undone": _l("已撤回"),
    "empty": _l("没有新的，已结束"),
}
BADGES = {"held": "m-badge--wait", "released": "m-badge--yes", "failed": "m-badge--no"}
LINE_NAMES: dict[str, LazyString] = {
    REGISTERED: _l("登记"),
    AMENDED: _l("变更"),
    CANCELLED: _l("注销和撤销"),
    CANCELLED_EARLIER: _l("注销和撤销往年登记的"),
}
CHANGE_NAMES: dict[str, LazyString] = {
    "amended": _l("变更为 %(turnover)s 元，%(day)s"),
    "deregistered": _l("注销于 %(day)s"),
    "revoked": _l("撤销于 %(day)s"),
}


def state_name(batch: ContractBatch, *, is_stopped: bool = False) -> str:
    """What a batch is at, in the page's language."""
    if is_stopped:
        return _("处理到一半停下了")
    if batch.state == RELEASED and batch.unregistered and not batch.registered:
        return _("已放行")
    return str(STATE_NAMES[batch.state])


def badge(batch: ContractBatch, *, is_stopped: bool = False) -> str:
    """The class of its badge; the word says the same."""
    return "m-badge--no" if is_stopped else BADGES.get(batch.state, "m-badge--info")


def yuan(fen: int | None) -> str:
    """An amount in 分 as 元 to the 分, with thousands separated: ``6,800,000.00``."""
    if fen is None:
        return "—"
    text = f"{Decimal(abs(fen)) / 100:,.2f}"
    return f"{MINUS}{text}" if fen < 0 else text


def signed(number: int) -> str:
    """A whole number with a true minus sign."""
    return f"{MINUS}{-number:,}" if number < 0 else f"{number:,}"


def month_name(month: int) -> str:
    """A month, given as year × 100 + month: ``2026 年 3 月``; en ``2026-03``."""
    year, number = divmod(month, 100)
    if language() == "en":
        return f"{year}-{number:02d}"
    return _("%(year)s 年 %(month)s 月", year=year, month=number)


def day_words(day: str) -> str:
    """A day that was kept as text (ISO 8601), as the page writes days."""
    return format_day(date.fromisoformat(day))


def change_words(contract: Contract) -> str:
    """What the row of a held contract tells of a later change."""
    if not contract.held_change:
        return ""
    change = Change.of_stored(contract.held_change)
    words = str(CHANGE_NAMES[change.state])
    return words % {"turnover": yuan(change.turnover), "day": format_day(change.on)}
