# %% [markdown] lang="en"
# # 04 · BERT: words that read each other
#
# **You will be able to** compute self-attention with a pencil and build a layer of BERT from it; make the batches of its pretraining tasks;
# judge what a small BERT has learned; and say, with numbers, what pretraining buys and what attention does not explain.
#
# **You need** chapter 03 (softmax, cross-entropy, gradient) and matrix products. You need not write PyTorch: the core is NumPy, and the few cells that call PyTorch can be skimmed.
#
# **It takes** {core} to read, and {deeper} more for the part under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 04 · BERT：让每个词看到上下文
#
# **学完之后**，你能亲手算出自注意力（self-attention），并由它搭出 BERT 的一层；能做出预训练任务的批次；能看着一个小 BERT 学习，并判断它到底学会了什么；
# 还能用数字说明：预训练带来了什么，注意力又解释不了什么。
#
# **需要的基础**：第 03 章的 softmax、交叉熵（cross-entropy）和梯度，以及矩阵乘法。不要求会写 PyTorch：核心部分用 NumPy 写，少数调用 PyTorch 的单元大致看过即可。
#
# **所需时间**：读完核心部分{core}，[选读](#deeper)部分另需{deeper}；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd
import torch
from transformers import BertConfig, BertForMaskedLM, BertForPreTraining, BertModel, BertTokenizer

import recbook
from recbook import plots
from recbook.chapters.bert import figures
from recbook.data import fetch
from recbook.evaluation import bootstrap
from recbook.text import bert
from recbook.vectors import unit

recbook.setup("en")

# %% [markdown] lang="en"
# Chapter 03 gave every word one vector. But is the *bad* of *a very bad film* the same as the *bad* of *not bad*? Let MiniLM, the model of chapter 00, read some sentences, and take out its vector of *bad*: once where the words go in, once where they come out.

# %% [markdown] lang="zh"
# 第 03 章给每个词一个向量。可是 *a very bad film*（很烂的片子）里的 *bad* 和 *not bad*（不错）里的 *bad* 是一回事吗？让第 00 章的 MiniLM 读几句话，取出 *bad* 的向量：一次在入口处，一次在出口处。

# %%
folder = fetch.ensure("all-MiniLM-L6-v2")
pieces_of = BertTokenizer.from_pretrained(folder)
minilm = BertModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False).eval()


@torch.inference_mode()
def read(text):
    """en: What MiniLM makes of a text: tokens, vectors (n, 384) at the entrance and at the exit, attention (72, n, n).
    zh: MiniLM 读一段文字：词元，入口处和出口处的向量 (n, 384)，注意力 (72, n, n)。"""
    ids = pieces_of(text, return_tensors="pt")["input_ids"]
    out = minilm(ids, output_attentions=True)
    entrance, attention = minilm.embeddings.word_embeddings(ids), torch.cat(out.attentions).flatten(0, 1)
    tokens = pieces_of.convert_ids_to_tokens(ids[0])
    return tokens, entrance[0].numpy(), out.last_hidden_state[0].numpy(), attention.numpy()

# %%
def bad_in(text):
    tokens, entrance, exit, _ = read(text)
    return [unit(vectors)[tokens.index("bad")] for vectors in (entrance, exit)]


texts = ["a very bad film", "such a bad film", "not a bad film", "this film is very bad", "this film is not bad",
         "very bad", "not bad"]
usual = bad_in("a bad film")
alike = {text: [a @ b for a, b in zip(bad_in(text), usual)] for text in texts}
rows = [(text, *both) for text, both in alike.items()]
plots.table(pd.DataFrame(rows, columns=["sentence", "at the entrance", "at the exit"]))

# %% [markdown] lang="en"
# The numbers are cosines with the *bad* of *a bad film*. At the entrance it is the same vector in every sentence, as in Word2Vec. At the exit every sentence has made its own. Place and length play a part (*very bad* is far off already), so compare only sentences that differ in one word:

# %% [markdown] lang="zh"
# 表中是各句的 *bad* 与 *a bad film*（一部烂片）中 *bad* 的余弦。前三句是“一部很烂的片子”“这么一部烂片”“不算烂片”，后四句是“这片子很烂”“这片子不错”“很烂”“不错”。在入口处，每句话里的 *bad* 都是同一个向量，与 Word2Vec 一样。到了出口处，每句话都有了自己的 *bad*。位置和句子长短也有影响（*very bad* 已经差得很远），所以只比较相差一个词的句子：

# %%
pairs = [("such a bad film", "not a bad film"), ("this film is very bad", "this film is not bad"), ("very bad", "not bad")]
gaps = [alike[without][1] - alike[negated][1] for without, negated in pairs]
recbook.claim(
    min(gaps) > 0.05 and all(abs(both[0] - 1) < 1e-5 for both in alike.values()),
    en="In each of three pairs *not* turns *bad* further away than another word in its place: in “not bad” the cosine is {negated:.2f}, in “very bad” {plain:.2f}.",
    zh="三对句子里，换成 *not* 后余弦都更低（not bad 为 {negated:.2f}，very bad 为 {plain:.2f}）。",
    takeaway=dict(
        en="A word enters BERT with one vector and leaves with another in every sentence: attention mixes in a weighted mean of what the other words offer.",
        zh="词进入 BERT 时只有一个向量，出来时每句话各有一个：注意力把其他词的值加权平均，汇入其中。",
    ),
    negated=alike["not bad"][1], plain=alike["very bad"][1],
)

# %% [markdown] lang="en"
# How does a model do that? It lets the words read each other, and each collects from the others what it needs: **self-attention**. The reference text, the article that this course follows, sums BERT up as a Transformer with two pretraining tasks. This chapter takes these words apart.

# %% [markdown] lang="zh"
# 模型是怎样做到的？让每个词看到其他词，从中汇集自己需要的信息：这就是**自注意力**。参考文章这样概括 BERT：一种 Transformer，加上两个预训练任务。这一章逐一解释这几个概念。

# %% [markdown] lang="en"
# ## Three words, by pencil
#
# Our sentence is *film not bad*. What should *bad* look for? Above all for a *not*. So give each word three vectors. Its **query** $q$ says what it looks for, its **key** $k$ what it offers to those who look, and its **value** $v$ is what it hands over. We choose the numbers by hand, with a meaning for each column:
#
# | | has content | negates | describes | is a thing |
# |---|---|---|---|---|
# | key of *film* | 1 | 0 | 0 | 1 |
# | key of *not* | 0 | 1 | 1 | 0 |
# | key of *bad* | 1 | 0 | 1 | 0 |
# | query of *bad* | 1 | 3 | 1 | 1 |
#
# In a real model all these numbers are learned, and nobody can say what a column means. The two columns of $V$ are "is about films" and "is praise". (The queries of *film* and *not*, in the code below, play no part here.) The factor $\log 2$ in $K$ is there for the pencil, as in chapter 03. For $n$ words the rows make three matrices, $Q$ and $K$ of shape $(n, d)$, here $(3, 4)$, and $V$ of shape $(n, d_v)$, here $(3, 2)$:

# %% [markdown] lang="zh"
# ## 用三个词笔算一遍
#
# 我们的句子是 *film not bad*（片子 不 烂）。*bad* 最该找什么？当然是有没有 *not*。所以给每个词三个向量：**查询**（query）$q$ 表示它在找什么，**键**（key）$k$ 表示它能提供什么，**值**（value）$v$ 是它提供的内容。数字由我们选定，每一列都有含义：
#
# | | 实词 | 否定 | 修饰 | 事物 |
# |---|---|---|---|---|
# | *film* 的键 | 1 | 0 | 0 | 1 |
# | *not* 的键 | 0 | 1 | 1 | 0 |
# | *bad* 的键 | 1 | 0 | 1 | 0 |
# | *bad* 的查询 | 1 | 3 | 1 | 1 |
#
# 真实的模型里，这些数字都是学出来的，没有人说得清哪一列是什么意思。$V$ 的两列是“与电影有关”和“夸奖”。（*film* 和 *not* 的查询写在下面的代码里，这里用不到。）$K$ 乘上 $\log 2$ 是为了方便笔算，与第 03 章一样。$n$ 个词的行合成三个矩阵：$Q$ 和 $K$ 的形状是 $(n, d)$，这里是 $(3, 4)$；$V$ 的形状是 $(n, d_v)$，这里是 $(3, 2)$：

# %%
words = ["film", "not", "bad"]
Q = np.array([[0, 0, 0, 2], [1, -1, 1, -1], [1, 3, 1, 1]]) * 1.0
K = np.array([[1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 1, 0]]) * np.log(2)
V = np.array([[4, 0], [0, 4], [0, -4]]) * 1.0

# %% [markdown] lang="en"
# The query of *bad* and the three keys have the dot products $2, 4, 2$, in units of $\log 2$: *not* fits best. Divide by $\sqrt d = 2$: $1, 2, 1$. Now the softmax: 2 to the power of each, $2, 4, 2$, divided by their sum. These are the **attention weights**, $1/4, 1/2, 1/4$. Half of what *bad* takes in comes from *not*. Its output is the weighted mean of the values,
#
# $$\tfrac14 (4, 0) + \tfrac12 (0, 4) + \tfrac14 (0, -4) = (1, 1)$$
#
# The praise in *bad*'s own value was $-4$; in the output it is 1. (We chose the numbers so that it comes out well; what a real model does, the first table only hints at.) For all words at once (Vaswani et al. 2017, equation 1):
#
# $$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt d}\right) V$$
#
# Each row of $Q K^\top$ belongs to a word that looks, each column to a word that is looked at, and the softmax runs along the row.

# %% [markdown] lang="zh"
# 下面笔算。*bad* 的查询与三个键的点积（dot product）以 $\log 2$ 为单位是 $2, 4, 2$：与 *not* 最匹配。除以 $\sqrt d = 2$，得 $1, 2, 1$。再做 softmax：以 2 为底取幂得 $2, 4, 2$，除以总和。这就是**注意力权重** $1/4, 1/2, 1/4$：*bad* 汇集的信息有一半来自 *not*。输出是各个值的加权平均：
#
# $$\tfrac14 (4, 0) + \tfrac12 (0, 4) + \tfrac14 (0, -4) = (1, 1)$$
#
# *bad* 自己的值里，“夸奖”是 $-4$；到输出里成了 1。（数字是我们特意选的，所以结果这么漂亮；真实的模型怎样，第一张表只给出一点提示。）所有词一起算（Vaswani et al. 2017，公式 1）：
#
# $$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt d}\right) V$$
#
# $Q K^\top$ 的每一行属于一个查询的词，每一列属于一个被查询的词，softmax 在每一行内计算，使每行之和为 1。

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
# And if nobody had said *not*? Turn its score down, step by step, until its weight is 0, and watch the output of *bad*:

# %% [markdown] lang="zh"
# 如果句中没有 *not* 呢？把它的得分一步步调低，直到权重为 0，看 *bad* 的输出怎样移动：

# %%
figures.who_feeds_whom(words, asker=2, scores=np.array([1, 2, 1]), values=V, dropped=1)

# %% [markdown] lang="en"
# From $(1, 1)$ to $(2, -2)$: without *not* the praise turns into blame. The word is the same, the vector is not. Keep in mind: a score of $-\infty$ is as good as a word that is not there.
#
# **Why divide by $\sqrt d$?** The more products a dot product adds up, the further scores lie apart. Here are random queries and keys, and ten words: how much does the word with the largest weight get?

# %% [markdown] lang="zh"
# 从 $(1, 1)$ 到 $(2, -2)$：没有 *not*，夸奖成了贬损。词还是那个词，向量却不同了。请记住：得分为 $-\infty$，就等于这个词不存在。
#
# **为什么除以 $\sqrt d$？** 点积里相加的乘积越多，得分就越分散。取随机的查询和键、十个词：权重最大的那个词拿到多少？

# %%
rng, rows = np.random.default_rng(0), []
for d in (4, 64, 1024):
    scores = rng.normal(size=(1000, 1, d)) @ rng.normal(size=(1000, d, 10))  # (1000, 1, 10)
    rows.append((str(d), *(softmax(s).max(axis=-1).mean() for s in (scores, scores / np.sqrt(d)))))
plots.table(pd.DataFrame(rows, columns=["d", "largest weight", "largest weight, divided"]))

# %% [markdown] lang="en"
# Undivided, one word takes nearly all the weight in a wide model (its vectors have many numbers). A small change of a score then hardly changes the weights: the gradient nears 0, and learning stops.
#
# ### Sentences of different lengths
#
# A batch is a rectangle, so short sentences are filled up with a **padding** token, [PAD]. Suppose that its key and its value are zeros. Is it harmless then?

# %% [markdown] lang="zh"
# 如果不除，模型一宽（宽是向量的维数），一个词就几乎拿走全部权重。这时得分稍有变动，结果几乎不变，梯度接近 0，模型就学不动了。
#
# ### 句子长短不一
#
# 一个批次是一张矩形，所以短句要用**填充**（padding）词元（token）[PAD] 补齐。假设它的键和值都是零，是不是就没有影响了？

# %%
with_padding = [np.vstack([table, np.zeros((1, table.shape[1]))]) for table in (Q, K, V)]
attention(*with_padding)[0][2].round(4)

# %% [markdown] lang="en"
# No: *bad* was $(1, 1)$, and now it is something else, only because a longer sentence stood in its batch. A score of 0 is not *nothing*: the padding took $1/9$ of the weight. What has to be done *before* the softmax, so that its weight is 0 and the others still add up to 1? You have seen it in the moving picture.
#
# **Exercise 1.** Mend it. `real[j]` is False where word $j$ is padding, which must not be read; its rows of $Q$, $K$ and $V$ may hold any numbers. Its own outputs matter to nobody: treat them like others. ({points})

# %% [markdown] lang="zh"
# 不是：*bad* 原来是 $(1, 1)$，现在变了，只因为同一个批次里有一句更长。得分为 0 并不等于没有：填充拿走了 $1/9$ 的权重。要让它的权重为 0、其余权重之和仍是 1，在 softmax **之前**该做什么？上面的动图里已经有答案。
#
# **练习 1** 把它修好。`real[j]` 为 False 表示第 $j$ 个词是填充，不能被关注；它在 $Q$、$K$、$V$ 里的行可以是任意数。填充的输出没有人用，照常计算即可。（{points}）

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
# Attention alone is not BERT. Five things are missing, each of them small.
#
# **1. Where do queries, keys and values come from?** From the word vectors $X$, of shape $(n, w)$ where $w$ is the **width** of the model, by three learned matrices: $Q = X W_Q$, $K = X W_K$, $V = X W_V$. If *bad* is $x = (1, 1)$ and $W_Q$ has the rows $(1, 0, 1, 1)$ and $(0, 3, 0, 0)$, then $x W_Q = (1, 3, 1, 1)$, its query above.
#
# **2. More than one question.** One set of weights can look for one thing at a time. So cut the columns of $Q$, $K$ and $V$ into $h$ equal parts, let each part do its own attention, put the outputs side by side, and mix them by a fourth matrix $W_O$. (Cutting the columns of $Q$ is giving each head a narrower $W_Q$ of its own; each divides by its own $\sqrt d$.) That is **multi-head attention**, and each part is a **head**. Two heads for our sentence, with one column of $V$ each:

# %% [markdown] lang="zh"
# ## 从注意力到一层
#
# 光有注意力还不是 BERT，还要补上五个部件，每个都不复杂。
#
# **1. 查询、键和值从哪里来？** 由词向量（word vector）$X$（形状 $(n, w)$，$w$ 是模型的宽）乘上三个可学习的矩阵得到：$Q = X W_Q$，$K = X W_K$，$V = X W_V$。设 *bad* 是 $x = (1, 1)$，$W_Q$ 的两行是 $(1, 0, 1, 1)$ 和 $(0, 3, 0, 0)$，则 $x W_Q = (1, 3, 1, 1)$，正是上面它的查询。
#
# **2. 多个头。** 一组权重一次只能表达一种关注方式。所以把 $Q$、$K$、$V$ 的列切成 $h$ 等份，每份各做各的注意力，输出并排放好，再乘第四个矩阵 $W_O$。（切开 $Q$ 的列，等于给每个头一个更窄的 $W_Q$；各个头除以自己的 $\sqrt d$。）这就是**多头注意力**，每一份叫一个**注意力头**（head）。我们的句子用两个头，每个头分到 $V$ 的一列：

# %%
parts = [attention(Q[:, :2], K[:, :2], V[:, :1]), attention(Q[:, 2:], K[:, 2:], V[:, 1:])]
rows = [(str(number), *weights[2]) for number, (_, weights) in enumerate(parts)]
plots.table(pd.DataFrame(rows, columns=["how bad reads: head", *words]))
np.hstack([read for read, _ in parts])[2].round(2)

# %% [markdown] lang="en"
# Head 0 looks at *not*, head 1 sees no difference. But look at the output: the praise of *bad* is now 0, where one head had made 1. The head that found *not* is not the one that carries praise. How a real model divides the work, learning decides.
#
# **3. Order.** Nothing so far knows where a word stands. Shuffle the words, and the outputs are only shuffled with them: *dog bites man* would be *man bites dog*.

# %% [markdown] lang="zh"
# 头 0 偏重 *not*，头 1 的三个权重相等。再看输出：*bad* 的“夸奖”现在是 0（只有一个头时是 1）。偏重 *not* 的头 0 分到的，恰好不是“夸奖”那一列。真实的模型里各个头怎样分工，由学习决定。
#
# **3. 顺序。** 到此为止，计算里没有用到词的位置。把词打乱，输出也只是跟着打乱：“狗咬人”和“人咬狗”成了一回事。

# %%
order = [2, 0, 1]
np.allclose(attention(Q[order], K[order], V[order])[0], output[order])

# %% [markdown] lang="en"
# So BERT adds to each word vector a learned vector of its **position**. And since it often reads two sentences at once, it adds a third, the **segment**, which says to which of the two the word belongs:

# %% [markdown] lang="zh"
# 所以 BERT 给每个词向量加上一个可学习的**位置**（position）向量。BERT 又常常一次读两句话，于是再加第三个向量，**片段**（segment），表示这个词属于哪一句：

# %%
row = "[CLS] alien came out in 1979 [SEP] alien is a [MASK] film [SEP]"
figures.what_goes_in(row.split(), segments=[0] * 7 + [1] * 6)

# %% [markdown] lang="en"
# [CLS] opens a row, [SEP] closes a sentence, [MASK] comes later.
#
# **4. Keep what was there.** The layer does not replace the vectors, it adds to them: $X + \text{Attention}(\dots)$. This **residual connection** is a side road around the attention: what a word knew is not lost. Then **layer normalisation** brings each row to mean 0 and variance 1, so that numbers do not grow from layer to layer. By pencil: $(0, 1, 3, 4)$ and the addition $(1, 1, 0, 2)$ make $(1, 2, 3, 6)$, with mean 3 and variance $(4 + 1 + 0 + 9) / 4 = 3.5$.
#
# **5. Think alone.** Attention only averages, and an average of values holds nothing new. So each vector then goes by itself through a small network: wider, bent, narrower again (**feed-forward**). The bend is GELU, $x \, \Phi(x)$ with $\Phi(x)$ the chance that a standard normal number is below $x$: a soft "keep what is positive". It gets a side road too. All together:

# %% [markdown] lang="zh"
# [CLS] 放在输入序列的开头，[SEP] 放在每句的结尾，[MASK] 后面再讲。
#
# **4. 保留原有的信息。** 这一层不替换向量，而是往上加：$X + \text{Attention}(\dots)$。这种**残差连接**（residual connection）是绕过注意力的一条旁路，词原有的信息不会丢。然后**层归一化**（layer normalisation）把每一行变成均值 0、方差 1，数值就不会一层比一层大。
# 笔算：$(0, 1, 3, 4)$ 加上 $(1, 1, 0, 2)$ 得 $(1, 2, 3, 6)$，均值 3，方差 $(4 + 1 + 0 + 9) / 4 = 3.5$。
#
# **5. 各自加工。** 注意力只做平均，而平均产生不了新的内容。所以每个向量再单独经过一个小网络：升维，非线性激活，降维（**前馈网络**，feed-forward）。激活函数是 GELU，$x \, \Phi(x)$，$\Phi(x)$ 是标准正态变量不超过 $x$ 的概率：正数大多原样通过，负数压到接近 0，过渡平滑。前馈网络也有一条旁路。合在一起：

# %%
figures.one_layer()

# %% [markdown] lang="en"
# And in NumPy. Read it against the picture, from left to right:

# %% [markdown] lang="zh"
# 用 NumPy 写出来，请对照上图从左往右读：

# %%
from scipy.stats import norm


def normed(x):
    return (x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True)


def layer(x, heads, mix, widen, narrow):
    outputs = [attention(x @ w_q, x @ w_k, x @ w_v)[0] for w_q, w_k, w_v in heads]
    x = normed(x + np.hstack(outputs) @ mix)
    bent = x @ widen * norm.cdf(x @ widen)  # GELU
    return normed(x + bent @ narrow)


print(normed(np.array([1.0, 2, 3, 6])).round(2))
rng = np.random.default_rng(0)
W = {name: rng.normal(size=shape) for name, shape in {"mix": (12, 12), "widen": (12, 20), "narrow": (20, 12)}.items()}
heads = rng.normal(size=(3, 3, 12, 4))  # 3 × (W_Q, W_K, W_V)
layer(rng.normal(size=(7, 12)), heads, **W).shape

# %% [markdown] lang="en"
# (Left out: each matrix also adds a bias, and each norm a learned scale and shift. [Deeper](#torch) writes the layer in PyTorch with all of that, and it differs from BERT's own by less than $10^{-10}$.)
#
# A stack of such layers is a **Transformer**: the half that reads (the first one, by Vaswani et al. 2017, had a second half to write). Twelve layers, 768 wide, are BERT-base (Devlin et al. 2019), with over a hundred million numbers to learn; MiniLM is six, 384 wide. The library that all these models come from is called Transformers as well.
#
# ## BERT and GPT: who may read whom
#
# BERT's words read in both directions. GPT is to *write*: when it chooses a word, the later ones do not exist yet. So word $i$ may read only words $j \le i$. In the layer that is all the difference, one triangle in the scores, called the **causal mask**:

# %% [markdown] lang="zh"
# （这里省略了：每个矩阵还要加偏置，每次归一化还要乘上学出来的尺度、加上平移。[选读](#torch)用 PyTorch 写出完整的一层，结果与 BERT 的层相差不到 $10^{-10}$。）
#
# 这样的层叠起来，就是 **Transformer**（最早的 Transformer 还有一半用来生成，见 Vaswani et al. 2017；这里是负责读的一半）。十二层、宽 768，是 BERT-base（Devlin et al. 2019），有一亿多个可学习的参数；MiniLM 是六层、宽 384。提供这些模型的软件库也叫 Transformers。
#
# ## BERT 与 GPT：谁能看到谁
#
# BERT 的词两个方向都能看。GPT 则要**写**：选一个词的时候，后面的词还不存在，所以第 $i$ 个词只能看 $j \le i$ 的词。层里的区别只有这一点，得分矩阵里的一个三角形，叫**因果掩码**（causal mask）：

# %%
figures.who_reads_whom([*words, "at", "all"])

# %% [markdown] lang="en"
# **Exercise 2.** The weights of causal attention for any $Q$ and $K$. (What must the first row be?) ({points})

# %% [markdown] lang="zh"
# **练习 2** 对任意的 $Q$ 和 $K$，写出带因果掩码的注意力权重。（第一行必定是什么？）（{points}）

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
# What does the triangle change at the exit? Take a layer with random weights, change the *last* of seven words, and see whose output moves. (`EncoderLayer` is the same layer in PyTorch; it takes the mask.)

# %% [markdown] lang="zh"
# 加上因果掩码，输出有什么不同？取随机初始化的一层，改动七个词中的**最后**一个，看看谁的输出变了。（`EncoderLayer` 是同一个层的 PyTorch 版本，可以传入掩码。）

# %%
from recbook.layers import EncoderLayer, causal_mask

torch.manual_seed(0)
random_layer, sentence = EncoderLayer(width=12, n_heads=3, inner=20), torch.randn(1, 7, 12)
changed = sentence.clone()
changed[0, 6] += 1
moves = {}
for name, mask in {"BERT": None, "GPT": causal_mask(7)}.items():
    before, after = (random_layer(x, mask).detach().numpy()[0] for x in (sentence, changed))
    moves[name] = np.abs(after - before).max(axis=1) > 1e-4
    print(name, moves[name].astype(int))

# %%
recbook.claim(
    moves["BERT"].all() and moves["GPT"].tolist() == [False] * 6 + [True],
    en="Change the last word, and every word's output changes in BERT; under the causal mask only the last one's does.",
    zh="改动最后一个词，BERT 里每个词的输出都变；在因果掩码下，只有最后一个词的输出变。",
    takeaway=dict(
        en="BERT and GPT are the same layers; one triangle of scores, set to −∞, hides what comes later.",
        zh="BERT 与 GPT 用的是同样的层，差别只在一个三角形：把这些得分设为 −∞，后面的词就看不到。",
    ),
)

# %% [markdown] lang="en"
# So GPT can be trained at all places of a sentence at once: each predicts the next word, and none can see it. In BERT the answer stands in plain sight. It has to be hidden.

# %% [markdown] lang="zh"
# 所以 GPT 可以在一句话的所有位置上同时训练：每个位置预测下一个词，谁也看不到答案。在 BERT 里，答案就摆在眼前，必须藏起来。

# %% [markdown] lang="en"
# ## A word is hidden: MLM by hand
#
# The **masked language model** (MLM) hides some words and trains BERT to guess them from all others. It takes three decisions. Here they are for one sentence; each chosen word has a random number between 0 and 1, its `draw`:
#
# | | | | | | | | | |
# |---|---|---|---|---|---|---|---|---|
# | the sentence | [CLS] | alien | is | a | horror | film | . | [SEP] |
# | chosen, `draw` | | | 0.97 | | 0.31 | 0.85 | | |
# | what BERT reads | [CLS] | alien | is | a | [MASK] | girls | . | [SEP] |
# | what it is asked | | | is | | horror | film | | |
#
# **Which words?** Each ordinary one with probability 15%, never a special one. Each asked word is one less to guess from.
#
# **What is put there?** Of the chosen, 80% become [MASK] (a draw below 0.8), 10% a random word, and 10% stay. Why not always [MASK]? Because it never occurs when BERT is *used*. A model that is asked at [MASK] only need not learn good vectors for words that it sees. With this rule any word may be wrong, and any may be asked about. ([Deeper](#rule) takes the rule apart.)
#
# **What is scored?** The chosen places, and no others. In code a **label** holds the true token there and $-100$ elsewhere, which PyTorch's loss skips.
#
# **Exercise 3.** Somebody writes the rule in two lines, and not one [MASK] is left in the batch:
#
# ```python
# inputs = np.where(chosen & (draw < 0.8), mask_id, ids)
# inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
# ```
#
# Two things are wrong with the second line. Write it right, with the labels. ({points})

# %% [markdown] lang="zh"
# ## 藏起一个词：手做 MLM
#
# **掩码语言模型**（masked language model，MLM）藏起一些词，训练 BERT 根据其余的词把它们猜出来。要定三件事。下面是一句话（《异形》是一部恐怖片），每个选中的词各配一个 0 到 1 之间的随机数 `draw`：
#
# | | | | | | | | | |
# |---|---|---|---|---|---|---|---|---|
# | 原句 | [CLS] | alien | is | a | horror | film | . | [SEP] |
# | 选中，`draw` | | | 0.97 | | 0.31 | 0.85 | | |
# | BERT 的输入 | [CLS] | alien | is | a | [MASK] | girls | . | [SEP] |
# | 标签 | | | is | | horror | film | | |
#
# **选哪些词？** 每个普通词以 15% 的概率被选中，特殊词元从不选。多问一个词，就少一个可以用来猜的词。
#
# **换成什么？** 选中的词，80% 换成 [MASK]（`draw` 小于 0.8），10% 换成随机的词，10% 原样保留。为什么不全换成 [MASK]？因为真正**使用** BERT 时，[MASK] 从不出现。如果只在 [MASK] 处提问，模型就不必为看得见的词学好表示。有了这条规则，任何一个词都可能是错的，都可能被问到。（[选读](#rule)把这条规则拆开检验。）
#
# **在哪里算损失？** 只在选中的位置。代码里，**标签**（label）在那里是真正的词元，其余位置是 $-100$，PyTorch 的损失会跳过它。
#
# **练习 3** 有人用两行写出这条规则，结果批次里一个 [MASK] 也没有：
#
# ```python
# inputs = np.where(chosen & (draw < 0.8), mask_id, ids)
# inputs = np.where(chosen & (draw < 0.9), random_ids, ids)
# ```
#
# 第二行有两处错。请改对，并补上标签。（{points}）

# %% exercise="bert-masking" points=2
def mask_tokens(ids, chosen, draw, random_ids, mask_id):
    """en: (inputs, labels), one entry a token. Where chosen: draw below 0.8 means [MASK],
    en: from 0.8 to below 0.9 the token of random_ids, from 0.9 on the token stays.
    zh: 返回（inputs, labels），每个词元一项。被选中的位置：draw 小于 0.8 换成 [MASK]，
    zh: 不小于 0.8 且小于 0.9 换成 random_ids 里的词元，不小于 0.9 保持不变。"""
    ### BEGIN SOLUTION
    inputs = np.where(chosen & (draw < 0.8), mask_id, ids)
    inputs = np.where(chosen & (draw >= 0.8) & (draw < 0.9), random_ids, inputs)
    return inputs, np.where(chosen, ids, -100)
    ### END SOLUTION

# %% check="bert-masking"
recbook.check("bert-masking", mask_tokens)

# %% [markdown] lang="en"
# At every place the model gives each token of the **vocabulary** a score, $(n, |\mathcal{V}|)$ in all. Its loss is chapter 03's cross-entropy, averaged over the places that have a label. By pencil, with three tokens in the vocabulary and the probabilities $0.4, 0.2, 0.4$ at all places, that is the scores $\log 2 \cdot (1, 0, 1)$: for the labels $(-100, 1, 0)$ the loss is $(-\log 0.2 - \log 0.4) / 2 = 1.26$. Divide by 3 instead, and it is 0.84: the less a model is asked, the better it seems.
#
# **Exercise 4.** Write the loss so that this cannot happen. ({points})

# %% [markdown] lang="zh"
# 模型在每个位置上给**词表**（vocabulary）里的每个词元打分，形状是 $(n, |\mathcal{V}|)$。损失就是第 03 章的交叉熵，在有标签的位置上取平均。笔算：词表里有三个词元，各个位置的概率都是 $0.4, 0.2, 0.4$，也就是得分 $\log 2 \cdot (1, 0, 1)$；标签是 $(-100, 1, 0)$ 时，损失为 $(-\log 0.2 - \log 0.4) / 2 = 1.26$。如果误除以 3，就成了 0.84：问得越少，模型看上去就越好。
#
# **练习 4** 写出这个损失，不犯上面的错。（{points}）

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
# ## Pretraining, live
#
# Now let a small BERT learn, two layers 128 wide. Its text is made from MovieLens: two sentences for each film, one with its year, one with its genres. It reads four fifths of the films; the others are held out, to see what carries over to films that it never saw.

# %% [markdown] lang="zh"
# ## 现场预训练
#
# 下面训练一个小 BERT（两层，宽 128）。文本由 MovieLens 生成：每部电影两句，一句说年份，一句说类型。模型只读五分之四的电影；其余的留出来，看看学到的东西能不能用到没见过的电影上。

# %%
films = recbook.load("ml-100k").items.drop_duplicates(["display_title", "year"])
documents = [document for document in bert.film_documents(films) if len(document) == 2]
order = np.random.default_rng(0).permutation(len(documents))
held_out = len(documents) // 5
known = [documents[i] for i in order[held_out:]]
unknown = [documents[i] for i in order[:held_out]]
print("\n".join(known[0]))

tokenizer = bert.train_tokenizer([sentence for document in known for sentence in document], 2000)
print(tokenizer.tokenize("Wallace is an animation comedy film."))

# %% [markdown] lang="en"
# The last line shows what BERT really reads: pieces of words. The **tokenizer** is learned from the same sentences. It starts from letters and keeps joining what often stands together, until it has 2,000 pieces. Frequent words end up whole, rare ones in parts, the later ones marked `##`.
#
# Beside MLM there is a second task, **next sentence prediction** (NSP): in half of the rows the second sentence does not belong to the first, but to another film, and BERT has to say whether it does. The answer is read at [CLS], which belongs to no word and can gather from all. ([Deeper](#nsp) makes such rows by hand.) A batch holds 32 pairs, masked by the 80/10/10 rule above. Here is one, and its labels: do the two sentences belong together?

# %% [markdown] lang="zh"
# （前两行说《三生一死》哪年上映，又说它是喜剧片。）最后一行才是 BERT 真正的输入：子词。**分词器**（tokenizer）也从这些句子里学：从字母出发，不断合并常在一起出现的子词，直到凑满 2,000 个。常见的词成为整体，罕见的词拆成几段，后面的段以 `##` 开头。
#
# 除了 MLM，还有第二个任务，**下一句预测**（next sentence prediction，NSP）：一半的输入里，第二句并不接在第一句后面，而是来自另一部电影，BERT 要判断是不是连着的。答案从 [CLS] 处读出，[CLS] 不属于任何词，可以从所有词汇集信息。（[选读](#nsp)会亲手写这样的输入序列。）一个批次有 32 个句对，按上面的 80/10/10 规则处理。看其中一对，以及它的标签：这两句连得上吗？

# %%
def batches(rng, size=32):
    # en: Pairs of similar length stand together, so that little padding is computed.
    # zh: 长度相近的放在一起，少算填充。
    while True:
        pairs = sorted(bert.sentence_pairs(known, rng), key=lambda pair: len(pair[0] + pair[1]))
        for start in rng.permutation(len(pairs) // size) * size:
            yield bert.pair_batch(pairs[start : start + size], tokenizer, rng, max_length=32)


one = next(batches(np.random.default_rng(3)))
print(tokenizer.decode(one["input_ids"][0]))
print(" | ".join(tokenizer.convert_ids_to_tokens(one["labels"][0][one["labels"][0] >= 0].tolist())))

# %% [markdown] lang="en"
# Before, during and after the training we ask it to fill gaps in sentences about films that it never saw. What would *you* say, and from what? `bert.train` takes the steps downhill, as in chapter 03, and calls `ask` before each ([Deeper](#loop) shows the loop). 800 steps take about half a minute. The thin grey lines are **stored** runs with other seeds.

# %% [markdown] lang="zh"
# 训练前、训练中、训练后，都让它给没见过的电影填空，依次说：《糖果人》哪年上映；《异形》是动作、恐怖、科幻、惊悚片；《正午》是某一类影片；《致命女郎》是西部片。换了你会怎么填？凭什么？`bert.train` 像第 03 章那样一步步沿梯度下降，每一步之前调用 `ask`（[选读](#loop)给出这个循环）。800 步，大约半分钟。图中的灰色细线是**保存的结果**，换了随机种子。

# %% tags=["nbval-ignore-output"]
gaps = {
    ("Candyman came [MASK] in 1992.", "Candyman is a horror film."): "out",
    ("Alien came out in 1979.", "Alien is an action horror sci-[MASK] thriller film."): "fi",
    ("High Noon came out in 1952.", "High Noon is a [MASK] film."): "western",
    ("Bad Girls came out in 1994.", "Bad [MASK] is a western film."): "girls",
}
assert {first.replace("[MASK]", "out") for first, _ in gaps} <= {document[0] for document in unknown}
torch.manual_seed(0)
model = BertForPreTraining(BertConfig(
    vocab_size=len(tokenizer), hidden_size=128, num_hidden_layers=2, num_attention_heads=2,
    intermediate_size=256, max_position_embeddings=64, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
))
said = {}


def ask(step):
    if step in (0, 300, 800):
        said[step] = [bert.fill_gap(model, tokenizer, *pair, few=2) for pair in gaps]


losses = bert.train(model, batches(np.random.default_rng(0)), steps=800, rate=2e-3, before=ask)
ask(800)

# %% tags=["nbval-ignore-output"]
stored = recbook.stored("pretraining")["results"]
figures.pretraining(losses, every=20, others=[run["training"] for run in stored["films"]["runs"]])

# %% tags=["nbval-ignore-output"]
plots.table(figures.guesses(gaps, said))

# %% [markdown] lang="en"
# At step 0 the answers mean nothing. At 800 it mostly knows the frame of a sentence; the genre is a guess, and *Bad ___* stays open although *Bad Girls* stands in the first sentence. MLM fell at once; NSP sat on a **plateau**, as good as a coin, and then fell, at another time in each run.
#
# How good is it now? Ask about all the held-out films:

# %% [markdown] lang="zh"
# 第 0 步，输出毫无意义。第 800 步，句子的框架大多已能填对；类型还靠猜，*Bad ___* 也填不出，尽管第一句里就写着 *Bad Girls*。MLM 一开始就陡降；NSP 先停在**平台**上，与随机猜测无异，然后才降下来，每次运行的时间都不同。
#
# 现在水平如何？在所有留出的电影上提问：

# %% tags=["nbval-ignore-output"]
@torch.inference_mode()
def ask_films(model, documents, seed=1, times=3):
    rng = np.random.default_rng(seed)
    pairs = [pair for _ in range(times) for pair in bert.sentence_pairs(documents, rng)]
    return bert.masked_loss_only(model, bert.pair_batch(pairs, tokenizer, rng, 32, parts=(1, 0, 0)))


seen, new = ask_films(model, known, times=1), ask_films(model, unknown)
left = stored["films"]["baselines"]["left_neighbour"]

# %% tags=["nbval-ignore-output"]
recbook.claim(
    new.nsp_accuracy > 0.75 and seen.mlm_accuracy > new.mlm_accuracy and abs(new.mlm_accuracy - left) < 0.06,
    en="On films never seen it tells {nsp:.0%} of the pairs right (chance: 50%) and fills {new:.0%} of the gaps, on films seen in training {seen:.0%}.",
    zh="对没见过的电影，它判对 {nsp:.0%} 的句对（随机猜测是 50%），填对 {new:.0%} 的空；对训练过的电影，填对 {seen:.0%}。",
    takeaway=False, nsp=new.nsp_accuracy, new=new.mlm_accuracy, seen=seen.mlm_accuracy,
)

# %% [markdown] lang="en"
# Is that good? Before praising a model, ask what would do as well without one. Here is a rule that needs no network: *say what most often follows the token on the left*, counted on the same films. (After the hyphen of *sci-* it says *fi*. Did BERT?) And break the gaps down by kind: the frame (*came out in*, *is a … film*), genres, years, and pieces of titles. (Stored, mean of five seeds.)

# %% [markdown] lang="zh"
# 这算好吗？在称赞一个模型之前，先问不用模型能做到多少。左邻规则不用网络：先在训练电影上数出每个词元后面最常跟的词元，填空时照填。（sci 后面的连字符之后，它填 fi。BERT 呢？）再把空分成四种：框架（*came out in*、*is a … film*）、类型、年份、片名的碎片。（保存的结果，五个种子的平均。）

# %%
runs = [run["final"] for run in stored["films"]["runs"]]
kinds = {kind: np.mean([run["by_kind"][kind] for run in runs]) for kind in ("frame", "genre", "year", "title")}
kinds["all gaps"] = np.mean([run["mlm_accuracy_true_pairs"] for run in runs])
rules = stored["films"]["baselines"]["left_neighbour_by_kind"] | {"all gaps": left}
plots.table(pd.DataFrame(
    [(plots.name(kind), share, rules[kind]) for kind, share in kinds.items()],
    columns=["", "BERT", "left neighbour"],
))

# %%
recbook.claim(
    kinds["frame"] > rules["frame"] + 0.1 and all(kinds[k] < rules[k] for k in ("genre", "year", "title"))
    and rules["all gaps"] < kinds["all gaps"] < rules["all gaps"] + 0.05,
    en="In all, BERT fills {bert:.0%} and the count {count:.0%}. Only in the frame is the small BERT ahead; at genres, years and titles the count is.",
    zh="总的来说，BERT 填对 {bert:.0%}，左邻规则填对 {count:.0%}。小 BERT 只在框架上领先；类型、年份和片名上，规则领先。",
    takeaway=dict(
        en="Before you praise a model, count: a rule without any network beat the small BERT at all but the frame of its sentences.",
        zh="称赞模型之前先数一数：除了句子的框架，一条不用网络的规则样样胜过这个小 BERT。",
    ),
    bert=kinds["all gaps"], count=rules["all gaps"],
)

# %% [markdown] lang="en"
# In half a minute it has learned how such sentences go, and to compare two of them. (What it compared was the title: [Deeper](#nsp-worth).) But a count of the same films fills genres, years and titles better: the model has not yet learned even what it read. Too little text, or too few steps? We did not separate the two, for somebody else has had more of both. So why start from nothing?
#
# ## What pretraining buys
#
# Somebody else has pretrained a model of the same two layers, 128 wide, on far more text, then trained it for search, and published its weights (`splade-tiny`). Take it, and the *same shape* with random weights. Train both on reviews of clothes, with the same batches; then both fill the gaps in 500 other reviews. Which will be ahead, and by how much?

# %% [markdown] lang="zh"
# 半分钟里，它学会了句式，也学会了比较两句话。（比较的其实是片名，见[选读](#nsp-worth)。）可是在同样的电影上数一数，类型、年份和片名反而填得更准：读过的内容，它还没有学全。是文字太少，还是步数太少？这里没有分开检验；别人的模型两样都更多。那么，何必从零开始？
#
# ## 预训练带来了什么
#
# 有人用多得多的文字，预训练过同样两层、宽 128 的模型，又针对搜索训练过，并发布了权重（`splade-tiny`）。把它与同样规格、随机初始化的模型放在一起，用同样的批次在服装评论上训练，然后给另外 500 条评论填空。哪个领先，领先多少？（下面打印的一条说：灯芯绒裤，微喇，显腿长，上班、休闲都能穿；就是很长，要配厚底鞋；强烈推荐。）

# %%
tiny_folder = fetch.ensure("splade-tiny")
words_of = BertTokenizer.from_pretrained(tiny_folder)
reviews = recbook.load("clothing-reviews")["text"]
reviews = reviews[reviews != ""].drop_duplicates().to_numpy()
reviews = reviews[np.random.default_rng(0).permutation(len(reviews))]
print(reviews[701])


def review_batches(rng, size=32):
    while True:
        # en: The first 700 are kept for judging and choosing.
        # zh: 前 700 条留作评判和挑选。
        chosen = rng.integers(700, len(reviews), size=size)
        yield bert.text_batch(list(reviews[chosen]), words_of, rng, max_length=32)

# %%
judged = bert.text_batch(list(reviews[:500]), words_of, np.random.default_rng(1), 32, parts=(1, 0, 0))


def filled_right(model):
    """en: Share of the gaps filled right, and its 95% interval, by drawing reviews anew.
    zh: 填对的比例及其 95% 区间，对评论重抽样得到。"""
    right, asked = bert.gaps_filled(model, judged).T
    drawn = np.random.default_rng(0).integers(500, size=(2000, 500))
    shares = right[drawn].sum(axis=1) / asked[drawn].sum(axis=1)
    return right.sum() / asked.sum(), *np.quantile(shares, [0.025, 0.975])

# %% [markdown] lang="en"
# 100 steps each, at the rate that did best for each on 200 further reviews (that search is stored; for 50 steps the rate rises, then it stays). About 25 seconds.

# %% [markdown] lang="zh"
# 各训练 100 步，学习率是在另外 200 条评论上分别选出的（搜索过程是保存的结果；学习率先用 50 步升上去，之后不变）。大约 25 秒。

# %% tags=["nbval-ignore-output"]
shape = BertConfig.from_pretrained(tiny_folder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
torch.manual_seed(0)
starts = {"scratch": BertForMaskedLM(shape), "published": BertForMaskedLM.from_pretrained(tiny_folder, config=shape)}
live = {}
for start, tiny in starts.items():
    stream, rate = review_batches(np.random.default_rng(0)), stored["reviews"]["rates"][start]
    live[start, 0] = filled_right(tiny)
    bert.train(tiny, stream, steps=100, rate=rate, warm_up=50, falling=False)
    live[start, 100] = filled_right(tiny)
figures.published_against_scratch(live, stored["reviews"])

# %% tags=["nbval-ignore-output"]
published, scratch = live["published", 100], live["scratch", 100]
neighbour = stored["reviews"]["baselines"]["left_neighbour"]
recbook.claim(
    published[1] > 2 * scratch[2] and published[1] > neighbour > scratch[2],
    en="After {steps} equal steps the published weights fill {published:.0%} of the gaps, random ones {scratch:.0%}; counting what follows the left neighbour fills {neighbour:.0%}.",
    zh="同样训练 {steps} 步，预训练权重填对 {published:.0%} 的空，随机初始化填对 {scratch:.0%}；左邻规则能填对 {neighbour:.0%}。",
    takeaway=dict(
        en="What pretraining hands over is not the answers but a place to start from: from there a hundred steps go far.",
        zh="预训练交给你的不是答案，而是起点：从那里出发，一百步就能走很远。",
    ),
    steps=100, published=published[0], scratch=scratch[0], neighbour=neighbour,
)

# %%
long = stored["reviews"]["scratch_long"]["held_out"]
reached = dict(zip(long["step"], long["mlm_accuracy"]))
recbook.claim(
    reached[2000] > reached[1500] + 0.05 and max(reached.values()) < published[0],
    en="From random weights {few:,} steps (stored) reach {before:.0%} and {many:,} steps {after:.0%}: the curve still rises, and how far it would go we have not tried.",
    zh="从随机初始化出发，{few:,} 步（保存的结果）达到 {before:.0%}，{many:,} 步达到 {after:.0%}：曲线仍在上升，再往后能到多少，没有试过。",
    takeaway=False, few=1500, many=2000, before=reached[1500], after=reached[2000],
)

# %% [markdown] lang="en"
# Look at step 0: there the published weights fill no gap either. Their file does hold a trained output layer; but it was last trained for search, to name words about a whole text, and that is the likely reason (not tested here). What they bring is a better starting point, and that is called **transfer**. Mind what was compared: *equal steps*. The steps inside the published weights were somebody else's, and are not counted.

# %% [markdown] lang="zh"
# 看第 0 步：预训练权重同样一个空都填不对。权重文件里有训练过的输出层；不过它最后是为搜索训练的，输出与整段文字相关的词，这很可能就是原因（这里没有检验）。它带来的是更好的起点，这就叫**迁移**（transfer）。还要注意比的是什么：**步数相同**，而预训练本身用掉的步数没有计入。

# %% [markdown] lang="en"
# ## Looking inside
#
# Attention weights are numbers between 0 and 1, easy to draw, and tempting: *the model looked at this word, so this word was the reason*. Is **much attention** the same as **much influence**? Test it. Hide one token of a title behind [MASK], and see how far MiniLM's vector of the whole title (the mean of its outputs) turns: that is what we call the token's influence. (Only one measure: a model in use meets no [MASK].) Beside it stands the attention that the token receives, averaged over all 72 heads (6 layers of 12).

# %% [markdown] lang="zh"
# ## 往里面看
#
# 注意力权重是 0 到 1 之间的数，容易画成图，也容易让人下结论：模型看了这个词，所以这个词就是原因。**注意力大**，等于**影响大**吗？来检验一下。把片名里的一个词元换成 [MASK]，看 MiniLM 对整个片名的向量（输出的平均）转了多少，我们把它叫作该词元的影响。（这只是一种量法：模型在使用时见不到 [MASK]。）再看它得到的注意力，在全部 72 个头（6 层，每层 12 个）上取平均。

# %%
@torch.inference_mode()
def influence(text):
    """en: How far hiding each token turns the vector of the text: (n,).
    zh: 把每个词元换成 [MASK] 时，整段文字的向量转了多少：(n,)。"""
    ids = pieces_of(text, return_tensors="pt")["input_ids"]
    n = ids.shape[1]
    hidden = ids.repeat(n, 1)
    # en: Row k hides token k.
    # zh: 第 k 行把第 k 个词元换成 [MASK]。
    hidden[range(n), range(n)] = pieces_of.mask_token_id
    vectors = minilm(torch.cat([ids, hidden])).last_hidden_state.mean(dim=1)
    return (1 - torch.cosine_similarity(vectors[:1], vectors[1:])).numpy()

# %% [markdown] lang="en"
# Every comparison needs a rival that knows less. Ours is **rarity**: the number of a token in MiniLM's vocabulary, which is ordered, roughly, from frequent to rare. It has seen no sentence at all. One title with its genres, as an example:

# %% [markdown] lang="zh"
# 凡是比较，都要有一个更简单的对手。这里的对手是**罕见程度**：词元在 MiniLM 词表里的编号，词表大致从常见排到罕见。编号与句子无关。先看一个片名，后面带着类型（《指环王》，动画冒险片）：

# %%
def words_in(text):
    """en: For each token of letters: influence, attention received, by head too (72, n), and rarity.
    zh: 每个由字母组成的词元：影响、得到的注意力、按头分开的注意力 (72, n)、罕见程度。"""
    tokens, _, _, attention = read(text)
    letters = [k for k, token in enumerate(tokens) if token.isalpha()]
    received = attention.mean(axis=1)[:, letters]  # (72, n)
    rarity = np.array(pieces_of.convert_tokens_to_ids(tokens))[letters]
    return [tokens[k] for k in letters], influence(text)[letters], received.mean(axis=0), received, rarity


shown, turned, received, _, rarity = words_in("The Lord of the Rings, an animation adventure")
plots.table(pd.DataFrame({"token": shown, "influence": turned, "attention received": received, "rarity": rarity}))

# %% [markdown] lang="en"
# Do the orders agree? A rank correlation (chapter 01) compares them within each title: 1 for the same order, 0 for no connection, −1 for the opposite. We use those of 200 titles with at least four tokens of letters. About 10 seconds.

# %% [markdown] lang="zh"
# 顺序一致吗？用秩相关系数（第 01 章）在每个片名内部比较：顺序相同为 1，毫无关系为 0，完全相反为 −1。取 200 个片名，只保留至少含四个纯字母词元的片名。大约 10 秒。

# %%
from scipy.stats import spearmanr

rows = np.random.default_rng(0).permutation(len(films))[:200]
sample = [f"{film.display_title}, {film.genres.lower()}" for film in films.iloc[rows].itertuples()]
measured = [words for words in map(words_in, sample) if len(words[0]) >= 4]


def agrees(which):
    """en: For each title: rank correlation with influence, and whether the first of both orders is the same token.
    zh: 每个片名：与影响的秩相关系数，以及两个顺序的第一名是否同一个词元。"""
    pairs = [(which(words), words[1]) for words in measured]
    return np.array([(spearmanr(a, b)[0], a.argmax() == b.argmax()) for a, b in pairs], float)


by_attention, by_rarity = agrees(lambda words: words[2]), agrees(lambda words: words[4])
# en: Each head by itself: the last row of the table of correlations is influence with every head.
# zh: 逐个头：相关系数表的最后一行，是影响与各个头的相关。
by_head = np.nanmean([spearmanr(words[3].T, words[1])[0][-1, :-1] for words in measured], axis=0)
guess = np.mean([1 / len(words[0]) for words in measured])

# %%
plots.table(figures.agreements(by_attention, by_rarity, by_head, guess))

# %%
recbook.claim(
    np.nanmean(by_rarity[:, 0]) > 0.4 and by_head.min() < 0 and np.nanmean(by_attention[:, 1]) < 0.6,
    en="On {titles} titles attention agrees with influence with a rank correlation of {attention:.2f}; the mere rarity of a token does so with {rarity:.2f}.",
    zh="在 {titles} 个片名上，注意力与影响的秩相关系数是 {attention:.2f}；单凭词元的罕见程度，也有 {rarity:.2f}。",
    takeaway=dict(
        en="Much attention often goes with much influence, but so does mere rarity, which reads no sentence: a map of attention suggests a reason and does not prove it.",
        zh="注意力大，影响往往也大；可是词元越罕见，影响往往也越大，而罕见程度与句子无关：注意力图只能提示原因，不能证明。",
    ),
    titles=len(measured), attention=np.nanmean(by_attention[:, 0]), rarity=np.nanmean(by_rarity[:, 0]),
)

# %% [markdown] lang="en"
# And in half of the titles the most attended token is not the most influential (last column). Single heads' correlations have either sign, and whoever shows one map has chosen it ([Deeper](#heads) shows three). Test an explanation by taking the reason away, as in chapter 01.

# %% [markdown] lang="zh"
# 而且在一半的片名里，得到注意力最多的词元并不是影响最大的（最后一列）。各个头的相关有正有负；展示哪个头，由人挑选（[选读](#heads)给出三个）。要检验一个解释，就拿掉它所说的理由，看结果变不变（第 01 章）。

# %% [markdown] lang="en"
# ## The bridge to recommending
#
# Nothing in BERT says that its tokens are words. Read the table as chapter 03 read histories:
#
# | language | recommending |
# |---|---|
# | word | film |
# | sentence | a user's history, by time |
# | [MASK] somewhere in the sentence | which film is missing here? |
# | [MASK] at the end | which film comes next? |
# | causal mask, as in GPT | each film predicts the next one |
#
# Chapter 08 trains such models on histories: BERT4Rec with masks, SASRec with the triangle. There is a second reading, the one that the reference text means by *encoding the history with BERT*: write the history as **text**, and let a model that was pretrained on language read it. Chapter 05 tries that.

# %% [markdown] lang="zh"
# ## 通向推荐的桥
#
# BERT 并不要求词元是词。照第 03 章读历史的办法来读这张表：
#
# | 语言 | 推荐 |
# |---|---|
# | 词 | 电影 |
# | 句子 | 用户的历史，按时间排列 |
# | 句中某处的 [MASK] | 这里缺的是哪部电影？ |
# | 句末的 [MASK] | 接下来是哪部电影？ |
# | GPT 那样的因果掩码 | 每部电影预测下一部 |
#
# 第 08 章就在历史上训练这样的模型：BERT4Rec 用 [MASK]，SASRec 用因果掩码。还有另一种读法，也就是参考文章里说的用 BERT 编码用户历史：把历史写成**文字**，让在语言上预训练过的模型来读。第 05 章会试。

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
# - A. Vaswani et al. (2017). *Attention is all you need.* NeurIPS. [arXiv:1706.03762](https://arxiv.org/abs/1706.03762). The layer, and the name Transformer.
# - Y. Liu et al. (2019). *RoBERTa: A robustly optimized BERT pretraining approach.* [arXiv:1907.11692](https://arxiv.org/abs/1907.11692). Without NSP.
# - Z. Lan et al. (2020). *ALBERT: A lite BERT for self-supervised learning of language representations.* ICLR. [arXiv:1909.11942](https://arxiv.org/abs/1909.11942). The order of two sentences in place of NSP.
# - K. Clark, U. Khandelwal, O. Levy and C. D. Manning (2019). *What does BERT look at?* BlackboxNLP. [arXiv:1906.04341](https://arxiv.org/abs/1906.04341).
# - S. Jain and B. C. Wallace (2019). *Attention is not explanation.* NAACL. [arXiv:1902.10186](https://arxiv.org/abs/1902.10186).
# - F. Sun et al. (2019). *BERT4Rec: Sequential recommendation with bidirectional encoder representations from transformer.* CIKM. [arXiv:1904.06690](https://arxiv.org/abs/1904.06690).

# %% [markdown] lang="zh"
# - J. Devlin, M.-W. Chang, K. Lee and K. Toutanova (2019). *BERT: Pre-training of deep bidirectional transformers for language understanding.* NAACL. [arXiv:1810.04805](https://arxiv.org/abs/1810.04805)。
# - A. Vaswani et al. (2017). *Attention is all you need.* NeurIPS. [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)。这一层和 Transformer 这个名字的出处。
# - Y. Liu et al. (2019). *RoBERTa: A robustly optimized BERT pretraining approach.* [arXiv:1907.11692](https://arxiv.org/abs/1907.11692)。去掉了 NSP。
# - Z. Lan et al. (2020). *ALBERT: A lite BERT for self-supervised learning of language representations.* ICLR. [arXiv:1909.11942](https://arxiv.org/abs/1909.11942)。用两句话的顺序代替 NSP。
# - K. Clark, U. Khandelwal, O. Levy and C. D. Manning (2019). *What does BERT look at?* BlackboxNLP. [arXiv:1906.04341](https://arxiv.org/abs/1906.04341)。
# - S. Jain and B. C. Wallace (2019). *Attention is not explanation.* NAACL. [arXiv:1902.10186](https://arxiv.org/abs/1902.10186)。
# - F. Sun et al. (2019). *BERT4Rec: Sequential recommendation with bidirectional encoder representations from transformer.* CIKM. [arXiv:1904.06690](https://arxiv.org/abs/1904.06690)。

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### The layer in PyTorch, and is it BERT's? <a id="torch"></a>
#
# This section adds the layer as it is written for training, with its biases and learned norms, and the proof that it is BERT's. In PyTorch a layer is a `Module`: its parts are named in `__init__`, and `forward` says what happens to the input. `nn.Linear` is a learned matrix with a bias. `unflatten` and `flatten` cut the columns into heads and put them together again, and `masked_fill` writes $-\infty$ where nobody may read.

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 用 PyTorch 写这一层：它就是 BERT 的层吗？ <a id="torch"></a>
#
# 这一节补上训练时用的写法，偏置和可学习的归一化都在内，并证明它就是 BERT 的层。在 PyTorch 里，一层是一个 `Module`：`__init__` 里给各个部件起名，`forward` 写明输入会怎样。`nn.Linear` 是可学习的矩阵，带偏置。`unflatten` 和 `flatten` 把各列切成多个头、再合起来，`masked_fill` 在不能看的地方填上 $-\infty$。

# %%
from torch import nn


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
# Take the layer of the Transformers library, with random weights, in numbers of 64 bits (`.double()`), copy its weights into ours (`load_state_dict`), and feed both the same vectors, with three places of padding in the second sentence.

# %% [markdown] lang="zh"
# 取 Transformers 库里的那一层，随机初始化，用 64 位浮点数（`.double()`），把它的权重复制给我们的层（`load_state_dict`），再给两者同样的向量；第二句话末尾有三个填充。

# %%
from transformers.models.bert.modeling_bert import BertLayer

torch.manual_seed(0)
sizes = BertConfig(hidden_size=12, num_attention_heads=3, intermediate_size=20)
theirs, ours = BertLayer(sizes).double().eval(), Layer(12, 3, 20).double()
parts = [part for part in theirs.modules() if isinstance(part, (nn.Linear, nn.LayerNorm))]
same = (ours.query, ours.key, ours.value, ours.mix, ours.norm_1, ours.widen, ours.narrow, ours.norm_2)
for mine, part in zip(same, parts):
    mine.load_state_dict(part.state_dict())

sentences = torch.randn(2, 7, 12, dtype=torch.float64)
may_read = torch.ones(2, 1, 7, 7, dtype=torch.bool)
may_read[1, :, :, 4:] = False
with torch.inference_mode():
    theirs_out = theirs(sentences, attention_mask=torch.where(may_read, 0.0, -torch.inf).double())
    difference = (ours(sentences, may_read) - theirs_out).abs().max().item()

# %%
recbook.claim(
    difference < 1e-10,
    takeaway=False,
    en="The outputs of our layer and of the library's `BertLayer` agree to ten decimal places.",
    zh="我们的层与库里的 `BertLayer` 输出一致，差别不到一百亿分之一。",
)

# %% [markdown] lang="en"
# `recbook.layers.EncoderLayer`, which the core and chapter 05 use, is the tested twin of this class.
#
# ### Two sentences in one row <a id="nsp"></a>
#
# This section adds the rows of next sentence prediction. The pair is written as [CLS] first [SEP] second [SEP], with a row of segments: 0 up to and including the first [SEP], 1 after it. With 2 for [CLS], 3 for [SEP] and 0 for [PAD], the sentences $17, 9, 25$ and $31, 12$ make a row of ten like this:
#
# | | | | | | | | | | | |
# |---|---|---|---|---|---|---|---|---|---|---|
# | ids | 2 | 17 | 9 | 25 | 3 | 31 | 12 | 3 | 0 | 0 |
# | segments | 0 | 0 | 0 | 0 | 0 | 1 | 1 | 1 | 0 | 0 |
#
# And if the row has only six places? Somebody cuts it there, `row[:6]`, and the training runs without an error. But the last [SEP] is gone, so nothing says where the second sentence ends; and with a longer first sentence all of the second would be gone too, and NSP's question with it. So shorten the *sentences*, and then build the row: while there is no room, the longer one loses its last token; of two equal ones the second.
#
# **Exercise 5.** Write the row for any two sentences and any length from 5 on. ({points})

# %% [markdown] lang="zh"
# 核心部分和第 05 章用到的 `recbook.layers.EncoderLayer` 就是这个类，附有测试。
#
# ### 两句话写成一个输入序列 <a id="nsp"></a>
#
# 这一节补上下一句预测的输入。两句话写成 [CLS] 第一句 [SEP] 第二句 [SEP]，另有一行片段编号：到第一个 [SEP]（含）为止是 0，之后是 1。用 2 代表 [CLS]，3 代表 [SEP]，0 代表 [PAD]，句子 $17, 9, 25$ 和 $31, 12$ 写成长为十的一行：
#
# | | | | | | | | | | | |
# |---|---|---|---|---|---|---|---|---|---|---|
# | ids | 2 | 17 | 9 | 25 | 3 | 31 | 12 | 3 | 0 | 0 |
# | segments | 0 | 0 | 0 | 0 | 0 | 1 | 1 | 1 | 0 | 0 |
#
# 如果一行只有六个位置呢？有人直接截断，`row[:6]`，训练照样运行，不报任何错。可是最后的 [SEP] 没有了，看不出第二句在哪里结束；第一句再长一点，第二句就全没了，NSP 就没有第二句可判断了。所以应当先缩短**句子**，再拼成一行：放不下时，较长的一句去掉最后一个词元；一样长时去掉第二句的。
#
# **练习 5** 对任意两句话、任意不小于 5 的长度，写出这样的一行。（{points}）

# %% exercise="bert-pair" points=2
def pair_row(first, second, length):
    """en: (ids, segments), each a list of `length` numbers; [CLS] is 2, [SEP] 3, [PAD] 0.
    en: Without room the longer sentence loses its last token, again and again (of two equal ones
    en: the second), until the row fits. Padding belongs to segment 0. Change neither list.
    zh: （ids, segments），各是 `length` 个数的列表；[CLS] 是 2，[SEP] 是 3，[PAD] 是 0。
    zh: 放不下时，较长的一句去掉最后一个词元（一样长时去掉第二句的），直到放得下。
    zh: 填充属于片段 0。不要改动传入的列表。"""
    ### BEGIN SOLUTION
    first, second = list(first), list(second)
    while len(first) + len(second) + 3 > length:
        (first if len(first) > len(second) else second).pop()
    ids = [2, *first, 3, *second, 3]
    segments = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    padding = [0] * (length - len(ids))
    return ids + padding, segments + padding
    ### END SOLUTION

# %% check="bert-pair"
recbook.check("bert-pair", pair_row)

# %% [markdown] lang="en"
# ### The training loop <a id="loop"></a>
#
# This section adds what `bert.train` does at each step (its batches come from `bert.pair_batch`, which builds rows like yours with the Transformers library's tokenizer). `backward` finds the gradients that chapter 03 derived by hand. Gradients longer than 1 are cut to length 1 (**clipping**). AdamW takes the step: each number has a rate of its own, the smaller the larger its gradients were of late. And the rate rises for 100 steps (the **warm-up**), while gradients are still wild, and then falls to 0.

# %% [markdown] lang="zh"
# ### 训练循环 <a id="loop"></a>
#
# 这一节补上 `bert.train` 每一步做的事（批次由 `bert.pair_batch` 生成，它用 Transformers 库的分词器写出同样的输入序列）。`backward` 求出第 03 章手推过的那种梯度。梯度长于 1 就截到 1（**梯度裁剪**，clipping）。AdamW 更新参数：每个参数有自己的步长，近来梯度越大，步长越小。学习率先用 100 步**预热**（warm-up），避免训练初期更新过大，然后线性降到 0。

# %%
def train(model, stream, steps, rate, warm_up=100):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, 1) * (1 - step / steps)
    )
    history = []
    for _ in range(steps):
        output = bert.masked_loss_only(model, next(stream))
        optimizer.zero_grad()
        output.loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        history.append((output.mlm_loss.item(), output.nsp_loss.item(), output.nsp_accuracy))
    return np.array(history)


def fresh():
    torch.manual_seed(0)
    return BertForPreTraining(model.config)


by_hand = train(fresh(), batches(np.random.default_rng(0)), steps=10, rate=2e-3)
np.allclose(by_hand, bert.train(fresh(), batches(np.random.default_rng(0)), steps=10, rate=2e-3), atol=1e-4)

# %% [markdown] lang="en"
# (`bert.masked_loss_only` asks for scores only at the chosen places: the same loss as the library's, in less time.)
#
# ### What does each part of the rule do? <a id="rule"></a>
#
# This section adds a test of 80/10/10: leave a part out and see. For the table each variant was trained for 400 steps with two seeds (stored), and then asked three questions about films never seen: what stood at a [MASK]? Does it recognise a word that it *sees* and that was left as it was? Does it repair a word that was replaced by a wrong one? The last column counts how often it just repeats the wrong word. (Behind each name: the percentages of [MASK], random and kept.)

# %% [markdown] lang="zh"
# （`bert.masked_loss_only` 只在选中的位置打分：损失与库里的相同，只是省时间。）
#
# ### 规则的每一部分有什么用？ <a id="rule"></a>
#
# 这一节检验 80/10/10：去掉一部分看看。表里每个变体用两个随机种子各训练 400 步（保存的结果），然后在没见过的电影上问三个问题：[MASK] 处原来是什么？没被改动、**看得见**的词，能否认出？被换错的词，能否还原？最后一列是它照抄错词的比例。（名称后面是换成 [MASK]、换成随机词、保留的百分比。）

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
    and abs(masking["no random"]["visible"] - whole["visible"]) < 0.05 and whole["visible"] < 0.5 < lazy["visible"],
    en="Without kept words a model is lost at a word that it can see: {without:.0%} right, with the full rule {full:.0%}.",
    zh="去掉保留词，看得见的词只认出 {without:.0%}（完整规则为 {full:.0%}）。",
    takeaway=False, without=masking["no kept"]["visible"], full=whole["visible"],
)

# %%
recbook.claim(
    whole["wrong"] > masking["mask only"]["wrong"] > masking["no random"]["wrong"] + 0.05
    and lazy["keeps_wrong"] > 0.5 > 0.05 > max(whole["keeps_wrong"], masking["no random"]["keeps_wrong"]),
    en="Of the wrong words a model repairs {without:.0%} after training with kept words but no random ones, {mask:.0%} with [MASK] alone, {full:.0%} with the full rule; scored at all places, it lets {passed:.0%} of them pass.",
    zh="错词的还原比例：有保留词而没有随机词时为 {without:.0%}，只用 [MASK] 为 {mask:.0%}，完整规则为 {full:.0%}；如果所有位置都计分，{passed:.0%} 的错词原样放过。",
    takeaway=False, without=masking["no random"]["wrong"], mask=masking["mask only"]["wrong"], full=whole["wrong"],
    passed=lazy["keeps_wrong"],
)

# %% [markdown] lang="en"
# So kept words teach the model to trust what it sees, and random words temper that trust. Why is the full rule right at less than half of the words in plain sight? Not out of doubt: without random words copying is always right, and it copies hardly more. Scored at all places it learns to copy at once; so 400 steps with so few kept words are likely too short. At a [MASK] itself the rules lie too close together to rank them.
#
# **Exercise 6**, open. See it for yourself: change `parts` (masked, random, kept), or set `share` to 0.5 in the line that trains, and ask the model about words that it can see. Below are 50 steps with two rules; the table's runs had 400. About 5 seconds.

# %% [markdown] lang="zh"
# 可见保留词使模型相信看得见的词，随机词又使它不全信。为什么用完整规则，看得见的词还认不出一半？并不是因为不信：没有随机词时，照抄总是对的，它照抄得也没多多少。所有位置都计分时，它很快学会照抄；所以多半是保留词太少，400 步不够。在 [MASK] 处，差别很小，又只有两个种子，不作排名。
#
# **练习 6**（开放题）自己试一试：改动 `parts`（换成 [MASK]、换成随机词、保留），或者在训练的那一行把 `share` 设为 0.5，再问模型看得见的词。下面两种规则各训练 50 步；上表训练了 400 步。大约 5 秒。

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
    mine = fresh()
    bert.train(mine, mlm_batches(np.random.default_rng(0), parts=rule, share=0.15), steps=50, rate=2e-3)
    for asked, parts in {"at a [MASK]": (1, 0, 0), "at a right word": (0, 0, 1)}.items():
        batch = bert.pair_batch(true_pairs, tokenizer, np.random.default_rng(1), 32, parts=parts)
        with torch.inference_mode():
            print(rule, plots.name(asked), round(bert.masked_loss_only(mine, batch).mlm_accuracy, 2))

# %% [markdown] lang="en"
# ### What does next sentence prediction add? <a id="nsp-worth"></a>
#
# This section adds a judgement of the second task, which the reference text names in one breath with MLM. Three questions, answered by stored runs. *What did it learn here?* Write "It is a comedy film." in place of "Toy Story is a comedy film.", so that the title stands in one sentence only. *Is there as much to learn in natural text?* Train for 400 steps on reviews of clothes: is the second sentence the next one of the same review, or from another review? Or ask, as ALBERT does (Lan et al. 2020), whether two neighbours are in their order or exchanged. *Does MLM need it?* Take away its label and nothing else: the same pairs, the same steps.

# %% [markdown] lang="zh"
# ### 下一句预测有什么用？ <a id="nsp-worth"></a>
#
# 这一节评判第二个任务，参考文章把它与 MLM 并列。三个问题，由保存的结果来回答。**它在这里学到了什么？** 把“Toy Story is a comedy film.”（《玩具总动员》是喜剧片）写成“It is a comedy film.”，片名就只在一句里出现。**换成真实的文本，还学得到吗？** 在服装评论上训练 400 步：第二句是同一条评论里的下一句，还是来自别的评论？或者像 ALBERT（Lan et al. 2020）那样，判断相邻的两句是原来的顺序还是调换了。**MLM 需要它吗？** 只去掉它的标签，别的都不动：同样的句对，同样的步数。

# %%
def mean_final(runs, key):
    return np.mean([run["final"][key] for run in runs])


# en: The same two seeds.
# zh: 同样的两个种子。
both, alone = stored["films"]["runs"][:2], stored["without_nsp"]["same pairs"]
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
at_chance = [told[key] for key in told if key not in ("films", "reviews, order of two sentences")]
recbook.claim(
    told["films"] > 0.85 and max(at_chance) < 0.54,
    en="On film sentences NSP was learned by the title that both share ({films:.0%} right); with “It” in its place, and in 400 steps on reviews, it stays at chance ({low:.0%} to {high:.0%}).",
    zh="在电影句子上，NSP 是靠两句共有的片名学会的（判对 {films:.0%}）；片名换成 It，或在评论上训练 400 步，它都停在随机猜测的水平（{low:.0%} 到 {high:.0%}）。",
    takeaway=False, films=told["films"], low=min(at_chance), high=max(at_chance),
)

# %%
recbook.claim(
    stored["films"]["baselines"]["nsp"]["shared_words"] > 0.99,
    en="A rule without a network, which weighs the words that both sentences share by their rarity, tells {films:.1%} of the film pairs right (the model {model:.0%}) and {reviews:.1%} of the pairs from reviews.",
    zh="有一条规则不用网络：找出两句共有的词，越罕见权重越大。电影句对它判对 {films:.1%}（模型为 {model:.0%}），评论句对判对 {reviews:.1%}。",
    takeaway=False, films=stored["films"]["baselines"]["nsp"]["shared_words"],
    reviews=natural["rules"]["shared_words"], model=told["films"],
)

# %% [markdown] lang="en"
# And the gaps, with NSP and without?

# %% [markdown] lang="zh"
# 那么填空呢？有 NSP 和没有 NSP，差多少？

# %%
gaps_told = {
    "films, with NSP": mean_final(both, "mlm_accuracy"),
    "films, without NSP": mean_final(alone, "mlm_accuracy"),
    "reviews, with NSP": natural["next sentence, published"]["final"]["mlm_accuracy"],
    "reviews, without NSP": natural["no next sentence, published"]["final"]["mlm_accuracy"],
}
rows = [(plots.name(key), share) for key, share in gaps_told.items()]
plots.table(pd.DataFrame(rows, columns=["", "gaps told right"]))

# %%
films_with, films_without, reviews_with, reviews_without = gaps_told.values()
recbook.claim(
    films_without > films_with - 0.005 and reviews_without > reviews_with - 0.005,
    en="Without NSP the gaps are filled no worse: on films {films_with:.1%} with it and {films_without:.1%} without (two seeds), on reviews {reviews_with:.1%} and {reviews_without:.1%} (one run).",
    zh="去掉 NSP，填空并没有变差：电影上有 NSP 时填对 {films_with:.1%}，没有时 {films_without:.1%}（两个种子）；评论上是 {reviews_with:.1%} 和 {reviews_without:.1%}（一次运行）。",
    takeaway=False, films_with=films_with, films_without=films_without,
    reviews_with=reviews_with, reviews_without=reviews_without,
)

# %% [markdown] lang="en"
# RoBERTa (Liu et al. 2019) dropped the second task altogether; ALBERT asks for the order instead. Of all rows about reviews only that last one lies clearly above a coin. By luck? With 1,000 pairs judged, one **standard error** of such a share is $\sqrt{0.5 \cdot 0.5 / 1000}$, 1.6 points. That measures the choice of pairs, not the choice of a seed: it is one run. Small runs like ours do not settle what a large one would learn.

# %% [markdown] lang="zh"
# RoBERTa（Liu et al. 2019）干脆去掉了第二个任务，ALBERT 则改为判断顺序。评论的各行里，只有最后一行明显高于随机猜测。是碰巧吗？判了 1,000 对，这样一个比例的**标准误**（standard error）是 $\sqrt{0.5 \cdot 0.5 / 1000}$，即 1.6 个百分点。它只反映抽取句对带来的波动，不含随机种子的影响：这里只有一次运行。这样的小实验，不能断定大模型会学到什么。

# %%
error = np.sqrt(0.25 / recbook.stored("pretraining")["settings"]["review_pairs"]["test"])
order_told = told["reviews, order of two sentences"]
recbook.claim(
    order_told - 0.5 > 3 * error,
    en="From the published weights, after 400 steps, the order of two sentences is told right in {order_told:.1%} of the pairs, {standard_errors:.1f} standard errors above chance; NSP's question in {nsp_told:.1%}.",
    zh="从预训练权重出发，400 步之后，两句的顺序判对 {order_told:.1%}，比随机猜测高 {standard_errors:.1f} 个标准误；NSP 的问题判对 {nsp_told:.1%}。",
    takeaway=False, order_told=order_told, standard_errors=(order_told - 0.5) / error,
    nsp_told=told["reviews, published weights"],
)

# %% [markdown] lang="en"
# ### Three heads, and what is left when rarity is taken out <a id="heads"></a>
#
# This section adds pictures of attention, and how far to trust them. Three of MiniLM's 72 heads, picked because they are easy to describe, on one title (without its genres). A row reads the columns; dark is much.

# %% [markdown] lang="zh"
# ### 三个头，以及除去罕见程度之后还剩什么 <a id="heads"></a>
#
# 这一节补充几张注意力的图，以及它们有多可信。下面是 MiniLM 72 个头里的三个，挑的是容易描述的，输入是《指环王》的片名（不带类型）。每一行的词去看各列的词，颜色越深权重越大。

# %%
# en: Layers and heads, in the code counted from 0, in the names from 1.
# zh: 层号和头号：代码里从 0 数起，名字里从 1 数起。
some_heads = {"L1 H3": 0 * 12 + 2, "L2 H9": 1 * 12 + 8, "L3 H10": 2 * 12 + 9}
tokens, _, _, weights = read("The Lord of the Rings")
figures.attention_maps({name: weights[head] for name, head in some_heads.items()}, tokens)

# %% [markdown] lang="en"
# The first head reads the word before, the second the word after or else [CLS], the third parks nearly everything at [CLS]. Is that so in general, or did we pick a nice title? On all 200 titles of the core, the short ones too:

# %% [markdown] lang="zh"
# 第一个头看前一个词，第二个多半看后一个词，否则把权重给 [CLS]，第三个几乎把全部权重给 [CLS]。一般都这样，还是我们挑了个好看的片名？在核心部分的全部 200 个片名上（短的也在内）：

# %%
looks = [("L1 H3", "word before"), ("L2 H9", "word after"), ("L2 H9", "[CLS]"), ("L3 H10", "[CLS]")]
shares = []
for text in sample:
    tokens, _, _, weights = read(text)
    # en: Without [CLS] and [SEP].
    # zh: 不算 [CLS] 和 [SEP]。
    inner = np.arange(1, len(tokens) - 1)
    places = {"word before": inner - 1, "word after": inner + 1, "[CLS]": 0}
    shares.append([weights[some_heads[head], inner, places[place]].mean() for head, place in looks]
                  + [weights[:, inner, 0].mean()])
shares = np.mean(shares, axis=0)
rows = [(head, plots.name(place), share) for (head, place), share in zip(looks, shares)]
plots.table(pd.DataFrame(rows, columns=["head", "reads", "its weight"]))

# %%
recbook.claim(
    shares[0] > 0.9 and shares[1] > 0.5 and shares[1] + shares[2] > 0.85 and shares[3] > 0.7 and shares[4] > 0.3,
    en="All 72 heads together give [CLS] {to_cls:.0%} of their weight.",
    zh="72 个头合在一起，把 {to_cls:.0%} 的权重给了 [CLS]。",
    takeaway=False, to_cls=shares[4],
)

# %% [markdown] lang="en"
# [CLS] enters every title as the same token, and yet it gets most. A likely reason: a head that finds nothing to read must put its weight somewhere, since every row must add up to 1 (Clark et al. 2019 saw the like at [SEP]).
#
# **Does attention say more than rarity?** Take rarity out of both orders: within each title, predict the ranks of attention from the ranks of rarity by a straight line, and the ranks of influence likewise; then correlate the two lines' errors (a partial rank correlation).

# %% [markdown] lang="zh"
# [CLS] 在每个片名里都是同一个词元，得到的却最多。一种可能的原因：一个头如果没什么可看的，权重总得有个去处，因为每行之和必须是 1（Clark et al. 2019 在 [SEP] 上看到过类似现象）。
#
# **注意力比罕见程度多说了什么？** 从两个顺序里都除去罕见程度：在每个片名内部，用罕见程度的名次，以直线分别预测注意力的名次和影响的名次，再求两者残差（预测不到的部分）的相关（偏秩相关）。

# %%
from scipy.stats import rankdata


def left_over(values, taken_out):
    """en: What a straight line in the ranks of `taken_out` leaves of the ranks of `values`.
    zh: `values` 的名次中，`taken_out` 的名次用直线解释不了的部分。"""
    ranks, line = rankdata(values), np.polyfit(rankdata(taken_out), rankdata(values), 1)
    return ranks - np.polyval(line, rankdata(taken_out))


def beyond(taken_out):
    parts = [[left_over(words[k], taken_out(words)) for k in (1, 2)] for words in measured]
    return np.array([np.corrcoef(*both)[0, 1] for both in parts if min(np.ptp(one) for one in both) > 1e-9])


beyond_rarity = bootstrap(beyond(lambda words: words[4]))

# %%
recbook.claim(
    beyond_rarity.low > 0.1,
    en="With rarity taken out, attention still agrees with influence (95% interval {low:.2f} to {high:.2f}).",
    zh="除去罕见程度之后，注意力与影响仍然相关（95% 区间 {low:.2f} 到 {high:.2f}）。",
    takeaway=False, low=beyond_rarity.low, high=beyond_rarity.high,
)

# %% [markdown] lang="en"
# So attention is no mere list of rare words; it is a poor proof all the same, and some writers deny that it explains anything (Jain and Wallace 2019).
#
# **Exercise 7**, open. What else may stand behind both? Take out the place of a token in its title, or its length in letters: if the correlation falls well below the first line, that thing had a share in it. Take out two at once. And measure influence otherwise: leave a token out in place of hiding it, or hide *two* together (is their influence the sum?). Below is a start, with 95% intervals.

# %% [markdown] lang="zh"
# 可见注意力不只是一张罕见词的清单；但作为证据仍然很弱，也有人否认它能解释任何东西（Jain and Wallace 2019）。
#
# **练习 7**（开放题）两者背后还可能有什么？除去词元在片名里的位置，或它的字母数：如果相关明显低于第一行，相关就有一部分来自它。也可以同时除去两样。再换一种影响的量法：不换成 [MASK]，而是把词元删去；或者同时把**两个**词元换成 [MASK]，影响等于单独换掉时的两个影响之和吗？下面是个开头，给出 95% 区间。

# %%
candidates = {"place in the title": lambda words: np.arange(len(words[0])), "letters": lambda words: [len(word) for word in words[0]]}
print(plots.name("nothing taken out"), plots.ends(*bootstrap(by_attention[:, 0]), digits=2))
for name, taken_out in candidates.items():
    print(plots.name(name), plots.ends(*bootstrap(beyond(taken_out)), digits=2))
