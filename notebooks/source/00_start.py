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
# **学完之后**，你会熟悉这门课的用法，并能用别人训练好的模型，按一句话的意思来找电影。
#
# **需要的基础**：Python 函数和 NumPy 数组。不要求懂推荐系统（recommender system），也不要求懂深度学习。
#
# **所需时间**：阅读大约十分钟；在双核、没有 GPU 的机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd

import recbook
from recbook import plots
from recbook.chapters.start import figures

recbook.setup("en")

# %% [markdown] lang="en"
# ## The course in one picture
#
# A **recommender system** decides which few of many things you get to see. It can learn from two sources: what people
# *did* (watched, rated, bought) and what is *written* about the things themselves. A **pretrained model** has been trained on
# large amounts of text before it meets your data. When does that help a recommender system, when not, and how can one tell? Every
# chapter answers a part of this question.

# %% [markdown] lang="zh"
# ## 一张图看懂这门课
#
# 东西成千上万，**推荐系统**决定哪几样出现在你眼前。它的知识有两个来源：一是人们的行为（看过、评过分、买过），二是描述这些东西的文字。
# **预训练模型**（pretrained model）在见到你的数据之前，已经用大量文本训练过。它什么时候帮得上推荐系统，什么时候帮不上，又该怎样判断？
# 全课逐章回答。

# %%
figures.course_map()

# %% [markdown] lang="en"
# ## How to read a chapter
#
# Click a cell and press <kbd>Shift</kbd>+<kbd>Enter</kbd> to run it, one after another. You will meet:
#
# - a **claim**: a sentence with a blue bar. Its numbers were computed a moment ago, on *your* machine, and it is printed only if its
#   condition holds; otherwise the cell stops with an error. The takeaways at the end repeat the claims of our own run;
# - an **exercise**: a function with `...` where your code belongs, and below it a **check**. A wrong answer gets a
#   hint that fits the mistake. Leave an exercise empty and the chapter still runs to its end;
# - a **quiz** at the end, in which every choice explains itself, the wrong ones too.
#
# This copy of the chapter is yours: change anything. `recbook reset 00` in a terminal brings back a fresh one, and the
# solutions are in the folder `solutions`.

# %% [markdown] lang="zh"
# ## 怎样读一章
#
# 点中一个单元格，按 <kbd>Shift</kbd>+<kbd>Enter</kbd> 运行，一格接一格。你会遇到：
#
# - **论断**（claim）：带蓝色竖条的一句话。其中的数字刚刚在你这台机器上算出，而且只有条件成立时才会打印；否则这个单元格会报错停下。
#   结尾的小结重复这些论断，数字来自我们自己的一次运行；
# - **练习**（exercise）：一个函数，`...` 的地方留给你写；下面紧跟着**自检**（check）。答错了，会得到针对那个错误的提示（hint）。
#   空着不做，这一章照样能运行到底；
# - 结尾的**小测**（quiz）：每个选项都附有解释，选错的也不例外。
#
# 这份副本归你所有，可以随意改动。在终端里运行 `recbook reset 00` 可以换回一份新的；参考答案放在 `solutions` 文件夹里。

# %% [markdown] lang="en"
# ## Which film is that?
#
# *A ship hits an iceberg.* You know the film, although the sentence does not contain a single word of its title. Can a
# program know it too? The films to choose from are those of MovieLens-100K, a data set that the University of Minnesota collected
# before the turn of the century. Besides the title, the table has only a year and genres:

# %% [markdown] lang="zh"
# ## 这是哪部电影？
#
# *A ship hits an iceberg.*（一艘船撞上了冰山。）你知道是哪部电影，尽管这句话里没有片名中的任何一个词。程序也能知道吗？候选电影来自
# MovieLens-100K，这是明尼苏达大学在上世纪末收集的数据集。除了片名，每部电影只有年份和类型：

# %%
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].tolist()
ratings.items.head()

# %% [markdown] lang="en"
# ### First try: match words
#
# A classic search engine counts words. Each text becomes a long vector with one place for each word, rare words weighing more (TF-IDF, term frequency times inverse document frequency),
# filler words such as *a* and *the* left out. Two texts are alike if they share words, and only then.

# %% [markdown] lang="zh"
# ### 第一次尝试：匹配词语
#
# 传统搜索引擎靠数词。每段文字变成一个很长的向量，每个词占一个位置，越少见的词权重越大（TF-IDF，词频–逆文档频率），*a*、*the* 之类的虚词不算。
# 两段文字只有用了相同的词才算相似。

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

word_counter = TfidfVectorizer(stop_words="english")
title_words = word_counter.fit_transform(titles)  # (films, words)


def match_words(sentence):
    """en: How far each title shares words with the sentence, from 0 to 1.
    zh: 每个片名与这句话的用词重合度，从 0 到 1。"""
    return (title_words @ word_counter.transform([sentence]).T).toarray().ravel()


sentence = "a ship hits an iceberg"
by_words = match_words(sentence)

# %%
recbook.claim(
    by_words.max() == 0,
    en="Not one of {titles:,} titles shares a word with “{sentence}”: the best score is "
    "{best_score:.2f}.",
    zh="{titles:,} 个片名中，没有一个与“{sentence}”共用任何词：最高分是 {best_score:.2f}。",
    titles=len(titles), sentence=sentence, best_score=by_words.max(),
)

# %% [markdown] lang="en"
# ### Second try: a model that has read
#
# **MiniLM** is a small language model. Its makers trained it on about a billion pairs of English sentences that belong
# together, such as a question and its answer: the vectors of a pair were pulled together, those of sentences that do not belong together were
# pushed apart. It has seen no ratings, and we shall not train it further. `TextEncoder` loads its weights and turns each text into a vector of 384
# numbers, also called its **embedding**. The first run takes some seconds; after that the vectors come from a cache.

# %% [markdown] lang="zh"
# ### 第二次尝试：读过大量文本的模型
#
# **MiniLM** 是一个小型语言模型。它的作者用约十亿对英文句子（例如一个问题和它的回答）训练它：同一对的两句，向量互相靠近；不成对的，向量互相远离。
# 它没见过任何评分，我们也不再训练它。`TextEncoder` 载入它的权重，把每段文字变成由 384 个数组成的向量，也叫**嵌入**（embedding）。
# 第一次运行要等几秒，之后向量直接从缓存里读。

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
# Here $a$ and $b$ are vectors with $d$ numbers each ($d = 2$ on paper, $d = 384$ for MiniLM), $\lVert a \rVert$ is the length of $a$. The same direction
# gives 1, a right angle 0, the opposite direction -1.

# %% [markdown] lang="zh"
# ### 两个向量有多像？
#
# 取两个画得出来的箭头：$a = (3, 4)$，$b = (4, 3)$。它们的**点积**（dot product）是 $3 \cdot 4 + 4 \cdot 3 = 24$，长度（模）都是
# $\sqrt{3^2 + 4^2} = 5$。点积除以两个长度的乘积，就只与夹角有关，这就是**余弦相似度**（cosine similarity）：
#
# $$\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert} = \frac{24}{5 \cdot 5} = 0.96$$
#
# 其中 $a$ 和 $b$ 各有 $d$ 个数（上例 $d = 2$，MiniLM 中 $d = 384$），$\lVert a \rVert$ 是 $a$ 的长度。方向相同得 1，互相垂直得 0，方向相反得 -1。

# %% [markdown] lang="en"
# **Exercise 1.** Turn the formula into code. ({points})

# %% [markdown] lang="zh"
# **练习 1** 把公式写成代码。（{points}）

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
# with all $m$ titles at once: $(m, d) \cdot (d,) \to (m,)$.

# %% [markdown] lang="zh"
# ### 按意思搜索
#
# `TextEncoder` 给出的每个向量长度都是 1，所以点积就是余弦；一次矩阵乘法就把一句话和全部 $m$ 个片名比较完：$(m, d) \cdot (d,) \to (m,)$。

# %%
def search(sentence, n=5):
    """en: The n titles nearest to the sentence in meaning.
    zh: 意思与这句话最接近的 n 个片名。"""
    similarity = title_vectors @ encoder.encode([sentence])[0]
    best = np.argsort(-similarity, kind="stable")[:n]
    return pd.DataFrame({"title": [titles[i] for i in best], "cosine": similarity[best].round(2)})


search(sentence)

# %%
by_meaning = title_vectors @ encoder.encode([sentence])[0]
figures.similarities(sentence, by_meaning, titles)

# %%
best, second = np.sort(by_meaning)[::-1][:2]
recbook.claim(
    titles[by_meaning.argmax()] == "Titanic" and best > second + 0.02,
    en="MiniLM puts “{title}” first of {titles:,}, with a cosine of {best:.2f}; the next title has "
    "{second:.2f}.",
    zh="MiniLM 在 {titles:,} 个片名中把“{title}”排在第一位，余弦 {best:.2f}；第二名是 "
    "{second:.2f}。",
    title="Titanic", titles=len(titles), best=best, second=second,
)

# %% [markdown] lang="en"
# (*The Ice Storm* stands there twice because the catalogue lists it twice; chapter 01 repairs that.) No rule about ships was written anywhere.
# A likely reason is that the model has read much text in which *Titanic*, *ship* and *iceberg* occur together, so that
# their vectors point a little more the same way than those of other titles. Another one:

# %% [markdown] lang="zh"
# （*The Ice Storm* 出现两次，是因为片目里有两条重复的记录，第 01 章会修补。）没有人写过任何关于船的规则。一种可能的解释是：模型读过大量同时出现
# *Titanic*、*ship* 和 *iceberg* 的文字，于是它们的向量比别的片名更靠近一些。再试一句（“有生命的玩具”）：

# %%
search("toys that are alive")

# %% [markdown] lang="en"
# **Exercise 2.** The middle step of `search`, for any items: return the positions of the `n` highest scores. ({points})

# %% [markdown] lang="zh"
# **练习 2** `search` 的中间一步，对任何物品（item）都适用：返回得分最高的 `n` 个的下标。（{points}）

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
# word with the title, filler words aside. That is unfair to word matching on purpose; the question is how far meaning gets. We look up
# the place at which the right title comes, 1 being best. In random order it would come in the middle on average.

# %% [markdown] lang="zh"
# ## 一句话可能是碰巧
#
# 猜中一次说明不了什么。下面是十六部耳熟能详的电影，每部配一句话，除了虚词，句子和片名没有共用的词。这是故意难为词匹配；我们想看的是，按意思能找对多少。
# 我们查看正确的片名排在第几位，1 最好。若随机排序，它平均落在正中间。

# %%
sixteen = {
    "a ship hits an iceberg": "Titanic",
    "toys that are alive": "Toy Story",
    "a puppet whose nose grows when he lies": "The Adventures of Pinocchio",
    "a princess, a poisoned apple, a mirror": "Snow White and the Seven Dwarfs",
    "astronauts try to come home from the moon": "Apollo 13",
    "a Scottish warrior fights for freedom": "Braveheart",
    "a bus must not slow down": "Speed",
    "a father dresses up as a nanny": "Mrs. Doubtfire",
    "chasing tornadoes": "Twister",
    "a knife, a shower, a motel": "Psycho",
    "a pig herds sheep": "Babe",
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
    max(shared) == 0 and np.median(place) < len(titles) / 10 and (place > 100).any(),
    en="With no word in common, the right title comes among the first ten for {in_first_ten} of "
    "{sentences} sentences; its median place is {median_place:.0f} of {films:,}. For "
    "{beyond_hundred} sentences it does not even reach the first hundred.",
    zh="没有共用的词，{sentences} 句话里仍有 {in_first_ten} 句的正确片名排进前十；名次的中位数是"
    "第 {median_place:.0f} 位（共 {films:,} 个片名）。有 {beyond_hundred} 句的正确片名连前一百都进"
    "不了。",
    in_first_ten=(place <= 10).sum(), sentences=len(place), beyond_hundred=(place > 100).sum(),
    median_place=np.median(place), films=len(titles),
)

# %% [markdown] lang="en"
# Look at the last rows. Nothing in the word *Babe* says pig, and nothing in *Raiders of the Lost Ark* says whip. The model reads the **title**,
# not the film; where it has not met the title in other texts, it has nothing else to go by. What to give it to read besides the title is a question for chapter 05.

# %% [markdown] lang="zh"
# 看看最后几行。*Babe*（《小猪宝贝》）这个词里没有猪，*Raiders of the Lost Ark*（《夺宝奇兵》）里也没有鞭子。模型读的是**片名**，不是电影；
# 如果它没在别的文字里遇到过这个片名，就无从下手。除了片名还该给它读什么，
# 是第 05 章的问题。

# %% [markdown] lang="en"
# ## Where meaning fails
#
# **Not.** Ask for a film about war, and for one that is *not* about war:

# %% [markdown] lang="zh"
# ## 按意思搜索也有失灵的时候
#
# **“不”字。** 先要一部讲战争的电影，再要一部不讲战争的：

# %%
for question in ("a film about war", "a film that is not about war"):
    plots.table(search(question, n=3), caption=question)

# %%
with_not, without = encoder.encode(["a film that is not about war", "a film about war"])
recbook.claim(
    with_not @ without > 0.8 and titles[(title_vectors @ with_not).argmax()] == "The War",
    en="The two questions have a cosine of {cosine:.2f}, and the film that is “not about war” is "
    "“The War”.",
    zh="两个问题的余弦是 {cosine:.2f}；“不讲战争”的那部电影，找来的是“The War”（《战争》）。",
    cosine=with_not @ without,
)

# %% [markdown] lang="en"
# The vector says above all what a sentence is *about*, and both are about war. One small *not* hardly turns it.
#
# **Another language.** The same question in English and in Chinese:

# %% [markdown] lang="zh"
# 向量记住的主要是主题，而这两句话的主题都是战争。多一个 *not*，方向几乎不变。
#
# **换一种语言。** 同一个问题，先用英文，再用中文：

# %%
for question in ("a comedy about space", "一部关于太空的喜剧"):
    plots.table(search(question, n=3), caption=question)

# %% [markdown] lang="en"
# In English it finds space, though hardly a comedy. In Chinese it finds three titles that are themselves Chinese in origin: it has noticed the
# language, not the question. Look at what it receives. It does not read words but **tokens**, from a fixed list made from
# English text, with a few foreign characters that such texts quote.

# %% [markdown] lang="zh"
# 用英文，它找到了太空，喜剧就未必了。用中文，它找来的三部都是华语片的片名：它看出了语言，没看懂问题。来看看它收到的是什么。它读的不是词，而是**词元**（token），
# 来自一张用英文文本做成的固定词表，里面只有少量文本中引用过的外文字符。

# %%
pieces = encoder.tokens("一部关于太空的喜剧")
print(encoder.tokens("a comedy about space"))
print(pieces)

# %%
space = title_vectors @ encoder.encode(["太空"])[0]
place_of_space = 1 + (space > space[titles.index("Lost in Space")]).sum()
recbook.claim(
    pieces[-2:] == ["[UNK]", "[UNK]"] and "[UNK]" not in encoder.tokens("太空") and place_of_space > 10,
    en="{unknown} of {characters} characters are not in the list and arrive as [UNK], both of "
    "喜剧 (comedy) among them. Those of 太空 (space) are in the list, and still “Lost in Space” "
    "comes only at place {place} for them: a model may know a character and not what it means.",
    zh="{characters} 个字里有 {unknown} 个不在词表中，送进去时都成了 [UNK]，其中就有“喜剧”两个字。"
    "“太空”两个字在词表里，可是搜“太空”，“Lost in Space”只排第 {place} 位：认得字形，不等于懂得意"
    "思。",
    characters=len(pieces), unknown=pieces.count("[UNK]"), place=place_of_space,
)

# %% [markdown] lang="en"
# A model knows what it was trained on, and nothing else. Models for many languages exist; chapter 05 compares them.
#
# **Exercise 3**, without a check. Search with sentences of your own. Find one that works although it shares no word with the
# title, and one that fails. Can you say why it fails: *not*, language, a title that hides its film, or something new?

# %% [markdown] lang="zh"
# 模型只知道它训练时见过的东西。也有支持多种语言的模型，第 05 章会比较它们。
#
# **练习 3**（没有自检）用你自己的英文句子来搜。找一句和片名没有共用词却能成功的，再找一句失败的。能说出它为什么失败吗：因为 *not*、因为语言、
# 因为片名没透露内容，还是另有原因？

# %%
# en: Put your own sentence here.
# zh: 在这里换上你自己的英文句子。
search("extraterrestrial invasion")

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
# 搜索还不是推荐：我们还没有问过是谁在找。推荐究竟难在哪里？第 01 章就用这批数据，把难处量出来。
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
