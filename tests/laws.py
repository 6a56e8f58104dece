"""The laws of the desk, to be held after every scenario, race and crash."""

from orderdesk.services.doctor import examine
from orderdesk.store.desk import Desk


def assert_laws_hold(desk: Desk) -> None:
    """Let the doctor examine the desk's database; fail with every row that breaks a law."""
    broken = desk.read(examine)
    assert not broken, "\n".join(
        f"law {each.law}: {each.message}: {each.stored!r}, expected {each.expected!r}"
        for each in broken
    )
