"""What nobody may do though they might like to: the rules of the domain as sentences.

Who may do what: part 7 of the domain's description; what is hidden until when: parts 1 and 3.
Addresses in braces are named in ``test_forbidden``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LED_ON, REFUSED, HIDDEN, NOT_NOW, UNFIT = 302, 403, 404, 409, 422
"""The last two come with a sentence at the form; a visitor is led on to sign in."""


@dataclass(frozen=True)
class Case:
    """One sentence: who sends what where, and the status of the answer."""

    sentence: str
    who: str
    request: str
    status: int
    fields: dict[str, str] = field(default_factory=dict)


ACCOUNTS = (
    Case("a visitor is not shown the members of a unit", "anonymous", "GET {members}", LED_ON),
    Case("a rival is not shown the members of a unit", "rival", "GET {members}", REFUSED),
    Case("the bureau is not shown the members of a unit", "bureau", "GET {members}", REFUSED),
    Case(
        "a clerk invites nobody: that is for whoever is in charge",
        "clerk",
        "POST {unit}/invitations",
        REFUSED,
        {"email": "new@x.example", "roles": "HOLDER"},
    ),
    Case(
        "a rival in charge of its own unit invites nobody into another",
        "rival",
        "POST {unit}/invitations",
        REFUSED,
        {"email": "new@x.example", "roles": "HOLDER"},
    ),
    Case(
        "a clerk doesn't make itself a reviewer",
        "clerk",
        "POST {clerk}/roles",
        REFUSED,
        {"roles": "HOLDER_MGR"},
    ),
    Case(
        "an administrator gives nobody of a university a role there",
        "admin",
        "POST {clerk}/roles",
        HIDDEN,
        {"roles": "BUREAU"},
    ),
    Case("a rival ends nobody's membership elsewhere", "rival", "POST {clerk}/end", HIDDEN),
    Case("a clerk takes no invitation back", "clerk", "POST {invitation}/end", HIDDEN),
    Case("a clerk doesn't let anybody in", "clerk", "POST {join}/accept", HIDDEN),
    Case("who asks to join doesn't accept the own request", "alone", "POST {join}/accept", REFUSED),
    Case("a rival withdraws nobody else's request", "rival", "POST {join}/withdraw", HIDDEN),
    Case("a rival is not shown an application", "rival", "GET {application}", HIDDEN),
    Case("a rival submits nobody else's application", "rival", "POST {application}/submit", HIDDEN),
    Case(
        "an applicant doesn't verify the own organisation",
        "alone",
        "POST {application_review}/approve",
        REFUSED,
    ),
    Case(
        "a reviewer of a university verifies nobody",
        "reviewer",
        "POST {application_review}/approve",
        REFUSED,
    ),
    Case("the bureau sets up no body of staff", "bureau", "GET /staff/bodies", REFUSED),
    Case(
        "the bureau resets nobody's second step",
        "bureau",
        "POST {reset}/confirm",
        REFUSED,
    ),
    Case(
        "the administrator who asked doesn't confirm the reset",
        "admin",
        "POST {reset}/confirm",
        REFUSED,
    ),
)
POSTING = (
    Case("a visitor writes no result", "anonymous", "GET /postings/new", LED_ON),
    Case("who needs results writes none", "demander", "POST /postings/new/result", REFUSED),
    Case("who holds results writes no demand", "clerk", "POST /postings/new/demand", REFUSED),
    Case("who holds results makes no demand of a search", "clerk", "POST /demands/new", REFUSED),
    Case("a visitor makes no demand of a search", "anonymous", "POST /demands/new", REFUSED),
    Case(
        "a visitor is not shown a demand for members", "anonymous", "GET {members_demand}", HIDDEN
    ),
    Case("a holder is not shown a demand for matches", "clerk", "GET {matched_demand}", HIDDEN),
    Case("a reader of a masked demand opens no file of it", "reader", "GET {masked_file}", HIDDEN),
    Case("a reviewer of a unit writes none", "reviewer", "POST /postings/new/result", REFUSED),
    Case("the bureau writes no result", "bureau", "POST /postings/new/result", REFUSED),
    Case("a rival is not shown a draft", "rival", "GET {draft}", HIDDEN),
    Case("the bureau is not shown a draft", "bureau", "GET {draft}", HIDDEN),
    Case("a rival is not shown what waits for review", "rival", "GET {waiting}", HIDDEN),
    Case("a rival saves nothing in another's draft", "rival", "POST {draft}/steps/2", HIDDEN),
    Case("a rival hands no other's draft in", "rival", "POST {draft}/hand-in", HIDDEN),
    Case("a rival adds no file to another's draft", "rival", "POST {draft}/files", HIDDEN),
    Case(
        "who submitted doesn't approve",
        "both",
        "POST {own_waiting}/decision",
        REFUSED,
        {"work": "approve", "secrecy": "1"},
    ),
    Case(
        "a clerk doesn't approve",
        "clerk",
        "POST {waiting}/decision",
        REFUSED,
        {"work": "approve", "secrecy": "1"},
    ),
    Case(
        "the bureau doesn't approve in the unit's place",
        "bureau",
        "POST {waiting}/decision",
        REFUSED,
        {"work": "approve", "secrecy": "1"},
    ),
    Case(
        "a reviewer of the unit doesn't publish",
        "reviewer",
        "POST {approved}/decision",
        REFUSED,
        {"work": "publish"},
    ),
    Case(
        "a clerk doesn't publish",
        "clerk",
        "POST {approved}/decision",
        REFUSED,
        {"work": "publish"},
    ),
    Case(
        "a rival's reviewer returns nothing",
        "rival",
        "POST {waiting}/decision",
        HIDDEN,
        {"work": "return", "reason": "不行"},
    ),
    Case(
        "the bureau publishes nothing that the unit hasn't approved",
        "bureau",
        "POST {waiting}/decision",
        NOT_NOW,
        {"work": "publish"},
    ),
    Case(
        "the bureau publishes nothing that was returned",
        "bureau",
        "POST {returned}/decision",
        NOT_NOW,
        {"work": "publish"},
    ),
    Case(
        "a reviewer approves nothing that is still being written",
        "reviewer",
        "POST {draft}/decision",
        NOT_NOW,
        {"work": "approve", "secrecy": "1"},
    ),
    Case(
        "a clerk changes nothing that was handed in",
        "clerk",
        "POST {waiting}/steps/2",
        LED_ON,
        {"abstract_zh": "改"},
    ),
    Case(
        "a clerk hands nothing in twice",
        "clerk",
        "POST {waiting}/hand-in",
        NOT_NOW,
        {"work": "submit"},
    ),
    Case(
        "a holder doesn't bring back what the bureau withheld",
        "clerk",
        "POST {withheld}/step",
        UNFIT,
        {"action": "listing.resume_own"},
    ),
    Case(
        "a holder doesn't bring back what it withdrew",
        "clerk",
        "POST {withdrawn}/step",
        UNFIT,
        {"action": "listing.resume_own"},
    ),
    Case(
        "the bureau withholds nothing without a reason, for the undertaker is told it",
        "bureau",
        "POST {record}/step",
        UNFIT,
        {"action": "listing.withhold", "reason": " "},
    ),
    Case(
        "a step that no table knows is not taken",
        "bureau",
        "POST {record}/step",
        UNFIT,
        {"action": "listing.sell"},
    ),
    Case("a rival begins no change of a result", "rival", "POST {change}", REFUSED),
    Case(
        "a rival withdraws no other's result",
        "rival",
        "POST {record}/step",
        REFUSED,
        {"action": "listing.withdraw", "reason": "竞争"},
    ),
    Case(
        "a holder doesn't withhold: that is for the bureau",
        "clerk",
        "POST {record}/step",
        REFUSED,
        {"action": "listing.withhold", "reason": "想"},
    ),
    Case(
        "the bureau doesn't withdraw: that is for the holder",
        "bureau",
        "POST {record}/step",
        REFUSED,
        {"action": "listing.withdraw", "reason": "想"},
    ),
    Case("a rival reads no earlier version", "rival", "GET {record}/versions", REFUSED),
    Case("a visitor is not shown what was suspended", "anonymous", "GET {hidden}", HIDDEN),
    Case("a rival is not shown an upload", "rival", "GET {upload}", HIDDEN),
    Case("a rival submits no other's rows", "rival", "POST {upload}/submit", HIDDEN),
    Case("a rival undoes no other's upload", "rival", "POST {upload}/undo", HIDDEN),
    Case("a reviewer uploads no spreadsheet", "reviewer", "GET /uploads/new", REFUSED),
)
DISCLOSURE = (
    Case("a visitor opens no part", "anonymous", "POST {part_1}/open", REFUSED),
    Case("a visitor asks for no part", "anonymous", "POST {part_3}/requests", REFUSED),
    Case("who acts for nobody opens no part", "alone", "POST {part_1}/open", REFUSED),
    Case(
        "who is of a unit nobody verified opens no part",
        "stranger",
        "POST {part_1}/open",
        REFUSED,
    ),
    Case("who didn't accept the terms doesn't open", "colleague", "POST {part_2}/open", REFUSED),
    Case("who was refused doesn't open", "reader", "POST {part_3}/open", REFUSED),
    Case("the bureau has no way past the steps", "bureau", "POST {part_3}/open", REFUSED),
    Case("a rival is not shown who opened what", "rival", "GET {record}/openings", REFUSED),
    Case("the bureau is not shown who opened what", "bureau", "GET {record}/openings", REFUSED),
    Case("a rival adds no part", "rival", "POST {record}/parts/new", REFUSED),
    Case("a rival changes no other's terms", "rival", "POST {record}/terms", REFUSED),
    Case("a rival edits no other's part", "rival", "GET {part_1}/edit", REFUSED),
    Case(
        "who asked doesn't admit itself",
        "reader",
        "POST {request}/decision",
        REFUSED,
        {"work": "admit"},
    ),
    Case(
        "a rival with the same roles admits nobody",
        "rival",
        "POST {request}/decision",
        HIDDEN,
        {"work": "admit"},
    ),
)
OBLIGATIONS = (
    Case("a visitor is shown no obligation", "anonymous", "GET {owed}", LED_ON),
    Case("a rival is shown no other's obligation", "rival", "GET {owed}", HIDDEN),
    Case("a rival hands no other's report in", "rival", "POST {owed}", HIDDEN, {"do": "submit"}),
    Case(
        "who owes it doesn't accept it",
        "reviewer",
        "POST {handed_in}/decide",
        REFUSED,
        {"do": "accept"},
    ),
    Case(
        "the bureau doesn't fill in the unit's form",
        "bureau",
        "POST {owed}",
        REFUSED,
        {"do": "save"},
    ),
    Case("a visitor is not shown a report before acceptance", "anonymous", "GET {report}", HIDDEN),
    Case("a visitor is not shown a closed report", "anonymous", "GET {closed}", HIDDEN),
    Case("a rival is not shown a closed report", "rival", "GET {closed}", HIDDEN),
    Case("a holder doesn't stop the clock on its result", "clerk", "POST {clock}/cancel", REFUSED),
    Case("a holder sets no obligations up", "clerk", "POST {project}/generate", REFUSED),
    Case(
        "a clerk opens no yearly report: that is signed",
        "clerk",
        "GET /obligations/yearly",
        REFUSED,
    ),
    Case(
        "a rival's reviewer opens no other unit's yearly report",
        "rival",
        "GET /obligations/yearly?organisation={unit_id}",
        HIDDEN,
    ),
)
SHELF = (
    Case("a visitor keeps nothing", "anonymous", "GET /saved", LED_ON),
    Case("a rival is not shown another's search", "rival", "GET {search}", HIDDEN),
    Case("a rival deletes no other's search", "rival", "POST {search}/delete", HIDDEN),
    Case("a rival changes no other's search", "rival", "POST {search}", HIDDEN, {"name": "我的"}),
    Case("nobody keeps a result that is hidden from them", "rival", "POST {keep_hidden}", HIDDEN),
)
FRESHNESS = (
    Case(
        "a rival confirms no other's result",
        "rival",
        "POST /confirm",
        REFUSED,
        {"items": "{item}"},
    ),
    Case("a rival takes no other's result off", "rival", "GET /confirm/stop/{item}", REFUSED),
    Case("a forged letter confirms nothing", "anonymous", "GET /confirm/letter/forged", HIDDEN),
)
OVERSIGHT = (
    Case("a visitor reads no trail", "anonymous", "GET /staff/audit", LED_ON),
    Case("a clerk reads no trail", "clerk", "GET /staff/audit", REFUSED),
    Case("a clerk exports no trail", "clerk", "POST /staff/audit/export", REFUSED),
    Case("another machine reads no figures", "elsewhere", "GET /metrics", HIDDEN),
)
ATTACHMENTS = (
    Case("a visitor is not shown a certificate", "anonymous", "GET {evidence}", HIDDEN),
    Case("a rival is not shown a certificate", "rival", "POST {evidence}/open", HIDDEN),
    Case("a rival is not shown a file for reviewers", "rival", "POST {review_file}/open", HIDDEN),
    Case("a full text doesn't open before its day", "reader", "POST {full_text}/open", HIDDEN),
    Case("a file of a suspended result is shut", "anonymous", "GET {hidden_file}", HIDDEN),
    Case("a rival removes no other's file", "rival", "POST {hidden_file}/remove", HIDDEN),
    Case("staff remove no file of a unit", "bureau", "POST {full_text}/remove", REFUSED),
)
CASES = (
    *ACCOUNTS,
    *POSTING,
    *DISCLOSURE,
    *OBLIGATIONS,
    *SHELF,
    *FRESHNESS,
    *OVERSIGHT,
    *ATTACHMENTS,
)
