"""What promises are made of: calendars, ways, expected goods, demand by day, decisions."""

import time

from alembic import op
from sqlalchemy import text

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

DECISIONS = """
INSERT INTO decision (
    product_id, warehouse, order_id, line, cause, priority, ranked, entered_at, wanted, free,
    granted, place, at, actor, kept, promised
)
SELECT
    product_id, warehouse, order_id, line, 'upgrade', priority, requested, entered_at, open, free,
    allocated, place, :now, 'system', CASE WHEN open > allocated THEN free - allocated ELSE 0 END, 0
FROM (
    SELECT
        line.product_id, line.warehouse, line.order_id, line.line, head.priority, line.requested,
        head.entered_at, line.open, line.allocated,
        CAST(coalesce(stock.on_hand - stock.allocated, 0) + sum(line.allocated) OVER (
            PARTITION BY line.product_id, line.warehouse
            ORDER BY head.priority, line.requested DESC, head.entered_at DESC,
                line.order_id DESC, line.line DESC
            ROWS UNBOUNDED PRECEDING
        ) AS BIGINT) AS free,
        row_number() OVER (
            PARTITION BY line.product_id, line.warehouse
            ORDER BY head.priority DESC, line.requested, head.entered_at, line.order_id, line.line
        ) AS place
    FROM order_line AS line
    JOIN sales_order AS head ON head.id = line.order_id
    LEFT JOIN stock
        ON stock.product_id = line.product_id AND stock.warehouse = line.warehouse
    WHERE line.open > 0 AND line.allocated > 0 AND line.kind = 'product'
) AS held
ORDER BY product_id, warehouse, place
"""
"""What each line has already, as if shared out by rank at the upgrade: decisions made later go on
from it. What others had was kept for them, so a line which lacks some comes to what it has."""

PLACES = """
INSERT INTO stock_place (product_id, warehouse, bin, lot, status, on_hand)
SELECT product_id, warehouse, bin, lot, status, sum(quantity)
FROM movement
GROUP BY product_id, warehouse, bin, lot, status
HAVING sum(quantity) <> 0
"""
"""What lies where, from the ledger: all of it in no bin, of no lot, free."""

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

KINDS = ("'product', 'service', 'text'", "'product', 'service', 'kit', 'text'")
"""A product may be a kit from now on: part of its constraint as it was, and as it is."""
KINDS_POSTGRES = (
    "ALTER TABLE product DROP CONSTRAINT product_kind",
    f"ALTER TABLE product ADD CONSTRAINT product_kind CHECK (kind IN ({KINDS[1]}, 'charge'))",
)
KINDS_SQLITE = (
    "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'product'"
)


def widen_kinds() -> None:
    """Let `product_kind` know kits.

    SQLite changes no constraint of a table that is there. One that only allows more touches no row,
    so its text is changed where the schema keeps it, as SQLite's own pages say of such changes;
    rebuilding the table would copy every product.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for each in KINDS_POSTGRES:
            connection.exec_driver_sql(each)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(KINDS_SQLITE, KINDS)
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    frozen.run(2)
    widen_kinds()
    op.get_bind().exec_driver_sql(RIGHTS)
    op.get_bind().exec_driver_sql(PINS)
    op.get_bind().exec_driver_sql(NEEDED)
    op.get_bind().exec_driver_sql(SOURCES)
    op.get_bind().exec_driver_sql(SERIES)
    op.get_bind().exec_driver_sql(PLACES)
    op.get_bind().exec_driver_sql(DEMAND)
    op.get_bind().execute(text(DECISIONS), {"now": time.time_ns() // 1000})
    op.get_bind().exec_driver_sql(DISPOSITIONS)
