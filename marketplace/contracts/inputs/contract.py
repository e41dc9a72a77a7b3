"""The fields of a contract register, as files and forms name them."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs import choices, texts, values
from marketplace.catalogue.inputs.declaration import InputField, Parse, RecordInput
from marketplace.contracts.inputs import rules
from marketplace.contracts.inputs import values as read

INPUT_NAME, HISTORY_NAME = "contract", "contract-history"
NAME, PHONE, REPRESENTATIVE, OFFICE = (texts.line(limit) for limit in (200, 40, 80, 80))
NATURE = choices.code("party_nature")


@dataclass(frozen=True)
class Readers:
    """How the values are read that a finished register may have otherwise than they should be."""

    credit_code: Parse
    patent_numbers: Parse
    seller_division: Parse
    buyer_division: Parse
    country: Parse
    currency: Parse


STRICT = Readers(
    credit_code=read.credit_code,
    patent_numbers=read.patent_numbers,
    # By the seller's place follows who registers; a buyer may sit in a place with a new code.
    seller_division=read.existing(read.DIVISIONS),
    buyer_division=read.told_if_unknown(read.DIVISIONS),
    country=read.existing(read.COUNTRIES),
    currency=read.existing(read.CURRENCIES),
)
LENIENT = Readers(
    credit_code=read.any_credit_code,
    patent_numbers=read.any_patent_numbers,
    seller_division=read.told_if_unknown(read.DIVISIONS),
    buyer_division=read.told_if_unknown(read.DIVISIONS),
    country=read.told_if_unknown(read.COUNTRIES),
    currency=read.told_if_unknown(read.CURRENCIES),
)


def _fields(readers: Readers) -> tuple[InputField, ...]:
    return (
        InputField(
            "number",
            _("合同登记编号"),
            _("全国系统发的编号，登记证明上有。还没有登记的不填。"),
            read.registration_number,
            names=("登记编号", "合同编号", "registration_number"),
            example="2026410100000123",
            width=20,
        ),
        InputField(
            "title",
            _("项目名称"),
            _("与合同一致。"),
            texts.line(texts.TITLE_LIMIT),
            names=("合同名称", "技术合同名称", "名称", "project_name"),
            is_required=True,
            example="刀具涂层寿命预测软件开发",
            width=40,
        ),
        InputField(
            "class_name",
            _("合同类别"),
            _("五类之一。2021 年以前登记的许可合同归在技术转让。"),
            choices.code("contract_class"),
            names=("类别", "contract_class", "class"),
            blank="",
            choices="contract_class",
            example="技术开发",
        ),
        InputField(
            "subtype",
            _("合同子类"),
            _("例如委托开发、专利实施许可。"),
            choices.code("contract_subtype"),
            names=("子类", "contract_subtype"),
            blank="",
            is_required=True,
            choices="contract_subtype",
            example="DEV-COM",
        ),
        *_party("seller", _("卖方"), readers, names_of_contact=("联系电话", "法定代表人")),
        *_party("buyer", _("买方"), readers, names_of_contact=("买方电话", "买方法人代表")),
        *_days(),
        *_amounts(readers.currency),
        *_classification(readers.patent_numbers),
        *_registration(),
    )


def _party(
    side: str, label: object, readers: Readers, names_of_contact: tuple[str, str]
) -> tuple[InputField, ...]:
    phone, representative = names_of_contact
    is_seller = side == "seller"
    return (
        InputField(
            f"{side}_name",
            _("%(side)s名称", side=label),
            _("与合同上的印章一致。"),
            NAME,
            names=(
                ("卖方", "让与人", "受托人", "许可人", "研究开发人")
                if is_seller
                else ("买方", "受让人", "委托人", "被许可人")
            ),
            is_required=True,
            example="河湾理工大学" if is_seller else "青堤机械有限公司",
            width=28,
        ),
        InputField(
            f"{side}_uscc",
            _("%(side)s统一社会信用代码", side=label),
            _("18 位。境外单位和自然人不填。"),
            readers.credit_code,
            names=("卖方代码",) if is_seller else ("买方代码",),
            blank="",
            width=22,
        ),
        InputField(
            f"{side}_nature",
            _("%(side)s性质代码", side=label),
            _("代码或名称，例如 022 高等院校、150 有限责任公司。"),
            NATURE,
            names=("卖方性质",) if is_seller else ("买方性质",),
            blank="",
            choices="party_nature",
        ),
        InputField(
            f"{side}_division",
            _("%(side)s行政区划", side=label),
            _("单位注册地的区县、功能区或六位区划代码。境外的不填。"),
            readers.seller_division if is_seller else readers.buyer_division,
            names=("卖方区划", "卖方所在地") if is_seller else ("买方区划", "买方所在地"),
            blank="",
        ),
        InputField(
            f"{side}_country",
            _("%(side)s国别", side=label),
            _("国家名称或三位数字代码，中国是 156。"),
            readers.country,
            names=("卖方国家",) if is_seller else ("买方国家", "国别"),
            blank="156",
            choices="country",
        ),
        InputField(
            f"{side}_phone",
            _("%(side)s联系电话", side=label),
            _("只给登记和审核的人看。"),
            PHONE,
            names=(phone,),
            blank="",
        ),
        InputField(
            f"{side}_representative",
            _("%(side)s法定代表人", side=label),
            _("只给登记和审核的人看。"),
            REPRESENTATIVE,
            names=(representative,),
            blank="",
        ),
    )


def _days() -> tuple[InputField, ...]:
    return (
        InputField(
            "signed_on",
            _("签订日期"),
            _("例如 2026-03-02。"),
            values.day,
            names=("签约日期", "signing_date"),
            is_required=True,
            example="2026-03-02",
        ),
        InputField(
            "effective_on",
            _("生效日期"),
            _("不写就是签订日期。"),
            values.day,
            names=("合同生效日期", "起始日期"),
            example="2026-03-02",
        ),
        InputField(
            "ends_on",
            _("终止日期"),
            _("合同履行期的最后一天。"),
            values.day,
            names=("合同终止日期", "截止日期"),
            example="2027-03-01",
        ),
    )


def _amounts(currency: Parse) -> tuple[InputField, ...]:
    return (
        InputField(
            "turnover",
            _("合同成交额"),
            _("合同的总金额，单位写在列名里，例如“合同成交额（元）”。"),
            read.amount,
            names=("成交额", "合同交易总额", "合同金额", "turnover"),
            is_required=True,
            example="6800000",
        ),
        InputField(
            "tech_amount",
            _("技术交易额"),
            _("成交额减去设备、仪器、零部件、原材料等非技术性费用。"),
            read.amount,
            names=("技术交易金额", "technology_amount"),
            is_required=True,
            example="5200000",
        ),
        InputField(
            "currency",
            _("币种"),
            _("合同用的货币。金额都折成人民币填。"),
            currency,
            names=("货币",),
            blank="CNY",
            example="CNY",
        ),
        InputField(
            "rate",
            _("汇率"),
            _("签订那天 1 单位外币合多少元人民币。"),
            read.rate,
            names=("折算汇率", "exchange_rate"),
            blank="1",
            example="1",
        ),
        InputField(
            "payment_mode",
            _("支付方式"),
            _("一次总付、分期支付、提成支付、提成加入门费，或其他。"),
            choices.code("payment_mode"),
            blank="",
            choices="payment_mode",
        ),
    )


def _classification(patent_numbers: Parse) -> tuple[InputField, ...]:
    return (
        InputField(
            "tech_field",
            _("技术领域"),
            _("11 个领域之一。"),
            choices.code("tech_field"),
            names=("领域",),
            blank="",
            choices="tech_field",
        ),
        InputField(
            "ip_type",
            _("知识产权类型"),
            _("合同涉及的知识产权。"),
            choices.code("ip_type_stat"),
            names=("知识产权",),
            blank="",
            choices="ip_type_stat",
        ),
        InputField(
            "patent_numbers",
            _("专利号"),
            _("专利申请号，多个用分号隔开。"),
            patent_numbers,
            names=("专利申请号", "申请号"),
            blank=(),
        ),
        InputField(
            "plan_source",
            _("计划来源"),
            _("国家、部门、省、地市县计划，或计划外。"),
            choices.code("plan_source"),
            names=("计划类别",),
            blank="",
            choices="plan_source",
        ),
        InputField(
            "industry",
            _("服务的国民经济行业"),
            _("GB/T 4754-2017 的门类，后面可以带 2 到 4 位数字，例如 C35。"),
            choices.industry,
            names=("国民经济行业", "行业"),
            blank="",
        ),
        InputField(
            "socio_goal",
            _("社会经济目标"),
            _("GB/T 24450-2009。"),
            choices.code("socio_goal"),
            blank="",
            choices="socio_goal",
        ),
        InputField(
            "is_related",
            _("是否关联交易声明"),
            _("双方有隶属或控制关系的填“是”。关联交易可以登记，但要说明。"),
            values.yes_or_no,
            names=("关联交易", "是否关联交易"),
        ),
    )


def _registration() -> tuple[InputField, ...]:
    return (
        InputField(
            "office",
            _("登记机构"),
            _("办理登记的机构或登记点。"),
            OFFICE,
            names=("登记点", "登记机关"),
            blank="",
        ),
        InputField(
            "registered_on",
            _("登记日期"),
            _("登记证明上的日期。还没有登记的不填。"),
            values.day,
            names=("认定登记日期",),
        ),
        InputField(
            "state",
            _("状态"),
            _("已登记、已变更、已注销、已撤销，或已提交。"),
            read.state,
            names=("登记状态", "合同状态"),
            blank="",
        ),
        InputField(
            "changed_on",
            _("变更日期"),
            _("变更、注销或撤销登记的日期。"),
            values.day,
            names=("变更登记日期", "注销日期"),
        ),
        InputField(
            "changed_turnover",
            _("变更后成交额"),
            _("变更登记以后的合同成交额。"),
            read.amount,
            names=("变更后合同成交额",),
        ),
        InputField(
            "changed_tech_amount",
            _("变更后技术交易额"),
            _("变更登记以后的技术交易额。"),
            read.amount,
        ),
    )


INPUT = RecordInput(
    kind=INPUT_NAME,
    title=_("技术合同"),
    fields=_fields(STRICT),
    rules=(*rules.NEEDED, *rules.strictly()),
)
HISTORY_INPUT = RecordInput(
    kind=HISTORY_NAME,
    title=_("技术合同"),
    fields=_fields(LENIENT),
    rules=(*rules.NEEDED, *rules.leniently()),
)
