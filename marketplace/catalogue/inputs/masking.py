"""Whether a demand that is to be shown under another name gives its organisation away in words.

What pages, indexes and letters leave out stands with them; here only what people write is looked
at: a name in the text would undo all that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.catalogue.inputs.declaration import Draft, PartyRef
from marketplace.core.i18n import Bilingual
from marketplace.core.listed import name_key

TEXTS = {
    "title": "title_zh",
    "problem": "problem_zh",
    "key_technology": "key_technology_zh",
    "goal": "goal_zh",
    "masked_name": "masked_name_zh",
    "keywords": "keywords_zh",
    "indicators": "requirements",
}
"""What is shown of a demand in words, with the key of the field at which to mend it."""
SHORTEST_CORE = 3
"""A name of fewer characters without its legal form is an everyday word as well."""
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_PLACE = re.compile(r"^(?:中国|河南省?|郑州市?)")
_LEGAL_FORM = re.compile(
    r"(?:集团)?(?:股份有限公司|有限责任公司|有限公司|股份公司|总公司|公司|集团)$"
    r"|(?:co|corp|corporation|company|inc|llc|ltd|limited|gmbh)[.,]*$"
)


def masked_demand(draft: Draft) -> None:
    """A name to be shown instead says that the demand is masked; the own one must not occur."""
    if "masked_name" not in draft.values:
        return
    draft.values["is_masked"] = bool(draft.values["masked_name"])
    if not draft.values["is_masked"]:
        return
    owners = draft.values.get("owners") or ()
    for target, field in TEXTS.items():
        if names_one_of(owners, name_key_of_all(draft.values.get(target))):
            draft.refuse(
                field,
                _("这里写到了你们单位的名称，对外隐去名称就没有用了。请改成不带名称的说法。"),
            )


def names_one_of(owners: Iterable[PartyRef], text: str) -> bool:
    """Whether a text, comparable as by `name_key`, gives one of some organisations away."""
    return any(part in text for owner in owners for part in telling_parts(owner))


def telling_parts(owner: PartyRef) -> Iterator[str]:
    """What of an organisation would name it, comparable: its code, its names and their cores."""
    if owner.uscc:
        yield name_key(owner.uscc)
    for name in (owner.name.zh, owner.name.en):
        if not name:
            continue
        key = name_key(name)
        yield key
        core = _core(_BRACKETED.sub("", key))
        if len(core) >= SHORTEST_CORE:
            yield core


def _core(key: str) -> str:
    while (shorter := _LEGAL_FORM.sub("", key)) != key and shorter:
        key = shorter
    return _PLACE.sub("", key)


def name_key_of_all(value: Any) -> str:
    """All words of a value, of any depth, as they are compared; parts are kept apart."""
    return "\n".join(_joined(text) for text in _texts(value))


def _joined(text: str) -> str:
    # By pieces, because the key of a name is cut to the length of a name.
    return "".join(name_key(text[start : start + 100]) for start in range(0, len(text), 100))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Bilingual):
        yield from (value.zh, value.en)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
