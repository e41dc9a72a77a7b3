"""Forms of reports and deposits: read, or refused with a sentence a field."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.obligations.inputs import as_draft, check_draft, read_deposit, read_report
from marketplace.obligations.problems import FormProblems

WHOLE = {
    "title": "铝壳焊缝气孔闭环控制研究报告",
    "authors": "方鹤鸣；李雯",
    "unit": "河湾理工大学",
    "partners": "",
    "written_on": "2026-10-08",
    "abstract": "气孔率由 6% 降到 2%。",
    "keywords": "焊缝;气孔；闭环控制",
    "scope": "open",
}
DEFERRED = {"scope": "deferred", "opens_on": "2029-10-08"}
CLOSED = {"scope": "closed", "closed_reason": "涉及合作方的商业秘密", "told_on": "2026-10-09"}


@pytest.fixture(autouse=True)
def a_day(core_app_of_obligations: Flask) -> Iterator[None]:
    """Noon of a day in November 2026."""
    with time_machine.travel("2026-11-23T04:00:00Z", tick=False):
        yield


def form(**values: str) -> dict[str, list[str]]:
    return {field: [value] for field, value in {**WHOLE, **values}.items()}


def refused(draft: dict[str, list[str]]) -> dict[str, str]:
    with pytest.raises(FormProblems) as caught:
        read_report(draft)
    return caught.value.problems


def test_a_whole_report_is_read() -> None:
    report = read_report(form(partners="甲公司；乙研究所"))
    assert report.authors == ["方鹤鸣", "李雯"]
    assert report.keywords == ["焊缝", "气孔", "闭环控制"]
    assert report.partners == ["甲公司", "乙研究所"]
    assert report.written_on == date(2026, 10, 8)
    assert (report.opens_on, report.closed_reason, report.told_on) == (None, None, None)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"title": " "}, "title", "报告名称"),
        ({"title": "长" * 201}, "title", "最多 200 个"),
        ({"authors": "；"}, "authors", "作者"),
        ({"authors": "名" * 101}, "authors", "超过 100"),
        ({"unit": ""}, "unit", "编写单位"),
        ({"partners": "一；二；三；四；五；六"}, "partners", "现在是 6 家"),
        ({"written_on": "2026-13-01"}, "written_on", "不是一个日期"),
        ({"written_on": "2026-11-24"}, "written_on", "还没有到"),
        ({"written_on": ""}, "written_on", "编写日期"),
        ({"abstract": ""}, "abstract", "摘要"),
        ({"keywords": "焊缝；气孔"}, "keywords", "现在是 2 个"),
        ({"keywords": "焊缝；焊缝；气孔"}, "keywords", "现在是 2 个"),
        ({"keywords": "一;二;三;四;五;六;七;八;九"}, "keywords", "现在是 9 个"),
        ({"scope": "secret"}, "scope", "公开范围"),
        ({"scope": "deferred"}, "opens_on", "从哪一天起"),
        ({**DEFERRED, "opens_on": "2026-10-08"}, "opens_on", "晚于编写日期"),
        ({**DEFERRED, "opens_on": "2031-10-09"}, "opens_on", "最晚 2031-10-08"),
        ({**CLOSED, "closed_reason": ""}, "closed_reason", "原因"),
        ({**CLOSED, "told_on": ""}, "told_on", "告知完成人"),
        ({**CLOSED, "told_on": "2026-11-24"}, "told_on", "还没有到"),
    ],
)
def test_what_is_missing_or_wrong_is_told_at_its_field(
    values: dict[str, str], field: str, words: str
) -> None:
    problems = refused(form(**values))
    assert list(problems) == [field]
    assert words in problems[field]


def test_a_report_may_be_held_back_for_five_years_at_most() -> None:
    assert read_report(form(**{**DEFERRED, "opens_on": "2031-10-08"})).opens_on


def test_what_belongs_to_another_scope_is_not_kept() -> None:
    report = read_report(form(opens_on="2030-01-01", closed_reason="x", told_on="2026-01-01"))
    assert (report.opens_on, report.closed_reason, report.told_on) == (None, None, None)


@given(st.dictionaries(st.sampled_from([*WHOLE, "opens_on", "told_on"]), st.lists(st.text())))
def test_any_form_is_read_or_refused(draft: dict[str, list[str]]) -> None:
    with contextlib.suppress(FormProblems):
        assert read_report({**form(), **draft}).title


def test_a_draft_keeps_all_that_was_typed() -> None:
    typed = form(title="  两头有空格\n第二行 ", authors="")
    typed["result"] = [str(one) for one in range(500)]
    assert as_draft({**typed, "csrf_token": ["t"]}) == typed


def test_what_is_too_long_for_a_draft_is_told_at_its_field() -> None:
    with pytest.raises(FormProblems) as caught:
        check_draft(form(abstract="字" * 4001, authors="名" * 8001, unit="单" * 200))
    problems = {field: str(text) for field, text in caught.value.problems.items()}
    assert list(problems) == ["authors", "abstract"]
    assert "有 4001 个字，最多 4000 个" in problems["abstract"]
    assert "有 8001 个字，最多 8000 个" in problems["authors"]


def test_a_line_end_counts_once_as_in_the_browser() -> None:
    full = form(abstract="字\r\n" * 1999 + "字字")
    check_draft(full)
    assert len(read_report(full).abstract) == 4000


def deposit(**values: str) -> dict[str, list[str]]:
    return {field.replace("_", "-"): [value] for field, value in values.items()}


def test_a_deposit_names_results_and_how_far_they_are() -> None:
    draft = deposit(result="2", conversion_2="converted", mode_2="3", converted_2="2026-05-01")
    (row,) = read_deposit(draft, [1, 2])
    assert (row.result_id, row.mode, row.converted_on) == (2, "3", date(2026, 5, 1))
    draft = deposit(result="1", conversion_1="none", mode_1="3", converted_1="nonsense")
    (row,) = read_deposit(draft, [1, 2])
    assert (row.conversion, row.mode, row.converted_on) == ("none", None, None)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({}, "result"),
        (deposit(result="3", conversion_3="none"), "result"),
        (deposit(result="1"), "conversion-1"),
        (deposit(result="1", conversion_1="maybe"), "conversion-1"),
        (deposit(result="1", conversion_1="converted", converted_1="2026-05-01"), "mode-1"),
        (deposit(result="1", conversion_1="converted", mode_1="3"), "converted-1"),
        (
            deposit(result="1", conversion_1="converted", mode_1="3", converted_1="2027-05-01"),
            "converted-1",
        ),
    ],
)
def test_a_deposit_that_is_not_whole_is_refused_at_its_field(
    draft: dict[str, list[str]], field: str
) -> None:
    with pytest.raises(FormProblems) as caught:
        read_deposit(draft, [1, 2])
    assert list(caught.value.problems) == [field]
