"""XLSX: choice of the sheet, values of cells, errors of cells."""

import re
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from marketplace.core.tables import TableError, open_table

# A spreadsheet's times have no zone.
MOMENT = datetime(2024, 1, 2, 3, 4)  # noqa: DTZ001


def text_cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{text_cell("A1", "甲")}{text_cell("B1", "乙")}</row>'


@pytest.fixture
def workbook(tmp_path):
    """A workbook from sheets, each a list of rows; None leaves a cell out."""

    def write(sheets, change=None):
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for name, rows in sheets.items():
                page = book.add_worksheet(name)
                for line, row in enumerate(rows):
                    for place, value in enumerate(row):
                        if isinstance(value, date):
                            page.write_datetime(line, place, value, day)
                        elif value is not None:
                            page.write(line, place, value)
            if change:
                change(book)
        return path

    return write


def test_values_keep_the_types_that_the_cells_have(workbook, rows_of):
    path = workbook(
        {
            "一": [
                ["字", "整", "小数", "日", "时", "真"],
                ["007", 5.0, 1.25, date(2024, 1, 2), MOMENT, True],
            ]
        }
    )
    (row,) = rows_of(path)
    assert list(row.cells.values()) == [
        "007",
        5,
        1.25,
        date(2024, 1, 2),
        MOMENT,
        True,
    ]
    assert isinstance(row.cells["整"], int)
    assert not isinstance(row.cells["日"], datetime)
    assert (row.number, row.errors) == (2, ())


def test_the_first_visible_sheet_with_a_header_is_read_and_named(workbook):
    def hide(book):
        book.get_worksheet_by_name("藏").hide()
        book.get_worksheet_by_name("空").set_first_sheet()
        book.get_worksheet_by_name("空").activate()

    path = workbook({"藏": [["x"], [1]], "空": [], "数据": [["甲"], [2]], "别的": [["y"]]}, hide)
    with open_table(path) as table:
        assert table.sheet == "数据"
        assert table.other_sheets == ("空", "别的")
        assert [row.cells for row in table] == [{"甲": 2}]


def test_a_named_sheet_is_read_and_an_unknown_one_lists_what_is_there(workbook, rows_of):
    path = workbook({"一": [["甲"], [1]], "二": [["乙"], [2]]})
    assert rows_of(path, "二")[0].cells == {"乙": 2}
    with pytest.raises(TableError) as caught:
        open_table(path, sheet="三")
    assert caught.value.code == "unknown_sheet"
    assert "一、二" in str(caught.value)


def test_a_code_of_eighteen_digits_typed_as_a_number_has_lost_digits(workbook, rows_of):
    path = workbook({"一": [["代码", "数"], [410123199001011234, 123456789012345]]})
    (row,) = rows_of(path)
    (error,) = row.errors
    assert (error.column, error.code) == ("代码", "lost_digits")
    assert "文本" in str(error.reason)


@pytest.mark.parametrize(
    ("rows", "code", "named"),
    [
        ([["甲", None, "乙"], [1, 2, 3]], "nameless_columns", "B"),
        ([[None, "甲", None, "乙"], [None, 1, 2, 3]], "nameless_columns", "C"),
        ([["甲", "乙", "甲"], [1, 2, 3]], "duplicate_columns", "甲"),
        ([["甲"]], "header_only", "没有记录"),
        ([], "empty_file", "空的"),
    ],
)
def test_a_bad_header_gets_a_sentence_that_names_the_columns(workbook, refusal, rows, code, named):
    error = refusal(workbook({"一": rows}))
    assert error.code == code
    assert named in str(error)


def test_a_table_that_does_not_begin_at_the_corner_is_read(workbook, rows_of):
    path = workbook({"一": [[], [], [None, "甲", "乙"], [], [None, 1, None, 3]]})
    (row,) = rows_of(path)
    assert (row.number, row.cells) == (5, {"甲": 1, "乙": None})
    assert [error.code for error in row.errors] == ["cell_count"]
    assert "D 列" in str(row.errors[0].reason)


def test_a_merged_header_is_refused_with_its_range(workbook, refusal):
    def merge(book):
        book.get_worksheet_by_name("一").merge_range("A1:C1", "登记表")

    error = refusal(workbook({"一": [[], ["甲", "乙", "丙"], [1, 2, 3]]}, merge))
    assert error.code == "merged_header"
    assert "A1:C1" in str(error)


def test_formulas_give_their_value_and_errors_give_their_place(workbook, rows_of):
    def add(book):
        page = book.get_worksheet_by_name("一")
        page.write_formula("B2", "=1+1", None, 2)
        page.write_formula("B3", "=NA()", None, "#N/A")

    first, second = rows_of(workbook({"一": [["甲", "乙"], ["x"], ["y"]]}, add))
    assert (first.cells["乙"], first.errors) == (2, ())
    (error,) = second.errors
    assert (error.row, error.column, error.value, error.code) == (3, "乙", "#N/A", "error_value")


def test_a_formula_saved_without_its_value_is_an_error(raw_workbook, rows_of):
    cells = '<c r="A2"><v>1</v></c><c r="B2"><f>A2+1</f><v></v></c>'
    (row,) = rows_of(raw_workbook(f'{HEADER}<row r="2">{cells}</row>'))
    (error,) = row.errors
    assert (error.column, error.value, error.code) == ("乙", "=A2+1", "formula_without_value")


def test_a_nul_is_an_error_of_its_cell(raw_workbook, rows_of):
    (row,) = rows_of(raw_workbook(f'{HEADER}<row r="2">{text_cell("A2", "a_x0000_b")}</row>'))
    assert [error.code for error in row.errors] == ["nul"]


def test_a_read_resumed_after_any_row_gives_the_same_rest(workbook):
    path = workbook({"一": [["甲"], [1], [], [2], [3]]})
    with open_table(path) as table:
        rows = list(table)
        assert table.bytes_read == table.total_bytes
        for place, row in enumerate(rows):
            table.start_at(row.offset)
            assert list(table) == rows[place + 1 :]
        table.start_at(99)
        with pytest.raises(TableError) as caught:
            list(table)
    assert caught.value.code == "changed_file"


def respelt(path, change):
    """The same workbook with the text of each XML part changed."""
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name).decode() for name in whole.namelist()}
    with zipfile.ZipFile(path, "w") as other:
        for name, content in parts.items():
            other.writestr(name, change(name, content))
    return path


def with_single_quotes(_name, content):
    return content.replace('"', "'")


def with_addresses_from_the_root(name, content):
    if not name.endswith(".rels"):
        return content
    return content.replace('Target="worksheets', 'Target="/xl/worksheets')


def with_prefixes(name, content):
    if not name.startswith("xl/worksheets"):
        return content
    return re.sub(r"<(/?)(?=\w)", r"<\1x:", content).replace("xmlns=", "xmlns:x=")


def with_another_prefix_of_links(_name, content):
    return content.replace("xmlns:r=", "xmlns:links=").replace("r:id=", "links:id=")


@pytest.mark.parametrize(
    "change",
    [
        with_single_quotes,
        with_addresses_from_the_root,
        with_prefixes,
        with_another_prefix_of_links,
    ],
)
def test_an_error_cell_is_told_however_the_xml_is_written(raw_workbook, rows_of, change):
    cells = '<c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c>'
    (row,) = rows_of(respelt(raw_workbook(f'{HEADER}<row r="2">{cells}</row>'), change))
    (error,) = row.errors
    assert (error.column, error.value, error.code) == ("乙", "#N/A", "error_value")
