"""F1 on every field: what it is, its form, and an example that the field itself takes."""

import ast
import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from orderdesk.app import OrderDeskApp
from orderdesk.domain import numbers, people
from orderdesk.domain.notes import NoteRequest
from orderdesk.domain.orders import AddressRequest, LineRequest, OrderRequest
from orderdesk.exchange.demo import make
from orderdesk.screens import listed
from orderdesk.screens.commands import with_keys
from orderdesk.screens.field_help import FIELD_HELP, FieldKind
from orderdesk.screens.help import HelpSheet
from orderdesk.screens.order_entry.draft import split_price
from orderdesk.screens.order_entry.form import BELOW_ROW, HEADER, ROW
from orderdesk.screens.order_entry.more import MORE
from orderdesk.services import backorders, notes, search, stock_check
from orderdesk.services.credit import account, outlook
from orderdesk.services.orders import closing, entry, heading, holds, place, promise_lists, reading
from orderdesk.services.queues import reading as queues
from orderdesk.store.desk import Desk
from tests.screens.typing import type_keys

SCREENS = Path(__file__).parents[2] / "src/orderdesk/screens"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give the owner's desk at the demo company, from which the examples are."""
    where = str(tmp_path_factory.mktemp("demo") / "demo.db")
    make(where, user="maker", today=date(2026, 11, 23))
    desk = Desk(where, "maker").open()
    yield desk
    desk.close()


# Each field has help ------------------------------------------------------------------------


def calls_of(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Give every call of these, on any screen."""
    for path in sorted(SCREENS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                yield path, node


def test_every_kind_of_field_has_help_and_no_help_is_for_none() -> None:
    assert set(FIELD_HELP) == set(get_args(FieldKind))


def test_every_field_of_a_form_is_a_kind() -> None:
    specs = [spec for row in (*HEADER, *MORE, ROW, BELOW_ROW) for spec in row]
    assert [spec.id for spec in specs if spec.id not in FIELD_HELP] == []


def test_every_field_on_any_screen_says_what_its_help_tells_of() -> None:
    without = []
    for path, call in calls_of("Field", "PinField"):
        about = next((each.value for each in call.keywords if each.arg == "about"), None)
        # The editor of a form is told with each field that it moves to.
        is_editor = path.name == "form.py" and isinstance(about, ast.Constant)
        if about is None or (isinstance(about, ast.Constant) and not about.value and not is_editor):
            without.append(f"{path.name}:{call.lineno}")
    assert without == []


def test_no_kind_of_help_is_left_that_no_field_names() -> None:
    texts = "\n".join(
        path.read_text(encoding="utf-8")
        for path in SCREENS.rglob("*.py")
        if path.name != "field_help.py"
    )
    assert [kind for kind in FIELD_HELP if f'"{kind}"' not in texts] == []


@pytest.mark.parametrize("kind", FIELD_HELP)
def test_help_says_what_it_is_its_form_and_an_example(kind: FieldKind) -> None:
    told = FIELD_HELP[kind]
    name, colon, what = told.what.partition(": ")
    assert (bool(name), colon, what[-1:]) == (True, ": ", "."), "its name, then what it is"
    assert (told.form[0].isupper(), told.form[-1]) == (True, ".")
    assert told.example == told.example.strip() != ""
    assert told.text.splitlines() == [
        told.what,
        f"  Form     {told.form}",
        f"  Example  {told.example}",
    ]


# Each example is taken ----------------------------------------------------------------------

Taking = Callable[[Desk, str], Any]


def in_header(name: str) -> Taking:
    """Place an order with this in its header."""
    return lambda desk, text: placed(desk, **{name: text})


def in_address(name: str) -> Taking:
    """Place an order to an address with this in it."""
    needed = {"name": "A", "street": "B", "city": "C"}
    return lambda desk, text: placed(desk, address=AddressRequest(**{**needed, name: text}))


def in_line(name: str) -> Taking:
    """Place an order with this in its line."""
    line = {"product": "11", "quantity": "1"}
    return lambda desk, text: placed(desk, lines=(LineRequest(**{**line, name: text}),))


def placed(desk: Desk, **given: Any) -> Any:
    """Place an order and take it back; raises what stands against it."""
    line = LineRequest(product="11", quantity="1")
    values = {"customer": "ALFKI", "lines": (line,), **given}
    return desk.rehearse(place.place, OrderRequest(**values))


def priced(desk: Desk, text: str) -> None:
    price, reason = split_price(text)
    line = LineRequest(product="11", quantity="1", price=price, price_reason=reason)
    placed(desk, lines=(line,))


def read(service: Callable[..., Any], **more: Any) -> Taking:
    """Read something that must be found."""

    def taken(desk: Desk, text: str) -> None:
        found = desk.read(service, text, **more)
        assert found, f"{text!r} finds nothing"

    return taken


def in_stock_check(name: str) -> Taking:
    """Check the stock of a product with this asked."""
    from orderdesk.domain.atp import AtpRequest

    given = {"product": "11"}
    return lambda desk, text: desk.read(
        stock_check.check, AtpRequest(**{**given, name: text}), None
    )


def day(desk: Desk, text: str) -> None:
    entry.day_of(text, "day")


def words(desk: Desk, text: str) -> None:
    assert heading.text_of(text, "reason") == text


def quantity(desk: Desk, text: str) -> None:
    assert numbers.quantity_of(text) > 0


def amount(desk: Desk, text: str) -> None:
    assert numbers.amount_of(text, 2) > 0


def fitting_user(desk: Desk, text: str) -> None:
    from orderdesk.services.people import sitters

    assert [each.user for each in desk.read(sitters, text)][:1] == [text]


def held(desk: Desk, text: str) -> None:
    number = desk.read(reading.find, "828")[0].number
    desk.rehearse(holds.hold, number, reason=text)


def cancelled(desk: Desk, text: str) -> None:
    number = desk.read(reading.find, "828")[0].number
    desk.rehearse(closing.cancel, number, text)


def noted(desk: Desk, text: str) -> None:
    desk.rehearse(notes.add, NoteRequest(subject="customer", key="ALFKI", text=text))


def whole_number(desk: Desk, text: str) -> None:
    assert numbers.whole_of(text, "revision", 9, 1)


TAKING: dict[FieldKind, Taking] = {
    "address_city": in_address("city"),
    "address_country": in_address("country"),
    "address_name": in_address("name"),
    "address_postal_code": in_address("postal_code"),
    "address_region": in_address("region"),
    "address_street": in_address("street"),
    "amended_quantity": quantity,
    "atp_on": in_stock_check("on"),
    "atp_quantity": in_stock_check("quantity"),
    "atp_warehouse": in_header("warehouse"),
    "buyer_po": in_header("buyer_po"),
    "call_result": words,
    "call_said": words,
    "cancel_reason": cancelled,
    "carrier": in_header("carrier"),
    "ceiling": amount,
    "checked_item": in_stock_check("product"),
    "contact": in_header("contact"),
    "copy_requested": day,
    "csv_file": lambda desk, text: listed._new_file(text),
    "credit_limit": lambda desk, text: desk.rehearse(account.set_limit, "ALFKI", text, "why"),
    "customer": in_header("customer"),
    "customer_code": read(account.show),
    "customer_note": noted,
    "discount": in_header("discount"),
    "disposition": in_line("disposition"),
    "find_backorder": lambda desk, text: desk.read(backorders.find, text),
    "find_customer": read(search.find_customers),
    "find_order": read(reading.find),
    "hold_reason": held,
    "hold_until": day,
    "item": in_line("product"),
    "limit_reason": lambda desk, text: desk.rehearse(account.set_limit, "ALFKI", "1", text),
    "line_discount": in_line("discount"),
    "line_note": in_line("note"),
    "line_requested": in_line("requested"),
    "line_warehouse": in_line("warehouse"),
    "list_filter": read(search.find_customers),
    "moved_quantity": quantity,
    "move_reason": words,
    "next_call": day,
    "note": in_header("note"),
    "order_note": words,
    "pin": lambda desk, text: people.pin_of(text),
    "pin_reason": words,
    "pinned_on": day,
    "price": priced,
    "promise_filter": lambda desk, text: desk.read(promise_lists.meant, text),
    "quantity": in_line("quantity"),
    "queue_filter": lambda desk, text: desk.read(queues.meant, text),
    "reject_reason": words,
    "release_reason": words,
    "rep": in_header("rep"),
    "requested": in_header("requested"),
    "ship_to": in_header("ship_to"),
    "since_revision": whole_number,
    "stand_in_quantity": quantity,
    "terms": in_header("terms"),
    "told_requested": day,
    "told_said": words,
    "unit": in_line("unit"),
    "user": fitting_user,
    "warehouse": in_header("warehouse"),
    "what_if_amount": lambda desk, text: desk.read(outlook.what_if, "ALFKI", text),
    "what_if_on": lambda desk, text: desk.read(outlook.what_if, "ALFKI", "1", text),
}
"""What each field does with its text."""


@pytest.mark.parametrize("kind", FIELD_HELP)
def test_an_example_is_taken_by_its_own_field(demo: Desk, kind: FieldKind) -> None:
    TAKING[kind](demo, FIELD_HELP[kind].example)


@pytest.mark.parametrize(
    ("kind", "wrong"), [("requested", "14.12."), ("quantity", "a dozen"), ("terms", "N31")]
)
def test_an_example_that_is_wrong_would_be_noticed(demo: Desk, kind: FieldKind, wrong: str) -> None:
    with pytest.raises(Exception, match=r"14\.12|a dozen|N31"):
        TAKING[kind](demo, wrong)


# Each key shows it --------------------------------------------------------------------------


def help_after(app: OrderDeskApp, *keys: str) -> str:
    """Give the help sheet that stands after these keys, posted all at once."""

    async def run() -> str:
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(app, pilot, *keys)
            assert isinstance(app.screen, HelpSheet)
            return app.screen.sheet()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (("f1",), "customer"),
        (("ctrl+g",), "customer"),
        (("acme⏎", "f1"), "buyer_po"),
        (("acme⏎⏎", "f1"), "item"),
        (("acme⏎⏎p1⏎", "tab", "tab", "f1"), "price"),
        (("acme⏎⏎", "f7", "tab", "tab", "f1"), "address_street"),
        (("f4", "f1"), "list_filter"),
    ],
)
def test_order_entry_helps_where_the_cursor_is(
    app_at: Callable[[str | None], OrderDeskApp], keys: tuple[str, ...], kind: FieldKind
) -> None:
    assert with_keys(FIELD_HELP[kind].text, {}) in help_after(app_at("order-entry"), *keys)


@pytest.mark.parametrize(
    ("screen", "keys", "kind"),
    [
        ("orders", ("f1",), "find_order"),
        ("customers", ("f1",), "find_customer"),
        ("backorders", ("f1",), "find_backorder"),
        ("queues", ("slash", "f1"), "queue_filter"),
        ("promises", ("slash", "f1"), "promise_filter"),
        ("orders", ("down", "v", "f1"), "csv_file"),
        ("stock-check", ("p1⏎⏎", "f1"), "atp_on"),
        ("credit-check", ("f1",), "customer_code"),
        ("credit-check", ("acme⏎", "i", "f1"), "what_if_amount"),
    ],
)
def test_other_screens_help_where_the_cursor_is(
    app_at: Callable[[str | None], OrderDeskApp],
    screen: str,
    keys: tuple[str, ...],
    kind: FieldKind,
) -> None:
    assert with_keys(FIELD_HELP[kind].text, {}) in help_after(app_at(screen), *keys)
