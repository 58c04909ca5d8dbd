# %% [markdown] lang="en"
# # 16 · Models that generate: few numbers moved
#
# **You will be able to** fine-tune an encoder by moving few of its numbers, and say what that saves.
#
# **You need** chapters 04 (attention) and 05 (fine-tuning).
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 16 · 生成式模型：只动少数参数
#
# **学完之后**，你能只动少数参数来微调（fine-tuning）编码器，并说清省下了什么。
#
# **需要的基础**：第 04 章（注意力）和第 05 章（微调）。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。

# %%
import numpy as np

import recbook
from recbook.chapters.generative import figures
from recbook.data import leave_one_out

recbook.setup("en")
ratings = recbook.load("ml-100k")
split = leave_one_out(ratings)

# %% [markdown] lang="en"
# Whoever wants a pretrained network to do one thing better need not move all of its numbers: [LoRA](#lora) moves few of them, and is written by hand below.
#
# ## Takeaways
#
# {takeaways}
#
# ## Quiz

# %% [markdown] lang="zh"
# 要让预训练网络把一件事做得更好，不必动它的全部参数：[LoRA](#lora) 只动其中很少一部分，下面手写一遍。
#
# ## 小结
#
# {takeaways}
#
# ## 小测

# %% quiz="generative"
recbook.quiz("generative")

# %% [markdown] lang="en"
# ## Your progress

# %% [markdown] lang="zh"
# ## 你的进度

# %% tags=["nbval-ignore-output"]
recbook.progress("generative")

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### LoRA by hand <a id="lora"></a>
#
# This section adds a fourth depth to the three at which [chapter 05](05_features.ipynb#code) fine-tunes MiniLM. Of those three the last layer ranked new films best, but every number of it had to move: whoever tunes for fifty shops keeps fifty layers, and with a large language model that is no small matter. Does a weight need so much freedom? **LoRA** (low-rank adaptation, Hu et al. 2022) leaves the weight $W$ alone, and trains a correction beside it that is a product of two thin matrices.
#
# By pencil, with matrices as thin as can be:
#
# $$W = \begin{pmatrix} 2 & 0 \\ 1 & 1 \end{pmatrix}, \quad A = \begin{pmatrix} 1 & 2 \end{pmatrix}, \quad B = \begin{pmatrix} 1 \\ -1 \end{pmatrix}, \quad x = \begin{pmatrix} 1 \\ 1 \end{pmatrix}$$
#
# $W$ makes of $x$ the vector $(2, 2)$. $A$ makes of it one number, $1 + 2 = 3$, and $B$ makes of that $(3, -3)$. Together: $(5, -1)$. One may also multiply first. Then $B A$ has the rows $(1, 2)$ and $(-1, -2)$, each a multiple of $A$: that is what **rank** 1 means. $W + B A$ has the rows $(3, 2)$ and $(0, -1)$, and makes of $x$ the same $(5, -1)$.

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 手写 LoRA <a id="lora"></a>
#
# [第 05 章](05_features.ipynb#code)按三种深度微调 MiniLM，这一节加上第四种。那三种里，最后一层把新电影排得最好，但整层参数都要动：为五十家商店各微调一次，就要存五十个层；换成大语言模型，这个数目就很可观了。一个权重矩阵真的需要这么多自由度吗？**低秩适配**（low-rank adaptation，LoRA；Hu et al. 2022）不动权重 $W$，只在旁边训练一个修正项，它是两个窄矩阵的乘积。
#
# 先笔算，取最窄的矩阵：
#
# $$W = \begin{pmatrix} 2 & 0 \\ 1 & 1 \end{pmatrix}, \quad A = \begin{pmatrix} 1 & 2 \end{pmatrix}, \quad B = \begin{pmatrix} 1 \\ -1 \end{pmatrix}, \quad x = \begin{pmatrix} 1 \\ 1 \end{pmatrix}$$
#
# $W$ 把 $x$ 变成 $(2, 2)$。$A$ 把它变成一个数，$1 + 2 = 3$，$B$ 再把它变成 $(3, -3)$。合起来是 $(5, -1)$。也可以先做乘法：$B A$ 的两行是 $(1, 2)$ 和 $(-1, -2)$，每一行都是 $A$ 的倍数，这就是**秩**（rank）为 1 的意思。$W + B A$ 的两行是 $(3, 2)$ 和 $(0, -1)$，作用在 $x$ 上，得到同样的 $(5, -1)$。

# %%
small_W, small_A, small_B = np.array([[2, 0], [1, 1]]), np.array([[1, 2]]), np.array([[1], [-1]])
one_x = np.array([1, 1])
print(small_W @ one_x + small_B @ (small_A @ one_x), (small_W + small_B @ small_A) @ one_x)

# %% [markdown] lang="en"
# In general, for a layer that makes $d'$ numbers of $d$:
#
# $$h = W x + b + \frac{\alpha}{r} \, B A x$$
#
# where $x \in \mathbb{R}^{d}$ is the input, $W \in \mathbb{R}^{d' \times d}$ and $b \in \mathbb{R}^{d'}$ are the layer's weight and bias, both frozen; $A \in \mathbb{R}^{r \times d}$ and $B \in \mathbb{R}^{d' \times r}$ are trained; $r$ is the rank, far below $d$ and $d'$; and $\alpha$ is a fixed number that says how much the correction weighs. We take $\alpha = r$, so the factor is 1.
#
# $A$ begins at random and $B$ at zero. So $B A$ is zero, and training begins at the very model that was published. (Not both at zero: the gradient of each is multiplied by the other, so neither would ever move.) As code:

# %% [markdown] lang="zh"
# 一般地，对一个把 $d$ 个数变成 $d'$ 个数的层：
#
# $$h = W x + b + \frac{\alpha}{r} \, B A x$$
#
# 其中 $x \in \mathbb{R}^{d}$ 是输入；$W \in \mathbb{R}^{d' \times d}$ 和 $b \in \mathbb{R}^{d'}$ 是该层的权重和偏置，都冻结；$A \in \mathbb{R}^{r \times d}$ 和 $B \in \mathbb{R}^{d' \times r}$ 参加训练；$r$ 是秩，远小于 $d$ 和 $d'$；$\alpha$ 是一个固定的数，表示修正项占多大分量。这里取 $\alpha = r$，所以系数是 1。
#
# $A$ 随机初始化，$B$ 从零开始。于是 $B A$ 为零，训练的起点就是原来的预训练模型。（不能两个都从零开始：每一个的梯度都要乘以另一个，那样谁也动不了。）写成代码：

# %%
import torch
from torch import nn


class LoRA(nn.Module):
    def __init__(self, frozen, rank=8):
        super().__init__()
        self.frozen = frozen.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(rank, frozen.in_features) / frozen.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(frozen.out_features, rank))

    def forward(self, x):  # (..., d) to (..., d')
        return self.frozen(x) + x @ self.A.T @ self.B.T

# %% [markdown] lang="en"
# What the figure shows is why this is cheap: a strip of 8 beside a side of 384. We wrap what makes queries and values (chapter 04) in MiniLM's last two layers, four weights in all; the bars count what moves, beside the depths of chapter 05.

# %% [markdown] lang="zh"
# 下图说明为什么便宜：边长 384 的方块旁边，是宽 8 的细条。我们给 MiniLM 最后两层里产生查询和值的权重（第 04 章）加上窄矩阵，一共四个权重。条形图数的是可训练参数，与第 05 章的几种深度比较。

# %%
# en: What this section has stored (recbook experiment lora), and what chapter 05 has.
# zh: 本节存好的结果（recbook experiment lora），以及第 05 章存好的结果。
kept = recbook.stored("lora")["results"]
three_depths = recbook.stored("features")["results"]["tuning"]
moving = {depth: three_depths[depth]["warm"]["trainable"] for depth in ("linear", "mlp", "layer")}
figures.thin_matrices({"lora": kept["costs"]["lora"]["trainable"]} | moving)

# %% [markdown] lang="en"
# **Exercise 1.** The forward pass with any $\alpha$, for rows of tokens. ({points})

# %% [markdown] lang="zh"
# **练习 1** 对任意 $\alpha$，写出前向传播，输入的每一行是一个词元（token）。（{points}）

# %% exercise="generative-lora-forward" points=1
def lora_forward(x, W, A, B, alpha):
    """en: The outputs (n, d_out) of a layer without bias for the tokens x (n, d): frozen weight
    en: W (d_out, d), thin matrices A (rank, d) and B (d_out, rank), scale alpha / rank.
    zh: 一个没有偏置的层对词元 x (n, d) 的输出 (n, d_out)：冻结的权重 W (d_out, d)，
    zh: 窄矩阵 A (rank, d) 和 B (d_out, rank)，缩放系数 alpha / rank。"""
    ### BEGIN SOLUTION
    return x @ W.T + alpha / len(A) * (x @ A.T @ B.T)
    ### END SOLUTION

# %% check="generative-lora-forward"
recbook.check("generative-lora-forward", lora_forward)

# %% [markdown] lang="en"
# Now to MiniLM. The four layers below the last two stay as they are, so they run once for all titles. `lora.add` does to a whole model what the class above does to one layer. Do the two agree, and does the tower begin as MiniLM's own vectors? (About 10 seconds.)

# %% [markdown] lang="zh"
# 现在用到 MiniLM 上。最后两层下面的四层不变，所以对全部片名只跑一次。`lora.add` 对整个模型做的事，就是上面的类对一个层做的事。两者一致吗？起点就是 MiniLM 自己的向量吗？（大约 10 秒。）

# %%
import copy

from recbook.models import contrastive
from recbook.text import TextEncoder, lora

encoder, titles = TextEncoder(), list(ratings.items["display_title"])
centre = encoder.encode(titles).mean(axis=0)
states, top_two = contrastive.states_below(titles, encoder, 2)  # (films, tokens, 384)


def frozen_tower():
    return contrastive.TopLayer(top_two, states, centre)


def lora_tower():
    return lora.add(frozen_tower(), ["query", "value"], rank=8)

# %%
ours, its = LoRA(copy.deepcopy(top_two[0].query)), lora.LoRALinear(copy.deepcopy(top_two[0].query))
nn.init.normal_(its.B)
ours.load_state_dict(its.state_dict())
with torch.inference_mode():
    some = states.tokens[0]
    print((ours(some) - its(some)).abs().max().item() < 1e-5)
    every = torch.arange(len(titles))
    before = frozen_tower()(every)
    print((lora_tower()(every) - before).abs().max().item() < 1e-6)

# %% [markdown] lang="en"
# Twice yes. Now 20 steps with chapter 05's contrastive loss, about 7 seconds. When training is done, the thin matrices need not stay: `lora.merge` puts $W + \frac{\alpha}{r} B A$ in the place of $W$, and the layer is plain again, as fast as before. What is printed: have the vectors moved, and are they the same after merging?

# %% [markdown] lang="zh"
# 都是。现在用第 05 章的对比损失训练 20 步，大约 7 秒。训练完，窄矩阵不必留着：`lora.merge` 用 $W + \frac{\alpha}{r} B A$ 换下 $W$，层又成了普通的层，和原来一样快。打印的是：向量动了吗？合并之后还一样吗？

# %%
fit = contrastive.Contrastive(lora_tower, steps=20, rate=1e-3, temperature=0.2).fit(split.train)
after = torch.tensor(fit.vectors_)
with torch.inference_mode():
    merged = lora.merge(copy.deepcopy(fit.tower_))(every)
print((after - before).abs().max().item() > 0.01, (merged - after).abs().max().item() < 1e-5)

# %% [markdown] lang="en"
# **Exercise 2.** Merge by hand. ({points})

# %% [markdown] lang="zh"
# **练习 2** 动手合并。（{points}）

# %% exercise="generative-lora-merge" points=1
def merged_weight(W, A, B, alpha):
    """en: The one weight (d_out, d) that does alone what W (d_out, d), A (rank, d) and B (d_out, rank)
    en: do together, with the scale alpha / rank.
    zh: 一个权重 (d_out, d)，单独就等于 W (d_out, d)、A (rank, d)、B (d_out, rank)
    zh: 合起来的作用，缩放系数 alpha / rank。"""
    ### BEGIN SOLUTION
    return W + alpha / len(A) * (B @ A)
    ### END SOLUTION

# %% check="generative-lora-merge"
recbook.check("generative-lora-merge", merged_weight)

# %% [markdown] lang="en"
# ### What LoRA saves <a id="lora-saves"></a>
#
# This section adds what it costs to train and to keep (stored, `recbook experiment lora`, on one thread). Adam keeps two more numbers for each that moves (chapter 07), and the file holds those that moved. **Last two layers** are the same two, trained in full:

# %% [markdown] lang="zh"
# ### LoRA 省下什么 <a id="lora-saves"></a>
#
# 这一节补上训练和保存的代价（预先存好，`recbook experiment lora`，单线程）。Adam 为每个可训练参数另存两个数（第 07 章），文件里存的是动过的参数。**最后两层**就是同样的两层，但整层训练：

# %%
import pandas as pd

from recbook import plots

costs = kept["costs"]
rows = [(plots.name(depth), f"{one['trainable']:,}", f"{one['stored bytes'] / 1000:,.0f}", f"{one['optimiser bytes'] / 1000:,.0f}",
         f"{one['seconds a step']:.2f}") for depth, one in costs.items()]
plots.table(pd.DataFrame(rows, columns=["depth", "numbers that move", "stored, kB", "optimiser, kB", "seconds a step"]))

# %%
thin, full = costs["lora"], costs["layer"]
share, slower = thin["stored bytes"] / full["stored bytes"], thin["seconds a step"] / full["seconds a step"]
recbook.claim(
    share < 0.02 and 1 < slower < 3 and thin["seconds a step"] < costs["two layers"]["seconds a step"],
    en="LoRA on two layers keeps a file of {file_kb:.0f} kB, {share:.1%} of what the last layer in full needs; a step takes "
    "{slower:.1f} times as long as one of that layer (stored).",
    zh="两层上的 LoRA 只需存 {file_kb:.0f} kB，是整个最后一层的 {share:.1%}；每一步的时间却是训练整个最后一层的 {slower:.1f} 倍（存好的结果）。",
    takeaway=dict(
        en="LoRA saves storage and the optimiser's memory far more than time: the layers still compute, forward and backward.",
        zh="LoRA 省下的主要是存储和优化器的内存，时间省得少得多：前向、反向，每一层都还要计算。",
    ),
    file_kb=thin["stored bytes"] / 1000, share=share, slower=slower,
)

# %% [markdown] lang="en"
# Why not a hundredth of the time? Forward, $W$ still multiplies every token. Backward, the gradient has to pass through both layers to reach the thin matrices; only the gradient of $W$ itself is left out, and that is what a step is quicker by than one of the same two layers in full. With a model of billions of numbers, whose gradients and optimiser do not fit into memory, the saving decides whether one can train at all; with MiniLM it decides how many versions fit on a disk.

# %% [markdown] lang="zh"
# 为什么时间没有跟着降到百分之一？前向时，$W$ 仍要乘每一个词元。反向时，梯度要穿过两层才能到达窄矩阵；省掉的只是 $W$ 本身的梯度，比整层训练同样的两层快，就快在这里。模型有几十亿参数时，梯度和优化器状态装不进内存，这点节省决定能不能训练；对 MiniLM，它只决定磁盘上放得下多少个版本。

# %% [markdown] lang="en"
# ### Is it as good? <a id="lora-good"></a>
#
# This section adds the judgement, as in [chapter 05](05_features.ipynb#code): five sets of new films, 100 steps, rate and temperature chosen among six settings on two other sets. LoRA's rates are ten times those of the full layer, as Schulman et al. (2025) advise. The intervals are paired over users, LoRA less the other depth (stored):

# %% [markdown] lang="zh"
# ### 效果一样好吗？ <a id="lora-good"></a>
#
# 这一节补上评判，做法同[第 05 章](05_features.ipynb#code)：五组新电影，100 步，学习率和温度系数（temperature）从六组超参数里、在另外两组上选定。LoRA 的学习率取整层训练的十倍，这是 Schulman et al. (2025) 的建议。区间按用户配对，是 LoRA 减去另一种深度（存好的结果）：

# %%
on_new = kept["hidden"]["judged"]
rows = [(plots.name("lora"), np.mean(on_new["ndcg"]["lora"]), "–", "–")]
for depth, less in on_new["lora less"].items():
    rows.append((plots.name(depth), np.mean(on_new["ndcg"][depth]), plots.ends(*less["interval"], sign=True), less["won"]))
plots.table(pd.DataFrame(rows, columns=["depth", "NDCG@10, new films", "LoRA less it", "LoRA ahead on"]))

# %%
over_layer = on_new["lora less"]["layer"]
recbook.claim(
    over_layer["interval"][0] > 0 and over_layer["won"] == 3,
    en="On new films LoRA leads the last layer in full by {lead} NDCG@10 (interval over users), but on {won} of the five sets only (stored).",
    zh="在新电影上，LoRA 的 NDCG@10 比整个最后一层高 {lead}（按用户算的区间），但五组里只在 {won} 组领先（存好的结果）。",
    takeaway=False,
    lead=plots.ends(*over_layer["interval"]), won=over_layer["won"],
)

# %%
on_known = kept["hidden"]["on known films"]["lora less"]["layer"]
recbook.claim(
    on_known[0] < 0 < on_known[1],
    en="On known films, with the same settings, LoRA less the last layer is {gap} NDCG@10: no difference was measured (stored).",
    zh="在已有评分的电影上，用同样的超参数，LoRA 与最后一层的 NDCG@10 相差 {gap}，没有测出差异（存好的结果）。",
    takeaway=False, gap=plots.ends(*on_known, sign=True),
)

# %% [markdown] lang="en"
# So far fewer numbers did not cost quality here; over the frozen vectors and both heads the lead is clear. Why LoRA came out ahead of the layer this run cannot say. It reaches into two layers, the full depth into one, and the same two layers in full were not judged; and the rate chosen for the layer was the lowest of its three, so a lower one might do better still. Read it as *at least as good*, for titles of films.
#
# ### Further reading
#
# - E. J. Hu et al. (2022). *LoRA: low-rank adaptation of large language models.* ICLR. [arXiv:2106.09685](https://arxiv.org/abs/2106.09685). The library for it is `peft`, against which `recbook.text.lora` is tested.
# - J. Schulman and Thinking Machines Lab (2025). *LoRA without regret.* [thinkingmachines.ai/blog/lora](https://thinkingmachines.ai/blog/lora/). When LoRA is as good as training in full, and the factor of ten.

# %% [markdown] lang="zh"
# 可见在这里，参数少得多并没有损失效果；与冻结的向量和两种头相比，领先很清楚。至于为什么超过了最后一层，这次运行说明不了：LoRA 伸进两层，整层训练只动一层，而同样两层的整层训练没有评判；最后一层选中的学习率又是三个里最低的，再低也许还会更好。就片名而言，可以读作**至少一样好**。
#
# ### 延伸阅读
#
# - E. J. Hu et al. (2022). *LoRA: low-rank adaptation of large language models.* ICLR. [arXiv:2106.09685](https://arxiv.org/abs/2106.09685)。相应的库是 `peft`，`recbook.text.lora` 的测试与它对照。
# - J. Schulman and Thinking Machines Lab (2025). *LoRA without regret.* [thinkingmachines.ai/blog/lora](https://thinkingmachines.ai/blog/lora/)。LoRA 何时与整层训练一样好，以及十倍的由来。
