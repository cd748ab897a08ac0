"""Alembic's way in: the connection comes from messaging.store.migrating, inside its transaction."""

from alembic import context

from messaging.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    # The transaction is ours: Alembic neither begins nor commits one.
    transaction_per_migration=False,
)
context.run_migrations()
