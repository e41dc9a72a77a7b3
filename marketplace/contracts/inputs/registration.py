"""What the form of a registration asks for: the fields of a register, and what lies behind them.

What is typed there is read by the declaration that imports have; further fields stand here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import texts, values
from marketplace.catalogue.inputs.declaration import Draft, InputField, RecordInput, Rule
from marketplace.contracts.inputs import rules
from marketplace.contracts.inputs import values as read
from marketplace.contracts.inputs.contract import INPUT
from marketplace.contracts.terms import CHINA
from marketplace.core.i18n import today

REGISTRATION_NAME = "contract-registration"
OF_THE_REGISTER = (
    *("number", "class_name", "tech_amount", "office", "registered_on"),
    *("state", "changed_on", "changed_turnover", "changed_tech_amount"),
)
"""Fields of a register that the form doesn't ask for: they follow, or are the office's."""
COSTS = ("equipment_cost", "material_cost", "other_cost")
MONEY = ("turnover", *COSTS, "expected_input", "expected_output")
NEEDED = (
    *("seller_nature", "buyer_nature", "effective_on", "payment_mode"),
    *("tech_field", "ip_type", "plan_source", "is_related"),
)
"""What form JJ-001 wants beside what a row of a register must have."""
ROYALTY_MODES = ("3", "4")
INSTALMENTS = "2"
NATURAL_PERSON = "500"
_BASE, _NOTE = texts.line(200), texts.line(1000)


def _money(key: str, label: LazyString, help_: LazyString) -> InputField:
    return InputField(key, label, help_, read.amount)


FURTHER_FIELDS = (
    _money(
        "equipment_cost",
        _("设备、仪器费用"),
        _("合同里随技术一起买的设备、仪器。没有就不填。"),
    ),
    _money(
        "material_cost",
        _("零部件、原材料费用"),
        _("标的物本身合理数量的直接成本不用扣。没有就不填。"),
    ),
    _money("other_cost", _("其他非技术性费用"), _("例如施工、日常维护。没有就不填。")),
    InputField(
        "is_tax_included",
        _("金额是否含税"),
        _("合同金额含增值税的填“是”。"),
        values.yes_or_no,
    ),
    InputField("royalty_base", _("提成的基数"), _("产品价格、新增产值、利润或销售额。"), _BASE),
    InputField("royalty_rate", _("提成的比例"), _("固定、递增或递减的比例，照合同写。"), _BASE),
    InputField(
        "related_note",
        _("关联关系的说明"),
        _("谁控制谁，持股多少。"),
        _NOTE,
    ),
    _money("expected_input", _("预计新增投入"), _("技术转让合同填，买方为实施要投入多少。")),
    _money("expected_output", _("预计新增产值"), _("技术转让合同填，实施以后每年多出多少产值。")),
    InputField(
        "benefit_claimed",
        _("是否用登记证明享受优惠"),
        _("例如免税。以后变更或注销要告诉给优惠的机关。"),
        values.yes_or_no,
    ),
)


def _tech_amount(draft: Draft) -> None:
    """技术交易额 is the turnover without what isn't technology."""
    turnover = draft.values.get("turnover")
    if turnover is None or draft.is_refused(*COSTS):
        return
    costs = sum(draft.values.get(key) or 0 for key in COSTS)
    if costs > turnover:
        first = next(key for key in COSTS if draft.values.get(key))
        draft.refuse(first, _("三项费用加起来超过了合同成交额。请核对金额。"))
    draft.values["tech_amount"] = max(turnover - costs, 0)


def _needed(draft: Draft) -> None:
    for key in NEEDED:
        if draft.values.get(key) in (None, "") and not draft.is_refused(key):
            draft.refuse(key, _("这一项还没有填。"))


def _effective(draft: Draft) -> None:
    """Registration is applied for once the contract is in effect (draft of 2024, art. 12)."""
    effective_on = draft.values.get("effective_on")
    if effective_on and effective_on > today():
        draft.refuse("effective_on", _("合同还没有生效，生效以后再提交。"))


def _currency(draft: Draft) -> None:
    found = draft.values
    if found.get("currency", "CNY") != "CNY" and found.get("rate") == "1":
        draft.refuse("rate", _("外币合同要填签订那天的汇率。"))


def _royalty(draft: Draft) -> None:
    if draft.values.get("payment_mode") in ROYALTY_MODES:
        for key in ("royalty_base", "royalty_rate"):
            if not draft.values.get(key) and not draft.is_refused(key):
                draft.refuse(key, _("提成支付的合同要写明提成的基数和比例。"))


def _related(draft: Draft) -> None:
    if draft.values.get("is_related") and not draft.values.get("related_note"):
        draft.refuse("related_note", _("双方有关联关系的，要写明是什么关系。"))


def _two_parties(draft: Draft) -> None:
    seller, buyer = draft.values.get("seller_uscc"), draft.values.get("buyer_uscc")
    if seller and seller == buyer:
        draft.refuse("buyer_uscc", _("买方和卖方是同一个单位。请核对买方的代码。"))


def _code_of(side: str) -> Rule:
    """A domestic unit is named by its code: so it is known again, and told where it is here."""

    def check(draft: Draft) -> None:
        key, found = f"{side}_uscc", draft.values
        is_unit = found.get(f"{side}_nature") != NATURAL_PERSON
        is_domestic = found.get(f"{side}_country", CHINA) == CHINA
        if is_unit and is_domestic and not found.get(key) and not draft.is_refused(key):
            draft.refuse(
                key,
                _("境内的单位要填统一社会信用代码。自然人请在单位性质里选，境外的请选国家或地区。"),
            )

    return check


FURTHER_RULES: tuple[Rule, ...] = (
    _needed,
    _effective,
    _currency,
    _royalty,
    _related,
    _two_parties,
)

REGISTRATION_INPUT = RecordInput(
    kind=REGISTRATION_NAME,
    title=_("技术合同登记"),
    fields=(
        *(field for field in INPUT.fields if field.key not in OF_THE_REGISTER),
        *FURTHER_FIELDS,
    ),
    rules=(_tech_amount, *rules.NEEDED, *rules.strictly(), *FURTHER_RULES),
)


def registration_input(with_codes_of: Iterable[str]) -> RecordInput:
    """The declaration that wants the codes of these sides, ``seller`` or ``buyer``, too."""
    rules_of_codes = map(_code_of, with_codes_of)
    return replace(REGISTRATION_INPUT, rules=(*REGISTRATION_INPUT.rules, *rules_of_codes))


FIELDS = {field.key: field for field in REGISTRATION_INPUT.fields}
