"""Markup and formulas in the words of further parts stay words, everywhere."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask

from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain
from marketplace.core.policy import Level
from marketplace.disclosure.checking import PartContent
from marketplace.disclosure.models import AccessRequest
from marketplace.disclosure.reading import admit, open_part, refuse, request_access
from marketplace.disclosure.writing import change_part, set_terms
from tests.functional.accounts.browsing import Browser
from tests.functional.disclosure.conftest import Ladder

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}</textarea><svg onload=alert(1)>",
    '=HYPERLINK("http://x.example","看")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
]


@pytest.mark.exhaustive
def test_nothing_that_was_typed_becomes_markup(app: Flask, ladder: Ladder) -> None:
    clerk = ladder.people["clerk"]
    for version_of_terms, text in enumerate(HOSTILE, start=1):
        words = Bilingual(text, text)
        set_terms(clerk, "result", ladder.record_id, version_of_terms, words)
        for level, part_id in ladder.parts.items():
            version = ladder.part(level).version
            change_part(clerk, part_id, version, PartContent(level, words, True, words))
        ladder.accept("reader", version_of_terms + 1)
        request_access(ladder.people["reader"], ladder.parts[Level.NAMED], text)
        asked = newest_request_id()
        for part_id in (ladder.parts[Level.VERIFIED], ladder.parts[Level.TERMS]):
            open_part(ladder.people["reader"], part_id)
        refuse(clerk, asked, text)
        for path in addresses(ladder):
            for browser in (
                Browser(app),
                ladder.people.browser("clerk"),
                ladder.people.browser("reader"),
            ):
                page = browser.get(path).text
                assert "alert(1)" not in page or "&lt;" in page
                for raw in ("<script>alert", "<img src=x", "<svg onload", "49</textarea>"):
                    assert raw not in page, path


def newest_request_id() -> int:
    db.session.rollback()
    return max(one.id for one in db.session.query(AccessRequest.id))


def addresses(ladder: Ladder) -> list[str]:
    own = f"/records/result/{ladder.record_id}"
    parts = [f"/parts/{part_id}" for part_id in ladder.parts.values()]
    return [
        f"/results/{ladder.record_id}",
        f"/en/results/{ladder.record_id}",
        f"{own}/parts",
        f"{own}/parts/manage",
        f"{own}/terms",
        f"{own}/openings",
        *parts,
        *(f"{path}/edit" for path in parts),
    ]


@pytest.mark.parametrize("heading", HOSTILE[3:])
def test_no_sheet_holds_even_a_public_heading(app: Flask, ladder: Ladder, heading: str) -> None:
    words = Bilingual(heading)
    content = PartContent(Level.VERIFIED, words, True, words)
    change_part(ladder.people["clerk"], ladder.parts[Level.VERIFIED], 1, content)
    drain()
    answer = Browser(app).client.get("/search/export?q=碲化铋")
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.data)) as book:
        sheets = "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    assert "碲化铋" in sheets
    assert "HYPERLINK" not in sheets
    assert "cmd|" not in sheets


def test_a_record_names_units_and_nobody_to_reach(app: Flask, ladder: Ladder) -> None:
    admit(ladder.people["clerk"], _asked(ladder), covers_organisation=False)
    browser = Browser(app)
    for path in (f"/results/{ladder.record_id}", f"/records/result/{ladder.record_id}/parts"):
        for prefix in ("", "/en"):
            page = browser.get(prefix + path).text
            for word in ("@x.example", "@y.example", "mailto:", "tel:", "clerk", "reviewer"):
                assert word not in page, (path, word)


def _asked(ladder: Ladder) -> int:
    ladder.accept("reader")
    return ladder.ask("reader")
