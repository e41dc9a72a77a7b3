"""Two languages: bilingual texts, addresses under /en, money and dates as a person says them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask import Flask, render_template_string, url_for
from flask_babel import Babel, force_locale, lazy_gettext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from marketplace.core.i18n import (
    NBSP,
    Bilingual,
    LanguagePrefix,
    format_count,
    format_day,
    format_day_in_sentence,
    format_wan,
    format_wan_range,
    language,
    listed,
    local_date,
    time_element,
    today,
)

BOTH, CHINESE, ENGLISH = Bilingual("中", "en"), Bilingual(zh="中"), Bilingual(en="en")


@pytest.fixture
def in_english(core_app: Flask) -> Iterator[None]:
    with force_locale("en"):
        yield


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("text", "zh", "en"), [(BOTH, "中", "en"), (CHINESE, "中", "中"), (ENGLISH, "en", "en")]
)
def test_a_text_answers_in_the_wanted_language_or_else_in_the_one_there_is(
    text: Bilingual, zh: str, en: str
) -> None:
    assert (text.in_language("zh"), text.in_language("en")) == (zh, en)


@pytest.mark.parametrize(
    ("text", "zh", "en"), [(BOTH, "zh", "en"), (CHINESE, "zh", "zh"), (ENGLISH, "en", "en")]
)
def test_a_text_says_in_which_language_it_really_answers(text: Bilingual, zh: str, en: str) -> None:
    assert (text.language_of("zh"), text.language_of("en")) == (zh, en)


def test_the_other_language_of_a_text_is_empty_when_there_is_none() -> None:
    assert (BOTH.other("zh"), BOTH.other("en")) == ("en", "中")
    assert (CHINESE.other("zh"), ENGLISH.other("en")) == ("", "")


def test_a_text_is_true_when_it_holds_words_in_any_language() -> None:
    assert BOTH
    assert CHINESE
    assert ENGLISH
    assert not Bilingual()


def test_a_text_can_not_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        BOTH.zh = "别的"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"zh": "中", "en": "en"}, BOTH),
        ({"zh": "中", "en": None}, CHINESE),
        ({"en": "en", "fr": "fr"}, ENGLISH),
        ("中", CHINESE),
        (BOTH, BOTH),
        ("", Bilingual()),
        ({}, Bilingual()),
        (None, Bilingual()),
        (42, Bilingual(zh="42")),
    ],
)
def test_a_text_is_made_from_a_mapping_a_chinese_text_or_nothing(
    value: Any, text: Bilingual
) -> None:
    assert Bilingual.of(value) == text


@given(st.text(), st.text())
def test_a_text_survives_the_way_through_its_languages(zh: str, en: str) -> None:
    assert Bilingual.of(Bilingual(zh, en).as_dict()) == Bilingual(zh, en)


def test_a_text_on_a_page_is_in_the_language_of_the_page(core_app: Flask) -> None:
    assert str(BOTH) == "中"
    with force_locale("en"):
        assert str(BOTH) == "en"


def test_without_a_page_the_language_is_chinese() -> None:
    assert language() == "zh"


@pytest.mark.parametrize(
    ("address", "path", "chosen"),
    [
        ("/", "/", "zh"),
        ("/search", "/search", "zh"),
        ("/en", "/", "en"),
        ("/en/", "/", "en"),
        ("/en/results/1", "/results/1", "en"),
        ("/en/en", "/en", "en"),
        ("/english", "/english", "zh"),
        ("/results/en", "/results/en", "zh"),
        ("/EN/search", "/EN/search", "zh"),
    ],
)
def test_the_first_part_of_an_address_decides_the_language(
    bare_core_app: Flask, address: str, path: str, chosen: str
) -> None:
    seen: list[tuple[str, str, str]] = []

    @bare_core_app.route("/", defaults={"rest": ""})
    @bare_core_app.route("/<path:rest>")
    def page(rest: str) -> str:
        seen.append((f"/{rest}", language(), url_for("page", rest="next")))
        return ""

    assert bare_core_app.test_client().get(address).status_code == 200
    prefix = "/en" if chosen == "en" else ""
    assert seen == [(path, chosen, f"{prefix}/next")]


def test_a_site_that_lives_under_a_path_keeps_it_before_the_language() -> None:
    environ: dict[str, Any] = {"SCRIPT_NAME": "/market", "PATH_INFO": "/en/search"}
    LanguagePrefix(lambda _environ, _start: [])(environ, None)
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("/market/en", "/search")


MONEY = [
    (0, "0 元", "CNY 0"),
    (1, "0.01 元", "CNY 0.01"),
    (350, "3.50 元", "CNY 3.50"),
    (350_000, "3,500 元", "CNY 3,500"),
    (350_050, "3,500.50 元", "CNY 3,500.50"),
    (999_999, "9,999.99 元", "CNY 9,999.99"),
    (1_000_000, "1 万元", "CNY 10,000"),
    (35_500_000, "35.5 万元", "CNY 355,000"),
    (60_000_000, "60 万元", "CNY 600,000"),
    (99_999_999, "100 万元", "CNY 999,999.99"),
    (100_000_000, "100 万元", "CNY 1 million"),
    (680_000_000, "680 万元", "CNY 6.8 million"),
    (12_000_000_000, "12,000 万元", "CNY 120 million"),
]


@pytest.mark.parametrize(("fen", "chinese", "_english"), MONEY)
def test_an_amount_in_chinese_is_in_wan_from_ten_thousand_yuan_on(
    core_app: Flask, fen: int, chinese: str, _english: str
) -> None:
    assert plain(format_wan(fen)) == chinese


@pytest.mark.parametrize(("fen", "_chinese", "english"), MONEY)
def test_an_amount_in_english_is_in_millions_from_a_million_on(
    in_english: None, fen: int, _chinese: str, english: str
) -> None:
    assert plain(format_wan(fen)) == english


@pytest.mark.parametrize(
    ("fen", "chinese"),
    [(1_004_999, "1 万元"), (1_005_000, "1.01 万元"), (1_025_000, "1.03 万元")],
)
def test_half_a_hundredth_is_rounded_up(core_app: Flask, fen: int, chinese: str) -> None:
    assert plain(format_wan(fen)) == chinese


RANGES = [
    (60_000_000, 90_000_000, "60 万–90 万元", "CNY 600,000–900,000"),
    (60_000_000, 60_000_000, "60 万元", "CNY 600,000"),
    (60_000_000, 680_000_000, "60 万–680 万元", "CNY 600,000–6.8 million"),
    (680_000_000, 900_000_000, "680 万–900 万元", "CNY 6.8–9 million"),
    (300_000, 500_000, "3,000–5,000 元", "CNY 3,000–5,000"),
    (300_000, 3_000_000, "3,000 元–3 万元", "CNY 3,000–30,000"),
    (0, 60_000_000, "0 元–60 万元", "CNY 0–600,000"),
]


@pytest.mark.parametrize(("low", "high", "chinese", "_english"), RANGES)
def test_a_range_in_chinese_names_the_unit_of_each_end(
    core_app: Flask, low: int, high: int, chinese: str, _english: str
) -> None:
    assert plain(format_wan_range(low, high)) == chinese


@pytest.mark.parametrize(("low", "high", "_chinese", "english"), RANGES)
def test_a_range_in_english_names_the_currency_once(
    in_english: None, low: int, high: int, _chinese: str, english: str
) -> None:
    assert plain(format_wan_range(low, high)) == english


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 2**62))
def test_an_amount_reads_back_to_within_half_of_its_last_place(core_app: Flask, fen: int) -> None:
    figure, unit = format_wan(fen).split(NBSP)
    fen_per_unit = {"元": 100, "万元": 1_000_000}[unit]
    written = Decimal(figure.replace(",", "")) * fen_per_unit
    assert abs(written - fen) <= Decimal(fen_per_unit) / 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_figure_and_unit_of_an_amount_never_part_at_a_line_end(
    core_app: Flask, one: int, other: int
) -> None:
    assert " " not in format_wan_range(min(one, other), max(one, other))
    with force_locale("en"):
        assert " " not in format_wan_range(min(one, other), max(one, other))


def test_a_count_has_its_thousands_separated() -> None:
    assert format_count(1284) == "1,284"


LATE_EVENING_UTC = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


def test_a_late_evening_in_utc_is_the_next_day_in_shanghai() -> None:
    assert local_date(LATE_EVENING_UTC) == date(2026, 11, 23)
    assert local_date(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == date(2026, 11, 22)


def test_a_day_stays_the_day_that_it_is() -> None:
    assert local_date(date(2026, 11, 22)) == date(2026, 11, 22)


def test_today_is_the_day_in_shanghai() -> None:
    with time_machine.travel(LATE_EVENING_UTC, tick=False):
        assert today() == date(2026, 11, 23)


@pytest.mark.parametrize("value", [LATE_EVENING_UTC, date(2026, 11, 23)])
def test_a_day_is_written_in_the_way_of_each_language(
    core_app: Flask, value: date | datetime
) -> None:
    assert format_day(value) == "2026-11-23"
    with force_locale("en"):
        assert plain(format_day(value)) == "23 Nov 2026"


@pytest.mark.parametrize(
    ("year", "chinese", "english"),
    [(2026, "11 月 2 日", "2 Nov"), (2025, "2025 年 11 月 2 日", "2 Nov 2025")],
)
def test_a_day_in_a_sentence_has_its_year_only_when_it_is_another(
    core_app: Flask, year: int, chinese: str, english: str
) -> None:
    day, present = date(year, 11, 2), date(2026, 12, 31)
    assert plain(format_day_in_sentence(day, present)) == chinese
    with force_locale("en"):
        assert plain(format_day_in_sentence(day, present)) == english


def test_a_time_element_carries_the_day_for_machines(core_app: Flask) -> None:
    element = time_element(LATE_EVENING_UTC)
    assert 'datetime="2026-11-23"' in element
    assert ">2026-11-23<" in element


def test_a_time_element_of_nothing_says_that_the_day_is_unknown(core_app: Flask) -> None:
    assert time_element(None) == "未知"


@pytest.mark.parametrize("write", [format_day, local_date])
def test_a_moment_without_a_time_zone_has_no_day(
    core_app: Flask, write: Callable[[datetime], object]
) -> None:
    with pytest.raises(ValueError, match="time zone"):
        write(datetime(2026, 11, 22, 17, 30))  # noqa: DTZ001


def test_words_in_a_sentence_that_is_translated_late_are_no_markup() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        late = lazy_gettext("核验单位：%(name)s", name="<b>")
        said = render_template_string("{{ late }} {{ late ~ '' }} <i>{{ late|e }}</i>", late=late)
        assert str(Markup("{}").format(late)) == "核验单位：&lt;b&gt;"
    assert said == " ".join(["核验单位：&lt;b&gt;"] * 2 + ["<i>核验单位：&lt;b&gt;</i>"])


@pytest.mark.usefixtures("app")
def test_a_list_is_joined_in_the_language_of_whoever_reads_it() -> None:
    some = listed(["甲", "乙"], has_more=True)
    assert str(some) == "甲、乙……"
    with force_locale("en"):
        assert str(some) == "甲, 乙…"
