"""Candidates by characters, by words and carried over from English, on a real index."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.matching.channels import CharacterChannel, VectorChannel
from marketplace.matching.evaluation import SCHEMA
from marketplace.matching.finding import Finder
from marketplace.matching.questions import Question
from marketplace.matching.word_channels import TranslatedChannel, WordChannel, technical_words
from search.documents import Document
from search.engines.embedded import EmbeddedEngine
from search.semantic.nearest import VectorIndex
from search.semantic.universal import UniversalEncoder
from search.semantic.vocabulary import Vocabulary

TITLES = ["锂电池隔膜的制备方法", "风机叶片变桨机构", "一种防滑拖鞋", "电缆故障监控"]


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    engine = EmbeddedEngine(tmp_path / "index", SCHEMA)
    with engine.writing() as writer:
        writer.apply(
            Document(f"record-{place}", {"title": title, "abstract": ""}, 1)
            for place, title in enumerate(TITLES)
        )
    return engine


def test_characters_in_another_order_find_what_words_do_not(engine: EmbeddedEngine) -> None:
    question = Question("鞋子滑")
    assert WordChannel(engine, ("public",)).find(question) == []
    assert CharacterChannel(engine, ("public",)).find(question)[0].id == "record-2"


def test_levels_that_may_not_be_seen_give_nothing(engine: EmbeddedEngine) -> None:
    for channel in (CharacterChannel(engine, ("staff",)), WordChannel(engine, ("staff",))):
        assert channel.find(Question("锂电池")) == []


def test_a_question_without_any_token_finds_nothing(engine: EmbeddedEngine) -> None:
    for channel in (CharacterChannel(engine, ("public",)), WordChannel(engine, ("public",))):
        assert channel.find(Question("。！")) == []


def test_english_words_are_carried_over_to_words_of_the_index(engine: EmbeddedEngine) -> None:
    words = ["电池", "隔膜", "拖鞋", "叶片", "不在索引"]
    channel = TranslatedChannel(engine, ("public",), Vocabulary(words, UniversalEncoder()))
    assert channel.find(Question("slippers"))[0].id == "record-2"
    assert channel.find(Question("a battery"))[0].id == "record-0"
    assert channel.find(Question("拖鞋")) == []


def test_the_list_of_words_is_long_and_without_repetition() -> None:
    words = technical_words()
    assert len(words) == len(set(words)) > 10_000
    assert "焊接" in words


def test_a_finder_joins_the_languages(engine: EmbeddedEngine) -> None:
    encoder = UniversalEncoder()
    index = VectorIndex(encoder.dimensions)
    index.put(range(len(TITLES)), encoder.passages(TITLES))
    meaning = VectorChannel(encoder, "title", index, lambda number: f"record-{number}")
    finder = Finder([CharacterChannel(engine, ("public",)), meaning], [encoder])
    assert finder.find(Question("Wind turbine blade pitch mechanism"))[0].id == "record-1"
    assert finder.find(Question("锂电池隔膜"))[0].id == "record-0"
    assert len(finder.find(Question("锂电池隔膜"), limit=2)) == 2
