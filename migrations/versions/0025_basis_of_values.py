"""By what an entered value counts"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """By what an entered value counts: forward."""
    with op.batch_alter_table("indicator_value") as table:
        table.add_column(
            sa.Column("basis", sa.String(length=40), server_default="", nullable=False)
        )
    # Values of before were entered for the basis that is in force.
    op.execute(
        "UPDATE indicator_value SET basis = COALESCE((SELECT chosen.basis FROM indicator_basis"
        " AS chosen WHERE chosen.indicator = indicator_value.indicator"
        " ORDER BY chosen.id DESC LIMIT 1), '')"
    )
    # Only rows that were there before needed one.
    with op.batch_alter_table("indicator_value") as table:
        table.alter_column("basis", server_default=None)


def downgrade() -> None:
    """By what an entered value counts: back."""
    with op.batch_alter_table("indicator_value") as table:
        table.drop_column("basis")
