"""Fields that several kinds of record share: provenance, description, offer."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, references, texts, values
from marketplace.catalogue.inputs.declaration import KEEP, InputField, Parse


def bilingual(
    key: str,
    label_zh: LazyString,
    label_en: LazyString,
    help: LazyString,
    *,
    names: tuple[str, ...] = (),
    names_en: tuple[str, ...] = (),
    parse: Parse | None = None,
    is_required: bool = False,
    example: str = "",
    example_en: str = "",
    width: int = 40,
) -> tuple[InputField, InputField]:
    """The two fields of one bilingual value; the Chinese one takes the plain name as well."""
    reader = parse or texts.paragraphs()
    return (
        InputField(
            f"{key}_zh",
            label_zh,
            help,
            reader,
            names=(key, *names),
            target=key,
            language="zh",
            is_required=is_required,
            example=example,
            width=width,
        ),
        InputField(
            f"{key}_en",
            label_en,
            _("同一内容的英文，没有可以不填。"),
            reader,
            names=names_en,
            target=key,
            language="en",
            example=example_en,
            width=width,
        ),
    )


SOURCE_ID = InputField(
    "source_id",
    _("编号"),
    _("这条记录在你那里的编号。再次导入时按它找到同一条记录；没有其他号码时请填写。"),
    texts.line(),
    names=("id", "key", "record_id", "demand_id", "序号编号", "记录编号", "编码"),
    blank=KEEP,
    example="R-0001",
)

PROVENANCE = (
    InputField(
        "source_url",
        _("来源网址"),
        _("原始页面的网址。"),
        texts.web_address(500),
        names=("url", "link", "网址", "链接", "详情链接"),
        example="https://example.org/results/1",
        width=30,
    ),
    InputField(
        "published_at",
        _("挂牌日期"),
        _("从哪一天起公开。不填就是导入的这一天。"),
        values.day,
        names=("listed_on", "published_on", "上架日期", "发布日期"),
        blank=KEEP,
        example="2026-03-02",
    ),
    InputField(
        "confirmed_on",
        _("信息确认日期"),
        _("持有单位最近一次确认内容仍然有效的日期。"),
        values.day,
        names=("confirmed", "确认日期"),
        example="2026-03-02",
    ),
)

KEYWORDS = bilingual(
    "keywords",
    _("关键词"),
    _("英文关键词"),
    _("最多 10 个，每个最多 40 个字，用分号隔开。"),
    names=("keyword", "关键字", "主题词"),
    names_en=("keyword_en", "keywords(en)", "英文关键字", "关键词(英文)", "关键词英文"),
    parse=texts.keywords(),
    example="锂电池；隔膜；涂覆",
    example_en="lithium battery; separator; coating",
    width=30,
)

FIELDS_OF_USE = (
    InputField(
        "tech_field",
        _("技术领域"),
        _("全国技术合同统计的 11 个技术领域之一，写代码或名称。"),
        choices.code("tech_field"),
        names=("field", "technical_field", "领域", "所属技术领域"),
        choices="tech_field",
        example="5",
    ),
    InputField(
        "topics",
        _("产业方向"),
        _("本市重点产业方向，可以有几个，用分号隔开。"),
        choices.codes("topic"),
        names=("topic", "重点产业", "产业"),
        blank=(),
        choices="topic",
        example="新材料；智能传感器",
    ),
)
DISCIPLINE = InputField(
    "discipline",
    _("学科"),
    _("GB/T 13745-2009 的三位代码或名称。"),
    choices.discipline,
    names=("学科分类", "一级学科"),
    choices="discipline",
    example="430",
)
INDUSTRY = InputField(
    "industry",
    _("应用行业"),
    _("GB/T 4754-2017 的门类加 2 到 4 位数字，例如 C38。"),
    choices.industry,
    names=("行业", "国民经济行业"),
    example="C38",
)
CLASSIFICATION = (*KEYWORDS, *FIELDS_OF_USE)


def abstract(help: LazyString, *names: str) -> tuple[InputField, InputField]:
    """The public abstract; ``names`` are what this kind of record calls it besides 摘要."""
    return bilingual(
        "abstract",
        _("摘要"),
        _("英文摘要"),
        help,
        names=("summary", "abstract_cn", "中文摘要", "简介", "内容简介", *names),
        names_en=("summary_en", "abstract(en)", "摘要(英文)", "英文简介"),
        width=60,
    )


def owners(label: LazyString, help: LazyString, *names: str) -> InputField:
    """The organisations that hold the record, the first one first."""
    return InputField(
        "owners",
        label,
        help,
        references.parties,
        names=names,
        blank=(),
        example="云岫理工大学；恒砺精密工具有限公司",
        width=30,
    )


def projects(help: LazyString) -> InputField:
    """The projects from which the record came."""
    return InputField(
        "projects",
        _("来源项目编号"),
        help,
        references.project_numbers,
        names=("project", "project_number", "project_numbers", "项目编号", "来源项目", "项目号"),
        blank=(),
        example="2025YX0103",
    )


OFFER = (
    InputField(
        "conversion_modes",
        _("转化方式"),
        _("可以有几种，用分号隔开。"),
        choices.codes("conversion_mode"),
        names=("conversion_mode", "transfer_mode", "拟转化方式", "交易方式"),
        blank=(),
        choices="conversion_mode",
        example="许可；转让",
    ),
    InputField(
        "price_mode",
        _("定价方式"),
        _("国家设立的研究机构和高校的成果要写明定价方式。"),
        choices.code("price_mode"),
        names=("pricing_mode",),
        choices="price_mode",
        example="协议定价",
    ),
    InputField(
        "price_kind",
        _("价格形式"),
        _("面议、一口价、区间或提成。不填时按价格推断。"),
        choices.code("price_kind"),
        names=("price_type", "报价方式"),
        choices="price_kind",
        example="区间",
    ),
    InputField(
        "price_min_fen",
        _("最低价（万元）"),
        _("单位看列名：最低价（万元）或最低价（元）。一口价只填这一格；可以写“面议”。"),
        values.money,
        names=(
            "price_min_wan",
            "price_min_yuan",
            "最低价（元）",
            "最低价",
            "price_wan",
            "price_yuan",
            "price",
            "价格（万元）",
            "价格（元）",
            "价格",
            "拟交易价格（万元）",
            "拟交易价格（元）",
            "拟交易价格",
            "转让价格（万元）",
            "转让价格",
        ),
        example="60",
    ),
    InputField(
        "price_max_fen",
        _("最高价（万元）"),
        _("价格区间的上限，单位看列名。"),
        values.money,
        names=("price_max_wan", "price_max_yuan", "最高价（元）", "最高价"),
        example="90",
    ),
    *bilingual(
        "price_note",
        _("价格说明"),
        _("英文价格说明"),
        _("例如提成的基数和比例。"),
        parse=texts.paragraphs(1000),
        example="入门费加净销售额的 2%",
        width=30,
    ),
    InputField(
        "try_before_pay",
        _("先使用后付费"),
        _("填“是”或“否”。"),
        values.yes_or_no,
        names=("trial", "先试后付"),
        blank=False,
        example="否",
    ),
    InputField(
        "open_licence",
        _("开放许可"),
        _("填“是”或“否”。只有已经授权的专利可以开放许可（专利法第五十条）。"),
        values.yes_or_no,
        names=("open_license", "专利开放许可"),
        blank=False,
        example="否",
    ),
)
