"""What somebody looks for in the audit trail: read from an address, with what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.core.actor import Actor
from marketplace.core.db import db
from marketplace.core.i18n import DISPLAY_ZONE
from marketplace.core.listed import name_key
from marketplace.core.policy import visible_to
from marketplace.core.web.numbers import number_of
from marketplace.core.web.wording import gettext as _

FIELDS = ("who", "organisation", "action", "kind", "id", "from", "to")
LONGEST = 200
NAMED = 5


@dataclass
class Conditions:
    """The filters as SQL needs them; ``given`` as they were written, ``problems`` by field."""

    given: dict[str, str]
    person_id: int | None = None
    actor_name: str | None = None
    organisation_id: int | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    problems: dict[str, str] = field(default_factory=dict)


def read_conditions(actor: Actor, parameters: Mapping[str, str]) -> Conditions:
    """The filters that an address or a form names."""
    given = {name: parameters.get(name, "").strip()[:LONGEST] for name in FIELDS}
    found = Conditions(given)
    if who := given["who"]:
        number = _number(who)
        if number is None:
            found.actor_name = " ".join(who.split())
        else:
            found.person_id = number
    if given["organisation"]:
        found.organisation_id = _organisation(actor, found)
    found.action = given["action"] or None
    found.subject_kind = given["kind"] or None
    if given["id"]:
        found.subject_id = _number(given["id"])
        if found.subject_id is None:
            found.problems["id"] = _("编号应为数字，例如 128。")
        elif found.subject_kind is None:
            found.problems["kind"] = _("写了编号，就要选是什么的编号。")
    found.since = _day(found, "from", timedelta(0))
    found.until = _day(found, "to", timedelta(days=1))
    if found.since and found.until and found.since >= found.until:
        found.problems["to"] = _("结束的日子应在开始的日子之后。")
    return found


def _number(text: str) -> int | None:
    return number_of(text) or None


def _organisation(actor: Actor, found: Conditions) -> int | None:
    text = found.given["organisation"]
    number = _number(text)
    if number is not None:
        return number
    wanted = name_key(text)
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.name_key)
        .where(
            Organisation.name_key.contains(wanted, autoescape=True),
            visible_to(actor, Organisation),
        )
        .order_by(Organisation.id)
        .limit(NAMED + 1)
    ).all()
    exact = [row.id for row in rows if row.name_key == wanted]
    if exact:
        return int(exact[0])
    if len(rows) == 1:
        return int(rows[0].id)
    if rows:
        found.problems["organisation"] = _(
            "名称里有这几个字的不止一个，请写全，例如：%(names)s。",
            names=_("、").join(str(row.name) for row in rows[:NAMED]),
        )
    else:
        found.problems["organisation"] = _("没有叫这个名称的单位，请核对，或者写它的编号。")
    return None


def _day(found: Conditions, name: str, later: timedelta) -> datetime | None:
    """The beginning of a day in Asia/Shanghai, or of the one after it, in UTC."""
    text = found.given[name]
    if not text:
        return None
    try:
        there = datetime.combine(date.fromisoformat(text), time(), DISPLAY_ZONE) + later
        return there.astimezone(UTC)
    except (ValueError, OverflowError):
        found.problems[name] = _("日子应写成 2026-11-23 这样。")
        return None
