"""Customers as a list: by code, or what a text finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orderdesk.domain.customers import CustomerFilter, CustomerSummary
from orderdesk.domain.search import CustomerHit
from orderdesk.exchange.lists.base import BY_CODE, LIKELIEST, DeskList, Sort, around, given

if TYPE_CHECKING:
    from typing import Self

    from orderdesk.store.work import Work

Customer = CustomerSummary | CustomerHit


class CustomerList(DeskList[str, Customer]):
    """Customers that are not archived, by code; of those that a text finds the likeliest."""

    NAME = "customers"
    COMMAND = "customer list"

    def __init__(
        self, wanted: CustomerFilter | None = None, find: str = "", sort: str = ""
    ) -> None:
        """Make the list of a filter, or of what a text finds. Raises Refused."""
        self.wanted, self.find = wanted or CustomerFilter(archived=False), find
        super().__init__(sort)

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Give the orders it can have."""
        return LIKELIEST if self.find else BY_CODE

    @property
    def arguments(self) -> Sequence[str]:
        """Give the text as an option, or the filter."""
        if self.find:
            return given(("find", self.find))
        wanted = self.wanted
        return given(
            ("group", wanted.group), ("blocked", wanted.blocked), ("archived", wanted.archived)
        )

    def key_of(self, view: Customer) -> str:
        """Give a customer's code."""
        return view.code

    def narrowed(self, work: Work, text: str) -> Self:
        """Give the customers that a text finds."""
        return self.ordering(type(self)(self.wanted, text.strip()))

    def _page(
        self, work: Work, key: str | None, *, before: bool, including: bool, limit: int
    ) -> tuple[Sequence[Customer], bool]:
        if self.find:
            from orderdesk.services import search

            hits = search.find_customers(work, self.find)
            return around(hits, self.key_of, key, before=before, including=including, limit=limit)
        from orderdesk.services.customers import views

        # One more than asked for tells whether there are more.
        found = views.page(
            work, self.wanted, key, before=before, including=including, limit=limit + 1
        )
        if len(found) <= limit:
            return found, False
        return (found[1:] if before else found[:-1]), True
