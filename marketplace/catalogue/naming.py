"""What the name of an organisation says about its kind, where nothing else is known."""

from __future__ import annotations

import re

_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
# In this order: a firm may be called after a university, a hospital belong to one.
_KINDS = (
    (
        "enterprise",
        re.compile(
            r"^株式会社|(?:公司|集团|厂|会社|商行|合作社|事务所)$"
            r"|\b(?:co|corp|corporation|inc|llc|ltd|limited|gmbh|ag|company|s\.a)\b\.?,?\s*$"
        ),
    ),
    ("hospital", re.compile(r"医院|卫生院|\bhospital\b")),
    (
        "institute",
        re.compile(
            r"(?:研究院|研究所|科学院|工程院|研究中心|研究室|设计院|实验室)$"
            r"|\b(?:institute|academy|laboratory)\b"
        ),
    ),
    ("university", re.compile(r"大学|学院|学校|\b(?:university|college|school)\b")),
    ("government", re.compile(r"(?:人民政府|委员会)$")),
)


def kind_of_name(name: str) -> str:
    """The code of ``organisation_kind`` that a name suggests, else ``other``."""
    plain = (_BRACKETED.sub("", name).strip() or name).casefold()
    return next((kind for kind, pattern in _KINDS if pattern.search(plain)), "other")
