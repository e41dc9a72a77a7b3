"""Rows that are only added aren't replaced by their key; contracts are found by division"""

import sqlalchemy as sa
from alembic import op

from marketplace.core.append_only import drop_guard_against_replacing, guard_against_replacing

revision = "0024"
down_revision = "0023"

KEYS = {
    "contract_version": ("contract_id", "version"),
    "goal_version": ("goal_id", "version"),
    "edition": ("kind", "year", "last_month", "number"),
}
DIVISION = sa.text(
    "(CASE WHEN seller_country = '156' THEN seller_division ELSE buyer_division END)"
)


def upgrade() -> None:
    """Guards of keys, and the index of divisions: forward."""
    for table, columns in KEYS.items():
        guard_against_replacing(table, *columns)
    op.create_index("ix_contract_division", "contract", [DIVISION, "registered_on", "id"])


def downgrade() -> None:
    """Guards of keys, and the index of divisions: back."""
    op.drop_index("ix_contract_division", table_name="contract")
    for table in KEYS:
        drop_guard_against_replacing(table)
