"""The input of patents and applications."""

from __future__ import annotations

from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, references, rules, texts, values
from marketplace.catalogue.inputs.common import (
    CLASSIFICATION,
    OFFER,
    PROVENANCE,
    SOURCE_ID,
    abstract,
    bilingual,
    owners,
    projects,
)
from marketplace.catalogue.inputs.declaration import Cell, Draft, InputField, RecordInput
from marketplace.core.identifiers import IdentifierError, patent_application, patent_publication
from marketplace.core.identifiers.patent_application import ParsedPatent
from marketplace.core.identifiers.patent_publication import ParsedPublication

KIND_WORDS = {
    "发明专利": "PAT-I",
    "发明公开": "PAT-I",
    "发明申请": "PAT-I",
    "发明授权": "PAT-I",
    "实用新型专利": "PAT-U",
    "外观设计专利": "PAT-D",
    "外观专利": "PAT-D",
}
STATUS_WORDS = {
    "有权": "granted",
    "授权": "granted",
    "已授权": "granted",
    "有效专利": "granted",
    "审中": "pending",
    "在审": "pending",
    "公开": "pending",
    "实质审查": "pending",
    "届满": "expired",
    "期限届满": "expired",
    "终止": "lapsed",
    "未缴年费": "lapsed",
    "无效": "invalid",
}


def _application_number(cell: Cell) -> ParsedPatent:
    parsed = patent_application.parse(texts.one_line(cell.value))
    for warning in parsed.warnings:
        cell.warn(warning.message)
    return parsed


def _publication_number(cell: Cell) -> ParsedPublication:
    parsed = patent_publication.parse(texts.one_line(cell.value))
    for warning in parsed.warnings:
        cell.warn(warning.message)
    return parsed


def numbers_fit(draft: Draft) -> None:
    """Kind, status and the two numbers agree; the kind is read from a number where missing."""
    drafted = draft.values
    application = drafted.get("application_number")
    if isinstance(application, ParsedPatent):
        drafted["application_number"] = application.value
        _fit_kind(draft, "application_number", application.kind)
        if application.has_grant_prefix and drafted.get("legal_status") == "pending":
            try:
                patent_application.parse(f"ZL{application.value}", is_granted=False)
            except IdentifierError as error:
                draft.refuse("application_number", error.problem.message)
    publication = drafted.get("publication_number")
    if isinstance(publication, ParsedPublication):
        drafted["publication_number"] = publication.value
        _fit_kind(draft, "publication_number", publication.kind)


def _fit_kind(draft: Draft, key: str, kind: str) -> None:
    given = draft.values.setdefault("kind", kind) or kind
    draft.values["kind"] = given
    if given != kind and not draft.is_refused("kind"):
        draft.refuse(key, _("这个号码的类型和专利类型不一致。请核对号码，或者改专利类型。"))


def _day(key: str, label: LazyString, *names: str) -> InputField:
    return InputField(
        key,
        label,
        _("例如 2026-03-02。"),
        values.day,
        names=names,
        example=date(2026, 3, 2).isoformat(),
    )


PATENT = RecordInput(
    kind="patent",
    title=_("专利"),
    fields=(
        SOURCE_ID,
        *bilingual(
            "title",
            _("专利名称"),
            _("英文名称"),
            _("发明名称，与证书一致。"),
            names=("名称", "标题", "题名", "题目", "发明名称", "专利标题", "专利题名", "name"),
            names_en=("英文标题", "英文专利名称", "title(en)", "标题(英文)"),
            parse=texts.line(texts.TITLE_LIMIT),
            is_required=True,
            example="一种锂电池隔膜及其制备方法",
            example_en="Battery separator and method of making it",
        ),
        *abstract(_("说明书摘要。"), "专利摘要", "说明书摘要"),
        InputField(
            "kind",
            _("专利类型"),
            _("发明、实用新型或外观设计。不填时从号码读出。"),
            choices.code("patent_kind", KIND_WORDS),
            names=("patent_kind", "patent_type", "type", "类型", "专利种类"),
            choices="patent_kind",
            example="发明",
        ),
        InputField(
            "application_number",
            _("申请号"),
            _("连校验位一起写，例如 202110318264.1；授权后专利号与它相同。"),
            _application_number,
            names=(
                "application_no",
                "appln_no",
                "patent_number",
                "patent_no",
                "专利号",
                "专利申请号",
            ),
            example="202110318264.1",
        ),
        InputField(
            "publication_number",
            _("公开（公告）号"),
            _("例如 CN115465432A。"),
            _publication_number,
            names=("publication_no", "公开号", "公告号", "公布号", "授权公告号"),
            example="CN115465432A",
        ),
        InputField(
            "ipc",
            _("IPC 分类号"),
            _("第一个是主分类号，用分号隔开，例如 H01M 10/0525。"),
            references.ipc_symbols,
            names=("ipc_codes", "ipc_main", "分类号", "主分类号", "国际分类号", "IPC"),
            blank=(),
            example="H01M 10/0525；H01M 50/403",
        ),
        *CLASSIFICATION,
        owners(
            _("申请（专利权）人"),
            _("单位全称或统一社会信用代码，几个之间用分号隔开。"),
            "assignee",
            "assignees",
            "applicant",
            "applicants",
            "owner",
            "申请人",
            "专利权人",
            "权利人",
            "机构",
            "持有单位",
        ),
        InputField(
            "contributors",
            _("发明人"),
            _("按证书的次序，用分号隔开；单位写在括号里。"),
            references.people,
            names=("inventors", "inventor", "设计人", "发明（设计）人"),
            blank=(),
            example="何嘉树；林知远（云岫理工大学）",
        ),
        projects(_("产生这项专利的项目，几个之间用分号隔开。")),
        _day("filed_on", _("申请日"), "filing_date", "application_date", "申请日期"),
        _day(
            "published_on", _("公开（公告）日"), "publication_date", "公开日", "公告日", "公开日期"
        ),
        _day("granted_on", _("授权公告日"), "grant_date", "授权日", "授权日期"),
        InputField(
            "legal_status",
            _("法律状态"),
            _("申请中、有效、已到期、已失效或被宣告无效。"),
            choices.code("legal_status", STATUS_WORDS),
            names=("status", "patent_status", "专利状态", "当前法律状态"),
            choices="legal_status",
            example="有效",
        ),
        _day("status_checked_on", _("状态核查日期"), "checked_on"),
        InputField(
            "is_pledged",
            _("是否质押"),
            _("填“是”或“否”。"),
            values.yes_or_no,
            names=("pledged", "质押"),
            blank=False,
            example="否",
        ),
        *bilingual(
            "licences",
            _("已有许可"),
            _("英文已有许可"),
            _("已经给出的许可：方式、范围、期限。"),
            names=("许可情况",),
            parse=texts.paragraphs(1000),
            example="普通许可 1 项，至 2028 年",
            width=30,
        ),
        *OFFER,
        *PROVENANCE,
    ),
    rules=(
        numbers_fit,
        rules.not_in_future("filed_on", "published_on", "granted_on", "status_checked_on"),
        rules.not_in_future("published_at", "confirmed_on"),
        rules.in_order("filed_on", "published_on", _("公开日早于申请日。请核对这两个日期。")),
        rules.in_order("filed_on", "granted_on", _("授权日早于申请日。请核对这两个日期。")),
        rules.term_of_protection,
        rules.open_licence_needs_grant,
        rules.price,
        rules.listing_day,
    ),
)
