"""Every table, whichever models were read before: a command reads only those that it needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import orderdesk
from orderdesk.store.grants import TAKEN_OUT

_KNOWN = "{table.name for table in every_table()}"
_GRANTED = "' '.join(each.as_string() for each in grants.all_of('db', 'public', 'people'))"
_CHECKED = "{check.table for check in integrity._REFERENCES}"


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("from orderdesk.store.tables import every_table", _KNOWN),
        ("from orderdesk.store import grants", _GRANTED),
        ("from orderdesk.store import integrity", _CHECKED),
    ],
)
def test_no_table_is_left_out_where_nothing_else_was_read(module: str, names: str) -> None:
    code = f"""
{module}
found = {names}
print([name for name in ('sales_order', 'transfer', 'count_line') if name not in found])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_services_take_rows_out_of_no_other_tables() -> None:
    folder = Path(next(iter(orderdesk.__path__))) / "services"
    taken = {
        name
        for path in folder.rglob("*.py")
        for name in re.findall(
            r"(?:delete\(table_of|Balances)\((\w+)\b", path.read_text(encoding="utf-8")
        )
    }
    names = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", each).lower() for each in taken}
    # Dated records are taken out by one statement for all their kinds.
    assert names | {"exchange_rate", "tax_rule"} == set(TAKEN_OUT)
