"""Demands in the browser: the form, the reviews, the search with its facets, a search made one."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue.models import Demand
from marketplace.core.db import db
from marketplace.core.i18n import Bilingual
from marketplace.core.outbox import drain
from marketplace.posting.models import Posting
from marketplace.posting.steps import STEPS
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.demands.conftest import DEMAND, MASKED, demand_of, opened, submitted
from tests.functional.matching.conftest import add_result
from tests.functional.posting.conftest import People
from tests.functional.posting.test_pages import begin_in, send_step

FORM = {
    "title_zh": DEMAND["title_zh"],
    "demand_type": "problem",
    "problem_zh": DEMAND["problem_zh"],
    "requirements-name": ["毛刺高度", ""],
    "requirements-operator": ["≤", ""],
    "requirements-value": ["7", ""],
    "requirements-unit": ["μm", ""],
    "requirements-method": ["", ""],
    "deadline": "2099-12-31",
    "budget_kind": "range",
    "budget_min_fen": "80",
    "budget_max_fen": "150",
    "cooperation_modes": ["4"],
    "tech_field": "3",
    "keywords_zh": "极片；毛刺",
    "visibility": "public",
    "owners-name": ["别家研究院"],
    "owners-uscc": [""],
}


def of_step(number: int) -> dict[str, str | list[str]]:
    """What stands in the fields of one step."""
    step = STEPS["demand"][number - 1]
    keys = (*step.fields, *step.extra)
    return {name: value for name, value in FORM.items() if name.partition("-")[0] in keys}


def newest(model: type) -> int:
    db.session.rollback()
    found = db.session.scalar(select(model.id).order_by(model.id.desc()))  # type: ignore[attr-defined]
    assert found
    return int(found)


def test_a_demand_is_filled_in_step_by_step_reviewed_twice_and_found(
    app: Flask, people: People
) -> None:
    browser = people.browser("demander")
    path = begin_in(browser, "demand")
    for number in range(1, len(STEPS["demand"]) + 1):
        answer = send_step(browser, f"{path[:-1]}{number}", **of_step(number))
        assert answer.status_code == 302, (number, seen(answer))
    posting = path.partition("/steps")[0]
    assert browser.post(f"{posting}/hand-in", work="submit", secrecy="1").status_code == 302
    for who, work, words in (
        ("admin", "approve", "形式审查通过"),
        ("bureau", "publish", "部门审核通过"),
    ):
        reviewer = people.browser(who)
        page = seen(reviewer.get(posting))
        assert words in page
        assert reviewer.post(f"{posting}/decision", work=work).status_code == 422
        assert reviewer.post(f"{posting}/decision", work=work, opinion="可以").status_code == 302
    drain()
    page = seen(Browser(app).get(f"/demands/{newest(Demand)}"))
    for words in ("征集中", "80 万–150 万元", "≤ 7 μm", "别家研究院", "TRL"):
        assert (words in page.replace("\u00a0", " ")) == (words != "TRL"), words


def test_the_first_steps_ask_for_little_each() -> None:
    assert all(len(step.fields) <= 5 for step in STEPS["demand"])


def test_a_wrong_figure_is_said_at_its_row(people: People) -> None:
    browser = people.browser("demander")
    path = begin_in(browser, "demand")[:-1]
    answer = send_step(browser, f"{path}2", **of_step(2) | {"requirements-value": ["约七", ""]})
    assert "第 1 行的数值要填数字，现在是“约七”" in seen(answer)


def test_reviewers_pass_several_demands_with_one_opinion(people: People) -> None:
    ids = [submitted(people["demander"], title_zh=f"需求{n}").id for n in range(2)]
    browser = people.browser("bureau")
    chosen = [str(one) for one in ids]
    assert browser.post("/reviews", posting=chosen).status_code == 200
    page = seen(browser.post("/reviews", posting=chosen, opinion="齐全"))
    assert "2 件已经通过" in page
    assert "等部门审核" in seen(people.browser("admin").get("/reviews"))


def test_the_demander_reads_the_opinions(people: People) -> None:
    posting = submitted(people["demander"])
    people.browser("admin").post(
        f"/postings/{posting.id}/decision", work="approve", opinion="很清楚"
    )
    page = seen(people.browser("demander").get(f"/postings/{posting.id}"))
    assert "形式审查通过" in page
    assert "很清楚" in page


def test_demands_have_facets_of_their_own(app: Flask, people: People) -> None:
    opened(people)
    visitor = Browser(app)
    page = visitor.get("/search?kind=demand").text
    for words in ("需求类型", "预算", "合作模式", "想要的成熟度", "截止日期近的在前"):
        assert words in page, words
    everything = visitor.get("/search").text
    for words in ("需求类型", "合作模式", "想要的成熟度", "截止日期近的在前"):
        assert words not in everything, words


@pytest.mark.parametrize(
    ("conditions", "is_found"),
    [
        ("type=problem", True),
        ("type=import", False),
        ("budget_max=100", True),
        ("budget_min=200", False),
        ("budget_band=500", True),
        ("coop=4", True),
        ("wanted_trl=6", True),
        ("wanted_trl=7", False),
        ("deadline_max=2099-12-31", True),
        ("deadline_max=2050-01-01", False),
        ("field=3", True),
        ("sort=deadline", True),
    ],
)
def test_each_condition_of_demands_narrows(
    app: Flask, people: People, conditions: str, is_found: bool
) -> None:
    demand_id = opened(people)
    page = Browser(app).get(f"/search?kind=demand&{conditions}").text
    assert (f"/demands/{demand_id}" in page) == is_found


def test_each_visibility_is_found_by_those_it_is_for(app: Flask, people: People) -> None:
    ids = {one: opened(people, visibility=one) for one in ("public", "signed_in", "matched")}
    seen_by = {
        "visitor": (Browser(app), {"public"}),
        "clerk": (people.browser("clerk"), {"public", "signed_in"}),
        "demander": (people.browser("demander"), {"public", "signed_in", "matched"}),
    }
    for who, (browser, expected) in seen_by.items():
        opens = {one for one, n in ids.items() if browser.get(f"/demands/{n}").status_code == 200}
        assert opens == expected, who
        page = browser.get("/search?kind=demand").text
        found = {one for one, number in ids.items() if f"/demands/{number}" in page}
        assert found == expected - {"matched"}, who


def test_that_there_was_a_demand_for_members_is_not_told_to_visitors(
    app: Flask, people: People
) -> None:
    demand_id = opened(people, visibility="signed_in")
    path = f"/records/demand/{demand_id}"
    people.browser("demander").post(f"{path}/step", action="demand.withdraw", reason="不找了")
    assert demand_of(demand_id).state == "withdrawn"
    assert Browser(app).get(f"/demands/{demand_id}").status_code == 404


def test_a_search_that_finds_nothing_becomes_a_draft_with_one_click(people: People) -> None:
    browser = people.browser("demander")
    address = "/search?q=超薄刀+崩刃&field=3&trl_min=8&price_max=20"
    page = browser.get(address).text
    action = re.search(r'action="(/demands/new[^"]*)"', page)
    assert action
    answer = browser.post(action[1].replace("&amp;", "&"))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/steps/1")
    cells = db.session.get_one(Posting, newest(Posting)).cells
    assert cells["title_zh"] == "超薄刀 崩刃"
    assert (cells["tech_field"], cells["wanted_trl"]) == ("3", "8")
    assert (cells["budget_kind"], cells["budget_max_fen"]) == ("range", "20")
    assert "崩刃" in cells["keywords_zh"]


def test_a_visitor_is_led_to_sign_in_and_back_to_the_button(app: Flask, people: People) -> None:
    page = Browser(app).get("/search?q=超薄刀崩刃").text
    link = re.search(r'href="(/demands/new[^"]*)"', page)
    assert link
    address = link[1].replace("&amp;", "&")
    answer = Browser(app).get(address)
    assert answer.status_code == 302
    assert "/account/sign-in?next=" in answer.headers["Location"]
    assert "发布需求</button>" in people.browser("demander").get(address).text
    assert "要先替单位办事" in people.browser("clerk").get(address).text


def test_an_organisation_lists_its_demands_but_no_masked_one(app: Flask, people: People) -> None:
    plain = opened(people, title_zh="铝壳焊缝总有气孔")
    masked = opened(people, **MASKED)
    page = Browser(app).get(f"/organisations/{people['demander'].organisation_id}").text
    assert f"/demands/{plain}" in page
    assert f"/demands/{masked}" not in page


def test_what_demands_are_kept_and_compared_as_other_records(people: People) -> None:
    first, second = opened(people, **MASKED), opened(people, title_zh="铝壳焊缝总有气孔")
    browser = people.browser("clerk")
    assert browser.post(f"/saved/demand/{first}").status_code == 302
    page = seen(browser.get(f"/compare?kind=demand&id={first}&id={second}"))
    assert "某动力电池企业" in page
    assert "毛刺高度 ≤ 7 μm" in page.replace("\u00a0", " ")


def test_an_english_page_of_a_demand_says_nothing_in_chinese_of_its_own(
    app: Flask, people: People
) -> None:
    english = {"title_en": "Burrs below 7 μm", "problem_en": "Burrs.", "goal_en": "Cut them."}
    english |= {"masked_name_en": "A battery maker", "keywords_en": "burr"}
    rows = [{"name": "height", "operator": "≤", "value": "7", "unit": "μm", "method": "microscope"}]
    demand_id = opened(people, **DEMAND | english | MASKED | {"requirements": rows})
    for address in (f"/en/demands/{demand_id}", "/en/search?kind=demand&type=problem&coop=4"):
        source = re.sub(
            r"<(script|title|h1|input|meta)\b.*?</\1>",
            "",
            Browser(app).get(address).text,
            flags=re.S,
        )
        source = re.sub(r"<(\w+)[^>]* lang=\"zh-CN\".*?</\1>", "", source, flags=re.S)
        shown = re.sub(r"<[^>]+>", " ", source)
        assert re.findall(r"[\u4e00-\u9fff]+", shown) == [], address


def test_a_search_of_which_nothing_has_all_the_words_becomes_a_demand_too(people: People) -> None:
    drain()
    add_result(title=Bilingual("薄膜收卷张力控制"), abstract=Bilingual("收卷不起皱。"))
    add_result(title=Bilingual("停机检修"), abstract=Bilingual("少停机。"))
    drain()
    page = people.browser("demander").get("/search?q=薄膜收卷起皱停机").text
    assert "没有哪一条含全部" in page
    assert "发布需求</button>" in page
    assert "发布需求</button>" not in people.browser("demander").get("/search?q=薄膜").text
