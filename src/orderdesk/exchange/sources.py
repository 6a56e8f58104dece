"""A file to be taken in: what it is, how it is encoded, and what tells it from every other.

The file is read twice, in pieces: once to learn its encoding and its fingerprint, once for its
records. It is never held as a whole, so its size does not matter.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from orderdesk.domain.errors import NotFound, Refused

_PIECE: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_NOT_IN_CP1252: Final = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_BROKEN: Final = (EOFError, gzip.BadGzipFile, zlib.error)

CSV: Final = "csv"
JSON_LINES: Final = "jsonl"
FORMATS: Final = {
    ".csv": CSV,
    ".tsv": CSV,
    ".txt": CSV,
    ".jsonl": JSON_LINES,
    ".ndjson": JSON_LINES,
}
"""Formats by the ending of the file's name, `.gz` taken off."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose encoding and fingerprint are known."""

    path: Path
    form: str
    """csv or jsonl."""
    packed: bool
    """True where the file is gzip."""
    encoding: str
    fingerprint: str
    """SHA-256 of the unpacked content, hexadecimal."""
    size: int
    """Bytes on disk."""
    named: Path
    """By what name people know it, and beside which its reject file goes: not where a pipe was
    kept meanwhile."""
    said: tuple[str, ...] = field(default=())
    """What the one who sent the file should know, in sentences."""

    @contextmanager
    def open(self) -> Iterator[tuple[TextIO, BinaryIO]]:
        """Open the text of the file, and beside it the bytes whose position tells how far it is.

        Line ends are kept as they are. Raises Refused where a packed file is broken.
        """
        with self.path.open("rb") as raw:
            unpacked = gzip.GzipFile(fileobj=raw) if self.packed else raw
            text = io.TextIOWrapper(unpacked, encoding=self.encoding, newline="")
            try:
                yield text, raw
            except _BROKEN as error:
                raise _broken(self.path, error) from None
            finally:
                text.detach()


def inspect(
    path: str | Path,
    form: str | None = None,
    encoding: str | None = None,
    named: Path | None = None,
) -> Source:
    """Read a file once and tell what it is; `form` and `encoding` overrule what is found.

    `named` is the name it goes by, where that is not its path. Without a byte-order mark a file is
    UTF-8 where all of it reads so, else Windows-1252, which is said. Raises NotFound where there is
    no such file, Refused where it is not text.
    """
    path = Path(path)
    form = form or _form_of(path)
    if encoding is not None:
        encoding = _known_encoding(encoding)
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw) if packed else raw
            found = _Reading()
            while piece := stream.read(_PIECE):
                found.take(path, piece)
            found.take(path, b"")
    except FileNotFoundError:
        raise NotFound(
            "no_file", f"there is no file {path}; give the path of the file to import"
        ) from None
    except _BROKEN as error:
        raise _broken(path, error) from None
    except OSError as error:
        raise Refused(
            "unreadable_file", f"{path} cannot be read ({error.strerror}); name another file"
        ) from None
    said = () if encoding else found.said(path)
    return Source(
        path,
        form,
        packed,
        encoding or found.encoding(),
        found.digest.hexdigest(),
        path.stat().st_size,
        named or path,
        said,
    )


def spool(stream: BinaryIO, folder: Path, form: str) -> Path:
    """Copy a stream that can be read only once, such as standard input, into a file."""
    path = folder / f"stdin.{form}"
    with path.open("wb") as file:
        while piece := stream.read(_PIECE):
            file.write(piece)
    return path


class _Reading:
    """What the first reading finds out."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._utf8 = True
        self._mark = ""
        self._lines = 0
        self._wrong_line = 0
        self._latin = False
        self._first = True

    def take(self, path: Path, piece: bytes) -> None:
        """Look at the next piece of the file; an empty piece is its end."""
        if self._first:
            self._begin(path, piece)
        self.digest.update(piece)
        if self._mark:
            return
        if not piece.isascii():
            self._latin = self._latin or any(byte in piece for byte in _NOT_IN_CP1252)
        if self._utf8:
            self._try_utf8(piece)
        self._lines += piece.count(b"\n")

    def _begin(self, path: Path, piece: bytes) -> None:
        self._first = False
        if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._mark = "utf-16"
        elif b"\0" in piece[:4096]:
            raise Refused(
                "not_text", f"{path} is not a text file; save it as CSV or JSON lines and try again"
            )

    def _try_utf8(self, piece: bytes) -> None:
        try:
            self._decoder.decode(piece, not piece)
        except UnicodeDecodeError as error:
            self._utf8 = False
            self._wrong_line = self._lines + 1 + piece.count(b"\n", 0, max(0, error.start))

    def encoding(self) -> str:
        """Give the encoding that reads all of the file."""
        if self._mark:
            return self._mark
        if self._utf8:
            return "utf-8-sig"
        return "latin-1" if self._latin else "cp1252"

    def said(self, path: Path) -> tuple[str, ...]:
        """Say which encoding was taken, where it is not UTF-8."""
        if self._mark or self._utf8:
            return ()
        name = "Latin-1" if self._latin else "Windows-1252"
        return (
            f"{path.name} is not UTF-8 (first seen on line {self._wrong_line}); it is read as "
            f"{name}: look at the names with accents",
        )


def _form_of(path: Path) -> str:
    endings = [ending.lower() for ending in path.suffixes]
    if endings and endings[-1] == ".gz":
        endings.pop()
    form = FORMATS.get(endings[-1]) if endings else None
    if form is None:
        raise Refused(
            "unknown_format",
            f"{path.name} ends with no known format; call it .csv or .jsonl, or name the format",
        )
    return form


def _known_encoding(name: str) -> str:
    try:
        found = codecs.lookup(name).name
        "".encode(found)  # Python calls hex, zlib and such codecs too, but they read no text
    except (LookupError, UnicodeError):
        raise Refused(
            "unknown_encoding",
            f"encoding {name!r} is no encoding of text; try utf-8, cp1252 or latin-1",
        ) from None
    return "utf-8-sig" if found == "utf-8" else found


def _broken(path: Path, error: BaseException) -> Refused:
    return Refused("damaged_file", f"{path} is a damaged gzip file ({error}); fetch it again")
