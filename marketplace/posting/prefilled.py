"""Keywords that a demand begins with because a search did: they follow its title until touched."""

from __future__ import annotations

from typing import Any

from marketplace.catalogue.inputs.demand import KEYWORD_COUNT
from marketplace.catalogue.inputs.texts import KEYWORD_LIMIT
from marketplace.posting.cells import Cells
from search.query import read_box

_BETWEEN = "；"


def keywords_from(words: str) -> str:
    """The keywords of what was typed into the search box: its phrases, then its words."""
    box = read_box(words)
    found = [*(one.text for one in box.phrases), *(one.text for one in box.words)]
    return _BETWEEN.join([word for word in found if len(word) <= KEYWORD_LIMIT][:KEYWORD_COUNT])


def follow_title(cells: dict[str, Any], before: Cells) -> None:
    """Let keywords go that came from the title before and that the new one has no more.

    Nobody wrote them where they are just what the title's words give; whoever changed one keeps
    all, as does whoever searches for the same thing in other words.
    """
    old, new = str(before.get("title_zh") or ""), str(cells.get("title_zh") or "")
    written = before.get("keywords_zh")
    is_untouched = bool(written) and cells.get("keywords_zh") == written == keywords_from(old)
    if not is_untouched or old == new:
        return
    kept = [word for word in keywords_from(old).split(_BETWEEN) if word.lower() in new.lower()]
    if kept:
        cells["keywords_zh"] = _BETWEEN.join(kept)
    else:
        del cells["keywords_zh"]
