"""The map and the recipe name what is there, and each stays one page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("docs/map.md", "docs/recipe.md", "CONTRIBUTING.md")
PLACES = ("src", "tests", "docs", "scripts", "benchmarks", "data")

_NAMED = re.compile(r"`([^`\s]+)`")


def paths_named(text: str) -> list[str]:
    """Give what a page names in the form of a path of this repository."""
    return [name for name in _NAMED.findall(text) if name.split("/")[0] in (*PLACES, ".ci")]


@pytest.mark.parametrize("page", PAGES)
def test_each_path_that_is_named_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert [name for name in paths_named(text) if not (ROOT / name).exists()] == []
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [each for each in links if not (ROOT / page).parent.joinpath(each).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_each_is_one_page(page: str) -> None:
    assert len((ROOT / page).read_text("utf-8").splitlines()) <= 70


def test_the_map_names_each_floor() -> None:
    text = (ROOT / "docs/map.md").read_text("utf-8")
    floors = {
        str(place.relative_to(ROOT))
        for place in (ROOT / "src/orderdesk").iterdir()
        if place.is_dir() and list(place.glob("*.py"))
    }
    assert floors <= set(paths_named(text))


def test_the_files_that_the_recipe_names_have_what_it_says() -> None:
    for path, word in (
        ("scripts/freeze_schema.py", "MODELS: "),
        ("scripts/freeze_schema.py", "STEP: "),
        ("src/orderdesk/store/engine.py", "SCHEMA_VERSION = "),
        ("src/orderdesk/app.py", "SCREENS: "),
        ("src/orderdesk/cli/main.py", "MASTERS: "),
        ("src/orderdesk/services/masters.py", "_MODELS: "),
        ("src/orderdesk/domain/counts.py", "def is_doubtful("),
        ("src/orderdesk/services/counts.py", "def post("),
        ("src/orderdesk/services/rights.py", "def require("),
    ):
        assert word in (ROOT / path).read_text("utf-8"), (path, word)
