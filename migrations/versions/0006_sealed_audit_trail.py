"""The audit trail under seal; what is only ever added can't be changed or deleted any more"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types
from marketplace.core.append_only import REFUSE_CHANGE

revision = "0006"
down_revision = "0005"

HEAD = "audit_head"
KEYS = {"audit_entry": "id", "state_change": "id", "audit_seal": "number", "audit_head": "id"}


def upgrade() -> None:
    """The audit trail under seal: forward."""
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("rows_hash", sa.String(length=64), nullable=False),
        sa.Column("prints", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", core_types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        HEAD,
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """The audit trail under seal: back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in KEYS:
        for guard in ("update", "delete", "replace" if is_sqlite else "truncate"):
            on_table = "" if is_sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER {table}_no_{guard}{on_table}")
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_change()")
    op.drop_table(HEAD)
    op.drop_table("audit_seal")


def _guard_sqlite() -> None:
    """An INSERT OR REPLACE deletes without a trigger of deletion, so it has a guard of its own."""
    for table, key in KEYS.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        is_there = f"NEW.{key} > 0 AND EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608
        for guard, act, condition in (
            ("update", "UPDATE", _head_condition(table)),
            ("delete", "DELETE", ""),
            ("replace", "INSERT", f"WHEN {is_there}"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{guard} BEFORE {act} ON {table} "
                f"FOR EACH ROW {condition} {refuse}"
            )


def _guard_postgresql() -> None:
    op.execute(REFUSE_CHANGE)
    for table in KEYS:
        for guard, act, level in (
            ("update", "UPDATE", f"ROW {_head_condition(table)}"),
            ("delete", "DELETE", "ROW"),
            ("truncate", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{guard} BEFORE {act} ON {table} "
                f"FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )


def _head_condition(table: str) -> str:
    """The head may go on to the next seal, and nowhere else."""
    steps_on = "NEW.id = OLD.id AND NEW.number = OLD.number + 1"
    return f"WHEN (NOT ({steps_on}))" if table == HEAD else ""
