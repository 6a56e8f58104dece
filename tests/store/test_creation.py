"""A company is made whole or not at all, and a killed start is no obstacle to the next."""

import pytest

from orderdesk.domain.errors import Unavailable
from orderdesk.store import schema
from orderdesk.store.creation import create
from orderdesk.store.desk import Desk
from orderdesk.store.engine import database
from tests.conftest import found_small_company


@pytest.mark.postgres
def test_a_schema_that_a_killed_start_left_becomes_a_company(empty_server_url: str) -> None:
    left = database(empty_server_url)
    schema.upgrade(left)
    left.close()
    found_small_company(empty_server_url)
    Desk(empty_server_url, "clerk").open().close()


def test_a_company_is_never_made_over_another(url: str) -> None:
    with pytest.raises(Unavailable, match="already"):
        create(url, lambda new: None)
    Desk(url, "clerk").open().close()
