"""Which documents count as like another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine
from search.service import SearchService
from tests.contract.sample import SCHEMA, document, fill

DOCUMENTS = (
    document("cutter", "矿用硬质合金球齿", "梯度渗碳处理后，球齿的耐磨性提高，用于手持凿岩钻机。"),
    document("insert", "硬质合金刀片", "硬质合金经梯度渗碳处理，刀片的耐磨性提高。", kind="patent"),
    document("terminal", "工业终端", "终端固定在腕带上，手持扫描条码，电池可以更换。"),
    document("scanner", "条码枪", "双目镜头读取条码，握把内装电池。", kind="patent"),
    *(document(f"other{n}", f"无关的题目{n}", "水下机器人的浮力调节。") for n in range(8)),
)


@pytest.fixture
def service(tmp_path: Path) -> SearchService:
    engine = EmbeddedEngine(tmp_path / "index", SCHEMA)
    fill(engine, DOCUMENTS)
    return SearchService(engine, SCHEMA)


def like(service: SearchService, document_id: str, **filters: tuple[str, ...]) -> list[str]:
    return [hit.id for hit in service.similar(document_id, filters=filters)]


def test_a_document_that_shares_a_chance_word_is_not_like_another(service: SearchService) -> None:
    assert like(service, "cutter") == ["insert"]


def test_what_is_like_a_document_does_not_depend_on_the_filters(service: SearchService) -> None:
    assert like(service, "cutter", kind=("patent",)) == ["insert"]
    # Here the best of the others is a stranger, and is not shown for being the best.
    assert like(service, "cutter", kind=("result",)) == []
