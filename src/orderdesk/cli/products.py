"""`orderdesk product`: what we sell."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from orderdesk.cli.command import Call, Listing, call, hits
from orderdesk.cli.errors import Usage
from orderdesk.cli.given import Find, Version, found_alone, options, request_named
from orderdesk.cli.nouns import Noun
from orderdesk.domain.products import FIELDS, ProductFilter, ProductRequest
from orderdesk.domain.substitutes import SUBSTITUTE

app = Noun("Add, change, show, list and import products.")

Code = Annotated[str, typer.Argument(help="The product's code.", metavar="CODE")]
CodeOrFile = Annotated[
    str, typer.Argument(help="The product's code; or JSON: a file, or -.", metavar="CODE|FILE")
]


@app.changes("orderdesk product add BLT-M8-30 --name 'Bolt [M8] 30mm' --unit ea --cost 0.021")
@options(FIELDS)
def add(code: CodeOrFile, **given: str | None) -> Call:
    """Add a product, a service, a kit, a text line or a charge, from options or JSON."""
    from orderdesk.services.products import add

    return call(add, request_named(ProductRequest, code, "code", given))


@app.changes("orderdesk product set BLT-M8-30 --discontinued yes", name="set")
@options(FIELDS)
def set_(code: CodeOrFile, version: Version = None, **given: str | None) -> Call:
    """Change a product; the rest stays."""
    from orderdesk.services.products import set_

    return call(set_, request_named(ProductRequest, code, "code", given), version)


@app.changes("""\
orderdesk product unit BLT-M8-30 --unit box --contains 200
orderdesk product unit BLT-M8-30 --unit box --contains ''""")
def unit(
    code: Code,
    unit: Annotated[str, typer.Option(help="The other unit, by its code.", metavar="UNIT")],
    contains: Annotated[
        str,
        typer.Option(
            help="How many of the product's own one of it is: 12, 0.5, 1/3; '' takes it away.",
            metavar="NUMBER",
        ),
    ],
    version: Version = None,
) -> Call:
    """Let a product be ordered in another unit too; it is kept and priced in its own."""
    from orderdesk.services.products import unit as unit_

    return call(unit_, code, unit, contains, version)


@app.shows_or_changes("""\
orderdesk product kit STARTER
orderdesk product kit STARTER --part BLT-M8-30 --quantity 4
orderdesk product kit STARTER --part BLT-M8-30 --quantity 2 --unit box
orderdesk product kit STARTER --remove BLT-M8-30""")
def kit(
    code: Code,
    part: Annotated[
        str | None,
        typer.Option(help="What is in it, by its code: goods, a service or a kit."),
    ] = None,
    quantity: Annotated[
        str | None, typer.Option(help="How much of the part is in one kit.", metavar="NUMBER")
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help="The part's own unit, or another of its units.")
    ] = None,
    remove: Annotated[
        str | None, typer.Option(help="A part that is taken out, by its code.", metavar="PART")
    ] = None,
    version: Version = None,
) -> Call:
    """Show what a kit is made of; put a part into it, or take one out. Orders keep what they have.

    The product is of the kind kit.
    """
    from orderdesk.services import kits

    if part is None and (quantity is not None or unit is not None):
        raise Usage("--quantity and --unit go with --part; name the part")
    if part is not None and (remove is not None or quantity is None):
        raise Usage(
            "--part goes with --quantity and without --remove; say how much of it is in one kit"
        )
    if part is not None and quantity is not None:
        wanted = call(kits.keep, code, part, quantity, unit, version)
    elif remove is not None:
        wanted = call(kits.remove, code, remove, version)
    else:
        wanted = replace(call(kits.show, code), changes=False)
    return wanted.showing(parts="product name kind quantity unit available")


@app.changes("""\
orderdesk product substitute BLT-M8-30 --by BLT-M8-35 --rank 1
orderdesk product substitute BLT-M8-30 --by NUT-M8 --kind complement
orderdesk product substitute BLT-M8-30 --by BLT-M8-35 --remove""")
def substitute(
    code: Code,
    by: Annotated[str, typer.Option(help="The other product, by its code.", metavar="PRODUCT")],
    kind: Annotated[
        str, typer.Option(help="substitute: in its place; complement: beside it.")
    ] = SUBSTITUTE,
    rank: Annotated[str, typer.Option(help="The lowest is offered first.", metavar="N")] = "1",
    remove: Annotated[bool, typer.Option("--remove", help="Take the other one away.")] = False,
) -> Call:
    """Let another product stand in where this one is short, or go with it."""
    from orderdesk.services.substitutes import keep
    from orderdesk.services.substitutes import remove as take_away

    wanted = call(take_away, code, by) if remove else call(keep, code, by, kind, rank)
    return wanted.showing(others="product name kind rank available unit")


@app.lists("orderdesk product substitutes BLT-M8-30 --json")
def substitutes(code: Code) -> Listing:
    """List what may stand in for a product, or goes with it, and what is free of each."""
    from orderdesk.services.substitutes import of

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        found: Sequence[Any] = () if last else desk.read(of, code)
        return found[:count]

    return Listing(page, "product name kind rank available unit")


@app.reads("orderdesk product show BLT-M8-30 --json")
def show(code: Code) -> Call:
    """Show a product with its stock and notes."""
    from orderdesk.services.products import show

    return call(show, code)


@app.lists("orderdesk product list --group TOOLS --json", name="list")
def list_(
    find: Find = "",
    group: Annotated[str | None, typer.Option(help="Of this group alone.")] = None,
    supplier: Annotated[str | None, typer.Option(help="From this supplier alone.")] = None,
    kind: Annotated[str | None, typer.Option(help="product, service, kit, text or charge.")] = None,
    discontinued: Annotated[
        bool, typer.Option("--discontinued", help="Only those sold while stock lasts.")
    ] = False,
    archived: Annotated[bool, typer.Option("--archived", help="Only those archived.")] = False,
) -> Listing:
    """List products by code, or those that fit a text, the best first."""
    found_alone(
        find,
        group=group,
        supplier=supplier,
        kind=kind,
        discontinued=discontinued,
        archived=archived,
    )
    if find:
        from orderdesk.services.search import find_products

        return hits(find_products, find)
    from orderdesk.services.products import list_

    wanted = ProductFilter(
        group=group,
        supplier=supplier,
        kind=kind,
        discontinued=discontinued or None,
        archived=archived,
    )

    def page(desk: Any, last: Any, count: int) -> Sequence[Any]:
        after = last.code if last else ""
        return desk.read(list_, wanted, after=after, limit=count)  # type: ignore[no-any-return]

    return Listing(page, "code name unit group pack cost discontinued")


app.imports(
    "product",
    "Take in products: those that are known are changed, the others added.",
    "orderdesk product import products.jsonl --dry-run --json",
)
