"""E-mail addresses: what is one, and when two are the same."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from marketplace.accounts.models.person import LONGEST_EMAIL
from marketplace.accounts.problems import AccountProblem


def comparable(text: str) -> str:
    """The form in which addresses are kept and compared: of any text, also of none."""
    return text.strip().casefold()[:LONGEST_EMAIL]


def require_email(text: str) -> None:
    """Pass, unless nothing was written.

    :raises AccountProblem: for no text at all (field ``email``).
    """
    if not text.strip():
        raise AccountProblem("email", _l("请填写邮箱。"))


def checked_email(text: str) -> str:
    """The address in the form in which it is kept.

    Whether somebody reads it shows when the link of the first letter is opened.

    :raises AccountProblem: for what can't be an address (RFC 5321, 5322, 6531).
    """
    require_email(text)
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise AccountProblem(
            "email", _l("这不像一个邮箱地址。应为“名字@域名”，例如 liwen@example.com。")
        ) from None
    return comparable(found.normalized)
