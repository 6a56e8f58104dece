"""The example mappings of the documentation, with a few rows as a web shop writes them."""

from pathlib import Path

from orderdesk.exchange.masters import CUSTOMERS, PRODUCTS, import_records
from orderdesk.exchange.orders import import_orders
from orderdesk.exchange.sources import inspect
from orderdesk.services.customers import views as customers
from orderdesk.services.orders.rows import read_order
from orderdesk.store.desk import Desk

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

SALES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1001,A1,LANTERN,6,2026-11-01 08:26:00,2.55,501.0,United Kingdom
1001,a2,HANGER,8,2026-11-01 08:26:00,2.75,501.0,United Kingdom
1002,A1,LANTERN,1,2026-11-01 09:00:00,0,502.0,France
C1003,A1,LANTERN,-6,2026-11-02 10:00:00,2.55,501.0,United Kingdom
1004,A1,LANTERN,1,2026-11-02 11:00:00,2.55,,Norway
"""


def test_a_shops_sales_become_customers_products_and_orders(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(SALES, encoding="utf-8")
    source = inspect(path)
    mapping = {
        name: (str(EXAMPLES / f"shop-{name}.toml"),) for name in ("customers", "products", "orders")
    }
    assert import_records(desk, CUSTOMERS, source, mapping["customers"]).rejected == 0
    assert import_records(desk, PRODUCTS, source, mapping["products"]).rejected == 0
    result = import_orders(desk, source, mapping["orders"])
    assert (result.accepted, result.rejected) == (2, 2)
    first = desk.read(read_order, "SO-000001")
    assert (first.customer, first.buyer_po, first.products) == ("501", "1001", ["A1", "A2"])
    assert (first.order.requested, first.order.net) == ("2026-11-01", 3_730)
    assert desk.read(customers.show, "GUEST").addresses[0].country == "Norway"
    assert result.reject_file is not None
    rejected = Path(result.reject_file).read_text(encoding="utf-8")
    assert "quantity '-6' is negative" in rejected
    assert "customer is empty" in rejected
