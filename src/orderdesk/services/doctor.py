"""The doctor: every law of the desk, over the whole database, in one snapshot.

It only reads, page by page, and names each row that breaks a law, with what the ledger or the
formula says should stand there.
"""

from collections.abc import Iterator

from orderdesk.domain.doctor import Broken
from orderdesk.services.laws import balances, documents, journal
from orderdesk.store import integrity
from orderdesk.store.work import Work


def findings(work: Work) -> Iterator[Broken]:
    """Give every broken row as it is found; they may be read only while the unit of work lasts.

    What the database itself complains of comes first. Where it is damaged nothing else is
    examined: it could not be believed.
    """
    damaged = False
    for fault in integrity.faults(work, balances.CONSTRAINTS):
        damaged = damaged or fault.table == integrity.WHOLE
        yield fault
    if damaged:
        return
    for law in (
        balances.shelves,
        balances.lines,
        documents.numbers,
        balances.exposures,
        documents.amounts,
        documents.releases,
        journal.versions,
        journal.messages,
        journal.answers,
    ):
        yield from law(work)


def examine(work: Work) -> list[Broken]:
    """Give every broken row; none where all laws hold."""
    return list(findings(work))
