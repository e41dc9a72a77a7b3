"""Who may do what, and who may see what: tables, and the questions asked of them.

Each domain puts its rows into the tables from its own ``policies`` module; the conditions
themselves (``who``) are named here once. Routes ask :mod:`marketplace.core.web.access`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, true

from marketplace.core.actor import HOLDER_ROLES, Actor, Role


class Level(IntEnum):
    """The steps of disclosure of a field, and of a record in the search index."""

    PUBLIC = 0
    VERIFIED = 1
    TERMS = 2
    NAMED = 3
    OWNER = 4


class Forbidden(Exception):
    """The actor may not do this; the text says what would be needed.

    ``subject`` is the kind and number of the record that it was about, where there was one.
    """

    def __init__(
        self, action: str, needed: str | LazyString, subject: tuple[str, int] | None = None
    ) -> None:
        super().__init__(f"{action}: {needed}")
        self.action = action
        self.needed = needed
        self.subject = subject


@dataclass(frozen=True)
class Condition:
    """Who may: a rule with the words in which the permission page tells it."""

    label: LazyString
    is_met: Callable[[Actor, Any], bool]

    def __call__(self, actor: Actor, record: Any) -> bool:
        """Whether the actor meets it for this record."""
        return self.is_met(actor, record)


@dataclass(frozen=True)
class Permission:
    """One row of the policy table: an action, who may, and what a refusal says."""

    action: str
    who: Condition
    needed: LazyString


def acts_for_holder(actor: Actor) -> bool:
    """Whether the actor looks after what the organisation acted for holds, if it holds anything."""
    return acts_with(actor, *HOLDER_ROLES)


def acts_with(actor: Actor, *roles: Role) -> bool:
    """Whether the actor acts for an organisation in one of these roles."""
    return actor.is_person and actor.has_role(*roles) and actor.organisation_id is not None


def keeper_roles_of(record: Any) -> tuple[Role, ...]:
    """The roles that look after a record: those of holders, unless the record names others."""
    roles: tuple[Role, ...] = getattr(record, "keeper_roles", HOLDER_ROLES)
    return roles


def _is_holder(actor: Actor, record: Any) -> bool:
    if record is None or not acts_with(actor, *keeper_roles_of(record)):
        return False
    return actor.organisation_id in record.owner_ids


def _with_role(*roles: Role) -> Callable[[Actor, Any], bool]:
    return lambda actor, _record: actor.is_person and actor.has_role(*roles)


def in_scope(actor: Actor, record: Any) -> bool:
    """Whether staff answer for the record: it lies in one of their districts, or they have all.

    A record says where it lies by ``division_codes``: codes of districts (GB/T 2260) or of
    functional zones. A zone's code is its own, so that the zone wins over the district around
    it. One whose district nobody knows is for those who answer for the whole city; one without
    the property lies nowhere, and its district doesn't matter.
    """
    if not actor.districts:
        return True
    codes = getattr(record, "division_codes", None)
    return codes is None or not actor.districts.isdisjoint(codes)


def in_districts(actor: Actor, division: ColumnElement[str] | Any) -> ColumnElement[bool]:
    """The same for a query whose records have their division in a column."""
    return division.in_(sorted(actor.districts)) if actor.districts else true()


def _is_bureau(actor: Actor, record: Any) -> bool:
    if not actor.is_person or not actor.has_role(Role.BUREAU, Role.ADMIN):
        return False
    return record is None or in_scope(actor, record)


anyone = Condition(_l("任何人"), lambda _actor, _record: True)
signed_in = Condition(_l("登录的人"), lambda actor, _record: actor.is_person)
only_system = Condition(_l("系统自己"), lambda actor, _record: actor.is_system)
holder_of_record = Condition(_l("持有单位的经办或审核人"), _is_holder)
bureau = Condition(_l("科技局，限于各自负责的区划"), _is_bureau)
administrator = Condition(_l("管理员"), _with_role(Role.ADMIN))


def any_of(*conditions: Condition) -> Condition:
    """Whoever meets one of the conditions."""

    def label() -> str:
        first, *others = (str(one.label) for one in conditions)
        # Within an English sentence only the first begins with a capital.
        return _("，或").join([first, *(text[:1].lower() + text[1:] for text in others)])

    return Condition(
        LazyString(label),
        lambda actor, record: any(condition(actor, record) for condition in conditions),
    )


class PolicyTable:
    """All permissions by action; an action without a row is allowed to nobody."""

    def __init__(self) -> None:
        self._rows: dict[str, Permission] = {}

    def add(self, permissions: Iterable[Permission]) -> None:
        """Put a domain's rows in.

        :raises ValueError: when an action already has a row.
        """
        for permission in permissions:
            if self._rows.setdefault(permission.action, permission) is not permission:
                raise ValueError(f"two rows for {permission.action}")

    @property
    def rows(self) -> Mapping[str, Permission]:
        """The whole table, for pages and tests."""
        return self._rows

    def can(self, actor: Actor, action: str, record: Any = None) -> bool:
        """Whether the actor may do this to the record."""
        permission = self._rows.get(action)
        return permission is not None and permission.who(actor, record)

    def is_for_people(self, action: str) -> bool:
        """Whether anybody but the system could ever be allowed this."""
        permission = self._rows.get(action)
        return permission is not None and permission.who is not only_system

    def require(self, actor: Actor, action: str, record: Any = None) -> None:
        """Pass, or say what is needed.

        :raises Forbidden: when the actor may not.
        """
        if not self.can(actor, action, record):
            permission = self._rows.get(action)
            needed = permission.needed if permission else _l("这个操作没有开放。")
            if permission and not in_scope(actor, record) and permission.who(actor, None):
                needed = _l("这件事在你负责的区划以外，由负责那里的科技局办理。")
            raise Forbidden(action, needed, _subject_of(record))


def _subject_of(record: Any) -> tuple[str, int] | None:
    kind, number = getattr(record, "__tablename__", None), getattr(record, "id", None)
    return (str(kind), number) if kind and isinstance(number, int) else None


policy = PolicyTable()

RecordFilter = Callable[[Actor], ColumnElement[bool]]


class VisibilityTable:
    """Which records and which of their fields an actor may see."""

    def __init__(self) -> None:
        self._records: dict[type, RecordFilter] = {}
        self._fields: dict[type, Mapping[str, Level]] = {}
        self._levels: dict[type, Callable[[Actor, Any], Level]] = {}

    def declare(
        self,
        model: type,
        *,
        records: RecordFilter,
        fields: Mapping[str, Level],
        level: Callable[[Actor, Any], Level],
    ) -> None:
        """Set the row of one model: which records, the level of each field, the actor's level.

        Every column that a page, a search or an export may show stands in ``fields``; one
        that doesn't is shown to nobody.
        """
        self._records[model] = records
        self._fields[model] = fields
        self._levels[model] = level

    @property
    def models(self) -> frozenset[type]:
        """The models that have a row."""
        return frozenset(self._records)

    def visible_to(self, actor: Actor, model: type) -> ColumnElement[bool]:
        """The SQL condition that every query on ``model`` carries; without a row it finds none."""
        declared = self._records.get(model)
        return declared(actor) if declared is not None else false()

    def visible_fields(self, actor: Actor, record: Any) -> frozenset[str]:
        """The names of the fields of this record that the actor may see."""
        model = type(record)
        level = self._levels.get(model)
        return self.fields_at(model, level(actor, record)) if level else frozenset()

    def fields_at(self, model: type, level: Level) -> frozenset[str]:
        """The names of the fields that a viewer at ``level`` may see: what an index may hold."""
        fields = self._fields.get(model, {})
        return frozenset(name for name, needed in fields.items() if needed <= level)


visibility = VisibilityTable()


def visible_to(actor: Actor, model: type) -> ColumnElement[bool]:
    """The SQL condition under which records of ``model`` are visible to the actor.

    Staff who answer for some districts see what isn't public in those only (:func:`in_scope`).
    """
    return visibility.visible_to(actor, model)


INDEX_LEVELS = ("public", "signed_in", "owner")


def visible_levels(actor: Actor) -> tuple[str, ...]:
    """The levels of records in the search index that the actor may find."""
    if actor.is_system:
        return INDEX_LEVELS
    return INDEX_LEVELS[:2] if actor.is_person else INDEX_LEVELS[:1]
