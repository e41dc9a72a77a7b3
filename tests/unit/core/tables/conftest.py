"""Small files for the tests of tables, made on the spot."""

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from marketplace.core.tables import Row, TableError, open_table

WORKBOOK = (
    '<?xml version="1.0" encoding="UTF-8"?><workbook '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
PACKAGE_LINKS = LINKS.replace("relationships/worksheet", "relationships/officeDocument").replace(
    "worksheets/sheet1.xml", "xl/workbook.xml"
)
SHEET_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Write a file; text as UTF-8."""

    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def raw_workbook(tmp_path: Path) -> Callable[..., Path]:
    """An XLSX from the XML of its only sheet's rows, and parts to add."""

    def write(rows: str, parts: Iterable[tuple[str, str | bytes]] = (), head: str = "") -> Path:
        path = tmp_path / "raw.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("_rels/.rels", PACKAGE_LINKS)
            archive.writestr("xl/workbook.xml", WORKBOOK)
            archive.writestr("xl/_rels/workbook.xml.rels", LINKS)
            archive.writestr(
                "xl/worksheets/sheet1.xml",
                f"{head}{SHEET_HEAD}<sheetData>{rows}</sheetData></worksheet>",
            )
            for name, content in parts:
                archive.writestr(name, content)
        return path

    return write


@pytest.fixture
def rows_of() -> Callable[..., list[Row]]:
    def read(path: Path, sheet: str | None = None) -> list[Row]:
        with open_table(path, sheet=sheet) as table:
            return list(table)

    return read


@pytest.fixture
def refusal() -> Callable[[Path], TableError]:
    def read(path: Path) -> TableError:
        with pytest.raises(TableError) as caught, open_table(path) as table:
            list(table)
        assert str(caught.value)
        return caught.value

    return read
