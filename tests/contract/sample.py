"""A small invented catalogue, declared and filled as the market does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from search.documents import Document, Field, Schema
from search.engines.base import Engine

FIELD_NAMES = {"energy": "新能源", "machines": "装备制造", "materials": "新材料"}

SCHEMA = Schema(
    [
        Field("kind", "keyword", label="类别", is_filter=True, is_facet=True),
        Field("title", "text", weight=3, suggests="words"),
        Field("keywords", "text", suggests="whole"),
        Field("body", "text"),
        Field("secret", "text", visibility="staff"),
        Field(
            "field",
            "keyword",
            label="技术领域",
            is_filter=True,
            is_facet=True,
            choices=FIELD_NAMES.get,
        ),
        Field(
            "mode",
            "keyword",
            label="方式",
            is_filter=True,
            is_facet=True,
            is_multi=True,
            always=lambda: ("licence", "open"),
        ),
        Field("trial", "flag", label="先使用后付费", is_filter=True, is_facet=True),
        Field(
            "trl",
            "number",
            label="成熟度",
            is_filter=True,
            is_facet=True,
            is_range=True,
            facet_order="value",
            sort="desc",
            sort_label="TRL 从高到低",
            largest=9,
        ),
        Field(
            "price",
            "number",
            label="价格",
            is_range=True,
            is_interval=True,
            or_flag="negotiable",
            unit=1_000_000,
            sort="asc",
            sort_label="价格从低到高",
        ),
        Field("negotiable", "flag", label="面议"),
        Field("silent", "flag", factor=0.5),
        Field(
            "confirmed",
            "date",
            label="确认",
            is_range=True,
            sort="desc",
            sort_label="最近确认",
        ),
    ],
    default_sort="confirmed",
    id_kinds=("result", "patent"),
)


def document(
    document_id: str, title: str, body: str = "", version: int = 1, **values: object
) -> Document:
    """A document with the usual values where none are given."""
    usual: dict[str, object] = {"kind": "result", "field": "energy", "confirmed": date(2026, 1, 1)}
    return Document(document_id, {**usual, "title": title, "body": body, **values}, version)


def closed(original: Document) -> Document:
    """The same document, for members alone."""
    return replace(original, visibility="members")


DOCUMENTS = (
    document(
        "r1",
        "锂电池极片激光分切毛刺抑制技术",
        "在 80 m/min 的走带速度下连续运行，断面毛刺不超过 5.2μm。采用数控机床加工刀座。",
        keywords=["锂电池", "激光分切"],
        trl=7,
        mode=["licence", "transfer"],
        price=(60_000_000, 90_000_000),
        negotiable=False,
        confirmed=date(2026, 11, 2),
    ),
    document(
        "r2",
        "动力锂电池隔膜缺陷在线检测",
        "线阵相机检出针孔，节拍 120m/min，误报率 0.6%。",
        keywords=["隔膜", "在线检测"],
        trl=6,
        mode=["cooperation"],
        negotiable=True,
        confirmed=date(2026, 9, 14),
    ),
    document(
        "r3",
        "数控机床主轴热误差补偿方法",
        "用温度传感器和神经网络预测数控机床主轴的热伸长。",
        field="machines",
        keywords=["数控", "热误差"],
        trl=8,
        mode=["licence"],
        price=(35_000_000, 35_000_000),
        negotiable=False,
        confirmed=date(2026, 10, 20),
    ),
    document(
        "r4",
        "Solid-state battery electrolyte with high ionic conductivity",
        "A sulfide electrolyte for solid state batteries; CNN models predict its ageing.",
        keywords=["solid-state battery"],
        trl=4,
        mode=["cooperation", "licence"],
        price=(200_000_000, 300_000_000),
        negotiable=False,
        confirmed=date(2026, 7, 7),
    ),
    document(
        "p1",
        "一种硬质合金圆片刀的刃口钝化方法",
        "硬质合金圆片刀用于极片分切，钝化后崩刃减少，LED 光源照明。",
        kind="patent",
        field="materials",
        keywords=["硬质合金"],
        trl=7,
        mode=["transfer"],
        price=(45_000_000, 45_000_000),
        negotiable=False,
        confirmed=date(2026, 10, 20),
    ),
    document(
        "p2",
        "石墨烯导热膜",
        "快速、稳定的制备。",
        kind="patent",
        field="materials",
        keywords=["石墨烯"],
    ),
    closed(document("m1", "未公开的锂电池补锂工艺", "补锂剂", keywords=["补锂工艺"])),
)


def fill(engine: Engine, documents: Iterable[Document] = DOCUMENTS) -> None:
    """Write documents into the generation that answers."""
    with engine.writing() as writer:
        writer.apply(documents)
