"""Better transformers on histories, looked for on validation, and what an untrained place costs (chapter 08).

`recbook experiment sequence_search` runs this. Each setting is tried with one seed and judged on the validation films.
The BERT4Rec that was chosen is trained with three seeds and judged on the test films by `recbook experiment sequences`;
beside it stands the control here, ``mask at an untrained place``, which differs in the length of its rows alone and
chooses nothing. SASRec tries the same settings on titles and on random codes in their place, and ``chosen`` judges the
best of each with three seeds. ``seconds`` are those of the processor, on one thread, for the fit alone.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Any

from recbook.evaluation import evaluate
from recbook.experiments import load, measured, say
from recbook.models.sequences import BERT4Rec, SASRec, SequenceSettings

sequences = load("sequences")  # the data, and the settings that these begin from
SEED = 0
FEW = sequences.DETAILS_BASE


def tried(kind: type, settings: SequenceSettings, features: str = "") -> dict[str, Any]:
    """Validation NDCG@10 of one seed, the seconds, and what was set."""
    split = sequences.data()[0]
    start = time.process_time()
    model = kind(features_of(features), settings, SEED).fit(split.train)
    seconds = time.process_time() - start
    valid = evaluate(model, split, on="valid")[sequences.NDCG]
    changed = {name: value for name, value in vars(settings).items() if value != getattr(sequences.BASE, name)}
    say(f"{kind.__name__} {changed}: {valid:.4f}, {seconds:.0f} s")
    return {"valid": valid, "seconds": seconds, "settings": changed}


def features_of(name: str) -> Any:
    """``(n_films, d)`` of titles or random codes, or None."""
    _, titles, codes = sequences.data()
    return {"": None, "titles": titles, "random codes": codes}[name]


def of_bert() -> dict[str, partial[dict[str, Any]]]:
    every: dict[str, tuple[type, SequenceSettings]] = {
        "windows of 50, mask at an untrained place": (sequences.UntrainedPlace, FEW),
        "windows of 50": (BERT4Rec, FEW),
        "windows of 10": (BERT4Rec, replace(FEW, length=10)),
        "windows of 10, 20 epochs": (BERT4Rec, sequences.BERT),
    }
    return {name: partial(tried, *chosen) for name, chosen in every.items()}


def untrained(seed: int) -> BERT4Rec:
    """The BERT4Rec that was chosen, on rows only as long as what it reads."""
    return sequences.UntrainedPlace(None, sequences.BERT, seed)


BASE = sequences.BASE
SASREC = {
    "as it is": BASE,
    "length 10": replace(BASE, length=10),
    "length 20": replace(BASE, length=20),
    "dropout 0.2": replace(BASE, dropout=0.2),
    "one layer": replace(BASE, layers=1),
    "one layer, length 20": replace(BASE, layers=1, length=20),
}
UNTUNED = {"titles": "SASRec, both", "random codes": "SASRec, random codes"}


def chosen(features: str) -> dict[str, Any]:
    """SASRec with the setting that did best on validation, judged with three seeds on the test films."""
    best = max(SASREC, key=lambda name: measured("sequence_search", f"SASRec/{features}/{name}")["valid"])
    say(f"SASRec, {features}: {best}")
    if best == "as it is":  # `sequences` has trained just that
        return {"setting": best} | measured("sequences", f"test/{UNTUNED[features]}")
    table = features_of(features)
    return {"setting": best} | sequences.on_test_films(features, lambda seed: SASRec(table, SASREC[best], seed))


MINUTES = 50
PACKAGES = ("numpy", "torch")
SETTINGS = {"data": "ml-100k", "seed": SEED, "control": sequences.SETTINGS["bert"]}
PARTS = {
    "BERT4Rec": of_bert(),
    "SASRec": {
        features: {name: partial(tried, SASRec, settings, features) for name, settings in SASREC.items()}
        for features in ("titles", "random codes")
    },
    "chosen": {features: partial(chosen, features) for features in ("titles", "random codes")},
    "mask at an untrained place": partial(sequences.on_test_films, "mask at an untrained place", untrained),
}
