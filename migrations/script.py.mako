"""${message}"""

import sqlalchemy as sa
from alembic import op

from marketplace.core import db as core_types
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """${message}: forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """${message}: back."""
    ${downgrades if downgrades else "pass"}
