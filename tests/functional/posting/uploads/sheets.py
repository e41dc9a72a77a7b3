"""Spreadsheets that clerks send in these tests, and how they send them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from werkzeug.test import TestResponse

from marketplace.core.db import db
from marketplace.core.outbox import drain
from marketplace.posting.models import Upload
from tests.functional.accounts.browsing import Browser


def row(number: int, **cells: Any) -> dict[str, Any]:
    """A good row, but for what ``cells`` change."""
    return {
        "title_zh": f"第{number}种薄片的低损切割",
        "result_class": "Y",
        "problem_zh": "薄片一切就裂，成品率不到六成。",
        "abstract_zh": "用冷却的线切，裂纹少，成品率九成。",
        "tech_field": "5",
        "stage": "2",
        **cells,
    }


def sheet(rows: list[dict[str, Any]], encoding: str = "utf-8-sig") -> bytes:
    """The rows as CSV."""
    keys = list(dict.fromkeys(key for one in rows for key in one))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, keys)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def send(
    browser: Browser, content: bytes, name: str = "成果.csv", kind: str = "result"
) -> TestResponse:
    """Choose a file on the page and send it."""
    path = f"/uploads/new?kind={kind}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert token
    return browser._ask(
        browser.client.post,
        path,
        data={"csrf_token": token[1], "file": (io.BytesIO(content), name)},
    )


def checked(browser: Browser, rows: list[dict[str, Any]], **about: str) -> Upload:
    """An upload of these rows that has been checked."""
    answer = send(browser, sheet(rows), **about)
    assert answer.status_code == 302, answer.text
    drain()
    return fresh(int(str(answer.headers["Location"]).rpartition("/")[2]))


def submitted(browser: Browser, rows: list[dict[str, Any]], **about: str) -> Upload:
    """An upload of these rows that has been submitted."""
    upload = checked(browser, rows, **about)
    path = f"/uploads/{upload.id}"
    assert browser.post(f"{path}/submit").status_code == 302
    drain()
    return fresh(upload.id)


def fresh(upload_id: int) -> Upload:
    """The upload as the database has it."""
    db.session.rollback()
    return db.session.get_one(Upload, upload_id, populate_existing=True)
