"""Expected goods announced, moved and cancelled: one at a desk, thousands from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from orderdesk.domain.errors import NotFound, OrderDeskError, Refused
from orderdesk.domain.numbers import quantity_decimal
from orderdesk.domain.records import Refusal, Taken
from orderdesk.domain.supplies import FIELDS, SupplyRequest, SupplyView
from orderdesk.domain.text import fold_code, stored
from orderdesk.models.company import Company
from orderdesk.services import fields, goods, masters, rights
from orderdesk.services.supplies import rows
from orderdesk.store.statements import Row, statement, table_of
from orderdesk.store.work import Work

RIGHT: Final = "supply"
"""What whoever says what is expected needs."""

_HOME: Final = statement(select(table_of(Company).c.warehouse))

_EMPTY: Final = {
    "supplier": None,
    "reference": "",
    "note": "",
    "external_key": None,
    "transfer_id": None,
    "received": 0,
    "cancelled": 0,
}
"""What new goods have where nothing is said."""


@dataclass(slots=True)
class _Standing:
    """Expected goods on their way into the table."""

    product: Row
    stored: Row | None
    """As they stand there; None where they are new."""
    now: dict[str, Any]
    """The columns that a change writes."""

    @property
    def what(self) -> str:
        """Name them as a sentence calls them."""
        if self.stored is not None:
            return f"supply {self.stored.id}"
        return f"supply of {self.product.code!r}"


@dataclass(slots=True)
class _Known:
    """What a set of requests refers to."""

    products: Mapping[str, Row]
    codes: Mapping[str, Mapping[str, int]]
    """Of suppliers and warehouses, by kind; 1 where archived."""
    home: str | None
    by_key: dict[str, _Standing]


def add(work: Work, request: SupplyRequest) -> SupplyView:
    """Announce goods. Raises NotFound and Refused."""
    rights.require(work, RIGHT)
    known = _known(work, [request], [])
    if (key := _key(request)) in known.by_key:
        raise _taken(key, known.by_key[key])
    standing = _new(known, request)
    _apply(work, known, standing, request)
    [number] = _write(work, [standing])
    return rows.shown(work.one(rows.ONE, {"supply": number}))


def set_(work: Work, number: int, request: SupplyRequest, version: int | None = None) -> SupplyView:
    """Change what is known of expected goods; what is left out stays.

    `version` is the one that was read: the change is refused where another one stands. Raises
    NotFound, Refused, Conflict.
    """
    rights.require(work, RIGHT)
    row = rows.locked(work, number)
    rows.refuse_transfer(row)
    known = _known(work, [request], [])
    other = known.by_key.get(_key(request))
    if other is not None and other.now["id"] != number:
        raise _taken(_key(request), other)
    standing = _of(row)
    _apply(work, known, standing, request)
    fields.check_version(version, row, _body(standing), standing.what)
    _write(work, [standing])
    return rows.shown(work.one(rows.ONE, {"supply": number}))


def cancel(work: Work, number: int, reason: str = "", version: int | None = None) -> SupplyView:
    """Expect nothing more of these goods; what has come stays.

    Raises NotFound, Conflict, and Refused where nothing is expected of them anyway.
    """
    rights.require(work, RIGHT)
    row = rows.locked(work, number)
    rows.refuse_transfer(row)
    standing = _of(row)
    fields.check_version(version, row, {}, standing.what)
    if not row.open:
        raise Refused(
            "nothing_open",
            f"supply {number}: nothing of it is expected any more; there is nothing to cancel",
            supply=number,
        )
    try:
        why = stored(reason, "reason")
    except ValueError as error:
        raise Refused("bad_value", str(error)) from None
    now = {**standing.now, "cancelled": row.cancelled + row.open, "open": 0}
    rows.change(work, [(row, now)])
    body = {"product": row.code, "reason": why, **rows.differences(row, now)}
    work.event(rows.SUBJECT, number, row.version + 1, "cancelled", body)
    return rows.shown(work.one(rows.ONE, {"supply": number}))


def take_many(work: Work, requests: Sequence[SupplyRequest]) -> Taken:
    """Take in a set: goods that are known by their external key are changed, others are added.

    What is wrong with one refuses it alone; of several of the same key the later ones change what
    the first one said. Raises Refused for who may not do so.
    """
    rights.require(work, RIGHT)
    refused: list[Refusal] = []
    known = _known(work, requests, refused)
    passed_over = {each.index for each in refused}
    all_of_them: dict[int, _Standing] = {}
    unchanged = 0
    for index, request in enumerate(requests):
        if index in passed_over:
            continue
        try:
            key = _key(request)
            standing = known.by_key.get(key) if key else None
            fresh = standing is None
            standing = standing or _new(known, request)
            before = dict(standing.now)
            _apply(work, known, standing, request)
        except OrderDeskError as error:
            refused.append(_refusal(index, request, error))
            continue
        unchanged += standing.now == before and not fresh
        all_of_them[id(standing)] = standing
        if key:
            known.by_key[key] = standing
    standings = list(all_of_them.values())
    _write(work, standings)
    added = sum(1 for each in standings if each.stored is None)
    changed = len(requests) - len(refused) - added - unchanged
    return Taken(added, changed, unchanged, tuple(sorted(refused, key=lambda each: each.index)))


def _refusal(index: int, request: SupplyRequest, error: OrderDeskError) -> Refusal:
    return Refusal(index, str(request.external_key or request.product), error.code, error.message)


def _key(request: SupplyRequest) -> str:
    """Give the external key of a request, or nothing. Raises Refused."""
    try:
        return stored(str(request.external_key or ""), "external_key")
    except ValueError as error:
        raise Refused("bad_value", str(error)) from None


def _known(work: Work, requests: Sequence[SupplyRequest], refused: list[Refusal]) -> _Known:
    """Read what a set of requests refers to, and lock the goods that are known by their keys."""
    keys = set()
    for index, request in enumerate(requests):
        try:
            keys.add(_key(request))
        except Refused as error:
            if len(requests) == 1:
                raise
            refused.append(_refusal(index, request, error))
    standing = rows.lock(work, (), keys - {""}) if keys - {""} else []
    home = work.run(_HOME)[0].warehouse
    names = {
        kind: {fold_code(str(value)) for each in requests if (value := getattr(each, kind))}
        for kind in ("warehouse", "supplier")
    }
    if home:
        names["warehouse"].add(home)
    products = goods.named(work, [each.product for each in requests if each.product])
    by_key = {row.external_key: _of(row) for row in standing}
    return _Known(products, masters.known(work, names), home, by_key)


def _of(row: Row) -> _Standing:
    return _Standing(row, row, row._asdict())


def _new(known: _Known, request: SupplyRequest) -> _Standing:
    """Begin goods that are not known yet. Raises NotFound, Refused."""
    if not request.product:
        raise Refused("missing_field", "product is missing; say what is expected")
    product = known.products.get(request.product)
    if product is None:
        raise goods.unknown(fold_code(request.product))
    goods.check_kept(product)
    for name in ("quantity", "due"):
        if getattr(request, name) is None:
            raise Refused(
                "missing_field", f"supply of {product.code!r}: {name} is missing; give it"
            )
    if request.warehouse is None and known.home is None:
        raise NotFound("unknown_warehouse", "the company has no warehouse of its own; name one")
    return _Standing(product, None, {**_EMPTY, "product_id": product.id, "warehouse": known.home})


def _apply(work: Work, known: _Known, standing: _Standing, request: SupplyRequest) -> None:
    """Put what was given into the goods' columns. Raises NotFound, Refused."""
    _check_product(known, standing, request)
    given = {name: getattr(request, name) for name in FIELDS}
    what, now = standing.what, standing.now
    columns = fields.read(FIELDS, given, what)
    masters.check_references(work, FIELDS, columns, what, known.codes)
    if "quantity" in columns:
        _check_quantity(standing, columns["quantity"])
        if columns["quantity"] != now.get("quantity"):
            columns["cancelled"] = 0
    moved = columns.get("warehouse", now["warehouse"]) != now["warehouse"]
    if moved and now["received"]:
        raise Refused(
            "already_received",
            f"{what}: {quantity_decimal(now['received'])} came in at {now['warehouse']}, so its "
            "warehouse stays; cancel the rest and add what comes in elsewhere",
            warehouse=now["warehouse"],
        )
    now = {**now, **columns}
    standing.now = {**now, "open": rows.still_open(now)}


def _check_product(known: _Known, standing: _Standing, request: SupplyRequest) -> None:
    if standing.stored is None or not request.product:
        return
    product = known.products.get(request.product)
    if product is None:
        raise goods.unknown(fold_code(request.product))
    if product.id != standing.now["product_id"]:
        raise Refused(
            "other_product",
            f"{standing.what} is of product {standing.product.code!r}, not {product.code!r}; "
            "cancel it and add one of the other product",
            product=standing.product.code,
        )


def _check_quantity(standing: _Standing, quantity: Any) -> None:
    decimals = standing.product.decimals
    if not quantity:
        raise Refused(
            "bad_quantity", f"{standing.what}: quantity is 0; to expect nothing, cancel it"
        )
    if quantity % 10 ** (3 - decimals):
        raise Refused(
            "bad_value",
            f"{standing.what}: quantity '{quantity_decimal(quantity)}' has more than {decimals} "
            f"decimals; give at most {decimals}",
        )


def _taken(key: str, other: _Standing) -> Refused:
    return Refused(
        "external_key_taken",
        f"external_key {key!r} belongs to {other.what} already; change that one with "
        "`orderdesk supply set`",
        key=key,
    )


def _body(standing: _Standing) -> dict[str, Any]:
    """Give the change of goods that stand already, as their event keeps it; empty where none."""
    row, now = standing.stored, standing.now
    return {**fields.changed(FIELDS, row, now), **rows.differences(row, now)}


def _write(work: Work, standings: Sequence[_Standing]) -> list[int]:
    """Write what is new and what changed, each with its event; give the ids of what is new."""
    new = [each for each in standings if each.stored is None]
    ids = rows.add(work, [each.now for each in new]) if new else []
    for number, each in zip(ids, new, strict=True):
        body = {"product": each.product.code, **fields.added(FIELDS, each.now)}
        work.event(rows.SUBJECT, number, 1, "added", body)
    changed = [
        (each.stored, each.now, body)
        for each in standings
        if each.stored is not None and (body := _body(each))
    ]
    rows.change(work, [(row, now) for row, now, _ in changed])
    for row, _, body in changed:
        work.event(rows.SUBJECT, row.id, row.version + 1, "changed", {"product": row.code, **body})
    return ids
