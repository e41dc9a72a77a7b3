"""Pages of plain lists, counted from 1 and named in the address as ``page``."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from marketplace.core.web.numbers import number_of

PER_PAGE = 50


@dataclass(frozen=True)
class Paging:
    """One page of a list of ``total`` entries; a number beyond the last is the last."""

    number: int
    total: int
    size: int = PER_PAGE

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // self.size), 1)

    @property
    def offset(self) -> int:
        """How many entries stand before this page."""
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """The number of the first entry on the page."""
        return self.offset + 1

    @property
    def last(self) -> int:
        """The number of the last entry on the page."""
        return min(self.offset + self.size, self.total)


def asked_page() -> int:
    """The number of the page that the address of the request names; 1 for what is no number."""
    return number_of(request.args.get("page", "")) or 1


def page_at(number: int, total: int, size: int = PER_PAGE) -> Paging:
    """The page of this number, or the last where there aren't so many."""
    return Paging(min(number, Paging(1, total, size).count), total, size)


def present_page(total: int, size: int = PER_PAGE) -> Paging:
    """The page that the address of the request names."""
    return page_at(asked_page(), total, size)
