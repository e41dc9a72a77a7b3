"""Requests to reset a second step; ways of looking through the audit trail"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0012"
down_revision = "0010"

TRAIL = "audit_entry"
# The table is append-only, and rebuilding it would drop its guards: indexes are added as they are.
INDEXES = {
    "ix_audit_entry_at": (["at", "id"], None),
    "ix_audit_entry_action": (["action", "at", "id"], None),
    "ix_audit_entry_name": (["actor_name", "at", "id"], None),
    "ix_audit_entry_person": (["person_id", "at", "id"], "person_id IS NOT NULL"),
    "ix_audit_entry_organisation": (["organisation_id", "at", "id"], "organisation_id IS NOT NULL"),
}


def upgrade() -> None:
    """Requests to reset a second step; ways of looking through the audit trail: forward."""
    op.create_table(
        "second_step_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_second_step_reset_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"],
            ["person.id"],
            name=op.f("fk_second_step_reset_requested_by_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name=op.f("fk_second_step_reset_decided_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_step_reset")),
    )
    op.create_index("ix_second_step_reset_state", "second_step_reset", ["state", "due_at"])
    op.create_index(op.f("ix_second_step_reset_person_id"), "second_step_reset", ["person_id"])
    for name, (columns, condition) in INDEXES.items():
        where = sa.text(condition) if condition else None
        op.create_index(name, TRAIL, columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_audit_seal_last_id", "audit_seal", ["last_id"])


def downgrade() -> None:
    """Requests to reset a second step; ways of looking through the audit trail: back."""
    op.drop_index("ix_audit_seal_last_id", table_name="audit_seal")
    for name in INDEXES:
        op.drop_index(name, table_name=TRAIL)
    op.drop_table("second_step_reset")
