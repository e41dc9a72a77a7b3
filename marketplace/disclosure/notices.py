"""The notices about requests for access and about letters: to the holder, and to the other side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from marketplace.core.i18n import Bilingual
from marketplace.core.notifications import NoticeKind, declare_notices
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.addresses import address_of
from marketplace.core.web.wording import gettext as _
from marketplace.disclosure.letters import ANSWERED, RECEIVED
from marketplace.disclosure.policies import ANSWER


def declare_disclosure_notices() -> None:
    """Let these notices be shown."""
    declare_notices(
        NoticeKind(
            "access_requested",
            lambda params: _named(params, _("有人申请查看你们分级公开的内容")),
            lambda params: _address("disclosure.manage", params),
        ),
        NoticeKind(
            "access_admitted",
            lambda params: _named(params, _("持有单位同意你查看分级公开的内容")),
            lambda params: _address("disclosure.parts", params),
        ),
        NoticeKind(
            "access_refused",
            lambda params: _named(params, _("持有单位没有同意你查看分级公开的内容")),
            lambda params: _address("disclosure.parts", params),
        ),
        NoticeKind(
            "access_revoked",
            lambda params: _named(params, _("持有单位收回了你查看分级公开内容的许可")),
            lambda params: _address("disclosure.parts", params),
        ),
        NoticeKind(
            "access_ended",
            lambda params: _named(params, _("你申请查看的内容已经由持有单位删去，申请结束")),
            lambda params: _address("disclosure.parts", params),
        ),
        NoticeKind(
            RECEIVED,
            _received,
            lambda params: address_of(params["record_kind"], params["record_id"]),
            lambda params: params["text"],
            _answer_address,
        ),
        NoticeKind(
            ANSWERED,
            lambda params: _(
                "%(organisation)s答复了你关于《%(title)s》的信",
                organisation=Bilingual.of(params["organisation"]),
                title=Bilingual.of(params["title"]),
            ),
            lambda params: address_of(params["record_kind"], params["record_id"]),
            lambda params: params["text"],
        ),
    )


def _received(params: Mapping[str, Any]) -> str:
    writer = params["writer"]
    values = {"person": writer["name"], "title": Bilingual.of(params["title"])}
    if not writer["organisation"]:
        return _("%(person)s来信，没有替单位办事：《%(title)s》", **values)
    values["organisation"] = Bilingual.of(writer["organisation"])
    if writer["is_verified"]:
        return _("%(organisation)s（已核验）%(person)s来信：《%(title)s》", **values)
    return _("%(organisation)s（没有核验）%(person)s来信：《%(title)s》", **values)


def _answer_address(notice_id: int) -> str | None:
    may_answer = policy.can(current_actor(), ANSWER)
    return url_for("disclosure.answer", notice_id=notice_id) if may_answer else None


def _named(params: Mapping[str, Any], words: str) -> str:
    """The words with the record's title before them; notices of long ago don't name it."""
    title = params.get("title")
    return _("《%(title)s》：%(words)s", title=Bilingual.of(title), words=words) if title else words


def _address(endpoint: str, params: Mapping[str, Any]) -> str:
    return url_for(endpoint, kind=params["record_kind"], record_id=params["record_id"])
