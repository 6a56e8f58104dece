"""The least that a Textual app with one field and one table is: the baseline of the desk's own."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input


class Plain(App[None]):
    """One Input over one DataTable."""

    def compose(self) -> ComposeResult:
        """Lay them out."""
        yield Input(id="item")
        yield DataTable[str](id="rows")

    def on_mount(self) -> None:
        """Name the columns and take the keys."""
        self.query_one("#rows", DataTable).add_columns("Item", "Name")
        self.query_one("#item", Input).focus()


if __name__ == "__main__":
    Plain().run()
