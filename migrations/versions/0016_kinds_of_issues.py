"""Issues of an upload say of which kind they are; those that are there, by their sentence"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Kinds of issues: forward."""
    op.add_column(
        "upload_issue", sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.execute("UPDATE upload_issue SET kind = CAST(reason AS TEXT)")


def downgrade() -> None:
    """Kinds of issues: back."""
    op.drop_column("upload_issue", "kind")
