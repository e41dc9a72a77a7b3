"""How states, events, sides and amounts are called."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.contracts.checks import FAMILIES, explain
from marketplace.contracts.inputs import INPUT
from marketplace.contracts.inputs.registration import FIELDS
from marketplace.contracts.models import ContractFlag
from marketplace.contracts.models.course import (
    AGREES,
    DISAGREES,
    FINANCE,
    OPEN,
    PARTY,
    REJECTED,
    TAX,
    UPHELD,
)
from marketplace.contracts.models.flag import CONFIRMED
from marketplace.contracts.models.ledger import AMEND, DEREGISTER, REGISTER, REVOKE
from marketplace.contracts.states import (
    ACCEPTED,
    CHANGE_EXPERTS,
    CHANGE_PENDING,
    CORRECTION,
    DEREGISTERED,
    DRAFT,
    EXPERT_REVIEW,
    HELD,
    OBJECTION,
    REFUSED,
    REGISTERED,
    REVIEWING,
    REVOKED,
    SUBMITTED,
    WITHDRAWN,
)
from marketplace.contracts.states import FOR_A_UNIT as FOR_A_UNIT_ACTIONS
from marketplace.core.codelists import code_label
from marketplace.core.i18n import FEN_PER_WAN

REGISTER_FIELDS = {field.key: field for field in INPUT.fields}
STATE_NAMES = {
    DRAFT: _l("草稿"),
    SUBMITTED: _l("待受理"),
    CORRECTION: _l("等补正"),
    ACCEPTED: _l("审查中"),
    REVIEWING: _l("待复核"),
    EXPERT_REVIEW: _l("专家评审"),
    REFUSED: _l("不予登记"),
    OBJECTION: _l("有异议"),
    REGISTERED: _l("已登记"),
    CHANGE_PENDING: _l("待变更"),
    CHANGE_EXPERTS: _l("变更专家评审"),
    DEREGISTERED: _l("已注销"),
    REVOKED: _l("已撤销"),
    WITHDRAWN: _l("已撤回"),
    HELD: _l("批量待放行"),
}
STATE_BADGES = {
    DRAFT: "m-badge--line",
    SUBMITTED: "m-badge--info",
    CORRECTION: "m-badge--wait",
    ACCEPTED: "",
    REVIEWING: "m-badge--info",
    EXPERT_REVIEW: "m-badge--line",
    REFUSED: "m-badge--no",
    OBJECTION: "m-badge--wait",
    REGISTERED: "m-badge--yes",
    CHANGE_PENDING: "m-badge--info",
    CHANGE_EXPERTS: "m-badge--line",
    DEREGISTERED: "",
    REVOKED: "m-badge--no",
    WITHDRAWN: "",
    HELD: "m-badge--line",
}
EVENT_NAMES = {
    REGISTER: _l("登记"),
    AMEND: _l("变更登记"),
    DEREGISTER: _l("注销登记"),
    REVOKE: _l("撤销登记"),
}
FOR_A_UNIT = tuple(action.removeprefix("contract.") for action in FOR_A_UNIT_ACTIONS)
"""The steps that staff take for a unit, as forms name them."""
VERDICT_NAMES = {AGREES: _l("同意登记"), DISAGREES: _l("不同意登记")}
OBJECTOR_NAMES = {PARTY: _l("当事人"), FINANCE: _l("财政部门"), TAX: _l("税务部门")}
OBJECTION_NAMES = {OPEN: _l("待答复"), UPHELD: _l("异议成立"), REJECTED: _l("异议不成立")}


WRITTEN = {
    "answer": _l("答复"),
    "asked_by": _l("谁要求的"),
    "document": _l("来函或申请书"),
    "expert": _l("专家姓名"),
    "expert_unit": _l("专家单位（可不填）"),
    "number": _l("合同登记编号"),
    "objection": _l("对哪一点有异议，为什么"),
    "opinion": _l("意见"),
    "reason": _l("原因"),
}
"""What people write on the page of a contract; what follows a dash says to which step or row."""
CHOSEN = {
    "amount": _l("到账额"),
    "codes": _l("不予登记的原因"),
    "disputed": _l("有争议"),
    "end_file": _l("证明材料"),
    "file": _l("合同文本和材料"),
    "name": _l("部门名称"),
    "note": _l("说明"),
    "on": _l("日期"),
    "outcome": _l("结论"),
    "payment_amount": _l("分期支付的各期"),
    "raised_by": _l("谁提的"),
    "received_on": _l("到账日期"),
    "tech_income": _l("技术性收入"),
    "verdict": _l("结论"),
    "verified": _l("核定的技术性收入"),
}
"""The other fields on these pages: amounts, days, files, and what is chosen."""


def written_label(name: str) -> str:
    """What a field is called into which people write; nothing for others."""
    field = FIELDS.get(name)
    return str(field.label if field else WRITTEN.get(_plain(name), ""))


def named_problem(name: str, sentence: str) -> str:
    """What is wrong with a field, its name in front unless the sentence has it itself."""
    field = REGISTER_FIELDS.get(name)
    known = written_label(name) or (field.label if field else CHOSEN.get(_plain(name), ""))
    label = str(known)
    return sentence if not label or label in sentence else f"{label}{_('：')}{sentence}"


def _plain(name: str) -> str:
    """The name without the step or row to which it belongs."""
    return name.partition("-")[0]


def state_name(state: str) -> str:
    """The name of a state."""
    return str(STATE_NAMES[state])


def class_words(contract_class: str, subtype: str) -> str:
    """What kind of contract it is, as lists say it: the subtype, else the class."""
    if subtype:
        return str(code_label("contract_subtype", subtype))
    return str(code_label("contract_class", contract_class))


def in_yuan(fen: int | None) -> str:
    """An amount in 分 as contracts write it, in 元 to the 分: ``6,800,000.00``."""
    if fen is None:
        return "—"
    return f"{Decimal(fen) / 100:,.2f}".replace("-", "−")


def in_wan(fen: int | None) -> str:
    """An amount in 分 as lists write it, in 万元 with two places, rounded half up."""
    if fen is None:
        return "—"
    sign = "−" if fen < 0 else ""
    whole = (abs(fen) * 100 + FEN_PER_WAN // 2) // FEN_PER_WAN
    return f"{sign}{Decimal(whole) / 100:,.2f}"


def share(part: int | None, whole: int | None) -> str:
    """A share as per cent with two places, rounded half up; a dash where there is no base."""
    if part is None or not whole:
        return "—"
    return f"{Decimal((part * 20_000 + whole) // (2 * whole)) / 100:.2f}%"


def signed(fen: int) -> str:
    """A difference in 分, in 元 with its sign."""
    return f"+{in_yuan(fen)}" if fen >= 0 else in_yuan(fen)


def flag_family(family: str) -> str:
    """What kind of thing a rule noticed."""
    return str(FAMILIES[family])


def flag_sentence(flag: ContractFlag) -> str:
    """What was noticed, with its figures."""
    return explain(flag.rule, flag.params)


def flag_decision(flag: ContractFlag) -> str:
    """What a person decided about it."""
    return _("判断为确有问题：") if flag.state == CONFIRMED else _("判断为没有问题：")
