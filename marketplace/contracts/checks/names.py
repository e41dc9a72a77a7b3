"""Names, titles and codes as people mean them: without width, places, legal forms, wrappers."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from importlib.resources import files

from marketplace.contracts.terms import Party

_BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】")
_FORMS = re.compile(
    r"(股份有限责任公司|股份有限公司|有限责任公司|有限公司|股份公司|责任公司|集团公司|总公司|分公司"
    r"|公司|控股集团|集团|控股)+$"
)
_NOT_WORDS = re.compile(r"[\W_]+")
_WRAPPERS = re.compile(r"^(关于|有关)|(的)?(合同|协议书|协议|项目|合同书)$")
_MARKS = re.compile(
    r"\(([一二三四五六七八九十\d]+)\)"
    r"|第?([一二三四五六七八九十\da-z]+)(?:期|标段|标|号|批次|批|阶段|包|分项|部分|标包)"
    r"|[-—_]([一二三四五六七八九十\d]+)$"
)
_PLACE_END = re.compile(r"^[\u4e00-\u9fff]{2,4}?(?:省|市|自治区|自治州|特别行政区|区|县)")
SHORTEST_CORE = 4
SHORTEST_ROOT = 2


@lru_cache(maxsize=1)
def _places() -> tuple[str, ...]:
    text = files("marketplace.contracts").joinpath("data", "places.txt").read_text("utf-8")
    return tuple(sorted(text.split(), key=len, reverse=True))


@lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """Half width, lower case, nothing but letters and digits."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=200_000)
def code_of(uscc: str) -> str:
    """A credit code in half width and capitals, without spaces."""
    return "".join(unicodedata.normalize("NFKC", uscc).upper().split())


@lru_cache(maxsize=200_000)
def core_of(name: str) -> str:
    """A name without places before it or in brackets, and without its legal form."""
    text = unicodedata.normalize("NFKC", name).casefold()
    text = _NOT_WORDS.sub("", _BRACKETS.sub("", "".join(text.split())))
    text = _FORMS.sub("", text) or text
    for _again in range(2):
        place = next((one for one in _places() if text.startswith(one)), "")
        rest = text[len(place) :]
        if place and rest[:1] in ("省", "市", "区", "县"):
            rest = rest[1:]
        if not place or len(rest) < SHORTEST_ROOT:
            break
        text = rest
    return text


def is_same(one: Party, other: Party) -> bool:
    """Whether two parties are the same: by their codes, else by what their names are without form.

    A name that lost its place, or its beginning, still ends in the same words.
    """
    first, second = code_of(one.uscc), code_of(other.uscc)
    if first and second:
        return first == second
    first, second = core_of(one.name), core_of(other.name)
    if first == second:
        return bool(first)
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= SHORTEST_CORE and longer.endswith(shorter)


def has_same_root(one: Party, other: Party) -> bool:
    """Whether two names share their 字号, the words between place and trade."""
    first, second = core_of(one.name), core_of(other.name)
    return first[:SHORTEST_ROOT] == second[:SHORTEST_ROOT] and len(first) > SHORTEST_ROOT


@lru_cache(maxsize=200_000)
def split_title(title: str) -> tuple[str, tuple[str, ...]]:
    """A title without what wraps it and what numbers it, and the numbers."""
    text = "".join(unicodedata.normalize("NFKC", title).casefold().split())
    marks = tuple(next(part for part in match.groups() if part) for match in _MARKS.finditer(text))
    text = _MARKS.sub("", text)
    before = ""
    while before != text:
        before, text = text, _WRAPPERS.sub("", text)
    return plain(text), marks


def likeness(one: str, other: str) -> float:
    """How alike two bare titles are, from 0 to 1."""
    if one == other:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
