"""Pages for what went wrong: what, why, what now, and a reference for the log.

They come up without the database, too. It is asked who is signed in, and, for a refusal of such a
person, for the refusals before. What a domain's own page says of a withdrawn record belongs to the
domain.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from marketplace.core.db import SAFE_METHODS, db
from marketplace.core.faults import DATABASE_FAULTS, is_out_of_reach, reason_of
from marketplace.core.i18n import DISPLAY_ZONE, language
from marketplace.core.policy import Forbidden, policy
from marketplace.core.states import StateError
from marketplace.core.web.access import current_actor, stay_anonymous
from marketplace.core.web.addresses import in_language
from marketplace.core.web.post_addresses import can_be_opened
from marketplace.core.web.refusal_log import (
    Refusal,
    record_afterwards,
    refusal_of,
    seconds_to_wait,
)
from marketplace.core.web.uploads import TEXT_BYTES, takes_files
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext
from marketplace.core.web.written_text import written_texts

log = structlog.get_logger(__name__)

RETRY_SECONDS = 30
BYTES_PER_MB = 1 << 20

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
    """What an error page says: heading, why, and what to do now.

    ``link`` is where to do it: the address and what the link says.
    """

    heading: str
    why: str
    now: str
    link: tuple[str, str] | None = None


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
    if status == 409:
        return Wording(
            _("这一步没有办成，什么都没有改"),
            _("别人可能刚刚办过。"),
            _("请回到列表再看看。"),
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


def _expired_form() -> Wording:
    return Wording(
        _("这张表单过期了，没有收下"),
        _("它开着太久，或者中间退出又登录过。什么都没有改。"),
        _("请重新打开那张表单（可能要先登录），再交一次。"),
    )


def _signed_out(needed: str) -> Wording:
    return Wording(
        _("你没有登录，这次没有收下"),
        needed,
        _("登录可能到期了，什么都没有改。登录以后重新打开那张表单，再交一次。"),
    )


def _too_large() -> Wording:
    most = (request.max_content_length or TEXT_BYTES) // BYTES_PER_MB
    text = TEXT_BYTES // BYTES_PER_MB
    heading = _("传上来的内容太大了，没有收下")
    if takes_files(request.endpoint):
        return Wording(
            heading,
            _(
                "这里一次最多收 %(most)s MB，其中文字最多 %(text)s MB，这一次的更多。"
                "写的内容和选的文件都没有收到，什么都没有改。",
                most=most,
                text=text,
            ),
            _("请重新打开那张表单，选小一些的文件，或分几次传；写的内容要再写一次。"),
        )
    return Wording(
        heading,
        _("这里一次最多收 %(most)s MB，这一次的更多。写的内容没有收到，什么都没有改。", most=most),
        _("请重新打开那张表单，写短一些，或分几次交。"),
    )


def too_large_page() -> Response:
    """The page for a request that is too large, or that somebody sent with a file unsigned."""
    if not takes_files(request.endpoint) or current_actor().is_person:
        return error_page(413, _too_large(), can_reopen=True)
    wording = Wording(
        _("你没有登录，这次没有收下"),
        _("文件要登录以后才能传，登录可能到期了。什么都没有改。"),
        _("登录以后重新打开那张表单，再交一次。"),
    )
    return error_page(413, wording, can_reopen=True)


def new_reference(status: int) -> str:
    """A reference that stands on the page and in the log: ``404-7F3A21``."""
    return f"{status}-{secrets.token_hex(3).upper()}"


def error_page(
    status: int, wording: Wording | None = None, *, can_reopen: bool = False
) -> Response:
    """The page for a status; gives a plain bilingual page when templates fail too.

    What was written into a form stands on it.

    :param can_reopen: whether to offer the way back to the form.
    """
    reference = new_reference(status)
    _find_out_who_asks(status)
    try:
        body = render_template(
            "errors/error.html",
            status=status,
            wording=wording or wording_of(status),
            reference=reference,
            moment=datetime.now(DISPLAY_ZONE),
            written=written_texts(),
            form_address=in_language(language()) if can_reopen and can_be_opened() else "",
        )
    except Exception:
        log.exception("error_page_failed", reference=reference)
        body = LAST_RESORT.format(reference=reference)
    log.info("error_page", reference=reference, status=status, route=_route())
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _find_out_who_asks(status: int) -> None:
    """Let the page show who is signed in, as the others do, where the database can be asked.

    It isn't where it may be what went wrong, nor for requests that came too fast.
    """
    if status < 500 and status != 429:
        try:
            current_actor()
        except DATABASE_FAULTS as error:
            log.warning("error_page_without_name", reason=reason_of(error))
            db.session.rollback()
    stay_anonymous()


def refused_page(refusal: Refusal, status: int, wording: Wording | None = None) -> Response:
    """The page for a refusal, which goes into the audit trail; after too many of them, 429."""
    seconds = seconds_to_wait(refusal)
    if seconds == 0:
        page = error_page(status, wording)
        record_afterwards(refusal, page)
        return page
    minutes = -(-seconds // 60)
    page = error_page(
        429,
        Wording(
            _("打不开的页面试得太多了"),
            _("十分钟里你要的许多页面都不对你开放。账号没有锁定，能打开的页面照常能用。"),
            ngettext(
                "%(num)s 分钟后可以再试。需要权限，请找单位的审核人或科技局。",
                "%(num)s 分钟后可以再试。需要权限，请找单位的审核人或科技局。",
                minutes,
            ),
        ),
    )
    page.headers["Retry-After"] = str(seconds)
    return page


def _missing_page() -> Response:
    """The page for what isn't there, or isn't there for whoever asks; both count as refusals."""
    refusal = refusal_of(None)
    return refused_page(refusal, 404) if refusal else error_page(404)


def _page_of(error: HTTPException) -> Response:
    if isinstance(error, CSRFError):
        return error_page(400, _expired_form(), can_reopen=True)
    if error.code == 404:
        return _missing_page()
    return too_large_page() if error.code == 413 else error_page(error.code or 500)


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


def register_errors(app: Flask, sign_in: str) -> None:
    """Give every error of ``app`` a page.

    ``sign_in`` is the route to which somebody is led who isn't signed in and wants to open a
    page that needs it.
    """

    @app.errorhandler(SecurityError)
    def _unknown_host(_error: SecurityError) -> Response:
        # Without a host there are no addresses, so no template either; and nothing of the
        # request is repeated.
        return make_response(UNKNOWN_HOST, 400)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None or error.code is None or error.code < 400:
            return make_response(error.get_response())
        page = _page_of(error)
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                page.headers[name] = value
        return page

    @app.errorhandler(StateError)
    def _overtaken(error: StateError) -> Response:
        words = wording_of(409)
        return error_page(409, Wording(words.heading, str(error.message), words.now))

    @app.errorhandler(NoResultFound)
    def _not_there(_error: NoResultFound) -> Response:
        # A record that a service asked for by its number, and which isn't there or not theirs.
        return _missing_page()

    @app.errorhandler(Forbidden)
    def _forbidden(error: Forbidden) -> AnyResponse:
        is_visitor = not current_actor().is_person
        if is_visitor and request.method in SAFE_METHODS and policy.is_for_people(error.action):
            return redirect(url_for(sign_in, next=in_language(language())))
        if is_visitor and request.method not in SAFE_METHODS:
            return error_page(403, _signed_out(str(error.needed)), can_reopen=True)
        words = wording_of(403)
        wording = Wording(words.heading, str(error.needed), words.now)
        refusal = refusal_of(error)
        return refused_page(refusal, 403, wording) if refusal else error_page(403, wording)

    for fault in DATABASE_FAULTS:
        app.register_error_handler(fault, _database_down)
    app.register_error_handler(Exception, _unexpected)
