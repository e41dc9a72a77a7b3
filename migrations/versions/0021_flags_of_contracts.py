"""Contracts are looked over again, seller by seller; flags of splits name all sellers"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0021"
down_revision = "0020"

FLAGS = sa.table(
    "contract_flag",
    sa.column("id", sa.Integer),
    sa.column("rule", sa.String),
    sa.column("params", sa.JSON),
)
EVENTS = sa.table(
    "outbox_event",
    sa.column("kind", sa.String),
    sa.column("consumer", sa.String),
    sa.column("subject_kind", sa.String),
    sa.column("subject_id", sa.Integer),
    sa.column("payload", sa.JSON),
    sa.column("created_at", core_types.UtcDateTime),
    sa.column("due_at", core_types.UtcDateTime),
    sa.column("attempts", sa.Integer),
)
UNCHECKED = "checked_at IS NULL AND turnover IS NOT NULL AND tech_amount IS NOT NULL"


def upgrade() -> None:
    """Flags of contracts: forward."""
    op.drop_index("ix_contract_unchecked", table_name="contract")
    # There are keys and rules that contracts looked over before don't know.
    changed = op.get_bind().execute(
        sa.text("UPDATE contract SET checked_at = NULL WHERE checked_at IS NOT NULL")
    )
    op.create_index(
        "ix_contract_unchecked",
        "contract",
        ["seller_name", "id"],
        unique=False,
        sqlite_where=sa.text(UNCHECKED),
        postgresql_where=sa.text(UNCHECKED),
    )
    if changed.rowcount:
        _tell_that_contracts_wait()
    for flag_id, params in _splits():
        seller = params.pop("seller")
        _write(flag_id, {**params, "sellers": [seller]})


def downgrade() -> None:
    """Flags of contracts: back."""
    op.drop_index("ix_contract_unchecked", table_name="contract")
    op.create_index(
        "ix_contract_unchecked",
        "contract",
        ["id"],
        unique=False,
        sqlite_where=sa.text("checked_at IS NULL"),
        postgresql_where=sa.text("checked_at IS NULL"),
    )
    for flag_id, params in _splits():
        sellers = params.pop("sellers")
        _write(flag_id, {**params, "seller": "、".join(sellers)})


def _tell_that_contracts_wait() -> None:
    moment = datetime.now(UTC)
    event = {
        "kind": "contracts_arrived",
        "consumer": "contract_checks",
        "subject_kind": "contract_batch",
        "subject_id": 0,
        "payload": {},
        "created_at": moment,
        "due_at": moment,
        "attempts": 0,
    }
    op.bulk_insert(EVENTS, [event])


def _splits() -> list[sa.Row]:
    asked = sa.select(FLAGS.c.id, FLAGS.c.params).where(FLAGS.c.rule == "split.below_a_tier")
    return list(op.get_bind().execute(asked))


def _write(flag_id: int, params: dict[str, object]) -> None:
    op.execute(FLAGS.update().where(FLAGS.c.id == flag_id).values(params=params))
