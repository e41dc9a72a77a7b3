"""Further parts of records on steps of disclosure, their terms, requests and openings"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Further parts: forward."""
    op.create_table(
        "disclosure_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("heading", core_types.BilingualText(none_as_null=True), nullable=False),
        sa.Column("is_heading_public", sa.Boolean(), nullable=False),
        sa.Column("text", core_types.BilingualText(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_part")),
        sa.CheckConstraint(
            "level BETWEEN 1 AND 3", name=op.f("ck_disclosure_part_level_is_a_step")
        ),
    )
    op.create_index("ix_disclosure_part_record", "disclosure_part", ["kind", "record_id", "rank"])
    op.create_table(
        "disclosure_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", core_types.BilingualText(none_as_null=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_terms")),
        sa.UniqueConstraint(
            "kind", "record_id", "version", name=op.f("uq_disclosure_terms_kind_record_id_version")
        ),
    )
    op.create_table(
        "disclosure_part_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("heading", core_types.BilingualText(none_as_null=True), nullable=False),
        sa.Column("is_heading_public", sa.Boolean(), nullable=False),
        sa.Column("text", core_types.BilingualText(none_as_null=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_part_version")),
        sa.ForeignKeyConstraint(
            ["part_id"],
            ["disclosure_part.id"],
            name=op.f("fk_disclosure_part_version_part_id_disclosure_part"),
        ),
        sa.UniqueConstraint(
            "part_id", "version", name=op.f("uq_disclosure_part_version_part_id_version")
        ),
    )
    op.create_table(
        "disclosure_acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("terms_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "terms_id",
            "person_id",
            "organisation_id",
            name=op.f("uq_disclosure_acceptance_terms_id_person_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_acceptance")),
        sa.ForeignKeyConstraint(
            ["terms_id"],
            ["disclosure_terms.id"],
            name=op.f("fk_disclosure_acceptance_terms_id_disclosure_terms"),
        ),
    )
    op.create_table(
        "disclosure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("covers_organisation", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_disclosure_request_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_request")),
        sa.ForeignKeyConstraint(
            ["part_id"],
            ["disclosure_part.id"],
            name=op.f("fk_disclosure_request_part_id_disclosure_part"),
        ),
    )
    op.create_index("ix_disclosure_request_part", "disclosure_request", ["part_id", "state"])
    op.create_table(
        "disclosure_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("part_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_opening")),
        sa.ForeignKeyConstraint(
            ["part_id"],
            ["disclosure_part.id"],
            name=op.f("fk_disclosure_opening_part_id_disclosure_part"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_disclosure_opening_organisation_id_organisation"),
        ),
    )
    op.create_index("ix_disclosure_opening_part", "disclosure_opening", ["part_id", "person_id"])


def downgrade() -> None:
    """Further parts: back."""
    op.drop_index("ix_disclosure_opening_part", "disclosure_opening")
    op.drop_table("disclosure_opening")
    op.drop_index("ix_disclosure_request_part", "disclosure_request")
    op.drop_table("disclosure_request")
    op.drop_table("disclosure_acceptance")
    op.drop_table("disclosure_part_version")
    op.drop_table("disclosure_terms")
    op.drop_index("ix_disclosure_part_record", "disclosure_part")
    op.drop_table("disclosure_part")
