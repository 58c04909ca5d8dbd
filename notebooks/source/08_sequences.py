# %% [markdown] lang="en"
# # 08 · Sequences: a history as a sentence
#
# **You will be able to** turn a user's history into training targets and say what each way of doing so costs; write SASRec and BERT4Rec on PyTorch's transformer layers and say what each line does;
# show that a model cannot see the answer, and what happens when it can; tell which details of such a model have been shown to change its ranking; test whether titles help it, with the control that this takes;
# and look into a trained model by experiment, not by pictures alone.
#
# **You need** chapters 04 (attention, BERT, the bridge to histories) and 07 (a training loop in PyTorch).
#
# **It takes** about an hour and a half to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 08 · 序列：把历史当作句子
#
# **学完之后**，你能把一位用户的历史变成训练目标，并说清各种做法的代价；能用 PyTorch 的 Transformer 层写出 SASRec 和 BERT4Rec，并说清每一行的作用；
# 能验证模型看不到答案，也知道看得到时会发生什么；能分辨这类模型的哪些细节确实会改变排序；能检验片名有没有帮助，并给出必要的对照；还能用实验来考察一个训练好的模型的内部，而不只是看图。
#
# **需要的基础**：第 04 章（注意力、BERT、通向推荐的桥）和第 07 章（PyTorch 的训练循环）。
#
# **所需时间**：阅读大约一个半小时；在双核机器上，运行{minutes}。

# %%
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel
from tqdm.auto import tqdm

import recbook
from recbook import plots
from recbook.chapters.sequences import figures

recbook.setup("en")

# %% [markdown] lang="en"
# ## Does the order matter?
#
# A user's **history** is the list of the films that the user has rated, oldest first: $i_1, i_2, \dots, i_T$. Chapters 02 and 03 found that a model does better if the last films weigh most. Before we build a model of order, let us be sure that it is order that helps. We take EASE (chapter 01): it learns one weight $B_{ij}$ for each pair of films, and film $j$ scores the sum of $B_{ij}$ over the films $i$ of the history. Now we weigh the films of the history in three ways, and change nothing else:
#
# - all alike;
# - by recency, with the half-life of 8 films that was chosen on the validation films: a film with $k$ films after it weighs $2^{-k/8}$ of the last one;
# - with the very same weights, but dealt out within each history at random. This is the **control**: it has everything that the second way has, except the order.
#
# The split is leave-one-out, as always: each user's last film is for testing, and the one before for choosing. We measure NDCG@10: 1 if the hidden film is first in the list, less further down, 0 after place 10, averaged over users.

# %% [markdown] lang="zh"
# ## 顺序重要吗？
#
# 一位用户的**历史**是他评过的电影，从早到晚排成一列：$i_1, i_2, \dots, i_T$。第 02 章和第 03 章发现，让最近的电影权重大一些，模型的表现更好。在为顺序建模之前，先确认起作用的确实是顺序。我们用 EASE（第 01 章）：它为每一对电影学一个权重 $B_{ij}$，电影 $j$ 的得分就是历史中各部电影 $i$ 的 $B_{ij}$ 之和。现在用三种方式给历史中的电影加权，其余一概不变：
#
# - 权重全都相同；
# - 看重最近：半衰期为 8 部电影，是在验证集（validation set）上选定的；后面还有 $k$ 部的电影，权重是最后一部的 $2^{-k/8}$；
# - 权重与第二种完全一样，但在每段历史内部随机分配。这是**对照**：第二种方式有的它都有，只是没有顺序。
#
# 数据照例按留一法（leave-one-out）划分：每位用户的最后一部用于测试，倒数第二部用于选择。指标是 NDCG@10：留出的电影排在列表第一位得 1，越靠后越小，第 10 名之后得 0，再对用户取平均。

# %%
from recbook.data import leave_one_out
from recbook.data.histories import recency, sentences_in_time
from recbook.evaluation import bootstrap, evaluate, evaluate_scores, truth
from recbook.models import EASE, Popularity

ratings = recbook.load("ml-100k")
split = leave_one_out(ratings)
titles = ratings.items["display_title"].to_numpy()
n_films = ratings.n_items
popularity, ease = Popularity().fit(split.train), EASE().fit(split.train)


def judge(scores, on="test"):
    return evaluate_scores(scores, truth(split, on), exclude=split.history(on).matrix())


def ease_report(half_life, on="test", shuffled=False):
    history = split.history(on)
    if shuffled:
        history = replace(history, timestamp=np.random.default_rng(0).permutation(history.n))
    return judge(recency(history, half_life) @ ease.weights_, on)

# %% [markdown] lang="en"
# (`recency` gives the weights as a table, users × films, each row summing to 1, which changes no ranking; a half-life of `None` weighs all films alike. `timestamp` is the time that the history is sorted by: with random times the same films stand in random order. About half of the ratings carry the same second as the one before, since people rate many films in one sitting; those keep the order of the log, chapter 03.)

# %% [markdown] lang="zh"
# （`recency` 返回权重表，用户 × 电影，每行之和为 1，这不影响排序；半衰期取 `None` 表示权重全都相同。历史按时间 `timestamp` 排序：时间换成随机数，同样的电影就排成了随机的顺序。人们常常一口气评很多部，所以大约一半的评分与前一条在同一秒，这些评分保持日志里的顺序，见第 03 章。）

# %%
reports = {
    "popularity": evaluate(popularity, split),
    "EASE, all films alike": ease_report(None),
    "EASE, last films": ease_report(8.0),
    "EASE, random films": ease_report(8.0, shuffled=True),
}
plots.ranking(reports, mark="EASE, last films")

# %%
alike, by_chance = reports["EASE, all films alike"], reports["EASE, random films"]
gain, loss = (reports["EASE, last films"].difference(other, "ndcg@10") for other in (alike, by_chance))
recbook.claim(
    gain.low > 0 and loss.low > 0 and by_chance["ndcg@10"] < alike["ndcg@10"],
    en="EASE that weighs the last films most beats the same EASE with equal weights by {lead_low:.3f} to "
    "{lead_high:.3f} NDCG@10 (95% interval of the paired difference); with the same weights dealt out at random "
    "within each history it is worse than with equal ones. So it matters which films come last.",
    zh="看重最近的 EASE，NDCG@10 比权重全都相同的 EASE 高 {lead_low:.3f} 到 {lead_high:.3f}（配对差的 95% 区间）；同样"
    "的权重在每段历史内部随机分配，反而不如权重相同。可见重要的是哪些电影在最后。",
    lead_low=gain.low, lead_high=gain.high,
)

# %% [markdown] lang="en"
# But the rule is ours: the weight falls by half every eight films, for every user and every film. A **sequential recommender** learns from histories what to make of their order. Chapter 04 ended with a bridge: a film is a word, a history is a sentence. We now walk over it, twice: with **SASRec** (self-attentive sequential recommendation, Kang and McAuley 2018), which reads from left to right as GPT does, and with **BERT4Rec** (Sun et al. 2019), which reads in both directions as BERT does.

# %% [markdown] lang="zh"
# 但这条规则是我们定的：每过八部电影权重减半，对所有用户、所有电影都一样。**序列推荐**（sequential recommendation）则从历史中学习怎样利用顺序。第 04 章末尾搭了一座桥：电影是词，历史是句子。现在走过这座桥，走两遍：一遍用 **SASRec**（self-attentive sequential recommendation，Kang and McAuley 2018），像 GPT 那样从左到右；一遍用 **BERT4Rec**（Sun et al. 2019），像 BERT 那样两个方向都看。

# %% [markdown] lang="en"
# ## What four films teach
#
# Take a user who has rated the films A, B, C, D in this order. There are three moments at which we know what came next, and so three **targets**, each with its own past:

# %% [markdown] lang="zh"
# ## 四部电影能教什么
#
# 设一位用户依次评了电影 A、B、C、D。有三个时刻我们知道接下来是哪一部，也就有三个**目标**（target），各自对应之前的一段历史：

# %%
history = ["A", "B", "C", "D"]
past = [(str(t), " ".join(history[:t]), history[t]) for t in range(1, 4)]
plots.table(pd.DataFrame(past, columns=["moment", "past", "target"]))

# %% [markdown] lang="en"
# A model needs rectangles. Number the films 1, 2, 3, 4 and let 0 be **padding**, which fills a row up to the length $L$. Each cell of the rectangle is a **place**; the model computes a vector for every place, padding or not. For $L = 4$ there are two ways to hand over the three targets:
#
# - **Prefix expansion**: one row for each target, which holds its past. RecBole, a widely used library of recommenders (chapter 13), works like this.
# - **A target at every place**: one row, in which place $t$ is asked for the film $t + 1$.

# %% [markdown] lang="zh"
# 模型要的是矩形。把电影编号为 1、2、3、4，用 0 表示**填充**（padding），把一行补齐到长度 $L$。矩形的每一格是一个**位置**；无论是不是填充，模型都要为每个位置算一个向量。取 $L = 4$，把三个目标交给模型有两种办法：
#
# - **前缀展开**（prefix expansion）：每个目标一行，行里是它之前的历史。RecBole（一个常用的推荐库，见第 13 章）就是这样做的。
# - **每个位置一个目标**：只用一行，第 $t$ 个位置要预测第 $t + 1$ 部电影。

# %%
expanded = [("prefix expansion", "1 0 0 0", "2 – – –"), ("prefix expansion", "1 2 0 0", "– 3 – –")]
expanded += [("prefix expansion", "1 2 3 0", "– – 4 –"), ("every place", "1 2 3 0", "2 3 4 –")]
rows = [(plots.name(way), read, asked) for way, read, asked in expanded]
plots.table(pd.DataFrame(rows, columns=["way", "a row", "target at each place"]))

# %% [markdown] lang="en"
# In general a history of $T$ films has $T - 1$ targets. Prefix expansion works through $(T - 1) L$ places for them. The other way cuts the history into **windows** of at most $L$ targets each and needs $\lceil (T - 1) / L \rceil \cdot L$ places ($\lceil x \rceil$ is $x$ rounded up). For $T = 4$ and $L = 4$: 12 places against 4.
#
# **Exercise 1.** Cut one history into windows. `history` is a NumPy array of $T \geq 2$ film numbers, each at least 1, oldest first. The input of a target is the film just before it. Cut from the end, so that only the first window may be short, and fill up on the right with 0. ({points})

# %% [markdown] lang="zh"
# 一般地，$T$ 部电影的历史有 $T - 1$ 个目标。前缀展开要为它们计算 $(T - 1) L$ 个位置。另一种办法把历史切成**窗口**（window），每个窗口最多 $L$ 个目标，需要 $\lceil (T - 1) / L \rceil \cdot L$ 个位置（$\lceil x \rceil$ 表示 $x$ 向上取整）。$T = 4$、$L = 4$ 时：12 个位置对 4 个位置。
#
# **练习 1** 把一段历史切成窗口。`history` 是 NumPy 数组，有 $T \geq 2$ 个电影编号，每个至少为 1，最早的在前。一个目标的输入就是它前面紧挨着的那部。从末尾开始切，这样只有第一个窗口可能不满；右边用 0 补齐。（{points}）

# %% exercise="sequences-targets" points=1
def cut_history(history, length):
    """en: (inputs, targets), two integer arrays of shape (windows, length), NumPy or torch: targets
    en: holds every film of history (T,) but the first, once and in order, inputs the film before it,
    en: both 0 where there is nothing. The first window is the one that may be short.
    zh: 返回（inputs, targets），两个整数数组，形状都是 (windows, length)，NumPy 或 torch：targets
    zh: 依次放 history (T,) 中除第一部之外的每部电影，各一次；inputs 放它前面的那部；空处都是 0。
    zh: 只有第一个窗口可以不满。"""
    ### BEGIN SOLUTION
    n = len(history) - 1
    n_windows = -(-n // length)
    inputs, targets = np.zeros((2, n_windows, length), int)
    short = n - (n_windows - 1) * length
    for row in range(n_windows):
        start = 0 if row == 0 else short + (row - 1) * length
        end = short + row * length
        inputs[row, : end - start] = history[start:end]
        targets[row, : end - start] = history[start + 1 : end + 1]
    return inputs, targets
    ### END SOLUTION

# %% check="sequences-targets"
recbook.check("sequences-targets", cut_history)

# %% [markdown] lang="en"
# The library's `windows` does this for all histories at once, with two refinements. A short window that does not begin at the start of a history is filled up in front with the films before it, which are read but not asked for again. In a full window there is no room for that, and its first target has a past of one film; so in training the cuts stand at another place in every epoch (that is what its argument `rng` is for), and a target has a short past in one epoch and a long one in another. Its argument `context` says how many films at the start of a history are only read: 1 here, since the first film has nothing before it. It returns `items` `(windows, L + 1)`, what is read and what is asked for in one array, and `targets`, of the same shape, True where a film is asked for.
#
# **Exercise 2.** Count what the two ways cost for a whole log. ({points})

# %% [markdown] lang="zh"
# 库里的 `windows` 一次处理所有的历史，还有两点改进。不满的窗口如果不从历史开头开始，前面会用更早的电影补满，这些电影只作输入，不再作目标。满的窗口没有空位，它的第一个目标之前就只有一部电影；所以训练时每个轮次（epoch）的切口都不同（参数 `rng` 的用处就在这里），同一个目标之前的历史，在这个轮次里较短，在另一个轮次里较长。参数 `context` 是历史开头只作输入的电影数：这里是 1，因为第一部之前什么也没有。它返回 `items` `(windows, L + 1)`，输入和目标放在一个数组里；以及形状相同的 `targets`，要预测的电影处为 True。
#
# **练习 2** 数一数，对整份日志，两种办法各要多少代价。（{points}）

# %% exercise="sequences-places" points=1
def count_places(lengths, length):
    """en: (targets, prefix, windows), three whole numbers, from a NumPy array of history lengths T,
    en: each 0 or more: how many targets there are, and how many places prefix expansion and
    en: windows of at most `length` targets work through, both with rows of `length` places.
    zh: 由历史长度 T（每个不小于 0）的 NumPy 数组，返回（targets, prefix, windows）三个整数：
    zh: 目标的总数；前缀展开要计算的位置数；每个最多 `length` 个目标的窗口要计算的位置数。
    zh: 两种办法每行都是 `length` 个位置。"""
    ### BEGIN SOLUTION
    targets = np.maximum(np.asarray(lengths) - 1, 0)
    rows = np.ceil(targets / length).astype(int)
    return targets.sum(), targets.sum() * length, rows.sum() * length
    ### END SOLUTION

# %% check="sequences-places"
recbook.check("sequences-places", count_places)

# %%
from recbook.models.sequences import windows

LENGTH = 50  # L
sequences = sentences_in_time(split.train)
cut = windows(sequences, LENGTH, context=1)
n_targets, n_windows = int(cut.targets.sum()), len(cut.items)
recbook.claim(
    n_targets == split.train.n - split.train.n_users and n_targets > 30 * n_windows,
    en="The training log holds {n:,} targets. With rows of {length} places, prefix expansion works through "
    "{prefix_places:,} places for them, windows with a target at every place through {window_places:,}: "
    "{times_fewer:.0f} times fewer.",
    zh="训练日志里有 {n:,} 个目标。每行 {length} 个位置，前缀展开要计算 {prefix_places:,} 个位置，每个位置一个目标的窗"
    "口要计算 {window_places:,} 个，前者是后者的 {times_fewer:.0f} 倍。",
    takeaway=False, n=n_targets, length=LENGTH, prefix_places=n_targets * LENGTH, window_places=n_windows * LENGTH,
    times_fewer=n_targets / n_windows,
)

# %% [markdown] lang="en"
# Is it the same training, though? That depends on what a place can see.

# %% [markdown] lang="zh"
# 但这两种训练是一回事吗？这取决于一个位置能看到什么。

# %% [markdown] lang="en"
# ## The model: SASRec
#
# In a row with a target at every place, place $t$ is asked for film $t + 1$, and that film stands right beside it, as the input of place $t + 1$. So place $t$ may read itself and what is on its left, and nothing else. This is the **causal mask** of chapter 04: before the softmax of the attention, the scores of all places on the right are set to $-\infty$. For three places, with 1 for "may read":

# %% [markdown] lang="zh"
# ## 模型：SASRec
#
# 一行里每个位置都有目标时，第 $t$ 个位置要预测第 $t + 1$ 部电影，而那部电影就在旁边，是第 $t + 1$ 个位置的输入。所以第 $t$ 个位置只能看自己和左边，不能看别处。这就是第 04 章的**因果掩码**（causal mask）：在注意力的 softmax 之前，把右边各位置的得分设为 $-\infty$。三个位置的情形，1 表示“能看”：

# %%
allowed = np.tri(3, dtype=int)  # ones on and below the diagonal
seen = pd.DataFrame(allowed, columns=[f"{plots.name('may read')} {film}" for film in "ABC"])
seen.insert(0, "place of", list("ABC"))
plots.table(seen.assign(target=list("BCD")))

# %% [markdown] lang="en"
# **Exercise 3.** Which places may be read, for a whole batch? There is padding as well, which no other place may read, on whichever side it stands. But every place may read itself, padding too: if a whole row were $-\infty$, its softmax would be 0 divided by 0. ({points})

# %% [markdown] lang="zh"
# **练习 3** 对整个批次，哪些位置能被看到？还要考虑填充：无论填充在哪一边，别的位置都不能看它。但每个位置都能看自己，填充也一样：否则整行都是 $-\infty$，softmax 就成了 0 除以 0。（{points}）

# %% exercise="sequences-may-read" points=2
def may_read(rows, causal):
    """en: A bool array (batch, n, n), NumPy or torch, from a NumPy array of film numbers (batch, n) in
    en: which 0 is padding: [b, i, j] is True where place i of row b may read place j. Every place may
    en: read itself; no other place may read padding; with causal=True none reads j > i.
    zh: 由电影编号的 NumPy 数组 (batch, n)（0 是填充），返回 bool 数组 (batch, n, n)，NumPy 或 torch：
    zh: 第 b 行的位置 i 能看位置 j，则 [b, i, j] 为 True。每个位置都能看自己；填充不能被别的位置看；
    zh: causal=True 时不能看 j > i。"""
    ### BEGIN SOLUTION
    n = rows.shape[1]
    allowed = np.broadcast_to((rows > 0)[:, None, :], (len(rows), n, n)) | np.eye(n, dtype=bool)
    return allowed & np.tri(n, dtype=bool) if causal else allowed
    ### END SOLUTION

# %% check="sequences-may-read"
recbook.check("sequences-may-read", may_read)

# %% [markdown] lang="en"
# Now the whole model. Let $m$ be the number of films and $d$ the width of the vectors, here 64. The **item table** $E$ has a row for padding, one for each film, and one more that BERT4Rec will need: $E \in \mathbb{R}^{(m + 2) \times d}$. The **place table** $P \in \mathbb{R}^{L \times d}$ says where in the row a film stands. With $r_t$ the number of the film at place $t$, what goes in is
#
# $$x_t = E_{r_t} + P_t \in \mathbb{R}^d$$
#
# A **transformer** is a stack of layers like those of chapter 04. Two of them, with the causal mask, turn $x_1, \dots, x_L$ into $h_1, \dots, h_L$, each in $\mathbb{R}^d$. And place $t$ gives film $j$ the score
#
# $$s_{tj} = h_t \cdot E_j + b_j$$
#
# with one bias $b_j$ for each film. The same table $E$ is read at the input and at the output: the output is **tied**.

# %% [markdown] lang="zh"
# 现在写整个模型。记 $m$ 为电影数，$d$ 为向量宽度，这里是 64。**物品表** $E$ 有一行给填充，每部电影一行，还有一行留给 BERT4Rec：$E \in \mathbb{R}^{(m + 2) \times d}$。**位置表** $P \in \mathbb{R}^{L \times d}$ 表示电影在行里的位置。记 $r_t$ 为第 $t$ 个位置上的电影编号，输入是
#
# $$x_t = E_{r_t} + P_t \in \mathbb{R}^d$$
#
# **Transformer** 就是把第 04 章那样的层叠起来。这里叠两层，带因果掩码，把 $x_1, \dots, x_L$ 变成 $h_1, \dots, h_L$，每个都在 $\mathbb{R}^d$ 中。第 $t$ 个位置给电影 $j$ 的得分是
#
# $$s_{tj} = h_t \cdot E_j + b_j$$
#
# 每部电影有一个偏置 $b_j$。输入和输出用的是同一张表 $E$，这叫**共享输出**（tied output）。

# %%
class SASRec(nn.Module):
    def __init__(self, n_films, length=LENGTH, width=64, heads=2, layers=2, dropout=0.1):
        super().__init__()
        self.items = nn.Embedding(n_films + 2, width)
        self.places = nn.Embedding(length, width)
        self.dropout = nn.Dropout(dropout)
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, dropout, "gelu", batch_first=True, norm_first=True
        )
        norm = nn.LayerNorm(width)
        self.layers = nn.TransformerEncoder(layer, layers, norm, enable_nested_tensor=False)
        self.bias = nn.Parameter(torch.zeros(n_films))
        for table in (self.items, self.places):
            nn.init.normal_(table.weight, std=0.02)

    def unseen(self, rows):
        later = torch.ones(rows.shape[1], rows.shape[1], dtype=torch.bool).triu(1)
        return {"mask": later, "is_causal": True}

    def forward(self, rows):  # (batch, n) -> (batch, n, width)
        x = self.items(rows) + self.places.weight[: rows.shape[1]]
        return self.layers(self.dropout(x), **self.unseen(rows))

    def scores(self, vectors):  # (targets, width) -> (targets, n_films)
        return vectors @ self.items.weight[1:-1].T + self.bias

# %% [markdown] lang="en"
# What is new here, line by line:
#
# | call | what it is |
# |---|---|
# | `nn.Embedding(rows, width)` | a table of learned vectors; called with numbers, it returns the rows |
# | `nn.init.normal_(…, std=0.02)` | fills it with normal random numbers; the default, a standard deviation of 1, makes the first scores far too large (chapter 07) |
# | `nn.Dropout(0.1)` | in training, sets 10% of the numbers to 0 and scales up the others (chapter 07) |
# | `nn.TransformerEncoderLayer` | the layer of chapter 04: attention with 2 heads, then each place alone through a layer 4 times as wide with a GELU; dropout in both |
# | `batch_first=True` | the first axis of the input is the batch |
# | `norm_first=True` | normalise what goes *into* attention, $x + \text{Attention}(\text{norm}(x))$; BERT normalises what comes out, $\text{norm}(x + \text{Attention}(x))$ |
# | `nn.TransformerEncoder` | the layer, copied as often as asked for, and a normalisation at the end |
# | `enable_nested_tensor=False` | switches off a speed-up that normalising first rules out |
# | `triu(1)` | keeps what lies above the diagonal. In a `mask`, True means: may **not** be read |
# | `is_causal=True` | tells PyTorch that this mask is the causal one; it may then compute faster |
# | `items.weight[1:-1]` | the rows of the films, without padding and the last |
#
# The causal mask hides padding too, as long as it stands on the right of all films.

# %% [markdown] lang="zh"
# 这里的新内容，逐行说明：
#
# | 调用 | 是什么 |
# |---|---|
# | `nn.Embedding(rows, width)` | 一张可学习的向量表；输入编号，返回对应的行 |
# | `nn.init.normal_(…, std=0.02)` | 用正态随机数填表；默认的标准差是 1，会让最初的得分大得过分（第 07 章） |
# | `nn.Dropout(0.1)` | 训练时把 10% 的数置 0，其余放大（第 07 章） |
# | `nn.TransformerEncoderLayer` | 第 04 章的那一层：2 个头的注意力，然后每个位置单独经过宽 4 倍的层和 GELU；两处都有随机失活（dropout） |
# | `batch_first=True` | 输入的第一个轴是批次 |
# | `norm_first=True` | 对注意力的*输入*做归一化，$x + \text{Attention}(\text{norm}(x))$；BERT 对输出做归一化，$\text{norm}(x + \text{Attention}(x))$ |
# | `nn.TransformerEncoder` | 把这一层按层数复制几份叠起来，最后再归一化一次 |
# | `enable_nested_tensor=False` | 关掉一种加速，先归一化时用不了它 |
# | `triu(1)` | 保留对角线以上的部分。在 `mask` 里，True 表示**不能**看 |
# | `is_causal=True` | 告诉 PyTorch 这是因果掩码，它可以因此算得快些 |
# | `items.weight[1:-1]` | 各部电影的行，不含填充和最后一行 |
#
# 只要填充都在电影的右边，因果掩码也就挡住了填充。

# %% [markdown] lang="en"
# Does the mask hold? Take a model with random weights and one row of six films, and put another film at the fifth place. Which of the six vectors $h_1, \dots, h_6$ move?

# %% [markdown] lang="zh"
# 掩码起作用了吗？取一个随机初始化的模型和一行六部电影，把第五个位置换成另一部电影。六个向量 $h_1, \dots, h_6$ 里，哪些变了？

# %%
torch.manual_seed(0)
untrained = SASRec(n_films).eval()
row = torch.tensor([[50, 181, 100, 172, 210, 174]])
other = row.clone()
other[0, 4] = 1
with torch.inference_mode():
    moved = (untrained(row) - untrained(other)).abs().amax(dim=2)[0]
recbook.claim(
    bool((moved[:4] < 1e-6).all()) and bool((moved[4:] > 1e-3).all()),
    en="Under the causal mask, replacing the film at place {place} of a history changes no output before that place, "
    "and changes those at and after it.",
    zh="在因果掩码下，把历史第 {place} 个位置换成另一部电影，之前各位置的输出都不变，该位置及之后的都变了。",
    place=5,
)

# %% [markdown] lang="en"
# ## The loss, at every place
#
# The softmax turns the scores of a place into probabilities, and the loss of a target is minus the logarithm of its probability: the cross-entropy of chapter 03. (As always, $\log$ is the natural logarithm.) A batch's loss is the mean over its targets. With $\mathcal{T}$ the set of the pairs (place $t$, target $j$) of a batch:
#
# $$\ell = -\frac{1}{|\mathcal{T}|} \sum_{(t, j) \in \mathcal{T}} \log \frac{e^{s_{tj}}}{\sum_{k=1}^{m} e^{s_{tk}}}$$
#
# By pencil: three films A, B, C, with the vectors $(1, 0)$, $(0, 1)$, $(0, 0)$, all biases 0, and the history A, B, C, filled up to $L = 3$ inputs: A, B and padding. Say that the layers give $h_1 = \log 2 \cdot (0, 1)$ and $h_2 = \log 2 \cdot (1, 0)$. Place 1 then scores the three films with $\log 2 \cdot (0, 1, 0)$, and $e$ to these powers is $1, 2, 1$. So its target B has the probability $2/4$ and costs $\log 2$. Place 2 scores them with $\log 2 \cdot (1, 0, 0)$; the powers are $2, 1, 1$; its target C has $1/4$ and costs $\log 4 = 2 \log 2$. Place 3 is padding and has no target. The mean of *two* numbers is $1.5 \log 2 = 1.04$.

# %% [markdown] lang="zh"
# ## 每个位置上的损失
#
# softmax 把一个位置上的得分变成概率，一个目标的损失是其概率的负对数，也就是第 03 章的交叉熵（cross-entropy）。（$\log$ 照例是自然对数。）一个批次的损失是各目标的平均。记 $\mathcal{T}$ 为批次中所有（位置 $t$，目标 $j$）的集合：
#
# $$\ell = -\frac{1}{|\mathcal{T}|} \sum_{(t, j) \in \mathcal{T}} \log \frac{e^{s_{tj}}}{\sum_{k=1}^{m} e^{s_{tk}}}$$
#
# 笔算：三部电影 A、B、C，向量是 $(1, 0)$、$(0, 1)$、$(0, 0)$，偏置都是 0；历史是 A、B、C，补齐到 $L = 3$ 个输入：A、B 和填充。设各层给出 $h_1 = \log 2 \cdot (0, 1)$，$h_2 = \log 2 \cdot (1, 0)$。于是位置 1 给三部电影的得分是 $\log 2 \cdot (0, 1, 0)$，以 $e$ 为底取幂是 $1, 2, 1$；它的目标 B 的概率是 $2/4$，损失 $\log 2$。位置 2 的得分是 $\log 2 \cdot (1, 0, 0)$，取幂是 $2, 1, 1$；它的目标 C 的概率是 $1/4$，损失 $\log 4 = 2 \log 2$。位置 3 是填充，没有目标。*两个*数的平均是 $1.5 \log 2 = 1.04$。

# %%
table = torch.tensor([[1.0, 0], [0, 1], [0, 0]])  # A, B, C
vectors = np.log(2) * torch.tensor([[0.0, 1], [1, 0], [5, 5]])  # places 1, 2 and the padding
asked = torch.tensor([True, True, False])
targets = torch.tensor([1, 2, 0])  # B, C, nothing
by_pencil = functional.cross_entropy((vectors @ table.T)[asked], targets[asked]).item()
recbook.claim(
    abs(by_pencil - 1.5 * np.log(2)) < 1e-6,
    en="PyTorch's cross-entropy over the places with a target is {loss:.2f}, as by pencil.",
    zh="PyTorch 在有目标的位置上算出的交叉熵是 {loss:.2f}，与笔算一致。",
    takeaway=False, loss=by_pencil,
)

# %% [markdown] lang="en"
# A bool array in square brackets, `[asked]`, picks the places at which it is True.
#
# **Exercise 4.** Write this loss without `cross_entropy`, for a batch and for scores as large as 1,000. Here a target is a film number from 1 to $m$, and 0 where there is none. ({points})

# %% [markdown] lang="zh"
# 方括号里放一个 bool 数组，`[asked]`，取出的就是其中为 True 的位置。
#
# **练习 4** 不用 `cross_entropy` 写出这个损失，适用于一个批次，得分大到 1,000 也要正确。这里的目标是 1 到 $m$ 的电影编号，没有目标处是 0。（{points}）

# %% exercise="sequences-loss" points=2
def loss_at_places(scores, targets):
    """en: The mean cross-entropy (one number) over all places of the batch that have a target.
    en: scores is a NumPy array (batch, n, m), column j - 1 for film j; targets (batch, n) holds
    en: film numbers 1 to m, and 0 where there is no target. At least one place has a target.
    zh: 批次中所有有目标的位置上的平均交叉熵（一个数）。scores 是 NumPy 数组 (batch, n, m)，
    zh: 电影 j 在第 j - 1 列；targets (batch, n) 是 1 到 m 的电影编号，没有目标处是 0。
    zh: 至少有一个位置有目标。"""
    ### BEGIN SOLUTION
    asked = targets > 0
    scores, films = scores[asked], targets[asked] - 1
    scores = scores - scores.max(axis=1, keepdims=True)
    right = scores[np.arange(len(films)), films]
    return np.mean(np.log(np.exp(scores).sum(axis=1)) - right)
    ### END SOLUTION

# %% check="sequences-loss"
recbook.check("sequences-loss", loss_at_places)

# %% [markdown] lang="en"
# For our windows: the films but the last are read, the films but the first are asked for, where `targets` says so. (The log numbers films from 0, and film $i$ is row $i + 1$ of the item table, hence the $-1$.)

# %% [markdown] lang="zh"
# 用到我们的窗口上：除最后一部之外的电影是输入，除第一部之外的电影是目标，以 `targets` 为准。（日志里的电影从 0 开始编号，电影 $i$ 在物品表里是第 $i + 1$ 行，所以有一个 $-1$。）

# %%
def next_film_loss(model, films, targets):  # (batch, n + 1), (batch, n + 1)
    read, following, asked = films[:, :-1], films[:, 1:], targets[:, 1:]
    vectors = model(read)[asked]  # (number of targets, width)
    return functional.cross_entropy(model.scores(vectors), following[asked] - 1)

# %% [markdown] lang="en"
# ### Two ways, one loss
#
# Now both ways can be compared on the same targets: the last 51 films, or fewer, of 30 users, so that each history fits into one window. For prefix expansion each row is the beginning of a history, and only its last film is asked for. We compare the loss, the gradient for all parameters, and the seconds. (`process_time` counts the seconds of computing, whatever else the machine does; `zero_grad` clears the gradients and `backward` computes them, as in chapter 07. Dropout is switched off by `eval`, or chance would make a difference.)

# %% [markdown] lang="zh"
# ### 两种办法，同一个损失
#
# 现在可以在同样的目标上比较两种办法了：取 30 位用户各自最后的 51 部电影（不足的全取），每段历史都放得进一个窗口。前缀展开的每一行是一段历史的开头，只预测其中最后一部。比较损失、所有参数的梯度和所用的秒数。（`process_time` 只计算所用的处理器时间，不受机器上其他任务的影响；`zero_grad` 清除梯度，`backward` 计算梯度，见第 07 章。随机失活用 `eval` 关掉，否则两边会有随机的差别。）

# %%
few = [films[-(LENGTH + 1) :] for films in sequences[:30]]
one_row = windows(few, LENGTH, context=1)
beginnings = [films[: t + 1] for films in few for t in range(1, len(films))]
by_prefix = windows(beginnings, LENGTH, context=1)
final = (by_prefix.items > 0).sum(axis=1, keepdims=True) - 1
only_last = np.arange(LENGTH + 1) == final  # (rows, L + 1)


def worked(items, targets):
    started = time.process_time()
    untrained.zero_grad()
    loss = next_film_loss(untrained, torch.from_numpy(items), torch.from_numpy(targets))
    loss.backward()
    gradient = torch.cat([part.grad.flatten() for part in untrained.parameters()])
    return loss.item(), gradient, time.process_time() - started


ways = {"every place": worked(*one_row), "prefix expansion": worked(by_prefix.items, only_last)}

# %% tags=["nbval-ignore-output"]
measured = {"every place": one_row.items, "prefix expansion": by_prefix.items}
rows = [
    (plots.name(way), int(one_row.targets.sum()), len(measured[way]) * LENGTH, loss, seconds)
    for way, (loss, _, seconds) in ways.items()
]
plots.table(pd.DataFrame(rows, columns=["way", "targets", "places", "loss", "CPU seconds"]))

# %%
(loss_a, gradient_a, _), (loss_b, gradient_b, _) = ways.values()
apart = ((gradient_a - gradient_b).norm() / gradient_a.norm()).item()
times = len(by_prefix.items) / len(one_row.items)
recbook.claim(
    abs(loss_a - loss_b) < 1e-4 and apart < 1e-3 and times > 20,
    en="On the same targets, prefix expansion and one row with a target at every place give SASRec the same loss and "
    "the same gradient (but for rounding), and prefix expansion works through {times:.0f} times as many places ({n} "
    "histories, length {length}).",
    zh="在同样的目标上，前缀展开与每个位置一个目标，给 SASRec 的损失和梯度都相同（只差舍入），而前缀展开要计算的位置数"
    "是后者的 {times:.0f} 倍（{n} 段历史，长度 {length}）。",
    times=times, n=len(few), length=LENGTH,
)

# %% [markdown] lang="en"
# The causal mask makes this possible: what place $t$ computes is what it would compute if the row ended there. Two differences remain in a whole training. In a history longer than $L$, a window's first targets see a shorter past. And a batch of 64 rows holds 64 targets in one way and up to $64 \cdot 50 = 3200$ in the other, so that with equal batches prefix expansion takes many more steps, each from fewer targets.

# %% [markdown] lang="zh"
# 这是因果掩码带来的：第 $t$ 个位置算出的，正是假如这一行到此为止会算出的。在完整的训练中还有两点不同：历史长于 $L$ 时，窗口最前面的几个目标，能用的历史较短；另外，64 行的一个批次，一种办法有 64 个目标，另一种最多有 $64 \cdot 50 = 3200$ 个，所以批次大小相同时，前缀展开的步数多得多，每一步的目标少得多。

# %% [markdown] lang="en"
# ## Training
#
# The loop is that of chapter 07, with four additions.
#
# - **Warm-up**: over the first tenth of the steps the learning rate rises from nearly 0 to its full value, and stays there. `LambdaLR` multiplies the optimiser's rate by what a function of the step number returns, each time `schedule.step()` is called.
# - **Averaging**: with a rate that stays high, the weights never settle; each batch pulls them its own way. So we keep the *mean* of the weights at the ends of the epochs in the second half of the training (Izmailov et al. 2018). PyTorch's `AveragedModel` does it: `update_parameters` takes the model's weights into the mean, and `mean.module` is a model with that mean. By pencil: a weight that stood at 1.2, 0.9 and 0.9 after the last three epochs is kept as 1.0. (Whether that helps is among the details below.)
# - **Clipping**: `clip_grad_norm_` shortens a gradient whose norm (length) exceeds 1.
# - **New windows in every epoch**: `cut` is called anew, and cuts the histories at other places.
#
# Adam's betas are 0.9 and 0.98 here, as is common for transformers; chapter 07 says what they are. A batch is made as narrow as its longest window allows.

# %% [markdown] lang="zh"
# ## 训练
#
# 循环与第 07 章相同，只多了四点。
#
# - **预热**（warm-up）：前十分之一的步数里，学习率从接近 0 升到最大值，之后保持不变。每次调用 `schedule.step()`，`LambdaLR` 就按步数算出一个倍数，乘到优化器的学习率上。
# - **权重平均**（weight averaging）：学习率一直这么大，权重就停不下来，每个批次都会把它们拉向别处。所以我们保留的是训练后一半中各轮次结束时权重的**平均**（Izmailov et al. 2018）。PyTorch 的 `AveragedModel` 就做这件事：`update_parameters` 把模型当前的权重计入平均，`mean.module` 是权重取这个平均的模型。笔算：一个权重在最后三个轮次结束时是 1.2、0.9、0.9，保留的就是 1.0。（有没有用，见后面的细节。）
# - **梯度裁剪**：梯度范数超过 1 时，`clip_grad_norm_` 把梯度按比例缩短。
# - **每个轮次换一批窗口**：重新调用 `cut`，在别的地方切开历史。
#
# Adam 的两个 beta 在这里取 0.9 和 0.98，这是 Transformer 的常用值，含义见第 07 章。每个批次的宽度以其中最长的窗口为准。

# %%
def batches(found, rng, size=64):
    order = rng.permutation(len(found.items))
    for start in range(0, len(order), size):
        items, targets = (part[order[start : start + size]] for part in found)
        n = int((items > 0).sum(axis=1).max())
        yield torch.from_numpy(items[:, :n]), torch.from_numpy(targets[:, :n])


def rate_at(step, total):
    return min(1.0, (step + 1) / max(1, round(0.1 * total)))

# %%
def train(model, loss_of, cut, epochs, after=lambda epoch, losses: None):
    rng, losses, mean = np.random.default_rng(0), [], AveragedModel(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003, betas=(0.9, 0.98))
    # en: The number of windows differs a little from epoch to epoch: one step more for safety.
    # zh: 各轮次的窗口数略有不同，所以每个轮次多留一步。
    total = epochs * (-(-len(cut(rng=rng).items) // 64) + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, partial(rate_at, total=total))
    for epoch in range(1, epochs + 1):
        model.train()
        for items, targets in batches(cut(rng=rng), rng):
            loss = loss_of(model, items, targets)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        if epoch > epochs / 2:
            mean.update_parameters(model)
        after(epoch, losses)
    model.load_state_dict(mean.module.state_dict())
    return losses

# %% [markdown] lang="en"
# Is this the model and the loop of the library, `recbook.models.sequences`? Let both begin with the same weights and the same state of PyTorch's random numbers (which dropout uses), train one epoch on the first 150 users, and compare the loss of every step. The library keeps the table in parts: `special` holds the rows for padding and mask, `identity` those of the films. `load_state_dict` fills a module with the numbers that another's `state_dict` holds; `partial` fixes some arguments of a function, so that `cut` needs only `rng`.

# %% [markdown] lang="zh"
# 这与库里的参考实现 `recbook.models.sequences` 是同样的模型和循环吗？让两者从同样的权重、同样的 PyTorch 随机数状态（随机失活要用）出发，在前 150 位用户上训练一个轮次，比较每一步的损失。库里的表分成几块存放：`special` 是填充和掩码的行，`identity` 是各部电影的行。`load_state_dict` 用另一个模块的 `state_dict` 里的数填充一个模块；`partial` 固定函数的一部分参数，这样 `cut` 只需要 `rng`。

# %%
from recbook.models import sequences as library

settings = library.SequenceSettings(text=False, epochs=1)
small_log = split.train.take(split.train.user < 150)
ours = SASRec(n_films)
torch.manual_seed(0)
start = library.HistoryEncoder(n_films, settings, causal=True)
with torch.no_grad():
    ours.items.weight.copy_(torch.cat([start.special[:1], start.identity, start.special[1:]]))
    ours.places.weight.copy_(start.places)
ours.layers.load_state_dict(start.layers.state_dict())
small_cut = partial(windows, sentences_in_time(small_log), LENGTH, 1)
our_losses = train(ours, next_film_loss, small_cut, epochs=1)
their_losses = library.SASRec(settings=settings, seed=0).fit(small_log).losses_
difference = np.abs(np.array(our_losses) - their_losses).max()
recbook.claim(
    len(our_losses) == len(their_losses) and difference < 1e-3,
    en="From the same start, the chapter's SASRec and the library's have the same loss at each of {n} steps (to "
    "better than {tolerance}).",
    zh="从同样的起点出发，本章的 SASRec 与库里的参考实现，在 {n} 步里每一步的损失都相同（相差不到 {tolerance}）。",
    takeaway=False, n=len(our_losses), tolerance=0.001,
)

# %% [markdown] lang="en"
# To recommend, the model reads the last $L$ films of a history, and the place of the last one gives the scores. The class below has the course's `score`, so that `evaluate` can use it. (`asks` is for BERT4Rec: what is put behind the history.) `np.pad` fills a row up on the right with 0; two arrays in square brackets, `[torch.arange(len(rows)), last]`, pick one place of each row; `eval` switches dropout off until `train` switches it on, and `inference_mode` records nothing for gradients (chapter 07).

# %% [markdown] lang="zh"
# 推荐时，模型的输入是历史的最后 $L$ 部电影，由最后一部所在的位置给出得分。下面的类有课程统一的 `score`，这样就能用 `evaluate` 评测。（`asks` 留给 BERT4Rec：附在历史末尾的编号，那里是掩码。）`np.pad` 用 0 从右边把一行补齐；方括号里放两个数组，`[torch.arange(len(rows)), last]`，就从每一行各取一个位置；`eval` 关掉随机失活，直到 `train` 再打开；`inference_mode` 不为求梯度做记录（第 07 章）。

# %%
def padded(rows):
    width = max(map(len, rows))
    return torch.tensor(np.array([np.pad(row, (0, width - len(row))) for row in rows]))


class Trained:
    def __init__(self, model, length=LENGTH, asks=()):
        self.model_, self.length, self.asks = model.eval(), length, np.array(asks, int)

    def score_rows(self, rows):
        last = torch.tensor([len(row) - 1 for row in rows])
        with torch.inference_mode():
            vectors = self.model_(padded(rows))[torch.arange(len(rows)), last]
            return self.model_.scores(vectors).numpy()

    def score(self, users, history):
        films = sentences_in_time(history)
        return self.score_rows([np.append(films[u][-self.length :] + 1, self.asks) for u in users])

# %% [markdown] lang="en"
# ### What if it leaks?
#
# First a warning. Take the mask away: now a place may read the film on its right, and that film is the answer. Two models, short windows of 10 places and one layer, two epochs each, equal in all but the mask. About 20 seconds.

# %% [markdown] lang="zh"
# ### 如果答案泄漏了？
#
# 先看一个反面例子。去掉掩码，一个位置就能看到右边的电影，而那正是答案。两个模型，窗口只有 10 个位置，一层，各训练两个轮次，除了掩码完全相同。大约 20 秒。

# %%
class BothWays(SASRec):
    def unseen(self, rows):
        return {"src_key_padding_mask": rows == 0}


short_cut, runs = partial(windows, sequences, 10, 1), {}
for name, kind in tqdm({"with the mask": SASRec, "without the mask": BothWays}.items(), leave=False):
    torch.manual_seed(0)
    model = kind(n_films, length=10, layers=1)
    found = train(model, next_film_loss, short_cut, epochs=2)
    runs[name] = found, evaluate(Trained(model, 10), split, on="valid")["ndcg@10"]

# %% tags=["nbval-ignore-output"]
figures.leak({name: np.array(found) for name, (found, _) in runs.items()})
ends = {name: np.mean(found[-20:]) for name, (found, _) in runs.items()}
rows = [(plots.name(name), ends[name], runs[name][1]) for name in runs]
plots.table(pd.DataFrame(rows, columns=["model", "training loss", "validation NDCG@10"]))

# %% tags=["nbval-ignore-output"]
recbook.claim(
    ends["without the mask"] < ends["with the mask"] - 1
    and runs["without the mask"][1] < runs["with the mask"][1] - 0.005,
    en="Without the causal mask the training loss of a small SASRec falls to {loss_without:.1f} instead of "
    "{loss_with:.1f}, because the answer is in its input; its validation NDCG@10 is {ndcg_without:.3f} instead of "
    "{ndcg_with:.3f}.",
    zh="没有因果掩码，小型 SASRec 的训练损失降到 {loss_without:.1f}，而不是 {loss_with:.1f}，因为答案就在输入里；它的"
    "验证集 NDCG@10 是 {ndcg_without:.3f}，而不是 {ndcg_with:.3f}。",
    loss_without=ends["without the mask"], loss_with=ends["with the mask"], ndcg_without=runs["without the mask"][1],
    ndcg_with=runs["with the mask"][1],
)

# %% [markdown] lang="en"
# `src_key_padding_mask` is the other kind of mask: True where a place is padding, which no place may read. The lesson is a general one: a training loss that is too good to be true usually means a leak. The model had learned to copy from its right; when it recommends, there is nothing on the right.
#
# ### A small training
#
# Now the real one, as far as a chapter allows: three epochs (in the stored runs below SASRec has 20, and BERT4Rec, which gets fewer targets from a row, 30). About 25 seconds.

# %% [markdown] lang="zh"
# `src_key_padding_mask` 是另一种掩码：填充的位置为 True，任何位置都不能看它。这个例子的道理是普遍的：训练损失好得不像真的，多半是有泄漏。这个模型学会了从右边抄答案；而推荐的时候，右边什么也没有。
#
# ### 一次小规模的训练
#
# 现在正式训练，以一章能容纳的规模：三个轮次（后面存好的结果，SASRec 是 20 个；BERT4Rec 每行的目标较少，是 30 个）。大约 25 秒。

# %%
EPOCHS = 3
full_cut, curve = partial(windows, sequences, LENGTH, 1), []
torch.manual_seed(0)
sasrec = SASRec(n_films)
bar = tqdm(total=EPOCHS, leave=False)


def look(epoch, losses):
    bar.update()
    steps = len(losses) // epoch
    valid = evaluate(Trained(sasrec), split, on="valid")["ndcg@10"]
    curve.append((epoch, np.mean(losses[-steps:]), valid))


sasrec_losses = train(sasrec, next_film_loss, full_cut, EPOCHS, after=look)
bar.close()

# %% tags=["nbval-ignore-output"]
def epoch_table(curve, averaged):
    rows = [(str(epoch), f"{loss:.3f}", valid) for epoch, loss, valid in curve]
    rows.append((plots.name("mean of the weights"), "", averaged["ndcg@10"]))
    return pd.DataFrame(rows, columns=["epoch", "mean loss", "validation NDCG@10"])


report = evaluate(Trained(sasrec), split, on="valid")
plots.table(epoch_table(curve, report), caption="SASRec")
simple = {
    "popularity": evaluate(popularity, split, on="valid"),
    "EASE, all films alike": ease_report(None, on="valid"),
    "EASE, last films": ease_report(8.0, on="valid"),
}
rows = [(plots.name(name), other["ndcg@10"]) for name, other in simple.items()]
plots.table(pd.DataFrame(rows, columns=["model", "validation NDCG@10"]))

# %% tags=["nbval-ignore-output"]
above = report.difference(simple["popularity"], "ndcg@10")
recbook.claim(
    above.low > 0.01 and curve[-1][1] < curve[0][1] - 0.5 and np.log(n_films) > curve[0][1],
    en="After {n} epochs SASRec is above popularity by {lead_low:.3f} to {lead_high:.3f} validation NDCG@10 (95% "
    "interval over users, one seed). Blind guessing among {films:,} films would have a loss of {blind_loss:.2f}; the "
    "last epoch's is {last_loss:.2f}.",
    zh="训练 {n} 个轮次之后，SASRec 的验证集 NDCG@10 比流行度高 {lead_low:.3f} 到 {lead_high:.3f}（对用户的 95% 区间，"
    "一个种子）。在 {films:,} 部电影里乱猜，损失是 {blind_loss:.2f}；最后一个轮次的损失是 {last_loss:.2f}。",
    takeaway=False, n=EPOCHS, lead_low=above.low, lead_high=above.high, films=n_films, blind_loss=np.log(n_films),
    last_loss=curve[-1][1],
)

# %% [markdown] lang="en"
# It is still behind EASE with the last films, whose half-life was chosen on these very films. And it is hardly better than the toy of two epochs with windows of 10. Remember that for the section on details.

# %% [markdown] lang="zh"
# 它还不如看重最近的 EASE（不过那个半衰期正是在这些电影上选的），也几乎不比前面窗口为 10、只训练两个轮次的小模型好。后面讲细节时还会回到这一点。

# %% [markdown] lang="en"
# ## BERT4Rec: hide, and ask for what is hidden
#
# BERT4Rec asks chapter 04's other question: not *what comes next?* but *what is missing here?* Each place reads all others, `BothWays`, so the answer must be taken out of the input: some films of a row are replaced by a **mask**, the last row of the item table, and only there is a target. When it recommends, a mask is put *behind* the history, and its place gives the scores.
#
# There is a gap in this. A mask in training mostly has films on both sides; the mask that recommends stands at the end and has none on its right. So a share of the rows, here 50%, is cut short at a random film, and only that film, now the last, is hidden: exactly what the model will be asked. (The paper has additional rows in which the last film of the history is hidden. Those have the same answer in every epoch; a random cut has a new one.) The other rows hide each film with a probability of 30%; a row in which chance hides none would teach nothing, so it is cut short too.

# %% [markdown] lang="zh"
# ## BERT4Rec：遮住，再问遮住的是什么
#
# BERT4Rec 问的是第 04 章的另一个问题：不是“接下来是什么？”，而是“这里缺了什么？”每个位置都能看到所有其他位置（`BothWays`），所以答案必须从输入里拿掉：一行中的一部分电影换成**掩码**（mask），也就是物品表的最后一行，只有这些位置有目标。推荐时，在历史的*后面*放一个掩码，由它所在的位置给出得分。
#
# 这里有一处不一致。训练中的掩码多半左右都有电影，而推荐用的掩码在末尾，右边什么也没有。所以有一部分行（这里是 50%）在随机一部电影处截断，只遮住这部电影，它现在是最后一部：这正是推荐时要问的。（论文的做法是另外加一些行，遮住历史的最后一部。那样的行每个轮次答案都相同；随机截断则每次都不同。）其余的行以 30% 的概率遮住每部电影；如果一部也没有抽到，这一行就学不到东西，所以也照样截断。

# %%
MASK = n_films + 1
HIDDEN, CUT_SHORT = 0.3, 0.5


def hidden_film_loss(model, films, targets):  # (batch, n), (batch, n)
    places = torch.arange(films.shape[1])
    end = (torch.rand(films.shape) * targets).argmax(dim=1, keepdim=True)  # a random target
    drawn = (torch.rand(films.shape) < HIDDEN) & targets
    ends = (torch.rand(len(films), 1) < CUT_SHORT) | ~drawn.any(dim=1, keepdim=True)
    films = films.masked_fill(ends & (places > end), 0)
    hidden = torch.where(ends, places == end, drawn)
    vectors = model(films.masked_fill(hidden, MASK))[hidden]
    counted.append((int(hidden.sum()), len(films)))
    return functional.cross_entropy(model.scores(vectors), films[hidden] - 1)

# %% [markdown] lang="en"
# (`torch.rand` draws numbers between 0 and 1; `~` is not, `|` or, `&` and; `torch.where` takes from its second argument where the first is True, else from its third; `masked_fill` writes a value where a bool tensor is True. `counted` notes how many targets a batch had in how many rows.)
#
# How many targets does a row give? SASRec gets one from every film but the first. For a row of BERT4Rec it depends on chance.
#
# **Exercise 5.** How many targets does a row of $n$ films give BERT4Rec on average? With $p$ the probability of hiding a film and $q$ the share of rows that are cut short. By pencil, for $n = 2$, $p = 1/2$ and $q = 0$: both films are hidden with probability $1/4$, one of them with $1/2$, none with $1/4$, and then the row is cut short and has one target. That makes $2/4 + 1/2 + 1/4 = 5/4$. ({points})

# %% [markdown] lang="zh"
# （`torch.rand` 抽 0 到 1 之间的随机数；`~` 是非，`|` 是或，`&` 是且；`torch.where` 在第一个参数为 True 处取第二个，否则取第三个；`masked_fill` 在 bool 张量为 True 处写入一个值。`counted` 记下每个批次多少行、有多少目标。）
#
# 一行能给出多少目标？SASRec 除第一部之外，每部电影一个。BERT4Rec 则要看随机抽取的结果。
#
# **练习 5** $n$ 部电影的一行，平均给 BERT4Rec 多少个目标？$p$ 是遮住一部电影的概率，$q$ 是被截断的行所占的比例。笔算 $n = 2$、$p = 1/2$、$q = 0$：两部都遮住的概率是 $1/4$，遮住其中一部的概率是 $1/2$，一部也没有的概率是 $1/4$，这时这一行被截断，有一个目标。合起来是 $2/4 + 1/2 + 1/4 = 5/4$。（{points}）

# %% exercise="sequences-hidden" points=2
def expected_targets(n, p, q):
    """en: The expected number of targets (one number) of a row of n >= 1 films: a share q of the rows
    en: is cut short and hides one film; the others hide each film with probability p, and where
    en: none was drawn, they are cut short too.
    zh: n >= 1 部电影的一行的目标数的期望（一个数）：比例为 q 的行被截断，只遮住一部；其余的行以
    zh: 概率 p 遮住每部电影，一部也没有抽到时，也被截断。"""
    ### BEGIN SOLUTION
    drawn = n * p + (1 - p) ** n
    return q + (1 - q) * drawn
    ### END SOLUTION

# %% check="sequences-hidden"
recbook.check("sequences-hidden", expected_targets)

# %% [markdown] lang="en"
# Train it for the same three epochs, about 20 seconds. It reads 50 films and the mask, so it has 51 places, and every film of a window may be hidden: `context=0`.

# %% [markdown] lang="zh"
# 同样训练三个轮次，大约 20 秒。它的输入是 50 部电影加一个掩码，所以有 51 个位置；窗口里每部电影都可以遮住：`context=0`。

# %%
counted, bert_curve = [], []
torch.manual_seed(0)
bert4rec = BothWays(n_films, length=LENGTH + 1)
bar = tqdm(total=EPOCHS, leave=False)


def look_again(epoch, losses):
    bar.update()
    steps = len(losses) // epoch
    valid = evaluate(Trained(bert4rec, LENGTH, [MASK]), split, on="valid")["ndcg@10"]
    bert_curve.append((epoch, np.mean(losses[-steps:]), valid))


train(bert4rec, hidden_film_loss, partial(windows, sequences, LENGTH, 0), EPOCHS, after=look_again)
bar.close()

# %% tags=["nbval-ignore-output"]
bert_report = evaluate(Trained(bert4rec, LENGTH, [MASK]), split, on="valid")
plots.table(epoch_table(bert_curve, bert_report), caption="BERT4Rec")
n_hidden, n_rows = np.sum(counted, axis=0)
recbook.claim(
    n_targets / n_windows > 2.5 * n_hidden / n_rows and report["ndcg@10"] > bert_report["ndcg@10"] + 0.01,
    en="A window gives SASRec {sasrec_targets:.0f} targets on average and BERT4Rec {bert4rec_targets:.0f}. After {n} "
    "epochs each, SASRec's validation NDCG@10 is {sasrec_ndcg:.3f} and BERT4Rec's {bert4rec_ndcg:.3f} (mean weights, "
    "one seed each).",
    zh="一个窗口平均给 SASRec {sasrec_targets:.0f} 个目标，给 BERT4Rec {bert4rec_targets:.0f} 个。各训练 {n} 个轮次之"
    "后，SASRec 的验证集 NDCG@10 是 {sasrec_ndcg:.3f}，BERT4Rec 的是 {bert4rec_ndcg:.3f}（平均之后的权重，各一个种子）。",
    takeaway=False, sasrec_targets=n_targets / n_windows, bert4rec_targets=n_hidden / n_rows, n=EPOCHS,
    sasrec_ndcg=report["ndcg@10"], bert4rec_ndcg=bert_report["ndcg@10"],
)

# %% [markdown] lang="en"
# With fewer targets an epoch may teach less, so equal epochs need not be equal training. They are not the only difference either: the question is another one. Published comparisons disagree about which of the two is better, and much of the disagreement goes back to the loss and to the length of training (Klenitskiy and Vasilev 2023; Petrov and Macdonald 2022). The next section tries some such choices, mostly on SASRec.

# %% [markdown] lang="zh"
# 目标少，一个轮次学到的可能就少，所以轮次相同未必等于训练量相同。两者的区别也不止于此：问的问题就不一样。已发表的比较对两者孰优并无一致的结论，分歧很大程度上来自损失函数和训练的长短（Klenitskiy and Vasilev 2023；Petrov and Macdonald 2022）。下一节检验其中一些选择，主要在 SASRec 上。

# %% [markdown] lang="en"
# ## Details that decide
#
# A paper that proposes a model compares it with others, and each comparison hides dozens of choices. Here are some of them, one change at a time, from the same base: no text, 8 epochs, everything else as above. Each variant was trained with three seeds. This takes hours, so the numbers are stored (`recbook experiment sequences` measures them again). All are validation NDCG@10, since choosing is what they are for.
#
# One change needs explaining. The original SASRec does not score all films. It takes each target against one random film, the **negative**, and asks of each of the two: does it come next, yes or no? The loss is the binary cross-entropy of chapter 07, with the sigmoid $\sigma(s) = 1 / (1 + e^{-s})$, $s_+$ the score of the target and $s_-$ that of the negative: $-\log \sigma(s_+) - \log (1 - \sigma(s_-))$. What does a model learn that minimises it? Let film $j$ come next with the probability $p_j$, and be drawn as a negative with the probability $1/m$. Its score $s$ then costs, on average, $-p_j \log \sigma(s) - \frac1m \log (1 - \sigma(s))$, and the derivative with respect to $s$, $-p_j (1 - \sigma(s)) + \frac1m \sigma(s)$, is 0 at
#
# $$\sigma(s) = \frac{p_j}{p_j + 1/m}$$
#
# By pencil: with $m = 1682$ films, a film that comes next in 1 of 100 cases gets $0.01 / (0.01 + 0.0006) = 0.94$. The model says 94% where 1% is right. Petrov and Macdonald (2023) call this **overconfidence**. Note that the ranking at this optimum would still be the right one, since $\sigma$ grows with $p_j$. But all films with a fair chance then lie close to 1, where the sigmoid is flat, and each target pushes down a single other film out of 1,682; full cross-entropy pushes down all of them. (With 100 negatives, whose losses are averaged here, the optimum is the same, and only chance plays a smaller part.)

# %% [markdown] lang="zh"
# ## 起决定作用的细节
#
# 提出模型的论文总要与别的模型比较，而每次比较背后都有几十个选择。下面检验其中一些，每次只改一处，基准设置相同：不用文本，8 个轮次，其余与上面一致。每种变化用三个种子训练。这要花几个小时，所以用存好的结果（`recbook experiment sequences` 可以重新测量）。指标都是验证集 NDCG@10，因为目的是选择。
#
# 其中一处要先解释。最初的 SASRec 并不给所有电影打分，而是拿每个目标与一部随机抽取的电影（**负样本**，negative）相比，对两者分别问：接下来是它吗，是或否？损失是第 07 章的二元交叉熵，sigmoid 为 $\sigma(s) = 1 / (1 + e^{-s})$，目标与负样本的得分记作 $s_+$ 和 $s_-$：$-\log \sigma(s_+) - \log (1 - \sigma(s_-))$。把它降到最低的模型学到的是什么？设电影 $j$ 接下来出现的概率是 $p_j$，被抽为负样本的概率是 $1/m$。那么它的得分 $s$ 平均带来的损失是 $-p_j \log \sigma(s) - \frac1m \log (1 - \sigma(s))$，对 $s$ 的导数 $-p_j (1 - \sigma(s)) + \frac1m \sigma(s)$ 为 0 时
#
# $$\sigma(s) = \frac{p_j}{p_j + 1/m}$$
#
# 笔算：$m = 1682$ 部电影，如果一部电影每 100 次有 1 次接下来出现，就得到 $0.01 / (0.01 + 0.0006) = 0.94$：真实概率是 1%，模型给出 94%。Petrov and Macdonald（2023）称之为**过度自信**（overconfidence）。注意，在这个最优点上排序仍然是对的，因为 $\sigma$ 随 $p_j$ 增大。但凡是机会不太小的电影，得到的值都很接近 1，那里 sigmoid 是平的；而且每个目标只压低 1,682 部中的另外一部，完整的交叉熵则把其余的全部压低。（用 100 个负样本时，这里对它们的损失取平均，最优点不变，只是随机性的影响变小。）

# %%
stored = recbook.stored("sequences")
details = stored["results"]["details"]
base = details["SASRec"].pop("as it is")[""]
# en: The share of rows that the base cuts short.
# zh: 基准设置里，被截断的行所占的比例。
usual_share = f"{stored['settings']['details']['last']:.0%}"
bert_base = details["BERT4Rec"]["rows cut short"].pop(usual_share)
figures.changes(details["SASRec"], base, "SASRec")
figures.changes(details["BERT4Rec"], bert_base, "BERT4Rec")

# %% [markdown] lang="en"
# The base has length 50, dropout 0.1, 2 layers, a tied output, cross-entropy over all films, a constant rate of 0.003 after the warm-up, and weights averaged over the second half of the epochs; for BERT4Rec, 30% of the films hidden, and 50% of the rows cut short. A dot is a seed, minus the mean of the base's seeds. The grey band is the range of the base's own three seeds: what chance alone does. Three seeds are few: a change whose dots overlap the band has not been shown to matter, and has not been shown to be without effect either. The band covers seeds, not other users. And if nothing mattered at all, three seeds would still all lie above or all below three others in 2 of 20 cases, so about one row of eleven may stand out by chance. (The last row changes two things: no averaging, and a rate that falls to 0, which is the usual recipe. The base's settings were chosen by hand, on the validation films too: about thirty were tried, most with one seed.)

# %% [markdown] lang="zh"
# 基准设置是：长度 50，失活率 0.1，2 层，共享输出，对所有电影做交叉熵，预热之后学习率恒为 0.003，权重对后一半轮次取平均；BERT4Rec 则遮住 30% 的电影，截断 50% 的行。每个点是一个种子，减去基准各种子的平均。灰色带是基准自己三个种子的范围，也就是仅凭随机会有的波动。三个种子很少：如果某种变化的点与灰色带重叠，既没有证明它有作用，也没有证明它没有作用。灰色带只反映种子，不反映换一批用户。而且，即使什么都不起作用，三个种子全部高于或全部低于另外三个的机会也有 20 分之 2，所以十一行里大约有一行会纯属偶然地突出。（最后一行改了两处：不取平均，学习率降到 0，这是通常的做法。基准设置也是在验证集上手工选定的，一共试过大约三十组，多数只用一个种子。）

# %%
def outside(values, base):
    """en: 1 if all seeds lie above those of the base, -1 if all lie below, else 0.
    zh: 所有种子都高于基准的各种子为 1，都低于为 -1，否则为 0。"""
    return int(min(values) > max(base)) - int(max(values) < min(base))


LIE = ("overlapping", "all above", "all below")
rows = [
    (*map(plots.name, (what, value)), np.mean(values) - np.mean(base), plots.name(LIE[outside(values, base)]))
    for what, of in details["SASRec"].items() for value, values in of.items()
]
columns = ["change", "to", "mean difference", "its seeds, to the base's"]
plots.table(pd.DataFrame(rows, columns=columns).sort_values("mean difference"), caption="SASRec")

# %%
sampled = details["SASRec"]["loss"]["one negative"]
usual = details["SASRec"]["averaging"]["none, falling rate"]
recbook.claim(
    outside(sampled, base) == -1,
    en="With one random negative in place of all films, and nothing else changed, SASRec's validation NDCG@10 is "
    "{sampled_ndcg:.3f} instead of {full_ndcg:.3f} (means of three seeds; every seed is below every seed of full "
    "cross-entropy).",
    zh="只把对所有电影的交叉熵换成一个随机负样本，SASRec 的验证集 NDCG@10 是 {sampled_ndcg:.3f}，而不是 "
    "{full_ndcg:.3f}（三个种子的平均；每个种子都低于完整交叉熵的每个种子）。",
    sampled_ndcg=np.mean(sampled), full_ndcg=np.mean(base),
)
recbook.claim(
    outside(usual, base) == -1,
    en="With a rate that falls to 0 after the warm-up, and no averaging, it is {falling_rate_ndcg:.3f}; every seed is "
    "below.",
    zh="预热之后学习率降到 0、不对权重取平均，则是 {falling_rate_ndcg:.3f}；每个种子都更低。",
    takeaway=False, falling_rate_ndcg=np.mean(usual),
)

# %% [markdown] lang="en"
# ### A trap: the length
#
# Windows of 10 films look like an easy gain. Two questions before one believes it. First, is it the length? With short windows there are more rows, and so more steps in an epoch. The control has nearly as many steps: batches of 16 rows of 50 places. Second, does it last? The stored runs include both lengths after all 20 epochs.

# %% [markdown] lang="zh"
# ### 一个陷阱：长度
#
# 只有 10 部电影的窗口，看起来轻轻松松就有提高。相信之前先问两个问题。第一，是长度的作用吗？窗口短，行数就多，一个轮次的步数也就多。对照的步数与它几乎相同：每批 16 行，每行 50 个位置。第二，这个优势能保持吗？存好的结果里，两种长度都有训练满 20 个轮次的。

# %%
short, control = details["SASRec"]["length"]["10"], details["SASRec"]["rows in a batch"]["16"]
full = stored["results"]["test"]["SASRec"]["valid"]
short_full = details["SASRec, all epochs"]["length"]["10"]
few_epochs, all_epochs = (stored["settings"][key]["epochs"] for key in ("details", "sequences"))
rows = [
    (few_epochs, LENGTH, 64, base), (few_epochs, LENGTH, 16, control), (few_epochs, 10, 64, short),
    (all_epochs, LENGTH, 64, full), (all_epochs, 10, 64, short_full),
]
rows = [(epochs, length, size, np.mean(of), f"{min(of):.4f}–{max(of):.4f}") for epochs, length, size, of in rows]
columns = ["epochs", "length", "rows in a batch", "validation NDCG@10", "seeds, lowest and highest"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
recbook.claim(
    outside(short, base) == 1 and outside(short, control) == 1 and outside(short_full, full) == 0,
    en="After {few_epochs} epochs a SASRec with windows of {short_length} films is better than one with {length} "
    "({short_ndcg:.3f} against {long_ndcg:.3f} validation NDCG@10, every seed above), and also better than one with "
    "{length} and as many steps ({more_steps_ndcg:.3f}, every seed above); after {all_epochs} epochs no advantage is "
    "shown any more ({short_ndcg_late:.3f} against {long_ndcg_late:.3f}, the seeds overlap).",
    zh="训练 {few_epochs} 个轮次之后，窗口为 {short_length} 部电影的 SASRec 好于 {length} 部的（验证集 NDCG@10 "
    "{short_ndcg:.3f} 对 {long_ndcg:.3f}，每个种子都更高），也好于步数同样多的 {length} 部的（{more_steps_ndcg:.3f}，"
    "每个种子都更高）；训练 {all_epochs} 个轮次之后，看不出优势（{short_ndcg_late:.3f} 对 {long_ndcg_late:.3f}，各种子"
    "有重叠）。",
    few_epochs=few_epochs, short_length=10, length=LENGTH, short_ndcg=np.mean(short), long_ndcg=np.mean(base),
    more_steps_ndcg=np.mean(control), all_epochs=all_epochs, short_ndcg_late=np.mean(short_full),
    long_ndcg_late=np.mean(full),
)

# %% [markdown] lang="en"
# So a detail that decides a short training need not decide a long one. A table of details holds for the training that it was made with. (Length 100 deserves the same two questions: it has fewer steps.)
#
# ### A reason is not a result
#
# We cut rows of BERT4Rec short because its usual training never asks what it is asked when it recommends. That sounds convincing. Does it show?

# %% [markdown] lang="zh"
# 可见，决定短训练结果的细节，未必决定长训练的结果。比较细节的表格，只说明那种训练规模下的情形。（长度 100 也该问同样的两个问题：它的步数更少。）
#
# ### 有道理，不等于有效果
#
# 我们截断 BERT4Rec 的行，理由是它通常的训练从来不问推荐时要问的问题。听起来很有说服力。结果里看得出来吗？

# %%
cuts = details["BERT4Rec"]["rows cut short"]
middle = [np.mean(values) for values in cuts.values()]
recbook.claim(
    all(outside(values, bert_base) == 0 for values in cuts.values()) and middle[0] > max(np.mean(bert_base), middle[-1]),
    en="At no share of rows cut short do all seeds of BERT4Rec leave the range of the base's; and the means point the "
    "other way: {uncut_ndcg:.3f} with 0%, {half_cut_ndcg:.3f} with 50%, {most_cut_ndcg:.3f} with 80%.",
    zh="无论截断多大比例的行，BERT4Rec 的各种子都没有全部离开基准的范围；而且平均值的方向相反：0% 是 "
    "{uncut_ndcg:.3f}，50% 是 {half_cut_ndcg:.3f}，80% 是 {most_cut_ndcg:.3f}。",
    takeaway=False, uncut_ndcg=middle[0], half_cut_ndcg=np.mean(bert_base), most_cut_ndcg=middle[-1],
)

# %% [markdown] lang="en"
# It does not, at least after eight epochs. The gap is real, but closing it has not been shown to help; a row cut short also has only one target. A good reason is where an experiment begins.
#
# One more caution: each variant keeps the base's other settings, which were chosen for the base. A variant with settings of its own may do better than shown. The figure says what a change does *here*, not what the best version of each idea can do.

# %% [markdown] lang="zh"
# 至少在八个轮次里看不出来。不一致确实存在，但没有证据表明消除它有好处；截断的行也只有一个目标。有道理，只是实验的开始。
#
# 还要提醒一点：每种变化都沿用了基准的其他设置，而那些设置是为基准选的。如果为某种变化另选设置，结果可能比图中好。图里说的是在*这里*改动一处会怎样，而不是每种想法做到最好会怎样。

# %% [markdown] lang="en"
# ## Do titles help?
#
# So far a film is a number, and its vector begins at random: an **ID embedding**. Chapter 05 asked what a pretrained text model can add. Here the title vector $f_j \in \mathbb{R}^{384}$ of MiniLM (chapter 00), with the mean of all titles taken off and scaled to length 1, goes through a learned projection $W \in \mathbb{R}^{384 \times d}$, and the row of film $j$ in the item table becomes
#
# $$E_j = \underbrace{I_j}_{\text{identity}} + \underbrace{f_j W}_{\text{text}}$$
#
# with $I_j \in \mathbb{R}^d$ the film's own free vector. How should $W$ begin? 384 numbers have to become 64 and keep as much as possible of what tells titles apart. The **principal directions** do that: the directions in which the vectors vary most, found by the singular value decomposition, `np.linalg.svd` (the same idea as in chapter 05). For the points $(1, 1)$, $(-1, -1)$, $(2, 2)$, $(-2, -2)$ one direction, $(1, 1) / \sqrt 2$, keeps everything. The identities begin at 0, so that the model starts from the text alone and learns for each film how it differs from what its title says.

# %% [markdown] lang="zh"
# ## 片名有帮助吗？
#
# 到目前为止，一部电影只是一个编号，它的向量从随机数开始：这是 **ID 嵌入**（ID embedding）。第 05 章问过，预训练的文本模型能增添什么。这里取 MiniLM（第 00 章）给出的片名向量 $f_j \in \mathbb{R}^{384}$，减去所有片名的平均，再缩放到长度 1，经过一个可学习的投影 $W \in \mathbb{R}^{384 \times d}$；电影 $j$ 在物品表里的行就是
#
# $$E_j = \underbrace{I_j}_{\text{identity}} + \underbrace{f_j W}_{\text{text}}$$
#
# 其中 $I_j \in \mathbb{R}^d$ 是这部电影自己的自由向量（identity 一项），后一项来自文本（text）。$W$ 从什么开始？384 个数要变成 64 个，并尽量保留能区分片名的信息。**主方向**（principal directions）正好可以：它们是向量变化最大的方向，由奇异值分解 `np.linalg.svd` 求得（与第 05 章的想法相同）。对 $(1, 1)$、$(-1, -1)$、$(2, 2)$、$(-2, -2)$ 这四个点，一个方向 $(1, 1) / \sqrt 2$ 就保留了全部信息。自由向量从 0 开始，于是模型从文本出发，再为每部电影学习它与片名所说的有何不同。

# %%
from recbook.models.towers import centred
from recbook.text import TextEncoder

text = centred(TextEncoder("all-MiniLM-L6-v2").encode(list(titles)))  # (films, 384)
random_text = centred(np.random.default_rng(0).normal(size=text.shape).astype(np.float32))
kept = {}
for name, features in (("titles", text), ("random codes", random_text)):
    _, sizes, directions = np.linalg.svd(features, full_matrices=False)
    kept[name] = (sizes[:64] ** 2).sum() / (sizes**2).sum()
recbook.claim(
    kept["titles"] > 1.5 * kept["random codes"],
    en="64 of 384 principal directions keep {titles_share:.0%} of the variance of the title vectors, and "
    "{random_share:.0%} of that of random vectors of the same shape.",
    zh="384 个主方向中的前 64 个，保留了片名向量方差的 {titles_share:.0%}；对形状相同的随机向量，则是 "
    "{random_share:.0%}。",
    takeaway=False, titles_share=kept["titles"], random_share=kept["random codes"],
)

# %% [markdown] lang="en"
# Four models are compared, with the base's settings but all 20 epochs, three seeds each:
#
# | model | item vector |
# |---|---|
# | identities | $I_j$, from random numbers |
# | text | $f_j W$ only |
# | identities + text | $I_j + f_j W$ |
# | identities + random vectors (the control) | $I_j + g_j W$, with a random vector $g_j$ in place of each title vector |
#
# The control matters. A model with text has more numbers to learn and starts elsewhere, and both could change its result without any help from what the titles *mean*. The control has the same numbers and the same shapes, but its vectors mean nothing. Only what identities + text have over the control can be credited to the titles.
#
# Each user's NDCG@10 is averaged over the three seeds. The intervals are for paired differences, user by user; they say how much other users could change the result, not other seeds. We look at all test films, and at the users whose hidden film is **rare**: rated fewer than 20 times in training.

# %% [markdown] lang="zh"
# 比较四个模型，沿用基准设置，但训练满 20 个轮次，各三个种子：
#
# | 模型 | 物品向量 |
# |---|---|
# | ID 嵌入 | $I_j$，从随机数开始 |
# | 文本 | 只有 $f_j W$ |
# | ID 嵌入＋文本 | $I_j + f_j W$ |
# | ID 嵌入＋随机向量（对照） | $I_j + g_j W$，每个片名向量换成随机向量 $g_j$ |
#
# 对照很重要。带文本的模型可学习的参数更多，起点也不同，这两点都可能改变结果，而与片名的*含义*无关。对照的参数数量和形状都相同，只是向量没有含义。只有 ID 嵌入＋文本胜过对照的部分，才能归功于片名。
#
# 每位用户的 NDCG@10 先对三个种子取平均。区间是逐用户配对差的区间，反映的是换一批用户结果会变多少，不包括换种子带来的变化。我们看全部测试电影，也看留出的电影较**冷门**（训练集里的评分少于 20 条）的那些用户。

# %%
test = stored["results"]["test"]
per_user = {name: np.array(found["per_user"]) for name, found in test.items()}
hidden_film = split.test.item[np.argsort(split.test.user)]  # (users,)
counts = split.train.item_counts()
rare = counts[hidden_film] < 20
pairs = [("SASRec, both", "SASRec"), ("SASRec, text", "SASRec"), ("SASRec, random codes", "SASRec")]
pairs.append(("SASRec, both", "SASRec, random codes"))
gains = {
    (pair, group): (float(d[chosen].mean()), *bootstrap(d[chosen]))
    for pair in pairs
    for d in [per_user[pair[0]] - per_user[pair[1]]]
    for group, chosen in (("all test films", np.ones(len(rare), bool)), ("rare test films", rare))
}
figures.gains(gains)

# %%
seeds = {
    name: "–".join(f"{end:.4f}" for end in sorted({min(found["test"]), max(found["test"])}))
    for name, found in test.items()
}
rows = [
    (plots.name(name), np.mean(test[name]["valid"]), per_user[name].mean(), seeds[name], per_user[name][rare].mean())
    for name in ("SASRec", "SASRec, text", "SASRec, both", "SASRec, random codes")
]
columns = ["model", "validation NDCG@10", "test NDCG@10", "seeds, lowest and highest", "rare test films"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
whole, by_codes, against_random = (gains[pairs[k], "all test films"] for k in (0, 2, 3))
scarce = gains[pairs[0], "rare test films"]
recbook.claim(
    whole[1] < 0 < whole[2] and by_codes[1] > 0 and against_random[1] < 0 < against_random[2],
    en="On the test films no gain from what titles mean is shown: added to SASRec's identities, titles change NDCG@10 "
    "by {titles:+.4f} (95% interval {titles_low:+.4f} to {titles_high:+.4f}), random vectors by {random:+.4f} "
    "({random_low:+.4f} to {random_high:+.4f}), and titles less random vectors make {difference:+.4f} "
    "({difference_low:+.4f} to {difference_high:+.4f}).",
    zh="在测试电影上，没有显示出片名含义的好处：给 SASRec 的 ID 嵌入加上片名，NDCG@10 变化 {titles:+.4f}（95% 区间 "
    "{titles_low:+.4f} 到 {titles_high:+.4f}）；加上随机向量，变化 {random:+.4f}（{random_low:+.4f} 到 "
    "{random_high:+.4f}）；片名减随机向量是 {difference:+.4f}（{difference_low:+.4f} 到 {difference_high:+.4f}）。",
    titles=whole[0], titles_low=whole[1], titles_high=whole[2], random=by_codes[0], random_low=by_codes[1],
    random_high=by_codes[2], difference=against_random[0], difference_low=against_random[1],
    difference_high=against_random[2],
)
recbook.claim(
    scarce[1] < 0 < scarce[2],
    en="For the {n} users whose hidden film is rare titles change it by {change:+.4f} ({change_low:+.4f} to "
    "{change_high:+.4f}), which includes 0: so few users cannot settle it.",
    zh="对留出的电影较冷门的 {n} 位用户，加上片名变化 {change:+.4f}（{change_low:+.4f} 到 {change_high:+.4f}），区间包"
    "含 0：用户太少，无法定论。",
    takeaway=False, n=int(rare.sum()), change=scarce[0], change_low=scarce[1], change_high=scarce[2],
)

# %% [markdown] lang="en"
# Without the control one might have thanked the titles for the difference. But vectors that mean nothing do as well, so the gain needs no meaning. It may come from $W$, which every target moves and all films share, or from the other start; these runs cannot tell the two apart. (Between titles and random vectors the validation films and the test films disagree, as the table shows: it is undecided.)
#
# Where titles do count, chapters 01, 05 and 07 have shown: for films without any ratings, which identities cannot rank at all and titles can. A film with ratings is already described by who rated it. To test whether that is the reason, one would have to take ratings away, film by film; chapter 10 does.

# %% [markdown] lang="zh"
# 没有对照，我们很可能把这点差别归功于片名。可是毫无含义的向量也能做到，可见这种提高不需要含义。它也许来自所有电影共用、每个目标都会改动的 $W$，也许来自不同的起点，这个实验分不开。（片名与随机向量哪个更好，表中验证集与测试集的结论相反：还没有定论。）
#
# 片名的用处，第 01、05、07 章已经看到：在没有任何评分的电影上，ID 嵌入排不了它们，片名可以。而有评分的电影，谁评过它，已经说明了很多。要检验原因是不是这个，得逐部拿掉评分，第 10 章会这样做。

# %% [markdown] lang="en"
# ## Looking inside
#
# ### How far back does it look?
#
# Back to the small SASRec that we trained. At the place that recommends, how is the attention spread over the past? We take the weights of both layers (mean of the two heads) at the last of 50 places, and average over the users with more than 50 films, by **distance**: 0 is the last film itself, 1 the one before. For comparison the same model with random weights, and the rule from the beginning of the chapter, $2^{-k/8}$. `layer.self_attn` is the attention inside PyTorch's layer; called alone, it returns the weights too, `(batch, n, n)`.

# %% [markdown] lang="zh"
# ## 往里面看
#
# ### 往回看多远？
#
# 回到我们自己训练的小型 SASRec。在给出推荐的那个位置上，注意力在历史中的电影上怎样分布？取两层在 50 个位置中最后一个上的权重（两个头的平均），对历史超过 50 部电影的用户取平均，按**距离**排列：0 是最后一部自己，1 是它前面的一部。作为对照，再看同一模型随机初始化时的权重，以及本章开头的规则 $2^{-k/8}$。`layer.self_attn` 是 PyTorch 层里的注意力；单独调用时也返回权重，形状是 `(batch, n, n)`。

# %%
def attention_of(model, rows):  # (layers, batch, n, n)
    x, found = model.items(rows) + model.places.weight[: rows.shape[1]], []
    mask = model.unseen(rows)["mask"]
    for layer in model.layers.layers:
        normed = layer.norm1(x)
        found.append(layer.self_attn(normed, normed, normed, attn_mask=mask)[1])
        x = layer(x, src_mask=mask, is_causal=True)
    return torch.stack(found)


histories = sentences_in_time(split.history())
long = [user for user, films in enumerate(histories) if len(films) > LENGTH]
last_rows = torch.tensor(np.array([histories[user][-LENGTH:] + 1 for user in long]))
by_distance = {"the rule": 2.0 ** (-np.arange(LENGTH) / 8)}
by_distance["the rule"] /= by_distance["the rule"].sum()
with torch.inference_mode():
    for name, model in (("random weights", untrained), ("trained", sasrec)):
        weights = attention_of(model, last_rows)[:, :, -1].mean(dim=1).flip(1).numpy()  # (layers, L)
        by_distance |= {f"{name}, layer {k}": row for k, row in enumerate(weights, 1)}
del by_distance["random weights, layer 2"]  # much like layer 1

# %% [markdown] lang="en"
# Chapter 04 warned that much attention need not mean much influence. So measure the influence too: take the film at distance $k$ out of the history, let the films before it move up, and count how many of the ten recommended films are then others. (A film of the history is recommended in neither case.) For 200 users and seven distances.

# %% [markdown] lang="zh"
# 第 04 章提醒过：注意力大，影响未必大。所以也要测影响：把距离为 $k$ 的那部电影从历史中拿掉，更早的电影依次补上，数一数推荐的十部电影里有几部换了。（两种情形下都不推荐历史里的电影。）取 200 位用户、七个距离。

# %%
from recbook.evaluation.metrics import top_k

met = split.history().matrix()
serving = Trained(sasrec)


def lists_of(model, rows, users):
    return top_k(model.score_rows(rows), 10, exclude=met[users])


def new_films(before, after):  # films of the second lists that the first lack, for each user
    return np.array([len(set(b) - set(a)) for a, b in zip(before, after)])


some = np.array(long[:200])
full = lists_of(serving, [histories[user][-LENGTH:] + 1 for user in some], some)
influence = {}
for k in (0, 1, 2, 4, 8, 16, 32):
    shorter = [np.delete(histories[user], -1 - k)[-LENGTH:] + 1 for user in some]
    influence[k] = new_films(full, lists_of(serving, shorter, some))

# %% tags=["nbval-ignore-output"]
figures.by_distance(by_distance, influence)

# %% tags=["nbval-ignore-output"]
first, far = bootstrap(influence[0]), bootstrap(influence[32])
nearest = {name: weights[:8].sum() for name, weights in by_distance.items()}
recbook.claim(
    first.low > max(far.high, bootstrap(influence[1]).high)
    and nearest["trained, layer 1"] - 0.05
    > max(nearest["trained, layer 2"], nearest["random weights, layer 1"]),
    en="Without its last film a history of this small SASRec gets {last_low:.1f} to {last_high:.1f} other films among "
    "ten; without the film 32 places earlier, {far_low:.1f} to {far_high:.1f}. The last 8 of 50 films get "
    "{first_layer:.0%} and {second_layer:.0%} of the attention in its two layers, with random weights "
    "{random_weights:.0%}.",
    zh="去掉最后一部电影，这个小型 SASRec 推荐的十部里换掉 {last_low:.1f} 到 {last_high:.1f} 部；去掉再往前 32 个位置"
    "的那部，换掉 {far_low:.1f} 到 {far_high:.1f} 部。50 部电影中的最后 8 部，在两层里得到 {first_layer:.0%} 和 "
    "{second_layer:.0%} 的注意力，随机初始化时是 {random_weights:.0%}。",
    takeaway=False, last_low=first.low, last_high=first.high, far_low=far.low, far_high=far.high,
    first_layer=nearest["trained, layer 1"], second_layer=nearest["trained, layer 2"],
    random_weights=nearest["random weights, layer 1"],
)

# %% [markdown] lang="en"
# In the right-hand figure the last film stands apart: taking out the film just before it changes the list far less. (The place of the last film is also the one that is asked, and its own vector reaches the output past the attention; so this influence is not of attention alone.) And the two layers differ: the first attends to the recent films, the second attends to all about evenly, much as with random weights. Which of the two curves would one have called "how much a film matters"? Only taking films out answers that.
#
# ### One more film
#
# What happens to a list when a user rates one more film? We make everybody's list before and after the validation film, and show the first user for whom half of the list changes. The last of the films rated is the new one.

# %% [markdown] lang="zh"
# 右图里，最后一部与众不同：拿掉它前面的一部，列表变得少得多。（给出推荐的正是最后一部所在的位置，它自己的向量会绕过注意力到达输出，所以这种影响不全来自注意力。）两层也不一样：第一层偏重最近的电影，第二层几乎平均，与随机初始化时相差不大。该把哪条曲线叫作“一部电影有多重要”？只有把电影拿掉才能回答。
#
# ### 多一部电影
#
# 一位用户再评一部电影，列表会怎样变？给每位用户做出评验证集那部电影之前和之后的列表，展示第一位列表换掉一半的用户。“最近评过”一表中，最下面一部就是新评的。

# %% tags=["nbval-ignore-output"]
everyone = np.arange(ratings.n_users)
after = [films[-LENGTH:] + 1 for films in histories]
before = [films[-LENGTH:] + 1 for films in sequences]
lists = {"before": lists_of(serving, before, everyone), "after": lists_of(serving, after, everyone)}
exchanged = new_films(lists["before"], lists["after"])
half = int(np.flatnonzero(exchanged == 5)[0])
was = {film: str(rank) for rank, film in enumerate(lists["before"][half], 1)}
rows = [(str(k), titles[film], was.get(film, "–")) for k, film in enumerate(lists["after"][half], 1)]
plots.table(pd.DataFrame({"rated last": titles[histories[half][-4:]]}))
plots.table(pd.DataFrame(rows, columns=["rank", "title", "rank before"]))

# %% tags=["nbval-ignore-output"]
moved_on = {"SASRec": exchanged.mean()}
for name, half_life in (("EASE, all films alike", None), ("EASE, last films", 8.0)):
    both = [
        top_k(recency(part, half_life) @ ease.weights_, 10, exclude=met)
        for part in (split.train, split.history())
    ]
    moved_on[name] = new_films(*both).mean()
recbook.claim(
    moved_on["EASE, all films alike"] + 0.3 < min(moved_on["EASE, last films"], moved_on["SASRec"]),
    en="One more rated film exchanges {sasrec:.1f} of ten recommended films on average in the small SASRec, "
    "{ease_last:.1f} in EASE with the last films, and {ease_alike:.1f} in EASE with all films alike.",
    zh="多评一部电影，推荐的十部中平均换掉：小型 SASRec {sasrec:.1f} 部，看重最近的 EASE {ease_last:.1f} 部，权重全都"
    "相同的 EASE {ease_alike:.1f} 部。",
    takeaway=False, sasrec=moved_on["SASRec"], ease_last=moved_on["EASE, last films"],
    ease_alike=moved_on["EASE, all films alike"],
)

# %% [markdown] lang="en"
# A list that moves is not a better list; the tables with NDCG say which is better. But whether a list should answer to what was just watched is a decision about the service, and this number shows what a model will do.
#
# ### A wrong prediction
#
# Now a failure. Among the users whose hidden film is well known, with at least 100 ratings in training, we take the one for whom the model ranks it lowest. What did the history say, what was recommended, and which films are nearest to the hidden one in the item table (by cosine)?

# %% [markdown] lang="zh"
# 列表变得多，不等于列表更好；哪个更好要看 NDCG。但列表要不要对刚看过的电影有反应，是服务设计上的决定；这个数说明模型对新评的电影有多敏感。
#
# ### 一次错误的预测
#
# 再看一次失败。在留出的电影较热门（训练集里至少 100 条评分）的用户中，取留出的电影名次最靠后的那位。历史里有什么，推荐了什么，在物品表里离留出的电影最近（按余弦）的又是哪些？

# %% tags=["nbval-ignore-output"]
def rank_of_hidden(rows, users):
    scores = np.where(met[users].toarray() > 0, -np.inf, serving.score_rows(rows))
    return 1 + (scores > scores[np.arange(len(users)), hidden_film[users]][:, None]).sum(axis=1)


known = np.flatnonzero(counts[hidden_film] >= 100)
ranks = rank_of_hidden([after[user] for user in known], known)
worst = known[ranks.argmax()]
vectors = functional.normalize(sasrec.items.weight[1:-1].detach(), dim=1)
cosines = (vectors @ vectors.T).numpy()  # (films, films)
near = np.argsort(-cosines[hidden_film[worst]], kind="stable")[1:6]
story = {"rated last": titles[histories[worst][-5:]], "recommended": titles[lists["after"][worst][:5]]}
story["nearest to the hidden film"] = titles[near]
plots.table(pd.DataFrame({"hidden film": [titles[hidden_film[worst]]], "rank": [int(ranks.max())]}))
plots.table(pd.DataFrame(story))

# %% [markdown] lang="en"
# It is easy to tell a story now: none of the last films is like the hidden one, so the model could not know. A story is not yet an explanation. If it is right, then a film that is near the hidden one, put at the end of the history, must lift the hidden film, and any other film must do so less. Try it, on all these users with a rank beyond 100: behind each history the nearest film, by the model's own vectors, that the user has not rated, or, as the control, one drawn at random. Both are taken from the well-known films, so that fame is not what sets them apart.

# %% [markdown] lang="zh"
# 现在很容易讲出一个故事：最近看的电影没有一部与留出的那部相像，所以模型不可能猜到。但故事还不是解释。如果它是对的，那么在历史末尾放上一部与留出的电影相近的，就应当把留出的电影抬上来，而随便一部别的电影应当抬得少一些。在名次超过 100 的这些用户上都试一试：在每段历史后面，放上用户没有评过的、按模型自己的向量最近的一部；对照是随机抽一部。两者都取自热门电影，这样差别就不在于热不热门。

# %%
failed = known[ranks > 100]
allowed = (met[failed].toarray() == 0) & (counts >= 100)  # (users, films)
allowed[np.arange(len(failed)), hidden_film[failed]] = False
by_nearness = {"a near film": cosines[hidden_film[failed]]}
by_nearness["a random film"] = np.random.default_rng(0).random(allowed.shape)
lifted = {}
for name, order in by_nearness.items():
    extra = np.where(allowed, order, -np.inf).argmax(axis=1)
    rows = [np.append(after[user], film + 1)[-LENGTH:] for user, film in zip(failed, extra)]
    lifted[name] = rank_of_hidden(rows, failed) < ranks[ranks > 100]

# %% tags=["nbval-ignore-output"]
margin = bootstrap(lifted["a near film"].astype(float) - lifted["a random film"])
recbook.claim(
    margin.low > 0.1,
    en="Of {n} users whose well-known hidden film ranks beyond 100, a well-known film near it, added to the history, "
    "raises its rank for {near_share:.0%}, a well-known film at random for {random_share:.0%}.",
    zh="有 {n} 位用户，留出的热门电影名次在 100 之后；在历史末尾加上一部与它相近的热门电影，其中 {near_share:.0%} 的名"
    "次上升；随机加一部热门电影，则是 {random_share:.0%}。",
    takeaway=False, n=len(failed), near_share=lifted["a near film"].mean(),
    random_share=lifted["a random film"].mean(),
)

# %% [markdown] lang="en"
# So this much of the story holds: in this model, a film near the hidden one lifts it, and a random film does not do so reliably. The test says nothing about the user. Whether this history held any sign of the film that came next, it cannot tell: that the model used none does not mean that there was none.

# %% [markdown] lang="zh"
# 可见故事的这一部分成立：在这个模型里，与留出的电影相近的会把它抬上来，随机的一部则不一定。但这个检验没有回答这位用户的问题：他的历史里有没有指向下一部的迹象？模型没有用上迹象，不等于没有迹象。

# %% [markdown] lang="en"
# ## All models of the course on one table
#
# Everything so far, on the same split, on the test films, which chose nothing. The marked model is the one that was best on the validation films. Models that draw random numbers ran with three seeds, and each user's value is the mean over them (stored; seconds of CPU on one thread for one training). Two towers are chapter 07's, with identities and titles. BERT4Rec has no titles; RecBole's program for it reaches more than ours does (chapter 13), so do not read its row as what the method can do. The two towers know the training part alone; all others also read the validation film. “Item-kNN, last films” is chapter 03's, with a half-life of 2 films.

# %% [markdown] lang="zh"
# ## 全部模型放在一张表里
#
# 到目前为止的所有模型，同样的划分，在测试电影上；测试电影没有参与任何选择。突出显示的是在验证集上最好的模型。用到随机数的模型各跑三个种子，每位用户的值是它们的平均（结果是存好的；秒数是单线程训练一次的 CPU 时间）。双塔（two-tower model）是第 07 章的，用 ID 嵌入和片名；BERT4Rec 不用片名；RecBole 的实现结果比我们的好（第 13 章），所以不要把这一行看作这种方法的极限。双塔只知道训练部分，其余模型还用到验证集的那部。“item-kNN，看重最近”是第 03 章的，半衰期为 2 部。

# %%
from recbook.evaluation import Report

alike = "EASE, all films alike"
every_user, every_seed, every_test = (found | {alike: found["EASE"]} for found in (per_user, seeds, test))
shown = ["popularity", "item-kNN", "item-kNN, last films", alike, "EASE, last films", "item2vec", "two towers"]
shown += ["BERT4Rec", "SASRec", "SASRec, text", "SASRec, random codes", "SASRec, both"]
stored_reports = {name: Report({"ndcg@10": every_user[name]}) for name in shown}
plots.ranking(stored_reports, mark="SASRec, both")

# %%
rows = [
    (plots.name(name), every_user[name].mean(), every_seed[name], of["hit"], of["mrr"], f"{of['seconds']:.1f}")
    for name, of in ((name, every_test[name]) for name in shown)
]
columns = ["model", "test NDCG@10", "seeds, lowest and highest", "Hit@10", "MRR@10", "CPU seconds"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
best = stored_reports["SASRec, both"]
over = {name: best.difference(stored_reports[name], "ndcg@10") for name in shown if name != "SASRec, both"}
formula, pairs_of_films, neighbours = (over[name] for name in ("EASE, last films", "item2vec", "item-kNN, last films"))
plain = over["EASE, all films alike"]
recbook.claim(
    plain.low > 0 and formula.low < 0 < formula.high and pairs_of_films.low < 0 < pairs_of_films.high
    and neighbours.low < 0 < neighbours.high,
    en="On the test films SASRec with identities and text beats EASE with equal weights by {ease_low:.3f} to "
    "{ease_high:.3f} NDCG@10 (95% interval of the paired difference over users, three seeds averaged). It has not "
    "been told apart from EASE with the last films ({ease_last_low:+.4f} to {ease_last_high:+.4f}), nor from item-kNN "
    "with them and from item2vec.",
    zh="在测试电影上，SASRec（ID 嵌入＋文本）的 NDCG@10 比权重全都相同的 EASE 高 {ease_low:.3f} 到 {ease_high:.3f}（每"
    "位用户取三个种子的平均，再求配对差的 95% 区间）；与看重最近的 EASE（{ease_last_low:+.4f} 到 "
    "{ease_last_high:+.4f}）则分不出高下，与看重最近的 item-kNN 和 item2vec 也是。",
    ease_low=plain.low, ease_high=plain.high, ease_last_low=formula.low, ease_last_high=formula.high,
)
behind = stored_reports["SASRec"].difference(stored_reports["BERT4Rec"], "ndcg@10")
recbook.claim(
    behind.low > 0,
    en="BERT4Rec, as trained here, is behind SASRec with identities by {gap_low:.3f} to {gap_high:.3f} (neither has "
    "titles).",
    zh="这里训练的 BERT4Rec 比只用 ID 嵌入的 SASRec 低 {gap_low:.3f} 到 {gap_high:.3f}（两者都不用片名）。",
    takeaway=False, gap_low=behind.low, gap_high=behind.high,
)

# %% [markdown] lang="en"
# Hit@10 is the share of users whose hidden film is among the ten, MRR@10 the mean of 1 / rank, 0 beyond ten. The highest value belongs to the control, whose random vectors mean nothing; so what SASRec achieves here is not thanks to the titles. Look at the seconds too: a closed formula with one rule about recency, and item2vec, which has no attention at all, cost a small fraction of them. They are what a transformer has to beat before it is worth its price.
#
# Is there anything that the price does buy? Look at the same models on the users whose hidden film is rare, the group that we set up for the titles:

# %% [markdown] lang="zh"
# 命中率（Hit@10）是留出的电影进入前十的用户比例，平均倒数排名（MRR@10）是 1 / 名次的平均，十名之外为 0。最高的是对照，它的随机向量没有含义，可见 SASRec 的成绩不能归功于片名。也要看秒数：一个闭式解加一条看重最近的规则，或者完全没有注意力的 item2vec，只用其中很小一部分。Transformer 要先胜过它们，才值得花那么多时间。
#
# 多花的时间有没有换来什么？看同样这些模型，在留出的电影较冷门的用户上（这个分组是前面为片名设的）：

# %%
rows = [(plots.name(name), every_user[name][rare].mean(), (every_user[name][rare] > 0).sum()) for name in shown]
plots.table(pd.DataFrame(rows, columns=["model", "rare test films", "users with a hit, in any seed"]))
lead = {name: bootstrap((every_user["SASRec, both"] - every_user[name])[rare]) for name in shown[:-1]}
over_ease, over_knn = lead["EASE, last films"], lead["item-kNN, last films"]
recbook.claim(
    over_ease.low > 0 and lead["item2vec"].low > 0 and over_knn.low < 0 < over_knn.high,
    en="For the {n} users whose hidden film has fewer than 20 ratings, SASRec with identities and text is ahead of "
    "EASE with the last films by {ease_low:.3f} to {ease_high:.3f} NDCG@10, but has not been told from item-kNN with "
    "the last films ({knn_low:+.3f} to {knn_high:+.3f}).",
    zh="有 {n} 位用户，留出的电影评分不到 20 条。对他们，SASRec（ID 嵌入＋文本）的 NDCG@10 比看重最近的 EASE 高 "
    "{ease_low:.3f} 到 {ease_high:.3f}，与看重最近的 item-kNN 却分不出高下（{knn_low:+.3f} 到 {knn_high:+.3f}）。",
    n=int(rare.sum()), ease_low=over_ease.low, ease_high=over_ease.high, knn_low=over_knn.low, knn_high=over_knn.high,
)

# %% [markdown] lang="en"
# All three SASRec models with identities do better here than EASE and item2vec, the control too: it is neither the titles nor attention alone (BERT4Rec and SASRec on text alone paid as much). And the cheap item-kNN, once it looks at the last films, is not far behind: leave the right simple model out of the table, and the price seems to buy what it has not been shown to buy. So an average over all users can hide where two models differ. (97 users of one data set are a reason to look there next time, not yet a law.) And these are ratings, not views: people rate many films in one sitting (chapter 03), so part of what "comes next" here may be the order in which the site showed its films.
#
# ### Who came back later?
#
# So split the table by how long a user **stayed away** before the hidden film: within a minute, within an hour, later. (Chapter 09 does it for the simple models, and finds that the look at the last films pays inside a sitting alone.)

# %% [markdown] lang="zh"
# 三个带 ID 嵌入的 SASRec 在这里都比 EASE 和 item2vec 好，对照也是：起作用的不是片名，也不只是注意力（BERT4Rec 和只用文本的 SASRec 花的时间同样多）。而便宜的 item-kNN，只要也看重最近，就相差不远：表里漏掉了该放的简单模型，多花的时间就显得换来了其实没有得到证实的东西。可见，所有用户的平均值可能掩盖两个模型的差别。（一个数据集上的 97 位用户，只能说明下次值得留意这里，还不是规律。）另外，这些是评分，不是观看：人们常常一口气评很多部（第 03 章），所以这里的“接下来”，有一部分可能是网站展示电影的顺序。
#
# ### 谁是后来才回来的？
#
# 那就按用户在留出的电影之前**隔了多久**，把这张表分开：一分钟之内、一小时之内、更晚。（第 09 章对简单的模型做同样的划分，发现看重最近只在同一次打分里有用。）

# %%
from recbook.data import seconds_since

away = seconds_since(split)
groups = {"a minute": away <= 60, "an hour": (away > 60) & (away <= 3600), "later": away > 3600}
rows = [(plots.name(name), *(f"{every_user[name][who].mean():.3f}" for who in groups.values())) for name in shown]
rows.append((plots.name("users"), *(str(who.sum()) for who in groups.values())))
plots.table(pd.DataFrame(rows, columns=["model", *groups]))

# %%
ahead = every_user["SASRec, both"] - every_user["EASE, last films"]
at_once, after = bootstrap(ahead[away <= 60]), bootstrap(ahead[away > 60])
to_popular = bootstrap((every_user["SASRec, both"] - every_user["popularity"])[groups["later"]])
recbook.claim(
    at_once.low < 0 < at_once.high and after.low > 0 and to_popular.low < 0 < to_popular.high,
    en="Within a minute of the film before, SASRec with identities and text and EASE with the last films cannot be told "
    "apart ({minute_low:+.3f} to {minute_high:+.3f} NDCG@10); for the users who stayed away longer SASRec is ahead, by "
    "{after_low:.3f} to {after_high:.3f}. (After an hour it has not been told from popularity.)",
    zh="与前一部相隔不到一分钟的，SASRec（ID 嵌入＋文本）与看重最近的 EASE 分不出高下（NDCG@10 之差 {minute_low:+.3f} 到 "
    "{minute_high:+.3f}）；隔得更久的用户，SASRec 高 {after_low:.3f} 到 {after_high:.3f}。（隔了一小时以上，它与流行度还"
    "分不出高下。）",
    minute_low=at_once.low, minute_high=at_once.high, after_low=after.low, after_high=after.high,
)

# %% [markdown] lang="en"
# Where the next film stands on the same page, a rule about the last films is as good as attention. Beyond the page a learned model may have more to say; 63 users cannot tell how much.
#
# Does order help where nobody shows a page? In `recbook.load("shop")`, a year of groceries, we ask for products that are *new* to a household: in the five weeks after training, and in its next basket alone. All models read the first purchases in order of time. **Inside a basket there is no order**: the file sorts its lines by product number. So SASRec gets them shuffled, and, as the opposite, as they stand in the file (same settings, the best of three on earlier weeks; two seeds; stored). "EASE, last products" has the best half-life of three; the item2vec without an order has wide windows, of 50 products to each side.

# %% [markdown] lang="zh"
# 下一部就在同一页上的时候，一条看重最近的规则与注意力一样好。离开了这一页，学出来的模型也许更有用；有多少用，63 位用户还说不清。
#
# 没有人给顾客列出页面时，顺序有用吗？在 `recbook.load("shop")`（一年的食品杂货）里，我们问哪些商品对一户人家是*新*的：训练之后的五周里，以及只看下一篮。所有模型按时间顺序读每样商品的首次购买。**一篮之内没有顺序**：文件按商品编号排列各行。所以给 SASRec 的是打乱的；反过来，也给它一份照文件排列的（设置相同，是更早的几周上三组里最好的；两个种子；结果是存好的）。“EASE，看重最近”的半衰期取三个里最好的；打乱顺序的 item2vec 窗口很宽，左右各 50 样商品。

# %%
shop = recbook.stored("page_order")["results"]["shop"]
tasks = {"five weeks": shop["by delay"]["weeks"], "next basket": shop["by delay"]["next basket"]}
goods = ["popularity", "popularity, last 4 weeks", "item-kNN", "EASE", "EASE, last products", "item2vec"]
goods += ["item2vec, without an order", "SASRec", "SASRec, file order"]
rows = [(plots.name(name), *(f"{of['models'][name]['all']:.4f}" for of in tasks.values())) for name in goods]
plots.table(pd.DataFrame(rows, columns=["model", *tasks]))

# %%
order = tasks["five weeks"]["order"]
last, near, shuffled = (order[name]["interval"] for name in ("EASE, last products", "item2vec", "SASRec"))
recbook.claim(
    last[0] < 0 < last[1] and near[1] < 0 and shuffled[1] < 0,
    en="In the shop order has not been shown to help with what is new to a household: weights on the last products change "
    "EASE's NDCG@10 by {ease_low:+.4f} to {ease_high:+.4f}; item2vec that reads what was bought near in time is "
    "{item2vec_low:.4f} to {item2vec_high:.4f} below one that has each history shuffled.",
    zh="在商店里，没有显示出顺序有助于找到一户人家没买过的商品：看重最近使 EASE 的 NDCG@10 变化 {ease_low:+.4f} 到 "
    "{ease_high:+.4f}；按时间相近来读的 item2vec，比打乱每段历史的低 {item2vec_low:.4f} 到 {item2vec_high:.4f}。",
    ease_low=last[0], ease_high=last[1], item2vec_low=-near[1], item2vec_high=-near[0],
)

# %%
losses = {part: np.mean(shop["SASRec"][part]["losses"]) for part in ("shuffled", "file order")}
worse = order["SASRec, file order"]["interval"]
recbook.claim(
    losses["file order"] < losses["shuffled"] and worse[1] < 0,
    en="SASRec that reads baskets in the order of the file ends at a lower training loss ({file_loss:.2f} against "
    "{shuffled_loss:.2f}) and makes worse lists, by {worse_low:.4f} to {worse_high:.4f}: it has learned the product numbers.",
    zh="按文件顺序读一篮商品的 SASRec，训练损失更低（{file_loss:.2f} 对 {shuffled_loss:.2f}），列表却更差，低 "
    "{worse_low:.4f} 到 {worse_high:.4f}：它学到的是商品编号。",
    takeaway=False, file_loss=losses["file order"], shuffled_loss=losses["shuffled"], worse_low=-worse[1],
    worse_high=-worse[0],
)

# %% [markdown] lang="en"
# (Three settings of SASRec stay below what sold best in the last four weeks. That does not prove that none can pass it; a shop's lists change with the season, and SASRec has no calendar.)
#
# **Exercise 6**, open. Our places are counted in films, whatever time lies between them. Give the model the **pause** before each film. Below is a start: pauses in five classes. `windows` cuts them like films if it gets a generator with the same seed, and a table `nn.Embedding(6, 64)` (five classes and padding, as `windows` adds 1) can turn them into vectors that are added to the input. At which place may the pause before a film be read, and at which not, if nothing is to leak? Judge on the validation films, with three seeds with pauses and three without.

# %% [markdown] lang="zh"
# （SASRec 试过的三组设置都不如最近四周卖得最好的商品。这不能证明没有一组能超过它；商店里什么好卖随季节变化，而 SASRec 不看日历。）
#
# **练习 6**（开放题）我们的位置是按电影数的，不管中间隔了多久。请把每部电影之前的**间隔**也交给模型。下面是个开头：把间隔分成五类。`windows` 拿到种子相同的随机数发生器，就会用同样的切口切这些间隔；一张 `nn.Embedding(6, 64)` 的表（五类加填充，因为 `windows` 会加 1）可以把它们变成向量，加到输入上。如果不能有任何泄漏，一部电影之前的间隔，在哪个位置可以看，在哪个位置不能看？请在验证集上评判，带间隔和不带间隔各三个种子。

# %%
log = split.train
in_order = np.lexsort((log.timestamp, log.user))  # by user, then by time
pause = np.diff(log.timestamp[in_order], prepend=0)
first_films = np.r_[True, np.diff(log.user[in_order]) > 0]
kind = np.where(first_films, 4, np.digitize(pause, [1, 60, 3600]))
pauses = np.split(kind, np.cumsum(log.user_counts())[:-1])
same_cut = windows(pauses, LENGTH, 1, np.random.default_rng(0))
assert (same_cut.targets == windows(sequences, LENGTH, 1, np.random.default_rng(0)).targets).all()
names = ["no second", "under a minute", "under an hour", "longer", "first film"]
share = [f"{(kind == number).mean():.0%}" for number in range(5)]
named = [plots.name(name) for name in names]
plots.table(pd.DataFrame({"pause before a film": named, "of all ratings": share}))

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

# %% quiz="sequences"
recbook.quiz("sequences")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress("sequences")

# %% [markdown] lang="en"
# - W.-C. Kang and J. McAuley (2018). *Self-attentive sequential recommendation.* ICDM. [arXiv:1808.09781](https://arxiv.org/abs/1808.09781). SASRec.
# - P. Izmailov et al. (2018). *Averaging weights leads to wider optima and better generalization.* UAI. [arXiv:1803.05407](https://arxiv.org/abs/1803.05407).
# - F. Sun et al. (2019). *BERT4Rec: Sequential recommendation with bidirectional encoder representations from transformer.* CIKM. [arXiv:1904.06690](https://arxiv.org/abs/1904.06690).
# - A. Klenitskiy and A. Vasilev (2023). *Turning dross into gold loss: is BERT4Rec really better than SASRec?* RecSys. [arXiv:2309.07602](https://arxiv.org/abs/2309.07602). Full cross-entropy for both.
# - A. Petrov and C. Macdonald (2023). *gSASRec: Reducing overconfidence in sequential recommendation trained with negative sampling.* RecSys. [arXiv:2308.07192](https://arxiv.org/abs/2308.07192).
# - A. Petrov and C. Macdonald (2022). *A systematic review and replicability study of BERT4Rec for sequential recommendation.* RecSys. [arXiv:2207.07483](https://arxiv.org/abs/2207.07483). How long it must be trained.
# - Y. Hou et al. (2022). *Towards universal sequence representation learning for recommender systems.* KDD. [arXiv:2206.05941](https://arxiv.org/abs/2206.05941). Item vectors from text (UniSRec).
# - W. X. Zhao et al. (2021). *RecBole: Towards a unified, comprehensive and efficient framework for recommendation algorithms.* CIKM. [arXiv:2011.01731](https://arxiv.org/abs/2011.01731).

# %% [markdown] lang="zh"
# - W.-C. Kang and J. McAuley (2018). *Self-attentive sequential recommendation.* ICDM. [arXiv:1808.09781](https://arxiv.org/abs/1808.09781)。SASRec。
# - P. Izmailov et al. (2018). *Averaging weights leads to wider optima and better generalization.* UAI. [arXiv:1803.05407](https://arxiv.org/abs/1803.05407)。权重平均。
# - F. Sun et al. (2019). *BERT4Rec: Sequential recommendation with bidirectional encoder representations from transformer.* CIKM. [arXiv:1904.06690](https://arxiv.org/abs/1904.06690)。
# - A. Klenitskiy and A. Vasilev (2023). *Turning dross into gold loss: is BERT4Rec really better than SASRec?* RecSys. [arXiv:2309.07602](https://arxiv.org/abs/2309.07602)。两者都用完整的交叉熵。
# - A. Petrov and C. Macdonald (2023). *gSASRec: Reducing overconfidence in sequential recommendation trained with negative sampling.* RecSys. [arXiv:2308.07192](https://arxiv.org/abs/2308.07192)。
# - A. Petrov and C. Macdonald (2022). *A systematic review and replicability study of BERT4Rec for sequential recommendation.* RecSys. [arXiv:2207.07483](https://arxiv.org/abs/2207.07483)。要训练多久。
# - Y. Hou et al. (2022). *Towards universal sequence representation learning for recommender systems.* KDD. [arXiv:2206.05941](https://arxiv.org/abs/2206.05941)。由文本得到物品向量（UniSRec）。
# - W. X. Zhao et al. (2021). *RecBole: Towards a unified, comprehensive and efficient framework for recommendation algorithms.* CIKM. [arXiv:2011.01731](https://arxiv.org/abs/2011.01731)。
