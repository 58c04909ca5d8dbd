# %% [markdown] lang="en"
# # 12 · Deployment: from a fitted model to a service
#
# **You will be able to**, after the core, put a fitted model behind HTTP and replace it while requests run; say what p99 is and what a queue does to it; say why a large system retrieves, ranks and re-ranks; and, after the deeper part, restart the service when it dies; make an encoder smaller, and say why int8 needs one scale for each column; tell by measurement when an index pays.
#
# **You need** chapters 01 (EASE, NDCG) and 02 (what is stored of a model). You need not have served anything before.
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 12 · 部署：从训练好的模型到服务
#
# **学完之后**：学完核心部分，你能把模型做成 HTTP 服务，不停机更换模型；能说出 p99 是什么，排队会怎样影响它；能说出大型系统为什么要先召回、再排序、再重排。学完选读，你还能让服务崩溃后自动重启；能把编码器变小，并说明 int8 为什么要每列一个缩放因子；能用测量判断什么时候值得用索引（index）。
#
# **需要的基础**：第 01 章（EASE、NDCG）和第 02 章（模型要保存些什么）。不需要有部署服务的经验。
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
scratch = tempfile.TemporaryDirectory()  # goes when this notebook's kernel ends

# %% [markdown] lang="en"
# ## A sentence, and ten films
#
# Type a sentence of your own, in English, and run the cell. It fits EASE, stores it, starts a **service** (a program that waits for requests and answers them), sends it your sentence, and ends it. EASE does not search: it answers the recommendations that we ask for below. The search compares your sentence with the titles; its encoder, `onnx-int8`, is that of chapter 05 with its weights stored as one-byte numbers ([how](#smaller) stands in the deeper part). The first time takes about half a minute: the encoder is converted, and 1,682 titles are encoded.

# %% [markdown] lang="zh"
# ## 一句话，十部电影
#
# 写一句你自己的英文，运行单元格。这个单元格先拟合并保存 EASE，再启动一个**服务**（service，等待请求并作出回答的程序），发送句子，最后停掉服务。搜索用不到 EASE，后面请求推荐时才用。搜索是拿你的句子与片名比较，所用的编码器 `onnx-int8` 就是第 05 章的编码器，只是权重存成了单字节的数（[怎样做](#smaller)见选读）。第一次大约要半分钟：要转换编码器，还要编码 1,682 个片名。

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
# No word of our sentence stands in the first title: MiniLM has read about the film (chapter 05). Where a film such as The Ice Storm stands twice, the data have it under two numbers. The `with` block is worth a look: the service starts when the block is entered and stops when it is left, also when a line in it fails. It listens at the address `127.0.0.1`, the **loopback**, which no other machine can reach.
#
# What went over the wire? **HTTP** is the agreement by which two programs talk. The **client** is the program that asks, here this notebook. The method says what is to be done: `POST` hands something in. The path says which of the service's tasks is meant: `/search` or `/recommend`. The body is the content, here in JSON, a text of names and values. The service answers with a status, a number, and a body of its own. Here are five requests; only the first is valid.

# %% [markdown] lang="zh"
# 我们这句话里的词，第一个片名里一个也没有：MiniLM 读过这部电影的故事（第 05 章）。有的电影（如 The Ice Storm）出现两次，是因为数据里给了它两个编号。`with` 块值得看一眼：进入 with 块时服务启动，离开时停止，中途出错也会停。它监听的地址是 `127.0.0.1`，也就是**回环地址**（loopback），别的机器访问不到。
#
# 网络上传的是什么？**HTTP** 是两个程序通信的约定。**客户端**（client）是提问的程序，这里就是本笔记本。方法说明要做什么：`POST` 是提交内容。路径说明找的是服务的哪一项功能：`/search` 或 `/recommend`。正文是内容，这里用 JSON，即由名称和值组成的文本。服务返回一个状态码和自己的正文。下面发五个请求，只有第一个合法。

# %%
asked = [{"user": 7, "n": 3}, {"user": 99_999}, {"user": 7, "history": [50]}, {"history": [50] * 10_000}, {"usr": 7}]
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
    zh="服务给用户 {user} 的 {n} 部电影，与直接在本进程里加载模型算出的结果完全相同，并写明了模型的版本。",
    takeaway=False, user=7, n=3,
)

# %% [markdown] lang="en"
# The version is the beginning of a hash of the model's manifest, so it changes with any file of the model. The other four are refused. A status that begins with 4 says that the *request* is wrong, one with 5 that the *service* has a problem; 200 is a good answer. Each refusal has a sentence that says what is wrong, because somebody will read it at night.

# %% [markdown] lang="zh"
# 版本是模型清单（manifest）的哈希值的开头部分，模型的任何文件变了，它也会变。另外四个请求被拒绝。4 开头的状态码表示请求有错，5 开头的表示服务有问题，200 是正常的回答。每个拒绝都用一句话说明错在哪里，因为总会有人半夜里来读它。服务的说明是英文，旁边附有译文。

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
# 不用笔记本时，只要两行命令，各在一个终端里运行：一行启动服务，所用的文件夹由 `model.save` 写成；另一行发出请求。地址后面的数字是**端口**（port），说明要找的是这台机器上的哪个程序。
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
# 时间花在哪里？我们在本进程里逐步执行。`walk` 把每一步的结果交给下一步，并计时；每一步取最短的一次，这样受别的程序干扰最小。搜索要解析请求、编码查询、给全部片名打分、排序、写出回答；推荐不用编码，而是取出用户历史，并屏蔽看过的电影。

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
spent = {kind: pd.DataFrame([walk(steps, body)[1] for body in bodies]).min().to_dict()
         for kind, steps, bodies in (("search", search, queries), ("recommend", recommend, users))}

# %% [markdown] lang="en"
# And the way itself? The request is written as text, goes from one program to the other, is read and checked there, and the answer comes back likewise. We ask for the same 200 lists twice, by calling the function in this process and over HTTP, one request after the other (`load.closed_loop`); the difference is what HTTP costs.

# %% [markdown] lang="zh"
# 路上又要多久？请求要写成文本，从一个程序传到另一个，在那边读出并检查，回答也要这样传回来。同样的 200 个列表求两遍，一遍在本进程里调用函数，一遍通过 HTTP 逐个请求（`load.closed_loop`），两者之差就是 HTTP 的开销。

# %% tags=["nbval-ignore-output"]
from recbook.serving import load

people = films.user_ids[:200].tolist()
requests = [("/recommend", {"user": user, "n": 10}) for user in people]
call = {"call": lambda user: engine.recommend(10, user=user)}
by_call = 1000 * min(walk(call, user)[1]["call"] for user in people)
with serving.running(folder) as service:
    load.closed_loop(service.url, requests, clients=1, n=100)  # warm up
    by_http = load.closed_loop(service.url, requests, clients=1, n=200).percentile(0)  # the fastest
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
# So in a search it is the encoding that is worth improving: a [smaller encoder](#smaller), queries encoded together, and a memory for queries that come again. And since the way costs each request about the same, whoever needs 200 scores asks once for 200, not 200 times for one. Scoring all 1,682 titles is cheap. With a hundred million it would not be.

# %% [markdown] lang="zh"
# 所以搜索要优化的是编码：[更小的编码器](#smaller)、几个查询一起编码、记住重复的查询。另外，每次请求在路上的开销差不多，所以需要 200 个得分时，应当一次要 200 个，不要分 200 次去要。给全部 1,682 个片名打分很便宜。要给一亿个物品逐一打分，就不便宜了。

# %% [markdown] lang="en"
# ## Retrieve, rank, re-rank <a id="stages"></a>
#
# A model that takes 0.1 ms for an item needs $10^8 \cdot 0.1$ ms, nearly three hours, to rank a hundred million items for one user. For 200 items it needs 20 ms. So most large systems have several stages, each of which sees fewer items and computes more for each.
#
# $$T = \sum_s n_s\, c_s$$
#
# where $n_s$ is the number of items that stage $s$ sees, $c_s$ the cost of one item there, and $T$ the time of the whole answer. **Retrieval** finds some hundreds or thousands among all, by vectors and an [index](#neighbours). A small model **pre-ranks** them (we name this stage, but do not build it). A large model **ranks** what is left. **Re-ranking** makes the final list of it: not ten of a kind, nothing that is sold out.

# %% [markdown] lang="zh"
# ## 召回、排序、重排 <a id="stages"></a>
#
# 如果模型算一个物品要 0.1 毫秒，给一位用户排完一亿个物品就要 $10^8 \cdot 0.1$ 毫秒，将近三小时。200 个物品只要 20 毫秒。所以大型系统大多采用多级结构，后一级处理的物品更少，算得更细。
#
# $$T = \sum_s n_s\, c_s$$
#
# 其中 $n_s$ 是第 $s$ 级处理的物品数，$c_s$ 是该级每个物品的开销，$T$ 是整个回答所用的时间。**召回**（retrieval）用向量和[索引](#neighbours)从全部物品中找出几百到几千个（注意“召回”是一个步骤，“召回率”是一个指标）。小模型做**粗排**（pre-ranking；这一级这里只提一下，不实现）。大模型对剩下的做**精排**（ranking）。**重排**（re-ranking）把它们排成最终列表：类型不能单一，售罄的要去掉。

# %%
figures.funnel(films.n_items, retrieved=200, shown=10)

# %% [markdown] lang="en"
# Built small: co-rating vectors from a singular value decomposition (chapter 13) retrieve 200 films: each film gets 32 numbers, and films rated by the same people get similar ones. EASE ranks the 200, and a rule for diversity makes ten of them: place after place it takes the film with the best score, less what it has in common with those already taken. The half-life of 8 films, by which the last films weigh most, comes from chapter 02; the rule's weight of 0.1 was chosen on the validation films. For comparison we also retrieve by the titles' vectors, and in a third run retrieve nothing and rank all. What does each stage do to the list, and what does it cost? **Diversity** is the mean of $1 -$ cosine over the pairs of a list's ten films, here between their genres: 0 for ten of a kind (chapter 09).

# %% [markdown] lang="zh"
# 照样做一个小的：用奇异值分解（第 13 章）得到的共同评分向量召回 200 部电影：每部电影得到 32 个数，同一批人评过的电影，这些数也相近。EASE 给这 200 部排序，再用一条多样性（diversity）规则选出十部：逐个位置取得分最高的电影，但要扣除它与已选电影的相似程度。历史里越近的电影权重越大，半衰期 8 部，沿用第 02 章；规则的权重 0.1 在验证集（validation set）上选定。另用片名向量召回，作为对照；第三次不召回，全部排序。每一级对列表做了什么，花了多少时间？**多样性**是列表的十部电影两两之间 $1 -$ 余弦的平均，这里按类型计算：十部同属一类时为 0（第 09 章）。

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
        "nothing left out": answered(by_ratings, films.n_items)}

# %% tags=["nbval-ignore-output"]
from recbook.serving.stages import STAGES

MADE = {"retrieval": "retrieved", "ranking": "ranked", "re-ranking": "shown"}  # stage: its list in an answer


def after(run, stage):
    return [getattr(answer, MADE[stage]) for answer in run]


def varied(lists):
    return beyond.diversity(lists_of(lists, 10), genres)  # (users,)


def milliseconds(run, stage):
    return f"{1000 * np.median([answer.seconds[stage] for answer in run]):.2f}"


run = runs["co-rating: 200"]
rows = [(plots.name(stage), sees, hands_on, ndcg(after(run, stage)).mean(), np.nanmean(varied(after(run, stage))),
         milliseconds(run, stage)) for stage, sees, hands_on in zip(STAGES, (films.n_items, 200, 200), (200, 200, 10))]
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
# That is the user whose list changed most: of ten dramas some make way for other genres. And over all users?

# %% [markdown] lang="zh"
# 这是列表变化最大的用户：十部剧情片，有几部让位给别的类型。所有用户合起来又怎样？

# %%
paid = bootstrap(ndcg(after(run, "re-ranking")) - ndcg(after(run, "ranking")))
recbook.claim(
    bootstrap(more_varied).low > 0.02 and -0.01 < paid.low < 0 < paid.high,
    en="Re-ranking raises the diversity of the lists from {ranked:.2f} to {shown:.2f}; what that costs in NDCG@10 is not "
    "significant (interval of the change {interval}).",
    zh="重排使列表的多样性从 {ranked:.2f} 升到 {shown:.2f}；NDCG@10 的变化不显著（区间 {interval}）。",
    takeaway=False, ranked=np.nanmean(varied(after(run, "ranking"))), shown=np.nanmean(varied(after(run, "re-ranking"))),
    interval=plots.ends(paid.low, paid.high, digits=4, sign=True),
)

# %% [markdown] lang="en"
# What diversity is worth to people no log can say (chapter 09): nobody rated the films that the old list did not show. Now the three ways to begin, side by side; where nothing is left out, there is no retrieval.

# %% [markdown] lang="zh"
# 多样性对人有多大价值，日志回答不了（第 09 章）：旧列表没有展示的电影，没有人评过分。再把三种开头并排来看；“一部不漏”没有召回这一级。

# %% tags=["nbval-ignore-output"]
rows = [(plots.name(name), milliseconds(run, "retrieval") if name != "nothing left out" else "", milliseconds(run, "ranking"),
         ndcg(after(run, "ranking")).mean()) for name, run in runs.items()]
plots.table(pd.DataFrame(rows, columns=["retrieved by", "retrieval, ms", "ranking, ms", "NDCG, ranked"]))

# %% tags=["nbval-ignore-output"]
kept, every, lost = (ndcg(after(runs[name], "ranking")) for name in ("co-rating: 200", "nothing left out", "titles: 200"))
times = {name: sum(answer.seconds["ranking"] for answer in run) for name, run in runs.items()}
same = bootstrap(kept - every)
recbook.claim(
    same.low > -0.005 and same.high < 0.005 and times["nothing left out"] > 4 * times["co-rating: 200"],
    en="Ranking {n} films that co-rating vectors retrieved gives the same NDCG@10 as ranking all {films:,} (interval "
    "of the difference {low:+.4f} to {high:+.4f}), in a small part of the ranker's time.",
    zh="只对共同评分向量召回的 {n} 部电影排序，NDCG@10 与给全部 {films:,} 部排序相同（差的区间为 {low:+.4f} 到 {high:+.4f}），"
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
# So retrieval and ranking together take far less than ranking all. Two grains of salt. On these data the co-rating vectors alone are nearly as good as the ranker (the first table has both), so it has little left to do behind them; behind the titles it has much. And EASE stands here for a large model, whose cost grows with each film that it gets; EASE itself could score all 1,682 films in one matrix product and needs no stages.

# %% [markdown] lang="zh"
# 可见召回加排序所用的时间，比全部排序少得多。不过有两点要说明。在这份数据上，单靠共同评分向量已经与排序模型差不多（第一张表里两者都有），所以排序模型没有多少事可做；跟在片名后面，它要做的就多了。另外，EASE 在这里代替的是大模型，每多一部电影就多一份开销；EASE 本身一次矩阵乘法就能给 1,682 部全部打分，用不着分级。

# %% [markdown] lang="en"
# ## A new model while requests run <a id="swap"></a>
#
# Tomorrow's model has to come in while people are asking. If the program read "the current model" twice within one request, the scores might come from the old one and the titles from the new. So a request takes **one reference** to the model when it begins and uses that one to its end. The new model is loaded beside the old one, its hashes are checked, and then the name "current model" is made to point to it. The old one goes when its last request has ended.
#
# On the disk it is the same: a folder for each version, and a file `current` that holds the name of the version in use, replaced in one step. The running service looks at it again and again, at short intervals (its setting `poll`), and loads what is named there. We send requests for four seconds and name the new version after half a second (`at` gives the time in seconds). Version v1 is EASE and v2 popularity, so that a list from the wrong model would show: we compare the films of each answer with the list of the version that it names.

# %% [markdown] lang="zh"
# ## 请求不断时更换模型 <a id="swap"></a>
#
# 明天的模型要在人们不停提问的时候换上去。如果程序在一次请求里两次去读“当前模型”，就可能得分来自旧模型，片名来自新模型。所以请求在开始时**只取一次模型的引用**，此后一直用这个引用。新模型在旧模型旁边加载，检查哈希值，然后让“当前模型”改指新模型。旧模型在最后一个请求结束之后释放。
#
# 磁盘上也是这样：每个版本一个文件夹，文件 `current` 里写着当前版本的名字，替换只要一步。运行中的服务每隔很短的时间就查看一次（间隔由设置 `poll` 决定），并加载那里写的版本。我们连续发四秒请求，半秒之后改写成新版本（`at` 给出的时刻以秒为单位）。v1 是 EASE，v2 是热门推荐，列表若出自另一个模型，一看便知：我们把每个回答里的电影与它写明的那个版本的列表对照。

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
with serving.running(parent) as service:
    swap = load.closed_loop(service.url, requests, clients=4, seconds=4, check=is_whole,
                            at={0.5: lambda: serving.publish(parent, "v2")})
recbook.claim(
    swap.lost == 0 and swap.wrong == 0 and len(swap.versions) == 2,
    en="The model was replaced under load: {lost} requests were lost, {old:,} answers came whole from the old version, "
    "{new:,} from the new one, and {mixed} were mixed.",
    zh="请求不断时换了模型：丢失的请求 {lost} 个；{old:,} 个回答完整地出自旧版本，{new:,} 个出自新版本，混杂的 {mixed} 个。",
    takeaway=False, lost=swap.lost, mixed=swap.wrong, **dict(zip(("old", "new"), (swap.versions[e.version] for e in engines))),
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
# Their mean is 39.7 ms, and no request came near 39.7 ms: eight were much faster, two much slower. So we look at the sorted latencies. The **percentile** goes by nearest rank: sort the $n$ latencies from small to large, and let
#
# $$r = \left\lceil \frac{q}{100}\, n \right\rceil$$
#
# Number $r$ among them ($r$ is counted from 1) is $p_q$: the smallest latency that at least $q\%$ of the requests do not exceed. Here $p_{50}$ is at place 5, 14 ms; $p_{90}$ at place 9, 90 ms; and **p99** at place $\lceil 9.9 \rceil = 10$, 200 ms. Of ten requests p99 is simply the slowest one; it needs some hundreds to mean something.
#
# **Exercise 1.** Write the percentile. Multiply $q$ by $n$ before you divide by 100: a computer does not hold $7 / 100$ exactly, and takes $7 / 100 \cdot 100$ for a little more than 7, which would be rounded up to 8. ({points})

# %% [markdown] lang="zh"
# 平均值是 39.7 毫秒，可是没有一次请求接近 39.7 毫秒：八次快得多，两次慢得多。所以要看排好序的延迟。**百分位数**（percentile）按最近秩法计算：把 $n$ 个延迟从小到大排好，令
#
# $$r = \left\lceil \frac{q}{100}\, n \right\rceil$$
#
# 第 $r$ 个就是 $p_q$（$r$ 从 1 数起）：也就是至少有 $q\%$ 的请求不超过的最小延迟。这里 $p_{50}$ 在第 5 名，14 毫秒；$p_{90}$ 在第 9 名，90 毫秒；**p99** 在第 $\lceil 9.9 \rceil = 10$ 名，200 毫秒。只有十次请求时，p99 就是最慢的一次；要有几百次才有意义。
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
# $$\text{clients} = \text{throughput} \times \text{latency}$$
#
# (**Little's law**; the latency in it is the mean): once the throughput is at its limit, only the latency can grow. Now by measurement. Our clients share the cores with the service, so the throughput is lower and the latency higher than with clients elsewhere. Each point is 400 answers: p99 leaves the four slowest of them aside. It takes about 15 seconds.

# %% [markdown] lang="zh"
# ## 客户端多起来
#
# 一个客户端发出请求，等到回答，再发下一个，这叫**闭环**（closed loop）。服务每秒给出多少个回答，是它的**吞吐量**（throughput）。两个客户端会怎样，四个、三十二个呢？笔算：服务回答一次要 10 毫秒，一次只做一个。一个客户端每秒得到 100 个回答。两个客户端合起来还是 100 个，于是每个回答要 20 毫秒。在闭环里
#
# $$\text{clients} = \text{throughput} \times \text{latency}$$
#
# 即客户端数 = 吞吐量 × 延迟（**利特尔法则**，Little's law；其中的延迟是平均延迟）：吞吐量到了上限，只有延迟能增长。现在来测。我们的客户端与服务共用核心，所以与客户端在别的机器上相比，吞吐量更低，延迟更高。每个点是 400 次回答：p99 略去其中最慢的四次。大约需要 15 秒。

# %% tags=["nbval-ignore-output"]
with serving.running(folder) as service:
    load.closed_loop(service.url, requests, clients=2, n=50)  # warm up
    loads = [load.closed_loop(service.url, requests, clients=n, n=400) for n in (1, 2, 4, 8, 16, 32)]
figures.load_curves(loads)

# %% tags=["nbval-ignore-output", "timed"]
one, most = loads[0], loads[-1]
wait = most.percentile(50) / one.percentile(50)
recbook.claim(
    wait > 3 and most.rate / one.rate < 0.7 * most.clients,
    en="With {clients} clients in place of one the service gives {rate:.1f} times the answers a second, and each client "
    "waits {wait:.1f} times as long: throughput has a limit, latency has none.",
    zh="客户端从一个增到 {clients} 个，服务每秒的回答数是原来的 {rate:.1f} 倍，等待时间是原来的 {wait:.1f} 倍：吞吐量有上限，延迟没有"
    "上限。",
    takeaway=False, clients=most.clients, rate=most.rate / one.rate, wait=wait,
)

# %% [markdown] lang="en"
# Read the red curve so: of a hundred answers ninety-nine came within that time, and one took longer. That is what the owner of a service promises, say 99% within 300 ms, and looks for the largest load at which it still holds; the mean promises nothing to anybody.
#
# ## A queue by pencil
#
# Clients in a closed loop wait. People do not: they come when they come. Let requests arrive every 8 ms at a service that needs 10 ms. The first is served at once, the second waits 2 ms, the third 4 ms, and so on without end: 125 come in a second, and 100 can be served. In general a request begins when it has arrived *and* the one before is done.

# %% [markdown] lang="zh"
# 红线这样读：一百次回答里，九十九次在这个时间之内，一次更久。服务的负责人承诺的就是它，例如“99% 在 300 毫秒之内”，再找出守得住承诺的最大负载；平均值对谁都算不上承诺。
#
# ## 用笔算一个队列
#
# 闭环里的客户端会等。人不会：想来就来。设请求每 8 毫秒来一个，而服务处理一个要 10 毫秒。第一个马上处理，第二个等 2 毫秒，第三个等 4 毫秒，没有尽头：每秒来 125 个，只能处理 100 个。一般地，请求既要到了，前一个也要处理完了，才能开始。

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
# (a queue that is called M/D/1, which Erlang studied in 1909; Pollaczek and Khinchine extended the formula around 1930 to service times that vary, M/G/1). At $\rho = 0.5$ that is half a service time, at 0.9 it is 4.5, at 0.99 nearly 50. We simulate it beside the formula; the figure also has p99 of the wait, which lies several times above the mean. (It is interpolated between two neighbouring places, NumPy's way; among so many requests that hardly differs from the nearest rank.)

# %% [markdown] lang="zh"
# 如果来得比处理得慢呢？要是来得均匀，谁也不用等。但请求是随机到来的，互相独立：有时一下子来三个。设服务一次只处理一个，记**利用率**（utilisation）为 $\rho$，即服务忙的时间所占的比例，处理一个总是用时 $s$，那么平均等待是
#
# $$\frac{\rho}{2\,(1 - \rho)}\; s$$
#
# （这种队列叫 M/D/1，Erlang 在 1909 年研究过；Pollaczek 和 Khinchine 在 1930 年前后把公式推广到处理时间不固定的情形，即 M/G/1）。$\rho = 0.5$ 时是半个处理时间，0.9 时是 4.5 个，0.99 时接近 50 个。下面把模拟与公式放在一起；图中还有等待时间的 p99，它是平均值的好几倍。（这里的 p99 按 NumPy 的做法在相邻两个位置之间插值；请求这么多时，与最近秩法几乎没有差别。）

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
# Two lessons. Leave room: a service that is to answer fast must be idle much of the time. And do not let a queue grow: ours holds at most 64 requests, answered or waiting; the 65th gets status 503 immediately, which says "not now". Who is refused can ask again; who stands in an endless queue waits until the time is out.
#
# To see a 503 we give a service two places in all (`max_concurrent`) and let 16 clients ask it at once. `Retry-After` says after how many seconds to ask again.

# %% [markdown] lang="zh"
# 两条教训。要留余地：想回答得快，服务就得有不少时间闲着。还有，别让队列一直长下去：我们的服务最多容纳 64 个请求，包括正在处理的和正在等待的；第 65 个立刻得到状态码 503，意思是“现在不行”。被拒绝的可以再来；排进没有尽头的队列里的，只能一直等到超时。
#
# 为了看到 503，我们只给服务两个位置（`max_concurrent`），让 16 个客户端同时来问。`Retry-After` 说明过几秒可以再来。

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
    zh="发给这个只有两个位置的服务的 {n} 个请求，{answered} 个得到回答，{refused} 个得到 503。",
    takeaway=False, n=len(statuses), answered=statuses.count(200), refused=statuses.count(503),
)

# %% [markdown] lang="en"
# Whoever runs a service counts no replies by hand. The service counts itself: `/metrics` gives its counters in the form that **Prometheus** collects, a program that draws them over time and rings when p99 or the share of 503 climbs. And its log has a line for each request. What is missing in that line, on purpose? The user, the query, the address: a log is kept for long and read by many.

# %% [markdown] lang="zh"
# 运行服务的人不会自己去数回答。服务自己在数：`/metrics` 按 **Prometheus** 收集的格式给出各个计数器；Prometheus 是一个程序，画出它们随时间的变化，p99 或 503 的比例升高时报警。服务的日志里每个请求占一行。这一行里特意不写什么？用户、查询和地址：日志保存得久，看的人也多。

# %% tags=["nbval-ignore-output"]
print(*(line for line in metrics if line.startswith("recbook_requests_total")), sep="\n")
print(json.dumps(next(line for line in log if line.get("status") == 503)))

# %% [markdown] lang="en"
# ## Batches and a cache
#
# The encoder took most of a search. Two queries that come at the same time can go through it in one call: **micro-batching**. The first query opens a batch and waits a few milliseconds for others; when the time is over, or the batch is full, it is encoded. By pencil: with `max_batch` 8 and `max_wait` 5 ms, queries that come at 0, 1, 2, 9, 10 and 30 ms make three batches, of 3, 2 and 1. With `max_batch` 2 the same queries make four, of 2, 1, 2 and 1: when the third comes, the first batch is full.
#
# **Exercise 2.** Find the sizes of the batches. ({points})

# %% [markdown] lang="zh"
# ## 批量编码与缓存
#
# 搜索的时间大多花在编码器上。同时到来的两个查询可以合并成一次编码器调用，这叫**微批处理**（micro-batching）。第一个查询开启一个批次，等别的查询几毫秒；到时或装满就送去编码。笔算：`max_batch` 为 8，`max_wait` 为 5 毫秒，在第 0、1、2、9、10、30 毫秒到来的查询分成三批，大小为 3、2、1。`max_batch` 为 2 时，同样的查询分成四批，大小为 2、1、2、1：第三个到来时，第一批已经装满。
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
    zh="在这个处理器上，几个一起编码时，一个片名的开销最低是单独编码的 {share:.0%}，每批 {size} 个。",
    takeaway=False, share=costs.min() / costs[0], size=sizes[int(costs.argmin())],
)

# %% [markdown] lang="en"
# Why do large batches get dearer again? One reason is **padding**: in a batch every title is filled up to the length of the longest, and the filling is computed too. Sorted by length beforehand, the titles of a batch are nearly of one length.

# %% [markdown] lang="zh"
# 批次大了为什么又变贵？原因之一是**填充**（padding）：一个批次里的片名都要补到最长的那个的长度，补上的部分也要计算。如果先按长度排序，同一批片名的长度就差不多。

# %% tags=["nbval-ignore-output", "timed"]
sorted_names = sorted(names[:64], key=lambda title: len(encoder.tokens(title)))
sorted_cost = cost(8, sorted_names) / costs[0]
recbook.claim(
    sorted_cost < costs[sizes.index(8)] / costs[0],
    en="In batches of {size} a title costs {mixed:.0%} of its price alone as the titles come, and {even:.0%} when they are "
    "sorted by length.",
    zh="每批 {size} 个时，按原来的顺序，一个片名的开销是单独编码的 {mixed:.0%}，按长度排序则是 {even:.0%}。",
    takeaway=False, size=8, mixed=costs[sizes.index(8)] / costs[0], even=sorted_cost,
)

# %% [markdown] lang="en"
# A graphics card computes a batch nearly as fast as one query, so there it pays many times over. With one client alone, micro-batching only adds waiting: each query waits for others that do not come.
#
# A **cache** saves all of the work: it keeps the answers used last and, when it is full, drops the one that was used longest ago. How often a request finds its answer there, the **hit rate**, depends on how concentrated the requests are. Our ratings can tell: we ask for each film in the order in which it was rated.

# %% [markdown] lang="zh"
# 显卡计算一批与计算一个几乎一样快，那里可以省下许多倍。只有一个客户端时，微批处理只会增加等待：每个查询都在等不会来的同伴。
#
# **缓存**（cache）能省下全部工作：它保留最近用过的答案，空间满了就丢掉最久没用的。请求在缓存里找到答案的比例叫**命中率**（hit rate），取决于请求有多集中。评分数据可以告诉我们：按评分的先后，逐条询问每部电影。

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
# That is a fact about these data, in which nobody rates a film twice. The queries of a search are likely to be repeated more; measure it on your own log of queries.
#
# The core ends here. How to make the encoder [smaller](#smaller), when an [index](#neighbours) pays, what happens when things [break](#faults), when a model [rots](#rots), and how to go [past one machine](#machines), stands behind the quiz; two of the takeaways, on int8 and on the index, are proved there.

# %% [markdown] lang="zh"
# 这是这份数据的情况，这里没有人把一部电影评两次。搜索的查询很可能重复得更多；请用自己的查询日志测一测。
#
# 核心部分到此结束。怎样把编码器[变小](#smaller)，什么时候值得用[索引](#neighbours)，出了[故障](#faults)会怎样，模型什么时候[过时](#rots)，怎样[用上多台机器](#machines)，都在小测之后；小结里关于 int8 和索引的两条在那里证明。

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
# Exercises 1 and 2 belong to the core, 3 to 6 to the deeper part.

# %% [markdown] lang="zh"
# ## 你的进度
#
# 练习 1 和 2 属于核心部分，3 到 6 属于选读。

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
# 上面的服务运行 MiniLM 时没有用 PyTorch：网络只写过一次，存成 **ONNX** 格式的文件，也就是一张运算清单，任何语言都能照着执行。得到的向量是一样的。变小靠的是**量化**（quantisation）：用更少的比特存数。float32 的数 $w$ 占 4 个字节。**int8** 只占 1 个，存的是 $-127$ 到 $127$ 的整数 $z$，缩放因子 $s$ 说明一级值多少：
#
# $$s = \frac{\max |w|}{127}, \qquad z = \mathrm{round}(w / s), \qquad w \approx s\, z$$
#
# 笔算：矩阵的两列是 $(0.6, -1.27)$ 和 $(127, -30.4)$。共用一个缩放因子，就是 $127 / 127 = 1$：第一列变成 $(1, -1)$。用自己的缩放因子 $1.27 / 127 = 0.01$，这一列就保持原样。
#
# 为什么按列，不按行？在 $y = x W$ 中，输出是 $y_j = \sum_i x_i\, s_j z_{ij} = s_j \sum_i x_i z_{ij}$：一列（也叫**通道**，channel）的缩放因子对求和的各项都相同，可以提到外面，最后乘一次；如果每行一个缩放因子 $s_i$，就只能留在求和里面。输入 $x$ 也取成整数，缩放因子每次请求现算（**动态量化**，dynamic quantisation），所以这个很长的求和只涉及整数，处理器算得更快。

# %%
from recbook.serving.onnx import dequantise, quantise, quantise_error

toy = np.array([[0.6, 127.0], [-1.27, -30.4]])
for axis in (None, 1):  # one scale; one for each column
    print(dequantise(quantise(toy, axis)).astype(float).round(2).tolist())

# %% [markdown] lang="en"
# **Exercise 3.** Take a matrix through int8 and back. ({points})

# %% [markdown] lang="zh"
# **练习 3** 让矩阵经过 int8 再还原。（{points}）

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
    en="In this matrix the largest number is {times:.0f} times that of the middle column, so one scale for all changes "
    "a column by {whole:.0%} of its length on average, and one scale for each column by {column:.1%}.",
    zh="这个矩阵里最大的数是中间那一列最大值的 {times:.0f} 倍，所以共用一个缩放因子平均使一列改变其长度的 {whole:.0%}，"
    "每列一个则只改变 {column:.1%}。",
    takeaway=False, times=largest.max() / np.median(largest), whole=errors[None], column=errors[1],
)

# %% [markdown] lang="en"
# onnxruntime's library does the same to all matrices of the encoder (with 64 as the largest whole number in place of 127: on many processors sums of larger products would overflow). Live, on 200 titles, against the vectors in float32; then all of it, as stored by `recbook experiment serving`: sizes, speed, whether a title keeps its ten nearest titles, and what a ridge on these vectors finds among hidden films, as in chapter 10.

# %% [markdown] lang="zh"
# onnxruntime 库对编码器的所有矩阵做同样的事（最大的整数取 64，而非 127：在许多处理器上，更大的乘积累加起来会溢出）。先现场运行：200 个片名，与 float32 的向量比较；再看由 `recbook experiment serving` 存好的全部结果：大小、速度、一个片名最近的十个片名保留了几个，以及像第 10 章那样，用这些向量的岭回归能在隐藏的电影里找到多少。

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
    en="Int8 needs a scale for each column, since one large column makes the steps too coarse for all others: so the "
    "encoder shrinks to a quarter, and a title keeps {kept:.0%} of its ten nearest.",
    zh="int8 要每列一个缩放因子，因为一列特别大，就会使所有别的列分级太粗；这样编码器缩小到四分之一，一个片名最近的"
    "十个片名能保留 {kept:.0%}。",
    kept=small["overlap"],
)

# %%
more = measured["more draws"]["differences"]
between = more["onnx-int8 less onnx-int8-tensor"]["interval"]
recbook.claim(
    more["onnx-int8"]["interval"][1] < 0 and between[0] < 0 < between[1] and small["cosine"]["mean"] > 0.98,
    en="A cosine of {cosine:.2f} does not say what a list loses: on {sets} more hidden sets NDCG@10 falls from "
    "{full:.3f} by {channel:.3f}. With one scale a matrix, far worse in cosine, the difference to that is not significant.",
    zh="余弦 {cosine:.2f} 说明不了列表的损失：在另外 {sets} 组隐藏的电影上，NDCG@10 从 {full:.3f} 下降 {channel:.3f}。每个矩"
    "阵一个缩放因子时余弦差得多，但两者的列表差异不显著。",
    takeaway=False, cosine=small["cosine"]["mean"], sets=len(measured["more draws"]["seeds"]),
    full=measured["more draws"]["ndcg"], channel=-more["onnx-int8"]["mean"],
)

# %% [markdown] lang="en"
# On the five hidden sets of the table one scale a matrix looked clearly worse; twenty more sets took that back. So nearer vectors are not always better lists. A ridge learns on the vectors as they are and can live with a distortion that is the same for all films; a search compares stored vectors with new queries and cannot. Whoever changes the encoder should measure the list, not the cosine.

# %% [markdown] lang="zh"
# 在表里的五组隐藏电影上，每个矩阵一个缩放因子显得明显更差；再加二十组，这个差别就不见了。可见向量更近，列表未必更好。岭回归在得到的向量上学习，所有电影都一样的变形，它可以适应；检索拿存好的向量与新的查询比较，就适应不了。换编码器的人，应当测量列表，不能只看余弦。

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
# 这一节补充什么时候值得用索引（index），以及代价是什么。它接着[召回、排序、重排](#stages)。
#
# **精确检索**把查询与全部 $n$ 个向量比较：一次矩阵乘法，一个也不漏。**近邻检索**（nearest-neighbour search）的库算得少一些，也会漏掉一些。**倒排文件**（inverted lists，IVF）把向量分到 $c$ 个**单元**里，每个单元围绕一个中心。查询先与 $c$ 个中心比较，再只与最近的 $p$ 个单元里的向量比较。如果各单元一样大，要算的点积（dot product）是
#
# $$c + \frac{p}{c}\, n$$
#
# 个。笔算：$n = 1{,}000{,}000$，$c = 1{,}000$，$p = 10$，是 $1{,}000 + 10{,}000$ 个，约百分之一。$n = 1{,}682$，$c = 41$，$p = 10$，是 $41 + 410$ 个，约四分之一：目录越小，能省的越少。
#
# **HNSW** 是一张图：每个向量与一些近的向量相连，检索沿着连线走。下面画在平面上：200 个点，每个与最近的五个相连。每到一点，就看与它相连的各点，走到离查询最近的那个，直到没有更近的为止。

# %%
plane = np.random.default_rng(4).random((200, 2))
apart = np.linalg.norm(plane[:, None] - plane[None], axis=2)
links = [set(row) for row in np.argsort(apart, axis=1)[:, 1:6].tolist()]
for point, row in enumerate([sorted(row) for row in links]):
    for other in row:
        links[other].add(point)  # a link leads both ways


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
# From another start it may stop too early, at a point whose links all lead away: so an index overlooks something. HNSW therefore keeps several candidates in hand, and has a few long links in layers above, which make the way short.
#
# **Exercise 4.** The **recall** of an index is the share of the true neighbours that it finds. ({points})

# %% [markdown] lang="zh"
# 换一个起点，可能过早停下，停在连线都通向远处的点上：索引就是这样漏掉一些的。所以 HNSW 手里同时留着几个候选，上面几层还有少数长连线，让路变短。
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
# faiss has all three, compiled. We try them on our titles, on 20,000 points in clusters, and, as a control, on as many points in all directions alike; one query at a time, as a service gets them. More cells looked into, or more candidates held in the graph, find more and take longer.

# %% [markdown] lang="zh"
# faiss 里三种都有，而且是编译好的。在我们的片名、20,000 个成簇的点上试，并用同样多、各个方向均匀分布的点作对照；一次一个查询，与服务遇到的一样。查看的单元越多，或者在图里保留的候选越多，找到的越多，时间也越长。

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
    queries = points[np.random.default_rng(1).permutation(len(points))[:100]]
    exact, unit_of_time = searched(index.build(points, "flat"), queries)
    exact_seconds[catalogue] = unit_of_time / len(queries)
    for kind, steps in efforts.items():
        built = index.build(points, kind)
        tried = [searched(built, queries, effort) for effort in steps]
        times, recalls = ([one / unit_of_time for _, one in tried], [index.recall(one, exact).mean() for one, _ in tried])
        curves.setdefault(catalogue, {})[kind] = (np.array(times), np.array(recalls))
figures.recall_cost(curves)

# %% tags=["nbval-ignore-output"]
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
    zh="精确检索占去回答的大部分时间，索引才划算：在我们的电影里，精确检索的用时只有编码查询的 {part:.0%}，而且一个不漏。",
    part=part,
)

# %% [markdown] lang="en"
# Among our titles the graph may be a little faster than exact search. But what it saves is less than a tenth of a millisecond, of an answer that takes several, and it overlooks something for that.

# %% [markdown] lang="zh"
# 在我们的片名里，图也可能比精确检索快一点。可是整个回答要几毫秒，它省下的不到十分之一毫秒，还会漏掉一些。

# %% [markdown] lang="en"
# Where is the crossing? Stored: exact search, and of each index the first setting that finds 95% of the neighbours in clustered points.

# %% [markdown] lang="zh"
# 分界点在哪里？下面是存好的结果：精确检索，以及每种索引在成簇的点上第一个能找到 95% 近邻的设置。

# %%
sizes_of = measured["crossing"]["64"]
figures.crossing(sizes_of)

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
encoding = 1000 / measured["encoder"]["onnx-int8"]["texts_a_second"]  # ms
longer = min(row["n"] for row in sizes_of if row["flat"] / 1000 > encoding)
recbook.claim(
    30_000 < longer <= 300_000,
    en="At {n:,} points of {width} numbers exact search takes longer than the encoding of a query ({encoding:.1f} ms): from "
    "about there on a search by sentence is felt to be faster with an index.",
    zh="到了 {n:,} 个 {width} 维的点，精确检索比编码查询（{encoding:.1f} 毫秒）还要久：大约从这里起，用句子搜索时才能感到索引带来的快。",
    takeaway=False, n=longer, width=64, encoding=encoding,
)

# %% [markdown] lang="en"
# Three things to remember of it. Points without clusters cost the index its gain; nothing tells near from far there. The graph takes long to build. And an index changes the list: whoever puts one in should compare NDCG before and after, not only recall.

# %% [markdown] lang="zh"
# 有三点要记住。点不成簇，索引就没有优势，因为那里近与远没有分别。图要花很长时间建。还有，索引会改变列表：换上索引的人要比较前后的 NDCG，不能只看召回率。

# %% [markdown] lang="en"
# ### Faults <a id="faults"></a>
#
# This section adds what happens when a process dies, and when a model is broken. It belongs to [a new model while requests run](#swap).
#
# A **supervisor** is a small process that starts the one that answers, the **worker**, and starts another when it dies. We send requests for seven seconds, and after one second kill the worker: not politely, but as a lack of memory would. The clients ask again when they get no answer, or a 503.

# %% [markdown] lang="zh"
# ### 故障 <a id="faults"></a>
#
# 这一节补充进程崩溃、模型损坏时会发生什么。它接着[请求不断时更换模型](#swap)。
#
# **监督进程**（supervisor）是一个小进程，由它启动负责回答的**工作进程**（worker），后者崩溃了就再启动一个。我们发七秒请求，一秒之后杀掉工作进程：不是好好地请它退出，而是像内存不足时那样。客户端得不到回答，或者得到 503，就重试。

# %% tags=["nbval-ignore-output"]
import os
import signal

serving.publish(parent, "v1")
with serving.running(parent) as service:
    worker = service.worker_pid()
    fall = load.closed_loop(service.url, requests, clients=4, seconds=7, retry=True, check=is_whole,
                            at={1.0: lambda: os.kill(worker, getattr(signal, "SIGKILL", signal.SIGTERM))})
    another = service.worker_pid()
figures.killed(fall, 1.0)

# %% tags=["nbval-ignore-output"]
recbook.claim(
    fall.lost == 0 and fall.wrong == 0 and another != worker and sum(fall.errors.values()) > 0,
    en="The worker was killed under load: {failed} attempts failed, the clients asked again, and {lost} requests were "
    "lost; {wrong} answers were wrong.",
    zh="在负载下杀掉了工作进程：失败的尝试 {failed} 次，客户端重试，最终丢失的请求 {lost} 个，错误的回答 {wrong} 个。",
    takeaway=False, failed=sum(fall.errors.values()), lost=fall.lost, wrong=fall.wrong,
)

# %% [markdown] lang="en"
# Without asking again each of those attempts would be a page that does not load. How to ask again is a small art: not after everything, not at once, not for ever. If all clients came back at once, they would knock over the service that just got up; so each wait is twice as long as the one before.
#
# **Exercise 5.** Write the client. ({points})

# %% [markdown] lang="zh"
# 如果不重试，每次失败都是一个打不开的页面。怎样重试有点讲究：不是什么都重试，不是马上重试，也不是一直重试。如果所有客户端同时回来，刚站起来的服务又会被撞倒；所以重试的间隔要逐次加长：每次等待都是上一次的两倍。
#
# **练习 5** 写出这个客户端。（{points}）

# %% exercise="deployment-retry" points=2
def ask_again(statuses, most, first_wait):
    """en: (status, waited): the status that the client ends with, and the milliseconds that it waited in all.
    en: statuses: what the service would answer to attempt 1, 2, …; 0 is no answer. After 0 or 503 the
    en: client asks again, with at most `most` attempts in all; any other status is final. Before the
    en: second attempt it waits first_wait, then twice as long each time.
    zh: 返回 (status, waited)：客户端最后得到的状态码，以及总共等待的毫秒数。statuses：服务对第 1、2……次
    zh: 尝试的回答，0 表示没有回答。遇到 0 或 503 就重试，总共最多 `most` 次；别的状态码就是最终结果。
    zh: 第二次尝试之前等 first_wait，此后每次加倍。"""
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
# 谁来看管监督进程？由机器自己的管理程序，如 systemd，或者运行容器的平台。课程的 `Containerfile`（目标 `serve`）打包的就是同一条 `recbook serve`，运行它的用户只能改动缓存，另外每十秒检查一次 `/health` 有没有回答。
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
    en="Broken models published under a running service: {n}; it refused them all, said why in its log, and went on "
    "with the old one. A service that is to start with one does not start.",
    zh="在服务运行时发布的损坏模型：{n} 个；服务全部拒绝，在日志里写明原因，并继续使用旧模型。要用损坏的模型启动的服务则"
    "不会启动。",
    takeaway=False, n=len(refused),
)

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
# 模型拟合的是昨天。日志渐渐离它而去，叫作**漂移**（drift）。要测量它，就比较两个时间窗口里各物品的占比 $p$ 和 $q$，用 **Jensen–Shannon 距离**：记两者的中点为 $m = \frac{1}{2} (p + q)$，
#
# $$D = \sqrt{\tfrac12 \sum_i p_i \log_2 \frac{p_i}{m_i} + \tfrac12 \sum_i q_i \log_2 \frac{q_i}{m_i}}$$
#
# 占比相同时为 0，没有共同物品时为 1。笔算：$p = (0.8, 0.2)$ 与 $q = (0.2, 0.8)$ 的中点是 $(0.5, 0.5)$；两个和都是 $0.8 \log_2 1.6 + 0.2 \log_2 0.4 = 0.542 - 0.264 = 0.278$，开方得 0.527。商店毫无变化时，两个窗口也会有差别，窗口越小差别越大：这部分属于偶然。

# %%
from recbook.evaluation.shift import by_chance, jensen_shannon

print(round(jensen_shannon(np.array([8, 2]), np.array([2, 8])), 3))
print(by_chance(np.array([8, 2]), np.array([2, 8]), n_draws=5).round(2))  # if nothing had changed

# %% [markdown] lang="en"
# MovieLens cannot tell how a model rots: its users come once. The shop can (`recbook experiment drift`, stored). Its weeks 14 to 53 are cut into ten months, and a model is trained before each of them and answers for all that follow.

# %% [markdown] lang="zh"
# MovieLens 说明不了模型怎样过时：用户只来一次。商店可以（`recbook experiment drift`，存好的结果）。把它的第 14 到 53 周分成十个月，每个月之前训练一个模型，为此后各月作出推荐。

# %%
rot = recbook.stored("drift")["results"]
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
    en="Fresh histories matter more than fresh training: a list of what the household itself bought most needs no new "
    "training in nine months, but without the purchases of those months it loses {histories:.0%} of its NDCG@10.",
    zh="新的历史比重新训练要紧：按“这家自己买得最多的商品”推荐，九个月不重新训练也一样好；但如果看不到这九个月里的购买，NDCG@10 就损失 "
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
# And is the new version better? A **canary** is a version that a small share of the users gets first (after the birds that miners took along). Two ways to compare: give each version users of its own, or ask both versions for the *same* users and look at the difference for each. Below, the candidate counts a household's purchases and forgets them twice as fast as the version in service; over all households of the shop it is worse. How often do so many of them, drawn at random, point the wrong way, and how often does an interval of 95% find it worse?

# %% [markdown] lang="zh"
# 新版本更好吗？**金丝雀发布**（canary）是先让一小部分用户使用新版本（名字来自矿工带下井的鸟）。比较的方法有两种：让两个版本各有各的用户，或者对同一批用户询问两个版本，再看每位用户的差。下面两个版本都只数家庭买过什么，候选版本遗忘的速度是服务中版本的两倍；在商店的全部家庭上，它更差。随机抽取这么多个家庭，有多大可能方向看反？按 95% 的区间，又有多大可能判断出它更差？

# %%
verdicts = rot["canary"]["verdicts"]
kinds = ["looks_better", "apart_looks_better", "said_worse", "apart_said_worse"]
rows = [(int(n), *(f"{one[kind]:.0%}" for kind in kinds)) for n, one in verdicts.items()]
columns = ["households", "looks better", "apart, looks better", "paired, worse found", "apart, worse found"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
hundred = verdicts["100"]
recbook.claim(
    hundred["said_worse"] > hundred["apart_said_worse"] + 0.4,
    en="Among {households} households a paired comparison finds the worse version in {paired:.0%} of the trials, one "
    "with households of its own for each version in {apart:.0%}.",
    zh="用 {households} 个家庭，配对比较在 {paired:.0%} 的试验里判断出较差的版本，两个版本各用各的家庭则只有 {apart:.0%}。",
    takeaway=False, households=100, paired=hundred["said_worse"], apart=hundred["apart_said_worse"],
)

# %%
power = rot["canary"]["power"]
recbook.claim(
    power["0.003"] > 30 * power["0.024"],
    en="A difference of {large} in NDCG@10 shows with {few} households in four trials of five, one of {small} needs "
    "{many:,}: a canary sees disasters soon and small steps late.",
    zh="NDCG@10 相差 {large} 时，{few} 个家庭就能在五次试验里有四次看出来；相差 {small} 时要 {many:,} 个：金丝雀发布能很快看"
    "出大祸，看出小的变化却要很久。",
    takeaway=False, large=0.024, few=power["0.024"], small=0.003, many=power["0.003"],
)

# %% [markdown] lang="en"
# A trap is left: whoever looks at a canary again and again stops at the first alarm, and there will be one.

# %% [markdown] lang="zh"
# 还有一个陷阱：反复查看金丝雀发布结果的人，一见警报就停下，而警报迟早会有。

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
# 这一节补充怎样把工作分给许多进程和机器，以及一亿个物品需要什么。它接着[召回、排序、重排](#stages)。
#
# **Ray** 在本机或别的机器上启动工作进程，把函数调用交给它们。函数不需要知道这件事。下面就是给片名做嵌入的全部任务；同样的代码既在本进程里运行，也在工作进程里运行：

# %%
import inspect

from recbook.peer import jobs, many

print(inspect.getsource(jobs.embed))

# %% [markdown] lang="en"
# Ray is large and starts slowly, so it has an environment of its own (`make ray`), and the results below are stored (`recbook experiment scaling`). Its seconds were measured while other programs used the cores too, which is why one worker seems faster than no Ray at all: read from them that two workers halve the time of one, and that the start costs as much as the job. Set `LIVE = True` to run 256 titles on two workers, one of which is killed meanwhile.

# %% [markdown] lang="zh"
# Ray 很大，启动也慢，所以有单独的环境（`make ray`），下面的结果是存好的（`recbook experiment scaling`）。测量时有别的程序占用核心，所以一个工作进程看上去比不用 Ray 还快；能从秒数里读出的是：两个工作进程比一个快将近一倍，启动的时间与任务本身相当。写成 `LIVE = True`，就会在两个工作进程上运行 256 个片名，中途杀掉一个。

# %% tags=["nbval-ignore-output"]
LIVE = False
if LIVE and many.available():
    parts = many.parts_of(names[:256], 16)
    alone = many.alone(jobs.embed, parts, file=jobs.encoder_file())
    spread = many.run(jobs.embed, parts, workers=2, kill=True, file=jobs.encoder_file())
    print(np.abs(spread.values - alone).max(), spread.again)

# %%
scaling = recbook.stored("scaling")["results"]["embedding"]
rows = [(plots.name("alone"), f"{scaling['alone']['seconds']:.0f}", "", "")]
rows += [(plots.name(key), f"{scaling[key]['seconds']:.0f}", f"{scaling[key]['start_seconds']:.0f}",
          str(max(scaling[key]["begun_again"]))) for key in ("1", "2", "killed")]
plots.table(pd.DataFrame(rows, columns=["workers", "job seconds", "start seconds", "begun again"]))

# %%
recbook.claim(
    scaling["killed"]["difference"] == 0 and min(scaling["killed"]["begun_again"]) >= 1,
    en="A worker was killed in the midst of the job: its part was begun again on another, and the vectors of all "
    "{texts:,} texts are equal to those of one process (difference {difference:.0f}).",
    zh="任务进行到一半时杀掉了一个工作进程：它的那部分由另一个重新做，全部 {texts:,} 个文本的向量与单进程的完全相同"
    "（差为 {difference:.0f}）。",
    takeaway=False, texts=scaling["texts"], difference=scaling["killed"]["difference"],
)

# %% [markdown] lang="en"
# Spreading pays when the job is much longer than the start: with $w$ workers it takes $\text{start} + \text{alone} / w$ at best, so a job of some seconds is faster alone.
#
# Now a hundred million items, on paper. An index of $n$ vectors of $d$ numbers takes
#
# $$4 n d \;\; \text{(exact)}, \qquad 4 n d + n \left(8 M + \tfrac{4 M}{M - 1} + 12\right) \;\; \text{(HNSW with } M \text{ links)}, \qquad 4 n d + 8 n + 4 c d \;\; \text{(IVF with } c \text{ cells)}$$
#
# bytes, where $M$ is the number of links and $c$ that of cells. Before we believe a formula for $10^8$, we check it where we can measure.

# %% [markdown] lang="zh"
# 任务比启动长得多，分给多个进程才划算：$w$ 个工作进程最好也要 $\text{start} + \text{alone} / w$，所以几秒钟的任务还是自己做更快。
#
# 再来纸上算一亿个物品。$n$ 个 $d$ 维向量的索引要占
#
# $$4 n d \;\; \text{(exact)}, \qquad 4 n d + n \left(8 M + \tfrac{4 M}{M - 1} + 12\right) \;\; \text{(HNSW with } M \text{ links)}, \qquad 4 n d + 8 n + 4 c d \;\; \text{(IVF with } c \text{ cells)}$$
#
# 个字节（依次是精确检索；HNSW，$M$ 是连线数；IVF，$c$ 是单元数）。在相信公式给出的 $10^8$ 之前，先在能测量的地方核对。

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
        needs = catalogue_needs(100_000_000, width, kind, copies=2)
        rows.append((f"{plots.name(kind)}, {width}", f"{needs.index_bytes / 1e9:.0f}", needs.machines))
plots.table(pd.DataFrame(rows, columns=["index", "GB", "machines of 64 GiB"]))

# %% tags=["nbval-ignore-output"]
speed = measured["encoder"]["onnx-int8"]["texts_a_second"]
hours = {workers: round(encoding_hours(100_000_000, speed, workers), 1) for workers in (1, 100)}
hours

# %% [markdown] lang="en"
# The last line is the hours to encode the titles once, on one core and on a hundred. The table counts machines of 64 GiB whose memory is filled to 70%, since the next index is loaded beside the old one, and everything twice, so that one may fail. Machines are multiplied by what one costs a month where you are; a width of 64 in place of 384 saves more of them than any index. That is why large systems learn short vectors for retrieval (chapter 07) and keep the long ones for ranking.
#
# **Exercise 6**, open. Something of your own: fit a model on your data or on the shop, `model.save` it, run `recbook serve` on the folder, and find its limit. Say before you measure what you expect: which number of clients fills it, what its p99 is at half of that, what a cache of a tenth of the items would save. Then measure, with `load.closed_loop`, three times each. Where were you wrong, and by how much do the three runs differ? A start:

# %% [markdown] lang="zh"
# 最后一行是把全部片名编码一遍所需的小时数，分别用一个核心和一百个核心。表里的机器有 64 GiB 内存，只用到 70%，因为新索引要在旧索引旁边加载；一切都有两份，坏了一台也不要紧。机器数再乘以当地每台每月的价格，就是费用；把 384 维换成 64 维，省下的机器比任何索引都多。所以大型系统为召回学习短的向量（第 07 章），把长的留给排序。
#
# **练习 6**（开放题）做一个自己的：在自己的数据或商店数据上拟合一个模型，用 `model.save` 保存，对那个文件夹运行 `recbook serve`，找出它的上限。先写下预期再测量：多少个客户端能让它满负荷，客户端减半时 p99 是多少，能放十分之一物品的缓存能省多少。然后用 `load.closed_loop` 各测三次。哪里猜错了？三次之间相差多少？下面是个开头：

# %% tags=["nbval-ignore-output"]
with serving.running(folder) as service:
    similar = [("/similar", {"item": int(item), "n": 10}) for item in films.item_ids[:200]]
    first = load.closed_loop(service.url, similar, clients=2, seconds=1)
first.table().round(1)

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
# - P. Covington, J. Adams and E. Sargin (2016). *Deep neural networks for YouTube recommendations.* RecSys. [doi:10.1145/2959100.2959190](https://doi.org/10.1145/2959100.2959190)。大型系统里的召回与排序。
# - J. Dean and L. A. Barroso (2013). *The tail at scale.* Communications of the ACM 56(2). [doi:10.1145/2408776.2408794](https://doi.org/10.1145/2408776.2408794)。为什么最慢的百分之一要紧。
# - J. D. C. Little (1961). *A proof for the queuing formula: L = λW.* Operations Research 9(3). [doi:10.1287/opre.9.3.383](https://doi.org/10.1287/opre.9.3.383)。
# - B. Jacob et al. (2018). *Quantization and training of neural networks for efficient integer-arithmetic-only inference.* CVPR. [arXiv:1712.05877](https://arxiv.org/abs/1712.05877)。缩放因子与整数。
# - M. Douze et al. (2024). *The Faiss library.* [arXiv:2401.08281](https://arxiv.org/abs/2401.08281)。
# - Y. A. Malkov and D. A. Yashunin (2018). *Efficient and robust approximate nearest neighbor search using hierarchical navigable small world graphs.* IEEE TPAMI 42(4). [arXiv:1603.09320](https://arxiv.org/abs/1603.09320)。HNSW。
# - J. Carbonell and J. Goldstein (1998). *The use of MMR, diversity-based reranking for reordering documents and producing summaries.* SIGIR. [doi:10.1145/290941.291025](https://doi.org/10.1145/290941.291025)。最后一级用的规则。
# - P. Moritz et al. (2018). *Ray: A distributed framework for emerging AI applications.* OSDI. [arXiv:1712.05889](https://arxiv.org/abs/1712.05889)。
