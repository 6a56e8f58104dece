r"""Text from people and files: how it is stored, shown, compared and searched.

`stored` keeps what was typed, `clean` makes it safe to show, `fold_code`, `digits` and
`search_words` make the keys that look-ups compare. Each gives the same answer when applied to its
own answer, and plain ASCII takes a short way.

`clean` is for every sink: terminal, clipboard, paper, file. It does not escape markup: `[/]` and
`\` pass as they are, so what it gives must be shown as text, never as markup.
"""

import re
import unicodedata
from typing import Final

_BREAKS: Final = re.compile("\r\n?|[\t\n\v\f\x85\u2028\u2029]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NOT_DIGITS: Final = re.compile("[^0-9]+")
_WORD: Final = re.compile(r"[^\W_]+")

_UNSEEN: Final = (
    (0x00, 0x1F),  # C0 controls, escape among them
    (0x7F, 0x9F),  # delete and the C1 controls: 0x9B alone starts an escape sequence
    (0xAD, 0xAD),  # soft hyphen
    (0x61C, 0x61C),  # bidi: Arabic letter mark
    (0x180E, 0x180E),  # Mongolian vowel separator
    (0x200B, 0x200B),  # zero-width space; the joiners U+200C and U+200D spell words and stay
    (0x200E, 0x200F),  # bidi: marks
    (0x202A, 0x202E),  # bidi: embeddings and overrides
    (0x2060, 0x206F),  # invisible operators, bidi isolates, deprecated format characters
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xE0000, 0xE007F),  # tags: a second, invisible ASCII
)
_SHOWN: Final[dict[int, str | None]] = {
    **{code: None for first, last in _UNSEEN for code in range(first, last + 1)},
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}

_INSIDE_WORDS: Final = frozenset({"Mn", "Mc", "Me", "Cf"})

# Letters that Unicode does not decompose, as people type them on another keyboard; the last is
# the dotless i.
_LETTERS: Final = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "\u0131": "i",
    }
)


def clean(text: str) -> str:
    r"""Give the text as it may be shown: one line, no control, bidi or invisible characters.

    A line break or tab becomes a space, half a surrogate pair becomes U+FFFD, and the rest is in
    normal form C. All else, `[M8]`, `[/]` and `\` among it, stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    # Normal form comes last: what was taken out may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", _BREAKS.sub(" ", text).translate(_SHOWN))


def stored(text: str, what: str = "text") -> str:
    """Give the text as it is stored: as typed, in normal form C, without space around it.

    Raises ValueError, naming `what`, for a NUL or half a surrogate pair: no database keeps them.
    """
    if not text.isascii():
        if _SURROGATE.search(text):
            raise ValueError(f"{what} has half a character in it (a lone surrogate); type it again")
        text = unicodedata.normalize("NFC", text)
    if "\0" in text:
        raise ValueError(f"{what} has a NUL character in it; type it again without")
    return text.strip()


def fold_code(text: str) -> str:
    """Give a code as it is compared: upper case, normal form C, without space around it."""
    if text.isascii():
        return text.strip().upper()
    # casefold() first: it knows pairs that upper() alone keeps apart, such as the two sharp s.
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFC", folded.upper()).strip()


def digits(text: str) -> str:
    """Give only the ASCII digits, in their order, as phone numbers are compared."""
    return _NOT_DIGITS.sub("", text)


def search_words(text: str) -> list[str]:
    """Give the words to search by: case and accents folded, split at all but letters and digits.

    Repeated words stay, in the order of the text.
    """
    if text.isascii():
        return _WORD.findall(text.lower())
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", folded)
    # Accents and joiners are taken out, not split at: they stand inside words.
    kept = (c for c in decomposed if unicodedata.category(c) not in _INSIDE_WORDS)
    return _WORD.findall("".join(kept))
