# %% [markdown] lang="en"
# # 09 · Evaluation: measuring, and doubting what was measured
#
# **You will be able to** compute the usual metrics with a pencil and say what each cannot see; catch nine ways of fooling yourself, on films and in a shop; say how sure a lead is; tell what a log cannot know about a new system;
# and read a report with suspicion. Under Deeper: metrics beyond right and wrong, many comparisons, how many users a small difference needs, and judging a policy from an old log.
#
# **You need** chapter 01 (the baselines and the protocol), chapter 02 (the pipeline) and chapter 03 (the models that look at the last films). Of chapters 08 and 11 only stored numbers appear.
#
# **It takes** {core} to read, and {deeper} more for the part under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 09 · 评估：会算指标，更会质疑
#
# **学完之后**，你能用笔算出常用的指标，并说清每个指标看不到什么；能在电影和商店两份数据上识破九种自欺的做法；能说出一次领先有多可靠；能说出日志无法反映新系统的哪些表现；
# 还能带着怀疑去读一份报告。选读部分：对错之外的指标，多重比较，一个小差异需要多少用户，以及用旧日志评判新策略。
#
# **需要的基础**：第 01 章（基线与评测协议）、第 02 章（流水线）和第 03 章（近期加权的模型）。第 08 章和第 11 章只用到存好的数。
#
# **所需时间**：读完核心部分{core}，[选读](#deeper)部分另需{deeper}；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd
from sklearn.metrics import ndcg_score, roc_auc_score

import recbook
from recbook import plots
from recbook.chapters.evaluation import deceptions, figures
from recbook.data import leave_one_out, random_split, seconds_since
from recbook.data.split import time_rank_from_end
from recbook.data.world import make_world, softmax_policy
from recbook.evaluation import bootstrap, compare, evaluate, evaluate_scores, metrics, truth
from recbook.models import EASE, Item2Vec, ItemKNN, Popularity

recbook.setup("en")
ratings = recbook.load("ml-100k")

# %% [markdown] lang="en"
# Four papers report the NDCG@10 of EASE on MovieLens-100K. It is the same model with the same setting on the same ratings (about ten seconds):

# %% [markdown] lang="zh"
# 四篇论文都报告了 EASE 在 MovieLens-100K 上的 NDCG@10：同一个模型，同样的设置，同一份评分（运行大约十秒）。

# %%
split, users = leave_one_out(ratings), np.arange(ratings.n_users)
ease = EASE().fit(split.train)
at_random = deceptions.at_random(ratings)
papers = {
    # en: each user's last film is hidden, all films are ranked
    # zh: 留出每位用户的最后一部电影，给全部电影排序
    "A": evaluate(ease, split),
    # en: a random film of each user is hidden
    # zh: 为每位用户随机留出一部电影
    "B": evaluate(EASE(), at_random),
    # en: as A, but the film competes with 100 random films only
    # zh: 与 A 相同，但目标电影只与 100 部随机电影竞争
    "C": deceptions.sampled_report(ease.score(users, split.history()), split),
    # en: a random fifth of all ratings is hidden
    # zh: 随机留出全部评分的五分之一
    "D": evaluate(EASE(), random_split(ratings, valid=0, test=0.2)),
}
plots.table(pd.DataFrame([(paper, of["ndcg@10"]) for paper, of in papers.items()], columns=["paper", "EASE, NDCG@10"]))

# %%
recbook.claim(
    papers["D"]["ndcg@10"] > 5 * papers["A"]["ndcg@10"] and papers["B"]["ndcg@10"] > 2 * papers["A"]["ndcg@10"],
    en="One model, one data set: paper A reports {paper_a:.3f}, paper D {paper_d:.3f}.",
    zh="同一个模型，同一份数据：论文 A 报告 {paper_a:.3f}，论文 D 报告 {paper_d:.3f}。",
    takeaway=dict(
        en="A number without its protocol says nothing: the same EASE on the same films scored six times as much in "
        "another paper.",
        zh="脱离协议的数没有意义：同一个 EASE，同一批电影，换一篇论文的协议，得分就成了六倍。",
    ),
    paper_a=papers["A"]["ndcg@10"], paper_d=papers["D"]["ndcg@10"],
)

# %% [markdown] lang="en"
# Nobody has lied. Which of the four would be in *your* paper? To answer that, one must know what the number counts, what was hidden, and against whom the film had to win.
#
# ## One list of five films
#
# First the number. A catalogue holds 20 films. A model ranks all of them for one user and shows the first five: the list. Later we learn which films the user liked. Such a film is called **relevant**. There are three:
#
# | place in the ranking | 1 | 2 | 3 | 4 | 5 | … | 9 | … | 20 |
# |---|---|---|---|---|---|---|---|---|---|
# | relevant? | no | yes | no | yes | no | no | yes | no | no |
#
# Two of the three are in the list: two **hits**. How good is the list? Let $k$ be its length, here 5, $n$ the number of films, here 20, $R$ the number of relevant ones, here 3, and $h_r$ 1 if the film at place $r$ is relevant, else 0.
#
# - **Accuracy** takes each film as a decision, shown or not, and counts the right ones: the 2 hits, and of the 15 films below the list the 14 that are not relevant. So $(2 + 14) / 20 = 0.80$. Now the alarm: a system that shows *nothing* makes 17 right decisions, $17 / 20 = 0.85$.
# - **Precision** is the share of the list that is relevant, $\frac1k \sum_{r \le k} h_r = 2/5$. **Recall** is the share of the relevant films that are in the list, $\frac1R \sum_{r \le k} h_r = 2/3$. The **hit rate** is 1 if there is any hit.
# - The **reciprocal rank** is $1/r$ for the first hit, $1/2$. It is the first of these that looks at the order.
# - **AUC** (the area under the ROC curve) looks at the whole ranking: take a relevant film and one that is not, at random; how often does the relevant one stand above? Of the 17 others the film at place 2 has 16 below it, the one at place 4 has 15, the one at place 9 has 11: $(16 + 15 + 11) / (3 \cdot 17) = 0.82$.
#
# The metric of this course is **NDCG**, the normalised discounted cumulative gain. A hit counts less, the further down it stands, and the sum is divided by that of the best list there could be:
#
# $$\text{DCG@}k = \sum_{r=1}^{k} \frac{h_r}{\log_2(1 + r)}, \qquad \text{NDCG@}k = \frac{\text{DCG@}k}{\text{IDCG@}k}$$
#
# A hit at place 1 counts 1, at place 2 $1/\log_2 3 = 0.63$, at place 3 $1/2$, at place 4 $1/\log_2 5 = 0.43$. So DCG@5 is $0.63 + 0.43 = 1.06$. The ideal list has all three films at the top: IDCG@5 is $1 + 0.63 + 0.5 = 2.13$, and NDCG@5 is $0.50$. (What a film that is liked more than others changes, and average precision: [under Deeper](#metrics).)

# %% [markdown] lang="zh"
# 没有人说谎。**你的**论文里会写哪一个数？要回答，先得知道这个数算的是什么，留出的是什么，目标电影又要胜过哪些对手。
#
# ## 一份五部电影的列表
#
# 先看这个数本身。片库里有 20 部电影。模型为一位用户给它们全部排序，展示前五部，这就是列表。后来我们知道了这位用户喜欢哪些电影，这样的电影叫作**相关**的（relevant）。一共有三部：
#
# | 排序中的位置 | 1 | 2 | 3 | 4 | 5 | … | 9 | … | 20 |
# |---|---|---|---|---|---|---|---|---|---|
# | 相关吗？ | 否 | 是 | 否 | 是 | 否 | 否 | 是 | 否 | 否 |
#
# 三部里有两部进了列表，就是两次**命中**（hit）。这份列表有多好？记 $k$ 为列表长度，这里是 5；$n$ 为电影数，这里是 20；$R$ 为相关电影数，这里是 3；第 $r$ 位的电影相关时 $h_r$ 为 1，否则为 0。
#
# - **准确率**（accuracy）把每部电影看作一个判断：展示或不展示，再数判断对了多少。判断对的有 2 次命中，还有列表以下 15 部里不相关的 14 部，所以是 $(2 + 14) / 20 = 0.80$。问题来了：一个什么都**不**展示的系统有 17 个判断是对的，$17 / 20 = 0.85$，反而更高。
# - **精确率**（precision）是列表中相关电影的比例，$\frac1k \sum_{r \le k} h_r = 2/5$。**召回率**（recall）是相关电影中进了列表的比例，$\frac1R \sum_{r \le k} h_r = 2/3$。**命中率**（hit rate）只要有命中就是 1。（中文论文常把 precision 也叫“准确率”；看公式或数值就能分辨。）
# - **倒数排名**（reciprocal rank）是第一次命中的 $1/r$，即 $1/2$。以上几个都不看名次，从它开始才看。
# - **AUC**（ROC 曲线下的面积）看的是整个排序：随机取一部相关的和一部不相关的，相关的那部排在上面的机会有多大？不相关的一共 17 部，第 2 位的电影有 16 部在它下面，第 4 位的有 15 部，第 9 位的有 11 部：$(16 + 15 + 11) / (3 \cdot 17) = 0.82$。
#
# 本课程用的指标是 **NDCG**，即归一化折损累计增益（normalised discounted cumulative gain）。命中越靠后，分量越小；总和再除以最理想的列表的总和：
#
# $$\text{DCG@}k = \sum_{r=1}^{k} \frac{h_r}{\log_2(1 + r)}, \qquad \text{NDCG@}k = \frac{\text{DCG@}k}{\text{IDCG@}k}$$
#
# 第 1 位的命中算 1，第 2 位算 $1/\log_2 3 = 0.63$，第 3 位算 $1/2$，第 4 位算 $1/\log_2 5 = 0.43$。所以 DCG@5 是 $0.63 + 0.43 = 1.06$。理想的列表把三部都放在最前面，IDCG@5 是 $1 + 0.63 + 0.5 = 2.13$，于是 NDCG@5 是 $0.50$。（喜欢的程度有高低时怎么算，以及平均精确率（average precision），见[选读](#metrics)。）

# %%
place = np.arange(1, 21)
relevant = np.isin(place, [2, 4, 9])
hits, discount = relevant[:5], 1 / np.log2(1 + place)
in_code = {
    "accuracy": (hits.sum() + (~relevant[5:]).sum()) / 20,
    "precision": hits.mean(),
    "recall": hits.sum() / relevant.sum(),
    "reciprocal rank": 1 / place[:5][hits][0],
    "NDCG": discount[:5][hits].sum() / discount[:3].sum(),
    "AUC": (place[relevant][:, None] < place[~relevant]).mean(),
}
by_pencil = [16 / 20, 2 / 5, 2 / 3, 1 / 2, 0.50, 42 / 51]
rows = [(plots.name(key), pencil, value) for (key, value), pencil in zip(in_code.items(), by_pencil)]
plots.table(pd.DataFrame(rows, columns=["metric", "by pencil", "in code"]))

# %%
scored, flags = -place[None].astype(float), relevant[None]
library = {
    "accuracy": metrics.confusion_at_k(scored, flags, 5).accuracy(),
    "precision": metrics.precision_at_k(scored, flags, 5),
    "recall": metrics.recall_at_k(scored, flags, 5),
    "reciprocal rank": metrics.reciprocal_rank_at_k(scored, flags, 5),
    "NDCG": metrics.ndcg_at_k(scored, flags, 5),
    "AUC": metrics.auc(scored, flags),
}
recbook.claim(
    all(np.isclose(in_code[key], value[0]) for key, value in library.items())
    and np.isclose(ndcg_score(flags, scored, k=5), in_code["NDCG"])
    and np.isclose(roc_auc_score(relevant, scored[0]), in_code["AUC"]),
    en="The library (`metrics.ndcg_at_k(scores, relevant, k)` and so on) agrees on all {n} metrics, scikit-learn on "
    "NDCG and AUC.",
    zh="库里的函数（`metrics.ndcg_at_k(scores, relevant, k)` 等）与这 {n} 个指标全部一致；scikit-learn 在 "
    "NDCG 和 AUC 上也一致。",
    takeaway=False, n=len(library),
)

# %% [markdown] lang="en"
# **Exercise 1.** Precision and recall for one user. Where a ranking is shorter than $k$, precision divides by the length that the list really has. ({points})

# %% [markdown] lang="zh"
# **练习 1** 一位用户的精确率和召回率。排序不足 $k$ 部时，精确率除以列表实际的长度。（{points}）

# %% exercise="evaluation-precision-recall" points=1
def precision_and_recall(ranking, liked, k):
    """en: (precision, recall) of the first k films of a ranking. ranking is a list of film numbers, best
    en: first, without repeats; liked is a set of at least one film number. If the ranking is shorter
    en: than k, the list is all of it (at least one film).
    zh: 返回 (precision, recall)，即排序中前 k 部电影的精确率和召回率。ranking 是电影编号的列表，
    zh: 最好的在前，没有重复；liked 是电影编号的集合，至少一部。排序不足 k 部时，列表就是整个排序
    zh: （至少一部）。"""
    ### BEGIN SOLUTION
    shown = ranking[:k]
    hits = len(set(shown) & liked)
    return hits / len(shown), hits / len(liked)
    ### END SOLUTION

# %% check="evaluation-precision-recall"
recbook.check("evaluation-precision-recall", precision_and_recall)

# %% [markdown] lang="en"
# **Exercise 2.** Binary NDCG@k, as a mean over users. Before you check it, try a user with no relevant film, and one with more relevant films than the list has places. ({points})

# %% [markdown] lang="zh"
# **练习 2** 二元 NDCG@k，对用户取平均。检查之前，先用两位用户试一试：一位没有任何相关电影，另一位的相关电影比列表的位置还多。（{points}）

# %% exercise="evaluation-ndcg" points=2
def mean_ndcg(hits, n_relevant):
    """en: Mean NDCG@k over the users who have a relevant film. hits (users, k) is a bool NumPy array: is
    en: the film at this place relevant?; n_relevant (users,) says how many films are relevant for each
    en: user, in the list or not. At least one user has one.
    zh: 对有相关电影的用户求 NDCG@k 的平均。hits (users, k) 是 bool NumPy 数组：这个位置的电影相关吗？
    zh: n_relevant (users,) 是每位用户的相关电影数，无论在不在列表里。至少一位用户有。"""
    ### BEGIN SOLUTION
    k = hits.shape[1]
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.array([discount[: min(k, n)].sum() for n in n_relevant])
    defined = n_relevant > 0
    return np.mean((hits @ discount)[defined] / ideal[defined])
    ### END SOLUTION

# %% check="evaluation-ndcg"
recbook.check("evaluation-ndcg", mean_ndcg)

# %% [markdown] lang="en"
# ## Which number?
#
# Now real lists. Seven models on the course's protocol: each user's last film is hidden, all films are ranked but those of the history, which are **masked**; lists have 10 films, which the “@10” in a name says. Six you know from chapters 01 and 03. “Last films” means that the last films of a history count most, by a **half-life**: of 8 in EASE, so that a film counts half as much as the eighth after it, and of 2 in item-kNN; item2vec has 2 as well. The seventh is a **control**: a random order. (About 10 seconds.)

# %% [markdown] lang="zh"
# ## 该看哪个数？
#
# 再看真实的列表。七个模型，用课程的协议：留出每位用户的最后一部电影，**屏蔽**历史（即历史中的电影不参加排序），给其余的全部电影排序；列表有 10 部，名称里的“@10”就是这个意思。其中六个在第 01 章和第 03 章见过。“近期加权”是指历史中最近的几部权重最大，由**半衰期**（half-life）规定：EASE 是 8 部，即每往前 8 部权重减半；item-kNN 是 2 部；item2vec 也是 2 部。第七个是**对照**：随机顺序。（大约 10 秒。）

# %%
history, hidden = split.history().matrix(), truth(split)  # (users, films)
models = {
    "popularity": Popularity(), "item-kNN": ItemKNN(), "item-kNN, last films": ItemKNN.recent(),
    "EASE": EASE(), "EASE, last films": EASE.recent(), "item2vec": Item2Vec(seed=0),
}
scores = {"random": np.random.default_rng(0).random((len(users), ratings.n_items))}
scores |= {name: model.fit(split.train).score(users, split.history()) for name, model in models.items()}


# %% tags=["nbval-ignore-output"]
def judge(scores, exclude=history):
    return evaluate_scores(scores, hidden, exclude=exclude)


reports = {name: judge(table) for name, table in scores.items()}
auc = {name: metrics.auc(table, hidden, history) for name, table in scores.items()}
shown = ["ndcg@10", "hit@10", "recall@10", "precision@10", "mrr@10"]
rows = [
    (plots.name(name), *(f"{report[metric]:.4f}" for metric in shown), np.nanmean(auc[name]))
    for name, report in reports.items()
]
plots.table(pd.DataFrame(rows, columns=["model", "NDCG@10", "Hit@10", *shown[2:], "AUC"]))
# en: films that could be shown to each user
# zh: 能展示给每位用户的电影数
unseen = ratings.n_items - history.sum(axis=1)

# %% [markdown] lang="en"
# Six columns, but not six measurements. With a single relevant film for each user, recall *is* the hit rate, and precision is a tenth of it. Three things are measured: is the film in the list (hit), how far up (NDCG, and with more weight on the top the mean reciprocal rank, MRR), and how far up in the whole ranking (AUC). They need not agree: EASE with the last films is far ahead of plain EASE in NDCG and behind in AUC. Whoever shows ten films needs a metric of the top. ([Why the two part](#disagree).)

# %% [markdown] lang="zh"
# 六列，却不是六次测量。每位用户只有一部相关电影时，召回率**就是**命中率，精确率是它的十分之一。真正度量的只有三件事：目标电影在不在列表里，即命中率；排得多靠前，即 NDCG，以及更看重最前面的平均倒数排名（mean reciprocal rank，MRR）；在整个排序中排得多靠前，即 AUC。三者不一定一致：近期加权的 EASE，NDCG 远高于普通的 EASE，AUC 却更低。如果只展示十部，就用只看最前面的指标。（[两者为何相反](#disagree)。）

# %% tags=["nbval-ignore-output"]
best = reports["item2vec"].per_user
lists_shown = metrics.confusion_at_k(scores["item2vec"], hidden, 10, history)
recbook.claim(
    np.array_equal(best["recall@10"], best["hit@10"])
    and np.allclose(best["precision@10"], best["hit@10"] / 10)
    and lists_shown.accuracy().mean() < (1 - 1 / unseen).mean()
    and reports["item2vec"]["ndcg@10"] == max(report["ndcg@10"] for report in reports.values()),
    en="Accuracy is no metric for lists: a system that shows nothing at all decides rightly about "
    "{empty_accuracy:.2%} of the films, the best lists of the table about {item2vec_accuracy:.2%}.",
    zh="准确率（accuracy）不适合衡量列表：什么都不展示的系统，判断正确率是 {empty_accuracy:.2%}；表中最好的列表反而只有 "
    "{item2vec_accuracy:.2%}。",
    takeaway=False, empty_accuracy=(1 - 1 / unseen).mean(), item2vec_accuracy=lists_shown.accuracy().mean(),
)

# %% [markdown] lang="en"
# ## How to fool yourself
#
# There are nine ways in this chapter to get a number that is not so, and nearly all of them happen without ill will. Four are told here, the others [under Deeper](#deeper); a figure shows all nine. And since one log may be a strange one, each is done twice: to films, live, and to a second world, the **shop** (`recbook.load("shop")`, a year of groceries of some two thousand households; these numbers are stored). There, too, the product that a household bought last as a new one is hidden. (Other products of the same basket may be in the training data: not clean either.)
#
# ### The future leaks: a random split
#
# Paper B hides a random film of each user. But a recommender works forward in time. What came after the hidden film stays in the training data:

# %% [markdown] lang="zh"
# ## 怎样自欺
#
# 本章有九种做法会得出失实的数字，几乎都不是出于恶意。这里讲四种，其余的在[选读](#deeper)部分，最后用一张图汇总。单独一份日志也许碰巧很特殊，所以每种做法都试两遍：电影上当场运行；第二份数据是**商店**（`recbook.load("shop")`，约两千户人家一年的食品杂货），结果是存好的。商店里同样留出一件：每户人家最后一次买到的新商品。（它多半与别的商品同在一篮，同篮的其他商品可能留在训练集里，所以也不完全干净。）
#
# ### 未来的泄漏：随机划分
#
# 论文 B 为每位用户随机留出一部电影。可推荐系统只能顺着时间工作，而目标电影之后的评分还留在训练集里。这种情形就是**数据泄漏**（data leakage）：

# %%
someone = np.flatnonzero(ratings.user_counts() == 24)[0]
of_theirs = ratings.user == someone
taken = ratings.item[of_theirs] == at_random.test.item[at_random.test.user == someone]
place_drawn = 23 - time_rank_from_end(ratings)[of_theirs][taken][0]
figures.where_the_future_leaks({"split by time": 23, "random split": place_drawn}, 24)

# %% tags=["nbval-ignore-output"]
fooled = {"EASE": papers["B"], "EASE, last films": evaluate(EASE.recent(), at_random)}
stored = recbook.stored("deceptions")["results"]
rows = [("the films", name, fooled[name]["ndcg@10"], reports[name]["ndcg@10"]) for name in fooled]
rows += [
    ("the shop", name, stored["shop"]["random split"]["fooled"][name], stored["shop"]["as it is"][name]["ndcg@10"])
    for name in fooled
]
rows = [(plots.name(world), plots.name(name), *values) for world, name, *values in rows]
plots.table(pd.DataFrame(rows, columns=["which world", "model, NDCG@10", "random split", "split by time"]))

# %%
turned = fooled["EASE"].difference(fooled["EASE, last films"], "ndcg@10")
at_the_top = reports["EASE, last films"].difference(reports["EASE"], "ndcg@10")
recbook.claim(
    turned.low > 0.02 and at_the_top.low > 0,
    en="On films a random split turns two models round: on it EASE is ahead of EASE with the last films by "
    "{random_low:.3f} to {random_high:.3f} NDCG@10; split by time it is behind by {time_low:.3f} to {time_high:.3f}.",
    zh="在电影上，随机划分颠倒了两个模型的高下：随机划分时，EASE 的 NDCG@10 比近期加权的 EASE 高 {random_low:.3f} 到 "
    "{random_high:.3f}；按时间划分，则低 {time_low:.3f} 到 {time_high:.3f}。",
    takeaway=False, random_low=turned.low, random_high=turned.high, time_low=at_the_top.low, time_high=at_the_top.high,
)

# %%
in_shop = stored["shop"]["random split"]["fooled"]["EASE"], stored["shop"]["as it is"]["EASE"]["ndcg@10"]
recbook.claim(
    in_shop[0] > 1.5 * in_shop[1] and fooled["EASE"]["ndcg@10"] > 1.5 * reports["EASE"]["ndcg@10"],
    en="In the shop, too, a random split flatters EASE: {random_split:.3f} instead of {by_time:.3f}.",
    zh="在商店里，随机划分同样抬高了 EASE：按时间划分是 {by_time:.3f}，随机划分是 {random_split:.3f}。",
    takeaway=False, random_split=in_shop[0], by_time=in_shop[1],
)

# %% [markdown] lang="en"
# On the random split "the last films" are just some films, from before and after the hidden one, so looking at them has lost its use. (But two things changed at once: another film is hidden, perhaps an easier one, and the model knows what came later. [With the hidden film held fixed](#future), later ratings in place of past ones help on films; in the shop they do not.) The two ends of a lead are those of a 95% interval, explained under “How sure?”.
#
# Leave-one-out is not clean either: the training data hold what *other* users did later. A cut of the whole log at one moment, `recbook.data.by_time`, is.
#
# **Exercise 3.** This function comes from a project that reported wonderful results. It should return what may be known when one user's rating in row `t` is predicted:
#
# ```python
# def known_before(film, time, t):
#     order = np.argsort(time, kind="stable")
#     return film[order][: np.searchsorted(time[order], time[t], side="right")]
# ```
#
# Find what leaks, and write it right: the films of the rows that come before row `t`, oldest first; of rows with the same time as row `t`, those that stand earlier in the file come before it. Never the film of row `t` itself, should the log hold it twice; other repeats stay. ({points})

# %% [markdown] lang="zh"
# 在随机划分上，“最近的”几部只是目标电影之前和之后的某几部，看重它们已经没有意义。（不过这里同时变了两样：留出的是另一部电影，也许更容易；模型还知道了后来的事。[留出的电影不变时](#future)，把过去的评分换成后来的，在电影上有帮助，在商店里则没有。）领先“高多少到多少”，说的都是 95% 区间，“有多大把握？”一节会解释。
#
# 留一法（leave-one-out）也不完全干净：训练集里有**别的**用户后来的行为。在某一时刻切开整份日志（`recbook.data.by_time`）才没有这个问题。
#
# **练习 3** 下面的函数出自一个结果好得惊人的项目。它应当返回预测某位用户第 `t` 行评分时可以知道的电影：
#
# ```python
# def known_before(film, time, t):
#     order = np.argsort(time, kind="stable")
#     return film[order][: np.searchsorted(time[order], time[t], side="right")]
# ```
#
# 找出哪里泄漏了，并改正：返回排在第 `t` 行之前的各行的电影，从早到晚；时间与第 `t` 行相同的行，只有在文件中位于第 `t` 行之前才算。即使日志里有两条第 `t` 行的那部电影，结果里也不能有它；其他重复的电影不必去重。（{points}）

# %% exercise="evaluation-leak" points=2
def known_before(film, time, t):
    """en: The films that may be known when row t of one user is predicted, oldest first: a list or an
    en: array. film and time are NumPy integer arrays (rows,), in the file's order, not sorted by time.
    zh: 预测一位用户的第 t 行时可以知道的电影，最早的在前：列表或数组。film 和 time 是 NumPy 整数
    zh: 数组 (rows,)，按文件的顺序，没有按时间排序。"""
    ### BEGIN SOLUTION
    order = np.argsort(time, kind="stable")
    before = order[: np.flatnonzero(order == t)[0]]
    return film[before][film[before] != film[t]]
    ### END SOLUTION

# %% check="evaluation-leak"
recbook.check("evaluation-leak", known_before)

# %% [markdown] lang="en"
# ### A hundred rivals: sampled negatives
#
# Paper C ranks the hidden film among 100 random others only, as many papers did when ranking all was thought expensive. What does that measure? Let the hidden film truly stand at place $p$ of the $n'$ films that can be shown to a user (all but the history). Then $p - 1$ of the other $n' - 1$ stand above it, and of the 100 drawn $100 (p - 1) / (n' - 1)$ do on average. By pencil, with $n' = 1577$ as for the mean user: a film at place 150 has $100 \cdot 149 / 1576 = 9.5$ of them above it, so it gets among the first ten about half of the time. Here is the whole curve:

# %% [markdown] lang="zh"
# ### 只有一百个对手：采样的负样本
#
# 论文 C 只把目标电影与 100 部随机电影放在一起排，这叫采样排序（sampled ranking），与全量排序（full ranking）相对；许多论文曾因为全量排序的计算开销太大而这样做。这样度量的是什么？设能展示给一位用户的电影（历史以外的）有 $n'$ 部，目标电影真实排在第 $p$ 位。其他 $n' - 1$ 部里就有 $p - 1$ 部在它之上，抽到的 100 部里平均有 $100 (p - 1) / (n' - 1)$ 部。笔算：平均每位用户 $n' = 1577$，第 150 位的电影平均有 $100 \cdot 149 / 1576 = 9.5$ 部在它之上，大约有一半的机会进入前十。整条曲线如下：

# %%
figures.sampled_view(int(unseen.mean()))

# %% [markdown] lang="en"
# So Hit@10 among 100 is about Hit@150 in truth: better than most random films, blind to the top. Then two models could change places: plain EASE, decent everywhere, and EASE with a half-life of one film (the last three films have 88% of the weight), sharp at the top only. We picked this pair for its effect; the 100 are drawn ten times.

# %% [markdown] lang="zh"
# 可见，100 个采样里的 Hit@10 大约相当于真实的 Hit@150：能分辨的是它比多数随机电影好，看不到最前面发生的事。两个模型的高下就可能颠倒：普通的 EASE，处处都还不错；半衰期只有一部的 EASE（最近三部占 88% 的权重），只在最前面准。这一对是为了展示效果而挑的；100 部电影抽十次。

# %%
one_film = 1.0
sharp = EASE(half_life=one_film).fit(split.train).score(users, split.history())
duel = {
    "all films": (judge(sharp), reports["EASE"]),
    "100 random films": (deceptions.sampled_report(sharp, split), papers["C"]),
}
rows = [(plots.name(way), *(report["hit@10"] for report in pair)) for way, pair in duel.items()]
named = [f"Hit@10 · {plots.name(model)}" for model in ("EASE, last three films", "EASE")]
plots.table(pd.DataFrame(rows, columns=["ranked among", *named]))

# %%
full, few = (one.difference(other, "hit@10") for one, other in duel.values())
recbook.claim(
    full.low > 0.01 and few.high < -0.01,
    en="Among all films EASE with the half-life of one film is ahead in Hit@10 by {ahead_low:.3f} to {ahead_high:.3f}; "
    "among the drawn ones it is behind by {behind_low:.3f} to {behind_high:.3f}.",
    zh="在全部电影中排序，半衰期一部的 EASE 的 Hit@10 高 {ahead_low:.3f} 到 {ahead_high:.3f}；只与抽到的电影一起"
    "排，反而低 {behind_low:.3f} 到 {behind_high:.3f}。",
    takeaway=False, behind_low=-few.high, behind_high=-few.low, ahead_low=full.low, ahead_high=full.high,
)

# %%
swaps = stored["shop"]["sampled"]["swaps"]
in_full, in_sample = swaps["item-kNN / EASE, last three films, hit@10"]
recbook.claim(
    in_full[1] < 0 < in_sample[0],
    en="In the shop the same model changes places with item-kNN: ahead in Hit@10 by {ahead_low:.3f} to "
    "{ahead_high:.3f} among all products, behind by {behind_low:.3f} to {behind_high:.3f} among the drawn ones.",
    zh="在商店里，同一个模型与 item-kNN 换位：在全部商品中 Hit@10 高 {ahead_low:.3f} 到 {ahead_high:.3f}，只与抽到的商"
    "品一起排，反而低 {behind_low:.3f} 到 {behind_high:.3f}。",
    takeaway=False, ahead_low=-in_full[1], ahead_high=-in_full[0], behind_low=in_sample[0], behind_high=in_sample[1],
)

# %% [markdown] lang="en"
# Ranking thousands of items is one matrix product: rank them all. (Krichene and Rendle 2020 show the same for many metrics.)
#
# ### What is masked decides what is asked
#
# A model is fitted to the history, so the films of the history come out on top. If they are left in the ranking, they push the hidden film down, and most for the model that learned the history best:

# %% [markdown] lang="zh"
# 给成千上万件物品排序，也只是一次矩阵乘法：那就全部排序。（Krichene and Rendle 2020 对许多指标说明了同样的问题。）
#
# ### 屏蔽什么，决定了考的是什么
#
# 模型是照着历史拟合的，历史中的电影自然排在最前面。如果不屏蔽它们，目标电影就被挤到后面，而且历史学得越好，挤得越厉害：

# %%
unmasked = {name: judge(scores[name], exclude=None) for name in ("popularity", "EASE")}
wrong = unmasked["popularity"].difference(unmasked["EASE"], "ndcg@10")
right = reports["EASE"].difference(reports["popularity"], "ndcg@10")
recbook.claim(
    wrong.low > 0 and right.low > 0,
    en="With the history left in, popularity is ahead of EASE by {left_in_low:.3f} to {left_in_high:.3f} NDCG@10; with it "
    "masked, EASE is ahead by {masked_low:.3f} to {masked_high:.3f}.",
    zh="不屏蔽历史时，流行度的 NDCG@10 比 EASE 高 {left_in_low:.3f} 到 {left_in_high:.3f}；屏蔽历史之后，反而是 EASE 高 "
    "{masked_low:.3f} 到 {masked_high:.3f}。",
    takeaway=dict(
        en="Rank all items, and say whether the history is masked: among a few drawn rivals, and with the history left in, "
        "other models came out ahead.",
        zh="给全部物品排序，并写明是否屏蔽历史：只与少数抽到的对手比，或者不屏蔽历史，领先的就成了别的模型。",
    ),
    left_in_low=wrong.low, left_in_high=wrong.high, masked_low=right.low, masked_high=right.high,
)

# %% [markdown] lang="en"
# For films this is a mistake: as a rule nobody rates a film again. In a shop the history may be exactly what is asked for, since people buy milk every week. So the shop has two tasks: *anything* in the next basket, where nothing is masked, and what is *new* to the household, where the history is masked. "Own frequency" counts what the household itself has bought, and falls back on popularity (stored, chapter 11):

# %% [markdown] lang="zh"
# 对电影来说，这是一个错误：一般不会有人再评一遍。在商店里，目标可能正在历史里：牛奶每周都要买。所以商店有两个任务：下一篮里的**任何**商品，什么也不屏蔽；这户**没买过**的商品，屏蔽历史。“个人频率”按这户人家自己买过的次数排序，没买过的按流行度（存好的结果，第 11 章）：

# %%
tasks = recbook.stored("applications")["results"]["test"]
shops = ("own frequency", "EASE", "popularity")
asked = {name: [tasks[task][name]["ndcg"] for task in ("next", "discovery")] for name in shops}
rows = [(plots.name(name), *(f"{value:.3f}" for value in values)) for name, values in asked.items()]
plots.table(pd.DataFrame(rows, columns=["what is asked", "anything", "new only"]))

# %%
to_own, to_popularity = (
    tasks[task]["EASE"]["less"][other]["interval"] for task, other in (("next", "own frequency"), ("discovery", "popularity"))
)
recbook.claim(
    to_own[1] < 0 < to_popularity[0] and asked["own frequency"][1] == asked["popularity"][1],
    en="Asked for anything, EASE is behind the household's own frequency by {behind_low:.3f} to {behind_high:.3f}; asked "
    "for what is new, ahead of it by {ahead_low:.3f} to {ahead_high:.3f}.",
    zh="考任何商品时，EASE 比个人频率低 {behind_low:.3f} 到 {behind_high:.3f}；只考没买过的商品时，高 {ahead_low:.3f} 到 "
    "{ahead_high:.3f}。",
    takeaway=False, behind_low=-to_own[1], behind_high=-to_own[0], ahead_low=to_popularity[0],
    ahead_high=to_popularity[1],
)

# %% [markdown] lang="en"
# Neither is the wrong answer. They are answers to two questions, and a report must say which was asked. (With the history masked, own frequency has nothing left to count and *is* popularity. And a whole basket is to be found here, above one hidden item, so these numbers do not compare with those above.)
#
# ### The page's order
#
# The last way needs no mistake at all. "EASE beats popularity", says the table: a mean over all users. But who are they? MovieLens users did not rate a film on the evening when they saw it. The site showed pages of films, and people ticked off those they knew, dozens in one sitting (chapter 03). Leave-one-out hides the last tick. So the mean may be about the next film on a page, and not about what someone will want tomorrow. To catch it, split the users by how long they **stayed away** between the last film that is known and the hidden one. (SASRec, of chapter 08, is stored; “identities” says that it knows films by their number only, and reads no text.)

# %% [markdown] lang="zh"
# 两个结论都没有错。它们回答的是两个问题，报告必须写明考的是哪一个。（屏蔽历史之后，个人频率没有可数的，**就是**流行度。另外，这里要找的是整篮商品，前面只留出一件，所以这些数不能与前面的相比。）
#
# ### 页面的顺序
#
# 最后一种做法连错误都不需要。表里说“EASE 胜过流行度”，这是对全部用户的平均。可这些用户是什么情形？MovieLens 的用户并不是看完一部评一部：网站一页一页地列出电影，人们把看过的勾出来，一口气评几十部（第 03 章），而留一法留出的就是最后勾的那部。所以这个平均考的也许是页面上的下一部，与明天想看什么无关。要识破它，就按用户**隔了多久**分组，即已知的最后一部与留出的那部之间的时间。（SASRec 取自第 08 章，结果是存好的；“ID 嵌入”是说它只凭编号认识电影，不读文字。）

# %% tags=["nbval-ignore-output"]
away = seconds_since(split)
groups = {"a minute": away <= 60, "to an hour": (away > 60) & (away <= 3600), "later": away > 3600}
by_user = {name: report.per_user["ndcg@10"] for name, report in reports.items() if name != "random"}
by_user["SASRec"] = np.array(recbook.stored("sequences")["results"]["test"]["SASRec"]["per_user"])
rows = [(plots.name(name), *(f"{of[who].mean():.3f}" for who in groups.values())) for name, of in by_user.items()]
rows.append((plots.name("users"), *(str(who.sum()) for who in groups.values())))
plots.table(pd.DataFrame(rows, columns=["model, NDCG@10", *groups]))
lead = {
    group: {name: (of - by_user["popularity"])[who] for name, of in by_user.items()} for group, who in groups.items()
}

# %%
at_once, later = (bootstrap(lead[group]["EASE"]) for group in ("a minute", "later"))
recbook.claim(
    at_once.low > 0 and later.high < 0 and bootstrap(lead["later"]["item-kNN"]).high < 0
    and bootstrap(lead["later"]["item-kNN, last films"]).high < 0,
    en="Where the hidden film came within a minute of the one before, EASE is ahead of popularity by {minute_low:.3f} "
    "to {minute_high:.3f} NDCG@10; for those who came back after more than an hour popularity is ahead, by "
    "{later_low:.3f} to {later_high:.3f}.",
    zh="与前一部相隔不到一分钟的用户，EASE 的 NDCG@10 比流行度高 {minute_low:.3f} 到 {minute_high:.3f}；隔了一小时以上才"
    "回来的用户，反而是流行度高 {later_low:.3f} 到 {later_high:.3f}。",
    takeaway=dict(
        en="Ask whom the mean is about: on MovieLens EASE leads when the next rating follows within a minute; among those "
        "who came back later popularity led (one look of several: take the direction).",
        zh="要问平均数代表的是哪些用户：在 MovieLens 上，下一条评分紧接着来时，EASE 领先；隔了很久才回来的用户，流行度领先"
        "（这是几次比较中的一次，只看方向）。",
    ),
    minute_low=at_once.low, minute_high=at_once.high, later_low=-later.high, later_high=-later.low,
)

# %% [markdown] lang="en"
# The last group is small (its number stands below the table), and it is one look of several, three groups and six models, so take the direction, not the size. Looking at the last films does not save EASE there, and of item2vec and SASRec nothing can be said. [Two checks](#page) show that what the *last films* add for the first group comes from the order within a sitting, as a page would have it.
#
# And in the shop? Nobody is shown a page there, and no household of the test comes back within an hour. We ask for what is new to a household in its next basket, split by how long it stayed away. The bar is what sold best in the last four weeks (stored; models chosen on earlier weeks; again a whole basket).

# %% [markdown] lang="zh"
# 最后一组人少（人数在表的末行），而且我们看了三组、六个模型，这只是其中一次：只看方向，不看大小。在这一组，近期加权也救不了 EASE；item2vec 和 SASRec 则无法下结论。[两项检查](#page)表明，在第一组，看重**最近**带来的好处出自同一次打分内部的顺序，页面正会造成这样的顺序。
#
# 商店里呢？那里没有人给顾客列出页面，测试的人家也没有一户不到一小时就再来。任务是找出一户人家的下一篮里有哪些没买过的商品，按隔了多久分组。比较的基准是最近四周的畅销商品（存好的结果；模型在更早的几周上选定；要找的又是整篮商品）。

# %%
basket = recbook.stored("page_order")["results"]["shop"]["by delay"]["next basket"]["minus last 4 weeks"]
of_shop = {
    delay: {name: (of[delay]["mean"], *of[delay]["interval"]) for name, of in basket.items()}
    for delay in ("a week", "two weeks", "later")
}
of_films = {
    group: {name: (of[name].mean(), *bootstrap(of[name])) for name in ("item-kNN", "EASE", "EASE, last films", "SASRec", "item2vec")}
    for group, of in lead.items()
}
figures.by_delay({"films": of_films, "shop": of_shop})

# %%
all_away, long_away = (basket["EASE"][delay]["interval"] for delay in ("all", "later"))
recbook.claim(
    all_away[0] > 0 > long_away[0] and long_away[1] > 0 and all(of_shop[delay]["EASE"][2] > 0 for delay in of_shop),
    en="In the shop no such turn is seen: EASE is ahead of the last four weeks' popularity by {all_low:.4f} to "
    "{all_high:.4f} NDCG@10 in all; for those who stayed away longer than two weeks nothing is shown "
    "(−{later_low:.4f} to +{later_high:.4f}).",
    zh="商店里看不到这样的反转：EASE 的 NDCG@10 总体上比近四周的流行度高 {all_low:.4f} 到 {all_high:.4f}；对隔了两周以"
    "上的人家，差异不显著（−{later_low:.4f} 到 +{later_high:.4f}）。",
    takeaway=False, all_low=all_away[0], all_high=all_away[1], later_low=-long_away[0], later_high=long_away[1],
)

# %% [markdown] lang="en"
# In this shop we saw no turn; whether it is MovieLens alone, two logs cannot say. One mean *can* hide two stories: look.
#
# **Exercise 4.** A report says: "Our model is better than popularity even for users who came back late." This is how it was computed:
#
# ```python
# def lead_by_delay(ours, theirs, away, limit):
#     late = away > limit
#     return ours[~late].mean() - theirs.mean(), ours[late].mean() - theirs.mean()
# ```
#
# Two things are wrong. Find them, and write it right. (For some users `away` is NaN, since nothing is known from before.) ({points})

# %% [markdown] lang="zh"
# 在这家商店里没有看到反转；是不是只有 MovieLens 如此，两份日志说明不了。一个平均数**可能**掩盖两种相反的情形，所以要分开看。
#
# **练习 4** 一份报告说：“即使对隔了很久才回来的用户，我们的模型也胜过流行度。”它是这样算的：
#
# ```python
# def lead_by_delay(ours, theirs, away, limit):
#     late = away > limit
#     return ours[~late].mean() - theirs.mean(), ours[late].mean() - theirs.mean()
# ```
#
# 错有两处。找出来，并改正。（有些用户此前没有记录，`away` 是 NaN。）（{points}）

# %% exercise="evaluation-delay" points=2
def lead_by_delay(ours, theirs, away, limit):
    """en: (early, late): the mean of ours - theirs over the users who came back within limit seconds
    en: (limit itself is within), and over those who came back later. ours and theirs (users,) are the
    en: values of two models, away (users,) the seconds, all NumPy arrays; a user whose away is NaN is
    en: in neither group, and a group without a user has NaN.
    zh: (early, late)：ours - theirs 的平均，先是在 limit 秒之内（含 limit）回来的用户，再是更晚回来的
    zh: 用户。ours 和 theirs (users,) 是两个模型的值，away (users,) 是秒数，都是 NumPy 数组；away 为
    zh: NaN 的用户不属于任何一组，没有用户的组为 NaN。"""
    ### BEGIN SOLUTION
    apart = ours - theirs
    groups = apart[away <= limit], apart[away > limit]
    return tuple(group.mean() if len(group) else np.nan for group in groups)
    ### END SOLUTION

# %% check="evaluation-delay"
recbook.check("evaluation-delay", lead_by_delay)

# %% [markdown] lang="en"
# ### All nine, in both worlds
#
# The other five stand under Deeper: [ties in time](#ties), [tuning on the test set](#tuning), [one seed](#seed), [another paper's protocol](#papers) (D, above) and [the same thing twice](#twice). One row a way (stored): EASE as it may be reported, and by this chapter’s protocol. Three rows have another model: ties popularity (by the protocol: the middle of 20 random orders), tuning EASE with the last films, seeds item2vec. The page’s order is no mistake: its row goes from the mean of all users to that of the last group.

# %% [markdown] lang="zh"
# ### 九种做法，两个世界
#
# 其余五种在选读部分：[时间并列（tie）](#ties)、[在测试集（test set）上调参](#tuning)、[只用一个种子](#seed)、[另一篇论文的协议](#papers)（上面的 D）、[同一物品出现两次](#twice)。每行一种做法（存好的结果）：EASE 可能报告的数，和按本章的协议得到的数。有三行是别的模型：时间并列是流行度（按协议的数取 20 次随机决定的中点），调参是近期加权的 EASE，种子是 item2vec。页面的顺序不是错误：那一行从全部用户的平均到最晚一组的平均。

# %%
page = recbook.stored("page_order")["results"]
of_ease = {who: page["films"]["by delay"]["models"]["EASE"][who]["mean"] for who in ("all", "later")}
caught = {
    "films": deceptions.nine(stored["films"], of_ease, ties="lowest number last"),
    "shop": deceptions.nine(
        stored["shop"], page["shop"]["by delay"]["next basket"]["models"]["EASE"], ties="highest number last"
    ),
}
figures.before_after(caught)

# %%
moved = {
    world: {way: before / after - 1 for way, (before, after) in rows.items()} for world, rows in caught.items()
}
by_luck = [max(of["tuned on test"], of["best of three seeds"]) for of in moved.values()]
protocol = ("random split", "100 sampled films", "another paper's protocol", "the same film twice")
by_protocol = [min(of[way] for way in protocol) for of in moved.values()]
recbook.claim(
    max(by_luck) < 0.1 and min(by_protocol) > 3 * max(by_luck),
    en="Tuning on the test items and picking a seed raise the score by at most {luck_films:.0%} on films and "
    "{luck_shop:.0%} in the shop; a random split, sampled rivals, paper D and twins by at least {protocol_films:.0%} and "
    "{protocol_shop:.0%}.",
    zh="按测试物品调参、挑种子，在电影上最多使得分提高 {luck_films:.0%}，在商店里最多 {luck_shop:.0%}；随机划分、采样的对手、论"
    "文 D 和副本则至少提高 {protocol_films:.0%} 和 {protocol_shop:.0%}。",
    takeaway=False, luck_films=by_luck[0], luck_shop=by_luck[1], protocol_films=by_protocol[0],
    protocol_shop=by_protocol[1],
)

# %% [markdown] lang="en"
# Where the arrow points to the right, as for the history left in and for ties in the shop, the mistake makes a good model look bad, and then nobody looks for it.

# %% [markdown] lang="zh"
# 箭头指向右边的，比如不屏蔽历史，以及商店里的时间并列，错误让好模型显得差，而这样的错误没有人会去查。

# %% [markdown] lang="en"
# ## How sure?
#
# So much for mistakes. The rest is chance: other users would have given other numbers. Two models have these NDCG values for four users:
#
# | user | 1 | 2 | 3 | 4 | mean |
# |---|---|---|---|---|---|
# | A | 1.0 | 0.6 | 0.0 | 0.4 | 0.5 |
# | B | 0.8 | 0.6 | 0.0 | 0.2 | 0.4 |
# | A − B | 0.2 | 0.0 | 0.0 | 0.2 | 0.1 |
#
# By how much would the mean of $m$ values $x_u$ differ for other users? The **standard error** says it: $s / \sqrt m$ with $s^2 = \frac{1}{m - 1} \sum_u (x_u - \bar x)^2$. For A the deviations from 0.5 are 0.5, 0.1, −0.5, −0.1, their squares add up to 0.52, so $s = \sqrt{0.52 / 3} = 0.42$ and the standard error is $0.21$; for B, in the same way, $0.18$.
#
# If the rows came from different users, the standard error of the difference would be $\sqrt{0.21^2 + 0.18^2} = 0.28$, and a lead of 0.1 would be nothing. But the same users stand in both rows, and who is hard for A is hard for B. So subtract first: the third row has deviations of ±0.1, $s = \sqrt{0.04 / 3} = 0.115$, and a standard error of $0.058$. This is the **paired** view. Its standard error is about a fifth of the other, because what is common to the two models cancels. (Even so, the lead is only $0.1 / 0.058 = 1.7$ standard errors. Four users settle nothing.)
#
# The **bootstrap** (Efron 1979) does without formulas: draw $m$ users with replacement, take the mean, do so 2,000 times; the 2.5% and 97.5% quantiles of these means are the ends of the 95% confidence interval. All intervals of this course are made so.
#
# **Exercise 5.** The paired bootstrap interval, with the draws given. ({points})

# %% [markdown] lang="zh"
# ## 有多大把握？
#
# 错误说完了，剩下的是随机波动：换一批用户，数就会不同。两个模型在四位用户上的 NDCG 如下：
#
# | 用户 | 1 | 2 | 3 | 4 | 平均 |
# |---|---|---|---|---|---|
# | A | 1.0 | 0.6 | 0.0 | 0.4 | 0.5 |
# | B | 0.8 | 0.6 | 0.0 | 0.2 | 0.4 |
# | A − B | 0.2 | 0.0 | 0.0 | 0.2 | 0.1 |
#
# 换一批用户，$m$ 个数 $x_u$ 的平均会差多少？**标准误**（standard error）给出答案：$s / \sqrt m$，其中 $s^2 = \frac{1}{m - 1} \sum_u (x_u - \bar x)^2$。A 与 0.5 的偏差是 0.5、0.1、−0.5、−0.1，平方和 0.52，所以 $s = \sqrt{0.52 / 3} = 0.42$，标准误是 $0.21$；同样可得 B 的是 $0.18$。
#
# 如果两行来自不同的用户，差的标准误就是 $\sqrt{0.21^2 + 0.18^2} = 0.28$，领先 0.1 不算什么。但两行里是同样的用户，对 A 难的用户对 B 也难。所以先相减：第三行的偏差都是 ±0.1，$s = \sqrt{0.04 / 3} = 0.115$，标准误 $0.058$。这就是**配对**（paired）比较。两个模型共同的部分抵消了，标准误只有非配对时的约五分之一。（即便如此，领先也只有 $0.1 / 0.058 = 1.7$ 个标准误。四位用户什么也说明不了。）
#
# **自助法**（bootstrap，Efron 1979）不需要公式：有放回地抽 $m$ 位用户，求平均，重复 2,000 次；这些平均数的 2.5% 和 97.5% 分位数就是 95% 置信区间（confidence interval）的两端。本课程的区间都是这样得到的。
#
# **练习 5** 给定抽取结果，求配对的自助法区间。（{points}）

# %% exercise="evaluation-bootstrap" points=2
def paired_interval(a, b, drawn):
    """en: (low, high): the 2.5% and 97.5% quantiles, by np.quantile, of the mean difference a - b over
    en: resampled users. a and b (users,) are NumPy arrays of the two models' values; each row of drawn
    en: (resamples, users) holds the numbers of the users of one resample.
    zh: 返回 (low, high)：重抽样后 a - b 的平均的 2.5% 和 97.5% 分位数（用 np.quantile）。a 和 b
    zh: (users,) 是 NumPy 数组，两个模型的值；drawn (resamples, users) 的每一行是一次重抽样的用户编号。"""
    ### BEGIN SOLUTION
    means = (a - b)[drawn].mean(axis=1)
    return np.quantile(means, 0.025), np.quantile(means, 0.975)
    ### END SOLUTION

# %% check="evaluation-bootstrap"
recbook.check("evaluation-bootstrap", paired_interval)

# %% [markdown] lang="en"
# Now three real pairs. The unpaired interval resamples the users of each model on its own, as if they were different people.

# %% [markdown] lang="zh"
# 再看三对真实的模型。非配对的区间分别对两个模型的用户重抽样，好像他们是不同的人。

# %% tags=["nbval-ignore-output"]
per_user = {name: report.per_user["ndcg@10"] for name, report in reports.items()}
pairs = [("EASE", "item-kNN"), ("EASE, last films", "EASE"), ("item2vec", "EASE, last films")]
tested, rows = {}, []
for one, other in pairs:
    a, b = per_user[one], per_user[other]
    tested[one, other] = bootstrap(a - b), compare.bootstrap_between(a, b), np.corrcoef(a, b)[0, 1]
    ends = [plots.ends(*interval, 4, sign=True) for interval in tested[one, other][:2]]
    mean = f"{(a - b).mean():+.4f}".replace("-", "−")
    rows.append((f"{plots.name(one)} − {plots.name(other)}", mean, *ends, tested[one, other][2]))
plots.table(pd.DataFrame(rows, columns=["pair", "mean difference", "paired", "unpaired", "correlation"]))

# %%
def width(interval):
    return interval[1] - interval[0]


close, of_goods = tested["EASE", "item-kNN"], stored["shop"]["chance"]["pairs"]["EASE − item-kNN"]
ratios = width(close[1]) / width(close[0]), width(of_goods["unpaired"]) / width(of_goods["interval"])
recbook.claim(
    min(ratios) > 1.6 and all(width(of[0]) < width(of[1]) for of in tested.values()) and close[0].low > 0 > close[1].low and of_goods["interval"][0] > 0 > of_goods["unpaired"][0],
    en="For EASE minus item-kNN the unpaired interval is {films:.1f} times as wide as the paired one on films, "
    "{shop:.1f} times in the shop. In both, only the paired one shows the lead.",
    zh="EASE 减 item-kNN，非配对区间的宽度在电影上是配对区间的 {films:.1f} 倍，在商店里是 {shop:.1f} 倍；在两份数据上，都只有配"
    "对区间显示出领先。",
    takeaway=dict(
        en="Compare two models user by user: subtract first, and average then; the paired interval was narrower for "
        "all three pairs.",
        zh="比较两个模型要逐个用户来：先相减，再平均；三对模型的配对区间都更窄。",
    ),
    films=ratios[0], shop=ratios[1],
)

# %% [markdown] lang="en"
# Two cautions. An interval that includes 0 does not show that two models are equal: [943 users seldom show a small difference](#power). And whoever looks often finds something: of twenty models that are equally good, [one often stands out](#many). (A good place to pause.)
#
# ## Offline and online
#
# Everything so far was measured **offline**, on a log. But a log holds only what somebody had the chance to see: the old system chose what to show, and people clicked, rated or bought among that. This is **exposure bias**. (So a 0 in the table is not a no: perhaps nobody showed it.) A new system that would show other things is judged by clicks on things which the old one liked. **Online**, in an A/B test, real users see the new lists; that is expensive, and a bad list hurts.

# %% [markdown] lang="zh"
# 有两点要当心。区间包含 0，并不说明两个模型相等：[943 位用户很少测得出小的差异](#power)。看得多了，总会“发现”点什么：二十个同样好的模型里，[常有一个显得突出](#many)。（可以在这里歇一歇。）
#
# ## 离线与在线
#
# 到目前为止，一切都是**离线**（offline）测的，用的是日志。但日志里只有人们有机会看到的东西：旧系统决定展示什么，人们在其中点击、评分或购买。这就是**曝光偏差**（exposure bias）。（所以表里的 0 不等于“不喜欢”，也许只是没人展示过。）新系统要展示的是另一些物品，我们却用旧系统偏爱的物品上的点击来评判它。**在线**（online）测试，即 A/B 测试，是让真实用户看到新的列表；这很昂贵，而且糟糕的列表会造成损失。

# %% [markdown] lang="en"
# On real data one cannot see how wrong the log is. So we build a small world in which the truth is known (`recbook.data.world`): $m = 500$ users, $n = 100$ films. User $u$ has tastes $t_u \in \mathbb{R}^4$, film $i$ is a mixture $f_i \in \mathbb{R}^4$ of the same four tastes, with an appeal $a_i$ for everybody. If a film is looked at, it is clicked with the chance
#
# $$p_{ui} = \sigma(t_u \cdot f_i + a_i - 4.5)$$
#
# with $\sigma$ the sigmoid. By pencil: tastes $(4, 0, 0, 0)$, a film $(0.5, 0.5, 0, 0)$ with appeal 1: $\sigma(2 + 1 - 4.5) = \sigma(-1.5) = 0.18$. In a list, place $r$ is looked at with the chance $1 / r$. Twenty of the films are **new**: the old system has never shown them.
#
# The old system is a **policy**: it says for each user with which chance each film is shown. It shows one film a visit and loves what is popular: nine times in ten it draws by appeal (by the softmax of $a_i / 0.35$), once in ten any old film. We log 30,000 visits. Two candidates want to replace it, each with a list of five films. *Most clicked* counts the clicks in the first half of the log. *Taste* takes the five old films (of the 80 that were shown) nearest to the user's **true** tastes, which no real system knows: we need a candidate that is surely good, to see whether the evaluation notices. Offline we do what is usual: of the clicks in the second half, which share is on a film in the user's list?

# %% [markdown] lang="zh"
# 在真实数据上，看不出日志错了多少。所以我们造一个真相已知的小世界（`recbook.data.world`）：$m = 500$ 位用户，$n = 100$ 部电影。用户 $u$ 的口味是 $t_u \in \mathbb{R}^4$，电影 $i$ 是同样四种口味的混合 $f_i \in \mathbb{R}^4$，另有一份对所有人的吸引力 $a_i$。电影如果被看到，点击的概率是
#
# $$p_{ui} = \sigma(t_u \cdot f_i + a_i - 4.5)$$
#
# 其中 $\sigma$ 是 sigmoid。笔算：口味 $(4, 0, 0, 0)$，电影 $(0.5, 0.5, 0, 0)$，吸引力 1：$\sigma(2 + 1 - 4.5) = \sigma(-1.5) = 0.18$。在列表里，第 $r$ 位被看到的概率是 $1 / r$。有二十部电影是**新**的：旧系统从没展示过它们。
#
# 旧系统是一个**策略**（policy）：它规定对每位用户以多大的概率展示每部电影。它每次访问展示一部，偏爱热门：十次里有九次按吸引力抽取（概率是 $a_i / 0.35$ 的 softmax），一次从旧电影里任抽一部。我们记录 30,000 次访问。有两个候选想取代它，各给出五部电影的列表。**点击最多**统计日志前一半的点击数。**口味**从旧电影（旧系统展示过的 80 部）中选出最合用户**真实**口味的五部；现实中的系统无从知道这种口味，我们需要一个肯定好的候选，看评测能不能发现它好。离线评测照通常的做法：后一半日志的点击里，有多大比例落在该用户的列表上？

# %%
def old_policy(world):  # (users, films)
    by_appeal = softmax_policy(np.tile(world.appeal, (len(world.users), 1)), 0.35, world.known)
    return 0.9 * by_appeal + 0.1 * world.known / world.known.sum()


# en: lists of five films for each user
# zh: 给每位用户五部电影的列表
def candidates(world, visits):
    early = visits.click[: len(visits.click) // 2]
    clicks = np.bincount(visits.film[: len(early)], early, minlength=len(world.films))
    taste = np.where(world.known, world.users @ world.films.T, -np.inf)
    tables = {"most clicked": np.tile(clicks, (len(world.users), 1)), "taste": taste}
    return {name: metrics.top_k(table, 5) for name, table in tables.items()}


def offline_hit(lists, visits):
    late = slice(len(visits.click) // 2, None)
    user, film = (part[late][visits.click[late]] for part in (visits.user, visits.film))
    return (lists[user] == film[:, None]).any(axis=1)


# %%
world = make_world(n_users=500, n_films=100, n_new=20, seed=0)
visits = world.log(old_policy(world), 30_000, np.random.default_rng(0))
offered = candidates(world, visits)
offline = {name: offline_hit(found, visits) for name, found in offered.items()}
# en: expected clicks, by the formula
# zh: 由公式算出的期望点击数
online = {name: world.expected_clicks(found) for name, found in offered.items()}
rows = [(plots.name(name), offline[name].mean(), online[name].mean()) for name in offered]
plots.table(pd.DataFrame(rows, columns=["candidate", "offline: clicks met", "online: clicks per list, true"]))

# %%
recbook.claim(
    offline["most clicked"].mean() > 2 * offline["taste"].mean()
    and online["taste"].mean() > 1.15 * online["most clicked"].mean(),
    en="“Most clicked” meets {clicked_hits:.0%} of the logged clicks, “taste” {taste_hits:.0%}; yet shown to users the "
    "first earns {clicked_online:.2f} clicks per list and the second {taste_online:.2f}.",
    zh="“点击最多”命中日志中 {clicked_hits:.0%} 的点击，“口味”只命中 {taste_hits:.0%}；但真正展示给用户，前者每份列表得到 "
    "{clicked_online:.2f} 次点击，后者有 {taste_online:.2f} 次。",
    takeaway=dict(
        en="In our small world the log rewarded who repeats the old system: the list of true taste met {taste_hits:.0%} of the logged clicks, "
        "and was the better one.",
        zh="在我们的小世界里，日志偏向与旧系统相似的候选：按真实口味排的列表只命中日志里 {taste_hits:.0%} 的点击，却是更好的那一份。",
    ),
    clicked_hits=offline["most clicked"].mean(), taste_hits=offline["taste"].mean(),
    taste_online=online["taste"].mean(), clicked_online=online["most clicked"].mean(),
)

# %%
rng = np.random.default_rng(1)
in_a = rng.permutation(500) < 250
seen = {name: np.mean([world.show(found, rng)[1].sum(axis=1) for _ in range(20)], axis=0) for name, found in offered.items()}
ab_test = compare.bootstrap_between(seen["taste"][in_a], seen["most clicked"][~in_a])
again = []
for seed in range(1, 11):
    other = make_world(n_users=500, n_films=100, n_new=20, seed=seed)
    trial = other.log(old_policy(other), 10_000, np.random.default_rng(seed))
    found = candidates(other, trial)
    by_log = {name: offline_hit(lists, trial).mean() for name, lists in found.items()}
    by_truth = {name: other.expected_clicks(lists).mean() for name, lists in found.items()}
    again.append(by_log["most clicked"] > by_log["taste"] and by_truth["most clicked"] < by_truth["taste"])
recbook.claim(
    ab_test.low > 0 and np.sum(again) >= 8,
    en="An A/B test (half of the users see one list, half the other, each twenty times) finds it: {difference_low:.2f} to "
    "{difference_high:.2f} clicks more for taste. In {n} of {worlds} other worlds of the same recipe it is so too.",
    zh="A/B 测试（一半用户看一份列表，另一半看另一份，每人二十次）能发现这一点：口味的点击高 {difference_low:.2f} 到 "
    "{difference_high:.2f} 次。按同样方法另造 {worlds} 个世界，有 {n} 个也是如此。",
    takeaway=False, difference_low=ab_test.low, difference_high=ab_test.high, n=int(np.sum(again)), worlds=len(again),
)

# %%
longer = world.log(old_policy(world), 300_000, np.random.default_rng(2))
by_longer = {name: offline_hit(found, longer).mean() for name, found in candidates(world, longer).items()}
recbook.claim(
    by_longer["most clicked"] > 2 * by_longer["taste"],
    en="Ten times as many visits do not help: “most clicked” meets {clicked:.0%} of the clicks, “taste” {taste:.0%}.",
    zh="访问多到十倍也没有用：“点击最多”命中 {clicked:.0%} 的点击，“口味”命中 {taste:.0%}。",
    takeaway=False, clicked=by_longer["most clicked"], taste=by_longer["taste"],
)

# %% [markdown] lang="en"
# If the old system writes down with which chance it showed each film, [part of it can be repaired](#ips); what it never showed, nothing can repair but to show it sometimes (chapter 10).
#
# ## A checklist
#
# To be asked of every result, one's own first.
#
# | question | here |
# |---|---|
# | Was the test item later than everything the model knows about this user? | [random split](#future) |
# | How are ties broken, in time and in score, and does the rule know anything about the item? | [ties](#ties) |
# | Were all items ranked? | sampled negatives |
# | Was the history left out, or asked for, for every model alike? | what is masked |
# | Can the same thing stand in training and test, under two numbers? | [twice](#twice) |
# | On what were the settings chosen, how many were tried, and as many for the baselines? | [tuning](#tuning) |
# | Are popularity and a strong simple model in the table, measured by the same code? | [papers](#papers) |
# | How many seeds, and what does the interval vary: users or seeds? | [seeds](#seed) |
# | Is the interval that of the paired difference, and how many comparisons were made? | [many](#many) |
# | Does the metric see what matters here, and what do random lists score? | [beyond](#beyond) |
# | Does the lead hold for those who came back later? | the page's order |
# | Who chose what was shown in this log? | offline and online |
#
# **Exercise 6.** A report lies on your desk. Every sentence is numbered. Six of them describe a mistake, in what was done or in what is concluded from it. Which? (Count leave-one-out as no mistake.) ({points})
#
# > 1. We use MovieLens-100K: 943 users, 1,682 films, 100,000 ratings with times.
# > 2. By the course's protocol each user's ratings are sorted by time; the last is for testing, the one before for validation.
# > 3. Of ratings with the same time, the one whose film is rated most often counts as the last.
# > 4. Films that a user has rated before are left out of the ranking, for all models.
# > 5. To save time, each test film is ranked among 100 randomly drawn films.
# > 6. We compare with popularity, item-kNN and EASE.
# > 7. The baselines run with the settings of their papers; for our model we tried 60 settings and kept the one with the best NDCG@10 on the validation films.
# > 8. The film vectors of our model were fitted once, on all ratings, before the data were split.
# > 9. Our model was trained with five seeds; we report the mean over them.
# > 10. The intervals are 95% bootstrap intervals over users.
# > 11. The intervals of our model and of EASE overlap, which shows that the two are equally good.
# > 12. The paired difference to popularity is 0.031, with an interval from 0.018 to 0.044.
# > 13. We compared with popularity in 20 groups of users by age and occupation; in one of them, students, the gain is significant (p = 0.04), so students in particular profit.
# > 14. The lists of our model cover 36% of the films, those of EASE 29%.
# > 15. All numbers were measured offline; whether users would click more would have to be tested online.

# %% [markdown] lang="zh"
# 如果旧系统记下了它展示每部电影的概率，[可以修复一部分](#ips)；从没展示过的，除了偶尔展示它，没有别的办法（第 10 章）。
#
# ## 检查清单
#
# 对每个结果都要问，先问自己的。
#
# | 问题 | 见本章 |
# |---|---|
# | 测试的物品是否晚于模型对这位用户所知的一切？ | [随机划分](#future) |
# | 时间和得分并列时怎样处理？这条规则与物品有没有关系？ | [并列](#ties) |
# | 是否给全部物品排了序？ | 采样的负样本 |
# | 历史是屏蔽了，还是正要考它？对每个模型都一样吗？ | 屏蔽什么 |
# | 同一件东西会不会以两个编号分别出现在训练和测试里？ | [出现两次](#twice) |
# | 设置是在什么上面选的，试了多少个，基线也试了同样多吗？ | [调参](#tuning) |
# | 表里有没有流行度和一个强的简单模型，用同样的代码测？ | [不同论文](#papers) |
# | 有几个种子，区间反映的是用户还是种子的波动？ | [种子](#seed) |
# | 区间是配对差的区间吗，一共做了多少次比较？ | [多次比较](#many) |
# | 指标反映了这个场景看重的东西吗？随机列表的得分是多少？ | [对错之外](#beyond) |
# | 隔了一段时间才回来的用户，领先还在吗？ | 页面的顺序 |
# | 这份日志里展示什么，是谁决定的？ | 离线与在线 |
#
# **练习 6** 你的桌上有一份报告，每句都有编号。其中六句有错误，或错在做法，或错在由此得出的结论。是哪几句？（留一法不算错误。）（{points}）
#
# > 1. 数据是 MovieLens-100K：943 位用户，1,682 部电影，100,000 条带时间的评分。
# > 2. 按课程的协议，每位用户的评分按时间排序；最后一条用于测试，倒数第二条用于验证。
# > 3. 时间相同的评分里，电影被评次数最多的那条算最后一条。
# > 4. 用户以前评过的电影不参加排序，对所有模型都如此。
# > 5. 为了节省时间，每部测试电影只与 100 部随机抽取的电影一起排序。
# > 6. 我们与流行度、item-kNN 和 EASE 比较。
# > 7. 基线采用各自论文中的设置；我们的模型试了 60 个设置，取验证集上 NDCG@10 最好的一个。
# > 8. 我们模型中的电影向量，是在划分数据之前用全部评分一次拟合好的。
# > 9. 我们的模型用五个种子训练，报告它们的平均。
# > 10. 区间是对用户的 95% 自助法区间。
# > 11. 我们的模型与 EASE 的区间重叠，这说明两者同样好。
# > 12. 与流行度的配对差是 0.031，区间从 0.018 到 0.044。
# > 13. 我们按年龄和职业在 20 个用户群体中与流行度比较；其中学生这一组提高显著（p = 0.04），可见学生尤其受益。
# > 14. 我们模型的列表覆盖 36% 的电影，EASE 的覆盖 29%。
# > 15. 所有的数都是离线测的；用户会不会点击更多，还要在线测试。

# %% exercise="evaluation-report" points=3
# en: A set of six sentence numbers.
# zh: 六个句子编号的集合。
answer = ...
### BEGIN SOLUTION
answer = {3, 5, 7, 8, 11, 13}
### END SOLUTION

# %% check="evaluation-report"
recbook.check("evaluation-report", answer)

# %% [markdown] lang="en"
# ## Takeaways
#
# {takeaways}
#
# ## Quiz

# %% [markdown] lang="zh"
# ## 小结
#
# {takeaways}
#
# ## 小测

# %% quiz="evaluation"
recbook.quiz("evaluation")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress("evaluation")

# %% [markdown] lang="en"
# - J. L. Herlocker, J. A. Konstan, L. G. Terveen and J. T. Riedl (2004). *Evaluating collaborative filtering recommender systems.* ACM TOIS 22(1). [doi:10.1145/963770.963772](https://doi.org/10.1145/963770.963772). Which metric for which task.
# - K. Järvelin and J. Kekäläinen (2002). *Cumulated gain-based evaluation of IR techniques.* ACM TOIS 20(4). [doi:10.1145/582415.582418](https://doi.org/10.1145/582415.582418). DCG and NDCG.
# - W. Krichene and S. Rendle (2020). *On sampled metrics for item recommendation.* KDD. [doi:10.1145/3394486.3403226](https://doi.org/10.1145/3394486.3403226).
# - M. Ge, C. Delgado-Battenfeld and D. Jannach (2010). *Beyond accuracy: evaluating recommender systems by coverage and serendipity.* RecSys. [doi:10.1145/1864708.1864761](https://doi.org/10.1145/1864708.1864761).
# - H. Steck (2018). *Calibrated recommendations.* RecSys. [doi:10.1145/3240323.3240372](https://doi.org/10.1145/3240323.3240372).
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress? A worrying analysis of recent neural recommendation approaches.* RecSys. [arXiv:1907.06902](https://arxiv.org/abs/1907.06902).
# - B. Efron (1979). *Bootstrap methods: another look at the jackknife.* Annals of Statistics 7(1). [doi:10.1214/aos/1176344552](https://doi.org/10.1214/aos/1176344552).
# - B. Efron and R. J. Tibshirani (1993). *An introduction to the bootstrap.* Chapman & Hall.
# - S. Holm (1979). *A simple sequentially rejective multiple test procedure.* Scandinavian Journal of Statistics 6(2), 65–70.
# - Y. Benjamini and Y. Hochberg (1995). *Controlling the false discovery rate: a practical and powerful approach to multiple testing.* Journal of the Royal Statistical Society B 57(1), 289–300.
# - Y.-C. Fan, Y. Ji, J. Zhang and A. Sun (2024). *Our model achieves excellent performance on MovieLens: what does it mean?* ACM TOIS 42(6). [arXiv:2307.09985](https://arxiv.org/abs/2307.09985). The site’s own lists decide much of what is learned.
# - D. Woolridge, S. Wilner and M. Glick (2021). *Sequence or pseudo-sequence? An analysis of sequential recommendation datasets.* Perspectives workshop at RecSys, [CEUR-WS 2955](https://ceur-ws.org/Vol-2955/). Ties in time.
# - A. Klenitskiy, A. Volodkevich, A. Pembek and A. Vasilev (2024). *Does it look sequential? An analysis of datasets for evaluation of sequential recommendations.* RecSys. [arXiv:2408.12008](https://arxiv.org/abs/2408.12008). Many logs, compared by shuffling.
# - T. Schnabel et al. (2016). *Recommendations as treatments: debiasing learning and evaluation.* ICML. [arXiv:1602.05352](https://arxiv.org/abs/1602.05352).
# - A. Swaminathan and T. Joachims (2015). *The self-normalized estimator for counterfactual learning.* NIPS. SNIPS.

# %% [markdown] lang="zh"
# - J. L. Herlocker, J. A. Konstan, L. G. Terveen and J. T. Riedl (2004). *Evaluating collaborative filtering recommender systems.* ACM TOIS 22(1). [doi:10.1145/963770.963772](https://doi.org/10.1145/963770.963772)。什么任务用什么指标。
# - K. Järvelin and J. Kekäläinen (2002). *Cumulated gain-based evaluation of IR techniques.* ACM TOIS 20(4). [doi:10.1145/582415.582418](https://doi.org/10.1145/582415.582418)。DCG 与 NDCG。
# - W. Krichene and S. Rendle (2020). *On sampled metrics for item recommendation.* KDD. [doi:10.1145/3394486.3403226](https://doi.org/10.1145/3394486.3403226)。采样指标。
# - M. Ge, C. Delgado-Battenfeld and D. Jannach (2010). *Beyond accuracy: evaluating recommender systems by coverage and serendipity.* RecSys. [doi:10.1145/1864708.1864761](https://doi.org/10.1145/1864708.1864761)。覆盖率与惊喜度。
# - H. Steck (2018). *Calibrated recommendations.* RecSys. [doi:10.1145/3240323.3240372](https://doi.org/10.1145/3240323.3240372)。校准。
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress? A worrying analysis of recent neural recommendation approaches.* RecSys. [arXiv:1907.06902](https://arxiv.org/abs/1907.06902)。基线调好之后，许多进步就不见了。
# - B. Efron (1979). *Bootstrap methods: another look at the jackknife.* Annals of Statistics 7(1). [doi:10.1214/aos/1176344552](https://doi.org/10.1214/aos/1176344552)。自助法的出处。
# - B. Efron and R. J. Tibshirani (1993). *An introduction to the bootstrap.* Chapman & Hall。自助法。
# - S. Holm (1979). *A simple sequentially rejective multiple test procedure.* Scandinavian Journal of Statistics 6(2), 65–70。
# - Y. Benjamini and Y. Hochberg (1995). *Controlling the false discovery rate: a practical and powerful approach to multiple testing.* Journal of the Royal Statistical Society B 57(1), 289–300。
# - Y.-C. Fan, Y. Ji, J. Zhang and A. Sun (2024). *Our model achieves excellent performance on MovieLens: what does it mean?* ACM TOIS 42(6). [arXiv:2307.09985](https://arxiv.org/abs/2307.09985)。模型学到的东西，有许多取决于网站自己的列表。
# - D. Woolridge, S. Wilner and M. Glick (2021). *Sequence or pseudo-sequence? An analysis of sequential recommendation datasets.* Perspectives workshop at RecSys, [CEUR-WS 2955](https://ceur-ws.org/Vol-2955/)。时间并列，顺序不可知。
# - A. Klenitskiy, A. Volodkevich, A. Pembek and A. Vasilev (2024). *Does it look sequential? An analysis of datasets for evaluation of sequential recommendations.* RecSys. [arXiv:2408.12008](https://arxiv.org/abs/2408.12008)。用打乱顺序的办法比较许多日志。
# - T. Schnabel et al. (2016). *Recommendations as treatments: debiasing learning and evaluation.* ICML. [arXiv:1602.05352](https://arxiv.org/abs/1602.05352)。把推荐当作干预来纠偏。
# - A. Swaminathan and T. Joachims (2015). *The self-normalized estimator for counterfactual learning.* NIPS。SNIPS。

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Average precision, and films that are liked more <a id="metrics"></a>
#
# This section adds two metrics that papers report. **Average precision** (AP) takes the precision down to each hit, in our list of five $1/2$ at place 2 and $2/4$ at place 4, adds them up and divides by the largest number of hits there could be, $\min(k, R) = 3$: $(0.5 + 0.5) / 3 = 0.33$. Its mean over users is MAP. With one relevant film it is the reciprocal rank.
#
# In the **graded** case a film that is liked more gains more: in DCG a **gain** $g_r$ stands where $h_r$ stood, say 1 for a rating of 4 and 2 for a rating of 5. If our three films were rated 4, 5 and 5 (places 2, 4, 9), DCG@5 is $1 \cdot 0.63 + 2 \cdot 0.43 = 1.49$. The ideal order of gains is 2, 2, 1, so IDCG is $2 + 2 \cdot 0.63 + 0.5 = 3.76$, and graded NDCG@5 is $0.40$, lower than the $0.50$ of before, mainly because a film rated 5 is missing from the list and now counts double.

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 平均精确率，以及喜欢程度的高低 <a id="metrics"></a>
#
# 本节补充论文常报告的两个指标。**平均精确率**（average precision，AP）取每次命中处的精确率，在前面那份五部电影的列表里，第 2 位是 $1/2$，第 4 位是 $2/4$，相加后除以最多可能的命中数 $\min(k, R) = 3$：$(0.5 + 0.5) / 3 = 0.33$。对用户取平均，叫作 MAP（mean average precision）。只有一部相关电影时，它就是倒数排名。
#
# 在**分级**（graded）的情形下，越喜欢的增益越大：DCG 里的 $h_r$ 换成**增益**（gain）$g_r$，比如评分为 4 的是 1，评分为 5 的是 2。设那三部（第 2、4、9 位）的评分是 4、5、5，DCG@5 就是 $1 \cdot 0.63 + 2 \cdot 0.43 = 1.49$；理想的增益顺序是 2、2、1，IDCG 为 $2 + 2 \cdot 0.63 + 0.5 = 3.76$，分级 NDCG@5 是 $0.40$。它低于前面的 $0.50$，主要因为有一部评分为 5 的不在列表里，而它现在的分量加倍。

# %%
from sklearn.metrics import average_precision_score

scored, flags, grades = -place[None].astype(float), relevant[None], np.zeros(20)
grades[[1, 3, 8]] = [1, 2, 2]
by_library = {
    "average precision": metrics.average_precision_at_k(scored, flags, 5)[0],
    "graded NDCG": metrics.graded_ndcg_at_k(scored, grades[None], 5)[0],
}
whole_ranking = average_precision_score(relevant, scored[0])
rows = [(plots.name(key), pencil, value) for (key, value), pencil in zip(by_library.items(), (1 / 3, 0.40))]
plots.table(pd.DataFrame(rows, columns=["metric", "by pencil", "in code"]))

# %%
recbook.claim(
    np.isclose(whole_ranking, (1 / 2 + 2 / 4 + 3 / 9) / 3)
    and np.isclose(ndcg_score(grades[None], scored, k=5), by_library["graded NDCG"]),
    en="Scikit-learn's average precision is another one: it follows the whole ranking and divides by $R$, which gives "
    "{whole_ranking:.2f} where AP@{k} is {at_k:.2f}. Its graded NDCG is the same.",
    zh="scikit-learn 的平均精确率是另一种：沿着整个排序计算，除以 $R$，得到 {whole_ranking:.2f}，而 AP@{k} 是 "
    "{at_k:.2f}。它的分级 NDCG 与这里相同。",
    takeaway=False, whole_ranking=whole_ranking, at_k=by_library["average precision"], k=5,
)

# %% [markdown] lang="en"
# ### When metrics disagree <a id="disagree"></a>
#
# This section finds out why EASE with the last films wins in NDCG@10 and loses in AUC. AUC gives every place of the ranking the same weight: to lift a film from place 1,300 to 1,200 counts as much as from 101 to 1. So a model can gain at the top and lose far below. But in item-kNN the same look at the last films raises both. What differs is the model: EASE has negative weights, item-kNN's similarities are never negative. So set EASE's negative weights to 0, for both ways of weighing the history, and change nothing else.

# %% [markdown] lang="zh"
# ### 指标不一致时 <a id="disagree"></a>
#
# 近期加权的 EASE，NDCG@10 更高，AUC 却更低，本节找出原因。AUC 对排序的每个位置一视同仁：把一部电影从第 1,300 位提到第 1,200 位，与从第 101 位提到第 1 位，分量一样。所以一个模型可以在最前面有所得，而在很靠后的地方有所失。但 item-kNN 同样近期加权，两个指标都升高了。不同的是模型：EASE 的权重有正有负，item-kNN 的相似度从不为负。于是把 EASE 的负权重都设为 0，两种历史权重都这样做，其余不变。

# %%
from recbook.data.histories import recency

everywhere = bootstrap(auc["EASE, last films"] - auc["EASE"])
all_alike = history @ models["item-kNN, last films"].similarity_
neighbours = bootstrap(auc["item-kNN, last films"] - metrics.auc(all_alike, hidden, history))
recbook.claim(
    at_the_top.low > 0.005 and everywhere.high < -0.005 and neighbours.low > 0.005,
    en="Weights on the last films lower EASE's AUC by {auc_low:.3f} to {auc_high:.3f}; in item-kNN they raise it by "
    "{knn_low:.3f} to {knn_high:.3f}.",
    zh="近期加权使 EASE 的 AUC 降低 {auc_low:.3f} 到 {auc_high:.3f}，却使 item-kNN 的 AUC 升高 {knn_low:.3f} 到 "
    "{knn_high:.3f}。",
    takeaway=False, auc_low=-everywhere.high, auc_high=-everywhere.low, knn_low=neighbours.low, knn_high=neighbours.high,
)

# %%
positive = np.maximum(models["EASE"].weights_, 0)
last, alike = (metrics.auc(recency(split.history(), half_life) @ positive, hidden, history) for half_life in (8.0, None))
lifted = bootstrap(last - alike)
below = {name: (scores[name][hidden.toarray() > 0] < 0).mean() for name in ("EASE", "EASE, last films")}
recbook.claim(
    lifted.low > 0.003 and below["EASE, last films"] > below["EASE"] + 0.03,
    en="Without negative weights EASE, too, gains AUC from the last films, {gain_low:.3f} to {gain_high:.3f}. With "
    "them {equal_share:.0%} of the hidden films score below zero, and with weights on the last films {last_share:.0%}.",
    zh="去掉负权重，近期加权也使 EASE 的 AUC 升高，高 {gain_low:.3f} 到 {gain_high:.3f}。有负权重时，目标电影得分为负的"
    "占 {equal_share:.0%}；近期加权时占 {last_share:.0%}。",
    takeaway=False, gain_low=lifted.low, gain_high=lifted.high, equal_share=below["EASE"],
    last_share=below["EASE, last films"],
)

# %% [markdown] lang="en"
# A score below 0 lies below all films about which the history says nothing. So sums of few weights, some of them negative, push a part of the hidden films far down, and AUC notices. Whoever must order a whole catalogue, to decide what goes to a second model for example, may want such a metric.
#
# ### Beyond right and wrong <a id="beyond"></a>
#
# This section adds seven numbers for what no metric of hits sees: a list that holds the right film may still be dull. Let $L$ be the list of one user, of length $k$, and $c_i$ the number of users who have rated film $i$ in training, out of $m$ users.
#
# | measure | what it is | by pencil |
# |---|---|---|
# | **coverage** | share of the catalogue that stands in any list | two lists, ABC and ABD, of 20 films: $4/20$ |
# | **Gini index** | how unequally the places in the lists are shared out among the films (chapter 01) | 0 if all films are shown equally often |
# | **novelty** | mean of $-\log_2 (c_i / m)$ over the list, in bits | a film that 1 user in 8 has rated: 3 bits |
# | **diversity** | mean of 1 − cosine over all pairs of the list, here between the genres | two comedies 0, a comedy and a war film 1 |
# | **serendipity** | share of the list that is relevant and not in the list of a primitive model, here popularity | 1 relevant film in 10, also among the ten most popular: 0 |
# | **miscalibration** | how far the genres of the list are from those of the history: $\sum_g p_g \log (p_g / \tilde q_g)$ | history $3/4$ comedy and $1/4$ war, list the same: 0 |
# | **popularity lift** | mean $c_i$ of the list over mean $c_i$ of the history | 1: the list is as popular as what the user has rated; 2: twice as popular |
#
# In miscalibration $p_g$ is the share of genre $g$ in the history, $q_g$ that in the list (a film with two genres counts one half for each), and $\tilde q_g = 0.99 q_g + 0.01 p_g$ keeps a missing genre from costing infinitely much (Steck 2018). Serendipity is defined as by Ge et al. (2010). All seven are in `recbook.evaluation.beyond`.

# %% [markdown] lang="zh"
# 得分低于 0，就低于历史完全没有涉及的电影。可见，求和的权重少了，其中又有负的，就会把一部分目标电影压到很靠后的地方，而 AUC 看得到这一点。如果要给整个片库排序（比如决定把哪些交给第二个模型），也许需要这样的指标。
#
# ### 对错之外 <a id="beyond"></a>
#
# 命中类的指标看不到的，本节用七个数来补充：一份列表即使放进了对的电影，也可能很乏味。设 $L$ 为一位用户的列表，长度为 $k$；$c_i$ 为训练集中评过电影 $i$ 的用户数，一共 $m$ 位用户。
#
# | 度量 | 是什么 | 笔算 |
# |---|---|---|
# | **覆盖率**（coverage） | 出现在任一列表中的电影占片库的比例 | 两份列表 ABC 和 ABD，片库 20 部：$4/20$ |
# | **基尼系数**（Gini index） | 列表中的位置在各部电影之间分配得多不均匀（第 01 章） | 每部展示得一样多，就是 0 |
# | **新颖性**（novelty） | $-\log_2 (c_i / m)$ 对列表取平均，单位是比特 | 每 8 位用户有 1 位评过的电影：3 比特 |
# | **多样性**（diversity） | 列表中每一对电影的 1 − 余弦的平均，这里用类型计算 | 两部喜剧是 0，一部喜剧和一部战争片是 1 |
# | **惊喜度**（serendipity） | 列表中相关、而简单模型（这里是流行度）的列表里又没有的电影的比例 | 10 部里有 1 部相关，但它也在最热门的十部里：0 |
# | **失准度**（miscalibration） | 列表的类型与历史的类型相差多远：$\sum_g p_g \log (p_g / \tilde q_g)$ | 历史是 $3/4$ 喜剧、$1/4$ 战争片，列表也是：0 |
# | **热度提升**（popularity lift） | 列表的 $c_i$ 平均值除以历史的 $c_i$ 平均值 | 1：列表与用户评过的电影同样热门；2：热度是两倍 |
#
# 失准度里，$p_g$ 是类型 $g$ 在历史中的比例，$q_g$ 是它在列表中的比例（一部电影有两个类型时各算一半）；$\tilde q_g = 0.99 q_g + 0.01 p_g$，免得缺了一个类型就变成无穷大（Steck 2018）。惊喜度用的是 Ge et al.（2010）的定义。这七个都在 `recbook.evaluation.beyond` 里。

# %%
from recbook.data.prepare import genre_table
from recbook.evaluation import beyond, gini

genres = genre_table(ratings.items).to_numpy(float)  # (films, genres)
# en: two genres: one half each
# zh: 两个类型各算一半
genres = genres / np.maximum(genres.sum(axis=1, keepdims=True), 1)
counts = split.train.item_counts()
lists = {name: metrics.top_k(table, 10, history) for name, table in scores.items()}


def describe(found):
    return {
        "coverage": beyond.coverage(found, ratings.n_items),
        "Gini index": gini(beyond.exposure(found, ratings.n_items)),
        "novelty": np.nanmean(beyond.novelty(found, counts, len(users))),
        "diversity": np.nanmean(beyond.diversity(found, genres)),
        "serendipity": np.nanmean(beyond.serendipity(found, hidden, lists["popularity"])),
        "miscalibration": np.nanmean(beyond.miscalibration(found, history, genres)),
        "popularity lift": np.nanmean(beyond.popularity_lift(found, history, counts)),
    }


# %% tags=["nbval-ignore-output"]
described = {name: describe(found) for name, found in lists.items()}
accuracy = {name: report["ndcg@10"] for name, report in reports.items()}
rows = [(plots.name(name), accuracy[name], *found.values()) for name, found in described.items()]
plots.table(pd.DataFrame(rows, columns=["model", "NDCG@10", *described["EASE"]]))
in_panels = ("coverage", "novelty", "diversity", "serendipity", "miscalibration")
figures.beyond_accuracy(accuracy, {name: {key: of[key] for key in in_panels} for name, of in described.items()})

# %% tags=["nbval-ignore-output"]
control, others = described["random"], [described[name] for name in scores if name != "random"]
wins = [key for key in ("coverage", "novelty", "diversity") if control[key] > max(o[key] for o in others)]
of_goods = stored["shop"]["beyond"]
wins_in_shop = [key for key in wins if of_goods["random"][key] > max(of[key] for name, of in of_goods.items() if name != "random")]
recbook.claim(
    len(wins) == 3 and control["Gini index"] < min(o["Gini index"] for o in others) and wins_in_shop == ["coverage", "novelty"],
    en="On films random lists beat all six models in coverage, novelty and diversity, with an NDCG@10 of {films:.3f}; "
    "in the shop they beat all models in coverage and novelty, with {shop:.3f}.",
    zh="在电影上，随机列表的覆盖率、新颖性和多样性都高于六个模型，NDCG@10 却只有 {films:.3f}；在商店里，覆盖率和新颖性也高"
    "于所有模型，得分只有 {shop:.3f}。",
    takeaway=False, films=accuracy["random"], shop=of_goods["random"]["ndcg@10"],
)

# %% [markdown] lang="en"
# So no such measure means anything alone: a model is better than another if it lies further to the right (higher NDCG@10) *and* further towards the good side of the other axis. Among the trained models coverage, novelty and serendipity rise with NDCG@10 on the whole, and diversity falls.

# %% [markdown] lang="zh"
# 可见，这样的指标，单独看没有意义：一个模型比另一个好，要它更靠右（横轴是 NDCG@10），**并且**在另一条轴上也更靠近好的一边。在训练出来的模型中，覆盖率、新颖性和惊喜度大体随 NDCG@10 上升，多样性则下降。

# %% tags=["nbval-ignore-output"]
far = {name: found["miscalibration"] for name, found in described.items() if name != "random"}
alike = {name: found["diversity"] for name, found in described.items()}
recbook.claim(
    min(alike, key=alike.get) == max(far, key=far.get) == "item2vec",
    en="item2vec, first in NDCG@10, has the least varied lists (diversity {diversity:.2f}) and, but for random ones, "
    "those furthest from the history (miscalibration {item2vec_miscalibration:.2f}; EASE {ease_miscalibration:.2f}).",
    zh="NDCG@10 排第一的 item2vec，列表却最单调（多样性 {diversity:.2f}）；除随机列表外，类型也离历史最远（失准度 "
    "{item2vec_miscalibration:.2f}，EASE 为 {ease_miscalibration:.2f}）。",
    takeaway=False, diversity=alike["item2vec"], item2vec_miscalibration=far["item2vec"],
    ease_miscalibration=far["EASE"],
)

# %% [markdown] lang="en"
# Its half-life is 2 films, so the last four films make up three quarters of a user's vector: a likely reason. Can one have both? **Re-ranking** is the common tool, the last step of chapter 02's funnel. From a model's 100 best films a list is built film by film, each time with the film that makes
#
# $$(1 - \lambda) \sum_{i \in L} s_i - \lambda \cdot \text{miscalibration}(L)$$
#
# largest, where $s_i$ is the model's score, scaled to 0…1 over the 100 for each user, and $\lambda$ says what calibration is worth to us (Steck 2018). The curve is a description of the test films; whoever wants to *choose* a $\lambda$ must do so on the validation films. (Some seconds.)

# %% [markdown] lang="zh"
# 它的半衰期是 2 部，最近四部电影占用户向量的四分之三，这可能就是原因。准确与校准能兼得吗？常用的办法是**重排**（re-ranking），即第 02 章漏斗的最后一步。从模型排在最前的 100 部里，一部一部地搭出列表，每次取使下式最大的那一部：
#
# $$(1 - \lambda) \sum_{i \in L} s_i - \lambda \cdot \text{miscalibration}(L)$$
#
# 其中 miscalibration 即失准度，$s_i$ 是模型的得分，对每位用户在这 100 部里缩放到 0…1；$\lambda$ 表示把校准（calibration）看得多重（Steck 2018）。曲线画的是测试集上的情形，只作描述；真要**选择** $\lambda$，必须在验证集上选。（要几秒钟。）

# %% tags=["nbval-ignore-output"]
open_scores = np.where(history.toarray() > 0, -np.inf, scores["item2vec"])
curve = {}
for weight in (0, 0.1, 0.25, 0.5, 0.75, 0.9):
    found = beyond.calibrated_lists(open_scores, history, genres, weight=weight)
    as_scores = np.full(open_scores.shape, -np.inf)
    np.put_along_axis(as_scores, found, -np.arange(10.0)[None], axis=1)
    curve[weight] = judge(as_scores), beyond.miscalibration(found, history, genres)
figures.trade_off({weight: (report["ndcg@10"], np.nanmean(far)) for weight, (report, far) in curve.items()})

# %% tags=["nbval-ignore-output"]
mild, strong = (curve[weight][0].difference(curve[0][0], "ndcg@10") for weight in (0.25, 0.9))
drop = [1 - np.nanmean(curve[weight][1]) / np.nanmean(curve[0][1]) for weight in (0.25, 0.9)]
recbook.claim(
    mild.low < 0 < mild.high and strong.high < 0 and min(drop) > 0.15,
    en="With λ = {weight} re-ranking takes {mild_drop:.0%} off item2vec's miscalibration and changes NDCG@10 by "
    "−{mild_low:.3f} to +{mild_high:.3f}: no loss is shown.",
    zh="λ = {weight} 时，重排使 item2vec 的失准度降低 {mild_drop:.0%}，NDCG@10 变化 −{mild_low:.3f} 到 +{mild_high:.3f}，差"
    "异不显著。",
    takeaway=False, weight=0.25, mild_drop=drop[0], mild_low=-mild.low, mild_high=mild.high,
)
recbook.claim(
    strong.high < 0,
    en="With λ = {weight} it takes off {strong_drop:.0%} and costs {cost_low:.3f} to {cost_high:.3f}.",
    zh="λ = {weight} 时，失准度降低 {strong_drop:.0%}，得分损失 {cost_low:.3f} 到 {cost_high:.3f}。",
    takeaway=False, weight=0.9, strong_drop=drop[1], cost_low=-strong.high, cost_high=-strong.low,
)

# %% [markdown] lang="en"
# ### For whom? <a id="whom"></a>
#
# This section looks behind the mean, at groups. The data name each user's gender, as F or M. Nobody stands in both groups, so the interval of the difference is **unpaired**: each group is resampled on its own (`compare.bootstrap_between`). And since women in this data have shorter histories on average, we also compare like with like: cut the users into four layers by the length of their history, take the difference inside each, and average the four by the layers' sizes.

# %% [markdown] lang="zh"
# ### 对哪些人有效？ <a id="whom"></a>
#
# 本节看平均数背后的群体。数据里有每位用户的性别（F 是女，M 是男）。没有人同时属于两组，所以差的区间是**非配对**的：两组各自重抽样（`compare.bootstrap_between`）。另外，这份数据里女性的历史平均较短，所以还要把相似的放在一起比：按历史长度把用户分成四层，在每层内求差，再按各层人数加权平均。

# %%
gender, length = ratings.users["gender"].to_numpy(), split.train.user_counts()
layer = np.digitize(length, np.quantile(length, [0.25, 0.5, 0.75]))  # 0 to 3


# en: drawn (resamples, users): how often each user is in it
# zh: drawn (resamples, users)：每位用户被抽到几次
def layered_difference(values, drawn):
    parts = []
    for number in range(4):
        of = [(layer == number) & (gender == kind) for kind in "FM"]
        women, men = (drawn[:, who] @ values[who] / drawn[:, who].sum(axis=1) for who in of)
        parts.append((women - men) * (layer == number).mean())
    return np.sum(parts, axis=0)


draws = np.random.default_rng(0).multinomial(len(users), np.full(len(users), 1 / len(users)), 2000)


# %% tags=["nbval-ignore-output"]
def spread(values):
    return f"{np.mean(values):.3f} ({plots.ends(*bootstrap(values))})"


between, rows = {}, []
for name in ("popularity", "EASE", "item2vec"):
    values = reports[name].per_user["ndcg@10"]
    women, men = values[gender == "F"], values[gender == "M"]
    layered = np.quantile(layered_difference(values, draws), [0.025, 0.975])
    between[name] = compare.bootstrap_between(women, men), layered
    rows.append((plots.name(name), spread(women), spread(men), *(plots.ends(*pair, sign=True) for pair in between[name])))
columns = ["model, NDCG@10", *(f"{plots.name(kind)} ({(gender == kind).sum()})" for kind in "FM")]
plots.table(pd.DataFrame(rows, columns=[*columns, "F − M", "F − M, like histories"]))

# %%
raw, layered = between["popularity"]
recbook.claim(
    raw.high < 0 and layered[1] < 0,
    en="Popularity's NDCG@10 is lower for women than for men by {raw_low:.3f} to {raw_high:.3f}, among like histories "
    "by {layered_low:.3f} to {layered_high:.3f}, if one looks at this comparison alone.",
    zh="单看这一次比较，流行度的 NDCG@10 对女性比对男性低 {raw_low:.3f} 到 {raw_high:.3f}，在历史长度相近的用户之间低 "
    "{layered_low:.3f} 到 {layered_high:.3f}。",
    takeaway=False, raw_low=-raw.high, raw_high=-raw.low, layered_low=-layered[1], layered_high=-layered[0],
)
recbook.claim(
    length[gender == "F"].mean() < length[gender == "M"].mean() - 5,
    en="Women have {women_films:.0f} films in their training history on average, men {men_films:.0f}; {men_share:.0%} "
    "of the users are men.",
    zh="训练历史平均女性 {women_films:.0f} 部，男性 {men_films:.0f} 部；{men_share:.0%} 的用户是男性。",
    takeaway=False, men_share=(gender == "M").mean(), women_films=length[gender == "F"].mean(),
    men_films=length[gender == "M"].mean(),
)

# %% [markdown] lang="en"
# A list of what most people rate is a list of what the largest group rates: a plausible reason, which this table does not prove. Two warnings. That one model's interval includes 0 and another's does not is no evidence that the two models *differ* in this; for that one would need the interval of the difference of the differences. And the table holds six comparisons, of which we have just picked the ones that stand out: [below](#many) they are corrected for that. (The shop's households are not one person each, so there is no twin.)
#
# ### What the future adds <a id="future"></a>
#
# How much of a random split’s gain is the future? This section asks not about the step from paper A to paper B, where another film is hidden, but what a model may know about a film hidden midway. Each user gets a hidden film at a random place with at least ten films before it. The models are trained three times: on what the user rated before it; on *as many* ratings, drawn from all but the hidden film; and on all but the hidden film. Users, hidden films and rivals stay fixed: every other film that the user has ever rated is left out of the ranking, known to the model or not. From the first to the second, past ratings are exchanged for later ones; from the second to the third only more come in. Three drawings, averaged for each user.

# %% [markdown] lang="zh"
# 多数人评什么就推荐什么，列出的就是最大的群体评过的电影：这是一个合理的解释，但这张表证明不了它。有两点要当心。一个模型的区间包含 0，另一个的不包含，也不能证明两个模型在这一点上**有差别**；那需要“差的差”的区间。还有，这张表里有六次比较，而我们刚才挑出了最显眼的：[后面](#many)会为此作校正。（商店的一户往往不止一个人，所以没有对应的结果。）
#
# ### 未来占多少 <a id="future"></a>
#
# 随机划分的提高，有多少来自未来？本节考察的不是从论文 A 到论文 B 的那一步（留出的电影换了），而是对于在中途留出的一部电影，模型可以知道什么。每位用户在随机的位置上留出一部，前面至少有十部。模型训练三次：用目标电影之前的评分；从目标电影以外抽取**同样多**的评分；用目标电影以外的全部评分。用户、目标电影和对手都不变：用户评过的其他电影，不管模型是否用到，都不参加排序。从第一种到第二种，一部分过去的评分换成了后来的；从第二种到第三种，只增加了评分。抽三次，每位用户取平均。

# %%
drawings = [
    {name: deceptions.knowing(ratings, make, seed) for name, make in (("popularity", Popularity), ("item-kNN", ItemKNN), ("EASE", EASE))}
    for seed in range(3)
]
leak = {
    name: {arm: np.mean([of[name][arm] for of in drawings], axis=0) for arm in deceptions.KNOWN} for name in drawings[0]
}
rows = [("the films", name, *(values.mean() for values in arms.values())) for name, arms in leak.items()]
rows += [("the shop", name, *of["means"].values()) for name, of in stored["shop"]["random split"]["arms"].items()]
rows = [(plots.name(world), plots.name(name), *values) for world, name, *values in rows]
plots.table(pd.DataFrame(rows, columns=["which world", "model, NDCG@10", *deceptions.KNOWN]))

# %%
past, as_many, every = (leak["EASE"][arm] for arm in deceptions.KNOWN)
future, more = bootstrap(as_many - past), bootstrap(every - as_many)
recbook.claim(
    future.low > 0.003 and more.low > 0.01,
    en="On films later ratings in place of past ones add {future_low:.3f} to {future_high:.3f} NDCG@10 to EASE; more "
    "ratings on top add {more_low:.3f} to {more_high:.3f}.",
    zh="在电影上，把一部分过去的评分换成后来的，EASE 的 NDCG@10 提高 {future_low:.3f} 到 {future_high:.3f}；再增加评分，又提高 "
    "{more_low:.3f} 到 {more_high:.3f}。",
    takeaway=False, future_low=future.low, future_high=future.high, more_low=more.low, more_high=more.high,
)

# %%
of_goods = stored["shop"]["random split"]["arms"]["EASE"]
recbook.claim(
    of_goods["future"][1] < 0 < of_goods["more"][0],
    en="In the shop later purchases in place of past ones cost EASE {future_low:.3f} to {future_high:.3f}; more of "
    "them on top add {more_low:.3f} to {more_high:.3f}.",
    zh="在商店里，把一部分过去的购买换成后来的，EASE 反而降低 {future_low:.3f} 到 {future_high:.3f}；再增加购买，又提高 "
    "{more_low:.3f} 到 {more_high:.3f}。",
    takeaway=False, future_low=-of_goods["future"][1], future_high=-of_goods["future"][0],
    more_low=of_goods["more"][0], more_high=of_goods["more"][1],
)

# %%
by_count = bootstrap(leak["popularity"][deceptions.KNOWN[2]] - leak["popularity"][deceptions.KNOWN[0]])
recbook.claim(
    0 < by_count.low and by_count.high < more.low,
    en="Popularity, which learns one number for each film, gains {low:.4f} to {high:.4f} from all later ratings.",
    zh="流行度对每部电影只学一个数，加进后来的全部评分，提高 {low:.4f} 到 {high:.4f}。",
    takeaway=False, low=by_count.low, high=by_count.high,
)

# %% [markdown] lang="en"
# So on films the future helps by itself, and more ratings help more. In the shop the future as such does not help; more purchases do. Why a random split flatters there as well, this experiment does not say. (What was held fixed matters: had each ranking left out only the films that its model knew, those rated later would have been rivals in the first arm alone, and the difference would have looked larger.)
#
# ### Ties in time <a id="ties"></a>
#
# This section shows that even the rule for equal times can leak. Times are in whole seconds, and people rate many films within one second. Which is then the last? A rule that looks at the film's number leaks: low numbers were given to the films that are often rated. In the shop all lines of a basket have one time, and the file sorts them by product number.

# %% [markdown] lang="zh"
# 可见在电影上，单是未来就有帮助，更多的评分帮助更大。在商店里，未来本身没有帮助，更多的购买有。随机划分为什么在那里也抬高得分，这个实验说明不了。（什么不变也很要紧。如果每个排序只屏蔽模型用到的电影，后来评的那些就只在第一种里是对手，差距看上去还会更大。）
#
# ### 时间并列 <a id="ties"></a>
#
# 本节说明，连时间相同时的规则也会泄漏。时间精确到秒，而人们常在同一秒里评好几部。那么哪一部算最后一部？看电影编号的规则会泄漏：编号小的往往是常被评分的电影。在商店里，一篮之内各行的时间全都相同，文件又按商品编号排列。

# %%
by_rule = {"highest number last": ratings.item, "lowest number last": -ratings.item, "file order": np.arange(ratings.n)}
by_rule = {rule: evaluate(Popularity(), deceptions.tied_by(ratings, key))["ndcg@10"] for rule, key in by_rule.items()}
by_chance = [
    evaluate(Popularity(), deceptions.tied_by(ratings, np.random.default_rng(seed).permutation(ratings.n)))["ndcg@10"]
    for seed in range(20)
]
of_baskets = stored["shop"]["ties"]
rules = ("highest number last", "lowest number last")
shown = [(plots.name(rule), f"{by_rule[rule]:.4f}", f"{of_baskets[rule]:.4f}") for rule in rules]
shown.append((plots.name("file order"), f"{by_rule['file order']:.4f}", "–"))
ends = [plots.ends(*ends, 4) for ends in ((min(by_chance), max(by_chance)), of_baskets["at random"])]
shown.append((plots.name("at random, 20 seeds"), *ends))
plots.table(pd.DataFrame(shown, columns=["popularity, NDCG@10", plots.name("the films"), plots.name("the shop")]))

# %%
recbook.claim(
    by_rule["highest number last"] < min(by_chance) - 0.005 and by_rule["lowest number last"] > max(by_chance) + 0.005
    and min(by_chance) < by_rule["file order"] < max(by_chance),
    en="On films the rule alone moves popularity's NDCG@10 from {highest_last:.3f} to {lowest_last:.3f}; random orders "
    "give {chance_low:.3f} to {chance_high:.3f}.",
    zh="在电影上，只改变规则，流行度的 NDCG@10 就从 {highest_last:.3f} 变到 {lowest_last:.3f}；随机决定时是 {chance_low:.3f} "
    "到 {chance_high:.3f}。",
    takeaway=False, highest_last=by_rule["highest number last"], lowest_last=by_rule["lowest number last"],
    chance_low=min(by_chance), chance_high=max(by_chance),
)
recbook.claim(
    of_baskets["highest number last"] < of_baskets["at random"][0],
    en="In the shop the file's order, highest number last, gives {file_order:.3f}, less than each of 20 random orders.",
    zh="在商店里，按文件顺序（编号最大的算最后）得到 {file_order:.3f}，低于 20 次随机决定中的每一次。",
    takeaway=False, file_order=of_baskets["highest number last"],
)

# %% [markdown] lang="en"
# The random rows are the smallest and the largest of the orders drawn. The course takes file order for films, near the upper end of that range, and a random order for the shop. (Why in the shop neither rule on the number is above the random orders, we do not know.)
#
# ### Is it really the page? <a id="page"></a>
#
# This section checks whether EASE with the last films guesses the page, or what people like on one evening. First check: deal the films of each sitting out anew, to the same moments (`shuffle_within_sitting`; a sitting is a run of ratings with less than an hour from one to the next). The history holds the same films, the same evening, the same hidden film; only the order inside is gone. We score from it five times and look at the users of the first group.

# %% [markdown] lang="zh"
# 随机一行是各次随机决定中的最小值和最大值。课程对电影采用文件顺序，它接近这个范围的上端；对商店则随机决定。（在商店里，按编号的两条规则为什么都不高于随机决定，原因不清楚。）
#
# ### 起作用的真是页面吗？ <a id="page"></a>
#
# 近期加权的 EASE 猜中的是页面，还是人们在同一个晚上喜欢的电影？本节做两项检查。第一项：把每次打分的电影在原来的那些时刻上重新排列（`shuffle_within_sitting`；相邻两条评分相隔不到一小时，算同一次）。历史里还是同样的电影、同一个晚上，目标电影也不变，只是失去了内部的顺序。照此打分五次，看第一组用户的结果。

# %%
from recbook.data import shuffle_within_sitting


def dealt_out(pause):
    orders = [shuffle_within_sitting(split.history(), pause, seed) for seed in range(5)]
    scored = [judge(models["EASE, last films"].score(users, order)).per_user["ndcg@10"] for order in orders]
    return np.mean(scored, axis=0)[groups["a minute"]]


even, recent = (by_user[name][groups["a minute"]] for name in ("EASE", "EASE, last films"))
looks = {"as it is": recent, "dealt out within a second": dealt_out(0), "dealt out within a sitting": dealt_out(3600)}
recent_name = plots.name("EASE, last films")
rows = [(f"{recent_name} · {plots.name(order)}", f"{values.mean():.3f}") for order, values in looks.items()]
rows.append((plots.name("EASE"), f"{even.mean():.3f}"))
plots.table(pd.DataFrame(rows, columns=["model and order", "NDCG@10"]))

# %%
without = looks["dealt out within a sitting"]
cost, left, within = (bootstrap(d) for d in (recent - without, without - even, recent - looks["dealt out within a second"]))
recbook.claim(
    cost.low > 0.01 and left.low < 0 < left.high and within.low < 0.002,
    en="Without the order inside a sitting EASE with the last films loses {cost_low:.3f} to {cost_high:.3f} for these "
    "users, and no lead over plain EASE is shown any more (−{left_low:.3f} to +{left_high:.3f}).",
    zh="去掉同一次打分内部的顺序，近期加权的 EASE 在这些用户上损失 {cost_low:.3f} 到 {cost_high:.3f}，与普通的 EASE 差异"
    "不显著（−{left_low:.3f} 到 +{left_high:.3f}）。",
    takeaway=False, cost_low=cost.low, cost_high=cost.high, left_low=-left.low, left_high=left.high,
)

# %% [markdown] lang="en"
# So as far as these users can show, its whole gain was the order inside the sitting. (The check is of EASE with the last films; plain EASE looks at no order. Within one second nothing is lost: there the order is the file's, and says nothing.) Second check: what stood together? A list sorted by how good films are leaves a trace: two films rated one after the other have similar *mean ratings*. Here is the correlation over ratings of one user that follow each other, by the time between the two, beside pairs drawn at random from the same user (stored):

# %% [markdown] lang="zh"
# 可见在这些用户所能说明的范围内，它的好处全部来自同一次打分内部的顺序。（这项检查只针对近期加权的 EASE，普通的 EASE 不看顺序。同一秒之内打乱没有损失：那里的顺序是文件的，没有含义。）第二项检查：哪些电影排在一起？按好坏排序的列表会留下痕迹：前后相接评的两部，**平均分**应当接近。下面是同一用户相接的两条评分里，两部电影平均分的相关系数，按两条的间隔分组；旁边是从同一用户随机取两部的（存好的结果）：

# %%
traces = recbook.stored("page_order")["results"]["films"]["what a page holds"]
waits = {"an hour": "to an hour"}
rows = [(plots.name(waits.get(pause, pause)), f"{of['correlation']:.2f}", f"{of['at random']:.2f}") for pause, of in traces.items()]
plots.table(pd.DataFrame(rows, columns=["time between two ratings", "one after the other", "two at random"]))

# %%
recbook.claim(
    traces["a minute"]["correlation"] > traces["a minute"]["at random"] + 0.3
    and traces["later"]["correlation"] < traces["later"]["at random"],
    en="Within a minute neighbours' mean ratings correlate with {minute:.2f}, two at random with {at_random:.2f}; after "
    "more than an hour nothing of it is left ({later:.2f}). A page sorted by expected rating would leave such a trace.",
    zh="一分钟之内相接的两部，平均分的相关系数是 {minute:.2f}，随机两部是 {at_random:.2f}；隔一小时以上就没有了"
    "（{later:.2f}）。这正是按预计评分排序的页面会留下的痕迹。",
    takeaway=False, minute=traces["a minute"]["correlation"], at_random=traces["a minute"]["at random"],
    later=traces["later"]["correlation"],
)

# %% [markdown] lang="en"
# ### Numbers from different papers <a id="papers"></a>
#
# This section sets popularity beside EASE in all four papers of the beginning. In paper D a user has many relevant films, and finding some of them is easier than finding the one.

# %% [markdown] lang="zh"
# ### 不同论文的数 <a id="papers"></a>
#
# 本节把开头四篇论文里的流行度放到 EASE 旁边。在论文 D 里，一位用户有许多部相关电影，找到其中几部比找到那唯一的一部容易。

# %% tags=["nbval-ignore-output"]
of_popularity = {
    "A": reports["popularity"], "B": evaluate(Popularity(), at_random),
    "C": deceptions.sampled_report(scores["popularity"], split),
    "D": evaluate(Popularity(), random_split(ratings, valid=0, test=0.2)),
}
rows = [(paper, papers[paper]["ndcg@10"], of["ndcg@10"]) for paper, of in of_popularity.items()]
plots.table(pd.DataFrame(rows, columns=["paper", "EASE, NDCG@10", "popularity, NDCG@10"]))

# %% tags=["nbval-ignore-output"]
paper_d, fifth = of_popularity["D"]["ndcg@10"], stored["shop"]["a fifth"]["popularity"]
best_of_shop = max(of["ndcg@10"] for of in stored["shop"]["as it is"].values() if isinstance(of, dict))
recbook.claim(
    paper_d > 1.5 * reports["item2vec"]["ndcg@10"] and fifth > 1.5 * best_of_shop
    and best_of_shop == stored["shop"]["as it is"]["EASE, last three films"]["ndcg@10"],
    en="Popularity in paper D ({popularity_d:.3f}) is far above the best model of paper A ({best_a:.3f}); in the shop "
    "it is so too ({shop_d:.3f}; {shop_a:.3f}, EASE with the half-life of one product).",
    zh="论文 D 的流行度（{popularity_d:.3f}）远高于论文 A 最好的模型（{best_a:.3f}）；商店里也是如此（{shop_d:.3f} 与 "
    "{shop_a:.3f}，后者是半衰期一件的 EASE）。",
    takeaway=False, popularity_d=paper_d, best_a=reports["item2vec"]["ndcg@10"], shop_d=fifth, shop_a=best_of_shop,
)

# %% [markdown] lang="en"
# ### Tuning on the test set <a id="tuning"></a>
#
# This section chooses among settings without any idea behind them: multiply each film's score in EASE (last films) by a random factor near 1, 100 times. Choose the best by the test films of one half of the users, then look at the other half. One way to halve the users may be lucky, so take the mean over 50. (A few seconds.)

# %% [markdown] lang="zh"
# ### 在测试集上调参 <a id="tuning"></a>
#
# 本节在一些没有任何道理的设置里挑选：把近期加权的 EASE 给每部电影的得分乘上一个接近 1 的随机因子，做 100 次。用一半用户的测试电影选出最好的一个，再看另一半用户。只分一次可能碰巧，所以取 50 种分法的平均。（要几秒钟。）

# %%
plain = reports["EASE, last films"].per_user["ndcg@10"]
factors = (np.random.default_rng(seed).normal(1, 0.15, size=ratings.n_items) for seed in range(100))
# en: what each setting adds for each user
# zh: 每个设置给每位用户带来的变化
tried = np.array([judge(scores["EASE, last films"] * factor).per_user["ndcg@10"] - plain for factor in factors])
chosen_on, fresh = deceptions.chosen_on_test(tried, ways=50)

# %%
goods_tuned = stored["shop"]["tuned"]
recbook.claim(
    chosen_on > 0.003 and 0 < fresh < 0.7 * chosen_on and 0 < goods_tuned["fresh"] < 0.7 * goods_tuned["chosen on"],
    en="The best of {n} random settings adds {gain_chosen:.4f} NDCG@10 on the users by whom it was chosen, and "
    "{gain_fresh:.4f} on fresh ones: the rest was chance.",
    zh="{n} 个随机设置中最好的一个，在用来选它的用户上使 NDCG@10 提高 {gain_chosen:.4f}，在没用过的用户上只提高 "
    "{gain_fresh:.4f}，其余是碰巧。",
    takeaway=False, n=len(tried), gain_chosen=chosen_on, gain_fresh=fresh,
)
recbook.claim(
    goods_tuned["fresh"] < goods_tuned["chosen on"],
    en="In the shop it is {gain_chosen:.4f} and {gain_fresh:.4f}.",
    zh="在商店里，两者是 {gain_chosen:.4f} 和 {gain_fresh:.4f}。",
    takeaway=False, gain_chosen=goods_tuned["chosen on"], gain_fresh=goods_tuned["fresh"],
)

# %% [markdown] lang="en"
# (What is left on fresh users has no interval here, and may be chance too; or one of 100 random factors happens to help a little.) The more settings are tried, the better the best one looks, whatever they are. That is what validation films are for, and why a report should say how many settings were tried.
#
# ### One seed <a id="seed"></a>
#
# This section trains again. Models that begin with random numbers end in different places: item2vec with two more seeds (about 10 seconds), and two models of chapter 08, stored:

# %% [markdown] lang="zh"
# （在没用过的用户上剩下的，这里没有给区间，也可能只是碰巧；也可能 100 个随机因子里真有一个有点用。）试的设置越多，最好的那个看上去就越好，不管它们是什么。验证集就是为此准备的，报告也应当写明试过多少个设置。
#
# ### 只用一个种子 <a id="seed"></a>
#
# 本节重新训练几次。从随机数开始训练的模型，每次的终点都不同：item2vec 再用两个种子训练（大约 10 秒），还有第 08 章的两个模型（存好的结果）：

# %% tags=["nbval-ignore-output"]
others = [evaluate(Item2Vec(seed=seed), split).per_user["ndcg@10"] for seed in (1, 2)]
by_seed = np.array([reports["item2vec"].per_user["ndcg@10"], *others])  # (seeds, users)
sequences = recbook.stored("sequences")["results"]["test"]
seeds = {"item2vec": by_seed.mean(axis=1)} | {name: np.array(sequences[name]["test"]) for name in ("SASRec", "BERT4Rec")}
rows = [(plots.name(name), *(f"{value:.4f}" for value in (*values, values.mean()))) for name, values in seeds.items()]
plots.table(pd.DataFrame(rows, columns=["model, NDCG@10", "seed 0", "seed 1", "seed 2", "mean"]))

# %%
of_goods = stored["shop"]["seeds"]
luck = {name: values.max() - values.mean() for name, values in seeds.items()}
recbook.claim(
    min(luck.values()) > 0.0005 and max(of_goods) > np.mean(of_goods),
    en="Whoever reports the best of three seeds gains {least:.4f} to {most:.4f} NDCG@10 over their mean (the smallest and "
    "the largest of the three models), and {shop:.4f} with item2vec in the shop.",
    zh="只报告三个种子里最好的一个，NDCG@10 比三者的平均高 {least:.4f} 到 {most:.4f}（三个模型中最小和最大的），在商店里"
    "（item2vec）高 {shop:.4f}。",
    takeaway=False, least=min(luck.values()), most=max(luck.values()), shop=max(of_goods) - np.mean(of_goods),
)
apart = seeds["item2vec"].min() - seeds["SASRec"].max()
recbook.claim(
    0 < apart < 0.002,
    en="No two models change places here, but item2vec's worst seed is above SASRec's best by {apart:.4f} only.",
    zh="这里没有模型换位，但 item2vec 最差的种子只比 SASRec 最好的高 {apart:.4f}。",
    takeaway=False, apart=apart,
)

# %% [markdown] lang="en"
# So between two close rivals a seed can decide. Report the mean over seeds, for all models alike.

# %% [markdown] lang="zh"
# 可见在相近的对手之间，种子可能起决定作用。所以应当报告各个种子的平均，对所有模型一视同仁。

# %% [markdown] lang="en"
# ### The same thing twice <a id="twice"></a>
#
# This section plants twins. Shops list the same thing under two numbers: a new edition, a second seller; MovieLens-100K itself has 18 films twice (chapter 02). Then a rating may stand in the training data under one number and in the test under the other, and masking does not help, since the twin was never in the history. We give a fifth of the films a twin and write each of their ratings twice. Caught: every twin gets its film's number back, and of equal rows the first is kept.

# %% [markdown] lang="zh"
# ### 同一物品出现两次 <a id="twice"></a>
#
# 本节植入一些副本。商店会把同一件东西列在两个编号下：新的版本，另一个卖家；MovieLens-100K 自己就有 18 部电影重复（第 02 章）。于是同一条评分，可能以一个编号在训练集里，以另一个编号在测试集里；屏蔽历史也没有用，因为另一个编号从未出现在历史中。我们给五分之一的电影各造一个副本，它们的每条评分都写两遍。识破的办法：每个副本换回原来的编号，相同的行只留第一条。

# %%
doubled, merged = (leave_one_out(log) for log in deceptions.twinned(ratings, share=0.2))
with_twins = {"popularity": evaluate(Popularity(), doubled)["ndcg@10"], "EASE": evaluate(EASE(), doubled)["ndcg@10"]}
mended = evaluate(EASE(), merged)["ndcg@10"]
twice_in_shop = stored["shop"]["as it is"], stored["shop"]["twins"]["with twins"]
rows = [("the films", name, reports[name]["ndcg@10"], with_twins[name]) for name in with_twins]
rows += [("the shop", name, twice_in_shop[0][name]["ndcg@10"], twice_in_shop[1][name]) for name in with_twins]
rows = [(plots.name(world), plots.name(name), *values) for world, name, *values in rows]
plots.table(pd.DataFrame(rows, columns=["which world", "model, NDCG@10", "no twins", "with twins"]))

# %%
recbook.claim(
    with_twins["EASE"] > reports["EASE"]["ndcg@10"] + 0.01
    and abs(mended - reports["EASE"]["ndcg@10"]) < 1e-4
    and with_twins["popularity"] < reports["popularity"]["ndcg@10"]
    and twice_in_shop[1]["EASE"] > twice_in_shop[0]["EASE"]["ndcg@10"] + 0.01
    and abs(stored["shop"]["twins"]["mended"]["EASE"] - twice_in_shop[0]["EASE"]["ndcg@10"]) < 0.005,
    en="With twins EASE's NDCG@10 rises from {ease:.3f} to {ease_twins:.3f} on films and from {shop:.3f} to "
    "{shop_twins:.3f} in the shop; with the twins merged the gain is gone.",
    zh="有了副本，EASE 的 NDCG@10 在电影上从 {ease:.3f} 升到 {ease_twins:.3f}，在商店里从 {shop:.3f} 升到 "
    "{shop_twins:.3f}；合并副本之后，这些提高就消失了。",
    takeaway=False, ease=reports["EASE"]["ndcg@10"], ease_twins=with_twins["EASE"],
    shop=twice_in_shop[0]["EASE"]["ndcg@10"], shop_twins=twice_in_shop[1]["EASE"],
)

# %% [markdown] lang="en"
# Popularity falls; a likely reason: both numbers of a popular thing take a place in the list, so that ten places hold fewer different ones.
#
# ### A test, and twenty models that are equally good <a id="many"></a>
#
# This section adds p-values, and shows what happens when one computes many. The **sign-flip test** asks: if two models were equally good, each user's difference could as well have had the other sign; how often do random signs give a mean at least as far from 0 as the one we saw? This share is the **p-value**. It is not the chance that the models are equal; it says how unusual our difference would be *if* they were. For EASE and item-kNN:

# %% [markdown] lang="zh"
# 流行度反而下降，一个可能的原因是：热门物品的两个编号在列表里各占一位，十个位置里不同的物品变少了。
#
# ### 一种检验，以及二十个同样好的模型 <a id="many"></a>
#
# 本节补充 p 值，并看一下算得多了会怎样。**符号翻转检验**的思路是：如果两个模型同样好，每位用户的差取相反的符号也同样可能；那么随机取符号，有多少次得到的平均离 0 至少和实际一样远？这个比例就是 **p 值**（p-value）。它不是“两个模型相等的概率”，而是说：**如果**相等，这样的差有多不寻常。对 EASE 与 item-kNN：

# %%
p_value = compare.sign_flip_test(per_user["EASE"] - per_user["item-kNN"])
recbook.claim(
    0.01 < p_value < 0.05,
    en="p is {p_value:.3f} (9,999 random flips; the paired interval just does not include 0).",
    zh="p 值是 {p_value:.3f}（随机翻转 9,999 次；配对区间刚好不包含 0）。",
    takeaway=False, p_value=p_value,
)

# %% [markdown] lang="en"
# There is no cliff at 0.05: 0.06 says nearly the same as 0.04. Now take 21 copies of EASE, each with a little random noise in its scores. They are equally good by construction. The first is the "baseline", the others are "new models", and each is tested against it.
#
# With 20 *independent* tests at the level 0.05 there is at least one "finding" with the chance $1 - 0.95^{20} = 0.64$. Ours are not independent, since all are compared with the same baseline: where it had bad luck all twenty look better at once, and findings come in bunches. Two corrections. Let $p_{(1)} \le \dots \le p_{(T)}$ be the p-values of $T$ tests, sorted.
#
# - **Holm**: multiply $p_{(j)}$ by $T - j + 1$; then, from the smallest on, let none be less than the one before; cut off at 1. What is then below 0.05 counts as a finding; the chance of *any* false one is at most 5%, whatever the dependence.
# - **Benjamini–Hochberg**: multiply $p_{(j)}$ by $T / j$; then, from the largest down, let none be more than the one after it; cut off at 1. Then at most 5% of the *findings* are false on average, if the tests are independent or positively dependent (roughly: where one p-value is small, the others tend to be small). It pays where some differences are real: it finds more of them.
#
# By pencil, for 0.01, 0.02, 0.9: Holm gives 0.03, 0.04, 0.9; Benjamini–Hochberg 0.03, 0.03, 0.9.
#
# If the copies are equal, the 21 values of a user could as well have been dealt to them in another order. We do so for every user, 500 times: 500 rounds in which nothing is different.

# %% [markdown] lang="zh"
# 0.05 并不是一道分水岭：0.06 与 0.04 说明的几乎一样。再取 EASE 的 21 个变体，每个在得分上加一点随机噪声。它们本来就同样好（只差随机噪声）。第一个当“基线”，其余是“新模型”，每个都与它做检验。
#
# 20 次**独立**的检验，水平 0.05，至少有一个“发现”的概率是 $1 - 0.95^{20} = 0.64$。这就是**多重比较**（multiple comparisons）的问题。不过这里的检验并不独立，因为都与同一个基线比：基线运气差时，二十个同时显得更好，“发现”会成批出现。有两种校正。设 $p_{(1)} \le \dots \le p_{(T)}$ 是 $T$ 次检验的 p 值，从小到大排列。
#
# - **Holm**：把 $p_{(j)}$ 乘以 $T - j + 1$；再从最小的开始，使后一个不小于前一个；超过 1 的取 1。校正后仍小于 0.05 的才算发现；这样，不论检验之间怎样相关，出现**任何**虚假发现的概率至多 5%。
# - **Benjamini–Hochberg**：把 $p_{(j)}$ 乘以 $T / j$；再从最大的开始往回，使前一个不大于后一个；超过 1 的取 1。这样，如果检验独立或正相关（大致是说：一个 p 值小时，其他的也倾向于小），平均至多 5% 的**发现**是虚假的。在确有一些真实差异时，它的好处是找到的更多。
#
# 笔算 0.01、0.02、0.9：Holm 得 0.03、0.04、0.9；Benjamini–Hochberg 得 0.03、0.03、0.9。
#
# 既然各变体同样好，一位用户的 21 个值换一种顺序分给各变体，也同样可能。对每位用户都这样做，重复 500 次：得到 500 轮比较，其中没有任何真实的差异。

# %%
copies = deceptions.noisy_copies(scores["EASE"], 21, judge)  # (copies, users)
found = {"the films": deceptions.rounds_with_a_finding(copies), "the shop": stored["shop"]["chance"]["rounds with a finding"]}
rows = [(plots.name(way), *(f"{of[way]:.0%}" for of in found.values())) for way in deceptions.WAYS]
plots.table(pd.DataFrame(rows, columns=["correction", *map(plots.name, found)]))

# %%
recbook.claim(
    all(0.2 < of["uncorrected"] < 0.65 and max(of["Holm"], of["Benjamini–Hochberg"]) < 0.08 for of in found.values()),
    en="Of {n} equal models at least one is “significantly” different from the baseline in {films:.0%} of the rounds "
    "on films and in {shop:.0%} in the shop; with Holm's correction in {corrected:.0%} at most.",
    zh="{n} 个同样好的模型里，至少有一个与基线“显著”不同的轮次，在电影上占 {films:.0%}，在商店里占 {shop:.0%}；用 Holm 校正"
    "之后至多占 {corrected:.0%}。",
    takeaway=False, n=20, films=found["the films"]["uncorrected"], shop=found["the shop"]["uncorrected"],
    corrected=max(of["Holm"] for of in found.values()),
)

# %% [markdown] lang="en"
# Now back to women and men: six comparisons, of which two stood out. A 95% interval reaches about 1.96 standard errors to each side, so its width divided by 3.92 is a standard error, and the middle divided by it tells the p-value of the normal distribution.

# %% [markdown] lang="zh"
# 现在回到女性与男性：六次比较，其中两次显眼。95% 区间向两边各伸出约 1.96 个标准误，所以宽度除以 3.92 就是标准误；区间的中点除以它，由正态分布得到 p 值。

# %% tags=["nbval-ignore-output"]
from scipy.stats import norm


def from_interval(low, high):
    return 2 * norm.sf(abs(low + high) / 2 / ((high - low) / 3.92))


alone = np.array([from_interval(*interval) for both in between.values() for interval in both])
together = compare.holm(alone), compare.benjamini_hochberg(alone)
ways = ("F − M", "F − M, like histories")
compared = [(plots.name(name), plots.name(way)) for name in between for way in ways]
columns = ["model", "comparison", "uncorrected", "Holm", "Benjamini–Hochberg"]
rows = [(*pair, *p) for pair, *p in zip(compared, alone, *together)]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
recbook.claim(
    max(alone[:2]) < 0.05 < min(together[0]),
    en="Popularity's two differences between women and men have p = {raw_alone:.3f} and {layered_alone:.3f} alone; "
    "corrected by Holm for all six comparisons, {raw_holm:.3f} and {layered_holm:.3f}. So these data do not show that "
    "any of the three models serves women worse.",
    zh="流行度的两个男女之差，单独看 p 值是 {raw_alone:.3f} 和 {layered_alone:.3f}；对六次比较用 Holm 校正之后，是 "
    "{raw_holm:.3f} 和 {layered_holm:.3f}。所以这份数据不足以说明三个模型中有哪一个对女性的效果更差。",
    takeaway=False, raw_alone=alone[0], layered_alone=alone[1], raw_holm=together[0][0], layered_holm=together[0][1],
)

# %% [markdown] lang="en"
# Nor do they show that none does. A suspicion worth a second data set, stated beforehand as one comparison, is what remains.
#
# ### How many users does a small difference need? <a id="power"></a>
#
# This section says what a null result is worth. Suppose a true difference of 0.005 NDCG@10. How often would our 943 users show it, that is, give a mean difference larger than 1.96 standard errors? This chance is the **power** of the comparison. For a power of 80% the true difference $\Delta$ must be $1.96 + 0.84 = 2.8$ standard errors, since a standard normal value is above −0.84 with a chance of 80%. With the standard error $s / \sqrt m$ for $m$ users this gives
#
# $$m \approx (2.8\, s / \Delta)^2$$
#
# where $s$ is the standard deviation of the users' differences. By pencil, with $s = 0.13$: $(2.8 \cdot 0.13 / 0.005)^2 = 72.8^2 \approx 5300$ users. Half the difference needs four times as many. To check, we simulate: draw users with replacement from the differences of two real models, and let the two models trade places for a random share of the users, so that the mean becomes 0.005. A thousand times.

# %% [markdown] lang="zh"
# 但也不足以说明都没有更差。剩下的是一个值得用另一份数据检验的猜想，而且要事先写明只做这一次比较。
#
# ### 一个小差异需要多少用户？ <a id="power"></a>
#
# 本节说明“差异不显著”意味着什么。假设真实的差异是 0.005 NDCG@10，我们的 943 位用户有多大机会测出它，也就是平均差大于 1.96 个标准误？这个概率叫作这次比较的**统计功效**（power）。功效要达到 80%，真实的差异 $\Delta$ 必须是 $1.96 + 0.84 = 2.8$ 个标准误，因为标准正态变量大于 −0.84 的概率是 80%。$m$ 位用户的标准误是 $s / \sqrt m$，于是
#
# $$m \approx (2.8\, s / \Delta)^2$$
#
# 其中 $s$ 是各用户之差的标准差。笔算：$s = 0.13$，得 $(2.8 \cdot 0.13 / 0.005)^2 = 72.8^2 \approx 5300$ 位用户。差减半，用户要四倍。再用模拟来核对：从两个真实模型的差里有放回地抽用户，再随机选一部分用户，把他们的两个模型的得分对调，使平均差变成 0.005。重复一千次。

# %%
sizes = [500, 943, 2000, 4000, 8000, 16000, 32000]
curves, enough, checked = {}, [], []
for one, other in pairs[:2]:
    apart = per_user[one] - per_user[other]
    enough.append(round((2.8 * apart.std(ddof=1) / 0.005) ** 2, -2))
    checked.append(compare.power(apart, 0.005, int(enough[-1]), n_trials=2000))
    curves[f"{one} − {other}"] = [compare.power(apart, 0.005, size, n_trials=1000) for size in sizes]
figures.power_curves(sizes, curves, len(users))

# %%
similar, unlike = curves.values()
recbook.claim(
    similar[1] < 0.35 and unlike[1] < 0.2 and np.abs(np.array(checked) - 0.8).max() < 0.06 and enough[1] > 2 * enough[0] > 6000,
    en="Our users show such a difference in {similar_power:.0%} of the cases for two similar models, in "
    "{unlike_power:.0%} for two unlike ones. About {similar_users:,.0f} and {unlike_users:,.0f} would be needed.",
    zh="我们的用户测得出这样的差异的机会：两个相似的模型是 {similar_power:.0%}，两个不相似的是 {unlike_power:.0%}。大约需要 "
    "{similar_users:,.0f} 和 {unlike_users:,.0f} 位用户。",
    takeaway=False, similar_power=similar[1], unlike_power=unlike[1], similar_users=enough[0], unlike_users=enough[1],
)

# %%
of_goods = stored["shop"]["chance"]["pairs"]["EASE − item-kNN"]
recbook.claim(
    of_goods["power"] < 0.75 and of_goods["users"] > stored["shop"]["as it is"]["users"],
    en="In the shop, with {n:,} households, EASE and item-kNN show it in {power:.0%} of the cases; about "
    "{enough:,.0f} would be needed.",
    zh="商店有 {n:,} 户人家，对 EASE 与 item-kNN，测得出的机会是 {power:.0%}；大约需要 {enough:,.0f} 户。",
    takeaway=False, n=stored["shop"]["as it is"]["users"], power=of_goods["power"], enough=round(of_goods["users"], -2),
)

# %% [markdown] lang="en"
# (The simulation assumes that new users would be of the same kinds.) A consequence that is easily overlooked: with so little power, a difference that *does* pass the line is an overestimate. By pencil: with $s = 0.13$ the standard error of 943 users is $0.13 / \sqrt{943} = 0.0042$, so only estimates above $1.96 \cdot 0.0042 = 0.0083$ pass, and the truth is 0.005.
#
# **Users or seeds?** Two sources of chance move a result: the users it was measured on, and the seed it was trained with. More users help against the first, only more seeds against the second. Another set of users would move the mean by about $s / \sqrt{943}$, another seed as the three means differ:

# %% [markdown] lang="zh"
# （模拟假定新用户与现有用户属于同样的人群。）有一个容易忽略的后果：功效这么低时，**确实**过线的差异都是高估的。笔算：$s = 0.13$ 时 943 位用户的标准误是 $0.13 / \sqrt{943} = 0.0042$，只有大于 $1.96 \cdot 0.0042 = 0.0083$ 的估计才会过线，而真实的差异是 0.005。
#
# **用户还是种子？** 结果的波动有两个来源：测量用的用户，训练用的种子。用户多了能减小前者，只有种子多了才能减小后者。换一批用户，平均数大约变动 $s / \sqrt{943}$；换一个种子变动多少，看三个种子的平均数彼此相差多少：

# %% tags=["nbval-ignore-output"]
means = {"item2vec": by_seed.mean(axis=0)} | {name: np.array(sequences[name]["per_user"]) for name in ("SASRec", "BERT4Rec")}
from_users = {name: values.std(ddof=1) / np.sqrt(len(users)) for name, values in means.items()}
from_seeds = {name: values.std(ddof=1) for name, values in seeds.items()}
rows = [(plots.name(name), f"{from_users[name]:.4f}", f"{from_seeds[name]:.4f}") for name in means]
plots.table(pd.DataFrame(rows, columns=["model", "standard error from users", "standard deviation over seeds"]))
recbook.claim(
    all(from_users[name] > 2 * from_seeds[name] for name in means),
    en="Another set of users would move SASRec's NDCG@10 by {users:.4f} (standard error), another seed by {seeds:.4f} "
    "(standard deviation over three); with item2vec and BERT4Rec, too, the users count for more.",
    zh="换一批用户，SASRec 的 NDCG@10 会变动 {users:.4f}（标准误），换一个种子会变动 {seeds:.4f}（三个种子的标准差）；item2vec "
    "和 BERT4Rec 也是用户的影响更大。",
    takeaway=False, users=from_users["SASRec"], seeds=from_seeds["SASRec"],
)

# %% [markdown] lang="en"
# Three seeds give only a rough idea. And pairing cancels much of the users' part and nothing of the seeds': in the comparison of two similar trained models the seed can decide. So average each user's value over several seeds first, then take the paired interval over users.
#
# ### Weigh each visit by the new chance over the old <a id="ips"></a>
#
# This section repairs a log whose system wrote down with which chance it showed each film, its **propensity**. A film that the new policy would show five times as often as the old one should count five times. This is **inverse propensity scoring** (IPS). With $\pi(i \mid u)$ the chance that the new policy shows film $i$ to user $u$, and, for visit $v$ of $N$, user $u_v$, film $i_v$, propensity $q_v$ and click $y_v$ (0 or 1):
#
# $$w_v = \frac{\pi(i_v \mid u_v)}{q_v}, \qquad \hat V_{\text{IPS}} = \frac1N \sum_v w_v y_v, \qquad \hat V_{\text{SNIPS}} = \frac{\sum_v w_v y_v}{\sum_v w_v}$$
#
# The second, **self-normalised** one divides by what the weights really add up to. By pencil: the old policy shows X with chance 0.8 and Y with 0.2. Ten visits: X eight times with 2 clicks, Y twice with 1 click. A new policy that shows each half of the time gets the weights $0.5 / 0.8 = 0.625$ for X and $0.5 / 0.2 = 2.5$ for Y: $(2 \cdot 0.625 + 1 \cdot 2.5) / 10 = 0.375$. Check: half of X's click rate $2/8$ and half of Y's $1/2$ is $0.375$.
#
# **Exercise 7** (Deeper). IPS, by hand and then as code: what would a policy have earned that always shows film Y, if these are the visits? Your function gets such visits, column by column. ({points})
#
# | visit | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | film shown | X | Y | X | Y | X |
# | propensity | 0.75 | 0.25 | 0.75 | 0.25 | 0.75 |
# | click | 1 | 0 | 0 | 1 | 1 |

# %% [markdown] lang="zh"
# 三个种子只能粗略地估计。而且配对能抵消用户的大部分波动，却抵消不了种子的：比较两个相似的、训练出来的模型时，种子可能起决定作用。所以先对每位用户取几个种子的平均，再求对用户的配对区间。
#
# ### 按新旧策略的概率之比加权 <a id="ips"></a>
#
# 如果旧系统记下了它展示每部电影的概率，也就是**倾向分**（propensity），本节就来修复这样的日志。新策略展示的频率是旧策略五倍的电影，应当算五次。这就是**逆倾向评分**（inverse propensity scoring，IPS）。记 $\pi(i \mid u)$ 为新策略向用户 $u$ 展示电影 $i$ 的概率；$N$ 次访问中的第 $v$ 次，用户是 $u_v$，电影是 $i_v$，倾向分是 $q_v$，点击是 $y_v$（0 或 1）：
#
# $$w_v = \frac{\pi(i_v \mid u_v)}{q_v}, \qquad \hat V_{\text{IPS}} = \frac1N \sum_v w_v y_v, \qquad \hat V_{\text{SNIPS}} = \frac{\sum_v w_v y_v}{\sum_v w_v}$$
#
# 后一种叫**自归一化**（self-normalised），除以权重实际的总和。笔算：旧策略展示 X 的概率是 0.8，Y 是 0.2。访问十次：X 八次，2 次点击；Y 两次，1 次点击。新策略各展示一半，X 的权重是 $0.5 / 0.8 = 0.625$，Y 的是 $0.5 / 0.2 = 2.5$：$(2 \cdot 0.625 + 1 \cdot 2.5) / 10 = 0.375$。验算：X 的点击率 $2/8$ 的一半，加上 Y 的 $1/2$ 的一半，正是 $0.375$。
#
# **练习 7**（选读）先手算再写代码求 IPS：如果日志是下面这些访问，一个总是展示电影 Y 的策略会得到多少？函数的输入就是这样的访问，每栏一个列表。（{points}）
#
# | 访问 | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | 展示的电影 | X | Y | X | Y | X |
# | 倾向分 | 0.75 | 0.25 | 0.75 | 0.25 | 0.75 |
# | 点击 | 1 | 0 | 0 | 1 | 1 |

# %% exercise="evaluation-ips" points=1
def ips_value(film, propensity, click, policy):
    """en: The IPS estimate (one number) of clicks per visit. film is a list of names, propensity and
    en: click are lists of numbers, one for each visit; policy maps a film's name to the chance
    en: with which the new policy shows it, and a film that it lacks is never shown.
    zh: 每次访问的点击数的 IPS 估计（一个数）。film 是片名的列表，propensity 和 click 是数的列表，
    zh: 每次访问一项；policy 把片名映射到新策略展示它的概率，没有列出的电影从不展示。"""
    ### BEGIN SOLUTION
    paid = [policy.get(f, 0) / q * y for f, q, y in zip(film, propensity, click)]
    return sum(paid) / len(paid)
    ### END SOLUTION

# %% check="evaluation-ips"
recbook.check("evaluation-ips", ips_value)

# %% [markdown] lang="en"
# Now the two candidates in our world. As policies for one film a visit, each shows one of its five films at random. Does the log of the old policy tell what they are worth? (`ips` and `snips` give the estimate with a 95% interval over visits.)

# %% [markdown] lang="zh"
# 现在看我们世界里的两个候选。作为每次访问展示一部的策略，它们各从自己的五部里随机展示一部。由旧策略的日志能看出它们值多少吗？（`ips` 和 `snips` 给出估计和对访问的 95% 区间。）

# %%
from recbook.evaluation.off_policy import ips, snips, support


# en: (users, 5) -> a policy (users, films)
# zh: (users, 5) -> 策略 (users, films)
def one_of_five(lists):
    policy = np.zeros((len(lists), 100))
    np.put_along_axis(policy, lists, 0.2, axis=1)
    return policy


policies = {name: one_of_five(lists) for name, lists in offered.items()}
estimates = {name: (ips(visits, policy), snips(visits, policy)) for name, policy in policies.items()}
true_value = {name: world.value(policy) for name, policy in policies.items()}
rows = [
    (plots.name(name), *(f"{e.value:.3f} ({plots.ends(e.low, e.high)})" for e in estimates[name]), true_value[name])
    for name in policies
]
plots.table(pd.DataFrame(rows, columns=["candidate", "IPS", "SNIPS", "true value"]))

# %%
clicked, taste = (estimates[name][0] for name in policies)
recbook.claim(
    taste.low > clicked.high
    and all(e.low < true_value[name] < e.high for name, both in estimates.items() for e in both),
    en="With known propensities the log puts the candidates in the right order: IPS gives “taste” {taste_ips:.3f} "
    "clicks per visit (truth {taste_true:.3f}) and “most clicked” {clicked_ips:.3f} (truth {clicked_true:.3f}).",
    zh="知道倾向分，日志就能把两个候选排对：IPS 给“口味”每次访问 {taste_ips:.3f} 次点击（真实价值 {taste_true:.3f}），给“点"
    "击最多” {clicked_ips:.3f} 次（真实价值 {clicked_true:.3f}）。",
    takeaway=False, taste_ips=taste.value, taste_true=true_value["taste"], clicked_ips=clicked.value,
    clicked_true=true_value["most clicked"],
)

# %% [markdown] lang="en"
# Look at the widths: the interval of *taste* is several times wider. Its films were shown rarely, so few visits with large weights carry the whole estimate. A remedy is **clipping**: no weight above a bound $M$. But cut weights no longer make up for what was shown too rarely, and the estimate falls: less variance is paid for with bias. With 40 logs of the same old policy one can see both. (Some seconds.)

# %% [markdown] lang="zh"
# 看宽度：**口味**的区间宽好几倍。它的电影很少展示过，整个估计就压在少数权重很大的访问上。一个办法是**截断**（clipping）：权重不超过上限 $M$。但截断后的权重不再能补足展示得太少的部分，估计就会偏低：减小方差，付出的是偏差。用同一旧策略的 40 份日志，可以同时看到这两点。（要几秒钟。）

# %%
ways = {"IPS": (ips, None), "IPS, at most 30": (ips, 30), "IPS, at most 10": (ips, 10), "SNIPS": (snips, None)}
old = old_policy(world)
spreads = {way: [] for way in ways}
for seed in range(40):
    log = world.log(old, 30_000, np.random.default_rng(100 + seed))
    for way, (estimate, bound) in ways.items():
        spreads[way].append(estimate(log, policies["taste"], bound).value)
figures.clipping(spreads, true_value["taste"], world.value(old))

# %%
error = {way: (np.mean(values) - true_value["taste"], np.std(values)) for way, values in spreads.items()}
recbook.claim(
    abs(error["IPS"][0]) < 0.01 and error["IPS, at most 10"][0] < -0.05
    and error["IPS, at most 10"][1] < error["IPS"][1] / 2
    and np.mean(spreads["IPS, at most 10"]) < world.value(old),
    en="With weights of at most {k} “taste” is put at {clipped_mean:.3f} on average instead of {ips_mean:.3f}: below "
    "the old policy ({old_value:.3f}).",
    zh="权重至多为 {k} 时，“口味”的估计平均只有 {clipped_mean:.3f}（不截断是 {ips_mean:.3f}），落到了旧策略"
    "（{old_value:.3f}）之下。",
    takeaway=False, ips_mean=np.mean(spreads["IPS"]), k=10, clipped_mean=np.mean(spreads["IPS, at most 10"]),
    old_value=world.value(old),
)
recbook.claim(
    error["IPS, at most 10"][1] < error["IPS"][1] / 2,
    en="Its standard deviation over the logs is {clipped_spread:.3f} instead of {ips_spread:.3f}.",
    zh="各份日志之间的标准差则降到 {clipped_spread:.3f}（不截断是 {ips_spread:.3f}）。",
    takeaway=False, ips_spread=error["IPS"][1], clipped_spread=error["IPS, at most 10"][1],
)

# %% [markdown] lang="en"
# ### What no weight can repair
#
# A third candidate is *taste, new films too*: the same, but also with the films that the old policy never showed. No visit speaks of those. There is a sign by which one can tell, without knowing the truth: the mean weight. It is about 1 if the log could have shown all that the new policy shows; the part that is missing is missing in the weights: if a policy gives a quarter of its places to films that were never shown, about $1 - 0.25 = 0.75$.

# %% [markdown] lang="zh"
# ### 加权也修不好的
#
# 第三个候选是**口味，含新片**：做法相同，但也推荐旧策略从没展示过的电影。没有一次访问展示过它们。即使不知道真相，也有一个迹象可看：平均权重。如果新策略展示的，旧日志都有可能展示，平均权重就在 1 左右；缺了多少，权重里就少多少：如果策略把四分之一的位置给了从没展示过的电影，平均权重大约是 $1 - 0.25 = 0.75$。

# %%
with_new = one_of_five(metrics.top_k(world.users @ world.films.T, 5))
covered = {"taste": support(visits, policies["taste"]), "taste, new films too": support(visits, with_new)}
low, normalised, value = ips(visits, with_new), snips(visits, with_new), world.value(with_new)
on_new = with_new[:, ~world.known].sum(axis=1).mean()
earned = with_new * world.click_probabilities()
rates = [earned[:, which].sum() / with_new[:, which].sum() for which in (~world.known, world.known)]
plots.table(pd.DataFrame([(plots.name(key), mean) for key, mean in covered.items()], columns=["candidate", "mean weight"]))

# %%
recbook.claim(
    low.high < value and abs(covered["taste, new films too"] - (1 - on_new)) < 0.1 and abs(covered["taste"] - 1) < 0.15
    and low.value < normalised.value and abs(normalised.value - low.value / covered["taste, new films too"]) < 1e-9,
    en="A policy that gives {new_share:.0%} of its places to films never shown is worth {true_value:.3f} clicks per "
    "visit; IPS says {ips_value:.3f}. The mean weight of {mean_weight:.2f} gives it away.",
    zh="一个把 {new_share:.0%} 的位置给从没展示过的电影的策略，每次访问值 {true_value:.3f} 次点击，IPS 的估计只有 "
    "{ips_value:.3f}；平均权重 {mean_weight:.2f} 露出了破绽。",
    takeaway=False, new_share=on_new, true_value=value, ips_value=low.value,
    mean_weight=covered["taste, new films too"],
)
recbook.claim(
    normalised.low < value < normalised.high and abs(rates[0] - rates[1]) < 0.03,
    en="SNIPS divides by that mean weight and says {snips_value:.3f}: closer, but by luck, since the new films happen to "
    "be about as good as the others ({new_rate:.3f} and {known_rate:.3f} clicks when one is shown).",
    zh="SNIPS 除以这个平均权重，估计是 {snips_value:.3f}：更接近，但只是碰巧，因为新片与其他电影差不多一样好（展示一次分别得"
    "到 {new_rate:.3f} 和 {known_rate:.3f} 次点击）。",
    takeaway=False, snips_value=normalised.value, new_rate=rates[0], known_rate=rates[1],
)

# %% [markdown] lang="en"
# So SNIPS gives no alarm: it silently assumes that the new films are as good as the others. Whoever wants to judge new films later must show them sometimes, by a known chance, today; chapter 10 does so with a bandit. And all this needed propensities that were *written down*. MovieLens has none; where they have to be guessed, IPS is only as good as the guess (Schnabel et al. 2016 do it for ratings).

# %% [markdown] lang="zh"
# 可见 SNIPS 不会发出警报：它默认新片与其他电影一样好。想在以后评判新片，今天就要以已知的概率偶尔展示它们；第 10 章用老虎机算法这样做。还有，这一切都要求倾向分是**记录下来**的。MovieLens 没有；如果倾向分只能靠猜，IPS 的好坏就取决于猜得准不准（Schnabel et al. 2016 对评分这样做过）。

# %% [markdown] lang="en"
# ### Break a claim <a id="break"></a>
#
# This section is yours. **Exercise 8**, open. Take the strongest claim that you have made with a recommender, or one from an earlier chapter, and try to break it with this chapter's means. Change one thing of the protocol at a time. Below is a start: the lead of item2vec over EASE with equal weights, with lists of other lengths, and beside it its lead over EASE that weighs the last films most. (The second lead has an interval that includes 0 from the start: there is nothing to break.) What else could turn the first one round: the users with short histories, the cut of the whole log at one moment, the rule for ties? Write down beforehand what would make you give the claim up.

# %% [markdown] lang="zh"
# ### 推翻一个论断 <a id="break"></a>
#
# 本节留给你。**练习 8**（开放题）挑一个你自己得出的、最有把握的论断，或者前面某一章的论断，用本章的办法试着推翻它。每次只改协议的一处。下面是个开头：换用别的列表长度，看 item2vec 对权重相同的 EASE 的领先，旁边是它对近期加权的 EASE 的领先。（后一个的区间一开始就包含 0，没有什么可推翻的。）还有哪些改动可能使前一个领先变成落后：历史短的用户，在某一时刻切开整份日志，并列的规则？请事先写下，出现什么结果你会放弃这个论断。

# %% tags=["nbval-ignore-output"]
rows, compared = [], ("EASE", "EASE, last films")
for k in (1, 5, 10, 20, 50):
    reached = {name: evaluate_scores(scores[name], hidden, k, exclude=history) for name in ("item2vec", *compared)}
    leads = [plots.ends(*reached["item2vec"].difference(reached[name], f"ndcg@{k}"), 4, sign=True) for name in compared]
    rows.append((str(k), reached["item2vec"][f"ndcg@{k}"], *leads))
columns = ["length of the list", f"NDCG@k · {plots.name('item2vec')}", *(f"− {plots.name(name)}" for name in compared)]
plots.table(pd.DataFrame(rows, columns=columns))
