"""Technology contracts, their versions, and the ledger of what counts"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types
from marketplace.core.append_only import drop_guards, guard_against_changes

revision = "0017"
down_revision = "0016"

ONLY_ADDED = ("contract_version", "ledger_entry")


def upgrade() -> None:
    """Technology contracts, their versions, and the ledger of what counts: forward."""
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
        sa.Column("released_by", sa.String(length=200), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", core_types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_contract_batch_key")),
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

    for table in ONLY_ADDED:
        guard_against_changes(table)


def downgrade() -> None:
    """Technology contracts, their versions, and the ledger of what counts: back."""
    for table in ONLY_ADDED:
        drop_guards(table)
    op.drop_index("ix_ledger_entry_month", table_name="ledger_entry")
    op.drop_index("ix_ledger_entry_contract_id", table_name="ledger_entry")

    op.drop_table("ledger_entry")
    op.drop_table("contract_version")
    op.drop_index(op.f("ix_contract_result_result_id"), table_name="contract_result")

    op.drop_table("contract_result")
    op.drop_index(op.f("ix_contract_project_project_id"), table_name="contract_project")

    op.drop_table("contract_project")
    op.drop_index(op.f("ix_contract_patent_patent_id"), table_name="contract_patent")

    op.drop_table("contract_patent")
    op.drop_index("ix_contract_state", table_name="contract")
    op.drop_index("ix_contract_seller_id", table_name="contract")
    op.drop_index("ix_contract_registered_on", table_name="contract")
    op.drop_index("ix_contract_buyer_id", table_name="contract")
    op.drop_index("ix_contract_batch_id", table_name="contract")

    op.drop_table("contract")
    op.drop_table("ledger_sum")
    op.drop_table("contract_batch")
