"""技术交易额: never above 合同成交额, and without the goods that a contract also supplies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from marketplace.contracts.checks.entries import Entry
from marketplace.contracts.checks.findings import TECH_AMOUNT, Finding
from marketplace.contracts.checks.thresholds import Thresholds

_GOODS = (
    "设备|装备|仪器|硬件|装置|机组|材料|器材|备件|耗材|整机|产品|货物|机器人|服务器|一体机|系统机"
)
_SUPPLY = re.compile(
    r"采购|购置|购买|购销|买卖|供货|供应(?!链|商|量)|成套(?:设备|装备|装置)|备品备件|生产线建设|硬件|交钥匙"
    r"|安装(?=(?:调试|施工|工程|服务|项目|合同)*(?:$|以及|[与和及暨并]|[\W_]))|总承包"
    r"|(?<=[\W_])含[^,，)）]{0,6}(?:设备|材料|仪器|装置|货物)"
    rf"|(?:{_GOODS})(?:的|及其?|和|与)?"
    r"(?:销售|安装|集成|交付|配套|租赁|订购|订货|采办|更换|配置|提供|供给)"
)
# Software for buying is no purchase, and who develops equipment supplies none.
_NO_SUPPLY = re.compile(
    r"(?:采购|购置|购买|购销|买卖|供应|供货|销售|租赁|配送)(?:管理|平台|系统|软件|流程|决策|优化|分析|预测"
    r"|数据|计划|评估|协同|行为|推荐|意愿|意向)"
    r"|(?:政府|电子|集中|招标|智慧|数字化?)采购"
    r"|(?:安装|集成|配置|更换|交付|供应)(?:工艺|方法|技术研|技术开|算法|仿真|质量检|精度)"
    r"|硬件(?:在环|设计|开发|研发|研制|加速|架构|协同)|软硬件(?:协同|一体化?(?:设计|开发|研))"
)
# What is named last is what is delivered: work about buying, selling or fitting supplies nothing.
_WORK = re.compile(
    r"(?:研究|研发|研制|开发|设计|咨询|分析|评估|评价|预测|规划|策划|方案|论证|培训|软件|优化|算法|模型|建模"
    r"|仿真|方法|策略|工艺|课题)(?:的|技术|项目|服务|工作|报告|合同|协议|委托|合作|书)*$"
)
_NEXT_PART = re.compile(r"以及|[与和及暨并]|[\W_]")


def above_turnover(entries: Sequence[Entry], _limits: Thresholds) -> Iterator[Finding]:
    """技术交易额 above 合同成交额: 0 ≤ technical amount ≤ turnover."""
    for entry in entries:
        if entry.tech_amount > entry.turnover:
            yield _finding("tech_amount.above_turnover", entry)


def goods_counted(entries: Sequence[Entry], limits: Thresholds) -> Iterator[Finding]:
    """Goods are supplied, and the technical amount is still the whole turnover."""
    for entry in entries:
        share = limits.goods_share * entry.turnover
        if 0 < share <= entry.tech_amount <= entry.turnover:
            words = supply_words(entry.subject.title)
            if words:
                yield _finding("tech_amount.goods_counted", entry, words=words)


def supply_words(title: str) -> str:
    """The words of a title that say goods are supplied; empty where none are."""
    text = _NO_SUPPLY.sub("", title)
    for found in _SUPPLY.finditer(text):
        of_it = _NEXT_PART.split(text[found.end() :], maxsplit=1)[0]
        if not _WORK.search(of_it):
            return found[0]
    return ""


def _finding(rule: str, entry: Entry, **more: str) -> Finding:
    params = {
        "title": entry.subject.title,
        "turnover": entry.turnover,
        "tech_amount": entry.tech_amount,
        **more,
    }
    return Finding(rule, TECH_AMOUNT, (entry.key,), params)
