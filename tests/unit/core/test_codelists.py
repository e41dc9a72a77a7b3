"""Code lists: the data file, loading it, and reading names and codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from marketplace.core import codelists
from marketplace.core.codelists import (
    CodeItem,
    CodeList,
    add_items,
    choices,
    code_label,
    code_name,
    find_code,
    items,
    load_codelists,
)
from marketplace.core.db import Base, configure_sqlite, db, now, writing
from marketplace.core.i18n import Bilingual

DATA: dict[str, Any] = json.loads(
    files("marketplace.core").joinpath("data", "codelists.json").read_text("utf-8")
)

COLOURS: dict[str, Any] = {
    "colour": {
        "title": {"zh": "颜色", "en": "Colours"},
        "source": "色卡",
        "verified": "yes",
        "items": [
            {
                "code": "R",
                "name": {"zh": "红色（暖）", "en": "Warm red"},
                "short": {"zh": "红", "en": "Red"},
            },
            {"code": "B", "name": {"zh": "蓝色", "en": "Blue"}, "extra": {"group": "cold"}},
            {"code": "G", "name": {"zh": "绿色", "en": "Green"}, "is_verified": False},
        ],
    }
}


def make_app(url: str) -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {"default": url}
    db.init_app(app)
    Babel(app, default_locale="zh_Hans_CN")
    return app


@pytest.fixture
def app() -> Iterator[Flask]:
    app = make_app("sqlite://")
    with app.app_context():
        configure_sqlite(db.engine)
        Base.metadata.create_all(db.engine, tables=[CodeList.__table__, CodeItem.__table__])
        yield app
        db.session.rollback()


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session


@pytest.fixture
def colours(session: Session) -> Session:
    load_codelists(session, COLOURS)
    session.commit()
    return session


def yellow(**more: Any) -> dict[str, Any]:
    return {"code": "Y", "name": {"zh": "黄色", "en": "Yellow"}, **more}


def item_of(session: Session, list_code: str, code: str) -> CodeItem:
    return session.scalars(select(CodeItem).filter_by(list_code=list_code, code=code)).one()


def pass_the_time_until_the_next_check(monkeypatch: pytest.MonkeyPatch) -> None:
    later = codelists.monotonic() + codelists.CHECK_EVERY_SECONDS
    monkeypatch.setattr(codelists, "monotonic", lambda: later)


@pytest.mark.parametrize("list_code", DATA)
def test_every_list_and_item_of_the_file_has_both_languages(list_code: str):
    entry = DATA[list_code]
    texts = [entry["title"], *(item["name"] for item in entry["items"])]
    texts += [item["short"] for item in entry["items"] if "short" in item]
    assert all(text["zh"].strip() and text["en"].strip() for text in texts)
    assert all("(mem)" not in text["zh"] for text in texts)
    assert all(entry[key] for key in ("source", "verified"))


@pytest.mark.parametrize("list_code", DATA)
def test_codes_of_a_list_in_the_file_are_unique_and_parents_exist(list_code: str):
    codes = [item["code"] for item in DATA[list_code]["items"]]
    assert len(codes) == len(set(codes)) > 0
    assert {item["parent"] for item in DATA[list_code]["items"] if "parent" in item} <= set(codes)


@pytest.mark.parametrize("list_code", DATA)
def test_english_names_of_a_list_in_the_file_differ_from_each_other(list_code: str):
    names = [item["name"]["en"].casefold() for item in DATA[list_code]["items"]]
    assert len(names) == len(set(names))


def test_loading_brings_every_item_of_the_file_and_a_second_time_nothing(session: Session):
    count = sum(len(entry["items"]) for entry in DATA.values())
    assert load_codelists(session) == count
    session.commit()
    assert load_codelists(session) == 0
    assert not session.dirty


def test_texts_of_the_file_fit_their_columns():
    lists, listed = CodeList.__table__.c, CodeItem.__table__.c
    for list_code, entry in DATA.items():
        assert len(list_code) <= lists.code.type.length
        assert len(entry["source"]) <= lists.source.type.length
        assert len(entry["verified"]) <= lists.verified.type.length
        assert all(len(item["code"]) <= listed.code.type.length for item in entry["items"])


def test_items_come_in_the_order_of_the_file(session: Session):
    load_codelists(session)
    assert [item.code for item in items("tech_field")] == [str(n) for n in range(1, 12)]


def test_loading_again_changes_what_the_file_changed(colours: Session):
    entry = COLOURS["colour"]
    red, blue, green = entry["items"]
    renamed = {**blue, "name": {"zh": "天蓝色", "en": "Sky blue"}}
    assert load_codelists(colours, {"colour": {**entry, "items": [red, renamed, green]}}) == 1
    assert code_name("colour", "B") == Bilingual(zh="天蓝色", en="Sky blue")


def test_loading_never_overwrites_an_item_that_staff_have_edited(colours: Session):
    red = item_of(colours, "colour", "R")
    red.name = Bilingual(zh="朱红", en="Vermilion")
    red.edited_at = now()
    colours.commit()
    assert load_codelists(colours, COLOURS) == 0
    assert code_name("colour", "R").zh == "朱红"


def test_items_that_the_file_does_not_know_stay(colours: Session):
    add_items(colours, "colour", [yellow()])
    load_codelists(colours, COLOURS)
    assert code_name("colour", "Y").en == "Yellow"


def test_doubt_about_one_item_and_extra_keys_are_kept(colours: Session):
    red, blue, green = items("colour")
    assert (red.is_verified, green.is_verified) == (True, False)
    assert blue.extra == {"group": "cold"}


def test_added_items_stand_at_the_end_and_adding_them_again_changes_nothing(colours: Session):
    more = [
        yellow(parent="R"),
        {"code": "K", "name": {"zh": "黑色", "en": "Black"}, "valid_from": "2020-01-01"},
    ]
    assert add_items(colours, "colour", more) == 2
    assert [item.code for item in items("colour")] == ["R", "B", "G", "Y", "K"]
    assert items("colour")[3].parent_code == "R"
    assert items("colour")[4].valid_from == date(2020, 1, 1)
    assert add_items(colours, "colour", more) == 0


def test_adding_to_a_list_that_does_not_exist_is_refused(session: Session):
    with pytest.raises(LookupError, match="no code list 'taste'"):
        add_items(session, "taste", [])


def test_a_name_is_given_in_both_languages_and_the_short_one_where_there_is_one(colours: Session):
    assert code_name("colour", "R") == Bilingual(zh="红色（暖）", en="Warm red")
    assert code_label("colour", "R") == Bilingual(zh="红", en="Red")
    assert code_label("colour", "B") == Bilingual(zh="蓝色", en="Blue")


def test_conversion_modes_have_short_names_for_filters(session: Session):
    load_codelists(session)
    labels = [item.label.zh for item in items("conversion_mode")]
    assert labels == ["自行实施", "转让", "许可", "合作实施", "作价投资", "其他方式"]


@pytest.mark.parametrize("list_code", ["colour", "taste"])
def test_an_unknown_code_stands_for_itself(colours: Session, list_code: str):
    assert code_name(list_code, "X9") == Bilingual(zh="X9")
    assert code_label(list_code, "X9") == Bilingual(zh="X9")


@pytest.mark.parametrize("nothing", ["", None])
def test_no_code_has_an_empty_name_and_no_text_finds_no_code(colours: Session, nothing: str | None):
    assert not code_name("colour", nothing)
    assert find_code("colour", nothing) is None


@pytest.mark.parametrize(
    "text", ["R", "r", "ｒ", " R ", "红色（暖）", "红色(暖)", "warm RED", "Ｗarm  red", "红", "red"]
)
def test_a_code_is_found_by_code_name_or_short_name_however_it_is_typed(
    colours: Session, text: str
):
    assert find_code("colour", text) == "R"


@pytest.mark.parametrize("text", ["紫色", "Re", "  ", "9" * 5000, 7])
def test_what_no_item_is_called_finds_nothing(colours: Session, text: str | int):
    assert find_code("colour", text) is None


def test_nothing_is_found_in_a_list_that_does_not_exist(colours: Session):
    assert find_code("taste", "R") is None
    assert items("taste") == []
    assert choices("taste") == []


def test_a_name_that_two_items_share_finds_neither_of_them(session: Session):
    load_codelists(session)
    assert find_code("result_form", "其他") is None
    assert find_code("result_form", "A8") == "A8"


def test_a_whole_number_finds_its_code_and_an_endless_one_nothing(session: Session):
    load_codelists(session)
    assert find_code("tech_field", 5) == "5"
    assert find_code("tech_field", 10**5000) is None


def test_a_code_goes_before_a_name_that_reads_the_same(colours: Session):
    add_items(colours, "colour", [{"code": "N", "name": {"zh": "B", "en": "None"}}])
    assert find_code("colour", "B") == "B"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text())
def test_any_text_may_be_looked_up(colours: Session, text: str):
    assert find_code("colour", text) in {"R", "B", "G", None}
    assert code_name("colour", text).zh or not text


def test_choices_are_in_the_language_of_the_page(colours: Session, app: Flask):
    assert choices("colour")[1] == ("B", "蓝色")
    with app.test_request_context(), force_locale("en"):
        assert choices("colour")[1] == ("B", "Blue")


def test_an_item_that_is_not_active_keeps_its_name_and_is_no_longer_offered(colours: Session):
    add_items(colours, "colour", [yellow(is_active=False)])
    assert code_name("colour", "Y").zh == "黄色"
    assert "Y" not in [code for code, _ in choices("colour")]
    assert find_code("colour", "黄色") is None


def test_choices_leave_out_codes_that_are_no_longer_in_force_while_imports_accept_them(
    colours: Session,
):
    add_items(colours, "colour", [yellow(valid_to="2001-12-31")])
    assert "Y" not in [code for code, _ in choices("colour")]
    assert find_code("colour", "Yellow") == "Y"


def test_a_code_is_in_force_on_its_first_and_its_last_day(colours: Session):
    add_items(colours, "colour", [yellow(valid_from="2020-02-01", valid_to="2020-02-29")])
    item = items("colour")[-1]
    days = [date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 29), date(2020, 3, 1)]
    assert [item.is_valid_on(day) for day in days] == [False, True, True, False]


def test_reading_a_name_again_asks_the_database_nothing(colours: Session):
    code_name("colour", "R")
    asked: list[Any] = []
    event.listen(db.engine, "before_cursor_execute", lambda *statement: asked.append(statement))
    code_name("colour", "B")
    assert not asked


def test_a_change_made_elsewhere_is_seen_at_the_next_check(
    colours: Session, monkeypatch: pytest.MonkeyPatch
):
    assert code_name("colour", "B").zh == "蓝色"
    item_of(colours, "colour", "B").name = Bilingual(zh="靛蓝", en="Indigo")
    colours.commit()
    assert code_name("colour", "B").zh == "蓝色"
    pass_the_time_until_the_next_check(monkeypatch)
    assert code_name("colour", "B").zh == "靛蓝"


def test_a_change_that_began_before_the_last_one_seen_is_seen_too(
    colours: Session, monkeypatch: pytest.MonkeyPatch
):
    code_name("colour", "B")
    blue = item_of(colours, "colour", "B")
    blue.name = Bilingual(zh="靛蓝")
    blue.updated_at = datetime(2001, 1, 1, tzinfo=UTC)
    colours.commit()
    pass_the_time_until_the_next_check(monkeypatch)
    assert code_name("colour", "B").zh == "靛蓝"


def test_an_item_that_was_removed_elsewhere_is_gone_at_the_next_check(
    colours: Session, monkeypatch: pytest.MonkeyPatch
):
    code_name("colour", "B")
    colours.delete(item_of(colours, "colour", "B"))
    colours.commit()
    pass_the_time_until_the_next_check(monkeypatch)
    assert code_name("colour", "B") == Bilingual(zh="B")


def test_nothing_is_read_again_at_a_check_when_nothing_changed(
    colours: Session, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    code_name("colour", "B")
    before = app.extensions["codelists"].content
    pass_the_time_until_the_next_check(monkeypatch)
    code_name("colour", "B")
    assert app.extensions["codelists"].content is before


def test_what_was_just_loaded_can_be_read_in_the_same_transaction(app: Flask):
    assert not items("colour")
    with writing() as session:
        load_codelists(session, COLOURS)
        assert find_code("colour", "Green") == "G"


def test_reading_a_name_does_not_flush_a_record_that_is_still_being_built(colours: Session):
    colours.add(unfinished := CodeItem(list_code="colour", code="Y"))
    assert code_name("colour", "R").en == "Warm red"
    assert unfinished in colours.new
    colours.expunge(unfinished)


@pytest.fixture
def shared_app(tmp_path: Path) -> Flask:
    """An app on a file, so that every thread has a connection of its own."""
    app = make_app(f"sqlite:///{tmp_path / 'lists.sqlite'}")
    with app.app_context():
        configure_sqlite(db.engine)
        Base.metadata.create_all(db.engine, tables=[CodeList.__table__, CodeItem.__table__])
        with writing() as session:
            load_codelists(session, COLOURS)
    return app


def codes_in_a_thread(app: Flask) -> list[str]:
    def read() -> list[str]:
        with app.app_context():
            return [item.code for item in items("colour")]

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(read).result()


def test_other_threads_see_added_items_as_soon_as_they_are_committed(shared_app: Flask):
    with shared_app.app_context(), writing() as session:
        add_items(session, "colour", [yellow()])
        assert codes_in_a_thread(shared_app) == ["R", "B", "G"]
    assert codes_in_a_thread(shared_app) == ["R", "B", "G", "Y"]


def test_threads_read_complete_lists_while_one_loads(shared_app: Flask):
    def read(_: int) -> set[tuple[str, ...]]:
        with shared_app.app_context():
            return {tuple(item.code for item in items("colour")) for _ in range(50)}

    def add(number: int) -> None:
        with shared_app.app_context(), writing() as session:
            pair = [{"code": f"{side}{number}", "name": {"zh": side}} for side in "ab"]
            add_items(session, "colour", pair)

    with ThreadPoolExecutor(4) as pool:
        reads = [pool.submit(read, n) for n in range(8)]
        writes = [pool.submit(add, n) for n in range(4)]
        for written in writes:
            written.result()
        seen = set().union(*(answer.result() for answer in reads))
    assert all(codes[:3] == ("R", "B", "G") and len(codes) % 2 for codes in seen)
    with shared_app.app_context():
        assert len(items("colour")) == 11
