"""The course of a match: found or proposed, wanted by one side, by both, contacts exchanged.

Interest says who wants to talk; only consent of both sides shows whom to call.
"""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.states import StateTable, Transition
from marketplace.matching.models import DEMANDER, HOLDER

SUGGESTED = "suggested"
PROPOSED = "proposed"
ONE_WANTS = "one_wants"
MUTUAL = "mutual"
ONE_CONSENTS = "one_consents"
INTRODUCED = "introduced"
DECLINED = "declined"
LAPSED = "lapsed"
STATES = (
    SUGGESTED,
    PROPOSED,
    ONE_WANTS,
    MUTUAL,
    ONE_CONSENTS,
    INTRODUCED,
    DECLINED,
    LAPSED,
)
LIVE_STATES = (SUGGESTED, PROPOSED, ONE_WANTS, MUTUAL, ONE_CONSENTS, INTRODUCED)
UNTOUCHED_STATES = (SUGGESTED, PROPOSED)
BEFORE_CONTACTS = (SUGGESTED, PROPOSED, ONE_WANTS, MUTUAL, ONE_CONSENTS)

PROPOSE = "match.propose"
WANT = {DEMANDER: "match.want", HOLDER: "match.offer"}
DECLINE = {DEMANDER: "match.decline", HOLDER: "match.decline_offer"}
REOPEN = {DEMANDER: "match.reopen", HOLDER: "match.reopen_offer"}
CONSENT = {DEMANDER: "match.consent", HOLDER: "match.consent_offer"}
RETRACT = {DEMANDER: "match.retract", HOLDER: "match.retract_offer"}
LAPSE = "match.lapse"
FIND_AGAIN = "match.find_again"


def _already(side: str) -> Any:
    def guard(match: Any) -> LazyString | None:
        return _l("你们已经表示过感兴趣，等对方回应。") if side in match.wants else None

    return guard


def _consented(side: str) -> Any:
    def guard(match: Any) -> LazyString | None:
        return _l("你们已经同意过，等对方同意。") if side in match.consents else None

    return guard


def _not_declined_by(side: str) -> Any:
    def guard(match: Any) -> LazyString | None:
        if match.declined_by == side:
            return None
        return _l("说不合适的是对方，只有对方能重新考虑。")

    return guard


def _not_consented(side: str) -> Any:
    def guard(match: Any) -> LazyString | None:
        return None if side in match.consents else _l("你们还没有同意过，不用收回。")

    return guard


def _of_side(side: str) -> tuple[Transition, ...]:
    return (
        *(Transition(source, WANT[side], ONE_WANTS, "match_wanted") for source in UNTOUCHED_STATES),
        Transition(ONE_WANTS, WANT[side], MUTUAL, "match_mutual", guard=_already(side)),
        Transition(MUTUAL, CONSENT[side], ONE_CONSENTS, "match_consented"),
        Transition(
            ONE_CONSENTS, CONSENT[side], INTRODUCED, "match_introduced", guard=_consented(side)
        ),
        Transition(
            ONE_CONSENTS, RETRACT[side], MUTUAL, "match_retracted", guard=_not_consented(side)
        ),
        *(
            Transition(source, DECLINE[side], DECLINED, "match_declined")
            for source in BEFORE_CONTACTS
        ),
        Transition(
            DECLINED, REOPEN[side], SUGGESTED, "match_reopened", guard=_not_declined_by(side)
        ),
    )


MATCH_STATES = StateTable(
    "match",
    (
        *_of_side(DEMANDER),
        *_of_side(HOLDER),
        Transition(SUGGESTED, PROPOSE, PROPOSED, "match_proposed"),
        Transition(LAPSED, PROPOSE, PROPOSED, "match_proposed"),
        *(Transition(source, LAPSE, LAPSED, "match_lapsed") for source in BEFORE_CONTACTS),
        Transition(LAPSED, FIND_AGAIN, SUGGESTED, "match_found_again"),
    ),
)
