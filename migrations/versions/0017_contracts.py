"""Contracts, the ledger of what counts, and the figures made of it"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types
from marketplace.core.append_only import drop_guards, guard_against_changes

revision = "0017"
down_revision = "0016"

ONLY_ADDED = (
    "contract_version",
    "ledger_entry",
    "contract_opinion",
    "goal_version",
    "indicator_basis",
    "edition",
)


def upgrade() -> None:
    """Contracts, the ledger of what counts, and the figures made of it: forward."""
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("loaded_by_id", sa.Integer(), nullable=True),
        sa.Column("loaded_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "contract_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("family", sa.String(length=16), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("found_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_flag")),
        sa.UniqueConstraint("key", name=op.f("uq_contract_flag_key")),
    )
    op.create_index("ix_contract_flag_state", "contract_flag", ["state", "id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("computed_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint(
            "kind",
            "year",
            "last_month",
            "number",
            name=op.f("uq_edition_kind_year_last_month_number"),
        ),
    )
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(length=24), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("strength", sa.String(length=16), nullable=False),
        sa.Column("source", core_types.BilingualText(none_as_null=True), nullable=False),
        sa.Column("note", core_types.BilingualText(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("indicator", "year", name=op.f("uq_goal_indicator_year")),
    )
    op.create_table(
        "indicator_basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.String(length=200), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_basis")),
    )
    op.create_index(
        op.f("ix_indicator_basis_indicator"), "indicator_basis", ["indicator"], unique=False
    )

    op.create_table(
        "indicator_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_by", sa.String(length=200), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(length=1000), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_value")),
    )
    op.create_index(
        "ix_indicator_value_shown", "indicator_value", ["indicator", "state", "as_of"], unique=False
    )

    op.create_table(
        "ledger_sum",
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("line", sa.String(length=1), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("turnover", sa.BigInteger(), nullable=False),
        sa.Column("tech_amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "is_demo", "dimension", "month", "code", "line", name=op.f("pk_ledger_sum")
        ),
    )
    op.create_table(
        "sent_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("for_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_file")),
    )
    op.create_table(
        "stored_forecast",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_stored_forecast")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'working')", name=op.f("ck_calendar_day_kind")),
        sa.ForeignKeyConstraint(
            ["year"], ["calendar_year.year"], name=op.f("fk_calendar_day_year_calendar_year")
        ),
        sa.PrimaryKeyConstraint("year", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "contract_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("brought_by", sa.String(length=200), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), nullable=True),
        sa.Column("brought_for_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("released_by", sa.String(length=200), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["sent_file.id"], name=op.f("fk_contract_batch_file_id_sent_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_contract_batch_key")),
    )
    op.create_table(
        "edition_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("computed_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_by", sa.String(length=200), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_draft_edition_id_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_draft")),
    )
    op.create_index("ix_edition_draft_state", "edition_draft", ["state", "id"], unique=False)

    op.create_table(
        "goal_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goal.id"], name=op.f("fk_goal_version_goal_id_goal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_version")),
        sa.UniqueConstraint("goal_id", "version", name=op.f("uq_goal_version_goal_id_version")),
    )
    op.create_table(
        "reconciliation_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["sent_file.id"], name=op.f("fk_reconciliation_run_file_id_sent_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_run")),
    )
    op.create_index(
        "ix_reconciliation_run_month", "reconciliation_run", ["month", "id"], unique=False
    )

    op.create_table(
        "sent_file_issue",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("column", sa.String(length=300), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("is_warning", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["sent_file.id"],
            name=op.f("fk_sent_file_issue_file_id_sent_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_file_issue")),
    )
    op.create_index(
        "ix_sent_file_issue_file", "sent_file_issue", ["file_id", "is_warning", "row"], unique=False
    )

    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("rule_version", sa.String(length=12), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("identity", sa.String(length=80), nullable=True),
        sa.Column("content", sa.String(length=64), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("class_name", sa.String(length=8), nullable=False),
        sa.Column("subtype", sa.String(length=12), nullable=False),
        sa.Column("seller_name", sa.String(length=200), nullable=False),
        sa.Column("seller_uscc", sa.String(length=18), nullable=False),
        sa.Column("seller_nature", sa.String(length=3), nullable=False),
        sa.Column("seller_division", sa.String(length=8), nullable=False),
        sa.Column("seller_country", sa.String(length=3), nullable=False),
        sa.Column("seller_phone", sa.String(length=40), nullable=False),
        sa.Column("seller_representative", sa.String(length=80), nullable=False),
        sa.Column("seller_id", sa.Integer(), nullable=True),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("buyer_uscc", sa.String(length=18), nullable=False),
        sa.Column("buyer_nature", sa.String(length=3), nullable=False),
        sa.Column("buyer_division", sa.String(length=8), nullable=False),
        sa.Column("buyer_country", sa.String(length=3), nullable=False),
        sa.Column("buyer_phone", sa.String(length=40), nullable=False),
        sa.Column("buyer_representative", sa.String(length=80), nullable=False),
        sa.Column("buyer_id", sa.Integer(), nullable=True),
        sa.Column("turnover", sa.BigInteger(), nullable=True),
        sa.Column("tech_amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.String(length=24), nullable=False),
        sa.Column("payment_mode", sa.String(length=2), nullable=False),
        sa.Column("tech_field", sa.String(length=4), nullable=False),
        sa.Column("ip_type", sa.String(length=8), nullable=False),
        sa.Column("patent_numbers", sa.JSON(), nullable=False),
        sa.Column("plan_source", sa.String(length=4), nullable=False),
        sa.Column("industry", sa.String(length=8), nullable=False),
        sa.Column("socio_goal", sa.String(length=4), nullable=False),
        sa.Column("is_related", sa.Boolean(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("office", sa.String(length=80), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("checked_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=200), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("since", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(length=2000), nullable=True),
        sa.Column("refuse_codes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("change", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("held_change", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_disputed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("declared_turnover", sa.BigInteger(), nullable=True),
        sa.Column("declared_tech_amount", sa.BigInteger(), nullable=True),
        sa.Column("equipment_cost", sa.BigInteger(), nullable=True),
        sa.Column("material_cost", sa.BigInteger(), nullable=True),
        sa.Column("other_cost", sa.BigInteger(), nullable=True),
        sa.Column("is_tax_included", sa.Boolean(), nullable=True),
        sa.Column("payments", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("royalty_base", sa.String(length=200), nullable=True),
        sa.Column("royalty_rate", sa.String(length=200), nullable=True),
        sa.Column("related_note", sa.String(length=1000), nullable=True),
        sa.Column("expected_input", sa.BigInteger(), nullable=True),
        sa.Column("expected_output", sa.BigInteger(), nullable=True),
        sa.Column("benefit_claimed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("benefit_to_tell_since", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tech_amount >= 0", name=op.f("ck_contract_tech_amount_not_negative")),
        sa.CheckConstraint("turnover >= 0", name=op.f("ck_contract_turnover_not_negative")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["contract_batch.id"], name=op.f("fk_contract_batch_id_contract_batch")
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["organisation.id"], name=op.f("fk_contract_buyer_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_contract_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["organisation.id"], name=op.f("fk_contract_seller_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("identity", name=op.f("uq_contract_identity")),
        sa.UniqueConstraint("number", name=op.f("uq_contract_number")),
    )
    op.create_index(
        "ix_contract_batch_id",
        "contract",
        ["batch_id"],
        unique=False,
        sqlite_where=sa.text("batch_id IS NOT NULL"),
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    op.create_index(
        "ix_contract_buyer_id",
        "contract",
        ["buyer_id"],
        unique=False,
        sqlite_where=sa.text("buyer_id IS NOT NULL"),
        postgresql_where=sa.text("buyer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_contract_not_counted",
        "contract",
        ["state", "is_demo", "turnover", "is_counted"],
        unique=False,
        sqlite_where=sa.text("is_counted = 0"),
        postgresql_where=sa.text("is_counted = false"),
    )
    op.create_index(
        "ix_contract_organisation_id",
        "contract",
        ["organisation_id"],
        unique=False,
        sqlite_where=sa.text("organisation_id IS NOT NULL"),
        postgresql_where=sa.text("organisation_id IS NOT NULL"),
    )
    op.create_index("ix_contract_registered_on", "contract", ["registered_on", "id"], unique=False)
    op.create_index(
        "ix_contract_seller_id",
        "contract",
        ["seller_id"],
        unique=False,
        sqlite_where=sa.text("seller_id IS NOT NULL"),
        postgresql_where=sa.text("seller_id IS NOT NULL"),
    )
    op.create_index("ix_contract_state", "contract", ["state", "id"], unique=False)
    op.create_index(
        "ix_contract_unchecked",
        "contract",
        ["id"],
        unique=False,
        sqlite_where=sa.text("checked_at IS NULL"),
        postgresql_where=sa.text("checked_at IS NULL"),
    )

    op.create_table(
        "reconciliation_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("seller_name", sa.String(length=200), nullable=False),
        sa.Column("buyer_name", sa.String(length=200), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("first_turnover", sa.BigInteger(), nullable=False),
        sa.Column("is_in_month", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("turnover", sa.BigInteger(), nullable=False),
        sa.Column("tech_amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["reconciliation_run.id"],
            name=op.f("fk_reconciliation_row_run_id_reconciliation_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_row")),
    )
    op.create_index(
        "ix_reconciliation_row_run", "reconciliation_row", ["run_id", "id"], unique=False
    )

    op.create_table(
        "contract_key",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_key_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract_id", "key", name=op.f("pk_contract_key")),
    )
    op.create_index("ix_contract_key_key", "contract_key", ["key"], unique=False)

    op.create_table(
        "contract_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("raised_by", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_objection_contract_id_contract"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_objection")),
    )
    op.create_index(
        op.f("ix_contract_objection_contract_id"),
        "contract_objection",
        ["contract_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_contract_objection_state"), "contract_objection", ["state"], unique=False
    )

    op.create_table(
        "contract_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("expert", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_opinion_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_opinion")),
    )
    op.create_index(
        op.f("ix_contract_opinion_contract_id"), "contract_opinion", ["contract_id"], unique=False
    )

    op.create_table(
        "contract_patent",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("patent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_patent_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["patent_id"], ["patent.id"], name=op.f("fk_contract_patent_patent_id_patent")
        ),
        sa.PrimaryKeyConstraint("contract_id", "patent_id", name=op.f("pk_contract_patent")),
    )
    op.create_index(
        op.f("ix_contract_patent_patent_id"), "contract_patent", ["patent_id"], unique=False
    )

    op.create_table(
        "contract_project",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_project_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_contract_project_project_id_project")
        ),
        sa.PrimaryKeyConstraint("contract_id", "project_id", name=op.f("pk_contract_project")),
    )
    op.create_index(
        op.f("ix_contract_project_project_id"), "contract_project", ["project_id"], unique=False
    )

    op.create_table(
        "contract_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tech_income", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_income", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(length=200), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_receipt_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_receipt")),
    )
    op.create_index(
        op.f("ix_contract_receipt_contract_id"), "contract_receipt", ["contract_id"], unique=False
    )

    op.create_table(
        "contract_result",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_result_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result.id"], name=op.f("fk_contract_result_result_id_result")
        ),
        sa.PrimaryKeyConstraint("contract_id", "result_id", name=op.f("pk_contract_result")),
    )
    op.create_index(
        op.f("ix_contract_result_result_id"), "contract_result", ["result_id"], unique=False
    )

    op.create_table(
        "contract_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("counts_on", sa.Date(), nullable=False),
        sa.Column("turnover", sa.BigInteger(), nullable=False),
        sa.Column("tech_amount", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("released_by", sa.String(length=200), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_version_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_version")),
        sa.UniqueConstraint(
            "contract_id", "version", name=op.f("uq_contract_version_contract_id_version")
        ),
    )
    op.create_table(
        "flagged_contract",
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_flagged_contract_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["flag_id"],
            ["contract_flag.id"],
            name=op.f("fk_flagged_contract_flag_id_contract_flag"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("flag_id", "contract_id", name=op.f("pk_flagged_contract")),
    )
    op.create_index(
        op.f("ix_flagged_contract_contract_id"), "flagged_contract", ["contract_id"], unique=False
    )

    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("line", sa.String(length=1), nullable=False),
        sa.Column("counts_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("d_count", sa.Integer(), nullable=False),
        sa.Column("d_turnover", sa.BigInteger(), nullable=False),
        sa.Column("d_tech_amount", sa.BigInteger(), nullable=False),
        sa.Column("contract_class", sa.String(length=8), nullable=False),
        sa.Column("subtype", sa.String(length=12), nullable=False),
        sa.Column("tech_field", sa.String(length=4), nullable=False),
        sa.Column("seller_nature", sa.String(length=3), nullable=False),
        sa.Column("buyer_nature", sa.String(length=3), nullable=False),
        sa.Column("seller_division", sa.String(length=8), nullable=False),
        sa.Column("buyer_division", sa.String(length=8), nullable=False),
        sa.Column("flow", sa.String(length=20), nullable=False),
        sa.Column("ip_type", sa.String(length=8), nullable=False),
        sa.Column("plan_source", sa.String(length=4), nullable=False),
        sa.Column("socio_goal", sa.String(length=4), nullable=False),
        sa.Column("industry", sa.String(length=8), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("released_by", sa.String(length=200), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["contract_batch.id"],
            name=op.f("fk_ledger_entry_batch_id_contract_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_ledger_entry_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
    )
    op.create_index(
        "ix_ledger_entry_contract_id", "ledger_entry", ["contract_id", "id"], unique=False
    )
    op.create_index("ix_ledger_entry_month", "ledger_entry", ["month", "id"], unique=False)

    op.create_table(
        "reconciliation_difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("here", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("there", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_reconciliation_difference_contract_id_contract"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["reconciliation_run.id"],
            name=op.f("fk_reconciliation_difference_run_id_reconciliation_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_difference")),
        sa.UniqueConstraint(
            "month", "kind", "key", name=op.f("uq_reconciliation_difference_month_kind_key")
        ),
    )
    op.create_index(
        op.f("ix_reconciliation_difference_contract_id"),
        "reconciliation_difference",
        ["contract_id"],
        unique=False,
    )
    op.create_index(
        "ix_reconciliation_difference_state",
        "reconciliation_difference",
        ["month", "state", "id"],
        unique=False,
    )

    for table in ONLY_ADDED:
        guard_against_changes(table)


def downgrade() -> None:
    """Contracts, the ledger of what counts, and the figures made of it: back."""
    for table in ONLY_ADDED:
        drop_guards(table)
    op.drop_index("ix_reconciliation_difference_state", table_name="reconciliation_difference")
    op.drop_index(
        op.f("ix_reconciliation_difference_contract_id"), table_name="reconciliation_difference"
    )

    op.drop_table("reconciliation_difference")
    op.drop_index("ix_ledger_entry_month", table_name="ledger_entry")
    op.drop_index("ix_ledger_entry_contract_id", table_name="ledger_entry")

    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_flagged_contract_contract_id"), table_name="flagged_contract")

    op.drop_table("flagged_contract")
    op.drop_table("contract_version")
    op.drop_index(op.f("ix_contract_result_result_id"), table_name="contract_result")

    op.drop_table("contract_result")
    op.drop_index(op.f("ix_contract_receipt_contract_id"), table_name="contract_receipt")

    op.drop_table("contract_receipt")
    op.drop_index(op.f("ix_contract_project_project_id"), table_name="contract_project")

    op.drop_table("contract_project")
    op.drop_index(op.f("ix_contract_patent_patent_id"), table_name="contract_patent")

    op.drop_table("contract_patent")
    op.drop_index(op.f("ix_contract_opinion_contract_id"), table_name="contract_opinion")

    op.drop_table("contract_opinion")
    op.drop_index(op.f("ix_contract_objection_state"), table_name="contract_objection")
    op.drop_index(op.f("ix_contract_objection_contract_id"), table_name="contract_objection")

    op.drop_table("contract_objection")
    op.drop_index("ix_contract_key_key", table_name="contract_key")

    op.drop_table("contract_key")
    op.drop_index("ix_reconciliation_row_run", table_name="reconciliation_row")

    op.drop_table("reconciliation_row")
    op.drop_index("ix_contract_unchecked", table_name="contract")
    op.drop_index("ix_contract_state", table_name="contract")
    op.drop_index("ix_contract_seller_id", table_name="contract")
    op.drop_index("ix_contract_registered_on", table_name="contract")
    op.drop_index("ix_contract_organisation_id", table_name="contract")
    op.drop_index("ix_contract_not_counted", table_name="contract")
    op.drop_index("ix_contract_buyer_id", table_name="contract")
    op.drop_index("ix_contract_batch_id", table_name="contract")

    op.drop_table("contract")
    op.drop_index("ix_sent_file_issue_file", table_name="sent_file_issue")

    op.drop_table("sent_file_issue")
    op.drop_index("ix_reconciliation_run_month", table_name="reconciliation_run")

    op.drop_table("reconciliation_run")
    op.drop_table("goal_version")
    op.drop_index("ix_edition_draft_state", table_name="edition_draft")

    op.drop_table("edition_draft")
    op.drop_table("contract_batch")
    op.drop_table("calendar_day")
    op.drop_table("stored_forecast")
    op.drop_table("sent_file")
    op.drop_table("ledger_sum")
    op.drop_index("ix_indicator_value_shown", table_name="indicator_value")

    op.drop_table("indicator_value")
    op.drop_index(op.f("ix_indicator_basis_indicator"), table_name="indicator_basis")

    op.drop_table("indicator_basis")
    op.drop_table("goal")
    op.drop_table("edition")
    op.drop_index("ix_contract_flag_state", table_name="contract_flag")

    op.drop_table("contract_flag")
    op.drop_table("calendar_year")
