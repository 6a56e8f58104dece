"""Kits with their parts, from files of products."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orderdesk.domain.errors import NotFound
from orderdesk.exchange import sources
from orderdesk.exchange.masters import KINDS, import_records
from orderdesk.exchange.runs import Controls, ImportResult
from orderdesk.services import kits, products
from orderdesk.store.desk import Desk
from tests.laws import assert_laws_hold

ROWS = """\
code,name,kind,unit,part.product,part.quantity,part.unit
PAIR,Pair,kit,ea,P1,2,
PAIR,,,,P2,1,
BIG,Big one,kit,ea,pair,3,
BIG,,,,P9,1,
PAIR,,,,BIG,1,
PLAIN,Plain,,ea,,,
PLAIN,,,,P1,1,
NEW,New,kit,ea,P1,two,
"""


@pytest.fixture(autouse=True)
def laws_hold(desk: Desk) -> Iterator[None]:
    """No law is broken after any of these tests."""
    yield
    assert_laws_hold(desk)


def import_(desk: Desk, file: Path, *, rehearsal: bool = False) -> ImportResult:
    controls = Controls(rehearsal=rehearsal)
    return import_records(desk, KINDS["product"], sources.inspect(file), controls=controls)


def parts(desk: Desk, kit: str) -> dict[str, int]:
    return {each.product: int(each.quantity) for each in desk.read(kits.show, kit).parts}


def test_each_row_brings_a_part_and_what_cannot_be_is_refused_alone(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "products.csv"
    file.write_text(ROWS, encoding="utf-8")
    done = import_(desk, file)
    assert (done.accepted, done.rejected) == (4, 4)
    assert parts(desk, "PAIR") == {"P1": 2, "P2": 1}
    assert parts(desk, "BIG") == {"PAIR": 3}
    said = Path(str(done.reject_file)).read_text(encoding="utf-8")
    assert "product 'P9' is unknown" in said
    assert "would be in itself: PAIR > BIG > PAIR" in said
    assert "'PLAIN' is a product; only kits have parts" in said
    assert "part 'P1': quantity 'two'" in said
    # A kit and its part are taken together or not at all.
    with pytest.raises(NotFound, match="product 'NEW' is unknown"):
        desk.read(products.show, "NEW")
    assert import_(desk, file).skipped == 8


def test_a_line_of_json_brings_all_parts_and_takes_some_out(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "products.jsonl"
    file.write_text(
        '{"code": "PAIR", "name": "Pair", "kind": "kit", "unit": "ea", "parts": '
        '[{"product": "P1", "quantity": 2}, {"product": "P2", "quantity": "1"}]}\n'
        '{"code": "PAIR", "parts": [{"product": "P1"}, {"product": "P2", "quantity": "4"}]}\n'
        '{"code": "PAIR", "parts": {"product": "P1"}}\n'
        '{"external_key": "K", "parts": [{"product": "P1", "quantity": "2"}]}\n',
        encoding="utf-8",
    )
    done = import_(desk, file)
    assert (done.accepted, done.rejected) == (2, 2)
    assert parts(desk, "PAIR") == {"P2": 4}
    said = Path(str(done.reject_file)).read_text(encoding="utf-8")
    assert "parts is not a list of objects" in said
    assert "code is empty" in said


def test_a_part_without_its_product_is_refused(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text("code,kind,unit,part.quantity\nPAIR,kit,ea,2\n", encoding="utf-8")
    done = import_(desk, file)
    assert done.rejected == 1
    said = Path(str(done.reject_file)).read_text(encoding="utf-8")
    assert "part.product is empty; a part of a kit needs it" in said
    with pytest.raises(NotFound, match="unknown"):
        desk.read(kits.show, "PAIR")
