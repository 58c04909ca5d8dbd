# %% [markdown] lang="en"
# # 00 · Start: find a film without knowing its title
#
# **You will be able to** find your way in this course, and search films by what a sentence *means*, with a model that
# somebody else trained.
#
# **You need** Python functions and NumPy arrays. Nothing about recommender systems, nothing about deep learning.
#
# **It takes** about ten minutes to read and {minutes} to run on two cores, without a GPU.

# %% [markdown] lang="zh"
# # 00 · 开始：不知道片名，也能找到电影
#
# **学完之后**，你会熟悉这门课的用法，并能用别人训练好的模型，按一句话的*意思*来找电影。
#
# **需要的基础**：Python 函数和 NumPy 数组。不要求懂推荐系统（recommender system），也不要求懂深度学习。
#
# **所需时间**：阅读大约十分钟；在双核、没有 GPU 的机器上，运行需要{minutes}。

# %%
import numpy as np
import pandas as pd

import recbook
from recbook import plots

recbook.setup("en")

# %% [markdown] lang="en"
# ## The course in one picture
#
# A **recommender system** decides which few of many things you get to see. It can learn from two sources: what people
# *did* (watched, rated, bought) and what is *written* about the things themselves. A **pretrained model** is one that has
# already learned from large amounts of text before it meets your data. This course asks, chapter by chapter, when
# that helps a recommender system, when it does not, and how to tell.

# %% [markdown] lang="zh"
# ## 一张图看懂这门课
#
# **推荐系统**决定：在成千上万的东西里，哪几样会出现在你眼前。它的知识有两个来源：人们*做过*什么（看过、评过分、
# 买过），以及关于这些东西*写了*什么。**预训练模型**（pretrained model）在遇到你的数据之前，就已经从大量文本中学到了东西。这门课一章一章
# 地追问：它什么时候对推荐系统有帮助，什么时候没有，又该怎样判断。

# %%
plots.course_map()

# %% [markdown] lang="en"
# ## How to read a chapter
#
# Click a cell and press <kbd>Shift</kbd>+<kbd>Enter</kbd> to run it, from top to bottom. You will meet:
#
# - a **claim**: a sentence with a blue bar. It is printed only if the numbers just computed on *your* machine bear it
#   out; otherwise the cell stops with an error. No result in this course is typed in by hand;
# - an **exercise**: a function with `...` where your code belongs, and below it a **check**. A wrong answer gets a
#   hint that fits the mistake. Leave an exercise empty and the chapter still runs to its end;
# - a **quiz** at the end, in which every choice explains itself, the wrong ones too.
#
# This copy of the chapter is yours: change anything. `recbook reset 00` in a terminal brings back a fresh one, and solved
# exercises are in the folder `solutions`.

# %% [markdown] lang="zh"
# ## 怎样读一章
#
# 点中一个单元格，按 <kbd>Shift</kbd>+<kbd>Enter</kbd> 运行，从上到下依次进行。你会遇到：
#
# - **论断**（claim）：带蓝色竖条的一句话。只有当*你这台*机器刚算出来的数字支持它时，它才会打印出来；否则这个单元格会报错停下。
#   这门课里没有一个结果是手写上去的；
# - **练习**（exercise）：一个函数，`...` 的地方留给你写；下面紧跟着**自检**（check）。答错了，会得到针对那个错误的提示（hint）。
#   空着不做，这一章照样能运行到底；
# - 结尾的**小测**（quiz）：每个选项都附有解释，选错的也不例外。
#
# 这份副本是你自己的，随便改。在终端里运行 `recbook reset 00` 可以换回一份新的；做好的练习放在 `solutions` 文件夹里。

# %% [markdown] lang="en"
# ## Which film is that?
#
# *A ship hits an iceberg.* You know the film, although the sentence does not contain a single word of its title. Can a
# program know it too? Here are the films that it may choose from: MovieLens-100K, collected by a university in Minnesota
# in the nineties. Of each film it knows little more than the title.

# %% [markdown] lang="zh"
# ## 这是哪部电影？
#
# *A ship hits an iceberg.*（一艘船撞上了冰山。）你知道是哪部电影，尽管这句话里没有片名中的任何一个词。程序也能知道吗？先看看它有哪些电影
# 可选：MovieLens-100K，由美国明尼苏达州的一所大学在上世纪九十年代收集。对每部电影，它知道的比片名多不了多少。

# %%
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].tolist()
ratings.items.head()

# %% [markdown] lang="en"
# ### First try: match words
#
# The classic search engine counts words. Each text becomes a long vector with one place for each word, rare words weighing more (TF-IDF),
# filler words such as *a* and *the* left out. Two texts are alike if they share words, and only then.

# %% [markdown] lang="zh"
# ### 第一次尝试：匹配词语
#
# 经典的搜索引擎数的是词。每段文字变成一个很长的向量，每个词占一个位置，越少见的词权重越大（TF-IDF），*a*、*the* 之类的虚词不算。
# 两段文字只有用了相同的词才算相似，否则一概不算。

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

word_counter = TfidfVectorizer(stop_words="english")
title_words = word_counter.fit_transform(titles)  # (films, words)


def match_words(sentence):
    """en: How far each title shares words with the sentence, from 0 to 1.
    zh: 每个片名与这句话共用词语的程度，从 0 到 1。"""
    return (title_words @ word_counter.transform([sentence]).T).toarray().ravel()


sentence = "a ship hits an iceberg"
by_words = match_words(sentence)

# %%
recbook.claim(
    by_words.max() == 0,
    en="Not one of {n:,} titles shares a word with “{sentence}”: the best score is {best:.2f}.",
    zh="{n:,} 个片名中，没有一个与“{sentence}”共用任何词：最高分是 {best:.2f}。",
    n=len(titles), sentence=sentence, best=by_words.max(),
)

# %% [markdown] lang="en"
# ### Second try: a model that has read
#
# **MiniLM** is a small language model. Its makers trained it on about a billion pairs of English sentences that belong
# together, such as a question and its answer, until the two sentences of a pair got similar vectors. It has seen no
# ratings, and we shall not train it further. `TextEncoder` loads its weights and turns each text into 384 numbers. The first run
# takes some seconds; after that the vectors come from a cache.

# %% [markdown] lang="zh"
# ### 第二次尝试：一个读过书的模型
#
# **MiniLM** 是一个小型语言模型。它的作者用大约十亿对成对的英文句子（例如一个问题和它的回答）训练它，直到同一对里的两个句子得到相近的向量。
# 它没见过任何评分，我们也不再训练它。`TextEncoder` 载入它的权重，把每段文字变成 384 个数。第一次运行要等几秒，之后向量直接从缓存里读。

# %%
from recbook.text import TextEncoder

encoder = TextEncoder()
title_vectors = encoder.encode(titles)
title_vectors.shape

# %% [markdown] lang="en"
# ### How alike are two vectors?
#
# Take two arrows that fit on paper, $a = (3, 4)$ and $b = (4, 3)$. Their **dot product** is $3 \cdot 4 + 4 \cdot 3 = 24$, and both
# are $\sqrt{3^2 + 4^2} = 5$ long. Dividing by the lengths leaves only the angle between them, the **cosine similarity**:
#
# $$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert} = \frac{24}{5 \cdot 5} = 0.96$$
#
# Here $a$ and $b$ are vectors with $d$ numbers each ($d = 2$ on paper, $d = 384$ for MiniLM), $\lVert a \rVert$ is the length of $a$. Same direction
# gives 1, a right angle gives 0.

# %% [markdown] lang="zh"
# ### 两个向量有多像？
#
# 取两个画得出来的箭头：$a = (3, 4)$，$b = (4, 3)$。它们的**点积**（dot product）是 $3 \cdot 4 + 4 \cdot 3 = 24$，长度都是
# $\sqrt{3^2 + 4^2} = 5$。除以长度之后，剩下的只与夹角有关，这就是**余弦相似度**（cosine similarity）：
#
# $$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert} = \frac{24}{5 \cdot 5} = 0.96$$
#
# 其中 $a$ 和 $b$ 各有 $d$ 个数（纸上 $d = 2$，MiniLM 是 $d = 384$），$\lVert a \rVert$ 是 $a$ 的长度。方向相同得 1，互相垂直得 0。

# %% [markdown] lang="en"
# **Exercise 1.** Write it as a function. ({points})

# %% [markdown] lang="zh"
# **练习 1.** 把它写成函数。（{points}）

# %% exercise="start-cosine" points=1
def cosine(a, b):
    """en: Cosine similarity of two vectors of equal length: one number.
    zh: 两个等长向量的余弦相似度：一个数。"""
    ### BEGIN SOLUTION
    return np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    ### END SOLUTION

# %% check="start-cosine"
recbook.check("start-cosine", cosine)

# %% [markdown] lang="en"
# ### Search by meaning
#
# `TextEncoder` gives every vector length 1, so the dot product *is* the cosine, and one matrix product compares a sentence
# with all titles at once: $(n, d) \cdot (d,) \to (n,)$.

# %% [markdown] lang="zh"
# ### 按意思搜索
#
# `TextEncoder` 给出的每个向量长度都是 1，所以点积*就是*余弦；一次矩阵乘法就把一句话和所有片名比较完：$(n, d) \cdot (d,) \to (n,)$。

# %%
def search(sentence, n=5):
    """en: The n titles nearest to the sentence in meaning.
    zh: 意思上离这句话最近的 n 个片名。"""
    similarity = title_vectors @ encoder.encode([sentence])[0]
    best = np.argsort(-similarity, kind="stable")[:n]
    return pd.DataFrame({"title": [titles[i] for i in best], "cosine": similarity[best].round(2)})


search(sentence)

# %%
by_meaning = title_vectors @ encoder.encode([sentence])[0]
plots.similarities(sentence, by_meaning, titles)

# %%
best, second = np.sort(by_meaning)[::-1][:2]
recbook.claim(
    titles[by_meaning.argmax()] == "Titanic" and best > second + 0.02,
    en="MiniLM puts “{title}” first of {n:,}, with a cosine of {best:.2f}; the next title has "
    "{second:.2f}.",
    zh="MiniLM 在 {n:,} 个片名中把“{title}”排在第一位，余弦 {best:.2f}；第二名是 {second:.2f}。",
    title="Titanic", n=len(titles), best=best, second=second,
)

# %% [markdown] lang="en"
# No rule about ships was written anywhere. The model has read so much text in which *Titanic*, *ship* and *iceberg* occur
# together that their vectors point the same way. Try another one:

# %% [markdown] lang="zh"
# 没有人写过任何关于船的规则。模型读过太多同时出现 *Titanic*、*ship* 和 *iceberg* 的文字，于是它们的向量指向了相近的方向。再试一句（“有生命的玩具”）：

# %%
search("toys that are alive")

# %% [markdown] lang="en"
# **Exercise 2.** `search` sorts *all* titles to keep a few. Write the step in the middle: which items have the `n` highest scores? ({points})

# %% [markdown] lang="zh"
# **练习 2.** `search` 的中间一步：得分最高的 `n` 个物品是哪几个？把它写成函数。（{points}）

# %% exercise="start-top-n" points=1
def top_n(scores, n):
    """en: Positions of the n highest scores, the highest first.
    zh: 得分最高的 n 个物品的下标，最高的在前。"""
    ### BEGIN SOLUTION
    return np.argsort(-np.asarray(scores), kind="stable")[:n]
    ### END SOLUTION

# %% check="start-top-n"
recbook.check("start-top-n", top_n)

# %% [markdown] lang="en"
# ## One sentence may be luck
#
# A single hit proves little. Here are sixteen films that most people can describe, each with a sentence that shares no
# word with the title. For word matching they are hopeless by design; the question is how far meaning gets. We look up
# the place at which the right title comes, 1 being best. Someone who shuffles the titles would expect it in the middle.

# %% [markdown] lang="zh"
# ## 一句话可能是碰巧
#
# 只中一次说明不了什么。下面是十六部大家都能描述的电影，每部配一句话，句子和片名没有共用的词。对词匹配来说，这是故意出的难题；我们想知道的是，
# 靠意思能走多远。我们查看正确的片名排在第几位，1 最好。如果把片名随便洗牌，它平均会落在正中间。

# %%
sixteen = {
    "a ship hits an iceberg": "Titanic", "toys that are alive": "Toy Story",
    "a puppet whose nose grows when he lies": "The Adventures of Pinocchio",
    "a princess, a poisoned apple and a mirror": "Snow White and the Seven Dwarfs",
    "astronauts try to come home from the moon": "Apollo 13",
    "a Scottish warrior fights for freedom": "Braveheart", "a bus must not slow down": "Speed",
    "a father dresses up as a nanny": "Mrs. Doubtfire", "chasing tornadoes": "Twister",
    "a knife, a shower, a motel": "Psycho", "a pig herds sheep": "Babe",
    "a hotel in the snow drives a writer mad": "The Shining",
    "a German factory owner saves Jews": "Schindler's List",
    "aliens land on the White House": "Independence Day (ID4)",
    "a mobster family and its head": "The Godfather",
    "an archaeologist with a whip": "Raiders of the Lost Ark",
}

# %%
similarity = title_vectors @ encoder.encode(list(sixteen)).T  # (films, sentences)
right = [titles.index(title) for title in sixteen.values()]
place = 1 + (similarity > similarity[right, range(len(right))]).sum(axis=0)
shared = [match_words(sentence)[film] for sentence, film in zip(sixteen, right)]
found = pd.DataFrame({"sentence": sixteen.keys(), "film": sixteen.values(), "place": place})
found.sort_values("place", ignore_index=True)

# %%
recbook.claim(
    max(shared) == 0 and np.median(place) < len(titles) / 10 and 4 <= (place <= 10).sum() <= 12,
    en="With no word in common, the right title comes among the first ten for {ten} of {n} "
    "sentences, and at place {median:.0f} of {films:,} in the median. For {lost} sentences it "
    "does not even reach the first hundred.",
    zh="在没有共用词的情况下，{n} 句话里有 {ten} 句的正确片名排进前十，名次的中位数是 {films:,} 中"
    "的第 {median:.0f}。有 {lost} 句的正确片名连前一百都进不了。",
    ten=(place <= 10).sum(), n=len(place), lost=(place > 100).sum(),
    median=np.median(place), films=len(titles),
)

# %% [markdown] lang="en"
# Look at the last rows. Nothing in the word *Babe* says pig, and nothing in *Raiders of the Lost Ark* says whip. The model reads the **title**,
# not the film. What to give it to read besides the title is a question for chapter 05.

# %% [markdown] lang="zh"
# 看看最后几行。*Babe*（《小猪宝贝》）这个词里没有猪，*Raiders of the Lost Ark*（《夺宝奇兵》）里也没有鞭子。模型读的是**片名**，不是电影。除了片名还该给它读什么，
# 是第 05 章的问题。

# %% [markdown] lang="en"
# ## Where meaning fails
#
# **Not.** Ask for a film that is *not* about war:

# %% [markdown] lang="zh"
# ## 按意思找也会失败
#
# **“不”字。** 要一部*不是*讲战争的电影：

# %%
search("a film that is not about war", n=3)

# %% [markdown] lang="en"
# The vector says what a sentence is *about*, and this one is about war. A small *not* hardly turns it.
#
# **Another language.** The same question in English and in Chinese:

# %% [markdown] lang="zh"
# 向量表达的是一句话*关于*什么，而这句话关于战争。一个小小的 *not* 几乎转不动它的方向。
#
# **换一种语言。** 同一个问题，先用英文，再用中文：

# %%
plots.table(search("a comedy about space", n=3), caption="a comedy about space")
plots.table(search("一部关于太空的喜剧", n=3), caption="一部关于太空的喜剧")

# %% [markdown] lang="en"
# Why does the Chinese question bring neither comedies nor space? Look at what the model receives. It does not read
# words but **tokens** from a fixed list that was made from English text.

# %% [markdown] lang="zh"
# 为什么中文问题找来的既不是喜剧，也和太空无关？看看模型收到的是什么。它读的不是词，而是**词元**（token），来自一张用英文文本做成的固定词表。

# %%
pieces = encoder.tokens("一部关于太空的喜剧")
print(encoder.tokens("a comedy about space"))
print(pieces)

# %%
unknown = pieces.count("[UNK]")
recbook.claim(
    pieces[-2:] == ["[UNK]", "[UNK]"],
    en="Of the {n} characters of the Chinese question, {unknown} are not in the model's list and "
    "arrive as [UNK], among them both characters of 喜剧, comedy.",
    zh="中文问题的 {n} 个字里，有 {unknown} 个不在模型的词表中，送进去时都成了 [UNK]，其中就有“喜"
    "剧”两个字。",
    n=len(pieces), unknown=unknown,
)

# %% [markdown] lang="en"
# A model knows what it was trained on, and nothing else. Models for many languages exist; chapter 05 compares them.
#
# **Exercise 3, without a check.** Search with sentences of your own. Find one that works although it shares no word with the
# title, and one that fails. Can you say why it fails: *not*, language, a title that hides its film, or something new?

# %% [markdown] lang="zh"
# 模型只知道它训练时见过的东西，仅此而已。也有支持多种语言的模型，第 05 章会比较它们。
#
# **练习 3（没有自检）.** 用你自己的英文句子来搜。找一句和片名没有共用词却能成功的，再找一句失败的。能说出它为什么失败吗：因为 *not*、因为语言、
# 因为片名没透露内容，还是别的新原因？

# %%
# en: Put your own sentence here.
# zh: 在这里换上你自己的英文句子。
search("dinosaurs in a theme park")

# %% [markdown] lang="en"
# ## Takeaways
#
# {takeaways}
#
# Searching is not yet recommending: nobody asked *who* is looking. What makes recommending hard, measured on these same films, is
# chapter 01.
#
# ## Quiz

# %% [markdown] lang="zh"
# ## 小结
#
# {takeaways}
#
# 搜索还不是推荐：我们还没有问过是*谁*在找。推荐究竟难在哪里？第 01 章就用这些电影来量一量。
#
# ## 小测

# %% quiz="start"
recbook.quiz("start")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress()

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
