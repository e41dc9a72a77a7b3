"""Uploaded spreadsheets, their rows and what is wrong in them; postings know theirs"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0014"
down_revision = "0011"


def upgrade() -> None:
    """Uploads: forward."""
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("novelty", sa.Text(), nullable=False),
        sa.Column("secrecy_confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_upload_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_organisation", "upload", ["organisation_id", "id"])
    op.create_table(
        "upload_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("is_risky", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["upload.id"],
            name=op.f("fk_upload_row_upload_id_upload"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_row")),
    )
    op.create_index("ix_upload_row_upload", "upload_row", ["upload_id", "id"])
    op.create_table(
        "upload_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("column", sa.String(length=300), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("is_warning", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["upload.id"],
            name=op.f("fk_upload_issue_upload_id_upload"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_issue")),
    )
    op.create_index("ix_upload_issue_upload", "upload_issue", ["upload_id", "is_warning", "row"])
    # Not in a batch: SQLite would rebuild the table, and the remarks would go with the old one.
    op.add_column("posting", sa.Column("upload_id", sa.Integer(), nullable=True))
    op.create_index("ix_posting_upload", "posting", ["upload_id", "state"])


def downgrade() -> None:
    """Uploads: back."""
    op.drop_index("ix_posting_upload", "posting")
    op.drop_column("posting", "upload_id")
    op.drop_index("ix_upload_issue_upload", "upload_issue")
    op.drop_table("upload_issue")
    op.drop_index("ix_upload_row_upload", "upload_row")
    op.drop_table("upload_row")
    op.drop_index("ix_upload_organisation", "upload")
    op.drop_table("upload")
