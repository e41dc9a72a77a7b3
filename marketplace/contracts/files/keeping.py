"""How long the content of a sent file is kept: as long as something needs it, and some days."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, not_, select

from marketplace.contracts.models import SentFile
from marketplace.core.contents import ContentUser, declare_content_user
from marketplace.core.db import now
from marketplace.settings import Settings


def declare_file_contents() -> None:
    """Let contents stay as long as they are needed, and go then."""
    declare_content_user(ContentUser("sent_file", _needed, _let_go))


def _needed() -> Select[str]:
    return select(SentFile.sha256).where(not_(_is_gone()))


def _let_go() -> Select[str]:
    return select(SentFile.sha256).where(_is_gone())


def _is_gone() -> ColumnElement[bool]:
    settings: Settings = current_app.extensions["settings"]
    before = now() - timedelta(days=settings.upload_kept_days)
    return and_(SentFile.is_over, SentFile.updated_at < before)
