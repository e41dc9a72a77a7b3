"""Names of files are cleaned."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.attachments.naming import LONGEST_NAME, clean_name


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("检测报告.pdf", "检测报告.pdf"),
        ("REPORT.PDF", "REPORT.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\li\\报告.pdf", "报告.pdf"),
        ("报告\u202efdp.exe", "报告fdp.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ('a";filename="b.exe', "a__filename=_b.pdf"),
        ("photo.png", "photo.pdf"),
        ("v1.2", "v1.2.pdf"),
        ("con.pdf", "_con.pdf"),
        (" . ", "附件.pdf"),
        (".pdf", "附件.pdf"),
        ("???.pdf", "附件.pdf"),
        ("", "附件.pdf"),
        (None, "附件.pdf"),
        ("长" * 300 + ".pdf", "长" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_cleaned(given_name: str | None, cleaned: str) -> None:
    assert clean_name(given_name, ".pdf") == cleaned


def test_both_endings_of_a_photograph_become_one() -> None:
    assert clean_name("a.JPEG", ".jpg") == "a.jpg"


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_is_safe(name: str) -> None:
    cleaned = clean_name(name, ".docx")
    assert cleaned.endswith(".docx")
    assert 5 < len(cleaned) <= LONGEST_NAME
    assert not set(cleaned) & set('/\\<>:"|?*%;')
    assert all(unicodedata.category(one) not in ("Cc", "Cf", "Cs") for one in cleaned)
    assert clean_name(cleaned, ".docx") == cleaned
