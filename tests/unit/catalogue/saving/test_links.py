"""Owners, people, projects and patents of a record: found, created, kept in order."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace.catalogue.models import Contributor, Organisation
from marketplace.catalogue.saving import Saved
from marketplace.core.db import db
from tests.unit.catalogue.saving.rows import ends, events, refusal, save, stored

pytestmark = pytest.mark.usefixtures("market")

CODE = "91110000600037341L"


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(model.id))) or 0  # type: ignore[attr-defined]


def test_unknown_owners_become_public_unverified_organisations():
    (outcome,) = save("patent", {"title": "隔膜", "assignee": "云岫理工大学；恒砺工具有限公司"})
    owners = stored("patent", outcome.id).owners
    assert [(str(owner.name), owner.kind) for owner in owners] == [
        ("云岫理工大学", "university"),
        ("恒砺工具有限公司", "enterprise"),
    ]
    assert {(owner.state, owner.source, owner.verified_on) for owner in owners} == {
        ("published", "册子", None)
    }
    assert [name for name, _ in events("organisation")] == ["listing_published"] * 2


def test_equal_names_are_one_organisation_within_a_batch_and_across():
    save(
        "patent", {"title": "甲", "assignee": "ＡＢＣ 公司"}, {"title": "乙", "assignee": "abc公司"}
    )
    save("patent", {"title": "丙", "assignee": "Abc公司"}, source="另一册")
    assert count(Organisation) == 1


def test_an_owner_is_found_by_code_and_an_unknown_code_is_refused():
    (refused,) = save("patent", {"title": "甲", "assignee": CODE})
    assert CODE in refusal(refused)
    save("organisation", {"name": "甲公司", "uscc": CODE})
    (outcome,) = save("patent", {"title": "甲", "assignee": CODE})
    assert [str(owner.name) for owner in stored("patent", outcome.id).owners] == ["甲公司"]


def test_an_organisation_that_was_only_named_is_completed_by_its_own_row():
    save("patent", {"title": "甲", "assignee": "甲公司"}, source="专利册")
    (outcome,) = save("organisation", {"name": "甲公司", "uscc": CODE}, source="机构册")
    organisation = stored("organisation", outcome.id)
    assert (outcome.saved, organisation.uscc) == (Saved.UPDATED, CODE)
    assert organisation.source == "机构册"
    assert count(Organisation) == 1
    (again,) = save("organisation", {"name": "另一名", "uscc": CODE}, source="第三册")
    assert "机构册" in refusal(again)


def test_equal_names_with_different_codes_are_two_organisations():
    save("organisation", {"name": "甲公司", "uscc": CODE})
    save("organisation", {"name": "甲公司", "uscc": "91350100M000100Y43"})
    assert count(Organisation) == 2


def test_a_new_order_of_owners_is_a_change():
    (first,) = save("patent", {"id": "a", "title": "甲", "assignee": "甲公司；乙大学"})
    (second,) = save("patent", {"id": "a", "title": "甲", "assignee": "乙大学；甲公司"})
    assert second.saved is Saved.UPDATED
    assert [str(owner.name) for owner in stored("patent", first.id).owners] == ["乙大学", "甲公司"]


def test_a_person_is_known_by_name_and_organisation():
    save(
        "result",
        {"id": "a", "title": "甲", "完成人": "何嘉树（甲所）"},
        {"id": "b", "title": "乙", "完成单位": "甲所", "完成人": "何嘉树"},
        {"id": "c", "title": "丙", "完成人": "何嘉树（乙所）"},
    )
    assert count(Contributor) == 2


def test_people_without_organisation_are_strangers_to_those_of_other_records():
    rows = (
        {"id": "a", "title": "甲", "完成人": "何嘉树；林知远"},
        {"id": "b", "title": "乙", "完成人": "何嘉树"},
    )
    save("result", *rows)
    assert count(Contributor) == 3
    assert ends(save("result", *rows)) == [Saved.UNCHANGED] * 2
    assert count(Contributor) == 3


def test_contributors_keep_order_and_role():
    (outcome,) = save(
        "result",
        {
            "title": "甲",
            "contributors": [
                {"name": "林知远", "organisation": "甲所", "role": {"zh": "方案", "en": "concept"}},
                {"name": "何嘉树", "organisation": "甲所"},
            ],
        },
    )
    links = stored("result", outcome.id).contributor_links
    assert [(str(link.contributor.name), link.role and link.role.en) for link in links] == [
        ("林知远", "concept"),
        ("何嘉树", None),
    ]


def test_a_result_is_tied_to_its_project_and_patent_by_number_or_number_in_the_source():
    save("project", {"number": "2025YX01", "title": "中试"})
    save("patent", {"id": "p1", "title": "隔膜", "申请号": "202110318264.1"})
    (outcome,) = save(
        "result",
        {"title": "隔膜", "项目编号": "2025YX01", "专利号": "ZL202110318264.1", "id": "r1"},
    )
    result = stored("result", outcome.id)
    assert [str(project.title) for project in result.projects] == ["中试"]
    assert [str(patent.title) for patent in result.patents] == ["隔膜"]
    assert (
        save("result", {"title": "隔膜", "patents": "p1", "id": "r1"})[0].saved is Saved.UNCHANGED
    )


def test_an_unknown_project_is_a_warning_and_is_tied_later():
    cells = {"id": "a", "title": "甲", "项目编号": "2025YX01"}
    (first,) = save("result", cells)
    assert "2025YX01" in str(first.warnings[0].reason)
    save("project", {"number": "2025YX01", "title": "中试"})
    assert save("result", cells)[0].saved is Saved.UPDATED
    assert stored("result", first.id).projects
