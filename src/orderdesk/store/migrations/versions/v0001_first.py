"""The first schema."""

from orderdesk.store.migrations import frozen

revision = "0001"
down_revision = None


def upgrade() -> None:
    frozen.run(1)
