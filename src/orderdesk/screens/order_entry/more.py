"""The header's rarer fields, shown when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.text import clean
from orderdesk.screens.columns import shortened
from orderdesk.screens.widgets.form import Spec

if TYPE_CHECKING:
    from orderdesk.domain.entry import BuyerView

MORE: Final = (
    (
        Spec("rep", "Rep", 12, False),
        Spec("address_name", "One-off ship-to", None, False),
    ),
    (
        Spec("address_street", "Street", 32, False),
        Spec("address_city", "City", None, False),
    ),
    (
        Spec("address_region", "Region", 16, False),
        Spec("address_postal_code", "Post code", 10, False),
        Spec("address_country", "Country", 12, False),
        Spec("warehouse", "Whse", 6, True),
    ),
)
"""Fields that few orders need, a row at a time."""

NAMES: Final = tuple(spec.id for row in MORE for spec in row)


def supply_line(buyer: BuyerView, width: int) -> str:
    """Say what is settled for every order alike, and where else it can be changed."""
    lists = ", then ".join(buyer.price_lists) or "none"
    text = f" Prices {lists}; another price: by hand on its line"
    return shortened(clean(text), width)
