"""The lists of F4: which fields have one, and what stands in it.

Services are imported when first asked, and only once the desk is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orderdesk.screens.link import DeskApp
from orderdesk.screens.widgets.choices import Choice, Source

CANCELLING: Final = "cancel reason"
"""The list of the reasons for closing and cancelling: a kind before the name narrows a list."""

LISTS: Final = frozenset("customer ship_to carrier terms warehouse item unit disposition".split())
"""The fields of order entry that F4 has a list for."""

ROWS: Final = 50
"""A list never reads more than this many rows."""


def source_of(app: DeskApp, field: str, customer: str | None) -> Source:
    """Give the rows of a field's list, for a customer where there is one yet."""

    async def customers(text: str) -> Sequence[Choice]:
        await app.ready.wait()
        from orderdesk.services import search

        hits = await app.read(search.find_customers, text, limit=ROWS)
        return [Choice(hit.code, f"{hit.name}  {hit.city}") for hit in hits]

    async def products(text: str) -> Sequence[Choice]:
        await app.ready.wait()
        from orderdesk.services import search

        hits = await app.read(search.find_products, text, customer, limit=ROWS)
        return [Choice(hit.code, hit.name, more=f"{hit.available:f} {hit.unit}") for hit in hits]

    async def addresses(text: str) -> Sequence[Choice]:
        from orderdesk.services.customers import views as customers_seen

        if customer is None:
            return ()
        found = await app.read(customers_seen.show, customer)
        return [
            Choice(each.code, f"{each.name}, {each.street}, {each.city}")
            for each in found.addresses
            if text.lower() in f"{each.code} {each.name} {each.city}".lower()
        ]

    async def dispositions(text: str) -> Sequence[Choice]:
        from orderdesk.domain.dispositions import DISPOSITIONS

        return [
            Choice(each.word, each.says)
            for each in DISPOSITIONS.values()
            if text.lower() in f"{each.word} {each.says}".lower()
        ]

    async def masters(text: str) -> Sequence[Choice]:
        from orderdesk.services import masters as small

        kind, _, noun = field.rpartition(" ")
        return [
            Choice(row.code, str(row.fields["name"]))
            for row in await app.read(small.list_, noun)
            if text.lower() in f"{row.code} {row.fields['name']}".lower()
            and (not kind or row.fields["kind"] in (kind, "any"))
        ]

    by_field = {"customer": customers, "item": products, "ship_to": addresses}
    by_field["disposition"] = dispositions
    return by_field.get(field, masters)
