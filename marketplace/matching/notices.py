"""What matching tells the two sides. Whose a masked demand is stands in none of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import LazyString
from sqlalchemy.orm import Session

from marketplace.catalogue.models import RECORD_MODELS
from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import NoticeKind, Params, declare_notices, notify
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.matching.models import DEMANDER, HOLDER, Match
from marketplace.matching.refusals import REFUSALS
from marketplace.matching.states import INTRODUCED, MUTUAL

FOUND = "matches_found"
WANTED, OFFERED = "match_wanted", "match_offered"
BOTH_WANT = "match_mutual"
CONSENTED, CONTACTS = "match_consented", "match_introduced"
REFUSED, OFFER_REFUSED = "match_refused", "match_offer_refused"
ASKED, ANSWERED = "match_asked", "match_answered"
RETRACTED, PROPOSED = "match_retracted", "match_proposed"


def tell_step(session: Session, match: Match, step: str, side: str) -> None:
    """Tell the other side what happened, in the transaction of the step; both when both agree."""
    if step == "want":
        _tell_interest(session, match, side)
    elif step == "consent":
        is_open = match.state == INTRODUCED
        for told in (DEMANDER, HOLDER) if is_open else (_other(side),):
            _tell(session, match, told, CONTACTS if is_open else CONSENTED)
    elif step == "retract":
        _tell(session, match, _other(side), RETRACTED)
    elif step == "decline":
        _tell(session, match, _other(side), REFUSED if side == DEMANDER else OFFER_REFUSED)


def tell_proposal(session: Session, match: Match) -> None:
    """Tell the demand's side what a broker proposes."""
    _tell(session, match, DEMANDER, PROPOSED)


def tell_question(session: Session, match: Match) -> None:
    """Tell the holder that somebody asks, without the demand."""
    _tell(session, match, HOLDER, ASKED)


def tell_answer(session: Session, match: Match, can: bool) -> None:
    """Tell the demand's side what the holder answered."""
    _tell(session, match, DEMANDER, ANSWERED, can=can)


def _tell_interest(session: Session, match: Match, side: str) -> None:
    if match.state == MUTUAL:
        for told in (DEMANDER, HOLDER):
            _tell(session, match, told, BOTH_WANT)
    else:
        _tell(session, match, _other(side), WANTED if side == DEMANDER else OFFERED)


def _other(side: str) -> str:
    return HOLDER if side == DEMANDER else DEMANDER


def _tell(session: Session, match: Match, side: str, kind: str, **more: Any) -> None:
    record: Any = session.get(RECORD_MODELS[match.kind], match.record_id)
    receivers: Iterable[int] = match.demander_ids if side == DEMANDER else match.holder_ids
    for organisation_id in receivers:
        notify(
            session,
            organisation_id,
            kind,
            match_id=match.id,
            # A refused holder learns of the record alone: the demand's side stays unnamed.
            demand=match.demand.title.as_dict() if kind not in (REFUSED, ASKED) else {},
            record=record.title.as_dict(),
            code=match.decline_code or "",
            **more,
        )


def _match(params: Params) -> str:
    return url_for("matching.show", match_id=params["match_id"])


def _titles(params: Params) -> dict[str, str]:
    return {
        "demand": str(Bilingual.of(params["demand"])),
        "record": str(Bilingual.of(params["record"])),
    }


def _reason(params: Params) -> str | LazyString:
    refusal = REFUSALS.get(params["code"])
    return refusal.label if refusal else ""


def declare_matching_notices() -> None:
    """Let these notices be shown."""
    declare_notices(
        NoticeKind(
            FOUND,
            lambda params: ngettext(
                "需求《%(title)s》新找到 %(num)s 项可能合适的",
                "需求《%(title)s》新找到 %(num)s 项可能合适的",
                params["matches"],
                title=str(Bilingual.of(params["title"])),
            ),
            lambda params: url_for("matching.of_demand", demand_id=params["demand_id"]),
        ),
        NoticeKind(
            WANTED,
            lambda params: _("有企业对你们的《%(record)s》感兴趣，请回应", **_titles(params)),
            _match,
        ),
        NoticeKind(
            OFFERED,
            lambda params: _(
                "《%(record)s》的持有单位愿意对接需求《%(demand)s》，请回应", **_titles(params)
            ),
            _match,
        ),
        NoticeKind(
            BOTH_WANT,
            lambda params: _(
                "双方都感兴趣：《%(record)s》和需求《%(demand)s》，同意后互看联系人",
                **_titles(params),
            ),
            _match,
        ),
        NoticeKind(
            CONSENTED,
            lambda params: _(
                "对方同意交换联系人：《%(record)s》和需求《%(demand)s》，等你们同意",
                **_titles(params),
            ),
            _match,
        ),
        NoticeKind(
            CONTACTS,
            lambda params: _("可以联系了：《%(record)s》和需求《%(demand)s》", **_titles(params)),
            _match,
        ),
        NoticeKind(
            RETRACTED,
            lambda params: _(
                "对方收回了交换联系人的同意：《%(record)s》和需求《%(demand)s》",
                **_titles(params),
            ),
            _match,
        ),
        NoticeKind(
            REFUSED,
            lambda params: _(
                "有企业看过你们的《%(record)s》，觉得不合适：%(reason)s",
                record=_titles(params)["record"],
                reason=_reason(params),
            ),
        ),
        NoticeKind(
            OFFER_REFUSED,
            lambda params: _(
                "《%(record)s》的持有单位觉得和需求《%(demand)s》不合适：%(reason)s",
                reason=_reason(params),
                **_titles(params),
            ),
            _match,
        ),
        NoticeKind(
            ASKED,
            lambda params: _("有企业问你们的《%(record)s》能不能达到一项要求", **_titles(params)),
            _match,
        ),
        NoticeKind(
            ANSWERED,
            lambda params: _(
                "《%(record)s》的持有单位答复了你们的问题：%(answer)s",
                record=_titles(params)["record"],
                answer=_("能") if params["can"] else _("不能"),
            ),
            _match,
        ),
        NoticeKind(
            PROPOSED,
            lambda params: _(
                "技术经理人为需求《%(demand)s》推荐了《%(record)s》", **_titles(params)
            ),
            _match,
        ),
    )
