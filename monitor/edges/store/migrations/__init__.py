"""Alembic's environment and revisions, shipped with the package and run by `monitor.edges.store.migrate`."""
