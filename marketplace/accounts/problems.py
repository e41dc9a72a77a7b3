"""What can be wrong with what somebody typed about their account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class AccountProblem(Exception):
    """A field holds what can't be; the text says what is wrong and what would be right."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(str(message))
        self.field = field
        self.message = message


class FormProblems(Exception):
    """Several fields hold what can't be: a sentence for each, by the name of the field."""

    def __init__(self, problems: Mapping[str, object]) -> None:
        super().__init__("; ".join(problems))
        self.problems = dict(problems)


def read_all(*fields: Callable[[], Any]) -> list[Any]:
    """What each of the fields holds, in their order.

    :raises FormProblems: when any raises :class:`AccountProblem`; with the problems of all.
    """
    values: list[Any] = []
    problems: dict[str, object] = {}
    for read in fields:
        try:
            values.append(read())
        except AccountProblem as problem:
            problems[problem.field] = problem.message
    if problems:
        raise FormProblems(problems)
    return values
