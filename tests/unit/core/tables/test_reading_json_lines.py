"""JSONL: a bad line is an error of that line, and reading goes on."""

import pytest

from marketplace.core.tables import TableError, open_table


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{a: 1}", "not_json"),
        ('{"a": 1', "not_json"),
        ('{"a": NaN}', "not_json"),
        ('{"a": 1e999}', "not_json"),
        ('{"a": "\\ud800"}', "not_json"),
        ('{"a": ' + "[" * 100_000, "not_json"),
        ("[1, 2]", "not_an_object"),
        ('"text"', "not_an_object"),
        ("12", "not_an_object"),
        ('{"a": 123456789012345678901}', "lost_digits"),
        ('{"a": "x\\u0000y"}', "nul"),
        ('{"a": {"b": ["x\\u0000y"]}}', "nul"),
        (b'{"a": "\xff"}', "wrong_bytes"),
        ('{"a": "' + "x" * 9_000_000 + '"}', "too_long"),
    ],
    ids=[str(place) for place in range(14)],
)
def test_a_bad_line_is_an_error_of_its_row_and_reading_goes_on(file, rows_of, line, code):
    raw = line if isinstance(line, bytes) else line.encode()
    rows = rows_of(file("a.jsonl", b'{"a": "' + "甲".encode() + b'"}\n' + raw + b'\n{"a": 3}'))
    assert [row.number for row in rows] == [1, 2, 3]
    assert [error.code for error in rows[1].errors] == [code]
    assert str(rows[1].errors[0].reason)
    assert rows[2].cells == {"a": 3}


def test_values_keep_their_types(file, rows_of):
    line = '{"a": [1, "x"], "b": {"c": null}, "d": 18446744073709551615, "e": true, "f": 1.5}'
    (row,) = rows_of(file("a.jsonl", line))
    assert row.cells == {
        "a": [1, "x"],
        "b": {"c": None},
        "d": 18446744073709551615,
        "e": True,
        "f": 1.5,
    }


def test_an_escaped_backslash_before_u0000_is_no_nul(file, rows_of):
    (row,) = rows_of(file("a.jsonl", r'{"a": "\\u0000"}'))
    assert row.errors == ()


def test_columns_are_those_seen_at_the_beginning(file):
    with open_table(file("a.jsonl", '{"b": 1}\n{"a": 2, "b": 3}\n')) as table:
        assert table.columns == ("b", "a")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_read_resumed_after_any_line_gives_the_same_rest(file, encoding):
    text = '{"a": "上一"}\r\n\r\n{"a": "ਊ上"}\nwrong\n{"a": "锂电池的方法"}\n{"a": 5}'
    content = text.replace("ਊ", "一" if encoding == "gb18030" else "ਊ").encode(encoding)
    with open_table(file("a.jsonl", content)) as table:
        rows = list(table)
        assert [row.number for row in rows] == [1, 3, 4, 5, 6]
        assert rows[-1].offset == len(content)
        for place, row in enumerate(rows):
            table.start_at(row.offset)
            assert [r.cells for r in table] == [r.cells for r in rows[place + 1 :]]


def test_a_file_that_changed_meanwhile_is_not_resumed(file):
    with open_table(file("a.jsonl", '{"a": 1}\n{"a": 2}\n')) as table:
        table.start_at(5)
        with pytest.raises(TableError) as caught:
            list(table)
    assert caught.value.code == "changed_file"


def test_a_file_none_of_whose_lines_can_be_read_is_refused_with_what_is_wrong_in_the_first(file):
    with pytest.raises(TableError) as refused:
        open_table(file("a.jsonl", "\n{a: 1}\n[1]\n"))
    assert refused.value.code == "not_json"
    assert str(refused.value).startswith("第 2 行读不出来：这一行不是 JSON")
