"""The SQL of a step of the schema, as it was frozen for each dialect."""

from pathlib import Path

from alembic import op


def run(number: int) -> None:
    """Run the statements of a step, on the connection of the migration that is under way."""
    connection = op.get_bind()
    path = Path(__file__).parent / "versions" / f"{number:04}_{connection.dialect.name}.sql"
    for statement in path.read_text(encoding="utf-8").split("\n--\n"):
        connection.exec_driver_sql(statement)
