"""JSON-LD inside a page."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.web.structured import as_json_ld, without_empty


def test_no_text_can_end_the_script_element() -> None:
    written = as_json_ld({"name": "</script><!-- & \u2028"})
    assert not set(written) & set("<>&\u2028")
    assert json.loads(written)["name"] == "</script><!-- & \u2028"


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)))
def test_what_is_written_reads_back_the_same(data: dict[str, str]) -> None:
    assert json.loads(as_json_ld(data)) == data


def test_empty_values_are_left_out_at_every_depth() -> None:
    data = {"a": None, "b": [], "c": {"d": ""}, "e": [{"f": None}, {"g": 0}], "h": False}
    assert without_empty(data) == {"e": [{"g": 0}], "h": False}
