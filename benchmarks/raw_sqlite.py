"""The baseline on SQLite: an order placed by hand-written SQL and nothing between.

It reads the same rows, decides the same (price, tax, stock, credit) and writes the same rows, the
answer's text among them, as the services do; but it knows one kind of order only, checks nothing
that is typed, and has one function for it all.
"""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from benchmarks import raw_dates
from orderdesk.models.journal import Command, Event, Outbox, Seal
from orderdesk.models.orders import OrderLine, SalesOrder
from orderdesk.models.stock import Decision
from orderdesk.store.statements import table_of

SOURCES: Final = ("customer", "group", "base")

KNOWN: Final = "SELECT request_hash, answer FROM command WHERE id = ?"
BUYER: Final = f"""
    SELECT c.id, c.code, c.name, c.currency, c.credit_limit, c.exposure, c.ship_to, c.contact,
           c.rep, c.blocked, c.archived, c.freight, c.tax, t.rate, d.tax, k.rate, d.business_date,
           d.warehouse, d.tax_per_line, d.watch_share, coalesce(c.terms, d.terms),
           coalesce(c.carrier, d.carrier), c.minimum_order, c.minimum_charge, d.minimum_order,
           d.minimum_charge, d.allocation_horizon, c.price_list, g.price_list, d.base_list,
           {raw_dates.FACTS}
    FROM customer c JOIN company d {raw_dates.TABLES} LEFT JOIN tax t ON t.code = c.tax
    LEFT JOIN tax k ON k.code = d.tax LEFT JOIN customer_group g ON g.code = c.customer_group
    WHERE c.code = :customer"""
EARLIER: Final = """
    SELECT p.id, o.number FROM buyer_po p LEFT JOIN sales_order o ON o.buyer_po_id = p.id
    WHERE p.number = ? AND p.customer_id = ? ORDER BY o.id DESC LIMIT 20"""
GOODS: Final = """
    SELECT p.code, p.id, p.name, p.kind, p.unit, u.decimals, p.tax, t.rate, p.cost,
           p.discontinued, p.archived, s.on_hand > s.allocated AND EXISTS (SELECT 1 FROM demand w
           WHERE w.product_id = s.product_id AND w.warehouse = s.warehouse),
           s.on_hand - s.allocated
    FROM json_each(?) j JOIN product p ON p.code = j.value JOIN unit u ON u.code = p.unit
    LEFT JOIN tax t ON t.code = p.tax LEFT JOIN stock s ON s.product_id = p.id AND s.warehouse = ?
    """
PRICES: Final = """
    SELECT r.product_id, r.price_list, r.min_quantity, r.price, r.price_unit, l.tax_included
    FROM json_each(?) j CROSS JOIN price r ON r.product_id = j.value
    JOIN price_list l ON l.code = r.price_list
    WHERE r.price_list IN (?, ?, ?) AND l.currency = ? AND r.valid_from <= ? AND r.valid_to >= ?"""
NUMBER: Final = """
    UPDATE series SET next_number = next_number + 1, next_id = next_id + 1 WHERE code = 'order'
    RETURNING prefix, width, next_number - 1, next_id - 1"""
BUYER_PO: Final = "INSERT INTO buyer_po (customer_id, number) VALUES (?, ?)"
TAKE: Final = "UPDATE stock SET allocated = allocated + ? WHERE product_id = ? AND warehouse = ?"
EXPOSURE: Final = "UPDATE customer SET exposure = exposure + ? WHERE id = ?"


def _insert(model: Any, *leave_out: str) -> str:
    names = [column.name for column in table_of(model).columns if column.name not in leave_out]
    marks = ", ".join("?" * len(names))
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table_of(model).name} ({columns}) VALUES ({marks})"


ORDER: Final = _insert(SalesOrder)
LINE: Final = _insert(OrderLine)
DECISION: Final = _insert(Decision, "id")
EVENT: Final = _insert(Event, "id")
SEAL: Final = _insert(Seal)
HASH: Final = "0" * 64
"""Stands for the hash of an event: the row is written as ours is, hashing is our own affair."""
OUTBOX: Final = _insert(Outbox)
COMMAND: Final = _insert(Command)


class Buyer(NamedTuple):
    """A row of BUYER."""

    id: int
    code: str
    name: str
    currency: str
    credit_limit: int | None
    exposure: int
    ship_to: str
    contact: str
    rep: str
    blocked: int
    archived: int
    freight: int
    own_tax: str | None
    own_rate: int | None
    company_tax: str | None
    company_rate: int | None
    today: str
    warehouse: str
    tax_per_line: int
    watch_share: int
    terms: str | None
    carrier: str | None
    minimum_order: int | None
    minimum_charge: int | None
    company_minimum_order: int
    company_minimum_charge: int
    horizon: int
    own_list: str | None
    group_list: str | None
    base_list: str
    time_zone: str
    cut_off: str
    handling_days: int
    lead_days: int | None
    works: str | None
    drives: str | None
    takes: str | None


def _minor(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def place(connection: Any, command_id: str, request: dict[str, Any]) -> dict[str, Any]:
    """Place an order as one transaction, commit it and give its answer as plain JSON values."""
    now = time.time_ns() // 1000
    digest = hashlib.sha256(json.dumps(request, separators=(",", ":")).encode()).hexdigest()
    run = connection.execute
    run("BEGIN IMMEDIATE")
    try:
        known = run(KNOWN, (command_id,)).fetchone()
        if known is not None:
            run("ROLLBACK")
            first: dict[str, Any] = json.loads(known[1])
            return first
        answer = _place(connection, request, now)
        text = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
        run(COMMAND, (command_id, "place.place", digest, text, "owner", now))
        run("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return answer


def _place(connection: Any, request: dict[str, Any], now: int) -> dict[str, Any]:
    run = connection.execute
    asked = {"customer": request["customer"].strip().upper(), "since": since(now)}
    buyer = Buyer._make(run(BUYER, asked).fetchone())
    dates = raw_dates.dates(buyer[-7:], buyer.today, now)
    if buyer.archived or buyer.blocked:
        raise ValueError("this customer takes no orders")
    earlier = run(EARLIER, (request["buyer_po"], buyer.id)).fetchall()
    codes = [line["product"].strip().upper() for line in request["lines"]]
    found = run(GOODS, (json.dumps(codes), buyer.warehouse)).fetchall()
    goods = {row[0]: row for row in found}
    prices, included = _prices(connection, buyer, [row[1] for row in found])
    prefix, width, next_number, order_id = run(NUMBER).fetchone()
    rows = [
        line_row(
            buyer, order_id, position, goods[code], prices[goods[code][1]], line["quantity"], dates
        )
        for position, (code, line) in enumerate(zip(codes, request["lines"], strict=True), 1)
    ]
    amounts = totals(rows)
    limit, exposure = buyer.credit_limit, buyer.exposure + sum(amounts)
    if limit is not None and exposure * 1_000_000 >= limit * buyer.watch_share:
        raise ValueError("the credit limit is near")
    po = earlier[0][0] if earlier else run(BUYER_PO, (buyer.id, request["buyer_po"])).lastrowid
    number = f"{prefix}{next_number:0{width}d}"
    order = order_row(order_id, number, buyer, po, included, amounts, now, dates[0])
    _write(connection, order, rows, buyer, goods)
    return _answer(order, list(zip(rows, codes, strict=True)), buyer, request, earlier)


def order_row(
    order_id: int,
    number: str,
    buyer: Buyer,
    po: int,
    included: int,
    amounts: tuple[int, int],
    now: int,
    promised: str,
) -> tuple[Any, ...]:
    """Give the row of an order with these amounts, net and tax."""
    net, tax = amounts
    return (
        order_id, number, 1, "confirmed", "open", "none", "none", buyer.id, po, buyer.contact,
        buyer.ship_to, "", buyer.terms or "", buyer.currency, included, buyer.tax_per_line, 0,
        buyer.today, promised, buyer.carrier or "", "script", buyer.rep, 0, "", net, tax, net + tax,
        net + tax, "owner", now, buyer.today, net + tax, 1_000_000, "partial", None,
        buyer.warehouse,
    )  # fmt: skip


def since(now: int) -> str:
    """Give the day from which on calendars are read, ISO."""
    return (datetime.fromtimestamp(now // 1_000_000, UTC).date() - 60 * raw_dates.DAY).isoformat()


def noted(order: tuple[Any, ...], lines: int, customer: str, exposure: int) -> str:
    """Give the body of the event of an order, from the exposure before it."""
    total = order[26]
    body = {
        "number": order[1],
        "customer": customer,
        "total": [None, _minor(total)],
        "lines": [0, lines],
        "exposure": [_minor(exposure), _minor(exposure + total)],
        "holds": [],
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _write(
    connection: Any,
    order: tuple[Any, ...],
    rows: list[tuple[Any, ...]],
    buyer: Buyer,
    goods: dict[str, Any],
) -> None:
    run = connection.execute
    order_id, now = order[0], order[29]
    run(ORDER, order)
    connection.executemany(LINE, rows)
    taken = sorted((row[2], row[11]) for row in rows)
    connection.executemany(TAKE, [(grant, product, buyer.warehouse) for product, grant in taken])
    connection.executemany(
        DECISION, decisions(order, rows, {row[1]: row[-1] for row in goods.values()})
    )
    run(EXPOSURE, (order[26], buyer.id))
    text = noted(order, len(rows), buyer.code, buyer.exposure)
    event_id = run(EVENT, ("order", order_id, 1, "placed", "owner", now, text)).lastrowid
    run(SEAL, (event_id, HASH))
    run(OUTBOX, (order_id, 1, "order", "customer", "placed", now, text, None))


def _prices(connection: Any, buyer: Buyer, products: list[int]) -> tuple[dict[int, list[Any]], int]:
    lists = (buyer.own_list, buyer.group_list, buyer.base_list)
    rows = connection.execute(
        PRICES, (json.dumps(products), *lists, buyer.currency, buyer.today, buyer.today)
    ).fetchall()
    prices: dict[int, list[Any]] = {}
    for product, price_list, least, price, per, _ in rows:
        rank = lists.index(price_list)
        prices.setdefault(product, []).append((rank, -least, price, per))
    return prices, rows[0][5]


def line_row(
    buyer: Buyer,
    order_id: int,
    position: int,
    goods: Any,
    prices: list[Any],
    typed: str,
    dates: tuple[str, str, str],
) -> tuple[Any, ...]:
    """Decide on one line and give its row; `goods` is a row of GOODS."""
    _, product, name, kind, unit, _, tax, rate, cost, discontinued, archived, kept, free = goods
    quantity = int(typed) * 1_000
    if archived or kept or quantity <= 0 or (discontinued and quantity > free):
        raise ValueError(f"line {position} cannot be ordered")
    reached = [found for found in sorted(prices) if -found[1] <= quantity]
    rank, _, price, per = reached[0]
    if buyer.own_tax is not None:
        tax, rate = buyer.own_tax, buyer.own_rate
    elif tax is None:
        tax, rate = buyer.company_tax, buyer.company_rate
    net = (2 * price * quantity + 10_000_000 * per) // (20_000_000 * per)
    return (
        order_id, position, product, kind, name, unit, quantity, 0, 0, 0, quantity,
        min(quantity, free), price, price, per, SOURCES[rank], 0, net, tax, rate, cost,
        buyer.ship_to, buyer.warehouse, buyer.today, *dates[:2], "", "", "", -1,
        "ship available", dates[0], 0, 0, dates[2], "", 0, None, None, dates[1],
    )  # fmt: skip


def decisions(
    order: tuple[Any, ...], rows: list[tuple[Any, ...]], free: dict[int, int]
) -> list[tuple[Any, ...]]:
    """Give why each line got its stock; `free` is what there was of each product."""
    return [
        (
            row[2], row[22], row[0], row[1], "entry", 0, row[25], order[29], row[10],
            free[row[2]], row[11], 1, order[29], "owner", 0, 1,
        )
        for row in rows
    ]  # fmt: skip


def totals(rows: list[tuple[Any, ...]]) -> tuple[int, int]:
    """Give the net amount of lines, and the tax, rounded once for each rate."""
    amounts: dict[int, int] = {}
    for row in rows:
        amounts[row[19]] = amounts.get(row[19], 0) + row[17]
    tax = sum((amount * rate + 500_000) // 1_000_000 for rate, amount in amounts.items())
    return sum(amounts.values()), tax


def _answer(
    order: tuple[Any, ...],
    sold: list[tuple[tuple[Any, ...], str]],
    buyer: Buyer,
    request: dict[str, Any],
    earlier: list[Any],
) -> dict[str, Any]:
    return {
        "number": order[1],
        "version": 1,
        "customer": buyer.code,
        "customer_name": buyer.name,
        "buyer_po": request["buyer_po"],
        "contact": order[9],
        "ship_to": order[10],
        "terms": order[12],
        "requested": order[17],
        "promised": order[18],
        "status": "confirmed",
        "stage": "open",
        "shipping": "none",
        "billing": "none",
        "currency": order[13],
        "net": _minor(order[24]),
        "tax": _minor(order[25]),
        "total": _minor(order[26]),
        "channel": "script",
        "entered_by": "owner",
        "entered_at": _moment(order[29]),
        "id": order[0],
        "held": False,
        "address": None,
        "carrier": order[19],
        "discount": "0",
        "note": "",
        "charges": [],
        "holds": [],
        "lines": [_shown(row, code) for row, code in sold],
        "duplicates": [number for _, number in earlier if number],
    }


def _moment(microseconds: int) -> str:
    seconds, micros = divmod(microseconds, 1_000_000)
    at = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{at}.{micros:06d}Z" if micros else f"{at}Z"


def _shown(row: tuple[Any, ...], code: str) -> dict[str, Any]:
    # Whole pieces and whole cents: all that the benchmark's company sells.
    price = _minor(row[13] // 10_000)
    return {
        "line": row[1],
        "product": code,
        "description": row[4],
        "unit": row[5],
        "ordered": str(row[6] // 1_000),
        "open": str(row[10] // 1_000),
        "allocated": str(row[11] // 1_000),
        "backordered": str((row[10] - row[11]) // 1_000),
        "shipped": "0",
        "short_closed": "0",
        "list_price": price,
        "price": price,
        "price_source": row[15],
        "price_unit": row[14],
        "discount": "0",
        "net": _minor(row[17]),
        "tax_rate": str(row[19] // 10_000),
        "ship_to": row[21],
        "warehouse": row[22],
        "requested": row[23],
        "promised": row[24],
        "ship_by": row[25],
        "note": "",
        "tax_reason": "",
        "price_reason": "",
        "disposition": row[30],
        "substitute_for": None,
        "substitutes": [],
        "entered_unit": None,
        "entered_quantity": None,
        "first_promised": row[31],
        "pinned": False,
        "slips": 0,
        "kit_line": None,
    }
