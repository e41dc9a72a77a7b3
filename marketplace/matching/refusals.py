"""Why somebody finds a match unfit, and what that does to others: plain rules, told on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.matching.subjects import Subject

LOWERED_TO = 0.8
"""What is left of the score of a record that is like a refused one; several reasons multiply."""
NOT_RELEVANT, TOO_EARLY, TOO_DEAR, SOLVED, UNCLEAR = (
    "not_relevant",
    "too_early",
    "too_dear",
    "solved",
    "unclear",
)


def _same_kind_of_thing(refused: Subject, other: Subject) -> bool:
    if refused.subclasses and other.subclasses:
        return bool(refused.subclasses & other.subclasses)
    field = refused.columns["tech_field"]
    return bool(field) and field == other.columns["tech_field"]


def _no_riper(refused: Subject, other: Subject) -> bool:
    limit, own = refused.offered.trl, other.offered.trl
    return limit is not None and own is not None and own <= limit


def _no_cheaper(refused: Subject, other: Subject) -> bool:
    limit, own = refused.offered.price_low, other.offered.price_low
    return limit is not None and own is not None and own >= limit


def _none(_refused: Subject, _other: Subject) -> bool:
    return False


@dataclass(frozen=True)
class Refusal:
    """A reason: its words, what it does to likes in words, and which records are likes."""

    code: str
    label: LazyString
    effect: LazyString
    is_like: Callable[[Subject, Subject], bool]

    @property
    def lowers_likes(self) -> bool:
        """Whether anything but the refused record moves."""
        return self.is_like is not _none


REFUSALS: dict[str, Refusal] = {
    one.code: one
    for one in (
        Refusal(
            NOT_RELEVANT,
            _l("不相关"),
            _l("同一专利小类或同一领域的排后"),
            _same_kind_of_thing,
        ),
        Refusal(TOO_EARLY, _l("太早"), _l("成熟度不比它高的排后"), _no_riper),
        Refusal(TOO_DEAR, _l("太贵"), _l("价格不比它低的排后"), _no_cheaper),
        Refusal(SOLVED, _l("已经解决"), _l("只把这条移走"), _none),
        Refusal(UNCLEAR, _l("看不明白"), _l("只把这条移走"), _none),
    )
}


def lowered_by(refused: Iterable[tuple[str, Subject]], other: Subject) -> list[str]:
    """The reasons for which a record stands further down, each once, in the order of the table.

    `refused`: each refused record of the demand with its reason.
    """
    found = {code for code, subject in refused if REFUSALS[code].is_like(subject, other)}
    return [code for code in REFUSALS if code in found]
