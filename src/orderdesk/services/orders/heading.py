"""The header's texts as placing and amending both take them."""

import json
from dataclasses import asdict

from orderdesk.domain.errors import Refused
from orderdesk.domain.orders import AddressRequest
from orderdesk.domain.text import stored
from orderdesk.services.orders import entry


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
