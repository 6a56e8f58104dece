"""Products and the price lists that price them."""

from sqlalchemy import CheckConstraint, Index, text

from orderdesk.models.columns import (
    KEYED,
    STRICT,
    Record,
    code_key,
    code_link,
    key,
    partial,
    row_id,
    whole,
    words,
)


class Product(Record, table=True):
    """Whatever a line can sell: goods, a service, a text, a charge."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('product', 'service', 'kit', 'text', 'charge')", name="product_kind"
        ),
        Index("product_ean", "ean", sqlite_where=text("ean IS NOT NULL")),
        STRICT,
    )

    id: int | None = row_id()
    code: str = words(unique=True)
    name: str = words()
    kind: str = words("product")
    """Only the kind `product` is ever in stock."""
    unit: str = code_link("unit.code")
    product_group: str | None = code_link("product_group.code", null=True)
    supplier: str | None = code_link("supplier.code", null=True)
    tax: str | None = code_link("tax.code", null=True)
    ean: str | None = words(None, null=True)
    pack: str = words()
    """How one unit is packed, in words: `10 boxes x 20 bags`."""
    cost: int = whole(0)
    """Standard cost per unit, in millionths of the company's currency."""
    replenishment_days: int = whole(0)
    reorder_level: int = whole(0)
    discontinued: int = whole(0)
    """1: sold while stock lasts, never backordered."""
    alert: str = words()
    archived: int = whole(0)
    external_key: str | None = words(None, null=True, unique=True)
    search: str = words()
    """Folded words of the name, as the search index has them."""
    version: int = whole(1)
    tax_class: str = words()
    """How it is taxed at a destination, as the tax rules call it; empty is the standard."""
    least: int = whole(0)
    """The least that is sold at a time, in thousandths of its unit."""
    multiple: int = whole(0)
    """Sold in multiples of this only, in thousandths of its unit; 0 is any quantity."""
    tracked: str = words()
    """lot, serial, or empty where one piece is like the other."""


class ProductUnit(Record, table=True):
    """Another unit that a product is ordered in: so many of it are so many of its own unit."""

    __tablename__ = "product_unit"
    __table_args__ = (
        CheckConstraint("numerator > 0 AND denominator > 0", name="unit_not_nothing"),
        KEYED,
    )

    product_id: int = key("product.id")
    unit: str = code_key("unit.code")
    numerator: int = whole()
    """One of this unit is numerator / denominator of the product's own, exactly."""
    denominator: int = whole(1)


class KitPart(Record, table=True):
    """What one kit is made of; a product of the kind `kit` is never in stock itself."""

    __tablename__ = "kit_part"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="part_not_nothing"),
        Index("kit_of_part", "product_id"),
        KEYED,
    )

    kit_id: int = key("product.id")
    product_id: int = key("product.id")
    quantity: int = whole()
    """Thousandths of the part's unit in one of the kit's."""


class Substitute(Record, table=True):
    """What may be sold in place of a product, or beside it."""

    __tablename__ = "substitute"
    __table_args__ = (
        CheckConstraint("kind IN ('substitute', 'complement')", name="substitute_kind"),
        KEYED,
    )

    product_id: int = key("product.id")
    other_id: int = key("product.id")
    kind: str = words("substitute")
    rank: int = whole(1)
    """The lowest is offered first."""


class PriceList(Record, table=True):
    """A list of prices: the base list, one of a customer group, or one of a customer."""

    __tablename__ = "price_list"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    currency: str = words("USD")
    tax_included: int = whole(0)
    archived: int = whole(0)
    version: int = whole(1)


class Price(Record, table=True):
    """One product's price in one list from a quantity and a day on."""

    __tablename__ = "price"
    __table_args__ = (
        CheckConstraint("price >= 0 AND price_unit > 0", name="price_not_negative"),
        # For the pages of one list. The condition keeps it from the statements that price an
        # order: those want the primary key, where the price itself lies.
        partial(
            "price_of_list",
            "price_list",
            "product_id",
            "min_quantity",
            "valid_from",
            where="price_list <> ''",
        ),
        KEYED,
    )

    product_id: int = key("product.id")
    price_list: str = code_key("price_list.code")
    min_quantity: int = key()
    valid_from: str = code_key()
    """First day, ISO; empty is always."""
    valid_to: str = words("9999-12-31")
    """Last day, ISO."""
    price: int = whole()
    price_unit: int = whole(1)
    """The price is per this many units: 1, 100 or 1000."""
