"""How the embedded engine stores a document: the tantivy schema and the stored form.

Only tokens, values and the id are stored, no text. Queries belong to `embedded_queries`.
"""

import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from itertools import islice

import tantivy

from search.documents import LARGEST_SECOND, Document, Field, Schema
from search.pinyin import initials_of, syllables_of
from search.text import index_tokens, is_han, present, suggested_words

ID, VERSION, LEVEL = "id", "version", "level"
WORDS, GRAMS, ENTRIES, READINGS, SOUNDS, KEYS = (
    "words",
    "grams",
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


def build_schema(schema: Schema) -> tantivy.Schema:
    """The tantivy schema of a declaration."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(ID, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(VERSION, stored=True)
    builder.add_text_field(LEVEL, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(WORDS, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(GRAMS, tokenizer_name="whitespace", index_option="position")
    # A column, not a stored value: stored, it makes reading the ids of ten hits 0.1 ms slower.
    builder.add_text_field(KEYS, fast=True, tokenizer_name="raw", index_option="basic")
    for name in (ENTRIES, READINGS, SOUNDS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for declared in schema.indexed:
        if declared.name in schema.valued:
            builder.add_text_field(
                value_field(declared.name), fast=True, tokenizer_name="raw", index_option="basic"
            )
        if declared.is_range:
            for name in dict.fromkeys(range_fields(declared)):
                builder.add_integer_field(name, fast=True, indexed=True)
        if declared.sort:
            builder.add_unsigned_field(sort_field(declared.name), fast=True)
    return builder.build()


def seconds(value: date) -> int:
    """Seconds since 1970 of a date (its midnight) or an aware datetime, in UTC."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    return int(datetime.combine(value, time(), UTC).timestamp())


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


class Stored:
    """Turns documents into their stored form for one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def document(self, document: Document) -> tantivy.Document:
        """The stored form. Raises TypeError or ValueError when a value is not of its kind."""
        stored = tantivy.Document()
        stored.add_text(ID, document.id)
        stored.add_unsigned(VERSION, document.version)
        level = self._schema.level_of(document)
        stored.add_text(LEVEL, level)
        self._add_texts(stored, document)
        for declared in self._schema.indexed:
            value = document.values.get(declared.name)
            if value is not None and declared.name in self._schema.valued:
                for one in dict.fromkeys(_strings(declared, value)):
                    stored.add_text(value_field(declared.name), one)
            if declared.is_range or declared.sort:
                self._add_numbers(stored, declared, value, document.id)
        if level == self._schema.levels[0]:
            self._add_entries(stored, document)
        return stored

    def _add_texts(self, stored: tantivy.Document, document: Document) -> None:
        words: list[str] = []
        grams: list[str] = []
        counts: Counter[str] = Counter()
        for declared in self._schema.texts:
            # A full stop keeps the texts apart; one call for all of them costs half as much.
            text = "。".join(_texts(document.values.get(declared.name)))
            if text:
                own_words, own_grams = index_tokens(text)
                words += own_words * declared.weight
                grams += own_grams
                counts.update(own_words * declared.weight)
        stored.add_text(WORDS, " ".join(words))
        stored.add_text(GRAMS, " ".join(grams))
        keys = (w for w, _ in counts.most_common() if len(w) > 1 and not w.isdigit())
        for key in islice(keys, KEY_WORDS):
            stored.add_text(KEYS, key)

    def _add_entries(self, stored: tantivy.Document, document: Document) -> None:
        entries: dict[str, None] = {}
        for declared in self._schema.indexed:
            if not declared.suggests:
                continue
            for text in _texts(document.values.get(declared.name)):
                if declared.suggests == "words":
                    entries.update(dict.fromkeys(suggested_words(text)))
                elif 1 < len(text) <= _LONGEST_ENTRY:
                    entries[present(text)] = None
        for entry in entries:
            stored.add_text(ENTRIES, f"{entry_key(entry)}{SPLIT}{entry}")
            if is_han(entry):
                syllables = syllables_of(entry)
                if syllables:
                    rest = SPLIT.join((" ".join(syllables), entry))
                    stored.add_text(READINGS, initials_of(syllables) + SPLIT + rest)
                    stored.add_text(SOUNDS, "".join(syllables) + SPLIT + rest)

    def _add_numbers(
        self, stored: tantivy.Document, declared: Field, value: object, document_id: str
    ) -> None:
        numbers = _numbers(declared, value)
        if declared.is_range and numbers:
            for name, number in dict(zip(range_fields(declared), numbers, strict=True)).items():
                stored.add_integer(name, number)
        if declared.sort:
            key = sort_key(declared, numbers[0] if numbers else None, document_id)
            stored.add_unsigned(sort_field(declared.name), key)


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
    return [text[:_LONGEST_VALUE] for text in _texts(value)]


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
