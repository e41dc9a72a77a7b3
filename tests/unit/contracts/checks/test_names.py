"""Which names are one party, and which parties belong together."""

from __future__ import annotations

import pytest

from marketplace.contracts.checks.names import identity, is_alike, is_same, ties
from marketplace.contracts.terms import Party

CODE = "91410100MA3X000109"


def named(name: str, **known: str) -> Party:
    return Party(name=name, **known)


@pytest.mark.parametrize(
    "other",
    [
        "郑州青禾智能科技有限责任公司",
        "青禾智能科技有限公司",
        "郑州市青禾智能科技有限公司",
        "河南省青禾智能科技有限公司",
        "青禾（郑州）智能科技有限公司",
        "青禾(郑州)智能科技 有限公司",
        "　郑州青禾智能科技股份有限公司",
        "河南郑州青禾智能科技有限公司",
    ],
)
def test_a_name_is_the_same_whatever_its_place_form_width_and_brackets(other: str) -> None:
    assert is_same(identity(named("郑州青禾智能科技有限公司")), identity(named(other)))


@pytest.mark.parametrize(
    "code", [CODE.lower(), "９１４１０１００ＭＡ３Ｘ０００１０９", f" {CODE[:8]} {CODE[8:]} "]
)
def test_a_code_is_the_same_in_any_width_and_case(code: str) -> None:
    one, other = named("甲乙丙研究所", uscc=CODE), named("甲乙丙技术研究所", uscc=code)
    assert is_same(identity(one), identity(other))


def test_one_name_in_two_cities_with_codes_of_their_own_is_two_parties() -> None:
    one = named("郑州青禾电子有限公司", uscc=CODE)
    other = named("洛阳青禾电子有限公司", uscc="91410300MA40000216")
    assert not is_same(identity(one), identity(other))


def test_a_mistyped_code_does_not_make_another_party() -> None:
    one = named("郑州青禾电子有限公司", uscc=CODE)
    other = named("青禾电子有限公司", uscc=CODE.replace("X", "K"))
    assert is_same(identity(one), identity(other))


def test_a_name_of_nothing_but_a_place_keeps_it() -> None:
    assert identity(named("郑州市")).core
    assert not is_same(identity(named("郑州大学")), identity(named("洛阳大学")))


def test_unknown_parties_are_not_the_same() -> None:
    assert not is_same(identity(named("")), identity(named("")))


def test_a_shortened_name_is_alike_unless_both_have_codes() -> None:
    whole = "郑州青禾智能科技有限公司"
    assert is_alike(identity(named(whole)), identity(named("青禾公司")))
    coded = named("青禾公司", uscc="91410300MA40000216")
    assert not is_alike(identity(named(whole, uscc=CODE)), identity(coded))


@pytest.mark.parametrize(
    "phone",
    ["0371 5550 0001", "+86 371 55500001", "(0371)55500001", "0371-55500001转8003", "55500001"],
)
def test_a_telephone_is_the_same_however_it_is_written(phone: str) -> None:
    one, other = named("甲", phone="0371-55500001"), named("乙", phone=phone)
    assert ties(identity(one), identity(other)) == {"phone"}


def test_names_of_one_group_share_their_root() -> None:
    one, other = named("郑州青禾智能科技有限公司"), named("青禾(洛阳)农业科技有限公司")
    assert ties(identity(one), identity(other)) == {"root"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("河南理工大学", "洛阳理工学院"),
        ("郑州市第一人民医院", "洛阳市第一人民医院"),
        ("郑州信息技术研究院", "开封信息技术有限公司"),
        ("华北轻纺学院", "华北粮油仓储有限公司"),
        ("国家粮食检验中心", "国家轴承质量中心"),
        ("中国烟叶研究所", "中国烟叶物资公司"),
        ("驻马店市妇女医院", "驻马店学院"),
        ("巩义耐火材料研究所", "巩义耐火材料厂"),
        ("洛阳半导体厂", "郑州晶圆半导体研究所"),
        ("黑龙江垦区研究院", "黑龙江桥梁厂"),
    ],
)
def test_common_words_are_no_root(one: str, other: str) -> None:
    assert ties(identity(named(one)), identity(named(other))) == set()
