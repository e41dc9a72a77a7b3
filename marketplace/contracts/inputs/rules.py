"""What a row of a register must satisfy as a whole.

What would keep it from being counted is always refused. A contradiction is refused in what is
new; in a finished register it is told, because the contract was counted all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs.declaration import Draft, Rule
from marketplace.contracts.classes import class_of
from marketplace.core.db import now
from marketplace.core.i18n import local_date

CHANGED_STATES = ("amended", "deregistered", "revoked")
NEEDED_KEYS = ("subtype", "seller_name", "buyer_name", "signed_on", "turnover", "tech_amount")

Contradiction = Callable[[Draft], tuple[str, LazyString] | None]


def _needed_fields(draft: Draft) -> None:
    for key in NEEDED_KEYS:
        if draft.values.get(key) in (None, "") and not draft.is_refused(key):
            draft.refuse(key, _("这一格不能空着。"))


def _state(draft: Draft) -> None:
    """A row without a state is registered where it has a day of registration."""
    values = draft.values
    if draft.is_refused("state", "registered_on"):
        return
    if not values.get("state"):
        values["state"] = "registered" if values.get("registered_on") else "submitted"
    if values["state"] != "submitted" and not values.get("registered_on"):
        draft.refuse("registered_on", _("登记了的合同要有登记日期，不然不知道计在哪个月。"))
    if values["state"] == "submitted" and values.get("registered_on"):
        draft.refuse("state", _("有登记日期的合同不会是已提交。请核对状态和登记日期。"))


def _change(draft: Draft) -> None:
    values = draft.values
    state = values.get("state")
    keys = ("changed_turnover", "changed_tech_amount")
    is_dated = values.get("changed_on") or draft.is_refused("changed_on")
    if state in CHANGED_STATES and not is_dated:
        draft.refuse("changed_on", _("变更、注销和撤销要有日期，不然不知道计在哪个月。"))
    if state == "amended":
        for key in keys:
            if values.get(key) is None and not draft.is_refused(key):
                draft.refuse(key, _("变更了的合同要有变更后的两个金额；没有变的照原样填。"))


def _class(draft: Draft) -> None:
    """Where the class isn't given it follows from the subtype."""
    if not draft.values.get("class_name") and not draft.is_refused("class_name", "subtype"):
        draft.values["class_name"] = _expected_class(draft)


def _expected_class(draft: Draft) -> str:
    values = draft.values
    return class_of(
        values.get("subtype", ""), values.get("registered_on") or values.get("signed_on")
    )


def _other_class(draft: Draft) -> tuple[str, LazyString] | None:
    expected, found = _expected_class(draft), draft.values.get("class_name")
    if not expected or not found or found == expected:
        return None
    return "class_name", _(
        "这个子类属于%(expected)s，这里写的是%(found)s。请核对类别和子类。",
        expected=expected,
        found=found,
    )


def _unchanged(draft: Draft) -> tuple[str, LazyString] | None:
    values = draft.values
    if values.get("state") in CHANGED_STATES or not values.get("changed_on"):
        return None
    return "changed_on", _("没有变更过的合同没有变更日期。请核对状态。")


def _tech_amount(draft: Draft) -> tuple[str, LazyString] | None:
    turnover, tech_amount = draft.values.get("turnover"), draft.values.get("tech_amount")
    if turnover is None or tech_amount is None or tech_amount <= turnover:
        return None
    return "tech_amount", _("技术交易额不会大于合同成交额。请核对两个金额和单位。")


def _changed_tech_amount(draft: Draft) -> tuple[str, LazyString] | None:
    turnover = draft.values.get("changed_turnover")
    tech_amount = draft.values.get("changed_tech_amount")
    if turnover is None or tech_amount is None or tech_amount <= turnover:
        return None
    return "changed_tech_amount", _("技术交易额不会大于合同成交额。请核对两个金额和单位。")


def _positive(draft: Draft) -> tuple[str, LazyString] | None:
    if draft.values.get("turnover") != 0:
        return None
    return "turnover", _("合同成交额要大于 0。价款没有约定的合同不能登记。")


def _in_order(earlier: str, later: str, reason: LazyString) -> Contradiction:
    def find(draft: Draft) -> tuple[str, LazyString] | None:
        first, second = draft.values.get(earlier), draft.values.get(later)
        return (later, reason) if first and second and first > second else None

    return find


def _not_in_future(key: str) -> Contradiction:
    def find(draft: Draft) -> tuple[str, LazyString] | None:
        day = draft.values.get(key)
        is_to_come = isinstance(day, date) and day > local_date(now())
        return (key, _("这一天还没有到。请核对日期。")) if is_to_come else None

    return find


def _has_number(draft: Draft) -> tuple[str, LazyString] | None:
    values = draft.values
    if values.get("number") or values.get("state") == "submitted":
        return None
    return "number", _("登记了的合同应有合同登记编号，请补上。")


CONTRADICTIONS: tuple[Contradiction, ...] = (
    _tech_amount,
    _changed_tech_amount,
    _positive,
    _other_class,
    _unchanged,
    _in_order("effective_on", "ends_on", _("终止日期早于生效日期。请核对这两个日期。")),
    _in_order("signed_on", "registered_on", _("登记日期早于签订日期。请核对这两个日期。")),
    _in_order("registered_on", "changed_on", _("变更日期早于登记日期。请核对这两个日期。")),
    _not_in_future("signed_on"),
    _not_in_future("registered_on"),
    _not_in_future("changed_on"),
)
NEEDED: tuple[Rule, ...] = (_needed_fields, _state, _change, _class)


def strictly() -> tuple[Rule, ...]:
    """The contradictions as refusals; a number that is missing is told."""
    return (*(_refusing(find) for find in CONTRADICTIONS), _telling(_has_number))


def leniently() -> tuple[Rule, ...]:
    """The contradictions as warnings."""
    return tuple(_telling(find) for find in (*CONTRADICTIONS, _has_number))


def _refusing(find: Contradiction) -> Rule:
    def check(draft: Draft) -> None:
        if found := find(draft):
            draft.refuse(*found)

    return check


def _telling(find: Contradiction) -> Rule:
    def check(draft: Draft) -> None:
        if found := find(draft):
            draft.warn(*found)

    return check
