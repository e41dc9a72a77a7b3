"""Forms are taken from those they were drawn for.

Whoever acts for several organisations may have pages of one open when they change to another in a
second window: what is sent from there would be done for the wrong one.
"""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, Response, request, url_for

from marketplace.core.db import SAFE_METHODS
from marketplace.core.web.access import current_actor
from marketplace.core.web.errors import Wording, error_page
from marketplace.core.web.wording import gettext as _

FIELD = "acting_for"


def refuse_forms_of_others(app: Flask, *, but: Collection[str], account: str) -> None:
    """Refuse a form that was drawn for another organisation than its sender acts for now.

    :param but: the routes for which it doesn't matter.
    :param account: the route of the page on which to change back.
    """
    app.jinja_env.globals["drawn_for"] = _drawn_for

    @app.before_request
    def _check() -> Response | None:
        if request.method in SAFE_METHODS or request.endpoint in but:
            return None
        drawn_for = request.form.get(FIELD, "")
        if not drawn_for or not current_actor().is_person or drawn_for == _drawn_for():
            return None
        wording = Wording(
            _("这张表单是替另一家单位打开的，没有收下"),
            _("打开它以后，你在别处换成了替别的单位办事。什么都没有改。"),
            _("请在自己的账号里换回原来的单位，再打开表单交一次。"),
            (url_for(account), _("到账号页换单位")),
        )
        return error_page(409, wording)


def _drawn_for() -> str:
    """The id of the organisation acted for; empty where there is none."""
    return str(current_actor().organisation_id or "")
