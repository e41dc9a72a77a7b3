"""The one declaration of what can be searched, filtered, counted and sorted.

From it come the engine's schema, the accepted address parameters, the filter form and the
sentence that sums a search up. How a record fills the fields stands in ``documents``.
"""

from __future__ import annotations

from collections.abc import Callable

from marketplace.catalogue.queries import organisation_name
from marketplace.catalogue.wording import KIND_NAMES
from marketplace.core.codelists import find_item
from marketplace.core.i18n import FEN_PER_WAN, Bilingual
from marketplace.core.policy import INDEX_LEVELS
from marketplace.core.web.numbers import number_of
from marketplace.core.web.wording import lazy_gettext as _l
from search.documents import Field, Schema

PRICE_BANDS = {
    "10": (0, 10),
    "50": (10, 50),
    "100": (50, 100),
    "500": (100, 500),
    "more": (500, None),
    "open": None,
}
"""Bands of price in 万元: lower edge excluded, upper edge included; ``open`` is 面议."""
DEMANDS_ONLY = ("kind", "demand")
"""What only demands have is counted and sorted by where only demands are listed."""
PRICE_LABELS = {
    "10": _l("10 万元以下"),
    "50": _l("10 万–50 万元"),
    "100": _l("50 万–100 万元"),
    "500": _l("100 万–500 万元"),
    "more": _l("500 万元以上"),
    "open": _l("面议"),
}

SILENT_FACTOR = 0.5
"""What is left of the score of a listing whose holder doesn't answer: behind all that match well,
before what shares a word by chance."""


def _from(*list_codes: str) -> Callable[[str], Bilingual | None]:
    def label(code: str) -> Bilingual | None:
        for list_code in list_codes:
            item = find_item(list_code, code)
            if item is not None:
                return item.label
        return None

    return label


def _year(code: str) -> object | None:
    return code if code.isdecimal() and len(code) == 4 else None


def _owner(code: str) -> object | None:
    return organisation_name(number) if (number := number_of(code)) else None


FIELDS = (
    Field("title", "text", weight=3, suggests="words"),
    Field("body", "text"),
    Field("keywords", "text", weight=2),
    Field("people", "text"),
    Field("numbers", "text"),
    Field("phrases", "keyword", is_multi=True, suggests="whole"),
    Field("kind", "keyword", _l("种类"), is_filter=True, is_facet=True, choices=KIND_NAMES.get),
    Field(
        "tech_field",
        "keyword",
        _l("技术领域"),
        param="field",
        is_filter=True,
        is_facet=True,
        choices=_from("tech_field"),
    ),
    Field(
        "topic",
        "keyword",
        _l("本市重点方向"),
        is_filter=True,
        is_facet=True,
        is_multi=True,
        choices=_from("topic"),
    ),
    Field(
        "trl",
        "number",
        _l("成熟度（TRL）"),
        is_range=True,
        is_facet=True,
        facet_order="value",
        largest=9,
        sort="desc",
        sort_label=_l("TRL 从高到低"),
        choices=_from("trl"),
    ),
    Field(
        "stage",
        "keyword",
        _l("所处阶段"),
        is_filter=True,
        is_facet=True,
        facet_order="value",
        choices=_from("result_stage"),
    ),
    Field(
        "mode",
        "keyword",
        _l("合作方式"),
        is_filter=True,
        is_facet=True,
        is_multi=True,
        choices=_from("conversion_mode"),
    ),
    Field(
        "price_band",
        "keyword",
        _l("价格"),
        param="band",
        is_filter=True,
        is_facet=True,
        facet_order="value",
        choices=PRICE_LABELS.get,
    ),
    Field(
        "price",
        "number",
        _l("价格（万元）"),
        is_range=True,
        is_interval=True,
        or_flag="negotiable",
        unit=FEN_PER_WAN,
        sort="asc",
        sort_label=_l("价格从低到高"),
    ),
    Field("negotiable", "flag", _l("包括面议的")),
    Field(
        "price_mode",
        "keyword",
        _l("定价方式"),
        is_filter=True,
        is_facet=True,
        choices=_from("price_mode"),
    ),
    Field("trial", "flag", _l("先使用后付费"), is_filter=True, is_facet=True),
    Field("open_licence", "flag", _l("开放许可"), param="open", is_filter=True, is_facet=True),
    Field(
        "demand_type",
        "keyword",
        _l("需求类型"),
        param="type",
        is_filter=True,
        is_facet=True,
        only_with=DEMANDS_ONLY,
        choices=_from("demand_type"),
    ),
    Field(
        "budget_band",
        "keyword",
        _l("预算"),
        is_filter=True,
        is_facet=True,
        facet_order="value",
        only_with=DEMANDS_ONLY,
        choices=PRICE_LABELS.get,
    ),
    Field(
        "budget",
        "number",
        _l("预算（万元）"),
        is_range=True,
        is_interval=True,
        or_flag="budget_open",
        unit=FEN_PER_WAN,
    ),
    Field("budget_open", "flag", _l("包括面议的")),
    Field(
        "demand_mode",
        "keyword",
        _l("合作模式"),
        param="coop",
        is_filter=True,
        is_facet=True,
        is_multi=True,
        only_with=DEMANDS_ONLY,
        choices=_from("demand_coop"),
    ),
    Field(
        "wanted_trl",
        "keyword",
        _l("想要的成熟度"),
        is_filter=True,
        is_facet=True,
        facet_order="value",
        only_with=DEMANDS_ONLY,
        choices=_from("trl"),
    ),
    Field(
        "deadline",
        "date",
        _l("截止日期"),
        is_range=True,
        only_with=DEMANDS_ONLY,
        sort="asc",
        sort_label=_l("截止日期近的在前"),
    ),
    Field(
        "ipc_section",
        "keyword",
        _l("IPC 部"),
        param="ipc",
        is_filter=True,
        is_facet=True,
        is_multi=True,
        facet_order="value",
        choices=_from("ipc_section"),
    ),
    Field(
        "legal_status",
        "keyword",
        _l("专利状态"),
        param="status",
        is_filter=True,
        is_facet=True,
        choices=_from("legal_status"),
    ),
    Field(
        "district",
        "keyword",
        _l("持有人所在"),
        param="div",
        is_filter=True,
        is_facet=True,
        choices=_from("division", "stat_zone"),
    ),
    Field(
        "owner",
        "keyword",
        _l("持有人"),
        is_filter=True,
        is_facet=True,
        is_multi=True,
        facet_size=25,
        choices=_owner,
    ),
    Field(
        "year",
        "keyword",
        _l("年份"),
        is_filter=True,
        is_facet=True,
        facet_order="value",
        choices=_year,
    ),
    Field("silent", "flag", factor=SILENT_FACTOR),
    Field(
        "date",
        "date",
        _l("发布日期"),
        is_range=True,
        sort="desc",
        sort_label=_l("最新发布"),
    ),
)

SCHEMA = Schema(
    FIELDS,
    levels=INDEX_LEVELS,
    default_sort="date",
    id_kinds=("result", "patent", "project", "organisation", "demand"),
)
