"""What the demonstration's projects owe: reports and deposits in every state; invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from marketplace.catalogue.models import Project, Result
from marketplace.core.actor import Actor
from marketplace.core.i18n import today
from marketplace.demo.papers import EVIDENCE, REPORT, paper
from marketplace.demo.people import UNIVERSITY, person_at_work
from marketplace.obligations.clocks import decide_clock
from marketplace.obligations.kinds import CONVERTED, DEFERRED, DEPOSIT, OPEN
from marketplace.obligations.models import Obligation
from marketplace.obligations.services import decide, save_draft, submit
from marketplace.obligations.setting_up import owe, set_up
from marketplace.obligations.states import ACCEPT, RETURN

CLERK, BUREAU = "liwen", "xuning"
OWN, OWN_RESULT = "p02", "r02"
CLOCKS = (
    ("p09", "r31", "已装机 2,100 台，验收意见建议尽快推广。"),
    ("p12", "r49", "芯片已经量产，可以许可给同行。"),
    ("p10", "r39", "程序库已经过第三方检测，可以直接移植。"),
)
OTHERS = (("p03", DEPOSIT, 30), ("p05", DEPOSIT, -41), ("p07", "final", 12), ("p11", "special", 5))
"""What units without people owe: project, what, and how many days from today it is due."""

COMMON: Mapping[str, str] = {"unit": UNIVERSITY, "authors": "梁知远；沈若水"}
FINAL: Mapping[str, str] = {
    **COMMON,
    "title": "淬硬齿轮以车代磨：刀具、工艺和产线验证",
    "partners": "恒砺精密工具有限公司",
    "abstract": (
        "用立方氮化硼刀片车削硬度 HRC 60 的齿轮内孔和端面，代替磨削。给出刀片牌号、刃口倒棱和"
        "切削参数的选法；在三条产线上加工 4.2 万件，单件用时从 6.5 分钟降到 2.1 分钟，"
        "尺寸合格率 99.3%。"
    ),
    "keywords": "淬硬钢；以车代磨；立方氮化硼；齿轮",
    "scope": OPEN,
}
SPECIAL: Mapping[str, str] = {
    **COMMON,
    "title": "断续车削时刃口崩损的监测数据集",
    "abstract": (
        "记录 316 次断续车削的切削力、声发射和刃口照片，标出崩损发生的时刻。合作企业的产线参数"
        "在延期公开期内不公布。"
    ),
    "keywords": "断续车削；崩损；声发射；数据集",
    "scope": DEFERRED,
}
MIDTERM: Mapping[str, str] = {
    **COMMON,
    "title": "齿轮端面硬车的表面完整性",
    "abstract": "比较硬车和磨削的白层厚度、残余应力和粗糙度，各 24 件。",
    "keywords": "硬车；残余应力；白层",
    "scope": OPEN,
}
DRAFTED: Mapping[str, str] = {
    **COMMON,
    "title": "验收一年后的推广情况",
    "abstract": "三家工厂共 11 条产线在用，另有两家在试切。",
    "scope": OPEN,
}


def load_obligations(session: Session) -> None:
    """Set them up and fill them in through the services, in the present transaction; once only."""
    project = session.scalar(select(Project).where(Project.is_demo, Project.source_id == OWN))
    if project is None or session.scalar(select(Obligation.id).limit(1)) is not None:
        return
    clerk, bureau = person_at_work(session, CLERK), person_at_work(session, BUREAU)
    for project_key, result_key, reason in CLOCKS:
        of_project, of_result = _id(session, Project, project_key), _id(session, Result, result_key)
        decide_clock(bureau, of_project, of_result, reason)
    for project_key, kind, days in OTHERS:
        owing = session.get_one(Project, _id(session, Project, project_key))
        owe(session, bureau, owing, kind, today() + timedelta(days=days))
    _hand_in_reports(clerk, bureau, project.id)
    deposit = set_up(bureau, project.id, DEPOSIT, _day(20))
    submit(clerk, deposit, _deposit(_id(session, Result, OWN_RESULT)), [_file(EVIDENCE, "合同")])
    decide(bureau, deposit, ACCEPT, "")
    # One is overdue, and one has been begun.
    owe(session, bureau, project, "annual", today() - timedelta(days=6))
    begun = set_up(bureau, project.id, "special", _day(9))
    save_draft(clerk, begun, _form(DRAFTED), ())


def _hand_in_reports(clerk: Actor, bureau: Actor, project_id: int) -> None:
    """One is accepted, one waits for the bureau, one came back."""
    final = set_up(bureau, project_id, "final", _day(3))
    submit(clerk, final, _form(FINAL), [_file(REPORT, "最终报告")])
    decide(bureau, final, ACCEPT, "")
    waiting = set_up(bureau, project_id, "special", _day(24))
    opens = {"opens_on": _day(400)}
    submit(clerk, waiting, _form({**SPECIAL, **opens}), [_file(REPORT, "专题报告")])
    returned = set_up(bureau, project_id, "midterm", _day(15))
    submit(clerk, returned, _form(MIDTERM), [_file(REPORT, "中期报告")])
    decide(bureau, returned, RETURN, "摘要只写了比较的项目，没有写结果。请补上数字再交。")


def _deposit(result_id: int) -> dict[str, list[str]]:
    return {
        "result": [str(result_id)],
        f"conversion-{result_id}": [CONVERTED],
        f"mode-{result_id}": ["3"],
        f"converted-{result_id}": [_day(-75)],
    }


def _form(values: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in {"written_on": _day(-10), **values}.items()}


def _file(text: str, name: str) -> FileStorage:
    return FileStorage(BytesIO(paper(text)), f"{name}.pdf")


def _day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def _id(session: Session, model: type[Project | Result], key: str) -> int:
    return session.scalars(select(model.id).where(model.is_demo, model.source_id == key)).one()
