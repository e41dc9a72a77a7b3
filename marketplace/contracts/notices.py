"""The notices to the parties of a contract: what became of its registration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.contracts.models import Contract
from marketplace.core.notifications import NoticeKind, Params, declare_notices, notify
from marketplace.core.web.wording import gettext as _

SUBMITTED, ACCEPTED = "contract_submitted", "contract_accepted"
RETURNED, REFUSED = "contract_returned", "contract_refused"
REGISTERED, REVIEWED_AGAIN = "contract_registered", "contract_reviewed_again"
CHANGE_ASKED = "contract_change_asked"
AMENDED, DEREGISTERED = "contract_amended", "contract_deregistered"
CHANGE_DECLINED, REVOKED = "contract_change_declined", "contract_revoked"
OBJECTION_RAISED, OBJECTION_ANSWERED = "contract_objection_raised", "contract_objection_answered"
RECEIPT_VERIFIED, NUMBER_MENDED = "contract_receipt_verified", "contract_number_mended"
KINDS = (
    *(SUBMITTED, ACCEPTED, RETURNED, REGISTERED, REFUSED, REVIEWED_AGAIN, CHANGE_ASKED),
    *(AMENDED, DEREGISTERED, CHANGE_DECLINED, REVOKED),
    *(OBJECTION_RAISED, OBJECTION_ANSWERED, RECEIPT_VERIFIED, NUMBER_MENDED),
)
"""All that is sent here."""


def tell_parties(
    session: Session, contract: Contract, kind: str, *, but: int | None = None
) -> None:
    """Tell all parties that the market knows, but the one who did it."""
    for organisation_id in contract.owner_ids:
        if organisation_id != but:
            tell(session, contract, organisation_id, kind)


def tell_registering(session: Session, contract: Contract, kind: str) -> None:
    """Tell who registers it: of an imported contract the seller, where the market knows it."""
    if contract.registering_id is not None:
        tell(session, contract, contract.registering_id, kind)


def tell(session: Session, contract: Contract, organisation_id: int, kind: str) -> None:
    """Tell one organisation."""
    notify(session, organisation_id, kind, contract_id=contract.id, title=contract.title)


def declare_contract_notices() -> None:
    """Let these notices be shown."""
    sentences: dict[str, Callable[[dict[str, Any]], str]] = {
        SUBMITTED: lambda told: _("对方提交了技术合同登记：%(title)s", **told),
        ACCEPTED: lambda told: _("合同登记已受理：%(title)s", **told),
        RETURNED: lambda told: _("合同登记要补正，请看意见：%(title)s", **told),
        REGISTERED: lambda told: _("合同已经登记：%(title)s", **told),
        REFUSED: lambda told: _("合同不予登记，请看原因：%(title)s", **told),
        REVIEWED_AGAIN: lambda told: _("合同登记重新审查了：%(title)s", **told),
        CHANGE_ASKED: lambda told: _("对方申请变更或注销登记：%(title)s", **told),
        AMENDED: lambda told: _("合同变更已经登记：%(title)s", **told),
        DEREGISTERED: lambda told: _("合同登记已经注销：%(title)s", **told),
        CHANGE_DECLINED: lambda told: _("合同变更没有登记，请看原因：%(title)s", **told),
        REVOKED: lambda told: _("合同登记被撤销，请看原因：%(title)s", **told),
        OBJECTION_RAISED: lambda told: _("有人对合同登记提了异议：%(title)s", **told),
        OBJECTION_ANSWERED: lambda told: _("合同登记的异议有了答复：%(title)s", **told),
        RECEIPT_VERIFIED: lambda told: _("技术性收入已经核定：%(title)s", **told),
        NUMBER_MENDED: lambda told: _("合同登记编号更正了：%(title)s", **told),
    }
    declare_notices(*(_kind(name, sentence) for name, sentence in sentences.items()))


def _kind(name: str, sentence: Callable[[dict[str, Any]], str]) -> NoticeKind:
    return NoticeKind(name, lambda params: sentence({"title": params["title"]}), _address)


def _address(params: Params) -> str:
    return url_for("contracts.show", contract_id=params["contract_id"])
