"""The page of the rules by which registrations are handled, as the program has them."""

from __future__ import annotations

from flask import render_template

from marketplace.contracts.routes import blueprint
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.rules import rule_book, rules_of
from marketplace.core.codelists import choices
from marketplace.core.i18n import today


@blueprint.get("/registration-rules")
def rules() -> str:
    """All versions, the newest first, with what was not verified said."""
    book = rule_book()
    versions = sorted(book.versions.values(), key=lambda one: one.in_force_from, reverse=True)
    return render_template(
        "contracts/rules.html",
        book=book,
        versions=versions,
        present=rules_of(rule_version_on(today())),
        codes=choices(book.refusal_codes),
    )
