"""The first schema, as frozen SQL for each dialect."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    script = Path(__file__).with_name(f"0001_{connection.dialect.name}.sql")
    for statement in script.read_text(encoding="utf-8").split("\n--\n"):
        connection.exec_driver_sql(statement)
