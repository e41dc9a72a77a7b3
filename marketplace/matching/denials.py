"""Whether two sentences say the opposite of one thing: 能连续运行 and 不能连续运行.

And whether a figure is denied by the words around it: 未达到IP67.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.stopwords import STOP_WORDS
from search.text import index_tokens, is_han, normalise

_DENIAL = re.compile(
    r"不(?!锈|仅|但|断|同|饱和|少于|小于|低于|大于|高于|多于|超过|超出)"
    r"|无(?!线|人|机|损|源|纺|菌|水|氧|铅|刷|缝|尘)|非(?!常|晶|线性|金属|织造|标)"
    r"|未(?!来|知)|没|免(?!疫)|难以|难于|很难"
    r"|\b(?:not(?! only)|no|never|without|cannot|nor|fail(?:s|ed)? to|\w+n['’]t)\b"
)
_CLAUSE_END = re.compile(r"[，,。；;：:、!?（）()]")
_REACH, _LATIN_REACH = 6, 24

_BOUND = re.compile(
    r"(?:不|不得|不能|不可|不应|不宜|不会|不允许)(?:低于|小于|少于|短于|高于|大于|多于|长于|超过|超出)"
    r"|\bn(?:o|ot) (?:less|lower|fewer|more|greater|higher) than\b"
    r"|\bnot (?:below|under|above|over)\b"
)
_TURN = re.compile(r"[，,。；;：:、!?（）()\n]|但|而是|\bbut\b")
_SHORTFALL = re.compile(
    r"不足|不到|不了|未达|未能|尚未|没有|没能|不能|不可|不及|无法|难以|难于|很难|达不"
    r"|有望|争取|目标[是为]|拟达"
    r"|\bhardly\b|\bunable to\b"
)
_SHORT_OF = re.compile(
    r"(?:低于|小于|次于|逊于|差于|不如|接?近于?"
    r"|\b(?:below|under|(?:less|lower|worse) than|almost|nearly|close to|short of))\s*(?:an?\s+)?$"
)
_WITHSTANDS_LESS = re.compile(
    r"(?:耐|withstand|resistan|rated)[^0-9]{0,16}?(?:低于|小于|少于|below|under|less than)\s*$"
)
_DENIED_BEHIND = re.compile(
    r"[^0-9]{0,8}?(?:不能|不可(?!逆|燃)|不得|无法|难以|未达|未能|达不到|不够)"
    r"|[^0-9]{0,24}?\b(?:not(?! only)|never|cannot|\w+n['’]t|fail(?:s|ed)?)\b"
    r"|(?:下|时|左右|以上|即|就|便|会|后|将)*(?:失效|破裂|分解|损坏|击穿|烧毁|熔化|开裂|脆裂|变形)"
    r"|\s?(?:及|或|和)?以下|\s?(?:and|or) (?:below|lower|less)\b"
)
"""Behind a figure; 以下 stands there behind a grade alone, any other figure holds it itself."""
_QUALITY = re.compile("[无非免]")
"""Of what a figure is, these tell what it lacks (无锈时间, 免维护周期); 无法 is a shortfall."""
_FROM = re.compile(r"(?:由|从|\bfrom)(?:原来的?|原先的?|现有的?)?\s*$")
_ON_TO = re.compile(r"\s*(?:左右|以上|以下)?(?:大幅|显著)?(?:提|增|降|升|减|缩|改|至|到|\bto\b)")
_FIGURE_REACH, _BEHIND_REACH, _CLAUSE_REACH = 8, 40, 80
_FIRST_DIGIT = re.compile(r"[0-9零一二两三四五六七八九十百半]")


class Said(NamedTuple):
    """A sentence as it is compared with others, read once: its text and its marks."""

    text: str
    marks: frozenset[str]


def read_said(text: str) -> Said:
    """What a sentence says."""
    return Said(normalise(text), frozenset(_marks(text)))


def contradict(one: Said, other: Said) -> bool:
    """Whether one of two sentences denies something that the other says.

    Something is a pair of Han characters or a Latin word that both have: denied wherever it stands
    in one sentence, and nowhere in the other.
    """
    if not (_DENIAL.search(one.text) or _DENIAL.search(other.text)):
        return False
    for mark in one.marks & other.marks:
        of_one, of_other = (set(_denied(mark, said.text)) for said in (one, other))
        if of_one and of_other and of_one.isdisjoint(of_other):
            return True
    return False


def _marks(text: str) -> set[str]:
    words, grams = index_tokens(text)
    latin = {word for word in words if word.isascii() and word.isalpha()}
    return {gram for gram in grams if len(gram) == 2 and is_han(gram)} - STOP_WORDS | latin


def _denied(mark: str, text: str) -> Iterator[bool]:
    """For each place of a mark in a text, whether a denial stands a little before it."""
    reach = _LATIN_REACH if mark.isascii() else _REACH
    for match in re.finditer(re.escape(mark), text):
        before = text[max(0, match.start() - reach) : match.start()]
        yield bool(_DENIAL.search(_CLAUSE_END.split(before)[-1]))


def denies_figure(text: str, start: int, end: int) -> bool:
    """Whether a text denies the figure at a place, or says that something stays below it.

    Any word of falling short counts in the clause before it, a bare 不 or 没 only near to it, and
    an English denial wherever it stands there. What something was before
    (由80%提升至97%) is none that is offered. Bounds (不低于, "not less than") deny nothing.
    """
    before = _last_clause(text[max(0, start - _CLAUSE_REACH) : start])
    near = before if before.isascii() else before[-_FIGURE_REACH:]
    written = text[start:end].lower()
    digit = _FIRST_DIGIT.search(written)
    operator = written[: digit.start()] if digit else ""
    behind = _TURN.split(text[end : end + _BEHIND_REACH].lower())[0]
    return bool(
        _SHORTFALL.search(before)
        or _DENIAL.search(_QUALITY.sub(" ", near))
        or _SHORT_OF.search(before)
        or _WITHSTANDS_LESS.search(before + operator)
        or _DENIED_BEHIND.match(behind)
        or (_FROM.search(before) and _ON_TO.match(behind))
    )


def _last_clause(text: str) -> str:
    """The clause at the end of a text, without bounds, which hold a denial but are none."""
    reached = _BOUND.sub(" ", text.lower())
    return _TURN.split(reached)[-1]
