"""Which codes of places and currencies there are."""

from __future__ import annotations

import pytest

from marketplace.core.known_codes import is_country, is_currency, is_division, nearest_codes


@pytest.mark.parametrize("code", ["410000", "410100", "410105", "411002", "440304", "411071"])
def test_places_of_the_country_and_zones_of_its_cities_are_known(code: str) -> None:
    assert is_division(code)


def test_districts_of_today_are_known() -> None:
    # Linping and Qiantang, districts of Hangzhou since 2021.
    assert is_division("330113")
    assert is_division("330114")


def test_the_nearest_codes_are_those_that_begin_alike() -> None:
    known = ("410102", "410103", "330113", "330114", "330212", "ZZ-ZD")
    assert nearest_codes("330119", known) == ["330114", "330113"]
    assert nearest_codes("33", known, 1) == ["330113"]
    assert nearest_codes("99", known) == []


@pytest.mark.parametrize("code", ["999999", "410199", "419971", "41010", "41010A", "", "4101050"])
def test_what_is_no_place_is_not_known(code: str) -> None:
    assert not is_division(code)


def test_countries_are_known_by_their_numbers_also_those_that_forms_do_not_offer() -> None:
    assert all(is_country(code) for code in ("156", "276", "300", "158"))
    assert not any(is_country(code) for code in ("999", "901", "003", "", "CHN"))


def test_currencies_are_known_by_their_letters() -> None:
    assert all(is_currency(code) for code in ("CNY", "USD", "CHF"))
    assert not any(is_currency(code) for code in ("XYZ", "cny", ""))
