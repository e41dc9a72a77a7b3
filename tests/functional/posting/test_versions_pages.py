"""The page of versions: so many at a time, each with what it changed of the one before."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.catalogue.services import suspend_listing, withdraw_listing
from marketplace.core.db import db, writing
from marketplace.posting.models import Posting, RecordVersion
from marketplace.posting.review_routes import VERSIONS_A_PAGE
from tests.functional.accounts.browsing import seen
from tests.functional.posting.conftest import People
from tests.functional.posting.test_course_of_a_posting import publish_one


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


def test_what_nobody_can_read_and_has_no_kept_version_is_given_no_number(people: People) -> None:
    record_id = publish_one(people)
    with writing() as session:
        session.query(RecordVersion).delete()
    suspend_listing(people["clerk"], "result", record_id, "核对")
    page = seen(people.browser("clerk").get(f"/records/result/{record_id}/versions"))
    assert "第 1 版" not in page
    assert "第 2 版" not in page
