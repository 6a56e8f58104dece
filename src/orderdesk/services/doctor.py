"""The doctor: every law of the desk, over the whole database, in one snapshot.

It only reads, page by page, and names each row that breaks a law, with what the ledger or the
formula says should stand there.
"""

from collections.abc import Iterator
from itertools import chain as chained

from orderdesk.domain.doctor import Broken
from orderdesk.services.laws import (
    balances,
    chain,
    counts,
    demand,
    documents,
    journal,
    kits,
    lots,
    places,
    supply,
    transit,
)
from orderdesk.store import integrity
from orderdesk.store.work import Work


def findings(work: Work, printed: str = "") -> Iterator[Broken]:
    """Give every broken row as it is found; they may be read only while the unit of work lasts.

    `printed` is a head of the event chain, or its first digits, that must be in it.
    What the database itself complains of comes first. Where it is damaged nothing else is
    examined: it could not be believed.
    """
    damaged = False
    for fault in integrity.faults(work, balances.CONSTRAINTS):
        damaged = damaged or fault.table == integrity.WHOLE
        yield fault
    if damaged:
        return
    wrong = False
    for fault in chained(balances.shelves(work), balances.lines(work)):
        wrong = True
        yield fault
    if not wrong:
        # What stands on wrong lines is wrong with them: they are to be mended first.
        yield from places.lying(work)
        yield from lots.shares(work)
        yield from demand.waits(work)
    for law in (
        kits.parts,
        supply.supplies,
        transit.transfers,
        transit.numbers,
        counts.counts,
        documents.numbers,
        balances.exposures,
        documents.amounts,
        documents.releases,
        journal.versions,
        journal.messages,
        journal.answers,
    ):
        yield from law(work)
    yield from chain.chain(work, printed)


def examine(work: Work, printed: str = "") -> list[Broken]:
    """Give every broken row; none where all laws hold, and where a printed head is found."""
    return list(findings(work, printed))
