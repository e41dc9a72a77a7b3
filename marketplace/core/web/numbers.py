"""Whole numbers that people send: ids and versions in forms and addresses."""

from __future__ import annotations

HIGHEST = 2_147_483_647
"""The highest number of a row that both databases hold."""


def number_of(typed: str) -> int:
    """The number of a row or a version that was sent, 1 to :data:`HIGHEST`; 0 for anything else."""
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > len(str(HIGHEST)):
        return 0
    number = int(typed)
    return number if number <= HIGHEST else 0
