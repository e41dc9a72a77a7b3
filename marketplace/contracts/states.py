"""Which steps a technology contract can take, from the draft to the register and out of it.

《技术合同认定登记管理办法》 (2026) is the source as far as it is known: domain of the registration
of technology contracts, draft of December 2024, articles 11 to 17.
"""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.core.states import StateTable, Transition

HELD = "held"
DRAFT, SUBMITTED, CORRECTION = "draft", "submitted", "correction"
ACCEPTED, REVIEWING, EXPERT_REVIEW = "accepted", "reviewing", "expert_review"
REFUSED, OBJECTION = "refused", "objection"
REGISTERED, CHANGE_PENDING = "registered", "change_pending"
DEREGISTERED, REVOKED, WITHDRAWN = "deregistered", "revoked", "withdrawn"

EDITABLE_STATES = (DRAFT, CORRECTION)
COUNTED_STATES = (REGISTERED, CHANGE_PENDING)
STATES = (
    *(DRAFT, SUBMITTED, CORRECTION, ACCEPTED, REVIEWING, EXPERT_REVIEW, REFUSED, OBJECTION),
    *(REGISTERED, CHANGE_PENDING, DEREGISTERED, REVOKED, WITHDRAWN, HELD),
)

SUBMIT, WITHDRAW = "contract.submit", "contract.withdraw"
ACCEPT, ASK_CORRECTION = "contract.accept", "contract.ask_correction"
PASS_ON, HAND_BACK = "contract.pass_on", "contract.hand_back"
SEND_TO_EXPERTS, END_EXPERT_REVIEW = "contract.send_to_experts", "contract.end_expert_review"
REGISTER, REFUSE = "contract.register", "contract.refuse"
OBJECT, REVIEW_AGAIN = "contract.object", "contract.review_again"
ASK_CHANGE, TAKE_BACK_CHANGE = "contract.ask_change", "contract.take_back_change"
AMEND, DEREGISTER, DECLINE_CHANGE = (
    "contract.amend",
    "contract.deregister",
    "contract.decline_change",
)
REVOKE = "contract.revoke"

CHANGE_TERMS, CHANGE_END = "terms", "end"
"""What a pending change asks for: other terms, or the end of the registration."""


def _asks_for(kind: str, sentence: LazyString) -> Any:
    def guard(contract: Any) -> LazyString | None:
        return None if (contract.change or {}).get("kind") == kind else sentence

    return guard


CONTRACT_STATES = StateTable(
    "contract",
    (
        Transition(DRAFT, SUBMIT, SUBMITTED, "contract_submitted"),
        Transition(CORRECTION, SUBMIT, SUBMITTED, "contract_submitted"),
        Transition(DRAFT, WITHDRAW, WITHDRAWN, "contract_withdrawn"),
        Transition(SUBMITTED, WITHDRAW, WITHDRAWN, "contract_withdrawn"),
        Transition(CORRECTION, WITHDRAW, WITHDRAWN, "contract_withdrawn"),
        Transition(SUBMITTED, ACCEPT, ACCEPTED, "contract_accepted"),
        Transition(SUBMITTED, ASK_CORRECTION, CORRECTION, "contract_returned", needs_reason=True),
        Transition(ACCEPTED, ASK_CORRECTION, CORRECTION, "contract_returned", needs_reason=True),
        Transition(ACCEPTED, PASS_ON, REVIEWING, "contract_passed_on"),
        Transition(REVIEWING, HAND_BACK, ACCEPTED, "contract_handed_back", needs_reason=True),
        Transition(REVIEWING, SEND_TO_EXPERTS, EXPERT_REVIEW, "contract_sent_to_experts"),
        Transition(EXPERT_REVIEW, END_EXPERT_REVIEW, REVIEWING, "contract_reviewed_by_experts"),
        Transition(REVIEWING, REGISTER, REGISTERED, "contract_registered"),
        Transition(REVIEWING, REFUSE, REFUSED, "contract_refused", needs_reason=True),
        Transition(REFUSED, OBJECT, OBJECTION, "contract_objected", needs_reason=True),
        Transition(OBJECTION, REVIEW_AGAIN, REVIEWING, "contract_reviewed_again"),
        Transition(
            REGISTERED, ASK_CHANGE, CHANGE_PENDING, "contract_change_asked", needs_reason=True
        ),
        Transition(CHANGE_PENDING, TAKE_BACK_CHANGE, REGISTERED, "contract_change_taken_back"),
        Transition(
            CHANGE_PENDING,
            AMEND,
            REGISTERED,
            "contract_amended",
            guard=_asks_for(CHANGE_TERMS, _l("这里申请的是注销，不是变更。请办注销，或不同意。")),
        ),
        Transition(
            CHANGE_PENDING,
            DEREGISTER,
            DEREGISTERED,
            "contract_deregistered",
            guard=_asks_for(CHANGE_END, _l("这里申请的是变更，不是注销。请办变更，或不同意。")),
        ),
        Transition(
            CHANGE_PENDING,
            DECLINE_CHANGE,
            REGISTERED,
            "contract_change_declined",
            needs_reason=True,
        ),
        Transition(REGISTERED, REVOKE, REVOKED, "contract_revoked", needs_reason=True),
    ),
)
