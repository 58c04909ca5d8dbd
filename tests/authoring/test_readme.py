"""The READMEs' section on other libraries: what is stored is shown, what is not is left out."""

from __future__ import annotations

import copy

import pytest

from recbook.authoring import pages, readme

RESULTS = {
    "models": {
        "EASE": {
            "library": "recbook", "ndcg": 0.06983, "interval": [0.0579, 0.0827],
            "threads": {"1": {"seconds": 2.0, "cpu": 2, "memory": 200.0}, "2": {"seconds": 1.0, "memory": 210.0}},
        },
        "RecBole EASE": {
            "library": "RecBole", "ndcg": 0.0698, "interval": [0.0579, 0.0827],
            "threads": {"1": {"seconds": 10.0, "memory": 500.0}, "2": {"seconds": 12.34, "memory": 510.0}},
        },
        "item2vec": {"ndcg": 0.08, "interval": [0.07, 0.09], "threads": {"1": {"seconds": 9.0, "memory": 300.0}}},
        "RecBole BPR": {"ndcg": 0.06, "interval": [0.05, 0.07], "threads": {"1": {"seconds": 60, "memory": 500}}},
    },
    "metrics": {
        "recbook": {"seconds": 0.015},
        "RecBole, its default batch": {"seconds": 0.05, "ratio": 3.333, "largest difference": 0.0},
        "RecBole, one batch": {"seconds": 0.018, "ratio": 1.2, "largest difference": 1e-12},
        "ranx": {"seconds": 1.2, "ratio": 80.4, "largest difference": 0.0},
    },
    "encoding": {"recbook": {"seconds": 5.2}, "sentence-transformers": {"seconds": 5.1, "ratio": 0.98}},
    "word2vec": {"NumPy": {"seconds": 6.1}, "gensim": {"seconds": 1.4, "ratio": 0.224}},
}  # fmt: skip
START, END = "<!-- benchmark -->", "<!-- /benchmark -->"
PAGE = "# A\n\n<!-- benchmark -->\nold\n<!-- /benchmark -->\n\n## B\n"


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_a_model_stands_beside_its_twin_with_ratios():
    head, rule, *found = rows(readme.section(RESULTS, "en"))
    assert head[0] == "model" and set(rule) == {"---"}
    assert found == [
        ["EASE", "0.070 (0.058–0.083)", "0.070 (0.058–0.083)", "5.0", "12", "2.5"],
        ["item2vec", "0.080 (0.070–0.090)", "—", "—", "—", "—"],
        ["BPR", "—", "0.060 (0.050–0.070)", "—", "—", "—"],
    ]


@pytest.mark.parametrize("lang", pages.READMES)
def test_sentences_below_the_table_come_with_their_models(lang):
    text = readme.TEXTS[lang]
    assert not any(text[note] in readme.section(RESULTS, lang) for note in readme.NOTES)
    for note, names in readme.NOTES.items():
        for name in names:
            results = {"models": RESULTS["models"] | {name: RESULTS["models"]["RecBole EASE"]}}
            assert [key for key in readme.NOTES if text[key] in readme.section(results, lang)] == [note]


def test_the_other_parts_have_a_line_each():
    lines = [line for line in readme.section(RESULTS, "en").splitlines() if line.startswith("- ")]
    assert len(lines) == 3
    assert "RecBole (default batch) 3.3, RecBole (one batch) 1.2, ranx 80. All values are equal to 1e-9." in lines[0]
    assert lines[1].endswith("sentence-transformers 0.98.") and lines[2].endswith("gensim 0.22.")


def test_both_languages_show_the_same_numbers():
    english, chinese = (rows(readme.section(RESULTS, lang)) for lang in ("en", "zh"))
    assert [row[1:] for row in english[2:]] == [row[1:] for row in chinese[2:]]


def test_values_that_differ_are_said_to():
    results = copy.deepcopy(RESULTS)
    results["metrics"]["ranx"]["largest difference"] = 0.0371
    text = readme.section(results, "en")
    assert "Values differ by up to 0.04." in text and "equal to" not in text
    for found in results["metrics"].values():
        found.pop("largest difference", None)
    text = readme.section(results, "en")
    assert "differ" not in text and "equal to" not in text


@pytest.mark.parametrize("part", RESULTS)
@pytest.mark.parametrize("lang", pages.READMES)
def test_a_part_that_is_missing_is_left_out(part, lang):
    without = readme.section({name: found for name, found in RESULTS.items() if name != part}, lang)
    alone = readme.section({part: RESULTS[part]}, lang)
    assert bool(rows(without)) == (part != "models")
    assert ("\n- " in alone) == (part != "models")
    body = alone.removeprefix(f"\n{readme.TEXTS[lang]['heading']}\n\n").strip()
    assert body not in without


@pytest.mark.parametrize("results", [{}, {"models": {}}, {"metrics": {"recbook": {"seconds": 1.0}}}, {"no such": 1}])
def test_without_anything_to_show_there_is_no_heading(results):
    assert readme.section(results, "en") == readme.section(results, "zh") == "\n"


@pytest.mark.parametrize(
    ("path", "cells"),
    [
        (("EASE", "threads", "2"), ["5.0", "—", "2.5"]),
        (("EASE", "threads"), ["—", "—", "—"]),
        (("RecBole EASE", "threads", "1", "memory"), ["5.0", "12", "—"]),
    ],
)
def test_a_number_that_is_missing_is_a_dash(path, cells):
    results = copy.deepcopy(RESULTS)
    *way, last = path
    place = results["models"]
    for step in way:
        place = place[step]
    del place[last]
    assert rows(readme.section(results, "en"))[2][3:] == cells


@pytest.mark.parametrize("broken", [None, "fast", True, float("nan"), float("inf"), [], 0])
def test_what_is_no_number_makes_no_ratio(broken):
    results = copy.deepcopy(RESULTS)
    results["models"]["EASE"]["threads"]["1"]["seconds"] = broken
    assert rows(readme.section(results, "en"))[2][3:] == ["—", "12", "2.5"]
    results["models"]["EASE"]["interval"] = broken
    assert rows(readme.section(results, "en"))[2][1] == "0.070"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0841, "0.084"), (0.95, "0.95"), (0.996, "1.0"), (3.34, "3.3"), (9.94, "9.9"), (9.96, "10"), (1234.5, "1,234")],
)
def test_ratios_have_two_digits_or_as_many_as_the_whole_number(value, text):
    assert readme._ratio(value) == text


def test_the_section_replaces_what_stands_between_the_marks_and_nothing_else():
    page = readme.with_section(PAGE, RESULTS, "en")
    assert page == PAGE.replace("old\n", readme.section(RESULTS, "en"))
    assert readme.with_section(page, RESULTS, "en") == page
    assert readme.with_section(page, {}, "en") == PAGE.replace("old\n", "\n")


@pytest.mark.parametrize(
    "page",
    [
        "",
        PAGE.replace("<!-- benchmark -->", ""),
        PAGE.replace("<!-- /benchmark -->", ""),
        PAGE + PAGE,
        "<!-- /benchmark -->\n<!-- benchmark -->\n",
    ],
)
def test_a_page_without_its_marks_is_refused(page):
    with pytest.raises(ValueError, match="<!-- benchmark -->"):
        readme.with_section(page, RESULTS, "en")


def test_both_pages_are_written_and_then_left_alone(tmp_path):
    for name in pages.READMES.values():
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    readme.write(tmp_path, RESULTS)
    written = {lang: (tmp_path / name).read_bytes() for lang, name in pages.READMES.items()}
    assert written == {lang: readme.with_section(PAGE, RESULTS, lang).encode() for lang in pages.READMES}
    times = [(tmp_path / name).stat().st_mtime_ns for name in pages.READMES.values()]
    readme.write(tmp_path, RESULTS)
    assert times == [(tmp_path / name).stat().st_mtime_ns for name in pages.READMES.values()]


def test_where_seeds_were_run_their_mean_stands_and_the_costs_stay():
    results = {"models": {"SASRec": {"ndcg": 0.119, "interval": [0.1, 0.13], "threads": {"1": {"seconds": 4.0}}}}}
    tested = {"SASRec": {"per_user": [0.0, 0.2]}, "SASRec, both": {"per_user": [0.2, 0.4]}}
    found = readme.over_seeds(results, tested)["models"]
    assert found["SASRec"]["ndcg"] == pytest.approx(0.1) and found["SASRec"]["threads"] == {"1": {"seconds": 4.0}}
    assert found["SASRec, with titles"]["ndcg"] == pytest.approx(0.3) and "threads" not in found["SASRec, with titles"]
    assert results["models"]["SASRec"]["ndcg"] == 0.119
    assert readme.over_seeds({}, tested) == {}


def test_beside_recbole_stands_sasrec_without_titles():
    """The README once compared SASRec with titles, at the best of three seeds, with RecBole's that has none."""
    table = {row[0]: row[1:] for row in rows(readme.section(readme.stored_results(), "en"))}
    assert float(table["SASRec"][0].split()[0]) < float(table["SASRec, with titles"][0].split()[0])
    assert table["SASRec, with titles"][1] == "—" != table["SASRec"][1]
