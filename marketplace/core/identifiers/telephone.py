"""Telephone number of a contact: as people write it, in the country or from abroad.

Does not belong here: whether anybody answers it.
"""

import re
import unicodedata

FEWEST_DIGITS, MOST_DIGITS = 7, 15
"""A local number of a Chinese city has seven or eight digits; ITU-T E.164 gives an international
one fifteen at most, its country code among them."""

FEWEST_BEFORE_EXTENSION = 10
"""So many digits are a whole number with its area, behind which a dash leads to an extension."""

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_NUMBER = re.compile(r"\+?\(?[0-9][0-9() \-./]*[0-9]")
_DASHED_EXTENSION = re.compile(r"-[0-9]{1,5}$")
_EXTENSION = re.compile(
    r"[ \-,]*(?:转|分机号?|ext\.?|extension|x|#)[ :.]*[0-9]{1,6}", re.IGNORECASE
)


def is_telephone(text: str) -> bool:
    """Whether it is one telephone number, with ``+``, spaces, dashes, brackets or an extension."""
    written = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    number = _NUMBER.match(written)
    if number is None:
        return False
    whole = _digits(number.group())
    alone = _digits(_DASHED_EXTENSION.sub("", number.group()))
    digits = alone if alone >= FEWEST_BEFORE_EXTENSION else whole
    rest = written[number.end() :]
    is_rest_known = not rest or _EXTENSION.fullmatch(rest) is not None
    return FEWEST_DIGITS <= digits <= MOST_DIGITS and is_rest_known


def _digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)
