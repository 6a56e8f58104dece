"""`orderdesk allocation`: shown, explained, run and moved by command."""

from tests.cli.conftest import Program

FAR = "2027-03-01"


def placed(orderdesk: Program, *more: str) -> str:
    done = orderdesk("order", "place", "--customer", "FREE", "--product", "P2", *more, "--json")
    assert done.code == 0, done.err
    number: str = done.json["number"]
    return number


def test_who_has_stock_and_why_is_said_and_changed_by_command(orderdesk: Program) -> None:
    first, second = placed(orderdesk, "--quantity", "4"), placed(orderdesk, "--quantity", "3")
    rows = orderdesk("allocation", "show", "P2", "--json").rows
    assert [(row["order"], row["allocated"], row["backordered"]) for row in rows] == [
        (first, "4", "0"),
        (second, "1", "2"),
    ]
    told = orderdesk("allocation", "explain", second, "1", "--json").json
    assert (told["wanted"], told["allocated"], told["rank"], told["ahead"]) == ("3", "1", 1, [])
    assert told["reason"] == "it lacks 2 ea: nothing is free; it is next"
    assert told["expected_on"] is None
    wanted = ("allocation", "move", first, "1", second, "1", "--reason", "by phone", "--json")
    said = orderdesk(*wanted, "--dry-run", "--user", "supervisor")
    assert said.code == 0, said.err
    assert [(each["order"], each["after"]) for each in said.json["slips"]] == [
        (first, None),
        (second, "2026-11-23"),
    ]
    assert orderdesk("allocation", "explain", second, "1", "--json").json["allocated"] == "1"
    assert orderdesk(*wanted, "--user", "clerk").code == 4
    done = orderdesk(*wanted, "--user", "supervisor", "--command-id", "m-1")
    assert done.json == said.json
    again = orderdesk(*wanted, "--user", "supervisor", "--command-id", "m-1")
    assert again.json == done.json
    told = orderdesk("allocation", "explain", second, "1", "--json").json
    assert (told["allocated"], told["rank"]) == ("3", None)
    assert told["decisions"][0]["cause"].endswith("by phone")


def test_people_see_the_queue_and_the_reasons(local: Program) -> None:
    placed(local, "--quantity", "4")
    placed(local, "--quantity", "3", "--requested", FAR)
    assert FAR in local("allocation", "show", "P2").out
    assert "takes no stock yet" in " ".join(local("allocation", "explain", "2", "1").out.split())


def test_the_run_is_rehearsed_and_done_by_command(local: Program) -> None:
    placed(local, "--quantity", "4", "--requested", FAR)
    changed = local("company", "set", "--allocation-horizon", "200", "--user", "admin")
    assert changed.code == 0, changed.err
    run = ("allocation", "run", "--product", "P2", "--json", "--user", "supervisor")
    assert local(*run, "--dry-run").json["served"] == 1
    assert local(*run).json["served"] == 1
    assert local(*run).json["served"] == 0
    assert local("allocation", "run", "--user", "clerk").code == 4
