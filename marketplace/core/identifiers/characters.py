"""How typed text becomes comparable characters, and how one character is shown in a sentence.

Does not belong here: the alphabet, length or check digit of any one identifier.
"""

import unicodedata

from flask_babel import lazy_gettext as _

from marketplace.core.identifiers.problem import Problem

# Mixed up when a certificate is typed off or read by OCR.
DIGIT_MEANT_BY = {"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"}

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
DOTS = ".\u00b7\u2022\u3002"

# Far above every identifier. Normalising a long run of combining marks takes quadratic time, so
# longer text is left as it is; the length check then refuses it.
_LONGEST_TO_NORMALISE = 1000


def without_invisible(text: str) -> str:
    """Drop control, format and surrogate characters, which come along when text is pasted."""
    return "".join(
        char
        for char in text
        if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
    )


def half_width(text: str) -> str:
    """Visible text with full-width and compatibility characters replaced (Unicode NFKC)."""
    visible = without_invisible(text)
    if len(visible) > _LONGEST_TO_NORMALISE:
        return visible
    return unicodedata.normalize("NFKC", visible)


def compact(text: str, separators: str = "") -> str:
    """Half-width upper-case text without white space and without any of ``separators``."""
    folded = "".join(half_width(text).split())
    return "".join(char for char in folded if char not in separators).upper()


def shown(char: str) -> str:
    """One character as a sentence can show it: as it is, in quotes, or as its code point."""
    if char.isascii() and char.isalnum():
        return char
    if char.isprintable():
        return f"“{char}”"
    return f"U+{ord(char):04X}"


def digit_problem(code: str, index: int, char: str) -> Problem | None:
    """The letter at ``index`` (from 0) is often typed or read for a digit, which is due there.

    None for every other character: what to say of it differs from one identifier to the next.
    """
    meant = DIGIT_MEANT_BY.get(char)
    if meant is None:
        return None
    return Problem(
        code,
        _(
            "第 %(position)s 位应为数字 %(expected)s，现在是字母 %(found)s。",
            position=index + 1,
            expected=meant,
            found=char,
        ),
        position=index + 1,
        expected=meant,
    )


def first_outside(value: str, allowed: str) -> int | None:
    """Index of the first character of ``value`` that is not in ``allowed``; None if all are."""
    return next((index for index, char in enumerate(value) if char not in allowed), None)


def with_char(value: str, index: int, char: str) -> str:
    """``value`` with the character at ``index`` replaced."""
    return value[:index] + char + value[index + 1 :]
