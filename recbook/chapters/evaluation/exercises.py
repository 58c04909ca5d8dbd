"""Exercises and quiz of chapter 09."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong


def _one_ranking(rng):
    n = int(rng.integers(4, 15))
    liked = rng.permutation(20)[: int(rng.integers(1, 7))]
    return rng.permutation(20)[:n].tolist(), set(liked.tolist()), int(rng.integers(1, 16))


pr = Exercise(
    id="evaluation-precision-recall",
    title=Text("Precision and recall", "精确率与召回率"),
    gives=Text("two numbers, precision and recall", "两个数，精确率和召回率"),
    hint=Text(
        "Count the hits in the list first. Both shares have them above the line; only what stands below it differs.",
        "先数列表里命中了几部。两个比例的分子都是它，不同的只是分母。",
    ),
    examples=[([3, 1, 4, 5, 9], {1, 5, 7}, 5), ([2, 8, 6], {8}, 2), ([1, 2], {2, 3, 4}, 10)],
    random=_one_ranking,
)


def _hits(ranking, liked, k):
    return len(set(ranking[:k]) & liked)


@pr.solution
def precision_and_recall(ranking, liked, k):
    hits = _hits(ranking, liked, k)
    return hits / len(ranking[:k]), hits / len(liked)


@pr.mistake(
    en="You divided both by the length of the list. Recall asks what share of the *liked* films was found.",
    zh="两个都除以了列表的长度。召回率问的是*喜欢*的电影里找到了多大比例。",
)
def recall_by_k(ranking, liked, k):
    share = _hits(ranking, liked, k) / len(ranking[:k])
    return share, share


@pr.mistake(
    en="You divided both by the number of liked films. Precision asks what share of the *list* is liked.",
    zh="两个都除以了喜欢的电影数。精确率问的是*列表*里有多大比例是喜欢的。",
)
def precision_by_liked(ranking, liked, k):
    share = _hits(ranking, liked, k) / len(liked)
    return share, share


@pr.mistake(
    en="The two are exchanged: precision comes first.",
    zh="两个数的顺序反了：先是精确率。",
)
def exchanged(ranking, liked, k):
    return precision_and_recall(ranking, liked, k)[::-1]


@pr.mistake(
    en="You looked at the whole ranking. The list ends at place `k`.",
    zh="你看了整个排序。列表到第 `k` 位为止。",
)
def whole_ranking(ranking, liked, k):
    return precision_and_recall(ranking, liked, len(ranking))


@pr.mistake(
    en="You divided precision by `k` even where the ranking is shorter. The list then has fewer places.",
    zh="排序不足 `k` 部时，精确率仍除以了 `k`。这时列表没有那么多位置。",
)
def by_k_always(ranking, liked, k):
    hits = _hits(ranking, liked, k)
    return hits / k, hits / len(liked)


@pr.mistake(
    en="You divided recall by min(`k`, number of liked films). Recall divides by all of them, even if the list cannot hold so many.",
    zh="召回率除以了 `k` 与喜欢的电影数中较小的一个。召回率要除以全部喜欢的电影，哪怕列表放不下那么多。",
)
def capped_recall(ranking, liked, k):
    hits = _hits(ranking, liked, k)
    return hits / len(ranking[:k]), hits / min(k, len(liked))


gain = Exercise(
    id="evaluation-dcg",
    title=Text("Discounted cumulative gain", "折损累计增益"),
    gives=Text("one number", "一个数"),
    hint=Text(
        "Write the discounts of the first four places under each other: 1, 0.63, 0.5, 0.43.",
        "把前四个位置的折损写下来：1、0.63、0.5、0.43。",
    ),
    examples=[
        (np.array([0.0, 1.0, 0.0, 1.0, 0.0]),),
        (np.array([2.0, 0.0, 1.0]),),
        (np.array([0.0, 0.0]),),
        (np.array([0.0, 2.0]),),
    ],
    random=lambda rng: (rng.integers(0, 4, size=int(rng.integers(1, 12))).astype(float),),
)


def _discounted(gains, discount):
    return (gains * discount).sum()


def _places(gains):
    return np.arange(1, len(gains) + 1)


@gain.solution
def dcg(gains):
    return _discounted(gains, 1 / np.log2(1 + _places(gains)))


@gain.mistake(
    en="You took the natural logarithm. DCG uses the one to base 2, so that the first place counts 1. (In NDCG the base cancels.)",
    zh="你用了自然对数。DCG 用以 2 为底的对数，这样第一位的分量是 1。（在 NDCG 里底会约掉。）",
)
def natural_logarithm(gains):
    return _discounted(gains, 1 / np.log(1 + _places(gains)))


@gain.mistake(
    en="You counted the places from 0, so the first one is divided by log2(1) = 0. The first film is at place 1.",
    zh="位置从 0 数起，第一位就除以了 log2(1) = 0。第一部电影的位置是 1。",
)
def from_zero(gains):
    return (gains / np.log2(1 + np.arange(len(gains)))).sum()


@gain.mistake(
    en="Your discounts begin one place too far down: the first is 0.63. At place 1 it is 1 / log2(1 + 1) = 1.",
    zh="你的折损错后了一位：第一个成了 0.63。第 1 位应当是 1 / log2(1 + 1) = 1。",
)
def one_too_far(gains):
    return _discounted(gains, 1 / np.log2(2 + _places(gains)))


@gain.mistake(
    en="You used `1 / log2(place)` from place 2 on, an older form (it leaves places 1 and 2 without a discount). Here 1 is added to the place.",
    zh="你从第 2 位起用了 `1 / log2(place)`，那是较早的一种形式（第 1、2 位都不打折）。这里位置要先加 1。",
)
def older_form(gains):
    return _discounted(gains, 1 / np.log2(np.maximum(_places(gains), 2)))


@gain.mistake(
    en="You divided by the place itself. That is far steeper: the discount is the logarithm of 1 + place.",
    zh="你除以了位置本身，那样陡得多：折损用的是 1 + 位置 的对数。",
)
def by_place(gains):
    return _discounted(gains, 1 / _places(gains))


@gain.mistake(
    en="You raised 2 to the power of the gain, less 1. That is another usual form of DCG, which stretches high gains; here the gain itself is discounted.",
    zh="你用了 2 的增益次方减 1。那也是 DCG 的一种常见形式，会拉大高增益；这里打折的就是增益本身。",
)
def exponential_gain(gains):
    return _discounted(2**gains - 1, 1 / np.log2(1 + _places(gains)))


@gain.mistake(
    en="You took the mean over the places. DCG is the sum.",
    zh="你对位置取了平均。DCG 是求和。",
)
def mean_of_places(gains):
    return dcg(gains) / len(gains)


@gain.mistake(
    en="You multiplied by the logarithm, so a film counts more the further down it stands. Divide.",
    zh="你乘上了对数，于是越靠后的分量越大。应当除以它。",
)
def multiplied(gains):
    return _discounted(gains, np.log2(1 + _places(gains)))


def _hit_table(rng):
    users, k = int(rng.integers(1, 6)), int(rng.integers(1, 7))
    n_relevant = rng.integers(0, 9, size=users)
    n_relevant[0] = max(n_relevant[0], 1)
    hits = np.array([rng.permutation(12)[:k] < n for n in n_relevant])
    return hits, n_relevant


ndcg = Exercise(
    id="evaluation-ndcg",
    title=Text("NDCG over users", "对用户平均的 NDCG"),
    gives=Text("one number between 0 and 1", "一个 0 和 1 之间的数"),
    hint=Text(
        "Do it for one user first: DCG from the hits, IDCG from a list with hits at the top, as many as the smaller of `k` and the number of relevant films. Then average.",
        "先为一位用户算：由命中求 DCG；IDCG 来自一份最前面全部命中的列表，命中数是 `k` 与相关电影数中较小的一个。然后再取平均。",
    ),
    examples=[
        (np.array([[False, True, False, True, False]]), np.array([3])),
        (np.array([[True, False], [False, False]]), np.array([5, 0])),
        (np.array([[False, True], [False, False], [True, True]]), np.array([1, 2, 4])),
    ],
    random=_hit_table,
)


def _discounts(k):
    return 1 / np.log2(np.arange(2, k + 2))


def _ideal(n_relevant, k):
    return np.array([_discounts(k)[: min(k, n)].sum() for n in n_relevant])


def _each(hits, n_relevant):
    """NDCG of each user, NaN where nothing is relevant."""
    with np.errstate(invalid="ignore"):
        return (hits @ _discounts(hits.shape[1])) / _ideal(n_relevant, hits.shape[1])


@ndcg.solution
def mean_ndcg(hits, n_relevant):
    return np.nanmean(_each(hits, n_relevant))


@ndcg.mistake(
    en="Your ideal list holds *all* relevant films. It has `k` places like any other: with 5 relevant films and `k` = 2, two discounts.",
    zh="你的理想列表放进了*全部*相关电影。它也只有 `k` 个位置：5 部相关、`k` = 2 时，只有两个折损。",
)
def ideal_over_all(hits, n_relevant):
    known = n_relevant > 0
    ideal = np.array([_discounts(max(n, 1)).sum() for n in n_relevant])
    return ((hits @ _discounts(hits.shape[1])) / ideal)[known].mean()


@ndcg.mistake(
    en="Users without a relevant film went in as 0. Nothing can be measured for them: leave them out of the mean.",
    zh="没有相关电影的用户按 0 计入了。对他们没有东西可以度量：取平均时要排除。",
)
def nobody_as_zero(hits, n_relevant):
    return np.nan_to_num(_each(hits, n_relevant)).mean()


@ndcg.mistake(
    en="Users without a relevant film make 0 / 0, which is NaN, and so is any mean with it. Leave them out.",
    zh="没有相关电影的用户成了 0 / 0，也就是 NaN，带着它求平均仍是 NaN。要排除他们。",
)
def nobody_as_nan(hits, n_relevant):
    return _each(hits, n_relevant).mean()


@ndcg.mistake(
    en="You counted the relevant films from the hits of the list. Those that the list missed belong to the ideal list too: take `n_relevant`.",
    zh="你用列表里的命中数当作相关电影数。列表漏掉的相关电影，也属于理想的列表：要用 `n_relevant`。",
)
def ideal_of_the_found(hits, n_relevant):
    known = n_relevant > 0
    return np.nan_to_num(_each(hits, hits.sum(axis=1)))[known].mean()


@ndcg.mistake(
    en="You divided the summed DCG by the summed IDCG. Divide user by user, then average: each user counts the same.",
    zh="你用 DCG 的总和除以了 IDCG 的总和。要逐个用户相除再取平均：每位用户分量相同。",
)
def ratio_of_sums(hits, n_relevant):
    return (hits @ _discounts(hits.shape[1])).sum() / _ideal(n_relevant, hits.shape[1]).sum()


@ndcg.mistake(
    en="This is the mean DCG. The division by the ideal is missing.",
    zh="这是 DCG 的平均，还没有除以理想值。",
)
def not_normalised(hits, n_relevant):
    return (hits @ _discounts(hits.shape[1]))[n_relevant > 0].mean()


@ndcg.mistake(
    en="You divided by an ideal list that is full of hits. With fewer than `k` relevant films not all places can be hits.",
    zh="你除以的是一份全部命中的理想列表。相关电影不足 `k` 部时，不可能每个位置都命中。",
)
def ideal_always_full(hits, n_relevant):
    k = hits.shape[1]
    return ((hits @ _discounts(k)) / _discounts(k).sum())[n_relevant > 0].mean()


@ndcg.mistake(
    en="You counted the places from 0, so the first is divided by log2(1) = 0. The first film is at place 1.",
    zh="位置从 0 数起，第一位就除以了 log2(1) = 0。第一部电影的位置是 1。",
)
def places_from_zero(hits, n_relevant):
    k = hits.shape[1]
    discount = 1 / np.log2(np.arange(1, k + 1))
    ideal = np.array([discount[: min(k, n)].sum() for n in n_relevant])
    return np.nanmean((hits @ discount) / ideal)


def _one_history(rng):
    n = int(rng.integers(3, 10))
    return rng.integers(1, 8, size=n), rng.integers(10, 15, size=n), int(rng.integers(0, n))


past = Exercise(
    id="evaluation-leak",
    title=Text("What may be known", "可以知道什么"),
    gives=Text("a list of film numbers, oldest first", "电影编号的列表，最早的在前"),
    hint=Text(
        "Sort the *rows* by time, equal times in the file's order. Where does row `t` stand in that order, and what stands before it?",
        "把*行*按时间排序，时间相同的按文件顺序。第 `t` 行排在哪里，它的前面是什么？",
    ),
    examples=[
        (np.array([5, 3, 8, 2]), np.array([10, 20, 20, 30]), 2),
        (np.array([5, 3, 8, 2]), np.array([10, 20, 20, 30]), 1),
        (np.array([4, 7, 1, 9]), np.array([30, 20, 10, 40]), 0),
        (np.array([4, 7, 4]), np.array([1, 2, 3]), 2),
    ],
    random=_one_history,
)


def _in_time(time):
    return np.argsort(time, kind="stable")


def _without(film, rows, t):
    return film[rows][film[rows] != film[t]]


@past.solution
def known_before(film, time, t):
    order = _in_time(time)
    return _without(film, order[: np.flatnonzero(order == t)[0]], t)


@past.mistake(
    en='This is the function as it came: `side="right"` lets in everything with the time of row `t`, row `t` itself included.',
    zh='这就是原来的函数：`side="right"` 把时间与第 `t` 行相同的全放了进来，包括第 `t` 行自己。',
)
def as_it_came(film, time, t):
    order = _in_time(time)
    return film[order][: np.searchsorted(time[order], time[t], side="right")]


@past.mistake(
    en="Row `t` itself is gone, but the rows *after* it with the same time are still in.",
    zh="第 `t` 行自己去掉了，但时间相同、排在它*后面*的行还在。",
)
def later_ties_kept(film, time, t):
    order = _in_time(time)
    return _without(film, order[: np.searchsorted(time[order], time[t], side="right")], t)


@past.mistake(
    en="You dropped all rows with the time of row `t`. Those that stand earlier in the file came before it and may be known.",
    zh="你丢掉了时间与第 `t` 行相同的所有行。其中文件里更靠前的在它之前，是可以知道的。",
)
def earlier_ties_dropped(film, time, t):
    order = _in_time(time)
    return _without(film, order[: np.searchsorted(time[order], time[t], side="left")], t)


@past.mistake(
    en='With `side="left"` nothing of the same second leaks, but too much is gone: rows with the same time that stand before row `t` in the file may be known. And the film of row `t` itself must not be in the answer.',
    zh='用 `side="left"`，同一秒的都不会泄漏，但去掉的太多：时间相同、在文件里排在第 `t` 行之前的行是可以知道的。另外，第 `t` 行的那部电影本身不能出现。',
)
def plain_left(film, time, t):
    order = _in_time(time)
    return film[order][: np.searchsorted(time[order], time[t], side="left")]


@past.mistake(
    en="You took `film[:t]`, the rows above row `t` in the file. The file is not sorted by time, and the film of row `t` may be among them.",
    zh="你取了 `film[:t]`，也就是文件里第 `t` 行上面的行。文件并没有按时间排序，其中还可能有第 `t` 行的那部电影。",
)
def rows_above(film, time, t):
    return film[:t]


@past.mistake(
    en="The order is right, but the film of row `t` may still be in it: the user rated it twice, and the answer stands in the history.",
    zh="顺序对了，但第 `t` 行的那部电影可能还在里面：用户评过两次，答案就留在了历史里。",
)
def twin_kept(film, time, t):
    order = _in_time(time)
    return film[order[: np.flatnonzero(order == t)[0]]]


@past.mistake(
    en="You took the rows above row `t` in the file. The file is not sorted by time.",
    zh="你取的是文件里第 `t` 行上面的行。文件并没有按时间排序。",
)
def above_in_the_file(film, time, t):
    return _without(film, np.arange(t), t)


@past.mistake(
    en="You left out only the film of row `t` itself. All that came after it is the future.",
    zh="你只去掉了第 `t` 行的电影。在它之后的一切都是未来。",
)
def future_kept(film, time, t):
    return _without(film, _in_time(time), t)


@past.mistake(
    en="The right films in the file's order: sort them by time, oldest first.",
    zh="电影是对的，但还是文件的顺序：要按时间排，最早的在前。",
)
def not_sorted(film, time, t):
    order = _in_time(time)
    return _without(film, np.sort(order[: np.flatnonzero(order == t)[0]]), t)


@past.mistake(
    en="The right films, but newest first.",
    zh="电影是对的，但最新的排在了前面。",
)
def newest_first(film, time, t):
    return known_before(film, time, t)[::-1]


def _two_models(rng):
    n = int(rng.integers(4, 12))
    a = rng.random(n).round(2)
    return a, (a + rng.normal(size=n) * 0.2).round(2), rng.integers(n, size=(60, n))


resample = Exercise(
    id="evaluation-bootstrap",
    title=Text("A paired bootstrap interval", "配对的自助法区间"),
    gives=Text("two numbers, the ends of the interval", "两个数，区间的两端"),
    hint=Text(
        "Take one row of `drawn` and compute the mean difference of exactly these users. Do so for every row; the quantiles are those of these means.",
        "取 `drawn` 的一行，正好对这些用户求差的平均。对每一行都这样做；分位数是这些平均数的分位数。",
    ),
    examples=[
        (np.array([1.0, 0.6, 0.0, 0.4]), np.array([0.8, 0.6, 0.0, 0.2]), np.array([[0, 1, 2, 3]])),
        (
            np.array([1.0, 0.6, 0.0, 0.4]),
            np.array([0.8, 0.6, 0.0, 0.2]),
            np.array([[0, 0, 3, 3], [1, 2, 1, 2], [0, 1, 2, 3]]),
        ),
    ],
    random=_two_models,
)


def _ends(values, low=0.025):
    return np.quantile(values, low), np.quantile(values, 1 - low)


@resample.solution
def paired_interval(a, b, drawn):
    return _ends((a - b)[drawn].mean(axis=1))


@resample.mistake(
    en="You took quantiles of single differences. They say how users differ; the interval is about the *mean*: average over each resample first.",
    zh="你取的是单个差的分位数，那说的是用户之间差多少；区间说的是*平均*：先对每次重抽样求平均。",
)
def quantiles_of_users(a, b, drawn):
    return _ends((a - b)[drawn])


@resample.mistake(
    en="These are the 5% and 95% quantiles, a 90% interval. For 95% cut off 2.5% at each end.",
    zh="这是 5% 和 95% 分位数，得到的是 90% 区间。要 95%，就在两端各去掉 2.5%。",
)
def ninety_percent(a, b, drawn):
    return _ends((a - b)[drawn].mean(axis=1), 0.05)


@resample.mistake(
    en="You drew other users for `b` than for `a`. Paired means: the same users for both, so that what is common to them cancels.",
    zh="你给 `b` 抽的用户与 `a` 不同。配对的意思是：两者用同样的用户，共同的部分才能抵消。",
)
def unpaired(a, b, drawn):
    return _ends(a[drawn].mean(axis=1) - b[np.roll(drawn, 1, axis=0)].mean(axis=1))


@resample.mistake(
    en="You subtracted the ends of two intervals, one for each model. The interval of a difference is not the difference of intervals.",
    zh="你把两个模型各自区间的端点相减了。差的区间不等于区间的差。",
)
def ends_subtracted(a, b, drawn):
    one, other = (_ends(values[drawn].mean(axis=1)) for values in (a, b))
    return one[0] - other[0], one[1] - other[1]


@resample.mistake(
    en="The sign is turned round: this is b − a.",
    zh="符号反了：这是 b − a。",
)
def other_way_round(a, b, drawn):
    return paired_interval(b, a, drawn)


@resample.mistake(
    en="This is the interval of `a` alone.",
    zh="这是 `a` 自己的区间。",
)
def one_model_only(a, b, drawn):
    return _ends(a[drawn].mean(axis=1))


@resample.mistake(
    en="You averaged over the resamples, for each column of `drawn`. A resample is a *row*: average along it (`axis=1`).",
    zh="你对 `drawn` 的每一列取了平均。一次重抽样是一*行*：要沿着行平均（`axis=1`）。",
)
def along_columns(a, b, drawn):
    return _ends((a - b)[drawn].mean(axis=0))


def _five_visits(rng):
    n = int(rng.integers(4, 12))
    chance = {"X": 0.5, "Y": 0.3, "Z": 0.2}
    film = [str(name) for name in rng.choice(list(chance), p=list(chance.values()), size=n)]
    policy = [{"X": 0.1, "Y": 0.2, "Z": 0.7}, {"Z": 1.0}, {"Y": 0.5, "Z": 0.5}][int(rng.integers(3))]
    return film, [chance[name] for name in film], rng.integers(0, 2, size=n).tolist(), policy


weigh = Exercise(
    id="evaluation-ips",
    title=Text("Inverse propensity scoring", "逆倾向评分"),
    gives=Text("one number", "一个数"),
    hint=Text(
        "For the table: two of the five visits showed Y, and each of them weighs 1 / 0.25 = 4. How many clicks do they stand for, out of how many visits?",
        "看那张表：五次访问里有两次展示了 Y，每次的权重是 1 / 0.25 = 4。它们代表多少次点击，一共多少次访问？",
    ),
    examples=[
        (["X", "Y", "X", "Y", "X"], [0.75, 0.25, 0.75, 0.25, 0.75], [1, 0, 0, 1, 1], {"Y": 1.0}),
        (["X", "Y", "X", "Y", "X"], [0.75, 0.25, 0.75, 0.25, 0.75], [1, 0, 0, 1, 1], {"X": 0.5, "Y": 0.5}),
        (["X", "X"], [0.9, 0.9], [1, 1], {"Y": 1.0}),
    ],
    random=_five_visits,
)


def _weights(film, propensity, policy):
    return np.array([policy.get(f, 0) / q for f, q in zip(film, propensity, strict=True)])


@weigh.solution
def ips_value(film, propensity, click, policy):
    return (_weights(film, propensity, policy) * np.array(click)).mean()


@weigh.mistake(
    en="You divided by the visits in which the new policy's films were shown. IPS divides by *all* visits; the weights make up for the rest.",
    zh="你除以的是展示过新策略的电影的访问数。IPS 要除以*全部*访问；其余的由权重补足。",
)
def by_matching_visits(film, propensity, click, policy):
    weights = _weights(film, propensity, policy)
    return (weights * np.array(click)).sum() / max((weights > 0).sum(), 1)


@weigh.mistake(
    en="You divided by the sum of the weights. That is the self-normalised estimate (SNIPS); plain IPS divides by the number of visits.",
    zh="你除以了权重之和。那是自归一化的估计（SNIPS）；普通的 IPS 除以访问次数。",
)
def self_normalised(film, propensity, click, policy):
    weights = _weights(film, propensity, policy)
    return (weights * np.array(click)).sum() / weights.sum() if weights.any() else 0.0


def _share_of_weights(film, propensity, click, policy):
    weights = _weights(film, propensity, policy)
    return (weights * np.array(click)).sum() / weights.sum()  # NaN where no weight is above 0


@weigh.mistake(
    en="You divided by the sum of the weights, which makes this SNIPS; where no visit showed a film of the new policy that is 0 / 0. Plain IPS divides by the number of visits.",
    zh="你除以了权重之和，这就成了 SNIPS；没有一次访问展示过新策略的电影时，那是 0 / 0。普通的 IPS 除以访问次数。",
)
def share_of_weights(film, propensity, click, policy):
    return _share_of_weights(film, propensity, click, policy)


@weigh.mistake(
    en="You divided by the sum of the weights (SNIPS), and it is 0 where no visit showed a film of the new policy: hence the ZeroDivisionError. Plain IPS divides by the number of visits.",
    zh="你除以了权重之和（SNIPS）；没有一次访问展示过新策略的电影时它是 0，所以出现 ZeroDivisionError。普通的 IPS 除以访问次数。",
)
def zero_divided(film, propensity, click, policy):
    total = sum(policy.get(f, 0) / q for f, q in zip(film, propensity, strict=True))
    return sum(policy.get(f, 0) / q * y for f, q, y in zip(film, propensity, click, strict=True)) / total


@weigh.mistake(
    en="A film that `policy` does not list stops your function with a KeyError. Such a film has probability 0: `policy.get(name, 0)`.",
    zh="`policy` 里没有列出的电影会让函数以 KeyError 停下。这样的电影概率是 0：`policy.get(name, 0)`。",
)
def unlisted_film(film, propensity, click, policy):
    return sum(policy[f] / q * y for f, q, y in zip(film, propensity, click, strict=True)) / len(film)


@weigh.mistake(
    en="This is the plain click rate of the visits that showed the new policy's films. Each of them must be weighed.",
    zh="这是展示过新策略的电影的那些访问的普通点击率。每一次都要加权。",
)
def plain_rate(film, propensity, click, policy):
    shown = [y for f, y in zip(film, click, strict=True) if policy.get(f, 0) > 0]
    return sum(shown) / max(len(shown), 1)


@weigh.mistake(
    en="You multiplied by the propensity. Divide by it: what was shown rarely must count more.",
    zh="你乘上了倾向分。应当除以它：展示得少的要算得更多。",
)
def multiplied_by_propensity(film, propensity, click, policy):
    parts = zip(film, propensity, click, strict=True)
    return sum(policy.get(f, 0) * q * y for f, q, y in parts) / len(film)


@weigh.mistake(
    en="The propensity is missing: you weighed only by what the new policy does.",
    zh="缺了倾向分：你只按新策略的概率加了权。",
)
def without_propensity(film, propensity, click, policy):
    return sum(policy.get(f, 0) * y for f, y in zip(film, click, strict=True)) / len(film)


@weigh.mistake(
    en="You weighed every click by 1 / propensity, whether the new policy shows that film or not.",
    zh="你给每次点击都乘了 1 / 倾向分，不管新策略是否展示那部电影。",
)
def policy_forgotten(film, propensity, click, policy):
    return sum(y / q for q, y in zip(propensity, click, strict=True)) / len(film)


@weigh.mistake(
    en="This is the sum. An estimate of clicks *per visit* divides it by the number of visits.",
    zh="这是总和。*每次访问*的点击数，还要除以访问次数。",
)
def summed(film, propensity, click, policy):
    return ips_value(film, propensity, click, policy) * len(film)


@weigh.mistake(
    en="You left out the clicks: this is the mean weight.",
    zh="你漏掉了点击：这是平均权重。",
)
def clicks_forgotten(film, propensity, click, policy):
    return _weights(film, propensity, policy).mean()


report = Exercise(
    id="evaluation-report",
    title=Text("Six faults in a report", "报告里的六处错误"),
    gives=Text("a set of six sentence numbers, such as `{1, 2}`", "六个句子编号的集合，例如 `{1, 2}`"),
    hint=Text(
        "Several of your numbers are off. Take the checklist and hold each of its questions against each sentence. Two of the "
        "faults are in a conclusion, not in what was done.",
        "有好几个编号不对。拿着检查清单，用每个问题对照每一句。其中两处错在结论，而不在做法。",
    ),
    ordered=False,
)

# What a reader is asked who has missed this sentence.
HIDDEN = {"en": "One fault is still hidden.", "zh": "还有一处没有找到。"}
STILL_TWO = {"en": "Two faults are still hidden.", "zh": "还有两处没有找到。"}

FAULTS = {
    3: Text(
        "One fault is still hidden. Does a rule of order know something about the film?",
        "还有一处没有找到。有没有哪条排先后的规则与电影有关？",
    ),
    5: Text(
        "One fault is still hidden. Against how many films does the test film have to stand?",
        "还有一处没有找到。测试电影要与多少部电影相比？",
    ),
    7: Text(
        "One fault is still hidden. Did all models get the same chance?",
        "还有一处没有找到。各个模型得到的机会一样吗？",
    ),
    8: Text(
        "One fault is still hidden. What did each part of the model know, and from when?",
        "还有一处没有找到。模型的每一部分知道什么，是什么时候的？",
    ),
    11: Text(
        "One fault is still hidden. What follows from two intervals, and what does not?",
        "还有一处没有找到。由两个区间能推出什么，不能推出什么？",
    ),
    13: Text(
        "One fault is still hidden. How many tests were made before one was told of?",
        "还有一处没有找到。在报告这一次检验之前，一共做了多少次？",
    ),
}
# What a reader is told who has marked this sentence.
SOUND = {
    1: Text("Sentence 1 is sound: it says what the data are.", "第 1 句没有问题：它说明了数据。"),
    2: Text("Sentence 2 is sound: the test film is the latest.", "第 2 句没有问题：测试电影是最晚的一部。"),
    4: Text("Sentence 4 is sound: the history is masked for all alike.", "第 4 句没有问题：对所有模型都排除了历史。"),
    6: Text("Sentence 6 is sound: a weak and two strong simple models.", "第 6 句没有问题：有弱的，也有强的简单模型。"),
    9: Text("Sentence 9 is sound: a mean over seeds is what one wants.", "第 9 句没有问题：正该报告各种子的平均。"),
    10: Text(
        "Sentence 10 is sound: it says what the intervals vary.", "第 10 句没有问题：它说明了区间反映什么的波动。"
    ),
    12: Text("Sentence 12 is sound: a paired difference with its interval.", "第 12 句没有问题：配对差，并给出区间。"),
    14: Text(
        "Sentence 14 is sound: it reports coverage and concludes nothing.",
        "第 14 句没有问题：只报告覆盖率，没有下结论。",
    ),
    15: Text("Sentence 15 is sound: it names the limit.", "第 15 句没有问题：它说明了局限。"),
}


@report.solution
def faulty():
    return set(FAULTS)


def _near_misses() -> None:
    """A mistake for each answer with one or two faults missing, one sound sentence marked, or both."""
    for missing in [(), *((fault,) for fault in FAULTS), *combinations(FAULTS, 2)]:
        for marked in [(), *((sentence,) for sentence in SOUND)] if len(missing) < 2 else [()]:
            if missing or marked:
                told = [FAULTS[fault] for fault in missing] + [SOUND[sentence] for sentence in marked]
                _add_mistake(set(FAULTS) - {*missing} | {*marked}, told)


def _told(space: str, told: list[Text], lang: str) -> str:
    """The texts one after the other; of two hidden faults the sentence that both begin with stands once."""
    texts = [getattr(text, lang) for text in told]
    if sum(text.startswith(HIDDEN[lang]) for text in texts) < 2:
        return space.join(texts)
    return STILL_TWO[lang] + space.join(["", *(text.removeprefix(HIDDEN[lang]).strip() for text in texts)])


def _add_mistake(answer: set[int], told: list[Text]) -> None:
    def given() -> set[int]:
        return answer

    given.__name__ = "sentences_" + "_".join(map(str, sorted(answer)))
    hint: Callable = report.mistake(en=_told(" ", told, "en"), zh=_told("", told, "zh"))
    hint(given)


_near_misses()


@report.mistake(
    en="The six sentences are right, but this is a list. Write a set, with braces.",
    zh="六句都对，但这是列表。请写成集合，用花括号。",
)
def as_a_list():
    return sorted(FAULTS)


@report.mistake(
    en="Not all sentences are at fault: nine are sound.",
    zh="并不是每句都有错：有九句没有问题。",
)
def all_of_them():
    return set(range(1, 16))


@report.mistake(
    en="These are the sound sentences. Asked are the others.",
    zh="这些是没有问题的句子。要找的是其余的。",
)
def the_sound_ones():
    return set(SOUND)


quiz = Quiz(
    id="evaluation",
    questions=[
        Question(
            Text(
                "A system that shows nobody anything has an accuracy of 99.9%. Why?",
                "一个从不展示任何东西的系统，准确率有 99.9%。为什么？",
            ),
            [
                Wrong(
                    Text("It has learned that users dislike most films.", "它学到了用户不喜欢大多数电影。"),
                    Text("It has learned nothing at all.", "它什么也没有学。"),
                ),
                Right(
                    Text(
                        "Nearly all films are not relevant, and not showing them counts as right.",
                        "几乎所有电影都不相关，而不展示它们就算判断正确。",
                    ),
                    Text(
                        "So the few decisions that matter vanish among thousands.",
                        "于是要紧的少数几个判断，淹没在成千上万个里。",
                    ),
                ),
                Wrong(
                    Text("Its precision is high.", "它的精确率高。"),
                    Text("An empty list has no precision at all.", "空列表根本没有精确率。"),
                ),
            ],
        ),
        Question(
            Text(
                "Leave-one-out, lists of 10: a table has hit rate, recall and precision. How much does it measure?",
                "留一法，列表长度为 10：表里有命中率、召回率和精确率。它度量了几件事？",
            ),
            [
                Right(
                    Text("One thing, three times.", "同一件事，写了三遍。"),
                    Text(
                        "With one relevant film recall is the hit rate, and precision a tenth of it.",
                        "只有一部相关电影时，召回率就是命中率，精确率是它的十分之一。",
                    ),
                ),
                Wrong(
                    Text("Three things.", "三件事。"),
                    Text(
                        "That would need users with several relevant films.",
                        "那需要用户有多部相关电影。",
                    ),
                ),
                Wrong(
                    Text("Two: precision also sees the order.", "两件：精确率还反映顺序。"),
                    Text(
                        "Precision counts hits, wherever they stand in the list.",
                        "精确率只数命中，不管在列表的哪一位。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Among 100 random films model A beats model B. What follows for the top of the full ranking?",
                "在 100 部随机电影中，模型 A 胜过模型 B。对全量排序的最前面，能推出什么？",
            ),
            [
                Wrong(
                    Text("A is better there too, with more noise.", "A 在那里也更好，只是噪声大些。"),
                    Text(
                        "It is no matter of noise: more draws of 100 films would repeat the same order.",
                        "这不是噪声的问题：多抽几次 100 部电影，先后还是一样。",
                    ),
                ),
                Right(
                    Text("Nothing: the order may be reversed.", "推不出什么：先后可能反过来。"),
                    Text(
                        "A hit among 100 means about place 150 or better in truth.",
                        "100 部中的命中，大约相当于真实的前 150 位。",
                    ),
                ),
                Wrong(
                    Text("B is better there.", "B 在那里更好。"),
                    Text("That can be, and need not.", "有可能，但不一定。"),
                ),
            ],
        ),
        Question(
            Text(
                "The 95% intervals of two models overlap. Are the models equally good?",
                "两个模型的 95% 区间重叠。它们一样好吗？",
            ),
            [
                Wrong(
                    Text("Yes.", "是。"),
                    Text(
                        "The interval of the paired difference may still lie above 0.",
                        "配对差的区间仍可能全在 0 以上。",
                    ),
                ),
                Right(
                    Text(
                        "One cannot tell: look at the interval of the paired difference.",
                        "看不出来：要看配对差的区间。",
                    ),
                    Text(
                        "And even one that includes 0 does not show that they are equal.",
                        "而且即使它包含 0，也不能说明两者相等。",
                    ),
                ),
                Wrong(
                    Text("No, one of them is better.", "不，其中一个更好。"),
                    Text("Nothing here shows that.", "这里没有任何东西能说明这一点。"),
                ),
            ],
        ),
        Question(
            Text(
                "With 943 users a difference of 0.005 NDCG@10 is not significant. What does that say?",
                "943 位用户，0.005 的 NDCG@10 之差不显著。这说明什么？",
            ),
            [
                Wrong(
                    Text("The models are the same.", "两个模型一样。"),
                    Text(
                        "A true difference of this size would mostly be missed as well.",
                        "这么大的真实差异，多半也测不出来。",
                    ),
                ),
                Wrong(
                    Text("More seeds are needed.", "需要更多种子。"),
                    Text(
                        "Seeds do not take away the chance that lies in the users.",
                        "种子再多，也消除不了用户带来的随机性。",
                    ),
                ),
                Right(
                    Text("Very little: so few users seldom show it.", "很少：这么少的用户很难测出它。"),
                    Text("That is what power is about.", "这正是统计功效所说的。"),
                ),
            ],
        ),
        Question(
            Text(
                "A log with known propensities is to judge a policy that shows only new films, never shown before. What helps?",
                "要用一份倾向分已知的日志，评判一个只展示从未展示过的新片的策略。什么办法有用？",
            ),
            [
                Wrong(
                    Text("IPS without clipping.", "不截断的 IPS。"),
                    Text(
                        "All weights are 0: no visit speaks of these films.",
                        "权重全是 0：没有一次访问谈到这些电影。",
                    ),
                ),
                Wrong(
                    Text("Self-normalising the weights.", "对权重自归一化。"),
                    Text("It divides 0 by 0.", "那是 0 除以 0。"),
                ),
                Right(
                    Text("Only showing them sometimes, from now on.", "只有从现在起偶尔展示它们。"),
                    Text(
                        "Weights can stretch what was seen, not make up what was not.",
                        "权重能放大看到过的，不能凭空补出没看到的。",
                    ),
                ),
            ],
        ),
    ],
)
