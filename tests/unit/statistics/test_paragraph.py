"""The paragraph for reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from marketplace.core.i18n import NBSP, Bilingual
from marketplace.statistics.paragraph import Figures, paragraph

FIELDS = (
    Bilingual("先进制造", "advanced manufacturing"),
    Bilingual("电子信息", "electronics and information"),
    Bilingual("生物、医药和医疗器械", "biology, medicine and medical devices"),
    Bilingual("农业", "agriculture"),
)
OCTOBER = Figures(
    place=Bilingual("全市", "the city"),
    as_of=date(2020, 10, 31),
    count=2914,
    turnover=1_283_600_000_000,
    count_before=2468,
    turnover_before=976_700_000_000,
    target=1_500_000_000_000,
    largest=FIELDS,
)


def plain(figures: Figures, language: str = "zh") -> str:
    return paragraph(figures, language).replace(NBSP, " ")


def test_it_reads_like_a_bulletin() -> None:
    assert plain(OCTOBER) == (
        "截至 2020 年 10 月 31 日，全市共登记技术合同 2,914 项，同比增长 18.07%；"
        "成交额 128.36 亿元，同比增长 31.42%，为年度目标的 85.57%。"
        "居前三位的领域是先进制造、电子信息和生物、医药和医疗器械。"
    )


def test_it_reads_as_well_in_english() -> None:
    assert plain(OCTOBER, "en") == (
        "By 31 October 2020, 2,914 technology contracts had been registered in the city, up 18.07% "
        "on the same period of last year. Turnover was CNY 12.836 billion"
        ", up 31.42% on the same period of last year; that is 85.57% of the goal for the year. "
        "The largest fields were advanced manufacturing; electronics and information; and biology, "
        "medicine and medical devices."
    )


def test_figures_are_tied_to_their_units() -> None:
    assert f"128.36{NBSP}亿元" in paragraph(OCTOBER, "zh")
    assert f"12.836{NBSP}billion" in paragraph(OCTOBER, "en")


def test_falling_figures_fall_and_carry_no_sign() -> None:
    fallen = replace(OCTOBER, count_before=3000, turnover_before=1_500_000_000_000)
    assert "同比下降 2.87%；" in plain(fallen)
    assert "同比下降 14.43%，" in plain(fallen)
    assert "down 14.43% on" in plain(fallen, "en")


def test_a_change_too_small_to_print_is_no_change() -> None:
    same = replace(OCTOBER, count_before=2914, turnover_before=OCTOBER.turnover + 1)
    assert plain(same).count("与上年同期持平") == 2
    assert plain(same, "en").count("the same as in that period of last year") == 2


def test_without_last_years_figures_nothing_is_said_of_growth() -> None:
    first = replace(OCTOBER, count_before=None, turnover_before=0)
    assert "同比增长" not in plain(first)
    assert "上年同期没有可比的数字，不计同比。" in plain(first)
    assert "up " not in plain(first, "en")
    assert "no comparable figures" in plain(first, "en")


def test_one_figure_without_a_base_is_named() -> None:
    half = replace(OCTOBER, turnover_before=None)
    assert "同比增长 18.07%" in plain(half)
    assert "上年同期没有可比的成交额，这一项不计同比。" in plain(half)
    assert "no comparable turnover" in plain(half, "en")


def test_a_year_without_a_goal_and_without_fields_says_nothing_of_them() -> None:
    bare = replace(OCTOBER, target=None, largest=())
    assert plain(bare).endswith("同比增长 31.42%。")
    assert plain(bare, "en").endswith("on the same period of last year.")


def test_one_or_two_fields_are_named_as_such() -> None:
    assert plain(replace(OCTOBER, largest=FIELDS[:1])).endswith("居首位的领域是先进制造。")
    assert plain(replace(OCTOBER, largest=FIELDS[:2])).endswith(
        "居前两位的领域是先进制造和电子信息。"
    )


def test_a_small_turnover_is_written_in_wan() -> None:
    assert "成交额 68.50 万元" in plain(replace(OCTOBER, turnover=68_500_000))
    assert "was CNY 0.69 million" in plain(replace(OCTOBER, turnover=68_500_000), "en")
