# %% [markdown] lang="en"
# # 12 · Deployment: from a fitted model to a service
#
# **You will be able to** put a fitted model behind HTTP, replace it while requests run, and restart it when it dies; say what p99 is and what a queue does to it; say why a large system retrieves, ranks and re-ranks; make an encoder smaller, and say why int8 needs one scale for each column; tell by measurement when an index pays.
#
# **You need** chapters 01 (EASE, NDCG) and 02 (what is stored of a model). You need not have served anything before.
#
# **It takes** about half an hour for the core, an hour more for what stands behind it, and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 12 · 部署：从训练好的模型到服务
#
# **学完之后**，你能把训练好的模型放到 HTTP 后面，在请求不断的时候更换它，在它崩溃之后让它重新启动；能说出 p99 是什么，排队会怎样影响它；能说出大型系统为什么要先召回、再排序、再重排；能把编码器变小，并说明 int8 为什么要每列一个缩放因子；能用测量判断什么时候值得用索引（index）。
#
# **需要的基础**：第 01 章（EASE、NDCG）和第 02 章（模型要保存些什么）。不需要有部署服务的经验。
#
# **所需时间**：核心部分大约半小时，后面的选读再加一小时；在双核机器上，运行{minutes}。

# %%
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import recbook
from recbook import plots, serving
from recbook.chapters.deployment import figures
from recbook.models import EASE, Popularity

recbook.setup("en")
ratings = recbook.load("ml-100k")
films = replace(ratings, items=ratings.items.assign(title=ratings.items["display_title"]))
scratch = tempfile.TemporaryDirectory()  # goes when this notebook's kernel ends

# %% [markdown] lang="en"
# ## A sentence, and ten films
#
# Type a sentence of your own, in English, and run the cell. It fits EASE, stores it, starts a **service** (a program that waits for requests and answers them), sends it your sentence, and ends it. The first time takes about half a minute: the encoder is converted, and 1,682 titles are encoded.

# %% [markdown] lang="zh"
# ## 一句话，十部电影
#
# 写一句你自己的英文，运行单元格。它拟合 EASE，保存，启动一个**服务**（service，等待请求并作出回答的程序），把你的句子发给它，再结束它。第一次大约要半分钟：要转换编码器，还要编码 1,682 个片名。

# %% tags=["nbval-ignore-output"]
# en: A boat meets a block of ice.
# zh: 一艘船撞上冰山。
sentence = "a ship that hits an iceberg"

folder = Path(scratch.name) / "films"
EASE().fit(films).save(folder)
with serving.running(folder, backend="onnx-int8") as service:
    answer = service.search(sentence, n=10)
plots.table(pd.DataFrame(answer["items"]))

# %% [markdown] lang="en"
# No word of the sentence stands in the first title: MiniLM has read about the film (chapter 05). The `with` block is worth a look: the service lives as long as the block, also when a line in it fails. It listens at the address `127.0.0.1`, the **loopback**, which no other machine can reach.
#
# What went over the wire? **HTTP** is text: the client names a method and a path and sends a body, here JSON; the service answers with a status and a body. We ask it five things, the first of them well.

# %% [markdown] lang="zh"
# 句子里的词，第一个片名里一个也没有：MiniLM 读过这部电影的故事（第 05 章）。`with` 块值得看一眼：服务的寿命与这个块一样长，块里有哪一行出错也不例外。它监听的地址是 `127.0.0.1`，也就是**回环地址**（loopback），别的机器访问不到。
#
# 网络上传的是什么？**HTTP** 传的是文本：客户端写明方法和路径，发来正文，这里是 JSON；服务回答一个状态码和正文。我们问五件事，只有第一件问得对。

# %%
asked = [{"user": 7, "n": 3}, {"user": -1}, {"user": 7, "history": [50]}, {"history": [50] * 10_000}, {"usr": 7}]
with serving.running(folder) as service:
    answers = [service.post("/recommend", body) for body in asked]
good = answers[0]
print("POST /recommend", good.request.content.decode())
print(good.status_code, json.dumps(good.json(), indent=1))

# %%
from recbook.serving.engine import open_engine

engine = open_engine(folder)
direct = engine.recommend(3, user=7)
recbook.claim(
    [item.id for item in direct] == [item["id"] for item in good.json()["items"]]
    and good.json()["model"] == engine.version,
    en="The service gives user {user} the {n} films that the stored model gives in this process, and names the model's "
    "version.",
    zh="服务给用户 {user} 的 {n} 部电影，与存好的模型在本进程里给出的完全相同，并写明了模型的版本。",
    takeaway=False, user=7, n=3,
)

# %% [markdown] lang="en"
# The other four are refused. A status that begins with 4 says that the *request* is wrong, one with 5 that the *service* has a problem; 200 is a good answer. Each refusal has a sentence that says what is wrong, because somebody will read it at night.

# %% [markdown] lang="zh"
# 另外四个被拒绝。4 开头的状态码表示*请求*有错，5 开头的表示*服务*有问题，200 是正常的回答。每个拒绝都用一句话说明错在哪里，因为总会有人半夜里来读它。

# %%
rows = [(str(body)[:34], answer.status_code, answer.json()["detail"]) for body, answer in zip(asked[1:], answers[1:])]
plots.table(pd.DataFrame(rows, columns=["request", "status", "sentence"]))

# %% [markdown] lang="en"
# ## The path of a request
#
# Where does the time go? We walk the path in this process, step by step. `walk` hands each step what the one before gave, and measures. A search parses the request, encodes the query, scores all titles, sorts and writes the answer; a recommendation looks up the history in place of encoding, and masks what the user has seen.

# %% [markdown] lang="zh"
# ## 一个请求走过的路
#
# 时间花在哪里？我们在本进程里一步一步走一遍。`walk` 把每一步的结果交给下一步，并计时。搜索要解析请求、编码查询、给全部片名打分、排序、写出回答；推荐不用编码，而是查出历史，并遮住用户看过的电影。

# %%
from recbook.data.histories import sentences_in_time
from recbook.text import TextEncoder

encoder = TextEncoder(backend="onnx-int8")
titles = films.items["title"].tolist()
names = list(dict.fromkeys(titles))  # each once, as the service encodes them: the vectors are on the disk already
row_of = dict(zip(names, encoder.encode(names)))
vectors = np.stack([row_of[title] for title in titles])  # (1682, 384)
histories = sentences_in_time(films)  # the rows of each user's films, oldest first


def listed(rows):
    return json.dumps([{"id": int(films.item_ids[row]), "title": titles[row]} for row in rows])

# %%
def masked(pair):
    history, scores = pair
    return np.where(np.isin(np.arange(len(scores)), history), -np.inf, scores)


def best(scores):
    return np.argsort(-scores)[:10]


search = {"parse": json.loads, "encode": lambda asked: encoder.encode([asked["query"]], keep=False)[0],
          "score": lambda query: vectors @ query, "sort": best, "answer": listed}
weights = engine.model.weights_  # EASE's, (1682, 1682)
recommend = {"parse": json.loads, "look up": lambda asked: histories[asked["user"]],
             "score": lambda history: (history, weights[history].sum(axis=0)),
             "mask": masked, "sort": best, "answer": listed}

# %% tags=["nbval-ignore-output"]
def walk(steps, value):
    """en: What comes out behind the last step, and the seconds of each.
    zh: 最后一步的结果，以及每一步的秒数。"""
    seconds = {}
    for name, step in steps.items():
        start = time.perf_counter()
        value = step(value)
        seconds[name] = time.perf_counter() - start
    return value, seconds


queries = [json.dumps({"query": f"a film like {title}"}) for title in titles[:40]]
users = [json.dumps({"user": user}) for user in range(40)]
spent = {kind: pd.DataFrame([walk(steps, body)[1] for body in bodies]).median().to_dict()
         for kind, steps, bodies in (("search", search, queries), ("recommend", recommend, users))}
figures.request_path(spent)

# %% tags=["nbval-ignore-output"]
share = spent["search"]["encode"] / sum(spent["search"].values())
recbook.claim(
    share > 0.5,
    en="Of the time that a search takes, {share:.0%} goes into encoding one sentence.",
    zh="一次搜索所花的时间里，{share:.0%} 用来编码一个句子。",
    takeaway=False, share=share,
)

# %% [markdown] lang="en"
# So that is where it is worth working: a [smaller encoder](#A-smaller-encoder), queries encoded together, and a memory for queries that come again. Scoring all 1,682 titles is cheap. With a hundred million it would not be.

# %% [markdown] lang="zh"
# 所以值得下功夫的是这里：[更小的编码器](#更小的编码器)、几个查询一起编码、记住重复的查询。给全部 1,682 个片名打分很便宜。要是有一亿部，就不便宜了。

# %% [markdown] lang="en"
# ## Retrieve, rank, re-rank
#
# A model that takes 0.1 ms for an item needs $10^8 \cdot 0.1$ ms, nearly three hours, to rank a hundred million items for one user. For 200 items it needs 20 ms. So every large system has the same shape: stages, each of which sees fewer items and looks longer at each.
#
# $$T = \sum_s n_s\, c_s$$
#
# where $n_s$ is the number of items that stage $s$ sees, and $c_s$ what one item costs there. **Retrieval** finds some hundreds or thousands among all, by vectors and an [index](#Neighbours). A small model **pre-ranks** them. A large model **ranks** what is left. **Re-ranking** makes a list of it: not ten of a kind, nothing that is sold out.

# %% [markdown] lang="zh"
# ## 召回、排序、重排
#
# 如果模型算一个物品要 0.1 毫秒，给一位用户排完一亿个物品就要 $10^8 \cdot 0.1$ 毫秒，将近三小时。200 个物品只要 20 毫秒。所以大型系统都是同一个形状：分成几级，一级比一级看得少，也一级比一级看得仔细。
#
# $$T = \sum_s n_s\, c_s$$
#
# 其中 $n_s$ 是第 $s$ 级看到的物品数，$c_s$ 是这一级处理一个物品的开销。**召回**（retrieval）用向量和[索引](#近邻)从全部物品中找出几百到几千个（注意“召回”是一个步骤，“召回率”是一个指标）。小模型做**粗排**（pre-ranking）。大模型对剩下的做**精排**（ranking）。**重排**（re-ranking）把它们编成列表：十个不能都是一类，卖完的不要。

# %%
figures.funnel(films.n_items, retrieved=200, shown=10)

# %% [markdown] lang="en"
# Built small: co-rating vectors from a singular value decomposition (chapter 13) retrieve 200 films, EASE ranks them, and a rule for diversity makes ten of them: place after place it takes the film with the best score, less what it has in common with those already taken. The half-life of 8 films, by which the last films weigh most, comes from chapter 02; the rule's weight of 0.1 was chosen on the validation films. As a second way to retrieve we take the titles' vectors.

# %% [markdown] lang="zh"
# 照样做一个小的：用奇异值分解（第 13 章）得到的共同评分向量召回 200 部电影，EASE 给它们排序，一条多样性（diversity）规则编出十部：逐个位置取得分最高的电影，但要扣除它与已选电影的相似程度。历史里越近的电影权重越大，半衰期 8 部，沿用第 02 章；规则的权重 0.1 在验证集（validation set）上选定。作为另一种召回方法，再用片名向量。

# %%
from functools import partial

from scipy.sparse.linalg import svds

from recbook.data import leave_one_out
from recbook.data.prepare import genre_table
from recbook.serving.stages import ItemWeights, Retriever, Stages, diverse, lists_of
from recbook.vectors import unit

split = leave_one_out(films)
_, _, directions = svds(split.train.matrix().astype(float), k=32, v0=np.ones(split.train.n_users))
genres = genre_table(films.items).to_numpy().astype(float)
centred = unit(vectors - vectors.mean(axis=0))
by_ratings = Retriever(directions.T, directions.T, half_life=8.0)
by_titles = Retriever(centred, centred, half_life=8.0)
ranker = ItemWeights(EASE().fit(split.train).weights_, half_life=8.0)

# %%
from recbook.evaluation import beyond, bootstrap
from recbook.evaluation.metrics import ranked_lists

known = sentences_in_time(split.history("test"))


def answered(retriever, n):
    """en: What each stage gave to each user.
    zh: 每一级给每位用户的结果。"""
    stages = Stages(partial(retriever, n=n), ranker, partial(diverse, vectors=genres, weight=0.1))
    return [stages.answer(history) for history in known]


def ndcg(lists):
    return ranked_lists(lists_of(lists, 10), split.wanted("test"), 10).ndcg()  # (users,)


runs = {"co-rating: 200": answered(by_ratings, 200), "titles: 200": answered(by_titles, 200),
        "all films": answered(by_ratings, films.n_items)}

# %% tags=["nbval-ignore-output"]
whole = sum(answer.seconds["ranking"] for answer in runs["all films"])
rows = []
for name, run in runs.items():
    ten = lists_of([answer.shown for answer in run], 10)
    lists = ([getattr(answer, stage) for answer in run] for stage in ("retrieved", "ranked", "shown"))
    ranking = sum(answer.seconds["ranking"] for answer in run) / whole
    rows.append((plots.name(name), *(ndcg(one).mean() for one in lists),
                 np.nanmean(beyond.diversity(ten, genres)), f"{ranking:.0%}"))
columns = ["retrieved by", "NDCG, retrieved", "NDCG, ranked", "NDCG, re-ranked", "diversity of genres", "ranking time"]
plots.table(pd.DataFrame(rows, columns=columns))

# %% tags=["nbval-ignore-output"]
few, every, lost = (ndcg([answer.ranked for answer in runs[name]]) for name in ("co-rating: 200", "all films", "titles: 200"))
times = {name: sum(answer.seconds["ranking"] for answer in run) for name, run in runs.items()}
same = bootstrap(few - every)
recbook.claim(
    same.low > -0.005 and same.high < 0.005 and times["all films"] > 4 * times["co-rating: 200"],
    en="Ranking {n} films that co-rating vectors retrieved gives the same NDCG@10 as ranking all {films:,} (difference "
    "{low:+.4f} to {high:+.4f}), in a small part of the ranker's time.",
    zh="只对共同评分向量召回的 {n} 部电影排序，NDCG@10 与给全部 {films:,} 部排序相同（差为 {low:+.4f} 到 {high:+.4f}），"
    "排序所花的时间只是一小部分。",
    takeaway=False, n=200, films=films.n_items, low=same.low, high=same.high,
)

# %% tags=["nbval-ignore-output"]
gone = bootstrap(every - lost)
recbook.claim(
    gone.low > 0 and lost.mean() < 0.85 * every.mean(),
    en="What retrieval leaves out, no later stage brings back: with titles as the first stage the list keeps "
    "{kept:.0%} of its NDCG.",
    zh="召回漏掉的，后面哪一级都找不回来：第一级改用片名，列表的 NDCG 只剩 {kept:.0%}。",
    kept=lost.mean() / every.mean(),
)

# %% [markdown] lang="en"
# Two more things stand in the table. Co-rating vectors alone are nearly as good as the ranker on this log, so here the ranker has little left to do. And re-ranking buys diversity for a little NDCG: what that is worth, no log can say (chapter 09).

# %% [markdown] lang="zh"
# 表里还有两件事。在这个日志上，单靠共同评分向量已经与排序模型差不多，所以排序模型没有多少事可做。另外，重排用少许 NDCG 换来多样性：值不值，日志回答不了（第 09 章）。

# %% [markdown] lang="en"
# ## A new model while requests run
#
# Tomorrow's model has to come in while people are asking. If the program read "the current model" twice within one request, it might take scores from the old one and titles from the new. So a request takes **one reference** when it begins and uses nothing else. The new model is loaded beside the old one, its hashes are checked, and then one name is changed to point to it. The old one goes when its last request has ended.
#
# On the disk it is the same: a folder for each version, and a file `current` that names one, replaced in one step. We send requests for four seconds, change the version in the midst of them, and compare each answer with the list of the version that it names.

# %% [markdown] lang="zh"
# ## 请求不断时更换模型
#
# 明天的模型要在人们不停提问的时候换上去。如果程序在一次请求里两次去读“当前模型”，就可能从旧的取得分，从新的取片名。所以请求在开始时取**一次引用**，之后只用它。新模型在旧模型旁边加载，检查哈希值，然后把一个名字改为指向它。旧模型在最后一个请求结束之后释放。
#
# 磁盘上也是这样：每个版本一个文件夹，一个文件 `current` 写着其中一个的名字，替换只要一步。我们连续发四秒请求，中途换版本，再把每个回答与它写明的那个版本的列表对照。

# %%
from recbook.serving import load

parent = Path(scratch.name) / "versions"
for name, model in {"v1": EASE(), "v2": Popularity()}.items():
    model.fit(films).save(parent / name)
serving.publish(parent, "v1")
engines = [open_engine(parent / name) for name in ("v1", "v2")]
people = films.user_ids[:200].tolist()
requests = [("/recommend", {"user": user, "n": 10}) for user in people]
lists = {(engine.version, user): [item.id for item in engine.recommend(10, user=user)]
         for engine in engines for user in people}


def is_whole(request, answer):
    return lists[answer["model"], request[1]["user"]] == [item["id"] for item in answer["items"]]

# %% tags=["nbval-ignore-output"]
serving.publish(parent, "v1")
with serving.running(parent) as service:
    swap = load.closed_loop(service.url, requests, clients=4, seconds=4, check=is_whole,
                            at={0.5: lambda: serving.publish(parent, "v2")})
recbook.claim(
    swap.lost == 0 and swap.wrong == 0 and len(swap.versions) == 2,
    en="The model was replaced under load: {lost} requests were lost, {mixed} answers were mixed, and both versions "
    "answered.",
    zh="在负载下更换了模型：丢失的请求 {lost} 个，混杂的回答 {mixed} 个，两个版本都作过回答。",
    takeaway=False, lost=swap.lost, mixed=swap.wrong,
)

# %% [markdown] lang="en"
# ## How slow is slow?
#
# The **latency** of a request is the time from sending it to having the answer. Ten of them, in milliseconds:

# %% [markdown] lang="zh"
# ## 慢到什么程度算慢？
#
# 请求的**延迟**（latency）是从发出到拿到回答的时间。十次请求，单位毫秒：

# %%
ten = np.array([12, 15, 11, 90, 14, 13, 12, 200, 16, 14])
figures.ten_latencies(ten)

# %% [markdown] lang="en"
# Their mean is 39.7, and no request took about that long: eight were much faster, two much slower. So we sort them and count. The **percentile** $p_q$ by nearest rank is the value at place
#
# $$r = \left\lceil \frac{q}{100}\, n \right\rceil$$
#
# of $n$ sorted latencies, counted from 1: the smallest latency that at least $q\%$ of the requests do not exceed. Here $p_{50}$ is at place 5, 14 ms; $p_{90}$ at place 9, 90 ms; and **p99** at place $\lceil 9.9 \rceil = 10$, 200 ms. Of ten requests p99 is simply the slowest one; it needs some hundreds to mean something.
#
# **Exercise 1.** Write the percentile. ({points})

# %% [markdown] lang="zh"
# 平均值是 39.7，可是没有哪次请求花了差不多这么久：八次快得多，两次慢得多。所以要排序，再数数。按最近秩，**百分位数**（percentile）$p_q$ 是排好序的 $n$ 个延迟中名次为
#
# $$r = \left\lceil \frac{q}{100}\, n \right\rceil$$
#
# 的那一个，从 1 数起：也就是至少有 $q\%$ 的请求不超过的最小延迟。这里 $p_{50}$ 在第 5 名，14 毫秒；$p_{90}$ 在第 9 名，90 毫秒；**p99** 在第 $\lceil 9.9 \rceil = 10$ 名，200 毫秒。只有十次请求时，p99 就是最慢的一次；要有几百次才有意义。
#
# **练习 1** 写出百分位数。（{points}）

# %% exercise="deployment-p99" points=1
def percentile(latencies, q):
    """en: The q-th percentile of latencies (n,), in any order, by nearest rank; q is a whole number, 1 to 100.
    zh: 延迟 latencies (n,)（顺序任意）的第 q 百分位数，按最近秩；q 是 1 到 100 的整数。"""
    ### BEGIN SOLUTION
    rank = int(np.ceil(q * len(latencies) / 100))
    return sorted(latencies)[rank - 1]
    ### END SOLUTION

# %% check="deployment-p99"
recbook.check("deployment-p99", percentile)

# %% [markdown] lang="en"
# Why look at the slowest hundredth? Because one page often sends many requests, and waits for all of them. If each is slow with chance 0.01, then a page of $m$ requests is slow with chance $1 - 0.99^m$.

# %% [markdown] lang="zh"
# 为什么要看最慢的百分之一？因为打开一个页面往往要发很多请求，还要等全部回来。如果每次请求慢的概率是 0.01，有 $m$ 次请求的页面慢的概率就是 $1 - 0.99^m$。

# %%
m = 100
slow_page = 1 - 0.99**m
recbook.claim(
    0.6 < slow_page < 0.7,
    en="Where one request in {n} is slow, a page that sends as many is slow for {pages:.0%} of its visitors.",
    zh="每 {n} 次请求有一次慢，发出同样多次请求的页面，对 {pages:.0%} 的访客就是慢的。",
    n=m, pages=slow_page,
)

# %% [markdown] lang="en"
# ## More clients
#
# One client sends a request, waits for the answer, and sends the next: a **closed loop**. How many answers a second the service gives is its **throughput**. What happens with two clients, four, thirty-two? By pencil: the service needs 10 ms for an answer and does one at a time. One client gets 100 answers a second. Two clients get 100 together, so each answer now takes 20 ms. In a closed loop
#
# $$\text{clients} = \text{throughput} \times \text{latency}$$
#
# (**Little's law**): once the throughput is at its limit, only the latency can grow. Now by measurement. Our clients share the cores with the service, so the numbers are lower than they could be.

# %% [markdown] lang="zh"
# ## 客户端多起来
#
# 一个客户端发出请求，等到回答，再发下一个，这叫**闭环**（closed loop）。服务每秒给出多少个回答，是它的**吞吐量**（throughput）。两个客户端会怎样，四个、三十二个呢？笔算：服务回答一次要 10 毫秒，一次只做一个。一个客户端每秒得到 100 个回答。两个客户端合起来还是 100 个，于是每个回答要 20 毫秒。在闭环里
#
# $$\text{clients} = \text{throughput} \times \text{latency}$$
#
# 即客户端数 = 吞吐量 × 延迟（**利特尔法则**，Little's law）：吞吐量到了上限，只有延迟能增长。现在来测。我们的客户端与服务共用核心，所以数值比单独测时低。

# %% tags=["nbval-ignore-output"]
with serving.running(folder) as service:
    load.closed_loop(service.url, requests, clients=2, n=50)  # warm up
    loads = [load.closed_loop(service.url, requests, clients=n, seconds=0.8) for n in (1, 2, 4, 8, 16, 32)]
figures.load_curves(loads)

# %% tags=["nbval-ignore-output"]
four, most = loads[2], loads[-1]
recbook.claim(
    most.percentile(50) > 3 * four.percentile(50) and most.rate < 2 * four.rate,
    en="Past its limit a service does not answer more, it only answers later: {times:.0f} times the clients get "
    "{rate:.1f} times the answers a second, and wait {wait:.1f} times as long.",
    zh="超过上限之后，服务的回答不会更多，只会更晚：客户端增至 {times:.0f} 倍，每秒的回答数是 {rate:.1f} 倍，等待时间"
    "是 {wait:.1f} 倍。",
    takeaway=False, times=most.clients / four.clients, rate=most.rate / four.rate,
    wait=most.percentile(50) / four.percentile(50),
)

# %% [markdown] lang="en"
# ## A queue by pencil
#
# Clients in a closed loop wait. People do not: they come when they come. Let requests arrive every 8 ms at a service that needs 10 ms. The first is served at once, the second waits 2 ms, the third 4 ms, and so on without end: 125 come in a second, and 100 can be served. In general a request begins when it has arrived *and* the one before is done.

# %% [markdown] lang="zh"
# ## 用笔算一个队列
#
# 闭环里的客户端会等。人不会：想来就来。设请求每 8 毫秒来一个，而服务处理一个要 10 毫秒。第一个马上处理，第二个等 2 毫秒，第三个等 4 毫秒，没有尽头：每秒来 125 个，只能处理 100 个。一般地，请求到了，*并且*前一个处理完了，才能开始。

# %%
def waits(arrivals, service):
    """en: How long each request waits until it is begun, (n,): one at a time, each takes `service`.
    zh: 每个请求开始处理之前等了多久，(n,)：一次一个，每个用时 `service`。"""
    free, waited = 0.0, []
    for arrival in arrivals:
        begins = max(arrival, free)
        waited.append(begins - arrival)
        free = begins + service
    return np.array(waited)


arrivals = np.arange(0, 48, 8)
figures.queue_by_pencil(arrivals, waits(arrivals, 10), 10)

# %% [markdown] lang="en"
# And if fewer come than can be served? Then nobody would wait if they came evenly. They come at random: sometimes three at once. With the **utilisation** $\rho$, the share of the time in which the service is busy, and a service time of $s$, the mean wait is
#
# $$\frac{\rho}{2\,(1 - \rho)}\; s$$
#
# (a queue that is called M/D/1; Pollaczek and Khinchine derived it around 1930). At $\rho = 0.5$ that is half a service time, at 0.9 it is 4.5, at 0.99 nearly 50. We simulate it beside the formula.

# %% [markdown] lang="zh"
# 来的比能处理的少呢？如果来得均匀，谁也不用等。但请求是随机到来的：有时一下子来三个。记**利用率**（utilisation）为 $\rho$，即服务忙的时间所占的比例，处理一个用时 $s$，那么平均等待是
#
# $$\frac{\rho}{2\,(1 - \rho)}\; s$$
#
# （这种队列叫 M/D/1，公式由 Pollaczek 和 Khinchine 在 1930 年前后导出）。$\rho = 0.5$ 时是半个处理时间，0.9 时是 4.5 个，0.99 时接近 50 个。下面把模拟与公式放在一起。

# %%
busy = np.array([0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95])
rng = np.random.default_rng(0)
gaps = rng.exponential(size=30_000)  # between arrivals, on average 1
queues = {rho: waits(np.cumsum(gaps) / rho, 1.0) for rho in busy}
figures.waiting(busy, [queue.mean() for queue in queues.values()], [np.percentile(queue, 99) for queue in queues.values()])

# %%
formula = busy / (2 * (1 - busy))
recbook.claim(
    abs(queues[0.9].mean() / formula[7] - 1) < 0.2 and queues[0.9].mean() > 6 * queues[0.5].mean(),
    en="In the simulated queue requests wait {half:.1f} service times on average at {low:.0%} utilisation, and "
    "{full:.1f} at {high:.0%}.",
    zh="模拟的队列里，利用率 {low:.0%} 时平均等待 {half:.1f} 个处理时间，利用率 {high:.0%} 时 {full:.1f} 个。",
    takeaway=False, low=0.5, high=0.9, half=queues[0.5].mean(), full=queues[0.9].mean(),
)

# %% [markdown] lang="en"
# Two lessons. Leave room: a service that is to answer fast must be idle much of the time. And do not let a queue grow: ours answers at most 64 requests at once and refuses the rest at once, with status 503, which says "not now". Who is refused can ask again; who waits in an endless queue cannot even leave.

# %% [markdown] lang="zh"
# 两条教训。要留余地：想回答得快，服务就得有不少时间闲着。还有，别让队列一直长下去：我们的服务同时最多处理 64 个请求，多出来的立刻用状态码 503 拒绝，意思是“现在不行”。被拒绝的可以再来；排进没有尽头的队列里的，连走都走不掉。

# %% [markdown] lang="en"
# ## Encode together, and remember
#
# The encoder took most of a search. Two queries that come at the same time can go through it in one call: **micro-batching**. The first query opens a batch and waits a few milliseconds for others; when the time is over, or the batch is full, it goes. By pencil: with `max_batch` 8 and `max_wait` 5 ms, queries that come at 0, 1, 2, 9, 10 and 30 ms make batches of 3, 2 and 1.
#
# **Exercise 2.** Find the sizes of the batches. ({points})

# %% [markdown] lang="zh"
# ## 一起编码，并且记住
#
# 搜索的时间大多花在编码器上。同时到来的两个查询可以在一次调用里通过编码器，这叫**微批处理**（micro-batching）。第一个查询开启一个批次，等别的查询几毫秒；时间到了，或者装满了，就送走。笔算：`max_batch` 为 8，`max_wait` 为 5 毫秒，在第 0、1、2、9、10、30 毫秒到来的查询分成 3、2、1 个一批。
#
# **练习 2** 求各批次的大小。（{points}）

# %% exercise="deployment-batch" points=2
def batch_sizes(arrivals, max_batch, max_wait):
    """en: How many queries each batch holds, a list. arrivals (n,): whole milliseconds, in order. A batch
    en: is opened by a query; those that come up to and including max_wait later join it, until it holds
    en: max_batch. The next query opens the next batch.
    zh: 每个批次有几个查询，返回列表。arrivals (n,)：到来的时刻，整数毫秒，已按先后排好。批次由一个查询开启；
    zh: 在它之后不超过 max_wait（含）到来的查询加入，直到装满 max_batch 个。再来的查询开启下一个批次。"""
    ### BEGIN SOLUTION
    sizes, opened = [], None
    for arrival in arrivals:
        if opened is None or arrival > opened + max_wait or sizes[-1] == max_batch:
            opened = arrival
            sizes.append(0)
        sizes[-1] += 1
    return sizes
    ### END SOLUTION

# %% check="deployment-batch"
recbook.check("deployment-batch", batch_sizes)

# %% [markdown] lang="en"
# What is there to gain? We encode the same 64 titles one by one and in batches, and count seconds of CPU for one title.

# %% [markdown] lang="zh"
# 能得到多少？把同样的 64 个片名一个一个编码，再分批编码，计算每个片名的 CPU 秒数。

# %% tags=["nbval-ignore-output"]
def cost(size, texts=names[:64]):
    """en: CPU seconds for one text, in batches of `size`; the best of three runs.
    zh: 每批 `size` 个时，一个文本的 CPU 秒数；三次中最快的。"""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        for first in range(0, len(texts), size):
            encoder.encode(texts[first : first + size], keep=False)
        seconds.append(time.process_time() - start)
    return min(seconds) / len(texts)


sizes = [1, 2, 4, 8, 16, 32]
costs = np.array([cost(size) for size in sizes])
figures.batch_cost(sizes, costs / costs[0])

# %% tags=["nbval-ignore-output"]
recbook.claim(
    costs[1:].min() < 0.95 * costs[0],
    en="On this processor a title costs at best {share:.0%} of its price when several are encoded together, in "
    "batches of {size}.",
    zh="在这个处理器上，几个一起编码时，一个片名的开销最低是单独编码的 {share:.0%}，每批 {size} 个。",
    takeaway=False, share=costs.min() / costs[0], size=sizes[int(costs.argmin())],
)

# %% [markdown] lang="en"
# A processor core has little to gain, and with large batches short titles are padded to the length of the longest. A graphics card computes a batch nearly as fast as one query, so there it pays many times over. It never pays when one client asks at a time: then each query waits for others that do not come.
#
# A **cache** saves all of the work: it keeps the answers used last, and drops the one that was used longest ago. How often a request finds its answer there, the **hit rate**, depends on how unequal the requests are. The log tells: we ask for each film in the order in which it was rated.

# %% [markdown] lang="zh"
# 处理器的一个核心得不到多少好处，而且批次大时，短片名要填充到最长的那个的长度。显卡计算一批与计算一个几乎一样快，那里可以省下许多倍。只有一个客户端在问时，它从来不划算：每个查询都在等不会来的同伴。
#
# **缓存**（cache）能省下全部工作：它保留最近用过的答案，丢掉最久没用的。请求在缓存里找到答案的比例叫**命中率**（hit rate），取决于请求有多不均匀。日志可以告诉我们：按评分的先后，逐条询问每部电影。

# %%
from recbook.serving.batching import Cache

stream = films.item[np.argsort(films.timestamp, kind="stable")].tolist()
rates = {}
for capacity in (50, 100, 200, 400, 800):
    cache = Cache(capacity)
    for film in stream:
        if cache.get(film) is None:
            cache.put(film, True)
    rates[capacity] = cache.hits / len(stream)
rates = {capacity: round(rate, 3) for capacity, rate in rates.items()}
rates

# %%
top = np.sort(films.item_counts())[::-1]
recbook.claim(
    rates[400] < top[:400].sum() / films.n - 0.1,
    en="A cache of {capacity} films answers {rate:.0%} of the requests, although the {capacity} most rated films are "
    "{share:.0%} of them: one sitting runs through many films once and pushes the popular ones out.",
    zh="能放 {capacity} 部电影的缓存能回答 {rate:.0%} 的请求，而评分最多的 {capacity} 部占请求的 {share:.0%}：用户一坐下"
    "来就把许多电影各评一次，把热门的挤了出去。",
    takeaway=False, capacity=400, rate=rates[400], share=top[:400].sum() / films.n,
)

# %% [markdown] lang="en"
# That is a fact about this log, in which nobody rates a film twice. The queries of a search are repeated far more; measure your own.
#
# The core ends here. How to make the encoder [smaller](#A-smaller-encoder), when an [index](#Neighbours) pays, what happens when things [break](#Faults), when a model [rots](#When-it-rots), and how to go [past one machine](#Past-one-machine), stands behind the quiz; two of the takeaways are proved there.

# %% [markdown] lang="zh"
# 这是这个日志的情况，这里没有人把一部电影评两次。搜索的查询重复得多得多；请测量你自己的。
#
# 核心部分到此结束。怎样把编码器[变小](#更小的编码器)，什么时候值得用[索引](#近邻)，出了[故障](#故障)会怎样，模型什么时候[过时](#模型过时)，怎样[用上多台机器](#一台机器不够时)，都在小测之后；小结里有两条在那里证明。

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

# %% quiz="deployment"
recbook.quiz("deployment")

# %% [markdown] lang="en"
# ## Your progress

# %% [markdown] lang="zh"
# ## 你的进度

# %% tags=["nbval-ignore-output"]
recbook.progress("deployment")

