"""Why a letter doesn't go: all of them wait, this one waits, or this one never will.

None of them holds an address or what a server said of one.
"""

from __future__ import annotations

from marketplace.core.outbox import NotNow


class LettersWait(NotNow):
    """No letter can go at present; the outbox keeps them all, and none loses an attempt."""


class LetterDelayed(Exception):
    """This letter can't go for now; others can."""


class LetterRejected(Exception):
    """This letter will never be taken."""
