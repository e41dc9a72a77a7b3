"""The declaration: what contradicts itself is refused, what is stored has a fingerprint."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.advice import edit_distance
from search.documents import Field, Schema
from search.evaluate import known_items, read_items
from search.synonyms import synonyms_of
from search.text import normalise


@pytest.mark.parametrize(
    "fields",
    [
        [Field("a", "text"), Field("a", "keyword")],
        [Field("a", "text"), Field("b", "keyword", param="a")],
        [Field("a", "keyword", param="page")],
        [Field("a", "keyword", is_range=True)],
        [Field("a", "text", is_filter=True)],
        [Field("a", "text", visibility="nobody")],
        [Field("a", "number", is_range=True, or_flag="b"), Field("b", "keyword")],
        [Field("a", "keyword", is_facet=True, only_with=("kind", "demand"))],
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(fields: list[Field]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Schema(fields)


@pytest.mark.parametrize(
    ("filters", "is_of_use"),
    [
        ({}, False),
        ({"kind": ("demand",)}, True),
        ({"kind": ("demand", "result")}, False),
        ({"kind": ("result",)}, False),
        ({"kind": ("demand",), "field": ("1",)}, True),
    ],
)
def test_what_one_kind_alone_has_is_of_use_where_only_that_kind_is_listed(
    filters: dict[str, tuple[str, ...]], is_of_use: bool
) -> None:
    alone = Field("budget", "keyword", is_facet=True, only_with=("kind", "demand"))
    assert alone.is_of_use(filters) == is_of_use
    assert Field("title", "text").is_of_use(filters)


def test_an_unknown_default_sort_is_refused() -> None:
    with pytest.raises(ValueError, match="newest"):
        Schema([Field("a", "text")], default_sort="newest")


def test_the_fingerprint_changes_with_what_is_stored_and_not_with_labels() -> None:
    first = Schema([Field("a", "keyword", label="x", is_filter=True)])
    same = Schema([Field("a", "keyword", label="y", is_filter=True)])
    other = Schema([Field("a", "keyword", is_filter=True, sort="asc")])
    assert first.fingerprint == same.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("battery", "battery", 0),
        ("batery", "battery", 1),
        ("abttery", "battery", 1),
        ("elektrolyte", "electrolyte", 1),
        ("sensor", "battery", 3),
        ("a", "abcdef", 3),
    ],
)
def test_slips_are_counted_up_to_two(left: str, right: str, distance: int) -> None:
    assert edit_distance(left, right, 2) == distance


def test_the_table_of_synonyms_works_both_ways_and_has_no_doubles() -> None:
    assert "CNC" in synonyms_of("数控")
    assert "数控" in synonyms_of("cnc")
    assert synonyms_of("數控") == synonyms_of("数控")
    assert synonyms_of("没有这个词") == ()
    table = Path(__file__).parents[3] / "search" / "synonyms.tsv"
    for line in table.read_text(encoding="utf-8").splitlines():
        words = [normalise(word) for word in line.split("\t")]
        assert line.startswith("#") or len(words) == len(set(words)) > 1, line


def test_known_items_are_ranked_through_the_service(tmp_path: Path) -> None:
    file = tmp_path / "items.jsonl"
    file.write_text(
        '{"title": "电池膜", "abstract": "锂电池隔膜的收缩。", "keywords": ["隔膜", "锂电池"]}\n'
        "\n"
        '{"title_zh": "数控机床", "abstract_zh": "主轴的热误差。", "keywords_zh": "主轴；热误差"}\n'
        '{"title": "", "abstract": "没有题目"}\n',
        encoding="utf-8",
    )
    items = list(read_items(file))
    assert len(items) == 2
    assert known_items(items, by="title") == {"mrr10": 0.5, "n": 2}
    assert known_items(items, by="keywords") == {"mrr10": 1.0, "n": 2}
    assert known_items([], by="title") == {"mrr10": 0.0, "n": 0}


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "items.jsonl"
    file.write_text('{"title": "a"}\n{oops\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        list(read_items(file))


@pytest.mark.parametrize("document_id", ["result-1", "patent-4503599627370495", "result-0"])
def test_an_id_of_a_declared_kind_has_a_number_that_gives_it_back(document_id: str) -> None:
    schema = Schema([Field("a", "text")], id_kinds=("result", "patent"))
    number = schema.number_of(document_id)
    assert number is not None
    assert 0 <= number < 2**63
    assert schema.id_of(number) == document_id


@pytest.mark.parametrize(
    "document_id", ["r1", "result-", "result-01", "result-٣", "result--1", "demand-1", "result-1e3",
                    "result-4503599627370496", ""],
)  # fmt: skip
def test_any_other_id_has_no_number(document_id: str) -> None:
    assert Schema([Field("a", "text")], id_kinds=("result",)).number_of(document_id) is None
