# %% [markdown] lang="en"
# # 11 · Applications: four worlds
#
# **You will be able to**, after the core, look at a new log (of goods, films, tunes or articles) and say within an hour which task it is: what comes back, how fast an item ages, what a text is worth, which metric fits, and which trap is set.
#
# **You need** chapters 01 (EASE, popularity, NDCG), 09 (splits in time) and 10 (cold start).
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 11 · 应用：四个领域
#
# **学完之后**：学完核心部分，拿到一份新日志（商品、电影、曲子或文章），你能在一小时内说出它属于哪种任务：什么会重复，物品多快过时，文本值多少，该用什么指标，陷阱在哪里。
#
# **需要的基础**：第 01 章（EASE、流行度、NDCG）、第 09 章（按时间划分）和第 10 章，即冷启动（cold start）。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。

# %%
import numpy as np
import pandas as pd

import recbook
from recbook import plots
from recbook.chapters.applications import figures
from recbook.data import Split, bought_by, by_week, leave_one_out, listeners, newsroom, next_basket
from recbook.data.prepare import SHOP_STEPS, repair
from recbook.evaluation import bootstrap, evaluate, evaluate_tasks
from recbook.models import EASE, OwnFrequency, Popularity
from recbook.text import TextEncoder
from recbook.vectors import unit

recbook.setup("en")
ratings = recbook.load("ml-100k")
# en: A year of receipts; what is no product is left out.
# zh: 一年的小票；不是商品的行已去掉。
goods, _ = repair(recbook.load("shop"), SHOP_STEPS)

# %% [markdown] lang="en"
# ## One recommender, two worlds
#
# Most chapters work with films, where EASE is hard to beat. Take it to a shop: a year of groceries of 2,469 households. What will a household put into its next basket? Beside EASE stands a line that a grocer would write, **own frequency**: *count what this household bought before*. Which of the two is ahead, and by how much?

# %% [markdown] lang="zh"
# ## 一个推荐模型，两个领域
#
# 前面各章多用电影，那里 EASE 很难胜过。把它带到一家商店：2,469 户人家一年的食品杂货。一户人家的下一篮里会有什么？拿来与 EASE 比的，是杂货店老板也会写的一行代码，**个人频率**：只数这户人家以前买过什么。哪个领先，领先多少？

# %%
films = leave_one_out(ratings)
# en: Products that 50 households bought in weeks 1 to 48; tested are weeks 49 to 53, and of these the first basket.
# zh: 第 1 到 48 周至少 50 户买过的商品；测试用第 49 到 53 周，下一篮取其中的第一篮。
shop = bought_by(goods, 50, before=49)
weeks = by_week(shop, 49, 49, repeats="keep")
basket = next_basket(weeks)
makers = {"popularity": lambda: Popularity(per_user=True), "EASE": lambda: EASE(300.0), "own frequency": OwnFrequency}
fitted = {name: make().fit(weeks.train) for name, make in makers.items()}
first = {"films": {name: evaluate(make(), films) for name, make in makers.items()},
         "shop": {name: evaluate(model, basket) for name, model in fitted.items()}}


def levels(reports):
    return {name: (report["ndcg@10"], *report.interval("ndcg@10")) for name, report in reports.items()}


figures.panels({world: levels(reports) for world, reports in first.items()}, mark=["own frequency"],
               en="The same three models: a film is new, a basket is habit", zh="同样三个模型：电影要新的，购物靠习惯")

# %%
ahead = first["shop"]["own frequency"]["ndcg@10"] / first["shop"]["EASE"]["ndcg@10"]
recbook.claim(
    first["films"]["EASE"].difference(first["films"]["popularity"], "ndcg@10").low > 0 and ahead > 1.5,
    en="On films EASE leads popularity ({ease_films:.3f} against {popularity_films:.3f}). On the next basket of a shop, "
    "own frequency reaches {own_shop:.3f}, EASE {ease_shop:.3f}.",
    zh="在电影上 EASE 胜过流行度（EASE 为 {ease_films:.3f}，流行度为 {popularity_films:.3f}）。预测商店的下一篮，个人频率达到 "
    "{own_shop:.3f}，EASE 为 {ease_shop:.3f}。",
    takeaway=dict(
        en="Before you choose a model, ask what comes back: on the next basket own frequency reaches {ahead:.1f} times the NDCG "
        "of EASE, which reads no counts; EASE on counts only draws level.",
        zh="选模型之前先问什么会重复：预测下一篮时，个人频率的 NDCG 是 EASE（只读买没买过）的 {ahead:.1f} 倍；EASE 读次数，也只与计数"
        "相当。",
    ),
    ease_films=first["films"]["EASE"]["ndcg@10"], popularity_films=first["films"]["popularity"]["ndcg@10"],
    own_shop=first["shop"]["own frequency"]["ndcg@10"], ease_shop=first["shop"]["EASE"]["ndcg@10"], ahead=ahead,
)

# %% [markdown] lang="en"
# On films, own frequency has nothing to say: nobody rates a film twice, and what was seen is masked. All are tied, and ties go by popularity: hence the same number twice. So a model is not good or bad; it fits a task. Four questions tell tasks apart, and each section below answers them for one world:
#
# 1. *What is an item?* A tin of beans, a film, a tune, an article of this morning.
# 2. *Does it come back?* Does the same person meet the same item again?
# 3. *How fast does it age?* The **half-life** of an item: from its first event until half of its events have happened.
# 4. *What is known before the first click?* Labels, a text, sound, a name.
#
# By pencil: an item is met on days 1, 1, 3 and 9. Half of its four events have happened by day 1, so its half-life is 0 days; without the second event it would be 2. Over a whole log we take the median item, of those with 20 events or more.

# %% [markdown] lang="zh"
# 在电影上，个人频率不起作用：没有人把一部电影评两次，看过的又被屏蔽。剩下的全部并列（tie），而并列时按流行度排，所以两者分数相同。所以模型没有绝对的好坏，只有合不合任务。分辨任务要问四个问题，下面每一节为一个领域回答一遍：
#
# 1. *物品是什么？* 一罐豆子，一部电影，一支曲子，今天早上的一篇文章。
# 2. *会重复吗？* 同一个人会再次遇到同一个物品吗？
# 3. *多快过时？* 物品的**半衰期**（half-life）：从它的第一次事件，到一半的事件已经发生。
# 4. *第一次点击之前知道什么？* 标签、文本、声音、名字。
#
# 笔算：一个物品在第 1、1、3、9 天出现。到第 1 天，四次事件已经发生了一半，所以半衰期是 0 天；去掉第二次，就是 2 天。对整份日志，取有 20 次以上事件的物品，各算半衰期，再取中位数。

# %%
from recbook.chapters.applications.guide import facts, guide

measured = {"shop": facts(goods), "films": facts(ratings)}
rows = [(plots.name(world), f"{one.repeats:.0%}", f"{one.half_life:.0f}", f"{one.days:.0f}", f"{one.half_life / one.days:.2f}",
         f"{one.unknown:.0%}") for world, one in measured.items()]
plots.table(pd.DataFrame(rows, columns=["world", "repeats", "half-life, days", "log, days", "half-life of log", "unknown"]))

# %% [markdown] lang="en"
# A half-life says nothing without the log's length: for a product that sells evenly it is half the log, of a year or a month. So look at the quotient: near one half, an item does not age while the log runs; near 0 it dies young. Beans and films both hardly age here. The last column says what share of the events in the last tenth of the time is on items that were not there before.
#
# **Exercise 1.** Write the half-life. ({points})

# %% [markdown] lang="zh"
# 只看半衰期不够，还要看日志多长：均匀销售的商品，半衰期是日志的一半，不论一年还是一个月。所以要看两者之比：接近二分之一，物品在日志期间没有过时；接近 0，很快过时。这里豆子和电影都几乎不过时。最后一列是时间上最后十分之一的事件里，发生在此前没有出现过的物品上的比例。
#
# **练习 1** 写出一个物品的半衰期。（{points}）

# %% exercise="applications-half-life" points=1
def item_half_life(days):
    """en: From the first of days (n,), whole numbers in any order, until at least half of them have come.
    zh: 从 days (n,)（整数，顺序任意）中最早的一天起，到至少一半的事件已经发生，隔了多少天。"""
    ### BEGIN SOLUTION
    days = np.sort(days)
    return days[(len(days) - 1) // 2] - days[0]
    ### END SOLUTION

# %% check="applications-half-life"
recbook.check("applications-half-life", item_half_life)

# %% [markdown] lang="en"
# ## The shop <a id="shop"></a>
#
# ### What a household buys again
#
# The log holds every receipt of a year (the Complete Journey). An **item** is a product with a number, a type, a brand and a size, and many lines are repeats. Here is one household that comes regularly, for which own frequency is about as good as on average, with its twelve most bought products: which of them would you put on the list for the next basket?

# %% [markdown] lang="zh"
# ## 商店 <a id="shop"></a>
#
# ### 一户人家会再买什么
#
# 日志里是一年的全部小票（the Complete Journey）。**物品**是一种商品，有编号、小类、品牌和规格，许多行是复购。下面这户人家经常来，个人频率对它的预测约为平均水平；图里是它买得最多的十二种商品。你会把哪些列进下一篮？

# %%
last_week = np.zeros(shop.n_users)
np.maximum.at(last_week, weeks.train.user, weeks.train.week)
regular = (weeks.train.user_counts() > 300) & (last_week >= 47)
per_household = np.where(regular, first["shop"]["own frequency"].per_user["ndcg@10"], np.nan)
shown = int(np.nanargmin(np.abs(per_household - np.nanmean(per_household))))
mine = weeks.train.take(weeks.train.user == shown)
top = np.argsort(-np.bincount(mine.item, minlength=shop.n_items), kind="stable")[:12]
following = np.isin(top, basket.test.item[basket.test.user == shown])
figures.household(shop.items["type"].iloc[top].tolist(), [np.unique(mine.week[mine.item == item]) for item in top],
                  following, cut=48)

# %% [markdown] lang="en"
# Often matters, and lately matters. One formula has both:
#
# $$s(u, i) = \sum_{t \in T_{ui}} 2^{-(t_u - t) / h}$$
#
# where $T_{ui}$ lists the weeks in which household $u$ bought product $i$ (twice in a week: listed twice), $t_u$ the week of its last purchase of anything, and $h$ the half-life of a habit, in weeks: a purchase $h$ weeks old counts half. By pencil, with $h = 2$: milk in weeks 1, 3 and 5, bread in week 1, eggs in week 3. Milk gets $\frac14 + \frac12 + 1 = 1.75$, eggs $\frac12$, bread $\frac14$.

# %% [markdown] lang="zh"
# 买得多有关系，最近买过也有关系。一个公式把两者合在一起：
#
# $$s(u, i) = \sum_{t \in T_{ui}} 2^{-(t_u - t) / h}$$
#
# 其中 $T_{ui}$ 列出住户 $u$ 购买商品 $i$ 的周（一周买两次就列两次），$t_u$ 是它最后一次购买任何商品的那一周，$h$ 是习惯的半衰期，以周计：$h$ 周以前的一次购买只算一半。笔算，取 $h = 2$：牛奶在第 1、3、5 周，面包在第 1 周，鸡蛋在第 3 周。牛奶得 $\frac14 + \frac12 + 1 = 1.75$，鸡蛋 $\frac12$，面包 $\frac14$。

# %% [markdown] lang="en"
# **Exercise 2.** Write it. ({points})

# %% [markdown] lang="zh"
# **练习 2** 写出这个公式。（{points}）

# %% exercise="applications-recency" points=2
def recency_frequency(items, weeks, n_items, half_life):
    """en: The score of every product for one household, shape (n_items,). items (n,) are the products of
    en: its purchases, weeks (n,) their weeks; both are arrays of whole numbers, in any order.
    zh: 一户人家对每种商品的分数，形状 (n_items,)。items (n,) 是各次购买的商品，weeks (n,) 是购买的周；
    zh: 两者都是整数数组，顺序任意。"""
    ### BEGIN SOLUTION
    scores = np.zeros(n_items)
    np.add.at(scores, items, 0.5 ** ((max(weeks) - weeks) / half_life))
    return scores
    ### END SOLUTION

# %% check="applications-recency"
recbook.check("applications-recency", recency_frequency)

# %% [markdown] lang="en"
# ### Two tasks, two winners <a id="tasks"></a>
#
# "Recommend something in the shop" is two tasks. The **next basket** asks for all that the household will buy. **Discovery** asks for what it will buy in the next five weeks and never had. Only the second is what the course has done so far. Half-life and penalties were chosen on weeks 44 to 48 (stored: a habit's half-life of 16 weeks was best of six); each model then reads weeks 1 to 48 and is tested once. For discovery, own frequency has nothing to say, so popularity stands there: of the whole year, and of the last four weeks.

# %% [markdown] lang="zh"
# ### 两个任务，两个赢家 <a id="tasks"></a>
#
# “在商店里推荐点什么”其实是两个任务。**下一篮**（next basket）预测这户人家会买的全部商品。**发现**（discovery）预测它在之后五周里第一次买的商品。本课程到目前为止做的只是后一个。半衰期和正则化系数在第 44 到 48 周上选定（预先存好：六个习惯半衰期里，16 周最好）；然后每个模型读第 1 到 48 周，只测试一次。在发现任务上，个人频率不起作用，所以那里放的是流行度：全年的，以及最近四周的。

# %%
# en: `kept` are this chapter's stored results, computed before.
# zh: `kept` 是本章预先存好的结果。
kept = recbook.stored("applications")["results"]
more = {"popularity, last weeks": Popularity(weeks=4, per_user=True), "recency frequency": OwnFrequency(16.0)}
competing = fitted | {name: model.fit(weeks.train) for name, model in more.items()}
order = ["popularity", "popularity, last weeks", "EASE", "own frequency", "recency frequency"]
next_reports = first["shop"] | {name: evaluate(model, basket) for name, model in more.items()}
best_for_new = competing | {"EASE": EASE(1000.0)}
new = {name: evaluate(best_for_new[name], weeks, task="new") for name in order[:3]}
reports = {"the next basket": {name: next_reports[name] for name in order}, "discovery": new}
figures.panels({task: levels(found) for task, found in reports.items()}, mark=["recency frequency"],
               en="Habit decides the next basket; what is new hardly anybody can tell",
               zh="下一篮由习惯决定；会发现什么新商品，几乎谁也说不准")

# %%
factor = next_reports["recency frequency"]["ndcg@10"] / next_reports["EASE"]["ndcg@10"]
gain = next_reports["recency frequency"].difference(next_reports["own frequency"], "ndcg@10")
before = (weeks.train.matrix() > 0).toarray()[basket.test.user, basket.test.item]
recbook.claim(
    factor > 1.2 and gain.low > 0 and before.mean() > 0.5,
    en="On the next basket own frequency, recent first, reaches {recency:.3f}, {gain_low:.3f} to {gain_high:.3f} above plain "
    "counting; {again:.0%} of what stands in these baskets was bought before.",
    zh="预测下一篮时，个人频率（近期加权）达到 {recency:.3f}，比单纯计数高 {gain_low:.3f} 到 {gain_high:.3f}；这些篮子里的商品有 "
    "{again:.0%} 以前买过。",
    takeaway=False, recency=next_reports["recency frequency"]["ndcg@10"], gain_low=gain.low, gain_high=gain.high,
    again=before.mean(),
)

# %%
on_counts = kept["test"]["next"]["EASE, log counts"]
equal = kept["test"]["next"]["own frequency"]["less"]["EASE, log counts"]["interval"]
recbook.claim(
    factor > 1.2 and equal[0] < 0 < equal[1],
    en="That is {factor:.1f} times EASE. But EASE reads only *whether* a product was bought, and its diagonal of zeros forbids it to "
    "say *again*. Told how often, it reaches {counts:.3f} (stored), not told apart from counting (which leads by "
    "{low:+.3f} to {high:+.3f}).",
    zh="这是 EASE 的 {factor:.1f} 倍。但 EASE 只读买没买过，对角线为零又使它不能推荐“再买一次”。改为读次数，它达到 {counts:.3f}（预先存"
    "好），与单纯计数差异不显著（计数高 {low:+.3f} 到 {high:+.3f}）。",
    takeaway=False, factor=factor, counts=on_counts["ndcg"], low=equal[0], high=equal[1],
)

# %% [markdown] lang="en"
# So nearly all of the lead comes from counts ([Deeper](#counts) has the details). The formula leaves out what a grocer knows: offers, and that detergent bought yesterday is not due today.
#
# And discovery? EASE leads again, as on films. But look which popularity it leads. That of the whole year is a **straw man**, an opponent set up to be beaten: the test weeks, 49 to 53, are Christmas, and a list of all 48 weeks before hardly knows it.

# %% [markdown] lang="zh"
# 可见领先几乎全来自次数（细节见[选读](#counts)）。杂货店老板还会指出公式里没有的：促销，以及昨天买的洗衣液今天不必再买。
#
# 那么发现任务呢？EASE 又领先了，与电影上一样。但要看它领先的是哪一种流行度。全年的流行度是**稻草人**（straw man），即专门立来让人打倒的对手：测试的是第 49 到 53 周，正值圣诞节，而此前 48 周合计的列表几乎看不出来。

# %%
over_year, over_weeks = (new["EASE"].difference(new[name], "ndcg@10") for name in ("popularity", "popularity, last weeks"))
gaps = {name: new["EASE"]["ndcg@10"] - new[name]["ndcg@10"] for name in ("popularity", "popularity, last weeks")}
recbook.claim(
    over_weeks.low > 0 and gaps["popularity, last weeks"] < 0.6 * gaps["popularity"],
    en="On discovery EASE leads the whole year's popularity by {over_year:.3f}, and that of the last four weeks by "
    "{over_weeks:.3f} (interval {low:.4f} to {high:.4f}).",
    zh="在发现任务上，EASE 比全年流行度高 {over_year:.3f}，比最近四周的高 {over_weeks:.3f}（区间 {low:.4f} 到 "
    "{high:.4f}）。",
    takeaway=dict(
        en="Let a model stand against what sold last month, not against what sold all year: most of the lead over the year "
        "may be the season.",
        zh="对照要用最近几周的流行度，不要用全年的：对全年流行度的领先，很可能只来自季节。",
    ),
    over_year=gaps["popularity"], over_weeks=gaps["popularity, last weeks"], low=over_weeks.low, high=over_weeks.high,
)

# %% [markdown] lang="en"
# ### A report that is wrong <a id="wrong"></a>
#
# A colleague takes the course's evaluation to the shop as it stands. It masks what the household had, as it did for films. No line fails, and the report is clean:

# %% [markdown] lang="zh"
# ### 一份错的报告 <a id="wrong"></a>
#
# 一位同事把本课程的评估原样搬到商店。它像对待电影一样，屏蔽这户人家已有的商品。没有一行报错，报告也很干净：

# %%
three = ["popularity", "EASE", "recency frequency"]
colleague = {name: evaluate(competing[name], basket, task="new") for name in three}
figures.panels({"repeats kept": levels({name: next_reports[name] for name in three}), "history masked": levels(colleague)}, mark=["recency frequency"],
               en="The same baskets, the same models: masking turns the order over",
               zh="同样的篮子，同样的模型：屏蔽历史使名次颠倒")

# %%
recbook.claim(
    colleague["EASE"].difference(colleague["recency frequency"], "ndcg@10").low > 0
    and abs(colleague["recency frequency"]["ndcg@10"] / colleague["popularity"]["ndcg@10"] - 1) < 0.05,
    en="With the history masked, the best model of the shop falls from {whole:.3f} to {masked:.3f}, to popularity (all are tied again), and EASE "
    "stands first with {ease:.3f}.",
    zh="屏蔽历史之后，商店里最好的模型从 {whole:.3f} 掉到 {masked:.3f}，与流行度一样（又全部并列），而 EASE 以 {ease:.3f} 排在第一。",
    takeaway=dict(
        en="Masking the history is right for films and wrong for a basket: it throws the answer away, and no line fails.",
        zh="屏蔽历史，对电影是对的，对购物篮是错的：答案被扔掉了，却没有一行报错。",
    ),
    whole=next_reports["recency frequency"]["ndcg@10"], masked=colleague["recency frequency"]["ndcg@10"],
    ease=colleague["EASE"]["ndcg@10"],
)

# %% [markdown] lang="en"
# By pencil: scores 5, 4, 3, 2, 1; the household had the first two products, and buys the first, the third and the fifth. A list of two finds 1 of 3 for the next basket (places 1 and 2). For discovery the first two are masked, the list is places 3 and 4, to be found are the third and the fifth: 1 of 2. An earlier version of the colleague's code, in the next cell, was worse still: it masked the history and wanted it too. Then no list can reach 1.
#
# **Exercise 3.** Mend it. ({points})

# %% [markdown] lang="zh"
# 笔算：商品 1 到 5 的分数是 5、4、3、2、1；这户人家已有商品 1 和商品 2，这次买了商品 1、商品 3 和商品 5。长度为 2 的列表，在下一篮任务里是商品 1、2，找到 3 个目标中的 1 个。在发现任务里，商品 1、2 被屏蔽，列表是商品 3、4，目标是商品 3 和商品 5：2 个中的 1 个。那位同事更早的一版（下面的代码）更糟：历史商品既被屏蔽，又算作目标，于是没有列表能达到 1。
#
# **练习 3** 请改正。（{points}）

# %%
def recall_of_the_colleague(scores, before, bought, k):
    # en: The history is masked, and wanted.
    # zh: 历史被屏蔽，又算作目标。
    scores = np.where(before, -np.inf, scores)
    return bought[np.argsort(-scores)[:k]].sum() / bought.sum()

# %% exercise="applications-basket" points=2
def basket_recall(scores, before, bought, k, task):
    """en: Recall at k of one household. scores (n_items,), higher is better; before and bought (n_items,)
    en: bool: what it had, and what it buys now. task is "next basket" (everything may be shown and is
    en: wanted) or "discovery" (only what it did not have). Something is always to be found.
    zh: 一户人家的 k 处召回率。scores (n_items,) 越大越好；before、bought (n_items,) 是布尔数组：已有的、这次买的。
    zh: task 是 "next basket"（全部都可以列出、都算目标）或 "discovery"（只限没有买过的）。保证至少有一种目标商品。"""
    ### BEGIN SOLUTION
    if task == "discovery":
        scores, bought = np.where(before, -np.inf, scores), bought & ~before
    return bought[np.argsort(-scores)[:k]].sum() / bought.sum()
    ### END SOLUTION

# %% check="applications-basket"
recbook.check("applications-basket", basket_recall)

# %% [markdown] lang="en"
# ### What a text is worth in a shop
#
# A product that nobody has bought yet has five labels: department, category, type, brand and size. The first three in a row make a text: "GROCERY, FROZEN PIZZA, PIZZA/PREMIUM". Chapter 10 ranked hidden products by each. Here are its stored numbers, with the control that matters: a **random vector a text** knows which products share a text, and nothing else. Does MiniLM say more?

# %% [markdown] lang="zh"
# ### 文本在商店里值多少
#
# 还没有人买过的商品，有五种标签：部门、大类、小类、品牌和规格。前三种连起来就是一段文本，例如“GROCERY, FROZEN PIZZA, PIZZA/PREMIUM”（食品杂货，冷冻披萨，高档披萨）。第 10 章用它们分别给隐藏的商品排过序。下面是存好的数字和关键的对照：**每段文字一个随机向量**只知道哪些商品文字相同，别的一概不知。MiniLM 能超过它吗？

# %%
hidden = {"random fifth": recbook.stored("new_products")["results"]["random"]}
kinds = ["random order", "random vector a text", "MiniLM", "words", "labels", "labels, brand, size"]
rows = [(plots.name(kind), *(one["models"][kind]["ndcg"] for one in hidden.values())) for kind in kinds]
plots.table(pd.DataFrame(rows, columns=["features of a new product", *hidden]))

# %%
level = {kind: hidden["random fifth"]["models"][kind]["ndcg"] for kind in kinds}
named = next(row for row in hidden["random fifth"]["differences"] if row["model"] == "labels, brand, size")
recbook.claim(
    level["random vector a text"] > 0.9 * level["MiniLM"] and named["difference"] > 0.02 and named["sets_won"] == 5,
    en="A random vector a text reaches {share:.0%} of MiniLM's NDCG@10 on hidden products. Brand and size add {gain:.3f} to "
    "the other labels, on five of five hidden sets.",
    zh="给隐藏的商品排序，每段文字一个随机向量就达到 MiniLM 的 NDCG@10 的 {share:.0%}。品牌和规格在其他标签之上提高 {gain:.3f}，"
    "五组里五组都高。",
    takeaway=False, share=level["random vector a text"] / level["MiniLM"], gain=named["difference"],
)

# %% [markdown] lang="en"
# The shop's catalogue is **curated**: somebody has sorted every product, so what its text says, its labels say already. What, then, is a language model for in a shop? Ask another question: which products does this sentence mean?
#
# ### A search <a id="search"></a>
#
# We wrote 66 queries in English and Chinese from the list of product types alone, with their right answers, before any search was run (`recbook.chapters.applications.queries`). Some use the shop's own words ("frozen pizza"), some other words ("courgette" for zucchini), some never name the thing ("my sink is blocked"). Ranked are the 616 different texts. Three readers: words (tf-idf), pieces of 3 to 5 letters, and MiniLM. For Chinese, in which the first three can read nothing, there is a fourth: the multilingual **Universal Sentence Encoder**, trained on 16 languages so that a sentence and its translation get vectors close together. It needs neither PyTorch nor a graphics card: it is NumPy (`recbook.text.multilingual`).

# %% [markdown] lang="zh"
# 商店的目录是**人工整理**的：每种商品都有人归过类，文本里说的，标签里已经说了。那么语言模型在商店里有什么用？换一个问题：这句话指的是哪些商品？
#
# ### 搜索 <a id="search"></a>
#
# 我们只看小类的清单，用中英文写了 66 条查询和正确答案，写完之后才运行搜索（`recbook.chapters.applications.queries`）。有的用商店自己的词（“frozen pizza”，冷冻披萨），有的换了说法（“courgette”，商店写作 zucchini，都是西葫芦），有的没有说出东西的名字（“my sink is blocked”，下水道堵了）。要排序的是 616 段不同的文本。三种读法：词（tf-idf）、3 到 5 个字母的片段、MiniLM。前三种都读不了中文，所以还有第四种：多语言的**通用句子编码器**（Universal Sentence Encoder），在 16 种语言上训练，使一句话与它的译文向量相近。它不需要 PyTorch，也不需要显卡，只用 NumPy（`recbook.text.multilingual`）。

# %%
from recbook.chapters.applications.queries import QUERIES, right_answers
from recbook.data.shop import item_texts
from recbook.evaluation import evaluate_scores
from recbook.evaluation.protocol import shuffled_ties
from recbook.text.multilingual import MultilingualEncoder
from recbook.text.search import LetterSearch, VectorSearch, WordSearch

catalogue = shop.items.drop_duplicates(["department", "category", "type"]).reset_index(drop=True)
texts, right = item_texts(catalogue), right_answers(catalogue)
small_letters = [text.lower() for text in texts]
multilingual = MultilingualEncoder()
searches = {"words": WordSearch(texts), "character n-grams": LetterSearch(texts), "MiniLM": VectorSearch(texts, TextEncoder()),
            "multilingual, capitals": VectorSearch(texts, multilingual),
            "multilingual, lower case": VectorSearch(small_letters, multilingual)}
asked = {"66 English queries": [query.en for query in QUERIES], "66 Chinese queries": [query.zh for query in QUERIES]}
found = {language: {name: evaluate_scores(*shuffled_ties(search.score(queries), right))
                    for name, search in searches.items()} for language, queries in asked.items()}
english, chinese = found["66 English queries"], found["66 Chinese queries"]
figures.panels({language: levels(reports) for language, reports in found.items()}, mark=["MiniLM"],
               en="Search: MiniLM leads in English, the multilingual encoder in Chinese", zh="搜索：英文查询 MiniLM 最好，中文查询要靠多语言编码器")

# %%
over_words, over_letters = (english["MiniLM"].difference(english[name], "ndcg@10") for name in ("words", "character n-grams"))
recbook.claim(
    over_words.low > 0.1 and over_letters.low > 0,
    en="On {queries} English queries MiniLM reaches an NDCG@10 of {minilm:.2f}, letters {letters:.2f} and words {words:.2f}; "
    "both leads are beyond chance.",
    zh="在 {queries} 条英文查询上，MiniLM 的 NDCG@10 是 {minilm:.2f}，字母片段是 {letters:.2f}，词是 {words:.2f}；两个差距都"
    "显著。",
    takeaway=dict(
        en="In a sorted catalogue a pretrained text earns its keep in search, hardly in ranking new products.",
        zh="目录已经整理好的商店里，预训练的文本向量用在搜索上才值得，给新商品排序几乎用不上。",
    ),
    queries=len(QUERIES), minilm=english["MiniLM"]["ndcg@10"], letters=english["character n-grams"]["ndcg@10"],
    words=english["words"]["ndcg@10"],
)

# %%
capitals, lower = (chinese[f"multilingual, {case}"] for case in ("capitals", "lower case"))
recbook.claim(
    lower.difference(capitals, "ndcg@10").low > 0.05 and lower.difference(english["words"], "ndcg@10").low > 0,
    en="A Chinese query finds the English products: an NDCG@10 of {chinese:.2f} with the multilingual encoder, more than "
    "English words reach. "
    "But only in small letters: in capitals, as the shop writes them, it is {capitals:.2f}.",
    zh="用中文查询能找到英文商品：多语言编码器的 NDCG@10 达到 {chinese:.2f}，比用英文的词还高。但商品名要改成小写：照商店的大写"
    "写法，只有 {capitals:.2f}。",
    takeaway=False, chinese=lower["ndcg@10"], capitals=capitals["ndcg@10"],
)

# %% [markdown] lang="en"
# MiniLM puts every text into small letters before it reads; the other encoder does not, and to it "PIZZA" is a strange word in three pieces. Before a model is blamed, look at what it was fed. Type a query of your own, in either language:

# %% [markdown] lang="zh"
# MiniLM 读之前会把文本全变成小写；另一个编码器不会，在它看来，“PIZZA”是切成好几段的怪词。先别怪模型，看看喂给它的是什么。下面写一条你自己的查询，中英文都可以：

# %% tags=["nbval-ignore-output"]
# en: "Ice cream without milk".
# zh: 找“没有牛奶的冰淇淋”。
query = "没有牛奶的冰淇淋"
best = searches["multilingual, lower case"].best(query, n=5)
plots.table(pd.DataFrame({"query": query, "found first": best}))
print(multilingual.tokens("FROZEN PIZZA"), multilingual.tokens("frozen pizza"))

# %% [markdown] lang="en"
# Asked for ice cream without milk, it finds milk and cream, and no ice cream: here "milk" outweighs "without" and "ice cream". A purchase is one signal of many: [views, wish lists and their traps](#views) stand in the deeper part.

# %% [markdown] lang="zh"
# 要的是不含牛奶的冰淇淋，找到的全是牛奶和奶油一类，没有冰淇淋：在这里“牛奶”压过了“没有”和“冰淇淋”。购买只是许多信号之一：[浏览、收藏及其陷阱](#views)见选读。

# %% [markdown] lang="en"
# ## Films <a id="films"></a>
#
# This course has been about films, so the four questions have answers here:
#
# | question | answer | from |
# |---|---|---|
# | What is an item? | a title, a year, genres, and in a real catalogue director, cast and synopsis | 05 |
# | Does it come back? | not in a log of ratings: what was rated is masked, rightly. Beware of the sitting, which looks like taste | 09 |
# | How fast does it age? | hardly, in seven months | above |
# | What is known before the first click? | the title, read by MiniLM with the year, about as much as genres and year | 10 |
#
# Search is left, in which MiniLM shone in chapter 00, and failed in Chinese. A compiled model, multilingual E5, for Linux on one kind of processor only, did better on 50 Chinese titles (stored, chapter 05). How many does the encoder in plain NumPy find?

# %% [markdown] lang="zh"
# ## 电影 <a id="films"></a>
#
# 本课程一直在讲电影，四个问题都有了答案：
#
# | 问题 | 回答 | 出处 |
# |---|---|---|
# | 物品是什么？ | 片名、年份、类型；真正的片库里还有导演、演员和简介 | 05 |
# | 会重复吗？ | 评分日志里不会：评过的屏蔽掉，这样做是对的。当心同一次会话，它看上去像口味 | 09 |
# | 多快过时？ | 七个月里几乎不过时 | 本章 |
# | 第一次点击之前知道什么？ | 片名加年份交给 MiniLM 读，与类型加年份差不多 | 10 |
#
# 剩下的是搜索。MiniLM 在第 00 章大放异彩，换成中文就不行了。编译好的多语言 E5 好得多（50 个中文片名，预先存好，第 05 章），但只能在一种处理器的 Linux 上运行。纯 NumPy 的这个编码器能找到几个？

# %%
from recbook.data.film_names import chinese_queries
from recbook.text.retrieval import hits_at_k

titles = ratings.items["display_title"].astype(str).tolist()
names, wanted, translated = chinese_queries(titles)
hits = hits_at_k(multilingual.encode(names), multilingual.encode(titles), wanted)
before = recbook.stored("features")["results"]
seen = {"MiniLM": before["encoders"]["MiniLM"], "multilingual": before["multilingual"]}
rows = [(plots.name(model), f"{sum(one['chinese']['hits'])} / 50", np.mean(one["hidden"])) for model, one in seen.items()]
rows.append((plots.name("universal"), f"{hits.sum()} / 50", np.mean(kept["hidden films"]["hidden"])))
plots.table(pd.DataFrame(rows, columns=["model", "Chinese titles found", "NDCG, hidden films"]))

# %%
other = np.array(before["multilingual"]["chinese"]["hits"])
sets = np.array([kept["hidden films"]["hidden"], seen["MiniLM"]["hidden"]])  # (2, hidden sets)
won = int((sets[0] > sets[1]).sum())
recbook.claim(
    hits.sum() > other.sum() + 5 and 1 <= won <= 4,
    en="Of 50 Chinese titles the encoder in NumPy finds {found} among the ten nearest English ones, the compiled E5 {compiled}. On "
    "films without ratings it is not told apart from MiniLM: ahead on {won} of five hidden sets.",
    zh="50 个中文片名里，NumPy 编码器能在最近的十个英文片名中找到 {found} 个，编译好的 E5 找到 {compiled} 个。给没有评分的电影排序，它与 "
    "MiniLM 差异不显著：五组里 {won} 组领先。",
    takeaway=False, found=int(hits.sum()), compiled=int(other.sum()), won=won,
)

# %% [markdown] lang="en"
# ## Music: the same tune again <a id="music"></a>
#
# The items are real: 2,870 fiddle tunes, printed in Boston in 1883 (Ryan) and in Chicago in 1903 (O'Neill) and long out of copyright. What does a file know of a tune? A title, a metre, a key, and the melody as letters: `G` is a note, `g` the same an octave higher, `^f` an f sharp, `e2` an e of twice the length.

# %% [markdown] lang="zh"
# ## 音乐：同一首曲子，再来一遍 <a id="music"></a>
#
# 物品是真实的：2,870 首小提琴曲，1883 年刊于波士顿（Ryan），1903 年刊于芝加哥（O'Neill），版权早已过期。文件里有一首曲子的哪些信息？标题、拍号、调，还有用字母写成的旋律：`G` 是一个音，`g` 高一个八度，`^f` 是升 f，`e2` 是两倍长的 e。

# %%
from recbook.plots.sound import play_melody, show_sound
from recbook.text import melodies

tunes = recbook.load("tunes")
two = tunes[tunes["title"].isin(["Trip To Galway", "Come In from the Rain"])]
figures.scores(two)

# %%
for _, tune in two.iterrows():
    show_sound(play_melody(tune["notes"], tune["lengths"]), f"{tune['title']} ({tune['key']}), {tune['book']}")

# %% [markdown] lang="en"
# Two books, two names, two keys, and one tune: press both buttons. A table of notes does not see it: place by place, no note is the same. What stays is the step from each note to the next, the **interval** (of music, not of confidence), in semitones. By pencil: G A B c are the MIDI numbers (one a semitone) 67 69 71 72, with the steps 2 2 1. A tone higher: 69 71 73 74, again 2 2 1. So a melody is a sentence whose words are intervals (its rhythm we leave aside).
#
# **Exercise 4.** Write down a melody's runs of $n$ steps. ({points})

# %% [markdown] lang="zh"
# 两本书，两个名字，两个调，却是同一首曲子：两个按钮都点一下。音高的表看不出来：逐个对照，没有一个音相同。不变的是每个音到下一个音的距离，即**音程**（interval，与置信区间无关），以半音计。笔算：G A B c 的 MIDI 编号（每半音加一）是 67 69 71 72，音程是 2 2 1；高一个全音是 69 71 73 74，音程仍是 2 2 1。所以旋律是句子，音程是词（节奏先不管）。
#
# **练习 4** 写出一段旋律中所有 $n$ 个音程的片段。（{points}）

# %% exercise="applications-step-runs" points=1
def step_runs(notes, n):
    """en: All runs of n neighbouring steps, in order, as a list of tuples; a step is a note less the one
    en: before it. notes: a list of MIDI numbers, longer than n.
    zh: 按顺序返回所有由 n 个相邻音程组成的片段，是元组的列表；音程等于一个音减去它前面的音。
    zh: notes 是 MIDI 编号的列表，长度大于 n。"""
    ### BEGIN SOLUTION
    steps = np.diff(notes).tolist()
    return [tuple(steps[at : at + n]) for at in range(len(steps) - n + 1)]
    ### END SOLUTION

# %% check="applications-step-runs"
recbook.check("applications-step-runs", step_runs)

# %% [markdown] lang="en"
# Does it hold beyond one pair? Both books have 77 titles in common, so there is a test that nobody had to label: give Ryan's tune, rank all of O'Neill's melodies, and see whether the namesake comes first. We ask those whose two printings have different tonics (home notes). Runs weigh more the rarer they are (tf-idf); the mean of Word2Vec's vectors of all intervals (chapter 03) stands beside them, and so do random vectors.

# %% [markdown] lang="zh"
# 换成别的曲子也成立吗？两本书有 77 个标题相同，于是有了一道不需要人工标注的题：给出 Ryan 的曲子，给 O'Neill 的全部旋律排序，看同名曲是否排在首位。只取两本书中主音（调的中心音）不同的同名曲。片段越少见，权重越大（tf-idf）；旁边放上全部音程的 Word2Vec 向量（第 03 章）的平均，以及随机向量。

# %%
pairs = melodies.same_titles(tunes)
tonic = tunes["key"].str.split(" ").str[0].to_numpy()
moved = pairs[tonic[pairs[:, 0]] != tonic[pairs[:, 1]]]
oneill = np.flatnonzero(tunes["book"] == "oneill")
sentences = melodies.interval_sentences(tunes["notes"])
words_of = {"runs of notes": [notes.tolist() for notes in tunes["notes"]], "runs of intervals": sentences}
place = {kind: {n: melodies.partner_ranks(melodies.gram_table(words, n), moved, oneill) for n in (1, 2, 3, 5)}
         for kind, words in words_of.items()}
averaged = {"Word2Vec mean": melodies.word2vec_table(sentences),
            "random vectors": np.random.default_rng(0).normal(size=(len(tunes), 32))}
flat = {kind: melodies.partner_ranks(table, moved, oneill) for kind, table in averaged.items()}
by_steps, by_notes = (place[kind][5] == 1 for kind in ("runs of intervals", "runs of notes"))
figures.partners(place, flat)

# %%
gain = bootstrap(by_steps.astype(float) - by_notes)
recbook.claim(
    gain.low > 0,
    en="For tunes printed in two keys, runs of five intervals find the namesake first for {steps:.0%}, runs of five notes "
    "for {notes:.0%} (confidence interval of the difference: {low:+.2f} to {high:+.2f}).",
    zh="在两本书中主音不同的曲子里，五个音程的片段有 {steps:.0%} 把同名曲排在首位，五个音的片段只有 "
    "{notes:.0%}（两者之差的置信区间为 {low:+.2f} 到 {high:+.2f}）。",
    takeaway=dict(
        en="A melody is its steps, not its notes: choose words that stay when the tune moves.",
        zh="旋律在于音程，不在于音高：换调之后不变的，才适合当“词”。",
    ),
    steps=by_steps.mean(), notes=by_notes.mean(), low=gain.low, high=gain.high,
)

# %% [markdown] lang="en"
# What is not found need not be the model's failure: "The First of May", for one, is one tune in one book and another in the other. A name is not a tune, as any fiddler knows. (What word vectors lose, and what tells a reel from a hornpipe, stands [under Deeper](#deeper-music).)
#
# **Who listens?** Nobody's plays from 1903 are left, so the listeners are **invented**. Here is the whole recipe; change a number and run on. A listener leans to a few kinds of tune, plays sets of one rhythm, repeats a tune heard to the end with the chance `again` (each evening away multiplies its pull by `fade`), keeps the rhythm with the chance `stay`, and skips what does not please: `lean` is how much the kind counts, `reserve` how hard all are to please. Some tunes please everybody.

# %% [markdown] lang="zh"
# 没找到的未必都是模型的错，例如“The First of May”（五月一日）在两本书里是两首不同的曲子。同名未必同曲，拉小提琴的人都知道。（词向量（word vector）丢了什么，怎样区分里尔舞曲（reel）和角笛舞曲（hornpipe），见[选读](#deeper-music)。）
#
# **谁在听？** 1903 年的播放记录没有留下，所以听众是**虚构的**。全部设定都在下面；改一个数，往下运行即可。每位听众偏爱少数几类曲子，成组播放同一节奏的曲子，以 `again` 的概率重听以前听完过的（每隔一晚，吸引力乘以 `fade`），以 `stay` 的概率保持节奏，不喜欢的就跳过：`lean` 是曲种偏爱的分量，`reserve` 是众人有多难讨好。有些曲子人人都喜欢。

# %%
recipe = listeners.Recipe(again=0.5, fade=0.7, stay=0.9, lean=5.0, reserve=1.2)
playable = tunes[tunes["rhythm"].isin(listeners.PLAIN_RHYTHMS)].reset_index(drop=True)
evenings = listeners.listen(playable, recipe)
plays, last = evenings.log, recipe.evenings - 1
heard = plays.take(plays.rating > 0)
evening = evenings.evening[plays.rating > 0]
nights = Split(heard.take(evening < last - 1), heard.take(evening == last - 1), heard.take(evening == last), repeats="keep")

# %% [markdown] lang="en"
# What will be played on the last evening? The models learn from tunes heard to the end; the half-life of "own frequency, recent first" and EASE's penalty are chosen on the evening before it, for each task. And what should be played that is **new** to the listener? Since the chances are known, ten new tunes are worth what is heard of them to the end on average.

# %% [markdown] lang="zh"
# 最后一晚会播放什么？模型从听完的曲子中学习；“个人频率（近期加权）”的半衰期和 EASE 的正则化系数，都用前一晚按任务分别选定。听众**没听过的**曲子里，又该放哪些？概率已知，所以十首新曲的价值，就是平均能听完几首。

# %%
unheard = plays.take(evenings.evening < last).matrix().toarray() == 0
chances_of = evenings.world.click_probabilities()
people, history = np.arange(recipe.listeners), nights.history("test")


def ten_new(scores):
    ten = np.argsort(np.where(unheard, -scores, np.inf), axis=1, kind="stable")[:, :10]
    return np.take_along_axis(chances_of, ten, axis=1).sum(axis=1)


choices = {"popularity": [Popularity()], "EASE": [EASE(l2) for l2 in (30.0, 100.0, 300.0, 1000.0)],
           "own plays": [OwnFrequency()],
           "own plays, recent first": [OwnFrequency(weeks) for weeks in (0.5, 1.0, 2.0, 4.0)]}
night = {}
for way, models in choices.items():
    tried = [evaluate_tasks(model, nights, ("all", "new"), on="valid") for model in models]
    best = {task: models[int(np.argmax([one[task]["ndcg@10"] for one in tried]))] for task in ("all", "new")}
    night[way] = {"all": evaluate_tasks(best["all"], nights, ("all",))["all"].per_user["ndcg@10"],
                  "new": ten_new(best["new"].score(people, history))}
figures.two_tasks(night)

# %%
factor = np.nanmean(night["own plays, recent first"]["all"]) / np.nanmean(night["EASE"]["all"])
found_new = bootstrap(night["EASE"]["new"] - night["own plays, recent first"]["new"])
recbook.claim(
    factor > 1.5 and found_new.low > 0,
    en="For whatever is played next, own frequency, recent first, reaches {factor:.1f} times EASE without counts; of ten tunes new to "
    "the listener EASE's ten bring {low:.2f} to {high:.2f} more that are heard to the end than own frequency's.",
    zh="预测接下来播放的任何曲子，个人频率（近期加权）是 EASE（不读次数）的 {factor:.1f} 倍；推荐十首没听过的曲子，EASE 选的比个人"
    "频率选的多听完 {low:.2f} 到 {high:.2f} 首。",
    takeaway=False,
    factor=factor, low=found_new.low, high=found_new.high,
)

# %% [markdown] lang="en"
# Who wins on the left follows from `again`: set it to 0 and see.

# %% [markdown] lang="zh"
# 左边谁胜出，取决于 `again`：设为 0 试试。


# %% [markdown] lang="en"
# ## News: everything is new, and old by tomorrow <a id="news"></a>
#
# Real headlines belong to their outlets. We looked for a collection with dates whose licence covers the texts, and not only the code around them, and found none that shows it. So the headlines here are **of our own making**, from an invented press of five outlets, and the readers are **invented** too. What is learned here is how the methods behave, not how many people read about hospitals.

# %% [markdown] lang="zh"
# ## 新闻：样样都新，明天就旧 <a id="news"></a>
#
# 真实的标题属于媒体。我们找过带日期的新闻合集，没有一份能证明许可涵盖新闻原文，而不只是外面的代码。所以这里的标题是**自己编写的**，来自虚构的五家媒体；读者也是**虚构的**。这里学到的是方法的表现，不是有多少人关心医院。

# %%
press_recipe = newsroom.Recipe(fades=12.0, alive=48, lean=4.0, drifts=0.6, shout=1.0)
press = newsroom.publish(press_recipe)
articles, clicks = press.articles, press.clicks()
shown = articles[articles["event"] == articles["event"].value_counts(sort=False).sort_index().idxmax()]
plots.table(shown[["outlet", "headline", "headline_zh"]])

# %% [markdown] lang="en"
# Half of the clicks' odds are gone after `fades` hours; an article is on the page for `alive`. (`lean` is how much a reader's sections count, `drifts` the share of readers whose leanings change, `shout` what a loud headline adds.) EASE learns which articles are clicked by the same people, and an article of this morning has been clicked by nobody. Fitted every night, what has it to offer?

# %% [markdown] lang="zh"
# 过了 `fades` 小时，点击的几率（odds）减半；一篇文章在页面上留 `alive` 小时。（`lean` 是版面偏爱的分量，`drifts` 是口味会变的读者比例，`shout` 是喊叫的标题多得的吸引力。）EASE 学的是哪些文章被同一批人点击，而今早的文章还没有人点过。每晚拟合一次，它能提供什么？

# %%
born = articles["hour"].to_numpy()[clicks[:, 1].astype(int)]
since_midnight = (born >= clicks[:, 2] // 24 * 24).mean()
recbook.claim(
    since_midnight > 0.35,
    en="{share:.0%} of all {clicks:,} clicks are on articles that did not exist at midnight: a model fitted at night scores them all 0.",
    zh="{clicks:,} 次点击中有 {share:.0%} 落在零点时还不存在的文章上：夜里拟合的模型给它们的得分全是 0。",
    share=since_midnight, clicks=len(clicks),
)

# %% [markdown] lang="en"
# Two things need not wait for the night. **Popularity of the last hours** needs a few clicks of others on the article. A **profile** needs none: MiniLM's vectors (chapter 05) of what the reader clicked, averaged, the older click weighing less: $w = 0.5^{a/h}$, where $a \ge 0$ is its age in hours and $h > 0$ the **half-life of a click**. By pencil: two clicks, of now and of 24 hours ago, with $h = 24$ weigh 1 and 1/2, so the profile is 2/3 of the first and 1/3 of the second.
#
# **Exercise 5.** Write the profile. ({points})

# %% [markdown] lang="zh"
# 两种办法不必等到夜里。**最近几小时的流行度**只要别人在这篇文章上点过几次。**画像**（profile）连这也不需要：把读者点击过的文章的 MiniLM 向量（第 05 章）取平均，越旧的点击权重越小：$w = 0.5^{a/h}$，$a \ge 0$ 是距今的小时数，$h > 0$ 是**点击的半衰期**。笔算：两次点击，一次刚才，一次 24 小时前，$h = 24$，权重是 1 和 1/2，画像就是前者的三分之二加后者的三分之一。
#
# **练习 5** 请写出画像函数。（{points}）

# %% exercise="applications-half-life-profile" points=2
def half_life_profile(vectors, ages, half_life):
    """en: The weighted mean (d,) of one reader's clicked articles. vectors (clicks, d); ages (clicks,) in
    en: hours; a click's weight halves with every half_life hours.
    zh: 一位读者点击过的文章的加权平均 (d,)。vectors (clicks, d)；ages (clicks,) 以小时计；
    zh: 每过 half_life 小时，一次点击的权重减半。"""
    ### BEGIN SOLUTION
    weights = 0.5 ** (np.asarray(ages) / half_life)
    return weights @ vectors / weights.sum()
    ### END SOLUTION

# %% check="applications-half-life-profile"
recbook.check("applications-half-life-profile", half_life_profile)

# %% [markdown] lang="en"
# The test is the last week: at each visit a rule makes a list of five from what is on the page, one article an event. Since the chances are known, a list's worth is its expected clicks, not the luck of a draw. All settings are chosen on the week before. Encoding takes a few seconds.

# %% [markdown] lang="zh"
# 测试用最后一周：每次访问，规则从当时页面上的文章里排出五条，一件事只占一条。概率已知，所以列表的价值就是期望点击数，与抽样的运气无关。所有参数都用前一周选定。编码需要几秒。

# %%
from recbook.models.fresh import near_twins, profiles, recent_counts
from recbook.text.pooling import center

meaning = unit(center(TextEncoder().encode(articles["headline"].tolist())))
section = unit(center((articles["section"].to_numpy()[:, None] == np.array(newsroom.SECTIONS)).astype(float)))
chance = unit(np.random.default_rng(0).normal(size=meaning.shape))
hours = np.unique(press.visits[:, 1])
week = {"valid": hours[(hours >= 7 * 24) & (hours < 14 * 24)], "test": hours[hours >= 14 * 24]}


def crowd(window, fade=0.0, weight=1.0):
    """en: Scores the same for everybody: clicks of the last `window` hours (log), less `fade` per 12 hours of age.
    zh: 对所有人相同的得分：最近 `window` 小时的点击（取对数），每 12 小时减去 `fade`。"""
    def scorer(hour, readers):
        counts = recent_counts(clicks, len(articles), hour, window)[press.alive(hour)]
        return np.tile(weight * np.log1p(counts) - (fade + 1e-6) * press.ages(hour) / 12, (len(readers), 1))
    return scorer


# %%
def taste(table, half_life, weight, base):
    """en: The base's scores plus `weight` times the cosine of the reader's profile with each article.
    zh: 在 base 的得分之上，加 `weight` 乘以读者画像与每篇文章的余弦。"""
    def scorer(hour, readers):
        people = profiles(clicks, table, press_recipe.readers, hour, half_life)[readers]
        return base(hour, readers) + weight * people @ table[press.alive(hour)].T
    return scorer

# %%
from functools import partial

from recbook.chapters.applications import rules as ready

nightly, chosen = partial(ready.nightly, press), partial(ready.chosen, press, week["valid"])
fresh = chosen([crowd(24, fade, weight) for fade in (0.5, 1.0) for weight in (0.5, 1.0)])
tables = {"random": chance, "MiniLM": meaning, "section": section}
tastes = {name: chosen([taste(table, half_life, weight, fresh) for half_life in (48, 168, None) for weight in (1, 2)])
          for name, table in tables.items()}
hourly = nightly(100.0, hourly=True)
helped = chosen([lambda hour, readers, weight=weight: fresh(hour, readers) + weight * hourly(hour, readers) for weight in (0.5, 2)])
rules = {
    "random": lambda hour, readers: np.random.default_rng(hour).random((len(readers), len(press.alive(hour)))),
    "EASE, nightly": chosen([nightly(l2) for l2 in (10.0, 100.0)]),
    "EASE, hourly": hourly,
    "newest": lambda hour, readers: np.tile(-press.ages(hour), (len(readers), 1)),
    "clicks so far": crowd(np.inf), "recent clicks": chosen([crowd(window) for window in (6, 12, 24, 48)]),
    "fresh, clicked": fresh, "with EASE": helped,
    **{f"with a {name} profile": tastes[name] for name in ("random", "MiniLM", "section")},
    "everything known": lambda hour, readers: press.world(hour).click_probabilities()[readers],
}
worth = {rule: newsroom.replay(press, week["test"], scorer).clicks for rule, scorer in rules.items()}
figures.policies(worth)

# %%
ahead = bootstrap(worth["newest"] - worth["EASE, hourly"])
recbook.claim(
    ahead.low > 0 and bootstrap(worth["fresh, clicked"] - worth["newest"]).low > 0
    and bootstrap(worth["recent clicks"] - worth["EASE, hourly"]).low > 0,
    en="Newest first reads nothing but the clock and is worth {clock:.2f} clicks; EASE, fitted on all clicks at the very visit, "
    "{ease:.2f} (interval of the difference: {low:+.2f} to {high:+.2f}).",
    zh="最新优先只看时钟，就值 {clock:.2f} 次点击；EASE 在访问时用全部点击拟合，只值 {ease:.2f} 次（两者之差的区间为 "
    "{low:+.2f} 到 {high:+.2f}）。",
    takeaway=dict(
        en="In news freshness comes first: a clock beats EASE fitted on every click so far.",
        zh="新闻先看新鲜：只看时钟，就胜过用全部点击拟合的 EASE。",
    ),
    clock=np.nanmean(worth["newest"]), ease=np.nanmean(worth["EASE, hourly"]), low=ahead.low, high=ahead.high,
)

# %%
added = bootstrap(worth["with a MiniLM profile"] - worth["fresh, clicked"])
by_ease = bootstrap(worth["with EASE"] - worth["fresh, clicked"])
recbook.claim(
    added.low > 0 and by_ease.low < 0 < by_ease.high and bootstrap(worth["with a MiniLM profile"] - worth["with EASE"]).low > 0 and bootstrap(worth["with a MiniLM profile"] - worth["with a random profile"]).low > 0
    and bootstrap(worth["with a random profile"] - worth["fresh, clicked"]).low < 0,
    en="Freshness helps EASE too, but EASE does not help freshness: added to the fresh list it changes {less:+.3f} to {more:+.3f} "
    "clicks. A MiniLM profile adds {low:.3f} to {high:.3f}; one of random vectors does not help.",
    zh="EASE 加上新鲜度会好得多，可是没有给新鲜列表带来提高（变化的区间为 {less:+.3f} 到 {more:+.3f} 次点击）。MiniLM 画像则再加 "
    "{low:.3f} 到 {high:.3f} 次；随机向量的画像没有帮助。",
    less=by_ease.low, more=by_ease.high, low=added.low, high=added.high,
)

# %% [markdown] lang="en"
# The readers lean to sections by our recipe, so the section profile is close to the truth here; a real desk has labels too, and an editor's judgement and places on a page, which the recipe lacks.

# %% [markdown] lang="zh"
# 读者按我们的设定偏爱版面，所以版面画像在这里接近真相；真实的编辑部也有标签，还有编辑的判断和页面上的位置，这里都没有。

# %% [markdown] lang="en"
# [Deeper](#deeper-news): the price of a more varied list, the same event from several outlets, readers who grow narrow with their list, clicks that are not reading, and which story to put on the front page.

# %% [markdown] lang="zh"
# [选读](#deeper-news)：让列表更多样的代价，几家媒体报道同一件事，读者随列表一起变窄，点击不等于阅读，头条放哪一条。

# %% [markdown] lang="en"
# ## Four worlds, one table <a id="table"></a>
#
# What tells the four apart is in the table; its numbers come from the cells above. (Music's half-life, too, is that of our recipe: the tunes are 120 years old and still played.)

# %% [markdown] lang="zh"
# ## 四个领域，一张表 <a id="table"></a>
#
# 四个领域的区别都在下表里，数字来自上面的单元格。（音乐的半衰期也出自我们的设定：这些曲子已有 120 年，至今有人演奏。）

# %%
numbers = {"shop": english["MiniLM"]["ndcg@10"] - english["character n-grams"]["ndcg@10"], "films": hits.sum(),
           "music": np.mean(by_steps) - np.mean(by_notes), "news": np.nanmean(worth["with a MiniLM profile"] - worth["fresh, clicked"])}
four = measured | {"music": facts(plays), "news": facts(press.log())}
rows = []
for world, one in four.items():
    advice = guide(one)
    rows.append((plots.name(world), f"{one.repeats:.0%}", f"{one.half_life / one.days:.2f}", plots.name(advice.first),
                 figures.text_row(world, numbers[world]), plots.name(advice.metric), plots.name(advice.trap)))
plots.table(pd.DataFrame(rows, columns=["world", "repeats", "half-life of log", "first try", "text added", "fitting metric", "trap"]))

# %% [markdown] lang="en"
# `guide` reads the table for you: from the measured facts of a log it says which world the log is most like, and so what to try first, how to judge it, and what to beware of. It knows three questions only (does an item die within a week? is a fifth of the events a repeat? do they come in baskets?), and it answers by the nearest of four examples. Load a log of your own (`docs/your-data.md`) and ask. Here it also meets a log from which it was not made: the shop with every first purchase only.

# %% [markdown] lang="zh"
# `guide` 替你查这张表：根据日志测出的事实，它说出这份日志最像哪个领域，因而先试什么，怎样评判，要防什么。它只会问三个问题（物品是否一周内就过时？重复是否占五分之一以上？是否一篮一篮地来？），然后给出四个例子中最近的一个。把你自己的日志读进来（`docs/your-data.zh-CN.md`）问一问。下面再让它看一份没有用来编写它的日志：商店，但每种商品只留第一次购买。

# %%
once = facts(goods.take(~goods.repeats()))
answers = {name: guide(one).like for name, one in (four | {"shop, first purchases": once}).items()}
answers

# %%
recbook.claim(
    all(answers[world] == world for world in four) and answers["shop, first purchases"] == "films",
    en="The guide puts the four logs from which it was made into their places, which proves little; the shop's first purchases it "
    "takes for films, and advises EASE, whose lead on discovery was small above.",
    zh="指南把编写它所用的四份日志各归其位，这证明不了多少；商店里只留第一次购买的日志，它认作电影，建议用 EASE，而在上面的发现任务"
    "中，EASE 领先得很少。",
    takeaway=False,
)

# %% [markdown] lang="en"
# The core ends here. Behind the quiz stand: what [EASE on counts](#counts) learns, [Christmas](#christmas), products that are [truly new](#arrived), the [order inside a basket](#order), [views against purchases](#views), one more log, [books](#books), and more on [tunes](#deeper-music) and [news](#deeper-news).

# %% [markdown] lang="zh"
# 核心部分到此结束。小测之后还有：[EASE 读次数](#counts)学到了什么，[圣诞节](#christmas)，[真正的新商品](#arrived)，[一篮之内的顺序](#order)，[浏览与购买](#views)，另一份日志[图书](#books)，以及更多的[曲子](#deeper-music)和[新闻](#deeper-news)。

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

# %% quiz="applications"
recbook.quiz("applications")

# %% [markdown] lang="en"
# ## Your progress

# %% [markdown] lang="zh"
# ## 你的进度

# %% tags=["nbval-ignore-output"]
recbook.progress("applications")

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### EASE that reads counts <a id="counts"></a>
#
# This section adds the fair question to [two tasks](#tasks): EASE read there only who bought what. What if it reads how often? Let it work on $\log(1 + n)$, where $n$ is the number of baskets with the product, and choose its penalty on the validation weeks. Should it not learn that a habit counts, and more besides?

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 读次数的 EASE <a id="counts"></a>
#
# 这一节给[两个任务](#tasks)补上一个公平的问题：那里的 EASE 只读谁买过什么。让它也读买过几次呢？用 $\log(1 + n)$ 作输入，$n$ 是含有该商品的篮数，正则化系数在验证周上选。它不是应该学会习惯有多重要，并且学到更多吗？

# %%
tried, test = kept["choice"]["levels"], kept["test"]["next"]
penalties = tried["EASE, log counts"]
rows = [(f"{float(l2):g}", tried["EASE"][l2]["next"], penalties[l2]["next"]) for l2 in penalties]
plots.table(pd.DataFrame(rows, columns=["penalty", "EASE", "EASE, log counts"]))
names = ["EASE", "EASE, log counts", "own frequency", "recency frequency", "recency frequency + popularity",
         "recency frequency + EASE"]
figures.panels({"the next basket": {name: (test[name]["ndcg"], *test[name]["interval"]) for name in names}},
               mark=["recency frequency"], en="Nothing that we mixed in beats habit (stored)", zh="加进什么都没有胜过习惯（预先存好）")

# %%
to_own = test["own frequency"]["less"]["EASE, log counts"]["interval"]
behind = test["recency frequency"]["less"]["EASE, log counts"]["interval"]
mixed = [test[f"recency frequency + {other}"]["less"]["recency frequency"]["interval"] for other in ("popularity", "EASE")]
recbook.claim(
    kept["choice"]["best"]["EASE, log counts"]["next"] == "1" and to_own[0] < 0 < to_own[1] and behind[0] > 0
    and all(low < 0 < high for low, high in mixed),
    en="EASE on counts chooses the smallest penalty tried and reaches {counts:.3f}, not told apart from own frequency "
    "({own:.3f}). Recency stays {low:.3f} to {high:.3f} ahead of it, and gains nothing from EASE or popularity.",
    zh="读次数的 EASE 选了试过的正则化系数里最小的一个，达到 {counts:.3f}，与个人频率（{own:.3f}）差异不显著。近期加权仍比它高 {low:.3f} 到 "
    "{high:.3f}，再混入 EASE 或流行度也没有提高。",
    takeaway=False, counts=test["EASE, log counts"]["ndcg"], own=test["own frequency"]["ndcg"], low=behind[0],
    high=behind[1],
)

# %% [markdown] lang="en"
# Why the smallest? EASE's weights are $B = I - P / \mathrm{diag}(P)$ with $P = (X^\top X + \lambda I)^{-1}$. There are more products than households, so without a penalty other products can imitate each household's own counts exactly: $X B \to X$. In spite of its diagonal of zeros the regression has found a way back to own frequency.
#
# ### Is it Christmas? <a id="christmas"></a>
#
# This section adds to [two tasks](#tasks) what discovery looks like in July. The same settings, five weeks from week 29, learned from the 28 before.

# %% [markdown] lang="zh"
# 为什么是最小的？EASE 的权重是 $B = I - P / \mathrm{diag}(P)$，其中 $P = (X^\top X + \lambda I)^{-1}$。商品比住户多，没有正则化时，用其他商品就能精确地还原每户人家自己的次数：$X B \to X$。对角线虽为零，回归仍绕道还原了个人频率。
#
# ### 是因为圣诞节吗？ <a id="christmas"></a>
#
# 这一节给[两个任务](#tasks)补上七月里的发现任务。设置相同，测试从第 29 周起的五周，从前 28 周学习。

# %%
summer = kept["far from christmas"]
recbook.claim(
    summer["less the last weeks"]["EASE"]["interval"][0] > over_weeks.low + 0.005
    and summer["less the last weeks"]["popularity"]["interval"][0] < 0 < summer["less the last weeks"]["popularity"]["interval"][1],
    en="In summer the whole log's popularity is not told apart from that of the last four weeks, and EASE leads the latter by "
    "{low:.3f} to {high:.3f} (stored); in the weeks of Christmas by {december:.3f}.",
    zh="夏天，整份日志的流行度与最近四周的差异不显著，EASE 比后者高 {low:.3f} 到 {high:.3f}（预先存好）；圣诞节那几周只高 "
    "{december:.3f}。",
    takeaway=False, low=summer["less the last weeks"]["EASE"]["interval"][0],
    high=summer["less the last weeks"]["EASE"]["interval"][1], december=gaps["popularity, last weeks"],
)

# %% [markdown] lang="en"
# One cut in time is one season. Before you tell anybody that a model is better, test it in two.
#
# ### Products that are truly new <a id="arrived"></a>
#
# This section adds a harder test to [the shop](#shop): products that came after week 30, when the models had been made. Would you still put brand and size into the model?

# %% [markdown] lang="zh"
# 一次时间划分只覆盖一个季节。说一个模型更好之前，请在两个季节里测试。
#
# ### 真正的新商品 <a id="arrived"></a>
#
# 这一节给[商店](#shop)补上更难的测试：第 30 周之后才上架的商品，那时模型已经做好了。你还会把品牌和规格放进模型吗？

# %%
late = kept["truly new"]["models"]
rows = [(plots.name(kind), late[kind]["ndcg"]) for kind in kinds]
plots.table(pd.DataFrame(rows, columns=["features of a new product", "truly new"]))

# %%
arrived = kept["truly new"]["less words"]
lost = arrived["labels, brand, size"]["interval"]
recbook.claim(
    lost[1] < 0 and all(arrived[kind]["interval"][0] < 0 < arrived[kind]["interval"][1] for kind in ("labels", "MiniLM")),
    en="For the {products} products that were first sold after week 30 the gain is gone: with brand and size the list is "
    "{low:.3f} to {high:.3f} worse than with the words alone (stored). Labels, words and MiniLM are not told apart.",
    zh="第 30 周之后才上架的 {products} 种商品，这点好处就没有了：带上品牌和规格，列表比只用词还差 {low:.3f} 到 {high:.3f}（预先存"
    "好）。标签、词与 MiniLM 之间差异不显著。",
    takeaway=False, products=kept["truly new"]["products"], low=-lost[1], high=-lost[0],
)

# %% [markdown] lang="en"
# ### The order inside a basket <a id="order"></a>
#
# This section adds a trap to [the shop](#shop): a basket has no order, but its file has one. A sequence model reads products one after another, and the file gives them that way. Where does this order come from?

# %% [markdown] lang="zh"
# ### 一篮之内的顺序 <a id="order"></a>
#
# 这一节给[商店](#shop)补上一个陷阱：篮子里没有顺序，文件里却有。序列模型一个接一个地读商品，文件正好这样给出。这个顺序是从哪里来的？

# %%
inside, paged = kept["inside a basket"], recbook.stored("page_order")["results"]["shop"]
losses = {part: np.mean(paged["SASRec"][part]["losses"]) for part in ("file order", "shuffled")}
five = paged["by delay"]["weeks"]["models"]
recbook.claim(
    inside["not in order of the number"] < 0.001 * inside["baskets of several lines"]
    and losses["file order"] < losses["shuffled"] and five["SASRec, file order"]["all"] < five["SASRec"]["all"],
    en="Of {baskets:,} baskets all but {other} are sorted by product number. SASRec that reads this order trains to a lower "
    "loss and recommends worse: {file_order:.3f} where the same model with shuffled baskets reaches {shuffled:.3f} (stored).",
    zh="{baskets:,} 个篮子里，除了 {other} 个，全都按商品编号排序。读这个顺序的 SASRec 训练损失更低，推荐却更差：{file_order:.3f}，"
    "而篮内打乱的同一个模型是 {shuffled:.3f}（预先存好）。",
    takeaway=False, baskets=inside["baskets of several lines"], other=inside["not in order of the number"],
    file_order=five["SASRec, file order"]["all"], shuffled=five["SASRec"]["all"],
)

# %% [markdown] lang="en"
# It has learned to count: after one product number comes a higher one. Chapter 08 has the whole story.
#
# ### Signals: views against purchases <a id="views"></a>
#
# This section adds to [the shop](#shop) what else a log may hold. A purchase is a strong word. Most logs hold weaker ones, and each hides something else:
#
# | signal | where it is real here | it says | it hides |
# |---|---|---|---|
# | viewed | nowhere: simulated below | the picture was good | whether it was liked |
# | kept for later | nowhere: simulated below | a wish | whether the wish lasts |
# | had | books: most rows say no more | it was in the house | whether it was read |
# | bought | the shop | money was spent | for whom, and whether again |
# | bought again | the shop | it was good enough | what would have been better |
# | played to the end | music, invented listeners | nobody got up to stop it | whether anybody listened |
# | read | news, invented readers | time was spent | whether it was worth it |
# | rated | films | an opinion | all who gave none |
#
# No log of ours has views, so here is a small invented world. Every product has two traits: how good it looks, and how good it is. Looks decide whether it is viewed, quality whether what was viewed is bought; a wish list needs a bit of both. The knob is how much the two go together. Turn it. How many of the ten most viewed products are among the ten of best quality?

# %% [markdown] lang="zh"
# 它学会了数数：一个编号之后来的是更大的编号。完整的经过见第 08 章。
#
# ### 信号：浏览与购买 <a id="views"></a>
#
# 这一节给[商店](#shop)补上日志里还可能有的信号。购买是很有分量的信号。多数日志里只有更弱的信号，而且各有说不清的地方：
#
# | 信号 | 本课程里的真实来源 | 能说明 | 说不清 |
# |---|---|---|---|
# | 浏览 | 没有，下面模拟 | 图片吸引人 | 喜欢不喜欢 |
# | 收藏 | 没有，下面模拟 | 一个愿望 | 愿望能持续多久 |
# | 拥有 | 图书：大多数行只说明这一点 | 书在家里 | 读没读 |
# | 购买 | 商店 | 花了钱 | 为谁买的，会不会再买 |
# | 再次购买 | 商店 | 够好 | 有没有更好的 |
# | 收听到最后 | 音乐，虚构的听众 | 没有人起身去关 | 有没有人在听 |
# | 阅读 | 新闻，虚构的读者 | 花了时间 | 值不值得 |
# | 评分 | 电影 | 一个评价 | 没打分的人怎么想 |
#
# 我们没有一份日志含有浏览，所以这里造一个虚构的小世界。每种商品有两个特点：好不好看，好不好用（looks、quality）。好看决定有没有人浏览，好用决定浏览之后买不买；收藏两样都要一点。旋钮是两者有多一致，请转一转。浏览最多的十种商品，有几种也在最好用的十种里？

# %%
def invented(together, n_products=200, n_visits=200_000, seed=0):
    """en: Quality, views, kept, bought, bought of viewed, of each product; together (0 to 1): how far looks and quality agree.
    zh: 每种商品的质量、浏览、收藏、购买次数和购买比例；together（0 到 1）：好看与好用有多一致。"""
    rng = np.random.default_rng(seed)
    looks, own = rng.normal(size=(2, n_products))
    quality = together * looks + np.sqrt(1 - together**2) * own
    chance = np.exp(1.5 * looks)
    viewed = rng.multinomial(n_visits, chance / chance.sum())
    kept_for_later = rng.binomial(viewed, 1 / (1 + np.exp(2 - 0.5 * looks - 0.5 * quality)))
    bought = rng.binomial(viewed, 1 / (1 + np.exp(3 - 1.5 * quality)))
    return {"quality": quality, "viewed": viewed, "kept": kept_for_later, "bought": bought, "share": bought / np.maximum(viewed, 1)}


def among_ten(signal, other):
    return len(set(np.argsort(-signal)[:10]) & set(np.argsort(-other)[:10]))


agreeing = []
for together in (0.0, 0.3, 0.6, 0.9):
    worlds = [invented(together, seed=seed) for seed in range(10)]
    agreeing.append((together, *(np.mean([among_ten(one[signal], one["quality"]) for one in worlds])
                             for signal in ("viewed", "kept", "bought", "share"))))
plots.table(pd.DataFrame(agreeing, columns=["looks and quality agree", "viewed", "kept for later", "bought", "bought of viewed"]))

# %%
views, _, purchases, share = agreeing[0][1:]
recbook.claim(
    views < 2 and agreeing[3][1] > 3 and share > purchases > views,
    en="Where looks say nothing of quality, the ten most viewed products hold {views:.1f} of the ten best, the ten most bought "
    "{purchases:.1f}, the ten with most purchases per view {share:.1f}; where the two nearly agree, the views hold {agree:.1f}.",
    zh="好看与好用无关时，浏览最多的十种商品里有 {views:.1f} 种属于最好用的十种，购买最多的里有 {purchases:.1f} 种，购买与浏览之比最高"
    "的里有 {share:.1f} 种；两者几乎一致时，浏览最多的里有 {agree:.1f} 种。",
    takeaway=False, views=views, purchases=purchases, share=share, agree=agreeing[3][1],
)

# %% [markdown] lang="en"
# A recommender that learns from views learns what looks good, and shows it more, so that it is viewed more. To divide purchases by views (the last column) mends it in this world, in which every view is a fair chance; for that, log the views.
#
# ### What is refused <a id="refused"></a>
#
# This section adds three inputs that the shop's code cannot answer: a query with no word that the shop knows, a text in a script that the encoder has never seen, and a basket without products. A list in answer to any of them would be an accident, so each gets a sentence.

# %% [markdown] lang="zh"
# 从浏览里学习的推荐系统，学到的是好不好看；它又把好看的推得更多，于是浏览得更多。在这个虚构世界里，每次浏览都是同样的机会，所以购买除以浏览（最后一列）可以补救：请把浏览也记录下来。
#
# ### 会拒绝什么 <a id="refused"></a>
#
# 这一节补充三种商店代码无法回答的输入：没有一个词是商店认识的查询，编码器从没见过的文字，以及没有商品的篮子。对其中任何一个给出列表都只是碰巧，所以各用一句话说明（程序的说明是英文）。

# %%
from dataclasses import replace

nothing = replace(basket, test=basket.test.take(np.zeros(basket.test.n, bool)))
impossible = [lambda: searches["words"].best("冷冻披萨"), lambda: multilingual.encode(["ꙮ"]),
              lambda: evaluate(OwnFrequency(), nothing)]
for ask in impossible:
    try:
        ask()
    except ValueError as error:
        print(error)

# %% [markdown] lang="en"
# ### Books: a catalogue that is nearly all tail <a id="books"></a>
#
# This section adds one more log, Book-Crossing: more than a million rows, no times, titles in many languages. Two questions for a text. First, **editions**: one novel stands under many numbers, and its readers are divided among them. Which rows are one work? We judged 160 pairs by hand, before any method ran: books with authors of one last name and titles that share a word, most of them volumes of a series ("Harry Potter and ..."). 24 are the same work. (Translations share no word, so they are not asked for: there a multilingual reader might help.)

# %% [markdown] lang="zh"
# ### 图书：几乎全是长尾的目录 <a id="books"></a>
#
# 这一节补充另一份日志 Book-Crossing：一百多万行，没有时间，书名有多种语言。给文本出两道题。第一，**版本**（edition）：同一部小说有许多编号，读者就被分散了。哪些行是同一部作品？我们在运行任何方法之前，人工判断了 160 对书：作者同姓，书名至少有一个词相同，大多是同一系列的不同卷（“Harry Potter and …”，哈利·波特与……）。其中 24 对是同一部作品。（译本的书名没有相同的词，不在其中，那才是多语言模型可能有用的地方。）

# %%
on_books = recbook.stored("books")["results"]
ways = on_books["editions"]["ways"]
rows = [(plots.name(way), one["said"], one["right"], f"{one['precision']:.0%}", f"{one['recall']:.0%}") for way, one in ways.items()]
plots.table(pd.DataFrame(rows, columns=["way", "said", "right", "precision", "recall"]))

# %%
readers = [one for way, one in ways.items() if way != "rule"]
recbook.claim(
    ways["rule"]["precision"] == 1 and all(one["f1"] < ways["rule"]["f1"] for one in readers),
    en="A rule of two lines (title without brackets, and author, letter by letter) says {said} pairs and is right in all; no "
    "reader of texts finds more than {most} of the {same}, and each takes volumes of a series for one work.",
    zh="两行的规则（去掉括号的书名加作者，逐字相同）判出 {said} 对，全对；{same} 对里，没有一种文本读法找到超过 {most} 对，而且都会把系列"
    "里的不同卷当成同一部作品。",
    takeaway=False, said=ways["rule"]["said"], most=max(one["right"] for one in readers), same=on_books["editions"]["same"],
)

# %% [markdown] lang="en"
# (Thresholds chosen on the other half of the pairs. 24 is few: the ways of reading are not told apart from each other here.) To a librarian that is no surprise: volume 3 and volume 4 mean nearly the same and are not the same. Nearness of meaning is the wrong question.
#
# Second, **new books**: a fifth of the works is hidden, and ranked by what is known of them.

# %% [markdown] lang="zh"
# （阈值在另一半的对上选定。24 对太少：各种读法之间差异不显著。）图书管理员不会奇怪：第 3 卷和第 4 卷意思几乎相同，却不是同一本。要判断的是同一作品，不是意思相近。
#
# 第二，**新书**：藏起五分之一的作品，按已知的信息排序。

# %%
books = on_books["new"]["models"]
rows = [(plots.name(features), one["ndcg"], *one["sets"]) for features, one in books.items()]
plots.table(pd.DataFrame(rows, columns=["features", "NDCG, hidden works", "set 1", "set 2"]))

# %%
recbook.claim(
    all(a > b for a, b in zip(books["author"]["sets"], books["MiniLM, title by author"]["sets"]))
    and max(books, key=lambda one: books[one]["ndcg"] if "author, MiniLM" not in one else 0) == "author, publisher",
    en="For new books the author's name alone reaches an NDCG@10 of {author:.3f}, the words of title and author {words:.3f}, and "
    "MiniLM's reading of both {minilm:.3f}, behind the author on both sets; author with publisher is best ({both:.3f}).",
    zh="给新书排序，只用作者的名字，NDCG@10 达到 {author:.3f}；书名和作者的词是 {words:.3f}；MiniLM 读这两项是 {minilm:.3f}，两组都"
    "不如作者；作者加出版社最好（{both:.3f}）。",
    takeaway=False, author=books["author"]["ndcg"], words=books["words, title and author"]["ndcg"],
    minilm=books["MiniLM, title by author"]["ndcg"], both=books["author, publisher"]["ndcg"],
)

# %% [markdown] lang="en"
# (Author and words change places between the two sets.) An exact label, the author, beat the meaning of a short text, as brand and size did on the hidden fifth of the shop's products, though not on those [truly new](#arrived). The lesson is not that texts are useless: a name is a label, too.

# %% [markdown] lang="zh"
# （作者与词在两组里互有胜负。）作者这样精确的标签，胜过短文本的意思；商店里随机隐藏的商品也是如此（品牌和规格），[真正的新商品](#arrived)却不是。这不等于文本没有用：名字也是一种标签。

# %% [markdown] lang="en"
# ### More on tunes <a id="deeper-music"></a>
#
# *Adds: what word vectors lose, what tells a tune's kind, what a skip says, how much a list loses, how to go on with a set, and a file that does not parse.*
#
# **Word2Vec against bigrams.** In the figure above the mean of word vectors stands below runs of two intervals. Why? A mean forgets the order, and there are only 25 words, so that few are rare: Word2Vec's strength, that rare words borrow from their neighbours, finds little to do.

# %% [markdown] lang="zh"
# ### 再说曲子 <a id="deeper-music"></a>
#
# **本节补充**：词向量丢了什么，曲种从哪里看出来，一次跳过说明什么，列表损失多少，一组曲子怎样接下去，以及不能解析的文件。
#
# **Word2Vec 与二元片段。** 上图中，词向量的平均不如两个音程的片段。为什么？平均会忘掉顺序，而词一共只有 25 个，少见的不多。Word2Vec 的长处是让少见的词借助邻居，在这里用处不大。

# %%
loss = bootstrap((place["runs of intervals"][2] == 1).astype(float) - (flat["Word2Vec mean"] == 1))
recbook.claim(
    loss.low > 0,
    en="Runs of two intervals find the namesake first for {runs:.0%}, the mean of word vectors for {mean:.0%} "
    "(difference {low:+.2f} to {high:+.2f}).",
    zh="两个音程的片段有 {runs:.0%} 把同名曲排在首位，词向量的平均为 {mean:.0%}（前者高 {low:+.2f} 到 {high:+.2f}）。",
    runs=(place["runs of intervals"][2] == 1).mean(), mean=(flat["Word2Vec mean"] == 1).mean(), low=loss.low, high=loss.high,
)

# %% [markdown] lang="en"
# **A tune's kind from its melody.** Reel, jig, hornpipe, slip jig, strathspey or clog? A classifier learns from four fifths of the tunes and names the rest. Variants of one tune stand under several names, so a whole family is kept on one side: twins leak (chapter 10). The metre is the thing to beat: 6/8 is a jig, 9/8 nearly always a slip jig.

# %% [markdown] lang="zh"
# **从旋律看曲种。** 里尔（reel）、吉格（jig）、角笛舞（hornpipe）、滑步吉格（slip jig）、斯特拉斯佩（strathspey）还是木屐舞（clog）？这些都是舞曲的种类。分类器从五分之四的曲子中学习，再给其余的归类。同一首曲子的变体常有几个名字，所以整个家族必须放在同一边：双份会泄漏（第 10 章）。要超过的是拍号：6/8 就是吉格，9/8 几乎总是滑步吉格。

# %%
from scipy import sparse
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

kind = playable["rhythm"].to_numpy(dtype=object)
chosen_rows = np.flatnonzero(tunes["rhythm"].isin(listeners.PLAIN_RHYTHMS))
steps_of = melodies.interval_sentences(playable["notes"])
family = melodies.families(melodies.gram_table(steps_of, 5))
metre = sparse.csr_array(pd.get_dummies(playable["metre"]).to_numpy(dtype=float))
runs3 = melodies.gram_table(steps_of, 3)
inputs = {"metre": metre, "single intervals": melodies.gram_table(steps_of, 1), "runs of three intervals": runs3,
          "Word2Vec mean": averaged["Word2Vec mean"][chosen_rows],
          "metre, runs of three": sparse.csr_array(sparse.hstack([metre, runs3]))}
folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
told_right = {name: cross_val_predict(RidgeClassifier(alpha=1.0), table, kind, groups=family, cv=folds) == kind
         for name, table in inputs.items()}
commonest = (kind == "reel").mean()
figures.rhythm_guess({name: hits.astype(float) for name, hits in told_right.items()}, commonest)

# %%
more = bootstrap(told_right["metre, runs of three"].astype(float) - told_right["metre"])
duple = np.isin(kind, ["reel", "hornpipe"])
reels = bootstrap(told_right["runs of three intervals"][duple].astype(float) - (kind[duple] == "reel"))
recbook.claim(
    more.low > 0 and reels.low > 0,
    en="The metre alone names {metre:.0%} of the kinds, with runs of three intervals {both:.0%}; between reels and hornpipes, "
    "which share a metre, the melody names {low:.0f} to {high:.0f} percentage points more than always saying reel.",
    zh="只看拍号能说对 {metre:.0%} 的曲种，加上三个音程的片段为 {both:.0%}；里尔与角笛舞拍号相同，靠旋律比总猜里尔多说对 "
    "{low:.0f} 到 {high:.0f} 个百分点。",
    metre=told_right["metre"].mean(), both=told_right["metre, runs of three"].mean(), low=100 * reels.low, high=100 * reels.high,
)

# %% [markdown] lang="en"
# **What a skip says.** A play that was broken off looks like a play in most logs. Own frequency, recent first, once from all plays and once from those heard to the end:

# %% [markdown] lang="zh"
# **一次跳过说明什么。** 在多数日志里，中途跳过的播放看起来也是播放。下面的“个人频率（近期加权）”，一次用全部播放，一次只用听完的：

# %%
recbook.claim(
    plays.repeats().mean() > 0.4,
    en="Of {plays:,} plays {skipped:.0%} are skipped, and {again:.0%} are of a tune that the listener has met before.",
    zh="{plays:,} 次播放中，{skipped:.0%} 被跳过，{again:.0%} 是听众遇到过的曲子。",
    plays=plays.n, skipped=1 - plays.rating.mean(), again=plays.repeats().mean(),
)

# %%
with_skips = replace(nights, train=plays.take(evenings.evening < last - 1), valid=plays.take(evenings.evening == last - 1))
counted = {name: evaluate_tasks(OwnFrequency(1.0), part, ("all",))["all"].per_user["ndcg@10"]
           for name, part in (("all", with_skips), ("ended", nights))}
better = bootstrap(counted["ended"] - counted["all"])
recbook.claim(
    better.low > 0,
    en="Counting only what was heard to the end lifts NDCG@10 from {all:.3f} to {ended:.3f} ({low:+.3f} to {high:+.3f}).",
    zh="只数听完的，NDCG@10 从 {all:.3f} 提高到 {ended:.3f}（{low:+.3f} 到 {high:+.3f}）。",
    all=np.nanmean(counted["all"]), ended=np.nanmean(counted["ended"]), low=better.low, high=better.high,
)

# %% [markdown] lang="en"
# **What a list loses.** With invented listeners the best list is known, so is each model's **regret**: of ten tunes new to the listener, how many fewer are heard to the end than of the ten best? A content profile is the mean of what was heard. The labels stand in the recipe, so their profile has an advantage that no real one has; the melodies' runs show what the notes alone can tell.

# %% [markdown] lang="zh"
# **一张列表损失多少。** 听众是虚构的，最好的列表已知，每个模型的**遗憾**（regret）也就能算：它推荐的十首没听过的曲子，比最好的十首少听完几首？内容画像是听过的曲子的平均。标签就写在设定里，所以标签画像有真实画像所没有的优势；旋律片段则说明只凭音符能知道多少。

# %%
rows = history.matrix()
content = {"labels of the recipe": sparse.csr_array(listeners.features(playable)), "runs of intervals": runs3,
           "random vectors": sparse.csr_array(np.random.default_rng(0).normal(size=(len(playable), 32)))}
scored = {name: np.asarray(((rows @ table) @ table.T).todense()) for name, table in content.items()}
top = np.sort(np.where(unheard, chances_of, 0), axis=1)[:, -10:].sum(axis=1)
regret = {name: top - ten_new(scores) for name, scores in scored.items()}
regret |= {name: top - night[name]["new"] for name in ("popularity", "EASE")}
rows_of = [(plots.name(name), values.mean(), *bootstrap(values)) for name, values in regret.items()]
plots.table(pd.DataFrame(rows_of, columns=["model", "mean", "low", "high"]))

# %%
tuneful = bootstrap(regret["random vectors"] - regret["runs of intervals"])
labels = "labels of the recipe"
recbook.claim(
    tuneful.low > 0 and regret["popularity"].mean() < regret[labels].mean() < regret["runs of intervals"].mean(),
    en="Of ten new tunes a melody profile loses {melody:.1f} to the best list, random vectors {random:.1f}, the very labels of the "
    "recipe {labels:.1f}, and plain popularity {popularity:.1f}: content tells the kind of a tune, not how well it is liked.",
    zh="推荐十首新曲，旋律画像比最好的列表少听完 {melody:.1f} 首，随机向量少 {random:.1f} 首，设定所用的标签也少 {labels:.1f} 首，"
    "流行度只少 {popularity:.1f} 首：内容说明曲子是哪一类，说明不了有多受欢迎。",
    melody=regret["runs of intervals"].mean(), random=regret["random vectors"].mean(), labels=regret[labels].mean(),
    popularity=regret["popularity"].mean(),
)

# %% [markdown] lang="en"
# **Going on with a set.** Fiddlers play tunes of one rhythm after each other; the mode they keep, or change on purpose. The first tune of the last evening is given and no longer counted: rank the rest, once by own frequency, recent first, alone, once with tunes of the same rhythm in front, once with those of the same mode too. That sets keep their rhythm is in the recipe (`stay`); that they keep the mode is not.

# %% [markdown] lang="zh"
# **把一组曲子接下去。** 小提琴手会把同一节奏的曲子连着拉；调式或保持，或有意更换。给出最后一晚的第一首（不再计入），给其余的排序：一次只用个人频率（近期加权），一次把同节奏的放在前面，一次再加上同调式。一组曲子保持节奏是设定里的（`stay`），保持调式不是。

# %%
own = OwnFrequency(1.0).fit(history).score(people)
first_tune = dict(zip(nights.test.user[::-1], nights.test.item[::-1], strict=True))
opening = np.array([first_tune.get(user, 0) for user in people])
wanted = nights.wanted("test").toarray()
wanted[people, opening] = 0
mode = playable["mode"].to_numpy(dtype=object)
same_rhythm, same_mode = (of[opening][:, None] == of for of in (kind, mode))
from recbook.evaluation import evaluate_scores

sets = {name: evaluate_scores(own + bonus, wanted).per_user["ndcg@10"] for name, bonus in (
    ("own", 0 * same_rhythm), ("rhythm", 10 * same_rhythm), ("mode", 10 * same_rhythm + 5 * same_mode))}
kept_rhythm, kept_mode = bootstrap(sets["rhythm"] - sets["own"]), bootstrap(sets["mode"] - sets["rhythm"])
recbook.claim(
    kept_rhythm.low > 0 and kept_mode.high < 0,
    en="The rhythm of the first tune lifts NDCG@10 from {own:.3f} to {rhythm:.3f}; asking for its mode too throws it back to "
    "{mode:.3f}: a rule helps if the listeners keep it.",
    zh="第一首的节奏使 NDCG@10 从 {own:.3f} 提高到 {rhythm:.3f}；再要求调式相同，又退到 {mode:.3f}：听众自己遵守的规则才有用。",
    own=np.nanmean(sets["own"]), rhythm=np.nanmean(sets["rhythm"]), mode=np.nanmean(sets["mode"]),
)

# %% [markdown] lang="en"
# **A tune that does not parse.** Some of these files once travelled by e-mail, which left a `=20` at the ends of lines. 25 of 3,068 tunes do not parse, and are left out (as are second copies, very short tunes and the minstrel stage's); the reader is told which and where:

# %% [markdown] lang="zh"
# **不能解析的曲子。** 有些文件当年经电子邮件传送，行尾留下了 `=20`。3,068 首中有 25 首不能解析，因而略去（重复的、太短的和黑脸剧的曲子也略去）；程序会说明是哪一首、在哪一行：

# %%
from recbook.data.tunes import parse

try:
    parse("X:1\nT:The Lost Letter\nM:6/8\nL:1/8\nK:D\nABA FDF | A2d f2d |=20\n")
except ValueError as error:
    print(error)


# %% [markdown] lang="en"
# ### More on news <a id="deeper-news"></a>
#
# *Adds: near twins, freshness against relevance, a loop that narrows its readers, clicks that are not reading, the front page, and an article without a date.*
#
# **Near twins.** A list of five should not tell one event three times. Above we took the events as known; a desk has only the words. Two articles within a day are taken for one event if their vectors are alike enough. The limit is chosen on the first two weeks, the result is of the last. Beside MiniLM stand the headlines' own words (tf-idf).

# %% [markdown] lang="zh"
# ### 再说新闻 <a id="deeper-news"></a>
#
# **本节补充**：重复报道，新鲜与相关，使口味变窄的循环，点击不等于阅读，头条，以及没有日期的文章。
#
# **重复报道（near twins）。** 五条的列表不该把一件事讲三遍。前面我们把事件当作已知，编辑部却只有文字。一天之内的两篇文章，向量足够像，就算同一件事。界限用前两周选定，结果取自最后一周。MiniLM 旁边放上标题自己的词（tf-idf）。

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

event, hour_of = articles["event"].to_numpy(), articles["hour"].to_numpy()


def agreement(table, least, part):
    """en: Precision, recall and their harmonic mean (F1) of the pairs within `part`, a mask of articles.
    zh: 在 `part`（文章的掩码）之内，配对的精确率、召回率和两者的调和平均（F1）。"""
    same, near = event[part], near_twins(table[part], hour_of[part], least)
    true = (same[:, None] == same).sum() / 2 - len(same) / 2
    hits = (same[near[:, 0]] == same[near[:, 1]]).sum()
    precision, recall = hits / max(len(near), 1), hits / true
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


early, late = hour_of < 14 * 24, hour_of >= 14 * 24
headline_words = TfidfVectorizer().fit_transform(articles["headline"]).toarray()
twins = {}
for name, table in (("MiniLM", meaning), ("words", headline_words)):
    least = max(np.arange(0.05, 0.95, 0.05), key=lambda limit: agreement(table, limit, early)[2])
    twins[name] = (least, *agreement(table, least, late))
plots.table(pd.DataFrame([(plots.name(name), *row) for name, row in twins.items()],
                         columns=["features", "least cosine", "precision", "recall", "F1"]))

# %%
days = [[agreement(table, twins[name][0], (hour_of // 24) == day)[2] for name, table in (("MiniLM", meaning), ("words", headline_words))]
        for day in range(14, 21)]
closer = bootstrap(np.diff(np.array(days)[:, ::-1], axis=1).ravel())
recbook.claim(
    closer.low > 0,
    en="On the last week's days MiniLM's F1 for pairs of one event is {low:.2f} to {high:.2f} above that of shared words; "
    "it is {over_the_week:.2f} over the week.",
    zh="在最后一周的各天里，MiniLM 判断“同一件事”的 F1 比词高 {low:.2f} 到 {high:.2f}；全周为 {over_the_week:.2f}。",
    low=closer.low, high=closer.high, over_the_week=twins["MiniLM"][3],
)

# %% [markdown] lang="en"
# Our outlets' words are ours, so this says little of real ones. On 50 **real** news, which people compared pair by pair (Lee et al. 2005, in gensim; chapter 05), the order of the cosines can be held against the people's:

# %% [markdown] lang="zh"
# 各家媒体的措辞是我们编的，所以这说明不了真实的报道。另有 50 篇**真实的**新闻，由人两两比较过（Lee et al. 2005，gensim 自带；第 05 章），可以看余弦的顺序与人的判断是否一致：

# %%
from recbook.text import lee

texts, people_say = lee.read()
real_words = TfidfVectorizer().fit_transform(texts).toarray()
high = np.quantile(lee.resampled_agreement(real_words, people_say), 0.975)
agreed = recbook.stored("features")["results"]["controls"]["lee, frozen"]
recbook.claim(
    agreed > high,
    en="On real news MiniLM's order agrees with people's at {meaning:.2f} (rank correlation, stored), that of "
    "shared words at {words:.2f} (interval up to {high:.2f}).",
    zh="在真实新闻上，MiniLM 的顺序与人的判断的秩相关为 {meaning:.2f}（预先存好），词为 {words:.2f}（区间上限 {high:.2f}）。",
    meaning=agreed, words=lee.agreement(real_words, people_say), high=high,
)

# %% [markdown] lang="en"
# **Freshness against relevance.** So fast does our news age:

# %% [markdown] lang="zh"
# **新鲜与相关。** 我们的新闻过时得这样快：

# %%
age_shown = press.visits[:, 1:] - articles["hour"].to_numpy()[press.shown]
bins = np.arange(0, press_recipe.alive + 1, 6)
counts = [np.histogram(age_shown[kept], bins)[0] for kept in (press.clicked, press.shown >= 0)]
figures.ages(bins[:-1] + 3, *counts)

# %% [markdown] lang="en"
# The weight of taste beside freshness is one number. None of it is too little, and much of it shows yesterday's paper to somebody who likes it:

# %% [markdown] lang="zh"
# 口味相对于新鲜的权重只是一个数。权重为 0，等于不看口味；太大，又会推荐昨天的旧闻：

# %%
weights = [0, 1, 2, 4, 16]
blended = [newsroom.replay(press, week["test"], taste(meaning, None, weight, fresh)).clicks for weight in weights]
plots.table(pd.DataFrame([(str(weight), np.nanmean(values), *bootstrap(values)) for weight, values in zip(weights, blended, strict=True)],
                         columns=["weight of taste", "mean", "low", "high"]))

# %%
recbook.claim(
    bootstrap(blended[1] - blended[-1]).low > 0,
    en="A little taste makes a list worth {some:.2f} clicks, the largest weight only {much:.2f}; without taste it is {none:.2f}.",
    zh="加一点口味，列表值 {some:.2f} 次点击；权重最大时只有 {much:.2f} 次；没有口味为 {none:.2f} 次。",
    some=np.nanmean(blended[1]), much=np.nanmean(blended[-1]), none=np.nanmean(blended[0]),
)

# %% [markdown] lang="en"
# **A list that narrows, and what variety costs.** A list that follows taste shows more of the same. Keep some of the five places for sections that the list lacks. What does it cost?

# %% [markdown] lang="zh"
# **列表会变窄，补上其他版面要付多少代价。** 跟着口味走的列表，会越来越单一。从五个位置里留出几个，给列表中还没有的版面，代价是多少？

# %%
openings = range(5)
opened = [newsroom.replay(press, week["test"], tastes["MiniLM"], kept=kept) for kept in openings]
figures.price_of_opening(list(openings), *(np.array([np.nanmean(part) for part in parts]) for parts in zip(*opened)))

# %%
lost = bootstrap(1 - opened[2].clicks / opened[0].clicks)
recbook.claim(
    lost.low > 0 and np.nanmean(opened[2].sections) > np.nanmean(opened[0].sections) + 0.5,
    en="Two places of five kept for other sections cost {low:.1%} to {high:.1%} of the clicks and bring {before:.1f} sections "
    "a list to {after:.1f}.",
    zh="五个位置留两个给其他版面，要付出 {low:.1%} 到 {high:.1%} 的点击，每张列表的版面从 {before:.1f} 个增加到 {after:.1f} 个。",
    takeaway=False,
    low=lost.low, high=lost.high, before=np.nanmean(opened[0].sections), after=np.nanmean(opened[2].sections),
)

# %% [markdown] lang="en"
# **The echo chamber.** Now a rule learns from the clicks on its own lists, and each click pulls the reader a little towards its section (`pull`, a knob; that clicks form taste is our assumption). We count how many of the five places go to the section that the reader leans to most.

# %% [markdown] lang="zh"
# **回音室（echo chamber）。** 现在规则从自己列表上的点击中学习，而每次点击都把读者往该版面拉近一点（`pull`，可以调；点击会塑造口味，是我们的假设）。我们数一数，五个位置中有多少给了读者最偏爱的版面。

# %%
def by_taste(past, hour):
    people = profiles(past, meaning, press_recipe.readers, hour, None)
    return 8 * people @ meaning[press.alive(hour)].T - press.ages(hour) / 12


def by_time(past, hour):
    return np.tile(-press.ages(hour), (press_recipe.readers, 1))


lived = {"own taste": newsroom.live(press, by_taste, pull=0.1), "two places open": newsroom.live(press, by_taste, kept=2, pull=0.1),
         "newest": newsroom.live(press, by_time, pull=0.1)}
figures.chamber({name: values[:, 0] for name, values in lived.items()})

# %%
final = {name: values[-5:].mean(axis=0) for name, values in lived.items()}
recbook.claim(
    final["own taste"][0] > final["two places open"][0] > final["newest"][0] and final["own taste"][1] > final["newest"][1] + 0.05,
    en="In the last five days the profile gives {profile:.0%} of its places to the reader's first section, with two places kept "
    "open {open:.0%}, newest first {newest:.0%}.",
    zh="最后五天里，画像把 {profile:.0%} 的位置给了读者最偏爱的版面，留出两个位置时为 {open:.0%}，最新优先为 {newest:.0%}。",
    profile=final["own taste"][0], open=final["two places open"][0], newest=final["newest"][0],
)

# %%
recbook.claim(
    final["own taste"][1] > final["two places open"][1] > final["newest"][1],
    en="And the readers follow: their strongest leaning ends at {profile:.2f} with the profile, {open:.2f} with two places open, "
    "{newest:.2f} with the newest first.",
    zh="读者也跟着变：最强的偏好最终为 {profile:.2f}（画像）、{open:.2f}（留出两个位置）、{newest:.2f}（最新优先）。",
    profile=final["own taste"][1], open=final["two places open"][1], newest=final["newest"][1],
)

# %% [markdown] lang="en"
# **A click is not reading.** One outlet of the five shouts ("You will not believe this: …"), which lifts its clicks and lowers the chance that an article is read to its end (`shout`, `stays`). Rank once by recent clicks, once by recent articles *read*:

# %% [markdown] lang="zh"
# **点击不等于阅读。** 五家媒体中有一家喜欢喊（“You will not believe this: …”，你绝对想不到），点击多了，读完的概率却低了（`shout`、`stays`）。一次按最近的点击排序，一次按最近**读完**的文章排序：

# %%
read_log, reads = press.clicks(read=True), np.where(articles["loud"], press_recipe.stays[1], press_recipe.stays[0])


def by_recent(log):
    def scorer(hour, readers):
        counts = recent_counts(log, len(articles), hour, 24)[press.alive(hour)]
        return np.tile(np.log1p(counts) - 1e-6 * press.ages(hour), (len(readers), 1))
    return scorer


goal = {name: {"clicks": newsroom.replay(press, week["test"], by_recent(log)).clicks,
               "reads": newsroom.replay(press, week["test"], by_recent(log), worth=reads).clicks}
        for name, log in (("by clicks", clicks), ("by reading", read_log))}
plots.table(pd.DataFrame([(plots.name(name), np.nanmean(of["clicks"]), np.nanmean(of["reads"])) for name, of in goal.items()],
                         columns=["ranked", "clicks a list", "read a list"]))

# %%
gained = bootstrap(goal["by reading"]["reads"] - goal["by clicks"]["reads"])
given = bootstrap(goal["by clicks"]["clicks"] - goal["by reading"]["clicks"])
recbook.claim(
    gained.low > 0 and given.low > 0,
    en="Ranked by what was read, {low:.3f} to {high:.3f} more articles a list are read to the end, for {less:.3f} to {most:.3f} "
    "fewer clicks.",
    zh="按读完排序，每张列表多读完 {low:.3f} 到 {high:.3f} 篇，点击少 {less:.3f} 到 {most:.3f} 次。",
    low=gained.low, high=gained.high, less=given.low, most=given.high,
)

# %% [markdown] lang="en"
# **The front page.** One story is shown to everybody, and only showing it tells how well it is liked: a bandit (chapter 10). On each day of the last week the ten newest stories at one o'clock, and 400 showings until the evening. One start knows nothing, the other begins from how often articles of that section were clicked before.

# %% [markdown] lang="zh"
# **头条。** 一条新闻给所有人看，只有展示了才知道喜欢的人多不多：这就是多臂老虎机（bandit）问题（第 10 章）。最后一周里，每天取下午一点时最新的十条，到晚上为止展示 400 次。一种起步没有任何信息，另一种从该版面文章以往的点击率开始。

# %%
from recbook import bandits

sections = articles["section"].to_numpy(dtype=object)
past = press.visits[:, 1] < 14 * 24
rate = {name: press.clicked[past][sections[press.shown[past]] == name].mean() for name in newsroom.SECTIONS}
days = []
for noon in 24 * np.arange(14, 21) + 13:
    young = np.argsort(press.ages(noon))[:10]
    days.append((press.world(noon).click_probabilities().mean(axis=0)[young],
                 np.array([rate[name] for name in sections[press.alive(noon)[young]]])))
liked, known = (np.repeat(part, 30, axis=0) for part in map(np.array, zip(*days, strict=True)))  # (worlds, 10)
starts = {"flat": (np.ones(10), np.ones(10)), "sections": (20 * known, 20 * (1 - known))}
front = {f"{policy}, {start}": bandits.play(policy, liked, prior, steps=400, worlds=len(liked))
         for policy in ("greedy", "thompson") for start, prior in starts.items()}
figures.front_page(front)

# %%
ended = {name: clicks_lost[:, -1] for name, clicks_lost in front.items()}
head_start = bootstrap(ended["thompson, flat"] - ended["thompson, sections"])
recbook.claim(
    head_start.low > 0 and bootstrap(ended["greedy, sections"] - ended["thompson, sections"]).low > 0
    and bootstrap(ended["thompson, flat"] - ended["greedy, flat"]).low > 0,
    en="The sections' rates save Thompson sampling half of its loss ({flat:.1f} to {sections:.1f} clicks), while "
    "greed takes them at their word and stays with a poor story ({greedy:.1f}); from a flat start greed loses {hopeful:.1f}.",
    zh="版面点击率替 Thompson 采样省下一半损失（从 {flat:.1f} 到 {sections:.1f} 次点击）；贪心过于依赖起点，守着一条平平的"
    "新闻（{greedy:.1f} 次）；均匀起步的贪心损失 {hopeful:.1f} 次。",
    hopeful=ended["greedy, flat"].mean(),
    flat=ended["thompson, flat"].mean(), sections=ended["thompson, sections"].mean(), greedy=ended["greedy, sections"].mean(),
)

# %% [markdown] lang="en"
# Why is greed so good from a flat start? Flat says that every second reader clicks. Every story disappoints, so greed leaves it for the next: hope explores, too, and quickly. In so short a life that is enough.

# %% [markdown] lang="zh"
# 均匀起步的贪心为什么这么好？均匀起步等于说一半的读者会点。起点高于实际，展示后估计下降，于是换下一条：乐观的起点也是探索，而且很快。寿命这么短，这就够了。

# %% [markdown] lang="en"
# **An article without a date** cannot be on the page or off it, so the press refuses it:

# %% [markdown] lang="zh"
# **没有日期的文章**无法判断是否已上线，程序拒绝处理：

# %%
try:
    newsroom.dated(articles.head(3).assign(hour=[1.0, np.nan, 2.0]))
except ValueError as error:
    print(error)

# %% [markdown] lang="en"
# **Exercise 6**, open. Take a log of your own, or one of the public ones that `docs/your-data.md` reads. Write down what you expect of the four questions before you measure: what comes back, how fast an item ages, what is known before the first click, what a text adds. Then measure, let `guide` advise you, and try its model against EASE and the last weeks' popularity on a split in time. Where were you wrong, and which of the guide's thresholds would you move? Hand in: a table like the one of four with one row, your expectation beside each number, and one interval.
#
# ### Further reading
#
# - H. Hu, X. He, J. Gao and Z.-L. Zhang (2020). *Modeling personalized item frequency information for next-basket recommendation.* SIGIR. [doi:10.1145/3397271.3401066](https://doi.org/10.1145/3397271.3401066). Own frequency, hard to beat.
# - M. Li, S. Jullien, M. Ariannezhad and M. de Rijke (2023). *A next basket recommendation reality check.* ACM TOIS 41(4). [doi:10.1145/3587153](https://doi.org/10.1145/3587153). Repeats and exploration told apart.
# - Y. Yang et al. (2020). *Multilingual universal sentence encoder for semantic retrieval.* ACL, system demonstrations. [doi:10.18653/v1/2020.acl-demos.12](https://doi.org/10.18653/v1/2020.acl-demos.12).
# - C.-N. Ziegler, S. M. McNee, J. A. Konstan and G. Lausen (2005). *Improving recommendation lists through topic diversification.* WWW. [doi:10.1145/1060745.1060754](https://doi.org/10.1145/1060745.1060754). Book-Crossing.

# %% [markdown] lang="zh"
# **练习 6**（开放题）用你自己的日志，或者 `docs/your-data.zh-CN.md` 能读的公开日志。先写下对四个问题的预期，再测量：什么会重复，物品多快过时，第一次点击之前知道什么，文本有多大作用。然后让 `guide` 出主意，把它建议的模型与 EASE、最近几周的流行度放在按时间划分的测试上比较。哪里猜错了？指南里的阈值，你会改哪一个？最少要交：一行像上面那样的表，每个数旁写下预期，再加一个区间。
#
# ### 延伸阅读
#
# - H. Hu, X. He, J. Gao and Z.-L. Zhang (2020). *Modeling personalized item frequency information for next-basket recommendation.* SIGIR. [doi:10.1145/3397271.3401066](https://doi.org/10.1145/3397271.3401066)。个人频率，很难胜过。
# - M. Li, S. Jullien, M. Ariannezhad and M. de Rijke (2023). *A next basket recommendation reality check.* ACM TOIS 41(4). [doi:10.1145/3587153](https://doi.org/10.1145/3587153)。把复购与探索分开。
# - Y. Yang et al. (2020). *Multilingual universal sentence encoder for semantic retrieval.* ACL, system demonstrations. [doi:10.18653/v1/2020.acl-demos.12](https://doi.org/10.18653/v1/2020.acl-demos.12)。
# - C.-N. Ziegler, S. M. McNee, J. A. Konstan and G. Lausen (2005). *Improving recommendation lists through topic diversification.* WWW. [doi:10.1145/1060745.1060754](https://doi.org/10.1145/1060745.1060754)。Book-Crossing。
