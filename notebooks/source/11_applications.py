# %% [markdown] lang="en"
# # 11 · Applications: how full is a table?
#
# After this chapter you can say what share of a rating table is filled. You need nothing first.
# The core reads in {core}, what stands behind it under [Deeper](#deeper) in {deeper}. It runs in {minutes} on 2 cores.

# %% [markdown] lang="zh"
# # 11 · 模板：一张表有多满？
#
# 学完本章，你能说出一张评分表填了多少。不需要任何准备。
# 核心部分读完需{core}，后面的[选读](#deeper)另需{deeper}。在 2 个核上运行{minutes}。

# %%
import recbook
from recbook.chapters.applications import figures

recbook.setup("en")

# %% [markdown] lang="en"
# ## How much is there?
#
# 3 users could each rate 4 items. They gave 5 ratings. The share of the table that is filled is
# $$d = \frac{n}{|U| \cdot |I|},$$
# where $n$ is the number of ratings, $|U|$ that of users and $|I|$ that of items; $d$ is between 0 and 1.

# %% [markdown] lang="zh"
# ## 有多少评分？
#
# 3 位用户各自可以给 4 个物品打分，一共打出 5 个评分。表中已填的比例是
# $$d = \frac{n}{|U| \cdot |I|},$$
# 其中 $n$ 是评分数，$|U|$ 是用户数，$|I|$ 是物品数；$d$ 在 0 和 1 之间。

# %%
# en: One pair for each rating: who, and what.
# zh: 每个评分是一对：谁，评了什么。
ratings = [("Ann", "A"), ("Ann", "B"), ("Bob", "B"), ("Bob", "C"), ("Cho", "D")]
n_users, n_items = 3, 4
density = len(ratings) / (n_users * n_items)
density

# %%
figures.how_full(density)

# %%
recbook.claim(
    density < 0.5,
    en="{n} ratings fill {density:.0%} of the table: less than half.",
    zh="{n} 个评分只填了整张表的 {density:.0%}，不到一半。",
    takeaway=dict(
        en="Count the cells, not the ratings: less than half of this table is filled.",
        zh="要数格子，不要数评分：这张表填了不到一半。",
    ),
    n=len(ratings),
    density=density,
)

# %% [markdown] lang="en"
# ### Exercise ({points})
#
# Write the formula as a function. Run the cell below to check it.

# %% [markdown] lang="zh"
# ### 练习（{points}）
#
# 把公式写成函数，再运行下面的单元格自检。


# %% exercise="applications-density" points=1
def density_of(n_ratings, n_users, n_items):
    """en: Share of the user-item table that is filled, between 0 and 1.
    zh: 用户—物品表中已填的比例，在 0 和 1 之间。
    """
    ### BEGIN SOLUTION
    return n_ratings / (n_users * n_items)
    ### END SOLUTION


# %% check="applications-density"
recbook.check("applications-density", density_of)

# %% [markdown] lang="en"
# ## Takeaways
#
# {takeaways}

# %% [markdown] lang="zh"
# ## 要点
#
# {takeaways}

# %% quiz="applications"
recbook.quiz("applications")

# %% tags=["nbval-ignore-output"]
recbook.progress("applications")

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Does a larger table fill up?
#
# This section adds what happens when users and items become twice as many, and so do the ratings.

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 表变大了，会更满吗？
#
# 这一节补充一个问题：用户、物品和评分都变成两倍，会怎样？

# %%
twice_as_large = 2 * len(ratings) / (2 * n_users * 2 * n_items)
twice_as_large

# %%
recbook.claim(
    twice_as_large == density / 2,
    en="With everything doubled {density:.0%} of the table is filled: half of what it was.",
    zh="全部加倍之后，表只填了 {density:.0%}：是原来的一半。",
    takeaway=False,
    density=twice_as_large,
)
