import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.identifiers import IdentifierError, Problem, ipc


def refusal(text: str, *, allow_subclass: bool = False) -> Problem:
    with pytest.raises(IdentifierError) as caught:
        ipc.parse(text, allow_subclass=allow_subclass)
    return caught.value.problem


@pytest.mark.parametrize(
    "typed",
    [
        "H01M 10/0525",
        "h01m10/0525",
        "H01M\u00a010/0525",
        "H01M0010/0525",
        "Ｈ０１Ｍ　１０／０５２５",
        "H01M 10/0525 (2010.01)",
        "H01M10/0525（2010.01）I",
    ],
)
def test_all_forms_of_a_symbol_become_one(typed: str) -> None:
    parsed = ipc.parse(typed)
    assert (parsed.value, parsed.display) == ("H01M 10/0525", "H01M 10/0525")


@given(
    section=st.sampled_from("ABCDEFGH"),
    class_number=st.integers(1, 99),
    subclass=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    main=st.integers(1, 9999),
    sub=st.text("0123456789", min_size=2, max_size=6),
)
def test_every_well_formed_symbol_keeps_its_canonical_form(
    section: str, class_number: int, subclass: str, main: int, sub: str
) -> None:
    canonical = f"{section}{class_number:02}{subclass} {main}/{sub}"
    assert ipc.parse(canonical).value == canonical
    padded = f"{section}{class_number:02}{subclass}{main:04}/{sub}"
    assert ipc.parse(padded).value == canonical


def test_a_subclass_alone_needs_the_flag() -> None:
    assert ipc.parse("h01m", allow_subclass=True).value == "H01M"
    problem = refusal("H01M")
    assert problem.code == "ipc.group_missing"
    assert "H01M 只写到小类" in str(problem.message)


def test_section_and_subclass_are_read_off_a_canonical_symbol() -> None:
    assert ipc.section_of("H01M 10/0525") == "H"
    assert ipc.subclass_of("H01M 10/0525") == "H01M"
    assert ipc.subclass_of("H01M") == "H01M"


@pytest.mark.parametrize(
    ("typed", "code", "position", "expected"),
    [
        ("K01M 10/05", "ipc.section", 1, None),
        ("701M 10/05", "ipc.section", 1, None),
        ("HO1M 10/05", "ipc.class", 2, "0"),
        ("H0IM 10/05", "ipc.class", 3, "1"),
        ("H0?M 10/05", "ipc.class", 3, None),
        ("H01610/05", "ipc.subclass", 4, None),
        ("H01M 1O/05", "ipc.group", 6, "0"),
        ("H01M 10-05", "ipc.group", 7, None),
        ("H01M 10", "ipc.group", 5, None),
        ("H01M 0/00", "ipc.group", 5, None),
        ("H01M 10/5", "ipc.group", 5, None),
        ("H01M 10/0525000", "ipc.group", 5, None),
        ("H01M 12345/00", "ipc.group", 5, None),
        ("H01", "ipc.length", None, None),
    ],
)
def test_a_wrong_symbol_names_the_place(
    typed: str, code: str, position: int | None, expected: str | None
) -> None:
    problem = refusal(typed, allow_subclass=True)
    assert (problem.code, problem.position, problem.expected) == (code, position, expected)
    assert position is None or position == 5 or f"第 {position} 位" in str(problem.message)


@pytest.mark.parametrize("separator", ["; ", "；", "，", "、"])
def test_several_symbols_in_one_text_are_asked_for_one_by_one(separator: str) -> None:
    assert refusal(f"G05D 1/08{separator}G05D 1/10").code == "ipc.several"
