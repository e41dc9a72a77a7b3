"""Positions in files of any size"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

COUNTS_OF_BYTES = ("total", "position")


def upgrade() -> None:
    """Positions in files of any size: forward."""
    with op.batch_alter_table("job") as batch_op:
        for name in COUNTS_OF_BYTES:
            batch_op.alter_column(name, existing_type=sa.Integer(), type_=sa.BigInteger())


def downgrade() -> None:
    """Positions in files of any size: back."""
    with op.batch_alter_table("job") as batch_op:
        for name in COUNTS_OF_BYTES:
            batch_op.alter_column(name, existing_type=sa.BigInteger(), type_=sa.Integer())
