"""The notices to units: what they are told about an obligation or a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import url_for

from marketplace.catalogue.models import Result
from marketplace.core.i18n import Bilingual, format_day
from marketplace.core.notifications import NoticeKind, Params, declare_notices
from marketplace.core.web.wording import gettext as _
from marketplace.obligations.models import Obligation
from marketplace.obligations.wording import kind_name

SET_UP = "obligation_set_up"
DUE_SOON = "obligation_due"
RETURNED, ACCEPTED, WAIVED = "obligation_returned", "obligation_accepted", "obligation_waived"
DECIDED, CANCELLED = "transfer_clock_decided", "transfer_clock_cancelled"
DECIDED_LATE = "transfer_clock_decided_late"
"""The year was over on the day of the decision."""


def about(obligation: Obligation) -> dict[str, Any]:
    """The parameters of a notice about an obligation."""
    return {
        "obligation_id": obligation.id,
        "owed": obligation.kind,
        "project": obligation.project.title.as_dict(),
        "due_on": obligation.due_on.isoformat(),
    }


def about_clock(result: Result, due_on: date) -> dict[str, Any]:
    """The parameters of a notice about the clock of a result."""
    return {
        "result_id": result.id,
        "result": result.title.as_dict(),
        "due_on": due_on.isoformat(),
    }


def declare_obligation_notices() -> None:
    """Let these notices be shown."""
    sentences: dict[str, Callable[[dict[str, str]], str]] = {
        SET_UP: lambda told: _("要交%(kind)s：%(project)s，最后一天 %(due_on)s", **told),
        DUE_SOON: lambda told: _("%(kind)s快到期了：%(project)s，最后一天 %(due_on)s", **told),
        RETURNED: lambda told: _("%(kind)s退回来了，请看意见：%(project)s", **told),
        ACCEPTED: lambda told: _("%(kind)s已接收：%(project)s", **told),
        WAIVED: lambda told: _("%(kind)s不用交了：%(project)s", **told),
        DECIDED: lambda told: _("要在 %(due_on)s 以前转化：%(result)s", **told),
        DECIDED_LATE: lambda told: _("转化期 %(due_on)s 已满，算逾期：%(result)s", **told),
        CANCELLED: lambda told: _("一年转化期取消了：%(result)s", **told),
    }
    declare_notices(*(_kind(name, sentence) for name, sentence in sentences.items()))


def _kind(name: str, sentence: Callable[[dict[str, str]], str]) -> NoticeKind:
    return NoticeKind(name, lambda params: sentence(_told(params)), _address)


def _told(params: Params) -> dict[str, str]:
    told = {"due_on": format_day(date.fromisoformat(params["due_on"]))}
    for field in ("project", "result"):
        if field in params:
            told[field] = str(Bilingual(**params[field]))
    if "owed" in params:
        told["kind"] = kind_name(params["owed"])
    return told


def _address(params: Params) -> str:
    if "result_id" in params:
        return url_for("catalogue.result", record_id=params["result_id"])
    return url_for("obligations.show", obligation_id=params["obligation_id"])
