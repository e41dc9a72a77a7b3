"""The stored form of a document: the same columns and tokens in every engine.

Only tokens, values and the id are stored, no text. How an engine keeps a column belongs to its own
schema; what a token is, to `search.text`.
"""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import islice

from search.documents import LARGEST_SECOND, Document, Field, Schema
from search.pinyin import initials_of, syllables_of
from search.text import clean, index_tokens, present, suggested_words, units_of

ID, VERSION, LEVEL = "id", "version", "level"
WORDS, GRAMS, UNITS, ENTRIES, READINGS, SOUNDS, KEYS = (
    "words",
    "grams",
    "units",
    "entries",
    "readings",
    "sounds",
    "keys",
)
SPLIT = "\t"
"""Between the parts of an entry, where no token has one."""

KEY_WORDS = 30
_KEY_BITS = 63
_LONGEST_VALUE = 200
_LONGEST_ENTRY = 60
_LAST_SECOND_OF_DAY = 86_399


def value_field(name: str) -> str:
    """The column of a filter's or facet's values."""
    return f"f_{name}"


def range_fields(declared: Field) -> tuple[str, str]:
    """The columns of the low and the high end of a range; one and the same without intervals."""
    if declared.is_interval:
        return f"r_{declared.name}_low", f"r_{declared.name}_high"
    return f"r_{declared.name}", f"r_{declared.name}"


def sort_field(name: str) -> str:
    """The column of the keys by which hits are sorted, always from great to small."""
    return f"s_{name}"


def seconds(value: date) -> int:
    """Seconds since 1970 of a date (its midnight) or an aware datetime, in UTC."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    return int(datetime.combine(value, time(), UTC).timestamp())


def lowest(bound: int | date | None) -> int | None:
    """The least number stored that a range from `bound` on lets pass."""
    return seconds(bound) if isinstance(bound, date) else bound


def highest(bound: int | date | None) -> int | None:
    """The greatest number stored that a range up to `bound` lets pass: a day to its end."""
    if isinstance(bound, date):
        return seconds(bound) + (0 if isinstance(bound, datetime) else _LAST_SECOND_OF_DAY)
    return bound


def sort_key(declared: Field, value: int | None, document_id: str) -> int:
    """The key that sorts a document by a field; greater comes first, unknown values last.

    The low bits come from the id, so that equal values stand in the same order on every page, in
    every generation and in every engine.
    """
    largest = LARGEST_SECOND if declared.kind == "date" else declared.largest
    tie_bits = _KEY_BITS - (largest + 1).bit_length()
    tie = (zlib.crc32(document_id.encode()) * 2_654_435_761) & ((1 << tie_bits) - 1)
    if value is None:
        return tie
    bounded = min(max(value, 0), largest)
    return ((bounded if declared.sort == "desc" else largest - bounded) + 1 << tie_bits) | tie


@dataclass(slots=True)
class Stored:
    """A document ready to be kept.

    `words`, `grams` and `units` are tokens with spaces between them, each as often as it counts.
    `values` and `numbers` are by column, the keys of sorting among the numbers.
    """

    id: str
    version: int
    level: str
    words: str
    grams: str
    units: str
    keys: list[str]
    values: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    sounds: list[str] = field(default_factory=list)


def stored_form(schema: Schema, document: Document) -> Stored:
    """The stored form of a document. Raises TypeError or ValueError for a value of a wrong kind."""
    level = schema.level_of(document)
    words, grams, keys = _tokens(schema, document)
    units = " ".join(units_of(grams))
    stored = Stored(
        document.id, document.version, level, " ".join(words), " ".join(grams), units, keys
    )
    for declared in schema.indexed:
        value = document.values.get(declared.name)
        if value is not None and declared.name in schema.valued:
            stored.values[value_field(declared.name)] = [*dict.fromkeys(_strings(declared, value))]
        if declared.is_range or declared.sort:
            _add_numbers(stored, declared, value)
    if level == schema.levels[0]:
        _add_entries(stored, schema, document)
    return stored


def _tokens(schema: Schema, document: Document) -> tuple[list[str], list[str], list[str]]:
    words: list[str] = []
    grams: list[str] = []
    for declared in schema.texts:
        # A full stop keeps the texts apart; one call for all of them costs half as much.
        text = "。".join(_texts(document.values.get(declared.name)))
        if text:
            own_words, own_grams = index_tokens(text)
            words += own_words * declared.weight
            grams += own_grams
    frequent = Counter(words).most_common()
    keys = (w for w, _ in frequent if len(w) > 1 and not w.isdigit())
    return words, grams, [*islice(keys, KEY_WORDS)]


def _add_entries(stored: Stored, schema: Schema, document: Document) -> None:
    entries: dict[str, None] = {}
    for declared in schema.indexed:
        if not declared.suggests:
            continue
        for text in _texts(document.values.get(declared.name)):
            if declared.suggests == "words":
                entries.update(dict.fromkeys(suggested_words(text)))
            elif 1 < len(text) <= _LONGEST_ENTRY:
                entries[present(text)] = None
    for entry in entries:
        written, reading, sound = _entry_forms(entry)
        stored.entries.append(written)
        if reading:
            stored.readings.append(reading)
            stored.sounds.append(sound)


@lru_cache(maxsize=32_768)
def _entry_forms(entry: str) -> tuple[str, str, str]:
    """An entry as it is kept by its writing, its initials and its sound; "" where it has none."""
    written = f"{entry_key(entry)}{SPLIT}{entry}"
    syllables = syllables_of(entry)
    if not syllables:
        return written, "", ""
    rest = SPLIT.join((" ".join(syllables), entry))
    return written, initials_of(syllables) + SPLIT + rest, "".join(syllables) + SPLIT + rest


def _add_numbers(stored: Stored, declared: Field, value: object) -> None:
    numbers = _numbers(declared, value)
    if declared.is_range and numbers:
        stored.numbers.update(zip(range_fields(declared), numbers, strict=True))
    if declared.sort:
        key = sort_key(declared, numbers[0] if numbers else None, stored.id)
        stored.numbers[sort_field(declared.name)] = key


def entry_key(text: str) -> str:
    """An entry as it is looked up: without capitals and spaces."""
    return "".join(text.lower().split())


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, Iterable):
        return [text for text in value if isinstance(text, str) and text]
    raise TypeError(f"a text is a string or a list of strings, not {type(value).__name__}")


def _strings(declared: Field, value: object) -> list[str]:
    if declared.kind == "flag":
        return ["1" if value else "0"]
    if declared.kind in ("number", "date"):
        return [str(value)]
    return [clean(text)[:_LONGEST_VALUE] for text in _texts(value)]


def _numbers(declared: Field, value: object) -> tuple[int, int] | None:
    """The low and the high end of a value, the same twice where it is no interval."""
    if value is None:
        return None
    if isinstance(value, date):
        return seconds(value), seconds(value)
    if isinstance(value, int):
        return value, value
    if declared.is_interval and isinstance(value, tuple | list) and len(value) == 2:
        low, high = value
        return int(low), int(high)
    raise TypeError(f"{declared.name}: {value!r} is no {declared.kind}")
