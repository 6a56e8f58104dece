"""What happens at a desk in a few days: every rule of credit and holds, at its very edge.

No step is left to chance, so that each seeded mistake is found by the same step every time.
"""

from collections.abc import Callable

from orderdesk.services.credit import modes
from orderdesk.store.desk import Desk
from tests.mutants.books import GRANT, OVERDUE_DAYS
from tests.mutants.desk_and_books import Both

GROSS = "with its tax within the limit"


def tell(desk_of: Callable[[str], Desk]) -> int:
    """Tell it all on a fresh small company; give the number of steps, or raise Caught."""
    both = Both(desk_of)
    _begin(both)
    for chapter in (
        _limit,
        _grants,
        _people,
        _family,
        _no_credit,
        _items,
        _closing,
        _horizon,
        _days,
    ):
        chapter(both)
    return both.steps


def _begin(both: Both) -> None:
    both.settle("overdue holds", modes.set_, "overdue", "on", str(OVERDUE_DAYS))
    both.settle("overdue warns a group", modes.set_, "overdue", "warn", None, "G1")
    both.settle("a review holds", modes.set_, "review", "on")
    for code in ("LIMIT", "GRANT", "PEOPLE", "HEAD", "PAYER", "CLOSE", "LATER"):
        both.customer(code, "600")
    both.customer("GROSS", "1000")
    both.customer("CHILD", None, parent="HEAD")
    both.customer("ZERO", "0")
    both.customer("AHEAD", None, prepay="1")
    both.customer("REVIEW", None, review_date=both.day(-1).isoformat())
    both.customer("DUE", None, review_date=both.day(0).isoformat())
    both.customer("DOC", "1320", document_most="600")
    both.customer("EDGE", "600")
    both.customer("LATE", None)
    both.customer("WARNED", None, group="G1")
    both.customer("TEMP", "60")
    both.compare("customers of all kinds", "GROSS")


def _limit(both: Both) -> None:
    both.place("up to the limit", "LIMIT", "10")
    beyond = both.place("beyond the limit", "LIMIT", "2")
    both.quantity("a held order shrinks", beyond, "1")
    both.quantity("the other one makes room", 0, "5")
    both.quantity("an edit that fits lets nothing go", beyond, "2")
    both.place("held orders count", "LIMIT", "4")
    both.place("far off, and the limit is passed already", "LIMIT", "1", days=200)
    both.item("a cent is owed", "EDGE", "invoice", "0.01")
    both.place("a cent beyond the limit", "EDGE", "10")
    both.place(GROSS, "GROSS", "8", "TAXED")
    both.place("only its tax beyond the limit", "GROSS", "1", "TAXED")
    both.place("one order up to the most", "DOC", "10")
    both.place("another, little order", "DOC", "1")


def _grants(both: Both) -> None:
    order = both.place("to be granted", "GRANT", "11")
    both.release("a ceiling below the total", order, "supervisor", "659")
    both.release("a grant", order, "supervisor", "780", 1)
    both.release("nothing is held any more", order, "owner")
    both.quantity("growing up to the ceiling", order, "13")
    both.quantity("growing past the ceiling", order, "14")
    both.release("a grant of the total", order, "owner")
    both.quantity("shrinking", order, "12")
    both.quantity("growing back", order, "14")
    both.terms("longer terms", order, "N30")
    both.release("a grant for the longer terms", order, "owner", "1000", 1)
    both.terms("shorter terms", order, "CASH")
    gross = both.place("to be granted with tax", "GRANT", "1", "TAXED")
    both.release("a ceiling a cent short of two", gross, "supervisor", "241.99")
    both.quantity("past it by a cent of tax", gross, "2")
    document = both.place("more than one order may be", "DOC", "11")
    both.release("one check's grant", document, "supervisor", "5000")
    both.quantity("another check", document, "12")


def _people(both: Both) -> None:
    own = both.place("a supervisor's own order", "PEOPLE", "11", user="supervisor")
    both.release("one's own order", own, "supervisor")
    both.release("somebody else's order", own, "owner")
    other = both.place("a clerk's order", "PEOPLE", "1")
    both.quantity("a supervisor makes it grow", other, "2", "supervisor")
    both.release("what one made grow", other, "supervisor")
    both.release("by somebody who did nothing to it", other, "owner")
    both.hold("a hold by hand", own, "supervisor")
    both.release("one's own hold by hand", own, "supervisor")
    both.quantity("growing past a grant beside it", own, "12", "supervisor")
    both.release("both at once", own, "owner")
    both.hold("a hold by hand that nothing lifts", other)


def _family(both: Both) -> None:
    child = both.place("a child within its family's limit", "CHILD", "6")
    head = both.place("beyond the limit with its child", "HEAD", "5")
    both.quantity("a child's order shrinks", child, "5")
    both.place("a child beyond its family's limit", "CHILD", "1")
    both.item("a child's invoice", "CHILD", "invoice", "60", 30)
    both.parent("a child leaves", "CHILD", "")
    both.quantity("alone it has no limit", child, "9")
    both.parent("a child comes back", "CHILD", "HEAD")
    both.cancel("cancelled in a family", head)


def _no_credit(both: Both) -> None:
    both.place("no credit, however far off", "ZERO", "1", days=200)
    both.place("no credit", "ZERO", "1")
    both.place("paid in advance", "AHEAD", "1")
    both.place("review is over", "REVIEW", "1")
    both.place("review is today", "DUE", "1")


def _items(both: Both) -> None:
    both.item("an invoice that is not due", "PAYER", "invoice", "500", 20)
    both.item("more paid than owed", "PAYER", "payment", "450")
    both.place("within the limit by what was paid", "PAYER", "13")
    both.place("beyond it all the same", "PAYER", "1")
    both.item("half of it is paid", "PAYER", "invoice", "500", 20, number="1", left="250")
    both.item("due later", "LATE", "invoice", "60", 30)
    both.place("nothing is late", "LATE", "1")
    both.item("as late as is allowed", "LATE", "invoice", "60", -OVERDUE_DAYS)
    both.place("late, and allowed", "LATE", "1")
    both.item("very late", "WARNED", "invoice", "60", -30)
    both.place("a group that is only warned", "WARNED", "1", "TAXED")


def _closing(both: Both) -> None:
    first = both.place("up to the limit again", "CLOSE", "10")
    both.close("a line closed", first)
    second = both.place("in its room", "CLOSE", "6")
    both.reopen("reopened", first)
    copied = both.copy("copied", second)
    both.cancel("cancelled", first)
    both.quantity("a copy shrinks", copied, "4")
    both.place("what was cancelled does not count", "CLOSE", "1")


def _horizon(both: Both) -> None:
    both.place("beyond the horizon", "LATER", "11", days=91)
    both.place("on its last day", "LATER", "5", days=90)
    moved = both.place("far off", "LATER", "1", days=200)
    both.wanted("moved into the horizon", moved, 90)
    both.wanted("moved out of it", moved, 92)
    both.more("a line of it wanted now", moved, "5", 0)
    both.cancel("cancelled in the horizon", moved)


def _days(both: Both) -> None:
    gross = both.made_by[GROSS]
    both.limit("a temporary limit", "TEMP", "600", 1)
    raised = both.place("within the temporary limit", "TEMP", "9")
    both.item("all is paid", "AHEAD", "payment", "60")
    both.item("some is paid", "PAYER", "payment", "60")
    both.next_day("the next day", 1, "LATER")
    both.place("too late by a day", "LATE", "1")
    both.quantity("on the temporary limit's last day", raised, "10")
    both.next_day("grants and limits end", 2, "TEMP")
    both.quantity("after the temporary limit", raised, "11")
    both.limit("room for one of two", "LIMIT", "500")
    both.limit("a lower limit", "EDGE", "300")
    both.limit("a limit lowered under what is let through", "GROSS", "500")
    both.next_day("limits that were set", 3, "LIMIT")
    both.quantity("shrinking under a lower limit", gross, "7")
    both.quantity("growing under a lower limit", gross, "8")
    both.place("on the day after", "DUE", "1")
    both.next_day("the last day of the usual grants", GRANT.days)
    both.next_day("the day after it", GRANT.days + 1)
