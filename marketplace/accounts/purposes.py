"""What an organisation wants to do in the market, and which roles that takes."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.actor import HOLDER_ROLES, STAFF_ROLES, Role

HOLD = "hold"
NEED = "need"
BROKER = "broker"

PURPOSES: dict[str, tuple[tuple[Role, ...], LazyString, LazyString]] = {
    HOLD: (
        HOLDER_ROLES,
        _l("发布自己的成果和专利"),
        _l("高校、科研机构、医院、企业都可以。"),
    ),
    NEED: (
        (Role.DEMANDER,),
        _l("提出技术需求，找成果"),
        _l("写下要解决的问题，系统去找能解决的人。"),
    ),
    BROKER: (
        (Role.MANAGER,),
        _l("做技术经理人，替双方牵线"),
        _l("技术转移机构和有经理人的单位。"),
    ),
}
"""By name: the roles, the words for it, and who that is."""

MARKET_ROLES = tuple(role for role in Role if role not in STAFF_ROLES)
CITY_ROLES = tuple(role for role in Role if role in STAFF_ROLES)


def roles_given(purposes: Iterable[str]) -> tuple[Role, ...]:
    """The roles of whoever is verified as the first member of an organisation."""
    return tuple(role for purpose in purposes for role in PURPOSES[purpose][0])


def purpose_names(purposes: Iterable[str]) -> list[str]:
    """The purposes in words."""
    return [str(PURPOSES[purpose][1]) for purpose in purposes]
