"""What funded projects owe: reports, deposits, and the year within which results are converted"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0011"
down_revision = "0009"

TABLES = (
    "science_report",
    "obligation_reminder",
    "deposited_result",
    "transfer_clock",
    "obligation",
)


def upgrade() -> None:
    """What funded projects owe: forward."""
    op.create_table(
        "obligation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("since", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_obligation_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_obligation_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint(
            "project_id", "kind", "due_on", name=op.f("uq_obligation_project_id_kind_due_on")
        ),
    )
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_obligation_organisation_due", ["organisation_id", "due_on"], unique=False
        )
        batch_op.create_index("ix_obligation_state_due", ["state", "due_on"], unique=False)

    op.create_table(
        "transfer_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_transfer_clock_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_transfer_clock_result_id_result")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_clock")),
    )
    with op.batch_alter_table("transfer_clock", schema=None) as batch_op:
        batch_op.create_index("ix_transfer_clock_due", ["due_on"], unique=False)
        batch_op.create_index("ix_transfer_clock_project", ["project_id"], unique=False)
        batch_op.create_index("ix_transfer_clock_result", ["result_id"], unique=False)

    op.create_table(
        "deposited_result",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("conversion", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=True),
        sa.Column("converted_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_deposited_result_obligation_id_obligation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_deposited_result_result_id_result")
        ),
        sa.PrimaryKeyConstraint("obligation_id", "result_id", name=op.f("pk_deposited_result")),
    )
    op.create_table(
        "obligation_reminder",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_obligation_reminder_obligation_id_obligation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "obligation_id", "days_before", name=op.f("pk_obligation_reminder")
        ),
    )
    op.create_table(
        "science_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scope != 'deferred' OR opens_on IS NOT NULL",
            name=op.f("ck_science_report_deferred_has_day"),
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_science_report_obligation_id_obligation"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_science_report_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_science_report")),
        sa.UniqueConstraint("number", name=op.f("uq_science_report_number")),
        sa.UniqueConstraint("obligation_id", name=op.f("uq_science_report_obligation_id")),
        sa.UniqueConstraint(
            "project_id", "sequence", name=op.f("uq_science_report_project_id_sequence")
        ),
    )


def downgrade() -> None:
    """What funded projects owe: back."""
    for table in TABLES:
        op.drop_table(table)
