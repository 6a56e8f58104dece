"""The style of the house, as far as it can be counted, and which floor may know which."""

import ast
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PLACES: Final = ("src", "tests", "benchmarks", "scripts")
CORE: Final = ("domain", "models", "store", "services")
FACES: Final = ("textual", "typer", "rich", "click")

LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 40

_NO_CODE: Final = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*places: str) -> list[Path]:
    """Give the Python files of these places, in order."""
    return sorted(path for place in places for path in (ROOT / place).rglob("*.py"))


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_of_code(source: bytes) -> set[int]:
    """Give the numbers of the lines that have code on them, comments and blanks aside."""
    lines: set[int] = set()
    for token in tokenize.tokenize(BytesIO(source).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def functions(source: bytes, shortest: int = 0) -> Iterator[tuple[str, int]]:
    """Give each function of more lines than these with its lines of code, its docstring aside."""
    code = None
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and len(own_lines(node)) > shortest:
            # To read a file token by token takes long, and few have so long a function.
            code = lines_of_code(source) if code is None else code
            yield node.name, len(code & own_lines(node))


def own_lines(node: Function) -> set[int]:
    lines = set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines -= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def test_no_file_is_too_long() -> None:
    long = {
        shown(path): count
        for path in files(*PLACES)
        if (count := len(path.read_bytes().splitlines())) > LONGEST_FILE
    }
    assert long == {}, f"more than {LONGEST_FILE} lines: the noun becomes a folder"


def test_no_function_is_too_long() -> None:
    long = {
        f"{shown(path)}:{name}": count
        for path in files(*PLACES)
        for name, count in functions(path.read_bytes(), LONGEST_FUNCTION)
        if count > LONGEST_FUNCTION
    }
    assert long == {}, f"more than {LONGEST_FUNCTION} lines of code: it has two jobs"


def test_functions_are_counted_without_what_is_no_code() -> None:
    source = b'''def one(a: int) -> int:
    """Two

    lines.
    """
    # a comment

    def inner() -> int:
        return a
    return (
        inner()
    )
'''
    assert dict(functions(source)) == {"one": 6, "inner": 2}


@pytest.mark.parametrize("place", ["src", "benchmarks", "scripts"])
def test_no_package_imports_anything(place: str) -> None:
    for path in files(place):
        if path.name == "__init__.py":
            imports = [
                node
                for node in ast.walk(ast.parse(path.read_bytes()))
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
            assert not imports, shown(path)


def modules(*floors: str) -> list[str]:
    """Give the names of all modules of these floors."""
    source = ROOT / "src"
    return [
        ".".join(path.relative_to(source).with_suffix("").parts)
        for path in files(*(f"src/orderdesk/{floor}" for floor in floors))
        if "migrations" not in path.parts and path.name != "__init__.py"
    ]


def imported(names: list[str]) -> set[str]:
    """Give the top names of what a new interpreter has after importing these modules."""
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, *names], capture_output=True, text=True, check=True
    )
    return set(told.stdout.split())


def test_the_core_knows_no_face() -> None:
    found = imported(modules(*CORE))
    assert "sqlalchemy" in found
    assert found.isdisjoint(FACES)


def test_the_words_need_nothing_but_the_standard_library() -> None:
    found = imported(modules("domain"))
    assert found <= set(sys.stdlib_module_names) | {"orderdesk", "__main__"} | _of_the_interpreter()


def _of_the_interpreter() -> set[str]:
    """Give what an interpreter imports by itself: site hooks, and its build's own description."""
    return imported(["zoneinfo"])


def test_opening_a_desk_needs_no_migrations() -> None:
    """Alembic takes longer to import than everything else together."""
    found = imported(["orderdesk.store.desk", "orderdesk.store.sqlite", "orderdesk.store.readonly"])
    assert "alembic" not in found


def test_the_floors_stand_in_their_order() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([str(lint)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
