"""Tables whose rows are only ever added: the database itself refuses anything else.

Migrations guard them. A dump of PostgreSQL's tables holds triggers but no functions, so a restore
has to bring the function first. SQLite's triggers need none.
"""

from __future__ import annotations

from alembic import op

REFUSE_CHANGE = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
    " USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def guard_against_changes(table: str, key: str = "id", may_update: str = "") -> None:
    """Have the database of this migration refuse to change or delete rows of a table.

    ``may_update`` is the condition under which an update passes. SQLite's INSERT OR REPLACE
    deletes without a trigger of deletion, so it has a guard of its own.
    """
    unless = f"WHEN (NOT ({may_update}))" if may_update else ""
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        is_there = f"NEW.{key} > 0 AND EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608
        for guard, act, condition in (
            ("update", "UPDATE", unless),
            ("delete", "DELETE", ""),
            ("replace", "INSERT", f"WHEN {is_there}"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{guard} BEFORE {act} ON {table} "
                f"FOR EACH ROW {condition} {refuse}"
            )
        return
    for guard, act, level in (
        ("update", "UPDATE", f"ROW {unless}"),
        ("delete", "DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{guard} BEFORE {act} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION refuse_change()"
        )


def guard_against_replacing(table: str, *columns: str) -> None:
    """Have SQLite refuse a row, too, whose ``columns`` a row of the table has already.

    They are a unique key besides the primary one: INSERT OR REPLACE would delete that row and put
    its own in its place. PostgreSQL knows no such statement.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    is_same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    is_there = f"EXISTS (SELECT 1 FROM {table} WHERE {is_same})"  # noqa: S608
    op.execute(
        f"CREATE TRIGGER {table}_no_replace_key BEFORE INSERT ON {table} FOR EACH ROW "
        f"WHEN {is_there} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def drop_guard_against_replacing(table: str) -> None:
    """Take this guard of a table away again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_replace_key")


def drop_guards(table: str) -> None:
    """Take the guards of a table away again."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in ("update", "delete", "replace" if is_sqlite else "truncate"):
        on_table = "" if is_sqlite else f" ON {table}"
        op.execute(f"DROP TRIGGER {table}_no_{guard}{on_table}")
