"""Named places on a page that a later package fills.

A template calls ``slot("home.counts")``; a package registers fragments for that name. The
page doesn't know who fills it, and an empty slot shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

Fragment = Callable[..., str]


class Slots:
    """The fragments of one application, by slot, in their order."""

    def __init__(self) -> None:
        self._fragments: dict[str, list[tuple[int, Fragment]]] = {}

    def fill(self, name: str, fragment: Fragment, order: int = 0) -> None:
        """Put a fragment into a slot; lower ``order`` stands first."""
        self._fragments.setdefault(name, []).append((order, fragment))
        self._fragments[name].sort(key=lambda entry: entry[0])

    def render(self, name: str, **context: Any) -> Markup:
        """All fragments of a slot; they return HTML that is already escaped."""
        fragments = self._fragments.get(name, ())
        # A fragment is a rendered template, which has escaped what it was given.
        return Markup("").join(Markup(fragment(**context)) for _order, fragment in fragments)  # noqa: S704
