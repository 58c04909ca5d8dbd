# %% [markdown] lang="en"
# # 16 · Models that generate
#
# **You will be able to**, after the core, judge a model that *generates* recommendations: say what its codes mean and where that meaning comes from, train one on two cores, read its beam search, and know which control each result needs.
#
# **You need** chapters 08 (SASRec, cross-entropy at every place), 09 (intervals) and 10 (hidden films).
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 16 · 生成模型
#
# **学完之后**：学完核心部分，你能评判一个**生成**推荐的模型：说清它的编码表示什么、这种含义从哪里来，在双核机器上训练一个，读懂它的束搜索（beam search），并知道每个结论需要哪种对照。
#
# **需要的基础**：第 08 章的 SASRec 与逐位置的交叉熵（cross-entropy），第 09 章的区间，第 10 章的隐藏电影。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。

# %%
import numpy as np

import recbook
from recbook.chapters.generative import figures

recbook.setup("en")
ratings = recbook.load("ml-100k")
split = recbook.data.leave_one_out(ratings)

# %% [markdown] lang="en"
# ## Semantic IDs <a id="semantic-ids"></a>
#
# How should a model *say* a film? A title is long, and one wrong letter names nothing. A number for each film can be said, but film 50 is no nearer to film 51 than to any other. Letters have a third way: an **address**, from coarse to fine. Country, town, street, house: two houses in one street share all but the end.
#
# A **semantic ID** is such an address, made from a text's vector (Rajput et al. 2023, who called their model TIGER). Each level has a short list of **centres**. Take the nearest centre: its number is the code. Subtract it, and code *what is left* at the next level. This is **residual k-means**:
#
# $$c_l = \arg\min_k \lVert r_{l-1} - m_{l,k} \rVert^2, \qquad r_l = r_{l-1} - m_{l,c_l}, \qquad r_0 = x,$$
#
# where $x$ is the vector of a film $(d,)$, $m_{l,k}$ the $k$-th centre of level $l$ $(d,)$, $c_l$ the code and $r_l$ what is left $(d,)$.
#
# By pencil: film A is $(9, 2)$, film B is $(7, -2)$. Level 1 has the centres $(8, 0)$ and $(-8, 0)$; both films are nearest to the first, code 0. Left are $(1, 2)$ and $(-1, -2)$. Level 2 has $(1, 1)$ and $(-1, -1)$: A gets code 0, B code 1. So A is `0-0` and B is `0-1`: one town, two streets.

# %% [markdown] lang="zh"
# ## 语义 ID <a id="semantic-ids"></a>
#
# 一部电影该怎样“说”出来？片名很长，错一个字母就什么也不是。给每部电影一个编号，倒是说得出来，可是 50 号与 51 号并不比与别的电影更近。信件有第三种办法：从粗到细的**地址**。国家、城市、街道、门牌，同一条街上的两户只有末尾不同。
#
# **语义 ID**（semantic ID）就是这样的地址，由文本的向量得到（Rajput et al. 2023，他们的模型叫 TIGER）。每一层有一张不长的**中心**表。取最近的中心，它的序号就是编码；把中心减去，**剩下的部分**在下一层再编码。这就是**残差 k-means**（residual k-means）：
#
# $$c_l = \arg\min_k \lVert r_{l-1} - m_{l,k} \rVert^2, \qquad r_l = r_{l-1} - m_{l,c_l}, \qquad r_0 = x,$$
#
# 其中 $x$ 是一部电影的向量 $(d,)$，$m_{l,k}$ 是第 $l$ 层的第 $k$ 个中心 $(d,)$，$c_l$ 是编码，$r_l$ 是剩下的部分 $(d,)$。
#
# 笔算：电影 A 是 $(9, 2)$，电影 B 是 $(7, -2)$。第 1 层的中心是 $(8, 0)$ 和 $(-8, 0)$，两部电影都离第一个最近，编码 0。剩下 $(1, 2)$ 和 $(-1, -2)$。第 2 层的中心是 $(1, 1)$ 和 $(-1, -1)$：A 得编码 0，B 得编码 1。所以 A 是 `0-0`，B 是 `0-1`：同一座城，两条街。

# %%
rest, address = np.array([[9.0, 2.0], [7.0, -2.0]]), []
for centres in (np.array([[8.0, 0.0], [-8.0, 0.0]]), np.array([[1.0, 1.0], [-1.0, -1.0]])):
    code = ((rest[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    rest = rest - centres[code]
    address.append(code)
np.stack(address, axis=1)

# %% [markdown] lang="en"
# The centres come from **k-means**: begin with some random vectors as centres, give each vector to its nearest centre, move each centre to the mean of its vectors, and repeat. (Of the distance $\lVert x \rVert^2 - 2 x \cdot m + \lVert m \rVert^2$ the code leaves out the first term, the same for all centres.)

# %% [markdown] lang="zh"
# 中心由 **k-means** 得到：先随机取几个向量作中心，把每个向量归到最近的中心，再把每个中心移到所属向量的平均处，如此反复。（距离 $\lVert x \rVert^2 - 2 x \cdot m + \lVert m \rVert^2$ 的第一项对所有中心都相同，代码里省去。）

# %%
def nearest(vectors, centres):
    return ((centres**2).sum(axis=1) - 2 * vectors @ centres.T).argmin(axis=1)


def kmeans(vectors, k, rng, steps=20):
    centres = vectors[rng.choice(len(vectors), k, replace=False)]
    for _ in range(steps):
        code = nearest(vectors, centres)
        for used in np.unique(code):
            centres[used] = vectors[code == used].mean(axis=0)
    return centres, nearest(vectors, centres)


def residual_kmeans(vectors, sizes=(32, 32, 32), seed=0):
    rest, rng, codes = np.asarray(vectors, float), np.random.default_rng(seed), []
    for size in sizes:
        centres, code = kmeans(rest, size, rng)
        rest = rest - centres[code]
        codes.append(code)
    return np.stack(codes, axis=1)

# %% [markdown] lang="en"
# **Exercise 1.** Write one level yourself. ({points})

# %% [markdown] lang="zh"
# **练习 1** 自己写出其中一层。（{points}）

# %% exercise="generative-level" points=1
def left_over(vectors, centres):
    """en: What one level leaves of each of vectors (n, d): the vector minus its nearest centre; centres is (k, d).
    zh: 一层之后 vectors (n, d) 各剩下什么：向量减去离它最近的中心；centres 是 (k, d)。"""
    ### BEGIN SOLUTION
    distance = np.linalg.norm(vectors[:, None] - centres, axis=2)
    return vectors - centres[distance.argmin(axis=1)]
    ### END SOLUTION

# %% check="generative-level"
recbook.check("generative-level", left_over)

# %% [markdown] lang="en"
# Now 1,682 films, each as MiniLM's vector of "title (year), genres", with three levels of 32 codes. The library has the same function (`recbook.models.semantic_ids`); the cell shows that both give the same codes.

# %% [markdown] lang="zh"
# 现在轮到 1,682 部电影：每部用“片名（年份）, 类型”的 MiniLM 向量，三层，每层 32 个编码。库里有同样的函数（`recbook.models.semantic_ids`），下面的代码核对两者的编码相同。

# %%
from recbook.models import semantic_ids
from recbook.text import TextEncoder
from recbook.text.films import film_texts

texts, encoder = film_texts(ratings.items), TextEncoder()
vectors = encoder.encode(texts["title, year, genres"])
prefixes = residual_kmeans(vectors)
float((prefixes == semantic_ids.residual_kmeans(vectors)).mean())

# %%
titles = ratings.items["display_title"].astype(str).tolist()
star = titles.index("Toy Story")
town = np.flatnonzero(prefixes[:, 0] == prefixes[star, 0])
shown = town[np.argsort(-ratings.item_counts()[town])[:14]]
figures.address_tree(prefixes[shown], [titles[item] for item in shown])

# %% [markdown] lang="en"
# That looks as if the codes had understood films. Have they? Measure it: of all pairs of films that share the first codes, how many share a genre? Beside it stand two random films, and two more kinds of codes: made from titles alone, and the same addresses **dealt out at random**.

# %% [markdown] lang="zh"
# 看上去编码好像懂电影。真的吗？来量一下：前几个编码相同的电影对里，有多少对类型相同？对照有三个：任意两部电影；只用片名做的编码；以及把同样的地址**随机发放**给电影。

# %%
import pandas as pd

from recbook import plots
from recbook.data.prepare import genre_table

genres = genre_table(ratings.items).to_numpy(float)
share_a_genre = genres @ genres.T > 0


def purity(codes, depth):
    same = (codes[:, None, :depth] == codes[:, :depth]).all(axis=2)
    return share_a_genre[np.triu(same, 1)].mean()


of_titles = residual_kmeans(encoder.encode(texts["title"]))
kinds = {"title, year, genres": prefixes, "titles alone": of_titles, "dealt at random": semantic_ids.dealt_at_random(prefixes)}
rows = [(plots.name(kind), *(purity(codes, depth) for depth in (1, 2, 3))) for kind, codes in kinds.items()]
plots.table(pd.DataFrame(rows, columns=["codes of", "prefix 1", "prefix 2", "prefix 3"]))

# %%
chance = purity(prefixes, 0)
recbook.claim(
    purity(prefixes, 2) > 0.85 and purity(of_titles, 2) < chance + 0.15,
    en="Two films that share two codes share a genre in {with_genres:.0%} of the pairs; two random films in {chance:.0%}. With codes from "
    "titles alone it is {titles_alone:.0%}: the agreement comes from the genre words in the text.",
    zh="前两码相同的两部电影，{with_genres:.0%} 的对子类型相同；任意两部电影是 {chance:.0%}。只用片名做编码，是 {titles_alone:.0%}：一致性来自文本中"
    "写着的类型。",
    takeaway=dict(
        en="A semantic ID means what its text said: write the genres into the text, and the codes will seem to know genres.",
        zh="语义 ID 的含义就是文本里写的东西：把类型写进文本，编码就显得懂类型。",
    ),
    with_genres=purity(prefixes, 2), chance=chance, titles_alone=purity(of_titles, 2),
)

# %% [markdown] lang="en"
# Three levels of 32 codes give 32,768 addresses for 1,682 films. Still some films share theirs: a **collision**, two houses with one number. The usual cure is one code more that counts them: 0, 1, 2. It means nothing; it only tells them apart.
#
# **Exercise 2.** Write that last code. ({points})

# %% [markdown] lang="zh"
# 三层各 32 个编码，有 32,768 个地址，电影只有 1,682 部。即便如此，仍有电影地址相同，这叫**冲突**（collision）：两户同一个门牌。通常的办法是再加一码，从 0 数起：0、1、2。它没有含义，只用来区分。
#
# **练习 2** 写出这最后一码。（{points}）

# %% exercise="generative-collision" points=1
def collision_code(codes):
    """en: For each item of codes (n, levels): how many items before it have all the same codes, (n,).
    zh: 对 codes (n, levels) 的每个物品：在它之前有几个物品的编码与它完全相同，(n,)。"""
    ### BEGIN SOLUTION
    same = (codes[:, None] == codes[None]).all(axis=2)
    return np.tril(same, -1).sum(axis=1)
    ### END SOLUTION

# %% check="generative-collision"
recbook.check("generative-collision", collision_code)

# %%
codes = semantic_ids.with_collision_code(prefixes)
_, group, size = np.unique(prefixes, axis=0, return_inverse=True, return_counts=True)
colliding, largest = (size[group] > 1).mean(), int(size.max())
recbook.claim(
    0.1 < colliding < 0.4,
    en="{colliding:.0%} of the films share their three codes with another; the largest group has {largest} films.",
    zh="{colliding:.0%} 的电影与别的电影三码全同；最大的一组有 {largest} 部。",
    takeaway=False, colliding=colliding, largest=largest,
)

# %% [markdown] lang="en"
# Codes need no text at all: chapter 03 found vectors in behaviour alone. Codes of such vectors put films together that the same people rate. They will compete below.
#
# ## Generate the next film <a id="generate"></a>
#
# Now a model can read and say films as a language model reads and says words. A film is read as the **sum of the vectors of its codes**: what one film of a town teaches, its neighbours know, too.

# %% [markdown] lang="zh"
# 做编码也可以完全不用文本：第 03 章只用行为就得到了向量。由这种向量做的编码，会把同一批人评过的电影放在一起。下面它们也参加比较。
#
# ## 生成下一部电影 <a id="generate"></a>
#
# 有了编码，模型读写电影，就像语言模型读写词。读的时候，一部电影是**它各个编码的向量之和**：一座城里一部电影教会的东西，它的邻居也得到了。

# %%
street = town[prefixes[town, 1] == prefixes[star, 1]][:2]
figures.sum_of_codes(codes[street], [titles[item] for item in street])

# %% [markdown] lang="en"
# A transformer reads the last ten films, as SASRec does in chapter 08, and gives one vector $h$ for what comes next. Then a small network says the address, code after code. Each code is drawn given $h$ and the codes said before it, so the chance of a film is a product:
#
# $$p(i \mid h) = \prod_{l=1}^{L} p(c_l \mid h, c_1, \dots, c_{l-1}),$$
#
# where $c_1, \dots, c_L$ are the codes of film $i$, here $L = 4$. By pencil: if the chance of code 3 is 0.5, of code 1 after it 0.4, and of 2 after these 0.5, then `3-1-2` has the chance $0.5 \cdot 0.4 \cdot 0.5 = 0.1$. In code, with the parts of the library's model:

# %% [markdown] lang="zh"
# 一个 Transformer 读最近十部电影，与第 08 章的 SASRec 一样，得到一个向量 $h$，表示接下来是什么。然后一个小网络逐码生成地址。每个编码的概率取决于 $h$ 和之前生成的编码，所以一部电影的概率是乘积：
#
# $$p(i \mid h) = \prod_{l=1}^{L} p(c_l \mid h, c_1, \dots, c_{l-1}),$$
#
# 其中 $c_1, \dots, c_L$ 是电影 $i$ 的编码，这里 $L = 4$。笔算：编码 3 的概率是 0.5，其后编码 1 的概率是 0.4，再其后编码 2 的概率是 0.5，那么 `3-1-2` 的概率是 $0.5 \cdot 0.4 \cdot 0.5 = 0.1$。写成代码，用的是库中模型的各部分：

# %%
from torch.nn.functional import gelu


def log_probability(model, h, address):
    total = 0.0
    for level, (hear, say) in enumerate(zip(model.listen, model.say)):
        state = hear(h)
        # en: The codes said before, each by a vector of its own.
        # zh: 之前生成的编码，各有自己的向量。
        for earlier, code in enumerate(address[:level]):
            state = state + model.said[level][model.starts[earlier] + code]
        total = total + say(gelu(state)).log_softmax(dim=-1)[address[level]]
    return total

# %% [markdown] lang="en"
# Training is that of a language model: make the log-probability of each next film large, at every place of every history. Eight epochs take about 40 seconds.

# %% [markdown] lang="zh"
# 训练与语言模型相同：在每份历史的每个位置，使下一部电影的对数概率变大。八个轮次约需 40 秒。

# %% tags=["nbval-ignore-output"]
from tqdm.auto import tqdm

from recbook.models import EASE, CodeGenerator, Popularity

with tqdm(total=8, leave=False) as bar:
    generator = CodeGenerator(codes, on_epoch=lambda model, epoch: bar.update() and False).fit(split.train)

# %% [markdown] lang="en"
# To rank all films one need not call the function above for each. Films share beginnings, so one walks the **prefix tree** of all addresses (a trie) and visits each fork once. Do both ways agree?

# %% [markdown] lang="zh"
# 要给全部电影排序，不必逐部调用上面的函数。地址的开头是共用的，所以沿着全部地址组成的**前缀树**（prefix tree, trie）走一遍，每个岔口只到一次。两种做法一致吗？

# %% tags=["nbval-ignore-output"]
import torch

user = np.array([7])
h = generator.history_vectors(user)[0]
with torch.inference_mode():
    slow = np.array([float(log_probability(generator.model_, h, address.tolist())) for address in codes])
float(np.abs(generator.score(user)[0] - slow).max())

# %% tags=["nbval-ignore-output"]
test = {"popularity": Popularity(), "EASE": EASE(), "EASE, last films": EASE.recent()}
reports = {name: recbook.evaluation.evaluate(model.fit(split.train), split) for name, model in test.items()}
reports = {"semantic codes": recbook.evaluation.evaluate(generator, split), **reports}
plots.ranking(reports, mark="semantic codes", en="Eight epochs of a generator beside the usual ones", zh="训练八个轮次的生成模型与常用模型")

# %% tags=["nbval-ignore-output"]
lead = reports["semantic codes"].difference(reports["popularity"], "ndcg@10")
recbook.claim(
    reports["semantic codes"]["ndcg@10"] >= 0.065 and np.abs(generator.score(user)[0] - slow).max() < 1e-4 and lead.low > 0,
    en="The generator finds the next film with an NDCG@10 of {generator:.3f}, {low:.3f} to {high:.3f} above popularity.",
    zh="生成模型预测下一部电影的 NDCG@10 是 {generator:.3f}，比流行度高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, generator=reports["semantic codes"]["ndcg@10"], low=lead.low, high=lead.high,
)

# %% [markdown] lang="en"
# Popularity is an easy opponent. A fair one reads the last films, too, as EASE does when it weighs them most; it is fitted in seconds.

# %% [markdown] lang="zh"
# 流行度是容易的对手。公平的对手也要读最近的电影，例如 EASE（近期加权），几秒钟就能拟合。

# %% tags=["nbval-ignore-output"]
behind = reports["EASE, last films"].difference(reports["semantic codes"], "ndcg@10")
recbook.claim(
    reports["EASE, last films"]["ndcg@10"] > reports["semantic codes"]["ndcg@10"] + 0.005,
    en="EASE that weighs the last films leads the generator by {low:.3f} to {high:.3f}.",
    zh="EASE（近期加权）比生成模型高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=behind.low, high=behind.high,
)

# %% [markdown] lang="en"
# And is it the *meaning* of the codes that helps? The control keeps tree, model and training, and deals the addresses out at random. Stored are eight epochs of each kind of code (three seeds of the first two), beside SASRec, which gives each film a vector of its own (chapter 08, twenty epochs).

# %% [markdown] lang="zh"
# 再问：有用的是编码的**含义**吗？对照保留树、模型和训练，只把地址随机发放。下面是预先存好的结果，每种编码八个轮次（前两种各三个随机种子）；旁边是 SASRec，它给每部电影一个自己的向量（第 08 章，二十个轮次）。

# %%
from recbook.chapters.generative import stored

of_codes = stored.on_test(8)
plots.ranking(of_codes, mark="semantic codes", en="Stored: what the codes are made from decides", zh="预先存好的结果：编码由什么做成最要紧")

# %%
semantic, shuffled, behaviour = (of_codes[f"{kind} codes"] for kind in ("semantic", "shuffled", "behaviour"))
meaning = semantic.difference(shuffled, "ndcg@10")
recbook.claim(
    meaning.low > 0,
    en="Codes with a meaning reach {semantic:.3f}, the same codes dealt out at random {shuffled:.3f}; paired by user the meaning gives "
    "{low:.3f} to {high:.3f}.",
    zh="有含义的编码达到 {semantic:.3f}，同样的编码随机发放为 {shuffled:.3f}；按用户配对，含义带来 {low:.3f} 到 {high:.3f}。",
    takeaway=dict(
        en="A generator learns from codes dealt out at random, too: only what it gains over them is owed to their meaning.",
        zh="编码随机发放，生成模型也学得会：超出随机编码的那部分，才归功于编码的含义。",
    ),
    semantic=semantic["ndcg@10"], shuffled=shuffled["ndcg@10"], low=meaning.low, high=meaning.high,
)

# %%
from_people = behaviour.difference(semantic, "ndcg@10")
recbook.claim(
    from_people.low > 0,
    en="Codes from behaviour reach {behaviour:.3f}: {low:.3f} to {high:.3f} above codes of texts.",
    zh="行为编码达到 {behaviour:.3f}，比文本编码高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, behaviour=behaviour["ndcg@10"], low=from_people.low, high=from_people.high,
)

# %%
long = recbook.stored("generative")["results"]["codes"]["semantic, 20 epochs"]["0"]["test"]
recbook.claim(
    long > semantic["ndcg@10"],
    en="Trained for {epochs} epochs, codes of texts reach {long:.3f} (one seed).",
    zh="训练 {epochs} 个轮次，文本编码达到 {long:.3f}（一个随机种子）。",
    takeaway=False, epochs=20, long=long,
)

# %% [markdown] lang="en"
# Codes from behaviour stand beside SASRec, with 96 code vectors and a few for the last code in place of 1,682. But a film that nobody has rated has no behaviour to be coded.

# %% [markdown] lang="zh"
# 行为编码与 SASRec 相近，而它的向量只有 96 个编码的，再加末码的几个，不是 1,682 个。但没有人评过的电影，没有行为可以编码。

# %% [markdown] lang="en"
# ### Beam search
#
# With a billion items nobody walks the whole tree. **Beam search** keeps the few best beginnings, say ten, extends each by every next code, and keeps the ten best again. By pencil, with two beams of chance 0.6 and 0.4: the first goes on with 0.5 and 0.3, the second with 0.8. The candidates are 0.30, 0.18 and 0.32: the less likely beginning leads to the best continuation. With a beam of one it would have been lost.
#
# A beam that follows the tree always ends at a film. To follow it one needs the codes that go on from a prefix.

# %% [markdown] lang="zh"
# ### 束搜索
#
# 物品有十亿个的时候，没有人把整棵树走完。**束搜索**只留最好的几个开头，比如十个，把每个用所有可能的下一码延伸，再留最好的十个。笔算，两束的概率是 0.6 和 0.4：第一束接下来是 0.5 和 0.3，第二束是 0.8。候选是 0.30、0.18 和 0.32：概率较低的开头，延伸之后反而最好。束宽为一，它早就丢了。
#
# 沿着树走的束，总能走到一部电影。为此要知道，一个前缀之后有哪些编码。

# %% [markdown] lang="en"
# **Exercise 3.** Which codes go on from a prefix? ({points})

# %% [markdown] lang="zh"
# **练习 3** 一个前缀之后有哪些编码？（{points}）

# %% exercise="generative-trie" points=1
def next_codes(codes, prefix):
    """en: The codes that follow prefix (depth,) in at least one row of codes (n, levels): ascending, each once;
    en: an empty list where no row begins with the prefix. The depth is below the number of levels.
    zh: 在 codes (n, levels) 中，至少有一行以 prefix (depth,) 开头时，紧跟其后的编码：升序，每个一次；
    zh: 没有一行以它开头，就是空列表。depth 小于层数。"""
    ### BEGIN SOLUTION
    begins = (codes[:, : len(prefix)] == prefix).all(axis=1)
    return np.unique(codes[begins, len(prefix)]).tolist()
    ### END SOLUTION

# %% check="generative-trie"
recbook.check("generative-trie", next_codes)

# %% [markdown] lang="en"
# **Exercise 4.** Write one step of the beam. ({points})

# %% [markdown] lang="zh"
# **练习 4** 写出束搜索的一步。（{points}）

# %% exercise="generative-beam" points=2
def beam_step(scores, log_p, allowed, width):
    """en: The best width continuations, best first, as rows (beam, code); fewer where fewer are allowed.
    en: scores (b,) are the beams' log-probabilities so far, log_p (b, k) that of each next code after each
    en: beam, allowed (b, k) bool says which codes the tree has there.
    zh: 最好的 width 个延伸，最好的在前，每行是 (束, 编码)；允许的不够，就少给几行。
    zh: scores (b,) 是各束目前的对数概率，log_p (b, k) 是每束之后各编码的对数概率，
    zh: allowed (b, k) 为布尔值，表示树上有没有这个编码。"""
    ### BEGIN SOLUTION
    total = scores[:, None] + log_p
    return np.argwhere(allowed)[np.argsort(-total[allowed])[:width]]
    ### END SOLUTION

# %% check="generative-beam"
recbook.check("generative-beam", beam_step)

# %% tags=["nbval-ignore-output"]
everyone, history = np.arange(ratings.n_users), split.history()
log_p = generator.score(everyone, history)
exact = np.argsort(-log_p, axis=1, kind="stable")[:, :10]
found = {width: generator.generate(everyone, 10, width=width, history=history).items for width in (10, 50)}
free = generator.generate(everyone, 10, width=50, constrained=False, history=history).items

# %% tags=["nbval-ignore-output"]
kept_by = {width: (items[:, :, None] == exact[:, None]).any(axis=2).mean() for width, items in found.items()}
recbook.claim(
    kept_by[10] < 0.95 and kept_by[50] > 0.97,
    en="A beam of 10 finds {narrow:.0%} of the exact ten best films, a beam of 50 {wide:.1%}.",
    zh="束宽为 10，找到准确的前十部中的 {narrow:.0%}；束宽为 50，找到 {wide:.1%}。",
    takeaway=False, narrow=kept_by[10], wide=kept_by[50],
)

# %% tags=["nbval-ignore-output"]
nowhere = 1 - np.exp(log_p).sum(axis=1).mean()
recbook.claim(
    nowhere < 0.5 and (free < 0).mean() < 0.05,
    en="Off the tree, {nowhere:.1%} of the chance falls on addresses that no film has; among the ten best of a free beam they are "
    "{free:.1%}.",
    zh="不受树的约束时，{nowhere:.1%} 的概率落在没有电影的地址上；在自由束搜索的前十名里，占 {free:.1%}。",
    takeaway=False, nowhere=nowhere, free=(free < 0).mean(),
)

# %% [markdown] lang="en"
# So the invented film, which everybody fears of a model that generates, is no great trouble here: few are likely, and the tree forbids them all. The stubborn trouble lies elsewhere.
#
# ## A film nobody saw has an address <a id="new"></a>
#
# Here lies the great promise. A film that nobody has rated has a title, so it has an address, and the model could say it tomorrow without new training. Does it? A few films of this very split have no rating to learn from:

# %% [markdown] lang="zh"
# 可见，人们担心的“编造电影”，在这里不成问题：本来就少，沿着树走则一个也没有。顽固的问题在别处。
#
# ## 没有人看过的电影也有地址 <a id="new"></a>
#
# 最大的希望在这里。没有人评过的电影也有片名，也就有地址，模型不必重新训练，明天就能生成它。真的会吗？这份划分里就有几部电影，在训练集中没有评分：

# %% tags=["nbval-ignore-output"]
counts = split.train.item_counts()
figures.where_new_films_lie(counts, np.log10(np.exp(log_p.astype(float)).mean(axis=0)))

# %% [markdown] lang="en"
# They stand where films of one or a few ratings stand, far below the line. But these few may deserve no better: hardly anybody ever rated them. So hide a fifth of all films on purpose, loved ones too, as chapter 10 does, and train on the rest (stored, four epochs). Each hidden film keeps its address. Asked is twice: how many of everybody's ten places do hidden films get among all films, and, among the hidden films alone, who finds those that a user liked?

# %% [markdown] lang="zh"
# 它们与只有一个或几个评分的电影在一起，远低于虚线。不过这几部也许本该如此：几乎没有人评过它们。所以像第 10 章那样，有意把全部电影的五分之一藏起来，受欢迎的也藏，用其余的训练（预先存好，四个轮次）。隐藏的电影保留自己的地址。要看两件事：在全部电影里，隐藏的电影占每人十个位置中的多少？只在隐藏的电影之间排序，谁能找到用户喜欢的？

# %%
per_user = stored.on_hidden()
figures.among_hidden(per_user)

# %%
places = stored.places_of_hidden()
recbook.claim(
    places["as trained"] < 0.1 * places["of all"],
    en="Hidden films are {of_all:.0%} of all films and get {said:.2%} of the ten places.",
    zh="隐藏的电影占全部电影的 {of_all:.0%}，却只得到十个位置中的 {said:.2%}。",
    takeaway=dict(
        en="A new film has an address, and still is hardly ever said: training showed, again and again, that its way is empty.",
        zh="新电影有地址，却几乎从不被生成：训练一再表明，通往它的路上没有人。",
    ),
    of_all=places["of all"], said=places["as trained"],
)

# %% [markdown] lang="en"
# Why? The first codes of a hidden film are those of known films, and are learned. But at its last fork the training data always went another way, and cross-entropy pushes down what never comes. For any other film that is a fact about taste. For this one it says only that it is new.
#
# So do not let the street look empty: *exchange*. In training, half of the targets are exchanged for another film of the same two codes, whether anybody has met it or not. A second cure was tried, to score by the first codes alone, their chance shared alike by all films that have them; by how many codes was chosen by hiding a fifth of the visible films once more.

# %% [markdown] lang="zh"
# 为什么？隐藏电影的前几码与已知的电影相同，学得到。但在最后的岔口，训练数据总是走向别处，而交叉熵会压低从未出现的选项。对别的电影，这说明口味；对这一部，只说明它是新的。
#
# 所以不要让这条街显得空着：**交换**。训练时，一半目标换成前两码相同的另一部电影，不论有没有人评过。还试了第二种办法，只按前几码打分，概率由共有这些编码的电影平分；取几码，在可见的电影中再藏五分之一来选。

# %%
from recbook.evaluation.compare import bootstrap_over_sets

gain = bootstrap_over_sets(per_user["exchanged"], per_user["as trained"])
recbook.claim(
    gain.low > 0 and places["exchanged"] > 3 * places["as trained"],
    en="With exchanged targets hidden films get {share:.1%} of the places, and among themselves they are found better, by {low:.3f} to "
    "{high:.3f}.",
    zh="交换目标之后，隐藏的电影得到 {share:.1%} 的位置；只在它们之间排序，也高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, share=places["exchanged"], low=gain.low, high=gain.high,
)

# %%
price = recbook.stored("generative")["results"]["codes"]
exchanged_test, plain_test = (price[name]["0"]["test"] for name in ("exchanged, 8 epochs", "semantic, 8 epochs"))
recbook.claim(
    exchanged_test < plain_test + 0.01,
    en="On the test films of all users it costs: NDCG@10 is {exchanged:.3f} with exchanged targets, {plain:.3f} without (one seed each).",
    zh="在全部用户的测试电影上要付代价：交换目标时 NDCG@10 是 {exchanged:.3f}，不交换是 {plain:.3f}（各一个随机种子）。",
    takeaway=False, exchanged=exchanged_test, plain=plain_test,
)

# %%
by_choice = bootstrap_over_sets(per_user["chosen"], per_user["as trained"])
recbook.claim(
    by_choice.high < np.nanmean(per_user["exchanged"] - per_user["as trained"]),
    en="What the inner sets chose, scores by a few codes among it, did not carry over to the outer sets: {low:+.3f} to {high:+.3f} against all "
    "codes.",
    zh="内层选出的设置（包括只按前几码打分）换到外层不再有效：与用全部编码相比，差 {low:+.3f} 到 {high:+.3f}。",
    takeaway=False, low=by_choice.low, high=by_choice.high,
)

# %%
short_of = bootstrap_over_sets(per_user["ridge on titles"], per_user["exchanged"])
recbook.claim(
    short_of.low > 0,
    en="Ridge regression on title, year and genres (chapter 10) leads the repaired generator by {low:.3f} to {high:.3f} on hidden films.",
    zh="在隐藏的电影上，用片名、年份和类型的岭回归（第 10 章）比修补后的生成模型高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=short_of.low, high=short_of.high,
)

# %% [markdown] lang="en"
# One inner set a choice was too few; chapter 10 takes three. And an address rounds a vector off: of 384 numbers three codes are left. The regression still has them all. Others met the same wall: TIGER's authors report good results for new items, with a setting that says how much of the list new items may take; Yang et al. (2024) compared fairly, found generative retrieval behind dense retrieval above all on new items, and joined the two.
#
# Is that a verdict on generators? Not on their idea: with a catalogue of a billion, a small table and a beam are worth more than on 1,682 films, and no log of this size can test that ([HSTU and scaling](#hstu)). But "new films for free" did not hold here, and should be measured wherever it is promised.

# %% [markdown] lang="zh"
# 每次选择只靠一组内层电影，太少；第 10 章用三组。另外，地址把向量取了整：384 个数只剩三个编码。回归手里还有全部的数。别人也碰到同一堵墙：TIGER 的作者报告新物品效果不错，同时用一个参数规定新物品最多占列表的多少；Yang et al.（2024）做了公平的比较，发现生成式检索落后于向量检索，新物品上尤其如此，于是把两者结合起来。
#
# 这是对生成模型的判决吗？不是对它的思路：目录有十亿件时，一张小表加一次束搜索，价值比在 1,682 部电影上大，而这么小的日志检验不了这一点（[HSTU 与规模](#hstu)）。但“新电影不花代价就能推荐”在这里没有兑现；哪里有人这样承诺，就该在哪里测量。

# %% [markdown] lang="en"
# ## What to remember
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
# ### A plain GPT on codes <a id="plain"></a>
#
# *Adds: the form in which the idea is usually told, and what the shortcut of the core saves.*
#
# TIGER does not add codes up. There each code is a word of its own: ten films of four codes make a text of forty words, and a transformer predicts each word from those before it. (TIGER has an encoder and a decoder; `PlainCodeGenerator` is the decoder alone, a GPT.) Here is how one history is spelled:

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 在编码上直接训练 GPT <a id="plain"></a>
#
# **本节补充**：通常的讲法，以及核心部分的捷径省下了什么。
#
# TIGER 并不把编码相加。那里每个编码都是一个词：十部电影，每部四码，就是一段四十个词的文本，Transformer 由前面的词预测每个词。（TIGER 有编码器和解码器；`PlainCodeGenerator` 只有解码器，就是 GPT。）一份历史拼出来是这样：

# %%
from recbook.models.plain_gpt import PlainGPT

spell = PlainGPT(codes, generator.settings)
last_films = generator.log_.of_users(np.array([7])).item[-2:]
print([titles[item] for item in last_films])
print(codes[last_films].tolist())
# en: Word 0 is the start; each level counts on from the last, so that code 3 of level 1 is another word than 3 of level 2.
# zh: 词 0 是开头；各层接着往下编号，所以第 1 层的 3 与第 2 层的 3 是不同的词。
print(spell.spelled(torch.from_numpy(last_films[None] + 1)).tolist())

# %%
plain = recbook.stored("generative")["results"]["plain GPT"]
fast = recbook.stored("generative")["results"]["codes"]["semantic, 8 epochs"]["0"]
recbook.claim(
    plain["seconds"] > 1.3 * fast["seconds"],
    en="The plain GPT takes {times:.1f} times the seconds of the fast form for as many epochs, and reaches {plain:.3f}; the fast form "
    "{fast:.3f} (one seed each).",
    zh="轮次相同时，直接训练的 GPT 用时是快速形式的 {times:.1f} 倍，达到 {plain:.3f}；快速形式为 {fast:.3f}（各一个随机种子）。",
    takeaway=False, times=plain["seconds"] / fast["seconds"], plain=plain["test"], fast=fast["test"],
)

# %% [markdown] lang="en"
# A history of forty places costs more than one of ten, and each film waits for its four codes. What the plain form keeps is generality: it can read words and codes in one text, which is how language models are taught semantic IDs.
#
# ### RQ-VAE: codes that are learned <a id="rq-vae"></a>
#
# *Adds: how TIGER makes its codes, and what may go wrong.*
#
# An **RQ-VAE** (Lee et al. 2022) does not quantise the vector $x$ but what an encoder makes of it, $z = f(x)$, and learns encoder, centres and a decoder $g$ together:
#
# $$\lVert x - g(\hat z) \rVert^2 + \sum_l \lVert \mathrm{sg}(r_{l-1}) - m_{l,c_l} \rVert^2 + \beta \lVert r_{l-1} - \mathrm{sg}(m_{l,c_l}) \rVert^2, \qquad \hat z = \sum_l m_{l,c_l},$$
#
# where $\mathrm{sg}$ holds its argument fixed for the gradient, and $\beta$ (0.25) says how much the encoder is to come towards the centres. Choosing the nearest centre has no gradient, so the decoder's is handed past it: $z + \mathrm{sg}(\hat z - z)$.

# %% [markdown] lang="zh"
# 四十个位置的历史，比十个位置的贵；每部电影还要等四个码。直接的形式保留了通用性：它能在一段文本里同时读词和编码，语言模型就是这样学语义 ID 的。
#
# ### RQ-VAE：学出来的编码 <a id="rq-vae"></a>
#
# **本节补充**：TIGER 怎样得到编码，以及可能出的问题。
#
# **RQ-VAE**（Lee et al. 2022）量化的不是向量 $x$，而是编码器的输出 $z = f(x)$，并把编码器、中心和解码器 $g$ 一起学：
#
# $$\lVert x - g(\hat z) \rVert^2 + \sum_l \lVert \mathrm{sg}(r_{l-1}) - m_{l,c_l} \rVert^2 + \beta \lVert r_{l-1} - \mathrm{sg}(m_{l,c_l}) \rVert^2, \qquad \hat z = \sum_l m_{l,c_l},$$
#
# 其中 $\mathrm{sg}$ 表示求梯度时视为常数，$\beta$（0.25）决定编码器向中心靠拢的程度。选最近的中心没有梯度，所以把解码器的梯度绕过这一步：$z + \mathrm{sg}(\hat z - z)$。

# %%
from torch import nn


class RQVAE(nn.Module):
    def __init__(self, d, width=32, levels=3, size=32):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(d, 128), nn.ReLU(), nn.Linear(128, width))
        self.decode = nn.Sequential(nn.Linear(width, 128), nn.ReLU(), nn.Linear(128, d))
        self.centres = nn.Parameter(torch.randn(levels, size, width) * 0.1)

    def forward(self, x):
        z = self.encode(x)
        rest, loss, codes = z, 0.0, []
        for centres in self.centres:
            codes.append(torch.cdist(rest, centres).argmin(dim=1))
            centre = centres[codes[-1]]
            loss = loss + ((rest.detach() - centre) ** 2).mean() + 0.25 * ((rest - centre.detach()) ** 2).mean()
            rest = rest - centre.detach()
        rounded = z - rest.detach()
        return loss + ((self.decode(rounded) - x) ** 2).mean(), torch.stack(codes, dim=1)

# %% tags=["nbval-ignore-output"]
x = torch.from_numpy((vectors - vectors.mean(axis=0)) / vectors.std()).float()
with torch.random.fork_rng([]):
    torch.manual_seed(0)
    autoencoder = RQVAE(x.shape[1])
    optimizer = torch.optim.Adam(autoencoder.parameters(), lr=3e-3)
    for _ in range(300):
        loss, learned = autoencoder(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
learned = learned.numpy()
_, group, size = np.unique(learned, axis=0, return_inverse=True, return_counts=True)
rows = [("residual k-means", len(np.unique(prefixes[:, 0])), f"{colliding:.0%}", purity(prefixes, 2)),
        ("RQ-VAE", len(np.unique(learned[:, 0])), f"{(size[group] > 1).mean():.0%}", purity(learned, 2))]
plots.table(pd.DataFrame(rows, columns=["codes of", "first codes used", "films colliding", "prefix 2"]))

# %% tags=["nbval-ignore-output"]
of_rqvae = (size[group] > 1).mean()
recbook.claim(
    of_rqvae < colliding and abs(purity(learned, 2) - purity(prefixes, 2)) < 0.06,
    en="Learned codes collide less ({learned:.0%} of the films, k-means {kmeans:.0%}), and of films that share two of them {pure:.0%} of "
    "the pairs share a genre.",
    zh="学出来的编码冲突更少（{learned:.0%} 的电影，k-means 为 {kmeans:.0%}）；前两码相同的电影对里，{pure:.0%} 类型相同。",
    takeaway=False, learned=of_rqvae, kmeans=colliding, pure=purity(learned, 2),
)

# %% [markdown] lang="en"
# Encoder and centres move together, so the films spread more evenly over the addresses. Whether the generator gains by it was not measured here. What may go wrong has a name, **codebook collapse**: a centre that no film is nearest to gets no gradient and stays unused. TIGER's authors start the centres by k-means against that. The real advantage is another one: an encoder that is trained could learn from behaviour at the same time.
#
# ### Histories unmasked <a id="unmasked"></a>
#
# *Adds: what a generator says when nobody strikes out what the user has seen.*
#
# All rankings above leave out the films that a user has rated. A generator does not know that rule: it says what follows.

# %% [markdown] lang="zh"
# 编码器与中心一起移动，电影就更均匀地分布在各个地址上。生成模型会不会因此变好，这里没有测。可能出的问题叫**码本坍塌**（codebook collapse）：不是任何电影最近的中心，得不到梯度，一直闲置。TIGER 的作者用 k-means 给中心定起点来防止。真正的好处在别处：训练编码器，可以同时向行为学习。
#
# ### 不屏蔽历史 <a id="unmasked"></a>
#
# **本节补充**：没有人划掉看过的电影，生成模型会生成什么。
#
# 上面的排序都去掉了用户评过的电影。生成模型不知道这条规则，只生成接下来的。

# %% tags=["nbval-ignore-output"]
rated = split.history().matrix().toarray() > 0
on_rated = (np.exp(log_p) * rated).sum(axis=1).mean()
said_again = np.take_along_axis(rated, exact, axis=1).mean()
recbook.claim(
    on_rated > 0.05,
    en="{on_rated:.0%} of the chance lies on films that the user has rated, and {said_again:.0%} of the ten most probable films are such, though "
    "nobody here ever rates a film twice.",
    zh="{on_rated:.0%} 的概率落在用户评过的电影上，最可能的十部里有 {said_again:.0%} 是评过的，尽管这里没有人把一部电影评两次。",
    takeaway=False, on_rated=on_rated, said_again=said_again,
)

# %% [markdown] lang="en"
# The window holds ten films, so the model cannot see what was rated before them. A mask is one line; the same line must be carried into the beam, or a beam of ten may come back with half a list.
#
# ### HSTU, and what "scaling laws" ask for <a id="hstu"></a>
#
# *Adds: the other thing that is called generative recommendation, one ablation of it, and what its great claim rests on.*
#
# HSTU (Zhai et al. 2024) generates no codes. It is called generative since it reads the whole stream of a user's actions as one text, as SASRec does, and learns to continue it. Its layer changes attention. Softmax shares one unit of attention among all places; HSTU gives each pair a weight of its own and a gate $u_i$ to each place:
#
# $$y_i = \mathrm{norm}\Big(\tfrac1n \sum_{j \le i} \mathrm{SiLU}(q_i \cdot k_j + b_{i-j})\, v_j\Big) \odot u_i,$$
#
# where $q_i, k_j, v_j, u_i$ are made from the places' vectors $(d,)$, $b$ is learned for each distance, and $\odot$ multiplies number by number. The authors' reason: with softmax one sign of a taste and ten signs of it can look alike, and here ten may weigh more. The ablation keeps everything else of SASRec (50 films, 8 epochs).

# %% [markdown] lang="zh"
# 窗口里只有十部电影，模型看不到更早的评分。屏蔽只要一行；同一行也要带进束搜索，否则束宽为十，回来的可能只有半张列表。
#
# ### HSTU，以及“缩放定律”（scaling law）需要什么 <a id="hstu"></a>
#
# **本节补充**：另一种叫作生成式推荐的东西、它的一次消融，以及它最大的主张依据什么。
#
# HSTU（Zhai et al. 2024）不生成编码。它叫“生成式”，是因为像 SASRec 那样，把用户的全部行为当作一段文本来读，学着往下续。它改了注意力层。softmax 把一份注意力分给所有位置；HSTU 给每一对位置各自的权重，再给每个位置一个门 $u_i$：
#
# $$y_i = \mathrm{norm}\Big(\tfrac1n \sum_{j \le i} \mathrm{SiLU}(q_i \cdot k_j + b_{i-j})\, v_j\Big) \odot u_i,$$
#
# 其中 $q_i, k_j, v_j, u_i$ 由各位置的向量 $(d,)$ 得到，$b$ 对每个距离各学一个数，$\odot$ 是逐个相乘。作者的理由：用 softmax，一个口味表现一次和十次可能看起来一样，这里十次可以更重。消融保留 SASRec 的其余部分（50 部电影，8 个轮次）。

# %%
attention = {kind: runs["0"] for kind, runs in recbook.stored("generative")["results"]["attention"].items()}
rows = [(plots.name(f"attention: {kind}"), f"{run['seconds']:.0f}", run["valid"], run["test"]) for kind, run in attention.items()]
plots.table(pd.DataFrame(rows, columns=["kind of attention", "CPU seconds", "validation NDCG@10", "test NDCG@10"]))

# %%
softmax, pointwise = attention["softmax"], attention["pointwise"]
recbook.claim(
    abs(pointwise["valid"] - softmax["valid"]) < 0.02,
    en="With as many epochs HSTU's layer reaches {pointwise:.3f} on validation and softmax {softmax:.3f} (one seed each), in {times:.0%} of "
    "the seconds.",
    zh="轮次相同时，HSTU 的层在验证集上达到 {pointwise:.3f}，softmax 为 {softmax:.3f}（各一个随机种子），用时是后者的 {times:.0%}。",
    takeaway=False, pointwise=pointwise["valid"], softmax=softmax["valid"], times=pointwise["seconds"] / softmax["seconds"],
)

# %% [markdown] lang="en"
# What such a log cannot show is the claim that made HSTU known: that quality rises as a power law of the compute spent, over three orders of magnitude, up to what training GPT-3 took. For comparison: chapter 08's log has 100,000 ratings, and a model of some 200,000 parameters has read all of it in seconds. The law was measured on a platform with billions of users, on actions that stream in without end, and inside one company; nobody outside can repeat that. Before it, Ardalani et al. (2022) had found that larger classical click models gain little from more parameters, and more from more data. So both may be right: a law of this kind needs a text that is not yet exhausted. Ask first how many actions you have for each parameter.
#
# ### The shop <a id="shop"></a>
#
# *Adds: the second world: products, whose texts are labels, and what a household buys for the first time (discovery, chapter 11).*
#
# Many products share all of their text, so the last code has much to tell apart. Stored: two epochs of each generator on weeks 1 to 48, tested once on weeks 49 to 53, beside EASE and popularity of the last four weeks.

# %% [markdown] lang="zh"
# 这样的日志无法检验的，正是 HSTU 最出名的主张：质量随所花算力按幂律提高，跨三个数量级，直到训练 GPT-3 所需的算力。相比之下，第 08 章的日志只有 100,000 条评分，大约 200,000 个参数的模型几秒钟就读完一遍。那条定律是在一个有几十亿用户的平台上、一家公司内部，用源源不断的行为测出来的，外人无法重复。在它之前，Ardalani et al.（2022）发现，传统的点击模型增加参数收效很小，增加数据收效更大。两者可能都对：这种**缩放定律**需要一段还没有读完的文本。先算一算，每个参数对应多少次行为。
#
# ### 商店 <a id="shop"></a>
#
# **本节补充**：第二个领域：商品，文本就是标签；任务是一户人家第一次买什么（发现，第 11 章）。
#
# 许多商品的文本完全相同，所以最后一码要区分很多。预先存好的结果：每个生成模型在第 1 到 48 周上训练两个轮次，在第 49 到 53 周测试一次；旁边是 EASE 和最近四周的流行度。

# %%
shop = recbook.stored("generative")["results"]["shop"]
rows = [(plots.name(kind), one["ndcg"], plots.ends(*one["interval"]), plots.ends(*one["less popularity"], sign=True)) for kind, one in shop.items()]
plots.table(pd.DataFrame(rows, columns=["model", "NDCG@10", "95% interval", "minus popularity"]))

# %%
recbook.claim(
    shop["behaviour"]["ndcg"] > 0 and shop["semantic"]["ndcg"] > 0,
    en="On discovery, codes from texts reach {semantic:.4f}, codes from behaviour {behaviour:.4f}, EASE {ease:.4f}.",
    zh="在发现任务上，文本编码达到 {semantic:.4f}，行为编码 {behaviour:.4f}，EASE {ease:.4f}。",
    takeaway=False, semantic=shop["semantic"]["ndcg"], behaviour=shop["behaviour"]["ndcg"], ease=shop["EASE"]["ndcg"],
)

# %% [markdown] lang="en"
# ### Further reading
#
# - S. Rajput et al. (2023). *Recommender systems with generative retrieval.* NeurIPS. [arXiv:2305.05065](https://arxiv.org/abs/2305.05065). TIGER.
# - L. Yang et al. (2024). *Unifying generative and dense retrieval for sequential recommendation.* [arXiv:2411.18814](https://arxiv.org/abs/2411.18814). The fair comparison, and the trouble with new items.
# - J. Zhai et al. (2024). *Actions speak louder than words: trillion-parameter sequential transducers for generative recommendations.* ICML. [arXiv:2402.17152](https://arxiv.org/abs/2402.17152). HSTU.
# - N. Ardalani et al. (2022). *Understanding scaling laws for recommendation models.* [arXiv:2208.08489](https://arxiv.org/abs/2208.08489).
# - D. Lee, C. Kim, S. Kim, M. Cho and W.-S. Han (2022). *Autoregressive image generation using residual quantization.* CVPR. [arXiv:2203.01941](https://arxiv.org/abs/2203.01941). RQ-VAE.

# %% [markdown] lang="zh"
# ### 延伸阅读
#
# - S. Rajput et al. (2023). *Recommender systems with generative retrieval.* NeurIPS. [arXiv:2305.05065](https://arxiv.org/abs/2305.05065)。TIGER。
# - L. Yang et al. (2024). *Unifying generative and dense retrieval for sequential recommendation.* [arXiv:2411.18814](https://arxiv.org/abs/2411.18814)。公平的比较，以及新物品的难处。
# - J. Zhai et al. (2024). *Actions speak louder than words: trillion-parameter sequential transducers for generative recommendations.* ICML. [arXiv:2402.17152](https://arxiv.org/abs/2402.17152)。HSTU。
# - N. Ardalani et al. (2022). *Understanding scaling laws for recommendation models.* [arXiv:2208.08489](https://arxiv.org/abs/2208.08489)。
# - D. Lee, C. Kim, S. Kim, M. Cho and W.-S. Han (2022). *Autoregressive image generation using residual quantization.* CVPR. [arXiv:2203.01941](https://arxiv.org/abs/2203.01941)。RQ-VAE。
