"""The baseline of an import: orders streamed into SQLite, a transaction at a time.

All that a transaction's orders need is read at once, all decisions are made in memory, and all rows
of a table are written by one `executemany`: the rows that `raw_sqlite` would write, as fast as the
driver takes them.
"""

from __future__ import annotations

import json
import time
from typing import Any, Final

from benchmarks import raw_dates, raw_sqlite
from benchmarks.raw_sqlite import Buyer

BUYERS: Final = raw_sqlite.BUYER.replace(
    "c.code = :customer", "c.code IN (SELECT value FROM json_each(:customers))"
)
EARLIER: Final = """
    SELECT j.key, p.id FROM json_each(?) j JOIN customer c ON c.code = j.value ->> 0
    JOIN buyer_po p ON p.number = j.value ->> 1 AND p.customer_id = c.id"""
PRICES: Final = """
    SELECT r.product_id, r.price_list, r.min_quantity, r.price, r.price_unit
    FROM json_each(?) j CROSS JOIN price r ON r.product_id = j.value
    WHERE r.valid_from <= ? AND r.valid_to >= ?"""
NUMBERS: Final = """
    UPDATE series SET next_number = next_number + :n, next_id = next_id + :n WHERE code = 'order'
    RETURNING prefix, width, next_number - :n, next_id - :n"""
NEXT_PO: Final = "SELECT coalesce(max(id), 0) + 1 FROM buyer_po"
BUYER_PO: Final = "INSERT INTO buyer_po (id, customer_id, number) VALUES (?, ?, ?)"


class Batch:
    """What the orders of one transaction need, and the rows that they come to."""

    def __init__(self, connection: Any, requests: list[dict[str, Any]]) -> None:
        """Read everything at once."""
        run = connection.execute
        customers = sorted({request["customer"] for request in requests})
        now = time.time_ns() // 1000
        named = {"customers": json.dumps(customers), "since": raw_sqlite.since(now)}
        rows = run(BUYERS, named).fetchall()
        self.buyers = {row[1]: Buyer._make(row) for row in rows}
        any_buyer = next(iter(self.buyers.values()))
        codes = sorted({line["product"] for each in requests for line in each["lines"]})
        goods = run(raw_sqlite.GOODS, (json.dumps(codes), any_buyer.warehouse)).fetchall()
        self.goods = {row[0]: list(row) for row in goods}
        self.prices: dict[int, list[Any]] = {}
        ids = json.dumps([row[1] for row in goods])
        for product, *price in run(PRICES, (ids, any_buyer.today, any_buyer.today)).fetchall():
            self.prices.setdefault(product, []).append(price)
        asked = json.dumps([(each["customer"], each["buyer_po"]) for each in requests])
        self.known = dict(run(EARLIER, (asked,)).fetchall())
        self.next_po = run(NEXT_PO).fetchone()[0]
        self.exposure = {code: buyer.exposure for code, buyer in self.buyers.items()}
        self.taken: dict[int, int] = {}
        self.written: dict[str, list[Any]] = {
            name: [] for name in ("po", "order", "line", "decision", "event")
        }

    def take(self, place: int, request: dict[str, Any], number: str, order_id: int) -> None:
        """Decide on one order and keep its rows."""
        buyer = self.buyers[request["customer"]]
        if buyer.archived or buyer.blocked:
            raise ValueError("this customer takes no orders")
        wanted = [self.goods[each["product"]] for each in request["lines"]]
        free = {goods[1]: goods[-1] for goods in wanted}
        now = time.time_ns() // 1000
        dates = raw_dates.dates(buyer[-7:], buyer.today, now)
        lines = [
            self._line(buyer, order_id, *each, dates) for each in enumerate(request["lines"], 1)
        ]
        net, tax = raw_sqlite.totals(lines)
        before = self.exposure[buyer.code]
        after = self.exposure[buyer.code] = before + net + tax
        limit = buyer.credit_limit
        if limit is not None and after * 1_000_000 >= limit * buyer.watch_share:
            raise ValueError("the credit limit is near")
        po = self.known.get(place)
        if po is None:
            po = self.next_po
            self.next_po += 1
            self.written["po"].append((po, buyer.id, request["buyer_po"]))
        order = raw_sqlite.order_row(order_id, number, buyer, po, 0, (net, tax), now, dates[0])
        noted = raw_sqlite.noted(order, len(lines), buyer.code, before)
        self.written["order"].append(order)
        self.written["line"] += lines
        self.written["decision"] += raw_sqlite.decisions(order, lines, free)
        self.written["event"].append(("order", order_id, 1, "placed", "owner", now, noted))

    def _line(
        self,
        buyer: Buyer,
        order_id: int,
        position: int,
        line: dict[str, str],
        dates: tuple[str, str, str],
    ) -> Any:
        goods = self.goods[line["product"]]
        lists = (buyer.own_list, buyer.group_list, buyer.base_list)
        prices = [
            (lists.index(name), -least, price, per)
            for name, least, price, per in self.prices[goods[1]]
            if name in lists
        ]
        row = raw_sqlite.line_row(buyer, order_id, position, goods, prices, line["quantity"], dates)
        goods[-1] -= row[11]
        self.taken[row[2]] = self.taken.get(row[2], 0) + row[11]
        return row

    def write(self, connection: Any) -> None:
        """Write all rows, a table at a time."""
        many, events = connection.executemany, self.written["event"]
        many(BUYER_PO, self.written["po"])
        many(raw_sqlite.ORDER, self.written["order"])
        many(raw_sqlite.LINE, self.written["line"])
        many(raw_sqlite.DECISION, self.written["decision"])
        warehouse = next(iter(self.buyers.values())).warehouse
        many(
            raw_sqlite.TAKE, [(n, product, warehouse) for product, n in sorted(self.taken.items())]
        )
        moved = [
            (self.exposure[code] - buyer.exposure, buyer.id) for code, buyer in self.buyers.items()
        ]
        many(raw_sqlite.EXPOSURE, moved)
        many(raw_sqlite.EVENT, events)
        last = connection.execute("SELECT max(id) FROM event").fetchone()[0]
        ids = range(last - len(events) + 1, last + 1)
        many(raw_sqlite.SEAL, [(number, raw_sqlite.HASH) for number in ids])
        many(
            raw_sqlite.OUTBOX,
            [(e[1], 1, "order", "customer", "placed", e[5], e[6], None) for e in events],
        )


def place_many(connection: Any, requests: list[dict[str, Any]]) -> None:
    """Place orders as one transaction, without command ids and answers, as an import does."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        batch = Batch(connection, requests)
        found = connection.execute(NUMBERS, {"n": len(requests)}).fetchone()
        prefix, width, first_number, first_id = found
        for place, request in enumerate(requests):
            number = f"{prefix}{first_number + place:0{width}d}"
            batch.take(place, request, number, first_id + place)
        batch.write(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
