"""How roles are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.core.actor import Role
from marketplace.core.codelists import find_item

ROLE_NAMES = {
    Role.HOLDER: _l("持有单位经办"),
    Role.HOLDER_MGR: _l("持有单位审核人"),
    Role.DEMANDER: _l("需求方"),
    Role.MANAGER: _l("技术经理人"),
    Role.BUREAU: _l("科技局"),
    Role.REGISTRAR: _l("登记员"),
    Role.REVIEWER: _l("复核员"),
    Role.STAT: _l("统计员"),
    Role.ADMIN: _l("管理员"),
}


def role_name(role: Role) -> str:
    """The name of a role in the page's language."""
    return str(ROLE_NAMES[role])


APPLICATION_STATES = {
    "draft": _l("草稿，还没有提交"),
    "submitted": _l("等科技局核验"),
    "returned": _l("已退回修改"),
    "verified": _l("核验通过"),
    "refused": _l("没有通过"),
    "withdrawn": _l("撤回了"),
}

STEP_NAMES = {
    "application.submit": _l("已提交"),
    "application.withdraw": _l("已撤回"),
    "application.approve": _l("核验通过"),
    "application.refuse": _l("没有通过"),
    "application.return": _l("已退回修改"),
}

FIELD_NAMES = {
    "uscc": _l("统一社会信用代码"),
    "name": _l("单位名称"),
    "kind": _l("单位类型"),
    "nature": _l("单位性质"),
    "is_state_founded": _l("是不是国家设立"),
    "division": _l("所在区划"),
    "purposes": _l("想做什么"),
    "position": _l("你的部门和职务"),
    "evidence": _l("证明材料"),
}
"""The fields of an application, as pages name them."""
WRITTEN = frozenset({"uscc", "position"})
"""Those that are typed, and mean the same in every form."""


def step_name(action: str) -> str:
    """What a step of an application is called in its history."""
    return str(STEP_NAMES[action])


ROLE_HINTS = {
    Role.HOLDER: _l("填写和修改本单位的成果、专利、项目。"),
    Role.HOLDER_MGR: _l("审核本单位要发布的内容，也管成员。"),
    Role.DEMANDER: _l("提出技术需求，询问成果。"),
    Role.MANAGER: _l("替双方牵线，跟到签约。"),
    Role.BUREAU: _l("核验单位，审核发布。"),
    Role.REGISTRAR: _l("受理技术合同登记。"),
    Role.REVIEWER: _l("复核技术合同登记。"),
    Role.STAT: _l("编制统计表。"),
    Role.ADMIN: _l("管理部门的人员和系统设置。"),
}
"""What a role is for, beside its name in a form."""


def division_name(code: str) -> str:
    """The name of a district or functional zone in the page's language."""
    found = find_item("division", code) or find_item("stat_zone", code)
    return str(found.name) if found else code
