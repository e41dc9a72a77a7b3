"""Which part of an XLSX holds a sheet: the links from the package to its workbook to its sheets.

Does not belong here: what stands in the sheet, and whether the archive is safe to unpack.
"""

import posixpath
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile

# ECMA-376 part 1, 15.2.1; the strict form has another address before the same last word.
_WORKBOOK_LINK = "/officeDocument"


def part_of_sheet(path: Path, index: int) -> str | None:
    """The name in the archive of the sheet at ``index`` (from 0, in the workbook's order).

    Nothing when the links lead nowhere (ECMA-376 part 1, 18.2.20; part 2, 9.3).
    """
    try:
        with ZipFile(path) as archive:
            # Names of parts are equal but for the case of their letters (part 2, 9.1.1).
            names = {name.lower(): name for name in archive.namelist()}

            def read(part: str) -> bytes:
                return archive.read(names[part.lower()])

            book = next(
                _target("", link["Target"])
                for link in _attributes(read("_rels/.rels"), "Relationship")
                if link["Type"].endswith(_WORKBOOK_LINK)
            )
            folder, name = posixpath.split(book)
            sheet = _attributes(read(book), "sheet")[index]
            links = _attributes(read(f"{folder}/_rels/{name}.rels"), "Relationship")
            target = next(link["Target"] for link in links if link["Id"] == sheet["id"])
            return names[_target(folder, target).lower()]
    except (KeyError, IndexError, StopIteration, ExpatError, BadZipFile, OSError, ValueError):
        return None


def _target(folder: str, address: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, address)).lstrip("/")


def _attributes(content: bytes, element: str) -> list[dict[str, str]]:
    """The attributes of every element of this name; both kinds of name without their namespace."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == element:
            found.append({_local(key): value for key, value in attributes.items()})

    def refuse(*_declaration: object) -> None:
        raise ValueError("a workbook declares no document type")

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)
    return found


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
