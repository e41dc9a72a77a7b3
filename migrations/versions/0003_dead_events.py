"""Events that are dead are counted without reading the others"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INDEX = "ix_outbox_event_dead"
IS_DEAD = sa.text("dead_at IS NOT NULL")


def upgrade() -> None:
    """Events that are dead are counted without reading the others: forward."""
    op.create_index(
        INDEX, "outbox_event", ["dead_at"], sqlite_where=IS_DEAD, postgresql_where=IS_DEAD
    )


def downgrade() -> None:
    """Events that are dead are counted without reading the others: back."""
    op.drop_index(INDEX, "outbox_event")
