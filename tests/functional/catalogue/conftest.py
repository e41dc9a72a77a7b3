"""A small published market for the tests of the pages; prepared once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.catalogue.indexing import rebuild_index
from marketplace.catalogue.models import (
    Contributor,
    Organisation,
    Patent,
    PatentInventor,
    PatentOwner,
    Project,
    ProjectOrganisation,
    Result,
    ResultContributor,
    ResultOwner,
    ResultPatent,
    ResultProject,
)
from marketplace.core.actor import system
from marketplace.core.db import now, writing
from marketplace.core.i18n import Bilingual, today
from marketplace.core.states import StateChange
from tests.conftest import close, make_settings
from tests.grounds import SEARCH_URL, drop_ground, make_ground

WAN = 1_000_000
MARKED_UP = 'AT&T <script>alert("x")</script> 焊机'


def listed(**values: Any) -> dict[str, Any]:
    return {"state": "published", "published_at": now(), **values}


def fill_market() -> None:
    """Two holders, a project, three patents, five results of which three are public."""
    with writing() as session:
        university = Organisation(
            **listed(verified_on=date(2026, 2, 11)),
            name=Bilingual("河湾理工大学", "Hewan University of Technology"),
            name_key="河湾理工大学",
            kind="university",
            division="410172",
            uscc="1241010041580000XR",
            intro=Bilingual("以焊接和装备见长。", "Strong in welding and equipment."),
        )
        firm = Organisation(
            **listed(source="register-2025", source_id="o-1", imported_at=now()),
            name=Bilingual("青堤机械有限公司"),
            name_key="青堤机械有限公司",
            kind="enterprise",
        )
        project = Project(
            **listed(),
            title=Bilingual("薄板焊接质量在线控制", "On-line quality control of sheet welding"),
            number="2024-P-017",
            plan_source="P",
            funder=Bilingual("省科技厅"),
            is_fiscal=True,
            accepted_on=today() - timedelta(days=300),
            has_transfer_obligation=True,
            transfer_due_on=today() + timedelta(days=65),
        )
        project.parties = [ProjectOrganisation(organisation=university, rank=1)]
        patent = Patent(
            **listed(confirmed_on=today() - timedelta(days=3)),
            title=Bilingual("一种焊缝气孔检测装置", "A device that detects pores in welds"),
            abstract=Bilingual("相机同轴观察熔池，识别气孔。"),
            kind="PAT-I",
            application_number="2021103182641",
            ipc=["B23K 26/03"],
            legal_status="granted",
            filed_on=date(2021, 3, 25),
            expires_on=date(2041, 3, 25),
            status_checked_on=date(2026, 11, 1),
            price_kind="negotiable",
        )
        patent.owner_links = [
            PatentOwner(organisation=university, rank=1),
            PatentOwner(organisation=firm, rank=2),
        ]
        bare = Patent(
            **listed(source="patents_2022", source_id="77", imported_at=now()),
            title=Bilingual("一种带夹紧机构的数控机床"),
            abstract=Bilingual("数控机床的夹紧机构由两个爪组成。"),
        )
        bare.owner_links = [PatentOwner(organisation=firm, rank=1)]
        hostile = Patent(
            **listed(source="patents_2022", source_id="78"), title=Bilingual(MARKED_UP)
        )
        result = Result(
            **listed(confirmed_on=today() - timedelta(days=10)),
            title=Bilingual(
                "铝壳焊缝气孔闭环控制", "Closed-loop control of pores in aluminium welds"
            ),
            abstract=Bilingual(
                "激光焊接铝壳时，焊缝里的气孔由 6% 降到 2%。", "Pores fall from 6% to 2%."
            ),
            problem=Bilingual("焊缝总有气孔，返修占工时一成。"),
            solution=Bilingual("同轴相机看熔池，按 2 kHz 调功率。"),
            keywords={"zh": ["焊缝", "气孔"]},
            indicators=[{"name": {"zh": "气孔率"}, "value": "≤ 2%", "baseline": "6%"}],
            registration_number="9412026Y0318",
            trl=7,
            stage="3",
            tech_field="3",
            ended_on="2026-05",
            result_level="2",
            evaluation={"kind": "鉴定", "body": {"zh": "市评价中心"}, "date": "2026-06-20"},
            conversion_modes=["3", "2"],
            price_kind="range",
            price_min_fen=60 * WAN,
            price_max_fen=90 * WAN,
        )
        result.owner_links = [
            ResultOwner(organisation=university, rank=1),
            ResultOwner(organisation=firm, rank=2),
        ]
        result.patent_links = [ResultPatent(patent=patent, rank=1)]
        result.project_links = [ResultProject(project=project, rank=1)]
        author = Contributor(name=Bilingual("方鹤鸣"), name_key="方鹤鸣", organisation=university)
        result.contributor_links = [ResultContributor(contributor=author, rank=1)]
        patent.inventor_links = [PatentInventor(contributor=author, rank=1)]
        stale = Result(
            **listed(confirmed_on=today() - timedelta(days=200)),
            title=Bilingual("锂电池极片毛刺检测"),
            abstract=Bilingual("在线检测极片毛刺，含 <b>尖括号</b>。"),
            price_kind="fixed",
            price_min_fen=9 * WAN,
            price_max_fen=9 * WAN,
            evaluation={"conclusion": {"zh": "水平很高"}},
            result_level="1",
        )
        plain = Result(
            **listed(source="papers", source_id="p-1", imported_at=now()),
            title=Bilingual("气孔形成机理"),
            abstract=Bilingual("讨论铸件气孔。"),
        )
        gone = Result(state="withdrawn", title=Bilingual("撤下的机密成果"))
        paused = Result(state="suspended", title=Bilingual("暂停的成果"))
        session.add_all([project, patent, bare, hostile, result, stale, plain, gone, paused])
        session.flush()
        session.add(
            StateChange(
                subject_kind="result",
                subject_id=gone.id,
                version=3,
                action="listing.withdraw",
                source="published",
                target="withdrawn",
                actor_kind="person",
                actor_name="holder",
            )
        )
    rebuild_index(system("test"))


RESULT, STALE, PLAIN, GONE, PAUSED = "/results/1", "/results/2", "/results/3", 4, 5


@pytest.fixture(scope="session")
def stocked_folder(
    prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A data folder with the small market and its index."""
    from marketplace.factory import create_app

    folder = make_ground(tmp_path_factory.mktemp("stocked") / "data", like=prepared_folder)
    app = create_app(make_settings(folder))
    with app.app_context():
        fill_market()
    close(app)
    yield folder
    drop_ground(folder)


@pytest.fixture(scope="session")
def shared_folder(stocked_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the small market that stays in use, which the original must not be."""
    folder = make_ground(tmp_path_factory.mktemp("shared") / "data", like=stocked_folder)
    yield folder
    drop_ground(folder)


@pytest.fixture(scope="session")
def shared_market(shared_folder: Path) -> Iterator[Flask]:
    """The small market, for tests that only look at it."""
    yield from _opened(shared_folder)


@pytest.fixture
def market(stocked_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The small market on a copy of its own, for tests that change something."""
    folder = make_ground(tmp_path / "market", like=stocked_folder)
    yield from _opened(folder)
    drop_ground(folder)


def _opened(folder: Path) -> Iterator[Flask]:
    from marketplace.factory import create_app

    application = create_app(make_settings(folder))
    if SEARCH_URL:
        with application.app_context():
            rebuild_index(system("test"))
    yield application
    close(application)


@pytest.fixture
def visitor(shared_market: Flask) -> FlaskClient:
    """A visitor of the small market who changes nothing."""
    return shared_market.test_client()
