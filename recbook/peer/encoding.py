"""Run by RecBole's Python, not by the course's: encode texts by sentence-transformers' own loop.

``python encoding.py '{"folder": …}'``: the folder holds task.json, and gets vectors.npy. Prints one line of JSON: the
shortest time of the loop, the model being loaded before, with the batch size that is faster of 32, the library's own,
and 64, the course's.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer

BATCH_SIZES = (32, 64)


def main() -> None:
    folder = Path(json.loads(sys.argv[1])["folder"])
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    torch.set_num_threads(task["threads"])
    model = loaded(task["weights"], task["max_tokens"])
    model.encode(task["texts"][:64])  # the first call prepares what the others find
    times: dict[int, float] = {}
    for size in BATCH_SIZES:
        for _ in range(task["repeats"]):
            start = time.perf_counter()
            vectors = model.encode(task["texts"], batch_size=size, show_progress_bar=False)
            times[size] = min(time.perf_counter() - start, times.get(size, np.inf))
    np.save(folder / "vectors.npy", vectors)
    fastest = min(times, key=lambda size: times[size])
    versions = {name: metadata.version(name) for name in ("sentence-transformers", "transformers", "torch", "numpy")}
    print(json.dumps({"seconds": times[fastest], "facts": {"batch_size": fastest, **versions}}))


def loaded(weights: str, max_tokens: int) -> SentenceTransformer:
    """The three steps of all-MiniLM-L6-v2, from a folder: no hub, no pickle."""
    transformer = Transformer(weights, max_seq_length=max_tokens)
    pooling = Pooling(transformer.get_word_embedding_dimension(), pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")


if __name__ == "__main__":
    main()
