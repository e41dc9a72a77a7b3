"""Values of indicators that no ledger gives: entered with evidence, released by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.attachments import UploadRefused, declare_subject, receive
from marketplace.core.attachments.services import Upload
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.policy import policy
from marketplace.core.states import StateError
from marketplace.statistics.indicators import entered_bases, indicators
from marketplace.statistics.inputs import LONGEST_REASON, FormReader
from marketplace.statistics.models import IndicatorValue
from marketplace.statistics.policies import ENTER_VALUE, is_counting_staff
from marketplace.statistics.problems import FormProblems
from marketplace.statistics.states import VALUE_STATES, WAITING

SUBJECT, EVIDENCE = "indicator_value", "evidence"
LONGEST_SOURCE = 200
BESIDE = ":"
"""Stands between an indicator and the basis of its value."""


def enter_value(actor: Actor, form: Mapping[str, str], evidence: Sequence[Upload]) -> int:
    """Enter a value with its evidence, for another to release; its number.

    :raises FormProblems: with a sentence for each field that isn't right.
    :raises Forbidden: when the actor doesn't enter values.
    """
    policy.require(actor, ENTER_VALUE)
    reader = FormReader(form)
    counted = reader.choice("indicator", entered_indicators(), _l("请选指标。"))
    indicator, _colon, basis = counted.partition(BESIDE)
    as_of = reader.past_day("as_of")
    number = reader.number("value")
    source = reader.text("source", LONGEST_SOURCE, _l("请写数据来源，例如哪个部门的哪份名单。"))
    if not evidence:
        reader.problems["file"] = _l("请附上证明材料，例如盖章的名单或报表。")
    reader.finish()
    with writing() as session:
        value = IndicatorValue(
            indicator=indicator,
            basis=basis or entered_bases(indicator)[0],
            as_of=as_of,
            value=number,
            source=source,
            submitted_by=actor.name,
            submitted_by_id=actor.person_id,
        )
        session.add(value)
        session.flush()
        for one in evidence:
            try:
                receive(session, actor, one, SUBJECT, value.id, EVIDENCE)
            except UploadRefused as refused:
                raise FormProblems({"file": str(refused)}) from refused
        record_audit(session, actor, ENTER_VALUE, SUBJECT, value.id, value.version)
        return value.id


def entered_indicators() -> list[str]:
    """What people enter: all that contracts don't give, with its basis where there are several."""
    found = []
    for code in indicators():
        bases = entered_bases(code)
        found += [code] if len(bases) == 1 else [f"{code}{BESIDE}{basis}" for basis in bases]
    return found


def decide_value(actor: Actor, value_id: int, action: str, reason: str) -> None:
    """Release a value, or return it.

    :raises StateError: when it can't be done now, or the reason is missing or too long.
    :raises Forbidden: when the actor has entered it, or doesn't keep figures.
    """
    if len(reason) > LONGEST_REASON:
        raise StateError(_l("原因最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON))
    with writing() as session:
        value = session.get_one(IndicatorValue, value_id, with_for_update=True)
        VALUE_STATES.take_step(session, actor, value, action, reason or None)
        value.decided_by, value.decided_by_id = actor.name, actor.person_id
        value.decided_at = now()
        value.comment = reason or None


def declare_evidence() -> None:
    """Let files belong to entered values: staff's, whatever becomes of the value."""
    declare_subject(
        SUBJECT,
        load=_load,
        may_see=lambda actor, _value, _purpose: actor.is_system or is_counting_staff(actor),
        may_add=_may_add,
        address=lambda value: url_for("goals.value", value_id=value.id),
    )


def _load(session: Session, value_id: int) -> IndicatorValue | None:
    return session.get(IndicatorValue, value_id)


def _may_add(actor: Actor, value: Any, purpose: str) -> bool:
    is_own = value.submitted_by_id == actor.person_id and policy.can(actor, ENTER_VALUE)
    return bool(is_own and value.state == WAITING and purpose == EVIDENCE)
