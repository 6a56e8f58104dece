"""Lines are ranked by the day by which their goods must leave, no more by the first promise."""

from alembic import op

from orderdesk.store.migrations import frozen

revision = "0003"
down_revision = "0002"

LEAVE_BY = """
UPDATE order_line SET leave_by = CASE
    WHEN ship_by < first_promised OR first_promised < requested THEN coalesce(ship_by, requested)
    ELSE first_promised
END
WHERE first_promised IS NOT NULL
"""
"""Its ship-by where the promise still is the first one, for goods leave before they arrive.

By which day goods had to leave before a slip was not kept: there it is the first promise, unless
the ship-by is earlier, so that it is not after the day that the promise needs. So it is where a
promise was lost. What a customer wants later by now goes by its new promise, else by the new wish.
"""


def upgrade() -> None:
    frozen.run(3)
    op.get_bind().exec_driver_sql(LEAVE_BY)
