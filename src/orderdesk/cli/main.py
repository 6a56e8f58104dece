"""The program `orderdesk`: which commands there are. Each noun's file is imported when used."""

import sys
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from orderdesk.cli import errors, output
from orderdesk.cli.asked import asked_of
from orderdesk.cli.nouns import Group, Lazy, Load


def _group(file: str, app: str = "app") -> Load:
    def load() -> Any:
        module = import_module(f"orderdesk.cli.{file}")
        return getattr(module, app).group(file)

    return load


def _command(file: str, word: str) -> Load:
    return lambda: import_module(f"orderdesk.cli.{file}").app.one(word)


NOUNS: Final[dict[str, tuple[Load, str]]] = {
    "open": (_command("desk", "open"), "Open the desk at a screen."),
    "demo": (_command("desk", "demo"), "Make the demo company and open the desk on it."),
    "serve": (_command("serve", "serve"), "Serve the desk to browsers, behind a login proxy."),
    "order": (_group("orders"), "Place, find, change and follow sales orders."),
    "queue": (
        _group("queues"),
        "List what waits for a decision; take, approve, reject or note it.",
    ),
    "customer": (_group("customers"), "Add, change, show, list and import customers."),
    "product": (_group("products"), "Add, change, show, list and import products."),
    "price": (_group("prices"), "Set, show, list and import prices."),
    "credit": (_group("credit"), "Show a customer's credit and set its limit."),
    "note": (_group("notes"), "Note something on a customer, product or order."),
    "allocation": (
        _group("allocation"),
        "Say who has stock and who waits for it, and why; share it out; move it.",
    ),
    "stock": (_group("stock"), "Show stock, take goods in and put stock right."),
    "bin": (_group("lots", "bins"), "The bins of a warehouse, where goods lie."),
    "supply": (_group("supplies"), "Say which goods are expected, and when."),
    "nightly": (_command("nightly", "nightly"), "End the day and begin the next one."),
    "doctor": (_command("doctor", "doctor"), "Examine the database, and name what is broken."),
    "db": (_group("database"), "Make, upgrade, describe, back up and restore the database."),
    "calendar": (_group("calendars"), "The days on which we, carriers and customers work."),
    "carrier": (_group("carriers"), "Who carries the goods, and how long it takes."),
    "promise": (_group("promises"), "Show what orders are promised for, say why, and fix a day."),
    "user": (_group("users"), "Who acts here, in which role, and what roles may do."),
    "config": (_group("config"), "Show and change your own settings and keys."),
    "company": (_group("masters", "company"), "Show and change the company's own settings."),
}
"""Each command or group by its name: how it is loaded, and its help."""

MASTERS: Final = {
    "role": ("role", "Roles of people; what each may do, `user rights` says."),
    "warehouse": ("warehouse", "Places that keep stock and ship from it."),
    "tax": ("tax", "Tax codes and their rates."),
    "terms": ("terms", "Payment terms."),
    "group": ("customer_group", "Groups of customers that share a price list."),
    "product-group": ("product_group", "Groups of products."),
    "price-list": ("price_list", "Price lists, without their prices."),
    "reason": ("reason", "Reasons for what people do."),
    "unit": ("unit", "Units of measure."),
    "supplier": ("supplier", "Who we buy from."),
}
"""Each kind of master record by the name of its commands: its kind, and its help."""


DATED: Final = {
    "rate": ("rate", "Exchange rates by day."),
    "tax-rule": ("tax_rule", "Taxes by destination and class of products."),
}
"""Each kind of record that goes from a day on by the name of its commands, likewise."""


def _dated(kind: str, word: str) -> Load:
    def load() -> Any:
        from orderdesk.cli.dated import noun

        return noun(kind, word).group(word)

    return load


def _master(kind: str, word: str) -> Load:
    def load() -> Any:
        from orderdesk.cli.masters import noun

        return noun(kind, word).group(word)

    return load


class Program(Group):
    """All commands, and the one place where errors become exit codes."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        for name, (load, help) in NOUNS.items():
            self.add_command(Lazy(name, load, help))
        for name, (kind, help) in MASTERS.items():
            self.add_command(Lazy(name, _master(kind, name), help))
        for name, (kind, help) in DATED.items():
            self.add_command(Lazy(name, _dated(kind, name), help))

    def main(self, args: Any = None, standalone_mode: bool = True, **named: Any) -> Any:  # type: ignore[override]
        """Run a command line and leave with its exit code."""
        args = list(sys.argv[1:] if args is None else args)
        output.begin()
        try:
            code = super().main(args, standalone_mode=False, **named) or errors.DONE
            output.finish()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            code = errors.report(error, as_json="--json" in args)
            output.leave_quietly()
        if standalone_mode:
            sys.exit(code)
        return code


app = typer.Typer(
    cls=Program,
    rich_markup_mode=None,
    context_settings={
        "help_option_names": ["--help", "-h"],
        "token_normalize_func": lambda word: word.replace("_", "-"),
    },
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"orderdesk {version('orderdesk')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def desk(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Take, check, promise and follow sales orders from a terminal or a script.

    Without a command the desk opens. `orderdesk demo` opens it on a company to try things on.
    """
    if context.invoked_subcommand is None:
        from orderdesk.cli.opening import open_desk

        open_desk(asked_of(context))


def main() -> None:
    """Run a command line, whatever it asks for."""
    typer.main.get_command(app).main(prog_name="orderdesk")
