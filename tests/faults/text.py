"""Hostile texts in every text field of every service."""

import functools
import random
from collections.abc import Sequence
from typing import Any, Final

from tests.faults import assault
from tests.faults.attack import Spot
from tests.faults.trial import Fault

HOSTILE: Final = {
    "nothing": "",
    "space": " \t ",
    "NUL": "a\0b",
    "only NUL": "\0",
    "colour": "\x1b[31mred\x1b[0m",
    "clipboard": "\x1b]52;c;aGFja2Vk\x07",
    "one-byte escape": "\x9b2J",
    "controls": "".join(map(chr, range(1, 32))),
    "bell and backspace": "\x07\b\b\b",
    "line ends": "a\r\nb\nc\u2028d\x85e",
    "right to left": "\u202eevil\u202c",
    "bidi isolates": "\u2066a\u2069\u200f",
    "closing tag": "[/]",
    "action": "[@click=app.quit]x[/]",
    "half a tag": "a[/",
    "style": "[red]x[/red] \\[b]",
    "a hundred thousand": "x" * 100_000,
    "many words": "word " * 20_000,
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20,
    "combining": "a" + "\u0301" * 500,
    "lone surrogate": "\ud800",
    "second half": "a\udc00b",
    "not characters": "\uffff\ufffe\U0010ffff",
    "private and tags": "\ue000\U000e0041\ufeff\u200b",
    "sql": "'; DROP TABLE sales_order; --",
    "quotes": "\"'`\\\"\\'",
    "placeholders": "%s %(id)s :id ? $1 {0} {name}",
    "wildcards": "%_*?[a-z]",
    "search operators": 'a" OR NEAR("b" c) AND NOT d* ^e -f col:g ()',
    "search words": "AND",
    "only quotes": '""""',
    "json": '{"a": [1, null]}',
    "half json": '{"a": [',
    "deep json": "[" * 50_000,
    "escaped NUL": "\\u0000",
    "formula": "=cmd|' /C calc'!A0",
    "path": "../../../etc/passwd",
    "shell": "$(reboot) `reboot` ; reboot",
    "option": "--help",
    "dash": "-",
    "number": "12.5",
    "date": "2026-11-23",
    "sharp s": "\u00df\u1e9e\u0130\u0131",
    "other digits": "\u0663\uff11\u00b2",
    "null": "null",
}


def hostile(spot: Spot) -> Sequence[tuple[str, Any]]:
    """Give every hostile text for a field that takes texts: alone, and with another behind it."""
    if spot.kind not in ("text", "given"):
        return []
    chance = random.Random(spot.path)
    behind = [chance.choice(list(HOSTILE)) for _ in HOSTILE]
    pairs = [
        (f"{name}, {other}", text + HOSTILE[other])
        for (name, text), other in zip(HOSTILE.items(), behind, strict=True)
    ]
    return [*HOSTILE.items(), *pairs]


FAULT = Fault(
    "hostile texts in every text field of every service: stored or refused with one sentence, "
    "never a crash",
    functools.partial(assault.run, bad=hostile),
    full=100_000,
    short=400,
    counts="calls at most",
)
