"""Screens on which a product or an order line is picked, and what can be looked at from there."""

from __future__ import annotations

from orderdesk.screens.base import DeskScreen


class LooksAtStock(DeskScreen):
    """A screen from which the picked line is explained and its product checked."""

    @property
    def line_here(self) -> tuple[str, int] | None:
        """Give the picked line, its order's number first; for the subclass."""
        return None

    @property
    def product_here(self) -> str:
        """Give the code of the picked product; for the subclass."""
        return ""

    async def action_why(self) -> None:
        """Say why the picked line has what it has, and how its day comes about."""
        line = self.line_here
        if line is None:
            self.fail("no order line is picked; pick the one that is to be explained")
            return
        from orderdesk.screens.stock_check.why import Why

        await self.app.push_screen(Why(*line))

    async def action_check_stock(self) -> None:
        """Check the picked product."""
        if not self.product_here:
            self.fail("no product is picked; pick the one that is to be checked")
            return
        from orderdesk.screens.stock_check.screen import StockCheck

        await self.app.push_screen(StockCheck(self.product_here))
