"""What every answer carries: headers, cookies' flags; and that answers tell no account's secret."""

from __future__ import annotations

from contextvars import Context
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from marketplace.core.db import db
from marketplace.core.outbox import OutboxEvent
from marketplace.factory import create_app
from marketplace.settings import Settings
from tests.conftest import close, make_settings
from tests.functional.accounts.browsing import PASSWORD, Browser, enter, register
from tests.functional.security.people import NOBODY, add_person
from tests.functional.security.test_routes_and_roles import address_of

LIWEN = "liwen@yunxiu.example"


@pytest.mark.exhaustive
def test_every_answer_forbids_frames_scripts_of_others_and_guessing_types(app: Flask) -> None:
    somebody = enter(app, add_person("wang@yunxiu.example", NOBODY, 0))
    endpoints = {
        rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    addresses = [address_of(app, endpoint, "GET") for endpoint in sorted(endpoints)]
    for address in [*filter(None, addresses), "/nonsense"]:
        headers = somebody.get(address).headers
        policy = headers["Content-Security-Policy"]
        for directive in (
            "default-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ):
            assert directive in policy, address
        assert "unsafe" not in policy, address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["X-Frame-Options"] in ("SAMEORIGIN", "DENY"), address
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin", address


def cookies_of(answer: TestResponse) -> dict[str, str]:
    """The headers that set cookies when somebody has signed in, by name."""
    found = {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}
    assert set(found) == {"session", "known"}
    return found


def test_cookies_are_for_no_script_and_go_to_no_other_site(app: Flask) -> None:
    register(app, LIWEN)
    for line in cookies_of(Browser(app).sign_in(LIWEN)).values():
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Domain=" not in line


def test_behind_https_cookies_go_over_https_alone(app: Flask, data_folder: Path) -> None:
    register(app, LIWEN)
    behind = create_app(make_settings(data_folder, is_behind_https=True))
    behind.config["WTF_CSRF_ENABLED"] = False
    with behind.app_context():
        answer = Context().run(
            behind.test_client().post,
            "/account/sign-in",
            base_url="https://localhost",
            data={"email": LIWEN, "password": PASSWORD},
        )
    close(behind)
    for line in cookies_of(answer).values():
        assert "Secure" in line


def test_signing_in_makes_a_new_session_with_nothing_of_the_old_one(app: Flask) -> None:
    register(app, LIWEN)
    browser = Browser(app)
    browser.get("/account/sign-in")
    with browser.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        before = dict(cookie)
    browser.sign_in(LIWEN)
    with browser.client.session_transaction() as cookie:
        after = dict(cookie)
    assert "planted" not in after
    assert "_user_id" in after
    assert not set(before.items()) & set(after.items())


@pytest.mark.parametrize("path", ["/account/forgotten", "/account/register"])
def test_a_letter_for_a_known_and_for_an_unknown_address_is_the_same_answer_and_work(
    app: Flask, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.accounts import secrets

    register(app, LIWEN)
    hashed: list[str] = []
    monkeypatch.setattr(secrets, "_hasher", lambda: hashed.append("") or pytest.fail("hashed"))
    told = []
    for number, email in enumerate((LIWEN, "nobody@yunxiu.example")):
        events = db.session.scalar(select(func.count()).select_from(OutboxEvent)) or 0
        answer = Browser(app, f"192.0.2.{number + 50}").post(path, email=email, name="王五")
        db.session.rollback()
        new = (db.session.scalar(select(func.count()).select_from(OutboxEvent)) or 0) - events
        told.append((answer.status_code, answer.location, new))
    assert told[0] == told[1] == (302, "/account/letter-sent", 1)
    assert hashed == []


def test_a_closed_account_answers_like_one_that_never_was(app: Flask) -> None:
    browser = register(app, LIWEN)
    browser.sign_in(LIWEN)
    browser.post("/account/close", password=PASSWORD)
    answers = [
        Browser(app, f"192.0.2.{number + 60}").sign_in(email)
        for number, email in enumerate((LIWEN, "nobody@yunxiu.example"))
    ]
    assert [one.status_code for one in answers] == [422, 422]
    assert all("邮箱或密码不对" in one.text for one in answers)


NUMBERS = {
    "icp_number": "豫ICP备12345678号-1",
    "police_number": "41010202001234",
    "site_host": "云岫市科学技术局",
    "site_contact": "0990-1234567",
}


def footer(folder: Path, **values: str) -> str:
    """The footer of a page, with these settings."""
    app = create_app(make_settings(folder, **values))
    with app.app_context():
        text = Browser(app).get("/privacy").text
    close(app)
    return text[text.index("<footer") : text.index("</footer>")]


def test_the_footer_shows_the_registers_numbers_with_their_links(data_folder: Path) -> None:
    text = footer(data_folder, **NUMBERS)
    assert 'href="https://beian.miit.gov.cn/"' in text
    assert "豫ICP备12345678号-1" in text
    assert 'code=41010202001234"' in text
    assert "豫公网安备41010202001234号" in text
    assert "云岫市科学技术局" in text
    assert "0990-1234567" in text


def test_a_number_that_is_not_set_is_not_shown(data_folder: Path) -> None:
    text = footer(data_folder)
    assert "beian" not in text
    assert "主办单位" not in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("icp_number", "12345678"),
        ("icp_number", "豫ICP备123号"),
        ("icp_number", "豫ICP备12345678号-1<script>"),
        ("police_number", "豫公网安备41010202001234号"),
        ("police_number", "99010202001234"),
        ("police_number", "4101020200123"),
        ("site_host", "长" * 101),
    ],
)
def test_a_number_that_can_not_be_one_is_refused_at_the_start(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ValueError, match=f"MARKET_{name.upper()}"):
        Settings(data_dir=tmp_path, **{name: value})
