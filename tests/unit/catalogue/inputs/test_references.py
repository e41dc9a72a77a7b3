"""Names of units and people, and numbers of other records."""

from __future__ import annotations

import pytest

from marketplace.core.i18n import Bilingual
from tests.unit.catalogue.inputs.cleaning import accepted, reason

pytestmark = pytest.mark.usefixtures("market")

CODE = "91110000600037341L"


def owner_names(**cells: object) -> list[str]:
    return [str(owner.name) for owner in accepted("patent", **cells).links["owners"]]


@pytest.mark.parametrize("column", ["assignee", "applicant", "申请人", "权利人", "机构"])
def test_owners_stand_in_any_usual_column(column):
    assert owner_names(**{column: "云岫理工大学"}) == ["云岫理工大学"]


def test_owners_are_parted_at_semicolons_and_else_at_enumeration_commas():
    assert owner_names(owners="甲公司；乙大学;丙所") == ["甲公司", "乙大学", "丙所"]
    assert owner_names(owners="甲公司、乙大学") == ["甲公司", "乙大学"]
    assert owner_names(owners="甲、乙研究所；丙所") == ["甲、乙研究所", "丙所"]


def test_an_enumeration_comma_in_brackets_belongs_to_the_name():
    assert owner_names(owners="中心医院（甲医院、乙医院）") == ["中心医院（甲医院、乙医院）"]


def test_an_owner_can_be_given_by_code():
    (owner,) = accepted("patent", owners=CODE.lower()).links["owners"]
    assert (owner.uscc, bool(owner.name)) == (CODE, False)


def test_a_code_that_cannot_be_right_says_why():
    assert "校验" in reason("patent", owners=f"{CODE[:-1]}K")


def test_a_name_without_a_letter_is_refused():
    assert "全称" in reason("patent", owners="甲公司；123")


def test_an_owner_of_latin_name_is_english():
    (owner,) = accepted("patent", owners="Yunxiu University").links["owners"]
    assert owner.name == Bilingual(en="Yunxiu University")


def test_more_than_fifty_owners_are_refused():
    assert "50" in reason("patent", owners=[f"单位{chr(0x4E00 + n)}" for n in range(51)])


def test_people_may_carry_their_unit_in_brackets():
    people = accepted("result", 完成人="何嘉树（云岫理工大学）；林知远、周山").links["contributors"]
    assert [str(person.name) for person in people] == ["何嘉树", "林知远", "周山"]
    assert str(people[0].organisation.name) == "云岫理工大学"


def test_people_may_be_objects_with_role_and_orcid():
    (person,) = accepted(
        "result",
        contributors=[
            {
                "name": {"zh": "何嘉树", "en": "He Jiashu"},
                "organisation": {"name": "云岫理工大学"},
                "role": "总体方案",
                "orcid": "0000-0002-1825-0097",
            }
        ],
    ).links["contributors"]
    assert person.name.en == "He Jiashu"
    assert str(person.role) == "总体方案"
    assert person.orcid == "0000-0002-1825-0097"


def test_ipc_symbols_become_canonical_and_the_main_one_stays_first():
    row = accepted("patent", ipc="h01m10/0525; H01M0050/403、B32B")
    assert row.values["ipc"] == ["H01M 10/0525", "H01M 50/403", "B32B"]


def test_a_wrong_ipc_symbol_says_what_is_wrong():
    assert "A–H" in reason("patent", ipc="Z01M 10/0525")


def test_a_patent_is_referred_to_in_any_form_of_its_number():
    (ref,) = accepted("result", patents="ZL 2021 1 0318264.1").links["patents"]
    assert "2021103182641" in ref.keys
