"""Random kits and what is done to them: no law breaks, parts are the kit times what one needs."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderdesk.domain.errors import OrderDeskError
from orderdesk.domain.orders import AmendRequest, LineChange, OrderView
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import ReceiveRequest
from orderdesk.models.products import Price
from orderdesk.services import goods, kits, products, stock
from orderdesk.services.orders import closing
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.store.desk import Desk
from orderdesk.store.work import Work
from tests.company import put
from tests.laws import assert_laws_hold
from tests.services.orders.asking import line, order

PARTS = ("P1", "P2", "P3", "WORK")
DECIMALS = {"P1": 1, "P2": 1, "P3": 8, "WORK": 4}
"""The part of one that a quantity of it may be a multiple of: halves, quarters, eighths."""

quantities = st.integers(1, 9).map(str)
needs = st.dictionaries(st.sampled_from(PARTS), st.integers(1, 12), min_size=1)
dispositions = st.sampled_from(["ship available", "ship complete", "cancel"])
acts = st.lists(
    st.one_of(
        st.tuples(st.just("quantity"), quantities),
        st.tuples(st.just("disposition"), dispositions),
        st.tuples(st.just("requested"), st.sampled_from(["2026-12-01", "2027-06-01"])),
        st.tuples(st.just("close"), quantities),
        st.tuples(st.just("reopen"), st.just("")),
        st.tuples(st.just("remove"), st.just("")),
        st.tuples(st.just("receive"), st.sampled_from(["P1", "P2"])),
        st.tuples(st.just("remake"), st.sampled_from(["P1", "P2"])),
        st.tuples(st.just("add"), quantities),
        st.tuples(st.just("cancel"), st.just("")),
    ),
    max_size=6,
)


def decimal(part: str, times: int) -> str:
    return f"{Decimal(times) / DECIMALS[part]:f}"


def make(work: Work, inner: dict[str, int], outer: dict[str, int], inside: int) -> None:
    """Make the kits IN and OUT of these parts, so many IN in one OUT."""
    for code in ("IN", "OUT"):
        products.add(work, ProductRequest(code=code, name=code, kind="kit", unit="ea"))
        row = {"product_id": goods.find(work, [code])[code].id, "price_list": "BASE"}
        put(work, Price, [{**row, "min_quantity": 0, "valid_from": "", "price": 5_000_000}])
    for part, times in inner.items():
        kits.keep(work, "IN", part, decimal(part, times))
    for part, times in outer.items():
        kits.keep(work, "OUT", part, decimal(part, times))
    kits.keep(work, "OUT", "IN", str(inside))


def needed(inner: dict[str, int], outer: dict[str, int], inside: int) -> dict[str, Decimal]:
    """Give what one OUT comes to, part by part."""
    found: dict[str, Decimal] = {}
    for each, times in ((outer, 1), (inner, inside)):
        for part, quantity in each.items():
            much = Decimal(quantity) / DECIMALS[part] * times
            found[part] = found.get(part, Decimal(0)) + much
    return found


def act(desk: Desk, number: str, what: str, value: str) -> None:
    """Do one thing to an order whose first line is a kit."""
    if what in ("quantity", "disposition", "requested"):
        change(desk, number, LineChange(line=1, **{what: value}))  # type: ignore[arg-type]
    elif what == "remove":
        change(desk, number, LineChange(line=1, remove=True))
    elif what == "close":
        desk.run(closing.close_line, number, 1, value)
    elif what == "reopen":
        desk.run(closing.reopen, number)
    elif what == "cancel":
        desk.run(closing.cancel, number)
    elif what == "receive":
        desk.run(stock.receive, ReceiveRequest(product=value, quantity="7"))
    elif what == "remake":
        desk.run(kits.keep, "OUT", value, "5")
    else:
        change(desk, number, add=(line("P1", value),))


def change(desk: Desk, number: str, *lines: LineChange, **more: Any) -> None:
    desk.run(amend, AmendRequest(number=number, lines=lines, **more))


def assert_parts_follow(placed: OrderView, one: dict[str, Decimal]) -> None:
    kit = placed.lines[0]
    parts = {each.product: each for each in placed.lines if each.kit_line == kit.line}
    assert set(parts) == set(one)
    for code, much in one.items():
        part = parts[code]
        assert part.ordered == kit.ordered * much
        assert part.short_closed == kit.short_closed * much
        assert part.open == kit.open * much
        assert (part.net, part.requested, part.disposition) == (0, kit.requested, kit.disposition)
        if part.backordered or part.allocated:
            assert kit.allocated * much <= part.allocated


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kits")


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(needs, needs, st.integers(1, 3), quantities, dispositions, acts)
def test_parts_are_the_kit_times_what_one_needs_whatever_is_done(
    sqlite_template: Path,
    room: Path,
    inner: dict[str, int],
    outer: dict[str, int],
    inside: int,
    quantity: str,
    disposition: str,
    done: list[tuple[str, str]],
) -> None:
    path = room / "desk.db"
    for old in room.iterdir():
        old.unlink()
    path.write_bytes(sqlite_template.read_bytes())
    path.chmod(0o600)
    desk = Desk(str(path), "owner").open()
    try:
        desk.run(make, inner, outer, inside)
        asked = line("OUT", quantity, disposition=disposition)
        number = desk.run(place, order("FREE", asked, line("P2", "1"))).number
        one = needed(inner, outer, inside)
        assert_parts_follow(desk.read(show, number), one)
        for what, value in done:
            try:
                act(desk, number, what, value)
            except OrderDeskError:
                continue
            assert_parts_follow(desk.read(show, number), one)
        assert_laws_hold(desk)
    finally:
        desk.close()
