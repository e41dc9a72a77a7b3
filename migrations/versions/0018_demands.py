"""Technology demands"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Technology demands: forward."""
    op.create_table(
        "demand",
        sa.Column("demand_type", sa.String(length=16), nullable=True),
        sa.Column("years_from", sa.Integer(), nullable=True),
        sa.Column("years_to", sa.Integer(), nullable=True),
        sa.Column("problem", core_types.BilingualText(none_as_null=True), nullable=True),
        sa.Column("key_technology", core_types.BilingualText(none_as_null=True), nullable=True),
        sa.Column("goal", core_types.BilingualText(none_as_null=True), nullable=True),
        sa.Column("indicators", sa.JSON(), nullable=False),
        sa.Column("budget_kind", sa.String(length=16), nullable=True),
        sa.Column("budget_min_fen", sa.BigInteger(), nullable=True),
        sa.Column("budget_max_fen", sa.BigInteger(), nullable=True),
        sa.Column("cooperation_modes", sa.JSON(), nullable=False),
        sa.Column("preferred_partners", core_types.BilingualText(none_as_null=True), nullable=True),
        sa.Column("research_type", sa.String(length=4), nullable=True),
        sa.Column("discipline", sa.String(length=8), nullable=True),
        sa.Column("industry", sa.String(length=8), nullable=True),
        sa.Column("wanted_trl", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("ip_wish", sa.String(length=16), nullable=True),
        sa.Column("confidentiality", sa.String(length=16), nullable=True),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("is_masked", sa.Boolean(), nullable=False),
        sa.Column("masked_name", core_types.BilingualText(none_as_null=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("source_url", sa.String(length=500), nullable=True),
        sa.Column("imported_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("kept_by_hand_since", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("title", core_types.BilingualText(none_as_null=True), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("tech_field", sa.String(length=8), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.CheckConstraint("budget_min_fen >= 0", name=op.f("ck_demand_budget_min_not_negative")),
        sa.CheckConstraint(
            "budget_max_fen >= budget_min_fen", name=op.f("ck_demand_budget_range_in_order")
        ),
        sa.CheckConstraint(
            "wanted_trl BETWEEN 1 AND 9", name=op.f("ck_demand_wanted_trl_is_1_to_9")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_demand_source_source_id")),
    )
    op.create_index("ix_demand_deadline", "demand", ["state", "deadline"], unique=False)
    op.create_index("ix_demand_state_published", "demand", ["state", "published_at"], unique=False)
    op.create_table(
        "demand_owner",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demand.id"], name=op.f("fk_demand_owner_demand_id_demand")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_demand_owner_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("demand_id", "organisation_id", name=op.f("pk_demand_owner")),
    )
    op.create_index(
        "ix_demand_owner_organisation", "demand_owner", ["organisation_id"], unique=False
    )


def downgrade() -> None:
    """Technology demands: back."""
    op.drop_table("demand_owner")
    op.drop_table("demand")
