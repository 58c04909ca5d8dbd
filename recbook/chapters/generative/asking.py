"""Asking chapter 16's language model, and reading what it was asked before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from recbook.data import fetch
from recbook.session import phrase
from recbook.text.language_model import LanguageModel
from recbook.text.prompts import WORDINGS


def ask(liked: Sequence[str], temperatures: Sequence[float] = (0.0, 0.7, 1.0)) -> None:
    """Print what the model says after these titles at each temperature; without the model, what to run."""
    if not fetch.is_cached("smollm2"):
        print(phrase(
            en="The language model is optional and not here: recbook data fetch smollm2 (93 MB, once), then run this again.",
            zh="语言模型是可选的，这里还没有：先运行 recbook data fetch smollm2（93 MB，仅此一次），再运行这一格。",
        ))  # fmt: skip
        return
    model = LanguageModel()
    prompt = WORDINGS["list"].prompt(model, liked)
    print(prompt, end="")
    for temperature in temperatures:
        said = model.generate(prompt, 12, temperature, stop="\n").strip()
        print(phrase(en=f"  {said}   (temperature {temperature:g})", zh=f"  {said}   （温度系数 {temperature:g}）"))


def named(answer: str, titles: Sequence[str]) -> str:
    """The title of the log that an answer names, "" where it names none; quotation marks and a year do not count."""
    bare = re.sub(r"\s*\(?\d{4}\)?\W*$", "", answer.strip(" \"'.“”*-")).strip(" \"'.“”").casefold()
    return next((title for title in titles if title.casefold() == bare), "")


def ndcg_of(ranks: Sequence[int]) -> np.ndarray:
    """NDCG@10 of each user who has one film to find, from its rank (1 is first): float64 ``(n,)``."""
    places = np.asarray(ranks, np.float64)
    return np.where(places <= 10, 1 / np.log2(1 + places), 0.0)


def ndcg_by_chance(n: int) -> float:
    """NDCG@10 that a random order has on average, where one of ``n`` films (10 or more) is to be found."""
    return float((1 / np.log2(1 + np.arange(1, 11))).sum() / n)


def joined(blocks: Mapping[str, Mapping[str, Sequence[int]]]) -> dict[str, np.ndarray]:
    """NDCG@10 of each user by score, from the stored ranks of blocks of users, in their order."""
    names = dict.fromkeys(name for block in blocks.values() for name in block)
    return {
        name: ndcg_of([rank for block in blocks.values() for rank in block.get(name, ())]) for name in names
    }  # fmt: skip
