"""Addresses of the other language, of assets and of records."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core.web.addresses import absolute, address_of, asset, in_language


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/search?q=1&kind=result", "/en/search?q=1&kind=result"),
        ("/", "/en/"),
        ("/焊", "/en/%E7%84%8A"),
    ],
)
def test_the_english_address_keeps_page_and_parameters_and_stays_on_this_site(
    app: Flask, address: str, other: str
) -> None:
    with app.test_request_context(address, base_url="http://market.example"):
        assert in_language("en") == other


def test_a_path_that_begins_with_two_slashes_never_leads_to_another_host(app: Flask) -> None:
    environ = {"PATH_INFO": "//elsewhere.example/", "SCRIPT_NAME": "/en", "market.language": "en"}
    with app.test_request_context("/", environ_overrides=environ):
        assert in_language("zh") == "/elsewhere.example/"


def test_an_address_becomes_absolute_by_the_public_address_where_one_is_set(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://10.0.0.5:8000"):
        assert absolute("/about") == "http://10.0.0.5:8000/about"
        app.extensions["settings"].public_url = "https://market.example/"
        assert absolute("/about") == "https://market.example/about"


def test_an_asset_carries_a_digest_of_its_content(app: Flask) -> None:
    with app.test_request_context("/"):
        assert asset("mark.svg").startswith("/static/mark.svg?v=")
        assert asset("css/bootstrap.min.css", "bootstrap.static").count("?v=") == 1


def test_records_of_one_kind_differ_by_their_number_alone(app: Flask) -> None:
    with app.test_request_context("/"):
        assert address_of("patent", 7) == "/patents/7"
        assert address_of("patent", 10) == "/patents/10"
