"""Every error has one form: what is wrong, a semicolon, what to do about it; one sentence."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from orderdesk.screens.commands import EVERY_ACTION
from orderdesk.screens.field_help import FIELD_HELP

SOURCE = Path(__file__).parents[1] / "src/orderdesk"
ERRORS = ("NotFound", "Refused", "Conflict", "Busy", "Unavailable")
"""Their first argument is a code for scripts, the second what people read."""

NAMES = ("PIN ",)
"""What a sentence may begin with though it is no small letter."""


class Told(NamedTuple):
    """A message as it stands in the source, what is put into it as `{}`."""

    place: str
    code: str
    words: str


def text_of(node: ast.expr) -> str:
    """Give a message with `{}` for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(value) for value in node.values)
    if isinstance(node, ast.BinOp):
        return text_of(node.left) + text_of(node.right)
    return "{}"


@cache
def told() -> tuple[Told, ...]:
    """Give everything that is said of something that cannot be done."""
    return tuple(_told())


def _told() -> Iterator[Told]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = f"{path.relative_to(SOURCE)}:{node.lineno}"
            if name in ERRORS and len(node.args) > 1:
                yield Told(place, text_of(node.args[0]), text_of(node.args[1]))
            elif name in ("Usage", "ValueError", "fail") and node.args:
                yield Told(place, "", text_of(node.args[0]))


def messages() -> list[Told]:
    """Give those that are more than what is put into them."""
    return [each for each in told() if each.words != "{}"]


def test_there_are_messages_to_look_at() -> None:
    assert len(messages()) > 450


def has_cure(words: str) -> bool:
    """Tell whether a message says what to do: behind a semicolon, or by what is put at its end."""
    return "; " in words or words.endswith("{}") or bool(re.match(r"(\{\})?give ", words))


def test_each_says_what_to_do_about_it() -> None:
    assert [each for each in messages() if not has_cure(each.words)] == []


def test_each_is_one_sentence_that_begins_small_and_ends_without_a_full_stop() -> None:
    wrong = [
        each
        for each in messages()
        if not (re.match(r"[a-z{`-]", each.words) or each.words.startswith(NAMES))
        or re.search(r"(?<!\.\.)\.$|[! ]$", each.words)
        or "\n" in each.words
    ]
    assert wrong == []


def test_none_blames_begs_or_hides_behind_words_of_our_own() -> None:
    bad = re.compile(r"\b(please|invalid|illegal|sorry|oops|null|none type|exception|failed)\b")
    assert [each for each in messages() if bad.search(each.words.lower())] == []


OTHERS = {
    r"\bship to\b(?= code|:| address)|\bshipto\b": "ship-to",
    r"\bback-order": "backordered",
    r"\bunhold\b|\blift(s|ed)?\b": "release",
    r"\breserv(e|ed|ation|ations)\b": "allocated",
    r"\bclients?\b": "customer",
    r"\barticles?\b|\bSKUs?\b": "product",
    r"\bdepots?\b": "warehouse",
    r"\bshort close|\bshortclose": "short-close",
}
"""Other words for what has one already; docs/words.md lists them all."""

PAGES = sorted((SOURCE.parents[1] / "docs").glob("*.md"))


@pytest.mark.parametrize(("other", "word"), OTHERS.items())
def test_one_thing_has_one_word_in_messages_help_and_pages(other: str, word: str) -> None:
    said = {each.place: each.words for each in messages()}
    said |= {kind: told.text for kind, told in FIELD_HELP.items()}
    said |= {action.id: f"{action.label}. {action.help}" for action in EVERY_ACTION.values()}
    said |= {page.name: page.read_text(encoding="utf-8") for page in PAGES}
    wrong = [place for place, words in said.items() if re.search(other, words, re.IGNORECASE)]
    assert wrong == [], f"say {word}"


def test_the_words_of_the_page_are_those_that_the_look_wants() -> None:
    page = (SOURCE.parents[1] / "docs/words.md").read_text(encoding="utf-8")
    assert [word for word in OTHERS.values() if word not in page] == []


def test_a_code_is_small_words_for_scripts() -> None:
    codes = {each.code for each in told() if each.code not in ("", "{}")}
    form = re.compile(r"([a-z]+|\{\})(_([a-z0-9]+|\{\}))*")
    assert [code for code in codes if not form.fullmatch(code)] == []


def test_the_look_would_notice_a_message_without_a_cure() -> None:
    assert not has_cure("order {} is unknown")
    assert has_cure("order {} is unknown; look it up with `orderdesk order list`")
