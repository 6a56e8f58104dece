"""Every table, whichever models were read before: a command reads only those that it needs."""

import subprocess
import sys

import pytest

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
