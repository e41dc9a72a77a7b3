"""Telephone number of a contact: as people write it, in the country or from abroad.

Does not belong here: whether anybody answers it.
"""

import re
import unicodedata

FEWEST_DIGITS, MOST_DIGITS = 7, 15
"""A local number of a Chinese city has seven or eight digits; ITU-T E.164 gives an international
one fifteen at most, its country code among them."""

_NUMBER = re.compile(r"\+?[0-9(][0-9() \-./]*[0-9]")
_EXTENSION = re.compile(
    r"[ \-,]*(?:转|分机号?|ext\.?|extension|x|#)[ :.]*[0-9]{1,6}", re.IGNORECASE
)


def is_telephone(text: str) -> bool:
    """Whether it is one telephone number, with ``+``, spaces, dashes, brackets or an extension."""
    written = unicodedata.normalize("NFKC", text).strip()
    number = _NUMBER.match(written)
    if number is None:
        return False
    digits = sum(character.isdecimal() for character in number.group())
    rest = written[number.end() :]
    is_rest_known = not rest or _EXTENSION.fullmatch(rest) is not None
    return FEWEST_DIGITS <= digits <= MOST_DIGITS and is_rest_known
