"""What promises are made of: calendars, ways, expected goods, demand by day, decisions."""

from alembic import op

from orderdesk.store.migrations import frozen

revision = "0002"
down_revision = "0001"

NEEDED = "UPDATE order_line SET needed = requested"
DEMAND = """
INSERT INTO demand (product_id, warehouse, day, quantity)
SELECT product_id, warehouse, needed, sum(open - allocated)
FROM order_line
WHERE open > allocated AND kind = 'product'
GROUP BY product_id, warehouse, needed
"""
"""Lines that wait already; their promises are made by the next nightly run."""

SOURCES = """
UPDATE sales_order SET warehouse = coalesce((SELECT warehouse FROM company), '')
"""
"""Every order was served from the company's own warehouse, and so was every line."""

SERIES = """
INSERT INTO series (code, prefix, width, next_number, next_id)
SELECT 'transfer', 'TR-', 6, 1, 1 FROM company
UNION ALL SELECT 'count', 'CT-', 6, 1, 1 FROM company
"""

RIGHTS = """
INSERT INTO role_right (role, right_code, most)
SELECT DISTINCT role, 'supply', CAST(NULL AS BIGINT)
FROM role_right
WHERE right_code IN ('stock', 'allocation_move')
"""
"""Whoever receives goods, or moves them between orders, may say which are expected."""

PINS = """
INSERT INTO role_right (role, right_code, most)
SELECT DISTINCT role, 'promise', CAST(NULL AS BIGINT)
FROM role_right
WHERE right_code = 'allocation_move'
"""
"""Whoever moves stock between orders may fix the days that they are promised for."""

DISPOSITIONS = "UPDATE customer SET disposition = 'cancel' WHERE disposition = 'cancel rest'"
"""What it was called before lines had dispositions too."""


def upgrade() -> None:
    frozen.run(2)
    op.get_bind().exec_driver_sql(RIGHTS)
    op.get_bind().exec_driver_sql(PINS)
    op.get_bind().exec_driver_sql(NEEDED)
    op.get_bind().exec_driver_sql(SOURCES)
    op.get_bind().exec_driver_sql(SERIES)
    op.get_bind().exec_driver_sql(DEMAND)
    op.get_bind().exec_driver_sql(DISPOSITIONS)
