"""Imported once by the forerunner of all writers: their statements are compiled before they start.

A writer that is killed again and again spends most of its life compiling the same statements.
Nothing is opened here, so that nothing is shared.
"""

from orderdesk.services.orders.place import place
from orderdesk.store import desk
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.statements import DECLARED, SQLITE, Insertion
from tests.faults.trial import order_of

for _declared in tuple(DECLARED):
    for _dialect in (SQLITE, POSTGRES):
        if isinstance(_declared, Insertion):
            _declared.sql(_dialect)
        else:
            _declared.prepared(_dialect)

desk._answers(place)
desk._hash("place.place", (order_of("first", 0),), {})
