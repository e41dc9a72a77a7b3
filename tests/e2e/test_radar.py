"""A page that found nothing tells the market by itself; the groups are read at any width."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.test_accounts import come_in, look

NOTHING = "/search?q=轮胎裂解&kind=result"


def test_a_search_without_hits_is_told_once_by_a_small_post_that_the_policy_allows(
    page: Page,
) -> None:
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    come_in(page, "赵一鸣")
    with page.expect_response("**/radar/searches") as told:
        page.goto(NOTHING)
    assert told.value.status == 204
    assert "轮胎" not in told.value.url
    assert refused == []
    expect(page.get_by_text("看不到是谁搜的")).to_be_visible()
    look(page, NOTHING)


def test_a_holder_reads_what_is_not_found_and_searches_again(page: Page) -> None:
    come_in(page, "李雯")
    look(page, "/radar")
    page.goto("/postings")
    page.get_by_role("link", name="搜不到的需求").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 组需求搜不到")
    row = page.get_by_role("row", name="热喷涂")
    expect(row).to_contain_text("至少 5 家")
    expect(row.get_by_role("link", name="发布成果")).to_be_visible()
    expect(page.get_by_text("裂解")).to_have_count(0)
    row.get_by_role("link", name="现在再搜一次").click()
    expect(page.get_by_role("status").first).to_contain_text("没有记录同时符合")
