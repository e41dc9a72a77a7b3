"""Saving a batch of rows in one transaction: find, compare, insert, update, record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import RowMapping, Table, bindparam, update
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import CleanRow
from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.naming import kind_of_name
from marketplace.catalogue.saving.history import (
    IMPORT,
    record_changed,
    record_published,
)
from marketplace.catalogue.saving.identity import (
    IMPORT_LOCK,
    NUMBER_LABELS,
    find_by_name,
    find_existing,
    identities,
    repeated,
)
from marketplace.catalogue.saving.links import Links, parties_of
from marketplace.catalogue.saving.outcome import Entry, Identity, Outcome, Saved
from marketplace.catalogue.saving.parties import Parties, insert_all
from marketplace.catalogue.states import found_state, opening_step
from marketplace.core.actor import Actor
from marketplace.core.db import now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import name_key
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import policy

ORGANISATION = "organisation"
BOUNDS = (("price_min_fen", "price_max_fen"), ("budget_min_fen", "budget_max_fen"))


def save_records(
    actor: Actor,
    kind: str,
    rows: Sequence[CleanRow],
    *,
    source: str,
    is_demo: bool = False,
) -> list[Outcome]:
    """Store rows in one transaction, or in the caller's, a few hundred at a time.

    A record is found again by its official number, else by its number in ``source``. New ones
    become public; equal ones stay as they are; changed ones get a new version. One that came
    from another source, or was entered by hand, is never overwritten. Organisations and people
    that a row names are found or created unverified.

    Importers take turns, so that none creates what another is creating.

    :returns: what became of each row, in order.
    :raises Forbidden: when the actor may not import.
    """
    policy.require(actor, IMPORT)
    policy.require(actor, opening_step(kind).action)
    with writing() as session:
        lock_until_commit(session, IMPORT_LOCK)
        return Batch(session, actor, kind, source, is_demo=is_demo).save(rows)


class Batch:
    """Rows of one source on their way into the catalogue."""

    _changing = IMPORT

    def __init__(
        self, session: Session, actor: Actor, kind: str, source: str | None, *, is_demo: bool
    ) -> None:
        self._session = session
        self._actor = actor
        self._kind = kind
        self._table = self.table_of(kind)
        self._source = source
        self._is_demo = is_demo
        self._parties = Parties(session, actor, source, is_demo=is_demo)
        self._links = Links(session, kind, source, self._parties)

    @staticmethod
    def table_of(kind: str) -> Table:
        """The table of a kind of record."""
        return RECORD_MODELS[kind].__table__  # type: ignore[return-value]

    def save(self, rows: Sequence[CleanRow]) -> list[Outcome]:
        """Store what can be stored; what became of each row, in order."""
        entries = [Entry(row, self._identities(row), warnings=list(row.warnings)) for row in rows]
        self._refuse_repeated(entries)
        self._find_existing(_still_open(entries))
        self._links.find(_still_open(entries))
        for entry in _still_open(entries):
            self._refuse_unknown_owners(entry)
        for entry in _still_open(entries):
            if entry.existing is not None:
                self._compare(entry, entry.existing)
        accepted = _still_open(entries)
        self._links.create_missing(accepted)
        for entry in accepted:
            self._links.warn_of_unknown(entry)
            links = self._links.resolve_and_create(entry)
            entry.links = self._links.changed(entry, links)
        self._insert([entry for entry in accepted if entry.existing is None])
        self._update([entry for entry in accepted if entry.existing is not None])
        self._links.write(accepted)
        return [entry.outcome() for entry in entries]

    def _identities(self, row: CleanRow) -> tuple[Identity, ...]:
        return identities(self._kind, row)

    def _refuse_repeated(self, entries: Sequence[Entry]) -> None:
        first: dict[Identity, int] = {}
        for entry in entries:
            for identity in entry.identities:
                earlier = first.setdefault(identity, entry.row.number)
                if earlier != entry.row.number and entry.is_open:
                    entry.refuse(identity[0], identity[1], repeated(identity, earlier))

    def _find_existing(self, entries: Sequence[Entry]) -> None:
        found = find_existing(self._session, self._table, self._source, entries)
        named = self._find_by_name(entries)
        taken: dict[int, int] = {}
        for entry in entries:
            matches = {
                found[identity]["id"]: (identity, found[identity])
                for identity in entry.identities
                if identity in found
            }
            if len(matches) > 1:
                _refuse_two_records(entry, list(matches.values()))
                continue
            if matches:
                ((_identity, entry.existing),) = matches.values()
            elif self._kind == ORGANISATION:
                entry.existing = self._namesake(entry.row, named)
            if entry.existing is not None:
                earlier = taken.setdefault(entry.existing["id"], entry.row.number)
                if earlier != entry.row.number:
                    entry.refuse(
                        *entry.identities[0],
                        _("这一行和第 %(row)s 行指的是同一条记录。请删去一行。", row=earlier),
                    )

    def _find_by_name(self, entries: Sequence[Entry]) -> dict[str, RowMapping]:
        if self._kind != ORGANISATION:
            return {}
        keys = {name_key(entry.row.values["name"].in_language("zh")) for entry in entries}
        return find_by_name(self._session, self._table, keys, is_held=True)

    def _namesake(self, row: CleanRow, named: dict[str, RowMapping]) -> RowMapping | None:
        """The organisation of the same name, unless a code or number says it's another one."""
        found = named.get(name_key(row.values["name"].in_language("zh")))
        if found is None or (found["uscc"] and row.values.get("uscc")):
            return None
        is_numbered = found["source"] == self._source and found["source_id"] and row.source_id
        return None if is_numbered else found

    def _refuse_unknown_owners(self, entry: Entry) -> None:
        for ref in parties_of(entry):
            if entry.row.values.get("is_masked") and self._parties.id_of(ref) is None:
                # Creating it would show on the same day who came with a demand without a name.
                entry.refuse(
                    "owners",
                    str(ref.name) or ref.uscc,
                    _("隐去名称的需求，单位要先在目录里。请先导入这家单位，再导入需求。"),
                )
                return
            if not ref.name and self._parties.id_of(ref) is None:
                entry.refuse(
                    "owners",
                    ref.uscc,
                    _(
                        "目录里没有信用代码为 %(code)s 的单位。请先导入它，或写全称。",
                        code=ref.uscc,
                    ),
                )
                return

    def _compare(self, entry: Entry, existing: RowMapping) -> None:
        values = entry.row.values
        entry.changes = {
            key: merged
            for key, value in values.items()
            if (merged := _merged(existing[key], value, entry.row.languages.get(key)))
            != existing[key]
        }
        if "name" in entry.changes:
            entry.changes["name_key"] = name_key(entry.changes["name"].in_language("zh"))
        self._settle_source(entry, existing)
        for bounds in BOUNDS:
            least, most = (entry.changes.get(key, existing.get(key)) for key in bounds)
            if least is not None and most is not None and least > most:
                entry.refuse(
                    bounds[1],
                    most,
                    _("这条记录已有的最低价和最高价，和这一行合起来次序不对。请两个价格一起填。"),
                )

    def _settle_source(self, entry: Entry, existing: RowMapping) -> None:
        if existing["source"] == self._source and existing["kept_by_hand_since"] is None:
            if entry.row.source_id and entry.row.source_id != existing["source_id"]:
                entry.changes["source_id"] = entry.row.source_id
        elif self._kind == ORGANISATION and _is_only_named(existing):
            entry.changes["source"] = self._source
            entry.changes["source_id"] = self._source_id(entry)
        else:
            self._refuse_foreign(entry, existing)

    def _refuse_foreign(self, entry: Entry, existing: RowMapping) -> None:
        links = self._links.resolve(entry)
        if not entry.changes and links is not None and not self._links.changed(entry, links):
            return
        key, value = entry.identities[0]
        if existing["source"] and existing["kept_by_hand_since"] is None:
            reason = _(
                "这条记录来自“%(old)s”，和这一行内容不同，没有覆盖。"
                "请用 --source 写同样的来源，或在记录上修改。",
                old=existing["source"],
            )
        else:
            reason = _("这条记录由人录入，和这一行内容不同，没有覆盖。请在记录上修改。")
        entry.refuse(key, value, reason)

    def _insert(self, entries: Sequence[Entry]) -> None:
        moment = now()
        state = found_state(self._kind)
        rows: list[dict[str, Any]] = []
        for entry in entries:
            values = {
                "published_at": moment,
                **entry.row.values,
                "state": state,
                "version": 1,
                **self._provenance(entry),
                "is_demo": self._is_demo,
            }
            if self._kind == ORGANISATION:
                name = values["name"].in_language("zh")
                values["name_key"] = name_key(name)
                values.setdefault("kind", kind_of_name(name))
            rows.append(values)
        ids = insert_all(self._session, self._table, rows)
        for entry, id_ in zip(entries, ids, strict=True):
            entry.id, entry.saved = id_, Saved.CREATED
        record_published(self._session, self._actor, self._kind, ids, self._source)

    def _provenance(self, entry: Entry) -> dict[str, Any]:
        return {
            "source": self._source,
            "source_id": self._source_id(entry),
            "imported_at": now(),
        }

    def _source_id(self, entry: Entry) -> str | None:
        """The number in the source; an organisation always has one, see ``_is_only_named``."""
        numbers = dict(entry.identities)
        return numbers.get("source_id") or (
            numbers.get("uscc") if self._kind == ORGANISATION else None
        )

    @property
    def _stamp(self) -> dict[str, Any]:
        return {"imported_at": now()}

    def _update(self, entries: Sequence[Entry]) -> None:
        groups: dict[frozenset[str], list[dict[str, Any]]] = {}
        versions: dict[int, int] = {}
        for entry in entries:
            if entry.existing is None:
                continue
            entry.id = entry.existing["id"]
            if not entry.changes and not entry.links:
                continue
            entry.saved = Saved.UPDATED
            versions[entry.existing["id"]] = entry.existing["version"] + 1
            values = {f"new_{key}": value for key, value in entry.changes.items()}
            groups.setdefault(frozenset(entry.changes), []).append({"row_id": entry.id, **values})
        for keys, rows in groups.items():
            columns = self._table.c
            self._session.execute(
                update(self._table)
                .where(columns["id"] == bindparam("row_id"))
                .values(
                    **{key: bindparam(f"new_{key}", type_=columns[key].type) for key in keys},
                    version=columns["version"] + 1,
                    **self._stamp,
                ),
                rows,
            )
        record_changed(
            self._session, self._actor, self._kind, versions, self._source, self._changing
        )


def _still_open(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.is_open]


def _is_only_named(existing: RowMapping) -> bool:
    """Whether an organisation was merely created because some other row named it."""
    return bool(
        existing["kept_by_hand_since"] is None
        and existing["source_id"] is None
        and existing["uscc"] is None
        and existing["verified_on"] is None
    )


def _merged(old: Any, new: Any, languages: frozenset[str] | None) -> Any:
    """A new value; of a bilingual one only the languages that the file has a column for."""
    if languages is None or len(languages) > 1:
        return new
    if isinstance(old, dict) or isinstance(new, dict):
        kept = {code: words for code, words in (old or {}).items() if code not in languages}
        return {**kept, **(new or {})}
    before, after = Bilingual.of(old).as_dict(), Bilingual.of(new).as_dict()
    kept = {code: words for code, words in before.items() if code not in languages}
    return Bilingual(**{**kept, **after}) or None


def _refuse_two_records(entry: Entry, matches: list[tuple[Identity, RowMapping]]) -> None:
    (first, one), (second, other) = matches[:2]
    entry.refuse(
        *second,
        _(
            "%(first)s %(first_value)s 属于“%(one)s”，%(second)s %(second_value)s 属于“%(other)s”，"
            "这是两条记录。请核对这两个号码。",
            first=NUMBER_LABELS[first[0]],
            first_value=first[1],
            one=_title(one),
            second=NUMBER_LABELS[second[0]],
            second_value=second[1],
            other=_title(other),
        ),
    )


def _title(record: RowMapping) -> str:
    title: Bilingual = record["name"] if "name" in record else record["title"]
    return title.in_language("zh")[:60]
