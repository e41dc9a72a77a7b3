"""Saved records and searches with what they found"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0009"
down_revision = "0013"


def upgrade() -> None:
    """Saved records and searches: forward."""
    op.create_table(
        "saved_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_saved_record_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_record")),
        sa.UniqueConstraint(
            "person_id", "kind", "record_id", name=op.f("uq_saved_record_person_id_kind_record_id")
        ),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("frequency", sa.String(length=8), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("by_inbox", sa.Boolean(), nullable=False),
        sa.Column("announced_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_saved_search_organisation_id_organisation"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_saved_search_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    with op.batch_alter_table("saved_search") as batch_op:
        batch_op.create_index("ix_saved_search_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_saved_search_frequency", ["frequency"], unique=False)
    op.create_table(
        "search_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("found_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("announced_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["saved_search.id"],
            name=op.f("fk_search_match_search_id_saved_search"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_match")),
        sa.UniqueConstraint(
            "search_id", "kind", "record_id", name=op.f("uq_search_match_search_id_kind_record_id")
        ),
    )
    with op.batch_alter_table("search_match") as batch_op:
        batch_op.create_index(
            "ix_search_match_waiting",
            ["search_id"],
            unique=False,
            sqlite_where=sa.text("announced_at IS NULL"),
            postgresql_where=sa.text("announced_at IS NULL"),
        )


def downgrade() -> None:
    """Saved records and searches: back."""
    with op.batch_alter_table("search_match") as batch_op:
        batch_op.drop_index("ix_search_match_waiting")
    op.drop_table("search_match")
    with op.batch_alter_table("saved_search") as batch_op:
        batch_op.drop_index("ix_saved_search_frequency")
        batch_op.drop_index("ix_saved_search_person_id")
    op.drop_table("saved_search")
    op.drop_table("saved_record")
