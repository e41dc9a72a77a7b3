"""Runs migrations on the database of the application that calls Alembic."""

from alembic import context
from sqlalchemy import text

from marketplace.accounts import models as accounts  # noqa: F401
from marketplace.catalogue import models  # noqa: F401
from marketplace.contracts import models as contracts  # noqa: F401
from marketplace.core import audit, codelists, db, notifications, outbox, progress, states  # noqa: F401
from marketplace.core.attachments import models as attachments  # noqa: F401
from marketplace.core.audit_chain import models as audit_chain  # noqa: F401
from marketplace.core.calendar import models as calendar  # noqa: F401
from marketplace.core.mail import models as mail_models  # noqa: F401
from marketplace.demands import models as demands  # noqa: F401
from marketplace.freshness import models as freshness  # noqa: F401
from marketplace.matching import models as matching  # noqa: F401
from marketplace.matching.radar import models as radar  # noqa: F401
from marketplace.matching.vectors import models as vectors  # noqa: F401
from marketplace.obligations import models as obligations  # noqa: F401
from marketplace.posting import models as posting_models  # noqa: F401
from marketplace.shelf import models as shelf  # noqa: F401
from marketplace.statistics import models as statistics  # noqa: F401

# Each database gives an expression back in words of its own, or not at all.
OF_EXPRESSIONS = {"ix_contract_division"}

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=lambda _object, name, *_more: name not in OF_EXPRESSIONS,
        compare_type=True,
        compare_server_default=True,
        user_module_prefix="core_types.",
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # A change of a large table takes as long as it takes.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        context.run_migrations()
    connection.commit()
