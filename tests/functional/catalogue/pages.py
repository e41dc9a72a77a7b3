"""Reading pages in tests: the text that people see, and the parts that machines read."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

VOID = {
    *("meta", "link", "input", "img", "br", "hr", "wbr", "source"),
    *("use", "path", "circle", "line", "rect", "polyline", "polygon"),
}


TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)
ID = re.compile(r"\sid=\"([^\"]*)\"")


def check_page(text: str) -> None:
    """Fail as :class:`Page` does, in a tenth of its time: for each page that a test passes by."""
    open_tags: list[str] = []
    ids: list[str] = []
    for closing, name, attributes in TAG.findall(text):
        tag = name.lower()
        ids += ID.findall(attributes)
        if not tag or tag in VOID:
            continue
        if closing:
            assert open_tags, f"</{tag}> without its beginning"
            assert open_tags.pop() == tag, f"</{tag}> closes something else"
            continue
        open_tags.append(tag)
        if tag == "script":
            is_known = " src=" in attributes or '"application/ld+json"' in attributes
            assert is_known, "inline script"
    assert not open_tags, f"never closed: {open_tags}"
    assert len(ids) == len(set(ids)), "an id occurs twice"


class Page(HTMLParser):
    """A parsed page; fails on elements that close in the wrong order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = text
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.inline: list[str] = []
        self.seen: list[str] = []
        self.json_ld: list[Any] = []
        self._is_data = False
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"
        assert len(self.ids) == len(set(self.ids)), "an id occurs twice"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.inline += [name for name, _value in attrs if name == "style" or name.startswith("on")]
        if "id" in values:
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values.get("href", "")))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if tag == "script":
            self._is_data = values.get("type") == "application/ld+json"
            assert self._is_data or "src" in values, "inline script"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open, f"</{tag}> without its beginning"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            if self._is_data:
                self.json_ld.append(json.loads(data))
        elif self.open and self.open[-1] != "title":
            self.seen.append(data)

    @property
    def text(self) -> str:
        """What is seen, with plain single spaces."""
        return " ".join("".join(self.seen).replace("\u00a0", " ").split())
