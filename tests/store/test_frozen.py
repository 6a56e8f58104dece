"""Statements that run before the models are read: their texts are those of their expressions."""

import pytest
from sqlalchemy.engine import Dialect

from orderdesk.store.frozen import FROZEN, path_of
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.statements import SQLITE, Statement
from scripts import freeze_statements


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=["sqlite", "postgresql"])
def test_the_texts_are_those_of_today(dialect: Dialect) -> None:
    """After a change of such a statement, run `python -m scripts.freeze_statements`."""
    assert path_of(dialect.name).read_text(encoding="utf-8") == freeze_statements.texts(dialect)


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=["sqlite", "postgresql"])
def test_what_is_frozen_runs_as_what_it_names(dialect: Dialect) -> None:
    freeze_statements.texts(dialect)
    assert FROZEN
    for each in FROZEN:
        wanted = freeze_statements.expression(each.expression)
        if not isinstance(wanted, Statement):
            assert each.sql(dialect) == wanted.sql(dialect)
            continue
        found, expected = each.prepared(dialect), wanted.prepared(dialect)
        assert found.sql == expected.sql
        values = range(len(wanted.columns))
        assert found.row is not None
        assert expected.row is not None
        assert found.row(values)._asdict() == expected.row(values)._asdict()
        assert each.only_locks == wanted.only_locks
