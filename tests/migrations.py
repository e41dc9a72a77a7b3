"""Checks the migrations on an empty database: up, no drift from the models, down, up again."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import inspect

from marketplace.core.db import db
from marketplace.core.schema import downgrade_schema, migration_config, upgrade_schema
from marketplace.factory import create_app
from tests.conftest import make_settings


def main() -> int:
    """Run the check; the exit code is 0 when all is well."""
    with (
        tempfile.TemporaryDirectory() as folder,
        create_app(make_settings(Path(folder))).app_context(),
    ):
        upgrade_schema()
        command.check(migration_config())
        downgrade_schema("base")
        left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        if left:
            print(f"the way down leaves tables behind: {sorted(left)}", file=sys.stderr)
            return 1
        upgrade_schema()
    print("migrations: up, no drift, down, up again")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
