"""Two people let a batch count: once, in its months, wherever the work stops."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from marketplace.catalogue.importing import import_into
from marketplace.contracts.batches import releasing
from marketplace.contracts.batches.releasing import release_batch, release_slice
from marketplace.contracts.batches.working import resume_batch
from marketplace.contracts.ledger.verifying import verify_ledger
from marketplace.contracts.models import ContractVersion, LedgerEntry
from marketplace.contracts.saving import contract_target
from marketplace.core.actor import system
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, now, writing
from marketplace.core.my_tasks import my_tasks
from marketplace.core.notifications import Notification
from marketplace.core.outbox import OutboxEvent, drain
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateError
from marketplace.posting.uploads.stopping import TRIES
from tests.functional.contracts.batch_files import (
    amended,
    brought,
    cancelled,
    contracts,
    fresh,
    posted,
    released,
    row,
    sheet,
)
from tests.functional.posting.conftest import People


def is_whole() -> bool:
    db.session.rollback()
    return verify_ledger(db.session).is_whole


def test_a_held_batch_counts_nowhere_and_says_what_it_would(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), amended(2), cancelled(3), row(4)])
    assert batch.state == "held"
    assert posted() == []
    assert {one.state for one in contracts()} == {"held"}
    assert batch.counts["months"] == [
        [202603, "R", 4, 400004, 360004],
        [202604, "A", 0, 49999, 29999],
        [202605, "C", -1, -100001, -90001],
    ]


def test_released_rows_count_in_their_months_with_what_the_row_said_of_them(
    staff: People,
) -> None:
    rows = [row(1), amended(2), cancelled(3), cancelled(4, "已撤销")]
    batch = released(staff["registrar"], staff["second"], rows)
    assert batch.state == "released"
    assert [(one.state, one.version, one.is_counted) for one in contracts()] == [
        ("registered", 1, True),
        ("registered", 2, True),
        ("deregistered", 2, False),
        ("revoked", 2, False),
    ]
    assert contracts()[1].turnover == 150000
    assert sorted(posted()) == sorted(
        [
            *[("REGISTER", 202603, 1, 100001, 90001)] * 4,
            ("AMEND", 202604, 0, 49999, 29999),
            ("DEREGISTER", 202605, -1, -100001, -90001),
            ("REVOKE", 202605, -1, -100001, -90001),
        ]
    )
    assert {one.held_change for one in contracts()} == {None}
    assert is_whole()


def test_what_is_released_equals_what_the_second_person_saw(staff: People) -> None:
    rows = [
        row(1),
        amended(2),
        cancelled(3),
        cancelled(4, 登记日期="2025-12-30", 签订日期="2025-12-01"),
    ]
    batch = released(staff["registrar"], staff["second"], rows)
    db.session.rollback()
    found = db.session.execute(
        select(
            LedgerEntry.month,
            LedgerEntry.line,
            func.sum(LedgerEntry.d_count),
            func.sum(LedgerEntry.d_turnover),
            func.sum(LedgerEntry.d_tech_amount),
        ).group_by(LedgerEntry.month, LedgerEntry.line)
    )
    assert sorted(map(list, found)) == batch.counts["months"]


def test_the_ledger_names_both_people(staff: People) -> None:
    batch = released(staff["registrar"], staff["second"], [row(1), amended(2)])
    for model in (LedgerEntry, ContractVersion):
        hands = db.session.execute(
            select(model.entered_by, model.entered_by_id, model.released_by, model.released_by_id)
        ).all()
        assert {tuple(one) for one in hands} == {
            ("registrar", staff["registrar"].person_id, "second", staff["second"].person_id)
        }
    assert (batch.released_by, batch.released_by_id) == ("second", staff["second"].person_id)


def test_who_brought_a_batch_does_not_release_it(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1)])
    with pytest.raises(Forbidden, match="第二个人"):
        release_batch(staff["registrar"], batch.id)
    drain()
    assert fresh(batch.id).state == "held"
    assert posted() == []


@pytest.mark.parametrize("who", ["second", "reviewer", "stat", "admin"])
def test_any_other_of_those_who_register_review_or_count_releases_it(
    staff: People, who: str
) -> None:
    assert released(staff["registrar"], staff[who], [row(1)]).state == "released"


@pytest.mark.parametrize("who", ["bureau", "district"])
def test_nobody_else_releases_it_nor_who_answers_for_a_district_only(
    staff: People, who: str
) -> None:
    batch = brought(staff["registrar"], [row(1)])
    with pytest.raises((Forbidden, StateError)):
        release_batch(staff[who], batch.id)
    assert fresh(batch.id).state == "held"


def test_a_batch_that_the_command_line_brought_is_released_by_one_person(
    staff: People, tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(sheet([row(1), cancelled(2)]))
    import_into(system("import"), contract_target(is_history=False), path)
    batch = fresh(1)
    assert (batch.state, batch.brought_by_id) == ("held", None)
    release_batch(staff["registrar"], batch.id)
    drain()
    assert fresh(batch.id).state == "released"
    assert is_whole()


def test_rows_that_are_not_registered_yet_wait_after_the_release_and_count_nowhere(
    staff: People,
) -> None:
    waiting = row(2, 合同登记编号="", 登记日期="", 状态="已提交")
    batch = released(staff["registrar"], staff["second"], [row(1), waiting])
    assert batch.counts["unregistered"] == 1
    assert [one.state for one in contracts()] == ["registered", "submitted"]
    assert len(posted()) == 1
    assert is_whole()


def test_a_kill_between_slices_lets_each_contract_count_once(
    staff: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "CHUNK", 2)
    batch = brought(staff["registrar"], [amended(number) for number in range(7)])
    release_batch(staff["second"], batch.id)
    count = releasing.let_count
    calls = []

    def dying(*args: object) -> None:
        calls.append(args)
        count(*args)  # type: ignore[arg-type]
        if len(calls) in (2, 3):
            raise SystemExit

    monkeypatch.setattr(releasing, "let_count", dying)
    for _kill in range(2):
        with pytest.raises(SystemExit):
            release_slice(batch.id)
    release_slice(batch.id)
    assert fresh(batch.id).state == "released"
    assert sorted(posted()) == sorted(
        [("REGISTER", 202603, 1, 100001, 90001), ("AMEND", 202604, 0, 49999, 29999)] * 7
    )
    assert is_whole()


def test_work_that_fails_again_and_again_stops_says_so_and_goes_on_when_asked(
    staff: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "CHUNK", 2)
    batch = brought(staff["registrar"], [row(number) for number in range(5)])
    release_batch(staff["second"], batch.id)
    count = releasing.let_count

    def failing(session: object, held: object, some: list[object]) -> None:
        if some[0].number.endswith("2"):  # type: ignore[attr-defined]
            raise RuntimeError("broken")
        count(session, held, some)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(releasing, "let_count", failing)
        for _try in range(TRIES):
            due_at_once()
            drain()
    assert fresh(batch.id).state == "releasing"
    assert len(posted()) == 2
    page = staff.browser("second").get(f"/staff/contract-batches/{batch.id}").text
    assert "停下" in page
    resume_batch(staff["second"], batch.id)
    drain()
    assert fresh(batch.id).state == "released"
    assert len(posted()) == 5
    assert is_whole()


def due_at_once() -> None:
    with writing() as session:
        session.query(OutboxEvent).filter(OutboxEvent.done_at.is_(None)).update({"due_at": now()})


def test_a_second_release_at_the_same_time_does_nothing_twice(staff: People) -> None:
    batch = brought(staff["registrar"], [row(1), row(2)])
    release_batch(staff["second"], batch.id)
    release_batch(staff["stat"], batch.id)
    release_slice(batch.id)
    release_slice(batch.id)
    drain()
    release_batch(staff["reviewer"], batch.id)
    drain()
    assert len(posted()) == 2
    assert fresh(batch.id).released_by == "second"
    assert is_whole()


def test_a_row_that_contradicts_a_registered_contract_stays_out_with_a_sentence(
    staff: People,
) -> None:
    released(staff["registrar"], staff["second"], [row(1)])
    batch = brought(
        staff["registrar"], [row(1, **{"合同成交额（元）": "2000"}), row(2)], "再来.csv"
    )
    assert batch.file is not None
    assert (batch.file.good, batch.file.bad) == (1, 1)
    page = staff.browser("second").get(f"/staff/contract-batches/{batch.id}").text
    assert "已经登记在册" in page


def test_a_number_that_waits_in_another_batch_stays_out_with_a_sentence(staff: People) -> None:
    brought(staff["registrar"], [row(1)])
    again = brought(staff["stat"], [row(1, 项目名称="别的")], "别的.csv")
    assert again.file is not None
    assert (again.file.good, again.file.bad) == (0, 1)
    with pytest.raises(StateError, match="没有新的合同，不用放行"):
        release_batch(staff["second"], again.id)


def test_the_same_contracts_sent_again_are_known_and_nothing_is_new(staff: People) -> None:
    released(staff["registrar"], staff["second"], [row(1), row(2)])
    again = brought(staff["registrar"], [row(1), row(2)], "又一次.csv")
    assert again.file is not None
    assert (again.file.good, again.file.same, again.file.bad) == (0, 2, 0)


def test_who_may_release_finds_the_batch_among_what_waits_and_the_bringer_hears_of_it(
    staff: People,
) -> None:
    batch = brought(staff["registrar"], [row(1)])

    def waiting(who: str) -> list[str]:
        return [
            one.kind
            for one in my_tasks.waiting_for(db.session, staff[who])
            if one.kind == "contract_batch"
        ]

    with staff.app.test_request_context():
        assert waiting("second") == ["contract_batch"]
        assert waiting("registrar") == []
    release_batch(staff["second"], batch.id)
    drain()
    with staff.app.test_request_context():
        assert waiting("second") == []
    told = db.session.query(Notification).filter_by(person_id=staff["registrar"].person_id).all()
    assert [one.kind for one in told] == ["contract_batch_released"]
    assert "放行了你上传的" in staff.browser("registrar").get("/inbox").text


def test_the_trail_says_who_brought_and_who_released(staff: People) -> None:
    batch = released(staff["registrar"], staff["second"], [row(1)])
    trail = db.session.execute(
        select(AuditEntry.action, AuditEntry.actor_name)
        .where(AuditEntry.subject_kind == "contract_batch", AuditEntry.subject_id == batch.id)
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(one) for one in trail] == [
        ("contract_batch.begin", "registrar"),
        ("contract_batch.finish", "contract batches"),
        ("contract_batch.release", "second"),
        ("contract_batch.settle", "contract batches"),
    ]
