"""Exercises and quiz of chapter 01."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

_BOUGHT = (np.array([0, 0, 1, 1, 1, 1, 0]), np.array([2, 0, 1, 1, 2, 1, 2]))


def _bought(rng):
    n_users, n_items = int(rng.integers(3, 6)), int(rng.integers(7, 10))
    return rng.integers(0, n_users, size=20), rng.integers(0, n_items, size=20), n_users + 1, n_items


density = Exercise(
    id="challenges-density",
    title=Text("How full is the table?", "评分表有多满？"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "How many places does the table have, and how many of them does the log fill at least once?",
        "这张表一共有多少个位置？日志至少填过一次的有多少个？",
    ),
    examples=[
        (*_BOUGHT, 2, 3),
        (np.array([0, 0, 0]), np.array([1, 1, 1]), 2, 2),
        (np.array([0, 1, 2]), np.array([2, 1, 0]), 3, 4),
    ],
    random=_bought,
)


def _pairs(user, item):
    return set(zip(user, item, strict=True))


@density.solution
def density_of(user, item, n_users, n_items):
    filled = np.zeros((n_users, n_items))
    filled[user, item] = 1
    return filled.mean()


@density.mistake(
    en="You counted the rows of the log. A customer and an article that occur together twice fill one place.",
    zh="你数的是日志的行数。同一对用户和物品出现两次，也只占一个位置。",
)
def rows_counted(user, item, n_users, n_items):
    return len(user) / (n_users * n_items)


@density.mistake(
    en="You cut the result at 1. That hides the mistake: rows that repeat are still counted.",
    zh="你把结果截到了 1。这只是掩盖了错误：重复的行仍然被数了进去。",
)
def cut_at_one(user, item, n_users, n_items):
    return min(1.0, len(user) / (n_users * n_items))


@density.mistake(
    en="You took only the users and items that occur. Who bought nothing has a row in the table all the same: use `n_users` and `n_items`.",
    zh="你只取了出现过的用户和物品。什么也没买的用户在表里也有一行：请用 `n_users` 和 `n_items`。",
)
def only_users_and_items_that_occur(user, item, n_users, n_items):
    return len(_pairs(user, item)) / (len(set(user)) * len(set(item)))


@density.mistake(
    en="You dropped all rows of a pair that repeats. One of them fills the place.",
    zh="重复的那一对，你把它的行全丢了。其中一行已经填上了那个位置。",
)
def only_once(user, item, n_users, n_items):
    rows = list(zip(user, item, strict=True))
    return sum(rows.count(row) == 1 for row in rows) / (n_users * n_items)


@density.mistake(
    en="You dropped a row only where it equals the one just before. A repeat may stand anywhere in the log.",
    zh="你只去掉了与上一行相同的行。重复的行可能出现在日志的任何地方。",
)
def neighbours_alone(user, item, n_users, n_items):
    rows = list(zip(user, item, strict=True))
    return sum(at == 0 or row != rows[at - 1] for at, row in enumerate(rows)) / (n_users * n_items)


@density.mistake(
    en="You counted sums of user and item. Two different pairs may have the same sum: 0 + 2 and 1 + 1.",
    zh="你数的是用户编号与物品编号之和。不同的两对可以有相同的和：0 + 2 和 1 + 1。",
)
def sums_counted(user, item, n_users, n_items):
    return len(set(user + item)) / (n_users * n_items)


@density.mistake(
    en="You counted products of user and item. Many different pairs have the same product: all with a 0, to begin with.",
    zh="你数的是用户编号与物品编号之积。许多不同的对有相同的积，凡是含 0 的都一样。",
)
def products_counted(user, item, n_users, n_items):
    return len(set(user * item)) / (n_users * n_items)


@density.mistake(
    en="You counted items, each once. A place belongs to an item *and* a user.",
    zh="你数的是物品，每个一次。一个位置属于一个物品*和*一位用户。",
)
def items_counted(user, item, n_users, n_items):
    return len(set(item)) / (n_users * n_items)


@density.mistake(
    en="You counted users, each once. A place belongs to a user *and* an item.",
    zh="你数的是用户，每位一次。一个位置属于一位用户*和*一个物品。",
)
def users_counted(user, item, n_users, n_items):
    return len(set(user)) / (n_users * n_items)


@density.mistake(
    en="You multiplied users that occur by items that occur. Not each of them met each: count the pairs in the log.",
    zh="你把出现过的用户数与物品数相乘了。并不是人人都接触过每样物品：要数日志里的对。",
)
def all_combinations(user, item, n_users, n_items):
    return len(set(user)) * len(set(item)) / (n_users * n_items)


@density.mistake(
    en="That is the share of *empty* places. The density counts the filled ones.",
    zh="这是*空*位置的比例。密度数的是填了的位置。",
)
def sparsity(user, item, n_users, n_items):
    return 1 - len(_pairs(user, item)) / (n_users * n_items)


@density.mistake(
    en="You divided by one factor and multiplied by the other. Put brackets around `n_users * n_items`.",
    zh="你除以了一个因子，又乘上了另一个。请给 `n_users * n_items` 加上括号。",
)
def missing_brackets(user, item, n_users, n_items):
    return len(_pairs(user, item)) / n_users * n_items


@density.mistake(
    en="You divided by rows plus columns. A table has rows *times* columns places.",
    zh="你除以了行数加列数。一张表的位置数是行数*乘*列数。",
)
def rows_plus_columns(user, item, n_users, n_items):
    return len(_pairs(user, item)) / (n_users + n_items)


@density.mistake(
    en="That is a percentage. Give the share itself, between 0 and 1.",
    zh="这是百分数。请给出 0 到 1 之间的比例本身。",
)
def percentage(user, item, n_users, n_items):
    return 100 * len(_pairs(user, item)) / (n_users * n_items)


@density.mistake(
    en="`//` rounds down to a whole number, and a share below 1 becomes 0. Use `/`.",
    zh="`//` 会向下取整，小于 1 的比例就变成了 0。请用 `/`。",
)
def whole_numbers(user, item, n_users, n_items):
    return len(_pairs(user, item)) // (n_users * n_items)


@density.mistake(
    en="That is how many different items an average user met. How many could a user meet?",
    zh="这是平均每位用户接触过几样不同的物品。每位用户最多能接触多少？",
)
def items_per_user(user, item, n_users, n_items):
    return len(_pairs(user, item)) / n_users


@density.mistake(
    en="The fraction is upside down: how many of all places are filled?",
    zh="分子分母反了：所有位置里，填了多少个？",
)
def upside_down(user, item, n_users, n_items):
    return n_users * n_items / len(_pairs(user, item))


@density.mistake(
    en="Do not round the result; whoever calls the function can do that.",
    zh="不要四舍五入，请返回原来的值；需要时由调用者去舍入。",
)
def rounded(user, item, n_users, n_items):
    return round(len(_pairs(user, item)) / (n_users * n_items), 2)


@density.mistake(
    en="That is the number of filled places. How large a part of all is it?",
    zh="这是填了的位置的个数。它占全部位置的多大一部分？",
)
def filled_places(user, item, n_users, n_items):
    return len(_pairs(user, item))


head = Exercise(
    id="challenges-head-share",
    title=Text("The share of the head", "头部占比"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "Two numbers are needed: the ratings of the most rated films, and all ratings. Which of them is off?",
        "需要两个数：评分最多的那些电影的评分，和全部评分。是哪一个不对？",
    ),
    examples=[(np.array([1, 1, 4, 2]), 0.5), (np.array([10, 0, 0, 0, 0, 0, 0, 0, 0, 10]), 0.1)],
    random=lambda rng: (rng.integers(1, 50, size=20), float(rng.choice([0.1, 0.25, 0.5]))),
)


@head.solution
def head_share(counts, fraction):
    most_first = np.sort(counts)[::-1]
    return most_first[: round(fraction * len(counts))].sum() / np.sum(counts)


@head.mistake(
    en="You added up the *least* rated films: `np.sort` puts small numbers first.",
    zh="你加起来的是评分*最少*的电影：`np.sort` 把小的排在前面。",
)
def tail_share(counts, fraction):
    return np.sort(counts)[: round(fraction * len(counts))].sum() / np.sum(counts)


@head.mistake(
    en="You took the first films of the list, as it stands. Sort by ratings first.",
    zh="你取的是列表里原本排在前面的电影。请先按评分数排序。",
)
def unsorted(counts, fraction):
    return np.asarray(counts)[: round(fraction * len(counts))].sum() / np.sum(counts)


@head.mistake(
    en="That is a number of ratings. Divide by all ratings to get a share.",
    zh="这是评分的条数。除以全部评分，才是占比。",
)
def not_divided(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].sum()


@head.mistake(
    en="You divided by the number of films. The share is one of all *ratings*.",
    zh="你除以的是电影数。这里问的是占全部*评分*的比例。",
)
def divided_by_films(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].sum() / len(counts)


@head.mistake(
    en="You answered which share of the *films* it takes. Asked is the share of the ratings that those films hold.",
    zh="你回答的是占多少*电影*。题目问的是这些电影占多少评分。",
)
def share_of_films(counts, fraction):
    return round(fraction * len(counts)) / len(counts)


@head.mistake(
    en="That is a percentage. Give the share itself, between 0 and 1.",
    zh="这是百分数。请给出 0 到 1 之间的比例本身。",
)
def as_a_percentage(counts, fraction):
    return 100 * head_share(counts, fraction)


@head.mistake(
    en="You always take a tenth. Use the parameter `fraction`.",
    zh="你总是取十分之一。请使用参数 `fraction`。",
)
def always_a_tenth(counts, fraction):
    return head_share(counts, 0.1)


@head.mistake(
    en="`fraction * len(counts)` is a decimal number, and a slice needs a whole one: put `int(...)` around it.",
    zh="`fraction * len(counts)` 是小数，而切片需要整数：在外面套一个 `int(...)`。",
)
def sliced_by_a_decimal(counts, fraction):
    return np.sort(counts)[::-1][: fraction * len(counts)].sum() / np.sum(counts)


@head.mistake(
    en="You took the mean of the most rated films. A share needs the sum of their ratings.",
    zh="你对头部电影的评分数求了平均。算占比要用它们的总和。",
)
def mean_over_all(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].mean() / np.sum(counts)


@head.mistake(
    en="You divided one mean by another: how many times as much an average film of the head has. Asked is a share: sum by sum.",
    zh="你用平均除以了平均，得到的是头部电影平均高出多少倍。题目要的是占比：用总和除以总和。",
)
def ratio_of_means(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].mean() / np.mean(counts)


@head.mistake(
    en="Above this quantile lie nearly all films: it cuts off the least rated `fraction`. And of films with equal counts it keeps all or none; sort and cut instead.",
    zh="高于这个分位数的几乎是全部电影：它去掉的是评分最少的 `fraction`。而且评分数相同的电影，它要么全留，要么全丢；不如排序后再截取。",
)
def above_the_wrong_quantile(counts, fraction):
    return counts[counts > np.quantile(counts, fraction)].sum() / np.sum(counts)


@head.mistake(
    en="A quantile keeps all films with equal counts or none of them, so the number of films may be off. Sort, and cut after `fraction` of them.",
    zh="评分数相同的电影，分位数要么全留，要么全丢，电影数就可能不对。请先排序，再截取前 `fraction`。",
)
def above_a_quantile(counts, fraction):
    return counts[counts > np.quantile(counts, 1 - fraction)].sum() / np.sum(counts)


@head.mistake(
    en="A quantile keeps all films with equal counts or none of them, so the number of films may be off. Sort, and cut after `fraction` of them.",
    zh="评分数相同的电影，分位数要么全留，要么全丢，电影数就可能不对。请先排序，再截取前 `fraction`。",
)
def from_a_quantile_on(counts, fraction):
    return counts[counts >= np.quantile(counts, 1 - fraction)].sum() / np.sum(counts)


@head.mistake(
    en="You took one film too many: a slice `[:n]` holds `n` films already.",
    zh="你多取了一部：切片 `[:n]` 本来就有 `n` 部。",
)
def one_film_more(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts)) + 1].sum() / np.sum(counts)


@head.mistake(
    en="You took one film too few: a slice `[:n]` holds `n` films, the last of them at place `n - 1`.",
    zh="你少取了一部：切片 `[:n]` 有 `n` 部，最后一部的下标是 `n - 1`。",
)
def one_film_fewer(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts)) - 1].sum() / np.sum(counts)


@head.mistake(
    en="The most rated film is missing: the slice begins at 1, and Python counts from 0.",
    zh="漏掉了评分最多的那部：切片从 1 开始了，而 Python 从 0 数起。",
)
def best_left_out(counts, fraction):
    return np.sort(counts)[::-1][1 : round(fraction * len(counts)) + 1].sum() / np.sum(counts)


@head.mistake(
    en="You added up *positions*: that is what `argsort` gives. Use them to look up the counts, or sort the counts themselves.",
    zh="你加起来的是下标，`argsort` 给出的就是下标。请用它们查出评分数，或者直接给评分数排序。",
)
def positions_added_up(counts, fraction):
    return np.argsort(-counts, kind="stable")[: round(fraction * len(counts))].sum() / np.sum(counts)


@head.mistake(
    en="You divided the head by the rest. A share is one of *all* ratings, the head's own included.",
    zh="你用头部除以了其余的电影。占比的分母是全部评分，也包括头部自己的。",
)
def head_by_tail(counts, fraction):
    films = round(fraction * len(counts))
    most_first = np.sort(counts)[::-1]
    with np.errstate(divide="ignore"):
        return most_first[:films].sum() / np.float64(most_first[films:].sum())


@head.mistake(
    en="That is what the *other* films hold. Asked is the share of the most rated ones.",
    zh="这是其余电影的占比。题目要的是评分最多的那些。",
)
def the_rest(counts, fraction):
    return 1 - head_share(counts, fraction)


@head.mistake(
    en="That is a single film, the one at place `fraction`. A slice `[:n]` takes all that stand before it.",
    zh="这只是一部电影，恰好排在 `fraction` 那个位置。切片 `[:n]` 才会取出它前面的全部。",
)
def one_film(counts, fraction):
    return np.sort(counts)[::-1][round(fraction * len(counts))] / np.sum(counts)


@head.mistake(
    en="That is the share of the one most rated film. Asked is that of the first `fraction` of all films.",
    zh="这只是评分最多的那一部的占比。题目要的是排在前 `fraction` 的所有电影。",
)
def top_film_only(counts, fraction):
    return np.max(counts) / np.sum(counts)


@head.mistake(
    en="You asked which share of the films holds that share of the ratings. It is the other way round: `fraction` says "
    "how many films, and asked is the share of ratings that they hold.",
    zh="你求的是：多大比例的电影占了这么多评分。题目正好反过来：`fraction` 给出取多少部电影，求它们占评分的比例。",
)
def films_for_that_share(counts, fraction):
    most_first = np.sort(counts)[::-1]
    return np.mean(np.cumsum(most_first) / np.sum(counts) <= fraction)


@head.mistake(
    en="Do not round the result; whoever calls the function can do that.",
    zh="不要四舍五入，请返回原来的值；需要时由调用者去舍入。",
)
def rounded_share(counts, fraction):
    return round(float(head_share(counts, fraction)), 2)


@head.mistake(
    en="You sorted `-counts` and added up these negative numbers. Turn the sign back before you add.",
    zh="你给 `-counts` 排了序，加起来的也是这些负数。求和之前要把符号变回来。",
)
def below_zero(counts, fraction):
    return -head_share(counts, fraction)


@head.mistake(
    en="You took `fraction` of a hundred films. Take it of as many as there are: `len(counts)`.",
    zh="你按一百部电影来取 `fraction`。要按实际的电影数 `len(counts)` 来取。",
)
def so_many_in_a_hundred(counts, fraction):
    return np.sort(counts)[::-1][: int(fraction * 100)].sum() / np.sum(counts)


@head.mistake(
    en="You divided by the largest count. The share is one of all ratings: divide by their sum.",
    zh="你除以的是最大的评分数。占比的分母是全部评分：要除以它们的总和。",
)
def by_the_largest(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].sum() / np.max(counts)


hidden_gain = Exercise(
    id="challenges-gain",
    title=Text("NDCG of one held-out film", "一部留出电影的 NDCG"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "Check the two borders: rank 1 gives 1, and the last rank of the list still counts.",
        "检查两头：排第 1 得 1；列表的最后一位也算数。",
    ),
    examples=[(1, 10), (3, 10), (10, 10), (11, 10), (5, 4), (10,), (11,)],
    random=lambda rng: (int(rng.integers(1, 30)), int(rng.choice([5, 10, 20]))),
)


@hidden_gain.solution
def gain(rank, k=10):
    return 1 / np.log2(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You used the logarithm to base 10; the formula has base 2: `np.log2`.",
    zh="你用了以 10 为底的对数，公式里以 2 为底：`np.log2`。",
)
def common_logarithm(rank, k=10):
    return 1 / np.log10(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="That is the logarithm itself, which grows as the film falls down the list. The gain is 1 divided by it.",
    zh="这是对数本身，电影排得越后它越大。得分应当是 1 除以它。",
)
def not_divided_into_one(rank, k=10):
    return np.log2(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You cut at 10, whatever `k` is. Use the parameter.",
    zh="无论 `k` 是多少，你都在第 10 位截断。请使用参数 `k`。",
)
def always_ten(rank, k=10):
    return 1 / np.log2(1 + rank) if rank <= 10 else 0.0


@hidden_gain.mistake(
    en="`//` rounds down to a whole number. Use `/`.",
    zh="`//` 会向下取整。请用 `/`。",
)
def whole_division(rank, k=10):
    return 1 // np.log2(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You used the natural logarithm; the formula has base 2: `np.log2`.",
    zh="你用了自然对数，公式里以 2 为底：`np.log2`。",
)
def natural_logarithm(rank, k=10):
    return 1 / np.log(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="A film beyond rank `k` is not on the list and must give 0.",
    zh="排在第 `k` 位之后的电影不在列表里，应当得 0。",
)
def no_cutoff(rank, k=10):
    return 1 / np.log2(1 + rank)


@hidden_gain.mistake(
    en="The last place of the list counts too: the condition is `rank <= k`.",
    zh="列表的最后一位也算数：条件是 `rank <= k`。",
)
def strict_cutoff(rank, k=10):
    return 1 / np.log2(1 + rank) if rank < k else 0.0


@hidden_gain.mistake(
    en="That is the reciprocal rank, another measure. NDCG falls more slowly, with the logarithm of the rank.",
    zh="这是倒数排名，是另一个指标。NDCG 降得慢一些，与排名的对数有关。",
)
def reciprocal(rank, k=10):
    return 1 / rank if rank <= k else 0.0


@hidden_gain.mistake(
    en="You took the logarithm of the rank itself. At rank 1 that is 0, and 1 divided by 0 has no value: add 1 to the rank.",
    zh="你对排名本身取了对数。排第 1 时它是 0，而 1 除以 0 没有意义：先给排名加 1。",
)
def without_plus_one(rank, k=10):
    with np.errstate(divide="ignore"):
        return 1 / np.log2(np.float64(rank)) if rank <= k else 0.0


@hidden_gain.mistake(
    en="The best rank is 1 here, not 0: it is `1 + rank`, not `2 + rank`.",
    zh="这里最好的排名是 1，不是 0：所以是 `1 + rank`，不是 `2 + rank`。",
)
def ranks_from_zero(rank, k=10):
    return 1 / np.log2(2 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You only said whether it is on the list. A higher place should be worth more.",
    zh="你只回答了在不在列表里。排得越靠前，得分应当越高。",
)
def hit(rank, k=10):
    return 1.0 if rank <= k else 0.0


@hidden_gain.mistake(
    en="You added up the gains of all places down to `rank`. Only one film is to be found, so only its own place counts.",
    zh="你把从第 1 位到第 `rank` 位的得分都加了起来。要找的电影只有一部，只算它自己的位置。",
)
def added_up(rank, k=10):
    return sum(1 / np.log2(1 + r) for r in range(1, rank + 1)) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You divided by a best list of `k` hits. With one film to be found the best list has one hit, at rank 1, which is worth 1.",
    zh="你除以的是 `k` 部全中的最好列表。要找的只有一部，最好的列表就是它排第 1，得分为 1。",
)
def best_of_k(rank, k=10):
    return gain(rank, k) / sum(1 / np.log2(1 + r) for r in range(1, k + 1))


@hidden_gain.mistake(
    en="The 1 stands outside the logarithm. In the formula it is added to the rank, before the logarithm is taken.",
    zh="你把 1 加在了对数外面。公式里是先给排名加 1，再取对数。",
)
def one_outside(rank, k=10):
    return 1 / (1 + np.log2(rank)) if rank <= k else 0.0


@hidden_gain.mistake(
    en="A film beyond rank `k` got the gain of the last place. It is not on the list, and gets 0.",
    zh="排在第 `k` 位之后的电影得了最后一位的分。它不在列表里，应当得 0。",
)
def last_place_for_all_beyond(rank, k=10):
    return 1 / np.log2(1 + min(rank, k))


@hidden_gain.mistake(
    en="You took the logarithm of `k`, the length of the list. What counts is where the film stands: `rank`.",
    zh="你取的是列表长度 `k` 的对数。要看的是电影排在哪里：`rank`。",
)
def of_the_last_place(rank, k=10):
    return 1 / np.log2(1 + k) if rank <= k else 0.0


@hidden_gain.mistake(
    en="The condition is turned round: films on the list get 0, and those beyond it a gain.",
    zh="条件反了：列表里的电影得了 0，列表外的反而得分。",
)
def beyond_the_list(rank, k=10):
    return 1 / np.log2(1 + rank) if rank > k else 0.0


@hidden_gain.mistake(
    en="Your gain falls in equal steps from place to place. In the formula it falls with the logarithm of the rank.",
    zh="你的得分每降一位就少同样多。公式里是按排名的对数下降的。",
)
def share_of_places(rank, k=10):
    return (k - rank + 1) / k if rank <= k else 0.0


@hidden_gain.mistake(
    en="You divided by `k` as well. One film is to be found, so there is nothing to average over.",
    zh="你还除以了 `k`。要找的只有一部电影，没有什么可平均的。",
)
def divided_by_k(rank, k=10):
    return gain(rank, k) / k


@hidden_gain.mistake(
    en="The logarithm is missing: 1 is divided by the *logarithm* of `1 + rank`.",
    zh="漏了对数：1 要除以 `1 + rank` 的对数。",
)
def not_logarithmic(rank, k=10):
    return 1 / (1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="The condition is turned round: films on the list get 0, and those beyond it a gain.",
    zh="条件反了：列表里的电影得了 0，列表外的反而得分。",
)
def only_from_k_on(rank, k=10):
    return 1 / np.log2(1 + rank) if rank >= k else 0.0


rare = Exercise(
    id="challenges-rarely-rated",
    title=Text("Rarely rated films", "很少被评的电影"),
    gives=Text("`n_items` values, true or false", "`n_items` 个真或假"),
    hint=Text(
        "Count the ratings of every film from 0 to `n_items - 1`, then compare each count.",
        "先数出从 0 到 `n_items - 1` 每部电影的评分数，再逐一比较。",
    ),
    examples=[(np.array([0, 0, 2, 2, 2]), 4, 2), (np.array([1]), 3, 1), (np.array([3, 3, 0]), 5, 2)],
    random=lambda rng: (rng.integers(0, 8, size=30), 10, int(rng.integers(2, 5))),
)


@rare.solution
def rarely_rated(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) < fewest


@rare.mistake(
    en="A film with exactly `fewest` ratings does not have *fewer* than that.",
    zh="评分恰好是 `fewest` 条的电影，并不*少于*这个数。",
)
def at_most(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) <= fewest


@rare.mistake(
    en="The films after the last rated one are missing. A film that is not in the log has 0 ratings: see `minlength`.",
    zh="编号大于最后一部有评分电影的那些，全漏了：它们的评分数是 0，看看 `minlength`。",
)
def forgot_the_end(item, n_items, fewest):
    return np.bincount(item) < fewest


@rare.mistake(
    en="`np.unique` lists only the films that occur. Those that nobody rated are the rarest of all.",
    zh="`np.unique` 只列出出现过的电影。没人评过的才是最少的。",
)
def only_those_that_occur(item, n_items, fewest):
    return np.unique(item, return_counts=True)[1] < fewest


@rare.mistake(
    en="Those are the films with *enough* ratings; turn the comparison round.",
    zh="这是评分*足够*的电影；把比较号反过来。",
)
def enough(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) >= fewest


@rare.mistake(
    en="You gave the numbers of the rare films. Asked is one true or false for each film.",
    zh="你给出的是冷门电影的编号。题目要的是每部电影一个真或假。",
)
def their_numbers(item, n_items, fewest):
    return np.flatnonzero(np.bincount(item, minlength=n_items) < fewest)


@rare.mistake(
    en="Those are the counts themselves. Compare them with `fewest`.",
    zh="这是评分数本身。还要和 `fewest` 比较。",
)
def the_counts(item, n_items, fewest):
    return np.bincount(item, minlength=n_items)


@rare.mistake(
    en="Those are the films with *more* ratings; turn the comparison round.",
    zh="这是评分更多的电影；把比较号反过来。",
)
def more(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) > fewest


@rare.mistake(
    en="You gave one value for each rating. Asked is one for each film, from 0 to `n_items - 1`.",
    zh="你给每条评分一个值。题目要的是从 0 到 `n_items - 1` 每部电影一个值。",
)
def for_each_rating(item, n_items, fewest):
    return np.bincount(item, minlength=n_items)[item] < fewest


@rare.mistake(
    en="With `counts[item] += 1` NumPy adds 1 only once to a film that occurs several times: use `np.bincount`.",
    zh="`counts[item] += 1` 遇到重复的下标时，NumPy 只加一次：请用 `np.bincount`。",
)
def added_once(item, n_items, fewest):
    counts = np.zeros(n_items)
    counts[item] += 1
    return counts < fewest


@rare.mistake(
    en="You left out the films without any rating. Zero is fewer than `fewest` too.",
    zh="你排除了没有评分的电影。0 条也少于 `fewest` 条。",
)
def without_the_unrated(item, n_items, fewest):
    counts = np.bincount(item, minlength=n_items)
    return (counts > 0) & (counts < fewest)


@rare.mistake(
    en="You went through films 1 to `n_items`. They are numbered from 0, so the last one is `n_items - 1`.",
    zh="你检查的是第 1 到第 `n_items` 部。电影从 0 编号，最后一部是 `n_items - 1`。",
)
def films_from_one(item, n_items, fewest):
    return [np.count_nonzero(item == i) < fewest for i in range(1, n_items + 1)]


@rare.mistake(
    en="These are the films without any rating. Asked are those with fewer than `fewest`.",
    zh="这是一条评分也没有的电影。题目要的是少于 `fewest` 条的。",
)
def without_any(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) == 0


@rare.mistake(
    en="Your limit is written into the code. Use the parameter `fewest`.",
    zh="你把界限写死了。请使用参数 `fewest`。",
)
def once_at_most(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) < 2


@rare.mistake(
    en="You compared the *number* of each film with `fewest`. Compare how often it occurs in `item`.",
    zh="你拿电影的编号与 `fewest` 比较了。要比较的是它在 `item` 里出现的次数。",
)
def film_numbers_compared(item, n_items, fewest):
    return np.arange(n_items) < fewest


@rare.mistake(
    en="You said whether a film occurs at all. Asked is whether it occurs fewer than `fewest` times.",
    zh="你回答的是电影有没有出现过。题目问的是出现的次数是否少于 `fewest`。",
)
def occurs(item, n_items, fewest):
    return np.isin(np.arange(n_items), item)


@rare.mistake(
    en="`np.histogram` cuts the range from the smallest to the largest number into bins, and these are not the films. Count each film number: `np.bincount`.",
    zh="`np.histogram` 把最小到最大的编号之间等分成若干段，一段不等于一部电影。请逐个编号计数：`np.bincount`。",
)
def bins_of_a_histogram(item, n_items, fewest):
    return np.histogram(item, bins=n_items)[0] < fewest


_SIMILARITY = np.array([[0.0, 0.9, 0.2], [0.1, 0.0, 0.3], [0.8, 0.4, 0.0]])

strongest = Exercise(
    id="challenges-reason",
    title=Text("The strongest reason", "最有力的理由"),
    gives=Text("the index of one film of the history", "历史中一部电影的下标"),
    hint=Text(
        "Each film `j` of the history adds `similarity[j, recommended]`. Which film adds most, and what is its index?",
        "历史中的每部电影 `j` 贡献 `similarity[j, recommended]`。哪部贡献最大？它的下标是多少？",
    ),
    examples=[(_SIMILARITY, np.array([1, 2]), 0), (_SIMILARITY, np.array([1]), 0), (_SIMILARITY, np.array([0, 2]), 1)],
    random=lambda rng: (rng.normal(size=(8, 8)), rng.permutation(7)[:4], 7),
)


@strongest.solution
def strongest_reason(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[history, recommended].argmax()]


@strongest.mistake(
    en="You gave the position *within the history*. Use it to look up the film: `history[position]`.",
    zh="你给出的是*在历史里的位置*。再用它查出电影：`history[position]`。",
)
def place_in_history(similarity, history, recommended):
    return np.asarray(similarity)[np.asarray(history), recommended].argmax()


@strongest.mistake(
    en="You looked at all films. Only those in `history` can be the reason.",
    zh="你在所有电影里找了。只有 `history` 里的电影才能当理由。",
)
def among_all(similarity, history, recommended):
    return np.asarray(similarity)[:, recommended].argmax()


@strongest.mistake(
    en="Row and column are swapped: `similarity[j, i]` is how much film `j` of the history speaks for film `i`.",
    zh="行和列反了：`similarity[j, i]` 表示历史中的 `j` 为 `i` 加多少分。",
)
def swapped(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[recommended, history].argmax()]


@strongest.mistake(
    en="That is how *much* it adds. Asked is *which* film it is.",
    zh="这是它加了*多少*分。题目问的是*哪一部*电影。",
)
def the_amount(similarity, history, recommended):
    return np.asarray(similarity)[np.asarray(history), recommended].max()


@strongest.mistake(
    en="That is the weakest reason: `argmin` instead of `argmax`.",
    zh="这是最弱的理由：该用 `argmax`，你用了 `argmin`。",
)
def weakest(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[history, recommended].argmin()]


@strongest.mistake(
    en="You took the absolute value. A negative term speaks against the film.",
    zh="你取了绝对值。负的贡献是在减分。",
)
def by_size(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.abs(np.asarray(similarity)[history, recommended]).argmax()]


@strongest.mistake(
    en="You added up what each film says for *all* films. Only the column of `recommended` counts here.",
    zh="你把每部电影对所有电影的贡献加了起来。这里只看 `recommended` 那一列。",
)
def for_all_films(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[history].sum(axis=1).argmax()]


@strongest.mistake(
    en="You gave the last film of the history. Asked is the one that adds most.",
    zh="你给出的是历史里的最后一部。题目要的是贡献最大的那一部。",
)
def the_last(similarity, history, recommended):
    return history[-1]


@strongest.mistake(
    en="You set the other films to 0. Where all of the history speaks *against* the film, 0 is the largest, and a film outside the history wins.",
    zh="你把其余电影设成了 0。如果历史里的电影全在减分，0 就成了最大的，选中的就是历史之外的电影。",
)
def masked_with_zero(similarity, history, recommended):
    column = np.asarray(similarity)[:, recommended]
    return np.where(np.isin(np.arange(len(column)), history), column, 0).argmax()


@strongest.mistake(
    en="You looked for the largest number of a whole table, and `argmax` then counts through all its rows. Only the column of `recommended` matters.",
    zh="你在整张表里找最大的数，`argmax` 会把各行连起来数。这里只看 `recommended` 那一列。",
)
def place_in_a_flat_table(similarity, history, recommended):
    return np.asarray(similarity)[np.asarray(history)].argmax()


@strongest.mistake(
    en="You looked at all films, and in the *row* of `recommended`. Asked are the films of `history`, in its *column*.",
    zh="你在所有电影里找，看的还是 `recommended` 那一行。要看的是它那一列，而且只看 `history` 里的电影。",
)
def among_all_in_row(similarity, history, recommended):
    return np.asarray(similarity)[recommended].argmax()


@strongest.mistake(
    en="Two things: row and column are swapped (`similarity[j, i]` is what film `j` adds to film `i`), and you gave a position in `history`, not the film.",
    zh="有两处：行和列反了（`similarity[j, i]` 是电影 `j` 为电影 `i` 加的分）；给出的是在 `history` 里的位置，不是电影。",
)
def place_in_row(similarity, history, recommended):
    return np.asarray(similarity)[recommended, np.asarray(history)].argmax()


@strongest.mistake(
    en="You gave the first film of the history. Asked is the one that adds most.",
    zh="你给出的是历史里的第一部。题目要的是贡献最大的那一部。",
)
def the_first(similarity, history, recommended):
    return history[0]


@strongest.mistake(
    en="You took the largest film *number*. Compare what the films add.",
    zh="你取了编号最大的电影。要比较的是它们贡献的分。",
)
def largest_number(similarity, history, recommended):
    return np.max(history)


@strongest.mistake(
    en="That is the second strongest reason. The largest comes last when sorted upwards.",
    zh="这是第二有力的理由。从小到大排序时，最大的在最后。",
)
def second_strongest(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.argsort(np.asarray(similarity)[history, recommended])[-2:][0]]


@strongest.mistake(
    en="You added up what all films say for each film of the history. Asked is what each of *them* says for `recommended`.",
    zh="你加的是所有电影为历史中每部电影贡献的分。题目问的是历史中的电影各为 `recommended` 加多少分。",
)
def told_by_all_rows(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[:, history].sum(axis=0).argmax()]


@strongest.mistake(
    en="You asked which film the first film of the history adds most to. Turn it round: which film of the history adds most to `recommended`?",
    zh="你求的是历史里的第一部电影给谁加分最多。要反过来：历史里哪部电影给 `recommended` 加分最多？",
)
def best_row_of_the_first(similarity, history, recommended):
    return np.asarray(similarity)[np.asarray(history)].argmax(axis=1)[0]


@strongest.mistake(
    en="`argmax` over all films gives a film number, and you used it as a position in `history`. Select the history's numbers first.",
    zh="对所有电影求 `argmax` 得到的是电影编号，你却把它当成了在 `history` 里的位置。请先取出历史里各部电影的数。",
)
def film_number_as_place(similarity, history, recommended):
    return history[np.asarray(similarity)[:, recommended].argmax()]


quiz = Quiz(
    "challenges",
    [
        Question(
            Text(
                "Two models, the same test users. Their confidence intervals overlap. What follows?",
                "两个模型，同样的测试用户，置信区间有重叠。由此可知什么？",
            ),
            [
                Wrong(
                    Text("They are equally good.", "它们一样好。"),
                    Text(
                        "Overlap proves nothing; most of the spread comes from users who are easy or hard for both.",
                        "重叠说明不了什么；大部分波动来自用户本身：有的用户对两个模型都好猜，有的都难猜。",
                    ),
                ),
                Right(
                    Text(
                        "Nothing yet: look at the interval of the difference.",
                        "还得不出结论：要看差值的区间。",
                    ),
                    Text(
                        "Taken user by user, what both share cancels out.",
                        "逐个用户相减，两者共有的部分就抵消了。",
                    ),
                ),
                Wrong(
                    Text("The one with the higher mean is better.", "平均值高的那个更好。"),
                    Text(
                        "It may be chance; the interval of the difference would tell.",
                        "可能只是偶然；差值的区间才能回答。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Why does popularity lose so little when ratings get scarce?",
                "评分越来越少时，流行度为什么跌得那么少？",
            ),
            [
                Wrong(
                    Text("Because popular films are better films.", "因为热门电影本来就更好。"),
                    Text(
                        "Whether they are good plays no part in it; only counts do.",
                        "好不好与此无关，它只看评分数。",
                    ),
                ),
                Right(
                    Text(
                        "It estimates one number a film, from all users together.",
                        "它只为每部电影估计一个数，而且由所有用户一起来估。",
                    ),
                    Text(
                        "Few parameters need few data; the price is that it knows nothing about the person.",
                        "参数少，需要的数据就少；代价是它对个人一无所知。",
                    ),
                ),
                Wrong(
                    Text("Because most of the films that are tested are popular ones.", "因为测试到的大多是热门电影。"),
                    Text(
                        "That helps it at every level alike; it does not say why the others fall.",
                        "这在每一档上都同样帮它的忙，却解释不了别的模型为什么跌。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A new film has no ratings. Which setting of EASE would let it be recommended to the right people?",
                "一部新电影没有评分。怎样设置 EASE 才能把它推荐给合适的人？",
            ),
            [
                Wrong(
                    Text("A smaller penalty.", "更小的惩罚。"),
                    Text("Its column stays zero for any penalty.", "无论惩罚多大，它那一列始终是零。"),
                ),
                Wrong(
                    Text("A larger penalty.", "更大的惩罚。"),
                    Text(
                        "That shrinks the other weights, and leaves zero at zero.",
                        "那只会缩小其他权重，零还是零。",
                    ),
                ),
                Right(
                    Text(
                        "None: it needs to know something else about the film.",
                        "怎么设置都不行：它还需要这部电影的其他信息。",
                    ),
                    Text(
                        "Its genres, its title, its text. That is where a pretrained encoder comes in.",
                        "类型、片名、文字。这正是预训练模型的用武之地。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "“Because you watched *Fargo*”, says item-kNN. What does the sentence say at most?",
                "Item-kNN 说：“因为你看过 *Fargo*”。这句话最多能说明什么？",
            ),
            [
                Right(
                    Text(
                        "Of your films, *Fargo* adds most to this film's score.",
                        "在你看过的电影里，*Fargo* 对这部电影的得分贡献最大。",
                    ),
                    Text(
                        "That is true of the model, and can be checked.",
                        "这对模型来说是真的，而且可以检验。",
                    ),
                ),
                Wrong(
                    Text("Without *Fargo* you would not see this film.", "没有 *Fargo*，你就不会看到这部电影。"),
                    Text(
                        "We took the reason away from every user: the recommendation nearly always stayed.",
                        "我们对每位用户都拿掉了理由，推荐几乎总还在。",
                    ),
                ),
                Wrong(
                    Text("You liked *Fargo*, so you will like this film.", "你喜欢 *Fargo*，所以会喜欢这部。"),
                    Text(
                        "The model saw only *that* you rated it, not why, nor what you will like.",
                        "模型只知道你评过它，不知道为什么，更不知道你会喜欢什么。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "In the test of new films, why is word matching there at all?",
                "在新电影的测试里，为什么要把词匹配也放进来？",
            ),
            [
                Wrong(
                    Text("To have a weak method that makes title vectors look good.", "找个垫底的，好衬托片名向量。"),
                    Text(
                        "Then any bad method would do. This one was chosen for what it has in common with the model.",
                        "那随便找个差的就行了。选它，是因为它与模型有相同之处。",
                    ),
                ),
                Right(
                    Text("It reads the same titles without pretraining.", "它读的是同样的片名，但没有预训练。"),
                    Text(
                        "What both get may be had from words alone; pretraining deserves the gap at most.",
                        "两者都能得到的，光靠词就够了；预训练的功劳最多是两者之间的差距。",
                    ),
                ),
                Wrong(
                    Text("Because it needs no ratings, as title vectors do not.", "因为它和片名向量一样，不需要评分。"),
                    Text(
                        "Both need ratings: the weights of each user are learned from them.",
                        "两者都需要评分：每位用户的权重都是从评分里学的。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A model for new films makes a list for each user. How do you find out whether the personal part helps?",
                "一个模型给每位用户推荐新电影。怎样知道“个性化”那一部分有没有用？",
            ),
            [
                Wrong(
                    Text("Compare it with random order.", "与随机顺序比较。"),
                    Text(
                        "A list that is the same for everybody beats random order too.",
                        "对所有人都一样的列表，也能胜过随机顺序。",
                    ),
                ),
                Right(
                    Text(
                        "Compare it with one list for everybody, made from the same scores.",
                        "用同样的得分做一张所有人共用的列表，与它比较。",
                    ),
                    Text(
                        "What remains is what the model knows about the person.", "剩下的差距，才是模型对个人的了解。"
                    ),
                ),
                Wrong(
                    Text("Look whether the lists differ between users.", "看看各个用户的列表是否不同。"),
                    Text("Lists can differ by noise alone.", "光靠噪声，列表也会各不相同。"),
                ),
            ],
        ),
        Question(
            Text(
                "EASE learns its weights from all ratings, but each user's history is cut to 5%. What happens?",
                "EASE 用全部评分学习权重，但每位用户的历史只留 5%。结果如何？",
            ),
            [
                Wrong(
                    Text("Hardly anything: the weights are what counts.", "几乎没有变化：起作用的是权重。"),
                    Text(
                        "Weights are applied to a history, and that one is nearly empty.",
                        "权重要乘在历史上，而历史几乎空了。",
                    ),
                ),
                Right(
                    Text("It loses more than half of its NDCG@10.", "NDCG@10 损失一半以上。"),
                    Text(
                        "So it does the other way round: each loss alone is enough to ruin it.",
                        "反过来也一样：两样只拿走一样，就足以毁掉它。",
                    ),
                ),
                Wrong(
                    Text("It falls to what it has when both are cut.", "降到与两样都减时一样。"),
                    Text(
                        "It stays well above that: the weights that it has are good ones.",
                        "仍明显高于两样都减的情形：权重毕竟是用全部评分学来的。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)
