"""BERT's pretraining (Devlin et al. 2019): batches of both tasks, a loss, a training loop; layers: `recbook.layers`.

What chapter 04 writes by hand stands here tested against the Transformers library. The whole model is the library's own
``BertForPreTraining``; from here come its batches, a faster way to its loss, and what trains and asks it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    import pandas as pd
    from transformers import PreTrainedTokenizerFast

IGNORED = -100
"""The label of a position that is not asked about: PyTorch's cross-entropy leaves it out."""

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
"""Their ids in a tokenizer of `train_tokenizer` are 0 to 4."""

MASKING_PARTS = (0.8, 0.1, 0.1)
"""Of the chosen tokens, the shares that become [MASK], become a random token, and stay (Devlin et al. 2019, 3.1)."""

NOTHING_KNOWN = ("", "unknown", "unkonwn")  # the last is how MovieLens-100K spells it in item 267
_YEAR_IN_TITLE = re.compile(r"(?P<title>.+) \((?P<year>\d{4})\)")


# Masked language model


def choose_masked(ids: Any, special: Any, rng: np.random.Generator, share: float = 0.15) -> np.ndarray:
    """Which tokens to ask about: boolean, of the shape of ``ids``; never where ``special`` (same shape) is True.

    Each ordinary token is chosen by itself with probability ``share``, as Transformers' collator does, so a text has
    15 % on average, and a short one sometimes none. Google's BERT drew ``max(1, round(0.15 n))`` of a text's tokens
    without repetition, once for all epochs (create_pretraining_data.py). Raises ValueError for shapes that differ or a
    share outside 0 to 1.
    """
    special = np.asarray(special, bool)
    if special.shape != np.shape(ids):
        raise ValueError(f"special must have the shape of ids, {np.shape(ids)}; got {special.shape}.")
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1; got {share}.")
    return (rng.random(special.shape) < share) & ~special


def mask_tokens(
    ids: Any,
    chosen: Any,
    mask_id: int,
    vocabulary_size: int,
    rng: np.random.Generator,
    parts: Sequence[float] = MASKING_PARTS,
) -> tuple[np.ndarray, np.ndarray]:
    """What the model reads and what it is asked: inputs and labels, int64, of the shape of ``ids``.

    Of the ``chosen`` tokens the first of ``parts`` become [MASK], the second a random token, the third stay. A random
    token is drawn from the whole vocabulary, as Transformers does and Google's code did: now and then a special token,
    or the right one. The label is the true id where chosen and -100 elsewhere. Raises ValueError for ``chosen`` of
    another shape or ``parts`` that are not three shares of 1.
    """
    ids, chosen = np.asarray(ids, np.int64), np.asarray(chosen, bool)
    if chosen.shape != ids.shape:
        raise ValueError(f"chosen must have the shape of ids, {ids.shape}; got {chosen.shape}.")
    if len(parts) != 3 or min(parts) < 0 or not math.isclose(sum(parts), 1):
        raise ValueError(f"parts are three shares that add up to 1: masked, random, kept; got {tuple(parts)}.")
    draw = rng.random(ids.shape)
    inputs = np.where(chosen & (draw < parts[0]), mask_id, ids)
    replaced = chosen & (draw >= parts[0]) & (draw < parts[0] + parts[1])
    inputs = np.where(replaced, rng.integers(vocabulary_size, size=ids.shape), inputs)
    return inputs, np.where(chosen, ids, IGNORED)


# Next sentence prediction


def sentence_pairs(
    documents: Sequence[Sequence[str]], rng: np.random.Generator, share_random: float = 0.5
) -> list[tuple[str, str, bool]]:
    """``(first, second, is_random)`` for every two neighbouring sentences, in the order of the documents.

    With probability ``share_random`` the second sentence is replaced by one of another document (Devlin et al. 2019,
    3.1, task 2). It is drawn from the sentences that follow another there: the opening of a text would give itself
    away. Documents of one sentence or none have no pair. Raises ValueError where there is no other document to draw
    from, or for a share outside 0 to 1.
    """
    if not 0 <= share_random <= 1:
        raise ValueError(f"share_random must lie between 0 and 1; got {share_random}.")
    later = [(number, sentence) for number, document in enumerate(documents) for sentence in document[1:]]
    if share_random and len({number for number, _ in later}) < 2:
        raise ValueError("A random second sentence needs at least two documents of two sentences or more.")
    pairs = []
    for number, document in enumerate(documents):
        for first, second in pairwise(document):
            is_random = bool(rng.random() < share_random)
            pairs.append((first, _of_another(number, later, rng) if is_random else second, is_random))
    return pairs


def _of_another(number: int, later: list[tuple[int, str]], rng: np.random.Generator) -> str:
    while True:
        other, sentence = later[rng.integers(len(later))]
        if other != number:
            return sentence


# Batches


def pair_batch(
    pairs: Sequence[tuple[str, str, bool]],
    tokenizer: Any,
    rng: np.random.Generator,
    max_length: int = 128,
    share: float = 0.15,
    parts: Sequence[float] = MASKING_PARTS,
) -> dict[str, Tensor]:
    """A batch for both tasks, int64: what ``BertForPreTraining`` takes by name.

    ``input_ids`` (masked), ``token_type_ids`` (0 up to the first [SEP], then 1), ``attention_mask`` (0 on padding) and
    ``labels`` are ``(batch, n)`` with ``n`` the longest pair, at most ``max_length`` tokens (the longer sentence is cut
    first); ``next_sentence_label`` ``(batch,)`` is 0 where the second follows and 1 where it is random. Special tokens
    and padding are never asked about. Raises ValueError for no pair, and what `choose_masked` and `mask_tokens` raise.
    """
    if not pairs:
        raise ValueError("A batch needs at least one pair; got none.")
    first, second, is_random = zip(*pairs, strict=True)
    batch = _masked(tokenizer, (list(first), list(second)), rng, max_length, share, parts)
    return batch | {"next_sentence_label": torch.tensor(is_random, dtype=torch.int64)}


def text_batch(
    texts: Sequence[str],
    tokenizer: Any,
    rng: np.random.Generator,
    max_length: int = 128,
    share: float = 0.15,
    parts: Sequence[float] = MASKING_PARTS,
) -> dict[str, Tensor]:
    """A batch of single texts for the masked language model alone: `pair_batch` without the second task."""
    return _masked(tokenizer, (list(texts),), rng, max_length, share, parts)


def _masked(
    tokenizer: Any,
    texts: tuple[list[str], ...],
    rng: np.random.Generator,
    max_length: int,
    share: float,
    parts: Sequence[float],
) -> dict[str, Tensor]:
    read = tokenizer(
        *texts, padding=True, truncation=True, max_length=max_length, return_token_type_ids=True, return_tensors="np"
    )
    ids = read["input_ids"]
    chosen = choose_masked(ids, np.isin(ids, tokenizer.all_special_ids), rng, share)  # padding is a special token too
    inputs, labels = mask_tokens(ids, chosen, tokenizer.mask_token_id, len(tokenizer), rng, parts)
    named = {"input_ids": inputs, "token_type_ids": read["token_type_ids"]}
    named |= {"attention_mask": read["attention_mask"], "labels": labels}
    return {name: torch.from_numpy(np.asarray(array, np.int64)) for name, array in named.items()}


# Loss


class PretrainingOutput(NamedTuple):
    """Losses of one batch, and what accuracies are made of; the ``nsp`` fields are None where the task is absent."""

    mlm_loss: Tensor  # mean over the masked tokens
    nsp_loss: Tensor | None  # mean over the pairs
    mlm_logits: Tensor  # (n_masked, vocabulary)
    mlm_labels: Tensor  # (n_masked,)
    nsp_logits: Tensor | None  # (batch, 2)
    nsp_labels: Tensor | None  # (batch,)

    @property
    def loss(self) -> Tensor:
        """The sum of both losses, as ``BertForPreTraining`` returns it."""
        return self.mlm_loss if self.nsp_loss is None else self.mlm_loss + self.nsp_loss

    @property
    def mlm_accuracy(self) -> float:
        """Share of the masked tokens that the model ranks first."""
        return float((self.mlm_logits.argmax(dim=-1) == self.mlm_labels).double().mean())

    @property
    def nsp_accuracy(self) -> float | None:
        """Share of the pairs told right; 0.5 is chance where half of them are random."""
        if self.nsp_logits is None or self.nsp_labels is None:
            return None
        return float((self.nsp_logits.argmax(dim=-1) == self.nsp_labels).double().mean())


def masked_loss_only(model: Any, batch: dict[str, Tensor]) -> PretrainingOutput:
    """The losses of ``BertForPreTraining`` or ``BertForMaskedLM``, with the vocabulary head at masked positions only.

    The library scores every position against the whole vocabulary and then looks at about one in seven. The result is
    the same. Next sentence prediction is left out where the model has no head or the batch no label for it. Raises
    ValueError for a batch in which no token is masked (the library's loss is NaN there).
    """
    asked = batch["labels"] != IGNORED
    if not asked.any():
        raise ValueError("No token of this batch is masked, so it has no loss: make the batch larger.")
    inputs = {name: batch[name] for name in ("input_ids", "token_type_ids", "attention_mask") if name in batch}
    read = model.bert(**inputs)
    logits, labels = model.cls.predictions(read.last_hidden_state[asked]), batch["labels"][asked]
    mlm_loss = nn.functional.cross_entropy(logits, labels)
    follows = batch.get("next_sentence_label")
    if follows is None or not hasattr(model.cls, "seq_relationship"):
        return PretrainingOutput(mlm_loss, None, logits, labels, None, None)
    nsp_logits = model.cls.seq_relationship(read.pooler_output)
    return PretrainingOutput(
        mlm_loss, nn.functional.cross_entropy(nsp_logits, follows), logits, labels, nsp_logits, follows
    )


# Training and asking


def train(
    model: Any,
    batches: Iterator[dict[str, Tensor]],
    steps: int,
    rate: float,
    warm_up: int = 100,
    falling: bool = True,
    before: Callable[[int], None] = lambda step: None,
) -> np.ndarray:
    """Train a model on ``steps`` batches of `pair_batch` or `text_batch`, by AdamW; what each step saw, ``(steps, 3)``.

    The columns are MLM loss, NSP loss and the share of pairs told right, NaN where NSP is not asked. Gradients longer
    than 1 are cut to length 1. The rate rises to ``rate`` in ``warm_up`` steps and then falls to 0 in a straight line
    (Devlin et al. 2019, A.2), or stays where it is not ``falling``. ``before(step)`` is called before every step.
    Raises ValueError for less than one step.
    """
    from tqdm.auto import tqdm

    if steps < 1:
        raise ValueError(f"Training takes at least one step; got {steps}.")
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, fused=True)
    fall: Callable[[int], float] = (lambda step: 1 - step / steps) if falling else (lambda step: 1.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / warm_up, 1) * fall(step))
    history = []
    for step in tqdm(range(steps), leave=False):
        before(step)
        history.append(_step(model, next(batches), optimizer))
        schedule.step()
    return np.array(history)


def _step(model: Any, batch: dict[str, Tensor], optimizer: torch.optim.Optimizer) -> tuple[float, float, float]:
    """One step downhill: both losses and the share of pairs told right, as they were before it."""
    output = masked_loss_only(model, batch)
    optimizer.zero_grad()
    output.loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    nsp_loss = math.nan if output.nsp_loss is None else output.nsp_loss.item()
    told = math.nan if output.nsp_accuracy is None else output.nsp_accuracy
    return output.mlm_loss.item(), nsp_loss, told


@torch.inference_mode()
def gaps_filled(model: Any, batch: dict[str, Tensor]) -> np.ndarray:
    """Of each text of a batch, how many masked tokens the model ranks first and how many there are: ``(batch, 2)``."""
    asked = batch["labels"] != IGNORED
    output = masked_loss_only(model, batch)
    right = torch.zeros(asked.shape, dtype=torch.int64)
    right[asked] = (output.mlm_logits.argmax(dim=-1) == output.mlm_labels).long()
    return torch.stack([right.sum(dim=1), asked.sum(dim=1)], dim=1).numpy()


@torch.inference_mode()
def fill_gap(model: Any, tokenizer: Any, first: str, second: str, few: int = 3) -> list[tuple[str, float]]:
    """The ``few`` likeliest tokens at the [MASK] of two sentences, each with its probability, best first.

    ``model`` is a ``BertForPreTraining``. Raises ValueError unless there is exactly one [MASK].
    """
    read = tokenizer(first, second, return_token_type_ids=True, return_tensors="pt")
    gap = read["input_ids"] == tokenizer.mask_token_id
    if gap.sum() != 1:
        raise ValueError(f"Two sentences with one [MASK] are needed; these have {int(gap.sum())}.")
    best = model(**read).prediction_logits[gap][0].softmax(-1).topk(few)
    return list(zip(tokenizer.convert_ids_to_tokens(best.indices), best.values.tolist(), strict=True))


# Texts and their tokenizer


def film_documents(items: pd.DataFrame) -> list[list[str]]:
    """Two sentences for each film of MovieLens' ``items`` table, as it was loaded or repaired; one list a row.

    "Toy Story came out in 1995." and "Toy Story is an animation children's comedy film." Both name the film, so that
    who compares their words can tell a follower from a random sentence, also for a film never seen before. A year in
    the title's brackets counts (item 1412), a film of unknown genre is just a film, and what is not known is not said:
    a film without a year has one sentence, a row without a title none (item 267).
    """
    columns = zip(items["display_title"], items["year"], items["genres"], strict=True)
    return [_about(str(title), str(year), str(genres)) for title, year, genres in columns]


def _about(title: str, year: str, genres: str) -> list[str]:
    if bracket := _YEAR_IN_TITLE.fullmatch(title):
        title, year = bracket["title"], bracket["year"]
    if title in NOTHING_KNOWN:
        return []
    dated = [f"{title} came out in {year}."] if re.fullmatch(r"\d{4}", year) else []
    kind = "film" if genres in NOTHING_KNOWN else f"{genres.lower()} film"
    article = "an" if kind[0] in "aeiou" else "a"
    return [*dated, f"{title} is {article} {kind}."]


def train_tokenizer(texts: Iterable[str], vocabulary_size: int) -> PreTrainedTokenizerFast:
    """A WordPiece tokenizer (Wu et al. 2016) learnt from ``texts``: lower case, BERT's special tokens with ids 0 to 4.

    The same texts give the same vocabulary, of ``vocabulary_size`` tokens or fewer where the texts have no more.
    Raises ValueError for no text, or a size that has no room for the letters.
    """
    from tokenizers import trainers

    texts = list(texts)
    raw = _wordpiece({})
    pieces = _continuations(raw, texts)
    if not texts or vocabulary_size <= len(SPECIAL_TOKENS) + len(pieces):
        needed = len(SPECIAL_TOKENS) + len(pieces)
        raise ValueError(f"The tokenizer needs texts, and room for more than {needed} tokens; got {vocabulary_size}.")
    # The trainer numbers the pieces "##a", "##b"… in the order of a hash table, which differs from run to run, and
    # breaks ties by these numbers. Numbered beforehand, they make the result repeatable.
    first = [*SPECIAL_TOKENS, *pieces]
    raw.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=vocabulary_size, special_tokens=first, show_progress=False)
    )
    return _for_transformers(raw.get_vocab())


def _wordpiece(vocabulary: dict[str, int]) -> Any:
    """BERT's way from text to pieces: lower case without accents, words and punctuation apart, then WordPiece."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

    raw = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    raw.normalizer = normalizers.BertNormalizer(lowercase=True)
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    raw.decoder = decoders.WordPiece()
    return raw


def _continuations(raw: Any, texts: Iterable[str]) -> list[str]:
    """Every letter that occurs inside a word, as a piece ("##a"), sorted."""
    letters: set[str] = set()
    for text in texts:
        for word, _ in raw.pre_tokenizer.pre_tokenize_str(raw.normalizer.normalize_str(text)):
            letters.update(word[1:])
    return [f"##{letter}" for letter in sorted(letters)]


def _for_transformers(vocabulary: dict[str, int]) -> PreTrainedTokenizerFast:
    from tokenizers import processors
    from transformers import PreTrainedTokenizerFast

    raw = _wordpiece(vocabulary)
    raw.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")],
    )
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    special = dict(zip(names, SPECIAL_TOKENS, strict=True))
    # Without the segments, which it leaves out by default, a model would take both sentences for the first.
    read = ["input_ids", "token_type_ids", "attention_mask"]
    return PreTrainedTokenizerFast(tokenizer_object=raw, model_input_names=read, **special)
