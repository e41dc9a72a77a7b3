"""The home page: figures that open to a search, the newest records, what can be searched."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

from flask import current_app, url_for

from marketplace.catalogue import wording
from marketplace.catalogue.confirmation import fresh_days
from marketplace.catalogue.list_rows import Row, rows_of
from marketplace.catalogue.queries import CACHE_SECONDS, HomeFigures, home_figures, newest_listings
from marketplace.core.actor import ANONYMOUS, Actor
from marketplace.core.codelists import code_label
from marketplace.core.i18n import language
from marketplace.core.policy import visible_levels
from marketplace.core.web.addresses import absolute
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from search.engines.base import EngineUnavailable
from search.query import Query
from search.service import SearchService

NEWEST = 5
EXAMPLES = {
    "zh": ("锂电池 极片 毛刺", "焊缝 气孔", "数控机床 热误差", "管网 漏水", "金刚石 散热"),
    "en": ("lithium battery electrode", "weld porosity", "machine tool", "leak detection"),
}
"""Searches that show what the box can do; only those that find something are shown."""


@dataclass(frozen=True)
class Count:
    """One figure: what it counts, the search it opens to, and a note.

    ``chinese_counter`` stands behind the figure on Chinese pages; English has no such word.
    """

    name: str
    figure: str
    chinese_counter: str
    address: str
    note: str

    @property
    def counter(self) -> str:
        """The counter, where the page's language has one."""
        return self.chinese_counter if language() == "zh" else ""


@dataclass(frozen=True)
class Column:
    """The newest records of one kind."""

    kind: str
    heading: str
    rows: list[Row]
    address: str
    all_link: str


def home_context(actor: Actor, service: SearchService) -> dict[str, Any]:
    """What the template of the home page needs; works without the search engine."""
    figures = home_figures()
    return {
        "figures": figures,
        "counts": _counts(figures),
        "columns": _columns(actor, figures),
        "topics": _topics(service),
        "examples": _examples(service),
        "structured": _structured(),
    }


def _counts(figures: HomeFigures) -> list[Count]:
    fresh = _share(figures.fresh_results, figures.results)
    return [
        Count(
            _("公开的成果"),
            f"{figures.results:,}",
            "项",
            url_for("catalogue.search", kind="result"),
            _("%(share)s 在 %(days)s 天内由持有人确认有效", share=fresh, days=fresh_days())
            if figures.results
            else "",
        ),
        Count(
            _("公开的专利"),
            f"{figures.patents:,}",
            "件",
            url_for("catalogue.search", kind="patent"),
            ngettext(
                "其中 %(num)s 件核对为有效", "其中 %(num)s 件核对为有效", figures.patents_in_force
            ),
        ),
        Count(
            _("持有机构"),
            f"{figures.organisations:,}",
            "家",
            url_for("catalogue.search", kind="organisation"),
            ngettext(
                "其中 %(num)s 家已核验", "其中 %(num)s 家已核验", figures.verified_organisations
            ),
        ),
        Count(
            _("来源项目"),
            f"{figures.projects:,}",
            "个",
            url_for("catalogue.search", kind="project"),
            ngettext(
                "%(num)s 个在一年转化期内",
                "%(num)s 个在一年转化期内",
                figures.projects_under_obligation,
            ),
        ),
    ]


def _share(part: int, whole: int) -> str:
    return f"{(part * 100 + whole // 2) // whole}%" if whole else ""


def _columns(actor: Actor, figures: HomeFigures) -> list[Column]:
    columns = [
        Column(
            "result",
            _("新发布的成果"),
            rows_of(newest_listings(actor, "result", NEWEST)),
            url_for("catalogue.search", kind="result"),
            ngettext("全部 %(num)s 项", "全部 %(num)s 项", figures.results),
        ),
        Column(
            "patent",
            _("新登记的专利"),
            rows_of(newest_listings(actor, "patent", NEWEST)),
            url_for("catalogue.search", kind="patent"),
            _("全部专利"),
        ),
    ]
    return [column for column in columns if column.rows]


def _topics(service: SearchService) -> list[tuple[str, str, str]]:
    """The city's main fields with how many records each has."""
    counts = _remembered("catalogue.topics", lambda: _topic_counts(service))
    return [
        (str(code_label("topic", code)), url_for("catalogue.search", topic=code), f"{number:,}")
        for code, number in counts
    ]


def _topic_counts(service: SearchService) -> list[tuple[str, int]]:
    query = Query(limit=1, visibility=visible_levels(ANONYMOUS))
    try:
        answer = service.search(query)
    except EngineUnavailable:
        return []
    return [(one.value, one.count) for one in answer.facets.get("topic", ()) if one.count]


def _examples(service: SearchService) -> list[tuple[str, str]]:
    """Searches to try, of those that find something now."""
    shown = language()
    found = _remembered(f"catalogue.examples.{shown}", lambda: _working_examples(service, shown))
    return [(text, url_for("catalogue.search", q=text)) for text in found]


def _working_examples(service: SearchService, shown: str) -> list[str]:
    levels = visible_levels(ANONYMOUS)
    try:
        return [
            text
            for text in EXAMPLES[shown]
            if service.count(Query(words=text, visibility=levels, only_all=True))
        ]
    except EngineUnavailable:
        return []


def _remembered(name: str, read: Any) -> Any:
    kept = current_app.extensions.get(name)
    if kept is None or kept[0] < monotonic():
        kept = (monotonic() + CACHE_SECONDS, read())
        current_app.extensions[name] = kept
    return kept[1]


def _structured() -> dict[str, Any]:
    """JSON-LD of the site with its search."""
    template = absolute(url_for("catalogue.search")) + "?q={search_term_string}"
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "url": absolute(url_for("catalogue.home")),
        "name": wording.site_name(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": template},
            "query-input": "required name=search_term_string",
        },
    }
