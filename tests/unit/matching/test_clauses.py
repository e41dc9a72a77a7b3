"""What a sentence with figures asks for besides them."""

from __future__ import annotations

import pytest

from marketplace.matching.clauses import clauses_of, wanted_words
from marketplace.matching.denials import Said, read_said
from marketplace.matching.numbers import read_figures
from marketplace.matching.questions import Question
from marketplace.matching.reasons import requirements_of
from tests.unit.matching.test_denials import verdict_of


def wishes(sentence: str) -> list[str]:
    """The clauses in words alone that are read from a sentence."""
    return [one.wish for one in clauses_of(sentence, read_figures(sentence)) if one.wish]


@pytest.mark.parametrize(
    ("sentence", "wished"),
    [
        ("电机功率5 kW以上防爆", ["以上防爆", "防爆"]),
        ("防护等级IP67防爆", ["防爆"]),
        ("防护等级IP67以上防爆", ["以上防爆"]),
        ("电机功率5 kW以上、防爆", ["防爆"]),
        ("防爆、电机功率5 kW以上", ["防爆"]),
        ("公司生产的刀具要求能切淬硬钢，硬度85D以上", ["公司生产的刀具要求能切淬硬钢"]),
        ("公司有防爆要求，电机功率5 kW以上", ["公司有防爆要求"]),
        ("可用于铝、铜焊接，重量5 kg以下", ["可用于铝、铜焊接"]),
        ("公司生产焊枪，重量5 kg以下", []),
        ("防护等级IP67以上的防护等级", []),
        ("IP67 housing", []),
        ("硬度为85D硬度", []),
    ],
)
def test_no_wish_beside_a_figure_is_dropped(sentence: str, wished: list[str]) -> None:
    found = wishes(sentence)
    assert bool(found) == bool(wished)
    assert not found or found[0] in wished


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("电机功率5 kW以上防爆。", "电机功率7 kW。"),
        ("防护等级IP67防爆。", "电机防护等级IP68。"),
        ("公司有防爆要求，电机功率5 kW以上。", "电机功率7 kW。"),
        ("电机功率5 kW以上、防爆。", "电机功率7 kW。"),
    ],
)
def test_what_is_not_said_leaves_the_row_open(asked: str, said: str) -> None:
    assert verdict_of(asked, said) == "unknown"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("电机功率5 kW以上防爆。", "防爆电机功率7 kW。"),
        ("防护等级IP67的水泵。", "水泵防护等级IP68。"),
    ],
)
def test_what_is_said_meets_it(asked: str, said: str) -> None:
    assert verdict_of(asked, said) == "met"


@pytest.mark.parametrize(
    ("asked", "said", "verdict"),
    [
        ("涂层耐温150 ℃以上，且可用于钛合金焊接。", "可用于铝合金焊接", "unknown"),
        ("涂层耐温150 ℃以上，且可用于铝合金焊接。", "本焊枪适用于各种铝合金的焊接", "met"),
        ("涂层耐温150 ℃以上，且适用于海水。", "适用于淡水环境", "unknown"),
        ("The coating withstands 150 °C and is waterproof.", "It isn't waterproof", "unknown"),
        (
            "The coating withstands 150 °C and is waterproof.",
            "It fails to be waterproof",
            "unknown",
        ),
        ("The coating withstands 150 °C and is waterproof.", "It is waterproof", "met"),
    ],
)
def test_each_word_of_a_short_wish_has_to_be_said(asked: str, said: str, verdict: str) -> None:
    coating = "涂层耐温180 ℃。" if "涂层" in asked else "The coating withstands 180 °C. "
    assert verdict_of(asked, f"{coating}{said}.") == verdict


def test_words_of_use_are_not_what_is_asked() -> None:
    assert wanted_words("可用于钛合金焊接") == {"钛合金", "焊接"}


def test_a_sentence_of_many_clauses_is_looked_at_in_part_and_stays_open() -> None:
    asked = "，".join(["硬度85D以上"] * 180) + "。"
    (row,) = requirements_of(Question("标题", asked), [], {"abstract": "涂层硬度90D。"})
    assert [one.verdict for one in row.compared] == ["met"] * 12 + ["unknown"]
    assert row.verdict == "unknown"
    assert row.compared[-1].text in asked


def test_no_sentence_is_read_anew_for_each_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str) -> Said:
        read.append(text)
        return read_said(text)

    monkeypatch.setattr("marketplace.matching.reasons.read_said", counted)
    asked = "硬度85D以上，焊枪可连续焊接，焊枪可稳定焊接，焊枪可快速焊接。"
    said = "焊枪可连续稳定快速焊接铝材。"
    requirements_of(Question("标题", asked), [], {"abstract": said})
    assert read.count(said) == 1
