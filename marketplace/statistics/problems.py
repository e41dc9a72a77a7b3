"""What can be wrong with what somebody filled in."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString


class FormProblems(Exception):
    """Fields that hold what can't be: field → the sentence that says what would be right."""

    def __init__(self, problems: Mapping[str, LazyString | str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = {field: str(sentence) for field, sentence in problems.items()}
