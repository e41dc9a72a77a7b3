"""What postings tell the organisation that posts."""

from __future__ import annotations

from flask import url_for

from marketplace.core.notifications import NoticeKind, declare_notices
from marketplace.core.web.addresses import address_of
from marketplace.core.web.wording import gettext as _


def declare_posting_notices() -> None:
    """Let the notices of postings be shown."""
    declare_notices(
        NoticeKind(
            "posting_returned",
            lambda params: _(
                "《%(title)s》退回来了：%(reason)s", title=params["title"], reason=params["reason"]
            ),
            lambda params: url_for("posting.shown", posting_id=params["posting_id"]),
        ),
        NoticeKind(
            "posting_published",
            lambda params: _("《%(title)s》公开了", title=params["title"]),
            lambda params: address_of(params["record_kind"], params["record_id"]),
        ),
    )
