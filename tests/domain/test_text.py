import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orderdesk.domain.text import clean, digits, fold_code, search_words, stored

# Hypothesis leaves surrogates out of text() unless they are asked for.
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
WHOLE = st.text(max_size=30)

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u00ad\u180e\u200b\u2060\u2064\u206a\ufeff\ufff9\U000e0041"


@pytest.mark.parametrize(
    "text",
    [
        "Blue Cheese 12/4 [M8]",
        "[/]",
        "a[/",
        "[@click=app.quit]here[/]",
        r"C:\new\table \\server",
        "\\",
        "Mère Paillarde",
        "=1+1",
        "👩‍🚀 می‌خواهم",  # both need their joiners
        "",
    ],
)
def test_harmless_text_is_shown_exactly_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0)])
def test_no_control_character_is_shown(code: int) -> None:
    shown = clean(f"a{chr(code)}b")
    assert shown == ("a b" if chr(code) in "\t\n\v\f\r\x85" else "ab")


@pytest.mark.parametrize("unseen", [*BIDI, *INVISIBLE], ids=lambda c: f"U+{ord(c):04X}")
def test_nothing_shown_can_turn_the_line_around_or_hide(unseen: str) -> None:
    assert clean(f"1{unseen}2") == "12"


@pytest.mark.parametrize("lines", ["a\nb", "a\r\nb", "a\rb", "a\u2028b", "a\u2029b", "a\tb"])
def test_what_is_shown_stays_on_one_line(lines: str) -> None:
    assert clean(lines) == "a b"


def test_an_escape_code_leaves_only_its_harmless_letters() -> None:
    assert clean("\x1b]52;c;cm0=\x07\x9b31mred") == "]52;c;cm0=31mred"


def test_half_a_surrogate_pair_is_shown_as_the_replacement_character() -> None:
    assert clean("a\ud800b\udfffc") == "a\ufffdb\ufffdc"


def test_an_accent_is_joined_to_its_letter_when_shown() -> None:
    assert clean("e\u0301") == "\xe9"
    assert clean("e\u200b\u0301") == "\xe9"


@given(ANYTHING)
@example("e\u200b\u0301\r\n")
def test_what_is_shown_is_printable_normal_and_clean_already(text: str) -> None:
    shown = clean(text)
    assert clean(shown) == shown
    assert unicodedata.is_normalized("NFC", shown)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & {*BIDI, *INVISIBLE}
    shown.encode()


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_printable_ascii_is_shown_unchanged(text: str) -> None:
    assert clean(text) == text


def test_text_is_stored_as_typed_in_normal_form_without_space_around_it() -> None:
    assert stored("  Cafe\u0301 \n del  Mar\t") == "Caf\xe9 \n del  Mar"
    assert stored("[/]\x1b ") == "[/]\x1b"


@pytest.mark.parametrize("bad", ["a\0b", "\0", "Caf\xe9\0", "x\ud800", "\udc80"])
def test_text_that_no_database_keeps_is_refused_by_name(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^delivery note has .+; type it again"):
        stored(bad, "delivery note")


@given(WHOLE.filter(lambda text: "\0" not in text))
def test_storing_what_was_stored_changes_nothing(text: str) -> None:
    kept = stored(text)
    assert stored(kept) == kept == kept.strip()
    assert unicodedata.is_normalized("NFC", kept)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" alfki ", "ALFKI"),
        ("Ab-12/x", "AB-12/X"),
        ("", ""),
        ("stra\xdfe", "STRASSE"),
        ("STRA\u1e9eE", "STRASSE"),
        ("cafe\u0301\u00a0", "CAF\xc9"),
        ("\u03c3\u03c2\u03a3", "\u03a3\u03a3\u03a3"),
    ],
)
def test_a_code_is_compared_in_upper_case(typed: str, code: str) -> None:
    assert fold_code(typed) == code


@given(ANYTHING)
def test_a_folded_code_is_folded_already(text: str) -> None:
    assert fold_code(fold_code(text)) == fold_code(text)


# The Greek iota subscript is left out: upper() moves it past other accents, which changes the word.
@given(ANYTHING.filter(lambda t: "\u0345" not in unicodedata.normalize("NFD", t)))
def test_one_code_in_either_case_is_one_code(text: str) -> None:
    assert fold_code(text.lower()) == fold_code(text.upper()) == fold_code(text)


def test_a_phone_number_is_compared_by_its_ascii_digits() -> None:
    assert digits("+1 (425) 555-0100 ext. 7") == "142555501007"
    assert digits("\u0661\u0662\xb2\uff13 4") == "4"
    assert digits("none") == ""


@given(ANYTHING)
def test_digits_are_the_ascii_digits_in_their_order(text: str) -> None:
    assert digits(text) == "".join(c for c in text if c in "0123456789")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Blue Cheese, 12/4-pack", ["blue", "cheese", "12", "4", "pack"]),
        ("snake_case AND Or*", ["snake", "case", "and", "or"]),
        ("M\xe8re Paillarde", ["mere", "paillarde"]),
        ("Me\u0300re", ["mere"]),
        ("R\xf8gede sild", ["rogede", "sild"]),
        ("\u0141\xf3d\u017a", ["lodz"]),
        ("Gro\xdfhandel \uff11\uff12", ["grosshandel", "12"]),
        ("soft\xadhyphen", ["softhyphen"]),
        ("\u041c\u043e\u0441\u043a\u0432\u0430", ["\u043c\u043e\u0441\u043a\u0432\u0430"]),
        ("to be to be", ["to", "be", "to", "be"]),
        (' "*" -- ', []),
    ],
)
def test_search_words_have_neither_case_nor_accents(text: str, words: list[str]) -> None:
    assert search_words(text) == words


@given(ANYTHING)
def test_search_words_are_letters_and_digits_and_split_alike_again(text: str) -> None:
    words = search_words(text)
    assert all(word.isalnum() for word in words)
    assert search_words(" ".join(words)) == words


@given(st.text(st.characters(codec="ascii")))
def test_ascii_words_are_the_same_beside_a_word_that_is_not(text: str) -> None:
    assert search_words(f"{text} \u042f") == [*search_words(text), "\u044f"]
