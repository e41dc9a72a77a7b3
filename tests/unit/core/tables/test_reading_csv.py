"""CSV: delimiters, quotation marks, cell counts, positions."""

import tracemalloc

import pytest

from marketplace.core.tables import TableError, open_table


def codes(rows):
    return {row.number: [error.code for error in row.errors] for row in rows if row.errors}


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_read_off_the_header_alone(file, rows_of, delimiter):
    content = f'"甲,;\t"{delimiter}乙\n,;\t1{delimiter}2\n'.replace(",;\t1", "一")
    assert list(rows_of(file("a.csv", content))[0].cells.values()) == ["一", "2"]


def test_delimiters_in_the_rows_do_not_mislead(file, rows_of):
    (row,) = rows_of(file("a.csv", "甲;乙\n1,2,3,4;5\n"))
    assert row.cells == {"甲": "1,2,3,4", "乙": "5"}


@pytest.mark.parametrize(
    ("header", "code", "named"),
    [
        ("甲,,乙", "nameless_columns", "B"),
        ("甲, ,,乙", "nameless_columns", "B、C"),
        ("甲,乙,甲 ", "duplicate_columns", "甲"),
        ('甲,"乙', "broken_header", "引号"),
    ],
)
def test_a_bad_header_gets_a_sentence_that_names_the_columns(file, refusal, header, code, named):
    error = refusal(file("a.csv", f"{header}\n1,2,3,4\n"))
    assert error.code == code
    assert named in str(error)


def test_a_file_of_commas_alone_has_no_header(file, refusal):
    assert refusal(file("a.csv", ",,\n,,\n")).code == "no_header"


def test_trailing_commas_without_content_are_nobodys_mistake(file, rows_of):
    rows = rows_of(file("a.csv", "甲,乙,,\n1,2,,\n"))
    assert [(row.cells, row.errors) for row in rows] == [({"甲": "1", "乙": "2"}, ())]


def test_blank_rows_are_passed_over_but_counted(file, rows_of):
    rows = rows_of(file("a.csv", "甲,乙\r\n\r\n1,2\r\n,\r\n3,\r\n"))
    assert [(row.number, row.cells["乙"]) for row in rows] == [(3, "2"), (5, None)]


def test_a_blank_line_before_the_header_is_passed_over(file, rows_of):
    (row,) = rows_of(file("a.csv", "\r\n甲;乙\r\n1;2\r\n"))
    assert (row.number, row.cells) == (3, {"甲": "1", "乙": "2"})


def test_a_line_break_inside_quotation_marks_belongs_to_the_cell(file, rows_of):
    rows = rows_of(file("a.csv", '甲,乙\n"一\r\n二",2\n3,4\n'))
    assert rows[0].cells["甲"] == "一\r\n二"
    assert [row.number for row in rows] == [2, 3]


@pytest.mark.parametrize(("line", "found"), [("1", 1), ("1,2,3,4", 4)])
def test_too_few_or_too_many_cells_are_counted_in_the_sentence(file, rows_of, line, found):
    rows = rows_of(file("a.csv", f"甲,乙\n{line}\n5,6\n"))
    assert codes(rows) == {2: ["cell_count"]}
    reason = str(rows[0].errors[0].reason)
    assert f"有 {found} 格" in reason
    assert "有 2 个" in reason


def test_a_nul_is_an_error_of_its_cell(file, rows_of):
    rows = rows_of(file("a.csv", "甲,乙\n" + "1,2\n" * 50 + "3,\0四\n5,6\n"))
    assert codes(rows) == {52: ["nul"]}
    assert rows[50].errors[0].column == "乙"


@pytest.mark.parametrize(
    "swallowing",
    ['3,"四\n5,6\n7,8\n', '3,"四\n5,6\n"七",8\n', '3,"四\n5,6\n7,"八"\n', '"3,四\n5,6\n7,八"\n'],
)
def test_an_unclosed_quotation_mark_is_blamed_on_its_row_and_swallows_none(
    file, rows_of, swallowing
):
    rows = rows_of(file("a.csv", "甲,乙\n1,2\n" + swallowing))
    assert codes(rows)[3] == ["unclosed_quote"]
    assert "第 3 行" in str(rows[1].errors[0].reason)
    assert rows[2].cells == {"甲": "5", "乙": "6"}
    assert rows[2].number == 4
    assert len(rows) == 4


def test_an_unclosed_quotation_mark_before_many_megabytes_takes_little_memory(file):
    line = "x" * 50_000 + "," + "y" * 50_000 + "\n"
    path = file("a.csv", '甲,乙\n1,"2\n' + line * 400)
    tracemalloc.start()
    with open_table(path) as table:
        found = [row.number for row in table if row.errors]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [2]
    # The lines of one record are kept up to the limit, in bytes and in characters.
    assert peak < path.stat().st_size / 4


def test_text_after_a_closing_quotation_mark_says_how_to_write_it(file, rows_of):
    rows = rows_of(file("a.csv", '甲,乙\n"3" 寸管,2\n3,4\n'))
    assert codes(rows) == {2: ["stray_quote"]}


def test_a_cell_over_the_limit_and_a_line_without_end_are_errors_of_their_row(file, rows_of):
    content = f"甲,乙\n1,{'x' * 1_000_001}\n3,4\n{'y' * 9_000_000},6\n7,8\n"
    rows = rows_of(file("a.csv", content))
    assert codes(rows) == {2: ["too_long"], 4: ["too_long"]}
    assert len(rows[0].errors[0].value) < 300
    assert [row.cells.get("甲") for row in rows] == [None, "3", None, "7"]


def test_the_old_line_ends_of_mac_are_read(file, rows_of):
    assert len(rows_of(file("a.csv", "甲,乙\r1,2\r3,4\r"))) == 2


def test_a_lone_return_inside_a_row_is_an_error_of_that_row(file, rows_of):
    rows = rows_of(file("a.csv", "甲,乙\n1,2\r3\n4,5\n"))
    assert codes(rows) == {2: ["bare_return"]}


def test_a_neutralised_formula_comes_back_as_it_was(file, rows_of):
    (row,) = rows_of(file("a.csv", "甲,乙,丙\n'=1+1,''@x,'tis\n"))
    assert row.cells == {"甲": "=1+1", "乙": "'@x", "丙": "'tis"}


MIXED = '甲,乙\n一,"多\n行"\n三,坏,了\n\n"吞,四\n五,上\n六,"引""号"\n七,\n八,𠮷\n九,"a\r\nb"\n十,末'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_read_resumed_after_any_row_gives_the_same_rest(file, encoding):
    content = MIXED.encode(encoding)
    with open_table(file("a.csv", content)) as table:
        rows = list(table)
        assert len(rows) == 9
        assert table.bytes_read == table.total_bytes == rows[-1].offset == len(content)
        for place, row in enumerate(rows):
            assert content[: row.offset].decode(encoding)
            table.start_at(row.offset)
            rest = list(table)
            assert [(r.number, r.cells, r.offset) for r in rest] == [
                (r.number, r.cells, r.offset) for r in rows[place + 1 :]
            ]


@pytest.mark.parametrize("offset", [9, 10_000])
def test_a_file_that_changed_meanwhile_is_not_resumed(file, offset):
    with open_table(file("a.csv", "甲,乙\n1,2\n3,4\n")) as table:
        table.start_at(offset)
        with pytest.raises(TableError) as caught:
            list(table)
    assert caught.value.code == "changed_file"


def test_a_sheet_cannot_be_chosen_in_a_csv(file):
    with pytest.raises(TableError) as caught:
        open_table(file("a.csv", "甲\n1\n"), sheet="一")
    assert caught.value.code == "no_sheets"
