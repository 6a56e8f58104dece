"""Write docs/order-entry.svg: the desk itself on the demo company, an order half typed."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from textual.events import Key

from orderdesk.app import OrderDeskApp
from orderdesk.exchange import demo
from orderdesk.store.desk import Desk

TARGET: Final = Path(__file__).parents[1] / "docs/order-entry.svg"
TYPED: Final = "ALFKI⏎4500⏎11⏎12⏎41⏎10⏎2⏎24⏎57⏎36⏎"


async def main() -> None:
    """Type an order on a fresh demo company and keep the picture."""
    with tempfile.TemporaryDirectory() as room:
        url = str(Path(room) / "demo.db")
        demo.make(url)
        app = OrderDeskApp(
            lambda: Desk(url, "clerk").open(), place="demo.db", user="clerk", screen="order-entry"
        )
        async with app.run_test(size=(120, 30)) as pilot:
            await app.ready.wait()
            for key in TYPED:
                enter = key == "⏎"
                app.post_message(Key("enter" if enter else key, None if enter else key))
            app.post_message(Key("f9", None))
            await app.keys_settled()
            # The rows that the review takes are laid out behind it.
            await pilot.pause()
            TARGET.write_text(app.export_screenshot(title="OrderDesk"), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
