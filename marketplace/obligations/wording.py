"""How kinds, states and scopes are called."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from marketplace.core.i18n import Bilingual, today
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import has_han, ngettext
from marketplace.obligations.days import days_late
from marketplace.obligations.kinds import (
    CLOSED,
    CONVERTED,
    DEFERRED,
    DEPOSIT,
    NONE,
    OPEN,
    TALKING,
    UNSUITABLE,
)
from marketplace.obligations.models import Obligation
from marketplace.obligations.states import ACCEPTED, DUE, RETURNED, SUBMITTED, WAIVED

KIND_NAMES = {
    "initial": _l("立项报告"),
    "annual": _l("年度报告"),
    "midterm": _l("中期报告"),
    "special": _l("专题报告"),
    "final": _l("最终报告"),
    DEPOSIT: _l("成果汇交"),
}
STATE_NAMES = {
    DUE: _l("待提交"),
    SUBMITTED: _l("待接收"),
    RETURNED: _l("已退回"),
    ACCEPTED: _l("已接收"),
    WAIVED: _l("已免除"),
}
STATE_BADGES = {
    DUE: "m-badge--line",
    SUBMITTED: "m-badge--info",
    RETURNED: "m-badge--no",
    ACCEPTED: "m-badge--yes",
    WAIVED: "",
}
FIELD_NAMES = {
    "title": _l("报告名称"),
    "authors": _l("作者"),
    "unit": _l("编写单位"),
    "partners": _l("合作单位（可不填）"),
    "written_on": _l("编写日期"),
    "abstract": _l("摘要"),
    "keywords": _l("关键词"),
    "opens_on": _l("从哪一天起公开全文（只在延期公开时填）"),
    "closed_reason": _l("不公开的原因（只在不公开时填）"),
    "told_on": _l("告知完成人的日期（只在不公开时填）"),
}
"""What is written into the form of a report, as pages name it."""
SCOPE_NAMES = {OPEN: _l("公开"), DEFERRED: _l("延期公开"), CLOSED: _l("不公开")}
CONVERSION_NAMES = {
    NONE: _l("还没有转化"),
    TALKING: _l("正在洽谈"),
    CONVERTED: _l("已转化"),
    UNSUITABLE: _l("不适宜转化"),
}
DUE_SOON_DAYS = 30


def kind_name(kind: str) -> str:
    """The name of what is owed."""
    return str(KIND_NAMES[kind])


def state_name(state: str) -> str:
    """The name of a state."""
    return str(STATE_NAMES[state])


def term(obligation: Obligation) -> str:
    """How the time stands: days left, days late, or on time."""
    if obligation.state == WAIVED:
        return _("不用交了")
    late = obligation.late_days
    if obligation.is_handed_in:
        return ngettext("晚交 %(num)s 天", "晚交 %(num)s 天", late) if late else _("按时")
    return time_until(obligation.due_on)


def time_until(due_on: date) -> str:
    """How the time stands for what isn't handed in: days left, or days late."""
    late = days_late(due_on, today())
    if late:
        return ngettext("逾期 %(num)s 天", "逾期 %(num)s 天", late)
    return days_left(due_on)


def days_left(due_on: date) -> str:
    """Days until a day that isn't over."""
    left = (due_on - today()).days
    return ngettext("剩 %(num)s 天", "剩 %(num)s 天", left) if left else _("今天到期")


def urgency(obligation: Obligation) -> str:
    """``late``, ``soon`` or nothing, for the mark beside the term."""
    if not obligation.is_open:
        return ""
    if obligation.late_days:
        return "late"
    return "soon" if (obligation.due_on - today()).days <= DUE_SOON_DAYS else ""


def as_written(text: str) -> Bilingual:
    """A report's own text with the language that it is in, for the ``lang`` of its element."""
    return Bilingual(zh=text) if has_han(text) else Bilingual(en=text)
