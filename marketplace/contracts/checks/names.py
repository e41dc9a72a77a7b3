"""Who a party is, however its name was written: places, legal forms, brackets and codes.

Belongs here: what makes two names one party, two parties of one group, or merely alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from stdnum import numdb

from marketplace.contracts.checks.name_words import COMMON_STARTS, NO_TRADE_NAMES
from marketplace.contracts.terms import Party
from marketplace.core.identifiers.characters import DASHES, compact, half_width

SHORTEST_ROOT = 2
LONG_ROOT = 3
MISTYPED_PLACES = 2
LONGEST_PLACE = 11
CODE_LENGTH = 18
SHORTEST_PHONE = 7
LONGEST_PHONE = 12
ALIKE = 0.6

_FORMS = re.compile(
    r"(?:集团|控股|实业)*(?:股份有限公司|有限责任公司|有限公司|股份公司|责任公司|有限合伙|公司|集团|控股)+$"
)
_LIMITED = re.compile(r"有限责任公司|有限责任$|有限$")
_EXTENSION = re.compile(r"转|分机|ext|#|[、,;/]", re.IGNORECASE)
_BRACKETED = re.compile(r"\(([^()]*)\)")
_NOT_WORDS = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_PLACE_ENDS = (
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州",
    "地区", "省", "市", "盟",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """A party as it is compared; empty texts where nothing is known.

    ``whole`` is the name without brackets and with one word for 有限责任公司 and 有限公司; ``core``
    is without place and legal form, too; ``cities`` are the places in the name that are no
    province.
    """

    name: str
    whole: str
    core: str
    cities: frozenset[str]
    code: str
    phone: str
    representative: str


@lru_cache(maxsize=100_000)
def identity(party: Party) -> Identity:
    """Read a party once; the register names the same ones again and again."""
    whole, core, cities = _read(party.name)
    code = compact(party.uscc, DASHES)
    return Identity(
        name=party.name.strip(),
        whole=whole,
        core=core,
        cities=cities,
        code=code if len(code) == CODE_LENGTH else "",
        phone=_phone(party.phone),
        representative=compact(party.representative),
    )


def is_same(one: Identity, other: Identity) -> bool:
    """Whether both are one party: by code, or by name where a code is missing or mistyped."""
    if one.code and one.code == other.code:
        return True
    if not one.core or one.core != other.core or _are_elsewhere(one, other):
        return False
    if one.code and other.code:
        return one.whole == other.whole or mistyped(one.code, other.code)
    return True


def _are_elsewhere(one: Identity, other: Identity) -> bool:
    """Whether both names say their city, and not the same one."""
    return bool(one.cities and other.cities) and one.cities.isdisjoint(other.cities)


def mistyped(one: str, other: str) -> bool:
    """Whether two codes differ in so few places that one is the other with a slip."""
    return sum(left != right for left, right in zip(one, other, strict=True)) <= MISTYPED_PLACES


def is_alike(one: Identity, other: Identity) -> bool:
    """Whether both may be one party with its name shortened or mistyped."""
    if is_same(one, other):
        return True
    if (one.code and other.code) or _are_elsewhere(one, other):
        return False
    if one.core and other.core:
        shorter, longer = sorted((one.core, other.core), key=len)
        if len(shorter) >= SHORTEST_ROOT and shorter in longer:
            return True
        if shared_pairs(pairs_of(one.core), pairs_of(other.core)) >= ALIKE:
            return True
    return ties(one, other) >= {"phone", "representative"}


def ties(one: Identity, other: Identity) -> set[str]:
    """What two parties have in common: ``root`` of the name, ``representative``, ``phone``."""
    found = set()
    if common_root(one.core, other.core):
        found.add("root")
    if one.representative and one.representative == other.representative:
        found.add("representative")
    if one.phone and other.phone:
        shorter, longer = sorted((one.phone, other.phone), key=len)
        if longer.endswith(shorter):
            found.add("phone")
    return found


def common_root(one: str, other: str) -> str:
    """The root that two cores share, empty when it is short or says nothing.

    It stands at the beginning of both; a longer one may stand anywhere in the other.
    """
    for part, whole in ((one[:LONG_ROOT], other), (other[:LONG_ROOT], one)):
        if len(part) == LONG_ROOT and part in whole and is_telling(part):
            return part
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    root = one[:length]
    return root if length >= SHORTEST_ROOT and is_telling(root) else ""


def is_telling(root: str) -> bool:
    """Whether what names begin with is a trade name: no place, no region, no branch."""
    return not root.startswith(NO_TRADE_NAMES) and not _begins_with_a_place(root)


def pairs_of(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters; a single character stands for itself."""
    return frozenset(map("".join, pairwise(text))) or frozenset({text} - {""})


def shared_pairs(one: frozenset[str], other: frozenset[str]) -> float:
    """Sørensen–Dice: twice the shared ones in the sum of both; 0 for nothing, 1 for equal."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


@lru_cache(maxsize=100_000)
def _read(name: str) -> tuple[str, str, frozenset[str]]:
    """The whole name, its core, and the cities and counties that it says."""
    text = "".join(half_width(name).split())
    whole = _NOT_WORDS.sub("", _LIMITED.sub("有限公司", text)).lower()
    places = [found for found in _BRACKETED.findall(text) if _is_place(found)]
    bare = _BRACKETED.sub(lambda found: "" if _is_place(found[1]) else found[1], text.lower())
    bare = _NOT_WORDS.sub("", bare)
    core = _FORMS.sub("", bare) or bare
    while place := _place_before(core):
        rest = core[len(place) :]
        places.append(place)
        if len(rest) < SHORTEST_ROOT or rest.startswith(COMMON_STARTS):
            break
        core = rest
    cities = {place.removesuffix("市") for place in places if place not in _provinces()}
    return whole, core, frozenset(cities)


def _place_before(text: str) -> str:
    """The longest place with which a text begins, empty for none."""
    sizes = range(min(LONGEST_PLACE, len(text)), 1, -1)
    return next((text[:size] for size in sizes if _is_place(text[:size])), "")


def _begins_with_a_place(text: str) -> bool:
    """Whether a place stands at the beginning; of county-level cities, too, without their 市."""
    sizes = range(SHORTEST_ROOT, min(LONGEST_PLACE, len(text)) + 1)
    return any(_is_place(text[:size]) or _is_place(f"{text[:size]}市") for size in sizes)


def _is_place(text: str) -> bool:
    return text in _places()


@cache
def _provinces() -> frozenset[str]:
    """Provinces, with and without what they end in (GB/T 2260); 北京市 and its like are cities."""
    names: set[str] = set()
    for _length, _low, _high, province, _divisions in numdb.get("cn/loc").prefixes:
        if not province["province"].endswith("市"):
            names |= _names(province["province"], is_short=True)
    return frozenset(names)


@cache
def _places() -> frozenset[str]:
    """Provinces, cities and counties; cities and provinces without 市, 省 as well (GB/T 2260)."""
    names = set(_provinces())
    for _length, _low, _high, _province, divisions in numdb.get("cn/loc").prefixes:
        for _size, code, _last, division, _none in divisions:
            names |= _names(division["county"], is_short=code.endswith("00"))
    return frozenset(names)


def _names(text: str, *, is_short: bool) -> set[str]:
    whole = {name for name in _HAN.findall(text) if len(name) >= SHORTEST_ROOT}
    if not is_short:
        return whole
    short = {name.removesuffix(end) for name in whole for end in _PLACE_ENDS if name.endswith(end)}
    return whole | {name for name in short if len(name) >= SHORTEST_ROOT}


def _phone(text: str) -> str:
    """The digits without country code, leading zero and extension."""
    groups = re.findall(r"\d+", _EXTENSION.split(half_width(text))[0])
    if groups and groups[0] in ("86", "0086"):
        groups = groups[1:]
    if len(groups) > 1 and len(groups[-1]) < SHORTEST_PHONE and len("".join(groups[:-1])) > 9:
        groups = groups[:-1]
    digits = "".join(groups)
    if len(digits) > LONGEST_PHONE:
        digits = digits.removeprefix("86")
    return digits.lstrip("0") if len(digits) >= SHORTEST_PHONE else ""
