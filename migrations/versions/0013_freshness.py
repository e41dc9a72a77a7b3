"""Listings are confirmed by their holders: askings, and since when a listing counts as silent"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0013"
down_revision = "0012"

LISTED = ("result", "patent")


def upgrade() -> None:
    """Askings, and since when a listing counts as silent: forward."""
    op.create_table(
        "confirmation_asking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_asked_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("is_by_letter", sa.Boolean(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_confirmation_asking_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_asking")),
    )
    op.create_index(
        "uq_confirmation_asking_open",
        "confirmation_asking",
        ["subject_kind", "subject_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_confirmation_asking_subject",
        "confirmation_asking",
        ["subject_kind", "subject_id", "id"],
    )
    op.create_index(
        "ix_confirmation_asking_organisation",
        "confirmation_asking",
        ["organisation_id", "closed_at"],
    )
    # Adding a column that may be empty needs no copy of the table, on either database.
    for table in LISTED:
        op.add_column(table, sa.Column("silent_since", sa.Date(), nullable=True))


def downgrade() -> None:
    """Askings, and since when a listing counts as silent: back."""
    for table in LISTED:
        op.drop_column(table, "silent_since")
    op.drop_table("confirmation_asking")
