# %% [markdown] lang="en"
# # 12 · Deployment: from a fitted model to a service
#
# **You will be able to**, after the core, put a fitted model behind HTTP and replace it while requests run; say what p99 is and what a queue does to it; say why a large system retrieves, ranks and re-ranks; and, after the deeper part, restart the service when it dies; make an encoder smaller, and say why int8 needs one scale for each column; tell by measurement when an index pays.
#
# **You need** chapters 01 (EASE, NDCG) and 02 (what is stored of a model). Others are named where a word comes from them, and a sentence here suffices. You need not have served anything before.
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 12 · 部署：从训练好的模型到服务
#
# **学完之后**：学完核心部分，你能把模型做成 HTTP 服务，不停机更换模型；能说出 p99 是什么，排队会怎样影响它；能说出大型系统为什么要先召回、再精排、再重排。学完选读，你还能让服务崩溃后自动重启；能把编码器变小，并说明 int8 为什么要每列一个缩放因子；能用测量判断什么时候值得用近邻索引（index，不是数据库索引）。
#
# **需要的基础**：第 01 章（EASE、NDCG）和第 02 章（模型要保存些什么）。用到别章的概念时，会注明出处并用一句话说明。不需要有部署服务的经验。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。

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
from recbook.chapters.deployment import figures, sentences
from recbook.models import EASE, Popularity

recbook.setup("en")
ratings = recbook.load("ml-100k")
films = replace(ratings, items=ratings.items.assign(title=ratings.items["display_title"]))
scratch = tempfile.TemporaryDirectory()

# %% [markdown] lang="en"
# ## A sentence, and ten films
#
# Type a sentence of your own, in English, and run the cell. It fits EASE, stores it, starts a **service** (a program that waits for requests and answers them), sends it your sentence, and ends it. EASE does not search: it answers the recommendations that we ask for below. The search compares your sentence with the titles; its encoder, `onnx-int8`, is chapter 05's MiniLM with its weights stored as one-byte numbers ([how](#smaller) stands in the deeper part). The first time takes about half a minute: the encoder is converted, and 1,682 titles are encoded.

# %% [markdown] lang="zh"
# ## 一句话，十部电影
#
# 把句子换成你自己的，运行单元格；编码器 MiniLM（第 05 章）只读得懂英文；不想写英文，直接运行就可以。这个单元格先拟合并保存 EASE，再启动一个**服务**（service，等待请求并作出响应的程序），发送句子，最后停掉服务。搜索用不到 EASE，后面请求推荐时才用。搜索是拿你的句子与片名比较，所用的编码器 `onnx-int8` 就是 MiniLM，只是权重存成了单字节的数（[怎样做](#smaller)见选读）。第一次大约要半分钟：要转换编码器，还要编码 1,682 个片名。

# %% tags=["nbval-ignore-output"]
# en: A boat meets a block of ice.
# zh: 一艘船撞上冰山。
sentence = "a ship that hits an iceberg"

folder = Path(scratch.name) / "films"
EASE().fit(films).save(folder)
with serving.running(folder, backend="onnx-int8") as service:
    answer = service.search(sentence, n=10)
plots.table(pd.DataFrame(answer["items"]).assign(title=lambda found: found["title"].map(plots.film)))

# %% [markdown] lang="en"
# No word of our sentence stands in the first title: MiniLM has read about the film (chapter 05). Where a film such as The Ice Storm stands twice, the data have it under two numbers. The `with` block is worth a look: the service starts when the block is entered and stops when it is left, also when a line in it fails. It listens at the address `127.0.0.1`, the **loopback**, which no other machine can reach.
#
# What went over the wire? **HTTP** is the agreement by which two programs talk. The **client** is the program that asks, here this notebook. The method says what is to be done: `POST` hands something in. The path says which of the service's tasks is meant: `/search` or `/recommend`. The body is the content, here in JSON, a text of names and values. The service answers with a status, a number, and a body of its own. Here are five requests; only the first is valid.

# %% [markdown] lang="zh"
# 我们这句话里的词，第一个片名里一个也没有：MiniLM 读过这部电影的故事（第 05 章）。有的电影（如 The Ice Storm）出现两次，是因为数据里给了它两个编号。`with` 块值得看一眼：进入 with 块时服务启动，离开时停止，中途出错也会停。它监听的地址是 `127.0.0.1`，也就是**回环地址**（loopback），别的机器访问不到。
#
# 网络上传的是什么？**HTTP** 是两个程序通信的约定。**客户端**（client）是发请求的程序，这里就是本笔记本。方法说明要做什么：`POST` 是提交内容。路径说明找的是服务的哪一项功能：`/search` 或 `/recommend`。请求体是内容，这里用 JSON，即由名称和值组成的文本。服务返回一个状态码和响应体。下面发五个请求，只有第一个合法。

# %%
from recbook.serving.engine import open_engine

# en: The model in this process, as the service opens it in its own.
# zh: 在本进程里打开模型，与服务在它的进程里做的一样。
engine = open_engine(folder)
asked = [{"user": 7, "n": 3}, {"user": 99_999}, {"user": 7, "history": [50]}, {"history": [50] * 10_000}, {"usr": 7}]
with serving.running(folder) as service:
    answers = [service.post("/recommend", body) for body in asked]
good = answers[0]
print("POST /recommend", good.request.content.decode())
print(good.status_code, json.dumps(good.json(), indent=1))

# %%
direct = engine.recommend(3, user=7)
recbook.claim(
    [item.id for item in direct] == [item["id"] for item in good.json()["items"]]
    and good.json()["model"] == engine.version,
    en="The service gives user {user} the {n} films that the stored model gives in this process, and names the model's "
    "version.",
    zh="服务给用户 {user} 的 {n} 部电影，与直接在本进程里加载模型算出的结果完全相同，并写明了模型的版本。",
    takeaway=False, user=7, n=3,
)

# %% [markdown] lang="en"
# The version is the beginning of a hash of the model's manifest, so it changes with any file of the model. The other four are refused. A status that begins with 4 says that the *request* is wrong, one with 5 that the *service* has a problem; 200 is a good answer. Each refusal has a sentence that says what is wrong, because somebody will read it at night. Whom the log lacks, a new user, is served by `history` in place of `user`: the ids of films, oldest first.

# %% [markdown] lang="zh"
# 版本取模型清单（manifest）哈希值的前十二位，模型的任何文件变了，它也会变。另外四个请求被拒绝。4xx 的状态码表示请求有错，5xx 表示服务有问题，200 是正常的响应。每次拒绝都写明原因，半夜排查故障时用得上。日志里没有的新用户，不给 `user`，改给 `history`，即电影编号，从最早的排起。服务的说明是英文，旁边附有译文。

# %%
rows = [(str(body)[:34], answer.status_code, answer.json()["detail"]) for body, answer in zip(asked[1:], answers[1:])]
plots.table(sentences.beside(pd.DataFrame(rows, columns=["request", "status", "detail"])))

# %% [markdown] lang="en"
# Outside a notebook it is two lines, each in a terminal of its own: one starts the service of a folder that `model.save` wrote, the other asks. The number behind the address, the **port**, says which program of the machine is meant.
#
# ```
# recbook serve FOLDER --port 8000
# curl http://127.0.0.1:8000/recommend -H "Content-Type: application/json" -d '{"user": 7, "n": 3}'
# ```

# %% [markdown] lang="zh"
# 不在笔记本（notebook）里运行时，只要两行命令，各在一个终端里运行：一行启动服务，所用的文件夹由 `model.save` 写成；另一行发出请求。地址后面的数字是**端口**（port），说明要找的是这台机器上的哪个程序。
#
# ```
# recbook serve FOLDER --port 8000
# curl http://127.0.0.1:8000/recommend -H "Content-Type: application/json" -d '{"user": 7, "n": 3}'
# ```

# %% [markdown] lang="en"
# ## The path of a request <a id="path"></a>
#
# Where does the time go? We walk the path in this process, step by step. `walk` hands each step what the one before gave, and measures; of the times of a step we take the shortest, which other programs disturb least. A search parses the request, encodes the query, scores all titles, sorts and writes the answer; a recommendation looks up the history in place of encoding, and masks what the user has seen.

# %% [markdown] lang="zh"
# ## 一个请求走过的路 <a id="path"></a>
#
# 时间花在哪里？我们在本进程里逐步执行。`walk` 把每一步的结果交给下一步，并计时；每一步取最短的一次，这样受别的程序干扰最小。搜索要解析请求、编码查询、给全部片名打分、排序、写出响应；推荐不用编码，而是取出用户历史，并屏蔽看过的电影。

# %%
from recbook.data.histories import sentences_in_time
from recbook.text import TextEncoder

encoder = TextEncoder(backend="onnx-int8")
titles = films.items["title"].tolist()
# en: Each title once, as the service encodes them: the vectors are on the disk already.
# zh: 每个片名一次，与服务的编码方式相同：向量已经在磁盘上了。
names = list(dict.fromkeys(titles))
row_of = dict(zip(names, encoder.encode(names)))
vectors = np.stack([row_of[title] for title in titles])  # (1682, 384)
# en: The rows of each user's films, oldest first.
# zh: 每位用户的电影所在的行，从最早的排起。
histories = sentences_in_time(films)


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
spent = {kind: pd.DataFrame([walk(steps, body)[1] for body in bodies]).min().to_dict()
         for kind, steps, bodies in (("search", search, queries), ("recommend", recommend, users))}

# %% [markdown] lang="en"
# And the way itself? The request is written as text, goes from one program to the other, is read and checked there, and the answer comes back likewise. We ask for the same 200 recommendations twice, by calling the function in this process and over HTTP, one request after the other (`load.closed_loop`). The difference is what HTTP costs, the client's own work and the checking of the request included; a search pays about the same.

# %% [markdown] lang="zh"
# 路上又要多久？请求要写成文本，从一个程序传到另一个，在那边读出并检查，响应也要这样传回来。同样的 200 次推荐求两遍：一遍在本进程里调用函数，一遍通过 HTTP 逐个请求（`load.closed_loop`）。两者之差就是 HTTP 的开销，客户端自己的工作和请求的检查也在内；搜索的这项开销差不多。

# %% tags=["nbval-ignore-output"]
from recbook.serving import load

people = films.user_ids[:200].tolist()
requests = [("/recommend", {"user": user, "n": 10}) for user in people]
call = {"call": lambda user: engine.recommend(10, user=user)}
by_call = 1000 * min(walk(call, user)[1]["call"] for user in people)
with serving.running(folder) as service:
    load.closed_loop(service.url, requests, clients=1, n=100)
    by_http = load.closed_loop(service.url, requests, clients=1, n=200).percentile(0)
figures.request_path(spent, transport=(by_http - by_call) / 1000)

# %% tags=["nbval-ignore-output", "timed"]
recbook.claim(
    by_http > 1.2 * by_call,
    en="The same recommendation takes {call:.1f} ms as a call of a function and {http:.1f} ms over HTTP.",
    zh="同样的推荐，直接调用函数要 {call:.1f} 毫秒，通过 HTTP 要 {http:.1f} 毫秒。",
    takeaway=False, call=by_call, http=by_http,
)

# %% tags=["nbval-ignore-output", "timed"]
share = spent["search"]["encode"] / sum(spent["search"].values())
recbook.claim(
    share > 0.5,
    en="Of the time that a search computes, {share:.0%} goes into encoding one sentence.",
    zh="一次搜索的计算时间里，{share:.0%} 用来编码一个句子。",
    takeaway=False, share=share,
)

# %% [markdown] lang="en"
# So a search has two large parts. HTTP costs each request about the same, whatever is asked: whoever needs 200 scores asks once for 200, not 200 times for one. And of what is computed it is the encoding that is worth improving: a [smaller encoder](#smaller), queries encoded together, and a memory for queries that come again. Scoring all 1,682 titles is cheap. With a hundred million it would not be.

# %% [markdown] lang="zh"
# 可见搜索有两大块开销。不管请求什么，HTTP 的开销都差不多，所以需要 200 个得分时，应当一次要 200 个，不要分 200 次去要。计算部分要优化的是编码：[更小的编码器](#smaller)、几个查询一起编码、记住重复的查询。给全部 1,682 个片名打分很便宜。要给一亿个物品逐一打分，就不便宜了。

# %% [markdown] lang="en"
# ## Retrieve, rank, re-rank <a id="stages"></a>
#
# A model that takes 0.1 ms for an item needs $10^8 \cdot 0.1$ ms, nearly three hours, to rank a hundred million items for one user. For 200 items it needs 20 ms. So most large systems have several stages, each seeing fewer items and computing more for each.
#
# $$T = \sum_s n_s\, c_s$$
#
# where $n_s$ is the number of items that stage $s$ sees, $c_s$ the cost of one item there, and $T$ the time of the whole answer. **Retrieval** finds hundreds up to ten thousand or so, by vectors and an [index](#neighbours), which finds near vectors without comparing all. A small model **pre-ranks** them (we do not build this stage). A large model **ranks** what is left. **Re-ranking** makes the final list of it: not ten of a kind, nothing that is sold out.

# %% [markdown] lang="zh"
# ## 召回、精排、重排 <a id="stages"></a>
#
# 如果模型算一个物品要 0.1 毫秒，给一位用户排完一亿个物品就要 $10^8 \cdot 0.1$ 毫秒，将近三小时。200 个物品只要 20 毫秒。所以大型系统大多采用多级结构，后一级处理的物品更少，算得更细。
#
# $$T = \sum_s n_s\, c_s$$
#
# 其中 $n_s$ 是第 $s$ 级处理的物品数，$c_s$ 是该级每个物品的开销，$T$ 是整个响应所用的时间。**召回**（retrieval）用向量和[近邻索引](#neighbours)（不必逐一比较，就能找出相近的向量）从全部物品中找出几百到一万个左右（注意“召回”是一个步骤，“召回率”是一个指标）。小模型做**粗排**（pre-ranking；这一级不实现）。大模型对剩下的做**精排**（ranking）。**重排**（re-ranking）把它们排成最终列表：类型不能单一，售罄的要去掉。

# %%
figures.funnel(films.n_items, retrieved=200, shown=10)

# %% [markdown] lang="en"
# Built small: co-rating vectors from a singular value decomposition (chapter 13) retrieve 200 films: each film gets 32 numbers, and films rated by the same people get similar ones. EASE ranks the 200, and a rule for diversity makes ten of them: place after place it takes the film with the best score, less what it has in common with those already taken. The lists are made in EASE's quick way, all scores in one product. The times are of a ranker that looks at each film by itself, as the large model does for which EASE stands here. The half-life of 8 films, by which the last films weigh most, comes from chapter 02; the rule's weight of 0.1 was chosen on the validation films. For comparison we also retrieve by the titles' vectors, and in a third run retrieve nothing and rank all. What does each stage do to the list, and what does it cost? **Diversity** is the mean of $1 -$ cosine over the pairs of a list's ten films, here between their genres: 0 for ten of a kind (chapter 09).

# %% [markdown] lang="zh"
# 按同样的结构做一个小系统。用奇异值分解（第 13 章）得到的共同评分向量召回 200 部电影（每部电影得到 32 个数，同一批人评过的电影，这些数也相近）。EASE 对这 200 部做精排，再用一条多样性（diversity）规则选出十部：逐个位置挑选，先从得分中扣去与已选电影的相似度，再取最高者。列表按 EASE 的快速算法求出，一次乘法得到全部得分；时间则按逐部计算的精排来测，EASE 在这里代替的大模型就是这样算的。历史里越近的电影权重越大，半衰期 8 部，沿用第 02 章；规则的权重 0.1 在验证集（validation set）上选定。另用片名向量召回，作为对照；第三次不召回，全部精排。每一级对列表做了什么，花了多少时间？**多样性**是列表的十部电影两两之间 $1 -$ 余弦的平均，这里按类型计算：十部同属一类时为 0（第 09 章）。

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
from recbook.data.histories import recency_weights
from recbook.evaluation import beyond, bootstrap
from recbook.evaluation.metrics import ranked_lists

known = sentences_in_time(split.history("test"))


def at_once(history, candidates):
    """en: The ranker's scores, in EASE's own way: one product for all films.
    zh: 精排的得分，按 EASE 自己的算法：一次乘法算出全部电影的得分。"""
    return (recency_weights(len(history), ranker.half_life) @ ranker.weights[history])[candidates]


def answered(retriever, n, rank, histories=known):
    """en: What each stage gave to each user.
    zh: 每一级给每位用户的结果。"""
    stages = Stages(partial(retriever, n=n), rank, partial(diverse, vectors=genres, weight=0.1))
    return [stages.answer(history) for history in histories]

# %%
def ndcg(lists):
    return ranked_lists(lists_of(lists, 10), split.wanted("test"), 10).ndcg()  # (users,)


ways = {"co-rating: 200": (by_ratings, 200), "titles: 200": (by_titles, 200),
        "nothing left out": (by_ratings, films.n_items)}
runs = {name: answered(*way, at_once) for name, way in ways.items()}
timed = {name: [answered(*way, ranker, known[:50]) for _ in range(3)] for name, way in ways.items()}

# %% tags=["nbval-ignore-output"]
from recbook.serving.stages import STAGES

MADE = {"retrieval": "retrieved", "ranking": "ranked", "re-ranking": "shown"}


def after(run, stage):
    return [getattr(answer, MADE[stage]) for answer in run]


def varied(lists):
    return beyond.diversity(lists_of(lists, 10), genres)  # (users,)


def milliseconds(way, stage):
    """en: The middle one of 50 users; of each the shortest of three times.
    zh: 50 位用户的中位数，每位取三次中最短的一次。"""
    return 1000 * np.median(np.min([[answer.seconds[stage] for answer in run] for run in timed[way]], axis=0))


run = runs["co-rating: 200"]
rows = [(plots.name(stage), sees, hands_on, ndcg(after(run, stage)).mean(), np.nanmean(varied(after(run, stage))),
         f"{milliseconds('co-rating: 200', stage):.2f}") for stage, sees, hands_on in zip(STAGES, (films.n_items, 200, 200), (200, 200, 10))]
columns = ["stage", "sees", "hands on", "NDCG of ten", "diversity of genres", "ms a user"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
more_varied = varied(after(run, "re-ranking")) - varied(after(run, "ranking"))
person = int(np.nanargmax(more_varied))
before, shown = (after(run, stage)[person][:10].tolist() for stage in ("ranking", "re-ranking"))
gone, new = ([film for film in one if film not in other] for one, other in ((before, shown), (shown, before)))
kinds = films.items["genres"].map(sentences.genres).tolist()
rows = [(plots.film(titles[one]), kinds[one], plots.film(titles[other]), kinds[other]) for one, other in zip(gone, new)]
plots.table(pd.DataFrame(rows, columns=["leaves", "its genres", "comes in", "genres of that"]))

# %% [markdown] lang="en"
# That is the user whose list changed most: three dramas make way for other genres. And over all users?

# %% [markdown] lang="zh"
# 这是列表变化最大的用户：三部剧情片让位给别的类型。所有用户合起来又怎样？

# %%
paid = bootstrap(ndcg(after(run, "re-ranking")) - ndcg(after(run, "ranking")))
recbook.claim(
    bootstrap(more_varied).low > 0.02 and -0.01 < paid.low < 0 < paid.high,
    en="Re-ranking raises the diversity of the lists from {ranked:.2f} to {shown:.2f}; what that costs in NDCG@10 is not "
    "significant (interval of the change {interval}).",
    zh="重排使列表的多样性从 {ranked:.2f} 升到 {shown:.2f}；NDCG@10 的差异不显著（区间 {interval}）。",
    takeaway=False, ranked=np.nanmean(varied(after(run, "ranking"))), shown=np.nanmean(varied(after(run, "re-ranking"))),
    interval=plots.ends(paid.low, paid.high, digits=4, sign=True),
)

# %% [markdown] lang="en"
# What diversity is worth to people no log can say (chapter 09): nobody rated the films that the old list did not show. Now the three ways to begin, side by side; where nothing is left out, there is no retrieval.

# %% [markdown] lang="zh"
# 多样性对人有多大价值，日志回答不了（第 09 章）：旧列表没有展示的电影，没有人评过分。再把三种召回方式并排来看；“全部精排”没有召回这一级。

# %% tags=["nbval-ignore-output"]
rows = [(plots.name(name), f"{milliseconds(name, 'retrieval'):.2f}" if name != "nothing left out" else "",
         f"{milliseconds(name, 'ranking'):.2f}", ndcg(after(run, "retrieval")).mean() if name != "nothing left out" else "",
         ndcg(after(run, "ranking")).mean()) for name, run in runs.items()]
plots.table(pd.DataFrame(rows, columns=["retrieved by", "retrieval, ms", "ranking, ms", "NDCG, retrieved", "NDCG, ranked"]))

# %% tags=["nbval-ignore-output"]
kept, every, lost = (ndcg(after(runs[name], "ranking")) for name in ("co-rating: 200", "nothing left out", "titles: 200"))
times = {name: milliseconds(name, "ranking") for name in runs}
same = bootstrap(kept - every)
recbook.claim(
    same.low > -0.005 and same.high < 0.005 and times["nothing left out"] > 2 * times["co-rating: 200"],
    en="Ranking {n} films that co-rating vectors retrieved loses none of the NDCG@10 of ranking all {films:,} (difference "
    "{interval}), in less than half of the ranker's time.",
    zh="只对共同评分向量召回的 {n} 部电影做精排，与给全部 {films:,} 部做精排相比，NDCG@10 没有损失（差的区间为 {interval}），"
    "精排所花的时间不到一半。",
    takeaway=False, n=200, films=films.n_items, interval=plots.ends(same.low, same.high, digits=4, sign=True),
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
# So retrieval and ranking together take far less than ranking all. Two grains of salt. On these data the co-rating vectors alone are nearly as good as the ranker (the last two columns), so it has little left to do behind them; behind the titles it has much. And a large model's cost grows with each film that it gets, which our slow ranker imitates; EASE itself scores all 1,682 films in one product and needs no stages.

# %% [markdown] lang="zh"
# 可见召回加精排所用的时间，比全部精排少得多。不过有两点要说明。在这份数据上，单靠共同评分向量已经与精排差不多（见最后两列），精排几乎没有改进余地；改用片名召回，精排的作用才大。另外，大模型每多一部电影就多一份开销，这里逐部计算的精排模仿的就是它；EASE 本身一次矩阵乘法就能给 1,682 部全部打分，用不着分级。

# %% [markdown] lang="en"
# ## A new model while requests run <a id="swap"></a>
#
# Tomorrow's model has to come in while people are asking. If the program read "the current model" twice within one request, the scores might come from the old one and the titles from the new. So a request takes **one reference** to the model when it begins and uses that one to its end. The new model is loaded while the old one still answers, its hashes are checked, and then the name "current model" is made to point to it. The old one goes when its last request has ended.
#
# On the disk it is the same: a folder for each version, and a file `current` that holds the name of the version in use, replaced in one step; to go back, publish the old name. The running service looks at it again and again, at short intervals (its setting `poll`), and loads what is named there. We let four clients send requests for three seconds and publish six times meanwhile, v2 and v1 in turn: at each change up to four requests are in the service's hands. Version v1 is EASE and v2 popularity, so that a list from the wrong model would show: we compare the films of each answer with the list of the version that it names.

# %% [markdown] lang="zh"
# ## 请求不断时更换模型 <a id="swap"></a>
#
# 新模型要在请求不断到来时换上。如果程序在一次请求里两次去读“当前模型”，就可能得分来自旧模型，片名来自新模型。所以请求在开始时**只取一次模型的引用**，此后一直用这个引用。旧模型照常服务，同时加载新模型，检查哈希值，然后让“当前模型”改指新模型。旧模型在最后一个请求结束之后释放。
#
# 磁盘上也是这样：每个版本一个文件夹，文件 `current` 里写着线上版本的名字，替换是原子操作；要退回去，再发布旧版本的名字就行。运行中的服务每隔很短的时间就查看一次（间隔由设置 `poll` 决定），并加载那里写的版本。四个客户端连续发三秒请求，其间发布六次，v2 和 v1 轮流：每次更换时，服务手里最多有四个请求。v1 是 EASE，v2 是热门推荐，列表若出自另一个模型，一看便知：我们把每个响应里的电影与它写明的那个版本的列表对照。

# %%
parent = Path(scratch.name) / "versions"
for name, model in {"v1": EASE(), "v2": Popularity()}.items():
    model.fit(films).save(parent / name)
engines = [open_engine(parent / name) for name in ("v1", "v2")]
lists = {(engine.version, user): [(item.id, item.title, item.score) for item in engine.recommend(10, user=user)]
         for engine in engines for user in people}


def is_whole(request, answer):
    got = [(item["id"], item["title"], item["score"]) for item in answer["items"]]
    return got == lists[answer["model"], request[1]["user"]]

# %% tags=["nbval-ignore-output", "timed"]
serving.publish(parent, "v1")
with serving.running(parent, poll=0.05) as service:
    swap = load.closed_loop(service.url, requests, clients=4, seconds=3, check=is_whole,
                            at={0.4 * (turn + 1): partial(serving.publish, parent, version)
                                for turn, version in enumerate(["v2", "v1"] * 3)})
    loaded = sum(line["event"] == "model loaded" for line in service.log()) - 1  # the first is v1's, at the start
recbook.claim(
    swap.lost == 0 and swap.wrong == 0 and len(swap.versions) == 2 and loaded >= 2,
    en="Under load the model was replaced {times} times: {old:,} answers came whole from v1, {new:,} whole from v2, none "
    "was mixed, and no request was lost.",
    zh="请求不断时换了 {times} 次模型：{old:,} 个响应完整地出自 v1，{new:,} 个完整地出自 v2，没有混杂的，也没有丢失请求。",
    takeaway=dict(
        en="A request takes one reference to the model and keeps it to its end: so a model is replaced while requests run, "
        "and none is lost or mixed.",
        zh="每个请求只取一次模型的引用，一直用到结束：这样就能不停机更换模型，请求不会丢失，响应也不会混杂。",
    ),
    times=loaded, **dict(zip(("old", "new"), (swap.versions[e.version] for e in engines))),
)

# %% [markdown] lang="en"
# ## How slow is slow?
#
# The **latency** of a request is the time from sending it to having the answer. Ten of them, in milliseconds:

# %% [markdown] lang="zh"
# ## 慢到什么程度算慢？
#
# 请求的**延迟**（latency）是从发出到拿到响应的时间。十次请求，单位毫秒：

# %%
ten = np.array([12, 15, 11, 90, 14, 13, 12, 200, 16, 14])
figures.ten_latencies(ten)

# %% [markdown] lang="en"
# Their mean is 39.7 ms, and no request came near 39.7 ms: eight were much faster, two much slower. So we look at the sorted latencies. The **percentile** goes by nearest rank: sort the $n$ latencies from small to large, and let
#
# $$r = \left\lceil \frac{q}{100}\, n \right\rceil$$
#
# Number $r$ among them ($r$ is counted from 1) is $p_q$: the smallest latency that at least $q\%$ of the requests do not exceed. Here $p_{50}$ is at place 5, 14 ms; $p_{90}$ at place 9, 90 ms; and **p99** at place $\lceil 9.9 \rceil = 10$, 200 ms. Of ten requests p99 is simply the slowest one.
#
# **Exercise 1.** Write the percentile. Multiply $q$ by $n$ before you divide by 100: a computer does not hold $7 / 100$ exactly, and takes $7 / 100 \cdot 100$ for a little more than 7, which would be rounded up to 8. ({points})

# %% [markdown] lang="zh"
# 平均值是 39.7 毫秒，可是没有一次请求接近 39.7 毫秒：八次快得多，两次慢得多。所以要看排好序的延迟。**百分位数**（percentile）按最近秩法计算：把 $n$ 个延迟从小到大排好，令
#
# $$r = \left\lceil \frac{q}{100}\, n \right\rceil$$
#
# 第 $r$ 个就是 $p_q$（$r$ 从 1 数起）：也就是满足“至少 $q\%$ 的请求不超过它”的最小延迟。这里 $p_{50}$ 是第 5 个，14 毫秒；$p_{90}$ 是第 9 个，90 毫秒；**p99** 是第 $\lceil 9.9 \rceil = 10$ 个，200 毫秒。只有十次请求时，p99 就是最慢的一次。
#
# **练习 1** 写出百分位数。先把 $q$ 乘以 $n$，再除以 100：计算机不能精确存下 $7 / 100$，算出的 $7 / 100 \cdot 100$ 略大于 7，向上取整就成了 8。（{points}）

# %% exercise="deployment-p99" points=1
def percentile(latencies, q):
    """en: The q-th percentile of latencies (n,), in any order, by nearest rank; q is a whole number, 1 to 100.
    zh: 延迟 latencies (n,)（顺序任意）的第 q 百分位数，按最近秩；q 是 1 到 100 的整数。"""
    ### BEGIN SOLUTION
    rank = (q * len(latencies) + 99) // 100  # rounded up, in whole numbers
    return sorted(latencies)[rank - 1]
    ### END SOLUTION

# %% check="deployment-p99"
recbook.check("deployment-p99", percentile)

# %% [markdown] lang="en"
# How many requests does a p99 need? Draw latencies whose true p99 we know, 46 ms (exponential, with a mean of 10 ms), measure p99 on $n$ of them, and do so 1,000 times.

# %% [markdown] lang="zh"
# p99 要多少次请求才可信？从真实 p99 已知的分布（指数分布，平均 10 毫秒，p99 为 46 毫秒）中抽取 $n$ 个延迟，量出它们的 p99，这样重复 1,000 次。

# %%
ends = {}
for n in (100, 1_000, 10_000):
    drawn = np.random.default_rng(0).exponential(10, size=(1_000, n))
    ends[n] = np.percentile(np.percentile(drawn, 99, axis=1, method="inverted_cdf"), [5, 95])
recbook.claim(
    np.ptp(ends[100]) > 2 * np.ptp(ends[1_000]) and np.ptp(ends[1_000]) < 12,
    en="Measured on {few} requests, p99 is spread over a range {wide:.0f} ms wide (nine times of ten), on {many:,} over one "
    "{narrow:.0f} ms wide: only there do several requests lie above it.",
    zh="用 {few} 次请求量出的 p99，十次中有九次落在一个宽 {wide:.0f} 毫秒的范围里；用 {many:,} 次，这个范围只宽 {narrow:.0f} 毫秒：次数多了，比它慢的请求才不止一两次。",
    takeaway=False, few=100, many=1_000, wide=np.ptp(ends[100]), narrow=np.ptp(ends[1_000]),
)

# %% [markdown] lang="en"
# Why look at the slowest hundredth? Because one page often sends many requests, and waits for all of them. If each is slow with chance 0.01, independently of the others, then a page of $m$ requests is slow with chance $1 - 0.99^m$.

# %% [markdown] lang="zh"
# 为什么要看最慢的百分之一？因为打开一个页面往往要发很多请求，还要等全部回来。如果每次请求慢的概率是 0.01，而且互相独立，那么有 $m$ 次请求的页面慢的概率就是 $1 - 0.99^m$。

# %%
m = 100
slow_page = 1 - 0.99**m
recbook.claim(
    0.6 < slow_page < 0.7,
    en="Where one request in a hundred is slow, independently of the others, a page that sends a hundred is slow for "
    "{pages:.0%} of its visitors.",
    zh="每一百次请求有一次慢，而且快慢互相独立，那么发出一百次请求的页面，对 {pages:.0%} 的访客就是慢的。",
    pages=slow_page,
)

# %% [markdown] lang="en"
# ## More clients
#
# One client sends a request, waits for the answer, and sends the next: a **closed loop**. How many answers a second the service gives is its **throughput**. What happens with two clients, four, thirty-two? By pencil: the service needs 10 ms for an answer and does one at a time. One client gets 100 answers a second. Two clients get 100 together, so each answer now takes 20 ms. In a closed loop
#
# $$N = X \times R$$
#
# where $N$ is the number of clients, $X$ the throughput and $R$ the mean latency (**Little's law**): once the throughput is at its limit, only the latency can grow. Now by measurement. Our clients share the cores with the service, so the throughput is lower and the latency higher than with clients elsewhere. Each point is 400 answers, of which four are slower than p99: it is rough. It takes about 15 seconds.

# %% [markdown] lang="zh"
# ## 客户端多起来
#
# 一个客户端发出请求，等到响应，再发下一个，这叫**闭环**（closed loop）。服务每秒给出多少个响应，是它的**吞吐量**（throughput）。两个客户端会怎样，四个、三十二个呢？笔算：服务响应一次要 10 毫秒，一次只做一个。一个客户端每秒得到 100 个响应。两个客户端合起来还是 100 个，于是每个响应要 20 毫秒。在闭环里
#
# $$N = X \times R$$
#
# 其中 $N$ 是客户端数，$X$ 是吞吐量，$R$ 是平均延迟（**利特尔法则**，Little's law）：吞吐量到了上限，只有延迟能增长。现在来测。我们的客户端与服务共用核心，所以与客户端在别的机器上相比，吞吐量更低，延迟更高。每个点是 400 次响应，比 p99 慢的只有四次，所以 p99 只是粗略的。大约需要 15 秒。

# %% tags=["nbval-ignore-output"]
with serving.running(folder) as service:
    load.closed_loop(service.url, requests, clients=2, n=50)
    loads = [load.closed_loop(service.url, requests, clients=n, n=400) for n in (1, 2, 4, 8, 32)]
figures.load_curves(loads)

# %% tags=["nbval-ignore-output", "timed"]
one, most = loads[0], loads[-1]
wait = most.latency.mean() / one.latency.mean()
recbook.claim(
    wait > 3 and most.rate / one.rate < 0.7 * most.clients,
    en="With {clients} clients in place of one the service gives {rate:.1f} times the answers a second, and each answer "
    "takes {wait:.0f} times as long on average: throughput has a limit, latency has none.",
    zh="客户端从一个增到 {clients} 个，服务每秒的响应数是原来的 {rate:.1f} 倍，平均延迟是原来的 {wait:.0f} 倍：吞吐量有上限，延迟没有"
    "上限。",
    takeaway=False, clients=most.clients, rate=most.rate / one.rate, wait=wait,
)

# %% [markdown] lang="en"
# Under full load the throughput can even fall: the clients' own work takes the cores from the service. Read the red curve so: of a hundred answers ninety-nine came within that time, and one took longer. That is what the owner of a service promises, say 99% within 300 ms, and looks for the largest load at which it still holds; the mean promises nothing to anybody.
#
# ## A queue by pencil
#
# Clients in a closed loop wait. People do not: they come when they come. Let requests arrive every 8 ms at a service that needs 10 ms. The first is served at once, the second waits 2 ms, the third 4 ms, and so on without end: 125 come in a second, and 100 can be served. In general a request begins when it has arrived *and* the one before is done.

# %% [markdown] lang="zh"
# 满负荷时吞吐量甚至会下降：客户端自己的工作占用了服务的核心。红线这样读：一百次响应里，九十九次在这个时间之内，一次更久。服务的负责人承诺的就是它，例如“99% 在 300 毫秒之内”，再找出守得住承诺的最大负载；平均值对谁都算不上承诺。
#
# ## 用笔算一个队列
#
# 闭环里的客户端会等。人不会：想来就来。设请求每 8 毫秒来一个，而服务处理一个要 10 毫秒。第一个马上处理，第二个等 2 毫秒，第三个等 4 毫秒，没有尽头：每秒来 125 个，只能处理 100 个。一般地，请求到达，而且前一个处理完毕，才开始处理。

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
# And if fewer come than can be served? Then nobody would wait if they came evenly. They come at random, each independently of the others: sometimes three at once. With one server, the **utilisation** $\rho$, the share of the time in which the service is busy, and a service time that is always $s$, the mean wait is
#
# $$\frac{\rho}{2\,(1 - \rho)}\; s$$
#
# (a queue that is called M/D/1). At $\rho = 0.5$ that is half a service time, at 0.9 it is 4.5, at 0.99 nearly 50. We simulate it beside the formula; the figure also has p99 of the wait, which lies several times above the mean.

# %% [markdown] lang="zh"
# 如果请求到来得没有处理得快呢？要是来得均匀，谁也不用等。但请求是随机到来的，互相独立：有时一下子来三个。设服务一次只处理一个，记**利用率**（utilisation）为 $\rho$，即服务忙的时间所占的比例，处理一个总是用时 $s$，那么平均等待是
#
# $$\frac{\rho}{2\,(1 - \rho)}\; s$$
#
# （这种队列叫 M/D/1）。$\rho = 0.5$ 时是半个处理时间，0.9 时是 4.5 个，0.99 时接近 50 个。下面把模拟与公式放在一起；图中还有等待时间的 p99，它是平均值的好几倍。

# %%
busy = np.array([0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95])
rng = np.random.default_rng(0)
gaps = rng.exponential(size=30_000)
queues = {rho: waits(np.cumsum(gaps) / rho, 1.0) for rho in busy}
figures.waiting(busy, [queue.mean() for queue in queues.values()], [np.percentile(queue, 99, method="inverted_cdf") for queue in queues.values()])

# %%
formula = busy / (2 * (1 - busy))
recbook.claim(
    abs(queues[0.9].mean() / formula[7] - 1) < 0.2 and queues[0.9].mean() > 6 * queues[0.5].mean(),
    en="In the simulated queue requests wait {half:.1f} service times on average at {low:.0%} utilisation, and "
    "{full:.1f} at {high:.0%}.",
    zh="模拟的队列里，利用率 {low:.0%} 时平均等待 {half:.1f} 个处理时间，利用率 {high:.0%} 时 {full:.1f} 个。",
    takeaway=dict(
        en="Waits are long even before a service is full: at nine tenths of what it can do, a request waits {full:.1f} "
        "service times on average, if requests come at random.",
        zh="服务还没有饱和，等待就已经很长：请求随机到来，负荷达到九成时，平均要等 {full:.1f} 个处理时间。",
    ),
    low=0.5, high=0.9, half=queues[0.5].mean(), full=queues[0.9].mean(),
)

# %% [markdown] lang="en"
# Two lessons. Leave room: a service that is to answer fast must be idle much of the time. And do not let a queue grow: ours holds at most 64 requests, answered or waiting; the 65th gets status 503 immediately, which says "not now". Who is refused can ask again; who stands in an endless queue waits until the time is out.
#
# To see a 503 we give a service two places in all (`max_concurrent`) and let 16 clients ask it at once. `Retry-After` says after how many seconds to ask again.

# %% [markdown] lang="zh"
# 两条经验。要留余地：想响应得快，服务就得有不少时间闲着。还有，别让队列一直长下去：我们的服务最多容纳 64 个请求，包括正在处理的和正在等待的；第 65 个立刻得到状态码 503，意思是“现在不行”。被拒绝的可以再来；排在无限长队列里的请求，只能一直等到超时。
#
# 为了看到 503，我们只给服务两个名额（`max_concurrent`），让 16 个客户端同时发请求。`Retry-After` 说明过几秒可以再来。

# %% tags=["nbval-ignore-output"]
from concurrent.futures import ThreadPoolExecutor

with serving.running(folder, max_concurrent=2) as service, ThreadPoolExecutor(16) as crowd:
    replies = list(crowd.map(lambda user: service.post("/recommend", {"user": user}), people[:64]))
    metrics, log = service.get("/metrics").text.splitlines(), service.log()
statuses = [reply.status_code for reply in replies]
refusal = replies[statuses.index(503)]
rows = [(refusal.status_code, refusal.headers["Retry-After"], refusal.json()["detail"])]
plots.table(sentences.beside(pd.DataFrame(rows, columns=["status", "Retry-After", "detail"])))

# %% tags=["nbval-ignore-output", "timed"]
recbook.claim(
    statuses.count(503) + statuses.count(200) == len(statuses) and statuses.count(200) > 0,
    en="Of {n} requests to the service with two places {answered} were answered, and {refused} got a 503.",
    zh="向这个只有两个名额的服务发出 {n} 个请求，{answered} 个正常响应，{refused} 个得到 503。",
    takeaway=dict(
        en="A service that is full refuses at once, with a 503, so that those it has taken are answered in time.",
        zh="服务满了就立刻用 503 拒绝，已经接受的请求才能及时得到响应。",
    ),
    n=len(statuses), answered=statuses.count(200), refused=statuses.count(503),
)

# %% [markdown] lang="en"
# ## Batches and a cache <a id="batches"></a>
#
# The encoder took most of what a search computes. Two queries that come at the same time can go through it in one call: **micro-batching**. The first query opens a batch and waits a few milliseconds for others; when the time is over, or the batch is full, it is encoded. By pencil: with `max_batch` 8 and `max_wait` 5 ms, queries that come at 0, 1, 2, 9, 10 and 30 ms make three batches, of 3, 2 and 1. With `max_batch` 2 the same queries make four, of 2, 1, 2 and 1: when the third comes, the first batch is full.
#
# **Exercise 2.** Find the sizes of the batches. ({points})

# %% [markdown] lang="zh"
# ## 批量编码与缓存 <a id="batches"></a>
#
# 搜索的计算时间大多花在编码器上。同时到来的两个查询可以合并成一次编码器调用，这叫**微批处理**（micro-batching）。第一个查询开启一个批次，等别的查询几毫秒；到时或装满就送去编码。笔算：`max_batch` 为 8，`max_wait` 为 5 毫秒，在第 0、1、2、9、10、30 毫秒到来的查询分成三批，大小为 3、2、1。`max_batch` 为 2 时，同样的查询分成四批，大小为 2、1、2、1：第三个到来时，第一批已经装满。
#
# **练习 2** 求各批次的大小。（{points}）

# %% exercise="deployment-batch" points=2
def batch_sizes(arrivals, max_batch, max_wait):
    """en: How many queries each batch holds, a list. arrivals (n,): whole milliseconds, in order. A batch
    en: is opened by a query; those that come up to and including max_wait later join it, until it holds
    en: max_batch. The next query opens the next batch.
    zh: 每个批次有几个查询，返回列表。arrivals (n,)：到来的时刻，整数毫秒，已按先后排好。批次由一个查询开启；
    zh: 在它之后 max_wait 毫秒以内（含）到来的查询加入，直到装满 max_batch 个。再来的查询开启下一个批次。"""
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
# How much does it save? We encode the same 64 titles one by one and in batches, and count seconds of CPU for one title.

# %% [markdown] lang="zh"
# 能省多少？把同样的 64 个片名一个一个编码，再分批编码，计算每个片名的 CPU 秒数。

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

# %% tags=["nbval-ignore-output", "timed"]
recbook.claim(
    costs[1:].min() < 0.95 * costs[0],
    en="On this processor a title costs at best {share:.0%} of its price when several are encoded together, in "
    "batches of {size}.",
    zh="在这个处理器上，每批 {size} 个时开销最低，一个片名只要单独编码的 {share:.0%}。",
    takeaway=False, share=costs.min() / costs[0], size=sizes[int(costs.argmin())],
)

# %% [markdown] lang="en"
# What is saved is work, so the service can answer more queries a second. A single query gains nothing: the first of a batch waits up to `max_wait` for the others, and with one client alone it waits for others that do not come. It pays where queries would stand in a queue anyway.
#
# A **cache** saves all of the work: it keeps the answers used last and, when it is full, drops the one that was used longest ago. How often a request finds its answer there, the **hit rate**, depends on how concentrated the requests are. Our ratings can tell: we ask for each film in the order in which it was rated.

# %% [markdown] lang="zh"
# 省下的是计算量，服务每秒因此能响应更多查询。单个查询并不会更快：每批的第一个最多要等 `max_wait`；只有一个客户端时，更是白等。查询本来就要排队时，微批处理才划算。
#
# **缓存**（cache）能省下全部工作：它保留最近用过的答案，空间满了就丢掉最久没用的。请求在缓存里找到答案的比例叫**命中率**（hit rate），取决于请求有多集中。可以用评分数据来测：按评分的先后，每条评分当作一次请求。

# %%
from recbook.serving.batching import Cache

stream = films.item[np.argsort(films.timestamp, kind="stable")].tolist()
rates = {}
for capacity in (50, 100, 200, 400, 800):
    cache = Cache(capacity)
    for film in stream:
        if cache.get(film) is None:
            cache.put(film, True)
    rates[capacity] = round(cache.hits / len(stream), 3)
rates

# %%
top = np.sort(films.item_counts())[::-1]
recbook.claim(
    rates[400] < top[:400].sum() / films.n - 0.1,
    en="A cache of {capacity} films answers {rate:.0%} of the requests, although the {capacity} most rated films are "
    "{share:.0%} of them: one sitting runs through many films once and pushes the popular ones out.",
    zh="能放 {capacity} 部电影的缓存能响应 {rate:.0%} 的请求，而评分最多的 {capacity} 部占请求的 {share:.0%}：用户往往"
    "一次连评许多电影，热门电影因此被挤出缓存。",
    takeaway=False, capacity=400, rate=rates[400], share=top[:400].sum() / films.n,
)

# %% [markdown] lang="en"
# That is a fact about these data, in which nobody rates a film twice. The queries of a search are likely to be repeated more; measure it on your own log of queries.
#
# The core ends here. How to make the encoder [smaller](#smaller), when an [index](#neighbours) pays, what happens when things [break](#faults), what a model loses when it [rots](#rots), and how to go [past one machine](#machines), stands behind the quiz; the takeaway on int8 is shown there.

# %% [markdown] lang="zh"
# 这是这份数据的情况，这里没有人把一部电影评两次。搜索的查询很可能重复得更多；请用自己的查询日志测一测。
#
# 核心部分到此结束。怎样把编码器[变小](#smaller)，什么时候值得用[索引](#neighbours)，出了[故障](#faults)会怎样，模型[过时](#rots)会损失什么，怎样[用上多台机器](#machines)，都在小测之后；小结里关于 int8 的那一条出自那里。

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
#
# Exercises 1 and 2 belong to the core, 3 to 6 to the deeper part; the sixth is open and gives no points.

# %% [markdown] lang="zh"
# ## 你的进度
#
# 练习 1 和 2 属于核心部分，3 到 6 属于选读；练习 6 是开放题，不计分。

# %% tags=["nbval-ignore-output"]
recbook.progress("deployment")

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### A smaller encoder <a id="smaller"></a>
#
# This section adds how an encoder becomes a quarter as large, and what that costs. It belongs to [the path of a request](#path).
#
# The services above ran MiniLM without PyTorch: the network was written once into a file in the format **ONNX**, a list of operations that any language can carry out. Its vectors are the same. What made it small is **quantisation**: storing numbers with fewer bits. A number $w$ in float32 takes 4 bytes. In **int8** it takes 1, a whole number $z$ from $-127$ to $127$, and a scale $s$ says what one step is worth:
#
# $$s = \frac{\max |w|}{127}, \qquad z = \mathrm{round}(w / s), \qquad w \approx s\, z$$
#
# By pencil: a matrix with the columns $(0.6, -1.27)$ and $(127, -30.4)$. One scale for all is $127 / 127 = 1$: the first column becomes $(1, -1)$. A scale of its own is $1.27 / 127 = 0.01$, and the column stays what it was.
#
# Why columns and not rows? In $y = x W$ the output is $y_j = \sum_i x_i\, s_j z_{ij} = s_j \sum_i x_i z_{ij}$: the scale of a column, or **channel**, is the same for all terms of the sum and comes last, once. A scale $s_i$ for each row would stay inside the sum. The input $x$ is rounded to whole numbers too, with one scale that is found anew for each request (**dynamic** quantisation), so the long sum is one of whole numbers, which a processor adds faster.

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 更小的编码器 <a id="smaller"></a>
#
# 这一节补充怎样把编码器变到四分之一大小，以及代价是什么。它接着[一个请求走过的路](#path)。
#
# 上面的服务运行 MiniLM 时没有用 PyTorch：网络事先导出过一次，存成 **ONNX** 格式的文件，也就是一张运算清单，任何语言都能照着执行。得到的向量是一样的。变小靠的是**量化**（quantisation）：用更少的比特存数。float32 的数 $w$ 占 4 个字节。**int8** 只占 1 个，存的是 $-127$ 到 $127$ 的整数 $z$，缩放因子 $s$ 说明一格有多大：
#
# $$s = \frac{\max |w|}{127}, \qquad z = \mathrm{round}(w / s), \qquad w \approx s\, z$$
#
# 笔算：矩阵的两列是 $(0.6, -1.27)$ 和 $(127, -30.4)$。共用一个缩放因子，就是 $127 / 127 = 1$：第一列变成 $(1, -1)$。用自己的缩放因子 $1.27 / 127 = 0.01$，这一列就保持原样。
#
# 为什么按列，不按行？在 $y = x W$ 中，输出是 $y_j = \sum_i x_i\, s_j z_{ij} = s_j \sum_i x_i z_{ij}$：一列（也叫**通道**，channel）的缩放因子对求和的各项都相同，可以提到外面，最后乘一次；如果每行一个缩放因子 $s_i$，就只能留在求和里面。输入 $x$ 也取成整数，缩放因子每次请求现算（**动态量化**，dynamic quantisation），所以这个很长的求和只涉及整数，处理器算得更快。

# %%
from recbook.serving.onnx import dequantise, quantise, quantise_error

toy = np.array([[0.6, 127.0], [-1.27, -30.4]])
# en: One scale; then one for each column.
# zh: 先共用一个缩放因子，再每列一个。
for axis in (None, 1):
    print(dequantise(quantise(toy, axis)).astype(float).round(2).tolist())

# %% [markdown] lang="en"
# **Exercise 3.** Take a matrix through int8 and back. (The axis of `quantise` above is the one that keeps its scales, 1 for columns; NumPy's `max` wants the axis that goes, 0.) ({points})

# %% [markdown] lang="zh"
# **练习 3** 让矩阵经过 int8 再还原。（上面 `quantise` 的轴是保留缩放因子的那一维，按列就是 1；NumPy 的 `max` 要的是消去的那一维，即 0。）（{points}）

# %% exercise="deployment-int8" points=2
def through_int8(matrix):
    """en: What is left of matrix (rows, columns), NumPy, after int8 with one scale for each column: the
    en: same shape, each number rounded to a multiple of its column's largest absolute value / 127.
    en: A column of zeros stays zeros.
    zh: matrix (rows, columns)（NumPy 数组）按每列一个缩放因子做 int8 之后还剩下什么：形状不变，每个数取到
    zh: “该列最大绝对值 / 127”的整数倍。全零的列仍为零。"""
    ### BEGIN SOLUTION
    scale = np.abs(matrix).max(axis=0) / 127
    scale = np.where(scale > 0, scale, 1.0)
    return np.round(matrix / scale) * scale
    ### END SOLUTION

# %% check="deployment-int8"
recbook.check("deployment-int8", through_int8)

# %% [markdown] lang="en"
# Does that happen in a real matrix? Here is one of MiniLM's first layer, 1,536 by 384, and one of its ordinary columns.

# %% [markdown] lang="zh"
# 真实的矩阵里会这样吗？下面是 MiniLM 第一层的一个矩阵，1,536 行 384 列，以及其中普通的一列。

# %%
from safetensors import safe_open

from recbook.data.fetch import ensure

with safe_open(ensure("all-MiniLM-L6-v2") / "model.safetensors", framework="np") as stored_weights:
    matrix = stored_weights.get_tensor("encoder.layer.0.output.dense.weight").T  # (1536, 384)
largest = np.abs(matrix).max(axis=0)
ordinary = int(np.argsort(largest)[len(largest) // 2])
figures.rounding(matrix[:40, ordinary], {"onnx-int8-tensor": largest.max() / 127, "onnx-int8": largest[ordinary] / 127})

# %%
errors = {axis: quantise_error(matrix, axis).mean() for axis in (None, 1)}
recbook.claim(
    errors[None] > 10 * errors[1],
    en="In this matrix the largest number is {times:.0f} times the median of the columns' largest numbers. With one scale for "
    "all, rounding errs by {whole:.0%} of a column's length on average; with one for each column, by {column:.1%}.",
    zh="这个矩阵里最大的数是各列最大值的中位数的 {times:.0f} 倍，所以共用一个缩放因子时，舍入误差平均为列向量长度的 {whole:.0%}，"
    "每列一个则只有 {column:.1%}。",
    takeaway=False, times=largest.max() / np.median(largest), whole=errors[None], column=errors[1],
)

# %% [markdown] lang="en"
# onnxruntime's library does the same to all matrices of the encoder (with 64 as the largest whole number in place of 127: on many processors sums of larger products would overflow). Live, on 200 titles, against the vectors in float32; then all of it, as stored by `recbook experiment serving`: sizes, speed, whether a title keeps its ten nearest titles, and what a ridge on these vectors finds among hidden films, as in chapter 10.

# %% [markdown] lang="zh"
# onnxruntime 库对编码器的所有矩阵做同样的事（最大的整数取 64：如果取 127，在许多处理器上乘积累加起来会溢出）。先现场运行：200 个片名，与 float32 的向量比较。再看由 `recbook experiment serving` 存好的全部结果，包括大小、速度、一个片名最近的十个片名保留了几个，以及像第 10 章那样用这些向量做岭回归，在隐藏的电影上列表有多好。

# %% tags=["nbval-ignore-output"]
few = names[:200]
exactly = TextEncoder(backend="onnx").encode(few, keep=False)
live = {kind: (TextEncoder(backend=kind).encode(few, keep=False) * exactly).sum(axis=1).mean()
        for kind in ("onnx-int8", "onnx-int8-tensor")}
{kind: round(float(cosine), 3) for kind, cosine in live.items()}

# %%
measured = recbook.stored("serving")["results"]
rows = []
for kind in ("onnx", "onnx-int8", "onnx-int8-tensor"):
    one = measured["encoder"][kind]
    hidden = one["hidden"]
    apart = plots.ends(*hidden["difference_interval"], sign=True)
    rows.append((plots.name(kind), f"{one['bytes'] / 1e6:.0f}", f"{one['texts_a_second']:.0f}", one["cosine"]["mean"],
                 one["overlap"], hidden["ndcg"], apart))
columns = ["encoder", "MB", "texts a second", "mean cosine", "neighbours kept", "NDCG, hidden films", "less float32"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
full, small, coarse = (measured["encoder"][kind] for kind in ("onnx", "onnx-int8", "onnx-int8-tensor"))
recbook.claim(
    live["onnx-int8"] > live["onnx-int8-tensor"] and small["overlap"] > coarse["overlap"] + 0.05
    and small["bytes"] < 0.3 * full["bytes"] and full["cosine"]["largest_difference"] < 1e-6,
    en="Int8 makes the file a quarter as large. With a scale for each column a title keeps {kept:.0%} of its ten nearest, "
    "with one scale a matrix {coarse:.0%}.",
    zh="int8 使文件缩小到四分之一。每列一个缩放因子时，一个片名的十近邻保留 {kept:.0%}，每个矩阵一个时保留 {coarse:.0%}。",
    takeaway=dict(
        en="Int8 makes an encoder a quarter as large. It needs a scale for each column, since one large column makes the steps "
        "too coarse for all others: so a title keeps {kept:.0%} of its ten nearest.",
        zh="int8 使编码器缩小到四分之一，但要每列一个缩放因子：否则只要有一列特别大，其余各列的格子就太粗；这样一个片名的十近邻保留 {kept:.0%}。",
    ),
    kept=small["overlap"], coarse=coarse["overlap"],
)

# %%
more = measured["more draws"]["differences"]
between = more["onnx-int8 less onnx-int8-tensor"]["interval"]
recbook.claim(
    more["onnx-int8"]["interval"][1] < 0 and between[0] < 0 < between[1] and small["cosine"]["mean"] > 0.98,
    en="On {sets} more hidden sets float32 has an NDCG@10 of {full:.3f}; with a scale for each column it is lower by "
    "{channel:.3f}. With one scale a matrix it is lower by about as much: between the two the difference is not significant.",
    zh="在另外 {sets} 组隐藏的电影上，float32 的 NDCG@10 为 {full:.3f}，每列一个缩放因子时低 {channel:.3f}。每个矩阵一个时低得差不多："
    "两种量化之间差异不显著。",
    takeaway=False, sets=len(measured["more draws"]["seeds"]),
    full=measured["more draws"]["ndcg"], channel=-more["onnx-int8"]["mean"],
)

# %% [markdown] lang="en"
# The table rests on five sets of hidden films. There one scale a matrix looked clearly worse than a scale for each column; on twenty more sets both lie about equally far below float32. So nearer vectors are not always better lists. A ridge learns on the vectors as they are and can live with a distortion that is the same for all films; a search compares stored vectors with new queries and cannot. Whoever changes the encoder should compare the lists' NDCG, not the cosine alone.

# %% [markdown] lang="zh"
# 表里用的是五组隐藏的电影，在那里，每个矩阵一个缩放因子看上去明显不如每列一个；在另外二十组上，两者都比 float32 低，而且低得差不多。可见向量更接近原向量，列表未必更好。岭回归在得到的向量上学习，所有电影都一样的变形，它可以适应；检索拿存好的向量与新的查询比较，就适应不了。更换编码器之后，要比较列表的 NDCG，不能只看余弦。

# %% [markdown] lang="en"
# And why did large batches get dearer again ([above](#batches))? One reason is **padding**: in a batch every title is filled up to the length of the longest, and the filling is computed too. Sorted by length beforehand, the titles of a batch are nearly of one length.

# %% [markdown] lang="zh"
# 还有，批次大了为什么又变贵（见[上文](#batches)）？原因之一是**填充**（padding）：一个批次里的片名都要补到最长的那个的长度，补上的部分也要计算。如果先按长度排序，同一批片名的长度就差不多。

# %% tags=["nbval-ignore-output", "timed"]
sorted_names = sorted(names[:64], key=lambda title: len(encoder.tokens(title)))
sorted_cost = cost(32, sorted_names) / costs[0]
recbook.claim(
    sorted_cost < costs[sizes.index(32)] / costs[0],
    en="In batches of {size} a title costs {mixed:.0%} of its price alone as the titles come, and {even:.0%} when they are "
    "sorted by length.",
    zh="每批 {size} 个时，按原来的顺序，一个片名的开销是单独编码的 {mixed:.0%}，按长度排序则是 {even:.0%}。",
    takeaway=False, size=32, mixed=costs[sizes.index(32)] / costs[0], even=sorted_cost,
)

# %% [markdown] lang="en"
# ### Neighbours <a id="neighbours"></a>
#
# This section adds when an index pays, and what it costs. It belongs to [retrieve, rank, re-rank](#stages).
#
# **Exact search** compares a query with all $n$ vectors: one matrix product, nothing overlooked. The libraries of **nearest-neighbour search** get by with fewer products and overlook something. **Inverted lists** (IVF) sort the vectors into $c$ **cells**, each around a centre. A query is compared with the $c$ centres, then only with the vectors in the $p$ nearest cells. If the cells are equally large, that makes
#
# $$c + \frac{p}{c}\, n$$
#
# dot products. By pencil: $n = 1{,}000{,}000$, $c = 1{,}000$, $p = 10$ make $1{,}000 + 10{,}000$, about a hundredth. With $n = 1{,}682$, $c = 41$, $p = 10$ it is $41 + 410$, about a quarter: the smaller the catalogue, the less there is to save.
#
# **HNSW** is a graph: each vector is linked to some near ones, and a search walks along the links. Here it is in the plane: 200 points, each linked to its five nearest. From where it stands the walk looks at the linked points and goes to the one that is nearest to the query, until none is nearer.

# %% [markdown] lang="zh"
# ### 近邻 <a id="neighbours"></a>
#
# 这一节补充什么时候值得用近邻索引（index），以及代价是什么。它接着[召回、精排、重排](#stages)。
#
# **精确检索**把查询与全部 $n$ 个向量比较：一次矩阵乘法，一个也不漏。**近邻检索**（nearest-neighbour search）的库算得少一些，也会漏掉一些。**倒排文件**（inverted lists，IVF；与搜索引擎的倒排索引不是一回事）把向量分到 $c$ 个**单元**里，每个单元围绕一个中心。查询先与 $c$ 个中心比较，再只与最近的 $p$ 个单元里的向量比较。如果各单元一样大，要算的点积（dot product）数为
#
# $$c + \frac{p}{c}\, n$$
#
# 笔算：$n = 1{,}000{,}000$，$c = 1{,}000$，$p = 10$，是 $1{,}000 + 10{,}000$ 个，约百分之一。$n = 1{,}682$，$c = 41$，$p = 10$，是 $41 + 410$ 个，约四分之一：物品越少，能省的越少。
#
# **HNSW** 是一张近邻图：每个向量与一些近的向量相连，检索沿着连线走。下面画在平面上：200 个点，每个与最近的五个相连。每到一点，就看与它相连的各点，走到离查询最近的那个，直到没有更近的为止。

# %%
plane = np.random.default_rng(4).random((200, 2))
apart = np.linalg.norm(plane[:, None] - plane[None], axis=2)
links = [set(row) for row in np.argsort(apart, axis=1)[:, 1:6].tolist()]
for point, row in enumerate([sorted(row) for row in links]):
    for other in row:
        # en: A link leads both ways.
        # zh: 连线是双向的。
        links[other].add(point)


def walk_to(query, at):
    """en: The points that a walk from `at` stands on, and all that it looks at.
    zh: 从 `at` 出发，一路经过的点，以及看过的所有点。"""
    path, looked = [], set()
    while at not in path:
        path.append(at)
        looked |= {at, *links[at]}
        at = min({at, *links[at]}, key=lambda point: np.linalg.norm(plane[point] - query))
    return path, looked


query = np.array([0.85, 0.8])
path, looked = walk_to(query, at=int(np.linalg.norm(plane - [0.05, 0.1], axis=1).argmin()))
figures.graph_walk(plane, links, path, looked, query)

# %%
recbook.claim(
    path[-1] == np.linalg.norm(plane - query, axis=1).argmin() and len(looked) < 60,
    en="The walk compares the query with {looked} of the {n} points, and ends at the nearest.",
    zh="这一趟把查询与 {n} 个点中的 {looked} 个作了比较，终点就是最近的点。",
    takeaway=False, looked=len(looked), n=len(plane),
)

# %% [markdown] lang="en"
# From another start it may stop too early, at a point whose links all lead away: so an index overlooks something. HNSW therefore keeps several candidates in hand; and above this graph it has thinner ones, whose few long links make the first steps large.
#
# **Exercise 4.** The **recall** of an index is the share of the true neighbours that it finds. ({points})

# %% [markdown] lang="zh"
# 换一个起点，可能过早停下，停在连线都通向远处的点上：索引就是这样漏掉一些的。所以 HNSW 同时保留几个候选；在这张图之上还有几层更稀疏的图，用少数长连线先跨大步。
#
# **练习 4** 索引的**召回率**（recall）是真正的近邻中它找到的比例。（{points}）

# %% exercise="deployment-recall" points=1
def index_recall(found, exact):
    """en: One number: the share of the true neighbours `exact` (queries, k) that stand in the same row
    en: of `found` (queries, k), at any place. Both are NumPy arrays of film numbers, without repeats;
    en: in `found`, -1 stands where the index found nothing.
    zh: 一个数：真正的近邻 `exact` (queries, k) 中，出现在 `found` (queries, k) 同一行（位置不限）的比例。
    zh: 两者都是电影编号的 NumPy 数组，一行之内没有重复；`found` 中的 -1 表示索引没有找到。"""
    ### BEGIN SOLUTION
    return np.mean([np.isin(right, row) for row, right in zip(found, exact)])
    ### END SOLUTION

# %% check="deployment-recall"
recbook.check("deployment-recall", index_recall)

# %% [markdown] lang="en"
# The library faiss has exact search, IVF and HNSW, compiled. We try them on our titles, on 20,000 points in clusters, and, as a control, on as many points in all directions alike; one query at a time, as a service gets them; 100 points of each are kept out and are the queries. More cells looked into, or more candidates held in the graph, find more and, as a rule, take longer; the 64 cells of the last setting are more than our titles have, so there it looks at all.

# %% [markdown] lang="zh"
# 近邻检索库 faiss 提供编译好的精确检索、IVF 和 HNSW。在我们的片名、20,000 个成簇的点上试，并用同样多、各个方向均匀分布的点作对照；一次一个查询，与服务遇到的一样；每份数据留出 100 个点作查询，不参加建索引。查看的单元越多，或者在图里保留的候选越多，找到的越多，时间一般也越长；最后一种设置要看 64 个单元，我们的片名没有这么多，等于全看。

# %%
from recbook.serving import index

rng = np.random.default_rng(0)
middle = rng.standard_normal((200, 64), np.float32)
catalogues = {"our titles": vectors, "20,000 clustered": unit(middle[rng.integers(200, size=20_000)]
              + 0.5 * rng.standard_normal((20_000, 64), np.float32)),
              "20,000 random": unit(rng.standard_normal((20_000, 64), np.float32))}
efforts = {"hnsw": (16, 64, 256), "ivf": (1, 4, 16, 64)}

# %% tags=["nbval-ignore-output"]
def searched(built, queries, effort=None):
    """en: The ten nearest of each query (queries, 10), and the CPU seconds of the fastest of three rounds.
    zh: 每个查询的十个近邻 (queries, 10)，以及三轮中最快的一轮的 CPU 秒数。"""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        found = np.concatenate([built.search(query, 10, effort).ids for query in queries])
        seconds.append(time.process_time() - start)
    return found, min(seconds)


curves, exact_seconds = {}, {}
for catalogue, points in catalogues.items():
    order = np.random.default_rng(1).permutation(len(points))
    # en: A query is none of the points that are searched.
    # zh: 查询不在被检索的点里。
    queries, points = points[order[:100]], points[order[100:]]
    exact, unit_of_time = searched(index.build(points, "flat"), queries)
    exact_seconds[catalogue] = unit_of_time / len(queries)
    for kind, steps in efforts.items():
        built = index.build(points, kind)
        tried = [searched(built, queries, effort) for effort in steps]
        times, recalls = ([one / unit_of_time for _, one in tried], [index.recall(one, exact).mean() for one, _ in tried])
        curves.setdefault(catalogue, {})[kind] = (np.array(times), np.array(recalls))
figures.recall_cost(curves)

# %% tags=["nbval-ignore-output", "timed"]
def price(catalogue, wanted):
    """en: The least time of any index with that recall, exact search = 1; infinite if none has it.
    zh: 召回率达到要求的索引中最短的时间（精确检索 = 1）；都达不到则为无穷。"""
    return min((t for times, recalls in curves[catalogue].values() for t, r in zip(times, recalls) if r >= wanted),
               default=np.inf)


part = exact_seconds["our titles"] / spent["search"]["encode"]
recbook.claim(
    part < 0.25 and price("20,000 clustered", 0.95) < 0.7 * price("our titles", 0.99)
    and price("20,000 clustered", 0.95) < price("20,000 random", 0.95),
    en="An index pays where exact search takes a large part of the answer's time: among our films it takes {part:.0%} of "
    "what the encoding of the query takes, and finds everything.",
    zh="精确检索在响应时间里占的比例相当大，索引才划算：在我们的电影里，精确检索的用时只有编码查询的 {part:.0%}，而且一个不漏。",
    part=part,
)

# %% [markdown] lang="en"
# Among our titles the graph, in its fastest setting, takes less time than exact search. But what it saves is less than a tenth of a millisecond, of an answer that takes several, and it overlooks something for that.

# %% [markdown] lang="zh"
# 在我们的片名里，近邻图在最快的设置下，用时比精确检索少。可是整个响应要几毫秒，它省下的不到十分之一毫秒，还会漏掉一些。

# %% [markdown] lang="en"
# Where is the crossing? Stored: exact search, and of each index the first setting that finds 95% of the neighbours in clustered points of 64 numbers; dashed, exact search among vectors as wide as the encoder's, 384.

# %% [markdown] lang="zh"
# 分界点在哪里？下面是存好的结果：精确检索，以及每种索引在成簇的点上召回率首次达到 95% 的设置，点为 64 维；虚线是精确检索在与编码器同样宽（384 维）的向量里的用时。

# %%
sizes_of, wide = measured["crossing"]["64"], measured["crossing"]["384"]
figures.crossing(sizes_of, wide)

# %%
gain = {row["n"]: row["flat"] / min(row["hnsw"]["microseconds"], row["ivf"]["microseconds"]) for row in sizes_of}
recbook.claim(
    gain[1_000] < 2 and gain[1_000_000] > 20,
    en="Among {small:,} clustered points the better index is {few:.1f} times as fast as exact search, among {large:,} "
    "{many:.0f} times.",
    zh="在 {small:,} 个成簇的点里，较好的索引速度是精确检索的 {few:.1f} 倍，在 {large:,} 个点里是 {many:.0f} 倍。",
    takeaway=False, small=1_000, few=gain[1_000], large=1_000_000, many=gain[1_000_000],
)

# %%
most = wide[-1]
better = min(most["hnsw"]["microseconds"], most["ivf"]["microseconds"])
recbook.claim(
    most["flat"] > 10 * better and most["flat"] > 2_000 > wide[1]["flat"],
    en="Among {n:,} vectors of {width} numbers, as our encoder makes them, exact search takes {exact:.1f} ms, no longer little "
    "beside the encoding of a query, and the better index {index:.1f} ms.",
    zh="在 {n:,} 个 {width} 维的向量（我们的编码器给出的就是这么宽）里，精确检索要 {exact:.1f} 毫秒，与编码查询相比已经不算少；较好的索引只要 {index:.1f} 毫秒。",
    takeaway=False, n=most["n"], width=384, exact=most["flat"] / 1000, index=better / 1000,
)

# %%
build = {kind: sizes_of[-1][kind]["build_seconds"] for kind in ("hnsw", "ivf")}
recbook.claim(
    build["hnsw"] > 5 * build["ivf"],
    en="To build, the graph of {n:,} vectors took {hnsw:.0f} seconds, the inverted lists {ivf:.0f}.",
    zh="建索引的时间：{n:,} 个向量，近邻图用了 {hnsw:.0f} 秒，倒排文件用了 {ivf:.0f} 秒。",
    takeaway=False, n=sizes_of[-1]["n"], **build,
)

# %% [markdown] lang="en"
# So with some ten thousands of such vectors a search by sentence begins to be felt faster with an index; the [path of a request](#path) has your machine's time for the encoding. Two things more to remember. Points without clusters cost the index its gain; nothing tells near from far there. And an index changes the list: whoever puts one in should compare NDCG before and after, not only recall.

# %% [markdown] lang="zh"
# 所以这样的向量有几万个时，用句子搜索才开始感到索引的提速；你的机器上编码要多久，见[一个请求走过的路](#path)。还有两点要记住。点不成簇，索引就没有优势，因为各点远近几乎相同。另外，索引会改变列表：换上索引之后，要比较前后的 NDCG，不能只看召回率。

# %% [markdown] lang="en"
# ### Faults <a id="faults"></a>
#
# This section adds what happens when a process dies, and when a model is broken. It belongs to [a new model while requests run](#swap).
#
# A **supervisor** is a small process that starts the one that answers, the **worker**, and starts another when it dies. Two clients send requests for six seconds, and after one second we kill the worker: not politely, but as a lack of memory would. The clients ask again when they get no answer, or a 503.

# %% [markdown] lang="zh"
# ### 故障 <a id="faults"></a>
#
# 这一节补充进程崩溃、模型损坏时会发生什么。它接着[请求不断时更换模型](#swap)。
#
# **监督进程**（supervisor）是一个小进程，由它启动负责处理请求的**工作进程**（worker），后者崩溃了就再启动一个。两个客户端发六秒请求，一秒之后杀掉工作进程：不是正常退出，而是被强制终止，如同内存耗尽时。客户端得不到响应，或者得到 503，就重试。

# %% tags=["nbval-ignore-output"]
import os
import signal

serving.publish(parent, "v1")
with serving.running(parent) as service:
    worker = service.worker_pid()
    fall = load.closed_loop(service.url, requests, clients=2, seconds=6, retry=True, check=is_whole,
                            at={1.0: lambda: os.kill(worker, getattr(signal, "SIGKILL", signal.SIGTERM))})
    another = service.worker_pid()
figures.killed(fall, 1.0)

# %% tags=["nbval-ignore-output", "timed"]
recbook.claim(
    fall.lost == 0 and fall.wrong == 0 and another != worker and sum(fall.errors.values()) > 0,
    en="The worker was killed under load: {failed} attempts failed, the clients asked again, and no request was lost; for "
    "{gap:.1f} seconds nobody got an answer.",
    zh="在负载下杀掉了工作进程：有 {failed} 次尝试失败，客户端重试之后没有丢失请求；有 {gap:.1f} 秒谁也没有得到响应。",
    takeaway=False, failed=sum(fall.errors.values()), gap=fall.gap,
)

# %% [markdown] lang="en"
# What the dead worker had in hand failed. Whoever asked again then waited: the supervisor keeps the port open, and the gap is the time in which the next worker imports and loads. (One stands by from then on, and is faster.) Who cannot bear a gap runs two services behind a load balancer.
#
# Without asking again each failed attempt would be a page that does not load. How to ask again is a small art: not after everything, not at once, not for ever. If all clients came back at once, they would knock over the service that just got up; so each wait is twice as long as the one before. Clients that failed together would still come back together: so in practice each wait gets a random part too (**jitter**), and is at least what `Retry-After` says.
#
# **Exercise 5.** Write the client. ({points})

# %% [markdown] lang="zh"
# 崩溃的进程手里的请求失败了。接着重试的请求则在等：监督进程一直开着端口，没有响应的那段时间，是下一个工作进程在导入和加载。（此后总有一个备用的待命，会快些。）受不了这段间隔，就在负载均衡器后面运行两个服务。
#
# 如果不重试，每次失败都是一个打不开的页面。怎样重试有点讲究：不是什么都重试，不是马上重试，也不是一直重试。如果所有客户端同时回来，刚恢复的服务又会被压垮；所以重试的间隔要逐次加长：每次等待都是上一次的两倍。但同时失败的客户端仍会同时回来，所以实际中每次等待还要加上随机的一段（**抖动**，jitter），而且不短于 `Retry-After`。
#
# **练习 5** 写出这个客户端。（{points}）

# %% exercise="deployment-retry" points=2
def ask_again(statuses, most, first_wait):
    """en: (status, waited): the status that the client ends with, and the milliseconds that it waited in all.
    en: statuses: what the service would answer to attempt 1, 2, …; 0 is no answer. After 0 or 503 the
    en: client asks again, with at most `most` attempts in all; any other status is final. Before the
    en: second attempt it waits first_wait, then twice as long each time. statuses has at least `most` values.
    zh: 返回 (status, waited)：客户端最后得到的状态码，以及总共等待的毫秒数。statuses：服务对第 1、2……次
    zh: 尝试的响应，0 表示没有响应。遇到 0 或 503 就重试，连第一次在内最多 `most` 次，最后一次之后不再等；别的状态码就是最终结果。
    zh: 第二次尝试之前等 first_wait，此后每次加倍。statuses 至少有 `most` 个值。"""
    ### BEGIN SOLUTION
    waited, wait = 0, first_wait
    for status in statuses[: most - 1]:
        if status not in (0, 503):
            return status, waited
        waited += wait
        wait *= 2
    return statuses[most - 1], waited
    ### END SOLUTION

# %% check="deployment-retry"
recbook.check("deployment-retry", ask_again)

# %% [markdown] lang="en"
# And who watches the supervisor? The machine's own: systemd, or what runs containers. The course's `Containerfile` (target `serve`) packs the same `recbook serve`, for a user who may change nothing but the cache, with a check that asks `/health` every ten seconds.
#
# And a broken model? We publish two: one whose vectors are cut, as a full disk leaves them, and one with a changed byte. The service that runs must go on with what it has; one that starts with them must refuse.

# %% [markdown] lang="zh"
# 谁来看管监督进程？由机器自己的管理程序，如 systemd，或者运行容器的平台。课程的 `Containerfile`（目标 `serve`）打包的就是同一条 `recbook serve`，运行它的用户只能改动缓存，另外每十秒检查一次 `/health` 有没有响应。
#
# 模型损坏了呢？我们发布两个：一个的向量文件被截断，磁盘满了就会这样；另一个改动了一个字节。正在运行的服务应当继续用手里的模型；用它们启动的服务应当拒绝。

# %% tags=["nbval-ignore-output"]
import shutil


def broken(name, change):
    """en: A copy of v1 whose vectors are spoiled by `change`.
    zh: v1 的副本，其中的向量文件经 `change` 弄坏。"""
    shutil.rmtree(parent / name, ignore_errors=True)
    shutil.copytree(parent / "v1", parent / name)
    file = next((parent / name).glob("vectors-*"))
    file.write_bytes(change(file.read_bytes()))


broken("cut", lambda data: data[: len(data) // 2])
broken("altered", lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])

# %% tags=["nbval-ignore-output"]
def told(service):
    return [line["why"] for line in service.log() if line["event"] == "model refused"]


refused, went_on = {}, []
serving.publish(parent, "v1")
with serving.running(parent) as service:
    for name in ("cut", "altered"):
        serving.publish(parent, name)
        end = time.monotonic() + 20
        while len(told(service)) == len(refused) and time.monotonic() < end:
            time.sleep(0.2)
        refused[name] = told(service)[-1]
        went_on.append(service.health()["model"] == engines[0].version)
rows = [(plots.name(name), why.replace(str(parent), "…")) for name, why in refused.items()]
plots.table(sentences.beside(pd.DataFrame(rows, columns=["what went wrong", "in its log"]), "in its log"))

# %% tags=["nbval-ignore-output"]
try:
    with serving.running(parent / "cut"):
        started = True
except serving.ServiceError:
    started = False
recbook.claim(
    all(went_on) and len(refused) == 2 and not started,
    en="The running service refused both broken models, said why in its log, and went on with the old one; a service that "
    "we told to start with the cut one did not start.",
    zh="服务运行时发布了两个损坏的模型，全部被拒绝，日志里写明了原因，旧模型继续使用；让服务用截断的那个启动，则没有启动。",
    takeaway=False,
)

# %% [markdown] lang="en"
# And how does its owner hear of it? Nobody counts 503s by hand. The service counts itself: `/metrics` gives its counters in the form that **Prometheus** collects, a program that draws them over time and rings when p99 or the share of 503 climbs. And its log has a line for each request. What is missing in that line, on purpose? The user, the query, the address: a log is kept for long and read by many.

# %% [markdown] lang="zh"
# 负责人怎样得知这些事？没有人会自己去数 503。服务自己在数：`/metrics` 按 **Prometheus** 收集的格式给出各个计数器；Prometheus 是一个程序，画出它们随时间的变化，p99 或 503 的比例升高时报警。服务的日志里每个请求占一行。这一行里特意不写什么？用户、查询和地址：日志保存得久，看的人也多。

# %% tags=["nbval-ignore-output"]
print(*(line for line in metrics if line.startswith("recbook_requests_total")), sep="\n")
print(json.dumps(next(line for line in log if line.get("status") == 503)))

# %% [markdown] lang="en"
# ### When it rots <a id="rots"></a>
#
# This section adds what a model loses that is not trained again, how to compare two versions on real users, and when to train. It belongs to [a new model while requests run](#swap).
#
# A model is fitted to yesterday. That the log moves away from it is called **drift**. To measure it, compare the shares $p$ and $q$ of the items in two windows of time by the **Jensen–Shannon distance**: with their middle $m = \frac{1}{2} (p + q)$,
#
# $$D = \sqrt{\tfrac12 \sum_i p_i \log_2 \frac{p_i}{m_i} + \tfrac12 \sum_i q_i \log_2 \frac{q_i}{m_i}}$$
#
# It is 0 for equal shares and 1 where no item is common. By pencil: $p = (0.8, 0.2)$ and $q = (0.2, 0.8)$ have the middle $(0.5, 0.5)$; both sums are $0.8 \log_2 1.6 + 0.2 \log_2 0.4 = 0.542 - 0.264 = 0.278$, and the root is 0.527. Two windows of an unchanging shop differ too, the more the smaller they are: that much is chance.

# %% [markdown] lang="zh"
# ### 模型过时 <a id="rots"></a>
#
# 这一节补充模型不再训练会损失什么，怎样在真实用户上比较两个版本，以及什么时候该重新训练。它接着[请求不断时更换模型](#swap)。
#
# 模型拟合的是过去的日志；新日志的分布逐渐偏离，叫作**漂移**（drift）。要测量它，就比较两个时间窗口里各物品的占比 $p$ 和 $q$，用 **Jensen–Shannon 距离**：记两者的中点为 $m = \frac{1}{2} (p + q)$，
#
# $$D = \sqrt{\tfrac12 \sum_i p_i \log_2 \frac{p_i}{m_i} + \tfrac12 \sum_i q_i \log_2 \frac{q_i}{m_i}}$$
#
# 占比相同时为 0，没有共同物品时为 1。笔算：$p = (0.8, 0.2)$ 与 $q = (0.2, 0.8)$ 的中点是 $(0.5, 0.5)$；两个和都是 $0.8 \log_2 1.6 + 0.2 \log_2 0.4 = 0.542 - 0.264 = 0.278$，开方得 0.527。商店毫无变化时，两个窗口也会有差别，窗口越小差别越大：这部分属于偶然。

# %%
from recbook.evaluation.shift import by_chance, jensen_shannon

print(round(jensen_shannon(np.array([8, 2]), np.array([2, 8])), 3))
# en: Five draws of what the distance would be had nothing changed.
# zh: 如果毫无变化，距离会是多少：抽五次。
print(by_chance(np.array([8, 2]), np.array([2, 8]), n_draws=5).round(2))

# %% [markdown] lang="en"
# MovieLens cannot tell how a model rots: its users come once. The shop of chapter 02 can (`recbook experiment drift`, stored). Its weeks 14 to 53 are cut into ten months, and a model is trained before each of them and answers for all that follow.

# %% [markdown] lang="zh"
# MovieLens 说明不了模型怎样过时：用户只来一次。第 02 章的商店数据可以（`recbook experiment drift`，存好的结果）。把它的第 14 到 53 周分成十个月，每个月之前训练一个模型，为此后各月作出推荐。

# %%
rot = recbook.stored("drift")["results"]

# %%
moved = rot["drift"]
near, chance = np.mean(moved["next"][:9]), np.mean(moved["chance"])
far = moved["announced"][0][9]
recbook.claim(
    chance < near < far,
    en="Neighbouring months of the shop are {near:.2f} apart, and windows of these sizes differ by {chance:.2f} by "
    "chance alone; nine months apart it is {far:.2f}.",
    zh="商店相邻两个月的距离是 {near:.2f}，而这样大小的窗口仅因偶然就相差 {chance:.2f}；相隔九个月则是 {far:.2f}。",
    takeaway=False, near=near, chance=chance, far=far,
)

# %%
figures.rotting({"first purchases": rot["popularity"]["new"]["by_age"],
                 "every purchase": rot["popularity"]["all"]["by_age"]})

# %%
first, last = (rot["popularity"]["new"]["by_age"][age] for age in (0, 8))
recbook.claim(
    last["low"] > 0 and last["share"] > 2 * first["share"] > 0,
    en="For what a household buys for the first time, the list of a past month's most bought goods ages: one month old "
    "it has lost {one:.0%} of its NDCG@10, nine months old {nine:.0%}.",
    zh="对家庭第一次购买的商品，“某个月最畅销”的列表会过时：一个月之后 NDCG@10 损失 {one:.0%}，九个月之后损失 {nine:.0%}。",
    takeaway=False, one=first["share"], nine=last["share"],
)

# %%
frozen, counting = rot["own frequency"]["stale histories"][-1], rot["own frequency"]["all"]["never"][-1]
recbook.claim(
    abs(counting["share"]) < 0.02 and frozen["share"] > 0.1,
    en="Fresh histories matter more than fresh training: a list of what the household itself bought most is a count, with "
    "little to train, but without the purchases of the last nine months it loses {histories:.0%} of its NDCG@10.",
    zh="更新历史比重新训练更重要：按“该家庭买得最多的商品”推荐，只是计数，几乎不用训练；但如果看不到最近九个月里的购买，NDCG@10 就损失 "
    "{histories:.0%}。",
    takeaway=False, histories=frozen["share"],
)

# %%
rules = {name: rule["last"] for name, rule in rot["rules"]["popularity, new"].items()}
often, seldom, never = (rules[f"every {months}"] for months in (1, 2, 5))
recbook.claim(
    often["trainings"] == 2 * seldom["trainings"] and seldom["share_lost"] < 0.05 < never["share_lost"],
    en="When to train again? For first purchases, in the last five months, training every second month loses "
    "{seldom:.0%} of the NDCG@10 of training every month, and never training loses {never:.0%}.",
    zh="什么时候重新训练？对第一次购买，在最后五个月里，每两个月训练一次比每月训练的 NDCG@10 低 {seldom:.0%}，一直不训练则低 "
    "{never:.0%}。",
    takeaway=False, seldom=seldom["share_lost"], never=never["share_lost"],
)

# %% [markdown] lang="en"
# And is the new version better? A **canary** is a version that a small share of the users gets first (after the birds that miners took along). Each user sees one version only, so the two groups are different households, "apart" in the table. The *same* households can be compared, "paired", where both versions answer the same logged requests: by **replay** of the log, or by a version in the **shadow**, whose lists nobody is shown. Below, the candidate counts a household's purchases and forgets them twice as fast as the version in service; over all households of the shop it is worse. How often do so many households as the first column says, drawn at random, point the wrong way, and how often does an interval of 95% find it worse?

# %% [markdown] lang="zh"
# 新版本更好吗？**金丝雀发布**（canary）是先让一小部分用户使用新版本（名字来自矿工带下井的鸟）。每位用户只看到一个版本，所以两组是不同的家庭，即表中的“分开”。要比较同样的家庭，即“配对”，就要让两个版本响应同样的、已记入日志的请求：或者**回放**（replay）日志，或者让新版本作**影子**（shadow），它的列表不给人看。下面两个版本都只数家庭买过什么，候选版本遗忘的速度是正在服务的版本的两倍；在商店的全部家庭上，它更差。按表中首列的家庭数随机抽样，有多大可能方向看反？按 95% 的区间，又有多大可能判断出它更差？

# %%
whole = rot["canary"]["candidate_minus_service"]
recbook.claim(
    whole["high"] < 0,
    en="Over all {n:,} households the candidate's NDCG@10 is lower by {lower:.3f}.",
    zh="在全部 {n:,} 个家庭上，候选版本的 NDCG@10 低 {lower:.3f}。",
    takeaway=False, n=rot["canary"]["households"], lower=-whole["difference"],
)

# %%
verdicts = rot["canary"]["verdicts"]
kinds = ["looks_better", "apart_looks_better", "said_worse", "apart_said_worse"]
rows = [(int(n), *(f"{one[kind]:.0%}" for kind in kinds)) for n, one in verdicts.items()]
columns = ["households", "looks better", "apart, looks better", "paired, worse found", "apart, worse found"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
hundred, most_households = verdicts["100"], verdicts["1600"]
recbook.claim(
    hundred["said_worse"] > 0.9 > most_households["apart_said_worse"] > hundred["apart_said_worse"],
    en="Replayed for the same {few} households, the worse version is found in {paired:.0%} of the trials. A canary needs "
    "{many:,} households for each version to find it in {apart:.0%}.",
    zh="对同样的 {few} 个家庭回放，{paired:.0%} 的试验判断出较差的版本。金丝雀发布则要每个版本各有 {many:,} 个家庭，才在 {apart:.0%} 的试验里判断得出。",
    takeaway=False, few=100, paired=hundred["said_worse"], many=1_600, apart=most_households["apart_said_worse"],
)

# %%
power = rot["canary"]["power"]
recbook.claim(
    power["0.003"] > 30 * power["0.024"],
    en="Even in replay small steps need many: a difference of {large} in NDCG@10 shows with {few} households in four trials "
    "of five, one of {small} needs {many:,}.",
    zh="即使是回放，小的变化也要很多家庭：NDCG@10 相差 {large} 时，{few} 个家庭就能在五次试验里有四次看出来，相差 {small} 时要 {many:,} 个。",
    takeaway=False, large=0.024, few=power["0.024"], small=0.003, many=power["0.003"],
)

# %% [markdown] lang="en"
# So replay first what a log can tell. A canary shows the rest: errors, latencies, and what people do with goods that the old lists never showed them. A trap is left: whoever looks at a canary again and again stops at the first alarm, and there will be one.

# %% [markdown] lang="zh"
# 所以日志答得了的，先用回放。金丝雀发布看的是其余的：错误、延迟，以及旧列表从未展示过的商品有没有人要。还有一个陷阱：反复查看结果，一见警报就停，而警报迟早会有。

# %%
looks = rot["canary"]["looks"]
recbook.claim(
    looks["any_look"] > 3 * looks["last_look"],
    en="Two versions that are alike: one look at the end raises a false alarm in {once:.0%} of the trials, {n} looks in "
    "{often:.0%}.",
    zh="两个版本其实一样好：只在最后看一次，误报占试验的 {once:.0%}；看 {n} 次，误报占 {often:.0%}。",
    takeaway=False, once=looks["last_look"], n=40, often=looks["any_look"],
)

# %% [markdown] lang="en"
# ### Past one machine <a id="machines"></a>
#
# This section adds how work is spread over many processes and machines, and what a hundred million items would need. It belongs to [retrieve, rank, re-rank](#stages).
#
# **Ray** starts workers, here or on other machines, and hands them calls of a function. The function need not know of it. This is the whole job that embeds titles; the same code runs in this process and on a worker:

# %% [markdown] lang="zh"
# ### 一台机器不够时 <a id="machines"></a>
#
# 这一节补充怎样把工作分配给许多进程和机器，以及一亿个物品需要什么。它接着[召回、精排、重排](#stages)。
#
# **Ray** 在本机或别的机器上启动工作进程，把函数调用交给它们。函数本身不用改。下面就是给片名做嵌入的全部任务；同样的代码既在本进程里运行，也在工作进程里运行（文档字符串的意思是：用给定文件里的编码器求文本的向量，每个文本一行，float32；不需要 torch，环境里只要有 onnxruntime 和 tokenizers）：

# %%
import inspect

from recbook.peer import jobs, many

print(inspect.getsource(jobs.embed))

# %% [markdown] lang="en"
# Ray is large and starts slowly, so it has an environment of its own (`make ray`), and the result below is stored (`recbook experiment scaling`). Set `LIVE = True` to run 256 titles on two workers, one of which is killed meanwhile.

# %% [markdown] lang="zh"
# Ray 很大，启动也慢，所以有单独的环境（`make ray`），下面的结果是存好的（`recbook experiment scaling`）。写成 `LIVE = True`，就会用两个工作进程编码 256 个片名，中途杀掉一个。

# %% tags=["nbval-ignore-output"]
LIVE = False
if LIVE and many.available():
    parts = many.parts_of(names[:256], 16)
    alone = many.alone(jobs.embed, parts, file=jobs.encoder_file())
    spread = many.run(jobs.embed, parts, workers=2, kill=True, file=jobs.encoder_file())
    print(np.abs(spread.values - alone).max(), spread.again)

# %%
scaling = recbook.stored("scaling")["results"]["embedding"]
recbook.claim(
    scaling["killed"]["difference"] == 0 and min(scaling["killed"]["begun_again"]) >= 1,
    en="A worker was killed in the midst of the job: its part was begun again on another, and the vectors of all "
    "{texts:,} texts are equal to those of one process (difference {difference:.0f}).",
    zh="任务进行到一半时杀掉了一个工作进程：它的那部分由另一个重新做，全部 {texts:,} 个文本的向量与单进程的完全相同"
    "（差为 {difference:.0f}）。",
    takeaway=False, texts=scaling["texts"], difference=scaling["killed"]["difference"],
)

# %% [markdown] lang="en"
# Spreading pays when the job is much longer than the start: with $w$ workers it takes $t_0 + t / w$ at best, $t_0$ being the start and $t$ the job alone; so a job of some seconds is faster alone.
#
# Now a hundred million items, on paper. An index of $n$ vectors of $d$ numbers takes, in bytes,
#
# $$B_1 = 4 n d, \qquad B_2 = 4 n d + n \left(8 M + \tfrac{4 M}{M - 1} + 12\right), \qquad B_3 = 4 n d + 8 n + 4 c d$$
#
# for exact search, for HNSW with $M$ links, and for IVF with $c$ cells. Before we believe a formula for $10^8$, we check it where we can measure, with $d = 64$ and $M = 16$.

# %% [markdown] lang="zh"
# 任务比启动长得多，分给多个进程才划算：$w$ 个工作进程最好也要 $t_0 + t / w$（$t_0$ 是启动时间，$t$ 是单独做的时间），所以几秒钟的任务还是自己做更快。
#
# 再来纸上算一亿个物品。$n$ 个 $d$ 维向量的索引，占用字节数为：
#
# $$B_1 = 4 n d, \qquad B_2 = 4 n d + n \left(8 M + \tfrac{4 M}{M - 1} + 12\right), \qquad B_3 = 4 n d + 8 n + 4 c d$$
#
# 依次是精确检索；HNSW，$M$ 是连线数；IVF，$c$ 是单元数。把公式用到 $10^8$ 之前，先在测得出的规模上核对，这里 $d = 64$，$M = 16$。

# %%
rows = [(plots.name(kind), f"{row['n']:,}", *(f"{row[size] / 1e6:.1f}" for size in ("formula", "written", "grown")))
        for kind in ("flat", "hnsw", "ivf") for row in measured["memory"][kind]]
plots.table(pd.DataFrame(rows, columns=["index", "items", "formula, MB", "measured, MB", "process, MB"]))

# %%
worst = max(abs(row["written"] / row["formula"] - 1) for kind in measured["memory"].values() for row in kind)
largest_ivf = measured["memory"]["ivf"][-1]
spare = largest_ivf["grown"] / largest_ivf["formula"] - 1
recbook.claim(
    worst < 0.02 and spare > 0.1,
    en="From {low:,} to {high:,} vectors the formulas are within {worst:.1%} of what faiss writes; at the largest size "
    "inverted lists take {ivf:.0%} more in the process, since they grow with room to spare.",
    zh="从 {low:,} 到 {high:,} 个向量，公式与 faiss 写出的大小相差不超过 {worst:.1%}；规模最大时，倒排文件在进程里多占 "
    "{ivf:.0%}，因为它增长时会多留空间。",
    takeaway=False, low=10_000, high=1_000_000, worst=worst, ivf=spare,
)

# %%
from recbook.serving.capacity import catalogue_needs, encoding_hours

rows = []
for width in (384, 64):
    for kind in ("flat", "hnsw", "ivf"):
        needs = catalogue_needs(100_000_000, width, kind, copies=2, used=0.45)
        rows.append((f"{plots.name(kind)}{plots.name(str(width))}", f"{needs.index_bytes / 1e9:.0f}", needs.machines))
plots.table(pd.DataFrame(rows, columns=["index", "GB", "machines of 64 GiB"]))

# %% tags=["nbval-ignore-output"]
speed = measured["encoder"]["onnx-int8"]["texts_a_second"]
hours = {workers: round(encoding_hours(100_000_000, speed, workers), 1) for workers in (1, 100)}
hours

# %% [markdown] lang="en"
# The last line is the hours to encode the titles once, on one core and on a hundred. The table counts machines of 64 GiB whose memory is filled to 45%, since the next index is loaded beside the old one, and everything twice, so that one may fail. Machines are multiplied by what one costs a month where you are. An index saves time and no memory; short vectors save memory, 64 numbers in place of 384 most of the machines, and int8 would save three quarters of what the vectors still take (not of the graph's links). That is why large systems learn short vectors for retrieval (chapter 07) and keep the long ones for ranking.
#
# **Exercise 6**, open. Something of your own: fit a model on your data or on the shop, `model.save` it, run `recbook serve` on the folder, and find its limit. Say before you measure what you expect: which number of clients fills it, what its p99 is then and with one client, what a cache of a tenth of the items would save. Then measure, with `load.closed_loop`, three times each. Where were you wrong, and by how much do the three runs differ? A start, with a third path, `/similar`, which gives the items most like a given one:

# %% [markdown] lang="zh"
# 最后一行是把全部片名编码一遍所需的小时数，分别用一个核心和一百个核心。表里的机器有 64 GiB 内存，只用到 45%，因为旧索引照常服务时，还要加载同样大的新索引；一切都有两份，坏了一台也不要紧。机器数再乘以当地每台每月的价格，就是费用。索引省的是时间，不省内存；省内存的是短向量：把 384 维换成 64 维，大部分机器就不用了；再用 int8 存，向量所占的内存又能省下四分之三（近邻图的连线不会变小）。所以大型系统为召回学习短的向量（第 07 章），把长的留给精排。
#
# **练习 6**（开放题）部署一个你自己的模型：在自己的数据或商店数据上拟合一个模型，用 `model.save` 保存，对那个文件夹运行 `recbook serve`，找出它的上限。先写下预期再测量：多少个客户端能让它满负荷，那时和只有一个客户端时 p99 各是多少，能放十分之一物品的缓存能省多少。然后用 `load.closed_loop` 各测三次。哪里猜错了？三次之间相差多少？下面是个开头，用的是第三个路径 `/similar`，它给出与某个物品最相似的物品：

# %% tags=["nbval-ignore-output"]
with serving.running(folder) as service:
    similar = [("/similar", {"item": int(item), "n": 10}) for item in films.item_ids[:200]]
    first = load.closed_loop(service.url, similar, clients=2, seconds=1)
plots.table(first.table().round(1))

# %% [markdown] lang="en"
# ### Further reading
#
# - P. Covington, J. Adams and E. Sargin (2016). *Deep neural networks for YouTube recommendations.* RecSys. [doi:10.1145/2959100.2959190](https://doi.org/10.1145/2959100.2959190). Retrieval and ranking, as a large system has them.
# - J. Dean and L. A. Barroso (2013). *The tail at scale.* Communications of the ACM 56(2). [doi:10.1145/2408776.2408794](https://doi.org/10.1145/2408776.2408794). Why the slowest hundredth matters.
# - J. D. C. Little (1961). *A proof for the queuing formula: L = λW.* Operations Research 9(3). [doi:10.1287/opre.9.3.383](https://doi.org/10.1287/opre.9.3.383).
# - B. Jacob et al. (2018). *Quantization and training of neural networks for efficient integer-arithmetic-only inference.* CVPR. [arXiv:1712.05877](https://arxiv.org/abs/1712.05877). Scales and whole numbers.
# - M. Douze et al. (2024). *The Faiss library.* [arXiv:2401.08281](https://arxiv.org/abs/2401.08281).
# - Y. A. Malkov and D. A. Yashunin (2018). *Efficient and robust approximate nearest neighbor search using hierarchical navigable small world graphs.* IEEE TPAMI 42(4). [arXiv:1603.09320](https://arxiv.org/abs/1603.09320). HNSW.
# - J. Carbonell and J. Goldstein (1998). *The use of MMR, diversity-based reranking for reordering documents and producing summaries.* SIGIR. [doi:10.1145/290941.291025](https://doi.org/10.1145/290941.291025). The rule of the last stage.
# - P. Moritz et al. (2018). *Ray: A distributed framework for emerging AI applications.* OSDI. [arXiv:1712.05889](https://arxiv.org/abs/1712.05889).

# %% [markdown] lang="zh"
# ### 延伸阅读
#
# - P. Covington, J. Adams and E. Sargin (2016). *Deep neural networks for YouTube recommendations.* RecSys. [doi:10.1145/2959100.2959190](https://doi.org/10.1145/2959100.2959190)。大型系统里的召回与精排。
# - J. Dean and L. A. Barroso (2013). *The tail at scale.* Communications of the ACM 56(2). [doi:10.1145/2408776.2408794](https://doi.org/10.1145/2408776.2408794)。为什么最慢的百分之一很重要。
# - J. D. C. Little (1961). *A proof for the queuing formula: L = λW.* Operations Research 9(3). [doi:10.1287/opre.9.3.383](https://doi.org/10.1287/opre.9.3.383)。
# - B. Jacob et al. (2018). *Quantization and training of neural networks for efficient integer-arithmetic-only inference.* CVPR. [arXiv:1712.05877](https://arxiv.org/abs/1712.05877)。缩放因子与整数。
# - M. Douze et al. (2024). *The Faiss library.* [arXiv:2401.08281](https://arxiv.org/abs/2401.08281)。
# - Y. A. Malkov and D. A. Yashunin (2018). *Efficient and robust approximate nearest neighbor search using hierarchical navigable small world graphs.* IEEE TPAMI 42(4). [arXiv:1603.09320](https://arxiv.org/abs/1603.09320)。HNSW。
# - J. Carbonell and J. Goldstein (1998). *The use of MMR, diversity-based reranking for reordering documents and producing summaries.* SIGIR. [doi:10.1145/290941.291025](https://doi.org/10.1145/290941.291025)。最后一级用的规则。
# - P. Moritz et al. (2018). *Ray: A distributed framework for emerging AI applications.* OSDI. [arXiv:1712.05889](https://arxiv.org/abs/1712.05889)。
