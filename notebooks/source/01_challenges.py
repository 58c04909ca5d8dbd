# %% [markdown] lang="en"
# # 01 · Challenges: what is hard about recommending?
#
# **You will be able to** measure how empty a rating table is, what happens to a model when ratings
# run out or when nobody has rated a film, and what a "because you watched …" is worth; and to say, with numbers, what
# the title vectors of a pretrained model add where there are no ratings.
#
# **You need** chapter 00, NumPy, and matrix products. No earlier contact with recommender systems.
#
# **It takes** {core} to read, and {deeper} more for the part under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 01 · 挑战：推荐难在哪里？
#
# **学完之后**，你能测量评分表有多空；用实验说明评分减少时模型如何退化、新电影为何排不出来；检验“因为你看过……”这类解释是否可信；还能用数字说明，
# 没有评分时，预训练模型（pretrained model）给出的片名向量有多大用处。
#
# **需要的基础**：第 00 章、NumPy 和矩阵乘法。不要求接触过推荐系统（recommender system）。
#
# **所需时间**：读完核心部分{core}，[选读](#deeper)部分另需{deeper}；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd

import recbook
from recbook import plots
from recbook.chapters.challenges import figures
from recbook.data import Split, cold_items, leave_one_out, prepare
from recbook.evaluation import Report, bootstrap, evaluate, evaluate_scores, gini, truth
from recbook.models import EASE, ItemKNN, Popularity

recbook.setup("en")

# %% [markdown] lang="en"
# Chapter 00 read titles. Now nothing is read at all: only who has rated which film. Somebody new has rated *Cinderella* and *Dumbo*, two cartoons. What next?

# %% [markdown] lang="zh"
# 第 00 章读的是片名。这一次什么也不读，只看谁评过哪部电影。一位新来的观众只评过两部动画片：《灰姑娘》（Cinderella）和《小飞象》（Dumbo）。接下来推荐什么？

# %%
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].to_numpy()
ease = EASE().fit(ratings)


def suggest(*rated, n=5):
    """en: Films for somebody who has rated only these: their indices, shown as a table.
    zh: 为只评过这几部的人推荐：显示片名，返回下标。"""
    row = np.isin(titles, rated)  # (films,)
    scores = np.where(row, -np.inf, row @ ease.weights_)
    best = np.argsort(-scores, kind="stable")[:n]
    plots.table(pd.DataFrame({"title": [plots.film(titles[i]) for i in best]}))
    return best


cartoons = suggest("Cinderella", "Dumbo")

# %% [markdown] lang="en"
# The model (EASE, explained below) has not read a title, a plot or a genre; it does not have the word *cartoon*. What it has are a hundred thousand ratings by others. And yet it may
# miss the genre altogether. *Scream* and *The Craft* are horror films (both examples are picked by hand):

# %% [markdown] lang="zh"
# 这个模型（EASE，后文解释）没有读过片名、剧情和类型，也没有“动画片”这个概念，只用了别人的十万条评分。但有时推荐的类型完全不对。《惊声尖叫》（Scream）和《魔女游戏》（The Craft）是恐怖片（两个例子都是手工挑选的）：

# %%
frights = suggest("Scream", "The Craft")

# %%
of_genre = ratings.items["genres"].str
animated, scary = (of_genre.contains(genre).to_numpy() for genre in ("Animation", "Horror"))
recbook.claim(
    animated[cartoons].all() and not scary[frights].any(),
    en="By MovieLens's genres, after two cartoons all {cartoons} suggestions are cartoons; after two horror films none is a horror film.",
    zh="按 MovieLens 的类型标注，评过两部动画片，推荐的 {cartoons} 部全是动画片；评过两部恐怖片，推荐里一部恐怖片也没有。",
    takeaway=False, cartoons=animated[cartoons].sum(),
)

# %% [markdown] lang="en"
# So what is hard about recommending? The reference text names three troubles, **data sparsity** (few ratings), **cold start** (a new film or user, none at all; here films, in chapter 10 users too) and poor
# **explainability** (why this one?), and says that pretrained models help because they know *meaning*, *generalise* (do well on what is new) and *transfer* (serve tasks they were not trained for). Six statements, no
# number among them. The core puts five to the test on real ratings, the sixth (transfer) is under Deeper; sparsity and explainability are tested only on models without pretraining. Not all of them survive intact.

# %% [markdown] lang="zh"
# 那么，推荐究竟难在哪里？参考文章举出三个难处：**数据稀疏性**（data sparsity，评分太少）、**冷启动**（cold start，新电影或新用户一条评分也没有；本章只谈电影，用户见第 10 章）和**可解释性**（explainability）差（说不清为什么推荐这一部）；又说预训练模型能帮上忙，因为它懂语义（能比较文字的意思）、能泛化（对没见过的也有效）、可迁移（能用于没有专门训练过的任务）。
# 六个说法都没有给出数字。核心部分用真实的评分检验其中五个，第六个（迁移）放在选读；稀疏和可解释性只在没有预训练的模型上检验。不是每一个都站得住脚。

# %% [markdown] lang="en"
# ## How empty is the table?
#
# Write users as rows, films as columns, and a rating where a user gave one. On paper, three users and four films, 0 for
# "not rated":

# %% [markdown] lang="zh"
# ## 评分表有多空？
#
# 用户写成行，电影写成列，打过分的地方填上评分。先看一张小表：三位用户、四部电影，0 表示“没有评过”：

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
    en="{ratings:,} ratings by {users:,} users on {films:,} films fill {density:.1%} of the table.",
    zh="{users:,} 位用户给 {films:,} 部电影打了 {ratings:,} 条评分，只填满了整张表的 "
    "{density:.1%}。",
    takeaway=False, ratings=ratings.n, users=ratings.n_users, films=ratings.n_items,
    density=density,
)

# %% [markdown] lang="en"
# And this is a *dense* data set, since users with under twenty ratings were removed before it was published. In a shop with a million
# articles, of which a customer buys a hundred, the density is $100 / 1000000$, a hundredth of a percent. Nor are the ratings that exist spread evenly. Sort the films
# by how many they have; the right-hand part is the **long tail**:

# %% [markdown] lang="zh"
# 这还算稠密的数据集：评分少于二十条的用户，在发布之前就被去掉了。如果一家网店有上百万种商品，每位顾客买一百种，密度就只有 $100 / 1000000$，万分之一。
# 已有的评分也不是平均分布的。把电影按评分数从多到少排好，右边那一段就是**长尾**（long tail）：

# %%
counts = ratings.item_counts()  # (films,)
figures.long_tail(counts, few=5)

# %%
head = np.sort(counts)[::-1][: len(counts) // 10].sum() / counts.sum()
recbook.claim(
    head > 0.35 and (counts < 5).mean() > 0.15,
    en="The most rated tenth of the films holds {top_tenth:.0%} of the ratings; {under_five:.0%} "
    "of the films have fewer than five.",
    zh="评分数居前十分之一的电影占全部评分的 {top_tenth:.0%}；{under_five:.0%} 的电影评分不到五条。",
    takeaway=False, top_tenth=head, under_five=(counts < 5).mean(),
)

# %% [markdown] lang="en"
# How unequal that is can be said in one number: [Deeper](#gini).
#
# **Exercise 1.** A table can be made denser by leaving out, and many data sets are published so. Somebody strikes out all users with fewer than two ratings, then all films with fewer than two, looks once
# more, and finds users with a single rating: who strikes out a film takes a rating from each of its users. Strike out until every user and every film that is left has at least `fewest` ratings, and no more than that requires; say
# which rows of the log (one rating a row) stay. Each pair of user and film stands in the log once. ({points})

# %% [markdown] lang="zh"
# 这种不均可以用一个数来表示，见[选读](#gini)。
#
# **练习 1** 去掉一些行列，表就能变稠密，许多数据集就是这样发布的。有人先划掉评分少于两条的用户，再划掉评分少于两条的电影，回头一看，又有用户只剩一条评分：划掉一部电影，评过它的用户就各少一条评分。
# 请一直划下去，直到剩下的每位用户、每部电影都至少有 `fewest` 条评分，但不要多划；并指出评分记录（一行一条，称为日志）里哪些行留了下来。同一位用户和同一部电影在日志里只出现一次。（{points}）

# %% exercise="challenges-denser" points=2
def rows_left(user, item, fewest):
    """en: For each row of the log, True if it stays.
    en: Row i of the log: user number user[i] rated film number item[i].
    zh: 对日志的每一行：留下的为 True。
    zh: 日志的第 i 行：编号 user[i] 的用户评过编号 item[i] 的电影。"""
    ### BEGIN SOLUTION
    left = np.ones(len(user))
    for _ in user:
        left = (np.bincount(user, left)[user] >= fewest) & (np.bincount(item, left)[item] >= fewest)
    return left
    ### END SOLUTION

# %% check="challenges-denser"
recbook.check("challenges-denser", rows_left)

# %% [markdown] lang="en"
# What such a table no longer shows is the trouble of this chapter: the users and films of which little is known.
#
# ## Baselines to compare everything with
#
# Before we ask whether a pretrained model helps, we need to know how far we get without one: a simple model to compare with is a **baseline**. From here on only *that* somebody rated a film counts, not how
# many stars it got: the table $X$ has $m$ rows and $n$ columns, 1 where rated, else 0. Such traces of what people do (ratings given, clicks, purchases) are called **implicit feedback**, while
# stars are explicit. Mind what the zeros mean: a 0 is not a *no*. Most films are unrated because the user never came across them, and some of these 0s are what we want to recommend.
#
# **Popularity** gives everybody the same list: films by number of ratings. The others are **collaborative filtering**: they learn from who did what, and from nothing else.
#
# **Item-kNN** (k nearest neighbours) compares films by who rated them: the similarity of two films is the cosine of their columns, $c_{ij} / \sqrt{c_i c_j}$, with $c_i$ the number of users of film $i$ and $c_{ij}$ that of both. In the toy table
# films 0 and 3 were rated by the same two users: $2 / \sqrt{2 \cdot 2} = 1$. Both baselines, on the toy table:

# %% [markdown] lang="zh"
# 这样处理过的表，恰恰看不到本章要谈的难处：所知甚少的用户和电影。
#
# ## 用来比较的基线
#
# 在问预训练模型有没有用之前，先得知道不用它能做到什么程度：用来比较的简单模型叫**基线**（baseline）。从这里起，只看“评过没有”，不看给了几颗星：表 $X$ 有 $m$ 行 $n$ 列，评过为 1，否则为 0。
# 这类行为痕迹（评过、点过、买过）叫**隐式反馈**（implicit feedback），星级则是显式反馈。要当心 0 的含义：0 不等于“不喜欢”。多数电影没有评分，是因为用户根本没遇到过，其中有些正是我们想推荐的。
#
# **流行度**（popularity）：给每个人同一张列表，按评分数排序。其他几种都属于**协同过滤**（collaborative filtering）：只从“谁做过什么”学习。
#
# **Item-kNN**（k 近邻）：按“被谁评过”来比较电影，两部电影的相似度是它们两列的余弦 $c_{ij} / \sqrt{c_i c_j}$，其中 $c_i$ 是评过电影 $i$ 的用户数，$c_{ij}$ 是两部都评过的用户数。小表里，
# 电影 0 和 3 被同样的两位用户评过：$2 / \sqrt{2 \cdot 2} = 1$。两个基线用在小表上：

# %%
x = (toy > 0).astype(float)
count = x.sum(axis=0)  # (films,)
print(count)
(x.T @ x / np.sqrt(np.maximum(np.outer(count, count), 1))).round(2)

# %% [markdown] lang="en"
# A user's score for a film is the sum of its similarities to the films that the user has rated. Our version divides by $\sqrt{c_i c_j} + 50$, so that two films that only a few users share count for little, and keeps each
# film's nearest 200 neighbours.
#
# **EASE** *learns* how films speak for each other. Guess film 3's column as $w$ times film 0's: both hold a 1 for users 0 and 2, so $w = 1$ hits everything. But two users are little evidence, so let a
# weight cost $\lambda w^2$, with $\lambda = 1$. Squared misses and cost together, $2 (1 - w)^2 + w^2$, are smallest at $w = 2/3$. Guessing a column as a weighted sum of others is a **regression**, and with such a cost, the *penalty*, a **ridge regression**.
# With $d$ columns in a table $F$, and so $d$ weights in $w$, it is
#
# $$w = \arg\min_w \lVert y - F w \rVert^2 + \lambda \lVert w \rVert^2 \qquad \Rightarrow \qquad w = (F^\top F + \lambda I)^{-1} F^\top y$$
#
# where $y$ is the column to guess, and $\arg\min_w$ reads "the $w$ for which the following is smallest". On the right the gradient, $-2 F^\top (y - F w) + 2 \lambda w$, is 0.
#
# EASE is one ridge regression per film, on the columns of all *other* films: a film that may guess itself learns nothing. The weights fill a table $B$ of shape $(n, n)$, a column for each film guessed; a user's scores are the user's row of $X$
# times $B$. One inverse gives them all (Steck 2019):
#
# $$P = (X^\top X + \lambda I)^{-1}, \qquad B_{ij} = -\frac{P_{ij}}{P_{jj}} \ \ (i \ne j), \qquad B_{jj} = 0$$
#
# We do not derive this formula here, but check it. The 50, the 200 and EASE's $\lambda = 250$ (`l2` in the code) are the defaults of `recbook.models`; they are not tuned here.

# %% [markdown] lang="zh"
# 用户对一部电影的得分，是它与该用户评过的电影的相似度之和。我们的版本改为除以 $\sqrt{c_i c_j} + 50$，使共同用户很少的电影对相似度降低；每部电影只保留最近的 200 个邻居。
#
# **EASE** 则学习各部电影之间的权重。先用电影 0 的那一列乘以 $w$，去猜电影 3 的那一列：两列都在用户 0 和 2 处为 1，所以 $w = 1$ 能全部猜中。但只有两位用户，证据太少，所以给权重加上惩罚项 $\lambda w^2$，取 $\lambda = 1$。
# 误差的平方和加上惩罚项是 $2 (1 - w)^2 + w^2$，在 $w = 2/3$ 时最小。用其他列的加权和去猜一列，叫**回归**（regression）；加上这样的惩罚项，就是**岭回归**（ridge regression）。表 $F$ 有 $d$ 列时，$w$ 是 $d$ 个权重：
#
# $$w = \arg\min_w \lVert y - F w \rVert^2 + \lambda \lVert w \rVert^2 \qquad \Rightarrow \qquad w = (F^\top F + \lambda I)^{-1} F^\top y$$
#
# 其中 $y$ 是要猜的那一列，$\arg\min_w$ 表示使后面的式子最小的那个 $w$。右式就是梯度 $-2 F^\top (y - F w) + 2 \lambda w$ 为零的解。
#
# EASE 就是给每部电影各做一次岭回归，用的是**其他**所有电影的列：如果允许电影猜自己，就什么也学不到。权重排成一张表 $B$，形状是 $(n, n)$，每部被猜的电影占一列；用户的得分，是 $X$ 中该用户那一行乘以 $B$。
# 求一次逆，就得到误差平方和与惩罚项之和最小的全部权重（Steck 2019）：
#
# $$P = (X^\top X + \lambda I)^{-1}, \qquad B_{ij} = -\frac{P_{ij}}{P_{jj}} \ \ (i \ne j), \qquad B_{jj} = 0$$
#
# 这里不推导这个公式，只做验算。50、200 和 EASE 的 $\lambda = 250$（代码里的 `l2`）都是 `recbook.models` 的默认值，这里没有调过。

# %%
def ease_weights(x, l2):
    """en: Weights (n, n) with which the columns of x (m, n) predict each other.
    zh: 用 x (m, n) 的其他列预测每一列的权重，形状 (n, n)。"""
    p = np.linalg.inv(x.T @ x + l2 * np.eye(x.shape[1]))
    b = -p / np.diag(p)
    np.fill_diagonal(b, 0)
    return b


others, penalty = x[:, :3], np.eye(3)
print(ease_weights(x, l2=1.0).round(2) + 0.0)
np.linalg.solve(others.T @ others + penalty, others.T @ x[:, 3]).round(2)

# %% [markdown] lang="en"
# The $2/3$ stands in column 3, from the formula and from the last line, which solves the ridge regression of film 3 on films 0 to 2 without it. Film 1 shares no user with another film, and film 2 has no rating at all: both have zeros in row *and* column.
# **A film without ratings has only zero weights.**
#
# **Matrix factorisation** describes each film and each user by $d$ numbers. In the toy table two are enough: films 0 and 3 get $(1, 0)$, film 1 gets $(0, 1)$, and film 2, which nobody rated, $(0, 0)$; users 0 and 2 get
# $(1, 0)$, user 1 gets $(0, 1)$. The dot product of a user and a film is then 1 where there is a rating and 0 elsewhere: the whole table. A real table does not come out exactly; [Deeper](#factors) finds what comes closest.

# %% [markdown] lang="zh"
# 第 3 列里就有 $2/3$：公式给出的，与上一格最后一行代码直接解岭回归（由电影 0 至 2 猜电影 3）得到的一致。电影 1 与别的电影没有共同的用户，电影 2 根本没有评分：
# 两者的行和列都是零。**没有评分的电影，权重全是零。**
#
# **矩阵分解**（matrix factorisation）用 $d$ 个数描述每部电影、每位用户。上面的小表用两个数就够：电影 0 和 3 取 $(1, 0)$，电影 1 取 $(0, 1)$，没人评过的电影 2 取 $(0, 0)$；用户 0 和 2 取 $(1, 0)$，用户 1 取 $(0, 1)$。
# 用户与电影的点积（dot product），有评分处恰好是 1，其余是 0，整张表就还原了。真实的表还原不了这么准；怎样求出最接近的结果，见[选读](#factors)。

# %% [markdown] lang="en"
# ### How we keep score
#
# From each user the last film, by time, is held out for testing, and the one before for choosing settings (validation): **leave-one-out**. A model is fitted on the
# rest and ranks *all* films that the user has not rated yet. **Hit@10** is 1 if the held-out film is among the first ten, else 0. **NDCG@10** (normalised discounted
# cumulative gain) also asks where: a hit is a gain, and the further down it comes, the more is taken off (the discount). If the film comes at rank $r$, it is
#
# $$\text{NDCG@10} = \begin{cases} 1 / \log_2(1 + r) & r \le 10 \\ 0 & r > 10 \end{cases}$$
#
# that is 1 at rank 1, 0.5 at rank 3, and 0 after rank 10. If a user has several films to be found, the gains of those in the list are added up, and divided by the best
# sum possible. The mean over users is the model's score.

# %% [markdown] lang="zh"
# ### 怎样计分
#
# 按时间，每位用户的最后一部电影留出来用于测试，倒数第二部用于挑选设置（验证）：这叫**留一法**（leave-one-out）。模型只在其余评分上训练，然后给该用户还没评过的**全部**电影排序。
# 留出的电影进了前十，**Hit@10** 就是 1，否则为 0。**NDCG@10**（normalised discounted cumulative gain，归一化折损累计增益）还看排在哪里：命中就是增益，排得越靠后，折损越大。如果它排在第 $r$ 位，则
#
# $$\text{NDCG@10} = \begin{cases} 1 / \log_2(1 + r) & r \le 10 \\ 0 & r > 10 \end{cases}$$
#
# 也就是排第 1 得 1，排第 3 得 0.5，第 10 名之后得 0。有多部留出电影时，把命中各部的得分相加，再除以理想排序的得分。所有用户的平均值就是模型的成绩。

# %%
split = leave_one_out(ratings)  # .train, .valid, .test
ours = ease_weights(split.train.matrix().toarray().astype(float), l2=250.0)
np.allclose(ours, EASE(l2=250.0).fit(split.train).weights_, atol=1e-5)

# %% [markdown] lang="en"
# So the EASE of `recbook.models` is ours.
#
# **Exercise 2.** A colleague takes as rank of the held-out film the number of films with a *higher* score, plus 1. Then a model that gives every film a 0 has an NDCG@10 of 1 for every user: the best that there is, by knowing nothing.
# All films **tie**, and all stand first. Be fair: if $t$ films have the held-out film's score (itself among them), it is equally likely at each of the $t$ ranks that these take up. Return the
# mean of the gains at these ranks, with $k$ in the place of 10. ({points})

# %% [markdown] lang="zh"
# 可见 `recbook.models` 里的 EASE 就是我们写的这个。
#
# **练习 2** 一位同事这样定名次：得分更高的电影有几部，再加 1，就是留出电影的名次。于是给每部电影都打 0 分的模型，对每位用户的 NDCG@10 都是 1：一无所知，成绩却最好。原来所有电影得分**并列**（tie），全排了第一。
# 请公平一些：如果有 $t$ 部电影（包括留出的那部）得分相同，一共占 $t$ 个名次，留出的电影排在其中每一个的机会相等。请返回这些名次上得分的平均值，列表长度由 10 改为 $k$。（{points}）

# %% exercise="challenges-ties" points=2
def fair_gain(scores, held_out, k):
    """en: NDCG@k of a user with one held-out film, ties shared out fairly.
    en: scores: one for each film that may be recommended; held_out: a position in scores.
    zh: 一位用户（只有一部留出电影）的 NDCG@k；并列时，名次平均分摊。
    zh: scores：每部可推荐的电影一个得分；held_out：留出电影在其中的下标。"""
    ### BEGIN SOLUTION
    higher = np.sum(scores > scores[held_out])
    equal = np.sum(scores == scores[held_out])
    ranks = np.arange(higher + 1, higher + equal + 1)
    return np.where(ranks <= k, 1 / np.log2(1 + ranks), 0).mean()
    ### END SOLUTION

# %% check="challenges-ties"
recbook.check("challenges-ties", fair_gain)

# %% [markdown] lang="en"
# Now they compete. `evaluate` fits a model, ranks for every user and keeps score:

# %% [markdown] lang="zh"
# 现在让它们比一比。`evaluate` 训练一个模型，为每位用户排序并计分：

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
# How far could such a mean be off? Other users of the same kind would have given another one. *low* and *high* bound a 95% **confidence interval**, made by the **bootstrap**: draw as many users as there are, with
# replacement, take the mean, repeat two thousand times, and keep the middle 95% of the means. A user who is hard for every model widens every interval. So the intervals
# of two models may overlap although one is clearly better: compare them user by user, and bootstrap the *difference*. If the interval of the difference holds 0, it is called **not significant**: chance alone may have made it.

# %% [markdown] lang="zh"
# 这样的平均值会偏多少？换一批同类的用户，平均值就会不同。“下限”和“上限”是 95% **置信区间**（confidence interval）的两端，用**自助法**（bootstrap）算出：有放回地抽取同样多的用户，求平均，重复两千次，取中间的
# 95%。有的用户，哪个模型都难猜中，每个区间都因此变宽。所以两个模型的区间可能重叠，却仍分得出高下：要逐个用户地比较，对差值做自助法。差值的区间如果包含 0，就说差异**不显著**：可能只是偶然。

# %%
popularity = reports["popularity"]
overlap = reports["item-kNN"].interval("ndcg@10").low < popularity.interval("ndcg@10").high
knn_lead, ease_lead = (reports[m].difference(popularity, "ndcg@10") for m in ("item-kNN", "EASE"))
recbook.claim(
    overlap and knn_lead.low > 0 and ease_lead.low > 0,
    en="With all ratings the personal models beat popularity in NDCG@10: item-kNN by "
    "{knn_low:.3f} to {knn_high:.3f}, although the intervals overlap, and EASE by {ease_low:.3f} "
    "to {ease_high:.3f}.",
    zh="评分齐全时，个性化模型的 NDCG@10 高于流行度：item-kNN 高 {knn_low:.3f} 到 "
    "{knn_high:.3f}，尽管两者的区间有重叠；EASE 高 {ease_low:.3f} 到 {ease_high:.3f}。",
    takeaway=dict(
        en="Compare two models user by user: their intervals may overlap although one is clearly better.",
        zh="比较两个模型，要逐个用户相减：区间有重叠，照样可能分得出高下。",
    ),
    knn_low=knn_lead.low, knn_high=knn_lead.high, ease_low=ease_lead.low, ease_high=ease_lead.high,
)

# %%
from scipy.sparse.linalg import svds


def factors(x, d):
    """en: V (films, d): the d numbers of each film, from the table x (users, films).
    zh: V (films, d)：由表 x (users, films) 得到每部电影的 d 个数。"""
    # en: Of the three things that svds returns, V is the last (transposed); v0 makes runs agree.
    # zh: svds 返回三样，最后一样是 V 的转置；v0 使每次运行结果一致。
    return svds(x.astype(float), k=d, v0=np.ones(min(x.shape)))[2].T


def factorised(d, on):
    """en: How well d numbers a film do on the part "valid" or "test".
    zh: 每部电影 d 个数时，在 "valid" 或 "test" 上的成绩。"""
    known, v = split.history(on).matrix(), factors(split.train.matrix(), d)
    return evaluate_scores(known @ v @ v.T, truth(split, on), exclude=known)


on_valid = {d: factorised(d, "valid")["ndcg@10"] for d in (8, 16, 32, 64)}
by_factors = factorised(best_d := max(on_valid, key=on_valid.get), "test")
between = by_factors.difference(reports["EASE"], "ndcg@10")
recbook.claim(
    8 < best_d < 64 and between.low < 0 < between.high,
    en="Matrix factorisation, with {factors} numbers a film (the only setting here chosen on validation), has an NDCG@10 of {ndcg:.3f}: its difference "
    "from EASE is not significant ({interval}).",
    zh="矩阵分解每部电影用 {factors} 个数（在验证集（validation set）上选定，只有它调过），NDCG@10 为 {ndcg:.3f}，与 EASE 的差异不显著（{interval}）。",
    takeaway=False, factors=best_d, ndcg=by_factors["ndcg@10"], interval=plots.ends(*between, sign=True),
)

# %% [markdown] lang="en"
# ## What if ratings were scarcer still?
#
# Throw away ratings at random, fit again, test on the same held-out films, for the same users. First one user (picked by hand), and the five films that EASE puts first:

# %% [markdown] lang="zh"
# ## 如果评分更少呢？
#
# 随机丢掉一部分训练评分，重新训练，仍对同样的用户、在同样的留出电影上测试。先看一位（手工挑选的）用户，以及 EASE 排在最前的五部：

# %%
from tqdm.auto import tqdm

shares = [1.0, 0.5, 0.2, 0.1, 0.05]
seen = split.history().matrix()
users = np.arange(ratings.n_users)


def thinned(share, seed):
    """en: The split with only a share of the ratings in train and valid.
    zh: train 和 valid 里只保留一部分评分的划分。"""
    rng = np.random.default_rng(seed)
    train, valid = (part.take(rng.random(part.n) < share) for part in (split.train, split.valid))
    return Split(train, valid, split.test)


someone = [851]
new_to_someone = seen[someone].toarray()[0] == 0
parts = {share: thinned(share, seed=0) for share in shares}
lists = {s: EASE().fit(p.train).score(someone, p.history())[0] for s, p in parts.items()}
lists = {s: np.where(new_to_someone, scores, -np.inf) for s, scores in lists.items()}
figures.emptying({s: p.train.matrix() for s, p in parts.items()}, lists, titles)

# %% [markdown] lang="en"
# As the dots vanish, the films of the first list go, and the scores fade. Is that so for all users, and for popularity and item-kNN? Each level is drawn three times, but for 100%, which can be drawn in one way only. This takes about 15 seconds.

# %% [markdown] lang="zh"
# 随着圆点消失，最初列表里的电影一部部离开，得分也越来越低。其他用户也是这样吗？流行度和 item-kNN 呢？每个比例随机抽三次（100% 只有一种取法），大约需要 15 秒。

# %%
models = {"popularity": Popularity, "item-kNN": ItemKNN, "EASE": EASE}


def thinned_ndcg(model, share, seed):
    """en: NDCG@10 of each user when the model has seen only a share of the ratings.
    zh: 模型只见过一部分评分时，每位用户的 NDCG@10。"""
    part = thinned(share, seed)
    scores = model().fit(part.train).score(users, part.history())
    return evaluate_scores(scores, truth(split), exclude=seen).per_user["ndcg@10"]


few_left = {}
for name, model in tqdm(models.items(), leave=False):
    for share in shares:
        per_user = [thinned_ndcg(model, share, seed) for seed in range(3 if share < 1 else 1)]
        few_left[name, share] = Report({"ndcg@10": np.mean(per_user, axis=0)})

# %%
means = {m: np.array([few_left[m, s]["ndcg@10"] for s in shares]) for m in models}
ends = {m: np.array([few_left[m, s].interval("ndcg@10") for s in shares]) for m in models}
figures.thinning(shares, means, ends)

# %%
left = {m: values[-1] / values[0] for m, values in means.items()}
lead = few_left["popularity", 0.05].difference(few_left["EASE", 0.05], "ndcg@10")
ranking = {s: sorted(models, key=lambda m: -few_left[m, s]["ndcg@10"]) for s in (1.0, 0.05)}
recbook.claim(
    ranking[1.0][-1] == ranking[0.05][0] == "popularity" and lead.low > 0 and left["item-kNN"] < left["EASE"],
    en="With a twentieth of the ratings popularity has moved from last of the three to first: it keeps "
    "{popularity:.0%} of its NDCG@10, EASE {ease:.0%}, and leads EASE by {low:.3f} to {high:.3f}.",
    zh="评分只剩二十分之一时，三个模型中，流行度从最后一名变成第一名：它保住了原来 NDCG@10 的 {popularity:.0%}，"
    "EASE 只剩 {ease:.0%}；流行度比 EASE 高 {low:.3f} 到 {high:.3f}。",
    takeaway=dict(
        en="When ratings run out, the personal part goes first: then one list for everybody wins.",
        zh="评分越稀，最先受损的是个性化：到最后，人人相同的列表反而胜出。",
    ),
    popularity=left["popularity"], ease=left["EASE"], low=lead.low, high=lead.high,
)

# %% [markdown] lang="en"
# Popularity estimates one number per film, from all users together; few ratings suffice for that. A personal model needs pairs of films that share a user, and a history to start
# from, and both run out ([Deeper](#ablation) takes them away one at a time). **What sparsity damages first is the personal part**, with EASE's $\lambda$ kept at 250 (exercise 5 asks about others).

# %% [markdown] lang="zh"
# 流行度只要为每部电影估计一个数，而且用上了全部用户的评分，所以少量评分就够了。个性化模型既需要有共同用户的电影对，又需要一段可用的历史，而这两样都会耗尽
# （[选读](#ablation)一次只拿走其中一样）。**稀疏首先损害的是个性化**（EASE 的 $\lambda$ 固定为 250；换别的值，见练习 5）。

# %% [markdown] lang="en"
# ## A film that nobody has rated
#
# Now the extreme: cold start. Hide *all* ratings of a random fifth of the films, as if these came out tomorrow, and ask each model for their scores. `spread` is the highest minus the lowest score.

# %% [markdown] lang="zh"
# ## 没有人评过的电影
#
# 再看极端情形：冷启动。随机选五分之一的电影，把它们的评分**全部**藏起来，就当是明天才上映的新电影，然后看每个模型给它们打多少分。`spread` 是最高分减最低分。

# %%
cold = cold_items(ratings, fraction=0.2, seed=0)
hidden = cold.test.item_counts() > 0  # (films,)
cold_scores = {name: model().fit(cold.train).score(users)[:, hidden] for name, model in models.items()}
spread = {name: float(s.max() - s.min()) for name, s in cold_scores.items()}
spread

# %%
recbook.claim(
    max(spread.values()) == 0,
    en="For {films} films without a rating, popularity, item-kNN and EASE give every user and "
    "every film one and the same score: they cannot tell them apart at all.",
    zh="对 {films} 部没有评分的电影，流行度、item-kNN 和 EASE 给每位用户、每部电影的得分全都一样："
    "它们对这些电影没有任何区分能力。",
    takeaway=False, films=hidden.sum(),
)

# %% [markdown] lang="en"
# Film 2 of the toy table showed it: no count, no cosine, only zero weights. No setting helps: what these models know of a film is *only* who
# rated it.
#
# **A trap.** If all scores are equal, the rule for ties decides. Ours is simpler than that of exercise 2, and not fair: the film with the lower number comes first. What would a model get among the new films that gives
# every film a zero, and what a random order? To be found are all films that a user liked, with a rating of 4 or more. We also ask how the films' numbers go with their counts of ratings, by a **rank correlation**: it compares two
# orders, and is 1 if they are the same, −1 if one is the other turned round, near 0 if they have nothing to do with each other.

# %% [markdown] lang="zh"
# 小表里的电影 2 就是这样：没有评分数，没有余弦，权重全是零。怎么设置都没用：这些模型对一部电影的全部依据，就是谁评过它。
#
# **一个陷阱。** 如果所有得分都相等，排序就由并列的规则决定。我们的规则比练习 2 简单，也不公平：编号小的电影排在前面。给所有电影都打零分，在新电影上 NDCG 是多少？随机顺序又是多少？
# 这里要找的，是用户喜欢的全部新电影（评分不低于 4 星）。再看电影的编号与评分数有没有关系，用**秩相关系数**（rank correlation）衡量：它比较两个顺序，完全相同为 1，完全颠倒为 −1，毫无关系时接近 0。

# %%
from scipy.stats import spearmanr

wanted = cold.test.take(cold.test.rating >= 4).matrix()  # (users, films)
not_hidden = np.broadcast_to(~hidden, wanted.shape)
at_chance = np.random.default_rng(0).random(wanted.shape)
zeros = evaluate_scores(np.zeros(wanted.shape), wanted, exclude=not_hidden)
shuffled = evaluate_scores(at_chance, wanted, exclude=not_hidden)
order = spearmanr(np.arange(ratings.n_items), counts).statistic

# %%
recbook.claim(
    zeros.difference(shuffled, "ndcg@10").low > 0 and order < -0.5 and max(spread.values()) == 0,
    en="Zero for every film gets an NDCG@10 of {zeros:.3f}, a random order {shuffled:.3f}: a "
    "film's number alone carries information (its rank correlation with the count of ratings is "
    "{rank_correlation}).",
    zh="给每部电影都打零分，NDCG@10 为 {zeros:.3f}，随机顺序为 {shuffled:.3f}：单是电影的编号就带"
    "有信息（编号与评分数的秩相关系数为 {rank_correlation}）。",
    takeaway=dict(
        en="Ratings say nothing about a film that nobody has rated, and what ties decide can look like merit.",
        zh="没人评过的电影，评分模型无从区分；由并列规则排出的名次，看上去也可能像本事。",
    ),
    zeros=zeros["ndcg@10"], shuffled=shuffled["ndcg@10"], rank_correlation=f"{order:.2f}".replace("-", "−"),
)

# %% [markdown] lang="en"
# In MovieLens, films with low numbers have more ratings. So a score that comes from ties is no merit of the model. Before you believe a number, ask what a model that knows nothing would get.

# %% [markdown] lang="zh"
# 在 MovieLens 里，编号小的电影评分更多。所以，靠并列得来的分数不是模型的本事。相信一个数字之前，先问问：一无所知的模型能得多少？

# %% [markdown] lang="en"
# ## Why this film?
#
# *Because you watched …* An explanation is meant to earn trust. Does it deserve it? Item-kNN is the easiest to explain of our personal models. Its
# score is a sum over the history $H_u$ of user $u$, with $S$ the similarities:
#
# $$s_{ui} = \sum_{j \in H_u} S_{ji}$$
#
# so each film $j$ of the history contributes exactly $S_{ji}$, and the film to name is the one with the largest term. In the code `first` is each user's first recommendation, `terms` what each film of the history adds to its score. Take one user, with thirty films in the training part:

# %% [markdown] lang="zh"
# ## 为什么推荐这部？
#
# “因为你看过……”这样的解释，是为了让人信任。它值得信任吗？item-kNN 是我们手里最容易解释的个性化模型。它的得分是对用户 $u$ 的历史 $H_u$ 求和，$S$ 是相似度：
#
# $$s_{ui} = \sum_{j \in H_u} S_{ji}$$
#
# 所以历史里每部电影 $j$ 的贡献恰好是 $S_{ji}$，应列出的理由就是最大的那一项。代码里 `first` 是每位用户的首位推荐，`terms` 是历史中每部电影为它加的分。取一位在训练集里评过三十部电影的用户来看：

# %%
from recbook.evaluation.metrics import top_k

knn = ItemKNN().fit(split.train)
knn_scores = knn.score(users)
had = split.train.matrix().toarray() > 0  # (users, films)
first = top_k(knn_scores, 1, exclude=had)[:, 0]  # (users,)
# en: 0 for films outside the history: none of these similarities is negative.
# zh: 历史之外的电影记为 0：这里的相似度没有负的。
terms = np.where(had, knn.similarity_[:, first].T, 0)  # (users, films)
reason = terms.argmax(axis=1)

viewer = int(np.abs(had.sum(axis=1) - 30).argmin())
figures.reasons(terms[viewer, had[viewer]], titles[had[viewer]], titles[first[viewer]])

# %% [markdown] lang="en"
# "Because you watched (the first bar)" is true of the model, but covers little of the score. If that film were the
# *cause*, taking it out of the history should take the recommendation away. For every user, we remove the named reason, and for comparison a film drawn at random, and rank again. Row $j$ of the similarities is what film $j$ adds to every film:

# %% [markdown] lang="zh"
# “因为你看过（第一条）”这句话，对模型来说是真的，但它只占得分的一小部分。如果那部电影真是**原因**，把它从历史里拿掉，推荐就应该消失。我们对每位用户都拿掉列出的理由，再排一次；作为对照，也试试随机拿掉一部。相似度的第 $j$ 行，就是电影 $j$ 给每部电影加的分：

# %%
def still_there(removed):
    """en: Share of users whose first recommendation stays first, and stays in the top ten.
    zh: 首位推荐仍居首位、仍在前十的用户比例。"""
    again = top_k(knn_scores - knn.similarity_[removed], 10, exclude=had)
    return (again[:, 0] == first).mean(), (again == first[:, None]).any(axis=1).mean()


at_random = np.where(had, np.random.default_rng(0).random(had.shape), 0).argmax(axis=1)
carried = terms.max(axis=1) / knn_scores[users, first]
stays_first, stays_listed = still_there(reason)

# %%
recbook.claim(
    np.median(carried) < 0.10 and stays_first > 0.8 and stays_listed > 0.9,
    en="The named reason carries {share:.0%} of the score in the median. Without it the same film "
    "stays first for {first:.0%} of the users (without a random film: {random:.0%}), and in the "
    "top ten for {listed:.1%}.",
    zh="列出的理由占得分的比例，中位数只有 {share:.0%}。去掉它之后，{first:.0%} 的用户首位推荐"
    "不变（随机去掉一部：{random:.0%}），{listed:.1%} 的用户仍能在前十里看到它。",
    takeaway=dict(
        en="A true reason need not be a cause: with long histories, the recommendation nearly always stays without the film that “because you watched” names.",
        zh="理由属实，未必就是原因：在历史很长的用户那里，拿掉“因为你看过”的那一部，推荐几乎总还在。",
    ),
    share=np.median(carried), first=stays_first, random=still_there(at_random)[0], listed=stays_listed,
)

# %%
median_history = np.median(had.sum(axis=1))
recbook.claim(
    median_history > 40,
    en="These training histories are long, {films:.0f} films in the median; with a few films each would count for more.",
    zh="这些用户在训练集里的历史很长，中位数是 {films:.0f} 部；如果只有几部，每一部的分量会更重。",
    takeaway=False, films=median_history,
)

# %% [markdown] lang="en"
# So "because you watched" may claim: *this film speaks most for it, in this model*. It may not claim: *without it you would not see this*. And it says nothing about
# why the user liked either film. An explanation should be tested like a prediction.
#
# **Exercise 3.** A colleague names the film with the largest number in the recommended film's column, `similarity[:, recommended].argmax()`, and users are told of films that they never watched. So the colleague sets the numbers of all
# other films to 0. That goes wrong too, but seldom: when? Find the film of the `history` (a list of film indices) that adds most to the score. Numbers may be negative, as EASE's weights are. ({points})

# %% [markdown] lang="zh"
# 所以，“因为你看过”这句解释只能声称：在这个模型里，这部电影贡献最大；不能声称没有它就不会推荐。用户为什么喜欢这两部电影，从这句解释里看不出来。
# 解释也应该像预测一样接受检验。
#
# **练习 3** 一位同事在被推荐电影的那一列里取最大的数，`similarity[:, recommended].argmax()`，结果给出的理由竟是用户没看过的电影。他又把其他电影的数都设成 0，还是会错，只是少见：什么时候错？
# 请找出 `history`（电影下标的列表）里对得分贡献最大的那一部。这些数可以是负的（例如 EASE 的权重）。（{points}）

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
# So far no model has read anything. Now MiniLM reads the titles; its vectors are those of chapter 00, used as they are. Are films with similar titles alike? And does that help with a film that nobody has rated?
# We take a repaired table (chapter 02 shows how it is made): some films stand in the raw one twice, and would be their own nearest neighbours.

# %% [markdown] lang="zh"
# ## 预训练能帮上什么忙？
#
# 到这里，还没有哪个模型读过文字。现在让 MiniLM 读片名，用的就是第 00 章的向量，原封不动。片名相近的电影，真的相像吗？对没人评过的电影，这有用吗？
# 用的是修补过的表（做法见第 02 章）：原表里有些电影出现了两次，同一部电影的两条记录会互为最近邻。

# %%
from recbook.data.prepare import repair
from recbook.text import TextEncoder

films, _ = repair(ratings)
names = films.items["display_title"].to_numpy()
title_vectors = TextEncoder().encode(names)
genres = prepare.genre_table(films.items).to_numpy()  # (films, genres)

# %% [markdown] lang="en"
# ### Meaning: which films are neighbours?
#
# Three ways of finding the films nearest to *Alien*: by the words of the titles (word matching; words that occur once do not count), by title vectors, and by co-rating (the cosine of two columns). The first two
# read what is written and are content-based; the third is collaborative.

# %% [markdown] lang="zh"
# ### 语义：哪些电影是邻居？
#
# 找出与《异形》（Alien）最近的几部，有三种办法：比较片名用词（词匹配；只出现一次的词不算），看片名向量，看共同评分（两列的余弦）。前两种读文字，是基于内容的；第三种是协同过滤。

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

from recbook.vectors import cosine_of_columns

title_words = TfidfVectorizer(stop_words="english", min_df=2).fit_transform(names).toarray()
similarity = {
    "words": title_words @ title_words.T,
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
found = {
    plots.name(way): [plots.film(names[i]) if s[film, i] > 1e-3 else "–" for i in nearest(s)[film]]
    for way, s in similarity.items()
}
plots.table(pd.DataFrame(found), caption=plots.film("Alien"))

# %% [markdown] lang="en"
# (A dash: no other title shares a word.) Title vectors find the series and other creatures from space; co-rating finds what the same people watched. One film proves
# nothing; judged by genres over all films, title vectors do better than shared words and worse than co-rating ([Deeper](#meaning)). A title is a few words, and a rating comes from someone who has seen
# the film. **The advantage of meaning is not that it is better than ratings. It is there before them.**

# %% [markdown] lang="zh"
# （“–”表示再没有与它共用词的片名。）片名向量找到的是同一系列和其他外星人电影；共同评分找到的是同一批人看过的片子。一部电影说明不了什么；以类型为标准、对全部电影评判，片名向量优于词匹配，不及共同评分（[选读](#meaning)）。
# 片名只有几个词，而每条评分背后都有人看完了一部电影。**语义的优势不在于比评分更好，而在于比评分更早**：评分还没来，片名已经有了。

# %% [markdown] lang="en"
# ### Generalisation: films without ratings
#
# So give it the case that it should be good at: new films, about which popularity, item-kNN and EASE had nothing to say. A film's **features** are the numbers that describe it; can one predict from them whether a user likes it?
# That is ridge regression again. $F$ has a row of $d$ features for each known film, and $y$ is 1 for each film that one user rated 4 or more, else 0. The weights $w$ learn which features this user likes, and a new film needs nothing but features.
# In the code the means are taken off first, and `targets` has one column per user: all are solved at once. The penalty $\lambda$ is 50 in every such fit (EASE's $\lambda$ is 250).

# %% [markdown] lang="zh"
# ### 泛化：没有评分的电影
#
# 片名向量应当擅长另一种场景：新电影，流行度、item-kNN 和 EASE 对它们束手无策。描述一部电影的那些数叫**特征**（feature）；能不能由特征预测用户喜不喜欢它？
# 这又是岭回归：$F$ 的每一行是一部已知电影的 $d$ 个特征；一位用户评分不低于 4 星的电影 $y$ 为 1，其余为 0。权重 $w$ 学的是这位用户喜欢哪些特征；新电影只要有特征，就能预测。
# 代码里先减去平均值；`targets` 里每位用户占一列，一次全部解出。这里的 $\lambda$ 一律取 50（EASE 的 $\lambda$ 为 250）。

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


# %% [markdown] lang="en"
# The judge is NDCG@10 among the new films only (so these numbers do not compare with those of the baselines). Which films are new matters a great deal, so we draw five times, and compare on the same draws. A good number alone says little; it needs a **control**, something that lacks just what
# gets the credit. Here are four: **random order**; the mere **film number**, the trap above (five draws now, and the repaired table); **word matching**, which reads the same titles without pretraining; and for each method **one list for everybody**, the mean of all users' scores. If a user's own list is no better
# than that one, the method knows nothing about the user. Beside the title vectors runs a rival that needs no reading: the catalogue's **genres**, 1 or 0 each. About 10 seconds.

# %% [markdown] lang="zh"
# 评价指标是 NDCG@10，只在新电影中排序（所以这些数不能与前面各基线的成绩相比）。哪些电影是新的，影响很大，所以随机划分五次，在同样的划分上比较。光有一个好看的数说明不了什么，还要有**对照**（control）：对照与被检验的方法只差一处，差距才能归功于这一处。
# 这里有四个：**随机顺序**；光凭**电影编号**，也就是上面的陷阱（这次划分五次，用修补过的表）；**词匹配**，读同样的片名但没有预训练；还有每种方法**所有人共用的一张列表**，即所有用户得分的平均。个人列表如果不比共用列表好，这种方法就没有反映个人口味。与片名向量一起比的，还有片目里现成的**类型**（每种类型记 1 或 0）。大约 10 秒。

# %%
def new_ndcg(scores, known, wanted):
    """en: NDCG@10 among the films that are not known.
    zh: 在未知电影里的 NDCG@10。"""
    return evaluate_scores(scores, wanted, exclude=np.broadcast_to(known, wanted.shape))["ndcg@10"]


features = {"words": title_words, "titles": title_vectors, "genres": genres}

# %%
personal = {way: [] for way in ("random", "numbers", *features)}
shared = {way: [] for way in features}
for seed in tqdm(range(5), leave=False):
    draw = cold_items(films, fraction=0.2, seed=seed)
    known = draw.train.item_counts() > 0
    likes = draw.train.take(draw.train.rating >= 4).matrix().T.toarray()  # (films, users)
    liked = draw.test.take(draw.test.rating >= 4).matrix()  # (users, films)
    personal["random"].append(new_ndcg(np.random.default_rng(seed).random(liked.shape), known, liked))
    personal["numbers"].append(new_ndcg(np.zeros(liked.shape), known, liked))
    for way, f in features.items():
        scores = ridge_scores(f, likes, known).T  # (users, films)
        for_all = np.broadcast_to(scores.mean(axis=0), scores.shape)
        personal[way].append(new_ndcg(scores, known, liked))
        shared[way].append(new_ndcg(for_all, known, liked))

# %%
plots.personal_part(personal, shared)

# %%
by_titles, mean = np.array(personal["titles"]), {way: np.mean(values) for way, values in personal.items()}
wins = {way: (by_titles > np.array(personal[way])).sum() for way in ("random", "numbers", "words", "genres")}
recbook.claim(
    wins["words"] == wins["random"] == 5 and wins["numbers"] >= 4 and wins["genres"] >= 3
    and mean["titles"] > mean["numbers"] > mean["words"] > mean["random"],
    en="Title vectors beat words in all {draws} draws, the mere film number in {numbers}, and genres in {genres}.",
    zh="片名向量在全部 {draws} 次划分中胜过词匹配，在 {numbers} 次中胜过电影编号，在 {genres} 次中胜过类型。",
    takeaway=False, draws=len(by_titles), numbers=wins["numbers"], genres=wins["genres"],
)

# %%
own = {way: (np.array(personal[way]) > np.array(shared[way])).sum() for way in features}
recbook.claim(
    own["genres"] == 5 and own["titles"] < 5,
    en="But whose taste is it? With title vectors a list for each user is better than one for everybody in only "
    "{titles} of {draws} draws; with genres in all.",
    zh="这反映个人口味吗？{draws} 次划分中，用片名向量，每位用户的个人列表只有 {titles} 次优于共用列表；用类型，每次都优于共用列表。",
    takeaway=dict(
        en="A title tells, before the first rating, *that* people will like a film, and to ridge regression hardly *who*.",
        zh="第一条评分到来之前，片名就能透露一部电影会不会受欢迎；用岭回归，却很难由片名看出受谁欢迎。",
    ),
    titles=own["titles"], draws=len(by_titles),
)

# %% [markdown] lang="en"
# So a title tells *which* new films many people will like, though five draws are few, in one of them the film number did better, and on average that number, mere fame, beats word matching too. *Who* will like them this model does not get from titles;
# from a short list of genres it does. Choosing $\lambda$ for each on validation films changes nothing in that ([Deeper](#draws)). And a title may help because of what
# it *means*, or because MiniLM has read about the famous films; chapter 10 exchanges the names to find out.

# %% [markdown] lang="zh"
# 可见片名能透露**哪些**新电影会受许多人喜欢；不过五次划分并不多，其中一次电影编号反而更好，而且编号只反映知名度，平均成绩却也高于词匹配。至于**谁**会喜欢，在这个模型里，片名向量没有反映出来，
# 短短一串类型却反映出来了；为两者各自在验证集上挑选 $\lambda$，结论不变（[选读](#draws)）。还有一点：片名有用，可能是因为它的含义，也可能是因为 MiniLM 读到过这些有名的影片；第 10 章把片名互换，以区分这两种可能。

# %% [markdown] lang="en"
# ## What became of the six statements?
#
# | claimed | what we found | goes on in |
# |---|---|---|
# | data sparsity | damages the personal part first (text not tried) | 02, 08 |
# | cold start | ratings alone cannot rank a new film; text can | 05, 10 |
# | explainability | a true reason need not be a cause (text not tried) | – |
# | meaning | better than words, worse than co-rating | 03, 04, 05 |
# | generalisation | which new films are liked, yes; by whom, hardly | 10 |
# | transfer | to genre; not to a user's next film by nearest titles ([Deeper](#transfer)) | 05, 06, 07 |
#
# **Where ratings are plenty, a pretrained model that reads only titles did not replace them; it filled in where there were none.** Later chapters try to join the two.

# %% [markdown] lang="zh"
# ## 六个说法，结果如何？
#
# | 说法 | 我们的发现 | 后续章节 |
# |---|---|---|
# | 数据稀疏性 | 首先受损的是个性化（没有试文字） | 02、08 |
# | 冷启动 | 只靠评分排不了新电影，文字可以 | 05、10 |
# | 可解释性 | 理由属实，未必是原因（没有试文字） | – |
# | 语义 | 优于词匹配，不及共同评分 | 03、04、05 |
# | 泛化 | 能预测新电影是否受欢迎，难以预测谁会喜欢 | 10 |
# | 迁移 | 能迁移到类型预测；单靠最近的片名，不足以预测用户的下一部电影（[选读](#transfer)） | 05、06、07 |
#
# **在评分充足的地方，只读片名的预训练模型没能代替评分；它补的是没有评分的地方。** 后面各章尝试把两者结合起来。

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
recbook.progress("challenges")

# %% [markdown] lang="en"
# - H. Steck (2019). *Embarrassingly shallow autoencoders for sparse data.* WWW. [doi:10.1145/3308558.3313710](https://doi.org/10.1145/3308558.3313710). The paper on EASE.
# - B. Sarwar et al. (2001). *Item-based collaborative filtering recommendation algorithms.* WWW. [doi:10.1145/371920.372071](https://doi.org/10.1145/371920.372071). Item-kNN.
# - P. Cremonesi, Y. Koren and R. Turrin (2010). *Performance of recommender algorithms on top-N recommendation tasks.* RecSys. [doi:10.1145/1864708.1864721](https://doi.org/10.1145/1864708.1864721). Factorisation by singular values, as here.
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress?* RecSys. [doi:10.1145/3298689.3347058](https://doi.org/10.1145/3298689.3347058). Why a new model must stand beside simple ones.
# - N. Tintarev and J. Masthoff (2015). *Explaining recommendations: Design and evaluation.* *Recommender Systems Handbook*. [doi:10.1007/978-1-4899-7637-6_10](https://doi.org/10.1007/978-1-4899-7637-6_10). What an explanation is for.
# - B. Efron (1979). *Bootstrap methods: Another look at the jackknife.* Annals of Statistics 7(1). [doi:10.1214/aos/1176344552](https://doi.org/10.1214/aos/1176344552). The interval.

# %% [markdown] lang="zh"
# - H. Steck (2019). *Embarrassingly shallow autoencoders for sparse data.* WWW. [doi:10.1145/3308558.3313710](https://doi.org/10.1145/3308558.3313710)。EASE 的原论文。
# - B. Sarwar et al. (2001). *Item-based collaborative filtering recommendation algorithms.* WWW. [doi:10.1145/371920.372071](https://doi.org/10.1145/371920.372071)。Item-kNN。
# - P. Cremonesi, Y. Koren and R. Turrin (2010). *Performance of recommender algorithms on top-N recommendation tasks.* RecSys. [doi:10.1145/1864708.1864721](https://doi.org/10.1145/1864708.1864721)。用奇异值分解，与本章的做法相同。
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress?* RecSys. [doi:10.1145/3298689.3347058](https://doi.org/10.1145/3298689.3347058)。为什么新模型必须和简单模型放在一起比。
# - N. Tintarev and J. Masthoff (2015). *Explaining recommendations: Design and evaluation.* *Recommender Systems Handbook*. [doi:10.1007/978-1-4899-7637-6_10](https://doi.org/10.1007/978-1-4899-7637-6_10)。推荐解释的目的。
# - B. Efron (1979). *Bootstrap methods: Another look at the jackknife.* Annals of Statistics 7(1). [doi:10.1214/aos/1176344552](https://doi.org/10.1214/aos/1176344552)。自助法的出处。

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### How unequal are the ratings? <a id="gini"></a>
#
# This section adds one number for the long tail. The **Gini index** says how unequal a distribution is. Sort the counts
# upwards, $x_1 \le \dots \le x_n$; then
#
# $$G = \frac{\sum_{i=1}^{n} (2i - n - 1)\, x_i}{n \sum_{i=1}^{n} x_i}$$
#
# Three films with 1, 1 and 4 ratings: the factors $2i - n - 1$ are $-2, 0, 2$, so $G = (-2 + 0 + 8) / (3 \cdot 6) = 1/3$. Equal counts give 0; if one film
# had everything, $G$ would come close to 1.

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 评分有多不均？ <a id="gini"></a>
#
# 本节补充一个描述长尾的数：**基尼系数**（Gini index），它表示一个分布有多不均。把评分数从小到大排好，$x_1 \le \dots \le x_n$，则
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
np.isclose(gini_by_hand(counts), gini(counts))

# %% [markdown] lang="en"
# The picture behind the number is the **Lorenz curve**: walk through the films from the least rated to the most rated, and add up
# their ratings. $G$ is the shaded area, as a share of the triangle under the diagonal. For 1, 1 and 4 the area under the curve is $1/3$ and the
# triangle $1/2$; what is left between them, $1/6$, is $1/3$ of the triangle again.

# %% [markdown] lang="zh"
# 基尼系数可以画成**洛伦兹曲线**（Lorenz curve）：电影按评分数从少到多排列，依次累加评分占比。$G$ 就是阴影面积占对角线下方三角形的比例。以 1、1、4 为例，
# 曲线下的面积是 $1/3$，三角形是 $1/2$；两者之差 $1/6$ 正好又是三角形的 $1/3$。

# %%
figures.lorenz(counts, gini(counts))

# %%
recbook.claim(
    gini(counts) > 0.5,
    en="Gini index of the ratings over films: {gini:.2f}.",
    zh="评分在电影之间的基尼系数：{gini:.2f}。",
    takeaway=False, gini=gini(counts),
)

# %% [markdown] lang="en"
# **Exercise 4.** Popularity shows every user the same two films. Somebody counts how often each film is shown, finds two equal counts and a Gini index of 0: nothing could be fairer! What went wrong? Write the
# Gini index of what a recommender shows: `lists` has a row for each user, with the numbers of the films in that user's list. You may use `gini`. ({points})

# %% [markdown] lang="zh"
# **练习 4** 流行度给每位用户都展示同样两部电影。有人数了每部电影展示的次数，得到两个相等的数，基尼系数是 0：公平得不能再公平！错在哪里？请写出推荐列表的基尼系数：`lists` 每位用户一行，是该用户列表里各部电影的编号。可以直接用 `gini`。（{points}）

# %% exercise="challenges-gini" points=1
def gini_of_lists(lists, n_items):
    """en: Gini index of how often each of n_items films is shown in all the lists together.
    zh: n_items 部电影在全部列表中展示次数的基尼系数。"""
    ### BEGIN SOLUTION
    return gini(np.bincount(np.ravel(lists), minlength=n_items))
    ### END SOLUTION

# %% check="challenges-gini"
recbook.check("challenges-gini", gini_of_lists)

# %% [markdown] lang="en"
# ### Matrix factorisation: the closest table <a id="factors"></a>
#
# This section adds how the factorisation of the core is computed. With a row for each user in $U$ and for each film in $V$, the dot products fill the table $U V^\top$. Of all $V$ with $d$ columns, the **singular value decomposition** (`svds`) finds the one that comes closest to $X$ in squared error, with
# columns of length 1 at right angles to each other. The $d$ numbers of a user with the row $x$ are then $x V$, and the scores $x V V^\top$. In the toy table films 0 and 3 get $(1/\sqrt{2}, 0)$ now, and users 0 and 2, whose row is $(1, 0, 0, 1)$, get $(\sqrt{2}, 0)$: the product is 1 again. (`svds` may
# swap columns or turn signs; the products stay.)

# %% [markdown] lang="zh"
# ### 矩阵分解：最接近的表 <a id="factors"></a>
#
# 本节补充核心部分的矩阵分解是怎样算的。$U$ 每位用户一行，$V$ 每部电影一行，点积填成整张表 $U V^\top$。在所有 $d$ 列的 $V$ 中，**奇异值分解**（singular value decomposition，代码里的 `svds`）求出与 $X$ 的平方误差最小的那个，
# 各列的长度为 1、互相垂直。设用户在表中的一行是 $x$，则他的 $d$ 个数是 $x V$，得分是 $x V V^\top$。小表里，电影 0 和 3 现在取 $(1/\sqrt{2}, 0)$；用户 0 和 2 的行是 $(1, 0, 0, 1)$，得到 $(\sqrt{2}, 0)$：点积仍是 1。
# （`svds` 可能交换各列或改变符号，点积不变。）

# %%
v = factors(x, d=2)
print(v.round(2) + 0.0)
(x @ v @ v.T).round(2) + 0.0

# %% [markdown] lang="en"
# With too small a $d$ all people look alike; with too large a $d$ the table is learned by heart, 0s included. On the validation films:

# %% [markdown] lang="zh"
# $d$ 太小，人人看上去都一样；$d$ 太大，整张表连同那些 0 都背了下来。在验证集上：

# %%
plots.table(pd.DataFrame(on_valid.items(), columns=["d", "NDCG@10"]))

# %% [markdown] lang="en"
# ### What does sparsity take from EASE? <a id="ablation"></a>
#
# This section adds the reason for the fall. Thinning takes two things from a personal model: what it learns the weights from, and the history of the user to whom it applies them. We can take away one at a time (a single draw here, so 5% differs a little from the figure above):

# %% [markdown] lang="zh"
# ### 稀疏从 EASE 那里拿走了什么？ <a id="ablation"></a>
#
# 本节补充下降的原因。减少评分，从个性化模型那里拿走了两样东西：学习权重的数据，以及使用权重时该用户的历史。我们可以一次只拿走一样（这里只抽一次，所以 5% 时的数与前面的图略有不同）：

# %%
few = parts[0.05]
weights = {"all": EASE().fit(split.train).weights_, "few": EASE().fit(few.train).weights_}
histories = {"all": split.history().matrix(), "few": few.history().matrix()}


def ease_ndcg(of_weights, of_history):
    scores = histories[of_history] @ weights[of_weights]
    return evaluate_scores(scores, truth(split), exclude=seen)["ndcg@10"]


ndcg = {pair: ease_ndcg(*pair) for pair in [("all", "all"), ("few", "all"), ("all", "few"), ("few", "few")]}
plots.table(pd.DataFrame(
    [(*("5%" if part == "few" else "100%" for part in pair), value) for pair, value in ndcg.items()],
    columns=["weights from", "history kept", "NDCG@10"],
))

# %%
recbook.claim(
    ndcg["few", "few"] < min(ndcg["few", "all"], ndcg["all", "few"])
    and max(ndcg["few", "all"], ndcg["all", "few"]) < ndcg["all", "all"] / 2,
    en="Either loss alone costs EASE more than half of its NDCG@10 of {whole:.3f}; both together leave {both:.3f}.",
    zh="两样只拿走一样，EASE 的 NDCG@10（{whole:.3f}）就损失一半以上；两样都拿走，只剩 {both:.3f}。",
    takeaway=False, whole=ndcg["all", "all"], both=ndcg["few", "few"],
)

# %%
def sharing_a_user(rows):
    """en: Share of the pairs of films that some user has rated both of.
    zh: 有用户同时评过的电影对所占的比例。"""
    pairs = (rows.T @ rows).toarray() > 0
    return pairs[~np.eye(len(pairs), dtype=bool)].mean()


pairs_before, pairs_after = sharing_a_user(histories["all"]), sharing_a_user(histories["few"])
recbook.claim(
    pairs_after < pairs_before / 10,
    en="Pairs of films that share a user fall from {before:.0%} to {after:.1%}; the median history (validation film included) falls from {full:.0f} films to {history:.0f}.",
    zh="有共同用户的电影对从 {before:.0%} 降到 {after:.1%}，用户历史（含验证集那一部）的中位数从 {full:.0f} 部降到 {history:.0f} 部。",
    takeaway=False, before=pairs_before, after=pairs_after,
    full=np.median(split.history().user_counts()), history=np.median(few.history().user_counts()),
)

# %% [markdown] lang="en"
# **Exercise 5**, open. We kept EASE's $\lambda$ at 250 although the table became emptier. Was that unfair? Choose $\lambda$ on `split.valid` at 10% of the ratings, then test once.
# At 10%, popularity (the last line) is near EASE on the validation films of one draw, and led clearly on the test films of three: validation need not foretell the test. Does a better $\lambda$ change that? Below is a start; compare by interval, not by eye: `a.difference(b, "ndcg@10")` takes two reports.

# %% [markdown] lang="zh"
# **练习 5**（开放题）评分越来越少，而 EASE 的 $\lambda$ 一直是 250。这样公平吗？请在只有 10% 评分时，用 `split.valid` 挑选 $\lambda$，再测试一次。
# 在 10% 时，一次抽取的验证集上，流行度（最后一行）与 EASE 接近；三次抽取的测试集上，流行度明显领先：验证集未必能预示测试集。换一个更好的 $\lambda$，能改变这一点吗？下面是个开头；请用区间比较，不要只凭肉眼：`a.difference(b, "ndcg@10")` 比较两份成绩。

# %%
kept = np.random.default_rng(0).random(split.train.n) < 0.1
candidates = {"EASE 50": EASE(50.0), "EASE 250": EASE(250.0), "popularity": Popularity()}
for name, model in candidates.items():
    report = evaluate_scores(
        model.fit(split.train.take(kept)).score(users), truth(split, "valid"), exclude=split.train.matrix()
    )
    print(name, round(report["ndcg@10"], 4))

# %% [markdown] lang="en"
# ### Do neighbours share genres? <a id="meaning"></a>
#
# This section adds a judge of neighbours that none of the three ways has used: genres. Two films agree by
# the share of genres they have in common (Jaccard 1901): *Alien* has Action, Horror, Sci-Fi and Thriller, *The Terminator* Action, Sci-Fi and Thriller, so they
# share three of four:
#
# $$J(A, B) = \frac{|A \cap B|}{|A \cup B|} = \frac{3}{4}$$

# %% [markdown] lang="zh"
# ### 邻居的类型相同吗？ <a id="meaning"></a>
#
# 本节换用类型作标准，三种办法都没有用到类型。两部电影的一致程度，看共有类型的占比（Jaccard 1901）：
# 《异形》（Alien）的类型是 Action、Horror、Sci-Fi 和 Thriller（动作、恐怖、科幻、惊悚），《终结者》（The Terminator）是 Action、Sci-Fi 和 Thriller，四个里共有三个：
#
# $$J(A, B) = \frac{|A \cap B|}{|A \cup B|} = \frac{3}{4}$$

# %%
common = genres @ genres.T
size = genres.sum(axis=1)
jaccard = common / np.maximum(size[:, None] + size - common, 1)  # (films, films)
jaccard[film, list(names).index("The Terminator")]

# %%
noise = np.random.default_rng(0).random((films.n_items, films.n_items))
# en: Most titles share a word with none: such ties go in random order.
# zh: 多数片名与别的片名没有共用的词：这样的并列按随机顺序排。
judged = {"random": noise, **similarity, "words": similarity["words"] + 1e-6 * noise}
agreement = {
    way: np.take_along_axis(jaccard, nearest(s), axis=1).mean(axis=1)  # (films,)
    for way, s in judged.items()
}
figures.genre_agreement({way: (a.mean(), *bootstrap(a)) for way, a in agreement.items()})

# %%
over_words = bootstrap(agreement["titles"] - agreement["words"])
behind = bootstrap(agreement["co-rating"] - agreement["titles"])
recbook.claim(
    over_words.low > 0 and behind.low > 0,
    en="In the share of common genres title vectors lead words by {lead_low:.3f} to {lead_high:.3f}, and trail "
    "co-rating by {behind_low:.3f} to {behind_high:.3f}.",
    zh="类型重合度上，片名向量比词匹配高 {lead_low:.3f} 到 {lead_high:.3f}，比共同评分低 {behind_low:.3f} 到 "
    "{behind_high:.3f}。",
    takeaway=False, lead_low=over_words.low, lead_high=over_words.high,
    behind_low=behind.low, behind_high=behind.high,
)

# %% [markdown] lang="en"
# ### The five draws in numbers <a id="draws"></a>
#
# This section adds the numbers behind the last figure of the core, and then a $\lambda$ that was chosen. First the mean over five draws of new films, for one list for everybody and for a list for each user, and for the latter the lowest and the highest draw.

# %% [markdown] lang="zh"
# ### 五次划分的全部数字 <a id="draws"></a>
#
# 本节补充核心部分最后一张图背后的数字，再换成挑选过的 $\lambda$。先看五次划分的平均值，分为所有人共用一张列表和每位用户各有一张；后者还列出最低和最高的一次。

# %%
rows = []
for way, values in personal.items():
    for_everybody = f"{np.mean(shared[way]):.3f}" if way in shared else "–"
    rows.append((plots.name(way), for_everybody, np.mean(values), min(values), max(values)))
columns = ["", "one list for everybody", "a list for each user", "lowest draw", "highest draw"]
plots.table(pd.DataFrame(rows, columns=columns))

# %% [markdown] lang="en"
# **Was the penalty fair?** A title vector has length 1, spread over 384 numbers; a genre counts 1. The same $\lambda = 50$ presses harder on titles. So choose $\lambda$ for each: in every draw hide a quarter of the known films as validation films, take the best $\lambda$ there, and only then fit for the new films. About 20 seconds.

# %% [markdown] lang="zh"
# **这样的 $\lambda$ 公平吗？** 片名向量长度为 1，分散在 384 个数上；一种类型就是一个 1。同样的 $\lambda = 50$，对片名压得更重。所以要各自挑选：每次划分，把已知电影的四分之一藏起来作验证集，在那里挑出最好的 $\lambda$，然后才预测新电影。大约 20 秒。

# %%
def film_tables(draw):
    """en: The known films (films,), likes of these (films, users), and likes to be found (users, films).
    zh: 已知电影 (films,)、对已知电影的“喜欢” (films, users)，以及要找的“喜欢” (users, films)。"""
    known = draw.train.item_counts() > 0
    likes, liked = (part.take(part.rating >= 4).matrix() for part in (draw.train, draw.test))
    return known, likes.T.toarray(), liked


penalties = (2, 10, 50, 250, 1000)
chosen, tuned = {"titles": [], "genres": []}, {"titles": [], "genres": []}
for seed in tqdm(range(5), leave=False):
    draw = cold_items(films, fraction=0.2, seed=seed)
    inner = cold_items(draw.train, fraction=0.25, seed=seed)
    known_inside, likes_inside, liked_inside = film_tables(inner)
    known, likes, liked = film_tables(draw)
    for way in tuned:
        to_rank = ~(inner.test.item_counts() > 0)  # (films,)
        on_inner = {
            l2: new_ndcg(ridge_scores(features[way], likes_inside, known_inside, l2).T, to_rank, liked_inside)
            for l2 in penalties
        }
        chosen[way].append(max(on_inner, key=on_inner.get))
        scores = ridge_scores(features[way], likes, known, chosen[way][-1]).T
        for_all = np.broadcast_to(scores.mean(axis=0), scores.shape)
        tuned[way].append((new_ndcg(scores, known, liked), new_ndcg(for_all, known, liked)))
print(chosen)

# %%
better = {way: sum(own > for_all for own, for_all in pairs) for way, pairs in tuned.items()}
recbook.claim(
    better["genres"] == 5 and better["titles"] < 5,
    en="With chosen penalties too, a list for each user is better than one for everybody in {titles} of {draws} draws with title vectors, in {genres} with genres.",
    zh="λ 各自挑选之后，{draws} 次划分中，每位用户的个人列表优于共用列表的次数：片名向量 {titles} 次，类型 {genres} 次。",
    takeaway=False, titles=better["titles"], draws=len(tuned["titles"]), genres=better["genres"],
)

# %% [markdown] lang="en"
# ### Transfer: one set of vectors, two tasks <a id="transfer"></a>
#
# This section adds the third advantage. MiniLM was trained to match sentences. We give the same vectors, unchanged, two tasks for which they were never trained.
#
# **Task 1: tell the genre from the title.** Learn from a few films whose genres are known, predict the genres of the others. **AUC** (area under the ROC curve) is the chance that, of two films drawn at random, the one that has a genre is ranked above the one
# that does not: 1 is perfect, 0.5 is guessing.

# %% [markdown] lang="zh"
# ### 迁移：一套向量，两项任务 <a id="transfer"></a>
#
# 本节补充第三个优点。MiniLM 是为匹配句子而训练的。我们把同一套向量原封不动地用于两项它没有专门训练过的任务。
#
# **任务一：看片名猜类型。** 从少数已知类型的电影学起，预测其余电影的类型。**AUC**（ROC 曲线下面积）是这样一个概率：随机取有某类型和没有该类型的电影各一部，前者排在前面。1 是完美，0.5 等于瞎猜。

# %%
from sklearn.metrics import roc_auc_score

sizes = [30, 100, 300, 1000]


def genre_auc(features, size, seed):
    """en: Mean AUC over genres, learned from `size` films, judged on 600 others.
    zh: 从 `size` 部电影学习，在另外 600 部上评测：各类型的平均 AUC。"""
    order = np.random.default_rng(seed).permutation(films.n_items)
    judged = order[-600:]
    # en: Rarer genres cannot be judged.
    # zh: 更少见的类型无从评判。
    usual = genres[judged].sum(axis=0) >= 10
    predicted = ridge_scores(features, genres, order[:size])[judged]
    return roc_auc_score(genres[judged][:, usual], predicted[:, usual], average="macro")


auc = {
    way: np.array([[genre_auc(features[way], size, seed) for seed in range(5)] for size in sizes])
    for way in ("words", "titles")
}
figures.probe(sizes, auc)

# %%
recbook.claim(
    (auc["titles"] > auc["words"]).all() and auc["titles"][1].mean() > auc["words"][-1].mean(),
    en="Ahead in every run, title vectors tell genres from {few_films} labelled films with an AUC of {titles_auc:.2f}; words do not reach that "
    "with {many_films:,} ({words_auc:.2f}).",
    zh="片名向量每次运行都领先：只用 {few_films} 部已标注电影，猜类型的 AUC 就有 {titles_auc:.2f}；词匹配用了 {many_films:,} 部也没有达到（{words_auc:.2f}）。",
    takeaway=False, few_films=sizes[1], titles_auc=auc["titles"][1].mean(),
    many_films=sizes[-1], words_auc=auc["words"][-1].mean(),
)

# %% [markdown] lang="en"
# **Task 2: recommend to a user whom we know.** Take the mean title vector of the user's last $h$ films and recommend the nearest titles. The best $h$ is chosen on the validation films, then tested once.

# %% [markdown] lang="zh"
# **任务二：给有历史的用户做推荐。** 把用户最近评过的 $h$ 部电影的片名向量取平均，推荐与它最近的片名。$h$ 取多少，在验证集上选定，然后只测试一次。

# %%
from recbook.data.split import time_rank_from_end

films_split = leave_one_out(films)


def nearest_to_history(history, h, vectors):
    """en: Score of each film for each user: cosine with the mean vector of the user's last h films.
    zh: 每位用户对每部电影的得分：与最近 h 部电影的平均向量的余弦。"""
    recent = history.take(time_rank_from_end(history) < h).matrix()
    profile = recent @ vectors / recent.sum(axis=1)[:, None]
    # en: A title may share no word with any other: its vector is 0.
    # zh: 有的片名与别的片名没有共用的词，向量全是 0。
    return profile @ vectors.T / np.maximum(np.linalg.norm(profile, axis=1, keepdims=True), 1e-12)


def judge(h, on, vectors):
    history = films_split.history(on)
    scores = nearest_to_history(history, h, vectors)
    return evaluate_scores(scores, truth(films_split, on), exclude=history.matrix())


def tested(vectors):
    """en: The best h on the validation films, and how it does on the test films.
    zh: 验证集上最好的 h，以及它在测试集上的成绩。"""
    best = max([1, 2, 3, 5, 10, 30], key=lambda h: judge(h, "valid", vectors)["ndcg@10"])
    return best, judge(best, "test", vectors)

# %%
look_back, text_only = tested(title_vectors)
_, words_only = tested(title_words)
over_words = text_only.difference(words_only, "ndcg@10")
popular = evaluate(Popularity(), films_split)
loss = popular.difference(text_only, "ndcg@10")
by_chance = np.random.default_rng(0).random((films.n_users, films.n_items))
chance = evaluate_scores(by_chance, truth(films_split), exclude=films_split.history().matrix())
print("h =", look_back)

# %%
recbook.claim(
    loss.low > 0 and text_only.difference(chance, "ndcg@10").low > 0 and over_words.low < 0 < over_words.high,
    en="Nearest titles beat random order with an NDCG@10 of {text:.3f}, but their difference from word matching ({words:.3f}) is not significant, "
    "and they are behind popularity by {low:.3f} to {high:.3f}.",
    zh="推荐最近的片名，NDCG@10 为 {text:.3f}，高于随机顺序；与词匹配（{words:.3f}）的差异不显著，比流行度低 {low:.3f} 到 {high:.3f}。",
    takeaway=False, text=text_only["ndcg@10"], words=words_only["ndcg@10"], low=loss.low, high=loss.high,
)

# %% [markdown] lang="en"
# So transfer depends on the task. What a title says about genre carries over. For the film that a person rates next, *this* recipe, with nothing trained and nothing known but titles, finds little, and pretraining no more than words; chapter 05 tries better ones.

# %% [markdown] lang="zh"
# 可见能否迁移取决于任务。片名里关于类型的信息可以迁移过去；至于一个人接下来会评哪部电影，**这种**什么也不训练、只看片名的做法收获很小，预训练也没有显出用处；第 05 章会尝试更好的做法。
