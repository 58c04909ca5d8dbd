"""A small sample of every figure of chapter 12."""

from collections import Counter

import numpy as np

from recbook.chapters.deployment import figures
from recbook.serving.load import Load


def load(clients):
    start = np.linspace(0, 0.9, 10)
    return Load(clients, 1.0, start, np.full(10, 0.01 * clients), np.full(10, 200), Counter(), Counter(v=10), 0, 0)


CURVE = (np.array([0.1, 0.5]), np.array([0.7, 0.95]))
AGES = [{"share": share, "low": share / 50, "high": share / 20, "fresh": 0.2} for share in (0.01, 0.03)]
DRAWS = {
    "request_path": lambda: figures.request_path(
        {
            "search": {"parse": 1e-5, "encode": 9e-3, "score": 2e-4},
            "recommend": {"parse": 1e-5, "look up": 1e-4, "mask": 1e-3},
        },
        transport=2e-3,
    ),
    "funnel": lambda: figures.funnel(1682, 200, 10),
    "ten_latencies": lambda: figures.ten_latencies(np.array([12, 15, 11, 90, 14, 13, 12, 200, 16, 14])),
    "load_curves": lambda: figures.load_curves([load(1), load(2), load(4)]),
    "queue_by_pencil": lambda: figures.queue_by_pencil(np.array([0, 8, 16]), np.array([0.0, 2.0, 4.0]), 10),
    "waiting": lambda: figures.waiting(np.array([0.3, 0.9]), [0.2, 4.5], [2.0, 20.0]),
    "batch_cost": lambda: figures.batch_cost([1, 8], [1.0, 0.7]),
    "rounding": lambda: figures.rounding(np.array([0.5, -0.9, 0.1]), {"onnx-int8-tensor": 1.0, "onnx-int8": 0.01}),
    "graph_walk": lambda: figures.graph_walk(
        np.array([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0], [0.0, 1.0]]),
        [{1, 3}, {0, 2}, {1}, {0}],
        [0, 1, 2],
        {0, 1, 2, 3},
        np.array([0.9, 0.9]),
    ),
    "recall_cost": lambda: figures.recall_cost(
        {name: {"hnsw": CURVE, "ivf": CURVE} for name in ("our titles", "20,000 clustered", "20,000 random")}
    ),
    "crossing": lambda: figures.crossing(
        [{"n": n, "flat": n / 50, "hnsw": {"microseconds": 60}, "ivf": {"microseconds": 50}} for n in (1_000, 100_000)],
        [{"n": n, "flat": n / 8} for n in (1_000, 10_000)],
    ),
    "killed": lambda: figures.killed(load(4), 0.5),
    "rotting": lambda: figures.rotting({"first purchases": AGES, "every purchase": AGES}),
}
