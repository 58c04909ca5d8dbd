"""Better transformers on histories, looked for on validation: BERT4Rec's rows, and SASRec with titles (chapter 08).

`recbook experiment sequence_search` runs this. Each setting is tried with one seed and judged on the validation films;
no test film is looked at. What was chosen is trained with three seeds and judged on the test films by
`recbook experiment sequences`. ``seconds`` are those of the processor, on one thread, for the fit alone.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from recbook.evaluation import evaluate
from recbook.experiments import load, say
from recbook.models.sequences import BERT4Rec, SASRec, SequenceSettings

sequences = load("sequences")  # the data, and the settings that these begin from
SEED = 0
IDENTITY = replace(sequences.BASE, text=False)
PREFIXES = replace(IDENTITY, prefixes=True, length=10, batch_size=128, epochs=1)


class Calibrated(BERT4Rec):
    """BERT4Rec by gBCE (Petrov and Macdonald 2023) with ``t = 1``: the chance that a target counts is scaled by beta.

    Of all other items the share alpha is drawn, and with ``t = 1`` beta is alpha: what is learned is the probability.
    """

    def _against_others(self, vectors: Tensor, targets: Tensor) -> Tensor:
        scores = self.model_.scores(vectors)
        m, k = scores.shape[1], self.settings.negatives
        drawn = torch.randint(m - 1, (len(targets), k))
        drawn += drawn >= targets.unsqueeze(1)  # any item but the target
        of_target = k / (m - 1) * functional.softplus(-scores.gather(1, targets.unsqueeze(1)))
        return (of_target.sum() + functional.softplus(scores.gather(1, drawn)).sum()) / (len(targets) * (k + 1))


def tried(kind: type, settings: SequenceSettings) -> dict[str, Any]:
    """Validation NDCG@10 of one seed, the seconds, and what was set."""
    split, titles, _ = sequences.data()
    start = time.process_time()
    model = kind(titles if settings.text else None, settings, SEED).fit(split.train)
    seconds = time.process_time() - start
    valid = evaluate(model, split, on="valid")[sequences.NDCG]
    changed = {name: value for name, value in vars(settings).items() if value != getattr(sequences.BASE, name)}
    say(f"{kind.__name__} {changed}: {valid:.4f}, {seconds:.0f} s")
    return {"valid": valid, "seconds": seconds, "settings": changed}


def of_bert() -> dict[str, partial[dict[str, Any]]]:
    few = replace(IDENTITY, epochs=8)
    every: dict[str, tuple[type, SequenceSettings]] = {
        "windows, the mask's place never trained": (sequences.NoPlace, few),
        "windows": (BERT4Rec, few),
        "windows, no row cut short": (BERT4Rec, replace(few, last=0.0)),
        "windows of 10": (BERT4Rec, replace(few, length=10)),
        "windows of 10, 20 epochs": (BERT4Rec, replace(few, length=10, epochs=20)),
        "windows of 50, 24 epochs": (BERT4Rec, replace(few, epochs=24)),
        "prefixes of 10": (BERT4Rec, PREFIXES),
        "prefixes of 5": (BERT4Rec, replace(PREFIXES, length=5)),
        "prefixes of 20": (BERT4Rec, replace(PREFIXES, length=20)),
        "prefixes of 10, 64 rows in a batch": (BERT4Rec, replace(PREFIXES, batch_size=64)),
        "prefixes of 10, dropout 0.3": (BERT4Rec, replace(PREFIXES, dropout=0.3)),
        "prefixes of 10, one layer": (BERT4Rec, replace(PREFIXES, layers=1)),
        "prefixes of 10, 100 negatives": (BERT4Rec, replace(PREFIXES, negatives=100)),
        "prefixes of 10, gBCE of 100 negatives": (Calibrated, replace(PREFIXES, negatives=100)),
        "prefixes of 10, 3 epochs": (BERT4Rec, replace(PREFIXES, epochs=3)),
    }
    return {name: partial(tried, *chosen) for name, chosen in every.items()}


def of_titles() -> dict[str, partial[dict[str, Any]]]:
    base = sequences.BASE
    every = {
        "as it is": base,
        "length 10": replace(base, length=10),
        "length 20": replace(base, length=20),
        "dropout 0.2": replace(base, dropout=0.2),
        "one layer": replace(base, layers=1),
        "one layer, length 20": replace(base, layers=1, length=20),
    }
    return {name: partial(tried, SASRec, settings) for name, settings in every.items()}


MINUTES = 25
PACKAGES = ("numpy", "torch")
SETTINGS = {"data": "ml-100k", "seed": SEED}
PARTS = {"BERT4Rec": of_bert(), "SASRec, titles": of_titles()}
