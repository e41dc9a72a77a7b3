"""Every address of the market that shows something, made from its routes and its tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from marketplace.accounts.models import (
    Application,
    Deputy,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    SecondStepReset,
    SignIn,
)
from marketplace.catalogue.models import RECORD_MODELS, Demand, Project
from marketplace.contracts.models import (
    Contract,
    ContractBatch,
    ContractFlag,
    ContractObjection,
    ContractReceipt,
)
from marketplace.core.attachments import Attachment
from marketplace.core.db import db
from marketplace.core.notifications import Notification
from marketplace.disclosure.models import AccessRequest, FurtherPart
from marketplace.obligations.models import Obligation, ScienceReport, TransferClock
from marketplace.posting.models import Posting, Upload
from marketplace.shelf.models import SavedSearch
from marketplace.statistics.models import Edition, EditionDraft, Goal, IndicatorValue

OF_ENDPOINT: dict[tuple[str, str], type] = {
    ("disclosure", "request_id"): AccessRequest,
    ("accounts", "request_id"): JoinRequest,
}
OF_ARGUMENT: dict[str, type] = {
    "application_id": Application,
    "attachment_id": Attachment,
    "batch_id": ContractBatch,
    "clock_id": TransferClock,
    "contract_id": Contract,
    "demand_id": Demand,
    "deputy_id": Deputy,
    "draft_id": EditionDraft,
    "edition_id": Edition,
    "flag_id": ContractFlag,
    "goal_id": Goal,
    "invitation_id": Invitation,
    "membership_id": Membership,
    "notice_id": Notification,
    "objection_id": ContractObjection,
    "obligation_id": Obligation,
    "organisation_id": Organisation,
    "part_id": FurtherPart,
    "posting_id": Posting,
    "project_id": Project,
    "receipt_id": ContractReceipt,
    "report_id": ScienceReport,
    "search_id": SavedSearch,
    "second_step_reset_id": SecondStepReset,
    "sign_in_id": SignIn,
    "upload_id": Upload,
    "value_id": IndicatorValue,
}
"""Whose ids stand in an address."""
OTHERS: dict[str, list[Any]] = {
    "token": ["1"],
    "item": ["result-1"],
    "number": [2],
    "year": [2026],
    "indicator": ["achievement_turnover"],
    "month": [202603],
}


def rules(app: Flask, method: str) -> list[Rule]:
    """The routes that answer the method, files on disk aside."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and not rule.alias and "filename" not in rule.arguments
    ]


def addresses_of(app: Flask, rule: Rule, method: str) -> Iterator[str]:
    """The route's address for each row of each table whose ids stand in it."""
    adapter = app.url_map.bind("")
    for values in values_of(rule):
        yield adapter.build(rule.endpoint, values, method=method)


def values_of(rule: Rule) -> Iterator[dict[str, Any]]:
    """What can stand in the address of a route: the ids of all rows, each choice."""
    if "record_id" in rule.arguments:
        kinds = getattr(rule._converters.get("kind"), "items", [rule.endpoint.split(".")[1]])
        for kind in sorted(kinds):
            named = {"kind": kind} if "kind" in rule.arguments else {}
            yield from ({**named, "record_id": one} for one in _ids(RECORD_MODELS[kind]))
        return
    names = sorted(rule.arguments)
    for found in product(*(_choices(rule, name) for name in names)):
        yield dict(zip(names, found, strict=True))


def _choices(rule: Rule, name: str) -> list[Any]:
    if name in OTHERS:
        return OTHERS[name]
    if name == "kind":
        return sorted(getattr(rule._converters[name], "items", []))
    return _ids(model_of(rule, name, {}))


def model_of(rule: Rule, name: str, values: dict[str, Any]) -> type:
    """Whose id the argument of a route is."""
    if name == "record_id":
        return RECORD_MODELS[values.get("kind") or rule.endpoint.split(".")[1]]
    model = OF_ENDPOINT.get((rule.endpoint.split(".")[0], name)) or OF_ARGUMENT.get(name)
    assert model, f"say in OF_ARGUMENT whose ids {name} of {rule.endpoint} are"
    return model


def _ids(model: Any) -> list[int]:
    return list(db.session.scalars(select(model.id).order_by(model.id)))
