"""What is read of the national system's export: the columns of the register, fewer needed.

Amounts and the day of registration tell for what a contract counts; its number, or its parties
and dates, tell which one it is. All else may be missing, and nothing else can be wrong.
"""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs.declaration import Draft, RecordInput
from marketplace.contracts.inputs import HISTORY_INPUT
from marketplace.contracts.inputs.rules import CHANGED_STATES

AMOUNTS = ("turnover", "tech_amount")
DAY = "registered_on"
PARTIES = ("seller_name", "buyer_name")
USED = (
    *("number", "title", *PARTIES, "signed_on", DAY, *AMOUNTS, "state"),
    *("changed_on", "changed_turnover", "changed_tech_amount"),
)


def _needed(draft: Draft) -> None:
    for key in (DAY, *AMOUNTS):
        if draft.values.get(key) is None and not draft.is_refused(key):
            draft.refuse(key, _("这一格不能空着，不然没法核对。"))
    has_parties = all(draft.values.get(key) for key in PARTIES)
    if not draft.values.get("number") and not has_parties and not draft.is_refused("number"):
        draft.refuse("number", _("没有编号的行要有卖方和买方的名称，不然不知道是哪份合同。"))


def _change(draft: Draft) -> None:
    """An export without the days of changes tells of registrations only."""
    values = draft.values
    if values.get("state") not in CHANGED_STATES:
        return
    if "changed_on" not in draft.columns:
        values["state"] = "registered"
    elif not values.get("changed_on") and not draft.is_refused("changed_on"):
        draft.refuse("changed_on", _("变更、注销和撤销要有日期，不然不知道计在哪个月。"))
    elif values["state"] == "amended":
        for key in ("changed_turnover", "changed_tech_amount"):
            if values.get(key) is None and not draft.is_refused(key):
                draft.refuse(key, _("变更了的合同要有变更后的两个金额；没有变的照原样填。"))


EXPORT_INPUT = RecordInput(
    kind="contract-export",
    title=_("全国系统导出"),
    fields=tuple(
        replace(field, is_required=field.key == DAY)
        for field in HISTORY_INPUT.fields
        if field.key in USED
    ),
    rules=(_needed, _change),
    title_target=DAY,
)
