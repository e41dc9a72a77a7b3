"""Which codes of places and currencies there are."""

from __future__ import annotations

import pytest

from marketplace.core.known_codes import is_country, is_currency, is_division


@pytest.mark.parametrize("code", ["410000", "410100", "410105", "411002", "440304", "411071"])
def test_places_of_the_country_and_zones_of_its_cities_are_known(code: str) -> None:
    assert is_division(code)


@pytest.mark.parametrize("code", ["999999", "410199", "419971", "41010", "41010A", "", "4101050"])
def test_what_is_no_place_is_not_known(code: str) -> None:
    assert not is_division(code)


def test_countries_are_known_by_their_numbers_also_those_that_forms_do_not_offer() -> None:
    assert all(is_country(code) for code in ("156", "276", "300", "158"))
    assert not any(is_country(code) for code in ("999", "901", "003", "", "CHN"))


def test_currencies_are_known_by_their_letters() -> None:
    assert all(is_currency(code) for code in ("CNY", "USD", "CHF"))
    assert not any(is_currency(code) for code in ("XYZ", "cny", ""))
