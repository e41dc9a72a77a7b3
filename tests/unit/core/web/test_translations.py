"""The English catalogue is whole, fits its sources, and is compiled when it has changed."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from marketplace.core.web.translations import compile_catalogues

ROOT = Path(__file__).resolve().parents[4]
ENGLISH = ROOT / "marketplace" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [
    ("marketplace/**.py", "python"),
    ("tasks/**.py", "python"),
    ("templates/**.html", "jinja2"),
]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def used_messages() -> dict[str, str]:
    """Every string in the code and templates, with the file it stands in."""
    found = {}
    for name, _line, message, _comments, _context in extract_from_dir(
        ROOT,
        METHODS,
        {"templates/**.html": {"trimmed": "true"}},
        keywords=KEYWORDS,
        directory_filter=lambda folder: not Path(folder).name.startswith((".", "__")),
    ):
        found[message if isinstance(message, str) else message[0]] = name
    found.pop("", None)
    return found


@cache
def english() -> Catalog:
    with ENGLISH.open("rb") as handle:
        return read_po(handle)


def test_every_string_has_an_english_translation() -> None:
    translated = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in english()
        if message.string and all(message.string) and not message.fuzzy
    }
    missing = {text: name for text, name in used_messages().items() if text not in translated}
    assert missing == {}


def test_no_translation_is_left_of_a_string_that_is_gone() -> None:
    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in english() if m.id}
    assert kept - set(used_messages()) == set()


def test_a_translation_has_the_placeholders_of_its_source() -> None:
    for message in english():
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[0]
        strings = [message.string] if isinstance(message.string, str) else message.string
        for text in strings:
            assert set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(source)), source
        assert set(PLACEHOLDER.findall(source)) <= set(
            PLACEHOLDER.findall("".join(strings)) + (["%(num)s"] if len(strings) > 1 else [])
        ), source


def test_no_source_is_written_in_english() -> None:
    words = re.compile(r"[A-Za-z]{4,}")
    for text in used_messages():
        assert HAN.search(text) or not words.search(PLACEHOLDER.sub("", text)), text


def test_no_string_shouts_or_bows() -> None:
    for text in used_messages():
        assert "！" not in text
        assert "您" not in text


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_where_no_catalogue_can_be_written_what_is_there_stays_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid ""\nmsgstr ""\n')
    (folder / "messages.mo").write_bytes(b"of before")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("marketplace.core.web.translations.NamedTemporaryFile", refuse)
    assert compile_catalogues(tmp_path) == 0
    assert (folder / "messages.mo").read_bytes() == b"of before"


def test_the_installation_compiles_the_catalogues() -> None:
    dry = subprocess.run(
        ["make", "--dry-run", "--always-make", "installed"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "-m marketplace.core.web.translations marketplace/translations" in dry


def test_a_catalogue_is_compiled_once_and_again_when_it_has_changed(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "messages.po"
    source.write_text('msgid ""\nmsgstr ""\n\nmsgid "成果"\nmsgstr "Results"\n')
    assert compile_catalogues(tmp_path) == 1
    assert compile_catalogues(tmp_path) == 0
    later = source.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_catalogues(tmp_path) == 1
    assert b"Results" in (folder / "messages.mo").read_bytes()
