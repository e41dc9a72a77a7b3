"""What titles have in common, and which part of a whole they name."""

from __future__ import annotations

import pytest

from marketplace.contracts.checks.titles import are_other_parts, likeness, subject

TITLE = "刀具涂层寿命预测系统研发"


@pytest.mark.parametrize(
    "other",
    [
        "关于刀具涂层寿命预测系统研发的合同",
        "《刀具涂层寿命预测系统研发》项目",
        "刀具涂层 寿命预测系统研发（项目）",
        "刀具涂层寿命预测系统研发（二）",
        "A标段刀具涂层寿命预测系统研发",
        "刀具涂层寿命预测系统研发第３期",
        "刀具涂层寿命预测系统研发框架协议订单012号".replace("框架协议", ""),
        "2024年度刀具涂层寿命预测系统研发",
        "刀具涂层寿命预测系统研发V2.0",
    ],
)
def test_what_wraps_or_numbers_a_title_is_no_part_of_its_subject(other: str) -> None:
    assert subject(other).stem == subject(TITLE).stem


@pytest.mark.parametrize(
    "other", ["刀具涂层寿命预测平台研发", "刀具涂层寿命预测系统研究与开发", "涂层寿命预测系统研发"]
)
def test_a_reworded_title_is_still_like_the_first(other: str) -> None:
    assert likeness(subject(TITLE), subject(other)) > 0.6


def test_titles_of_different_jobs_are_not_alike() -> None:
    assert likeness(subject(TITLE), subject("液压支架控制器样机研制")) < 0.25


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("检测服务(一期)", "检测服务(二期)", True),
        ("检测服务订单001号", "检测服务订单002号", True),
        ("检测服务(一)", "检测服务(1)", False),
        ("检测服务(一期)", "检测服务", False),
        ("检测服务", "检测服务", False),
    ],
)
def test_parts_differ_only_where_both_titles_name_one(one: str, other: str, differ: bool) -> None:
    assert are_other_parts(subject(one), subject(other)) is differ


def test_a_title_that_names_only_a_kind_of_contract_is_generic() -> None:
    assert subject("技术开发合同").is_generic
    assert not subject(TITLE).is_generic
