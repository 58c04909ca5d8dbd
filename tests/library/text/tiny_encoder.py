"""A tiny sentence encoder in a folder, and what it gives, computed by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "toy", "story", "ship", "ice", "##berg"]


def saved(path: Path, seed: int) -> Path:
    """A BERT with random weights, as `save_pretrained` writes it: 2 layers, 8 numbers, 32 positions."""
    import torch
    from transformers import BertConfig, BertModel

    from recbook.text.bert import _for_transformers

    torch.manual_seed(seed)
    shape = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16}
    model = BertModel(BertConfig(vocab_size=len(WORDS), max_position_embeddings=32, **shape), add_pooling_layer=False)
    model.save_pretrained(path)
    _for_transformers({word: index for index, word in enumerate(WORDS)}).save_pretrained(path)
    return path


def by_hand(folder: Path, text: str, pooling: str = "mean") -> np.ndarray:
    import torch
    from transformers import AutoTokenizer, BertModel

    model = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    with torch.inference_mode():
        tokens = model(**AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")).last_hidden_state[0]
    vector = (tokens.mean(dim=0) if pooling == "mean" else tokens[0]).numpy()
    return vector / np.linalg.norm(vector)
