"""Texts of a row: cleaned, capped, in one language or both."""

from __future__ import annotations

import pytest

from marketplace.core.i18n import Bilingual
from tests.unit.catalogue.inputs.cleaning import accepted, clean, reason, refused

pytestmark = pytest.mark.usefixtures("market")


def test_a_plain_title_is_chinese_and_a_latin_one_english():
    assert accepted("result", title="锂电池隔膜").values["title"] == Bilingual(zh="锂电池隔膜")
    assert accepted("result", title="Battery separator").values["title"] == Bilingual(
        en="Battery separator"
    )


@pytest.mark.parametrize("column", ["title", "title_zh", "名称", "成果名称", "标题", "成果名称 *"])
def test_a_result_is_named_by_any_usual_column(column):
    row = clean("result", {column: "锂电池隔膜"})
    assert row.values["title"].zh == "锂电池隔膜"


def test_both_halves_of_a_text_make_one_value():
    row = accepted(
        "result", title_zh="隔膜", title_en="Separator", abstract={"zh": "甲", "en": "A"}
    )
    assert row.values["title"] == Bilingual("隔膜", "Separator")
    assert row.values["abstract"] == Bilingual("甲", "A")


@pytest.mark.parametrize("blank", [None, "", "  ", "—", "-", "\u200b \ufeff"])
def test_a_row_without_title_is_refused_with_the_way_out(blank):
    assert "中文或英文写一种就可以" in reason("result", title=blank)


def test_control_characters_and_half_surrogates_are_removed():
    row = accepted("result", title="锂\x00电\u200b池\ud800\u202e隔膜", abstract="甲\r\n\x07乙")
    assert row.values["title"].zh == "锂电池隔膜"
    assert row.values["abstract"].zh == "甲\n乙"


def test_markup_stays_the_text_that_it_is():
    row = accepted("result", title="<script>alert(1)</script>甲", abstract="a < b & c")
    assert row.values["title"].zh == "<script>alert(1)</script>甲"
    assert str(row.values["abstract"]) == "a < b & c"


def test_a_text_that_is_too_long_says_how_long_it_is_and_may_be():
    sentence = reason("result", title="甲" * 301)
    assert "300" in sentence
    assert "301" in sentence


def test_keywords_are_parted_at_every_usual_mark_and_named_once():
    row = accepted("result", keywords="锂电池；隔膜;涂覆，锂电池、陶瓷,粘结剂")
    assert row.values["keywords"] == {"zh": ["锂电池", "隔膜", "涂覆", "陶瓷", "粘结剂"]}


def test_a_comma_between_digits_belongs_to_the_keyword():
    row = accepted("result", keywords="2,4-二氯苯酚,降解")
    assert row.values["keywords"]["zh"] == ["2,4-二氯苯酚", "降解"]


def test_an_overlong_keyword_is_left_out_with_a_warning():
    row = accepted("result", keywords=["国史本体文本挖掘" * 6, "隔膜"])
    assert row.values["keywords"] == {"zh": ["隔膜"]}
    assert "48" in str(row.warnings[0].reason)


def test_of_more_than_ten_keywords_ten_are_kept_with_a_warning():
    row = accepted("result", keywords=[f"词{n}" for n in range(14)])
    assert len(row.values["keywords"]["zh"]) == 10
    assert "14" in str(row.warnings[0].reason)


def test_an_address_that_is_not_http_is_refused():
    assert "https://" in reason("result", url="javascript:alert(1)")
    assert accepted("result", url="https://example.org/a").values["source_url"]


def test_an_issue_names_the_column_as_the_file_does():
    (issue,) = refused("patent", 公开日期="昨天")
    assert (issue.field, issue.column, issue.value) == ("published_on", "公开日期", "昨天")


def test_a_list_where_a_text_belongs_is_refused():
    assert "一段文字" in reason("result", abstract=["甲", "乙"])


def test_lists_in_lists_in_lists_are_refused_like_any_list():
    nested: list[object] = []
    for _ in range(5000):
        nested = [nested]
    assert "一段文字" in reason("result", abstract=nested)
