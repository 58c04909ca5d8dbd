"""Figures of chapter 16."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from recbook.evaluation import bootstrap
from recbook.plots.base import BLUE, CYCLE, GREY, RED, add_words, ends, figure, film, name, show
from recbook.plots.common import hidden_sets
from recbook.session import phrase

add_words({
    "asked": ("how it is asked", "提问方式"),
    "what is said": ("what it says", "回答"),
    "most probable": ("always the most probable", "每次取最可能的"),
    "most probable, as a question": ("as a question, the most probable", "作为问题提出，取最可能的"),
    "with history": ("likelihood, with history", "似然，有历史"),
    "without history": ("likelihood, without history", "似然，无历史"),
    "another user's history": ("likelihood, another user's history", "似然，换成另一位用户的历史"),
    "history reversed": ("likelihood, history reversed", "似然，历史倒序"),
    "with minus without": ("with minus without (PMI)", "有减无（PMI）"),
    "with history, per token": ("with history, per token", "有历史，按词元平均"),
    "with minus without, per token": ("with minus without, per token", "有减无，按词元平均"),
    "drawn evenly": ("49 others, drawn evenly", "另外 49 部均匀抽取"),
    "drawn by popularity": ("49 others, drawn by popularity", "另外 49 部按流行度抽取"),
    "wording": ("wording", "措辞"),
    "as a list": ("a list that goes on", "接着写列表"),
    "as a sentence": ("a sentence", "一句话"),
    "as a chat": ("a question", "一个问题"),
    "sum": ("NDCG@10, sum", "NDCG@10，求和"),
    "per token": ("NDCG@10, per token", "NDCG@10，按词元平均"),
    "much rated": ("much rated", "评分多"),
    "little rated": ("little rated", "评分少"),
    "much rated, invented": ("invented, as long", "编造，同样长"),
    "little rated, invented": ("invented, as long as these", "编造，与评分少的同样长"),
    "language model": ("language model, layer chosen", "语言模型，层已选定"),
    "raw": ("language model, raw mean of layer 15", "语言模型，第 15 层原始平均"),
    "all tokens": ("mean of all tokens", "所有词元的平均"),
    "first token": ("first token", "第一个词元"),
    "other tokens": ("mean of the others", "其余词元的平均"),
})  # fmt: skip

MODEL = ("with", "without", "another", "history", "letters")
"""How the names of scores by the language model begin; they are drawn in another colour."""


def answers(said: Mapping[str, Sequence[str]], by_ease: Sequence[str]) -> pd.DataFrame:
    """What was said, a row an answer, and EASE's first films in the last row: a table's rows."""
    rows = []
    for way, found in said.items():
        drawn = phrase(en=f"drawn, temperature {way}", zh=f"抽取，温度系数 {way}")
        asked = {"greedy": name("most probable"), "chat, greedy": name("most probable, as a question")}.get(way, drawn)
        rows += [(asked, answer or "–") for answer in found]
    rows.append((name("EASE"), phrase(en="; ", zh="；").join(map(film, by_ease))))
    return pd.DataFrame(rows, columns=["asked", "what is said"])


def next_tokens(shares: Mapping[str, Sequence[tuple[str, float]]]) -> None:
    """The most probable next tokens, a panel a temperature; ``shares[temperature]`` lists (token, probability)."""
    drawn, axes = figure(9, 3.4, 1, len(shares))
    told = []
    for one, (heat, found) in zip(axes, shares.items(), strict=True):
        words = [repr(word.strip() or word)[1:-1] for word, _ in found]
        places, heights = -np.arange(len(found)), np.array([share for _, share in found])
        one.barh(places, heights, color=BLUE)
        one.barh(-len(found), max(0.0, 1 - heights.sum()), color=GREY)
        one.set_yticks([*places, -len(found)], [*words, phrase(en="all others", zh="其余全部")], fontsize=8)
        one.set(xlim=(0, 1), xlabel=phrase(en="probability", zh="概率"))
        one.grid(axis="y", visible=False)
        one.set_title(phrase(en=f"temperature {heat}", zh=f"温度系数 {heat}"), fontsize=10)
        told.append(phrase(en=f"at {heat}: {words[0]} {heights[0]:.2f}, all others {max(0.0, 1 - heights.sum()):.2f}",
                           zh=f"温度系数 {heat}：{words[0]} {heights[0]:.2f}，其余全部 {max(0.0, 1 - heights.sum()):.2f}"))  # fmt: skip
    drawn.suptitle(phrase(en="The same model, sharpened and not: what may come next", zh="同一个模型，锐化与不锐化：接下来可能是什么"))  # fmt: skip
    drawn.tight_layout()
    show(drawn, phrase(en=f"Bars of the next token's probability; {'; '.join(told)}.",
                       zh=f"下一个词元的概率条形图；{'；'.join(told)}。"))  # fmt: skip


def candidates(panels: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """NDCG@10 of 50 candidates, a panel a way to draw them: means over users with 95% intervals, a row a score."""
    rows = list(dict.fromkeys(key for found in panels.values() for key in found))
    drawn, axes = figure(10, 1.1 + 0.36 * len(rows), 1, len(panels), sharey=True, sharex=True)
    told = []
    for one, (kind, found) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for key, values in found.items():
            (low, high), mean, place = bootstrap(values), float(np.mean(values)), -rows.index(key)
            colour = RED if key.startswith(MODEL) else BLUE
            one.errorbar(mean, place, xerr=[[mean - low], [high - mean]], fmt="o", color=colour, capsize=3)
            one.annotate(f"{mean:.3f}", (mean, place), (0, 5), textcoords="offset points", ha="center", fontsize=8)
        one.axvline(float(np.mean(found["random"])), color=GREY, lw=1, ls="--")
        one.set(xlim=(0, None), ylim=(0.6 - len(rows), 0.8), xlabel=phrase(en="NDCG@10 among 50 films (95% interval)", zh="50 部电影中的 NDCG@10（95% 区间）"))  # fmt: skip
        one.set_title(name(kind), fontsize=10)
        told.append(f"{name(kind)}: " + "; ".join(f"{name(key)} {np.mean(values):.3f} ({ends(*bootstrap(values))})" for key, values in found.items()))  # fmt: skip
    np.atleast_1d(axes)[0].set_yticks(-np.arange(len(rows)), [name(key) for key in rows])
    drawn.suptitle(phrase(en="Red: the language model. Dashed: chance. Does the history matter?", zh="红色：语言模型；虚线：随机。历史有没有用？"))  # fmt: skip
    drawn.tight_layout()
    show(drawn, phrase(en=f"Dots with intervals. {'. '.join(told)}.", zh=f"带区间的点图。{'。'.join(told)}。"))


def letters(said: Sequence[int], right: Sequence[int]) -> None:
    """How often each letter was said, beside how often it was the right one."""
    drawn, axes = figure(7.5, 2.8)
    places = np.arange(len(said))
    axes.bar(places - 0.2, said, 0.4, color=RED, label=phrase(en="said", zh="被说出"))
    axes.bar(places + 0.2, right, 0.4, color=BLUE, label=phrase(en="was right", zh="是正确答案"))
    axes.set_xticks(places, list("ABCDEFGHIJ"[: len(said)]))
    axes.set_ylabel(phrase(en="questions", zh="问题数"))
    axes.grid(axis="x", visible=False)
    axes.legend(frameon=False)
    axes.set_title(phrase(en="Ten films, shuffled under ten letters: the letter decides", zh="十部电影打乱编号：字母说了算"))  # fmt: skip
    counts = phrase(en=", ", zh="，").join(f"{letter} {a}/{b}" for letter, a, b in zip("ABCDEFGHIJ", said, right, strict=False))  # fmt: skip
    show(drawn, phrase(en=f"Bars for each letter, said and right: {counts}.", zh=f"每个字母的条形图，被说出/正确：{counts}。"))  # fmt: skip


def perplexities(groups: Mapping[str, np.ndarray]) -> None:
    """Perplexity of titles by group, on a logarithmic axis: a dot a title, and the mean with its 95% interval."""
    drawn, axes = figure(8, 0.9 + 0.55 * len(groups))
    told = []
    for place, (key, logs) in enumerate(groups.items()):
        low, high = bootstrap(logs)
        jitter = np.random.default_rng(0).uniform(-0.18, 0.18, len(logs))
        axes.plot(np.exp(logs), jitter - place, "o", ms=3, color=GREY, alpha=0.7)
        axes.plot(np.exp([low, high]), [-place, -place], color=BLUE, lw=2)
        axes.plot(np.exp(np.mean(logs)), -place, "D", color=BLUE)
        axes.annotate(f"{np.exp(np.mean(logs)):.0f}", (np.exp(np.mean(logs)), -place), (0, 8), textcoords="offset points", ha="center", fontsize=8)  # fmt: skip
        told.append(f"{name(key)} {np.exp(np.mean(logs)):.0f} ({np.exp(low):.0f}–{np.exp(high):.0f})")
    axes.set_yticks(-np.arange(len(groups)), [name(key) for key in groups])
    axes.set_xscale("log")
    axes.set_xlabel(phrase(en="perplexity of the title (log scale; 95% interval of the mean)", zh="片名的困惑度（对数刻度；平均值的 95% 区间）"))  # fmt: skip
    axes.set_title(phrase(en="Known titles surprise the model least", zh="有名的片名最不让模型意外"))
    show(drawn, phrase(en=f"Dots for titles, means: {'; '.join(told)}.", zh=f"片名的点，平均：{'；'.join(told)}。"))


def sink(layers: Sequence[int], cosines: Mapping[str, Sequence[float]], lengths: Mapping[str, Sequence[float]]) -> None:
    """By layer: the mean cosine of two titles, and how long the vectors are (log scale), by which tokens are taken."""
    drawn, axes = figure(9.5, 3.2, 1, 2)
    for one, curves in zip(axes, (cosines, lengths), strict=True):
        for place, (key, values) in enumerate(curves.items()):
            one.plot(layers, values, "os^"[place] + "-", color=CYCLE[place], label=name(key))
        one.set_xticks(list(layers))
        one.set_xlabel(phrase(en="layer", zh="层"))
        one.legend(frameon=False, fontsize=8)
    axes[0].set_title(phrase(en="mean cosine of two titles", zh="两个片名的平均余弦"), fontsize=10)
    axes[1].set_title(phrase(en="length of the vector", zh="向量的长度"), fontsize=10)
    axes[1].set_yscale("log")
    drawn.suptitle(phrase(en="One token outweighs all others, and it says nothing of the film", zh="一个词元压倒其余，而它与电影无关"))  # fmt: skip
    drawn.tight_layout()
    told = "; ".join(f"{name(key)} {', '.join(f'{value:.2f}' for value in values)}" for key, values in cosines.items())
    show(drawn, phrase(en=f"Two panels by layer {list(layers)}. Cosines: {told}.", zh=f"按层 {list(layers)} 的两幅图。余弦：{told}。"))  # fmt: skip


def hidden_films(ndcg: Mapping[str, Sequence[float]]) -> None:
    """NDCG@10 on the hidden sets of chapter 10, by vectors of titles: ``ndcg[name]`` has a number a set."""
    hidden_sets(
        {key: ndcg[key] for key in ("MiniLM", "language model", "raw")},
        phrase(en="Hidden films: which vectors of titles help (stored)", zh="隐藏的电影：哪种片名向量有用（预先存好）"),
    )
