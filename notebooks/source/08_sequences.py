# %% [markdown] lang="en"
# # 08 · Sequences: a history as a sentence
#
# **You will be able to** turn a history into training targets without giving the answer away; write SASRec on PyTorch's layers, say what each line does, and say what BERT4Rec does otherwise; recognise a leak; ask what a gain is due to, and whose order it is that a model of order learns.
# Under Deeper: train both models, see which details decided, and look inside one by experiment.
#
# **You need** chapters 04 (attention, the causal mask) and 07 (a training loop in PyTorch).
#
# **It takes** {core} to read, and {deeper} more for the part under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 08 · 序列：把历史当作句子
#
# **学完之后**，你能把一段历史变成训练目标而不泄漏答案；能用 PyTorch 的层写出 SASRec，说清每一行的作用，也说清 BERT4Rec 有何不同；能认出泄漏；看到提高，会追问它从何而来；看到序列模型，会追问它学的是谁的顺序。
# 选读部分训练这两个模型，看哪些细节起决定作用，再用实验考察模型内部。
#
# **需要的基础**：第 04 章（注意力、因果掩码（causal mask））和第 07 章（PyTorch 的训练循环）。
#
# **所需时间**：读完核心部分{core}，[选读](#deeper)部分另需{deeper}；在双核机器上，运行{minutes}。

# %%
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
from recbook.data import leave_one_out, seconds_since
from recbook.data.histories import recency, sentences_in_time
from recbook.evaluation import Report, bootstrap, evaluate, evaluate_scores, truth
from recbook.models import EASE, Popularity
from recbook.models.sequences import windows

recbook.setup("en")

# %% [markdown] lang="en"
# Does it matter in which order you rated? Take EASE (chapter 01) as it is and guess each user's next film from the films before. Only what each film of the history weighs changes, in three ways. First all weigh alike. Then the last ones weigh most: eight films further back, half the weight. Then the very same weights are dealt out among the user's films at random.

# %% [markdown] lang="zh"
# 评分的先后有没有用？EASE（第 01 章）学到的数不变，由每位用户评过的电影推测下一部，只改变历史中各部电影的权重，共三种。第一种，各部权重相同；第二种，最近的权重最大：每往前八部，权重减半；第三种，还是这些权重，但在这位用户的电影之间随机分配。

# %%
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

# %%
reports = {
    "popularity": evaluate(popularity, split),
    "EASE, all films alike": ease_report(None),
    "EASE, last films": ease_report(8.0),
    "EASE, random films": ease_report(8.0, shuffled=True),
}
plots.ranking(
    reports, mark="EASE, last films",
    en="One model, the same films: only their weights differ", zh="同一个模型，同样的电影，只有权重不同",
)

# %%
alike, by_chance = reports["EASE, all films alike"], reports["EASE, random films"]
gain, loss = (reports["EASE, last films"].difference(other, "ndcg@10") for other in (alike, by_chance))
recbook.claim(
    gain.low > 0 and loss.low > 0 and by_chance["ndcg@10"] < alike["ndcg@10"],
    en="EASE that weighs the last films most is ahead of EASE with equal weights by {lead_low:.3f} to {lead_high:.3f} "
    "NDCG@10 (95% interval); with the same weights at random it falls behind equal ones.",
    zh="近期加权的 EASE，NDCG@10 比权重相同的 EASE 高 {lead_low:.3f} 到 {lead_high:.3f}（95% 区间）；同样的权重随机分"
    "配，反而不如权重相同。",
    takeaway=False, lead_low=gain.low, lead_high=gain.high,
)

# %% [markdown] lang="en"
# The random deal is the **control**: it has all that the second way has, except the order. Without the order the weights do harm. So it matters *which* films come last.
#
# (By **leave-one-out** each user's last film is the **test film**, and the one before it, the **validation film**, is for choosing, here of the half-life. Equal times keep the order of the file. NDCG@10 is chapter 01's. `recency` makes the table of weights, users × films; `None` weighs all alike.)
#
# The rule is ours, though: half the weight every eight films, for every user and every film. A **sequential recommender** learns from **histories**, the lists of what each user rated, oldest first, what to make of their order. Chapter 04 ended with a bridge: a film is a word, a history is a sentence. Two models walk over it. **SASRec** (self-attentive sequential recommendation, Kang and McAuley 2018) reads from left to right as GPT does; **BERT4Rec** (Sun et al. 2019) reads in both directions as BERT does.

# %% [markdown] lang="zh"
# 随机分配是**对照**：第二种方式有的它都有，只缺顺序。没有了顺序，这些权重只有坏处。可见重要的是**哪些**电影在最后。
#
# （按**留一法**（leave-one-out），每位用户的最后一部是**测试电影**，倒数第二部是**验证电影**，用来选择，这里选的是半衰期。时间相同时，按文件里的先后。NDCG@10 见第 01 章。`recency` 生成权重表，用户 × 电影；`None` 表示权重相同。）
#
# 不过这条规则是我们定的：每往前八部权重减半，对所有用户、所有电影都一样。**历史**是一位用户评过的电影，从早到晚排成一列；**序列推荐**（sequential recommendation）从历史中学习怎样利用顺序。第 04 章末尾搭了一座桥：电影是词，历史是句子。走过这座桥的有两个模型：**SASRec**（self-attentive sequential recommendation，Kang and McAuley 2018）像 GPT 那样从左到右读，**BERT4Rec**（Sun et al. 2019）像 BERT 那样两个方向都读。

# %% [markdown] lang="en"
# ## What is one row asked?
#
# A user has rated the films A, B, C, D in this order. There are three moments at which we know what came next: after A came B, after A B came C, after A B C came D. What came next is the **target**. A model needs rectangles, so the history becomes a row of fixed length $L$, here 4, filled up with 0, the **padding**. Each cell of the row is a **place**. The model computes a vector for every place, and each vector is asked for the film that comes next:

# %% [markdown] lang="zh"
# ## 一行要预测什么？
#
# 一位用户依次评了电影 A、B、C、D。有三个时刻我们知道接下来是哪一部：A 之后是 B，A B 之后是 C，A B C 之后是 D。接下来的那部就是**目标**（target）。模型要的是矩形，所以把历史排成一行，长度 $L$ 固定（这里是 4），不足处用 0 补齐，叫作**填充**（padding）。行里的每一格是一个**位置**。模型为每个位置算一个向量，再由这个向量预测下一部：

# %%
figures.one_row(["A", "B", "C", "D"])

# %% [markdown] lang="en"
# One row, three questions, and all in one pass. The alternative is **prefix expansion**, a row of its own for each target, as RecBole does it (a widely used library, chapter 13). With the films numbered from 1 and “–” for no question:

# %% [markdown] lang="zh"
# 一行，三道题，一遍算完。另一种办法是**前缀展开**（prefix expansion）：每个目标单独占一行，常用的推荐库 RecBole（第 13 章）就这样做。给电影从 1 开始编号，“–”表示没有目标：

# %%
expanded = [("prefix expansion", "1 0 0 0", "2 – – –"), ("prefix expansion", "1 2 0 0", "– 3 – –")]
expanded += [("prefix expansion", "1 2 3 0", "– – 4 –"), ("every place", "1 2 3 0", "2 3 4 –")]
rows = [(plots.name(way), read, asked) for way, read, asked in expanded]
plots.table(pd.DataFrame(rows, columns=["way", "a row", "target at each place"]))

# %% [markdown] lang="en"
# A history longer than $L$ is cut into **windows** of $L$ targets.
#
# **Exercise 1.** Somebody cuts a history into pieces of `length` films and, inside each piece, asks every place for the film after it. Nothing complains, but one film of every piece after the first is lost as a target: which? Cut so that every film but the very first is a target exactly once. `history` is a NumPy array of $T \geq 2$ film numbers, each at least 1, oldest first; cut from the end, so that only the first window may be short, and fill up on the right with 0. ({points})

# %% [markdown] lang="zh"
# 比 $L$ 长的历史要切成**窗口**（window），每个窗口 $L$ 个目标。
#
# **练习 1** 有人把历史切成若干段，每段 `length` 部电影，再在各段内部让每个位置预测下一部。没有任何报错，可是从第二段起，每段都有一部电影从来没有被预测过：是哪一部？请重新切分，使除第一部以外的每部电影都恰好作一次目标。`history` 是 NumPy 数组，有 $T \geq 2$ 个电影编号，每个至少为 1，最早的在前；从末尾开始切，这样只有第一个窗口可能不满；右边用 0 补齐。（{points}）

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

# %%
LENGTH = 50  # L
sequences = sentences_in_time(split.train)
cut = windows(sequences, LENGTH, context=1)
cut.items.shape, cut.targets.shape

# %% [markdown] lang="en"
# The library's `windows` does it for all histories at once. It returns `items` `(windows, L + 1)`, inputs and targets in one array, and `targets`, of the same shape, True where a film is asked for. `context=1`: the first film of a history is only read. (Films are numbered from 1 there. More on it: [Deeper](#windows).)

# %% [markdown] lang="zh"
# 库里的 `windows` 一次切好所有的历史。它返回 `items` `(windows, L + 1)`，输入和目标放在一个数组里；以及形状相同的 `targets`，要预测的电影处为 True。`context=1` 表示历史的第一部只作输入。（电影在其中从 1 开始编号。详见[选读](#windows)。）

# %% [markdown] lang="en"
# ## The model: SASRec
#
# In the picture place 2 is asked for C, and C stands right beside it, as the input of place 3. So place $t$ may read itself and what is on its left, nothing else: the **causal mask** of chapter 04. Before the softmax of the attention, the scores of all places on the right are set to $-\infty$. Padding is to be hidden from others in the same way. What could go wrong?

# %% [markdown] lang="zh"
# ## 模型：SASRec
#
# 图中位置 2 要预测 C，而 C 就在旁边，是位置 3 的输入。所以第 $t$ 个位置只能看自己和左边，不能看别处，这就是第 04 章的**因果掩码**：在注意力的 softmax 之前，把右边各位置的得分设为 $-\infty$。填充也要这样遮起来，不让别的位置看到。这样会出什么问题？

# %%
everything_hidden = torch.full((3,), -torch.inf)
torch.softmax(everything_hidden, dim=0)

# %% [markdown] lang="en"
# **Exercise 2.** The loss of a training is `nan` from the first step. In one batch a row begins with padding; hidden are the places on the right and all padding. Which places of that row have nothing left to read, so that their softmax is 0 divided by 0, as above? The way out: every place may read *itself*, padding too. Write the mask. ({points})

# %% [markdown] lang="zh"
# **练习 2** 有一次训练，损失从第一步起就是 `nan`。批次里有一行以填充开头；右边的位置和所有的填充都遮住了。这一行里哪些位置没有任何东西可看，softmax 于是像上面那样成了 0 除以 0？解决办法：每个位置都能看**自己**，填充也一样。请写出掩码。（{points}）

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
# Now the whole model. Let $m$ be the number of films and $d$ the width of the vectors, here 64. The **item table** $E \in \mathbb{R}^{(m + 2) \times d}$ has a row for padding, one for each film, and one more that BERT4Rec will need. The **place table** $P \in \mathbb{R}^{L \times d}$ says where in the row a film stands. With $r_t$ the number of the film at place $t$, what goes in is $x_t = E_{r_t} + P_t$. Two layers of a Transformer (chapter 04), with the causal mask, turn $x_1, \dots, x_L$ into $h_1, \dots, h_L$, each in $\mathbb{R}^d$. And place $t$ gives film $j$ the score
#
# $$s_{tj} = h_t \cdot E_j + b_j$$
#
# with one bias $b_j$ for each film. The same table $E$ is read at the input and at the output: the output is **tied**.

# %% [markdown] lang="zh"
# 现在写整个模型。记 $m$ 为电影数，$d$ 为向量宽度，这里是 64。**物品表** $E \in \mathbb{R}^{(m + 2) \times d}$ 有一行给填充，每部电影一行，还有一行留给 BERT4Rec。**位置表** $P \in \mathbb{R}^{L \times d}$ 表示电影在行里的位置。记 $r_t$ 为第 $t$ 个位置上的电影编号，输入是 $x_t = E_{r_t} + P_t$。两层 Transformer（第 04 章），带因果掩码，把 $x_1, \dots, x_L$ 变成 $h_1, \dots, h_L$，每个都在 $\mathbb{R}^d$ 中。第 $t$ 个位置给电影 $j$ 的得分是
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
# What is new here:
#
# | call | what it is |
# |---|---|
# | `nn.Embedding(rows, width)` | a table of learned vectors; called with numbers, it returns the rows. Filled with small random numbers: the default makes the first scores far too large (chapter 07) |
# | `nn.TransformerEncoderLayer` | chapter 04's layer: attention with 2 heads, then each place alone through a layer 4 times as wide; dropout (chapter 07) in both |
# | `norm_first=True` | normalises *before* the attention and before the wide layer; BERT does so after each, once the residual is added |
# | `nn.TransformerEncoder` | the layer, copied as often as asked for, and a norm at the end (`enable_nested_tensor=False` switches off a speed-up that `norm_first` rules out) |
# | `triu(1)` | keeps what lies above the diagonal. In a `mask` of PyTorch True means: may **not** be read |
# | `items.weight[1:-1]` | the rows of the films, without padding and the last |
#
# The causal mask hides padding too, as long as it stands on the right of all films. (In Keras the mask is an argument of the call, `MultiHeadAttention(…)(x, x, use_causal_mask=True)`; KerasHub's `TransformerDecoder` is the whole layer.)
#
# Does the mask hold? One can ask the model. Take random weights and one row of six films, and put another film at place 5. Which of the six vectors move?

# %% [markdown] lang="zh"
# 这里的新内容：
#
# | 调用 | 是什么 |
# |---|---|
# | `nn.Embedding(rows, width)` | 一张可学习的向量表；输入编号，返回对应的行。用很小的随机数填表：默认的填法会让最初的得分大得过分（第 07 章） |
# | `nn.TransformerEncoderLayer` | 第 04 章的那一层：2 个头的注意力，然后每个位置单独经过宽 4 倍的层；两处都有随机失活（dropout，第 07 章） |
# | `norm_first=True` | 在注意力和宽层**之前**归一化；BERT 在它们之后、加上残差以后才归一化 |
# | `nn.TransformerEncoder` | 把这一层按层数复制几份叠起来，最后再归一化一次（`enable_nested_tensor=False` 关掉一种加速，用了 `norm_first` 就不能用它） |
# | `triu(1)` | 保留对角线以上的部分。在 PyTorch 的 `mask` 里，True 表示**不能**看 |
# | `items.weight[1:-1]` | 各部电影的行，不含填充和最后一行 |
#
# 只要填充都在电影的右边，因果掩码也就挡住了填充。（在 Keras 里，掩码是调用时的参数：`MultiHeadAttention(…)(x, x, use_causal_mask=True)`；KerasHub 的 `TransformerDecoder` 就是完整的一层。）
#
# 掩码起作用了吗？可以直接拿模型试。取随机初始化的模型和一行六部电影，把位置 5 换成另一部电影。六个向量里，哪些变了？

# %%
torch.manual_seed(0)
untrained = SASRec(n_films).eval()
row = torch.tensor([[50, 181, 100, 172, 210, 174]])
other = row.clone()
other[0, 4] = 1
with torch.inference_mode():
    moved = (untrained(row) - untrained(other)).abs().amax(dim=2)[0]
(moved > 1e-6).tolist()

# %%
recbook.claim(
    bool((moved[:4] < 1e-6).all()) and bool((moved[4:] > 1e-3).all()),
    en="Another film at place {place} changes no output before that place, and changes those at and after it.",
    zh="把位置 {place} 换成另一部电影，之前各位置的输出都不变，该位置及之后的都变了。",
    takeaway=False, place=5,
)

# %% [markdown] lang="en"
# ## One row or fifty?
#
# At each place with a target the loss is the cross-entropy of chapter 03: minus the logarithm of the probability that the softmax gives to the target. A batch's loss is the mean over its targets. With $\mathcal{T}$ the set of the pairs (place $t$, target $j$):
#
# $$\ell = -\frac{1}{|\mathcal{T}|} \sum_{(t, j) \in \mathcal{T}} \log \frac{e^{s_{tj}}}{\sum_{k=1}^{m} e^{s_{tk}}}$$
#
# A bool array in square brackets, `[asked]`, picks the places at which it is True:

# %% [markdown] lang="zh"
# ## 一行，还是五十行？
#
# 在每个有目标的位置上，损失就是第 03 章的交叉熵（cross-entropy）：softmax 给目标的概率的负对数。一个批次的损失是各目标的平均。记 $\mathcal{T}$ 为所有（位置 $t$，目标 $j$）的集合：
#
# $$\ell = -\frac{1}{|\mathcal{T}|} \sum_{(t, j) \in \mathcal{T}} \log \frac{e^{s_{tj}}}{\sum_{k=1}^{m} e^{s_{tk}}}$$
#
# 方括号里放一个 bool 数组，`[asked]`，取出的就是其中为 True 的位置：

# %%
def next_film_loss(model, films, targets):  # (batch, n + 1), (batch, n + 1)
    read, following, asked = films[:, :-1], films[:, 1:], targets[:, 1:]
    vectors = model(read)[asked]  # (number of targets, width)
    return functional.cross_entropy(model.scores(vectors), following[asked] - 1)

# %% [markdown] lang="en"
# (Film $j$ is column $j - 1$ of the scores, hence the $-1$.)
#
# **Exercise 3.** Two runs differ in nothing but the order of the rows, and one reports half the loss of the other. Somebody took the mean over *all* places of a batch, and the batches of one run hold more padding (each is only as wide as its longest row). Write the loss so that padding cannot change it, without `cross_entropy`, and for scores as large as 1,000. Here a target is a film number from 1 to $m$, and 0 where there is none. (By pencil: [Deeper](#pencil).) ({points})

# %% [markdown] lang="zh"
# （电影 $j$ 在得分的第 $j - 1$ 列，所以有一个 $-1$。）
#
# **练习 3** 两次训练只有各行的先后不同，一次报出的损失却只有另一次的一半。原来有人对批次的**所有**位置取了平均，而其中一次的批次里填充更多（每批只补齐到其中最长的一行）。请写出不受填充影响的损失，不用 `cross_entropy`，得分大到 1,000 也要正确。这里的目标是 1 到 $m$ 的电影编号，没有目标处是 0。（笔算的例子见[选读](#pencil)。）（{points}）

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
# Is one row with a target at every place the same training as a row for each prefix? We compare both on the same targets: the last 51 films, or fewer, of 20 users, so that each history fits into one window. Dropout is off (`eval`), or chance would make a difference.

# %% [markdown] lang="zh"
# 一行里逐位置预测，与每个前缀各占一行，是同样的训练吗？在同样的目标上比一比：取 20 位用户各自最后的 51 部电影（不足的全取），每段历史都放得进一个窗口。随机失活关掉（`eval`），否则两边会有随机的差别。

# %%
few = [films[-(LENGTH + 1) :] for films in sequences[:20]]
one_row = windows(few, LENGTH, context=1)
beginnings = [films[: t + 1] for films in few for t in range(1, len(films))]
by_prefix = windows(beginnings, LENGTH, context=1)
final = (by_prefix.items > 0).sum(axis=1, keepdims=True) - 1
only_last = np.arange(LENGTH + 1) == final  # (rows, L + 1)


def loss_and_gradient(items, targets):
    untrained.zero_grad()
    loss = next_film_loss(untrained, torch.from_numpy(items), torch.from_numpy(targets))
    loss.backward()
    return loss.item(), torch.cat([part.grad.flatten() for part in untrained.parameters()])


loss_a, gradient_a = loss_and_gradient(*one_row)
loss_b, gradient_b = loss_and_gradient(by_prefix.items, only_last)

# %%
apart = ((gradient_a - gradient_b).norm() / gradient_a.norm()).item()
times = len(by_prefix.items) / len(one_row.items)
recbook.claim(
    abs(loss_a - loss_b) < 1e-4 and apart < 1e-3 and times > 20,
    en="On the same targets both ways give SASRec the same loss ({loss:.2f}) and the same gradient; prefix expansion "
    "works through {times:.0f} times as many places, the mean number of targets of the {n} histories.",
    zh="在同样的目标上，两种办法给 SASRec 的损失（{loss:.2f}）和梯度都相同；前缀展开要计算的位置数是 {times:.0f} 倍，"
    "也就是这 {n} 段历史的平均目标数。",
    takeaway=False, loss=loss_a, times=times, n=len(few),
)

# %% [markdown] lang="en"
# The causal mask makes this possible: what place $t$ computes is what it would compute if the row ended there. (In a whole training the steps still differ: a batch of equally many rows holds far fewer targets in prefix expansion.)

# %% [markdown] lang="zh"
# 这是因果掩码带来的：第 $t$ 个位置的输出，与把这一行在此截断后的输出完全相同。（在完整的训练中，每一步的更新仍然不同：批次的行数相同时，前缀展开的一个批次目标少得多。）

# %% [markdown] lang="en"
# ## If the answer leaks
#
# The training loop is chapter 07's, with four additions:
#
# | in the code | what it does |
# |---|---|
# | `LambdaLR`, `rate_at` | the learning rate rises over the first tenth of the steps (**warm-up**, as in chapter 04); `partial` fills in `total` |
# | `clip_grad_norm_` | a gradient longer than 1 is shortened |
# | `cut(rng=rng)` | the windows are cut anew in every epoch; `-(-n // 64)` is n / 64 rounded up |
# | `AveragedModel` | what is kept is the mean of the weights at the ends of the epochs in the second half (Izmailov et al. 2018): a rate that stays high never lets the weights settle |

# %% [markdown] lang="zh"
# ## 答案泄漏了会怎样
#
# 训练循环与第 07 章相同，只多了四点：
#
# | 代码 | 作用 |
# |---|---|
# | `LambdaLR`、`rate_at` | 前十分之一的步数里，学习率逐渐升高（**预热**，warm-up，见第 04 章）；`partial` 填好 `total` |
# | `clip_grad_norm_` | 梯度的范数（长度）超过 1 时按比例缩小 |
# | `cut(rng=rng)` | 每个轮次（epoch）重新切窗口；`-(-n // 64)` 就是 n / 64 向上取整 |
# | `AveragedModel` | 最后保留的，是后一半轮次里每个轮次结束时的权重的平均（Izmailov et al. 2018）：学习率一直较高，权重就难以稳定 |

# %%
def batches(found, rng, size=64):
    order = rng.permutation(len(found.items))
    for start in range(0, len(order), size):
        items, targets = (part[order[start : start + size]] for part in found)
        # en: As narrow as the longest window allows.
        # zh: 每批只补齐到其中最长的窗口。
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
# To recommend, the model reads the last $L$ films of a history, and the place of the last one gives the scores. `score` is the course's, so that `evaluate` can use it. (`padded` fills rows up to one width; `asks` is for BERT4Rec: what is put behind the history.)

# %% [markdown] lang="zh"
# 推荐时，模型的输入是历史的最后 $L$ 部电影，由最后一部所在的位置给出得分。`score` 是课程统一的接口，这样就能用 `evaluate` 评测。（`padded` 把各行补齐；`asks` 留给 BERT4Rec：附在历史末尾的编号。）

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
# Now take the mask away: a place may read the film on its right, and that film is the answer. (`src_key_padding_mask` hides padding alone.) Two small models, one layer, windows of 10 places, equal in all but the mask. They train for about 20 seconds. Guess first: which will have the lower training loss, and which the better lists?

# %% [markdown] lang="zh"
# 现在去掉掩码：一个位置能看到右边的电影，而那正是答案。（`src_key_padding_mask` 只遮填充。）两个小模型，一层，窗口只有 10 个位置，除了掩码完全相同，训练大约需要 20 秒。先猜一猜：哪个的训练损失更低，哪个的列表更好？

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

# %% tags=["nbval-ignore-output"]
recbook.claim(
    ends["without the mask"] < ends["with the mask"] - 1
    and runs["without the mask"][1] < runs["with the mask"][1] - 0.005,
    en="Without the causal mask the training loss falls to {loss_without:.1f} (with it: {loss_with:.1f}), and the lists "
    "are worse: validation NDCG@10 {ndcg_without:.3f} (with it: {ndcg_with:.3f}).",
    zh="没有因果掩码，训练损失降到 {loss_without:.1f}（有掩码时为 {loss_with:.1f}），列表却更差：验证集 NDCG@10 是 "
    "{ndcg_without:.3f}（有掩码时为 {ndcg_with:.3f}）。",
    takeaway=dict(
        en="A training loss too good to be true is a leak: the model copies the answer from its input, and recommends worse.",
        zh="训练损失好得不像真的，多半是泄漏：模型从输入里抄答案，推荐反而更差。",
    ),
    loss_without=ends["without the mask"], loss_with=ends["with the mask"], ndcg_without=runs["without the mask"][1],
    ndcg_with=runs["with the mask"][1],
)

# %% [markdown] lang="en"
# The model had learned to copy from its right; when it recommends, there is nothing on the right. No error was raised; the test with one changed film would have found it in a second. (SASRec with windows of 50, live: [Deeper](#training).)

# %% [markdown] lang="zh"
# 这个模型学会了从右边抄答案；而推荐的时候，右边什么也没有。从头到尾没有报错；前面那个只换一部电影的检验，一秒钟就能发现。（窗口为 50 的 SASRec 的现场训练，见[选读](#training)。）

# %% [markdown] lang="en"
# ## BERT4Rec: hide, and ask for what is hidden
#
# BERT4Rec asks BERT's question: not *what comes next?* but *what is missing here?* Each place reads all others, on both sides, so the answer must be taken out of the input. Some films of a row are replaced by a **mask** ([M] in the picture; not the causal mask), the last row of the item table, and only there is a target. When it recommends, a mask is put behind the history:

# %% [markdown] lang="zh"
# ## BERT4Rec：遮住，再预测遮住的是什么
#
# BERT4Rec 用的是 BERT 的任务：不是“接下来是什么”，而是“这里缺了什么”。每个位置都能看到两边所有的位置，所以答案必须从输入里拿掉：一行中的一部分电影换成**掩码符**（[MASK]，图中的 [M]，与因果掩码不是一回事），也就是物品表的最后一行，只有这些位置有目标。推荐时，在历史的后面放一个掩码符：

# %%
figures.hidden_rows(["A", "B", "C", "D"], hidden=1)

# %% [markdown] lang="en"
# Two things follow. A row of BERT4Rec has fewer targets than one of SASRec, so equal epochs need not be equal training. And there is a gap: a mask in training mostly has films on both sides, the mask that recommends has none on its right. The code, which cuts some rows short so that training asks that too, and a training: [Deeper](#bert4rec).
#
# The picture holds a trap as well. Say that the model reads the last 10 films, and that it is trained on rows of 10 films. Where does the mask stand when it recommends? Behind them, at place 11. No row of the training reaches that far, so the vector of place 11 in the place table is still the random one that it began with. Two trainings differ in that alone, rows of 10 films and rows of 11 (stored; three seeds each):

# %% [markdown] lang="zh"
# 由此有两点。BERT4Rec 的一行，目标比 SASRec 的少，所以轮次相同未必等于训练量相同。另外有一处不一致：训练时的掩码符多半左右都有电影，推荐时的掩码符右边什么也没有。代码（它把一部分行截断，让训练里也有推荐时的任务）和一次训练，见[选读](#bert4rec)。
#
# 图里还藏着一个陷阱。设模型读历史的最后 10 部电影，训练时每行也是 10 部。推荐时掩码符在哪里？在它们后面，位置 11。训练中没有一行有这么长，所以位置表里第 11 个位置的向量从来没有训练过，还是最初的随机数。下面两次训练只差这一点：一次每行 10 部，一次每行 11 部（结果是存好的，各三个种子）：

# %%
stored = recbook.stored("sequences")
test = stored["results"]["test"]
per_user = {name: np.array(found["per_user"]) for name, found in test.items()}
flawed = np.array(recbook.stored("sequence_search")["results"]["mask at an untrained place"]["per_user"])
cost = bootstrap(per_user["BERT4Rec"] - flawed)
recbook.claim(
    cost.low > 0,
    en="With the mask at a place that no row trained BERT4Rec's NDCG@10 on the test films is {untrained:.3f}; with that "
    "place trained it is higher by {cost_low:.3f} to {cost_high:.3f} (95% interval).",
    zh="掩码符在从未训练过的位置上时，BERT4Rec 在测试电影上的 NDCG@10 是 {untrained:.3f}；这个位置训练过，则高出 "
    "{cost_low:.3f} 到 {cost_high:.3f}（95% 区间）。",
    takeaway=dict(
        en="Ask of every weight used to recommend: was it trained?",
        zh="推荐时用到的每个参数，都要问一句：它训练过吗？",
    ),
    untrained=flawed.mean(), cost_low=cost.low, cost_high=cost.high,
)

# %% [markdown] lang="en"
# No error was raised here either, and the lists look like lists: the films before the mask carry much of them. A test finds it in seconds: train for a few steps, and see which rows of the place table have moved.

# %% [markdown] lang="zh"
# 这里同样没有报错，列表看上去也像样，因为掩码符前面的电影已经提供了大部分信息。有个检验几秒钟就能发现：训练几步，看位置表里哪些行动过。

# %% [markdown] lang="en"
# ## Do titles help? <a id="titles"></a>
#
# So far a film is a number, and its vector begins at random: an **identity** (ID embedding). What can a pretrained text model add? Take the title vector $f_j \in \mathbb{R}^{384}$ of MiniLM (chapter 00), put it through a learned projection $W \in \mathbb{R}^{384 \times d}$, and make the row of film $j$ in the item table $E_j = I_j + f_j W$, with $I_j$ the film's own free vector. Four models, each trained for twenty epochs with three seeds (stored; what their settings are worth: [Deeper](#details)):
#
# | model | item vector |
# |---|---|
# | identities | $I_j$, from random numbers |
# | text | $f_j W$ only |
# | identities + text | $I_j + f_j W$ |
# | identities + random vectors (the control) | $I_j + g_j W$, with a random vector $g_j$ in place of each title vector |
#
# Identities + text have more numbers to learn than identities, those of $W$, and start elsewhere ([how $W$ begins](#projection)). Both could change the result without any help from what titles *mean*. The control has the same shapes, and its vectors mean nothing. Only what identities + text have over the control can be owed to the titles. So look first at the last two rows; the last one is (identities + text) − (identities + random vectors):

# %% [markdown] lang="zh"
# ## 片名有帮助吗？ <a id="titles"></a>
#
# 到目前为止，一部电影只是一个编号，它的向量从随机数开始：这是 **ID 嵌入**（ID embedding）。预训练的文本模型能增添什么？取 MiniLM（第 00 章）给出的片名向量 $f_j \in \mathbb{R}^{384}$，经过一个可学习的投影 $W \in \mathbb{R}^{384 \times d}$，电影 $j$ 在物品表里的行就成了 $E_j = I_j + f_j W$，其中 $I_j$ 是这部电影自己的自由向量。比较四个模型，各用三个种子，训练二十个轮次（结果是存好的；各项设置有多大作用，见[选读](#details)）：
#
# | 模型 | 物品向量 |
# |---|---|
# | ID 嵌入 | $I_j$，从随机数开始 |
# | 文本 | 只有 $f_j W$ |
# | ID 嵌入＋文本 | $I_j + f_j W$ |
# | ID 嵌入＋随机向量（对照） | $I_j + g_j W$，每个片名向量换成随机向量 $g_j$ |
#
# ID 嵌入＋文本比 ID 嵌入多出 $W$ 的参数，起点也不同（[$W$ 从什么开始](#projection)）。这两点都可能改变结果，而与片名的**含义**无关。对照的形状完全相同，只是向量没有含义。ID 嵌入＋文本胜过对照的部分，才可能归功于片名。所以先看图中最下面两行；最后一行是（ID 嵌入＋文本）−（ID 嵌入＋随机向量）：

# %%
test_film = split.test.item[np.argsort(split.test.user)]  # (users,)
counts = split.train.item_counts()
rare = counts[test_film] < 20
pairs = [(name, "SASRec") for name in ("SASRec, both", "SASRec, text", "SASRec, random codes")]
pairs.append(("SASRec, both", "SASRec, random codes"))
gains = {}
for one, other in pairs:
    for group, who in (("all test films", rare | True), ("rare test films", rare)):
        d = (per_user[one] - per_user[other])[who]
        gains[(one, other), group] = (d.mean(), *bootstrap(d))
figures.gains(gains)

# %%
by_codes, against_random = (gains[pairs[k], "all test films"] for k in (2, 3))
recbook.claim(
    by_codes[1] > 0 and against_random[1] < 0 < against_random[2],
    en="Random vectors add {random_low:.3f} to {random_high:.3f} NDCG@10 to SASRec's identities; between titles and random "
    "vectors no difference is shown ({difference_low:+.3f} to {difference_high:+.3f}).",
    zh="给 SASRec 的 ID 嵌入加上随机向量，NDCG@10 提高 {random_low:.3f} 到 {random_high:.3f}；片名与随机向量的差异不显"
    "著（{difference_low:+.3f} 到 {difference_high:+.3f}）。",
    takeaway=dict(
        en="Random vectors gave SASRec a gain, and titles were not shown to give more: only a control says what a gain is due to.",
        zh="随机向量使 SASRec 有提高，片名没有显出更多：提高从何而来，只有对照才能回答。",
    ),
    random_low=by_codes[1], random_high=by_codes[2], difference_low=against_random[1],
    difference_high=against_random[2],
)

# %% [markdown] lang="en"
# For the titles no gain over identities is shown, for the random vectors one is: so a gain of this kind needs no meaning. (Each user's NDCG@10 is the mean of three seeds. *Rare* are test films with fewer than 20 ratings: only few users have one, hence the wide intervals.) Titles do count for films without any rating, which identities cannot rank at all (chapters 01, 05, 10). A film with ratings is already largely described by who rated it.

# %% [markdown] lang="zh"
# 与只用 ID 嵌入相比，片名带来的差异不显著，随机向量的反而显著：可见这样的提高不需要含义。（每位用户的 NDCG@10 取三个种子的平均。“冷门”指评分少于 20 条的测试电影：这样的用户很少，所以区间很宽。）对没有任何评分的电影，ID 嵌入无从排序，片名可以（第 01、05、10 章）。而有评分的电影，评过它的用户已经提供了大部分信息。

# %% [markdown] lang="en"
# ## All models on one table
#
# Every kind of model of the course so far, on the test films, which chose nothing. Models that draw random numbers ran with three seeds, and each user's value is the mean over them (stored). “Item-kNN, last films” is chapter 03's, with a half-life of 2 films, as is item2vec; the two towers are chapter 02's. BERT4Rec reads 10 films, what suited it best on validation ([Deeper](#bert4rec)). The other colour marks the best on validation (a column of the table). On the left, the mean over all users; on the right, those whose test film came **later than a minute** after the film before. The last table has paired intervals:

# %% [markdown] lang="zh"
# ## 全部模型放在一张表里
#
# 这里是课程至今的各种模型，都在测试电影上评测，测试电影没有参与任何选择。用到随机数的模型各跑三个种子，每位用户的值是它们的平均（结果是存好的）。“item-kNN（近期加权）”（半衰期 2 部）和 item2vec 都见第 03 章，双塔见第 02 章。BERT4Rec 只读 10 部，这样在验证集上最好（[选读](#bert4rec)）。另一种颜色的，是在验证集上最好的模型（表中有一列）。左边是全部用户的平均；右边只看与前一部相隔**超过一分钟**才评测试电影的用户。最后一张表是配对差的区间：

# %%
alike = "EASE, all films alike"
every_user, every_test = (found | {alike: found["EASE"]} for found in (per_user, test))
shown = ["popularity", "item-kNN", "item-kNN, last films", alike, "EASE, last films", "item2vec", "two towers"]
shown += ["BERT4Rec", "SASRec", "SASRec, text", "SASRec, random codes", "SASRec, both"]
# en: From the film before to the test film.
# zh: 从前一部到测试电影。
away = seconds_since(split)
later = away > 60
figures.on_average_and_later({name: every_user[name] for name in shown}, later, mark="SASRec, both")

# %%
parts = {"all users": np.ones(len(away), bool), "a minute": ~later, "later than a minute": later}
rows = [
    (plots.name(name), np.mean(every_test[name]["valid"]), *(every_user[name][who].mean() for who in parts.values()),
     f"{every_test[name]['seconds']:.1f}")
    for name in shown
]  # fmt: skip
rows.append((plots.name("users"), "", *(str(who.sum()) for who in parts.values()), ""))
plots.table(pd.DataFrame(rows, columns=["model", "validation NDCG@10", *parts, "CPU seconds"]), caption="NDCG@10")

# %%
stored_reports = {name: Report({"ndcg@10": every_user[name]}) for name in shown}
rivals = ("item-kNN, last films", "EASE, last films", "item2vec")
over = {
    name: {part: bootstrap((every_user["SASRec, both"] - every_user[name])[who]) for part, who in parts.items()}
    for name in (alike, *rivals)
}
rows = [(plots.name(name), *(plots.ends(*of, sign=True) for of in intervals.values())) for name, intervals in over.items()]
plots.table(pd.DataFrame(rows, columns=["SASRec minus", *parts]), caption="NDCG@10")

# %%
plain = over[alike]["all users"]
recbook.claim(
    plain.low > 0 and all(over[name]["all users"].low < 0 < over[name]["all users"].high for name in rivals),
    en="SASRec with identities and text is ahead of EASE with equal weights by {ease_low:.3f} to {ease_high:.3f} NDCG@10; "
    "from the three that weigh the last films most it has not been told apart.",
    zh="SASRec（ID 嵌入＋文本）的 NDCG@10 比权重相同的 EASE 高 {ease_low:.3f} 到 {ease_high:.3f}；与三个近期加权的模型"
    "差异不显著。",
    takeaway=False, ease_low=plain.low, ease_high=plain.high,
)

# %%
rules = [over[name]["later than a minute"] for name in rivals[:2]]
by_vectors = over["item2vec"]["later than a minute"]
recbook.claim(
    all(of.low > 0 for of in rules) and by_vectors.low < 0 < by_vectors.high
    and all(over[name]["a minute"].low < 0 < over[name]["a minute"].high for name in rivals),
    en="Later than a minute SASRec is ahead of both rules, by at least {rule_low:.3f}, but has not been told from item2vec "
    "({low:+.3f} to {high:+.3f}).",
    zh="超过一分钟，SASRec 高于两条规则，至少高 {rule_low:.3f}；与 item2vec 差异不显著（{low:+.3f} 到 {high:+.3f}）。",
    takeaway=dict(
        en="On average SASRec was not told from cheap models that weigh the last films most; later than a minute it led two "
        "rules, but not item2vec.",
        zh="平均来看，SASRec 与近期加权的便宜模型差异不显著；隔了一分钟以上时它领先于两条规则，却没有领先于 item2vec。",
    ),
    rule_low=min(of.low for of in rules), low=by_vectors.low, high=by_vectors.high,
)

# %% [markdown] lang="en"
# Leave out the cheap models that weigh the last films most, and SASRec looks like the discovery of the course. Put them in, and on average nothing is left to be seen.
#
# Mind what the split is worth. We looked at it after the fact, on one log, and most of those later than a minute are still within the hour. For those who really stayed away, over an hour, no model is shown to be ahead of popularity ([Deeper](#hour)).

# %% [markdown] lang="zh"
# 表里要是没有近期加权的便宜模型，SASRec 就像是全课程的重大发现。把它们放进来，平均值上就看不出差别。
#
# 这种分法能说明多少？它是看过结果之后才想到的，而且只有一份日志；隔了一分钟以上的用户，多数仍在一小时之内。真正离开过、隔了一小时以上的用户，没有一个模型显著高于流行度（[选读](#hour)）。

# %% [markdown] lang="en"
# ### Whose order is it?
#
# Why should a minute matter? Nobody watches a film in a minute. MovieLens users did not rate a film on the evening when they saw it: the site showed them pages of films, sorted, as far as one can tell, by what it expected them to like, and they ticked off those they knew, dozens in one **sitting**. The order in our histories seems to be largely the order of those pages (chapter 09 tests that): an artefact of how the data were collected, which a model of order learns all the same. What happens without it? Deal the films of each sitting out anew among the same moments (a sitting ends where an hour passes without a rating). Each history holds the same films, in the same sittings; the test film stays (stored):

# %% [markdown] lang="zh"
# ### 这是谁的顺序？
#
# 一分钟为什么要紧？没有人一分钟看完一部电影。MovieLens 的用户并不是看完一部评一部：网站一页一页地列出电影（看起来是按预计的喜好排的），用户把看过的勾出来，坐下来连续评几十部。这样连续的一段叫**一次打分**（sitting），相隔一小时没有评分才算结束。所以历史里的顺序，看来很大程度上就是页面的顺序（第 09 章会检验）：它是数据收集方式造成的假象，而序列模型照学不误。没有了它会怎样？把同一次打分的电影在原来的那些时刻上重新打乱。每段历史里还是同样的电影、同样的几段连续打分，测试电影也不变（结果是存好的）：

# %%
paged = recbook.stored("page_order")["results"]
dealt = {name: of["sitting"] for name, of in paged["films"]["order lost"].items()}
plots.table(figures.dealt_table(every_user, later, dealt, alike), caption="NDCG@10")

# %%
lost = dealt["item-kNN, last films"]
recbook.claim(
    (away <= 60).mean() > 0.7 and all(of["lost"]["all"]["interval"][0] > 0.01 for of in dealt.values()),
    en="{share:.0%} of the test films came within a minute of the film before, {same:.0%} in the same second. Without the "
    "order inside a sitting item-kNN with the last films falls from {as_rated:.3f} to {without_order:.3f}.",
    zh="{share:.0%} 的测试电影与前一部相隔不到一分钟，{same:.0%} 在同一秒。没有了同一次打分内部的顺序，近期加权的 item-kNN "
    "从 {as_rated:.3f} 降到 {without_order:.3f}。",
    takeaway=False, share=(away <= 60).mean(), same=(away == 0).mean(),
    as_rated=every_user["item-kNN, last films"].mean(), without_order=lost["models"]["all"]["mean"],
)
attention = dealt["SASRec, both"]["lost"]
everywhere, within_hour = attention["all"]["interval"], attention["an hour"]["interval"]
recbook.claim(
    within_hour[0] > 0 and all(dealt[name]["lost"]["an hour"]["interval"][0] < 0 for name in rivals),
    en="SASRec, trained anew on the dealt histories, loses {all_low:.3f} to {all_high:.3f}; where the test film came after "
    "a minute, but within the hour, {hour_low:.3f} to {hour_high:.3f}.",
    zh="SASRec 在打乱后的历史上重新训练，降低 {all_low:.3f} 到 {all_high:.3f}；测试电影隔了一分钟以上、一小时以内的，降低 "
    "{hour_low:.3f} 到 {hour_high:.3f}。",
    takeaway=False, all_low=everywhere[0], all_high=everywhere[1], hour_low=within_hour[0], hour_high=within_hour[1],
)

# %% [markdown] lang="en"
# All four end about where EASE stands that reads no order, or below: what they had gained needed the order inside the sitting. Between a minute and an hour SASRec's loss is shown, that of the three others is not. (Stored; two seeds of item2vec and SASRec, trained anew with the settings chosen before, five deals of the others.)
#
# What does that do to our comparison? On this log “to model order” means, for the most part, to guess on inside a sitting. That lead is real here, and nothing shows that it helps somebody who comes back tomorrow. Hence the deal as a control, and the groups by time.
#
# ### Where nobody shows a page
#
# In `recbook.load("shop")`, a year of groceries, we ask for products that are *new* to a household, in the five weeks after training. A basket has no order, so SASRec gets its lines shuffled (stored; settings chosen on earlier weeks; two seeds; the half-life of “last products” is the best of three). What sold best in the last four weeks is the bar:

# %% [markdown] lang="zh"
# 四个模型都降到与不看顺序的 EASE 差不多，或者更低：它们原来的提高，靠的是同一次打分内部的顺序。一分钟到一小时之间，SASRec 的降低是显著的，另外三个的不显著。（结果是存好的；item2vec 和 SASRec 沿用原来选定的设置重新训练，各两个种子，其余的各打乱五次。）
#
# 这对我们的比较意味着什么？在这份日志上，“为顺序建模”多半就是在同一次打分里往下猜。在这里领先是真的，可是没有证据说明它对明天才回来的用户有用。所以要有打乱顺序的对照，还要按时间分组。
#
# ### 没有页面的场合
#
# 用 `recbook.load("shop")`（一年的食品杂货）的数据，预测训练之后五周里一户人家会买哪些从未买过的商品。一篮之内没有顺序，所以 SASRec 的输入在篮内随机打乱（结果是存好的；设置在更早的几周上选定；两个种子；“近期加权”的半衰期是三个里最好的）。基线是推荐最近四周最畅销的商品：

# %%
shop = paged["shop"]["by delay"]["weeks"]
goods = ["popularity, last 4 weeks", "item-kNN", "EASE", "EASE, last products", "item2vec"]
goods += ["item2vec, without an order", "SASRec"]
rows = [(plots.name(name), f"{shop['models'][name]['all']:.4f}") for name in goods]
plots.table(pd.DataFrame(rows, columns=["model", "five weeks"]), caption="NDCG@10")

# %%
last, transformer = (shop["order"][name]["interval"] for name in ("EASE, last products", "SASRec"))
to_bar = {name: shop["minus last 4 weeks"][name]["all"]["interval"] for name in ("EASE", "SASRec")}
recbook.claim(
    last[0] < 0 < last[1] and transformer[1] < 0 and shop["order"]["item2vec"]["interval"][1] < 0
    and to_bar["EASE"][0] < 0 < to_bar["EASE"][1] and to_bar["SASRec"][1] < 0,
    en="In the shop no use of order is shown: EASE with and without recency have not been told apart, and SASRec stays "
    "{sasrec_low:.3f} to {sasrec_high:.3f} below EASE and {bar_low:.3f} to {bar_high:.3f} below the bar.",
    zh="在商店里看不出顺序有用：EASE 有没有近期加权，差异不显著；SASRec 比 EASE 低 {sasrec_low:.3f} 到 {sasrec_high:.3f}，比"
    "基线低 {bar_low:.3f} 到 {bar_high:.3f}。",
    takeaway=dict(
        en="Before you model an order, ask whose it is: what was learned of MovieLens's lies inside one sitting, probably the page's, and in a shop no use of order was shown.",
        zh="为顺序建模之前，先问这是谁的顺序：从 MovieLens 学到的顺序在同一次打分之内，多半是页面的；而在商店里看不出顺序有用。",
    ),
    sasrec_low=-transformer[1], sasrec_high=-transformer[0], bar_low=-to_bar["SASRec"][1], bar_high=-to_bar["SASRec"][0],
)

# %% [markdown] lang="en"
# EASE itself has not been told from the bar. And item2vec with narrow windows, which reads what lies near in time, stays below its version with wide windows and every history shuffled. (Only three settings of SASRec were tried there. What it learns from the lines of a basket as the file has them: [Deeper](#baskets).)

# %% [markdown] lang="zh"
# EASE 与这个基线本身差异不显著。窗口窄、只看时间上相邻商品的 item2vec，不如窗口宽、每个轮次打乱历史的 item2vec。（这里只试了 SASRec 的三组设置。如果照文件里的排列读一篮商品，会怎样？见[选读](#baskets)。）

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
# - Y. Hou et al. (2022). *Towards universal sequence representation learning for recommender systems.* KDD. [arXiv:2206.05941](https://arxiv.org/abs/2206.05941)。由文本得到物品向量（模型叫 UniSRec）。
# - W. X. Zhao et al. (2021). *RecBole: Towards a unified, comprehensive and efficient framework for recommendation algorithms.* CIKM. [arXiv:2011.01731](https://arxiv.org/abs/2011.01731)。
# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Windows for a whole log <a id="windows"></a>
#
# What one row saves on the whole log, and how `windows` treats the first targets of a window. A full window has no room for earlier films, so its first target has a past of one film. In training the cuts therefore stand at another place in every epoch (that is what the argument `rng` is for): a target has a short past in one epoch and a long one in another. A short window that does not begin at the start of a history is filled up in front with the films before it, which are read but not asked for again; `context` says how many films at the start of a history are only read.
#
# **Exercise 4.** Count what the two ways cost. A history of $T$ films has $T - 1$ targets; prefix expansion gives each a row of $L$ places, windows put up to $L$ of them into one. Somebody puts all histories of a log end to end and divides once, and gets too few windows. Count right, for histories without a film too. ({points})

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 把整份日志切成窗口 <a id="windows"></a>
#
# 这一节说明一行在整份日志上能省下多少，以及 `windows` 怎样照顾窗口最前面的目标。满的窗口没有空位放更早的电影，它的第一个目标之前就只有一部。所以训练时每个轮次的切口都不同（参数 `rng` 的用处就在这里）：同一个目标之前的历史，在这个轮次里较短，在另一个轮次里较长。不满的窗口如果不从历史开头开始，前面会用更早的电影补满，这些电影只作输入，不再作目标；参数 `context` 是历史开头只作输入的电影数。
#
# **练习 4** 数一数两种办法的代价。$T$ 部电影的历史有 $T - 1$ 个目标；前缀展开给每个目标一行，$L$ 个位置；窗口则把至多 $L$ 个目标放进一行。有人把日志里所有的历史首尾相接，只除一次，得到的窗口数偏少。请数对，没有电影的历史也要数对。（{points}）

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
n_targets, n_windows = int(cut.targets.sum()), len(cut.items)
recbook.claim(
    n_targets == split.train.n - split.train.n_users and n_targets > 30 * n_windows,
    en="The training log holds {n:,} targets: {prefix_places:,} places by prefix expansion, {window_places:,} in windows, "
    "{times_fewer:.0f} times fewer.",
    zh="训练日志里有 {n:,} 个目标：前缀展开要计算 {prefix_places:,} 个位置，窗口要计算 {window_places:,} 个，前者是后者的 "
    "{times_fewer:.0f} 倍。",
    takeaway=False, n=n_targets, prefix_places=n_targets * LENGTH, window_places=n_windows * LENGTH,
    times_fewer=n_targets / n_windows,
)

# %% [markdown] lang="en"
# ### The loss, by pencil <a id="pencil"></a>
#
# A case for exercise 3 that one can follow by hand. Three films A, B, C have the vectors $(1, 0)$, $(0, 1)$, $(0, 0)$, all biases are 0. The history A, B, C is filled up to $L = 3$ inputs: A, B and padding. Say that the layers give $h_1 = \log 2 \cdot (0, 1)$ and $h_2 = \log 2 \cdot (1, 0)$. Place 1 scores the three films with $\log 2 \cdot (0, 1, 0)$, and $e$ to these powers is $1, 2, 1$: its target B has the probability $2/4$ and costs $\log 2$. Place 2 scores them with $\log 2 \cdot (1, 0, 0)$; the powers are $2, 1, 1$; its target C has $1/4$ and costs $2 \log 2$. Place 3 is padding and has no target. The mean of *two* numbers is $1.5 \log 2 = 1.04$.

# %% [markdown] lang="zh"
# ### 笔算损失 <a id="pencil"></a>
#
# 这是练习 3 的一个可以手算的例子。三部电影 A、B、C 的向量是 $(1, 0)$、$(0, 1)$、$(0, 0)$，偏置都是 0。历史是 A、B、C，补齐到 $L = 3$ 个输入：A、B 和填充。设各层给出 $h_1 = \log 2 \cdot (0, 1)$，$h_2 = \log 2 \cdot (1, 0)$。位置 1 给三部电影的得分是 $\log 2 \cdot (0, 1, 0)$，以 $e$ 为底取幂是 $1, 2, 1$：目标 B 的概率是 $2/4$，损失 $\log 2$。位置 2 的得分是 $\log 2 \cdot (1, 0, 0)$，取幂是 $2, 1, 1$：目标 C 的概率是 $1/4$，损失 $2 \log 2$。位置 3 是填充，没有目标。**两个**数的平均是 $1.5 \log 2 = 1.04$。

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
# ### A training, live <a id="training"></a>
#
# Is this the model and the loop of the library, and how far does it come in two epochs? First the check. Both begin with the same weights and the same state of PyTorch's random numbers (which dropout uses), train one epoch on the first 75 users, and the loss of every step is compared. The library keeps the table in parts: `special` holds the rows for padding and mask, `identity` those of the films.

# %% [markdown] lang="zh"
# ### 现场训练 <a id="training"></a>
#
# 这与库里的模型和循环一样吗？两个轮次能练到什么程度？先做核对。两者从同样的权重、同样的 PyTorch 随机数状态（随机失活要用）出发，在前 75 位用户上训练一个轮次，比较每一步的损失。库里的表分成几块存放：`special` 是填充和掩码的行，`identity` 是各部电影的行。

# %%
from recbook.models import sequences as library

settings = library.SequenceSettings(text=False, epochs=1)
small_log = split.train.take(split.train.user < 75)
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
# Now all users, two epochs, about 20 seconds (the stored runs of SASRec have 20 epochs):

# %% [markdown] lang="zh"
# 现在用全部用户，训练两个轮次，大约需要 20 秒（存好的 SASRec 是 20 个轮次）：

# %%
EPOCHS = 2
torch.manual_seed(0)
sasrec = SASRec(n_films)
with tqdm(total=EPOCHS, leave=False) as bar:
    losses = train(
        sasrec, next_film_loss, partial(windows, sequences, LENGTH, 1), EPOCHS,
        after=lambda epoch, losses: bar.update(),
    )  # fmt: skip
by_epoch = [np.mean(part) for part in np.array_split(losses, EPOCHS)]

# %% tags=["nbval-ignore-output"]
report = evaluate(Trained(sasrec), split, on="valid")
plots.table(pd.DataFrame({"epoch": range(1, EPOCHS + 1), "mean loss": by_epoch}), caption="SASRec")
simple = {
    "SASRec": report,
    "popularity": evaluate(popularity, split, on="valid"),
    "EASE, all films alike": ease_report(None, on="valid"),
    "EASE, last films": ease_report(8.0, on="valid"),
}
rows = [(plots.name(name), other["ndcg@10"]) for name, other in simple.items()]
plots.table(pd.DataFrame(rows, columns=["model", "validation NDCG@10"]))

# %% tags=["nbval-ignore-output"]
above = report.difference(simple["popularity"], "ndcg@10")
recbook.claim(
    above.low > 0.01 and np.log(n_films) > by_epoch[0] > by_epoch[-1] + 0.3,
    en="After {n} epochs SASRec is above popularity by {lead_low:.3f} to {lead_high:.3f} validation NDCG@10 (one seed).",
    zh="训练 {n} 个轮次之后，SASRec 的验证集 NDCG@10 比流行度高 {lead_low:.3f} 到 {lead_high:.3f}（一个种子）。",
    takeaway=False, n=EPOCHS, lead_low=above.low, lead_high=above.high,
)

# %% [markdown] lang="en"
# Blind guessing among $m$ films would cost $\log m$, 7.4 here; compare the losses in the table. It is still behind EASE with the last films, whose half-life was chosen on these very films. And the toy above, one layer and windows of 10, scored higher on the same films after as many epochs: remember that for [the trap](#length).

# %% [markdown] lang="zh"
# 在 $m$ 部电影里乱猜，损失是 $\log m$，这里是 7.4；可以与表中的损失相比。它还不如近期加权的 EASE（不过那个半衰期正是在这些电影上选的）。而前面窗口为 10、只有一层的小模型同样训练两个轮次，在同样的电影上反而更高：后面讲[陷阱](#length)时还会回到这一点。

# %% [markdown] lang="en"
# ### Which details decide? <a id="details"></a>
#
# What the choices are worth that every comparison of models hides. Here are some of SASRec's, one change at a time, eight epochs each, three seeds, on the validation films (stored; `recbook experiment sequences` measures it again). One needs a word: the original SASRec does not score all films. It takes each target against one random film, a **negative**, and asks of each of the two, does it come next, yes or no?

# %% [markdown] lang="zh"
# ### 哪些细节起决定作用？ <a id="details"></a>
#
# 模型之间的每次比较，背后都有几十个选择，这一节看它们各有多大作用。下面检验 SASRec 的一些选择，每次只改一处，各用三个种子，训练八个轮次，都在验证集上评测。结果是存好的（`recbook experiment sequences` 可以重新测量）。其中一处要先说明：最初的 SASRec 并不给所有电影打分，而是给每个目标配一部随机抽取的电影（**负样本**），对两者分别判断接下来是不是它。

# %%
changed = dict(stored["results"]["details"]["SASRec"])
base = changed.pop("as it is")[""]
figures.changes(changed, base, "SASRec")


def outside(values, base):
    """en: 1 if all seeds lie above those of the base, -1 if all lie below, else 0.
    zh: 所有种子都高于基准的各种子为 1，都低于为 -1，否则为 0。"""
    return int(min(values) > max(base)) - int(max(values) < min(base))

# %% [markdown] lang="en"
# The base has length 50, dropout 0.1, 2 layers, a tied output, cross-entropy over all films, a constant rate after the warm-up and averaged weights. The grey band is the range of its own three seeds: what chance alone does. Only a change whose three dots all lie on one side of the band stands out; of any other it is not shown that it matters, nor that it does not. And even if nothing mattered, about one row in ten would stand out: three seeds all above or all below three others, 2 of 20 ways.

# %% [markdown] lang="zh"
# 基准设置：长度 50，失活率 0.1，2 层，共享输出，对所有电影做交叉熵，预热之后学习率不变，权重取平均。灰色带是基准自己三个种子的范围，也就是仅凭随机就有的波动。三个点全在灰色带同一侧的改动才算突出；其余的既没有证明有作用，也没有证明没有作用。而且即使什么都不起作用，大约每十行也会有一行纯属偶然地突出：三个种子全高于或全低于另外三个，20 种排法里有 2 种。

# %%
sampled = changed["loss"]["one negative"]
recbook.claim(
    outside(sampled, base) == -1
    and np.mean(sampled) == min(np.mean(values) for of in changed.values() for values in of.values()),
    en="The loss mattered most: with one random negative in place of all films validation NDCG@10 is {one_negative:.3f}, "
    "with all of them {all_films:.3f}.",
    zh="影响最大的是损失函数：只用一个随机负样本，验证集 NDCG@10 是 {one_negative:.3f}（用全部电影为 {all_films:.3f}）。",
    takeaway=False, one_negative=np.mean(sampled), all_films=np.mean(base),
)
usual = changed["averaging"]["none, falling rate"]
recbook.claim(
    outside(usual, base) == -1,
    en="The usual recipe, a falling rate and no averaging of the weights, gives {falling_rate:.3f}, every seed below the base.",
    zh="通常的做法，即学习率逐渐降低、不对权重取平均，得 {falling_rate:.3f}，每个种子都低于基准。",
    takeaway=False, falling_rate=np.mean(usual),
)

# %% [markdown] lang="en"
# Why a single negative is enough to get the order right in theory, and does worse here: [Deeper](#negatives). Short windows look like a gain; they are [a trap](#length). Each variant keeps the settings that were chosen for the base (by hand, about thirty tries), so the figure does not say what an idea can do at its best.

# %% [markdown] lang="zh"
# 为什么从理论上说一个负样本就足以学对顺序，在这里结果却更差，见[选读](#negatives)。短窗口看起来有提高，其实是[一个陷阱](#length)。每种改动都沿用了为基准选定的设置（手工试了大约三十组），所以这张图没有显示每种改动各自调好之后的结果。

# %% [markdown] lang="en"
# Does that hold for [the titles](#titles), too? There, titles and random vectors had the settings of the base. So both are tuned alike: six settings for each, one seed, on the validation films; then the best of each, three seeds, on the test films (stored, `recbook experiment sequence_search`):

# %% [markdown] lang="zh"
# 那么[片名](#titles)的结论呢？那里片名和随机向量用的都是基准设置。这里两者同样调参：各试六组设置，一个种子，用验证集选；再把各自最好的一组用三个种子在测试电影上评测（预先存好，`recbook experiment sequence_search`）：

# %%
tuned = recbook.stored("sequence_search")["results"]
both_ways = [tuned["SASRec"][features] for features in ("titles", "random codes")]
rows = [(plots.name(f"SASRec: {setting}"), *(way[setting]["valid"] for way in both_ways)) for setting in both_ways[0]]
plots.table(pd.DataFrame(rows, columns=["setting", "identities + titles", "identities + random vectors"]), caption=plots.name("validation NDCG@10"))

# %%
best_titles, best_codes = (np.array(tuned["chosen"][features]["per_user"]) for features in ("titles", "random codes"))
after_tuning = bootstrap(best_titles - best_codes)
recbook.claim(
    after_tuning.low < 0 < after_tuning.high,
    en="Tuned alike, SASRec has {titles:.3f} on the test films with titles and {codes:.3f} with random vectors: still not told apart ({low:+.3f} to {high:+.3f}).",
    zh="同样调参之后，SASRec 在测试电影上用片名为 {titles:.3f}，用随机向量为 {codes:.3f}：差异仍不显著（{low:+.3f} 到 {high:+.3f}）。",
    takeaway=False, titles=best_titles.mean(), codes=best_codes.mean(), low=after_tuning.low, high=after_tuning.high,
)

# %% [markdown] lang="en"
# ### BERT4Rec in code <a id="bert4rec"></a>
#
# The second model, and the gap between its training and its use. A share of the rows, here 50%, is cut short at a random film, and only that film, now the last, is hidden: exactly what the model will be asked. (The paper adds rows in which the last film of a history is hidden; those have the same answer in every epoch.) The other rows hide each film with a probability of 30%; a row in which chance hides none would teach nothing, so it is cut short too.

# %% [markdown] lang="zh"
# ### BERT4Rec 的代码 <a id="bert4rec"></a>
#
# 这一节写第二个模型，并处理它训练与使用的不一致。有一部分行（这里是 50%）在随机一部电影处截断，只遮住这部电影，它现在是最后一部：这正是推荐时的任务。（论文的做法是另外加一些行，遮住历史的最后一部；那样的行每个轮次答案都相同。）其余的行以 30% 的概率遮住每部电影；如果一部也没有抽到，这一行就学不到东西，所以也照样截断。

# %%
MASK = n_films + 1
HIDDEN, CUT_SHORT = 0.3, 0.5


def hidden_film_loss(model, films, targets):  # (batch, n), (batch, n)
    places = torch.arange(films.shape[1])
    # en: A random target of each row.
    # zh: 每行随机取一个目标。
    end = (torch.rand(films.shape) * targets).argmax(dim=1, keepdim=True)
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
# **Exercise 5.** How many targets does a row of $n$ films give on average? With $p$ the probability of hiding a film and $q$ the share of rows that are cut short. By pencil, for $n = 2$, $p = 1/2$, $q = 0$: both films are hidden with probability $1/4$, one of them with $1/2$, none with $1/4$, and then the row is cut short and has one target. That makes $2/4 + 1/2 + 1/4 = 5/4$. ({points})

# %% [markdown] lang="zh"
# （`torch.rand` 抽 0 到 1 之间的随机数；`~` 是非，`|` 是或，`&` 是且；`torch.where` 在第一个参数为 True 处取第二个，否则取第三个；`masked_fill` 在 bool 张量为 True 处写入一个值。`counted` 记下每个批次有多少行、多少目标。）
#
# **练习 5** $n$ 部电影的一行，平均有多少个目标？$p$ 是遮住一部电影的概率，$q$ 是被截断的行所占的比例。笔算 $n = 2$、$p = 1/2$、$q = 0$：两部都遮住的概率是 $1/4$，遮住其中一部的概率是 $1/2$，一部也没有抽到的概率是 $1/4$，这时这一行被截断，有一个目标。合起来是 $2/4 + 1/2 + 1/4 = 5/4$。（{points}）

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
# Train it for the same two epochs. It reads 50 films and the mask, so it has 51 places, and its rows must reach them all: `LENGTH + 1`. Every film of a window may be hidden: `context=0`.

# %% [markdown] lang="zh"
# 同样训练两个轮次。它的输入是 50 部电影加一个掩码符，所以有 51 个位置，每行也要有这么长：`LENGTH + 1`。窗口里每部电影都可以遮住：`context=0`。

# %%
counted = []
torch.manual_seed(0)
bert4rec = BothWays(n_films, length=LENGTH + 1)
with tqdm(total=EPOCHS, leave=False) as bar:
    train(
        bert4rec, hidden_film_loss, partial(windows, sequences, LENGTH + 1, 0), EPOCHS,
        after=lambda epoch, losses: bar.update(),
    )  # fmt: skip

# %% tags=["nbval-ignore-output"]
bert_report = evaluate(Trained(bert4rec, LENGTH, [MASK]), split, on="valid")
n_hidden, n_rows = np.sum(counted, axis=0)
recbook.claim(
    n_targets / n_windows > 2.5 * n_hidden / n_rows and report["ndcg@10"] > bert_report["ndcg@10"] + 0.01,
    en="A window gives SASRec {sasrec_targets:.0f} targets and BERT4Rec {bert4rec_targets:.0f}; after equal epochs "
    "validation NDCG@10 is {sasrec_ndcg:.3f} and {bert4rec_ndcg:.3f} (one seed each).",
    zh="一个窗口给 SASRec {sasrec_targets:.0f} 个目标，给 BERT4Rec {bert4rec_targets:.0f} 个；轮次相同，验证集 NDCG@10 分"
    "别是 {sasrec_ndcg:.3f} 和 {bert4rec_ndcg:.3f}（各一个种子）。",
    takeaway=False, sasrec_targets=n_targets / n_windows, bert4rec_targets=n_hidden / n_rows,
    sasrec_ndcg=report["ndcg@10"], bert4rec_ndcg=bert_report["ndcg@10"],
)

# %% [markdown] lang="en"
# How many films should it read, and how long should it train? One seed each, eight epochs where no other number stands, on the validation films (stored; `recbook experiment sequence_search` measures it again). The first row is the trap of the core, with 50 films:

# %% [markdown] lang="zh"
# 该读多少部电影，训练多久？各用一个种子，没有另外注明的训练八个轮次，在验证集上评测（结果是存好的，`recbook experiment sequence_search` 可以重新测量）。第一行就是核心部分讲的陷阱，只是这里读 50 部：

# %%
searched = recbook.stored("sequence_search")["results"]["BERT4Rec"]
rows = [(plots.name(name), of["valid"]) for name, of in searched.items()]
plots.table(pd.DataFrame(rows, columns=["BERT4Rec reads", "validation NDCG@10"]))

# %%
behind = stored_reports["SASRec"].difference(stored_reports["BERT4Rec"], "ndcg@10")
best = max(searched, key=lambda name: searched[name]["valid"])
recbook.claim(
    behind.low > 0 and best == "windows of 10, 20 epochs",
    en="With the best of these settings BERT4Rec stays {gap_low:.3f} to {gap_high:.3f} below SASRec with identities on the "
    "test films (three seeds each).",
    zh="取其中最好的设置，BERT4Rec 在测试电影上比只用 ID 嵌入的 SASRec 低 {gap_low:.3f} 到 {gap_high:.3f}（各三个种子）。",
    takeaway=False, gap_low=behind.low, gap_high=behind.high,
)

# %% [markdown] lang="en"
# That is a comparison of two trainings more than of two models: both had 20 epochs, but an epoch gives SASRec more targets, and one seed chose how much BERT4Rec reads. Which of the two is better is disputed, and much goes back to the loss and the length of training (Klenitskiy and Vasilev 2023; Petrov and Macdonald 2022).
#
# ### One negative, and overconfidence <a id="negatives"></a>
#
# What does the original SASRec's loss learn, and why is it worse here? With the sigmoid $\sigma(s) = 1 / (1 + e^{-s})$, $s_+$ the score of the target and $s_-$ that of the negative, the loss is chapter 07's binary cross-entropy: $-\log \sigma(s_+) - \log (1 - \sigma(s_-))$. Let film $j$ come next with the probability $p_j$, and be drawn as a negative with the probability $1/m$. Its score $s$ then costs, on average, $-p_j \log \sigma(s) - \frac1m \log (1 - \sigma(s))$, and the derivative with respect to $s$, $-p_j (1 - \sigma(s)) + \frac1m \sigma(s)$, is 0 at
#
# $$\sigma(s) = \frac{p_j}{p_j + 1/m}$$
#
# By pencil: with $m = 1682$ films, a film that comes next in 1 of 100 cases gets $0.01 / (0.01 + 0.0006) = 0.94$. The model says 94% where 1% is right: **overconfidence** (Petrov and Macdonald 2023). The *ranking* at this optimum would still be right, since $\sigma$ grows with $p_j$. But all films with a fair chance lie close to 1, where the sigmoid is flat, and each target pushes down a single other film, where full cross-entropy pushes down all of them. (With 100 negatives, whose losses are averaged here, the optimum is the same; only chance plays a smaller part.)

# %% [markdown] lang="zh"
# 与其说这比的是两个模型，不如说是两次训练：都训练了 20 个轮次，但 SASRec 每个轮次的目标更多，而 BERT4Rec 读多少部只由一个种子选定。这两个模型孰优尚有争议，分歧很大程度上来自损失函数和训练的长短（Klenitskiy and Vasilev 2023；Petrov and Macdonald 2022）。
#
# ### 一个负样本与过度自信 <a id="negatives"></a>
#
# 最初的 SASRec，损失函数学到的是什么，为什么在这里更差？sigmoid 为 $\sigma(s) = 1 / (1 + e^{-s})$，目标与负样本的得分记作 $s_+$ 和 $s_-$，损失是第 07 章的二元交叉熵：$-\log \sigma(s_+) - \log (1 - \sigma(s_-))$。设电影 $j$ 接下来出现的概率是 $p_j$，被抽为负样本的概率是 $1/m$。那么它的得分 $s$ 平均带来的损失是 $-p_j \log \sigma(s) - \frac1m \log (1 - \sigma(s))$，对 $s$ 的导数 $-p_j (1 - \sigma(s)) + \frac1m \sigma(s)$ 为 0 时
#
# $$\sigma(s) = \frac{p_j}{p_j + 1/m}$$
#
# 笔算：$m = 1682$ 部电影，如果一部电影每 100 次有 1 次接下来出现，就得到 $0.01 / (0.01 + 0.0006) = 0.94$：真实概率是 1%，模型给出 94%，这叫**过度自信**（overconfidence，Petrov and Macdonald 2023）。在这个最优点上，**排序**仍然是对的，因为 $\sigma$ 随 $p_j$ 增大。但只要概率不太小，取值就接近 1，进入 sigmoid 的饱和区；而且每个目标只压低另外一部，完整的交叉熵则把其余的全部压低。（用 100 个负样本时，这里对它们的损失取平均，最优点不变，只是随机性的影响变小。）

# %%
recbook.claim(
    outside(changed["loss"]["100 negatives"], base) == -1,
    en="With {n} negatives validation NDCG@10 is {many_negatives:.3f}, every seed still below the base ({all_films:.3f}).",
    zh="用 {n} 个负样本时，验证集 NDCG@10 为 {many_negatives:.3f}，每个种子仍低于基准（{all_films:.3f}）。",
    takeaway=False, n=100, many_negatives=np.mean(changed["loss"]["100 negatives"]), all_films=np.mean(base),
)

# %% [markdown] lang="en"
# ### A trap: the length <a id="length"></a>
#
# Windows of 10 films look like an easy gain in the figure of details. Two questions before one believes it. Is it the length? With short windows there are more rows, and so more steps in an epoch; the control has nearly as many steps, with batches of 16 rows of 50 places. And does it last? Both lengths after all epochs:

# %% [markdown] lang="zh"
# ### 一个陷阱：长度 <a id="length"></a>
#
# 在比较细节的图里，只有 10 部电影的窗口似乎轻轻松松就有提高。相信之前先问两个问题。是长度的作用吗？窗口短，行数就多，一个轮次的步数也就多；对照的步数与它几乎相同：每批 16 行，每行 50 个位置。这个优势能保持吗？再看两种长度都训练满全部轮次的结果：

# %%
short, control = changed["length"]["10"], changed["rows in a batch"]["16"]
full = stored["results"]["test"]["SASRec"]["valid"]
short_full = stored["results"]["details"]["SASRec, all epochs"]["length"]["10"]
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
    en="Short windows lead after {few} epochs, and it is not the steps (every seed above); after {all} no lead is shown.",
    zh="训练 {few} 个轮次后短窗口领先，而且不是因为步数多（每个种子都更高）；训练 {all} 个轮次后，差异不显著。",
    takeaway=False, few=few_epochs, all=all_epochs,
)

# %% [markdown] lang="en"
# A detail that decides a short race need not decide a long one. A table of details holds for the training that it was made with.
#
# ### How the projection begins <a id="projection"></a>
#
# Where $W$ starts: 384 numbers have to become 64 and keep as much as possible of what tells titles apart. The **principal directions** do that, the directions in which the vectors vary most, found by the singular value decomposition (chapter 01). For the points $(1, 1)$, $(-1, -1)$, $(2, 2)$, $(-2, -2)$ one direction, $(1, 1) / \sqrt 2$, keeps everything. The control is like the titles in shape, but its variance is spread more evenly, as the numbers below show; titles shuffled among the films would be like them in that too. The title vectors have their mean taken off and length 1; the identities begin at 0, so that the model starts from the text and learns for each film what its title does not say.

# %% [markdown] lang="zh"
# 决定短训练结果的细节，未必决定长训练的结果。比较细节的表格，只说明那种训练规模下的情形。
#
# ### 投影从什么开始 <a id="projection"></a>
#
# 这一节说明 $W$ 的起点：384 个数要变成 64 个，并尽量保留能区分片名的信息。**主方向**（principal directions）正好可以：它们是向量变化最大的方向，由奇异值分解求得（第 01 章）。对 $(1, 1)$、$(-1, -1)$、$(2, 2)$、$(-2, -2)$ 这四个点，一个方向 $(1, 1) / \sqrt 2$ 就保留了全部信息。对照与片名向量形状相同，但方差分布得更均匀（见下面的数字）；把片名在电影之间打乱的对照，连这一点也相同。片名向量先减去平均，再缩放到长度 1；自由向量从 0 开始，于是模型从文本出发，再学习每部电影中片名未能表达的部分。

# %%
from recbook.models.towers import centred
from recbook.text import TextEncoder

text = centred(TextEncoder("all-MiniLM-L6-v2").encode(list(titles)))  # (films, 384)
random_text = centred(np.random.default_rng(0).normal(size=text.shape).astype(np.float32))
kept = {}
for name, features in (("titles", text), ("random codes", random_text)):
    _, sizes, _ = np.linalg.svd(features, full_matrices=False)
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
# ### How far back does it look? <a id="inside"></a>
#
# A look into the two-layer SASRec trained above. At the place that recommends, how is the attention spread over the past? We take the weights of both layers (mean of the two heads) at the last of 50 places, averaged over the users with more than 50 films, by **distance**: 0 is the last film itself, 1 the one before. Beside it stand the same model with random weights and the rule from the beginning, $2^{-k/8}$. `layer.self_attn`, called alone, returns the weights too, `(batch, n, n)`.

# %% [markdown] lang="zh"
# ### 往回看多远？ <a id="inside"></a>
#
# 考察前面现场训练的那个两层 SASRec 的内部。在给出推荐的那个位置上，注意力在历史中的电影上怎样分布？取两层在 50 个位置中最后一个上的权重（两个头的平均），对历史超过 50 部电影的用户取平均，按**距离**排列：0 是最后一部自己，1 是它前面的一部。旁边是同一模型随机初始化时的权重，以及本章开头的规则 $2^{-k/8}$。单独调用 `layer.self_attn` 时也返回权重，形状是 `(batch, n, n)`。

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
# en: Much like layer 1.
# zh: 与第 1 层相差不大。
del by_distance["random weights, layer 2"]

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


def new_films(before, after):
    """en: How many films of the second lists the first lack, for each user: (users,).
    zh: 每位用户的第二份列表里，有几部是第一份没有的：(users,)。"""
    return np.array([len(set(b) - set(a)) for a, b in zip(before, after)])


some = np.array(long[:200])
complete = lists_of(serving, [histories[user][-LENGTH:] + 1 for user in some], some)
influence = {}
for k in (0, 1, 2, 4, 8, 16, 32):
    shorter = [np.delete(histories[user], -1 - k)[-LENGTH:] + 1 for user in some]
    influence[k] = new_films(complete, lists_of(serving, shorter, some))

# %% tags=["nbval-ignore-output"]
figures.by_distance(by_distance, influence)

# %% tags=["nbval-ignore-output"]
first, far = bootstrap(influence[0]), bootstrap(influence[32])
nearest = {name: weights[:8].sum() for name, weights in by_distance.items()}
recbook.claim(
    first.low > max(far.high, bootstrap(influence[1]).high),
    en="Without its last film a history gets {last_low:.1f} to {last_high:.1f} other films among ten; without the film 32 "
    "places earlier, {far_films:.1f}.",
    zh="去掉最后一部电影，推荐的十部里换掉 {last_low:.1f} 到 {last_high:.1f} 部；去掉再往前 32 个位置的那部，换掉 "
    "{far_films:.1f} 部。",
    takeaway=False, last_low=first.low, last_high=first.high, far_films=influence[32].mean(),
)
recbook.claim(
    nearest["trained, layer 1"] - 0.05 > max(nearest["trained, layer 2"], nearest["random weights, layer 1"]),
    en="The last 8 of 50 films get {first_layer:.0%} of the attention in the first layer and {second_layer:.0%} in the "
    "second.",
    zh="50 部电影中的最后 8 部，在第一层里得到 {first_layer:.0%} 的注意力，在第二层里得到 {second_layer:.0%}。",
    takeaway=False, first_layer=nearest["trained, layer 1"], second_layer=nearest["trained, layer 2"],
)

# %% [markdown] lang="en"
# On the right the last film stands apart: taking out the one just before it changes the list far less. (Its place is also the one that is asked, and its own vector reaches the output past the attention.) On the left the layers differ: the first attends to the recent films, the second to all about evenly, much as with random weights. Which of the curves would one have called "how much a film matters"? Only taking films out answers that.
#
# ### One more film <a id="one-more"></a>
#
# What a newly rated film does to a list. We make everybody's list before and after the validation film and count what is exchanged.

# %% [markdown] lang="zh"
# 右图里，最后一部与众不同：拿掉它前面的一部，列表的变化要小得多。（给出推荐的正是最后一部所在的位置，它自己的向量会绕过注意力到达输出。）左图里，两层不一样：第一层偏重最近的电影，第二层几乎平均，与随机初始化时相差不大。该把哪条曲线叫作“一部电影有多重要”？只有把电影拿掉才能回答。
#
# ### 多一部电影 <a id="one-more"></a>
#
# 这一节看新评的一部电影怎样改变列表。给每位用户做出评验证电影之前和之后的列表，数一数换掉几部。

# %% tags=["nbval-ignore-output"]
everyone = np.arange(ratings.n_users)
rows_after = [films[-LENGTH:] + 1 for films in histories]
rows_before = [films[-LENGTH:] + 1 for films in sequences]
lists = {"before": lists_of(serving, rows_before, everyone), "after": lists_of(serving, rows_after, everyone)}
exchanged = new_films(lists["before"], lists["after"])
moved_on = {"SASRec": exchanged.mean()}
for name, half_life in (("EASE, all films alike", None), ("EASE, last films", 8.0)):
    both = [
        top_k(recency(part, half_life) @ ease.weights_, 10, exclude=met)
        for part in (split.train, split.history())
    ]
    moved_on[name] = new_films(*both).mean()
recbook.claim(
    moved_on["EASE, all films alike"] + 0.3 < min(moved_on["EASE, last films"], moved_on["SASRec"]),
    en="One more rated film exchanges {sasrec:.1f} of ten recommended films on average in that SASRec, "
    "{ease_last:.1f} in EASE with the last films, and {ease_alike:.1f} in EASE with all films alike.",
    zh="多评一部电影，推荐的十部中平均换掉：这个 SASRec {sasrec:.1f} 部，近期加权的 EASE {ease_last:.1f} 部，权重相同的 "
    "EASE {ease_alike:.1f} 部。",
    takeaway=False, sasrec=moved_on["SASRec"], ease_last=moved_on["EASE, last films"],
    ease_alike=moved_on["EASE, all films alike"],
)

# %% [markdown] lang="en"
# A list that moves is not a better list. But whether it should answer to what was just watched is a decision about the service, and this number shows what a model will do.
#
# ### A wrong prediction <a id="wrong"></a>
#
# A failure, and a story about it put to the test. Among the users whose test film is well known, with at least 100 ratings in training, we take the one for whom the model ranks it lowest. What did the history hold, what was recommended, and which films are nearest to the test film in the item table (by cosine)?

# %% [markdown] lang="zh"
# 列表变化大，不等于列表更好。但列表要不要对刚看过的电影有反应，是服务设计上的决定；这个数说明模型有多敏感。
#
# ### 一次错误的预测 <a id="wrong"></a>
#
# 这一节看一次失败，并检验关于它的一个故事。在测试电影较热门（训练集里至少 100 条评分）的用户中，取测试电影名次最靠后的那位。历史里有什么，推荐了什么，在物品表里离测试电影最近（按余弦）的又是哪些？

# %% tags=["nbval-ignore-output"]
def rank_of_test(rows, users):
    scores = np.where(met[users].toarray() > 0, -np.inf, serving.score_rows(rows))
    return 1 + (scores > scores[np.arange(len(users)), test_film[users]][:, None]).sum(axis=1)


known = np.flatnonzero(counts[test_film] >= 100)
ranks = rank_of_test([rows_after[user] for user in known], known)
worst = known[ranks.argmax()]
vectors = functional.normalize(sasrec.items.weight[1:-1].detach(), dim=1)
cosines = (vectors @ vectors.T).numpy()  # (films, films)
near = np.argsort(-cosines[test_film[worst]], kind="stable")[1:6]
story = {"rated last": histories[worst][-5:], "recommended": lists["after"][worst][:5], "nearest to the test film": near}
story = {what: [plots.film(title) for title in titles[films]] for what, films in story.items()}
plots.table(pd.DataFrame({"test film": [plots.film(titles[test_film[worst]])], "rank": [int(ranks.max())]}))
plots.table(pd.DataFrame(story))

# %% [markdown] lang="en"
# It is easy to tell a story now: none of the last films is like the test film, so nothing pointed to it. A story is not yet an explanation. If it is right, a film near the test film, put at the end of the history, must lift the test film, and any other film must do so less. We try it on all these users with a rank beyond 100: behind each history the nearest film, by the model's own vectors, that the user has not rated, or, as the control, one drawn at random. Both are well-known films, so that fame does not set them apart.

# %% [markdown] lang="zh"
# 现在很容易讲出一个故事：最近看的电影没有一部与测试电影相像，所以没有任何线索指向它。但故事还不是解释。如果它是对的，那么在历史末尾放上一部与测试电影相近的，测试电影的名次就应当上升，随便放一部别的，则应当上升得少一些。在名次超过 100 的这些用户上都试一试：在每段历史后面，放上用户没有评过的、按模型自己的向量最近的一部；对照是随机抽一部。两者都取自热门电影，这样差别就不在于热不热门。

# %%
failed = known[ranks > 100]
allowed = (met[failed].toarray() == 0) & (counts >= 100)  # (users, films)
allowed[np.arange(len(failed)), test_film[failed]] = False
by_nearness = {"a near film": cosines[test_film[failed]]}
by_nearness["a random film"] = np.random.default_rng(0).random(allowed.shape)
lifted = {}
for name, order in by_nearness.items():
    extra = np.where(allowed, order, -np.inf).argmax(axis=1)
    rows = [np.append(rows_after[user], film + 1)[-LENGTH:] for user, film in zip(failed, extra)]
    lifted[name] = rank_of_test(rows, failed) < ranks[ranks > 100]

# %% tags=["nbval-ignore-output"]
margin = bootstrap(lifted["a near film"].astype(float) - lifted["a random film"])
recbook.claim(
    margin.low > 0.1,
    en="Of {n} users whose well-known test film ranks beyond 100, a near film added to the history raises it for "
    "{near_share:.0%}, a random one for {random_share:.0%}.",
    zh="有 {n} 位用户的热门测试电影名次在 100 之后：在历史末尾加上一部与它相近的电影，其中 {near_share:.0%} 的名次上升；随机"
    "加一部，则是 {random_share:.0%}。",
    takeaway=False, n=len(failed), near_share=lifted["a near film"].mean(), random_share=lifted["a random film"].mean(),
)

# %% [markdown] lang="en"
# So this much of the story holds: in this model a near film lifts the test film, and a random one does not do so reliably. (With a tied output this is nearly built in: the vector of the added film reaches the output, and there the test film's vector is close to it.) Whether the history held any sign of the film that came next, the test cannot tell: that the model used none does not mean that there was none.
#
# ### More of the table: other metrics, and who stayed away over an hour <a id="hour"></a>
#
# Hit@10 is the share of users whose test film is among the ten, MRR@10 the mean of 1 / rank, 0 beyond ten; the last two columns, NDCG@10, split the users whose test film came later than a minute.

# %% [markdown] lang="zh"
# 可见故事的这一部分成立：在这个模型里，相近的电影会抬高测试电影的名次，随机的一部则不一定。（共享输出几乎决定了这一点：所加电影的向量会到达输出，而测试电影的向量与它相近。）历史里有没有指向下一部的线索，这个检验回答不了：模型没有用上线索，不等于没有线索。
#
# ### 表格的其余部分：别的指标，以及隔了一小时以上的用户 <a id="hour"></a>
#
# 命中率（Hit@10）是测试电影进入前十的用户比例，平均倒数排名（MRR@10）是 1 / 名次的平均，十名之外为 0；最后两列是 NDCG@10，把隔了一分钟以上的用户再分成两组。

# %%
groups = {"an hour": later & (away <= 3600), "later": away > 3600}
seeds = {
    name: "–".join(f"{end:.4f}" for end in sorted({min(found["test"]), max(found["test"])}))
    for name, found in every_test.items()
}
rows = [
    (plots.name(name), seeds[name], every_test[name]["hit"], every_test[name]["mrr"],
     *(every_user[name][who].mean() for who in groups.values()))
    for name in shown
]  # fmt: skip
columns = ["model", "seeds, lowest and highest", "Hit@10", "MRR@10", *groups]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
over_popular = {
    name: bootstrap((every_user[name] - every_user["popularity"])[groups["later"]]) for name in shown if name != "popularity"
}
transformer, neighbours = over_popular["SASRec, both"], over_popular["item-kNN, last films"]
recbook.claim(
    all(of.low < 0 for of in over_popular.values()) and neighbours.high < 0,
    en="For the {n} users who stayed away over an hour no model is shown to be ahead of popularity: SASRec with identities "
    "and text by {sasrec_low:+.3f} to {sasrec_high:+.3f}.",
    zh="隔了一小时以上的 {n} 位用户，没有一个模型显著高于流行度：SASRec（ID 嵌入＋文本）与流行度之差为 {sasrec_low:+.3f} 到 "
    "{sasrec_high:+.3f}。",
    takeaway=False, n=int(groups["later"].sum()), sasrec_low=transformer.low, sasrec_high=transformer.high,
)

# %% [markdown] lang="en"
# ### Rare test films <a id="rare"></a>
#
# A second group in which the models differ: the users whose test film has fewer than 20 ratings.

# %% [markdown] lang="zh"
# ### 冷门的测试电影 <a id="rare"></a>
#
# 还有一组用户，各模型在他们身上也有差别：测试电影的评分不到 20 条的那些。

# %%
rows = [(plots.name(name), every_user[name][rare].mean(), (every_user[name][rare] > 0).sum()) for name in shown]
plots.table(pd.DataFrame(rows, columns=["model", "rare test films", "users with a hit, in any seed"]), caption="NDCG@10")
lead = {name: bootstrap((every_user["SASRec, both"] - every_user[name])[rare]) for name in shown[:-1]}
over_ease, over_knn = lead["EASE, last films"], lead["item-kNN, last films"]
scarce = gains[pairs[0], "rare test films"]
recbook.claim(
    over_ease.low > 0 and lead["item2vec"].low > 0 and over_knn.low < 0 < over_knn.high,
    en="Here SASRec with identities and text is ahead of EASE with the last films by {ease_low:.3f} to {ease_high:.3f}, but "
    "has not been told from item-kNN with the last films ({knn_low:+.3f} to {knn_high:+.3f}).",
    zh="对这些用户，SASRec（ID 嵌入＋文本）比近期加权的 EASE 高 {ease_low:.3f} 到 {ease_high:.3f}，与近期加权的 item-kNN 差"
    "异不显著（{knn_low:+.3f} 到 {knn_high:+.3f}）。",
    takeaway=False, ease_low=over_ease.low, ease_high=over_ease.high, knn_low=over_knn.low, knn_high=over_knn.high,
)
recbook.claim(
    scarce[1] < 0 < scarce[2],
    en="Whether titles help on rare films these {n} users cannot settle: {change_low:+.3f} to {change_high:+.3f}.",
    zh="片名对冷门电影有没有帮助，这 {n} 位用户无法定论：{change_low:+.3f} 到 {change_high:+.3f}（不显著）。",
    takeaway=False, n=int(rare.sum()), change_low=scarce[1], change_high=scarce[2],
)

# %% [markdown] lang="en"
# All three SASRec models with identities do better here than EASE and item2vec, the control too: it is neither the titles nor attention alone (BERT4Rec, as we train it, and SASRec on text alone have attention too and do worse). And the cheap item-kNN with the last films is not far behind.
#
# ### Baskets in the order of the file <a id="baskets"></a>
#
# What a transformer learns when an order means nothing. The shop's file sorts the lines of a basket by product number. Given in that order, and shuffled, the same SASRec, in two tasks: what is new to a household in five weeks, and in its next basket (stored).

# %% [markdown] lang="zh"
# 三个带 ID 嵌入的 SASRec 在这里都比 EASE 和 item2vec 好，对照也是：起作用的不是片名，也不只是注意力（我们这样训练的 BERT4Rec 和只用文本的 SASRec 也有注意力，却不如它们）。而便宜的 item-kNN（近期加权）与它们相差不远。
#
# ### 照文件顺序读一篮商品 <a id="baskets"></a>
#
# 如果顺序没有含义，Transformer 会学到什么？商店的文件按商品编号排列一篮商品的各行。同样的 SASRec，一次照这个顺序读，一次打乱，用在两个任务上：一户人家五周里的新商品，以及下一篮里的新商品（结果是存好的）。

# %%
tasks = {"five weeks": shop, "next basket": paged["shop"]["by delay"]["next basket"]}
goods = ["popularity", "popularity, last 4 weeks", "EASE", "EASE, last products", "SASRec", "SASRec, file order"]
rows = [(plots.name(name), *(f"{of['models'][name]['all']:.4f}" for of in tasks.values())) for name in goods]
plots.table(pd.DataFrame(rows, columns=["model", *tasks]), caption="NDCG@10")

# %%
losses = {part: np.mean(paged["shop"]["SASRec"][part]["losses"]) for part in ("shuffled", "file order")}
worse = shop["order"]["SASRec, file order"]["interval"]
recbook.claim(
    losses["file order"] < losses["shuffled"] and worse[1] < 0,
    en="In the order of the file SASRec's training loss is lower ({file_loss:.2f}, shuffled {shuffled_loss:.2f}) and its "
    "lists are worse, by {worse_low:.3f} to {worse_high:.3f}: it has learned the product numbers.",
    zh="按文件顺序读，SASRec 的训练损失更低（{file_loss:.2f}，打乱为 {shuffled_loss:.2f}），列表却更差，低 {worse_low:.3f} 到 "
    "{worse_high:.3f}：它学到的是商品编号。",
    takeaway=False, file_loss=losses["file order"], shuffled_loss=losses["shuffled"], worse_low=-worse[1],
    worse_high=-worse[0],
)

# %% [markdown] lang="en"
# A loss too good to be true, once more, and this time no mask is at fault: the order itself gives the answer away. (That SASRec stays below EASE and below what sold best lately does not prove that no setting can pass them: a shop's lists change with the season, and SASRec has no calendar.)
#
# ### Pauses <a id="pauses"></a>
#
# **Exercise 6**, open. Our places are counted in films, whatever time lies between them. Give the model the **pause** before each film. Below is a start: pauses in five classes. `windows` cuts them like films if it gets a generator with the same seed, and a table `nn.Embedding(6, 64)` (five classes and padding, as `windows` adds 1) can turn them into vectors that are added to the input. At which place may the pause before a film be read, and at which not, if nothing is to leak? Judge on the validation films, with three seeds with pauses and three without, and look at the users whose validation film came later than a minute.

# %% [markdown] lang="zh"
# 又是好得不像真的的损失，而这一次错不在掩码：顺序本身泄漏了答案。（SASRec 不如 EASE，也不如最近卖得最好的商品，并不能证明没有一组设置能超过它们：商店里什么好卖随季节变化，而 SASRec 不看日历。）
#
# ### 间隔 <a id="pauses"></a>
#
# **练习 6**（开放题）位置按电影的部数编号，不管中间隔了多久。请把每部电影之前的**间隔**也交给模型。下面是个开头：把间隔分成五类。`windows` 拿到种子相同的随机数发生器，就会用同样的切口切这些间隔；一张 `nn.Embedding(6, 64)` 的表（五类加填充，因为 `windows` 会加 1）可以把它们变成向量，加到输入上。如果不能有任何泄漏，一部电影之前的间隔，在哪个位置可以看，在哪个位置不能看？请在验证集上评判，带间隔和不带间隔各三个种子，并看看验证电影隔了一分钟以上的那些用户。

# %%
log = split.train
# en: By user, then by time.
# zh: 先按用户，再按时间。
in_order = np.lexsort((log.timestamp, log.user))
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
