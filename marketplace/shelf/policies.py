"""Who may keep records and searches, and the routes of the shelf."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.core.policy import Permission, policy, signed_in
from marketplace.core.web.access import ANYONE

USE = "shelf.use"

PERMISSIONS = (Permission(USE, signed_in, _l("收藏记录、保存检索要先登录。")),)

ROUTES = {
    "shelf.records": USE,
    "shelf.save": USE,
    "shelf.remove": USE,
    "shelf.note": USE,
    "shelf.searches": USE,
    "shelf.new_search": USE,
    "shelf.save_search": USE,
    "shelf.accept_letters": USE,
    "shelf.search": USE,
    "shelf.change_search": USE,
    "shelf.delete_search": USE,
    "shelf.compare": ANYONE,
}


def declare_policies() -> None:
    """Put the row of the shelf into the table of permissions."""
    policy.add(PERMISSIONS)
