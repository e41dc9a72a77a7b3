"""What a page shows beside the hits, as plain data: filter form, sum-up, sorts, pages.

Built from the declaration, the query and the answer. Wording and markup are the caller's; labels
pass through as they came in.
"""

from dataclasses import dataclass, replace
from datetime import date

from search.documents import Field, Schema
from search.parameters import write_bound
from search.query import DEEPEST_HIT, Query, Range, read_box
from search.service import Answer

_AFTER_NUMBERS = 10**18


@dataclass(slots=True)
class FilterOption:
    """A value to tick."""

    value: str
    label: object
    count: int
    is_chosen: bool


@dataclass(slots=True)
class FilterGroup:
    """One field of the filter form.

    `low` and `high` are the bounds as they stand in the address, "" where open; `has_flag` and
    `is_flag_chosen` speak of the box that lets flagged documents (面议) pass the range.
    """

    field: str
    kind: str
    label: object
    param: str
    options: tuple[FilterOption, ...]
    is_multi: bool = False
    is_range: bool = False
    low: str = ""
    high: str = ""
    has_flag: bool = False
    is_flag_chosen: bool = False

    @property
    def chosen_count(self) -> int:
        """How many conditions this field sets."""
        return sum(option.is_chosen for option in self.options) + bool(self.low or self.high)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a search; `without` is the search without it.

    `value` and `value_label` are "" for a range, `low` and `high` for a value.
    """

    field: str
    label: object
    value: str
    value_label: object
    low: str
    high: str
    with_flag: bool
    without: Query


@dataclass(frozen=True, slots=True)
class Summary:
    """The parts of the sentence that sums up a search."""

    total: int
    all_words_total: int
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class SortOption:
    """A way to sort. `param` "relevance" has an empty label: its name is the caller's."""

    param: str
    label: object
    is_chosen: bool
    query: Query


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the page stands. `is_cut`: there are hits beyond the 10,000th that no page shows."""

    number: int
    count: int
    first_hit: int
    last_hit: int
    previous: Query | None
    following: Query | None
    is_cut: bool


def filter_form(schema: Schema, query: Query, answer: Answer) -> list[FilterGroup]:
    """The filter form with counts. A chosen value stays in it, also when nothing has it."""
    groups = []
    for declared in schema.indexed:
        if not (declared.is_filter or declared.is_range):
            continue
        chosen = query.ranges.get(declared.name)
        groups.append(
            FilterGroup(
                field=declared.name,
                kind=declared.kind,
                label=declared.label,
                param=declared.param_name,
                options=_options(declared, query, answer),
                is_multi=declared.is_multi,
                is_range=declared.is_range,
                low=_written(declared, chosen.low if chosen else None),
                high=_written(declared, chosen.high if chosen else None),
                has_flag=bool(declared.or_flag),
                is_flag_chosen=bool(chosen and chosen.with_flag),
            )
        )
    return groups


def sum_up(schema: Schema, query: Query, answer: Answer) -> Summary:
    """What was asked and how much was found, in the order of the declaration."""
    box = read_box(query.words)
    return Summary(
        total=answer.total,
        all_words_total=answer.all_words_total,
        words=tuple(word.text for word in box.words),
        phrases=tuple(phrase.text for phrase in box.phrases),
        conditions=tuple(conditions_of(schema, query)),
    )


def sorts(schema: Schema, query: Query) -> list[SortOption]:
    """The ways to sort; by relevance only where there are words."""
    box = read_box(query.words)
    usual = "relevance" if box.term_count else schema.default_sort
    chosen = query.sort or usual
    names: list[tuple[str, object]] = [("relevance", "")] if box.term_count else []
    names += [
        (declared.param_name, declared.sort_label)
        for declared in schema.sorts
        if declared.is_of_use(query.filters) or declared.param_name == query.sort
    ]
    return [
        SortOption(
            param,
            label,
            param == chosen,
            replace(query, sort="" if param == usual else param, offset=0),
        )
        for param, label in names
    ]


def pages(query: Query, answer: Answer) -> Pages:
    """The page of a query among the pages that can be opened."""
    reachable = min(answer.total, DEEPEST_HIT)
    count = max(-(-reachable // query.limit), 1)
    number = query.offset // query.limit + 1
    shown = len(answer.hits)
    return Pages(
        number=number,
        count=count,
        first_hit=query.offset + 1 if shown else 0,
        last_hit=query.offset + shown,
        previous=query.at_page(min(number - 1, count)) if number > 1 else None,
        following=query.at_page(number + 1) if number < count else None,
        is_cut=answer.total > DEEPEST_HIT,
    )


def _options(declared: Field, query: Query, answer: Answer) -> tuple[FilterOption, ...]:
    chosen = query.filters.get(declared.name, ())
    counts = {c.value: c.count for c in answer.facets.get(declared.name, ())}
    kept = (*(declared.always() if declared.always else ()), *chosen)
    counts |= {value: 0 for value in kept if value not in counts}
    options = []
    for value, count in counts.items():
        label = declared.label_of(value)
        shown = value if label is None else label
        options.append(FilterOption(value, shown, count, value in chosen))
    if declared.facet_order == "value":
        options.sort(key=lambda option: _natural(option.value))
    return tuple(options)


def _natural(value: str) -> tuple[int, str]:
    return (int(value), "") if value.isdecimal() and len(value) < 19 else (_AFTER_NUMBERS, value)


def conditions_of(schema: Schema, query: Query) -> list[Condition]:
    """The conditions of a query, in the order of the declaration."""
    found = []
    for declared in schema.indexed:
        for value in query.filters.get(declared.name, ()):
            label = declared.label_of(value)
            found.append(
                Condition(
                    declared.name,
                    declared.label,
                    value,
                    value if label is None else label,
                    "",
                    "",
                    False,
                    query.without(declared.name, value),
                )
            )
        chosen = query.ranges.get(declared.name)
        if chosen:
            found.append(_range_condition(declared, chosen, query))
    return found


def _range_condition(declared: Field, chosen: Range, query: Query) -> Condition:
    freed = replace(
        query, ranges={k: v for k, v in query.ranges.items() if k != declared.name}, offset=0
    )
    low, high = _written(declared, chosen.low), _written(declared, chosen.high)
    return Condition(declared.name, declared.label, "", "", low, high, chosen.with_flag, freed)


def _written(declared: Field, bound: int | date | None) -> str:
    return "" if bound is None else write_bound(declared, bound)
