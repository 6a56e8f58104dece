"""Self-releases, other people's names and another past: tried by services, and by plain SQL."""

from collections.abc import Callable
from contextlib import closing, contextmanager
from typing import Any, Final, NamedTuple

import psycopg

from orderdesk.domain.errors import OrderDeskError, Refused
from orderdesk.domain.notes import NoteRequest
from orderdesk.domain.orders import AmendRequest, LineChange, LineRequest, OrderRequest
from orderdesk.domain.queues import QueueFilter
from orderdesk.services import chain, notes, roles
from orderdesk.services.orders.amend import amend
from orderdesk.services.orders.holds import hold, release
from orderdesk.services.orders.place import place
from orderdesk.services.orders.reading import show
from orderdesk.services.queues.deciding import approve
from orderdesk.services.queues.reading import list_
from orderdesk.store.desk import Desk
from tests.company import USERS
from tests.faults.trial import Fault, Trial, must
from tests.roles import Roles

EVERYBODY: Final = ("owner", *USERS)
ENTERING: Final = ("clerk", "clerk2", "supervisor")
RELEASING: Final = ("supervisor", "owner")
"""Who has the right to release at all."""
TRIES: Final = 12
"""What is tried with each order."""
_STANDS: Final = (
    "SELECT count(*), md5(string_agg(h::text, '' ORDER BY id)) FROM hold h",
    "SELECT count(*), md5(string_agg(e::text, '' ORDER BY id)) FROM event e",
    "SELECT count(*), md5(string_agg(m::text, '' ORDER BY id)) FROM movement m",
    "SELECT count(*), md5(string_agg(s::text, '' ORDER BY event_id)) FROM seal s",
    "SELECT count(*), md5(string_agg(o::text, '' ORDER BY id)) FROM sales_order o",
    "SELECT count(*), md5(string_agg(u::text, '' ORDER BY id)) FROM desk_user u",
    "SELECT md5(string_agg(r::text, '' ORDER BY role, right_code)) FROM role_right r",
    "SELECT self_release FROM company",
    "SELECT md5(string_agg(p::text, '' ORDER BY role)) FROM person p",
    "SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM command c",
)


class Held(NamedTuple):
    """An order that is held, and who cannot release that."""

    number: str
    entered_by: str
    barred: frozenset[str]


class People:
    """The people of the company, each at a desk; on PostgreSQL each as a role of the server."""

    def __init__(self, trial: Trial) -> None:
        """Make the roles, where there are any."""
        self.trial = trial
        self.roles = Roles(trial.url) if trial.url.startswith("postgres") else None
        self.tried = 0
        self._left: list[tuple[str, Callable[[Held], set[str]]]] = []
        if self.roles is not None:
            self.roles.set_up()

    @contextmanager
    def desk(self, user: str) -> Any:
        """Give a user's desk."""
        desk = self.trial.desk(user) if self.roles is None else closing(self.roles.desk(user))
        with desk as opened:
            yield opened

    def place(self) -> Held:
        """Place an order that is held by the credit limit, and mostly by more people than one."""
        random = self.trial.random
        by = random.choice(ENTERING)
        with self.desk(by) as desk:
            wanted = OrderRequest(customer="CASH", lines=(LineRequest(product="P1", quantity="2"),))
            number = desk.run(place, wanted).number
        barred = {by}
        if random.random() < 0.5:
            with self.desk(other := random.choice(ENTERING)) as desk:
                change = LineChange(line=1, quantity="3")
                desk.run(amend, AmendRequest(number=number, lines=(change,)))
            barred.add(other)
        if random.random() < 0.5:
            with self.desk(random.choice(ENTERING)) as desk:
                desk.run(hold, number, reason="ask first")
        return Held(number, by, frozenset(barred))

    def next_statement(self) -> "tuple[str, Callable[[Held], set[str]]]":
        """Give what to try by hand: each once, in another order every time."""
        if not self._left:
            self._left = self.trial.random.sample(STATEMENTS, len(STATEMENTS))
        return self._left.pop()

    def stands(self, held: Held) -> Any:
        """Give everything that nothing tried may change."""
        if self.roles is None:
            with self.desk("owner") as desk:
                return desk.read(show, held.number)
        with self.roles.admin() as admin:
            return [admin.execute(each).fetchone() for each in _STANDS]


def by_service(people: People, held: Held) -> None:
    """Release what one may not, by the order or from its queue, or as somebody else."""
    random = people.trial.random
    who = random.choice([*held.barred, *set(EVERYBODY).difference(RELEASING)])
    with people.desk(who) as desk:
        try:
            if random.random() < 0.5:
                own = ("credit_limit",) if who in held.barred else None
                desk.run(release, held.number, own, reason="mine")
            else:
                items = desk.read(list_, QueueFilter(subject=held.number)).items
                item = next(each for each in items if each.reason == "credit_limit")
                desk.run(approve, item.id, reason="mine")
        except Refused as error:
            must(error.code in ("own_hold", "no_right"), f"{error.code}: {error.message}")
        else:
            must(False, f"{who} released {held.number}, barred {sorted(held.barred)}")


def as_another(people: People, held: Held) -> None:
    """Open the desk under a name that is not one's own, with and without opening it properly."""
    if people.roles is None:
        return by_service(people, held)
    random = people.trial.random
    who, other = random.sample(EVERYBODY, 2)
    note = NoteRequest(subject="order", key=held.number, text="not by me")
    with closing(Desk(people.roles.url_of(who), other)) as desk:
        try:
            desk.open() if random.random() < 0.5 else desk.run(notes.add, note)
        except OrderDeskError as error:
            must(error.code == "not_you", f"{who} as {other}: {error.code}: {error.message}")
        else:
            must(False, f"{who} acts as {other}")
    return None


def by_hand(people: People, held: Held) -> None:
    """Do by plain SQL, as the role of a person, what that person may not do."""
    if people.roles is None:
        return by_service(people, held)
    random = people.trial.random
    words, wrong_doers = people.next_statement()
    who = random.choice(sorted(wrong_doers(held)))
    owner = people.roles.owner
    # Whoever entered the order is no other one: an update to what stands already changes nothing.
    other = random.choice([each for each in EVERYBODY if each not in (who, held.entered_by)])
    with people.roles.connect(who) as connection:
        role = connection.info.user
        try:
            for each in words.split(";"):
                named = {"me": who, "other": other, "owner": owner, "role": role}
                of = f"(SELECT id FROM sales_order WHERE number = '{held.number}')"
                connection.execute(each.format(order=of, **named))
            connection.commit()
        except psycopg.Error as error:
            connection.rollback()
            state = error.sqlstate
            must(state in ("OD001", "42501"), f"{who}: {each}: {state} {error}")
        else:
            must(False, f"{who} did {words}")
    return None


def _barred(held: Held) -> set[str]:
    return set(held.barred)


def _others(held: Held) -> set[str]:
    return set(EVERYBODY)


def _no_releaser(held: Held) -> set[str]:
    return {*held.barred, *set(EVERYBODY).difference(RELEASING)}


def _no_admin(held: Held) -> set[str]:
    return set(EVERYBODY).difference(("owner", "admin"))


_RELEASE = "UPDATE hold SET released_by = '{}', released_at = 1, reason = 'x' WHERE order_id = "
_SPOOF = "CREATE TEMP TABLE {0} (LIKE public.{0}); "

STATEMENTS: Final[tuple[tuple[str, Callable[[Held], set[str]]], ...]] = (
    (_RELEASE.format("{me}") + "{order}", _no_releaser),
    (_RELEASE.format("{other}") + "{order}", _others),
    (_RELEASE.format("system") + "{order}", _barred),
    (_SPOOF.format("sales_order") + _RELEASE.format("{me}") + "1", _no_releaser),
    (_SPOOF.format("person") + _RELEASE.format("{other}") + "{order}", _others),
    ("UPDATE company SET self_release = 1", _no_admin),
    ("UPDATE desk_user SET role = 'owner' WHERE name = '{me}'", _no_admin),
    ("UPDATE desk_user SET pin_hash = 'x' WHERE name = 'owner'", _no_admin),
    ("INSERT INTO role_right VALUES ('clerk', 'refund', NULL)", _no_admin),
    ("DELETE FROM role_right", _no_admin),
    ("UPDATE sales_order SET entered_by = '{other}' WHERE id = {order}", _others),
    (
        "INSERT INTO sales_order SELECT (jsonb_populate_record(o, jsonb_build_object('id', 9999,"
        " 'number', 'X-1', 'entered_by', '{other}'))).* FROM sales_order o WHERE id = {order}",
        _others,
    ),
    ("UPDATE hold SET placed_by = 'system' WHERE order_id = {order}", _others),
    ("UPDATE hold SET order_id = 1 WHERE order_id > 1; DELETE FROM hold", _others),
    ("UPDATE hold SET rejected_by = '{other}', taken_by = '{other}'", _others),
    ("UPDATE event SET actor = '{other}'", _others),
    ("DELETE FROM event", _others),
    ("TRUNCATE event CASCADE", _others),
    ("UPDATE movement SET quantity = 0", _others),
    ("DELETE FROM movement", _others),
    ("TRUNCATE movement", _others),
    ("UPDATE seal SET hash = 'x'", _others),
    ("DELETE FROM seal", _others),
    ("INSERT INTO seal VALUES (99999, 'x')", lambda held: {"clerk", "warehouse", "accounts"}),
    ("UPDATE command SET answer = '1'", _others),
    (
        "INSERT INTO event (subject, subject_id, kind, actor, at, body)"
        " VALUES ('order', 1, 'released', '{other}', 1, '{{}}')",
        _others,
    ),
    (
        "INSERT INTO event (id, subject, subject_id, kind, actor, at, body)"
        " VALUES (1000000, 'order', 1, 'released', '{me}', 1, '{{}}')",
        _others,
    ),
    (
        "INSERT INTO movement (product_id, warehouse, quantity, kind, reason, reference, at, actor)"
        " VALUES (1, '01', 1, 'receipt', '', '', 1, '{other}')",
        _others,
    ),
    ("INSERT INTO command VALUES ('x', 'x', 'x', '1', '{other}', 1)", _others),
    ("UPDATE person SET name = '{other}' WHERE role = '{role}'", _others),
    ("ALTER TABLE event DISABLE TRIGGER ALL", _others),
    ("DROP TRIGGER hold_four_eyes ON hold", _others),
    (
        "CREATE OR REPLACE FUNCTION acting_name(written text) RETURNS text AS 'x' LANGUAGE sql",
        _others,
    ),
    ("SET session_replication_role = replica", _others),
    ('SET ROLE "{owner}"', _others),
    ('SET SESSION AUTHORIZATION "{owner}"', _others),
    ('GRANT "{owner}" TO "{role}"', _others),
    ("CREATE TABLE mine (a int)", _others),
    ("SELECT setval('event_id_seq', 1)", _others),
)


def run(trial: Trial) -> str:
    """Try all kinds with one order after the other; then who may release it does."""
    people = People(trial)
    try:
        with people.desk("owner") as owner:
            for right in ("settings", "credit"):
                owner.run(roles.set_right, "clerk", right, taken=True)
            owner.run(chain.seal)
        for _ in range(trial.n):
            held = people.place()
            before = people.stands(held)
            for _ in range(TRIES):
                trial.random.choice((by_service, as_another, by_hand, by_hand, by_hand))(
                    people, held
                )
                people.tried += 1
            must(people.stands(held) == before, f"{held.number}: something was changed")
            with people.desk("owner") as owner:
                owner.run(release, held.number)
        trial.laws_hold()
    finally:
        if people.roles is not None:
            people.roles.drop()
    how = "by services" if people.roles is None else "by services and by hand"
    return f"{people.tried} attempts {how}, all refused; {trial.n} orders released by who may"


FAULT = Fault(
    "people release what they entered, write under other names or change the past, by services and "
    "on PostgreSQL by plain SQL as roles: all is refused, and nothing was changed",
    run,
    full=50,
    short=8,
    counts="orders",
)
