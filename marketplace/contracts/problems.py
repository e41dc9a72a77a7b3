"""What can be wrong with what somebody filled in."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LONGEST_REASON = 2000
"""Characters of a reason that is kept with a step, a change or a decision."""


class FormProblems(Exception):
    """Fields that hold what can't be: field → the sentence that says what would be right."""

    def __init__(self, problems: Mapping[str, LazyString | str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = {field: str(sentence) for field, sentence in problems.items()}


def check_reason(reason: str) -> None:
    """Raise FormProblems, ``reason``, for one that is too long to be kept whole."""
    if len(reason) > LONGEST_REASON:
        raise FormProblems({"reason": _l("最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON)})
