"""The forms of posting as tables: which field stands on which step, what is needed, what is key.

What a field is called and how it is read says ``catalogue.inputs``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import INPUTS, InputField

KINDS = ("result", "patent", "demand", "project")


@dataclass(frozen=True)
class Step:
    """One page of a form; ``extra`` fields stand folded below, most are in English."""

    title: LazyString
    intro: LazyString
    fields: tuple[str, ...]
    extra: tuple[str, ...] = ()


STEPS: Mapping[str, tuple[Step, ...]] = {
    "result": (
        Step(
            _("名称和完成人"),
            _("和登记、验收或评价用的一致，企业和审核人才对得上。"),
            ("title_zh", "result_class", "owners", "contributors", "started_on", "ended_on"),
            ("title_en", "registration_number", "projects", "doi"),
        ),
        Step(
            _("问题和做法"),
            _("先写企业得到什么，再写怎么做到；写到可以公开的程度。"),
            ("problem_zh", "solution_zh", "abstract_zh", "applications_zh", "tech_field", "topics"),
            (
                "keywords_zh",
                "industry",
                "discipline",
                "problem_en",
                "solution_en",
                "abstract_en",
                "applications_en",
                "keywords_en",
            ),
        ),
        Step(
            _("指标和证据"),
            _("和现有水平比，每行一个数；谁测的、怎么测的，企业先看这里。"),
            (
                "indicators",
                "stage",
                "trl",
                "evaluation_kind",
                "evaluation_body",
                "evaluation_date",
                "evaluation_conclusion",
            ),
            (
                "trl_method_zh",
                "trl_assessed_by_zh",
                "trl_assessed_on",
                "result_attr",
                "result_form",
                "result_level",
                "trl_method_en",
                "trl_assessed_by_en",
            ),
        ),
        Step(
            _("知识产权和合作"),
            _("有什么权利，怎么合作，大约多少钱；说不准的写面议。"),
            (
                "patents",
                "conversion_modes",
                "price_mode",
                "price_kind",
                "price_min_fen",
                "price_max_fen",
                "offer_zh",
            ),
            (
                "price_note_zh",
                "try_before_pay",
                "open_licence",
                "intended_region_zh",
                "offer_en",
                "price_note_en",
                "intended_region_en",
            ),
        ),
    ),
    "patent": (
        Step(
            _("号码和名称"),
            _("照证书或受理通知书填，校验位会当场核对。"),
            (
                "application_number",
                "title_zh",
                "legal_status",
                "status_checked_on",
                "filed_on",
                "published_on",
                "granted_on",
            ),
            ("publication_number", "kind", "ipc", "title_en"),
        ),
        Step(
            _("权利人和权利负担"),
            _("共有、质押和已有的许可都要写，成交前都会核对。"),
            ("owners", "contributors", "projects", "is_pledged", "licences_zh"),
            ("licences_en",),
        ),
        Step(
            _("内容和合作"),
            _("说明书摘要可以照抄；再说怎么合作，大约多少钱。"),
            (
                "abstract_zh",
                "tech_field",
                "topics",
                "conversion_modes",
                "price_mode",
                "price_kind",
                "price_min_fen",
                "price_max_fen",
            ),
            (
                "keywords_zh",
                "price_note_zh",
                "try_before_pay",
                "open_licence",
                "abstract_en",
                "keywords_en",
                "price_note_en",
            ),
        ),
    ),
    "demand": (
        Step(
            _("想解决什么"),
            _("用车间里的话说，像跟同行讲一样；不用术语，也不用写单位名称。"),
            ("title_zh", "demand_type", "problem_zh"),
            ("key_technology_zh", "title_en", "problem_en", "key_technology_en"),
        ),
        Step(
            _("做到什么程度"),
            _("有数的写数：写得出几个就写几个，系统会逐条和成果对照。"),
            ("requirements", "goal_zh"),
            ("wanted_trl", "goal_en"),
        ),
        Step(
            _("多少钱，到什么时候"),
            _("说不准的写面议；截止日期到了就自动停止征集。"),
            ("deadline", "budget_kind", "budget_min_fen", "budget_max_fen", "cooperation_modes"),
            (
                "years_from",
                "years_to",
                "ip_wish",
                "research_type",
                "preferred_partners_zh",
                "preferred_partners_en",
            ),
        ),
        Step(
            _("属于哪个领域"),
            _("选最近的一个，再写一两个关键词，对的人才找得到。"),
            ("tech_field", "keywords_zh"),
            ("topics", "industry", "discipline", "keywords_en"),
        ),
        Step(
            _("给谁看"),
            _("不想让同行知道是谁在找，就填一个对外的名称。"),
            ("visibility", "masked_name_zh", "confidentiality"),
            ("owners", "masked_name_en"),
        ),
    ),
    "project": (
        Step(
            _("项目"),
            _("照任务书填；编号用来和成果、专利连起来。"),
            (
                "title_zh",
                "number",
                "plan_source",
                "is_fiscal",
                "started_on",
                "ended_on",
                "accepted_on",
            ),
            ("programme_zh", "funder_zh", "title_en", "programme_en", "funder_en"),
        ),
        Step(
            _("单位和内容"),
            _("第一个单位是牵头单位；简介只写可以公开的。"),
            ("owners", "abstract_zh", "tech_field", "topics"),
            ("keywords_zh", "abstract_en", "keywords_en"),
        ),
    ),
}

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "result": ("result_class", "owners", "problem_zh", "abstract_zh", "tech_field", "stage"),
    "patent": ("owners", "legal_status", "status_checked_on", "abstract_zh", "tech_field"),
    "demand": ("demand_type", "owners", "problem_zh", "deadline", "tech_field", "keywords_zh"),
    "project": ("number", "plan_source", "owners"),
}
"""Without these nothing can be submitted; of a text in two languages one is enough."""

FREE_KEYS = frozenset(
    {
        "keywords_zh",
        "keywords_en",
        "topics",
        "industry",
        "discipline",
        "intended_region_zh",
        "intended_region_en",
        "price_note_zh",
        "price_note_en",
    }
)
"""Fields that don't need a new review: they help to find a record and promise nothing."""

ROWS: Mapping[str, tuple[tuple[str, LazyString], ...]] = {
    "owners": (("name", _("单位全称")), ("uscc", _("统一社会信用代码，可不填"))),
    "contributors": (
        ("name", _("姓名")),
        ("organisation", _("单位")),
        ("role", _("做了什么")),
    ),
    "indicators": (
        ("name", _("指标")),
        ("value", _("本成果")),
        ("baseline", _("行业常见")),
        ("method", _("怎么测的")),
    ),
    "requirements": (
        ("name", _("指标")),
        ("operator", _("比较")),
        ("value", _("数值")),
        ("unit", _("计量单位")),
        ("method", _("怎么测")),
    ),
}
CHOSEN_PARTS: Mapping[tuple[str, str], str] = {("requirements", "operator"): "indicator_operator"}
"""Parts of rows that are chosen from a code list."""
STARTING_CELLS: Mapping[str, Mapping[str, str]] = {"demand": {"visibility": "public"}}
"""What stands in a new form, to be changed."""
FORM_HELPS: Mapping[str, LazyString] = {
    "owners": _("第一个是登记或牵头的单位，要有你现在代表的单位。"),
    "contributors": _("按贡献或证书的次序，一行一人。"),
    "indicators": _("写 2–5 行就够，每行一个数；空着的行不用管。"),
    "tech_field": _("全国技术合同统计的 11 个技术领域，选最近的一个。"),
    "topics": _("本市重点产业方向，合适的都可以选。"),
    "conversion_modes": _("愿意怎么合作，可以选几种。"),
    "discipline": _("国家标准 GB/T 13745-2009 的一级学科，选最近的一个。"),
    "patents": _("申请号或公开号，几个之间用分号隔开。要先在本站发布的专利。"),
    "price_min_fen": _("以万元为单位。一口价只填这一格；说不准的写“面议”。"),
    "price_max_fen": _("价格区间的上限，以万元为单位。"),
    "number": _("立项编号，与任务书一致；成果和专利按它找到项目。"),
    "requirements": _("例如：毛刺高度，不超过，7，μm。一行一个，空着的行不用管。"),
    "cooperation_modes": _("愿意怎么合作，可以选几种。"),
    "budget_kind": _("说不准选面议，下面两格就不用填。"),
    "budget_min_fen": _("以万元为单位。定额只填这一格。"),
    "budget_max_fen": _("以万元为单位，区间的上限。"),
    "visibility": _("仅匹配可见：只有系统匹配到的持有人，经你同意后才看到。"),
}
HELPS_OF_KIND: Mapping[str, Mapping[str, LazyString]] = {
    "demand": {"owners": _("你现在代表的单位，只写一家。")}
}
"""What is said beside a field in a form, where a column of a spreadsheet needs other words."""

MULTIPLE = frozenset({"topics", "conversion_modes", "cooperation_modes"})
YES_OR_NO = frozenset({"is_fiscal", "is_pledged", "try_before_pay", "open_licence"})
DAYS = frozenset(
    {
        "trl_assessed_on",
        "evaluation_date",
        "filed_on",
        "published_on",
        "granted_on",
        "status_checked_on",
        "accepted_on",
        "deadline",
    }
)
PROJECT_DAYS = frozenset({"started_on", "ended_on"})
LONG = frozenset(
    {
        "abstract",
        "problem",
        "solution",
        "applications",
        "offer",
        "licences",
        "price_note",
        "key_technology",
        "goal",
        "preferred_partners",
    }
)
COLUMNS = {
    "price_min_fen": "price_min_wan",
    "price_max_fen": "price_max_wan",
    "budget_min_fen": "budget_min_wan",
    "budget_max_fen": "budget_max_wan",
}
"""Under which column name a cell is read where the name says the unit: 万元."""


def field_of(kind: str, key: str) -> InputField:
    """The declaration of a field.

    :raises KeyError: for a key that this kind of record doesn't have.
    """
    return _FIELDS[kind][key]


def help_of(kind: str, key: str) -> LazyString:
    """What is said beside a field in a form of this kind."""
    own = HELPS_OF_KIND.get(kind, {}).get(key)
    return own or FORM_HELPS.get(key) or field_of(kind, key).help


def step_of(kind: str, key: str) -> int:
    """The number, from 1, of the step on which a field stands; 1 for one that stands on none."""
    return next(
        (
            number
            for number, step in enumerate(STEPS[kind], 1)
            if key in step.fields or key in step.extra
        ),
        1,
    )


def widget_of(kind: str, key: str) -> str:
    """How a field is filled in: rows, choices, choice, yes_no, day, long or text."""
    field = field_of(kind, key)
    if key in ROWS:
        return "rows"
    if key in MULTIPLE:
        return "choices"
    if field.choices:
        return "choice"
    if key in YES_OR_NO:
        return "yes_no"
    if key in DAYS or (kind == "project" and key in PROJECT_DAYS):
        return "day"
    return "long" if field.goes_to in LONG or key == "evaluation_conclusion" else "text"


def keys_of(kind: str) -> tuple[str, ...]:
    """All fields of a form in their order."""
    return tuple(key for step in STEPS[kind] for key in (*step.fields, *step.extra))


_FIELDS = {kind: {field.key: field for field in INPUTS[kind].fields} for kind in KINDS}
