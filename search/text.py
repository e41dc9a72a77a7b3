"""Text to tokens: the one place that decides what a word is, for every engine.

Index and query run through the same rules, so that both engines store and look up the same
tokens, separated by spaces. Parsing of what stands in the search box belongs to `search.query`,
pinyin to `search.pinyin`, marking of hits to `search.highlights`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import NamedTuple

import opencc
import rjieba

from search.stopwords import STOP_WORDS

TOKENS_VERSION = 5
"""Raise it with every change of what is stored: an index of another version must be rebuilt."""

LONGEST_TOKEN = 64

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?![\d])|\d+(?:\.\d+)*"
_PIECE = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    rf"|(?P<latin>(?:{_NUMBER}|[^\W\d_{_HAN}])+(?:(?:\+\+|[#+])(?![a-z0-9])|%|°c)?)"
    r"|(?P<space>[\s\-_/'’·]+)"
    rf"|(?P<gap>[^\w\s\-/'’·]+)"
)
_HAN_ALONE = re.compile(f"[{_HAN}]+").fullmatch
_LEADING_NUMBER = re.compile(r"\d+(?:\.\d+)*(?=\D)")
_LONG_NUMBER = re.compile(r"\d{6,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNIT_LIST = """
nm μm um mm cm dm m km mg g kg t w kw mw gw wh kwh mwh mah ah v mv kv a ma ka hz khz mhz ghz
thz pa kpa mpa gpa bar k °c % ‰ l ml μl min s ms ns h d db dbm ppm ppb rpm fps n kn j kj
mj ev kev mev ω kω mω f μf pf lm lx mol bit kb mb gb tb kbps mbps gbps dpi px m2 m3 cm2
cm3
"""
_UNITS = frozenset(_UNIT_LIST.split())
_SIMPLIFIED = opencc.OpenCC("t2s")


_PUNCTUATION = tuple((wide, unicodedata.normalize("NFKC", wide)) for wide in "，；：（）！？％")


def clean(text: str) -> str:
    """The text without lone surrogates, which no engine can encode, and control characters."""
    if text.isprintable():
        return text
    return _CONTROL.sub(" ", text.encode("utf-8", "ignore").decode("utf-8"))


def normalise(text: str) -> str:
    """Compatibility forms, traditional characters and capitals folded into one way of writing."""
    text = clean(text)
    if not text.isascii():
        # Chinese punctuation alone would send every text through the slow composition.
        for wide, narrow in _PUNCTUATION:
            text = text.replace(wide, narrow)
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
        text = str(_SIMPLIFIED.convert(text))
    return text.lower()


def pieces(normalised: str) -> Iterator[tuple[str, str]]:
    """The pieces of a normalised text in order, each a kind and a text.

    Kinds: "han", a run of Han characters; "latin", a Latin word or figure; "space"; "gap",
    punctuation.
    """
    for match in _PIECE.finditer(normalised):
        kind, text = match.lastgroup or "gap", match[0]
        if kind == "latin":
            text = text.replace(",", "")[:LONGEST_TOKEN]
        yield kind, text


def is_han(text: str) -> bool:
    """Whether the text is made of Han characters alone."""
    return _HAN_ALONE(text) is not None


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """An English word without its plural ending; anything else as it is.

    Only plurals are folded: they are what title and text differ by, and heavier stemming joins
    unlike words of technology (general, generator).
    """
    if len(word) < 4 or not word.isascii() or not word.isalpha() or word[-1] != "s":
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith(("ss", "us", "is", "os")):
        return word
    return word[:-1]


@lru_cache(maxsize=65_536)
def _latin_index_tokens(word: str) -> tuple[str, ...]:
    tokens = [stem(word)]
    if not word.isalpha():
        number = _LEADING_NUMBER.match(word)
        if number:
            tokens.append(number.group())
        else:
            tokens += [run for run in _LONG_NUMBER.findall(word) if run != word]
    return tuple(tokens)


def index_tokens(text: str) -> tuple[list[str], list[str]]:
    """The words and the grams of a text, for the index.

    Words come from search mode (compounds and their parts), without stop words; a figure with its
    unit is one word and the figure another, however it was spaced. Grams are pairs of neighbours
    (characters of Han, whole Latin words); a run ends with its last unit alone, so that no pair
    follows another across punctuation (see `phrase_tokens`).
    """
    words: list[str] = []
    grams: list[str] = []
    last = ""
    is_last_han = False
    figure = ""
    for kind, piece in pieces(normalise(text)):
        if kind == "han":
            words += [w for w in rjieba.cut_for_search(piece) if w not in STOP_WORDS]
            if last:
                grams.append(last + piece[0] if is_last_han else f"{last}_{piece[0]}")
            grams += map(add, piece, piece[1:])
            last, is_last_han, figure = piece[-1], True, ""
        elif kind == "latin":
            if piece not in STOP_WORDS:
                words += _latin_index_tokens(piece)
            if figure and piece in _UNITS:
                words.append(figure + piece)
            figure = piece if piece[0].isdigit() and piece[-1].isdigit() else ""
            if last:
                grams.append(f"{last}_{piece}")
            last, is_last_han = piece, False
        elif kind == "gap":
            if last:
                grams.append(last)
            last = figure = ""
    if last:
        grams.append(last)
    return words, grams


def units_of(grams: Iterable[str]) -> list[str]:
    """The units that the grams of a text are pairs of, each as often as it stands there.

    A unit is one Han character or a whole Latin word. Two texts that share few words still share
    units: workshop words and scientific ones for a thing have characters in common.
    """
    return [gram[0] if is_han(gram[0]) else gram.partition("_")[0] for gram in grams]


def units_in(text: str) -> list[str]:
    """The units of a text in order, as `units_of` its grams gives them, without cutting words."""
    units: list[str] = []
    for kind, piece in pieces(normalise(text)):
        if kind == "han":
            units += piece
        elif kind == "latin":
            units.append(piece)
    return units


class Word(NamedTuple):
    """A word of a query: the token to look up, the writing to show, the parts of a compound.

    `run` counts the runs that punctuation and spaces separate, for the bridges.
    """

    token: str
    text: str
    parts: tuple[str, ...]
    run: int


def query_words(text: str) -> list[Word]:
    """The words of a query in order: accurate segmentation, with stop words still inside."""
    found: list[Word] = []
    run = 0
    before = figure = ""
    is_apart = False
    for kind, piece in pieces(normalise(text)):
        if kind in ("gap", "space"):
            is_apart = True
            if kind == "gap":
                before = figure = ""
            continue
        # A space parts what it stands between, save two Latin words, which it joins.
        if is_apart and (before, kind) != ("latin", "latin"):
            run += 1
        is_apart = False
        before = kind
        if kind == "han":
            found += [Word(w[:LONGEST_TOKEN], w, _parts(w), run) for w in rjieba.cut(piece)]
            figure = ""
        elif figure and piece in _UNITS:
            found[-1] = Word(figure + piece, f"{figure} {piece}", (), run)
            figure = ""
        else:
            found.append(Word(stem(piece), piece, (), run))
            figure = piece if piece[0].isdigit() and piece[-1].isdigit() else ""
    return found


def _parts(word: str) -> tuple[str, ...]:
    if len(word) < 4:
        return ()
    return tuple(p for p in rjieba.cut_for_search(word) if p != word and len(p) > 1)


def bridges(words: list[Word]) -> list[str]:
    """The grams that join neighbouring words of one run.

    They say whether the words stand side by side, as the words alone do not, and are rare, so they
    cost little: MRR@10 of 8,689 pairs of keywords 0.887 without, 0.896 with them.
    """
    return [
        _pair(_unit(left.text, -1), _unit(right.text, 0))
        for left, right in pairwise(words)
        if left.run == right.run and left.token not in STOP_WORDS and right.token not in STOP_WORDS
    ]


def _pair(left: str, right: str) -> str:
    return left + right if is_han(left) and is_han(right) else f"{left}_{right}"


def _unit(text: str, place: int) -> str:
    """The first (0) or last (-1) unit of a word."""
    if is_han(text):
        return text[place]
    found: list[str] = []
    for kind, piece in pieces(text):
        if kind == "han":
            found += piece
        elif kind == "latin":
            found.append(piece)
    return found[place] if found else text


def phrase_tokens(text: str) -> tuple[str, ...]:
    """The grams that a text with this phrase has one after the other.

    The unit that ends the last run is left out, for the text may go on there. A phrase of one
    unit gives nothing: it is found as a word, or by the beginnings of grams.
    """
    grams = index_tokens(text)[1]
    return tuple(grams[:-1])


@lru_cache(maxsize=16_384)
def present(text: str) -> str:
    """The text as suggestions show it: simplified, of normal width, with its capitals."""
    return " ".join(str(_SIMPLIFIED.convert(unicodedata.normalize("NFKC", clean(text)))).split())


def suggested_words(text: str) -> list[str]:
    """The words of a text that are worth suggesting, with their capitals."""
    found: list[str] = []
    for kind, piece in pieces(present(text)):
        if kind == "han":
            found += [w for w in rjieba.cut_for_search(piece) if len(w) > 1]
        elif kind == "latin" and len(piece) > 1 and not piece[0].isdigit():
            found.append(piece)
    return [word for word in found if word.lower() not in STOP_WORDS]
