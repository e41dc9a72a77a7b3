"""Addresses: the parameters of a search page read into a query, and a query written back.

The declaration gives the names. A value that can't be read is reported and left out, never raised;
the sentence that tells the reader so belongs to the caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from search.documents import Field, Schema
from search.query import DEEPEST_HIT, LARGEST_PAGE, LONGEST_BOX, Query, Range
from search.text import clean

ProblemCode = Literal[
    "unknown_value",
    "not_a_number",
    "below_zero",
    "not_a_date",
    "low_above_high",
    "unknown_sort",
    "bad_page",
    "too_long",
]
MOST_VALUES = 50
"""Values of one filter that are read; more come from no form."""
_LONGEST_NUMBER = 20
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter that was left out: which, the value given, and the label of its field.

    Of one that is "too_long" the first `LONGEST_BOX` characters are used, which is the value.
    """

    code: ProblemCode
    param: str
    value: str
    label: object = ""


class Reading(NamedTuple):
    """A query, and what of the address it could not hold."""

    query: Query
    problems: tuple[Problem, ...]


def read_params(
    schema: Schema,
    params: Mapping[str, Sequence[str]],
    visibility: tuple[str, ...] = ("public",),
    limit: int = 20,
) -> Reading:
    """The query of an address. Unknown parameters are ignored, bad values reported."""
    problems: list[Problem] = []
    filters: dict[str, tuple[str, ...]] = {}
    ranges: dict[str, Range] = {}
    for declared in schema.filters:
        values = _filter_values(declared, params, problems)
        if values:
            filters[declared.name] = values
    for declared in schema.ranges:
        chosen = _range(declared, params, problems)
        if chosen:
            ranges[declared.name] = chosen
    limit = min(max(limit, 1), LARGEST_PAGE)
    sort = _first(params, "sort")
    if sort and sort != "relevance" and sort not in schema.by_sort:
        problems.append(Problem("unknown_sort", "sort", sort))
        sort = ""
    words = _first(params, "q")
    if len(words) > LONGEST_BOX:
        problems.append(Problem("too_long", "q", str(LONGEST_BOX)))
    query = Query(
        words=words[:LONGEST_BOX].strip(),
        filters=filters,
        ranges=ranges,
        sort=sort,
        offset=_offset(params, limit, problems),
        limit=limit,
        visibility=visibility,
        only_all=_first(params, "all") == "1",
    )
    return Reading(query, tuple(problems))


def write_params(schema: Schema, query: Query) -> list[tuple[str, str]]:
    """The shortest parameters that give the query again, in the order of the declaration."""
    written: list[tuple[str, str]] = []
    if query.words:
        written.append(("q", query.words))
    chosen_filters = [f for f in schema.filters if f.name in query.filters]
    for declared in chosen_filters:
        written += [(declared.param_name, v) for v in query.filters[declared.name]]
    flags: set[str] = set()
    for declared in schema.ranges:
        chosen = query.ranges.get(declared.name)
        if not chosen:
            continue
        for end, bound in (("min", chosen.low), ("max", chosen.high)):
            if bound is not None:
                written.append((f"{declared.param_name}_{end}", write_bound(declared, bound)))
        if chosen.with_flag and declared.or_flag not in flags:
            flags.add(declared.or_flag)
            written.append((f"{declared.param_name}_or", "1"))
    if query.sort:
        written.append(("sort", query.sort))
    if query.only_all:
        written.append(("all", "1"))
    if query.offset:
        written.append(("page", str(query.offset // query.limit + 1)))
    return written


def write_bound(declared: Field, bound: int | date) -> str:
    """A bound of a range as it stands in addresses and forms (a stored number over its unit)."""
    if isinstance(bound, date):
        return bound.isoformat()
    value = Decimal(bound) / declared.unit
    return format(value.normalize(), "f") if value else "0"


def _first(params: Mapping[str, Sequence[str]], name: str) -> str:
    values = params.get(name) or ("",)
    return clean(str(values[0])).strip()


def _filter_values(
    declared: Field, params: Mapping[str, Sequence[str]], problems: list[Problem]
) -> tuple[str, ...]:
    given = [clean(str(v)).strip() for v in params.get(declared.param_name) or ()]
    values: list[str] = []
    for value in dict.fromkeys(v for v in given[:MOST_VALUES] if v):
        is_flag_value = declared.kind != "flag" or value in ("1", "0")
        if is_flag_value and (declared.kind == "flag" or declared.label_of(value) is not None):
            values.append(value)
        else:
            problems.append(
                Problem("unknown_value", declared.param_name, value[:100], declared.label)
            )
    return tuple(values)


def _range(
    declared: Field, params: Mapping[str, Sequence[str]], problems: list[Problem]
) -> Range | None:
    low = _bound(declared, f"{declared.param_name}_min", params, problems)
    high = _bound(declared, f"{declared.param_name}_max", params, problems)
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        value = f"{write_bound(declared, low)}–{write_bound(declared, high)}"
        problems.append(Problem("low_above_high", declared.param_name, value, declared.label))
        return None
    with_flag = bool(declared.or_flag) and _first(params, f"{declared.param_name}_or") == "1"
    return Range(low, high, with_flag)


def _bound(
    declared: Field, param: str, params: Mapping[str, Sequence[str]], problems: list[Problem]
) -> int | date | None:
    text = _first(params, param)
    if not text:
        return None
    if declared.kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            problems.append(Problem("not_a_date", param, text[:100], declared.label))
            return None
    try:
        value = Decimal(text[:_LONGEST_NUMBER].replace(",", ""))
    except InvalidOperation:
        value = Decimal("nan")
    # Engines store signed 64-bit integers, and int() of a great exponent takes for ever.
    if not value.is_finite() or value.adjusted() > _MOST_DIGITS:
        problems.append(Problem("not_a_number", param, text[:100], declared.label))
        return None
    if value < 0:
        problems.append(Problem("below_zero", param, text[:100], declared.label))
        return None
    return min(int(value * declared.unit), 2**62)


def _offset(params: Mapping[str, Sequence[str]], limit: int, problems: list[Problem]) -> int:
    text = _first(params, "page")
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        problems.append(Problem("bad_page", "page", text[:100]))
        return 0
    return min((int(text) - 1) * limit, DEEPEST_HIT + limit)
