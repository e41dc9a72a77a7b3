"""Who acts: every service takes an :class:`Actor` as its first argument.

Three kinds exist: the anonymous visitor, a person acting for one organisation,
and the system itself (imports, schedules). How a person signs in does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class ActorKind(StrEnum):
    """The three kinds of actor."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    SYSTEM = "system"


class Role(Enum):
    """The roles of the market, granted to a person for one organisation."""

    HOLDER = "HOLDER"
    HOLDER_MGR = "HOLDER_MGR"
    DEMANDER = "DEMANDER"
    MANAGER = "MANAGER"
    BUREAU = "BUREAU"
    REGISTRAR = "REGISTRAR"
    REVIEWER = "REVIEWER"
    STAT = "STAT"
    ADMIN = "ADMIN"


HOLDER_ROLES = (Role.HOLDER, Role.HOLDER_MGR)
"""Who looks after what an organisation holds: clerks, then those who review them."""
STAFF_ROLES = frozenset({Role.BUREAU, Role.REGISTRAR, Role.REVIEWER, Role.STAT, Role.ADMIN})
"""Roles of the city's own staff; they need a second step at sign-in."""


@dataclass(frozen=True)
class Actor:
    """One who acts: at most one organisation at a time, with the roles held there.

    ``districts`` are those that staff answer for; none named is the whole city. ``is_verified``
    says that the organisation's identity was verified, ``manages_members`` that the person looks
    after its members.
    """

    kind: ActorKind
    name: str
    person_id: int | None = None
    organisation_id: int | None = None
    roles: frozenset[Role] = frozenset()
    districts: frozenset[str] = frozenset()
    is_verified: bool = False
    manages_members: bool = False

    @property
    def is_system(self) -> bool:
        """Whether the system itself acts."""
        return self.kind is ActorKind.SYSTEM

    @property
    def is_person(self) -> bool:
        """Whether a signed-in person acts."""
        return self.kind is ActorKind.PERSON

    def has_role(self, *roles: Role) -> bool:
        """Whether one of the given roles is held for the present organisation."""
        return not self.roles.isdisjoint(roles)


ANONYMOUS = Actor(ActorKind.ANONYMOUS, "anonymous")


def system(name: str) -> Actor:
    """The system acting under a name that audit rows show, such as ``import``."""
    return Actor(ActorKind.SYSTEM, name)
