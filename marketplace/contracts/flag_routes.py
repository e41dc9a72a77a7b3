"""The page of what was noticed of contracts, and the decisions about it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for

from marketplace.contracts import wording
from marketplace.contracts.checks import FAMILIES
from marketplace.contracts.flags import (
    STATES,
    decide_flag,
    find_flag,
    list_flags,
    with_contracts,
)
from marketplace.contracts.models.flag import CONFIRMED, DISMISSED, OPEN, SUPERSEDED
from marketplace.contracts.problems import LONGEST_REASON
from marketplace.contracts.routes import NUMBER, UNPROCESSABLE, Answer, blueprint, typed
from marketplace.core.web.access import current_actor
from marketplace.core.web.paging import asked_page
from marketplace.core.web.post_addresses import form_stands_on
from marketplace.core.web.wording import gettext as _

LIST = "contracts.flags"


@blueprint.get("/staff/contracts/flags")
def flags() -> str:
    """What was noticed, family by family: pairs and single contracts, the open ones first."""
    return _page({})


@blueprint.post(f"/staff/contracts/flags/<{NUMBER}:flag_id>")
@form_stands_on(LIST)
def flag_post(flag_id: int) -> Answer:
    """Say whether it is a fault, and why."""
    actor = current_actor()
    flag = find_flag(actor, flag_id)
    if flag is None:
        abort(404)
    reason, state = typed(f"reason-{flag_id}"), request.form.get("do", "")
    if state not in (CONFIRMED, DISMISSED):
        abort(400)
    if flag.state == OPEN and (not reason or len(reason) > LONGEST_REASON):
        sentence = (
            _("请写明为什么这样判断。")
            if not reason
            else _("最多 %(limit)s 个字。请缩短。", limit=LONGEST_REASON)
        )
        return _page({f"reason-{flag_id}": sentence}, family=flag.family, flag_id=flag_id), (
            UNPROCESSABLE
        )
    if flag.state == OPEN and decide_flag(actor, flag_id, state, reason):
        flash(_("判断已记下，同样的疑点不会再提。"))
    elif flag.state == SUPERSEDED:
        flash(_("合同的内容已经变了，这条疑点不用再判断，你的判断没有记下。"))
    else:
        flash(_("别人已经判断过了，你的判断没有生效。"))
    return redirect(url_for(LIST, family=flag.family))


def _page(problems: dict[str, str], family: str = "", flag_id: int = 0) -> str:
    actor = current_actor()
    asked, state = request.args.get("family", family), request.args.get("state", OPEN)
    chosen = asked if asked in FAMILIES else ""
    shown_state = state if state in STATES else OPEN
    found = list_flags(actor, shown_state, chosen, asked_page())
    rows = list(found.rows)
    if flag_id and all(one.flag.id != flag_id for one in rows):
        # The form that wasn't taken stands on the page, wherever its flag is in the list.
        rows = [*with_contracts(actor, [one for one in [find_flag(actor, flag_id)] if one]), *rows]
    return render_template(
        "contracts/flags.html",
        found=found,
        rows=rows,
        families=FAMILIES,
        family=chosen,
        chosen_state=shown_state,
        states=STATES,
        problems=problems,
        typed=request.form,
        words=wording,
    )
