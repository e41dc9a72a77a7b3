"""Contracts of the demonstration that are on their way through the register; invented.

Each stands at another step, so that everybody has something to do; written through the services
that pages use, then set back by some days so that the clocks differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from marketplace.contracts.changing import ask_change
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.experts import add_opinion
from marketplace.contracts.handing_in import begin, begin_and_submit, object_to_refusal
from marketplace.contracts.models import Contract
from marketplace.contracts.models.course import AGREES
from marketplace.contracts.states import (
    ACCEPT,
    ASK_CORRECTION,
    PASS_ON,
    REFUSE,
    REGISTER,
    SEND_TO_EXPERTS,
)
from marketplace.core.actor import Actor
from marketplace.core.i18n import today
from marketplace.demo.papers import CONTRACT, paper
from marketplace.demo.people import FIRM, person_at_work

CLERK, REGISTRAR, REVIEWER = "liwen", "fangke", "chensiyuan"
COMMON: Mapping[str, str] = {
    "side": "seller",
    "seller_nature": "022",
    "seller_division": "990101",
    "buyer_name": FIRM,
    "buyer_uscc": "91990105MA9R4T1641",
    "buyer_nature": "150",
    "buyer_division": "990172",
    "buyer_country": "156",
    "subtype": "DEV-COM",
    "payment_mode": "1",
    "tech_field": "3",
    "ip_type": "NONE",
    "plan_source": "X",
    "is_related": "否",
}
SIGNED_DAYS_AGO, LASTS_DAYS = 20, 540


@dataclass(frozen=True)
class _People:
    clerk: Actor
    registrar: Actor
    reviewer: Actor


@dataclass(frozen=True)
class _Plan:
    """A contract, its form beyond what all have in common, how old it is, and what was done."""

    title: str
    typed: Mapping[str, str]
    days_ago: int
    steps: tuple[Callable[[_People, int], Any], ...] = ()
    is_submitted: bool = True


def _accept(people: _People, contract_id: int) -> None:
    decide(people.registrar, contract_id, ACCEPT, Decision())


def _pass_on(people: _People, contract_id: int) -> None:
    decide(people.registrar, contract_id, PASS_ON, Decision())


def _ask_correction(people: _People, contract_id: int) -> None:
    reason = "第三条没有写清软件的验收指标，请补上指标和测试办法。"
    decide(people.registrar, contract_id, ASK_CORRECTION, Decision(reason=reason))


def _send_to_experts(people: _People, contract_id: int) -> None:
    decide(people.reviewer, contract_id, SEND_TO_EXPERTS, Decision())
    add_opinion(
        people.reviewer,
        contract_id,
        expert="秦牧（演示）",
        unit="云岫市仪器仪表学会",
        verdict=AGREES,
        text="研究内容和指标明确，设备费单列，同意按技术开发登记。",
    )


def _refuse(people: _People, contract_id: int) -> None:
    reason = "合同约定的是成套设备的供货和安装，没有研究开发的内容。"
    decide(
        people.reviewer, contract_id, REFUSE, Decision(reason=reason, codes=("NOT_TECH_CONTRACT",))
    )


def _object(people: _People, contract_id: int) -> None:
    object_to_refusal(
        people.clerk, contract_id, "附件二是研制任务书，有三项要攻关的指标，请再看一次。"
    )


def _register(people: _People, contract_id: int) -> None:
    decide(
        people.reviewer,
        contract_id,
        REGISTER,
        Decision(
            number=f"{today():%Y}990100900001",
            on=today().isoformat(),
            turnover="360000",
            tech_amount="360000",
        ),
    )


def _ask_change(people: _People, contract_id: int) -> None:
    form = _form("刀柄动平衡参数的优化服务", {"subtype": "SRV-GEN", "turnover": "300000"})
    ask_change(people.clerk, contract_id, form, "第三期不做了，双方签了补充协议。", [_text()])


PLANS: tuple[_Plan, ...] = (
    _Plan("磨床主轴热误差补偿软件开发", {"turnover": "48 万"}, 1, is_submitted=False),
    _Plan("铣刀磨损图像识别系统委托开发", {"turnover": "86 万"}, 2),
    _Plan("硬质合金梯度涂层工艺合作开发", {"turnover": "120 万", "subtype": "DEV-COOP"}, 4),
    _Plan(
        *("刀具寿命数据库软件开发", {"turnover": "65 万"}, 9, (_accept, _ask_correction)),
    ),
    _Plan("丝锥折断监测装置研制", {"turnover": "150 万"}, 12, (_accept,)),
    _Plan(
        *("深孔钻冷却参数优化咨询", {"turnover": "18 万", "subtype": "CON"}, 6),
        (_accept, _pass_on),
    ),
    _Plan(
        "五轴加工中心精度在线补偿系统研制",
        {"turnover": "1,260 万", "equipment_cost": "2,200,000"},
        10,
        (_accept, _pass_on, _send_to_experts),
    ),
    _Plan(
        *("刀库自动化产线成套供货", {"turnover": "420 万"}, 15),
        (_accept, _pass_on, _refuse, _object),
    ),
    _Plan(
        *("刀柄动平衡参数的优化服务", {"turnover": "36 万", "subtype": "SRV-GEN"}, 8),
        (_accept, _pass_on, _register, _ask_change),
    ),
)


def load_registrations(session: Session) -> None:
    """Bring the contracts to where they stand, in the present transaction; once only."""
    people = _People(*(person_at_work(session, one) for one in (CLERK, REGISTRAR, REVIEWER)))
    known = select(Contract.id).where(Contract.organisation_id == people.clerk.organisation_id)
    if session.scalar(known.limit(1)) is not None:
        return
    for plan in PLANS:
        form = _form(plan.title, plan.typed)
        if not plan.is_submitted:
            begin(people.clerk, form, [_text()])
            continue
        contract_id, _told = begin_and_submit(people.clerk, form, [_text()])
        for step in plan.steps:
            step(people, contract_id)
        _set_back(session.get_one(Contract, contract_id), timedelta(days=plan.days_ago))


def _set_back(contract: Contract, age: timedelta) -> None:
    for moment in ("submitted_at", "since"):
        setattr(contract, moment, getattr(contract, moment) - age)
    if contract.accepted_on:
        contract.accepted_on -= age


def _form(title: str, typed: Mapping[str, str]) -> dict[str, list[str]]:
    signed_on = today() - timedelta(days=SIGNED_DAYS_AGO)
    days = {
        "signed_on": signed_on,
        "effective_on": signed_on,
        "ends_on": signed_on + timedelta(days=LASTS_DAYS),
    }
    given = {**COMMON, "title": title, **typed}
    given |= {key: day.isoformat() for key, day in days.items()}
    return {key: [text] for key, text in given.items()}


def _text() -> FileStorage:
    return FileStorage(BytesIO(paper(CONTRACT)), "contract.pdf")
