"""One run of everything: what is written of each, that it goes on, and the page made of it."""

import json
from pathlib import Path

import pytest

from scripts import claims_measured, claims_results, claims_run
from scripts.claims_run import Task, run, tasks
from tests.faults.__main__ import NAMES
from tests.faults.lengths import FULL

FAULT = Task("fault", "share", "sqlite", ("tests.faults", "share", "--short", "--json"), "1 round")
LINE = {
    "kind": "fault",
    "name": "share",
    "database": "sqlite",
    "held": True,
    "said": "all | refused",
    "seed": 7,
    "length": "1 round",
    "seconds": 61.4,
    "machine": "a machine",
}


def test_every_fault_is_run_at_its_full_length_on_each_database() -> None:
    found = {task.name: task for task in tasks(7, short=False) if task.kind == "fault"}
    assert list(found) == list(NAMES)
    assert found["kill"].arguments[-2:] == ("--full", "--json")
    assert found["kill"].length == f"{FULL['kill']:,} kills"
    on = [task.database for task in tasks(7, short=False) if task.name == "kill"]
    assert on == ["sqlite", "postgresql"]


def test_a_result_says_what_came_of_it_where_and_of_which_seed() -> None:
    line = run(FAULT)
    assert line["held"] is True
    assert "kinds of share" in line["said"]
    assert line["seed"]
    assert line["machine"]


def test_what_ends_without_a_result_did_not_hold() -> None:
    line = run(Task("fault", "none", "sqlite", ("calendar", "--none"), ""))
    assert line["held"] is False
    assert line["said"].startswith("ended with code 2")


def test_what_stands_there_is_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def quickly(task: Task) -> dict[str, object]:
        ran.append(str(task))
        return {**LINE, "kind": task.kind, "name": task.name, "database": task.database}

    monkeypatch.setattr(claims_run, "run", quickly)
    file = tmp_path / "lines.jsonl"
    claims_results.add(LINE, file)
    asked = ["share", "edit", "--results", str(file)]
    assert claims_run.main(asked) == 0
    assert ran == ["fault edit sqlite", "fault edit postgresql"]
    assert claims_run.main(asked) == 0
    assert len(ran) == 2
    assert "stands there, took 61 s" in capsys.readouterr().out


def test_what_broke_ends_badly(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(json.dumps({**LINE, "held": False}) + "\n")
    assert claims_run.main(["share", "--results", str(file)]) == 1


def test_the_newest_line_counts_and_the_page_tells_it(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    measure = {"name": "wall", "value": 1.6, "target": 1.5, "aim": 1.25, "at_least": False}
    for line in (
        {**LINE, "held": False},
        LINE,
        {
            "kind": "benchmark",
            "name": "place_order",
            "measures": [{**measure, "reached": False}],
            "seconds": 9,
            "machine": "a machine",
        },
    ):
        claims_results.add(line, file)
    page = claims_measured.text(claims_results.read(file))
    assert "| share | sqlite | 1 round | all \\| refused | held | 7 | 1 min 1 s | A |" in page
    wanted = "| place_order | wall | 1.600 | at most 1.5, aim 1.25 | **missed** | 9 s | A |"
    assert wanted in page
    assert "| kill | sqlite | 10,000 kills | not run |" in page
    assert "- A: a machine" in page


def test_the_page_is_the_one_made_from_its_lines() -> None:
    made = claims_measured.text(claims_results.read())
    assert claims_measured.TARGET.read_text("utf-8") == made, (
        "run python -m scripts.claims_measured"
    )
