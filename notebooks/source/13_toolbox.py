# %% [markdown] lang="en"
# # 13 · Toolbox: which library for what
#
# **You will be able to** say of each library what it is best at, what it costs and where it surprises; use each on one small task, so that they can be compared; set up a research library whose requirements do not fit your own, and tell which of its numbers may stand beside yours.
#
# **You need** chapters 03 (item2vec) and 07 (a training loop in PyTorch). Chapter 08 helps with SASRec.
#
# **It takes** about an hour to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 13 · 工具箱：什么事用什么库
#
# **学完之后**，你能说出每个库最擅长什么、代价是什么、哪里容易出乎意料；能让它们做同一个小任务，从而互相比较；能为一个依赖与自己的环境冲突的研究用库单独建立环境，并分清它给出的哪些数可以与自己的放在一起。
#
# **需要的基础**：第 03 章（item2vec）和第 07 章（PyTorch 的训练循环）。读过第 08 章，看 SASRec 时会更轻松。
#
# **所需时间**：阅读大约一小时；在双核机器上，运行{minutes}。

# %%
import time
from contextlib import contextmanager
from importlib import import_module, metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from packaging.requirements import Requirement
from tqdm.auto import tqdm

import recbook
from recbook import plots
from recbook.chapters.toolbox import figures

recbook.setup("en")

# %% [markdown] lang="en"
# ## One task for all
#
# The reference text ends with a list of four tools, one sentence each: TensorFlow, PyTorch, Transformers and RecBole. A sentence on who made a tool does not say when to reach for it. So we give the tools one task and watch: turn films into vectors, find the nearest films, and make a list for a user.
#
# By hand first. Three films have vectors of length 1: $x_A = (1, 0)$, $x_B = (0.6, 0.8)$, $x_C = (0, 1)$. The dot product of two vectors of length 1 is their cosine. It is $0.6$ for A and B, $0.8$ for B and C, $0$ for A and C, so the nearest film of A is B. A user has watched A, then C. The last film shall weigh twice as much as the one before, and the weights shall add up to 1: $1/3$ for A, $2/3$ for C. The score of B is the weighted mean of its cosines with the films of the history:
#
# $$s_B = \tfrac13 \cdot 0.6 + \tfrac23 \cdot 0.8 = \tfrac{2.2}{3} = 0.73$$
#
# For all users and films at once, let $X$ be the film vectors, of shape $(n, d)$, each row of length 1, and $W$ the weights of the histories, of shape $(m, n)$ for $m$ users, each row adding up to 1. Then all scores, of shape $(m, n)$, are
#
# $$S = W X X^{\top}$$
#
# The weights are those of chapter 03, where the mean of the last films was found to be better than the mean of all: half as much for every two films back (a **half-life** of 2 films). (In the example by hand the half-life is 1, for short numbers.) For SciPy, scikit-learn and Transformers only $X$ differs; gensim and PyTorch bring a score of their own, which is said where they come.

# %% [markdown] lang="zh"
# ## 所有工具做同一个任务
#
# 参考文章的结尾列出四个工具，各用一句话：TensorFlow、PyTorch、Transformers 和 RecBole。只说一个工具是谁开发的，并不能告诉我们什么时候该用它。所以我们给这些工具同一个任务，看它们怎样完成：把电影变成向量，找出最近的电影，给用户列出推荐。
#
# 先手算。三部电影的向量长度都是 1：$x_A = (1, 0)$，$x_B = (0.6, 0.8)$，$x_C = (0, 1)$。两个单位向量的点积（dot product）就是它们的余弦：A 与 B 是 $0.6$，B 与 C 是 $0.8$，A 与 C 是 $0$，所以离 A 最近的是 B。一位用户先看了 A，再看了 C。最后一部的权重是前一部的两倍，权重之和为 1：A 是 $1/3$，C 是 $2/3$。B 的得分是它与历史中各部电影的余弦的加权平均：
#
# $$s_B = \tfrac13 \cdot 0.6 + \tfrac23 \cdot 0.8 = \tfrac{2.2}{3} = 0.73$$
#
# 一次算出所有用户、所有电影：记 $X$ 为电影向量，形状 $(n, d)$，每行长度为 1；$W$ 为历史的权重，$m$ 位用户，形状 $(m, n)$，每行之和为 1。全部得分的形状是 $(m, n)$：
#
# $$S = W X X^{\top}$$
#
# 权重沿用第 03 章的：那里发现，对最近几部取平均比对全部取平均好。每往回两部，权重减半（**半衰期**为 2 部）。（手算的例子为了简单，半衰期取 1。）SciPy、scikit-learn 和 Transformers 只有 $X$ 不同；gensim 和 PyTorch 用自己的打分方式，用到时会说明。

# %%
films = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
weights = np.array([[1 / 3, 0.0, 2 / 3]])
print(films @ films.T)
print(weights @ films @ films.T)

# %% [markdown] lang="en"
# (A and C, which the user has watched, are not ranked.)
#
# **Exercise 1.** Find the neighbours. ({points})

# %% [markdown] lang="zh"
# （用户看过的 A 和 C 不参与排序。）
#
# **练习 1** 找出近邻。（{points}）

# %% exercise="toolbox-neighbours" points=1
def nearest(vectors, k):
    """en: For each row of vectors (n, d), of any length but 0, the numbers of the k other rows with the
    en: highest cosine, highest first: integers (n, k), NumPy or torch. No two cosines are equal.
    zh: 对 vectors (n, d) 的每一行（长度任意，但不为 0），返回余弦最大的 k 个其他行的编号，从大到小：
    zh: 整数 (n, k)，NumPy 或 torch。没有两个余弦相等。"""
    ### BEGIN SOLUTION
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1)[:, :k]
    ### END SOLUTION

# %% check="toolbox-neighbours"
recbook.check("toolbox-neighbours", nearest)

# %% [markdown] lang="en"
# ## What a tool costs before it computes
#
# A library is paid for twice before it does anything: once when it is installed, together with all libraries that it needs, and at every start of a program. Both can be looked up. What an installed package needs is written in its **metadata**; following that from package to package gives everything that it brings along:

# %% [markdown] lang="zh"
# ## 开始计算之前的代价
#
# 一个库在做任何事之前，要付两次代价：安装时连同它依赖的所有库一起装，以及程序每次启动时。两样都查得到。已安装的包需要什么，写在它的**元数据**（metadata）里；一个包一个包地追下去，就得到它带来的全部：

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

# %% [markdown] lang="en"
# For the start we measure seconds of CPU. The tools are loaded one after the other, so each row of the table says what the tool adds to those above it (Transformers computes with PyTorch, which is loaded before it). This takes ten to twenty seconds. If you run the cell a second time, everything is loaded already and costs nothing; so `clocked` keeps what the first run measured.

# %% [markdown] lang="zh"
# 启动用 CPU 秒来量。工具是一个接一个加载的，所以表中每一行是在它上面各行的基础上增加的时间（Transformers 用 PyTorch 计算，PyTorch 在它之前加载）。这一步要十到二十秒。第二次运行这个单元格时，一切都已加载，不再花时间；所以 `clocked` 保留第一次测得的时间。

# %%
costs = {}


@contextmanager
def clocked(tool, part):
    start = time.process_time()
    yield
    costs.setdefault(tool, {}).setdefault(part, time.process_time() - start)

# %% tags=["nbval-ignore-output"]
LOADED = {"SciPy": "scipy.sparse.linalg", "scikit-learn": "sklearn.neighbors", "gensim": "gensim.models"}
LOADED |= {"PyTorch": "torch", "Transformers": "transformers.models.bert.modeling_bert", "Keras": "keras"}
for tool, module in tqdm(LOADED.items(), leave=False):
    with clocked(tool, "start"):
        import_module(module)

# %% tags=["nbval-ignore-output"]
named = {"PyTorch": "torch", "Keras": "tensorflow-cpu" if brings("tensorflow-cpu") else "tensorflow"}
rows = []
for tool, cost in costs.items():
    sizes = brings(named.get(tool, tool.lower()))
    own, *_ = sizes.values()
    rows.append((tool, len(sizes), f"{own:,.0f}", f"{sum(sizes.values()):,.0f}", f"{cost['start']:.1f}"))
columns = ["tool", "packages in all", "MB, itself", "MB, all", "seconds to start"]
plots.table(pd.DataFrame(rows, columns=columns))

# %% [markdown] lang="en"
# (The sizes do not add up from row to row: each is what that tool needs. Transformers needs PyTorch in addition, as an extra, and the row of Keras counts TensorFlow, which it computes with here. The table is of this machine: on a machine with a graphics card PyTorch brings several GB more.)
#
# This is the first reason to choose: a program that answers one request and ends spends seconds on the start alone with PyTorch, Transformers or TensorFlow, whatever it computes. For a service that runs for weeks that is nothing.
#
# Now the data, as in every chapter: leave-one-out, each user's last film for testing, the one before for choosing. Every list is judged by **NDCG@10**: 1 if the hidden film is first, less further down, 0 after place 10, averaged over users, with all films ranked and those that the user has rated left out. Controls are popularity, EASE (chapter 01), and EASE that weighs the last films most (half-life 8, chosen on the validation films in chapter 02).

# %% [markdown] lang="zh"
# （大小不逐行累加，每行是那个工具自己需要的。Transformers 另外还需要 PyTorch，那是可选的附加依赖；Keras 一行把 TensorFlow 算在内，这里它用 TensorFlow 来计算。表里是这台机器的情况：在有显卡的机器上，PyTorch 还要多带几个 GB。）
#
# 这是选择的第一个理由：回答一次请求就结束的程序，用 PyTorch、Transformers 或 TensorFlow，不管计算什么，光启动就要几秒。对连续运行几周的服务，这就无所谓了。
#
# 再看数据，与每一章相同：留一法（leave-one-out），每位用户的最后一部电影用于测试，倒数第二部用于选择。列表都用 **NDCG@10** 评判：留出的电影排第一得 1，越靠后越小，第 10 名之后得 0，再对用户取平均；所有电影都参与排序，用户评过的除外。对照有三个：流行度、EASE（第 01 章），以及看重最近的 EASE（半衰期 8，第 02 章在验证集（validation set）上选定）。

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
n_films = ratings.n_items


def judge(scores, on="test"):
    return evaluate_scores(scores, truth(split, on), exclude=split.history(on).matrix())


def list_scores(vectors, half_life=2.0):
    rows = unit(np.asarray(vectors, np.float32))
    return (recency(split.history(), half_life) @ rows) @ rows.T

# %%
ease = EASE().fit(split.train)
reports = {"popularity": evaluate(Popularity(), split), "EASE": evaluate(ease, split)}
reports["EASE, last films"] = evaluate(EASE.recent(), split)

# %% [markdown] lang="en"
# ## NumPy, SciPy, scikit-learn: what has a formula
#
# **Reach for them when the answer has a closed form.** EASE is one inverse of a matrix. Film vectors have one as well: the **singular value decomposition** of the table $R$ of who rated what, of shape $(m, n)$, finds the $d$ directions that describe it best, $R \approx U \Sigma V^{\top}$, with $U$ of shape $(m, d)$, $\Sigma$ diagonal, $(d, d)$, and $V$ of shape $(n, d)$. The rows of $V \Sigma$ are film vectors: films that the same people rated lie close together. SciPy computes it on the sparse table, without ever writing out the zeros.

# %% [markdown] lang="zh"
# ## NumPy、SciPy、scikit-learn：有公式可用的时候
#
# **答案有闭式解时，就用它们。** EASE 是求一次逆矩阵。电影向量也有闭式解：记 $R$ 为谁评过什么的表，形状 $(m, n)$；**奇异值分解**（singular value decomposition）找出最能描述它的 $d$ 个方向，$R \approx U \Sigma V^{\top}$，其中 $U$ 的形状是 $(m, d)$，$\Sigma$ 是 $(d, d)$ 的对角矩阵，$V$ 的形状是 $(n, d)$。$V \Sigma$ 的各行就是电影向量：被同一批人评过的电影彼此靠近。SciPy 直接在稀疏表上计算，不用把零写出来。

# %%
from scipy.sparse.linalg import svds

table = split.train.matrix().astype(np.float64)
with clocked("SciPy", "run"):
    _, sizes, directions = svds(table, k=64, v0=np.ones(min(table.shape)))
    by_ratings = directions.T * sizes
co_rating = judge(list_scores(by_ratings))
by_ratings.shape, sizes[:3].round(1), sizes[-3:].round(1)

# %% [markdown] lang="en"
# The surprise is in the order: here `svds` returned the *smallest* of its 64 singular values first, and its documentation promises no order at all; `numpy.linalg.svd` returns the largest first. Who takes "the first ten" gets the ten least of the 64. So sort.
#
# scikit-learn holds the classical methods behind one interface, `fit` and `transform`. Word counts for titles are one line: each word of the vocabulary is a column, and a word weighs more the fewer titles it stands in (**tf-idf**).

# %% [markdown] lang="zh"
# 出乎意料的是顺序：这里 `svds` 返回的 64 个奇异值*最小*的在前，它的文档并不保证任何顺序；而 `numpy.linalg.svd` 是最大的在前。谁要是取“前十个”，取到的就是 64 个中最小的十个。所以要自己排序。
#
# scikit-learn 把经典方法放在同一套接口后面：`fit` 和 `transform`。给片名数词只要一行：词表（vocabulary）里每个词一列，一个词出现在越少的片名里，权重越大（**tf-idf**）。

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

with clocked("scikit-learn", "run"):
    counts = TfidfVectorizer().fit_transform(titles)
words = judge(list_scores(counts.toarray()))
empty = np.flatnonzero(np.diff(counts.indptr) == 0)
recbook.claim(
    0 < len(empty) < 20,
    en="By its default scikit-learn reads words of two letters and more only: {n} of {films:,} titles, such as “"
    "{first_title}” and “{second_title}”, get a vector of zeros, and no error says so.",
    zh="scikit-learn 默认只取两个字母以上的词：{films:,} 个片名中有 {n} 个，例如“{first_title}”和“{second_title}”，得"
    "到的是零向量，而且不会报错。",
    takeaway=False, n=len(empty), films=n_films, first_title=titles[empty[0]], second_title=titles[empty[2]],
)

# %% [markdown] lang="en"
# ## Transformers: the code for published weights
#
# **Reach for it when somebody has already paid for the training.** The text says that the library "provides all kinds of pretrained models". It provides their *code*: how to compute a BERT, a ViT, a GPT. The numbers in them, the **weights**, are separate files with authors and licences of their own. See for yourself: how many kinds of models and how many files of weights are installed here?

# %% [markdown] lang="zh"
# ## Transformers：让公开的权重跑起来的代码
#
# **别人已经为训练付过账时，就用它。** 文章说这个库“提供了各种预训练模型（pretrained model）”。它提供的其实是*代码*：怎样计算 BERT、ViT、GPT。模型里的数，也就是**权重**，是另外的文件，各有作者和许可证。看一看就知道：这里装了多少种模型的代码，又有多少个权重文件？

# %%
import transformers

transformers.utils.logging.disable_progress_bar()
root = Path(transformers.__file__).parent
kinds = len(list(root.glob("models/*/modeling_*.py")))
endings = {".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".ckpt"}
files = [file for file in root.rglob("*") if file.suffix in endings]
recbook.claim(
    kinds > 100 and not files,
    en="The Transformers library holds the code of {n} kinds of models and {weight_files} files of weights.",
    zh="Transformers 库里有 {n} 种模型的代码，权重文件有 {weight_files} 个。",
    takeaway=False, n=kinds, weight_files=len(files),
)

# %% [markdown] lang="en"
# One working use: the published weights of MiniLM, a sentence encoder, on our titles. Tokens in, one vector a token out, then the mean over the tokens that are not padding, then length 1. That recipe is *not* in the weights. It lies in a small file beside them, `1_Pooling/config.json`, that Transformers does not look at:

# %% [markdown] lang="zh"
# 实际用一次：句子编码器 MiniLM 的公开权重，用在我们的片名上。输入词元（token），每个词元得到一个向量，对不是填充的词元取平均，再变成单位长度。这个配方*不*在权重里，而在旁边的一个小文件 `1_Pooling/config.json` 里，Transformers 不使用这个文件：

# %%
import json

from recbook.data.fetch import ensure

folder = ensure("all-MiniLM-L6-v2")
recipe = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
{key: value for key, value in recipe.items() if value is True}

# %% tags=["nbval-ignore-output"]
import torch
from transformers import AutoModel, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
model = AutoModel.from_pretrained(folder, local_files_only=True).eval()


def minilm(texts):
    inputs = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        tokens = model(**inputs).last_hidden_state  # (batch, length, d)
    real = inputs["attention_mask"].unsqueeze(2)  # (batch, length, 1)
    mean = (tokens * real).sum(dim=1) / real.sum(dim=1)
    return torch.nn.functional.normalize(mean, dim=1).numpy()


with clocked("Transformers", "run"):
    by_length = np.argsort([len(title) for title in titles], kind="stable")
    parts = [minilm([titles[i] for i in rows]) for rows in np.array_split(by_length, 27)]
    by_title = np.concatenate(parts)[np.argsort(by_length)]

# %%
from recbook.models.towers import centred
from recbook.text import TextEncoder

text_vectors = TextEncoder("all-MiniLM-L6-v2").encode(titles)
apart = np.abs(by_title - text_vectors).max()
pretrained = judge(list_scores(centred(by_title)))
recbook.claim(
    apart < 1e-5,
    en="A dozen lines of Transformers give the vectors of recbook's `TextEncoder` for all {n:,} titles: no number "
    "differs by more than {tolerance}.",
    zh="十几行 Transformers 代码，对全部 {n:,} 个片名得到的向量与 recbook 的 `TextEncoder` 相同：没有一个数相差超过 "
    "{tolerance}。",
    takeaway=False, n=n_films, tolerance=1e-5,
)

# %% [markdown] lang="en"
# A library of **sentence encoders**, sentence-transformers, does read the recipe, and for encoding it does what we have done: tokens, mean, length 1, texts sorted by length. Reach for it when you want to try many encoders, whose recipes differ, or to train one (chapter 05). It is not installed here. The course's benchmark (comparisons measured beforehand, in `benchmarks/`) ran it on the same weights and titles in an environment of its own (stored):

# %% [markdown] lang="zh"
# 有一个专门的**句子编码器**库 sentence-transformers，它会用上这个配方；编码时它做的与我们一样：词元、平均、单位长度、按长度排序。想试很多编码器（它们的配方各不相同），或者要训练一个编码器（第 05 章），就用它。这里没有安装。课程的基准测试（`benchmarks/` 里事先跑好的比较）在一个单独的环境里，用同样的权重和片名运行过它（存好的结果）：

# %%
peers = recbook.stored("peers")["results"]
theirs = peers["encoding"]["sentence-transformers"]
rows = [("sentence-transformers", f"{theirs['ratio']:.2f}")]
plots.table(pd.DataFrame(rows, columns=["tool", "its time, recbook = 1"]))
recbook.claim(
    theirs["largest difference"] < 1e-5,
    en="sentence-transformers and recbook's `TextEncoder` make the same vectors of the same weights: over {n:,} "
    "titles no number differs by more than {tolerance} (stored).",
    zh="同样的权重，sentence-transformers 与 recbook 的 `TextEncoder` 得到同样的向量：{n:,} 个片名上没有一个数相差超"
    "过 {tolerance}（存好的）。",
    takeaway=False, n=n_films, tolerance=1e-5,
)

# %% [markdown] lang="en"
# Where Transformers surprises: it will load an encoder into a model that has *more* parts than the file. MiniLM's file holds no layer that predicts words. Ask for one all the same, twice:

# %% [markdown] lang="zh"
# Transformers 出乎意料的地方：一个文件里*缺少*模型的某些部件时，它照样会加载。MiniLM 的文件里没有预测词的那一层。我们偏要加载一个有这层的模型，而且加载两次：

# %%
from transformers import AutoModelForMaskedLM

question = tokenizer("The [MASK] strikes back", return_tensors="pt")
answers, missing = [], set()
for _ in range(2):
    with_head, report = AutoModelForMaskedLM.from_pretrained(
        folder, local_files_only=True, output_loading_info=True
    )
    missing |= set(report["missing_keys"])
    with torch.inference_mode():
        answers.append(with_head.eval()(**question).logits)
moved = (answers[0] - answers[1]).abs().max().item()
recbook.claim(
    len(missing) > 0 and moved > 0.01,
    en="Transformers loads a model with a part that the file lacks, and draws that part at random: loaded twice from "
    "the same file, it gives two different answers. The loading report names {n} missing entries; nothing stops.",
    zh="模型有文件里没有的部件时，Transformers 照样加载，把那个部件随机初始化：从同一个文件加载两次，得到两种不同的答案。"
    "加载报告会列出 {n} 个缺失项，程序并不停下。",
    n=len(missing),
)

# %% [markdown] lang="en"
# (The report is also written as a warning, which this course's `setup` turns off together with all others, as many programs do. Ask for it where it matters.)
#
# ## gensim: word vectors from histories
#
# **Reach for it when the data are sequences and small vectors are enough**: sentences of words, or histories of films (item2vec, chapter 03). Its training loop is compiled and reads a stream, so the corpus need not fit into memory. The benchmark has it beside chapter 03's NumPy, from the same first vectors, on the same news:

# %% [markdown] lang="zh"
# （这份报告也会以警告的形式打印出来，但课程的 `setup` 把它与别的提示一起关掉了，许多程序也是这样。在要紧的地方，请把它要出来。）
#
# ## gensim：从历史得到词向量
#
# **数据是序列、向量不必很大时，就用它**：由词组成的句子，或者由电影组成的历史（item2vec，第 03 章）。它的训练循环是编译好的，边读边训，语料不必装进内存。基准测试把它与第 03 章的 NumPy 实现放在一起：同样的初始词向量（word vector），同样的新闻：

# %%
pace = {tool: peers["word2vec"][tool] for tool in ("NumPy", "gensim")}
rows = [(tool, f"{of['words_per_second']:,.0f}", of["loss"]) for tool, of in pace.items()]
plots.table(pd.DataFrame(rows, columns=["tool", "words a second, stored", "loss"]))

# %% [markdown] lang="en"
# `recbook.models.Item2Vec` is gensim with the settings that chapter 03 chose for films. It scores with the model's own prediction (both of its tables), not with cosines:

# %% [markdown] lang="zh"
# `recbook.models.Item2Vec` 就是 gensim，加上第 03 章为电影选定的设置。它打分用模型自己的预测（两张表都用），而不用余弦：

# %% tags=["nbval-ignore-output"]
with clocked("gensim", "run"):
    item2vec = Item2Vec().fit(split.train)
by_gensim = evaluate(item2vec, split)
plots.table(by_gensim.frame().loc[["ndcg@10"]])

# %% [markdown] lang="en"
# The surprise is in the defaults: they are made for words, and for speed. `min_count=5` drops every word that occurs less than five times, so rare films vanish without a message. `workers=3` trains on three threads, which write into the same tables in whatever order they come. Does a seed make that repeatable? Here is the bare call, five rounds over the histories, each twice:

# %% [markdown] lang="zh"
# 出乎意料的是默认值：它们是为词、为速度定的。`min_count=5` 丢掉出现不到五次的词，冷门电影就这样无声无息地消失。`workers=3` 用三个线程训练，谁先到谁就写同一张表。固定种子能让它可重复吗？下面是不加包装的调用，在历史上训练五轮，各跑两次：

# %%
from gensim.models import Word2Vec

sequences = sentences_in_time(split.train)
met = split.train.item_counts()
rare = int(((met > 0) & (met < 5)).sum())


def train_vectors(workers):
    settings = {"vector_size": 100, "window": 8, "sg": 0, "negative": 10, "ns_exponent": 0.25, "sample": 0}
    words = Word2Vec(**settings, min_count=1, sorted_vocab=0, seed=0, workers=workers)
    words.build_vocab_from_freq({int(film): int(met[film]) for film in np.flatnonzero(met)})
    sentences = [list(map(int, films)) for films in sequences]
    words.train(sentences, total_examples=len(sentences), total_words=split.train.n, epochs=5)
    vectors = np.zeros((n_films, 100), np.float32)
    vectors[words.wv.index_to_key] = words.wv.vectors
    return vectors

# %%
one_thread = [train_vectors(1) for _ in range(2)]
ours = Item2Vec(epochs=5).fit(split.train).vectors_
recbook.claim(
    np.array_equal(*one_thread) and np.array_equal(one_thread[0], ours) and rare > 100,
    en="On one thread gensim repeats itself to the last bit, and equals `Item2Vec`. With its default `min_count` "
    "it would have dropped {n} of the films in the training log.",
    zh="单线程时，gensim 每次结果完全相同，一个比特都不差，也与 `Item2Vec` 相同。如果用默认的 `min_count`，训练日志里会有 {n} 部电影"
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
# On three threads no seed helps: two runs are two models, and a share of the neighbours changes. (The table is of one pair of runs, and yours will be another.) So either train on one thread, or report the spread over runs.
#
# ## PyTorch: a model that nobody has written yet
#
# **Reach for it when the model is your own idea.** Whatever can be computed from tensors and has a derivative can be learned by gradient descent. Here is an idea that none of the libraries above has: a user's taste is a weighted mean of *titles*, and the half-life of the weights shall be *learned*, not chosen. With $k = 0$ for the last film of the history, $k = 1$ for the one before, and so on, $x_k$ the text vector of that film, of shape $(d,)$, $P$ and $Q$ two matrices to learn, of shape $(d, w)$ with the width $w = 64$, $j$ the film to be scored, $b_j$ a number for each film, and $h > 0$ the half-life:
#
# $$s_j = \Big(\sum_k \frac{2^{-k/h}}{\sum_l 2^{-l/h}}\; x_k P\Big) \cdot x_j Q + b_j$$
#
# It reads the last 20 films and is trained to predict the next one (softmax and cross-entropy over all films). So that $h$ stays above 0, its logarithm is the parameter.

# %% [markdown] lang="zh"
# 用三个线程时，固定种子也没用：两次运行就是两个模型，近邻会有一部分不同。（表里是一对运行的结果，你的会不一样。）所以要么单线程训练，要么报告多次运行之间的差异。
#
# ## PyTorch：还没有人写过的模型
#
# **模型是你自己的想法时，就用它。** 凡是能用张量算出来、又可以求导的，都能用梯度下降来学。下面这个想法，上面的库都没有：用户的口味是*片名*的加权平均，而权重的半衰期不是选定的，是*学*出来的。记 $k = 0$ 为历史的最后一部，$k = 1$ 为倒数第二部，依此类推；$x_k$ 是那部电影的文本向量，形状 $(d,)$；$P$、$Q$ 是两个要学的矩阵，形状 $(d, w)$，宽度 $w = 64$；$j$ 是要打分的电影；$b_j$ 是每部电影一个的数；$h > 0$ 是半衰期：
#
# $$s_j = \Big(\sum_k \frac{2^{-k/h}}{\sum_l 2^{-l/h}}\; x_k P\Big) \cdot x_j Q + b_j$$
#
# 输入最近的 20 部电影，训练目标是预测下一部（对所有电影做 softmax 和交叉熵（cross-entropy））。为了让 $h$ 始终大于 0，参数取它的对数。

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

    def tables(self):  # what is read (n + 1, w), what is scored (n, w)
        return self.text @ self.P, self.text[:-1] @ self.Q

    def forward(self, rows):  # (batch, 20) -> (batch, n)
        read, scored = self.tables()
        age = torch.arange(rows.shape[1])
        weights = 2 ** (-age / self.log_half_life.exp()) * (rows < len(scored))
        weights = weights / weights.sum(dim=1, keepdim=True)
        return (weights.unsqueeze(1) @ read[rows]).squeeze(1) @ scored.T + self.bias

# %% [markdown] lang="en"
# The loop of chapter 07, 150 steps of 1,024 targets. It takes some ten seconds; no setting was searched for.

# %% [markdown] lang="zh"
# 第 07 章的训练循环，150 步，每步 1,024 个目标，大约十秒。没有搜索过任何设置。

# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
with clocked("PyTorch", "run"):
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
over_fixed, over_base = (trained.difference(other, "ndcg@10") for other in (pretrained, reports["popularity"]))
recbook.claim(
    over_fixed.low > 0 and 3 < half_life < 7.9,
    en="Trained on histories, the same title vectors gain {gain_low:.3f} to {gain_high:.3f} NDCG@10 (95% interval of "
    "the paired difference); the half-life, a parameter like the others, moved from 8 to {half_life:.1f} films. "
    "Against popularity the interval is {popularity_low:+.3f} to {popularity_high:+.3f}.",
    zh="同样的片名向量，在历史上训练之后，NDCG@10 提高 {gain_low:.3f} 到 {gain_high:.3f}（配对差的 95% 区间）；半衰期"
    "与其他参数一起学习，从 8 部变到 {half_life:.1f} 部。与流行度相比，区间是 {popularity_low:+.3f} 到 "
    "{popularity_high:+.3f}。",
    gain_low=over_fixed.low, gain_high=over_fixed.high, half_life=half_life, popularity_low=over_base.low,
    popularity_high=over_base.high,
)

# %% [markdown] lang="en"
# (Part of the gain over the fixed vectors is popularity: $b_j$ can learn it. That is why popularity stands beside it. The half-life is where 150 steps left it, for one seed; with other matrices another one fits than with the fixed vectors.)
#
# The text says that PyTorch is developed by Facebook. It was begun there; since September 2022 it belongs to the [PyTorch Foundation](https://pytorch.org/blog/PyTorchfoundation), a part of the Linux Foundation, with members from several companies.
#
# ## Keras and TensorFlow: the model as one file
#
# **Reach for Keras when a finished model is to be handed on.** What we saved of PyTorch's models in chapter 07 were numbers; whoever loads them needs the class, here `LastTitles`. A `.keras` file holds the numbers *and* what is computed with them. The text's own example is written in Keras, which its list leaves out: since version 3 it is a library of its own, which computes with TensorFlow, JAX or PyTorch. We rebuild the trained model from Keras's own layers, with PyTorch's numbers:

# %% [markdown] lang="zh"
# （比固定向量高出的部分里也有流行度的功劳：$b_j$ 学得到它。所以旁边要放上流行度。半衰期是 150 步停下时的值，一个种子；矩阵不同，合适的半衰期也与固定向量的不同。）
#
# 文章说 PyTorch 是 Facebook 开发的。它确实始于 Facebook；但从 2022 年 9 月起，它归 [PyTorch 基金会](https://pytorch.org/blog/PyTorchfoundation)所有，这个基金会属于 Linux 基金会，成员来自多家公司。
#
# ## Keras 与 TensorFlow：模型就是一个文件
#
# **要把做好的模型交给别人时，就用 Keras。** 第 07 章存下的 PyTorch 模型只是数，加载的人还需要模型的类，这里是 `LastTitles`。`.keras` 文件里既有数，*也*有用这些数怎样计算。文章自己的例子就是用 Keras 写的，它的列表里却没有 Keras：从第 3 版起，Keras 是一个独立的库，可以用 TensorFlow、JAX 或 PyTorch 来计算。我们用 Keras 自带的层把训练好的模型重新搭一遍，数用 PyTorch 的：

# %%
import keras
from keras import layers, ops

ids = keras.Input((REACH,), dtype="int32", name="films")
age = ops.cumsum(ops.cast(ops.ones_like(ids), "float32"), axis=1) - 1.0
weights = ops.power(0.5, age / half_life) * ops.cast(ops.less(ids, n_films), "float32")
weights = weights / ops.sum(weights, axis=1, keepdims=True)
read = layers.Embedding(n_films + 1, 64, name="read")(ids)  # (batch, 20, w)
user = ops.sum(ops.expand_dims(weights, 2) * read, axis=1)
served = keras.Model(ids, layers.Dense(n_films, name="score")(user))
with torch.inference_mode():
    read_table, scored_table = (part.numpy() for part in learned.tables())
served.get_layer("read").set_weights([read_table])
served.get_layer("score").set_weights([scored_table.T, learned.bias.detach().numpy()])
keras.backend.backend()

# %%
from recbook.evaluation.metrics import top_k

with TemporaryDirectory() as made, clocked("Keras", "run"):
    file = Path(made) / "last_titles.keras"
    served.save(file)
    loaded = keras.saving.load_model(file)
keras_scores = loaded.predict(histories.numpy(), batch_size=943, verbose=0)
known = split.history().matrix()
lists = [top_k(scores, 10, exclude=known) for scores in (torch_scores, keras_scores)]
same_lists = (lists[0] == lists[1]).all(axis=1).mean()
recbook.claim(
    np.abs(keras_scores - torch_scores).max() < 1e-4 * np.abs(torch_scores).max() and same_lists > 0.99,
    en="Loaded from its file without any class of this chapter, the Keras model differs from PyTorch's scores by less "
    "than {tolerance} of the largest.",
    zh="从文件加载时不需要本章的任何类，Keras 模型给出的得分与 PyTorch 的相差不超过最大得分的 {tolerance}。",
    takeaway=False, tolerance=1e-4,
)

# %% [markdown] lang="en"
# Note the transposed table: a `Dense` layer keeps $(\text{in}, \text{out})$, `nn.Linear` the other way round. TensorFlow below it is worth its size where its way of serving is already in use: on phones, in browsers. Chapter 06 has the surprises (an epsilon of 0.001 in layer normalisation, masks that get lost).
#
# ## All on one task
#
# The same users, the same ranking. What did each tool achieve?

# %% [markdown] lang="zh"
# 注意转置：`Dense` 层存的是 $(\text{in}, \text{out})$，`nn.Linear` 正好相反。Keras 背后的 TensorFlow 体积很大，在已经用它部署的地方才值得：手机、浏览器。出乎意料的地方在第 06 章（层归一化的 epsilon 是 0.001，掩码会丢失）。
#
# ## 同一个任务上的全部工具
#
# 同样的用户，同样的排序。各工具的结果如何？

# %% tags=["nbval-ignore-output"]
of_vectors = {"SciPy: co-rating": co_rating, "scikit-learn: words": words, "MiniLM: titles": pretrained}
of_vectors |= {"gensim: item2vec": by_gensim, "PyTorch: learned": trained}
plots.ranking(reports | of_vectors, mark="gensim: item2vec")

# %% tags=["nbval-ignore-output"]
made_of = {"SciPy: co-rating": "who rated what", "scikit-learn: words": "film titles"}
made_of |= {"MiniLM: titles": "film titles", "gensim: item2vec": "histories"}
made_of |= {"PyTorch: learned": "film titles, histories"}
tools = ("SciPy", "scikit-learn", "Transformers", "gensim", "PyTorch")
rows = [
    (plots.name(key), plots.name(of), costs[tool]["run"], of_vectors[key]["ndcg@10"],
     plots.name("yes" if "titles" in of else "no"))
    for (key, of), tool in zip(made_of.items(), tools)
]
columns = ["vectors", "made of", "CPU seconds", "test NDCG@10", "for a new film"]
plots.table(pd.DataFrame(rows, columns=columns))

# %% tags=["nbval-ignore-output"]
base = reports["popularity"]
by_text, by_log = ("scikit-learn: words", "MiniLM: titles"), ("SciPy: co-rating", "gensim: item2vec")
below = [base.difference(of_vectors[key], "ndcg@10").low for key in by_text]
above = [of_vectors[key].difference(base, "ndcg@10").low for key in by_log]
recbook.claim(
    min(below) > 0 and min(above) > 0,
    en="On films that have ratings, vectors made of interactions (SciPy {scipy:.3f}, gensim {gensim:.3f} NDCG@10) "
    "beat popularity ({popularity:.3f}), and vectors of titles without any training (words {words:.3f}, MiniLM "
    "{minilm:.3f}) fall behind it, all four shown by paired intervals.",
    zh="对已有评分的电影，由交互得到的向量（NDCG@10：SciPy {scipy:.3f}，gensim {gensim:.3f}）胜过流行度（"
    "{popularity:.3f}），未经训练的片名向量（词 {words:.3f}，MiniLM {minilm:.3f}）不如流行度；四项都有配对区间为证。",
    scipy=co_rating["ndcg@10"], gensim=by_gensim["ndcg@10"],
    popularity=base["ndcg@10"], words=words["ndcg@10"],
    minilm=pretrained["ndcg@10"],
)

# %% [markdown] lang="en"
# So six seconds of MiniLM, and counting words too, lose to popularity? Only on this task. A film that nobody has rated has no row in $R$ and no place in a history, so SciPy and gensim have nothing to say about it; its title has a vector all the same (chapters 01 and 10 measure what that is worth; in the PyTorch model the new film's $b_j$ is then 0).

# %% [markdown] lang="zh"
# 那么 MiniLM 花了几秒，数词也一样，都不如流行度？只在这个任务上是这样。没有人评过的电影，在 $R$ 里没有内容，在历史里也没有位置，SciPy 和 gensim 对它无能为力；而它的片名照样有向量（值多少，见第 01 章和第 10 章；PyTorch 模型里，新电影的 $b_j$ 取 0）。

# %% [markdown] lang="en"
# ## FAISS, hnswlib: when exact search is too slow
#
# All the searches above are exact: one matrix product, nothing overlooked, and for 1,682 films nothing is faster. Libraries of **nearest-neighbour search** pay in catalogues of many thousands and more; [chapter 12](12_deployment.ipynb) measures where, and what recall it costs.

# %% [markdown] lang="zh"
# ## FAISS、hnswlib：精确检索太慢的时候
#
# 上面的检索都是精确的：一次矩阵乘法，一个也不漏，而且只有 1,682 部电影时没有更快的办法。**近邻检索**（nearest-neighbour search）的库要到目录有成千上万种物品时才值得用；从哪里开始值得，损失多少召回率（recall），[第 12 章](12_deployment.ipynb)有测量。

# %% [markdown] lang="en"
# ## RecBole: many models, one interface
#
# **Reach for it when you want to know what the models of other papers do on your data.** RecBole is a library for research: dozens of recommenders, each started by its name, with one set of settings for splitting, training and judging. That is more than anybody writes by hand. In exchange one accepts its file format, its versions, and its idea of an evaluation. Each of the three has a trap.
#
# ### Its format
#
# RecBole reads **atomic files**: tables separated by tabs, whose first line names each column and its type. Three lines of user 7:

# %% [markdown] lang="zh"
# ## RecBole：许多模型，一套接口
#
# **想知道别人论文里的模型在自己的数据上表现如何，就用它。** RecBole 是一个研究用的库：几十种推荐模型，报上名字就能启动，划分、训练、评测用同一套设置。这么多模型，没有人会自己一个个写。相应地，要接受它的文件格式、它要求的版本，以及它的评测方式。三样里各有一个陷阱。
#
# ### 它的格式
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
# `token` is a name, never computed with; `float` is a number, kept as float32. And there is the trap. A float32 has 24 bits for its digits. Between $2^{29} = 536{,}870{,}912$ and $2^{30}$ that leaves one value in every $2^{29} / 2^{23} = 64$, so most times within a minute become equal, as the last line shows. Leave-one-out then asks for the last of several equal times. In our log:

# %% [markdown] lang="zh"
# `token` 是名字，不参与计算；`float` 是数，存成 float32。陷阱就在这里。float32 只有 24 个比特放数字，在 $2^{29} = 536{,}870{,}912$ 与 $2^{30}$ 之间，每 $2^{29} / 2^{23} = 64$ 个整数里只有一个能表示，所以相差不到一分钟的时间多半会变成相等的，最后一行就是例子。这时留一法要从几个相等的时间里找出最后一个。在我们的日志里：

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
# **Exercise 2.** Write the lines. ({points})

# %% [markdown] lang="zh"
# 办法是根本不写时间，只写名次：一位用户的第一部是 0，第二部是 1，依此类推。这样大小的整数在 float32 里是精确的；并列（tie）在交给 RecBole 之前就已经解决，它的留一法就是我们的留一法。
#
# **练习 2** 写出这些行。（{points}）

# %% exercise="toolbox-atomic" points=2
def atomic_lines(rows):
    """en: The lines of an atomic file, without its first: a list of texts "user<tab>item<tab>place".
    en: rows is a list of (user, item, time), whole numbers, in the order of the file. Users come in
    en: ascending order, each user's films by time, equal times in the order of the file; places are
    en: counted from 0.
    zh: 原子文件的各行（不含首行）：字符串 "用户<tab>物品<tab>名次" 的列表。rows 是 (user, item, time)
    zh: 整数三元组的列表，按文件的顺序。用户从小到大；每位用户的电影按时间排，时间相同的保持文件里的顺序；
    zh: 名次从 0 开始。"""
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
# `recbook.peer.write_split` 就这样写出整个划分：每位用户先是训练部分，再是验证集的那部，最后是测试集（test set）的那部。像 RecBole 那样把文件读回来，按第三列做留一法：

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
# ### Its environment
#
# RecBole 1.2.1 says what it needs: `torch>=1.10.0`, `numpy>=1.17.2`, `scipy>=1.6.0`, `pandas>=1.3.0`. These are lower bounds only, so pip installs it beside the newest versions without a complaint. A lower bound says that at the time of writing everything from there on worked. It promises nothing about versions that came later. The course lists what really works in `requirements-recbole.lock`:

# %% [markdown] lang="zh"
# ### 它的环境
#
# RecBole 1.2.1 声明了自己的依赖：`torch>=1.10.0`、`numpy>=1.17.2`、`scipy>=1.6.0`、`pandas>=1.3.0`。全都只有下限，所以 pip 会顺利地把它装在最新的版本旁边。下限只说明，写下它的时候，从那个版本往后都能用。对后来才出现的版本，它没有任何保证。真正能用的版本，课程写在 `requirements-recbole.lock` 里：

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
    return users["age"].isna().sum()  # gaps that are left

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
    n=len(calls), stopped=len(stops),
)

# %% [markdown] lang="en"
# The last one is the worst: with pandas 2 the line filled the gap, with pandas 3 it fills a copy. A gap in the ages of users would have gone into training as "not a number", with a warning that is easily lost. (`torch.load` is another matter. It refuses on purpose, since such a file can hold any program, see chapter 07. In RecBole's environment we allow it, for files that RecBole has just written itself.) Users report the same of numpy and torch: [RUCAIBox/RecBole#2215](https://github.com/RUCAIBox/RecBole/issues/2215).
#
# So RecBole gets an environment of its own, `make recbole`, and never shares a process with the course: the split goes out as a file, a program runs there, and the scores come back as a file. That is the general way to use a library that does not fit.
#
# **Exercise 3.** Find the versions that satisfy all demands. ({points})

# %% [markdown] lang="zh"
# 最后一个最糟：在 pandas 2 里，这一行会填上缺失值；在 pandas 3 里，填的只是一个副本。用户年龄里的缺失值会以“不是数”的形式进入训练，只有一条很容易被淹没的警告。（`torch.load` 是另一回事。它是有意拒绝的，因为这种文件里可以放任何程序，见第 07 章。在 RecBole 的环境里，我们对它自己刚写下的文件放行。）用户也报告了 numpy 和 torch 的问题：[RUCAIBox/RecBole#2215](https://github.com/RUCAIBox/RecBole/issues/2215)。
#
# 所以 RecBole 有一个自己的环境（`make recbole`），从不与课程共用一个进程：划分写成文件送出去，程序在那边运行，得分再以文件送回来。凡是依赖冲突的库，都可以这样用。
#
# **练习 3** 找出满足所有要求的版本。（{points}）

# %% exercise="toolbox-fits" points=2
def fitting(versions, demands):
    """en: Those of `versions`, a list of texts such as "1.26.4", that satisfy every one of `demands`, a
    en: list of texts that begin with ">=" or "<", such as "<2"; from the oldest to the newest.
    zh: `versions`（"1.26.4" 这样的字符串的列表）中满足 `demands` 每一条要求的版本，从旧到新；
    zh: `demands` 是以 ">=" 或 "<" 开头的字符串的列表，例如 "<2"。"""
    ### BEGIN SOLUTION
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    asked = SpecifierSet(",".join(demands))
    return sorted((version for version in versions if version in asked), key=Version)
    ### END SOLUTION

# %% check="toolbox-fits"
recbook.check("toolbox-fits", fitting)

# %% [markdown] lang="en"
# ### Its numbers
#
# The benchmark fitted some of RecBole's models in that environment, on our split, next to ours (stored, one seed). The scores came back, and one protocol judged them all. RecBole scores EASE and ItemKNN from the films of the training set alone, so in this comparison ours do too; elsewhere in the course they also read the validation film. RecBole ran with its defaults but for what this table names. `eval_batch_size` changes no score, only the time. `train_neg_sample_args: None` means a loss over all films, without negatives. Two epochs are where the validation of its SASRec and BERT4Rec was best in trial runs; more made it worse or took too long, as an epoch takes minutes there (we shall see why).

# %% [markdown] lang="zh"
# ### 它的数
#
# 基准测试在那个环境里、在我们的划分上拟合了 RecBole 的一些模型，与我们的并排放（存好的结果，一个种子）。得分送回来之后，全部用同一种方式评测。RecBole 的 EASE 和 ItemKNN 打分时只看训练集（training set）里的电影，所以在这里的比较中，我们的也只看训练集；在课程别处，它们还会读验证集的那一部。RecBole 用的是默认设置，下表列出的除外。`eval_batch_size` 不影响得分，只影响时间；`train_neg_sample_args: None` 表示对所有电影计算损失，不采负样本。它的 SASRec 和 BERT4Rec 取两个轮次（epoch），是因为试跑时验证集上的结果在这里最好：再训练下去，要么变差，要么太慢，那里一个轮次要好几分钟（原因后面会看到）。

# %%
from recbook.evaluation import Report

stored = peers["models"]
rows = [
    (name, ", ".join(f"{key}: {value}" for key, value in of["settings"].items()))
    for name, of in stored.items() if of["settings"]
]
plots.table(pd.DataFrame(rows, columns=["model", "changed from RecBole's defaults"]))

# %%
judged = {name: Report({"ndcg@10": np.array(of["per_user"])}) for name, of in stored.items()}
pairs = {"popularity": "Pop", "item-kNN": "ItemKNN", "EASE": "EASE", "BERT4Rec": "BERT4Rec"}
found = {ours: (judged[ours], judged[f"RecBole {theirs}"]) for ours, theirs in pairs.items()}
figures.beside(found | {"SASRec, each its own": (judged["SASRec"], judged["RecBole SASRec"])})

# %%
unit_cost = stored["EASE"]["threads"]["1"]
called = {"SASRec": "SASRec, both"}  # ours reads titles as well
rows = [
    (of["library"], plots.name(called.get(name, name.removeprefix("RecBole "))), of["ndcg"],
     of["hit"], of["epochs"] or "–",
     f"{of['threads']['1']['seconds'] / unit_cost['seconds']:.1f}",
     f"{of['threads']['1']['memory'] / unit_cost['memory']:.1f}")
    for name, of in stored.items()
]
columns = ["library", "model", "test NDCG@10", "Hit@10", "epochs", "time, EASE here = 1", "memory, EASE here = 1"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
ours, theirs = judged["EASE"], judged["RecBole EASE"]
equal = np.isclose(ours.per_user["ndcg@10"], theirs.per_user["ndcg@10"], atol=1e-4)
ahead, behind = (judged[name].difference(judged[f"RecBole {name}"], "ndcg@10") for name in ("SASRec", "BERT4Rec"))
recbook.claim(
    equal.mean() > 0.99 and abs(ours["ndcg@10"] - theirs["ndcg@10"]) < 5e-4,
    en="RecBole's EASE is ours: on one split and one protocol {n} of {users} users get the same NDCG@10, and the "
    "means are {ours:.4f} and {theirs:.4f} (stored).",
    zh="RecBole 的 EASE 就是我们的 EASE：同样的划分、同样的评测方式，{users} 位用户中有 {n} 位的 NDCG@10 相同，平均是 "
    "{ours:.4f} 和 {theirs:.4f}（存好的）。",
    n=int(equal.sum()), users=len(equal), ours=ours["ndcg@10"], theirs=theirs["ndcg@10"],
)
recbook.claim(
    ahead.low > 0 and behind.high < 0,
    en="Our SASRec (identities and titles, chapter 08) is ahead of RecBole's, trained as the table says, by "
    "{sasrec_low:.3f} to {sasrec_high:.3f} NDCG@10; our BERT4Rec is behind RecBole's by {bert4rec_low:.3f} to "
    "{bert4rec_high:.3f} (95% intervals of the paired difference; stored, one seed).",
    zh="我们的 SASRec（ID 嵌入＋片名，第 08 章）比按表中设置训练的 RecBole 的 SASRec 高 {sasrec_low:.3f} 到 "
    "{sasrec_high:.3f}（NDCG@10）；我们的 BERT4Rec 比 RecBole 的低 {bert4rec_low:.3f} 到 {bert4rec_high:.3f}（配对差"
    "的 95% 区间；存好的，一个种子）。",
    takeaway=False, sasrec_low=ahead.low, sasrec_high=ahead.high, bert4rec_low=-behind.high, bert4rec_high=-behind.low,
)

# %% [markdown] lang="en"
# The first result is a check of the whole way from the file to the metric. Do such a check before you believe any other number from a foreign library. Two other rows of the figure need a word. RecBole's `Pop` is another model than its name says: it counts in how many training batches a film occurs, sampled negatives included, and not how often it was rated. And two pairs of *programs* differ, SASRec in our favour and BERT4Rec in RecBole's; that does not say why. Loss, rows, epochs, dropout and, for SASRec, titles all differ, and chapter 08 takes some of these one at a time. (Time is that of the whole process, with its start; for the small models of RecBole the start is most of it.)
#
# Why not simply use the numbers that RecBole prints? Its formulas are the same: given one table of scores without ties, three libraries agree (ranx is a library for evaluating rankings).

# %% [markdown] lang="zh"
# 第一个结果检验了从文件到指标的整条路。在相信一个外来的库的任何别的数之前，先做这样一次检验。图中还有两处要说明。RecBole 的 `Pop` 与名字不符：它数的是一部电影出现在多少个训练批次里（连同采样的负样本），而不是有多少条评分。另外，有两对*程序*不一样，SASRec 是我们的好，BERT4Rec 是 RecBole 的好；原因并没有说明：损失、行、轮次、失活率都不同，SASRec 还有片名之别，第 08 章会一个一个地看其中一些。（时间是整个进程的，包括启动；RecBole 的小模型，时间主要花在启动上。）
#
# 为什么不直接用 RecBole 打印的数？它的公式是一样的：给定同一张没有并列的得分表，三个库的结果一致（ranx 是专门评测排序的库）。

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
    "相同，误差不超过 {tolerance}（存好的）。",
    takeaway=False, tolerance=1e-6,
)

# %% [markdown] lang="en"
# What differs is what gets ranked. For its general models RecBole removes the films that the user has rated. For its sequential models it does not: there a film may be recommended again. No setting above says so; it follows from the kind of model. How much does it matter? Take our own EASE and leave the history in:

# %% [markdown] lang="zh"
# 不同的是哪些电影参与排序。对一般的模型，RecBole 会去掉用户评过的电影；对序列模型却不会：那里看过的电影可以再次推荐。上面的设置里看不到这一点，它取决于模型的类别。影响有多大？拿我们自己的 EASE，把历史留在里面：

# %%
all_scores = ease.score(np.arange(ratings.n_users), split.history())
with_history = evaluate_scores(all_scores, truth(split))
already = known[np.repeat(np.arange(ratings.n_users), 10), top_k(all_scores, 10).ravel()].mean()
recbook.claim(
    with_history["ndcg@10"] < 0.5 * reports["EASE"]["ndcg@10"] and already > 0.5,
    en="The same EASE scores give NDCG@10 {masked:.4f} with the history left out and {unmasked:.4f} with it left in, "
    "where {rated_share:.0%} of the places go to films already rated.",
    zh="同样的 EASE 得分，去掉历史时 NDCG@10 是 {masked:.4f}，留着历史时是 {unmasked:.4f}：{rated_share:.0%} 的位置给"
    "了已经评过的电影。",
    takeaway=False, masked=reports["EASE"]["ndcg@10"], unmasked=with_history["ndcg@10"], rated_share=already,
)

# %%
shown = ["RecBole EASE", "RecBole BERT4Rec", "RecBole SASRec"]
printed = {name: stored[name]["own_metrics"]["ndcg@10"] for name in shown}
rows = [(name, printed[name], stored[name]["ndcg"]) for name in shown]
plots.table(pd.DataFrame(rows, columns=["model", "NDCG@10 that RecBole prints", "NDCG@10, history left out"]))
general, masked, sequential = (stored[name]["ndcg"] - printed[name] for name in shown)
order = judged["RecBole SASRec"].difference(judged["RecBole EASE"], "ndcg@10")
recbook.claim(
    abs(general) < 6e-4 and min(masked, sequential) > 0.01 and printed["RecBole SASRec"] < printed["RecBole EASE"] - 0.01 and order.low < 0 < order.high,
    en="RecBole ranks films already rated for its sequential models and not for the others, so its printed numbers "
    "cannot be compared: SASRec {sasrec_printed:.4f}, EASE {ease_printed:.4f}. With the history left out for both, "
    "SASRec has {sasrec_masked:.4f}, and less EASE that is {difference_low:+.3f} to {difference_high:+.3f} (stored).",
    zh="RecBole 的序列模型会给已经评过的电影排名，其他模型不会，所以它打印的数不能互相比较：SASRec "
    "{sasrec_printed:.4f}，EASE {ease_printed:.4f}。两者都去掉历史时，SASRec 是 {sasrec_masked:.4f}，与 EASE 之差是 "
    "{difference_low:+.3f} 到 {difference_high:+.3f}（存好的）。",
    sasrec_printed=printed["RecBole SASRec"], ease_printed=printed["RecBole EASE"],
    sasrec_masked=stored["RecBole SASRec"]["ndcg"], difference_low=order.low, difference_high=order.high,
)

# %% [markdown] lang="en"
# ### Its time
#
# RecBole makes a row of every prefix of a history (chapter 08): the films A, B, C, D give the rows A, AB and ABC, each with one target. A row has 50 places, and the transformer computes all of them, to use one. Our SASRec has a target at every place. (The number of our rows differs a little from epoch to epoch, with the place of the cuts.) Its BERT4Rec makes a row of every prefix as well.

# %% [markdown] lang="zh"
# ### 它的时间
#
# RecBole 把历史的每个前缀做成一行（第 08 章）：电影 A、B、C、D 变成 A、AB、ABC 三行，每行一个目标。一行有 50 个位置，Transformer 全都要算，只用其中一个。我们的 SASRec 每个位置都有目标。（我们的行数随切口的位置，每个轮次略有不同。）它的 BERT4Rec 也是一个前缀一行。

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
# ### Live
#
# Everything above from RecBole was stored. If you have run `make recbole` (some minutes, once), set `LIVE = True`, and RecBole's EASE is fitted now, in its own process. Any of its models can take its place: `peer.run("LightGCN", split, {"epochs": 20})`.

# %% [markdown] lang="zh"
# ### 现场运行
#
# 上面 RecBole 的结果都是存好的。如果你运行过 `make recbole`（只需一次，几分钟），改成 `LIVE = True`，RecBole 的 EASE 就会在它自己的进程里现场拟合。也可以换成它的任何一个模型：`peer.run("LightGCN", split, {"epochs": 20})`。

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
# ## When to reach for which
#
# | what is in front of you | tool | mind |
# |---|---|---|
# | a formula: regression, a decomposition, EASE | NumPy, SciPy | the order of what comes back; memory for dense tables |
# | a classical method, a baseline, a cross-check | scikit-learn | defaults that drop things without a word |
# | text or images, and few or no clicks | Transformers, with published weights | parts that are not in the file are random; the recipe for pooling is not in it either |
# | many sentence encoders to try, or one to train | sentence-transformers | the same vectors as Transformers with the right recipe |
# | histories, and small vectors will do | gensim | defaults made for words; repeatable on one thread only |
# | a model or a loss of your own | PyTorch | whoever loads the weights needs the class |
# | a finished model to hand on, or TensorFlow already in use | Keras, TensorFlow | size and start; other defaults than PyTorch's |
# | a catalogue so large that exact search is too slow | FAISS, hnswlib | measure exact search first; recall has a price |
# | other papers' models on your data | RecBole, in an environment of its own | float32 times; lower bounds; history left in for sequential models |
#
# What the text's list needs most is the first row: before any of the four, the thing to beat is a formula that NumPy solves at once.
#
# **Exercise 4**, open. Add a row to the comparison. With RecBole's environment: choose one of its models that this course has not built (`BPR`, `LightGCN`, `GRU4Rec`, …), write down first what you will vary and which number decides, choose on the validation films, then report the paired interval against EASE on the test films, the seconds, and how many settings you tried. Without it: do the same for `sklearn.decomposition.NMF`, whose film vectors can be passed to `list_scores`. Which of your choices would another reader have to know to get your number?

# %% [markdown] lang="zh"
# ## 什么时候用什么
#
# | 面前的问题 | 工具 | 注意 |
# |---|---|---|
# | 有公式可用：回归、分解、EASE | NumPy、SciPy | 返回结果的顺序；稠密表占的内存 |
# | 经典方法、基线、交叉核对 | scikit-learn | 默认值会不声不响地丢东西 |
# | 有文字或图像，点击很少或没有 | Transformers，配公开的权重 | 文件里没有的部件是随机的；池化（pooling）的配方也不在里面 |
# | 要试很多句子编码器，或者训练一个 | sentence-transformers | 配方对了，Transformers 得到的是同样的向量 |
# | 有历史，小向量就够用 | gensim | 默认值是为词定的；只有单线程可重复 |
# | 自己的模型或损失 | PyTorch | 加载权重的人需要那个类 |
# | 要交付做好的模型，或者已经在用 TensorFlow | Keras、TensorFlow | 体积和启动时间；默认值与 PyTorch 不同 |
# | 目录大到精确检索太慢 | FAISS、hnswlib | 先测精确检索；召回率有代价 |
# | 想看别人论文里的模型在自己数据上的表现 | RecBole，放在单独的环境里 | float32 的时间；只有下限；序列模型不去掉历史 |
#
# 文章的列表最该补的是第一行：在那四个工具之前，首先要胜过的，是 NumPy 立刻就能解出来的公式。
#
# **练习 4**（开放题）给比较加一行。有 RecBole 环境的：从它的模型里选一个课程没有搭过的（`BPR`、`LightGCN`、`GRU4Rec`……），先写下要改变什么、由哪个数来决定，在验证集上选择，再在测试集上报告与 EASE 的配对区间、用了多少秒、试了多少种设置。没有的：用 `sklearn.decomposition.NMF` 做同样的事，它的电影向量可以交给 `list_scores`。你的哪些选择，是别的读者要得到同样的数就必须知道的？

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
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress("toolbox")

# %% [markdown] lang="en"
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

# %% [markdown] lang="zh"
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
