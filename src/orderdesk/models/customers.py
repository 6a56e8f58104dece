"""Customers, with the addresses, contacts and part numbers that belong to them."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from orderdesk.models.columns import (
    KEYED,
    STRICT,
    Record,
    code_key,
    code_link,
    key,
    link,
    partial,
    row_id,
    whole,
    words,
)


class Customer(Record, table=True):
    """A bill-to customer; its balance columns are changed by the unit of work that moves them."""

    __tablename__ = "customer"
    __table_args__ = (
        Index("customer_phone", "phone_digits"),
        partial(
            "customer_of_parent",
            "parent_id",
            where="parent_id IS NOT NULL",
        ),
        partial(
            "customer_temporary",
            "temporary_until",
            where="temporary_until IS NOT NULL",
        ),
        partial(
            "customer_review",
            "review_date",
            where="review_date IS NOT NULL",
        ),
        STRICT,
    )

    id: int | None = row_id()
    code: str = words(unique=True)
    name: str = words()
    customer_group: str | None = code_link("customer_group.code", null=True)
    currency: str = words("USD")
    terms: str | None = code_link("terms.code", null=True)
    tax: str | None = code_link("tax.code", null=True)
    """None: each product's own tax, else the company's."""
    price_list: str | None = code_link("price_list.code", null=True)
    carrier: str | None = code_link("carrier.code", null=True)
    credit_limit: int | None = whole(None, null=True)
    """Minor units; None is unlimited, 0 is no credit."""
    receivable: int = whole(0)
    exposure: int = whole(0)
    """Below zero where more was paid than is owed and on order."""
    ship_to: str = words("01")
    """The address code that orders take when none is named."""
    contact: str = words()
    phone: str = words()
    phone_digits: str = words()
    fax: str = words()
    email: str = words()
    rep: str = words()
    disposition: str = words("ship available")
    po_required: int = whole(0)
    minimum_order: int | None = whole(None, null=True)
    """Goods value below which `minimum_charge` is added; None is the company's rule."""
    minimum_charge: int | None = whole(None, null=True)
    freight: int = whole(0)
    """Freight added to an order that names none, in minor units."""
    alert: str = words()
    blocked: int = whole(0)
    archived: int = whole(0)
    external_key: str | None = words(None, null=True, unique=True)
    search: str = words()
    """Folded words of name, city, contacts and phone digits, as the search index has them."""
    version: int = whole(1)
    parent_id: int | None = link("customer.id", null=True)
    """Who holds the credit limit for the whole family; None holds their own."""
    family_exposure: int = whole(0)
    """Exposure of this customer and of all whose parent they are; kept on the parent."""
    unapplied: int = whole(0)
    """Payments and credits that no invoice has taken yet; lowers the exposure."""
    temporary_limit: int | None = whole(None, null=True)
    temporary_until: str | None = words(None, null=True)
    """Last day, ISO, on which the temporary limit stands in for the limit."""
    document_most: int | None = whole(None, null=True)
    """Gross value that no single order may exceed; None is no bound."""
    review_date: str | None = words(None, null=True)
    """The credit is to be reviewed by this day, ISO."""
    prepay: int = whole(0)
    """1: nothing is shipped before it is paid."""
    since: str | None = words(None, null=True)
    """Customer since this day, ISO."""
    tax_number: str = words()
    """VAT or other tax number."""
    tax_exempt_number: str = words()
    tax_exempt_until: str | None = words(None, null=True)
    """Last day, ISO, of the exemption; None with a number is for good."""
    reverse_charge: int = whole(0)
    """1: the customer accounts for the tax."""
    calendar: str | None = code_link("calendar.code", null=True)
    """The days on which they take goods in; None is the company's."""
    delivery_rule: str = words("partial")
    """partial, line complete or order complete."""
    most_deliveries: int | None = whole(None, null=True)
    """How many deliveries one order may come in; None is no bound."""
    substitutes: int = whole(0)
    """1: takes another product in place of what is short."""
    shelf_life: int = whole(0)
    """Days that goods with an expiry must still keep when they are shipped."""


class OpenItem(Record, table=True):
    """What a customer owes or has paid, until invoices and payments are made here."""

    __tablename__ = "open_item"
    __table_args__ = (
        CheckConstraint("kind IN ('invoice', 'payment', 'credit')", name="item_kind"),
        UniqueConstraint("customer_id", "kind", "number"),
        partial(
            "item_open",
            "customer_id",
            "due_date",
            where="open <> 0",
        ),
        STRICT,
    )

    id: int | None = row_id()
    customer_id: int = link("customer.id")
    kind: str = words()
    number: str = words()
    date: str = words()
    due_date: str = words()
    currency: str = words()
    amount: int = whole()
    """Minor units; invoices are positive, payments and credits negative."""
    open: int = whole()
    """What is left of the amount, of the same sign."""
    settled_on: str | None = words(None, null=True)
    """The day on which nothing was left, ISO."""
    version: int = whole(1)


class Address(Record, table=True):
    """A place of a customer; order headers and lines name it by its code."""

    __tablename__ = "address"
    __table_args__ = KEYED

    customer_id: int = key("customer.id")
    code: str = code_key()
    name: str = words()
    street: str = words()
    city: str = words()
    region: str = words()
    postal_code: str = words()
    country: str = words()
    phone: str = words()
    archived: int = whole(0)
    calendar: str | None = code_link("calendar.code", null=True)
    """The days on which goods are taken in here; None is the customer's."""


class Contact(Record, table=True):
    """Somebody at a customer."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("contact_of_customer", "customer_id"),
        Index("contact_phone", "phone_digits"),
        STRICT,
    )

    id: int | None = row_id()
    customer_id: int = link("customer.id")
    name: str = words()
    title: str = words()
    phone: str = words()
    phone_digits: str = words()
    email: str = words()


class CustomerPart(Record, table=True):
    """A customer's own number for one of our products."""

    __tablename__ = "customer_part"
    __table_args__ = (Index("customer_part_product", "product_id"), KEYED)

    customer_id: int = key("customer.id")
    part: str = code_key()
    product_id: int = link("product.id")


class Note(Record, table=True):
    """A remark on a customer, product, order or line, for one audience."""

    __tablename__ = "note"
    __table_args__ = (Index("note_of", "subject", "subject_id"), STRICT)

    id: int | None = row_id()
    subject: str = words()
    subject_id: int = whole()
    line: int | None = whole(None, null=True)
    audience: str = words("inside")
    """inside, pick list or document."""
    text: str = words()
    at: int = whole()
    actor: str = words()
