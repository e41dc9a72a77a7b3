"""Matches, what was said to them, and vectors"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Matches, what was said to them, and vectors: forward."""
    op.create_table(
        "vector",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_vector")),
    )
    op.create_table(
        "record_vector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("encoder", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("whole_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("title_key", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_vector")),
        sa.UniqueConstraint(
            "kind", "record_id", "encoder", name=op.f("uq_record_vector_kind_record_id_encoder")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "demand_round",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("algorithm", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demand.id"], name=op.f("fk_demand_round_demand_id_demand")
        ),
        sa.PrimaryKeyConstraint("demand_id", name=op.f("pk_demand_round")),
    )
    op.create_table(
        "match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("algorithm", sa.String(length=80), nullable=False),
        sa.Column("found_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("stepped_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("wants", sa.JSON(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("declined_by", sa.String(length=16), nullable=True),
        sa.Column("decline_code", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demand.id"], name=op.f("fk_match_demand_id_demand")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["organisation.id"],
            name=op.f("fk_match_proposed_by_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint(
            "demand_id", "kind", "record_id", name=op.f("uq_match_demand_id_kind_record_id")
        ),
    )
    op.create_index("ix_match_record", "match", ["kind", "record_id"])
    op.create_index("ix_match_state", "match", ["state", "stepped_at"])
    op.create_table(
        "match_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["match_id"], ["match.id"], name=op.f("fk_match_contact_match_id_match")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_match_contact_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_match_contact_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_contact")),
        sa.UniqueConstraint("match_id", "side", name=op.f("uq_match_contact_match_id_side")),
    )
    op.create_table(
        "match_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("algorithm", sa.String(length=80), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["match_id"], ["match.id"], name=op.f("fk_match_decision_match_id_match")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_decision")),
    )
    op.create_index("ix_match_decision_match", "match_decision", ["match_id"])
    op.create_table(
        "demand_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demand.id"], name=op.f("fk_demand_part_demand_id_demand")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_demand_part_posting_id_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_part")),
        sa.UniqueConstraint("posting_id", name=op.f("uq_demand_part_posting_id")),
    )
    op.create_index("ix_demand_part_demand", "demand_part", ["demand_id"])
    op.create_table(
        "match_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("can", sa.Boolean(), nullable=True),
        sa.Column("answered_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["match_id"], ["match.id"], name=op.f("fk_match_question_match_id_match")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_question")),
        sa.UniqueConstraint("match_id", name=op.f("uq_match_question_match_id")),
    )


def downgrade() -> None:
    """Matches, what was said to them, and vectors: back."""
    op.drop_table("match_question")
    op.drop_table("demand_part")
    op.drop_table("match_decision")
    op.drop_table("match_contact")
    op.drop_table("match")
    op.drop_table("demand_round")
    op.drop_table("record_vector")
    op.drop_table("vector")
