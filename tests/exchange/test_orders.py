"""Importing orders: placed like any other, one bad one alone, killed and gone on with."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orderdesk.domain.errors import Conflict, NotFound, Refused
from orderdesk.exchange import order_rows, runs
from orderdesk.exchange.orders import import_orders
from orderdesk.exchange.runs import Controls, ImportResult, Progress
from orderdesk.exchange.sources import inspect
from orderdesk.services.orders.rows import OrderRows, read_order
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold

HEADER = "order,customer,product,quantity,price,buyer_po\n"


def written(folder: Path, text: str, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def imported(desk: Desk, path: Path, *mapping: str, **more: Any) -> ImportResult:
    return import_orders(desk, inspect(path), mapping, **more)


def placed(desk: Desk, number: int) -> OrderRows:
    return desk.read(read_order, f"SO-{number:06d}")


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.read, result.accepted, result.rejected, result.held


def rejected(result: ImportResult) -> list[dict[str, str]]:
    assert result.reject_file is not None
    with Path(result.reject_file).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_with_one_key_are_one_order(desk: Desk, tmp_path: Path) -> None:
    rows = "1,ACME,P1,2,,PO-7\n1,ACME,P2,3,1.75,PO-7\n2,FREE,P1,1,,\n"
    result = imported(desk, written(tmp_path, HEADER + rows))
    assert counts(result) == (2, 2, 0, 0)
    assert (result.finished, result.reject_file) == (True, None)
    first = placed(desk, 1)
    assert (first.customer, first.buyer_po) == ("ACME", "PO-7")
    assert [(line.ordered, line.price) for line in first.lines] == [
        (2_000, 10_000_000),
        (3_000, 1_750_000),
    ]
    assert placed(desk, 2).customer == "FREE"


def test_without_a_key_each_row_is_an_order(desk: Desk, tmp_path: Path) -> None:
    text = "customer,product,quantity\nACME,P1,1\nACME,P1,1\n"
    assert counts(imported(desk, written(tmp_path, text))) == (2, 2, 0, 0)


def test_every_field_of_an_order_can_be_mapped(desk: Desk, tmp_path: Path) -> None:
    header = "No;Cust;Item;Qty;Cost;Off;When;Day;Dock;Frei;Street\n"
    row = "1;acme;p1;1.000;9,50;5;27/11/2026;28/11/2026;02;12,00;Elm 1\n"
    mapping = """
order = "No"
customer = "Cust"
product = "Item"
quantity = { column = "Qty", decimal = "," }
price = { column = "Cost", decimal = "," }
buyer_po = { value = "PO" }
channel = { value = "web" }
contact = { value = "Pat" }
terms = { value = "CASH" }
note = { value = "by file" }
discount = { value = "1" }
requested = { column = "When", date = "%d/%m/%Y" }
charges.freight = { column = "Frei", decimal = "," }
address = { name = { value = "Site" }, street = "Street", city = { value = "Leeds" } }
line.discount = "Off"
line.ship_to = "Dock"
line.requested = { column = "Day", date = "%d/%m/%Y" }
line.note = { value = "fragile" }
unit = { value = "ea" }
"""
    result = imported(desk, written(tmp_path, header + row), mapping)
    assert counts(result) == (1, 1, 0, 0)
    found = placed(desk, 1)
    order, line = found.order, found.lines[0]
    assert found.buyer_po == "PO"
    assert (order.channel, order.contact, order.terms, order.note) == (
        "web",
        "Pat",
        "CASH",
        "by file",
    )
    assert (order.requested, order.discount) == ("2026-11-27", 10_000)
    assert json.loads(order.ship_address)["street"] == "Elm 1"
    assert (line.ordered, line.price, line.discount) == (1_000_000, 9_500_000, 50_000)
    assert (line.ship_to, line.requested, line.note) == ("02", "2026-11-28", "fragile")
    assert (found.lines[1].kind, found.lines[1].net) == ("charge", 1_200)


def test_one_bad_order_does_not_undo_the_others(desk: Desk, tmp_path: Path) -> None:
    rows = "1,ACME,P1,1,,\n2,ACME,P1,1,,\n2,ACME,NIX,1,,\n3,ACME,P1,1,,\n4,NOBODY,P1,1,,\n"
    result = imported(desk, written(tmp_path, HEADER + rows))
    assert counts(result) == (4, 2, 2, 0)
    assert result.reasons == {"unknown_product": 1, "unknown_customer": 1}
    assert [(row["line"], row["product"], row["error"][:22]) for row in rejected(result)] == [
        ("3", "P1", "line 2: product 'NIX' "),
        ("4", "NIX", "line 2: product 'NIX' "),
        ("6", "P1", "customer 'NOBODY' is u"),
    ]
    assert placed(desk, 2).order.id == 2, "the refused order took no number"


def test_an_order_refused_halfway_is_as_if_it_had_never_been(desk: Desk, tmp_path: Path) -> None:
    # What is refused for its second line has a number and a buyer's document by then.
    rows = "1,ACME,P1,1,,A\n2,ACME,P1,1,,B\n2,ACME,P1,0,,B\n3,ACME,P1,1,,C\n"
    result = imported(desk, written(tmp_path, HEADER + rows))
    assert counts(result) == (3, 2, 1, 0)
    assert [placed(desk, number).buyer_po for number in (1, 2)] == ["A", "C"]
    with desk.database.engine().connect() as connection:
        found = connection.exec_driver_sql("SELECT number FROM buyer_po ORDER BY number")
        assert [row[0] for row in found] == ["A", "C"]
    assert_laws_hold(desk)


def test_a_mended_reject_file_is_taken_like_any_other(desk: Desk, tmp_path: Path) -> None:
    first = imported(desk, written(tmp_path, HEADER + "1,ACME,NIX,1,,\n2,ACME,P1,1,,\n"))
    assert first.reject_file is not None
    path = Path(first.reject_file)
    path.write_text(path.read_text().replace(",NIX,", ",P2,"))
    again = imported(desk, path)
    assert counts(again) == (1, 1, 0, 0)
    assert again.said == ()


def test_what_is_held_is_accepted_and_counted(desk: Desk, tmp_path: Path) -> None:
    result = imported(desk, written(tmp_path, HEADER + "1,TIGHT,P1,50,,\n2,ACME,P1,1,,\n"))
    assert counts(result) == (2, 2, 0, 1)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("1,ACME,P1,1,,A\n1,ACME,P1,1,,B\n", "line 3 of the file: buyer_po 'B' differs from 'A'"),
        ("1,ACME,P1,1,,\n1,FREE,P1,1,,\n", "customer 'FREE' differs"),
        ("1,ACME,,1,,\n", "line 2 of the file: product is empty"),
        ("1,ACME,P1,,,\n", "quantity is empty"),
        ("1,,P1,1,,\n", "customer is empty"),
        ("1,ACME,P1,-1,,\n", "line 1: quantity '-1' is negative"),
        ("1,ACME,P1,1\n", "the row has 4 cells"),
        (",ACME,P1,1,,\n", "the order's key is empty"),
    ],
)
def test_an_order_that_makes_no_sense_is_handed_back(
    desk: Desk, tmp_path: Path, rows: str, words: str
) -> None:
    result = imported(desk, written(tmp_path, HEADER + rows))
    assert counts(result) == (1, 0, 1, 0)
    assert words in rejected(result)[0]["error"]
    assert len(rejected(result)) == rows.count("\n")


def test_no_order_is_placed_without_the_line_that_could_not_be_read(
    desk: Desk, tmp_path: Path
) -> None:
    rows = "1,ACME,P1,1,,\n1,ACME,P1\n1,ACME,P2,1,,\n2,ACME,P1,1,,\n2,ACME,P1\n3,ACME,P1,1,,\n"
    result = imported(desk, written(tmp_path, HEADER + rows + "4,ACME,P1,1,,\n"))
    assert counts(result) == (4, 1, 3, 0)
    assert [row["line"] for row in rejected(result)] == ["2", "3", "4", "5", "6", "7"]
    assert "may belong to this order" in rejected(result)[-1]["error"]


def test_an_order_beyond_all_bounds_is_never_placed_in_parts(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_rows, "MAX_LINES", 2)
    rows = "1,ACME,P1,1,,\n" * 5 + "2,ACME,P1,1,,\n"
    result = imported(desk, written(tmp_path, HEADER + rows))
    assert (result.accepted, len(rejected(result))) == (1, 5)
    assert "more than 2 lines" in rejected(result)[-1]["error"]


def test_json_lines_are_whole_orders(desk: Desk, tmp_path: Path) -> None:
    whole = {"customer": "ACME", "lines": [{"product": "P1", "quantity": 2, "price": 9.5}]}
    lines = [json.dumps(whole), '{"customer": "ACME", "lines": []}', "nix", '{"customr": 1}']
    result = imported(desk, written(tmp_path, "\n".join(lines), "in.jsonl"))
    assert counts(result) == (4, 1, 3, 0)
    assert placed(desk, 1).lines[0].price == 9_500_000
    assert result.reject_file is not None
    back = [json.loads(text) for text in Path(result.reject_file).read_text().splitlines()]
    assert back[0]["lines"] == []
    assert [each["line"] for each in back] == [2, 3, 4]
    assert back[1]["unreadable"] == "nix"
    assert "is not a known key" in back[2]["error"] or "is missing" in back[2]["error"]
    back[0]["lines"] = [{"product": "P1", "quantity": "1"}]
    again = imported(desk, written(tmp_path, json.dumps(back[0]), "again.jsonl"))
    assert counts(again) == (1, 1, 0, 0)


def test_json_lines_with_a_mapping_are_rows(desk: Desk, tmp_path: Path) -> None:
    lines = [{"id": 1, "who": "ACME", "what": "P1", "n": 2}, {"id": 1, "who": "ACME", "what": "P2"}]
    path = written(tmp_path, "\n".join(map(json.dumps, lines)), "in.jsonl")
    mapping = ("order=id", "customer=who", "product=what")
    result = imported(desk, path, *mapping, 'quantity = { column = "n", default = "1" }\n#')
    assert counts(result) == (1, 1, 0, 0)
    assert [line.ordered for line in placed(desk, 1).lines] == [2_000, 1_000]


def test_the_same_file_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "1,ACME,P1,1,,\n2,ACME,NIX,1,,\n")
    first = imported(desk, path)
    again = imported(desk, path.rename(tmp_path / "other.csv"))
    assert counts(again) == counts(first) == (2, 1, 1, 0)
    assert "was imported before" in again.said[0]
    assert imported(desk, tmp_path / "other.csv", name="second").accepted == 1


def test_what_decides_how_a_file_is_read_makes_another_run(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "1,ACME,P1,1,,\n")
    imported(desk, path)
    assert imported(desk, path, "channel:=web").accepted == 1
    assert placed(desk, 2).order.channel == "web"


class Killed(BaseException):
    """What a killed process leaves behind: nothing more happens."""


def many(count: int) -> str:
    return HEADER + "".join(
        f"{n},ACME,{'NIX' if n % 4 == 0 else 'P1'},1,,\n" for n in range(1, count + 1)
    )


def killing(monkeypatch: pytest.MonkeyPatch, name: str, after: int) -> None:
    kept: Callable[..., Any] = getattr(runs, name)
    calls = []

    def dies(*args: Any) -> Any:
        calls.append(1)
        if len(calls) > after:
            raise Killed
        return kept(*args)

    monkeypatch.setattr(runs, name, dies)


@pytest.mark.parametrize(("name", "after"), [("_begin", 0), ("_advance", 0), ("_advance", 2)])
def test_a_killed_import_goes_on_where_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, after: int
) -> None:
    path = written(tmp_path, many(20))
    with monkeypatch.context() as patched:
        killing(patched, name, after)
        with pytest.raises(Killed):
            imported(desk, path, controls=Controls(batch=5))
    ended = imported(desk, path, controls=Controls(batch=5))
    assert counts(ended) == (20, 15, 5, 0)
    assert ended.skipped == 5 * after
    assert [row["order"] for row in rejected(ended)] == ["4", "8", "12", "16", "20"]
    assert placed(desk, 15).order.id == 15
    assert_laws_hold(desk)
    with pytest.raises(Exception, match="SO-000016"):
        placed(desk, 16)


def test_a_killed_import_of_json_goes_on_where_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        json.dumps(
            {"customer": "NIX" if n % 2 else "ACME", "lines": [{"product": "P1", "quantity": "1"}]}
        )
        for n in range(8)
    ]
    path = written(tmp_path, "\n".join(lines), "in.jsonl")
    with monkeypatch.context() as patched:
        killing(patched, "_advance", 1)
        with pytest.raises(Killed):
            imported(desk, path, controls=Controls(batch=3))
    ended = imported(desk, path, controls=Controls(batch=3))
    assert counts(ended) == (8, 4, 4, 0)
    assert ended.reject_file is not None
    back = Path(ended.reject_file).read_text().splitlines()
    assert [json.loads(text)["line"] for text in back] == [2, 4, 6, 8]
    assert_laws_hold(desk)


def test_an_import_can_be_stopped_and_gone_on_with(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, many(10))
    seen: list[Progress] = []
    controls = Controls(batch=4, progress=seen.append, stop=lambda: len(seen) == 1)
    stopped = imported(desk, path, controls=controls)
    assert (stopped.finished, counts(stopped)) == (False, (4, 3, 1, 0))
    assert seen == [Progress(4, 3, 1, 0, 4, 10)]
    ended = imported(desk, path, controls=replace(controls, stop=lambda: False))
    assert (ended.finished, counts(ended), ended.skipped) == (True, (10, 8, 2, 0), 4)
    assert [each.records for each in seen] == [4, 8, 10]


def test_two_imports_of_one_file_do_not_take_it_twice(
    desk_of: Callable[[str], Desk], tmp_path: Path
) -> None:
    path = written(tmp_path, many(10))
    other = desk_of("script")

    def meddle(progress: Progress) -> None:
        if progress.read == 4:
            imported(other, path, controls=Controls(batch=4), rejects=tmp_path / "other.csv")

    with pytest.raises(Conflict, match=r"somebody else is importing in\.csv"):
        imported(desk_of("clerk"), path, controls=Controls(batch=4, progress=meddle))
    with pytest.raises(Exception, match="SO-000009"):
        placed(other, 9)


def test_an_external_key_is_placed_once_whatever_the_file(desk: Desk, tmp_path: Path) -> None:
    header = "order,external_key,customer,product,quantity\n"
    first = "1,A-1,ACME,P1,1\n2,A-2,ACME,P1,1\n3,A-1,ACME,P1,1\n4,A-2,ACME,P1,9\n"
    result = imported(desk, written(tmp_path, header.replace("order", "x") + first))
    assert (result.accepted, result.repeated, result.rejected) == (2, 1, 1)
    assert "external_key 'A-2' was used" in rejected(result)[0]["error"]
    again = imported(desk, written(tmp_path, header.replace("order", "x") + "9,A-2,ACME,P1,1\n"))
    assert (again.accepted, again.repeated) == (0, 1)
    lines = (
        '{"external_key": "A-3", "customer": "ACME",'
        ' "lines": [{"product": "P1", "quantity": "1"}]}\n'
    )
    both = imported(desk, written(tmp_path, lines * 2, "in.jsonl"))
    assert (both.accepted, both.repeated) == (1, 1)
    assert_laws_hold(desk)


def test_a_rehearsal_in_place_undoes_everything(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, many(8))
    rehearsed = imported(desk, path, controls=Controls(batch=4, rehearsal=True))
    assert (counts(rehearsed), rehearsed.rehearsal) == ((8, 6, 2, 0), True)
    assert len(rejected(rehearsed)) == 2
    ended = imported(desk, path)
    assert (counts(ended), ended.skipped) == ((8, 6, 2, 0), 0)
    assert ended.reject_file != rehearsed.reject_file


def test_the_reject_file_is_never_the_input(desk: Desk, tmp_path: Path) -> None:
    path = written(tmp_path, many(4))
    with pytest.raises(Refused, match="is the file to import"):
        imported(desk, path, rejects=path)


def test_a_named_reject_file_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"reject file .* cannot be written"):
        imported(desk, written(tmp_path, many(4)), rejects=tmp_path / "nix" / "r.csv")


def test_a_damaged_middle_refuses_the_file_before_anything_is_taken(
    desk: Desk, tmp_path: Path
) -> None:
    path = written(tmp_path, many(20) + '9,"' + "x\n" * 80_000)
    with pytest.raises(Refused, match="Nothing was taken"):
        imported(desk, path, controls=Controls(batch=2))
    with pytest.raises(Exception, match="SO-000001"):
        placed(desk, 1)


def test_waiting_desks_get_their_turn_between_units(
    desk_of: Callable[[str], Desk], tmp_path: Path
) -> None:
    from orderdesk.domain.orders import LineRequest, OrderRequest
    from orderdesk.services.orders.place import place

    clerk, numbers = desk_of("clerk"), []
    request = OrderRequest(customer="ACME", lines=(LineRequest(product="P1", quantity="1"),))

    def order(progress: Progress) -> None:
        numbers.append(clerk.run(place, request).number)

    rows = many(9).replace("NIX", "P1")
    controls = Controls(batch=3, progress=order)
    imported(desk_of("script"), written(tmp_path, rows), controls=controls)
    assert numbers == ["SO-000004", "SO-000008", "SO-000012"]


@pytest.mark.parametrize("row", ['A-1,ACME,P1,"1\n', 'A-1,ACME,P1,1,,\nA-2,ACME,"P1"1,1,,\n'])
def test_a_file_with_a_quote_that_is_open_or_astray_is_refused_before_anything_is_taken(
    desk: Desk, tmp_path: Path, row: str
) -> None:
    with pytest.raises(Refused, match="look for a quote that never closes"):
        imported(desk, written(tmp_path, f"{HEADER}{row}"))
    with pytest.raises(NotFound):
        placed(desk, 1)
