"""Exercises and quiz of chapter 09."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from recbook.learning import variant
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


@pr.mistake(
    en="Precision is right. You capped the divisor of recall at the length of the list, so that a short list can reach "
    "1; recall divides by *all* liked films.",
    zh="精确率是对的。召回率的除数被你限制为列表的长度，这样短列表也能得 1；召回率应当除以*全部*喜欢的电影。",
)
def recall_capped_by_the_list(ranking, liked, k):
    shown = ranking[:k]
    hits = len(set(shown) & liked)
    return hits / len(shown), hits / min(len(shown), len(liked))


@pr.mistake(
    en="You divided precision by the length of the whole ranking. The list has at most `k` places.",
    zh="精确率除以了整个排序的长度。列表最多只有 `k` 个位置。",
)
def by_the_whole_ranking(ranking, liked, k):
    hits = _hits(ranking, liked, k)
    return hits / len(ranking), hits / len(liked)


@pr.mistake(
    en="You counted hits in the whole ranking. Only those among the first `k` films count.",
    zh="你数的是整个排序里的命中。只有前 `k` 部里的才算。",
)
def hits_of_the_whole_by_k(ranking, liked, k):
    hits = _hits(ranking, liked, len(ranking))
    return hits / k, hits / len(liked)


@pr.mistake(
    en="You counted hits in the whole ranking. Only those among the first `k` films count.",
    zh="你数的是整个排序里的命中。只有前 `k` 部里的才算。",
)
def hits_of_the_whole(ranking, liked, k):
    hits = _hits(ranking, liked, len(ranking))
    return hits / len(ranking[:k]), hits / len(liked)


@pr.mistake(
    en="Your list ends one place too early: `ranking[:k]` holds `k` films already.",
    zh="你的列表早停了一位：`ranking[:k]` 正好是 `k` 部。",
)
def one_place_short(ranking, liked, k):
    hits, places = _hits(ranking, liked, k - 1), max(len(ranking[: k - 1]), 1)
    return hits / places, hits / len(liked)


@pr.mistake(
    en="The hit at the last place is not counted: `ranking[:k]` holds `k` films already.",
    zh="最后一位的命中没有算进去：`ranking[:k]` 正好是 `k` 部。",
)
def last_place_lost(ranking, liked, k):
    hits = _hits(ranking, liked, k - 1)
    return hits / len(ranking[:k]), hits / len(liked)


@pr.mistake(
    en="Your list is one place too long: `ranking[:k]` holds `k` films already.",
    zh="你的列表多了一位：`ranking[:k]` 正好是 `k` 部。",
)
def one_place_long(ranking, liked, k):
    return precision_and_recall(ranking, liked, k + 1)


@pr.mistake(
    en="The first place is missing: Python counts from 0, so the list is `ranking[:k]`.",
    zh="漏了第一位：Python 从 0 数起，列表是 `ranking[:k]`。",
)
def first_place_lost(ranking, liked, k):
    hits = len(set(ranking[1 : k + 1]) & liked)
    return hits / len(ranking[:k]), hits / len(liked)


@pr.mistake(
    en="You divided recall by the liked films that stand in the ranking. Those that it lacks were missed as well: divide by all of them.",
    zh="召回率只除以了排序里有的那些喜欢的电影。排序里没有的也是漏掉的：要除以全部。",
)
def recall_in_the_ranking(ranking, liked, k):
    hits, known = _hits(ranking, liked, k), _hits(ranking, liked, len(ranking))
    return hits / len(ranking[:k]), hits / max(known, 1)


@pr.mistake(
    en="These are counts. Precision and recall are shares: the hits divided by the length of the list, and by the number of liked films.",
    zh="这是个数。精确率和召回率是比例：命中数分别除以列表的长度和喜欢的电影数。",
)
def the_counts(ranking, liked, k):
    return _hits(ranking, liked, k), len(liked)


@pr.mistake(
    en="These are percentages. Give the shares themselves, between 0 and 1.",
    zh="这是百分数。请给出 0 到 1 之间的比例本身。",
)
def in_percent(ranking, liked, k):
    precision, recall = precision_and_recall(ranking, liked, k)
    return 100 * precision, 100 * recall


@pr.mistake(
    en="`//` rounds down to a whole number, and a share below 1 becomes 0. Use `/`.",
    zh="`//` 会向下取整，小于 1 的比例就变成了 0。请用 `/`。",
)
def whole_numbers(ranking, liked, k):
    hits = _hits(ranking, liked, k)
    return hits // len(ranking[:k]), hits // len(liked)


@pr.mistake(
    en="The first number only says whether there is a hit at all: that is the hit rate. Precision counts the hits.",
    zh="第一个数只说有没有命中，那是命中率。精确率要数命中几部。",
)
def any_hit(ranking, liked, k):
    return float(_hits(ranking, liked, k) > 0), _hits(ranking, liked, k) / len(liked)


@pr.mistake(
    en="You counted the films that are *not* hits. Both shares are about the hits.",
    zh="你数的是没有命中的电影。两个比例说的都是命中。",
)
def misses(ranking, liked, k):
    precision, recall = precision_and_recall(ranking, liked, k)
    return 1 - precision, 1 - recall


@pr.mistake(
    en="You took the *last* `k` films. The ranking has the best first.",
    zh="你取的是最后 `k` 部。排序里最好的在前。",
)
def from_the_end(ranking, liked, k):
    return precision_and_recall(ranking[-k:], liked, k)


@pr.mistake(
    en="Precision is right. You divided recall by the length of the ranking; it asks what share of the *liked* films was found.",
    zh="精确率对了。召回率却除以了排序的长度；它问的是喜欢的电影里找到了多大比例。",
)
def recall_by_ranking(ranking, liked, k):
    hits = _hits(ranking, liked, k)
    return hits / len(ranking[:k]), hits / len(ranking)


@pr.mistake(
    en="You divided both by `k`. Recall asks what share of the *liked* films was found; and a ranking may have fewer than `k` films.",
    zh="两个都除以了 `k`。召回率问的是喜欢的电影里找到了多大比例；另外，排序可能不足 `k` 部。",
)
def recall_by_the_list(ranking, liked, k):
    hits = _hits(ranking, liked, k)
    return hits / k, hits / k


@pr.mistake(
    en="You divided by all films that are in the list or liked. Precision divides by the list alone, recall by the liked films alone.",
    zh="你除以的是列表和喜欢的电影的并集。精确率只除以列表的长度，召回率只除以喜欢的电影数。",
)
def one_share_of_both(ranking, liked, k):
    share = _hits(ranking, liked, k) / len(set(ranking[:k]) | liked)
    return share, share


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


@ndcg.mistake(
    en="You left out users without a *hit*. Who has a relevant film that the list missed counts as 0; only users without a relevant film are left out.",
    zh="你排除了没有命中的用户。有相关电影而列表漏掉了的，要按 0 计；要排除的只是没有相关电影的用户。",
)
def without_hits_left_out(hits, n_relevant):
    some = hits.any(axis=1)
    return _each(hits, n_relevant)[some].mean() if some.any() else np.nan


@ndcg.mistake(
    en="Two things: the ideal list holds only the hits that were found, where it should hold all relevant films that "
    "fit; and users without a hit were left out, though they count as 0.",
    zh="有两处：理想的列表只放了找到的电影，其实应当放下所有放得下的相关电影；没有命中的用户被排除了，其实应当按 0 计。",
)
def ideal_of_the_found_without_the_rest(hits, n_relevant):
    some = hits.any(axis=1)
    return _each(hits[some], hits[some].sum(axis=1)).mean() if some.any() else np.nan


@ndcg.mistake(
    en="You divided by the *number* of relevant films. The ideal list has discounts too: add those up.",
    zh="你除以的是相关电影的个数。理想的列表同样有折损：要把那些折损加起来。",
)
def by_the_number_relevant(hits, n_relevant):
    some = n_relevant > 0
    return (hits[some] @ _discounts(hits.shape[1]) / n_relevant[some]).mean()


@ndcg.mistake(
    en="You divided by min(k, R) itself. IDCG adds up that many *discounts*.",
    zh="你除以的是 min(k, R) 这个数。IDCG 是这么多个折损之和。",
)
def by_the_number_in_the_list(hits, n_relevant):
    k, some = hits.shape[1], n_relevant > 0
    return (hits[some] @ _discounts(k) / np.minimum(n_relevant[some], k)).mean()


@ndcg.mistake(
    en="Your ideal has one discount too many: in a cumulative sum, place `n - 1` holds the sum of the first `n`.",
    zh="你的理想值多加了一个折损：累计和里，下标 `n - 1` 处才是前 `n` 个之和。",
)
def ideal_one_place_on(hits, n_relevant):
    k, some = hits.shape[1], n_relevant > 0
    ideal = _discounts(k).cumsum()[np.minimum(n_relevant[some], k - 1)]
    return (hits[some] @ _discounts(k) / ideal).mean()


@ndcg.mistake(
    en="You added up the users. Asked is their mean.",
    zh="你把各位用户加了起来。题目要的是平均。",
)
def summed_over_users(hits, n_relevant):
    return np.nansum(_each(hits, n_relevant))


@ndcg.mistake(
    en="That is the share of hits in the lists, wherever they stand. DCG discounts them by place.",
    zh="这是列表里命中的比例，没有管位置。DCG 要按位置打折。",
)
def share_of_hits(hits, n_relevant):
    return hits[n_relevant > 0].mean()


@ndcg.mistake(
    en="That is the recall. NDCG discounts each hit by its place, and the ideal in the same way.",
    zh="这是召回率。NDCG 要按位置给每个命中打折，理想值也一样。",
)
def recall_of_users(hits, n_relevant):
    some = n_relevant > 0
    return (hits[some].sum(axis=1) / n_relevant[some]).mean()


@ndcg.mistake(
    en="You discounted by the place itself. The discount is the logarithm of 1 + place.",
    zh="你用位置本身来打折。折损用的是 1 + 位置 的对数。",
)
def discounted_by_place(hits, n_relevant):
    k, some = hits.shape[1], n_relevant > 0
    discount = 1 / np.arange(1, k + 1)
    ideal = np.array([discount[: min(k, n)].sum() for n in n_relevant[some]])
    return (hits[some] @ discount / ideal).mean()


@ndcg.mistake(
    en="Your first two places have the same discount, as in an older form of DCG. Here it is 1 / log2(1 + place).",
    zh="你的前两位折损相同，那是 DCG 较早的一种形式。这里除以的是 1 + 位置 的对数。",
)
def older_form_of_discount(hits, n_relevant):
    k, some = hits.shape[1], n_relevant > 0
    discount = 1 / np.log2(np.maximum(np.arange(1, k + 1), 2))
    ideal = np.array([discount[: min(k, n)].sum() for n in n_relevant[some]])
    return (hits[some] @ discount / ideal).mean()


@ndcg.mistake(
    en="Your discounts begin one place too far down: at place 1 it is 1 / log2(1 + 1) = 1.",
    zh="你的折损错后了一位：第 1 位应当是 1 / log2(1 + 1) = 1。",
)
def places_from_two(hits, n_relevant):
    k, some = hits.shape[1], n_relevant > 0
    discount = 1 / np.log2(np.arange(3, k + 3))
    ideal = np.array([discount[: min(k, n)].sum() for n in n_relevant[some]])
    return (hits[some] @ discount / ideal).mean()


@ndcg.mistake(
    en="That is the first user alone. Asked is the mean over users.",
    zh="这只是第一位用户。题目要的是对用户求平均。",
)
def first_user_only(hits, n_relevant):
    return _each(hits, n_relevant)[0]


@ndcg.mistake(
    en="You weighed users by their number of relevant films. In the mean each user counts the same.",
    zh="你按相关电影数给用户加了权。求平均时每位用户分量相同。",
)
def weighted_by_relevant(hits, n_relevant):
    return np.average(np.nan_to_num(_each(hits, n_relevant)), weights=n_relevant)


@ndcg.mistake(
    en="Only the first hit counted, as if each user had one relevant film. Add up the discounts of all hits, and divide by the ideal.",
    zh="只算了第一个命中，好像每位用户只有一部相关电影。要把所有命中的折损加起来，再除以理想值。",
)
def first_hit_only(hits, n_relevant):
    first = hits & (hits.cumsum(axis=1) == 1)
    return (first @ _discounts(hits.shape[1]))[n_relevant > 0].mean()


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
    en="Only rows above row `t` in the file were kept. The file is not sorted by time: a row further down can be "
    "earlier too.",
    zh="你只留下了文件里第 `t` 行上面的行。文件没有按时间排序：下面的行也可能更早。",
)
def earlier_above_by_time(film, time, t):
    rows = [row for row in range(t) if time[row] <= time[t] and film[row] != film[t]]
    return film[sorted(rows, key=lambda row: time[row])]


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


@past.mistake(
    en="These are the numbers of the rows. Use them to look up the films.",
    zh="这是行号。还要用它们查出电影。",
)
def row_numbers(film, time, t):
    order = _in_time(time)
    rows = order[: np.flatnonzero(order == t)[0]]
    return rows[film[rows] != film[t]]


@past.mistake(
    en="The right films, sorted by their numbers. Asked is the order of time, oldest first.",
    zh="电影是对的，但按编号排了序。题目要按时间排，最早的在前。",
)
def by_film_number(film, time, t):
    return np.sort(known_before(film, time, t))


@past.mistake(
    en="You kept each film once and lost the order of time. Only the film of row `t` is left out; any other may stand there twice.",
    zh="你把每部电影只留了一次，还丢了时间顺序。要去掉的只是第 `t` 行的电影，其余的可以出现两次。",
)
def each_film_once(film, time, t):
    return np.unique(known_before(film, time, t))


@past.mistake(
    en="You left out row `t`, but not the other rows with its film, nor the rows *after* it with the same time.",
    zh="你去掉了第 `t` 行，但没有去掉同一部电影的其他行，也没有去掉时间相同、排在它后面的行。",
)
def later_ties_and_twin(film, time, t):
    order = _in_time(time)
    before = order[: np.searchsorted(time[order], time[t], side="right")]
    return film[before[before != t]]


@past.mistake(
    en="The film of row `t` itself is in the answer: your slice ends one place too late. And the user may have rated it before.",
    zh="第 `t` 行的电影自己也在里面：你的切片多了一位。另外，用户可能以前也评过它。",
)
def row_itself_kept(film, time, t):
    order = _in_time(time)
    return film[order[: np.flatnonzero(order == t)[0] + 1]]


@past.mistake(
    en="One row less is not enough: of the rows with the time of `t`, several may come after it. And its film may have been rated before.",
    zh="少取一行还不够：与第 `t` 行时间相同的行里，可能有好几行在它后面。另外，它的电影以前也可能评过。",
)
def one_less(film, time, t):
    order = _in_time(time)
    return film[order][: np.searchsorted(time[order], time[t], side="right") - 1]


@past.mistake(
    en="Of rows with equal times you took those that stand *later* in the file. The earlier ones came first.",
    zh="时间相同的行，你取了文件里靠后的。靠前的才在先。",
)
def ties_turned_round(film, time, t):
    rows = np.arange(len(film))
    order = np.lexsort((-rows, time))
    return _without(film, order[: np.flatnonzero(order == t)[0]], t)


@past.mistake(
    en="You left out only row `t` itself. All that came after it is the future, and its film may stand in another row.",
    zh="你只去掉了第 `t` 行。在它之后的一切都是未来，它的电影还可能在别的行里。",
)
def future_without_the_row(film, time, t):
    order = _in_time(time)
    place = int(np.flatnonzero(order == t)[0])
    return np.delete(film[order], place)


@past.mistake(
    en="`t` is a row of the file. After sorting it stands somewhere else: look up its new place.",
    zh="`t` 是文件里的行号。排序之后它换了位置：要先找到它的新位置。",
)
def up_to_place_t(film, time, t):
    return _without(film, _in_time(time)[:t], t)


@past.mistake(
    en="These are the rows *after* row `t`: the future. Take the other side.",
    zh="这是第 `t` 行之后的行，也就是未来。请取另一边。",
)
def the_future(film, time, t):
    order = _in_time(time)
    return _without(film, order[np.flatnonzero(order == t)[0] + 1 :], t)


@past.mistake(
    en="You left out what has the same time as row `t`, and kept what is *later*. Take what is earlier, in order of time.",
    zh="你去掉了与第 `t` 行时间相同的，却留下了更晚的。要取更早的，并按时间排。",
)
def all_other_times(film, time, t):
    return film[(time != time[t]) & (film != film[t])]


@past.mistake(
    en="Two things: rows with the same time that stand earlier in the file may be known too, and what is left is not sorted by time.",
    zh="有两处：时间相同、在文件里更靠前的行也可以知道；剩下的也没有按时间排。",
)
def earlier_in_file_order(film, time, t):
    return film[(time < time[t]) & (film != film[t])]


@past.mistake(
    en="Two things: rows with the same time that stand *later* in the file must not be known, and what is left is not sorted by time.",
    zh="有两处：时间相同、在文件里更靠后的行不能知道；剩下的也没有按时间排。",
)
def up_to_the_time_in_file_order(film, time, t):
    return film[(time <= time[t]) & (film != film[t])]


def _two_models_and_pauses(rng):
    n = int(rng.integers(3, 12))
    away = rng.choice([0.0, 30.0, 60.0, 61.0, 3600.0, 9000.0, np.nan], size=n)
    ours, theirs = (rng.normal(size=n).round(2) for _ in range(2))
    return ours, theirs, away, float(rng.choice([30, 60, 3600]))


pause = Exercise(
    id="evaluation-delay",
    title=Text("A lead, by how long users stayed away", "领先多少，按用户离开多久分组"),
    gives=Text("two numbers, the lead among the early and among the late", "两个数，很快回来的用户上的领先，更晚回来的用户上的领先"),
    hint=Text(
        "Subtract first, user by user. Then pick the users of each group with a condition on `away` of its own, and look at what becomes of NaN in it.",
        "先逐个用户相减，再用 `away` 的条件分别选出两组用户；看看 NaN 在每个条件下是真还是假。",
    ),
    examples=[
        (np.array([0.5, 0.0, 1.0, 0.2]), np.array([0.1, 0.3, 0.0, 0.4]), np.array([10.0, 60.0, 61.0, 9000.0]), 60),
        (np.array([1.0, 0.5, -0.5]), np.array([0.0, 0.5, 0.5]), np.array([5.0, np.nan, 99.0]), 60),
        (np.array([0.3, 0.1]), np.array([0.1, 0.4]), np.array([5.0, 6.0]), 60),
        (np.array([0.3, 0.1, 0.7]), np.array([0.1, 0.4, 0.2]), np.array([500.0, np.nan, 6000.0]), 60),
        (np.array([0.2, 0.9, 0.4, 0.6]), np.array([0.3, 0.1, 0.8, 0.5]), np.array([61.0, np.nan, np.nan, 0.0]), 60.5),
    ],
    random=_two_models_and_pauses,
)  # fmt: skip


def _mean(values):
    return values.mean() if len(values) else np.nan


@pause.solution
def lead_by_delay(ours, theirs, away, limit):
    apart = ours - theirs
    return _mean(apart[away <= limit]), _mean(apart[away > limit])


@pause.mistake(
    en="Your model is still compared with `theirs` over all users. The rival must be measured on the same users as yours.",
    zh="`theirs` 的平均仍是对全部用户求的。两个模型必须在同一批用户上比较。",
)
def against_everybody(ours, theirs, away, limit):
    return _mean(ours[away <= limit]) - theirs.mean(), _mean(ours[away > limit]) - theirs.mean()


@pause.mistake(
    en="NaN > limit is False, so `~late` holds the users of whom nothing is known. Ask for `away <= limit` instead.",
    zh="NaN > limit 为假，所以 `~late` 里混进了此前没有记录的用户。应当用 `away <= limit`。",
)
def unknown_as_early(ours, theirs, away, limit):
    late = away > limit
    return _mean((ours - theirs)[~late]), _mean((ours - theirs)[late])


@pause.mistake(
    en="The users of whom nothing is known stand among the late ones: `~early` holds NaN too.",
    zh="此前没有记录的用户被算作更晚回来的：`~early` 里也包含 NaN。",
)
def unknown_as_late(ours, theirs, away, limit):
    early = away <= limit
    return _mean((ours - theirs)[early]), _mean((ours - theirs)[~early])


@pause.mistake(
    en="A user whose `away` is the `limit` itself came back within the `limit`.",
    zh="`away` 正好等于 `limit` 的用户也算在 `limit` 之内。",
)
def limit_left_out(ours, theirs, away, limit):
    apart = ours - theirs
    return _mean(apart[away < limit]), _mean(apart[away >= limit])


@pause.mistake(
    en="A user whose `away` is the `limit` itself is in neither group.",
    zh="`away` 正好等于 `limit` 的用户两组里都没有。",
)
def limit_in_neither(ours, theirs, away, limit):
    apart = ours - theirs
    return _mean(apart[away < limit]), _mean(apart[away > limit])


@pause.mistake(
    en="A user whose `away` is the `limit` itself is in both groups.",
    zh="`away` 正好等于 `limit` 的用户在两组里各算了一次。",
)
def limit_in_both(ours, theirs, away, limit):
    apart = ours - theirs
    return _mean(apart[away <= limit]), _mean(apart[away >= limit])


@pause.mistake(en="The sign is turned round: this is theirs − ours.", zh="符号反了：这是 theirs − ours。")
def rival_first(ours, theirs, away, limit):
    return lead_by_delay(theirs, ours, away, limit)


@pause.mistake(en="The late group stands first: early comes first.", zh="次序反了：先是很快回来的一组。")
def late_first(ours, theirs, away, limit):
    return lead_by_delay(ours, theirs, away, limit)[::-1]


@pause.mistake(
    en="A group without a user has no lead at all: NaN, not 0.",
    zh="没有用户的组谈不上领先：应为 NaN，不是 0。",
)
def nobody_as_no_lead(ours, theirs, away, limit):
    return tuple(np.nan_to_num(lead_by_delay(ours, theirs, away, limit)))


@pause.mistake(
    en="These are sums. A lead is a mean over the users of the group.",
    zh="这是总和。领先是该组用户的平均。",
)
def added_up_by_group(ours, theirs, away, limit):
    apart = ours - theirs
    return tuple(part.sum() if len(part) else np.nan for part in (apart[away <= limit], apart[away > limit]))


@pause.mistake(
    en="You divided by all users. Divide by those of the group.",
    zh="你除以了全部用户数。应当除以该组的用户数。",
)
def over_all_users(ours, theirs, away, limit):
    apart, n = ours - theirs, len(away)
    return tuple(part.sum() / n if len(part) else np.nan for part in (apart[away <= limit], apart[away > limit]))


@pause.mistake(
    en="These are your model's means alone; what the rival has among the same users must be subtracted.",
    zh="这只是自己模型的平均；还要减去对手在同一批用户上的平均。",
)
def ours_alone(ours, theirs, away, limit):
    return _mean(ours[away <= limit]), _mean(ours[away > limit])


@pause.mistake(
    en="These are the shares of users in whom yours is ahead. Asked is by how much.",
    zh="这是自己模型领先的用户所占的比例。要的是领先多少。",
)
def shares_ahead(ours, theirs, away, limit):
    ahead = (ours > theirs).astype(float)
    return _mean(ahead[away <= limit]), _mean(ahead[away > limit])


@pause.mistake(en="You took the median. A lead here is a mean.", zh="你取了中位数。这里的领先是平均数。")
def medians_by_group(ours, theirs, away, limit):
    apart = ours - theirs
    return tuple(np.median(part) if len(part) else np.nan for part in (apart[away <= limit], apart[away > limit]))


@pause.mistake(
    en="You lost the sign: a user for whom yours is worse must count against it.",
    zh="丢了符号：自己模型较差的用户应当算作负的。",
)
def sizes_by_group(ours, theirs, away, limit):
    apart = np.abs(ours - theirs)
    return _mean(apart[away <= limit]), _mean(apart[away > limit])


@pause.mistake(
    en="The first number is over all users of whom something is known. It must be over the early ones only.",
    zh="第一个数是对所有有记录的用户求的。应当只对很快回来的用户求。",
)
def all_known_first(ours, theirs, away, limit):
    apart = ours - theirs
    return _mean(apart[~np.isnan(away)]), _mean(apart[away > limit])


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


@resample.mistake(
    en="You did not use `drawn`. Take the users of each of its rows, and the mean difference of these.",
    zh="你没有用 `drawn`。要取出它每一行的用户，求这些用户的差的平均。",
)
def not_resampled(a, b, drawn):
    return _ends(a - b)


@resample.mistake(
    en="You set the worst of one interval against the best of the other, as if the two models had been tried on different users. Subtract user by user first.",
    zh="你用一个区间的最坏去比另一个区间的最好，好像两个模型用的是不同的用户。要先逐个用户相减。",
)
def worst_against_best(a, b, drawn):
    (low_a, high_a), (low_b, high_b) = (_ends(values[drawn].mean(axis=1)) for values in (a, b))
    return low_a - high_b, high_a - low_b


@resample.mistake(
    en="You took the mean plus and minus 1.96 standard deviations, which assumes a normal distribution. Asked are the quantiles of the resampled means.",
    zh="你用了平均加减 1.96 个标准差，那要假设正态分布。题目要的是重抽样平均数的分位数。",
)
def by_deviation(a, b, drawn):
    means = (a - b)[drawn].mean(axis=1)
    return means.mean() - 1.96 * means.std(), means.mean() + 1.96 * means.std()


@resample.mistake(
    en="You took the mean plus and minus one standard deviation. Asked are the 2.5% and 97.5% quantiles of the resampled means.",
    zh="你用了平均加减一个标准差。题目要的是重抽样平均数的 2.5% 和 97.5% 分位数。",
)
def by_one_deviation(a, b, drawn):
    means = (a - b)[drawn].mean(axis=1)
    return means.mean() - means.std(), means.mean() + means.std()


@resample.mistake(
    en="You used the formula of the standard error. The bootstrap does without it: the quantiles of the means over the rows of `drawn`.",
    zh="你用了标准误的公式。自助法不需要它：要的是 `drawn` 各行平均数的分位数。",
)
def by_standard_error(a, b, drawn):
    x = a - b
    reach = 1.96 * x.std(ddof=1) / np.sqrt(len(x))
    return x.mean() - reach, x.mean() + reach


@resample.mistake(
    en="Only `a` was resampled; `b` stands in its old order, so different users are subtracted. Subtract first, then draw, or draw from both.",
    zh="只有 `a` 重抽了样，`b` 还是原来的次序，相减的就不是同一位用户。要么先相减再抽，要么两个都抽。",
)
def other_not_drawn(a, b, drawn):
    return _ends((a[drawn] - b).mean(axis=1))


@resample.mistake(
    en="Only `b` was resampled; `a` stands in its old order, so different users are subtracted. Subtract first, then draw, or draw from both.",
    zh="只有 `b` 重抽了样，`a` 还是原来的次序，相减的就不是同一位用户。要么先相减再抽，要么两个都抽。",
)
def first_not_drawn(a, b, drawn):
    return _ends((a - b[drawn]).mean(axis=1))


@resample.mistake(
    en="This is the interval of `b` alone.",
    zh="这是 `b` 自己的区间。",
)
def other_model_only(a, b, drawn):
    return _ends(b[drawn].mean(axis=1))


@resample.mistake(
    en="You added up the differences of each resample. Asked is their mean.",
    zh="你把每次重抽样的差加了起来。题目要的是平均。",
)
def sums(a, b, drawn):
    return _ends((a - b)[drawn].sum(axis=1))


@resample.mistake(
    en="You took the median of each resample. Asked is the mean.",
    zh="你取了每次重抽样的中位数。题目要的是平均。",
)
def medians(a, b, drawn):
    return _ends(np.median((a - b)[drawn], axis=1))


@resample.mistake(
    en="You dropped the sign of the differences. Where `b` is better, the difference is negative and must pull the mean down.",
    zh="你去掉了差的符号。`b` 更好的地方差是负的，应当把平均拉低。",
)
def without_sign(a, b, drawn):
    return _ends(np.abs(a - b)[drawn].mean(axis=1))


@resample.mistake(
    en="You dropped the sign of the mean differences. An interval may lie below 0, or on both sides of it.",
    zh="你去掉了平均差的符号。区间可以在 0 以下，也可以跨过 0。",
)
def size_of_the_means(a, b, drawn):
    return _ends(np.abs((a - b)[drawn].mean(axis=1)))


@resample.mistake(
    en="`np.percentile` counts from 0 to 100, so 0.975 is less than one percent to it. `np.quantile` counts from 0 to 1.",
    zh="`np.percentile` 从 0 数到 100，0.975 在它看来还不到百分之一。`np.quantile` 才是从 0 数到 1。",
)
def percent_of_a_percent(a, b, drawn):
    return tuple(np.percentile((a - b)[drawn].mean(axis=1), [0.025, 0.975]))


@resample.mistake(
    en="`np.quantile` counts from 0 to 1 (hence the ValueError): 2.5% is 0.025.",
    zh="`np.quantile` 从 0 数到 1（所以报 ValueError）：2.5% 是 0.025。",
)
def percents_for_shares(a, b, drawn):
    return np.quantile((a - b)[drawn].mean(axis=1), [2.5, 97.5])


@resample.mistake(
    en="You took the smallest and the largest mean. Cut off 2.5% at each end: see `np.quantile`.",
    zh="你取的是最小和最大的平均数。两端各要去掉 2.5%：看看 `np.quantile`。",
)
def extremes(a, b, drawn):
    means = (a - b)[drawn].mean(axis=1)
    return means.min(), means.max()


@resample.mistake(
    en="These are the 25% and 75% quantiles, which hold the middle half. For 95% cut off 2.5% at each end.",
    zh="这是 25% 和 75% 分位数，只含中间的一半。要 95%，就在两端各去掉 2.5%。",
)
def quartiles(a, b, drawn):
    return _ends((a - b)[drawn].mean(axis=1), 0.25)


@resample.mistake(
    en="You averaged over everything, so only one number is left, and both ends are the same. Average within each row: `axis=1`.",
    zh="你对所有的数一起求了平均，只剩一个数，两端就一样了。要在每一行内求平均：`axis=1`。",
)
def one_mean_for_all(a, b, drawn):
    return _ends((a - b)[drawn].mean())


@resample.mistake(
    en="The ends are exchanged: the low one comes first.",
    zh="两端的次序反了：先是低的一端。",
)
def high_first(a, b, drawn):
    return paired_interval(a, b, drawn)[::-1]


@resample.mistake(
    en="You picked sorted means by their index. `np.quantile` also fills in between two of them; the task asks for that one.",
    zh="你按下标取了排好序的平均数。`np.quantile` 还会在两个数之间插值；题目要的是它。",
)
def in_between_not_filled(a, b, drawn):
    means = np.sort((a - b)[drawn].mean(axis=1))
    return means[int(0.025 * len(means))], means[int(0.975 * len(means))]


@resample.mistake(
    en="You multiplied by 100. Leave the difference in the units of `a` and `b`.",
    zh="你乘了 100。差的单位要与 `a`、`b` 相同。",
)
def times_a_hundred(a, b, drawn):
    low, high = paired_interval(a, b, drawn)
    return 100 * low, 100 * high


@resample.mistake(
    en="You subtracted quantiles of single values. Subtract user by user, average over each resample, and take the quantiles last.",
    zh="你把单个值的分位数相减了。要先逐个用户相减，再对每次重抽样求平均，最后才取分位数。",
)
def ends_of_single_values(a, b, drawn):
    (low_a, high_a), (low_b, high_b) = _ends(a[drawn]), _ends(b[drawn])
    return low_a - low_b, high_a - high_b


@resample.mistake(
    en="You divided by the mean of `b`, which makes the difference relative. Asked is the difference itself.",
    zh="你除以了 `b` 的平均，得到的是相对差。题目要的是差本身。",
)
def relative_to_b(a, b, drawn):
    return _ends((a - b)[drawn].mean(axis=1) / b.mean())


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


@weigh.mistake(
    en="You divided by the number of clicks. An estimate *per visit* divides by all visits, clicked or not.",
    zh="你除以的是点击数。每次访问的估计要除以全部访问，不管有没有点击。",
)
def by_clicks(film, propensity, click, policy):
    total = (_weights(film, propensity, policy) * np.array(click)).sum()
    return total / max(sum(click), 1)


@weigh.mistake(
    en="The weight is upside down. What the *new* policy shows often, and the old one rarely, must count more.",
    zh="权重的分子分母反了。新策略常展示而旧策略少展示的，才应当算得更多。",
)
def upside_down(film, propensity, click, policy):
    parts = zip(film, propensity, click, strict=True)
    return sum(q / policy[f] * y for f, q, y in parts if policy.get(f, 0) > 0) / len(film)


@weigh.mistake(
    en="You divided by the chance that the film was *not* shown. The propensity is the chance that it was.",
    zh="你除以的是没有展示这部电影的概率。倾向分是展示它的概率。",
)
def chance_of_not_showing(film, propensity, click, policy):
    parts = zip(film, propensity, click, strict=True)
    return sum(policy.get(f, 0) / (1 - q) * y for f, q, y in parts) / len(film)


@weigh.mistake(
    en="You multiplied two means. Multiply weight and click visit by visit, then average.",
    zh="你把两个平均相乘了。要先逐次把权重和点击相乘，再取平均。",
)
def mean_weight_times_click_rate(film, propensity, click, policy):
    return _weights(film, propensity, policy).mean() * np.mean(click)


@weigh.mistake(
    en="You divided by the sum of the propensities. Each visit is divided by its own, and the mean comes after that.",
    zh="你除以的是倾向分之和。每次访问要除以自己的倾向分，之后才求平均。",
)
def by_propensities(film, propensity, click, policy):
    parts = zip(film, click, strict=True)
    return sum(policy.get(f, 0) * y for f, y in parts) / sum(propensity)


@weigh.mistake(
    en="You cut the weights at 1. Clipping makes the estimate steadier and biased; here the weights stay as they are.",
    zh="你把权重截断在 1。截断让估计更稳定，但有偏；这里权重不截断。",
)
def cut_at_one(film, propensity, click, policy):
    return (np.minimum(_weights(film, propensity, policy), 1) * np.array(click)).mean()


@weigh.mistake(
    en="You divided by the number of films in the policy. The mean is over visits.",
    zh="你除以的是策略里的电影数。平均是对访问求的。",
)
def by_films_of_the_policy(film, propensity, click, policy):
    return (_weights(film, propensity, policy) * np.array(click)).sum() / len(policy)


@weigh.mistake(
    en="You averaged over the visits whose weighted click is above 0. All visits count, also those that give 0.",
    zh="你只对加权点击大于 0 的访问求了平均。所有访问都要算，结果为 0 的也算。",
)
def by_clicked_and_shown(film, propensity, click, policy):
    weights = _weights(film, propensity, policy) * np.array(click)
    return weights.sum() / max((weights > 0).sum(), 1)


@weigh.mistake(
    en="This is the click rate of the old system. The policy and the propensities are missing.",
    zh="这是旧系统的点击率。策略和倾向分都没有用上。",
)
def click_rate(film, propensity, click, policy):
    return np.mean(click)


@weigh.mistake(
    en="You divided by the sum of 1 / propensity. Plain IPS divides by the number of visits.",
    zh="你除以的是 1 / 倾向分 之和。普通的 IPS 除以访问次数。",
)
def by_inverse_propensities(film, propensity, click, policy):
    return (_weights(film, propensity, policy) * np.array(click)).sum() / (1 / np.array(propensity)).sum()


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
    numbered=15,
)
# Where each sentence of the report stands, by its number in the chapter's source.
AT = variant.places(report.id, report.numbered)

# What a reader is asked who has missed this sentence.
HIDDEN = {"en": "One fault is still hidden.", "zh": "还有一处没有找到。"}
STILL_TWO = {"en": "Two faults are still hidden.", "zh": "还有两处没有找到。"}

FAULTS = {
    AT[3]: Text(
        "One fault is still hidden. Does a rule of order know something about the film?",
        "还有一处没有找到。有没有哪条排先后的规则与电影有关？",
    ),
    AT[5]: Text(
        "One fault is still hidden. Against how many films does the test film have to stand?",
        "还有一处没有找到。测试电影要与多少部电影相比？",
    ),
    AT[7]: Text(
        "One fault is still hidden. Did all models get the same chance?",
        "还有一处没有找到。各个模型得到的机会一样吗？",
    ),
    AT[8]: Text(
        "One fault is still hidden. What did each part of the model know, and from when?",
        "还有一处没有找到。模型的每一部分知道什么，是什么时候的？",
    ),
    AT[11]: Text(
        "One fault is still hidden. What follows from two intervals, and what does not?",
        "还有一处没有找到。由两个区间能推出什么，不能推出什么？",
    ),
    AT[13]: Text(
        "One fault is still hidden. How many tests were made before one was told of?",
        "还有一处没有找到。在报告这一次检验之前，一共做了多少次？",
    ),
}
# Why a sentence is sound, by its number in the chapter's source.
SOUNDNESS = {
    1: Text("it says what the data are", "它说明了数据"),
    2: Text("the test film is the latest", "测试电影是最晚的一部"),
    4: Text("the history is masked for all alike", "对所有模型都屏蔽了历史"),
    6: Text("a weak and two strong simple models", "有弱的，也有强的简单模型"),
    9: Text("a mean over seeds is what one wants", "正该报告各种子的平均"),
    10: Text("it says what the intervals vary", "它说明了区间反映什么的波动"),
    12: Text("a paired difference with its interval", "配对差，并给出区间"),
    14: Text(
        "it reports coverage and concludes nothing",
        "只报告覆盖率，没有下结论",
    ),
    15: Text("it names the limit", "它说明了局限"),
}
# What a reader is told who has marked this sentence.
SOUND = {
    AT[number]: Text(f"Sentence {AT[number]} is sound: {why.en}.", f"第 {AT[number]} 句没有问题：{why.zh}。")
    for number, why in SOUNDNESS.items()
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


def _far_misses() -> None:
    """A mistake for each answer of faults alone that lacks three or more, and for all six with two sound sentences."""
    for n in (3, 4, 5):
        for missing in combinations(FAULTS, n):
            _add_mistake(set(FAULTS) - {*missing}, [_hidden(n)])
    for marked in combinations(SOUND, 2):
        _add_mistake(set(FAULTS) | {*marked}, [ALL_SIX, *(SOUND[sentence] for sentence in marked)])


def _hidden(n: int) -> Text:
    return Text(
        f"Faults all, as far as you have gone, but {n} are still hidden. Hold each question of the checklist against "
        "the sentences that you passed over; two of the faults are in a conclusion.",
        f"标出的都确实有错，但还有 {n} 处没有找到。请拿检查清单上的每个问题，对照其余的句子；有两处错在结论。",
    )


ALL_SIX = Text("All six faults are there, and two sentences too many.", "六处都找到了，但多标了两句。")

_near_misses()
_far_misses()


@report.mistake(
    en="Are you counting the sentences from 0? The report numbers them from 1: write the number that stands before each.",
    zh="你是不是从 0 数起了？报告里的句子从 1 编号：请写句首的那个号码。",
)
def counted_from_zero():
    return {sentence - 1 for sentence in FAULTS}


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
                "The 95% intervals of models A and B overlap; that of the paired difference A − B is 0.002 to 0.018. "
                "What follows?",
                "模型 A 和 B 的 95% 区间重叠；配对差 A − B 的区间是 0.002 到 0.018。能推出什么？",
            ),
            [
                Wrong(
                    Text("Nothing: the two intervals overlap.", "推不出什么：两个区间重叠。"),
                    Text(
                        "They vary the users of A and of B as if these were different people; the same users stand in both.",
                        "它们把 A 和 B 的用户当成不同的人来波动；其实是同样的用户。",
                    ),
                ),
                Right(
                    Text("For users like these A is ahead.", "对这样的用户，A 领先。"),
                    Text(
                        "The paired interval lies above 0; that is the one to look at.",
                        "配对差的区间全在 0 以上，要看的就是它。",
                    ),
                ),
                Wrong(
                    Text("Most users are served better by A.", "对大多数用户，A 更好。"),
                    Text(
                        "It speaks of the mean: a few users may gain much, and most nothing.",
                        "它说的是平均：可能少数用户得益很多，多数没有变化。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "On average EASE beats popularity; among the users who came back late, popularity leads. What do you report?",
                "平均而言 EASE 胜过流行度；在隔了很久才回来的用户里，流行度领先。应当怎样报告？",
            ),
            [
                Wrong(
                    Text("The mean: it holds for all users.", "报告平均数：它对所有用户都成立。"),
                    Text(
                        "For those who came back late it points the wrong way.",
                        "对隔了很久才回来的用户，它的方向是反的。",
                    ),
                ),
                Wrong(
                    Text("Popularity is the better model.", "流行度是更好的模型。"),
                    Text(
                        "For those who rate on at once it is the worse one.",
                        "对马上接着评分的用户，它更差。",
                    ),
                ),
                Right(
                    Text(
                        "Both groups, with intervals, and which of the two the system is meant for.",
                        "两组都报告，附上区间，并说明系统是为哪一组用户准备的。",
                    ),
                    Text(
                        "One mean hid two stories; which counts is no matter of statistics.",
                        "一个平均数掩盖了两种情形；以哪一种为准，统计学回答不了。",
                    ),
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
            deeper=True,
        ),
    ],
)
