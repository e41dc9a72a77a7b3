"""What a person takes along of contracts."""

from __future__ import annotations

from marketplace.accounts.own_data import kept_data
from marketplace.contracts.deciding import Decision, decide
from marketplace.contracts.models import Contract
from marketplace.contracts.own_data import TABLES
from marketplace.core.actor import Role
from marketplace.core.db import Base, db, writing
from tests.functional.contracts.conftest import Scene, actor_of, add_contract, registered


def test_every_table_of_contracts_with_a_hand_is_taken_along() -> None:
    shown = {
        (kept.model.__tablename__, name) for kept in TABLES.values() for name in kept.hands.values()
    }
    wanted = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        if table.name.startswith(("contract", "flagged"))
        for column in table.columns
        if column.name.endswith("_by_id")
    }
    assert shown == wanted


def test_versions_and_steps_name_who_took_them(scene: Scene) -> None:
    contract_id = registered(scene)
    found = kept_data.export(db.session, 902)["contracts"]
    assert [(one["contract_id"], one["released"]) for one in found["contract_versions"]] == [
        (contract_id, True)
    ]
    assert [one["step"] for one in found["contract_steps"]] == ["contract.register"]


def test_who_accepted_first_keeps_it_after_another_accepted(scene: Scene) -> None:
    contract_id = add_contract(scene)
    decide(actor_of(scene, Role.REGISTRAR, 901), contract_id, "contract.accept", Decision())
    with writing() as session:
        session.get_one(Contract, contract_id).accepted_by_id = 905
    found = kept_data.export(db.session, 901)["contracts"]
    assert [(one["id"], one["step"]) for one in found["contract_steps"]] == [
        (contract_id, "contract.accept")
    ]
