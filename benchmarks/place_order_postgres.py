"""An order of ten lines on a durable PostgreSQL, from the request as JSON gives it to the view.

Ours: as in `place_order`. Baseline: `raw_postgres`, one hand-written statement, on a database of
its own that is a copy of the same company, over a connection by the same recipe.
"""

from __future__ import annotations

import uuid
from itertools import islice
from typing import Final

from benchmarks import company, raw_postgres
from benchmarks.company import FULL, QUICK
from benchmarks.measure import Measure, Outcome, by_turns, median, ratio
from benchmarks.place_order import ours, refuse_other_rows, requests
from orderdesk.store.desk import Desk
from orderdesk.store.postgres import PostgresDatabase
from tests import postgres

TARGET: Final = 2.5
AIM: Final = 1.6


def run(quick: bool) -> Outcome:
    """Place orders on both sides by turns and compare the rows they left behind."""
    size = QUICK if quick else FULL
    rounds, calls, warm_up = (20 if quick else 60), 10, 4
    asked = list(islice(requests(size), (rounds + warm_up) * calls))
    coming = iter(asked)
    server = postgres.server(durable=True)
    template = server.template(f"bench_{size.orders}", lambda url: company.fill_postgres(url, size))
    names = [f"b_{uuid.uuid4().hex}_{server.run}" for _ in range(2)]
    for name in names:
        server.create_from_template(template, name)
    desk = Desk(server.url(names[0]), company.OWNER).open()
    connection = PostgresDatabase(server.url(names[1]).replace("+psycopg", "")).connect()

    def raw() -> None:
        raw_postgres.place(connection, *next(coming))

    try:
        times, raw_times = by_turns(
            ours(desk, iter(asked)), raw, rounds=rounds, calls=calls, warm_up=warm_up
        )
        with desk.database.connect() as also_mine:
            refuse_other_rows(also_mine, connection)
    finally:
        desk.close()
        connection.close()
        for name in names:
            server.drop(name)
    return Outcome(
        [Measure("wall", ratio(times.wall, raw_times.wall), TARGET, AIM)],
        {
            "wall_ms": median(times.wall),
            "raw_wall_ms": median(raw_times.wall),
            "client_cpu_ms": median(times.cpu),
            "raw_client_cpu_ms": median(raw_times.cpu),
        },
    )
