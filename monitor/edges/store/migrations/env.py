"""Alembic's entry: runs the revisions on the connection (and in the transaction) that `migrate` hands over."""

from alembic import context

from monitor.edges.store.migrate import VERSION_TABLE
from monitor.edges.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
