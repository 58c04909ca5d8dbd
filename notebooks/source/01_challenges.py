# %% [markdown] lang="en"
# # 01 · Challenges: what is hard about recommending?
#
# **You will be able to** measure how sparse a rating table is, how long its tail is, what happens to a model when ratings
# run out, and what a "because you watched …" is worth; and to say, with numbers, which of these a pretrained model
# can ease and which not.
#
# **You need** chapter 00, NumPy, and matrix products. No earlier contact with recommender systems.
#
# **It takes** about forty minutes to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 01 · 挑战：推荐难在哪里？
#
# **学完之后**，你能量出一张评分表有多稀疏、长尾有多长、评分越来越少时模型会怎样、一句“因为你看过……”值多少；还能用数字说明，
# 其中哪些困难预训练模型（pretrained model）能缓解，哪些不能。
#
# **需要的基础**：第 00 章、NumPy 和矩阵乘法。不要求接触过推荐系统（recommender system）。
#
# **所需时间**：阅读大约四十分钟；在双核机器上，运行需要{minutes}。

# %%
import numpy as np
import pandas as pd

import recbook
from recbook import plots
from recbook.data import cold_items, leave_one_out
from recbook.evaluation import Report, bootstrap, evaluate, evaluate_scores, gini, truth

recbook.setup("en")
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].to_numpy()

# %% [markdown] lang="en"
# A textbook says: recommender systems suffer from **data sparsity**, from **cold start**, and from poor
# **explainability**; pretrained models help because they know *meaning*, *generalise* and *transfer*. Six statements, no
# number among them. This chapter measures each one on real ratings. Not all of them survive unharmed.

# %% [markdown] lang="zh"
# 教科书上说：推荐系统受困于**数据稀疏性**（data sparsity）、**冷启动**（cold start）和**可解释性**（explainability）差；预训练模型能帮上忙，因为它懂*语义*、能*泛化*、可*迁移*。
# 六个说法，没有一个数字。这一章就在真实的评分上逐一测量。并不是每一个都能毫发无损地通过检验。

# %% [markdown] lang="en"
# ## How empty is the table?
#
# Write users as rows, films as columns, and a rating where a user gave one. On paper, three users and four films, 0 for
# "not rated":

# %% [markdown] lang="zh"
# ## 评分表有多空？
#
# 用户写成行，电影写成列，打过分的地方填上评分。先在纸上来：三位用户、四部电影，0 表示“没有评过”：

# %%
toy = np.array([[5, 0, 0, 3],
                [0, 4, 0, 0],
                [1, 0, 0, 2]])
print(np.count_nonzero(toy), "/", toy.size)

# %% [markdown] lang="en"
# Five of twelve places are filled. The **density** of a table with $m$ users, $n$ items and $|R|$ ratings is
#
# $$\text{density} = \frac{|R|}{m \, n}$$
#
# here $5 / 12$. What would you guess for the real table, in which each user has rated at least twenty films?

# %% [markdown] lang="zh"
# 十二个位置填了五个。一张表有 $m$ 位用户、$n$ 个物品、$|R|$ 条评分，它的**密度**（density）是
#
# $$\text{density} = \frac{|R|}{m \, n}$$
#
# 这里就是 $5 / 12$。真实的表里，每位用户至少评过二十部电影。你猜它的密度是多少？

# %%
density = ratings.n / (ratings.n_users * ratings.n_items)
recbook.claim(
    density < 0.10,
    en="{n:,} ratings by {users:,} users on {films:,} films fill {density:.1%} of the table.",
    zh="{users:,} 位用户给 {films:,} 部电影打了 {n:,} 条评分，只填满了整张表的 {density:.1%}。",
    n=ratings.n, users=ratings.n_users, films=ratings.n_items, density=density,
)

# %% [markdown] lang="en"
# And this is a *dense* data set, since users with under twenty ratings were removed before it was published. A shop with a million
# articles is emptier by orders of magnitude.
#
# **Exercise 1.** Write the formula as a function. ({points})

# %% [markdown] lang="zh"
# 这还算*稠密*的数据集：评分少于二十条的用户，在发布之前就被去掉了。一家有上百万种商品的商店，它的表还要空上好几个数量级。
#
# **练习 1.** 把公式写成函数。（{points}）

# %% exercise="challenges-density" points=1
def density_of(n_ratings, n_users, n_items):
    """en: Share of the user-item table that is filled, between 0 and 1.
    zh: 用户—物品表被填满的比例，在 0 和 1 之间。"""
    ### BEGIN SOLUTION
    return n_ratings / (n_users * n_items)
    ### END SOLUTION

# %% check="challenges-density"
recbook.check("challenges-density", density_of)

# %% [markdown] lang="en"
# ## Who gets the ratings?
#
# The ratings that exist are not spread evenly. Sort the films by how many they have:

# %% [markdown] lang="zh"
# ## 评分都给了谁？
#
# 已有的评分也不是平均分布的。把电影按评分数从多到少排好：

# %%
counts = ratings.item_counts()  # (films,)
plots.long_tail(counts, few=5)

# %% [markdown] lang="en"
# The right-hand part is the **long tail**. One number for how unequal a distribution is: the **Gini index**. Sort the counts
# upwards, $x_1 \le \dots \le x_n$; then
#
# $$G = \frac{\sum_{i=1}^{n} (2i - n - 1)\, x_i}{n \sum_{i=1}^{n} x_i}$$
#
# Three films with 1, 1 and 4 ratings: the factors $2i - n - 1$ are $-2, 0, 2$, so $G = (-2 + 0 + 8) / (3 \cdot 6) = 1/3$. Equal counts give 0; if one film
# had everything, $G$ would come close to 1.

# %% [markdown] lang="zh"
# 右边那一段就是**长尾**（long tail）。一个分布有多不均，可以用一个数来表示：**基尼系数**（Gini index）。把评分数从小到大排好，$x_1 \le \dots \le x_n$，则
#
# $$G = \frac{\sum_{i=1}^{n} (2i - n - 1)\, x_i}{n \sum_{i=1}^{n} x_i}$$
#
# 三部电影，评分数是 1、1 和 4：系数 $2i - n - 1$ 依次是 $-2, 0, 2$，所以 $G = (-2 + 0 + 8) / (3 \cdot 6) = 1/3$。每部一样多时得 0；
# 如果一部电影独占全部，$G$ 就接近 1。

# %%
def gini_by_hand(counts):
    x = np.sort(counts)
    i = np.arange(1, len(x) + 1)
    return ((2 * i - len(x) - 1) * x).sum() / (len(x) * x.sum())


print(gini_by_hand([1, 1, 4]))
np.isclose(gini_by_hand(counts), gini(counts))  # the same as recbook.evaluation.gini

# %% [markdown] lang="en"
# The picture behind the number is the **Lorenz curve**: walk through the films from the least rated to the most rated, and add up
# their ratings. $G$ is the shaded area, as a share of the triangle under the diagonal.

# %% [markdown] lang="zh"
# 这个数背后的图是**洛伦兹曲线**（Lorenz curve）：从评分最少的电影走到最多的，把评分一路加起来。$G$ 就是阴影面积占对角线下方三角形的比例。

# %%
plots.lorenz(counts, gini(counts))

# %%
head = np.sort(counts)[::-1][: len(counts) // 10].sum() / counts.sum()
recbook.claim(
    head > 0.35 and (counts < 5).mean() > 0.15,
    en="The most rated tenth of the films holds {head:.0%} of the ratings; {few:.0%} of the films "
    "have fewer than five. Gini index: {gini:.2f}.",
    zh="评分最多的十分之一电影占了 {head:.0%} 的评分；{few:.0%} 的电影评分不到五条。基尼系数："
    "{gini:.2f}。",
    head=head, few=(counts < 5).mean(), gini=gini(counts),
)

# %% [markdown] lang="en"
# **Exercise 2.** The claim above needs the share that the head of the distribution holds. Write it for any fraction. ({points})

# %% [markdown] lang="zh"
# **练习 2.** 上面的论断要用到头部电影的占比。请对任意比例写出这个函数。（{points}）

# %% exercise="challenges-head-share" points=1
def head_share(counts, fraction):
    """en: Share of all ratings that the most rated `fraction` of the films holds.
    zh: 评分最多的那 `fraction` 部分电影，占全部评分的比例。"""
    ### BEGIN SOLUTION
    most_first = np.sort(counts)[::-1]
    return most_first[: round(fraction * len(counts))].sum() / np.sum(counts)
    ### END SOLUTION

# %% check="challenges-head-share"
recbook.check("challenges-head-share", head_share)

# %% [markdown] lang="en"
# ## Three recommenders to hold against everything
#
# Before we ask whether a pretrained model helps, we need to know what can be had without one.
#
# **Popularity** gives everybody the same list: films by number of ratings. In the toy table the counts are $(2, 1, 0, 2)$.
#
# **Item-kNN** compares films by who rated them. The similarity of films $i$ and $j$ is the cosine of their columns (1 where rated);
# only each film's nearest neighbours are kept. A user's score for a film is the sum of its similarities to what the user already has. In the toy table columns
# 0 and 3 were rated by the same users, so their cosine is 1.
#
# **EASE** asks: with which weights $B$ does the table predict itself, $X \approx X B$, if no film may predict itself? That
# is linear regression with a penalty $\lambda$, and it has a closed solution (Steck 2019). $X$ is $(m, n)$ with ones and zeros, $B$ is $(n, n)$:
#
# $$P = (X^\top X + \lambda I)^{-1}, \qquad B_{ij} = -\frac{P_{ij}}{P_{jj}} \ \ (i \ne j), \qquad B_{jj} = 0$$

# %% [markdown] lang="zh"
# ## 三个标杆
#
# 在问预训练模型有没有用之前，先得知道不用它能做到什么程度。
#
# **流行度**（popularity）：给每个人同一张列表，按评分数排序。上面的小表里，各片的评分数是 $(2, 1, 0, 2)$。
#
# **Item-kNN**：按“谁评过”来比较电影。电影 $i$ 和 $j$ 的相似度，是它们两列（评过为 1）的余弦；每部电影只保留最近的若干邻居。用户对一部电影的得分，
# 是它与该用户已有电影的相似度之和。小表里第 0 列和第 3 列被同样的用户评过，所以余弦是 1。
#
# **EASE**：如果不许电影预测自己，用怎样的权重 $B$ 能让这张表预测它自身，$X \approx X B$？这是带惩罚项 $\lambda$ 的线性回归，
# 有闭式解（Steck 2019）。$X$ 的形状是 $(m, n)$，由 1 和 0 组成；$B$ 的形状是 $(n, n)$：
#
# $$P = (X^\top X + \lambda I)^{-1}, \qquad B_{ij} = -\frac{P_{ij}}{P_{jj}} \ \ (i \ne j), \qquad B_{jj} = 0$$

# %%
def ease_weights(x, l2):
    """en: Weights (n, n) with which the columns of x (m, n) predict each other.
    zh: x (m, n) 的各列互相预测时的权重 (n, n)。"""
    p = np.linalg.inv(x.T @ x + l2 * np.eye(x.shape[1]))
    b = -p / np.diag(p)
    np.fill_diagonal(b, 0)
    return b


ease_weights((toy > 0).astype(float), l2=1.0).round(2)

# %% [markdown] lang="en"
# Verify it with a pencil: in $X^\top X + I$, films 0 and 3 form the block $\begin{pmatrix} 3 & 2 \\ 2 & 3 \end{pmatrix}$, with the inverse
# $\frac{1}{5} \begin{pmatrix} 3 & -2 \\ -2 & 3 \end{pmatrix}$, so the weight from one to the other is $2/3$. Film 2, which nobody rated, has zeros in
# its row *and* its column. Keep that in mind. The three models stand ready in `recbook.models`; EASE gives the same weights there:

# %% [markdown] lang="zh"
# 用铅笔验算：在 $X^\top X + I$ 里，电影 0 和 3 构成一块 $\begin{pmatrix} 3 & 2 \\ 2 & 3 \end{pmatrix}$，它的逆是
# $\frac{1}{5} \begin{pmatrix} 3 & -2 \\ -2 & 3 \end{pmatrix}$，所以两者之间的权重是 $2/3$。没人评过的电影 2，它的行和列*都是*零。
# 请记住这一点。这三个模型在 `recbook.models` 里都有现成的，其中 EASE 的权重与我们的一致：

# %%
from recbook.models import EASE, ItemKNN, Popularity

split = leave_one_out(ratings)
ours = ease_weights(split.train.matrix().toarray().astype(float), l2=250.0)
np.allclose(ours, EASE(l2=250.0).fit(split.train).weights_, atol=1e-5)

# %% [markdown] lang="en"
# ### How we keep score
#
# From each user the last film is hidden for testing, and the one before for choosing settings: **leave-one-out**. A model is fitted on the
# rest and ranks *all* films that the user has not rated yet. If the hidden film comes at rank $r$, the user's **NDCG@10** is
#
# $$\text{NDCG@10} = \begin{cases} 1 / \log_2(1 + r) & r \le 10 \\ 0 & r > 10 \end{cases}$$
#
# that is 1 at rank 1, 0.5 at rank 3, 0 from rank 11 on. The mean over users is the model's score.

# %% [markdown] lang="zh"
# ### 怎样计分
#
# 每位用户的最后一部电影藏起来用于测试，倒数第二部用于挑选参数：这叫**留一法**（leave-one-out）。模型只在其余评分上训练，然后给该用户还没评过的*全部*电影排序。
# 如果藏起来的电影排在第 $r$ 位，这位用户的 **NDCG@10** 就是
#
# $$\text{NDCG@10} = \begin{cases} 1 / \log_2(1 + r) & r \le 10 \\ 0 & r > 10 \end{cases}$$
#
# 也就是排第 1 得 1，排第 3 得 0.5，第 11 以后得 0。所有用户的平均值就是模型的成绩。

# %% [markdown] lang="en"
# **Exercise 3.** Write the formula as a function. ({points})

# %% [markdown] lang="zh"
# **练习 3.** 把公式写成函数。（{points}）

# %% exercise="challenges-gain" points=1
def gain(rank, k=10):
    """en: NDCG@k of a user whose one hidden film comes at `rank` (1 is best).
    zh: 一位用户的 NDCG@k：藏起来的那部电影排在第 `rank` 位（1 最好）。"""
    ### BEGIN SOLUTION
    return 1 / np.log2(1 + rank) if rank <= k else 0.0
    ### END SOLUTION

# %% check="challenges-gain"
recbook.check("challenges-gain", gain)

# %%
reports = {
    "popularity": evaluate(Popularity(), split),
    "item-kNN": evaluate(ItemKNN(), split),
    "EASE": evaluate(EASE(l2=250.0), split),
}
plots.table(pd.DataFrame(
    [(plots.name(m), r["ndcg@10"], *r.interval("ndcg@10"), r["hit@10"]) for m, r in reports.items()],
    columns=["", "NDCG@10", "low", "high", "Hit@10"],
))

# %% [markdown] lang="en"
# *low* and *high* bound a 95 % **confidence interval**, made by the **bootstrap**: draw as many users as there are, with replacement, take
# the mean, repeat two thousand times, and keep the middle 95 % of the means. The intervals of two models may overlap although one is clearly
# better, because both find the same users easy. So compare models user by user, and bootstrap the *difference*.

# %% [markdown] lang="zh"
# *low* 和 *high* 是 95 % **置信区间**（confidence interval）的两端，用**自助法**（bootstrap）算出：有放回地抽取同样多的用户，求平均，重复两千次，取中间的
# 95 %。两个模型的区间可能重叠，却仍有明显的高下，因为容易的用户对谁都容易。所以要逐个用户地比较，对*差值*做自助法。

# %%
better = reports["EASE"].difference(reports["popularity"], "ndcg@10")
recbook.claim(
    better.low > 0,
    en="With all ratings, EASE beats popularity: NDCG@10 {ease:.3f} against {pop:.3f}, the "
    "difference between {low:.3f} and {high:.3f} with 95 % confidence.",
    zh="评分齐全时，EASE 胜过流行度：NDCG@10 为 {ease:.3f} 对 {pop:.3f}，差值的 95 % 置信区间是 "
    "{low:.3f} 到 {high:.3f}。",
    ease=reports["EASE"]["ndcg@10"], pop=reports["popularity"]["ndcg@10"],
    low=better.low, high=better.high,
)

# %% [markdown] lang="en"
# ## What if ratings were scarcer still?
#
# Throw away ratings at random, fit again, test on the same hidden films. Nothing else changes: same users, same candidates. Each level is
# drawn three times. This takes about 15 seconds.

# %% [markdown] lang="zh"
# ## 如果评分更少呢？
#
# 随机丢掉一部分评分，重新训练，在同样的隐藏电影上测试。其余一概不变：用户相同，候选电影相同。每一档抽三次。大约需要 15 秒。

# %%
from tqdm.auto import tqdm

shares = [1.0, 0.5, 0.2, 0.1, 0.05]
models = {"popularity": Popularity, "item-kNN": ItemKNN, "EASE": EASE}
seen = split.history().matrix()
users = np.arange(ratings.n_users)


def thinned_ndcg(model, share, seed):
    """en: NDCG@10 of each user when the model has seen only a share of the ratings.
    zh: 模型只见过一部分评分时，每位用户的 NDCG@10。"""
    kept = np.random.default_rng(seed).random(split.train.n) < share
    scores = model().fit(split.train.take(kept)).score(users)
    return evaluate_scores(scores, truth(split), exclude=seen).per_user["ndcg@10"]

# %%
thinned = {
    (name, share): Report({"ndcg@10": np.mean([thinned_ndcg(model, share, s) for s in seeds], axis=0)})
    for name, model in tqdm(models.items(), leave=False)
    for share in shares
    for seeds in [range(3) if share < 1 else range(1)]  # all ratings can be drawn in one way only
}
means = {m: np.array([thinned[m, s]["ndcg@10"] for s in shares]) for m in models}
ends = {m: np.array([thinned[m, s].interval("ndcg@10") for s in shares]) for m in models}
plots.thinning(shares, means, ends)

# %%
kept = {m: values[-1] / values[0] for m, values in means.items()}  # at 5 %, of what it was at 100 %
lead = thinned["popularity", 0.05].difference(thinned["EASE", 0.05], "ndcg@10")
recbook.claim(
    lead.low > 0 and kept["EASE"] < 0.5 < kept["popularity"],
    en="At 5 % of the ratings the order is reversed: popularity keeps {pop:.0%} of its NDCG@10, "
    "EASE {ease:.0%}, item-kNN {knn:.0%}; popularity now leads EASE by {low:.3f} to {high:.3f}.",
    zh="评分只剩 5 % 时，名次颠倒过来：流行度还保有原来 NDCG@10 的 {pop:.0%}，EASE 只剩 {ease:.0%}，"
    "item-kNN 只剩 {knn:.0%}；流行度反而领先 EASE，幅度在 {low:.3f} 到 {high:.3f} 之间。",
    pop=kept["popularity"], ease=kept["EASE"], knn=kept["item-kNN"], low=lead.low, high=lead.high,
)

# %% [markdown] lang="en"
# Popularity estimates one number a film from all users together; few ratings suffice for that. EASE estimates a weight for every *pair* of films, and
# pairs that share a user run out first. **This is what sparsity does: it takes away the personal part.** A new service does not suffer from a bad
# algorithm but from an empty table.

# %% [markdown] lang="zh"
# 流行度只要为每部电影估计一个数，由所有用户一起来估，少量评分就够了。EASE 要为每一*对*电影估计一个权重，而被同一用户评过的电影对最先耗尽。
# **稀疏的后果就在这里：它拿走的是“个性化”那一部分**。新上线的服务吃亏的不是算法差，而是表太空。

# %% [markdown] lang="en"
# ## A film that nobody has rated
#
# Now the extreme: cold start. Hide *all* ratings of a fifth of the films, as if they came out tomorrow, and ask each model for its scores.

# %% [markdown] lang="zh"
# ## 没有人评过的电影
#
# 再看极端情形：冷启动。把五分之一的电影的评分*全部*藏起来，就当它们明天才上映，然后看每个模型给它们打多少分。

# %%
cold = cold_items(ratings, fraction=0.2, seed=0)
hidden = cold.test.item_counts() > 0  # (films,)
scores = {name: model().fit(cold.train).score(users)[:, hidden] for name, model in models.items()}
spread = {name: float(s.max() - s.min()) for name, s in scores.items()}
spread

# %%
recbook.claim(
    max(spread.values()) == 0,
    en="For {n} films without a rating, popularity, item-kNN and EASE give every user and every "
    "film one and the same score: they cannot tell them apart at all.",
    zh="对 {n} 部没有评分的电影，流行度、item-kNN 和 EASE 给每位用户、每部电影的得分全都一样：它们"
    "完全分不出哪部是哪部。",
    n=hidden.sum(),
)

# %% [markdown] lang="en"
# It is the zero row and column of the toy table again. No setting helps: what these models know of a film is *only* who
# rated it.
#
# **A trap.** If all scores are equal, what decides the ranking? The rule for ties. Our metrics put the film with the lower number first. Let
# us see what a model that gives every film a zero would "achieve" among the hidden films, against a random order:
# %% [markdown] lang="zh"
# 这就是小表里那一行一列的零。调什么参数都没用：这些模型对一部电影的了解，*只有*谁评过它。
#
# **一个陷阱。** 如果所有得分都相等，排序由什么决定？由并列（tie）的规则决定。我们的指标让编号小的电影排在前面。来看看，一个给每部电影都打零分的模型，
# 在隐藏电影里能“取得”怎样的成绩，再与随机顺序比较：
# %%
wanted = cold.test.take(cold.test.rating >= 4).matrix()  # (users, films): liked, among the hidden
not_hidden = np.broadcast_to(~hidden, wanted.shape)
rng = np.random.default_rng(0)
zeros = evaluate_scores(np.zeros(wanted.shape), wanted, exclude=not_hidden)
shuffled = evaluate_scores(rng.random(wanted.shape), wanted, exclude=not_hidden)
recbook.claim(
    zeros.difference(shuffled, "ndcg@10").low > 0,
    en="Zero for every film “achieves” an NDCG@10 of {zeros:.3f}, a random order {shuffled:.3f}: "
    "the numbering of the films alone carries information.",
    zh="给每部电影都打零分，NDCG@10 居然“达到” {zeros:.3f}，随机顺序是 {shuffled:.3f}：光是电影的"
    "编号就带有信息。",
    zeros=zeros["ndcg@10"], shuffled=shuffled["ndcg@10"],
)

# %% [markdown] lang="en"
# MovieLens numbered its films roughly as they came into the catalogue, the well-known ones first. So a score that comes from ties is worth nothing, and
# where scores are equal we compare with a random order. Before you believe a number, ask what a model that knows nothing would get.
#
# **Exercise 4.** Which films have fewer than a given number of ratings? Mind the films that do not occur in the log at all. ({points})

# %% [markdown] lang="zh"
# MovieLens 大致按收录的先后给电影编号，有名的在前。所以，靠并列得来的分数一文不值；凡是得分相等的地方，我们都与随机顺序比较。相信一个数字之前，先问问一个一无所知的模型能得多少。
#
# **练习 4.** 哪些电影的评分少于给定的条数？当心那些根本没在日志里出现过的电影。（{points}）

# %% exercise="challenges-rarely-rated" points=1
def rarely_rated(item, n_items, fewest):
    """en: For each of n_items films, True if it has fewer than `fewest` ratings.
    en: `item` holds the film index of each rating.
    zh: 对 n_items 部电影逐一判断：评分少于 `fewest` 条的为 True。
    zh: `item` 是每条评分的电影下标。"""
    ### BEGIN SOLUTION
    return np.bincount(item, minlength=n_items) < fewest
    ### END SOLUTION

# %% check="challenges-rarely-rated"
recbook.check("challenges-rarely-rated", rarely_rated)

# %% [markdown] lang="en"
# ## Why this film?
#
# *Because you watched …* An explanation is meant to earn trust. Does it deserve it? Item-kNN is the most explainable model that we have. Its
# score is a sum over the history $H_u$ of user $u$, with $S$ the similarities:
#
# $$s_{ui} = \sum_{j \in H_u} S_{ji}$$
#
# so each film $j$ of the history contributes exactly $S_{ji}$, and the reason to name is the largest term. Take one user with a short history:

# %% [markdown] lang="zh"
# ## 为什么推荐这部？
#
# *因为你看过……* 解释是为了赢得信任。它配得上信任吗？Item-kNN 是我们手里最容易解释的模型。它的得分是对用户 $u$ 的历史 $H_u$ 求和，$S$ 是相似度：
#
# $$s_{ui} = \sum_{j \in H_u} S_{ji}$$
#
# 所以历史里每部电影 $j$ 的贡献恰好是 $S_{ji}$，该点名的理由就是最大的那一项。取一位历史较短的用户来看：

# %%
from recbook.evaluation.metrics import top_k

knn = ItemKNN().fit(split.train)
scores = knn.score(users)
had = split.train.matrix().toarray() > 0  # (users, films)
first = top_k(scores, 1, exclude=had)[:, 0]  # each user's first recommendation
terms = np.where(had, knn.similarity_[:, first].T, 0)  # (users, films): what each film adds to it
reason = terms.argmax(axis=1)

someone = int(np.abs(had.sum(axis=1) - 30).argmin())
plots.reasons(terms[someone, had[someone]], titles[had[someone]], titles[first[someone]])

# %% [markdown] lang="en"
# The sentence "because you watched (the red bar)" is true of the model. But look at how much of the score it covers. If that film were the
# *cause*, taking it out of the history should take the recommendation away. For every user, we remove the named reason and rank again:

# %% [markdown] lang="zh"
# “因为你看过（红色那部）”这句话，对模型来说是真的。但请看它占了得分的多少。如果那部电影真是*原因*，把它从历史里拿掉，推荐就应该消失。我们对每位用户都拿掉被点名的理由，再排一次：

# %%
without = scores - knn.similarity_[reason]  # the score of a history that lacks the reason
again = top_k(without, 10, exclude=had)
share = terms.max(axis=1) / scores[users, first]
still_first = (again[:, 0] == first).mean()
still_listed = (again == first[:, None]).any(axis=1).mean()

# %%
recbook.claim(
    np.median(share) < 0.10 and still_listed > 0.9,
    en="The named reason carries {share:.0%} of the score in the median. Without it the same film "
    "stays first for {first:.0%} of the users, and in the top ten for {listed:.1%}.",
    zh="被点名的理由，其贡献的中位数只占得分的 {share:.0%}。去掉它之后，同一部电影对 {first:.0%} "
    "的用户仍排第一，对 {listed:.1%} 的用户仍在前十。",
    share=np.median(share), first=still_first, listed=still_listed,
)

# %% [markdown] lang="en"
# So "because you watched" may claim: *this film speaks most for it, in this model*. It may not claim: *without it you would not see this*. And it says nothing about
# why the user liked either film. An explanation should be tested like a prediction; chapter 14 returns to that.
#
# **Exercise 5.** Find the reason to name: which film of a history adds most to a recommended film's score? ({points})

# %% [markdown] lang="zh"
# 所以，“因为你看过”可以声称：*在这个模型里，这部电影是最有力的一票*；不可以声称：*没有它，你就不会看到这条推荐*。至于用户为什么喜欢这两部电影，它什么也没说。
# 解释也应该像预测一样接受检验，第 14 章还会回到这里。
#
# **练习 5.** 找出该点名的理由：历史里的哪部电影，对被推荐电影的得分贡献最大？（{points}）

# %% exercise="challenges-reason" points=2
def strongest_reason(similarity, history, recommended):
    """en: The film of `history` that adds most to the score of `recommended`.
    en: similarity[j, i] is what film j adds to the score of film i.
    zh: `history` 中对 `recommended` 的得分贡献最大的电影。
    zh: similarity[j, i] 是电影 j 为电影 i 加的分。"""
    ### BEGIN SOLUTION
    history = np.asarray(history)
    return history[np.asarray(similarity)[history, recommended].argmax()]
    ### END SOLUTION

# %% check="challenges-reason"
recbook.check("challenges-reason", strongest_reason)

# %% [markdown] lang="en"
# ## What could pretraining do about it?
#
# Three advantages are claimed for pretrained models: they bring **meaning**, they **generalise**, they **transfer**. One small experiment for
# each, with MiniLM's title vectors from chapter 00, used as they are. First a repair: comparing titles is unfair while some films
# stand in the table twice.

# %% [markdown] lang="zh"
# ## 预训练能做些什么？
#
# 据说预训练模型有三个优点：懂**语义**，能**泛化**，可**迁移**。我们各做一个小实验，用的是第 00 章里 MiniLM 的片名向量，原封不动。先做一点修补：有些电影在表里出现了两次，
# 不处理的话，比较片名就不公平。

# %%
from recbook.data.prepare import repair
from recbook.text import TextEncoder

films, changes = repair(ratings)
for change in changes:
    print(change)
names = films.items["display_title"].to_numpy()
title_vectors = TextEncoder().encode(names)

# %% [markdown] lang="en"
# ### Meaning: which films are neighbours?
#
# Three ways of finding the films nearest to a film: by the words of the titles, by title vectors, by co-rating (the cosine of columns, as in item-kNN).

# %% [markdown] lang="zh"
# ### 语义：哪些电影是邻居？
#
# 找出与一部电影最近的几部，有三种办法：看片名用词，看片名向量，看共同评分（列的余弦，和 item-kNN 一样）。

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

from recbook.models.baselines import cosine_of_columns

title_words = TfidfVectorizer(stop_words="english", min_df=2).fit_transform(names).toarray()
noise = rng.random((films.n_items, films.n_items))
similarity = {
    "random": noise,
    "words": title_words @ title_words.T + 1e-6 * noise,  # ties in random order
    "titles": title_vectors @ title_vectors.T,
    "co-rating": cosine_of_columns(films.matrix()),
}


def nearest(similarity, n=5):
    """en: The n films most similar to each film, itself left out: (films, n).
    zh: 与每部电影最相似的 n 部，不含它自己：(films, n)。"""
    others = np.where(np.eye(len(similarity), dtype=bool), -np.inf, similarity)
    return np.argsort(-others, axis=1, kind="stable")[:, :n]

# %%
film = list(names).index("Alien")
found = {plots.name(way): names[nearest(s)[film]] for way, s in similarity.items()}
plots.table(pd.DataFrame(found), caption="Alien")

# %% [markdown] lang="en"
# Title vectors find the series and other creatures from space; co-rating finds what the same people watched. Which is "better"? We need a judge that neither has seen: genres. Two films agree by
# the share of genres they have in common (Jaccard 1901): *Alien* has Action, Horror, Sci-Fi and Thriller, *The Terminator* Action, Sci-Fi and Thriller, so they
# share three of four:
#
# $$J(A, B) = \frac{|A \cap B|}{|A \cup B|} = \frac{3}{4}$$

# %% [markdown] lang="zh"
# 片名向量找到的是同一系列和别的外星来客；共同评分找到的是同一批人看过的片子。哪种“更好”？得找一个两边都没见过的裁判：类型。两部电影的一致程度，看共有类型的占比（Jaccard 1901）：
# *Alien* 的类型是 Action、Horror、Sci-Fi 和 Thriller，*The Terminator* 是 Action、Sci-Fi 和 Thriller，四个里共有三个：
#
# $$J(A, B) = \frac{|A \cap B|}{|A \cup B|} = \frac{3}{4}$$

# %%
genres = films.items["genres"].str.get_dummies(sep=" ").to_numpy()  # (films, genres)
common = genres @ genres.T
size = genres.sum(axis=1)
jaccard = common / np.maximum(size[:, None] + size - common, 1)  # (films, films)
jaccard[list(names).index("Alien"), list(names).index("The Terminator")]

# %%
agreement = {
    way: np.take_along_axis(jaccard, nearest(s), axis=1).mean(axis=1)  # (films,)
    for way, s in similarity.items()
}
rows = {way: (a.mean(), *bootstrap(a)) for way, a in agreement.items()}
plots.genre_agreement(rows)

# %%
over_words = bootstrap(agreement["titles"] - agreement["words"])
behind = bootstrap(agreement["co-rating"] - agreement["titles"])
recbook.claim(
    over_words.low > 0 and behind.low > 0,
    en="Neighbours by title vector share {titles:.0%} of their genres, against {words:.0%} by "
    "words and {random:.0%} at random; neighbours by co-rating share {rated:.0%}. Both "
    "differences are beyond chance.",
    zh="按片名向量找的邻居共有 {titles:.0%} 的类型，按用词是 {words:.0%}，随机是 {random:.0%}；按"
    "共同评分则是 {rated:.0%}。两个差距都不是偶然。",
    titles=rows["titles"][0], words=rows["words"][0],
    random=rows["random"][0], rated=rows["co-rating"][0],
)

# %% [markdown] lang="en"
# Meaning is real: the vectors know more than shared words do. It is also weaker than what a hundred thousand ratings say, since a title is a few words and a rating is somebody's evening. The
# advantage of meaning is not that it is *better* than ratings. It is there *before* them.

# %% [markdown] lang="zh"
# 语义是真实的：向量知道的比共用的词更多。但它不如十万条评分说得多，因为片名只有几个词，而一条评分是某个人的一整晚。语义的优势不在于比评分*更好*，而在于它比评分*更早*。

# %% [markdown] lang="en"
# ### Generalisation: films without ratings
#
# So give it the case that it should be good at: the hidden films, about which popularity, item-kNN and EASE had nothing to say. For each user $u$ we learn weights $w_u$ that
# predict from a film's features $f_i \in \mathbb{R}^d$ whether the user liked it ($y_{ui} = 1$ for a rating of 4 or more, else 0), by ridge regression:
#
# $$w_u = \arg\min_w \sum_{i\ \text{known}} (y_{ui} - w \cdot f_i)^2 + \lambda \lVert w \rVert^2$$
#
# The penalty $\lambda$ is 50 for everything; nothing is tuned. Features and targets are centred first, so that the weights need not explain
# the average. All users are solved at once:

# %% [markdown] lang="zh"
# ### 泛化：没有评分的电影
#
# 那就给它一个它应该擅长的场合：那些隐藏的电影，流行度、item-kNN 和 EASE 对它们无话可说。对每位用户 $u$，用岭回归学一组权重 $w_u$，
# 由电影的特征 $f_i \in \mathbb{R}^d$ 预测用户喜不喜欢它（评分在 4 以上时 $y_{ui} = 1$，否则为 0）：
#
# $$w_u = \arg\min_w \sum_{i\ \text{known}} (y_{ui} - w \cdot f_i)^2 + \lambda \lVert w \rVert^2$$
#
# 惩罚 $\lambda$ 一律取 50，什么都不调。先把特征和目标减去平均值，这样权重就不必去解释平均水平。所有用户一次解完：

# %%
def ridge_scores(features, targets, known, l2=50.0):
    """en: Learn targets (films, users) from features (films, d) on the known films;
    en: predict for all films: (films, users).
    zh: 在已知电影上由特征 (films, d) 学习目标 (films, users)，
    zh: 再对所有电影预测：(films, users)。"""
    f = features - features[known].mean(axis=0)
    y = targets[known] - targets[known].mean(axis=0)
    gram = f[known].T @ f[known] + l2 * np.eye(f.shape[1])
    return f @ np.linalg.solve(gram, f[known].T @ y)


# en: By hand: one feature, two films, one user. f = (-1, 1), y = (-1/2, 1/2), so w = 1 / (2 + 2).
# zh: 手算：一个特征、两部电影、一位用户。f = (-1, 1)，y = (-1/2, 1/2)，所以 w = 1 / (2 + 2)。
ridge_scores(np.array([[0.0], [2.0]]), np.array([[0.0], [1.0]]), known=[0, 1], l2=2.0)

# %% [markdown] lang="en"
# The judge is NDCG@10 among the hidden films only. Which films are hidden matters a great deal, so we draw five times, and compare the methods on the same draws. The control is as
# important as the model: word matching also reads titles, but without pretraining. About 10 seconds.

# %% [markdown] lang="zh"
# 裁判是只在隐藏电影里计算的 NDCG@10。藏的是哪些电影，影响很大，所以抽五次，各方法都在同样的抽取上比较。对照和模型同样重要：词匹配也读片名，但没有预训练。大约 10 秒。

# %%
features = {"words": title_words, "genres": genres, "titles": title_vectors,
            "titles + genres": np.hstack([title_vectors, genres])}
on_hidden = {way: [] for way in ("random", *features)}
for seed in tqdm(range(5), leave=False):
    cold = cold_items(films, fraction=0.2, seed=seed)
    known = cold.train.item_counts() > 0
    likes = cold.train.take(cold.train.rating >= 4).matrix().T.toarray()  # (films, users)
    wanted = cold.test.take(cold.test.rating >= 4).matrix()
    never = np.broadcast_to(known, wanted.shape)  # rank the hidden films only
    scores = {"random": np.random.default_rng(seed).random(wanted.shape)}
    scores |= {way: ridge_scores(f, likes, known).T for way, f in features.items()}
    for way, s in scores.items():
        on_hidden[way].append(evaluate_scores(s, wanted, exclude=never)["ndcg@10"])
plots.paired_sets(on_hidden)

# %%
mean = {way: np.mean(values) for way, values in on_hidden.items()}
beats_words = np.array(on_hidden["titles"]) > np.array(on_hidden["words"])
beats_genres = np.array(on_hidden["titles"]) > np.array(on_hidden["genres"])
recbook.claim(
    beats_words.all() and mean["titles"] > 2 * mean["random"],
    en="Among films without ratings, title vectors reach an NDCG@10 of {titles:.3f}, words "
    "{words:.3f}, random order {random:.3f}; they beat words in {n} draws of 5. Against genres ("
    "{genres:.3f}) they win {g} of 5.",
    zh="在没有评分的电影里，片名向量的 NDCG@10 达到 {titles:.3f}，词匹配 {words:.3f}，随机顺序 "
    "{random:.3f}；5 次抽取中有 {n} 次胜过词匹配。与类型（{genres:.3f}）相比，5 次里赢 {g} 次。",
    titles=mean["titles"], words=mean["words"], random=mean["random"], genres=mean["genres"],
    n=beats_words.sum(), g=beats_genres.sum(),
)

# %% [markdown] lang="en"
# This is the strongest case for pretraining in this chapter: something where there was nothing. But note the genres. One short list that an editor typed by
# hand plays in the same league as a network with millions of weights.

# %% [markdown] lang="zh"
# 这是本章里对预训练最有利的证据：从无到有。不过也请注意类型：编辑手工填写的一小串类型标签，与一个有几千万权重的网络不相上下。

# %% [markdown] lang="en"
# ### Transfer: one set of vectors, two jobs
#
# MiniLM was trained to match sentences. We give the same vectors, unchanged, two jobs that it was never trained for.
#
# **Job 1: tell the genre from the title.** Learn from a few films whose genres are known, predict the genres of the others. **AUC** is the chance that a film that has a genre is ranked above one
# that does not: 1 is perfect, 0.5 is guessing.

# %% [markdown] lang="zh"
# ### 迁移：一套向量，两份工作
#
# MiniLM 是为匹配句子而训练的。我们把同一套向量原封不动地派去做两份它从没为之训练过的工作。
#
# **工作一：看片名猜类型。** 从少数已知类型的电影学起，预测其余电影的类型。**AUC** 是“有某个类型的电影排在没有该类型的电影前面”的概率：1 是完美，0.5 等于瞎猜。

# %%
from sklearn.metrics import roc_auc_score

sizes = [30, 100, 300, 1000]


def genre_auc(features, size, seed):
    """en: Mean AUC over genres, learned from `size` films, judged on 600 others.
    zh: 从 `size` 部电影学习，在另外 600 部上评判：各类型的平均 AUC。"""
    order = np.random.default_rng(seed).permutation(films.n_items)
    judged = order[-600:]
    common = genres[judged].sum(axis=0) >= 10  # rarer genres cannot be judged
    predicted = ridge_scores(features, genres, order[:size], l2=1.0)[judged]
    return roc_auc_score(genres[judged][:, common], predicted[:, common], average="macro")


auc = {
    way: np.array([[genre_auc(features[way], size, seed) for seed in range(5)] for size in sizes])
    for way in ("words", "titles")
}
plots.probe(sizes, auc)

# %%
recbook.claim(
    (auc["titles"] > auc["words"]).all(),
    en="Title vectors know more of the genre than words do in {n} of {of} runs; {few} labelled "
    "films give them an AUC of {t:.2f}, and words need {many:,} to reach {w:.2f}.",
    zh="在 {of} 次运行里，片名向量有 {n} 次比用词更懂类型；它只用 {few} 部已标注电影，AUC 就有 "
    "{t:.2f}，而用词要 {many:,} 部才到 {w:.2f}。",
    n=(auc["titles"] > auc["words"]).sum(), of=auc["titles"].size,
    few=sizes[1], t=auc["titles"][1].mean(), many=sizes[-1], w=auc["words"][-1].mean(),
)

# %% [markdown] lang="en"
# **Job 2: recommend to a user whom we know.** Take the mean title vector of the user's last $h$ films and recommend the nearest titles. How many films to look back is chosen on the validation films, then tested once.

# %% [markdown] lang="zh"
# **工作二：给我们了解的用户做推荐。** 取该用户最近 $h$ 部电影的片名向量的平均，推荐与它最近的片名。往回看几部，在验证集上挑选，然后只测试一次。

# %%
from recbook.data.split import time_rank_from_end

films_split = leave_one_out(films)


def nearest_to_history(history, h):
    """en: Score of each film for each user: cosine with the mean vector of the user's last h films.
    zh: 每位用户对每部电影的得分：与最近 h 部电影的平均向量的余弦。"""
    recent = history.take(time_rank_from_end(history) < h).matrix()
    profile = recent @ title_vectors / recent.sum(axis=1)[:, None]
    return profile @ title_vectors.T / np.linalg.norm(profile, axis=1, keepdims=True)


def judge(h, on):
    history = films_split.history(on)
    scores = nearest_to_history(history, h)
    return evaluate_scores(scores, truth(films_split, on), exclude=history.matrix())

# %%
look_back = max([1, 3, 10, 30], key=lambda h: judge(h, "valid")["ndcg@10"])
text_only = judge(look_back, "test")
popular = evaluate(Popularity(), films_split)
loss = popular.difference(text_only, "ndcg@10")
by_chance = rng.random((films.n_users, films.n_items))
chance = evaluate_scores(by_chance, truth(films_split), exclude=films_split.history().matrix())

# %%
recbook.claim(
    loss.low > 0 and text_only.difference(chance, "ndcg@10").low > 0,
    en="For users and films that we know, title vectors alone reach an NDCG@10 of {text:.3f}: "
    "better than random order ({chance:.3f}), but worse than popularity ({pop:.3f}), by {low:.3f} "
    "to {high:.3f}.",
    zh="对已有了解的用户和电影，只用片名向量的 NDCG@10 是 {text:.3f}：好于随机顺序（{chance:.3f}），"
    "但不如流行度（{pop:.3f}），差 {low:.3f} 到 {high:.3f}。",
    text=text_only["ndcg@10"], chance=chance["ndcg@10"], pop=popular["ndcg@10"],
    low=loss.low, high=loss.high,
)

# %% [markdown] lang="en"
# So transfer depends on the job. What a title says about genre carries over. What people will watch next depends on taste, fashion and what everybody talks about, and
# none of that stands in a title. **A pretrained model does not replace ratings where there are plenty. It fills in where there are none, and the art is to
# join the two.** That is what the rest of the course builds.

# %% [markdown] lang="zh"
# 可见能不能迁移，要看是什么工作。片名里关于类型的信息可以迁移过去；而人们接下来看什么，取决于口味、潮流和大家都在谈论什么，这些都不写在片名里。
# **在评分充足的地方，预训练模型代替不了评分；它补的是没有评分的地方。本事在于把两者合起来**。这门课接下来要搭建的就是这个。

# %% [markdown] lang="en"
# | claimed | what we found | goes on in |
# |---|---|---|
# | data sparsity | takes away the personal part first | 02, 08 |
# | cold start | models of the log are blind; text is not | 05, 10 |
# | explainability | true of the model is not yet a cause | 14 |
# | meaning | more than words, less than ratings | 03, 04, 05 |
# | generalisation | from nothing to something; editors' genres do as well | 10 |
# | transfer | to genre, yes; to taste, hardly | 05, 06, 07 |

# %% [markdown] lang="zh"
# | 说法 | 我们的发现 | 后续章节 |
# |---|---|---|
# | 数据稀疏性 | 最先拿走的是个性化 | 02、08 |
# | 冷启动 | 只看日志的模型是盲的，文字不是 | 05、10 |
# | 可解释性 | 对模型为真，还不等于原因 | 14 |
# | 语义 | 多于用词，少于评分 | 03、04、05 |
# | 泛化 | 从无到有；编辑填的类型也不差 | 10 |
# | 迁移 | 到类型，可以；到口味，难 | 05、06、07 |

# %% [markdown] lang="en"
# **Exercise 6, open.** We kept EASE's penalty at 250 although the table became emptier. Was that unfair? Choose the penalty on `split.valid` at 10 % of the ratings, then test once.
# Does EASE overtake popularity? Below is a start; compare by interval, not by eye.

# %% [markdown] lang="zh"
# **练习 6（开放题）.** 表越来越空，我们却一直把 EASE 的惩罚固定在 250。这样公平吗？请在只有 10 % 评分时，用 `split.valid` 挑选惩罚，再测试一次。
# EASE 能反超流行度吗？下面是个开头；请用区间比较，不要只凭肉眼。

# %%
kept = np.random.default_rng(0).random(split.train.n) < 0.1
for l2 in (50.0, 250.0):
    model = EASE(l2).fit(split.train.take(kept))
    report = evaluate_scores(model.score(users), truth(split, "valid"), exclude=split.train.matrix())
    print(l2, round(report["ndcg@10"], 4))

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

# %% quiz="challenges"
recbook.quiz("challenges")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress()

# %% [markdown] lang="en"
# - H. Steck (2019). *Embarrassingly shallow autoencoders for sparse data.* WWW. [doi:10.1145/3308558.3313710](https://doi.org/10.1145/3308558.3313710). EASE, in five pages.
# - B. Sarwar et al. (2001). *Item-based collaborative filtering recommendation algorithms.* WWW. [doi:10.1145/371920.372071](https://doi.org/10.1145/371920.372071). Item-kNN.
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress?* RecSys. [doi:10.1145/3298689.3347058](https://doi.org/10.1145/3298689.3347058). Why a new model must stand beside simple ones.
# - N. Tintarev and J. Masthoff (2015). *Explaining recommendations: Design and evaluation.* *Recommender Systems Handbook*. [doi:10.1007/978-1-4899-7637-6_10](https://doi.org/10.1007/978-1-4899-7637-6_10). What an explanation is for.
# - B. Efron (1979). *Bootstrap methods: Another look at the jackknife.* Annals of Statistics 7(1). [doi:10.1214/aos/1176344552](https://doi.org/10.1214/aos/1176344552). The interval.

# %% [markdown] lang="zh"
# - H. Steck (2019). *Embarrassingly shallow autoencoders for sparse data.* WWW. [doi:10.1145/3308558.3313710](https://doi.org/10.1145/3308558.3313710)。EASE 的原文，只有五页。
# - B. Sarwar et al. (2001). *Item-based collaborative filtering recommendation algorithms.* WWW. [doi:10.1145/371920.372071](https://doi.org/10.1145/371920.372071)。Item-kNN。
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress?* RecSys. [doi:10.1145/3298689.3347058](https://doi.org/10.1145/3298689.3347058)。为什么新模型必须和简单模型放在一起比。
# - N. Tintarev and J. Masthoff (2015). *Explaining recommendations: Design and evaluation.* *Recommender Systems Handbook*. [doi:10.1007/978-1-4899-7637-6_10](https://doi.org/10.1007/978-1-4899-7637-6_10)。解释是为了什么。
# - B. Efron (1979). *Bootstrap methods: Another look at the jackknife.* Annals of Statistics 7(1). [doi:10.1214/aos/1176344552](https://doi.org/10.1214/aos/1176344552)。区间的来历。
