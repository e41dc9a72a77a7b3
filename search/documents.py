"""The declaration of what is searched: fields, the schema they make, and documents.

One declaration gives the engine's schema, the parameters of an address, the filter form and the
sentence that sums up a search. The words shown to people come in as opaque labels. How a field is
stored belongs to an engine; what an address means belongs to `search.parameters`.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from search.text import TOKENS_VERSION

Kind = Literal["text", "keyword", "number", "date", "flag"]
Direction = Literal["asc", "desc"]

RESERVED_PARAMS = frozenset({"q", "sort", "page", "all"})
LARGEST_NUMBER = 2**43
"""Sorts exactly: 8.8e12 分, 880 亿元, is above any price on a market."""
LARGEST_SECOND = 2**34
"""Seconds since 1970 that a date can take: the year 2514."""
_ID_BITS = 52
_LARGEST_IN_ID = 2**_ID_BITS - 1


@dataclass(frozen=True, slots=True, eq=False)  # comparing would translate the labels
class Field:
    """One field of the documents, declared once for all uses.

    `weight`: how many times the words of a text count (a title 3, a body 1): the field only adds
    score, the match runs over all texts together. `suggests`: what the field gives to the
    suggestions, its single "words" or its "whole" values. `param`: the name in addresses; ranges
    take `<param>_min` and `<param>_max`. `unit`: a number in an address times `unit` is the number
    stored (10_000 * 100 for 万元 in the address and 分 in the document). `is_interval`: the value
    is a pair (low, high), and a range finds it when both overlap. `or_flag`: the flag field whose
    documents a range lets pass as well, once the reader asks for it. `largest`: greatest number
    that still sorts exactly. `visibility`: a field above the first level of the schema is never
    indexed. `choices`: the label of a value, None for an unknown one. `always`: values that the
    filter form shows even when no document found has them. `only_with`: a
    filter field and its value, where the facet is counted and the sort offered only in lists
    narrowed to that value alone. `factor`: what the score of a document is multiplied by
    where this flag is set, between 0 and 1; it moves hits by relevance and nothing that a reader
    sorts by a field.
    """

    name: str
    kind: Kind
    label: object = ""
    weight: int = 1
    suggests: Literal["", "words", "whole"] = ""
    is_filter: bool = False
    is_facet: bool = False
    facet_size: int = 100
    facet_order: Literal["count", "value"] = "count"
    only_with: tuple[str, str] | None = None
    is_multi: bool = False
    is_range: bool = False
    is_interval: bool = False
    or_flag: str = ""
    unit: int = 1
    largest: int = LARGEST_NUMBER
    sort: Direction | None = None
    sort_label: object = ""
    visibility: str = "public"
    param: str = ""
    choices: Callable[[str], object | None] | None = None
    always: Callable[[], Iterable[str]] | None = None
    factor: float = 1.0

    @property
    def param_name(self) -> str:
        """The name of this field in an address."""
        return self.param or self.name

    def is_of_use(self, filters: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether the facet is counted and the sort offered in a list with these filters."""
        if self.only_with is None:
            return True
        name, value = self.only_with
        return tuple(filters.get(name, ())) == (value,)

    def label_of(self, value: str) -> object | None:
        """The label of a value, the value itself without a lookup, None for an unknown value."""
        return self.choices(value) if self.choices else value


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of one record.

    `values` by field name: text and keyword take a string or a list of strings, number an int (or
    a pair of ints for an interval), date a `date` or an aware `datetime`, flag a bool; None
    and missing mean unknown. `version` grows with every change of the record.
    """

    id: str
    values: Mapping[str, object]
    version: int
    visibility: str = "public"


class Schema:
    """All fields of the documents, with the levels of visibility from open to closed.

    `id_kinds`: ids of the form `<kind>-<number>` of these kinds can be kept as numbers, which an
    engine reads faster. Raises ValueError for a declaration that contradicts itself: that is a
    programmer's error and shows when the process starts.
    """

    def __init__(
        self,
        fields: Iterable[Field],
        levels: tuple[str, ...] = ("public", "members", "staff"),
        default_sort: str = "",
        id_kinds: tuple[str, ...] = (),
    ) -> None:
        self.fields: tuple[Field, ...] = tuple(fields)
        self.levels = levels
        self.id_kinds = id_kinds
        self.by_name = {declared.name: declared for declared in self.fields}
        self.indexed = tuple(f for f in self.fields if f.visibility == levels[0])
        self.texts = tuple(f for f in self.indexed if f.kind == "text")
        flags = {f.or_flag for f in self.indexed if f.is_range}
        self.valued = frozenset(
            f.name
            for f in self.indexed
            if f.is_filter or f.is_facet or f.name in flags or f.factor != 1
        )
        self.factors = {f.name: f.factor for f in self.indexed if f.factor != 1}
        self.filters = tuple(f for f in self.indexed if f.is_filter)
        self.facets = tuple(f for f in self.indexed if f.is_facet)
        self.ranges = tuple(f for f in self.indexed if f.is_range)
        self.sorts = tuple(f for f in self.indexed if f.sort)
        self.default_sort = default_sort
        self._check()
        self.by_sort = {f.param_name: f for f in self.sorts}
        self.fingerprint = self._fingerprint()

    def _check(self) -> None:
        if len(self.by_name) != len(self.fields):
            raise ValueError("two fields have the same name")
        params = [f.param_name for f in self.fields]
        if len(set(params)) != len(params) or RESERVED_PARAMS & set(params):
            raise ValueError("a parameter is used twice or reserved")
        for declared in self.fields:
            if declared.visibility not in self.levels:
                raise ValueError(f"{declared.name}: unknown visibility {declared.visibility}")
            if declared.is_range and declared.kind not in ("number", "date"):
                raise ValueError(f"{declared.name}: only numbers and dates have ranges")
            if declared.kind == "text" and (declared.is_filter or declared.is_facet):
                raise ValueError(f"{declared.name}: text is searched, keywords are filtered")
            if declared.factor != 1 and (declared.kind != "flag" or not 0 < declared.factor < 1):
                raise ValueError(f"{declared.name}: a flag lowers the score, to a part of it")
            if declared.only_with and declared.only_with[0] not in self.by_name:
                raise ValueError(f"{declared.name}: only with a field that isn't there")
            flag = self.by_name.get(declared.or_flag)
            if declared.or_flag and (flag is None or flag.kind != "flag"):
                raise ValueError(f"{declared.name}: {declared.or_flag} is no flag")
        if self.default_sort and self.default_sort not in {f.param_name for f in self.sorts}:
            raise ValueError(f"no sort is called {self.default_sort}")

    def _fingerprint(self) -> str:
        stored = [
            (f.name, f.kind, f.weight, f.suggests, f.name in self.valued, f.is_range, f.is_interval,
             f.sort, f.largest)
            for f in self.indexed
        ]  # fmt: skip
        text = repr((TOKENS_VERSION, self.levels, self.id_kinds, sorted(stored)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def number_of(self, document_id: str) -> int | None:
        """The id as a number below 2**63; None for an id that has none."""
        kind, _, number = document_id.rpartition("-")
        if kind not in self.id_kinds or not (number.isascii() and number.isdecimal()):
            return None
        if number != str(int(number)) or int(number) > _LARGEST_IN_ID:
            return None
        return self.id_kinds.index(kind) << _ID_BITS | int(number)

    def id_of(self, number: int) -> str:
        """The id that `number_of` made the number of."""
        return f"{self.id_kinds[number >> _ID_BITS]}-{number & _LARGEST_IN_ID}"

    def closed_levels(self, visibility: Iterable[str]) -> tuple[str, ...]:
        """The levels that a viewer of the levels `visibility` must not see."""
        seen = set(visibility)
        return tuple(level for level in self.levels if level not in seen)

    def level_of(self, document: Document) -> str:
        """The document's level; one that is not declared counts as the most closed."""
        return document.visibility if document.visibility in self.levels else self.levels[-1]
