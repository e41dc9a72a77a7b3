"""Letters: what became of each, and who refuses which topic"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Letters, and who refuses which topic: forward."""
    op.create_table(
        "mail_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("recipient_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_delivery")),
        sa.UniqueConstraint("event_id", name=op.f("uq_mail_delivery_event_id")),
    )
    with op.batch_alter_table("mail_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_mail_delivery_outcome", ["outcome", "created_at"], unique=False)

    op.create_table(
        "mail_refusal",
        sa.Column("recipient_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recipient_id", "topic", name=op.f("pk_mail_refusal")),
    )


def downgrade() -> None:
    """Letters, and who refuses which topic: back."""
    op.drop_table("mail_refusal")
    with op.batch_alter_table("mail_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_delivery_outcome")

    op.drop_table("mail_delivery")
