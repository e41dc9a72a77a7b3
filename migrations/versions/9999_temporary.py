"""Stands in for the migration that the merge generates: goals, values, forecasts, editions."""

from alembic import op

from marketplace.contracts.models import Contract
from marketplace.core.append_only import drop_guards, guard_against_changes
from marketplace.statistics.models import (
    Edition,
    EditionDraft,
    Goal,
    GoalVersion,
    IndicatorBasis,
    IndicatorValue,
    StoredForecast,
)

revision = "9999"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = (
    Goal,
    GoalVersion,
    IndicatorBasis,
    IndicatorValue,
    StoredForecast,
    Edition,
    EditionDraft,
)
NOT_COUNTED = next(
    one for one in Contract.__table__.indexes if one.name == "ix_contract_not_counted"
)
ONLY_ADDED = ("goal_version", "indicator_basis", "edition")


def upgrade() -> None:
    """Make the tables."""
    for model in TABLES:
        model.__table__.create(op.get_bind())
    NOT_COUNTED.create(op.get_bind())
    for table in ONLY_ADDED:
        guard_against_changes(table)


def downgrade() -> None:
    """Drop them again."""
    NOT_COUNTED.drop(op.get_bind())
    for table in ONLY_ADDED:
        drop_guards(table)
    for model in reversed(TABLES):
        model.__table__.drop(op.get_bind())
