"""VAT numbers: checked where their country's form is known, and written one way."""

from typing import Final

from orderdesk.domain.errors import Refused
from orderdesk.domain.text import fold_code

_PREFIXES: Final = {
    **{code: code for code in "AT BE BG CY CZ DE DK EE ES FI FR HR HU IE IT LT LU LV MT".split()},
    **{code: code for code in "NL PL PT RO SE SI SK GB CH NO".split()},
    "EL": "GR",
    "XI": "GB",
}
"""What a VAT number begins with: its country, as the library calls it."""

_OWN_PREFIX: Final = {country: prefix for prefix, country in _PREFIXES.items() if prefix != "XI"}


def checked(number: str, country: str, what: str) -> str:
    """Give a customer's tax number as it is kept; one of no known form stays as it is typed.

    Its country is that of the prefix it begins with, else `country`, where that is a code of two
    letters. Raises Refused, naming `what`.
    """
    folded = fold_code(number)
    prefix = folded[:2] if folded[:2] in _PREFIXES else ""
    home = _PREFIXES[prefix] if prefix else fold_code(country)
    if not folded or len(home) != 2 or not (home.isascii() and home.isalpha()):
        return number
    return _valid(number, folded, home, prefix, what)


def _valid(number: str, folded: str, home: str, prefix: str, what: str) -> str:
    # Only who sets a number pays for the library.
    from stdnum import exceptions, get_cc_module

    form = get_cc_module(home, "vat")
    if form is None:
        return number
    bare = folded[2:] if prefix in ("EL", "XI") else folded
    reasons = {
        exceptions.InvalidLength: "it has too few or too many characters",
        exceptions.InvalidFormat: "its letters and digits stand in no such order",
        exceptions.InvalidChecksum: "its check digit is wrong, so one of its digits is",
        exceptions.InvalidComponent: "a part of it does not exist",
    }
    try:
        kept: str = form.validate(bare)
    except exceptions.ValidationError as error:
        reason = next((words for kind, words in reasons.items() if isinstance(error, kind)), "")
        raise Refused(
            "bad_tax_number",
            f"{what}: tax_number {number!r} is not one of {home}: {reason or 'it is wrong'}; "
            "ask the customer for it again",
            field="tax_number",
            value=number,
            country=home,
        ) from None
    own = prefix or _OWN_PREFIX.get(home, "")
    return kept if kept.startswith(own) else f"{own}{kept}"
