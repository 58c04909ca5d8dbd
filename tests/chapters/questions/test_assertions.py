"""The table of the reference text's assertions: whole, linked, and true to what is stored."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from dataclasses import replace

import pytest
from linked_places import missing_place

from recbook.chapters.questions import assertions
from recbook.chapters.questions.assertions import ASSERTIONS, SECTIONS, Verdict, counts
from recbook.chapters.questions.evidence import ALL, At, evidence, link, stored_at
from recbook.chapters.questions.interview import QUESTIONS
from recbook.learning.claims import ClaimFailed
from recbook.paths import course_root
from recbook.results import folders
from recbook.session import speaking

ROWS = {f"{number} §{row.section}": row.why for number, row in enumerate(ASSERTIONS)} | {
    f"question {number}": asked.answer for number, asked in enumerate(QUESTIONS, 1)
}
MEASURED = {name: why for name, why in ROWS.items() if why.holds is not None}
PLACES = sorted({row.where for row in ASSERTIONS} | {asked.where for asked in QUESTIONS})


def test_every_section_of_the_text_is_there_in_its_order():
    assert list(dict.fromkeys(row.section for row in ASSERTIONS)) == list(SECTIONS)
    outline = (course_root() / "docs" / "reference.md").read_text(encoding="utf-8")
    for number in re.findall(r"^\| (\d+(?:\.\d)?) ", outline, re.MULTILINE):
        assert any(section == number or section.startswith(f"{number}.") for section in SECTIONS), number


def test_its_two_promises_are_judged_apart():
    promises = [row for row in ASSERTIONS if row.section == "2.3" and "promise" in row.says.en]
    assert [row.verdict for row in promises] == [Verdict.CONDITION, Verdict.CONDITION]


@pytest.mark.parametrize("place", PLACES)
def test_every_link_leads_somewhere(place):
    assert missing_place(place) == ""


def test_a_link_to_nowhere_is_seen():
    assert missing_place("10_cold_start#nowhere") and missing_place("77_nothing")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ROWS)
def test_every_sentence_holds_and_is_filled(name, language):
    with speaking(language):
        said = ROWS[name].said()
    assert not re.search(r"[{}]|nan", said)


@pytest.mark.parametrize("name", MEASURED)
def test_a_verdict_falls_with_its_numbers(name):
    """Exchanged among each other, or one of them turned round, the numbers must not support the same sentence."""
    why = MEASURED[name]
    found = why.measured()
    others = [
        dict(zip(found, order, strict=True)) for order in itertools.islice(itertools.permutations(found.values()), 720)
    ]
    others += [found | {key: -value} for key, value in found.items()]

    def refused(numbers: dict[str, float]) -> bool:
        try:
            why.said(numbers)
        except ClaimFailed:
            return True
        return False

    assert any(refused(numbers) for numbers in others)


def test_stored_results_that_change_sides_stop_the_table(tmp_path, monkeypatch):
    for folder in folders().values():
        for file in folder.glob("*.json"):
            shutil.copy(file, tmp_path)
    kept = json.loads((tmp_path / "sequences.json").read_text(encoding="utf-8"))
    test = kept["results"]["test"]
    test["SASRec, both"]["test"], test["SASRec, random codes"]["test"] = [0.2], [0.1]
    (tmp_path / "sequences.json").write_text(json.dumps(kept), encoding="utf-8")
    monkeypatch.setenv("RECBOOK_RESULTS", str(tmp_path))
    with pytest.raises(ClaimFailed, match="For known ones not"):
        assertions.show_assertions()


def test_numbers_and_their_condition_go_together():
    with pytest.raises(ValueError, match="go together"):
        evidence(("{x:.1f}", "{x:.1f}"), x=stored_at("noise", "films", "clean", "EASE", "ndcg"))
    with pytest.raises(ValueError, match="go together"):
        evidence(("so", "如此"), lambda n: True)


def test_a_stored_number_is_found_by_its_keys():
    whole = stored_at("noise", "films", "clean", "EASE", "ndcg")
    assert replace(whole, times=2.0).value() == pytest.approx(2 * whole.value())
    three = [stored_at("towers", "warm", "both", "test", seed).value() for seed in range(3)]
    assert stored_at("towers", "warm", "both", "test").value() == pytest.approx(sum(three) / 3)
    every = stored_at("privacy", "federated", "central", ALL, "test").value()
    first = stored_at("privacy", "federated", "central", "0", "test").value()
    assert every == pytest.approx(first, rel=0.1)
    with pytest.raises(ValueError, match="holds nothing"):
        At("noise", ("films", "nothing")).value()


def test_the_counts_add_up():
    rows = counts()
    assert rows[[verdict.value for verdict in Verdict]].iloc[:-1].sum().sum() == len(ASSERTIONS)
    assert rows.iloc[-1, 1:].sum() == len(ASSERTIONS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_section_opens_to_its_table(language):
    with speaking(language):
        shown = assertions._section_html("2.3")
    assert shown.startswith("<details><summary>§2.3") and shown.count("<tr>") == 1 + shown.count("<b>")


def test_a_link_names_its_chapter():
    with speaking("zh"):
        assert link("10_cold_start#profile") == '<a href="10_cold_start.ipynb#profile">第 10 章</a>'
    assert link("01_challenges") == '<a href="01_challenges.ipynb">chapter 01</a>'
