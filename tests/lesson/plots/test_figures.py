"""Figures: an image with alt text in the reader's language, and no missing glyph."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from recbook import plots, session
from recbook.evaluation import Report
from recbook.pipeline import Pipeline
from recbook.text import word2vec

PIPELINE = Pipeline(twice=lambda given: 2 * given, both=lambda given, twice: np.ones((given, twice)))
COUNTS = np.array([50, 20, 9, 4, 1, 1])
DRAWS = {
    "methods_on_sets": lambda: plots.methods_on_sets({"random": np.array([[0.1, np.nan]] * 5)}),
    "title_controls": lambda: plots.title_controls({"random": np.array([[0.1, 0.2]] * 5)}),
    "click_curves": lambda: plots.click_curves({"EASE": {1: COUNTS / 50}, "blend": {0: COUNTS / 60, 1: COUNTS / 50}}),
    "gate_curves": lambda: plots.gate_curves({"ratings alone": {0: COUNTS / 90, 1: COUNTS / 80}}),
    "regret_curves": lambda: plots.regret_curves(
        {
            (p, s): np.arange(60.0).reshape(2, 30)
            for p in ("greedy", "ucb")
            for s in ("flat start", "start from old films")
        }
    ),
    "course_map": lambda: plots.course_map(),
    "similarities": lambda: plots.similarities("q", np.array([0.1, 0.5, 0.4, 0.5]), ["A", "B", "C", "B"]),
    "long_tail": lambda: plots.long_tail(COUNTS),
    "lorenz": lambda: plots.lorenz(COUNTS, 0.5),
    "thinning": lambda: plots.thinning([1, 0.5], {"EASE": np.array([0.2, 0.1])}, {"EASE": np.array([[0.1, 0.3]] * 2)}),
    "genre_agreement": lambda: plots.genre_agreement({"titles": (0.2, 0.1, 0.3), "random": (0.1, 0.05, 0.2)}),
    "reasons": lambda: plots.reasons(np.arange(20.0), [f"film {i}" for i in range(20)], "X & Y"),
    "personal_part": lambda: plots.personal_part({"random": [0.1], "titles": [0.2]}, {"titles": [0.3]}),
    "windows": lambda: plots.windows(["a", "b", "c"], radius=1),
    "huffman": lambda: plots.huffman(word2vec.huffman(COUNTS), list("abcdef"), COUNTS),
    "own_rank": lambda: plots.own_rank({("CBOW", 1): [1, 9], ("CBOW", 2): [90, 60]}, {"CBOW": 60.0}, every=50),
    "three_ways": lambda: plots.three_ways({"NumPy": [4.0, 2.5], "gensim": [4.0, 2.4]}),
    "similarity_by_size": lambda: plots.similarity_by_size(
        {"news": 10, "big": 100}, {"news": (0.1, -0.2, 0.4), "big": (0.5, 0.4, 0.6)}
    ),
    "heat_maps": lambda: plots.heat_maps({"cosine": np.array([[0.1, 0.2], [0.05, 0.15]])}, [-1, 0.75], [1, 5]),
    "film_map": lambda: plots.film_map(
        np.arange(8.0).reshape(4, 2),
        ["Horror", "", "Sci-Fi", "Horror"],
        ["Sci-Fi", "Horror"],
        [1970, 1980, 1990, 1990],
        {0: "A & B"},
    ),
    "ranking": lambda: plots.ranking({"EASE": Report({"ndcg@10": COUNTS / 50})}, mark="EASE"),
    "who_reads_whom": lambda: plots.who_reads_whom(["a", "b", "c"]),
    "attention_maps": lambda: plots.attention_maps({"L1 H1": np.eye(2), "L1 H2": np.full((2, 2), 0.5)}, ["a", "b"]),
    "pretraining": lambda: plots.pretraining(
        np.random.default_rng(0).random((40, 3)),
        10,
        [{"step": [1], "mlm_loss": [1], "nsp_loss": [1], "nsp_accuracy": [0]}],
    ),
    "published_against_scratch": lambda: plots.published_against_scratch(
        {("published", 0): (0.3, 0.2, 0.4), ("scratch", 0): (0.1, 0.05, 0.2)},
        {start: [{"held_out": {"step": [0], "mlm_accuracy": [0.2]}}] for start in ("published", "scratch")}
        | {"scratch_long": {"held_out": {"step": [0], "mlm_accuracy": [0.2]}}, "baselines": {"left_neighbour": 0.1}},
    ),
    "architecture": lambda: plots.architecture(PIPELINE, PIPELINE.run(given=3), changed=["twice"]),
    "loss_curve": lambda: plots.loss_curve(np.linspace(7, 6, 40), 10, 7.1),
    "minute_speed": lambda: plots.minute_speed(np.array([3, 9, 30]), np.array([20, 400]), 30),
    "flaw_costs": lambda: plots.flaw_costs(
        [
            {"flaw": "copies", "state": state, "model": model, "difference": -0.01, "low": -0.02, "high": 0.0}
            for state in ("flawed", "mended")
            for model in ("towers", "EASE", "popularity")
        ]
    ),
    "ten_heads": lambda: plots.ten_heads(np.array([[0.5, -1.0], [0.7, -0.8]]), np.array([0.6, 0.4]), 0.6, 0.2),
    "loss_grids": lambda: plots.loss_grids(
        {
            "softmax": {"rates": [0.1, 0.2], "negatives": [64, 256], "ndcg@10": [[0.1, 0.2], [0.3, 0.1]]},
            "sigmoid": {"rates": [0.1, 0.2], "negative_weight": [1.0, 4.0], "ndcg@10": [[0.1, 0.2], [0.1, 0.1]]},
        }
    ),
    "stopping": lambda: plots.stopping(
        {"identity": ([0.1, 0.2], np.array([3.0, 2.0])), "both": ([0.1], np.array([2.0]))}
    ),
    "warm_and_hidden": lambda: plots.warm_and_hidden(
        {"identity": [0.1, 0.2], "both": [0.2, 0.3]}, {"random": [0.1], "both": [0.2, 0.1]}
    ),
    "step_losses": lambda: plots.step_losses({"with zero_grad": np.linspace(5, 4, 20)}, smooth=5),
    "sameness": lambda: plots.sameness(
        {"PyTorch": np.array([5.0, 4.0]), "Keras": np.array([5.0, 4.0])}, {"same place": np.array([0.0, 1e-7])}
    ),
    "rate_finder": lambda: plots.rate_finder(
        np.geomspace(1e-5, 1, 9), np.linspace(5, 9, 9), {"steepest": 0.01}, [0.001, 0.01], [0.05, 0.07]
    ),
    "schedules": lambda: plots.schedules({"falling to 0": [[0.05, 0.07], [0.04, 0.08]]}),
    "hidden_sets": lambda: plots.hidden_sets({"random": [0.03, 0.04], "both": [0.15, 0.1]}),
    "gradient_norms": lambda: plots.gradient_norms({"identities + titles": np.array([0.2, 0.3])}, limit=1.0),
    "judged": lambda: plots.judged({"mean": {"news": (0.5, 0.4, 0.6)}, "CLS": {"news": (0.4, 0.3, 0.5)}}, mark="mean"),
    "cosines": lambda: plots.cosines({"centred": {"mean": np.array([0.1, 0.5]), "CLS": np.array([0.2, 0.9])}}),
    "fewer_numbers": lambda: plots.fewer_numbers(
        [8, 16], {"news": {"principal": np.array([0.1, 0.3])}}, full=384, whole={"news": 0.4}
    ),
    "tuning_paths": lambda: plots.tuning_paths(
        {"linear": {"warm": {"curves": {"warm": [0.01, 0.02], "hidden": [0.2, 0.1]}}}}, [0, 100]
    ),
    "posters": lambda: plots.posters(np.zeros((2, 32, 32, 3)), ["Horror", "Comedy"], 8),
    "decision_tree": lambda: plots.decision_tree(),
    "leak": lambda: plots.leak({"with the mask": np.linspace(7, 6, 30), "without the mask": np.linspace(7, 3, 30)}),
    "changes": lambda: plots.changes({"length": {"10": [0.1, 0.09], "100": [0.11, 0.12]}}, [0.1, 0.11], "SASRec"),
    "gains": lambda: plots.gains(
        {(("SASRec, both", "SASRec"), group): (0.01, -0.01, 0.03) for group in ("all test films", "rare test films")}
    ),
    "by_distance": lambda: plots.by_distance(
        {"the rule": np.array([0.7, 0.3]), "trained, layer 1": np.array([0.4, 0.6])},
        {0: np.array([5, 4]), 8: np.array([1, 0])},
    ),
    "probe": lambda: plots.probe([10, 100], {"words": np.full((2, 3), 0.6), "titles": np.full((2, 3), 0.7)}),
    "recall_cost": lambda: plots.recall_cost(
        {"our titles": (np.array([0.05, 0.4]), np.array([0.4, 0.9])), "100,000 random": (np.array([0.005]), np.ones(1))}
    ),
    "beside": lambda: plots.beside(
        {"EASE": (Report({"ndcg@10": COUNTS / 50}), Report({"ndcg@10": COUNTS / 60}))},
    ),
    "beyond_accuracy": lambda: plots.beyond_accuracy(
        {"EASE": 0.1, "random": 0.0},
        {name: {"coverage": 0.5, "miscalibration": 1.0, "popularity lift": 2.0} for name in ("EASE", "random")},
    ),
    "trade_off": lambda: plots.trade_off({0: (0.1, 1.0), 0.5: (0.08, 0.4)}),
    "sampled_view": lambda: plots.sampled_view(1500),
    "before_after": lambda: plots.before_after({"random split": (0.2, 0.1), "history not masked": (0.02, 0.1)}),
    "power_curves": lambda: plots.power_curves([500, 943], {"EASE − item-kNN": [0.1, 0.2]}, 943),
    "clipping": lambda: plots.clipping({"IPS": [0.1, 0.3], "SNIPS": [0.2, 0.25]}, 0.2, 0.1),
}


@pytest.fixture
def page(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    return shown


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", DRAWS)
def test_every_figure_has_alt_text_and_all_its_glyphs(name, language, page):
    session.setup(language)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Matplotlib warns of a glyph that the font lacks
        assert DRAWS[name]() is None
    (shown,) = page
    alt = shown.data.split('alt="')[1].split('"')[0]
    assert len(alt) > 20
    assert any("\u4e00" <= character <= "\u9fff" for character in alt) == (language == "zh")
    assert "data:image/png;base64," in shown.data


def test_every_figure_is_tested():
    helpers = {"ends", "name", "show", "table"}
    assert set(plots.__all__) - helpers == set(DRAWS)


def test_the_ends_of_an_interval_have_a_proper_minus_in_both_languages():
    with session.speaking("en"):
        assert plots.ends(-0.0451, 0.0052) == "−0.045 to 0.005"
    with session.speaking("zh"):
        assert plots.ends(-0.0451, 0.0052, 2, sign=True) == "−0.05 到 +0.01"


def test_alt_text_is_escaped(page):
    DRAWS["reasons"]()
    assert '"X' not in page[0].data.split("src=")[0].split('alt="')[1][:-2]


def test_figures_are_the_same_each_time(page):
    DRAWS["lorenz"]()
    DRAWS["lorenz"]()
    assert page[0].data == page[1].data
