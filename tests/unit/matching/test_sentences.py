"""A text as sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.questions import Question, language_of
from marketplace.matching.sentences import sentences_of


def test_sentences_end_at_their_marks_and_figures_hold_together() -> None:
    text = "厚度为0.5mm。真的吗？The layer is 3.5 mm thick. It works!\n第二段；结束"
    assert [one.text for one in sentences_of(text)] == [
        "厚度为0.5mm。",
        "真的吗？",
        "The layer is 3.5 mm thick.",
        "It works!",
        "第二段；",
    ]


@given(st.text())
def test_a_sentence_is_what_stands_at_its_place(text: str) -> None:
    for sentence in sentences_of(text):
        assert text[sentence.start : sentence.end] == sentence.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("密封圈回弹差", "zh"),
        ("需要AAU、CCD、PLC控制的全自动线", "zh"),
        ("Seals lose their shape", "en"),
        ("We use 硅胶 for seals and want something that lasts longer", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_that_of_most_of_the_text(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_question_is_its_title_and_text() -> None:
    question = Question(" 回弹差 ", "松手回不来。压久也塌。")
    assert question.whole == "回弹差。松手回不来。压久也塌。"
    assert question.parts == ("回弹差", "松手回不来。", "压久也塌。")
    assert Question("只有题目").whole == "只有题目"
