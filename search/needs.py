"""From the words of a query to what a hit needs: one need a word or phrase, with alternatives.

Which tier is asked when is the service's.
"""

from collections.abc import Iterable, Mapping

from search.engines.base import Alternative, Need
from search.query import BoxText, Phrase
from search.text import Word, is_han, phrase_tokens

Frequencies = Mapping[str, int]

RARE = 3
"""A word in fewer documents may have been cut differently in others, so its characters count."""
_RARE_WEIGHT = 0.5
_BRIDGE_WEIGHT = 0.5
_PART_WEIGHT = 0.5
_READING_WEIGHT = 0.3
_LITERAL_WEIGHT = 100.0
"""Puts what is written so before what is read so, whatever the frequencies."""


def needs_of(
    box: BoxText, readings: Mapping[str, tuple[str, ...]], frequencies: Frequencies
) -> tuple[Need, ...]:
    """What a hit with all the words needs, in the order of words and phrases."""
    is_alone = box.term_count == 1
    words = [_word(word, readings.get(word.text, ()), is_alone, frequencies) for word in box.words]
    return (*words, *(_phrase(phrase) for phrase in box.phrases))


def bonuses_of(box: BoxText) -> tuple[Alternative, ...]:
    """What lets a document with the words side by side come first."""
    return tuple(Alternative("phrase", (gram,), _BRIDGE_WEIGHT) for gram in box.bridges)


def parts_of(words: Iterable[Word], frequencies: Frequencies) -> tuple[str, ...]:
    """The parts of those compounds that hardly any document has."""
    rare = (w for w in words if w.parts and frequencies[w.token] < RARE)
    return tuple(dict.fromkeys(part for word in rare for part in word.parts))


def needs_of_parts(parts: Iterable[str]) -> tuple[Need, ...]:
    """What a document needs instead of a compound, when some of the words are enough."""
    return tuple(Need((Alternative("word", (part,), _PART_WEIGHT),)) for part in parts)


def _word(word: Word, read_as: tuple[str, ...], is_alone: bool, frequencies: Frequencies) -> Need:
    if read_as:
        literal = Alternative("word", (word.token,), _LITERAL_WEIGHT)
        return Need((literal, *(_reading(text, frequencies) for text in read_as)))
    literal = Alternative("word", (word.token,))
    if not is_han(word.token):
        return Need((literal,))
    count = frequencies[word.token]
    weight = _RARE_WEIGHT if count else 1.0
    # A character asked for alone is meant inside words too; beside others that costs too much.
    if len(word.token) == 1 and (is_alone or count < RARE):
        return Need((literal, Alternative("prefix", (word.token,), weight)))
    if count >= RARE:
        return Need((literal,))
    return Need((literal, Alternative("phrase", phrase_tokens(word.token), weight)))


def _reading(text: str, frequencies: Frequencies) -> Alternative:
    if frequencies[text]:
        return Alternative("word", (text,), _READING_WEIGHT)
    return Alternative("phrase", phrase_tokens(text), _READING_WEIGHT)


def _phrase(phrase: Phrase) -> Need:
    if phrase.grams:
        alternative = Alternative("phrase", phrase.grams)
    elif is_han(phrase.single):
        alternative = Alternative("prefix", (phrase.single,))
    else:
        alternative = Alternative("word", (phrase.single,))
    return Need((alternative,), is_required=True)
