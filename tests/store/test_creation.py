"""A company is made whole or not at all, and a killed start is no obstacle to the next."""

import uuid

import pytest

from orderdesk.domain.errors import Unavailable
from orderdesk.store import schema
from orderdesk.store.creation import create
from orderdesk.store.desk import Desk
from orderdesk.store.engine import database
from tests.conftest import found_small_company, server_or_skip


@pytest.mark.postgres
def test_a_schema_that_a_killed_start_left_becomes_a_company() -> None:
    server = server_or_skip()
    template = server.template("bare_schema", lambda url: schema_only(url))
    name = f"t_{uuid.uuid4().hex}_{server.run}"
    server.create_from_template(template, name)
    found_small_company(server.url(name))
    Desk(server.url(name), "clerk").open().close()
    server.drop(name)


def schema_only(url: str) -> None:
    left = database(url)
    schema.upgrade(left)
    left.close()


def test_a_company_is_never_made_over_another(url: str) -> None:
    with pytest.raises(Unavailable, match="already"):
        create(url, lambda new: None)
    Desk(url, "clerk").open().close()
