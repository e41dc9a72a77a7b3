"""A text folded into one way of writing, that still knows where each character came from."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_KEPT = "℃Ωμ"
_SAME = {
    "≧": "≥", "≦": "≤", "⩾": "≥", "⩽": "≤", "＞": ">", "＜": "<", "～": "~", "〜": "~", "∼": "~",
    "—": "-", "–": "-", "−": "-", "－": "-", "µ": "μ", "Ω": "Ω", "∶": ":", "²": "2", "³": "3",
    "•": "·", "∙": "·", "⋅": "·", "・": "·", "．": ".",
}  # fmt: skip


class Folded(NamedTuple):
    """The folded text, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of a span that is not empty."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Full width to narrow, ㎜ to mm, 10⁻³ to 10^-3, the kinds of dashes and signs to one each.

    White space becomes one space, or one line feed where there is one in it.
    """
    characters: list[str] = []
    places: list[int] = []
    is_raised = False
    for place, character in enumerate(text):
        if character.isspace():
            is_raised = False
            if not characters or not characters[-1].isspace():
                characters.append("\n" if character == "\n" else " ")
                places.append(place)
            elif character == "\n":
                characters[-1] = "\n"
            continue
        raised = character.translate(_SUPERSCRIPTS)
        is_power = raised != character
        if is_power and characters[-2:] == ["1", "0"] and not is_raised:
            written = "^" + raised
            is_raised = True
        elif is_power and is_raised:
            written = raised
        else:
            is_raised = False
            written = _SAME.get(character) or (
                character if character in _KEPT else unicodedata.normalize("NFKC", character)
            )
        for one in written:
            characters.append(one)
            places.append(place)
    return Folded("".join(characters), tuple(places))
