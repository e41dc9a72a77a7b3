"""The input of organisations as holders."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, references, rules, texts, values
from marketplace.catalogue.inputs.common import PROVENANCE, SOURCE_ID, bilingual
from marketplace.catalogue.inputs.declaration import KEEP, Cell, InputField, RecordInput
from marketplace.core.identifiers import uscc

KIND_WORDS = {
    "高校": "university",
    "大学": "university",
    "学校": "university",
    "研究所": "institute",
    "研究院": "institute",
    "科研院所": "institute",
    "企业": "enterprise",
    "公司": "enterprise",
    "医院": "hospital",
}


def _name(cell: Cell) -> Any:
    text = texts.line()(cell)
    return references.bilingual_name(text).in_language("zh") if text else None


def _uscc(cell: Cell) -> str:
    parsed = uscc.parse(texts.one_line(cell.value))
    for warning in parsed.warnings:
        cell.warn(warning.message)
    return parsed.value


ORGANISATION = RecordInput(
    kind="organisation",
    title=_("机构"),
    title_target="name",
    fields=(
        SOURCE_ID,
        *bilingual(
            "name",
            _("单位名称"),
            _("英文名称"),
            _("全称，与证照一致。"),
            names=("title", "名称", "机构名称", "单位全称", "企业名称", "单位"),
            names_en=("title_en", "英文单位名称", "name(en)"),
            parse=_name,
            is_required=True,
            example="云岫理工大学",
            example_en="Yunxiu University of Technology",
        ),
        InputField(
            "uscc",
            _("统一社会信用代码"),
            _("18 位，与证照一致。再次导入时按它找到同一个单位。"),
            _uscc,
            names=("credit_code", "unified_code", "信用代码", "社会信用代码"),
            example="129901034901362765",
            width=24,
        ),
        InputField(
            "kind",
            _("单位类型"),
            _("不填时从名称推断。"),
            choices.code("organisation_kind", KIND_WORDS),
            names=("type", "organisation_kind", "机构类型", "类型"),
            blank=KEEP,
            choices="organisation_kind",
            example="高等院校",
        ),
        InputField(
            "nature",
            _("单位性质"),
            _("技术合同登记表中的卖方性质，写代码或名称。"),
            choices.code("party_nature"),
            names=("party_nature", "性质", "法人性质"),
            choices="party_nature",
            example="022",
        ),
        InputField(
            "division",
            _("所在区划"),
            _("区县或功能区，写代码或名称；按实际所在地，不从信用代码推算。"),
            choices.division,
            names=("district", "所在地区", "行政区划", "区县"),
            choices="division",
            example="",
        ),
        InputField(
            "country",
            _("国家"),
            _("名称或 3 位数字代码。不填就是中国。"),
            choices.country,
            names=("国别",),
            blank="156",
            choices="country",
            example="中国",
        ),
        InputField(
            "is_state_founded",
            _("是否国家设立"),
            _("国家设立的研究开发机构和高等院校填“是”。"),
            values.yes_or_no,
            names=("state_founded", "国家设立"),
            blank=False,
            example="是",
        ),
        InputField(
            "website",
            _("网站"),
            _("以 https:// 开头。"),
            texts.web_address(300),
            names=("homepage", "官网", "网址"),
            example="https://example.org/",
        ),
        *bilingual(
            "intro",
            _("单位简介"),
            _("英文简介"),
            _("几句话，写给想合作的人看。"),
            names=("introduction", "profile", "简介"),
            parse=texts.paragraphs(2000),
            width=60,
        ),
        InputField(
            "verified_on",
            _("核验日期"),
            _("身份核验通过的日期。没有核验就不填。"),
            values.day,
            names=("verified",),
            example="2026-03-02",
        ),
        *PROVENANCE,
    ),
    rules=(
        rules.not_in_future("verified_on", "published_at", "confirmed_on"),
        rules.listing_day,
    ),
)
