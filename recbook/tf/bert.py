"""BERT as a sentence encoder in Keras's own layers, with published weights, equal to the PyTorch model.

Built-in layers and operations only, so that ``tf.keras.models.load_model`` reads a saved model in a process that knows
nothing of recbook. Chapter 06 builds it line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from keras import layers, ops

from recbook.data.fetch import ensure

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer

EPSILON = 1e-12
"""What BERT adds to a variance before it divides by its root; Keras's own default is 0.001."""


def sentence_encoder(vocabulary: int, width: int, depth: int, heads: int, inner: int, places: int) -> keras.Model:
    """Token ids int32 ``(batch, n)``, 0 for padding, to unit vectors float32 ``(batch, width)``; random weights.

    The encoder of Devlin et al. (2019), one segment, without dropout: ``depth`` layers of ``heads`` heads, ``inner``
    wide in the middle, for up to ``places`` tokens; then the mean over the real tokens and length 1 (Reimers and
    Gurevych 2019). Raises ValueError if ``width`` is no multiple of ``heads``.
    """
    if width % heads:
        raise ValueError(f"width must be a multiple of heads, which share it out; got {width} and {heads}.")
    ids = keras.Input((None,), dtype="int32", name="ids")
    real = ops.not_equal(ids, 0)  # (batch, n)
    place = ops.cumsum(ops.ones_like(ids), axis=1) - 1
    x = layers.Embedding(vocabulary, width, name="tokens")(ids)
    x = x + layers.Embedding(places, width, name="places")(place)
    x = layers.LayerNormalization(epsilon=EPSILON, name="norm")(x)
    for number in range(depth):
        x = _layer(x, real, heads, inner, number)
    x = layers.GlobalAveragePooling1D(name="mean")(x, mask=real)
    return keras.Model(ids, layers.UnitNormalization(name="unit")(x), name="bert")


def _layer(x: Any, real: Any, heads: int, inner: int, number: int) -> Any:
    """Attention and feed-forward, each added to its input and normalised: ``(batch, n, width)`` to the same."""
    width = x.shape[-1]
    attention = layers.MultiHeadAttention(heads, width // heads, name=f"attention_{number}")
    read = attention(x, x, attention_mask=ops.expand_dims(real, 1))  # (batch, 1, n): nobody reads padding
    x = layers.LayerNormalization(epsilon=EPSILON, name=f"norm_1_{number}")(x + read)
    wide = layers.Dense(inner, activation="gelu", name=f"widen_{number}")(x)  # Keras's gelu is the exact one
    narrow = layers.Dense(width, name=f"narrow_{number}")(wide)
    return layers.LayerNormalization(epsilon=EPSILON, name=f"norm_2_{number}")(x + narrow)


def copy_weights(model: keras.Model, tensors: Mapping[str, np.ndarray]) -> keras.Model:
    """Give a `sentence_encoder` the weights of a ``BertModel`` from the Transformers library; returns ``model``.

    PyTorch keeps a linear layer's table as ``(out, in)``, Keras as ``(in, out)``, and attention's as
    ``(in, heads, out / heads)``. The vector of the only segment is added to every place.
    Raises KeyError for a tensor that is missing, ValueError for one of another shape.
    """

    def give(layer: str, *arrays: np.ndarray) -> None:
        model.get_layer(layer).set_weights(arrays)

    def pair(name: str) -> tuple[np.ndarray, np.ndarray]:
        return tensors[f"{name}.weight"].T, tensors[f"{name}.bias"]

    segment = tensors["embeddings.token_type_embeddings.weight"][0]
    give("tokens", tensors["embeddings.word_embeddings.weight"])
    give("places", tensors["embeddings.position_embeddings.weight"] + segment)
    give("norm", *pair("embeddings.LayerNorm"))
    depth = sum(layer.name.startswith("attention_") for layer in model.layers)
    for number in range(depth):
        theirs = f"encoder.layer.{number}"
        give(f"attention_{number}", *_attention(pair, theirs, model.get_layer(f"attention_{number}")))
        give(f"norm_1_{number}", *pair(f"{theirs}.attention.output.LayerNorm"))
        give(f"widen_{number}", *pair(f"{theirs}.intermediate.dense"))
        give(f"narrow_{number}", *pair(f"{theirs}.output.dense"))
        give(f"norm_2_{number}", *pair(f"{theirs}.output.LayerNorm"))
    return model


def _attention(pair: Any, theirs: str, layer: Any) -> Iterator[np.ndarray]:
    """The eight arrays of a MultiHeadAttention, in Keras's order, each in the shape that it has there."""
    names = (*(f"attention.self.{part}" for part in ("query", "key", "value")), "attention.output.dense")
    arrays = (array for name in names for array in pair(f"{theirs}.{name}"))
    for array, variable in zip(arrays, layer.weights, strict=True):
        yield array.reshape(variable.shape)


def published(name: str = "all-MiniLM-L6-v2") -> keras.Model:
    """The `sentence_encoder` with the weights of a model card of the BERT family, fetched on first use.

    Raises ValueError for a model whose configuration this encoder does not have, such as another activation.
    """
    from safetensors.numpy import load_file

    folder = ensure(name)
    sizes = _sizes(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    return copy_weights(sentence_encoder(**sizes), load_file(folder / "model.safetensors"))


def _sizes(config: Mapping[str, Any]) -> dict[str, int]:
    """A Transformers configuration in the parameters of `sentence_encoder`."""
    needed = {"hidden_act": "gelu", "layer_norm_eps": EPSILON, "pad_token_id": 0}
    if other := {key: config.get(key) for key, value in needed.items() if config.get(key) != value}:
        raise ValueError(f"This encoder needs {needed}; the model has {other}.")
    theirs = {
        "vocabulary": "vocab_size", "width": "hidden_size", "depth": "num_hidden_layers",
        "heads": "num_attention_heads", "inner": "intermediate_size", "places": "max_position_embeddings",
    }  # fmt: skip
    return {ours: config[key] for ours, key in theirs.items()}


def token_ids(texts: Sequence[str], name: str = "all-MiniLM-L6-v2", max_tokens: int = 256) -> list[list[int]]:
    """Each text as its model reads it: a list of token ids from [CLS] to [SEP], not padded.

    Raises TypeError for a single string, which would be taken for a list of letters.
    """
    if isinstance(texts, str):
        raise TypeError(f"token_ids takes a list of texts; got one string. Write token_ids([{texts[:30]!r}]).")
    tokenizer = _tokenizer(ensure(name), max_tokens)
    return [read.ids for read in tokenizer.encode_batch(list(texts))]


@cache
def _tokenizer(folder: Path, max_tokens: int) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()  # the file asks for 128 places, whatever the text
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def padded(rows: Sequence[Sequence[int]]) -> np.ndarray:
    """Rows of different lengths as one int32 array ``(len(rows), longest)``, filled up with 0."""
    table = np.zeros((len(rows), max(map(len, rows), default=0)), np.int32)
    for row, ids in zip(table, rows, strict=True):
        row[: len(ids)] = ids
    return table


def encode(model: keras.Model, rows: Sequence[Sequence[int]], batch_size: int = 64) -> np.ndarray:
    """Vectors of token ids, float32 ``(len(rows), width)``, in the order given; batches of like length pad little."""
    order = np.argsort([len(ids) for ids in rows], kind="stable")
    vectors = np.zeros((len(rows), model.output_shape[-1]), np.float32)
    for start in range(0, len(rows), batch_size):
        chosen = order[start : start + batch_size]
        vectors[chosen] = model.predict_on_batch(padded([rows[i] for i in chosen]))
    return vectors
