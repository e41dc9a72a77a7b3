"""Records found again by their numbers; versions, audit and events."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace.catalogue.models import Patent
from marketplace.catalogue.saving import Saved, save_records
from marketplace.core.actor import ANONYMOUS
from marketplace.core.audit import AuditEntry
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import Forbidden
from marketplace.core.states import StateChange
from tests.unit.catalogue.saving.rows import ends, events, refusal, rows_of, save, stored

pytestmark = pytest.mark.usefixtures("market")

NUMBER = "202110318264.1"
PUBLICATION = "CN113000001A"


def test_a_new_record_is_public_with_its_history():
    (outcome,) = save("patent", {"id": "a", "title": "隔膜"})
    patent = stored("patent", outcome.id)
    assert (outcome.saved, patent.state, patent.version) == (Saved.CREATED, "published", 1)
    assert (patent.source, patent.source_id) == ("册子", "a")
    assert patent.published_at is not None
    assert patent.imported_at is not None
    change = db.session.scalars(select(StateChange)).one()
    assert (change.source, change.target, change.subject_id) == ("draft", "published", outcome.id)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor_name, entry.detail) == ("import", {"source": "册子"})
    assert events("patent") == [("listing_published", outcome.id)]


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("patent", {"title": "隔膜", "申请号": NUMBER, "assignee": "甲公司；乙大学", "ipc": ""}),
        ("patent", {"id": "a", "title": "隔膜", "发明人": "何嘉树；林知远", "关键词": "甲；乙"}),
        ("patent", {"title": "隔膜", "assignee": "甲公司"}),
        ("result", {"登记号": "9902025Y0012", "title": "隔膜", "完成人": "何嘉树（甲所）"}),
        ("result", {"id": 7, "title": "隔膜", "listed_on": "2026-03-02", "价格（元）": "3500"}),
        ("project", {"number": "2025YX01", "title": "中试", "承担单位": "甲大学", "topics": None}),
        ("organisation", {"name": "甲大学", "uscc": "91110000600037341L"}),
        ("organisation", {"name": "甲大学"}),
    ],
)
def test_the_same_row_again_changes_nothing_and_tells_nobody(kind, cells):
    (first,) = save(kind, cells)
    told = events(kind)
    (second,) = save(kind, cells)
    assert (second.saved, second.id) == (Saved.UNCHANGED, first.id)
    assert events(kind) == told


def test_a_changed_row_is_a_new_version_with_audit_and_event():
    (first,) = save("patent", {"id": "a", "title": "隔膜", "assignee": "甲公司"})
    (second,) = save("patent", {"id": "a", "title": "陶瓷隔膜", "assignee": "甲公司"})
    patent = stored("patent", first.id)
    assert (second.saved, patent.version, patent.title.zh) == (Saved.UPDATED, 2, "陶瓷隔膜")
    assert events("patent")[-1] == ("listing_changed", first.id)
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.subject_version) == ("listing.import", 2)


def test_what_the_file_has_no_column_for_is_left_as_it_is():
    (first,) = save(
        "patent", {"id": "a", "title_zh": "隔膜", "title_en": "Separator", "摘要": "甲"}
    )
    save("patent", {"id": "a", "title_zh": "陶瓷隔膜"})
    patent = stored("patent", first.id)
    assert patent.title == Bilingual("陶瓷隔膜", "Separator")
    assert str(patent.abstract) == "甲"


def test_an_emptied_cell_empties_the_value():
    (first,) = save("patent", {"id": "a", "title": "隔膜", "摘要": "甲", "ipc": "B32B"})
    save("patent", {"id": "a", "title": "隔膜", "摘要": "", "ipc": ""})
    patent = stored("patent", first.id)
    assert (patent.abstract, patent.ipc) == (None, [])


def test_a_record_is_found_by_its_official_number_whatever_its_number_in_the_source():
    (first,) = save("patent", {"id": "a", "title": "隔膜", "申请号": NUMBER})
    (second,) = save("patent", {"id": "b", "title": "隔膜", "申请号": f"ZL {NUMBER}"})
    assert (second.saved, second.id) == (Saved.UPDATED, first.id)
    assert stored("patent", first.id).source_id == "b"


def test_two_numbers_of_two_records_are_refused_with_both_names():
    save("patent", {"title": "隔膜", "申请号": NUMBER}, {"title": "电极", "公开号": PUBLICATION})
    (outcome,) = save("patent", {"title": "丙", "申请号": NUMBER, "公开号": PUBLICATION})
    sentence = refusal(outcome)
    assert "“隔膜”" in sentence
    assert "“电极”" in sentence


def test_a_repeat_in_one_batch_names_the_first_row():
    outcomes = save("patent", {"title": "甲", "申请号": NUMBER}, {"title": "乙", "申请号": NUMBER})
    assert ends(outcomes) == [Saved.CREATED, Saved.REFUSED]
    assert "第 2 行" in refusal(outcomes[1])


def test_two_rows_of_one_stored_record_are_not_both_taken():
    save("patent", {"id": "a", "title": "甲", "申请号": NUMBER})
    outcomes = save("patent", {"id": "a", "title": "乙"}, {"title": "丙", "申请号": NUMBER})
    assert ends(outcomes) == [Saved.UPDATED, Saved.REFUSED]


def test_a_record_of_another_source_is_never_overwritten():
    save("patent", {"title": "隔膜", "申请号": NUMBER}, source="甲册")
    same, other = (
        save("patent", {"title": title, "申请号": NUMBER}, source="乙册")[0]
        for title in ("隔膜", "电极")
    )
    assert same.saved is Saved.UNCHANGED
    assert "甲册" in refusal(other)


def test_a_record_that_a_person_entered_is_never_overwritten():
    with writing() as session:
        session.add(Patent(title=Bilingual("手写"), application_number="2021103182641"))
    (outcome,) = save("patent", {"title": "隔膜", "申请号": NUMBER, "assignee": "新公司"})
    assert "由人录入" in refusal(outcome)
    assert db.session.scalars(select(Patent.title)).one() == Bilingual("手写")
    assert events("organisation") == []


def test_prices_that_only_clash_with_stored_ones_are_refused():
    save("result", {"id": "a", "title": "甲", "最低价（万元）": 60, "最高价（万元）": 90})
    (outcome,) = save("result", {"id": "a", "title": "甲", "最低价（万元）": 95})
    assert "一起填" in refusal(outcome)


def test_rows_with_different_columns_go_in_together():
    outcomes = save(
        "result",
        {"id": "a", "title": "甲"},
        {"id": "b", "title": "乙", "trl": 6, "keywords": "丙"},
        {"id": "c", "title": "丁", "doi": "10.1000/182"},
    )
    assert [stored("result", outcome.id).title.zh for outcome in outcomes] == ["甲", "乙", "丁"]


def test_nobody_but_the_system_may_import():
    with pytest.raises(Forbidden):
        save_records(ANONYMOUS, "patent", rows_of("patent", {"title": "甲"}), source="册子")


def test_a_failing_transaction_leaves_nothing_behind():
    def save_and_fail() -> None:
        with writing():
            save("patent", {"title": "甲", "assignee": "甲公司"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()
    assert db.session.scalar(select(func.count(Patent.id))) == 0
    assert events("patent") == events("organisation") == []
