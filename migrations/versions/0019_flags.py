"""What was noticed of contracts, and what was decided"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """What was noticed of contracts, and what was decided: forward."""
    op.create_table(
        "contract_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("family", sa.String(length=16), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("found_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_flag")),
        sa.UniqueConstraint("key", name=op.f("uq_contract_flag_key")),
    )
    op.create_index("ix_contract_flag_state", "contract_flag", ["state", "id"], unique=False)

    op.create_table(
        "contract_key",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_key_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract_id", "key", name=op.f("pk_contract_key")),
    )
    op.create_index("ix_contract_key_key", "contract_key", ["key"], unique=False)

    op.create_table(
        "flagged_contract",
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_flagged_contract_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["flag_id"],
            ["contract_flag.id"],
            name=op.f("fk_flagged_contract_flag_id_contract_flag"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("flag_id", "contract_id", name=op.f("pk_flagged_contract")),
    )
    op.create_index(
        op.f("ix_flagged_contract_contract_id"), "flagged_contract", ["contract_id"], unique=False
    )

    op.add_column(
        "contract", sa.Column("checked_at", core_types.UtcDateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_contract_unchecked",
        "contract",
        ["id"],
        unique=False,
        sqlite_where=sa.text("checked_at IS NULL"),
        postgresql_where=sa.text("checked_at IS NULL"),
    )


def downgrade() -> None:
    """What was noticed of contracts, and what was decided: back."""
    op.drop_index("ix_contract_unchecked", table_name="contract")
    op.drop_column("contract", "checked_at")

    op.drop_index(op.f("ix_flagged_contract_contract_id"), table_name="flagged_contract")

    op.drop_table("flagged_contract")
    op.drop_index("ix_contract_key_key", table_name="contract_key")

    op.drop_table("contract_key")
    op.drop_index("ix_contract_flag_state", table_name="contract_flag")

    op.drop_table("contract_flag")
