"""Look-ups: by code, part number, EAN, words, slips of the finger and phone."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderdesk.domain.customers import AddressEntry, ContactEntry, CustomerRequest, PartEntry
from orderdesk.domain.products import ProductRequest
from orderdesk.domain.text import digits, fold_code, search_words
from orderdesk.services import products
from orderdesk.services.customers import save
from orderdesk.services.search import find_customers, find_products
from orderdesk.store.desk import Desk
from orderdesk.store.search import behind_prefix, searchable

SEED = 20261123

HEADS = ("Bracket", "Bolt", "O-Ring", "Rössle Sauerkraut", "Crème fraîche", "Queso Cabrales")
TAILS = ("zinc 40x40", "[M8] 30mm", "red 5mm", "Gula Malacca", "Übergröße", "№ 7", "Ølhvede 3/4")
TOWNS = ("Köln", "México D.F.", "São Paulo", "Reims", "Luleå", "Århus", "Lyon")
NAMES = (
    "Alfreds Futterkiste",
    "Blondesddsl père et fils",
    "Drachenblut",
    "Folk och fä",
    "Łódź Ltd",
)


TYPED = (
    *("b", "br", "bra", "BRA-1", "bra-1-", "ring red", "o ring", "rosse", "RÖSS", "№ 7"),
    *("creme frai", "ubergrosse", "olh 3 4", "m8 30", "40x4", "zzz", "gula b", "queso gula 1"),
)


def product_names() -> list[tuple[str, str]]:
    """Give codes and names, some alike, in no order."""
    made = [
        (f"{head[:3]}-{number}-{tail[:2].strip('[')}", f"{head} {tail} {number * 37 % 11}")
        for number in range(6)
        for head in HEADS
        for tail in TAILS
    ]
    random.Random(SEED).shuffle(made)
    return made


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """Give a desk with a few hundred products and customers."""
    desk.run(
        products.add_many,
        [ProductRequest(code=code, name=name, unit="ea") for code, name in product_names()],
    )
    desk.run(
        save.add_many,
        [
            CustomerRequest(
                code=f"C{number:03}",
                name=f"{NAMES[number % 5]} {number}",
                phone=f"(0{number % 7}) 555-{4000 + number}",
                addresses=(AddressEntry(code="01", city=TOWNS[number % 7]),),
                contacts=(ContactEntry(name=f"Maria {number}", phone=f"+49 171 {90000 + number}"),),
            )
            for number in range(150)
        ],
    )
    return desk


def codes_of(desk: Desk, typed: str, **more: str | int) -> list[str]:
    return [hit.code for hit in desk.read(find_products, typed, **more)]  # type: ignore[arg-type]


def expected(typed: str, records: list[tuple[str, str]]) -> tuple[set[str], set[str]]:
    """Give the codes that begin so, and those of the names with all words, found the slow way."""
    by_code = {code for code, _ in records if fold_code(code).startswith(fold_code(typed))}
    words = search_words(typed)
    by_name = {
        code
        for code, name in records
        if len(fold_code(typed)) >= 3
        and any(len(word) > 1 for word in words)
        and all(any(w.startswith(word) for w in search_words(f"{name} {code}")) for word in words)
    }
    return by_code, by_name


def test_a_look_up_finds_what_a_slow_search_finds(stocked: Desk) -> None:
    records = [(fold_code(code), name) for code, name in product_names()]
    for typed in TYPED:
        by_code, by_name = expected(typed, records)
        hits = stocked.read(find_products, typed, limit=500)
        assert {
            hit.code for hit in hits if hit.found_by in ("code", "name")
        } == by_code | by_name, typed
        assert len(hits) == len({hit.code for hit in hits})


def test_the_code_itself_comes_first_then_codes_that_begin_so_then_names(desk: Desk) -> None:
    for code, name in (("PINE2", "Tree"), ("PINE", "Wood"), ("PINE10", "Log"), ("A1", "Pine nut")):
        desk.run(products.add, ProductRequest(code=code, name=name, unit="ea"))
    hits = desk.read(find_products, "pine")
    assert [(hit.code, hit.found_by) for hit in hits] == [
        ("PINE", "code"),
        ("PINE10", "code"),
        ("PINE2", "code"),
        ("A1", "name"),
    ]
    assert [hit.code for hit in desk.read(find_products, "pine", limit=2)] == ["PINE", "PINE10"]


def test_nothing_typed_gives_the_first_codes(desk: Desk) -> None:
    assert codes_of(desk, "", limit=3) == ["FREIGHT", "LAST", "MINIMUM"]


def test_a_hit_says_what_is_available(desk: Desk) -> None:
    hit = desk.read(find_products, "p1")[0]
    assert (hit.name, hit.unit, str(hit.available)) == ("Product P1", "ea", "100")


def test_a_customers_own_part_numbers_are_found_for_that_customer_alone(desk: Desk) -> None:
    desk.run(save.set_part, "ACME", PartEntry(part="77-B", product="P2"))
    assert codes_of(desk, "acme-7", customer="acme") == ["P1"]
    assert codes_of(desk, "77", customer="ACME") == ["P2"]
    assert codes_of(desk, "acme-7", customer="FREE") == []
    assert codes_of(desk, "acme-7") == []


def test_an_ean_is_found_by_its_beginning(desk: Desk) -> None:
    assert codes_of(desk, "200000000001") == ["P1"]
    assert codes_of(desk, "2000000000015") == ["P1"]
    assert codes_of(desk, "2000 000") == ["P1"]
    assert codes_of(desk, "20000000000159") == []


def test_what_is_archived_is_not_found(desk: Desk) -> None:
    assert "GONE" not in codes_of(desk, "gone") + codes_of(desk, "product")
    assert desk.read(find_customers, "old") == []


def slips(word: str, chance: random.Random) -> Iterator[str]:
    """Give the word with one letter changed, left out, doubled, and with two letters swapped."""
    place = chance.randrange(1, len(word) - 1)
    yield word[:place] + "q" + word[place + 1 :]
    yield word[:place] + word[place + 1 :]
    yield word[:place] + "q" + word[place:]
    yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def test_one_slip_in_any_longer_word_finds_the_name(stocked: Desk) -> None:
    chance = random.Random(SEED)
    for word in ("bracket", "sauerkraut", "cabrales", "malacca", "ubergrosse", "ruling"):
        if word == "ruling":
            stocked.run(products.add, ProductRequest(code="X", name="Ruling pen", unit="ea"))
        for place in range(3):
            for typed in slips(word, chance):
                if typed == word:
                    continue
                hits = stocked.read(find_products, typed, limit=500)
                names = [hit.name for hit in hits]
                assert any(word in search_words(name) for name in names), (typed, place)


def test_a_slip_in_one_of_two_words_finds_the_name(stocked: Desk) -> None:
    hits = stocked.read(find_products, "bracket malaccca 4")
    assert hits
    assert {hit.found_by for hit in hits} == {"similar"}
    assert all(hit.name.startswith("Bracket Gula Malacca") for hit in hits)


def test_the_nearest_of_similar_names_comes_first(desk: Desk) -> None:
    for code, name in (("A", "Marmelada"), ("B", "Marmelade")):
        desk.run(products.add, ProductRequest(code=code, name=name, unit="ea"))
    assert codes_of(desk, "marmelafe") == ["B", "A"]
    assert codes_of(desk, "xxxxxxxxx") == []


@pytest.mark.parametrize(
    ("typed", "found_by"),
    [
        ("alfred", "name"),
        ("futterk 5", "name"),
        ("koln", "name"),
        ("KÖLN", "name"),
        ("maria 0", "name"),
        ("lodz", "name"),
        ("Blondesdsl", "similar"),
        ("c01", "code"),
        ("(00) 555-4000", "phone"),
        ("5554000", "phone"),
        ("+1 00 5554000", "phone"),
        ("0171 90000", "phone"),
        ("17190000", "phone"),
    ],
)
def test_customers_are_found_by_name_town_contact_code_and_phone(
    stocked: Desk, typed: str, found_by: str
) -> None:
    hits = stocked.read(find_customers, typed)
    assert {hit.found_by for hit in hits} == {found_by}
    if found_by == "phone":
        assert [hit.code for hit in hits] == ["C000"]
        assert digits(hits[0].phone) == "005554000"
    assert hits[0].city


def test_a_changed_name_is_found_by_the_new_words_alone(desk: Desk) -> None:
    desk.run(save.set_, CustomerRequest(code="ACME", name="Zebra Crossings"))
    assert [hit.code for hit in desk.read(find_customers, "zebr")] == ["ACME"]
    assert [hit.found_by for hit in desk.read(find_customers, "acme")] == ["code"]


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\"'*%_\\()[]{}:^-+|&!<>~?/ \0ab1", max_size=40),
    st.sampled_from(
        [
            "NEAR(a b)",
            'acme" OR "x',
            "a AND",
            "NOT acme",
            "'; DROP TABLE customer; --",
            "search:acme",
            "\ud800",
            "\U0010ffff",
            "𝔞𝔠𝔪𝔢 🦄 acme",
            "%" * 100,
            "a" * 5000,
            "ab " * 2000,
            "١٢٣٤٥",
            "½ ② æ ß İ",
        ]
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=HOSTILE)
def test_whatever_is_typed_never_fails(desk: Desk, typed: str) -> None:
    assert len(desk.read(find_customers, typed)) <= 50
    assert len(desk.read(find_products, typed, "ACME")) <= 50


@given(st.text(min_size=1), st.text(max_size=3))
def test_what_begins_with_a_prefix_lies_before_its_end(prefix: str, more: str) -> None:
    end = behind_prefix(prefix)
    low, high, inside = (
        each.encode("utf-8", "surrogatepass") for each in (prefix, end, prefix + more)
    )
    assert low <= inside
    assert inside < high or set(prefix) == {chr(0x10FFFF)}


def test_the_search_column_holds_each_word_once_between_spaces() -> None:
    assert searchable("Acme acme LTD", "A-1", more=["0113"]) == " acme ltd a 1 0113 "
    assert searchable("!", "") == ""
