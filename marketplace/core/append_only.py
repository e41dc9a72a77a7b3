"""What PostgreSQL answers to whoever would change a table whose rows are only ever added.

The triggers that call it stand in migration 0006. A dump of tables holds triggers but no
functions, so a restore has to bring this one first. SQLite's triggers need no function.
"""

from __future__ import annotations

REFUSE_CHANGE = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
    " USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
