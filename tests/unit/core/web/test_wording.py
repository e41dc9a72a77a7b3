"""Typography of mixed text, segmented titles, strings of templates."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from marketplace.core.i18n import Bilingual
from marketplace.core.web.wording import gettext, lang, ngettext, paragraphs, spaced, tie, words


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("毛刺不超过 5.2 μm", "毛刺不超过 5.2\u00a0μm"),
        ("连续 600 小时", "连续 600\u00a0小时"),
        ("TRL 7 及以上", "TRL\u00a07\u00a0及以上"),
        ("80 m/min", "80\u00a0m/min"),
        ("2021 methods", "2021 methods"),
        ("没有数字", "没有数字"),
    ],
)
def test_a_figure_is_tied_to_its_unit_or_counter(text: str, tied: str) -> None:
    assert tie(text) == tied


def test_a_space_stands_where_han_and_latin_touch_also_beside_bold_words() -> None:
    assert spaced("含<b>LED</b>和3件，IPC部") == "含 <b>LED</b> 和 3 件，IPC 部"


def test_a_title_may_break_between_words_but_not_inside_one_or_before_a_full_stop() -> None:
    broken = words("锂电池极片激光分切。")
    assert isinstance(broken, Markup)
    assert "<wbr>" in broken
    assert "<wbr>。" not in broken
    assert broken.replace("<wbr>", "") == "锂电池极片激光分切。"


@given(st.text(max_size=600))
def test_a_segmented_text_keeps_its_characters_and_is_escaped(text: str) -> None:
    broken = words(text)
    assert Markup(broken.replace("<wbr>", "")).unescape().replace("\u00a0", " ") == text.replace(
        "\u00a0", " "
    )
    assert "<" not in broken.replace("<wbr>", "")


def test_lines_become_paragraphs_and_stay_plain_text() -> None:
    assert paragraphs("一\n\n<b>二</b>") == "<p>一</p><p>&lt;b&gt;二&lt;/b&gt;</p>"


def test_a_text_in_the_other_language_says_which(app: Flask) -> None:
    with app.test_request_context("/"):
        assert lang(Bilingual(zh="焊缝")) == ""
        assert lang(Bilingual(en="weld")) == ' lang="en"'
        assert lang(None) == ""
    with app.test_request_context("/"), force_locale("en"):
        assert lang(Bilingual(zh="焊缝")) == ' lang="zh-CN"'


def test_strings_follow_the_language_and_tie_their_figures(app: Flask) -> None:
    with app.test_request_context("/"):
        assert gettext("第 %(n)s 版。", n=3) == "第 3\u00a0版。"
        assert ngettext("全部 %(num)s 项", "全部 %(num)s 项", 1284) == "全部 1,284\u00a0项"
        with force_locale("en"):
            assert gettext("第 %(n)s 版。", n=3) == "Version 3."
            assert ngettext("%(num)s 条", "%(num)s 条", 1).endswith("record")
            assert ngettext("%(num)s 条", "%(num)s 条", 2).endswith("records")
