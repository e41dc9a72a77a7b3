"""What somebody types about their organisation, read field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from marketplace.accounts.problems import FormProblems
from marketplace.accounts.purposes import PURPOSES
from marketplace.core.codelists import choices, find_item
from marketplace.core.identifiers import uscc
from marketplace.core.identifiers.problem import IdentifierError

LONGEST_NAME = 200
LONGEST_POSITION = 80
FIELDS = ("uscc", "name", "kind", "nature", "is_state_founded", "division", "purposes", "position")
"""The fields of the form in their order; staff may comment on each."""


@dataclass(frozen=True)
class OrganisationInput:
    """An organisation as an applicant describes it; every value is one that can be."""

    name: str
    uscc: str
    kind: str
    nature: str
    division: str
    is_state_founded: bool
    purposes: tuple[str, ...]
    position: str


def division_choices() -> list[tuple[str, str]]:
    """Districts and functional zones, by code and name."""
    found = [*choices("division"), *choices("stat_zone")]
    above = {item.parent_code for code, _name in found if (item := find_item("division", code))}
    return [(code, name) for code, name in found if code not in above]


def read_organisation(form: Mapping[str, str], purposes: Sequence[str]) -> OrganisationInput:
    """Read the form; ``purposes`` is the field that may hold several.

    :raises FormProblems: with a sentence for each field that holds what can't be.
    """
    problems: dict[str, object] = {}
    code = _code(form.get("uscc", ""), problems)
    name = " ".join(form.get("name", "").split())
    if not name:
        problems["name"] = _l("请写单位全称，和证照上一样。")
    elif len(name) > LONGEST_NAME:
        problems["name"] = _l("单位名称最多 %(most)s 个字。", most=LONGEST_NAME)
    kind = form.get("kind", "")
    if kind not in dict(choices("organisation_kind")):
        problems["kind"] = _l("请选单位类型。")
    nature = form.get("nature", "")
    if nature not in dict(choices("party_nature")):
        problems["nature"] = _l("请选单位性质，证照上有。")
    founded = form.get("is_state_founded", "")
    if founded not in ("yes", "no"):
        problems["is_state_founded"] = _l("请选一项：是不是国家设立的。")
    division = form.get("division", "")
    if division not in dict(division_choices()):
        problems["division"] = _l("请选单位实际所在的区县或功能区。")
    wanted = tuple(purpose for purpose in PURPOSES if purpose in purposes)
    if not wanted:
        problems["purposes"] = _l("请至少选一项：单位想在这里做什么。")
    position = " ".join(form.get("position", "").split())
    if not position:
        problems["position"] = _l("请写你在单位里的部门和职务。")
    elif len(position) > LONGEST_POSITION:
        problems["position"] = _l("部门和职务最多 %(most)s 个字。", most=LONGEST_POSITION)
    if problems:
        raise FormProblems({field: problems[field] for field in FIELDS if field in problems})
    return OrganisationInput(name, code, kind, nature, division, founded == "yes", wanted, position)


def code_warning(code: str) -> str | None:
    """What is doubtful about a code that is valid, if anything."""
    warnings = uscc.parse(code).warnings
    return str(warnings[0].message) if warnings else None


def _code(text: str, problems: dict[str, object]) -> str:
    try:
        return uscc.parse(text).value
    except IdentifierError as error:
        problems["uscc"] = error.problem.message
        return ""
