"""The options of every command: before it, after it, from the environment and the settings."""

from pathlib import Path

import pytest

from tests.cli.conftest import Program, run

PLACE = ("order", "place", "--customer", "ACME", "--product", "P1", "--quantity", "2")


@pytest.mark.parametrize("place", range(3))
def test_options_of_every_command_stand_before_or_after_it(sqlite_url: str, place: int) -> None:
    words = ["unit", "show"]
    common = ["--db", sqlite_url, "--user", "clerk", "--json"]
    line = [*words[:place], *common, *words[place:], "ea"]
    assert run(*line).json["name"] == "each"


def test_the_option_nearest_to_the_command_counts(sqlite_url: str) -> None:
    shown = run("--db", "nowhere.db", "--user", "nobody", "unit", "show", "ea", "--json",
                "--db", sqlite_url, "--user", "clerk")  # fmt: skip
    assert shown.json["code"] == "ea"


def test_options_may_be_written_with_underscores_as_their_json_keys(local: Program) -> None:
    placed = local(*PLACE, "--buyer_po", "4500", "--json")
    assert placed.json["buyer_po"] == "4500"


def test_a_command_line_option_beats_the_environment_which_beats_the_settings(
    sqlite_url: str, settings_file: Path
) -> None:
    settings_file.write_text(f'db = "{sqlite_url}"\nuser = "clerk2"\n')
    assert run(*PLACE, "--json").json["entered_by"] == "clerk2"
    assert run(*PLACE, "--json", ORDERDESK_USER="script").json["entered_by"] == "script"
    named = run(*PLACE, "--json", "--user", "clerk", ORDERDESK_USER="script")
    assert named.json["entered_by"] == "clerk"


def test_without_a_name_the_system_user_acts_as_who_is_mapped_to_it(sqlite_url: str) -> None:
    run("--db", sqlite_url, "--user", "owner", "user", "set", "clerk", "--os-user", "maria")
    placed = run("--db", sqlite_url, *PLACE, "--json", LOGNAME="maria")
    assert placed.json["entered_by"] == "clerk"


def test_the_database_is_by_default_a_file_in_the_users_data_folder(home: Path) -> None:
    made = run("db", "init", "--json", ORDERDESK_USER="owner")
    assert made.json["path"] == str(home / "data" / "orderdesk" / "main.db")
    assert run("unit", "list", ORDERDESK_USER="owner").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--csv", "unit", "show", "ea"), "--csv is for commands that list"),
        (("--limit", "3", *PLACE), "--limit is for commands that list"),
        (("--dry-run", "unit", "list"), "--dry-run is for commands that change"),
        (("--command-id", "x", "unit", "show", "ea"), "--command-id is for commands that change"),
        (("unit", "list", "--json", "--csv"), "exclude each other"),
        ((*PLACE, "--command-id", ""), "--command-id is empty; give it a value, or leave it out"),
        (("--db", "", "unit", "list"), "--db is empty"),
        (("unit", "show", "ea", "--dry-run"), "No such option: --dry-run"),
    ],
)
def test_an_option_that_the_command_cannot_follow_is_refused(
    local: Program, arguments: tuple[str, ...], words: str
) -> None:
    told = local(*arguments)
    assert told.code == 2
    assert words in told.err


def test_read_only_reads_and_refuses_every_change(orderdesk: Program) -> None:
    assert orderdesk("--read-only", "unit", "show", "ea").code == 0
    refused = orderdesk(*PLACE, "--read-only", "--json")
    assert (refused.code, refused.error["code"]) == (4, "read_only")
    assert orderdesk(*PLACE, "--json").json["number"] == "SO-000001"


def test_a_dry_run_takes_no_number_and_changes_nothing(orderdesk: Program) -> None:
    tried = orderdesk(*PLACE, "--dry-run", "--command-id", "night-1", "--json").json
    assert (tried["number"], tried["total"]) == ("-", "20.00")
    assert orderdesk("stock", "show", "P1", "--json").json["allocated"] == "0"
    placed = orderdesk(*PLACE, "--command-id", "night-1", "--json").json
    assert placed["number"] == "SO-000001"


def test_the_same_command_id_twice_is_one_order_with_one_answer(orderdesk: Program) -> None:
    first = orderdesk(*PLACE, "--command-id", "night-1", "--json")
    again = orderdesk(*PLACE, "--command-id", "night-1", "--json")
    assert again == first
    assert orderdesk("stock", "show", "P1", "--json").json["allocated"] == "2"
    other = orderdesk(*PLACE, "--buyer-po", "1", "--command-id", "night-1", "--json")
    assert (other.code, other.error["code"]) == (4, "command_id_reused")


def test_the_answer_goes_into_a_file_that_appears_whole(local: Program, tmp_path: Path) -> None:
    target = tmp_path / "units.csv"
    target.write_text("before")
    assert local("unit", "show", "nix", "-o", str(target)).code == 3
    assert target.read_text() == "before"
    listed = local("unit", "list", "--csv", "-o", str(target))
    assert (listed.code, listed.out) == (0, "")
    assert target.read_text().splitlines()[0] == "kind,code,version,name,decimals,archived"
    assert sorted(each.name for each in tmp_path.glob("*units*")) == ["units.csv"]


def test_nothing_is_done_whose_answer_cannot_be_written(local: Program, tmp_path: Path) -> None:
    refused = local(*PLACE, "-o", str(tmp_path / "no" / "folder.json"))
    assert refused.code == 2
    assert "cannot be written" in refused.err
    assert local("stock", "show", "P1", "--json").json["allocated"] == "0"


def test_the_answer_is_never_written_over_the_database(sqlite_url: str) -> None:
    for given in ({}, {"ORDERDESK_DB": sqlite_url}):
        where = () if given else ("--db", sqlite_url)
        told = run(*where, "--user", "clerk", "unit", "list", "-o", sqlite_url, **given)
        assert told.code == 2
        assert "is the database itself" in told.err
    assert run("--db", sqlite_url, "--user", "clerk", "unit", "list").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("customer", "list", "--group", "NIX"), 3, "customer group 'NIX' is unknown; known: "),
        (("product", "list", "--group", "NIX"), 3, "product group 'NIX' is unknown"),
        (("product", "list", "--supplier", "NIX"), 3, "supplier 'NIX' is unknown"),
        (("product", "list", "--kind", "gizmo"), 4, "kind 'gizmo' is none; give one of product, "),
        (("price", "list", "--price-list", "NIX"), 3, "price list 'NIX' is unknown"),
    ],
)
def test_a_list_asked_for_by_a_code_that_nobody_has_is_no_empty_list(
    local: Program, arguments: tuple[str, ...], code: int, words: str
) -> None:
    told = local(*arguments)
    assert (told.code, told.out) == (code, "")
    assert words in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("credit", "what-if", "ACME", "--amount", "5", "--on", "yesterday"),
        ("price", "show", "P1", "--on", "2026-02-30"),
        ("price", "list", "--on", "soon"),
        ("nightly", "--on", "x"),
    ],
)
def test_what_is_no_day_is_told_with_one_that_is(
    local: Program, arguments: tuple[str, ...]
) -> None:
    told = local(*arguments)
    assert told.code in (2, 4)
    assert told.err.endswith(f"on '{arguments[-1]}' is not a date; give one such as 2026-03-31\n")


def test_words_of_progress_are_for_a_terminal(local: Program) -> None:
    told = local("--user", "supervisor", "nightly")
    assert (told.code, told.err) == (0, "")
