# %% [markdown] lang="en"
# # 14 · Where the field goes
#
# **You will be able to**, after the core, say what a second modality buys and when; test an explanation by removal, and tell what is true to the model from what is true to the world; read whole histories out of published weights, and say what the noise of **differential privacy** promises and costs; name the kind of dirt that hurts, the price of size, and the question that a measure answers.
#
# **You need** chapters 01 (EASE and its terms), 04 (attention), 05 (ViT, the contrastive loss), 07 (the two towers), 09 (intervals, measures) and 10 (hidden films).
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 14 · 发展趋势
#
# **学完核心部分之后**，你能说出第二种模态（modality）在什么时候有价值、价值多大；能用移除来检验一条解释，分清“忠于模型”与“忠于世界”；能从公开的权重里读出一个人的完整历史，并说明**差分隐私**（differential privacy）的噪声承诺了什么、代价是什么；还能说出哪种脏数据伤害大、模型变大要多付多少代价、每个指标回答的是什么问题。
#
# **需要的基础**：第 01 章（EASE 及其各项）、第 04 章（注意力）、第 05 章（ViT、对比损失）、第 07 章（双塔模型）、第 09 章（区间、指标）和第 10 章（隐藏电影）。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd
import torch

import recbook
from recbook import explain, plots
from recbook.chapters.trends import explaining, figures, multimodal
from recbook.models import EASE
from recbook.privacy.attack import gram_of_ease

recbook.setup("en")
ratings = recbook.load("ml-100k")
split = recbook.data.leave_one_out(ratings)
titles = ratings.items["display_title"].to_numpy()

# %% [markdown] lang="en"
# ## A stranger's films
#
# A shop publishes the weights of its recommender, so that others may use it. The recommender is EASE (chapter 01): one number for each ordered pair of films. No user stands in it, no rating, no name. Take the weights, and the penalty that the page of the library names (250). Nothing else:

# %% [markdown] lang="zh"
# ## 陌生人看过的电影
#
# 一家商店公开了推荐模型的权重，供别人使用。模型是 EASE（第 01 章）：每两部电影之间两个数，每个方向一个，没有用户，没有评分，也没有姓名。现在只用这些权重，外加库的文档里写明的正则化系数（250）：

# %%
ease = EASE().fit(split.train)
published = ease.weights_  # (films, films): all that the shop gives away

counts_read = np.round(gram_of_ease(published, l2=250.0))  # (films, films)
rare = np.flatnonzero(np.diag(counts_read) == 1)  # films that one person rated
strangers_films = np.flatnonzero(counts_read[rare[0]])
len(strangers_films), [plots.film(title) for title in titles[strangers_films][:6]]

# %% [markdown] lang="en"
# These are the films of one person, all that the shop learned from: the log confirms it below. How a few lines of algebra read them out of weights, and what can be promised against it, comes under [Private](#private).
#
# That is one of three directions in which the field goes, and each has a promise: **multimodal** models see more, **explainable** ones say why, **private** ones keep what they know to themselves. Three worries go with them: the **quality** of the data, the **size** of the models, and **measures** that disagree. This chapter tries each, where it can on data whose truth is known, and asks the same two questions every time: what does it buy, and what does it cost?

# %% [markdown] lang="zh"
# 这就是一个人的全部记录（训练数据里的），后面会用日志核实。几行代数怎样从权重里读出它们，对此又能作出什么承诺，见[隐私](#private)。
#
# 隐私是三个发展方向之一，每个方向都有自己的承诺：**多模态**（multimodal）模型看得更多，**可解释**（explainable）的模型能说明理由，**保护隐私**的模型不外泄掌握的信息。还有三个难题：**数据质量**、**模型大小**，以及互相矛盾的**指标**。本章逐个试验，尽可能用已知真相的数据，每次都问同样的两个问题：得到什么，代价是什么？

# %% [markdown] lang="en"
# ## Multimodal: what the text does not say <a id="multimodal"></a>
#
# A dress has a picture and a description. The picture shows its colour, the description names its cloth: each **modality** (a kind of data: text, picture, sound) tells what the other leaves out. A **multimodal** recommender reads several. Does it pay, and what goes wrong?
#
# **First, what this is not.** We found no open package that holds photographs of items *and* a log of who bought them. So everything here is drawn and invented: garments on cards, drawn by rule, and shoppers whose tastes we made. That has one merit: the truth is known, so we can say how much of it each way finds.

# %% [markdown] lang="zh"
# ## 多模态：文本没有说的 <a id="multimodal"></a>
#
# 一条连衣裙有图片，也有描述。图片看得出颜色，描述写明了面料：每种**模态**，也就是一类数据（文本、图片、声音），都有对方没有的信息。**多模态**（multimodal）推荐同时读取几种模态。这样做值得吗？会出什么问题？
#
# **先说清楚这一节不是什么。** 我们没有找到既有物品照片、又有购买记录的开放软件包。所以这里的一切都是画的、编的：按规则画的服装卡片，和由我们设定口味的顾客。好处是真相已知，可以量出每种做法找到了其中多少。

# %%
from recbook.data import garments

world = garments.make()
pictures = world.garments.pictures(np.random.default_rng([0, 2]))
descriptions = world.garments.descriptions()
figures.cards(
    pictures[:6], multimodal.described(world.garments)[:6],
    en="Six of 800 garments, and what the shop writes",
    zh="800 件服装中的六件，以及商店的描述",
)

# %% [markdown] lang="en"
# The picture holds colour and pattern, the text cloth and cut; both tell the kind (*slim silk trousers*). Shopper $s$ likes garment $j$ by
#
# $$u_{sj} = a_j + \sum_{p} w_p\, t_{s,p}(v_{jp}), \qquad P(s \text{ buys } j) \propto e^{1.5\, u_{sj}}$$
#
# where $v_{jp}$ is the value of property $p$ of the garment, $t_{s,p}(v)$ the shopper's taste for it (a random number), $w_p$ how much the property counts (1, for the kind ½), and $a_j$ an appeal that neither picture nor text shows. By pencil: Ann's taste for red is 1, for blue 0, and all else is equal. She is $e^{1.5} \approx 4.5$ times as likely to buy the red one.
#
# There are 400 shoppers with 20 purchases each. A fifth of the garments is new: nobody has bought them yet, so neighbours and popularity know nothing of them (chapter 10). That is where content has to help.
#
# ### One space for pictures and sentences
#
# The descriptions are read by MiniLM. Who reads the pictures? **CLIP** (Radford et al. 2021) learns it from pairs: a picture, and a sentence that somebody wrote below it. One tower for each, both ending in unit vectors of one space; a picture should lie near its own sentence and far from the other sentences of the batch ([the loss, by pencil](#clip)).

# %% [markdown] lang="zh"
# 图片里有颜色和花纹，文本里有面料和剪裁；种类两者都有（slim silk trousers，修身真丝长裤）。顾客 $s$ 对服装 $j$ 的喜好是
#
# $$u_{sj} = a_j + \sum_{p} w_p\, t_{s,p}(v_{jp}), \qquad P(s \text{ 买 } j) \propto e^{1.5\, u_{sj}}$$
#
# 其中 $v_{jp}$ 是这件服装在属性 $p$ 上的取值，$t_{s,p}(v)$ 是顾客对它的口味（一个随机数），$w_p$ 是这个属性的权重（都是 1，种类是 ½），$a_j$ 是图片和文本都看不出的吸引力。笔算：小安对红色的口味是 1，对蓝色是 0，其余都一样。她买红色那件的可能性是蓝色的 $e^{1.5} \approx 4.5$ 倍。
#
# 共有 400 位顾客，每人买 20 件。五分之一的服装是新的：还没有人买过，近邻和流行度对它们无能为力（第 10 章）。内容信息正该在这里起作用。
#
# ### 图片与句子共用一个空间
#
# 描述由 MiniLM 来读。图片由谁来读？**CLIP**（Radford et al. 2021）从成对的数据里学：一张图片，和别人写在下面的一句话。两者各有一个塔，输出都是同一个空间里的单位向量；图片应当靠近自己的句子，远离同一批里其他的句子（[损失的笔算](#clip)）。

# %% [markdown] lang="en"
# Here it is in small: 3,000 cards of *another* shop, each with a caption of three words (*red striped shirt*). The picture tower is chapter 05's small ViT, begun from nothing; the text tower is one linear map on MiniLM's vectors, which stay as they are. Eight pairs of colour and pattern, such as *red plain*, are kept out of training altogether. About 10 seconds:

# %% [markdown] lang="zh"
# 下面小规模地训练：另一家商店的 3,000 张卡片，每张有三个词的说明（red striped shirt，红色条纹衬衫）。图片塔是第 05 章的小型 ViT，从零开始；文本塔是 MiniLM 向量上的一个线性映射，MiniLM 本身不动。颜色与花纹的组合里，有八种（例如红色、无花纹）完全不进训练。大约 10 秒：

# %% tags=["nbval-ignore-output"]
from recbook.text import TextEncoder

encoder = TextEncoder()
space, read, _ = multimodal.train_space(multimodal.studio(), encoder, steps=500)

# %% [markdown] lang="en"
# Type a sentence, and the cards nearest to it come back. Nobody has labelled a card of this shop:

# %% [markdown] lang="zh"
# 输入一句话，就得到离它最近的卡片。这家店的卡片没有一张贴过标签：

# %% tags=["nbval-ignore-output"]
sentence = "red plain dress"
seen = space.encode_pictures(pictures)
nearest = np.argsort(-seen @ space.encode_sentences(read([sentence]))[0])[:6]
figures.cards(pictures[nearest], multimodal.described(world.garments.take(nearest)), sentence)

# %% [markdown] lang="en"
# *Red plain* is a pair that training never held, and its colour and pattern are found all the same, the kind less surely ([counted in Deeper](#clip), where words that no caption had are tried, too). A model that names what it was never shown is called **zero-shot**.

# %% [markdown] lang="zh"
# red plain（红色、无花纹）这个组合，训练中从未出现，颜色和花纹却照样找对了，种类差一些（统计见[选读](#clip)，那里还有说明文字里没有的词）。训练时从没给它看过的，也能认出来，叫作**零样本**（zero-shot）。

# %% [markdown] lang="en"
# ### Text, picture, or both?
#
# Back to the shoppers. For each, a ridge regression (chapter 10's `KernelRidge`) goes from what is known of a garment to "bought or not". **Early fusion** lays the features of both modalities side by side and fits one model. **Late fusion** fits one model for each modality and mixes their scores.
#
# Side by side has a catch: the penalty treats all numbers alike. The modality with larger numbers is the louder: a penalty that suits the quiet one hardly touches the loud one. By pencil: garments A and B have texts $(0.6, 0.8)$ and $(0.8, 0.6)$, and pixels 10 and 200. Their squared distance is $0.08$ in the text and $36{,}100$ in the picture. So bring each to an **equal voice** first: take the mean off, and divide the whole table by one number so that the squared length of a row is 1 on average.
#
# **Exercise 1.** Give features an equal voice. ({points})

# %% [markdown] lang="zh"
# ### 文本、图片，还是两者都用？
#
# 回到顾客。对每位顾客，用岭回归（第 10 章的 `KernelRidge`）从一件服装的已知信息预测“买或不买”。**前期融合**（early fusion）把两种模态的特征并排放好，拟合一个模型。**后期融合**（late fusion）为每种模态各拟合一个模型，再把分数混合。
#
# 并排放有个陷阱：正则化对所有的数一视同仁。数大的模态音量就大：适合另一种模态的正则化系数，对它几乎不起作用。笔算：服装 A、B 的文本是 $(0.6, 0.8)$ 和 $(0.8, 0.6)$，像素是 10 和 200。距离的平方在文本上是 $0.08$，在图片上是 $36{,}100$。所以先让两者**音量相同**：减去均值，再把整张表除以一个数，使各行长度的平方平均为 1。
#
# **练习 1** 让特征的音量相同。（{points}）

# %% exercise="trends-equal-voice" points=1
def equal_voice(features):
    """en: features (n, d) less the mean of each column, divided by one number: squared lengths of rows are 1 on average.
    zh: features (n, d) 每列减去均值，再整体除以一个数，使各行长度的平方平均为 1。"""
    ### BEGIN SOLUTION
    centred = features - features.mean(axis=0)
    return centred / np.sqrt((centred**2).sum(axis=1).mean())
    ### END SOLUTION

# %% check="trends-equal-voice"
recbook.check("trends-equal-voice", equal_voice)

# %% [markdown] lang="en"
# Penalties, and the mixture of late fusion, are chosen on garments hidden once more among the visible ones.

# %% [markdown] lang="zh"
# 正则化系数和后期融合的混合比例，在可见的服装里再藏一部分来选。

# %%
clothes = recbook.stored("multimodal")["results"]
parts = multimodal.hide(world)
text, picture = encoder.encode(descriptions), space.picture_features(pictures)  # (800, 384), (800, 64)
loud = np.hstack([text, picture])
tables = {
    "text alone": multimodal.kernel(text),
    "picture alone": multimodal.kernel(picture),
    "both, as they are": (loud - loud.mean(axis=0)) @ (loud - loud.mean(axis=0)).T,
    "early": multimodal.kernel(text) + multimodal.kernel(picture),
}

# %% tags=["nbval-ignore-output"]
reports = {key: multimodal.ridge(table, parts)[1] for key, table in tables.items()}
reports["late"] = multimodal.late([tables["text alone"], tables["picture alone"]], parts)
reports["utility"] = multimodal.of_scores(world.utility, parts)
reports["random"] = multimodal.of_scores(np.random.default_rng(0).random(world.utility.shape), parts)
figures.levels(
    {key: (report["ndcg@10"], *report.interval("ndcg@10")) for key, report in reports.items()},
    mark=["utility", "random"],
    en="New garments: each half alone, both, and what tastes would allow (one world)",
    zh="新服装：只用一种模态、两者都用，与真实口味相比（一个世界）",
)

# %% [markdown] lang="en"
# The kernel of features laid side by side is the *sum* of their kernels, so the code adds two tables. The grey rows are bounds: a random order, and the shoppers' true tastes, with the appeal that nothing shows (not 1, since what is bought is drawn by chance). This is one world; what is said of five worlds below is stored.

# %% [markdown] lang="zh"
# 并排放的特征，核矩阵等于各自核矩阵之和，所以代码里是两张表相加。灰色的行是参照：随机顺序，和顾客的真实口味（含看不出的吸引力；买什么带有随机性，所以到不了 1）。这是一个世界；下面提到五个世界的结论是预先存好的。

# %%
fused = clothes["fusion"]["adding"]
gain = min((fused["early"]["less"][key] for key in ("text", "picture")), key=lambda pair: pair[0])
recbook.claim(
    gain[0] > 0.05,
    en="In five worlds text alone finds new garments with an NDCG@10 of {text:.2f}, the picture alone with {picture:.2f}, both together with {both:.2f} (the interval of the gain begins at {low:.2f}).",
    zh="在五个世界里找新服装，只用文本的 NDCG@10 是 {text:.2f}，只用图片是 {picture:.2f}，两者一起是 {both:.2f}（提高的区间从 {low:.2f} 起）。",
    takeaway=dict(
        en="A second modality pays for what the first does not say; two halves of a taste were worth far more together than either alone.",
        zh="第二种模态的价值，在于第一种没有说的内容；两种模态各说出口味的一半，合在一起远胜过任何一种。",
    ),
    text=fused["text"]["ndcg"], picture=fused["picture"]["ndcg"], both=fused["early"]["ndcg"], low=gain[0],
)

# %% tags=["nbval-ignore-output"]
quiet = reports["early"].difference(reports["both, as they are"], "ndcg@10")
recbook.claim(
    quiet.low > 0,
    en="In this one world, at an equal voice, both together have {quiet:.3f}, laid side by side as they are {loud:.3f}: {low:+.3f} to {high:+.3f} for one division.",
    zh="在这一个世界里，音量相同时两者一起是 {quiet:.3f}，不调整就并排是 {loud:.3f}：一次除法带来 {low:+.3f} 到 {high:+.3f}。",
    takeaway=dict(
        en="Before you join two modalities, make them equally loud: else no penalty suits both.",
        zh="合并两种模态之前，先让音量相同；否则同一个正则化系数无法同时适合两者。",
    ),
    quiet=reports["early"]["ndcg@10"], loud=reports["both, as they are"]["ndcg@10"], low=quiet.low, high=quiet.high,
)

# %%
mixed = fused["late"]["less"]["early"]
recbook.claim(
    mixed[1] < 0,
    en="Over five worlds late fusion, which standardises each shopper's scores and mixes them alike for everybody, stays {low:.3f} to {high:.3f} behind early fusion.",
    zh="五个世界里，后期融合先把每位顾客的分数标准化，再按同一比例混合，比前期融合低 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=-mixed[1], high=-mixed[0],
)

# %% [markdown] lang="en"
# A reason that comes to mind: one mixture for everybody cannot know who shops by colour and who by cloth. [Deeper](#fusion-ways) tests it, and it does not hold. There too: what a network makes of both, when [pictures are missing](#missing), when they [lie](#lies), garments that [people have bought](#bought), and a [moving picture](#frames).

# %% [markdown] lang="zh"
# 容易想到的理由是：所有人共用一个混合比例，分不出谁看重颜色、谁看重面料。[选读](#fusion-ways)里检验了它，这个理由不成立。那里还有：神经网络怎样融合两者，[缺图片](#missing)时、[图片有误](#lies)时怎么办，[已有人买过](#bought)的服装，以及[会动的图片](#frames)。

# %% [markdown] lang="en"
# **To ship it?** A second modality costs an encoder for it, a tower that was trained on pairs, and a rule for items that lack it. It pays where it holds what the first does not. Here it had to: the world was made so, and our captions named just what shoppers care for. On real photographs it would have to be measured anew; and where many have rated an item, chapters 07 and 08 found no gain from titles. Ask before you build: is there anything in the picture that a customer cares about and the description does not say?

# %% [markdown] lang="zh"
# **要上线吗？** 增加一种模态，代价是它的编码器、用成对数据训练的塔，以及物品缺这种模态时的规则。只有它带来第一种模态没有的信息时才值得。这里必然如此：世界就是这样造的，说明文字写的又正是顾客在意的东西。换成真实照片，要重新测量；而很多人评过的物品，第 07、08 章里加上片名没有提高。先问：图片里有没有顾客在意、而描述没写的东西？

# %% [markdown] lang="en"
# ## Explainable: why was it liked? <a id="explainable"></a>
#
# Chapter 01 found that a true reason need not be a cause. To go further we need a world where the reasons are known, and no log tells them. So let us make one: films with twelve features, of which three decide. How much a film is liked is
#
# $$y = 1.2\,x_{crime} + 1.5 \tanh x_{year} + 0.8\,x_{crime}\,x_{romance} + \text{noise},$$
#
# where each feature has mean 0 and variance 1, so that 0 says *nothing special*. Nine features do nothing. One of the nine, *thriller*, correlates 0.95 with *crime*: a **bystander**. A small network learns from 4,000 such films. Then we ask it about films that it has not seen: to which features is this score owed? The answer is called an **attribution**, a number a feature. And here it can be marked, like an exam.
#
# By pencil, take the product alone: crime is 2, romance 3, so the score is 6. Set one of them to 0, and all 6 are gone: **ablation** gives 6 to each, 12 in all. The **gradient** says how fast the score rises with a feature: 3 for crime, 2 for romance. **Input × gradient** is 2 · 3 = 6 for both. **Shapley values** let the features join one after the other: the first to come adds 0, the second 6; the mean over both orders is 3 for each. Of the ways so far only they add up to the score. (**Saliency** is the size of the gradient, without its sign.)

# %% [markdown] lang="zh"
# ## 可解释：为什么喜欢它？ <a id="explainable"></a>
#
# 第 01 章发现，理由属实未必就是原因。要继续追问，需要一个原因已知的世界，而日志从不写明原因。那就造一个：电影有十二个特征，其中三个起决定作用。喜欢的程度是
#
# $$y = 1.2\,x_{crime} + 1.5 \tanh x_{year} + 0.8\,x_{crime}\,x_{romance} + \text{noise},$$
#
# 式中 crime、year、romance 是犯罪、年份、爱情，noise 是噪声。每个特征的均值为 0、方差为 1，所以 0 表示“没有特别之处”。其余九个特征不起作用，其中**惊悚**（thriller）与**犯罪**的相关系数是 0.95，是个**旁观者**（bystander）。一个小网络从 4,000 部这样的电影中学习，然后问它没见过的电影：这个分数归功于哪些特征？答案叫**归因**（attribution），每个特征一个数。在这里，归因可以像考卷一样批改。
#
# 笔算，只看乘积：犯罪为 2，爱情为 3，分数是 6。把任何一个设为 0，6 就全没了：**消融**（ablation）给两者各 6，合计 12。**梯度**（gradient）表示分数随特征上升多快：犯罪是 3，爱情是 2。**输入×梯度**都是 2 · 3 = 6。**Shapley 值**让特征逐个加入：先来的加 0，后来的加 6；对两种顺序取平均，各得 3。到此为止的几种里，只有 Shapley 值加起来等于分数。（**显著性**（saliency）是梯度的大小，不看正负。）

# %% tags=["nbval-ignore-output"]
films = explaining.told(4000, seed=0)
score = explaining.learned(films)
unseen = explaining.told(500, seed=1000)
x = torch.from_numpy(unseen.x)  # (500, 12)
explaining.explained_variance(score, unseen)

# %% [markdown] lang="en"
# That is the share of the variance of what is truly liked that the network explains. **Integrated gradients** (Sundararajan et al. 2017) take the mean gradient on the straight way from 0 to the film:
#
# $$a_j = x_j \int_0^1 \frac{\partial f}{\partial x_j}(t\,x)\,dt,$$
#
# where $a_j$ is the attribution of feature $j$ and $t$ says how far on the way we are. For our product the gradients at $t$ are $3t$ and $2t$, with means 1.5 and 1, so each gets 3. Added up, they give the score less that of a film of zeros, as Shapley values do. In code the integral is a mean over 50 points:

# %% [markdown] lang="zh"
# 这是网络所解释的“真实喜好”的方差比例。**积分梯度**（integrated gradients，Sundararajan et al. 2017）取从 0 到这部电影的直线上梯度的平均：
#
# $$a_j = x_j \int_0^1 \frac{\partial f}{\partial x_j}(t\,x)\,dt,$$
#
# 其中 $a_j$ 是特征 $j$ 的归因，$t$ 表示走到了哪里。对上面的乘积，在 $t$ 处的梯度是 $3t$ 和 $2t$，平均为 1.5 和 1，所以各得 3。加起来，等于分数与全 0 电影的分数之差，与 Shapley 值一样。代码里，积分是 50 个点的平均：

# %%
def integrated(f, x, steps=50):
    total = torch.zeros_like(x)
    for share in (torch.arange(steps) + 0.5) / steps:
        point = (share * x).requires_grad_()
        total += torch.autograd.grad(f(point).sum(), point)[0]
    return x * total / steps


bool(torch.allclose(integrated(score, x), explain.integrated_gradients(score, x), atol=1e-5))

# %% [markdown] lang="en"
# **Exercise 2.** Of two features you know four scores: without both, with each alone, with both. Write their Shapley values. ({points})

# %% [markdown] lang="zh"
# **练习 2** 两个特征，已知四个分数：都没有、各自单独、两者都有。写出它们的 Shapley 值。（{points}）

# %% exercise="trends-shapley-pair" points=1
def shapley_of_two(nothing, first, second, both):
    """en: The Shapley values of two features, an array (2,): what each adds as it joins, the mean over both orders.
    en: nothing, first, second, both: the score without features, with one of them alone, and with both.
    zh: 两个特征的 Shapley 值，数组 (2,)：各自加入时的增量，对两种顺序取平均。
    zh: nothing、first、second、both：没有特征、只有其中一个、两者都有时的分数。"""
    ### BEGIN SOLUTION
    of_first = ((first - nothing) + (both - second)) / 2
    of_second = ((second - nothing) + (both - first)) / 2
    return np.array([of_first, of_second])
    ### END SOLUTION

# %% check="trends-shapley-pair"
recbook.check("trends-shapley-pair", shapley_of_two)

# %% [markdown] lang="en"
# The key to the exam, in closed form: the two single terms belong to their features, the product to both in halves. That is how Shapley values would split it, so they are favoured; what the exam tells is how near the cheaper methods come. (Shapley values are a mean over 50 orders here.) On the left: how far the attributions correlate with the key. On the right: how many of the three causes stand among a film's three largest attributions (guessing finds a quarter). More is not better there: a cause whose value is near 0 adds nothing to this score, and is rightly not named. One world may flatter a method, so five were made, each with a network of its own (stored):

# %% [markdown] lang="zh"
# 标准答案有闭式解：两个单项归各自的特征，乘积由两者平分。Shapley 值正是这样分的，所以它占了便宜；要看的是计算量更小的方法离它多近。（这里的 Shapley 值是 50 种顺序的平均。）左图：归因与标准答案的相关。右图：三个真实原因中，有几成出现在归因最大的三个特征里（随机猜是四分之一）。这里并非越多越好：某个原因的值接近 0 时，对这个分数没有贡献，本来就不该列出。只看一个世界，结果可能偏袒某种方法，所以造了五个，各训练一个网络（预先存好）：

# %%
reasons = recbook.stored("explaining")["results"]
figures.methods(reasons["world"])

# %%
def over_worlds(method, part):
    return np.array([world["methods"][method][part] for world in reasons["world"].values()])


fairest, on_the_way, fast = (over_worlds(way, "agreement") for way in ("Shapley values", "integrated gradients", "input x gradient"))
recbook.claim(
    on_the_way.min() > fast.max() and fairest.mean() - on_the_way.mean() < 0.03,
    en="Integrated gradients correlate {way:.2f} with the key (mean of five worlds), nearly as the Shapley values that it favours ({shapley:.2f}); input × gradient has {product:.2f}.",
    zh="积分梯度与标准答案的相关为 {way:.2f}（五个世界的平均），接近占了便宜的 Shapley 值（{shapley:.2f}）；输入×梯度是 {product:.2f}。",
    takeaway=False, way=on_the_way.mean(), shapley=fairest.mean(), product=fast.mean(),
)

# %% [markdown] lang="en"
# And the bystander? An attribution explains the *network*. If the network itself took *thriller* for *crime*, a faithful attribution must say so. It depends on the rows (the bands reach from the least to the most of five worlds):

# %% [markdown] lang="zh"
# 那么旁观者呢？归因解释的是**网络**。如果网络自己把惊悚当成了犯罪，忠实的归因就应当照实说。要看数据有多少（阴影是五个世界的最小与最大）：

# %%
figures.bystander(reasons["bystander"])

# %%
def share(rows, key):
    found = [one[str(rows)] for one in reasons["bystander"].values()]
    if key == "other features":
        return np.array([one[key]["Shapley values"] for one in found])
    return np.array([one["methods"]["Shapley values"][key] for one in found])


few, many = (share(n, "bystander") / share(n, "other features") for n in (200, 4000))
recbook.claim(
    few.mean() > 1.3 and many.mean() < few.mean(),
    en="On average of five worlds that lie far apart, the bystander gets {few:.1f} times the share of another idle feature when 200 films were learned from; with 4,000, {many:.1f} times.",
    zh="五个世界相差很大；平均而言，从 200 部电影学习时，旁观者所占的份额是其他无关特征的 {few:.1f} 倍；从 4,000 部学习时，是 {many:.1f} 倍。",
    takeaway=False, few=few.mean(), many=many.mean(),
)

# %% [markdown] lang="en"
# So two questions must be kept apart. *Is the explanation true to the model?* can be tested. *Is the model true to the world?* cannot be answered by any explanation; it takes rows, or an experiment.
#
# ### Models of films
#
# In a real log nobody knows the truth. What can still be tested is **faithfulness**: take the films that an explanation names out of the history, and see whether the recommendation loses its first place. Four models of the course, each explained from the last thirty films of a history, for 300 users: item-kNN and EASE by their own terms (chapter 01), SASRec by its attention (chapters 04 and 08; *rolled out* multiplies the layers' tables), an autoencoder (a network from a history through 64 numbers to scores) by gradients. Beside them stand four that need no look inside: leave out one film at a time, the latest films, the most rated ones, and films drawn at random.

# %% [markdown] lang="zh"
# 所以要分清两个问题。**解释是否忠于模型？** 可以检验。**模型是否忠于世界？** 任何解释都回答不了，要靠更多数据，或者做实验。
#
# ### 电影模型的解释
#
# 真实的日志里，没有人知道真相。还能检验的是**忠实性**（faithfulness）：把解释所列的电影从历史中拿掉，看推荐是否还排第一。对课程里的四个模型，都用历史中最后三十部电影来解释（300 位用户）：item-kNN 和 EASE 用模型自己的各项（第 01 章），SASRec 用注意力（第 04、08 章；“逐层相乘”是把各层的注意力表相乘），自编码器（autoencoder，把历史压成 64 个数再还原成分数的网络）用梯度。旁边是四种不看模型内部的做法：逐部去掉、最近的电影、评分最多的电影、随机的电影。

# %%
figures.lost(reasons["removed"])

# %% [markdown] lang="en"
# Leaving out one film at a time asks the very question of the test: it is a yardstick more than a rival (not quite a ceiling: four films that are each strong alone need not be the strongest four). In the two linear models it *is* the terms, as a sum loses what is taken out of it. How good is attention, then?

# %% [markdown] lang="zh"
# “逐部去掉”问的正是检验本身的问题：它是标尺，不算对手（也不完全是上限：四部单独看最强的电影，放在一起未必最强）。在两个线性模型里，它**就是**模型自己的各项，因为分数是各项之和，去掉一项，正好少一项。那么注意力怎么样？

# %%
attention = {way: found for way, found in reasons["removed"]["SASRec"]["more than random"].items() if way.startswith("attention")}
best_way = max(attention, key=lambda way: attention[way][0])
to_latest = reasons["removed"]["SASRec"]["more than latest"][best_way]
lost_by = reasons["removed"]["SASRec"]["lost"]
recbook.claim(
    attention[best_way][0] > 0,
    en="Without the four films that SASRec attends to most (the best of three ways, chosen afterwards) {attention:.0%} of the first places are lost, without four random ones {random:.0%}; over all counts that is {low:.1f} to {high:.1f} points more than without the latest films.",
    zh="去掉 SASRec 注意力最大的四部电影（三种算法中事后选出的最好一种），{attention:.0%} 的首位推荐消失，随机去掉四部是 {random:.0%}；各个数量平均，比去掉最近的电影多 {low:.1f} 到 {high:.1f} 个百分点。",
    takeaway=False, attention=lost_by[best_way]["4"], random=lost_by["random films"]["4"], low=100 * to_latest[0], high=100 * to_latest[1],
)

# %%
first_layer, second_layer = ("attention, layer 1", "attention, layer 2")
recbook.claim(
    lost_by[second_layer]["4"] < lost_by["latest films"]["4"] - 0.2 < lost_by[first_layer]["4"],
    en="It depends on the layer: read off the first one, attention names films whose removal costs {first:.0%} of the first places; read off the other, {second:.0%}.",
    zh="要看是哪一层：去掉首层注意力所指的电影，{first:.0%} 的首位推荐消失；换成另一层，只有 {second:.0%}。",
    takeaway=False, first=lost_by[first_layer]["4"], second=lost_by[second_layer]["4"],
)

# %% [markdown] lang="en"
# So attention is no explanation by itself: which layer speaks for the model, only the removal tells. And the best layer says little more than *the latest films*, which anybody can name without a model.

# %% [markdown] lang="zh"
# 所以注意力不能直接当解释用：哪一层真的代表模型，只有移除才知道。而最好的一层，也只比“最近的电影”多说一点，后者不看模型谁都说得出。

# %%
own, popular, chance = (reasons["removed"]["EASE"]["lost"][way] for way in ("its own terms", "most rated films", "random films"))
recbook.claim(
    own["4"] > 2 * chance["4"],
    en="Without the four films that speak most for it, EASE's first recommendation is lost for {own:.0%} of the users; without the four most rated for {popular:.0%}, without four random ones for {random:.0%}.",
    zh="去掉贡献最大的四部电影，{own:.0%} 的用户的 EASE 首位推荐消失；去掉评分人数最多的四部是 {popular:.0%}，随机四部是 {random:.0%}。",
    takeaway=dict(
        en="An explanation is worth what is lost without it: take out what it names, and beside it as much at random and as much of what is popular.",
        zh="一条解释值多少，看去掉它所列的东西会失去多少；旁边要放上去掉同样多的随机物品和热门物品的对照。",
    ),
    own=own["4"], popular=popular["4"], random=chance["4"],
)

# %% [markdown] lang="en"
# **To ship it?** The terms of a linear model are free; leaving out one film at a time costs a scoring for each film. Either may say *speaks most for it*. *Because* would need an experiment with people. EASE's terms: yes. SASRec's attention: no; *you watched these last* says nearly as much. Item-kNN's terms: with their test beside them. In a network, leave films out. What a reason buys, in trust or in clicks, was not measured here. A sentence that only sounds like a reason is told from a true one in [Deeper](#fluent).

# %% [markdown] lang="zh"
# **要上线吗？** 线性模型的各项不花代价；“逐部去掉”要为每部电影各再打一次分。两者都可以说“贡献最大”；“因为”则要靠真人实验。EASE 的各项：可以上线。SASRec 的注意力：不上；说“这些是您最近看的”，效果相差不多。item-kNN 的各项：要附上检验结果。网络模型，就逐部去掉。一条理由能换来多少信任或点击，这里没有测量。怎样分辨只是听起来像理由的句子，见[选读](#fluent)。

# %% [markdown] lang="en"
# ## Private: what does a model give away? <a id="private"></a>
#
# How were the stranger's films read off? EASE inverts a table: with $G = X^T X$ (how many users met both films; on the diagonal, how many met one) and $P = (G + \lambda I)^{-1}$ the weights are $B_{ij} = -P_{ij} / P_{jj}$. But $P$ is symmetric, so
#
# $$\frac{B_{ji}}{B_{ij}} = \frac{P_{jj}}{P_{ii}},$$
#
# and this gives the diagonal of $P$ up to one factor, then all of $P$, then its inverse.
#
# By pencil, with two films, λ = 1 and $B_{12} = 1/3$, $B_{21} = 1/2$: the ratio is 3/2, so let $P_{11} = 1$, $P_{22} = 1.5$ and $P_{12} = -B_{12} P_{22} = -0.5$. The inverse of that table is $\begin{pmatrix}1.2 & 0.4\\ 0.4 & 0.8\end{pmatrix}$. One factor is still open. Counts are whole numbers, and many pairs of films have one user in common, so the smallest entry is taken for one user: if 0.4 is one, the table is $\begin{pmatrix}3 & 1\\ 1 & 2\end{pmatrix}$. Take λ off the diagonal (whoever does not know it can try a few): two people met the first film, one met the second, and one met both. Now for real, with 1,682 films:

# %% [markdown] lang="zh"
# ## 隐私：模型会泄露什么？ <a id="private"></a>
#
# 陌生人看过的电影是怎样读出来的？EASE 是对一张表求逆：设 $G = X^T X$（同时评过两部电影的人数；对角线上是评过该部电影的人数），$P = (G + \lambda I)^{-1}$，权重是 $B_{ij} = -P_{ij} / P_{jj}$。而 $P$ 是对称的，所以
#
# $$\frac{B_{ji}}{B_{ij}} = \frac{P_{jj}}{P_{ii}},$$
#
# 这样就得到 $P$ 的对角线（差一个倍数），进而得到整个 $P$，再求逆就行了。
#
# 笔算：两部电影，λ = 1，$B_{12} = 1/3$，$B_{21} = 1/2$。比值为 3/2，所以设 $P_{11} = 1$，$P_{22} = 1.5$，$P_{12} = -B_{12} P_{22} = -0.5$。这张表的逆是 $\begin{pmatrix}1.2 & 0.4\\ 0.4 & 0.8\end{pmatrix}$。还差一个倍数。计数是整数，而很多对电影只有一位共同的用户，所以把最小的数当作一位用户：若 0.4 表示一位，这张表就是 $\begin{pmatrix}3 & 1\\ 1 & 2\end{pmatrix}$。从对角线减去 λ（不知道的话可以试几个）：两人评过第一部，一人评过第二部，一人两部都评过。现在来真的，1,682 部电影：

# %%
rows = split.train.matrix()  # (users, films), 0 and 1
exact = (rows.T @ rows).toarray()
owners = rows[:, rare].toarray().argmax(axis=0)
laid_open = [(counts_read[film] == rows[[user]].toarray()[0]).all() for film, user in zip(rare, owners)]

# %%
recbook.claim(
    (counts_read == exact).all() and all(laid_open),
    en="All {counts:,} counts come back exactly. {films} films were met by one person each; their rows are whole histories, of {users} people.",
    zh="{counts:,} 个计数全部精确恢复。有 {films} 部电影各只有一个人评过；这些电影所在的行就是完整的历史，涉及 {users} 个人。",
    takeaway=dict(
        en="Weights about items are still about people: from EASE's weights every count comes back, and the whole histories of some.",
        zh="关于物品的权重，说的仍然是人：由 EASE 的权重可以恢复每一个计数，连同一些人的完整历史。",
    ),
    counts=exact.size, films=len(rare), users=len(np.unique(owners)),
)

# %% [markdown] lang="en"
# Whoever knows that a person watched a film that nobody else did (they told a friend, they reviewed it) reads off the rest. Rounding to 16 bits does not help ([Deeper](#rows)). An attack that can be tried on every model asks only whether a person was in the training data; on EASE it succeeds ([Deeper](#members)).

# %% [markdown] lang="zh"
# 如果一部电影只有某人看过，知道这件事的人（听他提过，读过他的影评）就能读出他其余的全部记录。舍入到 16 位也挡不住（[选读](#rows)）。还有一种攻击可以对任何模型尝试，只问某人在不在训练数据里；对 EASE 能得手（[选读](#members)）。

# %% [markdown] lang="en"
# ### A promise about noise
#
# Can one promise something against *every* attack? **Differential privacy** does: whatever is released must come out almost as likely with any one user as without. With two numbers that are chosen beforehand, ε and δ, for every set $S$ of outcomes,
#
# $$P(M(D) \in S) \le e^{\varepsilon} P(M(D') \in S) + \delta,$$
#
# where $M$ is the randomised computation, and $D$ and $D'$ are two logs of which one has one user more, *with all of that user's rows* (user level). $e^{\varepsilon}$ bounds how many times as likely an outcome may become ($e^1 \approx 2.7$), δ is the chance that the promise fails (and the same with $D$ and $D'$ exchanged; a smaller ε promises more); it should be far below one over the number of users. Here δ is $10^{-5}$.
#
# The means is noise. If a user can move the released numbers by at most Δ (the **sensitivity**, a Euclidean length), Gaussian noise of standard deviation σ keeps the promise exactly as long as
#
# $$\Phi\Big(\frac{\Delta}{2\sigma} - \frac{\varepsilon\sigma}{\Delta}\Big) - e^{\varepsilon}\,\Phi\Big(-\frac{\Delta}{2\sigma} - \frac{\varepsilon\sigma}{\Delta}\Big) \le \delta,$$
#
# where Φ is the distribution function of the normal distribution (Balle and Wang 2018, who derive it). The smallest such σ is found by bisection; the classical formula, $\sigma = \Delta \sqrt{2 \ln(1.25/\delta)} / \varepsilon$, is proved up to ε = 1 only ([Deeper](#audit)).

# %% [markdown] lang="zh"
# ### 关于噪声的承诺
#
# 能对**所有**攻击作出承诺吗？**差分隐私**（differential privacy）可以：无论公布什么，有没有某一位用户，得到同样结果的概率几乎相同。先选定两个数 ε 和 δ；对任何结果集合 $S$，
#
# $$P(M(D) \in S) \le e^{\varepsilon} P(M(D') \in S) + \delta,$$
#
# 其中 $M$ 是带随机性的计算，$D$ 和 $D'$ 是两份日志，其中一份多一位用户，**连同他的全部数据**（用户级）。$e^{\varepsilon}$ 是结果的概率最多变成的倍数（$e^1 \approx 2.7$），δ 是承诺失效的概率（$D$ 与 $D'$ 对换也要成立；ε 越小，承诺越严），应远小于用户数的倒数。这里 δ 为 $10^{-5}$。
#
# 办法是加噪声。如果一位用户最多使公布的数移动 Δ，那么标准差为 σ 的高斯噪声能守住承诺，当且仅当（这个 Δ 叫**敏感度**（sensitivity），按欧几里得长度计）
#
# $$\Phi\Big(\frac{\Delta}{2\sigma} - \frac{\varepsilon\sigma}{\Delta}\Big) - e^{\varepsilon}\,\Phi\Big(-\frac{\Delta}{2\sigma} - \frac{\varepsilon\sigma}{\Delta}\Big) \le \delta,$$
#
# 其中 Φ 是正态分布函数（推导见 Balle and Wang 2018）。满足它的最小 σ 用二分法求出；经典公式 $\sigma = \Delta \sqrt{2 \ln(1.25/\delta)} / \varepsilon$ 的证明只适用于 ε 不超过 1（[选读](#audit)）。

# %%
from scipy.stats import norm

from recbook.privacy import Budget, gaussian_sigma, private_counts


def delta_of(sigma, epsilon):
    """en: The δ of noise σ where one user moves the value by at most 1.
    zh: 一位用户最多使数值移动 1 时，噪声 σ 对应的 δ。"""
    return norm.cdf(0.5 / sigma - epsilon * sigma) - np.exp(epsilon) * norm.cdf(-0.5 / sigma - epsilon * sigma)


sigma = gaussian_sigma(epsilon=1, delta=1e-5)
round(sigma, 3), delta_of(sigma, 1)

# %% [markdown] lang="en"
# How much does a user move the counts of films? Somebody with 400 films moves 400 counts by one, a length of 20. Noise made for the longest row would lie on everybody's films. So each row is **clipped**: scaled down to a length of at most $C$. By pencil: four films are a row of ones of length 2; with $C = 1$ each counts ½. A user with one film still counts 1. Clipping takes from those who met most; the smaller $C$, the less noise and the more is taken.
#
# **Exercise 3.** Clip the rows. ({points})

# %% [markdown] lang="zh"
# 一位用户会使各部电影的计数移动多少？评过 400 部的人，使 400 个计数各变 1，长度是 20。按最长的一行加噪声，所有电影都要承受。所以每一行要**裁剪**（clipping）：缩短到长度不超过 $C$。笔算：四部电影是四个 1，长度为 2；$C = 1$ 时每部只算 ½。只评过一部的用户仍算 1。裁剪拿走的是评得多的人的份额；$C$ 越小，噪声越小，拿走的越多。
#
# **练习 3** 裁剪各行。（{points}）

# %% exercise="trends-clip" points=1
def clip_rows(rows, longest):
    """en: rows (users, items) with each row scaled down to a Euclidean length of at most longest, above 0.
    zh: rows（用户数, 物品数），每一行缩短到欧几里得长度不超过 longest（大于 0）。"""
    ### BEGIN SOLUTION
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows * np.minimum(1, longest / np.maximum(length, 1e-12))
    ### END SOLUTION

# %% check="trends-clip"
recbook.check("trends-clip", clip_rows)

# %%
counts = np.diag(exact)
noisy = private_counts(rows, clip=4.0, budget=Budget(epsilon=1, delta=1e-5), rng=np.random.default_rng(0))
told = pd.DataFrame({"title": [plots.film(title) for title in titles], "exact count": counts, "noisy count": noisy.round(1)})
plots.table(told.nlargest(5, "noisy count"))

# %% [markdown] lang="en"
# The noise, σ · C, has a standard deviation of about 15: these five bear it (the rest of their change is clipping), a film with a handful of ratings drowns in it. EASE needs the table $G$. A clipped user adds $x x^T$ to it, whose length is $C^2$; the same noise formula serves, now on more than a million numbers (half of the symmetric table). What is done afterwards costs no privacy: negative eigenvalues are cut off, and EASE is fitted on the films that private counts put first. $C$, the number of films and the penalty are chosen on validation films for each ε. (A real release must pay for that choice, too; here it flatters the private models a little.) Each user's list is made from their own history, at home. Five draws of noise (stored):

# %% [markdown] lang="zh"
# 噪声的标准差 σ · C 约为 15：这五部经得起（其余的变化来自裁剪），只有几个评分的电影则会被淹没。EASE 需要表 $G$。裁剪后的用户给它加上 $x x^T$，长度为 $C^2$；噪声公式不变，只是现在有一百多万个数（表是对称的，只算一半）。之后的处理不再消耗隐私：负的特征值截为 0，只在加噪计数排在前面的电影上拟合 EASE。$C$、电影数和正则化系数都针对每个 ε 在验证集上选出。（真正发布时，这种选择也要付出隐私代价；这里对加噪模型略有偏袒。）每位用户的列表用自己的历史在本地生成。噪声抽取五次（预先存好）：

# %%
secrets = recbook.stored("privacy")["results"]
without_noise = {kind: secrets["baselines"][kind]["test"] for kind in ("popularity", "EASE")}
figures.promises(secrets["popularity"], secrets["EASE"], without_noise)

# %%
leads = [float(e) for e, found in secrets["EASE"].items() if found["less popularity"][0] > 0]
at_one = secrets["EASE"]["1"]
recbook.claim(
    at_one["less popularity"][0] < 0 < at_one["less popularity"][1] and min(leads) > 1,
    en="At ε = 1 private EASE reaches {ease:.3f}, not told apart from popularity without noise ({low:+.3f} to {high:+.3f}).",
    zh="ε = 1 时，加噪声的 EASE 是 {ease:.3f}，与无噪声的流行度差异不显著（{low:+.3f} 到 {high:+.3f}）。",
    takeaway=dict(
        en="With a thousand users a strict promise costs what is personal: with its noise EASE is no longer told apart from popularity.",
        zh="只有一千位用户时，严格的承诺以个性化为代价：加了噪声的 EASE，与流行度差异不显著。",
    ),
    ease=np.mean(at_one["seeds"]), low=at_one["less popularity"][0], high=at_one["less popularity"][1],
)

# %%
recbook.claim(
    min(leads) > 4,
    en="Of the five ε tried, it leads popularity without noise from {least:g} on.",
    zh="试过的五个 ε 中，从 {least:g} 起它才高于无噪声的流行度。",
    takeaway=False, least=min(leads),
)

# %% [markdown] lang="en"
# $e^{16}$ is about nine million: “at most nine million times as likely” is hardly a promise. But the noise does not grow with the number of users, and the counts do. What each way buys (**federated**: rows stay with their owners, sums or weights are sent):

# %% [markdown] lang="zh"
# $e^{16}$ 约为九百万：“概率最多变成九百万倍”已经算不上承诺。不过，噪声不随用户数增长，计数会。各种做法得到什么（联邦：数据留在各自的所有者那里，只发送和或权重）：

# %% [markdown] lang="en"
# | | what it buys | what it costs here |
# |---|---|---|
# | keep the weights to yourself | nobody inverts them | nobody else can use them; no promise |
# | noise (ε, δ) | a promise against every attack | at ε = 1 most or all of EASE's lead over popularity |
# | federated, secure sums | the server never sees rows | nothing for sums, and so for EASE, unless a client drops out; rounds for networks; the result leaks as before |
# | exact deletion | a model as if the user had never been there | keeping $P$; for networks a new training |
#
# **To ship it?** The first row stops this attack (whoever sees scores can still guess who was in the data). The noise for ε = 1 is eleven times that for ε = 16; so with eleven times our users the table would stand at ε = 1 where ours stands at 16 (arithmetic, not measured). Count your users first, and let somebody choose the ε who answers for it: no formula does. The numbers behind the last two rows stand in Deeper.

# %% [markdown] lang="zh"
# | | 得到什么 | 在这里的代价 |
# |---|---|---|
# | 权重不外传 | 没有人能求逆 | 别人用不了；不是承诺 |
# | 噪声（ε, δ） | 对一切攻击的承诺 | ε = 1 时，EASE 对流行度的领先大部分或全部丢失 |
# | 联邦与安全求和 | 服务器看不到数据 | 求和没有代价，EASE 也就没有，除非有客户端掉线；网络要多轮通信；结果照样泄露 |
# | 精确删除 | 这位用户从未出现过的模型 | 保存 $P$；网络要重新训练 |
#
# **要上线吗？** 第一行能挡住这种攻击（看得到分数的人仍能猜出谁在数据里）。ε = 1 的噪声是 ε = 16 的十一倍，所以用户数为这里的十一倍时，ε = 1 的表就相当于这里 ε = 16 的（这是推算，没有测量）。先数清用户，再承诺 ε；取多少，要由能为此负责的人来定，没有公式可用。最后两行的数字在选读里。

# %% [markdown] lang="en"
# ## Data quality: whom do wrong rows fool? <a id="quality"></a>
#
# Chapter 02 mended what a rule can find. Now wrong rows that look like any other: a slip of the hand (a **random item**), a click on what stands on every page (a **popular item**), two people with **one account**, and **fake accounts**: a seller copies real customers' histories and adds the same ten items to each. They are planted into the training rows, as many for each right row as the axis says; what is to be found stays clean, and what a user has met, or is believed to have met, is not listed. The control plants nothing and only loses rows: it keeps as large a share of the right ones as the dirty log has right rows (with one wrong row for each right one, half). Films, and the shop (first purchases; products of at least a hundred households), three seeds each (stored):

# %% [markdown] lang="zh"
# ## 数据质量：错误数据骗得了谁？ <a id="quality"></a>
#
# 第 02 章的规则发现不了这样的错误：手滑（**随机物品**），误点到处展示的热门物品（**热门物品**），两个人共用一个账号（**账号混用**），还有**虚假账号**：卖家复制真实顾客的历史，再给每个账号加上同样的十件物品。错误只加进训练数据，横轴是每条正确数据对应几条错误；要预测的仍是干净的，用户接触过的、或系统以为他接触过的物品都不再推荐。对照什么也不加，只丢数据：脏日志里正确数据占多大比例，就保留多大比例（每条正确数据配一条错误时，保留一半）。电影，以及商店（首次购买；至少一百户买过的商品），各三个随机种子（预先存好）：

# %%
dirt = recbook.stored("noise")["results"]
figures.costs(dirt)

# %%
def fall(world, kind, share="1", model="EASE"):
    found = dirt[world]
    return found["cost"][kind][share][model]["ndcg"] / found["clean"][model]["ndcg"] - 1


recbook.claim(
    all(fall(world, kind, "0.3") > -0.12 for world in dirt for kind in dirt[world]["cost"])
    and all(fall(world, "accounts mixed") < fall(world, "rows lost") < -0.1 for world in dirt)
    and fall("films", "random items") > fall("films", "rows lost"),
    en="With three wrong rows for ten right ones no kind takes more than {least:.0%} from EASE. With as many wrong as right, mixed accounts take {films:.0%} on films and {shop:.0%} in the shop.",
    zh="每十条正确数据配三条错误时，没有哪一种使 EASE 下降超过 {least:.0%}。错误与正确一样多时，账号混用使它在电影上下降 {films:.0%}，在商店里下降 {shop:.0%}。",
    takeaway=False, least=-min(fall(world, kind, "0.3") for world in dirt for kind in dirt[world]["cost"]),
    films=-fall("films", "accounts mixed"), shop=-fall("shop", "accounts mixed"),
)

# %% [markdown] lang="en"
# On films random rows cost less than losing rows does, mixed accounts on both logs more. The pushed items are another matter: look at a model that only counts.

# %% [markdown] lang="zh"
# 电影上，随机的错误比丢数据代价小；账号混用在两份日志上都比丢数据代价大。被刷的物品是另一回事：看看只会计数的模型。

# %%
recbook.claim(
    all(fall(world, "fake accounts", model="popularity") < -0.3 and fall(world, "fake accounts") > -0.08 for world in dirt),
    en="Fake accounts with as many rows as the real ones take {films:.0%} from popularity on films and {shop:.0%} in the shop, and from EASE {films_ease:.0%} and {shop_ease:.0%}.",
    zh="虚假账号的数据与真实的一样多时，流行度在电影上下降 {films:.0%}，在商店里下降 {shop:.0%}；EASE 只下降 {films_ease:.0%} 和 {shop_ease:.0%}。",
    takeaway=dict(
        en="Ask whom wrong rows fool: many fake accounts took most from popularity and little from EASE, to which mixed accounts did far more harm.",
        zh="要问错误数据骗的是谁：大量虚假账号使流行度损失很大，EASE 损失很小；对 EASE，账号混用的危害大得多。",
    ),
    films=-fall("films", "fake accounts", model="popularity"), shop=-fall("shop", "fake accounts", model="popularity"),
    films_ease=-fall("films", "fake accounts"), shop_ease=-fall("shop", "fake accounts"),
)

# %% [markdown] lang="en"
# A likely reason (not tested): to EASE the ten items explain each other, so a real history, which holds none of them, says nothing in their favour; to a count every row is a vote. In the shop, popular items planted even help popularity: they tell it louder what sells. Whether it pays to clean random rows or to collect twice as many is measured in [Deeper](#cleaning).

# %% [markdown] lang="zh"
# 可能的理由（没有检验）：在 EASE 看来，这十件物品互相解释，真实的历史里一件也没有，也就不支持它们；而对计数来说，每条数据都是一票。在商店里，加入热门物品反而对流行度有利：等于更大声地告诉它什么卖得好。清洗随机的错误划算，还是再收集一倍划算，见[选读](#cleaning)。

# %% [markdown] lang="en"
# ## How large must a model be? <a id="size"></a>
#
# Chapters 05, 11, 12 and 16 met encoders from no weights at all to more than a hundred million, each on tasks of its own. Here they stand in one table: the same 1,682 film titles, the same hidden films, one thread. **Static** vectors look each token up, **MiniLM** runs six layers, **int8** is the same network with one byte for each weight, the **multilingual** one reads 16 languages, and **SmolLM2** is the language model of chapter 16 (layer and wording as chosen there; packed in 4 bits a weight, so its megabytes are few). SPLADE-tiny has two layers and was trained for search; the **student** comes in [Deeper](#student). Two controls: a random vector for each title, and counts of words. Beside new films stand two other questions: of films whose series has no word in common (such as *Star Wars* and *The Empire Strikes Back*), does another part stand among the ten nearest, and do the vectors of 50 news texts agree with what people call alike?
#
# Energy is CPU seconds times 15 watts, a guess at one busy core of a laptop.

# %% [markdown] lang="zh"
# ## 模型要多大？ <a id="size"></a>
#
# 第 05、11、12、16 章用过的编码器，从没有权重到一亿多个权重，各做各的任务。这里放进一张表：同样的 1,682 个片名，同样的隐藏电影，单线程。**静态词向量**（static vectors）只查词元（token）的表；**MiniLM** 运行六层；**int8** 是同一个网络，每个权重一个字节；**多语言**编码器能读 16 种语言；**SmolLM2** 是第 16 章的语言模型（层和提示词沿用那里的选择；每个权重压成 4 位，所以占的 MB 不多）。SPLADE-tiny 有两层，是为检索训练的；**学生**见[选读](#student)。两个对照：每个片名一个随机向量，和词频。除了新电影，还有两个问题：同一系列而片名没有相同词的电影（例如《星球大战》Star Wars 与《帝国反击战》The Empire Strikes Back），另一部在不在最近的十部里；50 条新闻的向量，与人判断的相似是否一致。
#
# 能耗是 CPU 秒乘以 15 瓦，后者是我们对笔记本一个满载核心的估计。

# %%
sized = multimodal.by_size(clothes)
plots.table(multimodal.price_table(sized))

# %%
large, small, lean = sized["SmolLM2"], sized["MiniLM"], sized["multilingual"]
apart = multimodal.size_difference(clothes, "SmolLM2", "MiniLM")
sets_led = np.sum(np.array(large["sets"]) > np.array(small["sets"]))
recbook.claim(
    apart.low > 0 and 0 < sets_led < 5,
    en="The largest model, at {times:.0f} times MiniLM's time a title, leads it on new films by {low:.3f} to {high:.3f}, in {sets_led} of the five hidden sets.",
    zh="最大的模型处理每个片名的时间是 MiniLM 的 {times:.0f} 倍，在新电影上高 {low:.3f} 到 {high:.3f}，五组隐藏电影中领先 {sets_led} 组。",
    takeaway=False, times=large["ms"] / small["ms"], low=apart.low, high=apart.high, sets_led=sets_led,
)

# %%
apart = multimodal.size_difference(clothes, "multilingual", "SmolLM2")
recbook.claim(
    apart.low < 0 < apart.high and lean["ms"] < small["ms"] < large["ms"] and small["low"] > sized["static"]["high"],
    en="The multilingual encoder, with {mb:.0f} MB, is not told apart from the largest model ({low:+.3f} to {high:+.3f}), in {share:.0%} of its time.",
    zh="多语言编码器只有 {mb:.0f} MB，与最大的模型差异不显著（{low:+.3f} 到 {high:+.3f}），时间只要它的 {share:.0%}。",
    takeaway=dict(
        en="Size did not order the encoders, what they were trained for did: ask what a text costs, and whether the interval of the gain leaves 0 out.",
        zh="编码器的好坏不按大小排，而看为什么任务训练：要问一个文本花多少代价，提高的区间是否不含 0。",
    ),
    mb=lean["mb"], low=apart.low, high=apart.high, share=lean["ms"] / large["ms"],
)

# %%
byte = multimodal.size_difference(clothes, "MiniLM, int8", "MiniLM")
recbook.claim(
    abs(byte.low) < 0.02 and abs(byte.high) < 0.02 and sized["MiniLM, int8"]["mb"] < 0.3 * small["mb"],
    en="MiniLM in int8 needs {mb:.0f} MB in place of {whole:.0f}, and its quality on new films changes by {low:+.3f} to {high:+.3f}.",
    zh="int8 的 MiniLM 只要 {mb:.0f} MB（原来 {whole:.0f} MB），新电影上的效果变化为 {low:+.3f} 到 {high:+.3f}。",
    takeaway=False, mb=sized["MiniLM, int8"]["mb"], whole=small["mb"], low=byte.low, high=byte.high,
)

# %%
worst = sorted(sized, key=lambda key: sized[key]["news"])[:2]
recbook.claim(
    worst == ["random", "SmolLM2"] and large["series"] < small["series"],
    en="On news only random vectors are worse than the language model ({news:.2f}, MiniLM {news_small:.2f}); of the sixteen series it finds {series:.0%}, MiniLM {series_small:.0%}.",
    zh="在新闻上，比语言模型更差的只有随机向量（{news:.2f}，MiniLM 为 {news_small:.2f}）；十六个系列它找到 {series:.0%}，MiniLM 找到 {series_small:.0%}。",
    takeaway=False, news=large["news"], news_small=small["news"], series=large["series"], series_small=small["series"],
)

# %% [markdown] lang="en"
# A likely reason: it was trained to write on, not to say which texts are alike; and the wording that it reads a text in speaks of a film, on news, too (not tested). Nor does size order the others: what a model was trained for does.

# %% [markdown] lang="zh"
# 可能因为它学的是续写，不是判断哪些文本相似；而且读新闻时用的也是“这部电影”的提示词（没有检验）。其余各个也不按大小排序，起作用的是为什么任务而训练。

# %% [markdown] lang="en"
# ## Measures that disagree <a id="measures"></a>
#
# Chapter 09 had a dozen measures. Do they agree on which of the course's models is best? Each column ranks the models by one measure (evenness is 1 less the Gini index of how often items are listed; calibration is of genres, or of departments). On the left films. On the right the shop, where what was bought before may be listed, and buying again counts as well as a first purchase:

# %% [markdown] lang="zh"
# ## 互相矛盾的指标 <a id="measures"></a>
#
# 第 09 章有十来个指标。用不同的指标给课程里的模型排名，结果一致吗？每一列是一个指标（均匀程度是 1 减去各物品被列出次数的基尼系数（Gini index）；校准（calibration）针对类型，商店里针对部门）。左边是电影。右边是商店：买过的商品可以推荐，再次购买与首次购买一起算：

# %%
measured = recbook.stored("measures")["results"]
on_films = {model: {**found["mean"], **found["lists"]} for model, found in measured["films"].items()}
in_shop = {model: {**found["all"]["mean"], **found["lists"]["all"]} for model, found in measured["shop"].items()}
figures.ranks({plots.name("films"): on_films, plots.name("groceries"): in_shop})

# %%
from scipy.stats import kendalltau


def tau(table, one, other):
    return kendalltau([row[one] for row in table.values()], [row[other] for row in table.values()])[0]


accuracy = [tau(table, "ndcg@10", other) for table in (on_films, in_shop) for other in ("hit@10", "mrr@10", "recall@10")]
against = {key: [tau(table, "ndcg@10", key) for table in (on_films, in_shop)] for key in ("coverage", "novelty", "diversity", "calibration")}
recbook.claim(
    min(accuracy) > max(against["novelty"]),
    en="NDCG orders the models much as hit rate, MRR and recall do (Kendall's τ {least:.2f} and more); with novelty τ is {films:+.2f} on films and {shop:+.2f} in the shop.",
    zh="NDCG 排出的顺序与命中率（hit rate）、MRR、召回率（recall）大体一致（肯德尔 τ 不低于 {least:.2f}）；与新颖性的 τ 在电影上是 {films:+.2f}，在商店里是 {shop:+.2f}。",
    takeaway=False, least=min(accuracy), films=against["novelty"][0], shop=against["novelty"][1],
)

# %% [markdown] lang="en"
# Random lists lead in coverage, novelty, evenness and diversity: such a measure alone is no goal. Measures of hits agree with each other (on films some must, since each user has one film to find; the shop is the test). But ask another *question*, and hits turn the order, too. In the shop, ask what a household buys **again**, and what it buys **for the first time**, and compare the models in pairs, household by household:

# %% [markdown] lang="zh"
# 覆盖率（coverage）、新颖性（novelty）、均匀程度和多样性（diversity）上，领先的是随机列表：这样的指标不能单独作为目标。看命中的指标彼此一致（电影上有的必然一致，因为每位用户只有一部要找；商店才是检验）。但换一个**问题**，同样看命中，顺序也会颠倒。在商店里，分别问一户人家**再次**购买什么、**首次**购买什么，把模型两两比较，逐户配对：

# %%
from itertools import combinations

from recbook.evaluation import bootstrap


def households(model, task):
    found = np.array(measured["shop"][model][task]["per_user"], float)  # thousandths, -1 where nothing was to be found
    return np.where(found < 0, np.nan, found / 1000)


turned = []
for one, other in combinations([model for model in measured["shop"] if model != "random"], 2):
    again, new = (bootstrap(households(one, task) - households(other, task)) for task in ("again", "new"))
    if again.low > 0 > new.high or again.high < 0 < new.low:
        turned.append((plots.name(one), plots.name(other), plots.ends(*again, sign=True), plots.ends(*new, sign=True)))
plots.table(pd.DataFrame(turned, columns=["model", "the other", "again, less the other", "new, less the other"]))

# %%
pairs = len(list(combinations(range(len(measured["shop"]) - 1), 2)))
habits = {plots.name(model) for model in ("own frequency", "recency frequency")}
without_habits = sum(not habits & {one, other} for one, other, *_ in turned)
others = len(list(combinations(range(len(measured["shop"]) - 3), 2)))
recbook.claim(
    len(turned) > without_habits >= 2,
    en="Of {pairs} pairs of models in the shop {turned} change places beyond chance between buying again and a first purchase; without the two lists of own purchases {rest} of {others}.",
    zh="商店里 {pairs} 对模型中，有 {turned} 对在“再次购买”与“首次购买”之间颠倒了顺序，差异显著；不算两种个人频率，{others} 对中有 {rest} 对。",
    takeaway=dict(
        en="Measures of hits hardly disagree; another question turns the order. Say what the list is for before you say which model is best.",
        zh="看命中的指标之间很少矛盾；换一个问题，名次才会颠倒。先说清列表的用途，再说哪个模型最好。",
    ),
    pairs=pairs, turned=len(turned), rest=without_habits, others=others,
)

# %% [markdown] lang="en"
# A list of one's own purchases holds nothing new; asked for a first purchase it falls back on what is popular, and loses.
#
# What to report, then: the question first (again, or new? a whole page, or the first place?); one measure of hits, named before the table was seen, with intervals of paired differences; popularity and a random list beside it; and one or two of the rest that the place cares for, never as their mean. Where a reader may want another measure, store each user's values: then nobody has to run it again.
#
# **Exercise 4, open.** Imagine one model of the table at a place that you know: a library, a news page, a school canteen. Which measure would you name before you look, and which result would make you *not* ship the leader? Try it with `on_films` and `in_shop`.

# %% [markdown] lang="zh"
# 个人频率只列自己买过的商品，问首次购买时只能退回到流行度，于是落后。
#
# 那么该报告什么？先写问题（再次购买，还是首次购买？看整页，还是看首位？）；再写一个看命中的指标，在看到表格之前就声明，附上配对差的区间；旁边放流行度和随机列表；其余指标里挑一两个这个场景看重的，不取平均。存下每位用户的数值，读者想看别的指标，也不必重新运行。
#
# **练习 4（开放）** 从表里挑一个模型，设想把它放到你熟悉的地方：图书馆、新闻网页、学校食堂。看结果之前，你会声明哪个指标？什么样的结果会让你**不**采用领先的模型？用 `on_films` 和 `in_shop` 试试。

# %% [markdown] lang="en"
# Behind the quiz, on modalities: [one space](#clip), [where to join](#fusion-ways), pictures that are [missing](#missing) or [lie](#lies) or [shout](#shouts), garments with [buyers](#bought), [moving pictures](#frames), a [student](#student); on reasons: [a library's check](#captum), [fluent ones](#fluent); on privacy: [members](#members), [an audit](#audit), [noisy gradients](#gradients), [rows](#rows), [federated](#federated) learning, [forgetting](#forget); and [cleaning](#cleaning).

# %% [markdown] lang="zh"
# 小测之后还有。模态：[共用的空间](#clip)，[在哪里融合](#fusion-ways)，[缺图片](#missing)、[图片有误](#lies)、[音量太大](#shouts)，[已有人买过](#bought)的服装，[会动的图片](#frames)，[学生](#student)。理由：[用库检验](#captum)，[流畅的理由](#fluent)。隐私：[成员推断](#members)，[审计](#audit)，[加噪声的梯度](#gradients)，[训练过的行](#rows)，[联邦学习（federated learning）](#federated)，[忘掉用户](#forget)。还有[清洗](#cleaning)。

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

# %% quiz="trends"
recbook.quiz("trends")

# %% [markdown] lang="en"
# ## Your progress

# %% [markdown] lang="zh"
# ## 你的进度

# %% tags=["nbval-ignore-output"]
recbook.progress("trends")

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### One space, by pencil and counted <a id="clip"></a>
#
# *Adds: the loss of CLIP, and what its space knows of pairs and words that it never met.*
#
# With $n$ pairs, $c_{ij}$ the cosine of picture $i$ with sentence $j$, and a temperature $\tau$:
#
# $$L = \frac{1}{2n} \sum_{i=1}^{n} \left( -\log \frac{e^{c_{ii}/\tau}}{\sum_j e^{c_{ij}/\tau}} - \log \frac{e^{c_{ii}/\tau}}{\sum_j e^{c_{ji}/\tau}} \right)$$
#
# It is chapter 05's loss, asked in both directions: which sentence belongs to this picture, which picture to this sentence? By pencil: if all cosines are equal, each of two sentences is as likely, and the loss is $\log 2 \approx 0.69$.
#
# **Exercise 5.** Write it from the table of cosines. ({points})

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 共用的空间：笔算与统计 <a id="clip"></a>
#
# **本节补充**：CLIP 的损失，以及这个空间怎样对待没见过的组合与词。
#
# 设有 $n$ 对，$c_{ij}$ 是图片 $i$ 与句子 $j$ 的余弦，$\tau$ 是温度系数（temperature）：
#
# $$L = \frac{1}{2n} \sum_{i=1}^{n} \left( -\log \frac{e^{c_{ii}/\tau}}{\sum_j e^{c_{ij}/\tau}} - \log \frac{e^{c_{ii}/\tau}}{\sum_j e^{c_{ji}/\tau}} \right)$$
#
# 这就是第 05 章的损失，两个方向各问一次：这张图片配哪句话，这句话配哪张图片？笔算：如果所有余弦都相等，两句话的可能性一样，损失就是 $\log 2 \approx 0.69$。
#
# **练习 5** 由余弦表写出这个损失。（{points}）

# %% exercise="trends-clip-loss" points=2
def clip_loss(cosines, temperature):
    """en: The loss of n pairs, a number. cosines (n, n): row i is picture i, column j is sentence j; pairs share a number.
    zh: n 对数据的损失，一个数。cosines (n, n)：第 i 行是图片 i，第 j 列是句子 j，同号的是一对。"""
    ### BEGIN SOLUTION
    logits = cosines / temperature
    own = np.diag(logits)
    by_row = np.log(np.exp(logits).sum(axis=1)) - own
    by_column = np.log(np.exp(logits).sum(axis=0)) - own
    return (by_row.mean() + by_column.mean()) / 2
    ### END SOLUTION

# %% check="trends-clip-loss"
recbook.check("trends-clip-loss", clip_loss)

# %% [markdown] lang="en"
# *Red plain* is a pair that training never held. How often is it found? Ask of new cards: which colour, which pattern, which kind? The answer is the word whose sentences lie nearest. That is zero-shot, counted:

# %% [markdown] lang="zh"
# red plain（红色、无花纹）这个组合，训练中从未出现。认得出多少？对新卡片提问：什么颜色，什么花纹，什么种类？句子离得最近的那个词就是答案。这就是零样本的统计：

# %% tags=["nbval-ignore-output"]
asked, cards_asked = multimodal.shown_properties(960)
unmet = multimodal.never_shown(asked.properties)
right = {
    key: multimodal.zero_shot(space, read, cards_asked, words, column).argmax(axis=1) == asked.properties[:, place]
    for column, (key, (words, place)) in enumerate(multimodal.ASKED.items())
}
plots.table(multimodal.shares(right, unmet))

# %% tags=["nbval-ignore-output"]
both_right = (right["colour"] & right["pattern"])[unmet].astype(float)
recbook.claim(
    bootstrap(both_right).low > 0.5,
    en="Of cards with a pair of colour and pattern that training never held, sentences name both rightly for {both:.0%} (guessing: {chance:.0%}).",
    zh="颜色与花纹的组合从未在训练中出现的卡片，靠句子把两者都说对的有 {both:.0%}（随机猜是 {chance:.0%}）。",
    takeaway=False, both=both_right.mean(), chance=1 / 48,
)

# %% [markdown] lang="en"
# And words that no caption had: *scarlet* for red, *tartan* for checked, *gown* for dress? Stored, with three seeds and twice the steps, beside a text tower that began with a random vector for each word of the captions:

# %% [markdown] lang="zh"
# 那么，说明文字里从没有过的词呢？用 scarlet（猩红）代替 red，tartan（格子呢）代替 checked，gown（礼服）代替 dress。下面是预先存好的结果，三个随机种子，步数加倍；对照的文本塔不用 MiniLM，每个词从一个随机向量学起：

# %%
plots.table(multimodal.by_words(clothes["space"]))

# %%
mini, bag = (multimodal.over_all(clothes["space"][key], "other words") for key in ("MiniLM", "words"))
recbook.claim(
    min(mini) > max(bag) + 0.05 and abs(np.mean(bag) - multimodal.CHANCE) < 0.03,
    en="By words that no caption had, MiniLM's space names {minilm:.0%} of properties (over all cards), one that learned its words from the captions {words:.0%}, as guessing does ({chance:.0%}).",
    zh="换成说明文字里没有的词，用 MiniLM 的空间说对 {minilm:.0%} 的属性（全部卡片），从说明文字里学词的空间说对 {words:.0%}，与随机猜（{chance:.0%}）一样。",
    takeaway=False, minilm=np.mean(mini), words=np.mean(bag), chance=multimodal.CHANCE,
)

# %% [markdown] lang="en"
# So zero-shot covers new combinations of words that training held. New words need an encoder that has read them before, and even MiniLM carries few of the new colours over.

# %% [markdown] lang="zh"
# 所以，零样本认得的是训练中见过的词的新组合；有读过新词的编码器，才可能认出新词，而颜色的新词连 MiniLM 也认得不多。

# %% [markdown] lang="en"
# ### Where and how to join <a id="fusion-ways"></a>
#
# *Adds: why late fusion was behind; tastes for combinations; networks that join inside.*
#
# Late fusion standardises each shopper's scores before it mixes them. So it forgets that Ann's colours matter a lot to her and her cloths little. If that is the reason, then the **plain sum** of the two ridges' scores, which keeps their sizes, should catch up. And some tastes cannot be added up at all: red *wool*, but neither red nor wool alone. In a second kind of world each shopper has, besides, a taste of weight 2 for every pair of colour and cloth. A sum of a text score and a picture score cannot hold that. A model on **all products** of a number of the text and one of the picture can: its kernel is the product of the two kernels. By pencil: for $x = (a, b)$ and $y = (c, d)$ the products are $ac, ad, bc, bd$, and with a second garment $a', b', c', d'$ it is $(ac, ad, bc, bd) \cdot (a'c', a'd', b'c', b'd') = (aa' + bb')(cc' + dd')$. (We add 1 to each kernel first, which keeps what one modality tells alone.)

# %% [markdown] lang="zh"
# ### 在哪里融合，怎样融合 <a id="fusion-ways"></a>
#
# **本节补充**：后期融合为什么落后；对组合的口味；在内部融合的神经网络。
#
# 后期融合在混合之前，先把每位顾客的分数标准化。于是丢掉了一条信息：小安很看重颜色，不太在乎面料。如果原因在此，那么两个岭回归的分数**直接相加**，保留各自的大小，就应当追上来。另外，有些口味根本不能相加：喜欢红色的羊毛，却不喜欢别的红色，也不喜欢别的羊毛。在第二类世界里，每位顾客对颜色与面料的每种组合另有口味，分量为 2。文本分数与图片分数之和表达不了它。用文本的一个数与图片的一个数的**全部乘积**做特征，就可以：核矩阵是两个核矩阵逐项相乘。笔算：$x = (a, b)$、$y = (c, d)$ 的乘积是 $ac, ad, bc, bd$，另一件服装写作 $a', b', c', d'$，而 $(ac, ad, bc, bd) \cdot (a'c', a'd', b'c', b'd') = (aa' + bb')(cc' + dd')$。（我们先给每个核加 1，这样单独一种模态的信息也保留下来。）

# %%
ways = ["text", "picture", "pixels", "untrained", "late", "raw sum", "early", "product", "true, early", "true, product", "utility"]
bounds = ["utility", "true, early", "true, product"]
figures.levels(
    multimodal.rows(clothes["fusion"]["adding"], ways), bounds,
    en="Tastes that add up: early fusion is best",
    zh="口味可以相加：前期融合最好",
)

# %%
figures.levels(
    multimodal.rows(clothes["fusion"]["pairs"], ways), bounds,
    en="With tastes for pairs of colour and cloth: all products are best",
    zh="对颜色与面料的组合也有口味：全部乘积最好",
)

# %%
plain = fused["raw sum"]["less"]["early"]
recbook.claim(
    plain[1] < 0,
    en="It does not: the plain sum of the scores stays {low:.3f} to {high:.3f} behind early fusion, late fusion with standardised scores {late_low:.3f} to {late_high:.3f}.",
    zh="并没有追上：分数直接相加比前期融合低 {low:.3f} 到 {high:.3f}；后期融合先标准化再混合，低 {late_low:.3f} 到 {late_high:.3f}。",
    takeaway=False, low=-plain[1], high=-plain[0], late_low=-mixed[1], late_high=-mixed[0],
)

# %% [markdown] lang="en"
# So standardising is not the main reason. What is left is the fit itself. To a model of the text alone, all that a shopper's love of red decided is noise, and noise calls for a larger penalty. A joint fit explains that part by the picture, and has less noise to fear in either half. (This was not tested.)

# %% [markdown] lang="zh"
# 所以标准化不是主要原因。剩下的是拟合本身。对只看文本的模型来说，由“喜欢红色”决定的购买全是噪声，噪声大就要更强的正则化。联合拟合用图片解释了这一部分，两半面对的噪声都变少了。（这一点没有检验。）

# %%
adding, pairs = (clothes["fusion"][kind]["product"]["less"]["early"] for kind in ("adding", "pairs"))
recbook.claim(
    adding[1] < 0 < pairs[0],
    en="Where shoppers like pairs, all products gain {low:.3f} to {high:.3f} over early fusion; where tastes add up, they lose {lost_low:.3f} to {lost_high:.3f}.",
    zh="顾客对组合有口味时，全部乘积比前期融合高 {low:.3f} 到 {high:.3f}；口味可以相加时，反而低 {lost_low:.3f} 到 {lost_high:.3f}。",
    takeaway=False, low=pairs[0], high=pairs[1], lost_low=-adding[1], lost_high=-adding[0],
)

# %% [markdown] lang="en"
# A richer model is no gift: it has more to learn from the same purchases. The picture rows tell one more thing: the ViT trained on captions is far above its own untrained self and above pixels, so it is the training that counts.
#
# **Networks.** A tower for all shoppers together (chapter 10's content tower) can join inside. *Side by side* lays the two hidden layers next to each other; a **gate** takes a weighted mean whose weights it reads off the garment; *products* multiplies them. Three worlds of each kind, the epochs chosen on the inner set:

# %% [markdown] lang="zh"
# 模型更复杂，不会白白变好：购买记录没有变多，要学的却更多。图片那几行还说明：用说明文字训练的 ViT 远高于没有训练的同一个网络，也高于像素，起作用的是训练。
#
# **神经网络。** 让所有顾客共用一个塔（第 10 章的内容塔），可以在内部融合。**并排**是把两个隐藏层接在一起；**门控**（gate）取加权平均，权重由服装自己算出；**乘积**是两者相乘。每类三个世界，轮次在内层集合上选：

# %%
inside = ["early", "concatenate", "gate", "product"]
by_world = [multimodal.rows(clothes["towers"][kind], inside, "tower, ") for kind in ("adding", "pairs")]
plots.table(pd.DataFrame([
    (plots.name(key), *(f"{one[key][0]:.3f} ({plots.ends(*one[key][1:])})" for one in by_world)) for key in by_world[0]
], columns=["model", "tastes that add up", "tastes for pairs too"]))

# %%
shared = clothes["towers"]["adding"]["concatenate"]["less"]["early"]
recbook.claim(
    shared[0] > 0,
    en="Where tastes add up, the tower side by side, which learns from all shoppers at once, leads a ridge regression for each by {low:.3f} to {high:.3f}.",
    zh="口味可以相加时，用全体顾客的数据一起训练的并排塔，比每位顾客各自的岭回归高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=shared[0], high=shared[1],
)

# %%
gated = clothes["towers"]["adding"]["gate"]["less"]["concatenate"]
recbook.claim(
    gated[1] < 0,
    en="Where tastes add up, the gate stays {low:.3f} to {high:.3f} behind side by side.",
    zh="口味可以相加时，门控比并排低 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=-gated[1], high=-gated[0],
)

# %% [markdown] lang="en"
# A likely reason, not tested: nothing in this world asks a gate to choose, since every garment has both halves and both are true. And a mean of two hidden layers keeps less than both of them side by side.
#
# ### One modality is missing <a id="missing"></a>
#
# *Adds: what to do with garments that have no picture.*
#
# Not every seller sends a picture. Early fusion puts zeros in its place, which after `equal_voice` are the mean. Late fusion has two ways: the picture's part of the score is 0, or the text speaks for both, at full size. The second looks fairer. By pencil: two independent scores of deviation 1, mixed half and half, have the deviation $\sqrt{¼ + ¼} \approx 0.7$; a text score at full size has 1. So the garments of which *less* is known get the more extreme scores.
#
# **Exercise 6.** Mix the scores of one shopper where some garments have no picture. ({points})

# %% [markdown] lang="zh"
# 一个可能的理由（没有检验）：在这个世界里，每件服装两半都有，也都是真的，门控没有什么可选。而两个隐藏层取平均，保留的信息也比并排的少。
#
# ### 缺一种模态 <a id="missing"></a>
#
# **本节补充**：没有图片的服装怎么办。
#
# 不是每个卖家都会上传图片。前期融合填零，经过 `equal_voice`，零就是均值。后期融合有两种做法：图片那一部分的分数为 0，或者让文本代表两者，分数保持原来的大小。第二种看起来更公平。笔算：两个独立、标准差为 1 的分数各取一半，混合后的标准差是 $\sqrt{¼ + ¼} \approx 0.7$，而文本的分数仍是 1。于是了解得更少的服装，分数反而更极端。
#
# **练习 6** 有些服装没有图片，把一位顾客的分数混合起来。（{points}）

# %% exercise="trends-late-fusion" points=2
def late_fusion(text, picture, has_picture, weight):
    """en: One score an item (n,). text, picture (n,): scores of two models; has_picture (n,) bool; weight: the picture's, 0 to 1.
    en: Both at mean 0, deviation 1, the picture's over the items that have one; without a picture its part is 0.
    zh: 每个物品一个分数 (n,)。text、picture (n,) 是两个模型的分数；has_picture (n,) 为布尔值；weight 是图片的权重，0 到 1。
    zh: 两者都变成均值 0、标准差 1，图片只在有图片的物品上算；没有图片时，图片那一部分为 0。"""
    ### BEGIN SOLUTION
    text = (text - text.mean()) / text.std()
    seen = picture[has_picture]
    picture = (picture - seen.mean()) / seen.std()
    return (1 - weight) * text + weight * np.where(has_picture, picture, 0)
    ### END SOLUTION

# %% check="trends-late-fusion"
recbook.check("trends-late-fusion", late_fusion)

# %%
shares = np.array([float(share) for share in clothes["missing"]])
figures.curves(
    {shown: (shares, np.array([row[way]["ndcg"] for row in clothes["missing"].values()])) for way, shown in {
        "text": "text alone", "picture": "picture alone", "early": "early", "late": "late",
        "late, text for both": "late, text for both"}.items()},
    "share without picture",
    en="The more pictures are missing, the nearer to the text alone",
    zh="图片缺得越多，越接近只用文本",
)

# %%
half = clothes["missing"]["0.5"]
recbook.claim(
    half["early"]["less"]["text"][0] > 0,
    en="With half of the pictures missing, early fusion is still {low:.3f} to {high:.3f} above text alone.",
    zh="一半图片缺失时，前期融合仍比只用文本高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=half["early"]["less"]["text"][0], high=half["early"]["less"]["text"][1],
)

# %%
louder = half["late, text for both"]["less"]["late"]
recbook.claim(
    louder[1] < 0,
    en="Letting the text speak for both, where there is no picture, costs {low:.3f} to {high:.3f}: who knows less should speak more quietly.",
    zh="没有图片时让文本代表两者，要损失 {low:.3f} 到 {high:.3f}：了解得少，音量就该小些。",
    takeaway=False, low=-louder[1], high=-louder[0],
)

# %% [markdown] lang="en"
# A network has one more cure: take pictures away *in training*, at random (three in ten), so that it has met garments without one (ModDrop, Neverova et al. 2016). In this test all pictures are there in training, and half of the new garments have none:

# %% [markdown] lang="zh"
# 神经网络还有一种办法：训练时随机拿掉图片（十张里拿掉三张），让它见过没有图片的服装（ModDrop，Neverova et al. 2016）。下面的检验里，训练时图片齐全，新服装有一半没有图片：

# %%
blanked = clothes["missing, towers"]["0.5"]["gate, blanked in training"]
whole = clothes["missing, towers"]["0"]["gate, blanked in training"]
plain_fall, blanked_fall = (
    clothes["missing, towers"]["0"][way]["ndcg"] - clothes["missing, towers"]["0.5"][way]["ndcg"]
    for way in ("gate", "gate, blanked in training")
)
recbook.claim(
    blanked["less"]["gate"][1] < 0 and whole["less"]["gate"][1] < 0 and blanked_fall < plain_fall,
    en="Blanking in training changes the gate by {low:+.3f} to {high:+.3f} where half of the new garments lack a picture, and by {whole_low:+.3f} to {whole_high:+.3f} where none does: it costs in both cases.",
    zh="一半新服装缺图片时，训练中随机遮去使门控变化 {low:+.3f} 到 {high:+.3f}；图片齐全时变化 {whole_low:+.3f} 到 {whole_high:+.3f}：两种情况都是损失。",
    takeaway=False, low=blanked["less"]["gate"][0], high=blanked["less"]["gate"][1],
    whole_low=whole["less"]["gate"][0], whole_high=whole["less"]["gate"][1],
)

# %% [markdown] lang="en"
# Blanking makes the fall smaller and the result worse: it starts from a lower place, perhaps since three in ten pictures were taken away from few purchases (this was not tested).

# %% [markdown] lang="zh"
# 遮去之后，下降变少，结果却更差：起点更低，可能因为购买记录本来就不多，图片又拿走了三成（没有检验）。

# %% [markdown] lang="en"
# ### One modality lies <a id="lies"></a>
#
# *Adds: pictures of the wrong garment, and how the space of sentences finds them.*
#
# A share of the garments shows another one's picture. A ridge regression gives the picture one weight for all garments, so it trusts the liars as it trusts the rest. But text and picture share one thing: the kind. Ask the space from above how likely it is that the picture shows the kind that the text names, and believe it only above a threshold, which the inner set chooses; a picture that is not believed counts as missing. (Late fusion has no threshold: it weighs the picture's score by that probability.)

# %% [markdown] lang="zh"
# ### 一种模态有误 <a id="lies"></a>
#
# **本节补充**：图片张冠李戴，以及怎样用句子的空间找出来。
#
# 让一部分服装显示别的服装的图片。岭回归对所有服装的图片用同样的权重，错图与其余图片一视同仁。但文本和图片有一项信息是共同的：种类。用上面的空间算出，图片显示的正是文本所写种类的概率有多大；概率高于阈值的图片才采用（阈值在内层集合上选），其余的当作缺失。（后期融合不设阈值，而是用这个概率给图片的分数加权。）

# %%
lies = np.array([float(share) for share in clothes["lying"]])
figures.curves(
    {shown: (lies, np.array([row["ndcg"][way]["ndcg"] for row in clothes["lying"].values()])) for way, shown in {
        "text": "text alone", "early": "early", "late, by agreement": "late, by agreement",
        "early, by agreement": "early, by agreement", "early, lies known": "early, lies known"}.items()},
    "share with a wrong picture",
    en="Wrong pictures cost; checking them against the text wins some back",
    zh="错图有代价；用文本核对能挽回一部分",
)

# %%
told = clothes["lying"]["0.4"]
recbook.claim(
    min(told["auc"]) > 0.7,
    en="With 40% of the pictures wrong, the check tells wrong from right with an AUC of {auc:.2f}. Of the wrong ones {seen:.0%} show another kind; the rest cannot be seen.",
    zh="40% 的图片有误时，这样核对区分对错的 AUC 是 {auc:.2f}。错图里有 {seen:.0%} 显示的是别的种类，其余的看不出来。",
    takeaway=False, auc=np.mean(told["auc"]), seen=np.mean(told["of another kind"]),
)

# %%
checked, perfect = (told["ndcg"][way]["less"]["early"] for way in ("early, by agreement", "early, lies known"))
recbook.claim(
    perfect[0] > 0 and checked[1] < perfect[1],
    en="Believing only pictures that agree changes NDCG@10 by {low:+.3f} to {high:+.3f}; whoever knew the wrong ones would gain {most_low:.3f} to {most_high:.3f}.",
    zh="只采用与文本一致的图片，NDCG@10 变化 {low:+.3f} 到 {high:+.3f}；如果知道哪些是错图，可以提高 {most_low:.3f} 到 {most_high:.3f}。",
    takeaway=False, low=checked[0], high=checked[1], most_low=perfect[0], most_high=perfect[1],
)

# %% [markdown] lang="en"
# ### One modality shouts <a id="shouts"></a>
#
# *Adds: the same features, a hundred times smaller or larger.*
#
# Laid side by side as they are, our picture features are already the louder half. Make them quieter or louder still, and choose the penalty anew each time:

# %% [markdown] lang="zh"
# ### 一种模态音量太大 <a id="shouts"></a>
#
# **本节补充**：同样的特征，缩小或放大一百倍。
#
# 不调整就并排时，图片特征本来就更响。把它再缩小或放大，每次重新选正则化系数：

# %%
scales = np.array([float(scale) for scale in clothes["shouting"]])
figures.curves(
    {shown: (scales, np.array([row[way]["ndcg"] for row in clothes["shouting"].values()])) for way, shown in {
        "as they are": "both, as they are", "equal voice": "equal voice"}.items()},
    "picture times", logarithmic=True,
    en="Of five loudnesses only 0.1 keeps up",
    zh="不调整时，五种音量里只有 0.1 倍追平",
)

# %%
loudest = clothes["shouting"]["100"]["as they are"]
apart = loudest["less"]["equal voice"]
recbook.claim(
    apart[1] < 0,
    en="A hundred times louder, the same picture beside the same text has {loud:.3f}: {low:.3f} to {high:.3f} below an equal voice, though the penalty was chosen anew.",
    zh="放大一百倍之后，同样的图片和同样的文本并排是 {loud:.3f}：比音量相同时低 {low:.3f} 到 {high:.3f}，尽管正则化系数重新选过。",
    takeaway=False, loud=loudest["ndcg"], low=-apart[1], high=-apart[0],
)

# %% [markdown] lang="en"
# ### Garments that people have bought <a id="bought"></a>
#
# *Adds: whether content still helps where there is a log.*
#
# A tenth of the purchases is hidden at random, and another tenth to choose by; nearly every garment has buyers in the rest. Now popularity and EASE know something:

# %% [markdown] lang="zh"
# ### 已有人买过的服装 <a id="bought"></a>
#
# **本节补充**：有购买记录时，内容信息还有没有用。
#
# 随机藏起十分之一的购买记录，另有十分之一用来选参数；其余部分里，几乎每件服装都有人买过。这时流行度和 EASE 有了依据：

# %%
known = clothes["bought"]
figures.levels(
    multimodal.rows(known, list(known)), metric="among all garments",
    en="Garments with buyers: text and picture still add",
    zh="已有人买过的服装：文本和图片仍有帮助",
)

# %%
with_log = known["EASE and early"]["less"]["EASE"]
recbook.claim(
    with_log[0] > 0,
    en="With 20 purchases a shopper, text and picture still add to EASE: {low:.3f} to {high:.3f}.",
    zh="每位顾客 20 次购买，文本和图片仍能使 EASE 提高：{low:.3f} 到 {high:.3f}。",
    takeaway=False, low=with_log[0], high=with_log[1],
)

# %% [markdown] lang="en"
# Do not carry that over to a real log. Here nearly all that makes a shopper buy stands in the text or in the picture, and 20 purchases among 800 garments are few. Chapters 07 and 08 could show no gain from titles on films that many have rated.
#
# ### A moving picture <a id="frames"></a>
#
# *Adds: the simplest way to read a video, and what it cannot see.*
#
# A garment moves in front of a poor camera: each frame is grainy, and shows it at another place. **Pooling** encodes each frame and takes the mean of the vectors. The control averages the frames pixel by pixel and encodes the one blurred picture. The tower was trained on grainy pictures.

# %% [markdown] lang="zh"
# 不要把这个结果搬到真实的日志上。在这里，促使顾客购买的原因几乎都写在文本里或画在图片上，而且 800 件服装中只买 20 件，数据很少。第 07、08 章里，很多人评过的电影，加上片名与不加差异不显著。
#
# ### 会动的图片 <a id="frames"></a>
#
# **本节补充**：读视频最简单的办法，以及它看不见什么。
#
# 一件服装在差的镜头前移动：每帧都有噪点，位置各不相同。**池化**（pooling）是逐帧编码，再对向量取平均。对照是先逐像素平均，再编码这一张模糊的图。图片塔是用有噪点的图片训练的。

# %%
count = np.array([int(n) for n in clothes["frames"]])
figures.curves(
    {way: (count, np.array([np.mean(row["pattern"][way]) for row in clothes["frames"].values()])) for way in ("pooled", "one blurred picture")},
    "frames", "share right", logarithmic=True,
    en="More frames help when vectors are pooled, and harm when pixels are",
    zh="帧数越多，池化越准，平均像素越差",
)

# %%
one, many = (np.mean(clothes["frames"][n]["pattern"]["pooled"]) for n in ("1", "16"))
blur = np.mean(clothes["frames"]["16"]["pattern"]["one blurred picture"])
recbook.claim(
    many > one + 0.02 and blur < many - 0.1,
    en="Sixteen frames pooled name {many:.0%} of the patterns, a single one {one:.0%}, sixteen blurred into one picture {blur:.0%}.",
    zh="十六帧池化能说对 {many:.0%} 的花纹，单独一帧是 {one:.0%}，把十六帧平均成一张模糊的图是 {blur:.0%}。",
    takeaway=False, many=many, one=one, blur=blur,
)

# %% [markdown] lang="en"
# A mean has no order: the film played backwards has the same vector. What moves, and how, needs a model that reads the frames as a sequence, as chapter 08's layers might. That is untried here.
#
# ### Where are the published picture encoders?
#
# *Adds: why we trained our own.*
#
# At work you would take a ViT or CLIP's own towers from a model hub. In pip's index we found no package that holds the published weights of either together with a card of what they learned from. EfficientNet-Lite0's weights are there (17 MB, Apache-2.0), as a pickle; we left them out, since on drawn cards they could only tell what a network trained on photographs makes of drawings.

# %% [markdown] lang="zh"
# 平均没有顺序：影片倒着放，向量也一样。什么在动、怎样动，需要把各帧当作序列来读的模型，第 08 章的层也许可以。这里没有试。
#
# ### 公开的图片编码器在哪里？
#
# **本节补充**：为什么自己训练。
#
# 实际工作中，应当从模型库取 ViT 或 CLIP 自己的两个塔。在 pip 的索引（index）里，我们没有找到既带有两者公开的权重、又说明训练数据的软件包。EfficientNet-Lite0 的权重有（17 MB，Apache-2.0），但格式是 pickle；我们没有采用，因为在画出的卡片上，它只能说明用照片训练的网络怎样看图画。

# %% [markdown] lang="en"
# ### A student <a id="student"></a>
#
# *Adds: a small model that learns what a large one says.*
#
# There is a third way beside a smaller model and fewer bits: let a small model learn to say what the large one says. That is **distillation** (Hinton et al. 2015; here on vectors). Our student has 64 numbers for each token, takes their mean, and maps it to MiniLM's 384; it runs no layer at all. It is told one thing: point where the teacher points. With $s_i$ and $t_i$ the vectors of text $i$ by student and teacher,
#
# $$L = 1 - \frac{1}{n} \sum_{i=1}^{n} \frac{s_i \cdot t_i}{\lVert s_i \rVert\, \lVert t_i \rVert}.$$
#
# By pencil: one vector agrees (cosine 1), one points the other way (−1): the loss is $1 - 0 = 1$.
#
# **Exercise 7.** Write the student's loss. ({points})

# %% [markdown] lang="zh"
# ### 学生 <a id="student"></a>
#
# **本节补充**：让小模型模仿大模型的输出。
#
# 除了换小模型、减少位数，还有第三条路：让小模型模仿大模型的输出。这叫**蒸馏**（distillation，Hinton et al. 2015；这里用在向量上）。我们的学生每个词元 64 个数，取平均，再映射到 MiniLM 的 384 维，一层也不跑。训练目标只有一个：与教师的向量方向一致。设 $s_i$、$t_i$ 是学生和教师给文本 $i$ 的向量，
#
# $$L = 1 - \frac{1}{n} \sum_{i=1}^{n} \frac{s_i \cdot t_i}{\lVert s_i \rVert\, \lVert t_i \rVert}.$$
#
# 笔算：一个向量完全一致（余弦为 1），一个方向相反（−1）：损失是 $1 - 0 = 1$。
#
# **练习 7** 写出学生的损失。（{points}）

# %% exercise="trends-distil" points=1
def distil_loss(student, teacher):
    """en: One minus the mean cosine of the rows of student (n, d) with the same rows of teacher (n, d): a number.
    zh: 1 减去 student (n, d) 各行与 teacher (n, d) 同一行的余弦的平均：一个数。"""
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(student, axis=1) * np.linalg.norm(teacher, axis=1)
    return 1 - ((student * teacher).sum(axis=1) / lengths).mean()
    ### END SOLUTION

# %% check="trends-distil"
recbook.check("trends-distil", distil_loss)

# %% [markdown] lang="en"
# The stored student learned from 20,000 titles of *books* (Book-Crossing), so film titles were not taught deliberately (some books share one).

# %% [markdown] lang="zh"
# 存好的学生学的是 20,000 个书名（Book-Crossing），所以没有特意用片名来教它（有些书与电影同名）。

# %%
pupil, static = (multimodal.size_difference(clothes, key, "MiniLM") for key in ("student", "static"))
taught = multimodal.size_difference(clothes, "student", "static")
start = sized["static"]
recbook.claim(
    pupil.high < 0 and sized["student"]["ms"] < 0.2 * small["ms"] and sized["student"]["mb"] < 0.2 * small["mb"],
    en="The student takes {share:.1%} of MiniLM's time a title and {mb:.0f} MB; on new films it is {low:.3f} to {high:.3f} behind its teacher.",
    zh="学生处理每个片名的时间是 MiniLM 的 {share:.1%}，只占 {mb:.0f} MB；在新电影上比教师低 {low:.3f} 到 {high:.3f}。",
    takeaway=False, share=sized["student"]["ms"] / small["ms"], mb=sized["student"]["mb"], low=-pupil.high, high=-pupil.low,
)

# %% [markdown] lang="en"
# What did the lessons give, beyond looking tokens up? The static vectors, MiniLM's own table, are the control: the student began from them.

# %% [markdown] lang="zh"
# 除了查词元的表，学习带来了什么？对照是静态词向量，也就是 MiniLM 自己的表：学生正是从它开始的。

# %%
recbook.claim(
    taught.high < 0 and sized["student"]["series"] > start["series"],
    en="Beside the static vectors that it began from, the student loses {low:.3f} to {high:.3f} on new films, and finds more series whose titles share no word: {series:.0%} (static vectors {start:.0%}).",
    zh="与它的起点静态词向量相比，学生在新电影上低 {low:.3f} 到 {high:.3f}，却找到更多片名没有相同词的系列：{series:.0%}（静态词向量为 {start:.0%}）。",
    takeaway=False, low=-taught.high, high=-taught.low, series=sized["student"]["series"], start=start["series"],
)

# %% [markdown] lang="en"
# There are signs that it learned something of meaning: series, though sixteen are few, and the agreement on news in the table. It has a sixth of the numbers for each token, which may be what it lost on single words (not tested).

# %% [markdown] lang="zh"
# 在系列（只有十六个）和新闻两项上，有学到含义的迹象。每个词元的数只有静态词向量的六分之一，丢失单个词的信息可能与此有关（没有检验）。

# %% [markdown] lang="en"
# **Exercise 8, open.** Teach a student of your own: with `from recbook.chapters.trends import sizes`, `student, reader, losses = sizes.teach(texts, encoder.encode(texts), width=16)` teaches one, and `reader` reads with it; `sizes.judged(reader)` asks it the questions of the table. How large must it be until the interval to MiniLM holds 0? Which texts should it learn from?

# %% [markdown] lang="zh"
# **练习 8（开放）** 教一个你自己的学生：先 `from recbook.chapters.trends import sizes`，`student, reader, losses = sizes.teach(texts, encoder.encode(texts), width=16)` 训练出一个学生，`reader` 就是用它做成的编码器；`sizes.judged(reader)` 用表里的任务来考它。它要大到什么程度，与 MiniLM 之差的区间才包含 0？应当用什么文本来教？

# %% [markdown] lang="en"
# ### Attributions against a library and a closed form <a id="captum"></a>
#
# *Adds: that the functions above are right.*
#
# In a linear model $f(x) = w \cdot x$ everything has a closed form: input × gradient, integrated gradients, ablation and Shapley values all give $w_j x_j$. They part only where features work together.

# %% [markdown] lang="zh"
# ### 用库和闭式解核对归因 <a id="captum"></a>
#
# **本节补充**：证明上面的函数是对的。
#
# 线性模型 $f(x) = w \cdot x$ 里一切都有闭式解：输入×梯度、积分梯度、消融和 Shapley 值都是 $w_j x_j$。只有特征共同起作用时，它们才不同。

# %%
w = torch.linspace(-1, 1, 12)
ways = (explain.input_x_gradient, explain.integrated_gradients, explain.ablation, explain.shapley)
[bool(torch.allclose(way(lambda given: given @ w, x), x * w, atol=1e-5)) for way in ways]

# %%
library = reasons["captum"]
compared = [library[way] for way in ("saliency", "input x gradient", "integrated gradients", "ablation", "exact Shapley values")]
recbook.claim(
    max(compared) < 1e-4 * library["size"],
    en="On the network captum and our functions differ by at most {most:.0e} (stored); Shapley values from fifty orders by {sampled:.3f} from those of all sets of features.",
    zh="在这个网络上，captum 与我们的函数最多相差 {most:.0e}（预先存好）；五十种顺序得到的 Shapley 值，与由特征的全部子集得到的相差 {sampled:.3f}。",
    takeaway=False, most=max(compared), sampled=library["sampled from exact"],
)

# %% [markdown] lang="en"
# In the core's figure saliency and the gradient find most causes. Are they the best?

# %% [markdown] lang="zh"
# 核心部分的图里，显著性和梯度找到的原因最多。它们最好吗？

# %%
size, plain = over_worlds("saliency", "agreement"), over_worlds("saliency", "found")
recbook.claim(
    abs(size.mean()) < 0.3 and plain.mean() > 0.6,
    en="Saliency, the size of the gradient, finds {found:.0%} of the causes, but says nothing of for or against: its correlation is {agreement:.2f}.",
    zh="显著性是梯度的大小，找到了 {found:.0%} 的原因，但说不出是加分还是减分：相关只有 {agreement:.2f}。",
    takeaway=False, found=plain.mean(), agreement=size.mean(),
)

# %% [markdown] lang="en"
# ### A fluent reason <a id="fluent"></a>
#
# *Adds: a test that tells whether a sentence follows the model.*
#
# A template turns true reasons into a sentence. Nothing stops anybody from writing a nicer one. Below, the first is filled with the films that speak most for EASE's recommendation; the second is made of the two genres that the user rates most, and has never seen the model. Take the eight strongest reasons out of the history. What becomes of the recommendation, and of the sentence?

# %% [markdown] lang="zh"
# ### 流畅的理由 <a id="fluent"></a>
#
# **本节补充**：一种检验，能看出句子是否随模型而变。
#
# 用模板可以把真实的原因写成句子，但谁都可以写一句更动听的。下面，第一句填的是对 EASE 的推荐贡献最大的电影；第二句用的是用户评得最多的两个类型，从没看过模型。把最强的八条理由从历史中拿掉，推荐会怎样，句子又会怎样？

# %%
from recbook.data.prepare import genre_table

target = explaining.first_choices(ease, split.train)  # (users,)
order = explaining.ordered(explaining.linear_reasons(ease.weights_, target), split.train)
genres = genre_table(ratings.items)


def liked_genres(log):
    """en: The two genres that each user rates most, as columns of the table (users, 2).
    zh: 每位用户评得最多的两个类型，是类型表的列号 (users, 2)。"""
    return np.argsort(-(log.matrix() @ genres.to_numpy(float)), axis=1, kind="stable")[:, :2]


user = 7
named = liked_genres(split.train)
print(explaining.because([plots.film(titles[film]) for film in order[user, :2]]))
print(explaining.fluent([plots.name(genres.columns[place]) for place in named[user]], plots.film(titles[target[user]])))

# %%
after = explaining.without(split.train, order[:, :8])
gone = (explaining.places(ease, after, split.train, target) > 1).mean()
any_eight = explaining.ordered(explaining.random_reasons(split.train, seed=0), split.train)[:, :8]
by_chance = (explaining.places(ease, explaining.without(split.train, any_eight), split.train, target) > 1).mean()
same, same_by_chance = ((liked_genres(log) == named).all(axis=1).mean() for log in (after, explaining.without(split.train, any_eight)))
recbook.claim(
    gone > by_chance + 0.2 and same > 0.5 and abs(same - same_by_chance) < 0.15,
    en="Without its eight strongest reasons the first recommendation is gone for {gone:.0%} of the users, without eight random films for {chance:.0%}. The two genres of the fluent sentence stay the same for {same:.0%} and {same_by_chance:.0%}.",
    zh="去掉最强的八条理由，{gone:.0%} 的用户的首位推荐消失了，随机去掉八部则是 {chance:.0%}。流畅句子里的两个类型不变的，分别是 {same:.0%} 和 {same_by_chance:.0%}。",
    takeaway=False, gone=gone, chance=by_chance, same=same, same_by_chance=same_by_chance,
)

# %% [markdown] lang="en"
# To the fluent sentence it makes little difference which films are taken out, to the recommendation a great one. (All users and their whole histories are here, so the shares are not those of the figure above.) That is a test for any text of reasons, also one that a language model writes: change what decided, and see whether the text changes. Whether *people* trust the true sentence more than the fluent one we could not ask here; studies must, and a sentence that sounds better proves nothing (Tintarev and Masthoff 2015).

# %% [markdown] lang="zh"
# 去掉的是哪些电影，对流畅的句子影响不大，对推荐影响很大。（这里用全部用户和全部历史，所以比例与前面的图不同。）这种检验适用于任何写成文字的理由，包括语言模型写的：改变起决定作用的东西，看文字变不变。**人**是否更信任真实的句子，这里没法问；那需要用户研究，而听起来更好说明不了什么（Tintarev and Masthoff 2015）。

# %% [markdown] lang="en"
# ### Was this person in the training data? <a id="members"></a>
#
# *Adds: an attack that can be made on any model, and its control.*
#
# This is **membership inference** (Shokri et al. 2017). A model is fitted on a third of the users; the attacker has histories, sees how well the model likes each, and guesses that the ones it likes best were in. An **AUC** of 0.5 is a coin, 1 is certainty. The control makes the same guess between two groups of which the model saw neither. Five seeds (stored):

# %% [markdown] lang="zh"
# ### 这个人在训练数据里吗？ <a id="members"></a>
#
# **本节补充**：一种对任何模型都可用的攻击，及其对照。
#
# 这叫**成员推断**（membership inference，Shokri et al. 2017）。用三分之一的用户拟合模型；攻击者手里有许多人的历史，看模型给每份历史打的分，猜分数最高的在训练数据里。**AUC** 为 0.5 等于抛硬币，为 1 就是确定无疑。对照是在模型都没见过的两组之间做同样的猜测。五个随机种子（预先存好）：

# %%
figures.members(secrets["members"])

# %%
attacks = {kind: np.array(found["attack"]) for kind, found in secrets["members"].items()}
controls = np.array([found["control"] for found in secrets["members"].values()])
recbook.claim(
    attacks["EASE"].min() > attacks["autoencoder"].max() > controls.max() and abs(controls.mean() - 0.5) < 0.03,
    en="The attack tells members of EASE's training data with an AUC of {ease:.2f}, of the autoencoder's {autoencoder:.2f}, of popularity's {popularity:.2f}; the controls lie at {controls:.2f}.",
    zh="对 EASE，攻击辨认训练数据成员的 AUC 是 {ease:.2f}，自编码器为 {autoencoder:.2f}，流行度为 {popularity:.2f}；对照为 {controls:.2f}。",
    takeaway=False, ease=attacks["EASE"].mean(), autoencoder=attacks["autoencoder"].mean(), popularity=attacks["popularity"].mean(), controls=controls.mean(),
)

# %%
weak = attacks["EASE, little penalty"]
recbook.claim(
    weak.min() > attacks["EASE"].max(),
    en="With a penalty of 10 in place of 250 EASE gives everybody away: the AUC is {weak:.3f}.",
    zh="正则化系数从 250 降到 10，EASE 会泄露每一个人：AUC 是 {weak:.3f}。",
    takeaway=False, weak=weak.mean(),
)

# %% [markdown] lang="en"
# A penalty makes the leak smaller, as the second row shows; early stopping and more users may, too (not measured). None of them is a promise.

# %% [markdown] lang="zh"
# 如第二行所示，正则化能减少泄露；提前停止和更多的用户可能也有帮助（没有测量）。但都不是承诺。

# %% [markdown] lang="en"
# ### Is the promise kept? An audit <a id="audit"></a>
#
# *Adds: an attacker who tries to break (ε, δ), and why the classical formula is not used.*
#
# Let an attacker know everybody but one user, and look at private counts, twenty thousand times with that user and as often without. If the rule "was there" holds in a share $p$ of the runs with and in $q$ of those without, the promise demands $p \le e^{\varepsilon} q + \delta$: so $\varepsilon \ge \log((p - \delta)/q)$ is *proved*, with $p$ and $q$ at the cautious ends of their intervals. Such a bound can show that a promise is broken; it can never show that it is kept.

# %% [markdown] lang="zh"
# ### 承诺守住了吗？一次审计 <a id="audit"></a>
#
# **本节补充**：让攻击者来打破 (ε, δ)；以及为什么不用经典公式。
#
# 假设攻击者知道除一位用户之外的所有人，他看加噪的计数：有这位用户时看两万次，没有时也看两万次。如果规则“他在”在有他的运行中成立的比例是 $p$，在没有他的运行中是 $q$，承诺要求 $p \le e^{\varepsilon} q + \delta$：于是**证明**了 $\varepsilon \ge \log((p - \delta)/q)$，$p$ 和 $q$ 取各自区间中保守的一端。这样的界可以证明承诺被打破，却永远证明不了承诺被守住。

# %%
audit = pd.DataFrame(secrets["audit"]).T.rename_axis("promised").reset_index()
plots.table(audit.rename(columns={"promised": "in promise"}))

# %%
proved = {float(e): found for e, found in secrets["audit"].items()}
recbook.claim(
    all(found["as promised"] <= e for e, found in proved.items()) and all(found["a quarter of the noise"] > e for e, found in proved.items())
    and [e for e, found in proved.items() if found["half the noise"] <= e] == [min(proved)] and len(proved) == 4,
    en="With the right noise the attack proves {right:.2f} where 1 was promised; with a quarter of it, as if clipping had been forgotten, {wrong:.2f}: the audit finds it.",
    zh="噪声正确时，承诺为 1，攻击只能证明 {right:.2f}；噪声只有四分之一（好比忘了裁剪）时证明了 {wrong:.2f}：审计发现了问题。",
    takeaway=False, right=proved[1.0]["as promised"], wrong=proved[1.0]["a quarter of the noise"],
)

# %% [markdown] lang="en"
# With half the noise it finds the fault for three of the promises and misses it for the strictest (the table): an audit that finds nothing proves nothing. Now the noise itself, by both formulas:

# %% [markdown] lang="zh"
# 噪声减半时，有三个承诺查得出，最严格的一个查不出（见表）：审计没有发现问题，什么也证明不了。再看两个公式各要多少噪声：

# %%
noise_by = pd.DataFrame(secrets["formulas"]).T.rename_axis("in promise").reset_index()
noise_by["its delta"] = noise_by["its delta"].map("{:.0e}".format)
plots.table(noise_by)

# %%
late = secrets["formulas"]["16"]
recbook.claim(
    late["classical"] < late["analytic"] and secrets["formulas"]["1"]["classical"] > secrets["formulas"]["1"]["analytic"],
    en="For a strict promise (ε = 1) the classical formula adds {more:.0%} too much noise, at sixteen too little: there its true δ is {delta:.0e}.",
    zh="承诺严格时（ε = 1），经典公式的噪声多了 {more:.0%}；到十六时又太少：那里实际的 δ 是 {delta:.0e}。",
    takeaway=False, more=secrets["formulas"]["1"]["classical"] / secrets["formulas"]["1"]["analytic"] - 1, delta=late["its delta"],
)

# %% [markdown] lang="en"
# ### Noisy gradients <a id="gradients"></a>
#
# *Adds: how a network keeps the same promise.*
#
# **DP-SGD** (Abadi et al. 2016): at each step each user's gradient is clipped, they are summed, noise is added, and the step is made with that. With 943 users we take all of them at each of 30 steps; then the account is exact: $T$ steps with noise σ√T hide a user as one with σ does. (With batches drawn at random the noise may be smaller, and the account is what opacus computes.) The model is an autoencoder with 8 numbers in the middle; stored, three seeds. In the table *low* and *high* are the 95% interval of the difference to popularity without noise.

# %% [markdown] lang="zh"
# ### 加噪声的梯度 <a id="gradients"></a>
#
# **本节补充**：网络怎样守住同样的承诺。
#
# **DP-SGD**（Abadi et al. 2016）：每一步裁剪每位用户的梯度，求和，加噪声，用它走一步。943 位用户，30 步中每步都用全部用户，账就是精确的：$T$ 步、每步噪声 σ√T，隐藏一位用户的程度与一步噪声 σ 相同。（随机抽取批次时噪声可以更小，这笔账由 opacus 来算。）模型是中间只有 8 个数的自编码器；预先存好，三个随机种子。表中“下限”“上限”是与无噪声流行度之差的 95% 区间。

# %%
plots.table(pd.DataFrame([("–" if epsilon == "none" else epsilon, np.mean(found["seeds"]), *found["less popularity"])
                          for epsilon, found in secrets["descent"].items()], columns=["in promise", "NDCG@10", "low", "high"]))

# %%
strictly, loosely, freely = (secrets["descent"][epsilon]["less popularity"] for epsilon in ("1", "16", "none"))
recbook.claim(
    strictly[1] < 0 and loosely[0] < 0 < loosely[1] and freely[0] < 0 < freely[1],
    en="At ε = 1 the network falls below popularity without noise ({low:+.3f} to {high:+.3f}); with more room it is not told apart from it, nor is it without any noise.",
    zh="ε = 1 时，网络低于无噪声的流行度（{low:+.3f} 到 {high:+.3f}）；承诺宽松时差异不显著，完全不加噪声时也不显著。",
    takeaway=False, low=strictly[0], high=strictly[1],
)

# %% [markdown] lang="en"
# The library for this is **opacus**. Does it agree with the loop by hand?

# %% [markdown] lang="zh"
# 做这件事的库是 **opacus**。它与手写的循环一致吗？

# %%
check = secrets["opacus"]
recbook.claim(
    check["largest difference"] < 1e-4 * check["size"] and abs(check["epsilon of our noise"]["1"]["PRVAccountant"] - 1) < 0.1,
    en="opacus finds the same clipped sum (largest difference {apart:.0g}) and counts ε = {prv:.2f} (a cautious account) for the noise made for 1.",
    zh="opacus 得到同样的裁剪之和（最大相差 {apart:.0g}），为 ε = 1 所加的噪声，它算出 ε = {prv:.2f}（偏保守的算法）。",
    takeaway=False, apart=check["largest difference"], prv=check["epsilon of our noise"]["1"]["PRVAccountant"],
)

# %% [markdown] lang="en"
# ### Which rows were trained on? <a id="rows"></a>
#
# *Adds: the attack on a model that has a vector for each user.*
#
# Two towers (chapter 07) are fitted on a third of all *rows*; the attacker asks, of a user and a film that truly met, whether the model was trained on that row or whether it was held back. The control compares two thirds that were both held back. Stored, three seeds, by epochs:

# %% [markdown] lang="zh"
# ### 训练时用了哪些记录？ <a id="rows"></a>
#
# **本节补充**：对每位用户都有一个向量的模型的攻击。
#
# 双塔模型（第 07 章）用全部评分**记录**的三分之一拟合；攻击者要判断，一位用户与他确实评过的一部电影，这条记录是训练过的还是留出的。对照比较两份都留出的数据。预先存好，三个随机种子，按轮次：

# %%
plots.table(pd.DataFrame([(epochs, np.mean(found["attack"]), np.mean(found["control"])) for epochs, found in secrets["pairs"].items()],
                         columns=["epochs", "attack", "control"]))

# %%
longest = secrets["pairs"]["36"]
recbook.claim(
    min(longest["attack"]) > max(longest["control"]),
    en="After 36 epochs the attack tells trained rows from held-back ones with an AUC of {attack:.2f} (control {control:.2f}).",
    zh="36 个轮次之后，攻击区分训练过的行与留出的行，AUC 为 {attack:.2f}（对照 {control:.2f}）。",
    takeaway=False, attack=np.mean(longest["attack"]), control=np.mean(longest["control"]),
)

# %% [markdown] lang="en"
# Is rounding a protection? Weights in 16 bits in place of 32 still give back all but a few of the counts of EASE's table. It is not; noise that was made for it is.

# %% [markdown] lang="zh"
# 舍入算不算保护？把 EASE 的权重从 32 位改成 16 位，仍能恢复除极少数以外的全部计数。不算；专门为此加的噪声才算。

# %%
half = secrets["read back"]["by number format"]["float16"]["equal"]
recbook.claim(
    half > 0.99,
    en="From weights rounded to 16 bits {share:.3%} of the counts come back exactly.",
    zh="由舍入到 16 位的权重，能精确恢复 {share:.3%} 的计数。",
    takeaway=False, share=half,
)

# %% [markdown] lang="en"
# ### The rows stay at home <a id="federated"></a>
#
# *Adds: sums and a network computed where the rows are.*
#
# **Federated learning** (McMahan et al. 2017) leaves the rows where they are: with ten shops, banks or phones. What must be computed is sent out; what comes back are numbers. For counts and for $G$ nothing is lost, since they are sums:

# %% [markdown] lang="zh"
# ### 数据留在本地 <a id="federated"></a>
#
# **本节补充**：在数据所在之处求和、训练网络。
#
# **联邦学习**（McMahan et al. 2017）让数据留在原处：十家商店、十家银行，或许多手机。发出去的是要算的东西，收回来的是数。对计数和 $G$ 来说什么也没损失，因为它们都是和：

# %%
groups = np.array_split(np.random.default_rng(0).permutation(ratings.n_users), 10)
tables = [(rows[users].T @ rows[users]).toarray() for users in groups]
bool((sum(tables) == exact).all())

# %% [markdown] lang="en"
# But the server sees ten tables, each of fewer than a hundred people. It need not: **secure sums** (Bonawitz et al. 2017) hide each part. Any two clients $a < b$ agree on a random number, a mask; $a$ adds it, $b$ subtracts it, all modulo $2^{32}$, where a clock's hand goes round. By pencil, modulo 10, with the values 3, 1 and 2 and masks 7 (between the first two), 4 (first and third) and 9: the first sends 3 + 7 + 4 = 14, that is 4; the second 1 − 7 + 9 = 3; the third 2 − 4 − 9 = −11, that is 9. The sum is 16, that is 6 = 3 + 1 + 2. Every message alone is as random as its masks.
#
# **Exercise 9.** What does client $k$ send? ({points})

# %% [markdown] lang="zh"
# 但服务器看到了十张表，每张只涉及不到一百人。其实不必让它看到：**安全求和**（secure aggregation，Bonawitz et al. 2017）把每一份都隐藏起来。任意两个客户端 $a < b$ 约定一个随机数，叫掩码（mask）；$a$ 加上它，$b$ 减去它，都对 $2^{32}$ 取模，就像钟表的指针转圈。笔算，对 10 取模，数值为 3、1、2，掩码为 7（第一、二个之间）、4（第一、三个之间）、9：第一个发送 3 + 7 + 4 = 14，即 4；第二个 1 − 7 + 9 = 3；第三个 2 − 4 − 9 = −11，即 9。总和是 16，即 6 = 3 + 1 + 2。单独每条消息都与掩码一样随机。
#
# **练习 9** 客户端 $k$ 发送什么？（{points}）

# %% exercise="trends-message" points=2
def message_of(values, masks, k, modulus):
    """en: What client k sends: its value, plus its masks with later clients, minus those with earlier ones, modulo modulus.
    en: values (n,): one whole number a client. masks (n, n): the mask of clients a < b stands at masks[a, b].
    zh: 客户端 k 发送的数：它的数值，加上与后面的客户端共有的掩码，减去与前面的共有的掩码，对 modulus 取模。
    zh: values (n,)：每个客户端一个整数。masks (n, n)：客户端 a < b 的掩码在 masks[a, b]。"""
    ### BEGIN SOLUTION
    return (values[k] + masks[k, k + 1 :].sum() - masks[:k, k].sum()) % modulus
    ### END SOLUTION

# %% check="trends-message"
recbook.check("trends-message", message_of)

# %%
from recbook.privacy import add_up, masked_messages

parts = np.stack([rows[users].sum(axis=0) for users in groups])  # (clients, films)
sent = masked_messages(parts, seed=0)
seen = np.corrcoef(sent[0].astype(float), parts[0])[0, 1]
recbook.claim(
    (add_up(sent) == counts).all() and abs(seen) < 0.1,
    en="The ten messages add up to the exact counts of all {films:,} films; the first client's message correlates {seen:+.3f} with its counts.",
    zh="十条消息加起来，恰好是全部 {films:,} 部电影的计数；第一个客户端的消息与它的计数的相关为 {seen:+.3f}。",
    takeaway=False, films=len(counts), seen=seen,
)

# %% [markdown] lang="en"
# A mask hides the parts and not the sum: a count of 1 is still one person. Noise helps against that, so the two are used together. And if one client drops out, its masks do not cancel and the sum is worthless; repairing that is most of the real protocol.
#
# What is no sum, a network, is trained in rounds. **Federated averaging**: the server sends its weights $w$, client $k$ trains on its own $n_k$ users for an epoch and sends $w_k$, and the new weights are $\sum_k \frac{n_k}{n} w_k$. The model is an autoencoder with 64 numbers in the middle, as in the core; 30 rounds, in each of which every client trains for one epoch, meet 30 epochs in one place. The ten clients are **alike** (users dealt at random) or **unlike** (users sorted by taste in genres, so that each client has its own kind). Beside them: each client alone, 30 epochs on its own users.

# %% [markdown] lang="zh"
# 掩码隐藏的是各个部分，而不是总和：计数为 1，仍是一个人。对付这个要靠噪声，所以两者一起用。如果有一个客户端掉线，它的掩码就抵消不了，总和作废；真正的协议大半是在补救这一点。
#
# 网络不是和，要一轮一轮地训练。**联邦平均**（federated averaging）：服务器发出权重 $w$，客户端 $k$ 在自己的 $n_k$ 位用户上训练一个轮次，发回 $w_k$，新的权重是 $\sum_k \frac{n_k}{n} w_k$。模型是中间有 64 个数的自编码器，与核心部分相同；联邦平均做 30 轮通信，每轮各客户端训练一个轮次；对照是集中训练 30 个轮次。十个客户端或者**相似**（用户随机分配），或者**各不相同**（用户按类型口味排序，每个客户端各有一类）。再加一个对照：各客户端只用自己的数据训练 30 个轮次。

# %%
figures.federated(secrets["federated"], without_noise["popularity"])

# %%
def of_training(kind):
    return np.array([run["test"] for run in secrets["federated"][kind].values()])


together, one_place, apart = (of_training(kind) for kind in ("alike", "central", "alike, each alone"))
recbook.claim(
    one_place.min() > together.max() and together.min() < apart.max(),
    en="After 30 rounds ten clients that are alike reach {together:.3f} together and {apart:.3f} each alone, where the seeds overlap; all rows in one place {central:.3f} (means of five seeds).",
    zh="30 轮之后，十个相似的客户端联合训练达到 {together:.3f}，各自训练为 {apart:.3f}，各随机种子的范围重叠；数据集中训练为 {central:.3f}（五个随机种子的平均）。",
    takeaway=False, together=together.mean(), apart=apart.mean(), central=one_place.mean(),
)

# %%
unlike, unlike_apart = of_training("unlike"), of_training("unlike, each alone")
recbook.claim(
    unlike_apart.min() > unlike.max(),
    en="Clients that are unlike reach {unlike:.3f} together and {apart:.3f} each alone: after 30 rounds the mean of models that pull apart does worse.",
    zh="各不相同的客户端联合训练达到 {unlike:.3f}，各自训练为 {apart:.3f}：30 轮之后，把各奔东西的模型取平均，反而更差。",
    takeaway=False, unlike=unlike.mean(), apart=unlike_apart.mean(),
)

# %%
longer = {kind: np.mean([run["test"] for run in runs.values()]) for kind, runs in secrets["more rounds"].items()}
recbook.claim(
    all(longer[kind] > longer[f"{kind}, each alone"] + 0.005 for kind in ("alike", "unlike")),
    en="With ninety rounds in place of thirty (two seeds) it is {alike:.3f} for alike clients and {unlike:.3f} for unlike ones: now both lead their clients alone, which had as many epochs ({alike_alone:.3f} and {unlike_alone:.3f}).",
    zh="把三十轮增加到九十轮（两个随机种子），相似的客户端是 {alike:.3f}，各不相同的是 {unlike:.3f}：这时两者都胜过各自训练同样多轮次（{alike_alone:.3f} 和 {unlike_alone:.3f}）。",
    takeaway=False, alike=longer["alike"], unlike=longer["unlike"],
    alike_alone=longer["alike, each alone"], unlike_alone=longer["unlike, each alone"],
)

# %% [markdown] lang="en"
# An epoch of a client with 94 users is six steps (of 16 users), which are then averaged with the others'; an epoch in one place is fifteen steps (of 64). More rounds closed most of the gap (two seeds; the batches differ, too).
#
# The loop is some forty lines (`recbook.privacy.federated`). A framework such as Flower adds what a loop on one machine has no need of: connections, clients that come and go, versions, logs. And the weights that a client sends are a model of its few users, with all that a model gives away: federated alone is not private.

# %% [markdown] lang="zh"
# 一个客户端只有 94 位用户，一个轮次只有六步（每步 16 位），再与其他客户端取平均；集中训练时，一个轮次有十五步（每步 64 位）。轮数增加后，差距缩小了大半（两个随机种子；批量也不同）。
#
# 这个循环只有四十行左右（`recbook.privacy.federated`）。Flower 这样的框架增加的，是单机循环用不着的东西：连接、来来去去的客户端、版本、日志。另外，客户端发出的权重就是它那些用户的模型，模型会泄露的，它都会泄露：只有联邦，还不是隐私。

# %% [markdown] lang="en"
# ### Forget me <a id="forget"></a>
#
# *Adds: deleting a user from a model that was made with the user.*
#
# A user asks to be deleted. Deleting the rows is easy; the model was made from them. For EASE there is an exact way. Taking out a user's row $x$ changes $G$ by $x x^T$, and the inverse follows without a new inversion (Sherman and Morrison 1950):
#
# $$(A - x x^T)^{-1} = P + \frac{(P x)(P x)^T}{1 - x^T P x}, \qquad P = A^{-1}, \quad A = G + \lambda I.$$
#
# By pencil, with one film: $A = 3$ and $x = 1$ give ⅓ + (⅓ · ⅓) / (1 − ⅓) = ½, which is 1 / (3 − 1).

# %% [markdown] lang="zh"
# ### 忘掉我 <a id="forget"></a>
#
# **本节补充**：从已经做好的模型里删除一位用户。
#
# 一位用户要求删除。删数据容易，可模型是用这些数据做的。EASE 有精确的办法。去掉一位用户的行 $x$，$G$ 减少 $x x^T$，逆矩阵不必重新求（Sherman and Morrison 1950）：
#
# $$(A - x x^T)^{-1} = P + \frac{(P x)(P x)^T}{1 - x^T P x}, \qquad P = A^{-1}, \quad A = G + \lambda I.$$
#
# 笔算，只有一部电影：$A = 3$，$x = 1$，得 ⅓ + (⅓ · ⅓) / (1 − ⅓) = ½，正是 1 / (3 − 1)。

# %%
def forget(inverse, x):
    moved = inverse @ x
    return inverse + np.outer(moved, moved) / (1 - x @ moved)


user = 7
leaves = rows[[user]].toarray()[0].astype(float)
A = exact + 250.0 * np.eye(len(exact))
P = np.linalg.inv(A)
apart_by = np.abs(forget(P, leaves) - np.linalg.inv(A - np.outer(leaves, leaves))).max()
moved_by = np.abs(forget(P, leaves) - P).max()

# %%
recbook.claim(
    apart_by < 1e-9 * moved_by,
    en="The shortcut and a new fit differ by {apart:.0e}; deleting this user moves the table by {moved:.0e}.",
    zh="捷径与重新拟合相差 {apart:.0e}；删除这位用户使表移动 {moved:.0e}。",
    takeaway=False, apart=apart_by, moved=moved_by,
)

# %%
deleting = secrets["forgetting"]["deleted"]
recbook.claim(
    deleting["1"]["seconds"] < 0.2 * secrets["forgetting"]["fit, seconds"],
    en="In CPU seconds (stored): a new fit {fit:.2f}, deleting one user {one:.2f}, a hundred users {hundred:.2f}.",
    zh="所需 CPU 时间（预先存好，秒）：重新拟合 {fit:.2f}，删除一位用户 {one:.2f}，删除一百位 {hundred:.2f}。",
    takeaway=False, fit=secrets["forgetting"]["fit, seconds"], one=deleting["1"]["seconds"], hundred=deleting["100"]["seconds"],
)

# %% [markdown] lang="en"
# A trained network has no such formula. Three ways remain: delete the rows and keep the model; train on for a few epochs with the rest, in the hope that it forgets; train anew. An autoencoder is trained on two thirds of the users, and half of these ask to be deleted. Does the membership attack still find them? (Stored: AUC against users who were never there; mean, least (low) and most (high) of five seeds.)

# %% [markdown] lang="zh"
# 训练出来的网络没有这样的公式。还有三条路：删除数据，模型照旧；用其余的人再训练几个轮次，指望它忘掉；重新训练。自编码器用三分之二的用户训练，随后其中一半要求删除，成员推断还能认出他们吗？（预先存好：与从未出现过的用户相比的 AUC；五个随机种子的平均、最小（下限）和最大（上限）。）

# %%
traces = pd.DataFrame(secrets["traces"]).T  # a row a seed
plots.table(pd.DataFrame([(plots.name(way), found.mean(), found.min(), found.max()) for way, found in traces.items()],
                         columns=["method", "mean", "low", "high"]))

# %%
recbook.claim(
    traces["rows deleted, model kept"].min() > traces["trained anew"].max(),
    en="With the rows deleted and the model kept the attack still has an AUC of {kept:.2f}; trained on with the rest {on:.2f}; trained anew {anew:.2f}.",
    zh="删除数据而模型照旧，攻击的 AUC 仍是 {kept:.2f}；用其余的人继续训练后为 {on:.2f}；重新训练为 {anew:.2f}。",
    takeaway=False, kept=traces["rows deleted, model kept"].mean(), on=traces["trained on with the rest"].mean(), anew=traces["trained anew"].mean(),
)

# %% [markdown] lang="en"
# ### Cleaning, or more of the same? <a id="cleaning"></a>
#
# *Adds: what cleaning buys against twice the data.*
#
# Is it better to pay for cleaning, or for more of the same dirty rows? Take half of the users, with three wrong rows (random items) for ten right ones, and measure that half's own NDCG. Perfect cleaning knows what was planted: nobody can buy more than that. Cleaning **by doubt** leaves out the rows that a first EASE expects least, as many as were planted. And *twice the users* adds the other half, as dirty:

# %% [markdown] lang="zh"
# ### 清洗数据，还是再收集一倍？ <a id="cleaning"></a>
#
# **本节补充**：清洗与两倍数据，各能换来什么。
#
# 钱该花在清洗上，还是花在更多同样有噪声的数据上？取一半用户，每十条正确数据有三条错误（随机物品），只测这一半用户的 NDCG。完全清洗是去掉全部加入的错误，是清洗的上限。**按可疑程度**清洗，是去掉第一次拟合的 EASE 最不看好的数据，加了多少就去掉多少。**两倍用户**则加上另一半，同样有噪声：

# %%
figures.bought({world: found for world, found in dirt.items() if "bought" in found}, "random items")

# %%
paid, in_the_shop = (dirt[world]["bought"]["random items"] for world in ("films", "shop"))
rows_of = "more than half, dirty"
recbook.claim(
    paid["half, perfect"][rows_of][0] < 0 < paid["half, perfect"][rows_of][1] and paid["all, dirty"][rows_of][0] < 0 < paid["all, dirty"][rows_of][1],
    en="On films neither is told apart from doing nothing: perfect cleaning {clean_low:+.3f} to {clean_high:+.3f}, twice the users {twice_low:+.3f} to {twice_high:+.3f}.",
    zh="电影上，两者与什么也不做差异都不显著：完全清洗 {clean_low:+.3f} 到 {clean_high:+.3f}，两倍用户 {twice_low:+.3f} 到 {twice_high:+.3f}。",
    takeaway=False, clean_low=paid["half, perfect"][rows_of][0], clean_high=paid["half, perfect"][rows_of][1],
    twice_low=paid["all, dirty"][rows_of][0], twice_high=paid["all, dirty"][rows_of][1],
)

# %%
shop_clean, less = in_the_shop["half, perfect"][rows_of], in_the_shop["twice less perfect"]
recbook.claim(
    shop_clean[0] > 0 and less[1] < 0,
    en="In the shop perfect cleaning brings {clean_low:.3f} to {clean_high:.3f}; twice the users are worth {less_low:.3f} to {less_high:.3f} less than that.",
    zh="商店里，完全清洗带来 {clean_low:.3f} 到 {clean_high:.3f}；两倍用户比它少 {less_low:.3f} 到 {less_high:.3f}。",
    takeaway=False, clean_low=shop_clean[0], clean_high=shop_clean[1], less_low=-less[1], less_high=-less[0],
)

# %%
by_doubt, shop_doubt = (one["half, cleaned"][rows_of] for one in (paid, in_the_shop))
recbook.claim(
    by_doubt[0] < 0 < by_doubt[1] and shop_doubt[0] < 0 < shop_doubt[1],
    en="Cleaning by doubt, which anybody can do, is not told apart from doing nothing, neither on films ({low:+.3f} to {high:+.3f}) nor in the shop ({shop_low:+.3f} to {shop_high:+.3f}).",
    zh="按可疑程度清洗谁都能做，它与什么也不做差异不显著：电影上 {low:+.3f} 到 {high:+.3f}，商店里 {shop_low:+.3f} 到 {shop_high:+.3f}。",
    takeaway=False, low=by_doubt[0], high=by_doubt[1], shop_low=shop_doubt[0], shop_high=shop_doubt[1],
)

# %% [markdown] lang="en"
# We think that a model doubts rare items most, right or wrong, so that a cleaner of this kind takes the tail along with the dirt (not tested). Look at a sample by hand before you let a model clean for itself.

# %% [markdown] lang="zh"
# 模型最怀疑的可能是冷门物品，不管对错；这样清洗，会把长尾连同脏数据一起扔掉（没有检验）。让模型替自己清洗之前，先人工抽查一部分。

# %% [markdown] lang="en"
# ### Further reading
#
# - M. Abadi et al. (2016). *Deep learning with differential privacy.* CCS. [arXiv:1607.00133](https://arxiv.org/abs/1607.00133).
# - J. Arevalo, T. Solorio, M. Montes-y-Gómez and F. A. González (2017). *Gated multimodal units for information fusion.* [arXiv:1702.01992](https://arxiv.org/abs/1702.01992).
# - B. Balle and Y.-X. Wang (2018). *Improving the Gaussian mechanism for differential privacy: analytical calibration and optimal denoising.* ICML. [arXiv:1805.06530](https://arxiv.org/abs/1805.06530).
# - T. Baltrušaitis, C. Ahuja and L.-P. Morency (2019). *Multimodal machine learning: a survey and taxonomy.* IEEE TPAMI 41(2). [arXiv:1705.09406](https://arxiv.org/abs/1705.09406). Early and late fusion, and much beside.
# - K. Bonawitz et al. (2017). *Practical secure aggregation for privacy-preserving machine learning.* CCS. [doi:10.1145/3133956.3133982](https://doi.org/10.1145/3133956.3133982).
# - J. Dong, A. Roth and W. J. Su (2022). *Gaussian differential privacy.* JRSS B 84. [arXiv:1905.02383](https://arxiv.org/abs/1905.02383). Why Gaussian mechanisms add up exactly.
# - A. Dosovitskiy et al. (2021). *An image is worth 16x16 words: transformers for image recognition at scale.* ICLR. [arXiv:2010.11929](https://arxiv.org/abs/2010.11929). ViT.
# - R. He and J. McAuley (2016). *VBPR: visual Bayesian personalized ranking from implicit feedback.* AAAI. [arXiv:1510.01784](https://arxiv.org/abs/1510.01784). Clothes from real photographs.
# - G. Hinton, O. Vinyals and J. Dean (2015). *Distilling the knowledge in a neural network.* [arXiv:1503.02531](https://arxiv.org/abs/1503.02531).
# - S. Jain and B. C. Wallace (2019). *Attention is not explanation.* NAACL. [arXiv:1902.10186](https://arxiv.org/abs/1902.10186).
# - D. Liang, R. G. Krishnan, M. D. Hoffman and T. Jebara (2018). *Variational autoencoders for collaborative filtering.* WWW. [arXiv:1802.05814](https://arxiv.org/abs/1802.05814). The autoencoder used here is its Mult-DAE.
# - H. B. McMahan et al. (2017). *Communication-efficient learning of deep networks from decentralized data.* AISTATS. [arXiv:1602.05629](https://arxiv.org/abs/1602.05629).
# - I. Mironov (2012). *On significance of the least significant bits for differential privacy.* CCS. [doi:10.1145/2382196.2382264](https://doi.org/10.1145/2382196.2382264). Why a release belongs in a hardened library.
# - N. Neverova, C. Wolf, G. Taylor and F. Nebout (2016). *ModDrop: adaptive multi-modal gesture recognition.* IEEE TPAMI 38(8). [arXiv:1501.00102](https://arxiv.org/abs/1501.00102).
# - A. Radford et al. (2021). *Learning transferable visual models from natural language supervision.* ICML. [arXiv:2103.00020](https://arxiv.org/abs/2103.00020). CLIP.
# - R. Shokri, M. Stronati, C. Song and V. Shmatikov (2017). *Membership inference attacks against machine learning models.* S&P. [arXiv:1610.05820](https://arxiv.org/abs/1610.05820).
# - M. Sundararajan, A. Taly and Q. Yan (2017). *Axiomatic attribution for deep networks.* ICML. [arXiv:1703.01365](https://arxiv.org/abs/1703.01365). The library for attributions is [captum](https://captum.ai/).
# - N. Tintarev and J. Masthoff (2015). *Explaining recommendations: Design and evaluation.* *Recommender Systems Handbook*. [doi:10.1007/978-1-4899-7637-6_10](https://doi.org/10.1007/978-1-4899-7637-6_10).

# %% [markdown] lang="zh"
# ### 延伸阅读
#
# - M. Abadi et al. (2016). *Deep learning with differential privacy.* CCS. [arXiv:1607.00133](https://arxiv.org/abs/1607.00133)。
# - J. Arevalo, T. Solorio, M. Montes-y-Gómez and F. A. González (2017). *Gated multimodal units for information fusion.* [arXiv:1702.01992](https://arxiv.org/abs/1702.01992)。
# - B. Balle and Y.-X. Wang (2018). *Improving the Gaussian mechanism for differential privacy: analytical calibration and optimal denoising.* ICML. [arXiv:1805.06530](https://arxiv.org/abs/1805.06530)。
# - T. Baltrušaitis, C. Ahuja and L.-P. Morency (2019). *Multimodal machine learning: a survey and taxonomy.* IEEE TPAMI 41(2). [arXiv:1705.09406](https://arxiv.org/abs/1705.09406)。前期融合、后期融合及其他。
# - K. Bonawitz et al. (2017). *Practical secure aggregation for privacy-preserving machine learning.* CCS. [doi:10.1145/3133956.3133982](https://doi.org/10.1145/3133956.3133982)。
# - J. Dong, A. Roth and W. J. Su (2022). *Gaussian differential privacy.* JRSS B 84. [arXiv:1905.02383](https://arxiv.org/abs/1905.02383)。为什么高斯机制可以精确相加。
# - A. Dosovitskiy et al. (2021). *An image is worth 16x16 words: transformers for image recognition at scale.* ICLR. [arXiv:2010.11929](https://arxiv.org/abs/2010.11929)。ViT。
# - R. He and J. McAuley (2016). *VBPR: visual Bayesian personalized ranking from implicit feedback.* AAAI. [arXiv:1510.01784](https://arxiv.org/abs/1510.01784)。用真实照片推荐服装。
# - G. Hinton, O. Vinyals and J. Dean (2015). *Distilling the knowledge in a neural network.* [arXiv:1503.02531](https://arxiv.org/abs/1503.02531)。
# - S. Jain and B. C. Wallace (2019). *Attention is not explanation.* NAACL. [arXiv:1902.10186](https://arxiv.org/abs/1902.10186)。
# - D. Liang, R. G. Krishnan, M. D. Hoffman and T. Jebara (2018). *Variational autoencoders for collaborative filtering.* WWW. [arXiv:1802.05814](https://arxiv.org/abs/1802.05814)。这里的自编码器就是其中的 Mult-DAE。
# - H. B. McMahan et al. (2017). *Communication-efficient learning of deep networks from decentralized data.* AISTATS. [arXiv:1602.05629](https://arxiv.org/abs/1602.05629)。
# - I. Mironov (2012). *On significance of the least significant bits for differential privacy.* CCS. [doi:10.1145/2382196.2382264](https://doi.org/10.1145/2382196.2382264)。为什么正式发布要用经过加固的库。
# - N. Neverova, C. Wolf, G. Taylor and F. Nebout (2016). *ModDrop: adaptive multi-modal gesture recognition.* IEEE TPAMI 38(8). [arXiv:1501.00102](https://arxiv.org/abs/1501.00102)。
# - A. Radford et al. (2021). *Learning transferable visual models from natural language supervision.* ICML. [arXiv:2103.00020](https://arxiv.org/abs/2103.00020)。CLIP。
# - R. Shokri, M. Stronati, C. Song and V. Shmatikov (2017). *Membership inference attacks against machine learning models.* S&P. [arXiv:1610.05820](https://arxiv.org/abs/1610.05820)。
# - M. Sundararajan, A. Taly and Q. Yan (2017). *Axiomatic attribution for deep networks.* ICML. [arXiv:1703.01365](https://arxiv.org/abs/1703.01365)。做归因的库是 [captum](https://captum.ai/)。
# - N. Tintarev and J. Masthoff (2015). *Explaining recommendations: Design and evaluation.* *Recommender Systems Handbook*. [doi:10.1007/978-1-4899-7637-6_10](https://doi.org/10.1007/978-1-4899-7637-6_10)。
