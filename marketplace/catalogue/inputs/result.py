"""The input of research results (科技成果)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, evidence, references, rules, texts, values
from marketplace.catalogue.inputs.common import (
    CLASSIFICATION,
    DISCIPLINE,
    INDUSTRY,
    OFFER,
    PROVENANCE,
    SOURCE_ID,
    abstract,
    bilingual,
    owners,
    projects,
)
from marketplace.catalogue.inputs.declaration import (
    Cell,
    InputError,
    InputField,
    RecordInput,
)
from marketplace.core.identifiers import doi, result_registration

_OPEN_WORDS = frozenset({"open", "公开", "public", "非密"})


def _registration_number(cell: Cell) -> str:
    return result_registration.parse(texts.one_line(cell.value)).value


def _doi(cell: Cell) -> str:
    return doi.parse(texts.one_line(cell.value)).value


def _disclosure(cell: Cell) -> str:
    """Only what is open: the platform must hold no secrets and no deferred content."""
    if texts.one_line(cell.value).casefold() not in _OPEN_WORDS:
        raise InputError(
            _("这里只收可以公开的成果。延期公开、不公开和涉密的内容请不要导入，也不要写进摘要。")
        )
    return "open"


RESULT = RecordInput(
    kind="result",
    title=_("成果"),
    fields=(
        SOURCE_ID,
        *bilingual(
            "title",
            _("成果名称"),
            _("英文名称"),
            _("与登记或评价的名称一致。"),
            names=("名称", "标题", "题名", "题目", "项目名称", "name"),
            names_en=("英文标题", "英文成果名称", "英文题名", "title(en)", "标题(英文)"),
            parse=texts.line(texts.TITLE_LIMIT),
            is_required=True,
            example="高安全锂电池陶瓷涂覆隔膜",
            example_en="Ceramic-coated separator for safer batteries",
        ),
        InputField(
            "registration_number",
            _("登记号"),
            _("科技成果登记号，12 位，例如 9902025Y0012。"),
            _registration_number,
            names=("registration_no", "成果登记号", "登记编号"),
            example="9902025Y0012",
        ),
        InputField(
            "doi",
            _("DOI"),
            _("相关论文的 DOI。"),
            _doi,
            example="10.1000/182",
        ),
        InputField(
            "result_class",
            _("成果类别"),
            _("基础理论、应用技术或软科学。"),
            choices.code("result_class"),
            names=("class", "类别", "成果类型"),
            choices="result_class",
            example="应用技术",
        ),
        *abstract(
            _("可以公开的摘要，不要写尚未保护的技术细节。"), "成果简介", "成果摘要", "内容摘要"
        ),
        *CLASSIFICATION,
        owners(
            _("完成单位"),
            _("第一个是登记单位；单位全称或统一社会信用代码，用分号隔开。"),
            "assignee",
            "assignees",
            "applicant",
            "owner",
            "organisations",
            "organizations",
            "申请人",
            "权利人",
            "第一完成单位",
            "机构",
            "持有单位",
            "单位",
        ),
        InputField(
            "contributors",
            _("完成人"),
            _("按次序，用分号隔开；单位写在括号里。"),
            references.people,
            names=("authors", "author", "completers", "inventors", "作者", "主要完成人"),
            blank=(),
            example="何嘉树；林知远（云岫理工大学）",
        ),
        projects(_("产生这项成果的项目，几个之间用分号隔开。")),
        InputField(
            "patents",
            _("相关专利号"),
            _("申请号或公开号，几个之间用分号隔开。先导入专利，再导入成果。"),
            references.patent_numbers,
            names=("patent", "patent_numbers", "专利号", "专利"),
            blank=(),
            example="202110318264.1",
        ),
        InputField(
            "stage",
            _("所处阶段"),
            _("初期、中期或成熟应用。"),
            choices.code("result_stage", {"初期": "1", "中期": "2", "成熟应用": "3", "成熟": "3"}),
            names=("result_stage", "成果阶段", "阶段"),
            choices="result_stage",
            example="中期阶段",
        ),
        InputField(
            "trl",
            _("技术就绪度"),
            _("GB/T 22900 的 1 到 9 级：1–3 级是初期，4–6 级是中期，7–9 级是成熟应用。"),
            values.whole_number(1, 9),
            names=("TRL", "技术成熟度", "技术就绪等级"),
            example="6",
        ),
        *bilingual(
            "trl_method",
            _("就绪度评定方法"),
            _("英文就绪度评定方法"),
            _("按什么评定的。"),
            parse=texts.line(500),
            width=24,
        ),
        *bilingual(
            "trl_assessed_by",
            _("就绪度评定单位"),
            _("英文就绪度评定单位"),
            _("谁评定的。"),
            parse=texts.line(),
            width=24,
        ),
        InputField(
            "trl_assessed_on",
            _("就绪度评定日期"),
            _("例如 2026-03-02。"),
            values.day,
            example="2026-03-02",
        ),
        *bilingual(
            "problem",
            _("解决的问题"),
            _("英文解决的问题"),
            _("用车间里的话说：原来哪里不好。"),
            names=("背景", "技术问题"),
            width=50,
        ),
        *bilingual(
            "solution",
            _("技术方案"),
            _("英文技术方案"),
            _("怎么解决的，写到可以公开的程度。"),
            names=("方案", "技术要点"),
            width=50,
        ),
        InputField(
            "indicators",
            _("技术指标"),
            _("每行一个：名称 | 指标值 | 对比值 | 测试方法。"),
            evidence.indicators,
            names=("indicator", "主要技术指标"),
            blank=(),
            example="热收缩率 | ≤ 2% | 8% | 150 ℃ 保温 1 h",
            width=40,
        ),
        *bilingual(
            "applications",
            _("应用情况"),
            _("英文应用情况"),
            _("已经在哪里用过，结果怎样。"),
            names=("application", "应用领域", "应用范围"),
            width=40,
        ),
        *bilingual(
            "offer",
            _("提供什么"),
            _("英文提供什么"),
            _("交付什么，不包括什么。"),
            names=("合作内容",),
            width=40,
        ),
        InputField(
            "result_attr",
            _("成果属性"),
            _("原始性创新、引进消化吸收创新或二次开发。"),
            choices.code("result_attr"),
            choices="result_attr",
            example="原始性创新",
        ),
        InputField(
            "result_form",
            _("成果体现形式"),
            _("例如新工艺、新产品、新材料。"),
            choices.code("result_form"),
            names=("form", "体现形式"),
            choices="result_form",
            example="新材料",
        ),
        InputField(
            "result_level",
            _("成果水平"),
            _("只能引用评价结论；没有评价就选“未评价”。"),
            choices.code("result_level"),
            names=("level", "水平"),
            choices="result_level",
            example="未评价",
        ),
        InputField(
            "evaluation",
            _("评价"),
            _("评价方式、机构、日期和结论。"),
            evidence.evaluation,
            is_offered=False,
        ),
        InputField(
            "evaluation_kind",
            _("评价方式"),
            _("验收、鉴定、评审、行业准入、评估或知识产权。"),
            choices.code("evaluation_kind"),
            choices="evaluation_kind",
            example="鉴定",
        ),
        InputField(
            "evaluation_body",
            _("评价机构"),
            _("谁评价的。"),
            texts.line(),
            names=("评价单位", "鉴定单位"),
            example="云岫评价中心",
        ),
        InputField(
            "evaluation_date",
            _("评价日期"),
            _("例如 2026-03-02。"),
            values.day,
            names=("鉴定日期",),
            example="2026-03-02",
        ),
        InputField(
            "evaluation_conclusion",
            _("评价结论"),
            _("结论的原话。"),
            texts.paragraphs(1000),
            names=("鉴定结论",),
            width=30,
        ),
        DISCIPLINE,
        INDUSTRY,
        InputField(
            "started_on",
            _("开始年月"),
            _("例如 2024-01。"),
            values.month,
            names=("start_month", "start_date", "起始年月"),
            example="2024-01",
        ),
        InputField(
            "ended_on",
            _("完成年月"),
            _("例如 2025-12。"),
            values.month,
            names=("end_month", "end_date", "终止年月", "结束年月"),
            example="2025-12",
        ),
        *bilingual(
            "intended_region",
            _("意向地区"),
            _("英文意向地区"),
            _("希望在哪里转化。"),
            parse=texts.line(),
            width=20,
        ),
        InputField(
            "disclosure",
            _("公开范围"),
            _("只收“公开”的成果。"),
            _disclosure,
            names=("密级", "secrecy"),
            blank="open",
            example="公开",
        ),
        *OFFER,
        *PROVENANCE,
    ),
    rules=(
        rules.evaluation,
        rules.in_order("started_on", "ended_on", _("完成年月早于开始年月。请核对这两格。")),
        rules.not_in_future("trl_assessed_on", "published_at", "confirmed_on"),
        rules.trl_fits_stage,
        rules.level_is_evaluated,
        rules.price,
        rules.listing_day,
    ),
)
