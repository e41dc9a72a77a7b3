"""Code lists as data: the official and our own lists of codes, with names that staff may edit.

The lists come from ``data/codelists.json`` at set-up and live in two tables from then on;
pages, forms and imports read them through the functions below. Which list a field of a record
uses, and rules that hang on a code, belong to the domains.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from threading import Lock
from time import monotonic
from types import MappingProxyType
from typing import Any

from flask import current_app
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.db import (
    Base,
    BilingualText,
    Timestamps,
    UtcDateTime,
    after_commit,
    db,
    now,
)
from marketplace.core.i18n import Bilingual, language, local_date

CHECK_EVERY_SECONDS = 10.0


class CodeList(Timestamps, Base):
    """One list: its title, where it comes from and how far it was checked."""

    __tablename__ = "code_list"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[Bilingual] = mapped_column(BilingualText)
    source: Mapped[str] = mapped_column(String(200))
    verified: Mapped[str] = mapped_column(String(80))


class CodeItem(Timestamps, Base):
    """One code of a list.

    A form that lets staff edit an item sets ``edited_at``: from then on loading leaves it alone.
    An item that is not active keeps its name for the records that carry it, and is no longer
    offered or accepted.
    """

    __tablename__ = "code_item"
    __table_args__ = (UniqueConstraint("list_code", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_code: Mapped[str] = mapped_column(ForeignKey(CodeList.code))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[Bilingual] = mapped_column(BilingualText)
    short: Mapped[Bilingual | None] = mapped_column(BilingualText)
    position: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(String(40))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_verified: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads it once


@dataclass(frozen=True)
class Item:
    """One code as pages and forms read it; never changes once read."""

    list_code: str
    code: str
    name: Bilingual
    short: Bilingual | None
    parent_code: str | None
    is_active: bool
    is_verified: bool
    valid_from: date | None
    valid_to: date | None
    extra: Mapping[str, Any]

    @property
    def label(self) -> Bilingual:
        """The short name where there is one, else the name."""
        return self.short or self.name

    def is_valid_on(self, day: date) -> bool:
        """Whether the code is in force on a day, both ends included."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class _Content:
    """All lists as read at one moment."""

    changes: int
    fingerprint: tuple[Any, ...]
    by_code: Mapping[str, Mapping[str, Item]]
    by_text: Mapping[str, Mapping[str, str | None]]


@dataclass
class CodeListCache:
    """The lists as this process knows them; any thread may ask.

    What this process loads or adds is seen at once, any other change after
    :data:`CHECK_EVERY_SECONDS` at most.
    """

    content: _Content | None = None
    check_due: float = 0.0
    changes: int = 0
    lock: Lock = field(default_factory=Lock)

    def expire(self) -> None:
        """Have the next reader read the tables again."""
        with self.lock:
            self.changes += 1
            self.check_due = 0.0

    def current(self) -> _Content:
        """The lists, read again where they have changed."""
        content = self.content
        if content is not None and monotonic() < self.check_due:
            return content
        changes = self.changes
        # A reader in the middle of building a record must not have it flushed half-done.
        with db.session.no_autoflush:
            fingerprint = _fingerprint(db.session)
            if content is None or content.changes != changes or content.fingerprint != fingerprint:
                content = _read(db.session, changes, fingerprint)
        with self.lock:
            # Where a change came in meanwhile, the next reader has to look again.
            if self.changes == changes:
                self.content = content
                self.check_due = monotonic() + CHECK_EVERY_SECONDS
        return content


def load_codelists(session: Session, data: Mapping[str, Any] | None = None) -> int:
    """Bring the tables up to the data file, or to ``data`` of the same shape.

    May be repeated at any time. Items that staff have edited keep their values, and items that
    the file doesn't know stay.

    :returns: how many items were added or changed.
    """
    if data is None:
        text = files("marketplace.core").joinpath("data", "codelists.json").read_text("utf-8")
        data = json.loads(text)
    written = 0
    for list_code, entry in data.items():
        code_list = session.get(CodeList, list_code)
        if code_list is None:
            code_list = CodeList(code=list_code)
            session.add(code_list)
        code_list.title = Bilingual.of(entry["title"])
        code_list.source = entry["source"]
        code_list.verified = entry["verified"]
        session.flush()
        present = _items_by_code(session, list_code)
        for position, values in enumerate(entry["items"]):
            columns = {**_columns(values), "position": position}
            written += _write_item(session, list_code, columns, present.get(columns["code"]))
    _announce_change(session)
    return written


def add_items(session: Session, list_code: str, items: Iterable[Mapping[str, Any]]) -> int:
    """Put further items at the end of a list, such as the districts of another city.

    Items have the shape of the data file: ``code`` and ``name``, and where wanted ``short``,
    ``parent``, ``is_active``, ``is_verified``, ``valid_from``, ``valid_to``, ``extra``. A code
    that is there already gets the new values in its old place, unless staff have edited it.

    :returns: how many items were added or changed.
    :raises LookupError: when there is no such list.
    """
    if session.get(CodeList, list_code) is None:
        raise LookupError(f"no code list {list_code!r}: load the code lists first")
    present = _items_by_code(session, list_code)
    position = max((item.position for item in present.values()), default=-1)
    written = 0
    for values in items:
        columns = _columns(values)
        item = present.get(columns["code"])
        if item is None:
            position += 1
            columns["position"] = position
        written += _write_item(session, list_code, columns, item)
    _announce_change(session)
    return written


def code_name(list_code: str, code: str | None) -> Bilingual:
    """The name of a code; a code that the list doesn't know stands for itself."""
    item = find_item(list_code, code)
    return item.name if item else Bilingual.of(code)


def code_label(list_code: str, code: str | None) -> Bilingual:
    """The short name of a code for filters and badges, else as :func:`code_name`."""
    item = find_item(list_code, code)
    return item.label if item else Bilingual.of(code)


def items(list_code: str) -> list[Item]:
    """The active items in the order of the list; none for a list that doesn't exist."""
    found = _cache().current().by_code.get(list_code, {})
    return [item for item in found.values() if item.is_active]


def choices(list_code: str) -> list[tuple[str, str]]:
    """Code and name, in the language of the page, of what a form offers today."""
    today = local_date(now())
    chosen = language()
    return [
        (item.code, item.name.in_language(chosen))
        for item in items(list_code)
        if item.is_valid_on(today)
    ]


def find_code(list_code: str, text: str | int | None) -> str | None:
    """The code of an active item that a person meant by its code, name or short name.

    Capitals, full-width letters and spaces make no difference. A code goes before a name, a
    name before a short name. Nothing is found for a name that two items share.
    """
    if text is None:
        return None
    # Registers hold codes, a dozen in each of a million rows.
    item = find_item(list_code, text) if isinstance(text, str) else None
    if item is not None and item.is_active:
        return item.code
    try:
        plain = _plain(str(text))
    except ValueError:
        return None  # Python refuses to write out a number of more than 4,300 digits
    return _cache().current().by_text.get(list_code, {}).get(plain)


def find_item(list_code: str, code: str | None) -> Item | None:
    """The item of a code, nothing for a code that the list doesn't know."""
    if not code:
        return None
    return _cache().current().by_code.get(list_code, {}).get(code)


def _cache() -> CodeListCache:
    # A page asks a hundred times, and most of an answer's time would go by way of the proxy.
    cache: CodeListCache | None = current_app._get_current_object().extensions.get("codelists")  # type: ignore[attr-defined]
    if cache is None:
        cache = current_app.extensions.setdefault("codelists", CodeListCache())
    return cache


def _announce_change(session: Session) -> None:
    """Read afresh at once in this transaction, and in other threads once it is committed."""
    session.flush()
    cache = _cache()
    cache.expire()
    after_commit(session, "codelists", cache.expire)


def _items_by_code(session: Session, list_code: str) -> dict[str, CodeItem]:
    found = session.scalars(select(CodeItem).where(CodeItem.list_code == list_code))
    return {item.code: item for item in found}


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": values["code"],
        "name": Bilingual.of(values["name"]),
        "short": Bilingual.of(values["short"]) if values.get("short") else None,
        "parent_code": values.get("parent"),
        "is_active": values.get("is_active", True),
        "is_verified": values.get("is_verified", True),
        "valid_from": _day(values.get("valid_from")),
        "valid_to": _day(values.get("valid_to")),
        "extra": dict(values.get("extra", {})),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _write_item(
    session: Session, list_code: str, columns: Mapping[str, Any], item: CodeItem | None
) -> bool:
    """Whether the item had to be added or changed."""
    if item is None:
        session.add(CodeItem(list_code=list_code, **columns))
        return True
    if item.edited_at is not None:
        return False
    changed = {key: value for key, value in columns.items() if getattr(item, key) != value}
    for key, value in changed.items():
        setattr(item, key, value)
    return bool(changed)


def _fingerprint(session: Session) -> tuple[Any, ...]:
    """What differs after any item was added, changed or removed.

    The latest change alone would hide one that began earlier and was committed later.
    """
    figures = select(
        func.count(), func.sum(CodeItem.revision), func.max(CodeItem.updated_at)
    ).select_from(CodeItem)
    return tuple(session.execute(figures).one())


def _read(session: Session, changes: int, fingerprint: tuple[Any, ...]) -> _Content:
    # Columns, not objects: an object that the session already holds would give old values.
    rows = session.execute(
        select(
            CodeItem.list_code,
            CodeItem.code,
            CodeItem.name,
            CodeItem.short,
            CodeItem.parent_code,
            CodeItem.is_active,
            CodeItem.is_verified,
            CodeItem.valid_from,
            CodeItem.valid_to,
            CodeItem.extra,
        ).order_by(CodeItem.list_code, CodeItem.position, CodeItem.code)
    )
    by_code: dict[str, dict[str, Item]] = defaultdict(dict)
    for row in rows:
        item = Item(**{**row._asdict(), "extra": MappingProxyType(row.extra)})
        by_code[item.list_code][item.code] = item
    by_text = {list_code: _texts(found.values()) for list_code, found in by_code.items()}
    return _Content(changes, fingerprint, dict(by_code), by_text)


def _texts(found: Iterable[Item]) -> dict[str, str | None]:
    """Every text by which an active item may be meant; no code where two items share it."""
    active = [item for item in found if item.is_active]
    levels = (
        [(item.code, item.code) for item in active],
        [(text, item.code) for item in active for text in (item.name.zh, item.name.en)],
        [
            (text, item.code)
            for item in active
            if item.short
            for text in (item.short.zh, item.short.en)
        ],
    )
    meant: dict[str, str | None] = {}
    for level in levels:
        codes: dict[str, set[str]] = defaultdict(set)
        for text, code in level:
            codes[_plain(text)].add(code)
        for plain, owners in codes.items():
            if plain and plain not in meant:
                meant[plain] = owners.pop() if len(owners) == 1 else None
    return meant


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
