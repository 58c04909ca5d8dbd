"""A small language model: how likely a text goes on in some way, what it says next, and the vectors inside it.

The model of the course is ``smollm2``, a card that is optional: `recbook data fetch smollm2` fetches and converts it
once. Any folder that ``save_pretrained`` wrote for a decoder (a causal language model) does as well. Everything is
computed in float32, and no hub is asked.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from recbook.data import fetch
from recbook.data.cards import all_cards, card
from recbook.memory import check_memory

POOLINGS = ("mean", "rest", "first", "last")
"""How the vectors of a text's tokens become one: the mean of all, of all but the first, the first, the last."""

BATCH = 64
"""Continuations, or texts, that are read side by side."""

_BESIDE = 0.55e9  # bytes that the libraries, the tables of probabilities and the loading itself take, measured


class LanguageModel:
    """A decoder: for each text so far it gives a probability to every token that may come next (Radford et al. 2018).

    ``source`` is the name of a card or the path of a local folder. The weights are loaded at the first use, within
    about 3 seconds, and take 4 bytes each (about 1.2 GB in all for smollm2).

    Raises FileNotFoundError where the model is not there, with what to run; ValueError for a card that is no language
    model; and, when it loads, MemoryError where too little memory is free, ValueError for files that do not go
    together.
    """

    def __init__(self, source: str | Path = "smollm2") -> None:
        self.folder = _folder(source)

    def log_likelihoods(self, prompt: str, continuations: Sequence[str]) -> np.ndarray:
        """``log P(continuation | prompt)``, the sum over its tokens, for each of them: float64 ``(n_continuations,)``.

        The prompt is read once, and its keys and values are shared. Prompt and continuation are cut into tokens apart,
        so a continuation begins with the blank that stands before it, and the prompt does not end in one.

        Raises ValueError for an empty prompt or continuation, and for one that does not fit into the context.
        """
        import torch

        given, ways = self._tokens(prompt, "prompt"), [self._tokens(text, "continuation") for text in continuations]
        self._check_fit(len(given), ways, continuations)
        found = np.zeros(len(ways))
        with torch.inference_mode():
            read = self._model(torch.tensor([given]), use_cache=True)
            first = read.logits[0, -1].log_softmax(-1)
            for rows in _by_length(ways, BATCH):
                found[rows] = self._batch([ways[row] for row in rows], first, read.past_key_values)
        return found

    def token_counts(self, texts: Sequence[str]) -> np.ndarray:
        """How many tokens each text is cut into: int64 ``(len(texts),)``."""
        return np.array([len(self._tokens(text, "text")) for text in texts])

    def tokens(self, text: str) -> list[str]:
        """The pieces that the model reads, blanks included."""
        return [self._tokenizer.decode([token]) for token in self._tokens(text, "text")]

    def chat(self, question: str) -> str:
        """The prompt that an instructed model was trained on: the question, then the mark that an answer begins.

        Raises ValueError for a model that has no such form.
        """
        if not self._tokenizer.chat_template:
            raise ValueError(f"{self.folder} has no chat template: it was not trained to answer questions.")
        said = [{"role": "user", "content": question}]
        return str(self._tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True))

    def next_tokens(self, prompt: str, k: int = 10, temperature: float = 1.0) -> list[tuple[str, float]]:
        """The k most probable next tokens with their probabilities at a temperature above 0, best first."""
        import torch

        with torch.inference_mode():
            logits = self._model(torch.tensor([self._fitting(prompt)])).logits[0, -1]
        found = probabilities(logits.double().numpy(), temperature)
        best = np.argsort(-found, kind="stable")[:k]
        return [(self._tokenizer.decode([int(token)]), float(found[token])) for token in best]

    def generate(
        self,
        prompt: str,
        max_tokens: int = 40,
        temperature: float = 1.0,
        top_k: int | None = None,
        seed: int = 0,
        stop: str | None = None,
    ) -> str:
        """What the model writes after the prompt: at most ``max_tokens`` tokens, one drawn after the other.

        ``temperature`` divides the logits; 0 takes the most probable token each time (greedy). ``top_k`` keeps only the
        k most probable. It ends at the model's own end mark, or before the text ``stop``.
        """
        import torch

        rng, said = np.random.default_rng(seed), list[int]()
        news, cache = self._fitting(prompt, max_tokens), None
        while len(said) < max_tokens:
            with torch.inference_mode():
                read = self._model(torch.tensor([news]), past_key_values=cache, use_cache=True)
            token, cache = draw(read.logits[0, -1].double().numpy(), rng, temperature, top_k), read.past_key_values
            if token in self._ends:
                break
            said, news = [*said, token], [token]
            if stop and stop in self._tokenizer.decode(said):
                break
        text = str(self._tokenizer.decode(said))
        return text.partition(stop)[0] if stop else text

    def hidden_states(self, texts: Sequence[str], layers: Sequence[int], pooling: str = "mean") -> np.ndarray:
        """One vector a text and layer: float32 ``(len(layers), len(texts), d)``.

        Layer 0 is the table of tokens, the last one (``n_layers``) what the probabilities are made from, normalised;
        -1 names it too. ``pooling`` is one of `POOLINGS`; "rest" takes the whole of a text of one token.

        Raises ValueError for no text, an empty text, one longer than the context, an unknown layer or pooling.
        """
        rows = [self._fitting(text) for text in texts]
        chosen = self._layers(layers)
        if pooling not in POOLINGS or not rows:
            raise ValueError(f"Give at least one text and a pooling of {', '.join(POOLINGS)}; got {pooling!r}.")
        found = np.zeros((len(chosen), len(rows), int(self._model.config.hidden_size)), np.float32)
        for part in _by_length(rows, BATCH):
            found[:, part] = self._pooled([rows[row] for row in part], chosen, pooling)
        return found

    @property
    def context(self) -> int:
        """How many tokens the model can read at once."""
        return int(self._model.config.max_position_embeddings)

    @property
    def n_layers(self) -> int:
        """How many layers stand on the table of tokens."""
        return int(self._model.config.num_hidden_layers)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        return load_folder(self.folder)

    @property
    def _tokenizer(self) -> Any:
        return self._loaded[0]

    @property
    def _model(self) -> Any:
        return self._loaded[1]

    @cached_property
    def _ends(self) -> set[int]:
        ends = self._model.generation_config.eos_token_id
        both = ends if isinstance(ends, list) else [ends, self._tokenizer.eos_token_id]
        return {token for token in both if token is not None}

    def _tokens(self, text: str, what: str) -> list[int]:
        if not isinstance(text, str):
            raise TypeError(f"A {what} is a text; got a {type(text).__name__}: {text!r}.")
        found = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        if not found:
            raise ValueError(
                f"The {what} is empty: a probability needs something to follow, and something that follows."
            )
        return list(found)

    def _fitting(self, text: str, more: int = 0) -> list[int]:
        """A text's tokens; ValueError where they, and ``more`` to come, do not fit into the context."""
        found = self._tokens(text, "text")
        if len(found) + more > self.context:
            raise ValueError(
                f"The text {_short(text)} has {len(found):,} tokens{f' and {more:,} are to follow' if more else ''}; "
                f"this model reads {self.context:,} at once. Shorten it."
            )
        return found

    def _check_fit(self, given: int, ways: list[list[int]], texts: Sequence[str]) -> None:
        if not ways:
            raise ValueError("Give at least one continuation.")
        longest = max(range(len(ways)), key=lambda row: len(ways[row]))
        if given + len(ways[longest]) > self.context:
            raise ValueError(
                f"The continuation {_short(texts[longest])} has {len(ways[longest]):,} tokens and the prompt {given:,};"
                f" this model reads {self.context:,} at once. Shorten the history, or the candidate."
            )

    def _batch(self, ways: list[list[int]], first: Any, cache: Any) -> np.ndarray:
        """Sums of log-probabilities of continuations behind a prompt whose keys and values are ``cache``.

        They stand one behind the other in one row, and a mask keeps each from seeing the others: the prompt is shared
        without a copy, and nothing is padded.
        """
        import torch

        found = first[torch.tensor([way[0] for way in ways])].double()
        read = [way[:-1] for way in ways]  # the last token is read by nobody
        if any(read):
            mask, places = _side_by_side([len(way) for way in read], cache.get_seq_length())
            tokens = torch.tensor([[token for way in read for token in way]])
            logits = self._model(
                tokens, attention_mask=mask, position_ids=places, past_key_values=copy.deepcopy(cache), use_cache=True
            ).logits[0]
            wanted = torch.tensor([token for way in ways for token in way[1:]])
            sums = logits.gather(1, wanted[:, None])[:, 0] - logits.logsumexp(-1)
            rows = torch.repeat_interleave(torch.arange(len(ways)), torch.tensor([len(way) for way in read]))
            found.index_add_(0, rows, sums.double())
        return np.asarray(found.numpy())

    def _layers(self, layers: Sequence[int]) -> list[int]:
        n = self.n_layers
        if wrong := [layer for layer in layers if not -1 <= layer <= n]:
            raise ValueError(f"This model has the layers 0 to {n} (0 is the table of tokens); got {wrong[0]}.")
        return [n if layer == -1 else int(layer) for layer in layers]

    def _pooled(self, rows: list[list[int]], layers: list[int], pooling: str) -> np.ndarray:
        """``(len(layers), len(rows), d)``; no mask is needed: a token does not look at the padding behind it."""
        import torch

        padded, real = _padded(rows)
        with torch.inference_mode():
            states = self._model.model(padded, output_hidden_states=True).hidden_states
        weights = _weights(real, pooling).unsqueeze(-1)
        return np.stack([(states[layer] * weights).sum(dim=1).numpy() for layer in layers])


def probabilities(logits: np.ndarray, temperature: float = 1.0, top_k: int | None = None) -> np.ndarray:
    """Softmax of ``logits / temperature``, of the ``top_k`` largest logits only where it is given: ``(n,)``, sum 1.

    Raises ValueError for a temperature that is not above 0 and a ``top_k`` below 1.
    """
    if not temperature > 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"temperature must be above 0 and top_k at least 1; got {temperature} and {top_k}.")
    scaled = np.asarray(logits, np.float64) / temperature
    if top_k is not None and top_k < len(scaled):
        best = np.argsort(-scaled, kind="stable")[:top_k]
        scaled = np.where(np.isin(np.arange(len(scaled)), best), scaled, -np.inf)
    powers = np.exp(scaled - scaled.max())
    return powers / powers.sum()


def draw(logits: np.ndarray, rng: np.random.Generator, temperature: float, top_k: int | None = None) -> int:
    """A token by its probability; at temperature 0 the most probable one."""
    if temperature == 0:
        return int(np.argmax(logits))
    found = probabilities(logits, temperature, top_k)
    return int(rng.choice(len(found), p=found))


def load_folder(folder: Path) -> tuple[Any, Any]:
    """Tokenizer and model in float32, from the folder's files only.

    Raises MemoryError before anything is loaded, where too little is free; ValueError for files that do not go
    together.
    """
    weights = list(folder.glob("*.safetensors"))
    needed = 2 * sum(file.stat().st_size for file in weights) + _BESIDE  # 16 bits on the disk, 32 in memory
    check_memory(needed, f"The language model {folder.parent.name}", "Close other programs, or leave this model out.")
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # its widget would stay in the notebook
    only: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **only)
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **only
        )
        model, info = loaded
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise ValueError(
            f"{folder} cannot be loaded as a language model: {str(error).strip().splitlines()[0]}"
        ) from error
    if missing := sorted(info["missing_keys"]):  # Transformers would fill them with random numbers
        raise ValueError(f"The weights of {folder} lack {len(missing)} part(s) of the model, {missing[0]} first.")
    return tokenizer, model.eval()


def _folder(source: str | Path) -> Path:
    """Where the model's files lie, asked of the cache only: what is optional is never fetched unasked."""
    if isinstance(source, str) and source in {known.name for known in all_cards()}:
        found = card(source)
        if not found.conversion:
            raise ValueError(f"{source} is no language model; give 'smollm2', or the path of a folder.")
        if not fetch.is_cached(source):
            raise FileNotFoundError(
                f"The language model {source} is not here: it is optional. Run `recbook data fetch {source}` "
                f"({found.source.bytes / 1e6:.0f} MB to download, once), then this again."
            )
        return fetch.converted(source)
    folder = Path(source).expanduser()
    if not (folder / "config.json").is_file():
        raise FileNotFoundError(
            f"There is no language model in {source}: give a folder with config.json, a tokenizer and safetensors, or "
            "'smollm2', the optional model of the course."
        )
    return folder


def _by_length(rows: Sequence[Sequence[int]], batch: int) -> Iterator[list[int]]:
    """Places of rows of about one length, ``batch`` at a time: little is padded."""
    order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
    return (order[start : start + batch] for start in range(0, len(order), batch))


def _padded(rows: list[list[int]]) -> tuple[Any, Any]:
    """Token numbers ``(batch, longest)``, filled up behind, and 1.0 where a token is real."""
    import torch

    longest = max(map(len, rows))
    padded = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])
    return padded, (torch.arange(longest) < torch.tensor([[len(row)] for row in rows])).float()


def _side_by_side(lengths: list[int], given: int) -> tuple[Any, Any]:
    """For texts in one row behind ``given`` tokens that all of them see: who sees whom, and each token's place.

    The mask is added to the attention's scores, ``(1, 1, n, given + n)``: 0 where a token may look, else the least
    number. The places ``(1, n)`` count on from the given tokens in each text anew.
    """
    import torch

    text = torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))
    seen = (text[:, None] == text) & torch.ones(len(text), len(text), dtype=torch.bool).tril()
    seen = torch.cat([torch.ones(len(text), given, dtype=torch.bool), seen], dim=1)
    mask = torch.zeros(seen.shape).masked_fill(~seen, torch.finfo(torch.float32).min)
    places = torch.cat([torch.arange(given, given + length) for length in lengths])
    return mask[None, None], places[None]


def _weights(real: Any, pooling: str) -> Any:
    """The weight of each token ``(batch, n)``, each row with the sum 1."""
    import torch

    place, length = torch.arange(real.shape[1]), real.sum(dim=1, keepdim=True)
    chosen = {"mean": real, "first": real * (place == 0), "last": real * (place == length - 1)}
    chosen["rest"] = torch.where(length > 1, real * (place > 0), real)
    return chosen[pooling] / chosen[pooling].sum(dim=1, keepdim=True)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}…")
