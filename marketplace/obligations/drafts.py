"""What a form shows first: the draft, else what was handed in last, else what is known already."""

from __future__ import annotations

from marketplace.core.i18n import today
from marketplace.obligations.kinds import NONE, OPEN
from marketplace.obligations.models import Obligation, ScienceReport


def draft_of(obligation: Obligation, report: ScienceReport | None) -> dict[str, list[str]]:
    """The values of the form, a list a field."""
    if obligation.draft is not None:
        return obligation.draft
    if obligation.is_deposit:
        return _deposit(obligation)
    return _report(report) if report else _new_report(obligation)


def _deposit(obligation: Obligation) -> dict[str, list[str]]:
    draft = {"result": [str(row.result_id) for row in obligation.deposited]}
    for row in obligation.deposited:
        draft[f"conversion-{row.result_id}"] = [row.conversion or NONE]
        draft[f"mode-{row.result_id}"] = [row.mode or ""]
        day = row.converted_on.isoformat() if row.converted_on else ""
        draft[f"converted-{row.result_id}"] = [day]
    return draft


def _report(report: ScienceReport) -> dict[str, list[str]]:
    return {
        "title": [report.title],
        "authors": ["；".join(report.authors)],
        "unit": [report.unit],
        "partners": ["；".join(report.partners)],
        "written_on": [report.written_on.isoformat()],
        "abstract": [report.abstract],
        "keywords": ["；".join(report.keywords)],
        "scope": [report.scope],
        "opens_on": [report.opens_on.isoformat() if report.opens_on else ""],
        "closed_reason": [report.closed_reason or ""],
        "told_on": [report.told_on.isoformat() if report.told_on else ""],
    }


def _new_report(obligation: Obligation) -> dict[str, list[str]]:
    name = obligation.organisation.name
    return {
        "unit": [name.zh or name.en],
        "written_on": [today().isoformat()],
        "scope": [OPEN],
    }
