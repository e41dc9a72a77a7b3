"""The input of technology demands (技术需求).

The fields are those of the provincial collection form (河北省重大技术需求征集表), with a type, a
deadline, who may see it and under which name.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, evidence, rules, texts, values
from marketplace.catalogue.inputs.common import (
    DISCIPLINE,
    FIELDS_OF_USE,
    INDUSTRY,
    PROVENANCE,
    SOURCE_ID,
    bilingual,
    owners,
)
from marketplace.catalogue.inputs.declaration import (
    Cell,
    Draft,
    InputError,
    InputField,
    RecordInput,
)
from marketplace.catalogue.inputs.masking import masked_demand
from marketplace.core.i18n import today

TEXT_LIMIT = 1500
KEYWORD_COUNT = 5
FIRST_YEAR, LAST_YEAR = 2000, 2100
_STATE_SECRETS = frozenset({"秘密", "机密", "绝密", "涉密", "secret", "top secret"})


def _confidentiality(cell: Cell) -> str:
    """A level of the list; the platform must hold no state secrets."""
    if texts.one_line(cell.value).casefold() in _STATE_SECRETS:
        raise InputError(_("这里不收涉及国家秘密的需求。请不要导入，也不要写进正文。"))
    return choices.code("confidentiality")(cell)


def _one_organisation(draft: Draft) -> None:
    if len(draft.values.get("owners") or ()) > 1:
        draft.refuse("owners", _("一条需求只写一家需求单位。其他单位请写进合作意向单位。"))


def _deadline_to_come(draft: Draft) -> None:
    deadline = draft.values.get("deadline")
    if deadline and deadline < today():
        draft.refuse("deadline", _("截止日期已经过了。请改成今天或以后的日期。"))


DEMAND = RecordInput(
    kind="demand",
    title=_("需求"),
    fields=(
        SOURCE_ID,
        *bilingual(
            "title",
            _("需求名称"),
            _("英文名称"),
            _("一句话说清想解决什么，用车间里的话就行。"),
            names=("名称", "标题", "题名", "题目", "name"),
            names_en=("英文标题", "英文需求名称", "title(en)"),
            parse=texts.line(texts.TITLE_LIMIT),
            is_required=True,
            example="极片分切毛刺要压到 7 μm 以下，不能降速",
            example_en="Burrs of slit electrodes below 7 μm without slowing down",
        ),
        InputField(
            "demand_type",
            _("需求类型"),
            _("技术难题、成果引进、合作研发、检测中试、专利、人才或融资。"),
            choices.code("demand_type"),
            names=("type", "类型"),
            choices="demand_type",
            example="技术难题",
        ),
        owners(
            _("需求单位"),
            _("单位全称或统一社会信用代码，只写一家。"),
            "organisation",
            "organization",
            "demander",
            "owner",
            "单位",
            "单位名称",
            "企业名称",
        ),
        *bilingual(
            "problem",
            _("主要问题"),
            _("英文主要问题"),
            _("现在哪里不好，试过什么，条件是什么。最多 1500 字。"),
            names=("text", "description", "问题", "需求描述", "需求内容"),
            names_en=("problem(en)",),
            parse=texts.paragraphs(TEXT_LIMIT),
            width=60,
        ),
        *bilingual(
            "key_technology",
            _("技术关键"),
            _("英文技术关键"),
            _("你认为难在哪一步，要攻克什么。"),
            names=("关键技术",),
            parse=texts.paragraphs(TEXT_LIMIT),
            width=40,
        ),
        *bilingual(
            "goal",
            _("预期目标"),
            _("英文预期目标"),
            _("做成什么样算解决了。"),
            names=("目标",),
            parse=texts.paragraphs(TEXT_LIMIT),
            width=40,
        ),
        InputField(
            "requirements",
            _("指标要求"),
            _("每行一个：名称 | 比较 | 数值 | 单位 | 测试方法。比较写 ≥、≤、＞、＜、= 或 ≈。"),
            evidence.requirements,
            names=("indicators", "indicator", "指标", "技术指标"),
            target="indicators",
            blank=(),
            example="毛刺高度 | ≤ | 7 | μm | 共聚焦显微镜",
            width=40,
        ),
        *bilingual(
            "keywords",
            _("关键词"),
            _("英文关键词"),
            _("1 到 5 个，每个最多 40 个字，用分号隔开。"),
            names=("keyword", "关键字", "主题词"),
            names_en=("keyword_en", "keywords(en)", "英文关键字"),
            parse=texts.keywords(KEYWORD_COUNT),
            example="极片；分切；毛刺",
            example_en="electrode; slitting; burr",
            width=30,
        ),
        *FIELDS_OF_USE,
        INDUSTRY,
        DISCIPLINE,
        InputField(
            "research_type",
            _("研究类型"),
            _("例如应用研究、试验发展。"),
            choices.code("research_type"),
            choices="research_type",
            example="试验发展",
        ),
        InputField(
            "wanted_trl",
            _("想要的成熟度"),
            _("至少要到 GB/T 22900 的第几级，1 到 9；不限就不填。"),
            values.whole_number(1, 9),
            names=("trl", "TRL", "技术就绪度"),
            example="6",
        ),
        InputField(
            "years_from",
            _("需求年限：从"),
            _("从哪一年起需要，例如 2026。"),
            values.whole_number(FIRST_YEAR, LAST_YEAR),
            names=("year_from", "需求起始年"),
            example="2026",
        ),
        InputField(
            "years_to",
            _("需求年限：到"),
            _("到哪一年为止，例如 2027。"),
            values.whole_number(FIRST_YEAR, LAST_YEAR),
            names=("year_to", "需求终止年"),
            example="2027",
        ),
        InputField(
            "budget_kind",
            _("预算形式"),
            _("面议、区间或定额。不填时按数字推断。"),
            choices.code("budget_kind"),
            names=("budget_type",),
            choices="budget_kind",
            example="区间",
        ),
        InputField(
            "budget_min_fen",
            _("预算下限（万元）"),
            _("拟投入的资金，单位看列名。定额只填这一格；可以写“面议”。"),
            values.money,
            names=(
                "budget_min_wan",
                "budget_min_yuan",
                "budget_wan",
                "budget_yuan",
                "预算下限（元）",
                "预算（万元）",
                "预算（元）",
                "拟投入资金（万元）",
                "拟投入资金（元）",
            ),
            example="80",
        ),
        InputField(
            "budget_max_fen",
            _("预算上限（万元）"),
            _("区间的上限，单位看列名。"),
            values.money,
            names=("budget_max_wan", "budget_max_yuan", "预算上限（元）"),
            example="150",
        ),
        InputField(
            "cooperation_modes",
            _("合作模式"),
            _("可以有几种，用分号隔开。"),
            choices.codes("demand_coop"),
            names=("cooperation_mode", "modes", "合作方式"),
            blank=(),
            choices="demand_coop",
            example="合作开发；技术转让",
        ),
        *bilingual(
            "preferred_partners",
            _("合作意向单位"),
            _("英文合作意向单位"),
            _("想和谁合作。不公开，只给审核和对接的人看。"),
            names=("partners", "意向单位"),
            parse=texts.paragraphs(500),
            width=24,
        ),
        InputField(
            "ip_wish",
            _("知识产权归属意愿"),
            _("归需求方、双方共有、归提供方，或可以商量。"),
            choices.code("ip_wish"),
            choices="ip_wish",
            example="可以商量",
        ),
        InputField(
            "deadline",
            _("截止日期"),
            _("征集到哪一天，当天还算。"),
            values.day,
            names=("deadline_on", "征集截止日期", "有效期至"),
            example="2030-12-31",
        ),
        InputField(
            "confidentiality",
            _("保密等级"),
            _("细节要不要先签保密协议。国家秘密不能写进来。"),
            _confidentiality,
            names=("密级",),
            choices="confidentiality",
            example="细节要先签保密协议",
        ),
        InputField(
            "visibility",
            _("谁能看到"),
            _("公开、登录可见或仅匹配可见。不填就是公开。"),
            choices.code("demand_visibility"),
            names=("visible_to", "公开范围", "可见范围"),
            blank="public",
            choices="demand_visibility",
            example="公开",
        ),
        *bilingual(
            "masked_name",
            _("对外显示的名称"),
            _("英文对外显示的名称"),
            _("填了就不显示单位名称、所在区和附件，例如“某动力电池企业”。不用隐去就不填。"),
            names=("脱敏名称", "匿名名称"),
            parse=texts.line(),
            width=24,
        ),
        *PROVENANCE,
    ),
    rules=(
        _one_organisation,
        _deadline_to_come,
        rules.in_order("years_from", "years_to", _("终止的年份早于起始的年份。请核对这两格。")),
        rules.not_in_future("published_at", "confirmed_on"),
        rules.budget,
        masked_demand,
        rules.listing_day,
    ),
)
