"""Finding records by what people type: codes in byte order, words by an index, on both databases.

The `search` column of a record holds its folded words, each between two spaces: ` acme ltd `. On
SQLite a trigram index (FTS5) over it finds a word by its beginning (` acm`) and by its end
(`cme `), from two characters on. On PostgreSQL a word index over the column and its mirror image
finds the same: a word's end is the beginning of the mirrored word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Boolean, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from orderdesk.domain.text import search_words

_LAST: Final = 0x10FFFF
_SURROGATES: Final = (0xD800, 0xDFFF)


def searchable(*texts: str, more: Iterable[str] = ()) -> str:
    """Give the `search` column for these texts; `more` are words taken as they are."""
    words = dict.fromkeys(word for text in texts for word in search_words(text))
    words.update(dict.fromkeys(word for word in more if word))
    return f" {' '.join(words)} " if words else ""


def behind_prefix(prefix: str) -> str:
    """Give the first text in byte order that lies behind all that begin with this prefix."""
    for place in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[place]) + 1
        if code == _SURROGATES[0]:
            code = _SURROGATES[1] + 1
        if code <= _LAST:
            return prefix[:place] + chr(code)
    return chr(_LAST)


class _Compared(FunctionElement[bool]):
    """Two texts compared by their bytes, whatever the language of the database."""

    type = Boolean()
    inherit_cache = True


class AtLeast(_Compared):
    """The first text is the second one or behind it."""

    inherit_cache = True


class Behind(_Compared):
    """The first text is behind the second one."""

    inherit_cache = True


class Before(_Compared):
    """The first text is before the second one."""

    inherit_cache = True


class InByteOrder(FunctionElement[str]):
    """A text column to order by, by its bytes."""

    type = Text()
    inherit_cache = True


_SIGNS: Final = {AtLeast: (">=", "~>=~"), Behind: (">", "~>~"), Before: ("<", "~<~")}


def _compare(element: _Compared, compiler: Any, place: int, options: dict[str, Any]) -> str:
    left, right = (compiler.process(each, **options) for each in element.clauses)
    return f"{left} {_SIGNS[type(element)][place]} {right}"


@compiles(_Compared, "sqlite")
def _compare_sqlite(element: _Compared, compiler: Any, **options: Any) -> str:
    return _compare(element, compiler, 0, options)


@compiles(_Compared, "postgresql")
def _compare_postgres(element: _Compared, compiler: Any, **options: Any) -> str:
    return _compare(element, compiler, 1, options)


@compiles(InByteOrder, "sqlite")
def _order_sqlite(element: InByteOrder, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(InByteOrder, "postgresql")
def _order_postgres(element: InByteOrder, compiler: Any, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} USING ~<~"
