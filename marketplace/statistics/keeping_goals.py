"""Setting goals: from the file at set-up, and by staff, with a reason and a history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.amounts import FEN_PER_YI
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.i18n import Bilingual
from marketplace.core.locks import lock_until_commit
from marketplace.core.policy import policy
from marketplace.statistics.goal_register import Goal as RegisteredGoal
from marketplace.statistics.goal_register import Strength, Unit
from marketplace.statistics.goal_register import goals as all_goals
from marketplace.statistics.growth import Operator
from marketplace.statistics.indicators import UNITS, bases_of, indicators, unit_of
from marketplace.statistics.inputs import FormReader
from marketplace.statistics.models import Goal, GoalVersion, IndicatorBasis
from marketplace.statistics.policies import CHOOSE_BASIS, SET_GOAL
from marketplace.statistics.problems import FormProblems

OPERATORS = tuple(Operator)
STRENGTHS = tuple(Strength)
CONTENT = ("indicator", "year", "operator", "value", "unit", "strength", "source", "note")
LONGEST_SOURCE, LONGEST_NOTE = 200, 1000


def load_goals(session: Session, actor: Actor, goals: Sequence[RegisteredGoal] = ()) -> int:
    """Bring the table up to the register of goals; what staff have edited stays as they left it.

    May be repeated at any time; rows that the register doesn't know stay.

    :returns: how many were added or changed.
    """
    present = {(one.indicator, one.year): one for one in session.scalars(select(Goal))}
    written = 0
    for registered in goals or all_goals():
        content = _content_of_register(registered)
        goal = present.get(registered.key)
        if goal is None:
            goal = Goal(**content)
            session.add(goal)
            session.flush()
        elif goal.edited_at is not None or _content_of(goal) == content:
            continue
        else:
            _change(goal, content)
        _keep_version(session, actor, goal, "")
        written += 1
    return written


def _content_of_register(goal: RegisteredGoal) -> dict[str, Any]:
    indicator = goal.indicator
    value = goal.value / FEN_PER_YI if indicator.unit is Unit.FEN else goal.value
    return {
        "indicator": indicator.code,
        "year": goal.year,
        "operator": goal.operator.value,
        "value": f"{value.normalize():f}",
        "unit": UNITS[indicator.unit],
        "strength": goal.strength.value,
        "source": Bilingual(
            zh=f"{goal.source.zh} {goal.clause}", en=f"{goal.source.en}, {goal.clause}"
        ),
        "note": goal.note or None,
    }


def set_goal(actor: Actor, goal_id: int | None, form: Mapping[str, str]) -> int:
    """Add a goal, or change one; the number of the goal.

    :raises FormProblems: with a sentence for each field that isn't right.
    :raises Forbidden: when the actor doesn't keep goals.
    :raises LookupError: when there is no such goal.
    """
    policy.require(actor, SET_GOAL)
    reader = FormReader(form)
    with writing() as session:
        lock_until_commit(session, "goals")
        goal = session.get(Goal, goal_id) if goal_id is not None else None
        if goal_id is not None and goal is None:
            raise LookupError(goal_id)
        content = _read_goal(reader, goal)
        reason = reader.reason()
        reader.finish()
        same = select(Goal.id).where(
            Goal.indicator == content["indicator"], Goal.year == content["year"]
        )
        if goal is None and session.scalar(same) is not None:
            taken = _l("这个指标这一年已经有目标了，请改那一个。")
            raise FormProblems({"indicator": taken})
        if goal is None:
            goal = Goal(**content, edited_at=now())
            session.add(goal)
            session.flush()
        elif _content_of(goal) == content:
            raise FormProblems({"": _l("没有改动，不用保存。")})
        else:
            _change(goal, content)
            goal.edited_at = now()
        _keep_version(session, actor, goal, reason)
        record_audit(session, actor, SET_GOAL, "goal", goal.id, goal.version, reason=reason)
        return goal.id


def choose_basis(actor: Actor, indicator: str, form: Mapping[str, str]) -> None:
    """Say on which basis an open indicator counts from now on, and why.

    :raises FormProblems: with a sentence for each field that isn't right.
    :raises Forbidden: when the actor doesn't keep goals.
    """
    policy.require(actor, CHOOSE_BASIS)
    reader = FormReader(form)
    offered = [one.code for one in bases_of(indicators()[indicator])]
    basis = reader.choice("basis", offered, _l("请选一种口径。"))
    reason = reader.reason()
    reader.finish()
    with writing() as session:
        row = IndicatorBasis(
            indicator=indicator,
            basis=basis,
            reason=reason,
            chosen_by=actor.name,
            chosen_by_id=actor.person_id,
        )
        session.add(row)
        session.flush()
        record_audit(
            session, actor, CHOOSE_BASIS, "indicator_basis", row.id, reason=reason, basis=basis
        )


def _read_goal(reader: FormReader, goal: Goal | None) -> dict[str, Any]:
    """What a form says; the indicator and the year of a goal that is there stay."""
    if goal is None:
        indicator = reader.choice("indicator", indicators(), _l("请选指标。"))
        year = reader.year("year")
    else:
        indicator, year = goal.indicator, goal.year
    value = reader.number("value")
    if "value" not in reader.problems and not float(value):
        reader.problems["value"] = _l("目标要大于 0。")
    source = reader.text("source", LONGEST_SOURCE, _l("请写出处，例如文号和条款。"))
    note = reader.text("note", LONGEST_NOTE)
    return {
        "indicator": indicator,
        "year": year,
        "operator": reader.choice("operator", OPERATORS, _l("请选“超过”或“以上”。")),
        "value": value,
        "unit": unit_of(indicator) if indicator in indicators() else "",
        "strength": reader.choice("strength", STRENGTHS, _l("请选约束性、力争或待核实。")),
        "source": _said(source, goal.source if goal else None),
        "note": _said(note, goal.note if goal else None) or None,
    }


def _said(text: str, before: Bilingual | None) -> Bilingual:
    """What somebody wrote; where nothing was changed, in all languages that there were."""
    is_same = before is not None and text in (before.zh, before.en)
    return before if before is not None and is_same else Bilingual(zh=text)


def _content_of(goal: Goal) -> dict[str, Any]:
    return {name: getattr(goal, name) for name in CONTENT}


def _as_json(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.as_dict() if isinstance(value, Bilingual) else value
        for name, value in content.items()
    }


def _change(goal: Goal, content: Mapping[str, Any]) -> None:
    for name, value in content.items():
        setattr(goal, name, value)
    goal.version += 1


def _keep_version(session: Session, actor: Actor, goal: Goal, reason: str) -> None:
    session.add(
        GoalVersion(
            goal_id=goal.id,
            version=goal.version,
            content=_as_json(_content_of(goal)),
            reason=reason,
            set_by=actor.name,
            set_by_id=actor.person_id,
        )
    )
