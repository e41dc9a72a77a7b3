"""Searches that found nothing, and their groups"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Searches that found nothing: forward."""
    op.create_table(
        "unmet_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("searched_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_unmet_search_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_search")),
        sa.UniqueConstraint(
            "organisation_id",
            "searched_on",
            "digest",
            name=op.f("uq_unmet_search_organisation_id_searched_on_digest"),
        ),
    )
    op.create_index("ix_unmet_search_searched_on", "unmet_search", ["searched_on"], unique=False)
    op.create_table(
        "unmet_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("recent_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_group")),
    )


def downgrade() -> None:
    """Searches that found nothing: back."""
    op.drop_table("unmet_group")
    op.drop_table("unmet_search")
