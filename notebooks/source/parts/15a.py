# %% [markdown] lang="en"
# # 15 · Questions: which one, measured how, begun with what?
#
# **You will be able to**, after the core, ask three guides (which encoder, which metric, which start), say on which result of the course each piece of advice rests, and see when it no longer does.
#
# **You need** no chapter in particular: the guides lead to those that prove them. Chapters 09 (intervals) and 10 (cold start) help.
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores. Everything here is read from stored results.

# %% [markdown] lang="zh"
# # 15 · 问题：选哪一个，怎样度量，从哪里起步？
#
# **学完核心部分之后**，你能使用三个指南（选编码器、选指标、选起步办法），说出每条建议依据课程里的哪个结果，并看出它何时不再成立。
#
# **需要的基础**：不依赖某一章，指南会指向证明它的章节。读过第 09 章（区间）和第 10 章，即冷启动（cold start），会更容易。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。本章全部读取预先存好的结果。

# %%
import recbook
from recbook import plots
from recbook.chapters.questions import figures
from recbook.chapters.questions.guides import GUIDES, which_encoder, which_metric, which_start

recbook.setup("en")

# %% [markdown] lang="en"
# ## Ask a guide
#
# A newspaper in Chinese, one small server, no graphics card: which model should read its headlines?

# %% [markdown] lang="zh"
# ## 问一问指南
#
# 一家中文报纸，一台小服务器，没有显卡：该用哪个模型来读它的标题？

# %%
which_encoder(task="news", language="zh", budget="small")

# %% [markdown] lang="en"
# The answer has four parts: the way that led to it, the advice, the result on which it rests, and where that stands. None of it is typed: the guide is a small tree, and each of its ends looks the result up, among those that the course has stored, and asks whether it still lies on the side that the advice needs. If a measurement is repeated and falls on the other side, the advice turns ([below](#turns) you can make it).
#
# Ask for something that a guide does not know, and it says what it does know:

# %% [markdown] lang="zh"
# 回答有四个部分：一路上的选择，建议，依据的结果，以及结果在哪里。没有一处是手写的结论：指南是一棵小树，每片叶子都到课程存好的结果里去查，看它是否仍落在建议所需的一侧。如果重新测量，结果落到了另一侧，建议就随之改变（[下文](#turns)里你可以亲手试）。
#
# 问它不懂的，它会说自己懂什么：

# %%
try:
    which_encoder(task="poetry", language="en", budget="small")
except ValueError as error:
    print(error)

# %% [markdown] lang="en"
# ## Which encoder? <a id="encoder"></a>
#
# The whole tree, from left to right. The number behind an end is the chapter that proves it; the texts are folded up below the figure.

# %% [markdown] lang="zh"
# ## 用哪个编码器？ <a id="encoder"></a>
#
# 下面是整棵树，从左往右读。每个末端后面的数字是证明它的章；建议的全文折叠在图的下方。

# %%
figures.tree("encoder")

# %% [markdown] lang="en"
# Read it as an argument. First: do the items have a log? Then, on films, no text beat it (chapters 05 and 07), and the rest of the tree need not be asked. Second: which language? A model reads what it was trained on, whatever its size. Only then: what may it cost, and for which task?
#
# Some ends rest on a measurement that no other chapter has: what an encoder is worth for Chinese headlines. The press is chapter 11's, invented, drawn three times, with each headline in both languages. (**Static vectors** are the mean of MiniLM's own table of tokens, with no layer run.) Below, a list of five is made by freshness and recent clicks, with a profile of what the reader clicked laid on top, in vectors of each kind; settings are chosen on the second week, the clicks are those of the third (stored).

# %% [markdown] lang="zh"
# 把它当作一段推理来读。第一，物品有没有日志？有的话，在电影上没有文本胜过它（第 05、07 章），后面的都不必问。第二，什么语言？模型只能读懂训练时读过的语言，与大小无关。然后才问：预算多大，做什么任务？
#
# 有几个末端依据的测量是其他章没有的：编码器用在中文标题上值多少。报社是第 11 章那家虚构的，共抽取三次，每条标题都有中英文。（**静态词向量**（static vectors）是 MiniLM 自己的词元（token）表取平均，一层也不跑。）下面的五条列表按新鲜度和最近的点击排出，再叠加读者的点击画像，画像用各种向量来做；参数用第二周选，点击数取第三周（预先存好）。

# %%
import pandas as pd

kept = recbook.stored("languages")["results"]
news, search = ({lang: kept[part][lang] for lang in ("en", "zh")} for part in ("news", "search"))
shown = ("fresh", "random", "words", "static", "MiniLM", "multilingual")
cost = news["zh"]["seconds a headline"]
rows = [(figures.reader(one), f"{1000 * cost[one]:.2f}" if one in cost else "–",
         *(news[lang]["clicks"][one]["mean"] for lang in ("en", "zh")),
         *(search[lang][one]["mean"] if one in search[lang] else float("nan") for lang in ("en", "zh"))) for one in shown]
plots.table(pd.DataFrame(rows, columns=["encoder", "ms a headline", "news, English", "news, Chinese", "search, English", "search, Chinese"]))

# %%
clicks = news["zh"]["clicks"]
over_minilm, nothing = clicks["multilingual"]["less"]["MiniLM"], clicks["MiniLM"]["less"]["fresh"]
recbook.claim(
    over_minilm[0] > 0 and nothing[0] < 0 < nothing[1] and min(lead[0] for lead in clicks["multilingual"]["less"].values()) > 0,
    en="With Chinese headlines the multilingual encoder's profile is worth {low:.3f} to {high:.3f} clicks a list more than MiniLM's, which is not told apart from no profile ({less:+.3f} to {more:+.3f}).",
    zh="读中文标题，多语言编码器的画像使每张列表比 MiniLM 的多得 {low:.3f} 到 {high:.3f} 次点击；MiniLM 的画像与没有画像差异不显著（{less:+.3f} 到 {more:+.3f}）。",
    takeaway=dict(
        en="First ask in which language a model was trained, then how large it is.",
        zh="先问模型是用什么语言训练的，再问它有多大。",
    ),
    low=over_minilm[0], high=over_minilm[1], less=nothing[0], more=nothing[1],
)

# %%
cheap, dear = (news["en"]["clicks"]["static"]["less"]["MiniLM"], search["en"]["MiniLM"]["less"]["static"])
recbook.claim(
    cheap[0] > 0 and dear[0] > 0,
    en="With English headlines static vectors are worth {low:.3f} to {high:.3f} clicks a list more than MiniLM; in the English search MiniLM leads them by {least:.2f} to {most:.2f} NDCG@10.",
    zh="读英文标题，静态词向量的画像使每张列表比 MiniLM 的多得 {low:.3f} 到 {high:.3f} 次点击；在英文搜索中，MiniLM 的 NDCG@10 比静态词向量高 {least:.2f} 到 {most:.2f}。",
    takeaway=False, low=cheap[0], high=cheap[1], least=dear[0], most=dear[1],
)

# %% [markdown] lang="en"
# The cheapest table of tokens leads where few words tell the section, and falls behind where a query shares no word with what it seeks. Chapter 14 has the same for size: among new films the small multilingual encoder is not behind a language model of many times its cost. So the tree asks for the task before it names a model. (The invented headlines draw on few words; those of a real press may ask for more.)
#
# **Beside the guide.** An end of the tree is no more than the first try. The control that costs nothing belongs beside it: counted words, or no profile at all.

# %% [markdown] lang="zh"
# 凭几个词就能看出版面时，最便宜的词元表领先；查询与目标没有共同的词时，它就落后。第 14 章比较模型大小，结论相似：给新电影排序，小的多语言编码器并不落后于贵许多倍的语言模型。所以这棵树先问任务，再说模型。（虚构的标题用词不多，真实的报社也许要求更高。）
#
# **指南之外。** 树的末端只是首选。旁边要放上不花代价的对照：词计数，或者干脆没有画像。

# %% [markdown] lang="en"
# ## Which metric? <a id="metric"></a>
#
# A metric answers one question. So this guide asks only what you want to know.

# %% [markdown] lang="zh"
# ## 用哪个指标？ <a id="metric"></a>
#
# 一个指标只回答一个问题。所以这个指南只问你想知道什么。

# %%
figures.tree("metric")

# %%
which_metric("comes back")

# %%
shop = recbook.stored("measures")["results"]["shop"]
level = {(name, task): shop[name][task]["mean"]["ndcg@10"] for name in ("own frequency", "EASE") for task in ("again", "new")}
recbook.claim(
    level["own frequency", "again"] > level["EASE", "again"] and level["EASE", "new"] > level["own frequency", "new"],
    en="On what a household buys again own frequency leads ({own_again:.2f}, EASE {ease_again:.2f}), on what is new to it EASE ({ease_new:.3f}, own frequency {own_new:.3f}).",
    zh="对住户再次购买的商品，个人频率领先（{own_again:.2f}，EASE 为 {ease_again:.2f}）；对第一次购买的，EASE 领先（{ease_new:.3f}，个人频率为 {own_new:.3f}）。",
    takeaway=dict(
        en="Write the question down before the metric: what comes back and what is new have different winners.",
        zh="先写下问题，再选指标：再次购买与第一次购买，赢家不是同一个模型。",
    ),
    own_again=level["own frequency", "again"], ease_again=level["EASE", "again"],
    ease_new=level["EASE", "new"], own_new=level["own frequency", "new"],
)

# %% [markdown] lang="en"
# A metric says which model is better, not which one to run: the better one may cost more. Let the gain be measured per user, the new model less the old one, and let $[a, b]$ be its 95% interval. The new model costs $c$ more, in the same unit. By pencil: a gain of 0.02 to 0.05 clicks a list at a cost of 0.01 pays even in the worst case, and at a cost of 0.03 nobody knows.
#
# **Exercise 1.** Which one goes live? ({points})

# %% [markdown] lang="zh"
# 指标说的是哪个模型更好，没有说该运行哪个：更好的可能更贵。设按用户测出的收益是新模型减旧模型，95% 区间为 $[a, b]$；新模型多出的成本是 $c$，单位相同。笔算：每张列表多得 0.02 到 0.05 次点击，成本为 0.01，最坏也划算；成本为 0.03，就说不准。
#
# **练习 1** 哪个上线？（{points}）

# %% exercise="questions-ship" points=1
def which_to_ship(low, high, cost):
    """en: "new" if the gain is above its cost for certain, "old" if it is below it for certain, else "measure".
    en: low and high are the ends of the 95% interval of the gain; cost is 0 or more, in the same unit.
    zh: 收益必定超过成本返回 "new"，必定低于成本返回 "old"，否则返回 "measure"。
    zh: low 和 high 是收益的 95% 区间的两端；cost 不小于 0，单位与收益相同。"""
    ### BEGIN SOLUTION
    if low > cost:
        return "new"
    return "old" if high < cost else "measure"
    ### END SOLUTION

# %% check="questions-ship"
recbook.check("questions-ship", which_to_ship)

# %% [markdown] lang="en"
# ## Which start? <a id="start"></a>
#
# The third guide is for who has little: a person without a history, an item that nobody has met. Here is a bookshop with a new book.

# %% [markdown] lang="zh"
# ## 从什么起步？ <a id="start"></a>
#
# 第三个指南给几乎没有数据的人：没有历史的用户，没有人接触过的物品。比如，书店来了一本新书。

# %%
figures.tree("start")

# %%
which_start(users="known", items="new", text="labels")

# %%
books = recbook.stored("books")["results"]["new"]
apart = {(row["model"], row["less"]): row["interval"] for row in books["differences"]}
over_text = apart["author", "MiniLM, title by author"]
recbook.claim(
    over_text[0] > 0 and apart["MiniLM, title", "words, title"][1] < 0,
    en="Among new books one column an author reaches {author:.3f}, MiniLM's vector of title and author {minilm:.3f} ({low:.3f} to {high:.3f} less).",
    zh="给新书排序，每位作者一列达到 {author:.3f}，书名与作者的 MiniLM 向量为 {minilm:.3f}（低 {low:.3f} 到 {high:.3f}）。",
    takeaway=dict(
        en="A new item begins with its labels; its text comes next, and has to win on hidden items.",
        zh="新物品先用标签起步；文本其次，并且要在隐藏物品上胜出。",
    ),
    author=books["models"]["author"]["ndcg"], minilm=books["models"]["MiniLM, title by author"]["ndcg"],
    low=over_text[0], high=over_text[1],
)

# %% [markdown] lang="en"
# Groceries and books agree on this: who made it and of what kind it is say more than an encoder reads out of the text, once somebody has written them down (chapter 11). On films a title with its year did as well as genres and decade, and both together did best (chapter 10). Where there is only a title, its counted words are the first try.
#
# ## When a result turns <a id="turns"></a>
#
# Advice outlives its reasons. So let us take a reason away. `imagined` reads a copy of the stored results with a change of ours: here the multilingual encoder's lead in the Chinese search may be nothing.

# %% [markdown] lang="zh"
# 食品杂货和图书在这一点上一致：是谁做的、属于哪一类，只要有人写下来，就比编码器从文本里读出的更有用（第 11 章）。在电影上，带年份的片名与“类型＋年代”不相上下，两者合用最好（第 10 章）。如果只有标题，就先试标题的词计数。
#
# ## 结果变了怎么办 <a id="turns"></a>
#
# 建议往往比它的理由活得久。那么，我们来拿走一个理由。`imagined` 读的是存好结果的副本，里面有我们的改动：这里假设在中文搜索中，多语言编码器的领先不显著。

# %%
from IPython.display import display

from recbook.chapters.questions.imagined import imagined


def no_lead(results):
    for interval in results["search"]["zh"]["multilingual"]["less"].values():
        interval[0] = -0.01


display(which_encoder("search", "zh", "small"))
with imagined("languages", no_lead):
    display(which_encoder("search", "zh", "small"))

# %% [markdown] lang="en"
# The numbers of the means are the same, and yet the advice is another: it rested on the interval. In the tests of this course every end of the three trees is turned in this way once.
#
# **Exercise 2.** All results are measured anew. An interval lies above 0, below 0, or around it. Which advice has to be read again? ({points})

# %% [markdown] lang="zh"
# 平均值没有变，建议却变了：它依据的是区间。在本课程的测试里，三棵树的每个末端都这样变过一次。
#
# **练习 2** 全部结果重新测了一遍。区间可能在 0 以上，在 0 以下，或包含 0。哪些建议需要重读？（{points}）

# %% exercise="questions-turned" points=2
def turned_leaves(before, after):
    """en: The rows whose interval changed sides, ascending whole numbers. before, after (n, 2): low and high ends;
    en: an interval is above 0 (low > 0), below 0 (high < 0) or around it.
    zh: 区间换了位置的行号，升序整数。before、after (n, 2)：各行的下端和上端；
    zh: 区间在 0 以上（下端大于 0）、在 0 以下（上端小于 0），或包含 0。"""
    ### BEGIN SOLUTION
    def side(intervals):
        return (intervals[:, 0] > 0).astype(int) - (intervals[:, 1] < 0)
    return (side(before) != side(after)).nonzero()[0]
    ### END SOLUTION

# %% check="questions-turned"
recbook.check("questions-turned", turned_leaves)

# %%
ends = [leaf.side()[0] for guide in GUIDES.values() for _, leaf in guide.leaves()]
recbook.claim(
    len(ends) > 15,
    en="The three guides have {ends} ends; {holding} rest today on the side that they were written for.",
    zh="三个指南共有 {ends} 个末端；其中 {holding} 个目前仍在当初写下建议的那一侧。",
    takeaway=dict(
        en="Keep the reason beside the advice, so that a new measurement can change it.",
        zh="把理由写在建议旁边，新的测量才能改变它。",
    ),
    ends=len(ends), holding=sum(ends),
)

# %% [markdown] lang="en"
# What a guide cannot do: tell who wins on *your* log. Each end is a fact about one or two logs, on films of the nineties, a shop of one year, an invented press. Take its advice as the first try, put the cheaper try beside it, and measure.
#
# ## A map of the course <a id="map"></a>
#
# Every chapter, with the sections of its core. It prints on one page.
#
# {map}
#
# The [glossary](#glossary) leads from each term to the section that explains it.

# %% [markdown] lang="zh"
# 指南做不到的：告诉你在**你的**日志上谁会胜出。每个末端只是关于一两份日志的事实：九十年代的电影，一家商店的一年，一家虚构的报社。把建议当作首选，旁边放上更便宜的做法，然后测量。
#
# ## 课程地图 <a id="map"></a>
#
# 各章及其核心部分的各节，可以打印成一页。
#
# {map}
#
# [术语表](#glossary)从每个术语指向讲解它的那一节。

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

# %% quiz="questions"
recbook.quiz("questions")

# %% [markdown] lang="en"
# ## Your progress

# %% [markdown] lang="zh"
# ## 你的进度

# %% tags=["nbval-ignore-output"]
recbook.progress("questions")

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Glossary <a id="glossary"></a>
#
# *Adds: every term of the course in both languages, with the section that explains it: the first that has it in bold, else the first that uses it.*
#
# {glossary}

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 术语表 <a id="glossary"></a>
#
# **本节补充**：课程的全部术语，中英对照，并指向讲解它的那一节：首次以粗体出现的一节；没有粗体的，指向首次使用的一节。
#
# {glossary}
