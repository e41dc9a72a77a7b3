"""Telephone numbers as people write them."""

import pytest

from marketplace.core.identifiers.telephone import is_telephone


@pytest.mark.parametrize(
    "text",
    [
        "13800000000",
        "138 0000 0000",
        "0371-60000000",
        "(0371) 6000 0000",
        "（０３７１）６０００００００",
        "+86 371 6000 0000",
        "+49 (0)30 1234567",
        "60000000",
        "0371-60000000 转 801",
        "0371-60000000-801",
        "0371-60000000-8012",
        "+86-371-60000000-801",
        "0371—60000000",
        "+1 212 555 0123 ext. 42",
        "0371-60000000 x801",
        "+" + "1" * 15,
    ],
)
def test_seven_to_fifteen_digits_with_customary_signs_are_a_number(text: str) -> None:
    assert is_telephone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456",
        "((((((((1234567",
        "138000000001380-801380",
        "1" * 16,
        "1" * 40,
        "+" + "1" * 16,
        "13800000000 或 13900000000",
        "请打13800000000",
        "13800000000abc",
        "13800000000 转",
        "++8613800000000",
        "- - - - - - -",
        "0371-60000000 转 1234567",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_telephone(text)
