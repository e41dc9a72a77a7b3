"""What the demonstration's firms are looking for and have not published yet; invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.i18n import today
from marketplace.demo.people import person_at_work
from marketplace.posting.models import Posting
from marketplace.posting.reviewing import approve
from marketplace.posting.writing import begin_posting, save_cells, submit

DEMANDER, BUREAU = "zhaoyiming", "luxin"
OPEN_FOR = timedelta(days=120)
COMMON: Mapping[str, Any] = {
    "demand_type": "problem",
    "tech_field": "3",
    "budget_kind": "negotiable",
    "cooperation_modes": ["4"],
    "visibility": "public",
}
WRITTEN: Mapping[str, Any] = {
    "title_zh": "断屑槽磨完有烧伤，酸洗才看得出来",
    "problem_zh": "磨断屑槽时偶尔烧伤，要等酸洗才发现，那时一盒都装好了。",
    "visibility": "public",
}
HANDED_IN: Mapping[str, Any] = {
    **COMMON,
    "title_zh": "涂层刀片的厚度不想再破坏着量",
    "title_en": "Measuring the coating of inserts without breaking them",
    "problem_zh": "涂层厚度靠切开看截面，一炉要毁三片，结果第二天才知道。",
    "requirements": [
        {"name": "厚度示值误差", "operator": "≤", "value": "0.3", "unit": "μm", "method": ""},
        {"name": "单片检测时间", "operator": "≤", "value": "10", "unit": "s", "method": ""},
    ],
    "keywords_zh": "涂层厚度；无损检测；刀片",
}
CHECKED: Mapping[str, Any] = {
    **COMMON,
    "title_zh": "刀柄动平衡想在机床上自己做",
    "title_en": "Balancing tool holders on the machine itself",
    "problem_zh": "高速铣刀柄要拆下来送去做动平衡，来回两小时，换一次刀就要重做。",
    "keywords_zh": "刀柄；动平衡；高速铣",
    "masked_name_zh": "某精密刀具厂",
    "masked_name_en": "A maker of precision tools",
}


def load_demands(session: Session) -> None:
    """Write them through the services, in the present transaction; once only."""
    demander = person_at_work(session, DEMANDER)
    known = select(Posting.id).where(
        Posting.organisation_id == demander.organisation_id, Posting.kind == "demand"
    )
    if session.scalar(known.limit(1)) is not None:
        return
    deadline = {"deadline": (today() + OPEN_FOR).isoformat()}

    def write(cells: Mapping[str, Any]) -> int:
        posting_id = begin_posting(demander, "demand")
        posting = session.get_one(Posting, posting_id)
        typed = {**posting.cells, **cells, **deadline}
        save_cells(demander, posting_id, posting.version, typed)
        return posting_id

    write(WRITTEN)
    submit(demander, write(HANDED_IN), confirms_secrecy=True)
    checked = submit(demander, write(CHECKED), confirms_secrecy=True)
    opinion = "各栏齐全，没有写进不该公开的内容。"
    approve(person_at_work(session, BUREAU), checked.id, opinion=opinion)
