# %% [markdown] lang="en"
# # 02 · Pipeline: from a log to a list
#
# **You will be able to** name the six parts of a recommender built on a pretrained model and write each as a function of a few lines; run them from the raw log
# to a list for one user; take the seven steps from choosing a model to a file that a service can load; and say what flaws in the data cost, because you put them there yourself.
#
# **You need** chapters 00 and 01, NumPy, pandas and matrix products. PyTorch appears in the model and its training; what each line does is explained there.
#
# **It takes** about two hours to read, exercises included, and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 02 · 流水线：从日志到推荐列表
#
# **学完之后**，你能说出一个基于预训练模型（pretrained model）的推荐系统（recommender system）由哪六个部分组成，并把每个部分写成几行的函数；能把它们从原始日志一直运行到某位用户的推荐列表；
# 能走完七个步骤，从选择模型到一个线上服务可以加载的文件；还能说出数据里的缺陷造成多大损失，因为这些缺陷是你亲手放进去的。
#
# **需要的基础**：第 00 章和第 01 章、NumPy、pandas 和矩阵乘法。模型和训练用到 PyTorch，用到时会讲解。
#
# **所需时间**：连同练习大约要读两小时；在双核机器上，运行{minutes}。

# %%
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

import recbook
from recbook import plots
from recbook.chapters.pipeline import figures
from recbook.data import leave_one_out, prepare, simulate
from recbook.evaluation import evaluate, evaluate_scores, truth

recbook.setup("en")
ratings = recbook.load("ml-100k")

# %% [markdown] lang="en"
# Chapter 01 asked what is hard about recommending. This chapter builds the whole machine once, as small as it can be, so that you know where every later chapter belongs. A recommender on top of a pretrained model has six parts:
#
# | part | our function | turns | into |
# |---|---|---|---|
# | 1 preparing the data | `clean` | the raw log | a repaired log, split for testing |
# | 2 pretrained model | `encode` | titles | vectors |
# | 3 extracting features | `extract` | vectors and genres | features of items and users |
# | 4 recommender model | `build` | the shapes of the features | a model that knows nothing yet |
# | 5 training | `train` | the model and the log | a model that has learned |
# | 6 recommending | `recommend` | the model and a user | a list |
#
# We write one after the other and look at what goes in and what comes out. Then we join them, draw the result, measure it, break it and store it.

# %% [markdown] lang="zh"
# 第 01 章问的是推荐难在哪里。这一章用尽量少的代码把整个系统搭一遍，这样你就知道后面每一章属于哪一部分。基于预训练模型的推荐系统有六个部分：
#
# | 部分 | 我们的函数 | 输入 | 输出 |
# |---|---|---|---|
# | 1 数据预处理 | `clean` | 原始日志 | 修复好并为测试划分好的日志 |
# | 2 预训练模型 | `encode` | 片名 | 向量 |
# | 3 特征提取 | `extract` | 向量和类型 | 物品和用户的特征 |
# | 4 推荐模型 | `build` | 特征的形状 | 未经训练的模型 |
# | 5 模型训练 | `train` | 模型和日志 | 训练好的模型 |
# | 6 推荐生成 | `recommend` | 模型和一位用户 | 推荐列表 |
#
# 我们逐个来写，看清每个函数的输入和输出；然后把它们连起来，画出结构，测量效果，再故意弄坏，最后存成文件。

# %% [markdown] lang="en"
# ## Part 1: clean
#
# What arrives is a log with one row for each rating, and a table of films:

# %% [markdown] lang="zh"
# ## 第一部分：清洗
#
# 拿到的是一份日志，每条评分一行，外加一张电影表：

# %%
plots.table(ratings.frame().head(3))
plots.table(ratings.items[["item_id", "title", "year", "genres"]].iloc[[0, 266, 1411]])

# %% [markdown] lang="en"
# Look at the last two films. One is called "unkonwn"; the other has its year in the title, and in the year column the letter V. `recbook.data.prepare` holds a named step for each such flaw. A step takes a log and returns a new one together with a table of what it changed, so nothing is repaired in silence. These are the flaws that the course's copy of MovieLens-100K came with:

# %% [markdown] lang="zh"
# 看最后两部电影：一部叫 “unkonwn”；另一部的年份写在片名里，年份那一列却是字母 V。`recbook.data.prepare` 为每种缺陷准备了一个有名字的步骤：输入一份日志，返回一份新的日志和一张改动表，所以每一处修改都有记录。课程所用的这份 MovieLens-100K 原本就有的缺陷是这些：

# %%
repaired, changes = prepare.repair(ratings)
plots.table(
    pd.DataFrame(
        {
            "step": [plots.name(change.step) for change in changes],
            "changed": [len(change.rows) for change in changes],
        }
    )
)

# %% [markdown] lang="en"
# The last step merges films that stand in the table twice; a second rating of the same film by the same user goes with it. Only then do we split, by leave-one-out as in chapter 01: each user's last film is for testing, the one before for choosing settings. Why the order matters, cleaning before splitting, you will see below. (The other chapters split the log as it is distributed, with all 1,682 films, so that their results can be redone without our repairs; popularity and EASE have slightly other values there.)

# %% [markdown] lang="zh"
# 最后一步把表里出现两次的电影合并，同一用户对同一部电影的第二条评分也随之去掉。然后才按第 01 章的留一法（leave-one-out）划分：每位用户的最后一部用于测试，倒数第二部用于挑选参数。为什么必须先清洗、后划分，下面会看到。（其他各章直接划分原样发布的日志，1,682 部电影全都在内，这样不做我们的修复也能重做那些结果；流行度和 EASE 在那里的数值略有不同。）


# %%
def clean(raw):
    """en: The raw log -> a repaired one, split into train, valid and test.
    zh: 原始日志 -> 修复后的日志，分成训练集、验证集、测试集三部分。"""
    log, _ = prepare.repair(raw)
    return leave_one_out(log)


split = clean(ratings)
parts = {"train": split.train, "valid": split.valid, "test": split.test}
plots.table(
    pd.DataFrame(
        {
            "value": [f"split.{part}" for part in parts],
            "rows": [len(log) for log in parts.values()],
            "users": [len(np.unique(log.user)) for log in parts.values()],
            "films": [len(np.unique(log.item)) for log in parts.values()],
        }
    )
)

# %% [markdown] lang="en"
# ## Part 2: encode
#
# The pretrained model is MiniLM, as in chapter 00: it turns each title into a vector of length 1, so that titles with similar meaning point in similar directions. It has never seen a rating.

# %% [markdown] lang="zh"
# ## 第二部分：编码
#
# 预训练模型用第 00 章的 MiniLM：它把每个片名变成一个长度为 1 的向量，含义相近的片名指向相近的方向。它的训练没有用到任何评分。

# %%
from recbook.text import TextEncoder


def encode(split):
    """en: The titles -> one vector a film, (films, 384).
    zh: 片名 -> 每部电影一个向量，(films, 384)。"""
    return TextEncoder().encode(split.train.items["display_title"])


vectors = encode(split)
titles = split.train.items["display_title"].to_numpy()
shown = pd.DataFrame(vectors[:3, :4], columns=["0", "1", "2", "3"])
shown.insert(0, "title", titles[:3])
plots.table(shown.assign(**{"…": "…"}), caption=f"{vectors.shape[0]} × {vectors.shape[1]}")

# %% [markdown] lang="en"
# ## Part 3: extract features
#
# **Of a film.** A title says little about genre ("Fargo"), so we put the genres next to the vector: one column a genre, 1 or 0. Two blocks of different size need to be made comparable, or the one with the larger numbers decides. We take away each column's mean and scale each block so that its rows have mean squared length 1. The **features** of film $i$ are then $f_i \in \mathbb{R}^d$.
#
# **Of a user.** The simplest vector of a user is the mean of the films that the user has met. But the last films tell more about the next one than those rated long before, not least because people rate many films in one sitting (chapter 03 measures that). So let weights fall: with $i_0$ the user's last film, $i_1$ the one before, up to $i_{T-1}$, and a **half-life** $h$, the film with $k$ films after it weighs $2^{-k/h}$:
#
# $$p_u = \frac{\sum_{k=0}^{T-1} 2^{-k/h} f_{i_k}}{\sum_{k=0}^{T-1} 2^{-k/h}} \in \mathbb{R}^d$$
#
# By hand, with $d = 2$ and $h = 1$: first the film $(1, 0)$, then $(0, 1)$. The last weighs 1, the one before $\frac{1}{2}$, and the sum of the weights is $\frac{3}{2}$. So $p_u = \big(\frac{1}{2} (1, 0) + (0, 1)\big) / \frac{3}{2} = (\frac{1}{3}, \frac{2}{3})$.

# %% [markdown] lang="zh"
# ## 第三部分：提取特征
#
# **电影的特征。** 片名很少透露类型（比如 “Fargo”），所以把类型放在向量旁边：每种类型一列，1 或 0。两块大小不同的数据要先变得可比，否则数值大的那一块会起决定作用。我们把每列减去平均值，再缩放每一块，使各行长度平方的平均值为 1。电影 $i$ 的**特征**（features）就是 $f_i \in \mathbb{R}^d$。
#
# **用户的特征。** 最简单的用户向量，是该用户评过的电影的平均。但要预测下一部，最近的电影比很久以前的更有参考价值，原因之一是人们常常一口气评很多部（第 03 章会测量）。所以让权重逐渐减小：记 $i_0$ 为用户的最后一部电影，$i_1$ 是倒数第二部，直到 $i_{T-1}$；给定**半衰期**（half-life）$h$，后面还有 $k$ 部的那部电影权重是 $2^{-k/h}$：
#
# $$p_u = \frac{\sum_{k=0}^{T-1} 2^{-k/h} f_{i_k}}{\sum_{k=0}^{T-1} 2^{-k/h}} \in \mathbb{R}^d$$
#
# 笔算一例，$d = 2$，$h = 1$：先是 $(1, 0)$，后是 $(0, 1)$。最后一部权重为 1，前一部是 $\frac{1}{2}$，权重之和是 $\frac{3}{2}$。所以 $p_u = \big(\frac{1}{2} (1, 0) + (0, 1)\big) / \frac{3}{2} = (\frac{1}{3}, \frac{2}{3})$。

# %% [markdown] lang="en"
# **Exercise 1.** Write the formula. `history` holds the features of the films that a user met, one row a film, the oldest first. ({points})

# %% [markdown] lang="zh"
# **练习 1** 把公式写成函数。`history` 是一位用户评过的电影的特征，每部一行，最早的在前。（{points}）


# %% exercise="pipeline-user-vector" points=1
def user_vector(history, half_life):
    """en: Weighted mean (d,) of the rows of history (T, d), oldest first:
    en: a film with k films after it weighs 2 ** (-k / half_life).
    zh: history (T, d) 各行的加权平均 (d,)，最早的在前：
    zh: 后面还有 k 部的电影，权重是 2 ** (-k / half_life)。"""
    ### BEGIN SOLUTION
    after = np.arange(len(history))[::-1]
    weights = 2.0 ** (-after / half_life)
    return weights @ history / weights.sum()
    ### END SOLUTION


# %% check="pipeline-user-vector"
recbook.check("pipeline-user-vector", user_vector)

# %% [markdown] lang="en"
# The library has this for all users at once: `recency` gives a table of weights, `(users, films)`, each row summing to 1, and one matrix product makes all user vectors. The half-life of 4 films, like all settings in this chapter, was chosen by hand on the validation films; the trials were not kept, so take it as a sensible value, not as the best.

# %% [markdown] lang="zh"
# 库里有对全部用户一次算完的版本：`recency` 给出一张权重表，形状 `(users, films)`，每行之和为 1；一次矩阵乘法就得到所有用户向量。半衰期取 4 部电影；和本章所有参数一样，它是在验证集（validation set）上手工选定的；试过哪些值没有留下记录，所以只能说它合用，不能说它最好。

# %%
from recbook.data.histories import recency
from recbook.models.linear_towers import joined_features

HALF_LIFE = 4.0


class Features(NamedTuple):
    items: np.ndarray  # (films, d)
    users: np.ndarray  # (users, d)


# %%
def extract(split, vectors):
    """en: Vectors and genres -> features of films and of users.
    zh: 向量和类型 -> 电影和用户的特征。"""
    genres = prepare.genre_table(split.train.items)  # (films, 18)
    items = joined_features(vectors, genres)
    return Features(items, recency(split.history(), HALF_LIFE) @ items)


def shapes(name, values):
    """en: A table of the arrays in a NamedTuple and their shapes.
    zh: NamedTuple 里各数组及其形状的表。"""
    parts = values._asdict().items()
    rows = [(f"{name}.{key}", " × ".join(map(str, part.shape))) for key, part in parts]
    plots.table(pd.DataFrame(rows, columns=["value", "shape"]))


features = extract(split, vectors)
shapes("features", features)

# %% [markdown] lang="en"
# One reminder: the user vectors are made of `split.history()`, training and validation films. The test film is in no user's vector.
#
# ## Part 4: build a model
#
# Could we recommend the titles nearest to the user vector? Chapter 01 tried: that is worse than popularity. So let a model learn which direction leads from what a user has seen to what comes next. Two matrices do that, one for users, one for films, and each film has a bias $b_i$, how likely it is for anybody:
#
# $$s_{ui} = (p_u A) \cdot (f_i B) + b_i, \qquad A, B \in \mathbb{R}^{d \times m}, \quad b_i \in \mathbb{R}$$
#
# with $m = 64$. Each side is called a **tower**, and the whole a **two-tower model**; ours have one matrix each. (Chapters 06 and 07 add a vector for each user and each film.)
#
# How should it begin? If $B$ is zero, all dot products are zero, and the score is the bias. Set the bias to $\log(1 + \text{count}_i)$, with $\text{count}_i$ the ratings of film $i$ in training ($\log$ is the natural logarithm), and the untrained model ranks by popularity. $A$ begins at random: the gradient for $B$ contains $p_u A$ as a factor and the gradient for $A$ contains $f_i B$, so if both matrices were zero, only the biases would ever move.

# %% [markdown] lang="zh"
# 一点提醒：用户向量由 `split.history()` 算出，也就是训练集和验证集的电影。测试集的那部不在任何用户向量里。
#
# ## 第四部分：构建模型
#
# 直接推荐离用户向量最近的片名行不行？第 01 章试过，不如流行度。所以要让模型学习：从用户看过的电影出发，朝哪个方向走才是下一部。这由两个矩阵完成，一个给用户，一个给电影；每部电影还有一个偏置 $b_i$，表示不论对谁，这部电影被评分的可能性有多大：
#
# $$s_{ui} = (p_u A) \cdot (f_i B) + b_i, \qquad A, B \in \mathbb{R}^{d \times m}, \quad b_i \in \mathbb{R}$$
#
# 这里 $m = 64$。两边各称为一座**塔**，合起来叫**双塔模型**（two-tower model）；这里每座塔只有一个矩阵。（第 06 章和第 07 章会给每位用户、每部电影再加一个向量。）
#
# 从什么状态开始？如果 $B$ 为零，点积（dot product）就全是零，得分只剩偏置。让偏置等于 $\log(1 + \text{count}_i)$，其中 $\text{count}_i$ 是电影 $i$ 在训练集（training set）里的评分数（$\log$ 是自然对数），那么未经训练的模型就是按流行度排序。$A$ 则要随机初始化：$B$ 的梯度含有因子 $p_u A$，$A$ 的梯度含有因子 $f_i B$；如果两个矩阵都是零，就只有偏置会变。


# %%
class Towers(NamedTuple):
    a: torch.Tensor  # (d, m)
    b: torch.Tensor  # (d, m)
    bias: torch.Tensor  # (films,)


def build(features, split, m=64):
    """en: The shapes of the features and the counts -> a model that ranks by popularity.
    zh: 特征的形状和评分数 -> 一个按流行度排序的模型。"""
    d = features.items.shape[1]
    a = torch.randn(d, m, generator=torch.Generator().manual_seed(0)) / d**0.5
    counts = torch.from_numpy(split.train.item_counts()).float()
    return Towers(a, torch.zeros(d, m), torch.log1p(counts))


towers = build(features, split)
shapes("towers", towers)

# %%
from recbook.models import EASE, Popularity


def scores_of(model, features):
    """en: Scores of all films for all users, (users, films).
    zh: 所有用户对所有电影的得分，(users, films)。"""
    a, b, bias = (part.detach().numpy() for part in model[:3])
    return (features.users @ a) @ (features.items @ b).T + bias


def judge(scores):
    return evaluate_scores(scores, truth(split), exclude=split.history().matrix())


popular = evaluate(Popularity(), split)
same_lists = np.array_equal(
    judge(scores_of(towers, features)).per_user["ndcg@10"], popular.per_user["ndcg@10"], equal_nan=True
)
recbook.claim(
    same_lists,
    en="Before its first step the model gives every user the NDCG@10 of popularity, {ndcg:.4f} in the mean.",
    zh="训练之前，模型给每位用户的 NDCG@10 与流行度完全相同，平均 {ndcg:.4f}。",
    takeaway=False,
    ndcg=popular["ndcg@10"],
)

# %% [markdown] lang="en"
# ## Part 5: train
#
# What should it learn from? From every place in a history where we know what came next: the user vector before a film, and that film. Softmax turns the scores of all films into probabilities, and the loss is minus the logarithm of the probability of the right one, the **cross-entropy**:
#
# $$\ell = -\log \frac{e^{s_{ui}}}{\sum_{j=1}^{n} e^{s_{uj}}}$$
#
# By hand: let $A$ and $B$ be identity matrices, all biases 0, the user vector $(\frac{1}{3}, \frac{2}{3})$ from above, and three films $(1, 0)$, $(0, 1)$, $(1, 1)$. The scores are $\frac{1}{3}, \frac{2}{3}, 1$. If the third film came next, $\ell = -1 + \log(e^{1/3} + e^{2/3} + e)$, which is 0.80; blind guessing among three costs $\log 3 = 1.10$.

# %% [markdown] lang="zh"
# ## 第五部分：训练
#
# 训练样本从哪里来？取用户历史中的每一步：评某部电影之前的用户向量，以及接着评的这部电影。softmax 把所有电影的得分变成概率，损失是正确那一部的概率取负对数，即**交叉熵**（cross-entropy）：
#
# $$\ell = -\log \frac{e^{s_{ui}}}{\sum_{j=1}^{n} e^{s_{uj}}}$$
#
# 笔算：设 $A$ 和 $B$ 是单位矩阵，偏置全为 0，用户向量是上面的 $(\frac{1}{3}, \frac{2}{3})$，三部电影是 $(1, 0)$、$(0, 1)$、$(1, 1)$。得分是 $\frac{1}{3}, \frac{2}{3}, 1$。如果接下来评的是第三部，$\ell = -1 + \log(e^{1/3} + e^{2/3} + e)$，即 0.80；在三部里乱猜，损失是 $\log 3 = 1.10$。

# %%
s = torch.tensor([[1.0, 0], [0, 1], [1, 1]]) @ torch.tensor([1 / 3, 2 / 3])
torch.nn.functional.cross_entropy(s, torch.tensor(2))

# %% [markdown] lang="en"
# `examples` walks through each user's films and returns the user vectors before each of the last thirty, and the films that followed. For one user who met the three films above in turn, there are two such pairs; the second vector is the one worked out by hand in part 3:

# %% [markdown] lang="zh"
# `examples` 沿着每位用户的历史走一遍，返回最后三十部中每一部之前的用户向量，以及接着评的那部电影。假如有位用户依次评了上面的三部电影，就得到两个样本，其中第二个向量正是第三部分笔算的那个：

# %%
from recbook.data import Interactions
from recbook.models.linear_towers import LinearTowers, examples

three_films = np.array([[1.0, 0], [0, 1], [1, 1]])
one_user = Interactions(
    user=np.zeros(3, int),
    item=np.arange(3),
    rating=np.full(3, 5.0),
    timestamp=np.arange(3),
    user_ids=np.array([1]),
    item_ids=np.arange(3),
)
examples(one_user, three_films, half_life=1.0, last=30)

# %% [markdown] lang="en"
# Now the training. An **epoch** is one pass over all examples, in random order, in batches of 512. What the PyTorch calls below do:
#
# | call | effect |
# |---|---|
# | `clone()`, `requires_grad_()` | copies the start, so that `towers` stays as it is; asks PyTorch to record what is computed from the copy |
# | `Generator().manual_seed(0)` | a source of random numbers that gives the same ones in each run |
# | `randperm(n).split(512)` | the numbers $0, …, n - 1$ shuffled, then cut into batches |
# | `zero_grad()` | forgets the gradients of the batch before |
# | `backward()` | works out the gradient of the loss for $A$, $B$ and $b$ |
# | `step()` | the optimiser Adam (Kingma and Ba 2015) moves $A$, $B$ and $b$ a little against it |
# | `item()`, `detach()` | the bare number or table, without the record (`scores_of` needs it) |
#
# It takes about 3 seconds.

# %% [markdown] lang="zh"
# 下面开始训练。一个**轮次**（epoch）是把全部样本按随机顺序过一遍，每批 512 个。代码里用到的 PyTorch 调用：
#
# | 调用 | 作用 |
# |---|---|
# | `clone()`, `requires_grad_()` | 复制初始值，`towers` 本身保持不变；并让 PyTorch 记录由副本算出的一切 |
# | `Generator().manual_seed(0)` | 随机数发生器，每次运行给出相同的随机数 |
# | `randperm(n).split(512)` | 把 $0, …, n - 1$ 打乱，再切成一批一批 |
# | `zero_grad()` | 清除上一批的梯度 |
# | `backward()` | 求出损失对 $A$、$B$、$b$ 的梯度 |
# | `step()` | 优化器 Adam（Kingma and Ba 2015）让 $A$、$B$、$b$ 逆着梯度移动一小步 |
# | `item()`, `detach()` | 取出数或表本身，不带记录（`scores_of` 用到） |
#
# 大约 3 秒。


# %%
class Trained(NamedTuple):
    a: torch.Tensor
    b: torch.Tensor
    bias: torch.Tensor
    losses: list


# %%
def train(towers, features, split, epochs=4):
    """en: A model and the training log -> a model that has learned, and its losses.
    zh: 模型和训练日志 -> 训练好的模型和每步的损失。"""
    before, following = examples(split.train, features.items, HALF_LIFE, last=30)
    items, rng = torch.from_numpy(features.items), torch.Generator().manual_seed(0)
    a, b, bias = (part.clone().requires_grad_() for part in towers)
    optimiser, losses = torch.optim.Adam([a, b, bias], lr=0.01), []
    for _ in range(epochs):
        for rows in torch.randperm(len(following), generator=rng).split(512):
            scores = (before[rows] @ a) @ (items @ b).T + bias  # (batch, films)
            loss = torch.nn.functional.cross_entropy(scores, following[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
    return Trained(a, b, bias, losses)


# %% tags=["nbval-ignore-output"]
def mean_loss(model, before, following):
    """en: Mean cross-entropy of a model on examples.
    zh: 模型在这些样本上的平均交叉熵。"""
    a, b, bias = (part.detach() for part in model[:3])
    scores = (before @ a) @ (torch.from_numpy(features.items) @ b).T + bias
    return torch.nn.functional.cross_entropy(scores, following).item()


trained = train(towers, features, split)
learned_from = examples(split.train, features.items, HALF_LIFE, last=30)
before_valid = torch.from_numpy(recency(split.train, HALF_LIFE) @ features.items)[split.valid.user]
validation = before_valid, torch.from_numpy(split.valid.item)
by_popularity = mean_loss(towers, *learned_from)
figures.loss_curve(np.array(trained.losses), len(trained.losses) // 4, by_popularity)

# %% tags=["nbval-ignore-output"]
plots.table(
    pd.DataFrame(
        [
            (plots.name(part), len(pairs[1]), mean_loss(towers, *pairs), mean_loss(trained, *pairs))
            for part, pairs in (("training", learned_from), ("validation films", validation))
        ],
        columns=["examples from", "examples", "popularity", "trained"],
    )
)

# %% [markdown] lang="en"
# Why does the loss fall in steps after the first epoch? Within an epoch all batches hold examples that the model has met equally often; at each dotted line that number grows by one. So the drops there are memory of these very examples; within an epoch the loss stays level or even rises.
#
# A falling training loss alone shows that something is learned, not that it is of use: the validation films, which gave no gradient, gain less than the training examples, but they gain too.
#
# The twin of these functions in the library is `LinearTowers`, with `fit` and `score` like every model of the course. It learns the same:

# %% [markdown] lang="zh"
# 第一个轮次之后，损失为什么一级一级地下降？同一个轮次里，每一批的样本在训练中用过的次数都一样；每过一条点线，次数加一。所以点线处的下降，是因为模型记住了这些样本本身；在一个轮次之内，损失持平，甚至回升。
#
# 训练损失下降，只说明模型学到了东西，不说明学到的有用。验证集的电影没有参与求梯度，它们的损失降得少一些，但也降了。
#
# 这几个函数在库里的版本是 `LinearTowers`，和课程里其他模型一样有 `fit` 和 `score`。两者学到的相同：

# %%
twin = LinearTowers(features.items).fit(split.train)
np.allclose(twin.losses_, trained.losses, atol=1e-3)

# %% [markdown] lang="en"
# ## Part 6: recommend
#
# Score all films for one user, leave out those that the user has already rated, and take the ten highest. Our user needs a recognisable taste, or we could not judge the list by eye: among those with 30 to 80 training films we take the one with the largest share of horror.

# %% [markdown] lang="zh"
# ## 第六部分：生成推荐
#
# 给一位用户计算所有电影的得分，去掉已经评过的，取最高的十部。这位用户的口味要看得出来，否则没法用肉眼判断列表好坏：在训练集里有 30 到 80 部电影的用户中，取恐怖片占比最大的那位。

# %%
horror_film = prepare.genre_table(split.train.items)["Horror"].to_numpy()
met = split.train.matrix()
many = met.sum(axis=1)
share = met @ horror_film / many  # (users,)
row = int(np.where((many >= 30) & (many <= 80), share, 0).argmax())
user = int(split.train.user_ids[row])
who = split.train.users.iloc[[row]][["user_id", "age", "gender", "occupation"]]
usual = horror_film[split.train.item].mean()
shares = {"in the history": f"{share[row]:.0%}", "among all ratings": f"{usual:.0%}"}
plots.table(who.assign(genre="Horror", **shares))

# %%
from recbook.evaluation.metrics import top_k


def recommend(trained, features, split, user, n=10):
    """en: The model and a user's id -> the n best films that are new to the user.
    zh: 模型和用户编号 -> 该用户没评过的电影里最好的 n 部。"""
    history = split.history()
    row = int(np.flatnonzero(history.user_ids == user)[0])
    scores = scores_of(trained, features)[[row]]
    best = top_k(scores, n, exclude=history.matrix()[[row]])[0]
    films = history.items.iloc[best]
    return pd.DataFrame(
        {
            "rank": range(1, n + 1),
            "item_id": films["item_id"].to_numpy(),
            "title": films["display_title"].to_numpy(),
            "genres": films["genres"].to_numpy(),
            "score": scores[0, best],
        }
    )


# %% tags=["nbval-ignore-output"]
from recbook.data.histories import sentences_in_time

seen = sentences_in_time(split.history())[row]
plots.table(pd.DataFrame({"the last eight films": titles[seen[-8:]]}))
ranking = recommend(trained, features, split, user)
plots.table(ranking)

# %% tags=["nbval-ignore-output"]
hidden = int(split.test.item[split.test.user == row][0])
order = top_k(scores_of(trained, features)[[row]], len(titles), exclude=split.history().matrix()[[row]])[0]
place = int(np.flatnonzero(order == hidden)[0]) + 1
horror = ranking["genres"].str.contains("Horror").sum()
recbook.claim(
    horror >= 6 and share[row] > 0.7,
    en="User {user}: {share:.0%} of the training films are horror films, and so are {horror} of the ten recommended.",
    zh="用户 {user}：训练集里 {share:.0%} 是恐怖片，推荐的十部里也有 {horror} 部是恐怖片。",
    takeaway=False,
    user=user,
    share=share[row],
    horror=horror,
)
plots.table(pd.DataFrame({"hidden film": [titles[hidden]], "rank": [place]}))

# %% [markdown] lang="en"
# The list looks right, and yet the film that this user really rated next stands at the rank in the last table. One list says little about a model, however good it looks; we need all users, below.

# %% [markdown] lang="zh"
# 列表看上去没问题，可是这位用户接下来真正评的那部电影，名次见最后一张表。一张列表再顺眼，也说明不了模型好不好；要看全部用户，见下文。

# %% [markdown] lang="en"
# ## The six parts as one object
#
# Each function's parameters are named after the value that another function makes. So the wiring need not be written down a second time: a `Pipeline` reads it off the functions. `run` needs only what nobody makes, the raw log and the user.

# %% [markdown] lang="zh"
# ## 六个部分连成一个对象
#
# 每个形参的名字，就是提供它的那个值的名字。所以连接关系不必再写一遍：`Pipeline` 从函数本身就能得出。调用 `run` 时，只需给出没有函数产生的值：原始日志和用户。

# %%
from recbook.pipeline import Pipeline

pipeline = Pipeline(
    split=clean,
    vectors=encode,
    features=extract,
    towers=build,
    trained=train,
    ranking=recommend,
)
values = pipeline.run(raw=ratings, user=user)
print(pipeline)
values["ranking"]["item_id"].equals(ranking["item_id"])  # the same list as step by step

# %%
figures.architecture(pipeline, values)

# %% [markdown] lang="en"
# The drawing is made from this object and its values, so it cannot disagree with what runs. Blue arrows go to the next box, orange ones further down.
#
# **Exercise 2.** Suppose we replace `encode` by a function that turns titles into a table of which words they hold, with another number of columns. Which of the seven values `raw`, `split`, `vectors`, `features`, `towers`, `trained`, `ranking` can come out differently? Follow the arrows, then give a set of names, such as `{"raw", "split"}`. ({points})

# %% [markdown] lang="zh"
# 这张图由这个对象和它的值画成，不可能与实际运行的不一致。蓝色箭头指向下一个方框，橙色箭头指向更下面的方框。
#
# **练习 2** 假设把 `encode` 换成另一个函数，把片名变成一张记录“有哪些词”的表，列数不同。`raw`、`split`、`vectors`、`features`、`towers`、`trained`、`ranking` 这七个值里，哪些可能变得不同？请沿着箭头看，然后给出名字的集合，例如 `{"raw", "split"}`。（{points}）

# %% exercise="pipeline-changed" points=1
answer = ...
### BEGIN SOLUTION
answer = {"vectors", "features", "towers", "trained", "ranking"}
### END SOLUTION

# %% check="pipeline-changed"
recbook.check("pipeline-changed", answer)

# %% [markdown] lang="en"
# ### Replace one part
#
# Here is that function, from scikit-learn: one column for each word that occurs in at least two titles, 1 where the title has it and 0 where not; no pretraining. The other five functions stay as they are. `split` is handed over, since it need not be computed again. In the drawing the new function and all values that it can change have their text in colour.

# %% [markdown] lang="zh"
# ### 替换一个部分
#
# 下面就是这样一个函数，用 scikit-learn 写成：至少在两个片名里出现过的词各占一列，片名里有这个词记 1，没有记 0，没有预训练。其余五个函数原样不动；`split` 不必重算，直接传入。图中文字带颜色的，是新函数和可能随之改变的值。

# %%
from sklearn.feature_extraction.text import CountVectorizer


def encode_words(split):
    """en: The titles -> a column for each word, (films, words).
    zh: 片名 -> 每个词一列，(films, words)。"""
    words = CountVectorizer(binary=True, min_df=2)
    return words.fit_transform(split.train.items["display_title"]).toarray()


by_words = pipeline.replace(vectors=encode_words)
word_values = by_words.run(raw=ratings, split=values["split"], user=user)
figures.architecture(by_words, word_values, changed=["vectors"])

# %% tags=["nbval-ignore-output"]
both = pd.DataFrame(
    {
        "rank": ranking["rank"],
        "titles": ranking["title"],
        "words": word_values["ranking"]["title"],
    }
)
plots.table(both)

# %%
# en: After the replacement `split` is still what `clean` makes of the log.
# zh: 替换之后，`split` 仍与 `clean` 由日志得到的相同。
anew = clean(ratings)
for part in ("train", "valid", "test"):
    one, other = getattr(word_values["split"], part), getattr(anew, part)
    assert (one.matrix() != other.matrix()).nnz == 0

# %% [markdown] lang="en"
# The two lists share some films. Which encoder is better? That is a question for all users, and for step 6.
#
# ## Seven steps
#
# The parts say what a recommender consists of. The **steps** say what a person does to get one:
#
# | step | here |
# |---|---|
# | 1 choose a pretrained model | MiniLM, because it is small and reads short English texts; chapter 05 compares several |
# | 2 fine-tune it | not done: the encoder's weights stay as published, and only $A$, $B$ and $b$ learn; chapter 05 fine-tunes in three depths |
# | 3 extract features | `encode`, `extract` |
# | 4 build the recommender | `build` |
# | 5 train it | `train` |
# | 6 evaluate it | now |
# | 7 deploy it | at the end |
#
# Step 1 is often told as "choose a model and pretrain it on a large corpus". Nobody with one project pretrains: one starts from published weights. Step 2, **fine-tuning**, means to go on training the encoder itself on the task's data. It is optional, and it should pay for its cost; so first measure without.

# %% [markdown] lang="zh"
# 两张列表有一些相同的电影。哪种编码更好？这要看全部用户，也就是第 6 步。
#
# ## 七个步骤
#
# 六个部分说的是推荐系统由什么组成；七个**步骤**说的是人要做什么：
#
# | 步骤 | 本章 |
# |---|---|
# | 1 选择预训练模型 | MiniLM，因为它小，适合读英文短文本；第 05 章会比较几种 |
# | 2 微调 | 不做：编码器的权重保持发布时的样子，只有 $A$、$B$ 和 $b$ 在学；第 05 章做三种深度的微调 |
# | 3 提取特征 | `encode`、`extract` |
# | 4 构建推荐模型 | `build` |
# | 5 训练 | `train` |
# | 6 评估 | 就是现在 |
# | 7 部署 | 本章末尾 |
#
# 第 1 步常被说成“选一个模型，在大规模语料上预训练”。实际做一个项目时没有人这样做，都是从发布的预训练权重开始。第 2 步**微调**（fine-tuning），是用任务的数据继续训练编码器本身。它不是必需的，收益要抵得上成本才值得做；所以先测量不微调的结果。

# %% [markdown] lang="en"
# ### Step 6: evaluate
#
# All users, all films ranked, the hidden film to be found: the protocol of chapter 01. Beside popularity and EASE stands an EASE that weighs the last films more, since our model does that too; a comparison should change one thing at a time. (`EASE.recent()`: the same penalty, and a half-life of 8 films, chosen on the validation films of chapter 03. Here the log is repaired, so its value is a little different from the other chapters’.) The towers are those trained above, with one seed. Every interval in this chapter is of the mean over users, by bootstrap as in chapter 01; it does not cover what another seed would give, for which ten seeds follow.

# %% [markdown] lang="zh"
# ### 第 6 步：评估
#
# 全部用户，给所有电影排序，找出留出的那部：就是第 01 章的办法。除了流行度和 EASE，再放一个更看重最近电影的 EASE，因为我们的模型也这样做；比较时一次只应改变一样。（`EASE.recent()`：惩罚不变，半衰期 8 部，是第 03 章在验证集上选的。这里的日志经过修复，所以它的数值与其他各章略有不同。）双塔就是上面训练好的那个，只用一个随机种子。本章的区间都是对用户取平均的自助法（bootstrap）区间，与第 01 章相同；换一个种子会怎样，区间并不反映，所以后面再用十个种子。

# %% tags=["nbval-ignore-output"]
reports = {
    "popularity": popular,
    "EASE": evaluate(EASE(), split),
    "EASE, last films": evaluate(EASE.recent(), split),
    "towers, words + genres": judge(scores_of(word_values["trained"], word_values["features"])),
    "towers, titles + genres": judge(scores_of(trained, features)),
}
plots.ranking(reports, mark="towers, titles + genres")

# %% tags=["nbval-ignore-output"]
ours = reports["towers, titles + genres"]
lead = {name: ours.difference(report, "ndcg@10") for name, report in reports.items()}
recbook.claim(
    lead["popularity"].low > 0 and lead["EASE"].low < 0 < lead["EASE"].high and lead["EASE, last films"].high < 0,
    en="On the test films two linear towers on frozen title vectors and genres beat popularity by "
    "{popularity_low:.3f} to {popularity_high:.3f} NDCG@10, and cannot be told from EASE ({ease_low:+.3f} to "
    "{ease_high:+.3f}); an EASE that weighs the last films more is ahead ({ease_last_low:+.3f} to "
    "{ease_last_high:+.3f}).",
    zh="在测试集上，用固定的片名向量和类型训练的线性双塔，NDCG@10 比流行度高 {popularity_low:.3f} 到 "
    "{popularity_high:.3f}，与 EASE 分不出高下（{ease_low:+.3f} 到 {ease_high:+.3f}）；更看重最近电影的 EASE 则领先"
    "（{ease_last_low:+.3f} 到 {ease_last_high:+.3f}）。",
    popularity_low=lead["popularity"].low,
    popularity_high=lead["popularity"].high,
    ease_low=lead["EASE"].low,
    ease_high=lead["EASE"].high,
    ease_last_low=lead["EASE, last films"].low,
    ease_last_high=lead["EASE, last films"].high,
)

# %% [markdown] lang="en"
# So the pipeline works, and the strongest row is the simplest change: EASE with the last films weighed more. Our towers are here because they can read text. Do they? They learn from the log, too: which films go together can be learned without understanding any title, as long as the features tell films apart. The control is a table of random numbers, which mean nothing at all, in the place of the title vectors; then in the place of titles and genres; and, 18 for each film, in the place of the genres. Two trainings that differ only in their random start differ by several thousandths (the last column), so each row is the mean of ten seeds. That would last minutes; it was run by `recbook experiment flaws` and is **stored**.

# %% [markdown] lang="zh"
# 流水线跑通了；最强的一行，却是改动最简单的那个：给最近的电影更大权重的 EASE。我们用双塔，是因为它能利用文字。真的利用了吗？双塔也从日志里学：只要特征能把各部电影区分开，即使完全用不上片名的含义，也能学出哪些电影常在一起。对照是毫无含义的随机数表：先代替片名向量；再代替片名和类型；最后每部电影只用 18 个随机数，代替类型。只有随机初始化不同的两次训练，结果也会差千分之几（见最后一列），所以每行都是十个种子的平均。这要好几分钟，所以由 `recbook experiment flaws` 事先运行，结果是**存好的**。

# %%
stored = recbook.stored("flaws")["results"]
clean_row = next(r for r in stored["rows"] if (r["flaw"], r["model"]) == ("clean", "towers"))
encoders = {r["flaw"]: r for r in stored["encoders"] if "from A to Z" not in r["flaw"]}
lines = [
    (
        key,
        r["ndcg"],
        f"{r['low']:+.4f} … {r['high']:+.4f}" if r is not clean_row else "",
        f"{min(r['by_seed']):.3f} … {max(r['by_seed']):.3f}",
    )
    for key, r in {"titles + genres": clean_row, **encoders}.items()
]
table = pd.DataFrame(lines, columns=["features", "NDCG@10", "difference", "seeds, lowest and highest"])
plots.table(table.assign(features=[plots.name(key) for key in table["features"]]))

# %%
codes, few, genres, both_random = (
    encoders[key] for key in ("random codes + genres", "random codes, as narrow", "genres", "random codes")
)
recbook.claim(
    codes["low"] < 0 < codes["high"]
    and both_random["low"] < 0 < both_random["high"]
    and both_random["ndcg"] > popular["ndcg@10"] + 0.01
    and genres["high"] < 0
    and abs(few["ndcg"] - genres["ndcg"]) < 0.003,
    en="On films that have ratings, linear towers do not measurably worse with random vectors in the "
    "place of title vectors: NDCG@10 {codes:.3f} against {titles:.3f}, both with genres (difference {low:+.3f} to "
    "{high:+.3f}). Genres alone reach {genres:.3f}, and random vectors as narrow as they are {narrow_codes:.3f} "
    "(means of ten seeds, stored).",
    zh="在有评分的电影上，线性双塔把片名向量换成随机向量，测不出更差：NDCG@10 为 {codes:.3f}，片名向量是 "
    "{titles:.3f}，都加上类型（差 {low:+.3f} 到 {high:+.3f}）。只用类型是 {genres:.3f}，与类型同宽的随机"
    "向量是 {narrow_codes:.3f}（十个种子的平均，存好的结果）。",
    codes=codes["ndcg"],
    titles=clean_row["ndcg"],
    low=codes["low"],
    high=codes["high"],
    genres=genres["ndcg"],
    narrow_codes=few["ndcg"],
)

# %% [markdown] lang="en"
# So here the titles are of no use that 943 users could show: random vectors, which only tell films apart, do not measurably worse. That fits chapter 01: where ratings are plenty, a title adds little. A model with rich features that beats popularity has not shown that it understands them; ask for the control.
#
# The control also corrects an easy explanation. Genres alone do badly, and one would say: because many films have the same genres. But random vectors of the same width, all different, do just as badly. With 18 columns the dot products of the two towers have at most 18 directions to work with, and that is too few, whatever the columns mean. What titles are good for comes back at the end of the next section.

# %% [markdown] lang="zh"
# 可见在这里，片名有没有用，943 位用户显示不出来：随机向量只能区分电影，效果也没有变差。这与第 01 章吻合：在评分充足的地方，片名增加不了多少。一个特征丰富的模型胜过流行度，并不说明它理解了这些特征；要看对照。
#
# 对照还纠正了一个想当然的解释。只用类型效果差，人们会说，那是因为许多电影类型相同。可是宽度相同、各不相同的随机向量也一样差。只有 18 列，两座塔的点积至多有 18 个方向可用，不管各列是什么含义，都太少了。片名到底有什么用，下一节末尾会再谈。

# %% [markdown] lang="en"
# ## When parts do not fit
#
# Parts exchange tables without names. If one part sorts the films by id and another by title, every shape fits, nothing complains, and each film gets the vector of another. Put the vectors in alphabetical order, for serving only, and then for training as well (the latter stored, ten seeds):

# %% [markdown] lang="zh"
# ## 部分之间对不上时
#
# 各部分之间交换的是没有名字的表。如果一个部分按编号排电影，另一个按片名排，形状全都吻合，没有任何报错，而每部电影拿到的却是别的电影的向量。把向量按字母顺序排列：先只在线上推荐时这样，再连训练时也这样（后者是存好的，十个种子）：

# %% tags=["nbval-ignore-output"]
alphabetical = np.argsort(titles, kind="stable")
wrong = extract(split, vectors[alphabetical])
mixed_up = judge(scores_of(trained, wrong))
throughout = next(r for r in stored["encoders"] if r["flaw"] == "title vectors from A to Z")
fall = mixed_up.difference(ours, "ndcg@10")
recbook.claim(
    fall.high < -0.01 and throughout["low"] < 0 < throughout["high"],
    en="With the rows of the vectors in another order at serving, NDCG@10 falls from {ours:.3f} to {mixed_up:.3f}, "
    "and no error is raised. If training used the same wrong order, it is {wrong_throughout:.3f}, and "
    "{right_throughout:.3f} in the right one (means of ten seeds): on films with ratings NDCG@10 does not show it.",
    zh="线上推荐时向量的行换了顺序，NDCG@10 就从 {ours:.3f} 掉到 {mixed_up:.3f}，而且没有任何报错。如果训练时用的也是"
    "这个错误的顺序，则是 {wrong_throughout:.3f}，正确顺序是 {right_throughout:.3f}（十个种子的平均）：在有评分的电影"
    "上，NDCG@10 显示不出来。",
    ours=ours["ndcg@10"],
    mixed_up=mixed_up["ndcg@10"],
    wrong_throughout=throughout["ndcg"],
    right_throughout=clean_row["ndcg"],
)

# %% [markdown] lang="en"
# The second case is the worse one: the loss falls, the baseline is beaten, and nearly every film has the vector of another's title. A wrong title tells films apart as well as the right one; but a new film would be recommended by a title that is not its own. What catches it? First, let each row carry its id, and line rows up by id. Second, take a sample: encode a few titles anew and compare with the rows that are stored for them.

# %% [markdown] lang="zh"
# 第二种情形更糟：损失在降，基线也赢了，而几乎每部电影用的都是别的电影的片名。错的片名一样能区分电影；可是轮到新电影，推荐的依据就成了别的电影的片名。怎样才能发现？第一，让每一行都带着自己的编号，按编号对齐。第二，抽查：把几个片名重新编码，与存下的那几行比较。

# %%
some = np.random.default_rng(0).choice(len(titles), size=3, replace=False)
again = TextEncoder().encode(titles[some])
plots.table(
    pd.DataFrame(
        {
            "title": titles[some],
            "right order": (again * vectors[some]).sum(axis=1),
            "from A to Z": (again * vectors[alphabetical][some]).sum(axis=1),
        }
    )
)

# %% [markdown] lang="en"
# The cosine of a vector with itself is 1. Three titles are enough to see it, and it costs a second.
#
# **Exercise 3.** Write the other safeguard: put rows into the order of the log. `vectors[r]` belongs to the film `vector_ids[r]`; the result's row `i` must belong to `item_ids[i]`. No id occurs twice. A film without a vector gets zeros; vectors of films that the log lacks are left out. The numbers are floats. ({points})

# %% [markdown] lang="zh"
# 向量与自己的余弦是 1。三个片名就看得出来，只要一秒钟。
#
# **练习 3** 写出另一道防线：把各行排成日志的顺序。`vectors[r]` 属于编号为 `vector_ids[r]` 的电影；结果的第 `i` 行必须属于 `item_ids[i]`。编号不重复。没有向量的电影得到全零；日志里没有的电影，其向量略去。数值是浮点数。（{points}）


# %% exercise="pipeline-align" points=2
def aligned(vectors, vector_ids, item_ids):
    """en: The rows of vectors (r, d) in the order of item_ids (n,): (n, d); zeros where missing.
    zh: 把 vectors (r, d) 的各行排成 item_ids (n,) 的顺序：(n, d)；缺少的行为零。"""
    ### BEGIN SOLUTION
    row_of = {film: row for row, film in enumerate(vector_ids)}
    nothing = np.zeros(vectors.shape[1])
    return np.array([vectors[row_of[film]] if film in row_of else nothing for film in item_ids])
    ### END SOLUTION


# %% check="pipeline-align"
recbook.check("pipeline-align", aligned)

# %% [markdown] lang="en"
# ## What do flaws cost?
#
# Part 1 said "clean", and textbooks say: remove noise, fill in missing values. MovieLens has only the few flaws repaired there. So we make a mess ourselves, at places that we write down, and can then mark the repair like an exam. `recbook.data.simulate` plants five flaws, all of a kind that logs really have:

# %% [markdown] lang="zh"
# ## 缺陷造成多大损失？
#
# 第一部分叫“清洗”，教科书上说：去除噪声，填充缺失值。MovieLens 只有那里修复的少数几处缺陷。所以我们自己来弄脏，把弄脏的地方记下来，之后就能像判卷一样给修复打分。`recbook.data.simulate` 植入五种缺陷，都是真实日志里会有的：

# %%
noisy, planted = simulate.plant(split.train)
plots.table(
    pd.DataFrame(
        {
            "flaw": [plots.name(record.flaw) for record in planted],
            "rows": [int(record.rows.sum()) for record in planted],
            "films": [int(record.items.sum()) for record in planted],
            "users": [int(record.users.sum()) for record in planted],
        }
    )
)

# %% [markdown] lang="en"
# - **Bots**: programs that act as users. A hundred new "users", each of whom rates random films within one minute, from 15 up to the whole catalogue.
# - **Wrong times**: a twentieth of the rows says 1970 (a time of 0), 2038 (the end of 32-bit clocks) or is in milliseconds.
# - **Copies**: a twentieth of the rows were sent again, from one to twenty times, as happens when a phone gets no answer.
# - **Broken titles**: three titles of ten are damaged, in four ways, most by a wrong encoding.
# - **Missing genres**: three of ten films have none.
#
# How much of each flaw is planted is our choice, so the costs below hold for these amounts and say nothing about which flaw is worse row by row. A copy of a flawed row counts as flawed too, so the counts overlap; hence the large number of wrong times. All are planted in the training part only. The films to be found, the users and the films that are masked stay those of the clean log; otherwise the exam would change together with the training data. The tokens into which the encoder cuts a broken title, words or pieces of words (chapter 04), show why some ways are worse than others:

# %% [markdown] lang="zh"
# - **机器人**：冒充用户的程序。一百个新“用户”，每个在一分钟之内随机给电影评分，少的 15 部，多的评遍全部电影。
# - **时间错误**：二十分之一的行写成 1970 年（时间为 0）、2038 年（32 位时钟的尽头），或者以毫秒为单位。
# - **重复行**：二十分之一的行被反复发送，一到二十次，手机没有收到回应时就会这样。
# - **片名乱码**：十个片名里有三个被弄坏，有四种方式，多数出自错误的字符编码。
# - **类型缺失**：十部电影里有三部没有类型。
#
# 每种缺陷植入多少是我们定的，所以后面的损失只对这样的数量成立，不能用来逐行比较哪种缺陷更严重。有缺陷的行被重复时，重复的那几行也算有缺陷，几种缺陷的数目因此有重叠，时间错误的数目也就这么大。缺陷只植入训练部分。要找的电影、用户、被排除的电影，都与干净的日志相同；否则变的就不只是训练数据，连试题也变了。看看编码器把乱码片名切分成哪些词元（token，即词或词的一部分，见第 04 章），就知道为什么有的方式更糟：

# %%
encoder = TextEncoder()
broken = [damage("Toy Story") for damage in simulate.DAMAGES]
plots.table(
    pd.DataFrame(
        {
            "title": [repr(text)[1:-1] for text in broken],
            "what MiniLM reads": [" ".join(encoder.tokens(text)) for text in broken],
            "cosine with “Toy Story”": encoder.encode(broken) @ encoder.encode(["Toy Story"])[0],
            "mended": [prepare.mend_text(text) for text in broken],
        }
    )
)

# %% [markdown] lang="en"
# Zeros between letters do no harm: the tokenizer drops them. Wide letters are fatal: each word becomes the token `[UNK]`, unknown, and "Ｔｏｙ Ｓｔｏｒｙ" looks like any other two words. Lost letters (�) cannot be brought back by anybody.
#
# ### A threshold needs a reason
#
# When is a user a bot? If nobody could rate so fast. Who goes down a list of films that were seen years ago can rate many in a minute. How fast was the fastest person?

# %% [markdown] lang="zh"
# 字母之间的零没有害处：分词器（tokenizer）会丢掉。全角字母是致命的：每个词都变成表示未知的词元 `[UNK]`，“Ｔｏｙ Ｓｔｏｒｙ”就和任何别的两个词没有区别。丢失的字母（�）谁也找不回来。
#
# ### 阈值要有理由
#
# 什么样的用户算机器人？快到人做不到的程度。对着一张列表，给多年前看过的电影打分，一分钟内确实能评很多部。最快的人有多快？

# %%
speed = prepare.most_in_a_minute(split.train)
with_bots, (bot_record,) = simulate.plant(split.train, [simulate.bots])
bot_speed = prepare.most_in_a_minute(with_bots)[bot_record.users]
figures.minute_speed(speed, bot_speed, prepare.FASTEST_PERSON)

# %% [markdown] lang="en"
# The step `drop_bots` draws the line above the fastest person of the clean log, so it takes no real user for a bot. The price: slow bots get through. A lower line would catch more bots and lose people; which error is worse is a decision, not a computation. (Outside a course there is no clean log to look at. Then one looks for the gap in such a figure, and reads the histories on both sides of it.)
#
# **Exercise 4.** Write that measure for one user: the largest number of ratings within any 60 seconds, that is, where the first and the last differ by less than 60. The times are whole seconds in any order. ({points})

# %% [markdown] lang="zh"
# `drop_bots` 把线划在干净日志里最快的人之上，所以不会把真实用户当成机器人。代价是慢的机器人漏了过去。线划低一些，能抓到更多机器人，也会误伤真人；哪种错误更严重，要靠判断，算不出来。（实际工作中没有干净的日志可看，就在这样的图里找空隙，再把空隙两边的历史拿出来读一读。）
#
# **练习 4** 对一位用户写出这个量：任意 60 秒之内评分数的最大值，也就是其中最早和最晚的两条相差小于 60。时间以整秒计，顺序任意。（{points}）


# %% exercise="pipeline-minute" points=2
def most_in_a_minute(times):
    """en: Largest number of times that lie within any 60 seconds; 0 for no times.
    zh: 任意 60 秒之内最多有多少个时间；没有时间则为 0。"""
    ### BEGIN SOLUTION
    times = np.sort(times)
    ends = np.searchsorted(times, times + 60, side="left")
    return int((ends - np.arange(len(times))).max(initial=0))
    ### END SOLUTION


# %% check="pipeline-minute"
recbook.check("pipeline-minute", most_in_a_minute)

# %% [markdown] lang="en"
# The other thresholds have reasons too. Times must lie in the months in which the data were collected; milliseconds are divided by 1000; any other impossible time becomes the user's earliest known one, because a rating of unknown date should not pass for news. A copy is a row that repeats another in every field. A title is mended by undoing the wrong reading. A film without genres gets those that more than half of its ten most co-rated films have.
#
# ### Marking the repair
#
# For each flaw, **precision** is the share of what was found that had been planted, **recall** the share of what was planted that was found:
#
# $$\text{precision} = \frac{|\text{found} \cap \text{planted}|}{|\text{found}|}, \qquad \text{recall} = \frac{|\text{found} \cap \text{planted}|}{|\text{planted}|}$$
#
# **Exercise 5.** Write both. The arguments are two arrays of true and false, one place for each row; at least one place of each is true. ({points})

# %% [markdown] lang="zh"
# 其他阈值也各有理由。时间必须落在数据收集的那几个月里；毫秒除以 1000；其余不可能的时间，改成该用户最早的已知时间，因为日期不明的评分不应冒充最新的。重复行是每个字段都与另一行相同的行。片名的修复，是把错误的读法倒回去。没有类型的电影，取与它共同评分最多的十部里过半数拥有的类型。
#
# ### 给修复打分
#
# 对每种缺陷，**精确率**（precision）是找到的里面确实被植入过的比例，**召回率**（recall）是植入的里面被找到的比例：
#
# $$\text{precision} = \frac{|\text{found} \cap \text{planted}|}{|\text{found}|}, \qquad \text{recall} = \frac{|\text{found} \cap \text{planted}|}{|\text{planted}|}$$
#
# **练习 5** 写出这两个量。参数是两个真假数组，每行一个位置；各自至少有一处为真。（{points}）


# %% exercise="pipeline-marks" points=1
def marks(found, planted):
    """en: (precision, recall) of two boolean arrays of the same length.
    zh: 两个等长的布尔数组的（精确率，召回率）。"""
    ### BEGIN SOLUTION
    both = (np.asarray(found) & np.asarray(planted)).sum()
    return both / np.sum(found), both / np.sum(planted)
    ### END SOLUTION


# %% check="pipeline-marks"
recbook.check("pipeline-marks", marks)

# %%
REPAIRS = {
    simulate.bots: (prepare.drop_bots, "users"),
    simulate.wrong_times: (prepare.mend_times, "rows"),
    simulate.copies: (prepare.drop_copies, "rows"),
    simulate.broken_titles: (prepare.mend_titles, "items"),
    simulate.missing_genres: (prepare.fill_genres, "items"),
}


def exam(flaw, step, where):
    """en: Plant one flaw, run its step, count what was found.
    zh: 植入一种缺陷，运行对应的步骤，数出找到了什么。"""
    flawed, (record,) = simulate.plant(split.train, [flaw])
    mended, change = step(flawed)
    there = getattr(record, where)
    found = np.zeros(len(there), bool)
    found[change.rows.index] = True
    both = (found & there).sum()
    untouched = len(step(split.train)[1].rows)
    return mended, there, (there.sum(), found.sum(), both / found.sum(), both / there.sum(), untouched)


# %%
marked = {flaw.__name__: exam(flaw, *repair) for flaw, repair in REPAIRS.items()}
columns = ["planted", "found", "precision", "recall", "found on the clean log"]
marks_table = pd.DataFrame([numbers for _, _, numbers in marked.values()], columns=columns)
marks_table.insert(0, "flaw", [plots.name(flaw) for flaw in marked])
plots.table(marks_table)


# %%
def restored(flaw, column):
    """en: Share of the planted flaws whose value is again that of the clean log.
    zh: 植入的缺陷中，值恢复得与干净日志一样的比例。"""
    mended, there, _ = marked[flaw]
    return (mended.items[column] == split.train.items[column])[there].mean()


times_back = (marked["wrong_times"][0].timestamp == split.train.timestamp)[marked["wrong_times"][1]]
title_back, genres_back = restored("broken_titles", "title"), restored("missing_genres", "genres")
p_min, r_bots = marks_table["precision"].min(), marks_table["recall"].iloc[0]
recbook.claim(
    p_min > 0.99
    and 0.6 < r_bots < 0.95
    and marks_table["recall"].iloc[1:].min() == 1
    and title_back < 0.9
    and genres_back < 0.5,
    en="Finding is easier than restoring. Of the bots {bots_found:.0%} are found, of all other flaws 100%, with a "
    "precision of {precision:.1%} or more. But only {times_back:.0%} of the wrong times, {titles_back:.0%} of the "
    "broken titles and {genres_back:.0%} of the missing genres come back exactly as they were.",
    zh="找到容易，恢复难。机器人找到了 {bots_found:.0%}，其他缺陷全部找到（100%），精确率都不低于 {precision:.1%}。但"
    "恢复得与原来完全一样的，错误时间只有 {times_back:.0%}，乱码片名 {titles_back:.0%}，缺失的类型 {genres_back:.0%}。",
    bots_found=r_bots,
    precision=p_min,
    times_back=times_back.mean(),
    titles_back=title_back,
    genres_back=genres_back,
)

# %% [markdown] lang="en"
# The one film that a step finds on the clean log is the "unkonwn" one, which has no genre indeed. Do not expect a recall of 100% from your own log: these rules were written by those who knew which flaws would be planted. What nobody thought of is what a rule misses.
#
# Steps have an order. Copies share one time: two rows of one sitting, each sent twenty times, look like a bot, so copies go first. And `mend_times` puts unknown times on one moment, which would make a busy person look like a bot too; so bots are looked for before.
#
# ### What each flaw costs
#
# Now train on each flawed log, and on each mended one. Live, for the two flaws that turn out to matter, with one seed; about 12 seconds. All five, with ten seeds each and with EASE and popularity beside, are stored.

# %% [markdown] lang="zh"
# 某个步骤在干净日志上找到的那一部，正是那部 “unkonwn”，它确实没有类型。在你自己的日志上，别指望召回率能到 100%：写这些规则的人知道会植入哪些缺陷；实际工作中，规则漏掉的正是没人想到的那些。
#
# 步骤有先后。重复行的时间相同：同一分钟里的两行，各发送二十次，看上去就像机器人，所以先去重。`mend_times` 又把未知的时间放在同一时刻，会让评分多的人也像机器人，所以要在它之前找机器人。
#
# ### 每种缺陷造成多大损失
#
# 现在分别用有缺陷的日志和修复后的日志训练。现场只运行真正有影响的两种，用一个种子，大约 12 秒。全部五种，各用十个种子，连同 EASE 和流行度，是存好的结果。

# %%
from tqdm.auto import tqdm

from recbook.data import Split


def after_training_on(log):
    """en: NDCG@10 of towers trained on this log; the history is this log and the validation films.
    zh: 用这份日志训练的双塔的 NDCG@10；用户历史是这份日志加上验证的电影。"""
    part = Split(log, split.valid, split.test)
    model = LinearTowers(extract(part, encode(part)).items).fit(log)
    return judge(model.score(np.arange(log.n_users), part.history()))


live = {}
for flaw in tqdm([simulate.wrong_times, simulate.copies], leave=False):
    flawed, _ = simulate.plant(split.train, [flaw])
    live[flaw.__name__, "flawed"] = after_training_on(flawed)
    live[flaw.__name__, "mended"] = after_training_on(REPAIRS[flaw][0](flawed)[0])

# %% tags=["nbval-ignore-output"]
stored_seed = {(r["flaw"], r["state"]): r["by_seed"][0] for r in stored["rows"] if r["model"] == "towers"}
lines = [
    (
        plots.name(flaw),
        plots.name(state),
        report["ndcg@10"],
        stored_seed[flaw, state],
        "{:+.3f} … {:+.3f}".format(*report.difference(ours, "ndcg@10")),
    )
    for (flaw, state), report in live.items()
]
plots.table(pd.DataFrame(lines, columns=["flaw", "state", "NDCG@10", "stored, same seed", "difference"]))

# %% [markdown] lang="en"
# One seed is a weak witness: beside it stands what the stored run had for the same seed, and its interval may or may not touch 0. With ten seeds:

# %% [markdown] lang="zh"
# 只用一个种子，证据不足：旁边一列是存好的结果里同一个种子的成绩，区间可能包含 0，也可能不包含。十个种子的结果是：

# %%
figures.flaw_costs(stored["rows"], ("towers", "EASE, last films", "EASE", "popularity"))

# %%
cost = {(r["flaw"], r["state"], r["model"]): r for r in stored["rows"]}
bad = [cost[flaw, "flawed", "towers"] for flaw in ("wrong_times", "copies")]
good = [cost[flaw, "mended", "towers"] for flaw in ("wrong_times", "copies")]
rest = [cost[flaw, "flawed", "towers"] for flaw in ("bots", "broken_titles", "missing_genres")]
recbook.claim(
    all(r["high"] < 0 for r in bad) and all(r["low"] <= 0 <= r["high"] for r in good + rest),
    en="Wrong times cost the linear towers {times_cost:.3f} and copies {copies_cost:.3f} of {clean:.3f} NDCG@10; both "
    "repairs bring it back within the noise. Bots, broken titles and missing genres, each alone, cost nothing that "
    "ten seeds and {users} users can show.",
    zh="线性双塔的 NDCG@10 是 {clean:.3f}，时间错误使它损失 {times_cost:.3f}，重复行损失 {copies_cost:.3f}；两种修复都"
    "能把它找回来，剩下的差别在噪声范围内。机器人、片名乱码、类型缺失，单独来看，用十个种子和 {users} 位用户都量不出损"
    "失。",
    times_cost=-bad[0]["difference"],
    copies_cost=-bad[1]["difference"],
    clean=clean_row["ndcg"],
    users=recbook.stored("flaws")["settings"]["test_users"],
)

# %% [markdown] lang="en"
# Each of these numbers has an explanation, and it lies in what a model reads.
#
# - **EASE and popularity do not read times.** Wrong times change nothing for them, not even a little: the difference is exactly 0. The towers weigh the last films most, and so does the other EASE; a rating from 2038 is always the last.
# - **Plain EASE does not see copies**, because its table holds a 1, however often a row was sent; and popularity counts them, but they fall on all films alike. A recency-weighted history counts each copy: with a half-life of 4 films, twenty copies of the last film leave the others 3% of the weight. Where that hurts, training or serving, is measured below.
# - **Bots who rate at random add the same to all films.** Many more rows, and the popular films stay popular. (Bots that push certain films are another matter: exercise 6.)
# - **Broken titles** still tell films apart, and the random vectors showed that this is all that titles do here. **Missing genres** lower the mean a little, by no more than chance could.

# %% [markdown] lang="zh"
# 这些数字都有解释，关键在于模型用到什么。
#
# - **EASE 和流行度不看时间。** 时间错误对它们毫无影响：差别恰好是 0。双塔和看重最近的 EASE 都给最近的电影最大的权重，而来自 2038 年的评分永远是最后一条。
# - **重复行对普通 EASE 没有影响**，因为不管一行发送了多少次，它的表里都是 1；流行度虽然会计入，但重复的行分散在所有电影上。按远近加权的历史却把每次重复都算上：半衰期是 4 部电影，最后一部重复二十次，其余电影就只剩 3% 的权重。损失出在训练还是推荐，下面会测量。
# - **随机评分的机器人给所有电影加得一样多。** 行数多了许多，热门电影还是热门。（有意刷榜的机器人是另一回事，见练习 6。）
# - **乱码的片名**照样能区分电影，而随机向量已经说明，片名在这里的作用仅此而已。**类型缺失**使平均值略降，幅度没有超出偶然。

# %%
everything, everything_mended = cost["all", "flawed", "towers"], cost["all", "mended", "towers"]
where = {r["state"]: r for r in stored["copies"]}
recbook.claim(
    where["at serving"]["high"] < 0
    and where["in training"]["low"] < 0 < where["in training"]["high"]
    and everything["high"] < 0
    and everything_mended["low"] < 0 < everything_mended["high"],
    takeaway=False,
    en="Copies only in the histories from which the towers recommend cost {serving_cost:.3f} NDCG@10; only in "
    "training, {training_cost:.3f}, which cannot be told from nothing. All five flaws together cost {all_cost:.3f}; "
    "after the repair {cost_left:.3f} is left, which may be nothing.",
    zh="重复行只出现在推荐所用的历史里，NDCG@10 损失 {serving_cost:.3f}；只出现在训练里，损失 {training_cost:.3f}，与"
    "零分不开。五种缺陷一起，损失 {all_cost:.3f}；修复之后还差 {cost_left:.3f}，也可能并无差别。",
    serving_cost=-where["at serving"]["difference"],
    training_cost=-where["in training"]["difference"],
    all_cost=-everything["difference"],
    cost_left=-everything_mended["difference"],
)

# %% [markdown] lang="en"
# All this is about films that have ratings. A new film has only what is written about it. So repeat chapter 01's experiment: a fifth of the films hidden, five draws, ridge regression on title vectors alone, with clean, broken and mended titles. (The numbers are larger than those above because only the few hundred hidden films are ranked, for users who liked one of them; compare them with each other only.)

# %% [markdown] lang="zh"
# 以上说的都是有评分的电影。新电影只有文字信息可用。所以重做第 01 章的实验：藏起五分之一的电影，划分五次，只在片名向量上做岭回归，片名分别是干净的、乱码的、修复后的。（这里的数比前面大，因为只给几百部藏起来的电影排序，而且只算喜欢其中某一部的用户；这些数只能互相比较。）

# %%
from recbook.data import cold_items
from recbook.models import FeatureRidge

broken_log, _ = simulate.plant(repaired, [simulate.broken_titles])
logs = {"clean": repaired, "flawed": broken_log, "mended": prepare.mend_titles(broken_log)[0]}
title_vectors = {state: encoder.encode(log.items["display_title"].tolist()) for state, log in logs.items()}
cold_ndcg = {state: [] for state in logs}
for seed in range(5):
    cold = cold_items(repaired, fraction=0.2, seed=seed)
    likes = cold.train.take(cold.train.rating >= 4)
    wanted = cold.test.take(cold.test.rating >= 4).matrix()
    known = np.broadcast_to(cold.train.item_counts() > 0, wanted.shape)
    for state, v in title_vectors.items():
        scores = FeatureRidge(v).fit(likes).score(np.arange(repaired.n_users))
        cold_ndcg[state].append(evaluate_scores(scores, wanted, exclude=known)["ndcg@10"])

# %%
new = {state: np.array(draws) for state, draws in cold_ndcg.items()}
recbook.claim(
    (new["flawed"] < new["clean"]).all()
    and (new["mended"] > new["flawed"]).sum() >= 4
    and new["mended"].mean() < new["clean"].mean() + 0.002,
    en="Among films without ratings, ranked by title vectors, broken titles do cost something: NDCG@10 falls from "
    "{clean:.3f} to {flawed:.3f}, lower in all 5 draws; mended titles bring back {brought_back:.0%} of the loss, to "
    "{mended:.3f}.",
    zh="在没有评分、只按片名向量排序的电影里，片名乱码就会造成损失：NDCG@10 从 {clean:.3f} 降到 {flawed:.3f}，5 次划分"
    "全都变低；修复片名后回升到 {mended:.3f}，挽回损失的 {brought_back:.0%}。",
    clean=new["clean"].mean(),
    flawed=new["flawed"].mean(),
    mended=new["mended"].mean(),
    brought_back=(new["mended"] - new["flawed"]).mean() / (new["clean"] - new["flawed"]).mean(),
)

# %% [markdown] lang="en"
# So whether a flaw matters cannot be told from the data alone. It depends on the model that reads them and on the question that is asked. Measure it, and measure it for the users and items that you care about.
#
# ### Clean first, then split
#
# One more flaw is made by us: splitting too early. Plant copies in the whole log and split it as it is. Then the last film of some users is a copy of a row in their own training part: **data leakage**, test data among the training data. By default `leave_one_out` leaves repeats out, and would save us. Told that repeats are meant (`repeats="keep"`), it takes a copy for a film watched again, and films that the user has may stand in the lists. Measure EASE, and beside it `OwnFrequency`, which puts first what the user already has, the most frequent first.

# %% [markdown] lang="zh"
# 可见一种缺陷要不要紧，光看数据看不出来，要看哪个模型用它、问的是什么问题。所以要测量，而且要在你关心的用户和物品上测量。
#
# ### 先清洗，后划分
#
# 还有一种缺陷是我们自己造成的：划分得太早。在整份日志里植入重复行，不清洗就划分，于是有些用户的最后一部电影，是自己训练部分里某一行的重复：**数据泄漏**（data leakage），即测试数据混进了训练数据。`leave_one_out` 默认略去重复，本来可以避免；但如果用 `repeats="keep"` 告诉它重复是有意的，它就把重复的行当作又看了一遍，用户已有的电影也可以进入列表。下面测量 EASE，再测量 `OwnFrequency`：它把用户已有的电影排在最前面，次数多的优先。

# %%
from recbook.models import OwnFrequency

copied, _ = simulate.plant(repaired, [simulate.copies])
too_early = leave_one_out(copied, repeats="keep")
known = too_early.history().matrix()
leaked = np.asarray(known[too_early.test.user, too_early.test.item]).ravel() > 0
in_time = leave_one_out(prepare.drop_copies(copied)[0])
changed = (in_time.test.matrix() != split.test.matrix()).nnz
early, repeated = (evaluate(model(), too_early) for model in (EASE, OwnFrequency))
hit = np.isin(np.arange(repaired.n_users), too_early.test.user[leaked])
recbook.claim(
    leaked.mean() > 0.05
    and changed == 0
    and early["ndcg@10"] < reports["EASE"]["ndcg@10"] - 0.03
    and repeated["ndcg@10"] > early["ndcg@10"] + 0.03
    and repeated.per_user["ndcg@10"][~hit].max() == 0,
    en="Split before copies are dropped, and the hidden film of {leaked:.0%} of the users stands in their own "
    "history. A model that only repeats what users have now reaches NDCG@10 {repeated:.3f}, all of it from these "
    "users; EASE falls from {cleaned:.3f} to {too_early:.3f}, its lists being full of films that the user has. "
    "Cleaned first, the test films are exactly the original ones.",
    zh="如果去重之前就划分，{leaked:.0%} 的用户留出的那部就在自己的历史里。一个只会重复用户已有电影的模型，NDCG@10 竟达"
    "到 {repeated:.3f}，全部来自这些用户；EASE 的列表里满是用户已有的电影，从 {cleaned:.3f} 降到 {too_early:.3f}。先清"
    "洗，测试的电影就与原来完全相同。",
    leaked=leaked.mean(),
    repeated=repeated["ndcg@10"],
    cleaned=reports["EASE"]["ndcg@10"],
    too_early=early["ndcg@10"],
)

# %% [markdown] lang="en"
# ## Step 7: deploy
#
# A notebook is not a service. What must be kept so that another program, on another machine, gives the same list? Not the log, not the encoder, not PyTorch. The products can be worked out now: each film's row on the user's side, $f_i A$, and on the film's side, $f_i B$, both of shape $(n, m)$; the user's vector is the weighted mean of rows $f_i A$, because a mean may be taken before or after the multiplication. Together with the bias, the half-life, the ids and the titles, that is all:

# %% [markdown] lang="zh"
# ## 第 7 步：部署
#
# 笔记本不是线上服务。要让另一台机器上的另一个程序给出同样的列表，需要保存什么？不是日志，不是编码器，也不是 PyTorch。乘积现在就可以算好：每部电影在用户一侧的行 $f_i A$，在电影一侧的行 $f_i B$，形状都是 $(n, m)$；用户的向量就是各行 $f_i A$ 的加权平均，因为先平均后相乘与先相乘后平均是一样的。再加上偏置、半衰期、编号和片名，就齐了：

# %%
import tempfile
from pathlib import Path

from recbook.serving import artifact

model = artifact.Artifact(
    item_ids=split.train.item_ids,
    titles=tuple(titles),
    user_side=features.items @ trained.a.detach().numpy(),
    item_side=features.items @ trained.b.detach().numpy(),
    bias=trained.bias.detach().numpy(),
    half_life=HALF_LIFE,
    about={"encoder": "all-MiniLM-L6-v2", "data": "ml-100k"},
)
folder = Path(tempfile.mkdtemp()) / "films"
artifact.save(model, folder)
files = sorted(folder.iterdir())
short = [f.name if len(f.name) < 20 else f"{f.name[:12]}…{f.suffix}" for f in files]
plots.table(pd.DataFrame({"file": short, "kB": [round(f.stat().st_size / 1000) for f in files]}))

# %% [markdown] lang="en"
# `model.json`, the **manifest**, holds what people may want to read, and a safetensors file the numbers; neither can contain code, unlike a pickle. Three precautions make them fit for a service that reads while we write:
#
# - The vectors' file is named after its **hash** (SHA-256, a checksum of 64 hexadecimal digits), and the manifest states it. So the vectors of one training cannot be served with the ids of another. The manifest also states a hash of its own content, which catches a changed title. Rows that were in the wrong order before they were saved are caught by neither.
# - Each file is written under another name and then **moved** into place, the manifest last. Who reads meanwhile finds the old model or the new one, never half of one.
# - The manifest states a **format version**. A program that does not know it refuses, instead of guessing.
#
# Now a fresh Python process, which has only this folder and the user's history. Has it imported PyTorch?

# %% [markdown] lang="zh"
# `model.json` 称为**清单**（manifest），里面是人可能想看的内容，safetensors 文件里是数字；与 pickle 不同，两者都不可能夹带代码。服务读取时我们可能正在写，为此有三道防护：
#
# - 向量文件以自己的**哈希值**（hash，SHA-256，64 位十六进制的校验码）命名，清单里也写着它。所以一次训练的向量不可能配上另一次训练的编号。清单还写着自身内容的哈希值，片名被改动就能查出来。但保存之前顺序就已经错的行，两者都查不出来。
# - 每个文件先用别的名字写好，再**移动**到位，清单最后写。这期间读取的程序，得到的要么是旧模型，要么是新模型，绝不会是半个。
# - 清单里写着**格式版本**。不认识这个版本的程序会拒绝加载，而不是去猜。
#
# 现在启动一个全新的 Python 进程，它只有这个文件夹和用户的历史。它导入 PyTorch 了吗？

# %% tags=["nbval-ignore-output"]
import json
import subprocess
import sys

program = """
import json, sys
from pathlib import Path
from recbook.serving import artifact

folder, history = Path(sys.argv[1]), json.loads(sys.argv[2])
best = artifact.load(folder).recommend(history, n=10)
print(json.dumps({"ids": [item for item, _, _ in best], "torch": "torch" in sys.modules}))
"""
history = split.train.item_ids[seen].tolist()  # what the user has rated, oldest first
process = subprocess.run(
    [sys.executable, "-c", program, str(folder), json.dumps(history)],
    capture_output=True,
    text=True,
    check=True,
)
answered = json.loads(process.stdout)
answered

# %%
recbook.claim(
    answered["ids"] == ranking["item_id"].tolist() and not answered["torch"],
    en="A fresh process without PyTorch, given the stored model and the history of user {user}, returns "
    "the same ten films in the same order.",
    zh="一个没有导入 PyTorch 的全新进程，只凭存好的模型和用户 {user} 的历史，返回同样的十部电影，顺序也相同。",
    user=user,
)

# %% [markdown] lang="en"
# And if something goes wrong on the way? Damage a copy in six ways and try to load it. A service should refuse at the start, not answer wrongly for a week.

# %% [markdown] lang="zh"
# 如果途中出了问题呢？用六种方式弄坏一份副本，再试着加载。服务应当在启动时就拒绝，而不是错误地推荐一个星期。

# %%
import shutil


def damaged(spoil):
    """en: The kind of error that a spoiled copy raises, or "loaded".
    zh: 加载弄坏的副本时抛出的错误类型；没有报错则为 "loaded"。"""
    copy = Path(tempfile.mkdtemp()) / "films"
    shutil.copytree(folder, copy)
    spoil(copy / "model.json", next(copy.glob("vectors-*")))
    try:
        artifact.load(copy)
    except (OSError, ValueError) as error:
        return type(error).__name__
    return "loaded"


def rewrite(path, change):
    path.write_bytes(change(path.read_bytes()))


# %%
ways = {
    "nothing done": lambda manifest, vectors: None,
    "vectors cut": lambda manifest, vectors: rewrite(vectors, lambda data: data[: len(data) // 2]),
    "one byte changed": lambda manifest, vectors: rewrite(
        vectors, lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]
    ),
    "manifest cut": lambda manifest, vectors: rewrite(manifest, lambda data: data[:1000]),
    "title changed": lambda manifest, vectors: rewrite(manifest, lambda data: data.replace(b"Toy Story", b"Boy Story")),
    "older format": lambda manifest, vectors: rewrite(
        manifest, lambda data: data.replace(b'"version": 1', b'"version": 0')
    ),
    "vectors missing": lambda manifest, vectors: vectors.unlink(),
}
results = {plots.name(way): damaged(spoil) for way, spoil in ways.items()}
plots.table(pd.DataFrame({"what was done": list(results), "loading": [plots.name(r) for r in results.values()]}))

# %% [markdown] lang="en"
# What this service still lacks is an index for millions of items, a way to update while users click, and watching over what it does in production. Chapter 12 goes there.
#
# **Exercise 6**, open. The bots above rate at random. Give them a purpose: with `simulate.bots(..., pushed=10)` all of them also rate the same ten films. How many bots does it take before popularity shows one of these films to every user? And EASE? Below is a start. Then let the bots slow down: spread the times of each bot's rows over a week. Which column of the log still gives them away?

# %% [markdown] lang="zh"
# 这个服务还缺少：面向百万物品的索引（index）、用户点击时的更新办法，以及上线之后的监控。这些在第 12 章。
#
# **练习 6**（开放题）上面的机器人随机评分。让它们刷榜：用 `simulate.bots(..., pushed=10)`，它们都会另外评同样的十部电影。要多少个机器人，流行度给每位用户的列表里才都有这样的电影？EASE 呢？下面是个开头。再让机器人放慢速度：把每个机器人各行的时间分散到一周里。日志的哪一列仍能让它们露馅？

# %%
pushed_logs = {0: split.train}
for n_bots in (100, 200, 500):
    pushed_logs[n_bots], _ = simulate.bots(split.train, np.random.default_rng(0), n_bots=n_bots, pushed=10)
added = pushed_logs[500].item_counts() - split.train.item_counts()
pushed, shown = np.argsort(-added)[:10], {}  # the ten films that all bots rate
for n_bots, log in pushed_logs.items():
    for name, model in (("popularity", Popularity()), ("EASE", EASE())):
        scores = model.fit(log).score(np.arange(repaired.n_users))
        lists = top_k(scores, 10, exclude=split.history().matrix())
        shown[n_bots, name] = np.isin(lists, pushed).any(axis=1).mean()
table = pd.Series(shown).unstack().rename_axis("bots").reset_index()
plots.table(table, caption=plots.name("users shown a pushed film"))

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

# %% quiz="pipeline"
recbook.quiz("pipeline")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress("pipeline")

# %% [markdown] lang="en"
# - P. Covington, J. Adams and E. Sargin (2016). *Deep neural networks for YouTube recommendations.* RecSys. [doi:10.1145/2959100.2959190](https://doi.org/10.1145/2959100.2959190). User vectors from averaged histories, and softmax over items, at scale.
# - D. Sculley et al. (2015). *Hidden technical debt in machine learning systems.* NeurIPS. Why the model is the smallest box of the drawing.
# - E. Breck et al. (2019). *Data validation for machine learning.* MLSys. Checks on what goes in, in production.
# - B. Mobasher, R. Burke, R. Bhaumik and C. Williams (2007). *Toward trustworthy recommender systems: An analysis of attack models and algorithm robustness.* ACM TOIT 7(4). [doi:10.1145/1278366.1278372](https://doi.org/10.1145/1278366.1278372). Bots that push items.
# - F. M. Harper and J. A. Konstan (2015). *The MovieLens datasets: History and context.* ACM TiiS 5(4). [doi:10.1145/2827872](https://doi.org/10.1145/2827872). How the ratings came about.
# - D. P. Kingma and J. Ba (2015). *Adam: A method for stochastic optimization.* ICLR. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980).

# %% [markdown] lang="zh"
# - P. Covington, J. Adams and E. Sargin (2016). *Deep neural networks for YouTube recommendations.* RecSys. [doi:10.1145/2959100.2959190](https://doi.org/10.1145/2959100.2959190)。用用户历史的平均作用户向量，对物品做 softmax，规模大得多。
# - D. Sculley et al. (2015). *Hidden technical debt in machine learning systems.* NeurIPS. 为什么模型是图里最小的一个方框。
# - E. Breck et al. (2019). *Data validation for machine learning.* MLSys. 生产环境里怎样检查输入的数据。
# - B. Mobasher, R. Burke, R. Bhaumik and C. Williams (2007). *Toward trustworthy recommender systems: An analysis of attack models and algorithm robustness.* ACM TOIT 7(4). [doi:10.1145/1278366.1278372](https://doi.org/10.1145/1278366.1278372)。有意刷榜的机器人。
# - F. M. Harper and J. A. Konstan (2015). *The MovieLens datasets: History and context.* ACM TiiS 5(4). [doi:10.1145/2827872](https://doi.org/10.1145/2827872)。这些评分是怎样来的。
# - D. P. Kingma and J. Ba (2015). *Adam: A method for stochastic optimization.* ICLR. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980)。
