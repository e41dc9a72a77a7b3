"""What the demonstration's people show to some readers only, ask for, keep and search; invented."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.catalogue.search_page import read_search
from marketplace.core.actor import Actor
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import Level
from marketplace.demo.people import person_at_work
from marketplace.disclosure.checking import PartContent
from marketplace.disclosure.models import FurtherPart
from marketplace.disclosure.queries import newest_request
from marketplace.disclosure.reading import accept_terms, admit, open_part, refuse, request_access
from marketplace.disclosure.writing import add_part, set_terms
from marketplace.shelf.models import Frequency, SavedRecord, SavedSearch
from marketplace.shelf.services import Telling, note_record, save_record, save_search

CLERK, READER, BROKER = "liwen", "zhaoyiming", "hejiashu"
OPENED, ASKED = "r14", "r36"
"""The results of the university that have further parts."""

TERMS = Bilingual(
    "只用于判断要不要合作，不抄送给单位以外的人；不合作时删去下载的内容。两年内有效。",
    "Only for judging whether to work together; not to be passed outside the organisation; "
    "what was downloaded is deleted if nothing comes of it. Valid for two years.",
)
PARAMETERS = PartContent(
    Level.VERIFIED,
    Bilingual("工艺参数", "Process parameters"),
    is_heading_public=True,
    text=Bilingual(
        "电解液：硝酸钠 18%，25 ℃，流速 8 m/s。电压 12–18 V，单个交叉孔 35–50 秒。\n\n"
        "孔径 6–14 mm，毛刺高度不超过 0.4 mm；超过时先用柔性刷预处理。",
        "Electrolyte: 18% sodium nitrate, 25 °C, 8 m/s. 12–18 V, 35–50 s for each crossing.\n\n"
        "Bores of 6–14 mm, burrs up to 0.4 mm; brush higher ones first.",
    ),
)
TRIALS = PartContent(
    Level.TERMS,
    Bilingual("产线试用记录", "Records of the trial on the line"),
    is_heading_public=True,
    text=Bilingual(
        "2025 年 9 月至 2026 年 3 月，一家阀块厂试用：12,400 件，毛刺漏检 3 件，阴极换 7 支。\n\n"
        "单件电费和电解液费合计 1.9 元，原来人工去毛刺 11 元。",
        "September 2025 to March 2026 at a maker of valve blocks: 12,400 pieces, 3 burrs missed, "
        "7 cathodes used up.\n\nCurrent and electrolyte cost CNY 1.90 a piece; by hand it was 11.",
    ),
)
DRAWINGS = PartContent(
    Level.NAMED,
    Bilingual("阴极图纸和绝缘涂层配方", "Drawings of the cathode and recipe of its coating"),
    is_heading_public=False,
    text=Bilingual(
        "图号 YD-04 至 YD-11，见单位技术转移中心；涂层为两层，底层 40 μm，面层 25 μm。",
        "Drawings YD-04 to YD-11 lie at the transfer office; two layers of 40 and 25 μm.",
    ),
)
FIRMWARE = PartContent(
    Level.NAMED,
    Bilingual("取能电路和固件", "The harvesting circuit and its firmware"),
    is_heading_public=True,
    text=Bilingual(
        "电路图 3 张，固件源程序 2,600 行，随样品一起交付。",
        "Three circuit diagrams and 2,600 lines of firmware come with the samples.",
    ),
)
KEPT: dict[str, tuple[tuple[str, str, str], ...]] = {
    READER: (
        ("result", "r14", "先问能不能做 16 mm 的孔。"),
        ("result", "r02", ""),
        ("result", "r11", "立柱修复，下半年再看。"),
        ("patent", "pt10", ""),
    ),
    BROKER: (
        ("result", "r31", "冷库客户问过两次。"),
        ("result", "r36", ""),
        ("result", "r39", ""),
        ("patent", "pt32", ""),
    ),
    CLERK: (("result", "r22", ""), ("project", "p02", "月底前交年度报告。")),
}
SEARCHES: dict[str, tuple[tuple[str, dict[str, list[str]], Frequency], ...]] = {
    READER: (
        ("液压件去毛刺", {"q": ["液压 毛刺"]}, Frequency.AT_ONCE),
        ("刀具和硬质合金", {"q": ["刀片"]}, Frequency.WEEKLY),
    ),
    BROKER: (
        ("低温电池", {"q": ["锂电池 低温"]}, Frequency.DAILY),
        ("检测类成果", {"q": ["检测"], "kind": ["result"]}, Frequency.OFF),
    ),
    CLERK: (("同行在做的焊接", {"q": ["焊接"]}, Frequency.WEEKLY),),
}


def load_readers(session: Session) -> None:
    """Write all of it through the services, in the present transaction; once only."""
    if _id(session, "result", OPENED) is None:
        return
    if session.scalar(select(FurtherPart.id).limit(1)) is None:
        _load_parts(session)
    for mailbox in KEPT:
        actor = person_at_work(session, mailbox)
        _keep(session, actor, mailbox)
        _search(session, actor, mailbox)


def _load_parts(session: Session) -> None:
    """A ladder of three steps, the last asked for, and requests that were answered."""
    clerk, reader, broker = (person_at_work(session, one) for one in (CLERK, READER, BROKER))
    opened, asked = (
        demo_record_id(session, "result", OPENED),
        demo_record_id(session, "result", ASKED),
    )
    set_terms(clerk, "result", opened, 0, TERMS)
    first, second, third = (
        add_part(clerk, "result", opened, part) for part in (PARAMETERS, TRIALS, DRAWINGS)
    )
    open_part(reader, first)
    accept_terms(reader, "result", opened, 1)
    open_part(reader, second)
    request_access(reader, third, "我们的阀块有 16 mm 的交叉孔，想先看阴极能不能放大。")
    firmware = add_part(clerk, "result", asked, FIRMWARE)
    request_access(reader, firmware, "车间想试一批工位标签，要接到现有的网关上。")
    admit(clerk, _request(session, firmware, reader), covers_organisation=True)
    open_part(reader, firmware)
    request_access(broker, firmware, "给一家仓储企业介绍。")
    refuse(clerk, _request(session, firmware, broker), "请客户自己来申请，我们按用途决定。")


def _request(session: Session, part_id: int, actor: Actor) -> int:
    part = session.get_one(FurtherPart, part_id)
    found = newest_request(session, actor, part)
    if found is None:
        raise LookupError(part_id)
    return found.id


def _keep(session: Session, actor: Actor, mailbox: str) -> None:
    kept = select(SavedRecord.id).where(SavedRecord.person_id == actor.person_id).limit(1)
    if session.scalar(kept) is not None:
        return
    for kind, key, note in KEPT[mailbox]:
        record_id = demo_record_id(session, kind, key)
        save_record(actor, kind, record_id)
        if note:
            note_record(actor, kind, record_id, note)


def _search(session: Session, actor: Actor, mailbox: str) -> None:
    saved = select(SavedSearch.id).where(SavedSearch.person_id == actor.person_id).limit(1)
    if session.scalar(saved) is not None:
        return
    for name, params, frequency in SEARCHES[mailbox]:
        query = read_search(actor, params).query
        save_search(actor, query, name, Telling(frequency, by_mail=False, by_inbox=True))


def _id(session: Session, kind: str, key: str) -> int | None:
    model = RECORD_MODELS[kind]
    return session.scalar(select(model.id).where(model.is_demo, model.source_id == key))


def demo_record_id(session: Session, kind: str, key: str) -> int:
    """The id of a record of the demonstration by its key there.

    :raises LookupError: when it isn't loaded.
    """
    record_id = _id(session, kind, key)
    if record_id is None:
        raise LookupError(f"{kind} {key}")
    return record_id
