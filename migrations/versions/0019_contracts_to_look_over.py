"""Contracts that nobody has looked over are found in the order in which they are looked over"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Contracts to look over: forward."""
    unchecked = "checked_at IS NULL AND turnover IS NOT NULL AND tech_amount IS NOT NULL"
    op.drop_index("ix_contract_unchecked", table_name="contract")
    op.create_index(
        "ix_contract_unchecked",
        "contract",
        ["seller_name", "id"],
        unique=False,
        sqlite_where=sa.text(unchecked),
        postgresql_where=sa.text(unchecked),
    )


def downgrade() -> None:
    """Contracts to look over: back."""
    op.drop_index("ix_contract_unchecked", table_name="contract")
    op.create_index(
        "ix_contract_unchecked",
        "contract",
        ["id"],
        unique=False,
        sqlite_where=sa.text("checked_at IS NULL"),
        postgresql_where=sa.text("checked_at IS NULL"),
    )
