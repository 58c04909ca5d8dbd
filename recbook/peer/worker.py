"""Run by RecBole's Python, not by the course's: fit one RecBole model on an atomic file and write its scores.

``python worker.py '{"model": …, "folder": …, "settings": {…}, "threads": 1}'``; the files are explained in the package.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed


def main() -> None:
    task = json.loads(sys.argv[1])
    folder = Path(task["folder"])
    torch.set_num_threads(task["threads"])
    config = Config(model=task["model"], dataset="course", config_dict=settings(folder, task["settings"]))
    init_seed(config["seed"], config["reproducibility"])
    dataset = create_dataset(config)
    train, valid, test = data_preparation(config, dataset)
    model = get_model(config["model"])(config, train._dataset).to(config["device"])
    trainer = get_trainer(config["MODEL_TYPE"], config["model"])(config, model)
    start = time.process_time()
    trainer.fit(train, valid, verbose=False, show_progress=False)
    seconds = time.process_time() - start
    own = trainer.evaluate(test, load_best_model=True, show_progress=False)
    users, scores = all_scores(trainer.model, test, config["USER_ID_FIELD"])
    np.savez(folder / "scores.npz", scores=scores[:, 1:], users=ids(dataset, "user_id", users),
             items=ids(dataset, "item_id", np.arange(1, dataset.item_num)))  # fmt: skip
    facts = {
        "seconds": seconds,
        "epochs": len(trainer.train_loss_dict),
        "own_metrics": {name: float(value) for name, value in own.items()},
        "versions": {name: metadata.version(name) for name in ("recbole", "torch", "numpy", "pandas", "scipy")},
    }
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def settings(folder: Path, changes: dict) -> dict:
    """Leave-one-out in the order of the file, every item ranked, no progress bars, nothing left behind."""
    return {
        "data_path": str(folder),
        "checkpoint_dir": str(folder / "saved"),
        "load_col": {"inter": ["user_id", "item_id", "timestamp"]},
        "eval_args": {"split": {"LS": "valid_and_test"}, "order": "TO", "group_by": "user", "mode": "full"},
        "metrics": ["Hit", "NDCG", "MRR"],
        "topk": [10],
        "valid_metric": "NDCG@10",
        "seed": 0,
        "use_gpu": False,
        "show_progress": False,
        "state": "ERROR",
    } | changes


def all_scores(model: Any, test: Any, user_field: str) -> tuple[np.ndarray, np.ndarray]:
    """RecBole's index of each user of the test part, and the scores of all of its items (0 is its padding)."""
    users, rows = [], []
    model.eval()
    with torch.no_grad():
        for batch in test:
            interaction = batch[0]
            found = model.full_sort_predict(interaction).reshape(len(interaction), -1)
            users.append(interaction[user_field].numpy())
            rows.append(found.numpy())
    return np.concatenate(users), np.concatenate(rows)


def ids(dataset: Any, field: str, index: np.ndarray) -> np.ndarray:
    return dataset.id2token(field, index).astype(np.int64)


if __name__ == "__main__":
    main()
