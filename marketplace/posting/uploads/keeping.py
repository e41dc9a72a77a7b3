"""How long an uploaded spreadsheet is kept: until it is decided or taken back, and some days."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select

from marketplace.core.contents import ContentUser, declare_content_user
from marketplace.core.db import now
from marketplace.posting.models import Posting, Upload
from marketplace.posting.states import FORM_OK, SUBMITTED, UNIT_OK
from marketplace.posting.uploads.states import FAILED, UNDONE
from marketplace.posting.uploads.states import SUBMITTED as HANDED_IN
from marketplace.settings import Settings


def declare_upload_contents() -> None:
    """Let the contents of spreadsheets stay as long as they are needed, and go then."""
    declare_content_user(ContentUser("upload", _needed, _let_go))


def _needed() -> Select[str]:
    return select(Upload.sha256).where(not_(_is_over()))


def _let_go() -> Select[str]:
    return select(Upload.sha256).where(_is_over())


def _is_over() -> ColumnElement[bool]:
    """Nobody has anything left to decide of it, and so it has been for the days that are set."""
    settings: Settings = current_app.extensions["settings"]
    before = now() - timedelta(days=settings.upload_kept_days)
    undecided = exists().where(
        Posting.upload_id == Upload.id,
        or_(Posting.state.in_((SUBMITTED, UNIT_OK, FORM_OK)), Posting.updated_at >= before),
    )
    return and_(
        Upload.updated_at < before,
        or_(Upload.state.in_((FAILED, UNDONE)), and_(Upload.state == HANDED_IN, ~undecided)),
    )
