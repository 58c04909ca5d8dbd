"""Exercises and quiz of chapter 01."""

from __future__ import annotations

import numpy as np

from recbook.evaluation.concentration import gini
from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

_CHAIN = (np.array([0, 1, 1, 2, 2, 3, 3, 4, 4]), np.array([3, 3, 2, 2, 0, 0, 1, 0, 1]))


def _pairs_once(rng):
    user, item = np.divmod(rng.choice(48, size=18, replace=False), 8)
    return user, item, int(rng.integers(2, 5))


denser = Exercise(
    id="challenges-denser",
    title=Text("Which ratings are left?", "哪些评分留得下？"),
    gives=Text("one true or false for each row of the log", "日志的每一行一个真或假"),
    hint=Text(
        "Work through a small log with a pencil: count, strike out, and count what is left again. When may you stop?",
        "拿一份小日志用笔走一遍：数、划掉、把剩下的再数一遍。什么时候可以停？",
    ),
    examples=[
        (*_CHAIN, 2),
        (np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]), 1),
        (np.array([0, 0, 0, 1, 1, 2]), np.array([0, 1, 2, 0, 1, 2]), 2),
    ],
    random=_pairs_once,
)


def _rows_of(numbers, kept):
    """How many kept rows each row's number has."""
    return np.bincount(numbers[kept], minlength=numbers.max() + 1)[numbers]


def _struck(user, item, fewest, rounds):
    """The rows that are left after so many rounds, users and items counted at once in each."""
    kept = np.ones(len(user), dtype=bool)
    for _ in range(rounds):
        kept = kept & (_rows_of(user, kept) >= fewest) & (_rows_of(item, kept) >= fewest)
    return kept


@denser.solution
def rows_left(user, item, fewest):
    left = np.ones(len(user))
    for _ in user:
        left = (np.bincount(user, left)[user] >= fewest) & (np.bincount(item, left)[item] >= fewest)
    return left


@denser.mistake(
    en="You counted once. What you struck out takes rows from others, who may now have too few: count again.",
    zh="你只数了一遍。划掉的行也会让别的用户和电影变少，可能又不够了：要再数。",
)
def counted_once(user, item, fewest):
    return _struck(user, item, fewest, 1)


@denser.mistake(
    en="You struck out users, then films, and stopped. After the films some users have too few again: go on until nobody has.",
    zh="你先划掉用户，再划掉电影，就停了。划掉电影之后，又有用户不够了：要一直做到谁都够为止。",
)
def users_then_films(user, item, fewest):
    kept = _rows_of(user, np.ones(len(user), dtype=bool)) >= fewest
    return kept & (_rows_of(item, kept) >= fewest)


@denser.mistake(
    en="You struck out films, then users, and stopped. After the users some films have too few again: go on until none has.",
    zh="你先划掉电影，再划掉用户，就停了。划掉用户之后，又有电影不够了：要一直做到谁都够为止。",
)
def films_then_users(user, item, fewest):
    return users_then_films(item, user, fewest)


@denser.mistake(
    en="Two rounds are not always enough: go on until a round strikes out nothing.",
    zh="两轮不一定够：要一直做到某一轮什么也没划掉为止。",
)
def two_rounds(user, item, fewest):
    return _struck(user, item, fewest, 2)


@denser.mistake(
    en="You looked at users only. A film with too few rows goes as well.",
    zh="你只看了用户。行数不够的电影也要去掉。",
)
def only_users(user, item, fewest):
    return _rows_of(user, np.ones(len(user), dtype=bool)) >= fewest


@denser.mistake(
    en="You looked at films only. A user with too few rows goes as well.",
    zh="你只看了电影。行数不够的用户也要去掉。",
)
def only_films(user, item, fewest):
    return only_users(item, user, fewest)


@denser.mistake(
    en="Who has exactly `fewest` rows has enough: strike out those with *fewer*.",
    zh="恰好有 `fewest` 行就够了：只划掉少于这个数的。",
)
def exactly_is_too_few(user, item, fewest):
    return rows_left(user, item, fewest + 1)


@denser.mistake(
    en="You kept a row if its user *or* its film has enough. Both must have.",
    zh="只要用户或电影有一方够，你就留下了这一行。必须双方都够。",
)
def one_of_them_is_enough(user, item, fewest):
    kept = np.ones(len(user), dtype=bool)
    for _ in range(len(user)):
        kept = kept & ((_rows_of(user, kept) >= fewest) | (_rows_of(item, kept) >= fewest))
    return kept


@denser.mistake(
    en="Those are the rows that *go*. Asked are the ones that stay.",
    zh="这是要去掉的行。题目要的是留下的。",
)
def those_that_go(user, item, fewest):
    return ~rows_left(user, item, fewest)


@denser.mistake(
    en="You gave the numbers of the rows that stay. Asked is one true or false for each row.",
    zh="你给出的是留下的行号。题目要的是每行一个真或假。",
)
def their_numbers(user, item, fewest):
    return np.flatnonzero(rows_left(user, item, fewest))


@denser.mistake(
    en="That is how *many* rows stay. Asked is *which*: one true or false for each.",
    zh="这是留下了多少行。题目要的是哪些行：每行一个真或假。",
)
def how_many(user, item, fewest):
    return rows_left(user, item, fewest).sum()


@denser.mistake(
    en="You compared the *numbers* of users and films with `fewest`. Compare how often each occurs.",
    zh="你拿用户和电影的编号与 `fewest` 比较了。要比较的是各自出现的次数。",
)
def numbers_compared(user, item, fewest):
    return (user >= fewest) & (item >= fewest)


@denser.mistake(
    en="Your limit is written into the code. Use the parameter `fewest`.",
    zh="你把界限写死了。请使用参数 `fewest`。",
)
def always_two(user, item, fewest):
    return rows_left(user, item, 2)


tied_gain = Exercise(
    id="challenges-ties",
    title=Text("NDCG when scores are equal", "得分相等时的 NDCG"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "Write down the ranks that the equal films share, the held-out one among them. What is the gain at each of these ranks?",
        "写出得分相等的几部电影（包括留出的那部）共同占据哪几个名次。在每个名次上，得分各是多少？",
    ),
    examples=[
        (np.zeros(4), 1, 2),
        (np.array([0.9, 0.5, 0.5, 0.1]), 2, 10),
        (np.array([0.2, 0.7, 0.4]), 1, 10),
        (np.array([0.2, 0.7, 0.4]), 0, 2),
    ],
    random=lambda rng: (rng.integers(-3, 4, size=12) / 10, int(rng.integers(0, 12)), int(rng.integers(2, 9))),
)


def _ranks(scores, held_out):
    """The ranks that the held-out film may have, best first."""
    better, equal = (scores > scores[held_out]).sum(), (scores == scores[held_out]).sum()
    return better + 1 + np.arange(equal)


def _gains(ranks, k):
    """The gain at each rank: 0 beyond ``k``."""
    return np.where(ranks <= k, 1 / np.log2(1 + ranks), 0)


@tied_gain.solution
def fair_gain(scores, held_out, k):
    higher = np.sum(scores > scores[held_out])
    equal = np.sum(scores == scores[held_out])
    ranks = np.arange(higher + 1, higher + equal + 1)
    return np.where(ranks <= k, 1 / np.log2(1 + ranks), 0).mean()


@tied_gain.mistake(
    en="You put the held-out film before all that are equal to it: the colleague's way. With zeros everywhere it is first.",
    zh="你把留出的电影排在所有同分电影之前，正是那位同事的做法：得分全是 0 时，它总排第一。",
)
def put_first(scores, held_out, k):
    return _gains(_ranks(scores, held_out), k)[0]


@tied_gain.mistake(
    en="You put the held-out film behind all that are equal to it. That is unfair the other way: each of the ranks is equally likely.",
    zh="你把留出的电影排在所有同分电影之后。这是另一种不公平：每个名次的机会都一样。",
)
def put_last(scores, held_out, k):
    return _gains(_ranks(scores, held_out), k)[-1]


@tied_gain.mistake(
    en="Among equals you let the film with the lower number come first. Then a film's *number* earns points: each of the ranks is equally likely.",
    zh="同分的电影，你让编号小的排在前面。这样电影靠编号就能得分：每个名次的机会都一样。",
)
def lower_number_first(scores, held_out, k):
    rank = 1 + np.flatnonzero(np.argsort(-scores, kind="stable") == held_out)
    return _gains(rank, k)[0]


@tied_gain.mistake(
    en="You took the gain at the middle rank. The gain is no straight line: take it at each rank, then the mean of the gains.",
    zh="你取的是中间名次的得分。得分与名次不成直线：先算出每个名次的得分，再求平均。",
)
def at_the_middle_rank(scores, held_out, k):
    return _gains(_ranks(scores, held_out).mean(), k)


@tied_gain.mistake(
    en="You took the first and the last of the possible ranks. Those between them are equally likely.",
    zh="你只取了可能的名次里最前和最后两个。中间的名次机会一样大。",
)
def both_ends(scores, held_out, k):
    return _gains(_ranks(scores, held_out)[[0, -1]], k).mean()


@tied_gain.mistake(
    en="That is the mean of the possible ranks. Take the gain at each of them, then the mean of the gains.",
    zh="这是可能的名次的平均。请先算出每个名次的得分，再求平均。",
)
def mean_rank(scores, held_out, k):
    return _ranks(scores, held_out).mean()


@tied_gain.mistake(
    en="You averaged over the ranks on the list only. A rank beyond `k` is as likely as the others, and gives 0.",
    zh="你只对列表之内的名次求了平均。第 `k` 位之后的名次机会一样大，得 0 分，也要算进去。",
)
def only_ranks_on_the_list(scores, held_out, k):
    gains = _gains(_ranks(scores, held_out), k)
    return gains[gains > 0].mean() if gains.any() else 0.0


@tied_gain.mistake(
    en="A film beyond rank `k` is not on the list, and that rank must give 0.",
    zh="排在第 `k` 位之后的电影不在列表里，这样的名次得 0 分。",
)
def no_cutoff(scores, held_out, k):
    return (1 / np.log2(1 + _ranks(scores, held_out))).mean()


@tied_gain.mistake(
    en="You added up the gains of all ranks. The film stands at one of them: take their mean.",
    zh="你把各名次的得分加了起来。电影只会排在其中一个名次：要取平均。",
)
def added_up(scores, held_out, k):
    return _gains(_ranks(scores, held_out), k).sum()


@tied_gain.mistake(
    en="The last place of the list counts too: a rank is on it if `rank <= k`.",
    zh="列表的最后一位也算数：`rank <= k` 就在列表里。",
)
def strict_cutoff(scores, held_out, k):
    return _gains(_ranks(scores, held_out), k - 1).mean()


@tied_gain.mistake(
    en="You used the natural logarithm; the formula has base 2: `np.log2`.",
    zh="你用了自然对数，公式里以 2 为底：`np.log2`。",
)
def natural_logarithm(scores, held_out, k):
    return _gains(_ranks(scores, held_out), k).mean() * np.log2(np.e)


@tied_gain.mistake(
    en="You used the logarithm to base 10; the formula has base 2: `np.log2`.",
    zh="你用了以 10 为底的对数，公式里以 2 为底：`np.log2`。",
)
def common_logarithm(scores, held_out, k):
    return _gains(_ranks(scores, held_out), k).mean() / np.log10(2)


@tied_gain.mistake(
    en="The best rank is 1, not 0: count the films with a higher score, and add 1.",
    zh="最好的名次是 1，不是 0：数出得分更高的电影，再加 1。",
)
def ranks_from_zero(scores, held_out, k):
    ranks = _ranks(scores, held_out) - 1
    with np.errstate(divide="ignore"):
        return np.where(ranks <= k, 1 / np.log2(1 + ranks), 0).mean()


@tied_gain.mistake(
    en="The gain at rank 1 is 1. Your ranks are one too low down: `1 + rank` holds the 1 already.",
    zh="第 1 名的得分是 1。你的名次都往后错了一位：公式里的 `1 + rank` 已经加过 1 了。",
)
def one_rank_too_low(scores, held_out, k):
    ranks = _ranks(scores, held_out)
    return np.where(ranks <= k, 1 / np.log2(2 + ranks), 0).mean()


@tied_gain.mistake(
    en="You counted the held-out film among the equals twice, so there is one rank too many.",
    zh="在同分的电影里，你把留出的那部数了两遍，多出了一个名次。",
)
def counted_twice(scores, held_out, k):
    ranks = _ranks(scores, held_out)
    return _gains(np.append(ranks, ranks[-1] + 1), k).mean()


@tied_gain.mistake(
    en="You ranked from the lowest score up. The best rank belongs to the highest score.",
    zh="你从最低分排起了。最好的名次属于最高分。",
)
def lowest_first(scores, held_out, k):
    return fair_gain(-scores, held_out, k)


@tied_gain.mistake(
    en="You asked whether the film is on the list, and how likely. A better rank should also be worth more.",
    zh="你求的是电影在列表里的机会有多大。名次越好，得分还应当越高。",
)
def chance_of_a_hit(scores, held_out, k):
    return (_ranks(scores, held_out) <= k).mean()


@tied_gain.mistake(
    en="That is the reciprocal rank, another measure. NDCG falls more slowly, with the logarithm of the rank.",
    zh="这是倒数排名，是另一个指标。NDCG 降得慢一些，与排名的对数有关。",
)
def reciprocal(scores, held_out, k):
    ranks = _ranks(scores, held_out)
    return np.where(ranks <= k, 1 / ranks, 0).mean()


@tied_gain.mistake(
    en="You cut at 10, whatever `k` is. Use the parameter.",
    zh="无论 `k` 是多少，你都在第 10 位截断。请使用参数 `k`。",
)
def always_ten(scores, held_out, k):
    return fair_gain(scores, held_out, 10)


@tied_gain.mistake(
    en="You took the mean over all films. Only the ranks that the held-out film may have count.",
    zh="你对所有电影求了平均。只有留出的那部可能占据的名次才算数。",
)
def over_all_films(scores, held_out, k):
    return _gains(_ranks(scores, held_out), k).sum() / len(scores)


@tied_gain.mistake(
    en="You divided by `k`. The mean is over the ranks that are possible, however many these are.",
    zh="你除以了 `k`。平均是对可能的名次求的，有几个就除以几。",
)
def divided_by_k(scores, held_out, k):
    return _gains(_ranks(scores, held_out), k).sum() / k


@tied_gain.mistake(
    en="Do not round the result; whoever calls the function can do that.",
    zh="不要四舍五入，请返回原来的值；需要时由调用者去舍入。",
)
def rounded(scores, held_out, k):
    return round(float(fair_gain(scores, held_out, k)), 2)


def _lists(rng):
    n_items = int(rng.integers(8, 12))
    return np.array([rng.permutation(n_items - 1)[:3] for _ in range(5)]), n_items


lists_gini = Exercise(
    id="challenges-gini",
    title=Text("How unequal is what is shown?", "展示得有多不均？"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "How many times is each film shown, from 0 to `n_items - 1`? Write these numbers down for a small case, all of them.",
        "从 0 到 `n_items - 1`，每部电影展示了几次？拿一个小例子把这些数全部写出来。",
    ),
    examples=[
        (np.array([[0, 1], [0, 1], [0, 1]]), 4),
        (np.array([[2, 0], [1, 3]]), 4),
        (np.array([[1, 2], [2, 4], [2, 1]]), 6),
    ],
    random=_lists,
)


def _shown(lists, n_items):
    return np.bincount(np.ravel(lists), minlength=n_items)


@lists_gini.solution
def gini_of_lists(lists, n_items):
    return gini(np.bincount(np.ravel(lists), minlength=n_items))


@lists_gini.mistake(
    en="You counted only films that are shown. Those that nobody ever sees have a count too: 0.",
    zh="你只数了展示过的电影。从没展示过的也有次数：0。",
)
def only_those_shown(lists, n_items):
    return gini(np.unique(lists, return_counts=True)[1])


@lists_gini.mistake(
    en="The films after the highest one shown are missing. They are shown 0 times: see `minlength`.",
    zh="编号大于展示过的最后一部的电影，全漏了。它们的展示次数是 0：看看 `minlength`。",
)
def without_the_end(lists, n_items):
    return gini(np.bincount(np.ravel(lists)))


@lists_gini.mistake(
    en="You took the Gini index of the film *numbers*. It is about how often each film is shown.",
    zh="你对电影的编号求了基尼系数。要看的是每部电影展示了几次。",
)
def of_the_numbers(lists, n_items):
    return gini(np.ravel(lists))


@lists_gini.mistake(
    en="You looked at the first place of each list only. All places show films.",
    zh="你只看了每张列表的第一位。每一位都在展示电影。",
)
def first_places(lists, n_items):
    return gini(_shown(lists[:, 0], n_items))


@lists_gini.mistake(
    en="You put in one film too many: they are numbered 0 to `n_items - 1`.",
    zh="你多算了一部：电影的编号是 0 到 `n_items - 1`。",
)
def one_film_more(lists, n_items):
    return gini(_shown(lists, n_items + 1))


@lists_gini.mistake(
    en="That is 1 minus the Gini index: how *equal* the places are shared out.",
    zh="这是 1 减基尼系数，表示分得有多均匀。",
)
def equality(lists, n_items):
    return 1 - gini(_shown(lists, n_items))


@lists_gini.mistake(
    en="You took the Gini index of each list by itself and then the mean. Count over all lists together.",
    zh="你对每张列表分别求了基尼系数，再取平均。要把所有列表合在一起数。",
)
def list_by_list(lists, n_items):
    return np.mean([gini(_shown(one, n_items)) for one in lists])


@lists_gini.mistake(
    en="You said whether a film is shown at all. Asked is how unequally: count how many times.",
    zh="你只看了电影有没有展示过。题目问的是有多不均：要数次数。",
)
def shown_at_all(lists, n_items):
    return gini(_shown(lists, n_items) > 0)


@lists_gini.mistake(
    en="That is the share of films that are shown. It does not say how unequally.",
    zh="这是展示过的电影的比例，看不出有多不均。",
)
def coverage(lists, n_items):
    return np.mean(_shown(lists, n_items) > 0)


def _unsorted(counts):
    places = np.arange(1, len(counts) + 1)
    return ((2 * places - len(counts) - 1) * counts).sum() / (len(counts) * counts.sum())


@lists_gini.mistake(
    en="The formula needs the counts sorted upwards; yours stand in the order of the films.",
    zh="公式要求次数从小到大排好，你的次数还是按电影编号排的。",
)
def not_sorted(lists, n_items):
    return _unsorted(_shown(lists, n_items))


@lists_gini.mistake(
    en="You sorted the counts downwards, and the Gini index came out negative. The formula needs the smallest first.",
    zh="你把次数从大到小排了，基尼系数成了负数。公式要求小的在前。",
)
def sorted_downwards(lists, n_items):
    return -gini(_shown(lists, n_items))


@lists_gini.mistake(
    en="The places are counted from 0. In the formula the smallest count has `i = 1`.",
    zh="位置从 0 数起了。公式里最小的次数对应 `i = 1`。",
)
def places_from_zero(lists, n_items):
    counts = np.sort(_shown(lists, n_items))
    return ((2 * np.arange(n_items) - n_items - 1) * counts).sum() / (n_items * counts.sum())


@lists_gini.mistake(
    en="The factor `n_items` below the line is missing.",
    zh="分母里漏了因子 `n_items`。",
)
def not_divided_by_films(lists, n_items):
    return gini(_shown(lists, n_items)) * n_items


@lists_gini.mistake(
    en="That is a percentage. Give the Gini index itself, between 0 and 1.",
    zh="这是百分数。请给出 0 到 1 之间的基尼系数本身。",
)
def as_a_percentage(lists, n_items):
    return 100 * gini(_shown(lists, n_items))


@lists_gini.mistake(
    en="Do not round the result; whoever calls the function can do that.",
    zh="不要四舍五入，请返回原来的值；需要时由调用者去舍入。",
)
def rounded_index(lists, n_items):
    return round(float(gini(_shown(lists, n_items))), 2)


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
    zh="你给出的是在历史里的位置。再用它查出电影：`history[position]`。",
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
    zh="这是它加了多少分。题目问的是哪一部电影。",
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
                        "各个比例下测试电影相同，解释不了别的模型为何下降。",
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
                    Text("A smaller penalty.", "更小的 λ。"),
                    Text("Its column stays zero for any penalty.", "无论 λ 多大，它那一列始终是零。"),
                ),
                Wrong(
                    Text("A larger penalty.", "更大的 λ。"),
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
                "Item-kNN 说：“因为你看过《冰血暴》（Fargo）”。这句话最多能说明什么？",
            ),
            [
                Right(
                    Text(
                        "Of your films, *Fargo* adds most to this film's score.",
                        "在你看过的电影里，《冰血暴》对这部电影的得分贡献最大。",
                    ),
                    Text(
                        "That is true of the model, and can be checked.",
                        "这对模型来说是真的，而且可以检验。",
                    ),
                ),
                Wrong(
                    Text("Without *Fargo* you would not see this film.", "没有《冰血暴》，你就不会看到这部电影。"),
                    Text(
                        "We took the reason away from every user: the recommendation nearly always stayed.",
                        "我们对每位用户都拿掉了理由，推荐几乎总还在。",
                    ),
                ),
                Wrong(
                    Text("You liked *Fargo*, so you will like this film.", "你喜欢《冰血暴》，所以会喜欢这部。"),
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
                        "词匹配也能做到的，不算预训练的功劳；预训练的功劳最多是两者之间的差距。",
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
                    Text("What remains is what the model knows about the person.", "剩下的差距，才是个性化带来的。"),
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
                        "Cutting only the data of the weights costs more than half too.",
                        "只减权重的数据，损失也超过一半。",
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
