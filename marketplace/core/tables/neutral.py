"""Cells that a spreadsheet program would execute, made harmless and restored.

Belongs here: which text is dangerous and what is put before it in CSV. See OWASP, CSV Injection:
= + - @ and TAB, CR, LF at a cell's beginning; Excel takes the full-width forms too.
"""

import re

EXECUTABLE = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NEEDS_APOSTROPHE = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_HAS_APOSTROPHE = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def is_executable(text: str) -> bool:
    """Would a spreadsheet program take this text for a formula?"""
    return EXECUTABLE.match(text) is not None


def neutralise(text: str) -> str:
    """The text with an apostrophe before it if it is executable, or looks already neutralised.

    `restore` undoes it for every text.
    """
    return "'" + text if _NEEDS_APOSTROPHE.match(text) else text


def restore(text: str) -> str:
    """The text as it was before `neutralise`."""
    return text[1:] if _HAS_APOSTROPHE.match(text) else text
