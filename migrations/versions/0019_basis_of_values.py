"""By what an entered value counts"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """By what an entered value counts: forward."""
    with op.batch_alter_table("indicator_value") as table:
        table.add_column(
            sa.Column("basis", sa.String(length=40), server_default="", nullable=False)
        )


def downgrade() -> None:
    """By what an entered value counts: back."""
    with op.batch_alter_table("indicator_value") as table:
        table.drop_column("basis")
