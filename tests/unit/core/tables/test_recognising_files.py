"""A file is recognised by its content, and what is no table is refused by name."""

import gzip
import io
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.core.tables import TableError, open_table

CHINESE = "名称,单位\n锂电池隔膜涂覆方法,合成大学\n数控机床主轴,精工厂\n"


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"", "empty_file", "空的"),
        (b" \r\n\t\n", "empty_file", "空的"),
        (b"\xef\xbb\xbf", "empty_file", "空的"),
        (b"%PDF-1.7\n\x00\x01", "not_a_table", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "not_a_table", "PNG"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "not_a_table", "gzip"),
        (b"\n<!DOCTYPE html><table>", "not_a_table", "网页"),
        (b'<?xml version="1.0"?><a/>', "not_a_table", "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "old_workbook", "另存为"),
        (bytes(range(256)) * 20, "binary", "不是文本"),
        ("a,b\n1,2\n".encode("utf-16-le"), "binary", "不是文本"),
        ("a,b\n1,2\n".encode("utf-32"), "encoding", "UTF-8"),
        (b'[{"a": 1},\n{"a": 2}]', "json_array", "每行一个"),
        (b'{\n  "a": 1\n}', "json_not_lines", "每行一个"),
        (b"a,b\n", "header_only", "没有记录"),
        (b"a,b", "header_only", "没有记录"),
    ],
)
def test_what_is_no_table_is_refused_by_name(file, refusal, content, code, word):
    error = refusal(file("data.csv", content))
    assert error.code == code
    assert word in str(error)


def test_a_word_document_renamed_to_xlsx_is_called_a_word_document(file, refusal):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    error = refusal(file("data.xlsx", content.getvalue()))
    assert (error.code, "Word" in str(error)) == ("not_a_table", True)


@pytest.mark.parametrize(
    "content",
    [b"not a spreadsheet at all", b"one\ntwo\nthree\n", b"a,b\n", b"\x81\xfe\x90" * 9, bytes(99)],
)
def test_junk_that_is_called_a_workbook_is_no_spreadsheet(file, refusal, content):
    error = refusal(file("data.xlsx", content))
    assert str(error).startswith("这个文件的名称像工作簿，内容却不是表格")
    assert "XLSX 或 CSV" in str(error)


def test_a_csv_that_is_called_a_workbook_is_read(file, rows_of):
    assert len(rows_of(file("data.xlsx", CHINESE.encode()))) == 2


def test_a_workbook_with_a_password_is_told_from_an_old_one(file, refusal):
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)
    error = refusal(file("data.xlsx", container + "EncryptedPackage".encode("utf-16-le")))
    assert error.code == "password"


def test_a_missing_file_gets_a_sentence(tmp_path, refusal):
    error = refusal(tmp_path / "nowhere.csv")
    assert error.code == "unreadable"
    assert "nowhere.csv" in str(error)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
    ],
)
def test_common_encodings_of_chinese_are_recognised(file, encoding, expected):
    with open_table(file("data.csv", CHINESE.encode(encoding))) as table:
        assert table.encoding == expected
        assert table.columns == ("名称", "单位")
        assert [row.cells["单位"] for row in table] == ["合成大学", "精工厂"]


def test_utf_16_with_the_high_byte_first_is_read(file, rows_of):
    path = file("data.csv", b"\xfe\xff" + CHINESE.encode("utf-16-be"))
    assert [row.cells["名称"] for row in rows_of(path)][1] == "数控机床主轴"


@pytest.mark.parametrize(
    "content",
    [
        "名稱,單位\n鋰電池隔膜的塗覆方法與設備,合成大學電機系\n".encode("big5"),
        "名前,単位\nリチウム電池のセパレータ,大学です\n".encode("shift_jis"),
        "Größe,Straße\nMüller,Köln\n".encode("latin-1"),
    ],
)
def test_other_encodings_are_refused_with_the_way_out(file, refusal, content):
    error = refusal(file("data.csv", content))
    assert error.code == "encoding"
    assert "UTF-8" in str(error)


def test_traditional_characters_in_gb18030_are_still_gb18030(file):
    text = "名称,说明\n" + "鋰電池的隔膜是用一種新的方法在水中製成的,可以在工厂中使用\n" * 5
    with open_table(file("data.csv", text.encode("gb18030"))) as table:
        assert table.encoding == "gb18030"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("shift", range(4))
def test_a_character_cut_by_the_end_of_the_sample_does_not_mislead(file, encoding, shift):
    text = "a,b\n" + "x" * shift + "," + "数控机床" * 20_000 + "\n"
    with open_table(file("data.csv", text.encode(encoding))) as table:
        assert table.encoding == encoding
        assert next(iter(table)).errors == ()


def test_chinese_far_below_an_english_beginning_decides_the_encoding(file):
    text = "name,place\n" + "abc,def\n" * 30_000 + "锂电池隔膜,合成大学\n"
    with open_table(file("data.csv", text.encode("gb18030"))) as table:
        assert table.encoding == "gb18030"
        assert list(table)[-1].cells == {"name": "锂电池隔膜", "place": "合成大学"}


def test_one_wrong_byte_among_good_lines_is_an_error_of_its_row_only(file, rows_of):
    lines = ["名称,单位", *["主轴,精工厂"] * 5_998]
    content = "\n".join(lines).encode().split(b"\n")
    content[4_999] = "主轴,精".encode() + b"\xff" + "厂".encode()
    rows = rows_of(file("data.csv", b"\n".join(content)))
    assert [row.number for row in rows if row.errors] == [5_000]
    (error,) = rows[4_998].errors
    assert (error.row, error.column, error.code) == (5_000, "单位", "wrong_bytes")
    assert len(rows) == 5_998


def test_json_lines_are_recognised_under_any_name(file):
    with open_table(file("data.txt", '{"a": "甲"}\n')) as table:
        assert (table.format, table.columns) == ("jsonl", ("a",))


PIECES = st.sampled_from(
    [*b"ab,;\t\r\n\"'={}[]:\0", *"上锂".encode(), *"上锂".encode("gb18030"), 0xFF, 0xFE, 0xD8]
)


@given(st.one_of(st.binary(), st.lists(PIECES).map(bytes)), st.sampled_from(["csv", "jsonl"]))
@example(b'a,b\n1,"2\nx\ry"\n', "csv")
def test_no_bytes_raise_anything_but_a_sentence_and_all_resume(content, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{suffix}"
        path.write_bytes(content)
        with suppress(TableError), open_table(path) as table:
            rows = list(table)
            for place, row in enumerate(rows):
                table.start_at(row.offset)
                assert [r.number for r in table] == [r.number for r in rows[place + 1 :]]
