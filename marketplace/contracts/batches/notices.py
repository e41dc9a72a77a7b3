"""What batches tell the person who brought them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from marketplace.contracts.batches import releasing, undoing
from marketplace.core.notifications import NoticeKind, declare_notices
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.wording import ngettext


def declare_batch_notices() -> None:
    """Let the notices of batches be shown."""
    declare_notices(
        NoticeKind(releasing.TOLD, _released, _address),
        NoticeKind(undoing.TOLD, _undone, _address),
    )


def _address(params: Mapping[str, Any]) -> str:
    return url_for("contract_batches.shown", batch_id=params["batch_id"])


def _released(params: Mapping[str, Any]) -> str:
    more = params.get("unregistered", 0)
    if more:
        return ngettext(
            "%(by)s放行了你上传的“%(source)s”：计入 %(counted)s 份，%(num)s 份等办理登记",
            "%(by)s放行了你上传的“%(source)s”：计入 %(counted)s 份，%(num)s 份等办理登记",
            more,
            by=params["by"],
            source=params["source"],
            counted=params["count"],
        )
    return ngettext(
        "%(by)s放行了你上传的“%(source)s”，%(num)s 份合同已经计入",
        "%(by)s放行了你上传的“%(source)s”，%(num)s 份合同已经计入",
        params["count"],
        by=params["by"],
        source=params["source"],
    )


def _undone(params: Mapping[str, Any]) -> str:
    return _(
        "%(by)s撤回了你上传的“%(source)s”：%(reason)s",
        by=params["by"],
        source=params["source"],
        reason=params["reason"],
    )
