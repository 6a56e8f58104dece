"""The demo company's files as requests: who is in them, what they sell, and what is open.

What Northwind lacks (limits, terms, costs, agreed prices) comes from `made_up.json`, which says
that it is made up.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from orderdesk.domain.company import FoundRequest
from orderdesk.domain.customers import AddressEntry, ContactEntry, CustomerRequest, PartEntry
from orderdesk.domain.fields import Given
from orderdesk.domain.orders import ChargeRequest, LineRequest, OrderRequest
from orderdesk.domain.prices import PriceRequest
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.stock import ReceiveRequest

CHARGES: Final = {"FREIGHT": "Freight", "MINIMUM": "Minimum order charge"}

FIRST_NUMBER: Final = 10248
"""Northwind's first order; it would be number 1 of our series."""

MASTERS: Final = (
    "tax",
    "terms",
    "calendar",
    "warehouse",
    "carrier",
    "supplier",
    "product_group",
    "price_list",
    "customer_group",
    "reason",
    "user",
)
"""Kinds of small tables that are filled, what is referred to first."""

_OPENS: Final = 8 * 60
"""The first order of a day was taken at this minute, UTC."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that was not shipped."""

    number: str
    """Northwind's own."""
    at: int
    """When it was taken, microseconds UTC."""
    request: OrderRequest
    """Without prices."""
    prices: tuple[str, ...]
    """What Northwind asked on each line, before discount."""


class Northwind:
    """The demo company as its files have it, moved to a day."""

    def __init__(self, folder: Path, day: date) -> None:
        """Name the folder of the files, and the company's business date."""
        self._folder = folder
        self.day = day

    def rows(self, name: str) -> list[Row]:
        """Give the rows of one file."""
        with (self._folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def made_up(self) -> Mapping[str, Any]:
        """Give what Northwind lacks."""
        text = (self._folder / "made_up.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    def company(self) -> FoundRequest:
        """Give the company itself."""
        company = self.made_up["company"]
        return FoundRequest(
            name=company["name"],
            business_date=self.day.isoformat(),
            currency=company["currency"],
            country="USA",
        )

    def settings(self) -> dict[str, Given]:
        """Give the company's settings, once what they refer to is there."""
        company = self.made_up["company"]
        return {
            "tax": company["tax_code"],
            "carrier": company["default_carrier"],
            "calendar": self.made_up["calendars"][0]["code"],
        }

    def warehouse(self) -> tuple[str, dict[str, Given]]:
        """Give the company's own warehouse: its code, and what is changed of it."""
        found = self.made_up["warehouse"]
        return found["code"], {"handling_days": found["handling_days"]}

    def holidays(self) -> dict[str, str]:
        """Give the country whose public holidays are closed, by calendar."""
        return {
            row["code"]: row["holidays"] for row in self.made_up["calendars"] if row["holidays"]
        }

    def zones(self) -> Iterator[tuple[str, dict[str, Given]]]:
        """Give how long carriers are on the way: carrier and zone."""
        for row in self.made_up["zones"]:
            yield row["carrier"], {"country": row["country"], "lead_days": row["lead_days"]}

    def masters(self, kind: str) -> Iterator[tuple[str, dict[str, Given]]]:
        """Give the records of a small table: code and fields."""
        made_up = self.made_up
        match kind:
            case "tax":
                for row in made_up["tax_codes"]:
                    yield row["code"], {"name": row["name"], "rate": row["rate_percent"]}
            case "terms":
                for row in made_up["terms"]:
                    yield row["code"], {"name": row["name"], "net_days": row["days"]}
            case "calendar":
                for row in made_up["calendars"]:
                    yield row["code"], {"name": row["name"], "week": row["week"]}
            case "warehouse":
                for row in made_up["warehouses"]:
                    shown = {key: row[key] for key in "name time_zone cut_off".split()}
                    yield row["code"], dict(shown)
            case "carrier":
                for row in self.rows("shippers"):
                    named = {"name": row["name"], "phone": row["phone"]}
                    yield row["code"], {**named, "calendar": made_up["carrier_calendar"]}
            case "supplier":
                for row in self.rows("suppliers"):
                    shown = {key: row[key] for key in "name contact phone city country".split()}
                    yield row["code"], dict(shown)
            case "product_group":
                for row in self.rows("categories"):
                    yield row["code"], {"name": row["name"]}
            case "price_list":
                for code, name in self._lists.items():
                    yield code, {"name": name, "currency": made_up["company"]["currency"]}
            case "customer_group":
                for row in made_up["groups"]:
                    own = row["code"] if row["code"] in self._lists else None
                    yield row["code"], {"name": row["name"], "price_list": own}
            case "reason":
                for row in made_up["reasons"]:
                    yield row["code"], {"name": row["name"], "kind": row["kind"]}
            case _:
                for row in made_up["users"]:
                    yield row["name"], {"full_name": row["name"].title(), "role": row["role"]}

    @cached_property
    def _lists(self) -> dict[str, str]:
        """Give the price lists beside the base list: of groups with other prices, of customers."""
        made_up = self.made_up
        groups = {
            row["code"]: f"{row['name']}: base less {row['list_discount_percent']} %"
            for row in made_up["groups"]
            if Decimal(row["list_discount_percent"])
        }
        own = {row["customer"]: f"Agreed with {row['customer']}" for row in self._agreed}
        return {**groups, **own}

    @property
    def _agreed(self) -> list[Row]:
        found: list[Row] = self.made_up["customer_prices"]
        return found

    def products(self) -> list[ProductRequest]:
        """Give the products, none discontinued yet, and the charges."""
        more = self.made_up["products"]
        goods = [
            ProductRequest(
                code=row["code"],
                name=row["name"],
                unit=more[row["code"]]["unit"],
                group=row["category"],
                supplier=row["supplier"],
                ean=row["ean"],
                pack=row["quantity_per_unit"],
                cost=more[row["code"]]["standard_cost"],
                replenishment_days=more[row["code"]]["replenishment_days"],
                reorder_level=row["reorder_level"],
            )
            for row in self.rows("products")
        ]
        charges = [
            ProductRequest(code=code, name=name, unit="ea", kind="charge")
            for code, name in CHARGES.items()
        ]
        return goods + charges

    def discontinued(self) -> list[ProductRequest]:
        """Give the products that nobody makes any more."""
        return [
            ProductRequest(code=row["code"], discontinued=True)
            for row in self.rows("products")
            if row["discontinued"] == "1"
        ]

    def prices(self) -> list[PriceRequest]:
        """Give the prices of every list."""
        base = {row["code"]: row["unit_price"] for row in self.rows("products")}
        found = [PriceRequest(product=code, price=price) for code, price in base.items()]
        for group in self.made_up["groups"]:
            less = Decimal(group["list_discount_percent"])
            if less:
                found += [
                    PriceRequest(
                        product=code,
                        price=Decimal(price) * (100 - less) / 100,
                        price_list=group["code"],
                    )
                    for code, price in base.items()
                ]
        for row in self._agreed:
            quantity = "0" if row["from_quantity"] == "1" else row["from_quantity"]
            found.append(
                PriceRequest(
                    product=row["product"],
                    price=row["price"],
                    price_list=row["customer"],
                    quantity=quantity,
                )
            )
        return found

    def stock(self) -> list[ReceiveRequest]:
        """Give what lay in the warehouse at the beginning."""
        return [
            ReceiveRequest(product=row["code"], quantity=row["on_hand"], opening=True)
            for row in self.rows("products")
            if row["on_hand"] != "0"
        ]

    def customers(self) -> list[CustomerRequest]:
        """Give the customers with their addresses, contacts and part numbers."""
        places: dict[str, list[AddressEntry]] = {}
        for row in [*self.rows("ship_tos"), *self.made_up["ship_tos"]]:
            place = AddressEntry(
                code=row["code"],
                name=row["name"],
                street=row["address"],
                city=row["city"],
                region=row["region"],
                postal_code=row["postal_code"],
                country=row["country"],
            )
            places.setdefault(row["customer"], []).append(place)
        parts: dict[str, list[PartEntry]] = {}
        for row in self.made_up["part_numbers"]:
            part = PartEntry(part=row["part_number"], product=row["product"])
            parts.setdefault(row["customer"], []).append(part)
        return [
            replace(
                self._customer(row),
                addresses=tuple(places[row["code"]]),
                parts=tuple(parts.get(row["code"], ())),
            )
            for row in self.rows("customers")
        ]

    def _customer(self, row: Row) -> CustomerRequest:
        more = self.made_up["customers"][row["code"]]
        limit = more["credit_limit"]
        contact = ContactEntry(name=row["contact"], title=row["contact_title"], phone=row["phone"])
        return CustomerRequest(
            code=row["code"],
            name=row["name"],
            group=more["group"],
            terms=more["terms"],
            tax=more["tax_code"],
            calendar=self.made_up["receiving"].get(row["code"]),
            price_list=row["code"] if row["code"] in self._lists else None,
            credit_limit="" if limit is None else limit,
            contact=row["contact"],
            phone=row["phone"],
            fax=row["fax"],
            contacts=(contact,),
        )

    def agreements(self) -> list[CustomerRequest]:
        """Give the freight and minimum orders agreed with customers."""
        found = []
        for row in self.made_up["freight"]:
            alert = None
            if row["free_from"]:
                alert = f"Agreed: no freight from {row['free_from']} on; give freight 0 then"
            found.append(CustomerRequest(code=row["customer"], freight=row["amount"], alert=alert))
        for row in self.made_up["minimum_orders"]:
            found.append(
                CustomerRequest(
                    code=row["customer"], minimum_order=row["below"], minimum_charge=row["charge"]
                )
            )
        return found

    def first_number(self) -> int:
        """Give where the series begins, so that all open orders end where Northwind's ended."""
        orders = self.rows("orders")
        last = max(int(row["number"]) for row in orders) - FIRST_NUMBER + 1
        return last - sum(1 for row in orders if not row["shipped"]) + 1

    def open_orders(self) -> list[OpenOrder]:
        """Give the orders that were not shipped, by number; the newest was taken yesterday."""
        waiting = [row for row in self.rows("orders") if not row["shipped"]]
        waiting.sort(key=lambda row: int(row["number"]))
        newest = max(date.fromisoformat(row["ordered"]) for row in waiting)
        moved = self.day - timedelta(days=1) - newest
        lines: dict[str, list[Row]] = {}
        for line in self.rows("order_lines"):
            lines.setdefault(line["order"], []).append(line)
        return [
            self._order(row, lines[row["number"]], moved, place)
            for place, row in enumerate(waiting)
        ]

    def _order(self, row: Row, lines: list[Row], moved: timedelta, place: int) -> OpenOrder:
        taken = datetime.combine(date.fromisoformat(row["ordered"]) + moved, datetime.min.time())
        taken = taken.replace(tzinfo=UTC) + timedelta(minutes=_OPENS + place)
        freight = ChargeRequest(code="freight", amount=row["freight"])
        request = OrderRequest(
            customer=row["customer"],
            channel="phone",
            ship_to=row["ship_to"],
            requested=(date.fromisoformat(row["required"]) + moved).isoformat(),
            carrier=row["shipper"],
            charges=(freight,),
            note=f"Northwind's order {row['number']}",
            lines=tuple(
                LineRequest(
                    product=line["product"], quantity=line["quantity"], discount=line["discount"]
                )
                for line in lines
            ),
        )
        prices = tuple(line["unit_price"] for line in lines)
        return OpenOrder(row["number"], int(taken.timestamp()) * 1_000_000, request, prices)
