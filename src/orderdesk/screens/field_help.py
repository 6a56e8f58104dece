"""What every field of the desk takes: what it is, its form, an example. Loaded by the first F1.

A field names its kind where it is made; what is said of it stands here once, in the same words on
every screen.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, cast

FieldKind = Literal[
    "address_city",
    "address_country",
    "address_name",
    "address_postal_code",
    "address_region",
    "address_street",
    "amended_quantity",
    "atp_on",
    "atp_quantity",
    "atp_warehouse",
    "buyer_po",
    "call_result",
    "call_said",
    "cancel_reason",
    "carrier",
    "ceiling",
    "checked_item",
    "contact",
    "copy_requested",
    "credit_limit",
    "csv_file",
    "customer",
    "customer_code",
    "customer_note",
    "discount",
    "disposition",
    "find_backorder",
    "find_customer",
    "find_order",
    "hold_reason",
    "hold_until",
    "item",
    "limit_reason",
    "line_discount",
    "line_note",
    "line_requested",
    "line_warehouse",
    "list_filter",
    "moved_quantity",
    "move_reason",
    "next_call",
    "note",
    "order_note",
    "pin",
    "pin_reason",
    "pinned_on",
    "price",
    "promise_filter",
    "quantity",
    "queue_filter",
    "reject_reason",
    "release_reason",
    "rep",
    "requested",
    "ship_to",
    "since_revision",
    "stand_in_quantity",
    "terms",
    "told_requested",
    "told_said",
    "unit",
    "user",
    "warehouse",
    "what_if_amount",
    "what_if_on",
]
"""The kinds of field that there are."""


class FieldHelp(NamedTuple):
    """What F1 says of a field."""

    what: str
    """Its name, and what it is."""
    form: str
    """How it is typed, and what it means when it is left empty."""
    example: str
    """A value that it takes; what fits the demo company, where it must be on file."""

    @property
    def text(self) -> str:
        """Give it as the help sheet shows it, a line each."""
        return f"{self.what}\n  Form     {self.form}\n  Example  {self.example}"


_DAY: Final = "Year, month, day: YYYY-MM-DD"
_CODE: Final = "A code; small letters will do, and {choices} lists them"
_FREE: Final = "Any words"
_NUMBER: Final = "A plain number, with a point before its decimals"
_REASON: Final = "Any words; whoever reads the events of the order sees them"

_ENTRY: Final = {
    "customer": FieldHelp(
        "Customer: who buys, and gets the invoice.",
        "A code, a phone number, or a part of a name that only one has; {choices} lists what fits.",
        "ALFKI",
    ),
    "buyer_po": FieldHelp(
        "PO: the number that the buyer gave this order on their side.",
        f"{_FREE}, as the buyer says them; empty: they gave none.",
        "4500012345",
    ),
    "requested": FieldHelp(
        "Ship: the day on which the buyer wants the goods to arrive.",
        f"{_DAY}. Empty: as soon as can be.",
        "2026-12-14",
    ),
    "ship_to": FieldHelp(
        "Ship-to: to which of the customer's addresses it goes.",
        f"{_CODE}. Empty: the customer's first one.",
        "01",
    ),
    "carrier": FieldHelp("Via: who carries it.", f"{_CODE}. Empty: the customer's own.", "1"),
    "terms": FieldHelp(
        "Terms: within how many days it is to be paid.",
        f"{_CODE}. Empty: the customer's own.",
        "N30",
    ),
    "discount": FieldHelp(
        "Disc%: percent off every line that has no discount of its own.",
        f"{_NUMBER}, from 0 to 100. Empty: none.",
        "5",
    ),
    "contact": FieldHelp(
        "Contact: whom you speak to there.",
        f"{_FREE}. Empty: whom the customer names.",
        "Maria Anders",
    ),
    "note": FieldHelp("Note: a remark on the whole order.", f"{_FREE}.", "ring before delivery"),
    "rep": FieldHelp(
        "Rep: who looks after the sale.", f"{_FREE}. Empty: the customer's own.", "Nancy Davolio"
    ),
    "warehouse": FieldHelp(
        "Whse: the warehouse that the whole order ships from.",
        f"{_CODE}. Empty: the company's own.",
        "01",
    ),
    "address_name": FieldHelp(
        "One-off ship-to: who takes the goods in, at an address for this order alone.",
        f"{_FREE}. Empty: it goes to Ship-to.",
        "Building site 4",
    ),
    "address_street": FieldHelp(
        "Street: street and number of the one-off ship-to.", f"{_FREE}.", "14 Mill Road"
    ),
    "address_city": FieldHelp("City: town of the one-off ship-to.", f"{_FREE}.", "Leeds"),
    "address_region": FieldHelp(
        "Region: county or state of the one-off ship-to.",
        f"{_FREE}; empty where there is none.",
        "West Yorkshire",
    ),
    "address_postal_code": FieldHelp(
        "Post code: that of the one-off ship-to.", f"{_FREE}, as on a letter.", "LS1 4AP"
    ),
    "address_country": FieldHelp("Country: that of the one-off ship-to.", f"{_FREE}.", "UK"),
}

_LINE: Final = {
    "item": FieldHelp(
        "Item: the product that is ordered.",
        "A code, part number or EAN, or a part of a name that only one has; {choices} lists what "
        "fits. With a quantity before it: 12*11 is twelve of item 11. Many pasted rows are many "
        "lines.",
        "11",
    ),
    "quantity": FieldHelp(
        "Qty: how many are ordered, in the unit beside it.",
        f"{_NUMBER}, three at most. In a line that was picked, 0 drops it.",
        "12",
    ),
    "unit": FieldHelp(
        "UM: the unit in which the item is ordered.",
        "A unit of the item; {choices} lists them. Empty: its own.",
        "ea",
    ),
    "price": FieldHelp(
        "Price: what one unit costs, by hand in place of the price lists.",
        f"{_NUMBER}, six at most; behind it the reason's code, where one is asked for: "
        "9.50 MATCH. {choices} lists the last prices. Empty: the price lists decide.",
        "9.50",
    ),
    "line_discount": FieldHelp(
        "%: percent off this line.",
        f"{_NUMBER}, from 0 to 100. Empty: that of the whole order.",
        "2.5",
    ),
    "line_requested": FieldHelp(
        "Ship: the day on which this line is wanted there.",
        f"{_DAY}. Empty: the day of the whole order.",
        "2026-12-14",
    ),
    "disposition": FieldHelp(
        "If short: what becomes of what is not in stock.",
        "Its words or their beginning; {choices} lists them. Empty: as the customer has it.",
        "ship complete",
    ),
    "line_warehouse": FieldHelp(
        "Whse: the warehouse that this line ships from.",
        f"{_CODE}, with what is free there. Empty: that of the whole order.",
        "02",
    ),
    "amended_quantity": FieldHelp(
        "Qty: how many are ordered of this line from now on.",
        f"{_NUMBER}, three at most; not below what has shipped.",
        "12",
    ),
    "line_note": FieldHelp("Note: a remark on this line.", f"{_FREE}.", "pack apart"),
    "stand_in_quantity": FieldHelp(
        "Qty: how many of the line the other product stands in for.",
        f"{_NUMBER}, three at most; not more than is open of the line.",
        "12",
    ),
}

_ORDER: Final = {
    "cancel_reason": FieldHelp(
        "Reason: why it is not wanted any more.",
        "A reason's code or name; {choices} lists them.",
        "TWICE",
    ),
    "copy_requested": FieldHelp(
        "Ship: the day on which the copy is wanted there.",
        f"{_DAY}. Empty: as soon as can be.",
        "2026-12-14",
    ),
    "hold_reason": FieldHelp(
        "Reason: why the order must not ship yet.", f"{_REASON}.", "the address is being checked"
    ),
    "ceiling": FieldHelp(
        "Up to: what the order may come to and stay released.",
        f"{_NUMBER}, in the unit of the hold. Empty: what it comes to today.",
        "2500",
    ),
    "hold_until": FieldHelp(
        "Until: the last day on which it stays released.",
        f"{_DAY}. Empty: as the company has it.",
        "2026-12-14",
    ),
    "release_reason": FieldHelp(
        "Reason: why the hold is released.", f"{_REASON}. May stay empty.", "paid by card"
    ),
    "since_revision": FieldHelp(
        "Since: the revision from which the changes are shown.",
        "A whole number, from 1; each change of the order made one more.",
        "1",
    ),
    "pinned_on": FieldHelp(
        "Promised for: the day that is fixed, so that nothing moves it.",
        f"{_DAY}. Empty: the chain of days decides again.",
        "2026-12-14",
    ),
    "pin_reason": FieldHelp("Reason: why the day is fixed.", f"{_REASON}.", "agreed by phone"),
    "moved_quantity": FieldHelp(
        "Move: how many go over from one line to the other.",
        f"{_NUMBER}, three at most; the panel says who slips by it.",
        "12",
    ),
    "move_reason": FieldHelp(
        "Why: why one line gets what another had.",
        "Any words; they stand in the events of both orders.",
        "their line stands still",
    ),
    "order_note": FieldHelp("Note: a remark on the order or line.", f"{_FREE}.", "ring first"),
}

_QUEUE: Final = {
    "queue_filter": FieldHelp(
        "Find: what the queue is narrowed to.",
        "An order's number, a customer's code, or a reason. Empty: all that waits.",
        "ALFKI",
    ),
    "reject_reason": FieldHelp(
        "Reason: what whoever entered the order is to mend.", f"{_REASON}.", "ask for a deposit"
    ),
    "told_said": FieldHelp(
        "They said: what they were told, and said to it.", f"{_REASON}.", "fine with Friday"
    ),
    "told_requested": FieldHelp(
        "Wanted now: another day on which they want it there.",
        f"{_DAY}. Empty: the day as it was.",
        "2026-12-14",
    ),
    "call_said": FieldHelp(
        "Said: who said that it may ship.", f"{_REASON}. May stay empty.", "Ms Anders"
    ),
    "call_result": FieldHelp(
        "Came of it: what whoever calls next should know.", f"{_REASON}.", "no answer"
    ),
    "next_call": FieldHelp(
        "Call again: the day on which it comes back into the queue.",
        f"{_DAY}. Empty: tomorrow.",
        "2026-12-14",
    ),
}

_CUSTOMER: Final = {
    "customer_code": FieldHelp("Customer: whose credit is checked.", f"{_CODE}.", "ALFKI"),
    "customer_note": FieldHelp(
        "Note: what whoever serves this customer next should know.",
        f"{_FREE}.",
        "closed on Mondays",
    ),
    "what_if_amount": FieldHelp(
        "What if they order: the amount, tax included, that is asked about.",
        f"{_NUMBER}.",
        "1200.00",
    ),
    "what_if_on": FieldHelp(
        "On: the day for which that is asked.", f"{_DAY}. Empty: today.", "2026-12-14"
    ),
    "credit_limit": FieldHelp(
        "Limit: how much the customer may owe.",
        f"{_NUMBER}. Empty: without limit; 0: no credit at all.",
        "25000",
    ),
    "limit_reason": FieldHelp(
        "Reason: why the limit is another one.",
        "Any words, for whoever reads it later.",
        "paid on time all year",
    ),
}

_STOCK: Final = {
    "checked_item": FieldHelp(
        "Item: the product that is checked.", "A code or an EAN; {choices} lists what fits.", "11"
    ),
    "atp_quantity": FieldHelp(
        "Qty: how many are wanted, in the product's unit.",
        f"{_NUMBER}, three at most. Empty: 1.",
        "300",
    ),
    "atp_on": FieldHelp(
        "On: the day on which they are to go.", f"{_DAY}. Empty: today.", "2026-12-14"
    ),
    "atp_warehouse": FieldHelp(
        "At: the warehouse that is asked about.",
        f"{_CODE}. Empty: all of them, each for itself.",
        "01",
    ),
}

_FINDING: Final = {
    "find_order": FieldHelp(
        "Find: which orders are listed.",
        "A number or its end, a customer, a PO, a product; and such as held:yes, stage:open, "
        "from-day:2026-11-01, customer:ALFKI, as `order list` has them. Empty: all.",
        "828",
    ),
    "find_customer": FieldHelp(
        "Find: which customers are listed.",
        "A code, a part of the name, a city or a phone number. Empty: all.",
        "Berlin",
    ),
    "find_backorder": FieldHelp(
        "Find: which products are listed.",
        "A code, an EAN or a part of the name. Empty: all that waits.",
        "11",
    ),
    "promise_filter": FieldHelp(
        "Find: what the list of promises is narrowed to.",
        "An order's number, a customer's code or a product's. Empty: all.",
        "ALFKI",
    ),
    "csv_file": FieldHelp(
        "CSV to: the file that all that is listed goes into.",
        "A name that is not there yet, in the folder where the desk was started, or a whole path.",
        "orders.csv",
    ),
    "list_filter": FieldHelp(
        "Filter: which rows of the list are shown.",
        "A part of a code or name. Up and Down move, Enter picks, {back} closes.",
        "alf",
    ),
    "user": FieldHelp("User: who you are.", "Your name here; {choices} lists the users.", "clerk"),
    "pin": FieldHelp(
        "PIN: what only you know; it is shown to nobody.", "From 4 to 64 characters.", "2580"
    ),
}

FIELD_HELP: Final = cast(
    "dict[FieldKind, FieldHelp]",
    {**_ENTRY, **_LINE, **_ORDER, **_QUEUE, **_CUSTOMER, **_STOCK, **_FINDING},
)
"""What is said of each kind of field."""


def help_of(kind: str) -> str:
    """Give what F1 says of a field of this kind; nothing where the kind is empty."""
    return FIELD_HELP[cast("FieldKind", kind)].text if kind else ""
