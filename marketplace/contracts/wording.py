"""How states, events, sides and amounts are called."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.contracts.checks import FAMILIES, explain
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
from marketplace.core.codelists import code_label
from marketplace.core.i18n import FEN_PER_WAN

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
VERDICT_NAMES = {AGREES: _l("同意登记"), DISAGREES: _l("不同意登记")}
OBJECTOR_NAMES = {PARTY: _l("当事人"), FINANCE: _l("财政部门"), TAX: _l("税务部门")}
OBJECTION_NAMES = {OPEN: _l("待答复"), UPHELD: _l("异议成立"), REJECTED: _l("异议不成立")}


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
