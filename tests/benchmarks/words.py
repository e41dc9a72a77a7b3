"""The words from which the records of the benchmark are made.

Own lists of the market's trades, and the vocabulary and clauses of the demonstration. How they
are put together belongs to `records`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import rjieba

_NAMES = (
    *("objects", "acts", "qualities", "forms", "effects", "places"),
    *("holders", "cities", "units"),
)
_LISTS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
OBJECTS, ACTS, QUALITIES, FORMS, EFFECTS, PLACES, HOLDERS, CITIES, UNITS = (
    tuple(_LISTS[name].split()) for name in _NAMES
)
SURNAMES: str = _LISTS["surnames"]
GIVEN: str = _LISTS["given"]

TEMPLATES = (
    "针对{place}里{object}难以{act}的问题",
    "提出一种{quality}的{object}{act}{form}",
    "{place}试用 {number} 个月后{effect} {percent}%",
    "与现有{form}相比{effect} {percent}%",
    "关键在于把{word}与{other}结合起来",
    "{object}的{word}由 {number} {unit} 变为 {figure} {unit}",
    "样机型号 {code} 已在{place}运行 {number} 天",
    "对{word}、{other}和{object}分别做了 {number} 次试验",
    "适用于{quality}{object}的{act}",
    "目前限制在于{word}超过 {figure} {unit} 时{object}不再稳定",
    "本{form}用{word}代替{other}",
    "{act}过程中的{word}由控制器按 {number} {unit} 的间隔修正",
)
TITLES = (
    "{quality}{object}{act}{form}",
    "一种用于{object}{act}的{word}{form}",
    "基于{word}的{object}{act}{form}",
    "面向{place}的{quality}{object}{act}",
    "{object}{word}{act}关键{form}",
    "{word}与{other}协同的{object}{act}{form}",
    "{object}的{quality}{act}及其在{place}的应用",
)

_LANGUAGE_BREAK = {"zh": re.compile(r"[，。；：、！？（）]"), "en": re.compile(r"(?<=[.;:])\s+")}
_FIGURE = re.compile(r"^\d+(?:\.\d+)?$")
_HAN_WORD = re.compile(r"^[\u4e00-\u9fff]{2,6}$")
_ENGLISH_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in pieces: where its figures and its words stand."""

    pieces: tuple[str, ...]
    figures: tuple[int, ...]
    words: tuple[int, ...]


@dataclass(frozen=True)
class Stock:
    """All that records are made from. `words` and `english` stand in order of frequency."""

    words: tuple[str, ...]
    english: tuple[str, ...]
    clauses: tuple[Clause, ...]
    english_clauses: tuple[Clause, ...]


@cache
def stock() -> Stock:
    """The stock, read once in a process."""
    words: Counter[str] = Counter()
    english: Counter[str] = Counter()
    clauses: dict[str, Clause] = {}
    english_clauses: dict[str, Clause] = {}
    for text in _demo_texts("zh"):
        for part in _LANGUAGE_BREAK["zh"].split(text):
            clause = _clause(rjieba.cut(part), _HAN_WORD)
            words.update(clause.pieces[n] for n in clause.words)
            if len(part) > 3:
                clauses.setdefault(part, clause)
    for text in _demo_texts("en"):
        english.update(_ENGLISH_WORD.findall(text.lower()))
        for part in _LANGUAGE_BREAK["en"].split(text):
            if len(part) > 12:
                english_clauses.setdefault(part, _clause(re.split(r"(\s+)", part), _ENGLISH_WORD))
    own = dict.fromkeys((*OBJECTS, *ACTS, *QUALITIES, *PLACES))
    ordered = [word for word, _count in sorted(words.items(), key=lambda item: (-item[1], item[0]))]
    # The own words are spread among the others, so that neither kind is rare or frequent alone.
    for position, word in enumerate(own):
        ordered.insert(min(position * 9, len(ordered)), word)
    return Stock(
        tuple(dict.fromkeys(ordered)),
        tuple(word for word, _ in sorted(english.items(), key=lambda item: (-item[1], item[0]))),
        tuple(clauses.values()),
        tuple(english_clauses.values()),
    )


def _clause(pieces: Iterable[str], word: re.Pattern[str]) -> Clause:
    whole = tuple(pieces)
    return Clause(
        whole,
        tuple(n for n, piece in enumerate(whole) if _FIGURE.match(piece)),
        tuple(n for n, piece in enumerate(whole) if word.fullmatch(piece)),
    )


def _demo_texts(language: str) -> Iterator[str]:
    folder = files("marketplace.demo").joinpath("data")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".jsonl"):
            for line in entry.read_text("utf-8").splitlines():
                yield from _texts_of(json.loads(line), language)


def _texts_of(record: dict[str, Any], language: str) -> Iterator[str]:
    for name in ("abstract", "problem", "solution", "applications", "summary", "intro"):
        text = (record.get(name) or {}).get(language)
        if text:
            yield text
