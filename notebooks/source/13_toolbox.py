# %% [markdown] lang="en"
# # 13 · Toolbox: which library for what
#
# **You will be able to**, after the core, say of each tool what it is best at and where it surprises; tell what a tool achieved from what you did around it; choose a library of recommenders by what it does to your environment, and know when its numbers may stand beside yours. After the deeper part you can also measure what a library costs before it computes, move a model between PyTorch and Keras, and use a library whose requirements do not fit your own.
#
# **You need** chapters 01 (EASE, factorisation, NDCG), 02 (half-life) and 03 (item2vec). Chapter 06 or 07 helps with the two models that are trained.
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 13 · 工具箱：什么事用什么库
#
# **学习目标**：学完核心部分，你能说出每个工具擅长什么、哪里出人意料；能分清一个结果里哪些是工具的功劳，哪些来自自己在外围做的处理；能根据对现有环境的影响选择推荐库，并判断它给出的指标能否与自己的直接比较。学完选读，你还能测量一个库在开始计算之前要付的代价，把模型在 PyTorch 与 Keras 之间搬动，并使用依赖与自己的环境冲突的库。
#
# **需要的基础**：第 01 章（EASE、矩阵分解、NDCG）、第 02 章（半衰期）和第 03 章（item2vec）。文中训练了两个模型，读过第 06 章或第 07 章会更轻松。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。

# %%
import json
import os
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import torch
from packaging.requirements import Requirement
from tqdm.auto import tqdm

import recbook
from recbook import plots
from recbook.chapters.toolbox import figures
from recbook.data.fetch import ensure

recbook.setup("en")

# %% [markdown] lang="en"
# ## Two answers from one file
#
# Here is a published model, MiniLM of chapter 00, in one file on this disk. We load the file twice with Transformers, and each time ask which word is hidden in *The [MASK] strikes back* (it was *Empire*).

# %% [markdown] lang="zh"
# ## 一个文件，两种答案
#
# 磁盘上有一个公开模型的文件，就是第 00 章的 MiniLM。我们用 Transformers 把这个文件加载两次，每次都让它预测 “The [MASK] strikes back” 里遮住的词。这是《帝国反击战》的英文片名，正确答案是 Empire（帝国）。

# %% tags=["nbval-ignore-output"]
import transformers
from transformers import AutoModelForMaskedLM, AutoTokenizer

transformers.utils.logging.disable_progress_bar()
folder = ensure("all-MiniLM-L6-v2")
tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
question = tokenizer("The [MASK] strikes back", return_tensors="pt")
place = int((question["input_ids"][0] == tokenizer.mask_token_id).nonzero())
answers, missing = [], set()
for _ in range(2):
    loaded, report = AutoModelForMaskedLM.from_pretrained(folder, local_files_only=True, output_loading_info=True)
    missing |= set(report["missing_keys"])
    with torch.inference_mode():
        answers.append(loaded.eval()(**question).logits[0, place])
    print(tokenizer.convert_ids_to_tokens(answers[-1].topk(5).indices))

# %% [markdown] lang="en"
# Nonsense, and other nonsense the second time. Nothing failed. What went wrong? MiniLM is an encoder, a model that turns text into vectors: its file holds no layer that predicts words. We asked for a model that has one.

# %% [markdown] lang="zh"
# 两次都答非所问，而且彼此不同。程序没有报错。问题出在哪里？MiniLM 是编码器，只把文字变成向量，它的文件里没有预测词的那一层，而我们要的模型有。

# %%
print(sorted(missing))
moved = (answers[0] - answers[1]).abs().max().item()
recbook.claim(
    len(missing) > 0 and moved > 0.01,
    en="What a model has and its file lacks, Transformers draws at random: loaded twice from one file, the model gives "
    "two different answers. Its loading report names {n} missing entries, and nothing stops.",
    zh="模型有而文件里没有的部分，Transformers 会随机初始化：从同一个文件加载两次，答案就不同。加载报告列出了 {n} 个缺失项，"
    "程序照常运行。",
    takeaway=dict(
        en="The code of a model is not its weights: what the file lacks is drawn at random, and nothing stops.",
        zh="有模型的代码，不等于有权重：文件里缺的部分会随机初始化，程序照常运行。",
    ),
    n=len(missing),
)

# %% [markdown] lang="en"
# The same happens, and rightly, when you load an encoder into a model for classification: its last layer is new and waits for training. Transformers warns; our `setup` had turned the warning off, as many programs do. So ask for `output_loading_info=True` and look.
#
# The [reference text](../../docs/reference.md), the article that this course follows, says that this library "provides all kinds of pretrained models". What it provides is their *code*: how to compute a BERT, a ViT, a GPT. The numbers in them, the **weights**, are files of other people, with authors and licences of their own. Count both on your own disk:

# %% [markdown] lang="zh"
# 把编码器加载成分类模型时，也会这样，而且是应该的：最后一层是新的，本来就等着训练。Transformers 其实会发出警告，只是课程的 `setup` 事先关掉了，许多程序也这样做。所以要用 `output_loading_info=True` 拿到报告，自己看一眼。
#
# [参考文章](../../docs/reference.zh-CN.md)（课程所依据的那篇文章）说这个库“提供了各种预训练模型（pretrained model）”。它提供的其实是**代码**：怎样计算 BERT、ViT、GPT。模型里的数，也就是**权重**（weights），是别人另外发布的文件，各有作者和许可证。在你自己的磁盘上数一数：

# %%
root = Path(transformers.__file__).parent
families = {file.parent for file in root.glob("models/*/modeling_*.py")}
endings = {".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".ckpt"}
files = [file for file in root.rglob("*") if file.suffix in endings]
recbook.claim(
    len(families) > 100 and not files,
    en="Transformers is installed with {n} folders of models' code and {weight_files} files of weights.",
    zh="安装好的 Transformers 里有 {n} 个放模型代码的文件夹，{weight_files} 个权重文件。",
    takeaway=False, n=len(families), weight_files=len(files),
)

# %% [markdown] lang="en"
# ## One task for all
#
# Its list of tools has four names: TensorFlow, PyTorch, Transformers and RecBole, with a sentence on who made each. That does not say when to reach for which. So we give many tools one task, and watch: make a vector of each film, find near films, make a list for a user.
#
# By hand first. Three films have vectors of length 1: $x_A = (1, 0)$, $x_B = (0.6, 0.8)$, $x_C = (0, 1)$. The dot product of such vectors is their cosine: $0.6$ for A and B, $0.8$ for B and C, $0$ for A and C. So the film most like A is B. A user has watched A, then C, and with a half-life of 1 film (chapter 02) A weighs $1/3$ and C $2/3$. The score of B is the weighted mean of its cosines with the films of the history:
#
# $$s_B = \tfrac13 \cdot 0.6 + \tfrac23 \cdot 0.8 = \tfrac{2.2}{3} = 0.73$$
#
# For all users and films at once, let $X$ be the film vectors, of shape $(n, d)$, each row of length 1, and $W$ the weights of the histories, of shape $(m, n)$ for $m$ users, each row adding up to 1. Then all scores, of shape $(m, n)$, are
#
# $$S = W X X^{\top}$$
#
# Mind who does what here. A tool delivers $X$. The weights $W$ are ours. (What each tool brings along when it is installed is measured in the [deeper part](#costs).)

# %% [markdown] lang="zh"
# ## 所有工具做同一个任务
#
# 参考文章列出四个工具：TensorFlow、PyTorch、Transformers 和 RecBole，各用一句话说是谁开发的。什么时候该用哪个，还是不知道。所以我们给许多工具同一个任务，看它们怎样完成：把每部电影变成向量，找出相近的电影，给用户列出推荐。
#
# 先手算。三部电影的向量长度都是 1：$x_A = (1, 0)$，$x_B = (0.6, 0.8)$，$x_C = (0, 1)$。这样的两个向量，点积（dot product）就是余弦：A 与 B 是 $0.6$，B 与 C 是 $0.8$，A 与 C 是 $0$，所以与 A 最相近的是 B。一位用户先看了 A，再看了 C；半衰期取 1 部（第 02 章），A 的权重是 $1/3$，C 是 $2/3$。B 的得分是它与历史中各部电影的余弦的加权平均：
#
# $$s_B = \tfrac13 \cdot 0.6 + \tfrac23 \cdot 0.8 = \tfrac{2.2}{3} = 0.73$$
#
# 一次算出所有用户、所有电影：记 $X$ 为电影向量，形状 $(n, d)$，每行长度为 1；$W$ 为历史的权重，$m$ 位用户，形状 $(m, n)$，每行之和为 1。全部得分的形状是 $(m, n)$：
#
# $$S = W X X^{\top}$$
#
# 注意分工：工具给出的是 $X$，权重 $W$ 是我们自己定的。（安装每个工具会带来多少东西，[选读](#costs)里有测量。）

# %%
films = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
weights = np.array([[1 / 3, 0.0, 2 / 3]])
print(films @ films.T)
print(weights @ films @ films.T)

# %% [markdown] lang="en"
# (A and C, which the user has watched, are not ranked.)
#
# **Exercise 1.** Somebody looks for the film nearest to A by `np.argsort(-(X @ X.T), axis=1)[:, 0]`, and finds A. With vectors that are not of length 1 it may even find the film with the longest vector for everybody. Write a search that finds the *other* films, by the cosine. ({points})

# %% [markdown] lang="zh"
# （用户看过的 A 和 C 不参与排序。）
#
# **练习 1** 有人用 `np.argsort(-(X @ X.T), axis=1)[:, 0]` 找与 A 最相近的电影，找到的是 A 自己。如果向量长度不是 1，甚至可能每一部找到的都是向量最长的那部。请写一个函数，按余弦找**别的**电影。（{points}）

# %% exercise="toolbox-neighbours" points=1
def nearest(vectors, k):
    """en: For each row of vectors (n, d), of any length but 0, the numbers of the k other rows with the
    en: highest cosine, highest first. vectors is a NumPy array; the answer is integers of shape (n, k). No two
    en: cosines are equal.
    zh: 对 vectors (n, d) 的每一行（长度任意，但不为 0），返回余弦最大的 k 个其他行的编号，从大到小：
    zh: vectors 是 NumPy 数组，返回形状 (n, k) 的整数数组。没有两个余弦相等。"""
    ### BEGIN SOLUTION
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1)[:, :k]
    ### END SOLUTION

# %% check="toolbox-neighbours"
recbook.check("toolbox-neighbours", nearest)

# %% [markdown] lang="en"
# Now the data, as in every chapter: leave-one-out, the last film of each user is the test set, the one before the validation set, the rest the training set; all films are ranked but those that the user has rated, **NDCG@10** as the measure. Controls are popularity, EASE, and EASE that weighs the last films most (half-life 8, chosen in chapter 02 on the validation films). `list_scores` is the formula above. It takes the half-life as an argument, or `None` for the plain mean of the whole history.

# %% [markdown] lang="zh"
# 再看数据，与每一章相同：留一法（leave-one-out），每位用户的最后一部电影是测试集（test set），倒数第二部是验证集（validation set），其余是训练集（training set）；除用户评过的电影外，其余电影全部参与排序；指标是 **NDCG@10**。对照有三个：流行度、EASE，以及近期加权的 EASE（表中的“EASE（近期加权）”，半衰期 8 部，由第 02 章在验证集上选定）。`list_scores` 就是上面的公式，半衰期是参数，`None` 表示对全部历史取普通平均。

# %%
from recbook.data import leave_one_out
from recbook.data.histories import recency, sentences_in_time
from recbook.evaluation import evaluate, evaluate_scores, truth
from recbook.models import EASE, Popularity
from recbook.models.item2vec import Item2Vec
from recbook.vectors import unit

ratings = recbook.load("ml-100k")
split = leave_one_out(ratings)
titles = list(ratings.items["display_title"])
n_films, known = ratings.n_items, split.history().matrix()


def judge(scores):
    return evaluate_scores(scores, truth(split), exclude=known)


def list_scores(vectors, half_life=2.0):
    rows = unit(np.asarray(vectors, np.float32))
    return (recency(split.history(), half_life) @ rows) @ rows.T

# %%
ease = EASE().fit(split.train)
reports = {"popularity": evaluate(Popularity(), split), "EASE": evaluate(ease, split)}
reports["EASE, last films"] = evaluate(EASE.recent(), split)
plots.table(pd.DataFrame([(plots.name(key), of["ndcg@10"]) for key, of in reports.items()], columns=["model", "test NDCG@10"]))

# %% [markdown] lang="en"
# ## First a formula: SciPy and scikit-learn
#
# **Reach for them when the answer has a closed form.** EASE is one inverse of a matrix. Film vectors have a formula too, the singular value decomposition of chapter 01: $R \approx U \Sigma V^{\top}$, where $R$ is the table of who rated what. The rows of $V \Sigma$ are film vectors; films that the same people rated lie close together. SciPy computes it on the sparse table, without writing out its zeros.

# %% [markdown] lang="zh"
# ## 先看有没有公式：SciPy 与 scikit-learn
#
# **答案有闭式解，也就是能直接写出公式时，就用它们。** EASE 是求一次逆矩阵。电影向量也有公式，就是第 01 章的奇异值分解（singular value decomposition）：$R \approx U \Sigma V^{\top}$，$R$ 是谁评过什么的表。$V \Sigma$ 的各行就是电影向量，被同一批人评过的电影彼此靠近。SciPy 直接在稀疏表上计算，不用把零写出来。

# %%
from scipy.sparse.linalg import svds

table = split.train.matrix().astype(np.float64)
_, sizes, directions = svds(table, k=64, v0=np.ones(min(table.shape)))
by_ratings = directions.T * sizes
by_ratings.shape, sizes[:3].round(1), sizes[-3:].round(1)

# %% [markdown] lang="en"
# Where it surprises: in the order. Here `svds` returned the *smallest* of its 64 singular values first, and its documentation promises no order at all; `numpy.linalg.svd` returns the largest first. Who takes "the first ten directions" gets the ten least. So sort.
#
# scikit-learn holds the classical methods behind one interface, `fit` and `transform`. Counting words of titles is one line: a column for each word, which weighs more the fewer titles it stands in (**tf-idf**). Its surprise is a default that drops words without a message:

# %% [markdown] lang="zh"
# 出人意料的是顺序：这里 `svds` 返回的 64 个奇异值，**最小**的在前，而且它的文档不保证任何顺序；`numpy.linalg.svd` 则是最大的在前。要是直接取“前十个方向”，取到的就是最小的十个。所以要自己排序。
#
# scikit-learn 把经典方法放在同一套接口后面：`fit` 和 `transform`。统计片名里的词只要一行：词表（vocabulary）里每个词一列，含有某个词的片名越少，这个词的权重越大（**tf-idf**）。出人意料的是一个默认值，它会不声不响地丢掉一些词：

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

counts = TfidfVectorizer().fit_transform(titles)
empty = np.flatnonzero(np.diff(counts.indptr) == 0)
recbook.claim(
    0 < len(empty) < 20,
    en="By its default scikit-learn reads words of two characters and more only: {n} of {films:,} titles, such as “"
    "{first_title}” and “{second_title}”, get a vector of zeros, and no error says so.",
    zh="scikit-learn 默认只取至少两个字符的词：{films:,} 个片名中有 {n} 个（例如“{first_title}”和“{second_title}”）得到"
    "零向量，而且不报错。",
    takeaway=False, n=len(empty), films=n_films, first_title=titles[empty[0]], second_title=titles[empty[2]],
)

# %% [markdown] lang="en"
# ## The tool, or what we did around it?
#
# Three makers of vectors so far, and a fourth below: SciPy reads ratings, scikit-learn counts words, MiniLM has read the world's sentences (`TextEncoder` of chapter 02 runs it; [what it does](#recipe) in a dozen lines of Transformers). gensim makes vectors of histories: item2vec of chapter 03. For each we have $X$, and the same two choices of $W$: the plain mean of the whole history, or the half-life of 2 films that chapter 03 chose for item2vec on the validation films, and that is not tuned for the others. (From MiniLM's vectors their mean is taken off, since sentence vectors share a direction that says little; the others stay as their tools make them.)

# %% [markdown] lang="zh"
# ## 是工具的功劳，还是外围处理的功劳？
#
# 现在有三种向量，下面再加一种：SciPy 读评分，scikit-learn 数词，MiniLM 读过大量句子（由第 02 章的 `TextEncoder` 运行；十几行 Transformers 代码也能做到，见[选读](#recipe)），gensim 从历史得到向量，也就是第 03 章的 item2vec。每一种都给出 $X$，再配上同样的两种 $W$：对全部历史取普通平均，或半衰期为 2 部，这是第 03 章在验证集上为 item2vec 选的，没有为其他几种再调。（MiniLM 的向量减去了平均向量，因为句子向量有一个没有多少信息的共同方向；其余的都保持工具给出的样子。）

# %% tags=["nbval-ignore-output"]
from recbook.models.towers import centred
from recbook.text import TextEncoder

text_vectors = TextEncoder("all-MiniLM-L6-v2").encode(titles)
item2vec = Item2Vec().fit(split.train)
made = {"SciPy: co-rating": by_ratings, "gensim: item2vec": item2vec.vectors_}
made |= {"scikit-learn: words": counts.toarray(), "MiniLM: titles": centred(text_vectors)}
weighted = {key: (judge(list_scores(of, None)), judge(list_scores(of))) for key, of in made.items()}
figures.weightings(weighted, reports["popularity"])

# %% tags=["nbval-ignore-output"]
plain, recent = weighted["SciPy: co-rating"]
gained = recent.difference(plain, "ndcg@10")
recbook.claim(
    gained.low > 0 and recent["ndcg@10"] > 1.5 * plain["ndcg@10"],
    en="The same SciPy vectors reach NDCG@10 {plain:.3f} with the plain mean of the history and {recent:.3f} when the last "
    "films weigh more: {gain_low:.3f} to {gain_high:.3f} above (paired interval).",
    zh="同样的 SciPy 向量，对历史取普通平均时 NDCG@10 为 {plain:.3f}，让最后看的电影权重更大时为 {recent:.3f}，高 {gain_low:.3f} 到 "
    "{gain_high:.3f}（配对差的区间）。",
    takeaway=dict(
        en="Treat all tools alike before you compare them: weighing the last films more raised SciPy's "
        "vectors by more than half.",
        zh="比较工具之前，先统一其他处理：只是让最后看的电影权重更大，SciPy 的同样向量就提高了一半以上。",
    ),
    plain=plain["ndcg@10"], recent=recent["ndcg@10"], gain_low=gained.low, gain_high=gained.high,
)

# %% [markdown] lang="en"
# Read the figure by colour, not across it: squares with squares. And item2vec? It keeps two vectors a film, one for the film as read, one for the film as predicted, and was trained to *predict* by the product of both tables. The cosines of one table are not what it learned. Chapter 03 scores it by that product, with a part for popularity, and with the same half-life of 2:

# %% [markdown] lang="zh"
# 看图要同色相比，方块与方块比。那么 item2vec 呢？它为每部电影学两个向量，一个用于读，一个用于预测；训练目标是用两张表的乘积来预测，只取一张表的余弦，并不是它学的东西。第 03 章用这个乘积打分，再加上流行度的一部分，半衰期同样是 2 部：

# %% tags=["nbval-ignore-output"]
by_gensim = evaluate(item2vec, split)
base = reports["popularity"]
over = recent.difference(base, "ndcg@10")
under = base.difference(weighted["MiniLM: titles"][1], "ndcg@10")
row = (plots.name("item2vec: own score"), by_gensim["ndcg@10"], *by_gensim.interval("ndcg@10"))
plots.table(pd.DataFrame([row], columns=["model", "mean", "low", "high"]))
recbook.claim(
    over.low > 0 and under.low > 0 and by_gensim["ndcg@10"] > recent["ndcg@10"] - 0.01,
    en="Among films that have ratings, SciPy's vectors of who rated what ({scipy:.3f} NDCG@10) beat popularity "
    "({popularity:.3f}), and MiniLM's of titles ({minilm:.3f}) fall behind it, with one half-life for both; "
    "both paired intervals leave out zero.",
    zh="在已有评分的电影上，半衰期相同时，SciPy 由评分得到的向量（NDCG@10 为 {scipy:.3f}）胜过流行度（"
    "{popularity:.3f}），MiniLM 的片名向量（{minilm:.3f}）不如流行度；两项的配对区间都不包含零。",
    takeaway=False, scipy=recent["ndcg@10"], popularity=base["ndcg@10"], minilm=weighted["MiniLM: titles"][1]["ndcg@10"],
)

# %% [markdown] lang="en"
# item2vec more than doubles, but two things changed at once: the product and popularity. So is reading titles for nothing? Only on this task. A film that nobody has rated has an empty column in $R$ and no place in a history: SciPy and gensim have no vector for it. Its title has one all the same, and chapters 01 and 10 measure what that is worth.
#
# **gensim** is the tool when the data are sequences and small vectors will do. Its training loop is compiled and reads a stream, so the corpus need not fit into memory. Mind its defaults: `min_count=5` drops rare films, and with its three threads [no seed makes it repeatable](#threads).

# %% [markdown] lang="zh"
# item2vec 的分数高了一倍多，但同时变了两样：用了乘积，也加了流行度。那么读片名没有用吗？只在这个任务上如此。没有人评过的电影，在 $R$ 里没有内容，在历史里也没有位置，SciPy 和 gensim 给不出向量；它的片名照样有向量，值多少，见第 01 章和第 10 章。
#
# 数据是序列、向量不必很大时，就用 **gensim**。它的训练循环是编译好的，边读边训，语料不必装进内存。注意默认值：`min_count=5` 会丢掉冷门电影；默认的三个线程下，[固定种子也不可重复](#threads)。

# %% [markdown] lang="en"
# ## PyTorch: a model that nobody has written yet
#
# **Reach for it when the model is your own idea.** Whatever is computed from tensors and has a derivative can be learned. Here is an idea that no library above has: a user's taste is a weighted mean of titles, and the half-life shall be *learned*. With $k = 0$ for the last film of the history, $k = 1$ for the one before, $i_k$ the film at that place, $x_i$ the title vector of film $i$, of shape $(d,)$, $P$ and $Q$ two matrices to learn, of shape $(d, w)$ with $w = 64$, $j$ the film to be scored, $b_j$ a number for each film, its bias, and $h > 0$ the half-life:
#
# $$s_j = \Big(\sum_k \frac{2^{-k/h}}{\sum_l 2^{-l/h}}\; x_{i_k} P\Big) \cdot x_j Q + b_j$$
#
# It reads the last 20 films and is trained to predict the next one. So that $h$ stays above 0, its logarithm is the parameter.

# %% [markdown] lang="zh"
# ## PyTorch：还没有人写过的模型
#
# **模型是你自己的想法时，就用它。** 凡是用张量算出来、又可以求导的，都能学。下面这个想法，上面的库都没有：用户的口味是片名的加权平均，而半衰期是**学**出来的。记 $k = 0$ 为历史的最后一部，$k = 1$ 为倒数第二部，依此类推；$i_k$ 是那一位置上的电影；$x_i$ 是电影 $i$ 的片名向量，形状 $(d,)$；$P$、$Q$ 是两个要学的矩阵，形状 $(d, w)$，$w = 64$；$j$ 是要打分的电影；$b_j$ 是每部电影的偏置，一个数；$h > 0$ 是半衰期：
#
# $$s_j = \Big(\sum_k \frac{2^{-k/h}}{\sum_l 2^{-l/h}}\; x_{i_k} P\Big) \cdot x_j Q + b_j$$
#
# 输入最后看的 20 部电影，训练目标是预测下一部。为了让 $h$ 始终大于 0，参数取它的对数。

# %%
from torch import nn
from torch.nn import functional

REACH = 20


def last_films(sequences):
    """en: The last 20 films of each history, newest first, n_films where there is none: (m, 20).
    zh: 每段历史的最后 20 部，最新的在前，没有的地方填 n_films：(m, 20)。"""
    rows = np.full((len(sequences), REACH), n_films)
    for row, films in zip(rows, sequences):
        newest = films[-REACH:][::-1]
        row[: len(newest)] = newest
    return torch.from_numpy(rows)


sequences = sentences_in_time(split.train)
past = last_films([films[:t] for films in sequences for t in range(1, len(films))])
following = torch.from_numpy(np.concatenate([films[1:] for films in sequences]))
past.shape, following.shape

# %%
class LastTitles(nn.Module):
    def __init__(self, text, width=64):
        super().__init__()
        d = text.shape[1]
        self.register_buffer("text", torch.cat([text, torch.zeros(1, d)]))  # (n + 1, d)
        self.P = nn.Parameter(torch.randn(d, width) / d**0.5)
        self.Q = nn.Parameter(10 * torch.randn(d, width) / d**0.5)
        self.bias = nn.Parameter(torch.zeros(len(text)))
        self.log_half_life = nn.Parameter(torch.tensor(8.0).log())

    def tables(self):  # (n + 1, w), (n, w)
        return self.text @ self.P, self.text[:-1] @ self.Q

    def forward(self, rows):  # (batch, 20) -> (batch, n)
        read, scored = self.tables()
        age = torch.arange(rows.shape[1])
        weights = 2 ** (-age / self.log_half_life.exp()) * (rows < len(scored))
        weights = weights / weights.sum(dim=1, keepdim=True)
        return (weights.unsqueeze(1) @ read[rows]).squeeze(1) @ scored.T + self.bias

# %% [markdown] lang="en"
# The usual loop (chapter 07 explains it), 150 steps of 1,024 targets, about ten seconds. No setting was tuned; the factor of 10 only spreads the first scores.

# %% [markdown] lang="zh"
# 沿用第 07 章的训练循环：训练 150 步，每步 1,024 个目标，约十秒。没有调过任何设置；代码里的系数 10 只是让最初的得分拉开一些。

# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
learned = LastTitles(torch.from_numpy(centred(text_vectors)))
optimizer = torch.optim.Adam(learned.parameters(), lr=0.01)
for _ in tqdm(range(150), leave=False):
    rows = torch.randint(len(past), (1024,))
    loss = functional.cross_entropy(learned(past[rows]), following[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
histories = last_films(sentences_in_time(split.history()))
with torch.inference_mode():
    torch_scores = learned(histories).numpy()
trained = judge(torch_scores)

# %% tags=["nbval-ignore-output"]
half_life = learned.log_half_life.exp().item()
over_fixed = trained.difference(weighted["MiniLM: titles"][1], "ndcg@10")
over_base = trained.difference(base, "ndcg@10")
recbook.claim(
    over_fixed.low > 0 and 3 < half_life < 7.9,
    en="Trained on histories, the same title vectors gain {gain_low:.3f} to {gain_high:.3f} NDCG@10 over the untrained ones "
    "(paired interval), and the half-life moved from 8 to {half_life:.1f} films.",
    zh="同样的片名向量，在历史上训练之后，NDCG@10 比未训练时高 {gain_low:.3f} 到 {gain_high:.3f}（配对差的区间）；半衰期从 8 "
    "部变到 {half_life:.1f} 部。",
    takeaway=False, gain_low=over_fixed.low, gain_high=over_fixed.high, half_life=half_life,
)
recbook.claim(
    over_base.low > -0.005 and over_base.high > 0,
    en="Against popularity, which $b_j$ could learn by itself, the trained model differs by {low:+.3f} to {high:+.3f}.",
    zh="与流行度（$b_j$ 自己就学得到）相比，训练后的模型相差 {low:+.3f} 到 {high:+.3f}。",
    takeaway=False, low=over_base.low, high=over_base.high,
)

# %% [markdown] lang="en"
# Both are of one seed, and the half-life is where the last step left it. What $P$, $Q$ and $b_j$ each add is not separated here. (PyTorch, which the text gives to Facebook, has belonged to the [PyTorch Foundation](https://pytorch.org/blog/PyTorchfoundation) since 2022.)
#
# ## Keras: a model of parts that exist
#
# **Reach for it when the model is made of known layers, or shall be opened elsewhere.** Keras is a library of its own since version 3, and computes with TensorFlow, JAX or PyTorch; the text's list leaves it out. Our model here reads the last five films, but their *numbers* in place of their titles: a vector for each film (`Embedding`), the five side by side (`Flatten`), a hidden layer of 64 numbers, and from them a score for every film. Which film stood last and which before it, the hidden layer can tell by their places. `fit` replaces our loop, with the same loss as `cross_entropy` above (`from_logits` says that the scores are not yet probabilities):

# %% [markdown] lang="zh"
# 两项都只有一个种子，半衰期是最后一步停下时的值；$P$、$Q$ 和 $b_j$ 各有多少贡献，这里没有分开。（参考文章说 PyTorch 是 Facebook 开发的；从 2022 年起，它由 [PyTorch 基金会](https://pytorch.org/blog/PyTorchfoundation)管理。）
#
# ## Keras：用现成的层搭模型
#
# **模型由现成的层组成，或者要在别处打开时，就用它。** 从第 3 版起，Keras 是一个独立的库，可以用 TensorFlow、JAX 或 PyTorch 来计算；参考文章的列表里没有它。这里的模型读最后五部电影，用的是电影的**编号**，不是片名：每部电影一个向量（`Embedding`），五个向量首尾相接（`Flatten`），经过 64 个数的隐藏层，再给每部电影一个得分。哪部在最后、哪部在前面，隐藏层可以从位置上分辨。`fit` 代替了我们的训练循环，损失与上面的 `cross_entropy` 相同（`from_logits` 表示得分还没有变成概率）：

# %% tags=["nbval-ignore-output"]
import keras
from keras import layers

keras.utils.set_random_seed(0)
ids = keras.Input((5,), dtype="int32", name="films")
read = layers.Flatten()(layers.Embedding(n_films + 1, 64)(ids))  # (batch, 5 * 64)
hidden = layers.Dense(64, activation="relu")(read)
next_film = keras.Model(ids, layers.Dense(n_films)(hidden))
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
next_film.compile(keras.optimizers.Adam(0.005), loss)
next_film.fit(past[:, :5].numpy(), following.numpy(), batch_size=512, epochs=1, verbose=0)
last_five = histories[:, :5].numpy()
keras_scores = next_film.predict(last_five, batch_size=943, verbose=0)
by_keras = judge(keras_scores)

# %% tags=["nbval-ignore-output"]
own = {"SciPy: half-life 2": recent, "item2vec: own score": by_gensim, "PyTorch: learned": trained, "Keras: last five": by_keras}
plots.ranking(reports | own, en="NDCG@10: three controls, four models", zh="NDCG@10：三个对照，四个模型")
ahead = by_keras.difference(base, "ndcg@10")
recbook.claim(
    ahead.low > 0,
    en="A model of layers that Keras has ready reaches NDCG@10 {keras:.3f}: {low:.3f} to {high:.3f} above "
    "popularity (95% interval of the paired difference).",
    zh="用 Keras 现成的层搭成的模型，NDCG@10 为 {keras:.3f}，比流行度高 {low:.3f} 到 {high:.3f}（配对差的 95% 区间）。",
    takeaway=False, keras=by_keras["ndcg@10"], low=ahead.low, high=ahead.high,
)
beside_ease, beside_recent = (by_keras.difference(reports[key], "ndcg@10") for key in ("EASE", "EASE, last films"))
recbook.claim(
    beside_ease.low < 0 < beside_ease.high and beside_recent.high < 0,
    en="It is not told apart from EASE ({low:+.3f} to {high:+.3f}), and is behind EASE that weighs the last films most "
    "({recent_low:+.3f} to {recent_high:+.3f}).",
    zh="它与 EASE 差异不显著（{low:+.3f} 到 {high:+.3f}，包含零），不如近期加权的 EASE（{recent_low:+.3f} 到 {recent_high:+.3f}）。",
    takeaway=False, low=beside_ease.low, high=beside_ease.high, recent_low=beside_recent.low, recent_high=beside_recent.high,
)

# %% [markdown] lang="en"
# The training was short, of one seed, and not tuned. A shorter history is filled up with a film that does not exist. Keras's model learned from identities and PyTorch's from titles, so the figure says nothing of the two *libraries*.
#
# Next comes the best argument for Keras. We save the model, and another program opens it, in which Keras computes with PyTorch. It knows neither TensorFlow nor our code, and prints what it computes with and whether TensorFlow is loaded:

# %% [markdown] lang="zh"
# 训练很短，只有一个种子，也没有调过参数。历史不足五部的，用一部不存在的电影补齐。Keras 的模型学的是电影编号，PyTorch 的模型学的是片名，所以图中的高低不说明两个**库**的高低。
#
# 接下来看 Keras 最有说服力的一点。我们保存模型，由另一个程序打开，那里的 Keras 用 PyTorch 计算，既没有 TensorFlow，也没有我们的代码；它会打印用什么计算、是否加载了 TensorFlow：

# %%
OPENED = """import sys, keras, numpy
model = keras.saving.load_model("next_film.keras")
scores = model.predict(numpy.load("last_five.npy"), batch_size=943, verbose=0)
numpy.save("scores.npy", scores)
print(keras.backend.backend(), "tensorflow" in sys.modules)
"""
with TemporaryDirectory() as scratch:
    next_film.save(Path(scratch) / "next_film.keras")
    np.save(Path(scratch) / "last_five.npy", last_five)
    elsewhere = {**os.environ, "KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", OPENED], cwd=scratch, env=elsewhere, capture_output=True, text=True, check=True
    )
    torch_says = np.load(Path(scratch) / "scores.npy")
print(done.stdout)
apart = np.abs(torch_says - keras_scores).max() / np.abs(keras_scores).max()
recbook.claim(
    apart < 1e-4 and done.stdout.split() == ["torch", "False"],
    en="Trained with TensorFlow, saved, and opened by another program with PyTorch: the Keras model gives the same "
    "scores, to {tolerance} of the largest.",
    zh="用 TensorFlow 训练并保存，再由另一个程序用 PyTorch 打开：Keras 模型的得分相同，相差不超过最大得分的 {tolerance}。",
    takeaway=False, tolerance=1e-4,
)

# %% [markdown] lang="en"
# It works because every layer is Keras's own. A class that you wrote must be there when the file is opened, or carry `get_config` (chapter 06). And PyTorch can hand on a model without its class as well, by `torch.export`: [both ways](#files) stand in the deeper part. So the line runs between built-in layers and your own, rather than between the two libraries.

# %% [markdown] lang="zh"
# 能这样，是因为每一层都是 Keras 自带的。打开文件的程序必须能导入自己写的类，或者类里带有 `get_config`（第 06 章）。PyTorch 也能把模型连同计算一起交出去，不需要原来的类，用的是 `torch.export`：[两种做法](#files)见选读。所以关键在于用的是自带的层还是自己写的类，与用哪个库无关。

# %% [markdown] lang="en"
# ## Which library of recommenders?
#
# So far the tools were general ones. Others hold finished recommenders. The text names one, RecBole; here are eight. (SASRec and BERT4Rec are transformers over histories, chapter 08; ALS, BPR and SLIM are classical models that learn from clicks.)
#
# | library | what it holds | how it evaluates |
# |---|---|---|
# | RecBole | about ninety models of papers, each started by its name | full or sampled ranking by settings; leaves the history in for sequential models |
# | Cornac | classical and neural models, some of which read texts, images or graphs | splits and rankings of its own, films of training left out |
# | keras-rs | layers, losses and metrics for rankers and retrieval in Keras 3 | metrics as layers; split and ranking are yours |
# | implicit | factorisation for clicks (ALS, BPR) and item-kNN, compiled | a few ranking metrics beside it |
# | TorchRec | tables of vectors larger than one graphics card | metrics of clicks; split and ranking are yours |
# | LensKit | kNN, SLIM, EASE, factorisation, in pipelines | the point of it: splits and metrics for experiments |
# | RecTools | SASRec, BERT4Rec, EASE, and wrappers of implicit and LightFM | splits by time, many metrics, some of them unusual |
# | RePlay | from data to metrics, small or on Spark; SASRec, BERT4Rec | splitters and metrics of its own |
#
# (In older code you meet TensorFlow Recommenders, in whose place keras-rs stands now, LibRecommender and LightFM.)
#
# All come by `pip install`; not all then run. And what would it do to the environment that you have? Ask before: a **dry run** resolves everything and installs nothing.
#
# ```
# pip install --dry-run lenskit
# ```
#
# We asked it of each library, in an environment with the versions of `requirements.lock`, under three Pythons. The answers are of the day they were stored (`recbook experiment libraries` asks anew):

# %% [markdown] lang="zh"
# ## 选哪个推荐库？
#
# 到目前为止都是通用的工具。另一些库里有现成的推荐模型。文章只提到 RecBole，这里列出八个。（SASRec 和 BERT4Rec 是读历史的 Transformer，见第 08 章；ALS、BPR、SLIM 是从点击中学习的经典模型。）
#
# | 库 | 提供什么 | 怎样评测 |
# |---|---|---|
# | RecBole | 来自论文的约九十种模型，报上名字就能启动 | 全量排序（full ranking）或采样排序（sampled ranking），由设置决定；序列模型不去掉历史 |
# | Cornac | 经典模型和神经网络模型，有些会读文字、图像或图 | 自带划分和排序，排序时去掉训练集里的电影 |
# | keras-rs | Keras 3 的排序和召回用的层、损失、指标 | 指标是层；划分和排序由你自己做 |
# | implicit | 面向点击的矩阵分解（ALS、BPR）和物品 kNN（核心代码已编译） | 另附少量排序指标 |
# | TorchRec | 一块显卡放不下的向量表 | 点击类指标；划分和排序由你自己做 |
# | LensKit | kNN、SLIM、EASE、矩阵分解，组成流水线 | 这正是它的长处：实验用的划分和指标 |
# | RecTools | SASRec、BERT4Rec、EASE，以及 implicit 和 LightFM 的封装 | 按时间划分，指标很多，有些不常见 |
# | RePlay | 从数据到指标，单机或 Spark；SASRec、BERT4Rec | 自带划分和指标 |
#
# （旧代码里还会遇到 TensorFlow Recommenders（如今由 keras-rs 接替）、LibRecommender 和 LightFM。）
#
# 每一个都能用 `pip install` 装上，但装上不等于能用。它又会怎样改动你现有的环境？先问一问：**试运行**（dry run）会解析出全部依赖，但什么也不安装。
#
# ```
# pip install --dry-run lenskit
# ```
#
# 我们在装有 `requirements.lock` 各版本的环境里，用三种 Python 问了每一个库。答案是存下来那一天的（`recbook experiment libraries` 会重新问一遍）：

# %%
asked = recbook.stored("libraries")["results"]
PYTHONS = tuple(asked["installing"])


def told(library):
    by_python = [asked["installing"][python][library] for python in PYTHONS]
    moves = [f"{name} {old} → {new}" for name, (old, new) in by_python[0]["changes"].items()]
    versions = ", ".join(dict.fromkeys(of["version"] for of in by_python))
    return library, versions, asked["released"][library], len(by_python[0]["adds"]), "; ".join(moves) or "–"


columns = ["library", "version", "newest of", "adds, packages", "changes, on Python 3.11"]
plots.table(pd.DataFrame([told(library) for library in asked["released"]], columns=columns))

# %%
first = asked["installing"]["3.11"]
gentle = [library for library, of in first.items() if not of["changes"]]
back = first["rectools"]["changes"]["numpy"]
recbook.claim(
    3 <= len(gentle) < len(first) and back[0].startswith("2.") and back[1].startswith("1."),
    en="On the oldest Python asked, {n} of {libraries} libraries leave every package of the course as it is; the others would "
    "move some to older releases, RecTools numpy from {here} to {there} (pip's dry run, stored).",
    zh="在问过的最旧的 Python 上，{libraries} 个推荐库中有 {n} 个不改动课程的任何包；其余的会把一些包换成旧版本，例如 RecTools 把 numpy 从 "
    "{here} 换到 {there}（pip 试运行，已存结果）。",
    takeaway=dict(
        en="Ask pip for a dry run, with the Python that you will use: a library may take others years back, and an older "
        "Python may get an older release without a word.",
        zh="安装之前先用将来要用的 Python 让 pip 试运行：装一个库，可能把别的包退回好几年前的版本；换一个 Python，"
        "可能悄悄装到旧版本。",
    ),
    libraries=len(first), n=len(gentle), here=back[0], there=back[1],
)

# %% [markdown] lang="en"
# To change nothing is not yet to work: RecBole passes this test, and [stops at the first calls](#environment) all the same.
#
# Where the version column names two, pip chose by Python, and said nothing. Look at LensKit: its newest release keeps our pandas, but only the newest Python gets it. Look at RecBole: under 3.12 and 3.13 you get *another*, older release, as a package that the newest one needs (`ray<=2.6.3`) has no build for them. Ask for the newest by name, and pip refuses:

# %% [markdown] lang="zh"
# 什么都不改动，不等于能用：RecBole 通过了这一关，却[一调用就出错](#environment)。
#
# 版本一栏里有两个版本的，是 pip 按 Python 版本分别选的，而且没有提示。看 LensKit：最新版不改动我们的 pandas，但只有最新的 Python 装得到它。看 RecBole：在 3.12 和 3.13 上，装到的是另一个更旧的版本，因为最新版需要的一个包（`ray<=2.6.3`）没有为这两个版本提供安装包。指明要最新版，pip 就会拒绝：

# %%
silent = [asked["installing"][python]["recbole"]["version"] for python in PYTHONS]
refused = [python for python, found in asked["exactly"].items() if not found]
recbook.claim(
    silent[0] == "1.2.1" and set(silent[1:]) == {"1.2.0"} and refused == ["3.12", "3.13"],
    en="On Python 3.12 and 3.13 `pip install recbole` silently takes an older release, and `recbole==1.2.1` finds "
    "nothing (stored).",
    zh="在 Python 3.12 和 3.13 上，`pip install recbole` 会悄悄装一个旧版本，`recbole==1.2.1` 则什么也找不到（已存结果）。",
    takeaway=False,
)

# %% [markdown] lang="en"
# So write versions down, and check them with a tool that knows what a version is, such as `packaging.version.Version`.
#
# **Exercise 2.** Two libraries want different versions of numpy, and a colleague looks for one that suits both by comparing the texts: `"1.9.0" >= "1.17.2"` is true, and lets in a version that is too old; `"10.0" >= "2.0"` is false, and shuts out a good one. Find the versions that satisfy all demands. ({points})

# %% [markdown] lang="zh"
# 所以要把版本写下来，并用懂得版本号的工具来检查，例如 `packaging.version.Version`。
#
# **练习 2** 两个库要求不同版本的 numpy，一位同事想找一个两边都合适的，直接比较了字符串：`"1.9.0" >= "1.17.2"` 为真，放进了太旧的版本；`"10.0" >= "2.0"` 为假，又挡住了可用的版本。请找出满足所有要求的版本。（{points}）

# %% exercise="toolbox-fits" points=2
def fitting(versions, demands):
    """en: Those of `versions`, a list of texts such as "1.26.4", that satisfy every one of `demands`, a
    en: list of texts that begin with ">=" or "<", such as "<2"; from the oldest to the newest. There are no
    en: pre-releases, and no version stands twice.
    zh: `versions`（"1.26.4" 这样的字符串的列表）中满足 `demands` 每一条要求的版本，从旧到新；
    zh: `demands` 是以 ">=" 或 "<" 开头的字符串的列表，例如 "<2"。没有预发布版，也没有重复的版本。"""
    ### BEGIN SOLUTION
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    asked = SpecifierSet(",".join(demands))
    return sorted((version for version in versions if version in asked), key=Version)
    ### END SOLUTION

# %% check="toolbox-fits"
recbook.check("toolbox-fits", fitting)

# %% [markdown] lang="en"
# ### One of them on the same task
#
# Cornac leaves everything as it is, so we put it to work, in an environment beside this one that sees the same packages; the result is stored. (On your own machine `pip install cornac` does.) First a question whose answer is known: is its EASE ours? Both read the films of training alone here; elsewhere in the course EASE reads the validation film too, so its number differs a little. Each row of the table keeps the changes of the rows above it. Most users get 0 from both models, which tests nothing, so we count among those for whom one of the two has the film in its top ten.

# %% [markdown] lang="zh"
# ### 用其中一个做同样的任务
#
# Cornac 不改动任何东西，我们就用它试试：另建一个共用这些包的环境来装它，结果已存档。（在你自己的机器上，`pip install cornac` 就行。）先问一个已知答案的问题：它的 EASE 就是我们的 EASE 吗？这里两边都只读训练集里的电影；在课程别处，EASE 还会读验证集的那一部，所以数略有不同。表中每一行都保留上面各行的改动。多数用户在两个模型里都得 0，这检验不了什么，所以只数至少有一个模型把留出的电影排进前十的用户。

# %%
cornac = asked["cornac"]
steps = {
    "EASE, defaults": "Cornac EASE, as it comes", "EASE, no stars": "… ones in place of stars",
    "EASE, our penalty": "… and penalty 250", "EASE, all weights": "… and negative weights kept",
}
here = np.array(cornac["EASE here"]["per_user"])
found_by, same = {}, {}
for key in steps:
    theirs = np.array(cornac[key]["per_user"])
    either = (here > 0) | (theirs > 0)
    found_by[key], same[key] = int(either.sum()), int(np.isclose(theirs, here, atol=1e-6)[either].sum())
rows = [(plots.name(label), cornac[key]["ndcg"], found_by[key], same[key]) for key, label in steps.items()]
rows.append((plots.name("our EASE, from train"), here.mean(), int((here > 0).sum()), "–"))
plots.table(pd.DataFrame(rows, columns=["model", "test NDCG@10", "users found by either", "of these, our NDCG@10"]))

# %%
users = found_by["EASE, defaults"]
recbook.claim(
    cornac["EASE, all weights"]["same"] == len(here) and same["EASE, defaults"] < 0.5 * users,
    en="Cornac's EASE as it comes gives {n} of the {users} users whom either finds the NDCG@10 of ours; asked for the "
    "same input, penalty and weights, it gives it to everybody (stored).",
    zh="直接用 Cornac 的 EASE，至少被一方命中的 {users} 位用户中，只有 {n} 位的 NDCG@10 与我们的相同；输入、正则化系数和权重都设成"
    "一样之后，所有用户都相同（已存结果）。",
    takeaway=dict(
        en="One name, two models: before you trust a library's numbers, let it compute one that you know.",
        zh="名字相同，模型未必相同：要相信一个库的数，先让它算一个已知的结果。",
    ),
    n=same["EASE, defaults"], users=users,
)

# %% [markdown] lang="en"
# Three silent choices stood between them. Cornac's EASE fits the *stars*, where ours fits ones; its penalty is another; and `posB=True` cuts every negative weight off, which the paper tries as a variant. None is wrong. But "EASE" in a table does not say which.
#
# Then the task of this chapter. Cornac's BPR (Bayesian personalised ranking) learns 64 numbers a film by comparing pairs (the rated film above one that is not). Its own scores, and its vectors with our two weightings:

# %% [markdown] lang="zh"
# 两者之间隔着三个不声不响的选择：Cornac 的 EASE 拟合的是**星级**，我们的拟合的是 1；正则化系数不同；`posB=True` 会去掉所有负的权重，论文里把这当作一个变体试过。哪一种都不算错，但表格里写着“EASE”，看不出是哪一种。
#
# 再做本章的任务。Cornac 的 BPR（贝叶斯个性化排序）通过比较成对的电影（评过的应排在没评过的前面），为每部电影学出 64 个数。下面是它自己的得分，以及它的向量配上我们的两种权重：

# %%
bpr = cornac["BPR"]
rows = [(plots.name(key), bpr[part]) for key, part in
        (("its own score", "ndcg"), ("plain mean", "plain mean"), ("half-life 2", "last films"))]
plots.table(pd.DataFrame(rows, columns=["Cornac BPR", "test NDCG@10"]))
recbook.claim(
    bpr["last films"] > 1.3 * bpr["plain mean"] and bpr["last films"] > bpr["ndcg"],
    en="The weighting moves these vectors too: Cornac's BPR has NDCG@10 {plain:.3f} with the plain mean and {recent:.3f} with the "
    "half-life (stored, one seed, without an interval).",
    zh="权重在这里也起作用：Cornac 的 BPR 向量，普通平均时 NDCG@10 为 {plain:.3f}，用半衰期时为 {recent:.3f}（已存结果，一个种子，"
    "没有区间）。",
    takeaway=False, recent=bpr["last films"], plain=bpr["plain mean"],
)

# %% [markdown] lang="en"
# ## Which of its numbers may stand beside yours?
#
# RecBole is what many papers compare with, so its printed numbers travel. Its formulas are right ([checked](#beside) on one table of scores without ties). What differs is what gets ranked. For its general models RecBole removes the films that the user has rated. For its sequential models it leaves them in (it calls this `repeatable`), so a film may be recommended again. How much does that matter? Take our own EASE and leave the history in:

# %% [markdown] lang="zh"
# ## 哪些数可以与自己的比较？
#
# 许多论文都拿 RecBole 来比较，它打印的数也就到处流传。公式是对的（[已核对](#beside)，用的是一张没有并列（tie）的得分表），不同的是哪些电影参与排序。对一般的模型，RecBole 会去掉用户评过的电影；对序列模型则留着（它把这叫 `repeatable`），看过的电影可以再次推荐。影响有多大？拿我们自己的 EASE，把历史留在里面：

# %%
from recbook.evaluation.metrics import top_k

all_scores = ease.score(np.arange(ratings.n_users), split.history())
with_history = evaluate_scores(all_scores, truth(split))
already = known[np.repeat(np.arange(ratings.n_users), 10), top_k(all_scores, 10).ravel()].mean()
recbook.claim(
    with_history["ndcg@10"] < 0.5 * reports["EASE"]["ndcg@10"] and already > 0.5,
    en="The same EASE scores give NDCG@10 {masked:.4f} with the history left out and {unmasked:.4f} with it left in, "
    "where {rated_share:.0%} of the places go to films already rated.",
    zh="同样的 EASE 得分，去掉历史时 NDCG@10 是 {masked:.4f}，留着历史时是 {unmasked:.4f}：{rated_share:.0%} 的位置给了已经评过"
    "的电影。",
    takeaway=False, masked=reports["EASE"]["ndcg@10"], unmasked=with_history["ndcg@10"], rated_share=already,
)

# %% [markdown] lang="en"
# Now RecBole itself, on our split, in an environment of its own (stored, one seed). Its SASRec and BERT4Rec were trained for two epochs, and read the validation film as well as the training films; its EASE reads training alone. One protocol judged all scores. The deeper part says [how it was run](#beside), what its [file format](#format) does to times, and why [its epochs are slow](#time).

# %% [markdown] lang="zh"
# 再看 RecBole 本身：它在单独的环境里、用我们的划分运行（已存结果，一个种子）。它的 SASRec 和 BERT4Rec 训练了两个轮次（epoch），除训练集外还读验证集的那一部；它的 EASE 只读训练集。所有得分都用同一种方式评测。[怎样运行](#beside)、[文件格式](#format)对时间有什么影响、一个轮次[为什么很慢](#time)，见选读。

# %%
from recbook.evaluation import Report

peers = recbook.stored("peers")["results"]
stored = peers["models"]
judged = {name: Report({"ndcg@10": np.array(of["per_user"])}) for name, of in stored.items()}
shown = ["RecBole EASE", "RecBole BERT4Rec", "RecBole SASRec"]
printed = {name: stored[name]["own_metrics"]["ndcg@10"] for name in shown}
rows = [(name, printed[name], stored[name]["ndcg"]) for name in shown]
plots.table(pd.DataFrame(rows, columns=["model", "NDCG@10 that RecBole prints", "NDCG@10, history left out"]))

# %%
general, masked, sequential = (stored[name]["ndcg"] - printed[name] for name in shown)
order = judged["RecBole SASRec"].difference(judged["RecBole EASE"], "ndcg@10")
recbook.claim(
    abs(general) < 6e-4 and min(masked, sequential) > 0.01 and printed["RecBole SASRec"] < printed["RecBole EASE"] - 0.01,
    en="RecBole prints NDCG@10 {sasrec_printed:.3f} for SASRec and {ease_printed:.3f} for EASE. With the history left "
    "out for both, SASRec has {sasrec_masked:.3f} (stored).",
    zh="RecBole 打印的 NDCG@10，SASRec 是 {sasrec_printed:.3f}，EASE 是 {ease_printed:.3f}。两者都去掉历史时，SASRec 是 "
    "{sasrec_masked:.3f}（已存结果）。",
    takeaway=dict(
        en="Two numbers of one name need one protocol: RecBole ranks films already rated for its sequential models "
        "only.",
        zh="名字相同的两个数，评测方式也要相同才能比：RecBole 只在评测序列模型时，才让看过的电影参与排序。",
    ),
    sasrec_printed=printed["RecBole SASRec"], ease_printed=printed["RecBole EASE"],
    sasrec_masked=stored["RecBole SASRec"]["ndcg"],
)
recbook.claim(
    order.low < 0 < order.high,
    en="Judged alike, RecBole's SASRec and its EASE are not told apart: {low:+.3f} to {high:+.3f} (95% interval of the paired "
    "difference).",
    zh="评测方式相同时，RecBole 的 SASRec 与 EASE 差异不显著（配对差的 95% 区间为 {low:+.3f} 到 {high:+.3f}，包含零）。",
    takeaway=False, low=order.low, high=order.high,
)

# %% [markdown] lang="en"
# ## When to reach for which
#
# | what is in front of you | tool | mind |
# |---|---|---|
# | a formula: regression, a decomposition, EASE | NumPy, SciPy | the order of what comes back |
# | a classical method, a baseline, a cross-check | scikit-learn | defaults that drop things without a word |
# | text or images, and few or no clicks | Transformers, with published weights | parts that are not in the file are random; the recipe for pooling is not in it either |
# | many sentence encoders to try, or one to train | sentence-transformers | the same vectors as Transformers with the right recipe |
# | histories, and small vectors will do | gensim | defaults made for words; repeatable on one thread only |
# | a model or a loss of your own | PyTorch | you write the loop; `torch.export` hands on a model without its class |
# | known layers, or a file to open with another library | Keras | own classes need `get_config` |
# | a catalogue so large that exact search is too slow | FAISS and its kind | measure exact search first: [chapter 12](12_deployment.ipynb#neighbours) |
# | baselines of recommenders beside what you have | Cornac, implicit | the defaults behind a name |
# | layers for ranking and retrieval in Keras | keras-rs | split and ranking are yours |
# | experiments with proper splits and metrics | LensKit | which release your Python gets |
# | SASRec and BERT4Rec ready made | RecTools, RePlay | they move pandas back: an environment of its own |
# | other papers' models on your data | RecBole, in an environment of its own | [times in float32](#format); [lower bounds](#environment); history left in for sequential models |
# | tables larger than one graphics card | TorchRec | more than most need |
#
# Of the libraries of recommenders only Cornac and RecBole were run for this chapter; licences, graphics cards and serving are left out. What the text's list needs most is the first row: before any of the four, the thing to beat is a formula that NumPy solves at once.
#
# **Exercise 3**, open, about 30 minutes. Add a row to the comparison. Take `sklearn.decomposition.NMF`, fitted on `split.train.matrix()`, whose film vectors `components_.T` go into `list_scores`, or a model of Cornac after `pip install cornac`, or of RecBole after `make recbole`. Write down first what you will vary and which number decides; choose on the validation films, with `split.history("valid")` in place of `split.history()` and `truth(split, "valid")` in place of `truth(split)`; then report the paired interval against EASE on the test films, the seconds, and how many settings you tried. Which of your choices would another reader have to know to get your number?

# %% [markdown] lang="zh"
# ## 什么时候用什么
#
# | 面前的问题 | 工具 | 注意 |
# |---|---|---|
# | 有公式可用：回归、分解、EASE | NumPy、SciPy | 返回结果的顺序 |
# | 经典方法、基线、交叉核对 | scikit-learn | 默认值会不声不响地丢东西 |
# | 有文字或图像，点击很少或没有 | Transformers，配公开的权重 | 文件里没有的部件是随机的；池化（pooling）的配方也不在里面 |
# | 要试很多句子编码器，或者训练一个 | sentence-transformers | 配方对了，Transformers 得到的是同样的向量 |
# | 有历史，小向量就够用 | gensim | 默认值是为词定的；只有单线程可重复 |
# | 自己的模型或损失 | PyTorch | 循环要自己写；`torch.export` 交出的模型不需要原来的类 |
# | 用现成的层，或文件要由别的库打开 | Keras | 自己的类要有 `get_config` |
# | 目录大到精确检索太慢 | FAISS 一类 | 先测精确检索：[第 12 章](12_deployment.ipynb#neighbours) |
# | 在现有环境里加几个推荐基线 | Cornac、implicit | 名字背后的默认值 |
# | 用 Keras 做排序和召回的层 | keras-rs | 划分和排序由你自己做 |
# | 划分和指标都规范的实验 | LensKit | 你的 Python 装到哪个版本 |
# | 现成的 SASRec、BERT4Rec | RecTools、RePlay | 它们会把 pandas 退回旧版：放在单独的环境里 |
# | 想看别人论文里的模型在自己数据上的表现 | RecBole，放在单独的环境里 | [float32 的时间](#format)；[只有下限](#environment)；序列模型不去掉历史 |
# | 一块显卡放不下的向量表 | TorchRec | 多数人用不到 |
#
# 推荐库里，本章只运行了 Cornac 和 RecBole；许可证、显卡和上线服务没有比较。参考文章的列表最该补的是第一行：用那四个工具之前，先看能不能胜过 NumPy 一步就能解出的公式。
#
# **练习 3**（开放题，约 30 分钟）给比较加一行。可以用 `sklearn.decomposition.NMF`，在 `split.train.matrix()` 上拟合，它的电影向量 `components_.T` 能交给 `list_scores`；也可以 `pip install cornac` 之后用 Cornac 的模型，或 `make recbole` 之后用 RecBole 的模型。先写下要改变什么、由哪个数来决定；在验证集上选择，用 `split.history("valid")` 代替 `split.history()`，用 `truth(split, "valid")` 代替 `truth(split)`；再在测试集上报告与 EASE 的配对区间、用了多少秒、试了多少种设置。别人要重现你的数，必须知道你的哪些选择？

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

# %% quiz="toolbox"
recbook.quiz("toolbox")

# %% [markdown] lang="en"
# ## Your progress

# %% [markdown] lang="zh"
# ## 你的进度

# %% tags=["nbval-ignore-output"]
recbook.progress("toolbox")

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### What a tool costs before it computes <a id="costs"></a>
#
# What an installation brings along, measured: useful for whoever ships programs.
#
# A library is installed together with all libraries that it needs. What an installed package needs is written in its **metadata**; following that from package to package gives everything that it brings along:

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 开始计算之前的代价 <a id="costs"></a>
#
# 测量安装一个库会带来多少东西，适合要把程序交付给别人的人。
#
# 安装一个库，要连同它依赖的所有库一起装。已安装的包需要什么，写在它的**元数据**（metadata）里；一个包一个包地追下去，就得到它带来的全部：

# %%
def brings(name, found=None):
    """en: All packages that `name` needs, itself included, with the size of their files in MB.
    zh: `name` 需要的所有包（包括它自己），以及它们的文件大小（MB）。"""
    found = {} if found is None else found
    try:
        package = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return found
    key = package.metadata["Name"].lower().replace("_", "-")
    if key not in found:
        found[key] = sum(file.size or 0 for file in package.files or []) / 1e6
        for line in package.requires or []:
            needs = Requirement(line)
            if needs.marker is None or needs.marker.evaluate({"extra": ""}):
                brings(needs.name, found)
    return found

# %% tags=["nbval-ignore-output"]
tools = {tool: tool.lower() for tool in ("SciPy", "scikit-learn", "gensim", "Transformers")} | {"PyTorch": "torch"}
tools["Keras"] = "tensorflow-cpu" if brings("tensorflow-cpu") else "tensorflow"
rows = []
for tool, package in tools.items():
    sizes = list(brings(package).values())
    rows.append((tool, len(sizes), f"{sizes[0]:,.0f}", f"{sum(sizes):,.0f}"))
columns = ["tool", "packages in all", "MB, itself", "MB, all"]
plots.table(pd.DataFrame(rows, columns=columns))

# %% [markdown] lang="en"
# (Transformers needs PyTorch in addition, which it lists as optional, so the row does not count it; the row of Keras counts TensorFlow, which it computes with here. On Linux pip's usual source brings PyTorch's CUDA libraries, several GB, whether there is a graphics card or not; the README says how the course leaves them out.) A program that answers one request and ends pays for loading it all each time; for a service that runs for weeks that is nothing.
#
# ### The recipe beside the weights <a id="recipe"></a>
#
# How a sentence becomes a vector, without `TextEncoder`, and when sentence-transformers is the better tool.
#
# Tokens in, one vector a token out, then the mean over the tokens that are not padding, then length 1 (chapter 05). That recipe is *not* in the weights. It lies in a small file beside them, `1_Pooling/config.json`, that Transformers does not look at:

# %% [markdown] lang="zh"
# （Transformers 把 PyTorch 列为可选依赖，实际使用时要另装，表中没有计入；Keras 一行把 TensorFlow 算在内，这里它用 TensorFlow 来计算。在 Linux 上，不管有没有显卡，pip 默认的源都会给 PyTorch 带上几个 GB 的 CUDA 库；课程怎样省掉它们，见 README。）回答一次请求就结束的程序，每次都要付加载的代价；对连续运行几周的服务，这就无所谓了。
#
# ### 权重旁边的配方 <a id="recipe"></a>
#
# 不用 `TextEncoder`，句子怎样变成向量；什么时候更该用 sentence-transformers。
#
# 输入词元（token），每个词元得到一个向量，对不是填充的词元取平均，再变成单位长度（第 05 章）。这个配方**不**在权重里，而在旁边的一个小文件 `1_Pooling/config.json` 里，Transformers 不使用这个文件：

# %%
recipe = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
{key: value for key, value in recipe.items() if value is True}

# %%
from transformers import AutoModel

encoder = AutoModel.from_pretrained(folder, local_files_only=True).eval()


def minilm(texts):
    inputs = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        tokens = encoder(**inputs).last_hidden_state  # (batch, length, d)
    real = inputs["attention_mask"].unsqueeze(2)  # (batch, length, 1)
    mean = (tokens * real).sum(dim=1) / real.sum(dim=1)
    return torch.nn.functional.normalize(mean, dim=1).numpy()


apart = np.abs(minilm(titles[:200]) - text_vectors[:200]).max()
recbook.claim(
    apart < 1e-5,
    en="A dozen lines of Transformers give the vectors of recbook's `TextEncoder` for the first {n} titles: no number "
    "differs by more than {tolerance}.",
    zh="十几行 Transformers 代码，对前 {n} 个片名得到的向量与 recbook 的 `TextEncoder` 相同：没有一个数相差超过 {tolerance}。",
    takeaway=False, n=200, tolerance=1e-5,
)

# %% [markdown] lang="en"
# A library of **sentence encoders**, sentence-transformers, does read the recipe. Reach for it when you want to try many encoders, whose recipes differ, or to train one (chapter 05). The course's benchmark (`benchmarks/`) ran it on the same weights and titles in an environment of its own (stored):

# %% [markdown] lang="zh"
# 有一个专门的**句子编码器**库 sentence-transformers，它会用上这个配方。想试很多编码器（它们的配方各不相同），或者要训练一个（第 05 章），就用它。课程的基准测试（`benchmarks/`）在一个单独的环境里，用同样的权重和片名运行过它（已存结果）：

# %%
theirs = peers["encoding"]["sentence-transformers"]
recbook.claim(
    theirs["largest difference"] < 1e-5,
    en="sentence-transformers and recbook's `TextEncoder` make the same vectors of the same weights: over {n:,} "
    "titles no number differs by more than {tolerance}, in {ratio:.2f} times our time (stored).",
    zh="同样的权重，sentence-transformers 与 recbook 的 `TextEncoder` 得到同样的向量：{n:,} 个片名上没有一个数相差超"
    "过 {tolerance}，用时是我们的 {ratio:.2f} 倍（已存结果）。",
    takeaway=False, n=n_films, tolerance=1e-5, ratio=theirs["ratio"],
)

# %% [markdown] lang="en"
# ### gensim: a seed that does not help <a id="threads"></a>
#
# Why two runs with one seed can be two models.
#
# gensim's loop is compiled; the benchmark has it beside chapter 03's NumPy, from the same first vectors, on the same news:

# %% [markdown] lang="zh"
# ### gensim：固定了种子也没用 <a id="threads"></a>
#
# 为什么种子相同，两次运行却可能是两个模型。
#
# gensim 的训练循环是编译好的。基准测试把它与第 03 章的 NumPy 实现放在一起：同样的初始词向量（word vector），同样的新闻：

# %%
pace = {tool: peers["word2vec"][tool] for tool in ("NumPy", "gensim")}
rows = [(tool, f"{of['words_per_second']:,.0f}", of["loss"]) for tool, of in pace.items()]
plots.table(pd.DataFrame(rows, columns=["tool", "words a second, stored", "loss"]))

# %% [markdown] lang="en"
# `workers=3`, its default, trains on three threads, which write into the same tables in whatever order they come. Here is the bare call, two rounds over the histories, each twice:

# %% [markdown] lang="zh"
# 默认的 `workers=3` 用三个线程训练，三个线程同时改写同样的表，先后不定。下面是不加包装的调用，在历史上训练两轮，各跑两次：

# %%
from gensim.models import Word2Vec

met = split.train.item_counts()
rare = int(((met > 0) & (met < 5)).sum())


def train_vectors(workers):
    settings = {"vector_size": 100, "window": 8, "sg": 0, "negative": 10, "ns_exponent": 0.25, "sample": 0}
    words = Word2Vec(**settings, min_count=1, sorted_vocab=0, seed=0, workers=workers)
    words.build_vocab_from_freq({int(film): int(met[film]) for film in np.flatnonzero(met)})
    sentences = [list(map(int, films)) for films in sequences]
    words.train(sentences, total_examples=len(sentences), total_words=split.train.n, epochs=2)
    vectors = np.zeros((n_films, 100), np.float32)
    vectors[words.wv.index_to_key] = words.wv.vectors
    return vectors

# %%
one_thread = [train_vectors(1) for _ in range(2)]
ours = Item2Vec(epochs=2).fit(split.train).vectors_
recbook.claim(
    np.array_equal(*one_thread) and np.array_equal(one_thread[0], ours) and rare > 100,
    en="On one thread gensim repeats itself to the last bit, and equals `Item2Vec`. With its default `min_count` "
    "it would have dropped {n} of the films in the training log.",
    zh="单线程时，gensim 每次结果完全相同，也与 `Item2Vec` 相同。如果用默认的 `min_count`，训练日志里会有 {n} 部电影"
    "被丢掉。",
    takeaway=False, n=rare,
)

# %% tags=["nbval-ignore-output"]
def ten_nearest(vectors):
    rows = unit(vectors)
    return np.argsort(-(rows @ rows.T - 2 * np.eye(len(rows))), axis=1, kind="stable")[:, :10]


rows = []
for threads, pair in ((1, one_thread), (3, [train_vectors(3) for _ in range(2)])):
    lists = [ten_nearest(vectors)[met > 0] for vectors in pair]
    shared = np.mean([len(set(a) & set(b)) for a, b in zip(*lists)])
    rows.append((threads, np.abs(pair[0] - pair[1]).max(), f"{shared:.1f}"))
plots.table(pd.DataFrame(rows, columns=["threads", "largest difference", "of ten neighbours, shared"]))

# %% [markdown] lang="en"
# On three threads no seed helps, and a share of the neighbours changes. (The table is of one pair of runs; yours will differ.) So either train on one thread, or report the spread over runs.
#
# ### A file without the class <a id="files"></a>
#
# For whoever hands models on: both libraries can do it.
#
# What chapter 07 saved of PyTorch's models were numbers; whoever loads them needs the class, here `LastTitles`. `torch.export` writes down the computation too. The program that opens the file knows nothing of our class:

# %% [markdown] lang="zh"
# 用三个线程时，固定种子也没用，近邻会有一部分不同。（表里是一对运行的结果，你的会不一样。）所以要么单线程训练，要么报告多次运行之间的差异。
#
# ### 不需要类的文件 <a id="files"></a>
#
# 适合要把模型交给别人的人：两个库都做得到。
#
# 第 07 章存下的 PyTorch 模型只是数，加载的人还需要模型的类，这里是 `LastTitles`。`torch.export` 会把计算过程也写下来。打开文件的程序对我们的类一无所知：

# %%
EXPORTED = """import numpy, torch
loaded = torch.export.load("titles.pt2").module()
numpy.save("scores.npy", loaded(torch.from_numpy(numpy.load("rows.npy"))).detach().numpy())
"""
with TemporaryDirectory() as scratch:
    torch.export.save(torch.export.export(learned, (histories,)), Path(scratch) / "titles.pt2")
    np.save(Path(scratch) / "rows.npy", histories.numpy())
    subprocess.run([sys.executable, "-c", EXPORTED], cwd=scratch, check=True)
    apart = np.abs(np.load(Path(scratch) / "scores.npy") - torch_scores).max() / np.abs(torch_scores).max()
recbook.claim(
    apart < 1e-5,
    en="Opened by a program without its class, PyTorch's exported model gives the same scores, to {tolerance} of the "
    "largest.",
    zh="在没有模型类的程序里打开，PyTorch 导出的模型得分相同，相差不超过最大得分的 {tolerance}。",
    takeaway=False, tolerance=1e-5,
)

# %% [markdown] lang="en"
# The same model in Keras: its layers, and `ops` between them, with PyTorch's numbers. Note the transposed table: a `Dense` layer keeps $(\text{in}, \text{out})$, `nn.Linear` the other way round.

# %% [markdown] lang="zh"
# 同一个模型用 Keras 来搭：自带的层，中间用 `ops` 连接，参数取自 PyTorch 的模型。注意转置：`Dense` 层存的是 $(\text{in}, \text{out})$，`nn.Linear` 正好相反。

# %%
from keras import ops

ids = keras.Input((REACH,), dtype="int32", name="films")
age = ops.cumsum(ops.cast(ops.ones_like(ids), "float32"), axis=1) - 1.0
weights = ops.power(0.5, age / half_life) * ops.cast(ops.less(ids, n_films), "float32")
weights = weights / ops.sum(weights, axis=1, keepdims=True)
read = layers.Embedding(n_films + 1, 64, name="read")(ids)  # (batch, 20, w)
user = ops.sum(ops.expand_dims(weights, 2) * read, axis=1)
rebuilt = keras.Model(ids, layers.Dense(n_films, name="score")(user))
with torch.inference_mode():
    read_table, scored_table = (part.numpy() for part in learned.tables())
rebuilt.get_layer("read").set_weights([read_table])
rebuilt.get_layer("score").set_weights([scored_table.T, learned.bias.detach().numpy()])

# %%
rebuilt_scores = rebuilt.predict(histories.numpy(), batch_size=943, verbose=0)
lists = [top_k(scores, 10, exclude=known) for scores in (torch_scores, rebuilt_scores)]
same_lists = (lists[0] == lists[1]).all(axis=1).mean()
recbook.claim(
    np.abs(rebuilt_scores - torch_scores).max() < 1e-4 * np.abs(torch_scores).max() and same_lists > 0.99,
    en="Rebuilt from Keras's layers with PyTorch's numbers, the model differs from PyTorch's scores by less than "
    "{tolerance} of the largest.",
    zh="用 Keras 的层和 PyTorch 的数重新搭的模型，与 PyTorch 的得分相差不超过最大得分的 {tolerance}。",
    takeaway=False, tolerance=1e-4,
)

# %% [markdown] lang="en"
# ### RecBole's format: times that become equal <a id="format"></a>
#
# What happens to a time on its way into RecBole, and an exercise.
#
# RecBole reads **atomic files**: tables separated by tabs, whose first line names each column and its type. Three lines of user 7:

# %% [markdown] lang="zh"
# ### RecBole 的格式：不同的时间变成相等 <a id="format"></a>
#
# 时间交给 RecBole 之后会怎样，附一道练习。
#
# RecBole 读的是**原子文件**（atomic file）：用制表符分隔的表，第一行写明每一列的名字和类型。用户 7 的三条记录：

# %%
by_hand = """user_id:token\titem_id:token\ttimestamp:float
7\t10\t881250949
7\t30\t881250949
7\t20\t881250950"""
print(by_hand)
np.array([881250949, 881250950], np.float32).astype(np.int64)

# %% [markdown] lang="en"
# `token` is a name, never computed with; `float` is a number, kept as float32. And there is the trap. A float32 has 24 bits for its digits, of which the first is always 1. Between $2^{29} = 536{,}870{,}912$ and $2^{30}$ that leaves one value in every $2^{29} / 2^{23} = 64$, so most times within a minute become equal, as the last line shows. Leave-one-out then asks for the last of several equal times. In our log:

# %% [markdown] lang="zh"
# `token` 是名字，不参与计算；`float` 是数，存成 float32。陷阱就在这里。float32 只有 24 个比特放数字，首位总是 1；在 $2^{29} = 536{,}870{,}912$ 与 $2^{30}$ 之间，每 $2^{29} / 2^{23} = 64$ 个整数里只有一个能表示，所以相差不到一分钟的时间多半会变成相等的，最后一行就是例子。这时留一法要从几个相等的时间里找出最后一个。在我们的日志里：

# %%
order = np.lexsort((ratings.timestamp, ratings.user))
last = np.cumsum(ratings.user_counts()) - 1
times = ratings.timestamp[order]
tied = [int((kept[last] == kept[last - 1]).sum()) for kept in (times, times.astype(np.float32))]
recbook.claim(
    tied[0] < tied[1],
    en="Of {n} users, {tied} have rated their last two films in the same second; in float32, {tied_float32} seem to "
    "have.",
    zh="{n} 位用户中，{tied} 位的最后两部电影是在同一秒评的；换成 float32，看起来就成了 {tied_float32} 位。",
    takeaway=False, n=ratings.n_users, tied=tied[0], tied_float32=tied[1],
)

# %% [markdown] lang="en"
# The way out is to write no times at all, but places: 0 for a user's first film, 1 for the second, and so on. Whole numbers of this size are exact in float32, ties are settled before RecBole sees them, and its leave-one-out is ours.
#
# **Exercise 4.** A colleague did just that, and RecBole still tested on the wrong film for some users: before counting the places she had sorted by `np.float32(time)`. Write the lines rightly. ({points})

# %% [markdown] lang="zh"
# 办法是根本不写时间，只写序号：一位用户的第一部是 0，第二部是 1，依此类推。这样大小的整数在 float32 里是精确的；并列在交给 RecBole 之前就已经解决，它的留一法就是我们的留一法。
#
# **练习 4** 一位同事正是这样做的，可是对一些用户，RecBole 测试的仍然是另一部电影：她在编序号之前，是按 `np.float32(time)` 排序的。请写出正确的行。（{points}）

# %% exercise="toolbox-atomic" points=2
def atomic_lines(rows):
    """en: The lines of an atomic file, without its first: a list of texts "user<tab>item<tab>place".
    en: rows is a list of (user, item, time), whole numbers, in the order of the file. Users come in
    en: ascending order, each user's films by time, equal times in the order of the file; places are
    en: counted from 0.
    zh: 原子文件的各行（不含首行）：字符串 "用户<tab>物品<tab>序号" 的列表。rows 是 (user, item, time)
    zh: 整数三元组的列表，按文件的顺序。用户从小到大；每位用户的电影按时间排，时间相同的保持文件里的顺序；
    zh: 序号从 0 开始。"""
    ### BEGIN SOLUTION
    lines, place, before = [], 0, None
    for user, item, _ in sorted(rows, key=lambda row: (row[0], row[2])):
        place = place + 1 if user == before else 0
        lines.append(f"{user}\t{item}\t{place}")
        before = user
    return lines
    ### END SOLUTION

# %% check="toolbox-atomic"
recbook.check("toolbox-atomic", atomic_lines)

# %% [markdown] lang="en"
# `recbook.peer.write_split` writes a whole split like this, the training part of a user first, then the validation film, then the test film. Read the file back as RecBole would, with leave-one-out by the third column:

# %% [markdown] lang="zh"
# `recbook.peer.write_split` 就这样写出整个划分：每位用户先是训练部分，再是验证集的那部，最后是测试集的那部。像 RecBole 那样把文件读回来，按第三列做留一法：

# %%
from recbook import peer

with TemporaryDirectory() as made:
    file = peer.write_split(split, Path(made))
    written = pd.read_csv(file, sep="\t")
written.columns = ["user", "item", "place"]
written = written.sort_values(["user", "place"])
last_item, one_before = (written.groupby("user")["item"].nth(-back).to_numpy() for back in (1, 2))
by_user = {part: log.item[np.argsort(log.user)] for part, log in (("test", split.test), ("valid", split.valid))}
recbook.claim(
    np.array_equal(last_item, by_user["test"]) and np.array_equal(one_before, by_user["valid"])
    and len(written) == ratings.n,
    en="In the written file the last film of each of {n} users is our test film, and the one before our validation "
    "film.",
    zh="在写出的文件里，{n} 位用户每一位的最后一部都是我们测试集的那部，倒数第二部都是验证集的那部。",
    takeaway=False, n=ratings.n_users,
)

# %% [markdown] lang="en"
# ### RecBole's environment <a id="environment"></a>
#
# A lower bound promises nothing: five calls that break, one of them silently.
#
# RecBole 1.2.1 says what it needs. Of the four large packages below it names lower bounds only, so pip finds nothing to object to (under Python 3.11; elsewhere `ray<=2.6.3` stands in the way, as the core showed). A lower bound says that at the time of writing everything from there on worked. It promises nothing about versions that came later. The course lists what really works in `requirements-recbole.lock`:

# %% [markdown] lang="zh"
# ### RecBole 的环境 <a id="environment"></a>
#
# 只有下限，等于没有保证：五个会出问题的调用，其中一个不报错。
#
# RecBole 1.2.1 声明了自己的依赖。对下面这四个大的包，它只写了下限，所以 pip 不会反对（指 Python 3.11；在别的版本上，正如核心部分所见，`ray<=2.6.3` 会挡住它）。下限只说明，写下它的时候，从那个版本往后都能用。对后来才出现的版本，它没有任何保证。真正能用的版本，课程写在 `requirements-recbole.lock` 里：

# %%
from recbook.paths import course_root

declared = ["torch>=1.10.0", "numpy>=1.17.2", "scipy>=1.6.0", "pandas>=1.3.0"]
lines = (course_root() / "requirements-recbole.lock").read_text(encoding="utf-8").splitlines()
works = dict(line.split()[0].split("==") for line in lines if "==" in line and line[0] != "#")
rows, allowed = [], []
for text in [*declared, "setuptools"]:
    needs = Requirement(text)
    here = metadata.version(needs.name).partition("+")[0]
    allowed.append(needs.specifier.contains(here))
    rows.append((needs.name, str(needs.specifier) or "–", here, works[needs.name]))
plots.table(pd.DataFrame(rows, columns=["package", "RecBole asks for", "here", "in RecBole's environment"]))

# %% [markdown] lang="en"
# Everything that is installed here would do, by what is declared. Now run, in this environment, the five calls on which RecBole 1.2.1 or its own requirements stand, each in its shortest form. The line of numpy runs at every start; that of scipy builds the graph of models such as LightGCN; `ray`, which RecBole needs, imports `pkg_resources`, a part of older setuptools, without naming it:

# %% [markdown] lang="zh"
# 按声明的来看，这里装的都符合要求。现在，在这个环境里运行 RecBole 1.2.1 或者它的依赖要用到的五个调用，各取最短的形式。numpy 的那一行每次启动都会运行；scipy 的那一行用来建 LightGCN 这类模型的图；它依赖的 `ray` 会导入 `pkg_resources`，那是旧版 setuptools 的一部分，却没有写明：

# %%
import io
import warnings

from scipy import sparse


class Config:
    """en: RecBole keeps its settings in a class, and saves them with the weights.
    zh: RecBole 把设置放在一个类里，与权重一起保存。"""


def save_and_load():
    file = io.BytesIO()
    torch.save({"config": Config()}, file)
    file.seek(0)
    return torch.load(file)


def fill_gaps():
    users = pd.DataFrame({"age": [24.0, None]})
    users["age"].fillna(value=0, inplace=True)
    return users["age"].isna().sum()

# %%
calls = {
    "numpy": lambda: np.float_,
    "scipy": lambda: sparse.dok_matrix((2, 2))._update({(0, 1): 1}),
    "setuptools": lambda: import_module("pkg_resources"),
    "torch": save_and_load,
    "pandas": fill_gaps,
}
stops = {}
for package, call in calls.items():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception as error:
            stops[package] = type(error).__name__
rows = [(package, stops.get(package, plots.name("no error"))) for package in calls]
plots.table(pd.DataFrame(rows, columns=["package", "error"]))

# %%
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    gaps = int(fill_gaps())
recbook.claim(
    all(allowed) and set(calls) - set(stops) == {"pandas"} and gaps == 1,
    en="Of numpy, scipy, pandas and torch, RecBole 1.2.1 declares lower bounds only, and the course's environment "
    "satisfies them all; yet of {n} calls that it relies on, {stopped} stop there with an error, and pandas's "
    "`fillna` goes on and leaves the gap as it was.",
    zh="对 numpy、scipy、pandas 和 torch，RecBole 1.2.1 只声明了下限，课程的环境全都满足；然而在它依赖的 {n} 个调用"
    "中，{stopped} 个在这里报错停下，而 pandas 的 `fillna` 继续运行，缺失值却原样留着。",
    takeaway=False, n=len(calls), stopped=len(stops),
)

# %% [markdown] lang="en"
# The last one is the worst: with pandas 2 the line filled the gap, with pandas 3 it fills a copy. A gap in the ages of users would have gone into training as "not a number", with a warning that is easily lost. (`torch.load` is another matter. It refuses on purpose, since such a file can hold any program, see chapter 07. In RecBole's environment we allow it, for files that RecBole has just written itself.) Users report the same of numpy and torch: [RUCAIBox/RecBole#2215](https://github.com/RUCAIBox/RecBole/issues/2215).
#
# So RecBole gets an environment of its own, `make recbole` (it needs Python 3.11), and never shares a process with the course: the split goes out as a file, a program runs there, and the scores come back as a file. That is the general way to use a library that does not fit.
#
# ### RecBole beside the course <a id="beside"></a>
#
# How the stored numbers were made, and a check of the whole way.
#
# The benchmark fitted some of RecBole's models in that environment, on our split, next to ours (stored, one seed). RecBole scores EASE and ItemKNN from the films of the training set alone, so in this comparison ours do too; elsewhere in the course they also read the validation film. RecBole ran with its defaults but for what this table names (and for `eval_batch_size`, which changes no score, only the time). `train_neg_sample_args: None` means a loss over all films, without negatives.
#
# Who was tuned how much? RecBole's SASRec and BERT4Rec had a few trial runs and were stopped after two epochs: for SASRec the second was the best, for BERT4Rec time ran out, so more might help. Ours run for 20 epochs, with settings that chapter 08 chose on validation among some dozen: BERT4Rec in windows of 10 films, where RecBole's reads 50.

# %% [markdown] lang="zh"
# 最后一个最糟：在 pandas 2 里，这一行会填上缺失值；在 pandas 3 里，填的只是一个副本。用户年龄里的缺失值会以 NaN（不是数）的形式进入训练，只有一条很容易被淹没的警告。（`torch.load` 是另一回事。它是有意拒绝的，因为这种文件里可以放任何程序，见第 07 章。在 RecBole 的环境里，我们对它自己刚写下的文件放行。）RecBole 的使用者也报告了 numpy 和 torch 的问题：[RUCAIBox/RecBole#2215](https://github.com/RUCAIBox/RecBole/issues/2215)。
#
# 所以 RecBole 有一个自己的环境（`make recbole`，需要 Python 3.11），从不与课程共用一个进程：划分写成文件送出去，程序在那边运行，得分再以文件送回来。凡是依赖冲突的库，都可以这样用。
#
# ### RecBole 与课程并排 <a id="beside"></a>
#
# 已存的数是怎样得到的，以及对整个流程的一次检验。
#
# 基准测试在那个环境里、在我们的划分上拟合了 RecBole 的一些模型，与我们的并排放（已存结果，一个种子）。RecBole 的 EASE 和 ItemKNN 打分时只看训练集里的电影，所以在这里的比较中，我们的也只看训练集；在课程别处，它们还会读验证集的那一部。RecBole 用的是默认设置，下表列出的除外（还有 `eval_batch_size`，它不影响得分，只影响时间）。`train_neg_sample_args: None` 表示对所有电影计算损失，不采负样本。
#
# 双方各调了多少？RecBole 的 SASRec 和 BERT4Rec 只试跑过几次，训练两个轮次就停了：SASRec 的第二个轮次最好，BERT4Rec 则是时间不够，再训练也许还会提高。我们的训练 20 个轮次，设置是第 08 章在验证集上从十几种里选出来的：BERT4Rec 的窗口是 10 部电影，RecBole 的读 50 部。

# %%
rows = [
    (name, ", ".join(f"{key}: {value}" for key, value in of["settings"].items() if key != "eval_batch_size"))
    for name, of in stored.items() if set(of["settings"]) - {"eval_batch_size"}
]
plots.table(pd.DataFrame(rows, columns=["model", "changed from RecBole's defaults"]))

# %%
tested = recbook.stored("sequences")["results"]["test"]
by_seeds = {name: Report({"ndcg@10": np.array(of["per_user"])}) for name, of in tested.items()}
pairs = {"popularity": "Pop", "item-kNN": "ItemKNN", "EASE": "EASE"}
found = {ours: (judged[ours], judged[f"RecBole {theirs}"]) for ours, theirs in pairs.items()}
for name in ("BERT4Rec", "SASRec"):
    found[f"{name}: epochs"] = (by_seeds[name], judged[f"RecBole {name}"])
figures.beside(found)

# %%
unit_cost = stored["EASE"]["threads"]["1"]
called = {"SASRec": "SASRec, both"}
rows = [
    (of["library"], plots.name(called.get(name, name.removeprefix("RecBole "))), of["ndcg"],
     of["epochs"] or "–", f"{of['threads']['1']['seconds'] / unit_cost['seconds']:.1f}")
    for name, of in stored.items()
]
columns = ["library", "model", "test NDCG@10", "epochs", "time, EASE here = 1"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
ours, theirs = judged["EASE"], judged["RecBole EASE"]
equal = np.isclose(ours.per_user["ndcg@10"], theirs.per_user["ndcg@10"], atol=1e-4)
ahead, apart = (by_seeds[name].difference(judged[f"RecBole {name}"], "ndcg@10") for name in ("SASRec", "BERT4Rec"))
recbook.claim(
    equal.mean() > 0.99 and abs(ours["ndcg@10"] - theirs["ndcg@10"]) < 5e-4,
    en="RecBole's EASE is ours: on one split and one protocol {n} of {users} users get the same NDCG@10 (stored).",
    zh="RecBole 的 EASE 就是我们的 EASE：同样的划分、同样的评测方式，{users} 位用户中有 {n} 位的 NDCG@10 相同（已存结果）。",
    takeaway=False, n=int(equal.sum()), users=len(equal),
)
recbook.claim(
    ahead.low > 0,
    en="Our SASRec of identities alone (chapter 08, mean of three seeds) is ahead of RecBole's, trained as the table "
    "says, by {low:.3f} to {high:.3f} NDCG@10 (95% interval; stored).",
    zh="我们只用 ID 嵌入的 SASRec（第 08 章，三个种子的平均）比按表中设置训练的 RecBole 的 SASRec 高 {low:.3f} 到 {high:.3f}"
    "（NDCG@10，95% 区间；已存结果）。",
    takeaway=False, low=ahead.low, high=ahead.high,
)
recbook.claim(
    apart.low < 0 < apart.high,
    en="Our BERT4Rec (mean of three seeds as well) and RecBole's are not told apart: {low:+.3f} to {high:+.3f}.",
    zh="我们的 BERT4Rec（也是三个种子的平均）与 RecBole 的差异不显著（配对差 {low:+.3f} 到 {high:+.3f}）。",
    takeaway=False, low=apart.low, high=apart.high,
)

# %% [markdown] lang="en"
# (In the table our SASRec reads titles as well; the figure and the claim take identities alone.) The first is a check of the whole way from the file to the metric; the interval of EASE in the figure is exactly zero wide. Two other rows need a word. RecBole's [`Pop`](https://github.com/RUCAIBox/RecBole/blob/v1.2.1/recbole/model/general_recommender/pop.py) is another model than its name says: it counts in how many training batches a film occurs, sampled negatives included, and not how often it was rated. And the two *programs* of SASRec differ, in our favour; that does not say why. The loss, the training examples, the epochs and dropout all differ, and chapter 08 takes some of these one at a time. A slip would pass for such a difference too: chapter 08 has one, a place that no row of a training reaches. (Time is that of the whole process, with its start; for the small models of RecBole the start is most of it.)
#
# Are the formulas the same? Given one table of scores without ties, three libraries agree (ranx is a library for evaluating rankings).

# %% [markdown] lang="zh"
# （表中我们的 SASRec 还读片名；图和论断只用 ID 嵌入。）第一项检验了从文件到指标的整个流程，图中 EASE 的区间宽度正好是 0。还有两行要说明。RecBole 的 [`Pop`](https://github.com/RUCAIBox/RecBole/blob/v1.2.1/recbole/model/general_recommender/pop.py) 与名字不符：它数的是一部电影出现在多少个训练批次里（连同采样的负样本），不是有多少条评分。另外，SASRec 的两个**程序**不一样，我们的好；这并不能说明原因：损失、训练样本的构造、轮次、失活率都不同，第 08 章会一个一个地看其中一些。一处疏忽也会被当成这样的差别：第 08 章就有一处，训练中没有一行到达的位置。（时间是整个进程的，包括启动；RecBole 的小模型，时间主要花在启动上。）
#
# 公式一样吗？给定同一张没有并列的得分表，三个库的结果一致（ranx 是专门评测排序的库）。

# %%
measured = {name: of for name, of in peers["metrics"].items() if name != "recbook"}
largest = max(of["largest difference"] for of in measured.values())
rows = [(plots.name(name), f"{of['ratio']:.1f}") for name, of in measured.items()]
plots.table(pd.DataFrame(rows, columns=["evaluator", "its time, recbook = 1"]))
recbook.claim(
    largest < 1e-6,
    en="On the same scores RecBole's evaluator, ranx and recbook give every user the same NDCG, hit rate and "
    "reciprocal rank at 10, to {tolerance} (stored).",
    zh="在同样的得分上，RecBole 的评测器、ranx 与 recbook 给每位用户的 NDCG、命中率（hit rate）和倒数排名（都取前 10）"
    "相同，误差不超过 {tolerance}（已存结果）。",
    takeaway=False, tolerance=1e-6,
)

# %% [markdown] lang="en"
# ### RecBole's time, and a live run <a id="time"></a>
#
# Why an epoch is so slow there.
#
# RecBole makes a row of every prefix of a history (chapter 08): the films A, B, C, D give the rows A, AB and ABC, each with one target. A row has 50 places, and the transformer computes all of them, to use one. Our SASRec has a target at every place. RecBole's BERT4Rec makes a row of every prefix as well.

# %% [markdown] lang="zh"
# ### RecBole 的用时，以及现场运行 <a id="time"></a>
#
# 为什么那里一个轮次那么慢。
#
# RecBole 把历史的每个前缀做成一行（第 08 章）：电影 A、B、C、D 变成 A、AB、ABC 三行，每行一个目标。一行有 50 个位置，Transformer 全都要算，只用其中一个。我们的 SASRec 每个位置都有目标。RecBole 的 BERT4Rec 也是一个前缀一行。

# %%
from recbook.models.sequences import windows

n_targets, n_windows = len(following), len(windows(sequences, 50, context=1).items)
recbook.claim(
    n_targets > 30 * n_windows,
    en="In one epoch RecBole's SASRec computes {recbole_rows:,} rows of 50 places for {n:,} targets, ours "
    "{our_rows:,} rows for the same targets.",
    zh="一个轮次里，RecBole 的 SASRec 为 {n:,} 个目标计算 {recbole_rows:,} 行，每行 50 个位置；我们的为同样的目标计算 "
    "{our_rows:,} 行。",
    takeaway=False, recbole_rows=n_targets, our_rows=n_windows, n=n_targets,
)

# %% [markdown] lang="en"
# Everything above from RecBole was stored. If you have run `make recbole` (some minutes, once; Python 3.11), set `LIVE = True`, and RecBole's EASE is fitted now, in its own process. Any of its models can take its place: `peer.run("LightGCN", split, {"epochs": 20})` (LightGCN is a model of graphs).

# %% [markdown] lang="zh"
# 上面 RecBole 的结果都已存档。如果你运行过 `make recbole`（只需一次，几分钟；需要 Python 3.11），改成 `LIVE = True`，RecBole 的 EASE 就会在它自己的进程里现场拟合。也可以换成它的任何一个模型：`peer.run("LightGCN", split, {"epochs": 20})`（LightGCN 是图模型）。

# %%
LIVE = False

if LIVE:
    live = peer.run("EASE", split)
    rated = split.train.item_counts() > 0
    gap = np.abs(live.scores - ease.score(np.arange(ratings.n_users)))[:, rated].max()
    from_train = evaluate(ease, split, reads="train").per_user["ndcg@10"]
    recbook.claim(
        gap < 1e-4 and np.allclose(judge(live.scores).per_user["ndcg@10"], from_train),
        en="Live: RecBole's EASE gives the scores of ours to {tolerance}, and every user the same NDCG@10.",
        zh="现场运行：RecBole 的 EASE 与我们的得分相差不超过 {tolerance}，每位用户的 NDCG@10 都相同。",
        takeaway=False, tolerance=1e-4,
    )

# %% [markdown] lang="en"
# ### Further reading
#
# - C. R. Harris et al. (2020). *Array programming with NumPy.* Nature 585. [doi:10.1038/s41586-020-2649-2](https://doi.org/10.1038/s41586-020-2649-2).
# - P. Virtanen et al. (2020). *SciPy 1.0: Fundamental algorithms for scientific computing in Python.* Nature Methods 17. [doi:10.1038/s41592-019-0686-2](https://doi.org/10.1038/s41592-019-0686-2).
# - F. Pedregosa et al. (2011). *Scikit-learn: Machine learning in Python.* JMLR 12. [jmlr.org/papers/v12/pedregosa11a](https://jmlr.org/papers/v12/pedregosa11a.html).
# - T. Wolf et al. (2020). *Transformers: State-of-the-art natural language processing.* EMNLP, system demonstrations. [doi:10.18653/v1/2020.emnlp-demos.6](https://doi.org/10.18653/v1/2020.emnlp-demos.6).
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP. [arXiv:1908.10084](https://arxiv.org/abs/1908.10084). sentence-transformers.
# - R. Řehůřek and P. Sojka (2010). *Software framework for topic modelling with large corpora.* LREC workshop on new challenges for NLP frameworks. gensim.
# - M. Abadi et al. (2016). *TensorFlow: A system for large-scale machine learning.* OSDI. [arXiv:1605.08695](https://arxiv.org/abs/1605.08695).
# - A. Paszke et al. (2019). *PyTorch: An imperative style, high-performance deep learning library.* NeurIPS. [arXiv:1912.01703](https://arxiv.org/abs/1912.01703).
# - W. X. Zhao et al. (2021). *RecBole: Towards a unified, comprehensive and efficient framework for recommendation algorithms.* CIKM. [arXiv:2011.01731](https://arxiv.org/abs/2011.01731).
# - W. Krichene and S. Rendle (2020). *On sampled metrics for item recommendation.* KDD. [doi:10.1145/3394486.3403226](https://doi.org/10.1145/3394486.3403226). What else can make two numbers of one name incomparable.
# - A. Salah, Q.-T. Truong and H. W. Lauw (2020). *Cornac: A comparative framework for multimodal recommender systems.* JMLR 21. [jmlr.org/papers/v21/19-805](https://jmlr.org/papers/v21/19-805.html).

# %% [markdown] lang="zh"
# ### 延伸阅读
#
# - C. R. Harris et al. (2020). *Array programming with NumPy.* Nature 585. [doi:10.1038/s41586-020-2649-2](https://doi.org/10.1038/s41586-020-2649-2)。
# - P. Virtanen et al. (2020). *SciPy 1.0: Fundamental algorithms for scientific computing in Python.* Nature Methods 17. [doi:10.1038/s41592-019-0686-2](https://doi.org/10.1038/s41592-019-0686-2)。
# - F. Pedregosa et al. (2011). *Scikit-learn: Machine learning in Python.* JMLR 12. [jmlr.org/papers/v12/pedregosa11a](https://jmlr.org/papers/v12/pedregosa11a.html)。
# - T. Wolf et al. (2020). *Transformers: State-of-the-art natural language processing.* EMNLP, system demonstrations. [doi:10.18653/v1/2020.emnlp-demos.6](https://doi.org/10.18653/v1/2020.emnlp-demos.6)。
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP. [arXiv:1908.10084](https://arxiv.org/abs/1908.10084)。sentence-transformers 的出处。
# - R. Řehůřek and P. Sojka (2010). *Software framework for topic modelling with large corpora.* LREC workshop on new challenges for NLP frameworks。gensim 的出处。
# - M. Abadi et al. (2016). *TensorFlow: A system for large-scale machine learning.* OSDI. [arXiv:1605.08695](https://arxiv.org/abs/1605.08695)。
# - A. Paszke et al. (2019). *PyTorch: An imperative style, high-performance deep learning library.* NeurIPS. [arXiv:1912.01703](https://arxiv.org/abs/1912.01703)。
# - W. X. Zhao et al. (2021). *RecBole: Towards a unified, comprehensive and efficient framework for recommendation algorithms.* CIKM. [arXiv:2011.01731](https://arxiv.org/abs/2011.01731)。
# - W. Krichene and S. Rendle (2020). *On sampled metrics for item recommendation.* KDD. [doi:10.1145/3394486.3403226](https://doi.org/10.1145/3394486.3403226)。还有什么会让两个同名的数无法比较。
# - A. Salah, Q.-T. Truong and H. W. Lauw (2020). *Cornac: A comparative framework for multimodal recommender systems.* JMLR 21. [jmlr.org/papers/v21/19-805](https://jmlr.org/papers/v21/19-805.html)。
