"""The unit's yearly report: each figure is the length of a list that can be opened."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Project, Result, ResultOwner
from marketplace.core.actor import Actor, Role
from marketplace.core.db import db, writing
from marketplace.core.i18n import Bilingual
from marketplace.obligations.clocks import decide_clock
from marketplace.obligations.models import DepositedResult, Obligation, ScienceReport, TransferClock
from marketplace.obligations.yearly import figures, write_yearly
from marketplace.settings import Mode
from tests.functional.accounts.browsing import Browser, seen
from tests.functional.obligations.conftest import (
    Scene,
    bureau_actor,
    bureau_id,
    holder_actor,
    owed,
    someone,
)
from tests.functional.statements import statements


def manager_of(scene: Scene) -> Actor:
    return holder_actor(scene, Role.HOLDER_MGR)


def with_values(number: int, **values: object) -> None:
    with writing() as session:
        obligation = session.get_one(Obligation, number)
        for name, value in values.items():
            setattr(obligation, name, value)


@pytest.fixture
def year(app: Flask, scene: Scene) -> dict[str, int]:
    """The figures of a year in which something of everything happened, by name."""
    with writing() as session:
        old, new = session.scalars(select(Result).order_by(Result.id)).all()
        old.ended_on, new.ended_on = "2025-12", "2026-01"
        # The last moment of 2026 and the first of 2027 in Shanghai.
        new.published_at = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
        old.published_at = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    decide_clock(bureau_actor(), scene.project, scene.result, "适合转化")
    handed_in = {"state": "accepted", "accepted_on": date(2026, 6, 1)}
    with_values(owed(scene, "annual", date(2026, 3, 1)), submitted_on=date(2026, 3, 1), **handed_in)
    with_values(owed(scene, "final", date(2026, 4, 1)), submitted_on=date(2026, 4, 3), **handed_in)
    owed(scene, "midterm", date(2026, 1, 2))
    with_values(owed(scene, "special", date(2026, 5, 1)), state="waived")
    owed(scene, "initial", date(2025, 12, 31))
    deposit = owed(scene, "deposit", date(2026, 5, 2))
    with writing() as session:
        session.add_all(
            [
                DepositedResult(
                    obligation_id=deposit,
                    result_id=scene.result,
                    conversion="converted",
                    mode="3",
                    converted_on=date(2026, 12, 31),
                ),
                DepositedResult(
                    obligation_id=deposit,
                    result_id=scene.basic_result,
                    conversion="converted",
                    mode="2",
                    converted_on=date(2027, 1, 1),
                ),
                ScienceReport(
                    obligation_id=2,
                    project_id=scene.project,
                    number="41580000X--2024-P-017/01",
                    sequence=1,
                    title='=HYPERLINK("http://x")',
                    unit="河湾理工大学",
                    written_on=date(2026, 3, 1),
                    abstract="摘要",
                ),
            ]
        )
    with_values(deposit, submitted_on=date(2026, 5, 2), **handed_in)
    with app.test_request_context():
        return {one.name: one.value for one in figures(manager_of(scene), scene.university, 2026)}


def test_each_figure_counts_its_year_in_shanghai(year: dict[str, int]) -> None:
    assert {name: value for name, value in year.items() if value} == {
        "年末持有的成果": 2,
        "其中本年新增": 1,
        "本年发布的成果": 1,
        "本年转化：许可他人使用": 1,
        "本年到期的义务": 4,
        "按时履行": 2,
        "逾期履行": 1,
        "逾期未履行": 1,
        "本年接收的科技报告：最终报告": 1,
    }


@pytest.mark.parametrize(
    ("ended_on", "accepted_on", "entered_at", "year", "told"),
    [
        ("2024-12", date(2026, 3, 20), datetime(2026, 5, 1, tzinfo=UTC), 2024, "完成年月"),
        (None, date(2025, 3, 20), datetime(2026, 5, 1, tzinfo=UTC), 2025, "项目验收日期"),
        # The last moment of 2025 and the first of 2026 in Shanghai.
        (None, None, datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC), 2025, "录入日期"),
        (None, None, datetime(2025, 12, 31, 16, 0, tzinfo=UTC), 2026, "录入日期"),
    ],
)
def test_a_result_is_new_in_the_year_in_which_it_was_obtained_not_entered(
    app: Flask,
    scene: Scene,
    ended_on: str | None,
    accepted_on: date | None,
    entered_at: datetime,
    year: int,
    told: str,
) -> None:
    with writing() as session:
        session.get_one(Project, scene.project).accepted_on = accepted_on
        result = session.get_one(Result, scene.result)
        result.ended_on, result.created_at = ended_on, entered_at
        session.get_one(Result, scene.basic_result).ended_on = "2099-01"
    with app.test_request_context():
        found = {
            number: {one.name: one for one in figures(manager_of(scene), scene.university, number)}
            for number in range(2023, 2028)
        }
    new = {number: one["其中本年新增"].value for number, one in found.items()}
    assert {number for number, value in new.items() if value} == {year}
    assert found[year]["其中本年新增"].counted[0].told.startswith(told)
    held = {number for number, one in found.items() if one["年末持有的成果"].value}
    assert held == set(range(year, 2028))


def test_the_parts_of_a_figure_add_up(year: dict[str, int]) -> None:
    assert year["本年到期的义务"] == (year["按时履行"] + year["逾期履行"] + year["逾期未履行"])


def test_the_workbook_holds_the_records_behind_each_figure_and_no_formula(
    app: Flask, scene: Scene, year: dict[str, int], tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    organisation = db.session.get_one(Organisation, scene.university)
    with app.test_request_context(), path.open("wb") as target:
        write_yearly(manager_of(scene), organisation, 2026, target)
    book = CalamineWorkbook.from_path(str(path))
    summary, detail = (
        book.get_sheet_by_name(name).to_python() for name in ("转化情况报告", "明细")
    )
    for name, value, _rule in summary[1:]:
        assert value == len([row for row in detail[1:] if row[0] == name]), name
    assert any('=HYPERLINK("http://x")' in str(row[1]) for row in detail)
    assert detail[0][3] == "是什么日期"
    new = [row for row in detail if row[0] == "其中本年新增"]
    assert [(row[2], row[3]) for row in new] == [(date(2026, 1, 1), "完成年月，按当月第一天写")]
    about = book.get_sheet_by_name("说明").to_python()
    assert any("成果按取得的日期算在哪一年" in str(row[0]) for row in about)
    assert b"<f>" not in path.read_bytes()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("河湾理工大学", "河湾理工大学-转化情况报告-2024.xlsx"),
        ("河湾/理工\n大学\u202e", "河湾_理工 大学-转化情况报告-2024.xlsx"),
        ("长" * 150, f"{'长' * 60}-转化情况报告-2024.xlsx"),
        ("???", "转化情况报告-2024.xlsx"),
        (" ./\\. ", "转化情况报告-2024.xlsx"),
    ],
)
def test_the_file_is_named_after_the_unit_as_far_as_a_file_may_be(
    staff: Browser, scene: Scene, name: str, expected: str
) -> None:
    with writing() as session:
        session.get_one(Organisation, scene.university).name = Bilingual(name)
    answer = staff.get(f"/obligations/yearly.xlsx?year=2024&organisation={scene.university}")
    told = answer.headers["Content-Disposition"]
    assert unquote(told).endswith(f"filename*=UTF-8''{expected}")


def test_the_units_manager_and_staff_choose_a_year_and_download(
    app: Flask, staff: Browser, scene: Scene
) -> None:
    manager = someone(app, "zhouqing", "周青", scene.university, Role.HOLDER_MGR)
    assert "2024 年转化情况报告" in seen(manager.get("/obligations/yearly?year=2024"))
    answer = manager.get("/obligations/yearly.xlsx?year=2024")
    assert answer.status_code == 200
    assert 'filename="yearly-report-2024.xlsx"' in answer.headers["Content-Disposition"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).sheet_names[0] == "转化情况报告"
    assert "河湾理工大学" in seen(staff.get(f"/obligations/yearly?organisation={scene.university}"))
    for nonsense in ("1", "99999", "x", "２０２４"):
        assert manager.get(f"/obligations/yearly?year={nonsense}").status_code == 200
    for unit in (str(scene.firm), "999", "x"):
        assert manager.get(f"/obligations/yearly?organisation={unit}").status_code == 404


def test_the_yearly_report_is_nobody_elses(app: Flask, clerk: Browser, scene: Scene) -> None:
    for path in ("/obligations/yearly", "/obligations/yearly.xlsx"):
        assert clerk.get(path).status_code == 403
        assert Browser(app).get(path).status_code == 302


def test_a_title_in_two_languages_is_told_in_that_of_the_page(app: Flask, scene: Scene) -> None:
    with writing() as session:
        session.get_one(Result, scene.result).title = Bilingual("中文", "English title")
    manager = someone(app, "zhouqing", "周青", scene.university, Role.HOLDER_MGR)
    assert "English title" in seen(manager.get("/en/obligations/yearly"))


def test_staff_in_whose_districts_nobody_has_a_report_are_not_led_to_one(
    app: Flask, staff: Browser, scene: Scene
) -> None:
    owed(scene)
    far = someone(app, "qian", "钱程", bureau_id(), Role.BUREAU, districts=("410103",))
    assert "/obligations/yearly" not in far.get("/staff/obligations").text
    assert "/obligations/yearly" in staff.get("/staff/obligations").text
    for path in ("/obligations/yearly", "/obligations/yearly.xlsx"):
        answer = far.get(path)
        assert answer.status_code == 404
        assert "没有可以看的年度报告" in seen(answer)


def test_staff_of_a_district_are_led_to_the_first_unit_there_that_holds_results(
    app: Flask, scene: Scene
) -> None:
    near = someone(app, "hexin", "何欣", bureau_id(), Role.BUREAU, districts=("410102",))
    assert "/obligations/yearly" in near.get("/staff/obligations").text
    page = seen(near.get("/obligations/yearly"))
    assert f'<option value="{scene.university}" selected>' in page
    assert near.get("/obligations/yearly.xlsx").status_code == 200
    with writing() as session:
        for one in session.scalars(select(Result)):
            one.state = "draft"
    assert near.get("/obligations/yearly").status_code == 404
    owed(scene)
    assert near.get("/obligations/yearly").status_code == 200


def test_staff_without_a_report_of_their_own_choose_the_unit(
    staff: Browser, clerk: Browser, scene: Scene
) -> None:
    with writing() as session:
        session.add(
            Obligation(
                project_id=scene.project,
                organisation_id=scene.university,
                kind="final",
                due_on=date(2026, 12, 1),
            )
        )
    page = seen(staff.get("/obligations/yearly"))
    assert f'<option value="{scene.university}" selected>' in page
    assert "/obligations/yearly" in staff.get("/staff/obligations").text
    # Whoever may not open the report isn't led there.
    assert "/obligations/yearly" not in clerk.get("/obligations").text


def withhold_elsewhere(scene: Scene) -> None:
    """Let the result lie in another district, with the university as its second holder."""
    with writing() as session:
        session.get_one(Organisation, scene.firm).division = "410105"
        result = session.get_one(Result, scene.result)
        result.owner_links = [
            ResultOwner(organisation_id=scene.firm, rank=1),
            ResultOwner(organisation_id=scene.university, rank=2),
        ]
        result.state = "withheld"


@pytest.mark.usefixtures("year")
def test_staff_read_no_title_of_what_is_not_public_elsewhere_yet_count_it(
    app: Flask, scene: Scene, tmp_path: Path
) -> None:
    with writing() as session:
        clock = session.scalars(select(TransferClock)).one()
        clock.due_on, clock.met_on = date(2026, 3, 20), None
    withhold_elsewhere(scene)
    organisation = db.session.get_one(Organisation, scene.university)
    path = tmp_path / "report.xlsx"
    here = bureau_actor(districts=frozenset({"410102"}))
    with app.test_request_context():
        everywhere = figures(bureau_actor(), scene.university, 2026)
        found = figures(here, scene.university, 2026)
        with path.open("wb") as target:
            write_yearly(here, organisation, 2026, target)
    assert [one.value for one in found] == [one.value for one in everywhere]
    title, address = "铝壳焊缝气孔闭环控制", f"/results/{scene.result}"
    naming = {
        one.name
        for one in everywhere
        for row in one.counted
        if row.name == title and row.address.endswith(address)
    }
    unnamed = {one.name for one in found for row in one.counted if row.name == "一项未公开的成果"}
    assert unnamed == naming
    assert {
        "年末持有的成果",
        "本年转化：许可他人使用",
        "本年满一年的转化期",
        "其中没有转化",
    } <= naming
    book = str(CalamineWorkbook.from_path(str(path)).get_sheet_by_name("明细").to_python())
    staff = someone(app, "hexin", "何欣", bureau_id(), Role.BUREAU, districts=("410102",))
    page = seen(staff.get(f"/obligations/yearly?organisation={scene.university}&year=2026"))
    for text in (book, page):
        assert "一项未公开的成果" in text
        assert title not in text
        assert f"{address}'" not in text
        assert f'{address}"' not in text
        assert "气孔形成机理" in text


def test_who_reads_a_deposit_reads_no_title_of_what_is_not_public_elsewhere(
    app: Flask, scene: Scene
) -> None:
    deposit = owed(scene, "deposit", date(2026, 5, 2))
    with writing() as session:
        session.add_all(
            DepositedResult(obligation_id=deposit, result_id=one, conversion="talking")
            for one in (scene.result, scene.basic_result)
        )
    with_values(deposit, state="submitted")
    withhold_elsewhere(scene)
    staff = someone(app, "hexin", "何欣", bureau_id(), Role.BUREAU, districts=("410102",))
    page = seen(staff.get(f"/obligations/{deposit}"))
    assert "一项未公开的成果" in page
    assert "铝壳焊缝气孔闭环控制" not in page
    assert f'"/results/{scene.result}"' not in page
    assert f'"/results/{scene.basic_result}"' in page


def test_the_report_of_a_unit_elsewhere_that_is_not_public_is_not_there(
    app: Flask, scene: Scene
) -> None:
    far = someone(app, "qian", "钱程", bureau_id(), Role.BUREAU, districts=("410103",))
    for path in ("/obligations/yearly", "/obligations/yearly.xlsx"):
        assert far.get(f"{path}?organisation={scene.university}").status_code == 403
    with writing() as session:
        session.get_one(Organisation, scene.university).state = "draft"
    for path in ("/obligations/yearly", "/obligations/yearly.xlsx"):
        for number in (scene.university, 999_999):
            assert far.get(f"{path}?organisation={number}").status_code == 404
    manager = someone(app, "zhouqing", "周青", scene.university, Role.HOLDER_MGR)
    assert manager.get("/obligations/yearly").status_code == 200


def test_the_list_of_staff_asks_only_whether_any_unit_has_a_report(
    staff: Browser, scene: Scene
) -> None:
    owed(scene)
    with statements() as sent:
        page = staff.get("/staff/obligations").text
    assert "/obligations/yearly" in page
    assert not [one for one in sent if "ORDER BY organisation.name_key" in one]


def test_the_workbook_of_a_demonstration_says_so(
    app: Flask, staff: Browser, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["settings"], "mode", Mode.DEMO)
    answer = staff.get(f"/obligations/yearly.xlsx?year=2024&organisation={scene.university}")
    assert 'filename="demo-yearly-report-2024.xlsx"' in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    heads, *rows = book.get_sheet_by_name("转化情况报告").to_python()
    assert heads[0] == "数据"
    assert {row[0] for row in rows} == {"演示数据"}
    assert "演示数据" in str(book.get_sheet_by_name("说明").to_python())
