"""Organisations apply and are verified; their members invite, and stand in for each other"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types

revision = "0008"
down_revision = "0007"

STAFF_ROLES = ("BUREAU", "REGISTRAR", "REVIEWER", "STAT", "ADMIN")


def upgrade() -> None:
    """Organisations apply and are verified: forward."""
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("nature", sa.String(length=8), nullable=False),
        sa.Column("division", sa.String(length=8), nullable=False),
        sa.Column("is_state_founded", sa.Boolean(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("position", sa.String(length=80), nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.Column("submitted_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"],
            ["person.id"],
            name=op.f("fk_application_applicant_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_application_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index("ix_application_applicant", ["applicant_id", "state"], unique=False)
        batch_op.create_index(
            "ix_application_state_submitted", ["state", "submitted_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_application_uscc"), ["uscc"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.Column("manages_members", sa.Boolean(), nullable=False),
        sa.Column("inviter_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inviter_id"],
            ["person.id"],
            name=op.f("fk_invitation_inviter_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_email"), ["email"], unique=False)
        batch_op.create_index(
            "ix_invitation_organisation", ["organisation_id", "ended_at"], unique=False
        )

    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"],
            ["person.id"],
            name=op.f("fk_join_request_applicant_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_join_request_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.create_index("ix_join_request_applicant", ["applicant_id", "state"], unique=False)
        batch_op.create_index(
            "ix_join_request_organisation", ["organisation_id", "state"], unique=False
        )

    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("ended_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_deputy_days_in_order")),
        sa.ForeignKeyConstraint(
            ["deputy_id"],
            ["membership.id"],
            name=op.f("fk_deputy_deputy_id_membership"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_deputy_membership_id_membership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.create_index("ix_deputy_membership", ["membership_id", "until_on"], unique=False)
        batch_op.create_index("ix_deputy_person", ["deputy_id", "until_on"], unique=False)

    op.add_column(
        "membership",
        sa.Column("manages_members", sa.Boolean(), server_default=sa.false(), nullable=False),
    )

    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.alter_column("organisation_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(
            "ix_notification_person", ["person_id", "read_at", "id"], unique=False
        )

    op.add_column(
        "organisation",
        sa.Column("is_staff_body", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _mark_those_there()


def downgrade() -> None:
    """Organisations apply and are verified: back."""
    op.drop_column("organisation", "is_staff_body")
    op.execute("DELETE FROM notification WHERE organisation_id IS NULL")

    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_person")
        batch_op.alter_column("organisation_id", existing_type=sa.INTEGER(), nullable=False)

    op.drop_column("membership", "manages_members")

    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.drop_index("ix_deputy_person")
        batch_op.drop_index("ix_deputy_membership")

    op.drop_table("deputy")
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.drop_index("ix_join_request_organisation")
        batch_op.drop_index("ix_join_request_applicant")

    op.drop_table("join_request")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_invitation_organisation")
        batch_op.drop_index(batch_op.f("ix_invitation_email"))

    op.drop_table("invitation")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_uscc"))
        batch_op.drop_index("ix_application_state_submitted")
        batch_op.drop_index("ix_application_applicant")

    op.drop_table("application")


def _mark_those_there() -> None:
    """Who has staff acting for it is one of the city's offices; the first member is in charge."""
    staff = ", ".join(f"'{role}'" for role in STAFF_ROLES)
    with_staff = (
        "SELECT organisation_id FROM membership JOIN membership_role "  # noqa: S608
        f"ON membership_role.membership_id = membership.id WHERE role IN ({staff})"
    )
    op.execute(f"UPDATE organisation SET is_staff_body = true WHERE id IN ({with_staff})")  # noqa: S608
    op.execute(
        "UPDATE membership SET manages_members = true WHERE ended_at IS NULL AND id IN "
        "(SELECT min(id) FROM membership WHERE ended_at IS NULL GROUP BY organisation_id) "
        "AND organisation_id NOT IN (SELECT id FROM organisation WHERE is_staff_body)"
    )
