"""What looks like a person or a secret never reaches a log line."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.redaction import CUT, HIDDEN, LONGEST, redact, redact_event, redact_value

AROUND = st.text(alphabet=string.ascii_letters + " ，。：\n中文", max_size=20)
NAMES = st.text(alphabet=string.ascii_letters + string.digits + "._-+", min_size=1, max_size=20)
SECRETS = st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=6, max_size=30)
DIGITS = st.text(alphabet=string.digits, min_size=8, max_size=8)


@given(
    AROUND, NAMES, st.sampled_from(["example.cn", "uni.edu.cn", "例子.中国", "localhost"]), AROUND
)
def test_no_e_mail_address_is_left(before: str, name: str, domain: str, after: str) -> None:
    assert f"{name}@{domain}" not in redact(f"{before}{name}@{domain} {after}")


@given(AROUND, st.sampled_from("3456789"), DIGITS, st.sampled_from(["", "-", " "]), AROUND)
def test_no_mobile_number_is_left(
    before: str, second: str, rest: str, mark: str, after: str
) -> None:
    for prefix in ("", "+86", "+86 ", "0086-", "86"):
        number = f"1{second}{rest[0]}{mark}{rest[1:5]}{mark}{rest[5:]}9"[: 11 + 2 * len(mark)]
        found = redact(f"{before}{prefix}{number}{after}")
        assert number not in found
        assert HIDDEN in found


@pytest.mark.parametrize(
    "number", ["010-12345678", "(010)12345678", "0379-1234567", "+86 10 12345678", "037912345678"]
)
def test_no_fixed_line_is_left(number: str) -> None:
    assert "345678" not in redact(f"电话{number}。")


@given(
    AROUND,
    st.integers(100000, 999999),
    st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    st.integers(0, 999),
    st.sampled_from("0123456789Xx"),
    AROUND,
)
def test_no_identity_number_is_left(
    before: str, division: int, born: date, order: int, check: str, after: str
) -> None:
    number = f"{division}{born:%Y%m%d}{order:03}{check}"
    assert number not in redact(f"{before}{number}，{after}")


@given(
    AROUND,
    st.sampled_from(["password", "PASSWORD", "api_key", "access-token", "口令", "secret_key"]),
    st.sampled_from(["=", ": ", "：", '": "', "='"]),
    SECRETS,
)
def test_no_secret_is_left_behind_its_name(before: str, name: str, mark: str, secret: str) -> None:
    assert f"~{secret}~" not in redact(f"{before} {name}{mark}~{secret}~")


@given(SECRETS, SECRETS)
def test_no_password_is_left_in_an_address(user: str, secret: str) -> None:
    address = f"postgresql+psycopg://{user}:~{secret}~@db.inner:5432/market"
    found = redact(f"could not connect to {address}: refused")
    assert f"~{secret}~" not in found
    assert "db.inner:5432/market" in found


@given(SECRETS)
def test_no_bearer_token_is_left(secret: str) -> None:
    assert f"~{secret}~" not in redact(f"Authorization: Bearer ~{secret}~")


@given(st.text())
def test_any_text_can_be_redacted_and_once_is_enough(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize("letter", ["A", "7", "词", ".", "@", "a@", "://", "token", "token= "])
def test_of_a_long_text_the_ends_alone_are_looked_at(letter: str) -> None:
    text = "begun " + letter * (100_000 // len(letter)) + " ended"
    found = redact(text)
    assert CUT in found
    assert found.startswith("begun")
    assert len(found) <= 3 * LONGEST
    plain = redact("begun " + "A" * 100_000 + " ended")
    assert len(plain) < LONGEST
    assert plain.endswith("A ended")


@pytest.mark.parametrize("before", range(0, 60, 7))
def test_what_the_cut_parts_is_not_left(before: int) -> None:
    private = "zhangsan@example.cn 13812345678 11010519491231002X "
    found = redact("A " + "b" * before + f" {private * 1000}")
    assert CUT in found
    for part in ("zhangsan", "example.cn", "1381", "2345678", "110105", "1949"):
        assert part not in found


def test_no_part_of_an_address_is_looked_for_without_bound() -> None:
    assert redact("a" * 100 + "@example.cn") == "a" * 36 + HIDDEN
    assert redact("a@" + "b" * 300) == HIDDEN + "b" * 45


@pytest.mark.parametrize(
    "text",
    [
        "CN202110318264.1",
        "91410100MA3X9XAA1B",
        "/patents/<int:record_id>",
        "2026-11-23T04:00:00.123456Z",
        "0f3a9c1b77e24d5f9a1c",
        "10000 of 1000000 rows, 3.25 s",
        "http://127.0.0.1:9200/market",
    ],
)
def test_what_is_neither_stays_readable(text: str) -> None:
    assert redact(text) == text


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.just("a@example.cn")
        | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_values_are_redacted_however_deep_they_lie(value: object) -> None:
    assert "a@example.cn" not in str(redact_value([value, {"x": [value]}]))


def test_the_name_of_a_field_hides_its_value() -> None:
    event = {"event": "x", "metrics_token": "abc", "inner": {"Authorization": "abc"}, "count": 3}
    assert redact_event(None, "info", event) == {
        "event": "x",
        "metrics_token": HIDDEN,
        "inner": {"Authorization": HIDDEN},
        "count": 3,
    }
