"""Finding records by what people type: codes in byte order, words by an index, on both databases.

The `search` column of a record holds its folded words, each between two spaces: ` acme ltd `. On
SQLite a trigram index (FTS5) over it finds a word by its beginning (` acm`) and by its end
(`cme `), from two characters on. On PostgreSQL a word index over the column and its mirror image
finds the same: a word's end is the beginning of the mirrored word, which a letter that folded words
never have (`æ`) sets apart.

A `Query` is written for both databases at once; each takes its own text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import BigInteger, Text, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import column
from sqlalchemy.sql.functions import FunctionElement

from orderdesk.domain.text import search_words
from orderdesk.store.statements import Statement, statement

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement

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


class _Compared(FunctionElement[Any]):
    """Two texts compared by their bytes, whatever the language of the database.

    It has no type: with Boolean, SQLite would be asked whether it is 1, and use no index.
    """

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


class AgainstByteOrder(FunctionElement[str]):
    """A text column to order by, by its bytes, the last one first."""

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


@compiles(AgainstByteOrder, "sqlite")
def _against_sqlite(element: AgainstByteOrder, compiler: Any, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} DESC"


@compiles(AgainstByteOrder, "postgresql")
def _against_postgres(element: AgainstByteOrder, compiler: Any, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} USING ~>~"


class Query(NamedTuple):
    """What to look for among the words, as each database takes it."""

    trigrams: str
    """For FTS5."""
    words: str
    """For to_tsquery."""

    def parameters(self) -> dict[str, str]:
        """Give what `Hits` is bound to."""
        return {"trigrams": self.trigrams, "mirrored": self.words}


SHORTEST: Final = 2
"""Characters of a word that the index can find: with its space they are one trigram."""

LONGEST: Final = 60
"""Characters of a word that are looked at."""

MOST: Final = 8
"""Words that are looked at."""


def begins(word: str) -> Query:
    """Ask for a word that begins so; letters and digits only, at least `SHORTEST`."""
    return Query(f'" {word}"', f"'{word}':*")


def ends(word: str) -> Query:
    """Ask for a word that ends so; letters and digits only, at least `SHORTEST`."""
    return Query(f'"{word} "', f"'{_MIRRORED}{word[::-1]}':*")


def all_of(queries: Iterable[Query]) -> Query:
    """Ask for records that have every one of these."""
    return _joined(queries, " AND ", " & ")


def any_of(queries: Iterable[Query]) -> Query:
    """Ask for records that have at least one of these."""
    return _joined(queries, " OR ", " | ")


def all_words(text: str) -> Query | None:
    """Ask for every word of the text, from two letters on; None where it has no such word."""
    words = [word[:LONGEST] for word in search_words(text)[:MOST]]
    wanted = [begins(word) for word in words if len(word) >= SHORTEST]
    return all_of(wanted) if wanted else None


def _joined(queries: Iterable[Query], trigrams: str, words: str) -> Query:
    parts = list(queries)
    return Query(
        f"({trigrams.join(part.trigrams for part in parts)})",
        f"({words.join(part.words for part in parts)})",
    )


_MIRRORED: Final = "æ"


class Hits(FunctionElement[Any]):
    """The ids of the records of one table that a query bound to its parameters finds."""

    inherit_cache = True
    table = ""


class CustomerHits(Hits):
    """Hits among the customers."""

    inherit_cache = True
    table = "customer"


class ProductHits(Hits):
    """Hits among the products."""

    inherit_cache = True
    table = "product"


def hits(of: type[Hits]) -> ColumnElement[int]:
    """Give the column of the ids found; its statement is given a query's `parameters`."""
    found = of(bindparam("trigrams", type_=Text()), bindparam("mirrored", type_=Text()))
    return found.table_valued(column("id", BigInteger()), name="hits").c.id


@compiles(Hits, "sqlite")
def _hits_sqlite(element: Hits, compiler: Any, **options: Any) -> str:
    query, _ = (compiler.process(each, **options) for each in element.clauses)
    index = f"{element.table}_search"
    return f"(SELECT rowid AS id FROM {index} WHERE {index} MATCH {query})"


@compiles(Hits, "postgresql")
def _hits_postgres(element: Hits, compiler: Any, **options: Any) -> str:
    _, query = (compiler.process(each, **options) for each in element.clauses)
    return (
        f"(SELECT id FROM {element.table} WHERE {POSTGRES_WORDS} @@ to_tsquery('simple', {query}))"
    )


POSTGRES_WORDS: Final = (
    f"to_tsvector('simple', search || replace(reverse(ltrim(search)), ' ', ' {_MIRRORED}'))"
)
"""What the word index of PostgreSQL is made over: the words, and each of them mirrored."""


class AsFound(FunctionElement[int]):
    """The order in which the index gives its hits: no hit waits for the others."""

    type = BigInteger()
    inherit_cache = True


@compiles(AsFound, "sqlite")
def _found_sqlite(element: AsFound, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(AsFound, "postgresql")
def _found_postgres(element: AsFound, compiler: Any, **options: Any) -> str:
    return "NULL::int"


class ById(FunctionElement[int]):
    """The order of ids, for pages of hits; PostgreSQL sorts what the index gives, and no more."""

    type = BigInteger()
    inherit_cache = True


@compiles(ById, "sqlite")
def _by_id_sqlite(element: ById, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(ById, "postgresql")
def _by_id_postgres(element: ById, compiler: Any, **options: Any) -> str:
    # A sum is in the order of no index: walking the key in search of hits could read it all.
    return f"{compiler.process(element.clauses, **options)} + 0"


class _IndexOnly(FunctionElement[str]):
    """Keeps PostgreSQL from reading a whole table for hits that it believes to be many.

    It cannot know how many words begin with what was typed; a wrong guess would cost seconds.
    """

    type = Text()
    inherit_cache = True


@compiles(_IndexOnly, "sqlite")
def _index_only_sqlite(element: _IndexOnly, compiler: Any, **options: Any) -> str:
    return "''"


@compiles(_IndexOnly, "postgresql")
def _index_only_postgres(element: _IndexOnly, compiler: Any, **options: Any) -> str:
    return "set_config('enable_seqscan', 'off', true)"


INDEX_ONLY: Final[Statement] = statement(select(_IndexOnly().label("setting")))
"""Run before the first search of a unit of work."""
