"""The course beside other libraries: models, metrics, encoding, Word2Vec; `recbook bench peers` runs this.

Needs RecBole's environment (`make recbole`); without it RecBole's models, and what else lives there, stay as stored.
``python benchmarks/peers.py metrics word2vec`` measures named parts, ``… EASE "RecBole EASE"`` named models; a model
that is stored is left out unless ``--again`` stands there too. Everything is stored, and the READMEs' tables written,
as soon as it is measured. All models take an hour, RecBole's SASRec and BERT4Rec most of it: the machine
should have two cores and nothing else to do, as two threads that wait for a core measure the waiting.

* models: one process each, once with one thread and once with two. Time, processor time and peak memory are those of
  the whole process: Python's start, imports, data, titles (encoded anew), training, ranking of all films for all users,
  metrics. For RecBole that is a process of the course with RecBole's inside it: the split is written, the scores are
  read back and judged as ours are. Its memory is that of the larger of the two. Windows cannot tell what a process
  cost. The quality stored is that of one thread and one seed.
* metrics: `evaluate_scores` beside RecBole's evaluator and ranx, all six metrics of the protocol, on the same scores of
  EASE (`recbook.peer.metrics` says what is timed). The libraries' definitions agree but for ties: the course ranks the
  lower item index first, theirs promise no order. So on EASE, whose scores differ, values are equal to 1e-9; for how
  many users they are not on popularity, where films are tied, is stored too.
* encoding: `TextEncoder`, its cache of texts empty, beside sentence-transformers' `encode`; weights loaded before.
* word2vec: skip-gram with negative sampling, chapter 03's NumPy beside gensim, from the same first vectors.
"""

from __future__ import annotations

import os
import sys

# One thread everywhere, or as many as a model's process is told. Named before NumPy is loaded, since it looks once.
os.environ.update(dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    sys.argv[3] if sys.argv[1:2] == ["one"] else "1",
))  # fmt: skip

import json
import subprocess
import tempfile
import time
import timeit
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import recbook
from recbook import experiments, models, peer
from recbook.authoring import readme as readme
from recbook.data import Interactions, Split, leave_one_out
from recbook.evaluation import Report, evaluate, evaluate_scores, truth
from recbook.paths import course_root
from recbook.results import rounded, store, stored, stored_names
from recbook.text.films import title_features

THREADS = int(os.environ["OMP_NUM_THREADS"])
MINUTES = 60
SEED, K, REPEATS = 0, 10, 30
METRICS = {"ndcg": "ndcg@10", "hit": "hit@10", "mrr": "mrr@10"}
PACKAGES = ("numpy", "scipy", "torch", "transformers", "gensim")
PEER_PACKAGES = ("recbole", "ranx", "sentence-transformers", "transformers", "torch", "numpy", "scipy")
WORD2VEC = {"dimensions": 32, "radius": 3, "negatives": 5, "epochs": 5, "rate": 0.05, "last_rate": 1e-4, "batch": 256,
            "min_count": 5}  # fmt: skip


# The models, each made in its own process, so that none pays for another's imports


def two_towers(ratings: Interactions) -> Any:
    from recbook.models.dot import DotRecommender

    return DotRecommender(title_features(ratings.items), seed=SEED)


def bert4rec(ratings: Interactions) -> Any:
    from recbook.models.sequences import BERT4Rec

    chosen = of_chapter_08()
    return BERT4Rec(None, chosen.BERT, SEED)


def sasrec(ratings: Interactions) -> Any:
    from recbook.models.sequences import SASRec

    chosen = of_chapter_08()
    return SASRec(title_features(ratings.items), chosen.BASE, SEED)


def of_chapter_08() -> Any:
    """The experiment of sequences: loaded here, since it loads PyTorch."""
    return experiments.load("sequences")


OURS: dict[str, Callable[[Interactions], Any]] = {
    "popularity": lambda ratings: models.Popularity(),
    "item-kNN": lambda ratings: models.ItemKNN(),
    "EASE": lambda ratings: models.EASE(),
    "item2vec": lambda ratings: models.Item2Vec(seed=SEED),
    "two towers": two_towers,
    "BERT4Rec": bert4rec,
    "SASRec": sasrec,
}


@dataclass(frozen=True)
class Theirs:
    """A model of RecBole: its name there, the settings that are not RecBole's defaults, whether it counts epochs."""

    model: str
    settings: dict[str, Any] = field(default_factory=dict)
    trained: bool = True
    note: str = ""


# All users in one batch when it evaluates: scores do not change, and nobody pays for two users a batch.
_ONE_BATCH = {"eval_batch_size": 2_000_000}
# Cross-entropy takes no negatives; batches and dropout are those of the trial runs.
_SEQUENTIAL = {"epochs": 2, "train_neg_sample_args": None, "train_batch_size": 64}
_TWO = "Two epochs, where its validation was best in a trial run of five."
_STOPPED = "As many epochs as a trial run had when its time was over; its validation was still rising."
_POP = "It counts in how many batches of 2,048 a film occurs, sampled negatives included, not how often it was rated."
THEIRS = {
    "RecBole Pop": Theirs("Pop", _ONE_BATCH, trained=False, note=_POP),
    "RecBole ItemKNN": Theirs("ItemKNN", _ONE_BATCH, trained=False),
    "RecBole EASE": Theirs("EASE", _ONE_BATCH, trained=False),
    "RecBole BPR": Theirs("BPR", _ONE_BATCH),
    "RecBole SASRec": Theirs(
        "SASRec", {**_SEQUENTIAL, "hidden_dropout_prob": 0.2, "attn_dropout_prob": 0.2}, note=_TWO
    ),
    "RecBole BERT4Rec": Theirs("BERT4Rec", _SEQUENTIAL, note=_STOPPED),
    "RecBole GRU4Rec": Theirs("GRU4Rec", {**_SEQUENTIAL, "epochs": 3}, note=_STOPPED),
}
MODELS = (*OURS, *THEIRS)
# RecBole scores these two from the rows of train, and its sequences from the film of the validation too. So do ours.
FROM_TRAIN = ("item-kNN", "EASE")


def main(asked: list[str]) -> None:
    if asked[:1] == ["one"]:
        print(json.dumps(rounded(one(asked[1]))))
        return
    again, names = "--again" in asked, [name for name in asked if name != "--again"]
    if unknown := [name for name in names if name not in (*PARTS, *MODELS)]:
        sys.exit(f"There is no part or model {unknown[0]!r}. Give some of: {', '.join((*PARTS, *MODELS))}.")
    # Models first: a process begins with the memory of the one that starts it, and this one is still small.
    all_models = not names or "models" in names
    measure_models([name for name in MODELS if all_models or name in names], again)
    for part, measure in SHORT.items():
        if part in names or not names:
            if peer.available() or part == "word2vec":
                keep({part: measure()})
            else:
                say(f"{part}: left out, as there is no environment for it. Run: make recbole")


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def keep(found: dict[str, Any]) -> None:
    """Store parts beside the others as they are stored, and write the READMEs' tables."""
    results = kept() | found
    before = stored("peers")["settings"] if "peers" in stored_names() else {}
    settings = {
        "data": "ml-100k", "seed": SEED, "repeats": REPEATS, "word2vec": WORD2VEC,
        "protocol": "leave-one-out, all films ranked, history masked",
        "titles": "encoded in each process that reads them",
        "peers": peer.versions(PEER_PACKAGES) if peer.available() else before.get("peers", {}),
    }  # fmt: skip
    store("peers", settings, {part: results[part] for part in PARTS if part in results}, PACKAGES, kind="benchmarks")
    readme.write(course_root(), readme.stored_results())
    say(f"stored: {', '.join(found)}")


def kept() -> dict[str, Any]:
    return stored("peers")["results"] if "peers" in stored_names() else {}


# models


def measure_models(names: list[str], again: bool) -> None:
    """Each model with one thread and with two; what is stored is kept, unless ``again`` is set."""
    if names and not hasattr(os, "wait4"):
        say("models: left out, as this system cannot tell what a process cost")
        return
    for name in names:
        before = kept().get("models", {})
        threads = [n for n in (1, 2) if again or str(n) not in before.get(name, {}).get("threads", {})]
        if name in THEIRS and not peer.available():
            say(f"{name}: left out, as RecBole has no environment. Run: make recbole")
        elif not threads:
            say(f"{name}: stored already; --again measures it once more")
        else:
            for n in threads:
                found = in_a_process(name, n)
                before = kept().get("models", {})
                before[name] = merged(before.get(name, {}), *found, n)
                keep({"models": {known: before[known] for known in MODELS if known in before}})


def merged(before: dict[str, Any], found: dict[str, Any], costs: dict[str, float], threads: int) -> dict[str, Any]:
    """What one process found, with its costs beside those of the other; the quality kept is that of one thread."""
    quality = found if threads == 1 or "ndcg" not in before else before
    all_costs = {**before.get("threads", {}), str(threads): costs}
    return {**quality, "threads": {n: all_costs[n] for n in ("1", "2") if n in all_costs}}


def in_a_process(name: str, threads: int) -> tuple[dict[str, Any], dict[str, float]]:
    """What a model's own process prints, and what the process cost with all that it waited for."""
    with no_texts_encoded() as cache:
        command = [sys.executable, str(Path(__file__).resolve()), "one", name, str(threads)]
        said, costs = run(command, {**os.environ, "RECBOOK_CACHE": cache})
    found = peer.last_json(said)
    say(f"{name}, {threads} threads: NDCG {found['ndcg']:.4f}, {costs['seconds']:.1f} s, {costs['memory']:.0f} MiB")
    return found, costs


def run(command: list[str], environment: dict[str, str]) -> tuple[str, dict[str, float]]:
    """What a command prints, its seconds by the clock and of processor time, and the peak of its memory in MiB.

    Raises CalledProcessError where it fails; what it writes to stderr is shown as it comes.
    """
    start = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    unit = 2**20 if sys.platform == "darwin" else 2**10  # Linux counts in KiB
    return said, {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / unit}


@contextmanager
def no_texts_encoded() -> Iterator[str]:
    """A cache with all data and weights, and no vectors of texts."""
    from recbook.data.fetch import ensure

    ensure("ml-100k")
    data = ensure("all-MiniLM-L6-v2").parents[1]
    with tempfile.TemporaryDirectory() as cache:
        Path(cache, "data").symlink_to(data)
        yield cache


def one(name: str) -> dict[str, Any]:
    """Fit one model, and judge it on the test films."""
    ratings = recbook.load("ml-100k")
    split = leave_one_out(ratings)
    if name in THEIRS:
        return of_recbole(THEIRS[name], split)
    model = OURS[name](ratings)
    limit_threads()
    report = evaluate(model.fit(split.train), split, reads="train" if name in FROM_TRAIN else "history")
    epochs = getattr(getattr(model, "settings", model), "epochs", None)
    return {"library": "recbook"} | summary(report) | {"epochs": epochs, "settings": {}}


def limit_threads() -> None:
    """Give all that is loaded by now the number of threads that this process was asked to run with."""
    threadpool_limits(THREADS)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(THREADS)


def of_recbole(theirs: Theirs, split: Split) -> dict[str, Any]:
    found = peer.run(theirs.model, split, {**theirs.settings, "seed": SEED}, THREADS)
    report = evaluate_scores(found.scores, truth(split), K, exclude=split.history().matrix())
    return (
        {"library": "RecBole"}
        | summary(report)
        | {
            "epochs": found.facts["epochs"] if theirs.trained else None,
            "settings": theirs.settings,
            "own_metrics": found.facts["own_metrics"],
            **({"note": theirs.note} if theirs.note else {}),
        }
    )


def summary(report: Report) -> dict[str, Any]:
    means = {name: report[metric] for name, metric in METRICS.items()}
    return {**means, "interval": report.interval(METRICS["ndcg"]), "per_user": report.per_user[METRICS["ndcg"]]}


# metrics


def metrics() -> dict[str, Any]:
    """The scores of EASE, on which nobody's first ten films are tied; then those of popularity, where films are."""
    split = leave_one_out(recbook.load("ml-100k"))
    relevant, history = truth(split), split.history().matrix()
    scores, tied = (
        model.fit(split.train).score(np.arange(history.shape[0])) for model in (models.EASE(), models.Popularity())
    )
    ours, ours_tied = (evaluate_scores(table, relevant, K, exclude=history) for table in (scores, tied))

    def once() -> Report:
        return evaluate_scores(scores, relevant, K, exclude=history)

    seconds = shortest(once)
    theirs_tied, theirs = peer.judge(tied, relevant, K, history), peer.judge(scores, relevant, K, history, REPEATS)
    seconds = min(seconds, shortest(once))  # before and after theirs, as a machine has quiet and busy minutes
    found: dict[str, Any] = {"recbook": {"seconds": seconds}}
    for name, judged in theirs.items():
        found[name] = {
            "seconds": judged.seconds, "ratio": judged.seconds / seconds,
            "largest difference": max(differences(ours, judged).values()),
            "differences": differences(ours, judged),
            "users that ties change": int((gaps(ours_tied, theirs_tied[name], "ndcg@10") > 1e-9).sum()),
            "why": WHY[name.split(",")[0]], "facts": judged.facts,
        }  # fmt: skip
        say(f"{name}: {judged.seconds * 1000:.1f} ms, ours {seconds * 1000:.1f} ms")
    return found


WHY = {
    "RecBole": "Definitions agree while no user has films with equal scores around the end of the list or around the "
    "film that is looked for: the course puts the lower index first, torch.topk promises no order. RecBole rounds the "
    "means that it prints to 4 decimals; compared are the values of each user.",
    "ranx": "Definitions agree where nobody has more than 10 relevant films (its average precision divides by their "
    "number). It gets ranked lists, which NumPy makes here (argpartition, no order among equal scores): that time is "
    "counted, and told apart in the facts.",
}


def differences(ours: Report, theirs: peer.Judged) -> dict[str, float]:
    """The largest difference of any user's value, for each metric."""
    return {metric: float(gaps(ours, theirs, metric).max()) for metric in theirs.per_user}


def gaps(ours: Report, theirs: peer.Judged, metric: str) -> np.ndarray:
    return np.abs(ours.per_user[metric] - theirs.per_user[metric])


def shortest(step: Callable[[], object], repeats: int = REPEATS) -> float:
    """The shortest of several runs: what the machine can do when it is not busy with anything else."""
    return min(timeit.repeat(step, number=1, repeat=repeats))


# encoding


def encoding() -> dict[str, Any]:
    from recbook.text import TextEncoder

    titles = list(recbook.load("ml-100k").items["display_title"])
    encoder, vectors, times = TextEncoder(), np.empty(0), []
    encoder.tokens(titles[0])  # loads the weights
    limit_threads()
    for _ in range(3):
        with no_texts_encoded() as cache, cache_at(cache):
            start = time.perf_counter()
            vectors = encoder.encode(titles)
            times.append(time.perf_counter() - start)
    theirs = peer.encode(titles, max_tokens=encoder.max_tokens, repeats=3)
    say(f"sentence-transformers: {theirs.seconds:.1f} s, ours {min(times):.1f} s")
    return {
        "recbook": {"seconds": min(times), "batch_size": encoder.batch_size, "texts": len(titles)},
        "sentence-transformers": {
            "seconds": theirs.seconds, "ratio": theirs.seconds / min(times),
            "largest difference": np.abs(vectors - theirs.vectors).max(), "facts": theirs.facts,
        },
    }  # fmt: skip


@contextmanager
def cache_at(folder: str) -> Iterator[None]:
    before = os.environ.get("RECBOOK_CACHE")
    os.environ["RECBOOK_CACHE"] = folder
    try:
        yield
    finally:
        os.environ.pop("RECBOOK_CACHE")
        if before is not None:
            os.environ["RECBOOK_CACHE"] = before


# word2vec


def word2vec() -> dict[str, Any]:
    """The 300 news of chapter 03. A word counts once an epoch; loss is chapter 03's, on pairs with fixed negatives."""
    from recbook.text import word2vec as numpy_word2vec

    texts, counts = news()
    words = sum(map(len, texts)) * WORD2VEC["epochs"]
    noise = numpy_word2vec.noise_distribution(counts)
    pairs = numpy_word2vec.skipgram_pairs(texts, WORD2VEC["radius"])
    fixed = next(numpy_word2vec.batches(pairs, noise, batch=20_000, negatives=WORD2VEC["negatives"], seed=99))[:3]
    found = {}
    for name, train in {"NumPy": by_numpy, "gensim": by_gensim}.items():
        runs = [train(texts, counts) for _ in range(3)]
        seconds = min(took for took, _ in runs)
        loss = numpy_word2vec.negative_sampling(*runs[0][1], *fixed).loss
        found[name] = {"seconds": seconds, "words_per_second": words / seconds, "loss": loss}
    found["gensim"]["ratio"] = found["gensim"]["seconds"] / found["NumPy"]["seconds"]
    say(
        ", ".join(
            f"{name} {row['words_per_second']:,.0f} words/s, loss {row['loss']:.3f}" for name, row in found.items()
        )
    )
    return found


def news() -> tuple[list[list[int]], np.ndarray]:
    """Texts as word numbers, 0 the commonest, without words that occur less than five times; and the counts."""
    from gensim.test.utils import datapath
    from gensim.utils import simple_preprocess

    lines = Path(datapath("lee_background.cor")).read_text(encoding="utf-8").splitlines()
    texts = [simple_preprocess(line) for line in lines]
    counted = Counter(word for text in texts for word in text).most_common()
    counted = [(word, count) for word, count in counted if count >= WORD2VEC["min_count"]]
    number = {word: i for i, (word, _) in enumerate(counted)}
    return [[number[word] for word in text if word in number] for text in texts], np.array([n for _, n in counted])


Tables = tuple[np.ndarray, np.ndarray]


def by_numpy(texts: list[list[int]], counts: np.ndarray) -> tuple[float, Tables]:
    from recbook.text import word2vec as w2v

    tables = w2v.start_tables(len(counts), WORD2VEC["dimensions"], SEED)
    start = time.perf_counter()
    pairs, noise = w2v.skipgram_pairs(texts, WORD2VEC["radius"]), w2v.noise_distribution(counts)
    asked = {name: WORD2VEC[name] for name in ("batch", "epochs", "negatives", "rate", "last_rate")}
    for batch in w2v.batches(pairs, noise, **asked, shuffle=False, seed=SEED):
        w2v.sgd_step(*tables, *batch)
    return time.perf_counter() - start, tables


def by_gensim(texts: list[list[int]], counts: np.ndarray) -> tuple[float, Tables]:
    """One thread, from the same first vectors, with every refinement off that would change the loss."""
    from gensim.models import Word2Vec

    from recbook.text.word2vec import start_tables

    model = Word2Vec(
        sg=1, negative=WORD2VEC["negatives"], window=WORD2VEC["radius"], shrink_windows=False, sample=0, min_count=1,
        vector_size=WORD2VEC["dimensions"], alpha=WORD2VEC["rate"], min_alpha=WORD2VEC["last_rate"], batch_words=1000,
        workers=1, seed=SEED, sorted_vocab=0,
    )  # fmt: skip
    model.build_vocab_from_freq(dict(enumerate(counts.tolist())))  # word i gets row i
    model.wv.vectors[:] = start_tables(len(counts), WORD2VEC["dimensions"], SEED)[0]
    start = time.perf_counter()
    model.train(texts, total_examples=len(texts), total_words=sum(map(len, texts)), epochs=WORD2VEC["epochs"])
    return time.perf_counter() - start, (model.wv.vectors, model.syn1neg)


SHORT: dict[str, Callable[[], dict[str, Any]]] = {"metrics": metrics, "encoding": encoding, "word2vec": word2vec}
PARTS = ("models", *SHORT)

if __name__ == "__main__":
    main(sys.argv[1:])
