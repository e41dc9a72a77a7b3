"""The second look at the best candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marketplace.matching.fusing import Fused
from marketplace.matching.questions import Question
from marketplace.matching.rereading import NEAR, REREAD, SENTENCES, near_pairs, reread
from search.semantic import Encoder, Vectors
from tests.unit.search.semantic.counting import CountingEncoder

QUESTION = Question("焊缝断", "焊条要耐低温。")


class Shelf:
    """Texts by id, encoded when they are asked for."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def texts(self, ids: Sequence[str]) -> Mapping[str, str]:
        return {one: self._texts[one] for one in ids if one in self._texts}

    def vectors(self, encoder: Encoder, ids: Sequence[str]) -> Mapping[str, Vectors]:
        return {one: encoder.passages([text]) for one, text in self.texts(ids).items()}


def fused(*ids: str) -> list[Fused]:
    return [Fused(one, float(len(ids) - place), {}) for place, one in enumerate(ids)]


def test_units_near_each_other_are_pairs_whichever_comes_first() -> None:
    assert near_pairs("焊缝") == near_pairs("缝焊")
    assert not near_pairs(["甲", *"一二三四五六七八九", "乙"]) & near_pairs("甲乙")
    assert near_pairs("甲甲") == set()


def test_characters_near_each_other_bring_a_record_up() -> None:
    texts = {"x": "一种拖鞋", "y": "一种焊接后的缝隙检查", "z": "低温用焊条，焊缝不断"}
    first = fused("u", "v", "w", "y", "x", "z")
    found = [one.id for one in reread(QUESTION, first, [], Shelf(texts))]
    assert found.index("y") < found.index("z") < found.index("x")


def test_sentences_bring_a_record_up() -> None:
    texts = {"y": "完全无关的拖鞋", "z": "焊条要耐低温"}
    encoder = CountingEncoder("own")
    found = reread(QUESTION, fused("y", "z"), [encoder], Shelf(texts), without=(NEAR,))
    shares = {one.id: one.shares[SENTENCES] for one in found}
    assert shares["z"] > 0 > shares["y"]


def test_unknown_documents_stay_average_and_nothing_is_lost() -> None:
    found = reread(QUESTION, fused("a", "b", "c"), [CountingEncoder()], Shelf({}))
    assert [one.id for one in found] == ["a", "b", "c"]


def test_what_follows_the_best_keeps_its_place() -> None:
    many = fused(*(f"d{number}" for number in range(REREAD + 20)))
    found = reread(QUESTION, many, [], Shelf({"d5": "焊缝"}))
    assert [one.id for one in found[REREAD:]] == [one.id for one in many[REREAD:]]
    assert all(one.score >= found[REREAD].score for one in found[:REREAD])


def test_a_question_of_one_sentence_is_not_looked_at_again() -> None:
    listed = fused("a", "b")
    assert reread(Question("焊缝"), listed, [], Shelf({"b": "焊缝"})) == listed
