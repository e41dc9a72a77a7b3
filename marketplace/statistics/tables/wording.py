"""What the tables say in words: their findings, what they count, what a reader has to know."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.contracts.ledger.sums import Sum
from marketplace.contracts.models.ledger import AMEND, DEREGISTER, REGISTER, REVOKE
from marketplace.core.codelists import code_name
from marketplace.core.i18n import Bilingual, language, today
from marketplace.core.web.wording import gettext as _
from marketplace.statistics.growth import written
from marketplace.statistics.paragraph import Figures, paragraph
from marketplace.statistics.tables.declared import (
    CATALOGUE,
    CLASSES,
    DISTRICTS,
    FLOW,
    GOALS,
    HEADLINE,
    INSIDE_KEY,
    TABLES,
)
from marketplace.statistics.tables.pages import TablePage
from marketplace.statistics.wording import fen_words

OTHER_NAMES: dict[int, LazyString] = {GOALS: _l("目标完成"), CATALOGUE: _l("成果目录")}
EVENTS: dict[str, LazyString] = {
    REGISTER: _l("登记"),
    AMEND: _l("变更"),
    DEREGISTER: _l("注销"),
    REVOKE: _l("撤销"),
}


def table_name(number: int) -> str:
    """What a table is called."""
    return str(OTHER_NAMES[number] if number in OTHER_NAMES else TABLES[number].name)


def amount(fen: int) -> str:
    """合同成交额 in a sentence: ``592.51 亿元``; in English ``CNY 59.251 billion``."""
    return fen_words(fen)


def finding(page: TablePage) -> str:
    """The answer that a table gives, as its heading."""
    found = FINDINGS.get(page.asked.number, _leading)(page)
    if not found:
        return _("%(period)s的数不单独公布", period=str(page.period))
    if any(view.has_withheld for view in page.views):
        return _("公布的数里，%(finding)s", finding=found)
    return found


def _headline(page: TablePage) -> str:
    now = page.view.total.now
    if now is None:
        return ""
    return _(
        "%(period)s登记技术合同 %(count)s 项，合同成交额 %(amount)s",
        period=str(page.view.total.period),
        count=written(now.count),
        amount=amount(now.turnover),
    )


def _leading(page: TablePage) -> str:
    """Which row has most, and how much of all."""
    first = page.view.first
    if first is None or first.share is None:
        return ""
    return _(
        "%(period)s，“%(name)s”的合同成交额最多，占 %(share)s%%",
        period=str(page.period),
        name=first.name,
        share=written(first.share),
    )


def _districts(page: TablePage) -> str:
    out, into = (view.first for view in page.views)
    if out is None or into is None or out.share is None:
        return _leading(page)
    if out.key == into.key:
        return _(
            "%(period)s，%(name)s输出和吸纳的技术都最多，输出占 %(share)s%%",
            period=str(page.period),
            name=out.name,
            share=written(out.share),
        )
    return _(
        "%(period)s，%(out)s输出的技术最多，%(into)s吸纳的最多",
        period=str(page.period),
        out=out.name,
        into=into.name,
    )


def _flow(page: TablePage) -> str:
    out = page.view
    inside = next((row for row in out.rows if row.key == INSIDE_KEY), None)
    if out.total.now is None or inside is None or inside.share is None:
        return ""
    return _(
        "%(period)s，本市输出技术 %(amount)s，其中 %(share)s%% 留在本市",
        period=str(page.period),
        amount=amount(out.total.now.turnover),
        share=written(inside.share),
    )


FINDINGS: dict[int, Callable[[TablePage], str]] = {
    HEADLINE: _headline,
    DISTRICTS: _districts,
    FLOW: _flow,
}


def basis(page: TablePage) -> list[str]:
    """What a reader has to know to use the figures: what is counted, how, and what isn't."""
    number = page.asked.number
    found = [
        _(
            "口径：已登记的技术合同，按登记日期计入当月；变更计差额，当年登记又注销或撤销的在当月冲减。"
        ),
        _("“合同成交额”是合同总额，“技术交易额”是其中的技术部分，都按人民币计，两个数不混用。"),
        _(
            "同比和上年相同的月份比，上年没有数的记“—”；以前年度合同的注销、撤销另列一行，不计入合计和同比。"
        ),
        _("部分数据因四舍五入，分项合计与总计略有差异。"),
    ]
    if number == DISTRICTS:
        found.append(
            _(
                "输出按卖方所在计，合计是全部合同；吸纳按买方所在计，合计是买方在本市的合同。"
                "同一份本市内部的合同在两边各算一次，两个合计不能相加。"
                "一份合同只归一个区域，功能区不再计入所在的区县；“未定”是没有写区县的，包括境外卖方。"
            )
        )
    if number == FLOW:
        found.append(
            _(
                "本市 → 本市的合同既在输出里，也在吸纳里，是同一批合同。"
                "输出和吸纳相加会把它们算两次，所以另给只算一次的数。"
            )
        )
    if number == CLASSES:
        if page.asked.is_of_four:
            found.append(
                _("四类口径：技术许可并在技术转让里，和 2020 年及以前的统计一样，可以跨年比较。")
            )
        else:
            found.append(_("技术许可从 2021 年起单列（民法典），以前并在技术转让里。"))
    if page.has_break:
        found.append(
            _("2020 年技术许可还没有单列，所以技术转让和技术许可不和上年比；要比，请看四类口径。")
        )
    if page.is_running:
        found.append(_("这个月还没有过完，所以不和上年比；要比，请看到上个月为止的数。"))
    if page.is_public:
        found.append(
            _(
                "不到 3 项合同的数不公布，能推算出它的数也不公布，记“不公布”。"
                "排名只排公布的。公开的数到上个月底为止。"
            )
        )
    return found


def catalogue_basis() -> list[str]:
    """What the table of the catalogue counts."""
    return [
        _("“期间新增”按第一次公开的日子算，现在已不公开的不在内；其余各列是现在的数。"),
        _("需求只数公开的，登录可见和仅匹配可见的不在内。"),
        _(
            "对接只数双方都表示感兴趣的，按双方第一次都表示的日子算新增；"
            "“现在有效”是还没有交换联系方式的，“已预订或对接”是已经交换的。"
        ),
        _("成交还没有在市场上登记，有了再列进来。"),
    ]


def flow_sentence(page: TablePage) -> str:
    """What leaves and comes in, what of it is counted twice, and what there is in fact."""
    out, into, both = page.views
    inside = next(row for row in both.rows if row.key == INSIDE_KEY)
    once = next(row for row in both.rows if row.key == "once")
    shown = [view.total.now for view in (out, into)] + [inside.now, once.now]
    if not all(isinstance(one, Sum) for one in shown):
        return ""
    amounts = [amount(one.turnover) for one in shown if one is not None]
    return _(
        "输出 %(out)s，吸纳 %(into)s，其中本市内部 %(inside)s，两边都有；只算一次是 %(once)s。",
        out=amounts[0],
        into=amounts[1],
        inside=amounts[2],
        once=amounts[3],
    )


def bulletin(page: TablePage) -> str:
    """The paragraph on the year to date that is ready to be copied; empty where it isn't public."""
    row, fields = page.view.total, page.fields
    if row.now is None or fields is None:
        return ""
    ranked = sorted(fields.ranks, key=lambda key: fields.ranks[key])
    if fields.has_withheld:
        ranked = []
    year, month = row.period.year, row.period.last
    return paragraph(
        Figures(
            place=Bilingual("全市", "the city"),
            as_of=min(date(year, month, monthrange(year, month)[1]), today()),
            count=row.now.count,
            turnover=row.now.turnover,
            count_before=row.base.count if row.base else None,
            turnover_before=row.base.turnover if row.base else None,
            largest=[code_name("tech_field", key) for key in ranked],
        ),
        language(),
    )
