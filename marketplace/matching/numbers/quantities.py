"""Of what a change by per cent is: 降本, 成本降低 and "cost reduction" are all of the cost."""

from __future__ import annotations

import re

from marketplace.matching.numbers.figures import Change

LESS = (
    "降低|减少|下降|减小|减轻|削减|缩减|缩短|节约|节省|节能|节电|节水|reduc|cut|less|lower|sav"
    "|decreas|shorten"
)
MORE = (
    "提高|提升|增加|上升|增大|增长|延长|改善|加快|提速|提效|增效|improv|increas|better|higher|longer"
    "|faster"
)
SHORT_CHANGE = re.compile(r"([降减省增])\w?$")
"""降本20%, 增产5%: one character that says a change, right before the figure."""

_IN_SHORT = {
    "降本": "成本", "降耗": "能耗", "节能": "能耗", "节电": "电耗", "省电": "电耗", "节水": "水耗",
    "减重": "重量", "减排": "排放", "降噪": "噪声", "省时": "时间", "增产": "产量", "增效": "效率",
    "提效": "效率", "提速": "速度", "增收": "收入",
}  # fmt: skip
_NO_SAVING = "(?<![环关季调细章])"
"""环节, 关节 and 调节 are no savings."""
_SHORT = re.compile(rf"{_NO_SAVING}(?:{'|'.join(_IN_SHORT)})(?!耗)")
_SAVED = re.compile(rf"{_NO_SAVING}节(?=了?$)")
_DIRECTION = re.compile(
    rf"(?i:\b(?:a|the|by)\b|(?:{LESS}|{MORE})[a-z]*)|\b(?:drop|gain|rise)\w*|[降减省增](?=了?$)"
)
_PARTICLES = re.compile(
    r"^(?:[了的将把以约近达在\s]|可(?!靠)|能(?![耗效量源力级])|使(?!用)|得(?![率到分]))+"
    r"|(?:[了的可将把使得以约近达在\s]|(?<![性功节储热电动机产势技智职])能)+$"
)
_HAN_AFTER = re.compile(r"\s*的?([\u4e00-\u9fff]{2,8})")
_LATIN_AFTER = re.compile(
    r"\s*(?:(?:reduction|decrease|saving|increase|improvement|lower|less|higher|better|more|longer"
    r"|faster|shorter)s?\s+)?(?:(?:in|of)\s+)?(?:the\s+)?([a-z]+(?: [a-z]+){0,2})",
    re.IGNORECASE,
)
_CHANGE_AFTER = re.compile(
    r"\s*(?:的(?P<less>降低|减少|下降|降幅|节约|节省)|的(?P<more>提高|提升|增加|增长|增幅)"
    r"|(?P<lesser>reduction|decrease|savings?|lower|less|shorter)\b"
    r"|(?P<greater>increase|improvement|higher|more|longer|faster)\b)",
    re.IGNORECASE,
)


def quantity_of(subject: str) -> str:
    """What becomes less or more: the words before a figure without those that say so."""
    kept = _SAVED.sub("能耗", subject.strip())
    kept = _DIRECTION.sub(" ", _SHORT.sub(lambda match: _IN_SHORT[match[0]], kept))
    kept = " ".join(kept.split())
    while (shorter := _PARTICLES.sub("", kept)) != kept:
        kept = shorter
    return kept


def quantity_after(after: str) -> str:
    """What becomes less or more where that stands behind the figure: 降低30%的成本."""
    found = _HAN_AFTER.match(after) or _LATIN_AFTER.match(after)
    return quantity_of(found[1]) if found else ""


def change_after(after: str) -> Change:
    """Whether the words right behind a figure make it a change: "a 20% reduction", 30%的提升."""
    found = _CHANGE_AFTER.match(after)
    if not found:
        return ""
    return "less" if found["less"] or found["lesser"] else "more"
