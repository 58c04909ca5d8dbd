# %% [markdown] lang="en"
# # 07 · PyTorch: the same model, line by line
#
# **You will be able to** write a two-tower model, a recommender, in PyTorch and say what each line does; read a Keras program as PyTorch and the other
# way round; prove that two programs are one model, or find the line where they part; decide whether a learning-rate schedule, clipping, mixed precision or a compiler pays;
# save weights in a file that can do no harm; and say what identities and titles each contribute.
#
# **You need** chapters 01 (how we keep score, EASE) and 03 (softmax, cross-entropy, gradient). If you know Keras, chapter 06 builds this
# model there; it is not needed here.
#
# **It takes** about an hour and a half to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 07 · PyTorch：同一个模型，一行一行地写
#
# **学完之后**，你能用 PyTorch 写出一个双塔模型（two-tower model）来做推荐，并说清每一行的作用；能把 Keras 程序读成 PyTorch，也能反过来；能证明两个程序是同一个模型，或者找出它们从哪一行开始不同；
# 能判断学习率调度、梯度裁剪、混合精度（mixed precision）、编译器值不值得用；能把权重存进一个不可能藏有恶意代码的文件；还能说清身份向量和片名各贡献了什么。
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
from recbook.models import dot, towers
from recbook.models.towers import TowerSettings

recbook.setup("en")

# %% [markdown] lang="en"
# ## One user, two films, by pencil
#
# A **two-tower model** turns a user into a vector $u$ and a film into a vector $v$, both $w$ numbers wide. Two parts of the program do that, the user tower and the item tower, and they meet only at the end, in a dot product:
#
# $$s = u \cdot v + b$$
#
# where $b$ is one number for each film, its **bias**: how often it is watched by anybody. The score $s$ says how well the two go together. What makes the design popular is that film vectors can be computed once and kept for all users.
#
# Take $w = 2$, one user with $u = (1, 1)$, and two films. The user has watched film A, with $v_A = \log 2 \cdot (1, 0)$; film B, with $v_B = \log 2 \cdot (1, 1)$, was drawn by lot from those the user has not been seen with, a **negative**. Both biases are 0. ($\log$ is the natural logarithm, and the factor $\log 2$ makes the arithmetic easy, since $e^{\log 2} = 2$.) The scores are $\log 2$ and $2 \log 2$; the softmax raises $e$ to them, $2$ and $4$, and divides by the sum: probabilities $1/3$ and $2/3$. The loss is minus the log of the probability of the film that was watched,
#
# $$\ell = -\log \frac{e^{s_A}}{e^{s_A} + e^{s_B}} = -\log \tfrac13 = \log 3 = 1.10$$

# %% [markdown] lang="zh"
# ## 一位用户、两部电影，一支铅笔
#
# **双塔模型**把用户变成向量 $u$，把电影变成向量 $v$，宽度都是 $w$。这由程序的两个部分完成，分别叫用户塔和物品塔，它们只在最后相遇，做一次点积（dot product）：
#
# $$s = u \cdot v + b$$
#
# 其中 $b$ 是每部电影各有一个的数，叫**偏置**（bias），反映这部电影总体上有多常被看。得分 $s$ 表示用户与电影有多相配。这种结构之所以流行，是因为电影向量可以只算一次，供所有用户使用。
#
# 取 $w = 2$，一位用户 $u = (1, 1)$，两部电影。用户看过电影 A，$v_A = \log 2 \cdot (1, 0)$；电影 B 是从没看过的电影里随机抽出的，叫**负样本**（negative），$v_B = \log 2 \cdot (1, 1)$。两个偏置都是 0。（$\log$ 是自然对数；乘上 $\log 2$ 是为了方便笔算，因为 $e^{\log 2} = 2$。）两个得分是 $\log 2$ 和 $2 \log 2$；softmax 以 $e$ 为底取幂，得 $2$ 和 $4$，再除以总和，概率是 $1/3$ 和 $2/3$。损失是看过的那部电影的概率取负对数：
#
# $$\ell = -\log \frac{e^{s_A}}{e^{s_A} + e^{s_B}} = -\log \tfrac13 = \log 3 = 1.10$$

# %%
u = torch.tensor([1.0, 1.0], requires_grad=True)
v = (torch.tensor([[1.0, 0.0], [1.0, 1.0]]) * np.log(2)).requires_grad_()  # rows: A, B
b = torch.zeros(2, requires_grad=True)


def pencil_loss():
    scores = v @ u + b
    return -scores.log_softmax(dim=0)[0]


loss = pencil_loss()
(v @ u + b).softmax(dim=0).detach().numpy(), loss.item(), np.log(3)

# %% [markdown] lang="en"
# `requires_grad` tells PyTorch to write down what is done with these numbers. `loss.backward()` then walks that record backwards and leaves the **gradient**, how fast the loss grows with each number, in `.grad`. By pencil it is chapter 03's: the error is what was guessed minus what was right, $\delta = (1/3 - 1, 2/3) = (-2/3, 2/3)$, and
#
# $$\frac{\partial \ell}{\partial b} = \delta, \qquad \frac{\partial \ell}{\partial v_j} = \delta_j\, u, \qquad \frac{\partial \ell}{\partial u} = \delta_A v_A + \delta_B v_B = \log 2 \cdot (0, \tfrac23)$$

# %% [markdown] lang="zh"
# `requires_grad` 让 PyTorch 记下对这些数做过的运算。`loss.backward()` 再沿着记录倒着走一遍，把**梯度**（损失随每个数增长得多快）存进 `.grad`。笔算与第 03 章一样：误差是预测减真实，$\delta = (1/3 - 1, 2/3) = (-2/3, 2/3)$，于是
#
# $$\frac{\partial \ell}{\partial b} = \delta, \qquad \frac{\partial \ell}{\partial v_j} = \delta_j\, u, \qquad \frac{\partial \ell}{\partial u} = \delta_A v_A + \delta_B v_B = \log 2 \cdot (0, \tfrac23)$$

# %%
loss.backward()
print(b.grad.numpy())
print(v.grad.numpy())
print((u.grad / np.log(2)).numpy())

# %% [markdown] lang="en"
# Take a step of 0.3 against the gradient: A's vector grows by $0.2 \cdot (1, 1)$, B's shrinks by as much, the biases become $0.2$ and $-0.2$, and $u$ becomes $(1,\ 1 - 0.2 \log 2)$. The step itself must not be recorded, hence `no_grad`.

# %% [markdown] lang="zh"
# 逆着梯度走 0.3 的一步：A 的向量增加 $0.2 \cdot (1, 1)$，B 的减少同样多，两个偏置变成 $0.2$ 和 $-0.2$，$u$ 变成 $(1,\ 1 - 0.2 \log 2)$。更新本身不能被记录，所以放在 `no_grad` 里。

# %%
with torch.no_grad():
    for numbers in (u, v, b):
        numbers -= 0.3 * numbers.grad
    new_b, new_u = b.numpy(), u.numpy()
after = pencil_loss()
recbook.claim(
    np.allclose(new_b, [0.2, -0.2]) and np.allclose(new_u, [1, 1 - 0.2 * np.log(2)])
    and after.item() < loss.item(),
    en="The step is the pencil's, and the loss falls from {a:.2f} to {b:.2f}.",
    zh="这一步与笔算一致，损失从 {a:.2f} 降到 {b:.2f}。",
    takeaway=False, a=loss.item(), b=after.item(),
)

# %% [markdown] lang="en"
# Everything that follows is this step, for a thousand pairs at a time, with more convenient tools.
#
# ## The model: `nn.Module`
#
# First the data, as in chapter 01: the log of who rated what, split by leave-one-out (the last film of each user for testing, the one before for validation). What is known about a film before anybody has rated it is its title; MiniLM, the sentence encoder of chapter 00, turns it into 384 numbers. `centred` takes the mean title off, since all titles share a direction that says little. A user's text vector is the mean over the films that the user has rated.

# %% [markdown] lang="zh"
# 后面的一切都是这一步，只是一次处理上千对，工具也更顺手。
#
# ## 模型：`nn.Module`
#
# 先准备数据，与第 01 章相同：谁评过哪部电影的日志，按留一法（leave-one-out）划分，每位用户的最后一部用于测试，倒数第二部用于验证。在没有任何人评分之前，对一部电影已知的是片名；用第 00 章的句子编码器 MiniLM 把它变成 384 个数。`centred` 减去所有片名的平均，因为各片名都含有一个没有区分力的共同方向。用户的文本向量是其评过的电影的平均。

# %%
from recbook.data import leave_one_out
from recbook.text import TextEncoder

ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].to_numpy()
split = leave_one_out(ratings)
log = split.train
item_text = towers.centred(TextEncoder("all-MiniLM-L6-v2").encode(list(titles)))  # (films, 384)
user_text = towers.user_features(log, item_text)  # (users, 384)
item_text.shape, user_text.shape

# %% [markdown] lang="en"
# A tower adds up two things: a free vector for each user (or film), its **identity**, which must be learned from that user's own ratings; and a **projection** of the text vector, one matrix for all, which also serves films without ratings. With $I$ the table of identities, of shape $(n, w)$, $x_i$ the text vector of number $i$, of shape $(d,)$, and $P$ the projection, of shape $(d, w)$:
#
# $$\text{tower}(i) = I_i + x_i P$$
#
# In PyTorch a part of a model is a `Module`. What is to be learned is a `Parameter`; what belongs to the model but is not learned, as $x$ here, is a **buffer**. `forward` says what happens to the input. One writes `forward` but calls the module itself, `tower(index)`, so that PyTorch can do its bookkeeping around it.

# %% [markdown] lang="zh"
# 一座塔把两样东西加起来：每位用户（或每部电影）各有一个自由的向量，叫**身份向量**，只能从其自己的评分里学；以及文本向量的**投影**，一个矩阵为所有人共用，没有评分的电影也能用。记 $I$ 为身份向量表，形状 $(n, w)$；$x_i$ 为编号 $i$ 的文本向量，形状 $(d,)$；$P$ 为投影矩阵，形状 $(d, w)$：
#
# $$\text{tower}(i) = I_i + x_i P$$
#
# 在 PyTorch 里，模型的一部分是一个 `Module`。要学习的是 `Parameter`；属于模型但不学习的，比如这里的 $x$，是**缓冲区**（buffer）。`forward` 写明输入会怎样。写的是 `forward`，调用的却是模块本身，`tower(index)`，PyTorch 会在前后做好登记工作。

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
# `functional.embedding` 按编号查行：就是第 03 章的独热乘积，只是不真的去乘。整个模型有两座塔和偏置，打分的方式有两种：`forward` 把用户与电影**逐对**配起来，第 $i$ 行对第 $i$ 行；`against` 算**每位用户与每部电影**，一次矩阵乘法完成，排序时要用。

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
rows = [(name, str(tuple(p.shape)), f"{p.numel():,}") for name, p in model.named_parameters()]
plots.table(pd.DataFrame(rows, columns=["parameter", "shape", "numbers to learn"]))

# %% [markdown] lang="en"
# `recbook.models.dot` holds the tested twin of these classes. Do both give the same scores?

# %% [markdown] lang="zh"
# `recbook.models.dot` 里有这两个类的孪生版本，附有测试。两者给出的得分一样吗？

# %%
start = towers.start_weights(log.n_users, log.n_items, item_text.shape[1], TowerSettings())
twin = dot.TwoTower(start, user_text, item_text)
everyone, all_films = torch.arange(log.n_users), torch.arange(log.n_items)
with torch.inference_mode():
    scores = model.against(everyone, all_films)  # (users, films)
    pairs = model(torch.tensor([0, 1]), torch.tensor([5, 7]))
    same = torch.equal(scores, twin.against(everyone, all_films))
recbook.claim(
    same and torch.allclose(pairs, scores[[0, 1], [5, 7]], atol=1e-6),
    en="Our model and `recbook.models.dot` give equal scores for all {n:,} pairs, and scoring "
    "pair by pair agrees with scoring all with all.",
    zh="在全部 {n:,} 对上，我们的模型与 `recbook.models.dot` 的得分完全相等；逐对打分与全部互打的"
    "结果也一致。",
    takeaway=False, n=scores.numel(),
)

# %% [markdown] lang="en"
# **Exercise 1.** In training, each user has one film that was watched, and all rows share $m$ negatives. Compute the scores, biases left out: column 0 for the user's own film, then one column for each negative. Mind the shapes: the first is pair by pair, the others all with all. ({points})

# %% [markdown] lang="zh"
# **练习 1** 训练时，每位用户有一部看过的电影，所有行共用 $m$ 个负样本。请算出得分（不含偏置）：第 0 列是用户自己的那部，后面每个负样本一列。注意形状：前者逐对，后者全部互打。（{points}）

# %% exercise="pytorch-scores" points=1
def training_scores(users, items, negatives):
    """en: Scores (n, 1 + m) of users (n, w) with their own films, items (n, w), in column 0
    en: and with all negatives (m, w) after it.
    zh: 得分 (n, 1 + m)：users (n, w) 与各自的电影 items (n, w) 在第 0 列，
    zh: 与全部负样本 negatives (m, w) 的得分在其后。"""
    ### BEGIN SOLUTION
    own = (users * items).sum(axis=1)
    return np.concatenate([own[:, None], users @ negatives.T], axis=1)
    ### END SOLUTION

# %% check="pytorch-scores"
recbook.check("pytorch-scores", training_scores)

# %% [markdown] lang="en"
# ## From a log to batches: `Dataset`, `DataLoader`, collate
#
# A step sees a **batch**, here 1,024 rows of the log. PyTorch splits the work of making one between three parties. A `Dataset` gives one row when asked by number. A `DataLoader` decides which rows, in which order. A **collate function** gets the list of rows and makes tensors of them. Three rows suffice to see what goes in and what comes out:

# %% [markdown] lang="zh"
# ## 从日志到批次：`Dataset`、`DataLoader` 与整理函数
#
# 每一步处理一个**批次**（batch），这里是日志的 1,024 行。PyTorch 把做批次的工作分给三方：`Dataset` 按编号给出一行；`DataLoader` 决定取哪些行、按什么顺序；**整理函数**（collate function）拿到这些行的列表，做成张量。三行就足以看清进去的是什么、出来的是什么：

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
rows = [three[row] for row in range(len(three))]
rows

# %% [markdown] lang="en"
# The collate function turns this list of pairs round, into one tensor of users and one of films, and draws the negatives: $m$ films that all rows of the batch share. That is cheaper than drawing for each row, because $m$ film vectors then serve 1,024 users in one product. Only films that somebody has rated are drawn: nobody has had the chance to watch the others.

# %% [markdown] lang="zh"
# 整理函数把这个列表翻转过来，得到一个用户张量和一个电影张量，并抽取负样本：整个批次的各行共用 $m$ 部电影。这比每行各抽一份便宜，因为 $m$ 个电影向量一次乘法就能配 1,024 位用户。只抽有人评过的电影：其余的电影，还没有人有机会看。

# %%
def with_negatives(rows, rng, known, m):
    users, items = torch.tensor(rows).T
    negatives = known[rng.integers(len(known), size=m)]
    return towers.Batch(users, items, torch.from_numpy(negatives))


batch = with_negatives(rows, np.random.default_rng(2), known=np.arange(8), m=4)
print("users    ", batch.users.tolist())
print("items    ", batch.items.tolist())
print("negatives", batch.negatives.tolist())
print((batch.negatives == batch.items[:, None]).int().numpy())

# %% [markdown] lang="en"
# The little table at the end, one row for each pair and one column for each negative, marks accidents: a 1 where the film drawn is the row's own. To push away what one pulls closer makes no sense, so its score becomes minus infinity, which the softmax turns into 0. Other films that the user has watched may be drawn too; we let that pass, since it is rare and the loss averages over it.
#
# **Exercise 2.** Write the collate function with its mask, for negatives that have been drawn already. ({points})

# %% [markdown] lang="zh"
# 末尾的小表，每对一行、每个负样本一列，标出了意外：抽到的恰好是本行自己的电影，记 1。一边拉近一边推开没有意义，所以把它的得分设为负无穷，softmax 就给它 0。用户看过的其他电影也可能被抽到；这种情况少，在平均里影响不大，就不管了。
#
# **练习 2** 写出带掩码的整理函数，负样本已经抽好。（{points}）

# %% exercise="pytorch-collate" points=2
def collate(rows, negatives):
    """en: (users (n,), items (n,), allowed (n, m)) from a list of (user, item) and negatives (m,):
    en: allowed is False where a negative is the row's own item, else True.
    zh: 由（用户，物品）的列表和负样本 negatives (m,) 得到（users (n,), items (n,), allowed (n, m)）：
    zh: 负样本恰为本行自己的物品处 allowed 为 False，其余为 True。"""
    ### BEGIN SOLUTION
    users, items = np.array(rows).T
    return users, items, np.asarray(negatives) != items[:, None]
    ### END SOLUTION

# %% check="pytorch-collate"
recbook.check("pytorch-collate", collate)

# %% [markdown] lang="en"
# Now the whole log. A `Sampler` gives the order of the rows, shuffled anew each epoch (an **epoch** is one pass over all rows). `partial` hands the collate function its other arguments. `towers.batches` makes the same batches with NumPy alone, and both draw from a generator with the same seed:

# %% [markdown] lang="zh"
# 现在处理整个日志。`Sampler` 给出各行的顺序，每个**轮次**（epoch，把所有行过一遍）重新打乱。`partial` 把其余的参数交给整理函数。`towers.batches` 只用 NumPy 做同样的批次，两者用种子相同的随机数生成器：

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
import time

one_epoch = TowerSettings(epochs=1)
seconds = {}
began = time.process_time()
by_loader = list(loader(Watched(log.user, log.item)))
seconds["DataLoader, row by row"] = time.process_time() - began
began = time.process_time()
by_numpy = list(towers.batches(log, one_epoch))
seconds["NumPy"] = time.process_time() - began
equal = [
    all(np.array_equal(a, b) for a, b in zip(*pair)) for pair in zip(by_loader, by_numpy, strict=True)
]
recbook.claim(
    all(equal),
    en="`DataLoader` and `towers.batches` make the same {n} batches, number by number.",
    zh="`DataLoader` 与 `towers.batches` 做出的 {n} 个批次逐个数相同。",
    takeaway=False, n=len(equal),
)

# %% [markdown] lang="en"
# They differ in time. Asking for 98,000 rows one by one is Python work. A data set may offer `__getitems__` as well, which gets a whole list of row numbers; then the loader asks once a batch, and the collate function receives arrays:

# %% [markdown] lang="zh"
# 差别在时间。一行一行地取 98,000 行，全是 Python 的开销。数据集还可以提供 `__getitems__`，一次接收一批行号；这样加载器每个批次只问一次，整理函数收到的就是数组：

# %%
class WatchedAtOnce(Watched):
    def __getitems__(self, rows):
        return self.user[rows], self.item[rows]


def with_negatives_at_once(columns, rng, known, m):
    users, items = map(torch.from_numpy, columns)
    negatives = known[rng.integers(len(known), size=m)]
    return towers.Batch(users, items, torch.from_numpy(negatives))


began = time.process_time()
at_once = list(loader(WatchedAtOnce(log.user, log.item), with_negatives_at_once))
seconds["DataLoader, batch at once"] = time.process_time() - began
all(torch.equal(a, b) for pair in zip(at_once, by_loader) for a, b in zip(*pair))

# %% tags=["nbval-ignore-output"]
rows = [(plots.name(name), value) for name, value in seconds.items()]
plots.table(pd.DataFrame(rows, columns=["an epoch of batches", "CPU seconds"]))

# %% [markdown] lang="en"
# (Worker processes, `num_workers`, pay where a row is expensive, an image to be decoded for instance. Here handing batches from process to process would cost more than making them. From now on we take `towers.batches`, so that the Keras model can be given the same.)

# %% [markdown] lang="zh"
# （工作进程 `num_workers` 在取一行很贵时才划算，比如要解码图像。这里批次在进程之间传递的代价比制作还高。从这里起用 `towers.batches`，以便给 Keras 模型同样的批次。）

# %% [markdown] lang="en"
# ## The training loop, five lines
#
# The loss of a batch is the pencil's, averaged over its $n$ rows. With $s_i$ the score of row $i$'s own film and $s_{ij}$ that of negative $j$ (only those $j$ that are allowed):
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{e^{s_i}}{e^{s_i} + \sum_{j \text{ allowed}} e^{s_{ij}}}$$
#
# This is called **sampled softmax** (Bengio and Senécal 2008): the full one would sum over all films. `cross_entropy` takes a table of scores and the column of the right answer, 0 in every row.

# %% [markdown] lang="zh"
# ## 训练循环：五行
#
# 一个批次的损失就是笔算的那个，在 $n$ 行上取平均。记 $s_i$ 为第 $i$ 行自己的电影的得分，$s_{ij}$ 为它与负样本 $j$ 的得分（$j$ 只取允许的，allowed）：
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{e^{s_i}}{e^{s_i} + \sum_{j \text{ allowed}} e^{s_{ij}}}$$
#
# 这叫**采样 softmax**（sampled softmax；Bengio and Senécal 2008）：完整的 softmax 要对所有电影求和。`cross_entropy` 接收一张得分表和正确答案所在的列，这里每行都是第 0 列。

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
# The five lines that every PyTorch program has:
#
# 1. `loss = loss_of(model, batch)`, the **forward pass**: compute, and record how.
# 2. `optimizer.zero_grad()`: throw away the gradients of the step before.
# 3. `loss.backward()`, the **backward pass**: walk the record, and *add* each gradient to `.grad`.
# 4. `optimizer.step()`: change the parameters by what stands in `.grad`. The loss is not consulted any more.
# 5. `loss.item()`: the plain number, for the curve. To keep `loss` itself would keep the whole record alive.
#
# **Adam** is the rule that `step` follows: each number gets a step length of its own, from running means of its gradient and of the gradient's square. Its formula comes further down, where it matters. The learning rate changes from step to step by the list `rates`; the one we use falls in a straight line from 0.007 to 0.
#
# Why line 2? Look at the pencil model: call `backward` twice without clearing.

# %% [markdown] lang="zh"
# 每个 PyTorch 程序都有的五行：
#
# 1. `loss = loss_of(model, batch)`，**前向**（forward pass）：计算，并记下计算过程。
# 2. `optimizer.zero_grad()`：丢掉上一步的梯度。
# 3. `loss.backward()`，**反向**（backward pass）：沿记录倒着走，把各个梯度*加*到 `.grad` 上。
# 4. `optimizer.step()`：按 `.grad` 里的数更新参数，不再用到损失。
# 5. `loss.item()`：取出普通的数，用来画曲线。如果保存 `loss` 本身，整份计算记录都会留在内存里。
#
# **Adam** 是 `step` 遵循的规则：根据每个参数的梯度和梯度平方的滑动平均，给它各自的步长。公式放在后面用到的地方。学习率按列表 `rates` 逐步变化；我们用的是从 0.007 沿直线降到 0。
#
# 为什么要有第 2 行？看铅笔模型：不清零，调用两次 `backward`。

# %%
b.grad = None
for _ in range(2):
    pencil_loss().backward()
    print(b.grad.numpy())

# %% [markdown] lang="en"
# The second is twice the first, although nothing has changed. Gradients add up on purpose: so one can spread a large batch over several `backward` calls. But whoever forgets the line steps along the sum of all gradients since the beginning. Train for one epoch with the line and without it, from the same weights, on the same batches:

# %% [markdown] lang="zh"
# 什么都没变，第二次却是第一次的两倍。梯度累加是有意设计的：这样可以把一个大批次分给几次 `backward`。但如果忘了这一行，每一步走的就是从头到现在所有梯度之和。用同样的权重、同样的批次，写上这一行和去掉这一行，各训练一个轮次：

# %% tags=["nbval-ignore-output"]
steady = np.full(towers.n_steps(log, one_epoch), 0.007)
identity_only = TowerSettings(text=False, epochs=1)
with_line, without_line = (
    train(build(identity_only), towers.batches(log, identity_only), steady, clear)
    for clear in (True, False)
)
plots.step_losses({"with zero_grad": with_line, "without zero_grad": without_line})

# %% tags=["nbval-ignore-output"]
recbook.claim(
    with_line[-10:].mean() < with_line[0] - 0.3 and without_line[-10:].mean() > without_line[0] + 0.3,
    en="Without `zero_grad` the loss first falls faster, since Adam follows a growing sum, and "
    "then climbs: after one epoch it is {a:.2f}, from {c:.2f} at the start; with the line it is "
    "{b:.2f}. No error is raised.",
    zh="去掉 `zero_grad`，损失起初降得更快（Adam 沿着越积越大的和走），随后反弹：一个轮次之后是 "
    "{a:.2f}，而起点是 {c:.2f}；写上这一行则是 {b:.2f}。程序不会报错。",
    a=without_line[-10:].mean(), b=with_line[-10:].mean(), c=with_line[0],
)

# %% [markdown] lang="en"
# **Exercise 3.** Write the loop yourself, on a loss with one valley: $\ell(w) = \sum_k (w_k - t_k)^2$, with plain steps of $-\text{rate}$ times the gradient. By pencil: from $w = 0$, with target $t = 1$ and rate $0.25$, the gradient is $2 (w - t) = -2$, so $w$ goes to $0.5$, then $0.75$. Let PyTorch find the gradients. ({points})

# %% [markdown] lang="zh"
# **练习 3** 自己写一遍循环，损失只有一个谷底：$\ell(w) = \sum_k (w_k - t_k)^2$，每一步是 $-\text{rate}$ 乘以梯度。笔算：从 $w = 0$ 出发，目标 $t = 1$，步长 $0.25$，梯度是 $2 (w - t) = -2$，所以 $w$ 变成 $0.5$，再变成 $0.75$。梯度请让 PyTorch 去求。（{points}）

# %% exercise="pytorch-descend" points=2
def descend(start, target, rate, steps):
    """en: (w, losses): w (d,) after `steps` steps from start, and the loss before each step.
    en: start and target are NumPy arrays (d,).
    zh: （w, losses）：从 start 出发走 `steps` 步之后的 w (d,)，以及每一步之前的损失。
    zh: start 和 target 是 NumPy 数组 (d,)。"""
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
# Twelve epochs with both identities and titles. The settings (width 64, 256 negatives, 1,024 rows a batch, rate, epochs) were chosen on the validation films, from about thirty that were tried. Chapter 06 uses the same. After each epoch we ask for validation NDCG@10 (chapter 01: 1 if the held-out film comes first, less further down, 0 after place 10; mean over users). About 15 seconds.

# %% [markdown] lang="zh"
# ### 完整训练
#
# 身份向量与片名都用，训练十二个轮次。各项设置（宽度 64、256 个负样本、每批 1,024 行、学习率、轮次）是在验证集（validation set）上选定的，一共试过大约三十组；第 06 章用的也是这些。每个轮次之后算一次验证集 NDCG@10（第 01 章：留出的电影排第一得 1，越靠后越小，第 10 名之后得 0；对用户取平均）。大约 15 秒。

# %%
from recbook.evaluation import bootstrap, evaluate, evaluate_scores


class Trained:
    def __init__(self, model):
        self.model_ = model

    def score(self, users, history=None):
        with torch.inference_mode():
            films = torch.arange(len(self.model_.bias))
            return self.model_.against(torch.as_tensor(users), films).numpy()


def fit(settings, log=log, seed=0, after=lambda step: None):
    model = build(settings, log, seed)
    rates = towers.learning_rates(towers.n_steps(log, settings), settings)
    train(model, towers.batches(log, settings, seed), rates, after=after)
    return model

# %% tags=["nbval-ignore-output"]
both = build(TowerSettings())
curve, norms = [], []


def look(step):
    lengths = [p.grad.norm() for p in both.parameters()]
    norms.append(torch.stack(lengths).norm().item())
    if (step + 1) % len(steady) == 0:
        curve.append(evaluate(Trained(both), split, on="valid")["ndcg@10"])


full = TowerSettings()
rates = towers.learning_rates(towers.n_steps(log, full), full)
losses = train(both, towers.batches(log, full), rates, after=look)
print(losses.reshape(full.epochs, -1).mean(axis=1).round(2))
print(np.round(curve, 3))

# %% tags=["nbval-ignore-output"]
first_steps = dot.DotRecommender(item_text, TowerSettings(), on_epoch=lambda model, epoch: True)
first_steps.fit(log)
apart = np.abs(np.array(first_steps.losses_) / losses[: len(steady)] - 1).max()
recbook.claim(
    apart < 1e-4 and curve[-1] > 2 * 0.03 and losses[-20:].mean() < losses[0] - 1.5,
    en="`dot.DotRecommender` runs the same loop: over its first epoch the losses agree to better "
    "than 0.01%. Ours goes on to a validation NDCG@10 of {a:.3f}.",
    zh="`dot.DotRecommender` 里是同样的循环：第一个轮次里每一步的损失相差不到 0.01%。我们的训练到底"
    "，验证集 NDCG@10 为 {a:.3f}。",
    takeaway=False, a=curve[-1],
)

# %% [markdown] lang="en"
# ### Two switches: `eval` and `inference_mode`
#
# They are often mixed up. `model.eval()` tells parts that behave differently in training, such as **dropout** (sets a random share of the numbers to 0 and scales up the others) and **batch normalisation**, that training is over; `model.train()` tells them that it goes on. `torch.inference_mode()` switches the recording off, which saves memory and time, and leaves dropout as it is. For scores one needs both. Our towers have no dropout, so only the second matters here. On five ones, with dropout of 0.2 (each line: training or not, and at the end whether a computation is recorded; the last two lines in inference mode):

# %% [markdown] lang="zh"
# ### 两个开关：`eval` 与 `inference_mode`
#
# 这两个常被混淆。有些部件在训练时行为不同，比如**随机失活**（dropout，把随机一部分数置 0，其余放大）和**批归一化**（batch normalisation）；`model.eval()` 表示训练结束，`model.train()` 表示训练继续。`torch.inference_mode()` 则关掉计算记录，省内存、省时间，但不影响随机失活。算得分时两个都要。我们的塔里没有随机失活，所以这里只有第二个起作用。拿五个 1、失活率 0.2 来看（每行先写是否处于训练状态，末尾是计算有没有被记录；后两行在 `inference_mode` 里）：

# %%
ones = torch.ones(5, requires_grad=True)
drop = nn.Dropout(0.2)
torch.manual_seed(0)
for inference in (False, True):
    with torch.inference_mode(inference):
        for training in (True, False):
            drop.train(training)
            print(training, drop(ones).tolist(), (2 * ones).requires_grad)

# %% [markdown] lang="en"
# ### The other loss: sigmoid
#
# The older recipe, which the Keras example of many introductions uses, asks of each pair alone: watched or not? The **sigmoid** $\sigma(s) = 1 / (1 + e^{-s})$ makes a probability of one score, and with the label $y$, 1 for watched and 0 for a negative, the **binary cross-entropy** of a pair is
#
# $$-y \log \sigma(s) - (1 - y) \log (1 - \sigma(s))$$
#
# Computed as it stands it breaks for large scores: $\sigma(1000)$ is 1 in the computer, and $\log(1 - 1)$ is minus infinity. The cure is to go from the **logit**, the score before the sigmoid, straight to the loss, by $-\log \sigma(s) = \log(1 + e^{-s})$ and $-\log(1 - \sigma(s)) = \log(1 + e^{s})$. PyTorch has both: `binary_cross_entropy`, which wants probabilities, and `binary_cross_entropy_with_logits`. Which one a function wants must be read in its documentation; a wrong guess is not an error, only a bad model. `dot.sigmoid_loss` is this loss for our towers; chapter 06 compares the two.
#
# **Exercise 4.** Write the mean binary cross-entropy from logits, for scores as large as 1,000 too. ({points})

# %% [markdown] lang="zh"
# ### 另一种损失：sigmoid
#
# 更早的做法，也是许多入门教程的 Keras 示例所用的，是对每一对单独发问：看过，还是没看过？**sigmoid** 函数 $\sigma(s) = 1 / (1 + e^{-s})$ 把一个得分变成概率；标签 $y$ 看过为 1、负样本为 0，一对的**二元交叉熵**（binary cross-entropy）是
#
# $$-y \log \sigma(s) - (1 - y) \log (1 - \sigma(s))$$
#
# 照公式直接算，得分一大就出错：$\sigma(1000)$ 在计算机里等于 1，而 $\log(1 - 1)$ 是负无穷。办法是从 **logit**（sigmoid 之前的得分）直接算损失，利用 $-\log \sigma(s) = \log(1 + e^{-s})$ 和 $-\log(1 - \sigma(s)) = \log(1 + e^{s})$。PyTorch 两种都有：`binary_cross_entropy` 要的是概率，`binary_cross_entropy_with_logits` 要的是 logit。一个函数要哪种，得查文档；弄错了不会报错，只会得到一个差的模型。`dot.sigmoid_loss` 是双塔用的这种损失；第 06 章比较了两种损失。
#
# **练习 4** 由 logit 写出平均二元交叉熵，得分大到 1,000 时也要正确。（{points}）

# %% exercise="pytorch-bce" points=1
def bce_from_logits(scores, labels):
    """en: Mean binary cross-entropy (natural logarithm) of logits (n,) with labels (n,) of 0 or 1.
    zh: logit (n,) 与取值 0 或 1 的标签 (n,) 的平均二元交叉熵（自然对数）。"""
    ### BEGIN SOLUTION
    return np.mean(np.logaddexp(0, np.where(labels == 1, -scores, scores)))
    ### END SOLUTION

# %% check="pytorch-bce"
recbook.check("pytorch-bce", bce_from_logits)

# %% [markdown] lang="en"
# ## A file that can do no harm
#
# `state_dict()` is the model's numbers by name: no code, no classes. **safetensors** writes just that to disk, a short header with names, types and shapes, then the bytes. We add the text vectors, so that whoever opens the file needs neither MiniLM nor the log.

# %% [markdown] lang="zh"
# ## 一个不会作恶的文件
#
# `state_dict()` 是模型的全部数值，按名字存放：没有代码，也没有类。**safetensors** 写到磁盘上的就只有这些：一个简短的文件头，记名字、类型和形状，后面是数据字节。我们把文本向量也放进去，这样打开文件的人既不需要 MiniLM，也不需要日志。

# %%
import tempfile
from pathlib import Path

from safetensors.torch import save_file

folder = Path(tempfile.mkdtemp())
state = both.state_dict() | {"user.text": torch.tensor(user_text), "item.text": torch.tensor(item_text)}
save_file(state, folder / "towers.safetensors")
list(state)

# %% [markdown] lang="en"
# Does it hold everything? Only a fresh process can tell: it has none of our variables. This one opens the file, builds the twin from it, and prints everybody's first ten films (for the test of the file, without leaving out what they have seen).

# %% [markdown] lang="zh"
# 该有的都在里面吗？只有新进程才能验证，因为那里没有我们的任何变量。下面这个程序打开文件，用它搭出孪生模型，打印每位用户的前十部电影（只为检验文件，没有去掉看过的）。

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
there = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
with torch.inference_mode():
    here = both.against(everyone, all_films).topk(10).indices.tolist()
recbook.claim(
    here == there,
    en="A fresh process that is given nothing but the file makes the same {n} lists.",
    zh="一个只拿到这个文件的新进程，做出了同样的 {n} 份列表。",
    takeaway=False, n=len(there),
)

# %% [markdown] lang="en"
# Why not `torch.save`? Its files are **pickles**: programs for a little machine that rebuilds Python objects, and one of its instructions is "call this function". Anybody can write a file that looks like weights and calls what they like. Here is one that sets a variable; it could as well delete your home directory:

# %% [markdown] lang="zh"
# 为什么不用 `torch.save`？它的文件是 **pickle**：写给一台小机器的程序，用来重建 Python 对象，其中一条指令就是“调用这个函数”。任何人都能写出一个看起来像权重、打开时却会随意调用函数的文件。下面这个只是设置一个变量；它同样可以删掉你的整个主目录：

# %%
import builtins
import pickle


class Trap:
    def __reduce__(self):
        return exec, ("import builtins; builtins.trapped = True",)


torch.save({"item.identity": Trap()}, folder / "towers.pt")
builtins.trapped = refused = False
try:
    torch.load(folder / "towers.pt")  # weights_only=True is the default since PyTorch 2.6
except pickle.UnpicklingError:
    refused = True
by_default = builtins.trapped
torch.load(folder / "towers.pt", weights_only=False)
recbook.claim(
    refused and not by_default and builtins.trapped,
    en="Opening a pickled file with `weights_only=False` runs whatever code its author put there; "
    "`torch.load` now refuses by default, and a safetensors file has no place for code.",
    zh="用 `weights_only=False` 打开 pickle 文件，会运行其作者放进去的任何代码；`torch.load` 现在默认"
    "拒绝，而 safetensors 文件里根本没有放代码的地方。",
)

# %% [markdown] lang="en"
# **Exercise 5.** Prepare weights for a Keras model. You get a PyTorch state: layers called `name.weight` and, most of them, `name.bias`. A `Linear` keeps its weight as (out, in), Keras's `Dense` wants (in, out) and calls it `name_kernel`; its bias becomes `name_bias`. An `Embedding` has the same shape in both and becomes `name_embeddings`; the list `embeddings` names these layers. ({points})

# %% [markdown] lang="zh"
# **练习 5** 为 Keras 模型准备权重。给你一个 PyTorch 的 state：各层叫 `name.weight`，多数还有 `name.bias`。`Linear` 的权重形状是 (out, in)，Keras 的 `Dense` 要 (in, out)，名字是 `name_kernel`；偏置改名为 `name_bias`。`Embedding` 在两边形状相同，改名为 `name_embeddings`；哪些层属于这一类，由 `embeddings` 给出。（{points}）

# %% exercise="pytorch-export" points=2
def to_keras(state, embeddings):
    """en: A new dict with Keras's names and layouts. `state` maps names such as "user.weight" to arrays;
    en: `embeddings` is a list of the layers, such as ["user"], that are Embeddings.
    zh: 返回一个新字典，用 Keras 的名字和排列。`state` 把 "user.weight" 这样的名字对应到数组；
    zh: `embeddings` 列出哪些层是 Embedding，例如 ["user"]。"""
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
# 两个库有同样的部件，只是名字不同。真正的差别是循环在谁手里：Keras 由 `fit` 掌管，PyTorch 由你自己写。
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
rows = [
    idiom("ops.matmul(x, W) + b", "functional.linear(x, W.T, b)", en="linear layer", zh="线性层"),
    idiom("ops.take(y, ids, axis=0)", "functional.embedding(ids, y)", en="look rows up", zh="按编号查行"),
    idiom("ops.sum(x * y, axis=1)", "(x * y).sum(dim=1)", en="pair by pair", zh="逐对点积"),
    idiom("ops.matmul(x, ops.transpose(y))", "x @ y.T", en="all with all", zh="全部互打"),
    idiom("ops.concatenate([x, y], axis=1)", "torch.cat([x, y], dim=1)", en="side by side", zh="并排拼接"),
    idiom("ops.where(hidden, -9.0, x)", "x.masked_fill(hidden, -9.0)", en="mask", zh="掩码"),
    idiom("ops.normalize(x, axis=1)", "functional.normalize(x, dim=1)", en="unit length", zh="单位长度"),
    idiom("ops.top_k(x, 2).indices", "x.topk(2).indices", en="best two", zh="最高的两个"),
]
columns = ["", "Keras", "PyTorch", "largest difference"]

# %%
softmax_keras = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(ids, x)"
sigmoid_keras = "keras.losses.BinaryCrossentropy(from_logits=True)(hits, s)"
sigmoid_torch = "functional.binary_cross_entropy_with_logits(s, hits)"
rows += [
    idiom(softmax_keras, "functional.cross_entropy(x, ids)", en="softmax loss", zh="softmax 损失"),
    idiom(sigmoid_keras, sigmoid_torch, en="sigmoid loss", zh="sigmoid 损失"),
]
shown = [(*row[:3], f"{row[3]:.0e}") for row in rows]
plots.table(pd.DataFrame(shown, columns=columns))
recbook.claim(
    max(row[3] for row in rows) < 1e-6,
    en="All {n} pairs of snippets give the same numbers to 6 decimal places.",
    zh="{n} 对代码的结果全部一致，误差小于小数点后 6 位。",
    takeaway=False, n=len(rows),
)

# %% [markdown] lang="en"
# Two traps stand in the last rows. The order of the arguments is turned round: truth first in Keras, scores first in PyTorch; and Keras expects probabilities unless it is told `from_logits=True`. Neither mistake raises an error.
#
# ### What differs if nobody says anything
#
# The snippets agree because everything was written out. Most programs leave things to the defaults, and there the two libraries part. Each row below is measured, not quoted:

# %% [markdown] lang="zh"
# 最后两行藏着两个陷阱：参数的顺序相反，Keras 先写真实值，PyTorch 先写得分；而且除非写明 `from_logits=True`，Keras 当作输入是概率。两种错误都不会报错。
#
# ### 如果什么都不写明
#
# 上面的代码之所以一致，是因为一切都写明了。多数程序把许多事交给默认值，而两个库正是在这里不同。下面每一行都是量出来的，不是抄来的：

# %%
keras.utils.set_random_seed(0)
torch.manual_seed(0)
found = []


def differs(by_keras, by_torch, *, en=None, zh=None):
    found.append((en or zh, f"{by_keras:.3g}", f"{by_torch:.3g}"))


dense, table = keras.layers.Dense(64), keras.layers.Embedding(943, 64)
dense.build((None, 384))
table.build()
linear, embedding = nn.Linear(384, 64), nn.Embedding(943, 64)
spread = keras.ops.std(table.embeddings).numpy(), embedding.weight.std().item()
kernels = keras.ops.std(dense.kernel), linear.weight.std().item()
biases = keras.ops.std(dense.bias), linear.bias.std().item()
differs(*spread, en="spread of an Embedding's first weights", zh="嵌入层初始权重的标准差")
differs(*kernels, en="spread of a linear layer's first weights", zh="线性层初始权重的标准差")
differs(*biases, en="spread of its first biases", zh="线性层初始偏置的标准差")

# %% [markdown] lang="en"
# With vectors 64 wide, PyTorch's embeddings, of spread 1, begin with scores of spread $\sqrt{64} = 8$: a model that is very sure of pure chance. (We gave both 0.05.) Next, Adam's first step for a single number, with a learning rate of 1. Adam divides by the gradient's own size, so the step should be 1; that is so for a gradient of 1, but not for one of $10^{-7}$, and not for a row of an Embedding that was looked up four times in the batch:

# %% [markdown] lang="zh"
# 向量宽 64 时，PyTorch 的嵌入（embedding）标准差为 1，一开始得分的标准差就是 $\sqrt{64} = 8$：模型对纯属随机的结果极其自信。（我们给两边的都是 0.05。）接下来看 Adam 对单个数的第一步，学习率取 1。Adam 会除以梯度自身的大小，所以步长应当是 1；梯度为 1 时确实如此，梯度为 $10^{-7}$ 时却不是，嵌入表中一个批次里被查了四次的行也不是：

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
differs(*first_step(1.0), en="Adam's first step, gradient 1", zh="Adam 的第一步，梯度为 1")
differs(*small, en="Adam's first step, gradient 1e-7", zh="Adam 的第一步，梯度为 1e-7")
differs(*looked_up, en="Adam's first step, row looked up 4 times", zh="Adam 的第一步，行被查 4 次")

# %%
batch = np.array([[1.0], [3.0]], np.float32)  # mean 2, variance 1 or, divided by n - 1, 2
norm, batch_norm = keras.layers.BatchNormalization(), nn.BatchNorm1d(1)
norm(batch, training=True)
batch_norm(torch.tensor(batch))
means = norm.moving_mean[0], batch_norm.running_mean.item()
variances = norm.moving_variance[0], batch_norm.running_var.item()
epsilons = keras.layers.LayerNormalization().epsilon, nn.LayerNorm(1).eps
differs(*means, en="batch norm's mean after one batch of mean 2", zh="批归一化的均值：一个均值为 2 的批次之后")
differs(*variances, en="its variance, batch variance 1 (or 2 by n − 1)", zh="它的方差：批次方差 1（除以 n − 1 则为 2）")
differs(*epsilons, en="layer norm's epsilon", zh="层归一化的 epsilon")

# %%
ones = np.ones((1, 100_000), np.float32)
left = keras.layers.Dropout(0.2)(ones, training=True).numpy()
right = nn.Dropout(0.2)(torch.tensor(ones)).numpy()
differs((left > 0).mean(), (right > 0).mean(), en="share kept by Dropout(0.2)", zh="Dropout(0.2) 保留的比例")
differs(left.max(), right.max(), en="what a kept 1 becomes", zh="保留的 1 变成多少")
logits, labels = np.array([2.0, -1.0], np.float32), np.array([1.0, 0.0], np.float32)
differs(
    keras.losses.BinaryCrossentropy()(labels, logits),
    functional.binary_cross_entropy_with_logits(torch.tensor(logits), torch.tensor(labels)),
    en="sigmoid loss of logits, as the name is first found", zh="对 logit 求 sigmoid 损失，用最先找到的函数",
)

# %%
seen = []


def noting(labels, out):
    seen.append(labels.numpy().ravel())
    return keras.ops.mean(out)


watcher = keras.Sequential([keras.layers.Dense(1)])
watcher.compile(loss=noting, run_eagerly=True)
watcher.fit(np.ones((100, 1)), np.arange(100.0), batch_size=100, verbose=0)
orders = seen[0], next(iter(DataLoader(range(100), batch_size=100))).numpy()
in_place = [(order == np.arange(100)).mean() for order in orders]
differs(*in_place, en="rows left in their place by fit / DataLoader", zh="fit / DataLoader 没有打乱的行")
plots.table(pd.DataFrame(found, columns=["by default", "Keras", "PyTorch"]))

# %%
recbook.claim(
    spread[1] > 20 * spread[0] and small[0] < 0.05 and small[1] > 0.9
    and 1.9 < looked_up[0] < 2.1 and abs(looked_up[1] - 1) < 0.01 and in_place[0] < 0.2 < in_place[1],
    en="By default PyTorch starts an Embedding {a:.0f} times as wide as Keras; Adam answers a "
    "gradient of 1e-7 with {b:.2f} of a step in PyTorch and {c:.2f} in Keras; Keras steps twice "
    "as far for a row looked up 4 times; and Keras's `fit` shuffles, a `DataLoader` does not.",
    zh="按默认设置，PyTorch 嵌入层的初始值比 Keras 的大 {a:.0f} 倍；梯度为 1e-7 时，Adam 的步长"
    "在 PyTorch 里是 {b:.2f}，在 Keras 里是 {c:.2f}；被查 4 次的行，Keras 的步长是 2 倍；Keras 的 "
    "`fit` 会打乱数据，`DataLoader` 不会。",
    a=spread[1] / spread[0], b=small[1], c=small[0],
)

# %% [markdown] lang="en"
# How to read the rest: batch norm's `momentum` is the share of the *old* value in Keras (0.99) and of the *new* one in PyTorch (0.1), so that 0.99 there means 0.01 here; and PyTorch keeps the variance divided by $n - 1$. Dropout means the same in both. The loss is wrong in Keras, where 2 and $-1$ were taken for probabilities. The row looked up four times comes from how TensorFlow hands over the gradient of a lookup: in four pieces, and this version of Keras squares each piece where Adam asks for the square of their sum, so that the step is $4 / \sqrt 4 = 2$. `recbook.tf.dot` adds the pieces up first.

# %% [markdown] lang="zh"
# 其余各行怎么看：批归一化的 `momentum`，在 Keras 里是*旧*值所占的比例（0.99），在 PyTorch 里是*新*值的（0.1），所以那边的 0.99 等于这边的 0.01；PyTorch 保存的方差还除以 $n - 1$。Dropout 两边含义相同。sigmoid 损失在 Keras 里是错的，2 和 $-1$ 被当成了概率。被查四次的行，原因在于 TensorFlow 交出查表梯度的方式：分成四份，而这个版本的 Keras 把每一份分别平方；Adam 要的却是总和的平方，于是步长成了 $4 / \sqrt 4 = 2$。`recbook.tf.dot` 先把各份加起来。

# %% [markdown] lang="en"
# ## Are they one model?
#
# Start both from the same weights, feed both the same batches, at the same rates, and compare the loss at each step. If the programs are one model, only rounding can part them. One thing has to be settled first: that step for a tiny gradient. Adam keeps running means of the gradient $g$ and of its square,
#
# $$m_t = 0.9\, m_{t-1} + 0.1\, g_t, \qquad v_t = 0.999\, v_{t-1} + 0.001\, g_t^2$$
#
# which begin at 0 and are too small at first, by the factors $1 - 0.9^t$ and $1 - 0.999^t$. PyTorch divides these out, as the paper does (Kingma and Ba 2015), and adds $\epsilon$ to the root; Keras takes the root of the second factor outside and adds $\epsilon$ within:
#
# $$\text{PyTorch: } \frac{m_t / (1 - 0.9^t)}{\sqrt{v_t / (1 - 0.999^t)} + \epsilon} \qquad\qquad \text{Keras: } \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m_t}{\sqrt{v_t} + \epsilon}$$
#
# Multiply the upper and lower part of Keras's last fraction by $1 / \sqrt{1 - 0.999^t}$: it is PyTorch's with $\epsilon / \sqrt{1 - 0.999^t}$ for $\epsilon$. At $t = 1$ that is $31.6\, \epsilon$. By pencil, for $g = 10^{-7}$: PyTorch's step is $10^{-7} / (10^{-7} + 10^{-8}) = 0.91$; Keras's, with its default $\epsilon = 10^{-7}$, is $1 / (1 + 31.6) = 0.03$. Both as in the table.
#
# So give PyTorch Keras's epsilon, moved to Keras's place: a value for each step. The model without titles serves, where gradients are smallest. First PyTorch's run, for any epsilons, betas (the 0.9 and 0.999 above) and number format:

# %% [markdown] lang="zh"
# ## 它们是同一个模型吗？
#
# 从同样的权重出发，喂同样的批次，用同样的学习率，逐步比较损失。如果两个程序是同一个模型，能造成差异的就只有舍入。但有一件事要先弄清楚：梯度很小时的那一步。Adam 保存梯度 $g$ 及其平方的滑动平均：
#
# $$m_t = 0.9\, m_{t-1} + 0.1\, g_t, \qquad v_t = 0.999\, v_{t-1} + 0.001\, g_t^2$$
#
# 它们从 0 开始，起初偏小，分别差因子 $1 - 0.9^t$ 和 $1 - 0.999^t$。PyTorch 像论文（Kingma and Ba 2015）那样先除掉这两个因子，再给根式加 $\epsilon$；Keras 把第二个因子的根提到外面，在里面加 $\epsilon$：
#
# $$\text{PyTorch: } \frac{m_t / (1 - 0.9^t)}{\sqrt{v_t / (1 - 0.999^t)} + \epsilon} \qquad\qquad \text{Keras: } \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m_t}{\sqrt{v_t} + \epsilon}$$
#
# 把 Keras 最后那个分式的分子、分母同乘 $1 / \sqrt{1 - 0.999^t}$，就成了 PyTorch 的式子，只是 $\epsilon$ 换成了 $\epsilon / \sqrt{1 - 0.999^t}$。$t = 1$ 时，它是 $31.6\, \epsilon$。笔算 $g = 10^{-7}$：PyTorch 的步长是 $10^{-7} / (10^{-7} + 10^{-8}) = 0.91$；Keras 用默认的 $\epsilon = 10^{-7}$，步长是 $1 / (1 + 31.6) = 0.03$。都与上面的表一致。
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
# And a Keras step, with its loss written out as in `loss_of` above. `tf.function` turns the Python of a step into a graph when it is first called; the `tape` records what happens inside its block; `whole` adds up the pieces of a lookup's gradient.

# %% [markdown] lang="zh"
# 再写 Keras 的一步，损失照上面的 `loss_of` 写出。`tf.function` 在第一次调用时把这一步的 Python 代码变成计算图；`tape` 记录它的代码块里发生的运算；`whole` 把查表梯度的各份加起来。

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
# Five comparisons over one epoch: each library with its own epsilon; with the same number in both; with Keras's in the same place; that in float64, which carries 16 digits in place of 7; and one more in float64, with betas $7/8$ and $1 - 2^{-10}$, for a reason that comes below. About 10 seconds.

# %% [markdown] lang="zh"
# 用一个轮次比较五种情形：各用各的 epsilon；两边取同一个数；用 Keras 的，并放在同一位置；同上，但用 float64（16 位有效数字，而不是 7 位）；最后再用 float64，两个 beta 取 $7/8$ 和 $1 - 2^{-10}$，原因见下。大约 10 秒。

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
plots.sameness({"PyTorch": as_keras[0][0], "Keras": as_keras[1][0]}, drifts)

# %% [markdown] lang="en"
# On the left two runs lie on top of each other, and would do so for any of the pairs. The right-hand side shows what the eye cannot see. With the defaults the losses part at once. With the same *number* for epsilon they still do, because it stands in different places. With the place corrected the difference is of the size of float32's last digits, and one might stop here and say: rounding.
#
# Float64 says no. Rounding would shrink by nine digits, and the difference stays. So there is one more difference between the programs. It is this: before Keras raises $0.999$ to the power $t$, it stores it as float32, and that is $0.9990000129$. In $1 - 0.999^t$ the error is a hundred-thousandth at first. Betas that float32 holds exactly, $7/8$ and $1 - 2^{-10}$, take it away; what is left then is 15 zeros, which *is* rounding.
#
# And the lists? For each user, take the first ten films of both that the user has not rated.

# %% [markdown] lang="zh"
# 左图里两条曲线重合，换成任何一对都是如此。右图显示的是肉眼看不出的：用默认设置，损失立刻分开；epsilon 取同一个*数*，仍然分开，因为所在的位置不同；位置改对之后，差异只有 float32 的最后几位那么大，很容易就此下结论说：是舍入。
#
# 换成 float64 就知道不是。舍入误差应当缩小九位，差异却还在，可见程序之间还有一处不同：Keras 在算 $0.999$ 的 $t$ 次方之前，先把它存成了 float32，也就是 $0.9990000129$；在 $1 - 0.999^t$ 里，误差起初有十万分之一。换成 float32 能精确表示的 beta，$7/8$ 和 $1 - 2^{-10}$，这处不同就消失了；剩下的差异在小数点后第 15 位以后，这才*是*舍入。
#
# 列表呢？对每位用户，取两边没有评过的前十部电影。

# %% tags=["nbval-ignore-output"]
def lists(scores):
    seen = log.matrix().toarray() > 0
    return np.argsort(np.where(seen, np.inf, -scores), axis=1, kind="stable")[:, :10]


def agreement(a, b):
    first, second = lists(a[1]), lists(b[1])
    shared = np.mean([len(set(p) & set(q)) / 10 for p, q in zip(first, second)])
    return (first == second).all(axis=1).mean(), shared


alike = {name: agreement(*pair) for name, pair in pairs.items()}
rows = [
    (plots.name(name), f"{drifts[name][:5].max():.0e}", f"{drifts[name].max():.0e}",
     *(f"{share:.1%}" for share in alike[name]))
    for name in pairs
]
columns = ["epsilon", "difference, 5 steps", "largest drift", "equal lists", "films shared"]
plots.table(pd.DataFrame(rows, columns=columns))

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
    and drifts["float64, exact betas"].max() < 1e-10
    and min(alike["same place"][0], whole_alike[0]) > 0.97 and alike["defaults"][0] < 0.7,
    en="Keras and PyTorch are one model: with Adam's epsilon in the same place the losses of {n} "
    "steps agree to {a:.0e} without titles and {b:.0e} with them, to {c:.0e} in float64 with betas "
    "held exactly, and at least {d:.1%} of the top-10 lists are equal. With each library's own "
    "epsilon only {e:.0%} are, though {f:.0%} of the films in them agree.",
    zh="Keras 与 PyTorch 是同一个模型：把 Adam 的 epsilon 放在同一位置，{n} 步里损失的相对差，不含片名"
    "时不超过 {a:.0e}，含片名时不超过 {b:.0e}，用 float64 和能精确表示的 beta 时不超过 {c:.0e}；前 10 "
    "列表至少有 {d:.1%} 完全相同。各用各的 epsilon，完全相同的只有 {e:.0%}，不过其中的电影有 {f:.0%} "
    "相同。",
    n=n, a=drifts["same place"].max(), b=whole_drift.max(), c=drifts["float64, exact betas"].max(),
    d=min(alike["same place"][0], whole_alike[0]), e=alike["defaults"][0], f=alike["defaults"][1],
)

# %% [markdown] lang="en"
# Does the difference matter for the *quality*? It should not: two lists that swap places nine and ten are equally good. The table at the end of the chapter has both frameworks, with three seeds each. But who ports a model and finds other lists now knows where to look: first weights, first batches, one step, in float64, and only then the whole run. (Chapter 06 does the same for MiniLM itself, rebuilt in Keras.)

# %% [markdown] lang="zh"
# 这点差异影响*质量*吗？不应该：第九、第十名互换的两份列表一样好。本章末尾的表里两个框架都有，各三个种子。不过，如果你移植了一个模型，得到的列表却不同，现在就知道该怎么查：先比初始权重，再比前几个批次，再比一步，用 float64，最后才比整个训练。（第 06 章对 MiniLM 本身也这样做了，用 Keras 重搭了一遍。）

# %% [markdown] lang="en"
# ## Tools of the trade, and what each is worth here
#
# PyTorch programs come with a set of habits. Each is measured on this model before it is believed.
#
# ### Which learning rate? The finder
#
# Smith (2017) proposed a quick look: let the rate grow with every step, from far too small to far too large, and watch the loss. It stays flat, falls, and then shoots up. A common rule takes a tenth of the rate at the lowest point; another the rate at which the loss falls fastest. One epoch, from $10^{-5}$ to 1:

# %% [markdown] lang="zh"
# ## 常用的工具，在这里各值多少
#
# PyTorch 程序有一套惯用的做法。先在这个模型上量一量，再决定信不信。
#
# ### 学习率取多少？学习率搜索
#
# Smith（2017）提出一个快速的办法：让学习率每一步都增大一点，从小得多增到大得多，观察损失。它先是平的，然后下降，然后飞升。一条常用的规则是取最低点处学习率的十分之一；另一条是取损失下降最快处的学习率。用一个轮次，从 $10^{-5}$ 到 1：

# %% tags=["nbval-ignore-output"]
growing = np.geomspace(1e-5, 1, len(steady))
found = train(build(one_epoch), towers.batches(log, one_epoch), growing)
smooth = np.convolve(found, np.full(9, 1 / 9), mode="valid")
at = growing[4:-4]
lowest = smooth.argmin()
rules = {"a tenth of the lowest": at[lowest] / 10}
rules["steepest"] = at[np.gradient(smooth)[:lowest].argmin()]  # before the lowest point
stored = recbook.stored("towers")
tried, whole = stored["settings"]["rates"], stored["results"]["rates"]["both"]
plots.rate_finder(at, smooth, rules, tried, whole)

# %% tags=["nbval-ignore-output"]
best = tried[int(np.argmax(whole))]
advice = rules["a tenth of the lowest"]
near = np.interp(np.log(advice), np.log(tried), whole)
recbook.claim(
    advice < best / 2 and near < max(whole) - 0.01 and at[lowest] > best,
    en="The finder costs one epoch and brackets the rate: training breaks above {c:.3f}. But its "
    "rule of a tenth ({a:.4f}) is too careful here; of {n} rates trained in full (stored), {b} gets "
    "the highest validation NDCG@10, about {d:.3f} more than the rule's.",
    zh="学习率搜索只花一个轮次，就圈定了范围：大于 {c:.3f} 训练就会失控。但“十分之一”规则（{a:.4f}）"
    "在这里过于保守；完整训练过的 {n} 个学习率（存好的）中，{b} 的验证集 NDCG@10 最高，比该规则的高"
    "大约 {d:.3f}。",
    takeaway=False, a=advice, b=best, c=at[lowest], d=max(whole) - near, n=len(tried),
)

# %% [markdown] lang="en"
# The finder sees a single epoch and the loss; the training has twelve and is judged by its ranking. Use it to find where to *begin* a search, not to end it.
#
# ### Constant or falling?
#
# A steady rate keeps the model moving about the valley by steps of the same length; a falling one lets it settle. The same twelve epochs with the rate at 0.007 throughout, and falling to 0, three seeds each (stored; `recbook bench towers` measures it again):

# %% [markdown] lang="zh"
# 搜索只看一个轮次，看的是损失；训练有十二个轮次，评判看的是排序。用它来决定从哪里*开始*找，而不是到哪里为止。
#
# ### 恒定还是下降？
#
# 学习率不变，模型就一直以同样的步长在谷底附近走动；学习率下降，它才能停稳。同样的十二个轮次，一种始终是 0.007，一种降到 0，各三个种子（存好的；`recbook bench towers` 可以重新测量）：

# %%
schedules = stored["results"]["schedules"]
falling, constant = schedules["both, linear"], schedules["both, constant"]
plots.schedules({"falling to 0": falling, "always 0.007": constant})

# %%
ends = {name: np.array(runs)[:, -1] for name, runs in schedules.items()}
by_kind = [ends[f"{kind}, linear"] - ends[f"{kind}, constant"] for kind in ("both", "identity")]
gains = np.concatenate(by_kind)
last = {name: np.array(runs)[:, -4:] for name, runs in schedules.items()}
wobble = {name: np.abs(np.diff(runs, axis=1)).mean() for name, runs in last.items()}
recbook.claim(
    gains.min() > 0 and wobble["both, linear"] < 0.7 * wobble["both, constant"],
    en="Letting the rate fall to 0 raises validation NDCG@10 in all {n} comparisons (3 seeds, with "
    "and without titles), by {a:.3f} to {b:.3f}, and in the last epochs it moves by {c:.4f} an epoch "
    "in place of {d:.4f}.",
    zh="让学习率降到 0，{n} 次比较（三个种子，含与不含片名）中验证集 NDCG@10 全都提高，幅度 {a:.3f} 到 "
    "{b:.3f}；最后几个轮次里，它每轮只变动 {c:.4f}，而恒定时是 {d:.4f}。",
    a=gains.min(), b=gains.max(), c=wobble["both, linear"], d=wobble["both, constant"], n=len(gains),
)

# %% [markdown] lang="en"
# ### Clipping: when would it act?
#
# **Gradient clipping**, `nn.utils.clip_grad_norm_(model.parameters(), 1.0)` between `backward` and `step`, shortens a gradient whose length (the root of the sum of squares over all parameters) exceeds a limit. We noted the lengths during the long training:

# %% [markdown] lang="zh"
# ### 梯度裁剪：什么时候起作用？
#
# **梯度裁剪**（gradient clipping）写在 `backward` 与 `step` 之间，`nn.utils.clip_grad_norm_(model.parameters(), 1.0)`：梯度的长度（全部参数的平方和的根）超过上限，就把它缩短。完整训练时我们记下了每一步的长度：

# %% tags=["nbval-ignore-output"]
plots.gradient_lengths({"identity and text": np.array(norms)}, limit=1.0)

# %% [markdown] lang="en"
# And if one set the limit low enough to act at every step? Adam divides by the gradient's own size, so a gradient that is shortened always, by about the same factor, makes nearly the same step. Multiply the loss by 1,000, which is the opposite of clipping, and see:

# %% [markdown] lang="zh"
# 如果把上限定得足够低，每一步都起作用呢？Adam 会除以梯度自身的大小，所以梯度总是按差不多的倍数缩短，走出的步子几乎不变。反过来，把损失乘以 1,000 看看：

# %%
def scaled(factor, kind):
    model = build(identity_only)
    optimizer = kind(model.parameters(), lr=0.007)
    for batch in towers.batches(log, identity_only):
        optimizer.zero_grad()
        (factor * loss_of(model, batch)).backward()
        optimizer.step()
    return loss_of(model, batch).item()


by_adam = [scaled(factor, torch.optim.Adam) for factor in (1, 1000)]
by_sgd = [scaled(factor, torch.optim.SGD) for factor in (1, 1000)]

# %% tags=["nbval-ignore-output"]
share = (np.array(norms) > 1).mean()
recbook.claim(
    share < 0.01 and abs(by_adam[1] / by_adam[0] - 1) < 0.01 and abs(by_sgd[1] / by_sgd[0] - 1) > 0.03,
    en="Clipping at 1 would act in {s:.1%} of the steps (longest gradient: {m:.2f}). A loss 1,000 "
    "times as large leaves Adam's result at {b:.2f} ({a:.2f} before), while plain descent goes from "
    "{c:.2f} to {d:.2f}.",
    zh="上限为 1 的裁剪只会在 {s:.1%} 的步里起作用（最长的梯度：{m:.2f}）。损失放大 1,000 倍，Adam 的"
    "结果仍是 {b:.2f}（原来 {a:.2f}），普通梯度下降则从 {c:.2f} 变成 {d:.2f}。",
    takeaway=False, s=share, m=max(norms), a=by_adam[0], b=by_adam[1], c=by_sgd[0], d=by_sgd[1],
)

# %% [markdown] lang="en"
# Clipping is a seat belt: for models in which a single batch can throw the weights far away, deep or recurrent ones. This one needs none.
#
# ### Mixed precision and a compiler
#
# **Mixed precision** computes products in bfloat16, with 8 significant bits in place of 24, and keeps the parameters in float32; on processors with circuits for it, that is faster. `torch.compile` turns the recorded operations into C++ (on a GPU into its own language), compiles that, and fuses steps; it needs a C++ compiler on the machine. The loss of one step under each:

# %% [markdown] lang="zh"
# ### 混合精度与编译器
#
# **混合精度**用 bfloat16 算乘积，有效位 8 位而不是 24 位，参数仍保持 float32；在有专门电路的处理器上会更快。`torch.compile` 把记录下来的运算翻译成 C++（在 GPU 上是另一种语言），编译并合并步骤；机器上要有 C++ 编译器。先看 bfloat16：

# %%
def half_precision_loss(model, batch):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return loss_of(model, batch)


def ten_steps(loss_of):
    model, losses = build(one_epoch), []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.007)
    began = time.process_time()
    for batch, _ in zip(towers.batches(log, one_epoch), range(10)):
        loss = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses), 100 * (time.process_time() - began)


in_full, in_half = ten_steps(loss_of), ten_steps(half_precision_loss)
half_apart = np.abs(in_half[0] / in_full[0] - 1).max()

# %% [markdown] lang="en"
# Compiling takes about half a minute, so it is left to you: set `COMPILE = True` and run the cell again. The table has the stored numbers of one core beside what ran just now.

# %% [markdown] lang="zh"
# 编译要大约半分钟，所以留给你来运行：改成 `COMPILE = True` 再运行这一格。表里左边是存好的单核结果，右边是刚才运行的。

# %% tags=["nbval-ignore-output"]
import shutil

COMPILE = False
live = {"float32": in_full[1], "bfloat16": in_half[1]}
if COMPILE and any(map(shutil.which, ("c++", "g++", "clang++", "cl"))):
    compiled = torch.compile(loss_of, dynamic=False)
    ten_steps(compiled)  # compiles
    live["compiled"] = ten_steps(compiled)[1]
speed = stored["results"]["speed"]
rows = []
for name in ("float32", "bfloat16", "compiled"):
    saved = (speed["float32"]["ms"] - speed[name]["ms"]) / 1000
    compiling = speed[name].get("compiling", 0.0)
    even = "–" if not compiling else f"{compiling / saved:,.0f}" if saved > 0 else "∞"
    here = f"{live[name]:.3f}" if name in live else "–"
    rows.append((plots.name(name), speed[name]["ms"], here, compiling, even))
columns = ["a step", "ms, stored", "ms, here", "seconds to compile", "steps to win it back"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
changes = half_apart, speed["compiled"]["loss_difference"]
recbook.claim(
    changes[0] < 1e-2 and changes[1] < 1e-5,
    en="Over the first steps bfloat16 changes the loss by less than {a:.0%}, and the compiled step is "
    "the same but for rounding (by less than {b:.0e} in the stored run).",
    zh="最初几步里，bfloat16 使损失的变化不到 {a:.0%}；编译后的一步与原来只差舍入（存好的运行中不到 "
    "{b:.0e}）。",
    takeaway=False, a=0.01, b=1e-5,
)

# %% [markdown] lang="en"
# How to read the table: our whole training takes 1,152 steps, so a compiler that needs more to win its time back does not pay for one training; it does for a service that runs for months. And where bfloat16 takes *more* milliseconds, the processor has no circuits for it and imitates them with float32. Both verdicts belong to a small model on such a processor. On a GPU, or with large matrices, they often turn round: measure there.
#
# ### The same code on a GPU
#
# Nothing in `loss_of` names a device: it sends the batch to where the model is. So one line moves the whole training. With no GPU this runs on the CPU, and compares it with itself:

# %% [markdown] lang="zh"
# 这张表怎么看：我们的完整训练一共 1,152 步，如果编译器要更多步才能赚回编译时间，只训练一次就不划算；但对一个连续运行几个月的服务就划算。如果 bfloat16 花的毫秒数反而*更多*，说明处理器没有专门的电路，是用 float32 模拟的。这两个结论只针对这样的处理器和小模型。在 GPU 上，或者矩阵很大时，结论常常相反：请在那里另测。
#
# ### 同样的代码放到 GPU 上
#
# `loss_of` 里没有写任何设备：批次会送到模型所在的地方。所以一行代码就能搬走整个训练。没有 GPU 时，这里在 CPU 上运行，与自己比较：

# %% tags=["nbval-ignore-output"]
has_gpu = torch.accelerator.is_available()
device = torch.accelerator.current_accelerator() if has_gpu else torch.device("cpu")
there = build(one_epoch).to(device)
optimizer = torch.optim.Adam(there.parameters(), lr=0.007)
on_device = [dot.train_step(there, optimizer, batch, one_epoch) for batch in by_numpy[:10]]
print(device, np.abs(np.array(on_device) / in_full[0] - 1).max() < 1e-4)

# %% [markdown] lang="en"
# ## What do identities and titles contribute?
#
# Three models with equal settings: identities only, titles only, both. The test films are looked at once, here. Beside them popularity, and EASE with the penalty of chapter 01. Training the two others takes about 20 seconds.

# %% [markdown] lang="zh"
# ## 身份向量和片名各贡献了什么？
#
# 三个设置相同的模型：只用身份向量，只用片名，两者都用。测试集（test set）只在这里看一次。对照是流行度，以及第 01 章那组惩罚下的 EASE。训练另外两个模型大约 20 秒。

# %% tags=["nbval-ignore-output"]
from recbook.models import EASE, Popularity

models = {"identity": fit(TowerSettings(text=False)), "text": fit(TowerSettings(identity=False))}
models["both"] = both
reports = {"popularity": evaluate(Popularity(), split)}
reports |= {name: evaluate(Trained(model), split) for name, model in models.items()}
reports["EASE"] = evaluate(EASE(), split)
plots.ranking(reports, mark="both")

# %% tags=["nbval-ignore-output"]
lead = {name: reports["both"].difference(reports[name], "ndcg@10") for name in ("popularity", "text")}
recbook.claim(
    lead["popularity"].low > 0 and lead["text"].low > 0,
    en="On the test films the two-tower model with both beats popularity by {a:.3f} to {b:.3f} NDCG@10 "
    "and titles alone by {c:.3f} to {d:.3f}.",
    zh="在测试集上，两者都用的双塔模型比流行度高 {a:.3f} 到 {b:.3f}（NDCG@10），比只用片名高 {c:.3f} 到 "
    "{d:.3f}。",
    takeaway=False, a=lead["popularity"].low, b=lead["popularity"].high,
    c=lead["text"].low, d=lead["text"].high,
)

# %% [markdown] lang="en"
# One seed proves little, and one rate may suit one model better than another: of the seven rates above, 0.007 was best for the model with both, but 0.012 for identities alone, so that model gets a row with its own rate as well. Three seeds of each, stored; the intervals are of the difference from popularity, user by user, averaged over the seeds. Keras has the PyTorch-like epsilon of `recbook.tf.dot`.

# %% [markdown] lang="zh"
# 一个种子说明不了多少；同一个学习率也可能更适合某一个模型：上面七个学习率中，两者都用的模型以 0.007 最好，只用身份向量的却是 0.012，所以后者再加一行，用自己的学习率。各三个种子，存好的；区间是与流行度之差的区间，逐个用户计算，并对种子取平均。Keras 用的是 `recbook.tf.dot` 里接近 PyTorch 的 epsilon。

# %%
results = stored["results"]
base = np.array(results["warm"]["popularity"]["per_user"])
rows, leads = [], {}
for framework, part in {"PyTorch": results["warm"], "Keras": results["keras"]}.items():
    for kind in ("identity", "identity, own rate", "text", "both"):
        ahead = leads[framework, kind] = bootstrap(np.array(part[kind]["per_user"]) - base)
        seeds = (" ".join(f"{value:.4f}" for value in part[kind][on]) for on in ("valid", "test"))
        rows.append((framework, plots.name(kind), *seeds, f"{ahead.low:+.3f} … {ahead.high:+.3f}"))
columns = ["", " ", "validation NDCG@10", "test NDCG@10", "more than popularity"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
def between(first, second):
    (part, kind), (other, another) = first, second
    return bootstrap(np.array(results[part][kind]["per_user"]) - results[other][another]["per_user"])


frameworks = {kind: between(("keras", kind), ("warm", kind)) for kind in models}
to = {name: between(("warm", "both"), ("warm", name)) for name in results["warm"] if name != "both"}
widest = max(abs(end) for interval in frameworks.values() for end in interval)
recbook.claim(
    min(leads[framework, "both"].low for framework in ("PyTorch", "Keras")) > 0
    and widest < 0.0001,
    en="In both frameworks the model with identities and titles beats popularity with an interval "
    "that excludes 0 ({a:.3f} to {b:.3f} in PyTorch, {c:.3f} to {d:.3f} in Keras; 3 seeds, stored); "
    "between the frameworks no mean differs by as much as {e}.",
    zh="在两个框架里，身份向量与片名都用的模型都胜过流行度，区间不含 0（PyTorch {a:.3f} 到 {b:.3f}，Keras "
    "{c:.3f} 到 {d:.3f}；三个种子，存好的）；三种模型的平均在两个框架之间相差都不到 {e}。",
    a=leads["PyTorch", "both"].low, b=leads["PyTorch", "both"].high,
    c=leads["Keras", "both"].low, d=leads["Keras", "both"].high, e=0.0001,
)

# %%
same, own_rate, text, ease = (to[name] for name in ("identity", "identity, own rate", "text", "EASE"))
recbook.claim(
    text.low > 0 and same.low < 0 < same.high and own_rate.low < 0 < own_rate.high and ease.low < 0,
    en="On films that have ratings, titles and identities together beat titles alone by {a:.3f} to "
    "{b:.3f} NDCG@10, but neither identities alone ({c:+.3f} to {d:+.3f}; at their own rate {g:+.3f} "
    "to {h:+.3f}) nor EASE ({e:+.3f} to {f:+.3f}; 3 seeds, stored).",
    zh="对已有评分的电影，身份向量与片名都用，比只用片名高 {a:.3f} 到 {b:.3f}（NDCG@10），但并不比只用身份"
    "向量高（{c:+.3f} 到 {d:+.3f}；后者用自己的学习率时 {g:+.3f} 到 {h:+.3f}），也不比 EASE 高（{e:+.3f} "
    "到 {f:+.3f}；三个种子，存好的）。",
    a=text.low, b=text.high, c=same.low, d=same.high, e=ease.low, f=ease.high,
    g=own_rate.low, h=own_rate.high,
)

# %% [markdown] lang="en"
# Why no better than EASE? EASE has a weight for each *pair* of films, more than two million, found in one exact step; a two-tower model must press all taste into 64 numbers, and learns from sampled negatives. What it offers in exchange is size, speed of search (chapter 12), and a way to serve films that EASE cannot score at all. And why do titles not help here? A title says little about taste that twenty ratings have not said better.
#
# ### Films that nobody has rated
#
# Hide all ratings of a fifth of the films, train on the rest, and rank the hidden films for each user; to be found are those rated 4 or more. (NDCG@10 as in chapter 01, for several films to be found.) Hidden sets differ a lot, so five are drawn and all models get the same ones. The full trainings are stored; beside them two small ones run here, on the first set, with three epochs.

# %% [markdown] lang="zh"
# 为什么不比 EASE 好？EASE 给每一*对*电影一个权重，共两百多万个，一步精确求出；双塔模型要把全部口味压进 64 个数，还要靠抽样的负样本来学。它换来的是体积小、检索快（第 12 章），以及能给 EASE 完全无法打分的电影打分。片名在这里为什么没有帮助？一个片名所能透露的口味，二十条评分早已说得更清楚。
#
# ### 没有人评过的电影
#
# 把五分之一电影的评分全部藏起来，在其余的上训练，再为每位用户给隐藏的电影排序；要找的是评分 4 以上的。（NDCG@10 按第 01 章，一位用户有多部要找。）不同的隐藏组差别很大，所以抽五组，所有模型用同样的组。完整训练的结果是存好的；这里再现场训练两个小的，用第一组，三个轮次。

# %%
hidden = results["hidden"]
shown = ["random", "identity", "text", "both", "both, untrained at 0", "ridge"]
plots.hidden_sets({name: hidden[name] for name in shown}, mark="both")

# %%
from recbook.data import cold_items

cold = cold_items(ratings, seed=0)
new = cold.test.item_counts() > 0
liked = cold.test.take(cold.test.rating >= 4).matrix()[:, new]


def among_new(model):
    return evaluate_scores(Trained(model).score(np.arange(log.n_users))[:, new], liked)


short = {"identity": TowerSettings(text=False, epochs=3), "both": TowerSettings(epochs=3)}
on_new = {name: among_new(fit(settings, cold.train)) for name, settings in short.items()}
ahead = on_new["both"].difference(on_new["identity"], "ndcg@10")

# %% tags=["nbval-ignore-output"]
gain = np.array(hidden["both"]) - hidden["identity"]
to_ridge = np.array(hidden["both"]) - hidden["ridge"]
recbook.claim(
    gain.min() > 0.03 and ahead.low > 0 and np.mean(hidden["both"]) > np.mean(hidden["text"]),
    en="Among films that nobody has rated, identities rank about like a random order (mean NDCG@10 over "
    "5 hidden sets {a:.3f} and {b:.3f}); titles find some ({c:.3f}), and both together more ({d:.3f}; "
    "ahead of identities in every set, and live in one by {e:.3f} to {f:.3f}).",
    zh="在没有人评过的电影中，只用身份向量的排序与随机顺序差不多（5 组隐藏电影上平均 NDCG@10 {a:.3f} 和 {b:.3f}）；片名能"
    "找到一些（{c:.3f}），两者一起更多（{d:.3f}；每一组都高于只用身份向量，现场那组高 {e:.3f} 到 {f:.3f}）。",
    a=np.mean(hidden["identity"]), b=np.mean(hidden["random"]), c=np.mean(hidden["text"]),
    d=np.mean(hidden["both"]), e=ahead.low, f=ahead.high,
)
recbook.claim(
    np.mean(to_ridge) < 0,
    en="A ridge regression on the same title vectors, one for each user (chapter 01), is still ahead: "
    "{a:.3f} on average, and in {n} of 5 sets.",
    zh="同样的片名向量，每位用户做一个岭回归（第 01 章），仍然领先：平均 {a:.3f}，5 组中有 {n} 组领先。",
    takeaway=False, a=np.mean(hidden["ridge"]), n=int((to_ridge < 0).sum()),
)
recbook.claim(
    on_new["both"].interval("ndcg@10").low > hidden["both"][0],
    en="On the set that ran live, 3 epochs are better for hidden films than 12: {a:.3f} and {b:.3f}.",
    zh="在现场运行的那一组上，对隐藏的电影，3 个轮次比 12 个更好：{a:.3f} 和 {b:.3f}。",
    takeaway=False, a=on_new["both"]["ndcg@10"], b=hidden["both"][0],
)

# %% [markdown] lang="en"
# Why are both better than titles alone, although a hidden film's identity has never been trained? Because the *user's* has: $u$ now holds what the user rated, not only the mean of titles, and the projection of titles learns to meet it. As training goes on, user vectors turn to what identities say, and away from titles: a reason to stop early if hidden films matter most (one set shows it, which is not proof). The hidden film's own identity is still the random numbers of the start. Setting them to 0 (the row "untrained at 0") takes that noise away; on average it helps a little. The ridge regression has an advantage of its own here: it fits each user's tastes to titles directly, and was made for nothing else.
#
# ### Neighbours, and one user's list
#
# What has the item tower learned? Take a film's nearest by cosine, once among the tower's film vectors (identity plus projected title), once among the title vectors that went in:

# %% [markdown] lang="zh"
# 隐藏电影的身份向量从没训练过，为什么两者都用还是比只用片名好？因为*用户*的身份向量训练过：$u$ 里现在有用户评过什么，而不只是片名的平均，片名的投影也学会了与它相配。训练越久，用户向量越贴合身份向量，离片名越远：如果更看重没有评分的电影，就应当早些停（这里只看了一组，不算证明）。隐藏电影自己的身份向量仍是初始的随机数。把它们设为 0（“未训练的置 0”那一行）就去掉了这份噪声，平均略有好处。岭回归在这里有它的优势：它直接把每位用户的口味拟合到片名上，只为这一件事而设计。
#
# ### 近邻，以及一位用户的列表
#
# 物品塔学到了什么？按余弦取一部电影的最近邻：一次在物品塔的电影向量里（身份向量加片名投影），一次在输入的片名向量里：

# %% tags=["nbval-ignore-output"]
often = np.flatnonzero(log.item_counts() >= 20)
with torch.inference_mode():
    learned = both.item(torch.as_tensor(often)).numpy()


def nearest_five(vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    similar = unit @ unit.T
    np.fill_diagonal(similar, -1)
    return np.argsort(-similar, axis=1, kind="stable")[:, :5]


spaces = {"in the tower": nearest_five(learned), "by title": nearest_five(item_text[often])}
for title in ("Star Wars", "Cinderella", "Scream"):
    row = int(np.flatnonzero(titles[often] == title)[0])
    films = {name: titles[often[five[row]]] for name, five in spaces.items()}
    plots.table(pd.DataFrame(films), caption=title)

# %% [markdown] lang="en"
# By title, neighbours share words. In the tower they share an audience. How much? Count, for a film and each of its five neighbours, the users who rated both, as a share of those who rated either:

# %% [markdown] lang="zh"
# 按片名，近邻共有的是词；在塔里，近邻共有的是观众。差多少？对一部电影和它的五个近邻，数一数两部都评过的用户，占评过其中任一部的用户的比例：

# %%
rated = log.matrix().toarray()[:, often].astype(float)
together = rated.T @ rated
either = np.diag(together)[:, None] + np.diag(together)[None, :] - together
share = together / either
shared = {name: np.take_along_axis(share, five, axis=1).mean(axis=1) for name, five in spaces.items()}
more = bootstrap(shared["in the tower"] - shared["by title"])

# %% tags=["nbval-ignore-output"]
recbook.claim(
    more.low > 0.05,
    en="Neighbours in the trained tower share {a:.0%} of their audience, neighbours by title {b:.0%} "
    "(difference {c:.0%} to {d:.0%}).",
    zh="训练好的塔里，近邻有 {a:.0%} 的共同观众；按片名的近邻只有 {b:.0%}（差 {c:.0%} 到 {d:.0%}）。",
    takeaway=False, a=shared["in the tower"].mean(), b=shared["by title"].mean(),
    c=more.low, d=more.high,
)

# %% [markdown] lang="en"
# Last, the list for one user: the first in the data, with the films that this user rated last.

# %% [markdown] lang="zh"
# 最后是一位用户的列表：数据中的第一位，连同其最后评过的几部电影。

# %% tags=["nbval-ignore-output"]
user = 0
history = split.history("test")
mine = history.take(history.user == user)
recent = mine.item[np.argsort(-mine.timestamp, kind="stable")][:8]
columns = {"rated last": titles[recent]}
for name, model in models.items():
    scores = Trained(model).score(np.array([user]))[0]
    scores[mine.item] = -np.inf
    columns[name] = titles[np.argsort(-scores, kind="stable")[:8]]
plots.table(pd.DataFrame(columns), caption=str(ratings.user_ids[user]))

# %% [markdown] lang="en"
# **Exercise 6**, open. Can identities be kept from crowding out titles? In training, set the *item's* identity to 0 for a random third of the rows (dropout of whole rows), and see whether the hidden films gain and what the others lose. Choose the share on hidden sets 5 and 6 and the validation films, never on sets 0 to 4. Where in the five lines does your change go, and what must `eval` do about it?

# %% [markdown] lang="zh"
# **练习 6**（开放题）能不能不让身份向量把片名挤掉？训练时，随机取三分之一的行，把*物品*的身份向量置 0（整行的随机失活），看看隐藏的电影提高多少，其余的电影损失多少。比例要在第 5、6 组隐藏电影和验证集上选，不能用第 0 到 4 组。你的改动应当放在五行中的哪一行？`eval` 又该怎样处理它？

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
recbook.progress()

# %% [markdown] lang="en"
# - P.-S. Huang, X. He, J. Gao, L. Deng, A. Acero and L. Heck (2013). *Learning deep structured semantic models for web search using clickthrough data.* CIKM. [doi:10.1145/2505515.2505665](https://doi.org/10.1145/2505515.2505665). Two towers.
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996). Two towers at work.
# - Y. Bengio and J.-S. Senécal (2008). *Adaptive importance sampling to accelerate training of a neural probabilistic language model.* IEEE Transactions on Neural Networks 19(4). [doi:10.1109/TNN.2007.912312](https://doi.org/10.1109/TNN.2007.912312). Sampled softmax.
# - D. P. Kingma and J. Ba (2015). *Adam: A method for stochastic optimization.* ICLR. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980). Where epsilon stands: section 2, both forms.
# - A. Paszke et al. (2019). *PyTorch: An imperative style, high-performance deep learning library.* NeurIPS. [arXiv:1912.01703](https://arxiv.org/abs/1912.01703).
# - L. N. Smith (2017). *Cyclical learning rates for training neural networks.* WACV. [arXiv:1506.01186](https://arxiv.org/abs/1506.01186). The finder.
# - P. Micikevicius et al. (2018). *Mixed precision training.* ICLR. [arXiv:1710.03740](https://arxiv.org/abs/1710.03740).
# - S. Rendle, W. Krichene, L. Zhang and J. Anderson (2020). *Neural collaborative filtering vs. matrix factorization revisited.* RecSys. [arXiv:2005.09683](https://arxiv.org/abs/2005.09683). Why a dot product is hard to beat.

# %% [markdown] lang="zh"
# - P.-S. Huang, X. He, J. Gao, L. Deng, A. Acero and L. Heck (2013). *Learning deep structured semantic models for web search using clickthrough data.* CIKM. [doi:10.1145/2505515.2505665](https://doi.org/10.1145/2505515.2505665)。双塔的出处。
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996)。双塔的实际应用。
# - Y. Bengio and J.-S. Senécal (2008). *Adaptive importance sampling to accelerate training of a neural probabilistic language model.* IEEE Transactions on Neural Networks 19(4). [doi:10.1109/TNN.2007.912312](https://doi.org/10.1109/TNN.2007.912312)。采样 softmax。
# - D. P. Kingma and J. Ba (2015). *Adam: A method for stochastic optimization.* ICLR. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980)。epsilon 的位置：第 2 节，两种写法都有。
# - A. Paszke et al. (2019). *PyTorch: An imperative style, high-performance deep learning library.* NeurIPS. [arXiv:1912.01703](https://arxiv.org/abs/1912.01703)。
# - L. N. Smith (2017). *Cyclical learning rates for training neural networks.* WACV. [arXiv:1506.01186](https://arxiv.org/abs/1506.01186)。学习率搜索。
# - P. Micikevicius et al. (2018). *Mixed precision training.* ICLR. [arXiv:1710.03740](https://arxiv.org/abs/1710.03740)。
# - S. Rendle, W. Krichene, L. Zhang and J. Anderson (2020). *Neural collaborative filtering vs. matrix factorization revisited.* RecSys. [arXiv:2005.09683](https://arxiv.org/abs/2005.09683)。点积为什么难以超越。
