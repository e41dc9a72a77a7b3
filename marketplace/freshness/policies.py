"""Who may ask and who may confirm, and the routes of freshness."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.catalogue.states import HIDE
from marketplace.core.policy import (
    Condition,
    Permission,
    acts_for_holder,
    holder_of_record,
    only_system,
    policy,
)
from marketplace.core.web.access import ANYONE

CONFIRM = "listing.confirm"
RECONFIRM = "listing.reconfirm"
ASK = "listing.ask"
DUE = "listing.list_due"

holder = Condition(_l("持有单位的经办或审核人"), lambda actor, _record: acts_for_holder(actor))

PERMISSIONS = (
    Permission(ASK, only_system, _l("问持有人是否仍然有效，由系统按日程进行。")),
    Permission(HIDE, only_system, _l("长期没有确认的，由系统隐藏。")),
    Permission(DUE, holder, _l("确认是否仍然有效由持有单位的经办或审核人进行，要替持有单位办事。")),
    Permission(CONFIRM, holder_of_record, _l("确认是否仍然有效由持有单位进行。")),
    Permission(RECONFIRM, holder_of_record, _l("因为没有确认而隐藏的，由持有单位确认后恢复展示。")),
)

ROUTES = {
    "freshness.letter": ANYONE,
    "freshness.letter_post": ANYONE,
    "freshness.due": DUE,
    "freshness.due_post": DUE,
    "freshness.stop": DUE,
    "freshness.stop_post": DUE,
}


def declare_policies() -> None:
    """Put the rows of freshness into the table of permissions."""
    policy.add(PERMISSIONS)
