"""No word of a restricted field reaches anybody who may not read exactly that field.

Each field holds words of its own, which stand nowhere else. Runs on whatever services the tests
are given (``TEST_SEARCH_URL``, ``TEST_DATABASE_URL``), so on both engines.
"""

from __future__ import annotations

import csv
import html
import random
import re
from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta
from email.message import EmailMessage
from http import HTTPStatus
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from marketplace.accounts.models import Person
from marketplace.catalogue.indexing import search_service
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now
from marketplace.core.notifications import Notification
from marketplace.core.outbox import OutboxEvent
from search.engines.elastic import ElasticEngine
from tests.functional.accounts.browsing import Browser
from tests.functional.security.conftest import Canaries, Garden, every_log_line
from tests.functional.security.planting import ALLOWED, VIEWERS
from tests.functional.security.planting_letters import DAYS, SAVERS
from tests.functional.security.reading_all import addresses_of, rules
from tests.functional.security.restricted import (
    NOT_RESTRICTED,
    restricted_columns,
    wordy_columns,
)
from tests.grounds import SEARCH_URL

pytestmark = pytest.mark.exhaustive

MARKUP = re.compile(r"<wbr>|\u00a0|&nbsp;|</?b>")
AS_MARKUP = re.compile(r"<img src=x|&gt;\"|</script>\"|/script>(&#34;|&quot;)")
AS_FORMULA = re.compile(r"<f[ >]")
"""What :data:`HOSTILE` would look like where it is taken for more than words."""
MORE = ("/search?q=碲化铋", "/en/search?q=碲化铋", "/suggest?q=碲", "/nowhere", "/en/nowhere")
READ_BY_POST = {"files.content", "oversight.export"}
"""Forms whose answer is a file."""
OF_REPORTS = ("obligations.", "files.")
CHANGED = "改后的名称"
"""The public title of the record that holds the old version."""
REMINDED = "公开的项目"
"""The project of which something is owed."""
IN_ONE_LANGUAGE = ("operations.", "site_files.")


def test_every_column_that_may_hold_restricted_words_holds_a_canary(garden: Garden) -> None:
    every = [one.latin for one in garden.canaries.values()]
    lacking = [
        ".".join(column)
        for column, (model, name) in restricted_columns().items()
        if not any(
            one in str(value if not hasattr(value, "as_dict") else value.as_dict())
            for value in db.session.scalars(select(getattr(model, name)))
            for one in every
        )
    ]
    assert " ".join(lacking) == "", "plant a canary there, or say in NOT_RESTRICTED why not"


def test_what_is_said_to_be_unrestricted_is_there(app: Flask) -> None:
    assert set(NOT_RESTRICTED) <= {(model.__name__, name) for model, name in wordy_columns()}


def test_the_engine_that_is_asked_is_the_one_that_was_given(garden: Garden) -> None:
    assert isinstance(search_service().engine, ElasticEngine) == bool(SEARCH_URL)


def test_no_search_answer_count_facet_or_suggestion_is_another_for_what_was_planted(
    garden: Garden,
) -> None:
    assert garden.after == garden.before


def test_neither_logs_nor_the_machinery_hold_a_canary(garden: Garden) -> None:
    assert found_in(str(garden.lines), garden.canaries) == set()
    assert_kept_out_of_the_machinery(garden)


def test_no_letter_holds_a_canary_that_is_not_for_whom_it_goes_to(garden: Garden) -> None:
    readers = names_by_address(garden)
    told = set()
    for letter in garden.letters:
        reader, text = readers[letter["To"]], text_of_letter(letter)
        assert found_in(text, secrets_from(garden, reader)) == set(), (reader, letter["Subject"])
        told |= {(reader, sign) for sign in (CHANGED, REMINDED) if sign in text}
    # Else nothing was looked at.
    assert told == {
        *((reader, CHANGED) for reader in SAVERS),
        *((reader, REMINDED) for reader in ("clerk", "reviewer", "both")),
    }


def test_a_canary_is_found_in_every_part_of_a_letter(garden: Garden) -> None:
    canary = garden.canaries["hidden"]
    for subject, text, markup in (
        (canary.han, "", ""),
        ("", str(canary), ""),
        ("", "", f"<p>{canary.han[:3]}<wbr>{canary.han[3:]}</p>"),
    ):
        letter = EmailMessage()
        letter["Subject"] = subject
        letter.set_content(text)
        letter.add_alternative(markup, "html")
        assert found_in(text_of_letter(letter), garden.canaries) == {"hidden"}


def test_on_its_day_a_deferred_text_opens_to_everybody_and_nothing_else_does(
    garden: Garden,
) -> None:
    assert read_of_reports(garden) == set()
    with time_machine.travel(now() + timedelta(days=DAYS[-1])):
        assert read_of_reports(garden) == {"deferred text"}


def read_of_reports(garden: Garden) -> set[str]:
    """The canaries that a visitor is shown of reports and of files."""
    found: set[str] = set()
    for rule in rules(garden.app, "GET"):
        if rule.endpoint.startswith(OF_REPORTS):
            for address in addresses_of(garden.app, rule, "GET"):
                answer = ask(garden.browsers["anonymous"], "GET", address)
                found |= found_in(text_of(answer), garden.canaries)
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_address_shows_a_canary_to_whom_it_is_not_for_or_takes_one_for_markup_or_a_formula(
    garden: Garden, viewer: str
) -> None:
    browser = garden.browsers[viewer]
    secret = secrets_from(garden, viewer)
    seen: set[str] = set()
    with every_log_line() as lines:
        for address, text in everything(garden.app, browser):
            assert found_in(text, secret) == set(), (viewer, address)
            seen |= found_in(text, garden.canaries)
    assert found_in(str(lines), garden.canaries) == set()
    # Whoever may read it finds it somewhere: else the addresses above would show nothing.
    assert seen >= SHOWN.get(viewer, frozenset())


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    viewer=st.sampled_from(VIEWERS),
    key=st.sampled_from(sorted(ALLOWED)),
    script=st.sampled_from(["han", "latin"]),
    cut=st.tuples(st.integers(0, 4), st.integers(3, 11)),
    path=st.sampled_from(
        [
            "/search",
            "/en/search",
            "/suggest",
            "/search/export",
            "/search?kind=result",
            "/staff/audit",
            "/account/organisations/new",
        ]
    ),
)
def test_whoever_searches_for_a_part_of_a_canary_is_not_told_the_rest(
    garden: Garden, viewer: str, key: str, script: str, cut: tuple[int, int], path: str
) -> None:
    canary = garden.canaries[key]
    piece = getattr(canary, script)[cut[0] : cut[0] + cut[1]]
    separator = "&" if "?" in path else "?"
    answer = garden.browsers[viewer].get(f"{path}{separator}q={piece}")
    text = text_of(answer).replace(piece, "")
    assert found_in(text, secrets_from(garden, viewer)) == set()


SHOWN: dict[str, frozenset[str]] = {
    "clerk": frozenset(
        {
            "draft",
            "draft file",
            "returned",
            "reason",
            "remark",
            "hidden",
            "hidden author",
            "old version",
            "verified text",
            "terms text",
            "named text",
            "terms",
            "purpose",
            "reader's name",
            "upload",
            "obligation draft",
            "obligation comment",
            "report not in",
            "report closed",
            "deferred text",
            "letter",
            "contract draft",
            "contract",
            "unmet group",
        }
    ),
    "reviewer": frozenset({"submitted", "novelty", "review file", "note", "invited", "hidden"}),
    "reader": frozenset({"verified text", "terms text", "terms", "answer", "letter answer"}),
    "bureau": frozenset(
        {
            "application",
            "evidence",
            "hidden",
            "hidden unit",
            "hidden file",
            "deferred text",
            "obligation comment",
            "report closed",
            "clock",
        }
    ),
    "admin": frozenset({"lost", "application", "contract", "contract's staff", "opinion"}),
    "demander": frozenset(
        {
            "demand draft",
            "opinion",
            "members' demand",
            "matched demand",
            "partners",
            "masked file",
            "proposal",
            "contact",
        }
    ),
    "colleague": frozenset({"members' demand"}),
    "alone": frozenset({"application", "comment", "evidence", "note", "saved"}),
}
"""What each at least finds."""


def secrets_from(garden: Garden, viewer: str) -> Canaries:
    """The canaries that are not for the viewer; ``both`` are a clerk and a reviewer."""
    name = "clerk" if viewer == "both" else viewer
    return {key: one for key, one in garden.canaries.items() if name not in ALLOWED[key]}


def everything(app: Flask, browser: Browser) -> Iterator[tuple[str, str]]:
    """All that a browser can open, by address: every route with every id, in either language."""
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if method == "POST" and rule.endpoint not in READ_BY_POST:
                continue
            for path in addresses_of(app, rule, method):
                address = path
                if not rule.endpoint.startswith(IN_ONE_LANGUAGE):
                    address = random.choice(["", "/en"]) + path
                yield address, read(ask(browser, method, address), address)
    for path in MORE:
        yield path, read(ask(browser, "GET", path), path)


def read(answer: TestResponse, address: str) -> str:
    """Its text; what people wrote is neither part of a page nor a formula."""
    if answer.mimetype == "text/html":
        found = AS_MARKUP.search(answer.text)
        assert not found, (address, answer.text[found.start() - 100 :][:300])
    elif answer.mimetype == "text/csv":
        rows = csv.reader(StringIO(answer.data.decode("utf-8-sig")))
        assert not [cell for row in rows for cell in row if cell.startswith("=")], address
    text = text_of(answer)
    if answer.data[:2] == b"PK":
        assert not AS_FORMULA.search(text), address
    return text


def ask(browser: Browser, method: str, address: str) -> TestResponse:
    """What a browser gets; whether pages are well-formed, others look."""
    answer = Context().run(browser.client.open, address, method=method, buffered=True)
    assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, address
    return answer


def text_of(answer: Any) -> str:
    """The answer with its headers, without what stands between letters; tables unpacked."""
    if answer.data[:2] == b"PK":
        with ZipFile(BytesIO(answer.data)) as book:
            body = "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    else:
        body = answer.data.decode(errors="replace")
    return html.unescape(MARKUP.sub("", f"{answer.headers}{body}"))


def found_in(text: str, canaries: Canaries) -> set[str]:
    """The fields whose words stand in a text, in either script, escaped or not."""
    return {
        key
        for key, one in canaries.items()
        if one.latin in text or one.han in text or one.han.encode("unicode_escape").decode() in text
    }


def assert_kept_out_of_the_machinery(garden: Garden) -> None:
    """What the market tells itself names ids; a notice may say what whoever gets it may read."""
    canaries, people = garden.canaries, garden.planted.people
    db.session.rollback()
    details = list(db.session.scalars(select(AuditEntry.detail)))
    steps = {"reason", "suspension", "withholding", "withdrawal", "opinion"}
    files = {"draft file", "review file", "hidden file", "evidence", "deferred text"}
    files |= {"masked file"}
    assert found_in(str(details), canaries) <= steps | files, "only what auditors may read"
    told = {
        "posting_returned": {"returned", "reason", "opinion"},
        "posting_published": {
            *("suspended", "withheld", "withdrawn", "old version"),
            *("members' demand", "matched demand"),
        },
        "matches_found": {"members' demand", "matched demand"},
        "listing_withheld": {"withheld", "withholding"},
        "letter_received": {"letter", "reader's name"},
        "letter_answered": {"letter answer"},
        "saved_searches": {"saved"},
    }
    names = {people[name].person_id: name for name in VIEWERS if name in people.actors}
    for notice in db.session.scalars(select(Notification)):
        found = found_in(str(notice.params), canaries)
        assert found <= told.get(notice.kind, set()), notice.kind
        if notice.person_id is not None:
            assert not found & secrets_from(garden, names[notice.person_id]).keys(), notice.kind
        else:
            units = {people[one].organisation_id for one in ("clerk", "demander")}
            assert not found or notice.organisation_id in units
    for kind, payload in db.session.execute(select(OutboxEvent.kind, OutboxEvent.payload)):
        allowed = told.get(payload.get("notice", ""), set())
        assert found_in(str(payload), canaries) <= allowed, kind


def names_by_address(garden: Garden) -> dict[str, str]:
    """Who reads the letters to each address."""
    people = garden.planted.people.actors
    return {
        db.session.get_one(Person, actor.person_id).email: name for name, actor in people.items()
    }


def text_of_letter(letter: EmailMessage) -> str:
    """All that a letter says: its headers, and each of its parts decoded, as plain text."""
    parts = [str(one) for one in letter.values()]
    parts += [one.get_content() for one in letter.walk() if one.get_content_maintype() == "text"]
    return html.unescape(MARKUP.sub("", " ".join(parts)))
