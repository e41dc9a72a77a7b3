"""Many rows in one go: a statement on SQLite, a copy stream on PostgreSQL.

A thousand contracts as parameters of one statement cost PostgreSQL's client ten times what a copy
costs, nearly all of it for taking the statement apart (docs/benchmarks.md, contracts a second).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnDefault, Table, func, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor, Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.core.postgresql import is_postgresql

Row = dict[str, Any]


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all name the same columns.

    Columns that they don't name get their default, the same in all rows.

    :raises IntegrityError: where the database refuses a row; the transaction is lost.
    """
    if not rows:
        return
    if is_postgresql(session.get_bind()):  # type: ignore[arg-type]
        _copy(session, table, rows)
    else:
        session.execute(insert(table), rows)


def insert_numbered(session: Session, table: Table, rows: Sequence[Row]) -> list[int]:
    """Insert rows as :func:`insert_rows` does; the ids they got, in their order."""
    if not rows:
        return []
    if not is_postgresql(session.get_bind()):  # type: ignore[arg-type]
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return list(session.scalars(statement, rows))
    ids = _reserved_ids(session, table, len(rows))
    _copy(session, table, [{"id": id_, **row} for id_, row in zip(ids, rows, strict=True)])
    return ids


def _reserved_ids(session: Session, table: Table, number: int) -> list[int]:
    sequence = func.pg_get_serial_sequence(table.name, "id")
    wanted = func.generate_series(1, number).table_valued("n")
    return list(
        session.scalars(select(func.nextval(sequence, type_=BigInteger)).select_from(wanted))
    )


def _copy(session: Session, table: Table, rows: Sequence[Row]) -> None:
    dialect = session.get_bind().dialect
    given = set(rows[0])
    constants = {
        column.name: _default(column.default)
        for column in table.columns
        if column.name not in given and isinstance(column.default, ColumnDefault)
    }
    names = [*rows[0], *constants]
    writers = [(name, _writer(table, name, dialect)) for name in names]
    quote = dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in names)
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
    cursor: DBAPICursor = session.connection().connection.cursor()
    try:
        with cursor, cursor.copy(statement) as stream:  # type: ignore[attr-defined]
            for row in rows:
                filled = constants | row
                stream.write_row(
                    [writer(filled[name]) if writer else filled[name] for name, writer in writers]
                )
    except dialect.dbapi.IntegrityError as refused:  # type: ignore[union-attr]
        raise IntegrityError(statement, None, refused) from refused


def _default(default: ColumnDefault) -> Any:
    return default.arg(None) if default.is_callable else default.arg


def _writer(table: Table, name: str, dialect: Dialect) -> Any:
    return cast(Any, table.c[name].type).dialect_impl(dialect).bind_processor(dialect)
