"""The header's texts as placing and amending both take them."""

import json
from dataclasses import asdict
from typing import Any

from orderdesk.domain.delivery_rules import most_of, rule_of
from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AddressRequest, AmendRequest, OrderRequest
from orderdesk.domain.text import stored
from orderdesk.services.orders import entry
from orderdesk.store.statements import Row


def text_of(value: str | None, name: str) -> str:
    """Take a text as it is stored; raise Refused where it cannot be."""
    if not value:
        return ""
    try:
        return stored(value, name)
    except ValueError as error:
        raise entry.refusing("", error) from None


def address_of(address: AddressRequest) -> str:
    """Give a one-off ship-to as an order carries it; raise Refused where it leads nowhere."""
    fields = {name: text_of(text, f"address {name}") for name, text in asdict(address).items()}
    for name in ("name", "street", "city"):
        if not fields[name]:
            raise Refused("bad_address", f"the address has no {name}; give one", field=name)
    return json.dumps(fields)


def deliveries_of(request: OrderRequest | AmendRequest, old: Row) -> dict[str, Any]:
    """Give what of an order goes together, and in how many deliveries; raise Refused.

    What the request leaves out is as in `old`, the customer's or the order's own row.
    """
    rule, most = request.delivery_rule, request.most_deliveries
    try:
        return {
            "delivery_rule": old.delivery_rule if rule is None else rule_of(rule),
            "most_deliveries": old.most_deliveries if most is None else most_of(most),
        }
    except ValueError as error:
        raise entry.refusing("", error) from None
