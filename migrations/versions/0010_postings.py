"""Postings, versions of records, and which records are kept by hand"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    """Postings and versions: forward."""
    op.create_table(
        "record_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_version")),
        sa.UniqueConstraint(
            "kind", "record_id", "version", name=op.f("uq_record_version_kind_record_id_version")
        ),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("novelty", sa.Text(), nullable=False),
        sa.Column("secrecy_confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_posting_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index("ix_posting_organisation", ["organisation_id", "state"], unique=False)
        batch_op.create_index("ix_posting_record", ["kind", "record_id"], unique=False)
        batch_op.create_index("ix_posting_state", ["state", "submitted_at"], unique=False)

    op.create_table(
        "posting_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("posting_version", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_posting_remark_posting_id_posting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_remark")),
    )
    with op.batch_alter_table("posting_remark", schema=None) as batch_op:
        batch_op.create_index("ix_posting_remark_posting", ["posting_id"], unique=False)

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kept_by_hand_since", core_types.UtcDateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("patent", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kept_by_hand_since", core_types.UtcDateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kept_by_hand_since", core_types.UtcDateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kept_by_hand_since", core_types.UtcDateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    """Postings and versions: back."""
    op.drop_column("result", "kept_by_hand_since")

    op.drop_column("project", "kept_by_hand_since")

    op.drop_column("patent", "kept_by_hand_since")

    op.drop_column("organisation", "kept_by_hand_since")

    with op.batch_alter_table("posting_remark", schema=None) as batch_op:
        batch_op.drop_index("ix_posting_remark_posting")

    op.drop_table("posting_remark")
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index("ix_posting_state")
        batch_op.drop_index("ix_posting_record")
        batch_op.drop_index("ix_posting_organisation")

    op.drop_table("posting")
    op.drop_table("record_version")
