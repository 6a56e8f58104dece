"""Bad values in every field of every service: found by their types, so that none is forgotten.

A service is a function of `orderdesk.services` that takes a unit of work and otherwise what a
face can give: texts, whole numbers, dates, and the requests of `orderdesk.domain`.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

import orderdesk
from orderdesk.domain.dated import DATED
from orderdesk.domain.masters import MASTERS
from orderdesk.store.work import Work
from tests.faults.grabs import AWAY

INTERNAL: Final = frozenset(
    "allocation.losing.deallocate allocation.lots.given_back allocation.lots.of_line"
    " catalogue.check_carrier catalogue.check_terms company.found"
    " credit.exposure.enter credit.exposure.leave credit.exposure.move"
    " credit.exposure.move_family nightly.begin nightly.is_finished nightly.move_on"
    " notes.of notes.subject_id orders.changing.lock orders.rows.order_row orders.rows.read_order"
    " receipts.take_back rights.bound rights.require rights.require_any"
    " supplies.rows.locked".split()
)
"""Functions that services call among themselves, with values that were checked before."""

ORDER: Final = "\N{WHITE SQUARE}order"
NEW: Final = "\N{WHITE SQUARE}new"
DRAFT: Final = "\N{WHITE SQUARE}draft"
RECORD: Final = "\N{WHITE SQUARE}record"
QUEUED: Final = "\N{WHITE SQUARE}queued"
TRANSFER: Final = "\N{WHITE SQUARE}transfer"
SHEET: Final = "\N{WHITE SQUARE}sheet"
SUPPLY: Final = "\N{WHITE SQUARE}supply"
"""Stand for fresh things: an order's number, a code nobody has, a draft's id, a record's code, the
id of a hold in its queue, the numbers of a transfer, a sheet of a count and expected goods."""

_SUPPLY: Final = ("announcing.set_", "announcing.cancel", "reading.show")

SAMPLES: Final[Mapping[str, Any]] = {
    "product": "P1",
    "products": "P1",
    "customer": "ACME",
    "number": ORDER,
    "order": ORDER,
    "to_order": ORDER,
    "TransferRequest.target": AWAY,
    **{f"transfers.{name}.number": TRANSFER for name in ("show", "receive", "cancel")},
    **{f"counts.{name}.number": SHEET for name in ("show", "enter", "post", "cancel")},
    **{f"supplies.{name}.number": SUPPLY for name in _SUPPLY},
    "draft_id": DRAFT,
    "DraftRequest.id": NEW,
    "code": NEW,
    "masters.set_.code": RECORD,
    "customers.views.show.code": "ACME",
    "customers.save.set_.code": "FREE",
    "products.set_.code": "P2",
    "products.show.code": "P2",
    "orders.preview.product.name": "P1",
    **{f"queues.deciding.{name}.id": QUEUED for name in ("take", "approve", "reject", "note")},
    "AdjustRequest.quantity": None,
    "release.codes": None,
    "name": "Name",
    "part": NEW,
    "address.code": "01",
    "charges.code": "freight",
    "amount": "1",
    "quantity": "1",
    "price": "1",
    "line": 1,
    "text": "text",
    "body": "{}",
    "key": "ACME",
    "subject": "customer",
    "kind": "carrier",
    "due": "2026-12-01",
    "street": "1 Mill Rd",
    "city": "Leeds",
    "limit": "5",
    "reason": "reason",
    "header": None,
}
"""What stands where nothing bad does, by field, or by class or place and field."""

_GIVEN: Final = frozenset(
    "OrderRequest.lines CustomerRequest.code CustomerRequest.name ProductRequest.code"
    " ProductRequest.name ReceiveRequest.product ReceiveRequest.quantity SupplyRequest.product"
    " SupplyRequest.quantity SupplyRequest.due".split()
)
"""What a request may do without, but is more telling with."""

_MASTER_VALUES: Final[Mapping[str, Any]] = {
    "percent": "5",
    "whole number": "2",
    "date": "2026-11-23",
    "time of day": "12:00",
    "time zone": "UTC",
    "currency": "USD",
    "flag": "no",
    "amount": "5",
}

Make = Callable[[Any], Any]


class Spot(NamedTuple):
    """A place in a service's arguments where a bad value can stand."""

    path: str
    kind: str
    """text, whole (a number), or given (either)."""
    make: Make
    """Makes the argument with this value in it."""


class Service(NamedTuple):
    """A service with arguments that are well, and all places where they may be bad."""

    name: str
    call: Callable[..., Any]
    arguments: Mapping[str, Any]
    spots: Sequence[tuple[str, Spot]]
    """Each with the argument that it is in."""


def services() -> list[Service]:
    """Give every service that faces call."""
    root = Path(str(orderdesk.__file__)).parents[1]
    found: list[Service] = []
    for path in sorted((root / "orderdesk/services").rglob("*.py")):
        module = import_module(".".join(path.relative_to(root).with_suffix("").parts))
        for name, function in inspect.getmembers(module, inspect.isfunction):
            called = f"{module.__name__.removeprefix('orderdesk.services.')}.{name}"
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and called not in INTERNAL:
                found += _services_of(called, function)
    return found


def _services_of(name: str, function: Callable[..., Any]) -> Iterator[Service]:
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].annotation not in (Work, "Work"):
        return
    try:
        hints = get_type_hints(function)
    except NameError:
        return  # it takes what another service has read, so no face calls it
    hints.pop("return", None)
    wanted = {each.name: hints[each.name] for each in parameters[1:]}
    if not wanted or not all(_can_be_given(hint) for hint in wanted.values()):
        return
    for arguments in _arguments(name, wanted):
        spots = [
            (argument, spot)
            for argument, hint in wanted.items()
            for spot in _spots(hint, arguments[argument], argument, "")
        ]
        yield Service(name, function, arguments, spots)


def _arguments(name: str, wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give sets of arguments that are well; one for each kind where there are kinds."""
    arguments = {key: _sample(hint, key, name) for key, hint in wanted.items()}
    if "given" not in wanted:
        yield arguments
    elif "kind" not in wanted:
        yield {**arguments, "given": {"name": "Name", "minimum_order": "5", "country": "UK"}}
    else:
        kinds = (
            {kind: each.all_fields for kind, each in DATED.items()}
            if name.startswith("dated.")
            else {kind: each.fields for kind, each in MASTERS.items()}
        )
        for kind, known in kinds.items():
            given = {
                key: _MASTER_VALUES.get(field.form.value, field.choices[:1] and field.choices[0])
                or "x"
                for key, field in known.items()
                if field.form.value != "code"
            }
            yield {**arguments, "kind": kind, "given": given}


def _options(hint: Any) -> list[Any]:
    union = get_origin(hint) in (Union, UnionType)
    return [each for each in get_args(hint) if each is not NoneType] if union else [hint]


def _can_be_given(hint: Any) -> bool:
    options = _options(hint)
    return all(
        each in (str, int, bool, date, Decimal)
        or (is_dataclass(each) and str(each).startswith("<class 'orderdesk.domain."))
        or _is_choice(each)
        or (all(map(_can_be_given, _parts(each))) if _parts(each) else _is_many(each))
        or (get_origin(each) is Mapping and get_args(each)[0] is str and _is_given(each))
        for each in options
    )


def _is_many(kind: Any) -> bool:
    return get_origin(kind) in (tuple, Sequence) and _can_be_given(get_args(kind)[0])


def _is_choice(kind: Any) -> bool:
    """Tell whether it is one of a few words, which faces choose from and nobody types."""
    return isinstance(kind, type) and issubclass(kind, Enum)


def _parts(kind: Any) -> list[Any]:
    """Give the types of a key's parts, in their places; none for whatever else there is."""
    if hasattr(kind, "_fields") and kind.__module__.startswith("orderdesk.domain."):
        return list(get_type_hints(kind).values())
    parts = get_args(kind) if get_origin(kind) is tuple else ()
    return [] if Ellipsis in parts else list(parts)


def _is_given(hint: Any) -> bool:
    return {str, int} <= set(_options(get_args(hint)[1]))


def _sample(hint: Any, name: str, place: str, *, needed: bool = False) -> Any:
    """Make a value that is well; None where it need not be there."""
    if NoneType in get_args(hint) and not needed:
        return None
    first = _options(hint)[0]
    if is_dataclass(first):
        return _sample_of(first, place)
    if _is_choice(first):
        return next(iter(first))
    if parts := _parts(first):
        return getattr(first, "_make", tuple)(_sample(each, name, place) for each in parts)
    if get_origin(first) in (tuple, Sequence):
        return (_sample(get_args(first)[0], name, name),)
    found = SAMPLES.get(f"{place}.{name}", SAMPLES.get(name, "x" if first is str else 1))
    if first in (bool, date, Decimal):
        return {bool: False, date: date(2026, 11, 23), Decimal: Decimal(1)}[first]
    if first is int:
        return found if isinstance(found, int) or found == SUPPLY else 5
    return found if get_origin(first) is None else {}


def _sample_of(kind: Any, place: str) -> Any:
    """Make a request with what it must have, and with a line where it has lines."""
    hints = get_type_hints(kind)
    values = {}
    for field in fields(kind):
        own = f"{kind.__name__}.{field.name}"
        if own in SAMPLES:
            values[field.name] = SAMPLES[own]
        elif _must_be_given(field) or own in _GIVEN:
            found = _sample(hints[field.name], field.name, place, needed=True)
            values[field.name] = found
    return kind(**values)


def _must_be_given(field: "Field[Any]") -> bool:
    return field.init and field.default is MISSING and field.default_factory is MISSING


def _spots(hint: Any, value: Any, path: str, place: str) -> Iterator[Spot]:
    options = _options(hint)
    texts, wholes = str in options, int in options
    if texts or wholes:
        kind = "given" if texts and wholes else "text" if texts else "whole"
        yield Spot(path, kind, lambda new: new)
    for option in options:
        if is_dataclass(option):
            yield from _spots_of(option, value or _sample_of(option, path), path)
        elif parts := _parts(option):
            whole = value or _sample(option, path, place)
            for at, (inner, part) in enumerate(zip(parts, whole, strict=True)):
                for spot in _spots(inner, part, f"{path}.{at}", place):
                    yield spot._replace(make=_in_key(whole, at, spot.make))
        elif get_origin(option) in (tuple, Sequence):
            inner = get_args(option)[0]
            first = value[0] if value else _sample(inner, path.rpartition(".")[2], path)
            for spot in _spots(inner, first, path, place):
                yield spot._replace(make=_in_tuple(spot.make))
        elif get_origin(option) is Mapping:
            for key in value:
                yield Spot(f"{path}.{key}", "given", _in_mapping(value, key))
            yield Spot(f"{path}.(a name)", "text", lambda new: {**value, new: "x"})


def _spots_of(kind: Any, value: Any, path: str) -> Iterator[Spot]:
    hints = get_type_hints(kind)
    for field in fields(kind):
        name = f"{path}.{field.name}"
        for spot in _spots(hints[field.name], getattr(value, field.name), name, kind.__name__):
            yield spot._replace(make=_in_request(value, field.name, spot.make))


def _in_tuple(make: Make) -> Make:
    return lambda new: (make(new),)


def _in_key(value: Any, at: int, make: Make) -> Make:
    kind = getattr(type(value), "_make", tuple)
    return lambda new: kind([*value[:at], make(new), *value[at + 1 :]])


def _in_mapping(value: Mapping[str, Any], key: str) -> Make:
    return lambda new: {**value, key: new}


def _in_request(value: Any, name: str, make: Make) -> Make:
    return lambda new: replace(value, **{name: make(new)})
