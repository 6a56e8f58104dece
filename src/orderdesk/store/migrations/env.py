"""Where alembic meets the store: always on a connection that the store has made."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
