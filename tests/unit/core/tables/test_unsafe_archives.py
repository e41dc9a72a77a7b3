"""An XLSX that would unpack to more than it says, or reach outside, is not opened."""

import io
import struct
import zipfile
from contextlib import suppress
from time import process_time

import pytest

from marketplace.core.tables import TableError, archive, open_table


def text_cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


ROWS = f'<row r="1">{text_cell("A1", "甲")}</row><row r="2">{text_cell("A2", "一")}</row>'


def test_a_part_that_unpacks_to_hundreds_of_times_its_size_is_refused(raw_workbook, refusal):
    path = raw_workbook(ROWS, [("xl/media/image1.png", bytes(5_000_000))])
    assert refusal(path).code == "zip_bomb"


def test_a_directory_that_lies_about_the_size_does_not_help(raw_workbook, refusal):
    path = raw_workbook(ROWS, [("xl/media/image1.png", bytes(5_000_000))])
    size = struct.pack("<L", 5_000_000)
    content = path.read_bytes()
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, struct.pack("<L", 1_000)))
    assert refusal(path).code == "zip_bomb"


def test_the_sum_of_all_parts_counts(raw_workbook, refusal, monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 300_000)
    parts = [(f"xl/media/{n}.txt", bytes(range(256)) * 400) for n in range(4)]
    assert refusal(raw_workbook(ROWS, parts)).code == "zip_bomb"


def test_too_many_entries_are_refused(raw_workbook, refusal):
    parts = [(f"xl/media/{n}", "") for n in range(archive.MAX_ENTRIES)]
    assert refusal(raw_workbook(ROWS, parts)).code == "zip_bomb"


def test_an_archive_inside_the_archive_is_not_unpacked(raw_workbook, rows_of):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as nested:
        nested.writestr("bomb", bytes(50_000_000))
    path = raw_workbook(ROWS, [("xl/embeddings/inner.zip", inner.getvalue())])
    assert rows_of(path)[0].cells == {"甲": "一"}


@pytest.mark.parametrize(
    "far",
    ['<c r="XFD1048576"><v>1</v></c>', "<c  r = 'XFD1048576' ><v>1</v></c>"],
)
def test_a_cell_in_the_far_corner_is_refused_before_the_rectangle_is_filled(
    raw_workbook, refusal, far
):
    error = refusal(raw_workbook(f'{ROWS}<row r="1048576">{far}</row>'))
    assert error.code == "too_many_cells"


def test_a_long_text_shared_by_very_many_cells_is_refused(raw_workbook, refusal, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TEXT_BYTES", 1_000_000)
    strings = f"<sst><si><t>甲</t></si><si><t>{'字' * 20_000}</t></si></sst>"
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{int(n > 1)}</v></c></row>' for n in range(1, 100)
    )
    assert refusal(raw_workbook(cells, [("xl/sharedStrings.xml", strings)])).code == "zip_bomb"


def test_a_long_text_used_once_among_many_short_ones_is_no_bomb(raw_workbook, rows_of, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TEXT_BYTES", 1_000_000)
    strings = f"<sst><si><t>甲</t></si><si><t>{'字' * 20_000}</t></si></sst>"
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{int(n == 50)}</v></c></row>' for n in range(1, 100)
    )
    assert len(rows_of(raw_workbook(cells, [("xl/sharedStrings.xml", strings)]))) == 98


def test_external_entities_are_refused_and_never_read(raw_workbook, refusal, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("密")
    head = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    rows = ROWS.replace("一", "&e;")
    assert refusal(raw_workbook(rows, head=head)).code == "xml_entities"


def test_a_file_over_the_limit_is_sent_to_csv(raw_workbook, refusal, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 100)
    error = refusal(raw_workbook(ROWS))
    assert error.code == "too_large"
    assert "CSV" in str(error)


@pytest.mark.parametrize("cut", [30, 200, 500, -30])
def test_a_truncated_workbook_gets_a_sentence(raw_workbook, refusal, cut):
    path = raw_workbook(ROWS)
    path.write_bytes(path.read_bytes()[:cut])
    assert refusal(path).code == "broken_workbook"


def test_damaged_bytes_anywhere_never_raise_anything_else(raw_workbook):
    path = raw_workbook(ROWS)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with suppress(TableError), open_table(path) as table:
            list(table)


def test_a_sheet_that_is_not_xml_gets_a_sentence(raw_workbook, refusal):
    assert refusal(raw_workbook("<row r='1'><c r='A1'><<<")).code == "broken_workbook"


def seconds_to_scan(crafted, size):
    """Processor time to look through this much of a crafted sheet, the quickest of three."""
    text = b'<c t="e" <f ' + crafted * (size // len(crafted))
    taken = []
    for _try in range(3):
        scan = archive.PartScan(has_cells=True)
        began = process_time()
        archive._scan_cells(scan, text)
        archive._SHARED_INDEX.findall(archive._compact(text))
        taken.append(process_time() - began)
    return min(taken)


@pytest.mark.parametrize(
    "crafted",
    [
        b'<c t="e" ',
        b' t="e"',
        b'<c t="e"><f ',
        b'<c t="e"><f>',
        b't="s"',
        b'<c t="s"><v ',
        b"<c t   ",
        b"<aaaa",
    ],
)
def test_the_work_grows_with_the_size_of_a_crafted_sheet_and_not_with_its_square(crafted):
    # Four times the size: 4 where each byte is read a few times, 16 where it goes by the square.
    small = seconds_to_scan(crafted, 16_000)
    assert seconds_to_scan(crafted, 64_000) < 10 * max(small, 0.001)


def test_a_faulty_cell_is_seen_across_the_border_of_two_pieces(raw_workbook, rows_of, monkeypatch):
    cells = '<c r="A2"><v>1</v></c><c r="B2" t="e"><f>NA()</f><v>#N/A</v></c>'
    header = f'<row r="1">{text_cell("A1", "甲")}{text_cell("B1", "乙")}</row>'
    path = raw_workbook(f'{header}<row r="2">{cells}</row>')
    for size in range(40, 90):
        monkeypatch.setattr(archive, "CHUNK", size)
        (row,) = rows_of(path)
        assert [(error.value, error.code) for error in row.errors] == [("#N/A", "error_value")]


def test_a_workbook_under_a_numbered_name_is_not_called_damaged(raw_workbook, refusal):
    path = raw_workbook(ROWS)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w") as numbered:
        for name, content in parts.items():
            numbered.writestr(name.replace("workbook.xml", "workbook2.xml"), content)
    error = refusal(path)
    assert error.code == "unusual_workbook"
    assert "另存为" in str(error)
