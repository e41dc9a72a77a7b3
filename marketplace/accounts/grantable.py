"""What can be granted in an organisation, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from marketplace.accounts.models import Organisation
from marketplace.accounts.organisation_input import division_choices
from marketplace.accounts.policies import GRANT_STAFF, MANAGE
from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.purposes import CITY_ROLES, MARKET_ROLES
from marketplace.core.actor import STAFF_ROLES, Actor, Role
from marketplace.core.policy import policy


@dataclass(frozen=True)
class Granted:
    """What a member may do: roles, whether they look after the members, and districts (staff)."""

    roles: frozenset[Role]
    manages_members: bool = False
    districts: frozenset[str] = frozenset()


def grantable(organisation: Organisation) -> tuple[Role, ...]:
    """The roles that can be held in this organisation."""
    return CITY_ROLES if organisation.is_staff_body else MARKET_ROLES


def check_granted(actor: Actor, organisation: Organisation, granted: Granted) -> None:
    """Whether the actor may grant this here.

    :raises AccountProblem: for no role (field ``roles``), or an unknown district.
    :raises Forbidden: for staff roles, but by an administrator in a staff body; and for whoever
        doesn't look after the members.
    """
    policy.require(actor, MANAGE, organisation)
    if granted.roles & STAFF_ROLES:
        policy.require(actor, GRANT_STAFF, organisation)
    if not granted.roles:
        raise AccountProblem("roles", _l("请至少选一个角色。"))
    if not granted.roles <= set(grantable(organisation)):
        raise AccountProblem("roles", _l("这个角色不属于这类单位。"))
    if granted.districts - set(dict(division_choices())):
        raise AccountProblem("districts", _l("请从列出的区县和功能区里选。"))


def read_roles(names: Iterable[str]) -> frozenset[Role]:
    """The roles that a form names; what is none is left out."""
    known = {role.value: role for role in Role}
    return frozenset(known[name] for name in names if name in known)
