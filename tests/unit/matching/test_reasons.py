"""The table of requirements: verdicts, quotes and marks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.numbers import figure_of_indicator
from marketplace.matching.questions import Question
from marketplace.matching.reasons import Background, Indicator, Requirement, requirements_of
from tests.unit.search.semantic.counting import CountingEncoder

RECORD = {
    "title": "一种高回弹硅橡胶",
    "abstract": "本发明提供密封圈用硅橡胶及其制备方法。"
    "所得硅橡胶的压缩永久变形为12%，邵氏硬度为88D。",
}


def table(text: str, texts: dict[str, str] = RECORD) -> list[Requirement]:
    return requirements_of(Question("回弹差", text), [], texts)


def quoted(row: Requirement) -> str:
    assert row.quote is not None
    return "".join(part for part, _ in row.quote.fragments)


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ("压缩永久变形不超过20%。", "met"),
        ("压缩永久变形不超过10%。", "unmet"),
        ("硬度85D以上，压缩永久变形不超过20%。", "met"),
        ("硬度85D以上，压缩永久变形不超过5%。", "unmet"),
        ("硬度85D以上，拉伸强度大于9MPa。", "unknown"),
        ("拉伸强度大于9MPa。", "unknown"),
    ],
)
def test_a_figure_decides_its_row_and_is_quoted(asked: str, verdict: str) -> None:
    (row,) = table(asked)
    assert row.verdict == verdict
    assert row.text == asked


GUN = {
    "title": "一种机器人焊枪",
    "abstract": "焊枪外壳的绝缘涂层耐温180 ℃。焊枪重3 kg。换枪时间4 s。",
}
WELDS = {"abstract": f"{GUN['abstract']}可用于铝合金的焊接。"}


@pytest.mark.parametrize(
    ("asked", "texts", "verdict", "compared"),
    [
        (
            "绝缘涂层耐温150 ℃以上，且可用于铝合金焊接。",
            GUN,
            "unknown",
            "figure met, words unknown",
        ),
        ("绝缘涂层耐温150 ℃以上，且可用于铝合金焊接。", WELDS, "met", "figure met, words met"),
        ("绝缘涂层耐温200 ℃以上，且可用于铝合金焊接。", WELDS, "unmet", "figure unmet, words met"),
        ("可用于铝合金焊接并能在150 ℃下使用。", WELDS, "met", "words met, figure met"),
        ("绝缘涂层耐温150 ℃，重量5 kg以下。", GUN, "unknown", "figure met, figure unknown"),
        ("我们做焊枪的，绝缘涂层耐温150 ℃以上。", GUN, "met", "figure met"),
        ("换枪时间小于6 s且不碰夹具。", GUN, "unknown", "figure met, words unknown"),
        ("绝缘涂层耐温150 ℃不开裂。", GUN, "unknown", "figure met, words unknown"),
    ],
)
def test_a_figure_that_is_met_says_nothing_of_what_else_its_sentence_asks(
    asked: str, texts: dict[str, str], verdict: str, compared: str
) -> None:
    (row,) = table(asked, texts)
    assert ", ".join(f"{one.way} {one.verdict}" for one in row.compared) == compared
    assert row.verdict == verdict


def test_each_part_names_what_of_the_sentence_was_compared_and_quotes_its_own_evidence() -> None:
    (row,) = table("绝缘涂层耐温150 ℃以上，且可用于铝合金焊接。", WELDS)
    assert [one.text for one in row.compared] == ["绝缘涂层耐温150 ℃以上", "可用于铝合金焊接"]
    quotes = [one.quote for one in row.compared]
    assert all(quote is not None for quote in quotes)
    assert len({quote.start for quote in quotes if quote}) == 2


def test_clauses_are_looked_for_by_themselves_only_beside_a_figure() -> None:
    encoder = CountingEncoder()
    others = encoder.passages([f"另外一件事情{number}" for number in range(300)])
    background = Background({encoder.name: others})
    asked = "送货上门并且开发票。重量小于5 kg，附带说明书。"
    encoder.encoded.clear()
    requirements_of(Question("刀", asked), [], {"abstract": "短句一条。"}, [encoder], background)
    assert encoder.encoded == [
        "送货上门并且开发票。",
        "重量小于5 kg,附带说明书。",
        "附带说明书",
        "短句一条。",
    ]


def test_long_words_around_a_figure_are_looked_for_beside_it() -> None:
    asked = "粒径小于5 μm的金刚石微粉。"
    said = {"abstract": "所得金刚石微粉粒径小于3 μm。"}
    other = {"abstract": "所得碳化硼粉粒径小于3 μm。"}
    assert [table(asked, one)[0].verdict for one in (said, other)] == ["met", "unknown"]


def test_an_english_sentence_is_read_by_its_clauses_and_no_range_is_cut() -> None:
    texts = {"abstract": "The coating withstands 180 °C. The layer is 7 mm thick."}
    (row,) = table("The coating withstands 150 °C and is suitable for welding aluminium.", texts)
    assert row.verdict == "unknown"
    assert [one.verdict for one in row.compared] == ["met", "unknown"]
    (whole,) = table("The coating is between 5 and 10 mm thick.", texts)
    assert len([one for one in whole.compared if one.way == "figure"]) == 1


def test_the_quote_is_a_sentence_of_the_record_with_the_figure_marked() -> None:
    (row,) = table("压缩永久变形不超过20%。")
    assert row.quote is not None
    text = RECORD[row.quote.field]
    assert text[row.quote.start : row.quote.end] == quoted(row)
    assert "12%" in [part for part, is_marked in row.quote.fragments if is_marked]


def test_words_in_common_meet_a_sentence_and_silence_leaves_it_open() -> None:
    near, far = table("想要密封圈用的硅橡胶。还要送货上门。")
    assert (near.verdict, far.verdict) == ("met", "unknown")
    assert "密封圈" in quoted(near)
    assert far.quote is None


def test_indicators_come_first_and_are_met_by_figures_alone() -> None:
    rows = [
        Indicator("硬度 ≥ 85", figure_of_indicator("硬度", "≥", "85", "邵D")),
        Indicator("硅橡胶密封圈", None),
    ]
    found = requirements_of(Question("回弹差", "还要送货上门。"), rows, RECORD)
    assert [(one.kind, one.verdict) for one in found] == [
        ("indicator", "met"),
        ("indicator", "unknown"),
        ("sentence", "unknown"),
    ]


def test_only_texts_handed_in_are_quoted() -> None:
    (row,) = table("压缩永久变形不超过20%。", {"title": RECORD["title"]})
    assert (row.verdict, row.quote) == ("unknown", None)


def test_a_title_alone_is_the_requirement() -> None:
    (row,) = requirements_of(Question("硅橡胶密封圈"), [], RECORD)
    assert (row.text, row.verdict) == ("硅橡胶密封圈", "met")


def test_a_record_without_a_sentence_leaves_all_open() -> None:
    assert [row.verdict for row in table("要好用的东西。", {"title": ""})] == ["unknown"]


def test_vectors_find_the_sentence_that_is_nearer_than_the_collection() -> None:
    encoder = CountingEncoder()
    others = encoder.passages([f"另外一件事情{number}" for number in range(300)])
    background = Background({encoder.name: others})
    (row,) = requirements_of(
        Question("回弹", "甲乙丙丁戊己庚。"), [], {"abstract": "另外一件事情。庚己戊丁丙乙甲。"},
        [encoder], background,
    )  # fmt: skip
    assert (row.verdict, quoted(row)) == ("met", "庚己戊丁丙乙甲。")


def test_pairs_of_characters_do_not_meet_what_vectors_find_far() -> None:
    encoder = CountingEncoder()
    asked = "提高加工效率。"
    others = encoder.passages([asked] * 300)
    (row,) = requirements_of(
        Question("回弹", asked), [], {"abstract": "提高加工效率，也提高产品合格率。"},
        [encoder], Background({encoder.name: others}),
    )  # fmt: skip
    assert (row.verdict, row.quote) == ("unknown", None)


def test_two_pairs_in_common_meet_nothing() -> None:
    (row,) = table("提高加工效率。", {"abstract": "提高产品合格率，检测效率好。"})
    assert (row.verdict, row.quote) == ("unknown", None)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("设备能连续运行。", "设备不能连续运行。"),
        ("设备不能连续运行。", "设备能连续运行。"),
        ("表面无裂纹产生。", "表面有裂纹产生。"),
        ("The device runs continuously in air.", "The device never runs continuously in air."),
    ],
)
def test_what_is_denied_is_quoted_and_stays_open(asked: str, said: str) -> None:
    (row,) = table(asked, {"abstract": said})
    assert (row.verdict, quoted(row)) == ("unknown", said)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("设备能连续运行。", "设备能够连续运行，且不增加成本。"),
        ("表面无裂纹产生。", "铸件表面无裂纹产生。"),
        ("不锈钢管焊接。", "一种不锈钢管焊接方法。"),
        ("用无线供电设备。", "无线供电设备及方法。"),
    ],
)
def test_a_denial_of_something_else_or_of_the_same_does_no_harm(asked: str, said: str) -> None:
    assert table(asked, {"abstract": said})[0].verdict == "met"


def test_a_sentence_that_says_it_goes_before_one_that_denies_it() -> None:
    text = "现有的设备不能连续运行。本设备可连续运行。"
    (row,) = table("设备能连续运行。", {"abstract": text})
    assert (row.verdict, quoted(row)) == ("met", "本设备可连续运行。")


def test_a_small_collection_is_no_measure_of_nearness() -> None:
    encoder = CountingEncoder()
    few = Background({encoder.name: np.zeros((5, encoder.dimensions), dtype=np.float32)})
    question = Question("回弹", "甲乙丙丁戊己庚。")
    (row,) = requirements_of(question, [], {"abstract": "庚己戊丁丙乙甲。"}, [encoder], few)
    assert row.verdict == "unknown"


@given(st.text(), st.text(), st.text())
def test_any_texts_give_a_table_with_quotes_of_the_record(
    title: str, text: str, abstract: str
) -> None:
    for row in requirements_of(Question(title, text), [], {"abstract": abstract}):
        if row.quote is not None:
            assert row.quote.field == "abstract"
            assert 0 <= row.quote.start < row.quote.end <= len(abstract)
