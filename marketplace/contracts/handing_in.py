"""What a party does until its contract is registered: writing, handing in, withdrawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.inputs.texts import TITLE_LIMIT, one_line
from marketplace.catalogue.models import Project, ProjectOrganisation, Result, ResultOwner
from marketplace.contracts.arrivals import look_again
from marketplace.contracts.forms import Form, as_draft, read_form, side_of
from marketplace.contracts.models import Contract
from marketplace.contracts.models.contract import TYPED
from marketplace.contracts.notices import SUBMITTED, tell_parties
from marketplace.contracts.policies import WRITE
from marketplace.contracts.problems import FormProblems, check_reason
from marketplace.contracts.rule_versions import rule_version_on
from marketplace.contracts.states import (
    CONTRACT_STATES,
    DRAFT,
    EDITABLE_STATES,
    OBJECT,
    OBJECTION,
    SUBMIT,
    WITHDRAW,
)
from marketplace.contracts.writing_terms import write_terms
from marketplace.core.actor import Actor
from marketplace.core.attachments import attachments_of, find_same, receive
from marketplace.core.attachments.services import Upload
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.i18n import today
from marketplace.core.policy import policy, visible_to

SUBJECT = "contract"
TEXT, CHANGE_FILES = "text", "change"
"""Purposes of a contract's files: its text, and what proves a change."""
MOST_LINKED = 100


def begin(actor: Actor, form: Form, files: Iterable[Upload]) -> int:
    """Keep a new draft; its id.

    :raises Forbidden: when the actor acts for no unit that can be a party.
    :raises FormProblems, UploadRefused: as for :func:`save_draft`; nothing is kept then.
    """
    with writing() as session:
        contract = _begin(session, actor)
        _keep(session, actor, contract, form, files)
        return contract.id


def begin_and_submit(
    actor: Actor, form: Form, files: Iterable[Upload]
) -> tuple[int, Sequence[LazyString]]:
    """Hand a new contract in at once; its id, and what is doubtful."""
    with writing() as session:
        contract = _begin(session, actor)
        _keep(session, actor, contract, form, files)
        return contract.id, _submit(session, actor, contract, form)


def save_draft(actor: Actor, contract_id: int, form: Form, files: Iterable[Upload]) -> None:
    """Keep what was typed so far, and the files.

    :raises Forbidden: when the actor isn't of the unit that registers it.
    :raises FormProblems: when it was handed in meanwhile, or a field is too long.
    :raises UploadRefused: for a file; nothing is kept then.
    """
    with writing() as session:
        _keep(session, actor, _locked(session, contract_id), form, files)


def submit(
    actor: Actor,
    contract_id: int,
    form: Form,
    files: Iterable[Upload],
    *,
    step: str = SUBMIT,
    reason: str | None = None,
) -> Sequence[LazyString]:
    """Hand it in, or hand it in again after a correction; what is doubtful.

    :param step: ``SUBMIT_FOR`` where staff do it for a unit that the market doesn't know.
    :raises FormProblems: with a sentence a field; nothing is kept then.
    :raises Forbidden, UploadRefused: as for a draft.
    """
    with writing() as session:
        contract = _locked(session, contract_id)
        _keep(session, actor, contract, form, files, WRITE if step == SUBMIT else step)
        return _submit(session, actor, contract, form, step, reason)


def withdraw(actor: Actor, contract_id: int, reason: str, *, step: str = WITHDRAW) -> None:
    """Take it back before it is accepted.

    :param step: ``WITHDRAW_FOR`` where staff do it for a unit that the market doesn't know.
    :raises StateError: when it is too late.
    :raises FormProblems: for a reason that is too long; nothing is kept then.
    :raises Forbidden: when the actor isn't of the unit that registers it.
    """
    _say(actor, contract_id, step, reason)


def object_to_refusal(actor: Actor, contract_id: int, reason: str, *, step: str = OBJECT) -> None:
    """Object to a refusal, so that it is looked at again; the legal limit begins anew.

    :param step: ``OBJECT_FOR`` where staff do it for a unit that the market doesn't know.
    :raises StateError: without a reason, or when it wasn't refused.
    :raises FormProblems: for a reason that is too long; nothing is kept then.
    """
    _say(actor, contract_id, step, reason)


def _say(actor: Actor, contract_id: int, step: str, reason: str) -> None:
    check_reason(reason)
    with writing() as session:
        contract = _locked(session, contract_id)
        CONTRACT_STATES.take_step(session, actor, contract, step, reason or None)
        contract.since = now()
        if contract.state == OBJECTION:
            contract.accepted_on = today()


def linkable(session: Session, actor: Actor) -> dict[str, dict[int, str]]:
    """The own results and projects that a contract can be linked to: id → title."""
    unit_id = actor.organisation_id
    results = session.scalars(
        select(Result)
        .join(ResultOwner, ResultOwner.result_id == Result.id)
        .where(ResultOwner.organisation_id == unit_id, visible_to(actor, Result))
        .order_by(Result.id.desc())
        .limit(MOST_LINKED)
    )
    projects = session.scalars(
        select(Project)
        .join(ProjectOrganisation, ProjectOrganisation.project_id == Project.id)
        .where(ProjectOrganisation.organisation_id == unit_id, visible_to(actor, Project))
        .order_by(Project.id.desc())
        .limit(MOST_LINKED)
    )
    return {
        "result": {one.id: str(one.title) for one in results},
        "project": {one.id: str(one.title) for one in projects},
    }


def unit_of(session: Session, contract: Contract) -> Organisation | None:
    """The unit that registers the contract, as far as that was done here."""
    number = contract.organisation_id
    return session.get_one(Organisation, number) if number else None


def _begin(session: Session, actor: Actor) -> Contract:
    policy.require(actor, WRITE)
    unit = session.get_one(Organisation, actor.organisation_id)
    contract = Contract(
        state=DRAFT,
        origin=TYPED,
        rule_version=rule_version_on(today()),
        organisation_id=unit.id,
        is_demo=unit.is_demo,
        title="",
        class_name="",
        subtype="",
        seller_name="",
        buyer_name="",
        since=now(),
    )
    session.add(contract)
    session.flush()
    return contract


def _locked(session: Session, contract_id: int) -> Contract:
    return session.get_one(Contract, contract_id, with_for_update=True)


def _keep(
    session: Session,
    actor: Actor,
    contract: Contract,
    form: Form,
    files: Iterable[Upload],
    action: str = WRITE,
) -> None:
    policy.require(actor, action, contract)
    if contract.state not in EDITABLE_STATES:
        raise FormProblems({"": _l("它已经交了，现在不能改。请刷新页面看看它到了哪里。")})
    contract.organisation_id = contract.registering_id
    contract.draft = as_draft(form)
    if contract.state == DRAFT:
        contract.title = one_line((contract.draft.get("title") or [""])[0])[:TITLE_LIMIT]
    for one in files:
        if not find_same(session, one, SUBJECT, contract.id, TEXT):
            receive(session, actor, one, SUBJECT, contract.id, TEXT)
    record_audit(session, actor, WRITE, SUBJECT, contract.id, contract.version)
    session.flush()


def _submit(
    session: Session,
    actor: Actor,
    contract: Contract,
    form: Form,
    step: str = SUBMIT,
    reason: str | None = None,
) -> Sequence[LazyString]:
    unit = unit_of(session, contract)
    given = read_form(form, unit, linkable(session, actor))
    has_text = any(
        one.purpose == TEXT for one in attachments_of(session, actor, SUBJECT, contract.id)
    )
    if not has_text:
        raise FormProblems({"file": _l("请附上合同文本。")})
    # First the step: whom the corrected terms name isn't who asks for it.
    CONTRACT_STATES.take_step(session, actor, contract, step, reason)
    write_terms(session, contract, given, own_side=side_of(form) if unit else "")
    contract.declared_turnover = given.terms.turnover
    contract.declared_tech_amount = given.terms.tech_amount
    contract.rule_version = rule_version_on(today())
    contract.submitted_by, contract.submitted_by_id = actor.name, actor.person_id
    contract.submitted_at = contract.since = now()
    contract.comment, contract.released_by_id = None, None
    look_again(session, contract)
    tell_parties(session, contract, SUBMITTED, but=actor.organisation_id)
    return given.warnings
