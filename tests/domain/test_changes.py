"""What an event says was changed, as people read it."""

from orderdesk.domain.changes import Changes


def test_a_change_is_read_from_before_to_after_by_its_path() -> None:
    body = {"reason": "typo", "lines": {"2": {"ordered": ["12", "5"]}}, "total": [None, "9.00"]}
    assert str(Changes(body)) == "reason: typo; lines 2 ordered: 12 -> 5; total: - -> 9.00"


def test_lists_are_read_in_a_row_and_empty_ones_left_out() -> None:
    assert str(Changes({"holds": [], "codes": ["A", "B", "C"]})) == "codes: A, B, C"
