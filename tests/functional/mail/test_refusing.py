"""A recipient refuses a topic by the link of a letter, in a mail program or a browser."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.core.mail.letters import letter_topics
from marketplace.core.mail.refusals import (
    accept_topic,
    is_refused,
    refusal_token,
    refuse_topic,
    refused_topics,
)
from marketplace.core.outbox import drain
from tests.functional.catalogue.pages import Page
from tests.functional.mail.conftest import NEWS, write_to

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def address(app: Flask) -> str:
    """The link in the last letter that person 1 got about news."""
    write_to(1, kind="news")
    drain()
    link = app.extensions["mail"].letters[-1]["List-Unsubscribe"]
    return str(link).strip("<>").removeprefix("http://127.0.0.1:8000")


def test_a_mail_program_refuses_with_one_post(client: FlaskClient, address: str) -> None:
    response = client.post(address, data=ONE_CLICK)
    assert response.status_code == 200
    assert refused_topics(1) == {"news"}
    assert refused_topics(2) == frozenset()


def test_refusing_twice_is_as_good_as_once(client: FlaskClient, address: str) -> None:
    assert [client.post(address, data=ONE_CLICK).status_code for _time in range(2)] == [200, 200]
    assert refused_topics(1) == {"news"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_opening_the_link_changes_nothing(client: FlaskClient, address: str, method: str) -> None:
    assert client.open(address, method=method).status_code == 200
    assert refused_topics(1) == frozenset()


def test_the_page_names_the_topic_and_has_one_button_that_refuses(
    client: FlaskClient, address: str
) -> None:
    page = client.get(address)
    assert "不再收到“成果”邮件" in Page(page.text).text
    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    (form,) = re.findall(r'<form method="post" action="([^"]+)"', page.text)
    refused = client.post(form)
    assert "“成果”邮件已停发" in Page(refused.text).text
    assert is_refused(1, "news")


def test_the_way_back_is_on_the_page_and_wants_the_form_s_token(
    client: FlaskClient, address: str
) -> None:
    page = client.post(address).text
    (back,) = re.findall(r'<form method="post" action="([^"]+)"', page)
    assert client.post(back).status_code == 400
    assert is_refused(1, "news")
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    response = client.post(back, data={"csrf_token": token}, follow_redirects=True)
    assert "不再收到“成果”邮件" in Page(response.text).text
    assert not is_refused(1, "news")


def test_whoever_opens_the_link_again_is_told_that_it_is_done(
    client: FlaskClient, address: str
) -> None:
    refuse_topic(1, NEWS.name)
    assert "“成果”邮件已停发" in Page(client.get(address).text).text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_pages_are_sound_in_both_languages(
    client: FlaskClient, address: str, prefix: str
) -> None:
    for response in (client.get(prefix + address), client.post(prefix + address)):
        page = Page(response.text)
        assert (page.headings.count("h1"), page.inline) == (1, [])


def test_the_english_pages_say_nothing_in_chinese(client: FlaskClient, address: str) -> None:
    for response in (client.get(f"/en{address}"), client.post(f"/en{address}")):
        main = response.text.partition("<main")[2].partition("</main>")[0]
        assert not re.search(r"[\u4e00-\u9fff]", main)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_not_ours_gets_a_page_that_says_so(
    app: Flask, client: FlaskClient, address: str, method: str
) -> None:
    token = address.rpartition("/")[2]
    wrong = [token[:-1], f"x{token}", "1", refusal_token(1, "no such topic")]
    app.secret_key, ours = "another secret", app.secret_key
    wrong.append(refusal_token(1, "news"))
    app.secret_key = ours
    for one in wrong:
        response = client.open(f"/mail/unsubscribe/{one}", method=method)
        assert response.status_code == 404
        assert "这个退订地址用不了" in Page(response.text).text
    assert refused_topics(1) == frozenset()


def test_no_other_form_goes_without_its_token(app: Flask) -> None:
    csrf = app.extensions["csrf"]
    assert csrf._exempt_views == {"marketplace.core.web.mail_pages.unsubscribe"}
    assert csrf._exempt_blueprints == set()


def test_topics_can_be_listed_refused_and_accepted_by_name(app: Flask) -> None:
    assert ("news", "成果") in [(topic.name, str(topic.label)) for topic in letter_topics()]
    refuse_topic(1, "news")
    refuse_topic(1, "news")
    refuse_topic(2, "news")
    accept_topic(1, "news")
    accept_topic(3, "news")
    assert (refused_topics(1), refused_topics(2)) == (frozenset(), {"news"})
