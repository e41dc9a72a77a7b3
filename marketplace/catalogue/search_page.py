"""The search page: one query becomes tabs, sentence, chips, filters, hits and pages.

Words stand in ``search_sentence``, filters in ``search_form``, hits in ``search_hits``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from flask import request
from markupsafe import Markup

from marketplace.catalogue import wording
from marketplace.catalogue.fields import SCHEMA
from marketplace.catalogue.number_words import as_stored
from marketplace.catalogue.queries import holders_by_id
from marketplace.catalogue.search_form import Fieldset, chosen_count, fieldsets
from marketplace.catalogue.search_hits import HitRow, hit_rows
from marketplace.catalogue.search_sentence import (
    chip_text,
    problem_sentences,
    sum_up_sentence,
)
from marketplace.core.actor import Actor
from marketplace.core.policy import visible_levels
from marketplace.core.web.numbers import number_of
from marketplace.core.web.wording import gettext as _
from search.forms import Condition, filter_form, pages, sorts, sum_up
from search.parameters import Reading, read_params, write_params
from search.query import LONGEST_BOX, Query
from search.service import Answer, SearchService
from search.suggestions import Suggestion

PER_PAGE = 10
PAGES_AROUND = 2
MOST_TITLE_WORDS = 40
LONGEST_KEPT = LONGEST_BOX + 1
"""Characters of the words that stay in an address: one more than is read, which tells of a cut."""

Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Link:
    """A word or figure that leads to another search."""

    text: str
    address: str
    count: int | None = None
    is_current: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Where the hits with all the words end: before which row a line says so, and what."""

    all_words: int
    some_words: int
    word_count: int
    address: str


@dataclass(frozen=True)
class SearchPage:
    """All that the template needs."""

    text: str
    kind: str
    heading: str
    title: str
    sentence: Markup
    problems: list[str]
    tabs: list[Link]
    chips: list[Link]
    clear_address: str
    readings: list[Link]
    fieldsets: list[Fieldset]
    chosen: int
    sorts: list[Link]
    kept: list[tuple[str, str]]
    kept_for_sort: list[tuple[str, str]]
    hits: list[HitRow]
    split: Split | None
    show_split_first: bool
    split_at: int | None
    only_all_off: str
    numbers: list[Link | None]
    previous: str
    following: str
    first_hit: int
    last_hit: int
    total: int
    is_too_deep: bool
    is_last_reachable: bool
    is_cut: bool
    advice: AdvicePart | None
    canonical: str
    export_address: str
    is_cut_list: bool
    last_page: str
    is_browsing: bool


@dataclass(frozen=True, slots=True)
class AdvicePart:
    """What may help when nothing was found."""

    spellings: list[Link]
    synonyms: list[tuple[str, list[Link]]]
    relaxations: list[Link]


def params_worth_keeping(params: Params) -> list[tuple[str, str]]:
    """The parameters without fields that a form left empty, and a text of any length cut."""
    return [
        (name, value[:LONGEST_KEPT] if name == "q" else value)
        for name, values in params.items()
        for value in values
        if value
    ]


def read_search(actor: Actor, params: Params, limit: int = PER_PAGE) -> Reading:
    """The query of an address for this actor, and what could not be read."""
    reading = read_params(SCHEMA, params, visible_levels(actor), limit=limit)
    stored = as_stored(reading.query.words)
    if stored == reading.query.words:
        return reading
    return reading._replace(query=replace(reading.query, words=stored))


def search_address(query: Query) -> str:
    """The address of a query: readable, shortest, the same for the same query."""
    return address_with(write_params(SCHEMA, query))


def export_address(query: Query) -> str:
    """The address of the workbook with the hits of a query."""
    return address_with(write_params(SCHEMA, query.at_page(1)), "search/export")


def address_with(params: Sequence[tuple[str, str]], page: str = "search") -> str:
    """The address of the search page, or one beside it, with these parameters."""
    path = f"{request.script_root}/{page}"
    # A page has thirty such addresses; url_for takes several times as long for each.
    return f"{path}?{urlencode(params, quote_via=_quoted_part)}" if params else path


_quoted_part = lru_cache(maxsize=1024)(quote_plus)
"""The addresses of a page have the same names and words in them."""


def search_page(actor: Actor, service: SearchService, reading: Reading) -> SearchPage:
    """Search, and put everything together.

    :raises search.engines.base.EngineUnavailable: when the engine can't answer.
    """
    query = reading.query
    answer = service.search(query)
    _remember_holders(query, answer)
    summary = sum_up(SCHEMA, query, answer)
    groups = filter_form(SCHEMA, query, answer)
    paging = pages(query, answer)
    conditions = [one for one in summary.conditions if one.field != "kind"]
    kinds = query.filters.get("kind", ())
    kind = kinds[0] if len(kinds) == 1 else ""
    params = write_params(SCHEMA, query.at_page(1))
    hits = hit_rows(actor, answer)
    split = _split(query, answer)
    return SearchPage(
        text=query.words,
        kind=kind,
        heading=_heading(kind),
        title=_title(query.words, kind),
        sentence=sum_up_sentence(summary, query, is_widened=answer.is_widened),
        problems=problem_sentences(reading.problems),
        tabs=_tabs(query, answer, kind),
        chips=_chips(conditions, query),
        clear_address=search_address(_cleared(query)),
        readings=_readings(query, answer),
        fieldsets=fieldsets(groups, kind),
        chosen=chosen_count(groups),
        sorts=[
            Link(str(one.label) or _("最相关"), "", is_current=one.is_chosen, code=one.query.sort)
            for one in sorts(SCHEMA, query)
        ],
        kept=[pair for pair in params if _is_kept(pair[0])],
        kept_for_sort=[pair for pair in params if pair[0] != "sort"],
        hits=hits,
        split=split,
        show_split_first=split is not None and query.offset == 0,
        split_at=_split_at(query, answer, hits) if split else None,
        only_all_off=_with_some_words(query),
        numbers=_numbers(query, paging.number, paging.count),
        previous=search_address(paging.previous) if paging.previous else "",
        following=search_address(paging.following) if paging.following else "",
        first_hit=paging.first_hit,
        last_hit=paging.last_hit,
        total=answer.total,
        is_too_deep=answer.is_too_deep,
        is_last_reachable=paging.is_cut and paging.following is None,
        is_cut=answer.is_cut,
        advice=_advice(query, answer, conditions),
        canonical=search_address(query),
        export_address=export_address(query),
        is_cut_list=paging.is_cut,
        last_page=_last_page(query, answer, paging.count),
        is_browsing=not query.words and not conditions,
    )


def _last_page(query: Query, answer: Answer, count: int) -> str:
    """Where a page after the last one leads; nothing for a page that there is."""
    is_beyond = not answer.hits and answer.total and query.offset and not answer.is_too_deep
    return search_address(query.at_page(count)) if is_beyond else ""


def _remember_holders(query: Query, answer: Answer) -> None:
    """Read the names of all holders that the filters will show, in one query."""
    values = [one.value for one in answer.facets.get("owner", ())]
    values += query.filters.get("owner", ())
    holders_by_id(number for value in values if (number := number_of(value)))


def _heading(kind: str) -> str:
    return {
        "result": _("搜索成果"),
        "patent": _("搜索专利"),
        "demand": _("搜索需求"),
        "project": _("搜索项目"),
        "organisation": _("搜索机构"),
    }.get(kind) or _("搜索")


def _title(words: str, kind: str) -> str:
    if not words:
        return wording.kind_name(kind) if kind else _("全部记录")
    shown = words if len(words) <= MOST_TITLE_WORDS else f"{words[:MOST_TITLE_WORDS]}…"
    return _("搜索：%(words)s", words=shown)


def _is_kept(param: str) -> bool:
    """What the filter form carries along without showing it as a field of its own."""
    return param in ("q", "kind", "sort", "all", "date_min", "date_max")


def _cleared(query: Query) -> Query:
    for name in (*query.filters, *query.ranges):
        if name != "kind":
            query = query.without(name)
    return query


def _tabs(query: Query, answer: Answer, kind: str) -> list[Link]:
    counts = {one.value: one.count for one in answer.facets.get("kind", ())}
    everything = query.without("kind")
    tabs = [
        Link(
            _("全部"),
            search_address(everything),
            sum(counts.values()),
            is_current="kind" not in query.filters,
        )
    ]
    for code in wording.KINDS:
        address = search_address(everything.adding("kind", code))
        tabs.append(Link(wording.kind_name(code), address, counts.get(code, 0), code == kind, code))
    return tabs


def _chips(conditions: Sequence[Condition], query: Query) -> list[Link]:
    return [Link(chip_text(one, query), search_address(one.without)) for one in conditions]


def _readings(query: Query, answer: Answer) -> list[Link]:
    """Letters that were read as pinyin: the words they were read as, and the way back."""
    return [
        Link(
            _("按拼音“%(letters)s”也找了%(words)s。", letters=letters, words=_quoted(found)),
            search_address(query.with_words(query.words.replace(letters, f'"{letters}"'))),
            code=letters,
        )
        for letters, found in answer.readings.items()
    ]


def _quoted(found: Sequence[str]) -> str:
    return wording.joined(_("“%(word)s”", word=one) for one in found)


def _split(query: Query, answer: Answer) -> Split | None:
    if not answer.is_widened or not answer.total:
        return None
    return Split(
        answer.all_words_total,
        answer.total - answer.all_words_total,
        answer.word_count,
        search_address(query.with_all_words_only()),
    )


def _split_at(query: Query, answer: Answer, hits: Sequence[HitRow]) -> int | None:
    """Before which row of this page the hits with only some of the words begin."""
    if query.offset > answer.all_words_total:
        return None
    return next((n for n, hit in enumerate(hits) if not hit.has_all_words), None)


def _with_some_words(query: Query) -> str:
    if not query.only_all:
        return ""
    params = [pair for pair in write_params(SCHEMA, query.at_page(1)) if pair[0] != "all"]
    return address_with(params)


def _numbers(query: Query, number: int, count: int) -> list[Link | None]:
    """Page numbers around the present one, ``None`` where some are skipped."""
    wanted = sorted(
        {1, *range(max(1, number - PAGES_AROUND), min(count, number + PAGES_AROUND) + 1)}
    )
    links: list[Link | None] = []
    before = 0
    for one in wanted:
        if one > before + 1:
            links.append(None)
        links.append(Link(f"{one:,}", search_address(query.at_page(one)), is_current=one == number))
        before = one
    return links


def _advice(query: Query, answer: Answer, conditions: Sequence[Condition]) -> AdvicePart | None:
    advice = answer.advice
    if advice is None:
        return None

    def instead(suggestion: Suggestion) -> Link:
        address = search_address(query.with_words(suggestion.text))
        return Link(suggestion.text, address, suggestion.count)

    return AdvicePart(
        [instead(one) for one in advice.spellings],
        [
            (word, [instead(one) for one in found])
            for word, found in (advice.synonyms or {}).items()
        ],
        [
            Link(_relaxed(one.field, conditions, query), search_address(one.query), one.total)
            for one in advice.relaxations
        ],
    )


def _relaxed(name: str, conditions: Sequence[Condition], query: Query) -> str:
    if name == "kind":
        return _("不限种类，在全部记录里找")
    chosen = [chip_text(one, query) for one in conditions if one.field == name]
    return _("不限%(names)s", names=_quoted(chosen))
