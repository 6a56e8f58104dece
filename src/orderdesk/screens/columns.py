"""Texts side by side, for the tables that draw their own lines."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size


def column(texts: Sequence[str], widths: Sequence[int]) -> str:
    """Lay texts side by side in terminal cells; a negative width aligns to the right.

    What is aligned to the right is a number: one that does not fit is shown as `#`, for a cut
    number would be a wrong one.
    """
    return " ".join(
        set_cell_size(text, width) if width > 0 else _right(text, -width)
        for text, width in zip(texts, widths, strict=True)
    )


def _right(text: str, width: int) -> str:
    shown = text if cell_len(text) <= width else "#" * width
    return " " * (width - cell_len(shown)) + shown
