"""A better BERT4Rec, looked for on validation, and what a place costs that no row trained (chapter 08).

`recbook experiment sequence_search` runs this. Under ``BERT4Rec`` each setting is tried with one seed and judged on the
validation films. What was chosen is trained with three seeds and judged on the test films by
`recbook experiment sequences`; beside it stands the control here, ``mask at an untrained place``, which differs in the
length of its rows alone and chooses nothing. ``seconds`` are those of the processor, on one thread, for the fit alone.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Any

from recbook.evaluation import evaluate
from recbook.experiments import load, say
from recbook.models.sequences import BERT4Rec, SequenceSettings

sequences = load("sequences")  # the data, and the settings that these begin from
SEED = 0
FEW = sequences.DETAILS_BASE


def tried(kind: type, settings: SequenceSettings) -> dict[str, Any]:
    """Validation NDCG@10 of one seed, the seconds, and what was set."""
    split = sequences.data()[0]
    start = time.process_time()
    model = kind(None, settings, SEED).fit(split.train)
    seconds = time.process_time() - start
    valid = evaluate(model, split, on="valid")[sequences.NDCG]
    changed = {name: value for name, value in vars(settings).items() if value != getattr(sequences.BASE, name)}
    say(f"{kind.__name__} {changed}: {valid:.4f}, {seconds:.0f} s")
    return {"valid": valid, "seconds": seconds, "settings": changed}


def of_bert() -> dict[str, partial[dict[str, Any]]]:
    every: dict[str, tuple[type, SequenceSettings]] = {
        "windows of 50, mask at an untrained place": (sequences.UntrainedPlace, FEW),
        "windows of 50": (BERT4Rec, FEW),
        "windows of 10": (BERT4Rec, replace(FEW, length=10)),
    }
    return {name: partial(tried, *chosen) for name, chosen in every.items()}


def untrained(seed: int) -> BERT4Rec:
    """The BERT4Rec that was chosen, on rows only as long as what it reads."""
    return sequences.UntrainedPlace(None, sequences.BERT, seed)


MINUTES = 4
PACKAGES = ("numpy", "torch")
SETTINGS = {"data": "ml-100k", "seed": SEED, "control": sequences.SETTINGS["bert"]}
PARTS = {
    "BERT4Rec": of_bert(),
    "mask at an untrained place": partial(sequences.on_test_films, "mask at an untrained place", untrained),
}
