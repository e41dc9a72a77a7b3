"""What a party asks for once its contract is registered: other terms, or the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.contracts.forms import CONTACTS, Form, as_draft, read_form, sides_with_codes
from marketplace.contracts.handing_in import CHANGE_FILES, SUBJECT, linkable, unit_of
from marketplace.contracts.inputs.registration import COSTS
from marketplace.contracts.models import Contract
from marketplace.contracts.notices import CHANGE_ASKED, tell_parties
from marketplace.contracts.policies import TELL_BENEFIT
from marketplace.contracts.problems import FormProblems, check_reason
from marketplace.contracts.queries import linked_ids
from marketplace.contracts.saving.rows import as_stored, terms_of
from marketplace.contracts.states import (
    ASK_CHANGE,
    CHANGE_END,
    CHANGE_TERMS,
    CONTRACT_STATES,
    TAKE_BACK_CHANGE,
)
from marketplace.core.actor import Actor
from marketplace.core.attachments import find_same, receive
from marketplace.core.attachments.services import Upload
from marketplace.core.audit import record_audit
from marketplace.core.db import now, writing
from marketplace.core.policy import policy


def ask_change(
    actor: Actor,
    contract_id: int,
    form: Form,
    reason: str,
    files: Iterable[Upload],
    *,
    step: str = ASK_CHANGE,
) -> Sequence[LazyString]:
    """Ask that other terms be registered; what is doubtful about them.

    :param step: ``ASK_CHANGE_FOR`` where staff ask for a unit that the market doesn't know.
    :raises FormProblems: with a sentence a field, or where nothing is other than before.
    :raises StateError: when it isn't registered, or a change is pending already.
    :raises Forbidden: when the actor's unit is no party; UploadRefused for a file.
    """
    with writing() as session:
        contract = _locked(session, contract_id)
        policy.require(actor, step, contract)
        unit = unit_of(session, contract)
        offered = linkable(session, actor)
        results, projects = linked_ids(session, contract.id)
        # Contacts aren't shown on the form; what is left empty stays as it is.
        contacts = {name: [getattr(contract, name)] for name in CONTACTS}
        draft = as_draft(form)
        given = read_form({**contacts, **draft}, unit, offered, sides_with_codes(contract, draft))
        change: dict[str, Any] = {
            "kind": CHANGE_TERMS,
            "terms": as_stored(given.terms),
            "further": given.further,
            # What somebody else has linked stays: it isn't offered, so it can't be chosen.
            "results": sorted({*given.results, *(set(results) - set(offered["result"]))}),
            "projects": sorted({*given.projects, *(set(projects) - set(offered["project"]))}),
        }
        is_same = change["terms"] == as_stored(terms_of(contract)) and all(
            getattr(contract, name) == value
            for name, value in given.further.items()
            # What they come to stands in the terms, as 技术交易额.
            if name not in COSTS
        )
        is_linked_alike = (change["results"], change["projects"]) == (results, projects)
        if is_same and is_linked_alike:
            raise FormProblems({"": _l("和登记的内容一样，没有要变更的。")})
        _ask(session, actor, contract, change, reason, files, step)
        return given.warnings


def ask_end(
    actor: Actor,
    contract_id: int,
    reason: str,
    files: Iterable[Upload],
    *,
    step: str = ASK_CHANGE,
) -> None:
    """Ask that the registration be ended: the contract was rescinded or terminated."""
    with writing() as session:
        contract = _locked(session, contract_id)
        _ask(session, actor, contract, {"kind": CHANGE_END}, reason, files, step)


def take_back(
    actor: Actor, contract_id: int, reason: str | None = None, *, step: str = TAKE_BACK_CHANGE
) -> None:
    """Take such a wish back, while nobody has decided.

    :raises StateError: when none is pending.
    :raises Forbidden: for who neither asked for it nor registers the contract.
    """
    with writing() as session:
        contract = _locked(session, contract_id)
        CONTRACT_STATES.take_step(session, actor, contract, step, reason)
        contract.change, contract.since = None, now()


def note_benefit_told(actor: Actor, contract_id: int) -> None:
    """Say that the authority which gave a benefit knows of the change or the end."""
    with writing() as session:
        contract = _locked(session, contract_id)
        policy.require(actor, TELL_BENEFIT, contract)
        if contract.benefit_to_tell_since is not None:
            contract.benefit_to_tell_since = None
            record_audit(session, actor, TELL_BENEFIT, SUBJECT, contract.id, contract.version)


def _locked(session: Session, contract_id: int) -> Contract:
    return session.get_one(Contract, contract_id, with_for_update=True)


def _ask(
    session: Session,
    actor: Actor,
    contract: Contract,
    change: dict[str, Any],
    reason: str,
    files: Iterable[Upload],
    step: str,
) -> None:
    policy.require(actor, step, contract)
    if not reason:
        raise FormProblems({"reason": _l("请写明为什么变更或注销。")})
    check_reason(reason)
    for one in files:
        if not find_same(session, one, SUBJECT, contract.id, CHANGE_FILES):
            receive(session, actor, one, SUBJECT, contract.id, CHANGE_FILES)
    CONTRACT_STATES.take_step(session, actor, contract, step, reason)
    contract.change = {
        **change,
        "at": now().isoformat(),
        "organisation_id": actor.organisation_id,
        "reason": reason,
    }
    contract.submitted_by, contract.submitted_by_id = actor.name, actor.person_id
    contract.since, contract.comment = now(), None
    tell_parties(session, contract, CHANGE_ASKED, but=actor.organisation_id)
