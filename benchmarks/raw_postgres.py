"""The baseline on PostgreSQL: an order placed by one hand-written statement.

It reads the same rows with the same locks, decides the same (price, tax, stock, credit) and writes
the same rows, the answer's text among them; but it knows one kind of order only and checks nothing
that is typed. Sent prepared, in autocommit mode: one round trip.
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any, Final

_MINOR: Final = "({0} / 100)::text || '.' || lpad(mod({0}, 100)::text, 2, '0')"
_SECONDS: Final = "%(now)s / 1000000.0"


def _open_day(calendar: str, week: str, first: str, skip: str, *, back: bool = False) -> str:
    """Give the open day that comes so many open days behind a first one, or before it."""
    # The series comes in its order: sorted, all its days would have to be looked up.
    sign = "-" if back else "+"
    return f"""(SELECT g.day FROM (SELECT {first} {sign} n AS day FROM generate_series(0, 366) n) g
        WHERE coalesce((SELECT x.is_open FROM calendar_day x WHERE x.calendar = {calendar}
                        AND x.day = g.day::text),
                       {week} >> (extract(isodow FROM g.day)::int - 1) & 1) = 1
        OFFSET {skip} LIMIT 1)"""


_START: Final = """greatest(w.today::date, w.here::date)
    + (w.here::date >= w.today::date AND w.here::time >= w.cut_off::time)::int"""
_ARRIVAL: Final = f"""greatest(s.today::date, {_open_day("s.cc", "s.cw", "s.ship", "s.lead")})"""

PLACE: Final = f"""
WITH known AS MATERIALIZED (SELECT answer FROM command WHERE id = %(command)s),
asked AS (
    SELECT * FROM unnest(%(codes)s::text[], %(quantities)s::bigint[])
    WITH ORDINALITY AS a (code, quantity, line)
),
buyer AS MATERIALIZED (
    SELECT c.id, c.code, c.name, c.currency, c.credit_limit, c.exposure, c.ship_to, c.contact,
           c.rep, c.tax AS own_tax, t.rate AS own_rate, d.tax AS company_tax,
           k.rate AS company_rate, d.business_date AS today, d.warehouse, d.tax_per_line,
           d.watch_share, d.allocation_horizon, coalesce(c.terms, d.terms, '') AS terms,
           coalesce(c.carrier, d.carrier, '') AS carrier, c.price_list AS own_list,
           g.price_list AS group_list, d.base_list
    FROM customer c CROSS JOIN company d LEFT JOIN tax t ON t.code = c.tax
    LEFT JOIN tax k ON k.code = d.tax LEFT JOIN customer_group g ON g.code = c.customer_group
    WHERE c.code = %(customer)s AND c.archived = 0 AND c.blocked = 0
      AND NOT EXISTS (SELECT FROM known)
    FOR UPDATE OF c
),
old_po AS MATERIALIZED (
    SELECT p.id, array(SELECT o.number FROM sales_order o WHERE o.buyer_po_id = p.id
                       ORDER BY o.id DESC LIMIT 20) AS numbers
    FROM buyer_po p JOIN buyer b ON b.id = p.customer_id WHERE p.number = %(buyer_po)s
),
new_po AS (
    INSERT INTO buyer_po (customer_id, number) SELECT id, %(buyer_po)s FROM buyer
    WHERE NOT EXISTS (SELECT FROM old_po) RETURNING id
),
free AS MATERIALIZED (
    SELECT s.product_id, s.on_hand - s.allocated AS free,
           s.on_hand > s.allocated AND EXISTS (SELECT FROM demand w
           WHERE w.product_id = s.product_id AND w.warehouse = s.warehouse) AS kept FROM stock s
    WHERE s.product_id = ANY (ARRAY(SELECT p.id FROM product p WHERE p.code = ANY (%(codes)s)))
      AND s.warehouse = (SELECT warehouse FROM buyer)
    ORDER BY s.product_id FOR UPDATE
),
line AS MATERIALIZED (
    SELECT a.line, a.quantity, p.id, p.code, p.name, p.kind, p.unit, p.cost,
           coalesce(b.own_tax, p.tax, b.company_tax, '') AS tax,
           CASE WHEN b.own_tax IS NOT NULL THEN b.own_rate WHEN p.tax IS NOT NULL THEN t.rate
                ELSE coalesce(b.company_rate, 0) END AS rate,
           f.free, least(a.quantity, f.free) AS grant, r.price, r.price_unit, r.tax_included,
           CASE r.rank WHEN 0 THEN 'customer' WHEN 1 THEN 'group' ELSE 'base' END AS source,
           (2 * r.price * a.quantity + 10000000 * r.price_unit) / (20000000 * r.price_unit) AS net
    FROM buyer b CROSS JOIN asked a JOIN product p ON p.code = a.code
    JOIN unit u ON u.code = p.unit LEFT JOIN tax t ON t.code = p.tax
    JOIN free f ON f.product_id = p.id
    CROSS JOIN LATERAL (
        SELECT q.price, q.price_unit, l.tax_included,
               CASE q.price_list WHEN b.own_list THEN 0 WHEN b.group_list THEN 1 ELSE 2 END AS rank
        FROM price q JOIN price_list l ON l.code = q.price_list
        WHERE q.product_id = p.id AND q.price_list IN (b.own_list, b.group_list, b.base_list)
          AND l.currency = b.currency AND q.valid_from <= b.today AND q.valid_to >= b.today
          AND q.min_quantity <= a.quantity
        ORDER BY rank, q.min_quantity DESC LIMIT 1
    ) r
    WHERE p.archived = 0 AND NOT f.kept AND (p.discontinued = 0 OR f.free >= a.quantity)
),
way AS MATERIALIZED (
    SELECT b.today, w.cut_off, w.handling_days, v.wc, v.cc, v.rc,
           to_timestamp({_SECONDS}) AT TIME ZONE w.time_zone AS here,
           coalesce((SELECT week FROM calendar k WHERE k.code = v.wc), 31)::int AS ww,
           coalesce((SELECT week FROM calendar k WHERE k.code = v.cc), 127)::int AS cw,
           coalesce((SELECT week FROM calendar k WHERE k.code = v.rc), 31)::int AS rw,
           coalesce((SELECT z.lead_days FROM carrier_zone z WHERE z.carrier = b.carrier
               AND z.warehouse IN ('', w.code)
               AND z.country IN ('', upper(coalesce(nullif(a.country, ''), d.country)))
               AND left(upper(coalesce(a.postal_code, '')), length(z.postal_prefix))
                   = z.postal_prefix
               ORDER BY z.warehouse DESC, z.country DESC, length(z.postal_prefix) DESC LIMIT 1), 0)
               AS lead
    FROM buyer b CROSS JOIN company d JOIN customer c ON c.id = b.id
    JOIN warehouse w ON w.code = b.warehouse LEFT JOIN carrier r ON r.code = b.carrier
    LEFT JOIN address a ON a.customer_id = b.id AND a.code = b.ship_to
    CROSS JOIN LATERAL (SELECT coalesce(w.calendar, d.calendar) AS wc, r.calendar AS cc,
        coalesce(a.calendar, c.calendar, d.calendar) AS rc) v
),
shipped AS MATERIALIZED (
    SELECT w.*, {_open_day("w.wc", "w.ww", _START, "w.handling_days")} AS ship,
           {_open_day("w.cc", "w.cw", "w.today::date", "w.lead", back=True)} AS leave
    FROM way w
),
arrived AS MATERIALIZED (
    SELECT s.*, {_open_day("s.rc", "s.rw", _ARRIVAL, "0")} AS promised,
        {_open_day("s.wc", "s.ww", "s.leave", "s.handling_days", back=True)}::text AS needed
    FROM shipped s
),
dated AS MATERIALIZED (
    SELECT a.promised::text AS promised, a.needed, {
    _open_day(
        "a.wc", "a.ww", _open_day("a.cc", "a.cw", "a.promised", "a.lead", back=True), "0", back=True
    )
}::text
        AS ship_by FROM arrived a
),
total AS MATERIALIZED (
    SELECT sum(net)::bigint AS net, sum(tax)::bigint AS tax, sum(net + tax)::bigint AS total,
           max(included) AS included
    FROM (SELECT sum(net)::bigint AS net, (sum(net)::bigint * rate + 500000) / 1000000 AS tax,
                 max(tax_included) AS included FROM line GROUP BY rate) AS part
),
number AS (
    UPDATE series SET next_number = next_number + 1, next_id = next_id + 1
    WHERE code = 'order' AND EXISTS (SELECT FROM buyer b CROSS JOIN total t WHERE
        b.credit_limit IS NULL
        OR (b.exposure + t.total) * 1000000 < b.credit_limit * b.watch_share)
    RETURNING prefix || lpad((next_number - 1)::text, width::int, '0') AS number, next_id - 1 AS id
),
new_order AS (
    INSERT INTO sales_order (id, number, version, status, stage, shipping, billing, customer_id,
        buyer_po_id, contact, ship_to, ship_address, terms, currency, tax_included, tax_per_line,
        discount, requested, promised, carrier, channel, rep, priority, note, net, tax, total,
        open_value, entered_by, entered_at, due, exposed, rate, delivery_rule, most_deliveries,
        warehouse)
    SELECT n.id, n.number, 1, 'confirmed', 'open', 'none', 'none', b.id,
           coalesce((SELECT id FROM old_po), (SELECT id FROM new_po)), b.contact, b.ship_to, '',
           b.terms, b.currency, t.included, b.tax_per_line, 0, b.today, w.promised, b.carrier,
           'script',
           b.rep, 0, '', t.net, t.tax, t.total, t.total, 'owner', %(now)s,
           '', 0, 1000000, 'partial', NULL, b.warehouse
    FROM number n CROSS JOIN buyer b CROSS JOIN total t CROSS JOIN dated w
),
new_lines AS (
    INSERT INTO order_line (order_id, line, product_id, kind, description, unit, ordered, shipped,
        over_shipped, short_closed, open, allocated, list_price, price, price_unit, price_source,
        discount, net, tax, tax_rate, cost, ship_to, warehouse, requested, promised, ship_by, note,
        tax_reason, price_reason, floor, disposition, first_promised, pinned, slips, needed,
        entered_unit, entered_quantity, substitute_for, kit_line, leave_by)
    SELECT n.id, l.line, l.id, l.kind, l.name, l.unit, l.quantity, 0, 0, 0, l.quantity, l.grant,
           l.price, l.price, l.price_unit, l.source, 0, l.net, l.tax, l.rate, l.cost, b.ship_to,
           b.warehouse, b.today, w.promised, w.ship_by, '', '', '', -1, 'ship available',
           w.promised, 0, 0, w.needed, '', 0, NULL, NULL, w.ship_by
    FROM number n CROSS JOIN buyer b CROSS JOIN line l CROSS JOIN dated w
),
taken AS (
    UPDATE stock s SET allocated = s.allocated + l.grant FROM line l CROSS JOIN buyer b
    WHERE s.product_id = l.id AND s.warehouse = b.warehouse
),
decided AS (
    INSERT INTO decision (product_id, warehouse, order_id, line, cause, priority, ranked,
        entered_at, wanted, free, granted, place, at, actor, kept, promised)
    SELECT l.id, b.warehouse, n.id, l.line, 'entry', 0, w.ship_by, %(now)s, l.quantity, l.free,
           l.grant, 1, %(now)s, 'owner', 0, 1
    FROM number n CROSS JOIN buyer b CROSS JOIN line l CROSS JOIN dated w
),
moved AS (
    UPDATE customer c SET exposure = c.exposure + t.total FROM total t CROSS JOIN buyer b
    WHERE c.id = b.id
),
noted AS MATERIALIZED (
    SELECT n.id, json_build_object('number', n.number, 'customer', b.code,
        'total', json_build_array(NULL, {_MINOR.format("t.total")}),
        'lines', json_build_array(0, (SELECT count(*) FROM line)),
        'exposure', json_build_array({_MINOR.format("b.exposure")},
                                     {_MINOR.format("(b.exposure + t.total)")}),
        'holds', json_build_array())::text AS body
    FROM number n CROSS JOIN buyer b CROSS JOIN total t
),
new_event AS (
    INSERT INTO event (subject, subject_id, version, kind, actor, at, body)
    SELECT 'order', id, 1, 'placed', 'owner', %(now)s, body FROM noted
),
new_message AS (
    INSERT INTO outbox (subject_id, version, subject, receiver, kind, at, body, delivered_at)
    SELECT id, 1, 'order', 'customer', 'placed', %(now)s, body, NULL FROM noted
),
shown AS MATERIALIZED (
    SELECT json_build_object('number', n.number, 'version', 1, 'customer', b.code,
        'customer_name', b.name, 'buyer_po', %(buyer_po)s::text, 'contact', b.contact,
        'ship_to', b.ship_to, 'terms', b.terms, 'requested', b.today, 'promised', w.promised,
        'status', 'confirmed', 'stage', 'open', 'shipping', 'none', 'billing', 'none',
        'currency', b.currency, 'net', {_MINOR.format("t.net")}, 'tax', {_MINOR.format("t.tax")},
        'total', {_MINOR.format("t.total")}, 'channel', 'script', 'entered_by', 'owner',
        'entered_at', to_char(to_timestamp({_SECONDS}) AT TIME ZONE 'UTC',
                              'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'id', n.id, 'held', false, 'address', NULL, 'carrier', b.carrier, 'discount', '0',
        'note', '',
        'charges', json_build_array(), 'holds', json_build_array(),
        'lines', (SELECT json_agg(json_build_object('line', l.line, 'product', l.code,
            'description', l.name, 'unit', l.unit, 'ordered', (l.quantity / 1000)::text,
            'open', (l.quantity / 1000)::text, 'allocated', (l.grant / 1000)::text,
            'backordered', ((l.quantity - l.grant) / 1000)::text, 'shipped', '0',
            'short_closed', '0', 'list_price', {_MINOR.format("(l.price / 10000)")},
            'price', {_MINOR.format("(l.price / 10000)")}, 'price_source', l.source,
            'price_unit', l.price_unit, 'discount', '0', 'net', {_MINOR.format("l.net")},
            'tax_rate', (l.rate / 10000)::text, 'ship_to', b.ship_to, 'warehouse', b.warehouse,
            'requested', b.today, 'promised', w.promised, 'ship_by', w.ship_by, 'note', '',
            'tax_reason', '', 'price_reason', '',
            'disposition', 'ship available', 'substitute_for', NULL,
            'substitutes', json_build_array(), 'entered_unit', NULL, 'entered_quantity', NULL,
            'first_promised', w.promised, 'pinned', false, 'slips', 0, 'kit_line', NULL)
            ORDER BY l.line) FROM line l),
        'duplicates', coalesce((SELECT to_json(numbers) FROM old_po), '[]'))::text AS answer
    FROM number n CROSS JOIN buyer b CROSS JOIN total t CROSS JOIN dated w
),
new_command AS (
    INSERT INTO command (id, service, request_hash, answer, actor, at)
    SELECT %(command)s, 'place.place', %(digest)s, answer, 'owner', %(now)s FROM shown
)
SELECT answer FROM known UNION ALL SELECT answer FROM shown
"""


def place(connection: Any, command_id: str, request: dict[str, Any]) -> dict[str, Any]:
    """Place an order, committed when this returns, and give its answer as plain JSON values."""
    lines = request["lines"]
    cursor = connection.execute(
        PLACE,
        {
            "command": command_id,
            "digest": hashlib.sha256(
                json.dumps(request, separators=(",", ":")).encode()
            ).hexdigest(),
            "customer": request["customer"].strip().upper(),
            "buyer_po": request["buyer_po"],
            "codes": [line["product"].strip().upper() for line in lines],
            "quantities": [int(line["quantity"]) * 1_000 for line in lines],
            "now": time.time_ns() // 1000,
        },
        prepare=True,
    )
    answer: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return answer
