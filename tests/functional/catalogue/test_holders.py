"""Names of holders kept in the process."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from marketplace.catalogue import queries


def test_holders_are_told_while_another_thread_empties_what_is_kept(
    market: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_read = queries._read_holders

    def read_meanwhile_emptied(ids: Any) -> Any:
        market.extensions["catalogue.holders"].clear()
        return really_read(ids)

    with market.app_context():
        assert queries.holders_by_id([1])[1].name.zh == "河湾理工大学"
        monkeypatch.setattr(queries, "_read_holders", read_meanwhile_emptied)
        assert set(queries.holders_by_id([1, 2, 999])) == {1, 2}


def test_when_too_many_are_kept_a_new_start_is_made_beside(
    market: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CACHED_NAMES", 0)
    with market.app_context():
        queries.holders_by_id([1])
        read_by_another = market.extensions["catalogue.holders"]
        assert set(queries.holders_by_id([1, 2])) == {1, 2}
    assert set(read_by_another) == {1}
    assert set(market.extensions["catalogue.holders"]) == {2}
