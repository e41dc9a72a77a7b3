"""The search service of the market, which counts what readers ask of it, and never what."""

from __future__ import annotations

from time import perf_counter

from marketplace.core.metrics import count_search
from search.query import Query
from search.service import Answer, SearchService


class CountedSearch(SearchService):
    """Answers as its base does; counts each search by its outcome, with its time.

    A search has words or conditions and is on its first page: turning pages is none, and neither
    are the newest records of the home page.
    """

    def search(self, query: Query) -> Answer:
        """The hits, counts and remarks for a query."""
        is_counted = query.offset == 0 and bool(query.words or query.has_conditions)
        began = perf_counter()
        outcome = "unavailable"
        try:
            answer = super().search(query)
            outcome = outcome_of(answer)
        finally:
            if is_counted:
                count_search(outcome, perf_counter() - began)
        return answer


def outcome_of(answer: Answer) -> str:
    """Found (all words), widened (some of them), or none."""
    if not answer.total:
        return "none"
    return "widened" if answer.is_widened else "found"
