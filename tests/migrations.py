"""Checks the migrations on an empty database: up, no drift from the models, down, up again.

On SQLite, and on PostgreSQL where ``TEST_DATABASE_URL`` names one.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import inspect

from marketplace.core.db import db
from marketplace.core.schema import downgrade_schema, migration_config, upgrade_schema
from marketplace.factory import create_app
from marketplace.settings import Settings
from tests.conftest import make_settings
from tests.grounds import DATABASE_URL, drop_ground, make_ground


def main() -> int:
    """Run the check; the exit code is 0 when all is well."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "sqlite"
        is_well = _check(make_settings(folder, database_url=None))
        if DATABASE_URL:
            folder = make_ground(Path(temporary) / "postgresql")
            is_well &= _check(make_settings(folder))
            drop_ground(folder)
    return 0 if is_well else 1


def _check(settings: Settings) -> bool:
    with create_app(settings).app_context():
        kind = db.engine.dialect.name
        upgrade_schema()
        command.check(migration_config())
        downgrade_schema("base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        if left:
            print(f"{kind}: the way down leaves tables behind: {sorted(left)}", file=sys.stderr)
            return False
        upgrade_schema()
        db.engine.dispose()
    print(f"migrations on {kind}: up, no drift, down, up again")
    return True


if __name__ == "__main__":
    raise SystemExit(main())
