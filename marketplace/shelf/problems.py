"""What can be wrong with what somebody wants to keep."""

from __future__ import annotations


class ShelfProblem(Exception):
    """A field holds what can't be; the text says what is wrong and what would be right."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(str(message))
        self.field = field
        self.message = message
