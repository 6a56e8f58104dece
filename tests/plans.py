"""How SQLite would go about a statement."""

import re
from pathlib import Path

from orderdesk.store.sqlite import SqliteDatabase
from orderdesk.store.statements import SQLITE, Statement


def plan_of(url: str, wanted: Statement) -> list[str]:
    """Give the steps of the plan of a statement in a company's file."""
    sql = wanted.prepared(SQLITE).sql
    connection = SqliteDatabase(Path(url)).connect()
    parameters = dict.fromkeys(re.findall(r":(\w+)", sql), "1")
    plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
    connection.close()
    return [row[3] for row in plan]
