"""Who may ask and who may confirm, and the routes of freshness."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.accounts.policies import USE
from marketplace.catalogue.states import HIDE
from marketplace.core.policy import Permission, holder_of_record, only_system, policy
from marketplace.core.web.access import ANYONE

CONFIRM = "listing.confirm"
RECONFIRM = "listing.reconfirm"
ASK = "listing.ask"

PERMISSIONS = (
    Permission(ASK, only_system, _l("问持有人是否仍然有效，由系统按日程进行。")),
    Permission(HIDE, only_system, _l("长期没有确认的，由系统隐藏。")),
    Permission(CONFIRM, holder_of_record, _l("确认是否仍然有效由持有单位进行。")),
    Permission(RECONFIRM, holder_of_record, _l("因为没有确认而隐藏的，由持有单位确认后恢复展示。")),
)

ROUTES = {
    "freshness.letter": ANYONE,
    "freshness.letter_post": ANYONE,
    "freshness.due": USE,
    "freshness.due_post": USE,
    "freshness.stop": USE,
    "freshness.stop_post": USE,
}


def declare_policies() -> None:
    """Put the rows of freshness into the table of permissions."""
    policy.add(PERMISSIONS)
