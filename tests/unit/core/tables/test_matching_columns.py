"""Columns are found by the names that people write."""

import pytest

from marketplace.core.tables import TableError, match_columns

FIELDS = {
    "title": ("名称", "成果名称"),
    "price_min": ("价格下限", "最低价（万元）"),
    "trl": ("技术成熟度",),
}


@pytest.mark.parametrize(
    "header",
    [
        "title",
        "TITLE",
        "Ｔｉｔｌｅ",
        "名称",
        " 名 称 ",
        "名称*",
        "名称 ＊",
        "名称（必填）",
        "名称(全称) *",
    ],
)
def test_a_column_is_found_whatever_its_case_width_spaces_star_or_brackets(header):
    assert match_columns([header], FIELDS).found == {"title": header}


def test_what_fits_nothing_is_unknown_and_what_is_not_there_is_missing():
    match = match_columns(["备注", "成果名称", "价格下限(万元)"], FIELDS)
    assert match.found == {"title": "成果名称", "price_min": "价格下限(万元)"}
    assert match.unknown == ("备注",)
    assert match.missing == ("trl",)


def test_a_name_that_fits_with_its_unit_goes_first():
    match = match_columns(["最低价（元）", "最低价(万元)"], FIELDS)
    assert match.found == {"price_min": "最低价(万元)"}
    assert match.unknown == ("最低价（元）",)


def test_the_first_accepted_name_wins_and_no_column_serves_twice():
    fields = {"a": ("甲",), "b": ("甲", "乙")}
    assert match_columns(["乙", "甲"], fields).found == {"a": "甲", "b": "乙"}


def test_a_mapping_wins_over_names():
    match = match_columns(["名称", "标题"], FIELDS, {"title": "标题"})
    assert match.found == {"title": "标题"}
    assert match.unknown == ("名称",)


def test_a_mapping_may_be_written_loosely():
    assert match_columns(["标题 *"], FIELDS, {"title": "标题"}).found == {"title": "标题 *"}


def test_a_mapping_to_a_column_that_is_not_there_lists_what_is():
    with pytest.raises(TableError) as caught:
        match_columns(["名称", "阶段"], FIELDS, {"title": "标题"})
    assert caught.value.code == "unknown_column"
    assert "“标题”" in str(caught.value)
    assert "名称、阶段" in str(caught.value)


def test_a_mapping_of_an_unknown_field_lists_the_fields():
    with pytest.raises(TableError) as caught:
        match_columns(["名称"], FIELDS, {"titel": "名称"})
    assert caught.value.code == "unknown_field"
    assert "title、price_min、trl" in str(caught.value)


def test_a_header_of_brackets_alone_is_kept_as_it_is():
    assert match_columns(["（元）"], FIELDS).unknown == ("（元）",)
