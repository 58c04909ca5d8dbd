# %% [markdown] lang="en"
# # 00 · Start: find a film without knowing its title
#
# **You will be able to** search films by what a sentence *means*, with a model that somebody else trained, say where that
# fails, and find your way in this course.
#
# **You need** Python functions and NumPy arrays. Nothing about recommender systems, nothing about deep learning.
#
# **It takes** {core} to read, and {deeper} more for the part under [Deeper](#deeper); {minutes} to run on two cores,
# without a GPU.

# %% [markdown] lang="zh"
# # 00 · 开始：不知道片名，也能找到电影
#
# **学完之后**，你能用别人训练好的模型，根据一句话的意思查找电影，并说明这种方法何时失灵；也会熟悉这门课的用法。
#
# **需要的基础**：Python 函数和 NumPy 数组。不要求懂推荐系统（recommender system），也不要求懂深度学习。
#
# **所需时间**：读完核心部分{core}，[选读](#deeper)部分另需{deeper}；在双核、没有 GPU 的机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd

import recbook
from recbook import plots
from recbook.chapters.start import figures
from recbook.text import TextEncoder

recbook.setup("en")

# %% [markdown] lang="en"
# *A ship hits an iceberg.* Which film is that? You know it, although the sentence holds no word of the title. Here is a
# program that knows it too. Of the films it has only the 1,682 titles: no plot, no keywords. They come from
# MovieLens-100K, a data set that the University of Minnesota collected before the turn of the century. The column *cosine* of its answer says how near
# a title comes to the sentence, at most 1.

# %% [markdown] lang="zh"
# “A ship hits an iceberg.”（一艘船撞上了冰山。）这是哪部电影？你一听就知道，尽管这句话里没有片名中的任何一个词。下面这个程序也猜得出来。
# 关于这些电影，程序只有 1,682 个片名，没有剧情，也没有关键词。片名来自 MovieLens-100K，这是明尼苏达大学在上世纪末收集的数据集。
# 结果里的“余弦”越大，片名与这句话的意思越接近，最大为 1，后文解释。

# %%
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].tolist()
encoder = TextEncoder()
title_vectors = encoder.encode(titles)  # (films, 384)


def search(sentence, n=5):
    """en: Show the n titles nearest to the sentence in meaning.
    zh: 显示意思与这句话最接近的 n 个片名。"""
    cosine = title_vectors @ encoder.encode([sentence])[0]
    best = np.argsort(-cosine, kind="stable")[:n]
    found = {"title": [plots.film(titles[i]) for i in best], "cosine": cosine[best]}
    plots.table(pd.DataFrame(found), caption=sentence)


search("a ship hits an iceberg")

# %% [markdown] lang="en"
# *Titanic* comes first. Nobody wrote a rule about ships. One more; put your own sentence in its place and run the cell again:

# %% [markdown] lang="zh"
# 排在第一的正是《泰坦尼克号》（Titanic），而我们并没有为“船”写过任何规则。再试一句，意思是“有生命的玩具”；也可以换成你自己的英文句子，重新运行这一格：

# %%
search("toys that are alive")

# %% [markdown] lang="en"
# ## The course in one picture
#
# A **recommender system** filters information: out of far too many things it picks, for each person, the few that may be of interest.
# It can learn from two sources. What people *did* (watched, rated, bought): then it is called **collaborative**, because the users help each
# other without knowing it. And what is *written* about the things: then it is called **content-based**. One that joins the two is a **hybrid**.
#
# A **pretrained model** has been trained on large amounts of data, mostly text, before it meets yours. BERT and GPT are the best known; the one in `TextEncoder` above,
# MiniLM, is a small relative of BERT. When does such a model help a recommender system, when not, and how can one tell? Every chapter answers a part of this
# question. The course follows a short article, called **the reference text** here; [this page](../../docs/reference.md) gives its outline and the chapter that takes up
# each of its sections.

# %% [markdown] lang="zh"
# ## 一张图看懂这门课
#
# **推荐系统**是一种信息过滤系统：从成千上万件物品中，为每位用户挑出可能感兴趣的几件。它的知识有两个来源。一是人们的行为（看过、评过分、买过），根据行为做推荐，称为
# **协同过滤**（collaborative filtering）：用户互不相识，却无意中帮对方做了筛选。二是描述这些物品的文字，根据文字做推荐，称为**基于内容的推荐**（content-based recommendation）。
# 两者合用，就是**混合推荐**（hybrid）。
#
# **预训练模型**（pretrained model）在见到你的数据之前，已经用大量数据（多为文本）训练过，最有名的是 BERT 和 GPT；上面的 `TextEncoder` 用的是 MiniLM，它是 BERT 的一个小亲戚。
# 预训练模型什么时候帮得上推荐系统，什么时候帮不上，又该怎样判断？全课逐章回答。本课以一篇短文为线索，下文称**参考文章**；
# [这一页](../../docs/reference.zh-CN.md)列出它的提纲，以及每一节对应的章。

# %%
figures.course_map()

# %% [markdown] lang="en"
# ## How to read a chapter
#
# **Run all, then read:** *Run → Run All Cells* in the menu; every chapter but a few is done within a minute or two. To run a cell again after a change, click it and
# press <kbd>Shift</kbd>+<kbd>Enter</kbd>. You will meet:
#
# - the **core**, which ends with takeaways and a quiz, and behind it **Deeper**: proofs, controls and variants for whoever wants them. No later core needs them;
# - a **claim**: a sentence with a blue bar. Its numbers were computed a moment ago, on *your* machine, and it is printed only if its
#   condition holds; otherwise the cell stops with an error. How it is computed is folded away; a click on the three dots opens it;
# - an **exercise**: `...` where your answer belongs, and below it a **check**. A wrong answer gets a
#   hint that fits the mistake. Leave it empty and the chapter still runs to its end;
# - a **stored** result: what takes hours to compute was computed before, and is read from a file. The text says so;
# - a **quiz**, in which every choice explains itself, the wrong ones too.
#
# This copy of the chapter is yours: change anything. In JupyterLab's terminal (*File → New → Terminal*), `recbook reset 00` brings back a fresh one and keeps yours in
# the folder `old`. The solutions are in the folder `solutions`.

# %% [markdown] lang="zh"
# ## 怎样读一章
#
# **先全部运行，再读**：菜单里选“运行 → 运行所有单元格”（Run All Cells），除少数几章外，一两分钟就跑完。改了哪一格，就点中它，按 <kbd>Shift</kbd>+<kbd>Enter</kbd>
# 重新运行。你会遇到：
#
# - **核心**部分，以小结和小测收尾；后面是**选读**：证明、对照和变体，有兴趣再读。后面各章的核心部分都用不到选读；
# - **论断**（claim）：带蓝色竖条的一句话。其中的数字刚刚在你这台机器上算出，而且只有条件成立时才会打印；否则这个单元格会报错停下。计算它的代码收起来了，
#   点击“…”展开；
# - **练习**（exercise）：`...` 的地方留给你写；下面紧跟着**自检**（check）。答错了，会得到针对那个错误的提示（hint）。空着不做，这一章照样能运行到底；
# - **存好的结果**：要算几个小时的，事先算好，从文件里读出来；读取现成结果之处，正文都会注明；
# - **小测**（quiz）：每个选项都附有解释，选错的也不例外。
#
# 这份笔记本是你自己的副本，可以随意改动。在 JupyterLab 的终端（菜单“文件 → 新建 → 终端”）里运行 `recbook reset 00`，会得到一份全新的副本，原来的那份放进 `old` 文件夹；
# 参考答案放在 `solutions` 文件夹里。

# %% [markdown] lang="en"
# ## Would words have found it?
#
# A classic search engine counts words. Each text becomes a long vector with one place for each word, rare words weighing more (TF-IDF, term frequency times inverse document frequency),
# filler words such as *a* and *the* left out. Two texts are alike if they share words, and only then. The course calls this **word matching**. It has the same titles:

# %% [markdown] lang="zh"
# ## 只看词，找得到吗？
#
# 传统搜索引擎靠统计词语。每段文字变成一个很长的向量，每个词占一个位置，越少见的词权重越大（TF-IDF，词频–逆文档频率），“a”“the”之类的虚词不算。
# 两段文字只有用了相同的词才算相似。本课称这种做法为**词匹配**。用的还是这些片名：

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

word_counter = TfidfVectorizer(stop_words="english")
title_words = word_counter.fit_transform(titles)  # (films, words)


def match_words(sentence):
    """en: How far each title shares words with the sentence, from 0 to 1.
    zh: 每个片名与这句话的用词重合度，从 0 到 1。"""
    return (title_words @ word_counter.transform([sentence]).T).toarray().ravel()


by_words = match_words("a ship hits an iceberg")
float(by_words.max())

# %%
recbook.claim(
    by_words.max() == 0,
    en="Filler words aside, not one of {titles:,} titles shares a word with “a ship hits an iceberg”.",
    zh="除虚词外，{titles:,} 个片名中没有一个与“a ship hits an iceberg”共用任何词。",
    takeaway=dict(
        en="No shared word, no match: whoever only counts words cannot know what they mean.",
        zh="没有共用的词就匹配不上：词匹配只看用词，不看意思。",
    ),
    titles=len(titles),
)

# %% [markdown] lang="en"
# ## How does the model do it?
#
# **MiniLM** is a small language model. Its parent is a model by Microsoft Research; a community project at Hugging Face trained it on about a
# billion pairs of English texts that belong together, such as a question and its answer ([model card](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2)). The vectors of a pair were
# pulled together, those of texts that do not belong together pushed apart. It has seen no ratings, and we shall not train it further. It is a **neural network**: a long
# formula with millions of numbers that training has set. It turns each text into a vector of 384 dimensions, also called its **embedding**. So a search compares vectors.
#
# Take two arrows that fit on paper, $a = (3, 4)$ and $b = (4, 3)$. Their **dot product** is $3 \cdot 4 + 4 \cdot 3 = 24$, and both
# are $\sqrt{3^2 + 4^2} = 5$ long. Dividing by the lengths leaves only the angle between them, the **cosine similarity**:
#
# $$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert} = \frac{24}{5 \cdot 5} = 0.96$$
#
# Here $a$ and $b$ are vectors with $d$ numbers each ($d = 2$ on paper, $d = 384$ for MiniLM), $\lVert a \rVert$ is the length of $a$. The same direction
# gives 1, a right angle 0, the opposite direction −1.

# %% [markdown] lang="zh"
# ## 模型是怎样做到的？
#
# **MiniLM** 是一个小型语言模型。它的前身出自微软研究院，后来在 Hugging Face 的一次社区活动中，用约十亿对英文文本（例如一个问题和它的回答）训练而成
# （[模型卡](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2)）。成对的文本，向量互相拉近；不成对的，互相推开。
# 训练中没有用到任何评分，我们也不再训练它。它是一个**神经网络**（neural network）：一个很长的公式，里面有数以百万计、由训练定下的数。
# 它把每段文字变成一个 384 维向量，也叫**嵌入**（embedding）。所以搜索就是比较向量。
#
# 先看平面上的两个向量：$a = (3, 4)$，$b = (4, 3)$。它们的**点积**（dot product）是 $3 \cdot 4 + 4 \cdot 3 = 24$，长度（模）都是
# $\sqrt{3^2 + 4^2} = 5$。点积除以两个长度的乘积，就只与夹角有关，这就是**余弦相似度**（cosine similarity）：
#
# $$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert} = \frac{24}{5 \cdot 5} = 0.96$$
#
# 其中 $a$ 和 $b$ 各有 $d$ 个数（上例 $d = 2$，MiniLM 中 $d = 384$），$\lVert a \rVert$ 是 $a$ 的长度。方向相同得 1，互相垂直得 0，方向相反得 −1。

# %% [markdown] lang="en"
# **Exercise 1.** Word matching has vectors as well. `match_words` above avoids what goes wrong with them in the formula: the title *To Be or Not to Be* is all filler words, so its vector holds nothing but zeros, its length is 0, and
# the formula divides 0 by 0. NumPy calls that `nan`, "not a number". One `nan` is enough, and the largest cosine of all titles is `nan` too. Such a title shares nothing with any sentence, so let its
# cosine be 0. Write the formula so, for all titles at once: each is a row. ({points})

# %% [markdown] lang="zh"
# **练习 1** 词匹配也有向量。上面的 `match_words` 绕过了一个毛病，套用余弦公式就会碰到：《你逃我也逃》的英文片名（To Be or Not to Be，“生存还是毁灭”）全是虚词，向量各项都是 0，长度也是 0，公式就成了 0 除以 0。
# NumPy 把它记作 `nan`（“不是数”），而且只要有一个 `nan`，全部片名的最大余弦也成了 `nan`。这样的片名和任何句子都没有共同之处，余弦就按 0 算。请这样写出公式，一次算完所有片名：每个片名占一行。（{points}）

# %% exercise="start-cosines" points=1
def cosines(a, rows):
    """en: Cosine of the vector a, shape (d,), with each row of rows, shape (m, d): m numbers,
    en: 0 where a length is 0.
    zh: 向量 a（形状 (d,)）与 rows（形状 (m, d)）每一行的余弦：m 个数；
    zh: 有长度为 0 的，余弦为 0。"""
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(a)
    return rows @ a / np.where(lengths > 0, lengths, 1)
    ### END SOLUTION

# %% check="start-cosines"
recbook.check("start-cosines", cosines)

# %% [markdown] lang="en"
# `TextEncoder` gives every vector length 1, so the dot product *is* the cosine, and one matrix product compares a sentence
# with all $m$ titles: $(m, d) \cdot (d,) \to (m,)$. That was the first line of `search`. Here are all its numbers:

# %% [markdown] lang="zh"
# `TextEncoder` 给出的每个向量长度都是 1，所以点积就是余弦；一次矩阵乘法，就算出这句话与全部 $m$ 个片名的余弦：$(m, d) \cdot (d,) \to (m,)$。
# `search` 的第一行就是这样算的。全部余弦画出来是这样：

# %%
iceberg = title_vectors @ encoder.encode(["a ship hits an iceberg"])[0]  # (films,)
figures.similarities("a ship hits an iceberg", iceberg, titles)

# %%
best, second = np.sort(iceberg)[::-1][:2]
recbook.claim(
    titles[iceberg.argmax()] == "Titanic" and best > second + 0.02,
    en="MiniLM puts “{title}” first of {titles:,}, with a cosine of {best:.2f}; the next title has "
    "{second:.2f}.",
    zh="MiniLM 在 {titles:,} 个片名中把“{title}”（《泰坦尼克号》）排在第一位，余弦为 {best:.2f}；第二名为 "
    "{second:.2f}。",
    takeaway=dict(
        en="A model that has read turns a text into a direction, and searching becomes: find the nearest vectors.",
        zh="读过大量文本的模型把一段文字变成一个方向，搜索就是找最近的向量。",
    ),
    title="Titanic", titles=len(titles), best=best, second=second,
)

# %% [markdown] lang="en"
# A likely reason: the model has read much text in which *Titanic*, *ship* and *iceberg* occur together, so that
# their vectors point a little more the same way than those of other titles.
#
# **Exercise 2.** Something went wrong in the very first list: *The Ice Storm* stands there twice, because the catalogue holds two records of it. A reader would rather see
# five different films. Write the step that picks them: the positions of the `n` films with the highest scores, best first, and of films with the same title only the best (if these are equal, any). If there are fewer than `n` different titles, return them all. (A title need not mean one film, as with *Sabrina* of 1954 and of 1995; here it may stand for both.) ({points})

# %% [markdown] lang="zh"
# 一种可能的解释是：模型读过大量同时出现“Titanic”“ship”和“iceberg”的文字，因此这个片名的向量比其他片名更接近这句话。
#
# **练习 2** 最开头的那张列表其实有毛病：《冰风暴》（The Ice Storm）出现了两次，因为片目里有它的两条记录。读者更想看到五部不同的电影。
# 请写出挑选的这一步：得分最高的 `n` 部电影的下标，最高的在前；片名相同的几部，只取得分最高的那一部（同分则任取一部）。不同的片名不足 `n` 个时，有几个就返回几个。（片名相同，未必是同一部电影，例如 1954 年和 1995 年的两部《Sabrina》；这里只算一部。）（{points}）

# %% exercise="start-each-once" points=1
def top_n(scores, titles, n):
    """en: Positions of the n films with the highest scores, the best first, no title twice.
    zh: 得分最高的 n 部电影的下标，最高的在前，同一片名不出现两次。"""
    ### BEGIN SOLUTION
    found = []
    for film in np.argsort(-np.asarray(scores), kind="stable"):
        if titles[film] not in [titles[other] for other in found]:
            found.append(film)
    return found[:n]
    ### END SOLUTION

# %% check="start-each-once"
recbook.check("start-each-once", top_n)

# %% [markdown] lang="en"
# ## One sentence may be luck
#
# A single hit proves little. Here are sixteen films that most people can describe, each with a sentence that shares no
# word with the title, filler words aside. That rules word matching out on purpose; the question is how far meaning gets. The sentences were written for this course:
# take the count as an example, and make one of your own in exercise 3. The place says
# where the right title comes, 1 being best. In random order the median place would be about 842.

# %% [markdown] lang="zh"
# ## 一句话可能是碰巧
#
# 猜中一次说明不了什么。下面是十六部耳熟能详的电影，每部配一句英文，除了虚词，句子和片名没有共用的词。这样的题目有意排除了词匹配，只看按意思能找对多少。
# 这些句子是为本课写的：这里的统计只能当作例子，练习 3 请你自己出题，自己统计。
# “名次”是正确的片名排在第几位，1 最好。若随机排序，名次的中位数约为 842。

# %%
from recbook.chapters.start.sentences import SIXTEEN, as_table


def places(sentences):
    """en: Where the film of each sentence comes among all titles: 1 is best.
    zh: 每句话对应的电影在全部片名中排第几：1 最好。"""
    right = [titles.index(title) for title in sentences.values()]
    cosine = title_vectors @ encoder.encode(list(sentences)).T  # (films, sentences)
    return 1 + (cosine > cosine[right, range(len(right))]).sum(axis=0)


place = places(SIXTEEN)
plots.table(as_table(place))

# %%
shared = [match_words(sentence)[titles.index(title)] for sentence, title in SIXTEEN.items()]
recbook.claim(
    max(shared) == 0 and (place <= 10).sum() < len(place) / 2 and np.median(place) < len(titles) / 10,
    en="With no word in common but filler words, the right title comes among the first ten for {in_first_ten} of "
    "{sentences} sentences, and not even among the first hundred for {beyond_hundred}.",
    zh="除虚词外，句子与片名没有一个共用的词，{sentences} 句里仍有 {in_first_ten} 句的正确片名排进前十；另有 "
    "{beyond_hundred} 句的正确片名连前一百都进不了。",
    takeaway=dict(
        en="One hit proves nothing: count before you believe. Here fewer than half of the films came among the first ten.",
        zh="先在多个例子上统计，再下结论：这里排进前十的还不到一半。",
    ),
    in_first_ten=(place <= 10).sum(), sentences=len(place), beyond_hundred=(place > 100).sum(),
)

# %%
recbook.claim(
    np.median(place) < len(titles) / 50,
    en="The median place is {median_place:.0f} of {films:,}.",
    zh="名次的中位数是第 {median_place:.0f} 位（共 {films:,} 个片名）。",
    takeaway=False, median_place=np.median(place), films=len(titles),
)

# %% [markdown] lang="en"
# Look at the last rows. Nothing in the word *Babe* says pig, and nothing in *Raiders of the Lost Ark* says whip. The model reads the **title**,
# not the film: it has only what it happens to have learned about the title, and that need not be enough. Why *Snow White* comes last of all, though its title names the tale, we do not know. What to give it to read besides the title is a question for chapter 05.

# %% [markdown] lang="zh"
# 看看最后几行。《小猪宝贝》的英文片名只有一个词“Babe”，里面没有猪；《夺宝奇兵》的英文片名（Raiders of the Lost Ark）里也没有鞭子。模型读的是**片名**，不是电影；
# 它只有训练时碰巧学到的、与这个片名有关的东西，而这未必够用。最后一行的《白雪公主》，片名明明点出了故事，为什么还排得最靠后，原因不明。除了片名还该给它读什么，是第 05 章的问题。

# %% [markdown] lang="en"
# ## Where meaning fails
#
# **Not.** Ask for a film about war, and for one that is *not* about war:

# %% [markdown] lang="zh"
# ## 按意思搜索也有失灵的时候
#
# **“不”字。** 先要一部讲战争的电影，再要一部不讲战争的：

# %%
search("a film about war", n=3)
search("a film that is not about war", n=3)

# %%
with_not, without, love = encoder.encode(["a film that is not about war", "a film about war", "a film about love"])
recbook.claim(
    with_not @ without > 0.8 > 0.7 > love @ without and titles[(title_vectors @ with_not).argmax()] == "The War",
    en="“About war” and “not about war” have a cosine of {with_not:.2f}, “about war” and “about love” {love:.2f}; and the film that is “not about war” is "
    "“The War”.",
    zh="“讲战争”和“不讲战争”这两句查询的余弦为 {with_not:.2f}，“讲战争”和“讲爱情”为 {love:.2f}；搜“不讲战争”的电影，第一名竟是“The War”（《战争》）。",
    takeaway=dict(
        en="The vector says what a text is about: *not* turned it far less than another topic does.",
        zh="向量表示一段文字“关于什么”：这里加上“不”字，方向的变化远小于换一个主题。",
    ),
    with_not=with_not @ without, love=love @ without,
)

# %% [markdown] lang="en"
# The vector says above all what a sentence is *about*, and both are about war.
#
# **Another language.** The same question in English and in Chinese:

# %% [markdown] lang="zh"
# 向量表达的主要是主题，而这两句话的主题都是战争。
#
# **换一种语言。** 同一个问题，先用英文，再用中文：

# %%
search("a comedy about space", n=3)
search("一部关于太空的喜剧", n=3)

# %%
asked = title_vectors @ encoder.encode(["a comedy about space", "一部关于太空的喜剧"]).T  # (films, 2)
space_place = 1 + (asked > asked[titles.index("Lost in Space")]).sum(axis=0)
recbook.claim(
    space_place[0] == 1 and space_place[1] > 50,
    en="Asked in English, “Lost in Space” comes first; asked in Chinese, at place {place}.",
    zh="用英文问，“Lost in Space”（《迷失太空》）排第一；用中文问，它排第 {place} 位。",
    takeaway=dict(
        en="A pretrained model has what it was trained on, and nothing else: this one was trained on English.",
        zh="预训练模型只会训练时学过的东西：这一个学的是英文。",
    ),
    place=space_place[1],
)

# %% [markdown] lang="en"
# In English all three titles hold the word *space*, so word matching might have found them too. In Chinese it finds three titles that are themselves Chinese in origin: this vector holds the
# language rather than the question. [Deeper](#tokens) shows what arrives at the model. Models for many languages exist; chapter 05 compares them.
#
# **Exercise 3**, without a check. Make a count of your own: put your films in the place of ours, with sentences that share no word with the title; write them all *before* you look at a single place, and only then run the cell. How many come among the
# first ten? Where one fails, can you say why: *not*, language, a title that hides its film, or something new?

# %% [markdown] lang="zh"
# 用英文，三部的片名里都有“Space”一词，词匹配也可能找到它们。用中文，找来的三部都是华语片：这个向量反映的主要是“这是中文”，而不是查询的意思。模型收到的究竟是什么，见[选读](#tokens)。
# 也有支持多种语言的模型，第 05 章会比较它们。
#
# **练习 3**（没有自检）请自己统计一次：把下面的例子换成你熟悉的电影，各写一句英文，不用片名里的词；全部写好再运行这一格，在那之前一个名次也不要看。有几句进了前十？失败的那几句，能说出原因吗：
# 因为“not”、因为语言、因为片名没透露内容，还是另有原因？

# %%
# en: Your sentences, each with its film as the catalogue writes it.
# en: [title for title in titles if "Oz" in title] looks a film up; a title that is not there ends in a ValueError.
# zh: 你的英文句子，各配一部电影，片名须与片目一致，否则会报 ValueError。
# zh: 查片名用 [title for title in titles if "Oz" in title]。
# zh: 下面三句的意思：鲨鱼袭击游泳的人；一个女孩、她的狗和一场龙卷风；岛上的活恐龙。
mine = {
    "a shark attacks swimmers": "Jaws",
    "a girl, her dog and a tornado": "The Wizard of Oz",
    "living dinosaurs on an island": "Jurassic Park",
}
found = {"sentence": list(mine), "film": [plots.film(title) for title in mine.values()]}
plots.table(pd.DataFrame(found | {"place": places(mine)}))

# %% [markdown] lang="en"
# ## Takeaways
#
# {takeaways}
#
# Searching is not yet recommending: nobody asked *who* is looking. What makes recommending hard, measured on these same films, is
# chapter 01. From there the ways part:
#
# **Three ways through the course.** Pick one; the chapters say where they lean on an earlier one. Points are what the exercises are worth.
#
# {paths}
#
# ## Quiz

# %% [markdown] lang="zh"
# ## 小结
#
# {takeaways}
#
# 搜索还不是推荐：这里还没有考虑用户是谁。推荐究竟难在哪里？第 01 章就用这批数据，把难处量出来。再往后怎么走：
#
# **三条路线**，任选一条；哪一章要用到前面的内容，章首会说明。“分数”是练习的总分。
#
# {paths}
#
# ## 小测

# %% quiz="start"
recbook.quiz("start")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress("start")

# %% [markdown] lang="en"
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP.
#   [doi:10.18653/v1/D19-1410](https://doi.org/10.18653/v1/D19-1410). How a model of words becomes a model of sentences.
# - W. Wang et al. (2020). *MiniLM: Deep self-attention distillation for task-agnostic compression of pre-trained
#   transformers.* NeurIPS. [arXiv:2002.10957](https://arxiv.org/abs/2002.10957). How a large model is made small.
# - F. M. Harper and J. A. Konstan (2015). *The MovieLens datasets: History and context.* ACM TiiS 5(4).
#   [doi:10.1145/2827872](https://doi.org/10.1145/2827872). Where the films and ratings come from.

# %% [markdown] lang="zh"
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP.
#   [doi:10.18653/v1/D19-1410](https://doi.org/10.18653/v1/D19-1410)。词的模型怎样变成句子的模型。
# - W. Wang et al. (2020). *MiniLM: Deep self-attention distillation for task-agnostic compression of pre-trained
#   transformers.* NeurIPS. [arXiv:2002.10957](https://arxiv.org/abs/2002.10957)。大模型怎样变小。
# - F. M. Harper and J. A. Konstan (2015). *The MovieLens datasets: History and context.* ACM TiiS 5(4).
#   [doi:10.1145/2827872](https://doi.org/10.1145/2827872)。这些电影和评分从哪里来。

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### What arrives at the model? <a id="tokens"></a>
#
# This section adds why the Chinese question failed. The model does not read words but **tokens**, from a fixed list made from
# English text, with a few foreign characters that such texts quote. What is not in the list arrives as `[UNK]`, unknown:

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 模型收到的是什么？ <a id="tokens"></a>
#
# 本节说明中文查询为什么失灵。模型读的不是词，而是**词元**（token），来自一张用英文文本做成的固定词表，里面只夹带少量外文字符。
# 词表里没有的，送进去就成了 `[UNK]`（未知）：

# %%
pieces = encoder.tokens("一部关于太空的喜剧")
print(encoder.tokens("a comedy about space"))
print(pieces)

# %%
space = title_vectors @ encoder.encode(["太空"])[0]
place_of_space = 1 + (space > space[titles.index("Lost in Space")]).sum()
recbook.claim(
    pieces[-2:] == ["[UNK]", "[UNK]"] and "[UNK]" not in encoder.tokens("太空") and place_of_space > 10,
    en="{unknown} of the {characters} characters of the question arrive as [UNK], both of 喜剧 (comedy) among them. Those of "
    "太空 (space) are in the list, and still “Lost in Space” comes only at place {place} for them.",
    zh="这句查询有 {characters} 个字，其中 {unknown} 个成了 [UNK]，“喜剧”两个字都在内。“太空”两个字在词表里，"
    "可是只搜“太空”，“Lost in Space”也只排第 {place} 位。",
    takeaway=False,
    characters=len(pieces), unknown=pieces.count("[UNK]"), place=place_of_space,
)

# %% [markdown] lang="en"
# So a character may be in the list and its meaning still be missing: most likely the model has hardly met it in a sentence.

# %% [markdown] lang="zh"
# 可见字在词表里，不等于模型学到了它的含义：一种可能是，训练时的句子里几乎没有出现过它。
