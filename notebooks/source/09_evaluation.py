# %% [markdown] lang="en"
# # 09 · Evaluation: measuring, and doubting what was measured
#
# **You will be able to** compute every metric of this course with a pencil, and say what each can and cannot see; choose the ones that fit a question; catch nine ways of fooling yourself, each of which you have seen at work;
# say how sure a result is and how many users a small difference needs; estimate what a new policy would earn from the log of an old one, and tell when that cannot work; and read a report with suspicion.
#
# **You need** chapter 01 (the baselines and the protocol) and chapter 02 (the pipeline).
#
# **It takes** about two hours to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 09 · 评估：既会度量，也会怀疑
#
# **学完之后**，你能用笔算出本课程的每个指标，并说清它看得到什么、看不到什么；能为一个问题选出合适的指标；能识破九种自欺的做法，每一种都亲眼见过；
# 能说出一个结果有多可靠，一个小差异需要多少用户；能用旧策略留下的日志估计新策略的收益，也知道什么时候做不到；还能带着怀疑去读一份报告。
#
# **需要的基础**：第 01 章（基线与评测协议）和第 02 章（流水线）。
#
# **所需时间**：阅读大约两小时；在双核机器上，运行{minutes}。

# %%
from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score
from tqdm.auto import tqdm

import recbook
from recbook import plots
from recbook.chapters.evaluation import figures

recbook.setup("en")

# %% [markdown] lang="en"
# ## One list of five films
#
# "How does one evaluate a recommender?" The usual answer is one sentence: with accuracy, recall, NDCG and the like. This chapter takes that sentence apart, and begins with a single list.
#
# A catalogue holds 20 films. A model ranks all of them for one user and shows the first five: the list. Later we learn which films the user liked. Such a film is called **relevant**. There are three:
#
# | place in the ranking | 1 | 2 | 3 | 4 | 5 | … | 9 | … | 20 |
# |---|---|---|---|---|---|---|---|---|---|
# | relevant? | no | yes | no | yes | no | no | yes | no | no |
# | the user's rating | | 4 | | 5 | | | 5 | | |
#
# Two of the three are in the list, at places 2 and 4. How good is it? Each metric is one answer.

# %% [markdown] lang="zh"
# ## 一份五部电影的列表
#
# “如何评估推荐系统？”通常的回答是一句话：用准确率（accuracy）、召回率（recall）、NDCG 等。本章把这句话拆开来看，先从一份列表开始。
#
# 片库里有 20 部电影。模型为一位用户给它们全部排序，展示前五部，这就是列表。后来我们知道了这位用户喜欢哪些电影，这样的电影叫作**相关**的（relevant）。一共有三部：
#
# | 排序中的位置 | 1 | 2 | 3 | 4 | 5 | … | 9 | … | 20 |
# |---|---|---|---|---|---|---|---|---|---|
# | 相关吗？ | 否 | 是 | 否 | 是 | 否 | 否 | 是 | 否 | 否 |
# | 用户的评分 | | 4 | | 5 | | | 5 | | |
#
# 三部里有两部进了列表，在第 2 和第 4 位。这份列表有多好？每个指标都是一种回答。

# %% [markdown] lang="en"
# Write $k$ for the length of the list, here 5, $n$ for the number of films, here 20, and $R$ for the number of relevant films, here 3. Let $h_r$ be 1 if the film at place $r$ is relevant, else 0. There are $\sum_{r=1}^{k} h_r = 2$ **hits**.
#
# **Accuracy** takes each film as a decision, shown or not, and counts the right ones. Right are the 2 hits, and the films that were not shown and are not relevant: of the 15 below the list, 14. So $(2 + 14) / 20 = 0.80$. Now the alarm: a system that shows *nothing* makes 17 right decisions, $17 / 20 = 0.85$, and beats our list.
#
# **Precision** is the share of the list that is relevant, $\frac1k \sum_r h_r = 2/5$. **Recall** is the share of the relevant films that are in the list, $\frac1R \sum_r h_r = 2/3$. The **hit rate** is 1 if there is any hit, and so it is 1 here.
#
# None of these cares about the order inside the list. Three do. The **reciprocal rank** is $1/r$ for the first hit, $1/2$. **Average precision** (AP) takes the precision down to each hit, $1/2$ at place 2 and $2/4$ at place 4, adds them up and divides by the largest number of hits that there could be, $\min(k, R) = 3$: $(0.5 + 0.5) / 3 = 0.33$. Their means over users are called MRR and MAP.
#
# The **discounted cumulative gain** (DCG) lets a hit count less, the further down it stands:
#
# $$\text{DCG@}k = \sum_{r=1}^{k} \frac{g_r}{\log_2(1 + r)}, \qquad \text{NDCG@}k = \frac{\text{DCG@}k}{\text{IDCG@}k}$$
#
# The **gain** $g_r$ of the film at place $r$ is $h_r$ in the binary case. The discount is 1 at place 1, $1/\log_2 3 = 0.63$ at place 2, $1/2$ at place 3 and $1/\log_2 5 = 0.43$ at place 4. So DCG@5 is $0.63 + 0.43 = 1.06$. The ideal list has all three relevant films at the top, and $\text{IDCG@}5 = 1 + 0.63 + 0.5 = 2.13$. Dividing by it, we get NDCG@5 $= 0.50$. In the **graded** case a film that is liked more gains more, say 1 for a rating of 4 and 2 for a rating of 5. Then DCG is $1 \cdot 0.63 + 2 \cdot 0.43 = 1.49$, the ideal order of gains is 2, 2, 1 with IDCG $2 + 2 \cdot 0.63 + 0.5 = 3.76$, and graded NDCG@5 is $0.40$. It is lower mainly because one of the two films rated 5 is missing from the list, and that film now counts double; and a little because the other one stands below the film rated 4: with these two exchanged it would be $(2 \cdot 0.63 + 1 \cdot 0.43) / 3.76 = 0.45$, still below $0.50$.
#
# **AUC** (the area under the ROC curve) looks at the whole ranking: take a relevant film and another one that is not, at random; how often does the relevant one stand above? The film at place 2 has 16 of the 17 others below it, the one at place 4 has 15, the one at place 9 has 11. That is $(16 + 15 + 11) / (3 \cdot 17) = 0.82$.

# %% [markdown] lang="zh"
# 记 $k$ 为列表长度，这里是 5；$n$ 为电影数，这里是 20；$R$ 为相关电影数，这里是 3。第 $r$ 位的电影相关时 $h_r$ 为 1，否则为 0。**命中**（hit）一共 $\sum_{r=1}^{k} h_r = 2$ 次。
#
# **准确率**（accuracy）把每部电影看作一个判断：展示或不展示，然后数判断对了多少。判断对的是 2 次命中，以及没有展示也确实不相关的：列表以下 15 部里有 14 部。于是 $(2 + 14) / 20 = 0.80$。问题来了：一个什么都**不**展示的系统有 17 个判断是对的，$17 / 20 = 0.85$，反而胜过我们的列表。
#
# **精确率**（precision）是列表中相关电影的比例，$\frac1k \sum_r h_r = 2/5$。**召回率**是相关电影中进了列表的比例，$\frac1R \sum_r h_r = 2/3$。**命中率**（hit rate）只要有命中就是 1，所以这里是 1。（“准确率”一词有歧义：它本来指上面的 accuracy，但中文的推荐论文常常用它指 precision；列表指标的表里写着“准确率”的，几乎都是后者。看公式，或者看数值，就能分辨。）
#
# 以上都不管列表内部的顺序。下面三个管。**倒数排名**（reciprocal rank）是第一次命中的 $1/r$，即 $1/2$。**平均精确率**（average precision，AP）取每次命中处的精确率，第 2 位是 $1/2$，第 4 位是 $2/4$，相加后除以最多可能的命中数 $\min(k, R) = 3$：$(0.5 + 0.5) / 3 = 0.33$。对用户取平均，就叫平均倒数排名（mean reciprocal rank，MRR）和平均精确率的平均（mean average precision，MAP）。
#
# **折损累计增益**（discounted cumulative gain，DCG）让靠后的命中分量更小：
#
# $$\text{DCG@}k = \sum_{r=1}^{k} \frac{g_r}{\log_2(1 + r)}, \qquad \text{NDCG@}k = \frac{\text{DCG@}k}{\text{IDCG@}k}$$
#
# 第 $r$ 位电影的**增益**（gain）$g_r$，在二元情形下就是 $h_r$。折损在第 1 位是 1，第 2 位是 $1/\log_2 3 = 0.63$，第 3 位是 $1/2$，第 4 位是 $1/\log_2 5 = 0.43$。于是 DCG@5 是 $0.63 + 0.43 = 1.06$。理想的列表把三部相关电影都放在最前面，$\text{IDCG@}5 = 1 + 0.63 + 0.5 = 2.13$。相除，NDCG@5 $= 0.50$。在**分级**（graded）的情形下，越喜欢的增益越大，比如评分为 4 的增益是 1，评分为 5 的是 2。这时 DCG 是 $1 \cdot 0.63 + 2 \cdot 0.43 = 1.49$；理想的增益顺序是 2、2、1，IDCG 为 $2 + 2 \cdot 0.63 + 0.5 = 3.76$，分级 NDCG@5 是 $0.40$。它更低，主要因为评分为 5 的两部中有一部不在列表里，而它现在的分量加倍；另一个较小的原因，是另一部排在了评分为 4 的那部下面：这两部对调之后是 $(2 \cdot 0.63 + 1 \cdot 0.43) / 3.76 = 0.45$，仍低于 $0.50$。
#
# **AUC**（ROC 曲线下的面积）看的是整个排序：随机取一部相关的和一部不相关的，相关的那部排在上面的机会有多大？第 2 位的那部，17 部不相关的里有 16 部在它下面，第 4 位的有 15 部，第 9 位的有 11 部。所以是 $(16 + 15 + 11) / (3 \cdot 17) = 0.82$。

# %%
K, N = 5, 20
place = np.arange(1, N + 1)
grades = np.zeros(N)
grades[[1, 3, 8]] = [1, 2, 2]
relevant = grades > 0
hits, n_best = relevant[:K], min(K, relevant.sum())
discount = 1 / np.log2(1 + place)
in_code = {
    "accuracy": (hits.sum() + (~relevant[K:]).sum()) / N,
    "precision": hits.mean(),
    "recall": hits.sum() / relevant.sum(),
    "hit rate": float(hits.any()),
    "reciprocal rank": 1 / place[:K][hits][0],
    "average precision": (np.cumsum(hits) / place[:K])[hits].sum() / n_best,
    "DCG": discount[:K][hits].sum(),
    "NDCG": discount[:K][hits].sum() / discount[:n_best].sum(),
    "graded NDCG": (grades * discount)[:K].sum() / (np.sort(grades)[::-1] * discount)[:K].sum(),
    "AUC": (place[relevant][:, None] < place[~relevant]).mean(),
}

# %%
by_pencil = [16 / 20, 2 / 5, 2 / 3, 1, 1 / 2, 1 / 3, 1.06, 0.50, 0.40, 42 / 51]
rows = [(plots.name(key), pencil, value) for (key, value), pencil in zip(in_code.items(), by_pencil)]
plots.table(pd.DataFrame(rows, columns=["metric", "by pencil", "in code"]))

# %% [markdown] lang="en"
# The library computes them for many users at once, from a table of scores (`metrics.ndcg_at_k(scores, relevant, k)` and so on): ties in score go to the lower film number, excluded films are never ranked, and a user without any relevant film gets NaN ("not a number"). Scikit-learn has three of them, and an average precision of another kind: it follows the whole ranking and divides by $R$, so the film at place 9 adds $3/9$ to the sum.

# %% [markdown] lang="zh"
# 库里的函数由一张得分表一次算出许多用户的指标（`metrics.ndcg_at_k(scores, relevant, k)` 等等）：得分并列（tie）时编号小的电影在前，被排除的电影不参加排序，没有任何相关电影的用户得到 NaN（“不是数”）。其中三个 scikit-learn 也有；它的平均精确率是另一种：沿着整个排序计算，除以 $R$，所以第 9 位的电影给总和再加上 $3/9$。

# %%
from recbook.evaluation import metrics

scores, flags, values = -place[None].astype(float), relevant[None], grades[None]
library = {
    "accuracy": metrics.confusion_at_k(scores, flags, K).accuracy(),
    "precision": metrics.precision_at_k(scores, flags, K),
    "recall": metrics.recall_at_k(scores, flags, K),
    "hit rate": metrics.hit_rate_at_k(scores, flags, K),
    "reciprocal rank": metrics.reciprocal_rank_at_k(scores, flags, K),
    "average precision": metrics.average_precision_at_k(scores, flags, K),
    "NDCG": metrics.ndcg_at_k(scores, flags, K),
    "graded NDCG": metrics.graded_ndcg_at_k(scores, values, K),
    "AUC": metrics.auc(scores, flags),
}
peers = {
    "NDCG": ndcg_score(flags, scores, k=K),
    "graded NDCG": ndcg_score(values, scores, k=K),
    "AUC": roc_auc_score(relevant, scores[0]),
}
whole = average_precision_score(relevant, scores[0])

# %%
recbook.claim(
    all(np.isclose(in_code[key], value[0]) for key, value in library.items())
    and all(np.isclose(in_code[key], value) for key, value in peers.items())
    and np.isclose(whole, (1 / 2 + 2 / 4 + 3 / 9) / 3),
    en="The library agrees with the one-liners on all {n} metrics, and scikit-learn on {in_sklearn}. Scikit-learn's "
    "average precision, over the whole ranking, is {whole_ranking:.2f} where AP@{k} is {at_k:.2f}.",
    zh="{n} 个指标上库与单行代码全部一致，其中 {in_sklearn} 个也与 scikit-learn 一致。scikit-learn 的平均精确率对整个"
    "排序计算，是 {whole_ranking:.2f}，而 AP@{k} 是 {at_k:.2f}。",
    takeaway=False, n=len(library), in_sklearn=len(peers), whole_ranking=whole, at_k=in_code["average precision"], k=K,
)

# %% [markdown] lang="en"
# **Exercise 1.** Precision and recall for one user. ({points})

# %% [markdown] lang="zh"
# **练习 1** 一位用户的精确率和召回率。（{points}）

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
# **Exercise 2.** DCG for one user, from the gains down the list. ({points})

# %% [markdown] lang="zh"
# **练习 2** 一位用户的 DCG，由列表自上而下的增益算出。（{points}）

# %% exercise="evaluation-dcg" points=1
def dcg(gains):
    """en: The sum of gain / log2(1 + place) over the list; gains is a NumPy array (k,), and the first
    en: film is at place 1.
    zh: 对列表求 增益 / log2(1 + 位置) 之和；gains 是 NumPy 数组 (k,)，第一部电影的位置是 1。"""
    ### BEGIN SOLUTION
    return (gains / np.log2(1 + np.arange(1, len(gains) + 1))).sum()
    ### END SOLUTION

# %% check="evaluation-dcg"
recbook.check("evaluation-dcg", dcg)

# %% [markdown] lang="en"
# **Exercise 3.** Binary NDCG@k, as a mean over users. Two things decide whether it is right: the ideal list has only $k$ places, so IDCG adds up $\min(k, R)$ discounts; and a user without any relevant film has no NDCG at all and must be left out of the mean, not counted as 0. ({points})

# %% [markdown] lang="zh"
# **练习 3** 二元 NDCG@k，对用户取平均。有两点决定它对不对：理想的列表也只有 $k$ 个位置，所以 IDCG 是 $\min(k, R)$ 个折损之和；没有任何相关电影的用户根本没有 NDCG，取平均时要排除，而不是按 0 计。（{points}）

# %% exercise="evaluation-ndcg" points=2
def mean_ndcg(hits, n_relevant):
    """en: Mean NDCG@k over the users who have a relevant film. hits (users, k) is a bool NumPy array: is
    en: the film at this place relevant?; n_relevant (users,) says how many films are relevant for each
    en: user, in the list or not. At least one user has one.
    zh: 对有相关电影的用户求 NDCG@k 的平均。hits (users, k) 是 bool 数组：这个位置的电影相关吗？
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
# Now real lists. Seven models on the course's protocol: leave-one-out, each user's last film for testing; all films ranked, those of the history left out; lists of 10 films. Six you know from chapters 01 and 03. All of them score from the same history, the training and the validation films, and learn from the training films. The two "last films" models take the half-lives that chapter 03 chose for each of them on the validation films: in item-kNN a film with $j$ films after it counts $2^{-j/2}$, in EASE $2^{-j/8}$. Without that addition every film of the history counts the same. (EASE has the penalty of 250 from chapter 01 in both rows; item-kNN the shrinkage of 50 from chapter 01 and, with the last films, that of 10 from chapter 03.) Nothing is tuned in this chapter unless it says so. The seventh is a **control**: a random order. It takes about 10 seconds.

# %% [markdown] lang="zh"
# ## 该看哪个数？
#
# 现在来看真实的列表。七个模型，按课程的协议评测：留一法（leave-one-out），每位用户最后一部用于测试；全部电影参加排序，历史中的除外；列表长度为 10。其中六个在第 01 章和第 03 章见过。它们都在训练集（training set）上学习，打分时都用同一份历史，即训练集加验证集（validation set）的电影。两个“看重最近”的模型，各用第 03 章在验证集上为它选定的半衰期：后面还有 $j$ 部的电影，item-kNN 的权重是 $2^{-j/2}$，EASE 的是 $2^{-j/8}$。没有这个说明的，历史中每部电影的权重都相同。（EASE 两行的惩罚都是第 01 章的 250；item-kNN 的收缩取第 01 章的 50，看重最近时取第 03 章的 10。）本章除非特别说明，不调任何参数。第七个是**对照**：随机顺序。大约需要 10 秒。

# %%
from recbook.data import leave_one_out
from recbook.data.histories import recency
from recbook.evaluation import evaluate_scores, truth
from recbook.models import EASE, Item2Vec, ItemKNN, Popularity

ratings = recbook.load("ml-100k")
split = leave_one_out(ratings)
users, n_films = np.arange(ratings.n_users), ratings.n_items
history, hidden = split.history().matrix(), truth(split)  # (users, films)
models = {
    "popularity": Popularity(), "item-kNN": ItemKNN(), "item-kNN, last films": ItemKNN.recent(),
    "EASE": EASE(), "EASE, last films": EASE.recent(), "item2vec": Item2Vec(seed=0),
}
scores = {"random": np.random.default_rng(0).random((len(users), n_films))}
scores |= {name: model.fit(split.train).score(users, split.history()) for name, model in models.items()}
ease = models["EASE"].weights_


# %% tags=["nbval-ignore-output"]
def judge(scores, exclude=history):
    return evaluate_scores(scores, hidden, exclude=exclude)


reports = {name: judge(table) for name, table in scores.items()}
auc = {name: metrics.auc(table, hidden, history) for name, table in scores.items()}
shown = ["ndcg@10", "hit@10", "recall@10", "precision@10", "mrr@10", "map@10"]
rows = [
    (plots.name(name), *(f"{report[metric]:.4f}" for metric in shown), np.nanmean(auc[name]))
    for name, report in reports.items()
]
columns = ["model", "NDCG@10", "Hit@10", *shown[2:], "AUC"]
plots.table(pd.DataFrame(rows, columns=columns))
# en: films that could be shown to each user
# zh: 能展示给每位用户的电影数
unseen = n_films - history.sum(axis=1)
# en: the Hit@10 that a random order has on average
# zh: 随机顺序的 Hit@10 的期望
by_chance = (10 / unseen).mean()

# %% [markdown] lang="en"
# First, many columns say the same. With a single relevant film for each user, recall is the hit rate; precision is a tenth of it; average precision is the reciprocal rank. Only three things are measured here: is the film in the list (hit), how far up (NDCG and, with more weight on the top, MRR), and how far up in the whole ranking (AUC). A paper that reports six such columns has not measured six things. (The random order is one draw. On average over all orders its Hit@10 is 10 divided by the number of films that can be shown, about 0.006.)

# %% [markdown] lang="zh"
# 首先，许多列说的是同一件事。每位用户只有一部相关电影时，召回率就是命中率；精确率是它的十分之一；平均精确率就是倒数排名。这里真正度量的只有三件事：那部电影在不在列表里（命中率），排得多靠前（NDCG，以及更看重最前面的 MRR），在整个排序中排得多靠前（AUC）。一篇论文报告了六列这样的数，并不等于度量了六件事。（随机顺序只抽了一次；对所有顺序平均，它的 Hit@10 是 10 除以可展示的电影数，约为 0.006。）

# %% tags=["nbval-ignore-output"]
best = reports["item2vec"].per_user
lists_shown = metrics.confusion_at_k(scores["item2vec"], hidden, 10, history)
recbook.claim(
    np.array_equal(best["recall@10"], best["hit@10"])
    and np.allclose(best["precision@10"], best["hit@10"] / 10)
    and np.array_equal(best["map@10"], best["mrr@10"])
    and lists_shown.accuracy().mean() < (1 - 1 / unseen).mean()
    and reports["item2vec"]["ndcg@10"] == max(report["ndcg@10"] for report in reports.values())
    and abs(by_chance - 0.0064) < 0.0001,
    en="Accuracy is no metric for lists: on MovieLens-100K a system that shows nothing at all decides rightly about "
    "{empty_accuracy:.2%} of the films; the lists of item2vec, of seven models the best in NDCG@10, reach "
    "{item2vec_accuracy:.2%}.",
    zh="准确率（accuracy）不适合衡量列表：在 MovieLens-100K 上，什么都不展示的系统判断正确率是 {empty_accuracy:.2%}；"
    "七个模型中 NDCG@10 最好的 item2vec，列表的正确率反而只有 {item2vec_accuracy:.2%}。",
    empty_accuracy=(1 - 1 / unseen).mean(), item2vec_accuracy=lists_shown.accuracy().mean(),
)

# %% [markdown] lang="en"
# Second, the columns do not always agree on who is better. Look at the two EASEs: the one with the last films is far ahead in NDCG@10 and behind in AUC. Both differences are beyond chance. (An interval of a difference is a 95% bootstrap interval over users, as in the earlier chapters; a section below takes it apart.)

# %% [markdown] lang="zh"
# 其次，各列的结论并不总是一致。看两个 EASE：看重最近的那个，NDCG@10 遥遥领先，AUC 却落后。两个差异都超出了随机波动。（差的区间照例是对用户做自助法（bootstrap）得到的 95% 置信区间（confidence interval）；后面有一节专门拆解它。）

# %%
from recbook.evaluation import bootstrap

at_the_top = reports["EASE, last films"].difference(reports["EASE"], "ndcg@10")
everywhere = bootstrap(auc["EASE, last films"] - auc["EASE"])
# en: the same similarities, all films alike
# zh: 同样的相似度，权重全都相同
all_alike = history @ models["item-kNN, last films"].similarity_
neighbours = bootstrap(auc["item-kNN, last films"] - metrics.auc(all_alike, hidden, history))
recbook.claim(
    at_the_top.low > 0.005 and everywhere.high < -0.005 and neighbours.low > 0.005,
    en="Metrics can disagree on who is better: against EASE with equal weights, EASE that weighs the last films most "
    "is ahead by {ndcg_low:.3f} to {ndcg_high:.3f} in NDCG@10 and behind by {auc_low:.3f} to {auc_high:.3f} in AUC "
    "(95% intervals of the paired difference). In item-kNN weights on the last films raise AUC, by {knn_low:.3f} to "
    "{knn_high:.3f}.",
    zh="不同的指标可以得出相反的结论：与权重全都相同的 EASE 相比，看重最近的 EASE 的 NDCG@10 高 {ndcg_low:.3f} 到 "
    "{ndcg_high:.3f}，AUC 却低 {auc_low:.3f} 到 {auc_high:.3f}（配对差的 95% 区间）。而在 item-kNN 里，看重最近使 AUC "
    "升高 {knn_low:.3f} 到 {knn_high:.3f}。",
    takeaway=False, ndcg_low=at_the_top.low, ndcg_high=at_the_top.high, auc_low=-everywhere.high,
    auc_high=-everywhere.low, knn_low=neighbours.low, knn_high=neighbours.high,
)

# %% [markdown] lang="en"
# How can that be? AUC gives every place of the ranking the same weight: to lift the hidden film from place 1,300 to place 1,200 counts as much as to lift it from 101 to 1. So a model can gain at the top and lose far below. But the weights alone do not explain it: in item-kNN the same look at the last films raises both. What differs is the model: EASE has negative weights, item-kNN's similarities are never negative. Is that it? We set EASE's negative weights to 0, for both ways of weighing the history, and change nothing else.

# %% [markdown] lang="zh"
# 怎么会这样？AUC 对排序的每个位置一视同仁：把留出的电影从第 1,300 位提到第 1,200 位，与从第 101 位提到第 1 位，分量一样。所以一个模型可以在最前面有所得，而在很靠后的地方有所失。但单凭权重解释不了：item-kNN 同样看重最近，两个指标都升高了。不同的是模型：EASE 的权重有正有负，item-kNN 的相似度从不为负。原因在此吗？把 EASE 的负权重都设为 0，两种历史权重都这样做，其余不变。

# %%
positive = np.maximum(ease, 0)
last, alike = (metrics.auc(recency(split.history(), half_life) @ positive, hidden, history) for half_life in (8.0, None))
lifted = bootstrap(last - alike)
below = {name: (scores[name][hidden.toarray() > 0] < 0).mean() for name in ("EASE", "EASE, last films")}
recbook.claim(
    lifted.low > 0.003 and below["EASE, last films"] > below["EASE"] + 0.03,
    en="Without its negative weights EASE, too, gains AUC from looking at the last films, {gain_low:.3f} to "
    "{gain_high:.3f}. With them the hidden film scores below 0, below all films about which the history says nothing, "
    "for {equal_share:.0%} of the users with equal weights and for {last_share:.0%} with weights on the last films.",
    zh="去掉负权重，EASE 看重最近也会使 AUC 升高，{gain_low:.3f} 到 {gain_high:.3f}。有负权重时，留出的电影得分低于 "
    "0，也就低于历史完全没有涉及的电影：权重相同时占 {equal_share:.0%} 的用户，看重最近时占 {last_share:.0%}。",
    takeaway=False, gain_low=lifted.low, gain_high=lifted.high, equal_share=below["EASE"],
    last_share=below["EASE, last films"],
)

# %% [markdown] lang="en"
# So the sums of few weights, some of them negative, push a part of the hidden films far down, and AUC notices. The question decides which metric to use: whoever shows ten films needs a metric of the top, and whoever must order a whole catalogue, to decide what to send to a second model for example, may want one that looks further down.
#
# ### Beyond right and wrong
#
# No metric grasps the quality of a recommendation as a whole: a list that holds the right film may still be dull. Here are seven more numbers. Let $L$ be the list of one user, of length $k$, and $c_i$ the number of users who have rated film $i$ in training, out of $m$ users.
#
# | measure | what it is | by pencil |
# |---|---|---|
# | **coverage** | share of the catalogue that stands in any list | two lists, ABC and ABD, of 20 films: $4/20$ |
# | **Gini index** | how unequally the places in the lists are shared out among the films (chapter 01) | 0 if all films are shown equally often |
# | **novelty** | mean of $-\log_2 (c_i / m)$ over the list, in bits | a film that 1 user in 8 has rated: 3 bits (one that nobody has rated counts as rated once) |
# | **diversity** | mean of 1 − cosine over all pairs of the list, here between the genres | two comedies 0, a comedy and a war film 1 |
# | **serendipity** | share of the list that is relevant and not in the list of a primitive model, here popularity | 1 relevant film in 10, also among the ten most popular: 0 |
# | **miscalibration** | how far the genres of the list are from those of the history: $\sum_g p_g \log (p_g / \tilde q_g)$ | history $3/4$ comedy and $1/4$ war, list the same: 0 |
# | **popularity lift** | mean $c_i$ of the list over mean $c_i$ of the history | 2: the list is twice as popular as what the user has rated |
#
# In miscalibration $p_g$ is the share of genre $g$ in the history, a film with two genres counting one half for each, $q_g$ its share in the list, and $\tilde q_g = 0.99 q_g + 0.01 p_g$ keeps a missing genre from costing infinitely much (Steck 2018). As always, $\log$ is the natural logarithm. The definition of serendipity is that of Ge et al. (2010); there are others. The library has all seven in `recbook.evaluation.beyond`; its tests compare each with the same thing written as loops.

# %% [markdown] lang="zh"
# 可见，求和的权重少了，其中又有负的，就会把一部分留出的电影压到很靠后的地方，而 AUC 看得到这一点。该用哪个指标，要看问题是什么：只展示十部的，需要看最前面的指标；要给整个片库排序的（比如决定把哪些交给第二个模型），也许需要看得更靠后的指标。
#
# ### 对错之外
#
# 没有一个指标能全面地衡量推荐的质量：一份列表即使放进了对的电影，也可能很乏味。下面再看七个数。设 $L$ 为一位用户的列表，长度为 $k$；$c_i$ 为训练集中评过电影 $i$ 的用户数，一共 $m$ 位用户。
#
# | 度量 | 是什么 | 笔算 |
# |---|---|---|
# | **覆盖率**（coverage） | 出现在任一列表中的电影占片库的比例 | 两份列表 ABC 和 ABD，片库 20 部：$4/20$ |
# | **基尼系数**（Gini index） | 列表中的位置在各部电影之间分配得多不均匀（第 01 章） | 每部展示得一样多，就是 0 |
# | **新颖性**（novelty） | $-\log_2 (c_i / m)$ 对列表取平均，单位是比特 | 每 8 位用户有 1 位评过的电影：3 比特（没人评过的，按评过一次算） |
# | **多样性**（diversity） | 列表中每一对电影的 1 − 余弦的平均，这里用类型计算 | 两部喜剧是 0，一部喜剧和一部战争片是 1 |
# | **惊喜度**（serendipity） | 列表中相关、而简单模型（这里是流行度）的列表里又没有的电影的比例 | 10 部里有 1 部相关，但它也在最热门的十部里：0 |
# | **失准度**（miscalibration） | 列表的类型与历史的类型相差多远：$\sum_g p_g \log (p_g / \tilde q_g)$ | 历史是 $3/4$ 喜剧、$1/4$ 战争片，列表也是：0 |
# | **热度提升**（popularity lift） | 列表的 $c_i$ 平均值除以历史的 $c_i$ 平均值 | 2：列表的热度是用户评过的电影的两倍 |
#
# 失准度里，$p_g$ 是类型 $g$ 在历史中的比例，一部电影有两个类型时各算一半；$q_g$ 是它在列表中的比例；$\tilde q_g = 0.99 q_g + 0.01 p_g$，免得缺了一个类型就变成无穷大（Steck 2018）。$\log$ 照例是自然对数。惊喜度用的是 Ge et al.（2010）的定义，别的定义也有。这七个都在库的 `recbook.evaluation.beyond` 里，测试把它们与写成循环的同一算法逐一比较过。

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
        "coverage": beyond.coverage(found, n_films),
        "Gini index": gini(beyond.exposure(found, n_films)),
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
figures.beyond_accuracy(accuracy, described)

# %% tags=["nbval-ignore-output"]
control, others = described["random"], [described[name] for name in scores if name != "random"]
wins = [key for key in ("coverage", "novelty", "diversity") if control[key] > max(o[key] for o in others)]
recbook.claim(
    len(wins) == 3 and control["Gini index"] < min(o["Gini index"] for o in others),
    en="No measure beyond accuracy means anything alone: on MovieLens-100K random lists beat six models in coverage "
    "({coverage:.1%} of the films stand in some list), novelty ({novelty:.1f} bits: how rarely the films are rated) "
    "and diversity ({diversity:.2f}: how unlike the genres in a list are), with an NDCG@10 of {ndcg:.3f}.",
    zh="准确率之外的度量，单独看没有意义：在 MovieLens-100K 上，随机列表的覆盖率（{coverage:.1%} 的电影进过列表）、新"
    "颖性（{novelty:.1f} 比特，即电影多么少有人评）和多样性（{diversity:.2f}，即列表内类型多么不同）胜过六个模型，而 "
    "NDCG@10 只有 {ndcg:.3f}。",
    coverage=control["coverage"], novelty=control["novelty"], diversity=control["diversity"], ndcg=accuracy["random"],
)

# %% [markdown] lang="en"
# How to read the figure: a model is better than another if it lies further to the right *and* further towards the good side of the other axis. Among the trained models (all but the random order and popularity) coverage, novelty and serendipity rise with NDCG@10 on the whole, and diversity falls.

# %% [markdown] lang="zh"
# 这张图怎么看：一个模型比另一个好，要它更靠右，**并且**在另一条轴上也更靠近好的一边。在训练出来的模型（随机顺序和流行度以外）中，覆盖率、新颖性和惊喜度大体随 NDCG@10 上升，多样性则下降。

# %% tags=["nbval-ignore-output"]
far = {name: found["miscalibration"] for name, found in described.items() if name != "random"}
alike = {name: found["diversity"] for name, found in described.items()}
recbook.claim(
    min(alike, key=alike.get) == max(far, key=far.get) == "item2vec",
    en="item2vec, first in NDCG@10, has the least varied lists of all (diversity {diversity:.2f}) and, but for random "
    "ones, the lists whose genres are furthest from the history (miscalibration {item2vec_miscalibration:.2f}; EASE "
    "{ease_miscalibration:.2f}).",
    zh="NDCG@10 排第一的 item2vec，列表却是所有模型里最单调的（多样性 {diversity:.2f}），除随机列表外，类型也离历史最"
    "远（失准度 {item2vec_miscalibration:.2f}，EASE 是 {ease_miscalibration:.2f}）。",
    takeaway=False, diversity=alike["item2vec"], item2vec_miscalibration=far["item2vec"],
    ease_miscalibration=far["EASE"],
)

# %% [markdown] lang="en"
# Its half-life is 2 films, so the last four films make up three quarters of a user's vector, which is a likely reason: what resembles them shares their genres. Can one have both? **Re-ranking** is the common tool. From a model's 100 best films, a list is built film by film: each time take the film that makes
#
# $$(1 - \lambda) \sum_{i \in L} s_i - \lambda \cdot \text{miscalibration}(L)$$
#
# largest, where $s_i$ is the model's score, scaled to 0…1 over the 100 for each user, and $\lambda$ between 0 and 1 says what calibration is worth to us (Steck 2018). We trade on item2vec's lists with six values of $\lambda$, some seconds. The curve is shown on the test films as a description; whoever wants to *choose* a $\lambda$ must do so on the validation films.

# %% [markdown] lang="zh"
# 它的半衰期是 2 部，最近四部电影占用户向量的四分之三，这可能就是原因：与它们相像的电影，类型也相同。能兼得吗？常用的办法是**重排**（re-ranking）。从模型排在最前的 100 部里，一部一部地搭出列表：每次取使下式最大的那一部，
#
# $$(1 - \lambda) \sum_{i \in L} s_i - \lambda \cdot \text{miscalibration}(L)$$
#
# 其中 miscalibration 就是上面的失准度，$s_i$ 是模型的得分，对每位用户在这 100 部里缩放到 0…1；$\lambda$ 在 0 和 1 之间，表示我们把校准（calibration）看得多重（Steck 2018）。下面对 item2vec 的列表取六个 $\lambda$，要几秒钟。曲线画的是测试集（test set）上的情形，只作描述；真要**选择** $\lambda$，必须在验证集上选。

# %% tags=["nbval-ignore-output"]
open_scores = np.where(history.toarray() > 0, -np.inf, scores["item2vec"])
curve = {}
for weight in tqdm((0, 0.1, 0.25, 0.5, 0.75, 0.9), leave=False):
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
    en="Re-ranking item2vec's lists takes {mild_drop:.0%} off their miscalibration at λ = 0.25 without a loss of "
    "NDCG@10 that this test can show ({mild_low:+.3f} to {mild_high:+.3f}); at λ = 0.9 it takes off {strong_drop:.0%} "
    "and costs {cost_low:.3f} to {cost_high:.3f}.",
    zh="对 item2vec 的列表重排，λ = 0.25 时失准度降低 {mild_drop:.0%}，NDCG@10 没有测得出的损失（{mild_low:+.3f} 到 "
    "{mild_high:+.3f}）；λ = 0.9 时失准度降低 {strong_drop:.0%}，损失 {cost_low:.3f} 到 {cost_high:.3f}。",
    takeaway=False, mild_drop=drop[0], mild_low=mild.low, mild_high=mild.high, strong_drop=drop[1],
    cost_low=-strong.high, cost_high=-strong.low,
)

# %% [markdown] lang="en"
# ### For whom?
#
# A mean over users can hide a group. The data name each user's gender, as F or M. We measure NDCG@10 in each group, with an interval, and the difference between women and men. This time nobody stands in both groups, so the interval of the difference is **unpaired**: each group is resampled on its own (`compare.bootstrap_between`). And since women in this data have shorter histories on average, we also compare like with like: cut the users into four layers by the length of their history, take the difference inside each layer, and average the four with the layers' sizes as weights.

# %% [markdown] lang="zh"
# ### 对谁而言？
#
# 对用户取平均，可能掩盖某个群体的情况。数据里有每位用户的性别（F 或 M）。我们在每个群体里测 NDCG@10 及其区间，再测女性与男性之差。这次没有人同时属于两组，所以差的区间是**非配对**的：两组各自重抽样（`compare.bootstrap_between`）。另外，这份数据里女性的历史平均较短，所以还要把相似的放在一起比：按历史长度把用户分成四层，在每层内求差，再按各层人数加权平均。

# %%
from recbook.evaluation import compare

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
columns = ["model, NDCG@10", f"F ({(gender == 'F').sum()})", f"M ({(gender == 'M').sum()})"]
plots.table(pd.DataFrame(rows, columns=[*columns, "F − M", "F − M, like histories"]))

# %%
raw, layered = between["popularity"]
recbook.claim(
    raw.high < 0 and layered[1] < 0 and length[gender == "F"].mean() < length[gender == "M"].mean() - 5,
    en="Popularity's NDCG@10 is lower for women than for men by {raw_low:.3f} to {raw_high:.3f}, among like histories "
    "by {layered_low:.3f} to {layered_high:.3f}, if one looks at this comparison alone. Women have {women_films:.0f} "
    "films in their training history on average, men {men_films:.0f}; of the {n} users {men_share:.0%} are men.",
    zh="单看这一次比较，流行度的 NDCG@10 对女性比对男性低 {raw_low:.3f} 到 {raw_high:.3f}，在历史长度相近的用户之间低 "
    "{layered_low:.3f} 到 {layered_high:.3f}。训练历史平均女性 {women_films:.0f} 部，男性 {men_films:.0f} 部；{n} 位用"
    "户中 {men_share:.0%} 是男性。",
    takeaway=False, raw_low=-raw.high, raw_high=-raw.low, layered_low=-layered[1], layered_high=-layered[0],
    n=len(users), men_share=(gender == "M").mean(), women_films=length[gender == "F"].mean(),
    men_films=length[gender == "M"].mean(),
)

# %% [markdown] lang="en"
# A list of what most people rate is a list of what the largest group rates: a plausible reason, which this table does not prove. Three warnings. An interval that includes 0 does not show that a model treats the groups alike; a difference as large as its ends could be there. That one model's interval includes 0 and another's does not is no evidence that the two models *differ* in this; for that one would need the interval of the difference of the differences. And the table holds six comparisons, of which we have just picked the ones that stand out. The section on many comparisons comes back to it.

# %% [markdown] lang="zh"
# 多数人评什么就推荐什么，列出的就是最大的群体评过的电影：这是一个合理的解释，但这张表证明不了它。有三点要当心。区间包含 0，并不说明模型对两组一视同仁；区间两端那么大的差异仍有可能存在。一个模型的区间包含 0，另一个的不包含，也不能证明两个模型在这一点上**有差别**；那需要“差的差”的区间。还有，这张表里有六次比较，而我们刚才挑出了最显眼的。讲多重比较的那一节会回到这里。

# %% [markdown] lang="en"
# ## How to fool yourself
#
# Nine ways to get a number that is not so. Nearly all of them happen without any ill will. Each is first done, then caught. `caught` collects the pairs (NDCG@10 as one is fooled, as it is) for a figure at the end.
#
# ### 1. A random split
#
# The easiest split hides a random rating of each user. But a recommender works forward in time, and a model that is trained on a random split knows what the user rated *after* the hidden film.

# %% [markdown] lang="zh"
# ## 怎样自欺
#
# 有九种做法会得到不属实的数，几乎都不是出于恶意。每一种都先做一遍，再识破它。`caught` 收集成对的数（NDCG@10，受骗时的，实际的），最后画在一张图里。
#
# ### 1. 随机划分
#
# 最省事的划分，是为每位用户随机留出一条评分。但推荐系统只能顺着时间工作：推荐时只知道此前的评分，而在随机划分上训练的模型，用到了用户在留出的电影**之后**的评分。

# %%
from recbook.data import Split
from recbook.data.split import time_rank_from_end
from recbook.evaluation import evaluate


# en: EASE as above, on another split
# zh: 与上面相同的 EASE，换一种划分
def ease_on(split, half_life=None):
    weights = recency(split.history(), half_life)
    scores = weights @ EASE().fit(split.train).weights_
    return evaluate_scores(scores, truth(split), exclude=split.history().matrix())


# en: a random order
# zh: 随机的顺序
shuffled = replace(ratings, timestamp=np.random.default_rng(0).permutation(ratings.n))
drawn = time_rank_from_end(shuffled)
at_random = Split(*(ratings.take(part) for part in (drawn > 1, drawn == 1, drawn == 0)))
fooled = {"EASE": ease_on(at_random), "EASE, last films": ease_on(at_random, 8.0)}
rows = [(plots.name(name), fooled[name]["ndcg@10"], reports[name]["ndcg@10"]) for name in fooled]
plots.table(pd.DataFrame(rows, columns=["model, NDCG@10", "random split", "split by time"]))

# %% [markdown] lang="en"
# The numbers change, and so does the *order* of the two models: on the random split the last films in the history are just some films, from before and after the hidden one, so looking at them has lost its use. But several things have changed at once: what the model knows, how much, and which film it is asked for; a random film may simply be easier. So we change them one at a time. Each user gets a hidden film at a random place with at least ten films before it. The models are trained three times: on what the user rated before the hidden film; on as many ratings, drawn from all but the hidden film; and on all but the hidden film. Users and hidden films stay fixed, and so do the rivals: every other film that the user has ever rated is left out of the ranking, known to the model or not. From the first to the second a part of the past ratings is exchanged for later ones, from the second to the third only more ratings come in. One drawing of the hidden films would leave much to chance, so we draw three times and average the three values of each user.

# %% [markdown] lang="zh"
# 数变了，两个模型的**先后**也反了过来：在随机划分上，历史里“最近的”几部只是留出的那部之前和之后的某几部，看重它们已经没有意义。但这里同时变了几样：模型知道什么，知道多少，问的是哪部电影；随机的一部也许本来就容易些。所以要一次只变一样。每位用户在随机的位置上留出一部，前面至少有十部。模型训练三次：用留出的电影之前的评分；从留出的电影以外抽取同样多的评分；用留出的电影以外的全部评分。用户和留出的电影都不变，一起排序的对手也不变：用户评过的其他电影，不管模型知不知道，都不参加排序。从第一种到第二种，一部分过去的评分换成了后来的；从第二种到第三种，只多了评分。只抽一次，结果太看运气，所以抽三次，每位用户取三次的平均。这种未来混进训练的情形，就是**数据泄漏**（data leakage）。

# %%
from recbook.evaluation import Report

# en: films after this one
# zh: 后面还有几部
after = time_rank_from_end(ratings)
known = ("only the past", "as many, also later", "all but the hidden film")


# en: the hidden ratings and what each arm knows, masks (ratings,)
# zh: 留出的评分，以及每种做法知道的评分：掩码 (ratings,)
def hide_one(rng):
    # en: how many films come after the hidden one, for each user
    # zh: 每位用户留出的电影，后面还有几部
    back = rng.integers(0, ratings.user_counts() - 10)
    target, past = after == back[ratings.user], after > back[ratings.user]
    lottery = np.where(target, np.inf, rng.random(ratings.n))
    # en: each rating's place in a random order of its user's ratings, the hidden one last
    # zh: 每条评分在该用户的随机顺序里的位置，留出的排最后
    place = np.empty(ratings.n, int)
    place[np.lexsort((lottery, ratings.user))] = np.concatenate([np.arange(n) for n in ratings.user_counts()])
    as_many = place < np.bincount(ratings.user[past])[ratings.user]
    return target, dict(zip(known, (past, as_many, ~target)))

# %%
# en: NDCG@10 of each user, by arm and model
# zh: 每种做法、每个模型下，每位用户的 NDCG@10
def by_arm(seed):
    target, arms = hide_one(np.random.default_rng(seed))
    wanted, met = ratings.take(target).matrix(), ratings.take(~target).matrix()
    return {
        (name, kind.__name__): evaluate_scores(kind().fit(ratings.take(rows)).score(users), wanted, exclude=met)
        for name, rows in arms.items() for kind in (Popularity, ItemKNN, EASE)
    }


drawings = [by_arm(seed) for seed in tqdm(range(3), leave=False)]
leak = {key: Report({"ndcg@10": np.mean([of[key].per_user["ndcg@10"] for of in drawings], axis=0)}) for key in drawings[0]}
labels = {"Popularity": "popularity", "ItemKNN": "item-kNN", "EASE": "EASE"}
rows = [(plots.name(label), *(leak[name, kind]["ndcg@10"] for name in known)) for kind, label in labels.items()]
plots.table(pd.DataFrame(rows, columns=["model, NDCG@10", *known]))


# %%
def gained(kind, one, other):
    return leak[one, kind].difference(leak[other, kind], "ndcg@10")


first, second, third = known
future, more = ({kind: gained(kind, *pair) for kind in labels} for pair in ((second, first), (third, second)))
whole = gained("Popularity", third, first)
turned = fooled["EASE"].difference(fooled["EASE, last films"], "ndcg@10")
recbook.claim(
    turned.low > 0.02 and at_the_top.low > 0 and future["EASE"].low > 0.003 and more["EASE"].low > 0.01,
    en="A random split turns the order of two models round. On MovieLens-100K EASE with equal weights reaches NDCG@10 "
    "{random_equal:.3f} on it and {time_equal:.3f} on the split by time; EASE that weighs the last films most "
    "{random_last:.3f} and {time_last:.3f}. With users, hidden films, rivals and the number of ratings fixed, knowing "
    "later ratings adds {future_low:.3f} to {future_high:.3f} to EASE with equal weights.",
    zh="随机划分会颠倒两个模型的先后。在 MovieLens-100K 上，权重全都相同的 EASE 的 NDCG@10 在随机划分上是 "
    "{random_equal:.3f}，按时间划分是 {time_equal:.3f}；看重最近的 EASE 则是 {random_last:.3f} 和 {time_last:.3f}。用"
    "户、留出的电影、对手和评分数都不变，知道后来的评分，会让权重相同的 EASE 多得 {future_low:.3f} 到 "
    "{future_high:.3f}。",
    random_equal=fooled["EASE"]["ndcg@10"], time_equal=reports["EASE"]["ndcg@10"],
    random_last=fooled["EASE, last films"]["ndcg@10"], time_last=reports["EASE, last films"]["ndcg@10"],
    future_low=future["EASE"].low, future_high=future["EASE"].high,
)

# %%
recbook.claim(
    max(future["Popularity"].high, whole.high) < 0.015 < more["EASE"].low,
    en="Popularity gains {future_low:+.4f} to {future_high:+.4f} from the future with as many ratings, and "
    "{whole_low:+.4f} to {whole_high:+.4f} from all later ratings; EASE gains {ease_low:+.3f} to {ease_high:+.3f} "
    "more when the number of ratings grows too.",
    zh="评分数不变、一部分换成后来的，流行度的变化是 {future_low:+.4f} 到 {future_high:+.4f}；加进后来的全部评分，是 "
    "{whole_low:+.4f} 到 {whole_high:+.4f}。评分数也增加时，EASE 再多得 {ease_low:+.3f} 到 {ease_high:+.3f}。",
    takeaway=False, future_low=future["Popularity"].low, future_high=future["Popularity"].high, whole_low=whole.low,
    whole_high=whole.high, ease_low=more["EASE"].low, ease_high=more["EASE"].high,
)

# %% [markdown] lang="en"
# So the future alone helps the models that learn from single histories; another part of the difference, for EASE the larger one, comes from more ratings, which a random split also grants. Popularity gains little: it learns one number for each film. (What was held fixed matters too. Had each model's ranking left out only the films it knew, those rated later would have stood in the list as rivals in the first arm and not in the third, and the difference would have looked larger still.) Leave-one-out is not clean in this sense either: the training data hold what *other* users rated later. A cut of the whole log at one moment, `recbook.data.by_time`, avoids that, at the price of users who appear only after the cut.
#
# **Exercise 4.** This function comes from a project that reported wonderful results. It should return what may be known when one user's rating in row `t` is predicted:
#
# ```python
# def known_before(film, time, t):
#     order = np.argsort(time, kind="stable")
#     return film[order][: np.searchsorted(time[order], time[t], side="right")]
# ```
#
# Find what leaks, and write it right: the films of the rows that come before row `t` in time, of equal times those that stand earlier in the file, oldest first, and never the film of row `t` itself, should the user have rated it twice. ({points})

# %% [markdown] lang="zh"
# 可见单是未来，就能帮到从各人的历史中学习的模型；差距的另一部分（对 EASE 是大半）来自更多的评分，随机划分同样白送了它们。流行度得益很少：它对每部电影只学一个数。（什么不变也很要紧。假如每个模型只排除它知道的电影，后来评的那些在第一种里是对手，在第三种里不是，差距看上去还会更大。）严格说来，留一法也不干净：训练集里有**别的**用户后来的评分。在某一时刻切开整份日志（`recbook.data.by_time`）就没有这个问题，代价是有些用户只在切口之后出现。
#
# **练习 4** 下面的函数出自一个结果好得惊人的项目。它应当返回预测某位用户第 `t` 行评分时可以知道的东西：
#
# ```python
# def known_before(film, time, t):
#     order = np.argsort(time, kind="stable")
#     return film[order][: np.searchsorted(time[order], time[t], side="right")]
# ```
#
# 找出哪里泄漏了，并改正：返回时间上在第 `t` 行之前的各行的电影；时间相同的，取文件里更靠前的行；最早的在前；如果用户评过两次，第 `t` 行的那部电影本身绝不能出现。（{points}）

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
# ### 2. Ties in time
#
# Times are in whole seconds, and people rate many films within one second (chapter 03 counts how many). Which is then the last film? Some rule must say it, and a rule that looks at the film's number leaks: low numbers were given to the films that are often rated.

# %% [markdown] lang="zh"
# ### 2. 时间并列
#
# 时间精确到秒，而人们常在同一秒里评好几部（第 03 章数过有多少）。那么哪一部算最后一部？总要有一条规则，而看电影编号的规则会泄漏：编号小的往往是常被评分的电影。

# %%
# en: leave-one-out where, of equal times, the highest key is the last
# zh: 留一法，时间相同时 key 最大的算最后
def tied_by(key):
    order = np.lexsort((key, ratings.timestamp, ratings.user))
    return evaluate(Popularity(), leave_one_out(ratings.take(order)))["ndcg@10"]


by_rule = {"highest number last": ratings.item, "lowest number last": -ratings.item}
by_rule["file order (the course's rule)"] = np.arange(ratings.n)
by_rule = {rule: tied_by(key) for rule, key in by_rule.items()}
by_chance = [tied_by(np.random.default_rng(seed).permutation(ratings.n)) for seed in range(20)]
shown = [(plots.name(rule), f"{value:.4f}") for rule, value in by_rule.items()]
shown.append((plots.name("at random, 20 seeds"), plots.ends(min(by_chance), max(by_chance), 4)))
plots.table(pd.DataFrame(shown, columns=["ties in time", "popularity, NDCG@10"]))

# %%
low, high, file = by_rule.values()
recbook.claim(
    low < min(file, *by_chance) - 0.005 and high > max(file, *by_chance) + 0.005
    and min(by_chance) < file < max(by_chance)
    and high - low > reports["item-kNN"]["ndcg@10"] - reports["popularity"]["ndcg@10"],
    en="Nothing but the rule for ties in time moves popularity's NDCG@10 from {highest_last:.3f} (the highest film "
    "number counts as the last) over {file_order:.3f} (file order) to {lowest_last:.3f} (the lowest); with {n} random "
    "orders it is {chance_low:.3f} to {chance_high:.3f}.",
    zh="只改变时间并列的规则，流行度的 NDCG@10 就从 {highest_last:.3f}（编号最大的算最后）经 {file_order:.3f}（文件顺"
    "序）变到 {lowest_last:.3f}（编号最小的算最后）；{n} 次随机决定时是 {chance_low:.3f} 到 {chance_high:.3f}。",
    takeaway=False, highest_last=low, file_order=file, lowest_last=high, n=len(by_chance), chance_low=min(by_chance),
    chance_high=max(by_chance),
)

# %% [markdown] lang="en"
# The difference between the two ends is larger than that between popularity and item-kNN. File order and chance lie between them: they do not look at the film's number. (File order lies within the range of the random orders, near its upper end.)
#
# ### 3. Sampled negatives
#
# To rank all films was once thought expensive, and many papers rank the hidden film among 100 random others only. What does that measure? Of the $n' - 1$ other films that can be ranked, $r - 1$ stand above a film at true place $r$. It gets among the first ten of 101 if at most nine of the 100 drawn are among these. The draw is without replacement, so the number of them has a **hypergeometric** distribution, and its mean is $100 (r - 1) / (n' - 1)$. By pencil: with $n' = 1577$ a film at place 150 has $100 \cdot 149 / 1576 = 9.5$ of the 100 above it on average, and is in the ten about half of the time:

# %% [markdown] lang="zh"
# 两端之差比流行度与 item-kNN 之差还大。文件顺序和随机决定都在两者之间：它们不看电影的编号。（文件顺序落在各次随机的范围之内，靠近上端。）
#
# ### 3. 采样的负样本
#
# 过去人们觉得给全部电影排序太贵，许多论文只把留出的电影与 100 部随机电影放在一起排，这叫采样排序（sampled ranking），与全量排序（full ranking）相对。这样度量的是什么？可排序的其他电影有 $n' - 1$ 部，其中 $r - 1$ 部排在真实位置为 $r$ 的电影之上。抽到的 100 部里最多九部在它之上，它就进入 101 部的前十。这 100 部是不放回地抽取的，所以在它之上的部数服从**超几何分布**（hypergeometric distribution），平均是 $100 (r - 1) / (n' - 1)$。笔算：$n' = 1577$ 时，第 150 位的电影平均有 $100 \cdot 149 / 1576 = 9.5$ 部在它之上，大约有一半的机会进入前十：

# %%
figures.sampled_view(int(unseen.mean()))

# %% [markdown] lang="en"
# So Hit@10 among 100 samples is about Hit@150 in truth. It asks whether the film is better than most random films, and is blind to what happens at the top. That suggests two models that should change places: EASE with all films alike, decent everywhere, and EASE with a half-life of 1 film (the last film has half of the weight, the last three have 88%), better at the top and with a lower AUC. This pair was picked for its effect: we look for a swap, not for the better model. We draw the 100 films ten times and average for each user.

# %% [markdown] lang="zh"
# 可见，100 个采样里的 Hit@10 大约相当于真实的 Hit@150。它问的是这部电影是否比大多数随机电影好，看不到最前面发生的事。由此可以想到两个应当换位的模型：权重全都相同的 EASE，处处都还不错；半衰期为 1 部的 EASE（最后一部占一半权重，最近三部占 88%），最前面更准，AUC 更低。这一对是为了展示效果而挑的：要找的是换位，而不是更好的模型。100 部电影抽十次，对每位用户取平均。

# %%
# en: what is left out: all but the hidden film and n_sampled others
# zh: 要排除的：留出的电影和 n_sampled 部其他电影以外的全部
def all_but(n_sampled, seed):
    seen, target = history.toarray() > 0, hidden.toarray() > 0
    keys = np.random.default_rng(seed).random(seen.shape)
    keys[seen | target] = 2.0
    last = np.partition(keys, n_sampled - 1, axis=1)[:, n_sampled - 1, None]
    return (keys > last) & ~target


# %%
sharp = "EASE, last three films"
rivals = {sharp: recency(split.history(), 1.0) @ ease} | {name: scores[name] for name in ("EASE", "popularity")}
rounds = {name: [] for name in rivals}
for seed in range(10):
    left_out = all_but(100, seed)
    for name, table in rivals.items():
        rounds[name].append(judge(table, left_out).per_user)
sampled = {
    name: Report({metric: np.mean([of[metric] for of in found], axis=0) for metric in found[0]})
    for name, found in rounds.items()
}
duel = {"all films": (judge(rivals[sharp]), reports["EASE"]), "100 random films": (sampled[sharp], sampled["EASE"])}
rows = [
    (plots.name(way), *(report[metric] for metric in ("ndcg@10", "hit@10") for report in pair))
    for way, pair in duel.items()
]
named = [f"{metric} · {plots.name(model)}" for metric in ("NDCG@10", "Hit@10") for model in (sharp, "EASE")]
plots.table(pd.DataFrame(rows, columns=["ranked among", *named]))

# %%
full, few = (one.difference(other, "hit@10") for one, other in duel.values())
ndcg_few = duel["100 random films"][0].difference(duel["100 random films"][1], "ndcg@10")
recbook.claim(
    full.low > 0.01 and few.high < -0.01 and ndcg_few.low < 0 < ndcg_few.high,
    en="Ranking among 100 random films instead of all can swap two models. On MovieLens-100K EASE that looks at "
    "little but the last three films is then behind EASE that weighs all films alike by {behind_low:.3f} to "
    "{behind_high:.3f} in Hit@10; among all films it is ahead by {ahead_low:.3f} to {ahead_high:.3f}. (In NDCG@10 the "
    "samples show no difference: {ndcg_low:+.3f} to {ndcg_high:+.3f}.)",
    zh="只与 100 部随机电影而不是全部电影一起排序，可能颠倒两个模型。在 MovieLens-100K 上，主要看最近三部的 EASE，此"
    "时 Hit@10 比权重全都相同的 EASE 低 {behind_low:.3f} 到 {behind_high:.3f}；在全部电影中排序，却高 {ahead_low:.3f} "
    "到 {ahead_high:.3f}。（用 NDCG@10，采样看不出差异：{ndcg_low:+.3f} 到 {ndcg_high:+.3f}。）",
    behind_low=-few.high, behind_high=-few.low, ahead_low=full.low, ahead_high=full.high, ndcg_low=ndcg_few.low,
    ndcg_high=ndcg_few.high,
)

# %% [markdown] lang="en"
# Krichene and Rendle (2020) show this for many metrics, and that only AUC survives sampling on average. With 1,682 films, and with hundreds of thousands too, ranking them all is a matrix product: do that.
#
# ### 4. The history is not masked
#
# A model is fitted to the history, so the films of the history come out on top. If they are not left out of the ranking, they push the hidden film down, and most for the model that learned the history best.

# %% [markdown] lang="zh"
# Krichene and Rendle（2020）对许多指标说明了这一点，并且指出平均而言只有 AUC 经得起采样。1,682 部电影，哪怕几十万部，全部排序也只是一次矩阵乘法：那就全部排序。
#
# ### 4. 没有屏蔽历史
#
# 模型是照着历史拟合的，历史中的电影自然排在最前面。如果不把它们排除，留出的电影就被挤到后面，而且历史学得越好，挤得越厉害。

# %%
unmasked = {name: judge(scores[name], exclude=None) for name in ("popularity", "EASE")}
wrong = unmasked["popularity"].difference(unmasked["EASE"], "ndcg@10")
right = reports["EASE"].difference(reports["popularity"], "ndcg@10")
recbook.claim(
    wrong.low > 0 and right.low > 0,
    en="With the history in the ranking, popularity seems better than EASE (NDCG@10 {popularity_unmasked:.3f} against "
    "{ease_unmasked:.3f}); with the history left out, EASE is better ({ease_masked:.3f} against "
    "{popularity_masked:.3f}).",
    zh="历史参加排序时，流行度看上去比 EASE 好（NDCG@10 {popularity_unmasked:.3f} 对 {ease_unmasked:.3f}）；排除历史之"
    "后，EASE 更好（{ease_masked:.3f} 对 {popularity_masked:.3f}）。",
    takeaway=False, popularity_unmasked=unmasked["popularity"]["ndcg@10"], ease_unmasked=unmasked["EASE"]["ndcg@10"],
    ease_masked=reports["EASE"]["ndcg@10"], popularity_masked=reports["popularity"]["ndcg@10"],
)

# %% [markdown] lang="en"
# ### 5. Tuning on the test films
#
# Take settings without any idea behind them: multiply each film's score in EASE (last films) by a random factor near 1, and do so 100 times. Choose the best of the 100 by the test films of one half of the users. Then look at the other half, on which nothing was chosen. One way to halve the users may be lucky, so take the mean over 50 ways. A few seconds.

# %% [markdown] lang="zh"
# ### 5. 在测试集上调参
#
# 取一些没有任何道理的设置：把 EASE（看重最近）给每部电影的得分乘上一个接近 1 的随机因子，这样做 100 次。用一半用户的测试电影，从 100 个里选出最好的。再看另一半用户，那里没有做过任何选择。只分一次可能碰巧，所以取 50 种分法的平均。要几秒钟。

# %%
plain = reports["EASE, last films"].per_user["ndcg@10"]
tried = []
for seed in tqdm(range(100), leave=False):
    factor = np.random.default_rng(seed).normal(1, 0.15, size=n_films)
    tried.append(judge(scores["EASE, last films"] * factor).per_user["ndcg@10"] - plain)
# en: what each setting adds for each user
# zh: 每个设置给每位用户带来的变化
tried = np.array(tried)


# en: what the winner adds on the half it was chosen on, and on the other
# zh: 最好的设置在选它的一半和另一半用户上带来的变化
def choose(seed):
    half = np.random.default_rng(seed).permutation(len(users)) < len(users) // 2
    winner = tried[tried[:, half].mean(axis=1).argmax()]
    return winner[half].mean(), winner[~half].mean()


chosen_on, fresh = np.mean([choose(seed) for seed in range(50)], axis=0)

# %%
recbook.claim(
    chosen_on > 0.003 and 0 < fresh < 0.6 * chosen_on and tried.mean() < 0,
    en="The best of {n} random settings changes NDCG@10 by {gain_chosen:+.4f} on the users by whom it was chosen. Of "
    "these {gain_chosen:.4f} only {gain_fresh:.4f} are left on fresh users, the rest was chance (mean of {halvings} "
    "ways to halve the users). The average setting changes it by {gain_average:+.4f}.",
    zh="{n} 个随机设置中最好的一个，在用来选它的用户上，NDCG@10 的变化是 {gain_chosen:+.4f}。这 {gain_chosen:.4f} 里，"
    "在没用过的用户上只剩 {gain_fresh:.4f}，其余是碰巧（{halvings} 种对半分法的平均）。设置平均带来的变化是 "
    "{gain_average:+.4f}。",
    takeaway=False, n=len(tried), gain_chosen=chosen_on, gain_fresh=fresh, halvings=50, gain_average=tried.mean(),
)

# %% [markdown] lang="en"
# (What is left on fresh users need not be 0: among 100 random factors one may happen to help a little, and does.) The more settings are tried, the better the best one looks, whatever they are. That is what validation films are for, and why a report should say how many settings were tried.
#
# ### 6. One seed
#
# Models that begin with random numbers end in different places. item2vec, trained with two more seeds (about 10 seconds), and two models of chapter 08, whose three seeds each are stored:

# %% [markdown] lang="zh"
# （在没用过的用户上剩下的不必是 0：100 个随机因子里，也可能碰巧有一个真有点用。）试的设置越多，最好的那个看上去就越好，不管它们是什么。验证集就是为此准备的，报告也应当写明试过多少个设置。
#
# ### 6. 只用一个种子
#
# 从随机数开始训练的模型，每次的终点都不同。item2vec 再用两个种子训练（大约 10 秒），还有第 08 章的两个模型，各自三个种子的结果是存好的：

# %% tags=["nbval-ignore-output"]
by_seed = [reports["item2vec"].per_user["ndcg@10"]]
for seed in tqdm((1, 2), leave=False):
    model = Item2Vec(seed=seed).fit(split.train)
    by_seed.append(judge(model.score(users, split.history())).per_user["ndcg@10"])
by_seed = np.array(by_seed)  # (seeds, users)
stored = recbook.stored("sequences")["results"]["test"]
seeds = {"item2vec": by_seed.mean(axis=1)} | {name: np.array(stored[name]["test"]) for name in ("SASRec", "BERT4Rec")}
rows = [(plots.name(name), *(f"{value:.4f}" for value in (*values, values.mean()))) for name, values in seeds.items()]
plots.table(pd.DataFrame(rows, columns=["model, NDCG@10", "seed 0", "seed 1", "seed 2", "mean"]))

# %%
bert, line = seeds["BERT4Rec"], reports["EASE"]["ndcg@10"]
settled = bootstrap(np.array(stored["BERT4Rec"]["per_user"]) - reports["EASE"].per_user["ndcg@10"])
recbook.claim(
    bert.min() < line < bert.max() and settled.low < 0 < settled.high,
    en="The mean of BERT4Rec's three seeds differs from EASE with equal weights by {difference_low:+.4f} to "
    "{difference_high:+.4f} NDCG@10 (95% interval over users): nothing is settled. Yet with one seed one would have "
    "reported it as better ({best_seed:.4f}), with another as worse ({worst_seed:.4f}), than EASE ({ease:.4f}).",
    zh="BERT4Rec 三个种子的平均与权重相同的 EASE 的 NDCG@10 相差 {difference_low:+.4f} 到 {difference_high:+.4f}（对用"
    "户的 95% 区间），分不出高下。但只用一个种子，可能报告它胜过 EASE（{best_seed:.4f} 对 {ease:.4f}），换一个种子又可"
    "能报告它不如 EASE（{worst_seed:.4f}）。",
    takeaway=False, ease=line, worst_seed=bert.min(), best_seed=bert.max(), difference_low=settled.low,
    difference_high=settled.high,
)

# %% [markdown] lang="en"
# ### 7. Numbers from different papers
#
# Four "papers" report NDCG@10 of the very same EASE on the very same data. Paper A splits by time and ranks all films, as this course does. Paper B does so on a random split, paper C by time among 100 random films. Paper D hides a random fifth of all ratings, so that a user has many relevant films, and finding some of them is easier than finding the one.

# %% [markdown] lang="zh"
# ### 7. 不同论文的数
#
# 四篇“论文”报告的是同一份数据上同一个 EASE 的 NDCG@10。论文 A 按时间划分、全量排序，与本课程相同。论文 B 同样全量排序，但随机划分；论文 C 按时间划分，只与 100 部随机电影一起排。论文 D 随机留出五分之一的评分，于是一位用户有许多部相关电影，找到其中几部比找到那唯一的一部容易。

# %% tags=["nbval-ignore-output"]
fifth = np.random.default_rng(0).random(ratings.n) < 0.2
many = Split(*map(ratings.take, (~fifth, np.zeros(ratings.n, bool), fifth)))
papers = {
    "A": {"EASE": reports["EASE"], "popularity": reports["popularity"]},
    "B": {"EASE": fooled["EASE"], "popularity": evaluate(Popularity(), at_random)},
    "C": {name: sampled[name] for name in ("EASE", "popularity")},
    "D": {"EASE": ease_on(many), "popularity": evaluate(Popularity(), many)},
}
rows = [(paper, found["EASE"]["ndcg@10"], found["popularity"]["ndcg@10"]) for paper, found in papers.items()]
plots.table(pd.DataFrame(rows, columns=["paper", "EASE, NDCG@10", "popularity, NDCG@10"]))
best_a, worst_d = reports["item2vec"]["ndcg@10"], papers["D"]["popularity"]["ndcg@10"]

# %% tags=["nbval-ignore-output"]
recbook.claim(
    papers["D"]["EASE"]["ndcg@10"] > 4 * reports["EASE"]["ndcg@10"] and worst_d > 1.5 * best_a,
    en="Numbers from different protocols cannot be compared: EASE has an NDCG@10 of {ease_paper_a:.3f} or "
    "{ease_paper_d:.3f} on the same data, and popularity in paper D ({popularity_paper_d:.3f}) is far above item2vec, "
    "the best model of paper A ({item2vec_paper_a:.3f}).",
    zh="协议不同的数不能比较：同一份数据上，EASE 的 NDCG@10 可以是 {ease_paper_a:.3f}，也可以是 {ease_paper_d:.3f}；论"
    "文 D 的流行度（{popularity_paper_d:.3f}）远高于论文 A 最好的模型 item2vec（{item2vec_paper_a:.3f}）。",
    takeaway=False, ease_paper_a=reports["EASE"]["ndcg@10"], ease_paper_d=papers["D"]["EASE"]["ndcg@10"],
    popularity_paper_d=worst_d, item2vec_paper_a=best_a,
)

# %% [markdown] lang="en"
# ### 8. The same film twice
#
# Shops list the same thing under two numbers: a new edition, a second seller. MovieLens-100K itself has 18 films twice (chapter 02). Then a rating may stand in the training data under one number and in the test under the other, and masking does not help, since the twin was never in the history. We give a fifth of the films a twin and write each of their ratings twice.

# %% [markdown] lang="zh"
# ### 8. 同一部电影出现两次
#
# 商店会把同一件东西列在两个编号下：新的版本，另一个卖家。MovieLens-100K 自己就有 18 部电影重复（第 02 章）。于是同一条评分，可能以一个编号在训练集里，以另一个编号在测试集里；屏蔽历史也没有用，因为另一个编号从未出现在历史中。我们给五分之一的电影各造一个副本，它们的每条评分都写两遍。

# %%
twin = np.full(n_films, -1)
copied = np.random.default_rng(0).permutation(n_films)[: n_films // 5]
twin[copied] = n_films + np.arange(len(copied))
again = np.flatnonzero(twin[ratings.item] >= 0)
everything = np.r_[np.arange(ratings.n), again]
doubled = replace(
    ratings.take(everything),
    item=np.r_[ratings.item, twin[ratings.item[again]]],
    item_ids=np.arange(n_films + len(copied)), items=None,
)
with_twins = {"popularity": evaluate(Popularity(), leave_one_out(doubled)), "EASE": ease_on(leave_one_out(doubled))}
# en: Caught: every twin gets its film's number back, and of rows that are equal the first is kept.
# zh: 识破：每个副本换回原来的编号，相同的行只留第一条。
original = np.r_[np.arange(n_films), copied][doubled.item]
first_rows = np.sort(np.unique(doubled.user * n_films + original, return_index=True)[1])
merged = replace(doubled.take(first_rows), item=original[first_rows], item_ids=ratings.item_ids)
mended = ease_on(leave_one_out(merged))

# %%
recbook.claim(
    with_twins["EASE"]["ndcg@10"] > reports["EASE"]["ndcg@10"] + 0.01
    and abs(mended["ndcg@10"] - reports["EASE"]["ndcg@10"]) < 1e-4
    and with_twins["popularity"]["ndcg@10"] < reports["popularity"]["ndcg@10"],
    en="When a fifth of the films have a twin, EASE's NDCG@10 rises from {ease:.3f} to {ease_twins:.3f} and "
    "popularity's falls from {popularity:.3f} to {popularity_twins:.3f}; with the twins merged EASE is back at "
    "{ease_merged:.3f}.",
    zh="五分之一的电影有了副本，EASE 的 NDCG@10 就从 {ease:.3f} 升到 {ease_twins:.3f}，流行度则从 {popularity:.3f} 降"
    "到 {popularity_twins:.3f}；合并副本之后，EASE 回到 {ease_merged:.3f}。",
    takeaway=False, ease=reports["EASE"]["ndcg@10"], ease_twins=with_twins["EASE"]["ndcg@10"],
    popularity=reports["popularity"]["ndcg@10"], popularity_twins=with_twins["popularity"]["ndcg@10"],
    ease_merged=mended["ndcg@10"],
)

# %% [markdown] lang="en"
# A likely reason why popularity falls: both numbers of a popular film take a place in the list, so that ten places hold fewer different films.
#
# ### 9. The page's order
#
# "EASE beats popularity", as the table says: a mean over all users. But who are they? MovieLens users did not rate a film on the evening when they saw it. The site showed pages of films, and people ticked off those they knew, dozens in one sitting (chapter 03). Leave-one-out hides the last tick. So the mean may be about the next film on a page, and not about what someone will want tomorrow. To catch it, we split the users by how long they **stayed away** between the last film that is known and the hidden one. (Two rows of chapter 08 are stored, means of three seeds.)

# %% [markdown] lang="zh"
# 流行度下降的一个可能原因：热门电影的两个编号在列表里各占一位，十个位置里不同的电影变少了。
#
# ### 9. 页面的顺序
#
# 表里说“EASE 胜过流行度”，说的是对全部用户的平均。可这些用户是什么情形？MovieLens 的用户并不是看完一部评一部：网站一页一页地列出电影，人们把看过的勾出来，一口气评几十部（第 03 章），而留一法留出的就是最后勾的那部。所以这个平均也许说的是页面上的下一部，而不是明天想看什么。要识破它，就按用户**隔了多久**分组，即已知的最后一部与留出的那部之间的时间。（第 08 章的两行是存好的，取三个种子的平均。）

# %% tags=["nbval-ignore-output"]
from recbook.data import seconds_since

away = seconds_since(split)
groups = {"a minute": away <= 60, "an hour": (away > 60) & (away <= 3600), "later": away > 3600}
by_user = {name: report.per_user["ndcg@10"] for name, report in reports.items() if name != "random"}
by_user |= {name: np.array(stored[name]["per_user"]) for name in ("SASRec", "SASRec, both")}
rows = [(plots.name(name), *(f"{of[who].mean():.3f}" for who in groups.values())) for name, of in by_user.items()]
rows.append((plots.name("users"), *(str(who.sum()) for who in groups.values())))
plots.table(pd.DataFrame(rows, columns=["model, NDCG@10", *groups]))

# %%
lead = {
    group: {name: (of - by_user["popularity"])[who] for name, of in by_user.items()} for group, who in groups.items()
}
at_once, later = (bootstrap(lead[group]["EASE"]) for group in ("a minute", "later"))
recbook.claim(
    at_once.low > 0 and later.high < 0 and bootstrap(lead["later"]["item-kNN"]).high < 0
    and bootstrap(lead["later"]["item-kNN, last films"]).high < 0,
    en="On MovieLens-100K a lead may be a lead at guessing the rest of a page: where the hidden film came within a "
    "minute of the one before, EASE is ahead of popularity by {minute_low:.3f} to {minute_high:.3f} NDCG@10; for the "
    "users who came back after more than an hour popularity is ahead, by {later_low:.3f} to {later_high:.3f}.",
    zh="在 MovieLens-100K 上，领先也许只是猜中了同一页里其余的电影：留出的电影与前一部相隔不到一分钟的用户，EASE 的 "
    "NDCG@10 比流行度高 {minute_low:.3f} 到 {minute_high:.3f}；隔了一小时以上才回来的用户，反而是流行度高 "
    "{later_low:.3f} 到 {later_high:.3f}。",
    minute_low=at_once.low, minute_high=at_once.high, later_low=-later.high, later_high=-later.low,
)

# %% [markdown] lang="en"
# The last group is small (its number stands below the table), and it is one of three that we looked at; take the direction, not the size. Item-kNN and EASE fall behind popularity there, and looking at the last films does not save them; of item2vec and the two transformers nothing can be said.
#
# Is it really the page, and not that people like similar films on one evening? Two checks. First: deal the films of each sitting out anew, to the same moments (`shuffle_within_sitting`; a sitting is a run of ratings with less than an hour between any two). The history holds the same films, the same evening, the same hidden film; only the order inside is gone. EASE with the last films is scored from it five times, and we look at the users of the first group.

# %% [markdown] lang="zh"
# 最后一组人少（人数在表的末行），而且是我们看过的三组之一；可以相信方向，不必相信大小。item-kNN 和 EASE 在这一组落后于流行度，看重最近也无济于事；item2vec 和两个 Transformer 则说不准。
#
# 起作用的真是页面，而不是人们在同一个晚上喜欢相似的电影？做两项检查。第一项：把每次打分的电影在原来的那些时刻上重新排列（`shuffle_within_sitting`；相邻两条评分相隔不到一小时，算同一次）。历史里还是同样的电影、同一个晚上，留出的电影也不变，只是失去了内部的顺序。看重最近的 EASE 照此打分五次，看第一组用户的结果。

# %%
from recbook.data import shuffle_within_sitting


def dealt_out(pause):
    orders = [shuffle_within_sitting(split.history(), pause, seed) for seed in range(5)]
    scored = [judge(models["EASE, last films"].score(users, order)).per_user["ndcg@10"] for order in orders]
    return np.mean(scored, axis=0)[groups["a minute"]]


even, recent = (by_user[name][groups["a minute"]] for name in ("EASE", "EASE, last films"))
looks = {"as it is": recent, "dealt out within a second": dealt_out(0), "dealt out within a sitting": dealt_out(3600)}
rows = [(plots.name(order), f"{values.mean():.3f}") for order, values in looks.items()]
rows.append((plots.name("EASE"), f"{even.mean():.3f}"))
plots.table(pd.DataFrame(rows, columns=[plots.name("EASE, last films"), "NDCG@10"]))

# %%
without = looks["dealt out within a sitting"]
cost, left, chance = (bootstrap(d) for d in (recent - without, without - even, recent - looks["dealt out within a second"]))
recbook.claim(
    cost.low > 0.01 and left.low < 0 < left.high and chance.low < 0.002,
    en="Without the order inside a sitting EASE with the last films loses {cost_low:.3f} to {cost_high:.3f} for these "
    "users, and what is left cannot be told from EASE with all films alike ({left_low:+.3f} to {left_high:+.3f}).",
    zh="没有了同一次打分内部的顺序，看重最近的 EASE 在这些用户上损失 {cost_low:.3f} 到 {cost_high:.3f}，剩下的与权重全"
    "都相同的 EASE 分不出高下（{left_low:+.3f} 到 {left_high:+.3f}）。",
    takeaway=False, cost_low=cost.low, cost_high=cost.high, left_low=left.low, left_high=left.high,
)

# %% [markdown] lang="en"
# So its whole gain was the order inside the sitting. (Within one second nothing is lost: there the order is the file's, and says nothing.) Second: what stood together? A list sorted by how good the films are leaves a trace: two films rated one after the other have similar *mean ratings*, those that everybody gave. The correlation over all pairs of one user's ratings, by the time between the two, beside pairs drawn at random from the same user:

# %% [markdown] lang="zh"
# 可见它的全部好处就是同一次打分内部的顺序。（同一秒之内打乱没有损失：那里的顺序是文件的，没有含义。）第二项：哪些电影排在一起？按好坏排序的列表会留下痕迹：前后相接评的两部，所有人给的*平均分*应当接近。下面是同一用户相接的两条评分里，两部电影平均分的相关系数，按两条的间隔分组；旁边是从同一用户随机取两部的。

# %%
paged = recbook.stored("page_order")["results"]
traces = paged["films"]["what a page holds"]
rows = [(plots.name(pause), f"{of['correlation']:.2f}", f"{of['at random']:.2f}") for pause, of in traces.items()]
plots.table(pd.DataFrame(rows, columns=["time between two ratings", "one after the other", "two at random"]))

# %% [markdown] lang="en"
# Within a second or a minute neighbours are far more alike than chance, and after an hour they are not: as a page sorted by expected rating would have it. Woolridge et al. (2021) found the ties in time, Fan et al. (2024) that the site's own lists decide much of what MovieLens models learn, and Klenitskiy et al. (2024) compare many logs by shuffling.
#
# And another log? In the shop (`recbook.load("shop")`, a year of groceries) nobody is shown a page, and of the households that we test nobody comes back within an hour. We ask for what is *new* to a household in its next basket, split by how long it stayed away (stored; models chosen on earlier weeks; SASRec, two seeds, with the lines of a basket shuffled, since they have no order). The bar there is what sold best in the last four weeks.

# %% [markdown] lang="zh"
# 一秒或一分钟之内，相邻的两部比随机的像得多；隔了一小时就不再如此：按预计评分排序的页面正会这样。时间并列是 Woolridge et al.（2021）指出的；Fan et al.（2024）发现，MovieLens 上的模型学到的东西，有许多取决于网站自己的列表；Klenitskiy et al.（2024）用打乱顺序的办法比较了许多日志。
#
# 换一份日志呢？商店（`recbook.load("shop")`，一年的食品杂货）里没有人给顾客列出页面，测试的人家也没有一户不到一小时就再来。我们问：一户人家的下一篮里，哪些商品是他们没买过的？按隔了多久分组（结果是存好的；模型都在更早的几周上选定；一篮之内没有顺序，SASRec 读的是打乱的，两个种子）。这里要超过的，是最近四周卖得最好的商品。

# %%
basket = paged["shop"]["by delay"]["next basket"]["minus last 4 weeks"]
of_shop = {
    delay: {name: (of[delay]["mean"], *of[delay]["interval"]) for name, of in basket.items()}
    for delay in ("a week", "two weeks", "later")
}
of_films = {
    group: {name: (of[name].mean(), *bootstrap(of[name])) for name in ("item-kNN", "EASE", "EASE, last films", "SASRec")}
    for group, of in lead.items()
}
figures.by_delay({"films": of_films, "shop": of_shop})

# %%
all_away, long_away = (basket["EASE"][delay]["interval"] for delay in ("all", "later"))
recbook.claim(
    all_away[0] > 0 and long_away[1] > 0 and all(of_shop[delay]["EASE"][2] > 0 for delay in of_shop),
    en="In the shop no such turn is seen: on what is new in the next basket EASE is ahead of the last four weeks' "
    "popularity by {all_low:.4f} to {all_high:.4f} NDCG@10, and for those who stayed away longer than two weeks by "
    "{later_low:+.4f} to {later_high:+.4f}.",
    zh="在商店里看不到这样的反转：下一篮里的新商品，EASE 的 NDCG@10 比最近四周的流行度高 {all_low:.4f} 到 {all_high:.4f}"
    "；隔了两周以上的人家，差是 {later_low:+.4f} 到 {later_high:+.4f}。",
    all_low=all_away[0], all_high=all_away[1], later_low=long_away[0], later_high=long_away[1],
)

# %% [markdown] lang="en"
# Now all nine together:

# %% [markdown] lang="zh"
# 现在把九种放在一起看：

# %%
as_it_is = reports["EASE"]["ndcg@10"]
caught = {
    "random split": (fooled["EASE"]["ndcg@10"], as_it_is),
    "ties by film number": (by_rule["lowest number last"], by_rule["file order (the course's rule)"]),
    "100 sampled films": (sampled["EASE"]["ndcg@10"], as_it_is),
    "history not masked": (unmasked["EASE"]["ndcg@10"], as_it_is),
    "tuned on test": (plain.mean() + chosen_on, plain.mean() + fresh),
    "best of three seeds": (seeds["SASRec"].max(), seeds["SASRec"].mean()),
    "another paper's protocol": (papers["D"]["EASE"]["ndcg@10"], as_it_is),
    "the same film twice": (with_twins["EASE"]["ndcg@10"], mended["ndcg@10"]),
    "the page's order": (as_it_is, by_user["EASE"][groups["later"]].mean()),
}
figures.before_after(caught)

# %% [markdown] lang="en"
# Mind the arrow that points the other way: an error can also make a good model look bad, and then nobody looks for it. And mind the sizes: the errors of protocol are far larger here than those of chance (tuning, seeds), and larger than the difference between EASE and item-kNN.

# %% [markdown] lang="zh"
# 注意那支方向相反的箭头：错误也会让好模型显得差，而这样的错误没有人会去查。再注意大小：在这里，协议上的错误远大于随机性带来的错误（调参、种子），也大于 EASE 与 item-kNN 之差。

# %% [markdown] lang="en"
# ## How sure?
#
# ### Four users and a pencil
#
# Two models have these NDCG values for four users:
#
# | user | 1 | 2 | 3 | 4 | mean |
# |---|---|---|---|---|---|
# | A | 1.0 | 0.6 | 0.0 | 0.4 | 0.5 |
# | B | 0.8 | 0.6 | 0.0 | 0.2 | 0.4 |
# | A − B | 0.2 | 0.0 | 0.0 | 0.2 | 0.1 |
#
# Other users would have given other means. By how much would they differ? The **standard error** of a mean of $m$ values $x_u$ says it: $s / \sqrt m$ with $s^2 = \frac{1}{m - 1} \sum_u (x_u - \bar x)^2$. For A the deviations from 0.5 are 0.5, 0.1, −0.5, −0.1, their squares add up to 0.52, so $s = \sqrt{0.52 / 3} = 0.42$ and the standard error is $0.21$. For B, in the same way, $0.18$. If the two rows came from different users, the standard error of the difference would be $\sqrt{0.21^2 + 0.18^2} = 0.28$, and a lead of 0.1 would be nothing beside it. But the same users stand in both rows, and a user who is hard for A is hard for B. So take the row of differences: deviations ±0.1, squares adding up to 0.04, $s = \sqrt{0.04 / 3} = 0.115$, standard error $0.058$. This is the **paired** view, and it is almost five times sharper, for one reason: the values of the two models are correlated, and what is common to them cancels. (Even so, the lead is only $0.1 / 0.058 = 1.7$ standard errors. Four users settle nothing.)
#
# The **bootstrap** (Efron 1979) does without formulas: draw $m$ users with replacement, take the mean, do so 2,000 times, and let the 2.5% and 97.5% quantiles of these means be the ends of the interval.
#
# **Exercise 5.** The paired bootstrap interval, with the draws given. ({points})

# %% [markdown] lang="zh"
# ## 有多大把握？
#
# ### 四位用户，一支笔
#
# 两个模型在四位用户上的 NDCG 如下：
#
# | 用户 | 1 | 2 | 3 | 4 | 平均 |
# |---|---|---|---|---|---|
# | A | 1.0 | 0.6 | 0.0 | 0.4 | 0.5 |
# | B | 0.8 | 0.6 | 0.0 | 0.2 | 0.4 |
# | A − B | 0.2 | 0.0 | 0.0 | 0.2 | 0.1 |
#
# 换一批用户，平均数就会不同。会差多少？$m$ 个数 $x_u$ 的平均的**标准误**（standard error）给出答案：$s / \sqrt m$，其中 $s^2 = \frac{1}{m - 1} \sum_u (x_u - \bar x)^2$。A 与 0.5 的偏差是 0.5、0.1、−0.5、−0.1，平方和 0.52，所以 $s = \sqrt{0.52 / 3} = 0.42$，标准误是 $0.21$。同样可得 B 的是 $0.18$。假如两行来自不同的用户，差的标准误就是 $\sqrt{0.21^2 + 0.18^2} = 0.28$，领先 0.1 实在不算什么。但两行里是同样的用户，对 A 难的用户对 B 也难。所以看差的那一行：偏差都是 ±0.1，平方和 0.04，$s = \sqrt{0.04 / 3} = 0.115$，标准误 $0.058$。这就是**配对**（paired）的看法，精确将近五倍，原因只有一个：两个模型的值是相关的，共同的部分抵消了。（即便如此，领先也只有 $0.1 / 0.058 = 1.7$ 个标准误。四位用户定不了什么。）
#
# **自助法**（Efron 1979）不需要公式：有放回地抽 $m$ 位用户，求平均，重复 2,000 次，这些平均数的 2.5% 和 97.5% 分位数就是区间的两端。
#
# **练习 5** 给定抽取结果，求配对的自助法区间。（{points}）

# %% exercise="evaluation-bootstrap" points=2
def paired_interval(a, b, drawn):
    """en: (low, high): the 2.5% and 97.5% quantiles, by np.quantile, of the mean difference a - b over
    en: resampled users. a and b (users,) are NumPy arrays of the two models' values; each row of drawn
    en: (resamples, users) holds the numbers of the users of one resample.
    zh: 返回 (low, high)：重抽样后 a - b 的平均的 2.5% 和 97.5% 分位数（用 np.quantile）。a 和 b
    zh: (users,) 是两个模型的值；drawn (resamples, users) 的每一行是一次重抽样的用户编号。"""
    ### BEGIN SOLUTION
    means = (a - b)[drawn].mean(axis=1)
    return np.quantile(means, 0.025), np.quantile(means, 0.975)
    ### END SOLUTION

# %% check="evaluation-bootstrap"
recbook.check("evaluation-bootstrap", paired_interval)

# %% [markdown] lang="en"
# Now the real values, for three pairs of models. The unpaired interval resamples the users of each model on its own, as if they were different people. Beside the intervals stands a **test**. The sign-flip test asks: if the two models were equally good, each user's difference could as well have had the other sign; how often do random signs give a mean at least as far from 0 as the one we saw? This share is the **p-value**. It is not the chance that the models are equal; it says how unusual our difference would be *if* they were. With 9,999 random flips, and the real signs counted as one more, the smallest value that can come out is $1 / 10000$.

# %% [markdown] lang="zh"
# 现在用真实的数值，看三对模型。非配对的区间分别对两个模型的用户重抽样，好像他们是不同的人。区间旁边是一个**检验**。符号翻转检验问的是：假如两个模型一样好，每位用户的差取相反的符号也同样可能；那么随机取符号，有多少次得到的平均离 0 至少和实际一样远？这个比例就是 **p 值**（p-value）。它不是“两个模型相等的概率”，而是说：**假如**相等，这样的差有多不寻常。随机翻转 9,999 次，再把实际的符号算作一次，最小只能得到 $1 / 10000$。

# %% tags=["nbval-ignore-output"]
per_user = {name: report.per_user["ndcg@10"] for name, report in reports.items()}
pairs = [("EASE", "item-kNN"), ("EASE, last films", "EASE"), ("item2vec", "EASE, last films")]
tested, rows = {}, []
for one, other in pairs:
    a, b = per_user[one], per_user[other]
    paired, unpaired = bootstrap(a - b), compare.bootstrap_between(a, b)
    p = compare.sign_flip_test(a - b)
    tested[one, other] = paired, unpaired, p, np.corrcoef(a, b)[0, 1]
    ends = [plots.ends(*interval, 4, sign=True) for interval in (paired, unpaired)]
    mean = f"{(a - b).mean():+.4f}".replace("-", "−")
    rows.append((f"{plots.name(one)} − {plots.name(other)}", mean, *ends, tested[one, other][3], f"{p:.4f}"))
plots.table(pd.DataFrame(rows, columns=["pair", "mean difference", "paired", "unpaired", "correlation", "p-value"]))

# %%
close = tested["EASE", "item-kNN"]
width = {way: interval.high - interval.low for way, interval in zip(("paired", "unpaired"), close)}
recbook.claim(
    width["unpaired"] > 1.6 * width["paired"] and close[0].low > 0 > close[1].low and 0.01 < close[2] < 0.05,
    en="The unpaired interval of EASE minus item-kNN is {width_ratio:.1f} times as wide as the paired one, because "
    "the two models' values correlate with {correlation:.2f} over users. It includes 0; the paired one just does not, "
    "and p is {p_value:.2f}.",
    zh="EASE 减 item-kNN，非配对区间的宽度是配对区间的 {width_ratio:.1f} 倍，因为两个模型在各用户上的值相关系数是 "
    "{correlation:.2f}。它包含 0，配对区间刚好不包含，p 值是 {p_value:.2f}。",
    takeaway=False, width_ratio=width["unpaired"] / width["paired"], correlation=close[3], p_value=close[2],
)

# %% [markdown] lang="en"
# There is no cliff at 0.05. Close to it two sound methods can fall on different sides of the line, since each is an approximation, and 0.06 says nearly the same as 0.04.
#
# ### Twenty models, all the same
#
# Take 21 copies of EASE, each with a little random noise in its scores. They are equally good by construction. The first is the "baseline", the others are "new models", and each is tested against it.

# %% [markdown] lang="zh"
# 0.05 处并没有悬崖。在它附近，两种可靠的方法可能落在界线的两边，因为每一种都是近似；0.06 与 0.04 说明的几乎一样。
#
# ### 二十个一样的模型
#
# 取 EASE 的 21 个副本，每个在得分上加一点随机噪声。按构造它们一样好。第一个当“基线”，其余是“新模型”，每个都与它做检验。

# %%
noise = 0.05 * scores["EASE"].std()
copies = []
for seed in tqdm(range(21), leave=False):
    noisy = np.random.default_rng(seed).normal(size=scores["EASE"].shape) * noise
    copies.append(judge(scores["EASE"] + noisy).per_user["ndcg@10"])
copies = np.array(copies)  # (21, users)
differences = copies[1:] - copies[0]  # (20, users)
p_values = np.array([compare.sign_flip_test(d, n_flips=1999) for d in differences])
rows = [("uncorrected", p_values.min()), ("Holm", compare.holm(p_values).min())]
rows.append(("Benjamini–Hochberg", compare.benjamini_hochberg(p_values).min()))
plots.table(pd.DataFrame([(plots.name(way), p) for way, p in rows], columns=["correction", "smallest p-value"]))

# %% [markdown] lang="en"
# One round says little. With 20 *independent* tests at the level 0.05 there is at least one "finding" with the chance $1 - 0.95^{20} = 0.64$. Ours are not independent: all twenty are compared with the same baseline, and where it had bad luck all twenty look better at once. So findings come in bunches, and rounds with at least one of them are fewer.
#
# Two corrections. Let $p_{(1)} \le \dots \le p_{(T)}$ be the p-values of $T$ tests, sorted.
#
# - **Holm**: multiply $p_{(j)}$ by $T - j + 1$; then, from the smallest on, let none be less than the one before; cut off at 1. The chance of *any* false finding is then at most 5%, whatever the dependence.
# - **Benjamini–Hochberg**: multiply $p_{(j)}$ by $T / j$; then, from the largest down, let none be more than the one after it; cut off at 1. Then at most 5% of the *findings* are false on average, if the tests are independent or positively dependent. If nothing at all is real, every finding is false, and this too means at most 5% of rounds with one. The milder rule pays where some differences are real: it finds more of them.
#
# By pencil, for 0.01, 0.02, 0.9: Holm gives 0.03, 0.04, 0.9; Benjamini–Hochberg 0.03, 0.03, 0.9.
#
# How often does a finding happen here? If the copies are equal, the 21 values of a user could as well have been dealt to the 21 copies in another order. We do so for every user, 500 times: 500 rounds in which nothing is different and the baseline is shared.

# %% [markdown] lang="zh"
# 一轮说明不了多少。20 次**独立**的检验，水平 0.05，至少有一个“发现”的概率是 $1 - 0.95^{20} = 0.64$。这就是**多重比较**（multiple comparisons）的问题。不过我们的检验并不独立：二十次都与同一个基线比较，基线碰巧差一点，二十个就一起显得好。所以“发现”往往成群出现，至少有一个的轮次反而少一些。
#
# 有两种校正。设 $p_{(1)} \le \dots \le p_{(T)}$ 是 $T$ 次检验的 p 值，从小到大排列。
#
# - **Holm**：把 $p_{(j)}$ 乘以 $T - j + 1$；再从最小的开始，使后一个不小于前一个；超过 1 的取 1。这样，不论检验之间怎样相关，出现**任何**虚假发现的概率至多 5%。
# - **Benjamini–Hochberg**：把 $p_{(j)}$ 乘以 $T / j$；再从最大的开始往回，使前一个不大于后一个；超过 1 的取 1。这样，如果检验独立或正相关，平均至多 5% 的**发现**是虚假的。如果没有任何真实差异，发现全是虚假的，这也就意味着有发现的轮次至多 5%。这条较宽的规则，好处在于一部分差异真实存在的时候：它能找出更多。
#
# 笔算 0.01、0.02、0.9：Holm 得 0.03、0.04、0.9；Benjamini–Hochberg 得 0.03、0.03、0.9。
#
# 在这里，“发现”有多常见？既然各副本一样好，一位用户的 21 个值换一种顺序分给 21 个副本，也同样可能。对每位用户都这样做，重复 500 次：得到 500 轮比较，其中没有任何真实差异，基线也是共用的。

# %%
from scipy.stats import norm

found = {"uncorrected": 0, "Holm": 0, "Benjamini–Hochberg": 0}
rng = np.random.default_rng(0)
for _ in range(500):
    # en: each user's 21 values in a new order
    # zh: 每位用户的 21 个值换一种顺序
    dealt = rng.permuted(copies, axis=0)
    apart = dealt[1:] - dealt[0]
    size = np.sqrt((apart**2).sum(axis=1))
    # en: what the sign-flip test tends to for many users
    # zh: 用户多时，符号翻转检验趋近于它
    p = 2 * norm.sf(np.abs(apart.sum(axis=1)) / size)
    for way, adjusted in zip(found, (p, compare.holm(p), compare.benjamini_hochberg(p))):
        found[way] += (adjusted < 0.05).any() / 500
recbook.claim(
    0.25 < found["uncorrected"] < 0.6 and found["Holm"] < 0.08 and found["Benjamini–Hochberg"] < 0.08,
    en="Many comparisons find something where nothing is: of {models} models that are equal by construction (EASE "
    "with a little noise, MovieLens-100K) at least one is “significantly” better or worse than a shared baseline (p < "
    "0.05) in {uncorrected:.0%} of the rounds; with Holm's correction in {holm:.0%}, with Benjamini and Hochberg's in "
    "{benjamini_hochberg:.0%}.",
    zh="比较多了，什么都没有也会有“发现”：{models} 个按构造一样好的模型（加了一点噪声的 EASE，MovieLens-100K），至少有"
    "一个与共同的基线“显著”不同（p < 0.05）的轮次占 {uncorrected:.0%}；用 Holm 校正之后占 {holm:.0%}，用 "
    "Benjamini–Hochberg 校正之后占 {benjamini_hochberg:.0%}。",
    models=20, uncorrected=found["uncorrected"], holm=found["Holm"], benjamini_hochberg=found["Benjamini–Hochberg"],
)

# %% [markdown] lang="en"
# Now back to women and men: six comparisons, of which two stood out. A 95% interval reaches about 1.96 standard errors to each side, so its width divided by 3.92 is a standard error, and the middle divided by it tells the p-value of the normal distribution.

# %% [markdown] lang="zh"
# 现在回到女性与男性：六次比较，其中两次显眼。95% 区间向两边各伸出约 1.96 个标准误，所以宽度除以 3.92 就是标准误；区间的中点除以它，由正态分布得到 p 值。

# %% tags=["nbval-ignore-output"]
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

# %% [markdown] lang="zh"
# 但也不足以说明都没有更差。剩下的是一个值得用另一份数据检验的猜想，而且要事先写明只做这一次比较。

# %% [markdown] lang="en"
# ### How many users does a small difference need?
#
# EASE and item-kNN differ by less than 0.01. Suppose a true difference of 0.005 NDCG@10. How often would our 943 users show it, that is, give a mean difference larger than 1.96 standard errors? This chance is the **power** of the comparison. For a power of 80% the true difference $\Delta$ must be $1.96 + 0.84 = 2.8$ standard errors, since a normal value is above its mean minus 0.84 standard deviations in 80% of the cases. With the standard error $s / \sqrt m$ for $m$ users this gives
#
# $$m \approx (2.8\, s / \Delta)^2$$
#
# where $s$ is the standard deviation of the users' differences. By pencil, with $s = 0.13$ and $\Delta = 0.005$: $(2.8 \cdot 0.13 / 0.005)^2 = 72.8^2 \approx 5300$ users. Half the difference needs four times as many. To check, we simulate: draw users, with replacement, from the differences of two real models. Their mean difference is larger than 0.005, so let the two models trade places for a random share of the users: the sizes of the differences stay real, and the mean becomes 0.005. Do it a thousand times and count.

# %% [markdown] lang="zh"
# ### 一个小差异需要多少用户？
#
# EASE 与 item-kNN 相差不到 0.01。假设真实的差异是 0.005 NDCG@10，我们的 943 位用户有多大机会测出它，也就是平均差大于 1.96 个标准误？这个概率叫作这次比较的**统计功效**（statistical power）。要有 80% 的功效，真实的差 $\Delta$ 应当是 $1.96 + 0.84 = 2.8$ 个标准误，因为正态分布的值有 80% 的机会不低于平均以下 0.84 个标准差。$m$ 位用户的标准误是 $s / \sqrt m$，于是
#
# $$m \approx (2.8\, s / \Delta)^2$$
#
# 其中 $s$ 是各用户之差的标准差。笔算：$s = 0.13$，$\Delta = 0.005$，得 $(2.8 \cdot 0.13 / 0.005)^2 = 72.8^2 \approx 5300$ 位用户。差减半，用户要四倍。再用模拟来核对：从两个真实模型的差里有放回地抽用户。它们的平均差大于 0.005，所以随机让一部分用户的两个模型互换：差的大小仍是真实的，平均变成 0.005。做一千次，数一数。

# %%
sizes = [500, 943, 2000, 4000, 8000, 16000, 32000]
curves, enough, checked = {}, [], []
for one, other in tqdm(pairs[:2], leave=False):
    apart = per_user[one] - per_user[other]
    enough.append(round((2.8 * apart.std(ddof=1) / 0.005) ** 2, -2))
    checked.append(compare.power(apart, 0.005, int(enough[-1]), n_trials=2000))
    curves[f"{one} − {other}"] = [compare.power(apart, 0.005, size, n_trials=1000) for size in sizes]
figures.power_curves(sizes, curves, len(users))

# %%
similar, unlike = curves.values()
recbook.claim(
    similar[1] < 0.35 and unlike[1] < 0.2 and np.abs(np.array(checked) - 0.8).max() < 0.06 and enough[1] > 2 * enough[0] > 6000,
    en="Small differences need many users: the {n} of MovieLens-100K show a true difference of {difference} NDCG@10 "
    "in {similar_power:.0%} of the cases for two similar models (EASE and item-kNN) and in {unlike_power:.0%} for two "
    "unlike ones (EASE with equal weights and EASE that weighs the last films most). For a chance of 80% about "
    "{similar_users:,.0f} and {unlike_users:,.0f} users are needed.",
    zh="小的差异需要很多用户：真实存在的 {difference} NDCG@10 之差，MovieLens-100K 的 {n} 位用户测得出来的机会，对相似"
    "的两个模型（EASE 和 item-kNN）是 {similar_power:.0%}，对不相似的两个（权重相同的 EASE 和看重最近的 EASE）是 "
    "{unlike_power:.0%}。要有 80% 的机会，大约需要 {similar_users:,.0f} 和 {unlike_users:,.0f} 位用户。",
    difference=0.005, n=len(users), similar_power=similar[1], unlike_power=unlike[1], similar_users=enough[0],
    unlike_users=enough[1],
)

# %% [markdown] lang="en"
# (The simulation draws more users than there are by drawing some of them repeatedly; it assumes that new users would be of the same kinds.) A consequence that is easily overlooked: with so little power, a difference that *does* pass the line is an overestimate. By pencil: with $s = 0.13$ the standard error of 943 users is $0.13 / \sqrt{943} = 0.0042$, so only estimates above $1.96 \cdot 0.0042 = 0.0083$ pass, and the truth is 0.005.
#
# ### Users or seeds?
#
# Two sources of chance move a result: the users it was measured on, and the seed it was trained with. More users help against the first, and only more seeds against the second. How large are they? From item2vec's three seeds we have a table of seeds × users. Another set of users would move the mean by about $s / \sqrt{943}$, another seed as the three means differ. For the stored models we know the three means and each user's mean.

# %% [markdown] lang="zh"
# （模拟时抽的用户比实有的多，是因为有些人被抽到多次；这里假定新用户与现有的属于同样的类型。）有一个容易忽视的后果：功效这么低时，**确实**过了线的差异必定被高估。笔算：$s = 0.13$ 时，943 位用户的标准误是 $0.13 / \sqrt{943} = 0.0042$，只有大于 $1.96 \cdot 0.0042 = 0.0083$ 的估计才过得了线，而真值是 0.005。
#
# ### 用户还是种子？
#
# 有两种随机性会影响结果：在哪些用户上测，用哪个种子训练。用户多了能减小前一种，后一种只有靠更多的种子。它们各有多大？item2vec 的三个种子给出一张种子 × 用户的表。换一批用户，平均大约变动 $s / \sqrt{943}$；换一个种子变动多少，就看三个平均数相差多少。对存好的模型，我们有三个平均数和每位用户的平均。

# %% tags=["nbval-ignore-output"]
means = {"item2vec": by_seed.mean(axis=0)} | {name: np.array(stored[name]["per_user"]) for name in ("SASRec", "BERT4Rec")}
from_users = {name: values.std(ddof=1) / np.sqrt(len(users)) for name, values in means.items()}
from_seeds = {name: values.std(ddof=1) for name, values in seeds.items()}
rows = [(plots.name(name), f"{from_users[name]:.4f}", f"{from_seeds[name]:.4f}") for name in means]
plots.table(pd.DataFrame(rows, columns=["model", "standard error from users", "standard deviation over seeds"]))
# en: how much a seed moves each user
# zh: 种子使每位用户变动多少
one_user = by_seed.std(axis=0, ddof=1)
recbook.claim(
    all(from_users[name] > 2 * from_seeds[name] for name in means) and np.mean(one_user > 0) > 0.1,
    en="For item2vec, SASRec and BERT4Rec another set of 943 users would move NDCG@10 by {users_least:.4f} to "
    "{users_most:.4f} (standard error), another seed by {seeds_least:.4f} to {seeds_most:.4f} (standard deviation "
    "over three): here users are the larger source of chance.",
    zh="对 item2vec、SASRec 和 BERT4Rec，换一批 943 位用户，NDCG@10 会变动 {users_least:.4f} 到 {users_most:.4f}（标准"
    "误）；换一个种子会变动 {seeds_least:.4f} 到 {seeds_most:.4f}（三个种子的标准差）：在这里，用户是更大的随机来源。",
    takeaway=False, users_least=min(from_users.values()), users_most=max(from_users.values()),
    seeds_least=min(from_seeds.values()), seeds_most=max(from_seeds.values()),
)

# %% [markdown] lang="en"
# Three seeds give only a rough idea of a standard deviation. And pairing cancels much of the users' part, but nothing of the seeds': in the comparison of two similar trained models the seed can decide. So: average each user's value over several seeds first, then take the paired interval over users, and say that it speaks of users.

# %% [markdown] lang="zh"
# 三个种子只能粗略地估计标准差。而且配对能抵消用户的大部分波动，却抵消不了种子的：比较两个相似的训练模型时，种子可能起决定作用。所以：先把每位用户的值对几个种子取平均，再对用户求配对区间，并说明这个区间说的是用户。

# %% [markdown] lang="en"
# ## Offline and online
#
# Everything so far was measured **offline**, on a log. But a log holds only what somebody had the chance to see: the old system chose what to show, and people clicked, rated or bought among that. This is **exposure bias**. A new system that would show other films is judged by clicks on films which the old one liked. **Online**, in an A/B test, real users see the new lists; that is expensive, and a bad list hurts.
#
# On real data one cannot see how wrong the log is. So we build a small world in which the truth is known (`recbook.data.world`, some 120 lines). There are $m = 500$ users and $n = 100$ films. User $u$ has tastes $t_u \in \mathbb{R}^4$, film $i$ is a mixture $f_i \in \mathbb{R}^4$ of the same four tastes, and has an appeal $a_i$ for everybody; few films have much of it. If the film is looked at, it is clicked with the chance
#
# $$p_{ui} = \sigma(t_u \cdot f_i + a_i - c)$$
#
# with $\sigma$ the sigmoid and $c = 4.5$. By pencil: tastes $(4, 0, 0, 0)$, a film $(0.5, 0.5, 0, 0)$ with appeal 1: $\sigma(2 + 1 - 4.5) = \sigma(-1.5) = 0.18$. In a list, place $r$ is looked at with the chance $1 / r$. Twenty of the films are **new**: the old system has never shown them.
#
# The old system is a **policy**: it says for each user with which chance each film is shown. It shows one film a visit, and it loves what is popular: nine times in ten it draws a film by its appeal, once in ten any of the old films. We log 30,000 visits. Two candidates want to replace it, each with a list of five films: *most clicked*, by the clicks in the first half of the log, and *taste*, which takes the films nearest to the user's tastes among the old ones and has never seen the log. It is given the *true* tastes $t_u$ and mixtures $f_i$, which no real system knows: we need a candidate that is surely good, to see whether the evaluation notices. Offline we do what is usual: of the clicks in the second half, which share is on a film in the user's list?

# %% [markdown] lang="zh"
# ## 离线与在线
#
# 到目前为止，一切都是**离线**（offline）测的，用的是日志。但日志里只有人们有机会看到的东西：旧系统决定展示什么，人们在其中点击、评分或购买。这就是**曝光偏差**（exposure bias）。一个会展示别的电影的新系统，评判它的却是旧系统偏爱的电影上的点击。**在线**（online）测试，即 A/B 测试，是让真实用户看到新的列表；这很昂贵，而且糟糕的列表会造成损失。
#
# 在真实数据上，看不出日志错了多少。所以我们造一个真相已知的小世界（`recbook.data.world`，大约 120 行）。有 $m = 500$ 位用户，$n = 100$ 部电影。用户 $u$ 的口味是 $t_u \in \mathbb{R}^4$，电影 $i$ 是同样四种口味的混合 $f_i \in \mathbb{R}^4$，还有一份对所有人的吸引力 $a_i$，只有少数电影的吸引力大。电影如果被看到，点击的概率是
#
# $$p_{ui} = \sigma(t_u \cdot f_i + a_i - c)$$
#
# 其中 $\sigma$ 是 sigmoid，$c = 4.5$。笔算：口味 $(4, 0, 0, 0)$，电影 $(0.5, 0.5, 0, 0)$，吸引力 1：$\sigma(2 + 1 - 4.5) = \sigma(-1.5) = 0.18$。在列表里，第 $r$ 位被看到的概率是 $1 / r$。有二十部电影是**新**的：旧系统从没展示过它们。
#
# 旧系统是一个**策略**（policy）：它规定对每位用户以多大的概率展示每部电影。它每次访问展示一部，偏爱热门：十次里有九次按吸引力抽取，一次从旧电影里任抽一部。我们记录 30,000 次访问。有两个候选想取代它，各给出五部电影的列表：**点击最多**，按日志前一半的点击数；**口味**，取旧电影里与用户口味最接近的，完全没有用过日志。它用的是**真实的**口味 $t_u$ 和混合 $f_i$，真实的系统不可能知道；我们需要一个肯定好的候选，看评测能不能发现它好。离线评测照通常的做法：后一半日志的点击里，有多大比例落在该用户的列表上？

# %%
from recbook.data.world import make_world, softmax_policy


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
# en: the truth
# zh: 真实的点击数
online = {name: world.expected_clicks(found) for name, found in offered.items()}
rng = np.random.default_rng(1)
# en: half of the users see one list, half the other, twenty times each
# zh: 一半用户看一份列表，另一半看另一份，各二十次
in_a = rng.permutation(500) < 250
seen = {name: np.mean([world.show(found, rng)[1].sum(axis=1) for _ in range(20)], axis=0) for name, found in offered.items()}
ab_test = compare.bootstrap_between(seen["taste"][in_a], seen["most clicked"][~in_a])
rows = [(plots.name(name), offline[name].mean(), online[name].mean()) for name in offered]
plots.table(pd.DataFrame(rows, columns=["candidate", "offline: clicks met", "online: clicks per list, true"]))

# %%
again = []
for seed in range(1, 11):
    other = make_world(n_users=500, n_films=100, n_new=20, seed=seed)
    trial = other.log(old_policy(other), 10_000, np.random.default_rng(seed))
    found = candidates(other, trial)
    by_log = {name: offline_hit(lists, trial).mean() for name, lists in found.items()}
    by_truth = {name: other.expected_clicks(lists).mean() for name, lists in found.items()}
    again.append(by_log["most clicked"] > by_log["taste"] and by_truth["most clicked"] < by_truth["taste"])
recbook.claim(
    offline["most clicked"].mean() > 2 * offline["taste"].mean() and ab_test.low > 0 and np.sum(again) >= 8,
    en="A log rewards who repeats the old system. In an invented world a policy that shows everybody the most clicked "
    "films meets {clicked_hits:.0%} of the logged clicks, one that knows each user's true taste {taste_hits:.0%}; yet "
    "shown to users the second earns {taste_online:.2f} clicks per list and the first {clicked_online:.2f} (A/B test "
    "of the difference: {difference_low:+.2f} to {difference_high:+.2f}). So it is in {n} of {worlds} other worlds of "
    "the same recipe.",
    zh="日志偏向与旧系统相似的候选。在一个虚构的世界里，给所有人展示点击最多的电影的策略，命中日志中 "
    "{clicked_hits:.0%} 的点击，按每位用户真实口味展示的策略只命中 {taste_hits:.0%}；但真正展示给用户，后者每份列表得"
    "到 {taste_online:.2f} 次点击，前者只有 {clicked_online:.2f}（A/B 测试的差：{difference_low:+.2f} 到 "
    "{difference_high:+.2f}）。按同样方法造的另外 {worlds} 个世界里，有 {n} 个也是如此。",
    clicked_hits=offline["most clicked"].mean(), taste_hits=offline["taste"].mean(),
    taste_online=online["taste"].mean(), clicked_online=online["most clicked"].mean(), difference_low=ab_test.low,
    difference_high=ab_test.high, n=int(np.sum(again)), worlds=len(again),
)

# %% [markdown] lang="en"
# The log rewards whoever repeats the old system. More data of the same kind would not help.
#
# ### Weigh each visit by how rare it was
#
# If the old system writes down with which chance it showed each film, its **propensity**, part of this can be repaired. A film that the new policy would show five times as often as the old one should count five times. This is **inverse propensity scoring** (IPS). With $\pi(i \mid u)$ the chance that the new policy shows film $i$ to user $u$, and, for visit $v$ of $N$, user $u_v$, film $i_v$, propensity $q_v$ and click $y_v$ (0 or 1):
#
# $$w_v = \frac{\pi(i_v \mid u_v)}{q_v}, \qquad \hat V_{\text{IPS}} = \frac1N \sum_v w_v y_v, \qquad \hat V_{\text{SNIPS}} = \frac{\sum_v w_v y_v}{\sum_v w_v}$$
#
# The second, **self-normalised** one divides by what the weights really add up to. It is often steadier; in the experiment below there is hardly a difference. By pencil: the old policy shows X with chance 0.8 and Y with 0.2. Ten visits: X eight times with 2 clicks, Y twice with 1 click. A new policy that shows each half of the time gets the weights $0.5 / 0.8 = 0.625$ for X and $0.5 / 0.2 = 2.5$ for Y: $(2 \cdot 0.625 + 1 \cdot 2.5) / 10 = 0.375$. Check: half of X's click rate $2/8$ and half of Y's $1/2$ is $0.375$.
#
# **Exercise 6.** IPS, by hand and then as code: what would a policy have earned that always shows film Y, if these are the visits? Your function gets the list. ({points})
#
# | visit | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | film shown | X | Y | X | Y | X |
# | propensity | 0.75 | 0.25 | 0.75 | 0.25 | 0.75 |
# | click | 1 | 0 | 0 | 1 | 1 |

# %% [markdown] lang="zh"
# 日志偏向与旧系统相似的候选。同样的数据再多也没有用。
#
# ### 按新旧策略的概率之比加权
#
# 如果旧系统记下了它展示每部电影的概率，也就是**倾向分**（propensity），就能修复一部分。新策略展示的频率是旧策略五倍的电影，应当算五次。这就是**逆倾向评分**（inverse propensity scoring，IPS）。记 $\pi(i \mid u)$ 为新策略向用户 $u$ 展示电影 $i$ 的概率；$N$ 次访问中的第 $v$ 次，用户是 $u_v$，电影是 $i_v$，倾向分是 $q_v$，点击是 $y_v$（0 或 1）：
#
# $$w_v = \frac{\pi(i_v \mid u_v)}{q_v}, \qquad \hat V_{\text{IPS}} = \frac1N \sum_v w_v y_v, \qquad \hat V_{\text{SNIPS}} = \frac{\sum_v w_v y_v}{\sum_v w_v}$$
#
# 后一种叫**自归一化**（self-normalised），除以权重实际的总和，往往更稳定；在下面的实验里几乎没有差别。笔算：旧策略展示 X 的概率是 0.8，Y 是 0.2。访问十次：X 八次，2 次点击；Y 两次，1 次点击。新策略各展示一半，X 的权重是 $0.5 / 0.8 = 0.625$，Y 的是 $0.5 / 0.2 = 2.5$：$(2 \cdot 0.625 + 1 \cdot 2.5) / 10 = 0.375$。验算：X 的点击率 $2/8$ 的一半，加上 Y 的 $1/2$ 的一半，正是 $0.375$。
#
# **练习 6** 先手算再写代码求 IPS：如果日志是下面这些访问，一个总是展示电影 Y 的策略会得到多少？你的函数的输入就是这样的列表。（{points}）
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
# 现在看我们世界里的两个候选。作为每次访问展示一部的策略，它们各从自己的五部里随机展示一部。旧策略的日志能告诉我们它们值多少吗？（`ips` 和 `snips` 给出估计和对访问的 95% 区间。）

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
    en="With known propensities the log of the old policy puts the candidates in the right order: IPS gives “taste” "
    "{taste_ips:.3f} ({taste_low:.3f} to {taste_high:.3f}) clicks per visit, true value {taste_true:.3f}, and “most "
    "clicked” {clicked_ips:.3f} ({clicked_low:.3f} to {clicked_high:.3f}), true value {clicked_true:.3f}.",
    zh="知道倾向分，旧策略的日志就能把两个候选排对：IPS 给“口味”每次访问 {taste_ips:.3f} 次点击（{taste_low:.3f} 到 "
    "{taste_high:.3f}），真实价值 {taste_true:.3f}；给“点击最多” {clicked_ips:.3f}（{clicked_low:.3f} 到 "
    "{clicked_high:.3f}），真实价值 {clicked_true:.3f}。",
    takeaway=False, taste_ips=taste.value, taste_low=taste.low, taste_high=taste.high, taste_true=true_value["taste"],
    clicked_ips=clicked.value, clicked_low=clicked.low, clicked_high=clicked.high,
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
for seed in tqdm(range(40), leave=False):
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
    en="Over {n} logs IPS for “taste” is {ips_mean:.3f} on average with a standard deviation of {ips_spread:.3f} "
    "(true value {true_value:.3f}); with weights of at most {k} it is {clipped_mean:.3f} with {clipped_spread:.3f}, "
    "low enough to put “taste” below the old policy ({old_value:.3f}).",
    zh="{n} 份日志上，“口味”的 IPS 平均是 {ips_mean:.3f}，标准差 {ips_spread:.3f}（真实价值 {true_value:.3f}）；权重至"
    "多 {k} 时平均 {clipped_mean:.3f}，标准差 {clipped_spread:.3f}，低到让“口味”落在旧策略（{old_value:.3f}）之下。",
    takeaway=False, n=40, ips_mean=np.mean(spreads["IPS"]), ips_spread=error["IPS"][1], k=10,
    true_value=true_value["taste"], clipped_mean=np.mean(spreads["IPS, at most 10"]),
    clipped_spread=error["IPS, at most 10"][1], old_value=world.value(old),
)

# %% [markdown] lang="en"
# ### What no weight can repair
#
# A third candidate is *taste, new films too*: the same, but also with the films that the old policy never showed. No visit speaks of those. There is a sign by which one can tell, without knowing the truth: the mean weight. It is about 1 if the log could have shown all that the new policy shows; the part that is missing is missing in the weights: if a policy gives a quarter of its places to films that were never shown, about $1 - 0.25 = 0.75$.

# %% [markdown] lang="zh"
# ### 加权也修不好的
#
# 第三个候选是**口味，含新片**：做法相同，但也推荐旧策略从没展示过的电影。没有一次访问谈到它们。有一个迹象，不知道真相也能看出来：平均权重。如果新策略展示的，旧日志都有可能展示，平均权重就在 1 左右；缺了多少，权重里就少多少：如果策略把四分之一的位置给了从没展示过的电影，平均权重大约是 $1 - 0.25 = 0.75$。

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
    en="If the chance with which each film was shown (the propensity) is logged, weighted clicks (IPS) can judge "
    "another policy; but no weight tells about what was never shown. In the invented world a policy that gives "
    "{new_share:.0%} of its places to new films is worth {true_value:.3f} clicks per visit, IPS says {ips_value:.3f} "
    "({ips_low:.3f} to {ips_high:.3f}). The mean weight of {mean_weight:.2f} instead of 1 gives it away.",
    zh="如果日志记下了展示每部电影的概率（倾向分），加权的点击（IPS）就能评判另一个策略；但从没展示过的，怎样加权也无"
    "法估计。在虚构的世界里，一个把 {new_share:.0%} 的位置给新片的策略，每次访问值 {true_value:.3f} 次点击，IPS 说是 "
    "{ips_value:.3f}（{ips_low:.3f} 到 {ips_high:.3f}）。平均权重是 {mean_weight:.2f} 而不是 1，露出了破绽。",
    new_share=on_new, true_value=value, ips_value=low.value, ips_low=low.low, ips_high=low.high,
    mean_weight=covered["taste, new films too"],
)
recbook.claim(
    normalised.low < value < normalised.high and abs(rates[0] - rates[1]) < 0.03,
    en="SNIPS divides by that mean weight: {ips_value:.3f} / {mean_weight:.2f} = {snips_value:.3f} ({snips_low:.3f} "
    "to {snips_high:.3f}). Here this is closer to the true {true_value:.3f}, but by luck: the new films happen to be "
    "about as good as the others ({new_rate:.3f} and {known_rate:.3f} clicks when one is shown).",
    zh="SNIPS 除以这个平均权重：{ips_value:.3f} / {mean_weight:.2f} = {snips_value:.3f}（{snips_low:.3f} 到 "
    "{snips_high:.3f}）。它在这里更接近真实价值 {true_value:.3f}，但只是因为新片碰巧与其他电影差不多一样好（展示一次分"
    "别得到 {new_rate:.3f} 和 {known_rate:.3f} 次点击）。",
    takeaway=False, ips_value=low.value, mean_weight=covered["taste, new films too"], snips_value=normalised.value,
    snips_low=normalised.low, snips_high=normalised.high, true_value=value, new_rate=rates[0], known_rate=rates[1],
)

# %% [markdown] lang="en"
# So SNIPS gives no alarm: it silently assumes that the new films are as good as the others. Whoever wants to judge new films later must show them sometimes, by a known chance, today; chapter 10 does so with a bandit. And all this needed propensities that were *written down*. MovieLens has none; where they have to be guessed, IPS is only as good as the guess (Schnabel et al. 2016 do it for ratings).

# %% [markdown] lang="zh"
# 可见 SNIPS 不会发出警报：它默认新片与其他电影一样好。想在以后评判新片，今天就要以已知的概率偶尔展示它们；第 10 章用老虎机算法这样做。还有，这一切都要求倾向分是**记录下来**的。MovieLens 没有；只能猜的时候，IPS 的好坏就取决于猜得准不准（Schnabel et al. 2016 对评分这样做过）。

# %% [markdown] lang="en"
# ## A checklist
#
# To be asked of every result, one's own first.
#
# | question | where in this chapter |
# |---|---|
# | Was the test film later than everything the model knows about this user? | a random split |
# | How are ties broken, in time and in score, and does the rule know anything about the item? | ties in time |
# | Were all items ranked? | sampled negatives |
# | Was the history left out, for every model alike? | the history is not masked |
# | Can the same thing stand in training and test, under two numbers? | the same film twice |
# | On what were the settings chosen, how many were tried, and as many for the baselines? | tuning |
# | Are popularity and a strong simple model in the table, measured by the same code? | different papers |
# | How many seeds, and what does the interval vary: users or seeds? | one seed; users or seeds |
# | Is the interval that of the paired difference, and how many comparisons were made? | how sure |
# | Does the metric see what matters here, and what do random lists score? | which number |
# | Does the lead hold for those who came back later, or only within a sitting? | the page's order |
# | Who chose what was shown in this log? | offline and online |
#
# **Exercise 7.** A report lies on your desk. Every sentence is numbered. Six of them describe a mistake, in what was done or in what is concluded from it. Which? ({points})
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
# ## 检查清单
#
# 对每个结果都要问，先问自己的。
#
# | 问题 | 见本章何处 |
# |---|---|
# | 测试的电影是否晚于模型对这位用户所知的一切？ | 随机划分 |
# | 时间和得分并列时怎样处理？这条规则与物品有没有关系？ | 时间并列 |
# | 是否给全部物品排了序？ | 采样的负样本 |
# | 历史是否排除了，对每个模型都一样吗？ | 没有屏蔽历史 |
# | 同一件东西会不会以两个编号分别出现在训练和测试里？ | 同一部电影出现两次 |
# | 设置是在什么上面选的，试了多少个，基线也试了同样多吗？ | 调参 |
# | 表里有没有流行度和一个强的简单模型，用同样的代码测？ | 不同论文的数 |
# | 有几个种子，区间反映的是用户还是种子的波动？ | 一个种子；用户还是种子 |
# | 区间是配对差的区间吗，一共做了多少次比较？ | 有多大把握 |
# | 指标看得到这里要紧的东西吗，随机列表得多少？ | 该看哪个数 |
# | 隔了一段时间才回来的用户，领先还在吗？还是只在同一次之内？ | 页面的顺序 |
# | 这份日志里展示什么，是谁决定的？ | 离线与在线 |
#
# **练习 7** 你的桌上有一份报告，每句都有编号。其中六句有错误，或错在做法，或错在由此得出的结论。是哪几句？（{points}）
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
# > 11. 我们的模型与 EASE 的区间重叠，这说明两者一样好。
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
# **Exercise 8**, open. Take the strongest claim that you have made with a recommender, or one from an earlier chapter, and try to break it with this chapter's means. Change one thing of the protocol at a time. Below is a start: the lead of item2vec over EASE with equal weights, with lists of other lengths, and beside it its lead over EASE that weighs the last films most. (The second lead has an interval that includes 0 from the start: there is nothing to break.) What else could turn the first one round: the users with short histories, the cut of the whole log at one moment, the rule for ties? Write down beforehand what would make you give the claim up.

# %% [markdown] lang="zh"
# **练习 8**（开放题）取你自己对某个推荐系统做过的最有力的论断，或者前面某一章的论断，用本章的办法试着推翻它。每次只改协议的一处。下面是个开头：换用别的列表长度，看 item2vec 对权重相同的 EASE 的领先，旁边是它对看重最近的 EASE 的领先。（后一个的区间一开始就包含 0，没有什么可推翻的。）还有什么可能使前一个反过来：历史短的用户，在某一时刻切开整份日志，并列的规则？请事先写下，出现什么结果你会放弃这个论断。

# %% tags=["nbval-ignore-output"]
rows, compared = [], ("EASE", "EASE, last films")
for k in (1, 5, 10, 20, 50):
    reached = {name: evaluate_scores(scores[name], hidden, k, exclude=history) for name in ("item2vec", *compared)}
    leads = [plots.ends(*reached["item2vec"].difference(reached[name], f"ndcg@{k}"), 4, sign=True) for name in compared]
    rows.append((str(k), reached["item2vec"][f"ndcg@{k}"], *leads))
columns = ["length of the list", f"NDCG@k · {plots.name('item2vec')}", *(f"− {plots.name(name)}" for name in compared)]
plots.table(pd.DataFrame(rows, columns=columns))

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
# - Y.-C. Fan, Y. Ji, J. Zhang and A. Sun (2024). *Our model achieves excellent performance on MovieLens: what does it mean?* ACM TOIS 42(6). [arXiv:2307.09985](https://arxiv.org/abs/2307.09985).
# - D. Woolridge, S. Wilner and M. Glick (2021). *Sequence or pseudo-sequence? An analysis of sequential recommendation datasets.* Perspectives workshop at RecSys, [CEUR-WS 2955](https://ceur-ws.org/Vol-2955/).
# - A. Klenitskiy, A. Volodkevich, A. Pembek and A. Vasilev (2024). *Does it look sequential? An analysis of datasets for evaluation of sequential recommendations.* RecSys. [arXiv:2408.12008](https://arxiv.org/abs/2408.12008).
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
# - Y.-C. Fan, Y. Ji, J. Zhang and A. Sun (2024). *Our model achieves excellent performance on MovieLens: what does it mean?* ACM TOIS 42(6). [arXiv:2307.09985](https://arxiv.org/abs/2307.09985)。MovieLens 上的成绩说明什么。
# - D. Woolridge, S. Wilner and M. Glick (2021). *Sequence or pseudo-sequence? An analysis of sequential recommendation datasets.* Perspectives workshop at RecSys, [CEUR-WS 2955](https://ceur-ws.org/Vol-2955/)。时间并列，顺序不可知。
# - A. Klenitskiy, A. Volodkevich, A. Pembek and A. Vasilev (2024). *Does it look sequential? An analysis of datasets for evaluation of sequential recommendations.* RecSys. [arXiv:2408.12008](https://arxiv.org/abs/2408.12008)。哪些日志里真有顺序。
# - T. Schnabel et al. (2016). *Recommendations as treatments: debiasing learning and evaluation.* ICML. [arXiv:1602.05352](https://arxiv.org/abs/1602.05352)。把推荐当作干预来纠偏。
# - A. Swaminathan and T. Joachims (2015). *The self-normalized estimator for counterfactual learning.* NIPS。SNIPS。
