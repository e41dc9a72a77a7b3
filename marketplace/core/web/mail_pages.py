"""The page that a letter's link leads to: refuse a topic, or accept it again (RFC 8058).

The token in the address is the proof: whoever holds the letter may refuse for its recipient, signed
in or not. Opening the page changes nothing; mail programs and filters open every link.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.core.mail.letters import Topic
from marketplace.core.mail.refusals import (
    accept_topic,
    is_refused,
    read_refusal_token,
    refuse_topic,
)
from marketplace.core.web.access import ANYONE
from marketplace.core.web.caching import keep_nowhere
from marketplace.core.web.errors import Wording, error_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _

blueprint = Blueprint("mail", __name__)

ROUTES = {
    "mail.unsubscribe": ANYONE,
    "mail.show_refusal": ANYONE,
    "mail.resubscribe": ANYONE,
}


blueprint.after_request(keep_nowhere)


@blueprint.get("/mail/unsubscribe/<token>")
def show_refusal(token: str) -> Response:
    """What the letter's topic is, and a button."""
    named = read_refusal_token(token)
    if named is None:
        return _unknown()
    return _page(token, named[1], is_now_refused=is_refused(named[0], named[1].name))


@blueprint.post("/mail/unsubscribe/<token>")
def unsubscribe(token: str) -> Response:
    """Refuse the topic. Mail programs post here by themselves, so no form's token is asked for."""
    named = read_refusal_token(token)
    if named is None:
        return _unknown()
    refuse_topic(named[0], named[1].name)
    return _page(token, named[1], is_now_refused=True)


@blueprint.post("/mail/unsubscribe/<token>/undo")
@form_stands_on("mail.show_refusal")
def resubscribe(token: str) -> AnyResponse:
    """Accept the topic again, and show the page as it was at first."""
    named = read_refusal_token(token)
    if named is None:
        return _unknown()
    accept_topic(named[0], named[1].name)
    return redirect(url_for("mail.show_refusal", token=token), 303)


def _page(token: str, topic: Topic, *, is_now_refused: bool) -> Response:
    page = render_template(
        "mail/refusal.html", token=token, label=topic.label, is_refused=is_now_refused
    )
    return make_response(page)


def _unknown() -> Response:
    return error_page(
        404,
        Wording(
            _("这个退订地址用不了"),
            _("地址可能没有抄全，也可能这类邮件已经不再寄了。没有改动任何内容。"),
            _("请从邮件里重新点开退订的链接。"),
        ),
    )
