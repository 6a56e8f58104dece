"""The database by command: made, described, copied, put back, examined; and the demo in it."""

from pathlib import Path

import pytest

from orderdesk.store.desk import Desk
from tests.cli.conftest import Program, run
from tests.conftest import on_postgres


def test_a_company_is_made_and_described(tmp_path: Path) -> None:
    path = str(tmp_path / "shop.db")
    made = run("--db", path, "--user", "maria", "db", "init", "--json", "--name", "Corner Shop",
               "--currency", "EUR", "--time-zone", "Europe/Berlin",
               "--business-date", "2026-03-31")  # fmt: skip
    assert made.code == 0
    assert (made.json["company"], made.json["owner"]) == ("Corner Shop", "maria")
    company = run("--db", path, "--user", "maria", "company", "show", "--json").json
    assert (company["currency"], company["business_date"]) == ("EUR", "2026-03-31")
    mine = run("--db", path, "user", "show", "maria", "--json")
    assert (mine.code, mine.json["role"]) == (0, "owner")
    again = run("--db", path, "--user", "maria", "db", "init", "--json")
    assert (again.code, again.error["code"]) == (4, "file_exists")
    info = run("--db", path, "db", "info", "--json").json
    assert (info["database"], info["schema"]) == ("sqlite", info["program_schema"])
    upgraded = run("--db", path, "db", "upgrade", "--json").json
    assert upgraded["schema_before"] == upgraded["schema"]


def test_nothing_is_made_read_only(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    for command in (("db", "init"), ("demo", "--no-open")):
        assert run("--db", str(path), "--read-only", *command).code == 4
        assert not path.exists()


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--currency", "dollars", "currency"),
        ("--time-zone", "Nowhere/Land", "time"),
        ("--business-date", "soon", "date"),
    ],
)
def test_a_company_is_not_made_of_nonsense(
    tmp_path: Path, option: str, value: str, words: str
) -> None:
    path = tmp_path / "shop.db"
    refused = run("--db", str(path), "--user", "me", "db", "init", option, value)
    assert refused.code == 4
    assert words in refused.err
    assert value in refused.err
    assert list(tmp_path.glob("*shop*")) == []


def test_the_database_is_described_and_examined_on_both(url: str) -> None:
    info = run("db", "info", "--json", ORDERDESK_DB=url).json
    assert info["schema"] == info["program_schema"]
    examined = run("doctor", "--json", ORDERDESK_DB=url)
    assert (examined.code, examined.out, examined.err) == (0, "", "")
    run("db", "seal", ORDERDESK_DB=url)
    assert run("doctor", ORDERDESK_DB=url).err == "All laws hold.\n"


def test_the_chain_is_sealed_and_held_against_a_printed_head(orderdesk: Program) -> None:
    sealed = orderdesk("db", "seal", "--json").json
    assert (len(sealed["head"]), sealed["unsealed"]) == (64, 0)
    assert sealed["event"] > 1
    assert sealed["at"].startswith("20")
    again = orderdesk("db", "seal", "--json").json
    assert again == {**sealed, "sealed": 0}
    printed = sealed["head"]
    for head in (printed, printed[:12], f"{printed[:4].upper()} {printed[4:16]}"):
        assert orderdesk("doctor", "--head", head).err == "All laws hold.\n"
    other = printed.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    found = orderdesk("doctor", "--json", "--head", other)
    assert found.code == 1
    assert (found.json["law"], found.json["key"]) == (12, other)
    assert "does not contain the head that was printed" in found.json["message"]


@pytest.mark.parametrize("head", ["", "abc", "x" * 12, "a" * 65])
def test_a_head_that_is_none_is_refused(local: Program, head: str) -> None:
    refused = local("doctor", "--head", head, "--json")
    assert (refused.code, refused.error["code"]) == (4, "bad_head")
    assert repr(head) in refused.error["message"]


def test_the_doctor_tells_of_events_that_are_not_sealed_yet(orderdesk: Program) -> None:
    orderdesk("db", "seal")
    renamed = orderdesk("customer", "set", "ACME", "--name", "Acme Two", ORDERDESK_USER="owner")
    assert renamed.code == 0
    told = orderdesk("doctor")
    assert told.code == 0
    unsealed = orderdesk("db", "seal", "--json").json["sealed"]
    tail = "1 event is not sealed yet; `orderdesk db seal` does it.\n" if unsealed else ""
    assert told.err == f"All laws hold.\n{tail}"


def test_the_doctor_names_the_broken_row(sqlite_url: str) -> None:
    desk = Desk(sqlite_url, "owner").open()
    connection = desk.database.connect()
    connection.execute("UPDATE stock SET on_hand = on_hand + 1000 WHERE product_id = 1")
    connection.close()
    desk.close()
    sick = run("--db", sqlite_url, "doctor", "--json")
    assert sick.code == 1
    [broken] = sick.rows
    assert set(broken) == {"law", "message", "table", "key", "stored", "expected"}
    assert (broken["law"], broken["stored"], broken["expected"]) == (1, "101", "100")
    assert "101" in run("--db", sqlite_url, "doctor").out
    assert run("--db", sqlite_url, "doctor", "--csv").out.count("\n") == 2


def test_a_backup_is_made_and_put_back(local: Program, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    made = local("db", "backup", copy, "--json")
    assert (made.code, made.json["file"], made.json["broken"]) == (0, copy, [])
    assert local("db", "backup", copy).code == 4
    local("order", "place", "--customer", "FREE", "--product", "P1")
    restored = local("db", "restore", copy, "--json")
    assert restored.code == 0
    assert local("order", "list", "--json").rows == []
    assert Path(restored.json["kept"]).exists()
    assert local("db", "restore", str(tmp_path / "none.db")).code == 3


@on_postgres
def test_a_server_is_backed_up_by_its_own_tool(url: str, tmp_path: Path) -> None:
    told = run("db", "backup", str(tmp_path / "copy.db"), ORDERDESK_DB=url)
    assert told.code == 4
    assert "pg_dump" in told.err


def test_the_demo_is_made_once_and_can_be_worked_with(tmp_path: Path) -> None:
    path = str(tmp_path / "demo.db")
    made = run("--db", path, "demo", "--no-open", "--json", "--user", "me")
    assert (made.code, made.json["made"]) == (0, True)
    again = run("--db", path, "demo", "--no-open", "--json", "--user", "me")
    assert (again.code, again.json["made"]) == (0, False)
    asked = ("--db", path, "order", "list", "--limit", "1", "--json", "--user", "script")
    assert "has a PIN" in run(*asked).error["message"]
    assert run(*asked, ORDERDESK_PIN="1234").json["customer"] == "RATTC"


def test_the_demo_does_not_go_into_another_company(sqlite_url: str) -> None:
    refused = run("--db", sqlite_url, "demo", "--no-open", "--user", "owner")
    assert refused.code == 4
    assert refused.err.count("\n") == 1


def test_the_doctor_says_of_a_ruined_file_that_it_is_ruined(
    sqlite_url: str, tmp_path: Path
) -> None:
    whole = Path(sqlite_url).read_bytes()
    path = tmp_path / "ruined.db"
    path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    sick = run("--db", str(path), "doctor", "--json")
    assert sick.code == 1
    assert {each["law"] for each in sick.rows} == {0}


@pytest.mark.postgres
def test_a_company_is_made_on_a_server(empty_server_url: str) -> None:
    given = {"ORDERDESK_DB": empty_server_url, "ORDERDESK_USER": "maria"}
    empty = run("unit", "list", **given)
    assert empty.code == 4
    assert "db init" in empty.err
    assert run("db", "init", "--name", "Corner Shop", **given).code == 0
    assert run("company", "show", "--json", **given).json["name"] == "Corner Shop"
    again = run("db", "init", "--json", **given)
    assert (again.code, again.error["code"]) == (4, "company_exists")


def test_a_file_has_no_roles_and_says_what_has(local: Program) -> None:
    refused = local("db", "roles", "--json")
    assert (refused.code, refused.error["code"]) == (4, "no_roles")
    assert "PostgreSQL" in refused.error["message"]
    assert "docs/administrator.md" in refused.error["message"]
