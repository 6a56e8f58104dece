"""Pictures of screens: what stands there, alike for alike screens, and told when they differ."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pyte
import pytest

from tests.morning import gallery
from tests.morning.gallery import Critic, Painter, drawn
from tests.morning.picture import NO_BREAK, svg
from tests.terminal import Terminal

SVG = "{http://www.w3.org/2000/svg}"


def screen(said: str) -> pyte.Screen:
    shown = pyte.Screen(20, 2)
    pyte.Stream(shown).feed(said)
    return shown


def texts(picture: str) -> list[tuple[str, dict[str, str]]]:
    root = ElementTree.fromstring(picture)
    return [(str(each.text), each.attrib) for each in root.iter(f"{SVG}text")]


def terminal(said: str) -> Terminal:
    return Terminal([sys.executable, "-c", f"print({said!r})"], columns=20, rows=2)


def test_letters_are_drawn_where_they_stand_and_as_wide_as_their_cells() -> None:
    ((text, drawn_as),) = texts(svg(screen("\r\n  a < b")))
    assert text == NO_BREAK.join("a<b")
    assert (drawn_as["x"], drawn_as["y"], drawn_as["textLength"]) == ("26.8", "41.5", "42")
    (wide, narrow) = texts(svg(screen("日\x1b[1m!")))
    assert (wide[1]["textLength"], narrow[1]["x"]) == ("16.8", "26.8")


def test_colours_and_styles_are_drawn_and_a_cursor_is_the_other_way_round() -> None:
    picture = svg(screen("\x1b[38;2;1;2;3;1;4mab\x1b[0;7mc"))
    (styled, cursor) = texts(picture)
    assert (styled[1]["fill"], styled[1]["font-weight"]) == ("#010203", "bold")
    assert styled[1]["text-decoration"] == "underline"
    assert cursor[1]["fill"] == "#121212"
    assert '<rect x="26.8" y="10" width="8.4" height="18" fill="#c5c8c6"/>' in picture


def test_what_is_another_every_day_is_left_out() -> None:
    assert drawn(screen("head " + "ab" * 8)) != drawn(screen("head " + "cd" * 8))
    long = pyte.Screen(80, 1)
    pyte.Stream(long).feed("head " + "ab" * 32)
    assert "0" * 64 in drawn(long)


def test_a_screen_that_differs_from_its_picture_is_named_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "_BLINK", 0.0)
    kept, seen = tmp_path / "kept", tmp_path / "seen"
    seen.mkdir()
    with terminal("alike") as shown:
        Painter(kept).take("one", shown)
    critic = Critic(seen, kept)
    with terminal("alike") as shown:
        critic.take("one", shown)
        assert critic.different == []
        critic.take("two", shown)
    with terminal("other") as shown:
        critic.take("one", shown)
    assert (critic.taken, critic.different) == (["one", "two", "one"], ["two", "one"])
    assert "other" in (seen / "one.svg").read_text(encoding="utf-8")
