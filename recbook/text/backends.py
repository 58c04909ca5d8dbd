"""Where a `TextEncoder` has its model from: a card's verified files, or a folder of the reader's own.

A backend names the model, hashes everything that its vectors depend on, says how many tokens it can read and how it
pools them, and loads tokenizer and model. Nothing is asked of a model hub, nothing pickled is opened, and no code that
lies beside the weights is run.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from recbook.data.cards import Card, all_cards, card
from recbook.data.fetch import ensure
from recbook.data.hashes import sha256_of

MOST_TOKENS = 512
"""More than that is read by no encoder of this family."""

DEFAULT_TOKENS = 256
"""What is read of a text where neither the caller nor the folder says."""

POOLINGS = ("mean", "cls")

_CONFIG, _WEIGHTS = "config.json", "model.safetensors"
_TOKENIZERS = ("tokenizer.json", "vocab.txt")
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
# What else changes a vector: how the text is cut into tokens, how these are pooled, where the weights lie.
_READ = (
    _CONFIG, *_TOKENIZERS, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "modules.json", "sentence_bert_config.json", "*_Pooling/config.json", "*.safetensors.index.json", "*.safetensors",
)  # fmt: skip
# Their positions are counted from behind the padding token, so that the table holds some that no text reaches.
_SHIFTED = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer"}
_WITH_POOLER = {"bert", "roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer"}
_STEPS = {"Transformer", "Pooling", "Normalize"}  # the modules of sentence-transformers that `TextEncoder` does itself


class Backend(Protocol):
    """What `TextEncoder` asks of the place that its model comes from."""

    @property
    def name(self) -> str:
        """What a reader calls the model."""

    @property
    def digest(self) -> str:
        """A hash of the weights and of whatever else the vectors depend on."""

    @property
    def pooling(self) -> str:
        """One of `POOLINGS`: how token vectors become one."""

    @property
    def default_tokens(self) -> int:
        """How many tokens are read where the caller names no number."""

    @property
    def positions(self) -> int | None:
        """The most tokens that the model can read, special ones included; None where that shows at loading only."""

    def load(self) -> tuple[Any, Any]:
        """Tokenizer and model, ready to read."""


def backend(model: str | Path) -> Backend:
    """The backend of a card's name, or of the path of a local folder; a card's name goes first.

    Raises ValueError for what is neither, with the close names, for a card that is no model, and for a folder that is
    no sentence encoder; FileNotFoundError for a path that leads to no folder.
    """
    if isinstance(model, str) and model in {known.name for known in all_cards()}:
        return CardBackend(card(model))
    folder = Path(model).expanduser()
    if folder.is_dir():
        return FolderBackend(folder)
    if isinstance(model, Path) or len(folder.parts) > 1:
        raise FileNotFoundError(
            f"There is no folder {model}: TextEncoder takes a local folder of a sentence encoder, or the name of a "
            "model of `recbook data list`; it asks no model hub."
        )
    try:
        return CardBackend(card(model))
    except ValueError as error:
        raise ValueError(f"{error} A folder of your own is given by its path, such as ./{model}.") from None


class CardBackend:
    """A model of the course, fetched on first use. The vectors depend on its card alone, so that a reader who has them
    all in the cache loads nothing.
    """

    pooling, default_tokens, positions = "mean", DEFAULT_TOKENS, None

    def __init__(self, found: Card) -> None:
        if found.kind != "model":
            raise ValueError(
                f"{found.name} is a {found.kind}, not a model. `recbook data list` shows which cards are models."
            )
        if _WEIGHTS not in found.members:
            raise ValueError(
                f"{found.name} is no transformer: TextEncoder cannot run it. "
                "recbook.text.multilingual.MultilingualEncoder does."
            )
        self.name, self.digest = found.name, found.members[_WEIGHTS].sha256

    def load(self) -> tuple[Any, Any]:
        return load_folder(ensure(self.name))


@dataclass(frozen=True)
class FolderBackend:
    """A folder with ``config.json``, a tokenizer and weights in safetensors, as ``save_pretrained`` writes them.

    The files that sentence-transformers adds are honoured where they are: how tokens are pooled, and how many are read
    (``max_seq_length``). Without them the mean is taken. Raises ValueError for a folder that lacks a part, holds
    pickled weights only, or asks for a step that is not done here.
    """

    folder: Path

    def __post_init__(self) -> None:
        for names, what in (((_CONFIG,), "configuration"), (_TOKENIZERS, "tokenizer")):
            if not any((self.folder / name).is_file() for name in names):
                raise ValueError(f"{self.folder} has no {what} ({' or '.join(names)}): it is no sentence encoder.")
        if not list(self.folder.glob("*.safetensors")):
            raise ValueError(_no_weights(self.folder))
        self.digest, self.pooling, self.positions  # noqa: B018 - refused now rather than at the first text

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the name and content of every file that the vectors depend on."""
        return _hash_of(self.folder)

    @cached_property
    def pooling(self) -> str:
        modules = _json(self.folder / "modules.json", [])
        steps = [str(step.get("type", "")).rsplit(".", 1)[-1] for step in modules]
        if unknown := [step for step in steps if step not in _STEPS]:
            raise ValueError(
                f"{self.folder} ends its encoder with {', '.join(unknown)}; "
                "TextEncoder does a transformer, the mean or the first token, and unit length."
            )
        found = sorted(self.folder.glob("*_Pooling/config.json"))
        return _pooling(_json(found[0], {}), self.folder) if found else "mean"

    @cached_property
    def positions(self) -> int:
        config = _json(self.folder / _CONFIG, {})
        held = config.get("max_position_embeddings")
        if not isinstance(held, int):  # positions that are relative, and have no end
            return MOST_TOKENS
        if config.get("model_type") in _SHIFTED:
            held -= config.get("pad_token_id", 1) + 1
        return min(held, MOST_TOKENS)

    @property
    def default_tokens(self) -> int:
        said = _json(self.folder / "sentence_bert_config.json", {}).get("max_seq_length")
        return min(said or DEFAULT_TOKENS, self.positions)

    def load(self) -> tuple[Any, Any]:
        """As `load_folder`; ValueError if the files changed since this backend hashed them."""
        loaded = load_folder(self.folder)
        if _hash_of(self.folder) != self.digest:
            raise ValueError(f"The files of {self.folder} changed since this TextEncoder was made; make it anew.")
        return loaded


def load_folder(folder: Path) -> tuple[Any, Any]:
    """Tokenizer and model in float32, from the folder's files only.

    Raises ValueError for a kind of model that Transformers does not know or that is no encoder, for weights that lack
    a part of the model, and for a tokenizer without a padding token or with more tokens than the model.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # loading takes a moment, and its widget would stay in the notebook
    logging.set_verbosity_error()  # it would report the pooling layer, which is left out on purpose
    only: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    plain = {"add_pooling_layer": False} if _kind(folder) in _WITH_POOLER else {}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **only)
        model, info = AutoModel.from_pretrained(
            folder, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **plain, **only
        )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise ValueError(f"{folder} cannot be loaded as a sentence encoder: {_first_line(error)}") from error
    _check_whole(folder, tokenizer, model, info)
    return tokenizer, model.eval()


def sentence_vectors(tokens: Any, real: Any, pooling: str) -> Any:
    """Unit vectors ``(batch, d)``, tensors as what comes in: token vectors ``(batch, length, d)``, pooled.

    ``real`` ``(batch, length)`` is 1 at tokens and 0 at padding.
    """
    from torch.nn.functional import normalize

    real = real.unsqueeze(-1)
    pooled = tokens[:, 0] if pooling == "cls" else (tokens * real).sum(dim=1) / real.sum(dim=1)
    return normalize(pooled, dim=1)


def _check_whole(folder: Path, tokenizer: Any, model: Any, info: dict[str, Any]) -> None:
    # Transformers fills what is missing with random numbers, and would say so only in its log.
    if missing := sorted(key for key in info["missing_keys"] if "position_ids" not in key):
        raise ValueError(
            f"The weights of {folder} lack {len(missing)} part(s) of the model, {missing[0]} first: they belong to "
            "another config.json, or were cut."
        )
    if tokenizer.pad_token is None:
        raise ValueError(f"The tokenizer of {folder} has no padding token, so texts cannot be read side by side.")
    if getattr(model.config, "is_encoder_decoder", False):
        raise ValueError(f"{folder} is a model that writes text ({model.config.model_type}), not a sentence encoder.")
    if len(tokenizer) > (size := model.get_input_embeddings().num_embeddings):
        raise ValueError(
            f"The tokenizer of {folder} has {len(tokenizer):,} tokens and its model {size:,}: they do not go together."
        )


def _pooling(settings: dict[str, Any], folder: Path) -> str:
    """The one pooling that sentence-transformers' file switches on. ValueError for another than ours, or for two."""
    modes = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    asked = [name for name, on in settings.items() if name.startswith("pooling_mode") and on is True]
    if named := settings.get("pooling_mode"):  # newer files name it in one word
        return _known_pooling(str(named), folder)
    if len(asked) != 1 or asked[0] not in modes:
        return _known_pooling(" and ".join(asked) or "nothing", folder)
    return modes[asked[0]]


def _known_pooling(name: str, folder: Path) -> str:
    if name not in POOLINGS:
        raise ValueError(f"{folder} pools by {name}; TextEncoder takes the mean or the first token ([CLS]).")
    return name


def _no_weights(folder: Path) -> str:
    pickled = sorted(path.name for pattern in _PICKLED for path in folder.glob(pattern))
    if not pickled:
        return f"{folder} has no weights: a file model.safetensors belongs there."
    return (
        f"{folder} holds pickled weights only ({pickled[0]}), which can run code when they are opened; save them as "
        "safetensors where you trust them: model.save_pretrained(folder)."
    )


def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _READ for path in folder.glob(pattern)}):
        digest.update(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _kind(folder: Path) -> str:
    return str(_json(folder / _CONFIG, {}).get("model_type", ""))


def _json(path: Path, default: Any) -> Any:
    """What a JSON file holds, of the default's type, or the default where there is none. ValueError if damaged."""
    if not path.is_file():
        return default
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON ({error}).") from None
    if not isinstance(found, type(default)):
        raise ValueError(f"{path} must hold a {type(default).__name__}; got a {type(found).__name__}.")
    return found


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
