"""Who had a hand in a registration, numbers that were mended, receipts that were reversed"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types
from marketplace.core.append_only import drop_guards, guard_against_changes

revision = "0022"
down_revision = "0021"
HANDS = ("passed_on_by_id", "released_by_id")
WHO_PASSED_IT_ON = """
UPDATE contract SET passed_on_by_id = (
    SELECT person_id FROM state_change
    WHERE subject_kind = 'contract' AND subject_id = contract.id AND action = 'contract.pass_on'
    ORDER BY state_change.id DESC LIMIT 1
) WHERE registered_on IS NULL
"""
WHO_BROUGHT_IT = """
UPDATE contract SET
    submitted_by = (SELECT brought_by FROM contract_batch WHERE id = contract.batch_id),
    submitted_by_id = (SELECT brought_by_id FROM contract_batch WHERE id = contract.batch_id),
    released_by_id = (SELECT released_by_id FROM contract_batch WHERE id = contract.batch_id)
WHERE batch_id IS NOT NULL AND registered_on IS NULL AND submitted_at IS NULL
"""


def upgrade() -> None:
    """Hands, mended numbers, reversed receipts: forward."""
    for name in HANDS:
        op.add_column("contract", sa.Column(name, sa.Integer(), nullable=True))
    op.execute(WHO_PASSED_IT_ON)
    op.execute(WHO_BROUGHT_IT)
    with op.batch_alter_table("contract_receipt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reverses_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_contract_receipt_reverses_id_contract_receipt"),
            "contract_receipt",
            ["reverses_id"],
            ["id"],
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_contract_receipt_reverses_id"), ["reverses_id"]
        )
    op.create_table(
        "contract_former_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("mended_to", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("released_by", sa.String(length=200), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_former_number_contract_id_contract"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_former_number")),
    )
    op.create_index(
        op.f("ix_contract_former_number_contract_id"), "contract_former_number", ["contract_id"]
    )
    op.create_index(op.f("ix_contract_former_number_number"), "contract_former_number", ["number"])
    guard_against_changes("contract_former_number")


def downgrade() -> None:
    """Hands, mended numbers, reversed receipts: back."""
    drop_guards("contract_former_number")
    op.drop_index(op.f("ix_contract_former_number_number"), table_name="contract_former_number")
    op.drop_index(
        op.f("ix_contract_former_number_contract_id"), table_name="contract_former_number"
    )
    op.drop_table("contract_former_number")
    with op.batch_alter_table("contract_receipt", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_contract_receipt_reverses_id"), type_="unique")
        batch_op.drop_constraint(
            batch_op.f("fk_contract_receipt_reverses_id_contract_receipt"), type_="foreignkey"
        )
        batch_op.drop_column("reverses_id")
    for name in reversed(HANDS):
        op.drop_column("contract", name)
