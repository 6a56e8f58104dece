"""Look-ups and lists read by an index and sort nothing, however many records there are."""

import re

import pytest

from orderdesk.services import notes, price_lists, prices, products, search
from orderdesk.services.customers import save, views
from orderdesk.store.desk import Desk
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.search import INDEX_ONLY
from orderdesk.store.statements import Statement
from tests.conftest import on_postgres
from tests.plans import plan_of

GROWING = ("customer", "product", "price", "address", "contact", "customer_part", "note", "stock")

STATEMENTS = {
    "customers by code": search._CUSTOMERS.codes,
    "customers by word": search._CUSTOMERS.words,
    "customers found": search._CUSTOMERS_SHOWN,
    "customers in pages": views._BEHIND,
    "customers from a code on": views._FROM,
    "customers in pages backwards": views._BEFORE,
    "customers with a word": views._PAGE_OF_HITS,
    "customer shown": views._ONE,
    "customers to change": save.CUSTOMER.rows,
    "products by code": search._PRODUCTS.codes,
    "products by word": search._PRODUCTS.words,
    "products by part": search._PARTS,
    "products by ean": search._EANS,
    "products found": search._PRODUCTS_SHOWN,
    "products in pages": products._PAGE,
    "products with a word": products._PAGE_OF_HITS,
    "products on open lines": products._WAITING,
    "products to change": products.PRODUCT.rows,
    "prices of a product": price_lists._OF_PRODUCT,
    "prices of a list": price_lists._OF_LIST,
    "prices in pages": price_lists._ALL,
    "prices to change": price_lists._STANDING,
    "prices for a line": prices.PRICES_FOR,
    "price shown": prices._CANDIDATES,
    "notes": notes._OF,
}
SORTED = ("customers to change", "products to change")
"""What is fetched whole for a set of records, and put in the order of locking."""


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_reads_a_whole_table(sqlite_url: str, name: str) -> None:
    plan = plan_of(sqlite_url, STATEMENTS[name])
    for line in plan:
        assert not re.match(rf"SCAN ({'|'.join(GROWING)})\b", line), plan
        assert name in SORTED or "TEMP B-TREE" not in line, plan


def test_a_line_is_priced_by_the_primary_key(sqlite_url: str) -> None:
    assert "SEARCH price USING PRIMARY KEY (product_id=? AND price_list=?)" in plan_of(
        sqlite_url, prices.PRICES_FOR
    )


@on_postgres
@pytest.mark.parametrize(
    "wanted", [search._PRODUCTS.words, products._PAGE_OF_HITS], ids=["look-up", "page"]
)
def test_words_are_found_by_the_index_of_postgresql_too(desk: Desk, wanted: Statement) -> None:
    sql = wanted.prepared(POSTGRES).sql
    parameters = dict.fromkeys(re.findall(r"%\((\w+)\)s", sql), 1)
    parameters |= {"mirrored": "'bolt':*", "after": ""}  # type: ignore[dict-item]
    connection = desk.database.connect()
    connection.execute("BEGIN")
    connection.execute(INDEX_ONLY.prepared(POSTGRES).sql)
    plan = str(connection.execute(f"EXPLAIN {sql}", parameters).fetchall())
    connection.close()
    assert "Bitmap Index Scan on product_search" in plan, plan
    assert "Seq Scan on product" not in plan, plan
