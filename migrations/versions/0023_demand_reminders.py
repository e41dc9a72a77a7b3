"""Reminders of deadlines of demands"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Reminders of deadlines of demands: forward."""
    op.create_table(
        "demand_reminder",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["demand.id"],
            name=op.f("fk_demand_reminder_demand_id_demand"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "demand_id", "deadline", "days_before", name=op.f("pk_demand_reminder")
        ),
    )


def downgrade() -> None:
    """Reminders of deadlines of demands: back."""
    op.drop_table("demand_reminder")
