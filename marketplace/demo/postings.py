"""What the demonstration's university writes, has reviewed, changes and uploads; invented."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Result
from marketplace.core.actor import Actor
from marketplace.core.listed import name_key
from marketplace.demo.people import UNIVERSITY, person_at_work
from marketplace.posting.models import Posting
from marketplace.posting.reviewing import approve, publish, return_posting
from marketplace.posting.uploads.receiving import receive
from marketplace.posting.writing import begin_change, begin_posting, save_cells, submit

CLERK, REVIEWER, BUREAU = "liwen", "zhouqing", "xuning"
COMMON: Mapping[str, Any] = {
    "result_class": "Y",
    "stage": "2",
    "trl": "5",
    "conversion_modes": ["3", "4"],
    "price_kind": "negotiable",
}
WRITTEN: Mapping[str, Any] = {
    "title_zh": "窑炉烟气余热的低温发电模块",
    "title_en": "Low-temperature power module for kiln exhaust",
    "problem_zh": "陶瓷窑炉排出 180 ℃ 左右的烟气，温度太低，常规机组用不上。",
}
HANDED_IN: Mapping[str, Any] = {
    **COMMON,
    "title_zh": "注塑件翘曲的在线预测和补偿",
    "title_en": "Predicting and correcting the warp of moulded parts on line",
    "problem_zh": "薄壁注塑件冷却后翘曲，要等半小时量出来才知道，一班要报废上百件。",
    "abstract_zh": (
        "在模腔里装两支压力和温度传感器，开模之前就算出这一件的翘曲，下一模自动补偿保压。"
        "在两家工厂试用三个月，翘曲超差率从 4.1% 降到 0.9%。"
    ),
    "abstract_en": (
        "Two cavity sensors predict the warp of each part before the mould opens and correct the "
        "holding pressure of the next shot. In three months at two plants, parts out of "
        "tolerance fell from 4.1% to 0.9%."
    ),
    "tech_field": "3",
    "indicators": [
        {"name": "翘曲超差率", "value": "0.9%", "baseline": "4.1%", "method": "三个月全检"}
    ],
}
APPROVED: Mapping[str, Any] = {
    **COMMON,
    "title_zh": "养殖尾水里抗生素的快速检测卡",
    "title_en": "A quick test card for antibiotics in farm drainage",
    "problem_zh": "养殖尾水要送实验室检测，三天出结果，超标的水早已排走。",
    "abstract_zh": (
        "一张检测卡，十五分钟读出四类抗生素，手机拍照给出数值。和实验室结果比对 212 份水样，"
        "一致率 96%。"
    ),
    "abstract_en": (
        "One card reads four groups of antibiotics within fifteen minutes; a phone picture gives "
        "the figure. On 212 water samples it agreed with the laboratory in 96% of cases."
    ),
    "tech_field": "7",
    "indicators": [{"name": "一致率", "value": "96%", "baseline": "", "method": "212 份水样"}],
}
SENT_BACK: Mapping[str, Any] = {
    **COMMON,
    "title_zh": "铝合金型材的冷挤压润滑膜",
    "title_en": "A lubricating film for cold-extruded aluminium",
    "problem_zh": "磷化皂化废水多，车间要停产整改。",
    "abstract_zh": "一种不含磷的润滑膜，浸涂一次，挤压后水洗即去。",
    "tech_field": "5",
}


CHANGED = "r14"
ADDED = "2026 年起，一次装夹可以去净八个交叉孔，阴极换一次 4 分钟。"
SHEET_NAME = "2026 年秋季成果清单.csv"
SHEET = """成果名称,类别,解决的问题,摘要,技术领域,所处阶段
齿轮磨削烧伤的在线辨识,应用技术,到酸洗才发现，整批报废。,磨削时听声发射，烧伤前 0.4 秒停机。,3,中期
纸浆模塑件的快速脱水,应用技术,脱水占去一半工时。,脱水时间从 90 秒降到 35 秒。,7,中期
阀体铸件的超声测厚夹具,工艺,手持探头每次放的位置不同。,壁厚 3–20 mm 都能测。,先进制造,成熟
,应用技术,这一行忘了写名称。,没有名称的一行。,先进制造,初期
食用菌废料制成的缓冲块,应用技术,泡沫垫用完难以处理。,代替泡沫，跌落 1.2 m 不破。,9,初期
"""


def load_postings(session: Session) -> None:
    """Write them through the services, in the present transaction; once only."""
    organisation = session.scalar(
        select(Organisation)
        .where(Organisation.name_key == name_key(UNIVERSITY), Organisation.is_demo)
        .order_by(Organisation.id)
    )
    if organisation is None:
        return
    known = select(Posting.id).where(Posting.organisation_id == organisation.id).limit(1)
    if session.scalar(known) is not None:
        return
    clerk, reviewer = (person_at_work(session, one) for one in (CLERK, REVIEWER))
    _write(clerk, WRITTEN)
    submit(clerk, _write(clerk, HANDED_IN))
    approve(reviewer, submit(clerk, _write(clerk, APPROVED)).id, confirms_secrecy=True)
    remarks = {"abstract_zh": "和现有的磷化膜比，摩擦系数差多少？写上数字。"}
    sent_back = submit(clerk, _write(clerk, SENT_BACK))
    return_posting(reviewer, sent_back.id, "还没有数据，企业看不出好在哪里。", remarks)
    _change(session, clerk, reviewer)
    receive(clerk, "result", SHEET_NAME, BytesIO(SHEET.encode()))


def _change(session: Session, clerk: Actor, reviewer: Actor) -> None:
    """Let a published result have a second version, reviewed by the unit and by the bureau."""
    wanted = select(Result.id).where(Result.is_demo, Result.source_id == CHANGED)
    posting_id = begin_change(clerk, "result", session.scalars(wanted).one())
    posting = session.get_one(Posting, posting_id)
    changed = {"abstract_zh": posting.cells["abstract_zh"] + ADDED}
    save_cells(clerk, posting_id, posting.version, {**posting.cells, **changed})
    submit(clerk, posting_id)
    approve(reviewer, posting_id, confirms_secrecy=True)
    publish(person_at_work(session, BUREAU), posting_id)


def _write(clerk: Actor, cells: Mapping[str, Any]) -> int:
    posting_id = begin_posting(clerk, "result")
    owner = {"name": {"zh": UNIVERSITY}, "uscc": ""}
    save_cells(clerk, posting_id, 1, {"owners": [owner], **cells})
    return posting_id
