"""The input of funded projects."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, rules, texts, values
from marketplace.catalogue.inputs.common import (
    CLASSIFICATION,
    PROVENANCE,
    SOURCE_ID,
    abstract,
    bilingual,
    owners,
)
from marketplace.catalogue.inputs.declaration import Cell, Draft, InputField, RecordInput

PLAN_WORDS = {
    "国家": "N",
    "国家级": "N",
    "部门": "D",
    "省": "P",
    "省级": "P",
    "省计划": "P",
    "市": "C",
    "市级": "C",
    "市计划": "C",
    "横向": "X",
    "自选": "X",
}


def _number(cell: Cell) -> str | None:
    return texts.line(80)(cell)


def transfer_obligation(draft: Draft) -> None:
    """A last day for the transfer says that there is an obligation."""
    if draft.values.get("transfer_due_on"):
        draft.values["has_transfer_obligation"] = True


PROJECT = RecordInput(
    kind="project",
    title=_("项目"),
    fields=(
        SOURCE_ID,
        *bilingual(
            "title",
            _("项目名称"),
            _("英文名称"),
            _("与任务书一致。"),
            names=("名称", "标题", "题名", "题目", "课题名称", "name"),
            names_en=("英文标题", "英文项目名称", "title(en)"),
            parse=texts.line(texts.TITLE_LIMIT),
            is_required=True,
            example="高安全锂电池隔膜的中试",
            example_en="Pilot production of safer battery separators",
        ),
        InputField(
            "number",
            _("项目编号"),
            _("立项编号，与任务书一致。再次导入时按它找到同一个项目。"),
            _number,
            names=("project_number", "project_no", "课题编号", "立项编号", "项目号", "合同编号"),
            example="2025YX0103",
        ),
        InputField(
            "plan_source",
            _("计划来源"),
            _("国家、部门、省、地市县计划，或计划外。"),
            choices.code("plan_source", PLAN_WORDS),
            names=("plan", "计划级别", "项目级别", "项目来源"),
            choices="plan_source",
            example="P",
        ),
        *bilingual(
            "programme",
            _("计划名称"),
            _("英文计划名称"),
            _("例如国家重点研发计划。"),
            names=("program", "专项名称", "计划类别"),
            parse=texts.line(),
            example="省重点研发专项",
            width=24,
        ),
        *bilingual(
            "funder",
            _("资助机构"),
            _("英文资助机构"),
            _("立项或拨款的单位。"),
            names=("funding_body", "资助单位", "立项单位", "主管部门"),
            parse=texts.line(),
            example="省科学技术厅",
            width=24,
        ),
        InputField(
            "is_fiscal",
            _("是否财政资金"),
            _("填“是”或“否”。财政资助的应用类项目有转化义务。"),
            values.yes_or_no,
            names=("fiscal", "财政资金"),
            blank=False,
            example="是",
        ),
        owners(
            _("承担单位"),
            _("第一个是牵头单位；单位全称或统一社会信用代码，用分号隔开。"),
            "organisations",
            "organizations",
            "lead",
            "owner",
            "项目承担单位",
            "牵头单位",
            "参与单位",
            "机构",
            "完成单位",
        ),
        *abstract(_("项目的公开简介。"), "项目简介", "项目摘要"),
        *CLASSIFICATION,
        InputField(
            "started_on",
            _("开始日期"),
            _("例如 2026-03-02。"),
            values.day,
            names=("start_date", "起始日期", "立项日期"),
            example="2024-01-01",
        ),
        InputField(
            "ended_on",
            _("结束日期"),
            _("例如 2026-03-02。"),
            values.day,
            names=("end_date", "终止日期", "完成日期"),
            example="2025-12-31",
        ),
        InputField(
            "accepted_on",
            _("验收日期"),
            _("通过验收的日期。"),
            values.day,
            names=("acceptance_date", "验收时间"),
            example="2026-03-02",
        ),
        InputField(
            "has_transfer_obligation",
            _("有转化义务"),
            _("填“是”或“否”。"),
            values.yes_or_no,
            names=("transfer_obligation", "转化义务"),
            blank=False,
            example="是",
        ),
        InputField(
            "transfer_due_on",
            _("转化期限"),
            _("验收满一年的那一天，财政资助的应用类成果应在此前转化。"),
            values.day,
            names=("transfer_due", "转化截止日期"),
            example="2027-03-02",
        ),
        *PROVENANCE,
    ),
    rules=(
        rules.in_order("started_on", "ended_on", _("结束日期早于开始日期。请核对这两个日期。")),
        rules.in_order("started_on", "accepted_on", _("验收日期早于开始日期。请核对这两个日期。")),
        rules.in_order(
            "accepted_on", "transfer_due_on", _("转化期限早于验收日期。请核对这两个日期。")
        ),
        rules.not_in_future("accepted_on", "published_at", "confirmed_on"),
        transfer_obligation,
        rules.listing_day,
    ),
)
