"""The page of versions: so many at a time, each with what it changed of the one before."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.catalogue.record_queries import public_versions
from marketplace.catalogue.services import resume_listing, suspend_listing, withdraw_listing
from marketplace.core.db import db, writing
from marketplace.posting.models import Posting, RecordVersion
from marketplace.posting.review_routes import VERSIONS_A_PAGE
from marketplace.posting.writing import apply_change, begin_change, save_cells
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.test_course_of_a_posting import publish_one
from tests.functional.posting.writing_down import fresh


def test_versions_come_in_pages_and_the_last_of_a_page_still_tells_its_difference(
    people: People,
) -> None:
    publish_one(people)
    record_id = db.session.scalars(select(Result.id)).one()
    with writing() as session:
        for version in range(2, 2 * VERSIONS_A_PAGE + 2):
            session.add(
                RecordVersion(
                    kind="result",
                    record_id=record_id,
                    version=version,
                    cells={"title_zh": f"薄片。{version}种"},
                    by_name="clerk",
                )
            )
    browser = people.browser("clerk")
    path = f"/records/result/{record_id}/versions"
    pages = [seen(browser.get(f"{path}?page={number}")) for number in (1, 2, 3, 99)]
    assert [page.count("<del>") > 0 for page in pages] == [True, True, False, False]
    assert [page.count(" 版</b>") for page in pages] == [VERSIONS_A_PAGE, VERSIONS_A_PAGE, 1, 1]
    assert pages[0].count('class="m-diff"') >= VERSIONS_A_PAGE
    assert "第 2 页，共 3 页" in pages[1]
    assert all("第 3 页，共 3 页" in page for page in pages[2:])
    for nonsense in ("x", "0", "-1", "9" * 30, "²"):
        assert "第 1 页，共 3 页" in seen(browser.get(f"{path}?page={nonsense}"))


def test_a_record_of_which_no_version_was_kept_has_a_page_of_versions(people: People) -> None:
    publish_one(people)
    record_id = db.session.scalars(select(Result.id)).one()
    with writing() as session:
        session.query(RecordVersion).delete()
    answer = people.browser("clerk").get(f"/records/result/{record_id}/versions")
    assert answer.status_code == 200


def test_of_a_withdrawn_record_no_page_offers_what_is_not_public_or_counts_the_withdrawal(
    people: People,
) -> None:
    record_id = publish_one(people)
    posting_id = db.session.scalars(select(Posting.id)).one()
    clerk = people.browser("clerk")
    paths = [f"/records/result/{record_id}/versions", f"/postings/{posting_id}"]
    assert all("看公开的页面" in seen(clerk.get(path)) for path in paths)
    withdraw_listing(people["clerk"], "result", record_id, "转让了")
    pages = [seen(clerk.get(path)) for path in (*paths, "/postings")]
    assert not any("看公开的页面" in page for page in pages)
    assert "最后公开的是第 1 版" in pages[0]
    assert not any("第 2 版" in page for page in pages)


@pytest.mark.parametrize("is_kept", [True, False])
def test_pages_count_what_was_published_and_not_the_steps(people: People, is_kept: bool) -> None:
    record_id = publish_one(people)
    if not is_kept:
        with writing() as session:
            session.query(RecordVersion).delete()
    clerk = people.browser("clerk")
    path = f"/records/result/{record_id}/versions"
    suspend_listing(people["bureau"], "result", record_id, "核对")
    assert "最后公开的是第 1 版" in seen(clerk.get(path))
    resume_listing(people["bureau"], "result", record_id)
    for address in (path, "/postings", f"/results/{record_id}"):
        page = seen(clerk.get(address))
        assert "第 1 版" in page, address
        assert "第 3 版" not in page, address


def test_a_change_after_steps_is_the_version_that_pages_name_and_list(people: People) -> None:
    record_id = publish_one(people)
    with writing() as session:
        session.query(RecordVersion).delete()
    suspend_listing(people["bureau"], "result", record_id, "核对")
    resume_listing(people["bureau"], "result", record_id)
    change = fresh(begin_change(people["clerk"], "result", record_id))
    cells = {**change.cells, "keywords_zh": ["切割"]}
    save_cells(people["clerk"], change.id, change.version, cells)
    apply_change(people["clerk"], change.id)
    kept = select(RecordVersion.version).order_by(RecordVersion.version)
    assert db.session.scalars(kept).all() == [1, 4]
    record = db.session.get_one(Result, record_id)
    assert public_versions("result", [record]) == {record_id: 4}
