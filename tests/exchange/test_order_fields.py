"""Importing orders: what an order and its lines may say of where and how they are delivered."""

from pathlib import Path

from orderdesk.models.company import Warehouse
from orderdesk.store.desk import Desk
from tests.company import put
from tests.exchange.test_orders import counts, imported, placed, rejected, written


def test_an_order_and_a_line_of_it_name_their_warehouses(desk: Desk, tmp_path: Path) -> None:
    desk.run(lambda work: put(work, Warehouse, [{"code": "02"}]))
    head = "order,customer,product,quantity,warehouse,line.warehouse\n"
    rows = "1,ACME,P1,2,02,\n1,ACME,P1,3,02,01\n2,ACME,P1,3,09,\n"
    result = imported(desk, written(tmp_path, head + rows))
    assert counts(result) == (2, 1, 1, 0)
    found = [(line.warehouse, line.allocated) for line in placed(desk, 1).lines]
    assert found == [("02", 0), ("01", 3_000)]
    assert "warehouse '09' is unknown" in rejected(result)[0]["error"]


def test_an_order_names_its_delivery_rule_and_a_line_its_disposition(
    desk: Desk, tmp_path: Path
) -> None:
    head = "order,customer,product,quantity,disposition,delivery_rule,most_deliveries\n"
    rows = "1,ACME,P2,9,cancel,order complete,2\n1,ACME,P2,1,,order complete,2\n2,ACME,P1,1,no,,\n"
    result = imported(desk, written(tmp_path, head + rows))
    assert counts(result) == (2, 1, 1, 0)
    order = placed(desk, 1)
    assert (order.order.delivery_rule, order.order.most_deliveries) == ("order complete", 2)
    found = [(line.disposition, line.open, line.short_closed) for line in order.lines]
    assert found == [("cancel", 5_000, 4_000), ("ship available", 1_000, 0)]
    assert "disposition 'no' is unknown; known: " in rejected(result)[0]["error"]
