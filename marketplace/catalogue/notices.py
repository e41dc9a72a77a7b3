"""What the catalogue tells holders of their records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import NoticeKind, declare_notices
from marketplace.core.web.addresses import address_of
from marketplace.core.web.wording import gettext as _


def declare_catalogue_notices() -> None:
    """Let the notices of the catalogue be shown."""
    declare_notices(
        NoticeKind(
            "listing_withheld",
            _withheld,
            lambda params: address_of(params["record_kind"], params["record_id"]),
        ),
        NoticeKind(
            "listing_withdrawn",
            _withdrawn,
            lambda params: address_of(params["record_kind"], params["record_id"]),
        ),
    )


def _withheld(params: Mapping[str, Any]) -> str:
    reason = params["reason"] or ""
    # Notices of long ago don't name the record.
    if not (title := params.get("title")):
        return _("你们的一条记录不予公开：%(reason)s", reason=reason)
    return _("《%(title)s》不予公开：%(reason)s", title=Bilingual.of(title), reason=reason)


def _withdrawn(params: Mapping[str, Any]) -> str:
    title, reason = Bilingual.of(params["title"]), params["reason"] or ""
    if not params["by"]:
        return _("《%(title)s》由本站撤下，不能恢复：%(reason)s", title=title, reason=reason)
    return _(
        "%(organisation)s撤下了你们共有的《%(title)s》，不能恢复：%(reason)s",
        organisation=Bilingual.of(params["by"]),
        title=title,
        reason=reason,
    )
