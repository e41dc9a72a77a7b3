"""What accounts put on every page: the way in or one's name, and for whom one acts."""

from __future__ import annotations

from flask import Flask, g, render_template, url_for

from marketplace.accounts.models import Organisation
from marketplace.accounts.policies import QUEUE
from marketplace.accounts.second_step_resets import REQUEST as RESET
from marketplace.accounts.wording import FIELD_NAMES, WRITTEN, division_name, role_name, step_name
from marketplace.core.db import db
from marketplace.core.policy import policy
from marketplace.core.web.access import current_actor
from marketplace.core.web.slots import Slots
from marketplace.core.web.wording import gettext as _
from marketplace.core.web.written_text import name_written_fields


def fill_slots(app: Flask) -> None:
    """Fill the slots of the page's frame."""
    slots: Slots = app.extensions["slots"]
    slots.fill("header", _header)
    slots.fill("acting", _acting)
    slots.fill("tabbar", _tabbar)
    slots.fill("nav", _nav)
    app.jinja_env.globals |= {
        "role_name": role_name,
        "step_name": step_name,
        "division_name": division_name,
        "acting_for_id": lambda: current_actor().organisation_id,
    }
    slots.fill("account.work", _work)
    name_written_fields("accounts", _written_label)


def _written_label(name: str) -> str | None:
    key = name.removeprefix("comment-")
    label = FIELD_NAMES.get(key) if key in WRITTEN or key != name else None
    return str(label) if label else None


def _header() -> str:
    return render_template("accounts/_header.html", actor=current_actor())


def _acting() -> str:
    actor = current_actor()
    if actor.organisation_id is None:
        return ""
    name = db.session.get_one(Organisation, actor.organisation_id).name
    return render_template(
        "accounts/_acting.html",
        actor=actor,
        organisation=str(name),
        has_others=g.get("acts_for_several", False),
    )


def _nav() -> str:
    return render_template("accounts/_nav.html") if policy.can(current_actor(), QUEUE) else ""


def _tabbar(here: str = "") -> str:
    return render_template("accounts/_tabbar.html", actor=current_actor(), here=here)


def _work() -> str:
    if not policy.can(current_actor(), RESET):
        return ""
    return render_template(
        "accounts/_work.html",
        address=url_for("accounts.second_step_resets"),
        name=_("重置两步验证"),
        line=_("有人丢了手机和恢复码：两位管理员一起办"),
    )
