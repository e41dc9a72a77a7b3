"""What is written can be read back, and is never executed."""

import io
import json
import tempfile
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.tables import (
    Column,
    Sheet,
    TableError,
    open_table,
    write_csv,
    write_jsonl,
    write_xlsx,
    writing,
)
from marketplace.core.tables.neutral import neutralise, restore

COLUMNS = (Column("a", "甲"), Column("b", "乙"))
PLAIN = (Column("a", "a"), Column("b", "b"))
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"]

# NUL is refused on reading; lone surrogates and non-characters cannot be written.
TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"),
        st.sampled_from("'=+-@\t\r\n\",;＝＋－＠{[上_x0"),
    )
)
# The first column is never empty, because blank rows are passed over.
RECORDS = st.lists(st.fixed_dictionaries({"a": TEXT.map("x".__add__), "b": TEXT}), min_size=1)


def read(write, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        with open_table(path) as table:
            rows = list(table)
    assert all(row.errors == () for row in rows)
    return [row.cells for row in rows]


def emptied(records):
    return [{key: value or None for key, value in record.items()} for record in records]


@given(RECORDS)
def test_any_text_comes_back_from_csv(records):
    assert read(lambda path: write_csv(path, PLAIN, records), "a.csv") == emptied(records)


@given(RECORDS)
def test_any_text_comes_back_from_json_lines(records):
    assert read(lambda path: write_jsonl(path, records), "a.jsonl") == records


@given(RECORDS)
def test_any_text_comes_back_from_a_workbook(records):
    back = read(lambda path: write_xlsx(path, [Sheet("一", PLAIN, records)]), "a.xlsx")
    assert back == emptied(records)


@given(TEXT)
def test_neutralising_is_undone_for_any_text(text):
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_begins_like_a_formula(text):
    stream = io.BytesIO()
    write_csv(stream, [Column("a", text)], [{"a": text}, {"a": "'" + text}])
    content = stream.getvalue().decode("utf-8-sig")
    assert content.startswith(f'"\'{text}"\r\n"\'{text}"\r\n"\'\'{text}"')


@pytest.mark.parametrize("text", [*DANGEROUS, "http://example.org", "{=1}"])
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(text):
    stream = io.BytesIO()
    write_xlsx(stream, [Sheet("一", COLUMNS, [{"a": text}])])
    with zipfile.ZipFile(stream) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_numbers_typed_as_numbers_stay_numbers(tmp_path):
    rows = [{"a": -5, "b": Decimal("-1.50")}, {"a": "-5", "b": "+1.50"}]
    write_csv(tmp_path / "a.csv", COLUMNS, rows)
    lines = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    assert lines[1:] == ["-5,-1.50", '"\'-5","\'+1.50"']
    write_xlsx(tmp_path / "a.xlsx", [Sheet("一", COLUMNS, rows)])
    with open_table(tmp_path / "a.xlsx") as table:
        assert [tuple(row.cells.values()) for row in table] == [(-5, -1.5), ("-5", "+1.50")]


def test_a_number_too_long_for_a_double_becomes_text_in_a_workbook(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", [Sheet("一", COLUMNS, [{"a": 410123199001011234}])])
    with open_table(tmp_path / "a.xlsx") as table:
        assert next(iter(table)).cells["甲"] == "410123199001011234"


def test_dates_lists_and_truths_are_written_readably(tmp_path):
    row = {"a": date(2024, 1, 2), "b": ["一", "二"]}
    write_xlsx(tmp_path / "a.xlsx", [Sheet("一", COLUMNS, [row])])
    with open_table(tmp_path / "a.xlsx") as table:
        assert list(next(iter(table)).cells.values()) == [date(2024, 1, 2), "一；二"]
    moment = datetime(2024, 1, 2, 3, 4, tzinfo=UTC)
    write_csv(tmp_path / "a.csv", COLUMNS, [row, {"a": True, "b": moment}])
    with open_table(tmp_path / "a.csv") as table:
        assert [list(row.cells.values()) for row in table] == [
            ["2024-01-02", "一；二"],
            ["TRUE", "2024-01-02T03:04:00+00:00"],
        ]


@pytest.mark.parametrize(
    "odd",
    [
        float("nan"),
        float("inf"),
        Decimal("sNaN"),
        "\ud800",
        "\ufffe",
        {"x": [1, None]},
        b"x",
        1e300,
    ],
)
def test_odd_values_never_stop_an_export(odd):
    rows = [{"a": odd}]
    write_csv(io.BytesIO(), COLUMNS, rows)
    write_xlsx(io.BytesIO(), [Sheet("一", COLUMNS, rows)])
    stream = io.BytesIO()
    write_jsonl(stream, rows)
    assert "a" in json.loads(stream.getvalue())


def test_a_text_over_the_limit_of_a_cell_is_cut_and_says_so(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", [Sheet("一", COLUMNS, [{"a": "字" * 40_000}])])
    with open_table(tmp_path / "a.xlsx") as table:
        text = next(iter(table)).cells["甲"]
    assert len(text) == writing.CELL_LIMIT
    assert text.endswith("导出）")


def test_more_rows_than_a_sheet_holds_are_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(writing, "ROW_LIMIT", 3)
    with pytest.raises(TableError) as caught:
        write_xlsx(io.BytesIO(), [Sheet("一", COLUMNS, [{"a": 1}] * 3)])
    assert caught.value.code == "too_many_rows"
    assert "CSV" in str(caught.value)


def test_titles_that_a_workbook_forbids_are_mended():
    stream = io.BytesIO()
    titles = ["成果[2024]/一", "成果[2024]/一", "'" * 3, "长" * 50]
    write_xlsx(stream, [Sheet(title, COLUMNS) for title in titles])
    with zipfile.ZipFile(stream) as parts:
        assert sum("worksheets/sheet" in name for name in parts.namelist()) == 4


def test_a_template_explains_its_columns_and_offers_choices(tmp_path):
    columns = [
        Column("title", "名称", help="成果的全称", is_required=True),
        Column("stage", "阶段", choices=("小试", "中试", *(f"第 {n} 类" for n in range(200)))),
    ]
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [Sheet("成果", columns, [{"title": "一"}])], is_explained=True)
    with open_table(path) as table:
        assert table.columns == ("名称 *", "阶段")
        assert table.sheet == "成果"
        assert table.other_sheets == ("填写说明",)
    with open_table(path, sheet="填写说明") as table:
        rows = list(table)
    assert [row.cells["列名"] for row in rows] == ["名称", "阶段"]
    assert [row.cells["是否必填"] for row in rows] == ["必填", "选填"]
    assert rows[0].cells["说明"] == "成果的全称"
    with open_table(path, sheet="选项") as table:
        assert (table.columns, len(list(table))) == (("小试",), 201)
    with zipfile.ZipFile(path) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "选项!$A$1:$A$202" in xml.replace("'", "")
    assert 'state="frozen"' in xml
    assert "<autoFilter" in xml
