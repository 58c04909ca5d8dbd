"""Tunes in ABC: read by hand, by the standard's rules, and what is said of one that is no melody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recbook
from recbook.data import fetch, tunes

HEAD = "X:1\nT:Test\nM:6/8\nL:1/8\nK:{key}\n"


def melody(body: str, key: str = "C") -> tunes.Tune:
    (tune,) = tunes.parse(HEAD.format(key=key) + body + "\n")
    return tune


def test_letters_octaves_and_lengths():
    tune = melody("C c c' C, | c2 c/2 c/ c3/2 c//")
    assert tune.notes.tolist() == [60, 72, 84, 48, *[72] * 5]
    np.testing.assert_allclose(tune.lengths, [0.5, 0.5, 0.5, 0.5, 1, 0.25, 0.25, 0.75, 0.125])


@pytest.mark.parametrize(
    ("key", "notes"),
    [
        ("C", [65, 72, 71]), ("G", [66, 72, 71]), ("Em", [66, 72, 71]), ("Dmix", [66, 72, 71]), ("Ador", [66, 72, 71]),
        ("D", [66, 73, 71]), ("F", [65, 72, 70]), ("Dm", [65, 72, 70]), ("Bb", [65, 72, 70]), ("F#", [66, 73, 71]),
        ("B minor", [66, 73, 71]), ("HP", [66, 73, 71]),
    ],
)  # fmt: skip
def test_a_signature_holds_for_its_letters(key, notes):
    assert melody("F c B", key).notes.tolist() == notes


def test_an_accidental_holds_to_the_end_of_its_bar_in_its_octave():
    assert melody("^F F f | F =F ^^F __B", "C").notes.tolist() == [66, 66, 77, 65, 65, 67, 69]


def test_ornaments_chords_bars_and_repeats_are_no_notes():
    assert melody('|:"Am"~A {cde}B !trill!.c (d|1 [eg]2:|2 u[Ace]) z2 |]').notes.tolist() == [69, 71, 72, 74, 79, 76]


def test_tuplets_and_broken_rhythm():
    np.testing.assert_allclose(melody("(3ABc d").lengths, [1 / 3, 1 / 3, 1 / 3, 0.5])
    np.testing.assert_allclose(melody("A>B c<d e>>f").lengths, [0.75, 0.25, 0.25, 0.75, 0.875, 0.125])


def test_a_rest_lengthens_the_note_before_it():
    np.testing.assert_allclose(melody("A z2 B").lengths, [1.5, 0.5])


def test_a_key_may_change_on_the_way():
    assert melody("F [K:G] F\nK:C\nF").notes.tolist() == [65, 66, 65]


def test_without_a_length_the_metre_says_it():
    (tune,) = tunes.parse("X:1\nM:2/4\nK:C\nA")
    assert tune.lengths.tolist() == [0.25]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("ABc |=20", r"'Test' does not parse at line 6: '=20'"),
        ("[ce", "has no end"), ("[~]2", "no note"), (">A", "before the first note"), ("A/0", "by zero"),
        ("A[K:H]B", "no key"), ("A[L:x]B", "no length"),
    ],
)  # fmt: skip
def test_says_what_is_no_melody(body, said):
    with pytest.raises(ValueError, match=said):
        melody(body)


def test_names_the_file_and_the_line_in_it():
    joined = "% file good.abc\nX:1\nK:C\nABc\n% file bad.abc\nX:1\nT:Bad One\nK:C\nAB\n}c\n"
    with pytest.raises(ValueError, match=r"'Bad One' does not parse at line 5 of bad.abc"):
        tunes.parse(joined)
    broken: list[str] = []
    assert len(tunes.parse(joined, broken=broken)) == 1 and len(broken) == 1


def test_a_tune_without_a_key_is_refused():
    with pytest.raises(ValueError, match="no key"):
        tunes.parse("X:1\nT:Test\nABc")


@given(st.lists(st.integers(40, 90), min_size=2, max_size=30), st.integers(-12, 12))
def test_steps_stay_when_a_tune_moves(notes, by):
    moved = [note + by for note in notes]
    np.testing.assert_array_equal(tunes.intervals(np.array(notes)), tunes.intervals(np.array(moved)))


def test_titles_are_tidied():
    for printed, shown in {"SWALLOW-TAIL -- JIG": "Swallow-Tail", "Devil's Dream., The": "The Devil's Dream"}.items():
        (tune,) = tunes.parse(f"X:1\nT:{printed}\nK:C\nA")
        assert tune.title == shown


def test_the_collections():
    table = recbook.load("tunes")
    assert table["book"].value_counts().to_dict() == {"oneill": 1836, "ryan": 1034}
    assert table["item_id"].is_unique and set(table["rhythm"]) == {*tunes.RHYTHMS, ""}
    assert (table["notes"].map(len) == table["lengths"].map(len)).all()
    swallow = table.set_index("title").loc["Swallow-Tail"]
    assert swallow["notes"][:9].tolist() == [64, 66, 67, 64, 64, 71, 64, 64, 67]  # E/F/ | GEE BEE | G, as printed
    assert (swallow["key"], swallow["metre"], swallow["mode"]) == ("E min", "6/8", "minor")


def test_a_few_tunes_of_the_collections_do_not_parse():
    broken: list[str] = []
    for book, member in tunes.COLLECTIONS.items():
        tunes.parse((fetch.ensure("tunes") / member).read_text(encoding="latin-1"), book, broken)
    assert len(broken) == 25 and all(" line " in one and "of " in one for one in broken)
