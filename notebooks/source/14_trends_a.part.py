# %% [markdown] lang="en"
# ## What the text does not say <a id="multimodal"></a>
#
# A dress has a picture and a description. The picture shows its colour, the description names its cloth: each **modality** (a kind of data: text, picture, sound) tells what the other leaves out. A **multimodal** recommender reads several. Does it pay, and what goes wrong?
#
# **First, what this is not.** We found no open package that holds photographs of items *and* a log of who bought them. So everything here is drawn and invented: garments on cards, drawn by rule, and shoppers whose tastes we made. That has one merit: the truth is known, so we can say how much of it each way finds. It says nothing about how well a network reads photographs.

# %% [markdown] lang="zh"
# ## 文本没有说的 <a id="multimodal"></a>
#
# 一条连衣裙有图片，也有描述。图片看得出颜色，描述写明了面料：每种**模态**（modality），也就是一类数据（文本、图片、声音），都有对方没有的信息。**多模态**（multimodal）推荐同时读取几种模态。这样做值得吗？会出什么问题？
#
# **先说清楚这一节不是什么。** 我们没有找到既有物品照片、*又*有购买记录的开放软件包。所以这里的一切都是画的、编的：按规则画的服装卡片，和由我们设定口味的顾客。好处是真相已知，可以量出每种做法找到了其中多少。至于网络读真实照片的能力，这里什么也说明不了。

# %%
import numpy as np

from recbook import plots
from recbook.chapters.trends import multimodal, multimodal_figures
from recbook.data import garments

world = garments.make()
pictures = world.garments.pictures(np.random.default_rng([0, 2]))
descriptions = world.garments.descriptions()
multimodal_figures.cards(
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
# A fifth of the garments is new: nobody has bought them yet, so neighbours and popularity know nothing of them (chapter 10). That is where content has to help.
#
# ### One space for pictures and sentences
#
# The descriptions are read by MiniLM. Who reads the pictures? **CLIP** (Radford et al. 2021) learns it from pairs: a picture, and a sentence that somebody wrote below it. One tower for each, both ending in unit vectors of one space; a picture should lie near its own sentence and far from the other sentences of the batch. With $n$ pairs, $c_{ij}$ the cosine of picture $i$ with sentence $j$, and a temperature $\tau$:
#
# $$L = \frac{1}{2n} \sum_{i=1}^{n} \left( -\log \frac{e^{c_{ii}/\tau}}{\sum_j e^{c_{ij}/\tau}} - \log \frac{e^{c_{ii}/\tau}}{\sum_j e^{c_{ji}/\tau}} \right)$$
#
# It is chapter 05's loss, asked in both directions: which sentence belongs to this picture, which picture to this sentence? By pencil: if all cosines are equal, each of two sentences is as likely, and the loss is $\log 2 \approx 0.69$.
#
# **Exercise 1.** Write it from the table of cosines. ({points})

# %% [markdown] lang="zh"
# 图片里有颜色和花纹，文本里有面料和剪裁；种类两者都有（slim silk trousers，修身真丝长裤）。顾客 $s$ 对服装 $j$ 的喜好是
#
# $$u_{sj} = a_j + \sum_{p} w_p\, t_{s,p}(v_{jp}), \qquad P(s \text{ buys } j) \propto e^{1.5\, u_{sj}}$$
#
# 其中 $v_{jp}$ 是这件服装在属性 $p$ 上的取值，$t_{s,p}(v)$ 是顾客对它的口味（一个随机数），$w_p$ 是这个属性的分量（都是 1，种类是 ½），$a_j$ 是图片和文本都看不出的吸引力。笔算：小安对红色的口味是 1，对蓝色是 0，其余都一样。她买红色那件的可能性是蓝色的 $e^{1.5} \approx 4.5$ 倍。
#
# 五分之一的服装是新的：还没有人买过，近邻和流行度对它们一无所知（第 10 章）。内容信息正该在这里起作用。
#
# ### 图片与句子共用一个空间
#
# 描述由 MiniLM 来读。图片由谁来读？**CLIP**（Radford et al. 2021）从成对的数据里学：一张图片，和别人写在下面的一句话。两者各有一个塔，输出都是同一个空间里的单位向量；图片应当靠近自己的句子，远离同一批里其他的句子。设有 $n$ 对，$c_{ij}$ 是图片 $i$ 与句子 $j$ 的余弦，$\tau$ 是温度系数（temperature）：
#
# $$L = \frac{1}{2n} \sum_{i=1}^{n} \left( -\log \frac{e^{c_{ii}/\tau}}{\sum_j e^{c_{ij}/\tau}} - \log \frac{e^{c_{ii}/\tau}}{\sum_j e^{c_{ji}/\tau}} \right)$$
#
# 这就是第 05 章的损失，两个方向各问一次：这张图片配哪句话，这句话配哪张图片？笔算：如果所有余弦都相等，两句话的可能性一样，损失就是 $\log 2 \approx 0.69$。
#
# **练习 1** 由余弦表写出这个损失。（{points}）

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
# Now train it, in small: 3,000 cards of *another* shop, each with a caption of three words (*red striped shirt*). The picture tower is chapter 05's small ViT, begun from nothing; the text tower is one linear map on MiniLM's vectors, which stay as they are. Eight pairs of colour and pattern, such as *red plain*, are kept out of training altogether. About 10 seconds.

# %% [markdown] lang="zh"
# 现在小规模地训练：*另一家*商店的 3,000 张卡片，每张有三个词的说明（red striped shirt，红色条纹衬衫）。图片塔是第 05 章的小型 ViT，从零开始；文本塔是 MiniLM 向量上的一个线性映射，MiniLM 本身不动。颜色与花纹的组合里，有八种（例如红色纯色）完全不进训练。大约 10 秒。

# %% tags=["nbval-ignore-output"]
from recbook.text import TextEncoder

encoder = TextEncoder()
space, read, steps = multimodal.train_space(multimodal.studio(), encoder, steps=500)
multimodal_figures.losses(steps, np.log(64))

# %% [markdown] lang="en"
# Type a sentence, and the cards nearest to it come back. Nobody has labelled a card of this shop:

# %% [markdown] lang="zh"
# 输入一句话，就得到离它最近的卡片。这家店的卡片没有一张贴过标签：

# %% tags=["nbval-ignore-output"]
sentence = "red plain dress"
seen = space.encode_pictures(pictures)
nearest = np.argsort(-seen @ space.encode_sentences(read([sentence]))[0])[:6]
multimodal_figures.cards(pictures[nearest], multimodal.described(world.garments.take(nearest)), sentence)

# %% [markdown] lang="en"
# *Red plain* is a pair that training never held. To count it, ask of new cards: which colour, which pattern, which kind? The answer is the word whose sentences lie nearest. A model that names classes which it was never trained to name is called **zero-shot**:

# %% [markdown] lang="zh"
# *red plain*（红色纯色）这个组合，训练中从未出现。要统计，就对新卡片提问：什么颜色，什么花纹，什么种类？句子离得最近的那个词就是答案。没有专门训练过某些类别，却能说出类别名，叫作**零样本**（zero-shot）：

# %% tags=["nbval-ignore-output"]
asked, cards_asked = multimodal.shown_properties(960)
unmet = multimodal.never_shown(asked.properties)
right = {
    key: multimodal.zero_shot(space, read, cards_asked, words, column).argmax(axis=1) == asked.properties[:, place]
    for column, (key, (words, place)) in enumerate(multimodal.ASKED.items())
}
plots.table(multimodal.shares(right, unmet))

# %% tags=["nbval-ignore-output"]
from recbook.evaluation import bootstrap

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
# 那么，说明文字里从没有过的词呢？用 scarlet（猩红）代替 red，tartan（格子呢）代替 checked，gown（礼服）代替 dress。下面是预先存好的结果，三个随机种子，步数加倍；一起比较的文本塔则从零开始，说明文字里的每个词一个随机向量：

# %%
kept = recbook.stored("multimodal")["results"]
plots.table(multimodal.by_words(kept["space"]))

# %%
mini, bag = (multimodal.over_all(kept["space"][key], "other words") for key in ("MiniLM", "words"))
recbook.claim(
    min(mini) > max(bag) + 0.05 and abs(np.mean(bag) - multimodal.CHANCE) < 0.03,
    en="By words that no caption had, MiniLM's space names {minilm:.0%} of properties, one that learned its words from the captions {words:.0%}, as guessing does ({chance:.0%}).",
    zh="换成说明文字里没有的词，用 MiniLM 的空间说对 {minilm:.0%} 的属性，从说明文字里学词的空间说对 {words:.0%}，与随机猜（{chance:.0%}）一样。",
    takeaway=dict(
        en="Zero-shot means new combinations of words that training held; new words need an encoder that has read them before.",
        zh="零样本指的是训练中见过的词的新组合；要认出新词，需要读过这些词的预训练编码器。",
    ),
    minilm=np.mean(mini), words=np.mean(bag), chance=multimodal.CHANCE,
)

# %% [markdown] lang="en"
# ### Text, picture, or both?
#
# Back to the shoppers. For each, a ridge regression (chapter 10's `KernelRidge`) goes from what is known of a garment to "bought or not". **Early fusion** lays the features of both modalities side by side and fits one model. **Late fusion** fits one model for each modality and mixes their scores.
#
# Side by side has a catch: the penalty treats all numbers alike. The modality with larger numbers is the louder: what holds the other back hardly touches it. By pencil: garments A and B have texts $(0.6, 0.8)$ and $(0.8, 0.6)$, and pixels 10 and 200. Their squared distance is $0.08$ in the text and $36{,}100$ in the picture. So bring each to an **equal voice** first: take the mean off, and divide the whole table by one number so that the squared length of a row is 1 on average.
#
# **Exercise 2.** Give features an equal voice. ({points})

# %% [markdown] lang="zh"
# ### 文本、图片，还是两者都用？
#
# 回到顾客。对每位顾客，用岭回归（第 10 章的 `KernelRidge`）从一件服装的已知信息预测“买或不买”。**前期融合**（early fusion）把两种模态的特征并排放好，拟合一个模型。**后期融合**（late fusion）为每种模态各拟合一个模型，再把分数混合。
#
# 并排放有个陷阱：正则化对所有的数一视同仁。数大的模态声音就大：对另一种合适的正则化，对它几乎不起作用。笔算：服装 A、B 的文本是 $(0.6, 0.8)$ 和 $(0.8, 0.6)$，像素是 10 和 200。距离的平方在文本上是 $0.08$，在图片上是 $36{,}100$。所以先让两者**音量相同**：减去均值，再把整张表除以一个数，使各行长度的平方平均为 1。
#
# **练习 2** 让特征的音量相同。（{points}）

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
parts = multimodal.hide(world)
text, picture = encoder.encode(descriptions), space.picture_features(pictures)
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
multimodal_figures.levels(
    {key: (report["ndcg@10"], *report.interval("ndcg@10")) for key, report in reports.items()},
    mark=["utility", "random"],
    en="New garments: each half alone, both, and what tastes would allow",
    zh="新服装：各用一半、两者都用，以及真实口味的上限",
)

# %% [markdown] lang="en"
# The kernel of features laid side by side is the *sum* of their kernels, so the code adds two tables. The grey rows are bounds: a random order, and the shoppers' true tastes, with the appeal that nothing shows.

# %% [markdown] lang="zh"
# 并排放的特征，核矩阵等于各自核矩阵的*和*，所以代码里是两张表相加。灰色的行是上下限：随机顺序，和顾客的真实口味（其中还有图片和文本都看不出的吸引力）。

# %%
fused = kept["fusion"]["adding"]
gain = min((fused["early"]["less"][key] for key in ("text", "picture")), key=lambda pair: pair[0])
recbook.claim(
    gain[0] > 0.05,
    en="In five worlds text alone finds new garments with an NDCG@10 of {text:.2f}, the picture alone with {picture:.2f}, both together with {both:.2f} (at least {low:.2f} more than either).",
    zh="在五个世界里找新服装，只用文本的 NDCG@10 是 {text:.2f}，只用图片是 {picture:.2f}，两者一起是 {both:.2f}（比任何一种至少高 {low:.2f}）。",
    takeaway=dict(
        en="A second modality pays for what the first does not say; two halves of a taste were worth far more together than either alone.",
        zh="第二种模态的价值，在于第一种没有说的内容；口味的两半合在一起，远胜过任何一半。",
    ),
    text=fused["text"]["ndcg"], picture=fused["picture"]["ndcg"], both=fused["early"]["ndcg"], low=gain[0],
)

# %% tags=["nbval-ignore-output"]
quiet = reports["early"].difference(reports["both, as they are"], "ndcg@10")
recbook.claim(
    quiet.low > 0,
    en="At an equal voice both together have {quiet:.3f}, laid side by side as they are {loud:.3f}: {low:+.3f} to {high:+.3f} for one division.",
    zh="音量相同时两者一起是 {quiet:.3f}，不调整就并排是 {loud:.3f}：一次除法带来 {low:+.3f} 到 {high:+.3f}。",
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
    en="Late fusion, which standardises each shopper's scores and mixes them alike for everybody, stays {low:.3f} to {high:.3f} behind early fusion.",
    zh="后期融合先把每位顾客的分数标准化，再按同一比例混合，比前期融合低 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=-mixed[1], high=-mixed[0],
)

# %% [markdown] lang="en"
# A reason that comes to mind: one mixture for everybody cannot know who shops by colour and who by cloth. [Deeper](#fusion-ways) tests it, and it does not hold. There too: what a network makes of both, when [pictures are missing](#missing), when they [lie](#lies), garments that [people have bought](#bought), and a [moving picture](#frames).

# %% [markdown] lang="zh"
# 容易想到的理由是：所有人共用一个混合比例，分不出谁看重颜色、谁看重面料。[选读](#fusion-ways)里检验了它，结果并不成立。那里还有：神经网络怎样融合两者，[缺图片](#missing)时、[图片有误](#lies)时怎么办，[已有人买过](#bought)的服装，以及[会动的图片](#frames)。

# %% [markdown] lang="en"
# ## How large must a model be? <a id="size"></a>
#
# Chapters 05, 11, 12 and 16 met encoders from no weights at all to more than a hundred million, each on tasks of its own. Here they stand in one table: the same 1,682 film titles, the same hidden films, one thread. **Static** vectors look each token up, **MiniLM** runs six layers, **int8** is the same network with a byte a weight, the **multilingual** one reads 16 languages, and **SmolLM2** is the language model of chapter 16 (layer and wording as chosen there). Two controls: a random vector a title, and counts of words. And a **student**, of which more below.
#
# Energy is estimated: CPU seconds times 15 watts, a guess at one busy core of a laptop. The guess cancels in a quotient.

# %% [markdown] lang="zh"
# ## 模型要多大？ <a id="size"></a>
#
# 第 05、11、12、16 章用过的编码器，从没有权重到一亿多个权重，各做各的任务。这里放进一张表：同样的 1,682 个片名，同样的隐藏电影，单线程。**静态词向量**（static vectors）只查词元（token）的表；**MiniLM** 运行六层；**int8** 是同一个网络，每个权重一个字节；**多语言**编码器能读 16 种语言；**SmolLM2** 是第 16 章的语言模型（层和措辞沿用那里的选择）。两个对照：每个片名一个随机向量，和词频。还有一个**学生**，下面再讲。
#
# 能耗是估计的：CPU 秒乘以 15 瓦，即猜测笔记本一个满载核心的功率。求比值时，这个猜测会约掉。

# %%
sized = multimodal.by_size(kept)
plots.table(multimodal.price_table(sized))

# %%
multimodal_figures.price({f"size: {key}": row for key, row in sized.items()})

# %%
large, small = sized["SmolLM2"], sized["MiniLM"]
apart = multimodal.size_difference(kept, "SmolLM2", "MiniLM")
recbook.claim(
    apart.low < 0 and large["ms"] > 4 * small["ms"],
    en="The largest model, at {times:.0f} times MiniLM's time a title, does not lead it on new films ({low:+.3f} to {high:+.3f}).",
    zh="最大的模型处理每个片名的时间是 MiniLM 的 {times:.0f} 倍，在新电影上却没有领先（{low:+.3f} 到 {high:+.3f}）。",
    takeaway=dict(
        en="Size is a price, not a quality: ask what a text costs and whether the interval of the gain leaves 0 out.",
        zh="模型大小是价格，不是质量：要问一个文本花多少钱，提高的区间是否不含 0。",
    ),
    times=large["ms"] / small["ms"], low=apart.low, high=apart.high,
)

# %%
byte = multimodal.size_difference(kept, "MiniLM, int8", "MiniLM")
recbook.claim(
    abs(byte.low) < 0.02 and abs(byte.high) < 0.02 and sized["MiniLM, int8"]["mb"] < 0.3 * small["mb"],
    en="MiniLM in int8 needs {mb:.0f} MB in place of {whole:.0f}, and its quality on new films changes by {low:+.3f} to {high:+.3f}.",
    zh="int8 的 MiniLM 只要 {mb:.0f} MB（原来 {whole:.0f} MB），新电影上的效果变化为 {low:+.3f} 到 {high:+.3f}。",
    takeaway=False, mb=sized["MiniLM, int8"]["mb"], whole=small["mb"], low=byte.low, high=byte.high,
)

# %% [markdown] lang="en"
# ### A student <a id="student"></a>
#
# There is a third way beside a smaller model and fewer bits: let a small model learn to say what the large one says. That is **distillation** (Hinton et al. 2015; here on vectors). Our student has 64 numbers a token, takes their mean, and maps it to MiniLM's 384; it runs no layer at all. It is told one thing: point where the teacher points. With $s_i$ and $t_i$ the vectors of text $i$ by student and teacher,
#
# $$L = 1 - \frac{1}{n} \sum_{i=1}^{n} \frac{s_i \cdot t_i}{\lVert s_i \rVert\, \lVert t_i \rVert}.$$
#
# By pencil: one vector agrees (cosine 1), one points the other way (−1): the loss is $1 - 0 = 1$.
#
# **Exercise 3.** Write the student's loss. ({points})

# %% [markdown] lang="zh"
# ### 学生 <a id="student"></a>
#
# 除了换小模型、减少位数，还有第三条路：让小模型模仿大模型的输出。这叫**蒸馏**（distillation，Hinton et al. 2015；这里用在向量上）。我们的学生每个词元 64 个数，取平均，再映射到 MiniLM 的 384 维，一层也不跑。训练目标只有一个：与教师的向量方向一致。设 $s_i$、$t_i$ 是学生和教师给文本 $i$ 的向量，
#
# $$L = 1 - \frac{1}{n} \sum_{i=1}^{n} \frac{s_i \cdot t_i}{\lVert s_i \rVert\, \lVert t_i \rVert}.$$
#
# 笔算：一个向量完全一致（余弦为 1），一个方向相反（−1）：损失是 $1 - 0 = 1$。
#
# **练习 3** 写出学生的损失。（{points}）

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
# The stored student learned from 20,000 titles of *books* (Book-Crossing), so no film title was in its lessons.

# %% [markdown] lang="zh"
# 存好的学生学的是 20,000 个*图书*的书名（Book-Crossing），所以没有特意用任何片名来教它。

# %%
pupil, static = (multimodal.size_difference(kept, key, "MiniLM") for key in ("student", "static"))
taught = multimodal.size_difference(kept, "student", "static")
recbook.claim(
    sized["student"]["ms"] < 0.2 * small["ms"] and sized["student"]["mb"] < 0.2 * small["mb"],
    en="The student takes {share:.1%} of MiniLM's time a title and {mb:.0f} MB; on new films it is {low:+.3f} to {high:+.3f} from its teacher.",
    zh="学生处理每个片名的时间是 MiniLM 的 {share:.1%}，只占 {mb:.0f} MB；在新电影上与教师的差为 {low:+.3f} 到 {high:+.3f}。",
    takeaway=False, share=sized["student"]["ms"] / small["ms"], mb=sized["student"]["mb"], low=pupil.low, high=pupil.high,
)

# %% [markdown] lang="en"
# What did the lessons give, beyond looking tokens up? The static vectors, MiniLM's own table, are the control: the student began from them.

# %% [markdown] lang="zh"
# 除了查词元的表，学习带来了什么？对照是静态词向量，也就是 MiniLM 自己的表：学生正是从它开始的。

# %%
recbook.claim(
    sized["student"]["mb"] < 0.3 * sized["static"]["mb"],
    en="Against the static vectors that it began from, in {times:.0f} times fewer bytes, the student differs on new films by {low:+.3f} to {high:+.3f}.",
    zh="与它的起点静态词向量相比，字节数只有 {times:.0f} 分之一，新电影上的差为 {low:+.3f} 到 {high:+.3f}。",
    takeaway=False, times=sized["static"]["mb"] / sized["student"]["mb"], low=taught.low, high=taught.high,
)

# %% [markdown] lang="en"
# **Exercise 4, open.** Teach a student of your own: `sizes.teach(texts, encoder.encode(texts), width=16)` returns it as a reader; `sizes.judged(reader)` asks it the questions of the table. How small can it be before the interval to MiniLM leaves 0 out? Which texts should it learn from?

# %% [markdown] lang="zh"
# **练习 4（开放）** 教一个你自己的学生：`sizes.teach(texts, encoder.encode(texts), width=16)` 会把它作为编码器返回；`sizes.judged(reader)` 用表里的任务来考它。它可以小到什么程度，与 MiniLM 的差的区间才不含 0？应当用什么文本来教？

# %% [markdown] lang="en"
# ### Where and how to join <a id="fusion-ways"></a>
#
# *Adds: why late fusion was behind; tastes for combinations; networks that join inside.*
#
# Late fusion standardises each shopper's scores before it mixes them. So it forgets that Ann's colours matter a lot to her and her cloths little. If that is the reason, then the **plain sum** of the two ridges' scores, which keeps their sizes, should catch up. And some tastes cannot be added up at all: red *wool*, but neither red nor wool alone. In a second kind of world each shopper has, besides, a taste of weight 2 for every pair of colour and cloth. A sum of a text score and a picture score cannot hold that. A model on **all products** of a number of the text and one of the picture can: its kernel is the product of the two kernels. By pencil: for $x = (a, b)$ and $y = (c, d)$ the products are $ac, ad, bc, bd$, and $(ac, ad, bc, bd) \cdot (a'c', a'd', b'c', b'd') = (aa' + bb')(cc' + dd')$. (We add 1 to each kernel first, which keeps what one modality tells alone.)

# %% [markdown] lang="zh"
# ### 在哪里融合，怎样融合 <a id="fusion-ways"></a>
#
# **本节补充**：后期融合为什么落后；对组合的口味；在内部融合的神经网络。
#
# 后期融合在混合之前，先把每位顾客的分数标准化。于是丢掉了一条信息：小安很看重颜色，不太在乎面料。如果原因在此，那么两个岭回归的分数**直接相加**，保留各自的大小，就应当追上来。另外，有些口味根本不能相加：喜欢红色的*羊毛*，却不喜欢别的红色，也不喜欢别的羊毛。在第二类世界里，每位顾客对颜色与面料的每种组合另有口味，分量为 2。文本分数与图片分数之和表达不了它。用文本的一个数与图片的一个数的**全部乘积**做特征，就可以：核矩阵是两个核矩阵逐项相乘。笔算：$x = (a, b)$、$y = (c, d)$ 的乘积是 $ac, ad, bc, bd$，而 $(ac, ad, bc, bd) \cdot (a'c', a'd', b'c', b'd') = (aa' + bb')(cc' + dd')$。（我们先给每个核加 1，这样单独一种模态的信息也保留下来。）

# %%
ways = ["text", "picture", "pixels", "untrained", "late", "raw sum", "early", "product", "true, early", "true, product", "utility"]
bounds = ["utility", "true, early", "true, product"]
multimodal_figures.levels(
    multimodal.rows(kept["fusion"]["adding"], ways), bounds,
    en="Tastes that add up",
    zh="口味可以相加",
)

# %%
multimodal_figures.levels(
    multimodal.rows(kept["fusion"]["pairs"], ways), bounds,
    en="Tastes for pairs of colour and cloth, too",
    zh="对颜色与面料的组合也有口味",
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
# So standardising is not the reason. What is left is the fit itself. To a model of the text alone, all that a shopper's love of red decided is noise, and noise calls for a larger penalty. A joint fit explains that part by the picture, and has less noise to fear in either half. (This was not tested.)

# %% [markdown] lang="zh"
# 所以原因不在标准化。剩下的是拟合本身。对只看文本的模型来说，由“喜欢红色”决定的购买全是噪声，噪声大就要更强的正则化。联合拟合用图片解释了这一部分，两半面对的噪声都变少了。（这一点没有检验。）

# %%
adding, pairs = (kept["fusion"][kind]["product"]["less"]["early"] for kind in ("adding", "pairs"))
recbook.claim(
    adding[1] < 0 < pairs[0],
    en="Where shoppers like pairs, all products gain {low:.3f} to {high:.3f} over early fusion; where tastes add up, they lose {lost_low:.3f} to {lost_high:.3f}.",
    zh="顾客对组合有口味时，全部乘积比前期融合高 {low:.3f} 到 {high:.3f}；口味可以相加时，反而低 {lost_low:.3f} 到 {lost_high:.3f}。",
    takeaway=False, low=pairs[0], high=pairs[1], lost_low=-adding[1], lost_high=-adding[0],
)

# %% [markdown] lang="en"
# A richer model is no gift: it has more to learn from the same purchases. The picture rows tell one more thing: the ViT trained on captions is far above its own untrained self and above pixels, so it is the training that counts, not the shape of the network.
#
# **Networks.** A tower for all shoppers together (chapter 10's content tower) can join inside. *Side by side* lays the two hidden layers next to each other; a **gate** takes a weighted mean whose weights it reads off the garment; *products* multiplies them. Three worlds of each kind, the epochs chosen on the inner set:

# %% [markdown] lang="zh"
# 模型更丰富不等于白得好处：同样的购买记录，要学的更多。图片那几行还说明：用说明文字训练的 ViT 远高于没有训练的同一个网络，也高于像素，起作用的是训练，不是网络的形状。
#
# **神经网络。** 让所有顾客共用一个塔（第 10 章的内容塔），可以在内部融合。**并排**是把两个隐藏层接在一起；**门控**（gate）取加权平均，权重由服装自己算出；**乘积**是两者相乘。每类三个世界，轮次在内层集合上选：

# %%
inside = ["early", "concatenate", "gate", "product"]
multimodal_figures.levels(
    multimodal.rows(kept["towers"]["adding"], inside, "tower, "),
    en="Towers, where tastes add up",
    zh="塔，口味可以相加",
)

# %%
multimodal_figures.levels(
    multimodal.rows(kept["towers"]["pairs"], inside, "tower, "),
    en="Towers, with tastes for pairs",
    zh="塔，对组合也有口味",
)

# %%
shared = kept["towers"]["adding"]["concatenate"]["less"]["early"]
recbook.claim(
    shared[0] > 0,
    en="Where tastes add up, a tower that learns from all shoppers at once leads a ridge regression for each by {low:.3f} to {high:.3f}.",
    zh="口味可以相加时，用全体顾客的数据一起训练的塔，比每位顾客各自的岭回归高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=shared[0], high=shared[1],
)

# %%
gated = kept["towers"]["adding"]["gate"]["less"]["concatenate"]
recbook.claim(
    gated[1] < 0,
    en="The gate stays {low:.3f} to {high:.3f} behind side by side.",
    zh="门控比并排低 {low:.3f} 到 {high:.3f}。",
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
# **Exercise 5.** Mix the scores of one shopper where some garments have no picture. ({points})

# %% [markdown] lang="zh"
# 一个可能的理由（没有检验）：在这个世界里，每件服装两半都有，也都是真的，门控没有什么可选。而两个隐藏层取平均，保留的信息也比并排的少。
#
# ### 缺一种模态 <a id="missing"></a>
#
# **本节补充**：没有图片的服装怎么办。
#
# 不是每个卖家都会上传图片。前期融合填零，经过 `equal_voice`，零就是均值。后期融合有两种做法：图片那一部分的分数为 0，或者让文本代表两者，分数保持原来的大小。第二种看起来更公平。笔算：两个独立、标准差为 1 的分数各取一半，混合后的标准差是 $\sqrt{¼ + ¼} \approx 0.7$，而文本的分数仍是 1。于是了解得*更少*的服装，分数反而更极端。
#
# **练习 5** 有些服装没有图片，把一位顾客的分数混合起来。（{points}）

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
shares = np.array([float(share) for share in kept["missing"]])
multimodal_figures.curves(
    {shown: (shares, np.array([row[way]["ndcg"] for row in kept["missing"].values()])) for way, shown in {
        "text": "text alone", "picture": "picture alone", "early": "early", "late": "late",
        "late, text for both": "late, text for both"}.items()},
    "share without picture",
    en="Pictures go missing: the text holds the rest",
    zh="图片逐渐缺失：文本撑住其余部分",
)

# %%
half = kept["missing"]["0.5"]
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
    zh="没有图片时让文本代表两者，要损失 {low:.3f} 到 {high:.3f}：了解得少，声音就该小些。",
    takeaway=False, low=-louder[1], high=-louder[0],
)

# %% [markdown] lang="en"
# A network has one more cure: take pictures away *in training*, at random, so that it has met garments without one (ModDrop, Neverova et al. 2016). In this test all pictures are there in training, and half of the new garments have none:

# %% [markdown] lang="zh"
# 神经网络还有一种办法：*训练时*随机拿掉图片，让它见过没有图片的服装（ModDrop，Neverova et al. 2016）。下面的检验里，训练时图片齐全，新服装有一半没有图片：

# %%
blanked = kept["missing, towers"]["0.5"]["gate, blanked in training"]
whole = kept["missing, towers"]["0"]["gate, blanked in training"]
recbook.claim(
    blanked["less"]["gate"][0] > 0,
    en="Blanking in training changes the gate by {low:+.3f} to {high:+.3f} where half of the new garments lack a picture, and by {whole_low:+.3f} to {whole_high:+.3f} where none does.",
    zh="一半新服装缺图片时，训练中随机遮去使门控变化 {low:+.3f} 到 {high:+.3f}；图片齐全时变化 {whole_low:+.3f} 到 {whole_high:+.3f}。",
    takeaway=False, low=blanked["less"]["gate"][0], high=blanked["less"]["gate"][1],
    whole_low=whole["less"]["gate"][0], whole_high=whole["less"]["gate"][1],
)

# %% [markdown] lang="en"
# ### One modality lies <a id="lies"></a>
#
# *Adds: pictures of the wrong garment, and how the space of sentences finds them.*
#
# A share of the garments shows another one's picture. A ridge regression gives the picture one weight for all garments, so it trusts the liars as it trusts the rest. But text and picture share one thing: the kind. Ask the space of above how likely the picture shows the kind that the text names, and believe it only above a threshold, which the inner set chooses; a picture that is not believed counts as missing.

# %% [markdown] lang="zh"
# ### 一种模态有误 <a id="lies"></a>
#
# **本节补充**：图片张冠李戴，以及怎样用句子的空间找出来。
#
# 让一部分服装显示别的服装的图片。岭回归对所有服装的图片用同样的权重，错图与其余图片一视同仁。但文本和图片有一项信息是共同的：种类。用上面的空间算出，图片显示的正是文本所写种类的概率有多大；概率高于阈值的图片才采用（阈值在内层集合上选），其余的当作缺失。

# %%
lies = np.array([float(share) for share in kept["lying"]])
multimodal_figures.curves(
    {shown: (lies, np.array([row["ndcg"][way]["ndcg"] for row in kept["lying"].values()])) for way, shown in {
        "text": "text alone", "early": "early", "late, by agreement": "late, by agreement",
        "early, by agreement": "early, by agreement", "early, lies known": "early, lies known"}.items()},
    "share with a wrong picture",
    en="Wrong pictures cost; does checking them against the text win some back?",
    zh="错图有代价；用文本核对能挽回一部分吗？",
)

# %%
told = kept["lying"]["0.4"]
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

# %% [markdown] lang="zh"
# ### 一种模态声音太大 <a id="shouts"></a>
#
# **本节补充**：同样的特征，缩小或放大一百倍。

# %%
scales = np.array([float(scale) for scale in kept["shouting"]])
multimodal_figures.curves(
    {shown: (scales, np.array([row[way]["ndcg"] for row in kept["shouting"].values()])) for way, shown in {
        "as they are": "both, as they are", "equal voice": "equal voice"}.items()},
    "picture times", logarithmic=True,
    en="The same picture, louder and quieter",
    zh="同样的图片，音量由小到大",
)

# %%
loudest = kept["shouting"]["100"]["as they are"]
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
# A tenth of the purchases is hidden at random; every garment has buyers in the rest. Now popularity and EASE know something:

# %% [markdown] lang="zh"
# ### 已有人买过的服装 <a id="bought"></a>
#
# **本节补充**：有购买记录时，内容信息还有没有用。
#
# 随机藏起十分之一的购买记录，每件服装在其余部分里都有人买过。这时流行度和 EASE 有了依据：

# %%
known = kept["bought"]
multimodal_figures.levels(
    multimodal.rows(known, list(known)), metric="among all garments",
    en="Garments with buyers",
    zh="已有人买过的服装",
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
count = np.array([int(n) for n in kept["frames"]])
multimodal_figures.curves(
    {way: (count, np.array([np.mean(row["pattern"][way]) for row in kept["frames"].values()])) for way in ("pooled", "one blurred picture")},
    "frames", "share right", logarithmic=True,
    en="Pattern named rightly: more frames, pooled or blurred",
    zh="花纹说对的比例：帧数更多，池化或模糊",
)

# %%
one, many = (np.mean(kept["frames"][n]["pattern"]["pooled"]) for n in ("1", "16"))
blur = np.mean(kept["frames"]["16"]["pattern"]["one blurred picture"])
recbook.claim(
    many > one + 0.02 and blur < many - 0.1,
    en="16 frames pooled name {many:.0%} of the patterns, one frame {one:.0%}, 16 frames blurred into one picture {blur:.0%}.",
    zh="16 帧池化能说对 {many:.0%} 的花纹，一帧是 {one:.0%}，把 16 帧平均成一张模糊的图是 {blur:.0%}。",
    takeaway=False, many=many, one=one, blur=blur,
)

# %% [markdown] lang="en"
# A mean has no order: the film played backwards has the same vector. What moves, and how, needs a model that reads the frames as a sequence (chapter 08's layers would do). That is untried here.
#
# ### Where are the published picture encoders?
#
# *Adds: why we trained our own.*
#
# Everywhere but in pip's index. At work you would take a ViT or CLIP's own towers from a model hub. Among the packages that pip serves we found, once more, none that holds the published weights of either with a card that says what they learned from: what is called so loads them from a hub at run time. One package brings a ViT that was tuned to mark where people look in a photograph, without saying on which data. EfficientNet-Lite0's published weights do exist as a package (17 MB, Apache-2.0). We left them out. They come as a pickle, which would have to be opened once and converted; above all there is no photograph in this course, and on drawn cards such weights could only tell what vectors a network trained on photographs gives to drawings.

# %% [markdown] lang="zh"
# 平均没有顺序：影片倒着放，向量也一样。什么在动、怎样动，需要把各帧当作序列来读的模型（第 08 章的层就可以）。这里没有试。
#
# ### 公开的图片编码器在哪里？
#
# **本节补充**：为什么自己训练。
#
# 到处都有，只是 pip 的索引（index）里没有。实际工作中，应当从模型库取 ViT 或 CLIP 自己的两个塔。在 pip 提供的软件包里，我们又找了一遍，仍然没有哪个既带有这两者公开的权重、又说明是用什么训练的：名字像的，都是运行时再从模型库下载。有一个软件包带着一个 ViT，它微调过，用来标出人会看照片的哪里，却没有说明用了哪些数据。EfficientNet-Lite0 公开的权重确实有软件包（17 MB，Apache-2.0），我们没有采用：它是 pickle 格式，得先打开一次再转换；更重要的是，这门课里没有一张照片，用画出来的卡片去试，只能说明，用照片训练的网络会给画出的卡片什么样的向量。

# %% [markdown] lang="en"
# ### Further reading
#
# - J. Arevalo, T. Solorio, M. Montes-y-Gómez and F. A. González (2017). *Gated multimodal units for information fusion.* [arXiv:1702.01992](https://arxiv.org/abs/1702.01992).
# - T. Baltrušaitis, C. Ahuja and L.-P. Morency (2019). *Multimodal machine learning: a survey and taxonomy.* IEEE TPAMI 41(2). [arXiv:1705.09406](https://arxiv.org/abs/1705.09406). Early and late fusion, and much beside.
# - A. Dosovitskiy et al. (2021). *An image is worth 16x16 words: transformers for image recognition at scale.* ICLR. [arXiv:2010.11929](https://arxiv.org/abs/2010.11929). ViT.
# - R. He and J. McAuley (2016). *VBPR: visual Bayesian personalized ranking from implicit feedback.* AAAI. [arXiv:1510.01784](https://arxiv.org/abs/1510.01784). Clothes from real photographs.
# - G. Hinton, O. Vinyals and J. Dean (2015). *Distilling the knowledge in a neural network.* [arXiv:1503.02531](https://arxiv.org/abs/1503.02531).
# - N. Neverova, C. Wolf, G. Taylor and F. Nebout (2016). *ModDrop: adaptive multi-modal gesture recognition.* IEEE TPAMI 38(8). [arXiv:1501.00102](https://arxiv.org/abs/1501.00102).
# - A. Radford et al. (2021). *Learning transferable visual models from natural language supervision.* ICML. [arXiv:2103.00020](https://arxiv.org/abs/2103.00020). CLIP.

# %% [markdown] lang="zh"
# ### 延伸阅读
#
# - J. Arevalo, T. Solorio, M. Montes-y-Gómez and F. A. González (2017). *Gated multimodal units for information fusion.* [arXiv:1702.01992](https://arxiv.org/abs/1702.01992)。
# - T. Baltrušaitis, C. Ahuja and L.-P. Morency (2019). *Multimodal machine learning: a survey and taxonomy.* IEEE TPAMI 41(2). [arXiv:1705.09406](https://arxiv.org/abs/1705.09406)。前期融合、后期融合及其他。
# - A. Dosovitskiy et al. (2021). *An image is worth 16x16 words: transformers for image recognition at scale.* ICLR. [arXiv:2010.11929](https://arxiv.org/abs/2010.11929)。ViT。
# - R. He and J. McAuley (2016). *VBPR: visual Bayesian personalized ranking from implicit feedback.* AAAI. [arXiv:1510.01784](https://arxiv.org/abs/1510.01784)。用真实照片推荐服装。
# - G. Hinton, O. Vinyals and J. Dean (2015). *Distilling the knowledge in a neural network.* [arXiv:1503.02531](https://arxiv.org/abs/1503.02531)。
# - N. Neverova, C. Wolf, G. Taylor and F. Nebout (2016). *ModDrop: adaptive multi-modal gesture recognition.* IEEE TPAMI 38(8). [arXiv:1501.00102](https://arxiv.org/abs/1501.00102)。
# - A. Radford et al. (2021). *Learning transferable visual models from natural language supervision.* ICML. [arXiv:2103.00020](https://arxiv.org/abs/2103.00020)。CLIP。
