"""No row of what is only added is replaced by another with its key"""

from marketplace.core.append_only import drop_guard_against_replacing, guard_against_replacing

revision = "0019"
down_revision = "0018"

KEYS = {
    "contract_version": ("contract_id", "version"),
    "goal_version": ("goal_id", "version"),
    "edition": ("kind", "year", "last_month", "number"),
}


def upgrade() -> None:
    """No row of what is only added is replaced: forward."""
    for table, columns in KEYS.items():
        guard_against_replacing(table, *columns)


def downgrade() -> None:
    """No row of what is only added is replaced: back."""
    for table in KEYS:
        drop_guard_against_replacing(table)
