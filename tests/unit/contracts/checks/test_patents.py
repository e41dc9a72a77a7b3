"""Rights that had ended when they were licensed or sold."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.contracts.checks.drafts import contract, found, one_finding


def licence(*numbers: str, signed: int = 2024, subtype: str = "LIC-PAT"):
    return contract(
        title="刀具涂层专利普通许可",
        class_name="技术许可",
        subtype=subtype,
        patent_numbers=numbers,
        signed_on=date(signed, 1, 2),
    )


@pytest.mark.parametrize(
    ("number", "last"),
    [
        ("200310123456.7", 2023),
        ("ZL 2003 8 0123456.7", 2023),
        ("CN200320123456", 2013),
        ("２００３３０１２３４５６．７", 2013),
        ("ZL99112345.8", 2019),
        ("85212345", 1995),
        ("02312345.1", 2012),
        ("202030123456.7", 2030),
        ("202130123456.7", 2036),
    ],
)
def test_a_right_may_last_until_the_end_of_its_last_year_and_no_longer(
    number: str, last: int
) -> None:
    assert found(licence(number, signed=last)) == []
    assert found(licence(number, signed=last + 1)) == [("patent", (1,))]


def test_one_ended_right_among_several_is_found_and_named() -> None:
    words = str(one_finding(licence("202010123456.7", "200310123456.7")).explanation)
    assert "200310123456.7" in words
    assert "2023-12-31" in words
    assert "2024-01-02" in words


def test_a_transfer_is_asked_about_as_well_and_a_service_is_not() -> None:
    assert found(licence("200310123456.7", subtype="TRF-PAT")) == [("patent", (1,))]
    assert found(contract(patent_numbers=("200310123456.7",))) == []


def test_a_number_that_does_not_tell_its_year_is_left_alone() -> None:
    assert found(licence("CN101234567B", "PCT/CN2003/000123", "")) == []
