"""Synthetic records: deterministic, recombined, each from its own seed.

Rows come as the database takes them, so that they are inserted as they are. Which words there
are belongs to `words`, where rows go to `catalogue`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from marketplace.core.i18n import FEN_PER_WAN, Bilingual
from marketplace.core.listed import name_key
from tests.benchmarks import words
from tests.benchmarks.words import Clause, stock

VERSION = 1
"""Raise it with every change of the records: catalogues of another version are built again."""
SEED = 20_261
SOURCE = "benchmark"
CHUNK = 2_000
ABSTRACT_CHARACTERS = 250
_LAST_DAY = date(2026, 11, 1)
_SLOTS = 1 << 16
_CHECK_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Plan:
    """How many records of each kind a catalogue of `size` records has, and how many people."""

    size: int

    @property
    def organisations(self) -> int:
        """Holders: one for 400 records, 3,000 at most, as in a large city."""
        return min(max(self.size // 400, 20), 3_000)

    @property
    def projects(self) -> int:
        """Three in a hundred."""
        return self.size * 3 // 100

    @property
    def patents(self) -> int:
        """A third or so."""
        return self.size * 35 // 100

    @property
    def results(self) -> int:
        """The rest."""
        return self.size - self.organisations - self.projects - self.patents

    @property
    def people(self) -> int:
        """One for five records; several people of a holder share a surname, few a name."""
        return max(self.size // 5, 50)

    def count(self, kind: str) -> int:
        """The number of records of a kind, or of people."""
        return int(getattr(self, f"{kind}s" if kind != "people" else kind))


KINDS = ("organisation", "people", "project", "patent", "result")


def chunks(plan: Plan) -> Iterator[tuple[int, str, int, int]]:
    """What `rows_of` takes, in the order in which the rows must be inserted.

    Demands, of which a catalogue has none, are made by `rows_of` all the same.
    """
    for kind in KINDS:
        for first in range(1, plan.count(kind) + 1, CHUNK):
            yield plan.size, kind, first, min(first + CHUNK, plan.count(kind) + 1)


def rows_of(chunk: tuple[int, str, int, int]) -> tuple[int, Rows]:
    """The rows of one chunk by table, and how many records they are."""
    size, kind, first, end = chunk
    maker = _Maker(Plan(size))
    rows: Rows = {}
    for number in range(first, end):
        for table, row in maker.make(kind, number):
            rows.setdefault(table, []).append(row)
    return (end - first if kind != "people" else 0), rows


def _by_frequency(items: Sequence[Any], shift: int = 20, exponent: float = 0.9) -> list[Any]:
    """A table in which an item of rank r stands about 1 / (r + shift) ** exponent often.

    That is Zipf's law with the head cut off: no word of technology stands in every text.
    """
    weights = [1 / (rank + shift) ** exponent for rank in range(len(items))]
    total = sum(weights)
    table: list[Any] = []
    reached = 0.0
    for item, weight in zip(items, weights, strict=True):
        reached += weight
        table += [item] * (round(reached / total * _SLOTS) - len(table))
    return table


@cache
def _tables() -> dict[str, list[Any]]:
    tables = {
        name: _by_frequency(getattr(words, name.upper()), shift=5)
        for name in ("objects", "acts", "qualities", "effects", "places")
    }
    tables["words"] = _by_frequency(stock().words)
    tables["english"] = _by_frequency(stock().english)
    return tables


@cache
def _codes(list_code: str) -> tuple[str, ...]:
    lists = json.loads(
        files("marketplace.core").joinpath("data", "codelists.json").read_text("utf-8")
    )
    return tuple(item["code"] for item in lists[list_code]["items"])


class _Maker:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tables = _tables()
        self._stock = stock()
        holders = range(1, plan.organisations + 1)
        self._holders = _by_frequency(holders, shift=3, exponent=0.8)
        self._rng = Random()
        self._slots: dict[str, str] = {}

    def make(self, kind: str, number: int) -> Iterator[tuple[str, Row]]:
        self._rng = Random(f"{SEED} {kind} {number}")
        if kind == "organisation":
            yield kind, self._organisation(number)
        elif kind == "people":
            yield "contributor", self._person(number)
        elif kind == "project":
            yield kind, self._project(number)
            yield from self._owners("project_organisation", "project_id", number)
        elif kind == "patent":
            yield kind, self._patent(number)
            yield from self._parties("patent", "patent_inventor", number)
        elif kind == "demand":
            yield kind, self._demand(number)
            yield from self._owners("demand_owner", "demand_id", number)
        else:
            yield kind, self._result(number)
            yield from self._parties("result", "result_contributor", number)

    def _pick(self, name: str) -> str:
        table = self._tables[name]
        return str(table[int(self._rng.random() * len(table))])

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _code(self, list_code: str, known: float = 1.0) -> str | None:
        return self._rng.choice(_codes(list_code)) if self._chance(known) else None

    def _day(self, years: float) -> date:
        """A day of the last years, recent ones more often."""
        return _LAST_DAY - timedelta(days=int(self._rng.random() ** 1.5 * years * 365))

    def _listed(self, kind: str, number: int) -> Row:
        published = self._day(6)
        moment = datetime(published.year, published.month, published.day, 4, tzinfo=UTC)
        return {
            "id": number,
            "state": "published",
            "version": 1,
            "published_at": moment,
            "created_at": moment,
            "updated_at": moment,
            "confirmed_on": self._day(2),
            "source": SOURCE,
            "source_id": f"{kind}-{number}",
            "is_demo": True,
        }

    def _organisation(self, number: int) -> Row:
        cities, holders = words.CITIES, words.HOLDERS
        name = cities[number % len(cities)] + holders[number // len(cities) % len(holders)]
        turn = number // (len(cities) * len(holders))
        if turn:
            name = f"{name}第{turn + 1}分院"
        return {
            **self._listed("organisation", number),
            "name": Bilingual(zh=name),
            "name_key": name_key(name),
            "kind": self._code("organisation_kind"),
            "division": self._code("division"),
            "country": "156",
            "is_state_founded": self._chance(0.5),
            "intro": Bilingual(zh=self._text(80)),
        }

    def _person(self, number: int) -> Row:
        holder = (number - 1) % self._plan.organisations + 1
        # 7,919 is prime and larger than no count of names is a multiple of: all names come.
        place = (number // self._plan.organisations * 7_919 + holder * 31) % _names()
        place, first = divmod(place, len(words.GIVEN))
        place, second = divmod(place, len(words.GIVEN))
        name = words.SURNAMES[place] + words.GIVEN[first] + words.GIVEN[second]
        return {
            "id": number,
            "name": Bilingual(zh=name),
            "name_key": name_key(name),
            "organisation_id": holder,
        }

    def _owners(self, table: str, column: str, number: int) -> Iterator[tuple[str, Row]]:
        count = 1 + self._chance(0.2)
        for rank, holder in enumerate(self._some_of(self._holders, count), start=1):
            yield table, {column: number, "organisation_id": holder, "rank": rank}

    def _parties(self, kind: str, people: str, number: int) -> Iterator[tuple[str, Row]]:
        yield from self._owners(f"{kind}_owner", f"{kind}_id", number)
        count = 1 + int(self._rng.random() * 4)
        named = {self._rng.randint(1, self._plan.people): None for _ in range(count)}
        for rank, person in enumerate(named, start=1):
            yield people, {f"{kind}_id": number, "contributor_id": person, "rank": rank}

    def _some_of(self, table: Sequence[Any], count: int) -> list[Any]:
        return list(dict.fromkeys(self._rng.choice(table) for _ in range(count)))

    def _described(self, kind: str, number: int) -> Row:
        keywords = {"zh": [self._pick("objects"), self._pick("acts"), self._pick("words")]}
        if self._chance(0.5):
            keywords["zh"].append(self._pick("words"))
        self._slots = {"object": keywords["zh"][0], "act": keywords["zh"][1]}
        english_title = english_abstract = ""
        if self._chance(0.25):
            keywords["en"] = [self._pick("english"), self._pick("english")]
            english_title = " ".join(self._pick("english") for _ in range(5)).capitalize()
        if self._chance(0.1):
            english_abstract = " ".join(
                self._vary(self._rng.choice(self._stock.english_clauses), "english")
                for _ in range(5)
            )
        return {
            **self._listed(kind, number),
            "title": Bilingual(zh=self._filled(words.TITLES), en=english_title),
            "abstract": Bilingual(
                zh=self._text(int(ABSTRACT_CHARACTERS * (0.7 + 0.6 * self._rng.random()))),
                en=english_abstract,
            ),
            "keywords": keywords,
            "tech_field": self._code("tech_field", 0.9),
            "topics": self._some_of(_codes("topic"), int(self._rng.random() * 3)),
        }

    def _offered(self) -> Row:
        price_kind = self._rng.choices(
            ("negotiable", "fixed", "range", "royalty", None), (50, 20, 15, 5, 10)
        )[0]
        low = high = None
        if price_kind in ("fixed", "range"):
            low = int(10 ** (0.7 + 2.5 * self._rng.random())) * FEN_PER_WAN
            high = low * 2 if price_kind == "range" else low
        return {
            "conversion_modes": self._some_of(_codes("conversion_mode"), 1 + self._chance(0.4)),
            "price_mode": self._code("price_mode", 0.6),
            "price_kind": price_kind,
            "price_min_fen": low,
            "price_max_fen": high,
            "try_before_pay": self._chance(0.1),
            "open_licence": self._chance(0.05),
        }

    def _result(self, number: int) -> Row:
        ended = self._day(8)
        return {
            **self._described("result", number),
            **self._offered(),
            "stage": self._code("result_stage", 0.8),
            "trl": self._rng.choices(range(1, 10), (1, 2, 6, 9, 8, 9, 7, 5, 3))[0]
            if self._chance(0.8)
            else None,
            "ended_on": f"{ended:%Y-%m}",
            "indicators": [],
            "disclosure": "open",
        }

    def _patent(self, number: int) -> Row:
        filed = self._day(12)
        serial = f"{filed.year}1{number:07d}"
        check = sum(w * int(d) for w, d in zip(_CHECK_WEIGHTS, serial, strict=True)) % 11
        sections = self._some_of(_codes("ipc_section"), 1 + self._chance(0.3))
        return {
            **self._described("patent", number),
            **self._offered(),
            "kind": "PAT-I",
            "application_number": f"{serial}.{'0123456789X'[check]}",
            "publication_number": f"CN{100_000_000 + number}B",
            "ipc": [
                f"{one}{self._rng.randint(1, 99):02d}B {number % 90 + 1}/00" for one in sections
            ],
            "filed_on": filed,
            "legal_status": self._code("legal_status"),
            "is_pledged": False,
        }

    def _project(self, number: int) -> Row:
        return {
            **self._described("project", number),
            "number": f"BM{number:07d}",
            "plan_source": self._code("plan_source"),
            "is_fiscal": True,
            "accepted_on": self._day(6),
            "has_transfer_obligation": self._chance(0.5),
        }

    def _demand(self, number: int) -> Row:
        described = self._described("demand", number)
        text = described.pop("abstract")
        return {
            **described,
            "state": "open",
            "problem": text,
            "goal": Bilingual(zh=self._text(60)),
            "indicators": [],
            "budget_kind": "negotiable",
            "cooperation_modes": self._some_of(_codes("demand_coop"), 1 + self._chance(0.4)),
            "wanted_trl": self._rng.randint(3, 8) if self._chance(0.3) else None,
            "deadline": _LAST_DAY + timedelta(days=self._rng.randint(60, 700)),
            "visibility": "public",
            "is_masked": False,
        }

    def _text(self, length: int) -> str:
        parts: list[str] = []
        written = 0
        while written < length:
            if self._chance(0.35):
                part = self._filled(words.TEMPLATES)
            else:
                part = self._vary(self._rng.choice(self._stock.clauses), "words")
            parts.append(part)
            written += len(part) + 1
        stops = ("，", "，", "；", "。")
        return "".join(part + stops[n % 4] for n, part in enumerate(parts[:-1])) + parts[-1] + "。"

    def _vary(self, clause: Clause, table: str) -> str:
        """The clause with other figures, and every second time with another word."""
        pieces = list(clause.pieces)
        for n in clause.figures:
            pieces[n] = str(int(self._rng.random() * 400) + 1)
        if clause.words and self._chance(0.5):
            pieces[self._rng.choice(clause.words)] = self._pick(table)
        return "".join(pieces)

    def _filled(self, templates: Sequence[str]) -> str:
        # Half of the places of an abstract speak of the record's own object.
        own = self._slots if self._chance(0.5) or templates is words.TITLES else {}
        return self._rng.choice(templates).format(
            object=own.get("object") or self._pick("objects"),
            act=own.get("act") or self._pick("acts"),
            quality=self._pick("qualities"),
            form=self._rng.choice(words.FORMS),
            effect=self._pick("effects"),
            place=self._pick("places"),
            word=self._pick("words"),
            other=self._pick("words"),
            unit=self._rng.choice(words.UNITS),
            number=int(self._rng.random() * 60) + 2,
            percent=int(self._rng.random() * 90) + 3,
            figure=round(self._rng.random() * 500, 1),
            code=self._model(),
        )

    def _model(self) -> str:
        """A type designation: 20,000 of them, so that there are rare words too."""
        place = int(self._rng.random() ** 3 * 20_000)
        return f"{'ABCDFGHJKL'[place % 10]}{'TXZ'[place % 3]}{place}"


def _names() -> int:
    return len(words.SURNAMES) * len(words.GIVEN) ** 2
