"""Write the newest migration's SQL from the models, one file a dialect.

The steps before it are frozen: databases were made by them. The newest is made anew by this script
until the issue that it serves is done; then `STEP` is raised with the schema's number.
"""

import importlib
from pathlib import Path
from typing import Final

from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from orderdesk.models.columns import metadata
from orderdesk.store.postgres_statements import POSTGRES
from orderdesk.store.search import POSTGRES_WORDS
from orderdesk.store.statements import SQLITE
from scripts.schema_steps import step

STEP: Final = 3
"""The number of the newest step, which is not frozen yet."""
VERSIONS: Final = Path(__file__).parents[1] / "src/orderdesk/store/migrations/versions"
GUARDS: Final = Path(__file__).with_name("guards_postgresql.sql")
"""What no role of PostgreSQL may do, not even the one that owns the tables."""
MODELS: Final = (
    "company",
    "customers",
    "products",
    "stock",
    "transfers",
    "counts",
    "orders",
    "journal",
)
SEARCHED: Final = ("customer", "product")
APPEND_ONLY: Final = ("event", "movement", "seal", "decision")


def tables(dialect: Dialect) -> list[str]:
    """Give the statements that make every table and index, in the order of their references."""
    found = []
    for table in metadata.sorted_tables:
        for index in table.indexes:
            if index.info.get("partial"):
                where = index.dialect_options["sqlite"]["where"]
                index.dialect_options["postgresql"]["where"] = where
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        found += [
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    return [line.replace(", \n", ",\n").replace("\n)\n WITHOUT", "\n) WITHOUT") for line in found]


def sqlite_extras() -> list[str]:
    """Give the trigram index over each searched table, and the guards of the ledgers."""
    found = []
    for name in SEARCHED:
        index = f"{name}_search"
        gone = f"INSERT INTO {index} ({index}, rowid, search) VALUES ('delete', old.id, old.search)"
        new = f"INSERT INTO {index} (rowid, search) VALUES (new.id, new.search)"
        found += [
            f"CREATE VIRTUAL TABLE {index} USING fts5"
            f" (search, content='{name}', content_rowid='id', tokenize='trigram')",
            f"CREATE TRIGGER {index}_new AFTER INSERT ON {name} BEGIN\n\t{new};\nEND",
            f"CREATE TRIGGER {index}_gone AFTER DELETE ON {name} BEGIN\n\t{gone};\nEND",
            f"CREATE TRIGGER {index}_changed AFTER UPDATE OF search ON {name}\n"
            f"WHEN old.search <> new.search BEGIN\n\t{gone};\n\t{new};\nEND",
        ]
    for name in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            found.append(
                f"CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON {name} BEGIN\n"
                f"\tSELECT RAISE(ABORT, '{name} rows are never changed');\nEND"
            )
    return found


def postgres_extras() -> list[str]:
    """Give the word index over each searched table, and the guards of ledgers and four eyes."""
    found = [
        f"CREATE INDEX {name}_search ON {name} USING gin ({POSTGRES_WORDS})" for name in SEARCHED
    ]
    # Prefix ranges on codes need byte order, whatever the database's language.
    found += [
        f"CREATE INDEX {name}_code_prefix ON {name} (code text_pattern_ops)" for name in SEARCHED
    ]
    found += GUARDS.read_text(encoding="utf-8").rstrip().split("\n--\n")
    for name in APPEND_ONLY:
        found += [
            f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ]
    return found


def frozen(dialect: Dialect, number: int) -> list[str]:
    """Give the statements of a step as they are frozen."""
    path = VERSIONS / f"{number:04}_{dialect.name}.sql"
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n--\n")


def newest(dialect: Dialect) -> list[str]:
    """Give the statements of the newest step, from the models."""
    for name in MODELS:
        importlib.import_module(f"orderdesk.models.{name}")
    extras = sqlite_extras() if dialect is SQLITE else postgres_extras()
    before = [each for number in range(1, STEP) for each in frozen(dialect, number)]
    return step(dialect, [*tables(dialect), *extras], before)


def main() -> None:
    """Write both files."""
    for dialect in (SQLITE, POSTGRES):
        path = VERSIONS / f"{STEP:04}_{dialect.name}.sql"
        path.write_text("\n--\n".join(newest(dialect)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
