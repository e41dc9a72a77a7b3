"""How states, steps and fields of postings are called on pages."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.catalogue.states import ENDED_DEMAND_STATES, LASTING_DEMAND_STATES
from marketplace.catalogue.wording import kind_name
from marketplace.core.web.wording import gettext as _
from marketplace.posting.steps import KINDS, ROWS, field_of, keys_of, widget_of

__all__ = [
    "action_hint",
    "badge",
    "form_name",
    "kind_name",
    "labels",
    "named_problem",
    "next_act",
    "record_acts",
    "state_name",
    "step_name",
    "step_taken",
    "written_label",
]

REMARK = "remark-"
WRITTEN = frozenset({"text", "long", "day"})
FORM_NAMES: dict[str, LazyString] = {
    "result": _l("发布一项成果"),
    "patent": _l("发布一件专利"),
    "demand": _l("发布一条需求"),
    "project": _l("登记一个项目"),
}
STATE_NAMES: dict[str, LazyString] = {
    "draft": _l("草稿"),
    "submitted": _l("等单位审核"),
    "unit_ok": _l("等科技局发布"),
    "form_ok": _l("等部门审核"),
    "returned": _l("已退回"),
    "published": _l("已公开"),
    "discarded": _l("已丢弃"),
    "suspended": _l("已暂停展示"),
    "reserved": _l("已预留"),
    "converted": _l("已转化"),
    "withheld": _l("不予公开"),
    "withdrawn": _l("已撤下"),
    "open": _l("征集中"),
    "matched": _l("已对接"),
    "contracted": _l("已签约"),
    "closed": _l("已结束"),
    "expired": _l("已到期"),
}
DEMAND_STATE_NAMES: dict[str, LazyString] = {
    "submitted": _l("等形式审查"),
    "withdrawn": _l("已撤回"),
}
"""Where the same state of a demand is called otherwise."""
BADGES = {
    "published": "m-badge--yes",
    "converted": "m-badge--yes",
    "returned": "m-badge--no",
    "withheld": "m-badge--no",
    "open": "m-badge--yes",
    "matched": "m-badge--yes",
    "contracted": "m-badge--yes",
    "submitted": "m-badge--info",
    "form_ok": "m-badge--info",
    "unit_ok": "m-badge--info",
    "suspended": "m-badge--wait",
    "reserved": "m-badge--wait",
}
NEXT_ACTS: dict[str, LazyString] = {
    "draft": _l("接着写"),
    "returned": _l("看意见，修改"),
    "submitted": _l("查看"),
    "unit_ok": _l("查看"),
    "form_ok": _l("查看"),
}
STEP_NAMES: dict[str, LazyString] = {
    "listing.suspend": _l("暂停展示"),
    "listing.resume": _l("恢复展示"),
    "listing.resume_own": _l("恢复展示"),
    "listing.withhold": _l("决定不予公开"),
    "listing.reserve": _l("预留给一家"),
    "listing.release": _l("取消预留"),
    "listing.convert": _l("登记为已转化"),
    "listing.withdraw": _l("撤下"),
    "demand.close": _l("结束征集"),
    "demand.withdraw": _l("撤回需求"),
}
STEPS_TAKEN: dict[str, LazyString] = {
    "posting.submit": _l("已提交单位审核"),
    "posting.submit_alone": _l("已提交科技局审核"),
    "posting.apply": _l("已直接公开小修改"),
    "posting.discard": _l("已丢弃草稿"),
    "posting.approve": _l("单位审核通过"),
    "posting.return": _l("单位退回"),
    "posting.publish": _l("已发布"),
    "posting.return_by_bureau": _l("科技局退回"),
    "posting.reopen": _l("已重新填写"),
    "listing.publish": _l("已发布"),
    "listing.suspend": _l("已暂停展示"),
    "listing.resume": _l("已恢复展示"),
    "listing.resume_own": _l("已恢复展示"),
    "listing.hide": _l("长期没有确认，自动隐藏"),
    "listing.reconfirm": _l("确认仍然有效，恢复展示"),
    "listing.withhold": _l("已决定不予公开"),
    "listing.reserve": _l("已预留给一家"),
    "listing.release": _l("已取消预留"),
    "listing.convert": _l("已登记为已转化"),
    "listing.withdraw": _l("已撤下"),
    "demand.hand_in_renewal": _l("已提交重新征集"),
    "demand.pass_form": _l("形式审查通过"),
    "demand.return_form": _l("形式审查退回"),
    "demand.pass_department": _l("部门审核通过，开始征集"),
    "demand.return_department": _l("部门审核退回"),
    "demand.open": _l("开始征集"),
    "demand.match": _l("已对接"),
    "demand.contract": _l("已签约"),
    "demand.close": _l("已结束征集"),
    "demand.expire": _l("到了截止日期，停止征集"),
    "demand.renew": _l("换了截止日期，重新征集"),
    "demand.withdraw": _l("已撤回"),
}
ACTION_HINTS: dict[str, LazyString] = {
    "listing.suspend": _l("页面暂时打不开，搜不到，恢复之后照旧。"),
    "listing.resume": _l("重新公开，几秒后可以搜到。"),
    "listing.resume_own": _l("重新公开，几秒后可以搜到。"),
    "listing.withhold": _l("页面改为说明不予公开，理由通知持有单位。不能恢复。"),
    "listing.reserve": _l("页面还在，标明已预留，搜索里不再出现。"),
    "listing.release": _l("重新可以搜到。"),
    "listing.convert": _l("页面还在，标明已转化。"),
    "listing.withdraw": _l("页面改为说明已撤下，编号保留。不能恢复。"),
    "demand.close": _l(
        "已经找到办法，或者先不找了。页面改为说明已结束；以后还要找，换个截止日期，审核之后重新征集。"
    ),
    "demand.withdraw": _l("页面改为说明已撤回，编号保留。不能恢复。"),
}

STEPS_DONE: dict[str, LazyString] = {
    "listing.suspend": _l("《%(title)s》已暂停展示。"),
    "listing.resume": _l("《%(title)s》已恢复展示，几秒后可以搜到。"),
    "listing.resume_own": _l("《%(title)s》已恢复展示，几秒后可以搜到。"),
    "listing.withhold": _l("《%(title)s》已决定不予公开，理由会通知持有单位。"),
    "listing.reserve": _l("《%(title)s》已预留。"),
    "listing.release": _l("《%(title)s》已取消预留，几秒后可以搜到。"),
    "listing.convert": _l("《%(title)s》已登记为已转化。"),
    "listing.withdraw": _l("《%(title)s》已撤下。"),
    "demand.close": _l("《%(title)s》已结束征集。"),
    "demand.withdraw": _l("《%(title)s》已撤回。"),
}
WITHDRAWN_OF_SEVERAL = _l("《%(title)s》已撤下，其他持有单位会收到通知。")


def form_name(kind: str) -> str:
    """What the form of one kind of record is for: ``发布一项成果``."""
    return str(FORM_NAMES[kind])


def state_name(state: str, kind: str = "") -> str:
    """The name of a state in the page's language."""
    own = DEMAND_STATE_NAMES.get(state) if kind == "demand" else None
    return str(own or STATE_NAMES[state])


def badge(state: str) -> str:
    """The class of the badge of a state; the word says the same."""
    return BADGES.get(state, "")


def next_act(state: str) -> str:
    """What the link to a posting in this state says."""
    return str(NEXT_ACTS[state])


def record_acts(kind: str, state: str) -> str:
    """What the link to the steps and versions of one's own record says."""
    if kind != "demand":
        return _("修改、暂停或撤下")
    if state in ENDED_DEMAND_STATES:
        return _("重新征集")
    return _("修改、延长或结束") if state in LASTING_DEMAND_STATES else _("历次版本")


def step_name(action: str) -> str:
    """What a step on a public record is called before it is taken."""
    return str(STEP_NAMES.get(action, action))


def step_taken(action: str) -> str:
    """What a step is called in a history, after it was taken."""
    return str(STEPS_TAKEN.get(action, action))


def step_done(action: str, title: str, *, has_other_holders: bool) -> str:
    """What has happened once a step on a public record was taken, and who is told of it."""
    done = STEPS_DONE[action]
    if action == "listing.withdraw" and has_other_holders:
        done = WITHDRAWN_OF_SEVERAL
    return str(done) % {"title": title}


def action_hint(action: str) -> str:
    """What follows from a step on a public record."""
    return str(ACTION_HINTS.get(action, ""))


def written_label(name: str) -> str | None:
    """What a text field of a form is called, by its name there; empty for what is chosen.

    ``None`` for what is no field of a record.
    """
    if name.startswith(REMARK):
        key = name.removeprefix(REMARK)
        return _("对“%(field)s”的意见", field=written_label(key) or key)
    key, _dash, part = name.partition("-")
    for kind in KINDS:
        if key not in keys_of(kind):
            continue
        label = str(field_of(kind, key).label)
        if widget_of(kind, key) == "rows":
            return _("%(field)s：%(part)s", field=label, part=dict(ROWS[key]).get(part, part))
        return label if widget_of(kind, key) in WRITTEN else ""
    return None


def named_problem(kind: str, key: str, sentence: str) -> str:
    """What is wrong with a field, its label in front unless the sentence names it itself.

    What stands under no field of the form is returned as it is.
    """
    label = str(labels(kind).get(key, ""))
    if not label or label in sentence:
        return sentence
    return f"{label}{_('：')}{sentence}"


def labels(kind: str) -> dict[str, LazyString]:
    """The name of each field of a form."""
    return {key: field_of(kind, key).label for key in keys_of(kind)}
