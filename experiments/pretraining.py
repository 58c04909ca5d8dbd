"""What a small BERT learns, when, and what pretraining buys (chapter 04).

`recbook experiment pretraining` runs this.
"""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import BertConfig, BertForMaskedLM, BertForPreTraining, BertTokenizer
from transformers.utils import logging

import recbook
from recbook.data import fetch
from recbook.experiments import say as say_line
from recbook.text import bert

Batch = dict[str, Tensor]
Pair = tuple[str, str, bool]

FILMS: dict[str, Any] = {
    "steps": 800, "batch": 32, "rate": 2e-3, "warm_up": 100, "vocabulary": 2000, "longest": 32, "width": 128,
    "layers": 2, "heads": 2, "inner": 256, "dropout": 0.0, "initial_deviation": 0.02, "held_out_share": 0.2,
}  # fmt: skip
REVIEWS: dict[str, Any] = {
    "steps": 500, "steps_long": 2000, "steps_choosing": 250, "rates": [5e-4, 1e-3, 2e-3], "batch": 32, "warm_up": 50,
    "longest": 32, "test_reviews": 500, "validation_reviews": 200,
}  # fmt: skip
REVIEW_PAIRS: dict[str, Any] = {"steps": 400, "batch": 32, "rate": 1e-3, "warm_up": 50, "longest": 48, "test": 1000}
MASKING_STEPS = 400
MASKED_ONLY = (1.0, 0.0, 0.0)
"""How held-out tokens are asked for: always hidden, whatever rule the model was trained with."""

PROBES = [
    ("Candyman came [MASK] in 1992.", "Candyman is a horror film."),
    ("Alien came out in 1979.", "Alien is an action horror sci-[MASK] thriller film."),
    ("High Noon came out in 1952.", "High Noon is a [MASK] film."),
    ("Dead Man came out in [MASK].", "Dead Man is a western film."),
    ("Bad Girls came out in 1994.", "Bad [MASK] is a western film."),
]
"""Films that are held out."""


# Training


def optimize(
    model: Any,
    batches: Iterable[Batch],
    steps: int,
    rate: float,
    warm_up: int,
    decay: bool,
    each: Callable[[int], None],
) -> tuple[np.ndarray, float]:
    """`bert.train`; ``each(step)`` before every step and after the last. Losses ``(steps, 3)`` and CPU seconds."""
    looking = 0.0

    def look_up(step: int) -> None:
        nonlocal looking
        begun = time.process_time()
        each(step)
        looking += time.process_time() - begun

    start = time.process_time()
    losses = bert.train(model, iter(batches), steps, rate, warm_up, decay, before=look_up)
    took = time.process_time() - start - looking
    each(steps)
    return losses, took


def thinned(losses: np.ndarray, points: int = 50) -> dict[str, list]:
    """Means over equal stretches of the run, each at its last step; a loss that was not trained on is left out."""
    width = max(1, len(losses) // points)
    means = losses[: len(losses) // width * width].reshape(-1, width, losses.shape[1]).mean(1)
    named = zip(("mlm_loss", "nsp_loss", "nsp_accuracy"), means.T, strict=True)
    steps = np.arange(1, len(means) + 1) * width
    return {"step": steps.tolist()} | {name: rounded(column) for name, column in named if not np.isnan(column).any()}


def rounded(numbers: Any) -> Any:
    return np.round(np.asarray(numbers, float), 4).tolist()


class Watch:
    """Looks at held-out batches every so many steps, without counting the time."""

    def __init__(self, model: Any, batch: Batch, every: int, more: Callable[[int], None] = lambda step: None) -> None:
        self.model, self.batch, self.every, self.more = model, batch, every, more
        self.rows: list[tuple[float, ...]] = []

    def __call__(self, step: int) -> None:
        if step % self.every == 0:
            self.rows.append((step, *look(self.model, self.batch)))
        self.more(step)

    def curve(self) -> dict[str, list]:
        columns = zip(("step", "mlm_loss", "mlm_accuracy", "nsp_accuracy"), zip(*self.rows, strict=True), strict=True)
        return {name: rounded(column) for name, column in columns if not np.isnan(column).any()}


def look(model: Any, batch: Batch) -> tuple[float, float, float]:
    """MLM loss, MLM accuracy and NSP accuracy (NaN without this task) of a batch that may be large."""
    loss, hits, told = (np.concatenate(parts) for parts in zip(*answers(model, batch), strict=True))
    return float(loss.mean()), float(hits.mean()), float(told.mean()) if len(told) else float("nan")


@torch.no_grad()
def answers(model: Any, batch: Batch, rows: int = 100) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """``rows`` pairs at a time: the loss of every masked token, whether it is right, and whether each pair is."""
    model.eval()
    for start in range(0, len(batch["labels"]), rows):
        output = bert.masked_loss_only(model, {name: part[start : start + rows] for name, part in batch.items()})
        loss = torch.nn.functional.cross_entropy(output.mlm_logits, output.mlm_labels, reduction="none")
        pairs = np.zeros(0) if output.nsp_logits is None else right(output.nsp_logits, output.nsp_labels)
        yield loss.numpy(), right(output.mlm_logits, output.mlm_labels), pairs
    model.train()


def right(logits: Tensor, labels: Tensor) -> np.ndarray:
    return (logits.argmax(-1) == labels).numpy()


# Films


class Films:
    """Two sentences for each film, a fifth of the films held out, and a tokenizer learnt from the others."""

    def __init__(self, shared: bool = True) -> None:
        items = recbook.load("ml-100k").items.drop_duplicates(["display_title", "year"])
        documents = [document for document in bert.film_documents(items) if len(document) == 2]
        if not shared:
            documents = [[first, nameless(first, second)] for first, second in documents]
        order = np.random.default_rng(0).permutation(len(documents))
        held_out = int(FILMS["held_out_share"] * len(documents))
        self.test, self.train = [documents[i] for i in order[:held_out]], [documents[i] for i in order[held_out:]]
        texts = [sentence for document in self.train for sentence in document]
        self.tokenizer = bert.train_tokenizer(texts, FILMS["vocabulary"])

    def batches(self, rng: np.random.Generator, size: int, parts: Sequence[float], random: float) -> Iterator[Batch]:
        """Pairs of about the same length stand together, so that little padding is computed."""
        while True:
            pairs = sorted(bert.sentence_pairs(self.train, rng, random), key=lambda pair: len(pair[0] + pair[1]))
            for start in rng.permutation(len(pairs) // size) * size:
                yield bert.pair_batch(pairs[start : start + size], self.tokenizer, rng, FILMS["longest"], parts=parts)

    def held_out(self, seed: int, times: int, random: float = 0.5, parts: Sequence[float] = MASKED_ONLY) -> Batch:
        rng = np.random.default_rng(seed)
        pairs = [pair for _ in range(times) for pair in bert.sentence_pairs(self.test, rng, random)]
        return bert.pair_batch(pairs, self.tokenizer, rng, FILMS["longest"], parts=parts)

    def model(self, seed: int, **changed: Any) -> BertForPreTraining:
        made = FILMS | changed
        torch.manual_seed(seed)
        return BertForPreTraining(
            BertConfig(
                vocab_size=len(self.tokenizer), hidden_size=made["width"], num_hidden_layers=made["layers"],
                num_attention_heads=made["heads"], intermediate_size=made["inner"], max_position_embeddings=64,
                hidden_dropout_prob=made["dropout"], attention_probs_dropout_prob=made["dropout"],
                initializer_range=made["initial_deviation"],
            )
        )  # fmt: skip


def nameless(first: str, second: str) -> str:
    """The second sentence with "It" for the title: nothing that tells two films apart stands in both any more."""
    title = first.rsplit(" came out in ", 1)[0]
    return "It" + second.removeprefix(title)


def train_films(
    films: Films, seed: int, parts: Sequence[float] = bert.MASKING_PARTS, random: float = 0.5, nsp: bool = True,
    everywhere: bool = False, read: bool = False, every: int = 25, **changed: Any,
) -> tuple[BertForPreTraining, dict[str, Any]]:  # fmt: skip
    """A model and its curves. Without ``nsp`` the pairs are the same but their question is not asked."""
    made, model = FILMS | changed, films.model(seed, **changed)
    batches = films.batches(np.random.default_rng(seed), made["batch"], parts, random)
    asked = (ask_everywhere(batch, films.tokenizer) if everywhere else batch for batch in batches)
    stream = asked if nsp else (without(batch, "next_sentence_label") for batch in asked)
    readings: dict[str, list] = {}
    more = reader(model, films.tokenizer, made["steps"], readings) if read else lambda step: None
    watch = Watch(model, films.held_out(seed=1, times=1), every, more)
    losses, took = optimize(model, stream, made["steps"], made["rate"], made["warm_up"], True, watch)
    found = {"seed": seed, "cpu_seconds": took, "training": thinned(losses), "held_out": watch.curve()}
    return model, found | ({"readings": readings} if read else {})


def without(batch: Batch, name: str) -> Batch:
    return {key: part for key, part in batch.items() if key != name}


def ask_everywhere(batch: Batch, tokenizer: Any) -> Batch:
    """The same batch with a label at every ordinary token, masked or not."""
    truth = torch.where(batch["labels"] != bert.IGNORED, batch["labels"], batch["input_ids"])
    special = torch.isin(truth, torch.tensor(tokenizer.all_special_ids))
    return batch | {"labels": truth.masked_fill(special, bert.IGNORED)}


def reader(model: Any, tokenizer: Any, steps: int, readings: dict[str, list]) -> Callable[[int], None]:
    def read(step: int) -> None:
        if step in (0, 300, steps):
            said = [bert.fill_gap(model, tokenizer, *probe) for probe in PROBES]
            readings[str(step)] = [[(token, rounded(p)) for token, p in tokens] for tokens in said]

    return read


def jump(curve: dict[str, list], level: float = 0.8) -> int | None:
    """The first step at which NSP on held-out films is right in ``level`` of the pairs."""
    reached = [step for step, share in zip(curve["step"], curve["nsp_accuracy"], strict=True) if share >= level]
    return int(reached[0]) if reached else None


def measure_films() -> dict[str, Any]:
    films, runs = Films(), []
    for seed in range(5):
        model, run = train_films(films, seed, read=seed == 0)
        runs.append(run | {"jump": jump(run["held_out"])} | final(model, films, kinds=True))
        say(f"films, seed {seed}", run | {"end": runs[-1]["final"]})
    return {"runs": runs, "baselines": film_baselines(films), "probes": PROBES}


def final(model: Any, films: Films, kinds: bool = False) -> dict[str, Any]:
    """On five draws of pairs and masks of the held-out films; MLM also on true pairs, and there by kind of token."""
    mixed, true = films.held_out(seed=2, times=5), films.held_out(seed=3, times=5, random=0.0)
    loss, accuracy, nsp = look(model, mixed)
    hits = np.concatenate([part[1] for part in answers(model, true)])
    scores = {"mlm_loss": loss, "mlm_accuracy": accuracy, "mlm_accuracy_true_pairs": hits.mean(), "nsp_accuracy": nsp}
    found: dict[str, Any] = {name: rounded(score) for name, score in scores.items()}
    return {"final": found | ({"by_kind": by_kind(hits, true, films.tokenizer)} if kinds else {})}


def by_kind(hits: np.ndarray, batch: Batch, tokenizer: Any) -> dict[str, float]:
    kinds = token_kinds(batch["labels"][batch["labels"] != bert.IGNORED], tokenizer)
    return {str(kind): rounded(hits[kinds == kind].mean()) for kind in np.unique(kinds)}


def token_kinds(ids: Tensor, tokenizer: Any) -> np.ndarray:
    """Where a masked token comes from, by its spelling: frame ("came", "out"), genre, year, or else title.

    Signs and single letters ("children's", "sci-fi") stand in many titles too, so they count as title.
    """
    names = {piece for names in recbook.load("ml-100k").items["genres"] for piece in tokenizer.tokenize(names)}
    genres = {piece for piece in names if len(piece) > 1}
    frame = set(tokenizer.tokenize("came out in is a an film ."))

    def kind(piece: str) -> str:
        if piece in frame:
            return "frame"
        return "genre" if piece in genres else "year" if re.fullmatch(r"(##)?\d+", piece) else "title"

    return np.array([kind(piece) for piece in tokenizer.convert_ids_to_tokens(ids.tolist())])


def film_baselines(films: Films) -> dict[str, Any]:
    """What needs no network: two rules of counting for MLM, by kind of token too, and rules for pairs."""
    true, tokenizer = films.held_out(seed=3, times=5, random=0.0), films.tokenizer
    hits = counting_rules([tokenizer(*document)["input_ids"] for document in films.train], true, tokenizer)
    found: dict[str, Any] = {name: rounded(hit.mean()) for name, hit in hits.items()}
    kinds = token_kinds(true["labels"][true["labels"] != bert.IGNORED], tokenizer)
    return found | {
        "commonest_token_by_kind": by_kind(hits["commonest_token"], true, tokenizer),
        "left_neighbour_by_kind": by_kind(hits["left_neighbour"], true, tokenizer),
        "share_by_kind": {str(kind): rounded((kinds == kind).mean()) for kind in np.unique(kinds)},
        "nsp": pair_rules(films.train, films.test),
    }


def counting_rules(texts: Iterable[list[int]], batch: Batch, tokenizer: Any) -> dict[str, np.ndarray]:
    """For each masked token, whether the commonest token is right, and the commonest after its true left neighbour."""
    after: defaultdict[int, Counter] = defaultdict(Counter)
    counts: Counter = Counter()
    for ids in texts:
        counts.update(token for token in ids if token not in tokenizer.all_special_ids)
        for left, token in pairwise(ids):
            after[left][token] += 1
    masked = (batch["labels"] != bert.IGNORED).numpy()
    truth = np.where(masked, batch["labels"], batch["input_ids"])
    rows, columns = np.nonzero(masked)
    common = counts.most_common(1)[0][0]
    guessed = [after[left].most_common(1)[0][0] if after[left] else common for left in truth[rows, columns - 1]]
    return {"commonest_token": truth[masked] == common, "left_neighbour": truth[masked] == np.array(guessed)}


def pair_rules(train: Sequence[Sequence[str]], test: Sequence[Sequence[str]]) -> dict[str, float]:
    """NSP without a network: naive Bayes on the words, and the rare words that both sentences have."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    rng = np.random.default_rng(4)
    learn, ask = ([pair for _ in range(5) for pair in bert.sentence_pairs(part, rng)] for part in (train, test))
    wanted, told = (np.array([pair[2] for pair in pairs]) for pairs in (learn, ask))
    seen = Counter(word for document in train for sentence in document for word in words(sentence))
    bag = make_pipeline(CountVectorizer(analyzer=tagged), MultinomialNB()).fit(learn, wanted)
    shared = LogisticRegression().fit([overlap(pair, seen) for pair in learn], wanted)
    common = shared.score([overlap(pair, seen) for pair in ask], told)
    return {"naive_bayes": rounded(bag.score(ask, told)), "shared_words": rounded(common), "pairs": len(ask)}


def words(sentence: str) -> set[str]:
    return set(re.findall(r"[a-z0-9']+", sentence.lower()))


def tagged(pair: Pair) -> list[str]:
    return [f"{place} {word}" for place in (0, 1) for word in words(str(pair[place]))]


def overlap(pair: Pair, seen: Counter) -> list[float]:
    """The shared words weighed by how rare they are, absolute and as a share of the second sentence's."""
    weight = {word: 1 / np.sqrt(1 + seen[word]) for word in words(pair[1])}
    shared = sum(weight[word] for word in words(pair[0]) & words(pair[1]))
    return [shared, shared / max(sum(weight.values()), 1e-9)]


def measure_film_variants() -> dict[str, Any]:
    """What makes the jump come earlier or later, one change at a time."""
    films, apart = Films(), Films(shared=False)
    changes: list[tuple[str, Films, int, dict[str, Any]]] = [
        ("dropout 0.1", films, 2, {"dropout": 0.1}),
        ("rate 0.0005", films, 1, {"rate": 5e-4}),
        ("larger initial weights", films, 1, {"initial_deviation": 0.05}),
        ("no shared words", apart, 2, {}),
    ]
    found: dict[str, Any] = {"no shared words, rules": pair_rules(apart.train, apart.test)}
    for name, texts, seeds, changed in changes:
        found[name] = []
        for seed in range(seeds):
            model, run = train_films(texts, seed, **changed)
            at_home = look(model, in_training(texts))[2]
            run |= {"jump": jump(run["held_out"]), "nsp_accuracy_training_films": rounded(at_home)}
            found[name].append(run | final(model, texts))
            say(f"films, {name}, seed {seed}", run | {"end": found[name][-1]["final"]})
    return found


def in_training(films: Films) -> Batch:
    rng = np.random.default_rng(5)
    return bert.pair_batch(bert.sentence_pairs(films.train, rng), films.tokenizer, rng, FILMS["longest"])


def measure_without_nsp() -> dict[str, Any]:
    """MLM alone, on the same pairs and on true pairs only; ``films`` holds the runs with both tasks."""
    films, found = Films(), defaultdict(list)
    for name, random in (("same pairs", 0.5), ("true pairs", 0.0)):
        for seed in range(2):
            model, run = train_films(films, seed, nsp=False, random=random, every=100)
            found[name].append(run | final(model, films))
            say(f"without NSP, {name}, seed {seed}", run | {"end": found[name][-1]["final"]})
    return found


def measure_masking() -> dict[str, Any]:
    """The 80/10/10 rule in parts, and the loss on all tokens, each asked about hidden, visible and wrong tokens."""
    films, found = Films(), {}
    rules: dict[str, dict[str, Any]] = {
        "80/10/10": {}, "mask only": {"parts": (1.0, 0.0, 0.0)}, "no random": {"parts": (0.9, 0.0, 0.1)},
        "no kept": {"parts": (0.9, 0.1, 0.0)}, "loss everywhere": {"everywhere": True},
    }  # fmt: skip
    asked = {"hidden": MASKED_ONLY, "visible": (0.0, 0.0, 1.0), "wrong": (0.0, 1.0, 0.0)}
    tests = {name: films.held_out(6, 3, random=0.0, parts=parts) for name, parts in asked.items()}
    for rule, settings in rules.items():
        found[rule] = []
        for seed in range(2):
            model, _ = train_films(films, seed, nsp=False, random=0.0, steps=MASKING_STEPS, every=400, **settings)
            scores = {name: rounded(look(model, batch)[1]) for name, batch in tests.items()}
            found[rule].append({"seed": seed} | scores | {"keeps_wrong": keeps(model, tests["wrong"])})
            say(f"{rule}, seed {seed}", {"end": found[rule][-1]})
    return found


def keeps(model: Any, batch: Batch) -> float:
    """How often the model's answer is the wrong token that it sees."""
    seen = torch.where(batch["labels"] != bert.IGNORED, batch["input_ids"], bert.IGNORED)
    return rounded(look(model, batch | {"labels": seen})[1])


# Reviews


class Reviews:
    """Reviews of clothes in random order: 500 for the test, 200 for choosing the rate, the others for training."""

    def __init__(self) -> None:
        texts = recbook.load("clothing-reviews")["text"]
        texts = texts[texts != ""].drop_duplicates().to_numpy()
        texts = list(texts[np.random.default_rng(0).permutation(len(texts))])
        cut = REVIEWS["test_reviews"], REVIEWS["test_reviews"] + REVIEWS["validation_reviews"]
        self.test, self.valid, self.train = texts[: cut[0]], texts[cut[0] : cut[1]], texts[cut[1] :]
        self.folder = fetch.ensure("splade-tiny")
        self.tokenizer = BertTokenizer.from_pretrained(self.folder, local_files_only=True)

    def batches(self, rng: np.random.Generator) -> Iterator[Batch]:
        while True:
            chosen = [self.train[i] for i in rng.integers(len(self.train), size=REVIEWS["batch"])]
            yield bert.text_batch(chosen, self.tokenizer, rng, REVIEWS["longest"])

    def held_out(self, texts: Sequence[str]) -> Batch:
        return bert.text_batch(texts, self.tokenizer, np.random.default_rng(1), REVIEWS["longest"], parts=MASKED_ONLY)

    def model(self, start: str, seed: int, kind: Any = BertForMaskedLM) -> Any:
        torch.manual_seed(seed)
        off = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        config = BertConfig.from_pretrained(self.folder, local_files_only=True, **off)
        if start == "scratch":
            return kind(config)
        return kind.from_pretrained(self.folder, config=config, local_files_only=True)


def train_reviews(
    reviews: Reviews, start: str, seed: int, rate: float, steps: int, test: Batch
) -> tuple[Any, dict[str, Any]]:
    """The rate stays constant after the warm-up, so that a shorter run is the beginning of a longer one."""
    model = reviews.model(start, seed)
    watch = Watch(model, test, every=50)
    stream = reviews.batches(np.random.default_rng(seed))
    losses, took = optimize(model, stream, steps, rate, REVIEWS["warm_up"], False, watch)
    return model, {"seed": seed, "cpu_seconds": took, "training": thinned(losses, 25), "held_out": watch.curve()}


def measure_reviews() -> dict[str, Any]:
    reviews = Reviews()
    chosen, tried = choose_rates(reviews)
    found: dict[str, Any] = {"rates_tried": tried, "rates": chosen, "published": [], "scratch": []}
    test, counted = reviews.held_out(reviews.test), {}
    for start in ("published", "scratch"):
        for seed in range(3):
            model, run = train_reviews(reviews, start, seed, chosen[start], REVIEWS["steps"], test)
            counted[start, seed] = per_review(model, test)
            found[start].append(run)
            say(f"reviews, {start}, seed {seed}", run)
    _, found["scratch_long"] = train_reviews(reviews, "scratch", 0, chosen["scratch"], REVIEWS["steps_long"], test)
    say("reviews, scratch, long", found["scratch_long"])
    return found | {"test": compared(counted)} | {"baselines": review_baseline(reviews, test)}


def choose_rates(reviews: Reviews) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """For each start the rate with the lowest loss on the validation reviews."""
    valid, tried = reviews.held_out(reviews.valid), []
    for start in ("published", "scratch"):
        for rate in REVIEWS["rates"]:
            model, _ = train_reviews(reviews, start, 9, rate, REVIEWS["steps_choosing"], without_rows(valid))
            loss, accuracy, _ = look(model, valid)
            tried.append({"start": start, "rate": rate, "mlm_loss": loss, "mlm_accuracy": accuracy})
            say(f"reviews, {start}, rate {rate}", {"end": tried[-1]})
    best = {start: min((t for t in tried if t["start"] == start), key=lambda t: t["mlm_loss"])["rate"]
            for start in ("published", "scratch")}  # fmt: skip
    return best, tried


def without_rows(batch: Batch, few: int = 20) -> Batch:
    return {name: part[:few] for name, part in batch.items()}


def per_review(model: Any, test: Batch) -> np.ndarray:
    """``(reviews, 2)``: masks told right, and masks."""
    asked = (test["labels"] != bert.IGNORED).numpy()
    hits = np.zeros(asked.shape)
    hits[asked] = np.concatenate([part[1] for part in answers(model, test)])
    return np.stack([hits.sum(1), asked.sum(1)], 1)


def compared(counted: dict[tuple[str, int], np.ndarray], resamples: int = 2000) -> dict[str, Any]:
    """Accuracy at equal steps, averaged over the seeds, with 95 % bootstrap intervals over the test reviews."""
    mean = {start: np.mean([part for (name, _), part in counted.items() if name == start], 0)
            for start in ("published", "scratch")}  # fmt: skip
    n = len(mean["scratch"])
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), resamples)
    shares = {start: np.divide(*(drawn @ counts).T) for start, counts in mean.items()}
    shares["difference"] = shares["published"] - shares["scratch"]
    value = {start: np.divide(*counts.sum(0)) for start, counts in mean.items()}
    value["difference"] = value["published"] - value["scratch"]
    interval = {name: rounded(np.quantile(share, [0.025, 0.975])) for name, share in shares.items()}
    return {"steps": REVIEWS["steps"], "masks": int(mean["scratch"][:, 1].sum())} | {
        name: {"accuracy": rounded(value[name]), "interval": interval[name]} for name in shares
    }


def review_baseline(reviews: Reviews, test: Batch) -> dict[str, float]:
    """The rules of counting, from 5,000 training reviews."""
    cut = {"truncation": True, "max_length": REVIEWS["longest"]}
    texts = reviews.tokenizer(reviews.train[:5000], **cut)["input_ids"]
    return {name: rounded(hit.mean()) for name, hit in counting_rules(texts, test, reviews.tokenizer).items()}


# Pairs of sentences from reviews


def sentences(text: str) -> list[str]:
    """A review's sentences of three words and more."""
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if len(part.split()) >= 3]


def neighbours(documents: Sequence[Sequence[str]], rng: np.random.Generator) -> list[list[str]]:
    """Two neighbouring sentences of each document."""
    starts = [int(rng.integers(len(document) - 1)) for document in documents]
    return [list(document[start : start + 2]) for document, start in zip(documents, starts, strict=True)]


def swapped(documents: Sequence[Sequence[str]], rng: np.random.Generator) -> list[Pair]:
    """ALBERT's question (Lan et al. 2020, 3.1): are two neighbouring sentences in their order, or exchanged?"""
    return [(b, a, True) if rng.random() < 0.5 else (a, b, False) for a, b in documents]


QUESTIONS: dict[str, Callable[[Sequence[Sequence[str]], np.random.Generator], list[Pair]]] = {
    "next sentence": bert.sentence_pairs,
    "sentence order": swapped,
}


def measure_review_pairs() -> dict[str, Any]:
    reviews = Reviews()
    train, test = ([s for text in part if len(s := sentences(text)) > 1] for part in (reviews.train, reviews.test))
    found: dict[str, Any] = {}
    for start, question, labelled in (
        ("scratch", "next sentence", True),
        ("published", "next sentence", True),
        ("published", "next sentence", False),  # the same pairs, MLM alone
        ("published", "sentence order", True),
    ):
        run = train_review_pairs(reviews, start, QUESTIONS[question], train, test, labelled)
        found[f"{question}, {start}" if labelled else f"no {question}, {start}"] = run
        say(f"review pairs, {question}, {start}", run | {"end": run["final"]})
    rng = np.random.default_rng(8)
    return found | {"rules": pair_rules(neighbours(train[:4000], rng), neighbours(test, rng))}


def train_review_pairs(
    reviews: Reviews,
    start: str,
    ask: Callable[..., list[Pair]],
    train: list[list[str]],
    test: list[list[str]],
    labelled: bool = True,
) -> dict[str, Any]:
    model, made = reviews.model(start, 0, BertForPreTraining), REVIEW_PAIRS
    rng, fixed = np.random.default_rng(0), np.random.default_rng(7)
    pairs = [pair for _ in range(4) for pair in ask(neighbours(test, fixed), fixed)][: made["test"]]
    asked = bert.pair_batch(pairs, reviews.tokenizer, fixed, made["longest"], parts=MASKED_ONLY)

    def stream() -> Iterator[Batch]:
        while True:
            chosen = [train[i] for i in rng.integers(len(train), size=made["batch"])]
            batch = bert.pair_batch(ask(neighbours(chosen, rng), rng), reviews.tokenizer, rng, made["longest"])
            yield batch if labelled else without(batch, "next_sentence_label")

    watch = Watch(model, without_rows(asked, 400), every=50)
    losses, took = optimize(model, stream(), made["steps"], made["rate"], made["warm_up"], False, watch)
    scores = dict(zip(("mlm_loss", "mlm_accuracy", "nsp_accuracy"), rounded(look(model, asked)), strict=True))
    return {"cpu_seconds": took, "training": thinned(losses, 25), "held_out": watch.curve(), "final": scores}


# All


def say(what: str, found: dict[str, Any]) -> None:
    last = {name: column[-1] for name, column in found.get("held_out", {}).items()}
    shown = {name: found[name] for name in ("jump", "cpu_seconds", "end") if name in found}
    say_line(f"{what:<40} {last} {shown}")


logging.set_verbosity_error()
logging.disable_progress_bar()

MINUTES = 30
PACKAGES = ("numpy", "torch", "transformers", "tokenizers")
SETTINGS = {"films": FILMS, "masking_steps": MASKING_STEPS, "reviews": REVIEWS, "review_pairs": REVIEW_PAIRS}
PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "films": measure_films,
    "film_variants": measure_film_variants,
    "without_nsp": measure_without_nsp,
    "masking": measure_masking,
    "reviews": measure_reviews,
    "review_pairs": measure_review_pairs,
}
