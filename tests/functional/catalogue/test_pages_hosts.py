"""Under which host names the market answers, and which address its pages call their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace.doctor import examine
from marketplace.factory import create_app
from marketplace.settings import Mode, Settings
from tests.conftest import close
from tests.grounds import settings_of


@pytest.fixture
def production(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A market in production that has a public address and one more name."""
    monkeypatch.setattr("marketplace.factory.configure_logging", lambda mode: None)
    settings = Settings(
        mode=Mode.PRODUCTION,
        data_dir=data_folder,
        secret_key="a random text of at least 32 characters",
        public_url="https://market.example.cn",
        allowed_hosts="127.0.0.1, .inner.example.cn",
        **settings_of(data_folder),
    )
    application = create_app(settings)
    yield application
    close(application)


@pytest.mark.parametrize(
    "host", ["market.example.cn", "127.0.0.1:8000", "127.0.0.1", "a.inner.example.cn"]
)
def test_a_known_host_is_answered_with_the_public_address_as_the_canonical_one(
    production: Flask, host: str
) -> None:
    response = production.test_client().get("/about", headers={"Host": host})
    assert response.status_code == 200
    assert '<link rel="canonical" href="https://market.example.cn/about">' in response.text
    assert 'property="og:url" content="https://market.example.cn/about"' in response.text


@pytest.mark.parametrize(
    "address", ["/", "/en/about", "/search?q=1", "/nowhere", "/static/mark.svg"]
)
def test_an_unknown_host_is_refused_with_a_sentence_that_repeats_nothing_of_it(
    production: Flask, address: str
) -> None:
    response = production.test_client().get(address, headers={"Host": "forged.example.org"})
    assert response.status_code == 400
    assert "本站不用这个域名" in response.text
    assert "does not answer to this host name" in response.text
    assert "forged" not in response.text


def test_outside_production_every_host_is_answered(market: Flask) -> None:
    response = market.test_client().get("/about", headers={"Host": "any.example.org"})
    assert response.status_code == 200


def test_doctor_says_that_canonical_addresses_follow_the_request_where_none_is_set(
    production: Flask,
) -> None:
    def remarks() -> list[bool]:
        findings = [one for one in examine(compare=False) if one.name != "mail"]
        found = [one for one in findings if "MARKET_PUBLIC_URL" in one.detail]
        return [one.is_well for one in found]

    settings = production.extensions["settings"]
    with production.app_context():
        assert remarks() == []
        settings.public_url = None
        assert remarks() == [True]
        settings.allowed_hosts = ""
        assert remarks() == [False]
