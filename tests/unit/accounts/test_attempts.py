"""The growing wait: it grows, it ends, and it never locks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts.attempts import (
    CODE,
    LETTER,
    SIGN_IN,
    Limit,
    TooSoon,
    count_attempt,
    network_of,
    take_back,
)
from marketplace.core.db import now

ALL = [*SIGN_IN.values(), *LETTER.values(), *CODE.values()]


def may_try(address: str, *, is_right: bool = False) -> bool:
    """Try to sign in from one network; whether it is time for it."""
    try:
        tried = count_attempt("sign-in", SIGN_IN, address, "192.0.2.1")
    except TooSoon:
        return False
    if is_right:
        take_back(tried)
    return True


@given(limit=st.sampled_from(ALL), failures=st.integers(0, 10**9))
def test_the_wait_never_shrinks_and_never_passes_its_longest(limit: Limit, failures: int) -> None:
    wait = limit.wait_after(failures)
    assert wait <= limit.wait_after(failures + 1) <= limit.longest
    assert (wait > timedelta(0)) is (failures >= limit.free)


def test_ten_thousand_tries_on_one_address_cost_far_more_than_a_day_and_lock_nobody(
    app: Flask,
) -> None:
    """From one network: after the first few, one try in a quarter of an hour."""
    moment, counted = now(), 0
    with time_machine.travel(moment, tick=False) as clock:
        for _try in range(10_000 // 50):
            counted += may_try("liwen@yunxiu.example")
            clock.shift(timedelta(seconds=5))
        assert counted < 20
        clock.shift(timedelta(seconds=31))
        count_attempt("sign-in", SIGN_IN, "liwen@yunxiu.example", "198.51.100.7")


def test_whoever_succeeds_starts_anew(app: Flask) -> None:
    for _try in range(20):
        take_back(count_attempt("sign-in", SIGN_IN, "liwen@yunxiu.example", "192.0.2.1"))


def test_one_own_account_does_not_make_guessing_at_others_cheaper(app: Flask) -> None:
    guessed = 0
    for number in range(200):
        if may_try("own@yunxiu.example", is_right=True):
            guessed += may_try(f"p{number}@yunxiu.example")
    assert guessed <= SIGN_IN["network"].free


def test_after_a_day_all_is_forgotten(app: Flask) -> None:
    assert [may_try("a@yunxiu.example") for _try in range(6)] == [True] * 5 + [False]
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=False):
        for _try in range(5):
            count_attempt("sign-in", SIGN_IN, "a@yunxiu.example", "192.0.2.1")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_one_customers_addresses_are_one_network(address: str, network: str) -> None:
    assert network_of(address) == network
