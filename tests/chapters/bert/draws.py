"""A small sample of every figure of chapter 04."""

import numpy as np

from recbook.chapters.bert import figures

DRAWS = {
    "who_feeds_whom": lambda: figures.who_feeds_whom(["a", "b"], 1, np.array([1, 2]), np.array([[1, 0], [0, 1]]), 0),
    "one_layer": lambda: figures.one_layer(),
    "what_goes_in": lambda: figures.what_goes_in(["[CLS]", "a", "[SEP]", "b", "[SEP]"], [0, 0, 0, 1, 1]),
    "who_reads_whom": lambda: figures.who_reads_whom(["a", "b", "c"]),
    "attention_maps": lambda: figures.attention_maps({"L1 H1": np.eye(2), "L1 H2": np.full((2, 2), 0.5)}, ["a", "b"]),
    "pretraining": lambda: figures.pretraining(
        np.random.default_rng(0).random((40, 3)),
        10,
        [{"step": [1], "mlm_loss": [1], "nsp_loss": [1], "nsp_accuracy": [0]}],
    ),
    "published_against_scratch": lambda: figures.published_against_scratch(
        {("published", 0): (0.3, 0.2, 0.4), ("scratch", 0): (0.1, 0.05, 0.2)},
        {start: [{"held_out": {"step": [0], "mlm_accuracy": [0.2]}}] for start in ("published", "scratch")}
        | {"scratch_long": {"held_out": {"step": [0], "mlm_accuracy": [0.2]}}, "baselines": {"left_neighbour": 0.1}},
    ),
}
