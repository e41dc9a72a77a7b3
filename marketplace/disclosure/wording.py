"""How steps of disclosure and states of requests are called on pages."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.policy import Level
from marketplace.core.web.wording import gettext as _
from marketplace.disclosure.models import FurtherPart

LEVEL_NAMES: dict[int, LazyString] = {
    Level.VERIFIED: _l("已核验单位可看"),
    Level.TERMS: _l("接受条款后可看"),
    Level.NAMED: _l("持有单位同意后可看"),
}
LEVEL_HINTS: dict[int, LazyString] = {
    Level.VERIFIED: _l("登录，并替一家已核验的单位办事的人。"),
    Level.TERMS: _l("再加上接受你们现在的条款。条款改了，要重新接受。"),
    Level.NAMED: _l("再加上你们看过用途，同意的人或单位。"),
}
STATE_NAMES: dict[str, LazyString] = {
    "requested": _l("等持有单位决定"),
    "admitted": _l("已同意"),
    "refused": _l("没有同意"),
    "revoked": _l("已收回"),
    "withdrawn": _l("申请人不再申请"),
    "ended": _l("内容已删去"),
}
BADGES = {
    "requested": "m-badge--wait",
    "admitted": "m-badge--yes",
    "refused": "m-badge--no",
    "revoked": "m-badge--no",
    "withdrawn": "m-badge--line",
    "ended": "m-badge--line",
}


def level_name(level: int) -> str:
    """Who may read on this step, in a few words."""
    return str(LEVEL_NAMES[level])


def level_hint(level: int) -> str:
    """Who may read on this step, for the holder who chooses it."""
    return str(LEVEL_HINTS[level])


def state_name(state: str) -> str:
    """The name of a request's state."""
    return str(STATE_NAMES[state])


def badge(state: str) -> str:
    """The class of the badge of a state; the word says the same."""
    return BADGES[state]


def public_heading(part: FurtherPart, number: int) -> str:
    """The heading where the holder made it public, else the number of the part, from 1."""
    return str(part.heading) if part.is_heading_public else _("第 %(n)s 部分", n=number)
