# %% [markdown] lang="en"
# # 04 · BERT: words that read each other
#
# **You will be able to** compute self-attention with a pencil and build a whole BERT layer from it; make the batches of both
# pretraining tasks by hand; pretrain a small BERT and read its mind as it learns; and say, with numbers, what pretraining buys, what next sentence prediction is worth,
# and what BERT has to do with recommending.
#
# **You need** chapter 03 (softmax, cross-entropy, gradient) and matrix products. PyTorch is explained where it is used.
#
# **It takes** about two hours to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 04 · BERT：让每个词看到上下文
#
# **学完之后**，你能亲手算出自注意力（self-attention），并由它搭出一整层 BERT；能亲手做出两个预训练任务的批次；能预训练一个小 BERT，看着它一步步学会；
# 还能用数字说明：预训练带来了什么，下一句预测（next sentence prediction）值多少，BERT 与推荐有什么关系。
#
# **需要的基础**：第 03 章（softmax、交叉熵（cross-entropy）、梯度）和矩阵乘法。PyTorch 用到时会解释。
#
# **所需时间**：阅读大约两小时；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd
import torch
from torch import nn

import recbook
from recbook import plots
from recbook.chapters.bert import figures
from recbook.text import bert

recbook.setup("en")

# %% [markdown] lang="en"
# Word2Vec gives the word *bad* one vector, and it is the same in *a bad film* and in *a film not bad at all*. Whoever reads the word alone cannot know which is meant. So let the words read each other: each one
# collects from the others what it needs, and comes out with a new vector that fits this sentence and no other. That is **self-attention**, and BERT is little else, many times over.

# %% [markdown] lang="zh"
# Word2Vec 里，*bad* 只有一个向量，无论在 *a bad film*（一部烂片）还是 *a film not bad at all*（一部挺不错的片子）里都一样；只看这个词，无从判断褒贬。那就让每个词看到上下文：每个词按需要从其他词汇集信息，得到一个只属于这句话的新向量。
# 这就是**自注意力**；它是 BERT 的核心，BERT 由许多层这样的计算叠成。

# %% [markdown] lang="en"
# ## Three words, by pencil
#
# Our sentence is *film not bad*. Each word has three vectors. With its **query** $q$ it asks, with its **key** $k$ it says what it can be asked about, and its **value** $v$ is what it hands over. For $n$ words the rows make three matrices: $Q$ and $K$ of shape $(n, d)$, here $(3, 4)$, and $V$ of
# shape $(n, d_v)$, here $(3, 2)$. Read the two columns of $V$ as "is about films" and "is praise". The factor $\log 2$ in $K$ is there for the pencil again:

# %% [markdown] lang="zh"
# ## 三个词，一支铅笔
#
# 我们的句子是 *film not bad*（片子 不 烂）。每个词有三个向量：**查询**（query）$q$ 表示它在找什么，**键**（key）$k$ 表示它能提供什么，**值**（value）$v$ 是它提供的内容。$n$ 个词的行合成三个矩阵：$Q$ 和 $K$ 的形状是 $(n, d)$，这里是 $(3, 4)$；
# $V$ 的形状是 $(n, d_v)$，这里是 $(3, 2)$。$V$ 的两列可以读作“与电影有关”和“是夸奖”。$K$ 乘上 $\log 2$，仍是为了方便笔算：

# %%
words = ["film", "not", "bad"]
Q = np.array([[0, 0, 0, 2], [1, -1, 1, -1], [1, 3, 1, 1]]) * 1.0
K = np.array([[1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 1, 0]]) * np.log(2)
V = np.array([[4, 0], [0, 4], [0, -4]]) * 1.0

# %% [markdown] lang="en"
# *bad* asks. Its query is $(1, 3, 1, 1)$; with the three keys it makes the dot products $2, 4, 2$, in units of $\log 2$. They are divided by $\sqrt d = 2$: $1, 2, 1$. The softmax raises 2 to them, $2, 4, 2$, and divides by the sum:
# the **attention weights** $1/4, 1/2, 1/4$. Half of what *bad* takes in comes from *not*. The output is the weighted mean of the values,
#
# $$\tfrac14 (4, 0) + \tfrac12 (0, 4) + \tfrac14 (0, -4) = (1, 1)$$
#
# and the second number, $-4$ in the value of *bad* itself, has become 1: *not* has turned blame into praise. For all words at once (Vaswani et al. 2017, equation 1),
#
# $$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt d}\right) V$$
#
# where the softmax runs along each row, over the words that are *asked*.

# %% [markdown] lang="zh"
# 先看 *bad*。它的查询是 $(1, 3, 1, 1)$，与三个键的点积（dot product）以 $\log 2$ 为单位是 $2, 4, 2$。除以 $\sqrt d = 2$，得 $1, 2, 1$。以 2 为底取幂得 $2, 4, 2$，再除以总和，就是**注意力权重** $1/4, 1/2, 1/4$：
# *bad* 汇集的信息有一半来自 *not*。输出是各个值的加权平均：
#
# $$\tfrac14 (4, 0) + \tfrac12 (0, 4) + \tfrac14 (0, -4) = (1, 1)$$
#
# 第二个分量原是 *bad* 自己的 $-4$，现在成了 1：*not* 把贬义翻成了夸奖。所有词一起算（Vaswani et al. 2017，公式 1）：
#
# $$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt d}\right) V$$
#
# 其中 softmax 沿着每一行做，也就是对被关注的词归一化。

# %%
def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def attention(Q, K, V):
    weights = softmax(Q @ K.T / np.sqrt(Q.shape[-1]))  # (n, n)
    return weights @ V, weights  # (n, d_v), (n, n)


output, weights = attention(Q, K, V)
print(weights.round(4))
print(output.round(4))

# %% [markdown] lang="en"
# And if nobody had said *not*? Take its row out of all three matrices: *bad* now reads *film* and itself, half each, and ends at $(2, -2)$. The word is the same, the vector is not.

# %% [markdown] lang="zh"
# 如果没有说 *not* 呢？把它那一行从三个矩阵里拿掉：*bad* 现在关注 *film* 和自己，各占一半，得到 $(2, -2)$。词还是那个词，向量却不同了。

# %%
without_not = [0, 2]
attention(Q[without_not], K[without_not], V[without_not])[0][-1].round(4)

# %% [markdown] lang="en"
# Why divide by $\sqrt d$? A dot product of $d$ independent products with variance 1 has variance $d$. Without the division, the scores of a wide model would be large, the softmax would give
# nearly everything to one word, and its gradient, $p (1 - p)$ for a weight $p$ and its own score, would vanish. Measured, for random queries and keys and ten words:

# %% [markdown] lang="zh"
# 为什么要除以 $\sqrt d$？点积是 $d$ 个乘积之和；如果各乘积独立、方差为 1，点积的方差就是 $d$。如果不除，模型一宽，得分就大，softmax 几乎把全部权重给了一个词；权重 $p$ 对自己得分的梯度是 $p (1 - p)$，也就几乎消失了。用随机的查询和键、十个词来量一量：

# %%
rng, rows = np.random.default_rng(0), []
for d in (4, 64, 1024):
    scores = rng.normal(size=(1000, 1, d)) @ rng.normal(size=(1000, d, 10))  # (1000, 1, 10)
    rows.append((str(d), *(softmax(s).max(axis=-1).mean() for s in (scores, scores / np.sqrt(d)))))
plots.table(pd.DataFrame(rows, columns=["d", "largest weight", "largest weight, divided"]))

# %% [markdown] lang="en"
# ### Sentences of different lengths
#
# A batch is a rectangle, so short sentences are filled up with a **padding** token, [PAD]. Nobody may read it. Its score is set to $-\infty$ *before* the softmax, so that its weight is exactly 0 and
# the others still add up to 1.
#
# **Exercise 1.** Write attention with padding: `real[j]` is False where word $j$ is padding, and must not be read. The outputs of the padding itself do not matter to anyone, so treat them like all others. ({points})

# %% [markdown] lang="zh"
# ### 句子长短不一
#
# 一个批次是一张矩形，所以短句要用**填充**（padding）词元（token）[PAD] 补齐。任何词都不能关注它：在 softmax *之前*把它的得分设为 $-\infty$，它的权重就恰好是 0，其余的权重之和仍是 1。
#
# **练习 1** 写出带填充的注意力：`real[j]` 为 False 表示第 $j$ 个词是填充，不能被关注。填充自己的输出没有人用，照常计算即可。（{points}）

# %% exercise="bert-attention" points=2
def masked_attention(Q, K, V, real):
    """en: Outputs (n, d_v) of attention in which nobody reads a word j with real[j] = False;
    en: the rows of padding itself are computed like the others.
    zh: 注意力的输出 (n, d_v)；real[j] 为 False 的词 j 不被任何词关注；
    zh: 填充自己的那些行照常计算。"""
    ### BEGIN SOLUTION
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    scores = np.where(real, scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True) @ V
    ### END SOLUTION

# %% check="bert-attention"
recbook.check("bert-attention", masked_attention)

# %% [markdown] lang="en"
# ## From attention to a layer
#
# **Where queries, keys and values come from.** All three are made from the same word vectors $X$, of shape $(n, d)$, by three learned tables: $Q = X W_Q$, $K = X W_K$, $V = X W_V$, each with a bias. What to ask, what to answer
# and what to hand over is learned. By pencil: if *bad* is $x = (1, 1)$ and $W_Q$ has the rows $(1, 0, 1, 1)$ and $(0, 3, 0, 0)$, then $x W_Q = (1, 3, 1, 1)$, its query above.
#
# **Heads.** One set of weights can ask one question at a time. So the columns of $Q$, $K$ and $V$ are cut into $h$ equal parts, each part does its own attention, and the outputs are put side by side again and mixed by a fourth table: **multi-head attention**. In NumPy it is a reshape. Here are the weights of two heads with one column of $V$ each; then *bad*'s two outputs side by side, and mixed by $W_O$ with the rows $(1, 1)$ and $(1, -1)$:

# %% [markdown] lang="zh"
# ## 从注意力到一层
#
# **查询、键和值从哪里来。** 三者都由同一组词向量（word vector）$X$（形状 $(n, d)$）乘上三个可学习的权重矩阵得到：$Q = X W_Q$，$K = X W_K$，$V = X W_V$，各带一个偏置。查询、键、值都由可学习的参数决定。笔算：设 *bad* 是 $x = (1, 1)$，$W_Q$ 的两行是 $(1, 0, 1, 1)$ 和 $(0, 3, 0, 0)$，则 $x W_Q = (1, 3, 1, 1)$，正是上面它的查询。
#
# **注意力头。** 一组权重一次只能问一个问题。所以把 $Q$、$K$、$V$ 的列切成 $h$ 等份，每份各做各的注意力，输出再并排放好，再乘第四个权重矩阵：这就是**多头注意力**，每一份叫一个**注意力头**（head）。在 NumPy 里只是一次 reshape。下面是两个头的权重，每个头分到 $V$ 的一列；然后是 *bad* 的两个输出并排放好，再乘 $W_O$，它的两行是 $(1, 1)$ 和 $(1, -1)$：

# %%
parts = [attention(Q[:, :2], K[:, :2], V[:, :1]), attention(Q[:, 2:], K[:, 2:], V[:, 1:])]
rows = [(str(number), *weights[2]) for number, (_, weights) in enumerate(parts)]
plots.table(pd.DataFrame(rows, columns=["how bad reads: head", *words]))

side_by_side = np.hstack([read for read, _ in parts])  # (n, d_v)
W_O = np.array([[1, 1], [1, -1]])
print(side_by_side[2].round(2), (side_by_side @ W_O)[2].round(2))

# %% [markdown] lang="en"
# The first head prefers *not*; the second, whose half of the query is $(1, 1)$, sees no difference between the three. (Each head divides by the root of its own width, here $\sqrt 2$.)
#
# **Order.** Nothing so far knows where a word stands: shuffle the words, and the outputs are shuffled with them. *Dog bites man* and *man bites dog* would be one. So BERT adds to each word vector a learned vector of its **position**: *bad* $(1, 1)$ at a place with the vector $(0, 2)$ enters as $(1, 3)$, and at another place as something else.

# %% [markdown] lang="zh"
# 第一个头偏重 *not*；第二个头拿到的那一半查询是 $(1, 1)$，看不出三个词有什么差别。（每个头除以自己宽度的平方根，这里是 $\sqrt 2$。）
#
# **顺序。** 到此为止，没有任何东西知道词的位置：把词打乱，输出也只是跟着打乱。“狗咬人”和“人咬狗”就成了一回事。所以 BERT 给每个词向量加上一个可学习的**位置**（position）向量：*bad* $(1, 1)$ 站在向量为 $(0, 2)$ 的位置上，输入就是 $(1, 3)$；换一个位置，输入就不同。

# %%
order = [2, 0, 1]
shuffled, _ = attention(Q[order], K[order], V[order])
np.allclose(shuffled, output[order])

# %% [markdown] lang="en"
# **Residual and norm.** The layer does not replace the vectors, it adds to them: $X + \text{Attention}(\dots)$, a **residual connection**; what a word knew is not lost, and the gradient has a straight way back. Then **layer
# normalisation** brings each row to mean 0 and variance 1, and gives it a learned scale and shift, so that no layer has to cope with numbers that grow. By pencil: $(0, 1, 3, 4)$ and the addition $(1, 1, 0, 2)$ make $(1, 2, 3, 6)$; the mean is 3, the variance $(4 + 1 + 0 + 9) / 4 = 3.5$.

# %% [markdown] lang="zh"
# **残差与归一化。** 这一层不替换向量，而是往上加：$X + \text{Attention}(\dots)$，叫**残差连接**（residual connection）；词原来知道的不会丢，梯度也有一条直路可回。然后**层归一化**（layer normalisation）把每一行变成均值 0、方差 1，再乘上学出来的尺度、加上平移，这样数值不会一层比一层大。
# 笔算：$(0, 1, 3, 4)$ 加上 $(1, 1, 0, 2)$ 得 $(1, 2, 3, 6)$；均值 3，方差 $(4 + 1 + 0 + 9) / 4 = 3.5$。

# %%
row = np.array([1.0, 2, 3, 6])
normed = (row - row.mean()) / np.sqrt(row.var())
# en: PyTorch adds 0.00001 to the variance.
# zh: PyTorch 会给方差加上 0.00001。
by_torch = nn.functional.layer_norm(torch.tensor(row), [4]).numpy()
print(normed.round(3), by_torch.round(3))

# %% [markdown] lang="en"
# **Feed-forward.** Last, each vector goes alone through a wider layer, a bend, and a narrower one. The bend is GELU, $x \, \Phi(x)$ with $\Phi$ the normal distribution function: a soft version of "keep what is positive".

# %% [markdown] lang="zh"
# **前馈网络。** 最后，对每个位置单独做：先升维，经过非线性激活，再降维。激活函数是 GELU，$x \, \Phi(x)$，$\Phi$ 是标准正态的分布函数：一种柔和的“只留正的”。

# %%
from scipy.stats import norm

x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
print((x * norm.cdf(x)).round(3), nn.functional.gelu(torch.tensor(x)).numpy().round(3))

# %% [markdown] lang="en"
# In PyTorch a layer is a `Module`: its parts are named in `__init__`, and `forward` says what happens to the input. A `Linear` is a learned table with a bias. Read it against the paragraphs above; every line is one of them.

# %% [markdown] lang="zh"
# 在 PyTorch 里，一层是一个 `Module`：`__init__` 里给各个部件起名，`forward` 写明输入会怎样。`Linear` 是一张学出来的表，带偏置。对照上面几段读，每一行都能对上。

# %%
class Layer(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.mix = (nn.Linear(width, width) for _ in range(4))
        self.widen, self.narrow = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm_1, self.norm_2 = (nn.LayerNorm(width, eps=1e-12) for _ in range(2))

    def cut(self, x):  # (batch, n, width) -> (batch, heads, n, width / heads)
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x, may_read):
        q, k, v = (self.cut(part(x)) for part in (self.query, self.key, self.value))
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        weights = scores.masked_fill(~may_read, -torch.inf).softmax(dim=-1)
        read = (weights @ v).transpose(1, 2).flatten(2)  # (batch, n, width)
        x = self.norm_1(x + self.mix(read))
        return self.norm_2(x + self.narrow(nn.functional.gelu(self.widen(x))))

# %% [markdown] lang="en"
# Is it BERT's layer? Take the one in the Transformers library, with random weights, hand its weights to ours, and feed both the same vectors, with three places of padding in the second sentence.

# %% [markdown] lang="zh"
# 这是 BERT 的那一层吗？取 Transformers 库里的那一层，权重随机，把它的权重交给我们的层，再给两者同样的向量；第二句话末尾有三个填充。

# %%
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertLayer

sizes = BertConfig(hidden_size=12, num_attention_heads=3, intermediate_size=20)
theirs, ours = BertLayer(sizes).double().eval(), Layer(12, 3, 20).double()
parts = [part for part in theirs.modules() if isinstance(part, (nn.Linear, nn.LayerNorm))]
same = (ours.query, ours.key, ours.value, ours.mix, ours.norm_1, ours.widen, ours.narrow, ours.norm_2)
for mine, part in zip(same, parts):
    mine.load_state_dict(part.state_dict())

# %%
x = torch.randn(2, 7, 12, dtype=torch.double)
may_read = torch.ones(2, 1, 1, 7, dtype=torch.bool)
may_read[1, :, :, 4:] = False
with torch.inference_mode():
    theirs_out = theirs(x, attention_mask=torch.where(may_read, 0.0, -torch.inf).double())
    difference = (ours(x, may_read) - theirs_out).abs().max().item()
recbook.claim(
    difference < 1e-10,
    takeaway=False,
    en="Our layer and the library's `BertLayer` agree to better than 10 decimal places.",
    zh="我们的层与库里的 `BertLayer` 一致，最大误差小于小数点后 10 位。",
)

# %% [markdown] lang="en"
# Stack twelve of them 768 wide, put tables of token, position and segment vectors below (segments come further down), and you have BERT-base (Devlin et al. 2019): over a hundred million numbers. MiniLM, which we have used since chapter 00, is six such layers, 384 wide. `recbook.layers.EncoderLayer` is the tested twin of this class.
#
# ## BERT and GPT: who may read whom
#
# BERT's words read in both directions. GPT is to *write*: when it chooses a word, the later ones do not exist yet. So word $i$ may read only words $j \le i$. That is the whole difference in the layer, one triangle in the scores, called the **causal mask**:

# %% [markdown] lang="zh"
# 把这样的层叠十二层，宽度取 768，下面放上词元、位置和片段三张向量表（片段后面会讲），就是 BERT-base（Devlin et al. 2019）：一亿多个参数。从第 00 章起一直在用的 MiniLM 是六层，384 维。`recbook.layers.EncoderLayer` 就是这个类，附有测试。
#
# ## BERT 与 GPT：谁能看到谁
#
# BERT 的词两个方向都能关注。GPT 则要*写*：选一个词的时候，后面的词还不存在，所以第 $i$ 个词只能关注 $j \le i$ 的词。层里的区别只有这一点，得分矩阵里的一个三角形，叫**因果掩码**（causal mask）：

# %%
figures.who_reads_whom([*words, "at", "all"])

# %% [markdown] lang="en"
# **Exercise 2.** The weights of causal attention, with GPT's triangle, for any $Q$ and $K$. ({points})

# %% [markdown] lang="zh"
# **练习 2** 对任意的 $Q$ 和 $K$，写出带因果掩码的注意力权重。（{points}）

# %% exercise="bert-causal" points=1
def causal_weights(Q, K):
    """en: Attention weights (n, n) in which word i reads only itself and the words before it.
    zh: 注意力权重 (n, n)：第 i 个词只关注自己和前面的词。"""
    ### BEGIN SOLUTION
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    scores = np.where(np.tri(len(Q), dtype=bool), scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
    ### END SOLUTION

# %% check="bert-causal"
recbook.check("bert-causal", causal_weights)

# %% [markdown] lang="en"
# What the mask changes can be felt at the output. Change the *last* of seven words, and see which outputs of our layer move:

# %% [markdown] lang="zh"
# 掩码的作用可以在输出上直接看到。改动七个词中的*最后*一个，看看我们这一层的哪些输出变了：

# %%
changed = x.clone()
changed[:, -1] += 1
triangle = torch.ones(7, 7).tril().bool()
everyone = torch.ones(7, 7).bool()
with torch.inference_mode():
    moves = {
        name: (ours(x, mask) - ours(changed, mask)).abs().amax(dim=(0, 2)) > 1e-12
        for name, mask in {"BERT": everyone, "GPT": triangle}.items()
    }
for name, moved in moves.items():
    print(name, moved.int().tolist())
recbook.claim(
    bool(moves["BERT"].all()) and moves["GPT"].tolist() == [False] * 6 + [True],
    en="Change the last word, and every word's output changes in BERT; under the causal mask "
    "only the last one's does.",
    zh="改动最后一个词，BERT 里每个词的输出都变；在因果掩码下，只有最后一个词的输出变。",
)

# %% [markdown] lang="en"
# So GPT can be trained on all places of a sentence at once, each predicting the next word, without seeing the answer. BERT cannot: in both directions the answer is in plain sight. It has to be hidden, and that is the next section. For a user's history, *what comes next?* is GPT's question, and *what is missing here?* is BERT's. Chapter 08 puts both to work.
#
# ## A word is hidden: MLM by hand
#
# The **masked language model** (MLM) hides some words and trains BERT to guess them from all others. Three choices make the batch. We make them for one sentence, in which each token already is a number: 2 and 3 stand for [CLS] and [SEP], which open and close a sentence,
# 0 for [PAD], and 4 for [MASK].

# %% [markdown] lang="zh"
# 所以 GPT 可以在一句话的所有位置上同时训练，每个位置预测下一个词，而看不到答案。BERT 不行：两个方向都能看，答案就摆在眼前。必须把它藏起来，这就是下一节。对用户的历史来说，“接下来是什么？”是 GPT 的问题，“这里缺了什么？”是 BERT 的问题。第 08 章两个都用。
#
# ## 藏起一个词：手做 MLM
#
# **掩码语言模型**（masked language model，MLM）藏起一些词，训练 BERT 根据其余的词把它们猜出来。做一个批次要定三件事。我们拿一句话来做，每个词元已经是编号：2 和 3 代表句首的 [CLS] 和句尾的 [SEP]，0 是 [PAD]，4 是 [MASK]。

# %%
ids = np.array([2, 17, 9, 25, 9, 31, 12, 3, 0, 0])
special = np.isin(ids, [0, 2, 3, 4])

# %% [markdown] lang="en"
# **Which words?** Each ordinary word with probability 15%, never a special one. It is a compromise: each asked word is one less to guess from.
#
# **What is put there?** Of the chosen, 80% become [MASK], 10% a random word, and 10% stay as they are. Why not always [MASK]? Because it never occurs when BERT is *used*. A model that is asked only at [MASK] need not keep track of the words it can see. With the rule, any word might be wrong, and any may be asked about. (We put it to the test below.)
#
# **What is scored?** The chosen places, and no others: the **labels** hold the true token there and $-100$, which PyTorch's loss skips, elsewhere.

# %% [markdown] lang="zh"
# **选哪些词？** 每个普通词以 15% 的概率被选中，特殊词元从不选。这是个折中：多问一个词，就少一个可以用来猜的词。
#
# **换成什么？** 被选中的词，80% 换成 [MASK]，10% 换成随机的词，10% 原样保留。为什么不全换成 [MASK]？因为真正*使用* BERT 时，[MASK] 从不出现。如果只在 [MASK] 处提问，模型就不必为看得见的词学好表示。有了这条规则，任何一个词都可能是错的，任何一个词都可能被问到。（下面会检验。）
#
# **在哪些位置上算损失？** 只有被选中的位置：**标签**（label）在那里是真正的词元，其余位置是 $-100$，PyTorch 的损失会跳过它。

# %%
# en: Drawn beforehand, so that all three cases occur.
# zh: 事先抽好的，三种情形都有。
chosen = np.array([0, 0, 1, 0, 0, 1, 1, 0, 0, 0], dtype=bool) & ~special
draw = np.array([0.0, 0.0, 0.31, 0.0, 0.0, 0.85, 0.97, 0.0, 0.0, 0.0])
random_ids = np.array([8, 8, 8, 8, 8, 22, 8, 8, 8, 8])
inputs = np.where(chosen & (draw < 0.8), 4, ids)
inputs = np.where(chosen & (draw >= 0.8) & (draw < 0.9), random_ids, inputs)
labels = np.where(chosen, ids, -100)
pd.DataFrame([ids, inputs, labels], index=["ids", "inputs", "labels"])

# %% [markdown] lang="en"
# Token 9 became [MASK], 31 became the random 22, 12 stayed: all three will be asked about.
#
# **Exercise 3.** Write that as a function for any sentence, number of [MASK] and draws. ({points})

# %% [markdown] lang="zh"
# 词元 9 变成了 [MASK]，31 变成了随机的 22，12 原样保留：三处都要提问。
#
# **练习 3** 把它写成函数，适用于任意的句子、[MASK] 编号和随机数。（{points}）

# %% exercise="bert-masking" points=2
def mask_tokens(ids, chosen, draw, random_ids, mask_id):
    """en: (inputs, labels), one entry a token. Where chosen: draw below 0.8 means [MASK],
    en: from 0.8 to below 0.9 the token of random_ids, from 0.9 on the token stays.
    zh: 返回（inputs, labels），每个词元一项。被选中的位置：draw 小于 0.8 换成 [MASK]，
    zh: 0.8 到小于 0.9 换成 random_ids 里的词元，0.9 以上保持不变。"""
    ### BEGIN SOLUTION
    inputs = np.where(chosen & (draw < 0.8), mask_id, ids)
    inputs = np.where(chosen & (draw >= 0.8) & (draw < 0.9), random_ids, inputs)
    return inputs, np.where(chosen, ids, -100)
    ### END SOLUTION

# %% check="bert-masking"
recbook.check("bert-masking", mask_tokens)

# %% [markdown] lang="en"
# The model answers with scores for every token of the vocabulary at every place, of shape $(n, |\mathcal{V}|)$. Its loss is chapter 03's cross-entropy, averaged over the places that have a label. By pencil, with three tokens in the vocabulary and the scores $\log 2 \cdot (1, 0, 1)$, that is the probabilities $0.4, 0.2, 0.4$, at
# all places: for the labels $(-100, 1, 0)$ the loss is $(-\log 0.2 - \log 0.4) / 2 = 1.26$.

# %% [markdown] lang="zh"
# 模型在每个位置上给词表（vocabulary）里的每个词元打分，形状是 $(n, |\mathcal{V}|)$。损失就是第 03 章的交叉熵（cross-entropy），在有标签的位置上取平均。笔算：词表里有三个词元，各个位置的得分都是 $\log 2 \cdot (1, 0, 1)$，也就是概率 $0.4, 0.2, 0.4$；
# 标签是 $(-100, 1, 0)$，损失就是 $(-\log 0.2 - \log 0.4) / 2 = 1.26$。

# %%
scores = np.log(2) * np.array([[1, 0, 1]] * 3)
labels = np.array([-100, 1, 0])
nn.functional.cross_entropy(torch.tensor(scores), torch.tensor(labels)).item()

# %% [markdown] lang="en"
# **Exercise 4.** Write this loss as a function. ({points})

# %% [markdown] lang="zh"
# **练习 4** 把这个损失写成函数。（{points}）

# %% exercise="bert-loss" points=2
def mlm_loss(scores, labels):
    """en: Mean cross-entropy of scores (n, vocabulary) over the places whose label is not -100;
    en: there is at least one.
    zh: 得分 scores (n, 词表大小) 在标签不是 -100 的位置上的平均交叉熵；
    zh: 这样的位置至少有一个。"""
    ### BEGIN SOLUTION
    asked = labels != -100
    scores, labels = scores[asked], labels[asked]
    largest = scores.max(axis=-1)
    total = np.log(np.exp(scores - largest[:, None]).sum(axis=-1)) + largest
    return (total - scores[np.arange(len(labels)), labels]).mean()
    ### END SOLUTION

# %% check="bert-loss"
recbook.check("bert-loss", mlm_loss)

# %% [markdown] lang="en"
# ## Do these two belong together? NSP by hand
#
# The second task, **next sentence prediction** (NSP), gives BERT two sentences: half of the time the second really follows the first, half of the time it comes from somewhere else. BERT must say which. The pair is written into one row, [CLS] first [SEP] second [SEP], and a row of **segments** says who is who:
# 0 up to and including the first [SEP], 1 after it. The answer is read from the output at [CLS], which belongs to no word and can gather from all. The label is 0 for "follows" and 1 for "random".

# %% [markdown] lang="zh"
# ## 这两句是连着的吗？手做 NSP
#
# 第二个任务是**下一句预测**（next sentence prediction，NSP）：给 BERT 两句话，一半情况下第二句真的接在第一句后面，一半情况下它来自别处，BERT 要判断是哪一种。两句话写成一行，[CLS] 第一句 [SEP] 第二句 [SEP]；另有一行**片段**（segment）编号说明谁是谁：
# 到第一个 [SEP]（含）为止是 0，之后是 1。答案从 [CLS] 的输出读出，它不属于任何词，可以从所有词收集信息。标签 0 表示“接着”，1 表示“随机”。

# %%
first, second = [17, 9, 25], [31, 12]
row = [2, *first, 3, *second, 3]
segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
pd.DataFrame([row, segments], index=["ids", "segments"])

# %% [markdown] lang="en"
# **Exercise 5.** Write the pair for any two sentences, filled up with [PAD] (number 0, segment 0) to a given length. ({points})

# %% [markdown] lang="zh"
# **练习 5** 对任意两句话写出这样的一行，并用 [PAD]（编号 0，片段 0）补到给定的长度。（{points}）

# %% exercise="bert-pair" points=2
def pair_row(first, second, length):
    """en: (ids, segments), each a list of `length` numbers; [CLS] is 2, [SEP] 3, [PAD] 0.
    en: `length` is never too short; padding belongs to segment 0.
    zh: （ids, segments），各是 `length` 个数的列表；[CLS] 是 2，[SEP] 是 3，[PAD] 是 0。
    zh: `length` 总是够长；填充属于片段 0。"""
    ### BEGIN SOLUTION
    ids = [2, *first, 3, *second, 3]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    padding = [0] * (length - len(ids))
    return ids + padding, segments + padding
    ### END SOLUTION

# %% check="bert-pair"
recbook.check("bert-pair", pair_row)

# %% [markdown] lang="en"
# ## Pretraining, live
#
# The text is made from MovieLens by a template: two sentences for each film, one with its year, one with its genres. A small BERT, two layers 128 wide, will learn both tasks on four fifths of the films; the others are held out, to see what carries over to films that it never saw.

# %% [markdown] lang="zh"
# ## 现场预训练
#
# 文本由 MovieLens 按模板生成：每部电影两句，一句说年份，一句说类型。一个小 BERT，两层，128 维，在五分之四的电影上学习两个任务；其余的留出来，看看学到的东西能不能用到没见过的电影上。

# %%
films = recbook.load("ml-100k").items.drop_duplicates(["display_title", "year"])
documents = [document for document in bert.film_documents(films) if len(document) == 2]
order = np.random.default_rng(0).permutation(len(documents))
held_out = len(documents) // 5
known = [documents[i] for i in order[held_out:]]
unknown = [documents[i] for i in order[:held_out]]
print(len(known), len(unknown))
print("\n".join(known[0]))

# %% [markdown] lang="en"
# BERT reads pieces of words. The **tokenizer** is learned from the same sentences: WordPiece starts from letters and keeps joining the pair of pieces with the best score (by how often they stand together), until the vocabulary is full, here at 2,000. Frequent words end up whole, rare ones in parts, which begin with `##`:

# %% [markdown] lang="zh"
# BERT 的输入是子词。**分词器**（tokenizer）也从这些句子里学：WordPiece 从字母出发，不断合并共现得分最高的一对子词，直到词表装满，这里是 2,000 个。常见的词成为整体，罕见的词拆成几段，后面的段以 `##` 开头：

# %%
tokenizer = bert.train_tokenizer([sentence for document in known for sentence in document], 2000)
print(len(tokenizer), tokenizer.tokenize("Wallace is an animation comedy film."))

# %% [markdown] lang="en"
# `bert.sentence_pairs` and `bert.pair_batch` do for a whole batch what you did in exercises 3 and 5. One pair (False: not random), the row that BERT reads, and what it is asked:

# %% [markdown] lang="zh"
# `bert.sentence_pairs` 和 `bert.pair_batch` 对整个批次做你在练习 3 和练习 5 里做的事。看一对（False 表示不是随机的）、BERT 读到的那一行，以及它被问到的词元：

# %%
rng = np.random.default_rng(0)
pair = bert.sentence_pairs(known[:20], rng)[3]
one = bert.pair_batch([pair], tokenizer, rng)
print(pair)
print(tokenizer.decode(one["input_ids"][0]))
print(tokenizer.decode(one["labels"][0][one["labels"][0] >= 0]))

# %%
def batches(rng, size=32):
    # en: Pairs of similar length stand together, so that little padding is computed.
    # zh: 长度相近的放在一起，少算填充。
    while True:
        pairs = sorted(bert.sentence_pairs(known, rng), key=lambda pair: len(pair[0] + pair[1]))
        for start in rng.permutation(len(pairs) // size) * size:
            yield bert.pair_batch(pairs[start : start + size], tokenizer, rng, max_length=32)

# %% [markdown] lang="en"
# Do our masks follow the rule of the library? Transformers has a collator of its own for MLM. On the same 4,000 sentences of random tokens, compare the shares:

# %% [markdown] lang="zh"
# 我们的遮盖方式与库里的规则一致吗？Transformers 有自己的 MLM 整理器（collator）。在同样的 4,000 句随机词元上比较各项比例：

# %%
from transformers import DataCollatorForLanguageModeling

rng = np.random.default_rng(0)
random_rows = rng.integers(5, len(tokenizer), size=(4000, 30))
chosen = bert.choose_masked(random_rows, np.zeros_like(random_rows, dtype=bool), rng)
by_us = bert.mask_tokens(random_rows, chosen, tokenizer.mask_token_id, len(tokenizer), rng)
torch.manual_seed(0)
made = DataCollatorForLanguageModeling(tokenizer)([{"input_ids": row} for row in random_rows])
shares = {}
library = made["input_ids"].numpy(), made["labels"].numpy()
for name, (inputs, labels) in {"ours": by_us, "library": library}.items():
    asked = labels != -100
    masked, kept = inputs[asked] == tokenizer.mask_token_id, inputs[asked] == labels[asked]
    shares[name] = asked.mean(), masked.mean(), 1 - masked.mean() - kept.mean(), kept.mean()
columns = ["asked", "[MASK]", "a random word", "kept"]
plots.table(pd.DataFrame(shares, index=columns).T.rename(index=plots.name).reset_index(names=""))

# %%
asked, masked, random, kept = shares["ours"]
recbook.claim(
    np.allclose(shares["ours"], shares["library"], atol=0.01),
    en="Our masking and the library's agree within one percentage point: {asked:.1%} asked, of "
    "these {masked:.0%} masked, {random:.0%} random, {kept:.0%} kept.",
    zh="我们的遮盖与库的相差不到一个百分点：{asked:.1%} 被提问，其中 {masked:.0%} 遮盖，"
    "{random:.0%} 随机，{kept:.0%} 保留。",
    takeaway=False, asked=asked, masked=masked, random=random, kept=kept,
)

# %% [markdown] lang="en"
# Now the model, the library's own: embeddings, two layers like ours, and two output layers. One scores all 2,000 tokens at a place, for MLM; the other reads [CLS], through one more linear layer and a tanh (the **pooler**), and gives two scores, for NSP. `bert.masked_loss_only` asks the first only at the masked places, which changes nothing but the time.

# %% [markdown] lang="zh"
# 然后是模型，用库里现成的：嵌入（embedding）、两层与我们的一样的层、两个输出层。一个在每个位置上给全部 2,000 个词元打分，用于 MLM；另一个读 [CLS]，先经过一个线性层和 tanh（叫 **pooler**），再给出两个得分，用于 NSP。`bert.masked_loss_only` 只在被遮盖的位置算第一个，结果不变，只是省时间。

# %%
from transformers import BertForPreTraining

torch.manual_seed(0)
model = BertForPreTraining(BertConfig(
    vocab_size=len(tokenizer), hidden_size=128, num_hidden_layers=2, num_attention_heads=2,
    intermediate_size=256, max_position_embeddings=64,
    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
))
sizes = [(f"{sum(parameter.numel() for parameter in model.parameters()):,}",)]
plots.table(pd.DataFrame(sizes, columns=["numbers to learn"]))

# %% [markdown] lang="en"
# And the training loop, the same for every model in this chapter. `backward` finds the gradients that chapter 03 derived by hand, and then:
#
# - gradients longer than 1 are cut to length 1 (**clipping**);
# - AdamW takes the step, with a rate of its own for every number;
# - the rate rises for 100 steps (the **warm-up**), while gradients are still wild, and then falls to 0.

# %% [markdown] lang="zh"
# 最后是训练循环，本章所有模型共用。`backward` 求出第 03 章手推过的那种梯度，然后：
#
# - 梯度长于 1 就截到 1（**梯度裁剪**，clipping）；
# - AdamW 更新参数，每个参数有自己的步长；
# - 学习率先用 100 步**预热**（warm-up），避免训练初期更新过大，然后线性降到 0。

# %%
from tqdm.auto import tqdm


def train(model, stream, steps, rate, warm_up=100, falling=True, before=lambda step: None):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, fused=True)
    fall = (lambda step: 1 - step / steps) if falling else (lambda step: 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, 1) * fall(step)
    )
    history = []  # MLM loss, NSP loss, share of pairs told right
    for step in tqdm(range(steps), leave=False):
        before(step)
        output = bert.masked_loss_only(model, next(stream))
        optimizer.zero_grad()
        output.loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        asked_both = output.nsp_loss is not None
        nsp = (output.nsp_loss.item(), output.nsp_accuracy) if asked_both else (np.nan, np.nan)
        history.append((output.mlm_loss.item(), *nsp))
    return np.array(history)

# %% [markdown] lang="en"
# Before, during and after, we ask it to fill the gaps in sentences about films that it never saw. What would *you* say, and from what?

# %% [markdown] lang="zh"
# 训练前、训练中、训练后，我们都请它给没见过的电影填空。换了你会怎么填？凭什么？

# %%
gaps = [
    ("Candyman came [MASK] in 1992.", "Candyman is a horror film."),
    ("Alien came out in 1979.", "Alien is an action horror sci-[MASK] thriller film."),
    ("High Noon came out in 1952.", "High Noon is a [MASK] film."),
    ("Dead Man came out in [MASK].", "Dead Man is a western film."),
    ("Bad Girls came out in 1994.", "Bad [MASK] is a western film."),
]


@torch.inference_mode()
def fill_gaps(step):
    if step in (0, 300, 800):
        for first, second in gaps:
            read = tokenizer(first, second, return_tensors="pt")
            scores = model(**read).prediction_logits[read["input_ids"] == tokenizer.mask_token_id][0]
            best = scores.softmax(-1).topk(3)
            tokens = tokenizer.convert_ids_to_tokens(best.indices)
            said = ", ".join(f"{token} {p:.0%}" for token, p in zip(tokens, best.values.tolist()))
            readings.setdefault(f"{first} {second}", {})[step] = said

# %% [markdown] lang="en"
# 800 steps take about half a minute. The thin grey lines in the figure are **stored** runs with other seeds (`recbook experiment pretraining`).

# %% [markdown] lang="zh"
# 800 步，大约半分钟。图中的灰色细线换了随机种子，是事先跑好并**保存的结果**（`recbook experiment pretraining`）。

# %% tags=["nbval-ignore-output"]
# en: A new model with the same first weights: a second run trains anew, not on.
# zh: 新建模型，初始权重相同：再运行一次是重新训练，不是接着训练。
torch.manual_seed(0)
model, readings = BertForPreTraining(model.config), {}
losses = train(model, batches(np.random.default_rng(0)), steps=800, rate=2e-3, before=fill_gaps)
fill_gaps(800)
pretraining = recbook.stored("pretraining")
stored, stored_settings = pretraining["results"], pretraining["settings"]
figures.pretraining(losses, every=20, others=[run["training"] for run in stored["films"]["runs"]])

# %% [markdown] lang="en"
# The two tasks learn in different ways. MLM falls steeply at once, for the words of the template are everywhere, and then slowly. NSP sits on a **plateau**, with a loss of $\log 2$, as good as a coin; then it falls within some hundred steps. Each run leaves the plateau at a different step.

# %% [markdown] lang="zh"
# 两个任务学的方式不同。MLM 一上来就陡降，因为模板里的词到处都是，之后就慢了。NSP 先停在**平台**上，损失约为 $\log 2$，与随机猜测无异；然后在几百步之内落下来。每次运行离开平台的时间都不同。

# %% tags=["nbval-ignore-output"]
answers = ["out", "fi", "western", "1995", "girls"]
for answer, (sentence, said) in zip(answers, readings.items()):
    print(sentence, "→", answer)
    for step, tokens in said.items():
        print(f"  {step:>3}  {tokens}")

# %% [markdown] lang="en"
# At step 0 the answers mean nothing. At 300 it fills in *came out* and knows which words are common, but may still put *a* after *a*. At 800 the frame of a sentence is certain. Genres and years are spread over many guesses, *sci-* does not lead it to *fi*, and *Bad ___* stays open although *Bad Girls* stands in the first sentence: it does not look the title up.

# %% [markdown] lang="zh"
# 第 0 步，输出毫无意义。第 300 步，它会填 *came out*，也知道哪些词常见，却还可能在 *a* 后面再填一个 *a*。第 800 步，句子的框架已经有把握；类型和年份却分散在许多猜测上，*sci-* 后面接不出 *fi*，*Bad ___* 也填不出，尽管第一句里就写着 *Bad Girls*：它不会到前一句里去查片名。

# %% tags=["nbval-ignore-output"]
@torch.inference_mode()
def ask_films(model, documents, seed=1, times=3):
    rng = np.random.default_rng(seed)
    pairs = [pair for _ in range(times) for pair in bert.sentence_pairs(documents, rng)]
    return bert.masked_loss_only(model, bert.pair_batch(pairs, tokenizer, rng, 32, parts=(1, 0, 0)))


seen, new = ask_films(model, known), ask_films(model, unknown)
common = np.mean((new.mlm_labels == new.mlm_labels.mode().values).numpy())
left = stored["films"]["baselines"]["left_neighbour"]
nsp = new.nsp_logits.argmax(-1) == new.nsp_labels
recbook.claim(
    nsp.double().mean() > 0.75
    and seen.mlm_accuracy > new.mlm_accuracy > common + 0.1
    and abs(new.mlm_accuracy - left) < 0.06,
    en="A small BERT after 800 steps: on films never seen it tells {nsp:.0%} of the pairs "
    "right (chance: 50%) and {new:.0%} of the masked tokens, on films seen in training "
    "{seen:.0%}. Always saying the commonest token gets {common:.0%}; but saying what most "
    "often follows the token on the left gets {left:.0%} (stored), nearly as much.",
    zh="训练 800 步的小 BERT：对没见过的电影，它判对 {nsp:.0%} 的句对（随机猜测 50%），猜对 "
    "{new:.0%} 的被遮词元；对训练过的电影，猜对 {seen:.0%}。总猜最常见的词元，对 "
    "{common:.0%}；而只猜左边的词元后面最常跟什么，就能对 {left:.0%}（存好的结果），相差无几。",
    nsp=nsp.double().mean().item(), new=new.mlm_accuracy, common=common, seen=seen.mlm_accuracy,
    left=left,
)

# %% [markdown] lang="en"
# Break that down. The sentences are made of four kinds of tokens: the frame (*came out in*, *is a … film*), genres, years, and the pieces of titles. The stored runs tell which kind was learned. Beside BERT stands a rule without any network, counted on the same films: say what most often follows the token to the left of the gap.

# %% [markdown] lang="zh"
# 再细看一步。这些句子由四种词元组成：框架（*came out in*、*is a … film*）、类型、年份、片名的碎片。从事先跑好并保存的结果可以看出学会的是哪些。旁边放一条不用网络的规则，在同样的电影上数出来：缺口左边的词元后面最常跟什么，就填什么。

# %%
runs = [run["final"] for run in stored["films"]["runs"]]
names = ["frame", "genre", "year", "title"]
kinds = {kind: np.mean([run["by_kind"][kind] for run in runs]) for kind in names}
rules = stored["films"]["baselines"]["left_neighbour_by_kind"]
plots.table(pd.DataFrame(
    [(plots.name(kind), share, rules[kind]) for kind, share in kinds.items()],
    columns=["", "BERT", "left neighbour"],
))

# %%
recbook.claim(
    kinds["frame"] > rules["frame"] + 0.1 and all(kinds[k] < rules[k] for k in names[1:]),
    en="Stored, five seeds: after 800 steps BERT beats a mere count of what follows the token "
    "on the left only in the frame ({frame:.0%} against {frame_rule:.0%}). For genres it is "
    "still behind ({genre:.0%} against {genre_rule:.0%}), and so for years and titles.",
    zh="五次运行，结果是事先存好的：800 步之后，BERT 只在框架上胜过“数一数左边那个词元后面常跟什"
    "么”（{frame:.0%} 对 {frame_rule:.0%}）。类型上还落后（{genre:.0%} 对 {genre_rule:.0%}），"
    "年份和片名也是。",
    frame=kinds["frame"], frame_rule=rules["frame"], genre=kinds["genre"],
    genre_rule=rules["genre"],
)

# %% [markdown] lang="en"
# Without that second column we would have praised the model for what counting does better. In half a minute it learned to compare two sentences, and how such sentences go. It has read 1,331 films, which is very little to learn words from. That is the case for not starting from nothing, to which we come below.

# %% [markdown] lang="zh"
# 没有第二列作对照，我们就会高估这个模型。半分钟里，它学会了比较两句话，也学会了句式。但它只读了 1,331 部电影，要学会词义，这点文字太少了。这正是不宜从零训练的理由，下文详述。

# %% [markdown] lang="en"
# ### What does each part of the rule do?
#
# 80% [MASK], 10% random, 10% kept: leave a part out and see. For the table each variant was trained for 400 steps with two seeds (stored), and then asked three questions about films never seen: what stood at a [MASK]? What stands at a word that you *see*, and that is right? And at a word that you see, and that is wrong? The last column counts how often it just repeats the wrong word.

# %% [markdown] lang="zh"
# ### 规则的每一部分有什么用？
#
# 80% [MASK]，10% 随机，10% 保留：去掉一部分看看。表里每个变体用两个随机种子各训练 400 步（存好的），然后在没见过的电影上问三个问题：[MASK] 处原来是什么？没被改动、看得见的词，能否认出？被换错的词，能否还原？最后一列是它照抄错词的比例。

# %%
masking = {
    rule: {asked: np.mean([run[asked] for run in runs]) for asked in runs[0] if asked != "seed"}
    for rule, runs in stored["masking"].items()
}
columns = {"hidden": "at a [MASK]", "visible": "at a right word", "wrong": "at a wrong word",
           "keeps_wrong": "wrong word kept"}
plots.table(pd.DataFrame(masking).T.rename(index=plots.name, columns=columns).reset_index(names=""))

# %%
whole, lazy = masking["80/10/10"], masking["loss everywhere"]
recbook.claim(
    whole["visible"] > 1.5 * max(masking[rule]["visible"] for rule in ("mask only", "no kept"))
    and whole["wrong"] > masking["no random"]["wrong"] + 0.05
    and lazy["keeps_wrong"] > 0.5 > 0.05 > max(whole["keeps_wrong"], masking["no random"]["keeps_wrong"]),
    en="Stored, two seeds: at a [MASK] the rules get {hidden_low:.0%} to {hidden_high:.0%}, too "
    "close to rank them. But without kept words a model is lost at a word that it can see "
    "({seen_no_kept:.0%} right, with the full rule {seen_full:.0%}); with kept but no random "
    "ones it repairs {mended_no_random:.0%} of the wrong words, with the full rule "
    "{mended_full:.0%}, though neither repeats many. Scored at all places, it lets "
    "{passed:.0%} of the wrong words pass.",
    zh="存好的结果，两个随机种子：在 [MASK] 处，各种规则答对 {hidden_low:.0%} 到 "
    "{hidden_high:.0%}，差别太小，排不出名次。但没有“保留”的词，模型对看得见的词就答不上来（"
    "答对 {seen_no_kept:.0%}，完整规则 {seen_full:.0%}）；只有“保留”而没有“随机”的词，它只还"
    "原 {mended_no_random:.0%} 的错词，完整规则 {mended_full:.0%}，不过两者都很少照抄错词。如"
    "果所有位置都计分，{passed:.0%} 的错词会原样放过。",
    hidden_low=min(row["hidden"] for row in masking.values()),
    hidden_high=max(row["hidden"] for row in masking.values()),
    seen_no_kept=masking["no kept"]["visible"], seen_full=whole["visible"],
    mended_no_random=masking["no random"]["wrong"], mended_full=whole["wrong"],
    passed=lazy["keeps_wrong"],
)

# %% [markdown] lang="en"
# **Exercise 6**, open. See it for yourself: change `parts` (masked, random, kept), or set `share` to 0.5, and ask the model about words that it can see. Below are 100 steps with two rules; the table's runs had 400. About 10 seconds.

# %% [markdown] lang="zh"
# **练习 6**（开放题）自己试一试：改动 `parts`（遮盖、随机、保留），或者把 `share` 设为 0.5，再问模型看得见的词。下面两种规则各训练 100 步；上表训练了 400 步。大约 10 秒。

# %%
def mlm_batches(rng, parts, share=0.15, size=32):
    while True:
        rows = rng.integers(len(known), size=size)
        pairs = [(known[i][0], known[i][1], False) for i in rows]
        batch = bert.pair_batch(pairs, tokenizer, rng, 32, share=share, parts=parts)
        # en: Without its label, NSP is left out of the loss.
        # zh: 没有标签，损失里就没有 NSP。
        del batch["next_sentence_label"]
        yield batch


true_pairs = [(first, second, False) for first, second in unknown]
for rule in ((1.0, 0.0, 0.0), (0.8, 0.1, 0.1)):
    torch.manual_seed(0)
    mine = BertForPreTraining(model.config)
    train(mine, mlm_batches(np.random.default_rng(0), parts=rule), steps=100, rate=2e-3)
    for asked, parts in {"at a [MASK]": (1, 0, 0), "at a right word": (0, 0, 1)}.items():
        batch = bert.pair_batch(true_pairs, tokenizer, np.random.default_rng(1), 32, parts=parts)
        with torch.inference_mode():
            print(rule, plots.name(asked), round(bert.masked_loss_only(mine, batch).mlm_accuracy, 2))

# %% [markdown] lang="en"
# ### What does next sentence prediction add?
#
# Textbooks name it in one breath with MLM. Three questions, answered by stored runs. *Does MLM need it?* Take away its label and nothing else: the same pairs, the same steps. *What did it learn here?* Write "It is a comedy film." in place of "Toy Story is a comedy film.", so that the title stands in one sentence only. *Is there as much to learn in natural text?* Take two neighbouring sentences of a review of clothes against a sentence from another review; once from random and once from published weights, for 400 steps.

# %% [markdown] lang="zh"
# ### 下一句预测有什么用？
#
# 教科书总是把它与 MLM 并列。三个问题，由事先跑好并保存的结果来回答。**MLM 需要它吗？** 只去掉它的标签，别的都不动：同样的句对，同样的步数。**它在这里学到了什么？** 把“Toy Story is a comedy film.”写成“It is a comedy film.”，片名就只在一句里出现。**换成真实的文本，还学得到吗？** 取服装评论里相邻的两句，与别的评论里的一句比；分别从随机初始化和预训练权重出发，训练 400 步。

# %%
def mean_final(runs, key):
    return np.mean([run["final"][key] for run in runs])


both, alone = stored["films"]["runs"][:2], stored["without_nsp"]["same pairs"]  # the same two seeds
nameless, natural = stored["film_variants"]["no shared words"], stored["review_pairs"]
told = {
    "films": mean_final(both, "nsp_accuracy"),
    "films, “It” for the title": mean_final(nameless, "nsp_accuracy"),
    "reviews, random weights": natural["next sentence, scratch"]["final"]["nsp_accuracy"],
    "reviews, published weights": natural["next sentence, published"]["final"]["nsp_accuracy"],
    "reviews, order of two sentences": natural["sentence order, published"]["final"]["nsp_accuracy"],
}
rows = [(plots.name(key), share) for key, share in told.items()]
plots.table(pd.DataFrame(rows, columns=["", "pairs told right"]))

# %%
with_nsp, without = mean_final(both, "mlm_accuracy"), mean_final(alone, "mlm_accuracy")
nsp_apart = [told[key] for key in told if key not in ("films", "reviews, order of two sentences")]
recbook.claim(
    told["films"] > 0.85 and max(nsp_apart) < 0.54 and without > with_nsp - 0.005,
    en="Stored: on film sentences NSP was learned by the title that both share ({films:.0%} "
    "right). With “It” in place of the second title it stays at chance, and so, in 400 "
    "steps, on natural reviews ({others_low:.0%} to {others_high:.0%}), where comparing rare "
    "words alone would give {rare_words:.0%}. In these two seeds MLM did no worse without "
    "NSP: {with_nsp:.1%} of the gaps right with it, {without_nsp:.1%} without.",
    zh="存好的结果：在电影句子上，NSP 是靠两句共有的片名学会的（判对 {films:.0%}）。第二句的片名"
    "换成 It，它就停在随机猜测的水平；在自然的评论上训练 400 步也一样（{others_low:.0%} 到 "
    "{others_high:.0%}），而只比较罕见词就能判对 {rare_words:.0%}。在这两个种子上，去掉 NSP "
    "之后 MLM 并不更差：有它时填对 {with_nsp:.1%}，没有时填对 {without_nsp:.1%}。",
    rare_words=natural["rules"]["shared_words"], films=told["films"], others_low=min(nsp_apart),
    others_high=max(nsp_apart), with_nsp=with_nsp, without_nsp=without,
)

# %% [markdown] lang="en"
# **Exercise 7**, open. Remove it yourself, and see what changes: the same start and the same batches, with the label of NSP and without. Below are 50 steps on films, too few for NSP to leave its plateau; try 800. Beside them stand the stored runs: films, 800 steps, two seeds; reviews, 400 steps from published weights, one run. About 6 seconds.

# %% [markdown] lang="zh"
# **练习 7**（开放题）自己去掉它，看看有什么变化：同样的初始权重，同样的批次，一次有 NSP 的标签，一次没有。下面在电影上训练 50 步，NSP 还离不开平台；试试 800 步。旁边是事先跑好并保存的结果：电影，800 步，两个种子；评论，从预训练权重出发 400 步，一次运行。大约 6 秒。

# %%
def without_label(stream):
    for batch in stream:
        del batch["next_sentence_label"]
        yield batch


live = []
for change in (iter, without_label):
    torch.manual_seed(0)
    mine = BertForPreTraining(model.config)
    train(mine, change(batches(np.random.default_rng(0))), steps=50, rate=2e-3)
    live.append(ask_films(mine, unknown).mlm_accuracy)
on_films = [mean_final(runs, "mlm_accuracy") for runs in (both, alone)]
asked = ("next sentence, published", "no next sentence, published")
on_reviews = [natural[key]["final"]["mlm_accuracy"] for key in asked]
rows = zip([plots.name("with NSP"), plots.name("without NSP")], live, on_films, on_reviews)
plots.table(pd.DataFrame(rows, columns=["gaps filled", "films, live", "films, stored", "reviews, stored"]))

# %%
recbook.claim(
    on_reviews[1] > on_reviews[0] - 0.005 and on_films[1] > on_films[0] - 0.005,
    en="Stored: what changes without NSP is the answer about the pairs, not the gaps. On "
    "reviews, one run each, {with_nsp:.1%} are filled right with it and {without_nsp:.1%} "
    "without.",
    zh="存好的结果：去掉 NSP，变的是对句对的判断，填空并没有变差。在评论上各一次运行，有它时填对 "
    "{with_nsp:.1%}，没有时填对 {without_nsp:.1%}。",
    takeaway=False, with_nsp=on_reviews[0], without_nsp=on_reviews[1],
)

# %% [markdown] lang="en"
# The last line of the table of pairs is the question that ALBERT (Lan et al. 2020) put in NSP's place: are two neighbours in their order, or exchanged? RoBERTa (Liu et al. 2019) dropped the second task altogether. With 1,000 pairs judged, one **standard error** of such a share is $\sqrt{0.5 \cdot 0.5 / 1000}$, 1.6 points. That measures the choice of pairs, not the choice of a seed: it is one run.

# %% [markdown] lang="zh"
# 句对那张表的最后一行是 ALBERT（Lan et al. 2020）用来代替 NSP 的问题：相邻的两句，是原来的顺序，还是调换了？RoBERTa（Liu et al. 2019）则干脆去掉了第二个任务。判了 1,000 对，这样一个比例的**标准误**（standard error）是 $\sqrt{0.5 \cdot 0.5 / 1000}$，即 1.6 个百分点。它衡量的是抽到哪些句对，不含随机种子的影响：这里只有一次运行。

# %%
error = np.sqrt(0.25 / stored_settings["review_pairs"]["test"])
order_told = told["reviews, order of two sentences"]
recbook.claim(
    order_told - 0.5 > 3 * error,
    en="Stored, from the published weights: after 400 steps the order of two sentences is told "
    "right in {order_told:.1%} of the pairs, {standard_errors:.1f} standard errors above "
    "chance; NSP's question in {nsp_told:.1%}.",
    zh="存好的结果，从预训练权重出发：400 步之后，两句的顺序判对 {order_told:.1%}，比随机猜测高 "
    "{standard_errors:.1f} 个标准误；NSP 的问题判对 {nsp_told:.1%}。",
    takeaway=False, order_told=order_told, standard_errors=(order_told - 0.5) / error,
    nsp_told=told["reviews, published weights"],
)

# %% [markdown] lang="en"
# Small runs like ours do not settle what a large one would learn. They show what to look at before believing in a loss: a rule that merely compares rare words gets the film pairs right almost without error.

# %% [markdown] lang="zh"
# 我们这样的小实验，不能断定大模型会学到什么。但它说明了在相信一个损失之前该看什么：一条只比较罕见词的规则，就几乎能把电影句对全部判对。

# %%
recbook.claim(
    stored["films"]["baselines"]["nsp"]["shared_words"] > 0.99,
    en="Stored: comparing rare words alone tells {films:.1%} of the film pairs right, on reviews "
    "{reviews:.1%}.",
    zh="存好的结果：只比较罕见词，电影句对判对 {films:.1%}，评论句对判对 {reviews:.1%}。",
    takeaway=False, films=stored["films"]["baselines"]["nsp"]["shared_words"],
    reviews=natural["rules"]["shared_words"],
)

# %% [markdown] lang="en"
# ## What pretraining buys
#
# Why does anyone use published weights? Here is the experiment in small. We take a masked language model of BERT's smallest shape, two layers and 128 wide, that somebody else pretrained and published; and the *same shape* with random weights. Both are trained on reviews of clothes, for the same number of steps, on the same batches. Then both fill
# gaps in 500 other reviews.

# %% [markdown] lang="zh"
# ## 预训练带来了什么
#
# 为什么要用别人发布的预训练权重？这里做一个小实验。取一个别人预训练好的掩码语言模型，是 BERT 最小的规格，两层，128 维；再取同样规格、权重随机的一个。两者用同样的服装评论、同样的批次，训练同样的步数，然后给另外 500 条评论填空。

# %%
from transformers import BertForMaskedLM, BertTokenizer

from recbook.data import fetch
from recbook.data.cards import card

folder = fetch.ensure("splade-tiny")
words_of = BertTokenizer.from_pretrained(folder)
reviews = recbook.load("clothing-reviews")["text"]
reviews = reviews[reviews != ""].drop_duplicates().to_numpy()
reviews = reviews[np.random.default_rng(0).permutation(len(reviews))]
for name in ("splade-tiny", "clothing-reviews"):
    print(card(name).licence)
print(reviews[701])

# %%
def review_batches(rng, size=32):
    while True:
        # en: The first 700 are kept for judging and choosing.
        # zh: 前 700 条留作评判和挑选。
        chosen = rng.integers(700, len(reviews), size=size)
        yield bert.text_batch(list(reviews[chosen]), words_of, rng, max_length=32)


judged = bert.text_batch(list(reviews[:500]), words_of, np.random.default_rng(1), 32, parts=(1, 0, 0))


@torch.inference_mode()
def right_per_review(model):
    """en: For each judged review: masks told right, and masks, (500, 2).
    zh: 每条评判用的评论：猜对的遮盖数和遮盖总数，(500, 2)。"""
    asked = judged["labels"] != -100
    output = bert.masked_loss_only(model, judged)
    right = torch.zeros(asked.shape)
    right[asked] = (output.mlm_logits.argmax(-1) == output.mlm_labels).float()
    return torch.stack([right.sum(1), asked.sum(1)], 1).numpy()

# %% [markdown] lang="en"
# 100 steps each, at the rate that was best for each on 200 further reviews (the search is stored in the results of `recbook experiment pretraining`). About 30 seconds.

# %% [markdown] lang="zh"
# 各训练 100 步，学习率是在另外 200 条评论上为各自选出的最好的（搜索记录存在 `recbook experiment pretraining` 的结果里）。大约 30 秒。

# %%
off = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
shape = BertConfig.from_pretrained(folder, **off)
torch.manual_seed(0)
published = BertForMaskedLM.from_pretrained(folder, config=shape)
starts = {"scratch": BertForMaskedLM(shape), "published": published}
right = {}
for start, tiny in starts.items():
    def look(step, tiny=tiny, start=start):
        if step % 50 == 0:
            right[start, step] = right_per_review(tiny)

    stream = review_batches(np.random.default_rng(0))
    train(tiny, stream, 100, stored["reviews"]["rates"][start], 50, falling=False, before=look)
    look(100)

# %%
def accuracy(counts):
    return counts[:, 0].sum() / counts[:, 1].sum()


def accuracy_interval(counts):
    n = len(counts)
    draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=2000)
    drawn = draws @ counts  # (2000, 2)
    return np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])


live = {key: (accuracy(counts), *accuracy_interval(counts)) for key, counts in right.items()}
figures.published_against_scratch(live, stored["reviews"])

# %% tags=["nbval-ignore-output"]
a, b = live["published", 100], live["scratch", 100]
long = stored["reviews"]["scratch_long"]["held_out"]
neighbour = stored["reviews"]["baselines"]["left_neighbour"]
recbook.claim(
    a[1] > 2 * b[2]
    and a[1] > neighbour > b[2]
    and max(long["mlm_accuracy"]) < a[0]
    and live["published", 50][1] > max(long["mlm_accuracy"][: long["step"].index(1000) + 1]),
    en="After 100 equal steps the published weights fill {published:.0%} of the gaps "
    "({published_low:.0%} to {published_high:.0%}), random ones {scratch:.0%} "
    "({scratch_low:.0%} to {scratch_high:.0%}); counting what follows the token on the left "
    "fills {neighbour:.0%}. From random weights even {steps:,} steps (stored) end at "
    "{scratch_long:.0%}.",
    zh="同样训练 100 步，预训练权重填对 {published:.0%} 的空（{published_low:.0%} 到 "
    "{published_high:.0%}），随机初始化的权重填对 {scratch:.0%}（{scratch_low:.0%} 到 "
    "{scratch_high:.0%}）；数一数左边词元后面常跟什么，能填对 {neighbour:.0%}。从随机权重出发，"
    "训练 {steps:,} 步（存好的）也只到 {scratch_long:.0%}。",
    published=a[0], published_low=a[1], published_high=a[2], scratch=b[0], scratch_low=b[1],
    scratch_high=b[2], neighbour=neighbour, steps=int(long["step"][-1]),
    scratch_long=long["mlm_accuracy"][-1],
)

# %% [markdown] lang="en"
# One surprise stands at step 0: there the published weights fill no gap either. Their card says that they were last trained for search (SPLADE), not for filling gaps. Yet within 50 steps they are where random weights are not after 1,000. This is **transfer**: what is taken over is not the answers but a place to start from. And the comparison is of *equal steps*: the steps that went into the published weights were somebody else's, and are not counted.

# %% [markdown] lang="zh"
# 第 0 步有个意外：预训练权重也一个空都填不对。它们的卡片上说，最后一次是为搜索（SPLADE）训练的，不是为填空。然而 50 步之后，它们就到了随机初始化的权重 1,000 步也没到的地方。这就是**迁移**：拿过来的不是答案，而是一个起点。还要注意，这里比的是*同样的步数*：预训练权重里已经花掉的那些步是别人的，没有算进来。

# %% [markdown] lang="en"
# ## Looking inside
#
# What do the heads of a real model read? MiniLM has 6 layers of 12 heads. Here are three of the 72, picked because they are easy to describe, on one title. A row reads the columns; dark is much.

# %% [markdown] lang="zh"
# ## 往里面看
#
# 真实模型的注意力头在关注什么？MiniLM 有 6 层，每层 12 个头。这里是 72 个里的三个，挑的是容易描述的，看的是同一个片名。每行是一个查询词，各列是它给其他词的权重，颜色越深权重越大。

# %%
from transformers import BertModel

minilm_folder = fetch.ensure("all-MiniLM-L6-v2")
pieces_of = BertTokenizer.from_pretrained(minilm_folder)
minilm = BertModel.from_pretrained(minilm_folder, attn_implementation="eager", add_pooling_layer=False).eval()


@torch.inference_mode()
def attend(text):
    read = pieces_of(text, return_tensors="pt")
    layers = minilm(**read, output_attentions=True).attentions
    return torch.cat(layers).numpy(), pieces_of.convert_ids_to_tokens(read["input_ids"][0])


# en: Layers and heads, in the code counted from 0, in the names from 1.
# zh: 层号和头号：代码里从 0 数起，名字里从 1 数起。
heads = {"L1 H3": (0, 2), "L2 H9": (1, 8), "L3 H10": (2, 9)}
weights, tokens = attend("The Lord of the Rings")  # (layers, heads, n, n)
figures.attention_maps({name: weights[place] for name, place in heads.items()}, tokens)

# %%
weights, tokens = attend("Toy Story, an animation children's comedy")
figures.attention_maps({name: weights[place] for name, place in heads.items()}, tokens)

# %% [markdown] lang="en"
# The first head reads the word before, the second the word after or else [CLS], the third parks nearly everything at [CLS]. Is that so in general, or did we pick a nice title? Measure it on 100 titles with their genres:

# %% [markdown] lang="zh"
# 第一个头关注前一个词，第二个多半关注后一个词，否则停在 [CLS]，第三个几乎把全部权重停在 [CLS] 上。一般都这样，还是我们挑了个好看的片名？在 100 个带类型的片名上量一量：

# %%
rows = np.random.default_rng(0).permutation(len(films))[:100]
sample = [f"{film.display_title}, {film.genres.lower()}" for film in films.iloc[rows].itertuples()]
before, after, parked, to_cls = [], [], [], []
for text in sample:
    weights, tokens = attend(text)
    # en: Without [CLS] and [SEP].
    # zh: 不算 [CLS] 和 [SEP]。
    inner = np.arange(1, len(tokens) - 1)
    before.append(weights[0, 2, inner, inner - 1].mean())
    after.append(weights[1, 8, inner, inner + 1].mean())
    parked.append(weights[2, 9, inner, 0].mean())
    to_cls.append(weights[:, :, inner, 0].mean())

# %% tags=["nbval-ignore-output"]
recbook.claim(
    np.mean(before) > 0.9 and np.mean(after) > 0.5 and np.mean(parked) > 0.7 and np.mean(to_cls) > 0.3,
    en="Over 100 titles L1 H3 gives {before:.0%} of its weight to the word before, L2 H9 "
    "{after:.0%} to the word after, L3 H10 {parked:.0%} to [CLS]. All 72 heads together give "
    "[CLS] {to_cls:.0%}.",
    zh="在 100 个片名上，L1 H3 把 {before:.0%} 的权重给前一个词，L2 H9 把 {after:.0%} 给后一个词，L3 "
    "H10 把 {parked:.0%} 给 [CLS]。72 个头合在一起，给 [CLS] 的有 {to_cls:.0%}。",
    takeaway=False, before=np.mean(before), after=np.mean(after), parked=np.mean(parked),
    to_cls=np.mean(to_cls),
)

# %% [markdown] lang="en"
# [CLS] enters every title as the same token, and yet it gets most. A likely reason: a head that finds nothing to read must put its weight somewhere, since every row must add up to 1 (Clark et al. 2019 saw the like at [SEP]).
#
# That is a warning: **much attention need not mean much influence.** Test it. Hide one word of a title behind [MASK], and see how far the sentence vector (the mean of the outputs) turns; that is the word's influence. Is the word that gets most attention the one whose removal turns the vector most? Take the mean over all heads, and the best and worst single head, on the same titles. About 10 seconds.

# %% [markdown] lang="zh"
# [CLS] 在每个片名里都是同一个词元，得到的却最多。一种可能的原因：一个头如果没什么可关注的，权重总得有个去处，因为每行之和必须是 1（Clark et al. 2019 在 [SEP] 上看到过类似现象）。
#
# 这是个警告：**注意力大，影响未必大**。来检验一下：把片名里的一个词换成 [MASK]，看句子向量（输出的平均）转了多少，这就是这个词的影响。得到注意力最多的词，是不是去掉后向量转得最多的那个？在同样的片名上，看所有头的平均，也看单个头里最好和最差的。大约 10 秒。

# %%
from scipy.stats import spearmanr


@torch.inference_mode()
def influence(text):
    read = pieces_of(text, return_tensors="pt")["input_ids"]
    n = read.shape[1]
    hidden = read.repeat(n, 1)
    # en: Row k hides token k.
    # zh: 第 k 行遮住第 k 个词元。
    hidden[range(n), range(n)] = pieces_of.mask_token_id
    vectors = minilm(torch.cat([read, hidden])).last_hidden_state.mean(dim=1)
    return (1 - torch.cosine_similarity(vectors[:1], vectors[1:])).numpy()

# %%
agreement, by_head, hits, chance = [], [], [], []
for text in sample:
    weights, tokens = attend(text)
    # en: Words, or the first piece of a word that is split; no punctuation, no [CLS].
    # zh: 只取词，或者被拆开的词的第一段；不算标点和 [CLS] 之类。
    letters = [k for k, token in enumerate(tokens) if token.isalpha()]
    if len(letters) >= 4:
        turned = influence(text)[letters]
        received = weights.mean(axis=2)[..., letters]  # (layers, heads, words)
        agreement.append(spearmanr(received.mean(axis=(0, 1)), turned)[0])
        by_head.append([spearmanr(head, turned)[0] for head in received.reshape(72, -1)])
        hits.append(received.mean(axis=(0, 1)).argmax() == turned.argmax())
        chance.append(1 / len(letters))

# %% tags=["nbval-ignore-output"]
from recbook.evaluation import bootstrap

middle, top = bootstrap(agreement), bootstrap(hits)
single = np.nanmean(by_head, axis=0)
recbook.claim(
    middle.low > 0 and single.min() < 0 and top.high < 0.9,
    en="Averaged over all heads, attention and influence agree in part (rank correlation "
    "{agreement_low:.2f} to {agreement_high:.2f}); the most attended word is the most "
    "influential in {top_low:.0%} to {top_high:.0%} of titles (chance {chance:.0%}). Single "
    "heads range from {head_low:.2f} to {head_high:.2f}.",
    zh="所有头平均，注意力与影响部分一致（秩相关 {agreement_low:.2f} 到 {agreement_high:.2f}）；"
    "得到注意力最多的词，在 {top_low:.0%} 到 {top_high:.0%} 的片名里也是影响最大的（随机猜测 "
    "{chance:.0%}）。单个头从 {head_low:.2f} 到 {head_high:.2f} 不等。",
    agreement_low=middle.low, agreement_high=middle.high, top_low=top.low, top_high=top.high,
    chance=np.mean(chance), head_low=single.min(), head_high=single.max(),
)

# %% [markdown] lang="en"
# So the heads together say something about influence, but a map of one head proves little, however convincing it looks: some of the 72 agree with the influence, others do not, and one can choose (Jain and Wallace 2019). An explanation has to be tested by taking the reason away, as in chapter 01.
#
# ## The bridge to recommending
#
# Nothing in BERT knows that its tokens are words. Read the table as chapter 03 read histories:
#
# | language | recommending |
# |---|---|
# | word | film |
# | sentence | a user's history, by time |
# | [MASK] somewhere in the sentence | which film is missing here? |
# | [MASK] at the end | which film comes next? |
# | causal mask, as in GPT | each film predicts the next one |
#
# Chapter 08 trains such models on histories: BERT4Rec with masks, SASRec with the triangle.
#
# There is a second reading, the one that textbooks mean when they say *encode the history with BERT*: write the history as **text**, and let a model that was pretrained on language read it. In its simplest form: join the titles of the last five films, take MiniLM's vector of that text, and recommend the films whose titles have the nearest vectors. (Five, and the full stop between titles, were chosen on the validation films.) About 10 seconds the first time, for then the texts have to be encoded.

# %% [markdown] lang="zh"
# 可见，所有头合起来，对影响确有所反映；但单个头的图再有说服力，也证明不了多少：72 个头里，有的与影响一致，有的不一致，而挑哪个由人（Jain and Wallace 2019）。要检验一个解释，就拿掉它所说的理由，看结果变不变，就像第 01 章那样。
#
# ## 通向推荐的桥
#
# BERT 里没有什么规定词元必须是词。照第 03 章读历史的办法来读这张表：
#
# | 语言 | 推荐 |
# |---|---|
# | 词 | 电影 |
# | 句子 | 用户的历史，按时间排列 |
# | 句中某处的 [MASK] | 这里缺的是哪部电影？ |
# | 句末的 [MASK] | 接下来是哪部电影？ |
# | GPT 那样的因果掩码 | 每部电影预测下一部 |
#
# 第 08 章就在历史上训练这样的模型：BERT4Rec 用遮盖，SASRec 用三角形。
#
# 还有另一种读法，也就是教科书里说的“用 BERT 编码用户历史”：把历史写成**文字**，让在语言上预训练过的模型来读。最简单的做法：把最近五部电影的片名连起来，取 MiniLM 对这段文字的向量，推荐片名向量与它最近的电影。（“五部”和片名之间用句点隔开，都是在验证集上选的。）第一次运行大约 10 秒。

# %%
from recbook.data import leave_one_out
from recbook.data.histories import sentences_in_time
from recbook.evaluation import evaluate, evaluate_scores, truth
from recbook.models import EASE, Popularity
from recbook.text import TextEncoder

ratings = recbook.load("ml-100k")
split = leave_one_out(ratings)
history = split.history("test")
titles = ratings.items["display_title"].to_numpy()
encoder = TextEncoder("all-MiniLM-L6-v2")
title_vectors = encoder.encode(list(titles))
last_five = [films[-5:] for films in sentences_in_time(history)]
as_text = [". ".join(titles[films]) + "." for films in last_five]
closeness = encoder.encode(as_text[:1])[0] @ title_vectors.T
closeness[sentences_in_time(history)[0]] = -np.inf  # seen already
print(as_text[0], "→", "; ".join(titles[np.argsort(-closeness)[:5]]))

# %%
def judge(user_vectors):
    scores = user_vectors @ title_vectors.T
    return evaluate_scores(scores, truth(split), exclude=history.matrix())


by_chance = np.random.default_rng(0).normal(size=(ratings.n_users, title_vectors.shape[1]))
reports = {
    "random": judge(by_chance),
    "history as one text": judge(encoder.encode(as_text)),
    "mean of its titles": judge(np.array([title_vectors[films].mean(axis=0) for films in last_five])),
    "popularity": evaluate(Popularity(), split),
    "EASE": evaluate(EASE(), split),
}
plots.ranking(reports, mark="history as one text")

# %%
text = reports["history as one text"]
apart, behind, above = (
    text.difference(reports[name], "ndcg@10") for name in ("mean of its titles", "popularity", "random")
)
recbook.claim(
    apart.low < 0 < apart.high and behind.high < 0 and above.low > 0,
    en="A history read as one text finds the next film better than chance, but worse than "
    "popularity (by {behind_low:.3f} to {behind_high:.3f} NDCG@10). Reading all titles "
    "together gains nothing measurable over the mean of their vectors ({together_low:.3f} to "
    "{together_high:.3f}).",
    zh="把历史当作一段文字来读，找下一部电影胜过随机猜测，却不如流行度（NDCG@10 差 "
    "{behind_low:.3f} 到 {behind_high:.3f}）。把片名连在一起读，与各片名向量的平均相比，量不"
    "出差别（{together_low:.3f} 到 {together_high:.3f}）。",
    behind_low=-behind.high, behind_high=-behind.low, together_low=apart.low,
    together_high=apart.high,
)

# %% [markdown] lang="en"
# MiniLM was trained on a billion pairs of sentences, but on no histories. It knows what titles mean, not what people watch next. To learn that, it must see histories: by fine-tuning (chapters 05 to 07), or by a model whose words are films (chapter 08).

# %% [markdown] lang="zh"
# MiniLM 用十亿对句子训练过，却没有见过观看历史。它知道片名是什么意思，不知道人们接下来看什么。要学会这个，就得让它看到历史：或者微调（fine-tuning）（第 05 至 07 章），或者换一个以电影为词的模型（第 08 章）。

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

# %% quiz="bert"
recbook.quiz("bert")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress("bert")

# %% [markdown] lang="en"
# - J. Devlin, M.-W. Chang, K. Lee and K. Toutanova (2019). *BERT: Pre-training of deep bidirectional transformers for language understanding.* NAACL. [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - A. Vaswani et al. (2017). *Attention is all you need.* NeurIPS. [arXiv:1706.03762](https://arxiv.org/abs/1706.03762). The layer.
# - Y. Liu et al. (2019). *RoBERTa: A robustly optimized BERT pretraining approach.* [arXiv:1907.11692](https://arxiv.org/abs/1907.11692). Without NSP.
# - Z. Lan et al. (2020). *ALBERT: A lite BERT for self-supervised learning of language representations.* ICLR. [arXiv:1909.11942](https://arxiv.org/abs/1909.11942). The order of two sentences in place of NSP.
# - K. Clark, U. Khandelwal, O. Levy and C. D. Manning (2019). *What does BERT look at?* BlackboxNLP. [arXiv:1906.04341](https://arxiv.org/abs/1906.04341).
# - S. Jain and B. C. Wallace (2019). *Attention is not explanation.* NAACL. [arXiv:1902.10186](https://arxiv.org/abs/1902.10186).
# - F. Sun et al. (2019). *BERT4Rec: Sequential recommendation with bidirectional encoder representations from transformer.* CIKM. [arXiv:1904.06690](https://arxiv.org/abs/1904.06690).

# %% [markdown] lang="zh"
# - J. Devlin, M.-W. Chang, K. Lee and K. Toutanova (2019). *BERT: Pre-training of deep bidirectional transformers for language understanding.* NAACL. [arXiv:1810.04805](https://arxiv.org/abs/1810.04805)。
# - A. Vaswani et al. (2017). *Attention is all you need.* NeurIPS. [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)。这一层的出处。
# - Y. Liu et al. (2019). *RoBERTa: A robustly optimized BERT pretraining approach.* [arXiv:1907.11692](https://arxiv.org/abs/1907.11692)。去掉了 NSP。
# - Z. Lan et al. (2020). *ALBERT: A lite BERT for self-supervised learning of language representations.* ICLR. [arXiv:1909.11942](https://arxiv.org/abs/1909.11942)。用两句话的次序代替 NSP。
# - K. Clark, U. Khandelwal, O. Levy and C. D. Manning (2019). *What does BERT look at?* BlackboxNLP. [arXiv:1906.04341](https://arxiv.org/abs/1906.04341)。
# - S. Jain and B. C. Wallace (2019). *Attention is not explanation.* NAACL. [arXiv:1902.10186](https://arxiv.org/abs/1902.10186)。
# - F. Sun et al. (2019). *BERT4Rec: Sequential recommendation with bidirectional encoder representations from transformer.* CIKM. [arXiv:1904.06690](https://arxiv.org/abs/1904.06690)。
