"""Files taken in by command: the good ones done, the others in a reject file, and exit code 6."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Program

ORDERS = [
    {"customer": "ACME", "lines": [{"product": "P1", "quantity": "1"}]},
    {"customer": "NOBODY", "lines": [{"product": "P1", "quantity": "1"}]},
    {"customer": "FREE", "lines": [{"product": "P1", "quantity": "2"}]},
]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in ORDERS))
    return path


def test_what_is_refused_goes_to_the_reject_file_and_the_rest_is_done(
    orderdesk: Program, orders: Path
) -> None:
    done = orderdesk("order", "import", str(orders), "--json")
    assert done.code == 6
    result = done.json
    assert (result["read"], result["accepted"], result["rejected"]) == (3, 2, 1)
    assert result["finished"] is True
    assert "NOBODY" in Path(result["reject_file"]).read_text()
    assert done.error["code"] == "partly_refused"
    assert done.error["details"] == {"rejected": 1, "reject_file": result["reject_file"]}
    assert len(orderdesk("order", "list", "--json").rows) == 2


def test_the_same_file_again_changes_nothing_unless_it_has_another_id(
    orderdesk: Program, orders: Path
) -> None:
    orders.write_text(json.dumps(ORDERS[0]) + "\n")
    assert orderdesk("order", "import", str(orders)).code == 0
    again = orderdesk("order", "import", str(orders), "--json")
    assert (again.code, again.json["skipped"]) == (0, 1)
    assert len(orderdesk("order", "list", "--json").rows) == 1
    for _ in range(2):
        assert orderdesk("order", "import", str(orders), "--command-id", "second").code == 0
    assert len(orderdesk("order", "list", "--json").rows) == 2
    orders.write_text(json.dumps(ORDERS[2]) + "\n")
    other = orderdesk("order", "import", str(orders), "--command-id", "second", "--json")
    assert (other.code, other.error["code"]) == (4, "command_id_reused")


def test_a_rehearsed_import_says_the_same_and_changes_nothing(
    orderdesk: Program, orders: Path
) -> None:
    tried = orderdesk("order", "import", str(orders), "--dry-run", "--json")
    assert tried.code == 6
    assert (tried.json["accepted"], tried.json["rehearsal"]) == (2, True)
    assert orderdesk("order", "list", "--json").rows == []
    assert orderdesk("stock", "show", "P1", "--json").json["allocated"] == "0"
    real = orderdesk("order", "import", str(orders), "--json")
    assert (real.json["accepted"], real.json["skipped"]) == (2, 0)


def test_a_finished_import_rehearsed_again_says_so_and_names_the_reject_file(
    orderdesk: Program, orders: Path
) -> None:
    rejects = orderdesk("order", "import", str(orders), "--json").json["reject_file"]
    again = orderdesk("order", "import", str(orders), "--dry-run", "--json")
    assert (again.code, again.json["skipped"], again.json["rehearsal"]) == (6, 3, True)
    assert "was imported before" in again.json["said"][-1]
    assert again.error["details"]["reject_file"] == rejects
    assert "1 of 3 were refused when it was imported; they are in" in again.error["message"]
    Path(rejects).unlink()
    for options in ((), ("--dry-run",)):
        gone = orderdesk("order", "import", str(orders), *options)
        assert (gone.code, "None" in gone.err) == (6, False)
        assert "and their reject file is gone; `--dry-run --command-id ANY` names anew" in gone.err
    named = orderdesk("order", "import", str(orders), "--dry-run", "--command-id", "any", "--json")
    assert "NOBODY" in Path(named.json["reject_file"]).read_text()
    assert len(orderdesk("order", "list", "--json").rows) == 2


def test_a_finished_import_opened_for_reading_only_is_refused_like_any_other(
    orderdesk: Program, orders: Path
) -> None:
    orderdesk("order", "import", str(orders))
    for options in ((), ("--dry-run",)):
        told = orderdesk("order", "import", str(orders), "--read-only", "--json", *options)
        assert (told.code, told.error["code"], told.out) == (4, "read_only", "")


def test_rows_are_grouped_into_orders_by_a_column(orderdesk: Program, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Invoice;Who;Item;Pieces\nA;ACME;P1;2\nA;ACME;P2;1\nB;FREE;P1;3\n")
    done = orderdesk("order", "import", str(path), "--map", "order=Invoice", "--map",
                     "customer=Who", "--map", "product=Item", "--map", "quantity=Pieces",
                     "--batch", "1", "--json")  # fmt: skip
    assert (done.code, done.json["accepted"]) == (0, 2)
    newest = orderdesk("order", "show", "SO-000001", "--json").json
    assert [line["product"] for line in newest["lines"]] == ["P1", "P2"]


def test_a_pipe_is_imported(orderdesk: Program, tmp_path: Path) -> None:
    rejects = tmp_path / "bad.jsonl"
    text = "".join(json.dumps(each) + "\n" for each in ORDERS)
    done = orderdesk("order", "import", "-", "--rejects", str(rejects), "--json", given=text)
    assert (done.code, done.json["accepted"], done.json["reject_file"]) == (6, 2, str(rejects))
    assert "NOBODY" in rejects.read_text()


def test_a_pipe_is_json_lines_and_its_rejects_come_into_the_folder_one_stands_in(
    orderdesk: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "".join(json.dumps(each) + "\n" for each in ORDERS)
    tried = orderdesk("order", "import", "-", "--dry-run", "--json", given=text).json
    assert tried["reject_file"] == str(tmp_path / "stdin.rejects-rehearsal.jsonl")
    done = orderdesk("order", "import", "-", "--json", given=text).json
    assert done["reject_file"] == str(tmp_path / f"stdin.rejects-{done['run'][:6]}.jsonl")
    assert (done["file"], "NOBODY" in Path(done["reject_file"]).read_text()) == (
        "stdin.jsonl",
        True,
    )
    rows = "order,customer,product,quantity\n1,ACME,P1,1\n"
    by_rows = orderdesk("order", "import", "-", "--format", "csv", "--json", given=rows)
    assert (by_rows.code, by_rows.json["file"]) == (0, "stdin.csv")


@pytest.mark.parametrize(
    ("noun", "text", "code"),
    [
        ("customer", "code,name,address.city\nNEW,New Ltd,Leeds\n", "NEW"),
        ("product", "code,name,unit\nNEW,New thing,ea\n", "NEW"),
    ],
)
def test_records_are_imported(
    orderdesk: Program, tmp_path: Path, noun: str, text: str, code: str
) -> None:
    path = tmp_path / "records.csv"
    path.write_text(text)
    assert orderdesk(noun, "import", str(path), "--json").json["accepted"] == 1
    assert orderdesk(noun, "show", code, "--json").json["name"].startswith("New")


def test_prices_and_stock_are_imported(orderdesk: Program, tmp_path: Path) -> None:
    prices = tmp_path / "prices.csv"
    prices.write_text("Item,Price\nP1,11.00\n")
    named = ("--map", "product=Item", "--map", "price=Price")
    assert orderdesk("price", "import", str(prices), *named).code == 0
    assert orderdesk("price", "show", "P1", "--json").json["price"] == "11.00"
    count = tmp_path / "count.csv"
    count.write_text("product,counted\nP1,90\n")
    assert orderdesk("stock", "import", str(count)).code == 0
    assert orderdesk("stock", "show", "P1", "--json").json["on_hand"] == "90"


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--format", "xml"), 2, "--format 'xml' is unknown"),
        (("--batch", "0"), 2, "--batch"),
        (("--map", "nonsense"), 4, "nonsense"),
        (("--encoding", "klingon"), 4, "klingon"),
        (("--read-only",), 4, "an import writes; leave out --read-only"),
    ],
)
def test_what_cannot_be_imported_at_all_is_refused(
    local: Program, orders: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    told = local("order", "import", str(orders), *options)
    assert told.code == code
    assert words in told.err
    assert local("order", "list", "--json").rows == []


def test_a_file_that_is_not_there_is_not_found(local: Program) -> None:
    assert local("order", "import", "nowhere.csv").code == 3
