"""What holds for every kind of identifier, whatever is typed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.identifiers import (
    IdentifierError,
    Parsed,
    doi,
    ipc,
    orcid,
    patent_application,
    patent_publication,
    project_number,
    result_registration,
    uscc,
)

Parse = Callable[[str], Parsed]

EXAMPLES: dict[Parse, str] = {
    uscc.parse: "９141 0100ma3x000109",
    patent_application.parse: "ZL 202110318264.1",
    patent_publication.parse: "cn 115465432 a",
    ipc.parse: "h01m0010/0525 (2010.01)",
    result_registration.parse: "941 2021 y 0123",
    doi.parse: "https://doi.org/10.5555/ABC-12",
    orcid.parse: "https://orcid.org/0000-0002-1825-0097",
    project_number.parse: " 示例〔2021〕 12 号 ",
}

every_identifier = pytest.mark.parametrize(
    "parse", EXAMPLES, ids=[parse.__module__.rpartition(".")[2] for parse in EXAMPLES]
)


def any_character() -> st.SearchStrategy[str]:
    """Surrogates and control characters too: what a broken file may hold."""
    return st.characters(exclude_categories=())


@st.composite
def spoilt_examples(draw: st.DrawFn) -> str:
    """An example with a piece of it replaced by anything."""
    text = draw(st.sampled_from(list(EXAMPLES.values())))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    return text[:start] + draw(st.text(any_character(), max_size=4)) + text[end:]


@every_identifier
@given(text=st.text(any_character()) | spoilt_examples())
def test_any_text_is_either_read_or_refused_with_a_sentence(parse: Parse, text: str) -> None:
    try:
        parsed = parse(text)
    except IdentifierError as error:
        problems = [error.problem]
    else:
        problems = list(parsed.warnings)
        parsed.display.encode("utf-8")
        assert parse(parsed.value).value == parsed.value
        assert parse(parsed.display).value == parsed.value
    for problem in problems:
        assert problem.code
        assert str(problem.message).endswith("。")
        str(problem.message).encode("utf-8")


@every_identifier
@pytest.mark.parametrize("text", ["", " ", "\u3000\u00a0", "\u200b\ufeff", "\x00"])
def test_a_blank_text_is_called_empty(parse: Parse, text: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse(text)
    assert caught.value.problem.code.endswith(".empty")
    assert "还是空的" in str(caught.value)


@every_identifier
def test_a_page_of_combining_marks_is_refused(parse: Parse) -> None:
    with pytest.raises(IdentifierError):
        parse("1\u0301\u0316" * 100_000)


@every_identifier
def test_the_stored_form_reads_back_as_itself_without_a_warning(parse: Parse) -> None:
    stored = parse(EXAMPLES[parse]).value
    again = parse(stored)
    assert (again.value, again.warnings) == (stored, ())


@every_identifier
def test_invisible_characters_of_a_paste_are_dropped(parse: Parse) -> None:
    example = EXAMPLES[parse]
    pasted = "\ufeff" + "\u200b".join(example) + "\u00ad"
    assert parse(pasted).value == parse(example).value


def test_a_sentence_is_chinese_outside_a_request() -> None:
    with pytest.raises(IdentifierError) as caught:
        orcid.parse("1")
    assert str(caught.value).startswith("ORCID 应有 16 位")


def test_a_sentence_takes_the_language_of_the_moment_in_which_it_is_shown(
    tmp_path: Path,
) -> None:
    source = "第 %(position)s 位是空格，DOI 里没有空格。"
    catalog = Catalog(locale="en")
    catalog.add(
        source, "Character %(position)s is a space; a DOI has none.", flags=["python-format"]
    )
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    Babel(app, default_locale="zh_Hans_CN", locale_selector=lambda: "en")

    with pytest.raises(IdentifierError) as caught:
        doi.parse("10.5555/a b")

    assert str(caught.value) == "第 10 位是空格，DOI 里没有空格。"
    with app.test_request_context():
        assert str(caught.value) == "Character 10 is a space; a DOI has none."
