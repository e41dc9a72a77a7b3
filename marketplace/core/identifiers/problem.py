"""What every identifier module answers with: a parsed value, or the problem that it found.

Does not belong here: any rule of any identifier.
"""

from dataclasses import dataclass

from flask_babel import LazyString


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or doubtful, in an identifier.

    ``code`` is stable and made for programs; ``message`` is the translated sentence, rendered in
    the language of the moment (Chinese outside a request); ``position`` counts from 1 in the
    normalised value, that is without prefix, spaces and separators; ``expected`` is the character
    or piece that would be right, where it is known.
    """

    code: str
    message: LazyString
    position: int | None = None
    expected: str | None = None


class IdentifierError(ValueError):
    """The text cannot be this identifier; ``str()`` gives the sentence for the user."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return str(self.problem.message)


@dataclass(frozen=True)
class Parsed:
    """A valid identifier: ``value`` to store and compare, ``display`` to print."""

    value: str
    display: str
    warnings: tuple[Problem, ...] = ()
