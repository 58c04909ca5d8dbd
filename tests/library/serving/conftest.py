"""Small models in folders, and real services of them on a free port of this machine."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recbook import serving
from recbook.data import Interactions
from recbook.models import EASE
from recbook.serving import artifact

N_USERS, N_ITEMS = 40, 30
WORDS = ["red", "green", "blue", "old", "new", "tea", "coffee", "bread", "milk", "soap"]
TITLES = tuple(f"{WORDS[item % 5]} {WORDS[5 + item // 6]} {item}" for item in range(N_ITEMS))


def wait_until(condition: Callable[[], object], seconds: float = 60) -> float:
    """Wait until something is so, and return the seconds that this took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, f"it did not come about in {seconds} seconds"
        time.sleep(0.02)
    return time.monotonic() - start


@pytest.fixture(scope="session")
def purchases() -> Interactions:
    """Customers "c-00"… who buy "s-00"…; the last item was never bought, the last customer bought nothing."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "who": [f"c-{u:02}" for u in rng.integers(N_USERS - 1, size=500)],
            "sku": [f"s-{i:02}" for i in rng.integers(N_ITEMS - 1, size=500)],
            "when": range(500),
        }
    )
    items = pd.DataFrame({"sku": [f"s-{i:02}" for i in range(N_ITEMS)], "name": TITLES})
    users = pd.DataFrame({"user_id": [f"c-{u:02}" for u in range(N_USERS)]})
    return Interactions.from_frame(
        frame, user="who", item="sku", time="when", items=items, item_id="sku", title="name", users=users
    )


@pytest.fixture(scope="session")
def models(purchases, tmp_path_factory) -> Path:
    """A folder with two models, v1 and v2, that rank differently, and `current` at v1."""
    parent = tmp_path_factory.mktemp("models")
    EASE(2.0).fit(purchases).save(parent / "v1")
    EASE(2000.0).fit(purchases.take(purchases.timestamp < 300)).save(parent / "v2")
    serving.publish(parent, "v1")
    return parent


@pytest.fixture
def parent(models, tmp_path) -> Path:
    """A copy of `models` that a test may spoil."""
    return shutil.copytree(models, tmp_path / "models")


@pytest.fixture(scope="session")
def encoder(tmp_path_factory) -> Path:
    """A sentence encoder of random weights whose vocabulary is `WORDS`, in a folder."""
    import torch
    from transformers import BertConfig, BertModel

    from recbook.text.bert import _for_transformers

    folder = tmp_path_factory.mktemp("encoder")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    torch.manual_seed(0)
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    model = BertModel(
        BertConfig(vocab_size=len(vocabulary), max_position_embeddings=32, **shape), add_pooling_layer=False
    )
    model.save_pretrained(folder)
    _for_transformers({word: index for index, word in enumerate(vocabulary)}).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def made_artifact(encoder) -> artifact.Artifact:
    """Three films and more, whose vectors are random."""
    rng = np.random.default_rng(1)
    side = rng.normal(size=(2, N_ITEMS, 4)).astype(np.float32)
    about = {"encoder": str(encoder), "data": "made up"}
    bias = rng.normal(size=N_ITEMS).astype(np.float32)
    return artifact.Artifact(np.arange(100, 100 + N_ITEMS), TITLES, side[0], side[1], bias, 2.0, about)
