"""Write the texts of the statements that a desk runs before its models are read, a file a dialect.

To be run after every change of one of them, of their tables, or of which of them are frozen.
"""

import importlib
from pkgutil import walk_packages
from typing import Any

from sqlalchemy.engine import Dialect

from orderdesk import services, store
from orderdesk.store.frozen import BETWEEN, FROZEN, HEAD, path_of
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.statements import SQLITE, Insertion, Statement


def expression(name: str) -> Statement | Insertion:
    """Give the declared statement that a frozen one names as `module:NAME`."""
    module, _, variable = name.partition(":")
    found: Any = getattr(importlib.import_module(module), variable)
    assert isinstance(found, Statement | Insertion), f"{name} is no statement"
    return found


def text_of(name: str, dialect: Dialect) -> str:
    """Give one statement as it stands in its file."""
    wanted = expression(name)
    if isinstance(wanted, Insertion):
        return f"{HEAD}{name}\n{wanted.sql(dialect)}"
    return f"{HEAD}{' '.join([name, *wanted.columns])}\n{wanted.prepared(dialect).sql}"


def texts(dialect: Dialect) -> str:
    """Give all frozen statements of the house as a dialect takes them."""
    for package in (store, services):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    names = sorted({each.expression for each in FROZEN})
    return BETWEEN.join(text_of(name, dialect) for name in names) + "\n"


def main() -> None:
    """Write both files."""
    for dialect in (SQLITE, POSTGRES):
        path_of(dialect.name).write_text(texts(dialect), encoding="utf-8")


if __name__ == "__main__":
    main()
