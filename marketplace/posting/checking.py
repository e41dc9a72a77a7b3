"""Whether a posting can go on: what is wrong in its cells, and what it would give away."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.catalogue.inputs import CleanRow, Issue, PartyRef
from marketplace.catalogue.models import Organisation, Patent
from marketplace.catalogue.saving.by_hand import number_owners, taken_number
from marketplace.catalogue.saving.links import Links
from marketplace.catalogue.saving.parties import Parties
from marketplace.core.actor import Actor
from marketplace.posting.cells import missing, read_cells
from marketplace.posting.models import Posting

PENDING = "pending"


class PostingProblem(Exception):
    """A posting can't take the step as it is: sentences by key of the field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def read_posting(session: Session, posting: Posting) -> tuple[CleanRow | None, list[Issue]]:
    """What the posting means, and everything that keeps it from being submitted.

    The row is missing as long as some cell can't be read.
    """
    found = read_cells(posting.kind, posting.cells)
    lacking = missing(posting.kind, posting.cells)
    if not isinstance(found, CleanRow):
        named = {issue.field for issue in found}
        return None, [*found, *(one for one in lacking if one.field not in named)]
    issues = [*lacking, *_taken_numbers(session, posting, found)]
    owners = found.links.get("owners") or ()
    if owners and not is_among(session.get_one(Organisation, posting.organisation_id), owners):
        issues.append(Issue("owners", "owners", "", must_be_among(posting.organisation)))
    return (None if issues else found), issues


def problems_of(session: Session, posting: Posting) -> dict[str, str]:
    """The first sentence for each field that is not right yet."""
    problems: dict[str, str] = {}
    for issue in read_posting(session, posting)[1]:
        problems.setdefault(issue.field, str(issue.reason))
    return problems


def unpublished_applications(session: Session, posting: Posting, actor: Actor) -> list[str]:
    """As :func:`unpublished_in`, for what the posting says; nothing while it can't be read."""
    found = read_cells(posting.kind, posting.cells)
    if not isinstance(found, CleanRow):
        return []
    return unpublished_in(session, posting.kind, found, posting.title, actor)


def unpublished_in(
    session: Session, kind: str, row: CleanRow, title: str, actor: Actor
) -> list[str]:
    """Applications of which this would make something public before the office does.

    What is disclosed before publication can destroy novelty (专利法 art. 22, 24): for a patent
    that is its own application without a day of publication, for a result each of its patents.
    """
    if kind == "patent":
        values = row.values
        is_secret = values.get("legal_status") == PENDING and not values.get("published_on")
        return [str(values.get("application_number") or title)] if is_secret else []
    if kind != "result" or not row.links.get("patents"):
        return []
    links = Links(session, "result", None, Parties(session, actor, None, is_demo=False))
    names = []
    for ref in row.links["patents"]:
        ids = links.ids_of_records("patents", [ref])
        patent = session.get_one(Patent, ids[0]) if ids else None
        # One that nobody has listed may be public or not: its holder knows.
        if patent is None or (patent.legal_status == PENDING and patent.published_on is None):
            names.append(ref.text)
    return names


def must_be_among(organisation: Organisation) -> LazyString:
    """The sentence for owners that don't name the organisation that writes."""
    return _("这里要有你现在代表的单位“%(name)s”，写全称。", name=organisation.name)


def is_among(organisation: Organisation, owners: Iterable[PartyRef]) -> bool:
    """Whether the organisation is one of those named, by its code or its whole name."""
    return any(
        (owner.uscc is not None and owner.uscc == organisation.uscc)
        or (bool(owner.name) and owner.key == organisation.name_key)
        for owner in owners
    )


def _taken_numbers(session: Session, posting: Posting, row: CleanRow) -> Iterable[Issue]:
    for column, owner in number_owners(session, posting.kind, row).items():
        if owner != posting.record_id:
            value = str(row.values[column])
            yield Issue(column, column, value, taken_number(column, value))
