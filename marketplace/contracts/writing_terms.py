"""Terms that were read go into the columns of a contract, and join what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Patent
from marketplace.contracts.forms import Given
from marketplace.contracts.models import (
    Contract,
    ContractPatent,
    ContractProject,
    ContractResult,
)
from marketplace.contracts.saving.rows import columns_of

SIDES = ("seller", "buyer")


def write_terms(session: Session, contract: Contract, given: Given, *, own_side: str = "") -> None:
    """Put what a form says into the contract.

    :param own_side: where the registering unit stands; nothing where the form doesn't say it.
    """
    before = {side: _named(contract, side) for side in SIDES}
    for name, value in {**columns_of(given.terms), **given.further}.items():
        setattr(contract, name, value)
    for side in SIDES:
        if side == own_side:
            setattr(contract, f"{side}_id", contract.organisation_id)
        elif _named(contract, side) != before[side] or own_side:
            setattr(contract, f"{side}_id", _unit_with(session, contract, side))
    session.flush()
    _link(session, contract.id, ContractResult, "result_id", given.results)
    _link(session, contract.id, ContractProject, "project_id", given.projects)
    patents = session.scalars(
        select(Patent.id).where(Patent.application_number.in_(given.terms.patent_numbers))
    )
    _link(session, contract.id, ContractPatent, "patent_id", patents)


def _named(contract: Contract, side: str) -> tuple[str, str]:
    return getattr(contract, f"{side}_name"), getattr(contract, f"{side}_uscc")


def _unit_with(session: Session, contract: Contract, side: str) -> int | None:
    code = getattr(contract, f"{side}_uscc")
    if not code:
        return None
    return session.scalar(select(Organisation.id).where(Organisation.uscc == code))


def _link(session: Session, contract_id: int, model: Any, name: str, ids: Iterable[int]) -> None:
    session.execute(delete(model).where(model.contract_id == contract_id))
    session.add_all(model(contract_id=contract_id, **{name: one}) for one in ids)
