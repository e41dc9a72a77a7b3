"""What became of a row that was to be saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from sqlalchemy import RowMapping

from marketplace.catalogue.inputs import CleanRow, Issue
from marketplace.catalogue.inputs.declaration import shown

Identity = tuple[str, str]


class Saved(StrEnum):
    """The four ends of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one row; a refused one has no ``id`` and says why in ``issue``."""

    saved: Saved
    id: int | None
    issue: Issue | None = None
    warnings: tuple[Issue, ...] = ()


@dataclass
class Entry:
    """A row on its way into the database.

    ``strangers`` are its people of whom no organisation is known, by the key of their name.
    """

    row: CleanRow
    identities: tuple[Identity, ...]
    existing: RowMapping | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[Any]] = field(default_factory=dict)
    strangers: dict[str, int] = field(default_factory=dict)
    id: int | None = None
    saved: Saved = Saved.UNCHANGED
    issue: Issue | None = None
    warnings: list[Issue] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether nothing speaks against the row so far."""
        return self.issue is None

    def refuse(self, key: str, value: Any, reason: LazyString) -> None:
        """Keep the row out, for a reason that names the field."""
        self.saved = Saved.REFUSED
        self.issue = self._issue(key, value, reason)

    def warn(self, key: str, value: Any, reason: LazyString) -> None:
        """Let the row in with a remark."""
        self.warnings.append(self._issue(key, value, reason))

    def _issue(self, key: str, value: Any, reason: LazyString) -> Issue:
        return Issue(key, self.row.columns.get(key, ""), shown(value), reason)

    def outcome(self) -> Outcome:
        """The end of the row."""
        return Outcome(self.saved, self.id, self.issue, tuple(self.warnings))
