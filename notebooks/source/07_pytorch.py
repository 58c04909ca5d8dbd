# %% [markdown] lang="en"
# # 07 · PyTorch: the same model, line by line
#
# **You will be able to** write a two-tower model, a recommender, in PyTorch and say what each line does; find the mistakes of a training loop that raise no error;
# save weights in a file that holds no code; and say what identities and titles each contribute, on films that have ratings and on films that have none.
#
# **You need** chapters 01 (how we keep score, EASE) and 03 (softmax, gradient), and a sentence each of 00 (MiniLM) and 02 (the funnel). **Of 06 and 07 you need one.** Both build the same model, there in Keras, here in PyTorch. Beside each thing a small table says what Keras calls it. What the model is worth stands here, and 06 links to it.
#
# **It takes** {core} to read, and {deeper} more for the part under [Deeper](#deeper); {minutes} to run on two cores. It needs no graphics card, and was not tried on one.

# %% [markdown] lang="zh"
# # 07 · PyTorch：同一个模型，一行一行地写
#
# **学完之后**，你能用 PyTorch 写出一个双塔模型（two-tower model）来做推荐，并说清每一行的作用；能找出训练循环里那些不报错的错误；
# 能把权重存进一个不含代码的文件；还能说清 ID 嵌入（ID embedding）和片名各有什么贡献：对有评分的电影如何，对没有评分的又如何。
#
# **需要的基础**：第 01 章（怎样计分、EASE）和第 03 章（softmax、梯度）；另有两处提到第 00 章和第 02 章。**06 和 07 两章读一章就够**：搭的是同一个模型，那一章用 Keras，本章用 PyTorch；每讲一样东西，旁边都有一张小表，写明它在 Keras 里叫什么。模型的成绩只写在本章，06 链接到这里。
#
# **所需时间**：读完核心部分{core}，[选读](#deeper)部分另需{deeper}；在双核机器上，运行{minutes}。不需要显卡，也没有在显卡上试过。

# %%
import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

import recbook
from recbook import plots
from recbook.chapters.pytorch import figures
from recbook.data import leave_one_out
from recbook.evaluation import Report, bootstrap, evaluate
from recbook.models import dot, towers
from recbook.models.towers import TowerSettings
from recbook.text import TextEncoder

recbook.setup("en")

# %% [markdown] lang="en"
# Here is a whole training of a recommender. It runs twice, from the same first numbers and on the same rows of the log. The second time one line is left out.

# %% [markdown] lang="zh"
# 下面是一个推荐模型的完整训练。运行两遍，初始参数相同，每一步用的日志行也相同；只是第二遍少了一行代码。

# %%
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].to_numpy()
split = leave_one_out(ratings)
log = split.train
identity_only = TowerSettings(text=False, epochs=1)


def first_training(clear):
    start = towers.start_weights(log.n_users, log.n_items, 0, identity_only)
    model, losses = dot.TwoTower(start), []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.007)
    for batch in towers.batches(log, identity_only):
        loss = dot.batch_loss(model, batch, identity_only)
        if clear:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)

# %% tags=["nbval-ignore-output"]
with_line, without_line = first_training(clear=True), first_training(clear=False)
figures.step_losses({"with zero_grad": with_line, "without zero_grad": without_line})

# %% tags=["nbval-ignore-output"]
recbook.claim(
    without_line[33:43].mean() < with_line[33:43].mean() - 0.05
    and with_line[-8:].mean() < with_line[0] - 0.3 and without_line[-8:].mean() > without_line[0] + 0.3,
    en="Without `zero_grad` nothing complains. The loss falls faster at first, then climbs: at the end of the curve it is "
    "{without_line:.2f}, with the line {with_line:.2f}.",
    zh="少了 `zero_grad`，程序也不报错。损失起初降得更快，随后反弹：曲线终点是 {without_line:.2f}，有这一行则是 {with_line:.2f}。",
    takeaway=dict(
        en="Forget `zero_grad` and no error is raised: old gradients stay in every step, and in our run the loss climbed in the end.",
        zh="忘写 `zero_grad` 不会报错：旧的梯度会留在以后的每一步里，在我们这次训练中，损失最终不降反升。",
    ),
    without_line=without_line[-8:].mean(), with_line=with_line[-8:].mean(),
)

# %% [markdown] lang="en"
# Whoever stops at half would even call the second run the better one. In PyTorch you write the loop yourself, so each line of it is yours to get right. This chapter takes `first_training` apart: the model, the batches, the loss, the five lines in the loop.

# %% [markdown] lang="zh"
# 如果只看前一半，还会以为第二遍更好。在 PyTorch 里循环由你自己写，每一行对不对也要由你自己负责。本章就把 `first_training` 拆开来讲：模型、批次、损失，以及循环里的五行。

# %% [markdown] lang="en"
# ## One user, two films, by hand
#
# A **two-tower model** turns a user into a vector $u$ and a film into a vector $v$, both $w$ numbers wide. Two parts of the program do that, the user tower and the item tower. They meet only at the end, in a dot product:
#
# $$s = u \cdot v + b$$
#
# where $b$ is one number for each film, its **bias**. It is learned like the rest, and lifts or lowers a film for all users alike. The score $s$ says how well user and film go together. Since the towers are separate, film vectors can be computed once and kept: in the funnel of chapter 02 this is a model for retrieval.
#
# Take $w = 2$, one user with $u = (1, 1)$, and two films. The user has watched film A, with $v_A = \log 2 \cdot (1, 0)$. (In this chapter a rating counts as having watched.) Film B, with $v_B = \log 2 \cdot (1, 1)$, was drawn at random and is taken as not watched: a **negative**. Both biases are 0. The scores are $\log 2$ and $2 \log 2$, the softmax of chapter 03 makes probabilities of them, $1/3$ and $2/3$, and the loss is minus the log of the probability of the film that was watched:
#
# $$\ell = -\log \frac{e^{s_A}}{e^{s_A} + e^{s_B}} = -\log \tfrac13 = 1.10$$

# %% [markdown] lang="zh"
# ## 手算的小例子：一位用户、两部电影
#
# **双塔模型**把用户变成向量 $u$，把电影变成向量 $v$，宽度都是 $w$。这由程序的两个部分完成，分别叫用户塔和物品塔，它们只在最后相遇，做一次点积（dot product）：
#
# $$s = u \cdot v + b$$
#
# 其中 $b$ 叫**偏置**（bias），每部电影一个，与其他参数一起学习；它抬高或压低这部电影的得分，对所有用户都一样。得分 $s$ 表示用户与电影有多相配。两座塔彼此独立，电影向量只需算一次就能存起来：放在第 02 章的漏斗（funnel）里，这是做召回（retrieval）的模型。
#
# 取 $w = 2$，一位用户 $u = (1, 1)$，两部电影。用户看过电影 A，$v_A = \log 2 \cdot (1, 0)$。（本章里，有评分就记作看过。）电影 B 是随机抽出的，当作没看过，叫**负样本**（negative），$v_B = \log 2 \cdot (1, 1)$。两个偏置都是 0。得分是 $\log 2$ 和 $2 \log 2$，经过第 03 章的 softmax，概率是 $1/3$ 和 $2/3$；损失是看过的那部电影的概率取负对数：
#
# $$\ell = -\log \frac{e^{s_A}}{e^{s_A} + e^{s_B}} = -\log \tfrac13 = 1.10$$

# %%
# en: The rows of v are the films A and B.
# zh: v 的两行是电影 A 和 B。
u = torch.tensor([1.0, 1.0], requires_grad=True)
v = (torch.tensor([[1.0, 0.0], [1.0, 1.0]]) * np.log(2)).requires_grad_()
b = torch.zeros(2, requires_grad=True)


def small_loss(u, v, b):
    scores = v @ u + b
    return -scores.log_softmax(dim=0)[0]


(v @ u + b).softmax(dim=0).detach().numpy(), small_loss(u, v, b).item()

# %% [markdown] lang="en"
# PyTorch keeps numbers in **tensors**, its arrays. `requires_grad` tells it to record what is done with these. (`dim` is TensorFlow's `axis`; a trailing `_`, as in `requires_grad_()`, changes the tensor in place; `.detach()` gives the same numbers without the record.) `loss.backward()` walks that record backwards, which is called **backpropagation**, and leaves the **gradient**, the derivative of the loss with respect to each number, in `.grad`. By hand it is chapter 03's, guessed minus right: $\delta = (1/3 - 1, 2/3) = (-2/3, 2/3)$, and
#
# $$\frac{\partial \ell}{\partial b} = \delta, \qquad \frac{\partial \ell}{\partial v_j} = \delta_j\, u, \qquad \frac{\partial \ell}{\partial u} = \delta_A v_A + \delta_B v_B = \log 2 \cdot (0, \tfrac23)$$

# %% [markdown] lang="zh"
# PyTorch 把数放在**张量**（tensor）里，也就是它的数组。`requires_grad` 要求记下对这些数做过的运算。（`dim` 相当于 TensorFlow 的 `axis`；名字末尾的 `_`，如 `requires_grad_()`，表示直接修改这个张量；`.detach()` 给出同样的数，但不带记录。）`loss.backward()` 沿着记录从后往前走一遍，这叫**反向传播**（backpropagation），并把**梯度**（损失对每个数的导数）存进 `.grad`。手算与第 03 章一样，预测减真实：$\delta = (1/3 - 1, 2/3) = (-2/3, 2/3)$，于是
#
# $$\frac{\partial \ell}{\partial b} = \delta, \qquad \frac{\partial \ell}{\partial v_j} = \delta_j\, u, \qquad \frac{\partial \ell}{\partial u} = \delta_A v_A + \delta_B v_B = \log 2 \cdot (0, \tfrac23)$$

# %%
u.grad = v.grad = b.grad = None
loss = small_loss(u, v, b)
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
print(new_v.numpy() / np.log(2), new_b.numpy(), new_u.numpy())

# %%
recbook.claim(
    np.allclose(new_b, [0.2, -0.2]) and np.allclose(new_u, [1, 1 - 0.2 * np.log(2)])
    and after.item() < loss.item(),
    en="The step is the one worked out by hand, and the loss falls from {before:.2f} to {after:.2f}.",
    zh="这一步与手算一致，损失从 {before:.2f} 降到 {after:.2f}。",
    takeaway=False, before=loss.item(), after=after.item(),
)

# %% [markdown] lang="en"
# And the line that was left out? Compute the loss and call `backward`, twice (each record serves once), without clearing in between:

# %% [markdown] lang="zh"
# 少了的那一行是怎么回事？计算损失、调用 `backward`，做两遍（每份记录只能用一次），中间不清零：

# %%
bias = torch.zeros(2, requires_grad=True)
for _ in range(2):
    small_loss(u.detach(), v.detach(), bias).backward()
    print(bias.grad.numpy())

# %% [markdown] lang="en"
# The second is twice the first, although nothing has changed: `backward` *adds* to `.grad`. (So a large batch can be spread over several calls.) Without `zero_grad` every step follows the sum of all gradients since the beginning. The old ones keep their full weight in it, however far the model has moved since. That is the dashed curve at the beginning.
#
# | here | in Keras with TensorFlow |
# |---|---|
# | `requires_grad=True` | `tf.Variable`, or `tape.watch` |
# | recording is always on | `with tf.GradientTape() as tape:`, recording in this block |
# | `loss.backward()`, then `.grad` | `tape.gradient(loss, weights)` returns the gradients |
# | `.detach()` | `tf.stop_gradient` |
# | `optimizer.zero_grad()` | not needed: a new tape has none |

# %% [markdown] lang="zh"
# 什么都没变，第二次却是第一次的两倍：`backward` 是把梯度**加**到 `.grad` 上。（一个大批次因此可以分几次调用。）没有 `zero_grad`，每一步用的就是从头到现在所有梯度之和；模型已经走远，旧梯度却仍按原来的分量计入。开头那张图里的虚线就是这样来的。
#
# | 这里 | Keras（基于 TensorFlow） |
# |---|---|
# | `requires_grad=True` | `tf.Variable`，或 `tape.watch` |
# | 随时都在记录 | `with tf.GradientTape() as tape:`，只记录代码块里的运算 |
# | `loss.backward()`，再读 `.grad` | `tape.gradient(loss, weights)`，直接返回梯度 |
# | `.detach()` | `tf.stop_gradient` |
# | `optimizer.zero_grad()` | 不需要：新的 tape 里本来就没有梯度 |

# %% [markdown] lang="en"
# ## The model: `nn.Module`
#
# What is known about a film before anybody has rated it is its title. MiniLM, the sentence encoder of chapter 00, turns it into 384 numbers; `centred` takes the mean title off, since all titles share a direction that says little. A user's text vector is the mean over the films that the user has rated.

# %% [markdown] lang="zh"
# ## 模型：`nn.Module`
#
# 一部电影还没有人评分时，已知的只有片名。用第 00 章的句子编码器 MiniLM 把它变成 384 个数；`centred` 减去所有片名向量的平均，因为各片名都含有一个没有区分力的共同方向。用户的文本向量，是这位用户评过的各部电影的片名向量的平均。

# %%
item_text = towers.centred(TextEncoder("all-MiniLM-L6-v2").encode(list(titles)))
user_text = towers.user_features(log, item_text)
item_text.shape, user_text.shape

# %% [markdown] lang="en"
# A tower adds up two things. One is a free vector for each user (or film), its **identity**, which must be learned from that user's (or film's) own ratings. The other is a **projection** of the text vector, one matrix for all, which also serves films without ratings:

# %% [markdown] lang="zh"
# 一座塔把两部分相加。一是 **ID 嵌入**（ID embedding）：每位用户、每部电影各有一个自由的向量，只能从这位用户、这部电影自己的评分里学。二是文本向量的**投影**（projection）：全体共用一个矩阵，没有评分的电影也能用。

# %%
figures.towers_drawn()

# %% [markdown] lang="en"
# With $I$ the table of identities, of shape $(n, w)$, $x_i$ the text vector of number $i$, of shape $(d,)$, and $P$ the projection, of shape $(d, w)$, $\text{tower}(i) = I_i + x_i P$.
#
# Without titles this is a matrix factorisation, as in chapter 01, found by steps instead of by a decomposition. In PyTorch a part of a model is a `Module`. What is to be learned is a `Parameter`; what belongs to the model but is not learned, as $x$ here, is a **buffer**. (`persistent=False` keeps it out of the saved weights: whoever loads the model brings the text vectors of other users and films.) `forward` says what happens to the input. One writes `forward` but calls the module itself, `tower(index)`, so that PyTorch can do its bookkeeping around it.

# %% [markdown] lang="zh"
# 记 $I$ 为 ID 嵌入表，形状 $(n, w)$；$x_i$ 为编号 $i$ 的文本向量，形状 $(d,)$；$P$ 为投影矩阵，形状 $(d, w)$，那么 $\text{tower}(i) = I_i + x_i P$。
#
# 不用片名，它就是第 01 章的矩阵分解（matrix factorisation），只是一步步学出来，不是一次分解出来。在 PyTorch 里，模型的一部分是一个 `Module`。要学习的是 `Parameter`；属于模型但不学习的，比如这里的 $x$，是**缓冲区**（buffer）。（`persistent=False` 表示它不随权重一起保存：加载模型的人会带上自己那批用户和电影的文本向量。）`forward` 写明输入要经过什么运算。写的是 `forward`，调用的却是模块本身，`tower(index)`，这样 PyTorch 才能在前后加上自己的处理（如钩子）。

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
# `functional.embedding` looks rows up: the one-hot product of chapter 03 without the multiplication. The whole model holds two towers and the biases, and scores in two ways. `forward` takes users and films **pair by pair**, row $i$ with row $i$; `against` takes **every user with every film**, which is one matrix product and what a ranking needs.

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
# The first weights are drawn in NumPy, by `towers.start_weights`, so that a Keras model can begin with the very same ones. A module finds the parameters of its parts by itself if they are attributes, and names them by the path that leads there. (It does not look into a plain list; for that take `nn.ModuleList`.)

# %% [markdown] lang="zh"
# 初始权重由 NumPy 抽取（`towers.start_weights`），这样 Keras 的模型也可以从完全相同的权重出发。只要部件是模块的属性，模块就会自动找到它们的参数，并用通向它们的路径来命名。（普通列表里的找不到，要用 `nn.ModuleList`。）

# %%
model = build(TowerSettings())
listed = [(name, str(tuple(p.shape)), f"{p.numel():,}") for name, p in model.named_parameters()]
plots.table(pd.DataFrame(listed, columns=["parameter", "shape", "how many numbers"]))

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
    en="Our model and the tested one, `recbook.models.dot`, give equal scores for all {pairs:,} pairs, and `forward` and `against` agree.",
    zh="在全部 {pairs:,} 对上，我们的模型与经过测试的 `recbook.models.dot` 得分完全相等；`forward` 与 `against` 也一致。",
    takeaway=False, pairs=scores.numel(),
)

# %% [markdown] lang="en"
# | here | in Keras |
# |---|---|
# | `nn.Module` with `forward` | `keras.layers.Layer` or `keras.Model` with `call` |
# | `nn.Parameter(tensor)` | `self.add_weight(shape=…)` |
# | `self.register_buffer(…)` | `self.add_weight(…, trainable=False)`; with `persistent=False`, a plain tensor attribute |
# | `named_parameters()` | `trainable_weights` |
# | `nn.Linear(384, 64)`: you give the width of the input | `layers.Dense(64)`: found at the first call |
# | `nn.Embedding`, `functional.embedding` | `layers.Embedding`, `ops.take` |
#
# The names are alike, the defaults are not: whoever rewrites a model reads [Deeper](#keras) first.
#
# **Exercise 1.** In training, each user has one film that was watched, and all rows share $m$ negatives. Given are three NumPy arrays of vectors, one vector a row. Compute the scores, biases left out: column 0 for the user's own film, then one column for each negative. Mind the shapes: the first is pair by pair, the others all with all. ({points})

# %% [markdown] lang="zh"
# | 这里 | Keras |
# |---|---|
# | `nn.Module`，写 `forward` | `keras.layers.Layer` 或 `keras.Model`，写 `call` |
# | `nn.Parameter(tensor)` | `self.add_weight(shape=…)` |
# | `self.register_buffer(…)` | `self.add_weight(…, trainable=False)`；写了 `persistent=False` 时，是普通的张量属性 |
# | `named_parameters()` | `trainable_weights` |
# | `nn.Linear(384, 64)`：输入宽度要自己写 | `layers.Dense(64)`：第一次调用时得知 |
# | `nn.Embedding`、`functional.embedding` | `layers.Embedding`、`ops.take` |
#
# 名字相近，默认值却不同：要改写模型，请先看[选读](#keras)。
#
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
# A step sees a **batch**, here 1,024 rows of the log. PyTorch splits the work of making one between four parties. A `Dataset` gives one row when asked by number. A `Sampler` gives the order of the numbers. A **collate function** gets the list of rows and makes tensors of them. The `DataLoader` brings the three together. Three rows suffice to see what goes in:

# %% [markdown] lang="zh"
# ## 从日志到批次：`Dataset`、`DataLoader` 与整理函数
#
# 每一步处理一个**批次**（batch），这里是日志的 1,024 行。PyTorch 把做批次的工作交给四个组件：`Dataset` 按编号给出一行；`Sampler` 给出编号的顺序；**整理函数**（collate function）拿到各行的列表，做成张量；`DataLoader` 把前三者组织起来。用三行数据就能看清输入：

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
# The collate function turns this list of pairs round, into one tensor of users and one of films, and draws $m$ negatives with replacement. All rows of the batch share them. Only films that somebody has rated are drawn: nobody has had the chance to watch the others.

# %% [markdown] lang="zh"
# 整理函数把这个列表转成一个用户张量和一个电影张量，并有放回地抽取 $m$ 个负样本。整个批次的各行共用它们。只抽有人评过的电影：其余的电影，还没有人有机会看。

# %%
def with_negatives(rows, rng, known, m):
    users, items = torch.tensor(rows).T
    negatives = known[rng.integers(len(known), size=m)]
    return towers.Batch(users, items, torch.from_numpy(negatives))


small_batch = with_negatives(three_rows, np.random.default_rng(2), known=np.arange(8), m=4)
small_batch, (small_batch.negatives == small_batch.items[:, None]).int()

# %% [markdown] lang="en"
# The little table at the end, one row for each pair and one column for each negative, has a 1 where the film drawn is the row's own. A film cannot be the right answer and a wrong one at once, so its score there becomes minus infinity, which the softmax turns into 0: a **mask**. Other films that the user has watched may be drawn too; they stay.
#
# **Exercise 2.** Write the collate function with its mask, for negatives that have been drawn already. Its table `allowed` says the opposite of the little one: False where the film is the row's own. ({points})

# %% [markdown] lang="zh"
# 末尾的小表，每行对应一对（用户，电影），每列对应一个负样本；负样本恰好是本行自己的电影时，该处为 1。同一部电影不能既是正确答案又是错误答案，所以把那里的得分设为负无穷，softmax 就给它 0：这叫**掩码**（mask）。用户看过的其他电影也可能被抽到，这里不处理。
#
# **练习 2** 写出带掩码的整理函数，负样本已经抽好。`allowed` 与上表相反：恰好是本行自己的电影处为 False。（{points}）

# %% exercise="pytorch-collate" points=1
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

one_epoch = TowerSettings(epochs=1)


class Shuffled(Sampler):
    def __init__(self, n, rng):
        self.n, self.rng = n, rng

    def __len__(self):
        return self.n

    def __iter__(self):
        return iter(self.rng.permutation(self.n))


def loader(dataset, rng, num_workers=0):
    draw = partial(with_negatives, rng=rng, known=np.flatnonzero(log.item_counts()), m=256)
    order = Shuffled(len(dataset), rng)
    return DataLoader(dataset, 1024, sampler=order, collate_fn=draw, num_workers=num_workers)

# %%
from_loader = list(loader(Watched(log.user, log.item), np.random.default_rng(0)))
numpy_batches = list(towers.batches(log, one_epoch))
equal = [
    all(np.array_equal(a, b) for a, b in zip(*pair)) for pair in zip(from_loader, numpy_batches, strict=True)
]
watched, masked, left_in = log.matrix().toarray() > 0, [], []
for users, items, negatives in numpy_batches:
    own = negatives == items[:, None]
    masked.append(own.any(axis=1).mean())
    left_in.append((watched[users][:, negatives] & ~own).mean())
recbook.claim(
    all(equal) and np.mean(masked) < 0.2 and np.mean(left_in) > 0.1,
    en="`DataLoader` and `towers.batches` make the same {batches} batches. {masked:.0%} of the rows meet their own film among the negatives; "
    "{left_in:.0%} of all negatives are other films that the user has watched.",
    zh="`DataLoader` 与 `towers.batches` 做出的 {batches} 个批次相同。{masked:.0%} 的行在负样本里碰到自己的电影；全部负样本中有 {left_in:.0%} 是用户看过的其他电影。",
    takeaway=False, batches=len(equal), masked=np.mean(masked), left_in=np.mean(left_in),
)

# %% [markdown] lang="en"
# Where fetching a row is slow, `num_workers` gives the work to other processes; with a generator of our own that goes wrong without an error ([Deeper](#workers)). From now on we take `towers.batches`, so that a Keras model can be given the same.
#
# | here | in Keras |
# |---|---|
# | `Dataset`, `Sampler`, `DataLoader` | `tf.data.Dataset` with `.shuffle` and `.batch` |
# | collate function | `.map` after `.batch` |
# | `num_workers`, `prefetch_factor` | `.map(…, num_parallel_calls=tf.data.AUTOTUNE)`, `.prefetch` |

# %% [markdown] lang="zh"
# 如果取一行很慢，可以用 `num_workers` 把活交给别的进程；整理函数如果用自建的随机数生成器，就会出错，而且不报错（[选读](#workers)）。从这里起用 `towers.batches`，以便 Keras 的模型也能用同样的批次。
#
# | 这里 | Keras |
# |---|---|
# | `Dataset`、`Sampler`、`DataLoader` | `tf.data.Dataset`，用 `.shuffle` 和 `.batch` |
# | 整理函数 | `.batch` 之后的 `.map` |
# | `num_workers`、`prefetch_factor` | `.map(…, num_parallel_calls=tf.data.AUTOTUNE)`、`.prefetch` |

# %% [markdown] lang="en"
# ## The training loop, five lines
#
# The loss of a batch is that of the small example, averaged over its $n$ rows. With $s_i$ the score of row $i$'s own film, $s_{ij}$ that of negative $j$, and $N_i$ the negatives that are not masked in row $i$ (a film drawn twice counts twice):
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{e^{s_i}}{e^{s_i} + \sum_{j \in N_i} e^{s_{ij}}}$$
#
# This is a simple form of **sampled softmax** (Bengio and Senécal 2008): the full softmax sums over all films, and the full method corrects for how probable each draw was. `cross_entropy` takes a table of scores and the column of the right answer, 0 in every row. Below, `loss_of` is what `dot.batch_loss` did at the beginning, and `train` is the loop of `first_training`. (The older loss asks of each pair alone, watched or not: [Deeper](#sigmoid).)

# %% [markdown] lang="zh"
# ## 训练循环：五行
#
# 一个批次的损失就是小例子里的那个，在 $n$ 行上取平均。记 $s_i$ 为第 $i$ 行自己的电影的得分，$s_{ij}$ 为负样本 $j$ 的得分，$N_i$ 为第 $i$ 行里没有被掩码去掉的负样本（抽到两次的电影算两次）：
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{e^{s_i}}{e^{s_i} + \sum_{j \in N_i} e^{s_{ij}}}$$
#
# 这是**采样 softmax**（sampled softmax；Bengio and Senécal 2008）的简单形式：完整的 softmax 要对所有电影求和，完整的方法还要按每个样本被抽到的概率做校正。`cross_entropy` 接收一张得分表和正确答案所在的列，这里每行都是第 0 列。下面的 `loss_of` 就是开头的 `dot.batch_loss`，`train` 就是 `first_training` 里的循环。（更早的损失对每一对单独判断：看过，还是没看过。见[选读](#sigmoid)。）

# %%
def loss_of(model, batch):
    # en: To where the model is.
    # zh: 放到模型所在的设备上。
    users, items, negatives = (torch.as_tensor(part, device=model.bias.device) for part in batch)
    own = model(users, items)  # (n,)
    others = model.against(users, negatives)  # (n, m)
    others = others.masked_fill(negatives == items[:, None], -torch.inf)
    scores = torch.cat([own[:, None], others], dim=1)  # (n, 1 + m)
    return functional.cross_entropy(scores, torch.zeros_like(users))


def train(model, batches, rates, after=lambda step: None):
    optimizer = torch.optim.Adam(model.parameters())
    losses = []
    for step, (batch, rate) in enumerate(zip(batches, rates)):
        optimizer.param_groups[0]["lr"] = rate  # Keras: optimizer.learning_rate.assign(rate)
        loss = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        after(step)
    return np.array(losses)

# %% [markdown] lang="en"
# Five lines are the heart of it:
#
# 1. `loss = loss_of(model, batch)`, the **forward pass**: compute, and record how.
# 2. `optimizer.zero_grad()`: throw away the gradients of the step before. (First or last in the loop, but never between `backward` and `step`.)
# 3. `loss.backward()`, the **backward pass**: walk the record, and add each gradient to `.grad`.
# 4. `optimizer.step()`: change the parameters by what stands in `.grad`.
# 5. `loss.item()`: the plain number, for the curve. To keep `loss` itself would keep the whole record alive.
#
# **Adam** is the rule that `step` follows: each number gets a step length of its own, from running means of its gradient and of the gradient's square (the formula is in [Deeper](#same)). The learning rate changes from step to step by the list `rates`.
#
# **Exercise 3.** Somebody wrote this loop, for $\ell(w) = \sum_k (w_k - t_k)^2$. All five lines are there, and no error is raised, but the loss is the same at every step:
#
# ```python
# for _ in range(steps):
#     loss = ((w - torch.tensor(target)) ** 2).sum()
#     optimizer.step()
#     loss.backward()
#     losses.append(loss.item())
#     optimizer.zero_grad()
# ```
#
# Why? Write it so that it learns. By hand: from $w = 0$, with target $t = 1$ and rate $0.25$, the gradient is $2 (w - t) = -2$, so $w$ goes to $0.5$, then $0.75$. Let PyTorch find the gradients; `torch.optim.SGD` does plain steps of $-\text{rate}$ times the gradient. ({points})

# %% [markdown] lang="zh"
# 核心是五行：
#
# 1. `loss = loss_of(model, batch)`，**前向传播**（forward pass）：计算，并记下计算过程。
# 2. `optimizer.zero_grad()`：丢掉上一步的梯度。（放在循环的开头或末尾都行，但不能放在 `backward` 与 `step` 之间。）
# 3. `loss.backward()`，**反向传播**：沿记录从后往前走，把各个梯度加到 `.grad` 上。
# 4. `optimizer.step()`：按 `.grad` 里的数更新参数。
# 5. `loss.item()`：取出普通的数，用来画曲线。如果保存 `loss` 本身，整份计算记录都会留在内存里。
#
# **Adam** 是 `step` 遵循的规则：根据梯度的滑动平均与梯度平方的滑动平均，为每个参数定步长（公式见[选读](#same)）。学习率按列表 `rates` 逐步变化。
#
# **练习 3** 有人为损失 $\ell(w) = \sum_k (w_k - t_k)^2$ 写了下面的循环。五行都在，也不报错，但每一步的损失都一样：
#
# ```python
# for _ in range(steps):
#     loss = ((w - torch.tensor(target)) ** 2).sum()
#     optimizer.step()
#     loss.backward()
#     losses.append(loss.item())
#     optimizer.zero_grad()
# ```
#
# 为什么？请改正，使它能学习。手算：从 $w = 0$ 出发，目标 $t = 1$，学习率 $0.25$，梯度是 $2 (w - t) = -2$，所以 $w$ 变成 $0.5$，再变成 $0.75$。梯度请让 PyTorch 去求；`torch.optim.SGD` 的每一步就是 $-\text{rate}$ 乘以梯度，rate 是学习率。（{points}）

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
# Twelve epochs with both identities and titles, at a rate that falls in a straight line from 0.007 to 0. The settings (width 64, 256 negatives, 1,024 rows a batch, rate, epochs) were chosen on the validation films, from about thirty that were tried; chapter 06 uses the same. After each epoch we ask for validation NDCG@10. About 15 seconds. (`stored`, here and later, holds the results of runs that were made beforehand.)

# %% [markdown] lang="zh"
# ### 完整训练
#
# ID 嵌入与片名都用，训练十二个轮次，学习率从 0.007 沿直线降到 0。各项设置（宽度 64、256 个负样本、每批 1,024 行、学习率、轮次）是在验证集（validation set）上选定的，一共试过大约三十组；第 06 章用的也是这些。每个轮次之后算一次验证集 NDCG@10。大约 15 秒。（这里和后面的 `stored`，是事先算好并存下的结果。）

# %%
class Trained:
    def __init__(self, model):
        self.model_ = model

    def score(self, users, history=None):
        with torch.inference_mode():
            films = torch.arange(len(self.model_.bias), device=self.model_.bias.device)
            return self.model_.against(torch.as_tensor(users, device=films.device), films).cpu().numpy()


def fit(settings, log=log, seed=0, after=lambda step, model: None):
    model = build(settings, log, seed)
    rates = towers.learning_rates(towers.n_steps(log, settings), settings)
    losses = train(model, towers.batches(log, settings, seed), rates, after=lambda step: after(step, model))
    return model, losses

# %% tags=["nbval-ignore-output"]
from tqdm.auto import tqdm

steps_an_epoch = towers.n_steps(log, one_epoch)
curve, norms = [], []
bar = tqdm(total=towers.n_steps(log, TowerSettings()), leave=False)


def look(step, model):
    bar.update()
    norms.append(torch.stack([p.grad.norm() for p in model.parameters()]).norm().item())
    if (step + 1) % steps_an_epoch == 0:
        curve.append(evaluate(Trained(model), split, on="valid")["ndcg@10"])


both, losses = fit(TowerSettings(), after=look)
bar.close()
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
# | here | in Keras |
# |---|---|
# | the five lines | `model.compile(optimizer, loss)`, `model.fit(data)` |
# | `optimizer.step()` | `optimizer.apply(gradients, weights)` |
# | what `after` does | a callback |
# | the list `rates`, or `torch.optim.lr_scheduler` | `keras.optimizers.schedules` |
# | `cross_entropy(scores, truth)` | `SparseCategoricalCrossentropy(from_logits=True)(truth, scores)` |
#
# Is the falling rate worth anything? What of clipping, mixed precision, a compiler? [Deeper](#tools) measures each. To stop in the middle and go on tomorrow takes more than the weights: [Deeper](#resume).

# %% [markdown] lang="zh"
# | 这里 | Keras |
# |---|---|
# | 五行循环 | `model.compile(optimizer, loss)`、`model.fit(data)` |
# | `optimizer.step()` | `optimizer.apply(gradients, weights)` |
# | `after` 做的事 | 回调函数（callback） |
# | 列表 `rates`，或 `torch.optim.lr_scheduler` | `keras.optimizers.schedules` |
# | `cross_entropy(scores, truth)` | `SparseCategoricalCrossentropy(from_logits=True)(truth, scores)` |
#
# 学习率逐渐下降有没有用？梯度裁剪、混合精度（mixed precision）、编译器呢？[选读](#tools)里逐个测量。训练到一半停下来，明天接着练，光有权重还不够：见[选读](#resume)。

# %% [markdown] lang="en"
# ### Two switches: `eval` and `inference_mode`
#
# `model.eval()` tells parts that behave differently in training that training is over; `model.train()` tells them that it goes on. Such a part is **dropout**, which sets a random share of the numbers to 0 and scales up the others, so that a model does not lean on single numbers. `torch.inference_mode()` switches the recording off, which saves memory and time, and leaves dropout as it is. Ten ones, with dropout of 0.2:

# %% [markdown] lang="zh"
# ### 两个开关：`eval` 与 `inference_mode`
#
# 有些部件在训练时行为不同：`model.eval()` 切换到评估模式，`model.train()` 切换回训练模式。**随机失活**（dropout）就是这样的部件：它把随机一部分数置 0，其余放大，使模型不依赖个别的数。`torch.inference_mode()` 则关掉计算记录，省内存、省时间，但不影响随机失活。拿十个 1、失活比例 0.2 来看：

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

# %%
dropped = ["0" in row[2].split() for row in seen]
recbook.claim(
    dropped == [True, False, True, False] and [row[3] for row in seen] == ["✓", "✓", "–", "–"],
    en="`eval()` alone switches dropout off, `inference_mode` alone the recording: the two do not touch each other.",
    zh="关掉随机失活的只有 `eval()`，关掉记录的只有 `inference_mode`：两者互不相干。",
    takeaway=dict(
        en="Before scoring call `eval` if the model has dropout; `inference_mode` only saves memory and time.",
        zh="模型里有随机失活时，打分之前要调用 `eval`；`inference_mode` 只是省内存、省时间。",
    ),
)

# %% [markdown] lang="en"
# Our towers have no dropout, so only the second switch matters here. `no_grad`, used above, stops the recording too; `inference_mode` is stricter ([Deeper](#inference)).
#
# | here | in Keras |
# |---|---|
# | `model.train()`, `model.eval()` | `model(x, training=True)`, `model(x, training=False)` |
# | `torch.inference_mode()` | no tape, no record; `model.predict(x)` |

# %% [markdown] lang="zh"
# 我们的塔里没有随机失活，所以这里只有第二个开关起作用。前面用过的 `no_grad` 同样停止记录，`inference_mode` 更严格（[选读](#inference)）。
#
# | 这里 | Keras |
# |---|---|
# | `model.train()`、`model.eval()` | `model(x, training=True)`、`model(x, training=False)` |
# | `torch.inference_mode()` | 不用 tape 就不记录；`model.predict(x)` |

# %% [markdown] lang="en"
# ## A file that holds no code
#
# `state_dict()` is the model's numbers by name: parameters, and buffers unless `persistent=False`; no code, no classes. **safetensors** writes just that to disk, a short header with names, types and shapes, then the bytes. The other way round from above, we add the text vectors, so that whoever opens the file needs neither MiniLM nor the log.

# %% [markdown] lang="zh"
# ## 一个不含代码的文件
#
# `state_dict()` 是模型的数值，按名字存放：有参数，也有没写 `persistent=False` 的缓冲区；没有代码，也没有类。**safetensors** 写到磁盘上的就只有这些：一个简短的文件头，记名字、类型和形状，后面是数据字节。与前面相反，这里把文本向量也放进去，这样别人打开就能用：打开文件的人既不需要 MiniLM，也不需要日志。

# %%
import tempfile
from pathlib import Path

from safetensors.torch import save_file

folder = Path(tempfile.mkdtemp())
state = both.state_dict() | {"user.text": torch.tensor(user_text), "item.text": torch.tensor(item_text)}
save_file(state, folder / "towers.safetensors")
list(state)

# %% [markdown] lang="en"
# Why not `torch.save`? Its file is a zip with a **pickle** inside: instructions for a simple virtual machine that rebuilds Python objects, and one of them is "call this function". Anybody can write a file that looks like weights and calls what they like. Here is one that sets a variable; it could as well delete your home directory. (`weights_only=True` is the default of `torch.load` since PyTorch 2.6.)

# %% [markdown] lang="zh"
# 为什么不用 `torch.save`？它写出的是一个 zip 压缩包，里面是 **pickle**：一串指令，由一台简单的虚拟机执行，用来重建 Python 对象，其中一条就是“调用这个函数”。任何人都能写出一个看起来像权重、一打开就调用任意函数的文件。下面这个只是设置一个变量；它同样可以删掉你的主目录。（从 PyTorch 2.6 起，`torch.load` 的默认值是 `weights_only=True`。）

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

# %%
recbook.claim(
    refused and not by_default and builtins.trapped,
    en="Opening a pickled file with `weights_only=False` ran the code that its author put there; by default `torch.load` refused.",
    zh="用 `weights_only=False` 打开 pickle 文件，作者放进去的代码就运行了；默认情况下，`torch.load` 拒绝打开。",
    takeaway=dict(
        en="Opening a pickled model with `weights_only=False` runs whatever code its author put there; a safetensors file has no place for code.",
        zh="用 `weights_only=False` 打开 pickle 存的模型，就会运行作者放进去的任何代码；safetensors 文件里根本没有放代码的地方。",
    ),
)

# %% [markdown] lang="en"
# The price: a file of weights needs the model's class to be of use. `torch.export` writes a program that does not ([Deeper](#export)).
#
# | here | in Keras |
# |---|---|
# | `save_file(model.state_dict(), …)`: numbers | `model.save_weights("m.weights.h5")` |
# | numbers and how they are used: `torch.export.save(…)` | `model.save("m.keras")`; for a server `model.export("folder")` |

# %% [markdown] lang="zh"
# 代价是：只有权重的文件，要有模型的类才能用。`torch.export` 写出的程序则不需要（[选读](#export)）。
#
# | 这里 | Keras |
# |---|---|
# | `save_file(model.state_dict(), …)`：只有数值 | `model.save_weights("m.weights.h5")` |
# | 数值和计算过程：`torch.export.save(…)` | `model.save("m.keras")`；给服务器用 `model.export("folder")` |

# %% [markdown] lang="en"
# ## What do identities and titles contribute? <a id="contribute"></a>
#
# Three models with equal settings: identities only, titles only, identities + titles. Beside them popularity, and EASE with chapter 01's penalty. All of it is **stored**, three seeds each. Identities + titles were best at the rate 0.007, identities only at 0.012, so that model gets a row with its own rate as well. The test films chose nothing. Each user is averaged over the seeds; the 95% intervals come from the bootstrap over users. Where two of them overlap, that does not decide: the table of differences below does, user by user.

# %% [markdown] lang="zh"
# ## ID 嵌入和片名各贡献了什么？ <a id="contribute"></a>
#
# 三个设置相同的模型：仅 ID 嵌入，仅片名，ID 嵌入＋片名。对照是流行度，以及 EASE（正则化系数取第 01 章的值）。下面都是**存好的结果**，各三个种子。ID 嵌入＋片名以学习率 0.007 最好，仅 ID 嵌入以 0.012 最好，所以后者再加一行，用自己的学习率。测试集（test set）没有用来做任何选择。每位用户的成绩先对种子取平均；95% 区间反映的是用户之间的差异（用自助法（bootstrap）算出）。两个区间重叠，还不能下结论：要看图后面那张表，它逐个用户比较。

# %%
results = stored["results"]
called = {"popularity": "popularity", "EASE": "EASE", "text": "titles only", "identity": "identities only"}
called |= {"identity, own rate": "identities only, rate 0.012", "both": "identities + titles"}
per_user = {kind: np.array(results["warm"][kind]["per_user"]) for kind in called}
highest_first = sorted(called, key=lambda kind: -per_user[kind].mean())
reports = {called[kind]: Report({"ndcg@10": per_user[kind]}) for kind in highest_first}
plots.ranking(reports, mark="identities + titles",
              en="Films with ratings: titles add no significant gain to identities", zh="有评分的电影：在 ID 嵌入之外加上片名，没有显著提高")

# %%
def both_less(kind):
    return bootstrap(per_user["both"] - per_user[kind])


lead = {kind: both_less(kind) for kind in called if kind != "both"}
rows = [(plots.name(called[kind]), plots.ends(*found, sign=True)) for kind, found in lead.items()]
plots.table(pd.DataFrame(rows, columns=["identities + titles, less", "test NDCG@10, 95% interval"]))
recbook.claim(
    lead["popularity"].low > 0 and lead["text"].low > 0,
    en="On films that have ratings, identities + titles beat popularity by {low:.3f} to {high:.3f} NDCG@10 (test, three seeds, stored).",
    zh="在有评分的电影上，ID 嵌入＋片名的 NDCG@10 比流行度高 {low:.3f} 到 {high:.3f}（测试集，三个种子，事先算好的结果）。",
    takeaway=False, low=lead["popularity"].low, high=lead["popularity"].high,
)
recbook.claim(
    all(lead[kind].low < 0 < lead[kind].high for kind in ("identity", "identity, own rate", "EASE")),
    en="They do not differ significantly from identities only ({interval}), nor from EASE.",
    zh="它与仅 ID 嵌入的差异不显著（{interval}），与 EASE 的差异也不显著。",
    takeaway=dict(
        en="Where a film has ratings, adding its title to the identities brought no significant gain.",
        zh="电影已有评分时，在 ID 嵌入之外再加片名，没有带来显著提高。",
    ),
    interval=plots.ends(*lead["identity"], sign=True),
)

# %% [markdown] lang="en"
# How little three seeds decide: on the test films each of the three runs with titles is below each one without, and on the validation films each of them stood above identities at the same rate, seed by seed ([table](#same)). Nor is EASE the last word. It can be beaten by formulas that count a user's last films more, which these towers do not:

# %% [markdown] lang="zh"
# 三个种子能说明的很少：在测试集上，有片名的三次训练都低于没有片名的三次；而在验证集上，与学习率相同的仅 ID 嵌入逐个种子比，有片名的都更高（[表](#same)）。EASE 也不是最强的：给用户最近看过的电影更大权重的方法能超过 EASE，本章的双塔没有用这种加权。

# %%
recent = recbook.stored("item2vec")["results"]["test"]
ease, knn = (recent[f"{name}, last films"]["ndcg@10"] for name in ("EASE", "item-kNN"))
on_test, on_valid = ({kind: np.array(results["warm"][kind][on]) for kind in ("identity", "both")}
                     for on in ("test", "valid"))
recbook.claim(
    min(ease, knn) > results["warm"]["EASE"]["test"][0] + 0.02
    and on_test["both"].max() < on_test["identity"].min() and (on_valid["both"] > on_valid["identity"]).all(),
    en="Where a user's last films count most, EASE reaches {ease:.3f} and item-kNN {knn:.3f} on these test films (stored, chapter 03); "
    "identities + titles have {towers:.3f}.",
    zh="更看重用户最近看过的电影时，在同样的测试集上，EASE 达到 {ease:.3f}，item-kNN 达到 {knn:.3f}（第 03 章存好的结果）；ID 嵌入＋片名是 {towers:.3f}。",
    takeaway=False, ease=ease, knn=knn, towers=on_test["both"].mean(),
)

# %% [markdown] lang="en"
# Why do titles add nothing visible here? Two possible reasons, neither measured. A title says little about taste that the ratings have not said better. And in training the user's text vector contains the very title that is to be found; on the test films it does not.
#
# ### Films that nobody has rated <a id="new-films"></a>
#
# EASE has a weight for each *pair* of films, and none for a film without ratings. The towers have the title. So hide all ratings of a fifth of the films, which makes them **new films**, train on the rest, and rank the new ones for each user; to be found are those rated 4 or more. Such sets differ a lot, so five are drawn and all models get the same ones (stored). As a control, chapter 01's ridge regression, on the same title vectors, one for each user.

# %% [markdown] lang="zh"
# 加上片名，在这里为什么看不出好处？可能的原因有两个，都没有测量过。一是片名所能透露的口味，评分早已说得更清楚。二是训练时，用户的文本向量里就含有要找的那部电影的片名，测试时却没有。
#
# ### 没有人评过的电影 <a id="new-films"></a>
#
# EASE 给每一**对**电影一个权重，对没有评分的电影则没有权重可用；双塔还有片名。所以，把五分之一电影的评分全部藏起来，当作**新电影**，在其余的上训练，再为每位用户给新电影排序；要找的是评分 4 以上的。不同的组差别很大，所以抽五组，所有模型用同样的组（存好的结果）。再加一个对照：第 01 章的岭回归，用同样的片名向量，为每位用户各拟合一个。

# %%
hidden = {kind: np.array(values) for kind, values in results["hidden"].items()}
shown = ("random", "identity", "text", "both", "ridge")
figures.new_films({called.get(kind, kind): hidden[kind] for kind in shown})

# %%
recbook.claim(
    abs(hidden["identity"].mean() - hidden["random"].mean()) < 0.01 and (hidden["both"] - hidden["identity"]).min() > 0.03,
    en="Among new films, identities only rank about like a random order: NDCG@10 {identity:.3f} and {random:.3f}, mean of five sets.",
    zh="在新电影中，仅 ID 嵌入的排序与随机顺序差不多：NDCG@10 为 {identity:.3f} 和 {random:.3f}（五组平均）。",
    takeaway=False, identity=hidden["identity"].mean(), random=hidden["random"].mean(),
)
recbook.claim(
    (hidden["both"] > hidden["text"]).all() and (hidden["ridge"] > hidden["both"]).sum() == 4,
    en="Titles only reach {text:.3f}, identities + titles {both:.3f}, and more in every set.",
    zh="仅片名达到 {text:.3f}，ID 嵌入＋片名达到 {both:.3f}，而且每一组都更高。",
    takeaway=dict(
        en="For films that nobody has rated identities alone are at chance; titles do the work, beside the identities of users more so, and a ridge regression on the same titles did still better in four of five sets.",
        zh="对没有人评过的电影，仅靠 ID 嵌入与随机相当；起作用的是片名，配上用户的 ID 嵌入更好；用同样的片名做岭回归，五组中有四组还要更高。",
    ),
    text=hidden["text"].mean(), both=hidden["both"].mean(),
)
recbook.claim(
    (hidden["ridge"] > hidden["both"]).sum() == 4,
    en="The ridge regression is ahead of identities + titles in {ahead} of the five sets: {ridge:.3f} on average.",
    zh="五组中有 {ahead} 组，岭回归高于 ID 嵌入＋片名：平均 {ridge:.3f}。",
    takeaway=False, ahead=(hidden["ridge"] > hidden["both"]).sum(), ridge=hidden["ridge"].mean(),
)

# %% [markdown] lang="en"
# What the film's own untrained identity does: [Deeper](#more-new-films). What the item tower has learned: [Deeper](#neighbours).

# %% [markdown] lang="zh"
# 电影自己的、没有训练过的 ID 嵌入有什么影响：见[选读](#more-new-films)。物品塔学到了什么：见[选读](#neighbours)。

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

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Batches from several processes <a id="workers"></a>
#
# What does `num_workers` do, and what can go wrong with it? Let two processes make the batches, and count how many different draws of negatives there are. (A process on Windows cannot be started like this from a notebook; there the cell stays with none.)

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 用几个进程做批次 <a id="workers"></a>
#
# `num_workers` 有什么用，又会带来什么错误？让两个进程来做批次，数一数负样本一共有多少种不同的抽法。（Windows 上不能这样从笔记本里启动进程，这一格在那里仍只用主进程。）

# %%
import multiprocessing

can_fork = "fork" in multiprocessing.get_all_start_methods()
first_rows = Watched(log.user[:8192], log.item[:8192])


def draws(workers):
    made = loader(first_rows, np.random.default_rng(0), num_workers=workers)
    made.multiprocessing_context = "fork" if workers else None
    return [tuple(batch.negatives.tolist()) for batch in made]


by_workers = {workers: draws(workers) for workers in ((0, 2) if can_fork else (0, 0))}
rows = [(workers, len(drawn), len(set(drawn))) for workers, drawn in by_workers.items()]
plots.table(pd.DataFrame(rows, columns=["num_workers", "batches", "different draws"]))

# %% tags=["nbval-ignore-output"]
alone, shared = by_workers[0], by_workers[max(by_workers)]
recbook.claim(
    len(set(alone)) == len(alone) and (not can_fork or len(set(shared)) == len(shared) // 2),
    en="With two workers {batches} batches have only {different} different draws of negatives, and no error is raised.",
    zh="用两个工作进程，{batches} 个批次只有 {different} 种负样本，也不报错。",
    takeaway=False, batches=len(shared), different=len(set(shared)),
)

# %% [markdown] lang="en"
# Each worker began with a *copy* of our generator, in the same state, so the first batch of one and the first of the other draw the same films. (The order of the rows is not harmed: the sampler runs in the main process.) The remedy is a generator for each worker, made inside it from `torch.utils.data.get_worker_info().seed`, which differs from worker to worker. A worker pays where a row is slow to fetch, an image to be decoded for instance. Our rows are two numbers, and for them the copying between processes costs more than it brings.

# %% [markdown] lang="zh"
# 每个工作进程拿到的是我们那个随机数生成器的一份**副本**，状态相同，所以两个进程各自的第一个批次抽到同样的电影。（行的顺序不受影响：采样器在主进程里。）解决办法是在每个工作进程里各建一个生成器，种子用 `torch.utils.data.get_worker_info().seed`，各进程不同。取一行很慢时（比如要解码图像），工作进程才划算。我们的一行只有两个数，进程之间来回复制，得不偿失。

# %% [markdown] lang="en"
# ### Stop today, go on tomorrow <a id="resume"></a>
#
# What must a file hold so that a training can be resumed? Train two epochs without a stop, on every fifth row of the log. Then begin again, stop after one epoch, and go on from a file: once with all that is needed, twice with something missing.

# %% [markdown] lang="zh"
# ### 今天停下，明天接着练 <a id="resume"></a>
#
# 文件里要存什么，训练才能接着进行？在日志的五分之一上（每五行取一行），先连续训练两个轮次，中途不停；再从头训练，练完一个轮次就停下，从文件继续：一次全部恢复，另外两次各有一样没有恢复。

# %%
watched_rows = Watched(log.user[::5], log.item[::5])


def epoch_of(model, optimizer, rng):
    return np.array([dot.train_step(model, optimizer, batch, identity_only)
                     for batch in loader(watched_rows, rng)])


def begun():
    model = build(identity_only)
    return model, torch.optim.Adam(model.parameters(), lr=0.007), np.random.default_rng(0)


model, optimizer, rng = begun()
epoch_of(model, optimizer, rng)
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
            "rng": rng.bit_generator.state}, folder / "stop.pt")
without_stop = epoch_of(model, optimizer, rng)

# %%
def resumed(parts):
    saved = torch.load(folder / "stop.pt")  # weights_only=True
    model, optimizer, rng = begun()
    model.load_state_dict(saved["model"])
    if "optimizer" in parts:
        optimizer.load_state_dict(saved["optimizer"])
    if "rng" in parts:
        rng.bit_generator.state = saved["rng"]
    return np.abs(epoch_of(model, optimizer, rng) / without_stop - 1).max()


apart = {"all three": resumed({"optimizer", "rng"}), "no optimizer": resumed({"rng"}),
         "no random state": resumed({"optimizer"})}
plots.table(pd.DataFrame([(plots.name(key), f"{value:.2g}") for key, value in apart.items()],
                         columns=["resumed with", "relative difference of the loss"]))

# %% tags=["nbval-ignore-output"]
recbook.claim(
    apart["all three"] < 1e-6 and min(apart["no optimizer"], apart["no random state"]) > 0.001,
    en="With weights, optimizer and random state the second epoch is as without a stop; with the optimizer left out the loss is off by up to {off:.1%}.",
    zh="权重、优化器、随机状态都恢复了，第二个轮次就与没有停过一样；没有恢复优化器，损失最多相差 {off:.1%}。",
    takeaway=False, off=apart["no optimizer"],
)

# %% [markdown] lang="en"
# Adam's running means live in the optimizer; new ones begin at 0. Without the random state the second epoch repeats the rows and negatives of the first. A model with dropout needs `torch.get_rng_state()` too, and one whose rate falls needs the number of the step. In Keras the callback `BackupAndRestore` writes weights and optimizer; the order of the rows is for you to save there too.
#
# To write less of this: [Lightning](https://lightning.ai/docs/pytorch/stable/) holds the loop as Keras's `fit` does, [Accelerate](https://huggingface.co/docs/accelerate) leaves it to you and takes care of the devices. Neither is part of this course's installation, and neither was tried here.

# %% [markdown] lang="zh"
# Adam 的滑动平均存在优化器里，新建的优化器要从 0 开始。缺了随机状态，第二个轮次会重复第一个轮次的行和负样本。模型里如果有随机失活，还要存 `torch.get_rng_state()`；学习率逐步下降的，还要存步数。Keras 的回调 `BackupAndRestore` 会存权重和优化器；行的顺序在那里同样要自己存。
#
# 想少写一些的话：[Lightning](https://lightning.ai/docs/pytorch/stable/) 像 Keras 的 `fit` 那样接管循环；[Accelerate](https://huggingface.co/docs/accelerate) 仍让你写循环，设备由它负责。两者都不在本课程的安装里，这里也没有试过。

# %% [markdown] lang="en"
# ### What `inference_mode` forbids later <a id="inference"></a>
#
# Where do `inference_mode` and `no_grad` part? What was computed in `inference_mode` may later be *added* to something that is recorded, but not *multiplied* with it: the derivative of a product needs both factors, and this one was not kept for that.

# %% [markdown] lang="zh"
# ### `inference_mode` 之后不能做什么 <a id="inference"></a>
#
# `inference_mode` 与 `no_grad` 有什么区别？在 `inference_mode` 里算出的数，以后可以与有记录的数相**加**，但不能相**乘**：乘积求导要用到两个因子，而它没有为此保留。

# %%
w = torch.ones(2, requires_grad=True)
with torch.inference_mode():
    i = 2 * torch.ones(2)
(w + i).sum().backward()
refused = False
try:
    (w * i).sum()
except RuntimeError as error:
    refused = True
    print(str(error).split(".")[0])

# %%
recbook.claim(
    refused and torch.equal(w.grad, torch.ones(2)),
    en="With $i$ from `inference_mode`, `w + i` is recorded as usual and `w * i` is refused.",
    zh="如果 $i$ 是在 `inference_mode` 里算出的，`w + i` 照常记录，`w * i` 则报错。",
    takeaway=False,
)

# %% [markdown] lang="en"
# ### A file for somebody without the class <a id="export"></a>
#
# Does a file hold everything? Only a fresh process can tell, since it has none of our variables. The file of weights needs the class. `torch.export` records the operations of `forward` as a program, and saves that with the numbers, buffers included; whoever opens it needs PyTorch and nothing of ours. `Dim` says which size may differ from call to call.

# %% [markdown] lang="zh"
# ### 不需要类定义的模型文件 <a id="export"></a>
#
# 文件里该有的都有吗？只有新进程才能验证，因为那里没有我们的任何变量。权重文件要配上类。`torch.export` 则把 `forward` 的运算记成一个程序，连同数值（包括缓冲区）一起保存；打开它只需要 PyTorch，不需要我们的任何代码。`Dim` 写明哪个尺寸每次可以不同。

# %%
class TopTen(nn.Module):
    def __init__(self, towers, n_items):
        super().__init__()
        self.towers, self.n_items = towers, n_items

    def forward(self, users):  # (n,) -> (n, 10)
        return self.towers.against(users, torch.arange(self.n_items)).topk(10).indices


sizes = ({0: torch.export.Dim("users")},)
exported = torch.export.export(TopTen(both, log.n_items), (torch.arange(3),), dynamic_shapes=sizes)
torch.export.save(exported, folder / "towers.pt2")

# %%
with_class = """
import json, sys, torch
from safetensors.numpy import load_file
from recbook.models.dot import TwoTower

saved = load_file(sys.argv[1] + "/towers.safetensors")
weights = {name.replace(".", "_"): part for name, part in saved.items() if not name.endswith("text")}
model = TwoTower(weights | {"item_bias": saved["bias"]}, saved["user.text"], saved["item.text"])
with torch.inference_mode():
    scores = model.against(torch.arange(len(saved["user.text"])), torch.arange(len(saved["bias"])))
print(json.dumps(scores.topk(10).indices.tolist()))
"""
without_class = """
import json, sys, torch

model = torch.export.load(sys.argv[1] + "/towers.pt2").module()
print(json.dumps(model(torch.arange(int(sys.argv[2]))).tolist()))
"""

# %%
import json
import subprocess
import sys


def in_a_fresh_process(program):
    command = [sys.executable, "-c", program, str(folder), str(log.n_users)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


with torch.inference_mode():
    here = both.against(everyone, all_films).topk(10).indices.tolist()
recbook.claim(
    here == in_a_fresh_process(with_class) == in_a_fresh_process(without_class),
    en="Two fresh processes make the same {lists} lists: one with the weights and the class, one with the exported program alone.",
    zh="两个新进程做出了同样的 {lists} 份列表：一个用权重文件和类，一个只用导出的程序。",
    takeaway=False, lists=len(here),
)

# %% [markdown] lang="en"
# ### The other loss: sigmoid <a id="sigmoid"></a>
#
# The older recipe asks of each pair alone: watched or not? The **sigmoid** $\sigma(s) = 1 / (1 + e^{-s})$ makes a probability of one score, and with the label $y$, 1 for watched and 0 for a negative, the **binary cross-entropy** of a pair is
#
# $$-y \log \sigma(s) - (1 - y) \log (1 - \sigma(s))$$
#
# Computed as it stands it breaks for large scores: $\sigma(1000)$ is 1 in the computer, and $\log(1 - 1)$ is minus infinity. So one goes from the **logit**, the score before the sigmoid, straight to the loss, with the large part taken out first:
#
# $$-\log(1 - \sigma(s)) = \log(1 + e^{s}) = \max(s, 0) + \log(1 + e^{-|s|})$$
#
# That is `functional.softplus(s)`. PyTorch's `binary_cross_entropy` wants probabilities and refuses numbers outside 0 and 1. `binary_cross_entropy_with_logits` cannot tell a probability from a small logit: give it probabilities, and no error is raised, only a wrong loss computed.
#
# Which loss is better here? Each was tried with identities only, 12 epochs, one seed, on the validation films: the softmax with 256 negatives, the sigmoid with as many and the best of three weights for them (stored).

# %% [markdown] lang="zh"
# ### 另一种损失：sigmoid <a id="sigmoid"></a>
#
# 更早的做法对每一对单独判断：看过，还是没看过？**sigmoid** 函数 $\sigma(s) = 1 / (1 + e^{-s})$ 把一个得分变成概率；标签 $y$ 看过为 1、负样本为 0，一对的**二元交叉熵**（binary cross-entropy）是
#
# $$-y \log \sigma(s) - (1 - y) \log (1 - \sigma(s))$$
#
# 照公式直接算，得分一大就出错：$\sigma(1000)$ 在计算机里等于 1，而 $\log(1 - 1)$ 是负无穷。所以要从 **logit**（sigmoid 之前的得分）直接算损失，并先把大的部分提出来：
#
# $$-\log(1 - \sigma(s)) = \log(1 + e^{s}) = \max(s, 0) + \log(1 + e^{-|s|})$$
#
# 这就是 `functional.softplus(s)`。PyTorch 的 `binary_cross_entropy` 要的是概率，超出 0 到 1 的数会报错。`binary_cross_entropy_with_logits` 要的是 logit，但它分不清概率和小的 logit：传入概率不会报错，只会算出错误的损失。
#
# 这里用哪种损失更好？两种都只用 ID 嵌入，训练 12 个轮次，一个种子，在验证集上评判：softmax 用 256 个负样本；sigmoid 的负样本数相同，权重试了三种，取最好的（存好的结果）。

# %%
two_losses = recbook.stored("two_towers")["results"]
grids = {loss: np.array(found["ndcg@10"]) for loss, found in two_losses["grid"].items()}
at_256 = grids["softmax"][:, two_losses["grid"]["softmax"]["negatives"].index(256)]
best_sigmoid = grids["sigmoid"].max(axis=1)
rates_tried = two_losses["grid"]["softmax"]["rates"]
rows = zip(map(str, rates_tried), np.round(at_256, 4), np.round(best_sigmoid, 4))
plots.table(pd.DataFrame(rows, columns=["learning rate", "softmax", "sigmoid"]))

# %%
with_text = {loss: np.array(values) for loss, values in two_losses["both"].items()}
recbook.claim(
    (at_256 > best_sigmoid).all() and with_text["softmax"].mean() > with_text["sigmoid"].mean() + 0.005
    and with_text["softmax"].min() < with_text["sigmoid"].max(),
    en="The sampled softmax is ahead at each of the four rates. With titles, each loss at its own best settings, it has {softmax:.3f} and the sigmoid {sigmoid:.3f} (validation, three seeds), and single seeds overlap.",
    zh="四个学习率上，采样 softmax 都更高。加上片名，两种损失各用自己最好的设置，softmax 为 {softmax:.3f}，sigmoid 为 {sigmoid:.3f}（验证集，三个种子平均），各种子的成绩有重叠。",
    takeaway=False, softmax=with_text["softmax"].mean(), sigmoid=with_text["sigmoid"].mean(),
)

# %% [markdown] lang="en"
# (Those settings are the best cells of the grid, so the learning rate is 0.012 here; the run with 0.007 is the one of the rest of the chapter, and its numbers differ a little.)
#
# A likely reason, not tested: the softmax compares films *for one user*, which is what a list does. The sigmoid must also get the level of each probability right, which no list asks for.
#
# That level matters one stage later in the funnel of chapter 02. A **ranking** model gets the hundred films that retrieval has found and predicts for each whether it will be clicked, the click-through rate (CTR). Its loss is this one, but its labels are better: *shown and not clicked*, where ours only says *not watched*. And it need not keep user and film apart. It crosses their features, in pairs (factorisation machines, DeepFM) or by letting the film look through the user's history (DIN). MovieLens does not say what was shown, so none of it is trained here.

# %% [markdown] lang="zh"
# （所谓最好的设置取自上表：这里的学习率是 0.012，本章其余部分用的是 0.007，所以成绩略有不同。）
#
# 一个可能的原因（没有检验过）：softmax 是**为一位用户**比较各部电影，推荐列表做的正是这件事；sigmoid 还要让每个概率的大小都准确，而列表并不要求这一点。
#
# 概率的大小要到第 02 章漏斗的下一级才重要。**排序**（ranking）模型拿到召回的一百部电影，预测每一部会不会被点击，也就是点击率（CTR）。损失就是这一种，标签却更好：是“展示了而没有点”，而我们的只是“没看过”。它也不必把用户和电影分开，可以让两边的特征交叉：两两相乘（因子分解机、DeepFM），或者按目标电影给用户的历史加权（DIN）。MovieLens 没有记录展示过什么，所以这里不训练这样的模型。

# %% [markdown] lang="en"
# ### More on new films <a id="more-new-films"></a>
#
# To films that nobody has rated the item tower still gives the random identities of the start. What if these are set to 0?

# %% [markdown] lang="zh"
# ### 关于新电影的补充 <a id="more-new-films"></a>
#
# 物品塔给没有人评过的电影的 ID 嵌入，仍是初始的随机数。置 0 会怎样？

# %%
at_zero = hidden["both, untrained at 0"] - hidden["both"]
recbook.claim(
    0 < (at_zero > 0).sum() < 5 and abs(at_zero.mean()) < 0.01,
    en="With untrained identities at 0, identities + titles gain in {gained} of five sets, NDCG@10 changing by {change}: too few sets to settle it.",
    zh="未训练的 ID 嵌入置 0 之后，ID 嵌入＋片名在 {gained} 组上提高，NDCG@10 的变化为 {change}；只有五组，还不足以下结论。",
    takeaway=False, gained=(at_zero > 0).sum(), change=plots.ends(at_zero.min(), at_zero.max(), sign=True),
)

# %% [markdown] lang="en"
# **Exercise 4**, open. In training, set $I_i$ of the *item* tower to 0 with probability $p$, for own films and negatives alike. Try $p$ of 0.1, 0.3 and 0.5. Choose among them by the validation films and by two more sets of new films, `recbook.data.cold_items(ratings, seed=5)` and `seed=6`: take the largest gain on new films that loses less than 0.002 on the validation films. Report on sets 0 to 4 what new films gain, and what films with ratings lose. That is about fifteen trainings of 15 seconds. One class `Tower` serves both sides, so the item tower needs a switch of its own. Which line of `Tower.forward` changes, and what must it do after `model.eval()`? (Mind that `Trained.score` never calls it.)

# %% [markdown] lang="zh"
# **练习 4**（开放题）训练时，以概率 $p$ 把**物品塔**的 $I_i$ 置 0，用户自己的电影和负样本都这样做。试 $p$ 取 0.1、0.3 和 0.5。用验证集和另外两组新电影来选：`recbook.data.cold_items(ratings, seed=5)` 和 `seed=6`；取新电影提高最多、而在验证集上损失不到 0.002 的那个。选定之后，报告第 0 到 4 组上新电影提高多少，已有评分的电影又损失多少。一共大约十五次训练，每次 15 秒。两座塔共用 `Tower` 一个类，所以物品塔要有自己的开关。要改的是 `Tower.forward` 的哪一行？调用 `model.eval()` 之后，这一行应当怎样？（注意 `Trained.score` 从不调用它。）

# %% [markdown] lang="en"
# ### What has the item tower learned? <a id="neighbours"></a>
#
# Which films are a film's nearest by cosine, once among the tower's film vectors, once among the title vectors that went in?

# %% [markdown] lang="zh"
# ### 物品塔学到了什么？ <a id="neighbours"></a>
#
# 按余弦看，一部电影的最近邻是哪些？一次在训练好的物品塔的电影向量里找，一次在输入的片名向量里找。

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
for title in ("Star Wars", "Cinderella"):
    row = int(np.flatnonzero(titles[often] == title)[0])
    films = {name: [plots.film(found) for found in titles[often[five[row]]]] for name, five in nearest.items()}
    plots.table(pd.DataFrame(films), caption=plots.film(title))

# %% [markdown] lang="en"
# How much audience do neighbours share? (`watched` is the table of who has rated what.) Count the users who rated both films and divide by those who rated either (the **Jaccard coefficient**). Much-watched films share many users by chance, so the control is the five films whose number of ratings is nearest.

# %% [markdown] lang="zh"
# 近邻的观众有多少重合？（`watched` 是谁评过什么的表。）数一数两部都评过的用户，除以评过其中任一部的用户（**Jaccard 系数**）。热门电影碰巧也会有许多共同观众，所以拿评分数最接近的五部作对照。

# %%
seen_by = watched[:, often].astype(float)
by_both = seen_by.T @ seen_by
ratings_of = np.diag(by_both)
jaccard = by_both / (ratings_of[:, None] + ratings_of[None, :] - by_both)
as_often = five_best(-np.abs(ratings_of[:, None] - ratings_of[None, :]))
choices = nearest | {"as often rated": as_often}
common = {name: np.take_along_axis(jaccard, five, axis=1).mean(axis=1) for name, five in choices.items()}

# %% tags=["nbval-ignore-output"]
more = {name: bootstrap(common["in the tower"] - common[name]) for name in ("by title", "as often rated")}
recbook.claim(
    min(interval.low for interval in more.values()) > 0.05
    and common["by title"].mean() <= common["as often rated"].mean(),
    en="Neighbours in the trained tower share {tower:.0%} of their audience, by title {by_title:.0%}, as often rated {as_often:.0%} (on the log that it was trained on). By title is no better than the control.",
    zh="训练好的物品塔里，近邻的观众有 {tower:.0%} 重合；按片名是 {by_title:.0%}，评分数最接近的是 {as_often:.0%}（用的就是训练它的日志）。按片名找，并不比对照好。",
    takeaway=False, tower=common["in the tower"].mean(), by_title=common["by title"].mean(),
    as_often=common["as often rated"].mean(),
)

# %% [markdown] lang="en"
# ### Tools of the trade, and what each is worth here <a id="tools"></a>
#
# What are the usual tools of a training worth on this one? First **the finder** (Smith 2017): let the rate grow with every step, from far too small to far too large, and watch the loss. It stays flat, falls, and then shoots up. A common rule takes a tenth of the rate at the lowest point; another the rate at which the loss falls fastest. One epoch, from $10^{-5}$ to 1:

# %% [markdown] lang="zh"
# ### 常用的工具，在这里各有多大用处 <a id="tools"></a>
#
# 训练里常用的工具，用在这里各值多少？先看**学习率搜索**（learning rate finder；Smith 2017）：让学习率每一步都增大一点，从明显过小增到明显过大，观察损失。损失先持平，再下降，最后急剧上升。一条常用的规则是取最低点处学习率的十分之一；另一条是取损失下降最快处的学习率。用一个轮次，从 $10^{-5}$ 到 1：

# %% tags=["nbval-ignore-output"]
growing = np.geomspace(1e-5, 1, steps_an_epoch)
loss_by_rate = train(build(one_epoch), numpy_batches, growing)
smooth = np.convolve(loss_by_rate, np.full(9, 1 / 9), mode="valid")
at = growing[4:-4]
lowest = smooth.argmin()
rules = {"a tenth of the lowest": at[lowest] / 10}
rules["steepest"] = at[np.gradient(smooth)[:lowest].argmin()]
tried, whole = stored["settings"]["rates"], stored["results"]["rates"]["both"]
figures.rate_finder(at, smooth, rules, tried, whole)

# %% tags=["nbval-ignore-output"]
reached = dict(zip(tried, whole))
best, advice = max(reached, key=reached.get), rules["a tenth of the lowest"]
recbook.claim(
    1e-3 < advice < 2e-3 and best > 2 * advice and max(tried) > at[lowest] and reached[best] > reached[max(tried)] > reached[2e-3],
    en="The rule of a tenth says {advice:.4f}, too careful here: of {rates} rates trained in full (stored, one seed), {best} has the highest validation NDCG@10.",
    zh="“十分之一”规则给出 {advice:.4f}，在这里过于保守：完整训练过的 {rates} 个学习率中（事先算好的结果，一个种子），验证集 NDCG@10 最高的是 {best}。",
    takeaway=False, advice=advice, best=best, rates=len(tried),
)

# %% [markdown] lang="en"
# And a rate of 0.025, beyond the finder's lowest point, did not fail in a whole training. The finder sees a single epoch and the loss; the training has twelve and is judged by its ranking. Use it to find where to *begin* a search.
#
# **A falling rate**: the same twelve epochs at 0.007 throughout, falling from 0.007 to 0, and at 0.0035 throughout, which is the falling rate's mean (with titles, three seeds each, stored; the runs without titles are not drawn):

# %% [markdown] lang="zh"
# 0.025 已大于最低点处的学习率，完整训练也没有失败。搜索只看一个轮次，看的是损失；训练有十二个轮次，评判看的是排序。用它来决定从哪里**开始**找。
#
# **下降的学习率**：同样的十二个轮次：始终 0.007；从 0.007 降到 0；始终 0.0035，也就是下降时的平均值（含片名，各三个种子，存好的结果；不含片名的没有画）：

# %%
schedules, half_rate = stored["results"]["schedules"], stored["results"]["half rate"]
figures.schedules({"falling to 0": schedules["both, linear"], "always 0.007": schedules["both, constant"],
                   "always 0.0035": half_rate})

# %%
ends = {name: np.array(runs)[:, -1] for name, runs in schedules.items()} | {"half": np.array(half_rate)[:, -1]}
gains = np.concatenate([ends[f"{kind}, linear"] - ends[f"{kind}, constant"] for kind in ("both", "identity")])
recbook.claim(
    gains.min() > 0,
    en="A rate that falls to 0 ends higher than a constant one in all {comparisons} comparisons, by {low:.3f} to {high:.3f} (validation NDCG@10; with and without titles, three seeds each).",
    zh="学习率降到 0，终点都高于恒定的学习率：两个模型、各三个种子，共 {comparisons} 次比较全都如此，高 {low:.3f} 到 {high:.3f}（验证集 NDCG@10）。",
    takeaway=False, comparisons=len(gains), low=gains.min(), high=gains.max(),
)
recbook.claim(
    (ends["both, linear"] > ends["half"]).all(),
    en="Half the rate throughout does not do it either: it ends at {half:.3f}, the falling rate at {falling:.3f} (mean of three seeds, each of them below).",
    zh="始终用一半也不如逐步下降：最后一个轮次，前者平均 {half:.3f}，后者 {falling:.3f}，三个种子上都是前者低。",
    takeaway=False, half=ends["half"].mean(), falling=ends["both, linear"].mean(),
)

# %% [markdown] lang="en"
# **Gradient clipping**, `nn.utils.clip_grad_norm_(model.parameters(), 1.0)` between `backward` and `step`, shortens a gradient whose **norm** (the root of the sum of squares over all parameters) exceeds a limit. We noted the norms during the long training:

# %% [markdown] lang="zh"
# **梯度裁剪**（gradient clipping）写在 `backward` 与 `step` 之间，`nn.utils.clip_grad_norm_(model.parameters(), 1.0)`：梯度的**范数**（norm，全部参数上各分量平方和的平方根）超过上限，就按比例缩小。完整训练时我们记下了每一步的范数：

# %% tags=["nbval-ignore-output"]
recbook.claim(
    max(norms) < 1,
    en="The norm never exceeds {largest:.2f} in {steps} steps, so clipping at 1 would never act.",
    zh="{steps} 步里，范数最大 {largest:.2f}，上限为 1 的裁剪一次也不会起作用。",
    takeaway=False, largest=max(norms), steps=len(norms),
)

# %% [markdown] lang="en"
# **Mixed precision**, `torch.autocast`, computes products in bfloat16, with 8 significant bits in place of 24, and keeps the parameters in float32; on processors with circuits for it, that is faster. `torch.compile` turns the recorded operations into C++ (on a graphics card into Triton), compiles that, and fuses steps. Both on one core of a processor without such circuits (stored):

# %% [markdown] lang="zh"
# **混合精度**（`torch.autocast`）用 bfloat16 算乘积，有效位 8 位（float32 为 24 位），参数仍保持 float32；在有专门电路的处理器上会更快。`torch.compile` 把记录下来的运算翻译成 C++（在显卡上是 Triton），编译并合并步骤。两者都在一台没有这种电路的处理器上、用单核测过（存好的结果）：

# %%
speed = stored["results"]["speed"]
timed = [(plots.name(name), f"{speed[name]['ms']:.1f}",
          f"{speed[name]['compiling']:.1f}" if "compiling" in speed[name] else "–")
         for name in ("float32", "bfloat16", "compiled")]
plots.table(pd.DataFrame(timed, columns=["a step", "ms, stored", "seconds to compile"]))

# %%
saved = speed["float32"]["ms"] - speed["compiled"]["ms"]
recbook.claim(
    speed["bfloat16"]["loss_difference"] < 1e-3 and speed["compiled"]["loss_difference"] < 1e-5
    and 1000 * speed["compiled"]["compiling"] > 10_000 * saved,
    en="Over the first 10 steps bfloat16 changes the loss by less than a thousandth, the compiled step by less than a hundred-thousandth (relative, stored). "
    "Compiling would need over ten thousand steps to win its time back.",
    zh="最初 10 步里，bfloat16 使损失的相对变化不到千分之一，编译后的一步不到十万分之一（存好的结果）。编译要一万多步才能赚回所花的时间。",
    takeaway=False,
)

# %% [markdown] lang="en"
# Our whole training takes 1,152 steps, so the compiler does not pay for one training, if the gain of a millisecond a step is real at all: these are single timings of a small model. bfloat16 takes more milliseconds there because the processor imitates it with float32. Measure on yours.
#
# **A graphics card**: no function of ours names a device: `loss_of` sends the batch to where the model is, and `Trained.score` brings the scores back to NumPy. So one line, `model.to(device)`, moves the whole training; in Keras it moves by itself. `torch.accelerator` finds what PyTorch can use, such as `cuda` (NVIDIA) or `mps` (Apple), and without one we stay on `cpu`. We had no card at hand: **what runs below was only tried on `cpu`**. Expect results that differ by rounding, since another device adds up in another order.

# %% [markdown] lang="zh"
# 我们的完整训练一共 1,152 步，只训练一次，编译并不划算；每步省下的一毫秒是不是真的，也还难说：这些只是一个小模型的单次计时。bfloat16 在那台处理器上更慢，是因为要用 float32 模拟。换了条件请另测。
#
# **显卡**：我们的函数里都没有写任何设备：`loss_of` 把批次送到模型所在的地方，`Trained.score` 再把得分取回 NumPy。所以一行 `model.to(device)` 就能搬走整个训练；Keras 则会自动找到设备。`torch.accelerator` 会找出 PyTorch 能用的设备，例如 `cuda`（NVIDIA）或 `mps`（苹果），没有就用 `cpu`。我们手头没有显卡，**下面这一格只在 `cpu` 上试过**。换了设备，相加的次序不同，结果应当只差舍入。

# %% tags=["nbval-ignore-output"]
has_gpu = torch.accelerator.is_available()
found_device = torch.accelerator.current_accelerator() if has_gpu else torch.device("cpu")
first_losses = {
    str(device): train(build(one_epoch).to(device), numpy_batches[:10], np.full(10, 0.007))
    for device in (torch.device("cpu"), found_device)
}
places = [(device, *ten[[0, -1]]) for device, ten in first_losses.items()]
plots.table(pd.DataFrame(places, columns=["device", "loss, step 1", "loss, step 10"]))

# %% [markdown] lang="en"
# ### From Keras to PyTorch and back <a id="keras"></a>
#
# What is this line in the other library? For what stands inside a layer, a table of translations can be checked: below, every snippet is run on the same numbers in both, and the last column is the largest difference of the results. Importing TensorFlow takes some seconds.

# %% [markdown] lang="zh"
# ### Keras 与 PyTorch 互相改写 <a id="keras"></a>
#
# 这一行在另一个库里怎么写？层里面的写法，可以做成一张能验证的对照表：下面每段代码都在两边用同样的数运行，最后一列是结果的最大差。导入 TensorFlow 要几秒。

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

# %%
recbook.claim(
    max(row[3] for row in all_snippets) < 1e-6,
    en="The results of all {snippets} pairs of snippets differ by less than a millionth.",
    zh="{snippets} 对代码的结果相差都不到百万分之一。",
    takeaway=False, snippets=len(all_snippets),
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


swapped = {"softmax loss": (softmax_keras.replace("(ids, x)", "(x, ids)"), "functional.cross_entropy(ids, x)")}
back = sigmoid_torch.replace("(s, hits)", "(hits, s)")
swapped["sigmoid loss"] = sigmoid_keras.replace("(hits, s)", "(s, hits)"), back
found = [(plots.name(name), *map(raises, codes)) for name, codes in swapped.items()]
plots.table(pd.DataFrame(found, columns=["arguments swapped", "Keras", "PyTorch"]))

# %% [markdown] lang="en"
# The softmax losses raise an error, because class numbers and a table of scores differ in shape and type. The sigmoid losses raise none (–), because there both arguments look alike, and compute something else.
#
# **Exercise 5.** Most models are made of layers, and their weights are laid out otherwise in Keras, under other names. Write the conversion. You get a PyTorch state, a dictionary of NumPy arrays; each name has one dot, `layer.weight` or `layer.bias`. A `Linear` keeps its weight as (out, in), Keras's `Dense` wants (in, out), to be called `layer_kernel`; a bias becomes `layer_bias`. The weight of an `Embedding` has the same shape in both and becomes `layer_embeddings`; the list `embeddings` names these layers. ({points})

# %% [markdown] lang="zh"
# softmax 损失会报错，因为类别编号和得分表的形状、类型不同。sigmoid 损失不会报错（表中的“–”），因为两个参数看起来一样，但算出来的已是另一个数。
#
# **练习 5** 多数模型由层组成，权重在 Keras 里名字不同，排列也不同。请写出转换。给你一个 PyTorch 的 state，即 NumPy 数组的字典；每个名字里有一个点，形如 `layer.weight` 或 `layer.bias`，layer 是层名。`Linear` 的权重形状是 (out, in)，Keras 的 `Dense` 要 (in, out)，改名为 `layer_kernel`；偏置改名为 `layer_bias`。`Embedding` 的权重在两边形状相同，改名为 `layer_embeddings`；列表 `embeddings` 给出这些层的名字。（{points}）

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
# **What differs if nobody says anything?** The snippets agree because everything was written out. Where things are left to the defaults, the two libraries part. The next cells measure that, case by case; the table that counts stands at their end. (**Epsilon** is the small number that keeps a division from being one by 0; Adam's is $10^{-8}$ in PyTorch and $10^{-7}$ in Keras.)

# %% [markdown] lang="zh"
# **如果什么都不写明**，会有什么不同？上面的代码之所以一致，是因为一切都写明了。交给默认值的事，两个库就不一样了。下面几格逐项测量，可以直接看末尾的表。（**epsilon** 是一个很小的数，用来避免除以 0；Adam 的 epsilon，PyTorch 默认 $10^{-8}$，Keras 默认 $10^{-7}$。）

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

# %% [markdown] lang="en"
# Last, who shuffles? Give `fit` a hundred rows, once as arrays and once as a `tf.data.Dataset`, with `shuffle=True` both times, and see how many are still in their place:

# %% [markdown] lang="zh"
# 最后看谁会打乱数据。交给 `fit` 一百行，一次是数组，一次是 `tf.data.Dataset`，两次都写 `shuffle=True`，看有多少行还在原位：

# %%
import warnings


def in_place(*data):
    seen = []

    def noting(labels, out):
        seen.append(labels.numpy().ravel())
        return keras.ops.mean(out)

    watcher = keras.Sequential([keras.layers.Dense(1)])
    watcher.compile(loss=noting, run_eagerly=True)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        watcher.fit(*data, shuffle=True, verbose=0, **({"batch_size": 100} if len(data) == 2 else {}))
    return (seen[0] == np.arange(100)).mean(), ["shuffle" in str(each.message) for each in warned]


keras.utils.set_random_seed(0)
arrays = np.ones((100, 1)), np.arange(100.0)
of_arrays, _ = in_place(*arrays)
of_dataset, keras_warns = in_place(tf.data.Dataset.from_tensor_slices(arrays).batch(100))
of_loader = (next(iter(DataLoader(range(100), batch_size=100))).numpy() == np.arange(100)).mean()

# %%
rows_in_place = [
    differs(of_arrays, of_loader, en="share of rows in place: fit on arrays, DataLoader", zh="留在原位的行：fit 用数组，DataLoader"),
    differs(of_dataset, of_loader, en="… fit on a tf.data.Dataset, DataLoader", zh="……fit 用 tf.data.Dataset，DataLoader"),
]
by_default = [*first_weights, *first_steps, *norm_layers, *dropout_and_loss, *rows_in_place]
plots.table(pd.DataFrame(by_default, columns=["by default", "Keras", "PyTorch"]))

# %%
recbook.claim(
    spread[1] > 20 * spread[0],
    en="Left to the defaults, the first weights of an Embedding spread {ratio:.0f} times as far in PyTorch as in Keras.",
    zh="都用默认设置时，嵌入层初始权重的标准差，PyTorch 是 Keras 的 {ratio:.0f} 倍。",
    takeaway=False, ratio=spread[1] / spread[0],
)
recbook.claim(
    small[0] < 0.05 and small[1] > 0.9 and 1.9 < looked_up[0] < 2.1 and abs(looked_up[1] - 1) < 0.01,
    en="For a tiny gradient Adam's first step is {torch_step:.2f} of the rate in PyTorch and {keras_step:.2f} in Keras; for a row looked up four times Keras steps twice as far.",
    zh="梯度很小时，Adam 第一步的步长在 PyTorch 里是学习率的 {torch_step:.2f}，在 Keras 里是 {keras_step:.2f}；被查四次的行，Keras 的步长是两倍。",
    takeaway=False, torch_step=small[1], keras_step=small[0],
)
recbook.claim(
    of_arrays < 0.2 and of_dataset == of_loader == 1 and any(keras_warns),
    en="Keras's `fit` shuffles arrays, never a `tf.data.Dataset`, where it warns that `shuffle=True` is ignored; a `DataLoader` shuffles only when told.",
    zh="Keras 的 `fit` 会打乱数组，却从不打乱 `tf.data.Dataset`（会警告 `shuffle=True` 被忽略）；`DataLoader` 要写明才打乱。",
    takeaway=False,
)

# %% [markdown] lang="en"
# How to read the rest. Batch norm's `momentum` is the share of the *old* value in Keras (0.99) and of the *new* one in PyTorch (0.1). The batch of 1 and 3 has mean 2 and variance 1, and 2 if one divides by $n - 1$, as PyTorch does. Dropout means the same in both. The loss is wrong in Keras, where 2 and $-1$ were taken for probabilities. The row looked up four times comes from how TensorFlow hands over the gradient of a lookup: in four pieces. Keras 3.15 squares each piece where Adam asks for the square of their sum, so that the step is $4 / \sqrt 4 = 2$; `recbook.tf.dot` adds the pieces up first.
#
# **Exercise 6.** Two lines of a Keras model, everything left to the defaults:
#
# ```python
# x = keras.layers.Dense(width, activation="tanh")(x)
# x = keras.layers.LayerNormalization()(x)
# ```
#
# Write them in PyTorch, so that the numbers agree for small inputs too. You get the kernel as Keras keeps it, and the bias; the layer norm is as new: its own weights are 1 and 0. ({points})

# %% [markdown] lang="zh"
# 其余各行怎么看。批归一化（batch normalisation）的 `momentum`，在 Keras 里是**旧**值所占的比例（0.99），在 PyTorch 里是**新**值所占的比例（0.1）。1 和 3 这个批次，均值是 2，方差是 1；像 PyTorch 那样除以 $n - 1$，则是 2。Dropout 两边含义相同。损失在 Keras 里是错的，2 和 $-1$ 被当成了概率。被查四次的行，原因在于 TensorFlow 的查表梯度分成四份给出。Keras 3.15 把每一份分别平方，而 Adam 要的是总和的平方，于是步长成了 $4 / \sqrt 4 = 2$；`recbook.tf.dot` 先把各份加起来。
#
# **练习 6** 下面是一个 Keras 模型里的两行，一切都取默认值：
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
# ### Do both programs train the same model? <a id="same"></a>
#
# You have ported a model and it gives other lists: is it still the same model? Start both from the same weights, feed both the same batches, at the same rates, and compare the loss at each step. If they train the same model, only rounding can part them. One thing has to be settled first: that step for a tiny gradient. Adam keeps running means of the gradient $g$ and of its square,
#
# $$m_t = 0.9\, m_{t-1} + 0.1\, g_t, \qquad v_t = 0.999\, v_{t-1} + 0.001\, g_t^2$$
#
# which begin at 0 and are too small at first, by the factors $1 - 0.9^t$ and $1 - 0.999^t$. PyTorch divides these out, as the paper does (Kingma and Ba 2015), and adds $\epsilon$ to the root; Keras takes the root of the second factor outside and adds $\epsilon$ within:
#
# $$\text{PyTorch: } \frac{m_t / (1 - 0.9^t)}{\sqrt{v_t / (1 - 0.999^t)} + \epsilon} \qquad\qquad \text{Keras: } \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m_t}{\sqrt{v_t} + \epsilon}$$
#
# Multiply the upper and lower part of Keras's last fraction by $1 / \sqrt{1 - 0.999^t}$: it is PyTorch's with $\epsilon / \sqrt{1 - 0.999^t}$ for $\epsilon$. At $t = 1$ that is $31.6\, \epsilon$. By hand, for $g = 10^{-7}$: PyTorch's step is $10^{-7} / (10^{-7} + 10^{-8}) = 0.91$; Keras's, with its default $\epsilon = 10^{-7}$, is $1 / (1 + 31.6) = 0.03$. Both as in the table above.
#
# So we put $10^{-7} / \sqrt{1 - 0.999^t}$ for $\epsilon$ into PyTorch's formula, a value for each step; that does what Keras does. The model without titles serves, where gradients are smallest. First PyTorch's run, for any epsilons, betas (the 0.9 and 0.999 above) and number format:

# %% [markdown] lang="zh"
# ### 两个框架的程序训练的是同一个模型吗？ <a id="same"></a>
#
# 移植模型之后，推荐列表对不上：还是同一个模型吗？从同样的权重出发，用同样的批次、同样的学习率，逐步比较损失。如果训练的是同一个模型，能造成差异的就只有舍入。但有一件事要先弄清楚：梯度很小时的那一步。Adam 保存梯度 $g$ 及其平方的滑动平均：
#
# $$m_t = 0.9\, m_{t-1} + 0.1\, g_t, \qquad v_t = 0.999\, v_{t-1} + 0.001\, g_t^2$$
#
# 它们从 0 开始，起初偏小，分别差因子 $1 - 0.9^t$ 和 $1 - 0.999^t$。PyTorch 像论文（Kingma and Ba 2015）那样先除掉这两个因子，再在分母的根式后加 $\epsilon$；Keras 把第二个因子的根提到外面，在里面加 $\epsilon$：
#
# $$\text{PyTorch: } \frac{m_t / (1 - 0.9^t)}{\sqrt{v_t / (1 - 0.999^t)} + \epsilon} \qquad\qquad \text{Keras: } \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m_t}{\sqrt{v_t} + \epsilon}$$
#
# 把 Keras 最后那个分式的分子、分母同乘 $1 / \sqrt{1 - 0.999^t}$，就成了 PyTorch 的式子，只是 $\epsilon$ 换成了 $\epsilon / \sqrt{1 - 0.999^t}$。$t = 1$ 时，它是 $31.6\, \epsilon$。手算 $g = 10^{-7}$：PyTorch 的步长是 $10^{-7} / (10^{-7} + 10^{-8}) = 0.91$；Keras 用默认的 $\epsilon = 10^{-7}$，步长是 $1 / (1 + 31.6) = 0.03$。都与上一节的表一致。
#
# 所以，PyTorch 的式子里，$\epsilon$ 改用 $10^{-7} / \sqrt{1 - 0.999^t}$，每一步一个值，效果等于 Keras 的写法。用不含片名的模型，那里的梯度最小。先写 PyTorch 的训练，epsilon、两个 beta（上面的 0.9 和 0.999）和数值精度都可以给定：

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
# | each library's own | $10^{-8}$ and $10^{-7}$ | $0.9$, $0.999$ | 7 | epsilon's size and place |
# | 1e-8 in both | the same number | $0.9$, $0.999$ | 7 | epsilon's place |
# | Keras's, same effect | PyTorch's moved as above | $0.9$, $0.999$ | 7 | rounding, or something small |
# | the same, float64 | as before | $0.9$, $0.999$ | 16 (float64) | what is not rounding |
# | float64, betas exact | as before | $7/8$, $1 - 2^{-10}$ | 16 (float64) | as before, less what the betas do |

# %% [markdown] lang="zh"
# 用一个轮次比较五种情形，每次排除一个可疑之处。大约 10 秒。
#
# | 比较 | Adam 的 epsilon | 两个 beta | 有效数字 | 还可能有的不同 |
# |---|---|---|---|---|
# | 各用各的 | $10^{-8}$ 和 $10^{-7}$ | $0.9$、$0.999$ | 7 | epsilon 的大小和位置 |
# | 两边都是 1e-8 | 同一个数 | $0.9$、$0.999$ | 7 | epsilon 的位置 |
# | 用 Keras 的，效果相同 | PyTorch 的按上式换算 | $0.9$、$0.999$ | 7 | 舍入，或某处细小的不同 |
# | 同上，float64 | 同上 | $0.9$、$0.999$ | 16（float64） | 不是舍入的部分 |
# | float64，beta 精确 | 同上 | $7/8$、$1 - 2^{-10}$ | 16（float64） | 同上，去掉 beta 的影响 |

# %%
n = towers.n_steps(log, identity_only)
steps, plain_betas, exact_betas = np.arange(1, n + 1), (0.9, 0.999), (7 / 8, 1 - 2**-10)


def moved(betas):
    """en: The epsilon, for each step, with which PyTorch's formula does what Keras's does.
    zh: 每一步的 epsilon：PyTorch 的式子用它，效果就等于 Keras 的写法。"""
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
figures.sameness(drifts)

# %% [markdown] lang="en"
# With the defaults the losses part at once. With the same *number* for epsilon they still do, because it stands in different places. With an epsilon of the same effect the difference is of the size of float32's last digits, and one might stop here and say: rounding.
#
# Float64 says no. Rounding would shrink by about nine orders of magnitude, and the difference stays. So there is one more difference between the programs: before Keras raises $0.999$ to the power $t$, it stores it as float32, and that is $0.9990000129$. In $1 - 0.999^t$ this is an error of about a hundred-thousandth. Betas that float32 holds exactly, $7/8$ and $1 - 2^{-10}$, take it away; what is left then is of the size of float64's last digits, and that *is* rounding.
#
# And the lists? For each user, take the first ten films of both that the user has not rated.

# %% [markdown] lang="zh"
# 用默认设置，损失立刻分开；epsilon 取同一个**数**，仍然分开，因为所在的位置不同；换成效果相同的 epsilon，差异只有 float32 的最后几位那么大，很容易就此下结论说：是舍入。
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
columns = ["comparison", "difference, 5 steps", "largest drift", "equal lists", "films shared"]
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
    max(drifts["same place"].max(), whole_drift.max()) < 1e-4 and drifts["float64, exact betas"].max() < 1e-10,
    en="The Keras and the PyTorch program train the same model: with an epsilon of the same effect and exact betas the losses of {steps} steps agree to {exact_drift:.0e} in float64.",
    zh="Keras 与 PyTorch 的程序训练的是同一个模型：epsilon 效果相同、beta 精确时，{steps} 步损失的相对差在 float64 下不超过 {exact_drift:.0e}。",
    takeaway=False, steps=n, exact_drift=drifts["float64, exact betas"].max(),
)
recbook.claim(
    drifts["defaults"].max() < 0.01 and alike["defaults"][0] < 0.7 and alike["same place"][0] > 0.97,
    en="With each library's own epsilon the losses differ by {default_drift:.1%} at most, and yet only {equal_lists:.1%} of the lists are equal in order; {shared:.1%} of their films are shared.",
    zh="各用各的 epsilon，损失最多只差 {default_drift:.1%}，连次序也相同的列表却只有 {equal_lists:.1%}；两边列表里的电影有 {shared:.1%} 相同。",
    takeaway=False, default_drift=drifts["defaults"].max(), equal_lists=alike["defaults"][0],
    shared=alike["defaults"][1],
)
recbook.claim(
    whole_alike[0] > 0.97 and whole_drift.max() < 1e-4,
    en="With titles, epsilon of the same effect: losses to {drift:.0e}, {equal_lists:.1%} of the lists equal.",
    zh="含片名，epsilon 效果相同：损失的相对差不超过 {drift:.0e}，列表有 {equal_lists:.1%} 完全相同。",
    takeaway=False, drift=whole_drift.max(), equal_lists=whole_alike[0],
)

# %% [markdown] lang="en"
# And whole trainings, twelve epochs, three seeds, judged on the test films? All of it is stored (Keras with the PyTorch-like epsilon of `recbook.tf.dot`):

# %% [markdown] lang="zh"
# 完整的训练又如何？十二个轮次，三个种子，在测试集上评判。下面都是存好的结果（Keras 用的是 `recbook.tf.dot` 里接近 PyTorch 的 epsilon）：

# %%
towers_kinds = ("identity", "identity, own rate", "text", "both")
listed = []
for framework, place in (("PyTorch", "warm"), ("Keras", "keras")):
    for kind in towers_kinds:
        seeds = (" ".join(f"{value:.4f}" for value in results[place][kind][on]) for on in ("valid", "test"))
        listed.append((framework, plots.name(called[kind]), *seeds))
plots.table(pd.DataFrame(listed, columns=["framework", "model", "validation, seeds 0 1 2", "test, seeds 0 1 2"]))

# %%
by_keras = {kind: np.array(results["keras"][kind]["per_user"]) for kind in towers_kinds}
frameworks = [bootstrap(by_keras[kind] - per_user[kind]) for kind in towers_kinds]
widest = max(abs(end) for interval in frameworks for end in interval)
recbook.claim(
    widest < 0.0005,
    en="Whole trainings end almost alike: for each of the {models} models the interval of the difference in test NDCG@10 stays within ±{bound}.",
    zh="两边的成绩几乎相同：{models} 个模型的测试集 NDCG@10 之差，区间都在 ±{bound} 以内。",
    takeaway=False, models=len(towers_kinds), bound=0.0005,
)

# %% [markdown] lang="en"
# Whoever ports a model and finds other lists now knows where to look: first weights, first batches, one step, in float64, and only then the whole run. (Chapter 06 does the same for MiniLM itself, rebuilt in Keras.)

# %% [markdown] lang="zh"
# 如果你移植了一个模型，得到的列表却不同，现在就知道该怎么查：先比初始权重，再比前几个批次，再比一步，用 float64，最后才比整个训练。（第 06 章对 MiniLM 本身也这样做了，用 Keras 重搭了一遍。）
