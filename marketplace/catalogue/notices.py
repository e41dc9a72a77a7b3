"""What the catalogue tells holders of their records."""

from __future__ import annotations

from marketplace.core.notifications import NoticeKind, declare_notices
from marketplace.core.web.addresses import address_of
from marketplace.core.web.wording import gettext as _


def declare_catalogue_notices() -> None:
    """Let the notices of the catalogue be shown."""
    declare_notices(
        NoticeKind(
            "listing_withheld",
            lambda params: _("你们的一条记录不予公开：%(reason)s", reason=params["reason"] or ""),
            lambda params: address_of(params["record_kind"], params["record_id"]),
        )
    )
