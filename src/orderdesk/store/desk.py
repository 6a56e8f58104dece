"""The desk: a company's database, opened and checked, through which every service is called.

`run` is the edge of a unit of work: it finds a command id that was answered before, runs the
service, stores its answer and commits; or nothing happened. What may pass by itself is tried
again.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar, get_type_hints

from orderdesk.domain.errors import Busy, Conflict, NotFound, OrderDeskError, Refused
from orderdesk.domain.people import unknown_user
from orderdesk.store.engine import Database, database, too_large
from orderdesk.store.frozen import frozen
from orderdesk.store.prepared import Row, Runnable
from orderdesk.store.work import Work

if TYPE_CHECKING:
    from pydantic import TypeAdapter

P = ParamSpec("P")
T = TypeVar("T")

TRIES: Final = 8
PATIENCE: Final = 20.0
"""Seconds after which nothing is tried again."""

COMMAND: Final = frozen("orderdesk.store.expressions:COMMAND")
COMMANDS: Final = frozen("orderdesk.store.expressions:COMMANDS")
_USER: Final = frozen("orderdesk.store.expressions:USER")
_USER_OF_OS: Final = frozen("orderdesk.store.expressions:USER_OF_OS")


class Desk:
    """One company's database and the user who acts on it."""

    def __init__(self, where: Database | str | Path, user: str, *, read_only: bool = False) -> None:
        """Name the database (a URL, a file or a Database) and the user; nothing is opened yet."""
        self.database = (
            where if isinstance(where, Database) else database(where, read_only=read_only)
        )
        self.user = user
        self.has_pin = False
        """Whether the user had a PIN when the desk was opened."""

    def open(self) -> Desk:
        """Check the database and the user; raise Unavailable or NotFound with the cure."""
        try:
            self._check()
        except BaseException:
            self.close()
            raise
        return self

    def _check(self) -> None:
        self._patiently(self.database.check)
        is_known = self.refuse_other(self.user)
        found = self._patiently(lambda: self._one(_USER, name=self.user))
        if found is None or found.archived:
            raise unknown_user(self.user)
        # The server has let them in as who they are: a PIN would prove less.
        self.has_pin = bool(found.pin_hash) and not is_known

    def refuse_other(self, user: str) -> bool:
        """Tell whether the database itself knows that this is who sits here.

        Raises Refused where it knows it to be somebody else.
        """
        person = self._patiently(self.database.person)
        if person is not None and person != user:
            raise Refused(
                "not_you",
                f"the database knows this session to be {person}, who does not act as {user!r}; "
                "leave --user and ORDERDESK_USER out, or sign in to the database as their role",
                person=person,
                user=user,
            )
        return person is not None

    def for_user(self, user: str) -> Desk:
        """Give a desk of another user over the same connections.

        What is under way at this one stays its own user's.
        """
        return Desk(self.database, user)

    def user_of_os(self, name: str) -> str:
        """Give the user that the operating system's user `name` is mapped to.

        Where the database knows itself whose session this is, that user. Raises NotFound, with the
        cure, where nobody is, and Unavailable as `open` does.
        """
        self._patiently(self.database.check)
        person = self._patiently(self.database.person)
        if person is not None:
            return person
        found = self._patiently(lambda: self._one(_USER_OF_OS, os_user=name))
        if found is None:
            raise NotFound(
                "unmapped_user",
                f"{name or 'the user of this system'} is nobody here; name who acts with --user "
                "or ORDERDESK_USER, or let an administrator run "
                f"`orderdesk user set NAME --os-user {name or 'LOGIN'}`",
                os_user=name,
            )
        user: str = found.name
        return user

    def read(
        self, service: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a service that only reads, in one snapshot."""
        return self._patiently(lambda: self._read(service, *args, **kwargs))

    def run(
        self,
        service: Callable[Concatenate[Work, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a service that changes something, as one unit of work."""
        return self.command(None, service, *args, **kwargs)

    def command(
        self,
        command_id: str | None,
        service: Callable[Concatenate[Work, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a service once for this command id; the same id again gives the first answer.

        Raises Refused where the id was used for another request.
        """
        return self._patiently(lambda: self._write(command_id, service, args, kwargs))

    def rehearse(
        self, service: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a service, give its answer and undo everything; no number is taken."""

        def unit() -> T:
            with self.database.write(self.user, rehearsal=True) as work:
                return service(work, *args, **kwargs)

        return self._patiently(unit)

    def _one(self, wanted: Runnable, **parameters: str) -> Row | None:
        with self.database.read(self.user) as work:
            return work.one(wanted, parameters)

    def _read(self, service: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        with self.database.read(self.user) as work:
            return service(work, *args, **kwargs)

    def _write(
        self,
        command_id: str | None,
        service: Callable[..., T],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> T:
        if command_id is None:
            with self.database.write(self.user) as work:
                return service(work, *args, **kwargs)
        name = f"{service.__module__.rpartition('.')[2]}.{service.__name__}"
        # Before the unit of work begins: other writers need not wait for it.
        request_hash = _hash(name, args, kwargs)
        try:
            with self.database.write(self.user) as work:
                known = work.one(COMMAND, {"id": command_id})
                if known is not None:
                    return _first_answer(known, command_id, request_hash, service)
                view = service(work, *args, **kwargs)
                # Type checkers have seen what services give; looking again takes a quarter of it.
                answer = _answers(service).dump_json(view, warnings=False).decode()
                row = (command_id, name, request_hash, answer, work.actor, work.now)
                work.insert(COMMANDS, [row])
                return view
        except Exception:
            # On PostgreSQL it may have been under way elsewhere, and be done only now.
            known = self._command(command_id)
            if known is None:
                raise
        return _first_answer(known, command_id, request_hash, service)

    def _command(self, command_id: str) -> Row | None:
        """Give what was answered to a command; None too where that cannot be told."""
        with suppress(Exception):
            return self._one(COMMAND, id=command_id)
        return None

    def _patiently(self, unit: Callable[[], T]) -> T:
        started = time.monotonic()
        for tries in range(1, TRIES + 1):
            try:
                return unit()
            except Exception as error:
                if not self.database.is_passing(error):
                    if isinstance(error, OrderDeskError):
                        raise
                    said = self.database.sentence(error) or _refusal(error)
                    if said is None:
                        raise
                    raise said from error
                if tries == TRIES or time.monotonic() - started > PATIENCE:
                    if isinstance(said := self.database.sentence(error), Conflict):
                        raise said from error
                    raise Busy(
                        "busy",
                        f"{self.database.url} stayed busy; nothing was changed: try again",
                        tries=tries,
                    ) from error
            time.sleep(random.uniform(0.005, 0.02) * tries)
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close every thread's connections; no call may be under way."""
        self.database.close()


def _first_answer(known: Row, command_id: str, request_hash: str, service: Callable[..., T]) -> T:
    """Give what the command was answered; raise Refused where it was another request."""
    if known.request_hash != request_hash:
        raise Refused(
            "command_id_reused",
            f"command id {command_id!r} was used for another request "
            f"({known.service}); give this one an id of its own",
            command_id=command_id,
            service=known.service,
        )
    answer: T = _answers(service).validate_json(known.answer)
    return answer


def _refusal(error: Exception) -> Refused | None:
    """Say in words what no database can keep, for the services that did not ask beforehand."""
    from pydantic_core import PydanticSerializationError

    if isinstance(error, UnicodeEncodeError | PydanticSerializationError):
        return Refused(
            "bad_text",
            "a text has half a character in it (a lone surrogate), which cannot be stored; type "
            "it again",
        )
    if isinstance(error, OverflowError):
        return too_large()
    return None


@cache
def _answers(service: Callable[..., Any]) -> TypeAdapter[Any]:
    """Give the reader and writer of what this service gives."""
    # A desk is open before pydantic is read.
    from pydantic import TypeAdapter

    return TypeAdapter(get_type_hints(service)["return"])


@cache
def _writer(kind: Any) -> Callable[[Any], bytes]:
    """Give what writes one kind of argument as JSON.

    Defaults are left out: a field that a later version adds must not change an old request's hash.
    """
    from pydantic import TypeAdapter

    return partial(TypeAdapter(kind).dump_json, exclude_defaults=True)


def _hash(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Give the hash that tells two requests apart."""
    digest = hashlib.sha256(name.encode())
    for value in (*args, *(part for item in sorted(kwargs.items()) for part in item)):
        digest.update(b"\0")
        kind: Any = type(value)
        digest.update(_writer(kind)(value))
    return digest.hexdigest()
