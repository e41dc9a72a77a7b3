"""Searches that mean the same, and what may be told of them. Pure: the same rows, the same groups.

Two searches mean the same when they share more than half of all their words, under the same
conditions. Words are those of the search itself: segmented, simplified, without stop words, in any
order. The wording of most organisations leads a group; others join the strongest leader near them.

What is told holds for at least five organisations: a wording that five used, or else words that
five have in one search each; figures in multiples of five; months by which, and since which, five
searched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from search.query import LONGEST_BOX, read_box
from search.text import present

LEAST_ORGANISATIONS = 5
"""Below it nothing of a group is told; figures are rounded down to multiples of it."""

Conditions = tuple[tuple[str, str], ...]
Words = frozenset[str]

_QUOTES = str.maketrans(dict.fromkeys('"“”＂「」『』', " "))


class Asked(NamedTuple):
    """A search without a hit: by which organisation, in which month (its first day), for what."""

    organisation: int
    month: date
    words: str
    conditions: Conditions = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of a group; the fields are those of ``UnmetGroup``."""

    words: str
    conditions: Conditions
    organisations: int
    searches: int
    reached_on: date
    recent_on: date


@lru_cache(maxsize=65_536)
def words_of(text: str) -> Words:
    """The words of a search by which it is compared; quotation marks make no difference.

    Empty for a text in which nothing can be searched for; a text of stop words is one word.
    """
    box = read_box(text.translate(_QUOTES))
    return frozenset(one.token for one in box.words) or frozenset(one.text for one in box.phrases)


def told_groups(asked: Iterable[Asked]) -> list[Told]:
    """The groups that may be told of, those of most organisations first."""
    by_conditions: dict[Conditions, dict[Words, list[Asked]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in asked:
        by_conditions[one.conditions][words_of(one.words)].append(one)
    groups = (group for sets in by_conditions.values() for group in _grouped(sets))
    told = [found for group in groups if (found := _told(group))]
    return sorted(
        told, key=lambda one: (-one.organisations, -one.searches, one.words, one.conditions)
    )


def _grouped(by_words: Mapping[Words, Sequence[Asked]]) -> list[list[Asked]]:
    frequencies = Counter(word for words in by_words for word in words)
    strongest_first = sorted(
        by_words, key=lambda words: (-len(_organisations(by_words[words])), sorted(words))
    )
    leaders: list[Words] = []
    groups: list[list[Asked]] = []
    leading: dict[str, list[int]] = defaultdict(list)
    for words in strongest_first:
        # Who shares more than half has one of the rarer half in common, of both.
        rarest = sorted(words, key=lambda word: (frequencies[word], word))
        rarer_half = rarest[: -(-len(rarest) // 2)]
        candidates = sorted({n for word in rarer_half for n in leading[word]})
        number = next((n for n in candidates if _is_near(leaders[n], words)), None)
        if number is None:
            number = len(leaders)
            leaders.append(words)
            groups.append([])
            for word in rarer_half:
                leading[word].append(number)
        groups[number] += by_words[words]
    return groups


def _is_near(one: Words, other: Words) -> bool:
    return 2 * len(one & other) > len(one | other)


def _organisations(group: Iterable[Asked]) -> set[int]:
    return {one.organisation for one in group}


def _told(group: Sequence[Asked]) -> Told | None:
    organisations = _organisations(group)
    if len(organisations) < LEAST_ORGANISATIONS:
        return None
    words = _wording(group) or _common_words(group)
    if not words:
        return None
    first: dict[int, date] = {}
    last: dict[int, date] = {}
    for one in group:
        first[one.organisation] = min(one.month, first.get(one.organisation, one.month))
        last[one.organisation] = max(one.month, last.get(one.organisation, one.month))
    return Told(
        words=words[:LONGEST_BOX],
        conditions=group[0].conditions,
        organisations=_rounded(len(organisations)),
        searches=_rounded(len(group)),
        reached_on=sorted(first.values())[LEAST_ORGANISATIONS - 1],
        recent_on=sorted(last.values(), reverse=True)[LEAST_ORGANISATIONS - 1],
    )


def _rounded(count: int) -> int:
    return count - count % LEAST_ORGANISATIONS


def _wording(group: Sequence[Asked]) -> str:
    """The wording that most organisations used, where five did."""
    users: dict[str, set[int]] = defaultdict(set)
    for one in group:
        users[present(one.words)].add(one.organisation)
    return _most_used(users)


def _common_words(group: Sequence[Asked]) -> str:
    """The words that five organisations have, all of them in one search each."""
    chosen: list[str] = []
    while True:
        users: dict[str, set[int]] = defaultdict(set)
        for one in group:
            words = words_of(one.words)
            if words.issuperset(chosen):
                for word in words.difference(chosen):
                    users[word].add(one.organisation)
        word = _most_used(users)
        if not word:
            return " ".join(chosen)
        chosen.append(word)


def _most_used(users: Mapping[str, set[int]]) -> str:
    """What most organisations used, the first by its letters of several; nothing below five."""
    best = min(users, key=lambda text: (-len(users[text]), text), default="")
    return best if len(users.get(best, ())) >= LEAST_ORGANISATIONS else ""
