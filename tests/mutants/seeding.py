"""A wrong version of a rule, put in place of the right one for as long as it is tried."""

import __future__

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any


@contextmanager
def slip(function: Callable[..., Any], right: str, wrong: str) -> Iterator[None]:
    """Let a function say something else at one place of its source.

    The function itself is changed, so that whoever has a hold of it gets the wrong one too. Raises
    LookupError where the place is not found exactly once: the rule was rewritten, and the mistake
    is to be seeded anew.
    """
    plain: Any = inspect.unwrap(function)
    source = inspect.getsource(plain)
    if source.count(right) != 1:
        raise LookupError(f"{plain.__qualname__} has {right!r} {source.count(right)} times")
    was: CodeType = plain.__code__
    forget: Callable[[], None] = getattr(function, "cache_clear", lambda: None)
    plain.__code__ = _compiled(plain, source.replace(right, wrong))
    forget()
    try:
        yield
    finally:
        plain.__code__ = was
        forget()


def _compiled(plain: FunctionType, source: str) -> CodeType:
    flags = __future__.annotations.compiler_flag
    made: dict[str, Any] = {}
    code = compile(source, inspect.getfile(plain), "exec", flags=flags, dont_inherit=True)
    exec(code, dict(plain.__globals__), made)
    wrong: Any = inspect.unwrap(made[plain.__name__])
    found: CodeType = wrong.__code__
    return found
