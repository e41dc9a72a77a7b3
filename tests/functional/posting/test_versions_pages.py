"""The page of versions: so many at a time, each with what it changed of the one before."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.catalogue.models import Result
from marketplace.core.db import db, writing
from marketplace.posting.models import RecordVersion
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
