"""The public pages of the catalogue. Each reads, builds what a template needs, and renders."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from marketplace.catalogue import wording
from marketplace.catalogue.confirmation import fresh_days, stale_days
from marketplace.catalogue.demand_page import demand_page
from marketplace.catalogue.documents import document_id, parse_document_id
from marketplace.catalogue.exporting import write_hits
from marketplace.catalogue.home_page import home_context
from marketplace.catalogue.indexing import search_service
from marketplace.catalogue.list_rows import Row, rows_of
from marketplace.catalogue.queries import read_listings
from marketplace.catalogue.record_data import structured_record
from marketplace.catalogue.record_pages import (
    RecordPage,
    organisation_page,
    patent_page,
    project_page,
    result_page,
)
from marketplace.catalogue.record_parts import origin
from marketplace.catalogue.record_queries import Shown, find_record, public_versions, taken_away_at
from marketplace.catalogue.search_page import (
    address_with,
    params_worth_keeping,
    read_search,
    search_address,
    search_page,
)
from marketplace.catalogue.states import CLOSED, EXPIRED, WITHHELD
from marketplace.core.actor import Actor
from marketplace.core.codelists import code_label, code_name
from marketplace.core.faults import DATABASE_FAULTS, is_out_of_reach
from marketplace.core.i18n import Bilingual, format_day, today
from marketplace.core.policy import visible_levels
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import absolute, address_of
from marketplace.core.web.downloads import download
from marketplace.core.web.errors import RETRY_SECONDS, Wording, error_page
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from search.engines.base import EngineUnavailable
from search.query import Query

blueprint = Blueprint("catalogue", __name__)

SIMILAR = 5
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUGGESTIONS = 8
LONGEST_SUGGESTED = 100
RECORD_ID = "<int(max=2147483647):record_id>"
"""A number above what an INTEGER column holds in every database names no record."""


@blueprint.app_context_processor
def _search_kinds() -> dict[str, Any]:
    return {"search_kinds": wording.kind_choices()}


@blueprint.get("/")
def home() -> str:
    """The home page."""
    return render_template(
        "catalogue/home.html",
        canonical=absolute(url_for("catalogue.home")),
        **home_context(current_actor(), search_service()),
    )


@blueprint.get("/search")
def search() -> AnyResponse | str | tuple[str, int, dict[str, str]]:
    """Hits for the parameters of the address; without any, the newest records."""
    params = request.args.to_dict(flat=False)
    kept = params_worth_keeping(params)
    if kept != [(name, value) for name, values in params.items() for value in values]:
        return redirect(address_with(kept))
    reading = read_search(current_actor(), params)
    try:
        page = search_page(current_actor(), search_service(), reading)
    except EngineUnavailable:
        return _search_down(reading.query)
    if page.last_page:
        return redirect(page.last_page)
    return render_template(
        "catalogue/search.html", page=page, canonical=absolute(page.canonical), here=page.kind
    )


@blueprint.get("/search/export")
def export() -> AnyResponse | tuple[str, int, dict[str, str]]:
    """The first 10,000 hits of a search as a workbook."""
    actor = current_actor()
    query = read_search(actor, request.args.to_dict(flat=False)).query
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_hits(actor, search_service(), query, absolute(search_address(query)), target)
    except EngineUnavailable:
        target.close()
        return _search_down(query)
    target.seek(0)
    day = today().isoformat()
    return download(target, XLSX_TYPE, f"{_('检索结果')}-{day}.xlsx", f"search-{day}.xlsx")


def _search_down(query: Query) -> tuple[str, int, dict[str, str]]:
    page = render_template("catalogue/search_down.html", text=query.words)
    return page, 503, {"Retry-After": str(RETRY_SECONDS)}


@blueprint.get("/suggest")
def suggest() -> Response:
    """Suggestions for a beginning, as JSON; none when the search doesn't answer.

    Their addresses keep the kind that the search box has chosen.
    """
    prefix = request.args.get("q", "")[:LONGEST_SUGGESTED]
    kind = request.args.get("kind", "")
    chosen = Query(filters={"kind": (kind,)} if kind in wording.KINDS else {})
    try:
        found = search_service().suggest(prefix, SUGGESTIONS)
    except EngineUnavailable:
        found = []
    return jsonify(
        suggestions=[
            {
                "text": one.text,
                "count": ngettext("%(num)s 条", "%(num)s 条", one.count),
                "address": search_address(chosen.with_words(one.text)),
            }
            for one in found
        ]
    )


@blueprint.get(f"/results/{RECORD_ID}")
def result(record_id: int) -> Response | str:
    """The page of a result."""

    def context(record: Shown) -> dict[str, Any]:
        return {"indicators": _indicators(record), "evaluation": _evaluation(record)}

    return _record("result", record_id, result_page, context)


@blueprint.get(f"/patents/{RECORD_ID}")
def patent(record_id: int) -> Response | str:
    """The page of a patent."""
    return _record("patent", record_id, patent_page)


@blueprint.get(f"/demands/{RECORD_ID}")
def demand(record_id: int) -> Response | str:
    """The page of a demand."""
    return _record("demand", record_id, lambda _actor, record: demand_page(record))


@blueprint.get(f"/projects/{RECORD_ID}")
def project(record_id: int) -> Response | str:
    """The page of a funded project."""
    return _record("project", record_id, project_page)


@blueprint.get(f"/organisations/{RECORD_ID}")
def organisation(record_id: int) -> Response | str:
    """The page of a holder."""

    def context(_record: Shown) -> dict[str, Any]:
        headings = {
            "result": _("持有的成果"),
            "patent": _("持有的专利"),
            "demand": _("发布的需求"),
            "project": _("承担的项目"),
        }
        links = {
            "result": _("全部成果"),
            "patent": _("全部专利"),
            "demand": _("全部需求"),
            "project": _("全部项目"),
        }
        return {"headings": headings, "all_links": links}

    return _record("organisation", record_id, organisation_page, context)


@blueprint.get("/about")
def about() -> str:
    """What the market is, how its search works, what its marks mean."""
    return render_template(
        "catalogue/about.html",
        canonical=absolute(url_for("catalogue.about")),
        examples=_search_examples(),
        levels=_maturity_levels(),
        fresh_days=fresh_days(),
        stale_days=stale_days(),
    )


def _maturity_levels() -> list[tuple[int, str]]:
    """The levels and their names; no names while the database is down: the page has more to say."""
    try:
        return [(level, str(code_name("trl", str(level)))) for level in range(1, 10)]
    except DATABASE_FAULTS as error:
        if not is_out_of_reach(error):
            raise
        return [(level, "") for level in range(1, 10)]


def _search_examples() -> list[tuple[str, str]]:
    """Ways of writing in the search box, and what each does."""
    return [
        (_("焊缝 气孔"), _("两个词都有的排在前面")),
        (_('"数控机床"'), _("加引号：原文里要一字不差")),
        ("lidianchi", _("拼音：找到锂电池")),
        ("ldc", _("拼音首字母：也找到锂电池")),
        (_("鋰電池"), _("繁体和简体一样")),
        ("lithium battery", _("英文直接搜")),
    ]


def _record(
    kind: str,
    record_id: int,
    build: Callable[[Actor, Shown], RecordPage],
    context: Callable[[Shown], dict[str, Any]] | None = None,
) -> Response | str:
    actor = current_actor()
    record = find_record(actor, kind, record_id)
    if record is None:
        return _taken_away_or_missing(kind, record_id)
    page = build(actor, record)
    return render_template(
        f"catalogue/{kind}.html",
        page=page,
        canonical=absolute(address_of(kind, record_id)),
        structured=structured_record(page),
        origin=origin(record, public_versions(kind, [record])[record_id]),
        keywords=[] if kind == "organisation" else wording.keywords(record.keywords),
        breadcrumbs=_breadcrumbs(kind, record),
        similar=_similar(actor, kind, record_id),
        **(context(record) if context else {}),
    )


def _taken_away_or_missing(kind: str, record_id: int) -> Response:
    found = taken_away_at(kind, record_id)
    if found is None:
        abort(404)
    state, moment = found
    if state == WITHHELD:
        return error_page(
            410,
            Wording(
                _("这条记录不再公开"),
                _(
                    "科技局在 %(day)s 决定不再公开它，已经把理由告诉持有单位。"
                    "编号 %(number)s 保留。",
                    day=format_day(moment),
                    number=document_id(kind, record_id),
                ),
                _("可以搜搜相近的。"),
            ),
        )
    if state in (CLOSED, EXPIRED):
        return _over_demand(record_id, state, moment)
    heading = {
        "result": _("这项成果已由持有人撤下"),
        "patent": _("这件专利已由持有人撤下"),
        "demand": _("这条需求已经撤回"),
        "project": _("这个项目已由持有人撤下"),
        "organisation": _("这家机构已不在市场里"),
    }[kind]
    why = _(
        "撤下的日期是 %(day)s。编号 %(number)s 保留，内容不再展示。",
        day=format_day(moment),
        number=document_id(kind, record_id),
    )
    return error_page(410, Wording(heading, why, _("可以搜搜相近的。")))


def _over_demand(record_id: int, state: str, moment: datetime) -> Response:
    is_expired = state == EXPIRED
    heading = _("这条需求已过截止日期") if is_expired else _("这条需求已经结束征集")
    why = _(
        "从 %(day)s 起不再征集。编号 %(number)s 保留，内容不再展示。",
        day=format_day(moment),
        number=document_id("demand", record_id),
    )
    now = _("你们单位的需求，登录以后打开这一页就能重新征集。也可以搜搜相近的。")
    return error_page(410, Wording(heading, why, now))


def _breadcrumbs(kind: str, record: Shown) -> list[tuple[str, str]]:
    links = [(wording.kind_name(kind), url_for("catalogue.search", kind=kind))]
    if kind != "organisation" and record.tech_field:
        name = str(code_label("tech_field", record.tech_field))
        links.append((name, url_for("catalogue.search", kind=kind, field=record.tech_field)))
    return links


def _similar(actor: Actor, kind: str, record_id: int) -> list[Row]:
    """Records like this one; none when the search doesn't answer, which is no reason to fail."""
    if kind not in ("result", "patent"):
        return []
    try:
        hits = search_service().similar(
            document_id(kind, record_id),
            SIMILAR,
            filters={"kind": (kind,)},
            visibility=visible_levels(actor),
        )
    except EngineUnavailable:
        return []
    return rows_of(read_listings(actor, [parse_document_id(hit.id) for hit in hits]))


def _indicators(record: Shown) -> list[dict[str, Any]]:
    return [
        {
            "name": Bilingual.of(row.get("name")),
            "value": Bilingual.of(row.get("value")),
            "baseline": Bilingual.of(row.get("baseline")),
            "method": Bilingual.of(row.get("method")),
        }
        for row in record.indicators or ()
    ]


def _evaluation(record: Shown) -> dict[str, Any] | None:
    evaluation = record.evaluation
    if not evaluation:
        return None
    kind, body = evaluation.get("kind"), Bilingual.of(evaluation.get("body"))
    parts = [
        str(code_name("evaluation_kind", kind)) if kind else "",
        str(body),
        str(evaluation.get("date") or ""),
    ]
    return {
        "line": _("，").join(part for part in parts if part),
        "conclusion": Bilingual.of(evaluation.get("conclusion")),
    }
