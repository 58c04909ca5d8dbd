# %% [markdown] lang="en"
# # 07 · PyTorch: the same model, line by line
#
# **You will be able to** write a two-tower model, a recommender, in PyTorch and say what each line does; read a Keras program as PyTorch and the other
# way round; show that two programs train the same model, or find the line where they part; test whether a learning-rate schedule, clipping, mixed precision or a compiler pays;
# save weights in a file that holds no code; and say what identities and titles each contribute.
#
# **You need** chapters 01 (how we keep score, EASE) and 03 (softmax, cross-entropy, gradient). If you know Keras, chapter 06 builds this
# model there; it is not needed here.
#
# **It takes** about an hour and a half to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 07 · PyTorch：同一个模型，一行一行地写
#
# **学完之后**，你能用 PyTorch 写出一个双塔模型（two-tower model）来做推荐，并说清每一行的作用；能把 Keras 程序读成 PyTorch，也能反过来；能证明两个程序训练的是同一个模型，或者找出它们从哪一行开始不同；
# 能用实验检验学习率调度、梯度裁剪、混合精度（mixed precision）、编译器值不值得用；能把权重存进一个不含代码的文件；还能说清 ID 嵌入（ID embedding）和片名各贡献了什么。
#
# **需要的基础**：第 01 章（怎样计分、EASE）和第 03 章（softmax、交叉熵（cross-entropy）、梯度）。如果你熟悉 Keras，第 06 章用它搭了同一个模型；没有读过也不影响。
#
# **所需时间**：阅读大约一个半小时；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

import recbook
from recbook import plots
from recbook.chapters.pytorch import figures
from recbook.models import dot, towers
from recbook.models.towers import TowerSettings

recbook.setup("en")

# %% [markdown] lang="en"
# ## One user, two films, by hand
#
# A **two-tower model** turns a user into a vector $u$ and a film into a vector $v$, both $w$ numbers wide. Two parts of the program do that, the user tower and the item tower, and they meet only at the end, in a dot product:
#
# $$s = u \cdot v + b$$
#
# where $b$ is one number for each film, its **bias**. It is learned like the rest, and lifts or lowers a film for all users alike. The score $s$ says how well user and film go together. Since the towers are separate, film vectors can be computed once and kept for all users.
#
# Take $w = 2$, one user with $u = (1, 1)$, and two films. The user has watched film A, with $v_A = \log 2 \cdot (1, 0)$. (In this chapter a rating counts as having watched.) Film B, with $v_B = \log 2 \cdot (1, 1)$, was drawn at random and is taken as not watched: a **negative**. Both biases are 0. ($\log$ is the natural logarithm, and the factor $\log 2$ makes the arithmetic easy, since $e^{\log 2} = 2$.) The scores are $\log 2$ and $2 \log 2$; the softmax raises $e$ to them, $2$ and $4$, and divides by the sum: probabilities $1/3$ and $2/3$. The loss is minus the log of the probability of the film that was watched,
#
# $$\ell = -\log \frac{e^{s_A}}{e^{s_A} + e^{s_B}} = -\log \tfrac13 = \log 3 = 1.10$$

# %% [markdown] lang="zh"
# ## 手算的小例子：一位用户、两部电影
#
# **双塔模型**把用户变成向量 $u$，把电影变成向量 $v$，宽度都是 $w$。这由程序的两个部分完成，分别叫用户塔和物品塔，它们只在最后相遇，做一次点积（dot product）：
#
# $$s = u \cdot v + b$$
#
# 其中 $b$ 是每部电影各有一个的数，叫**偏置**（bias），与其他参数一起学习，对所有用户同样地抬高或压低这部电影。得分 $s$ 表示用户与电影有多相配。两座塔彼此独立，所以电影向量只需算一次，供所有用户使用。
#
# 取 $w = 2$，一位用户 $u = (1, 1)$，两部电影。用户看过电影 A，$v_A = \log 2 \cdot (1, 0)$。（本章里，有评分就记作看过。）电影 B 是随机抽出的，当作没看过，叫**负样本**（negative），$v_B = \log 2 \cdot (1, 1)$。两个偏置都是 0。（$\log$ 是自然对数；乘上 $\log 2$ 是为了方便手算，因为 $e^{\log 2} = 2$。）两个得分是 $\log 2$ 和 $2 \log 2$；softmax 以 $e$ 为底取幂，得 $2$ 和 $4$，再除以总和，概率是 $1/3$ 和 $2/3$。损失是看过的那部电影的概率取负对数：
#
# $$\ell = -\log \frac{e^{s_A}}{e^{s_A} + e^{s_B}} = -\log \tfrac13 = \log 3 = 1.10$$

# %%
# en: The rows of v are the films A and B.
# zh: v 的两行是电影 A 和 B。
u = torch.tensor([1.0, 1.0], requires_grad=True)
v = (torch.tensor([[1.0, 0.0], [1.0, 1.0]]) * np.log(2)).requires_grad_()
b = torch.zeros(2, requires_grad=True)


def small_loss(u, v, b):
    scores = v @ u + b
    return -scores.log_softmax(dim=0)[0]


loss = small_loss(u, v, b)
(v @ u + b).softmax(dim=0).detach().numpy(), loss.item(), np.log(3)

# %% [markdown] lang="en"
# PyTorch keeps numbers in **tensors**, its arrays. `requires_grad` tells it to record what is done with these. `loss.backward()` then walks that record backwards, which is called **backpropagation**, and leaves the **gradient**, the partial derivative of the loss with respect to each number, in `.grad`. By hand it is chapter 03's: the error is what was predicted minus what was right, $\delta = (1/3 - 1, 2/3) = (-2/3, 2/3)$, and
#
# $$\frac{\partial \ell}{\partial b} = \delta, \qquad \frac{\partial \ell}{\partial v_j} = \delta_j\, u, \qquad \frac{\partial \ell}{\partial u} = \delta_A v_A + \delta_B v_B = \log 2 \cdot (0, \tfrac23)$$

# %% [markdown] lang="zh"
# PyTorch 把数放在**张量**（tensor）里，也就是它的数组。`requires_grad` 要求记下对这些数做过的运算。`loss.backward()` 再沿着记录从后往前走一遍，这叫**反向传播**（backpropagation），并把**梯度**（损失对每个数的偏导数）存进 `.grad`。手算与第 03 章一样：误差是预测减真实，$\delta = (1/3 - 1, 2/3) = (-2/3, 2/3)$，于是
#
# $$\frac{\partial \ell}{\partial b} = \delta, \qquad \frac{\partial \ell}{\partial v_j} = \delta_j\, u, \qquad \frac{\partial \ell}{\partial u} = \delta_A v_A + \delta_B v_B = \log 2 \cdot (0, \tfrac23)$$

# %%
# en: For when the cell runs again: each record can be walked once, and old gradients must go.
# zh: 为了能重复运行：一份记录只能用一次，旧的梯度也要先清掉。
loss = small_loss(u, v, b)
u.grad = v.grad = b.grad = None
loss.backward()
print(b.grad.numpy())
print(v.grad.numpy())
print((u.grad / np.log(2)).numpy())

# %% [markdown] lang="en"
# Take a step against the gradient, with a **learning rate** of 0.3: A's vector grows by $0.2 \cdot (1, 1)$, B's shrinks by as much, the biases become $0.2$ and $-0.2$, and $u$ becomes $(1,\ 1 - 0.2 \log 2)$. The step itself must not be recorded, hence `no_grad`.

# %% [markdown] lang="zh"
# 取**学习率**（learning rate）0.3，沿负梯度方向走一步：A 的向量增加 $0.2 \cdot (1, 1)$，B 的减少同样多，两个偏置变成 $0.2$ 和 $-0.2$，$u$ 变成 $(1,\ 1 - 0.2 \log 2)$。更新本身不能被记录，所以放在 `no_grad` 里。

# %%
with torch.no_grad():
    new_u, new_v, new_b = (numbers - 0.3 * numbers.grad for numbers in (u, v, b))
    after = small_loss(new_u, new_v, new_b)
recbook.claim(
    np.allclose(new_b, [0.2, -0.2]) and np.allclose(new_u, [1, 1 - 0.2 * np.log(2)])
    and after.item() < loss.item(),
    en="The step is the one worked out by hand, and the loss falls from {before:.2f} to {after:.2f}.",
    zh="这一步与手算一致，损失从 {before:.2f} 降到 {after:.2f}。",
    takeaway=False, before=loss.item(), after=after.item(),
)

# %% [markdown] lang="en"
# ## The model: `nn.Module`
#
# First the data, as in chapter 01: the log of who rated what, split by leave-one-out (the last film of each user for testing, the one before for validation). What is known about a film before anybody has rated it is its title; MiniLM, the sentence encoder of chapter 00, turns it into 384 numbers. `centred` takes the mean title off, since all titles share a direction that says little. A user's text vector is the mean over the films that the user has rated.

# %% [markdown] lang="zh"
# ## 模型：`nn.Module`
#
# 先准备数据，与第 01 章相同：谁评过哪部电影的日志，按留一法（leave-one-out）划分，每位用户的最后一部用于测试，倒数第二部用于验证。在没有任何人评分之前，对一部电影已知的是片名；用第 00 章的句子编码器 MiniLM 把它变成 384 个数。`centred` 减去所有片名的平均，因为各片名都含有一个没有区分力的共同方向。用户的文本向量，是这位用户评过的各部电影的片名向量的平均。

# %%
from recbook.data import leave_one_out
from recbook.text import TextEncoder

ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].to_numpy()
split = leave_one_out(ratings)
log = split.train
item_text = towers.centred(TextEncoder("all-MiniLM-L6-v2").encode(list(titles)))
user_text = towers.user_features(log, item_text)
item_text.shape, user_text.shape

# %% [markdown] lang="en"
# A tower adds up two things: a free vector for each user (or film), its **identity**, which must be learned from that user's (or film's) own ratings; and a **projection** of the text vector, one matrix for all, which also serves films without ratings. With $I$ the table of identities, of shape $(n, w)$, $x_i$ the text vector of number $i$, of shape $(d,)$, and $P$ the projection, of shape $(d, w)$:
#
# $$\text{tower}(i) = I_i + x_i P$$
#
# In PyTorch a part of a model is a `Module`. What is to be learned is a `Parameter`; what belongs to the model but is not learned, as $x$ here, is a **buffer**. (`persistent=False` keeps it out of the saved weights: whoever loads the model brings the text vectors of other users and films.) `forward` says what happens to the input. One writes `forward` but calls the module itself, `tower(index)`, so that PyTorch can do its bookkeeping around it.

# %% [markdown] lang="zh"
# 一座塔把两部分相加。一是 **ID 嵌入**（ID embedding）：每位用户、每部电影各有一个自由的向量，只能从这位用户、这部电影自己的评分里学。二是文本向量的**投影**（projection）：全体共用一个矩阵，没有评分的电影也能用。记 $I$ 为 ID 嵌入表，形状 $(n, w)$；$x_i$ 为编号 $i$ 的文本向量，形状 $(d,)$；$P$ 为投影矩阵，形状 $(d, w)$：
#
# $$\text{tower}(i) = I_i + x_i P$$
#
# 在 PyTorch 里，模型的一部分是一个 `Module`。要学习的是 `Parameter`；属于模型但不学习的，比如这里的 $x$，是**缓冲区**（buffer）。（`persistent=False` 表示它不随权重一起保存：加载模型的人会带上自己那批用户和电影的文本向量。）`forward` 写明输入要经过什么运算。写的是 `forward`，调用的却是模块本身，`tower(index)`，PyTorch 会在前后做好登记工作。

# %%
class Tower(nn.Module):
    def __init__(self, identity, projection, features):
        super().__init__()
        self.identity = None if identity is None else nn.Parameter(identity)  # (n, w)
        self.projection = None if projection is None else nn.Parameter(projection)  # (d, w)
        self.register_buffer("features", features, persistent=False)  # (n, d)

    def forward(self, index):  # (batch,) -> (batch, w)
        vectors = 0
        if self.identity is not None:
            vectors = vectors + functional.embedding(index, self.identity)
        if self.projection is not None:
            vectors = vectors + functional.embedding(index, self.features) @ self.projection
        return vectors

# %% [markdown] lang="en"
# `functional.embedding` looks rows up: it is the one-hot product of chapter 03 without the multiplication. The whole model holds two towers and the biases, and scores in two ways. `forward` takes users and films **pair by pair**, row $i$ with row $i$; `against` takes **every user with every film**, which is one matrix product and what a ranking needs.

# %% [markdown] lang="zh"
# `functional.embedding` 按编号查行：就是第 03 章的独热乘积，只是不真的去乘。整个模型有两座塔和偏置，打分的方式有两种：`forward` 把用户与电影**逐对**配起来，第 $i$ 行对第 $i$ 行；`against` 是**两两打分**，每位用户对每部电影，一次矩阵乘法完成，排序时要用。

# %%
class TwoTower(nn.Module):
    def __init__(self, user, item, bias):
        super().__init__()
        self.user, self.item, self.bias = user, item, nn.Parameter(bias)

    def forward(self, users, items):  # (n,), (n,) -> (n,)
        return (self.user(users) * self.item(items)).sum(dim=1) + self.bias[items]

    def against(self, users, items):  # (n,), (m,) -> (n, m)
        return self.user(users) @ self.item(items).T + self.bias[items]


def build(settings, log=log, seed=0):
    start = towers.start_weights(log.n_users, log.n_items, item_text.shape[1], settings, seed)
    w = {name: torch.tensor(value) for name, value in start.items()}
    text = {"user": towers.user_features(log, item_text), "item": item_text}
    user, item = (
        Tower(w.get(f"{side}_identity"), w.get(f"{side}_projection"), torch.tensor(text[side]))
        for side in ("user", "item")
    )
    return TwoTower(user, item, w["item_bias"])

# %% [markdown] lang="en"
# The first weights are drawn in NumPy, by `towers.start_weights`, and not by PyTorch: later the Keras model will begin with the very same ones. Nothing had to be declared a second time: a module finds the parameters of its parts by itself, and names them by the path that leads there.

# %% [markdown] lang="zh"
# 初始权重由 NumPy 抽取（`towers.start_weights`），而不是由 PyTorch：后面的 Keras 模型要从完全相同的权重出发。这些参数不用再声明一遍：模块会自动找到各部件的参数，并用通向它们的路径来命名。

# %%
model = build(TowerSettings())
listed = [(name, str(tuple(p.shape)), f"{p.numel():,}") for name, p in model.named_parameters()]
plots.table(pd.DataFrame(listed, columns=["parameter", "shape", "how many numbers"]))

# %% [markdown] lang="en"
# `recbook.models.dot` holds these two classes with tests; it is our reference. Do both give the same scores?

# %% [markdown] lang="zh"
# `recbook.models.dot` 里有这两个类的参考实现，附有测试。两者给出的得分一样吗？

# %%
start = towers.start_weights(log.n_users, log.n_items, item_text.shape[1], TowerSettings())
reference = dot.TwoTower(start, user_text, item_text)
everyone, all_films = torch.arange(log.n_users), torch.arange(log.n_items)
with torch.inference_mode():
    scores = model.against(everyone, all_films)
    pairs = model(torch.tensor([0, 1]), torch.tensor([5, 7]))
    equal = torch.equal(scores, reference.against(everyone, all_films))
recbook.claim(
    equal and torch.allclose(pairs, scores[[0, 1], [5, 7]], atol=1e-6),
    en="Our model and `recbook.models.dot` give equal scores for all {pairs:,} pairs, and scoring "
    "pair by pair agrees with scoring all with all.",
    zh="在全部 {pairs:,} 对上，我们的模型与 `recbook.models.dot` 的得分完全相等；逐对打分与两两打分的"
    "结果也一致。",
    takeaway=False, pairs=scores.numel(),
)

# %% [markdown] lang="en"
# **Exercise 1.** In training, each user has one film that was watched, and all rows share $m$ negatives. Given are three NumPy arrays of vectors, one vector a row. Compute the scores, biases left out: column 0 for the user's own film, then one column for each negative. Mind the shapes: the first is pair by pair, the others all with all. ({points})

# %% [markdown] lang="zh"
# **练习 1** 训练时，每位用户有一部看过的电影，所有行共用 $m$ 个负样本。给定三个 NumPy 数组，每行是一个向量。请算出得分（不含偏置）：第 0 列是用户自己的那部，后面每个负样本一列。注意形状：前者逐对，后者两两。（{points}）

# %% exercise="pytorch-scores" points=1
def training_scores(users, own_films, negatives):
    """en: Scores (n, 1 + m) of the vectors of users (n, w) with those of their own films (n, w),
    en: row by row, in column 0, and with all those of the negatives (m, w) after it.
    zh: 得分 (n, 1 + m)：第 0 列是用户的向量 (n, w) 与各自看过的电影的向量 own_films (n, w)
    zh: 逐行的得分，其后是与全部负样本的向量 negatives (m, w) 的得分。"""
    ### BEGIN SOLUTION
    own = (users * own_films).sum(axis=1)
    return np.concatenate([own[:, None], users @ negatives.T], axis=1)
    ### END SOLUTION

# %% check="pytorch-scores"
recbook.check("pytorch-scores", training_scores)

# %% [markdown] lang="en"
# ## From a log to batches: `Dataset`, `DataLoader`, collate
#
# A step sees a **batch**, here 1,024 rows of the log. PyTorch splits the work of making one between four parties. A `Dataset` gives one row when asked by number. A `Sampler` gives the order of the numbers. A **collate function** gets the list of rows and makes tensors of them. The `DataLoader` brings the three together. Three rows suffice to see what goes in and what comes out:

# %% [markdown] lang="zh"
# ## 从日志到批次：`Dataset`、`DataLoader` 与整理函数
#
# 每一步处理一个**批次**（batch），这里是日志的 1,024 行。PyTorch 把做批次的工作交给四个组件：`Dataset` 按编号给出一行；`Sampler` 给出编号的顺序；**整理函数**（collate function）拿到各行的列表，做成张量；`DataLoader` 把前三者组织起来。用三行数据就能看清输入和输出：

# %%
from torch.utils.data import DataLoader, Dataset, Sampler


class Watched(Dataset):
    def __init__(self, user, item):
        self.user, self.item = user, item

    def __len__(self):
        return len(self.user)

    def __getitem__(self, row):
        return int(self.user[row]), int(self.item[row])


three = Watched(user=np.array([0, 0, 1]), item=np.array([5, 2, 5]))
three_rows = [three[row] for row in range(len(three))]
three_rows

# %% [markdown] lang="en"
# The collate function turns this list of pairs round, into one tensor of users and one of films, and draws the negatives with replacement: $m$ films that all rows of the batch share, so that $m$ film vectors serve 1,024 users in one product. Only films that somebody has rated are drawn: nobody has had the chance to watch the others.

# %% [markdown] lang="zh"
# 整理函数把这个列表转成一个用户张量和一个电影张量，并有放回地抽取负样本：$m$ 部电影，整个批次的各行共用，这样 $m$ 个电影向量一次乘法就能配 1,024 位用户。只抽有人评过的电影：其余的电影，还没有人有机会看。

# %%
def with_negatives(rows, rng, known, m):
    users, items = torch.tensor(rows).T
    negatives = known[rng.integers(len(known), size=m)]
    return towers.Batch(users, items, torch.from_numpy(negatives))


small_batch = with_negatives(three_rows, np.random.default_rng(2), known=np.arange(8), m=4)
small_batch, (small_batch.negatives == small_batch.items[:, None]).int()

# %% [markdown] lang="en"
# The little table at the end, one row for each pair and one column for each negative, has a 1 where the film drawn is the row's own. A film cannot be the right answer and a wrong one at once, so its score there becomes minus infinity, which the softmax turns into 0: a **mask**. Other films that the user has watched may be drawn too; they stay. Both are counted below.
#
# **Exercise 2.** Write the collate function with its mask, for negatives that have been drawn already. ({points})

# %% [markdown] lang="zh"
# 末尾的小表，每对一行、每个负样本一列，抽到的恰好是本行自己的电影，就是 1。同一部电影不能既是正确答案又是错误答案，所以把那里的得分设为负无穷，softmax 就给它 0：这叫**掩码**（mask）。用户看过的其他电影也可能被抽到，这里不处理。两种情况各有多少，下面来数。
#
# **练习 2** 写出带掩码的整理函数，负样本已经抽好。（{points}）

# %% exercise="pytorch-collate" points=2
def collate(rows, negatives):
    """en: (users (n,), items (n,), allowed (n, m)) from a list of n pairs of int, (user, item),
    en: and a NumPy array of int, negatives (m,): allowed is False where a negative is the row's
    en: own item, else True. Arrays or tensors.
    zh: 由 n 个整数对（用户，物品）的列表和整数的 NumPy 数组 negatives (m,)，
    zh: 得到（users (n,), items (n,), allowed (n, m)）：负样本恰为本行自己的物品处
    zh: allowed 为 False，其余为 True。数组或张量都可以。"""
    ### BEGIN SOLUTION
    users, items = np.array(rows).T
    return users, items, np.asarray(negatives) != items[:, None]
    ### END SOLUTION

# %% check="pytorch-collate"
recbook.check("pytorch-collate", collate)

# %% [markdown] lang="en"
# Now the whole log. The sampler shuffles the rows anew each **epoch**, which is one pass over all of them. `partial` hands the collate function its other arguments. `towers.batches` makes the same batches with NumPy alone, and both draw from a generator with the same seed:

# %% [markdown] lang="zh"
# 现在处理整个日志。采样器在每个**轮次**（epoch，把所有行过一遍）重新打乱各行。`partial` 把其余的参数交给整理函数。`towers.batches` 只用 NumPy 做同样的批次，两者用种子相同的随机数生成器：

# %%
from functools import partial


class Shuffled(Sampler):
    def __init__(self, n, rng):
        self.n, self.rng = n, rng

    def __len__(self):
        return self.n

    def __iter__(self):
        return iter(self.rng.permutation(self.n))


def loader(dataset, collate=with_negatives, seed=0):
    rng, known = np.random.default_rng(seed), np.flatnonzero(log.item_counts())
    draw = partial(collate, rng=rng, known=known, m=256)
    return DataLoader(dataset, 1024, sampler=Shuffled(len(dataset), rng), collate_fn=draw)

# %%
one_epoch = TowerSettings(epochs=1)
from_loader = list(loader(Watched(log.user, log.item)))
from_numpy = list(towers.batches(log, one_epoch))
equal = [
    all(np.array_equal(a, b) for a, b in zip(*pair)) for pair in zip(from_loader, from_numpy, strict=True)
]
watched, masked, left_in = log.matrix().toarray() > 0, [], []
for users, items, negatives in from_numpy:
    own = negatives == items[:, None]
    masked.append(own.any(axis=1).mean())
    left_in.append((watched[users][:, negatives] & ~own).mean())

# %%
recbook.claim(
    all(equal) and np.mean(masked) < 0.2 and np.mean(left_in) > 0.1,
    en="`DataLoader` and `towers.batches` make the same {batches} batches. In {masked:.0%} of the rows the row's "
    "own film is among the 256 negatives, and masked; {left_in:.0%} of all negatives are other films that "
    "the user has watched, and stay.",
    zh="`DataLoader` 与 `towers.batches` 做出的 {batches} 个批次相同。{masked:.0%} 的行里，256 个负样本中有本行"
    "自己的电影，用掩码去掉；全部负样本中有 {left_in:.0%} 是用户看过的其他电影，留着没动。",
    takeaway=False, batches=len(equal), masked=np.mean(masked), left_in=np.mean(left_in),
)

# %% [markdown] lang="en"
# (Where fetching a row is slow, an image to be decoded for instance, worker processes pay: `num_workers`.) From now on we take `towers.batches`, so that the Keras model can be given the same.

# %% [markdown] lang="zh"
# （如果取一行很慢，比如要解码图像，可以用工作进程 `num_workers`。）从这里起用 `towers.batches`，以便给 Keras 模型同样的批次。

# %% [markdown] lang="en"
# ## The training loop, five lines
#
# The loss of a batch is that of the small example, averaged over its $n$ rows. With $s_i$ the score of row $i$'s own film, $s_{ij}$ that of negative $j$, and $N_i$ the negatives that are not masked in row $i$:
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{e^{s_i}}{e^{s_i} + \sum_{j \in N_i} e^{s_{ij}}}$$
#
# This is a simple form of **sampled softmax** (Bengio and Senécal 2008): the full softmax sums over all films, and the full method corrects for how probable each draw was. `cross_entropy` takes a table of scores and the column of the right answer, 0 in every row.

# %% [markdown] lang="zh"
# ## 训练循环：五行
#
# 一个批次的损失就是小例子里的那个，在 $n$ 行上取平均。记 $s_i$ 为第 $i$ 行自己的电影的得分，$s_{ij}$ 为负样本 $j$ 的得分，$N_i$ 为第 $i$ 行里没有被掩码去掉的负样本：
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{e^{s_i}}{e^{s_i} + \sum_{j \in N_i} e^{s_{ij}}}$$
#
# 这是**采样 softmax**（sampled softmax；Bengio and Senécal 2008）的简单形式：完整的 softmax 要对所有电影求和，完整的方法还要按每个样本被抽到的概率做校正。`cross_entropy` 接收一张得分表和正确答案所在的列，这里每行都是第 0 列。

# %%
def loss_of(model, batch):
    users, items, negatives = (torch.as_tensor(part, device=model.bias.device) for part in batch)
    own = model(users, items)  # (n,)
    others = model.against(users, negatives)  # (n, m)
    others = others.masked_fill(negatives == items[:, None], -torch.inf)
    scores = torch.cat([own[:, None], others], dim=1)  # (n, 1 + m)
    return functional.cross_entropy(scores, torch.zeros_like(users))

# %%
from tqdm.auto import tqdm


def train(model, batches, rates, clear=True, after=lambda step: None):
    optimizer = torch.optim.Adam(model.parameters())
    losses = []
    for step, (batch, rate) in enumerate(zip(batches, tqdm(rates, leave=False))):
        optimizer.param_groups[0]["lr"] = rate
        loss = loss_of(model, batch)
        if clear:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        after(step)
    return np.array(losses)

# %% [markdown] lang="en"
# Five lines are the heart of a PyTorch training loop:
#
# 1. `loss = loss_of(model, batch)`, the **forward pass**: compute, and record how.
# 2. `optimizer.zero_grad()`: throw away the gradients of the step before.
# 3. `loss.backward()`, the **backward pass**: walk the record, and *add* each gradient to `.grad`.
# 4. `optimizer.step()`: change the parameters by what stands in `.grad`. The loss is not consulted any more.
# 5. `loss.item()`: the plain number, for the curve. To keep `loss` itself would keep the whole record alive.
#
# **Adam** is the rule that `step` follows: each number gets a step length of its own, from running means of its gradient and of the gradient's square. Its formula comes further down, where it matters. The learning rate changes from step to step by the list `rates`.
#
# Why line 2? Take the small example: call `backward` twice without clearing.

# %% [markdown] lang="zh"
# PyTorch 训练循环的核心是五行：
#
# 1. `loss = loss_of(model, batch)`，**前向传播**（forward pass）：计算，并记下计算过程。
# 2. `optimizer.zero_grad()`：丢掉上一步的梯度。
# 3. `loss.backward()`，**反向传播**（backward pass）：沿记录从后往前走，把各个梯度**加**到 `.grad` 上。
# 4. `optimizer.step()`：按 `.grad` 里的数更新参数，不再用到损失。
# 5. `loss.item()`：取出普通的数，用来画曲线。如果保存 `loss` 本身，整份计算记录都会留在内存里。
#
# **Adam** 是 `step` 遵循的规则：根据每个参数的梯度和梯度平方的滑动平均，给每个参数各自的步长。公式放在后面用到的地方。学习率按列表 `rates` 逐步变化。
#
# 为什么要有第 2 行？拿小例子来看：不清零，调用两次 `backward`。

# %%
bias = torch.zeros(2, requires_grad=True)
for _ in range(2):
    small_loss(u.detach(), v.detach(), bias).backward()
    print(bias.grad.numpy())

# %% [markdown] lang="en"
# The second is twice the first, although nothing has changed. Gradients add up on purpose: so one can spread a large batch over several `backward` calls. But whoever forgets the line steps along the sum of all gradients since the beginning, and the old ones keep their full weight in it, however far the model has moved since. Train for one epoch with the line and without it, from the same weights, on the same batches, with a constant rate:

# %% [markdown] lang="zh"
# 什么都没变，第二次却是第一次的两倍。梯度累加是有意设计的：这样可以把一个大批次分给几次 `backward`。但如果忘了这一行，每一步用的就是从头到现在所有梯度之和；无论模型离当初多远，旧的梯度仍然全额留在里面。用同样的权重、同样的批次、恒定的学习率，写上这一行和去掉这一行，各训练一个轮次：

# %% tags=["nbval-ignore-output"]
steps_an_epoch = towers.n_steps(log, one_epoch)
steady = np.full(steps_an_epoch, 0.007)
identity_only = TowerSettings(text=False, epochs=1)
with_line, without_line = (
    train(build(identity_only), towers.batches(log, identity_only), steady, clear)
    for clear in (True, False)
)
figures.step_losses({"with zero_grad": with_line, "without zero_grad": without_line})

# %% tags=["nbval-ignore-output"]
recbook.claim(
    without_line[33:43].mean() < with_line[33:43].mean() - 0.05
    and with_line[-10:].mean() < with_line[0] - 0.3 and without_line[-10:].mean() > without_line[0] + 0.3,
    en="Without `zero_grad`, and with no error raised, the loss of the two-tower model first falls faster and "
    "then climbs: after one epoch it is {without_line:.2f}, from {start:.2f} at the start; with the line "
    "it is {with_line:.2f}.",
    zh="去掉 `zero_grad`，程序不会报错，双塔模型的损失起初降得更快，随后反弹：一个轮次之后是 {without_line:.2f}，"
    "而起点是 {start:.2f}；写上这一行则是 {with_line:.2f}。",
    without_line=without_line[-10:].mean(), with_line=with_line[-10:].mean(), start=with_line[0],
)

# %% [markdown] lang="en"
# **Exercise 3.** Write the loop yourself, on a loss with a single minimum: $\ell(w) = \sum_k (w_k - t_k)^2$, with plain steps of $-\text{rate}$ times the gradient. By hand: from $w = 0$, with target $t = 1$ and rate $0.25$, the gradient is $2 (w - t) = -2$, so $w$ goes to $0.5$, then $0.75$. Let PyTorch find the gradients; `torch.optim.SGD` may do the steps. ({points})

# %% [markdown] lang="zh"
# **练习 3** 自己写一遍循环，损失只有一个极小值点：$\ell(w) = \sum_k (w_k - t_k)^2$，每一步是 $-\text{rate}$ 乘以梯度，rate 是学习率。手算：从 $w = 0$ 出发，目标 $t = 1$，学习率 $0.25$，梯度是 $2 (w - t) = -2$，所以 $w$ 变成 $0.5$，再变成 $0.75$。梯度请让 PyTorch 去求；更新可以用 `torch.optim.SGD`。（{points}）

# %% exercise="pytorch-descend" points=2
def descend(start, target, rate, steps):
    """en: (w, losses): w (d,) after `steps` steps from start, as a NumPy array, and the list of the
    en: losses before each step. start and target are NumPy arrays (d,) of float64.
    zh: （w, losses）：从 start 出发走 `steps` 步之后的 w (d,)，NumPy 数组；以及每一步之前的损失的
    zh: 列表。start 和 target 是 float64 的 NumPy 数组 (d,)。"""
    ### BEGIN SOLUTION
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=rate)
    losses = []
    for _ in range(steps):
        loss = ((w - torch.tensor(target)) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return w.detach().numpy(), losses
    ### END SOLUTION

# %% check="pytorch-descend"
recbook.check("pytorch-descend", descend)

# %% [markdown] lang="en"
# ### The whole training
#
# Twelve epochs with both identities and titles, at a rate that falls in a straight line from 0.007 to 0. The settings (width 64, 256 negatives, 1,024 rows a batch, rate, epochs) were chosen on the validation films, from about thirty that were tried. Chapter 06 uses the same. After each epoch we ask for validation NDCG@10 (chapter 01: 1 if the held-out film comes first, less further down, 0 after place 10; mean over users). About 15 seconds.

# %% [markdown] lang="zh"
# ### 完整训练
#
# ID 嵌入与片名都用，训练十二个轮次，学习率从 0.007 沿直线降到 0。各项设置（宽度 64、256 个负样本、每批 1,024 行、学习率、轮次）是在验证集（validation set）上选定的，一共试过大约三十组；第 06 章用的也是这些。每个轮次之后算一次验证集 NDCG@10（第 01 章：留出的电影排第一得 1，越靠后越小，第 10 名之后得 0；对用户取平均）。大约 15 秒。

# %%
from recbook.evaluation import Report, bootstrap, evaluate, evaluate_scores


class Trained:
    def __init__(self, model):
        self.model_ = model

    def score(self, users, history=None):
        with torch.inference_mode():
            films = torch.arange(len(self.model_.bias), device=self.model_.bias.device)
            return self.model_.against(torch.as_tensor(users, device=films.device), films).cpu().numpy()


def fit(settings, log=log, seed=0, falling=True, after=lambda step, model: None):
    model = build(settings, log, seed)
    total = towers.n_steps(log, settings)
    constant = np.full(total, settings.learning_rate)
    rates = towers.learning_rates(total, settings) if falling else constant
    losses = train(model, towers.batches(log, settings, seed), rates, after=lambda step: after(step, model))
    return model, losses

# %% tags=["nbval-ignore-output"]
curve, norms = [], []


def look(step, model):
    by_part = [p.grad.norm() for p in model.parameters()]
    norms.append(torch.stack(by_part).norm().item())
    if (step + 1) % steps_an_epoch == 0:
        curve.append(evaluate(Trained(model), split, on="valid")["ndcg@10"])


both, losses = fit(TowerSettings(), after=look)
by_epoch = losses.reshape(-1, steps_an_epoch).mean(axis=1)
shown = {"epoch": np.arange(1, len(curve) + 1), "mean loss": by_epoch, "validation NDCG@10": curve}
plots.table(pd.DataFrame(shown))

# %% tags=["nbval-ignore-output"]
stored = recbook.stored("towers")
reference_end = stored["results"]["schedules"]["both, linear"][0][-1]
recbook.claim(
    abs(curve[-1] - reference_end) < 0.005 and losses[-20:].mean() < losses[0] - 1.5,
    en="Our loop ends at a validation NDCG@10 of {ours:.3f}; the stored run of `recbook.models.dot` with "
    "the same seed, at {reference:.3f}.",
    zh="我们的循环训练结束时，验证集 NDCG@10 为 {ours:.3f}；`recbook.models.dot` 用同一种子的结果"
    "（事先算好的）是 {reference:.3f}。",
    takeaway=False, ours=curve[-1], reference=reference_end,
)

# %% [markdown] lang="en"
# ### Two switches: `eval` and `inference_mode`
#
# They are often mixed up. `model.eval()` tells parts that behave differently in training, such as **dropout** (sets a random share of the numbers to 0 and scales up the others) and **batch normalisation**, that training is over; `model.train()` tells them that it goes on. `torch.inference_mode()` switches the recording off, which saves memory and time, and leaves dropout as it is. (So does `no_grad` above; `inference_mode` is stricter: what is computed in it can take no part in a recorded computation later.) For scores one needs both. Our towers have no dropout, so only the second matters here. Ten ones, with dropout of 0.2:

# %% [markdown] lang="zh"
# ### 两个开关：`eval` 与 `inference_mode`
#
# 这两个常被混淆。有些部件在训练时行为不同，比如**随机失活**（dropout，把随机一部分数置 0，其余放大）和**批归一化**（batch normalisation）；`model.eval()` 表示训练结束，`model.train()` 表示训练继续。`torch.inference_mode()` 则关掉计算记录，省内存、省时间，但不影响随机失活。（前面的 `no_grad` 也是如此；`inference_mode` 更严格：在其中算出的数，以后不能再参与有记录的计算。）算得分时两个都要。我们的塔里没有随机失活，所以这里只有第二个起作用。拿十个 1、失活率 0.2 来看：

# %%
ones, drop = torch.ones(10, requires_grad=True), nn.Dropout(0.2)
seen = []
for inference in (False, True):
    for mode in (drop.train, drop.eval):
        mode()
        torch.manual_seed(0)
        with torch.inference_mode(inference):
            out = drop(ones)
            recorded = (out + 1).requires_grad
        numbers = " ".join(f"{value:g}" for value in out.tolist())
        seen.append((f"{mode.__name__}()", "✓" if inference else "–", numbers, "✓" if recorded else "–"))
plots.table(pd.DataFrame(seen, columns=["mode", "inference_mode", "ten ones become", "recorded"]))

# %% [markdown] lang="en"
# ### The other loss: sigmoid
#
# The older recipe asks of each pair alone: watched or not? The **sigmoid** $\sigma(s) = 1 / (1 + e^{-s})$ makes a probability of one score, and with the label $y$, 1 for watched and 0 for a negative, the **binary cross-entropy** of a pair is
#
# $$-y \log \sigma(s) - (1 - y) \log (1 - \sigma(s))$$
#
# Computed as it stands it breaks for large scores: $\sigma(1000)$ is 1 in the computer, and $\log(1 - 1)$ is minus infinity. So one goes from the **logit**, the score before the sigmoid, straight to the loss: $-\log \sigma(s) = \log(1 + e^{-s})$ and $-\log(1 - \sigma(s)) = \log(1 + e^{s})$. But $e^{1000}$ overflows too; the large part has to be taken out first:
#
# $$\log(1 + e^{s}) = \max(s, 0) + \log(1 + e^{-|s|})$$
#
# NumPy has this as `np.logaddexp(0, s)`, PyTorch as `functional.softplus`. PyTorch has two losses: `binary_cross_entropy`, which wants probabilities and refuses numbers outside 0 and 1, and `binary_cross_entropy_with_logits`, which cannot tell a probability from a small logit: give it probabilities, and no error is raised, only a wrong loss computed. `dot.sigmoid_loss` is this loss for our towers; chapter 06 compares the two, and asks you to write it.

# %% [markdown] lang="zh"
# ### 另一种损失：sigmoid
#
# 更早的做法是对每一对单独发问：看过，还是没看过？**sigmoid** 函数 $\sigma(s) = 1 / (1 + e^{-s})$ 把一个得分变成概率；标签 $y$ 看过为 1、负样本为 0，一对的**二元交叉熵**（binary cross-entropy）是
#
# $$-y \log \sigma(s) - (1 - y) \log (1 - \sigma(s))$$
#
# 照公式直接算，得分一大就出错：$\sigma(1000)$ 在计算机里等于 1，而 $\log(1 - 1)$ 是负无穷。所以要从 **logit**（sigmoid 之前的得分）直接算损失：$-\log \sigma(s) = \log(1 + e^{-s})$，$-\log(1 - \sigma(s)) = \log(1 + e^{s})$。但 $e^{1000}$ 同样会溢出，还得先把大的部分提出来：
#
# $$\log(1 + e^{s}) = \max(s, 0) + \log(1 + e^{-|s|})$$
#
# 在 NumPy 里是 `np.logaddexp(0, s)`，在 PyTorch 里是 `functional.softplus`。PyTorch 有两个损失函数：`binary_cross_entropy` 要的是概率，超出 0 到 1 的数会报错；`binary_cross_entropy_with_logits` 要的是 logit，但它分不清概率和小的 logit：传入概率不会报错，只会算出错误的损失。`dot.sigmoid_loss` 是双塔用的这种损失；第 06 章比较了两种损失，也有写出它的练习。

# %% [markdown] lang="en"
# ## A file that holds no code
#
# `state_dict()` is the model's numbers by name: parameters, and buffers unless `persistent=False`; no code, no classes. **safetensors** writes just that to disk, a short header with names, types and shapes, then the bytes. We add the text vectors, so that whoever opens the file needs neither MiniLM nor the log.

# %% [markdown] lang="zh"
# ## 一个不含代码的文件
#
# `state_dict()` 是模型的数值，按名字存放：有参数，也有没写 `persistent=False` 的缓冲区；没有代码，也没有类。**safetensors** 写到磁盘上的就只有这些：一个简短的文件头，记名字、类型和形状，后面是数据字节。我们把文本向量也放进去，这样打开文件的人既不需要 MiniLM，也不需要日志。

# %%
import tempfile
from pathlib import Path

from safetensors.torch import save_file

folder = Path(tempfile.mkdtemp())
state = both.state_dict() | {"user.text": torch.tensor(user_text), "item.text": torch.tensor(item_text)}
save_file(state, folder / "towers.safetensors")
list(state)

# %% [markdown] lang="en"
# Does it hold everything? Only a fresh process can tell: it has none of our variables. This one imports the class of the model, which no file of weights contains, fills it from the file, and prints everybody's first ten films (for the test of the file, without leaving out what they have seen).

# %% [markdown] lang="zh"
# 该有的都在里面吗？只有新进程才能验证，因为那里没有我们的任何变量。下面这个程序导入模型的类（权重文件里不含类），用文件里的数填好，打印每位用户的前十部电影（只为检验文件，没有去掉看过的）。

# %%
program = """
import json, sys, torch
from safetensors.numpy import load_file
from recbook.models.dot import TwoTower

saved = load_file(sys.argv[1])
weights = {name.replace(".", "_"): part for name, part in saved.items() if not name.endswith("text")}
model = TwoTower(weights | {"item_bias": saved["bias"]}, saved["user.text"], saved["item.text"])
with torch.inference_mode():
    scores = model.against(torch.arange(len(saved["user.text"])), torch.arange(len(saved["bias"])))
print(json.dumps(scores.topk(10).indices.tolist()))
"""

# %%
import json
import subprocess
import sys

command = [sys.executable, "-c", program, str(folder / "towers.safetensors")]
printed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
with torch.inference_mode():
    here = both.against(everyone, all_films).topk(10).indices.tolist()
recbook.claim(
    here == printed,
    en="A fresh process with nothing but the file and the model's class makes the same {lists} lists.",
    zh="新进程只有这个文件和模型的类，做出了同样的 {lists} 份列表。",
    takeaway=False, lists=len(printed),
)

# %% [markdown] lang="en"
# Why not `torch.save`? Its file is a zip with a **pickle** inside: instructions for a simple virtual machine that rebuilds Python objects, and one of them is "call this function". Anybody can write a file that looks like weights and calls what they like. Here is one that sets a variable; it could as well delete your home directory. (`weights_only=True` is the default of `torch.load` since PyTorch 2.6.)

# %% [markdown] lang="zh"
# 为什么不用 `torch.save`？它写出的是一个 zip 压缩包，里面是 **pickle**：一串指令，由一台简单的虚拟机执行，用来重建 Python 对象，其中一条就是“调用这个函数”。任何人都能写出一个看起来像权重、打开时却会随意调用函数的文件。下面这个只是设置一个变量；它同样可以删掉你的整个主目录。（从 PyTorch 2.6 起，`torch.load` 的默认值是 `weights_only=True`。）

# %%
import builtins
import pickle


class Trap:
    def __reduce__(self):
        return exec, ("import builtins; builtins.trapped = True",)


torch.save({"item.identity": Trap()}, folder / "towers.pt")
builtins.trapped = refused = False
try:
    torch.load(folder / "towers.pt")
except pickle.UnpicklingError:
    refused = True
by_default = builtins.trapped
torch.load(folder / "towers.pt", weights_only=False)
recbook.claim(
    refused and not by_default and builtins.trapped,
    en="Opening a pickled file with `weights_only=False` runs whatever code its author put there; "
    "`torch.load` now refuses by default, and a safetensors file has no place for code.",
    zh="用 `weights_only=False` 打开 pickle 文件，会运行文件作者放进去的任何代码；`torch.load` 现在默认"
    "拒绝，而 safetensors 文件里根本没有放代码的地方。",
)

# %% [markdown] lang="en"
# **Exercise 4.** Most models are made of layers, and their weights cannot simply be copied to Keras. Write the conversion. You get a PyTorch state, a dictionary of NumPy arrays; each name has one dot, `layer.weight` or `layer.bias`. A `Linear` keeps its weight as (out, in), Keras's `Dense` wants (in, out), to be called `layer_kernel`; a bias becomes `layer_bias`. The weight of an `Embedding` has the same shape in both and becomes `layer_embeddings`; the list `embeddings` names these layers. ({points})

# %% [markdown] lang="zh"
# **练习 4** 多数模型由层组成，权重不能原样搬到 Keras。请写出转换。给你一个 PyTorch 的 state，即 NumPy 数组的字典；每个名字里有一个点，形如 `layer.weight` 或 `layer.bias`，layer 是层名。`Linear` 的权重形状是 (out, in)，Keras 的 `Dense` 要 (in, out)，改名为 `layer_kernel`；偏置改名为 `layer_bias`。`Embedding` 的权重在两边形状相同，改名为 `layer_embeddings`；列表 `embeddings` 给出这些层的名字。（{points}）

# %% exercise="pytorch-export" points=2
def to_keras(state, embeddings):
    """en: A new dict with Keras's names and layouts; `state` stays as it is. `state` maps names such
    en: as "user.weight" to arrays; `embeddings` lists the layers, such as ["user"], that are Embeddings.
    zh: 返回一个新字典，用 Keras 的名字和排列，不改动 `state`。`state` 把 "user.weight" 这样的名字
    zh: 对应到数组；`embeddings` 列出哪些层是 Embedding，例如 ["user"]。"""
    ### BEGIN SOLUTION
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "bias":
            made[f"{layer}_bias"] = value
        elif layer in embeddings:
            made[f"{layer}_embeddings"] = value
        else:
            made[f"{layer}_kernel"] = value.T
    return made
    ### END SOLUTION

# %% check="pytorch-export"
recbook.check("pytorch-export", to_keras)

# %% [markdown] lang="en"
# ## Keras and PyTorch side by side
#
# Both libraries have the same parts under other names. What differs is who holds the loop: `fit` has it in Keras, in PyTorch you write it.
#
# | | Keras 3 (on TensorFlow) | PyTorch |
# |---|---|---|
# | a part of a model | `keras.layers.Layer`, with `call` | `nn.Module`, with `forward` |
# | something learned | `self.add_weight(shape=…)` | `nn.Parameter(tensor)` |
# | kept, but not learned | `self.add_weight(…, trainable=False)` | `self.register_buffer(…)` |
# | input width of a layer | found at the first call | given: `nn.Linear(384, 64)` |
# | batches | `tf.data.Dataset`, `.shuffle`, `.batch` | `Dataset`, `DataLoader` |
# | training | `model.compile(…)`, `model.fit(…)` | the five lines |
# | a step by hand | `with tf.GradientTape() as tape:` … `tape.gradient(loss, weights)`, `optimizer.apply(…)` | `loss.backward()`, `optimizer.step()` |
# | clearing gradients | a new tape has none | `optimizer.zero_grad()` |
# | after each epoch | a callback | a line in your loop |
# | training or not | `model(x, training=True)` | `model.train()`, `model.eval()` |
# | scores only | `model.predict(x)` | `torch.inference_mode()` |
# | saving | `model.save("m.keras")`: numbers and layout | `save_file(model.state_dict(), …)`: numbers |
# | another device | found by itself | `model.to(device)`, and the batch too |
#
# For what one writes inside a layer, a table can be checked: below, every snippet is run on the same numbers in both, and the last column is the largest difference of the results. Importing TensorFlow takes some seconds.

# %% [markdown] lang="zh"
# ## Keras 与 PyTorch 对照
#
# 两个库有同样的部件，只是名字不同。区别在于循环由谁来写：在 Keras 里是 `fit`，在 PyTorch 里是你自己。
#
# | | Keras 3（基于 TensorFlow） | PyTorch |
# |---|---|---|
# | 模型的一部分 | `keras.layers.Layer`，写 `call` | `nn.Module`，写 `forward` |
# | 要学习的数 | `self.add_weight(shape=…)` | `nn.Parameter(tensor)` |
# | 保留但不学习 | `self.add_weight(…, trainable=False)` | `self.register_buffer(…)` |
# | 层的输入宽度 | 第一次调用时得知 | 自己写：`nn.Linear(384, 64)` |
# | 批次 | `tf.data.Dataset`、`.shuffle`、`.batch` | `Dataset`、`DataLoader` |
# | 训练 | `model.compile(…)`、`model.fit(…)` | 那五行 |
# | 手写一步 | `with tf.GradientTape() as tape:` … `tape.gradient(loss, weights)`、`optimizer.apply(…)` | `loss.backward()`、`optimizer.step()` |
# | 清空梯度 | 新的 tape 里本来就没有 | `optimizer.zero_grad()` |
# | 每个轮次之后 | 回调函数 | 循环里的一行 |
# | 是否在训练 | `model(x, training=True)` | `model.train()`、`model.eval()` |
# | 只要得分 | `model.predict(x)` | `torch.inference_mode()` |
# | 保存 | `model.save("m.keras")`：数值和结构 | `save_file(model.state_dict(), …)`：数值 |
# | 换设备 | 自动找到 | `model.to(device)`，批次也要搬 |
#
# 层里面的写法，可以做成一张能验证的表：下面每段代码都在两边用同样的数运行，最后一列是结果的最大差。导入 TensorFlow 要几秒。

# %%
import keras
import tensorflow as tf

from recbook.tf import dot as keras_dot

rng = np.random.default_rng(0)
given = {"x": rng.normal(size=(4, 3)), "y": rng.normal(size=(4, 3)), "W": rng.normal(size=(3, 2))}
given |= {"b": rng.normal(size=2), "ids": np.array([2, 0, 1, 2]), "hidden": rng.random((4, 3)) < 0.3}
given |= {"s": rng.normal(size=4), "hits": np.array([1.0, 0.0, 0.0, 1.0])}
for_keras = {name: tf.constant(value) for name, value in given.items()}
for_torch = {name: torch.tensor(value) for name, value in given.items()}


def idiom(by_keras, by_torch, *, en=None, zh=None):
    left = eval(by_keras, {"keras": keras, "ops": keras.ops}, for_keras)
    right = eval(by_torch, {"torch": torch, "functional": functional}, for_torch)
    return en or zh, by_keras, by_torch, float(np.abs(left.numpy() - right.numpy()).max())

# %%
snippets = [
    idiom("ops.matmul(x, W) + b", "functional.linear(x, W.T, b)", en="linear layer", zh="线性层"),
    idiom("ops.take(y, ids, axis=0)", "functional.embedding(ids, y)", en="look rows up", zh="按编号查行"),
    idiom("ops.sum(x * y, axis=1)", "(x * y).sum(dim=1)", en="pair by pair", zh="逐对点积"),
    idiom("ops.matmul(x, ops.transpose(y))", "x @ y.T", en="all with all", zh="两两点积"),
    idiom("ops.concatenate([x, y], axis=1)", "torch.cat([x, y], dim=1)", en="side by side", zh="并排拼接"),
    idiom("ops.where(hidden, -9.0, x)", "x.masked_fill(hidden, -9.0)", en="mask", zh="掩码"),
    idiom("ops.normalize(x, axis=1)", "functional.normalize(x, dim=1)", en="unit length", zh="单位长度"),
    idiom("ops.top_k(x, 2).indices", "x.topk(2).indices", en="best two", zh="最高的两个"),
]
snippet_columns = ["operation", "Keras", "PyTorch", "largest difference"]

# %% tags=["nbval-ignore-output"]
softmax_keras = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(ids, x)"
sigmoid_keras = "keras.losses.BinaryCrossentropy(from_logits=True)(hits, s)"
sigmoid_torch = "functional.binary_cross_entropy_with_logits(s, hits)"
all_snippets = [
    *snippets,
    idiom(softmax_keras, "functional.cross_entropy(x, ids)", en="softmax loss", zh="softmax 损失"),
    idiom(sigmoid_keras, sigmoid_torch, en="sigmoid loss", zh="sigmoid 损失"),
]
shown = [(*row[:3], f"{row[3]:.0e}") for row in all_snippets]
plots.table(pd.DataFrame(shown, columns=snippet_columns))
recbook.claim(
    max(row[3] for row in all_snippets) < 1e-6,
    en="The results of all {snippets} pairs of snippets differ by less than {bound:.0e}.",
    zh="{snippets} 对代码的结果相差都不到 {bound:.0e}。",
    takeaway=False, snippets=len(all_snippets), bound=1e-6,
)

# %% [markdown] lang="en"
# Two traps stand in the last rows. Keras takes scores for probabilities unless it is told `from_logits=True`; that raises no error. And the order of the arguments is turned round: truth first in Keras, scores first in PyTorch. What if they are swapped?

# %% [markdown] lang="zh"
# 最后两行藏着两个陷阱。一是如果不写明 `from_logits=True`，Keras 会把传入的得分当成概率，不会报错。二是参数的顺序相反：Keras 先写真实值，PyTorch 先写得分。写反了会怎样？

# %%
def raises(code):
    try:
        idiom(*((code, "x") if "keras" in code else ("x", code)))
    except Exception as error:
        return type(error).__name__
    return "–"


swapped = {"softmax": (softmax_keras.replace("(ids, x)", "(x, ids)"), "functional.cross_entropy(ids, x)")}
back = sigmoid_torch.replace("(s, hits)", "(hits, s)")
swapped["sigmoid"] = sigmoid_keras.replace("(hits, s)", "(s, hits)"), back
found = [(plots.name(name), *map(raises, codes)) for name, codes in swapped.items()]
plots.table(pd.DataFrame(found, columns=["arguments swapped", "Keras", "PyTorch"]))

# %% [markdown] lang="en"
# The softmax losses raise an error, because class numbers and a table of scores differ in shape or type. The sigmoid losses raise none, because there both arguments look alike, and compute something else.
#
# ### What differs if nobody says anything
#
# The snippets agree because everything was written out. Where things are left to the defaults, the two libraries part:

# %% [markdown] lang="zh"
# softmax 损失会报错，因为类别编号和得分表的形状、类型不同。sigmoid 损失不会报错，因为两个参数看起来一样，但算出来的已是另一个数。
#
# ### 如果什么都不写明
#
# 上面的代码之所以一致，是因为一切都写明了。交给默认值的事，两个库就不一样了：

# %%
keras.utils.set_random_seed(0)
torch.manual_seed(0)


def differs(by_keras, by_torch, *, en=None, zh=None):
    return en or zh, f"{by_keras:.3g}", f"{by_torch:.3g}"


dense, table = keras.layers.Dense(64), keras.layers.Embedding(943, 64)
dense.build((None, 384))
table.build()
linear, embedding = nn.Linear(384, 64), nn.Embedding(943, 64)
spread = keras.ops.std(table.embeddings).numpy(), embedding.weight.std().item()
kernels = keras.ops.std(dense.kernel), linear.weight.std().item()
biases = keras.ops.std(dense.bias), linear.bias.std().item()
first_weights = [
    differs(*spread, en="standard deviation, first weights of an Embedding", zh="嵌入层初始权重的标准差"),
    differs(*kernels, en="standard deviation, first weights of a linear layer", zh="线性层初始权重的标准差"),
    differs(*biases, en="standard deviation, its first biases", zh="线性层初始偏置的标准差"),
]

# %% [markdown] lang="en"
# With vectors 64 wide, PyTorch's embeddings, of standard deviation 1, begin with scores of standard deviation $\sqrt{64} = 8$: the softmax of such scores over all films puts most of the probability on a single one, before anything was learned. (We gave both 0.05.) Next, Adam's first step for a single number, with a learning rate of 1. At its first step Adam divides the gradient by its own size, so the step should be 1 whatever the gradient. We try gradients of 1 and of $10^{-7}$, and a row of an Embedding that was looked up four times in the batch:

# %% [markdown] lang="zh"
# 向量宽 64 时，PyTorch 的嵌入（embedding）标准差为 1，一开始得分的标准差就是 $\sqrt{64} = 8$：还什么都没学，对全部电影做 softmax，大部分概率就已落在一部电影上。（我们给两边的都是 0.05。）接下来看 Adam 对单个数的第一步，学习率取 1。Adam 的第一步用梯度除以梯度自身的大小，所以不论梯度多大，步长都应当是 1。试三种情形：梯度为 1；梯度为 $10^{-7}$；嵌入表中一个批次里被查了四次的行：

# %%
def first_step(gradient):
    a, b = keras.Variable([0.0]), nn.Parameter(torch.zeros(1))
    keras.optimizers.Adam(1.0).apply([tf.constant([gradient])], [a])
    b.grad = torch.tensor([gradient])
    torch.optim.Adam([b], lr=1.0).step()
    return -a.numpy()[0], -b.item()


table, embedding = keras.layers.Embedding(2, 1, "zeros"), nn.Embedding(2, 1)
nn.init.zeros_(embedding.weight)
with tf.GradientTape() as tape:
    total = tf.reduce_sum(table(tf.constant([0, 0, 0, 0])))
gradients = tape.gradient(total, table.trainable_weights)
keras.optimizers.Adam(1.0).apply(gradients, table.trainable_weights)
embedding(torch.tensor([0, 0, 0, 0])).sum().backward()
torch.optim.Adam(embedding.parameters(), lr=1.0).step()
looked_up = -table.embeddings.numpy()[0, 0], -embedding.weight[0, 0].item()
small = first_step(1e-7)
first_steps = [
    differs(*first_step(1.0), en="Adam's first step, gradient 1", zh="Adam 的第一步，梯度为 1"),
    differs(*small, en="Adam's first step, gradient 1e-7", zh="Adam 的第一步，梯度为 1e-7"),
    differs(*looked_up, en="Adam's first step, row looked up 4 times", zh="Adam 的第一步，行被查 4 次"),
]

# %%
two = np.array([[1.0], [3.0]], np.float32)
norm, batch_norm = keras.layers.BatchNormalization(), nn.BatchNorm1d(1)
norm(two, training=True)
batch_norm(torch.tensor(two))
means = norm.moving_mean[0], batch_norm.running_mean.item()
variances = norm.moving_variance[0], batch_norm.running_var.item()
epsilons = keras.layers.LayerNormalization().epsilon, nn.LayerNorm(1).eps
norm_layers = [
    differs(*means, en="batch norm's mean after one batch, 1 and 3", zh="批归一化的均值：一个批次（1 和 3）之后"),
    differs(*variances, en="batch norm's variance after the same batch", zh="批归一化的方差：同一批次之后"),
    differs(*epsilons, en="layer norm's epsilon", zh="层归一化的 epsilon"),
]

# %%
keras.utils.set_random_seed(12)
torch.manual_seed(12)
many = np.ones((1, 100_000), np.float32)
left = keras.layers.Dropout(0.2)(many, training=True).numpy()
right = nn.Dropout(0.2)(torch.tensor(many)).numpy()
kept = (left > 0).mean(), (right > 0).mean()
logits, labels = np.array([2.0, -1.0], np.float32), np.array([1.0, 0.0], np.float32)
losses_of_logits = (
    keras.losses.BinaryCrossentropy()(labels, logits),
    functional.binary_cross_entropy_with_logits(torch.tensor(logits), torch.tensor(labels)),
)
dropout_and_loss = [
    differs(*kept, en="share kept by Dropout(0.2)", zh="Dropout(0.2) 保留的比例"),
    differs(left.max(), right.max(), en="what a kept 1 becomes", zh="保留的 1 变成多少"),
    differs(*losses_of_logits, en="loss of logits: BinaryCrossentropy(), …_with_logits",
            zh="logit 的损失：BinaryCrossentropy()、…_with_logits"),
]

# %%
keras.utils.set_random_seed(0)
labels_seen = []


def noting(labels, out):
    labels_seen.append(labels.numpy().ravel())
    return keras.ops.mean(out)


watcher = keras.Sequential([keras.layers.Dense(1)])
watcher.compile(loss=noting, run_eagerly=True)
watcher.fit(np.ones((100, 1)), np.arange(100.0), batch_size=100, verbose=0)
orders = labels_seen[0], next(iter(DataLoader(range(100), batch_size=100))).numpy()
in_place = [(order == np.arange(100)).mean() for order in orders]
rows_in_place = [
    differs(*in_place, en="share of rows that fit, DataLoader leave in place", zh="fit、DataLoader 留在原位的行的比例"),
]
by_default = [*first_weights, *first_steps, *norm_layers, *dropout_and_loss, *rows_in_place]
plots.table(pd.DataFrame(by_default, columns=["by default", "Keras", "PyTorch"]))

# %%
recbook.claim(
    spread[1] > 20 * spread[0] and small[0] < 0.05 and small[1] > 0.9
    and 1.9 < looked_up[0] < 2.1 and abs(looked_up[1] - 1) < 0.01 and in_place[0] < 0.2 < in_place[1],
    en="Left to their defaults, the libraries differ: the first weights of an Embedding have {ratio:.0f} "
    "times the standard deviation in PyTorch; Adam's step for a gradient of 1e-7 is {torch_step:.2f} of "
    "the rate in PyTorch, {keras_step:.2f} in Keras; Keras steps twice as far for a row looked up 4 times; "
    "and Keras's `fit` shuffles, a `DataLoader` does not.",
    zh="都用默认设置时，两个库并不相同：嵌入层初始权重的标准差，PyTorch 是 Keras 的 {ratio:.0f} 倍；梯度为 "
    "1e-7 时，Adam 的步长在 PyTorch 里是学习率的 {torch_step:.2f}，在 Keras 里是 {keras_step:.2f}；被查 4 "
    "次的行，Keras 的步长是两倍；Keras 的 `fit` 会打乱数据，`DataLoader` 不会。",
    ratio=spread[1] / spread[0], torch_step=small[1], keras_step=small[0],
)

# %% [markdown] lang="en"
# How to read the rest. Batch norm's running mean starts at 0 and its variance at 1; `momentum` is the share of the *old* value in Keras (0.99) and of the *new* one in PyTorch (0.1), so that 0.99 there means 0.01 here. The batch of 1 and 3 has mean 2 and variance 1, and 2 if one divides by $n - 1$, as PyTorch does. Dropout means the same in both. The loss is wrong in Keras, where 2 and $-1$ were taken for probabilities. The row looked up four times comes from how TensorFlow hands over the gradient of a lookup: in four pieces, as `IndexedSlices`. Keras 3.15 squares each piece where Adam asks for the square of their sum, so that the step is $4 / \sqrt 4 = 2$. `recbook.tf.dot` adds the pieces up first.

# %% [markdown] lang="zh"
# 其余各行怎么看。批归一化的滑动均值从 0 开始，方差从 1 开始；`momentum` 在 Keras 里是**旧**值所占的比例（0.99），在 PyTorch 里是**新**值所占的比例（0.1），所以 Keras 的 0.99 相当于 PyTorch 的 0.01。1 和 3 这个批次，均值是 2，方差是 1；像 PyTorch 那样除以 $n - 1$，则是 2。Dropout 两边含义相同。损失在 Keras 里是错的，2 和 $-1$ 被当成了概率。被查四次的行，原因在于 TensorFlow 的查表梯度以稀疏形式（`IndexedSlices`）给出，分成四份。Keras 3.15 把每一份分别平方，而 Adam 要的是总和的平方，于是步长成了 $4 / \sqrt 4 = 2$。`recbook.tf.dot` 先把各份加起来。

# %% [markdown] lang="en"
# **Exercise 5.** Two lines of a Keras model, everything left to the defaults:
#
# ```python
# x = keras.layers.Dense(width, activation="tanh")(x)
# x = keras.layers.LayerNormalization()(x)
# ```
#
# Write them in PyTorch, so that the numbers agree for small inputs too. You get the kernel as Keras keeps it, and the bias; the layer norm is as new: its own weights are 1 and 0. ({points})

# %% [markdown] lang="zh"
# **练习 5** 下面是一个 Keras 模型里的两行，一切都取默认值：
#
# ```python
# x = keras.layers.Dense(width, activation="tanh")(x)
# x = keras.layers.LayerNormalization()(x)
# ```
#
# 用 PyTorch 写出来，输入很小时数值也要一致。给你的 kernel 按 Keras 的方式排列，另有偏置；层归一化是刚建好的：它自己的权重是 1 和 0。（{points}）

# %% exercise="pytorch-translate" points=1
def from_keras(x, kernel, bias):
    """en: What the two lines make of x (n, d), with kernel (d, width) and bias (width,), NumPy arrays of
    en: float64. Returns (n, width), an array or a tensor.
    zh: 这两行对 x (n, d) 的结果；kernel (d, width) 和 bias (width,)，都是 float64 的 NumPy 数组。
    zh: 返回 (n, width)，数组或张量。"""
    ### BEGIN SOLUTION
    h = torch.tanh(torch.tensor(x @ kernel + bias))
    return functional.layer_norm(h, h.shape[1:], eps=1e-3).numpy()
    ### END SOLUTION

# %% check="pytorch-translate"
recbook.check("pytorch-translate", from_keras)

# %% [markdown] lang="en"
# ## Do both programs train the same model?
#
# Start both from the same weights, feed both the same batches, at the same rates, and compare the loss at each step. If they train the same model, only rounding can part them. One thing has to be settled first: that step for a tiny gradient. Adam keeps running means of the gradient $g$ and of its square,
#
# $$m_t = 0.9\, m_{t-1} + 0.1\, g_t, \qquad v_t = 0.999\, v_{t-1} + 0.001\, g_t^2$$
#
# which begin at 0 and are too small at first, by the factors $1 - 0.9^t$ and $1 - 0.999^t$. PyTorch divides these out, as the paper does (Kingma and Ba 2015), and adds $\epsilon$ to the root; Keras takes the root of the second factor outside and adds $\epsilon$ within:
#
# $$\text{PyTorch: } \frac{m_t / (1 - 0.9^t)}{\sqrt{v_t / (1 - 0.999^t)} + \epsilon} \qquad\qquad \text{Keras: } \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m_t}{\sqrt{v_t} + \epsilon}$$
#
# Multiply the upper and lower part of Keras's last fraction by $1 / \sqrt{1 - 0.999^t}$: it is PyTorch's with $\epsilon / \sqrt{1 - 0.999^t}$ for $\epsilon$. At $t = 1$ that is $31.6\, \epsilon$. By hand, for $g = 10^{-7}$: PyTorch's step is $10^{-7} / (10^{-7} + 10^{-8}) = 0.91$; Keras's, with its default $\epsilon = 10^{-7}$, is $1 / (1 + 31.6) = 0.03$. Both as in the table.
#
# So give PyTorch Keras's epsilon, moved to Keras's place: a value for each step. The model without titles serves, where gradients are smallest. First PyTorch's run, for any epsilons, betas (the 0.9 and 0.999 above) and number format:

# %% [markdown] lang="zh"
# ## 两个框架的程序训练的是同一个模型吗？
#
# 从同样的权重出发，用同样的批次、同样的学习率，逐步比较损失。如果训练的是同一个模型，能造成差异的就只有舍入。但有一件事要先弄清楚：梯度很小时的那一步。Adam 保存梯度 $g$ 及其平方的滑动平均：
#
# $$m_t = 0.9\, m_{t-1} + 0.1\, g_t, \qquad v_t = 0.999\, v_{t-1} + 0.001\, g_t^2$$
#
# 它们从 0 开始，起初偏小，分别差因子 $1 - 0.9^t$ 和 $1 - 0.999^t$。PyTorch 像论文（Kingma and Ba 2015）那样先除掉这两个因子，再给根式加 $\epsilon$；Keras 把第二个因子的根提到外面，在里面加 $\epsilon$：
#
# $$\text{PyTorch: } \frac{m_t / (1 - 0.9^t)}{\sqrt{v_t / (1 - 0.999^t)} + \epsilon} \qquad\qquad \text{Keras: } \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m_t}{\sqrt{v_t} + \epsilon}$$
#
# 把 Keras 最后那个分式的分子、分母同乘 $1 / \sqrt{1 - 0.999^t}$，就成了 PyTorch 的式子，只是 $\epsilon$ 换成了 $\epsilon / \sqrt{1 - 0.999^t}$。$t = 1$ 时，它是 $31.6\, \epsilon$。手算 $g = 10^{-7}$：PyTorch 的步长是 $10^{-7} / (10^{-7} + 10^{-8}) = 0.91$；Keras 用默认的 $\epsilon = 10^{-7}$，步长是 $1 / (1 + 31.6) = 0.03$。都与上面的表一致。
#
# 所以，把 Keras 的 epsilon 放到 Keras 的位置上，再交给 PyTorch：每一步一个值。用不含片名的模型，那里的梯度最小。先写 PyTorch 的训练，epsilon、两个 beta（上面的 0.9 和 0.999）和数的格式都可以给定：

# %%
def prepared(settings):
    batches = list(towers.batches(log, settings))
    start = towers.start_weights(log.n_users, log.n_items, item_text.shape[1], settings)
    return batches, towers.learning_rates(len(batches), settings), start


def run_torch(settings, epsilons, betas=(0.9, 0.999), dtype=torch.float32):
    batches, rates, start = prepared(settings)
    model = dot.TwoTower(start, user_text, item_text).to(dtype)
    optimizer, losses = torch.optim.Adam(model.parameters(), betas=betas), []
    for batch, rate, epsilon in zip(batches, rates, epsilons):
        optimizer.param_groups[0].update(lr=rate, eps=epsilon)
        losses.append(dot.train_step(model, optimizer, batch, settings))
    return np.array(losses), model.against(everyone, all_films).detach().numpy()

# %% [markdown] lang="en"
# And a Keras step, with its loss written out as in `loss_of` above. `tf.function` turns the Python of a step into a graph when it is first called (`autograph=False`: there is no `if` or loop to translate; `reduce_retracing`: one graph serves the shorter last batch too). The `tape` records what happens inside its block; `whole` adds up the pieces of a lookup's gradient.

# %% [markdown] lang="zh"
# 再写 Keras 的一步，损失照上面的 `loss_of` 写出。`tf.function` 在第一次调用时把这一步的 Python 代码变成计算图（`autograph=False`：没有需要转换的 `if` 和循环；`reduce_retracing`：最后一个批次较短，也用同一张图）。`tape` 记录代码块里发生的运算；`whole` 把查表梯度的各份加起来。

# %%
def keras_step(model, optimizer):
    @tf.function(autograph=False, reduce_retracing=True)
    def step(users, items, negatives):
        with tf.GradientTape() as tape:
            own = model((users, items))
            others = model.against(users, negatives)
            others = keras.ops.where(negatives == items[:, None], -np.inf, others)
            loss = keras_dot.softmax_loss(own, others)
        gradients = keras_dot.whole(tape.gradient(loss, model.trainable_weights))
        optimizer.apply(gradients, model.trainable_weights)
        return loss

    return step

# %%
def run_keras(settings, epsilon, betas=(0.9, 0.999), dtype="float32"):
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    batches, rates, start = prepared(settings)
    model = keras_dot.TwoTower(start, user_text, item_text)
    optimizer = keras.optimizers.Adam(epsilon=epsilon, beta_1=betas[0], beta_2=betas[1])
    optimizer.build(model.trainable_variables)
    step, losses = keras_step(model, optimizer), []
    for batch, rate in zip(batches, rates):
        optimizer.learning_rate.assign(rate)
        losses.append(float(step(*map(tf.constant, batch))))
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    return np.array(losses), model.against(np.arange(log.n_users), np.arange(log.n_items)).numpy()

# %% [markdown] lang="en"
# Five comparisons over one epoch, each taking one more suspect away. About 10 seconds.
#
# | comparison | Adam's epsilon | betas | digits | what can still differ |
# |---|---|---|---|---|
# | 1 | each library's own | $0.9$, $0.999$ | 7 | epsilon's size and place |
# | 2 | the same number | $0.9$, $0.999$ | 7 | epsilon's place |
# | 3 | Keras's, in the same place | $0.9$, $0.999$ | 7 | rounding, or something small |
# | 4 | as in 3 | $0.9$, $0.999$ | 16 (float64) | what is not rounding |
# | 5 | as in 3 | $7/8$, $1 - 2^{-10}$ | 16 (float64) | as in 4, less what the betas do |

# %% [markdown] lang="zh"
# 用一个轮次比较五种情形，每次排除一个可疑之处。大约 10 秒。
#
# | 比较 | Adam 的 epsilon | 两个 beta | 有效数字 | 还可能有的不同 |
# |---|---|---|---|---|
# | 1 | 各用各的 | $0.9$、$0.999$ | 7 | epsilon 的大小和位置 |
# | 2 | 同一个数 | $0.9$、$0.999$ | 7 | epsilon 的位置 |
# | 3 | Keras 的，放在同一位置 | $0.9$、$0.999$ | 7 | 舍入，或某处细小的不同 |
# | 4 | 同 3 | $0.9$、$0.999$ | 16（float64） | 不是舍入的部分 |
# | 5 | 同 3 | $7/8$、$1 - 2^{-10}$ | 16（float64） | 同 4，去掉 beta 的影响 |

# %%
n = towers.n_steps(log, identity_only)
steps, plain_betas, exact_betas = np.arange(1, n + 1), (0.9, 0.999), (7 / 8, 1 - 2**-10)


def moved(betas):
    """en: Keras's epsilon in PyTorch's place, for each step.
    zh: Keras 的 epsilon 放到 PyTorch 的位置上，每一步一个值。"""
    return 1e-7 / np.sqrt(1 - betas[1] ** steps)


own, theirs = run_torch(identity_only, np.full(n, 1e-8)), run_keras(identity_only, 1e-7)
pairs = {"defaults": (own, theirs), "same number": (own, run_keras(identity_only, 1e-8))}
pairs["same place"] = run_torch(identity_only, moved(plain_betas)), theirs
for name, betas in {"same place, float64": plain_betas, "float64, exact betas": exact_betas}.items():
    doubles = run_torch(identity_only, moved(betas), betas, torch.float64)
    pairs[name] = doubles, run_keras(identity_only, 1e-7, betas, "float64")

# %% tags=["nbval-ignore-output"]
def drift(a, b):
    return np.abs(a[0] / b[0] - 1)


drifts = {name: drift(*pair) for name, pair in pairs.items()}
as_keras = pairs["same place"]
figures.sameness({"PyTorch": as_keras[0][0], "Keras": as_keras[1][0]}, drifts)

# %% [markdown] lang="en"
# On the left are the two runs with Keras's epsilon in the same place: one curve. The right-hand side has all five comparisons. With the defaults the losses part at once. With the same *number* for epsilon they still do, because it stands in different places. With the place corrected the difference is of the size of float32's last digits, and one might stop here and say: rounding.
#
# Float64 says no. Rounding would shrink by about nine orders of magnitude, and the difference stays. So there is one more difference between the programs: before Keras raises $0.999$ to the power $t$, it stores it as float32, and that is $0.9990000129$. In $1 - 0.999^t$ this is an error of about a hundred-thousandth. Betas that float32 holds exactly, $7/8$ and $1 - 2^{-10}$, take it away; what is left then is of the size of float64's last digits, and that *is* rounding.
#
# And the lists? For each user, take the first ten films of both that the user has not rated.

# %% [markdown] lang="zh"
# 左图是用 Keras 的 epsilon、并放在同一位置的两次训练：两条曲线重合。右图是全部五种情形。用默认设置，损失立刻分开；epsilon 取同一个**数**，仍然分开，因为所在的位置不同；位置改对之后，差异只有 float32 的最后几位那么大，很容易就此下结论说：是舍入。
#
# 换成 float64 就知道不是。舍入误差应当缩小约九个数量级，差异却还在，可见程序之间还有一处不同：Keras 在算 $0.999$ 的 $t$ 次方之前，先把它存成了 float32，也就是 $0.9990000129$，给 $1 - 0.999^t$ 带来约十万分之一的误差。换成 float32 能精确表示的 beta，$7/8$ 和 $1 - 2^{-10}$，这处不同就消失了；剩下的差异只有 float64 的最后几位那么大，这才**是**舍入。
#
# 列表呢？对每位用户，取两边没有评过的前十部电影。

# %% tags=["nbval-ignore-output"]
def lists(scores):
    return np.argsort(np.where(watched, np.inf, -scores), axis=1, kind="stable")[:, :10]


def agreement(a, b):
    first, second = lists(a[1]), lists(b[1])
    common = np.mean([len(set(p) & set(q)) / 10 for p, q in zip(first, second)])
    return (first == second).all(axis=1).mean(), common


alike = {name: agreement(*pair) for name, pair in pairs.items()}
compared = [
    (plots.name(name), f"{drifts[name][:5].max():.0e}", f"{drifts[name].max():.0e}",
     *(f"{part:.1%}" for part in alike[name]))
    for name in pairs
]
columns = ["Adam's epsilon", "difference, 5 steps", "largest drift", "equal lists", "films shared"]
plots.table(pd.DataFrame(compared, columns=columns))

# %% [markdown] lang="en"
# The same once with titles, the whole model, in float32:

# %% [markdown] lang="zh"
# 再用含片名的完整模型试一次，float32：

# %%
with_titles = run_torch(one_epoch, moved(plain_betas)), run_keras(one_epoch, 1e-7)
whole_drift, whole_alike = drift(*with_titles), agreement(*with_titles)

# %% tags=["nbval-ignore-output"]
recbook.claim(
    max(drifts["same place"].max(), whole_drift.max()) < 1e-4
    and drifts["float64, exact betas"].max() < 1e-10 and drifts["defaults"].max() < 0.01
    and min(alike["same place"][0], whole_alike[0]) > 0.97 and alike["defaults"][0] < 0.7,
    en="The Keras and the PyTorch program train the same model: with Adam's epsilon in the same place and "
    "betas that float32 holds exactly, the losses of {steps} steps agree in float64 to {exact_drift:.0e}. "
    "With each library's own epsilon they differ by up to {default_drift:.1%}, and only {equal_lists:.1%} "
    "of the top-10 lists are equal.",
    zh="Keras 与 PyTorch 的程序训练的是同一个模型：Adam 的 epsilon 放在同一位置，beta 取 float32 能精确表示的"
    "值，用 float64，{steps} 步里损失的相对差不超过 {exact_drift:.0e}。各用各的 epsilon，损失最多相差 "
    "{default_drift:.1%}，前 10 列表只有 {equal_lists:.1%} 完全相同。",
    steps=n, exact_drift=drifts["float64, exact betas"].max(), equal_lists=alike["defaults"][0],
    default_drift=drifts["defaults"].max(),
)
recbook.claim(
    whole_alike[0] > 0.97 and whole_drift.max() < 1e-4,
    en="With titles, in float32, epsilon in the same place: losses to {drift:.0e}, {equal_lists:.1%} of the "
    "lists equal.",
    zh="含片名，float32，epsilon 放在同一位置：损失的相对差不超过 {drift:.0e}，列表有 {equal_lists:.1%} 完全相同。",
    takeaway=False, drift=whole_drift.max(), equal_lists=whole_alike[0],
)

# %% [markdown] lang="en"
# Whoever ports a model and finds other lists now knows where to look: first weights, first batches, one step, in float64, and only then the whole run. (Chapter 06 does the same for MiniLM itself, rebuilt in Keras.)

# %% [markdown] lang="zh"
# 如果你移植了一个模型，得到的列表却不同，现在就知道该怎么查：先比初始权重，再比前几个批次，再比一步，用 float64，最后才比整个训练。（第 06 章对 MiniLM 本身也这样做了，用 Keras 重搭了一遍。）

# %% [markdown] lang="en"
# ## Tools of the trade, and what each is worth here
#
# ### Which learning rate? The finder
#
# Smith (2017) proposed a quick look: let the rate grow with every step, from far too small to far too large, and watch the loss. It stays flat, falls, and then shoots up. A common rule takes a tenth of the rate at the lowest point; another the rate at which the loss falls fastest on the way there. One epoch, from $10^{-5}$ to 1:

# %% [markdown] lang="zh"
# ## 常用的工具，在这里各有多大用处
#
# ### 学习率取多少？学习率搜索
#
# Smith（2017）提出一个快速的办法：让学习率每一步都增大一点，从小得多增到大得多，观察损失。先是平的，然后下降，然后急剧上升（发散）。一条常用的规则是取最低点处学习率的十分之一；另一条是取到达最低点之前损失下降最快处的学习率。用一个轮次，从 $10^{-5}$ 到 1：

# %% tags=["nbval-ignore-output"]
growing = np.geomspace(1e-5, 1, steps_an_epoch)
loss_by_rate = train(build(one_epoch), towers.batches(log, one_epoch), growing)
smooth = np.convolve(loss_by_rate, np.full(9, 1 / 9), mode="valid")
at = growing[4:-4]
lowest = smooth.argmin()
rules = {"a tenth of the lowest": at[lowest] / 10}
rules["steepest"] = at[np.gradient(smooth)[:lowest].argmin()]
tried, whole = stored["settings"]["rates"], stored["results"]["rates"]["both"]
figures.rate_finder(at, smooth, rules, tried, whole)

# %% tags=["nbval-ignore-output"]
reached = dict(zip(tried, whole))
best, largest = max(reached, key=reached.get), max(tried)
advice = rules["a tenth of the lowest"]
recbook.claim(
    1e-3 < advice < 2e-3 and best > 2 * advice and largest > at[lowest]
    and reached[best] > reached[largest] > reached[2e-3],
    en="Of {rates} rates trained in full (stored, one seed), {best} reaches the highest validation NDCG@10 "
    "({best_ndcg:.3f}). The rule of a tenth says {advice:.4f}, which is too careful here: 0.002 reaches "
    "{careful_ndcg:.3f}. And a rate beyond the finder's lowest point need not fail: {largest} reaches "
    "{largest_ndcg:.3f}.",
    zh="完整训练过的 {rates} 个学习率中（事先算好的结果，一个种子），{best} 的验证集 NDCG@10 最高（"
    "{best_ndcg:.3f}）。“十分之一”规则给出 {advice:.4f}，在这里过于保守：0.002 只有 {careful_ndcg:.3f}。学"
    "习率超过搜索的最低点也未必失败：{largest} 有 {largest_ndcg:.3f}。",
    takeaway=False, advice=advice, best=best, best_ndcg=reached[best], careful_ndcg=reached[2e-3],
    largest=largest, largest_ndcg=reached[largest], rates=len(tried),
)

# %% [markdown] lang="en"
# The finder sees a single epoch and the loss; the training has twelve and is judged by its ranking. Use it to find where to *begin* a search, not to end it.
#
# ### Constant or falling?
#
# The same twelve epochs with the rate at 0.007 throughout, and falling to 0, three seeds each (stored; `recbook experiment towers` measures it again). But 0.007 was chosen with the falling rate, whose mean is half as large. So we also train here once with 0.0035 throughout; about 15 seconds.

# %% [markdown] lang="zh"
# 搜索只看一个轮次，看的是损失；训练有十二个轮次，评判看的是排序。用它来决定从哪里**开始**找，而不是到哪里为止。
#
# ### 恒定还是下降？
#
# 同样的十二个轮次，一种始终是 0.007，一种降到 0，各三个种子（事先算好的结果；`recbook experiment towers` 可以重新测量）。但 0.007 是按下降的方式选出来的，而下降时的平均值只有一半。所以这里再用始终 0.0035 现场训练一次，大约 15 秒。

# %% tags=["nbval-ignore-output"]
schedules = stored["results"]["schedules"]
figures.schedules({"falling to 0": schedules["both, linear"], "always 0.007": schedules["both, constant"]})
half_rate, _ = fit(TowerSettings(learning_rate=0.0035), falling=False)
half_rate_end = evaluate(Trained(half_rate), split, on="valid")["ndcg@10"]

# %% tags=["nbval-ignore-output"]
ends = {name: np.array(runs)[:, -1] for name, runs in schedules.items()}
gains = np.concatenate(
    [ends[f"{kind}, linear"] - ends[f"{kind}, constant"] for kind in ("both", "identity")]
)
recbook.claim(
    gains.min() > 0,
    en="Letting the rate fall from 0.007 to 0 ends with a higher validation NDCG@10 than keeping it at 0.007, "
    "in all {comparisons} comparisons (3 seeds, with and without titles; stored), by {gain_low:.3f} to "
    "{gain_high:.3f}.",
    zh="学习率从 0.007 降到 0，最后的验证集 NDCG@10 高于始终 0.007：{comparisons} 次比较（3 个种子，含与不含片名；"
    "事先算好的结果）全都如此，高 {gain_low:.3f} 到 {gain_high:.3f}。",
    gain_low=gains.min(), gain_high=gains.max(), comparisons=len(gains),
)
recbook.claim(
    half_rate_end < curve[-1] - 0.002,
    en="Half the rate throughout is not as good either, with one seed: {half:.3f}, where the falling rate "
    "ends at {falling:.3f}.",
    zh="学习率减半、始终不变，也不如下降的：同一个种子，{half:.3f} 对 {falling:.3f}。",
    takeaway=False, half=half_rate_end, falling=curve[-1],
)

# %% [markdown] lang="en"
# ### Clipping: when would it act?
#
# **Gradient clipping**, `nn.utils.clip_grad_norm_(model.parameters(), 1.0)` between `backward` and `step`, shortens a gradient whose **norm** (the root of the sum of squares over all parameters) exceeds a limit. We noted the norms during the long training:

# %% [markdown] lang="zh"
# ### 梯度裁剪：什么时候起作用？
#
# **梯度裁剪**（gradient clipping）写在 `backward` 与 `step` 之间，`nn.utils.clip_grad_norm_(model.parameters(), 1.0)`：梯度的**范数**（norm，全部参数上各分量平方和的平方根）超过上限，就按比例缩小。完整训练时我们记下了每一步的范数：

# %% tags=["nbval-ignore-output"]
figures.gradient_norms({"identities + titles": np.array(norms)}, limit=1.0)

# %% [markdown] lang="en"
# And with a limit low enough to act at every step? Try 0.05, without titles, with Adam and with plain steps (SGD). Plain steps need a far larger rate; 10 was not tuned:

# %% [markdown] lang="zh"
# 如果把上限定得足够低，每一步都起作用呢？取 0.05，不含片名，分别用 Adam 和普通的随机梯度下降（SGD）。后者的学习率要大得多，这里取 10，没有调过：

# %%
def clipped(kind, rate, limit):
    model, losses, norms = build(identity_only), [], []
    optimizer = kind(model.parameters(), lr=rate)
    for batch in towers.batches(log, identity_only):
        loss = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), limit).item())
        optimizer.step()
        losses.append(loss.item())
    return losses[0] - np.mean(losses[-10:]), min(norms)


by_adam = [clipped(torch.optim.Adam, 0.007, limit) for limit in (np.inf, 0.05)]
by_sgd = [clipped(torch.optim.SGD, 10.0, limit) for limit in (np.inf, 0.05)]

# %% tags=["nbval-ignore-output"]
smaller = [1 - low[0] / free[0] for free, low in (by_adam, by_sgd)]
recbook.claim(
    max(norms) < 1 and min(by_adam[1][1], by_sgd[1][1]) > 0.05 and smaller[0] < 0.1 < smaller[1],
    en="The norm never exceeds {largest:.2f}: clipping at 1 would never act. Clipping at 0.05 acts in every step "
    "of the short runs, and makes the fall of the loss over an epoch {adam:.0%} smaller with Adam, {sgd:.0%} "
    "with SGD.",
    zh="范数最大 {largest:.2f}，上限为 1 的裁剪一次也不会起作用。上限为 0.05 的裁剪在短训练的每一步都起作用，一个"
    "轮次里损失的降幅，用 Adam 时减少 {adam:.0%}，用 SGD 时减少 {sgd:.0%}。",
    takeaway=False, largest=max(norms), adam=smaller[0], sgd=smaller[1],
)

# %% [markdown] lang="en"
# That fits Adam's formula: a factor common to the gradients of many steps cancels in $m / \sqrt v$; in SGD it shortens the step.
#
# ### Mixed precision and a compiler
#
# **Mixed precision** computes products in bfloat16, with 8 significant bits in place of 24, and keeps the parameters in float32; on processors with circuits for it, that is faster. `torch.compile` turns the recorded operations into C++ (on a GPU into its own language), compiles that, and fuses steps; it needs a C++ compiler on the machine. First bfloat16:

# %% [markdown] lang="zh"
# 这与 Adam 的公式相符：多步梯度共有的倍数在 $m / \sqrt v$ 里约掉了；在 SGD 里，它会缩短每一步。
#
# ### 混合精度与编译器
#
# **混合精度**用 bfloat16 算乘积，有效位 8 位而不是 24 位，参数仍保持 float32；在有专门电路的处理器上会更快。`torch.compile` 把记录下来的运算翻译成 C++（在 GPU 上是另一种语言），编译并合并步骤；机器上要有 C++ 编译器。先看 bfloat16：

# %%
import time


def half_precision_loss(model, batch):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return loss_of(model, batch)


def ten_steps(loss_of):
    model, losses = build(one_epoch), []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.007)
    began = time.process_time()
    for batch in from_numpy[:10]:
        loss = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses), 1000 * (time.process_time() - began) / len(losses)


in_full, in_half = ten_steps(loss_of), ten_steps(half_precision_loss)
half_apart = np.abs(in_half[0] / in_full[0] - 1).max()

# %% [markdown] lang="en"
# Compiling takes about 20 seconds, so it is left to you: set `COMPILE = True` and run the cell again. The table has the stored numbers of one core beside what ran just now, all in CPU time.

# %% [markdown] lang="zh"
# 编译要大约 20 秒，所以留给你来运行：改成 `COMPILE = True` 再运行这一格。表里左边是存好的单核结果，右边是刚才运行的，都是 CPU 时间。

# %% tags=["nbval-ignore-output"]
import shutil

COMPILE = False
live = {"float32": in_full[1], "bfloat16": in_half[1]}
if COMPILE and any(map(shutil.which, ("c++", "g++", "clang++", "cl"))):
    compiled = torch.compile(loss_of, dynamic=False)
    ten_steps(compiled)
    live["compiled"] = ten_steps(compiled)[1]
speed = stored["results"]["speed"]
timed = []
for name in ("float32", "bfloat16", "compiled"):
    saved = (speed["float32"]["ms"] - speed[name]["ms"]) / 1000
    compiling = speed[name].get("compiling")
    even = "–" if compiling is None else f"{round(compiling / saved, -3):,.0f}" if saved > 0 else "∞"
    here = f"{live[name]:.1f}" if name in live else "–"
    took = "–" if compiling is None else f"{compiling:.1f}"
    timed.append((plots.name(name), f"{speed[name]['ms']:.1f}", here, took, even))
columns = ["a step", "ms, stored", "ms, here", "seconds to compile", "steps to win it back, about"]
plots.table(pd.DataFrame(timed, columns=columns))

# %%
changes = half_apart, speed["compiled"]["loss_difference"]
recbook.claim(
    changes[0] < 1e-3 and changes[1] < 1e-5,
    en="Over the first 10 steps bfloat16 changes the loss by less than {half_precision:.1%}, and the compiled "
    "step is the same but for rounding (by less than {compiled:.0e} in the stored run).",
    zh="最初 10 步里，bfloat16 使损失的变化不到 {half_precision:.1%}；编译后的一步与原来只差舍入（存好的运行中"
    "不到 {compiled:.0e}）。",
    takeaway=False, half_precision=0.001, compiled=1e-5,
)

# %% [markdown] lang="en"
# How to read the table: our whole training takes 1,152 steps, so a compiler that needs many times as many to win its time back does not pay for one training. And where bfloat16 takes *more* milliseconds, the processor probably has no circuits for it and imitates them with float32. These are single timings of a small model on one processor: measure on yours.
#
# ### The same code on a GPU
#
# No function of ours names a device: `loss_of` sends the batch to where the model is, and `Trained.score` brings the scores back to NumPy. So one line, `model.to(device)`, moves the whole training. `torch.accelerator` finds what PyTorch can use on your machine, such as `cuda` (NVIDIA) or `mps` (Apple), and without one we stay on `cpu`; the cell is the same everywhere. Expect the same results but for rounding, since another device adds up in another order. Whether it is faster for a model as small as ours, measure.

# %% [markdown] lang="zh"
# 这张表怎么看：我们的完整训练一共 1,152 步，如果编译器要多得多的步数才能赚回编译时间，只训练一次就不划算。如果 bfloat16 花的毫秒数反而**更多**，多半是因为处理器没有专门的电路，要用 float32 模拟。这些只是一个小模型在一种处理器上的单次计时，换了条件请另测。
#
# ### 同样的代码放到 GPU 上
#
# 我们的函数里都没有写任何设备：`loss_of` 把批次送到模型所在的地方，`Trained.score` 再把得分取回 NumPy。所以一行 `model.to(device)` 就能搬走整个训练。`torch.accelerator` 会找出你的机器上 PyTorch 能用的设备，例如 `cuda`（NVIDIA）或 `mps`（苹果），没有就用 `cpu`；代码在哪里都一样。结果应当相同，只差舍入，因为换了设备，相加的次序也不同。我们的模型这样小，是否更快，要自己测。

# %% tags=["nbval-ignore-output"]
has_gpu = torch.accelerator.is_available()
device = torch.accelerator.current_accelerator() if has_gpu else torch.device("cpu")
moved_model = build(one_epoch).to(device)
on_device = train(moved_model, from_numpy[:10], np.full(10, 0.007))
places = [("cpu", *in_full[0][[0, -1]]), (str(moved_model.bias.device), *on_device[[0, -1]])]
plots.table(pd.DataFrame(places, columns=["device", "loss, step 1", "loss, step 10"]))
recbook.claim(
    np.abs(on_device / in_full[0] - 1).max() < 1e-4
    and Trained(moved_model).score(everyone).shape == scores.shape,
    en="Device used: `{device}`. The losses of 10 steps agree with those above to better than {tolerance:.2%}.",
    zh="所用的设备：`{device}`。10 步的损失与上面的相差不到 {tolerance:.2%}。",
    takeaway=False, device=str(device), tolerance=1e-4,
)

# %% [markdown] lang="en"
# ## What do identities and titles contribute?
#
# Three models with equal settings: identities only, titles only, identities + titles. Beside them popularity, and EASE with chapter 01's penalty on the size of its weights. All of it is stored, three seeds each, in both frameworks (Keras with the PyTorch-like epsilon of `recbook.tf.dot`). Of the seven rates above, 0.007 was best for identities + titles, but 0.012 for identities only, so that model gets a row with its own rate as well. (One seed chose both; seeds differ about as much as these rates do.) The test films chose nothing. Intervals are of the mean over users, each user averaged over the seeds.

# %% [markdown] lang="zh"
# ## ID 嵌入和片名各贡献了什么？
#
# 三个设置相同的模型：仅 ID 嵌入，仅片名，ID 嵌入＋片名。对照是流行度，以及 EASE，其权重大小的惩罚取第 01 章的值。下面都是存好的结果，各三个种子，两个框架各一份（Keras 用的是 `recbook.tf.dot` 里接近 PyTorch 的 epsilon）。上面七个学习率中，ID 嵌入＋片名以 0.007 最好，仅 ID 嵌入却是 0.012，所以后者再加一行，用自己的学习率。（两者都只由一个种子选出；种子之间的差别与这些学习率之间的差别差不多。）测试集（test set）没有用来做任何选择。每位用户的成绩先对种子取平均，区间是对用户平均的区间。

# %%
results = stored["results"]
called = {"popularity": "popularity", "EASE": "EASE", "text": "titles only", "identity": "identities only"}
called |= {"identity, own rate": "identities only, rate 0.012", "both": "identities + titles"}
per_user = {
    (framework, kind): np.array(part["per_user"])
    for framework, place in (("PyTorch", "warm"), ("Keras", "keras"))
    for kind, part in results[place].items()
}
reports = {shown: Report({"ndcg@10": per_user["PyTorch", kind]}) for kind, shown in called.items()}
plots.ranking(reports, mark="identities + titles",
              en="No gain from titles is shown on films with ratings", zh="对已有评分的电影，看不出片名带来提高")

# %%
base, listed = per_user["PyTorch", "popularity"], []
for (framework, kind), values in per_user.items():
    if kind in ("popularity", "EASE"):
        continue
    part = results["warm" if framework == "PyTorch" else "keras"][kind]
    seeds = (" ".join(f"{value:.4f}" for value in part[on]) for on in ("valid", "test"))
    ahead = bootstrap(values - base)
    listed.append((framework, plots.name(called[kind]), *seeds, f"[{ahead.low:+.3f}, {ahead.high:+.3f}]"))
columns = ["framework", "model", "validation, seeds 0 1 2", "test, seeds 0 1 2", "more than popularity"]
plots.table(pd.DataFrame(listed, columns=columns))

# %%
models = ("identity", "identity, own rate", "text", "both")
frameworks = [bootstrap(per_user["Keras", kind] - per_user["PyTorch", kind]) for kind in models]
widest = max(abs(end) for interval in frameworks for end in interval)
recbook.claim(
    widest < 0.0005,
    en="Whole trainings end alike in both frameworks: for each of the {models} models the interval of the "
    "difference in test NDCG@10 stays within ±{bound}.",
    zh="完整训练之后，两个框架的成绩相同：{models} 个模型中每一个，测试集 NDCG@10 之差的区间都在 ±{bound} 以内。",
    takeaway=False, models=len(models), bound=0.0005,
)

# %%
def both_less(kind):
    return bootstrap(per_user["PyTorch", "both"] - per_user["PyTorch", kind])


def open_question(interval):
    return interval.low < 0 < interval.high


less_base, less_text, less_ease = (both_less(kind) for kind in ("popularity", "text", "EASE"))
recbook.claim(
    less_base.low > 0 and less_text.low > 0 and open_question(less_ease)
    and open_question(both_less("identity")) and open_question(both_less("identity, own rate"))
    and open_question(bootstrap(per_user["PyTorch", "text"] - base)),
    en="On films that have ratings (test, 3 seeds, stored), identities + titles beat popularity by "
    "{popular_low:.3f} to {popular_high:.3f} NDCG@10, and titles only, which have not been shown to beat "
    "popularity; against identities only and against EASE ({ease_low:+.3f} to {ease_high:+.3f}) no "
    "difference is shown.",
    zh="对已有评分的电影（测试集，3 个种子，事先算好的结果），ID 嵌入＋片名比流行度高 {popular_low:.3f} 到 "
    "{popular_high:.3f}（NDCG@10），也高于仅片名，而仅片名是否高于流行度还看不出来；与仅 ID 嵌入、与 EASE（"
    "{ease_low:+.3f} 到 {ease_high:+.3f}）相比，都看不出差别。",
    popular_low=less_base.low, popular_high=less_base.high, ease_low=less_ease.low, ease_high=less_ease.high,
)

# %% [markdown] lang="en"
# Nothing here shows a gain over EASE, and EASE itself can be beaten: chapters 02 and 05 count a user's last films more, which these towers do not. EASE has a weight for each *pair* of films, more than two million, found in closed form. What a two-tower model offers with its 64 numbers a film is size, speed of search (chapter 12), and scores for films that EASE cannot score at all. Why do titles add nothing visible here? Two possible reasons, neither measured: a title says little about taste that the ratings have not said better; and in training the user's text vector contains the very title that is to be found, on the test films it does not.
#
# ### Films that nobody has rated
#
# Hide all ratings of a fifth of the films, train on the rest, and rank the hidden films for each user; to be found are those rated 4 or more. (NDCG@10 as in chapter 01, for several films to be found.) Hidden sets differ a lot, so five are drawn and all models get the same ones. The full trainings are stored; beside them a short one runs here, on set 0, with a schedule of three epochs.

# %% [markdown] lang="zh"
# 这里看不出比 EASE 有提高；EASE 也不是最强的：02 和 05 两章更看重用户最近看过的电影，成绩更好，而这里的双塔没有这样做。EASE 给每一**对**电影一个权重，共两百多万个，有闭式解。双塔模型每部电影只有 64 个数，长处是体积小、检索快（第 12 章），还能给 EASE 完全无法打分的电影打分。加上片名，在这里为什么看不出好处？可能的原因有两个，都没有测量过：一是片名所能透露的口味，评分早已说得更清楚；二是训练时，用户的文本向量里就含有要找的那部电影的片名，测试时却没有。
#
# ### 没有人评过的电影
#
# 把五分之一电影的评分全部藏起来，在其余的上训练，再为每位用户给这些隐藏的电影排序；要找的是评分 4 以上的。（NDCG@10 按第 01 章，一位用户有多部要找。）不同的隐藏组差别很大，所以抽五组，所有模型用同样的组。完整训练的结果是存好的；这里再现场训练一个短的，用第 0 组，只有三个轮次。

# %%
hidden = results["hidden"]
shown = ("random", "identity", "text", "both", "both, untrained at 0", "ridge")
plots.hidden_sets({called.get(kind, kind): hidden[kind] for kind in shown})

# %%
from recbook.data import cold_items

cold = cold_items(ratings, seed=0)
new = cold.test.item_counts() > 0
liked = cold.test.take(cold.test.rating >= 4).matrix()[:, new]
short, _ = fit(TowerSettings(epochs=3), cold.train)
on_new = evaluate_scores(Trained(short).score(np.arange(log.n_users))[:, new], liked)

# %% tags=["nbval-ignore-output"]
sets = {kind: np.array(hidden[kind]) for kind in hidden}
recbook.claim(
    (sets["both"] - sets["identity"]).min() > 0.03 and (sets["both"] > sets["text"]).all()
    and abs(sets["identity"].mean() - sets["random"].mean()) < 0.01,
    en="Among films that nobody has rated, identities only rank about like a random order (mean NDCG@10 over "
    "5 hidden sets, stored: {identity:.3f} and {random:.3f}); titles only reach {text:.3f}, identities + "
    "titles {both:.3f}, more in every set.",
    zh="在没有人评过的电影中，仅 ID 嵌入的排序与随机顺序差不多（5 组隐藏电影上平均 NDCG@10，事先算好的结果："
    "{identity:.3f} 和 {random:.3f}）；仅片名达到 {text:.3f}，ID 嵌入＋片名达到 {both:.3f}，每一组都更高。",
    identity=sets["identity"].mean(), random=sets["random"].mean(), text=sets["text"].mean(),
    both=sets["both"].mean(),
)

# %% tags=["nbval-ignore-output"]
to_ridge = sets["both"] - sets["ridge"]
recbook.claim(
    to_ridge.mean() < 0,
    en="A ridge regression on the same title vectors, one for each user (chapter 01), is ahead in "
    "{ridge_ahead} of 5 sets: {ridge:.3f} on average. With untrained identities at 0, identities + titles "
    "gain in {gained} of 5.",
    zh="同样的片名向量，每位用户做一个岭回归（第 01 章），5 组中有 {ridge_ahead} 组领先：平均 {ridge:.3f}。未"
    "训练的 ID 嵌入置 0 之后，ID 嵌入＋片名在 5 组中有 {gained} 组提高。",
    takeaway=False, ridge=sets["ridge"].mean(), ridge_ahead=int((to_ridge < 0).sum()),
    gained=int((sets["both, untrained at 0"] > sets["both"]).sum()),
)
live = on_new.interval("ndcg@10")
recbook.claim(
    live.low > hidden["both"][0] and (to_ridge.mean() < 0) and on_new["ndcg@10"] < hidden["ridge"][0],
    en="Live, on set 0, 3 epochs of identities + titles reach {live:.3f} (interval {low:.3f} to {high:.3f}); "
    "the stored 12 epochs reach {stored:.3f} on this set, ridge {ridge:.3f}. So the comparison with ridge "
    "uses a number of epochs that was chosen for films with ratings; here fewer might do better.",
    zh="现场用第 0 组，ID 嵌入＋片名训练 3 个轮次，达到 {live:.3f}（区间 {low:.3f} 到 {high:.3f}）；这一组上，"
    "存好的 12 个轮次是 {stored:.3f}，岭回归是 {ridge:.3f}。可见与岭回归比较时，用的轮次数是为已有评分的电"
    "影选的；在这里，少一些也许更好。",
    takeaway=False, low=live.low, high=live.high, live=on_new["ndcg@10"], stored=hidden["both"][0],
    ridge=hidden["ridge"][0],
)

# %% [markdown] lang="en"
# How can identities help titles, although a hidden film's identity has never been trained? The *user's* has: $u$ now holds what the user rated, not only the mean of titles, and the projection of titles was trained together with it. We have not tested that this is the reason. On set 0 the short training did better than the long one; that is one set. The hidden film's own identity is still the random numbers of the start. The row "untrained at 0" has them set to 0; five sets cannot settle whether that helps.
#
# ### Neighbours
#
# What has the item tower learned? Take a film's nearest by cosine, once among the tower's film vectors (identity plus projected title), once among the title vectors that went in:

# %% [markdown] lang="zh"
# 隐藏电影的 ID 嵌入从没训练过，为什么加上 ID 嵌入还能比仅片名好？因为**用户**的 ID 嵌入训练过：$u$ 里现在有用户评过什么，而不只是片名的平均，片名的投影也是与它一起训练的。这是不是真正的原因，这里没有检验。在第 0 组上，短的训练比长的更好，但这只是一组。隐藏电影自己的 ID 嵌入仍是初始的随机数。“未训练的置 0”那一行把它们设为 0；有没有好处，五组还不足以下结论。
#
# ### 近邻
#
# 物品塔学到了什么？按余弦取一部电影的最近邻：一次在物品塔的电影向量里（ID 嵌入加片名投影），一次在输入的片名向量里：

# %% tags=["nbval-ignore-output"]
often = np.flatnonzero(log.item_counts() >= 20)
with torch.inference_mode():
    learned = both.item(torch.as_tensor(often)).numpy()


def five_best(similar):
    return np.argsort(np.where(np.eye(len(similar)), np.inf, -similar), axis=1, kind="stable")[:, :5]


def cosines(vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit @ unit.T


nearest = {"in the tower": five_best(cosines(learned)), "by title": five_best(cosines(item_text[often]))}
for title in ("Star Wars", "Cinderella", "Scream"):
    row = int(np.flatnonzero(titles[often] == title)[0])
    films = {name: titles[often[five[row]]] for name, five in nearest.items()}
    plots.table(pd.DataFrame(films), caption=title)

# %% [markdown] lang="en"
# How much audience do neighbours share? For a film and each of its five neighbours, count the users who rated both and divide by those who rated either (the **Jaccard coefficient**, intersection over union). Much-watched films share many users by chance, so there are two controls: the five films whose number of ratings is nearest, and the five with the highest coefficient, the most that is possible.

# %% [markdown] lang="zh"
# 近邻的观众有多少重合？对一部电影和它的五个近邻，数一数两部都评过的用户，除以评过其中任一部的用户（**Jaccard 系数**，交集除以并集）。热门电影碰巧也会有许多共同观众，所以加两个对照：评分数最接近的五部；Jaccard 系数最高的五部，也就是能达到的上限。

# %%
seen_by = watched[:, often].astype(float)
by_both = seen_by.T @ seen_by
ratings_of = np.diag(by_both)
jaccard = by_both / (ratings_of[:, None] + ratings_of[None, :] - by_both)
as_often = five_best(-np.abs(ratings_of[:, None] - ratings_of[None, :]))
choices = nearest | {"as often rated": as_often, "at most": five_best(jaccard)}
common = {name: np.take_along_axis(jaccard, five, axis=1).mean(axis=1) for name, five in choices.items()}
more = {name: bootstrap(common["in the tower"] - common[name]) for name in ("by title", "as often rated")}

# %% tags=["nbval-ignore-output"]
recbook.claim(
    min(interval.low for interval in more.values()) > 0.05,
    en="The mean Jaccard coefficient of neighbours in the trained tower is {tower:.0%}; by title "
    "{by_title:.0%}, as often rated {as_often:.0%}, the most possible {at_most:.0%}. (Counted on the log "
    "that the tower was trained on.)",
    zh="训练好的物品塔里，近邻的平均 Jaccard 系数是 {tower:.0%}；按片名 {by_title:.0%}，评分数最接近的 "
    "{as_often:.0%}，上限 {at_most:.0%}。（用的就是训练物品塔的日志。）",
    takeaway=False, tower=common["in the tower"].mean(), by_title=common["by title"].mean(),
    as_often=common["as often rated"].mean(), at_most=common["at most"].mean(),
)

# %% [markdown] lang="en"
# **Exercise 6**, open. In training, set $I_i$ of the *item* tower to 0 with probability $p$, for own films and negatives alike. Try $p$ of 0.1, 0.3 and 0.5. Choose among them by the validation films and by two new hidden sets, `cold_items(ratings, seed=5)` and `cold_items(ratings, seed=6)`; report on sets 0 to 4 what hidden films gain, and what films with ratings lose. Which line of `Tower.forward` changes, and what must it do after `model.eval()`? (Mind that `Trained.score` never calls it.) A full training takes about 15 seconds, one with `epochs=3` a quarter of that.

# %% [markdown] lang="zh"
# **练习 6**（开放题）训练时，以概率 $p$ 把**物品塔**的 $I_i$ 置 0，用户自己的电影和负样本都这样做。试 $p$ 取 0.1、0.3 和 0.5。用验证集和两组新的隐藏电影来选：`cold_items(ratings, seed=5)` 和 `cold_items(ratings, seed=6)`；选定之后，报告第 0 到 4 组上隐藏的电影提高多少，已有评分的电影又损失多少。要改的是 `Tower.forward` 的哪一行？调用 `model.eval()` 之后，这一行应当怎样？（注意 `Trained.score` 从不调用它。）一次完整训练大约 15 秒，`epochs=3` 的约为四分之一。

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

# %% quiz="pytorch"
recbook.quiz("pytorch")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress("pytorch")

# %% [markdown] lang="en"
# - P.-S. Huang, X. He, J. Gao, L. Deng, A. Acero and L. Heck (2013). *Learning deep structured semantic models for web search using clickthrough data.* CIKM. [doi:10.1145/2505515.2505665](https://doi.org/10.1145/2505515.2505665). Two towers.
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996). Two towers at work.
# - Y. Bengio and J.-S. Senécal (2008). *Adaptive importance sampling to accelerate training of a neural probabilistic language model.* IEEE Transactions on Neural Networks 19(4). [doi:10.1109/TNN.2007.912312](https://doi.org/10.1109/TNN.2007.912312). Sampled softmax.
# - D. P. Kingma and J. Ba (2015). *Adam: A method for stochastic optimization.* ICLR. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980). Section 2 has both places of epsilon.
# - A. Paszke et al. (2019). *PyTorch: An imperative style, high-performance deep learning library.* NeurIPS. [arXiv:1912.01703](https://arxiv.org/abs/1912.01703).
# - L. N. Smith (2017). *Cyclical learning rates for training neural networks.* WACV. [arXiv:1506.01186](https://arxiv.org/abs/1506.01186). The finder.
# - P. Micikevicius et al. (2018). *Mixed precision training.* ICLR. [arXiv:1710.03740](https://arxiv.org/abs/1710.03740). With float16, whose narrow range makes scaling of the loss necessary; bfloat16 has the range of float32.
# - S. Rendle, W. Krichene, L. Zhang and J. Anderson (2020). *Neural collaborative filtering vs. matrix factorization revisited.* RecSys. [arXiv:2005.09683](https://arxiv.org/abs/2005.09683). Why a dot product is hard to beat.

# %% [markdown] lang="zh"
# - P.-S. Huang, X. He, J. Gao, L. Deng, A. Acero and L. Heck (2013). *Learning deep structured semantic models for web search using clickthrough data.* CIKM. [doi:10.1145/2505515.2505665](https://doi.org/10.1145/2505515.2505665)。双塔的出处。
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996)。双塔的实际应用。
# - Y. Bengio and J.-S. Senécal (2008). *Adaptive importance sampling to accelerate training of a neural probabilistic language model.* IEEE Transactions on Neural Networks 19(4). [doi:10.1109/TNN.2007.912312](https://doi.org/10.1109/TNN.2007.912312)。采样 softmax。
# - D. P. Kingma and J. Ba (2015). *Adam: A method for stochastic optimization.* ICLR. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980)。第 2 节有 epsilon 的两种位置。
# - A. Paszke et al. (2019). *PyTorch: An imperative style, high-performance deep learning library.* NeurIPS. [arXiv:1912.01703](https://arxiv.org/abs/1912.01703)。
# - L. N. Smith (2017). *Cyclical learning rates for training neural networks.* WACV. [arXiv:1506.01186](https://arxiv.org/abs/1506.01186)。学习率搜索。
# - P. Micikevicius et al. (2018). *Mixed precision training.* ICLR. [arXiv:1710.03740](https://arxiv.org/abs/1710.03740)。用的是 float16，范围窄，必须放缩损失；bfloat16 的范围与 float32 相同。
# - S. Rendle, W. Krichene, L. Zhang and J. Anderson (2020). *Neural collaborative filtering vs. matrix factorization revisited.* RecSys. [arXiv:2005.09683](https://arxiv.org/abs/2005.09683)。点积为什么难以超越。
