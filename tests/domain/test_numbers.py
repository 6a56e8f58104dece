"""Numbers as they are typed."""

import pytest

from orderdesk.domain.numbers import amount_of, quantity_of


def test_too_many_decimals_are_told_with_what_may_be_given() -> None:
    with pytest.raises(ValueError, match=r"'1\.5' has more than 0 decimals; give a whole number"):
        quantity_of("1.5", decimals=0)
    with pytest.raises(ValueError, match=r"'1\.005' has more than 2 decimals; give at most 2"):
        amount_of("1.005", 2)
