"""Who sits at a desk: what it reads as soon as it is open, before any model."""

from typing import Final

from orderdesk.domain.people import Sitting, unknown_user
from orderdesk.store.frozen import frozen
from orderdesk.store.work import Work

_PERSON: Final = frozen("orderdesk.services.people:PERSON")


def sitting(work: Work, user: str) -> Sitting:
    """Give what a desk needs to know of who sits at it. Raises NotFound."""
    person = work.one(_PERSON, {"user": user})
    if person is None:
        raise unknown_user(user)
    return Sitting(user, bool(person.pin_hash), person.lock_minutes)
