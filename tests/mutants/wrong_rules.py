"""The seeded mistakes: each a rule of credit or holds that is wrong at one place."""

from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple

from orderdesk.services import nightly
from orderdesk.services.credit import account, checks, exposure, items
from orderdesk.services.orders import (
    ceilings,
    changing,
    checking,
    closing,
    holds,
    place,
    rechecking,
    rules,
)
from tests.mutants.seeding import slip


class Mutant(NamedTuple):
    """A mistake by its name."""

    name: str
    caught_by: str
    """What tells it: `refusal`, `balances`, `orders`, `holds` or `shown`."""
    function: Any
    right: str
    """A place in its source."""
    wrong: str
    """What stands there instead."""

    def seeded(self) -> AbstractContextManager[None]:
        """Make the mistake, for as long as the context lasts."""
        return slip(self.function, self.right, self.wrong)


_OWED: Final = (
    Mutant(
        "tax missing in a new order",
        "balances",
        place._order_row,
        "open_value=taxed.total",
        "open_value=taxed.net",
    ),
    Mutant(
        "tax missing in a changed order",
        "balances",
        changing._totalled,
        "open_value=waiting.total",
        "open_value=waiting.net",
    ),
    Mutant(
        "held orders left out",
        "balances",
        place._write,
        "holder_id, order.exposed)",
        "holder_id, 0 if rows.holds else order.exposed)",
    ),
    Mutant(
        "what shrinks counts as before",
        "balances",
        changing.settle,
        "holder_id, rose)",
        "holder_id, max(0, rose))",
    ),
    Mutant(
        "unapplied payments ignored",
        "balances",
        items._move,
        "holder_id, owed - paid)",
        "holder_id, owed)",
    ),
    Mutant(
        "an item that is changed counts twice",
        "balances",
        items._take,
        "max(0, item.open) - max(0, was)",
        "max(0, item.open)",
    ),
    Mutant(
        "horizon ignored",
        "balances",
        exposure.exposed_of,
        "order.due > horizon(buyer.business_date, buyer.credit_horizon)",
        "False",
    ),
    Mutant(
        "horizon a day short",
        "balances",
        exposure.exposed_of,
        "order.due > horizon",
        "order.due >= horizon",
    ),
    Mutant("an order counts by its latest line", "balances", exposure.due_of, "min(", "max("),
    Mutant(
        "family left out", "balances", exposure.move, "if holder_id != customer_id:", "if False:"
    ),
    Mutant(
        "who leaves a family leaves their debts",
        "balances",
        account.set_parent,
        "exposure.move_family(work, row.parent_id, -row.exposure)",
        "pass",
    ),
    Mutant(
        "what enters the horizon is not counted",
        "balances",
        nightly.move_on,
        "exposure.enter(work, exposure.horizon(on, row.credit_horizon))",
        "()",
    ),
)
_CHECKED: Final = (
    Mutant(
        "limit off by one, downwards", "holds", checks._limit, "owed > limit:", "owed >= limit:"
    ),
    Mutant(
        "limit off by one, upwards", "holds", checks._limit, "owed > limit:", "owed > limit + 1:"
    ),
    Mutant("no credit is any credit", "holds", checks._limit, "limit == 0 >= owed", "limit == 0"),
    Mutant("a child judged alone", "holds", checking._state, "buyer.owed,", "buyer.exposure,"),
    Mutant(
        "no credit is some credit far off",
        "holds",
        rules.findings,
        "owed += order.open_value - order.exposed",
        "pass",
    ),
    Mutant(
        "what does not count yet is held",
        "holds",
        rules._credit,
        "counts or verdict.code not in _BY_EXPOSURE",
        "True",
    ),
    Mutant(
        "overdue counted in the wrong direction",
        "shown",
        checks.overdue_days,
        "date.fromisoformat(buyer.business_date) - date.fromisoformat(buyer.oldest_due)",
        "date.fromisoformat(buyer.oldest_due) - date.fromisoformat(buyer.business_date)",
    ),
    Mutant(
        "overdue a day early", "shown", checks._overdue, "days > threshold", "days >= threshold"
    ),
    Mutant(
        "most of one order taken for all",
        "holds",
        checks._document,
        "standing.document > most",
        "standing.owed > most",
    ),
    Mutant("review a day early", "holds", checks._review, "due < standing", "due <= standing"),
    Mutant(
        "prepayment forgotten",
        "holds",
        checks._prepay,
        "buyer.prepay and standing.owed > 0",
        "False",
    ),
    Mutant(
        "everyone's mode before the group's",
        "shown",
        checks.modes_of,
        "key=lambda row: row[3])",
        "key=lambda row: row[3], reverse=True)",
    ),
)
_CHANGED: Final = (
    Mutant(
        "new orders not checked",
        "holds",
        place._taken,
        "checking.first(work, rows, context)",
        "pass",
    ),
    Mutant(
        "changes not checked",
        "holds",
        checking.again,
        "_apply(work, found, before, after, worse)",
        "pass",
    ),
    Mutant(
        "hold lifted by an edit",
        "holds",
        changing.settle,
        "after = rows_of(",
        'holds.release_by_rule(work, found, "less") if rose < 0 else None; after = rows_of(',
    ),
    Mutant("shrinking holds", "holds", checking._apply, "caused = known is", "caused = None is"),
    Mutant(
        "growing holds once at most",
        "holds",
        checking._apply,
        "_grew(each, known) or (worse and each.line is None)",
        "False",
    ),
    Mutant(
        "cancelled and still held",
        "holds",
        closing.cancel,
        'holds.release_by_rule(work, rows, "the order was cancelled")',
        "pass",
    ),
)
_GRANTED: Final = (
    Mutant(
        "grant not bound", "holds", checking.reaches, "wanted.measure <= released.ceiling", "True"
    ),
    Mutant(
        "grant off by one, downwards",
        "holds",
        checking.reaches,
        "measure <= released",
        "measure < released",
    ),
    Mutant(
        "grant off by one, upwards",
        "holds",
        checking.reaches,
        "<= released.ceiling",
        "<= released.ceiling + 1",
    ),
    Mutant(
        "ceiling compared with the net",
        "holds",
        rules._credit,
        "measure=order.total",
        "measure=order.net",
    ),
    Mutant(
        "longer terms ignored",
        "holds",
        checking.reaches,
        "wanted.net_days <= released.net_days",
        "True",
    ),
    Mutant(
        "grant never ends", "holds", checking.reaches, "released.released_until >= today", "True"
    ),
    Mutant(
        "grant a day too long",
        "holds",
        holds._until,
        "days=policy.grant_days)",
        "days=policy.grant_days + 1)",
    ),
    Mutant("the first grant goes, not the last", "holds", checking.covered, "same[-1]", "same[0]"),
    Mutant(
        "one check's grant goes for all",
        "holds",
        checking.covered,
        "key(each) == key(wanted)",
        "True",
    ),
)
_PEOPLE: Final = (
    Mutant("self-release", "refusal", holds.barred, "order.entered_by, each.placed_by, ", ""),
    Mutant(
        "four eyes off",
        "refusal",
        holds.release,
        "bool(own) and bool(policy.self_release)",
        "bool(own)",
    ),
    Mutant(
        "who made it grow lets it go",
        "refusal",
        holds.barred,
        ", *json.loads(each.raised_by)",
        "",
    ),
    Mutant(
        "a ceiling below the total",
        "refusal",
        ceilings.read,
        "if total < order.total:",
        "if False:",
    ),
)
_DAYS: Final = (
    Mutant(
        "what enters the horizon is not checked",
        "holds",
        nightly.move_on,
        "tuple(entered)",
        "()",
    ),
    Mutant(
        "temporary limit never ends", "shown", account._until, "return last", 'return "9999-12-31"'
    ),
    Mutant(
        "the end of a limit checks nothing",
        "holds",
        nightly.end_temporary,
        "tuple(row.number for row in orders)",
        "()",
    ),
    Mutant(
        "what is paid lets nobody go",
        "holds",
        rechecking.recheck,
        "checking.key(each) not in against",
        "False",
    ),
    Mutant(
        "a hold by hand goes by itself",
        "holds",
        rechecking.recheck,
        "if _is_credit(each) and checking.key(each) not in against",
        "if checking.key(each) not in against",
    ),
    Mutant(
        "the first in line waits for the last",
        "holds",
        checking.alone,
        "state.owed -= ",
        "state.owed -= 0 * ",
    ),
)
MUTANTS: Final = (*_OWED, *_CHECKED, *_CHANGED, *_GRANTED, *_PEOPLE, *_DAYS)
