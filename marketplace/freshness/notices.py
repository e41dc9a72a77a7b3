"""The notices to holders, beside the letters of the same names."""

from __future__ import annotations

from flask import url_for

from marketplace.core.notifications import NoticeKind, declare_notices
from marketplace.core.web.wording import ngettext
from marketplace.freshness.letters import ASKED, HIDDEN


def declare_freshness_notices() -> None:
    """Let these notices be shown."""
    declare_notices(
        NoticeKind(
            ASKED,
            lambda params: ngettext(
                "有 %(num)s 条记录要你们确认是否仍然有效",
                "有 %(num)s 条记录要你们确认是否仍然有效",
                params["listings"],
            ),
            lambda _params: url_for("freshness.due"),
        ),
        NoticeKind(
            HIDDEN,
            lambda params: ngettext(
                "有 %(num)s 条记录没有确认，暂停展示了",
                "有 %(num)s 条记录没有确认，暂停展示了",
                params["listings"],
            ),
            lambda _params: url_for("freshness.due"),
        ),
    )
