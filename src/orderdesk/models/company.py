"""The company itself: its settings, its people, its number series and its small tables."""

from sqlalchemy import CheckConstraint

from orderdesk.models.columns import (
    KEYED,
    STRICT,
    Record,
    code_key,
    code_link,
    key,
    row_id,
    whole,
    words,
)


class Company(Record, table=True):
    """One row: whose desk this is, and the settings every service reads."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="one_company"), STRICT)

    id: int = key()
    name: str = words()
    currency: str = words("USD")
    country: str = words()
    business_date: str = words()
    """The company's working day, ISO; moved on by `nightly`, never by the clock."""
    base_list: str | None = code_link("price_list.code", null=True)
    warehouse: str | None = code_link("warehouse.code", null=True)
    terms: str | None = code_link("terms.code", null=True)
    tax: str | None = code_link("tax.code", null=True)
    carrier: str | None = code_link("carrier.code", null=True)
    tax_per_line: int = whole(0)
    """1: tax is rounded line by line; 0: once per rate on the document."""
    minimum_order: int = whole(0)
    """Goods value below which the minimum-order charge is added; 0 is never."""
    minimum_charge: int = whole(0)
    watch_share: int = whole(900_000)
    """Share of the credit limit, in millionths, from which the credit check says `watch`."""
    self_release: int = whole(0)
    """1: company policy lets people release the holds of their own orders."""
    credit_horizon: int = whole(90)
    """Days: orders due later than this do not count in the credit exposure yet."""
    grant_days: int = whole(14)
    """Days that a release lasts where it names no end."""
    hold_grace: int = whole(3)
    """Working days that a held order keeps its allocation."""
    duplicate_days: int = whole(30)
    """Days within which the same line on the same buyer PO is held as a duplicate."""
    lock_minutes: int = whole(10)
    """Minutes without a key after which a desk locks itself; 0 is never."""
    version: int = whole(1)
    price_reason: int = whole(0)
    """1: a price by hand needs a reason."""
    calendar: str | None = code_link("calendar.code", null=True)
    """The working days of all who have no calendar of their own; None is Monday to Friday."""
    allocation_horizon: int = whole(60)
    """Days: a line wanted later than this takes no stock yet."""
    count_percent: int = whole(50_000)
    """Share of the books, in millionths, by which a count may be off without being made again."""
    count_value: int = whole(0)
    """What it may be off by at cost, in minor units; 0 sets no bound."""


class Series(Record, table=True):
    """A gapless number series: its counter row is locked by whoever takes the next number."""

    __tablename__ = "series"
    __table_args__ = STRICT

    code: str = code_key()
    prefix: str = words()
    width: int = whole(6)
    next_number: int = whole(1)
    next_id: int = whole(1)
    """Row ids go on counting when the printed numbers start anew."""


class User(Record, table=True):
    """Somebody who acts: at a desk, by script, or the operating system's user mapped to one."""

    __tablename__ = "desk_user"
    __table_args__ = STRICT

    id: int | None = row_id()
    name: str = words(unique=True)
    full_name: str = words()
    role: str = code_link("role.code", "clerk")
    os_user: str | None = words(None, null=True, unique=True)
    archived: int = whole(0)
    version: int = whole(1)
    pin_hash: str = words()
    """Argon2; empty where the user has no PIN."""
    pin_tries: int = whole(0)
    """Wrong PINs in a row."""
    locked_at: int | None = whole(None, null=True)
    """When too many wrong PINs locked the user out, microseconds UTC."""


class Role(Record, table=True):
    """What somebody is here, and so what they may do."""

    __tablename__ = "role"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    archived: int = whole(0)
    version: int = whole(1)


class RoleRight(Record, table=True):
    """One thing that a role may do, and up to what."""

    __tablename__ = "role_right"
    __table_args__ = KEYED

    role: str = code_key("role.code")
    right_code: str = code_key()
    most: int | None = whole(None, null=True)
    """Minor units of the company's currency, or millionths for a share; None is without bound."""


class Terms(Record, table=True):
    """Payment terms."""

    __tablename__ = "terms"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    net_days: int = whole(30)
    archived: int = whole(0)
    version: int = whole(1)


class Tax(Record, table=True):
    """A tax code with its rate in millionths."""

    __tablename__ = "tax"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    rate: int = whole(0)
    archived: int = whole(0)
    version: int = whole(1)


class TaxRule(Record, table=True):
    """Which tax goes for a class of products at a destination, from a day on."""

    __tablename__ = "tax_rule"
    __table_args__ = KEYED

    country: str = code_key()
    region: str = code_key()
    """Empty: the whole country."""
    tax_class: str = code_key()
    """Empty: every class that has no rule of its own."""
    valid_from: str = code_key()
    """First day, ISO; empty is always."""
    tax: str = code_link("tax.code")


class ExchangeRate(Record, table=True):
    """What a foreign currency is worth in the company's, from a day on."""

    __tablename__ = "exchange_rate"
    __table_args__ = KEYED

    currency: str = code_key()
    valid_from: str = code_key()
    """First day, ISO."""
    rate: int = whole()
    """Millionths of the company's currency for `units` of the foreign one."""
    units: int = whole(1)
    """1, 100 or 1000."""


class CreditCheck(Record, table=True):
    """Whether customers of a group are checked for one thing, and from where on."""

    __tablename__ = "credit_check"
    __table_args__ = (CheckConstraint("mode IN ('on', 'warn', 'off')", name="check_mode"), KEYED)

    customer_group: str = code_key()
    """Empty: every customer whose group has no row of its own."""
    code: str = code_key()
    mode: str = words("on")
    threshold: int = whole(0)
    """Days, or millionths for a share; 0 where the check has none."""


class Carrier(Record, table=True):
    """Who carries the goods."""

    __tablename__ = "carrier"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    phone: str = words()
    archived: int = whole(0)
    version: int = whole(1)
    calendar: str | None = code_link("calendar.code", null=True)
    """The days on which it drives; None is every day."""


class CarrierZone(Record, table=True):
    """How long a carrier takes from a warehouse to a part of the world."""

    __tablename__ = "carrier_zone"
    __table_args__ = (CheckConstraint("lead_days >= 0", name="lead_not_negative"), KEYED)

    carrier: str = code_key("carrier.code")
    warehouse: str = code_key()
    """Empty: from every warehouse that has no row of its own."""
    country: str = code_key()
    """Empty: everywhere."""
    postal_prefix: str = code_key()
    """How the postal code begins; empty is the whole country."""
    lead_days: int = whole()
    """Days on the way, counted in those on which the carrier drives."""


class WorkingCalendar(Record, table=True):
    """The days on which somebody works, drives or takes goods in."""

    __tablename__ = "calendar"
    __table_args__ = (CheckConstraint("week > 0 AND week < 128", name="some_weekday"), STRICT)

    code: str = code_key()
    name: str = words()
    week: int = whole(31)
    """A bit for each weekday, Monday's the lowest."""
    country: str = words()
    """Whose public holidays are closed, ISO 3166; empty keeps none."""
    region: str = words()
    """ISO 3166-2 part of the country, where it has holidays of its own."""
    archived: int = whole(0)
    version: int = whole(1)


class CalendarDay(Record, table=True):
    """One day on which a calendar's week does not hold."""

    __tablename__ = "calendar_day"
    __table_args__ = KEYED

    calendar: str = code_key("calendar.code")
    day: str = code_key()
    """ISO."""
    is_open: int = whole(0)
    name: str = words()
    """Why: the holiday's name, stocktaking."""
    own: int = whole(0)
    """1: put there by somebody; 0: a public holiday of the calendar's country."""


class Warehouse(Record, table=True):
    """A place that keeps stock and ships from it."""

    __tablename__ = "warehouse"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    time_zone: str = words("UTC")
    cut_off: str = words("16:00")
    archived: int = whole(0)
    version: int = whole(1)
    calendar: str | None = code_link("calendar.code", null=True)
    """Its working days; None is the company's."""
    handling_days: int = whole(0)
    """Working days from the start of work on an order to its shipping."""


class Unit(Record, table=True):
    """A unit of measure and how many decimals its quantities may have."""

    __tablename__ = "unit"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    decimals: int = whole(0)
    archived: int = whole(0)
    version: int = whole(1)


class CustomerGroup(Record, table=True):
    """Customers that share a price list."""

    __tablename__ = "customer_group"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    price_list: str | None = code_link("price_list.code", null=True)
    archived: int = whole(0)
    version: int = whole(1)


class ProductGroup(Record, table=True):
    """Products of one kind."""

    __tablename__ = "product_group"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    margin_floor: int | None = whole(None, null=True)
    """Least share of the net price that must be left over the cost, in millionths; None is none."""
    archived: int = whole(0)
    version: int = whole(1)


class Supplier(Record, table=True):
    """Who we buy from."""

    __tablename__ = "supplier"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    contact: str = words()
    phone: str = words()
    city: str = words()
    country: str = words()
    archived: int = whole(0)
    version: int = whole(1)


class Reason(Record, table=True):
    """A reason code: why stock was adjusted, an order cancelled, a price given by hand."""

    __tablename__ = "reason"
    __table_args__ = STRICT

    code: str = code_key()
    name: str = words()
    kind: str = words("any")
    archived: int = whole(0)
    version: int = whole(1)
