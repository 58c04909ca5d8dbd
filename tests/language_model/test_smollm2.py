"""The optional language model itself, as it was fetched and converted: `make language-model` runs this."""

from __future__ import annotations

import json
import time

import numpy as np
import psutil
import pytest

import recbook
from recbook.data import fetch
from recbook.text.language_model import LanguageModel
from recbook.text.prompts import WORDINGS

pytestmark = pytest.mark.skipif(
    not fetch.is_cached("smollm2"), reason="the optional model is not here: recbook data fetch smollm2 (93 MB)"
)
LIKED = ["Toy Story", "The Lion King", "Aladdin"]
NEXT = [" Beauty and the Beast\n", " The Godfather\n", " Zint\n", " A Close Shave and One More Film of a Longer Name\n"]


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return LanguageModel()


def test_it_is_whole_16_bits_wide_and_nothing_but_the_decoder() -> None:
    assert fetch.verify("smollm2") == []
    folder = fetch.converted("smollm2")
    header = (folder / "model.safetensors").read_bytes()[8:400_000]
    names = json.loads(header[: header.index(b"}}") + 2])
    assert len(names) == 272 + 1 - int("__metadata__" not in names) and not any("lm_head" in name for name in names)
    assert {one["dtype"] for name, one in names.items() if name != "__metadata__"} == {"F16"}
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert "quantization_config" not in config and "_name_or_path" not in config


def test_it_loads_within_seconds_and_without_the_tools(model: LanguageModel) -> None:
    import importlib.util

    assert importlib.util.find_spec("gguf") is None
    start = time.process_time()
    assert model.context == 8192 and model.n_layers == 30
    assert time.process_time() - start < 20
    assert psutil.Process().memory_info().rss < 2.5e9  # this test's own libraries included


def test_likelihoods_are_those_of_transformers(model: LanguageModel) -> None:
    import torch

    prompt = WORDINGS["list"].prompt(model, LIKED)
    found = model.log_likelihoods(prompt, NEXT)
    for value, text in zip(found, NEXT, strict=True):
        given, said = model._tokens(prompt, "prompt"), model._tokens(text, "continuation")
        labels = torch.tensor([[-100] * len(given) + said])
        with torch.inference_mode():
            loss = model._model(torch.tensor([given + said]), labels=labels).loss
        assert value == pytest.approx(-float(loss) * len(said), rel=1e-4)
    assert found[0] > found[2], "a film that exists is more likely than one that does not"


def test_it_says_what_is_stored(model: LanguageModel) -> None:
    kept = recbook.stored("language_model")["results"]["said"][", ".join(LIKED)]
    prompt = WORDINGS["list"].prompt(model, LIKED)
    assert model.generate(prompt, 12, temperature=0, stop="\n").strip() == kept["said"]["greedy"][0]
    (text, share), *_ = model.next_tokens(prompt, 1)
    assert text == kept["next"]["1"][0][0] and share == pytest.approx(kept["next"]["1"][0][1], rel=1e-3)


def test_its_vectors_of_titles_are_finite_and_differ(model: LanguageModel) -> None:
    vectors = model.hidden_states(LIKED, [0, 15, 30], "last")
    assert vectors.shape == (3, 3, 576) and np.isfinite(vectors).all()
    assert np.ptp(vectors, axis=1).max() > 0.1
