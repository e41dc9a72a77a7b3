"""Pages for what went wrong: what, why, what now, and a reference for the log.

They read no database, so that they come up when it doesn't. What a domain's own page says of a
withdrawn record belongs to the domain.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from marketplace.core.faults import DATABASE_FAULTS, is_out_of_reach, reason_of
from marketplace.core.i18n import DISPLAY_ZONE
from marketplace.core.policy import Forbidden
from marketplace.core.web.wording import gettext as _

log = structlog.get_logger(__name__)

RETRY_SECONDS = 30

LAST_RESORT = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>出错了 / Error</title>'
    "<h1>这一页没有打开，是我们的问题</h1><p>请过几分钟再试。编号 {reference}。</p>"
    '<div lang="en"><h2>This page did not open; the fault is ours</h2>'
    "<p>Please try again in a few minutes. Reference {reference}.</p></div></html>"
)


UNKNOWN_HOST = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>400</title>'
    "<h1>本站不用这个域名</h1><p>请从公布的网址打开。"
    "管理员可以把域名写进 MARKET_ALLOWED_HOSTS。</p>"
    '<div lang="en"><h2>This site does not answer to this host name</h2>'
    "<p>Please open it by its published address. An administrator can add the name to "
    "MARKET_ALLOWED_HOSTS.</p></div></html>"
)


@dataclass(frozen=True)
class Wording:
    """What an error page says: heading, why, and what to do now."""

    heading: str
    why: str
    now: str


def wording_of(status: int) -> Wording:
    """The words for a status; an unknown one of 4xx or 5xx gets those of its group."""
    if status == 404:
        return Wording(
            _("没有这一页"),
            _("地址可能抄错了一位，也可能这条记录没有公开。"),
            _("搜名称、编号或专利号，多半能找到。"),
        )
    if status == 410:
        return Wording(_("这条记录已由持有人撤下"), _("撤下的记录保留编号，不再展示内容。"), "")
    if status == 403:
        return Wording(
            _("这一页现在不对你开放"),
            _("要看这一页，需要另外的身份或权限。"),
            _("公开的成果和专利不需要登录，从下面继续。"),
        )
    if status == 405:
        return Wording(
            _("这个地址不接受这种请求"),
            _("请求的方式和这个地址不符，没有改动任何内容。"),
            _("从下面的链接重新打开即可。"),
        )
    if status == 429:
        return Wording(
            _("请求来得太快了"),
            _("同一个网络地址一分钟内的请求超过了限度，限度是为了让大家都打得开。"),
            _("一分钟后再打开，就和平常一样。"),
        )
    if status == 503:
        return Wording(
            _("暂时打不开，正在恢复"),
            _("这一页需要的一部分系统没有应答，数据没有丢。"),
            _("请过几分钟再试。"),
        )
    if status >= 500:
        return Wording(
            _("这一页没有打开，是我们的问题"),
            _("系统出了错，已经记下，数据没有丢。"),
            _("请再试一次；还是不行，请把下面的编号告诉我们。"),
        )
    return Wording(
        _("这个请求没有办法处理"),
        _("地址或参数里有系统读不懂的内容，没有改动任何内容。"),
        _("从下面的链接重新打开即可。"),
    )


def new_reference(status: int) -> str:
    """A reference that stands on the page and in the log: ``404-7F3A21``."""
    return f"{status}-{secrets.token_hex(3).upper()}"


def error_page(status: int, wording: Wording | None = None) -> Response:
    """The page for a status; gives a plain bilingual page when templates fail too."""
    reference = new_reference(status)
    try:
        body = render_template(
            "errors/error.html",
            status=status,
            wording=wording or wording_of(status),
            reference=reference,
            moment=datetime.now(DISPLAY_ZONE),
        )
    except Exception:
        log.exception("error_page_failed", reference=reference)
        body = LAST_RESORT.format(reference=reference)
    log.info("error_page", reference=reference, status=status, route=_route())
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _route() -> str | None:
    """The template of the request's address; what a stranger typed is not for the log."""
    return request.url_rule.rule if request.url_rule else None


def _unexpected(error: Exception) -> Response:
    log.error("unexpected_error", route=_route(), exc_info=error)
    return error_page(500)


def _database_down(error: Exception) -> Response:
    if not is_out_of_reach(error):
        return _unexpected(error)
    log.error("database_down", route=_route(), reason=reason_of(error))
    page = error_page(503)
    page.headers["Retry-After"] = str(RETRY_SECONDS)
    return page


def register_errors(app: Flask) -> None:
    """Give every error of ``app`` a page."""

    @app.errorhandler(SecurityError)
    def _unknown_host(_error: SecurityError) -> Response:
        # Without a host there are no addresses, so no template either; and nothing of the
        # request is repeated.
        return make_response(UNKNOWN_HOST, 400)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None or error.code is None or error.code < 400:
            return make_response(error.get_response())
        page = error_page(error.code)
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                page.headers[name] = value
        return page

    @app.errorhandler(Forbidden)
    def _forbidden(error: Forbidden) -> Response:
        words = wording_of(403)
        return error_page(403, Wording(words.heading, str(error.needed), words.now))

    for fault in DATABASE_FAULTS:
        app.register_error_handler(fault, _database_down)
    app.register_error_handler(Exception, _unexpected)
