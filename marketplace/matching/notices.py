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
from marketplace.core.web.wording import lazy_gettext as _l
from marketplace.core.web.wording import ngettext
from marketplace.matching.models import DEMANDER, HOLDER, Match
from marketplace.matching.refusals import REFUSALS
from marketplace.matching.states import (
    DECLINED,
    INTRODUCED,
    LAPSED,
    MUTUAL,
    ONE_WANTS,
    SUGGESTED,
)

FOUND = "matches_found"
WANTED, OFFERED = "match_wanted", "match_offered"
BOTH_WANT = "match_mutual"
CONSENTED, CONTACTS = "match_consented", "match_introduced"
REFUSED, OFFER_REFUSED = "match_refused", "match_offer_refused"
ASKED, ANSWERED = "match_asked", "match_answered"
RETRACTED, PROPOSED = "match_retracted", "match_proposed"
ENDED, UNANSWERED = "match_ended", "match_unanswered"
OF_PROPOSAL = "match_proposal_answered"
BROKER_WORDS = {
    ONE_WANTS: _l("一方感兴趣"),
    MUTUAL: _l("双方感兴趣"),
    INTRODUCED: _l("已交换联系人"),
    DECLINED: _l("不合适"),
    LAPSED: _l("已过期"),
}
"""What became of a proposal, by the state of its match."""


def tell_step(session: Session, match: Match, step: str, side: str) -> None:
    """Tell the other side what happened, in the transaction of the step; both when both agree.

    Whoever proposed it is told what becomes of it.
    """
    if match.state in BROKER_WORDS:
        _tell_broker(session, match, match.state)
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


def tell_lapse(session: Session, match: Match) -> None:
    """Tell of a match that is about to lapse: both sides where one had spoken, and who proposed it.

    A mere suggestion lapses unsaid.
    """
    if match.wants:
        for told in (DEMANDER, HOLDER):
            _tell(session, match, told, ENDED)
    if match.state != SUGGESTED:
        _tell_broker(session, match, LAPSED)


def tell_silence(session: Session, match: Match) -> None:
    """Tell the demand's side that its question got no answer."""
    _tell(session, match, DEMANDER, UNANSWERED)


def _tell_broker(session: Session, match: Match, state: str) -> None:
    if match.proposed_by_id is not None:
        _say(session, [match.proposed_by_id], match, OF_PROPOSAL, state=state)


def _tell_interest(session: Session, match: Match, side: str) -> None:
    if match.state == MUTUAL:
        for told in (DEMANDER, HOLDER):
            _tell(session, match, told, BOTH_WANT)
    else:
        _tell(session, match, _other(side), WANTED if side == DEMANDER else OFFERED)


def _other(side: str) -> str:
    return HOLDER if side == DEMANDER else DEMANDER


def _tell(session: Session, match: Match, side: str, kind: str, **more: Any) -> None:
    receivers = match.demander_ids if side == DEMANDER else match.holder_ids
    _say(session, receivers, match, kind, **more)


def _say(session: Session, receivers: Iterable[int], match: Match, kind: str, **more: Any) -> None:
    record: Any = session.get(RECORD_MODELS[match.kind], match.record_id)
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
            UNANSWERED,
            lambda params: _(
                "《%(record)s》的持有单位 30 天没有答复你们的问题，已经收回，可以再问",
                record=_titles(params)["record"],
            ),
            _match,
        ),
        # The holder no longer sees the page of a match that lapsed.
        NoticeKind(
            ENDED,
            lambda params: _(
                "对接结束了：《%(record)s》和需求《%(demand)s》，30 天没有下一步，或者一方不再继续",
                **_titles(params),
            ),
        ),
        NoticeKind(
            OF_PROPOSAL,
            lambda params: _(
                "你们推荐的《%(record)s》和需求《%(demand)s》：%(state)s",
                state=BROKER_WORDS[params["state"]],
                **_titles(params),
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
