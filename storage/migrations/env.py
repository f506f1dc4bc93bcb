"""Alembic's entry: runs the steps on the connection `storage.db` hands over, inside its transaction."""

from alembic import context

from storage.tables import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,
    # The caller's transaction covers all steps: a migration that fails leaves the old schema.
    transactional_ddl=True,
)
context.run_migrations()
