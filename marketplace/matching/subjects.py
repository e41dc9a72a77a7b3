"""Records and demands as matching reads them: what anybody may read of them, and nothing else.

A text that only some may see never reaches a vector, a score or a reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select

from marketplace.catalogue.documents import document_id
from marketplace.catalogue.models import RECORD_MODELS, Organisation
from marketplace.catalogue.queries import SHOWN_OWNER_LINKS
from marketplace.catalogue.saving.identity import in_chunks
from marketplace.catalogue.states import searched_states
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.identifiers.ipc import subclass_of
from marketplace.core.policy import Level, visibility
from marketplace.matching.facts import Offered, Wanted
from marketplace.matching.numbers import figure_of_indicator
from marketplace.matching.questions import Question
from marketplace.matching.reasons import Indicator

OFFERS = ("result", "patent")
DEMAND = "demand"
KINDS = (*OFFERS, DEMAND)

_COMMON = "id version title tech_field"
_OFFER = "conversion_modes price_kind price_min_fen price_max_fen confirmed_on abstract"
_COLUMNS = {
    "result": f"{_COMMON} {_OFFER} problem solution applications offer indicators trl",
    "patent": f"{_COMMON} {_OFFER} ipc legal_status",
    "demand": f"{_COMMON} problem key_technology goal indicators budget_kind budget_min_fen "
    "budget_max_fen cooperation_modes wanted_trl",
}
TEXT_FIELDS = {
    "result": ("abstract", "problem", "solution", "applications", "offer"),
    "patent": ("abstract",),
    "demand": ("problem", "key_technology", "goal"),
}
"""The texts of each kind in the order in which they are quoted, after the title."""
_MODES_FOR = {"2": frozenset("23"), "3": frozenset("5"), "4": frozenset("4")}
"""From ways of working on a demand (demand_coop) to the ways of conversion that serve them. To
have something developed, and other ways, say nothing of how a result is to be had."""
_OPEN_PRICES = ("negotiable", "royalty")


@dataclass(frozen=True)
class Subject:
    """A published record or open demand, of it only what anybody may read.

    `division`: where its first holder lies, "" where that isn't said.
    """

    kind: str
    columns: Mapping[str, Any]
    division: str = ""

    @property
    def id(self) -> int:
        """The id of the record."""
        return int(self.columns["id"])

    @property
    def version(self) -> int:
        """The version of the record."""
        return int(self.columns["version"])

    @property
    def document_id(self) -> str:
        """Its id in the search index."""
        return document_id(self.kind, self.id)

    @property
    def title(self) -> Bilingual:
        """The title in its languages."""
        return Bilingual.of(self.columns["title"])

    @cached_property
    def question(self) -> Question:
        """What is asked or encoded: title and texts in the language of the title."""
        return self.question_in(self.title.language_of("zh"))

    def question_in(self, code: str) -> Question:
        """Title and texts in a language, or else in the other one."""
        return Question(self.title.in_language(code), "\n".join(self.texts(code).values()))

    @cached_property
    def passage(self) -> Question:
        """What a vector of the whole is made of: of long records title and first text alone."""
        code = self.title.language_of("zh")
        texts = list(self.texts(code).values())
        return Question(
            self.title.in_language(code), "\n".join(texts if self.kind == DEMAND else texts[:1])
        )

    def texts(self, code: str, has_title: bool = False) -> dict[str, str]:
        """Its texts by field, those that are there, in a language or else in the other one."""
        named = {"title": self.title} if has_title else {}
        named |= {name: Bilingual.of(self.columns[name]) for name in TEXT_FIELDS[self.kind]}
        found = {name: text.in_language(code) for name, text in named.items() if text}
        if self.kind != DEMAND and self.columns.get("indicators"):
            found["indicators"] = "\n".join(
                _row_of(row, code) for row in self.columns["indicators"]
            )
        return found

    def indicators(self, code: str) -> list[Indicator]:
        """The rows of a demand's indicators, as they are compared."""
        return [
            Indicator(
                _row_of(row, code),
                figure_of_indicator(
                    Bilingual.of(row.get("name")).in_language(code),
                    row.get("operator") or "",
                    str(row.get("value") or ""),
                    row.get("unit") or "",
                ),
            )
            for row in self.columns.get("indicators") or ()
        ]

    @cached_property
    def wanted(self) -> Wanted:
        """The fields of a demand, as they are compared."""
        row = self.columns
        modes = [_MODES_FOR.get(code) for code in row["cooperation_modes"] or ()]
        is_open = row["budget_kind"] == "negotiable"
        return Wanted(
            least_trl=row["wanted_trl"],
            budget_low=None if is_open else row["budget_min_fen"],
            budget_high=None if is_open else row["budget_max_fen"],
            division=self.division,
            modes=frozenset() if None in modes else frozenset().union(*(m for m in modes if m)),
            fields=_fields_of(row),
        )

    @cached_property
    def offered(self) -> Offered:
        """The fields of a result or patent, as they are compared."""
        row = self.columns
        return Offered(
            trl=row.get("trl"),
            price_low=row["price_min_fen"],
            price_high=row["price_max_fen"],
            is_negotiable=row["price_kind"] in _OPEN_PRICES,
            division=self.division,
            modes=frozenset(row["conversion_modes"] or ()),
            fields=_fields_of(row),
            legal_state=row.get("legal_status") or "",
            confirmed_on=row["confirmed_on"],
        )

    @property
    def subclasses(self) -> frozenset[str]:
        """The IPC subclasses of a patent; none for other kinds."""
        return frozenset(subclass_of(symbol) for symbol in self.columns.get("ipc") or () if symbol)


class SubjectsOnce:
    """Records of several kinds, each read once, for whoever comes back to them within one task."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int], Subject] = {}

    def get(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
        """Those of the records, by kind and id, that are published or open now."""
        wanted = list(keys)
        by_kind: dict[str, list[int]] = defaultdict(list)
        for kind, record_id in wanted:
            if (kind, record_id) not in self._read:
                by_kind[kind].append(record_id)
        for kind, ids in by_kind.items():
            found = read_subjects(kind, ids)
            self._read |= {(kind, record_id): subject for record_id, subject in found.items()}
        return {key: self._read[key] for key in wanted if key in self._read}


def read_subjects(kind: str, record_ids: Sequence[int]) -> dict[int, Subject]:
    """Those of the records that are published or open now, by id."""
    model: Any = RECORD_MODELS[kind]
    public = visibility.fields_at(model, Level.PUBLIC)
    columns = [getattr(model, name) for name in _COLUMNS[kind].split() if name in public]
    rows: list[Row[Any]] = []
    for chunk in in_chunks(record_ids):
        found = select(*columns).where(model.id.in_(chunk), model.state.in_(searched_states(kind)))
        rows += db.session.execute(found).all()
    divisions = _divisions_of(kind, [row.id for row in rows])
    return {row.id: Subject(kind, dict(row._mapping), divisions.get(row.id, "")) for row in rows}


def _divisions_of(kind: str, record_ids: Sequence[int]) -> dict[int, str]:
    link, record_id = SHOWN_OWNER_LINKS[kind]
    divisions: dict[int, str] = {}
    for chunk in in_chunks(record_ids):
        rows = db.session.execute(
            select(record_id, Organisation.division)
            .join(Organisation, Organisation.id == link.organisation_id)
            .where(record_id.in_(chunk))
            .order_by(record_id, link.rank)
        )
        for owned_id, division in rows:
            divisions.setdefault(owned_id, division or "")
    return divisions


def _fields_of(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset([row["tech_field"]]) if row["tech_field"] else frozenset()


def _row_of(row: Mapping[str, Any], code: str) -> str:
    name = Bilingual.of(row.get("name")).in_language(code)
    figure = " ".join(str(row[part]) for part in ("operator", "value", "unit") if row.get(part))
    return " ".join(part for part in (name, figure) if part)
