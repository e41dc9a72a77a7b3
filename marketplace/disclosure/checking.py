"""Reading what holders and readers type into the forms of further parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.catalogue.inputs.texts import one_line, plain_text
from marketplace.core.i18n import Bilingual
from marketplace.core.policy import Level
from marketplace.core.web.wording import gettext as _

LONGEST_HEADING = 200
LONGEST_TEXT = 20_000
LONGEST_PURPOSE = 500
LONGEST_LETTER = 2000
STEPS = (Level.VERIFIED, Level.TERMS, Level.NAMED)


class DisclosureProblem(Exception):
    """Something typed can't be taken; by field, what is wrong and what would be right."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = dict(problems)


@dataclass(frozen=True)
class PartContent:
    """What a part says, and on which step."""

    level: Level
    heading: Bilingual
    is_heading_public: bool
    text: Bilingual


def read_part(form: Mapping[str, str]) -> PartContent:
    """The content of a part from its form.

    :raises DisclosureProblem: when something is lacking or too long.
    """
    problems: dict[str, str] = {}
    step = form.get("level", "")
    if step not in {str(int(one)) for one in STEPS}:
        problems["level"] = _("请选择谁可以打开。")
    heading = Bilingual(one_line(form.get("heading_zh", "")), one_line(form.get("heading_en", "")))
    text = read_text(form, problems)
    if not heading.zh:
        problems["heading_zh"] = _("请写一个标题，例如“工艺参数”。")
    _refuse_too_long(problems, heading, "heading", LONGEST_HEADING)
    if problems:
        raise DisclosureProblem(problems)
    return PartContent(Level(int(step)), heading, "is_heading_public" in form, text)


def read_terms(form: Mapping[str, str]) -> Bilingual:
    """The text of terms from their form.

    :raises DisclosureProblem: when it is lacking or too long.
    """
    problems: dict[str, str] = {}
    text = read_text(form, problems)
    if problems:
        raise DisclosureProblem(problems)
    return text


def read_text(form: Mapping[str, str], problems: dict[str, str]) -> Bilingual:
    """The text of a form in both languages; what is wrong goes into ``problems``."""
    text = Bilingual(
        plain_text(form.get("text_zh", "")).strip(), plain_text(form.get("text_en", "")).strip()
    )
    if not text.zh:
        problems["text_zh"] = _("请写中文内容。")
    _refuse_too_long(problems, text, "text", LONGEST_TEXT)
    return text


def read_purpose(typed: str) -> str:
    """The purpose of a request.

    :raises DisclosureProblem: when it is lacking or longer than 500 characters.
    """
    return _short(typed, "purpose", _l("请写明用途，持有单位按它决定。"))


def read_reason(typed: str) -> str:
    """The reason of a refusal or revocation; raises as :func:`read_purpose`."""
    return _short(typed, "reason", _l("请写明原因，申请的人会看到。"))


def read_letter(typed: str) -> str:
    """The text of a letter.

    :raises DisclosureProblem: when it is lacking or longer than 2,000 characters.
    """
    return _short(typed, "text", _l("信是空的。请写想问什么，或者想怎么合作。"), LONGEST_LETTER)


def _short(typed: str, field: str, lacking: LazyString, longest: int = LONGEST_PURPOSE) -> str:
    text = plain_text(typed).strip()
    if not text:
        raise DisclosureProblem({field: str(lacking)})
    if len(text) > longest:
        raise DisclosureProblem({field: _too_long(text, longest)})
    return text


def _refuse_too_long(problems: dict[str, str], text: Bilingual, field: str, limit: int) -> None:
    for code, one in text.as_dict().items():
        if len(one) > limit:
            problems[f"{field}_{code}"] = _too_long(one, limit)


def _too_long(text: str, limit: int) -> str:
    return _("写了 %(n)s 个字，最多 %(limit)s 个。", n=len(text), limit=limit)
