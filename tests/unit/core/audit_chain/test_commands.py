"""``market audit``: what it says, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from marketplace.core.audit_chain import commands
from marketplace.core.audit_chain.commands import audit
from marketplace.core.audit_chain.sealing import seal_audit_trail
from marketplace.core.db import db, writing
from tests.unit.core.audit_chain.trail import write


@pytest.fixture(autouse=True)
def in_chinese(core_app: Flask) -> Iterator[None]:
    with core_app.test_request_context("/", method="POST"):
        yield


def market(*arguments: str) -> Result:
    return CliRunner().invoke(audit, arguments)


def tamper(statement: str) -> None:
    with writing() as session:
        session.execute(text(statement))


def seal_some() -> None:
    write(range(1, 6))
    seal_audit_trail(rows_a_seal=2)
    write([6])


def test_a_whole_trail_ends_with_0_and_tells_the_tail() -> None:
    seal_some()
    result = market("verify")
    assert result.exit_code == 0
    assert "3 个封印，5 条记录；还有 1 条没有封存" in result.stdout
    assert result.stdout.endswith("完整。\n")
    report = json.loads(market("verify", "--json").stdout)
    assert (report["whole"], report["seals"], report["rows"], report["unsealed"]) == (True, 3, 5, 1)
    assert (report["flaws"], report["flaw_count"]) == ([], 0)


def test_a_broken_trail_ends_with_1_and_names_seal_and_row() -> None:
    seal_some()
    tamper("UPDATE audit_entry SET actor_name = 'nobody' WHERE id = 3")
    tamper("DELETE FROM audit_entry WHERE id = 5")
    result = market("verify")
    assert result.exit_code == 1
    assert "第 2 个封印：1 条记录被改过，编号 3\n" in result.stdout
    assert "第 3 个封印：1 条记录不见了，编号 5\n" in result.stdout
    assert result.stdout.endswith("不完整。\n")
    result = market("verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["flaws"] == [
        {"kind": "row_changed", "seal": 2, "count": 1, "rows": [3]},
        {"kind": "row_missing", "seal": 3, "count": 1, "rows": [5]},
    ]


def test_a_head_is_printed_and_found_again_later() -> None:
    seal_some()
    head = market("head").stdout.strip()
    assert json.loads(market("head", "--json").stdout) == {"number": 3, "head": head, "last_row": 5}
    seal_audit_trail()
    assert market("head").stdout.strip() != head
    assert market("verify", "--head", head).exit_code == 0
    assert market("verify", "--head", head.upper()).exit_code == 0
    result = market("verify", "--head", "0" * 64)
    assert result.exit_code == 1
    assert "链里没有你给的链头" in result.stdout


def test_what_is_no_head_is_an_error_of_usage() -> None:
    result = market("verify", "--head", "abc")
    assert result.exit_code == 2
    assert "64" in result.stderr


def test_without_a_seal_there_is_no_head() -> None:
    result = market("head")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "还没有封印" in result.stderr


def test_an_end_that_is_wrong_has_no_head_to_keep() -> None:
    seal_some()
    tamper("DELETE FROM audit_seal WHERE number = 3")
    result = market("head")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "market audit verify" in result.stderr


def test_a_database_that_does_not_answer_ends_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_head: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(commands, "verify_audit_trail", fail)
    result = market("verify")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "gone" in result.stderr
    db.session.rollback()


@pytest.mark.parametrize("kind", commands.FlawKind)
def test_every_flaw_has_its_sentence(kind: commands.FlawKind) -> None:
    sentence = commands._sentence(commands.Flaw(kind, 3, 4, (7, 8)))
    assert "%" not in sentence
    if "7" in sentence:
        assert sentence.endswith("7、8 等")
