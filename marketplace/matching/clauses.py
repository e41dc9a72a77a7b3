"""A demand's sentence that holds figures as its clauses: what has a figure, and what else is asked.

A figure that is met says nothing of the rest of its sentence. So the rest is looked for by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.matching.numbers import Figure
from marketplace.matching.numbers.grades import enclosed_thing
from marketplace.matching.numbers.quantities import quantity_of
from marketplace.matching.numbers.service import thing_of
from search.stopwords import STOP_WORDS
from search.text import is_han, query_words

LONGEST_SUBJECT = 6
"""Characters of what a figure is of (压缩永久变形); a Latin word counts for two. Beside a longer
text the figure alone says too little."""
LONGEST_NOUN = 2
"""Characters right behind a figure that say of what it is (85D硬度); more are a wish
(72小时无故障). So is a word behind an operator (5 kW以上防爆) or a grade (IP67防爆)."""
_LEAST_ASKED = 2
_DENIALS = frozenset("不无未免非")

_ABOUT_US = re.compile(
    r"(?:我们|我厂|我司|我公司|本公司|本厂|公司|厂里)(?:是|做|专做|生产|加工|有|用)"
    r"|we (?:are|make|build|produce|sell|have|use)\b",
    re.IGNORECASE,
)
"""Who asks, and what they have, is no wish, unless a word of wishing stands there, too."""
_WISHED = re.compile(
    r"要求|需要|希望|最好|想|必须|务必|应当|应该|要能|能够|可以|目标|须"
    r"|\b(?:want|need|should|must|would like|require)",
    re.IGNORECASE,
)

_CUT = re.compile(
    r"(?<![0-9])[,，]|[,，](?![0-9])|[;；()（）、]"
    r"|并且|而且|同时|以及|(?<![合兼归])并(?=[能可要须且])|且"
    r"|\s(?:and|but|while)\s",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"要求|需要|希望|最好|想要|必须|务必|应当|要能|能够|可以|我们|目标|指标|大约|左右|上下|至少|以上|以下|以内"
    r"|\b(?:we|want|need|should|must|would|like|please|require[ds]?|about)\b"
)
_PARTS = re.compile(r"[,，;；、()（）]")
_OPERATOR_BEHIND = re.compile(
    r"(?:以上|以下|以内|之上|之下|之内|之间|左右|上下|更高|above|below|higher|more|less)\s*$"
)
_OPERATOR_NEXT = re.compile(r"\s*(?:及|或|或者|和)?(?:以上|更高)")
_OF_USE = re.compile(
    r"可以|可用|适用|应用|用于|适合|能够|能|可|\b(?:suitable|usable|used|able|applicable)\b"
)
"""Words that every wish may have: they are not what is asked."""
_EDGES = " \t　,，;；。.、:：且并"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as written and its figures.

    `ahead`: the words before and between its figures, without those that say nothing. `wish`: what
    is asked in words alone, behind the last figure or where there is none; "" for nothing.
    """

    text: str
    figures: tuple[Figure, ...]
    ahead: str = ""
    wish: str = ""

    @property
    def has_long_subject(self) -> bool:
        """Whether more is said before its figures than of what these are."""
        return bool(self.figures) and _size(self.ahead) > LONGEST_SUBJECT

    @property
    def looked_for(self) -> list[str]:
        """What of it has to be found in words."""
        return [self.text] * self.has_long_subject + [self.wish] * bool(self.wish)


def clauses_of(sentence: str, figures: Sequence[Figure]) -> list[Clause]:
    """The clauses of a sentence that ask for something, in their order.

    No figure is cut through: "between 5 and 10 mm" stays whole.
    """
    cuts = [
        match.span()
        for match in _CUT.finditer(sentence)
        if not any(one.start < match.end() and match.start() < one.end for one in figures)
        and (match[0] != "、" or _parts_two(sentence, match.start(), figures))
    ]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(sentence)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        own = tuple(one for one in figures if start <= one.start and one.end <= end)
        text = sentence[start:end].strip(_EDGES)
        if own:
            ahead = _beside(_between(sentence, start, own), own)
            behind = sentence[own[-1].end : end].strip(_EDGES + "的")
            most = LONGEST_NOUN if _is_noun_next(sentence, own[-1]) else _LEAST_ASKED - 1
            is_wish = _size(_beside(behind, own)) > most
            found.append(Clause(text, own, ahead, behind if is_wish else ""))
        elif _size(_beside(text)) >= _LEAST_ASKED and (
            _WISHED.search(text) or not _ABOUT_US.match(text)
        ):
            found.append(Clause(text, (), wish=text))
    return found


def wanted_words(wish: str) -> set[str]:
    """The words that say what is asked in a wish."""
    asked = _WISH.sub(" ", _OF_USE.sub(" ", wish.lower()))
    return set(content_words(asked)) or set(content_words(wish))


def _parts_two(sentence: str, at: int, figures: Sequence[Figure]) -> bool:
    """Whether something is asked on both sides of a 、; 铝、铜焊接 stays whole."""
    before = _PARTS.split(sentence[:at])[-1]
    after = _PARTS.split(sentence[at + 1 :])[0]
    start, end = at - len(before), at + 1 + len(after)
    has_figure = [
        any(one.start < stop and begin < one.end for one in figures)
        for begin, stop in ((start, at), (at, end))
    ]
    sides = zip((before, after), has_figure, strict=True)
    return any(has_figure) and all(has or _size(side) >= _LEAST_ASKED for side, has in sides)


def _is_noun_next(sentence: str, figure: Figure) -> bool:
    """Whether the words right behind a figure say of what it is."""
    if figure.grade or _OPERATOR_BEHIND.search(sentence[figure.start : figure.end].lower()):
        return False
    return not _OPERATOR_NEXT.match(sentence, figure.end)


def text_of_figure(clause: Clause, figure: Figure, sentence: str) -> str:
    """The figure as it is asked: with the clause around it where nothing else stands there."""
    if len(clause.figures) == 1 and not clause.looked_for:
        return clause.text
    return sentence[figure.start : figure.end]


def content_words(text: str) -> list[str]:
    """The words of a text that carry a meaning, as the index has them."""
    return [
        word.token
        for word in query_words(text)
        if word.token not in STOP_WORDS and (len(word.token) > 1 or is_han(word.token))
    ]


def _between(sentence: str, start: int, figures: Sequence[Figure]) -> str:
    """What stands before figures and between them."""
    starts = [start, *(figure.end for figure in figures)]
    return " ".join(
        sentence[one : figure.start] for one, figure in zip(starts, figures, strict=False)
    )


def _beside(words: str, figures: Sequence[Figure] = ()) -> str:
    """The words without those that figures of this kind always have, and those of wishing."""
    if any(figure.is_service for figure in figures):
        words = thing_of(words)
    if any(figure.change for figure in figures):
        words = quantity_of(words)
    if any(figure.grade for figure in figures):
        words = enclosed_thing(words)
    return _WISH.sub(" ", words.lower()).strip(_EDGES)


def _size(text: str) -> int:
    """Han characters and twice the Latin words that carry a meaning."""
    words = content_words(text)
    han = sum(len(word) for word in words if is_han(word))
    return (
        han
        + 2 * sum(word.isalpha() for word in words if not is_han(word))
        + sum(character in _DENIALS for character in text)
    )
