"""Chapter 15's guides: every answer leads to advice, in both languages, and advice turns with its proof."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from recbook import session
from recbook.authoring.book.outline import of_chapter
from recbook.authoring.source import read_chapter, source_paths
from recbook.chapters.questions import guides
from recbook.chapters.questions.guides import GUIDES, which_encoder, which_metric, which_start
from recbook.chapters.questions.imagined import imagined
from recbook.chapters.questions.trees import advice
from recbook.results import stored

LEAVES = {f"{guide.name}: {' / '.join(path)}": leaf for guide in GUIDES.values() for path, leaf in guide.leaves()}


@pytest.fixture(params=["en", "zh"])
def lang(request, monkeypatch):
    monkeypatch.setattr(session, "_language", request.param)
    return request.param


def behind(lead: dict[str, Any]) -> None:
    """Intervals of what a model has more than others, moved so that they hold 0."""
    for interval in lead.values():
        interval[0] = -0.01


def exchanged(table: dict[str, Any], one: str, other: str) -> None:
    table[one], table[other] = table[other], table[one]


def warm(results: dict[str, Any]) -> None:
    results["tuning"]["mlp"]["warm"]["warm"]["minus EASE"] = [-0.01, 0.02]


def books(model: str, less: str, interval: list[float]) -> Callable[[dict[str, Any]], None]:
    def change(results: dict[str, Any]) -> None:
        row = next(one for one in results["new"]["differences"] if (one["model"], one["less"]) == (model, less))
        row["interval"] = interval

    return change


def equal_hits(results: dict[str, Any]) -> None:
    results["titles"]["multilingual"]["hits"] = results["titles"]["MiniLM"]["hits"]


# The other side of each leaf: the file to change, and the change. What stands here turns the advice of that leaf.
FLIPS: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "KNOWN_ITEMS": ("features", warm),
    "NEW_ITEMS_EN": ("multimodal", lambda found: exchanged(found["sizes"], "multilingual", "MiniLM")),
    "LARGE_EN": ("multimodal", lambda found: exchanged(found["sizes"], "multilingual", "random")),
    "SEARCH_EN": ("languages", lambda found: found["search"]["en"]["MiniLM"]["less"].update(multilingual=[0.01, 0.15])),
    "SEARCH_ZH": ("languages", lambda found: behind(found["search"]["zh"]["multilingual"]["less"])),
    "NEWS_EN": ("languages", lambda found: behind(found["news"]["en"]["clicks"]["static"]["less"])),
    "NEWS_ZH": ("languages", lambda found: behind(found["news"]["zh"]["clicks"]["multilingual"]["less"])),
    "NEW_ITEMS_ZH": ("languages", equal_hits),
    "LARGE_ZH": ("languages", lambda found: found["titles"]["multilingual"].update(hits=[0] * 50)),
    "COMES_BACK": (
        "applications",
        lambda found: found["test"]["next"]["EASE"]["less"]["own frequency"].update(interval=[-0.01, 0.01]),
    ),
    "DISCOVERY": (
        "applications",
        lambda found: found["test"]["discovery"]["popularity"]["less"]["popularity, last weeks"].update(
            interval=[-0.01, 0.01]
        ),
    ),
    "CANDIDATES": (
        "deceptions",
        lambda found: found["shop"]["sampled"]["swaps"].update(
            {"item-kNN / EASE, last three films, hit@10": [[-0.03, -0.01], [-0.03, -0.01]]}
        ),
    ),
    "DIFFERENCE": (
        "deceptions",
        lambda found: found["films"]["chance"]["pairs"]["EASE − item-kNN"].update(unpaired=[0.001, 0.02]),
    ),
    "VARIETY": ("measures", lambda found: exchanged(found["films"], "random", "popularity")),
    "PAUSE": (
        "page_order",
        lambda found: found["films"]["by delay"]["minus"]["popularity"]["item-kNN"]["later"].update(
            interval=[-0.05, 0.01]
        ),
    ),
    "ON_THE_LOG": ("sequences", lambda found: exchanged(found["test"], "EASE", "popularity")),
    "NEW_PEOPLE": (
        "new_products",
        lambda found: found["demographics"]["profile_less"].update({"popularity among those who told": [-0.001, 0.01]}),
    ),
    "NO_TEXT": ("towers", lambda found: exchanged(found["hidden"], "identity", "text")),
    "TITLE_ALONE": ("books", books("MiniLM, title", "words, title", [-0.001, 0.01])),
    "LABELS": ("books", books("author", "MiniLM, title by author", [-0.01, 0.001])),
}


def test_every_leaf_has_a_flip():
    named = {id(getattr(guides, name)) for name in FLIPS}
    assert named == {id(leaf) for leaf in LEAVES.values()}


@pytest.mark.parametrize("name", FLIPS)
def test_the_advice_turns_with_its_claim(name, lang):
    leaf = getattr(guides, name)
    before = advice(leaf)
    file, change = FLIPS[name]
    kept = stored(file)
    with imagined(file, change):
        after = advice(leaf)
    assert after.holds != before.holds
    assert after.says != before.says
    assert advice(leaf) == before
    assert stored(file) == kept


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
def test_every_combination_of_answers_leads_to_advice(guide, lang):
    for given in itertools.product(*(question.answers for question in guide.questions)):
        found = guide.ask(*given)
        assert found.says
        assert "{" not in found.proof
        assert re.search(r"\d", found.proof), "a proof states its numbers"
        assert len(re.findall(r"[-+−]?\d+\.\d+", found.proof)) <= 4
        chinese = re.search("[\u4e00-\u9fff]", found.says + found.proof)
        assert bool(chinese) == (lang == "zh")
        assert f'href="{found.link}"' in found._repr_html_()


@pytest.mark.parametrize("name", LEAVES)
def test_a_leaf_names_a_section_that_exists(name):
    proof = LEAVES[name].proof
    (path,) = (path for path in source_paths() if path.stem == proof.chapter)
    section = {"en": proof.section.en, "zh": proof.section.zh}
    names = [one.name for one in of_chapter(read_chapter(path)) if one.heading == section]
    assert names == [proof.anchor]


def test_an_encoder_for_chinese_news_on_a_small_budget_reads_chinese(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")
    found = which_encoder("news", "zh", "small")
    assert found == which_encoder("新闻", "中文", "small")
    assert "Freshness first" in found.says


@pytest.mark.parametrize("name", LEAVES)
def test_the_size_of_the_multilingual_encoder_is_the_measured_one(name):
    measured = round(stored("multimodal")["results"]["sizes"]["multilingual"]["bytes"] / 1e6)
    for said in (LEAVES[name].then.en, LEAVES[name].then.zh):
        assert set(re.findall(r"(?:Encoder, |Encoder，)(\d+) MB", said)) <= {str(measured)}


def test_people_who_come_back_later_are_told_apart(lang):
    said = advice(guides.ON_THE_LOG).says
    later = stored("page_order")["results"]["films"]["by delay"]["models"]
    for model in ("popularity", "EASE"):
        assert f"{later[model]['later']['mean']:.3f}" in said


def test_a_shop_whose_people_come_back_is_judged_by_two_numbers(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")
    found = which_metric("comes back")
    assert "Two numbers" in found.says
    assert "own frequency" in found.proof


def test_a_new_book_starts_from_its_labels(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")
    found = which_start(users="known", items="new", text="labels")
    assert "author, publisher" in found.says
    assert found.link == "11_applications.ipynb#books"


@pytest.mark.parametrize(
    ("ask", "known"),
    [
        (lambda: which_encoder("poetry", "en", "small"), "known items, new items, search, news"),
        (lambda: which_encoder("known items", "fr", "small"), "en, zh"),
        (lambda: which_encoder("search", "en", 3), "small, large"),
        (lambda: which_metric("clicks"), "comes back, discovery, candidates, difference, variety, pause"),
        (lambda: which_start("some", "new", "none"), "known, new"),
        (lambda: which_start("new", "new", "a poem"), "none, title, labels"),
    ],
)
def test_what_is_unknown_is_refused_in_one_sentence_with_what_is_known(ask, known, lang):
    with pytest.raises(ValueError, match=re.escape(known)) as refused:
        ask()
    said = str(refused.value)
    assert said.count(".") + said.count("。") == 1
    assert bool(re.search("[\u4e00-\u9fff]", said)) == (lang == "zh")


def test_only_a_stored_result_can_be_imagined():
    refused = pytest.raises(ValueError, match="No experiment stores 'nothing'; there is: applications")
    with refused, imagined("nothing", lambda found: None):
        pass
