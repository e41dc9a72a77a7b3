"""In which order the page of a demand lists its matches, and why each stands where it does.

First what somebody has answered, the latest first. Then what the system found, by how near it is
(`suggesting`). What a broker proposes stands behind the last of these that meets more than it
does, and never further down than it was found: a proposal alone passes nothing that has more to
show for itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.core.web.wording import gettext as _
from marketplace.matching.models import DEMANDER
from marketplace.matching.pages import Pair
from marketplace.matching.states import PROPOSED, SUGGESTED


def in_order(pairs: Sequence[Pair]) -> list[Pair]:
    """The matches of a demand in the order of its page; suggestions come in their own order."""
    found = [pair for pair in pairs if pair.match.state == SUGGESTED]
    ordered = [pair for pair in pairs if pair.match.state not in (SUGGESTED, PROPOSED)]
    proposed: dict[int, list[Pair]] = {}
    for pair in pairs:
        if pair.match.state == PROPOSED:
            proposed.setdefault(_passed_by(pair, found), []).append(pair)
    for number in range(len(found) + 1):
        ordered += sorted(proposed.get(number, ()), key=lambda pair: -_met(pair))
        ordered += found[number : number + 1]
    return ordered


def reasons_of(ordered: Sequence[Pair]) -> dict[int, str]:
    """By match why it stands where it stands, in a sentence."""
    reasons: dict[int, str] = {}
    found: list[Pair] = []
    for pair in ordered:
        parts = [_rule(pair, found)]
        if pair.match.state == SUGGESTED:
            found.append(pair)
            unmet = [cell.name for cell in pair.facts if cell.verdict == "unmet"]
            if unmet:
                parts.append(_("%(facts)s不符，排后一些", facts=_("、").join(unmet)))
        if pair.match.state in (SUGGESTED, PROPOSED) and pair.lowered:
            parts.append(_lowered(pair))
        reasons[pair.match.id] = _("；").join(parts)
    return reasons


def _passed_by(proposal: Pair, found: Sequence[Pair]) -> int:
    """How many suggestions stand before a proposal: up to the last that has more to show.

    One that was found already is not put further down by being proposed.
    """
    before = [number for number, one in enumerate(found, 1) if _goes_before(one, proposal)]
    place = proposal.match.place
    if place is None:
        return max(before, default=0)
    return min(max(before, default=0), sum((one.match.place or 0) < place for one in found))


def _goes_before(found: Pair, proposal: Pair) -> bool:
    if proposal.lowered and not found.lowered:
        return _met(found) >= _met(proposal)
    return _met(found) > _met(proposal)


def _met(pair: Pair) -> int:
    return pair.comparison.count("met") if pair.comparison else 0


def _rule(pair: Pair, before: Sequence[Pair]) -> str:
    if pair.match.state == SUGGESTED:
        return _("按内容接近的程度")
    if pair.match.state != PROPOSED:
        return _("已经有一方回应，排在最前")
    if any(_goes_before(one, pair) for one in before):
        return _("技术经理人推荐，排在满足要求更多的后面")
    if before:
        return _("技术经理人推荐，留在系统找到时的位置")
    return _("技术经理人推荐，没有满足要求更多的，排在系统推荐的前面")


def _lowered(pair: Pair) -> str:
    rules = _("、").join(pair.lowered)
    if pair.side == DEMANDER:
        return _("你们说过别的不合适：%(rules)s", rules=rules)
    return _("需求方说过别的不合适：%(rules)s", rules=rules)
