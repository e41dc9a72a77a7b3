"""What stands in the audit trail, in words: acts, kinds of subjects, details.

One table for all domains, so that it can be read as one page. A test names each act that is
recorded anywhere and has no words here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from marketplace.accounts.wording import role_name
from marketplace.core.actor import Role
from marketplace.core.web.refusal_log import SEE
from marketplace.core.web.wording import gettext as _
from marketplace.oversight.action_names import ACTIONS
from marketplace.oversight.rule_names import RULES

SUBJECTS = {
    "access_request": _l("查看申请"),
    "application": _l("入驻申请"),
    "attachment": _l("文件"),
    "audit": _l("审计记录"),
    "calendar_year": _l("工作日历"),
    "contract": _l("合同"),
    "contract_batch": _l("合同批次"),
    "contract_flag": _l("合同的疑点"),
    "demand": _l("需求记录"),
    "disclosure_part": _l("进一步的内容"),
    "disclosure_terms": _l("条款"),
    "edition_draft": _l("待确认的统计版本"),
    "flag": _l("合同的疑点"),
    "goal": _l("目标"),
    "indicator_basis": _l("统计口径"),
    "indicator_value": _l("指标值"),
    "invitation": _l("邀请"),
    "join_request": _l("加入申请"),
    "match": _l("匹配"),
    "obligation": _l("转化义务"),
    "organisation": _l("机构记录"),
    "page": _l("页面"),
    "patent": _l("专利记录"),
    "person": _l("人员"),
    "posting": _l("填报"),
    "project": _l("项目记录"),
    "reconciliation": _l("与全国系统的核对"),
    "reconciliation_difference": _l("与全国系统的差异"),
    "result": _l("成果记录"),
    "second_step_reset": _l("重置请求"),
    "sign_in": _l("登录着的浏览器"),
    "transfer_clock": _l("转化期限"),
    "upload": _l("上传的表格"),
}
# Refusals name what stands in an address.
ADDRESSED = {
    "batch": _l("合同批次"),
    "clock": _l("转化期限"),
    "deputy": _l("代理"),
    "draft": _l("待确认的统计版本"),
    "edition": _l("统计版本"),
    "membership": _l("成员"),
    "notice": _l("通知"),
    "objection": _l("对登记的异议"),
    "part": _l("进一步的内容"),
    "receipt": _l("合同的到账"),
    "report": _l("科技报告"),
    "request": _l("申请"),
    "search": _l("保存的检索"),
    "value": _l("指标值"),
}


# What a row of the table of permissions lets somebody do; ACTIONS says what was done.


def rule_words(action: str) -> str:
    """What a row of the table of permissions lets somebody do."""
    return str(RULES.get(action, action))


def action_words(action: str) -> str:
    """What was done; the bare name where nobody has given words yet."""
    return str(ACTIONS.get(action, action))


def subject_words(kind: str) -> str:
    """What kind of thing it was done to."""
    return str(SUBJECTS.get(kind) or ADDRESSED.get(kind, kind))


def detail_words(detail: Mapping[str, Any]) -> str:
    """What else the row says, but for the reason, which stands by itself."""
    parts = []
    if wanted := detail.get("wanted"):
        what = _("看不对他开放的内容") if wanted == SEE else rule_words(wanted)
        parts.append(_("要做的是 %(what)s", what=what))
    if roles := detail.get("roles"):
        names = (role_name(Role(one)) for one in roles)
        parts.append(_("角色 %(roles)s", roles=_("、").join(names)))
    if source := detail.get("source"):
        parts.append(_("来源 %(source)s", source=source))
    if rows := detail.get("rows"):
        parts.append(_("%(rows)s 行", rows=rows))
    return _("；").join(parts)
